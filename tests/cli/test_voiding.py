"""Voiding is one verb: whatever the record is, it takes a reason, names what it voided, and answers the same."""

import json

import click
import pytest

from tests.village import COMPLETE_FORM
from village_doctor.cli import main
from village_doctor.cli.programs import loaded
from village_doctor.cli.verbs import VerbGroup

PERSON = "李桂英"
NEWBORN = "name=王小宝,relation=孙子,sex=男,born=2026-11-01,no_id=新生儿"
FORM = ("--form", "高血压", "--json", "-")

# What records one of the kind, and how the answer to its voiding names it.
RECORDED = {
    "resident": (("add", "10001", "--member", NEWBORN), "王小宝"),
    "reading": (("add", PERSON, "152/96"), "11月23日 血压 152/96"),
    "visit": (("add", PERSON, *FORM), "11月23日 门诊 高血压随访 控制满意"),
    "refer": (("add", PERSON, "--reason", "胸闷三天"), "李桂英 转诊（11月23日）"),
    "condition": (("add", PERSON, "慢阻肺", "--since", "2020"), "慢阻肺 2020年起"),
    "medicine": (("add", PERSON, "缬沙坦", "--dose", "80mg", "--times", "1"), "缬沙坦 80mg 每日1次"),
    "service": (("add", PERSON, "送药上门"), "送药上门（11月23日）"),
    "education": (("add", "--to", PERSON, "--topic", "血压和盐", "--mode", "发资料"), "血压和盐"),
    "activity": (("add", "--answer", "topic=义诊"), "11月23日 健康教育活动记录表"),
    "refusal": (("add", PERSON, "健康体检"), "不愿意健康体检"),
    "consent": (("add", PERSON, "纳入管理"), "纳入管理的同意"),
    "notice": (("add", PERSON, "派出所", "在家砸东西"), "11月23日 告诉派出所：在家砸东西"),
    "contract": (
        ("sign", "10001", "--years", "1", "--representative", "王德顺", "--signed", PERSON),
        "协议 2026-10001",
    ),
}
WORDS = {"medicine": "缬沙坦", "condition": "慢阻肺"}
# Its number is given out, so it is found no more; every other is named by its id.
GONE = {"contract": "contract-unknown"}


def record_id(line, kind):
    words, _ = RECORDED[kind]
    typed = json.dumps(COMPLETE_FORM, ensure_ascii=False) if words[-1] == "-" else None
    told = line.done(kind, *words, *(() if typed else ("--json",)), typed=typed).json
    inner = {"resident": "resident", "visit": "visit", "refer": "referral"}
    if kind == "reading":
        return told["readings"][0]["id"]
    return (told[inner[kind]] if kind in inner else told)["id"]


def named(line, kind, found):
    """What the doctor types: some are named by whose they are and what they are, all others by their id."""
    return (PERSON, WORDS[kind]) if kind in WORDS else (found,)


def test_every_kind_that_can_be_voided_is_tried_here():
    groups = [(name, loaded(verb)) for verbs in main.VERBS.values() for name, verb in verbs.items()]
    voidable = {name for name, group in groups if isinstance(group, VerbGroup) and "void" in group.commands}
    assert voidable == {*RECORDED, "household"}


@pytest.mark.parametrize("kind", RECORDED)
def test_a_record_is_voided_with_a_reason_and_named_in_the_answer(line, kind):
    found = record_id(line, kind)
    words = (kind, "void", *named(line, kind, found), "--reason")
    line.refused("void-needs-reason", *words, " ")
    said = line.done(*words, "记错了人")
    assert said.out.startswith("已作废：")
    assert RECORDED[kind][1] in said.out
    if kind not in WORDS:
        line.refused(GONE.get(kind, "already-voided"), *words, "记错了人")


@pytest.mark.parametrize("kind", RECORDED)
def test_other_programs_are_told_which_record_was_voided(line, kind):
    found = record_id(line, kind)
    told = line.json(kind, "void", *named(line, kind, found), "--reason", "记错了人")
    assert told == {"id": found, "voided": True}


def test_a_household_is_voided_when_nobody_is_left_in_it(line):
    line.done("resident", "moved-out", "𤋮㛃𠮷", "--on", "2026-11-20")
    said = line.done("household", "void", "10003", "--reason", "搬空了")
    assert said.out == "已作废：户号 10003\n"
    line.refused("household-unknown", "household", "void", "10003", "--reason", "搬空了")


@pytest.mark.parametrize("kind", [*RECORDED, "household"])
def test_nothing_is_voided_without_a_word_why(nothing_yet, kind):
    (group,) = (loaded(verbs[kind]) for verbs in main.VERBS.values() if kind in verbs)
    assert isinstance(group, VerbGroup)
    asked = [one for one in group.commands["void"].params if isinstance(one, click.Argument)]
    said = nothing_yet(kind, "void", *["x"] * len(asked))
    assert "还缺 --reason 原因。" in said.err
