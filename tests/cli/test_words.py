"""Every verb loads, explains itself in Chinese with an example, and says in Chinese what is wrong with its words."""

import re
import subprocess
import sys
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from tests.cli.command_line import WRONG_USE
from village_doctor.cli import main, township_program
from village_doctor.cli.programs import LateProgram, loaded
from village_doctor.cli.verbs import Argument, VerbGroup
from village_doctor.domain.people import Phone
from village_doctor.services import wording

ROOT = Path(__file__).resolve().parents[2]
CHINESE = re.compile("[\u4e00-\u9fff]")
ENGLISH = re.compile(r"[A-Za-z]{2,}( [A-Za-z]{2,}){2,}")
HEAVY = (
    "sqlcipher3",
    "sqlite_utils",
    "argon2",
    "cryptography",
    "filelock",
    "pyrage",
    "sqlalchemy",
    "village_doctor.township.office",
)
LIGHT = ("village_doctor.services.problem_words",)


def every_command(
    command: click.Command, words: tuple[str, ...]
) -> list[tuple[tuple[str, ...], click.Command]]:
    found = [(words, command)]
    if isinstance(command, VerbGroup):
        for name, below in command.commands.items():
            found += every_command(below, (*words, name))
    return found


PROGRAMS: tuple[LateProgram, ...] = (main.cli, township_program.cli)
TOPICS = [
    (program, name, verb)
    for program in PROGRAMS
    for verbs in program.verbs.values()
    for name, verb in verbs.items()
]
COMMANDS = [
    (program, *found) for program, name, verb in TOPICS for found in every_command(loaded(verb), (name,))
]
NAMES = [f"{program.program} {' '.join(words)}" for program, words, _ in COMMANDS]


@pytest.mark.parametrize(
    ("program", "name", "verb"), TOPICS, ids=[f"{program.program} {name}" for program, name, _ in TOPICS]
)
def test_every_line_of_the_table_leads_to_a_command_of_that_name(program, name, verb):
    assert loaded(verb).name == name
    assert CHINESE.search(verb.line)


@pytest.mark.parametrize(("program", "words", "command"), COMMANDS, ids=NAMES)
def test_every_command_explains_itself_in_chinese(program, words, command):
    result = CliRunner().invoke(program, [*words, "--help"])
    assert result.exit_code == 0
    assert result.stdout.startswith(f"用法：{program.program} " + " ".join(words))
    prose = [line for line in result.stdout.splitlines() if "village-doctor" not in line]
    assert not [line for line in prose if ENGLISH.search(line)]
    if not isinstance(command, click.Group):
        examples = [line for line in result.stdout.splitlines() if line.startswith(f"  {program.program} ")]
        assert examples
        assert any(words[-1] in example.split() for example in examples)


@pytest.mark.parametrize(("program", "words", "command"), COMMANDS, ids=NAMES)
def test_every_word_and_option_is_explained(program, words, command):
    for parameter in command.params:
        told = parameter.help if isinstance(parameter, Argument | click.Option) else ""
        assert CHINESE.search(told or ""), parameter.name


def test_the_list_of_verbs_names_them_all():
    for program, name, verb in TOPICS:
        page = CliRunner().invoke(program, ["--help"]).stdout
        assert f"  {name} " in page
        assert verb.line in page


@pytest.mark.parametrize("module", ["main", "township_program"])
def test_help_does_not_wait_for_the_store(module):
    """The store and key derivation are imported when a verb needs them, not for the list of verbs."""
    code = f"""
import sys
from village_doctor.cli.{module} import cli
try:
    cli.main(["--help"])
except SystemExit:
    pass
heavy = [name for name in {HEAVY!r} if name in sys.modules]
heavy += [name for name in sys.modules if name.startswith("village_doctor.services.") and name not in {LIGHT!r}]
assert not heavy, heavy
"""
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["nothing"], "没有“nothing”这个命令"),
        (["reading", "nothing"], "没有“nothing”这个命令"),
        (["reading"], "后面还要写做什么"),
        (["--hoem", "x", "due"], "没有 --hoem 这个选项。是不是 --home"),
        (["due", "--nothing"], "没有 --nothing 这个选项"),
        (["due", "--on"], "--on 后面要写一个值"),
        (["due", "--on", "明天"], "“明天”不是日期"),
        (["due", "--on", "2026-02-30"], "“2026-02-30”不是日期"),
        (["due", "--json=yes"], "--json 后面不写值"),
        (["find"], "还缺 找什么"),
        (["find", "a", "b"], "多写了“b”"),
        (["contract", "sign", "lgy"], "还缺 --years"),
        (["resident", "died", "lgy"], "还缺 --on"),
        (["reading", "add", "lgy", "abc"], "“abc”不是血压"),
        (["reading", "add", "lgy"], "要写量到的数"),
        (["reading", "add", "lgy", "--glucose", "6.2"], "血糖要写成"),
        (["reading", "add", "lgy", "--fasting"], "血糖要写成"),
        (["reading", "add", "lgy", "--glucose", "6.2", "--fasting", "--random"], "血糖要写成"),
        (["reading", "add", "lgy", "--glucose", "6.25", "--fasting"], "小数多于一位"),
        (["reading", "add", "lgy", "152/96", "--pulse", "七十"], "“七十”不是整数"),
        (["reading", "correct", "lgy"], "写改成的血压"),
        (["resident", "away", "lgy", "--kind", "玩"], "可以写：work（务工）"),
        (["resident", "correct", "lgy"], "要写改哪一项"),
        (["resident", "correct", "lgy", "--set", "名字"], "要写成 名=值"),
        (["household", "add"], "要么写 --member"),
        (["household", "add", "--member", "name=x", "--from", "y"], "要么写 --member"),
        (["household", "add", "--member", "李桂英"], "要写成 名=值"),
        (["visit", "add", "lgy", "--form", "x"], "答案放在"),
        (["visit", "correct", "lgy"], "要写改哪几项"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else None,
)
def test_wrong_use_is_told_in_chinese(nothing_yet, words, told):
    said = nothing_yet(*words)
    assert said.code == WRONG_USE
    assert told in said.err
    assert "用法：village-doctor" in said.err
    assert "--help" in said.err
    assert said.out == ""
    assert not ENGLISH.search(said.err.replace("village-doctor", ""))
    assert not list(nothing_yet.place.folder.glob("home*")), "nothing was touched"


def test_without_a_verb_it_says_what_there_is(nothing_yet):
    said = nothing_yet()
    assert said.code == WRONG_USE
    assert "请写上要做什么" in said.err
    assert "due" in said.err


def test_version(nothing_yet):
    assert re.fullmatch(r"村医助手 \d+\.\d+\.\d+\n", nothing_yet.done("--version").out)


def test_words_in_wide_characters_are_understood(line):
    line.done("reading", "add", "李桂英", "１３８／８６", "--pulse", "７２")
    (reading,) = [one for one in _grandmother(line)["last_readings"] if one["kind"] == "blood_pressure"]
    assert (reading["systolic_mmhg"], reading["diastolic_mmhg"], reading["pulse_per_minute"]) == (138, 86, 72)


def _grandmother(line):
    return next(one for one in line.json("show", "李桂英")["members"] if one["name"] == "李桂英")


def test_a_number_that_is_hers_and_the_households_is_shown_once_with_whose_it_is():
    numbers = [
        Phone(id="1", number="19900002231", resident_id="a"),
        Phone(id="2", number="19900002231", household_id="b", whose="女儿"),
        Phone(id="3", number="19900001188", resident_id="a"),
    ]
    assert wording.phones(numbers) == "19900002231（女儿），19900001188"
