"""The account of one resident reads like a colleague's sentences (issue 5, "Must show" 4)."""

import re
import string
from dataclasses import replace
from datetime import date
from importlib import import_module
from pkgutil import iter_modules

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.domain.duties.people import (
    BASIC,
    DIABETES,
    RULES,
    away,
    condition,
    contract,
    d,
    follow_up,
    glucose,
    person,
    pressure,
    refusal,
    resident,
    rules_from,
    signed,
)
from tests.domain.duties.records import VILLAGE_DAYS, facts_with
from village_doctor.domain.duties import sentences
from village_doctor.domain.duties.duty import DutyRules
from village_doctor.domain.duties.reasons import REASONS, say, say_date, source_of
from village_doctor.domain.explain.account import explain_person
from village_doctor.domain.explain.lines import ExplainLine, paragraphs
from village_doctor.domain.person_facts import PersonFacts
from village_doctor.domain.refusals import Refusal
from village_doctor.domain.visits import Conclusion

TODAY = d("2026-11-22")
MIDDLE_AGED = "1980-03-01"


def lines_of(facts: PersonFacts, on: str = "2026-11-22", rules: DutyRules = RULES) -> list[ExplainLine]:
    return list(explain_person(facts, d(on), rules))


def told(facts: PersonFacts, on: str = "2026-11-22", rules: DutyRules = RULES) -> list[str]:
    return [line.text() for line in lines_of(facts, on, rules)]


def codes(facts: PersonFacts, on: str = "2026-11-22") -> list[str]:
    return [line.code for line in lines_of(facts, on)]


# --- a whole account ---------------------------------------------------------------------------------------------------


def test_a_colleague_explains_the_grandmother() -> None:
    visit = follow_up("2026-08-17", mode="home")
    facts = person(
        condition(since="2016"),
        visit,
        pressure("2026-08-17", 148, 86, visit=visit),
        pressure("2026-11-21", 152, 96),
        signed(contract("2026-03-01", 2)),
    )
    account = told(facts)
    assert account[:4] == [
        "70 岁，常住这里，是老年人健康管理的对象，每年要体检、评估生活自理能力、辨识中医体质。",
        "2016年起有高血压，已确诊，70 岁，常住这里，按规范要管：每个季度面对面随访一次。",
        "上次算数的高血压随访是 2026年8月17日：控制满意，血压 148/86 mmHg。",
        "2026年11月21日 只量了血压（152/96 mmHg），没填随访表，不算随访。",
    ]
    year = account.index("这个考核年度（2026年1月1日 到 2026年12月31日）规范要的：")
    assert set(account[year + 1 : year + 5]) >= {
        "高血压随访该做 4 次，做了 1 次。",
        "健康体检该做 1 次，做了 0 次。",
    }
    late = account.index("高血压随访该在 2026年11月17日 做，超期 5 天了。")
    assert account[late + 1 : late + 3] == [
        "上次高血压随访是 2026年8月17日，到 2026年11月17日 满 3 个月，最晚 2026年12月31日。",
        "签约答应的“面对面随访”，一年 4 次，这是 2026年9月1日 到 2026年11月30日 的那一次。",
    ]
    assert account[-2:] == [
        "签约（2026年3月1日 到 2028年2月29日）答应的，算到今天：",
        "“面对面随访”一年 4 次，该做 2 次，做了 1 次。",
    ]


def test_what_belongs_together_is_said_in_one_breath() -> None:
    visit = follow_up("2026-08-17", mode="home")
    facts = person(condition(since="2016"), visit, pressure("2026-11-21"), signed(contract("2026-03-01", 2)))
    said = [[line.code for line in one] for one in paragraphs(lines_of(facts))]
    assert said[:3] == [
        ["elderly"],
        ["managed-since", "last-follow-up", "only-measured-pressure"],
        ["year-tallies", *["year-tally"] * 4],
    ]
    assert ["next-overdue", "three-months", "promise"] in said
    assert said[-2:] == [["done-along"], ["promise-tallies", "promise-tally"]]


