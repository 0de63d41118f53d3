"""What the doctor sees and how it is explained: screens.md "Today", issue text "explain", decisions.md "Spread"."""

import json
import re
import string
from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given

from tests.domain.duties.people import (
    BASIC,
    CALENDAR,
    DIABETES,
    away,
    condition,
    contract,
    d,
    follow_up,
    glucose,
    matched_of,
    person,
    pressure,
    referral,
    resident,
    signed,
)
from tests.domain.duties.records import VILLAGE_DAYS, facts_with
from village_doctor.domain.clinic import Hamlet
from village_doctor.domain.due import Door, DueItem, doors, due_items
from village_doctor.domain.duties.expanding import AssessmentCalendar, expand
from village_doctor.domain.duties.reasons import REASONS, say, say_date, source_of
from village_doctor.domain.explain import explain_person
from village_doctor.domain.fulfilment.matching import match
from village_doctor.domain.people import Household
from village_doctor.domain.person_facts import PersonFacts


def items_of(facts: PersonFacts, on: str = "2026-11-22", horizon_days: int = 7) -> tuple[DueItem, ...]:
    return due_items(matched_of(facts, on), d(on), horizon_days)


def codes(item: DueItem) -> list[str]:
    return [reason.code for reason in item.reasons]


# --- one line for one service ------------------------------------------------------------------------------------------


def test_norm_promise_and_return_are_one_line_with_the_earliest_date_and_all_reasons() -> None:
    facts = person(
        condition(since="2026-07"),
        signed(contract("2026-07-01", signed_on="2026-07-01")),
        follow_up("2026-07-20"),
        follow_up("2026-08-25", "uncontrolled", mode="home"),
    )
    (item,) = items_of(facts)
    assert (item.item, item.item_name, item.due_on) == (
        "follow_up:hypertension",
        "高血压随访",
        d("2026-09-08"),
    )
    assert (item.state, item.days_overdue, item.sources) == ("overdue", 75, ("norm", "contract"))
    assert codes(item) == ["again-14-days", "three-months", "late-for-norm", "promise"]
    assert item.latest_on == d("2026-09-08")
    assert len(item.duty_keys) == 3


def test_five_days_overdue_and_the_promise_of_the_running_span_beside_it() -> None:
    facts = person(condition(), signed(contract("2026-01-01")), follow_up("2026-08-17"))
    (item,) = items_of(facts)
    assert (item.due_on, item.days_overdue, codes(item)) == (d("2026-11-17"), 5, ["three-months", "promise"])


def test_a_line_without_an_urgent_part_waits_for_its_horizon() -> None:
    facts = person(condition(), signed(contract("2026-01-01")), follow_up("2026-09-01"))
    assert items_of(facts, "2026-11-22", 7) == ()
    (item,) = items_of(facts, "2026-11-22", 9)
    assert (item.due_on, item.state) == (d("2026-12-01"), "planned")
    assert items_of(facts, "2026-11-22", 8) == ()


def test_both_diseases_and_a_measured_promise_are_lines_of_their_own() -> None:
    facts = person(condition(), condition(DIABETES))
    assert {item.item for item in items_of(facts)} == {"follow_up:hypertension", "follow_up:diabetes"}


def test_several_missed_quarters_are_counted_not_recited() -> None:
    (item,) = items_of(person(condition(since="2026")))
    assert (item.due_on, item.state) == (d("2026-03-31"), "overdue")
    assert codes(item) == ["quarter-end", "missed-before", "late-for-norm"]
    assert item.reasons[0].values is not None
    assert item.reasons[0].values["latest"] == "2026-12-31"
    assert item.reasons[1].values == {"count": "3", "disease": "hypertension"}
    assert item.reasons[2].values == {"latest": "2026-03-31"}


def test_missed_promises_are_counted_too() -> None:
    (item,) = items_of(person(signed(contract("2026-01-01"))))
    assert (item.sources, codes(item)) == (("contract",), ["promise", "missed-promises"])
    assert item.reasons[1].values == {"count": "3"}
    assert item.item_name == "高血压随访"


