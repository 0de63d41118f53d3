"""What proves what, and what stood in the way: contracts.md §3.2 (item states), norms-hypertension §5."""

from dataclasses import replace
from datetime import UTC, date, datetime
from random import Random
from typing import TypeVar

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from tests.domain.duties.people import (
    BASIC,
    DIABETES,
    RULES,
    away,
    condition,
    contact,
    contract,
    d,
    follow_up,
    glucose,
    instant,
    matched_of,
    person,
    pressure,
    referral,
    refusal,
    resident,
    signed,
)
from tests.domain.duties.records import VILLAGE_DAYS, facts_with, readings, visits
from village_doctor.domain.dates import day_in_china
from village_doctor.domain.duties.expanding import expand
from village_doctor.domain.fulfilment.matching import MatchedDuty, match
from village_doctor.domain.packages import ServiceItem, ServicePackage
from village_doctor.domain.person_facts import PersonFacts
from village_doctor.domain.readings import Reading
from village_doctor.domain.refusals import Refusal
from village_doctor.domain.visits import Conclusion, Visit

VOIDED = datetime(2026, 11, 20, tzinfo=UTC)
T = TypeVar("T")


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
    (
        "a form of a later program that says what it proves",
        replace(follow_up("2026-11-10"), form_code="a_later_form"),
        "done",
    ),
    ("a form that proves nothing", replace(follow_up("2026-11-10"), proves=()), "planned"),
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
    assert one.is_open is False


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
    for on, is_asked in (("2026-12-31", True), ("2027-01-01", False)):
        promised = [one for one in matched_of(facts, on) if one.duty.source == "contract"]
        assert any(one.is_open for one in promised) is is_asked


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
        (
            person(
                condition(),
                follow_up("2026-08-01", mode="clinic"),
                contact("2026-09-01", "home", "not_at_home"),
            ),
            "clinic",
        ),
        (
            person(condition(), replace(follow_up("2026-08-01", mode="clinic"), voided_at=VOIDED)),
            "home",
        ),
        (person(condition(), follow_up("2026-11-22", mode="clinic")), "clinic"),
        (person(condition(), follow_up("2026-11-23", mode="clinic")), "home"),
        (
            person(condition(), contact("2026-09-01", "home"), follow_up("2026-09-01", hour=15)),
            "clinic",
        ),
        (
            person(condition(), contact("2026-09-01", "home"), follow_up("2026-09-01", hour=8)),
            "home",
        ),
        (person(condition(), away("2026-11-01")), "phone"),
        (person(condition(), away("2026-11-22")), "phone"),
        (person(condition(), away("2026-11-23")), "home"),
        (person(condition(), away("2026-11-01", "2026-11-22")), "home"),
        (person(condition(), not_visited_until="2026-11-23"), "phone"),
        (person(condition(), not_visited_until="2026-11-22"), "home"),
    ],
)
def test_how_she_is_reached(facts: PersonFacts, hint: str) -> None:
    assert {one.mode_hint for one in matched_of(facts, "2026-11-22")} == {hint}


# --- what stood in the way (contracts.md §3.2: 没做成) -------------------------------------------------------------------


def quarter(facts: PersonFacts, on: str, begins: str = "2026-10-01") -> MatchedDuty:
    return next(one for one in matched_of(facts, on, "quarter") if str(one.duty.span_from) == begins)


KNOCKED = contact("2026-11-19", "home", "not_at_home")
LATE = follow_up("2026-08-17")  # due again on 17 November


