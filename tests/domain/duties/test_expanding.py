"""What is owed and when: contracts.md §3.3 (both sources), norms-hypertension §2, §5, norms-diabetes §1, §4."""

import random
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any, TypeVar

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.domain.duties.people import (
    BP_FOLLOW_UP,
    DIABETES,
    DM_FOLLOW_UP,
    RULES,
    away,
    condition,
    contact,
    contract,
    d,
    duties_of,
    follow_up,
    glucose,
    matched_of,
    person,
    pressure,
    referral,
    resident,
    rules_from,
    signed,
)
from tests.domain.duties.records import VILLAGE_DAYS, facts_with
from village_doctor.domain.decisions import Decision
from village_doctor.domain.duties.calendar import AssessmentCalendar
from village_doctor.domain.duties.duty import Duty
from village_doctor.domain.duties.expanding import expand
from village_doctor.domain.duties.reasons import REASONS, say, source_of
from village_doctor.domain.person_facts import PersonFacts
from village_doctor.domain.problems import Problem
from village_doctor.domain.visits import Conclusion, Visit

VOIDED = datetime(2026, 1, 1, tzinfo=UTC)
R = TypeVar("R")


def spans(duties: list[Duty]) -> list[str]:
    return [str(duty.span_from) for duty in duties]


def due_in(facts: PersonFacts, on: str, quarter: str) -> tuple[str, str]:
    """Due date and deciding reason of the quarter that begins on that day."""
    duty = next(one for one in duties_of(facts, on, "quarter") if str(one.span_from) == quarter)
    return str(duty.due_on), duty.reasons[0].code


# --- the norm: one counted follow-up in each quarter -------------------------------------------------------------------


@pytest.mark.parametrize(
    ("since", "quarters"),
    [
        ("2026-01-01", ["2026-01-01", "2026-04-01", "2026-07-01", "2026-10-01"]),
        ("2026-03-31", ["2026-01-01", "2026-04-01", "2026-07-01", "2026-10-01"]),
        ("2026-04-01", ["2026-04-01", "2026-07-01", "2026-10-01"]),
        ("2026-06-30", ["2026-04-01", "2026-07-01", "2026-10-01"]),
        ("2026-07-01", ["2026-07-01", "2026-10-01"]),
        ("2026-09-30", ["2026-07-01", "2026-10-01"]),
        ("2026-10-01", ["2026-10-01"]),
        ("2026-12-31", ["2026-10-01"]),
    ],
)
def test_who_enters_in_quarter_1_2_3_4_owes_4_3_2_1(since: str, quarters: list[str]) -> None:
    facts = person(condition(since=since))
    owed = [duty for duty in duties_of(facts, "2026-12-31", "quarter") if duty.span_from.year == 2026]
    assert spans(owed) == quarters
    assert all(duty.proof == BP_FOLLOW_UP and duty.source == "norm" for duty in owed)


@pytest.mark.parametrize(
    ("enters", "who"),
    [
        ("turns 35 on 15 May", resident("1991-05-15")),
        ("born on 29 February, turns 35 on 1 March 2027", resident("1992-02-29")),
        ("six months here on 15 May", resident(registered_here=False, lives_here_since="2025-11-15")),
    ],
)
def test_other_ways_to_enter(enters: str, who: object) -> None:
    assert isinstance(who, type(resident()))
    facts = person(condition(since="2016"), who=who)
    first = "2027-01-01" if "29 February" in enters else "2026-04-01"
    assert spans(duties_of(facts, "2027-12-31", "quarter"))[0] == first


