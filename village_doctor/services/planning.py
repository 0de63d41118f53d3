"""Planning: who is due, behind which door and why; and the same explained for one person.

Today reads the derived table; another day is a pure question that changes nothing.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from village_doctor.domain.clinic import Hamlet, Staff
from village_doctor.domain.dates import plus_months
from village_doctor.domain.door_list import DoorList
from village_doctor.domain.door_list import door_list as make_door_list
from village_doctor.domain.due import (
    HORIZON_DAYS,
    Door,
    DueItem,
    along_items,
    due_items,
    order_of,
    refused_items,
    visible,
)
from village_doctor.domain.due import doors as by_door
from village_doctor.domain.duties.expanding import HORIZON_MONTHS
from village_doctor.domain.explain.account import explain_person
from village_doctor.domain.explain.lines import ExplainLine
from village_doctor.domain.fulfilment.matching import MatchedDuty
from village_doctor.domain.fulfilment.rates import Fulfilment, fulfilments
from village_doctor.domain.people import Household, Phone, Resident
from village_doctor.domain.problems import Problem
from village_doctor.domain.protected import known_to
from village_doctor.domain.readings import Reading, last_readings
from village_doctor.services import deriving, drafting
from village_doctor.services.catalogue import Catalogue
from village_doctor.services.drafting import HOUSEHOLD_FORM, Draft
from village_doctor.services.seeing import sight_of
from village_doctor.store import duty_cache, facts_store, people_store, search, tables, visit_store
from village_doctor.store.database import Connection
from village_doctor.store.tables import select_in


@dataclass(frozen=True, kw_only=True, slots=True)
class DueList:
    """What is due with the people and doors it concerns. `heads` by household id, `phones` by resident id.

    `along`: what is done when one is there anyway, where it was asked for.
    """

    on: date
    items: tuple[DueItem, ...]
    along: tuple[DueItem, ...]
    doors: tuple[Door, ...]
    residents: dict[str, Resident]
    households: dict[str, Household]
    hamlets: dict[str, Hamlet]
    heads: dict[str, str]
    phones: dict[str, tuple[Phone, ...]]


@dataclass(frozen=True, kw_only=True, slots=True)
class Walk:
    """The door list of a day, with the people and doors that it names."""

    doors: DoorList
    people: DueList


def due(
    connection: Connection,
    today: date,
    on: date | None = None,
    horizon_days: int = HORIZON_DAYS,
    *,
    viewer: Staff | None = None,
    with_along: bool = False,
) -> DueList:
    """Everything due up to `horizon_days` after the day, as far as `viewer` may see it (None: all of it).

    Today's comes from the derived table if it is of today.
    """
    day = on or today
    matched = _matched(connection, today, day, horizon_days, with_everything=with_along)
    items = due_items(matched, day, horizon_days)
    along = along_items(matched, day, horizon_days) if with_along else ()
    return _with_people(connection, day, items, along, viewer)


def door_list(
    connection: Connection,
    today: date,
    on: date | None = None,
    horizon_days: int = HORIZON_DAYS,
    *,
    viewer: Staff | None = None,
) -> Walk:
    """上门名单: where to knock, in walking order, with everything to do behind each door; who stands apart, and why."""
    day = on or today
    matched = _matched(connection, today, day, horizon_days, with_everything=True)
    refused = refused_items(matched, day, horizon_days)
    people = _with_people(
        connection,
        day,
        (*due_items(matched, day, horizon_days), *refused),
        along_items(matched, day, horizon_days),
        viewer,
    )
    keys_of_refused = {one.duty_keys for one in refused}
    walk = make_door_list(
        [one for one in people.items if one.duty_keys not in keys_of_refused],
        people.along,
        [one for one in people.items if one.duty_keys in keys_of_refused],
        people.households,
        people.hamlets,
        day,
    )
    return Walk(doors=walk, people=people)


def _matched(
    connection: Connection, today: date, day: date, horizon_days: int, *, with_everything: bool
) -> list[MatchedDuty]:
    """The duties that lines are made of; `with_everything`: also what has only begun, for what is done along."""
    horizon_on = max(day + timedelta(days=horizon_days), plus_months(day, HORIZON_MONTHS))
    is_cached = day == today and duty_cache.made_for(connection) == today
    if is_cached and horizon_on == plus_months(day, HORIZON_MONTHS):
        if with_everything:
            return duty_cache.open_duties(connection)
        return duty_cache.open_duties(connection, day, day + timedelta(days=horizon_days))
    people = facts_store.load(connection, day)
    return duty_cache.matched_for(people, day, deriving.duty_rules(connection), horizon_on)


def _with_people(
    connection: Connection,
    day: date,
    items: tuple[DueItem, ...],
    along: tuple[DueItem, ...],
    viewer: Staff | None,
) -> DueList:
    household_ids = {item.household_id for item in (*items, *along) if item.household_id is not None}
    households = {h.id: h for h in select_in(connection, Household, "id", household_ids)}
    if viewer is not None:
        items = _seen_by(viewer, items, households)
        along = _seen_by(viewer, along, households)
    resident_ids = {item.resident_id for item in (*items, *along)}
    residents = {r.id: r for r in select_in(connection, Resident, "id", resident_ids)}
    hamlet_ids = {h.hamlet_id for h in households.values() if h.hamlet_id is not None}
    hamlets = {h.id: h for h in select_in(connection, Hamlet, "id", hamlet_ids)}
    phones = people_store.phones_by_owner(connection, {*residents, *households})
    return DueList(
        on=day,
        items=items,
        along=along,
        doors=by_door(items, households, day, hamlets),
        residents=residents,
        households=households,
        hamlets=hamlets,
        heads=people_store.heads_of(connection, households, day),
        phones={
            item.resident_id: _numbers(phones, item.resident_id, item.household_id)
            for item in (*items, *along)
        },
    )


def _seen_by(
    viewer: Staff, items: Iterable[DueItem], households: Mapping[str, Household]
) -> tuple[DueItem, ...]:
    """Without the lines of protected groups that are not the viewer's to see."""
    by_door: dict[str | None, list[DueItem]] = {}
    for item in items:
        by_door.setdefault(item.household_id, []).append(item)
    seen = [
        item
        for household_id, lines in by_door.items()
        for item in visible(lines, sight_of(viewer, households.get(household_id or "")))
    ]
    return tuple(sorted(seen, key=order_of))


