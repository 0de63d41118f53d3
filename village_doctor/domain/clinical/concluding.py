"""From the rows of a norm's decision table to one decision. Shared by the diseases; the rows are theirs.

The first row with reasons wins. A referral says every reason to refer, for the hospital wants to know them all.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from village_doctor.domain.clinical.decision import (
    ADVERSE_REACTION,
    COMPLICATION,
    CONTROLLED,
    EMERGENCY,
    ORDINARY,
    UNCONTROLLED,
    Decision,
    Reason,
)
from village_doctor.domain.clinical.emergency import (
    ASK_AFTER_EMERGENCY,
    EMERGENCY_ACTIONS,
    REFERRAL_DAYS,
    WARNING_ACTIONS,
    emergency_actions,
    warnings_of,
)
from village_doctor.domain.clinical.facts import FREQUENT_LOW_GLUCOSE, FollowUpFacts, PastFollowUp
from village_doctor.domain.dates import plus_months

UNSATISFIED_DAYS: Final = 14
SATISFIED_MONTHS: Final = 3
UNFINISHED_DAYS: Final = 7
LOW_PRESSURE_DAYS: Final = 14
ASK_AFTER_REFERRAL: Final = (7,)
LONGEST_BETWEEN_TWO_IN_A_ROW: Final = 180


@dataclass(frozen=True, kw_only=True, slots=True)
class Step:
    """What a row asks for. `days` None: the three months of a satisfied follow-up."""

    actions: tuple[str, ...]
    days: int | None = UNSATISFIED_DAYS
    referral: str | None = None
    ask_after: tuple[int, ...] = ()


TREAT_AND_REFER: Final = Step(
    actions=EMERGENCY_ACTIONS, days=REFERRAL_DAYS, referral=EMERGENCY, ask_after=ASK_AFTER_EMERGENCY
)
REFER: Final = Step(
    actions=("refer", "ask_in_two_weeks"),
    days=REFERRAL_DAYS,
    referral=ORDINARY,
    ask_after=ASK_AFTER_REFERRAL,
)
CHANGE_MEDICINES: Final = Step(actions=("look_at_adherence", "raise_change_or_add"))
CHANGE_MEDICINES_OR_REFER: Final = Step(
    actions=("look_at_adherence", "raise_change_or_add", "doctor_decides_referral")
)
ADJUST_MEDICINES: Final = Step(actions=("adjust_medicines",))
ADJUST_MEDICINES_OR_REFER: Final = Step(actions=("adjust_medicines", "doctor_decides_referral"))
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
    at_target: Reason,
    lacks: tuple[Lack, ...],
) -> Decision:
    """The decision. Without a matching row: keep the plan, or finish the visit when something lacks."""
    matched = [row for row in rows if row.reasons]
    if matched:
        step = matched[0].step
    else:
        step = FINISH if lacks else KEEP_PLAN
    is_emergency = step.referral == EMERGENCY
    told = [row for row in matched if row.step.referral is not None] if step.referral else matched
    reasons = [reason for row in told for reason in row.reasons]
    if step is KEEP_PLAN:
        reasons.append(at_target)
    actions = list(emergency_actions(told[0].reasons) if is_emergency else step.actions)
    if told and step.referral is None:
        actions += [action for row in told[1:] for action in row.step.actions]
    limit_on = _limit(facts.served_on, step)
    next_on = limit_on
    if not is_emergency:
        warnings = _warnings(facts)
        reasons += [*(lack.reason for lack in lacks), *warnings]
        actions += [lack.action for lack in lacks]
        actions += [WARNING_ACTIONS[warning.code] for warning in warnings if warning.code in WARNING_ACTIONS]
        if lacks:
            next_on = min(next_on, facts.served_on + timedelta(days=UNFINISHED_DAYS))
        if any(warning.code.startswith("pressure_low") for warning in warnings):
            next_on = min(next_on, facts.served_on + timedelta(days=LOW_PRESSURE_DAYS))
        actions.append("health_education")
    return Decision(
        control_result=class_of(facts, is_high) if not lacks else None,
        actions=tuple(dict.fromkeys(actions)),
        reasons=tuple(reasons),
        next_on=next_on,
        limit_on=limit_on,
        referral=step.referral,
        ask_on=tuple(facts.served_on + timedelta(days=days) for days in step.ask_after),
        is_high=is_high,
        has_reaction=facts.has_reaction is True,
    )


def class_of(facts: FollowUpFacts, is_high: bool | None) -> str | None:
    """此次随访分类: the most serious of what was found; None as long as one of the three facts is unknown."""
    if is_high is None or not facts.knows_deciding_answers:
        return None
    if facts.has_complication:
        return COMPLICATION
    if facts.has_reaction:
        return ADVERSE_REACTION
    return UNCONTROLLED if is_high else CONTROLLED


def complication_reasons(facts: FollowUpFacts) -> tuple[Reason, ...]:
    """A new complication, or an old one worse."""
    return (Reason(code=f"complication_{facts.complication}"),) if facts.has_complication else ()


def reaction_rows(facts: FollowUpFacts, previous: PastFollowUp | None) -> tuple[Row, Row, Row]:
    """Reaction: twice or hard to control → refer; again after long → the doctor decides; first → adjust."""
    if not facts.has_reaction:
        return tuple(Row(reasons=(), step=step) for step in (REFER, ADJUST_MEDICINES_OR_REFER, ADJUST_MEDICINES))
    refer: list[Reason] = []
    long_apart: list[Reason] = []
    if previous is not None and previous.has_reaction and facts.is_face_to_face:
        reason = two_in_a_row("reaction", facts, previous, {})
        (refer if reason.code == "reaction_twice" else long_apart).append(reason)
    if facts.is_reaction_hard_to_control:
        refer.append(Reason(code="reaction_hard_to_control"))
    first = () if refer or long_apart else (Reason(code="reaction_first"),)
    return (
        Row(reasons=tuple(refer), step=REFER),
        Row(reasons=tuple(long_apart), step=ADJUST_MEDICINES_OR_REFER),
        Row(reasons=first, step=ADJUST_MEDICINES),
    )
