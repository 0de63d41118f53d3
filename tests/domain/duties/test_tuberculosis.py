"""肺结核: what the norm owes from the notice to the telephone after the closing (norms-other-groups §4)."""

import re
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.domain.duties.people import (
    away,
    condition,
    contact,
    d,
    duties_of,
    follow_up,
    matched_of,
    person,
    referral,
    resident,
)
from village_doctor.domain.decisions import Decision
from village_doctor.domain.duties.duty import Duty
from village_doctor.domain.duties.reasons import say, source_of
from village_doctor.domain.duties.referrals import ITEM_REFERRAL
from village_doctor.domain.duties.sentences.tuberculosis import REASONS
from village_doctor.domain.duties.tuberculosis import (
    ITEM_CLOSING,
    ITEM_FIRST_VISIT,
    ITEM_NEXT,
    ITEM_OUTCOME,
    is_suspect,
)
from village_doctor.domain.fulfilment.matching import DONE, DUE, NOT_DONE, OVERDUE, PLANNED
from village_doctor.domain.people import Condition, Resident
from village_doctor.domain.visits import Visit

TB = "tuberculosis"
YOUNG = resident("1994-03-01")
STAFF, FAMILY = "1", "2"
VOIDED = datetime(2026, 6, 1, tzinfo=UTC)


def ill(
    notified: str | None = "2026-05-01",
    since: str | None = "2026-04-28",
    until: str | None = None,
    **more: Any,
) -> Condition:
    """Confirmed; the clinic was told on `notified`."""
    found = condition(TB, since=since, until=until, **more)
    return replace(found, notified_on=d(notified) if notified else None)


def first_visit(day: str, supervisor: str = FAMILY, patient_type: str = "1", **more: Any) -> Visit:
    answers = {"supervisor": supervisor, "patient_type": patient_type, "dosage_form": ["1"]}
    found = replace(
        follow_up(day, None, disease=TB, mode="home", **more),
        purpose="first_visit",
        form_code="tuberculosis_first_visit",
        answers=answers,
    )
    return replace(found, proves=("tuberculosis:first_visit",) if found.proves else ())


def seen(day: str, supervisor: str = FAMILY, month: int = 1, *, mode: str = "home", **more: Any) -> Visit:
    """A follow-up; further answers by name."""
    plan = {name: more.pop(name) for name in ("next_due_on", "overrule_reason", "decision") if name in more}
    answers: dict[str, Any] = {
        "supervisor": supervisor,
        "treatment_month": month,
        "dosage_form": ["1"],
        "missed_doses": 0,
    }
    found = follow_up(day, None, disease=TB, mode=mode, **plan)
    return replace(found, answers={**answers, **more}, proves=("follow_up:tuberculosis",))


def closing(day: str, stop_reason: str = "1") -> Visit:
    found = follow_up(day, "regular", disease=TB, mode="home")
    return replace(
        found,
        purpose="closing",
        form_code="tuberculosis_closing",
        answers={"stop_reason": stop_reason},
        proves=("tuberculosis:closing",),
    )


def owed(
    *records: object, on: str, item: str, counting: str | None = None, who: Resident = YOUNG
) -> list[Duty]:
    return duties_of(person(*records, who=who), on, item, counting)


def states(*records: object, on: str, item: str) -> list[str]:
    return [one.state for one in matched_of(person(*records, who=YOUNG), on, item)]


def codes(duty: Duty) -> list[str]:
    return [reason.code for reason in duty.reasons]


# --- the first home visit: within 72 hours of the notice ---


@pytest.mark.parametrize(
    ("notified", "latest"),
    [
        ("2026-05-01", "2026-05-04"),
        ("2026-04-28", "2026-05-01"),
        ("2026-12-30", "2027-01-02"),
        ("2028-02-27", "2028-03-01"),
    ],
)
def test_within_72_hours(notified, latest):
    duties = owed(ill(notified, since=notified), on=notified, item=ITEM_FIRST_VISIT)
    assert [(duty.span_from, duty.due_on, duty.latest_on) for duty in duties] == [
        (d(notified), d(latest), d(latest))
    ]
    assert duties[0].group == "09"
    assert duties[0].proof == "tuberculosis:first_visit"
    assert duties[0].span_until is None
    assert duties[0].is_asked


@pytest.mark.parametrize(
    ("on", "state"), [("2026-05-03", PLANNED), ("2026-05-04", DUE), ("2026-05-05", OVERDUE)]
)
def test_the_third_day_and_the_fourth(on, state):
    assert states(ill(), on=on, item=ITEM_FIRST_VISIT) == [state]


@pytest.mark.parametrize(
    ("day", "state"),
    [("2026-04-30", OVERDUE), ("2026-05-01", DONE), ("2026-05-04", DONE), ("2026-05-08", DONE)],
)
def test_done_by_the_sheet_from_the_day_of_the_notice(day, state):
    assert states(ill(), first_visit(day), on="2026-05-09", item=ITEM_FIRST_VISIT) == [state]


def test_a_first_visit_that_is_not_finished_or_a_follow_up_is_none():
    for visit in (first_visit("2026-05-02", complete=False), seen("2026-05-02"), contact("2026-05-02")):
        assert states(ill(), visit, on="2026-05-09", item=ITEM_FIRST_VISIT) == [OVERDUE]


def door(day: str, mode: str = "home", reason: str = "not_at_home") -> Visit:
    return contact(day, mode, reason)


