"""What the records show that a promise follows: a follow-up that was not controlled, a referral, a diagnosis, a birth.

Only what happened inside the contract, as known on the day asked for, makes something due (contracts.md §3.2).
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Final

from village_doctor.domain.clinical.classes import SETTLED
from village_doctor.domain.duties.evidence import REFERRAL_PROOF, EvidenceIndex
from village_doctor.domain.duties.promise_spans import Span, event_span, pregnancy_spans
from village_doctor.domain.packages import (
    AFTER_NOT_CONTROLLED,
    AFTER_REFERRAL,
    IN_PREGNANCY,
    ServiceItem,
)
from village_doctor.domain.people import Condition
from village_doctor.domain.person_facts import PersonFacts
from village_doctor.domain.pregnancy import pregnancy_began_on
from village_doctor.domain.visits import conclusion_for

_FULL_DATE: Final = len("2026-11-22")
# The visit or the day of referral that makes it due does not answer it.
_AFTER_DAYS: Final = {AFTER_NOT_CONTROLLED: 1, AFTER_REFERRAL: 1}


@dataclass(frozen=True, slots=True)
class Event:
    """What happened on `day`; `name` tells it from others of its kind. `proof` where it has one of its own; `weeks` of a
    pregnancy that began that day; `limit_on`: the last day that the norm's rule gave for the return."""

    day: date
    name: str
    proof: str | None = None
    weeks: str | None = None
    limit_on: date | None = None


def event_promises(
    person: PersonFacts, item: ServiceItem, begins: date, ends: date, index: EvidenceIndex
) -> Iterator[tuple[Event, Span]]:
    """The promises that events inside the contract made, oldest first, each once."""
    if item.event_kind == IN_PREGNANCY:
        yield from _in_pregnancy(person, item, begins, ends, index.on)
        return
    seen: set[str] = set()
    for event in sorted(
        _events(person, item, index), key=lambda one: (one.day, one.name, one.limit_on or one.day)
    ):
        after_days = _AFTER_DAYS.get(item.event_kind, 0)
        span = event_span(event.day, item, after_days, begins, ends, event.limit_on)
        if span is not None and event.day <= index.on and event.name not in seen:
            seen.add(event.name)
            yield event, span


def _in_pregnancy(
    person: PersonFacts, item: ServiceItem, begins: date, ends: date, on: date
) -> Iterator[tuple[Event, Span]]:
    began_on = pregnancy_began_on(person.resident)
    if began_on is None or began_on > on:
        return
    for text, span in pregnancy_spans(began_on, person.resident.delivered_on, item, begins, ends):
        weeks = text.partition(" ")[0]
        yield Event(began_on, f"{began_on}:{weeks}", weeks=weeks), span


def _events(person: PersonFacts, item: ServiceItem, index: EvidenceIndex) -> Iterator[Event]:
    disease, resident = item.event_disease, person.resident
    match item.event_kind:
        case "not_controlled":
            for visit in index.follow_ups(disease or ""):
                concluded = conclusion_for(visit, disease or "")
                if concluded.control_result is not None and concluded.control_result not in SETTLED:
                    limit_on = None if concluded.decision is None else concluded.decision.limit_on
                    yield Event(visit.served_on, visit.served_on.isoformat(), limit_on=limit_on)
        case "referral":
            for referral in person.referrals:
                if not referral.is_voided and disease in (None, referral.disease):
                    yield Event(referral.issued_on, referral.id, REFERRAL_PROOF + referral.id)
        case "diagnosis":
            for condition in person.conditions:
                day = _diagnosed_on(condition)
                if condition.code == disease and day is not None:
                    yield Event(day, day.isoformat())
        case "delivery":
            if resident.delivered_on is not None:
                yield Event(resident.delivered_on, resident.delivered_on.isoformat())
        case "discharge":
            if resident.discharged_on is not None:
                yield Event(resident.discharged_on, resident.discharged_on.isoformat())


def _diagnosed_on(condition: Condition) -> date | None:
    """The day the clinic was told, else the day of the diagnosis where it is known to the day."""
    if condition.is_voided or not condition.is_confirmed:
        return None
    if condition.notified_on is not None:
        return condition.notified_on
    return condition.since_on if len(condition.since or "") == _FULL_DATE else None
