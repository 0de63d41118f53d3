"""What the norm owes a resident, signed or not: every programme, one after the other (contracts.md §3.3 a).

Whether a duty exists depends only on who she is and on what happened, never on the order of the records, and
further evidence never takes away a duty that was done.
"""

from collections.abc import Callable, Iterator
from typing import Final

from village_doctor.domain.duties import (
    child,
    chronic,
    copd,
    maternal,
    mental_disorder,
    prescriptions,
    referrals,
    screening,
    tuberculosis,
    yearly,
)
from village_doctor.domain.duties.duty import Duty, Question
from village_doctor.domain.duties.evidence import EvidenceIndex
from village_doctor.domain.person_facts import PersonFacts

Programme = Callable[[PersonFacts, Question, EvidenceIndex], Iterator[Duty]]

PROGRAMMES: Final[tuple[Programme, ...]] = (
    child.duties,
    copd.duties,
    maternal.duties,
    prescriptions.duties,
    screening.duties,
    chronic.duties,
    mental_disorder.duties,
    referrals.duties,
    tuberculosis.duties,
    yearly.duties,
)


def norm_duties(person: PersonFacts, question: Question, index: EvidenceIndex) -> Iterator[Duty]:
    """Every norm duty of one resident from the previous assessment year to the horizon."""
    for duties in PROGRAMMES:
        yield from duties(person, question, index)