@pytest.mark.parametrize(
    ("doors", "is_told"),
    [
        ([], False),
        ([door("2026-05-02")], False),
        ([door("2026-05-01"), door("2026-05-04")], True),
        ([door("2026-05-01"), door("2026-05-02"), door("2026-05-04")], True),
        ([door("2026-05-02"), door("2026-05-02")], True),
        ([door("2026-05-02"), door("2026-05-03", reason="away")], True),
        ([door("2026-05-02"), door("2026-05-03", reason="refused")], False),
        ([door("2026-04-30"), door("2026-05-02")], False),
        ([door("2026-05-02"), door("2026-05-05")], False),
        ([door("2026-05-02"), door("2026-05-03", mode="phone")], False),
        ([door("2026-05-02"), contact("2026-05-03", "home")], False),
        ([door("2026-05-02"), replace(door("2026-05-03"), voided_at=VOIDED)], False),
    ],
    ids=[
        "nobody went",
        "once",
        "first and third day",
        "three times: the last is named",
        "twice on one day",
        "away",
        "met, and she refused",
        "one before the notice",
        "one after 72 hours",
        "one by telephone",
        "one was met",
        "one voided",
    ],
)
def test_not_met_twice_in_72_hours_is_reported_upward(doors, is_told):
    duties = owed(ill(), *doors, on="2026-05-06", item=ITEM_FIRST_VISIT)
    assert codes(duties[0]) == ["tb-first-visit", *(["tb-not-met"] if is_told else [])]
    if is_told:
        last = max(door.served_on for door in doors)
        assert duties[0].reasons[1].values == {"count": str(len(doors)), "last": last.isoformat()}
    assert duties[0].is_asked


def test_what_is_not_yet_recorded_on_that_day_is_not_told():
    duties = owed(ill(), door("2026-05-02"), door("2026-05-04"), on="2026-05-03", item=ITEM_FIRST_VISIT)
    assert codes(duties[0]) == ["tb-first-visit"]


def test_met_in_the_end_nothing_is_to_report():
    duties = owed(
        ill(), door("2026-05-01"), door("2026-05-02"), first_visit("2026-05-03"), on="2026-05-06",
        item=ITEM_FIRST_VISIT,
    )  # fmt: skip
    assert codes(duties[0]) == ["tb-first-visit"]


@pytest.mark.parametrize(
    ("records", "on", "who"),
    [
        ((ill(None),), "2026-05-03", YOUNG),
        ((ill(confirmed=False),), "2026-05-03", YOUNG),
        ((replace(ill(), voided_at=VOIDED),), "2026-05-03", YOUNG),
        ((ill(until="2026-05-02"),), "2026-05-03", YOUNG),
        ((ill(), away("2025-10-01")), "2026-05-03", YOUNG),
        ((ill(),), "2026-05-03", resident("1994-03-01", died_on="2026-05-02")),
        ((ill("2027-01-01", since="2026-12-01"),), "2026-05-03", YOUNG),
    ],
    ids=["no notice", "not confirmed", "voided", "ended", "away for six months", "died", "after the horizon"],
)
def test_no_first_visit_is_owed(records, on, who):
    assert owed(*records, on=on, item=ITEM_FIRST_VISIT, who=who) == []


def test_who_died_after_the_72_hours_is_kept_for_the_figures():
    dead = resident("1994-03-01", died_on="2026-05-10")
    duties = owed(ill(), on="2026-05-12", item=ITEM_FIRST_VISIT, who=dead)
    assert [duty.is_asked for duty in duties] == [False]


@pytest.mark.parametrize(("counting", "is_owed"), [("2026-05-04", True), ("2026-05-05", False)])
def test_the_first_visit_and_the_first_day_of_counting(counting, is_owed):
    assert bool(owed(ill(), on="2026-05-06", item=ITEM_FIRST_VISIT, counting=counting)) == is_owed


def test_an_old_notice_is_asked_about_while_nobody_went():
    old = ill("2024-06-01", since="2024-05-01")
    assert len(owed(old, on="2026-05-06", item=ITEM_FIRST_VISIT)) == 1
    assert owed(old, first_visit("2024-06-02"), on="2026-05-06", item=ITEM_FIRST_VISIT) == []
    begun = ill("2025-01-01", since="2024-12-01")
    assert len(owed(begun, first_visit("2025-01-02"), on="2026-05-06", item=ITEM_FIRST_VISIT)) == 1


# --- the follow-ups: by who supervises and in which phase ---


