"""What a clinical rule returns: a class, actions, dates and the reasons with their source.

Reasons and actions are stored as codes with values, so that a record holds no prose; the sentences
and their sources are in `reasons`.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final

CONTROLLED: Final = "controlled"
UNCONTROLLED: Final = "uncontrolled"
ADVERSE_REACTION: Final = "adverse_reaction"
COMPLICATION: Final = "complication"

EMERGENCY: Final = "emergency"
ORDINARY: Final = "ordinary"


@dataclass(frozen=True, kw_only=True, slots=True)
class Reason:
    """`code` names a sentence in `clinical.reasons.REASONS`; `values` fill its placeholders."""

    code: str
    values: Mapping[str, str] | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Decision:
    """`control_result` is None where nothing may be classed (no fasting glucose).

    `referral`: None, ordinary or emergency. `next_on`: the proposed date of the next follow-up, never
    after `limit_on`, the last day the norm allows. `ask_on`: days on which to ask what became of the
    referral. `is_high` and `has_reaction` are the facts the next visit compares with; `is_high` is None
    when the value that decides was not measured.
    """

    control_result: str | None
    actions: tuple[str, ...]
    reasons: tuple[Reason, ...]
    next_on: date
    limit_on: date
    referral: str | None = None
    ask_on: tuple[date, ...] = ()
    is_high: bool | None = None
    has_reaction: bool = False
