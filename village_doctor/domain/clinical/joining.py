"""One form for several diseases (一张表): the decisions of all of them as one.

The visit's class is the worst, its dates are the earliest, its urgency is the greatest. Each disease keeps its own
decision beside this one.
"""

from collections.abc import Sequence
from typing import Final

from village_doctor.domain.clinical.concluding import KEEP_PLAN
from village_doctor.domain.decisions import (
    ADVERSE_REACTION,
    COMPLICATION,
    CONTROLLED,
    EMERGENCY,
    ORDINARY,
    UNCONTROLLED,
    Decision,
)

WORST_FIRST: Final = (COMPLICATION, ADVERSE_REACTION, UNCONTROLLED, CONTROLLED)
_URGENT_FIRST: Final = (EMERGENCY, ORDINARY, None)
_LAST_ACTION: Final = "health_education"


def joined(decisions: Sequence[Decision]) -> Decision:
    """The decisions of one visit as one; a single one is itself. The more urgent speaks first, and nothing twice.

    An emergency says nothing but the emergency and the other reasons to refer.
    """
    if len(decisions) == 1:
        return decisions[0]
    ordered = sorted(decisions, key=lambda one: _URGENT_FIRST.index(one.referral))
    first = ordered[0]
    is_emergency = first.referral == EMERGENCY
    telling = [one for one in ordered if one.referral is not None] if is_emergency else ordered
    acting = [one for one in ordered if one.referral == first.referral] if is_emergency else ordered
    reasons = [reason for one in telling for reason in one.reasons]
    highs = [one.is_high for one in decisions]
    return Decision(
        control_result=worst([one.control_result for one in decisions]),
        actions=_joined_actions(acting, decisions),
        reasons=tuple(reason for place, reason in enumerate(reasons) if reason not in reasons[:place]),
        next_on=min((one.next_on for one in decisions if one.next_on is not None), default=None),
        limit_on=min((one.limit_on for one in decisions if one.limit_on is not None), default=None),
        referral=first.referral,
        ask_on=first.ask_on,
        is_high=True if True in highs else None if None in highs else False,
        has_reaction=any(one.has_reaction for one in decisions),
    )


def worst(results: Sequence[str | None]) -> str | None:
    """The most serious class; None where any has none."""
    return None if None in results else next(result for result in WORST_FIRST if result in results)


def _joined_actions(acting: Sequence[Decision], decisions: Sequence[Decision]) -> tuple[str, ...]:
    """Each once, in order. "Go on as before" is said only where it holds for every disease; education comes last."""
    actions = dict.fromkeys(name for one in acting for name in one.actions)
    if any(KEEP_PLAN.actions[0] not in one.actions for one in decisions):
        actions.pop(KEEP_PLAN.actions[0], None)
    is_taught = _LAST_ACTION in actions
    actions.pop(_LAST_ACTION, None)
    return (*actions, _LAST_ACTION) if is_taught else tuple(actions)