def test_what_is_not_due_yet_comes_after_the_rest_in_one_breath_each_with_one_reason() -> None:
    facts = person(condition(), condition(DIABETES), follow_up("2026-11-01"), who=resident(MIDDLE_AGED))
    planned = [one for one in paragraphs(lines_of(facts)) if one[0].code.startswith("next-")]
    assert [one[0].code for one in planned] == ["next-overdue"] * (len(planned) - 1) + ["next-planned"]
    assert [line.code for line in planned[-1]] == ["next-planned", "three-months"]


def test_the_first_line_begins_whatever_it_says() -> None:
    line = ExplainLine(code="nothing-due", values={}, continues=True)
    assert paragraphs([line, line]) == [[line, line]]
    assert paragraphs([]) == []


@pytest.mark.parametrize(
    ("facts", "said"),
    [
        (person(condition(), who=resident(died_on="2026-10-01")), ["died"]),
        (person(condition(DIABETES), who=resident(moved_out_on="2026-11-22")), ["moved-out"]),
        (person(condition("mental_disorder"), who=resident(MIDDLE_AGED, died_on="2026-10-01")), ["died"]),
    ],
)
def test_of_the_dead_and_the_moved_nothing_else_is_said(facts: PersonFacts, said: list[str]) -> None:
    assert codes(facts) == said


# --- who she is to the norms -------------------------------------------------------------------------------------------

PROGRAMMES: list[tuple[str, PersonFacts, list[str]]] = [
    (
        "nobody's",
        person(who=resident(MIDDLE_AGED)),
        ["不是老人、小孩、孕产妇，也没有记着要管的病，规范没有要按时做的。"],
    ),
    (
        "64",
        person(who=resident("1961-11-23")),
        ["不是老人、小孩、孕产妇，也没有记着要管的病，规范没有要按时做的。"],
    ),
    (
        "65 today",
        person(who=resident("1961-11-22")),
        ["65 岁，常住这里，是老年人健康管理的对象，每年要体检、评估生活自理能力、辨识中医体质。"],
    ),
    (
        "born today",
        person(who=resident("2026-11-22")),
        ["0 个月大，常住这里，是儿童健康管理的对象，按月龄访视检查。"],
    ),
    (
        "a month less a day",
        person(who=resident("2026-09-23")),
        ["1 个月大，常住这里，是儿童健康管理的对象，按月龄访视检查。"],
    ),
    (
        "a month to the day",
        person(who=resident("2026-09-22")),
        ["2 个月大，常住这里，是儿童健康管理的对象，按月龄访视检查。"],
    ),
    (
        "35 months",
        person(who=resident("2023-11-23")),
        ["35 个月大，常住这里，是儿童健康管理的对象，按月龄访视检查。"],
    ),
    (
        "three",
        person(who=resident("2023-11-22")),
        ["3 岁，常住这里，是儿童健康管理的对象，按月龄、年龄访视检查。"],
    ),
    (
        "six",
        person(who=resident("2019-11-23")),
        ["6 岁，常住这里，是儿童健康管理的对象，按月龄、年龄访视检查。"],
    ),
    (
        "seven",
        person(who=resident("2019-11-22")),
        ["不是老人、小孩、孕产妇，也没有记着要管的病，规范没有要按时做的。"],
    ),
    (
        "pregnant",
        person(who=replace(resident("1995-03-01"), last_menstruation_on=d("2026-08-30"))),
        ["怀孕 12 周加 0 天，是孕产妇健康管理的对象。"],
    ),
    (
        "42 days after delivery",
        person(who=replace(resident("1995-03-01"), delivered_on=d("2026-10-11"))),
        ["2026年10月11日 分娩，到今天 42 天，还在产后，是孕产妇健康管理的对象。"],
    ),
    (
        "43 days after delivery",
        person(who=replace(resident("1995-03-01"), delivered_on=d("2026-10-10"))),
        ["不是老人、小孩、孕产妇，也没有记着要管的病，规范没有要按时做的。"],
    ),
    (
        "delivered tomorrow",
        person(who=replace(resident("1995-03-01"), delivered_on=d("2026-11-23"))),
        ["不是老人、小孩、孕产妇，也没有记着要管的病，规范没有要按时做的。"],
    ),
    (
        "mental disorder",
        person(condition("mental_disorder", since="2020"), who=resident(MIDDLE_AGED)),
        [
            "2020年起有严重精神障碍，已确诊，46 岁，常住这里，按规范要管：一年至少随访 4 次，每次都要评估危险性。",
            "还没有一次算数的严重精神障碍随访。",
        ],
    ),
    (
        "COPD",
        person(condition("copd", since="2020"), who=resident(MIDDLE_AGED)),
        [
            "慢阻肺已确诊，46 岁，常住这里：国家从 2024 年起要管，随访次数由乡镇定。",
            "还没有一次算数的慢阻肺随访。",
        ],
    ),
    (
        "not of age for hypertension",
        person(condition(), who=resident("1992-01-05")),
        ["高血压已确诊，可是才 34 岁；规范从 35 岁管起，2027年1月5日 满 35 岁。"],
    ),
    (
        "away for half a year: said once, whatever the programmes",
        person(condition(), condition(DIABETES), away("2026-01-01")),
        ["2026年1月1日 起外出，满六个月了，不算常住居民，先不排随访；回来那天重新排上。"],
    ),
    (
        "not here for six months yet",
        person(who=resident(registered_here=False, lives_here_since="2026-06-01")),
        ["户口不在这里，2026年6月1日 才住下，到 2026年12月1日 满六个月才算常住居民。"],
    ),
    (
        "a disease that was not confirmed",
        person(condition(confirmed=False), who=resident(MIDDLE_AGED)),
        ["高血压还没有确诊，先不进管理；请到上级医院查清楚再记。"],
    ),
]


