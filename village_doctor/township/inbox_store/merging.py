"""Takes entries into the inbox in bulk. Which version stands is decided by `domain.changes.merge`, so that the tables
depend only on the set of entries, never on their order or on how letters were cut.

An entry that this version cannot read is kept with the outcome `invalid` and takes no part in what stands.
"""

from bisect import bisect_left, insort
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from itertools import islice
from operator import attrgetter
from typing import Final

import sqlalchemy as sa

from village_doctor.domain.changes.entry import GENESIS, Entry, version_key
from village_doctor.domain.changes.merge import (
    ADDED,
    CONCURRENT,
    IDENTICAL,
    INVALID,
    OLDER,
    UPDATED,
    VOIDED,
    Version,
    outcome,
)
from village_doctor.township.inbox_store import rows
from village_doctor.township.inbox_store.rows import RecordRow, row_of
from village_doctor.township.inbox_store.schema import CURRENT, DERIVED, ENTRY, HEAD, OUTCOME

CHUNK: Final = 1_000
CHUNK_BYTES: Final = 8 * 1024 * 1024  # of bodies: one may have a mebibyte
_UNTOLD: Final = frozenset({ADDED, UPDATED, IDENTICAL})
_ASK_AT_ONCE: Final = 500  # names in one IN list
_order_of: Final = attrgetter("order")

RecordKey = tuple[str, str]  # kind, id
Order = tuple[int, str, int]  # at, device, seq
SqlRow = tuple[str | int | bytes | None, ...]


@dataclass(frozen=True, slots=True)
class ChainEnd:
    """How far a device's journal is here; 0 and the genesis digest before its first entry."""

    seq: int = 0
    digest: bytes = GENESIS


@dataclass(slots=True)
class KnownVersions:
    """All readable versions of one record, and what stands among them.

    At any time it says what `standing` and `outcome` say of the whole set. It is kept up version by version, so that
    thousands of versions of one record cost hardly more than as many records.
    """

    versions: dict[str, Version] = field(default_factory=dict)
    head: str = ""
    created_act: str = ""
    is_stored: bool = False
    is_changed: bool = False
    _bases: set[str | None] = field(default_factory=set)
    _leaves: list[Version] = field(default_factory=list)  # the greatest at the end
    _greatest: Version | None = None
    _first: tuple[bool, Order] | None = None

    @property
    def is_contested(self) -> bool:
        """Are there others beside the one that stands that nobody replaced? In a circle of bases all count."""
        return len(self._leaves or self.versions) > 1

    def add(self, version: Version) -> str:
        """Takes in one more version and says what that means (the outcome)."""
        if version.key in self.versions:
            return IDENTICAL
        self.is_changed = True
        if not self.versions:
            self.remember(version)
            return VOIDED if version.is_voided else ADDED
        before, has_seen_it = self.versions[self.head], self._has_seen_head(version)
        self.remember(version)
        if self.head != version.key:
            is_replaced = version.key in self._bases and self._leaves
            return OLDER if is_replaced else CONCURRENT
        if not has_seen_it:
            return CONCURRENT
        return VOIDED if version.is_voided and not before.is_voided else UPDATED

    def remember(self, version: Version) -> None:
        """Takes in a version that is not known yet, without asking what that means."""
        base = version.base
        if base is not None and base not in self._bases and base in self.versions:
            self._drop_leaf(self.versions[base])
        self._bases.add(base)
        self.versions[version.key] = version
        if version.key not in self._bases:
            insort(self._leaves, version, key=_order_of)
        if self._greatest is None or version.order > self._greatest.order:
            self._greatest = version
        # A version without a base is the record's beginning; until one comes, the earliest version is.
        rank = (base is not None, version.order)
        if self._first is None or rank < self._first:
            self._first, self.created_act = rank, version.act
        self.head = (self._leaves[-1] if self._leaves else self._greatest).key

    def _drop_leaf(self, version: Version) -> None:
        del self._leaves[bisect_left(self._leaves, version.order, key=_order_of)]

    def _has_seen_head(self, version: Version) -> bool:
        """Had the one who wrote it seen the version that stands?

        A leaf is nobody's base, so that only the new version itself can name it. Without a leaf all versions lie in
        circles, and one must follow them; a version that names one of them ends that state for good.
        """
        if self._leaves or version.base not in self.versions:
            return version.base == self.head
        return outcome(self.versions.values(), version) != CONCURRENT