@pytest.mark.parametrize(
    ("visit", "latest", "why"),
    [
        (first_visit("2026-05-03", STAFF), "2026-06-03", "tb-by-staff"),
        (first_visit("2026-05-03", FAMILY), "2026-05-13", "tb-intensive"),
        (seen("2026-05-03", STAFF, 1), "2026-06-03", "tb-by-staff"),
        (seen("2026-05-31", STAFF, 3), "2026-06-30", "tb-by-staff"),
        (seen("2026-05-03", FAMILY, 2), "2026-05-13", "tb-intensive"),
        (seen("2026-05-03", FAMILY, 3), "2026-06-03", "tb-continuation"),
        (seen("2026-05-03", FAMILY, 6, dosage_form=["1", "4"]), "2026-05-13", "tb-intensive"),
        (seen("2026-05-03", FAMILY, treatment_month=None), "2026-05-13", "tb-intensive"),
        (seen("2026-05-03", FAMILY, treatment_month="三"), "2026-05-13", "tb-intensive"),
        (seen("2026-05-03", "3", 3), "2026-06-03", "tb-continuation"),
        (seen("2026-05-03", "3", 2), "2026-05-13", "tb-intensive"),
    ],
    ids=[
        "first visit, staff",
        "first visit, family",
        "staff, month 1",
        "staff, month 3, end of May",
        "family, month 2",
        "family, month 3",
        "family, injections",
        "family, the month is not known",
        "family, the month is no number",
        "self, month 3",
        "self, month 2",
    ],
)
def test_after_each_visit_the_next(visit, latest, why):
    duties = owed(ill(), visit, on=visit.served_on.isoformat(), item=ITEM_NEXT)
    assert [(duty.due_on, duty.latest_on, codes(duty)) for duty in duties] == [(d(latest), d(latest), [why])]
    assert duties[0].span_from == visit.served_on + timedelta(days=1)
    assert (duties[0].proof, duties[0].group, duties[0].is_asked) == ("follow_up:tuberculosis", "09", True)


@pytest.mark.parametrize(
    ("patient_type", "month", "latest"),
    [("1", 3, "2026-07-01"), ("2", 3, "2026-06-11"), ("2", 4, "2026-07-01")],
)
def test_who_was_treated_before_is_longer_in_the_intensive_phase(patient_type, month, latest):
    records = (first_visit("2026-05-02", FAMILY, patient_type), seen("2026-06-01", FAMILY, month))
    assert owed(ill(), *records, on="2026-06-02", item=ITEM_NEXT)[-1].latest_on == d(latest)


def test_the_first_sheet_of_the_same_day_counts():
    records = (
        first_visit("2026-06-01", FAMILY, "2"),
        seen("2026-06-01", STAFF, 3),
        seen("2026-06-03", FAMILY, 3),
    )
    assert owed(ill(), *records, on="2026-06-04", item=ITEM_NEXT)[-1].latest_on == d("2026-06-13")
    same_day = (first_visit("2026-06-01", STAFF, "2"), seen("2026-06-01", FAMILY, 3))
    assert owed(ill(), *same_day, on="2026-06-04", item=ITEM_NEXT)[-1].latest_on == d("2026-06-11")


def test_a_later_or_voided_first_sheet_changes_nothing():
    other = (
        first_visit("2026-06-02", FAMILY, "2"),
        replace(first_visit("2026-05-02", patient_type="2"), voided_at=VOIDED),
    )
    duties = owed(ill(), seen("2026-06-01", FAMILY, 3), *other, on="2026-06-03", item=ITEM_NEXT)
    assert [duty.latest_on for duty in duties if duty.span_from == d("2026-06-02")] == [d("2026-07-01")]


@pytest.mark.parametrize(
    ("on", "state"), [("2026-05-12", PLANNED), ("2026-05-13", DUE), ("2026-05-14", OVERDUE)]
)
def test_day_10_and_day_11(on, state):
    assert states(ill(), seen("2026-05-03"), on=on, item=ITEM_NEXT) == [state]


def test_each_visit_owes_the_next_and_the_next_proves_it():
    records = [first_visit("2026-05-02"), seen("2026-05-12", mode="phone"), seen("2026-05-25")]
    matched = matched_of(person(ill(), *records, who=YOUNG), "2026-05-26", ITEM_NEXT)
    assert [(one.duty.span_from, one.state, one.done_on) for one in matched] == [
        (d("2026-05-03"), DONE, d("2026-05-12")),
        (d("2026-05-13"), DONE, d("2026-05-25")),
        (d("2026-05-26"), PLANNED, None),
    ]


@pytest.mark.parametrize(
    "other",
    [
        contact("2026-05-02"),
        contact("2026-05-02", "home"),
        follow_up("2026-05-02"),
        door("2026-05-02"),
        replace(seen("2026-05-02"), not_done_reason="refused"),
        replace(seen("2026-05-02"), voided_at=VOIDED),
        seen("2026-05-04"),
    ],
    ids=[
        "a call",
        "a contact",
        "another disease",
        "nobody at home",
        "refused",
        "voided",
        "dated after the day asked for",
    ],
)
def test_only_her_own_sheets_that_took_place_owe_a_next(other):
    assert owed(ill(), other, on="2026-05-03", item=ITEM_NEXT) == []


def test_two_on_one_day_owe_the_earlier_of_the_two():
    duties = owed(
        ill(), seen("2026-05-03", STAFF), seen("2026-05-03", FAMILY), on="2026-05-04", item=ITEM_NEXT
    )
    assert [duty.latest_on for duty in duties] == [d("2026-05-13")]


def referred(served_on: str) -> Decision:
    return Decision(
        control_result=None,
        actions=("refer_tuberculosis",),
        reasons=(),
        next_on=d(served_on),
        limit_on=d(served_on),
        referral="ordinary",
    )


@pytest.mark.parametrize(
    ("supervisor", "month", "latest"),
    [(STAFF, 1, "2026-05-17"), (FAMILY, 3, "2026-05-17"), (FAMILY, 1, "2026-05-13")],
)
def test_after_a_referral_within_two_weeks(supervisor, month, latest):
    visit = seen("2026-05-03", supervisor, month, decision=referred("2026-05-03"))
    duties = owed(ill(), visit, on="2026-05-04", item=ITEM_NEXT)
    assert [(duty.latest_on, codes(duty)) for duty in duties] == [(d(latest), ["tb-after-referral"])]


