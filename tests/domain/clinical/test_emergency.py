"""A reading alone: an emergency value is an emergency at once, for everyone; the rest is a word of warning."""

from datetime import timedelta

import pytest

from tests.domain.clinical.patients import DAY, measured
from village_doctor.domain.clinical.emergency import emergency_of_reading, warnings_of


@pytest.mark.parametrize(
    ("reading", "has_diabetes", "reason"),
    [
        pytest.param(measured("179/109"), False, None, id="hypertension §3 E1 179/109"),
        pytest.param(measured("180/109"), False, "emergency_pressure", id="hypertension §3 E1 180"),
        pytest.param(measured("179/110"), False, "emergency_pressure", id="hypertension §3 E1 110"),
        pytest.param(measured(None, after_meal="16.6"), False, None, id="diabetes §2 E1 16.6"),
        pytest.param(
            measured(None, after_meal="16.7"), False, "emergency_glucose_high", id="diabetes §2 E1 16.7"
        ),
        pytest.param(
            measured(None, fasting="16.7"), True, "emergency_glucose_high", id="diabetes §2 E1 fasting"
        ),
        pytest.param(measured(None, fasting="3.9"), True, "emergency_glucose_low", id="diabetes §2 E2 3.9"),
        pytest.param(measured(None, fasting="4.0"), True, None, id="diabetes §2 E2 4.0"),
        pytest.param(measured(None, fasting="3.9"), False, None, id="diabetes §2 E2 not without diabetes"),
        pytest.param(measured(None, fasting="2.8"), False, None, id="diabetes §2 without diabetes, 2.8"),
        pytest.param(
            measured(None, fasting="2.7"),
            False,
            "emergency_glucose_very_low",
            id="diabetes §2 without, below 2.8",
        ),
        pytest.param(measured(None), True, None, id="nothing measured"),
    ],
)
def test_emergency_of_a_reading(reading, has_diabetes, reason):
    decision = emergency_of_reading(reading, on=DAY, has_diabetes=has_diabetes)
    if reason is None:
        assert decision is None
        return
    assert decision is not None
    assert [item.code for item in decision.reasons] == [reason]
    assert (decision.referral, decision.control_result, decision.is_high) == ("emergency", None, None)
    assert decision.ask_on == (DAY + timedelta(days=1), DAY + timedelta(days=3))
    assert decision.next_on == decision.limit_on == DAY + timedelta(days=14)


def test_both_emergencies_are_said():
    decision = emergency_of_reading(measured("190/100", after_meal="20.1"), on=DAY, has_diabetes=True)
    assert decision is not None
    assert [item.values for item in decision.reasons] == [{"pressure": "190/100"}, {"glucose": "20.1"}]


@pytest.mark.parametrize(
    ("reading", "known", "expected"),
    [
        pytest.param(measured("86/50"), {}, ["pressure_low"], id="hypertension §5 86/50"),
        pytest.param(measured("90/50"), {}, [], id="hypertension §5 90/50"),
        pytest.param(measured("152/96"), {"has_hypertension": True}, [], id="high, known"),
        pytest.param(measured("152/96"), {}, [], id="high, neither disease: screening, later"),
        pytest.param(
            measured("140/80"),
            {"has_diabetes": True},
            ["pressure_high_not_hypertensive"],
            id="diabetes §4 other disease",
        ),
        pytest.param(
            measured(None, fasting="7.0"),
            {"has_hypertension": True},
            ["glucose_high_not_diabetic"],
            id="diabetes §4 other disease, fasting 7.0",
        ),
        pytest.param(
            measured(None, after_meal="9.0"),
            {"has_hypertension": True},
            [],
            id="diabetes §4 only the fasting value",
        ),
        pytest.param(
            measured(None, fasting="3.9"), {}, ["glucose_low_not_diabetic"], id="diabetes §2 advice at 3.9"
        ),
        pytest.param(measured(None, fasting="4.0"), {}, [], id="diabetes §2 no advice at 4.0"),
        pytest.param(
            measured(None, fasting="2.8"), {}, ["glucose_low_not_diabetic"], id="diabetes §2 advice at 2.8"
        ),
        pytest.param(measured(None, fasting="2.7"), {}, [], id="diabetes §2 2.7 is an emergency, not advice"),
        pytest.param(measured(None, fasting="3.9"), {"has_diabetes": True}, [], id="diabetes §2 E2 instead"),
    ],
)
def test_warnings(reading, known, expected):
    conditions = {"has_hypertension": False, "has_diabetes": False, **known}
    assert [item.code for item in warnings_of(reading, **conditions)] == expected
