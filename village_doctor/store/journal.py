"""The append-only journal: writing, verifying, replaying, and taking in another device's entries.

Replaying the journal into an empty store gives exactly the same journaled tables (`home.md`).
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, fields
from itertools import zip_longest
from typing import Final, NamedTuple

from village_doctor.domain.changes.canonical import NotCanonical
from village_doctor.domain.changes.codec import UnreadableBody, decode_record
from village_doctor.domain.changes.entry import GENESIS, Entry, digest_matches, version_key
from village_doctor.domain.changes.merge import IDENTICAL, Standing, Version, outcome, standing
from village_doctor.domain.changes.upgrade import upgrade
from village_doctor.domain.kinds import KINDS
from village_doctor.domain.problems import Problem
from village_doctor.domain.records import Record
from village_doctor.store.database import Connection, Row
from village_doctor.store.errors import DatabaseError
from village_doctor.store.tables import upsert

COLUMNS: Final = tuple(item.name for item in fields(Entry))
_LIST: Final = ", ".join(COLUMNS)
_INSERT: Final = f"INSERT INTO journal ({_LIST}) VALUES ({', '.join('?' * len(COLUMNS))})"
_HEAD: Final = (
    "INSERT INTO record_head (kind, record_id, device, seq) VALUES (?, ?, ?, ?) "
    "ON CONFLICT (record_id, kind) DO UPDATE SET device = excluded.device, seq = excluded.seq"
)

Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class LastEntry:
    """Where a device's chain ends. `seq` 0 and the genesis digest before its first entry."""

    device: str
    seq: int = 0
    digest: bytes = GENESIS
    at: int = 0


def append(connection: Connection, entry: Entry) -> None:
    """Writes one entry; the primary key refuses a number used before."""
    connection.execute(_INSERT, tuple(getattr(entry, name) for name in COLUMNS))


def set_head(connection: Connection, entry: Entry) -> None:
    connection.execute(_HEAD, (entry.kind, entry.record_id, entry.device, entry.seq))


def head_of(connection: Connection, kind: str, record_id: str) -> tuple[str, int] | None:
    """`device/seq` of the version that stands and its clock, or None for an unknown record."""
    row = connection.execute(
        "SELECT h.device, h.seq, j.at FROM record_head AS h "
        "JOIN journal AS j ON j.device = h.device AND j.seq = h.seq WHERE h.record_id = ? AND h.kind = ?",
        (record_id, kind),
    ).fetchone()
    return None if row is None else (version_key(row[0], row[1]), int(row[2]))


def last_of(connection: Connection, device: str) -> LastEntry:
    """Where the device's chain ends."""
    row = connection.execute(
        "SELECT seq, digest, at FROM journal WHERE device = ? ORDER BY seq DESC LIMIT 1", (device,)
    ).fetchone()
    return LastEntry(device) if row is None else LastEntry(device, *row)


def highest_seq(connection: Connection, device: str) -> int:
    """The greatest number the device's entries carry, 0 for none; read from the key alone."""
    row = connection.execute("SELECT max(seq) FROM journal WHERE device = ?", (device,)).fetchone()
    return int(row[0] or 0)


def newest_at(connection: Connection) -> int:
    """The greatest hybrid clock value of all devices, 0 in an empty journal."""
    rows = connection.execute(
        "SELECT (SELECT at FROM journal AS j WHERE j.device = d.id ORDER BY seq DESC LIMIT 1) "
        "FROM device_start AS d"
    )
    return max((row[0] for row in rows if row[0] is not None), default=0)


def devices(connection: Connection) -> tuple[str, ...]:
    return tuple(r[0] for r in connection.execute("SELECT DISTINCT device FROM journal ORDER BY device"))


def count(connection: Connection) -> int:
    return int(connection.execute("SELECT count(*) FROM journal").fetchone()[0])


def newest_wall_at(connection: Connection) -> str | None:
    """When the last entry of any device was written, by that computer's clock."""
    row = connection.execute(
        "SELECT max((SELECT j.wall_at FROM journal AS j WHERE j.device = d.id ORDER BY j.seq DESC LIMIT 1)) "
        "FROM device_start AS d"
    ).fetchone()
    return None if row[0] is None else str(row[0])


def entries(
    connection: Connection, where: str = "1", values: Iterable[object] = (), order: str = "device, seq"
) -> Iterator[Entry]:
    """Entries whose row satisfies the SQL condition."""
    for row in connection.execute(
        f"SELECT {_LIST} FROM journal WHERE {where} ORDER BY {order}", tuple(values)
    ):
        yield _entry(row)


class Outline(NamedTuple):
    """An entry without its body: what cutting a journal into letters looks at. `size`: bytes of the body."""

    seq: int
    act: str
    kind: str
    size: int
    digest: bytes


def outlines(connection: Connection, device: str, first: int, last: int) -> Iterator[Outline]:
    """The outlines of one stretch of a device's journal, in order."""
    rows = connection.execute(
        "SELECT seq, act, kind, length(body), digest FROM journal "
        "WHERE device = ? AND seq BETWEEN ? AND ? ORDER BY seq",
        (device, first, last),
    )
    return (Outline(*row) for row in rows)


def _entry(row: Row) -> Entry:
    return Entry(**dict(zip(COLUMNS, row, strict=True)))


