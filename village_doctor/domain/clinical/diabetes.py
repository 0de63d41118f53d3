"""2型糖尿病患者随访: the decision table of the norm (规范第三版, 2型糖尿病患者健康管理 §随访评估, §分类干预), row by row.

Satisfied means a fasting glucose below 7.0; exactly 7.0 is not. Only the fasting value decides: others are shown, and
count for an emergency. No fasting value (breakfast, telephone): no class, and "空腹再来" within a week.
"""

from decimal import Decimal
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
)
from village_doctor.domain.clinical.visit_facts import VisitFacts
from village_doctor.domain.decisions import Decision, Reason

FASTING_TARGET: Final = Decimal("7.0")


def is_high(fasting_glucose_mmol: Decimal | None) -> bool | None:
    """Not at target; None when no fasting glucose was measured."""
    return None if fasting_glucose_mmol is None else fasting_glucose_mmol >= FASTING_TARGET


def decide_visit(visit: VisitFacts) -> Decision:
    """The rule of the form: its facts and the counted follow-up before."""
    return decide(follow_up_facts(visit), previous_follow_up(visit, judge))


def judge(age: int, measured: Measured) -> tuple[bool | None, str]:
    """Not at target, at every age (None: it does not tell), and the fasting glucose as it is written."""
    fasting = measured.fasting_glucose_mmol
    return is_high(fasting), "—" if fasting is None else str(fasting)


def decide(facts: FollowUpFacts, previous: PastFollowUp | None) -> Decision:
    """The decision for one visit; `previous`: the last counted diabetes follow-up before the day."""
    judged = _judge(facts)
    return conclude(
        facts,
        rows=(
            emergency_row(facts),  # 0
            complication_row(facts),  # 1
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
                reason=Reason(code="no_fasting_glucose" if facts.is_face_to_face else "glucose_by_phone"),
                action="come_back_fasting",
            ),
        ),
    )


def _judge(facts: FollowUpFacts) -> Judged:
    high, shown = judge(facts.age, facts.measured)
    return Judged(name="glucose", is_high=high if facts.is_face_to_face else None, values={"glucose": shown})
