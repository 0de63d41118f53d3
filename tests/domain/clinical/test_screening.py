"""筛查 (norms-hypertension §1, norms-diabetes §1): each factor below and on its line, and three high days."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.domain.clinical.sheets import assert_all_is_said, codes, days_later
from tests.domain.duties.people import d
from tests.domain.shipped import figures
from village_doctor.domain.clinical.facts import Measured
from village_doctor.domain.clinical.screening import (
    RiskFacts,
    decide_pressure,
    diabetes_risks,
    pressure_risks,
)
from village_doctor.domain.clinical.sentences.screening import ACTIONS, REASONS
from village_doctor.domain.duties.sentences.screening import REASONS as DUTY_REASONS

ON = "2026-05-29"


def risks(sex: str = "2", age: int = 40, **known) -> tuple[str, ...]:
    known = {key: Decimal(value) if isinstance(value, str) else value for key, value in known.items()}
    return tuple(reason.code for reason in pressure_risks(RiskFacts(age=age, sex=sex, **known)))


def sugar_risks(sex: str = "2", age: int = 36, changed=None, **known) -> tuple[str, ...]:
    known = {key: Decimal(value) if isinstance(value, str) else value for key, value in known.items()}
    used = replace(figures(), **(changed or {}))
    return tuple(reason.code for reason in diabetes_risks(RiskFacts(age=age, sex=sex, **known), used))


# §1, high-risk screening: the six factors.
@pytest.mark.parametrize(
    ("known", "expected"),
    [
        ({}, ()),
        # 1 high-normal pressure: 130–139 and/or 85–89
        ({"systolic_mmhg": 129, "diastolic_mmhg": 84}, ()),
        ({"systolic_mmhg": 130, "diastolic_mmhg": 84}, ("risk-high-normal",)),
        ({"systolic_mmhg": 139, "diastolic_mmhg": 84}, ("risk-high-normal",)),
        ({"systolic_mmhg": 140, "diastolic_mmhg": 84}, ()),
        ({"systolic_mmhg": 129, "diastolic_mmhg": 85}, ("risk-high-normal",)),
        ({"systolic_mmhg": 129, "diastolic_mmhg": 89}, ("risk-high-normal",)),
        ({"systolic_mmhg": 129, "diastolic_mmhg": 90}, ()),
        ({"systolic_mmhg": 132, "diastolic_mmhg": 95}, ("risk-high-normal",)),
        # 2 overweight, obesity, waist
        ({"body_mass_index": "23.9"}, ()),
        ({"body_mass_index": "24.0"}, ("risk-weight",)),
        ({"body_mass_index": "28.0"}, ("risk-weight",)),
        ({"waist_cm": "84.9"}, ()),
        ({"waist_cm": "85.0"}, ("risk-waist",)),
        ({"sex": "1", "waist_cm": "89.9"}, ()),
        ({"sex": "1", "waist_cm": "90.0"}, ("risk-waist",)),
        ({"sex": "9", "waist_cm": "120.0"}, ()),
        # 3 family
        ({"has_hypertensive_relative": True}, ("risk-family",)),
        ({"has_diabetic_relative": True}, ()),
        # 4 salt
        ({"eats_salty": True}, ("risk-salt",)),
        # 5 alcohol: 2 两 of 白酒 a day
        ({"drinking_liang": "1.9"}, ()),
        ({"drinking_liang": "2.0"}, ("risk-drinking",)),
        # 6 age
        ({"age": 54}, ()),
        ({"age": 55}, ("risk-age",)),
    ],
    ids=str,
)
def test_the_six_factors(known, expected):
    assert risks(**known) == expected


def test_all_factors_together_are_all_told():
    every: dict[str, Any] = {
        "systolic_mmhg": 131,
        "diastolic_mmhg": 86,
        "body_mass_index": "26.1",
        "waist_cm": "91.0",
        "has_hypertensive_relative": True,
        "eats_salty": True,
        "drinking_liang": "3.0",
    }
    assert risks(age=60, **every) == (
        "risk-age",
        "risk-high-normal",
        "risk-weight",
        "risk-waist",
        "risk-family",
        "risk-salt",
        "risk-drinking",
    )


@pytest.mark.parametrize(
    ("known", "expected"),
    [
        ({}, ()),
        ({"age": 39}, ()),
        ({"age": 40}, ("risk-sugar-age",)),
        ({"body_mass_index": "23.9"}, ()),
        ({"body_mass_index": "24.0"}, ("risk-sugar-weight",)),
        ({"waist_cm": "84.9"}, ()),
        ({"waist_cm": "85.0"}, ("risk-sugar-waist",)),
        ({"sex": "1", "waist_cm": "89.9"}, ()),
        ({"sex": "1", "waist_cm": "90.0"}, ("risk-sugar-waist",)),
        ({"sex": "0", "waist_cm": "120.0"}, ()),
        ({"has_diabetic_relative": True}, ("risk-sugar-family",)),
        ({"has_hypertensive_relative": True}, ()),
        ({"has_hypertension": True}, ("risk-sugar-hypertension",)),
        ({"has_vascular_disease": True}, ("risk-sugar-vascular",)),
        # the list is the township's: each line may be changed or left out
        ({"age": 36, "changed": {"diabetes_risk_from_age": 35}}, ("risk-sugar-age",)),
        ({"body_mass_index": "24.0", "changed": {"diabetes_risk_bmi": Decimal(25)}}, ()),
        ({"sex": "1", "waist_cm": "90.0", "changed": {"diabetes_risk_waist_male_cm": Decimal(95)}}, ()),
        ({"waist_cm": "85.0", "changed": {"diabetes_risk_waist_female_cm": Decimal(90)}}, ()),
        ({"has_diabetic_relative": True, "changed": {"diabetes_risk_by_family": 0}}, ()),
        ({"has_hypertension": True, "changed": {"diabetes_risk_by_hypertension": 0}}, ()),
        ({"has_vascular_disease": True, "changed": {"diabetes_risk_by_vascular_disease": 0}}, ()),
    ],
    ids=str,
)
def test_the_list_for_diabetes(known, expected):
    """norms-diabetes §1 [K]: figures."""
    assert sugar_risks(**known) == expected


def test_the_values_are_told_with_the_risk():
    facts = RiskFacts(
        age=56,
        sex="1",
        systolic_mmhg=131,
        diastolic_mmhg=80,
        body_mass_index=Decimal("26.10"),
        waist_cm=Decimal("93.0"),
        has_hypertensive_relative=True,
        has_diabetic_relative=True,
        eats_salty=True,
        drinking_liang=Decimal("2.5"),
        has_hypertension=True,
        has_vascular_disease=True,
    )
    found = [*pressure_risks(facts), *diabetes_risks(facts, figures())]
    said = [DUTY_REASONS[reason.code].text.format(**(reason.values or {})) for reason in found]
    assert len(set(said)) == 13
    assert {"56", "131/80", "26.1", "93.0", "2.5"} == {
        value for reason in found for value in (reason.values or {}).values()
    }


def pressure(shown: str, *high_before: str, recheck_days: int = 28) -> Any:
    """The decision of that pressure on 29 May 2026, None where it asks for nothing."""
    systolic, diastolic = (int(part) for part in shown.split("/"))
    return decide_pressure(
        Measured(systolic_mmhg=systolic, diastolic_mmhg=diastolic),
        on=d(ON),
        high_before=[d(day) for day in high_before],
        figures=replace(figures(), screening_recheck_days=recheck_days),
    )


@pytest.mark.parametrize(("shown", "is_high"), [("139/89", False), ("140/89", True), ("139/90", True)])
def test_the_first_high_pressure(shown, is_high):
    """§1: remove causes of a false rise, book a re-check: two more days within 4 weeks [D]."""
    decision = pressure(shown)
    assert (decision is not None) is is_high
    if decision is not None:
        assert codes(decision) == ("screening_high_first",)
        assert decision.actions == ("screening_rule_out", "screening_measure_again")
        assert decision.next_on == decision.limit_on == d("2026-06-26")
        assert (decision.referral, decision.ask_on, decision.is_high) == (None, (), True)
        assert decision.reasons[0].values == {"pressure": shown, "days": "1"}


def test_the_second_high_day_asks_for_a_third():
    decision = pressure("146/88", "2026-05-12")
    assert codes(decision) == ("screening_high_again",)
    assert decision.actions == ("screening_one_more_day",)
    assert decision.next_on == decision.limit_on == d("2026-06-09")
    assert (decision.referral, decision.is_high) == (None, True)
    assert decision.reasons[0].values["days"] == "2"


def test_high_on_three_days_is_referred():
    """§1: 非同日3次 → preliminary hypertension → refer → ask within 2 weeks."""
    decision = pressure("146/88", "2026-05-12", "2026-05-20")
    assert codes(decision) == ("screening_high_three_days",)
    assert decision.actions == ("screening_refer", "screening_ask_in_two_weeks")
    assert (decision.referral, decision.is_high) == ("ordinary", True)
    assert days_later(decision, d(ON)) == (7,)
    assert decision.next_on == decision.limit_on == d("2026-06-12")
    assert decision.reasons[0].values == {"pressure": "146/88", "days": "3"}


def test_a_fourth_high_day_says_four():
    assert pressure("146/88", "2026-05-12", "2026-05-13", "2026-05-14").reasons[0].values["days"] == "4"


@pytest.mark.parametrize(
    ("before", "code"),
    [
        (("2026-05-01",), "screening_high_again"),  # 28 days before
        (("2026-04-30",), "screening_high_first"),  # 29 days before
        ((ON,), "screening_high_first"),  # the same day is one day
        (("2026-05-12", "2026-05-12"), "screening_high_again"),
        (("2026-06-01",), "screening_high_first"),  # a later day is not known yet
    ],
)
def test_which_days_count(before, code):
    assert codes(pressure("146/88", *before)) == (code,)


def test_a_normal_pressure_after_a_high_one():
    decision = pressure("132/80", "2026-05-12")
    assert codes(decision) == ("screening_normal_again",)
    assert decision.actions == ("screening_one_more_day",)
    assert (decision.next_on, decision.is_high, decision.referral) == (d("2026-06-09"), False, None)
    assert decision.reasons[0].values == {"pressure": "132/80", "days": "1"}


def test_on_the_last_day_there_is_still_a_tomorrow():
    assert pressure("132/80", "2026-05-01").next_on == d("2026-05-30")
    assert pressure("132/80", "2026-05-02").next_on == d("2026-05-30")
    assert pressure("132/80", "2026-05-03").next_on == d("2026-05-31")


def test_the_time_is_a_setting():
    assert codes(pressure("146/88", "2026-05-12", recheck_days=16)) == ("screening_high_first",)
    assert codes(pressure("146/88", "2026-05-12", recheck_days=17)) == ("screening_high_again",)


@given(
    st.lists(st.dates(date(2026, 4, 1), date(2026, 6, 30)), max_size=6), st.sampled_from(["150/80", "120/80"])
)
def test_the_order_of_the_days_does_not_matter_and_the_next_day_lies_ahead(days, shown):
    texts = [str(day) for day in days]
    decision = pressure(shown, *texts)
    assert decision == pressure(shown, *reversed(texts), *texts)
    if decision is not None:
        assert d(ON) < decision.next_on <= d(ON) + timedelta(days=28)


def test_every_sentence_is_said():
    decisions = [
        pressure("146/88"),
        pressure("146/88", "2026-05-12"),
        pressure("146/88", "2026-05-12", "2026-05-20"),
        pressure("132/80", "2026-05-12"),
    ]
    assert_all_is_said([one for one in decisions if one is not None], REASONS, ACTIONS)
