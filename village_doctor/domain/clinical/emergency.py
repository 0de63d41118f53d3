"""Emergencies (危急情况) and the warnings that values give: looked for first, at every measurement, in everyone.

Norms: 高血压 §随访评估, 2型糖尿病 §随访评估. Pressure and high glucose concern everybody, low glucose and fever the
diagnosed diabetics, values above normal the pregnant and the breast-feeding. A danger sign is one only when the doctor
confirms it. A reading alone is no follow-up and gets no class.
"""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from decimal import Decimal
from typing import Final

from village_doctor.domain.clinical.facts import FollowUpFacts, Measured, Whose
from village_doctor.domain.clinical.figures import Figures
from village_doctor.domain.decisions import ASK_AFTER_EMERGENCY, EMERGENCY, Decision, Reason

EMERGENCY_SYSTOLIC: Final = 180
EMERGENCY_DIASTOLIC: Final = 110
EMERGENCY_GLUCOSE: Final = Decimal("16.7")
LOW_GLUCOSE: Final = Decimal("3.9")
HIGH_FEVER: Final = Decimal(39)  # above it
FAST_HEART: Final = 100  # per minute; above it

HIGH_SYSTOLIC: Final = 140  # the line of diagnosis, at every age
HIGH_DIASTOLIC: Final = 90
HIGH_FASTING: Final = Decimal("7.0")

REFERRAL_DAYS: Final = 14
# Told where the second pressure took back the referral that the first had made; a record's news, no rule's reason.
REFERRAL_WITHDRAWN: Final = "emergency_referral_withdrawn"

SIGN_PREFIX: Final = "emergency_sign_"
# Danger signs by concept; an option's code on each form stands in `follow_up_codes.toml`.
SIGNS: Final = (
    "consciousness_changed",
    "severe_headache_or_dizziness",
    "nausea_or_vomiting",
    "blurred_sight",
    "painful_eyes",
    "palpitations",
    "chest_tightness",
    "breathless_lying_down",
    "acetone_breath",
    "palpitations_and_sweating",
    "poor_appetite_and_vomiting",
    "thirst_urine_and_stomach_pain",
    "deep_breathing_and_flushed_skin",
    "fast_heart_beat",
    "high_fever",
    "sudden_change",
    "pregnant_or_nursing",
    "other",
)
# Ordinary symptoms that overlap with a danger sign (高血压 §3 note, 2型糖尿病 §2 note): never an emergency by themselves.
OVERLAPPING: Final = frozenset(
    {
        "headache_or_dizziness",
        "nausea_or_vomiting",
        "dim_sight_or_ringing_ears",
        "blurred_sight",
        "palpitations_or_chest_tightness",
        "drinking_much",
        "much_urine",
    }
)

_PRESSURE: Final = frozenset({"emergency_pressure", "emergency_pressure_again"})
_ANY_PRESSURE: Final = _PRESSURE | {"emergency_pressure_pregnant"}
_LOW: Final = frozenset({"emergency_glucose_low", "emergency_glucose_very_low"})
WARNING_ACTIONS: Final[Mapping[str, str]] = {
    "ask_emergency_sign": "confirm_emergency_sign",
    "pressure_came_down": "come_back_within_a_week",
    "pressure_low": "talk_about_less_medicine",
    "pressure_low_and_dizzy": "talk_about_less_medicine",
    "low_glucose_frequent": "talk_about_low_glucose",
    "glucose_low_not_diabetic": "eat_and_measure_again",
    "pressure_high_not_hypertensive": "screen_hypertension",
    "glucose_high_not_diabetic": "screen_diabetes",
    "ask_pregnancy": "confirm_pregnancy",
}


# --- the emergency ---------------------------------------------------------------------------------------------


def is_very_high(systolic: int | None, diastolic: int | None) -> bool:
    """E1: ≥180 and/or ≥110."""
    return _reaches(systolic, diastolic, EMERGENCY_SYSTOLIC, EMERGENCY_DIASTOLIC)


def is_lower_again(measured: Measured) -> bool:
    """Very high at first, and no longer so after a rest: no emergency, but seen again soon."""
    return (
        is_very_high(measured.systolic_mmhg, measured.diastolic_mmhg)
        and measured.is_measured_again
        and not is_very_high(measured.systolic_again_mmhg, measured.diastolic_again_mmhg)
    )


def emergency_reasons(measured: Measured, person: Whose, figures: Figures) -> tuple[Reason, ...]:
    """Why these values are an emergency; empty when they are none."""
    return (
        *_pressure_reasons(measured, person, figures),
        *_glucose_reasons(measured, person, figures),
        *_fever_reasons(measured, person),
    )


