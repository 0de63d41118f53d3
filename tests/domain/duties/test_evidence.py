"""What a record proves and what is known of a referral (contracts.md §3.3, norms-hypertension §5), as of the day asked for."""

from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal

import pytest

from tests.domain.duties.people import (
    HYPERTENSION,
    contact,
    d,
    follow_up,
    glucose,
    person,
    pressure,
    referral,
)
from village_doctor.domain.duties.evidence import (
    Evidence,
    EvidenceIndex,
    askings,
    is_open_on,
    proof_of_reading,
)
from village_doctor.domain.given import Education, Service
from village_doctor.domain.medications import Medication
from village_doctor.domain.readings import Reading
from village_doctor.domain.visits import Visit

DAY = "2026-05-01"
HBA1C = replace(
    glucose(DAY), kind="hba1c", glucose_mmol=None, glucose_timing=None, hba1c_percent=Decimal("6.8")
)
WEIGHT = replace(pressure(DAY), kind="weight", systolic_mmhg=None, diastolic_mmhg=None, weight_kg=Decimal(61))


@pytest.mark.parametrize(
    ("reading", "proof"),
    [
        (pressure(DAY), "reading:blood_pressure"),
        (glucose(DAY), "reading:fasting_glucose"),
        (HBA1C, "reading:hba1c"),
        (glucose(DAY, timing="random"), None),
        (WEIGHT, None),
        (replace(WEIGHT, glucose_timing="fasting"), None),
        (pressure(DAY, setting="self_measured"), None),
        (glucose(DAY, setting="self_measured"), None),
    ],
)
def test_a_quick_reading_proves_its_own_kind(reading: Reading, proof: str | None) -> None:
    assert proof_of_reading(reading) == proof


@pytest.mark.parametrize(
    ("record", "proof", "kind"),
    [
        (contact(DAY), "visit", "visit"),
        (contact(DAY), "visit:phone", "visit"),
        (follow_up(DAY), "follow_up:hypertension", "visit"),
        (pressure(DAY), "reading:blood_pressure", "reading"),
        (glucose(DAY), "reading:fasting_glucose", "reading"),
        (HBA1C, "reading:hba1c", "reading"),
    ],
)
def test_evidence_leads_to_the_record_and_its_day(record: Visit | Reading, proof: str, kind: str) -> None:
    found = EvidenceIndex(person(record), d(DAY)).first_in(proof, d(DAY), d(DAY))
    assert found == Evidence(d(DAY), kind, record.id)


def test_follow_ups_are_those_that_took_place_up_to_the_day_asked_for() -> None:
    first, same_day, later = follow_up("2026-04-30"), follow_up(DAY), follow_up("2026-05-02")
    voided = replace(follow_up("2026-04-29"), voided_at=datetime(2026, 4, 30, tzinfo=UTC))
    closed_door = replace(follow_up("2026-04-28"), not_done_reason="not_at_home")
    facts = person(later, same_day, voided, closed_door, first)
    assert EvidenceIndex(facts, d(DAY)).follow_ups(HYPERTENSION) == [first, same_day]


# --- referrals ---


@pytest.mark.parametrize("is_reversed", [False, True])
def test_a_referral_is_asked_about_once_a_day_whatever_the_order_of_the_records(is_reversed: bool) -> None:
    """Of two visits of one day the one with the smaller id speaks; an inquiry speaks before any visit."""
    slip = referral("2026-04-20", asked=(("2026-04-27", "not_arrived"),))
    visits = [
        follow_up(day, referral_id=slip.id, record_id=record_id)
        for day, record_id in (("2026-04-24", "v1"), ("2026-04-24", "v2"), ("2026-04-27", "v3"))
    ]
    asked = askings(slip, visits[::-1] if is_reversed else visits, d(DAY))
    assert asked == [(d("2026-04-24"), "visit", "v1"), (d("2026-04-27"), "referral", slip.id)]


@pytest.mark.parametrize(
    ("name", "asked", "on", "is_open"),
    [
        ("not yet issued", (), "2026-04-19", False),
        ("issued today", (), "2026-04-20", True),
        ("nothing known yet", (("2026-04-27", "arrived"),), "2026-04-26", True),
        ("seen, told today", (("2026-04-27", "arrived"),), "2026-04-27", False),
        ("signed refusal, told today", (("2026-04-27", "refused"),), "2026-04-27", False),
        ("seen, told more later", (("2026-04-27", "arrived"), ("2026-05-04", "back")), "2026-04-27", False),
        (
            "the latest of what was known, in whatever order it was kept",
            (("2026-05-04", "back"), ("2026-04-27", "arrived"), ("2026-04-24", "not_arrived")),
            "2026-04-30",
            False,
        ),
        (
            "refused and went after all: nobody knows whether she had signed by then",
            (("2026-04-27", "refused"), ("2026-05-04", "arrived")),
            "2026-04-30",
            True,
        ),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_referral_is_open_by_what_was_known_on_the_day(
    name: str, asked: tuple[tuple[str, str], ...], on: str, is_open: bool
) -> None:
    state = asked[0][1] if len(asked) == 1 else max(asked)[1] if asked else "issued"
    slip = referral("2026-04-20", state=state, asked=asked, refusal_signed=True)
    assert is_open_on(slip, d(on)) is is_open, name


# --- what is recorded without a form ---

ON = d("2026-11-22")
VOIDED = datetime(2026, 5, 2, tzinfo=UTC)
SERVED = Service(id="s", resident_id="r1", code="flu_reminder", served_on=d(DAY))
TALK = Education(id="e", given_on=d(DAY), mode="talk")
LEAFLET = replace(TALK, mode="leaflet")
DRUG = Medication(id="m", resident_id="r1", drug="氨氯地平", issued_on=d(DAY), weeks=8)


@pytest.mark.parametrize(
    ("record", "proof", "evidence"),
    [
        (SERVED, "service:flu_reminder", ("service", "s")),
        (SERVED, "service:health_advice", None),
        (replace(SERVED, voided_at=VOIDED), "service:flu_reminder", None),
        (TALK, "education:told", ("education", "e")),
        (TALK, "education:material", None),
        (LEAFLET, "education:material", ("education", "e")),
        (LEAFLET, "education:told", None),
        (replace(TALK, voided_at=VOIDED), "education:told", None),
        (DRUG, "long_prescription", ("medication", "m")),
        (DRUG, "refill:氨氯地平", ("medication", "m")),
        (DRUG, "refill:二甲双胍", None),
        (replace(DRUG, issued_on=None), "long_prescription", None),
        (replace(DRUG, voided_at=VOIDED), "long_prescription", None),
    ],
)
def test_an_act_a_talk_and_a_prescription_prove_their_own(
    record: object, proof: str, evidence: tuple[str, str] | None
) -> None:
    found = EvidenceIndex(person(record), ON).first_in(proof, d(DAY), d(DAY))
    assert found == (None if evidence is None else Evidence(d(DAY), *evidence))