@pytest.mark.parametrize(
    "facts",
    [
        person(condition(), follow_up("2026-11-22")),
        person(condition(), away("2026-01-01")),
        person(condition(), who=resident(died_on="2026-11-01")),
        person(signed(contract("2025-01-01"))),
    ],
    ids=["served today", "long away", "dead", "the contract is over"],
)
def test_nothing_is_asked(facts: PersonFacts) -> None:
    assert items_of(facts) == ()


# --- urgency -----------------------------------------------------------------------------------------------------------

URGENCY: list[tuple[str, PersonFacts, int, str]] = [
    ("asking after an emergency", person(referral("2026-11-21", "emergency")), 0, "phone"),
    ("asking after a referral", person(referral("2026-11-15")), 1, "phone"),
    (
        "again within 14 days, today",
        person(condition(), follow_up("2026-11-08", "uncontrolled")),
        2,
        "clinic",
    ),
    ("again, overdue", person(condition(), follow_up("2026-11-01", "uncontrolled")), 2, "home"),
    ("overdue", person(condition(), follow_up("2026-08-17")), 3, "home"),
    ("due today", person(condition(), follow_up("2026-08-22")), 4, "clinic"),
    ("planned", person(condition(), follow_up("2026-08-25")), 5, "clinic"),
    ("asking tomorrow is only planned", person(referral("2026-11-22", "emergency")), 5, "phone"),
    ("overdue, but away", person(condition(), follow_up("2026-08-17"), away("2026-11-01")), 3, "phone"),
]


@pytest.mark.parametrize(
    ("facts", "urgency", "hint"), [row[1:] for row in URGENCY], ids=[row[0] for row in URGENCY]
)
def test_urgency_and_how_to_reach_her(facts: PersonFacts, urgency: int, hint: str) -> None:
    (item,) = items_of(facts)
    assert (item.urgency, item.mode_hint) == (urgency, hint)


def test_most_urgent_first_then_the_longest_overdue() -> None:
    people = [
        replace(facts, resident=resident(record_id=f"r{number}"), household_id=f"h{number}")
        for number, facts in enumerate(row[1] for row in reversed(URGENCY))
    ]
    on = d("2026-11-22")
    matched = [one for facts in people for one in match(expand(facts, on, CALENDAR), facts, on)]
    items = due_items(matched, on)
    assert [item.urgency for item in items] == [0, 1, 2, 2, 3, 3, 4, 5, 5]
    assert [item.days_overdue for item in items if item.urgency == 2] == [7, 0]
    assert due_items(reversed(matched), on) == items


# --- doors -------------------------------------------------------------------------------------------------------------


def household(
    own_id: str, order: int | None, hamlet: str | None = "g1", until: str | None = None
) -> Household:
    return Household(
        id=own_id,
        number=f"0{own_id}",
        village_id="x",
        hamlet_id=hamlet,
        walking_order=order,
        not_visited_until=d(until) if until else None,
    )


def item_at(household_id: str | None, urgency: int = 3, resident_id: str = "r1") -> DueItem:
    return DueItem(
        resident_id=resident_id,
        household_id=household_id,
        item="follow_up:hypertension",
        item_name="高血压随访",
        due_on=d("2026-11-17"),
        latest_on=d("2026-12-31"),
        state="overdue",
        days_overdue=5,
        urgency=urgency,
        mode_hint="home",
        sources=("norm",),
        reasons=(),
        duty_keys=("k",),
    )


def names(found: tuple[Door, ...]) -> list[str | None]:
    return [door.household_id for door in found]


def test_doors_by_urgency_then_hamlet_then_walking_order() -> None:
    households = {
        one.id: one
        for one in (
            household("a", 9),
            household("b", 2),
            household("c", 1, "g2"),
            household("e", None),
            household("u", 5),
            household("s", 1, until="2026-11-23"),
        )
    }
    hamlets = {
        "g1": Hamlet(id="g1", village_id="x", number=3, walking_order=0),
        "g2": Hamlet(id="g2", village_id="x", number=1),
    }
    items = [item_at(one) for one in ("e", "c", "a", "s", None, "b")] + [
        item_at("u", 0, "r2"),
        item_at("u", 4),
    ]
    found = doors(items, households, d("2026-11-22"), hamlets)
    assert names(found) == ["u", "b", "a", "e", "c", None, "s"]
    assert [item.urgency for item in found[0].items] == [0, 4]
    assert [door.is_silenced for door in found] == [False] * 6 + [True]
    assert names(doors(items, households, d("2026-11-23"), hamlets))[1] == "s"