def follow_up_emergency(facts: FollowUpFacts) -> tuple[Reason, ...]:
    """The same at a follow-up, where danger signs are asked as well.

    With a danger sign nobody waits for a second pressure: the first one stands (高血压 §3).
    """
    signs = _sign_reasons(facts)
    measured = facts.measured
    reasons = emergency_reasons(measured, facts.whose, facts.figures)
    is_named = any(reason.code in _PRESSURE for reason in reasons)
    if signs and not is_named and is_very_high(measured.systolic_mmhg, measured.diastolic_mmhg):
        reasons = (Reason(code="emergency_pressure", values={"pressure": measured.first_pressure}), *reasons)
    return (*reasons, *signs)


def emergency_actions(
    reasons: Sequence[Reason], measured: Measured, *, lowers_glucose: bool = False
) -> tuple[str, ...]:
    """What to do, in this order: measure again where that may settle it, sugar before the ride to hospital."""
    codes = {reason.code for reason in reasons}
    actions = []
    if codes == {"emergency_pressure"} and not measured.is_measured_again:
        actions.append("measure_again_after_rest")
    if not codes.isdisjoint(_LOW):
        actions.append("give_sugar")
        if lowers_glucose:
            actions.append("stay_and_observe")
    if not codes.isdisjoint(_ANY_PRESSURE):
        actions.append("nothing_under_the_tongue")
    return (*actions, "refer_at_once", "ask_next_day")


def emergency_of_reading(
    measured: Measured, *, on: date, person: Whose, figures: Figures, lowers_glucose: bool = False
) -> Decision | None:
    """A reading with an emergency value is an emergency at once, for everyone and wherever it was measured.

    `lowers_glucose`: she is known to take something that can bring the glucose down too far.
    """
    reasons = emergency_reasons(measured, person, figures)
    if not reasons:
        return None
    limit_on = on + timedelta(days=REFERRAL_DAYS)
    return Decision(
        control_result=None,
        actions=emergency_actions(reasons, measured, lowers_glucose=lowers_glucose),
        reasons=reasons,
        next_on=limit_on,
        limit_on=limit_on,
        referral=EMERGENCY,
        ask_on=tuple(on + timedelta(days=days) for days in ASK_AFTER_EMERGENCY),
    )


def _pressure_reasons(measured: Measured, person: Whose, figures: Figures) -> list[Reason]:
    """E1: one reading stands until it was taken again; of two the second decides. E10: above normal in pregnancy."""
    reasons = []
    first = is_very_high(measured.systolic_mmhg, measured.diastolic_mmhg)
    if is_very_high(measured.systolic_again_mmhg, measured.diastolic_again_mmhg):
        values = {"pressure": measured.first_pressure, "again": measured.second_pressure}
        reasons.append(Reason(code="emergency_pressure_again", values=values))
    elif first and not measured.is_measured_again:
        reasons.append(Reason(code="emergency_pressure", values={"pressure": measured.first_pressure}))
    limits = (figures.pregnancy_systolic, figures.pregnancy_diastolic)
    if person.is_pregnant_or_nursing and _reaches(*measured.deciding_pressure, *limits):
        reasons.append(Reason(code="emergency_pressure_pregnant", values={"pressure": measured.pressure}))
    return reasons


def _glucose_reasons(measured: Measured, person: Whose, figures: Figures) -> list[Reason]:
    reasons = []
    limits = (
        (measured.fasting_glucose_mmol, figures.pregnancy_fasting_glucose),
        (measured.two_hours_glucose_mmol, figures.pregnancy_two_hours_glucose),
        (measured.random_glucose_mmol, figures.pregnancy_random_glucose),
    )
    for glucose, normal_below in limits:
        if glucose is None:
            continue
        values = {"glucose": str(glucose)}
        if glucose >= EMERGENCY_GLUCOSE:
            reasons.append(Reason(code="emergency_glucose_high", values=values))
        elif person.is_pregnant_or_nursing and glucose >= normal_below:
            reasons.append(Reason(code="emergency_glucose_pregnant", values=values))
        elif person.has_diabetes and glucose <= LOW_GLUCOSE:
            reasons.append(Reason(code="emergency_glucose_low", values=values))
        elif glucose < figures.very_low_glucose:
            values["limit"] = str(figures.very_low_glucose)
            reasons.append(Reason(code="emergency_glucose_very_low", values=values))
    return reasons


def _fever_reasons(measured: Measured, person: Whose) -> list[Reason]:
    """E11 of diabetes: a measured temperature needs nobody's confirmation."""
    temperature = measured.temperature_c
    if not person.has_diabetes or temperature is None or temperature <= HIGH_FEVER:
        return []
    return [Reason(code="emergency_temperature", values={"temperature": str(temperature)})]