def test_a_decision_without_a_referral_changes_nothing():
    visit = seen("2026-05-03", STAFF, decision=replace(referred("2026-05-03"), referral=None))
    duties = owed(ill(), visit, on="2026-05-04", item=ITEM_NEXT)
    assert [(duty.latest_on, codes(duty)) for duty in duties] == [(d("2026-06-03"), ["tb-by-staff"])]


@pytest.mark.parametrize(
    ("agreed_on", "why", "due_on"),
    [
        ("2026-05-08", None, "2026-05-08"),
        ("2026-05-20", None, "2026-05-13"),
        ("2026-05-20", "去外地复查", "2026-05-20"),
        ("2026-05-08", "去外地复查", "2026-05-08"),
        ("2026-05-03", None, "2026-05-13"),
    ],
    ids=["earlier", "later without a reason", "later with a reason", "earlier with a reason", "the same day"],
)
def test_the_day_agreed(agreed_on, why, due_on):
    visit = seen("2026-05-03", next_due_on=agreed_on, overrule_reason=why)
    duties = owed(ill(), visit, on="2026-05-04", item=ITEM_NEXT)
    assert [(duty.due_on, duty.latest_on) for duty in duties] == [(d(due_on), d("2026-05-13"))]


@pytest.mark.parametrize(
    ("overruled_to", "due_on"),
    [("2026-05-13", "2026-05-08"), ("2026-05-14", "2026-05-14")],
    ids=["to the last day: no later one", "to a later day"],
)
def test_of_two_sheets_of_one_day_the_earlier_day_agreed_unless_the_last_overrules_it(overruled_to, due_on):
    first = replace(seen("2026-05-03", next_due_on="2026-05-08"), id="v1")
    last = replace(seen("2026-05-03", next_due_on=overruled_to, overrule_reason="去外地复查"), id="v2")
    for records in ((first, last), (last, first)):
        assert [duty.due_on for duty in owed(ill(), *records, on="2026-05-04", item=ITEM_NEXT)] == [d(due_on)]


@pytest.mark.parametrize(
    ("missed", "usage", "is_told"), [(6, "1", False), (7, "1", True), (2, "2", False), (3, "2", True)]
)
def test_a_week_without_medicine_is_to_be_reported(missed, usage, is_told):
    duties = owed(
        ill(), seen("2026-05-03", missed_doses=missed, usage=usage), on="2026-05-04", item=ITEM_NEXT
    )
    assert ("tb-week-missed" in codes(duties[0])) == is_told
    if is_told:
        assert duties[0].reasons[-1].values == {"last": "2026-05-03", "count": str(missed)}


@pytest.mark.parametrize(
    ("absence", "is_told"),
    [
        (away("2026-05-04"), True),
        (away("2026-05-05"), True),
        (away("2026-05-06"), False),
        (away("2026-05-01", "2026-05-05"), False),
        (away("2026-05-01", "2026-05-06"), True),
    ],
)
def test_who_went_away_is_to_be_reported(absence, is_told):
    duties = owed(ill(), seen("2026-05-03"), absence, on="2026-05-05", item=ITEM_NEXT)
    assert ("tb-away" in codes(duties[0])) == is_told
    if is_told:
        assert duties[0].reasons[-1].values == {"from": absence.from_on.isoformat()}


# --- who came into the records without a notice that counts ---


@pytest.mark.parametrize(
    ("patient", "counting", "on", "begins", "latest"),
    [
        (ill(None), None, "2026-05-03", "2026-04-28", "2026-05-28"),
        (ill(None, since="2026-05"), None, "2026-05-03", "2026-05-01", "2026-06-01"),
        (ill(None, since=None), None, "2026-05-03", "2025-01-01", "2025-02-01"),
        (ill(None), "2026-05-10", "2026-05-12", "2026-05-10", "2026-06-10"),
        (ill(), "2026-05-05", "2026-05-12", "2026-05-05", "2026-06-05"),
    ],
    ids=[
        "no notice",
        "only a month is known",
        "nothing is known",
        "before the counting",
        "notice before the counting",
    ],
)
def test_an_older_patient_is_seen_within_a_month(patient, counting, on, begins, latest):
    duties = owed(patient, on=on, item=ITEM_NEXT, counting=counting)
    assert [(duty.span_from, duty.due_on, duty.latest_on) for duty in duties] == [
        (d(begins), d(latest), d(latest))
    ]
    assert codes(duties[0]) == ["tb-start"]
    assert duties[0].is_asked


def test_a_notice_that_counts_makes_no_such_duty():
    assert owed(ill(), on="2026-05-03", item=ITEM_NEXT) == []
    assert owed(ill(), on="2026-05-12", item=ITEM_NEXT, counting="2026-05-04") == []


def test_such_a_duty_stays_when_it_was_done():
    matched = matched_of(person(ill(None), seen("2026-05-10"), who=YOUNG), "2026-05-12", ITEM_NEXT)
    assert [(codes(one.duty), one.state) for one in matched] == [
        (["tb-intensive"], PLANNED),
        (["tb-start"], DONE),
    ]


