"""Whole-clinic lists of households, counted by the database: who lives where, and what is signed.

A page that lists every door asks here; what one household needs is read by the other stores.
"""

import json
from collections.abc import Collection, Iterator
from datetime import date
from typing import Final, NamedTuple

from village_doctor.store.database import Connection

# Belongs to the household on a day, lives, and has not moved out; ?1 is the day.
_HERE: Final = (
    "m.voided_at IS NULL AND (m.from_on IS NULL OR m.from_on <= ?1) AND (m.until_on IS NULL OR ?1 <= m.until_on) "
    "AND r.voided_at IS NULL AND (r.died_on IS NULL OR ?1 < r.died_on) "
    "AND (r.moved_out_on IS NULL OR ?1 < r.moved_out_on)"
)
_JOINED: Final = "household_membership AS m JOIN resident AS r ON r.id = m.resident_id"


class HamletCount(NamedTuple):
    """How many households and people a hamlet holds; `hamlet_id` None: those without one."""

    hamlet_id: str | None
    households: int
    residents: int


class PersonHere(NamedTuple):
    """Somebody who belongs to a household, in few words."""

    household_id: str
    resident_id: str
    name: str
    birth_date: date
    is_head: bool


def hamlet_counts(connection: Connection, on: date) -> list[HamletCount]:
    """Households and people by hamlet, those without a hamlet under None, in no order."""
    rows = connection.execute(
        "SELECT h.hamlet_id, count(DISTINCT h.id), count(p.resident_id) FROM household AS h LEFT JOIN "
        f"(SELECT DISTINCT m.household_id, m.resident_id FROM {_JOINED} WHERE {_HERE}) AS p "
        "ON p.household_id = h.id WHERE h.voided_at IS NULL GROUP BY h.hamlet_id",
        (on.isoformat(),),
    )
    return [HamletCount(*row) for row in rows]


def people_here(
    connection: Connection, on: date, household_ids: Collection[str] | None = None
) -> Iterator[PersonHere]:
    """Who lives in these households (None: in all) on that day, the heads first."""
    where = "" if household_ids is None else " AND m.household_id IN (SELECT value FROM json_each(?2))"
    values = (
        [on.isoformat()] if household_ids is None else [on.isoformat(), json.dumps(sorted(household_ids))]
    )
    rows = connection.execute(
        "SELECT m.household_id, r.id, r.name, r.birth_date, max(m.is_head) "
        f"FROM {_JOINED} WHERE {_HERE}{where} GROUP BY m.household_id, r.id ORDER BY 5 DESC, 2",
        values,
    )
    for household_id, resident_id, name, birth_date, is_head in rows:
        yield PersonHere(household_id, resident_id, name, date.fromisoformat(birth_date), bool(is_head))
