"""筛查: who is at risk of hypertension or diabetes, and what a high pressure asks for (规范第三版 高血压 §筛查).

Pure values in, reasons out. Residents of 35 and more are measured once a year; whoever carries one of six factors, at
least once per half-year. High on three different days is a preliminary diagnosis: refer, and ask within two weeks.
The list for diabetes was not verified: its lines are figures of the township.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Final

from village_doctor.domain.clinical.emergency import REFERRAL_DAYS, is_pressure_diagnostic
from village_doctor.domain.clinical.facts import Measured
from village_doctor.domain.clinical.figures import Figures
from village_doctor.domain.decisions import ASK_AFTER_REFERRAL, ORDINARY, Decision, Reason
from village_doctor.domain.people import FEMALE, MALE

SCREENED_FROM_AGE: Final = 35
HIGH_NORMAL_SYSTOLIC: Final = (130, 139)
HIGH_NORMAL_DIASTOLIC: Final = (85, 89)
OVERWEIGHT_BMI: Final = Decimal(24)
WIDE_WAIST_CM: Final = {MALE: Decimal(90), FEMALE: Decimal(85)}
MUCH_DRINKING_LIANG: Final = Decimal(2)  # 白酒 100 ml a day
RISK_AGE: Final = 55
HIGH_DAYS: Final = 3
HIGH_THREE_DAYS: Final = "screening_high_three_days"
_BMI_PLACES: Final = Decimal("0.1")


@dataclass(frozen=True, kw_only=True, slots=True)
class RiskFacts:
    """What is known of one person on a day: the last values measured and the last answers given; None: not known.

    `drinking_liang`: 两 of 白酒 a day. `has_vascular_disease`: coronary disease or a stroke.
    """

    age: int
    sex: str
    systolic_mmhg: int | None = None
    diastolic_mmhg: int | None = None
    body_mass_index: Decimal | None = None
    waist_cm: Decimal | None = None
    has_hypertensive_relative: bool = False
    has_diabetic_relative: bool = False
    eats_salty: bool = False
    drinking_liang: Decimal | None = None
    has_hypertension: bool = False
    has_vascular_disease: bool = False


def pressure_risks(facts: RiskFacts) -> tuple[Reason, ...]:
    """The factors of the norm that she carries; any one makes her 高血压高危. The value on the line belongs to it."""
    found = []
    if facts.age >= RISK_AGE:
        found.append(Reason(code="risk-age", values={"age": str(facts.age)}))
    if is_high_normal(facts.systolic_mmhg, facts.diastolic_mmhg):
        pressure = f"{facts.systolic_mmhg}/{facts.diastolic_mmhg}"
        found.append(Reason(code="risk-high-normal", values={"pressure": pressure}))
    if facts.body_mass_index is not None and facts.body_mass_index >= OVERWEIGHT_BMI:
        found.append(Reason(code="risk-weight", values={"bmi": _shown(facts.body_mass_index)}))
    waist_limit = WIDE_WAIST_CM.get(facts.sex)
    if facts.waist_cm is not None and waist_limit is not None and facts.waist_cm >= waist_limit:
        found.append(Reason(code="risk-waist", values={"waist": str(facts.waist_cm)}))
    if facts.has_hypertensive_relative:
        found.append(Reason(code="risk-family"))
    if facts.eats_salty:
        found.append(Reason(code="risk-salt"))
    if facts.drinking_liang is not None and facts.drinking_liang >= MUCH_DRINKING_LIANG:
        found.append(Reason(code="risk-drinking", values={"liang": str(facts.drinking_liang)}))
    return tuple(found)


def is_high_normal(systolic_mmhg: int | None, diastolic_mmhg: int | None) -> bool:
    """130–139 and/or 85–89."""
    return (
        systolic_mmhg is not None and HIGH_NORMAL_SYSTOLIC[0] <= systolic_mmhg <= HIGH_NORMAL_SYSTOLIC[1]
    ) or (
        diastolic_mmhg is not None and HIGH_NORMAL_DIASTOLIC[0] <= diastolic_mmhg <= HIGH_NORMAL_DIASTOLIC[1]
    )


def diabetes_risks(facts: RiskFacts, figures: Figures) -> tuple[Reason, ...]:
    """The lines of the diabetes list that this program can see; 糖尿病前期, 巨大儿, 多囊卵巢, lipids and drugs it cannot."""
    found = []
    if facts.age >= figures.diabetes_risk_from_age:
        found.append(Reason(code="risk-sugar-age", values={"age": str(facts.age)}))
    if facts.body_mass_index is not None and facts.body_mass_index >= figures.diabetes_risk_bmi:
        found.append(Reason(code="risk-sugar-weight", values={"bmi": _shown(facts.body_mass_index)}))
    waist_limit = {
        MALE: figures.diabetes_risk_waist_male_cm,
        FEMALE: figures.diabetes_risk_waist_female_cm,
    }.get(facts.sex)
    if facts.waist_cm is not None and waist_limit is not None and facts.waist_cm >= waist_limit:
        found.append(Reason(code="risk-sugar-waist", values={"waist": str(facts.waist_cm)}))
    for is_counted, has_it, code in (
        (figures.diabetes_risk_by_family, facts.has_diabetic_relative, "risk-sugar-family"),
        (figures.diabetes_risk_by_hypertension, facts.has_hypertension, "risk-sugar-hypertension"),
        (figures.diabetes_risk_by_vascular_disease, facts.has_vascular_disease, "risk-sugar-vascular"),
    ):
        if is_counted and has_it:
            found.append(Reason(code=code))
    return tuple(found)


def decide_pressure(
    measured: Measured, *, on: date, high_before: Iterable[date], figures: Figures
) -> Decision | None:
    """What a pressure asks for in somebody of 35 or more without diagnosed hypertension; None: nothing.

    `high_before`: earlier days with a high pressure. A first high one is measured again on two other days within the
    time; three high days make a preliminary diagnosis. What is an emergency was said before.
    """
    earliest = on - timedelta(days=figures.screening_recheck_days)
    days = sorted({day for day in high_before if earliest <= day < on})
    is_high = is_pressure_diagnostic(measured)
    if not is_high and not days:
        return None
    limit_on = max([*days, on][0] + timedelta(days=figures.screening_recheck_days), on + timedelta(days=1))
    values = {"pressure": measured.pressure, "days": str(len(days) + is_high)}
    if not is_high:
        return _plan("screening_normal_again", values, ("screening_one_more_day",), limit_on)
    if len(days) + 1 >= HIGH_DAYS:
        limit_on = on + timedelta(days=REFERRAL_DAYS)
        return Decision(
            control_result=None,
            actions=("screening_refer", "screening_ask_in_two_weeks"),
            reasons=(Reason(code=HIGH_THREE_DAYS, values=values),),
            next_on=limit_on,
            limit_on=limit_on,
            referral=ORDINARY,
            ask_on=tuple(on + timedelta(days=days) for days in ASK_AFTER_REFERRAL),
            is_high=True,
        )
    if days:
        return _plan("screening_high_again", values, ("screening_one_more_day",), limit_on, is_high=True)
    actions = ("screening_rule_out", "screening_measure_again")
    return _plan("screening_high_first", values, actions, limit_on, is_high=True)


def _plan(
    code: str, values: dict[str, str], actions: tuple[str, ...], limit_on: date, *, is_high: bool = False
) -> Decision:
    return Decision(
        control_result=None,
        actions=actions,
        reasons=(Reason(code=code, values=values),),
        next_on=limit_on,
        limit_on=limit_on,
        is_high=is_high,
    )


def _shown(body_mass_index: Decimal) -> str:
    return str(body_mass_index.quantize(_BMI_PLACES))
