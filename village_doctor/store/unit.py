"""The unit of work: one act, one transaction, journal entry and row together or not at all.

A write outside a unit is not possible through this room. "Saved" is said after COMMIT returned, which
with full synchronous writes means on the disk.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import NamedTuple, TypeVar

from village_doctor.domain.changes.clock import tick, witness
from village_doctor.domain.changes.codec import encode_record, instant_text
from village_doctor.domain.changes.entry import Entry, digest_of
from village_doctor.domain.kinds import kind_of
from village_doctor.domain.records import Record
from village_doctor.store import journal, tables
from village_doctor.store.database import Connection
from village_doctor.store.errors import store_problems
from village_doctor.store.journal import LastEntry

R = TypeVar("R", bound=Record)


class OutsideTransaction(Exception):
    """A bug: a record would be saved without the rest of its act."""


@dataclass
class DevicePen:
    """The writing end of this device's chain; lives on the writer thread.

    `last` moves only when a transaction has been committed.
    """

    last: LastEntry
    device_digit: int


class Saved(NamedTuple):
    """A version that a unit wrote, and the one it replaced; None: it is the first one of its record."""

    record: Record
    replaced: Record | None


@dataclass
class Unit:
    """One act inside an open transaction.

    `today` is the date in UTC+8, `now` the instant of the act; `touched` maps kinds to changed ids in
    the order of change, `saved` holds the versions themselves.
    """

    connection: Connection
    pen: DevicePen
    act: str
    verb: str
    staff: str
    now: datetime
    today: date
    new_id: Callable[[], str]
    last: LastEntry
    touched: dict[str, list[str]] = field(default_factory=dict)
    saved: list[Saved] = field(default_factory=list)

    def save(self, record: R) -> R:
        """Journals the whole new version and writes its row; an unchanged version writes nothing."""
        if not self.connection.in_transaction:
            raise OutsideTransaction
        kind = kind_of(record)
        base = journal.head_of(self.connection, kind.name, record.id)
        created, replaced = self.act, None
        if base is not None:
            replaced = tables.find(self.connection, type(record), record.id)
            if replaced == record:
                return record
            created = tables.created_act(self.connection, kind.name, record.id) or self.act
        entry = self._entry(kind.name, kind.body_version, record, base)
        journal.append(self.connection, entry)
        tables.upsert(self.connection, kind.name, record, created)
        journal.set_head(self.connection, entry)
        self.last = LastEntry(entry.device, entry.seq, entry.digest, tick(self.last.at, self.now))
        self.touched.setdefault(kind.name, []).append(record.id)
        self.saved.append(Saved(record, replaced))
        return record

    def _entry(self, kind: str, body_version: int, record: Record, head: tuple[str, int] | None) -> Entry:
        """A version is always later than the one it replaces, even where that one's clock ran away; our own clock
        does not follow it there."""
        device, seq = self.last.device, self.last.seq + 1
        base, replaced_at = (None, 0) if head is None else head
        at, wall_at = max(tick(self.last.at, self.now), replaced_at + 1), instant_text(self.now)
        body = encode_record(record)
        digest = digest_of(
            self.last.digest,
            device=device,
            seq=seq,
            act=self.act,
            verb=self.verb,
            at=at,
            wall_at=wall_at,
            staff=self.staff,
            kind=kind,
            record_id=record.id,
            base=base,
            body_version=body_version,
            body=body,
        )
        return Entry(
            device=device,
            seq=seq,
            act=self.act,
            verb=self.verb,
            at=at,
            wall_at=wall_at,
            staff=self.staff,
            kind=kind,
            record_id=record.id,
            base=base,
            body_version=body_version,
            body=body,
            digest=digest,
        )

    def get(self, record_class: type[R], record_id: str) -> R:
        """Raises Problem `record-not-found`."""
        return tables.get(self.connection, record_class, record_id)

    def saw_clock(self, other: int) -> None:
        """Moves the hybrid clock past entries taken in from another device."""
        last = self.last
        self.last = LastEntry(last.device, last.seq, last.digest, witness(last.at, other, self.now))


@contextmanager
def snapshot(connection: Connection) -> Iterator[None]:
    """One consistent state for several reads, whatever is written meanwhile."""
    with store_problems():
        connection.execute("BEGIN")
        try:
            yield
        finally:
            connection.execute("ROLLBACK")


@contextmanager
def transaction(connection: Connection) -> Iterator[None]:
    """BEGIN IMMEDIATE … COMMIT; rolled back on any error, which is raised on as a Problem where known."""
    with store_problems():
        connection.execute("BEGIN IMMEDIATE")
        try:
            yield
            connection.execute("COMMIT")
        except BaseException:
            if connection.in_transaction:
                connection.execute("ROLLBACK")
            raise
