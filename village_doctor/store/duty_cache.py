"""The open duties as of one day, and those that are refused: a derived table, so that Today is a plain read.

Renewed for the household an act touched and for everybody on a new day; equal after a rebuild.
"""

import json
from collections.abc import Collection, Iterable, Iterator
from datetime import date
from typing import Final, NamedTuple

from village_doctor.domain.changes.canonical import encode_canonical
from village_doctor.domain.changes.codec import to_json
from village_doctor.domain.due import sends_out
from village_doctor.domain.duties.duty import Duty, DutyRules
from village_doctor.domain.duties.expanding import expand
from village_doctor.domain.fulfilment.matching import MatchedDuty, match
from village_doctor.domain.person_facts import PersonFacts
from village_doctor.domain.visits import REFUSED
from village_doctor.store import facts_store, local_state
from village_doctor.store.database import Connection, Row
from village_doctor.store.tables import nested_reader

_MADE_FOR: Final = "duties_made_for"
_HAMLETS: Final = "duties_hamlets"
_NAMES: Final = (
    "key",
    "household_id",
    "resident_id",
    "due_on",
    "state",
    "mode_hint",
    "proof",
    "span_from",
    "is_open",
    "sends_out",
    "not_done_reason",
    "attempted_on",
    "attempt_kind",
    "attempt_id",
    "last_result",
    "body",
)
_COLUMNS: Final = ", ".join(_NAMES)
_INSERT: Final = f"INSERT INTO duty ({_COLUMNS}) VALUES ({', '.join('?' * len(_NAMES))})"
_OF_A_MATCH: Final = (
    "body, state, mode_hint, is_open, not_done_reason, attempted_on, attempt_kind, attempt_id, last_result"
)


def matched_for(
    people: Iterable[PersonFacts], on: date, rules: DutyRules, horizon_on: date | None = None
) -> list[MatchedDuty]:
    """Every duty of these people with its state on `on`."""
    found: list[MatchedDuty] = []
    for person in people:
        found.extend(match(expand(person, on, rules, horizon_on), person, on))
    return found


def renew(connection: Connection, resident_ids: Collection[str], on: date, rules: DutyRules) -> None:
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
        for row in _rows(matched_for(facts_store.load(connection, on, resident_ids), on, rules), on)
    }
    gone = [(key,) for key, row in before.items() if now.get(key) != row]
    if gone:
        connection.executemany("DELETE FROM duty WHERE key = ?", gone)
    changed = [row for key, row in now.items() if before.get(key) != row]
    if changed:
        connection.executemany(_INSERT, changed)


def rebuild(connection: Connection, on: date, rules: DutyRules) -> None:
    """Writes everybody's open duties again, as of `on`."""
    connection.execute("DELETE FROM duty")
    connection.executemany(_INSERT, _rows(matched_for(facts_store.load(connection, on), on, rules), on))
    local_state.set_state(connection, _MADE_FOR, on.isoformat())
    local_state.set_state(connection, _HAMLETS, _hamlets(connection))


def is_walked_otherwise(connection: Connection) -> bool:
    """Has the order of the hamlets changed since the whole table was made? First follow-ups are spread by it, so that
    everybody's duties depend on it."""
    return (local_state.get_state(connection, _HAMLETS) or "[]") != _hamlets(connection)


def _hamlets(connection: Connection) -> str:
    return json.dumps(facts_store.hamlets_in_order(connection))


def is_asked(connection: Connection, resident_id: str, proof: str) -> bool:
    """Does a duty of hers that is open, or refused and still to be done, ask for this proof?"""
    row = connection.execute(
        "SELECT 1 FROM duty WHERE resident_id = ? AND proof = ? LIMIT 1", (resident_id, proof)
    ).fetchone()
    return row is not None


def made_for(connection: Connection) -> date | None:
    """The day the whole table was made for."""
    value = local_state.get_state(connection, _MADE_FOR)
    return None if value is None else date.fromisoformat(value)


def open_duties(
    connection: Connection, on: date = date.max, horizon_on: date = date.max
) -> list[MatchedDuty]:
    """The open and the refused duties of every line that is due by `horizon_on`: those due by then and those whose span has begun by
    `on`, for a line of the due list names both. Without the days: all of them, also what is only planned."""
    rows = connection.execute(
        "WITH line AS (SELECT DISTINCT resident_id, proof FROM duty WHERE due_on <= ?1) "
        f"SELECT {_OF_A_MATCH} FROM duty WHERE (due_on <= ?1 OR span_from <= ?2) "
        "AND (resident_id, proof) IN line ORDER BY due_on, key",
        (horizon_on.isoformat(), on.isoformat()),
    )
    read = nested_reader(Duty)
    return [
        MatchedDuty(
            read(json.loads(body)),
            state,
            None,
            None,
            bool(is_open),
            mode_hint,
            not_done_reason=not_done_reason,
            attempted_on=date.fromisoformat(attempted_on) if attempted_on else None,
            attempt=(attempt_kind, attempt_id) if attempt_kind else None,
            last_result=last_result,
        )
        for (
            body,
            state,
            mode_hint,
            is_open,
            not_done_reason,
            attempted_on,
            attempt_kind,
            attempt_id,
            last_result,
        ) in rows
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
        "SELECT household_id, resident_id, proof, due_on, mode_hint, "
        "row_number() OVER (PARTITION BY resident_id, proof ORDER BY due_on, key) AS place, "
        "max(sends_out) OVER (PARTITION BY resident_id, proof) AS has_line "
        f"FROM duty WHERE due_on <= ? AND is_open {where}) WHERE place = 1 AND has_line",
        values,
    )
    return [
        DueLine(household_id, resident_id, proof, date.fromisoformat(due_on), mode_hint)
        for household_id, resident_id, proof, due_on, mode_hint in rows
    ]


def content(connection: Connection) -> list[Row]:
    """Every row, sorted: equal after `rebuild`."""
    return connection.execute("SELECT * FROM duty ORDER BY key").fetchall()


def _rows(matched: Iterable[MatchedDuty], on: date) -> Iterator[tuple[str | int | None, ...]]:
    for one in matched:
        duty = one.duty
        if one.is_open or (duty.is_asked and one.not_done_reason == REFUSED):
            attempt_kind, attempt_id = one.attempt or (None, None)
            yield (
                duty.key,
                duty.household_id,
                duty.resident_id,
                duty.due_on.isoformat(),
                one.state,
                one.mode_hint,
                duty.proof,
                duty.span_from.isoformat(),
                int(one.is_open),
                int(sends_out(duty, on)),
                one.not_done_reason,
                None if one.attempted_on is None else one.attempted_on.isoformat(),
                attempt_kind,
                attempt_id,
                one.last_result,
                encode_canonical(to_json(duty)).decode(),
            )
