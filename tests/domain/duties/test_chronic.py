"""Follow-up duties beyond the quarters of `test_expanding`: the first quarter of counting, 一张表, other rhythms.

contracts.md §3.3 a (first-day rule), norms-hypertension §3, §5, norms-diabetes §4; the spreading by hamlet is ours.
"""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.domain.duties.people import (
    DIABETES,
    HYPERTENSION,
    RULES,
    away,
    condition,
    d,
    duties_of,
    follow_up,
    matched_of,
    person,
    resident,
)
from tests.domain.duties.proofs import dates
from tests.domain.duties.records import VILLAGE_DAYS, facts_with
from village_doctor.domain.decisions import Decision
from village_doctor.domain.duties.chronic import (
    FollowUpPlan,
    Within,
    again_duties,
    own_plan_duties,
    quarter_duties,
)
from village_doctor.domain.duties.duty import Duty, Question
from village_doctor.domain.duties.evidence import EvidenceIndex
from village_doctor.domain.duties.expanding import expand
from village_doctor.domain.duties.reasons import say, source_of
from village_doctor.domain.managed_groups import managed_periods
from village_doctor.domain.person_facts import PersonFacts
from village_doctor.domain.visits import Conclusion, Visit

# --- the quarter in which the counting starts: first follow-ups are spread by hamlet ---


def first_due(facts: PersonFacts, counting: str, place: tuple[int, int] | None) -> tuple[str, list[str]]:
    """Due day and reasons of the first quarter that counts."""
    duty = duties_of(replace(facts, hamlet_place=place), counting, "quarter", counting)[0]
    return str(duty.due_on), [reason.code for reason in duty.reasons]


@pytest.mark.parametrize(
    ("counting", "place", "due"),
    [
        # from 22 November to 31 December are 39 days
        pytest.param("2026-11-22", (0, 3), "2026-12-05", id="first of three hamlets: a third"),
        pytest.param("2026-11-22", (1, 3), "2026-12-18", id="second of three"),
        pytest.param("2026-11-22", (2, 3), "2026-12-31", id="the last hamlet: the quarter's end"),
        pytest.param("2026-11-22", (0, 2), "2026-12-11", id="19 and a half days: the earlier day"),
        pytest.param("2026-11-22", (0, 1), "2026-12-31", id="one hamlet: the quarter's end"),
        pytest.param("2026-11-22", None, "2026-12-31", id="no hamlet known: the quarter's end"),
        pytest.param("2026-10-01", (0, 4), "2026-10-23", id="a whole quarter of 91 days"),
        pytest.param("2026-12-31", (0, 3), "2026-12-31", id="on the quarter's last day"),
    ],
)
def test_first_follow_ups_are_spread_over_the_rest_of_the_quarter(
    counting: str, place: tuple[int, int] | None, due: str
) -> None:
    never = person(condition(since="2016"))
    assert first_due(never, counting, place) == (due, ["quarter-end", "first-spread"])


@pytest.mark.parametrize(
    ("visits", "expected"),
    [
        pytest.param(
            [follow_up("2026-02-01")],
            ("2026-12-05", ["quarter-begun", "first-spread"]),
            id="long past: spread like the others",
        ),
        pytest.param(
            [follow_up("2026-08-22")],
            ("2026-11-22", ["three-months"]),
            id="three months on the first day itself: that day",
        ),
        pytest.param(
            [follow_up("2026-08-21")],
            ("2026-12-05", ["three-months", "first-spread"]),
            id="three months the day before: spread",
        ),
        pytest.param(
            [follow_up("2026-09-20", next_due_on="2026-11-25")],
            ("2026-11-25", ["agreed-day"]),
            id="a day agreed stands",
        ),
        pytest.param(
            [follow_up("2026-10-05"), follow_up("2026-07-01")],
            ("2026-11-22", ["three-months", "counting-starts"]),
            id="served in the quarter before the counting: not spread",
        ),
    ],
)
def test_only_what_nobody_has_agreed_is_spread(visits: list[Visit], expected: tuple[str, list[str]]) -> None:
    assert first_due(person(condition(since="2016"), *visits), "2026-11-22", (0, 3)) == expected


def test_being_served_does_not_move_the_day_she_was_due() -> None:
    place = (0, 3)
    before = replace(person(condition()), hamlet_place=place)
    after = replace(person(condition(), follow_up("2026-11-25")), hamlet_place=place)
    first, served = (
        duties_of(one, "2026-11-30", "quarter", counting="2026-11-22")[0] for one in (before, after)
    )
    assert (first.due_on, first.key) == (served.due_on, served.key) == (d("2026-12-05"), first.key)