def chain_end(connection: sa.Connection, clinic_id: str, device: str) -> ChainEnd:
    """Where the device's journal ends here."""
    found = connection.execute(
        sa.select(ENTRY.c.seq, ENTRY.c.digest)
        .where(ENTRY.c.clinic_id == clinic_id, ENTRY.c.device == device)
        .order_by(ENTRY.c.seq.desc())
        .limit(1)
    ).one_or_none()
    return ChainEnd() if found is None else ChainEnd(found.seq, found.digest)


def chain_ends(connection: sa.Connection, clinic_id: str) -> dict[str, ChainEnd]:
    """Where each device's journal of a clinic ends here."""
    devices = connection.scalars(
        sa.select(ENTRY.c.device).where(ENTRY.c.clinic_id == clinic_id).distinct().order_by(ENTRY.c.device)
    ).all()
    return {device: chain_end(connection, clinic_id, device) for device in devices}


def digest_at(connection: sa.Connection, clinic_id: str, device: str, seq: int) -> bytes | None:
    """The digest of one entry; the genesis digest for 0; None for one that is not here."""
    if seq == 0:
        return GENESIS
    found: bytes | None = connection.scalar(
        sa.select(ENTRY.c.digest).where(
            ENTRY.c.clinic_id == clinic_id, ENTRY.c.device == device, ENTRY.c.seq == seq
        )
    )
    return found


def count_entries(connection: sa.Connection) -> int:
    return int(connection.execute(sa.select(sa.func.count()).select_from(ENTRY)).scalar_one())


def take_in(connection: sa.Connection, clinic_id: str, entries: Iterable[Entry], event_no: int) -> int:
    """Takes in entries that are not here yet; returns how many. Needs memory for one chunk only."""
    known: dict[RecordKey, KnownVersions] = {}
    taken = 0
    for chunk in _chunks(entries):
        known = _known_records(connection, clinic_id, chunk, known)
        _take_chunk(connection, clinic_id, chunk, known, event_no)
        taken += len(chunk)
    return taken


def drop_derived(connection: sa.Connection) -> None:
    """Empties every table that `rebuild` makes again."""
    for table in DERIVED:
        connection.execute(table.delete())


def _chunks(entries: Iterable[Entry]) -> Iterator[list[Entry]]:
    chunk: list[Entry] = []
    size = 0
    for entry in entries:
        chunk.append(entry)
        size += len(entry.body)
        if len(chunk) >= CHUNK or size >= CHUNK_BYTES:
            yield chunk
            chunk, size = [], 0
    if chunk:
        yield chunk


def _take_chunk(
    connection: sa.Connection,
    clinic_id: str,
    chunk: Sequence[Entry],
    known: dict[RecordKey, KnownVersions],
    event_no: int,
) -> None:
    entry_rows: list[SqlRow] = []
    told: list[SqlRow] = []
    fresh: dict[str, tuple[Entry, RecordRow]] = {}
    for entry in chunk:
        row = row_of(entry)
        entry_rows.append(_entry_row(clinic_id, entry, rows.UNREADABLE if row is None else row.fate))
        if row is None:
            result = INVALID
        else:
            version = _version(entry, row.is_voided)
            fresh[version.key] = entry, row
            result = known.setdefault((entry.kind, entry.record_id), KnownVersions()).add(version)
        if result not in _UNTOLD:
            told.append((clinic_id, entry.device, entry.seq, entry.kind, entry.record_id, result, event_no))
    _insert(connection, ENTRY, entry_rows)
    _insert(connection, OUTCOME, told)
    _write_standing(connection, clinic_id, known, fresh)


def _entry_row(clinic_id: str, entry: Entry, fate: int) -> SqlRow:
    return (
        clinic_id,
        entry.device,
        entry.seq,
        entry.act,
        entry.verb,
        entry.at,
        entry.wall_at,
        entry.staff,
        entry.kind,
        entry.record_id,
        entry.base,
        entry.body_version,
        entry.body,
        entry.digest,
        fate,
    )


