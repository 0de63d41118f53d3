"""一张表: hypertension and diabetes at one visit, as one decision (norms-diabetes §8, last line; the joining is ours)."""

from dataclasses import replace
from datetime import timedelta

import pytest

from tests.domain.clinical.patients import DAY, asked_after, codes, days_until, diabetic, hypertensive
from village_doctor.domain.clinical import diabetes, hypertension
from village_doctor.domain.clinical.joining import joined, worst


def both(shown="128/78", fasting="6.1", *, pressure=None, glucose=None):
    """The two decisions and the joined one; `pressure`, `glucose`: changes of the facts of either disease."""
    one = hypertension.decide(
        hypertensive(shown, glucose=fasting, has_diabetes=True, **(pressure or {})), None
    )
    other = diabetes.decide(diabetic(fasting, at=shown, **(glucose or {})), None)
    return one, other, joined([one, other])


@pytest.mark.parametrize(
    ("results", "expected"),
    [
        (("controlled", "controlled"), "controlled"),
        (("controlled", "uncontrolled"), "uncontrolled"),
        (("adverse_reaction", "uncontrolled"), "adverse_reaction"),
        (("adverse_reaction", "complication"), "complication"),
        (("complication", "controlled"), "complication"),
        ((None, "complication"), None),
        (("controlled", None), None),
    ],
)
def test_the_class_is_the_worst_and_none_where_one_lacks(results, expected):
    assert worst(results) == expected


def test_a_single_decision_is_itself():
    one = hypertension.decide(hypertensive("152/96"), None)
    assert joined([one]) is one


def test_both_satisfied_keeps_the_plan_and_says_both():
    one, _, decision = both()
    assert codes(decision) == ("pressure_at_target", "glucose_at_target")
    assert decision.actions == ("keep_plan", "health_education")
    assert (decision.control_result, decision.next_on, decision.limit_on) == (
        "controlled",
        one.next_on,
        one.limit_on,
    )
    assert (decision.is_high, decision.has_reaction, decision.referral, decision.ask_on) == (
        False,
        False,
        None,
        (),
    )


@pytest.mark.parametrize(
    ("shown", "fasting", "reasons"),
    [
        pytest.param("152/96", "6.1", ("pressure_high_first", "glucose_at_target"), id="only the pressure"),
        pytest.param("128/78", "7.4", ("pressure_at_target", "glucose_high_first"), id="only the glucose"),
        pytest.param("152/96", "7.4", ("pressure_high_first", "glucose_high_first"), id="both"),
    ],
)
def test_one_high_value_brings_her_back_in_two_weeks(shown, fasting, reasons):
    _, _, decision = both(shown, fasting)
    assert (decision.control_result, decision.is_high) == ("uncontrolled", True)
    assert codes(decision) == reasons
    assert decision.actions == ("look_at_adherence", "raise_change_or_add", "health_education")
    assert (days_until(decision), decision.limit_on) == (14, DAY + timedelta(days=14))


def test_what_both_say_is_said_once():
    shared = {"has_reaction": True}
    _, _, decision = both(pressure=shared, glucose=shared)
    assert codes(decision) == ("reaction_first",)
    assert decision.actions == ("adjust_medicines", "health_education")
    assert (decision.control_result, decision.has_reaction) == ("adverse_reaction", True)


def test_an_ordinary_referral_of_one_speaks_first():
    _, _, decision = both("152/96", "7.4", glucose={"complication": "new"})
    assert (decision.referral, asked_after(decision)) == ("ordinary", (7,))
    assert codes(decision) == ("complication_new", "pressure_high_first")
    assert decision.actions == (
        "refer",
        "ask_in_two_weeks",
        "look_at_adherence",
        "raise_change_or_add",
        "health_education",
    )


def test_an_emergency_says_nothing_but_the_reasons_to_refer():
    _, _, decision = both("186/112", "17.0")
    assert (decision.referral, asked_after(decision)) == ("emergency", (1, 3))
    assert codes(decision) == ("emergency_pressure", "emergency_glucose_high")
    assert decision.actions == ("nothing_under_the_tongue", "refer_at_once", "ask_next_day")
    one, other, _ = both("152/96", "6.1", glucose={"complication": "new"})
    emergency = replace(one, referral="emergency", actions=("refer_at_once",), ask_on=(DAY,))
    mixed = joined([other, emergency])
    assert mixed.actions == ("refer_at_once",)
    assert codes(mixed) == (*codes(emergency), "complication_new")
    assert mixed.ask_on == (DAY,)
    calm = joined([replace(other, referral=None), emergency])
    assert codes(calm) == codes(emergency)


def test_without_fasting_glucose_there_is_no_class_and_she_comes_back_fasting():
    one, other, decision = both("128/78", None, glucose={"is_complete": False})
    assert (one.control_result, other.control_result) == ("controlled", None)
    assert (decision.control_result, decision.is_high) == (None, None)
    assert codes(decision) == ("pressure_at_target", "no_fasting_glucose")
    assert decision.actions == ("come_back_fasting", "health_education")
    assert days_until(decision) == 7


def test_a_high_value_is_known_though_the_other_lacks():
    _, _, decision = both("152/96", None)
    assert (decision.control_result, decision.is_high) == (None, True)


def test_each_disease_keeps_its_own_dates():
    one, other, decision = both("152/96", "6.1")
    assert (days_until(one), decision.next_on) == (14, one.next_on)
    assert other.next_on > decision.next_on
    came_down = hypertension.decide(hypertensive("186/100", again="160/96"), None)
    assert joined([came_down, other]).limit_on == DAY + timedelta(days=7)
