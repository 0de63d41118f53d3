"""Queries about visits, readings and referrals."""

import json
from collections.abc import Collection, Iterator, Mapping
from datetime import date, datetime, time, timedelta
from typing import Final

from village_doctor.domain.changes.codec import instant_text
from village_doctor.domain.dates import CHINA
from village_doctor.domain.messages import JsonValue
from village_doctor.domain.readings import Reading
from village_doctor.domain.referrals import Referral
from village_doctor.domain.visits import Visit
from village_doctor.store.database import Connection
from village_doctor.store.tables import select

_STANDING: Final = "voided_at IS NULL"


def visits_of(connection: Connection, resident_id: str) -> list[Visit]:
    """Not voided, oldest service first."""
    where = f"resident_id = ? AND {_STANDING} ORDER BY served_on, id"
    return list(select(connection, Visit, where, (resident_id,)))


def visits_before(connection: Connection, resident_id: str, day: date) -> Iterator[Visit]:
    """Not voided and served before `day`, the latest first; read as far as they are asked for."""
    where = f"resident_id = ? AND served_on < ? AND {_STANDING} ORDER BY served_on DESC, recorded_at DESC, id DESC"
    return select(connection, Visit, where, (resident_id, day.isoformat()))


def last_with_form(connection: Connection, resident_id: str, form_code: str, until: date) -> Visit | None:
    """The last visit with answers to that form served up to `until`."""
    where = (
        f"resident_id = ? AND form_code = ? AND served_on <= ? AND answers IS NOT NULL AND {_STANDING} "
        "ORDER BY served_on DESC, recorded_at DESC, id DESC LIMIT 1"
    )
    return next(select(connection, Visit, where, (resident_id, form_code, until.isoformat())), None)


def answers_of(
    connection: Connection, resident_id: str, form_codes: Collection[str], until: date
) -> list[Mapping[str, JsonValue]]:
    """The answers of each visit with one of these forms up to `until`, oldest first."""
    rows = connection.execute(
        "SELECT answers FROM visit WHERE resident_id = ? AND served_on <= ? "
        "AND form_code IN (SELECT value FROM json_each(?)) "
        f"AND answers IS NOT NULL AND {_STANDING} ORDER BY served_on, id",
        (resident_id, until.isoformat(), json.dumps(sorted(form_codes))),
    )
    return [json.loads(row[0]) for row in rows]


def readings_of_kind(connection: Connection, resident_id: str, kind: str) -> list[Reading]:
    """Not voided, oldest first."""
    where = f"resident_id = ? AND kind = ? AND {_STANDING} ORDER BY taken_at, id"
    return list(select(connection, Reading, where, (resident_id, kind)))


def readings_of(connection: Connection, resident_id: str) -> list[Reading]:
    """Not voided, oldest first."""
    where = f"resident_id = ? AND {_STANDING} ORDER BY taken_at, id"
    return list(select(connection, Reading, where, (resident_id,)))


def readings_on(connection: Connection, resident_id: str, day: date) -> list[Reading]:
    """Those of one day in China, not voided, oldest first."""
    first = datetime.combine(day, time(), tzinfo=CHINA)
    bounds = (instant_text(first), instant_text(first + timedelta(days=1)))
    where = f"resident_id = ? AND taken_at >= ? AND taken_at < ? AND {_STANDING} ORDER BY taken_at, id"
    return list(select(connection, Reading, where, (resident_id, *bounds)))


def readings_for_last(connection: Connection, resident_ids: Collection[str]) -> Iterator[Reading]:
    """Enough of these residents' readings for `last_readings` to tell the same as from all: the newest of each kind that
    it tells apart, and the oldest, which gives the kinds their order. None voided."""
    kind = "resident_id, kind, glucose_timing, pulse_per_minute IS NOT NULL AND systolic_mmhg IS NULL"
    where = (
        "id IN (SELECT id FROM (SELECT id, "
        f"row_number() OVER (PARTITION BY {kind} ORDER BY taken_at, id) AS from_first, "
        f"row_number() OVER (PARTITION BY {kind} ORDER BY taken_at DESC, id DESC) AS from_last "
        f"FROM reading WHERE {_STANDING} AND resident_id IN (SELECT value FROM json_each(?))) "
        "WHERE from_first = 1 OR from_last = 1)"
    )
    return select(connection, Reading, where, (json.dumps(sorted(resident_ids)),))


def readings_of_visit(connection: Connection, visit_id: str) -> list[Reading]:
    where = f"visit_id = ? AND {_STANDING} ORDER BY id"
    return list(select(connection, Reading, where, (visit_id,)))


def referrals_of(connection: Connection, resident_id: str, *, with_voided: bool = False) -> list[Referral]:
    """Oldest first."""
    where = f"resident_id = ? AND {'1' if with_voided else _STANDING} ORDER BY issued_on, id"
    return list(select(connection, Referral, where, (resident_id,)))