def _version(entry: Entry, is_voided: bool) -> Version:
    return Version(
        key=entry.version_key,
        base=entry.base,
        order=(entry.at, entry.device, entry.seq),
        act=entry.act,
        is_voided=is_voided,
    )


def _known_records(
    connection: sa.Connection,
    clinic_id: str,
    chunk: Sequence[Entry],
    before: Mapping[RecordKey, KnownVersions],
) -> dict[RecordKey, KnownVersions]:
    """The readable versions that are here of the records that the chunk touches.

    What the chunk before it knew is not read again: a record with very many versions may be in every chunk.
    """
    touched = {entry.record_id for entry in chunk}
    known = {key: record for key, record in before.items() if key[1] in touched}
    unknown = touched.difference(record_id for _, record_id in known)
    for row in _rows_of(connection, clinic_id, unknown):
        kind, record_id, device, seq, act, at, base, fate = row
        if fate == rows.UNREADABLE:
            continue
        version = Version(
            key=version_key(device, seq),
            base=base,
            order=(at, device, seq),
            act=act,
            is_voided=fate == rows.VOIDED,
        )
        known.setdefault((kind, record_id), KnownVersions(is_stored=True)).remember(version)
    return known


def _rows_of(
    connection: sa.Connection, clinic_id: str, record_ids: Iterable[str]
) -> Iterator[sa.Row[str, str, str, int, str, int, str | None, int]]:
    c = ENTRY.c
    wanted = sa.select(c.kind, c.record_id, c.device, c.seq, c.act, c.at, c.base, c.fate)
    remaining = iter(sorted(record_ids))
    while some := list(islice(remaining, _ASK_AT_ONCE)):
        yield from connection.execute(wanted.where(c.clinic_id == clinic_id, c.record_id.in_(some)))


def _write_standing(
    connection: sa.Connection,
    clinic_id: str,
    known: Mapping[RecordKey, KnownVersions],
    fresh: dict[str, tuple[Entry, RecordRow]],
) -> None:
    """Heads and current rows of the records that changed. A version that stood before keeps its row."""
    heads: list[SqlRow] = []
    stale_heads: list[SqlRow] = []
    current: dict[str, list[SqlRow]] = {}
    stale: dict[str, list[SqlRow]] = {}
    for (kind, record_id), record in known.items():
        if not record.is_changed:
            continue
        head = record.versions[record.head]
        _, device, seq = head.order
        heads.append((clinic_id, record_id, kind, device, seq, int(record.is_contested)))
        if record.is_stored:
            stale_heads.append((clinic_id, record_id, kind))
        if head.key in fresh:
            entry, row = fresh[head.key]
            place = (record.created_act, device, seq, entry.wall_at)
            current.setdefault(kind, []).append((clinic_id, *row.values, *place))
            if record.is_stored:
                stale.setdefault(kind, []).append((clinic_id, record_id))
        else:
            table = CURRENT[kind]
            same = (table.c.clinic_id == clinic_id) & (table.c.id == record_id)
            connection.execute(table.update().where(same).values(created_act=record.created_act))
        record.is_stored, record.is_changed = True, False
    _delete(connection, HEAD, stale_heads)
    _insert(connection, HEAD, heads)
    for kind, keys in stale.items():
        _delete(connection, CURRENT[kind], keys)
    for kind, values in current.items():
        _insert(connection, CURRENT[kind], values)


def _insert(connection: sa.Connection, table: sa.Table, values: list[SqlRow]) -> None:
    if values:
        connection.exec_driver_sql(_insert_sql(table, connection.dialect), values)


def _delete(connection: sa.Connection, table: sa.Table, keys: list[SqlRow]) -> None:
    if keys:
        connection.exec_driver_sql(_delete_sql(table, connection.dialect), keys)


@cache
def _insert_sql(table: sa.Table, dialect: sa.Dialect) -> str:
    """For `executemany` with one tuple a row in the order of the columns."""
    return str(table.insert().compile(dialect=dialect))


@cache
def _delete_sql(table: sa.Table, dialect: sa.Dialect) -> str:
    same = sa.and_(*(column == sa.bindparam(column.name) for column in table.primary_key))
    return str(table.delete().where(same).compile(dialect=dialect))
