"""What proves what, and the rates: contracts.md §3.2 (item states), §6, norms-hypertension §5."""

from dataclasses import replace
from datetime import UTC, date, datetime
from fractions import Fraction

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from tests.domain.duties.people import (
    BASIC,
    CALENDAR,
    DIABETES,
    away,
    condition,
    contact,
    contract,
    d,
    follow_up,
    glucose,
    matched_of,
    person,
    pressure,
    resident,
    signed,
)
from tests.domain.duties.records import VILLAGE_DAYS, facts_with, readings, visits
from village_doctor.domain.dates import day_in_china
from village_doctor.domain.duties.expanding import expand
from village_doctor.domain.fulfilment.matching import MatchedDuty, fulfilments, match, signed_but_not_served
from village_doctor.domain.packages import ServiceItem, ServicePackage
from village_doctor.domain.person_facts import PersonFacts
from village_doctor.domain.readings import Reading
from village_doctor.domain.visits import Visit

VOIDED = datetime(2026, 11, 20, tzinfo=UTC)


def measured_package(proof: str, times: int = 1) -> ServicePackage:
    item = ServiceItem(code="measured", name="量一次", frequency="per_year", times=times, proof=proof)
    return replace(BASIC, items=(item,))


def state_of(facts: PersonFacts, on: str, item: str = "quarter", begins: str = "2026-10-01") -> str:
    return next(one.state for one in matched_of(facts, on, item) if str(one.duty.span_from) == begins)


# --- what proves a follow-up -------------------------------------------------------------------------------------------

COUNTED = follow_up("2026-11-10")
PROVES = [
    ("a complete form in the clinic", COUNTED, "done"),
    ("a complete form at home", follow_up("2026-11-10", mode="home"), "done"),
    ("on the quarter's first day", follow_up("2026-10-01"), "done"),
    ("by phone", follow_up("2026-11-10", mode="phone"), "planned"),
    ("by video", follow_up("2026-11-10", mode="video"), "planned"),
    ("unfinished", follow_up("2026-11-10", complete=False), "planned"),
    ("the other disease's form", follow_up("2026-11-10", disease=DIABETES), "planned"),
    ("an unknown form", replace(follow_up("2026-11-10"), form_code="a_later_form"), "planned"),
    ("voided", replace(follow_up("2026-11-10"), voided_at=VOIDED), "planned"),
    ("a contact", contact("2026-11-10", "home"), "planned"),
    ("in the quarter before", follow_up("2026-09-30"), "planned"),
    ("dated tomorrow", follow_up("2026-11-23"), "planned"),
    ("a quick reading", pressure("2026-11-10"), "planned"),
    ("a self-measured reading", pressure("2026-11-10", setting="self_measured"), "planned"),
]


@pytest.mark.parametrize(("record", "state"), [row[1:] for row in PROVES], ids=[row[0] for row in PROVES])
def test_what_proves_a_follow_up(record: object, state: str) -> None:
    assert state_of(person(condition(since="2026-10"), record), "2026-11-22") == state


@pytest.mark.parametrize(
    ("on", "state"), [("2026-11-16", "planned"), ("2026-11-17", "due"), ("2026-11-18", "overdue")]
)
def test_planned_due_overdue(on: str, state: str) -> None:
    assert state_of(person(condition(), follow_up("2026-08-17")), on) == state


def test_done_says_when_and_by_which_record() -> None:
    later = follow_up("2026-12-01")
    one = next(
        one
        for one in matched_of(person(condition(), later, COUNTED), "2026-12-05", "quarter")
        if str(one.duty.span_from) == "2026-10-01"
    )
    assert (one.state, one.done_on, one.evidence) == ("done", d("2026-11-10"), ("visit", COUNTED.id))
    assert not one.is_open


def test_one_visit_proves_the_norm_and_the_promise() -> None:
    facts = person(condition(), signed(contract("2026-01-01")), COUNTED)
    proven = [one for one in matched_of(facts, "2026-11-22") if one.state == "done"]
    assert {one.duty.source for one in proven} == {"norm", "contract"}
    assert {one.evidence for one in proven} == {("visit", COUNTED.id)}


