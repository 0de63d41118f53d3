"""Saving one reading: the whole verb, from the call until it is on the disk, against the same row inserted by bare SQL.

The floor is one INSERT and COMMIT on a copy of the store: same settings, same table with its indexes, same size, same
disk; no journal, no check, no duty. It is handed to a thread of its own as ours is, because waking a thread is what a busy
machine is slowest at; `hand_over` is that alone, of nothing. `smallest_floor` is the insert into a table without indexes
and without a thread.
"""

from collections.abc import Callable
from functools import partial
from pathlib import Path
from statistics import median

from tests.benchmarks.measuring import Row, compared, p95, take_turns
from village_doctor.domain.people import Condition, Resident
from village_doctor.domain.readings import Reading
from village_doctor.services.measuring import ReadingDraft, record_reading
from village_doctor.services.workplace import Workplace
from village_doctor.store.database import Connection, connect
from village_doctor.store.tables import select, table_of
from village_doctor.store.threads import StoreThread

BUDGET = 3.0
PRESSURE = {"systolic_mmhg": 128, "diastolic_mmhg": 78, "pulse_per_minute": 72}


def saving_row(workplace: Workplace, rounds: int = 301) -> Row:
    """Journal, row, head, warnings and the person's duties included."""
    ill = workplace.query(_ill_people)

    def ours(number: int) -> object:
        return workplace.command(
            record_reading, ReadingDraft(resident_id=ill[number % len(ill)], measurements=PRESSURE)
        )

    path = Path(workplace.home).parent / "bare.db"
    workplace.write(lambda writing: writing.connection.execute("VACUUM INTO ?", (str(path),)))
    bare = StoreThread("bare", lambda: _opened(path, workplace.key))
    try:
        insert = _bare_insert(workplace, ill)
        our_times, floor_times = take_turns(ours, lambda number: bare.run(partial(insert, number)), rounds)
        hops, _ = take_turns(lambda _: bare.run(lambda _: None), lambda _: None, rounds)
    finally:
        bare.close()
    copy = connect(path, workplace.key)
    try:
        _, smallest = take_turns(lambda _: None, _smallest_insert(workplace, copy), rounds)
    finally:
        copy.close()
    more = {
        "p95": p95(our_times),
        "floor_p95": p95(floor_times),
        "hand_over": round(median(hops), 4),
        "smallest_floor": round(median(smallest), 4),
    }
    return compared("save one reading", our_times, floor_times, BUDGET, more)


def _ill_people(connection: Connection) -> list[str]:
    ill = {c.resident_id for c in select(connection, Condition, "code = 'hypertension'")}
    living = [
        r.id for r in select(connection, Resident, "died_on IS NULL AND moved_out_on IS NULL ORDER BY id")
    ]
    return [resident_id for resident_id in living if resident_id in ill] or living


def _opened(path: Path, key: bytes) -> tuple[Connection, Connection]:
    connection = connect(path, key)
    return connection, connection


def _bare_insert(workplace: Workplace, ill: list[str]) -> Callable[[int, Connection], None]:
    """Nothing is computed in the round but the id."""
    table = table_of("reading")
    rows = []
    for resident_id in ill:
        reading = Reading(
            id="",
            resident_id=resident_id,
            taken_at=workplace.now(),
            kind="blood_pressure",
            staff_id=workplace.actor.id,
            systolic_mmhg=128,
            diastolic_mmhg=78,
            pulse_per_minute=72,
        )
        rows.append(table.to_row(reading, workplace.new_id()))
    place = table.columns.index("id")

    def insert(number: int, copy: Connection) -> None:
        row = rows[number % len(rows)]
        row[place] = workplace.new_id()
        copy.execute("BEGIN IMMEDIATE")
        copy.execute(table.upsert_sql, row)
        copy.execute("COMMIT")

    return insert


def _smallest_insert(workplace: Workplace, copy: Connection) -> Callable[[int], None]:
    copy.execute("CREATE TABLE smallest (id TEXT PRIMARY KEY, systolic INTEGER, diastolic INTEGER) STRICT")

    def insert(_number: int) -> None:
        copy.execute("BEGIN IMMEDIATE")
        copy.execute("INSERT INTO smallest VALUES (?, 128, 78)", (workplace.new_id(),))
        copy.execute("COMMIT")

    return insert