def matched_duties(
    connection: Connection, on: date, resident_ids: Collection[str] | None = None
) -> list[MatchedDuty]:
    """Every duty of these residents (None: everybody) with its state on `on`, done ones included."""
    people = facts_store.load(connection, on, resident_ids)
    return duty_cache.matched_for(people, on, deriving.duty_rules(connection))


def fulfilment_of(connection: Connection, on: date, resident_ids: Collection[str]) -> tuple[Fulfilment, ...]:
    """履约率 A of each of these members in each contract."""
    return fulfilments(matched_duties(connection, on, resident_ids), on)


LATER_DAYS: Final = 92  # the next quarterly follow-up


@dataclass(frozen=True, kw_only=True, slots=True)
class Today:
    """Today's page. `last`: by resident id the newest reading of each kind, of those to whom something is due.
    `drafts`: follow-up forms left half typed, the newest first, of people who are still here; these are among the
    residents of `due`.
    `half_registered`: a household whose registering was broken off. `later`: where nothing is due yet, what comes
    within `LATER_DAYS`. `has_people`: somebody has been registered."""

    due: DueList
    last: dict[str, tuple[Reading, ...]]
    drafts: tuple[Draft, ...]
    half_registered: Draft | None
    later: DueList | None
    has_people: bool


def today_list(
    connection: Connection, catalogue: Catalogue, today: date, viewer: Staff | None = None
) -> Today:
    """Who is due today or earlier, as far as `viewer` may see it, and what was last measured of each."""
    found = due(connection, today, horizon_days=0, viewer=viewer)
    typed = drafting.drafts(connection)
    kept = [one for one in typed if one.resident_id and one.form_code in catalogue.forms]
    they = select_in(connection, Resident, "id", {one.resident_id for one in kept})
    living = {one.id: one for one in they if not one.is_voided and not one.is_gone_on(today)}
    found.residents.update(living)
    readings: dict[str, list[Reading]] = {}
    for reading in visit_store.readings_for_last(connection, {one.resident_id for one in found.items}):
        readings.setdefault(reading.resident_id, []).append(reading)
    return Today(
        due=found,
        last={who: last_readings(all_) for who, all_ in readings.items()},
        drafts=tuple(one for one in kept if one.resident_id in living),
        half_registered=next((one for one in typed if one.form_code == HOUSEHOLD_FORM), None),
        later=None if found.items else due(connection, today, horizon_days=LATER_DAYS, viewer=viewer),
        has_people=tables.count(connection, "resident") > 0,
    )


def prepare() -> None:
    """Works out beforehand how records are read: the first Today need not wait for it."""
    tables.prepare()


@dataclass(frozen=True, kw_only=True, slots=True)
class Found:
    """A hit of the search: the person, her door, a phone."""

    resident: Resident
    household: Household | None
    hamlet: Hamlet | None
    phones: tuple[Phone, ...]


def find(
    connection: Connection, catalogue: Catalogue, text: str, today: date, limit: int = 20
) -> list[Found]:
    """Residents that a typed text finds, best first: initials, characters, tails of numbers, relatives."""
    ids = search.find(connection, text, catalogue.pinyin, limit)
    residents = {r.id: r for r in select_in(connection, Resident, "id", ids)}
    households = people_store.households_on(connection, ids, today)
    hamlet_ids = {h.hamlet_id for h in households.values() if h.hamlet_id is not None}
    hamlets = {h.id: h for h in select_in(connection, Hamlet, "id", hamlet_ids)}
    phones = people_store.phones_by_owner(connection, {*ids, *(h.id for h in households.values())})
    return [
        _found(residents[resident_id], households.get(resident_id), hamlets, phones) for resident_id in ids
    ]


def _found(
    resident: Resident,
    household: Household | None,
    hamlets: Mapping[str, Hamlet],
    phones: Mapping[str, list[Phone]],
) -> Found:
    numbers = _numbers(phones, resident.id, household.id if household is not None else None)
    hamlet = hamlets.get(household.hamlet_id or "") if household is not None else None
    return Found(resident=resident, household=household, hamlet=hamlet, phones=numbers)


def _numbers(
    phones: Mapping[str, list[Phone]], resident_id: str, household_id: str | None
) -> tuple[Phone, ...]:
    """Hers and those of her household, in the order in which they were written down."""
    both = [*phones.get(resident_id, ()), *phones.get(household_id or "", ())]
    return tuple(sorted(both, key=lambda phone: phone.id))


def explain(
    connection: Connection, resident_id: str, on: date, viewer: Staff | None = None
) -> tuple[ExplainLine, ...]:
    """Why she is due or not, sentence by sentence with the source, as far as `viewer` may know (None: all of it).

    Raises Problem `record-not-found`.
    """
    people = facts_store.load(connection, on, [resident_id])
    if not people:
        raise Problem("record-not-found", kind="resident")
    may_see = sight_of(viewer, people_store.household_on(connection, resident_id, on))
    lines = explain_person(known_to(people[0], may_see), on, deriving.duty_rules(connection))
    return tuple(one for one in lines if one.group is None or may_see(one.group))
