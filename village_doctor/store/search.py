"""The search index: rows by key in rank order, so that a typed prefix is a short range read.

Derived from the records; equal after `rebuild`. It knows rows, not names: terms come from
`domain.search_terms`.
"""

import json
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from operator import itemgetter

from village_doctor.domain.names import PinyinTable, sort_key
from village_doctor.domain.people import Household, HouseholdMembership, Resident
from village_doctor.domain.search_terms import (
    HITS_TO_SHOW,
    ROWS_TO_READ,
    Hit,
    KeyRange,
    SearchablePerson,
    prefix_rows,
    query_keys,
    rank_hits,
    terms_of,
)
from village_doctor.store.database import Connection, Row
from village_doctor.store.tables import select_in

_RANGE = (
    "SELECT p.resident_id, t.key, t.rank, p.name_key FROM "
    "(SELECT key, rank, person FROM search_term WHERE key >= ? AND key < ? ORDER BY key, rank LIMIT ?) AS t "
    "JOIN search_person AS p ON p.number = t.person"
)


def find(connection: Connection, text: str, table: PinyinTable, limit: int = HITS_TO_SHOW) -> list[str]:
    """Ids of the residents a typed text finds, best first; at most `limit`."""
    query = query_keys(text, table)
    hits = list(_read(connection, query.exact, limit))
    if len({hit.resident_id for hit in hits}) < limit:
        hits.extend(_read(connection, query.folded, limit))
    return [hit.resident_id for hit in rank_hits(query, hits, limit)]


def _read(connection: Connection, ranges: Iterable[KeyRange], limit: int) -> Iterator[Hit]:
    for keys in ranges:
        residents, rank = set[str](), 0
        for row in connection.execute(_RANGE, (keys.first, keys.before, ROWS_TO_READ)):
            hit = Hit(*row)
            if keys.is_one_key and len(residents) >= limit and hit.rank > rank:
                break
            residents.add(hit.resident_id)
            rank = hit.rank
            yield hit


def renew(connection: Connection, resident_ids: Collection[str], today: date, table: PinyinTable) -> None:
    """Writes the rows of these residents again from their records."""
    ids = sorted(resident_ids)
    connection.execute(
        "DELETE FROM search_term WHERE person IN "
        "(SELECT number FROM search_person WHERE resident_id IN (SELECT value FROM json_each(?)))",
        (json.dumps(ids),),
    )
    people = _people(connection, ids, today)
    for resident_id in ids:
        if resident_id not in people:
            connection.execute("DELETE FROM search_person WHERE resident_id = ?", (resident_id,))
            continue
        add(connection, resident_id, people[resident_id], table)


def add(connection: Connection, resident_id: str, person: SearchablePerson, table: PinyinTable) -> None:
    """Writes the rows of one person; her old ones are gone already."""
    connection.execute(
        "INSERT INTO search_person (resident_id, name_key) VALUES (?, ?) "
        "ON CONFLICT (resident_id) DO UPDATE SET name_key = excluded.name_key",
        (resident_id, sort_key(person.names[0], table)),
    )
    number = connection.execute(
        "SELECT number FROM search_person WHERE resident_id = ?", (resident_id,)
    ).fetchone()[0]
    connection.executemany(
        "INSERT INTO search_term (key, rank, person) VALUES (?, ?, ?)",
        ((row.key, row.rank, number) for row in prefix_rows(terms_of(person, table))),
    )


def rebuild(connection: Connection, today: date, table: PinyinTable) -> None:
    """Writes the whole index again."""
    connection.execute("DELETE FROM search_term")
    connection.execute("DELETE FROM search_person")
    ids = [row[0] for row in connection.execute("SELECT id FROM resident WHERE voided_at IS NULL")]
    for resident_id, person in _people(connection, ids, today).items():
        add(connection, resident_id, person, table)


def content(connection: Connection) -> list[Row]:
    """Every row with resident ids instead of this copy's numbers, sorted: equal after `rebuild`."""
    return connection.execute(
        "SELECT t.key, t.rank, p.resident_id, p.name_key FROM search_term AS t "
        "JOIN search_person AS p ON p.number = t.person ORDER BY 1, 2, 3"
    ).fetchall()


@dataclass(frozen=True, slots=True)
class _Door:
    household: Household
    text: str | None
    heads: tuple[str, ...]


def _people(connection: Connection, ids: list[str], today: date) -> dict[str, SearchablePerson]:
    residents = [r for r in select_in(connection, Resident, "id", ids) if not r.is_voided]
    memberships: dict[str, list[HouseholdMembership]] = {}
    for m in select_in(connection, HouseholdMembership, "resident_id", ids):
        if not m.is_voided:
            memberships.setdefault(m.resident_id, []).append(m)
    last = {rid: _last(own, today) for rid, own in memberships.items()}
    doors = _doors(connection, {m.household_id for m in last.values()})
    phones = _texts(
        connection,
        "SELECT resident_id, number FROM phone WHERE voided_at IS NULL AND resident_id IN",
        ids,
    )
    shared = _texts(
        connection,
        "SELECT household_id, number FROM phone WHERE voided_at IS NULL AND household_id IN",
        doors,
    )
    contracts = _texts(
        connection,
        "SELECT m.resident_id, c.number FROM contract_member AS m JOIN contract AS c ON c.id = m.contract_id "
        "WHERE m.voided_at IS NULL AND c.voided_at IS NULL AND m.resident_id IN",
        ids,
    )
    found = {}
    for resident in residents:
        membership = last.get(resident.id)
        door = doors.get(membership.household_id) if membership else None
        found[resident.id] = SearchablePerson(
            names=(resident.name, *resident.other_names),
            id_document_numbers=tuple(d.number for d in resident.identity_documents),
            phones=phones.get(resident.id, ()) + (shared.get(door.household.id, ()) if door else ()),
            record_number=resident.record_number,
            household_number=door.household.number if door else None,
            contract_numbers=contracts.get(resident.id, ()),
            door=door.text if door else None,
            relatives=tuple(name for name in door.heads if name != resident.name) if door else (),
            is_gone=resident.is_gone_on(today),
        )
    return found


def _last(memberships: list[HouseholdMembership], today: date) -> HouseholdMembership:
    current = [m for m in memberships if m.is_member_on(today)] or memberships
    return max(current, key=lambda m: m.id)


def _doors(connection: Connection, household_ids: set[str]) -> dict[str, _Door]:
    hamlets = {
        row[0]: row[1] for row in connection.execute("SELECT id, coalesce(name, number || '组') FROM hamlet")
    }
    heads = _texts(
        connection,
        "SELECT m.household_id, r.name FROM household_membership AS m JOIN resident AS r ON r.id = m.resident_id "
        "WHERE m.is_head = 1 AND m.voided_at IS NULL AND r.voided_at IS NULL AND m.household_id IN",
        household_ids,
    )
    found = {}
    for household in select_in(connection, Household, "id", household_ids):
        place = hamlets.get(household.hamlet_id or "", "")
        text = f"{place}{household.door_number or ''}" or household.landmark
        found[household.id] = _Door(household, text, heads.get(household.id, ()))
    return found


def _texts(connection: Connection, sql: str, owners: Iterable[str]) -> dict[str, tuple[str, ...]]:
    """Second column by first, for the owners named; `sql` ends in IN."""
    rows = connection.execute(
        f"SELECT DISTINCT * FROM ({sql} (SELECT value FROM json_each(?))) ORDER BY 1, 2",
        (json.dumps(list(owners)),),
    ).fetchall()
    return {owner: tuple(row[1] for row in group) for owner, group in groupby(rows, key=itemgetter(0))}