@pytest.mark.parametrize(
    ("day", "states"),
    [
        ("2026-03-31", ["done", "overdue"]),
        ("2026-04-01", ["overdue", "done"]),
        ("2025-12-31", ["overdue", "overdue"]),
        ("2026-07-01", ["overdue", "overdue"]),
    ],
)
def test_evidence_counts_only_inside_its_span(day: str, states: list[str]) -> None:
    facts = person(signed(contract("2026-01-01")), follow_up(day))
    matched = matched_of(facts, "2026-07-05", "hypertension.follow_up")
    assert [one.state for one in matched][:2] == states


# --- what proves a measured item ---------------------------------------------------------------------------------------

VISIT = follow_up("2026-11-10")
VOIDED_VISIT = replace(follow_up("2026-11-10"), voided_at=VOIDED)
MEASURED = [
    ("reading:blood_pressure", "a quick reading", (pressure("2026-11-10"),), "done"),
    ("reading:blood_pressure", "at home by staff", (pressure("2026-11-10", setting="home"),), "done"),
    ("reading:blood_pressure", "of a visit", (VISIT, pressure("2026-11-10", visit=VISIT)), "done"),
    (
        "reading:blood_pressure",
        "self-measured",
        (pressure("2026-11-10", setting="self_measured"),),
        "planned",
    ),
    (
        "reading:blood_pressure",
        "elsewhere",
        (pressure("2026-11-10", setting="other_institution"),),
        "planned",
    ),
    ("reading:blood_pressure", "voided", (replace(pressure("2026-11-10"), voided_at=VOIDED),), "planned"),
    (
        "reading:blood_pressure",
        "of a voided visit",
        (VOIDED_VISIT, pressure("2026-11-10", visit=VOIDED_VISIT)),
        "planned",
    ),
    ("reading:blood_pressure", "a glucose", (glucose("2026-11-10"),), "planned"),
    ("reading:fasting_glucose", "fasting", (glucose("2026-11-10"),), "done"),
    (
        "reading:fasting_glucose",
        "two hours after a meal",
        (glucose("2026-11-10", timing="two_hours"),),
        "planned",
    ),
    ("reading:fasting_glucose", "a pressure", (pressure("2026-11-10"),), "planned"),
    ("visit", "a phone call", (contact("2026-11-10"),), "done"),
    ("visit", "a follow-up", (VISIT,), "done"),
    ("visit", "nobody was at home", (contact("2026-11-10", "home", "not_at_home"),), "planned"),
    ("visit", "a reading", (pressure("2026-11-10"),), "planned"),
]


@pytest.mark.parametrize(
    ("proof", "records", "state"),
    [(row[0], row[2], row[3]) for row in MEASURED],
    ids=[f"{row[0]}: {row[1]}" for row in MEASURED],
)
def test_what_proves_a_measured_item(proof: str, records: tuple[object, ...], state: str) -> None:
    deal = signed(contract("2026-01-01", packages=(measured_package(proof),)), packages=("basic",))
    assert state_of(person(deal, *records), "2026-11-22", "basic.measured", "2026-01-01") == state


@pytest.mark.parametrize(("hour", "state"), [(7, "done"), (8, "overdue")])
def test_a_reading_belongs_to_its_day_in_the_village(hour: int, state: str) -> None:
    """23:59 UTC on 31 December is already the new year here."""
    taken_at = datetime(2026, 12, 31, 8 + hour, 30, tzinfo=UTC)
    facts = person(
        signed(
            contract("2026-01-01", packages=(measured_package("reading:blood_pressure"),)),
            packages=("basic",),
        ),
        replace(pressure("2026-12-31"), taken_at=taken_at),
    )
    assert state_of(facts, "2027-01-05", "basic.measured", "2026-01-01") == state


# --- what is still asked -----------------------------------------------------------------------------------------------


def open_quarters(facts: PersonFacts, on: str) -> list[str]:
    return [
        str(one.duty.span_from)
        for one in matched_of(facts, on, "quarter")
        if one.is_open and one.state != "planned"
    ]