DUE: list[tuple[str, list[str], str | None, str, tuple[str, str]]] = [
    # last follow-ups, agreed day, quarter, due and why
    ("never followed up: the quarter's end", [], None, "2026-10-01", ("2026-12-31", "quarter-end")),
    (
        "last + 3 months comes first",
        ["2026-08-17"],
        None,
        "2026-10-01",
        ("2026-11-17", "three-months"),
    ),
    (
        "last + 3 months on the quarter's last day",
        ["2026-09-30"],
        None,
        "2026-10-01",
        ("2026-12-30", "three-months"),
    ),
    (
        "30 November + 3 months is 28 February",
        ["2026-11-30"],
        None,
        "2027-01-01",
        ("2027-02-28", "three-months"),
    ),
    (
        "the quarter's end comes first",
        ["2026-06-30"],
        None,
        "2026-07-01",
        ("2026-09-30", "three-months"),
    ),
    (
        "last + 3 months long past: when the quarter begins",
        ["2026-02-10"],
        None,
        "2026-10-01",
        ("2026-10-01", "quarter-begun"),
    ),
    (
        "last + 3 months on the quarter's first day",
        ["2026-07-01"],
        None,
        "2026-10-01",
        ("2026-10-01", "three-months"),
    ),
    (
        "agreed for the very day that is due anyway",
        ["2026-08-17"],
        "2026-11-17",
        "2026-10-01",
        ("2026-11-17", "three-months"),
    ),
    (
        "an agreed day that is the day of the visit says nothing",
        ["2026-08-17"],
        "2026-08-17",
        "2026-10-01",
        ("2026-11-17", "three-months"),
    ),
    ("the agreed day comes first", ["2026-08-17"], "2026-10-20", "2026-10-01", ("2026-10-20", "agreed-day")),
    (
        "an agreed day after last + 3 months moves nothing later",
        ["2026-08-17"],
        "2026-12-20",
        "2026-10-01",
        ("2026-11-17", "three-months"),
    ),
    (
        "an agreed day before the quarter is answered by its own duty",
        ["2026-08-17"],
        "2026-09-01",
        "2026-10-01",
        ("2026-10-01", "quarter-begun"),
    ),
    (
        "only the last follow-up speaks",
        ["2026-01-05", "2026-08-17"],
        None,
        "2026-10-01",
        ("2026-11-17", "three-months"),
    ),
]


@pytest.mark.parametrize(
    ("days", "agreed", "quarter", "expected"), [row[1:] for row in DUE], ids=[row[0] for row in DUE]
)
def test_due_on_the_earlier_of_last_plus_three_months_and_the_quarters_end(
    days: list[str], agreed: str | None, quarter: str, expected: tuple[str, str]
) -> None:
    visits = [follow_up(day, next_due_on=agreed) for day in days]
    assert due_in(person(condition(), *visits), "2026-12-01", quarter) == expected


def test_due_in_the_quarter_of_entry_not_before_the_entry() -> None:
    facts = person(condition(since="2016"), away("2025-06-01", "2026-11-10"), follow_up("2025-05-20"))
    assert due_in(facts, "2026-11-22", "2026-10-01") == ("2026-11-10", "quarter-begun")


def test_latest_is_the_quarters_end() -> None:
    duty = duties_of(person(condition(), follow_up("2026-08-17")), "2026-11-22", "quarter")[-2]
    assert (duty.due_on, duty.latest_on, duty.span_until) == (
        d("2026-11-17"),
        d("2026-12-31"),
        d("2026-12-31"),
    )


def test_extra_visits_of_one_quarter_never_use_up_a_later_one() -> None:
    visits = [
        follow_up(day, "uncontrolled") for day in ("2026-01-05", "2026-01-19", "2026-02-02", "2026-03-30")
    ]
    states = {
        str(one.duty.span_from): one.state
        for one in matched_of(person(condition(since="2026"), *visits), "2026-12-31", "quarter")
    }
    assert states == {
        "2026-01-01": "done",
        "2026-04-01": "overdue",
        "2026-07-01": "overdue",
        "2026-10-01": "overdue",
        "2027-01-01": "planned",
    }


def test_history_goes_back_to_the_previous_assessment_year() -> None:
    assert spans(duties_of(person(condition(since="2016")), "2026-11-22", "quarter"))[0] == "2025-01-01"


def test_planned_ones_reach_three_months_ahead() -> None:
    facts = person(condition(since="2016"))
    assert spans(duties_of(facts, "2026-09-30", "quarter"))[-1] == "2026-10-01"
    assert spans(duties_of(facts, "2026-10-01", "quarter"))[-1] == "2027-01-01"
    far = expand(facts, d("2026-10-01"), RULES, horizon_on=d("2026-12-31"))
    assert str(max(duty.span_from for duty in far)) == "2026-10-01"


def test_both_diseases_are_owed_side_by_side() -> None:
    duties = duties_of(
        person(condition(since="2026"), condition(DIABETES, since="2026-10")), "2026-12-31", "quarter"
    )
    year = [duty.proof for duty in duties if duty.span_from.year == 2026]
    assert sorted(year) == [DM_FOLLOW_UP] + [BP_FOLLOW_UP] * 4


# --- leaving the group -------------------------------------------------------------------------------------------------