def test_no_such_duty_for_who_is_well_again_or_gone():
    assert owed(ill(None, until="2026-05-02"), on="2026-05-03", item=ITEM_NEXT) == []
    assert owed(ill(None), away("2025-10-01"), on="2026-05-03", item=ITEM_NEXT) == []
    assert owed(ill(None, since="2026-12-01"), on="2026-05-03", item=ITEM_NEXT) == []
    old = ill(None, since="2024-01-01")
    assert owed(old, seen("2024-01-20"), seen("2024-02-20"), on="2026-05-03", item=ITEM_NEXT)[
        0
    ].span_from == d("2024-02-21")
    assert len(owed(old, on="2026-05-03", item=ITEM_NEXT)) == 1


# --- before the counting, before the history ---


@pytest.mark.parametrize(("day", "is_owed"), [("2026-08-03", True), ("2026-08-04", False)])
def test_the_horizon(day, is_owed):
    """What begins after the last day asked for (three months ahead) is left out."""
    told = ill(day, since=None)
    assert bool(owed(told, on="2026-05-03", item=ITEM_FIRST_VISIT)) == is_owed
    assert bool(owed(ill(None), on="2026-05-03", item=ITEM_NEXT, counting=day)) == is_owed
    assert bool(owed(ill(until=day), on="2026-05-03", item=ITEM_CLOSING)) == is_owed


def test_the_first_day_of_history_belongs_to_it():
    for since, is_kept in (("2024-12-31", False), ("2025-01-01", True)):
        duties = owed(ill(None, since=since), seen("2025-01-20"), on="2026-05-03", item=ITEM_NEXT)
        assert (["tb-start"] in [codes(duty) for duty in duties]) == is_kept
        told = owed(
            ill(since, since=since), first_visit("2025-01-20"), on="2026-05-03", item=ITEM_FIRST_VISIT
        )
        assert bool(told) == is_kept


def test_a_course_that_runs_when_the_counting_starts_goes_on():
    duties = owed(ill(), seen("2026-05-03"), on="2026-05-22", item=ITEM_NEXT, counting="2026-05-20")
    after_visit = [duty for duty in duties if duty.span_from == d("2026-05-04")]
    assert [(duty.due_on, duty.latest_on) for duty in after_visit] == [(d("2026-05-20"), d("2026-05-20"))]


@pytest.mark.parametrize(
    ("next_day", "is_kept"), [("2026-05-19", False), ("2026-05-20", True)], ids=["before", "on the first day"]
)
def test_what_was_done_before_the_counting_is_not_counted(next_day, is_kept):
    duties = owed(
        ill(), seen("2026-05-03"), seen(next_day), on="2026-05-22", item=ITEM_NEXT, counting="2026-05-20"
    )
    assert (d("2026-05-04") in {duty.span_from for duty in duties}) == is_kept
    assert f"r1/norm/tuberculosis_next:next/{next_day}" in {duty.key for duty in duties}


def test_old_visits_are_history_the_last_one_is_not():
    duties = owed(
        ill("2024-01-01", since="2024-01-01"),
        seen("2024-03-01"),
        seen("2024-04-01"),
        on="2026-05-03",
        item=ITEM_NEXT,
    )
    assert [duty.span_from for duty in duties] == [d("2024-04-02")]
    patient = ill("2024-12-05", since="2024-12-01")
    begun = owed(patient, seen("2025-01-01"), seen("2025-01-05"), on="2026-05-03", item=ITEM_NEXT)
    assert [duty.span_from for duty in begun] == [d("2025-01-02"), d("2025-01-06")]


# --- the end of the treatment ---


@pytest.mark.parametrize(
    ("closed", "expected"),
    [
        ("2025-07-10", []),
        ("2025-07-20", []),
        ("2025-07-21", [DONE]),
    ],
    ids=["in time", "on the last day", "the day after: it was missed"],
)
def test_a_relapse_makes_no_late_follow_up_of_the_course_that_was_closed(closed, expected):
    """norms-other-groups §4: the follow-ups end with the closing."""
    before = ill("2025-01-10", since="2025-01-05", until=closed)
    again = ill("2026-02-25", since="2026-02-20")
    visits = (seen("2025-06-20", STAFF, 6), closing(closed), seen("2026-03-01", STAFF))
    matched = matched_of(person(before, again, *visits, who=YOUNG), "2026-03-05", ITEM_NEXT)
    assert [one.state for one in matched if one.duty.span_from == d("2025-06-21")] == expected
    assert [one.state for one in matched if one.duty.span_from == d("2026-03-02")] == [PLANNED]


def test_a_course_that_ended_without_a_closing_takes_nothing_from_the_next():
    before = ill("2025-01-10", since="2025-01-05", until="2025-06-25")
    again = ill("2026-02-25", since="2026-02-20")
    visits = (seen("2025-06-20", STAFF, 6), first_visit("2026-03-01", STAFF))
    duties = owed(before, again, *visits, on="2026-03-05", item=ITEM_NEXT)
    assert [duty.span_from for duty in duties] == [d("2026-03-02")]


@pytest.mark.parametrize(
    ("last", "expected"), [("2025-07-09", [DONE]), ("2025-07-10", [DONE]), ("2025-07-11", [])]
)
def test_the_last_follow_up_may_be_on_the_day_of_the_closing(last, expected):
    patient = ill("2025-01-10", since="2025-01-05", until="2025-07-10")
    visits = (seen("2025-06-20", STAFF, 6), closing("2025-07-10"), seen(last, STAFF, 6))
    matched = matched_of(person(patient, *visits, who=YOUNG), "2025-08-01", ITEM_NEXT)
    assert [one.state for one in matched if one.duty.span_from == d("2025-06-21")] == expected