def test_later_quarters_and_late_entries_are_not_spread() -> None:
    facts = replace(person(condition(since="2016")), hamlet_place=(0, 3))
    later = duties_of(facts, "2026-11-22", "quarter", counting="2026-11-22")[1]
    assert (str(later.span_from), str(later.due_on)) == ("2027-01-01", "2027-03-31")
    new = replace(person(condition(since="2026-12-01")), hamlet_place=(0, 3))
    duty = duties_of(new, "2026-12-02", "quarter", counting="2026-11-22")[0]
    assert (str(duty.due_on), [one.code for one in duty.reasons]) == ("2026-12-31", ["quarter-end"])


def test_the_spread_is_told_with_its_days() -> None:
    facts = replace(person(condition(since="2016")), hamlet_place=(0, 3))
    reason = duties_of(facts, "2026-11-22", "quarter", counting="2026-11-22")[0].reasons[1]
    text = say(reason.code, reason.values)
    assert "2026年11月22日" in text
    assert "2026年12月5日" in text
    assert source_of(reason.code, reason.values)


def test_who_was_served_before_the_counting_is_told_from_when_it_counts() -> None:
    facts = person(condition(), follow_up("2026-07-01"), follow_up("2026-10-05"))
    reason = duties_of(facts, "2026-11-22", "quarter", counting="2026-11-22")[0].reasons[-1]
    assert say(reason.code, reason.values) == "从 2026年11月22日 起才开始算，在那以前的不算超期。"


@given(
    facts_with(),
    VILLAGE_DAYS,
    st.dates(date(2025, 1, 1), date(2027, 6, 30)),
    st.tuples(st.integers(0, 9), st.integers(1, 10)).filter(lambda place: place[0] < place[1]),
)
def test_a_first_day_never_lies_before_the_counting_nor_after_the_quarter(
    facts: PersonFacts, on: date, counting: date, place: tuple[int, int]
) -> None:
    rules = replace(RULES, calendar=replace(RULES.calendar, counting_starts_on=counting))
    for duty in expand(replace(facts, hamlet_place=place), on, rules):
        if duty.item == "quarter":
            assert counting <= duty.due_on <= duty.latest_on


# --- 一张表: each disease by its own conclusion ---


def sheet(day: str, pressure: tuple[str, str], glucose: tuple[str, str]) -> Visit:
    """One visit for both; class and next date of each."""
    conclusions = tuple(
        Conclusion(disease=disease, control_result=result, next_due_on=d(due))
        for disease, (result, due) in ((HYPERTENSION, pressure), (DIABETES, glucose))
    )
    return replace(
        follow_up(day, "uncontrolled", next_due_on=min(pressure[1], glucose[1])),
        form_code="hypertension_diabetes_follow_up",
        diseases=(HYPERTENSION, DIABETES),
        proves=("follow_up:hypertension", "follow_up:diabetes"),
        conclusions=conclusions,
    )


def test_one_visit_proves_both_quarters_and_only_the_bad_one_asks_for_a_return() -> None:
    visit = sheet("2026-10-08", ("uncontrolled", "2026-10-20"), ("controlled", "2027-01-08"))
    facts = person(condition(), condition(DIABETES), visit)
    quarters = [
        one for one in matched_of(facts, "2026-10-10", "quarter") if str(one.duty.span_from) == "2026-10-01"
    ]
    assert [(one.state, one.evidence) for one in quarters] == [("done", ("visit", visit.id))] * 2
    again = duties_of(facts, "2026-10-10", "again")
    assert [(duty.proof, str(duty.due_on)) for duty in again] == [("follow_up:hypertension", "2026-10-20")]
    assert duties_of(facts, "2026-10-10", "own_plan") == []


def test_the_day_agreed_for_one_disease_is_not_the_others() -> None:
    visit = sheet("2026-10-08", ("controlled", "2026-11-01"), ("controlled", "2027-01-08"))
    facts = person(condition(), condition(DIABETES), visit)
    (plan,) = duties_of(facts, "2026-10-10", "own_plan")
    assert (plan.proof, str(plan.due_on)) == ("follow_up:hypertension", "2026-11-01")
    next_quarter = {
        duty.proof: str(duty.due_on)
        for duty in duties_of(facts, "2026-10-10", "quarter")
        if str(duty.span_from) == "2027-01-01"
    }
    assert next_quarter == {"follow_up:hypertension": "2027-01-01", "follow_up:diabetes": "2027-01-08"}