LEAVING: list[tuple[str, PersonFacts, list[str]]] = [
    (
        "dead in the quarter: that quarter is not owed",
        person(condition(since="2026"), who=resident(died_on="2026-09-30")),
        ["2026-01-01", "2026-04-01"],
    ),
    (
        "dead the day after the quarter: it was owed",
        person(condition(since="2026"), who=resident(died_on="2026-10-01")),
        ["2026-01-01", "2026-04-01", "2026-07-01"],
    ),
    (
        "moved out",
        person(condition(since="2026"), who=resident(moved_out_on="2026-05-01")),
        ["2026-01-01"],
    ),
    (
        "six months away on the quarter's last day",
        person(condition(since="2026"), away("2025-12-30")),
        ["2026-01-01"],
    ),
    (
        "six months away the day after the quarter",
        person(condition(since="2026"), away("2026-01-01")),
        ["2026-01-01", "2026-04-01"],
    ),
    (
        "back after ten months: owed again in the quarter of return",
        person(condition(since="2026"), away("2025-12-30", "2026-10-30")),
        ["2026-01-01", "2026-10-01"],
    ),
    (
        "the disease was a mistake",
        person(condition(since="2026", until="2026-06-30")),
        ["2026-01-01", "2026-04-01"],
    ),
    (
        "served on the quarter's last day, dead that night",
        person(condition(since="2026-04-01"), follow_up("2026-06-30"), who=resident(died_on="2026-06-30")),
        ["2026-04-01"],
    ),
    (
        "served in the quarter of death: owed and done",
        person(condition(since="2026"), follow_up("2026-07-02"), who=resident(died_on="2026-07-20")),
        ["2026-01-01", "2026-04-01", "2026-07-01"],
    ),
]


@pytest.mark.parametrize(("facts", "quarters"), [row[1:] for row in LEAVING], ids=[row[0] for row in LEAVING])
def test_only_the_dead_the_moved_and_the_long_away_leave_from_that_day(
    facts: PersonFacts, quarters: list[str]
) -> None:
    owed = [duty for duty in duties_of(facts, "2026-12-31", "quarter") if duty.span_from.year == 2026]
    assert spans(owed) == quarters


def test_asked_to_the_last_day_in_the_group() -> None:
    facts = person(condition(since="2026-07", until="2026-11-22"))
    assert any(one.is_open for one in matched_of(facts, "2026-11-22", "quarter"))
    assert not any(one.is_open for one in matched_of(facts, "2026-11-23", "quarter"))


def test_what_was_missed_before_somebody_left_stays_in_the_figures_and_is_asked_no_more() -> None:
    facts = person(condition(since="2026"), who=resident(moved_out_on="2026-05-01"))
    matched = matched_of(facts, "2026-11-22", "quarter")
    assert [(one.state, one.is_open) for one in matched] == [("overdue", False)]


# --- counting_starts_on ------------------------------------------------------------------------------------------------


def test_nothing_is_overdue_for_a_time_before_counting_starts() -> None:
    facts = person(condition(since="2016"), signed(contract("2026-01-01")))
    duties = duties_of(facts, "2026-11-22", counting="2026-11-10")
    wanted = ("hypertension.follow_up", "quarter")
    assert [
        (duty.item, str(duty.span_from), str(duty.due_on))
        for duty in duties
        if str(duty.due_on) < "2027" and duty.item in wanted
    ] == [
        ("hypertension.follow_up", "2026-10-01", "2026-12-31"),
        ("quarter", "2026-10-01", "2026-12-31"),
    ]


@pytest.mark.parametrize(
    ("counting", "quarters"),
    [("2026-09-30", ["2026-07-01", "2026-10-01"]), ("2026-10-01", ["2026-10-01"])],
)
def test_the_quarter_that_holds_the_first_day_counts(counting: str, quarters: list[str]) -> None:
    owed = duties_of(person(condition()), "2026-12-31", "quarter", counting)
    assert [span for span in spans(owed) if span < "2027"] == quarters


def test_who_was_served_in_the_first_quarter_before_the_first_day_is_done() -> None:
    facts = person(condition(), follow_up("2026-10-05"))
    assert matched_of(facts, "2026-11-22", "quarter", counting="2026-11-20")[0].state == "done"
    early = person(condition(), follow_up("2026-02-01"), follow_up("2026-10-05"))
    duty = duties_of(early, "2026-11-22", "quarter", counting="2026-11-20")[0]
    assert str(duty.due_on) == "2026-11-20"
    assert [reason.code for reason in duty.reasons] == ["quarter-begun", "counting-starts"]


@pytest.mark.parametrize(("counting", "due"), [("2026-03-15", ["2026-03-15"]), ("2026-03-16", [])])
def test_a_return_within_14_days_that_ended_before_counting_is_not_asked(
    counting: str, due: list[str]
) -> None:
    facts = person(condition(), follow_up("2026-03-01", "uncontrolled", next_due_on="2026-03-08"))
    assert [str(duty.due_on) for duty in duties_of(facts, "2026-03-20", "again", counting)] == due