@pytest.mark.parametrize(
    ("attempt", "on", "state", "reason"),
    [
        (KNOCKED, "2026-11-16", "planned", None),
        (KNOCKED, "2026-11-18", "overdue", None),
        (KNOCKED, "2026-11-19", "not_done", "not_at_home"),
        (KNOCKED, "2026-12-31", "not_done", "not_at_home"),
        (contact("2026-11-10", "home", "not_at_home"), "2026-11-16", "planned", "not_at_home"),
        (contact("2026-11-10", "home", "not_at_home"), "2026-11-17", "not_done", "not_at_home"),
        (contact("2026-10-01", "home", "not_at_home"), "2026-11-17", "not_done", "not_at_home"),
        (contact("2026-09-30", "home", "not_at_home"), "2026-11-17", "due", None),
        (replace(KNOCKED, voided_at=VOIDED), "2026-11-22", "overdue", None),
        (contact("2026-11-19", "home", "in_hospital"), "2026-11-22", "not_done", "in_hospital"),
        (contact("2026-11-19", "home", "died"), "2026-11-22", "not_done", "died"),
    ],
)
def test_an_attempt_inside_the_span(attempt: Visit, on: str, state: str, reason: str | None) -> None:
    one = quarter(person(condition(), LATE, attempt), on)
    assert (one.state, one.not_done_reason, one.is_open) == (state, reason, True)
    assert one.attempted_on == (attempt.served_on if reason else None)
    assert one.attempt == (("visit", attempt.id) if reason else None)


def test_the_latest_attempt_speaks_whatever_the_order() -> None:
    later = contact("2026-11-20", "home", "refused")
    for records in ((KNOCKED, later), (later, KNOCKED)):
        one = quarter(person(condition(), LATE, *records), "2026-11-22")
        assert (one.not_done_reason, one.attempted_on) == ("refused", d("2026-11-20"))


def test_of_two_attempts_on_one_day_the_later_recorded_speaks() -> None:
    evening = replace(contact("2026-11-19", "home", "refused"), recorded_at=instant("2026-11-19", 18), id="v")
    for records in ((KNOCKED, evening), (evening, KNOCKED)):
        assert quarter(person(condition(), LATE, *records), "2026-11-22").not_done_reason == "refused"


@pytest.mark.parametrize(("disease", "reason"), [("hypertension", "refused"), (DIABETES, None)])
def test_a_form_that_was_refused_is_that_diseases_only(disease: str, reason: str | None) -> None:
    visit = replace(contact("2026-11-19", "home", "refused"), diseases=(disease,))
    assert quarter(person(condition(), LATE, visit), "2026-11-22").not_done_reason == reason
    closed = replace(contact("2026-11-19", "home", "not_at_home"), diseases=(disease,))
    assert quarter(person(condition(), LATE, closed), "2026-11-22").not_done_reason == "not_at_home"


def test_an_attempt_after_a_span_that_is_over_says_nothing_about_it() -> None:
    facts = person(condition(), LATE, contact("2027-01-02", "home", "not_at_home"))
    assert quarter(facts, "2027-01-05").state == "overdue"
    last_day = person(condition(), LATE, contact("2026-12-31", "home", "not_at_home"))
    assert quarter(last_day, "2027-01-05").state == "not_done"


@pytest.mark.parametrize(
    "obstacle",
    [KNOCKED, away("2026-11-01"), refusal("follow_up:hypertension", "2026-11-01")],
    ids=["an attempt", "away", "refused"],
)
def test_evidence_always_wins(obstacle: object) -> None:
    visit = follow_up("2026-11-20", mode="home")
    one = quarter(person(condition(), LATE, obstacle, visit), "2026-11-22")
    assert (one.state, one.evidence, one.not_done_reason, one.attempted_on) == (
        "done",
        ("visit", visit.id),
        None,
        None,
    )


# --- refusals: offered again after three months, or on the day agreed ---------------------------------------------------


REFUSED = refusal("follow_up:hypertension", "2026-08-20")  # stands until 20 November