@pytest.mark.parametrize(
    ("facts", "said"), [row[1:] for row in PROGRAMMES], ids=[row[0] for row in PROGRAMMES]
)
def test_which_programmes_and_why(facts: PersonFacts, said: list[str]) -> None:
    assert told(facts)[: len(said)] == said


def test_what_is_only_for_some_eyes_is_marked() -> None:
    visit = follow_up("2026-11-01", "stable", disease="mental_disorder")
    facts = person(condition("mental_disorder"), condition(), visit, who=resident(MIDDLE_AGED))
    for line in lines_of(facts):
        about = "精神障碍" in line.text()
        assert (line.group == "10") is about, line.text()


def test_the_tuberculosis_and_listed_groups_are_marked_too() -> None:
    facts = person(
        condition("tuberculosis", since="2026-10"),
        replace(condition("06"), source_list="县名单"),
        who=resident(MIDDLE_AGED),
    )
    groups = {line.group for line in lines_of(facts)}
    assert {"06", "09"} <= groups
    for line in lines_of(facts):
        if "肺结核" in line.text():
            assert line.group == "09", line.text()


# --- what was done -----------------------------------------------------------------------------------------------------


def test_the_last_diabetes_follow_up_with_its_glucose_and_a_quick_one_after_it() -> None:
    visit = follow_up("2026-11-01", "uncontrolled", disease=DIABETES)
    facts = person(
        condition(DIABETES), visit, glucose("2026-11-01", "8.1", visit=visit), glucose("2026-11-10", "7.4")
    )
    lines = told(facts)
    assert "上次算数的糖尿病随访是 2026年11月1日：控制不满意，空腹血糖 8.1 mmol/L。" in lines
    assert "2026年11月10日 只测了空腹血糖（7.4 mmol/L），没填随访表，不算随访。" in lines