def history(connection: Connection, kind: str, record_id: str) -> tuple[Entry, ...]:
    """Every version of one record, oldest first by the hybrid clock."""
    where = "record_id = ? AND kind = ?"
    return tuple(entries(connection, where, (record_id, kind), "at, device, seq"))


def entry_record(entry: Entry) -> Record:
    """The record version an entry holds, lifted to the current shape. Raises Problem `journal-damaged`."""
    try:
        return decode_record(entry.kind, entry.record_id, upgrade(entry.kind, entry.body_version, entry.body))
    except (NotCanonical, UnreadableBody) as error:
        raise Problem("journal-damaged", seq=entry.seq) from error


def verify(connection: Connection, progress: Progress | None = None) -> int:
    """Checks every device's numbers and digests; returns the number of entries.

    Raises Problem `journal-damaged` at the first entry that does not follow from the one before.
    """
    total = count(connection)
    checked = 0
    last = LastEntry("")
    for entry in entries(connection):
        if entry.device != last.device:
            last = LastEntry(entry.device)
        if entry.seq != last.seq + 1 or not digest_matches(last.digest, entry):
            raise Problem("journal-damaged", seq=entry.seq)
        last = LastEntry(entry.device, entry.seq, entry.digest)
        checked += 1
        if progress is not None and checked % 500 == 0:
            progress(checked, total)
    return checked


def replay(source: Connection, target: Connection, progress: Progress | None = None) -> None:
    """Takes every entry of `source` into the empty store `target`, in clock order, in one transaction."""
    take_in(target, entries(source, order="at, device, seq"), progress, count(source))


def take_in(
    connection: Connection,
    incoming: Iterable[Entry],
    progress: Progress | None = None,
    total: int = 0,
) -> dict[str, int]:
    """Takes in verified entries of any devices; returns how often each outcome came.

    Idempotent. The caller has verified the chains and holds a transaction with deferred foreign keys or
    lets this function open one. Raises Problem `fork` when (device, seq) is known with another digest.
    """
    outcomes: dict[str, int] = {}
    is_outer = not connection.in_transaction
    if is_outer:
        connection.execute("BEGIN IMMEDIATE")
    connection.execute("PRAGMA defer_foreign_keys = ON")
    try:
        for number, entry in enumerate(incoming, 1):
            result = _take_in_one(connection, entry)
            outcomes[result] = outcomes.get(result, 0) + 1
            if progress is not None and number % 500 == 0:
                progress(number, total)
        if is_outer:
            connection.execute("COMMIT")  # refused where a reference leads nowhere
    except BaseException:
        if is_outer and connection.in_transaction:
            connection.execute("ROLLBACK")
        raise
    return outcomes


def _take_in_one(connection: Connection, entry: Entry) -> str:
    known = connection.execute(
        "SELECT digest FROM journal WHERE device = ? AND seq = ?", (entry.device, entry.seq)
    ).fetchone()
    if known is not None:
        if known[0] != entry.digest:
            raise Problem("fork", seq=entry.seq)
        return IDENTICAL
    before = {e.version_key: e for e in history(connection, entry.kind, entry.record_id)}
    versions = [_version(item) for item in before.values()]
    result = outcome(versions, _version(entry))
    append(connection, entry)
    stands = standing([*versions, _version(entry)])
    _write_standing(
        connection, entry if stands.head.key == entry.version_key else before[stands.head.key], stands
    )
    return result


def _write_standing(connection: Connection, head: Entry, stands: Standing) -> None:
    upsert(connection, head.kind, entry_record(head), stands.created_act)
    set_head(connection, head)


def _version(entry: Entry) -> Version:
    return Version(
        key=entry.version_key,
        base=entry.base,
        order=(entry.at, entry.device, entry.seq),
        act=entry.act,
        is_voided=b'"voided_at":' in entry.body and entry_record(entry).is_voided,
    )


def concurrent_losers(connection: Connection) -> tuple[tuple[str, str, tuple[str, ...]], ...]:
    """Records with concurrent versions: (kind, id, keys of the kept versions that do not stand)."""
    found = []
    rows = connection.execute(
        "SELECT kind, record_id FROM journal GROUP BY kind, record_id HAVING count(DISTINCT device) > 1"
    ).fetchall()
    for kind, record_id in rows:
        losers = standing([_version(e) for e in history(connection, kind, record_id)]).losers
        if losers:
            found.append((kind, record_id, tuple(loser.key for loser in losers)))
    return tuple(found)


def differing_table(one: Connection, other: Connection) -> str | None:
    """The first journaled table whose rows differ between two stores, or None: what a replay must keep equal."""
    for name, order in (*((kind, "id") for kind in KINDS), ("record_head", "kind, record_id")):
        sql = f"SELECT * FROM {name} ORDER BY {order}"
        pairs = zip_longest(one.execute(sql), other.execute(sql))
        if any(tuple(left or ()) != tuple(right or ()) for left, right in pairs):
            return name
    return None


def salvage(connection: Connection, device: str, after: LastEntry) -> Iterator[Entry]:
    """Entries of a device after `after` for as long as the chain holds and the file can be read."""
    last = after
    rows = entries(connection, "device = ? AND seq > ?", (device, after.seq))
    while True:
        try:
            entry = next(rows, None)
        except DatabaseError:
            return
        if entry is None or entry.seq != last.seq + 1 or not digest_matches(last.digest, entry):
            return
        yield entry
        last = LastEntry(device, entry.seq, entry.digest)
