"""续方 reminders: a long prescription runs out on a day (contracts.md §5). It never postpones a follow-up."""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Final

from village_doctor.domain.clinical.prescriptions import refill_due_on
from village_doctor.domain.decisions import Reason
from village_doctor.domain.duties.duty import Duty, Question
from village_doctor.domain.duties.evidence import EvidenceIndex
from village_doctor.domain.duties.making import counting_reason, norm_duty
from village_doctor.domain.packages import PROOF_LONG_PRESCRIPTION
from village_doctor.domain.person_facts import PersonFacts

ITEM_REFILL: Final = "refill"


def duties(person: PersonFacts, question: Question, index: EvidenceIndex) -> Iterator[Duty]:
    """One reminder for each day on which long prescriptions were issued, when the first of them runs out.

    A later long prescription answers it, whichever drug it is for. What was stopped before it ran out asks for nothing.
    """
    if not person.medications:
        return
    for issued_on, supplies in sorted(_issued(person, question.on).items()):
        begins = issued_on + timedelta(days=1)
        is_served = index.first_in(PROOF_LONG_PRESCRIPTION, begins, None) is not None
        due_on, weeks = min((due_on, weeks) for due_on, weeks, _ in supplies)
        if question.is_before_counting(due_on) or (is_served and due_on < question.history_from):
            continue
        if not is_served:
            taken = [(due_on, weeks) for due_on, weeks, is_stopped in supplies if not is_stopped]
            if not taken or not person.is_here_on(max(issued_on, min(due_on, question.on))):
                continue
            due_on, weeks = min(taken)
        values = {"issued": issued_on.isoformat(), "weeks": str(weeks), "due": due_on.isoformat()}
        yield norm_duty(
            person,
            question,
            item=ITEM_REFILL,
            what=PROOF_LONG_PRESCRIPTION,
            begins=issued_on,
            proof=PROOF_LONG_PRESCRIPTION,
            span_from=begins,
            due_on=due_on,
            latest_on=due_on,
            reasons=(Reason(code="refill-due", values=values), *counting_reason(question, due_on)),
            is_asked=person.is_here_on(question.on),
        )


def _issued(person: PersonFacts, on: date) -> dict[date, list[tuple[date, int, bool]]]:
    """By the day of issue: when each supply is used up, for how many weeks it was, and whether it was stopped before."""
    found: dict[date, list[tuple[date, int, bool]]] = {}
    for one in person.medications:
        if one.is_voided or one.weeks is None or one.issued_on is None or one.issued_on > on:
            continue
        due_on = one.refill_due_on or refill_due_on(one.issued_on, one.weeks)
        due_on = max(due_on, one.issued_on + timedelta(days=1))
        is_stopped = one.until_on is not None and one.until_on < min(due_on, on)
        found.setdefault(one.issued_on, []).append((due_on, one.weeks, is_stopped))
    return found