def _sign_reasons(facts: FollowUpFacts) -> tuple[Reason, ...]:
    """The confirmed danger signs, each by its own sentence; one that was ticked without saying which stands too."""
    if facts.has_emergency_sign is not True:
        return ()
    named = tuple(Reason(code=SIGN_PREFIX + sign) for sign in SIGNS if sign in facts.emergency_signs)
    return named or (Reason(code="emergency_sign"),)


# --- warnings --------------------------------------------------------------------------------------------------


def warnings_of(measured: Measured, person: Whose, figures: Figures) -> tuple[Reason, ...]:
    """What deserves a word though it is no emergency: low values, signs of the other disease, perhaps a pregnancy."""
    return (
        *_lower_again(measured, figures),
        *_low_pressure(measured, figures, is_dizzy_on_medicine=False),
        *_other_warnings(measured, person, figures),
    )


def follow_up_warnings(facts: FollowUpFacts) -> tuple[Reason, ...]:
    """The same at a follow-up, where symptoms and medicines are asked as well."""
    measured, figures = facts.measured, facts.figures
    asks = facts.has_emergency_sign is None and _may_be_a_sign(facts)
    return (
        *((Reason(code="ask_emergency_sign"),) if asks else ()),
        *_lower_again(measured, figures),
        *_low_pressure(measured, figures, is_dizzy_on_medicine=facts.is_dizzy_on_medicine),
        *(
            reason
            for reason in _other_warnings(measured, facts.whose, figures)
            if reason.code != "ask_pregnancy" or not facts.asked_pregnancy_before
        ),
    )


def _may_be_a_sign(facts: FollowUpFacts) -> bool:
    """A symptom that overlaps with a danger sign, or a fast heart in a diabetic: one number is no tachycardia."""
    pulse = facts.measured.pulse_per_minute
    is_fast = facts.whose.has_diabetes and pulse is not None and pulse > FAST_HEART
    return is_fast or not OVERLAPPING.isdisjoint(facts.symptoms)


def _lower_again(measured: Measured, figures: Figures) -> tuple[Reason, ...]:
    if not is_lower_again(measured):
        return ()
    values = {
        "first": measured.first_pressure,
        "again": measured.second_pressure,
        "pressure": measured.pressure,
        "days": str(figures.remeasured_days),
    }
    return (Reason(code="pressure_came_down", values=values),)


def _low_pressure(measured: Measured, figures: Figures, *, is_dizzy_on_medicine: bool) -> tuple[Reason, ...]:
    systolic, diastolic = measured.deciding_pressure
    values = {"pressure": measured.pressure}
    if (systolic is not None and systolic < figures.low_systolic) or (
        diastolic is not None and diastolic < figures.low_diastolic
    ):
        return (Reason(code="pressure_low", values=values),)
    if is_dizzy_on_medicine and systolic is not None and systolic < figures.low_systolic_when_dizzy:
        return (Reason(code="pressure_low_and_dizzy", values=values),)
    return ()


def _other_warnings(measured: Measured, person: Whose, figures: Figures) -> list[Reason]:
    reasons = []
    lowest = min(measured.glucoses, default=None)
    if not person.has_diabetes and lowest is not None and figures.very_low_glucose <= lowest <= LOW_GLUCOSE:
        reasons.append(Reason(code="glucose_low_not_diabetic", values={"glucose": str(lowest)}))
    is_high = is_pressure_diagnostic(measured)
    if person.has_diabetes and not person.has_hypertension and is_high:
        reasons.append(Reason(code="pressure_high_not_hypertensive", values={"pressure": measured.pressure}))
    fasting = measured.fasting_glucose_mmol
    if (
        person.has_hypertension
        and not person.has_diabetes
        and fasting is not None
        and fasting >= HIGH_FASTING
    ):
        reasons.append(Reason(code="glucose_high_not_diabetic", values={"glucose": str(fasting)}))
    if person.may_be_pregnant and is_high:
        reasons.append(Reason(code="ask_pregnancy", values={"pressure": measured.pressure}))
    return reasons


def is_pressure_diagnostic(measured: Measured) -> bool:
    """≥140 and/or ≥90: high enough to look for hypertension, whatever the age."""
    return _reaches(*measured.deciding_pressure, HIGH_SYSTOLIC, HIGH_DIASTOLIC)


def _reaches(systolic: int | None, diastolic: int | None, systolic_limit: int, diastolic_limit: int) -> bool:
    """On or over either line."""
    return (systolic is not None and systolic >= systolic_limit) or (
        diastolic is not None and diastolic >= diastolic_limit
    )
