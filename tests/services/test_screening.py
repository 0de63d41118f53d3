"""Screening (norms-hypertension §1): high on three different days is referred, whoever measured, and never twice."""

from datetime import timedelta

import pytest

from tests.services.test_opening import everyone
from tests.village import TODAY, pressure
from village_doctor.domain.readings import BLOOD_PRESSURE
from village_doctor.domain.referrals import Referral
from village_doctor.services.advising import reading_advice
from village_doctor.services.correcting import correct_record
from village_doctor.services.measuring import ReadingDraft, record_reading, void_reading
from village_doctor.services.recording_conditions import add_condition
from village_doctor.services.referring import ask_referral, void_referral
from village_doctor.services.visiting import (
    FollowUpDraft,
    add_follow_up,
    correct_follow_up,
    correct_reading,
    void_visit,
)
from village_doctor.store import duty_cache, tables, visit_store

DAY = timedelta(days=1)
FIRST, SECOND = TODAY - 14 * DAY, TODAY - 7 * DAY
THREE_DAYS = "screening_high_three_days"


@pytest.fixture
def him(village):
    """73 years old; nobody has found a disease."""
    return village.grandfather


@pytest.fixture
def twice(do, him):
    """High on two days."""
    return [
        do(record_reading, pressure(him, 165, 100, FIRST)),
        do(record_reading, pressure(him, 162, 98, SECOND)),
    ]


def visit(resident, systolic, diastolic, on=None, mode="home", **answers):
    """A yearly visit for another illness, at which the pressure is taken."""
    given = {"systolic_mmhg": systolic, "diastolic_mmhg": diastolic, "emergency_sign": False, **answers}
    return FollowUpDraft(
        resident_id=resident.id, form_code="other_chronic_visit", mode=mode, answers=given, served_on=on
    )


def standing(village, resident):
    return [
        one
        for one in everyone(village.workplace, Referral)
        if one.resident_id == resident.id and not one.is_voided
    ]


def says(decision):
    return None if decision is None else [one.code for one in decision.reasons]


def asked_about(village, resident):
    rows = village.workplace.query(duty_cache.content)
    return [row[0] for row in rows if row[2] == resident.id and "referral_outcome" in row[0]]


# --- three days ------------------------------------------------------------------------------------------


def test_the_first_and_the_second_high_day_ask_for_another_and_refer_nobody(village, twice, him):
    assert [says(one.screening) for one in twice] == [["screening_high_first"], ["screening_high_again"]]
    assert [one.referral for one in twice] == [None, None]
    assert standing(village, him) == []


def test_the_third_high_day_is_referred_and_asked_about(village, do, twice, him):
    third = do(record_reading, pressure(him, 168, 102))
    assert (third.emergency, says(third.screening)) == (None, [THREE_DAYS])
    (referral,) = standing(village, him)
    assert third.referral == referral
    assert (referral.urgency, referral.disease, referral.issued_on) == ("ordinary", "hypertension", TODAY)
    assert (referral.reading_id, referral.visit_id) == (third.readings[0].id, None)
    assert referral.staff_id == village.workplace.actor.id
    (reason,) = referral.reasons
    assert (reason.code, reason.values) == (THREE_DAYS, {"pressure": "168/102", "days": "3"})
    assert asked_about(village, him) == [f"{him.id}/norm/referral_outcome:{referral.id}/1"]


def test_three_values_of_one_day_are_one_day(village, do, twice, him):
    said = [do(record_reading, pressure(him, systolic, 92, SECOND)) for systolic in (150, 152, 154)]
    assert says(said[-1].screening) == ["screening_high_again"]
    assert standing(village, him) == []


@pytest.mark.parametrize(("days", "is_referred"), [(28, True), (29, False)])
def test_the_three_days_lie_within_four_weeks(village, do, him, days, is_referred):
    for day in (TODAY - days * DAY, TODAY - DAY, TODAY):
        do(record_reading, pressure(him, 150, 92, day))
    assert bool(standing(village, him)) is is_referred


