"""健康体检: no class; Step A for whoever is measured, what the doctor ticked, and again in a year.

The sheet has a pressure for each arm: the left one is the reading, the right one an answer. Either is an emergency; else
the higher one counts (高血压 §9).
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Final

from village_doctor.domain.clinical import plain_visits
from village_doctor.domain.clinical.emergency import (
    HIGH_FASTING,
    WARNING_ACTIONS,
    is_lower_again,
    is_pressure_diagnostic,
    warnings_of,
)
from village_doctor.domain.clinical.facts import Measured, Whose
from village_doctor.domain.clinical.visit_facts import VisitFacts
from village_doctor.domain.dates import anniversary
from village_doctor.domain.decisions import Decision, Reason

NOTHING_FOUND: Final = "1"
ABNORMAL: Final = "2"
REFERRAL_ADVISED: Final = "3"
NEEDS_MUCH_HELP: Final = frozenset({"3", "4"})

_ABNORMALITIES: Final = ("abnormal_1", "abnormal_2", "abnormal_3", "abnormal_4")
# By the codes of 健康指导.
_ACTIONS: Final[Mapping[str, tuple[str, ...]]] = {
    "1": ("check_up_manage",),
    "2": ("check_up_examine_again",),
    REFERRAL_ADVISED: ("refer", "ask_in_two_weeks"),
}


def decide(facts: VisitFacts) -> Decision:
    """An emergency first; an unfinished sheet is finished within a week; else what was ticked, and the next year."""
    urgent = plain_visits.emergency(facts) or plain_visits.emergency(_by_the_right_arm(facts))
    if urgent is not None:
        return urgent
    guidance = facts.texts("health_guidance")
    is_referred = REFERRAL_ADVISED in guidance
    found = _abnormal(facts)
    if is_referred and not found:
        found = (Reason(code="check_up_refer"),)
    if not facts.is_complete:
        return plain_visits.unfinished(
            facts,
            to_refer=found if is_referred else (),
            actions=_ACTIONS[REFERRAL_ADVISED] if is_referred else (),
        )
    warnings = _warnings(facts)
    if not (found or warnings) and facts.text("health_evaluation") == NOTHING_FOUND:
        found = (Reason(code="check_up_nothing_found"),)
    at_home = ("self_care_serve_at_home",) if facts.text("self_care_grade") in NEEDS_MUCH_HELP else ()
    again_on = anniversary(facts.served_on, 1)
    if is_lower_again(Measured.of(facts.measurements)):
        again_on = facts.served_on + timedelta(days=facts.figures.remeasured_days)
    return plain_visits.planned(
        facts,
        reasons=(*found, *warnings),
        actions=(
            *(action for code in guidance for action in _ACTIONS.get(code, ())),
            *(WARNING_ACTIONS[reason.code] for reason in warnings),
            *at_home,
            "check_up_tell",
        ),
        next_on=again_on,
        limit_on=again_on,
        is_referred=is_referred,
    )


def _by_the_right_arm(facts: VisitFacts) -> VisitFacts:
    """The same visit with the pressure of the other arm in place of the first."""
    systolic, diastolic = facts.number("right_systolic_mmhg"), facts.number("right_diastolic_mmhg")
    arm = {"systolic_mmhg": systolic, "diastolic_mmhg": diastolic}
    rest = {key: value for key, value in facts.measurements.items() if "again" not in key and key not in arm}
    return replace(facts, measurements=rest | {key: value for key, value in arm.items() if value is not None})


def _warnings(facts: VisitFacts) -> tuple[Reason, ...]:
    """Of the higher arm, and that the left one, which alone is measured again, came down."""
    person = plain_visits.person_of(facts)
    left, right = Measured.of(facts.measurements), Measured.of(_by_the_right_arm(facts).measurements)
    found = warnings_of(left, person, facts.figures)
    higher = max(left, right, key=_height)
    if higher is right:
        came_down = tuple(reason for reason in found if reason.code == "pressure_came_down")
        found = (*came_down, *warnings_of(right, person, facts.figures))
    known = {reason.code for reason in found}
    return (*found, *(reason for reason in _undiagnosed(higher, person) if reason.code not in known))


def _height(measured: Measured) -> tuple[bool, int, int]:
    """By which of two arms is higher; one on the line of diagnosis comes before one that is below it."""
    systolic, diastolic = measured.deciding_pressure
    return is_pressure_diagnostic(measured), systolic or 0, diastolic or 0


def _undiagnosed(measured: Measured, person: Whose) -> list[Reason]:
    """High values of somebody of whom neither disease is known: the check-up is how they are found."""
    reasons = []
    fasting = measured.fasting_glucose_mmol
    if not person.has_hypertension and is_pressure_diagnostic(measured):
        reasons.append(Reason(code="pressure_high_not_hypertensive", values={"pressure": measured.pressure}))
    if not person.has_diabetes and fasting is not None and fasting >= HIGH_FASTING:
        reasons.append(Reason(code="glucose_high_not_diabetic", values={"glucose": str(fasting)}))
    return reasons


def _abnormal(facts: VisitFacts) -> tuple[Reason, ...]:
    """What the evaluation names."""
    found = [text for text in (facts.text(key) for key in _ABNORMALITIES) if text is not None]
    if facts.text("health_evaluation") != ABNORMAL or not found:
        return ()
    return (Reason(code="check_up_abnormal", values={"found": "、".join(found)}),)
