"""The rows of the decision table that hypertension and diabetes have in common.

They differ only in the value that decides (`Judged`): pressure or fasting glucose.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Final

from village_doctor.domain.clinical.concluding import (
    ADJUST_MEDICINES,
    ADJUST_MEDICINES_OR_REFER,
    CHANGE_MEDICINES,
    CHANGE_MEDICINES_OR_REFER,
    KEEP_PLAN,
    REFER,
    TREAT_AND_REFER,
    Lack,
    Row,
)
from village_doctor.domain.clinical.emergency import emergency_actions, follow_up_emergency
from village_doctor.domain.clinical.facts import FollowUpFacts, PastFollowUp
from village_doctor.domain.decisions import Reason

_ADHERENCE_REASONS: Final[Mapping[str | None, str]] = {"2": "adherence_irregular", "3": "adherence_none"}


@dataclass(frozen=True, kw_only=True, slots=True)
class Judged:
    """The value that decides the class: `name` begins its reason codes, `values` fill their sentences."""

    name: str
    is_high: bool | None
    values: Mapping[str, str]

    def reason(self, ending: str, more: Mapping[str, str] | None = None) -> Reason:
        return Reason(code=f"{self.name}_{ending}", values={**self.values, **(more or {})})


def emergency_row(facts: FollowUpFacts) -> Row:
    """Step A of both norms: before anything else."""
    reasons = follow_up_emergency(facts)
    actions = emergency_actions(reasons, facts.measured, lowers_glucose=facts.lowers_glucose)
    return Row(reasons=reasons, step=replace(TREAT_AND_REFER, actions=actions))


def complication_row(facts: FollowUpFacts) -> Row:
    """A new complication, or an old one worse."""
    reasons = (Reason(code=f"complication_{facts.complication}"),) if facts.has_complication else ()
    return Row(reasons=reasons, step=REFER)


def ticked_row(facts: FollowUpFacts) -> Row:
    """起病急, 症状重, 疑似继发性, 多种药物仍不能控制: the doctor's own ticks."""
    return Row(reasons=tuple(Reason(code=f"refer_{name}") for name in facts.refer_reasons), step=REFER)


def high_twice_row(facts: FollowUpFacts, judged: Judged, previous: PastFollowUp | None) -> Row:
    """Two counted follow-ups in a row above target, whatever their class."""
    if previous is None or not _is_high_again(judged, previous) or not _is_in_a_row(facts, previous):
        return Row(reasons=(), step=REFER)
    return Row(reasons=(judged.reason("high_twice", _before(facts, previous)),), step=REFER)


def high_row(facts: FollowUpFacts, judged: Judged, previous: PastFollowUp | None) -> Row:
    """The first time above target; or again, but so long after that the doctor decides about a referral."""
    if not judged.is_high:
        return Row(reasons=(), step=CHANGE_MEDICINES)
    if previous is None or previous.is_high is None:
        return Row(reasons=(judged.reason("high_first"), *_adherence_reasons(facts)), step=CHANGE_MEDICINES)
    is_again = _is_high_again(judged, previous)
    reason = judged.reason("high_long_apart" if is_again else "high_after_good", _before(facts, previous))
    step = CHANGE_MEDICINES_OR_REFER if is_again else CHANGE_MEDICINES
    return Row(reasons=(reason, *_adherence_reasons(facts)), step=step)


def reaction_referral_row(facts: FollowUpFacts, previous: PastFollowUp | None) -> Row:
    """A reaction at two counted follow-ups in a row, or one that is hard to control."""
    reasons = []
    if previous is not None and _has_reaction_again(facts, previous) and _is_in_a_row(facts, previous):
        reasons.append(Reason(code="reaction_twice", values=_before(facts, previous)))
    if facts.has_reaction and facts.is_reaction_hard_to_control:
        reasons.append(Reason(code="reaction_hard_to_control"))
    return Row(reasons=tuple(reasons), step=REFER)


def reaction_row(facts: FollowUpFacts, previous: PastFollowUp | None) -> Row:
    """A first reaction; or again, but so long after that the doctor decides about a referral."""
    if not facts.has_reaction:
        return Row(reasons=(), step=ADJUST_MEDICINES)
    if previous is None or not _has_reaction_again(facts, previous):
        return Row(reasons=(Reason(code="reaction_first"),), step=ADJUST_MEDICINES)
    reason = Reason(code="reaction_long_apart", values=_before(facts, previous))
    return Row(reasons=(reason,), step=ADJUST_MEDICINES_OR_REFER)


def satisfied_row(facts: FollowUpFacts, judged: Judged) -> Row:
    """At target, and nothing else wrong: known only when everything was asked."""
    is_satisfied = (
        facts.is_complete
        and judged.is_high is False
        and facts.has_reaction is False
        and facts.complication is not None
        and not facts.has_complication
    )
    return Row(reasons=(judged.reason("at_target"),) if is_satisfied else (), step=KEEP_PLAN)


def lacks_of(facts: FollowUpFacts, judged: Judged, value_lacking: Lack) -> tuple[Lack, ...]:
    """What keeps the visit from being a follow-up; the value that decides comes before the rest of the form."""
    if judged.is_high is None:
        return (value_lacking,)
    if not facts.is_complete or not facts.knows_deciding_answers:
        return (Lack(reason=Reason(code="form_unfinished"), action="finish_form"),)
    return ()


def _is_high_again(judged: Judged, previous: PastFollowUp) -> bool:
    return judged.is_high is True and previous.is_high is True


def _has_reaction_again(facts: FollowUpFacts, previous: PastFollowUp) -> bool:
    """Told by telephone never makes two in a row."""
    return facts.has_reaction is True and facts.is_face_to_face and previous.has_reaction


def _is_in_a_row(facts: FollowUpFacts, previous: PastFollowUp) -> bool:
    """Close enough in time to count as 连续; further apart is a suggestion."""
    return (facts.served_on - previous.served_on).days <= facts.figures.two_in_a_row_longest_days


def _before(facts: FollowUpFacts, previous: PastFollowUp) -> Mapping[str, str]:
    return {
        "previous": previous.shown,
        "previous_on": previous.served_on.isoformat(),
        "days": str((facts.served_on - previous.served_on).days),
    }


def _adherence_reasons(facts: FollowUpFacts) -> tuple[Reason, ...]:
    """Why a value may be high although the medicine is right."""
    code = _ADHERENCE_REASONS.get(facts.adherence)
    return () if code is None else (Reason(code=code),)
