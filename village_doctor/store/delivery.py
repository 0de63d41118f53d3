"""What is between this clinic and its township: the enrolment, the letters sent, the receipts taken in.

Local tables only, neither journaled nor sent (`home.md`); a restored home inherits them. Whoever writes holds the
transaction. What a letter or a receipt must be is `sync`'s business.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import astuple, dataclass, fields
from typing import Final

from village_doctor.domain.record_number import NumberBlock
from village_doctor.store.database import Connection, Row

WAITING: Final = "waiting"
DELIVERED: Final = "delivered"
OUTCOME: Final = "outcome"
DOUBT: Final = "doubt"
REFUSED: Final = "refused"


@dataclass(frozen=True, kw_only=True, slots=True)
class EnrolledTownship:
    """The health centre this clinic is enrolled with. `device`: the one that was invited with `code`.

    `letters_recipient` is where the next letters are sealed to, as the newest receipt says.
    """

    id: str
    name: str
    signing_key: bytes
    letters_recipient: str
    recovery_recipient: str
    code_id: str
    code: bytes
    clinic_code: str
    practice: bool
    device: str
    enrolled_at: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Batch:
    """A letter that was cut. `recipient` is the one its signed header names; `header` the canonical bytes."""

    device: str
    batch_no: int
    chain_device: str
    first_seq: int
    last_seq: int
    header: bytes
    recipient: str
    sha256: str
    created_at: str
    state: str = WAITING

    @property
    def changes(self) -> int:
        return self.last_seq - self.first_seq + 1


@dataclass(frozen=True, kw_only=True, slots=True)
class BatchFile:
    """A file that was written for a letter; the same letter may lie on several sticks."""

    name: str
    device: str
    batch_no: int
    sha256: str
    written_at: str


@dataclass(frozen=True, slots=True)
class ChainMark:
    """How far the township says it holds a device's journal."""

    seq: int
    digest: bytes


@dataclass(frozen=True, kw_only=True, slots=True)
class PeerDevice:
    """A confirmed device of this clinic, as the township signed it."""

    device: str
    certificate: bytes
    signature: bytes
    revoked_after: int | None


@dataclass(frozen=True, kw_only=True, slots=True)
class TakenReceipt:
    """A receipt that was taken in."""

    device: str
    receipt_no: int
    received_at: str
    header: bytes


def _insert(table: str, row_class: type) -> str:
    names = [item.name for item in fields(row_class)]
    return f"INSERT INTO {table} ({', '.join(names)}) VALUES ({', '.join('?' * len(names))})"


def _columns(row_class: type) -> str:
    return ", ".join(item.name for item in fields(row_class))


# --- the township -----------------------------------------------------------------------------------------


def township(connection: Connection) -> EnrolledTownship | None:
    """The health centre this clinic is enrolled with, or None."""
    row = connection.execute(f"SELECT {_columns(EnrolledTownship)} FROM township").fetchone()
    if row is None:
        return None
    values = dict(zip((item.name for item in fields(EnrolledTownship)), row, strict=True))
    return EnrolledTownship(**{**values, "practice": bool(values["practice"])})


def set_township(connection: Connection, enrolled: EnrolledTownship) -> None:
    """In place of the one that was known: there is never more than one."""
    connection.execute("DELETE FROM township")
    connection.execute(_insert("township", EnrolledTownship), astuple(enrolled))


def set_letters_recipient(connection: Connection, recipient: str) -> None:
    connection.execute("UPDATE township SET letters_recipient = ?", (recipient,))


# --- letters ----------------------------------------------------------------------------------------------


def add_batch(connection: Connection, batch: Batch) -> None:
    """Notes a new letter; the key refuses a number used before."""
    connection.execute(_insert("batch", Batch), astuple(batch))


def batches(connection: Connection, device: str) -> list[Batch]:
    """Every letter of this sender, oldest first."""
    return _batches(connection, "device = ? ORDER BY batch_no", (device,))


def batch(connection: Connection, device: str, batch_no: int) -> Batch | None:
    found = _batches(connection, "device = ? AND batch_no = ?", (device, batch_no))
    return found[0] if found else None


def waiting_batches(connection: Connection, device: str) -> list[Batch]:
    """The letters of this sender that no receipt covers, oldest first."""
    return _batches(connection, "device = ? AND state = ? ORDER BY batch_no", (device, WAITING))


