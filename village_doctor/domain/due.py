"""What the doctor sees: one line for each thing a person needs, most urgent first, and the doors to knock at.

The norm, a promise and a return within 14 days that one and the same service would answer are one line, with the
earliest date and all its reasons. A promise whose time is over cannot be kept any more: the running one is shown, the
missed ones are counted beside it. Nothing here changes what is owed.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Final

from village_doctor.domain.clinic import Hamlet
from village_doctor.domain.dates import plus_months
from village_doctor.domain.decisions import Reason
from village_doctor.domain.due_urgency import (
    URGENCY_OF_ITEM,
    URGENT_DUE,
    URGENT_OVERDUE,
    URGENT_PLANNED,
    risk_of,
    why_so_urgent,
)
from village_doctor.domain.duties.chronic import ITEM_FASTING, ITEM_OWN_PLAN
from village_doctor.domain.duties.duty import CONTRACT, NORM, Duty
from village_doctor.domain.duties.evidence import REFERRAL_PROOF
from village_doctor.domain.duties.reasons import ITEM_NAMES, REASONS, say, source_of
from village_doctor.domain.duties.referrals import ITEM_REFERRAL
from village_doctor.domain.fulfilment.matching import DUE, HOME, OVERDUE, PHONE, PLANNED, MatchedDuty
from village_doctor.domain.messages import JsonValue
from village_doctor.domain.people import Household
from village_doctor.domain.visits import REFUSED

HORIZON_DAYS: Final = 7
QUARTER_MONTHS: Final = 3
# How long an attempt in vain is told: our own choice.
ATTEMPT_TOLD_DAYS: Final = 30

# Their last day is our own arrangement, not the norm's.
_OWN_LIMITS: Final = frozenset({ITEM_FASTING, ITEM_OWN_PLAN})
_LAST_IN_ORDER: Final = 1 << 30
# Where a reason names the last day.
_LAST_DAYS: Final = ("latest", "limit")


@dataclass(frozen=True, kw_only=True, slots=True)
class DueItem:
    """One line of the due list. `item`: its proof, which is what answers it. `sources`: norm, contract or both.

    `urgency` with `risk` (smallest first) is the place in the list, `urgency_reason` says why. `group`: the key group whose
    list needs a permission of its own. `not_done_reason` and `attempted_on`: what stood in the way of the thing that is due
    first. `is_along`: done when one is there anyway.
    """

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
    risk: int = 0
    urgency_reason: Reason | None = None
    group: str | None = None
    not_done_reason: str | None = None
    attempted_on: date | None = None
    is_along: bool = False

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
            "urgency_reason": None if self.urgency_reason is None else _reason_json(self.urgency_reason),
            "mode_hint": self.mode_hint,
            "sources": list(self.sources),
            "group": self.group,
            "not_done_reason": self.not_done_reason,
            "attempted_on": None if self.attempted_on is None else self.attempted_on.isoformat(),
            "is_along": self.is_along,
            "reasons": [_reason_json(reason) for reason in self.reasons],
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
    every open duty, not only those within the horizon. What is only done along has no line before its last quarter
    (`sends_out`).
    """
    horizon_on = on + timedelta(days=horizon_days)
    lines = _lines((one for one in matched if one.is_open), on, horizon_on)
    return _sorted(_due_item(line, on) for line in lines if _is_line(line, on, horizon_on))


def along_items(
    matched: Iterable[MatchedDuty], on: date, horizon_days: int = HORIZON_DAYS
) -> tuple[DueItem, ...]:
    """What is done when one is there anyway: begun, open, and with no line of its own among `due_items`."""
    horizon_on = on + timedelta(days=horizon_days)
    lines = _lines((one for one in matched if one.is_open), on, horizon_on)
    along = (
        line
        for line in lines
        if any(one.duty.is_along and one.duty.span_from <= on for one in line.running)
        and not _is_line(line, on, horizon_on)
    )
    why = Reason(code="urgency-along")
    return _sorted(
        replace(_due_item(line, on), is_along=True, urgency=URGENT_PLANNED, urgency_reason=why)
        for line in along
    )


def refused_items(
    matched: Iterable[MatchedDuty], on: date, horizon_days: int = HORIZON_DAYS
) -> tuple[DueItem, ...]:
    """What would be due within the horizon if she did not refuse it: asks nothing now, is listed apart with why."""
    horizon_on = on + timedelta(days=horizon_days)
    refused = (
        one
        for one in matched
        if not one.is_open
        and one.duty.is_asked
        and one.not_done_reason == REFUSED
        and not _is_over(one.duty, on)
    )
    lines = _lines(refused, on, horizon_on)
    return _sorted(_due_item(line, on) for line in lines if _is_line(line, on, horizon_on))


