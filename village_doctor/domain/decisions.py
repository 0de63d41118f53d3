"""What a clinical rule returns: a class, actions, dates and the reasons with their source.

Reasons and actions are stored as codes with values, so that a record holds no prose; the sentences
and their sources are in `reasons`.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final

from village_doctor.domain.problems import Problem

CONTROLLED: Final = "controlled"
UNCONTROLLED: Final = "uncontrolled"
ADVERSE_REACTION: Final = "adverse_reaction"
COMPLICATION: Final = "complication"

EMERGENCY: Final = "emergency"
ORDINARY: Final = "ordinary"

# Days after a referral on which to ask what became of it; the norm says only within two weeks (高血压 §5 details).
ASK_AFTER_EMERGENCY: Final = (1, 3)
ASK_AFTER_REFERRAL: Final = (7,)


@dataclass(frozen=True, kw_only=True, slots=True)
class Reason:
    """`code` names a sentence in `clinical.reasons.REASONS`; `values` fill its placeholders."""

    code: str
    values: Mapping[str, str] | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Decision:
    """`control_result` is None where nothing may be classed (no fasting glucose, an unfinished form).

    `referral`: None, ordinary or emergency. `next_on`: the proposed date of the next follow-up, never after
    `limit_on`, the last day the norm allows; advice (a low pressure) may propose an earlier one. Both None: nothing
    follows (she died, the treatment ended, the last check). `ask_on`: days on which to ask what became of the
    referral. `is_high` and `has_reaction` are the facts the next visit compares with; `is_high` is None when the value
    that decides was not measured face to face.
    """

    control_result: str | None
    actions: tuple[str, ...]
    reasons: tuple[Reason, ...]
    next_on: date | None
    limit_on: date | None
    referral: str | None = None
    ask_on: tuple[date, ...] = ()
    is_high: bool | None = None
    has_reaction: bool = False


def apply_own_plan(
    decision: Decision,
    own_next_on: date | None,
    reason: str | None,
    *,
    served_on: date,
    own_plan: str | None = None,
) -> date | None:
    """The next date that stands after the doctor's own plan (我另有打算).

    Earlier is free; later than the limit, or a plan of one's own, needs one line of reason. Where nothing follows, any
    later day is free. Raises Problem
    `next-date-too-late`, `next-date-too-early` (not after the visit) or `own-plan-needs-reason`.
    """
    has_reason = reason is not None and reason.strip() != ""
    if own_plan is not None and own_plan.strip() and not has_reason:
        raise Problem("own-plan-needs-reason")
    if own_next_on is None:
        return decision.next_on
    if own_next_on <= served_on:
        raise Problem("next-date-too-early", own_next_on=own_next_on, served_on=served_on)
    if decision.limit_on is not None and own_next_on > decision.limit_on and not has_reason:
        raise Problem("next-date-too-late", own_next_on=own_next_on, limit_on=decision.limit_on)
    return own_next_on
