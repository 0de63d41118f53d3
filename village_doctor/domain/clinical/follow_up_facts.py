"""From a visit by its form to the facts that the rules of hypertension and diabetes look at.

Each form writes symptoms and danger signs by codes of its own; the sheet for both diseases writes concepts. Here they
become concepts. The codes stand in `resources/codes/follow_up_codes.toml`.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Final

from village_doctor.domain.clinical.emergency import is_pressure_diagnostic
from village_doctor.domain.clinical.facts import (
    DIABETES,
    HAS_REACTION,
    HYPERTENSION,
    FollowUpFacts,
    Measured,
    PastFollowUp,
    previous_counted,
    whose,
)
from village_doctor.domain.clinical.visit_facts import PastVisit, VisitFacts
from village_doctor.domain.dates import age_on

SYMPTOMS: Final[Mapping[str, Mapping[str, str]]] = {
    HYPERTENSION: {
        "2": "headache_or_dizziness",
        "3": "nausea_or_vomiting",
        "4": "dim_sight_or_ringing_ears",
        "6": "palpitations_or_chest_tightness",
    },
    DIABETES: {"2": "drinking_much", "4": "much_urine", "5": "blurred_sight"},
}
SIGNS: Final[Mapping[str, Mapping[str, str]]] = {
    HYPERTENSION: {
        "E2": "consciousness_changed",
        "E3": "severe_headache_or_dizziness",
        "E4": "nausea_or_vomiting",
        "E5": "blurred_sight",
        "E6": "painful_eyes",
        "E7": "palpitations",
        "E8": "chest_tightness",
        "E9": "breathless_lying_down",
        "E10": "pregnant_or_nursing",
        "E11": "other",
    },
    DIABETES: {
        "E4": "consciousness_changed",
        "E5": "acetone_breath",
        "E6": "palpitations_and_sweating",
        "E7": "poor_appetite_and_vomiting",
        "E8": "thirst_urine_and_stomach_pain",
        "E9": "deep_breathing_and_flushed_skin",
        "E10": "fast_heart_beat",
        "E11": "high_fever",
        "E12": "sudden_change",
        "E13": "pregnant_or_nursing",
        "E14": "other",
    },
}

# Full years on the day and what was measured then: not at target (None: it does not tell), and how that is written.
Judge = Callable[[int, Measured], tuple[bool | None, str]]


def follow_up_facts(visit: VisitFacts) -> FollowUpFacts:
    """The facts of the follow-up of `visit.disease`."""
    conditions = {item.code for item in visit.conditions}
    person = whose(visit.resident, conditions, visit.served_on, visit.figures)
    if visit.disease == HYPERTENSION:
        person = replace(person, has_hypertension=True)
    elif visit.disease == DIABETES:
        person = replace(person, has_diabetes=True)
    reaction = visit.text("adverse_reaction")
    return FollowUpFacts(
        served_on=visit.served_on,
        age=visit.age,
        measured=Measured.of(visit.measurements),
        figures=visit.figures,
        whose=person,
        is_face_to_face=visit.is_face_to_face,
        is_complete=visit.is_complete,
        has_emergency_sign=visit.flag("emergency_sign"),
        emergency_signs=_concepts(visit, "emergency_signs", SIGNS),
        symptoms=_concepts(visit, "symptoms", SYMPTOMS),
        complication=visit.text("complication"),
        has_reaction=None if reaction is None else reaction == HAS_REACTION,
        is_reaction_hard_to_control=visit.flag("reaction_hard_to_control") is True,
        refer_reasons=visit.texts("refer_reasons"),
        adherence=visit.text("adherence"),
        has_fallen=visit.flag("has_fallen") is True,
        low_glucose_reaction=visit.text("low_glucose_reaction"),
        lowers_glucose=visit.lowers_glucose,
        asked_pregnancy_before=any(_asked_pregnancy(visit, one) for one in visit.past),
    )


def _asked_pregnancy(visit: VisitFacts, past: PastVisit) -> bool:
    """Was she asked at that visit, and for the same pregnancy that would be asked about now?"""
    if (visit.served_on - past.served_on).days > visit.figures.pregnancy_longest_days:
        return False
    then = whose(visit.resident, (), past.served_on, visit.figures)
    return then.may_be_pregnant and is_pressure_diagnostic(Measured.of(past.measurements))


def previous_follow_up(visit: VisitFacts, judge: Judge) -> PastFollowUp | None:
    """The counted follow-up before the day, judged by the person's age then."""
    past = []
    for one in visit.past:
        is_high, shown = judge(
            age_on(visit.resident.birth_date, one.served_on), Measured.of(one.measurements)
        )
        past.append(
            PastFollowUp(
                served_on=one.served_on,
                is_high=is_high,
                has_reaction=one.answers.get("adverse_reaction") == HAS_REACTION,
                shown="" if is_high is None else shown,
            )
        )
    return previous_counted(past, visit.served_on)


def _concepts(visit: VisitFacts, key: str, codes: Mapping[str, Mapping[str, str]]) -> tuple[str, ...]:
    own = codes.get(visit.disease, {})
    return tuple(own.get(code, code) for code in visit.texts(key))