def test_after_a_sheet_for_both_a_single_sheet_answers_its_own_disease() -> None:
    visit = sheet("2026-10-08", ("uncontrolled", "2026-10-22"), ("uncontrolled", "2026-10-22"))
    facts = person(condition(), condition(DIABETES), visit, follow_up("2026-10-20"))
    states = {one.duty.proof: one.state for one in matched_of(facts, "2026-10-23", "again")}
    assert states == {"follow_up:hypertension": "done", "follow_up:diabetes": "overdue"}


def test_a_sheet_for_both_without_fasting_glucose_asks_her_to_come_fasting() -> None:
    lacking = Decision(
        control_result=None, actions=(), reasons=(), next_on=d("2026-10-15"), limit_on=d("2026-10-15")
    )
    visit = replace(
        follow_up("2026-10-08", None, mode="phone"),
        form_code="hypertension_diabetes_follow_up",
        diseases=(HYPERTENSION, DIABETES),
        decision=replace(lacking, is_high=True),
        conclusions=(
            Conclusion(disease=HYPERTENSION, decision=replace(lacking, is_high=True)),
            Conclusion(disease=DIABETES, decision=lacking),
        ),
    )
    facts = person(condition(), condition(DIABETES), visit)
    assert [str(duty.due_on) for duty in duties_of(facts, "2026-10-10", "fasting_again")] == ["2026-10-15"]


# --- the low side and the re-measured pressure: the clinical next date is the duty's ---


def test_a_controlled_visit_with_an_early_date_is_a_duty_of_its_own() -> None:
    """Came down at the second measuring, controlled at 70: again within a week (hypertension §3)."""
    facts = person(condition(), follow_up("2026-10-05", next_due_on="2026-10-12"))
    (duty,) = duties_of(facts, "2026-10-06", "own_plan")
    assert (dates(duty), duty.is_asked) == (("2026-10-06", "None", "2026-10-12", "2027-01-05"), True)
    assert duty.key == "r1/norm/own_plan:hypertension/2026-10-05"
    (sentence,) = (say(reason.code, reason.values) for reason in duty.reasons)
    assert sentence == "2026年10月5日 那次高血压随访约好 2026年10月12日 再看。"


def test_a_return_may_be_sooner_than_day_14() -> None:
    facts = person(condition(), follow_up("2026-10-05", "uncontrolled", next_due_on="2026-10-12"))
    (duty,) = duties_of(facts, "2026-10-06", "again")
    assert (str(duty.due_on), str(duty.latest_on)) == ("2026-10-12", "2026-10-19")


# --- returns of who left, and from before the counting ---


def test_a_return_that_was_kept_stays_when_she_leaves_and_is_asked_no_more() -> None:
    bad, next_day = follow_up("2026-11-08", "uncontrolled"), follow_up("2026-11-09")
    left = resident(moved_out_on="2026-11-10")
    (one,) = matched_of(person(condition(), bad, next_day, who=left), "2026-11-20", "again")
    assert one.duty.key == "r1/norm/again:hypertension/2026-11-08"
    assert (one.state, one.evidence, one.duty.is_asked) == ("done", ("visit", next_day.id), False)
    assert not duties_of(person(condition(), bad, who=left), "2026-11-20", "again")


def test_a_return_that_ended_before_the_counting_does_not_hide_the_next() -> None:
    facts = person(
        condition(), follow_up("2026-03-01", "uncontrolled"), follow_up("2026-03-08", "uncontrolled")
    )
    found = duties_of(facts, "2026-03-20", "again", counting="2026-03-16")
    assert [str(duty.latest_on) for duty in found] == ["2026-03-22"]


# --- the same machinery in another rhythm ---


def asked(
    facts: PersonFacts, plan: FollowUpPlan, on: str, what: str, horizon: str = "2026-12-31"
) -> list[Duty]:
    question = Question(on=d(on), rules=RULES, history_from=d("2026-01-01"), horizon_on=d(horizon))
    index = EvidenceIndex(facts, d(on))
    if what == "quarter":
        return list(quarter_duties(facts, plan, question, index, managed_periods(facts, plan.disease)))
    made = again_duties if what == "again" else own_plan_duties
    return list(made(facts, plan, question, index))


TWICE = FollowUpPlan(disease=HYPERTENSION, again={"unstable": Within(days=14)}, per_year=2, group="10")