@pytest.mark.parametrize(
    ("until", "closed", "is_owed", "is_asked"),
    [
        (None, "2026-05-13", False, None),
        (None, "2026-05-14", True, False),
        (None, "2026-05-03", False, None),
        ("2026-05-12", None, False, None),
        ("2026-05-13", None, True, False),
        (None, None, True, True),
    ],
    ids=[
        "closed on the last day",
        "closed the day after",
        "closed at that visit",
        "ended before",
        "ended on the last day",
        "goes on",
    ],
)
def test_the_end_ends_the_follow_ups(until, closed, is_owed, is_asked):
    records = [closing(closed)] if closed else []
    duties = owed(ill(until=until), seen("2026-05-03"), *records, on="2026-05-20", item=ITEM_NEXT)
    assert [duty.is_asked for duty in duties] == ([is_asked] if is_owed else [])


def test_who_left_after_the_last_day_still_missed_it():
    gone = resident("1994-03-01", moved_out_on="2026-05-14")
    duties = owed(ill(), seen("2026-05-03"), on="2026-05-20", item=ITEM_NEXT, who=gone)
    assert [duty.is_asked for duty in duties] == [False]
    gone = resident("1994-03-01", moved_out_on="2026-05-13")
    assert owed(ill(), seen("2026-05-03"), on="2026-05-20", item=ITEM_NEXT, who=gone) == []


def test_the_closing_is_owed_on_the_day_on_which_the_treatment_stopped():
    stopped = ill("2025-11-01", since="2025-10-28", until="2026-05-10")
    duties = owed(stopped, on="2026-05-09", item=ITEM_CLOSING)
    assert [(duty.span_from, duty.due_on, duty.latest_on) for duty in duties] == [
        (d("2025-11-01"), d("2026-05-10"), d("2026-05-10"))
    ]
    assert (duties[0].proof, duties[0].group, duties[0].is_asked) == ("tuberculosis:closing", "09", True)
    assert states(stopped, on="2026-05-11", item=ITEM_CLOSING) == [OVERDUE]
    for day in ("2025-11-01", "2026-05-06", "2026-05-12"):
        assert states(stopped, closing(day), on="2026-05-12", item=ITEM_CLOSING) == [DONE]
    assert states(stopped, closing("2025-10-31"), on="2026-05-12", item=ITEM_CLOSING) == [OVERDUE]


@pytest.mark.parametrize(
    ("stopped", "on", "counting", "who"),
    [
        (ill(), "2026-05-12", None, YOUNG),
        (ill("2024-06-01", since="2024-05-01", until="2024-12-31"), "2026-05-12", None, YOUNG),
        (ill(until="2026-05-10"), "2026-05-12", "2026-05-11", YOUNG),
        (ill(until="2026-05-10"), "2026-05-12", None, resident("1994-03-01", died_on="2026-05-10")),
        (ill(until="2026-12-31"), "2026-05-12", None, YOUNG),
        (ill(until="2026-05-10", confirmed=False), "2026-05-12", None, YOUNG),
        (replace(ill(until="2026-05-10"), voided_at=VOIDED), "2026-05-12", None, YOUNG),
        (condition(until="2026-05-10"), "2026-05-12", None, YOUNG),
    ],
    ids=[
        "treatment goes on",
        "before the history",
        "before the counting",
        "died that day",
        "beyond the horizon",
        "not confirmed",
        "voided",
        "another disease ended",
    ],
)
def test_no_closing_is_owed(stopped, on, counting, who):
    assert owed(stopped, on=on, item=ITEM_CLOSING, counting=counting, who=who) == []


def test_the_first_day_of_history_and_of_counting_belongs_to_it():
    assert owed(ill("2024-06-01", since="2024-05-01", until="2025-01-01"), on="2026-05-12", item=ITEM_CLOSING)
    assert owed(ill(until="2026-05-10"), on="2026-05-12", item=ITEM_CLOSING, counting="2026-05-10")
    later = resident("1994-03-01", died_on="2026-05-11")
    kept = owed(ill(until="2026-05-10"), on="2026-05-12", item=ITEM_CLOSING, who=later)
    assert [duty.is_asked for duty in kept] == [False]


def test_a_closing_that_was_done_stays_done_though_she_died_that_day():
    dead = resident("1994-03-01", died_on="2026-05-10")
    facts = person(ill(until="2026-05-10"), closing("2026-05-10", "2"), who=dead)
    matched = matched_of(facts, "2026-05-12", ITEM_CLOSING)
    assert [(one.state, one.duty.is_asked) for one in matched] == [(DONE, False)]


def test_of_two_records_with_one_end_the_earlier_begins_the_closing():
    """The notice says when a record begins; without one, since when she is ill."""
    told = ill("2025-11-01", since="2025-10-28", until="2026-05-10")
    for since, begins in (("2025-10-30", "2025-10-30"), ("2025-11-02", "2025-11-01")):
        again = ill(None, since=since, until="2026-05-10")
        for records in ((told, again), (again, told)):
            duties = owed(*records, on="2026-05-12", item=ITEM_CLOSING)
            assert [duty.span_from for duty in duties] == [d(begins)]


def test_where_no_day_is_known_the_closing_counts_from_the_history():
    stopped = ill(None, since=None, until="2026-05-10")
    assert owed(stopped, on="2026-05-12", item=ITEM_CLOSING)[0].span_from == d("2025-01-01")
    wrong = ill("2026-05-20", since=None, until="2026-05-10")
    assert owed(wrong, on="2026-05-12", item=ITEM_CLOSING)[0].span_from == d("2026-05-10")


