"""Facts from answers, and which follow-up is the previous one."""

from datetime import date, timedelta
from decimal import Decimal

import pytest

from tests.domain.clinical.patients import DAY, before
from village_doctor.domain.clinical.facts import Measured, PastFollowUp, facts_of, previous_counted


def facts(disease="hypertension", answers=None, measurements=None, conditions=()):
    return facts_of(
        disease,
        answers or {},
        measurements or {},
        served_on=DAY,
        age=70,
        is_face_to_face=True,
        is_complete=True,
        conditions=conditions,
    )


def test_facts_of_answers():
    found = facts(
        answers={
            "emergency_sign": False,
            "symptoms": ["2", "8"],
            "complication": "worse",
            "adverse_reaction": "2",
            "reaction_hard_to_control": True,
            "refer_reasons": ["sudden_onset"],
            "adherence": "2",
        },
        measurements={"systolic_mmhg": 152, "diastolic_mmhg": 96, "weight_kg": Decimal("61.5")},
    )
    assert found.measured == Measured(systolic_mmhg=152, diastolic_mmhg=96)
    assert found.measured.pressure == "152/96"
    assert (found.has_emergency_sign, found.has_complication, found.has_reaction) == (False, True, True)
    assert (found.is_reaction_hard_to_control, found.refer_reasons) == (True, ("sudden_onset",))
    assert (found.has_dizziness, found.takes_medicine, found.age) == (True, True, 70)


def test_what_was_not_asked_is_not_known():
    found = facts()
    assert (found.has_emergency_sign, found.complication, found.has_reaction) == (None, None, None)
    assert not found.knows_deciding_answers


def test_symptom_2_is_thirst_on_the_diabetes_form():
    assert not facts("diabetes", {"symptoms": ["2"]}).has_dizziness


@pytest.mark.parametrize(
    ("disease", "conditions", "expected"),
    [
        ("hypertension", (), (True, False)),
        ("hypertension", ("diabetes",), (True, True)),
        ("diabetes", (), (False, True)),
        ("diabetes", ("hypertension", "04"), (True, True)),
    ],
)
def test_known_diseases(disease, conditions, expected):
    found = facts(disease, conditions=conditions)
    assert (found.has_hypertension, found.has_diabetes) == expected


def test_measured_takes_glucose_as_decimal():
    found = Measured.of({"fasting_glucose_mmol": 7, "random_glucose_mmol": Decimal("9.8")})
    assert found.glucoses == (Decimal(7), Decimal("9.8"))
    assert found.pressure == "—/—"


def test_the_previous_follow_up_lies_strictly_before_the_day():
    same_day = before(0, is_high=True)
    yesterday, last_month = before(1), before(30, is_high=True)
    assert previous_counted([same_day], DAY) is None
    assert previous_counted([last_month, yesterday, same_day], DAY) == yesterday
    assert previous_counted([yesterday, last_month], DAY) == yesterday
    assert previous_counted([], DAY) is None
    assert previous_counted([before(-5)], DAY) is None


def test_of_two_on_one_day_the_later_recorded_stands():
    day = DAY - timedelta(days=9)
    first = PastFollowUp(served_on=day, is_high=True, has_reaction=False)
    second = PastFollowUp(served_on=day, is_high=False, has_reaction=False)
    assert previous_counted([first, second], DAY) == second


def test_a_future_one_is_not_previous():
    assert previous_counted([before(10)], date(2026, 1, 1)) is None
