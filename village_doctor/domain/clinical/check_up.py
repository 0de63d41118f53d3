"""健康体检: no class; Step A for whoever is measured, what the doctor ticked, and again in a year.

The sheet has a pressure for each arm: the left one is the reading, the right one an answer, and either is an emergency.
"""

from collections.abc import Mapping
from dataclasses import replace
from typing import Final

from village_doctor.domain.clinical import plain_visits
from village_doctor.domain.clinical.emergency import (
    HIGH_FASTING,
    WARNING_ACTIONS,
    is_pressure_diagnostic,
    warnings_of,
)
from village_doctor.domain.clinical.facts import Measured, Whose, whose
from village_doctor.domain.clinical.visit_facts import VisitFacts
from village_doctor.domain.dates import anniversary
from village_doctor.domain.decisions import Decision, Reason

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
    if not facts.is_complete:
        is_referred = REFERRAL_ADVISED in guidance
        return plain_visits.unfinished(
            facts,
            to_refer=(_evaluation(facts),) if is_referred else (),
            actions=_ACTIONS[REFERRAL_ADVISED] if is_referred else (),
        )
    codes = tuple(condition.code for condition in facts.conditions)
    person = whose(facts.resident, codes, facts.served_on, facts.figures)
    measured = Measured.of(facts.measurements)
    warnings = warnings_of(measured, person, facts.figures)
    warnings += tuple(
        reason
        for reason in _undiagnosed(measured, person)
        if all(reason.code != other.code for other in warnings)
    )
    at_home = ("self_care_serve_at_home",) if facts.text("self_care_grade") in NEEDS_MUCH_HELP else ()
    again_on = anniversary(facts.served_on, 1)
    return plain_visits.planned(
        facts,
        reasons=(_evaluation(facts), *warnings),
        actions=(
            *(action for code in guidance for action in _ACTIONS.get(code, ())),
            *(WARNING_ACTIONS[reason.code] for reason in warnings),
            *at_home,
            "check_up_tell",
        ),
        next_on=again_on,
        limit_on=again_on,
        is_referred=REFERRAL_ADVISED in guidance,
    )


def _by_the_right_arm(facts: VisitFacts) -> VisitFacts:
    """The same visit with the pressure of the other arm in place of the first."""
    systolic, diastolic = facts.number("right_systolic_mmhg"), facts.number("right_diastolic_mmhg")
    arm = {"systolic_mmhg": systolic, "diastolic_mmhg": diastolic}
    rest = {key: value for key, value in facts.measurements.items() if "again" not in key and key not in arm}
    return replace(facts, measurements=rest | {key: value for key, value in arm.items() if value is not None})


def _undiagnosed(measured: Measured, person: Whose) -> list[Reason]:
    """High values of somebody of whom neither disease is known: the check-up is how they are found."""
    reasons = []
    fasting = measured.fasting_glucose_mmol
    if not person.has_hypertension and is_pressure_diagnostic(measured):
        reasons.append(Reason(code="pressure_high_not_hypertensive", values={"pressure": measured.pressure}))
    if not person.has_diabetes and fasting is not None and fasting >= HIGH_FASTING:
        reasons.append(Reason(code="glucose_high_not_diabetic", values={"glucose": str(fasting)}))
    return reasons


def _evaluation(facts: VisitFacts) -> Reason:
    if facts.text("health_evaluation") != ABNORMAL:
        return Reason(code="check_up_nothing_found")
    found = [text for text in (facts.text(key) for key in _ABNORMALITIES) if text is not None]
    return Reason(code="check_up_abnormal", values={"found": "、".join(found)})