@pytest.mark.parametrize(
    ("per_year", "starts"),
    [
        (1, ["2026-01-01"]),
        (2, ["2026-01-01", "2026-07-01"]),
        (4, ["2026-01-01", "2026-04-01", "2026-07-01", "2026-10-01"]),
        (5, ["2026-01-01", "2026-03-01", "2026-05-01", "2026-08-01", "2026-10-01"]),
        (12, [f"2026-{month:02d}-01" for month in range(1, 13)]),
    ],
)
def test_so_many_spans_a_year_without_a_gap(per_year: int, starts: list[str]) -> None:
    plan = replace(TWICE, per_year=per_year)
    found = asked(person(condition(since="2016")), plan, "2026-12-31", "quarter")
    assert [str(duty.span_from) for duty in found] == starts
    ends = [duty.span_until for duty in found]
    assert ends[-1] == d("2026-12-31")
    for end, following in zip(ends[:-1], found[1:], strict=True):
        assert end is not None
        assert (following.span_from - end).days == 1


def test_another_rhythm_has_its_own_months_words_and_group() -> None:
    facts = person(condition(since="2016"), follow_up("2026-02-10"))
    first, second = asked(facts, TWICE, "2026-12-31", "quarter")
    assert (str(second.due_on), second.group, first.group) == ("2026-08-10", "10", "10")
    assert [first.reasons[0].code, second.reasons[0].code] == ["span-end", "months-between"]
    assert [say(duty.reasons[0].code, duty.reasons[0].values) for duty in (first, second)] == [
        "高血压一年要面对面随访 2 次，这一次最晚 2026年6月30日。",
        "上次高血压随访是 2026年2月10日，到 2026年8月10日 满 6 个月；这一次最晚 2026年12月31日。",
    ]


def test_returns_by_class_worst_first_and_each_within_its_own_time() -> None:
    again = {"unstable": Within(days=14), "basically_stable": Within(months=1)}
    plan = replace(TWICE, again=again)
    for result, latest, code in (
        ("unstable", "2026-02-14", "again-14-days"),
        ("basically_stable", "2026-02-28", "again-within"),
    ):
        visit = follow_up("2026-01-31", result)
        (duty,) = asked(person(condition(), visit), plan, "2026-02-01", "again")
        assert (str(duty.latest_on), duty.reasons[0].code, duty.group) == (latest, code, "10")
    assert asked(person(condition(), follow_up("2026-01-31", "stable")), plan, "2026-02-01", "again") == []
    both = person(
        condition(), follow_up("2026-01-31", "basically_stable"), follow_up("2026-01-31", "unstable")
    )
    (duty,) = asked(both, plan, "2026-02-01", "again")
    assert str(duty.latest_on) == "2026-02-14"


def test_a_month_and_days_together() -> None:
    assert Within(months=1, days=2).after(d("2026-01-31")) == d("2026-03-02")
    assert Within(days=14).after(d("2026-02-20")) == d("2026-03-06")


@pytest.mark.parametrize(
    ("agreed", "due"),
    [("2026-06-30", ["2026-06-30"]), ("2026-07-01", []), ("2026-02-10", []), ("2026-02-11", ["2026-02-11"])],
)
def test_an_agreed_day_before_the_next_span(agreed: str, due: list[str]) -> None:
    facts = person(condition(), follow_up("2026-02-10", "stable", next_due_on=agreed))
    found = asked(facts, TWICE, "2026-02-12", "own_plan")
    assert [str(duty.due_on) for duty in found] == due
    assert all((str(duty.latest_on), duty.group) == ("2026-08-10", "10") for duty in found)


@pytest.mark.parametrize(("day", "has_plan"), [("2026-06-29", True), ("2026-06-30", False)])
def test_on_the_last_day_of_a_span_every_agreed_day_lies_in_the_next(day: str, has_plan: bool) -> None:
    agreed = str(d(day) + timedelta(days=1))
    facts = person(condition(), follow_up(day, "stable", next_due_on=agreed))
    assert bool(asked(facts, TWICE, "2026-06-30", "own_plan")) is has_plan


@pytest.mark.parametrize("result", ["unstable", None])
def test_no_plan_where_a_return_is_asked_or_nothing_was_classed(result: str | None) -> None:
    facts = person(condition(), follow_up("2026-02-10", result, next_due_on="2026-03-01"))
    assert asked(facts, TWICE, "2026-02-12", "own_plan") == []


def test_nobody_outside_the_group_owes_a_span() -> None:
    facts = person(condition(since="2016"), away("2025-01-01"))
    assert asked(facts, TWICE, "2026-12-31", "quarter") == []
