"""严重精神障碍 (norms-other-groups §3): four follow-ups a year and again by the class; the check-up only with consent.

The class gives the next day: unstable two weeks; basically stable two weeks, then a month; stable three months.
"""

from collections.abc import Iterator
from datetime import date
from typing import Final

from village_doctor.domain.clinical.figures import Figures
from village_doctor.domain.clinical.mental_disorder import BASICALLY_STABLE, UNSTABLE, Classed, latest_next
from village_doctor.domain.duties.chronic import FollowUpPlan, Within, follow_up_duties
from village_doctor.domain.duties.duty import Duty, Question
from village_doctor.domain.duties.evidence import EvidenceIndex
from village_doctor.domain.managed_groups import GROUP_OF_CONDITION, managed_periods
from village_doctor.domain.packages import PROOF_CHECK_UP
from village_doctor.domain.person_facts import PersonFacts

MENTAL_DISORDER: Final = "mental_disorder"
_AGAIN: Final = {UNSTABLE: Within(days=14), BASICALLY_STABLE: Within(days=14)}


def duties(person: PersonFacts, question: Question, index: EvidenceIndex) -> Iterator[Duty]:
    """Follow-ups from the previous assessment year to the horizon."""
    if any(condition.code == MENTAL_DISORDER for condition in person.conditions):
        yield from follow_up_duties(person, _plan(question.figures), question, index)


def owes_check_up(person: PersonFacts, first: date, last: date, served_on: date | None = None) -> bool:
    """Does she owe the yearly check-up between two days: managed in that time, and guardian or patient agreed to it?

    A consent that was withdrawn by the last day is none, but what was done with consent (`served_on`) stays done.
    """
    days = (last,) if served_on is None else (served_on, last)
    if not any(
        consent.what == PROOF_CHECK_UP and any(consent.is_given_on(day) for day in days)
        for consent in person.consents
    ):
        return False
    return any(
        begins <= last and (ends is None or first <= ends)
        for begins, ends in managed_periods(person, MENTAL_DISORDER)
    )


def _plan(figures: Figures) -> FollowUpPlan:
    def again_until(result: str, served_on: date, before: tuple[date, str | None] | None) -> date:
        return latest_next(result, served_on, None if before is None else Classed(*before), figures)

    return FollowUpPlan(
        disease=MENTAL_DISORDER,
        again=_AGAIN,
        again_until=again_until,
        group=GROUP_OF_CONDITION[MENTAL_DISORDER],
    )