@pytest.mark.parametrize(
    ("stop_reason", "is_owed"),
    [("1", True), ("2", False), ("3", False), ("4", True)],
    ids=["完成疗程", "死亡", "丢失", "转入耐多药治疗"],
)
def test_after_the_closing_somebody_telephones(stop_reason, is_owed):
    duties = owed(ill(), closing("2026-05-10", stop_reason), on="2026-05-12", item=ITEM_OUTCOME)
    assert [(duty.span_from, duty.due_on, duty.latest_on) for duty in duties] == (
        [(d("2026-05-11"), d("2026-05-24"), d("2026-05-24"))] if is_owed else []
    )
    assert all(codes(duty) == ["tb-outcome"] and duty.group == "09" and duty.is_asked for duty in duties)


@pytest.mark.parametrize(
    ("records", "state"),
    [
        ([contact("2026-05-24")], DONE),
        ([contact("2026-05-30")], DONE),
        ([contact("2026-05-10")], OVERDUE),
        ([contact("2026-05-12", "clinic")], OVERDUE),
        ([contact("2026-05-12", not_done_reason="not_at_home")], NOT_DONE),
        ([replace(contact("2026-05-12"), voided_at=VOIDED)], OVERDUE),
        ([], OVERDUE),
    ],
    ids=["day 14", "later", "the same day", "at the clinic", "nobody answered", "voided", "nobody"],
)
def test_only_a_call_proves_it(records, state):
    assert states(ill(), closing("2026-05-10"), *records, on="2026-06-01", item=ITEM_OUTCOME) == [state]


@pytest.mark.parametrize(("on", "state"), [("2026-05-24", DUE), ("2026-05-25", OVERDUE)])
def test_the_call_day_14_and_day_15(on, state):
    assert states(ill(), closing("2026-05-10"), on=on, item=ITEM_OUTCOME) == [state]


def test_which_closings_ask_for_a_call():
    def calls(*records: object, counting: str | None = None, who: Resident = YOUNG) -> list[bool]:
        found = owed(
            ill("2024-01-01", since="2024-01-01"),
            *records,
            on="2026-05-12",
            item=ITEM_OUTCOME,
            counting=counting,
            who=who,
        )
        return [duty.is_asked for duty in found]

    assert calls(closing("2024-12-31")) == []
    assert calls(closing("2025-01-01")) == [True]
    assert calls(closing("2024-12-31"), closing("2026-05-10")) == [True]
    assert calls(closing("2026-05-13")) == []
    assert calls(closing("2026-05-12")) == [True]
    assert calls(replace(closing("2026-05-10"), voided_at=VOIDED)) == []
    assert calls(replace(closing("2026-05-10"), proves=())) == []
    assert calls(closing("2026-05-10"), counting="2026-05-24") == [True]
    assert calls(closing("2026-05-10"), counting="2026-05-25") == []
    assert calls(closing("2026-05-10"), who=resident("1994-03-01", died_on="2026-05-12")) == [False]
    assert calls(closing("2026-05-10"), who=resident("1994-03-01", died_on="2026-05-13")) == [True]
    assert calls(closing("2026-05-10"), away("2025-10-01")) == [True]


# --- the suspect: asked by telephone within one week ---


def sent(issued: str = "2026-05-01", **more: Any) -> Any:
    return replace(referral(issued, **more), disease=TB)


@pytest.mark.parametrize(
    ("records", "who_is_sent", "is_one"),
    [
        ((), sent(), True),
        ((ill(since="2026-05-02"),), sent(), True),
        ((ill(since="2026-05-01"),), sent(), False),
        ((ill(confirmed=False),), sent(), True),
        ((), replace(referral("2026-05-01"), disease="hypertension"), False),
    ],
    ids=[
        "not diagnosed",
        "diagnosed the day after",
        "diagnosed that day",
        "not confirmed",
        "another disease",
    ],
)
def test_who_is_a_suspect(records, who_is_sent, is_one):
    assert is_suspect(person(*records), who_is_sent) == is_one


def test_a_suspect_is_asked_within_one_week():
    duties = duties_of(person(sent(), who=YOUNG), "2026-05-02")
    asked = [duty for duty in duties if duty.item == ITEM_REFERRAL]
    assert [(duty.due_on, duty.latest_on, codes(duty)) for duty in asked] == [
        (d("2026-05-08"), d("2026-05-08"), ["tb-suspect"])
    ]
    assert asked[0].group == "09"
    assert asked[0].reasons[0].values == {"issued": "2026-05-01", "limit": "2026-05-08"}


def test_a_patient_who_is_referred_is_asked_about_like_anybody():
    duties = duties_of(person(ill(), sent("2026-05-10"), who=YOUNG), "2026-05-11")
    asked = [duty for duty in duties if duty.item == ITEM_REFERRAL]
    assert [(duty.due_on, duty.latest_on, codes(duty)) for duty in asked] == [
        (d("2026-05-17"), d("2026-05-24"), ["referral-ordinary"])
    ]


def test_asked_once_more_the_suspect_is_like_anybody():
    again = sent(asked=(("2026-05-05", "not_arrived"),), state="not_arrived")
    duties = [
        duty for duty in duties_of(person(again, who=YOUNG), "2026-05-06") if duty.item == ITEM_REFERRAL
    ]
    assert [(duty.latest_on, codes(duty)) for duty in duties] == [
        (d("2026-05-08"), ["tb-suspect"]),
        (d("2026-05-15"), ["referral-again"]),
    ]