def test_a_third_day_that_is_not_high_refers_nobody(village, do, twice, him):
    said = do(record_reading, pressure(him, 139, 89))
    assert says(said.screening) == ["screening_normal_again"]
    assert standing(village, him) == []


def test_what_staff_did_not_measure_is_no_third_day(village, do, twice, him):
    said = do(record_reading, pressure(him, 168, 102, setting="self_measured"))
    assert (said.screening, said.referral) == (None, None)
    assert standing(village, him) == []


@pytest.mark.parametrize(("born", "is_screened"), [("1991-11-23", True), ("1991-11-24", False)])
def test_who_is_younger_than_35_is_not_screened(village, do, born, is_screened):
    do(correct_record, "resident", village.rare.id, {"birth_date": born})
    said = [do(record_reading, pressure(village.rare, 150, 92, day)) for day in (FIRST, SECOND, TODAY)]
    assert (said[-1].screening is not None) is is_screened
    assert bool(standing(village, village.rare)) is is_screened


def test_whose_hypertension_is_known_is_not_screened(village, do):
    said = [do(record_reading, pressure(village.grandmother, 150, 92, day)) for day in (FIRST, SECOND, TODAY)]
    assert [one.screening for one in said] == [None, None, None]
    assert standing(village, village.grandmother) == []


# --- not twice -------------------------------------------------------------------------------------------


def test_another_value_of_the_third_day_changes_its_referral(village, do, twice, him):
    first = do(record_reading, pressure(him, 168, 102)).referral
    second = do(record_reading, pressure(him, 156, 94))
    assert (second.referral.id, second.referral.reading_id) == (first.id, first.reading_id)
    assert second.referral.reasons[0].values["pressure"] == "156/94"
    assert [one.id for one in standing(village, him)] == [first.id]


def test_a_fourth_high_day_joins_the_referral(village, do, twice, him):
    made = do(record_reading, pressure(him, 168, 102)).referral
    village.place.clock.forward(days=7)
    fourth = do(record_reading, pressure(him, 164, 100))
    assert (fourth.referral.id, says(fourth.screening)) == (made.id, [THREE_DAYS])
    assert len(standing(village, him)) == 1


@pytest.mark.parametrize(
    ("state", "days", "count"),
    [
        pytest.param("arrived", 28, 1, id="seen in hospital, within four weeks"),
        pytest.param("arrived", 29, 2, id="seen in hospital, after them"),
        pytest.param("not_arrived", 29, 1, id="still to be asked about"),
    ],
)
def test_three_more_days_are_a_new_referral_when_the_first_has_done_its_work(
    village, do, twice, him, state, days, count
):
    made = do(record_reading, pressure(him, 168, 102)).referral
    do(ask_referral, made.id, state)
    village.place.clock.forward(days=days - 2)
    said = []
    for _ in range(3):
        said.append(do(record_reading, pressure(him, 164, 100)))
        village.place.clock.forward(days=1)
    assert says(said[-1].screening) == [THREE_DAYS]
    assert len(standing(village, him)) == count


def test_an_emergency_of_the_third_day_is_all_there_is(village, do, twice, him):
    made = do(record_reading, pressure(him, 168, 102)).referral
    urgent = do(record_reading, pressure(him, 186, 112))
    assert (urgent.emergency is not None, urgent.screening) == (True, None)
    assert [(one.id, one.urgency) for one in standing(village, him)] == [(urgent.referral.id, "emergency")]
    village.place.clock.forward(minutes=10)
    again = do(record_reading, pressure(him, 150, 96))
    assert "emergency_referral_withdrawn" in [one.code for one in again.warnings]
    (referral,) = standing(village, him)
    assert (referral.urgency, again.referral) == ("ordinary", referral)
    assert referral.id not in (made.id, urgent.referral.id)


# --- put right -------------------------------------------------------------------------------------------


