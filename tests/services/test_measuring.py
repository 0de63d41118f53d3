"""Readings: stored once, no class and no duty; an emergency value is an emergency at once."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest

from tests.services.test_opening import everyone, refusal
from tests.village import TODAY, follow_up, pressure
from village_doctor.domain.readings import Reading
from village_doctor.domain.referrals import Referral
from village_doctor.domain.visits import Visit
from village_doctor.services.advising import reading_advice
from village_doctor.services.measuring import ReadingDraft, record_reading, void_reading
from village_doctor.services.moving import move_out, record_death
from village_doctor.services.prescribing import MedicineDraft, add_medication
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


@pytest.mark.parametrize(("drug", "is_watched"), [("格列本脲片", True), ("二甲双胍片", False)])
def test_a_low_glucose_under_a_medicine_that_lowers_it_is_watched(village, do, drug, is_watched):
    """2型糖尿病 §2: ≤3.9 on a sulfonylurea: stay, measure again, observe."""
    do(add_medication, MedicineDraft(resident_id=village.widow.id, drug=drug))
    low = {"random_glucose_mmol": Decimal("3.2")}
    shown = village.workplace.query(reading_advice, village.workplace.catalogue, village.widow.id, low, TODAY)
    saved = do(record_reading, measured(village.widow, **low))
    for told in (shown.emergency, saved.emergency):
        assert told is not None
        assert ("stay_and_observe" in told.actions) is is_watched


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


# --- measured again after a rest (norms-hypertension §3); the hour is ours -----------------------------------


def minutes_later(village, minutes):
    village.place.clock.forward(minutes=minutes)


def standing(village, referral):
    return not village.workplace.query(tables.get, Referral, referral.id).is_voided


@pytest.mark.parametrize("minutes", [0, 10, 60])
def test_a_pressure_within_the_hour_after_a_very_high_one_is_its_second(village, do, minutes):
    first = do(record_reading, pressure(village.rare, 186, 112))
    minutes_later(village, minutes)
    second = do(
        record_reading, measured(village.rare, systolic_mmhg=150, diastolic_mmhg=96, pulse_per_minute=70)
    )
    (reading,) = second.readings
    assert (reading.is_repeat, reading.systolic_mmhg, reading.pulse_per_minute) == (True, 150, 70)
    assert (second.emergency, second.referral) == (None, None)
    said = {one.code: one.values for one in second.warnings}
    assert said["pressure_came_down"]["pressure"] == "168/104"
    assert "emergency_referral_withdrawn" in said
    assert not standing(village, first.referral)


def test_what_is_still_very_high_after_a_rest_stays_one_emergency(village, do):
    first = do(record_reading, pressure(village.rare, 186, 112))
    second = do(record_reading, pressure(village.rare, 170, 110))
    assert second.readings[0].is_repeat
    assert [one.code for one in second.emergency.reasons] == ["emergency_pressure_again"]
    assert second.referral.id == first.referral.id
    assert second.referral.reasons[0].code == "emergency_pressure_again"
    third = do(record_reading, pressure(village.rare, 150, 96))
    assert not third.readings[0].is_repeat
    assert standing(village, first.referral)


@pytest.mark.parametrize(
    ("first_value", "setting", "minutes", "day"),
    [
        pytest.param((186, 112), "self_measured", 10, None, id="measured by herself"),
        pytest.param((186, 112), "other_institution", 10, None, id="measured elsewhere"),
        pytest.param((186, 112), "clinic", 61, None, id="after the hour"),
        pytest.param((179, 109), "clinic", 10, None, id="the first was no emergency"),
        pytest.param((186, 112), "clinic", 10, YESTERDAY, id="an earlier day, of which no hour is known"),
    ],
)
def test_what_is_no_second_measurement_leaves_the_first_alone(
    village, do, first_value, setting, minutes, day
):
    systolic, diastolic = first_value
    first = do(record_reading, pressure(village.rare, systolic, diastolic, day))
    minutes_later(village, minutes)
    second = do(record_reading, pressure(village.rare, 150, 96, day, setting=setting))
    assert not second.readings[0].is_repeat
    assert "emergency_referral_withdrawn" not in [one.code for one in second.warnings]
    assert first.referral is None or standing(village, first.referral)


def test_a_very_high_pressure_that_she_measured_herself_is_not_measured_again_by_us(village, do):
    values = {"systolic_mmhg": 186, "diastolic_mmhg": 112}
    first = do(
        record_reading,
        ReadingDraft(resident_id=village.rare.id, measurements=values, setting="self_measured"),
    )
    second = do(record_reading, pressure(village.rare, 150, 96))
    assert not second.readings[0].is_repeat
    assert standing(village, first.referral)


def test_a_referral_that_was_asked_about_outlasts_the_second_measurement(village, do):
    first = do(record_reading, pressure(village.rare, 186, 112))
    do(ask_referral, first.referral.id, "not_arrived")
    second = do(record_reading, pressure(village.rare, 150, 96))
    assert second.readings[0].is_repeat
    assert "emergency_referral_withdrawn" not in [one.code for one in second.warnings]
    assert standing(village, first.referral)


def test_a_danger_sign_of_that_day_keeps_the_referral(village, do):
    first = do(record_reading, pressure(village.grandmother, 186, 112))
    sign = follow_up(village.grandmother, emergency_sign=True, emergency_signs=["E8"])
    do(add_follow_up, sign)
    second = do(record_reading, pressure(village.grandmother, 150, 96))
    assert "emergency_referral_withdrawn" not in [one.code for one in second.warnings]
    assert standing(village, first.referral)


def test_the_emergency_of_a_form_is_never_measured_away_by_a_quick_reading(village, do):
    made = do(add_follow_up, follow_up(village.grandmother, systolic_mmhg=186, diastolic_mmhg=112))
    second = do(record_reading, pressure(village.grandmother, 150, 96))
    assert not second.readings[0].is_repeat
    assert standing(village, made.referral)


def test_either_of_two_pressures_is_put_right_beside_the_other(village, do):
    first = do(record_reading, pressure(village.rare, 186, 112))
    second = do(record_reading, pressure(village.rare, 150, 96)).readings[0]
    again = do(correct_reading, first.readings[0].id, {"systolic_mmhg": 190})
    assert (again.emergency, again.referral) == (None, None)
    assert again.warnings[0].values["first"] == "190/112"
    high = do(correct_reading, second.id, {"systolic_mmhg": 182, "pulse_per_minute": 80})
    (reading,) = high.readings
    assert (reading.is_repeat, reading.systolic_mmhg, reading.diastolic_mmhg, reading.pulse_per_minute) == (
        True,
        182,
        96,
        80,
    )
    assert high.emergency.reasons[0].values == {"pressure": "190/112", "again": "182/96"}
    assert high.referral.reading_id == first.readings[0].id
    assert do(correct_reading, second.id, {"systolic_again_mmhg": 150}).emergency is None


def test_when_one_of_two_is_voided_the_other_is_judged_alone(village, do):
    first = do(record_reading, pressure(village.rare, 186, 112))
    second = do(record_reading, pressure(village.rare, 150, 96)).readings[0]
    do(void_reading, second.id, "量错了人")
    made = [one for one in everyone(village.workplace, Referral) if not one.is_voided]
    assert [one.reading_id for one in made] == [first.readings[0].id]
    third = do(record_reading, pressure(village.rare, 184, 96)).readings[0]
    assert third.is_repeat
    do(void_reading, first.readings[0].id, "量错了人")
    left = village.workplace.query(tables.get, Reading, third.id)
    assert not left.is_repeat
    (referral,) = [one for one in everyone(village.workplace, Referral) if not one.is_voided]
    assert (referral.reading_id, referral.reasons[0].values["pressure"]) == (third.id, "184/96")


def test_a_glucose_put_right_decides_the_form_of_that_day_again(village, do):
    wrong = do(record_reading, measured(village.grandmother, random_glucose_mmol=18))
    visit = do(add_follow_up, follow_up(village.grandmother)).visit
    assert visit.decision.referral == "emergency"
    do(correct_reading, wrong.readings[0].id, {"random_glucose_mmol": 8})
    assert village.workplace.query(tables.get, Visit, visit.id).decision.referral is None
    assert not standing(village, wrong.referral)
    do(correct_reading, wrong.readings[0].id, {"random_glucose_mmol": 18})
    assert village.workplace.query(tables.get, Visit, visit.id).decision.referral == "emergency"
    do(void_reading, wrong.readings[0].id, "量错了人")
    assert village.workplace.query(tables.get, Visit, visit.id).decision.referral is None
    assert not standing(village, wrong.referral)


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
