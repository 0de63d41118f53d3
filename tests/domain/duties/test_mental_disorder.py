"""严重精神障碍: what the norm owes (norms-other-groups §3, §3.2; contracts.md §3.3 a)."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.domain.duties.people import (
    away,
    condition,
    d,
    duties_of,
    follow_up,
    matched_of,
    person,
    resident,
)
from tests.domain.shipped import figures
from village_doctor.domain.clinical.mental_disorder import BASICALLY_STABLE, STABLE, UNSTABLE, WORST_FIRST
from village_doctor.domain.duties.chronic import ITEM_AGAIN, ITEM_OWN_PLAN, ITEM_QUARTER
from village_doctor.domain.duties.duty import Duty
from village_doctor.domain.duties.mental_disorder import owes_check_up
from village_doctor.domain.duties.reasons import say, source_of
from village_doctor.domain.fulfilment.matching import DONE, OVERDUE
from village_doctor.domain.people import Condition
from village_doctor.domain.refusals import Consent
from village_doctor.domain.visits import Visit

MENTAL = "mental_disorder"
ILL = condition(MENTAL, since="2012")
YOUNG = resident("2004-03-01")


def visit(day: str, result: str | None = STABLE, **more: Any) -> Visit:
    return follow_up(day, result, disease=MENTAL, mode="home", **more)


def owed(*records: object, on: str, item: str | None = None, counting: str | None = None) -> list[Duty]:
    """What a young woman with the disease owes."""
    found = duties_of(person(ILL, *records, who=YOUNG), on, item, counting)
    return [duty for duty in found if duty.proof == "follow_up:mental_disorder"]


def agreed(item: str, *records: object, on: str) -> list[tuple[date, date]]:
    return [(duty.due_on, duty.latest_on) for duty in owed(*records, on=on, item=item)]


# --- four a year, one in each quarter ---


def test_one_in_each_quarter_at_any_age():
    found = owed(on="2026-05-12", item=ITEM_QUARTER)
    in_2026 = [duty.latest_on for duty in found if duty.latest_on.year == 2026]
    assert in_2026 == [d("2026-03-31"), d("2026-06-30"), d("2026-09-30")]
    assert {duty.group for duty in found} == {"10"}
    assert len([duty for duty in found if duty.latest_on.year == 2025]) == 4


@pytest.mark.parametrize(
    ("last", "due_on"),
    [
        ("2026-02-12", "2026-05-12"),
        ("2026-03-31", "2026-06-30"),
        ("2026-01-31", "2026-04-30"),
        ("2025-12-01", "2026-04-01"),
    ],
)
def test_due_three_months_after_the_last_and_by_the_end_of_the_quarter(last, due_on):
    found = {duty.latest_on: duty for duty in owed(visit(last), on="2026-04-05", item=ITEM_QUARTER)}
    assert found[d("2026-06-30")].due_on == d(due_on)


def test_an_extra_visit_never_uses_up_a_later_quarter():
    matched = matched_of(
        person(ILL, visit("2026-01-10", UNSTABLE), visit("2026-01-24"), who=YOUNG), "2026-04-10", ITEM_QUARTER
    )
    assert {one.duty.latest_on: one.state for one in matched if one.duty.latest_on.year == 2026} == {
        d("2026-03-31"): DONE,
        d("2026-06-30"): "planned",
        d("2026-09-30"): "planned",
    }


# --- again by the class (§3.2) ---


@pytest.mark.parametrize(
    ("visits", "latest"),
    [
        ([("2026-05-01", UNSTABLE)], "2026-05-15"),
        ([("2026-05-01", BASICALLY_STABLE)], "2026-05-15"),
        ([("2026-05-01", STABLE)], None),
        ([("2026-05-01", None)], None),
        ([("2026-04-17", BASICALLY_STABLE), ("2026-05-01", BASICALLY_STABLE)], "2026-06-01"),
        ([("2026-04-25", BASICALLY_STABLE), ("2026-05-01", BASICALLY_STABLE)], "2026-05-15"),
        ([("2026-04-24", BASICALLY_STABLE), ("2026-05-01", BASICALLY_STABLE)], "2026-06-01"),
        ([("2026-04-17", UNSTABLE), ("2026-05-01", BASICALLY_STABLE)], "2026-05-15"),
        ([("2026-04-17", STABLE), ("2026-05-01", BASICALLY_STABLE)], "2026-05-15"),
        ([("2026-04-17", BASICALLY_STABLE), ("2026-05-01", UNSTABLE)], "2026-05-15"),
        ([("2026-04-17", BASICALLY_STABLE), ("2026-05-01", STABLE)], None),
        ([("2026-01-30", BASICALLY_STABLE), ("2026-05-01", BASICALLY_STABLE)], "2026-05-15"),
        ([("2026-01-31", BASICALLY_STABLE), ("2026-05-01", BASICALLY_STABLE)], "2026-06-01"),
    ],
    ids=[
        "unstable",
        "basically stable",
        "stable",
        "no class",
        "basically stable two weeks later still",
        "again after six days",
        "again after seven days",
        "basically stable after unstable",
        "basically stable after stable",
        "unstable after basically stable",
        "stable after basically stable",
        "basically stable 91 days before",
        "basically stable 90 days before",
    ],
)
def test_again_by_the_class(visits, latest):
    found = owed(*(visit(day, result) for day, result in visits), on="2026-05-02", item=ITEM_AGAIN)
    after_last = [duty.latest_on for duty in found if duty.span_from == d("2026-05-02")]
    assert after_last == ([d(latest)] if latest else [])


def test_the_stage_needs_the_visit_before_though_it_lies_before_the_history():
    found = owed(
        visit("2024-12-18", BASICALLY_STABLE),
        visit("2025-01-02", BASICALLY_STABLE),
        on="2026-05-02",
        item=ITEM_AGAIN,
    )
    assert [(duty.span_from, duty.latest_on) for duty in found] == [(d("2025-01-03"), d("2025-02-02"))]


def test_two_on_one_day_are_read_as_the_worse():
    found = agreed(
        ITEM_AGAIN,
        visit("2026-04-17", UNSTABLE),
        replace(visit("2026-04-17", BASICALLY_STABLE), id="later"),
        visit("2026-05-01", BASICALLY_STABLE),
        on="2026-05-02",
    )
    assert found[-1] == (d("2026-05-15"), d("2026-05-15"))


def test_an_earlier_day_that_was_agreed_moves_it_forward():
    found = agreed(ITEM_AGAIN, visit("2026-05-01", UNSTABLE, next_due_on="2026-05-05"), on="2026-05-02")
    assert found == [(d("2026-05-05"), d("2026-05-15"))]
    stable = agreed(ITEM_OWN_PLAN, visit("2026-05-01", STABLE, next_due_on="2026-06-01"), on="2026-05-02")
    assert stable == [(d("2026-06-01"), d("2026-08-01"))]


@pytest.mark.parametrize(("on", "state"), [("2026-05-15", "due"), ("2026-05-16", OVERDUE)])
def test_day_14_and_day_15(on, state):
    matched = matched_of(person(ILL, visit("2026-05-01", UNSTABLE), who=YOUNG), on, ITEM_AGAIN)
    assert [one.state for one in matched] == [state]


def test_the_list_needs_its_permission():
    assert {duty.group for duty in owed(visit("2026-05-01", UNSTABLE), on="2026-05-02")} == {"10"}


@pytest.mark.parametrize(
    "records",
    [
        (away("2025-10-01"),),
        (replace(ILL, id="x", code="hypertension"),),
    ],
    ids=["away for six months", "another disease"],
)
def test_who_owes_nothing(records):
    others = [one for one in records if isinstance(one, Condition)]
    facts = person(*(others or [ILL]), *records, who=YOUNG)
    due = [duty for duty in duties_of(facts, "2026-05-12") if duty.proof == "follow_up:mental_disorder"]
    assert not [duty for duty in due if duty.is_asked and duty.latest_on > d("2026-05-12")]


def test_what_is_due_can_be_said():
    for duty in owed(
        visit("2026-04-17", BASICALLY_STABLE), visit("2026-05-01", BASICALLY_STABLE), on="2026-05-02"
    ):
        for reason in duty.reasons:
            said = say(reason.code, reason.values) + source_of(reason.code, reason.values)
            assert "严重精神障碍" in said
            assert "mental" not in said
            assert "stable" not in said


# --- the yearly check-up only with consent (§3) ---

FIRST, LAST = d("2026-01-01"), d("2026-12-31")


def consent(
    given: str, *, withdrawn: str | None = None, what: str = "check_up", by: str = "guardian"
) -> Consent:
    return Consent(
        id=f"k{given}{withdrawn}",
        resident_id="r1",
        what=what,
        given_on=d(given),
        given_by=by,
        withdrawn_on=d(withdrawn) if withdrawn else None,
    )


@pytest.mark.parametrize(
    ("records", "is_owed"),
    [
        ((ILL,), False),
        ((ILL, consent("2025-03-01")), True),
        ((ILL, consent("2026-06-30", by="self")), True),
        ((ILL, consent("2026-12-31")), True),
        ((ILL, consent("2027-01-01")), False),
        ((ILL, consent("2025-03-01", what="management")), False),
        ((ILL, consent("2025-03-01", withdrawn="2026-12-31")), False),
        ((ILL, consent("2025-03-01", withdrawn="2027-01-01")), True),
        ((ILL, consent("2025-03-01", withdrawn="2025-06-01"), consent("2026-02-01")), True),
        ((consent("2025-03-01"),), False),
        ((condition(MENTAL, since="2012", until="2025-12-31"), consent("2025-03-01")), False),
        ((condition(MENTAL, since="2012", until="2026-01-01"), consent("2025-03-01")), True),
        ((condition(MENTAL, since="2026-12-31"), consent("2025-03-01")), True),
        ((condition(MENTAL, since="2027-01-01"), consent("2025-03-01")), False),
        ((condition(MENTAL, since="2012", confirmed=False), consent("2025-03-01")), False),
    ],
    ids=[
        "no consent",
        "guardian agreed before",
        "she agreed in the year",
        "agreed on the last day",
        "agreed the day after",
        "agreed to being managed only",
        "withdrawn on the last day",
        "withdrawn the day after",
        "withdrawn and given again",
        "not ill",
        "ended the day before",
        "ended on the first day",
        "ill from the last day",
        "ill from the day after",
        "not confirmed",
    ],
)
def test_the_check_up_needs_consent(records, is_owed):
    assert owes_check_up(person(*records, who=YOUNG), FIRST, LAST) == is_owed


@pytest.mark.parametrize(
    ("served_on", "is_owed"),
    [("2026-03-01", True), ("2025-12-31", False), ("2026-12-09", True), ("2026-12-10", False), (None, False)],
)
def test_a_check_up_done_with_consent_stays_when_the_consent_is_withdrawn(served_on, is_owed):
    records = (ILL, consent("2026-01-01", withdrawn="2026-12-10"))
    day = None if served_on is None else d(served_on)
    assert owes_check_up(person(*records, who=YOUNG), FIRST, LAST, day) == is_owed


# --- facts that must always hold ---

_DAYS = st.dates(date(2025, 1, 1), date(2026, 6, 30))
_VISITS = st.lists(
    st.builds(lambda day, result: visit(str(day), result), _DAYS, st.sampled_from([*WORST_FIRST, None])),
    max_size=6,
)


@given(_VISITS)
def test_a_return_is_owed_within_what_the_norm_allows(visits):
    longest = timedelta(days=31)
    for duty in owed(*visits, on="2026-05-12", item=ITEM_AGAIN):
        served_on = duty.span_from - timedelta(days=1)
        assert served_on < duty.due_on <= duty.latest_on <= served_on + longest
        assert duty.latest_on >= served_on + timedelta(days=14)
        results = {one.control_result for one in visits if one.served_on == served_on}
        assert UNSTABLE not in results or duty.latest_on == served_on + timedelta(days=14)


@given(_VISITS, st.builds(lambda day, result: visit(str(day), result), _DAYS, st.sampled_from(WORST_FIRST)))
def test_further_visits_never_undo_what_was_done(visits, more):
    def done(records: list[Visit]) -> set[str]:
        matched = matched_of(person(ILL, *records, who=YOUNG), "2026-05-12")
        proof = "follow_up:mental_disorder"
        kept = [one for one in matched if one.duty.proof == proof and one.state == DONE]
        return {one.duty.key for one in kept if one.duty.item in (ITEM_QUARTER, ITEM_AGAIN)}

    assert done(visits) <= done([*visits, more])


@given(_VISITS)
def test_the_order_of_records_does_not_matter(visits):
    assert owed(*visits, on="2026-05-12") == owed(*reversed(visits), on="2026-05-12")


def test_the_figures_of_the_stage():
    given_figures = figures()
    assert given_figures.mental_disorder_second_stage_from_days == 7
    assert given_figures.mental_disorder_same_episode_days == 90
    assert given_figures.mental_disorder_lost_again_days == 14