def _batches(connection: Connection, where: str, values: Sequence[object]) -> list[Batch]:
    names = [item.name for item in fields(Batch)]
    rows = connection.execute(f"SELECT {_columns(Batch)} FROM batch WHERE {where}", values)
    return [Batch(**dict(zip(names, row, strict=True))) for row in rows]


def last_batch(connection: Connection, device: str) -> Batch | None:
    """The sender's newest letter."""
    found = _batches(connection, "device = ? ORDER BY batch_no DESC LIMIT 1", (device,))
    return found[0] if found else None


def ranges_sent(connection: Connection, device: str, chain_device: str) -> list[tuple[int, int]]:
    """First and last number of every letter of this sender that is a piece of that device's journal."""
    rows = connection.execute(
        "SELECT first_seq, last_seq FROM batch WHERE device = ? AND chain_device = ? ORDER BY first_seq",
        (device, chain_device),
    )
    return [(int(first), int(last)) for first, last in rows]


def deliver_up_to(connection: Connection, device: str, batch_no: int) -> tuple[list[Batch], list[Batch]]:
    """Letters up to that number are delivered, all others wait: (newly delivered, waiting again)."""
    known = batches(connection, device)
    newly = [one for one in known if one.batch_no <= batch_no and one.state != DELIVERED]
    again = [one for one in known if one.batch_no > batch_no and one.state == DELIVERED]
    connection.execute(
        "UPDATE batch SET state = CASE WHEN batch_no <= ? THEN ? ELSE ? END WHERE device = ?",
        (batch_no, DELIVERED, WAITING, device),
    )
    return newly, again


def begin_again(connection: Connection, device: str) -> None:
    """Takes back everything the township has ever said: nothing is confirmed, nothing delivered. Receipts stay, so that
    an old one is still known as old."""
    set_chain_marks(connection, {})
    set_peer_devices(connection, ())
    deliver_up_to(connection, device, 0)


def add_file(connection: Connection, file: BatchFile) -> None:
    """Notes a file that was written for a letter."""
    connection.execute(_insert("batch_file", BatchFile), astuple(file))


def senders(connection: Connection) -> frozenset[str]:
    """The devices that ever cut a letter here."""
    return frozenset(row[0] for row in connection.execute("SELECT DISTINCT device FROM batch"))


def files_of(connection: Connection, device: str, batch_no: int) -> list[BatchFile]:
    """Every file that was written for this letter, newest first."""
    return _files(
        connection, "f.device = ? AND f.batch_no = ? ORDER BY written_at DESC, name", (device, batch_no)
    )


def files_covered(connection: Connection) -> list[BatchFile]:
    """Files of letters that a receipt covers: this device's own, and those of the ones before it."""
    return _files(
        connection,
        "b.state = ? OR (b.device <> (SELECT id FROM device WHERE is_current = 1) AND "
        "b.last_seq <= (SELECT m.seq FROM chain_mark AS m WHERE m.device = b.chain_device)) ORDER BY f.name",
        (DELIVERED,),
    )


def _files(connection: Connection, where: str, values: Sequence[object]) -> list[BatchFile]:
    names = [item.name for item in fields(BatchFile)]
    rows = connection.execute(
        f"SELECT {', '.join(f'f.{name}' for name in names)} FROM batch_file AS f "
        f"JOIN batch AS b ON b.device = f.device AND b.batch_no = f.batch_no WHERE {where}",
        values,
    )
    return [BatchFile(**dict(zip(names, row, strict=True))) for row in rows]


def last_written_at(connection: Connection) -> str | None:
    """When a letter was last written into a folder."""
    row = connection.execute("SELECT max(written_at) FROM batch_file").fetchone()
    return None if row[0] is None else str(row[0])


# --- receipts ---------------------------------------------------------------------------------------------


def chain_marks(connection: Connection) -> dict[str, ChainMark]:
    """How far the township says it holds the journal of each device."""
    rows = connection.execute("SELECT device, seq, digest FROM chain_mark")
    return {device: ChainMark(seq, digest) for device, seq, digest in rows}


def set_chain_marks(connection: Connection, marks: Mapping[str, ChainMark]) -> None:
    """In place of all marks that were known."""
    connection.execute("DELETE FROM chain_mark")
    connection.executemany(
        "INSERT INTO chain_mark (device, seq, digest) VALUES (?, ?, ?)",
        [(device, mark.seq, mark.digest) for device, mark in sorted(marks.items())],
    )