def test_a_lower_value_later_that_day_takes_the_referral_back(village, do, twice, him):
    made = do(record_reading, pressure(him, 168, 102)).referral
    village.place.clock.forward(hours=1)
    do(record_reading, pressure(him, 128, 80))
    assert standing(village, him) == []
    assert asked_about(village, him) == []
    gone = village.workplace.query(tables.get, Referral, made.id)
    assert gone.void_reason == "因更正或作废，不再需要"


def test_a_corrected_third_value_takes_the_referral_back_and_makes_it_again(village, do, twice, him):
    third = do(record_reading, pressure(him, 168, 102)).readings[0]
    right = do(correct_reading, third.id, {"systolic_mmhg": 128, "diastolic_mmhg": 80})
    assert (says(right.screening), right.referral) == (["screening_normal_again"], None)
    assert standing(village, him) == []
    again = do(correct_reading, third.id, {"systolic_mmhg": 148, "diastolic_mmhg": 80})
    assert [one.id for one in standing(village, him)] == [again.referral.id]


@pytest.mark.parametrize("which", [0, 1])
def test_an_earlier_day_put_right_decides_the_third_again(village, do, twice, him, which):
    do(record_reading, pressure(him, 168, 102))
    earlier = twice[which].readings[0]
    do(correct_reading, earlier.id, {"systolic_mmhg": 128, "diastolic_mmhg": 80})
    assert standing(village, him) == []
    do(correct_reading, earlier.id, {"systolic_mmhg": 158, "diastolic_mmhg": 80})
    assert [one.issued_on for one in standing(village, him)] == [TODAY]
    do(void_reading, earlier.id, "量错了人")
    assert standing(village, him) == []


def test_a_day_written_down_late_refers_by_the_third(village, do, him):
    do(record_reading, pressure(him, 168, 102))
    do(record_reading, pressure(him, 162, 98, SECOND))
    said = do(record_reading, pressure(him, 165, 100, FIRST))
    assert says(said.screening) == ["screening_high_first"]
    assert [one.issued_on for one in standing(village, him)] == [TODAY]


def test_a_voided_third_value_leaves_the_referral_to_another_of_that_day(village, do, twice, him):
    third = do(record_reading, pressure(him, 168, 102)).readings[0]
    village.place.clock.forward(hours=1)
    other = do(record_reading, pressure(him, 156, 94)).readings[0]
    do(void_reading, third.id, "量错了人")
    assert [one.reasons[0].values["pressure"] for one in standing(village, him)] == ["156/94"]
    do(void_reading, other.id, "量错了人")
    assert standing(village, him) == []


def test_a_referral_that_was_asked_about_stays(village, do, twice, him):
    third = do(record_reading, pressure(him, 168, 102))
    do(ask_referral, third.referral.id, "not_arrived")
    do(void_reading, third.readings[0].id, "量错了人")
    assert [one.id for one in standing(village, him)] == [third.referral.id]


def test_a_referral_that_the_doctor_voided_is_not_made_again_that_day(village, do, twice, him):
    made = do(record_reading, pressure(him, 168, 102)).referral
    do(void_referral, made.id, "前天刚去过")
    said = do(record_reading, pressure(him, 156, 94))
    assert (says(said.screening), said.referral) == ([THREE_DAYS], None)
    assert standing(village, him) == []


def test_what_the_hospital_found_does_not_take_the_referral_back(village, do, twice, him):
    do(record_reading, pressure(him, 168, 102))
    (referral,) = standing(village, him)
    do(add_condition, him.id, "hypertension", "2026")
    said = do(record_reading, pressure(him, 128, 80))
    assert said.screening is None
    assert standing(village, him) == [referral]


# --- visits ----------------------------------------------------------------------------------------------


def test_a_visit_is_a_day_like_any_other(village, do, him):
    do(add_follow_up, visit(him, 165, 100, FIRST))
    do(record_reading, pressure(him, 162, 98, SECOND))
    third = do(add_follow_up, visit(him, 168, 102))
    assert (third.visit.decision.referral, says(third.screening)) == (None, [THREE_DAYS])
    (referral,) = standing(village, him)
    taken = next(one for one in third.readings if one.kind == BLOOD_PRESSURE)
    assert (third.referral, referral.reading_id, referral.disease) == (referral, taken.id, "hypertension")
    assert asked_about(village, him) != []