@pytest.mark.parametrize(
    ("result", "said"),
    [
        ("unstable", "上次算数的严重精神障碍随访是 2026年11月1日：病情不稳定。"),
        (None, "上次算数的严重精神障碍随访是 2026年11月1日：没有分类。"),
        ("a_later_class", "上次算数的严重精神障碍随访是 2026年11月1日。"),
    ],
)
def test_the_last_class_is_said_in_words_or_not_at_all(result: str | None, said: str) -> None:
    visit = follow_up("2026-11-01", result, disease="mental_disorder")
    assert said in told(person(condition("mental_disorder"), visit))


def test_a_form_of_two_diseases_says_the_class_of_each() -> None:
    visit = replace(
        follow_up("2026-11-01", "uncontrolled"),
        diseases=("hypertension", "diabetes"),
        proves=("follow_up:hypertension", "follow_up:diabetes"),
        conclusions=(
            Conclusion(disease="hypertension", control_result="controlled"),
            Conclusion(disease="diabetes", control_result="uncontrolled"),
        ),
    )
    lines = told(person(condition(), condition(DIABETES), visit))
    assert "上次算数的高血压随访是 2026年11月1日：控制满意。" in lines
    assert "上次算数的糖尿病随访是 2026年11月1日：控制不满意。" in lines


def test_a_reading_that_is_not_ours_or_not_after_the_follow_up_is_not_mentioned() -> None:
    visit = follow_up("2026-11-01")
    facts = person(
        condition(),
        visit,
        pressure("2026-11-01", visit=visit),
        pressure("2026-10-01"),
        pressure("2026-11-10", setting="self_measured"),
        pressure("2026-11-23"),
        glucose("2026-11-11"),
    )
    assert not any("只量了" in line for line in told(facts))


@pytest.mark.parametrize(
    ("records", "code"),
    [
        ((follow_up("2026-11-20", complete=False),), "only-unfinished"),
        ((follow_up("2026-11-20", mode="phone"),), "only-by-phone"),
        ((follow_up("2026-11-20", disease=DIABETES, mode="phone"),), None),
        ((follow_up("2026-11-23", mode="phone"),), None),
        ((follow_up("2026-11-21"), follow_up("2026-11-20", mode="phone")), None),
    ],
)
def test_contacts_that_are_no_follow_up(records: tuple[object, ...], code: str | None) -> None:
    found = [said for said in codes(person(condition(), *records)) if said.startswith("only-")]
    assert found == ([] if code is None else [code])


def test_the_year_is_counted_by_what_ends_in_it() -> None:
    facts = person(condition(since="2025-11"), follow_up("2025-11-20"), follow_up("2026-02-01"))
    tally = [
        line.values
        for line in lines_of(facts)
        if line.code == "year-tally" and line.values["item"] == "高血压随访"
    ]
    assert tally == [{"item": "高血压随访", "owed": "4", "done": "1"}]


def test_returns_and_askings_are_not_in_the_years_count() -> None:
    facts = person(condition(since="2026-10"), follow_up("2026-11-01", "uncontrolled"))
    tally = [line.values["owed"] for line in lines_of(facts) if line.code == "year-tally"]
    assert tally[0] == "1"


# --- where she is, what she refuses, what is next -----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("facts", "said"),
    [
        (person(away("2026-10-22")), ["2026年10月22日 起外出，不在家；先打电话问。"]),
        (
            person(replace(away("2026-10-22"), kind="hospital")),
            ["2026年10月22日 起住院；等出院，先打电话问。"],
        ),
        (person(not_visited_until="2027-03-01"), ["这家写着先不上门，到 2027年3月1日。"]),
        (person(not_visited_until="2026-11-22"), []),
        (
            person(refusal("check_up", "2026-11-01")),
            ["2026年11月1日 说不愿意健康体检，2027年2月1日 起再问一次。"],
        ),
        (
            person(refusal("everything", "2026-11-01")),
            ["2026年11月1日 说不愿意任何服务，2027年2月1日 起再问一次。"],
        ),
        (person(refusal("contract", "2026-08-22")), []),
        (person(refusal("contract", "2026-11-23")), []),
    ],
)
def test_first_where_she_is_and_what_she_refuses(facts: PersonFacts, said: list[str]) -> None:
    known = ("away-now", "in-hospital-now", "silenced", "refuses")
    lines = [line for line in lines_of(facts) if line.code in known]
    assert [line.text() for line in lines] == said
    assert lines == lines_of(facts)[: len(lines)]


