"""The open duties as of one day: a derived table, so that Today is a plain read.

Renewed for the household an act touched and for everybody on a new day; equal after a rebuild.
"""

import json
from collections.abc import Collection, Iterable, Iterator
from datetime import date
from typing import NamedTuple

from village_doctor.domain.changes.canonical import encode_canonical
from village_doctor.domain.changes.codec import to_json
from village_doctor.domain.duties.expanding import AssessmentCalendar, Duty, expand
from village_doctor.domain.fulfilment.matching import MatchedDuty, match
from village_doctor.domain.person_facts import PersonFacts
from village_doctor.store import facts_store, local_state
from village_doctor.store.database import Connection, Row
from village_doctor.store.tables import nested_reader

_MADE_FOR = "duties_made_for"
_COLUMNS = "key, household_id, resident_id, due_on, state, mode_hint, body"
_INSERT = f"INSERT INTO duty ({_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?)"


def matched_for(
    people: Iterable[PersonFacts], on: date, calendar: AssessmentCalendar, horizon_on: date | None = None
) -> list[MatchedDuty]:
    """Every duty of these people with its state on `on`."""
    found: list[MatchedDuty] = []
    for person in people:
        if person.may_owe:
            found.extend(match(expand(person, on, calendar, horizon_on), person, on))
    return found


def renew(
    connection: Connection, resident_ids: Collection[str], on: date, calendar: AssessmentCalendar
) -> None:
    """Brings the open duties of these residents up to date; rows that stay the same are not written."""
    if not resident_ids:
        return
    before = {
        row[0]: tuple(row)
        for row in connection.execute(
            f"SELECT {_COLUMNS} FROM duty WHERE resident_id IN (SELECT value FROM json_each(?))",
            (json.dumps(sorted(resident_ids)),),
        )
    }
    now = {
        row[0]: row
        for row in _rows(matched_for(facts_store.load(connection, on, resident_ids), on, calendar))
    }
    gone = [(key,) for key, row in before.items() if now.get(key) != row]
    if gone:
        connection.executemany("DELETE FROM duty WHERE key = ?", gone)
    changed = [row for key, row in now.items() if before.get(key) != row]
    if changed:
        connection.executemany(_INSERT, changed)


def rebuild(connection: Connection, on: date, calendar: AssessmentCalendar) -> None:
    """Writes everybody's open duties again, as of `on`."""
    connection.execute("DELETE FROM duty")
    connection.executemany(_INSERT, _rows(matched_for(facts_store.load(connection, on), on, calendar)))
    local_state.set_state(connection, _MADE_FOR, on.isoformat())


def is_asked(connection: Connection, resident_id: str, proof: str) -> bool:
    """Does an open duty of hers ask for this proof?"""
    row = connection.execute(
        "SELECT 1 FROM duty WHERE resident_id = ? AND json_extract(body, '$.proof') = ? LIMIT 1",
        (resident_id, proof),
    ).fetchone()
    return row is not None


def made_for(connection: Connection) -> date | None:
    """The day the whole table was made for."""
    value = local_state.get_state(connection, _MADE_FOR)
    return None if value is None else date.fromisoformat(value)


def open_duties(
    connection: Connection, on: date = date.max, horizon_on: date = date.max
) -> list[MatchedDuty]:
    """The open duties of every line that is due by `horizon_on`: those due by then and those whose span has begun by
    `on`, for a line of the due list names both. Without the days: every open duty, also what is only planned."""
    rows = connection.execute(
        "WITH line AS (SELECT DISTINCT resident_id, json_extract(body, '$.proof') FROM duty WHERE due_on <= ?1) "
        "SELECT body, state, mode_hint FROM duty "
        "WHERE (due_on <= ?1 OR json_extract(body, '$.span_from') <= ?2) "
        "AND (resident_id, json_extract(body, '$.proof')) IN line ORDER BY due_on, key",
        (horizon_on.isoformat(), on.isoformat()),
    )
    read = nested_reader(Duty)
    return [
        MatchedDuty(read(json.loads(body)), state, None, None, True, mode_hint)
        for body, state, mode_hint in rows
    ]


class DueLine(NamedTuple):
    """What one service would answer for one resident: its earliest open duty, in few words."""

    household_id: str | None
    resident_id: str
    proof: str
    due_on: date
    mode_hint: str


def lines_due(
    connection: Connection, on: date, household_ids: Collection[str] | None = None
) -> list[DueLine]:
    """The lines due on `on` or before, of these households (None: of all): to count them, not to explain."""
    where = "" if household_ids is None else "AND household_id IN (SELECT value FROM json_each(?))"
    values = [on.isoformat()] + ([] if household_ids is None else [json.dumps(sorted(household_ids))])
    rows = connection.execute(
        "SELECT household_id, resident_id, proof, due_on, mode_hint FROM ("
        "SELECT *, row_number() OVER (PARTITION BY resident_id, proof ORDER BY due_on, key) AS place FROM ("
        "SELECT key, household_id, resident_id, json_extract(body, '$.proof') AS proof, due_on, mode_hint "
        f"FROM duty WHERE due_on <= ? {where})) WHERE place = 1",
        values,
    )
    return [
        DueLine(household_id, resident_id, proof, date.fromisoformat(due_on), mode_hint)
        for household_id, resident_id, proof, due_on, mode_hint in rows
    ]


def content(connection: Connection) -> list[Row]:
    """Every row, sorted: equal after `rebuild`."""
    return connection.execute("SELECT * FROM duty ORDER BY key").fetchall()


def _rows(matched: Iterable[MatchedDuty]) -> Iterator[tuple[str | None, ...]]:
    for one in matched:
        if one.is_open:
            duty = one.duty
            body = encode_canonical(to_json(duty)).decode()
            yield (
                duty.key,
                duty.household_id,
                duty.resident_id,
                duty.due_on.isoformat(),
                one.state,
                one.mode_hint,
                body,
            )
