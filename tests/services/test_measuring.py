"""Readings: stored once, no class and no duty; an emergency value is an emergency at once."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest

from tests.services.test_opening import everyone, refusal
from tests.village import TODAY, follow_up, pressure
from village_doctor.domain.readings import Reading
from village_doctor.domain.referrals import Referral
from village_doctor.domain.visits import Visit
from village_doctor.services.measuring import ReadingDraft, record_reading, void_reading
from village_doctor.services.moving import move_out, record_death
from village_doctor.services.referring import ask_referral
from village_doctor.services.visiting import add_follow_up, correct_reading
from village_doctor.store import tables

YESTERDAY = TODAY - timedelta(days=1)


def measured(resident, on=None, confirmed=(), **values):
    return ReadingDraft(resident_id=resident.id, measurements=values, taken_on=on, confirmed=confirmed)


@pytest.fixture
def refuses(village):
    def run(function, *args, **kwargs):
        before = len(everyone(village.workplace, Reading))
        code = refusal(village.workplace.command, function, *args, **kwargs)
        assert len(everyone(village.workplace, Reading)) == before
        return code

    return run


def test_a_pressure_with_its_pulse_is_one_reading_of_now(village, do):
    (reading,) = do(
        record_reading, measured(village.widow, systolic_mmhg=146, diastolic_mmhg=84, pulse_per_minute=70)
    ).readings
    assert (reading.kind, reading.systolic_mmhg, reading.diastolic_mmhg, reading.pulse_per_minute) == (
        "blood_pressure",
        146,
        84,
        70,
    )
    assert reading.taken_at == village.workplace.now()
    assert (reading.visit_id, reading.staff_id) == (None, village.workplace.actor.id)


def test_what_was_measured_on_an_earlier_day_is_kept_at_its_noon_in_china(village, do):
    (reading,) = do(record_reading, pressure(village.widow, 146, 84, YESTERDAY)).readings
    assert reading.taken_at.astimezone(UTC) == datetime(2026, 11, 22, 4, 0, tzinfo=UTC)


def test_several_measurements_are_several_readings_with_one_decimal(village, do):
    values = {"fasting_glucose_mmol": Decimal(7), "weight_kg": Decimal("61.5"), "waist_cm": Decimal(88)}
    readings = do(record_reading, measured(village.widow, **values)).readings
    assert [(r.kind, r.glucose_timing) for r in readings] == [
        ("glucose", "fasting"),
        ("weight", None),
        ("waist", None),
    ]
    assert [str(value) for r in readings for value in (r.glucose_mmol, r.weight_kg, r.waist_cm) if value] == [
        "7.0",
        "61.5",
        "88.0",
    ]
    stored = [village.workplace.query(tables.get, Reading, r.id) for r in readings]
    assert stored == list(readings)


def test_a_reading_alone_makes_no_visit_no_class_and_no_referral(village, do):
    visits, referrals = len(everyone(village.workplace, Visit)), len(everyone(village.workplace, Referral))
    value = do(record_reading, pressure(village.widow, 158, 94))
    assert (value.emergency, value.referral) == (None, None)
    assert len(everyone(village.workplace, Visit)) == visits
    assert len(everyone(village.workplace, Referral)) == referrals


@pytest.mark.parametrize(
    ("values", "code"),
    [
        ({"systolic_mmhg": 96, "diastolic_mmhg": 152}, "pressure-swapped"),
        ({"systolic_mmhg": 120}, "pressure-half"),
        ({"systolic_mmhg": 1520, "diastolic_mmhg": 96}, "reading-refused"),
        ({"systolic_mmhg": 86, "diastolic_mmhg": 50}, "reading-unusual"),
        ({"weight_kg": Decimal(615)}, "reading-refused"),
        ({}, "reading-empty"),
    ],
    ids=str,
)
def test_what_cannot_be_right_is_refused(village, refuses, values, code):
    assert refuses(record_reading, measured(village.widow, **values)) == code


def test_a_rare_value_is_asked_about_once_and_kept_with_the_answer(village, do):
    draft = measured(village.widow, confirmed=("systolic_mmhg",), systolic_mmhg=86, diastolic_mmhg=50)
    value = do(record_reading, draft)
    assert value.readings[0].confirmed == ("systolic_mmhg",)
    assert value.warnings


@pytest.mark.parametrize(
    ("systolic", "diastolic", "is_emergency"), [(180, 100, True), (179, 109, False), (150, 110, True)]
)
def test_an_emergency_is_referred_at_once(village, do, systolic, diastolic, is_emergency):
    value = do(record_reading, pressure(village.rare, systolic, diastolic))
    assert (value.emergency is not None) is is_emergency
    if is_emergency:
        assert (value.referral.urgency, value.referral.reading_id) == ("emergency", value.readings[0].id)
        assert value.referral.reasons


def test_two_emergencies_of_one_day_are_one_referral(village, do):
    first = do(record_reading, pressure(village.rare, 186, 112))
    second = do(record_reading, pressure(village.rare, 184, 108))
    assert first.referral.id == second.referral.id
    assert do(record_reading, pressure(village.rare, 184, 108, YESTERDAY)).referral.id != first.referral.id


def test_a_corrected_reading_takes_its_referral_with_it(village, do):
    wrong = do(record_reading, pressure(village.rare, 186, 112))
    right = do(correct_reading, wrong.readings[0].id, {"systolic_mmhg": 136, "diastolic_mmhg": 82})
    assert (right.emergency, right.referral) == (None, None)
    assert village.workplace.query(tables.get, Referral, wrong.referral.id).is_voided
    again = do(correct_reading, wrong.readings[0].id, {"systolic_mmhg": 188, "diastolic_mmhg": 112})
    assert not village.workplace.query(tables.get, Referral, again.referral.id).is_voided


def test_a_referral_that_was_asked_about_stays_whatever_the_reading_was(village, do):
    wrong = do(record_reading, pressure(village.rare, 186, 112))
    do(ask_referral, wrong.referral.id, "not_arrived")
    do(void_reading, wrong.readings[0].id, "量错了人")
    assert not village.workplace.query(tables.get, Referral, wrong.referral.id).is_voided


def test_a_voided_reading_keeps_its_reason_and_voids_its_referral(village, do):
    wrong = do(record_reading, pressure(village.rare, 186, 112))
    voided = do(void_reading, wrong.readings[0].id, "量错了人")
    assert (voided.is_voided, voided.void_reason) == (True, "量错了人")
    assert village.workplace.query(tables.get, Referral, wrong.referral.id).is_voided


def test_a_reading_is_voided_once_and_with_a_reason(village, do, refuses):
    reading = do(record_reading, pressure(village.rare, 128, 80)).readings[0]
    assert refuses(void_reading, reading.id, " ") == "void-needs-reason"
    do(void_reading, reading.id, "量错了人")
    assert refuses(void_reading, reading.id, "量错了人") == "already-voided"


def test_a_reading_of_a_form_is_not_voided_alone(village, do, refuses):
    made = do(add_follow_up, follow_up(village.widow))
    assert refuses(void_reading, made.readings[0].id, "x") == "reading-of-visit"


def test_a_value_the_reading_does_not_hold_is_not_corrected_into_it(village, do, refuses):
    reading = do(record_reading, pressure(village.rare, 128, 80)).readings[0]
    assert refuses(correct_reading, reading.id, {"weight_kg": Decimal(60)}) == "field-unknown"
    assert refuses(correct_reading, reading.id, {"systolic_mmhg": 78}) == "pressure-swapped"
    corrected = do(correct_reading, reading.id, {"pulse_per_minute": 66}).readings[0]
    assert (corrected.systolic_mmhg, corrected.pulse_per_minute) == (128, 66)


def test_nobody_is_measured_before_birth_after_death_or_after_moving_away(village, do, refuses):
    assert (
        refuses(record_reading, pressure(village.widow, 128, 80, TODAY + timedelta(days=1)))
        == "date-in-future"
    )
    assert refuses(record_reading, pressure(village.widow, 128, 80, date(1948, 12, 29))) == "date-order"
    do(record_death, village.widow.id, YESTERDAY)
    do(record_reading, pressure(village.widow, 128, 80, YESTERDAY))
    assert refuses(record_reading, pressure(village.widow, 128, 80, TODAY)) == "person-gone"
    do(move_out, village.rare.id, YESTERDAY)
    assert refuses(record_reading, pressure(village.rare, 128, 80, YESTERDAY)) == "person-gone"


def test_an_unknown_setting_is_refused(village, refuses):
    assert refuses(record_reading, pressure(village.widow, 128, 80, setting="market")) == "code-unknown"