# --- another assessment year ------------------------------------------------------------------------------------------


def test_an_assessment_year_from_11_december_has_its_own_quarters() -> None:
    calendar = AssessmentCalendar.from_settings({"assessment_year_starts": "12-11", "counting_starts_on": ""})
    assert calendar.year_of(d("2026-12-10")) == (d("2025-12-11"), d("2026-12-10"))
    assert calendar.year_of(d("2026-12-11")) == (d("2026-12-11"), d("2027-12-10"))
    duties = expand(person(condition(since="2026-12-11")), d("2027-01-05"), replace(RULES, calendar=calendar))
    quarters = [duty for duty in duties if duty.item == "quarter"]
    assert [(str(duty.span_from), str(duty.span_until)) for duty in quarters] == [
        ("2026-12-11", "2027-03-10"),
        ("2027-03-11", "2027-06-10"),
    ]


def test_settings_that_are_not_there_have_their_usual_values() -> None:
    assert AssessmentCalendar.from_settings({}) == AssessmentCalendar()
    calendar = AssessmentCalendar.from_settings({"counting_starts_on": "2026-11-22"})
    assert calendar == AssessmentCalendar(counting_starts_on=d("2026-11-22"))


def test_an_assessment_year_may_begin_on_any_day_that_every_month_has() -> None:
    calendar = AssessmentCalendar.from_settings({"assessment_year_starts": "02-28"})
    assert calendar.year_of(d("2026-02-28")) == (d("2026-02-28"), d("2027-02-27"))


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("assessment_year_starts", "13-01"),
        ("assessment_year_starts", "12-29"),
        ("assessment_year_starts", "02-30"),
        ("assessment_year_starts", "one"),
        ("counting_starts_on", "soon"),
    ],
)
def test_a_setting_with_a_mistake_is_refused_by_its_name(field: str, value: str) -> None:
    with pytest.raises(Problem) as caught:
        AssessmentCalendar.from_settings({field: value})
    assert caught.value.code == "field-value"
    assert caught.value.values == {"field": field, "value": value}


# --- again within 14 days ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("result", "owed"),
    [
        ("controlled", False),
        ("uncontrolled", True),
        ("adverse_reaction", True),
        ("complication", True),
        (None, False),
    ],
)
def test_every_class_but_controlled_asks_for_a_return(result: str | None, owed: bool) -> None:
    duties = duties_of(person(condition(), follow_up("2026-11-08", result)), "2026-11-10", "again")
    assert [str(duty.latest_on) for duty in duties] == (["2026-11-22"] if owed else [])


@pytest.mark.parametrize(
    ("on", "state"),
    [("2026-11-21", "planned"), ("2026-11-22", "due"), ("2026-11-23", "overdue")],
)
def test_day_14_is_in_time_and_day_15_is_not(on: str, state: str) -> None:
    matched = matched_of(person(condition(), follow_up("2026-11-08", "uncontrolled")), on, "again")
    assert [one.state for one in matched] == [state]


@pytest.mark.parametrize(
    ("agreed", "reason", "due"),
    [
        ("2026-11-15", None, "2026-11-15"),
        ("2026-11-22", None, "2026-11-22"),
        ("2026-12-08", None, "2026-11-22"),
        ("2026-12-08", "住院中", "2026-12-08"),
        ("2026-11-15", "住院中", "2026-11-15"),
        ("2026-11-08", None, "2026-11-22"),
        (None, None, "2026-11-22"),
    ],
)
def test_the_agreed_day_may_be_earlier_and_later_only_with_a_reason(
    agreed: str | None, reason: str | None, due: str
) -> None:
    visit = follow_up("2026-11-08", "uncontrolled", next_due_on=agreed, overrule_reason=reason)
    duty = duties_of(person(condition(), visit), "2026-11-10", "again")[0]
    assert (str(duty.due_on), str(duty.latest_on)) == (due, "2026-11-22")


def test_a_return_is_done_by_the_next_counted_follow_up_however_late() -> None:
    late = follow_up("2026-11-30")
    facts = person(condition(), follow_up("2026-11-08", "uncontrolled"), late)
    one = matched_of(facts, "2026-12-01", "again")[0]
    assert (one.state, one.done_on, one.evidence) == ("done", d("2026-11-30"), ("visit", late.id))


