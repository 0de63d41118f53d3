"""From the rows of a norm's decision table to one decision. Shared by the diseases; the rows are theirs.

The first row with reasons wins. A referral tells every reason to refer, for the hospital wants to know them all.
An emergency says nothing else: advice can wait.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from village_doctor.domain.clinical.emergency import (
    REFERRAL_DAYS,
    WARNING_ACTIONS,
    follow_up_warnings,
    is_lower_again,
)
from village_doctor.domain.clinical.facts import FREQUENT_LOW_GLUCOSE, FollowUpFacts
from village_doctor.domain.dates import plus_months
from village_doctor.domain.decisions import (
    ADVERSE_REACTION,
    ASK_AFTER_EMERGENCY,
    ASK_AFTER_REFERRAL,
    COMPLICATION,
    CONTROLLED,
    EMERGENCY,
    ORDINARY,
    UNCONTROLLED,
    Decision,
    Reason,
)

UNSATISFIED_DAYS: Final = 14
SATISFIED_MONTHS: Final = 3
UNFINISHED_DAYS: Final = 7
LOW_PRESSURE_DAYS: Final = 14


@dataclass(frozen=True, kw_only=True, slots=True)
class Step:
    """What a row asks for. `days` None: the three months of a satisfied follow-up."""

    actions: tuple[str, ...]
    days: int | None = UNSATISFIED_DAYS
    referral: str | None = None
    ask_after: tuple[int, ...] = ()


TREAT_AND_REFER: Final = Step(
    actions=(), days=REFERRAL_DAYS, referral=EMERGENCY, ask_after=ASK_AFTER_EMERGENCY
)
REFER: Final = Step(
    actions=("refer", "ask_in_two_weeks"),
    days=REFERRAL_DAYS,
    referral=ORDINARY,
    ask_after=ASK_AFTER_REFERRAL,
)
CHANGE_MEDICINES: Final = Step(actions=("look_at_adherence", "raise_change_or_add"))
CHANGE_MEDICINES_OR_REFER: Final = Step(actions=(*CHANGE_MEDICINES.actions, "doctor_decides_referral"))
ADJUST_MEDICINES: Final = Step(actions=("adjust_medicines",))
ADJUST_MEDICINES_OR_REFER: Final = Step(actions=(*ADJUST_MEDICINES.actions, "doctor_decides_referral"))
KEEP_PLAN: Final = Step(actions=("keep_plan",), days=None)
FINISH: Final = Step(actions=(), days=UNFINISHED_DAYS)


@dataclass(frozen=True, kw_only=True, slots=True)
class Row:
    """A row of the table: it matches when it has reasons."""

    reasons: tuple[Reason, ...]
    step: Step


@dataclass(frozen=True, kw_only=True, slots=True)
class Lack:
    """Something without which the visit is no follow-up, and what to do about it within a week."""

    reason: Reason
    action: str


def conclude(
    facts: FollowUpFacts,
    *,
    rows: tuple[Row, ...],
    is_high: bool | None,
    lacks: tuple[Lack, ...],
    advice: tuple[Reason, ...] = (),
) -> Decision:
    """The decision of the first matching row; where none matches, something lacks and the visit is finished first.

    `advice`: what is told beside a controlled visit and changes nothing.
    """
    matched = [row for row in rows if row.reasons]
    step = matched[0].step if matched else FINISH
    told = [row for row in matched if row.step.referral is not None] if step.referral else matched
    reasons = [reason for row in told for reason in row.reasons]
    actions = list(step.actions) if step.referral else [name for row in told for name in row.step.actions]
    control_result = None if lacks else _class_of(facts, is_high)
    limit_on = (
        plus_months(facts.served_on, SATISFIED_MONTHS)
        if step.days is None
        else facts.served_on + timedelta(days=step.days)
    )
    next_on = limit_on
    if step.referral != EMERGENCY:
        warnings = _warnings(facts)
        reasons += [*(lack.reason for lack in lacks), *warnings]
        if control_result == CONTROLLED:
            reasons += advice
        actions += [*(lack.action for lack in lacks), *(WARNING_ACTIONS[item.code] for item in warnings)]
        actions.append("health_education")
        limit_on, next_on = _dates(facts, limit_on, has_lacks=bool(lacks), warnings=warnings)
        if next_on < plus_months(facts.served_on, SATISFIED_MONTHS):
            actions = [name for name in actions if name not in KEEP_PLAN.actions]
    return Decision(
        control_result=control_result,
        actions=tuple(dict.fromkeys(actions)),
        reasons=tuple(reasons),
        next_on=next_on,
        limit_on=limit_on,
        referral=step.referral,
        ask_on=tuple(facts.served_on + timedelta(days=days) for days in step.ask_after),
        is_high=is_high,
        has_reaction=facts.has_reaction is True,
    )


def _dates(
    facts: FollowUpFacts, limit_on: date, *, has_lacks: bool, warnings: tuple[Reason, ...]
) -> tuple[date, date]:
    """The last day and the proposed one: what lacks, a low pressure and one that came down again bring her back sooner."""
    if is_lower_again(facts.measured):
        limit_on = min(limit_on, facts.served_on + timedelta(days=facts.figures.remeasured_days))
    next_on = limit_on
    if has_lacks:
        next_on = min(next_on, facts.served_on + timedelta(days=UNFINISHED_DAYS))
    if any(item.code.startswith("pressure_low") for item in warnings):
        next_on = min(next_on, facts.served_on + timedelta(days=LOW_PRESSURE_DAYS))
    return limit_on, next_on


def _class_of(facts: FollowUpFacts, is_high: bool | None) -> str:
    """此次随访分类: the most serious of what was found."""
    if facts.has_complication:
        return COMPLICATION
    if facts.has_reaction:
        return ADVERSE_REACTION
    return UNCONTROLLED if is_high else CONTROLLED


def _warnings(facts: FollowUpFacts) -> tuple[Reason, ...]:
    if facts.low_glucose_reaction == FREQUENT_LOW_GLUCOSE:
        return (*follow_up_warnings(facts), Reason(code="low_glucose_frequent"))
    return follow_up_warnings(facts)