def test_what_is_next_is_said_with_its_day() -> None:
    young = {"who": resident(MIDDLE_AGED)}
    served = person(condition(since="2026-11"), follow_up("2026-11-20"), **young)  # type: ignore[arg-type]
    assert "nothing-due" in codes(served)
    assert "下一次高血压随访：2027年2月20日。" in told(served)
    due = person(condition(since="2026-11"), follow_up("2026-08-22"), **young)  # type: ignore[arg-type]
    assert "今天要做：高血压随访。" in told(due)
    assert "nothing-due" not in codes(due)


def test_screening_is_one_line() -> None:
    lines = told(person(who=resident(MIDDLE_AGED)))
    assert len([line for line in lines if line.startswith("去了或来了，顺便做：")]) == 1


# --- what was promised -------------------------------------------------------------------------------------------------


def test_without_a_contract_and_with_one_that_begins_later() -> None:
    assert codes(person())[-1] == "not-signed"
    later = person(signed(contract("2027-01-01", signed_on="2026-11-20")))
    assert codes(later)[-2:] == ["not-signed", "signed-later"]
    assert told(later)[-1] == "新的签约从 2027年1月1日 开始，在那以前还不算。"
    assert codes(person(signed(contract("2025-01-01"))))[-1] == "not-signed"


def test_what_was_done_ahead_of_its_day_is_said() -> None:
    facts = person(signed(contract("2026-10-01")), follow_up("2026-10-08"))
    assert told(facts)[-1] == "“面对面随访”一年 4 次，还没到期，已经做了 1 次。"


def test_what_neither_fell_due_nor_was_done_is_no_tally() -> None:
    lines = told(person(signed(contract("2026-10-01"))))
    assert lines[-1] == "签约（2026年10月1日 到 2027年9月30日）答应的，还没有到期的。"


def test_promises_before_counting_are_not_promised_to_the_figures() -> None:
    lines = told(person(signed(contract("2026-01-01"))), rules=rules_from("2026-07-01"))
    assert lines[-1] == "“面对面随访”一年 4 次，该做 1 次，做了 0 次。"


def test_an_item_that_cannot_be_followed_is_named_once() -> None:
    lost = replace(BASIC, items=(replace(BASIC.items[0], proof="a_later_proof", name="以后的项目"),))
    deal = contract("2026-01-01", packages=(lost, replace(lost, code="more")))
    facts = person(signed(deal, packages=("basic", "more")))
    assert told(facts)[-1] == "协议里还答应了：以后的项目。这些本程序现在还不会提醒，请自己记着。"


# --- key groups --------------------------------------------------------------------------------------------------------


def test_lists_and_records_that_differ_are_said_last() -> None:
    listed = replace(condition(), source_list="县名单")
    lines = told(person(listed, replace(condition("05"), source_list="脱贫名单"), who=resident(MIDDLE_AGED)))
    assert lines[-3:] == [
        "在“脱贫名单”上，是脱贫人口。",
        "在“县名单”上，是高血压患者。",
        "名单上说是高血压患者，可档案里看不出来，请核对。",
    ]


def test_who_is_missing_on_an_imported_list() -> None:
    facts = person(condition(), who=resident(MIDDLE_AGED))
    assert "known-not-listed" not in codes(facts)
    lines = explain_person(facts, TODAY, RULES, lists={"07"})
    assert lines[-1].text() == "档案里看是高血压患者，可名单上没有，请核对。"


