"""Planning: who is due, behind which door and why; and the same explained for one person.

Today reads the derived table; another day is a pure question that changes nothing.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from village_doctor.domain.clinic import Hamlet
from village_doctor.domain.dates import plus_months
from village_doctor.domain.due import HORIZON_DAYS, Door, DueItem, due_items
from village_doctor.domain.due import doors as by_door
from village_doctor.domain.duties.expanding import HORIZON_MONTHS
from village_doctor.domain.explain import ExplainLine, explain_person
from village_doctor.domain.fulfilment.matching import Fulfilment, MatchedDuty, fulfilments
from village_doctor.domain.people import Household, Phone, Resident
from village_doctor.domain.problems import Problem
from village_doctor.domain.readings import Reading, last_readings
from village_doctor.services import deriving, drafting
from village_doctor.services.catalogue import Catalogue
from village_doctor.services.drafting import HOUSEHOLD_FORM, Draft
from village_doctor.store import duty_cache, facts_store, people_store, search, tables, visit_store
from village_doctor.store.database import Connection
from village_doctor.store.tables import select_in


@dataclass(frozen=True, kw_only=True, slots=True)
class DueList:
    """What is due with the people and doors it concerns. `heads` by household id, `phones` by resident id."""

    on: date
    items: tuple[DueItem, ...]
    doors: tuple[Door, ...]
    residents: dict[str, Resident]
    households: dict[str, Household]
    hamlets: dict[str, Hamlet]
    heads: dict[str, str]
    phones: dict[str, tuple[Phone, ...]]


def due(
    connection: Connection, today: date, on: date | None = None, horizon_days: int = HORIZON_DAYS
) -> DueList:
    """Everything due up to `horizon_days` after the day. Today's comes from the derived table if it is of today."""
    day = on or today
    horizon_on = max(day + timedelta(days=horizon_days), plus_months(day, HORIZON_MONTHS))
    if (
        day == today
        and duty_cache.made_for(connection) == today
        and horizon_on == plus_months(day, HORIZON_MONTHS)
    ):
        matched = duty_cache.open_duties(connection, day, day + timedelta(days=horizon_days))
    else:
        people = facts_store.load(connection, day)
        matched = duty_cache.matched_for(people, day, deriving.calendar(connection), horizon_on)
    items = due_items(matched, day, horizon_days)
    return _with_people(connection, day, items)


def _with_people(connection: Connection, day: date, items: tuple[DueItem, ...]) -> DueList:
    residents = {r.id: r for r in select_in(connection, Resident, "id", {i.resident_id for i in items})}
    household_ids = {item.household_id for item in items if item.household_id is not None}
    households = {h.id: h for h in select_in(connection, Household, "id", household_ids)}
    hamlet_ids = {h.hamlet_id for h in households.values() if h.hamlet_id is not None}
    hamlets = {h.id: h for h in select_in(connection, Hamlet, "id", hamlet_ids)}
    phones = people_store.phones_by_owner(connection, {*residents, *households})
    return DueList(
        on=day,
        items=items,
        doors=by_door(items, households, day, hamlets),
        residents=residents,
        households=households,
        hamlets=hamlets,
        heads=people_store.heads_of(connection, households, day),
        phones={item.resident_id: _numbers(phones, item.resident_id, item.household_id) for item in items},
    )


def matched_duties(
    connection: Connection, on: date, resident_ids: Collection[str] | None = None
) -> list[MatchedDuty]:
    """Every duty of these residents (None: everybody) with its state on `on`, done ones included."""
    people = facts_store.load(connection, on, resident_ids)
    return duty_cache.matched_for(people, on, deriving.calendar(connection))


def fulfilment_of(connection: Connection, on: date, resident_ids: Collection[str]) -> tuple[Fulfilment, ...]:
    """履约率 A of each of these members in each contract."""
    return fulfilments(matched_duties(connection, on, resident_ids), on)


LATER_DAYS: Final = 92  # the next quarterly follow-up


@dataclass(frozen=True, kw_only=True, slots=True)
class Today:
    """Today's page. `last`: by resident id the newest reading of each kind, of those to whom something is due.
    `drafts`: follow-up forms left half typed, the newest first; their people are among the residents of `due`.
    `half_registered`: a household whose registering was broken off. `later`: where nothing is due yet, what comes
    within `LATER_DAYS`. `has_people`: somebody has been registered."""

    due: DueList
    last: dict[str, tuple[Reading, ...]]
    drafts: tuple[Draft, ...]
    half_registered: Draft | None
    later: DueList | None
    has_people: bool


def today_list(connection: Connection, catalogue: Catalogue, today: date) -> Today:
    """Who is due today or earlier, and what was last measured of each."""
    found = due(connection, today, horizon_days=0)
    typed = drafting.drafts(connection)
    kept = [one for one in typed if one.resident_id and one.form_code in catalogue.forms]
    found.residents.update(
        (one.id, one) for one in select_in(connection, Resident, "id", {one.resident_id for one in kept})
    )
    readings: dict[str, list[Reading]] = {}
    for reading in visit_store.readings_for_last(connection, {one.resident_id for one in found.items}):
        readings.setdefault(reading.resident_id, []).append(reading)
    return Today(
        due=found,
        last={who: last_readings(all_) for who, all_ in readings.items()},
        drafts=tuple(one for one in kept if one.resident_id in found.residents),
        half_registered=next((one for one in typed if one.form_code == HOUSEHOLD_FORM), None),
        later=None if found.items else due(connection, today, horizon_days=LATER_DAYS),
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


def explain(connection: Connection, resident_id: str, on: date) -> tuple[ExplainLine, ...]:
    """Why she is due or not, sentence by sentence with the source. Raises Problem `record-not-found`."""
    people = facts_store.load(connection, on, [resident_id])
    if not people:
        raise Problem("record-not-found", kind="resident")
    return explain_person(people[0], on, deriving.calendar(connection))
