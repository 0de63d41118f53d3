"""A reading alone: an emergency value is an emergency at once, for everyone; the rest is a word of warning."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest

from tests.domain.clinical.patients import DAY, hypertensive, measured
from tests.domain.shipped import figures
from village_doctor.domain.clinical.emergency import (
    emergency_of_reading,
    follow_up_emergency,
    warnings_of,
)
from village_doctor.domain.clinical.facts import Measured, Whose


def emergency(reading, **known):
    return emergency_of_reading(reading, on=DAY, person=Whose(**known), figures=figures())


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
    decision = emergency(reading, has_diabetes=has_diabetes)
    if reason is None:
        assert decision is None
        return
    assert decision is not None
    assert [item.code for item in decision.reasons] == [reason]
    assert (decision.referral, decision.control_result, decision.is_high) == ("emergency", None, None)
    assert decision.ask_on == (DAY + timedelta(days=1), DAY + timedelta(days=3))
    assert decision.next_on == decision.limit_on == DAY + timedelta(days=14)


@pytest.mark.parametrize(
    ("reading", "actions"),
    [
        pytest.param(
            measured("170/105"), ("nothing_under_the_tongue", "refer_at_once", "ask_next_day"), id="170/105"
        ),
        pytest.param(
            measured("186/96"),
            ("nothing_under_the_tongue", "refer_at_once", "ask_next_day"),
            id="186/96: above normal in pregnancy is enough, nobody waits for a second one",
        ),
    ],
)
def test_the_card_of_a_pregnant_woman_with_a_high_pressure(reading, actions):
    """高血压 §3: on the card of every emergency of pressure."""
    decision = emergency(reading, is_pregnant_or_nursing=True)
    assert decision is not None
    assert decision.actions == actions


def test_a_pregnant_womans_first_very_high_pressure_is_named_with_a_danger_sign():
    """高血压 §3: with a danger sign nobody waits; the mean above normal in pregnancy does not stand in for it."""
    facts = hypertensive(
        "186/96",
        again="150/92",
        is_pregnant_or_nursing=True,
        has_emergency_sign=True,
        emergency_signs=("chest_tightness",),
    )
    assert [reason.code for reason in follow_up_emergency(facts)] == [
        "emergency_pressure",
        "emergency_pressure_pregnant",
        "emergency_sign_chest_tightness",
    ]


@pytest.mark.parametrize(
    ("fasting", "lowers_glucose", "actions"),
    [
        ("3.2", True, ("give_sugar", "stay_and_observe", "refer_at_once", "ask_next_day")),
        ("3.2", False, ("give_sugar", "refer_at_once", "ask_next_day")),
        ("16.7", True, ("refer_at_once", "ask_next_day")),
    ],
)
def test_a_low_glucose_under_a_medicine_that_lowers_it_is_watched(fasting, lowers_glucose, actions):
    """2型糖尿病 §2: ≤3.9 on a sulfonylurea, insulin or 消渴丸: stay, measure again, observe."""
    decision = emergency_of_reading(
        measured(None, fasting=fasting),
        on=DAY,
        person=Whose(has_diabetes=True),
        figures=figures(),
        lowers_glucose=lowers_glucose,
    )
    assert decision is not None
    assert decision.actions == actions


def test_both_emergencies_are_said():
    decision = emergency(measured("190/100", after_meal="20.1"), has_diabetes=True)
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
    assert [item.code for item in warnings_of(reading, Whose(**known), figures())] == expected


@pytest.mark.parametrize(
    ("reading", "known", "reason", "actions"),
    [
        pytest.param(
            measured("186/100"),
            {},
            "emergency_pressure",
            ("measure_again_after_rest", "nothing_under_the_tongue", "refer_at_once", "ask_next_day"),
            id="hypertension §3 one reading: measure again, it stands meanwhile",
        ),
        pytest.param(
            measured("186/100", "182/96"),
            {},
            "emergency_pressure_again",
            ("nothing_under_the_tongue", "refer_at_once", "ask_next_day"),
            id="hypertension §3 still",
        ),
        pytest.param(
            measured(None, "182/96"),
            {},
            "emergency_pressure_again",
            ("nothing_under_the_tongue", "refer_at_once", "ask_next_day"),
            id="hypertension §3 the second reading by itself",
        ),
        pytest.param(
            measured("142/80"),
            {"is_pregnant_or_nursing": True},
            "emergency_pressure_pregnant",
            ("nothing_under_the_tongue", "refer_at_once", "ask_next_day"),
            id="hypertension §3 E10",
        ),
        pytest.param(
            measured(None, fasting="6.1"),
            {"is_pregnant_or_nursing": True},
            "emergency_glucose_pregnant",
            ("refer_at_once", "ask_next_day"),
            id="diabetes §2 E13",
        ),
        pytest.param(
            measured(None, fasting="3.5"),
            {"has_diabetes": True},
            "emergency_glucose_low",
            ("give_sugar", "refer_at_once", "ask_next_day"),
            id="diabetes §2 E2",
        ),
        pytest.param(
            measured(None, fasting="2.7"),
            {"is_pregnant_or_nursing": True},
            "emergency_glucose_very_low",
            ("give_sugar", "refer_at_once", "ask_next_day"),
            id="diabetes §2 below 2.8",
        ),
        pytest.param(
            Measured(temperature_c=Decimal("39.1")),
            {"has_diabetes": True},
            "emergency_temperature",
            ("refer_at_once", "ask_next_day"),
            id="diabetes §2 E11",
        ),
    ],
)
def test_what_to_do_in_an_emergency(reading, known, reason, actions):
    decision = emergency(reading, **known)
    assert decision is not None
    assert [item.code for item in decision.reasons] == [reason]
    assert decision.actions == actions


@pytest.mark.parametrize(
    ("reading", "known"),
    [
        pytest.param(measured("186/100", "170/96"), {}, id="hypertension §3 lower again"),
        pytest.param(Measured(temperature_c=Decimal("39.1")), {}, id="diabetes §2 E11 diabetics only"),
        pytest.param(Measured(temperature_c=Decimal(39)), {"has_diabetes": True}, id="diabetes §2 E11 39.0"),
        pytest.param(
            measured("139/89", fasting="6.0"),
            {"is_pregnant_or_nursing": True},
            id="hypertension §3 E10 normal",
        ),
    ],
)
def test_no_emergency(reading, known):
    assert emergency(reading, **known) is None


def test_the_values_are_told():
    for reading, values in (
        (measured("186/100", "182/96"), {"pressure": "186/100", "again": "182/96"}),
        (measured(None, fasting="2.7"), {"glucose": "2.7", "limit": "2.8"}),
        (Measured(temperature_c=Decimal("39.5")), {"temperature": "39.5"}),
    ):
        decision = emergency(reading, has_diabetes=reading.temperature_c is not None)
        assert decision is not None
        assert decision.reasons[0].values == values


@pytest.mark.parametrize(
    ("reading", "known", "expected"),
    [
        pytest.param(
            measured("186/100", "160/96"), {}, ["pressure_came_down"], id="hypertension §3 lower again"
        ),
        pytest.param(
            measured("186/96", "160/90"), {}, ["pressure_came_down"], id="hypertension §3 only 180 was high"
        ),
        pytest.param(
            measured("160/112", "150/96"), {}, ["pressure_came_down"], id="hypertension §3 only 110 was high"
        ),
        pytest.param(measured("186/112", "182/96"), {}, [], id="hypertension §3 180 again is no lower"),
        pytest.param(measured("186/112", "170/110"), {}, [], id="hypertension §3 110 again is no lower"),
        pytest.param(
            measured("140/80"), {"may_be_pregnant": True}, ["ask_pregnancy"], id="hypertension §3 E10 asked"
        ),
        pytest.param(measured("139/89"), {"may_be_pregnant": True}, [], id="hypertension §3 E10 139/89"),
        pytest.param(
            measured("100/60", fasting="2.8"),
            {"has_hypertension": True},
            ["glucose_low_not_diabetic"],
            id="diabetes §2 advice at 2.8",
        ),
    ],
)
def test_more_warnings(reading, known, expected):
    assert [item.code for item in warnings_of(reading, Whose(**known), figures())] == expected


@pytest.mark.parametrize(
    ("reading", "known", "values"),
    [
        (measured("152/96"), {"has_diabetes": True}, {"pressure": "152/96"}),
        (measured("152/96"), {"may_be_pregnant": True}, {"pressure": "152/96"}),
        (measured("86/50"), {}, {"pressure": "86/50"}),
        (measured(None, fasting="7.4"), {"has_hypertension": True}, {"glucose": "7.4"}),
        (measured(None, fasting="3.5", after_meal="6.0"), {}, {"glucose": "3.5"}),
    ],
)
def test_a_warning_tells_the_value_that_gave_it(reading, known, values):
    assert [item.values for item in warnings_of(reading, Whose(**known), figures())] == [values]


@pytest.mark.parametrize("shown", ["186/96", "160/112"])
def test_with_a_danger_sign_nobody_waits_for_the_second_pressure(shown):
    """高血压 §3: the first one stands, whatever the second is."""
    facts = hypertensive(shown, again="150/90", has_emergency_sign=True, emergency_signs=("chest_tightness",))
    assert [(one.code, one.values) for one in follow_up_emergency(facts)] == [
        ("emergency_pressure", {"pressure": shown}),
        ("emergency_sign_chest_tightness", None),
    ]


def test_limits_are_the_figures_of_the_township():
    own = replace(figures(), low_systolic=95, very_low_glucose=Decimal("3.0"), pregnancy_systolic=135)
    assert [item.code for item in warnings_of(measured("94/60"), Whose(), own)] == ["pressure_low"]
    low = emergency_of_reading(measured(None, fasting="2.9"), on=DAY, person=Whose(), figures=own)
    assert low is not None
    expecting = Whose(is_pregnant_or_nursing=True)
    assert emergency_of_reading(measured("135/70"), on=DAY, person=expecting, figures=own) is not None