def test_a_visit_that_refers_nobody_tells_nothing_more(do, twice, him):
    assert do(add_follow_up, visit(him, 128, 80)).screening is None
    assert do(add_follow_up, visit(him, None, None)).screening is None


def test_the_pressure_told_on_the_phone_is_no_third_day(village, do, twice, him):
    told = do(add_follow_up, visit(him, 168, 102, mode="phone"))
    assert (told.screening, standing(village, him)) == (None, [])


def test_the_emergency_of_a_visit_is_all_there_is(village, do, twice, him):
    do(record_reading, pressure(him, 168, 102))
    urgent = do(add_follow_up, visit(him, 150, 92, emergency_sign=True))
    assert urgent.screening is None
    assert [(one.urgency, one.visit_id) for one in standing(village, him)] == [("emergency", urgent.visit.id)]


def test_a_visit_put_right_or_voided_takes_the_referral_back(village, do, twice, him):
    third = do(add_follow_up, visit(him, 168, 102))
    right = do(correct_follow_up, third.visit.id, {"systolic_mmhg": 128, "diastolic_mmhg": 80})
    assert (right.screening, standing(village, him)) == (None, [])
    wrong = do(correct_reading, right.readings[0].id, {"systolic_mmhg": 148})
    assert [one.id for one in standing(village, him)] == [wrong.referral.id]
    assert says(wrong.screening) == [THREE_DAYS]
    do(void_visit, third.visit.id, "记错了人")
    assert standing(village, him) == []


# --- said while typing, and saved quickly ----------------------------------------------------------------


def advice(village, resident, systolic, diastolic, **given):
    measured = {"systolic_mmhg": systolic, "diastolic_mmhg": diastolic}
    workplace = village.workplace
    given = {"at": workplace.now(), **given}
    return workplace.query(
        reading_advice, workplace.catalogue, resident.id, measured, workplace.today(), **given
    )


@pytest.mark.parametrize("value", [(168, 102), (128, 80), (186, 112)])
def test_what_is_said_while_typing_is_what_saving_says(village, do, twice, him, value):
    said = advice(village, him, *value)
    assert standing(village, him) == []
    assert said.screening == do(record_reading, pressure(him, *value)).screening


def test_nothing_is_said_of_what_staff_did_not_take_or_what_is_put_right(village, twice, him):
    assert advice(village, him, 168, 102, setting="self_measured").screening is None
    assert advice(village, him, 168, 102, at=None).screening is None


def test_a_diabetic_is_told_once_that_his_pressure_is_high(village, do, him):
    do(add_condition, him.id, "diabetes", "2020")
    assert advice(village, him, 150, 92).warnings == ()
    said = do(record_reading, pressure(him, 150, 92))
    assert (said.warnings, says(said.screening)) == ((), ["screening_high_first"])
    told_by_himself = do(record_reading, pressure(him, 150, 92, setting="self_measured"))
    assert [one.code for one in told_by_himself.warnings] == ["pressure_high_not_hypertensive"]


def asks_nothing(*_args):
    raise AssertionError("asked although nothing can follow")


def test_a_pressure_of_the_ill_and_of_the_young_looks_at_no_other(village, do, monkeypatch):
    """Saving stays cheap: nobody's pressures are read again when nothing can follow."""
    monkeypatch.setattr(visit_store, "readings_of_kind", asks_nothing)
    do(record_reading, pressure(village.grandmother, 150, 92))
    do(record_reading, pressure(village.child, 98, 60))
    weight = {"fasting_glucose_mmol": 6}
    do(record_reading, ReadingDraft(resident_id=village.grandfather.id, measurements=weight))
    with pytest.raises(AssertionError):
        do(record_reading, pressure(village.grandfather, 128, 80))