def test_doors_without_hamlets_or_known_households() -> None:
    assert names(doors([item_at("z"), item_at("a")], {"a": household("a", 1)}, d("2026-11-22"))) == ["a", "z"]


# --- as JSON -----------------------------------------------------------------------------------------------------------


def test_a_due_item_as_json() -> None:
    (item,) = items_of(person(condition(), follow_up("2026-08-17")))
    data = json.loads(json.dumps(item.as_json(), ensure_ascii=False))
    assert data["due_on"] == "2026-11-17"
    assert data["days_overdue"] == 5
    assert data["sources"] == ["norm"]
    assert data["reasons"] == [
        {
            "code": "three-months",
            "text": "上次高血压随访是 2026年8月17日，到 2026年11月17日 满 3 个月；这一季最晚 2026年12月31日。",
            "source": "规范（第三版）高血压 §随访频次",
        }
    ]


# --- explain -----------------------------------------------------------------------------------------------------------


def told(facts: PersonFacts, on: str = "2026-11-22", calendar: AssessmentCalendar = CALENDAR) -> list[str]:
    return [line.text() for line in explain_person(facts, d(on), calendar)]


def test_a_colleague_explains_the_grandmother() -> None:
    visit = follow_up("2026-08-17", mode="home")
    facts = person(
        condition(since="2016"),
        visit,
        pressure("2026-08-17", 148, 86, visit=visit),
        pressure("2026-11-21", 152, 96),
        signed(contract("2026-03-01", 2)),
    )
    assert told(facts) == [
        "2016年起有高血压，已确诊，70 岁，常住这里，按规范要管：每个季度面对面随访一次。",
        "上次算数的高血压随访是 2026年8月17日：控制满意，血压 148/86 mmHg。",
        "2026年11月21日 只量了血压（152/96 mmHg），没填随访表，不算随访。",
        "这个考核年度（2026年1月1日 到 2026年12月31日）高血压要随访 4 次，做了 1 次。",
        "高血压随访该在 2026年11月17日 做，超期 5 天了。",
        "上次高血压随访是 2026年8月17日，到 2026年11月17日 满 3 个月；这一季最晚 2026年12月31日。",
        "签约答应的“面对面随访”，一年 4 次，这是 2026年9月1日 到 2026年11月30日 的那一次。",
        "签约（2026年3月1日 到 2028年2月29日）答应的“面对面随访”，一年 4 次，一共 8 次：到今天该做 2 次，做了 1 次。",
        "协议里还答应了：义诊或体检、健康体检。这些本程序现在还不会提醒，请自己记着。",
    ]


EXPLAINED: list[tuple[str, PersonFacts, list[str]]] = [
    ("nobody owes anything", person(), ["no-disease", "nothing-due", "not-signed"]),
    ("dead", person(condition(), who=resident(died_on="2026-10-01")), ["died"]),
    ("moved out", person(condition(DIABETES), who=resident(moved_out_on="2026-10-01")), ["moved-out"]),
    (
        "34 years old",
        person(condition(), who=resident("1992-01-05")),
        ["too-young", "nothing-due", "not-signed"],
    ),
    (
        "away for a month",
        person(condition(since="2026-11"), away("2026-10-22")),
        [
            "away-now",
            "managed-since",
            "no-follow-up",
            "norm-tally",
            "nothing-due",
            "next-planned",
            "quarter-end",
            "not-signed",
        ],
    ),
    (
        "away for half a year: said once for both diseases",
        person(condition(since="2026-07"), condition(DIABETES, since="2026-07"), away("2026-01-01")),
        ["away-long", "nothing-due", "not-signed"],
    ),
    (
        "silenced",
        person(not_visited_until="2027-03-01"),
        ["silenced", "no-disease", "nothing-due", "not-signed"],
    ),
    (
        "no longer silenced",
        person(not_visited_until="2026-11-22"),
        ["no-disease", "nothing-due", "not-signed"],
    ),
    (
        "the last form is unfinished",
        person(condition(since="2026-11"), follow_up("2026-11-20", complete=False)),
        [
            "managed-since",
            "no-follow-up",
            "only-unfinished",
            "norm-tally",
            "nothing-due",
            "next-planned",
            "quarter-end",
            "not-signed",
        ],
    ),
    (
        "the last follow-up was by phone",
        person(condition(since="2026-11"), follow_up("2026-11-20", mode="phone")),
        [
            "managed-since",
            "no-follow-up",
            "only-by-phone",
            "norm-tally",
            "nothing-due",
            "next-planned",
            "quarter-end",
            "not-signed",
        ],
    ),
    (
        "served this quarter",
        person(condition(since="2026-11"), follow_up("2026-11-20")),
        [
            "managed-since",
            "last-follow-up",
            "norm-tally",
            "nothing-due",
            "next-planned",
            "three-months",
            "not-signed",
        ],
    ),
    (
        "due today",
        person(condition(since="2026-11"), follow_up("2026-08-22")),
        ["managed-since", "last-follow-up", "norm-tally", "next-due", "three-months", "not-signed"],
    ),
    (
        "a renewal that has not begun",
        person(signed(contract("2027-01-01", signed_on="2026-11-20"))),
        ["no-disease", "nothing-due", "not-signed", "signed-later"],
    ),
    (
        "served ahead of its day",
        person(signed(contract("2026-10-01")), follow_up("2026-10-08")),
        ["no-disease", "nothing-due", "promise-tally-ahead", "not-followed"],
    ),
]