@pytest.mark.parametrize(
    "other",
    [
        follow_up("2026-11-20", mode="phone"),
        follow_up("2026-11-20", complete=False),
        follow_up("2026-11-20", disease=DIABETES),
        contact("2026-11-20", "home"),
        replace(follow_up("2026-11-20"), voided_at=VOIDED),
        follow_up("2026-11-08", "controlled", hour=8),
    ],
    ids=["by phone", "unfinished", "the other disease", "a contact", "voided", "the same morning"],
)
def test_what_does_not_answer_a_return(other: object) -> None:
    facts = person(condition(), follow_up("2026-11-08", "uncontrolled", hour=10), other)
    assert [one.state for one in matched_of(facts, "2026-11-23", "again")] == ["overdue"]


def test_two_follow_ups_on_one_day_are_read_as_the_most_serious() -> None:
    facts = person(
        condition(),
        follow_up("2026-11-08", "uncontrolled"),
        follow_up("2026-11-08", "complication"),
        follow_up("2026-11-08", "controlled"),
    )
    duties = duties_of(facts, "2026-11-10", "again")
    assert [duty.reasons[0].values["result"] for duty in duties if duty.reasons[0].values] == ["complication"]


def test_a_return_is_owed_before_35_too_but_not_without_the_disease_nor_by_the_gone() -> None:
    visit = follow_up("2026-11-08", "uncontrolled")
    assert duties_of(person(condition(), visit, who=resident("2000-01-01")), "2026-11-10", "again")
    assert not duties_of(person(visit, condition(DIABETES)), "2026-11-10", "again")
    assert not duties_of(person(condition(until="2026-11-09"), visit), "2026-11-10", "again")
    assert not duties_of(
        person(condition(), visit, who=resident(died_on="2026-11-10")), "2026-11-10", "again"
    )
    assert not duties_of(person(condition(), visit, away("2026-05-10")), "2026-11-10", "again")
    assert duties_of(person(condition(), visit, away("2026-05-11")), "2026-11-10", "again")


def test_a_day_agreed_within_14_days_is_no_overruling() -> None:
    for agreed, codes in (
        ("2026-11-22", ["again-14-days"]),
        ("2026-11-23", ["again-14-days", "overruled"]),
    ):
        visit = follow_up("2026-11-08", "uncontrolled", next_due_on=agreed, overrule_reason="住院中")
        (duty,) = duties_of(person(condition(), visit), "2026-11-10", "again")
        assert [reason.code for reason in duty.reasons] == codes


@pytest.mark.parametrize(("day", "listed"), [("2025-01-01", ["2025-01-02"]), ("2024-12-31", [])])
def test_returns_that_were_kept_are_history_from_the_previous_assessment_year_on(
    day: str, listed: list[str]
) -> None:
    facts = person(condition(), follow_up(day, "uncontrolled"), follow_up("2025-01-10"))
    assert spans(duties_of(facts, "2026-11-22", "again")) == listed


def test_a_return_missed_years_ago_is_remembered_while_nobody_came_back() -> None:
    old = follow_up("2022-03-01", "uncontrolled")
    assert spans(duties_of(person(condition(), old), "2026-11-22", "again")) == ["2022-03-02"]
    assert not duties_of(person(condition(), old, follow_up("2023-01-01")), "2026-11-22", "again")


# --- a day agreed at a controlled follow-up ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("agreed", "due"),
    [
        ("2026-10-20", ["2026-10-20"]),
        ("2026-12-31", ["2026-12-31"]),
        ("2027-01-01", []),
        (None, []),
        ("2026-10-05", []),
    ],
)
def test_an_agreed_day_in_a_quarter_already_served_is_a_duty_of_its_own(
    agreed: str | None, due: list[str]
) -> None:
    facts = person(condition(), follow_up("2026-10-05", next_due_on=agreed))
    assert [str(duty.due_on) for duty in duties_of(facts, "2026-10-10", "own_plan")] == due


def test_only_the_latest_follow_up_has_a_plan_and_only_while_she_is_here() -> None:
    visit = follow_up("2026-10-05", next_due_on="2026-10-20")
    assert not duties_of(person(condition(), visit, follow_up("2026-10-08")), "2026-10-10", "own_plan")
    assert not duties_of(person(condition(), visit, away("2026-04-10")), "2026-10-10", "own_plan")
    assert not duties_of(person(condition(), visit), "2026-10-10", "own_plan", counting="2026-10-21")


def test_the_visit_that_agreed_the_day_does_not_keep_it() -> None:
    facts = person(condition(), follow_up("2026-10-05", next_due_on="2026-10-20"))
    assert [one.state for one in matched_of(facts, "2026-10-20", "own_plan")] == ["due"]
    assert duties_of(facts, "2026-10-10", "own_plan")[0].latest_on == d("2027-01-05")