def sends_out(duty: Duty, on: date) -> bool:
    """Does it make a line of its own? What is done along does only when its day has passed and the last quarter of its
    span runs: from three months before the day after the span's end, to the span's end (1 October to 31 December of a
    calendar year).
    """
    if not duty.is_along:
        return True
    if duty.span_until is None:
        return False
    after = duty.span_until + timedelta(days=1)
    return duty.due_on < on and plus_months(after, -QUARTER_MONTHS) <= on < after


def why_not_done(reason: str, attempted_on: date | None) -> Reason:
    """The sentence for what stood in the way."""
    code = f"not-done-{reason}"
    values = None if attempted_on is None else {"day": attempted_on.isoformat()}
    return Reason(code=code if code in REASONS else "not-done-other", values=values)


def visible(items: Iterable[DueItem], may_see: Callable[[str], bool]) -> tuple[DueItem, ...]:
    """The lines that somebody may see: all but those of a protected group that `may_see` denies."""
    return tuple(item for item in items if item.group is None or may_see(item.group))


def order_of(item: DueItem) -> tuple[int, int, date, str, str]:
    """Most urgent first, of what is overdue the most dangerous; the longest overdue before the rest."""
    return item.urgency, item.risk, item.due_on, item.resident_id, item.item


def by_person(items: Iterable[DueItem]) -> tuple[DueItem, ...]:
    """Everything for one person together: the person with the most urgent line first, each one's lines by urgency."""
    lines: dict[str, list[DueItem]] = {}
    for item in sorted(items, key=order_of):
        lines.setdefault(item.resident_id, []).append(item)
    return tuple(item for one in lines.values() for item in one)


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


@dataclass(frozen=True, slots=True)
class _Line:
    """What one service would answer for one resident: what `running` asks for now, most pressing first, and the promises
    whose time is over."""

    running: Sequence[MatchedDuty]
    missed: Sequence[MatchedDuty]


def _lines(matched: Iterable[MatchedDuty], on: date, horizon_on: date) -> Iterator[_Line]:
    """What one service would answer for one resident: due within the horizon, or already begun."""
    lines: dict[tuple[str, str], list[MatchedDuty]] = {}
    for one in matched:
        if one.duty.due_on <= horizon_on or one.duty.span_from <= on:
            lines.setdefault((one.duty.resident_id, one.duty.proof), []).append(one)
    for line in lines.values():
        missed = [one for one in line if one.duty.source != NORM and _is_over(one.duty, on)]
        asked = [one for one in line if one.duty.source == NORM or not _is_over(one.duty, on)]
        if asked:
            yield _Line(_of_now(asked, on), missed)


def _is_over(duty: Duty, on: date) -> bool:
    """Nothing done from now on proves it."""
    return duty.span_until is not None and duty.span_until < on


def _is_line(line: _Line, on: date, horizon_on: date) -> bool:
    return any(one.duty.due_on <= horizon_on and sends_out(one.duty, on) for one in line.running)


def _sorted(items: Iterable[DueItem]) -> tuple[DueItem, ...]:
    return tuple(sorted(items, key=order_of))


def _of_now(line: Sequence[MatchedDuty], on: date) -> list[MatchedDuty]:
    """The line by date, what sends nobody out last, without the spans that have not begun, unless nothing has: then the
    first of each kind."""
    line = sorted(line, key=lambda one: (not sends_out(one.duty, on), _line_order(one)))
    begun = [one for one in line if one.duty.span_until is None or one.duty.span_from <= on]
    if begun:
        return begun
    first_of: dict[tuple[str, str | None], MatchedDuty] = {}
    for one in line:
        first_of.setdefault((one.duty.item, one.duty.contract_id), one)
    return list(first_of.values())


def _line_order(one: MatchedDuty) -> tuple[date, int, bool, str]:
    """By date; on one date returns and referrals, then the norm, then promises."""
    return one.duty.due_on, _kind_order(one), one.duty.source != NORM, one.duty.key


def _kind_order(one: MatchedDuty) -> int:
    return URGENCY_OF_ITEM.get(one.duty.item, URGENT_OVERDUE)