# --- facts that must always hold ---

_DAYS = st.dates(date(2026, 5, 1), date(2026, 9, 30))
_ONE = st.one_of(
    st.builds(
        lambda day, who, month: seen(str(day), who, month), _DAYS, st.sampled_from("123"), st.integers(1, 6)
    ),
    st.builds(lambda day, who: first_visit(str(day), who), _DAYS, st.sampled_from("123")),
    st.builds(lambda day, stop: closing(str(day), stop), _DAYS, st.sampled_from("1234")),
    st.builds(lambda day: contact(str(day)), _DAYS),
    st.builds(lambda day: door(str(day)), _DAYS),
)
_RECORDS = st.lists(_ONE, max_size=6)
_ITEMS = {ITEM_FIRST_VISIT, ITEM_NEXT, ITEM_CLOSING, ITEM_OUTCOME}
_PATIENTS = [ill(), ill(None), ill(until="2026-08-31"), ill(None, since="2026-05")]


def all_of(patient: Condition, records: list[Visit], on: str = "2026-08-01") -> list[Duty]:
    return [duty for duty in duties_of(person(patient, *records, who=YOUNG), on) if duty.item in _ITEMS]


def done(patient: Condition, records: list[Visit], on: str) -> set[str]:
    matched = matched_of(person(patient, *records, who=YOUNG), on)
    return {one.duty.key for one in matched if one.duty.item in _ITEMS and one.state == DONE}


@given(st.sampled_from(_PATIENTS), _RECORDS, _ONE)
def test_further_evidence_never_undoes_what_was_done(patient, records, more):
    assert done(patient, records, "2026-08-01") <= done(patient, [*records, more], "2026-08-01")


@given(st.sampled_from(_PATIENTS))
def test_without_evidence_nothing_is_done(patient):
    assert done(patient, [], "2026-08-01") == set()


@given(st.sampled_from(_PATIENTS), _RECORDS)
def test_the_order_of_records_does_not_matter(patient, records):
    forward, backward = all_of(patient, records), all_of(patient, records[::-1])
    assert [(duty.key, duty.due_on, duty.latest_on) for duty in forward] == [
        (duty.key, duty.due_on, duty.latest_on) for duty in backward
    ]
    assert len({duty.key for duty in forward}) == len(forward)


def test_recorded_twice_it_is_owed_once():
    for patient in (ill(), ill(None), ill(until="2026-05-10")):
        once, twice = (
            all_of(patient, []),
            duties_of(person(patient, replace(patient, id="x"), who=YOUNG), "2026-08-01"),
        )
        assert [duty.key for duty in once] == [duty.key for duty in twice if duty.item in _ITEMS]


def test_a_duty_has_the_same_name_whenever_it_is_computed():
    records = [seen("2026-05-03"), closing("2026-05-10")]
    first, later = (
        {duty.key for duty in all_of(ill(since=None, until="2026-05-12"), records, on)}
        for on in ("2026-05-12", "2026-06-20")
    )
    assert first == later == {
        "r1/norm/tuberculosis_first_visit:tuberculosis/2026-05-01",
        "r1/norm/tuberculosis_closing:tuberculosis/2026-05-12",
        "r1/norm/tuberculosis_outcome:tuberculosis/2026-05-10",
    }  # fmt: skip
    after = {duty.key for duty in all_of(ill(None), [seen("2026-05-03")])}
    assert after == {
        "r1/norm/tuberculosis_next:next/2026-05-03",
        "r1/norm/tuberculosis_next:start/2026-04-28",
    }


def test_two_courses_are_owed_each():
    earlier = ill("2025-02-01", since="2025-01-28", until="2025-09-01")
    for records in ((earlier, ill()), (ill(), earlier)):
        duties = owed(*records, on="2026-05-03", item=ITEM_FIRST_VISIT)
        assert [duty.span_from for duty in duties] == [d("2025-02-01"), d("2026-05-01")]


@given(_RECORDS)
def test_no_follow_up_is_later_than_a_month_after_the_visit(records):
    for duty in all_of(ill(), records):
        if duty.item == ITEM_NEXT:
            assert duty.span_from <= duty.due_on <= duty.latest_on <= duty.span_from + timedelta(days=30)


# --- what is said ---


def test_everything_can_be_said_plainly():
    told: set[str] = set()
    histories: list[list[object]] = [
        [ill(), door("2026-05-02"), door("2026-05-03")],
        [ill(None)],
        [ill(), seen("2026-05-03", STAFF)],
        [ill(), seen("2026-05-03", missed_doses=9), away("2026-05-04")],
        [ill(), seen("2026-05-03", month=3)],
        [ill(), seen("2026-05-03", decision=referred("2026-05-03"))],
        [ill(until="2026-05-05"), closing("2026-05-05")],
        [sent()],
    ]
    for records in histories:
        for duty in duties_of(person(*records, who=YOUNG), "2026-05-06"):
            for reason in duty.reasons:
                if reason.code.startswith("tb-"):
                    told.add(reason.code)
                    text, source = say(reason.code, reason.values), source_of(reason.code, reason.values)
                    assert re.search(r"[A-Za-z_{}]", text + source) is None, text
                    assert "2026-" not in text
                    assert text.endswith("。")
                    assert source
    assert told == set(REASONS)
