"""续方 reminders: a long prescription runs out on a day (contracts.md §5). It never postpones a follow-up."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from village_doctor.domain.clinical.prescriptions import refill_due_on
from village_doctor.domain.decisions import Reason
from village_doctor.domain.duties.duty import Duty, Question
from village_doctor.domain.duties.evidence import REFILL_PROOF, EvidenceIndex
from village_doctor.domain.duties.making import counting_reason, norm_duty
from village_doctor.domain.duties.reasons import ITEM_NAMES
from village_doctor.domain.packages import PROOF_LONG_PRESCRIPTION
from village_doctor.domain.person_facts import PersonFacts

ITEM_REFILL: Final = "refill"


@dataclass(frozen=True, slots=True)
class _Supply:
    """`is_stopped`: before it was used up. `is_over`: she no longer takes it."""

    due_on: date
    weeks: int
    is_stopped: bool
    is_over: bool


def duties(person: PersonFacts, question: Question, index: EvidenceIndex) -> Iterator[Duty]:
    """One reminder for each drug and day of issue, when the first supply of it runs out.

    A later long prescription of that drug answers it. What was stopped before it ran out asks for nothing; what was
    stopped since is asked no more, nor what was not renewed when she got another drug after it had run out.
    """
    issued = _issued(person, question.on)
    for (issued_on, drug), supplies in sorted(issued.items()):
        begins = issued_on + timedelta(days=1)
        proof = REFILL_PROOF + drug
        is_served = index.first_in(proof, begins, None) is not None
        first = min(supplies, key=_used_up)
        if question.is_before_counting(first.due_on) or (is_served and first.due_on < question.history_from):
            continue
        if not is_served:
            taken = [one for one in supplies if not one.is_stopped]
            if not taken:
                continue
            first = min(taken, key=_used_up)
            if not person.is_here_on(max(issued_on, min(first.due_on, question.on))):
                continue
        is_changed = any(day >= first.due_on for day, _ in issued)
        values = {
            "drug": drug,
            "issued": issued_on.isoformat(),
            "weeks": str(first.weeks),
            "due": first.due_on.isoformat(),
        }
        yield norm_duty(
            person,
            question,
            item=ITEM_REFILL,
            what=drug,
            begins=issued_on,
            proof=proof,
            name=ITEM_NAMES[PROOF_LONG_PRESCRIPTION],
            span_from=begins,
            due_on=first.due_on,
            latest_on=first.due_on,
            reasons=(Reason(code="refill-due", values=values), *counting_reason(question, first.due_on)),
            is_asked=person.is_here_on(question.on)
            and not is_changed
            and not all(one.is_over for one in supplies),
        )


def _used_up(supply: _Supply) -> tuple[date, int]:
    return supply.due_on, supply.weeks


def _issued(person: PersonFacts, on: date) -> dict[tuple[date, str], list[_Supply]]:
    """The supplies by day of issue and drug."""
    found: dict[tuple[date, str], list[_Supply]] = {}
    for one in person.medications:
        if one.is_voided or one.weeks is None or one.issued_on is None or one.issued_on > on:
            continue
        due_on = one.refill_due_on or refill_due_on(one.issued_on, one.weeks)
        due_on = max(due_on, one.issued_on + timedelta(days=1))
        taken_until = one.until_on or date.max
        supply = _Supply(due_on, one.weeks, taken_until < min(due_on, on), taken_until < on)
        found.setdefault((one.issued_on, one.drug), []).append(supply)
    return found
