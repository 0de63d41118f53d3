"""Asking what became of a referral (norms-hypertension §3, §5 details): the next day, day 3, day 7, until it is known."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from tests.domain.duties.people import d, follow_up, person, referral, resident
from tests.domain.duties.people import duties_of as all_duties
from tests.domain.duties.people import matched_of as all_matched
from village_doctor.domain.due import due_items
from village_doctor.domain.duties.duty import Duty
from village_doctor.domain.fulfilment.matching import MatchedDuty
from village_doctor.domain.person_facts import PersonFacts

VOIDED = datetime(2026, 1, 1, tzinfo=UTC)


def duties_of(facts: PersonFacts, on: str, counting: str | None = None) -> list[Duty]:
    """The askings."""
    return [one for one in all_duties(facts, on, None, counting) if one.item.startswith("referral_outcome")]


def matched_of(facts: PersonFacts, on: str) -> list[MatchedDuty]:
    return [one for one in all_matched(facts, on) if one.duty.item.startswith("referral_outcome")]


ASKING: list[tuple[str, str, list[str], list[str]]] = [
    # urgency, asked on (no outcome yet), due dates of all askings
    ("emergency: the next day", "emergency", [], ["2026-11-09"]),
    ("then on day 3", "emergency", ["2026-11-09"], ["2026-11-09", "2026-11-11"]),
    ("asked the same evening: still the next day", "emergency", ["2026-11-08"], ["2026-11-09", "2026-11-09"]),
    ("asked on day 2: day 3", "emergency", ["2026-11-10"], ["2026-11-09", "2026-11-11"]),
    (
        "asked on two days running",
        "emergency",
        ["2026-11-09", "2026-11-10"],
        ["2026-11-09", "2026-11-11", "2026-11-11"],
    ),
    (
        "then at least every 7 days",
        "emergency",
        ["2026-11-09", "2026-11-11", "2026-11-15"],
        ["2026-11-09", "2026-11-11", "2026-11-18", "2026-11-22"],
    ),
    ("ordinary: day 7", "ordinary", [], ["2026-11-15"]),
    ("asked early: still on day 7", "ordinary", ["2026-11-12"], ["2026-11-15", "2026-11-15"]),
    ("asked late: 7 days later", "ordinary", ["2026-11-17"], ["2026-11-15", "2026-11-24"]),
]


@pytest.mark.parametrize(
    ("urgency", "asked", "due"), [row[1:] for row in ASKING], ids=[row[0] for row in ASKING]
)
def test_when_to_ask_what_became_of_a_referral(urgency: str, asked: list[str], due: list[str]) -> None:
    slip = referral("2026-11-08", urgency, asked=tuple((day, "not_arrived") for day in asked))
    matched = matched_of(person(slip), "2026-11-20")
    by_number = sorted(matched, key=lambda one: one.duty.key)
    assert [str(one.duty.due_on) for one in by_number] == due
    assert [one.state == "done" for one in by_number] == [True] * len(asked) + [False]
    assert {str(one.duty.latest_on) for one in by_number} == {"2026-11-22"}
    first = "referral-emergency" if urgency == "emergency" else "referral-ordinary"
    assert [one.duty.reasons[0].code for one in by_number] == [first] + ["referral-again"] * len(asked)


@pytest.mark.parametrize(
    ("died_on", "is_asked"), [(None, True), ("2026-11-20", False)], ids=["she lives", "she died"]
)
def test_the_whole_of_each_asking(died_on: str | None, is_asked: bool) -> None:
    slip = referral("2026-11-08", asked=(("2026-11-15", "not_arrived"), ("2026-11-17", "not_arrived")))
    duties = duties_of(person(slip, who=resident(died_on=died_on)), "2026-11-20")
    spans = [
        # span from, until, due
        ("2026-11-08", "2026-11-15", "2026-11-15"),
        ("2026-11-16", "2026-11-17", "2026-11-22"),
        ("2026-11-18", None, "2026-11-24"),
    ]
    by_number = sorted(duties, key=lambda duty: duty.key)
    assert by_number == [
        Duty(
            key=f"r1/norm/referral_outcome:f1/{number}",
            resident_id="r1",
            household_id="h1",
            source="norm",
            item="referral_outcome",
            name="问转诊结果",
            proof="referral_outcome:f1",
            span_from=d(span_from),
            span_until=d(span_until) if span_until else None,
            due_on=d(due_on),
            latest_on=d("2026-11-22"),
            reasons=duty.reasons,
            is_asked=is_asked,
        )
        for number, (duty, (span_from, span_until, due_on)) in enumerate(
            zip(by_number, spans, strict=True), 1
        )
    ]


@pytest.mark.parametrize(
    ("on", "late"), [("2026-11-22", False), ("2026-11-23", True)], ids=["day 14", "day 15"]
)
def test_late_for_the_norm_after_day_14(on: str, late: bool) -> None:
    duty = duties_of(person(referral("2026-11-08")), on)[0]
    assert (duty.latest_on < d(on)) is late


def test_asking_again_does_not_move_the_norms_day_14() -> None:
    """§5: asked on days 7 and 14 and not seen, it is late from day 15 on, though the next asking is still to come."""
    slip = referral("2026-03-01", asked=(("2026-03-08", "not_arrived"), ("2026-03-15", "not_arrived")))
    (item,) = due_items(matched_of(person(slip), "2026-03-20"), d("2026-03-20"))
    assert (item.state, item.due_on, item.latest_on) == ("planned", d("2026-03-22"), d("2026-03-15"))
    assert [reason.code for reason in item.reasons] == ["referral-again", "late-for-norm-named"]
    asked_again = referral("2026-03-01", asked=(("2026-03-08", "not_arrived"), ("2026-03-14", "not_arrived")))
    (item,) = due_items(matched_of(person(asked_again), "2026-03-15"), d("2026-03-15"))
    assert [reason.code for reason in item.reasons] == ["referral-again"]


@pytest.mark.parametrize(
    ("state", "signed_refusal", "is_asked"),
    [
        ("issued", False, True),
        ("not_arrived", False, True),
        ("refused", False, True),
        ("refused", True, False),
        ("arrived", False, False),
        ("in_hospital", False, False),
        ("back", False, False),
    ],
)
def test_asked_until_seen_or_a_refusal_is_signed(state: str, signed_refusal: bool, is_asked: bool) -> None:
    slip = referral("2026-11-08", state=state, asked=(("2026-11-15", state),), refusal_signed=signed_refusal)
    open_ones = [one for one in matched_of(person(slip), "2026-11-20") if one.is_open]
    assert [str(one.duty.due_on) for one in open_ones] == (["2026-11-22"] if is_asked else [])


def test_a_question_about_a_past_day_knows_nothing_of_later_answers() -> None:
    slip = referral(
        "2026-11-08", state="arrived", asked=(("2026-11-15", "not_arrived"), ("2026-11-20", "arrived"))
    )
    past = matched_of(person(slip), "2026-11-16")
    assert [(str(one.duty.due_on), one.state) for one in past] == [
        ("2026-11-15", "done"),
        ("2026-11-22", "planned"),
    ]
    assert not matched_of(person(slip), "2026-11-07")


def test_a_visit_that_follows_the_referral_is_an_asking() -> None:
    visit = follow_up("2026-11-14", referral_id="f1")
    matched = matched_of(person(referral("2026-11-08"), visit), "2026-11-14")
    assert [(one.state, one.evidence) for one in matched] == [
        ("done", ("visit", visit.id)),
        ("planned", None),
    ]
    same_day = follow_up("2026-11-08", referral_id="f1")
    assert [one.state for one in matched_of(person(referral("2026-11-08"), same_day), "2026-11-09")] == [
        "planned"
    ]


@pytest.mark.parametrize(
    ("disease", "group"),
    [("tuberculosis", "09"), ("mental_disorder", "10"), ("hypertension", None), ("copd", None), (None, None)],
)
def test_the_asking_carries_the_protected_group_that_its_slip_would_give_away(
    disease: str | None, group: str | None
) -> None:
    slip = replace(referral("2026-11-08"), disease=disease)
    assert [duty.group for duty in duties_of(person(slip), "2026-11-10")] == [group]


def test_nobody_is_asked_about_the_dead_or_about_a_voided_slip() -> None:
    gone = person(referral("2026-11-08"), who=resident(died_on="2026-11-20"))
    assert [one.is_open for one in matched_of(gone, "2026-11-20")] == [False]
    assert not matched_of(person(replace(referral("2026-11-08"), voided_at=VOIDED)), "2026-11-20")


def test_a_referral_from_before_counting_is_still_asked_about_from_the_first_day() -> None:
    duties = duties_of(person(referral("2026-10-01", "emergency")), "2026-11-22", counting="2026-11-20")
    assert [(str(duty.due_on), str(duty.latest_on)) for duty in duties] == [("2026-11-20", "2026-11-20")]
    later = duties_of(person(referral("2026-10-01", "emergency")), "2026-11-22", counting="2026-10-10")
    assert [(str(duty.due_on), str(duty.latest_on)) for duty in later] == [("2026-10-10", "2026-10-15")]
