"""Saving one reading: the whole verb, from the call until it is on the disk, against one bare insert and commit."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from benchmarks.measuring import Row, compared, p95, take_turns

from village_doctor.domain.people import Condition, Resident
from village_doctor.services.measuring import ReadingDraft, record_reading
from village_doctor.services.workplace import Workplace
from village_doctor.store.database import Connection, connect
from village_doctor.store.tables import select

BUDGET = 3.0
_COLUMNS = "id, resident_id, taken_at, kind, systolic_mmhg, diastolic_mmhg, pulse_per_minute"
_INSERT = f"INSERT INTO reading ({_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?)"


def saving_row(workplace: Workplace, rounds: int = 301) -> Row:
    """Journal, row, head, warnings and the household's duties included; the floor's table is as full as ours."""
    ill = workplace.query(_ill_people)
    with _bare_table(workplace) as bare:

        def ours(number: int) -> object:
            draft = ReadingDraft(
                resident_id=ill[number % len(ill)],
                measurements={"systolic_mmhg": 128, "diastolic_mmhg": 78, "pulse_per_minute": 72},
            )
            return workplace.command(record_reading, draft)

        def floor(number: int) -> None:
            values = (workplace.new_id(), ill[number % len(ill)], "2026-11-22T02:15:07.042Z")
            bare.execute("BEGIN IMMEDIATE")
            bare.execute(_INSERT, (*values, "blood_pressure", 128, 78, 72))
            bare.execute("COMMIT")

        our_times, floor_times = take_turns(ours, floor, rounds)
    more = {"p95": p95(our_times), "floor_p95": p95(floor_times)}
    return compared("save one reading", our_times, floor_times, BUDGET, more)


def _ill_people(connection: Connection) -> list[str]:
    ill = {c.resident_id for c in select(connection, Condition, "code = 'hypertension'")}
    living = select(connection, Resident, "died_on IS NULL AND moved_out_on IS NULL ORDER BY id")
    return [resident.id for resident in living if resident.id in ill]


@contextmanager
def _bare_table(workplace: Workplace) -> Iterator[Connection]:
    """The same settings, the same disk, one table."""
    path = Path(workplace.home).parent / "bare.db"
    bare = connect(path, workplace.key, must_exist=False)
    try:
        bare.execute(
            "CREATE TABLE reading (id TEXT PRIMARY KEY, resident_id TEXT NOT NULL, taken_at TEXT NOT NULL, "
            "kind TEXT NOT NULL, systolic_mmhg INTEGER, diastolic_mmhg INTEGER, pulse_per_minute INTEGER) STRICT"
        )
        rows = workplace.query(lambda c: c.execute(f"SELECT {_COLUMNS} FROM reading").fetchall())
        bare.execute("BEGIN IMMEDIATE")
        bare.executemany(_INSERT, rows)
        bare.execute("COMMIT")
        yield bare
    finally:
        bare.close()
