"""高血压患者随访: the decision table of the norm (规范第三版, 高血压患者健康管理 §随访评估, §分类干预), row by row.

Satisfied means below 140 and below 90; from 65 years on below 150 and below 90. A value on the line is not
satisfied. Individual targets never change the class.
"""

from typing import Final

from village_doctor.domain.clinical.concluding import Lack, conclude
from village_doctor.domain.clinical.facts import FollowUpFacts, Measured, PastFollowUp
from village_doctor.domain.clinical.follow_up_facts import follow_up_facts, previous_follow_up
from village_doctor.domain.clinical.rows import (
    Judged,
    complication_row,
    emergency_row,
    high_row,
    high_twice_row,
    lacks_of,
    reaction_referral_row,
    reaction_row,
    satisfied_row,
    ticked_row,
)
from village_doctor.domain.clinical.visit_facts import VisitFacts
from village_doctor.domain.decisions import Decision, Reason

OLDER_AGE: Final = 65
SYSTOLIC_TARGET: Final = 140
SYSTOLIC_TARGET_OLDER: Final = 150
DIASTOLIC_TARGET: Final = 90


def systolic_target(age: int) -> int:
    """mmHg; the pressure must be below it."""
    return SYSTOLIC_TARGET_OLDER if age >= OLDER_AGE else SYSTOLIC_TARGET


def is_high(age: int, systolic_mmhg: int | None, diastolic_mmhg: int | None) -> bool | None:
    """Not at target at that age; None when what was measured does not tell."""
    if systolic_mmhg is not None and systolic_mmhg >= systolic_target(age):
        return True
    if diastolic_mmhg is not None and diastolic_mmhg >= DIASTOLIC_TARGET:
        return True
    return None if systolic_mmhg is None or diastolic_mmhg is None else False


def decide_visit(visit: VisitFacts) -> Decision:
    """The rule of the form: its facts and the counted follow-up before."""
    return decide(follow_up_facts(visit), previous_follow_up(visit, judge))


def judge(age: int, measured: Measured) -> tuple[bool | None, str]:
    """Not at target at that age (None: it does not tell), and the pressure that decides as it is written."""
    return is_high(age, *measured.deciding_pressure), measured.pressure


def decide(facts: FollowUpFacts, previous: PastFollowUp | None) -> Decision:
    """The decision for one visit; `previous`: the last counted hypertension follow-up before the day.

    Without a pressure measured face to face there is no class, and the visit is finished within a week.
    """
    judged = _judge(facts)
    return conclude(
        facts,
        rows=(
            emergency_row(facts),  # 0
            complication_row(facts),  # 1
            ticked_row(facts),  # 1b
            high_twice_row(facts, judged, previous),  # 2
            reaction_referral_row(facts, previous),  # 3
            high_row(facts, judged, previous),  # 4
            reaction_row(facts, previous),  # 5
            satisfied_row(facts, judged),  # 6
        ),
        is_high=judged.is_high,
        lacks=lacks_of(
            facts,
            judged,
            Lack(
                reason=Reason(code="no_pressure" if facts.is_face_to_face else "pressure_by_phone"),
                action="measure_face_to_face",
            ),
        ),
        advice=_guideline(facts),
    )


def _judge(facts: FollowUpFacts) -> Judged:
    high, shown = judge(facts.age, facts.measured)
    return Judged(
        name="pressure",
        is_high=high if facts.is_face_to_face else None,
        values={"pressure": shown, "target": f"{systolic_target(facts.age)}/{DIASTOLIC_TARGET}"},
    )


def _guideline(facts: FollowUpFacts) -> tuple[Reason, ...]:
    """The newer guideline's target, shown beside a class by the norm that is satisfied; it counts for nothing."""
    figures = facts.figures
    is_older = facts.age >= figures.guideline_older_from_age
    systolic_goal = figures.guideline_older_systolic if is_older else figures.guideline_systolic
    diastolic_goal = figures.guideline_older_diastolic if is_older else figures.guideline_diastolic
    systolic, diastolic = facts.measured.deciding_pressure
    is_over = (systolic is not None and systolic >= systolic_goal) or (
        diastolic is not None and diastolic >= diastolic_goal
    )
    values = {"pressure": facts.measured.pressure, "target": f"{systolic_goal}/{diastolic_goal}"}
    return (Reason(code="guideline_target", values=values),) if is_over else ()
