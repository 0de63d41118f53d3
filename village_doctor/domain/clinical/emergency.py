"""Emergencies (危急情况) and the warnings a single reading gives: looked for first, at every measurement.

Norms: 高血压 §随访评估, 2型糖尿病 §随访评估. Pressure and high glucose concern everybody, low glucose the diagnosed
diabetics; of the other signs first light knows one tick. A reading alone is no follow-up and gets no class.
"""

from collections.abc import Mapping
from datetime import date, timedelta
from decimal import Decimal
from typing import Final

from village_doctor.domain.clinical.decision import EMERGENCY, Decision, Reason
from village_doctor.domain.clinical.facts import Measured

EMERGENCY_SYSTOLIC: Final = 180
EMERGENCY_DIASTOLIC: Final = 110
EMERGENCY_GLUCOSE: Final = Decimal("16.7")
LOW_GLUCOSE: Final = Decimal("3.9")
VERY_LOW_GLUCOSE: Final = Decimal("2.8")  # urgent for everybody below it

HIGH_SYSTOLIC: Final = 140  # the line of diagnosis, at every age
HIGH_DIASTOLIC: Final = 90
HIGH_FASTING: Final = Decimal("7.0")
LOW_SYSTOLIC: Final = 90
LOW_DIASTOLIC: Final = 50
LOW_SYSTOLIC_WHEN_DIZZY: Final = 110

REFERRAL_DAYS: Final = 14
ASK_AFTER_EMERGENCY: Final = (1, 3)
_LOW: Final = frozenset({"emergency_glucose_low", "emergency_glucose_very_low"})
WARNING_ACTIONS: Final[Mapping[str, str]] = {
    "pressure_low": "talk_about_less_medicine",
    "pressure_low_and_dizzy": "talk_about_less_medicine",
    "low_glucose_frequent": "talk_about_low_glucose",
    "glucose_low_not_diabetic": "eat_and_measure_again",
    "pressure_high_not_hypertensive": "screen_hypertension",
    "glucose_high_not_diabetic": "screen_diabetes",
}


def emergency_reasons(
    measured: Measured, *, has_diabetes: bool, has_emergency_sign: bool = False
) -> tuple[Reason, ...]:
    """Why this is an emergency; empty when it is none."""
    reasons = []
    systolic, diastolic = measured.systolic_mmhg, measured.diastolic_mmhg
    if (systolic is not None and systolic >= EMERGENCY_SYSTOLIC) or (
        diastolic is not None and diastolic >= EMERGENCY_DIASTOLIC
    ):
        reasons.append(Reason(code="emergency_pressure", values={"pressure": measured.pressure}))
    for glucose in measured.glucoses:
        if glucose >= EMERGENCY_GLUCOSE:
            reasons.append(Reason(code="emergency_glucose_high", values={"glucose": str(glucose)}))
        elif has_diabetes and glucose <= LOW_GLUCOSE:
            reasons.append(Reason(code="emergency_glucose_low", values={"glucose": str(glucose)}))
        elif glucose < VERY_LOW_GLUCOSE:
            reasons.append(Reason(code="emergency_glucose_very_low", values={"glucose": str(glucose)}))
    if has_emergency_sign:
        reasons.append(Reason(code="emergency_sign"))
    return tuple(reasons)


def emergency_actions(reasons: tuple[Reason, ...]) -> tuple[str, ...]:
    """What to do: sugar comes before the ride to hospital."""
    is_low = any(reason.code in _LOW for reason in reasons)
    return ("give_sugar", "refer_at_once", "ask_next_day") if is_low else ("refer_at_once", "ask_next_day")


def emergency_of_reading(measured: Measured, *, on: date, has_diabetes: bool) -> Decision | None:
    """A reading with an emergency value is an emergency at once, for everyone and wherever it was measured."""
    reasons = emergency_reasons(measured, has_diabetes=has_diabetes)
    if not reasons:
        return None
    limit_on = on + timedelta(days=REFERRAL_DAYS)
    return Decision(
        control_result=None,
        actions=emergency_actions(reasons),
        reasons=reasons,
        next_on=limit_on,
        limit_on=limit_on,
        referral=EMERGENCY,
        ask_on=tuple(on + timedelta(days=days) for days in ASK_AFTER_EMERGENCY),
    )


def warnings_of(
    measured: Measured,
    *,
    has_hypertension: bool,
    has_diabetes: bool,
    is_dizzy_on_medicine: bool = False,
) -> tuple[Reason, ...]:
    """What deserves a word though it is no emergency: low pressure, low glucose, signs of the other disease."""
    reasons = []
    systolic, diastolic = measured.systolic_mmhg, measured.diastolic_mmhg
    if (systolic is not None and systolic < LOW_SYSTOLIC) or (
        diastolic is not None and diastolic < LOW_DIASTOLIC
    ):
        reasons.append(Reason(code="pressure_low", values={"pressure": measured.pressure}))
    elif is_dizzy_on_medicine and systolic is not None and systolic < LOW_SYSTOLIC_WHEN_DIZZY:
        reasons.append(Reason(code="pressure_low_and_dizzy", values={"pressure": measured.pressure}))
    lowest = min(measured.glucoses, default=None)
    if not has_diabetes and lowest is not None and VERY_LOW_GLUCOSE <= lowest <= LOW_GLUCOSE:
        reasons.append(Reason(code="glucose_low_not_diabetic", values={"glucose": str(lowest)}))
    if has_diabetes and not has_hypertension and is_pressure_diagnostic(measured):
        reasons.append(Reason(code="pressure_high_not_hypertensive", values={"pressure": measured.pressure}))
    fasting = measured.fasting_glucose_mmol
    if has_hypertension and not has_diabetes and fasting is not None and fasting >= HIGH_FASTING:
        reasons.append(Reason(code="glucose_high_not_diabetic", values={"glucose": str(fasting)}))
    return tuple(reasons)


def is_pressure_diagnostic(measured: Measured) -> bool:
    """≥140 and/or ≥90: high enough to look for hypertension, whatever the age."""
    systolic, diastolic = measured.systolic_mmhg, measured.diastolic_mmhg
    return (systolic is not None and systolic >= HIGH_SYSTOLIC) or (
        diastolic is not None and diastolic >= HIGH_DIASTOLIC
    )
