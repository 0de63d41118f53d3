"""Queries about people: who lives behind which door on a day, and which numbers are taken."""

import json
from collections.abc import Collection
from datetime import date
from typing import Final

from village_doctor.domain.names import normalised
from village_doctor.domain.people import (
    Absence,
    Condition,
    Household,
    HouseholdMembership,
    Phone,
    Resident,
)
from village_doctor.store.database import Connection
from village_doctor.store.tables import select, select_in

# As one walks through them; a hamlet that nobody has put in order comes by its official number.
HAMLETS_IN_ORDER: Final = (
    "ORDER BY coalesce(walking_order, number) IS NULL, coalesce(walking_order, number), number, id"
)
_STANDING: Final = "voided_at IS NULL"


def memberships_of_household(connection: Connection, household_id: str) -> list[HouseholdMembership]:
    """All memberships of a household, past ones included, voided ones not."""
    where = f"household_id = ? AND {_STANDING} ORDER BY is_head DESC, id"
    return list(select(connection, HouseholdMembership, where, (household_id,)))


def memberships_of_resident(connection: Connection, resident_id: str) -> list[HouseholdMembership]:
    where = f"resident_id = ? AND {_STANDING} ORDER BY id"
    return list(select(connection, HouseholdMembership, where, (resident_id,)))


def members_on(
    connection: Connection, household_id: str, day: date
) -> list[tuple[HouseholdMembership, Resident]]:
    """Who belongs to the household on `day`, the head first."""
    memberships = [m for m in memberships_of_household(connection, household_id) if m.is_member_on(day)]
    residents = {r.id: r for r in select_in(connection, Resident, "id", [m.resident_id for m in memberships])}
    return [(m, residents[m.resident_id]) for m in memberships if not residents[m.resident_id].is_voided]


def heads_of(connection: Connection, household_ids: Collection[str], day: date) -> dict[str, str]:
    """The name of the head of each of these households on `day`, where there is one."""
    heads = {
        m.resident_id: m.household_id
        for m in select_in(connection, HouseholdMembership, "household_id", household_ids)
        if m.is_head and m.is_member_on(day)
    }
    return {heads[r.id]: r.name for r in select_in(connection, Resident, "id", heads) if not r.is_voided}


def household_on(connection: Connection, resident_id: str, day: date) -> Household | None:
    """The household a resident belongs to on `day`; else the last one."""
    memberships = memberships_of_resident(connection, resident_id)
    if not memberships:
        return None
    current = [m for m in memberships if m.is_member_on(day)] or memberships
    return next(select(connection, Household, "id = ?", (current[-1].household_id,)), None)


def households_on(connection: Connection, resident_ids: Collection[str], day: date) -> dict[str, Household]:
    """The same for several residents, by resident id."""
    last: dict[str, HouseholdMembership] = {}
    for membership in select_in(connection, HouseholdMembership, "resident_id", resident_ids):
        if not membership.is_voided:
            known = last.get(membership.resident_id)
            if known is None or _place(membership, day) > _place(known, day):
                last[membership.resident_id] = membership
    wanted = {m.household_id for m in last.values()}
    households = {h.id: h for h in select_in(connection, Household, "id", wanted)}
    return {resident_id: households[m.household_id] for resident_id, m in last.items()}


def _place(membership: HouseholdMembership, day: date) -> tuple[bool, str]:
    return membership.is_member_on(day), membership.id


def households_of(
    connection: Connection, resident_ids: Collection[str], household_ids: Collection[str]
) -> tuple[str, ...]:
    """Ids of the named households and of every household these residents belong or belonged to."""
    found = set(household_ids)
    for resident_id in resident_ids:  # an act touches few: cheaper than a list for one
        rows = connection.execute(
            "SELECT household_id FROM household_membership WHERE resident_id = ?", (resident_id,)
        )
        found.update(row[0] for row in rows)
    return tuple(sorted(found))


def phones_of(connection: Connection, resident_id: str, household_id: str | None) -> list[Phone]:
    """Numbers of the person and of her household that are not known to be wrong."""
    where = f"(resident_id = ? OR household_id = ?) AND wrong_since IS NULL AND {_STANDING} ORDER BY id"
    return list(select(connection, Phone, where, (resident_id, household_id)))


def phones_by_owner(connection: Connection, owner_ids: Collection[str]) -> dict[str, list[Phone]]:
    """The same numbers by their owners, residents and households alike."""
    found: dict[str, list[Phone]] = {}
    for column in ("resident_id", "household_id"):
        for phone in select_in(connection, Phone, column, owner_ids):
            owner = phone.resident_id or phone.household_id
            if owner is not None and phone.wrong_since is None and not phone.is_voided:
                found.setdefault(owner, []).append(phone)
    return found


def conditions_of(connection: Connection, resident_id: str) -> list[Condition]:
    return list(select(connection, Condition, f"resident_id = ? AND {_STANDING} ORDER BY id", (resident_id,)))


def confirmed_on(connection: Connection, resident_id: str, day: date) -> frozenset[str]:
    """Codes of the resident's confirmed conditions present on `day`."""
    return frozenset(one.code for one in conditions_of(connection, resident_id) if one.is_present_on(day))


def absences_of(connection: Connection, resident_id: str) -> list[Absence]:
    return list(select(connection, Absence, f"resident_id = ? AND {_STANDING} ORDER BY id", (resident_id,)))


def household_by_number(connection: Connection, number: str) -> Household | None:
    return next(select(connection, Household, f"number = ? AND {_STANDING}", (number,)), None)


def newest_household_number(connection: Connection, device_digit: int) -> list[str]:
    """The greatest number of this device digit, voided records included: none is ever reused."""
    return _greatest(connection, "household", "number", f"{device_digit}*")


def newest_record_number(connection: Connection, village_code: str, device_digit: int) -> list[str]:
    """The greatest record number of a village and device digit, voided records included."""
    return _greatest(connection, "resident", "record_number", f"{village_code}{device_digit}*")


def _greatest(connection: Connection, table: str, column: str, pattern: str) -> list[str]:
    row = connection.execute(
        f"SELECT max({column}) FROM {table} WHERE {column} GLOB ?", (pattern,)
    ).fetchone()
    return [] if row[0] is None else [row[0]]


def residents_with_document(connection: Connection, number: str) -> list[Resident]:
    """Residents not voided who carry this document number (an exact search term)."""
    rows = connection.execute(
        "SELECT DISTINCT p.resident_id FROM search_term AS t JOIN search_person AS p ON p.number = t.person "
        "WHERE t.key = ?",
        (normalised(number),),
    )
    ids = [row[0] for row in rows]
    return [
        r
        for r in select_in(connection, Resident, "id", ids)
        if not r.is_voided and any(d.number == number for d in r.identity_documents)
    ]


def residents_ever_in(connection: Connection, household_ids: Collection[str]) -> set[str]:
    """Everybody who belongs or belonged to one of these households."""
    rows = connection.execute(
        "SELECT DISTINCT resident_id FROM household_membership "
        "WHERE household_id IN (SELECT value FROM json_each(?))",
        (json.dumps(sorted(household_ids)),),
    )
    return {row[0] for row in rows}