def add_receipt(connection: Connection, receipt: TakenReceipt) -> None:
    connection.execute(_insert("receipt", TakenReceipt), astuple(receipt))


def newest_receipt(connection: Connection, device: str | None = None) -> TakenReceipt | None:
    """The newest receipt to this device, or to any device of this home."""
    where, values = ("device = ?", (device,)) if device is not None else ("1", ())
    row: Row | None = connection.execute(
        f"SELECT {_columns(TakenReceipt)} FROM receipt WHERE {where} ORDER BY receipt_no DESC LIMIT 1", values
    ).fetchone()
    if row is None:
        return None
    return TakenReceipt(**dict(zip((item.name for item in fields(TakenReceipt)), row, strict=True)))


def add_line(connection: Connection, kind: str, key: str, body: str) -> None:
    """Notes a line (canonical JSON); what is told again under the same key replaces what was told."""
    connection.execute(
        "INSERT INTO receipt_line (kind, key, body) VALUES (?, ?, ?) "
        "ON CONFLICT (kind, key) DO UPDATE SET body = excluded.body",
        (kind, key, body),
    )


def clear_lines(connection: Connection, kind: str) -> None:
    connection.execute("DELETE FROM receipt_line WHERE kind = ?", (kind,))


def lines(connection: Connection, kind: str) -> list[str]:
    """Canonical JSON of every line of this kind that is known."""
    rows = connection.execute("SELECT body FROM receipt_line WHERE kind = ? ORDER BY key", (kind,))
    return [str(row[0]) for row in rows]


def peer_devices(connection: Connection) -> dict[str, PeerDevice]:
    """The confirmed devices of this clinic, this one included once it is."""
    names = [item.name for item in fields(PeerDevice)]
    rows = connection.execute(f"SELECT {_columns(PeerDevice)} FROM peer_device")
    return {row[0]: PeerDevice(**dict(zip(names, row, strict=True))) for row in rows}


def set_peer_devices(connection: Connection, devices: Iterable[PeerDevice]) -> None:
    """In place of all that were known."""
    connection.execute("DELETE FROM peer_device")
    connection.executemany(_insert("peer_device", PeerDevice), [astuple(device) for device in devices])


# --- how much is delivered --------------------------------------------------------------------------------


def entries_delivered(connection: Connection) -> int:
    """How many entries of our journal the township says it holds."""
    row = connection.execute(
        "SELECT coalesce(sum(min(m.seq, (SELECT max(seq) FROM journal AS j WHERE j.device = m.device))), 0) "
        "FROM chain_mark AS m"
    ).fetchone()
    return int(row[0])


def oldest_undelivered_at(connection: Connection) -> str | None:
    """When the oldest entry was written that the township does not hold yet, by that computer's clock."""
    row = connection.execute(
        # CROSS: a few devices first, or the whole journal is searched for them.
        "SELECT min(j.wall_at) FROM device_start AS d CROSS JOIN journal AS j ON j.device = d.id "
        "AND j.seq = coalesce((SELECT m.seq FROM chain_mark AS m WHERE m.device = d.id), 0) + 1"
    ).fetchone()
    return None if row[0] is None else str(row[0])


# --- human numbers from blocks ----------------------------------------------------------------------------


def newest_household_numbers(connection: Connection, blocks: Iterable[NumberBlock]) -> list[str]:
    """The greatest household number within each block, voided records included: none is ever reused."""
    return _greatest(connection, "household", "number", "", blocks)


def newest_record_numbers(
    connection: Connection, village_code: str, blocks: Iterable[NumberBlock]
) -> list[str]:
    """The greatest record number of a village within each block, voided records included."""
    return _greatest(connection, "resident", "record_number", village_code, blocks)


def newest_contract_numbers(connection: Connection, year: int, blocks: Iterable[NumberBlock]) -> list[str]:
    """The greatest number of a year within each block, voided contracts included."""
    return _greatest(connection, "contract", "number", f"{year}-", blocks)


def _greatest(
    connection: Connection, table: str, column: str, prefix: str, blocks: Iterable[NumberBlock]
) -> list[str]:
    found = []
    for block in blocks:
        row = connection.execute(
            f"SELECT max({column}) FROM {table} WHERE {column} BETWEEN ? AND ?",
            (prefix + block.first_serial, prefix + block.last_serial),
        ).fetchone()
        if row[0] is not None:
            found.append(str(row[0]))
    return found
