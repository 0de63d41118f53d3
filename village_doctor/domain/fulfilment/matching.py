"""Fulfilment (履约): what was really done to the duties, with the record that proves it.

One visit can prove a norm duty and a promise at once. Only what was recorded counts: nothing voided, nothing
self-measured, no quick reading for a follow-up, nothing dated after the day asked for. The order of records does not
matter. Norm figures use the norm's duties, fulfilment rates the contract's.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Final

from village_doctor.domain.contracts import is_running_on
from village_doctor.domain.dates import day_in_china
from village_doctor.domain.duties.facts import (
    Duty,
    EvidenceIndex,
    is_by_staff,
    standing_visit_ids,
    took_place,
)
from village_doctor.domain.person_facts import PersonFacts
from village_doctor.domain.records import holds
from village_doctor.domain.visits import FACE_TO_FACE

PLANNED: Final = "planned"
DUE: Final = "due"
OVERDUE: Final = "overdue"
DONE: Final = "done"

HOME: Final = "home"
CLINIC: Final = "clinic"
PHONE: Final = "phone"


@dataclass(frozen=True, slots=True)
class MatchedDuty:
    """A duty with what was done to it.

    `evidence`: kind and id of the record that proves it. `is_open`: something done today would still answer it; False
    for what is done, and for a span that was missed and followed by a later service: that stays overdue in the figures and
    asks nothing more. `mode_hint`: how she is usually reached (home, clinic, phone).
    """

    duty: Duty
    state: str
    done_on: date | None
    evidence: tuple[str, str] | None
    is_open: bool
    mode_hint: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Fulfilment:
    """Items of one member in one contract: `due` so far, `done` of these, `ahead`: done before their day."""

    contract_id: str
    resident_id: str
    due: int
    done: int
    ahead: int
    next_due_on: date | None

    @property
    def rate(self) -> Fraction | None:
        """履约率 A: items done ÷ items due so far; None while nothing is due."""
        return Fraction(self.done, self.due) if self.due else None


def match(duties: Sequence[Duty], person: PersonFacts, on: date) -> tuple[MatchedDuty, ...]:
    """Each duty with its state on `on`, in the order given."""
    if not duties:
        return ()
    index = EvidenceIndex(person, on)
    mode_hint = _mode_hint(person, on)
    matched = []
    for duty in duties:
        evidence = index.first_in(duty.proof, duty.span_from, duty.span_until)
        if evidence is not None:
            proven_by = (evidence.kind, evidence.id)
            matched.append(MatchedDuty(duty, DONE, evidence.day, proven_by, False, mode_hint))
            continue
        state = PLANNED if on < duty.due_on else DUE if on == duty.due_on else OVERDUE
        until = duty.span_until
        is_open = duty.is_asked and (
            until is None or on <= until or index.first_in(duty.proof, until, None) is None
        )
        matched.append(MatchedDuty(duty, state, None, None, is_open, mode_hint))
    return tuple(matched)


def fulfilments(matched: Iterable[MatchedDuty], on: date) -> tuple[Fulfilment, ...]:
    """Rate A of each member in each contract among the duties, ordered by contract and resident.

    An item counts as due on the last day of its span: a figure drawn on that day includes it.
    """
    by_member: dict[tuple[str, str], list[MatchedDuty]] = {}
    for one in matched:
        if one.duty.contract_id is not None:
            by_member.setdefault((one.duty.contract_id, one.duty.resident_id), []).append(one)
    return tuple(
        _fulfilment(contract_id, resident_id, items, on)
        for (contract_id, resident_id), items in sorted(by_member.items())
    )


def signed_but_not_served(people: Iterable[PersonFacts], on: date) -> tuple[str, ...]:
    """签而不约: ids of the contracts running on `on` under which no member had any service since the start, in order."""
    is_served: dict[str, bool] = {}
    for person in people:
        for signed in person.contracts:
            contract, member = signed.contract, signed.member
            if member.is_voided or not is_running_on(contract, on) or is_served.get(contract.id):
                continue
            if contract.signed_on is not None and contract.signed_on > on:
                continue
            is_served[contract.id] = _was_served(person, contract.starts_on, on)
    return tuple(sorted(contract_id for contract_id, served in is_served.items() if not served))


def _fulfilment(contract_id: str, resident_id: str, items: Sequence[MatchedDuty], on: date) -> Fulfilment:
    due = [one for one in items if one.duty.due_on <= on]
    waiting = [one.duty.due_on for one in items if one.duty.due_on > on and one.state != DONE]
    return Fulfilment(
        contract_id=contract_id,
        resident_id=resident_id,
        due=len(due),
        done=sum(one.state == DONE for one in due),
        ahead=sum(one.state == DONE for one in items) - sum(one.state == DONE for one in due),
        next_due_on=min(waiting, default=None),
    )


def _was_served(person: PersonFacts, from_on: date, until_on: date) -> bool:
    """Any contact or any value taken by staff in that time."""
    if any(took_place(visit) and holds(from_on, until_on, visit.served_on) for visit in person.visits):
        return True
    standing = standing_visit_ids(person.visits)
    return any(
        is_by_staff(reading)
        and (reading.visit_id is None or reading.visit_id in standing)
        and holds(from_on, until_on, day_in_china(reading.taken_at))
        for reading in person.readings
    )


def _mode_hint(person: PersonFacts, on: date) -> str:
    """By phone while she is away or the door is silenced; else as the last face-to-face visit; else at home."""
    if person.not_visited_until is not None and on < person.not_visited_until:
        return PHONE
    if any(absence.is_away_on(on) for absence in person.absences):
        return PHONE
    last = max(
        (
            (visit.served_on, visit.recorded_at, visit.id, visit.mode)
            for visit in person.visits
            if visit.mode in FACE_TO_FACE and visit.served_on <= on and took_place(visit)
        ),
        default=None,
    )
    return HOME if last is None else last[3]