# --- fasting again -----------------------------------------------------------------------------------------------------

NO_GLUCOSE = Decision(
    control_result=None,
    actions=(),
    reasons=(),
    next_on=d("2026-11-15"),
    limit_on=d("2026-11-15"),
    is_high=None,
)
MEASURED = replace(NO_GLUCOSE, is_high=False)

FASTING: list[tuple[str, PersonFacts, list[str]]] = [
    (
        "the form lacks the fasting glucose",
        person(
            condition(DIABETES),
            follow_up(
                "2026-11-08", None, disease=DIABETES, complete=False, missing=("fasting_glucose_mmol",)
            ),
        ),
        ["2026-11-15"],
    ),
    (
        "by phone, the rule had no value to go by",
        person(
            condition(DIABETES),
            follow_up("2026-11-08", None, disease=DIABETES, mode="phone", decision=NO_GLUCOSE),
        ),
        ["2026-11-15"],
    ),
    (
        "unfinished for another reason",
        person(
            condition(DIABETES),
            follow_up(
                "2026-11-08",
                None,
                disease=DIABETES,
                complete=False,
                missing=("adherence",),
                decision=MEASURED,
            ),
        ),
        [],
    ),
    (
        "nobody was at home",
        person(
            condition(DIABETES),
            replace(
                follow_up(
                    "2026-11-08", None, disease=DIABETES, complete=False, missing=("fasting_glucose_mmol",)
                ),
                not_done_reason="not_at_home",
            ),
        ),
        [],
    ),
    ("a counted one", person(condition(DIABETES), follow_up("2026-11-08", disease=DIABETES)), []),
    (
        "hypertension needs no glucose",
        person(condition(DIABETES), follow_up("2026-11-08", None, complete=False, decision=NO_GLUCOSE)),
        [],
    ),
]


@pytest.mark.parametrize(("facts", "due"), [row[1:] for row in FASTING], ids=[row[0] for row in FASTING])
def test_fasting_again_within_7_days(facts: PersonFacts, due: list[str]) -> None:
    assert [str(duty.due_on) for duty in duties_of(facts, "2026-11-10", "fasting_again")] == due


def unfasted(day: str) -> Visit:
    return follow_up(day, None, disease=DIABETES, complete=False, missing=("fasting_glucose_mmol",))


def test_fasting_again_is_asked_from_the_day_of_the_visit_on() -> None:
    facts = person(condition(DIABETES), unfasted("2026-11-08"))
    assert not duties_of(facts, "2026-11-07", "fasting_again")
    (duty,) = duties_of(facts, "2026-11-08", "fasting_again")
    assert (duty.key, duty.is_asked) == ("r1/norm/fasting_again:diabetes/2026-11-08", True)


def test_fasting_again_is_owed_while_she_is_here_and_ill() -> None:
    visit = unfasted("2026-11-08")
    assert duties_of(person(condition(DIABETES), visit, away("2026-05-11")), "2026-11-10", "fasting_again")
    assert not duties_of(
        person(condition(DIABETES), visit, away("2026-05-10")), "2026-11-10", "fasting_again"
    )
    left = person(condition(DIABETES), visit, who=resident(moved_out_on="2026-11-16"))
    assert [one.is_open for one in matched_of(left, "2026-11-20", "fasting_again")] == [False]
    gone = person(condition(DIABETES), visit, who=resident(moved_out_on="2026-11-15"))
    assert not duties_of(gone, "2026-11-20", "fasting_again")
    back = person(condition(DIABETES), unfasted("2026-03-01"), visit, away("2025-08-01", "2026-06-01"))
    assert spans(duties_of(back, "2026-11-10", "fasting_again")) == ["2026-11-08"]


def test_fasting_again_that_ended_before_the_counting_does_not_hide_the_next() -> None:
    facts = person(condition(DIABETES), unfasted("2026-03-01"), unfasted("2026-03-08"))
    found = duties_of(facts, "2026-03-20", "fasting_again", counting="2026-03-09")
    assert spans(found) == ["2026-03-08"]


@pytest.mark.parametrize(
    ("records", "listed"),
    [
        ([unfasted("2025-01-01"), follow_up("2025-01-05", disease=DIABETES)], ["2025-01-01"]),
        ([unfasted("2024-12-31"), follow_up("2025-01-05", disease=DIABETES)], []),
        ([unfasted("2023-03-01"), unfasted("2024-12-31")], ["2024-12-31"]),
        ([unfasted("2023-03-01"), unfasted("2024-06-01"), unfasted("2024-12-31")], ["2024-12-31"]),
    ],
)
def test_fasting_again_as_history(records: list[Visit], listed: list[str]) -> None:
    facts = person(condition(DIABETES), *records)
    assert spans(duties_of(facts, "2026-11-22", "fasting_again")) == listed