def test_a_missed_quarter_is_asked_until_the_next_service_and_stays_in_the_figures() -> None:
    facts = person(condition(since="2026"), follow_up("2026-02-01"))
    assert open_quarters(facts, "2026-11-22") == ["2026-04-01", "2026-07-01", "2026-10-01"]
    served = person(condition(since="2026"), follow_up("2026-02-01"), follow_up("2026-11-22"))
    assert open_quarters(served, "2026-11-22") == []
    states = [one.state for one in matched_of(served, "2026-11-22", "quarter")]
    assert states == ["done", "overdue", "overdue", "done", "planned"]


def test_a_missed_promise_of_a_contract_that_is_over_is_asked_no_more() -> None:
    facts = person(signed(contract("2026-01-01")))
    assert any(one.is_open for one in matched_of(facts, "2026-12-31"))
    assert not any(one.is_open for one in matched_of(facts, "2027-01-01"))


@pytest.mark.parametrize(
    ("facts", "hint"),
    [
        (person(condition()), "home"),
        (person(condition(), follow_up("2026-08-01", mode="clinic")), "clinic"),
        (person(condition(), follow_up("2026-08-01", mode="clinic"), contact("2026-09-01", "home")), "home"),
        (
            person(condition(), follow_up("2026-08-01", mode="clinic"), contact("2026-09-01", "phone")),
            "clinic",
        ),
        (person(condition(), follow_up("2026-12-01", mode="clinic")), "home"),
        (person(condition(), away("2026-11-01")), "phone"),
        (person(condition(), not_visited_until="2026-11-23"), "phone"),
        (person(condition(), not_visited_until="2026-11-22"), "home"),
    ],
)
def test_how_she_is_reached(facts: PersonFacts, hint: str) -> None:
    assert {one.mode_hint for one in matched_of(facts, "2026-11-22")} == {hint}


# --- rates -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("visits_on", "on", "due", "done", "ahead", "rate"),
    [
        ([], "2026-03-30", 0, 0, 0, None),
        ([], "2026-03-31", 1, 0, 0, Fraction(0)),
        (["2026-02-01"], "2026-03-30", 0, 0, 1, None),
        (["2026-02-01"], "2026-03-31", 1, 1, 0, Fraction(1)),
        (["2026-02-01", "2026-02-15"], "2026-06-30", 2, 1, 0, Fraction(1, 2)),
        (["2026-02-01", "2026-07-01"], "2026-07-15", 2, 1, 1, Fraction(1, 2)),
        (["2026-02-01", "2026-04-01", "2026-07-01", "2026-10-01"], "2026-12-31", 4, 4, 0, Fraction(1)),
    ],
)
def test_rate_a_is_items_done_of_items_due_so_far(
    visits_on: list[str], on: str, due: int, done: int, ahead: int, rate: Fraction | None
) -> None:
    facts = person(condition(), signed(contract("2026-01-01")), *(follow_up(day) for day in visits_on))
    (figure,) = fulfilments(matched_of(facts, on), d(on))
    assert (figure.contract_id, figure.resident_id) == ("k1", "r1")
    assert (figure.due, figure.done, figure.ahead, figure.rate) == (due, done, ahead, rate)


def test_the_next_promise_that_waits() -> None:
    facts = person(signed(contract("2026-01-01")), follow_up("2026-10-05"))
    (figure,) = fulfilments(matched_of(facts, "2026-10-10"), d("2026-10-10"))
    assert figure.next_due_on is None
    facts = person(signed(contract("2026-01-01")))
    (figure,) = fulfilments(matched_of(facts, "2026-10-10"), d("2026-10-10"))
    assert figure.next_due_on == d("2026-12-31")


def test_rates_are_kept_apart_by_contract_and_leave_the_norm_out() -> None:
    facts = person(
        condition(),
        signed(contract("2025-01-01", record_id="k0")),
        signed(contract("2026-01-01")),
        follow_up("2025-02-01"),
    )
    figures = fulfilments(matched_of(facts, "2026-11-22"), d("2026-11-22"))
    assert [(one.contract_id, one.due, one.done) for one in figures] == [("k0", 4, 1), ("k1", 3, 0)]


