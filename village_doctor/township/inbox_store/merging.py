"""Takes entries into the inbox in bulk. Which version stands is decided by `domain.changes.merge`, so that the tables
depend only on the set of entries, never on their order or on how letters were cut.

An entry that this version cannot read is kept with the outcome `invalid` and takes no part in what stands.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache
from itertools import islice
from typing import Final

import sqlalchemy as sa

from village_doctor.domain.changes.entry import GENESIS, Entry
from village_doctor.domain.changes.merge import (
    ADDED,
    IDENTICAL,
    INVALID,
    UPDATED,
    VOIDED,
    Version,
    outcome,
    standing,
)
from village_doctor.township.inbox_store import rows
from village_doctor.township.inbox_store.rows import RecordRow, row_of
from village_doctor.township.inbox_store.schema import CURRENT, DERIVED, ENTRY, HEAD, OUTCOME

CHUNK: Final = 1_000
_UNTOLD: Final = frozenset({ADDED, UPDATED, IDENTICAL})
_ASK_AT_ONCE: Final = 500  # names in one IN list

RecordKey = tuple[str, str]  # kind, id
SqlRow = tuple[str | int | bytes | None, ...]


@dataclass(frozen=True, slots=True)
class ChainEnd:
    """How far a device's journal is here; 0 and the genesis digest before its first entry."""

    seq: int = 0
    digest: bytes = GENESIS


@dataclass(slots=True)
class _Known:
    """All readable versions of one record, and what stands among them."""

    versions: dict[str, Version] = field(default_factory=dict)
    bases: set[str | None] = field(default_factory=set)
    head: str = ""
    created_act: str = ""
    has_root: bool = False
    is_contested: bool = False
    is_stored: bool = False
    is_changed: bool = False

    def add(self, version: Version) -> str:
        """Takes in one more version and says what that means (the outcome)."""
        if version.key in self.versions:
            return IDENTICAL
        result = self._extend(version) if self._follows(version) else self._decide(version)
        self.is_changed = True
        return result

    def _follows(self, version: Version) -> bool:
        """Does it simply replace the one leaf there is? Then nothing needs to be weighed."""
        return (
            version.base == self.head
            and self.has_root
            and not self.is_contested
            and version.key not in self.bases
        )

    def _extend(self, version: Version) -> str:
        was_voided = self.versions[self.head].is_voided
        self._remember(version)
        self.head = version.key
        return VOIDED if version.is_voided and not was_voided else UPDATED

    def _decide(self, version: Version) -> str:
        if not self.versions:
            return self._begin(version)
        result = outcome(self.versions.values(), version)
        self._remember(version)
        self.settle()
        return result

    def _begin(self, version: Version) -> str:
        self._remember(version)
        self.head, self.created_act, self.has_root = version.key, version.act, version.base is None
        return VOIDED if version.is_voided else ADDED

    def _remember(self, version: Version) -> None:
        self.versions[version.key] = version
        self.bases.add(version.base)

    def settle(self) -> None:
        """Finds out what stands among the versions."""
        stands = standing(self.versions.values())
        self.head = stands.head.key
        self.created_act = stands.created_act
        self.is_contested = bool(stands.losers)
        self.has_root = None in self.bases


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
    waiting = iter(entries)
    taken = 0
    while chunk := list(islice(waiting, CHUNK)):
        _take_chunk(connection, clinic_id, chunk, event_no)
        taken += len(chunk)
    return taken


def drop_derived(connection: sa.Connection) -> None:
    """Empties every table that `rebuild` makes again."""
    for table in DERIVED:
        connection.execute(table.delete())


def _take_chunk(connection: sa.Connection, clinic_id: str, chunk: Sequence[Entry], event_no: int) -> None:
    known = _known_records(connection, clinic_id, chunk)
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
            result = known.setdefault((entry.kind, entry.record_id), _Known()).add(version)
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
    connection: sa.Connection, clinic_id: str, chunk: Sequence[Entry]
) -> dict[RecordKey, _Known]:
    """The readable versions that are here of the records that the chunk touches."""
    known: dict[RecordKey, _Known] = {}
    for row in _rows_of(connection, clinic_id, {entry.record_id for entry in chunk}):
        kind, record_id, device, seq, act, at, base, fate = row
        if fate == rows.UNREADABLE:
            continue
        version = Version(
            key=f"{device}/{seq}", base=base, order=(at, device, seq), act=act, is_voided=fate == rows.VOIDED
        )
        record = known.setdefault((kind, record_id), _Known(is_stored=True))
        record.versions[version.key] = version
        record.bases.add(base)
    for record in known.values():
        record.settle()
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
    known: dict[RecordKey, _Known],
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