def test_fasting_again_is_done_by_a_complete_diabetes_follow_up_not_by_a_glucose_alone() -> None:
    first = follow_up("2026-11-08", None, disease=DIABETES, complete=False, missing=("fasting_glucose_mmol",))
    alone = person(condition(DIABETES), first, glucose("2026-11-12"))
    assert [one.state for one in matched_of(alone, "2026-11-12", "fasting_again")] == ["planned"]
    assert [one.state for one in matched_of(alone, "2026-11-16", "fasting_again")] == ["overdue"]
    done = person(condition(DIABETES), first, follow_up("2026-11-12", disease=DIABETES))
    assert [one.state for one in matched_of(done, "2026-11-12", "fasting_again")] == ["done"]
    same_day = person(condition(DIABETES), first, follow_up("2026-11-08", disease=DIABETES, hour=15))
    assert [one.state for one in matched_of(same_day, "2026-11-12", "fasting_again")] == ["done"]


# --- again after a high value on a form that was not finished ----------------------------------------------------------

HIGH = replace(NO_GLUCOSE, next_on=d("2026-11-15"), limit_on=d("2026-11-22"), is_high=True)


def unfinished(decision: Decision | None = HIGH, disease: str = "hypertension", **more: Any) -> Visit:
    """On 8 November, the adherence was left blank."""
    return follow_up(
        "2026-11-08", None, disease=disease, complete=False, missing=("adherence",), decision=decision, **more
    )


UNFINISHED: list[tuple[str, Visit, list[tuple[str, str]]]] = [
    ("the rule gives two weeks", unfinished(), [("2026-11-22", "2026-11-22")]),
    ("sooner, as agreed", unfinished(next_due_on="2026-11-15"), [("2026-11-15", "2026-11-22")]),
    (
        "as agreed for this disease on a form for two",
        replace(
            unfinished(next_due_on="2026-11-15"),
            conclusions=(
                Conclusion(disease="hypertension", decision=HIGH, next_due_on=d("2026-11-18")),
                Conclusion(disease=DIABETES, next_due_on=d("2026-11-15")),
            ),
        ),
        [("2026-11-18", "2026-11-22")],
    ),
    ("at target", unfinished(replace(HIGH, is_high=False)), []),
    ("not measured", unfinished(replace(HIGH, is_high=None)), []),
    (
        "on a form for two only the other disease is high",
        replace(unfinished(), conclusions=(Conclusion(disease="hypertension", decision=NO_GLUCOSE),)),
        [],
    ),
    ("nothing was decided", unfinished(None), []),
    ("another disease", unfinished(disease="copd"), []),
    ("nobody was at home", replace(unfinished(), not_done_reason="not_at_home"), []),
    ("voided", replace(unfinished(), voided_at=datetime(2026, 11, 9, tzinfo=UTC)), []),
    ("no follow-up", replace(unfinished(), purpose="check_up"), []),
    ("finished", follow_up("2026-11-08", "uncontrolled", decision=HIGH), []),
]


@pytest.mark.parametrize(
    ("visit", "due"), [row[1:] for row in UNFINISHED], ids=[row[0] for row in UNFINISHED]
)
def test_again_within_two_weeks_after_a_high_value_on_an_unfinished_form(
    visit: Visit, due: list[tuple[str, str]]
) -> None:
    """norms-hypertension §5: high is ≤ 14 days whatever the class; an unfinished form has none."""
    found = duties_of(person(condition(), visit), "2026-11-10", "unfinished_again")
    assert [(str(one.due_on), str(one.latest_on)) for one in found] == due
    assert {one.proof for one in found} <= {"follow_up:hypertension"}


def test_what_an_unfinished_form_asks_for_is_said_and_its_finishing_answers_it() -> None:
    facts = person(condition(), unfinished())
    (duty,) = duties_of(facts, "2026-11-10", "unfinished_again")
    assert [reason.code for reason in duty.reasons] == ["unfinished-again"]
    assert say("unfinished-again", duty.reasons[0].values) == (
        "2026年11月8日 那次高血压随访没达标，表又没填完，不算随访；最晚 2026年11月22日 要再随访一次。"
    )
    assert source_of("unfinished-again", duty.reasons[0].values) == "规范（第三版）高血压 §分类干预"
    assert [one.state for one in matched_of(facts, "2026-11-23", "unfinished_again")] == ["overdue"]
    for day in ("2026-11-08", "2026-11-20"):
        done = person(condition(), unfinished(), follow_up(day, hour=15))
        assert [one.state for one in matched_of(done, "2026-11-23", "unfinished_again")] == ["done"]
    sweet = person(condition(DIABETES), unfinished(disease=DIABETES))
    assert [one.proof for one in duties_of(sweet, "2026-11-10", "unfinished_again")] == ["follow_up:diabetes"]