# --- signed but not served ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("record", "is_listed"),
    [
        (None, True),
        (follow_up("2026-02-28"), True),
        (follow_up("2026-03-01"), False),
        (follow_up("2026-11-22", complete=False), False),
        (follow_up("2026-11-23"), True),
        (contact("2026-05-01"), False),
        (contact("2026-05-01", "home", "not_at_home"), True),
        (pressure("2026-05-01"), False),
        (pressure("2026-05-01", setting="self_measured"), True),
        (replace(follow_up("2026-05-01"), voided_at=VOIDED), True),
    ],
)
def test_signed_but_not_served(record: object, is_listed: bool) -> None:
    facts = person(signed(contract("2026-03-01")), record)
    assert signed_but_not_served([facts], d("2026-11-22")) == (("k1",) if is_listed else ())


def test_service_to_one_member_serves_the_household() -> None:
    deal = contract("2026-03-01")
    alone = person(signed(deal))
    other = person(signed(deal, resident_id="r2"), follow_up("2026-05-01"), who=resident(record_id="r2"))
    assert signed_but_not_served([alone, other], d("2026-11-22")) == ()
    assert signed_but_not_served([other, alone], d("2026-11-22")) == ()


@pytest.mark.parametrize("on", ["2026-02-28", "2027-03-01"])
def test_only_running_contracts_are_listed(on: str) -> None:
    assert signed_but_not_served([person(signed(contract("2026-03-01")))], d(on)) == ()


# --- facts that always hold --------------------------------------------------------------------------------------------


def matched(facts: PersonFacts, on: date) -> dict[str, MatchedDuty]:
    return {one.duty.key: one for one in match(expand(facts, on, CALENDAR), facts, on)}


@given(facts_with(), VILLAGE_DAYS)
def test_no_evidence_nothing_done(facts: PersonFacts, on: date) -> None:
    bare = replace(
        facts, visits=(), readings=(), referrals=tuple(replace(one, inquiries=()) for one in facts.referrals)
    )
    assert not any(one.state == "done" for one in matched(bare, on).values())


@given(facts_with(), VILLAGE_DAYS, st.lists(visits(), max_size=4), st.lists(readings(), max_size=3))
def test_new_evidence_never_turns_a_done_duty_undone(
    facts: PersonFacts, on: date, more_visits: list[Visit], more_readings: list[Reading]
) -> None:
    before = matched(facts, on)
    after = matched(
        replace(facts, visits=(*facts.visits, *more_visits), readings=(*facts.readings, *more_readings)), on
    )
    for key, one in before.items():
        if one.state == "done":
            assert after[key].state == "done"


@given(facts_with(), VILLAGE_DAYS, st.integers(0, 99))
def test_voiding_the_evidence_undoes_the_duty(facts: PersonFacts, on: date, choice: int) -> None:
    """Every record of that day is voided: then the duty is gone, undone, or proven by another day."""
    done = [one for one in matched(facts, on).values() if one.evidence is not None]
    assume(done)
    one = done[choice % len(done)]
    day = one.done_on
    voided = replace(
        facts,
        visits=tuple(replace(v, voided_at=VOIDED) if v.served_on == day else v for v in facts.visits),
        readings=tuple(
            replace(r, voided_at=VOIDED) if day_in_china(r.taken_at) == day else r for r in facts.readings
        ),
        referrals=tuple(replace(f, voided_at=VOIDED) for f in facts.referrals),
    )
    again = matched(voided, on).get(one.duty.key)
    assert again is None or again.state != "done" or again.done_on != day


@given(facts_with(), VILLAGE_DAYS)
def test_evidence_lies_inside_the_span_and_not_in_the_future(facts: PersonFacts, on: date) -> None:
    for one in matched(facts, on).values():
        if one.done_on is not None:
            assert one.duty.span_from <= one.done_on <= on
            assert one.duty.span_until is None or one.done_on <= one.duty.span_until
        else:
            assert one.evidence is None
            assert one.state != "done"


@given(facts_with(), VILLAGE_DAYS)
def test_what_is_done_is_not_asked(facts: PersonFacts, on: date) -> None:
    assert not any(one.is_open for one in matched(facts, on).values() if one.state == "done")