@pytest.mark.parametrize(
    ("facts", "expected"), [row[1:] for row in EXPLAINED], ids=[row[0] for row in EXPLAINED]
)
def test_what_is_explained(facts: PersonFacts, expected: list[str]) -> None:
    lines = explain_person(facts, d("2026-11-22"), CALENDAR)
    assert [line.code for line in lines] == expected


def test_the_last_diabetes_follow_up_with_its_glucose_and_a_quick_one_after_it() -> None:
    visit = follow_up("2026-11-01", "uncontrolled", disease=DIABETES)
    facts = person(
        condition(DIABETES), visit, glucose("2026-11-01", "8.1", visit=visit), glucose("2026-11-10", "7.4")
    )
    lines = told(facts)
    assert "上次算数的糖尿病随访是 2026年11月1日：控制不满意，空腹血糖 8.1 mmol/L。" in lines
    assert "2026年11月10日 只测了空腹血糖（7.4 mmol/L），没填随访表，不算随访。" in lines


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


def test_promises_before_counting_are_not_promised_to_the_figures() -> None:
    facts = person(signed(contract("2026-01-01")))
    lines = told(facts, calendar=AssessmentCalendar(counting_starts_on=d("2026-07-01")))
    assert any("一共 2 次：到今天该做 1 次，做了 0 次" in line for line in lines)


def test_an_item_that_cannot_be_followed_is_named_once() -> None:
    facts = person(
        signed(
            contract("2026-01-01", packages=(BASIC, replace(BASIC, code="more"))), packages=("basic", "more")
        )
    )
    assert told(facts)[-1] == "协议里还答应了：义诊或体检。这些本程序现在还不会提醒，请自己记着。"


PLAIN = re.compile(r"mmHg|mmol/L")


@given(facts_with(), VILLAGE_DAYS)
def test_every_sentence_is_plain_chinese_without_codes(facts: PersonFacts, on: date) -> None:
    for line in explain_person(facts, on, CALENDAR):
        for text in (line.text(), line.source()):
            assert not set(PLAIN.sub("", text)) & set(string.ascii_letters + "{}_")


@given(facts_with(), VILLAGE_DAYS)
def test_every_due_item_has_its_reasons_said_with_a_source(facts: PersonFacts, on: date) -> None:
    items = due_items(match(expand(facts, on, CALENDAR), facts, on), on, horizon_days=90)
    for item in items:
        assert item.reasons
        for reason in item.reasons:
            assert source_of(reason.code, reason.values)
            assert "{" not in say(reason.code, reason.values)
        assert item.state != "done"
        assert item.days_overdue == max(0, (on - item.due_on).days)
    assert len({(item.resident_id, item.item) for item in items}) == len(items)


# --- sentences ---------------------------------------------------------------------------------------------------------


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


def test_sentences_end_like_sentences() -> None:
    for reason in REASONS.values():
        assert reason.text.endswith(("。", "：{why}"))