@pytest.mark.parametrize(
    ("on", "state", "is_open", "due_on"),
    [
        ("2026-11-16", "planned", False, "2026-11-17"),
        ("2026-11-17", "not_done", False, "2026-11-17"),
        ("2026-11-19", "not_done", False, "2026-11-17"),
        ("2026-11-20", "due", True, "2026-11-20"),
        ("2026-11-21", "overdue", True, "2026-11-20"),
    ],
)
def test_a_refused_duty_asks_nothing_until_it_is_offered_again(
    on: str, state: str, is_open: bool, due_on: str
) -> None:
    one = quarter(person(condition(), LATE, REFUSED), on)
    assert (one.state, one.is_open, one.duty.due_on) == (state, is_open, d(due_on))
    stands = not is_open
    assert one.not_done_reason == ("refused" if stands else None)
    assert one.attempted_on == (d("2026-08-20") if stands else None)
    assert one.attempt == (("refusal", REFUSED.id) if stands else None)
    assert [reason.code for reason in one.duty.reasons] == ["three-months"] + ["offer-again"] * is_open
    if is_open:
        assert one.duty.reasons[-1].values == {"refused": "2026-08-20", "from": "2026-11-20"}


def test_a_duty_due_on_the_day_of_the_next_offer_stays_open_and_planned() -> None:
    agreed = refusal("follow_up:hypertension", "2026-09-01", again="2026-11-17")
    assert quarter(person(condition(), LATE, agreed), "2026-11-16").is_open
    later = refusal("follow_up:hypertension", "2026-09-01", again="2026-11-18")
    assert not quarter(person(condition(), LATE, later), "2026-11-16").is_open


@pytest.mark.parametrize(
    ("what", "voided", "counts"),
    [
        ("follow_up:hypertension", False, True),
        ("everything", False, True),
        ("follow_up:diabetes", False, False),
        ("contract", False, False),
        ("follow_up:hypertension", True, False),
    ],
)
def test_what_a_refusal_is_about(what: str, voided: bool, counts: bool) -> None:
    said = refusal(what, "2026-11-01")
    if voided:
        said = replace(said, voided_at=VOIDED)
    assert (quarter(person(condition(), LATE, said), "2026-11-22").not_done_reason == "refused") is counts


@pytest.mark.parametrize(
    ("refused", "again", "offered"),
    [
        ("2026-05-01", "2026-10-01", False),
        ("2026-05-01", "2026-10-02", True),
        ("2026-11-22", None, False),
        ("2026-11-23", "2026-11-22", False),
    ],
)
def test_offered_again_where_the_refusal_reached_into_the_span(
    refused: str, again: str | None, offered: bool
) -> None:
    one = quarter(
        person(condition(), LATE, refusal("follow_up:hypertension", refused, again=again)), "2026-11-22"
    )
    assert ("offer-again" in [reason.code for reason in one.duty.reasons]) is offered


def test_the_day_of_the_offer_is_never_before_the_day_it_is_due() -> None:
    one = quarter(
        person(condition(), LATE, refusal("follow_up:hypertension", "2026-09-01", again="2026-10-15")),
        "2026-11-01",
    )
    assert (one.state, one.duty.due_on, one.is_open) == ("planned", d("2026-11-17"), True)
    assert [reason.code for reason in one.duty.reasons] == ["three-months", "offer-again"]


@pytest.mark.parametrize("on", ["2026-11-22", "2027-02-01"], ids=["it stands", "it has lapsed"])
def test_who_refuses_everything_is_still_asked_what_became_of_a_referral(on: str) -> None:
    """norms-hypertension §5: on the list until she was seen or a refusal of the referral is signed."""
    slip = referral("2026-11-08", "emergency")
    plain, refusing = person(slip), person(slip, refusal("everything", "2026-11-01"))
    (asked,) = matched_of(refusing, on, "referral_outcome_emergency")
    assert (asked.state, asked.is_open, asked.not_done_reason) == ("overdue", True, None)
    assert asked == matched_of(plain, on, "referral_outcome_emergency")[0]


def test_of_two_refusals_the_later_stands() -> None:
    again = refusal("follow_up:hypertension", "2026-11-20")
    for records in ((REFUSED, again), (again, REFUSED)):
        one = quarter(person(condition(), LATE, *records), "2026-11-22")
        assert (one.not_done_reason, one.attempted_on, one.is_open) == ("refused", d("2026-11-20"), False)