def test_of_two_unfinished_forms_of_one_day_the_later_speaks() -> None:
    early = unfinished(next_due_on="2026-11-15", hour=8)
    late = unfinished(next_due_on="2026-11-18", hour=10)
    for records in ((early, late), (late, early)):
        (duty,) = duties_of(person(condition(), *records), "2026-11-10", "unfinished_again")
        assert str(duty.due_on) == "2026-11-18"


# --- everything together -----------------------------------------------------------------------------------------------


def test_people_to_whom_nobody_owes_anything() -> None:
    young = resident("2004-03-01")
    assert duties_of(person(follow_up("2026-11-01"), pressure("2026-11-01"), who=young), "2026-11-22") == []
    assert duties_of(person(condition("04"), who=young), "2026-11-22") == []


def test_every_reason_can_be_said_with_its_source() -> None:
    facts = person(
        condition(),
        condition(DIABETES),
        signed(contract("2026-01-01")),
        follow_up("2026-08-17", "uncontrolled", next_due_on="2026-09-30", overrule_reason="住院中"),
        follow_up("2026-11-01", None, disease=DIABETES, complete=False, missing=("fasting_glucose_mmol",)),
        referral("2026-11-08", "emergency", asked=(("2026-11-09", "not_arrived"),)),
        referral("2026-11-08", record_id="f2"),
    )
    duties = duties_of(facts, "2026-11-22") + duties_of(facts, "2026-11-22", counting="2026-11-22")
    codes = {reason.code for duty in duties for reason in duty.reasons}
    assert {
        "promise",
        "again-14-days",
        "overruled",
        "fasting-again",
        "referral-emergency",
        "first-spread",
    } <= codes
    for duty in duties:
        for reason in duty.reasons:
            text = say(reason.code, reason.values)
            assert "{" not in text + source_of(reason.code, reason.values)
            assert not any(code in text for code in ("hypertension", "diabetes", "controlled"))
            assert source_of(reason.code, reason.values)
    assert codes <= REASONS.keys()


@given(facts_with(), VILLAGE_DAYS, st.randoms(use_true_random=False))
def test_expansion_is_the_same_whatever_order_records_come_in(
    facts: PersonFacts, on: date, shuffler: random.Random
) -> None:
    def mixed(records: tuple[R, ...]) -> tuple[R, ...]:
        return tuple(shuffler.sample(records, len(records)))

    shuffled = replace(
        facts,
        conditions=mixed(facts.conditions),
        absences=mixed(facts.absences),
        visits=mixed(facts.visits),
        readings=mixed(facts.readings),
        referrals=mixed(facts.referrals),
        contracts=mixed(facts.contracts),
    )
    assert expand(shuffled, on, RULES) == expand(facts, on, RULES)


@given(facts_with(), VILLAGE_DAYS)
def test_keys_are_unique_and_dates_in_order(facts: PersonFacts, on: date) -> None:
    duties = expand(facts, on, RULES)
    assert len({duty.key for duty in duties}) == len(duties)
    for duty in duties:
        if duty.item.startswith("referral"):  # asked again and again, also after the norm's last day
            continue
        assert duty.span_from <= duty.latest_on
        assert duty.span_until is None or duty.due_on <= duty.span_until


@given(facts_with(), VILLAGE_DAYS)
def test_promises_never_fall_outside_the_contract(facts: PersonFacts, on: date) -> None:
    for duty in expand(facts, on, RULES):
        if duty.contract_id is not None:
            deal = next(one for one in facts.contracts if one.contract.id == duty.contract_id)
            last = deal.contract.ends_on
            if deal.contract.terminated_on is not None:
                last = min(last, deal.contract.terminated_on - timedelta(days=1))
            assert deal.contract.starts_on <= duty.span_from <= duty.due_on <= last
            assert deal.member.until_on is None or duty.due_on <= deal.member.until_on


@given(facts_with(), VILLAGE_DAYS, st.dates(date(2024, 1, 1), date(2027, 6, 30)))
def test_nothing_is_due_before_counting_starts(facts: PersonFacts, on: date, counting: date) -> None:
    for duty in expand(facts, on, rules_from(str(counting))):
        assert duty.due_on >= counting
