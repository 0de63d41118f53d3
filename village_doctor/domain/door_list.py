"""The door list (上门名单): one walk for a day and a horizon, door by door in walking order by 村民小组.

A door is called at because something is to be done there; then everything goes along that is due for anybody behind it,
by phone or in the clinic too, planned within the horizon, or only done along. Who is not to be called at stands apart
with why: silenced families, people away or in hospital, what is refused.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from village_doctor.domain.clinic import Hamlet
from village_doctor.domain.decisions import Reason
from village_doctor.domain.due import DueItem, by_person, order_of, walking_place, why_not_done
from village_doctor.domain.duties.evidence import REFERRAL_PROOF
from village_doctor.domain.fulfilment.matching import AWAY, HOME, IN_HOSPITAL
from village_doctor.domain.people import Household
from village_doctor.domain.visits import REFUSED


@dataclass(frozen=True, kw_only=True, slots=True)
class WalkDoor:
    """A door of the walk with everything to do behind it, person by person, the most urgent first."""

    household_id: str
    hamlet_id: str | None
    items: tuple[DueItem, ...]

    @property
    def urgency(self) -> int:
        return self.items[0].urgency


@dataclass(frozen=True, kw_only=True, slots=True)
class SetAside:
    """What is not walked for: a whole door (`resident_id` None: it is silenced) or one person's lines, and why."""

    household_id: str | None
    resident_id: str | None
    items: tuple[DueItem, ...]
    reason: Reason


@dataclass(frozen=True, kw_only=True, slots=True)
class DoorList:
    """`doors` in walking order; `elsewhere`: done by phone or when she comes, behind doors that are not called at."""

    on: date
    doors: tuple[WalkDoor, ...]
    elsewhere: tuple[DueItem, ...]
    set_aside: tuple[SetAside, ...]


def door_list(
    items: Iterable[DueItem],
    along: Iterable[DueItem],
    refused: Iterable[DueItem],
    households: Mapping[str, Household],
    hamlets: Mapping[str, Hamlet],
    on: date,
) -> DoorList:
    """The walk of `on` from the lines of `due_items`, `along_items` and `refused_items`.

    A door is called at for a line that is done at home; what is only done along, or by phone, opens none.
    """
    doors: dict[str, list[DueItem]] = {}
    elsewhere: list[DueItem] = []
    silenced: dict[str, list[DueItem]] = {}
    kept_away: dict[str, list[DueItem]] = {}
    for item in items:
        if item.not_done_reason in (AWAY, IN_HOSPITAL) and not item.item.startswith(REFERRAL_PROOF):
            kept_away.setdefault(item.resident_id, []).append(item)
        elif item.household_id is None:
            elsewhere.append(item)
        elif _is_silenced(households.get(item.household_id), on):
            silenced.setdefault(item.household_id, []).append(item)
        else:
            doors.setdefault(item.household_id, []).append(item)
    walked = {key for key, lines in doors.items() if any(line.mode_hint == HOME for line in lines)}
    for key in sorted(doors.keys() - walked):
        elsewhere += doors.pop(key)
    for item in along:
        if item.household_id in walked and item.not_done_reason not in (AWAY, IN_HOSPITAL):
            doors[item.household_id].append(item)
    return DoorList(
        on=on,
        doors=_in_walking_order(doors, households, hamlets),
        elsewhere=by_person(elsewhere),
        set_aside=(
            *_silenced_doors(silenced, households, hamlets),
            *(_person(lines) for _, lines in sorted(kept_away.items())),
            *(_person(lines) for lines in _by_person(refused)),
        ),
    )


def _is_silenced(household: Household | None, on: date) -> bool:
    until = None if household is None else household.not_visited_until
    return until is not None and on < until


def _in_walking_order(
    doors: Mapping[str, list[DueItem]], households: Mapping[str, Household], hamlets: Mapping[str, Hamlet]
) -> tuple[WalkDoor, ...]:
    """Known households as one walks past them, the rest after them."""
    known = sorted(
        (households[key] for key in doors if key in households), key=lambda one: walking_place(one, hamlets)
    )
    order = [*(one.id for one in known), *sorted(key for key in doors if key not in households)]
    return tuple(
        WalkDoor(
            household_id=key,
            hamlet_id=households[key].hamlet_id if key in households else None,
            items=by_person(doors[key]),
        )
        for key in order
    )


def _silenced_doors(
    silenced: Mapping[str, list[DueItem]], households: Mapping[str, Household], hamlets: Mapping[str, Hamlet]
) -> Iterable[SetAside]:
    for door in _in_walking_order(silenced, households, hamlets):
        until = households[door.household_id].not_visited_until
        values = {"until": until.isoformat()} if until is not None else None
        yield SetAside(
            household_id=door.household_id,
            resident_id=None,
            items=door.items,
            reason=Reason(code="silenced", values=values),
        )


def _by_person(items: Iterable[DueItem]) -> list[list[DueItem]]:
    people: dict[str, list[DueItem]] = {}
    for item in items:
        people.setdefault(item.resident_id, []).append(item)
    return [people[key] for key in sorted(people)]


def _person(lines: list[DueItem]) -> SetAside:
    """One person's lines with what stands in the way of the most urgent one."""
    lines = sorted(lines, key=order_of)
    first = lines[0]
    return SetAside(
        household_id=first.household_id,
        resident_id=first.resident_id,
        items=tuple(lines),
        reason=why_not_done(first.not_done_reason or REFUSED, first.attempted_on),
    )