def test_of_two_refusals_that_stand_at_once_the_later_speaks() -> None:
    everything = refusal("everything", "2026-11-01")
    this = refusal("follow_up:hypertension", "2026-11-10")
    for records in ((everything, this), (this, everything)):
        one = quarter(person(condition(), LATE, *records), "2026-11-22")
        assert (one.attempted_on, one.attempt) == (d("2026-11-10"), ("refusal", this.id))


def test_what_she_refused_today_is_refused_today() -> None:
    said = refusal("follow_up:hypertension", "2026-11-22")
    one = quarter(person(condition(), LATE, said), "2026-11-22")
    assert (one.state, one.attempt, one.is_open) == ("not_done", ("refusal", said.id), False)


def test_a_span_missed_before_she_refused_was_not_refused_but_asks_nothing_either() -> None:
    facts = person(
        condition(since="2026"), follow_up("2026-02-01"), refusal("follow_up:hypertension", "2026-10-05")
    )
    assert [(one.state, one.is_open) for one in matched_of(facts, "2026-11-22", "quarter")][1:3] == [
        ("overdue", False),
        ("overdue", False),
    ]


def test_a_span_that_ended_while_she_refused_stays_refused_in_the_figures() -> None:
    facts = person(
        condition(since="2026"), follow_up("2026-02-01"), refusal("follow_up:hypertension", "2026-06-30")
    )
    one = quarter(facts, "2026-11-22", "2026-04-01")
    assert (one.state, one.not_done_reason, one.is_open) == ("not_done", "refused", True)
    assert one.duty.due_on == d("2026-09-30")
    after = person(
        condition(since="2026"), follow_up("2026-02-01"), refusal("follow_up:hypertension", "2026-07-01")
    )
    missed = quarter(after, "2026-11-22", "2026-04-01")
    assert (missed.state, missed.duty.due_on) == ("overdue", d("2026-05-01"))
    assert [reason.code for reason in missed.duty.reasons] == ["three-months"]


def test_of_a_span_that_is_over_the_refusal_of_that_time_speaks_not_that_of_today() -> None:
    refusals = (
        refusal("follow_up:hypertension", "2026-06-15"),
        refusal("follow_up:hypertension", "2026-10-05"),
    )
    facts = person(condition(since="2026"), follow_up("2026-02-01"), *refusals)
    one = quarter(facts, "2026-11-22", "2026-04-01")
    assert (one.not_done_reason, one.attempted_on, one.is_open) == ("refused", d("2026-06-15"), False)
    assert one.attempt == ("refusal", refusals[0].id)


# --- away for a while: by phone, and due on the day of return -----------------------------------------------------------


@pytest.mark.parametrize(
    ("absence", "on", "state", "due_on"),
    [
        (away("2026-11-01"), "2026-11-16", "planned", "2026-11-17"),
        (away("2026-11-01"), "2026-11-17", "not_done", "2026-11-17"),
        (away("2026-11-17"), "2026-11-17", "not_done", "2026-11-17"),
        (away("2026-11-18"), "2026-11-17", "due", "2026-11-17"),
        (away("2026-11-01", "2026-11-20"), "2026-11-19", "not_done", "2026-11-17"),
        (away("2026-11-01", "2026-11-20"), "2026-11-20", "due", "2026-11-20"),
        (away("2026-11-01", "2026-11-20"), "2026-11-22", "overdue", "2026-11-20"),
        (away("2026-11-17", "2026-11-20"), "2026-11-22", "overdue", "2026-11-20"),
        (away("2026-11-18", "2026-11-20"), "2026-11-22", "overdue", "2026-11-17"),
        (away("2026-11-01", "2026-11-17"), "2026-11-22", "overdue", "2026-11-17"),
        (away("2026-11-01", "2026-11-18"), "2026-11-22", "overdue", "2026-11-18"),
        (
            replace(away("2026-11-01", "2026-11-20"), voided_at=VOIDED),
            "2026-11-22",
            "overdue",
            "2026-11-17",
        ),
        (replace(away("2026-11-01"), voided_at=VOIDED), "2026-11-17", "due", "2026-11-17"),
    ],
)
def test_away_for_a_while(absence: object, on: str, state: str, due_on: str) -> None:
    one = quarter(person(condition(), LATE, absence), on)
    assert (one.state, one.duty.due_on, one.is_open) == (state, d(due_on), True)


