"""老年人生活自理能力评估 (规范第三版 老年人健康管理; norms-other-groups §1.1): five items, a total, one of four grades.

The points and the limits of the grades are data of the form (`resources/codes/elderly_codes.toml`); here is what a grade
means for the next steps. From moderate dependence on the old people are served at home (国卫基层发〔2022〕10号).
"""

from collections.abc import Mapping
from typing import Final

from village_doctor.domain.clinical.plain_visits import FINISH_WITHIN
from village_doctor.domain.clinical.visit_facts import VisitFacts
from village_doctor.domain.dates import anniversary
from village_doctor.domain.decisions import Decision, Reason

INDEPENDENT: Final = "independent"
MILD: Final = "mild"
MODERATE: Final = "moderate"
DEPENDENT: Final = "dependent"

# By the code of the grade that the form computes (list `self_care_grade`).
CLASS_OF_GRADE: Final[Mapping[str, str]] = {"1": INDEPENDENT, "2": MILD, "3": MODERATE, "4": DEPENDENT}

_FALLS: Final = "self_care_prevent_falls"
_AT_HOME: Final = "self_care_serve_at_home"
_ACTIONS: Final[Mapping[str, tuple[str, ...]]] = {
    INDEPENDENT: (),
    MILD: (_FALLS,),
    MODERATE: (_AT_HOME, _FALLS),
    DEPENDENT: (_AT_HOME,),
}


def decide(facts: VisitFacts) -> Decision:
    """The grade of one assessment and when to assess again: a year later; unfinished, within a week."""
    grade, total = facts.computed.get("grade"), facts.computed.get("total")
    found = CLASS_OF_GRADE.get(str(grade))
    if found is None or not facts.is_complete:
        finish_on = facts.served_on + FINISH_WITHIN
        return Decision(
            control_result=None,
            actions=("self_care_finish",),
            reasons=(Reason(code="self_care_unfinished"),),
            next_on=finish_on,
            limit_on=finish_on,
        )
    again_on = anniversary(facts.served_on, 1)
    return Decision(
        control_result=found,
        actions=(*_ACTIONS[found], "self_care_tell"),
        reasons=(Reason(code=f"self_care_{found}", values={"total": str(total)}),),
        next_on=again_on,
        limit_on=again_on,
    )