def _due_item(whole: _Line, on: date) -> DueItem:
    line = whole.running
    leading = line[0]
    first = leading.duty
    state = PLANNED if on < first.due_on else DUE if on <= first.late_after else OVERDUE
    pressing = [one for one in line if sends_out(one.duty, on)] or line
    urgency = min(_urgency(one, on) for one in pressing)
    risk = risk_of(first.proof, leading.last_result) if urgency == URGENT_OVERDUE else 0
    is_referral = first.proof.startswith(REFERRAL_PROOF)
    proof = ITEM_REFERRAL if is_referral else first.proof
    sources = {one.duty.source for one in (*line, *whole.missed)}
    return DueItem(
        resident_id=first.resident_id,
        household_id=first.household_id,
        item=first.proof,
        item_name=ITEM_NAMES.get(proof, first.name),
        due_on=first.due_on,
        latest_on=min(one.duty.latest_on for one in pressing),
        state=state,
        days_overdue=max(0, (on - first.late_after).days),
        urgency=urgency,
        mode_hint=how_reached(first.proof, first.late_after, leading.mode_hint, on),
        sources=tuple(source for source in (NORM, CONTRACT) if source in sources),
        reasons=(*_reasons(whole, on), *_in_the_way(leading, on)),
        duty_keys=tuple(one.duty.key for one in (*line, *whole.missed)),
        risk=risk,
        urgency_reason=why_so_urgent(urgency, first.proof, leading.last_result),
        group=next((one.duty.group for one in line if one.duty.group is not None), None),
        not_done_reason=leading.not_done_reason,
        attempted_on=leading.attempted_on,
        is_along=all(one.duty.is_along for one in line),
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
    return URGENCY_OF_ITEM.get(duty.item, URGENT_OVERDUE if duty.late_after < on else URGENT_DUE)


def _reasons(whole: _Line, on: date) -> tuple[Reason, ...]:
    """Why: first what belongs to the day shown, then returns and referrals, the norm, promises.

    Of several spans of one thing the earliest speaks, those missed since are counted, and the one that runs now says its
    last day, or what is new in it.
    """
    line = whole.running
    kinds: dict[tuple[str, str | None], list[MatchedDuty]] = {}
    for one in line:
        kinds.setdefault((one.duty.item, one.duty.contract_id), []).append(one)
    speaking = [same[0] for same in kinds.values()]
    speaking.sort(key=lambda one: (one is not line[0], _kind_order(one), _line_order(one)))
    spoken: list[Reason] = []
    for one in [one for one in speaking if one is line[0] or one.duty.source == NORM]:
        same = kinds[one.duty.item, one.duty.contract_id]
        runs_on = len(same) > 1 and on <= same[-1].duty.latest_on
        silent = len(same) - 1 - runs_on
        _add(spoken, one.duty.reasons)
        if one.duty.source == NORM and silent:
            spoken.append(Reason(code="missed-since", values={"count": str(silent)}))
        if runs_on:
            _add(spoken, _new_in(same[-1].duty, one.duty))
    _add(spoken, _late(line, on, spoken))
    _add(spoken, (reason for one in speaking if one.duty.source != NORM for reason in one.duty.reasons))
    if whole.missed:
        spoken.append(Reason(code="missed-promises", values={"count": str(len(whole.missed))}))
    return tuple(spoken)


def _add(spoken: list[Reason], reasons: Iterable[Reason]) -> None:
    """Nothing is said twice."""
    for reason in reasons:
        if reason not in spoken:
            spoken.append(reason)


def _new_in(running: Duty, first: Duty) -> list[Reason]:
    """What the running span says that the first one did not; where that is nothing, its last day."""
    codes = {reason.code for reason in first.reasons}
    told = {reason.values["last"] for reason in first.reasons if reason.values and "last" in reason.values}
    new = [
        reason
        for reason in running.reasons
        if reason.code not in codes and (reason.values or {}).get("last") not in told
    ]
    return new or [Reason(code="running-now", values={"latest": running.latest_on.isoformat()})]


def _late(line: Iterable[MatchedDuty], on: date, spoken: Iterable[Reason]) -> list[Reason]:
    """That the norm's last day is over, with the day where nothing else named it."""
    days = [
        one.duty.latest_on
        for one in line
        if one.duty.source == NORM and one.duty.item not in _OWN_LIMITS and one.duty.latest_on < on
    ]
    if not days:
        return []
    latest = min(days).isoformat()
    is_named = any(latest in ((reason.values or {}).get(key) for key in _LAST_DAYS) for reason in spoken)
    if is_named:
        return [Reason(code="late-for-norm-named")]
    return [Reason(code="late-for-norm", values={"latest": latest})]


def _in_the_way(one: MatchedDuty, on: date) -> tuple[Reason, ...]:
    """What stands in the way of a thing whose day has come; an attempt only while it is fresh, or while she refuses."""
    if one.not_done_reason is None or on < one.duty.due_on:
        return ()
    is_old = one.attempted_on is not None and (on - one.attempted_on).days > ATTEMPT_TOLD_DAYS
    if is_old and one.is_open:
        return ()
    return (why_not_done(one.not_done_reason, one.attempted_on),)


def _reason_json(reason: Reason) -> dict[str, JsonValue]:
    return {
        "code": reason.code,
        "text": say(reason.code, reason.values),
        "source": source_of(reason.code, reason.values),
    }


def _door(
    household_id: str | None, items: Sequence[DueItem], households: Mapping[str, Household], on: date
) -> Door:
    household = households.get(household_id) if household_id is not None else None
    until = None if household is None else household.not_visited_until
    return Door(
        household_id=household_id,
        items=by_person(items),
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
