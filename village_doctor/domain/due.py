"""What the doctor sees: one line for each thing a person needs, most urgent first, and the doors to knock at.

The norm, a promise and a return within 14 days that one and the same service would answer are one line, with the
earliest date and all its reasons. Nothing here changes what is owed.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from village_doctor.domain.clinic import Hamlet
from village_doctor.domain.clinical.decision import Reason
from village_doctor.domain.duties.chronic import (
    ITEM_AGAIN,
    ITEM_FASTING,
    ITEM_QUARTER,
    ITEM_REFERRAL,
    ITEM_REFERRAL_EMERGENCY,
)
from village_doctor.domain.duties.facts import CONTRACT, NORM, REFERRAL_PROOF
from village_doctor.domain.duties.reasons import ITEM_NAMES, say, source_of
from village_doctor.domain.fulfilment.matching import DUE, HOME, OVERDUE, PHONE, PLANNED, MatchedDuty
from village_doctor.domain.messages import JsonValue
from village_doctor.domain.people import Household

# Urgency, smallest first. What is only planned comes last, whatever it is.
URGENT_EMERGENCY: Final = 0
URGENT_REFERRAL: Final = 1
URGENT_AGAIN: Final = 2
URGENT_OVERDUE: Final = 3
URGENT_DUE: Final = 4
URGENT_PLANNED: Final = 5

HORIZON_DAYS: Final = 7

_URGENCY_OF_ITEM: Final = {
    ITEM_REFERRAL_EMERGENCY: URGENT_EMERGENCY,
    ITEM_REFERRAL: URGENT_REFERRAL,
    ITEM_AGAIN: URGENT_AGAIN,
    ITEM_FASTING: URGENT_AGAIN,
}
_LATE_FOR_NORM: Final = frozenset({ITEM_QUARTER, ITEM_AGAIN, ITEM_REFERRAL, ITEM_REFERRAL_EMERGENCY})
_LAST_IN_ORDER: Final = 1 << 30


@dataclass(frozen=True, kw_only=True, slots=True)
class DueItem:
    """One line of the due list. `item`: its proof, which is what answers it. `sources`: norm, contract or both."""

    resident_id: str
    household_id: str | None
    item: str
    item_name: str
    due_on: date
    latest_on: date
    state: str
    days_overdue: int
    urgency: int
    mode_hint: str
    sources: tuple[str, ...]
    reasons: tuple[Reason, ...]
    duty_keys: tuple[str, ...]

    def as_json(self) -> dict[str, JsonValue]:
        """For `due --json`: dates as ISO text, each reason with its sentence and source in Chinese."""
        return {
            "resident_id": self.resident_id,
            "household_id": self.household_id,
            "item": self.item,
            "item_name": self.item_name,
            "due_on": self.due_on.isoformat(),
            "latest_on": self.latest_on.isoformat(),
            "state": self.state,
            "days_overdue": self.days_overdue,
            "urgency": self.urgency,
            "mode_hint": self.mode_hint,
            "sources": list(self.sources),
            "reasons": [
                {
                    "code": reason.code,
                    "text": say(reason.code, reason.values),
                    "source": source_of(reason.code, reason.values),
                }
                for reason in self.reasons
            ],
        }


@dataclass(frozen=True, kw_only=True, slots=True)
class Door:
    """One household to call at, with everything due behind the door. `is_silenced`: not to be visited yet."""

    household_id: str | None
    items: tuple[DueItem, ...]
    is_silenced: bool = False


def due_items(
    matched: Iterable[MatchedDuty], on: date, horizon_days: int = HORIZON_DAYS
) -> tuple[DueItem, ...]:
    """What is due up to `horizon_days` ahead, one line for each resident and proof, most urgent first.

    A line also names what the same service would answer already now, though it is due later: `matched` must hold
    every open duty, not only those within the horizon.
    """
    horizon_on = on + timedelta(days=horizon_days)
    lines: dict[tuple[str, str], list[MatchedDuty]] = {}
    for one in matched:
        if one.is_open and (one.duty.due_on <= horizon_on or one.duty.span_from <= on):
            lines.setdefault((one.duty.resident_id, one.duty.proof), []).append(one)
    due = (_of_now(line, on) for line in lines.values() if any(one.duty.due_on <= horizon_on for one in line))
    return tuple(sorted((_due_item(line, on) for line in due), key=order_of))


def order_of(item: DueItem) -> tuple[int, date, str, str]:
    """Most urgent first; the longest overdue before the rest."""
    return item.urgency, item.due_on, item.resident_id, item.item


def doors(
    items: Iterable[DueItem],
    households: Mapping[str, Household],
    on: date,
    hamlets: Mapping[str, Hamlet] | None = None,
) -> tuple[Door, ...]:
    """The items by door: the most urgent door first, doors alike in walking order; silenced doors last."""
    by_door: dict[str | None, list[DueItem]] = {}
    for item in items:
        by_door.setdefault(item.household_id, []).append(item)
    found = [_door(household_id, lines, households, on) for household_id, lines in by_door.items()]
    return tuple(sorted(found, key=lambda door: _door_order(door, households, hamlets or {})))


def _of_now(line: Sequence[MatchedDuty], on: date) -> list[MatchedDuty]:
    """The line by date, without the spans that have not begun, unless nothing has: then the first of each kind."""
    line = sorted(line, key=lambda one: (one.duty.due_on, one.duty.key))
    begun = [one for one in line if one.duty.span_until is None or one.duty.span_from <= on]
    if begun:
        return begun
    first_of: dict[tuple[str, str | None], MatchedDuty] = {}
    for one in line:
        first_of.setdefault((one.duty.item, one.duty.contract_id), one)
    return list(first_of.values())


def _due_item(line: Sequence[MatchedDuty], on: date) -> DueItem:
    first = line[0].duty
    state = PLANNED if on < first.due_on else DUE if on == first.due_on else OVERDUE
    urgency = min(_urgency(one, on) for one in line)
    is_referral = first.proof.startswith(REFERRAL_PROOF)
    proof = ITEM_REFERRAL if is_referral else first.proof
    sources = {one.duty.source for one in line}
    return DueItem(
        resident_id=first.resident_id,
        household_id=first.household_id,
        item=first.proof,
        item_name=ITEM_NAMES.get(proof, first.name),
        due_on=first.due_on,
        latest_on=min(one.duty.latest_on for one in line),
        state=state,
        days_overdue=max(0, (on - first.due_on).days),
        urgency=urgency,
        mode_hint=how_reached(first.proof, first.due_on, line[0].mode_hint, on),
        sources=tuple(source for source in (NORM, CONTRACT) if source in sources),
        reasons=_reasons(line, on),
        duty_keys=tuple(one.duty.key for one in line),
    )


def how_reached(proof: str, due_on: date, usual: str, on: date) -> str:
    """How a line is done: what became of a referral by phone, what is late at her door, the rest as usual."""
    if proof.startswith(REFERRAL_PROOF):
        return PHONE
    return HOME if due_on < on and usual != PHONE else usual


def _urgency(one: MatchedDuty, on: date) -> int:
    duty = one.duty
    if on < duty.due_on:
        return URGENT_PLANNED
    return _URGENCY_OF_ITEM.get(duty.item, URGENT_OVERDUE if duty.due_on < on else URGENT_DUE)


def _reasons(line: Sequence[MatchedDuty], on: date) -> tuple[Reason, ...]:
    """Why: returns and referrals, then the norm, then promises. Of several spans of one thing the latest speaks, the
    missed ones before it are counted."""
    latest_of = {(one.duty.item, one.duty.contract_id): one for one in line}
    speaking = sorted(latest_of.values(), key=lambda one: (_reason_order(one), one.duty.due_on, one.duty.key))
    silent = [one for one in line if one not in speaking]
    spoken = _spoken(one for one in speaking if one.duty.source == NORM)
    missed = sum(one.duty.item == ITEM_QUARTER for one in silent)
    if missed:
        values = {"count": str(missed), "disease": line[0].duty.proof.rpartition(":")[2]}
        spoken.append(Reason(code="missed-before", values=values))
    late = [one.duty.latest_on for one in line if one.duty.item in _LATE_FOR_NORM and one.duty.latest_on < on]
    if late:
        spoken.append(Reason(code="late-for-norm", values={"latest": min(late).isoformat()}))
    spoken += _spoken(one for one in speaking if one.duty.source != NORM)
    promises = sum(one.duty.source == CONTRACT for one in silent)
    if promises and not missed:
        spoken.append(Reason(code="missed-promises", values={"count": str(promises)}))
    return tuple(spoken)


def _spoken(speaking: Iterable[MatchedDuty]) -> list[Reason]:
    spoken: list[Reason] = []
    for one in speaking:
        spoken.extend(reason for reason in one.duty.reasons if reason not in spoken)
    return spoken


def _reason_order(one: MatchedDuty) -> int:
    return _URGENCY_OF_ITEM.get(one.duty.item, URGENT_OVERDUE)


def _door(
    household_id: str | None, items: Sequence[DueItem], households: Mapping[str, Household], on: date
) -> Door:
    household = households.get(household_id) if household_id is not None else None
    until = None if household is None else household.not_visited_until
    return Door(
        household_id=household_id,
        items=tuple(sorted(items, key=order_of)),
        is_silenced=until is not None and on < until,
    )


def _door_order(
    door: Door, households: Mapping[str, Household], hamlets: Mapping[str, Hamlet]
) -> tuple[bool, int, int, int, str, str]:
    household = households.get(door.household_id) if door.household_id is not None else None
    urgency = door.items[0].urgency
    if household is None:
        return door.is_silenced, urgency, _LAST_IN_ORDER, _LAST_IN_ORDER, "", door.household_id or ""
    return door.is_silenced, urgency, *walking_place(household, hamlets)


def walking_place(household: Household, hamlets: Mapping[str, Hamlet]) -> tuple[int, int, str, str]:
    """Where the household comes on a walk through the clinic's hamlets: sorts; without an order it comes last."""
    hamlet = hamlets.get(household.hamlet_id) if household.hamlet_id is not None else None
    hamlet_order = None if hamlet is None else hamlet.walking_order
    if hamlet is not None and hamlet_order is None:
        hamlet_order = hamlet.number
    return (
        _LAST_IN_ORDER if hamlet_order is None else hamlet_order,
        _LAST_IN_ORDER if household.walking_order is None else household.walking_order,
        household.number,
        household.id,
    )
