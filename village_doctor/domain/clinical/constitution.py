"""老年人中医体质辨识 (规范第三版 中医药健康管理; norms-other-groups §2): nine scores, which types are hers, which she tends to.

Scores and results are computed by the form (`resources/codes/constitution_codes.toml`); here is which of them is the main
type and what follows. What to say to each type the norm's reference does not hold: the doctor says it in her own words.
"""

from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from village_doctor.domain.clinical.plain_visits import FINISH_WITHIN
from village_doctor.domain.clinical.visit_facts import VisitFacts
from village_doctor.domain.dates import anniversary
from village_doctor.domain.decisions import Decision, Reason

BALANCED: Final = "balanced"
# In the order of the norm's table.
BIASED: Final = (
    "qi_deficiency",
    "yang_deficiency",
    "yin_deficiency",
    "phlegm_dampness",
    "damp_heat",
    "blood_stasis",
    "qi_stagnation",
    "inherited_special",
)
YES: Final = "yes"
TENDS: Final = "tends"


@dataclass(frozen=True, kw_only=True, slots=True)
class _Type:
    """One of the nine with its score; `result`: yes, tends or no."""

    code: str
    score: Decimal
    result: str

    @property
    def reason(self) -> Reason:
        verb = "is" if self.result == YES else "tends"
        return Reason(code=f"constitution_{verb}_{self.code}", values={"score": str(self.score)})


def decide(facts: VisitFacts) -> Decision:
    """The main type: the highest biased one that is hers, else 平和质, else the highest she tends to; None where none is.

    Two with the same score stand in the order of the norm's table. A blank item: no type, and finished within a week.
    """
    types = [_type_of(facts, code) for code in (*BIASED, BALANCED)]
    known = [item for item in types if item is not None]
    if len(known) != len(types):
        return _to_be_finished(facts, (Reason(code="constitution_unfinished"),), ())
    found = _in_order(known)
    reasons = tuple(item.reason for item in found) or (Reason(code="constitution_none"),)
    if not facts.is_complete:
        not_guided = Reason(code="constitution_not_guided")
        return _to_be_finished(facts, (*reasons, not_guided), ("constitution_guide",))
    again_on = anniversary(facts.served_on, 1)
    return Decision(
        control_result=found[0].code if found else None,
        actions=("constitution_guide", "constitution_tell"),
        reasons=reasons,
        next_on=again_on,
        limit_on=again_on,
    )


def _to_be_finished(facts: VisitFacts, reasons: tuple[Reason, ...], actions: tuple[str, ...]) -> Decision:
    finish_on = facts.served_on + FINISH_WITHIN
    return Decision(
        control_result=None,
        actions=(*actions, "constitution_finish"),
        reasons=reasons,
        next_on=finish_on,
        limit_on=finish_on,
    )


def _type_of(facts: VisitFacts, code: str) -> _Type | None:
    score, result = facts.computed.get(f"{code}_score"), facts.computed.get(f"{code}_result")
    if not isinstance(score, Decimal) or not isinstance(result, str):
        return None
    return _Type(code=code, score=score, result=result)


def _in_order(types: list[_Type]) -> list[_Type]:
    """The types that are hers or that she tends to, the main one first."""
    biased = sorted((item for item in types if item.code != BALANCED), key=lambda item: -item.score)
    mains = [item for item in biased if item.result == YES]
    balanced = [item for item in types if item.code == BALANCED and item.result in (YES, TENDS)]
    return [*mains, *balanced, *(item for item in biased if item.result == TENDS)]