def test_away_is_said_with_its_record_and_she_is_called() -> None:
    absence = away("2026-11-01")
    one = quarter(person(condition(), LATE, absence), "2026-11-22")
    assert (one.not_done_reason, one.attempt, one.attempted_on) == ("away", ("absence", absence.id), None)
    assert one.mode_hint == "phone"
    in_hospital = replace(absence, kind="hospital")
    assert quarter(person(condition(), LATE, in_hospital), "2026-11-22").not_done_reason == "in_hospital"


def test_a_phone_call_while_away_proves_no_follow_up() -> None:
    called = follow_up("2026-11-19", mode="phone")
    assert quarter(person(condition(), LATE, away("2026-11-01"), called), "2026-11-22").state == "not_done"


def test_gone_again_on_the_day_of_return_the_next_return_counts() -> None:
    twice = (away("2026-11-10", "2026-11-18"), away("2026-11-18", "2026-11-21"))
    for records in (twice, twice[::-1]):
        one = quarter(person(condition(), LATE, *records), "2026-11-22")
        assert one.duty.due_on == d("2026-11-21")
        assert [reason.code for reason in one.duty.reasons] == ["three-months", "back-again"]
        assert one.duty.reasons[-1].values == {"from": "2026-11-18", "until": "2026-11-21"}


def test_back_again_and_to_be_offered_again_both_are_told() -> None:
    absence = away("2026-11-10", "2026-11-21")
    one = quarter(person(condition(), LATE, REFUSED, absence), "2026-11-22")
    assert (one.state, one.duty.due_on) == ("overdue", d("2026-11-21"))
    assert [reason.code for reason in one.duty.reasons] == ["three-months", "back-again", "offer-again"]


def test_of_two_absences_at_a_time_the_later_says_why() -> None:
    absences = (
        away("2026-11-01"),
        replace(away("2026-11-10"), kind="hospital"),
        replace(away("2026-11-05"), kind="school"),
    )
    for records in (absences, absences[::-1]):
        one = quarter(person(condition(), LATE, *records), "2026-11-22")
        assert (one.not_done_reason, one.attempt) == ("in_hospital", ("absence", absences[1].id))


def test_a_refusal_speaks_before_an_absence_and_an_absence_before_an_attempt() -> None:
    records = (KNOCKED, away("2026-11-01"))
    assert quarter(person(condition(), LATE, *records), "2026-11-22").not_done_reason == "away"
    said = refusal("follow_up:hypertension", "2026-11-02")
    assert quarter(person(condition(), LATE, *records, said), "2026-11-22").not_done_reason == "refused"


def test_a_span_that_ended_before_she_left_was_simply_missed() -> None:
    facts = person(condition(since="2026"), follow_up("2026-02-01"), away("2026-10-01"))
    assert quarter(facts, "2026-11-22", "2026-07-01").state == "overdue"
    left = person(condition(since="2026"), follow_up("2026-02-01"), away("2026-09-30"))
    one = quarter(left, "2026-11-22", "2026-07-01")
    assert (one.state, one.not_done_reason) == ("not_done", "away")


# --- death -------------------------------------------------------------------------------------------------------------


def test_a_span_missed_before_death_stays_as_it_was() -> None:
    facts = person(condition(since="2026"), who=resident(died_on="2026-05-20"))
    matched = matched_of(facts, "2026-11-22", "quarter")
    assert [(str(one.duty.span_from), one.state, one.is_open) for one in matched] == [
        ("2026-01-01", "overdue", False)
    ]