# --- every sentence ----------------------------------------------------------------------------------------------------

# Units and names that people say in letters; everything else is said in Chinese.
PLAIN = re.compile(r"mmHg|mmol/L|HbA1c|BMI|kg|cm|DR")

EXTRA = st.sampled_from(
    [
        (),
        (condition("mental_disorder", since="2020"),),
        (condition("tuberculosis", since="2026-03"),),
        (condition("copd"), replace(condition("05"), source_list="名单")),
        (refusal("check_up", "2026-03-01"), refusal("follow_up:hypertension", "2026-09-01")),
        (refusal("everything", "2025-12-01"),),
    ]
)
AGES = st.sampled_from([None, "2026-01-15", "2022-05-05", "1995-03-01"])


@given(facts_with(), EXTRA, AGES, VILLAGE_DAYS)
def test_every_sentence_is_plain_chinese_without_codes(
    facts: PersonFacts, extra: tuple[object, ...], born: str | None, on: date
) -> None:
    more = person(*extra)
    facts = replace(
        facts, conditions=(*facts.conditions, *more.conditions), refusals=(*facts.refusals, *more.refusals)
    )
    if born is not None:
        mother = replace(
            facts.resident,
            birth_date=d(born),
            last_menstruation_on=d("2026-01-01"),
            delivered_on=d("2026-10-05"),
        )
        facts = replace(facts, resident=mother)
    for line in explain_person(facts, on, RULES):
        for text in (line.text(), line.source()):
            assert not set(PLAIN.sub("", text)) & set(string.ascii_letters + "{}_"), text
            assert not re.search(r"\d{4}-\d", text), text


FACTS_WITHOUT_SOURCE = {
    "last-pressure", "last-glucose", "last-follow-up", "last-unclassed", "no-follow-up", "not-signed", "nothing-due",
    "next-planned", "next-due", "next-overdue",
}  # fmt: skip


@given(facts_with(), VILLAGE_DAYS)
def test_every_rule_names_its_source(facts: PersonFacts, on: date) -> None:
    for line in explain_person(facts, on, RULES):
        assert bool(line.source()) is (line.code not in FACTS_WITHOUT_SOURCE), line.code


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("2016", "2016年"),
        ("2016-05", "2016年5月"),
        ("2016-05-03", "2016年5月3日"),
        ("soon", "soon"),
        ("", ""),
    ],
)
def test_dates_as_people_say_them(text: str, said: str) -> None:
    assert say_date(text) == said


def test_sentences_are_translated_before_they_are_filled() -> None:
    english = {REASONS["no-condition"].text: "no {disease}", "高血压": "hypertension"}
    assert (
        say("no-condition", {"disease": "hypertension"}, lambda text: english.get(text, text))
        == "no hypertension"
    )


def test_an_unknown_value_is_said_as_it_is() -> None:
    assert "future" in say("no-condition", {"disease": "future"})


HEADINGS = {"year-tallies", "promise-tallies"}


def test_sentences_end_like_sentences() -> None:
    for code, reason in REASONS.items():
        assert reason.text.endswith(("。", "：{why}")) or code in HEADINGS, code


def test_no_sentence_is_written_twice() -> None:
    """A code of two programmes would silently say the other's sentence."""
    found: list[str] = []
    for module in iter_modules(sentences.__path__):
        found += getattr(import_module(f"{sentences.__name__}.{module.name}"), "REASONS", {})
    assert len(found) == len(set(found))
    assert set(found) <= set(REASONS)


def test_a_refusal_names_what_is_refused() -> None:
    known: Refusal = refusal("check_up", "2026-11-01")
    line = lines_of(person(known))[0]
    assert source_of(line.code, line.values) == "本软件的约定，规范没有写"
    assert line.values == {"refused": "2026-11-01", "what": "check_up", "until": "2027-02-01"}
