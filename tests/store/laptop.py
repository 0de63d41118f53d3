"""A laptop reduced to its store: a real encrypted file, a device with its chain, and nothing of the services."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, TypeVar

from village_doctor.domain.changes.clock import witness
from village_doctor.domain.changes.entry import Entry
from village_doctor.domain.clinic import Staff, Village
from village_doctor.domain.kinds import KINDS
from village_doctor.domain.people import Household, HouseholdMembership, Resident
from village_doctor.domain.records import Record
from village_doctor.foundation.clock import date_of
from village_doctor.store import journal, migrations
from village_doctor.store.database import Connection, connect, in_memory
from village_doctor.store.journal import LastEntry
from village_doctor.store.unit import DevicePen, Unit, transaction

KEY = bytes(range(32))
AT = datetime(2026, 11, 23, 1, 10, tzinfo=UTC)
R = TypeVar("R", bound=Record)


def store_file(path: Path, key: bytes = KEY) -> Connection:
    """A new store at `path` with all tables."""
    connection = connect(path, key, must_exist=False)
    migrations.migrate(connection, lambda: None)
    return connection


def empty_store() -> Connection:
    """The same in memory, for tests that ask nothing of the disk."""
    connection = in_memory()
    migrations.migrate(connection, lambda: None)
    return connection


@dataclass
class Laptop:
    """One device writing into a store; its clock says what it is told."""

    name: str
    connection: Connection
    now: datetime = AT
    acts: int = 0
    pen: DevicePen = field(init=False)

    def __post_init__(self) -> None:
        self.pen = DevicePen(LastEntry(self.name, at=journal.newest_at(self.connection)), 1)

    @contextmanager
    def act(self, verb: str = "test") -> Iterator[Unit]:
        """One act in one transaction; the pen moves on only when it was committed."""
        self.acts += 1
        self.now += timedelta(milliseconds=1)
        unit = Unit(
            connection=self.connection,
            pen=self.pen,
            act=f"{self.name}-act-{self.acts}",
            verb=verb,
            staff="staff-1",
            now=self.now,
            today=date_of(self.now),
            new_id=lambda: f"{self.name}-{self.acts}",
            last=self.pen.last,
        )
        with transaction(self.connection):
            yield unit
        self.pen.last = unit.last

    def save(self, *records: Any) -> None:
        """The records as one act."""
        with self.act() as unit:
            for record in records:
                unit.save(record)

    def take_in(self, entries: Iterable[Entry]) -> dict[str, int]:
        """Takes in entries of other devices, and moves the clock past them as far as they can be believed."""
        outcomes = journal.take_in(self.connection, entries)
        last = self.pen.last
        at = witness(last.at, journal.newest_at(self.connection), self.now)
        self.pen.last = LastEntry(last.device, last.seq, last.digest, at)
        return outcomes

    def entries(self) -> list[Entry]:
        """Everything it knows, its own and what it took in."""
        return list(journal.entries(self.connection))


def everything(connection: Connection) -> dict[str, list[tuple[Any, ...]]]:
    """Every journaled table and the journal itself, row by row."""
    tables = (*KINDS, "record_head", "journal")
    return {name: sorted(connection.execute(f"SELECT * FROM {name}").fetchall(), key=repr) for name in tables}


STAFF = Staff(id="staff-1", name="王守仁", role="owner")
VILLAGE = Village(id="village-1", code="990101101201", name="石桥湾村")
HOUSEHOLD = Household(id="household-1", number="10001", village_id=VILLAGE.id)
RESIDENT = Resident(
    id="resident-1",
    name="李桂英",
    sex="2",
    birth_date=date_of(datetime(1956, 5, 3, tzinfo=UTC)),
    record_number="99010110120110001",
)
MEMBERSHIP = HouseholdMembership(
    id="membership-1", household_id=HOUSEHOLD.id, resident_id=RESIDENT.id, relation="02", is_head=True
)
BEGINNING = (STAFF, VILLAGE, HOUSEHOLD, RESIDENT, MEMBERSHIP)