@pytest.mark.parametrize(("died", "reason"), [("2026-11-22", "died"), ("2026-11-23", None)])
def test_an_asking_whose_day_came_after_death(died: str, reason: str | None) -> None:
    facts = person(referral("2026-11-15"), who=resident(died_on=died))
    (one,) = [one for one in matched_of(facts, "2026-11-24") if one.duty.proof == "referral_outcome:f1"]
    assert (one.duty.due_on, one.not_done_reason) == (d("2026-11-22"), reason)
    assert one.attempt == (("resident", "r1") if reason else None)


@pytest.mark.parametrize(("died", "reason"), [("2026-11-21", "died"), ("2026-11-22", None)])
def test_on_an_earlier_day_nobody_knew_of_the_death(died: str, reason: str | None) -> None:
    facts = person(referral("2026-11-15"), who=resident(died_on=died))
    (one,) = [one for one in matched_of(facts, "2026-11-21") if one.duty.proof == "referral_outcome:f1"]
    assert (one.state, one.not_done_reason, one.is_open) == ("planned", reason, reason is None)


# --- the last class ----------------------------------------------------------------------------------------------------


def test_the_last_class_of_that_disease_goes_with_the_duty() -> None:
    facts = person(
        condition(),
        condition(DIABETES),
        follow_up("2026-08-01", "controlled"),
        follow_up("2026-09-01", "complication"),
        follow_up("2026-09-05", "adverse_reaction", disease=DIABETES),
    )
    found = {one.duty.proof: one.last_result for one in matched_of(facts, "2026-11-22")}
    assert found["follow_up:hypertension"] == "complication"
    assert found["follow_up:diabetes"] == "adverse_reaction"
    assert found["check_up"] is None


def test_a_form_of_two_diseases_gives_each_its_own_class() -> None:
    visit = replace(
        follow_up("2026-11-10", "uncontrolled"),
        conclusions=(Conclusion(disease="hypertension", control_result="controlled"),),
    )
    one = quarter(person(condition(), visit), "2026-11-22")
    assert (one.state, one.last_result) == ("done", "controlled")


# --- facts that always hold --------------------------------------------------------------------------------------------


def matched(facts: PersonFacts, on: date) -> dict[str, MatchedDuty]:
    return {one.duty.key: one for one in match(expand(facts, on, RULES), facts, on)}


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


REFUSALS = st.lists(
    st.builds(
        lambda what, day: refusal(what, str(day)),
        st.sampled_from(["everything", "follow_up:hypertension", "check_up"]),
        VILLAGE_DAYS,
    ),
    max_size=2,
).map(tuple)


@given(facts_with(), REFUSALS, VILLAGE_DAYS, st.randoms(use_true_random=False))
def test_the_order_of_records_does_not_matter(
    facts: PersonFacts, refusals: tuple[Refusal, ...], on: date, random: Random
) -> None:
    facts = replace(facts, refusals=refusals)

    def mixed(records: tuple[T, ...]) -> tuple[T, ...]:
        return tuple(random.sample(records, len(records)))

    other = replace(
        facts,
        visits=mixed(facts.visits),
        readings=mixed(facts.readings),
        absences=mixed(facts.absences),
        refusals=mixed(facts.refusals),
        referrals=mixed(facts.referrals),
    )
    assert matched(other, on) == matched(facts, on)


@given(facts_with(), REFUSALS, VILLAGE_DAYS)
def test_what_is_not_done_has_its_reason_and_its_day_has_come(
    facts: PersonFacts, refusals: tuple[Refusal, ...], on: date
) -> None:
    for one in matched(replace(facts, refusals=refusals), on).values():
        if one.state == "not_done":
            assert one.not_done_reason is not None
            assert one.duty.due_on <= on
        if one.attempted_on is not None:
            assert one.attempted_on <= on
