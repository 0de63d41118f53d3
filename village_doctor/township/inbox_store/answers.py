"""What receipts are made of, and which receipts were made."""

from dataclasses import dataclass
from typing import Final

import sqlalchemy as sa

from village_doctor.township.inbox_store import registry
from village_doctor.township.inbox_store.letters import FORK, REFUSED
from village_doctor.township.inbox_store.registry import DeviceRow
from village_doctor.township.inbox_store.schema import DEVICE, HEAD, LETTER, OUTCOME, QUARANTINE, RECEIPT

_CLOCKS_DIFFER: Final = 24 * 60 * 60 * 1000  # milliseconds


@dataclass(frozen=True, kw_only=True, slots=True)
class ReceiptRow:
    """A receipt that was made. It tells of everything up to `event_no`; the file is None until it was written."""

    clinic_id: str
    device: str
    receipt_no: int
    event_no: int
    created_at: str
    file_name: str | None = None
    file_sha256: str | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class OutcomeRow:
    """What taking in an entry meant, and which version of the record stands now."""

    device: str
    seq: int
    kind: str
    record_id: str
    outcome: str
    winner: str | None


@dataclass(frozen=True, kw_only=True, slots=True)
class RefusedRow:
    """A letter of a device that was refused after its signature had been verified."""

    sha256: str
    batch_no: int
    reason: str


def last_receipt(connection: sa.Connection, clinic_id: str, device: str) -> ReceiptRow | None:
    c = RECEIPT.c
    wanted = sa.select(RECEIPT).where(c.clinic_id == clinic_id, c.device == device)
    row = connection.execute(wanted.order_by(c.receipt_no.desc()).limit(1)).mappings().one_or_none()
    return None if row is None else ReceiptRow(**row)


def note_seen(connection: sa.Connection, device: DeviceRow, receipt_no: int, now: int) -> None:
    """Notes the newest receipt that the device says it has taken in; `now` in milliseconds since 1970.

    One that this office has not given may come from the time before it was put back from a copy: then its number is
    not greater than the time of its making. A number that none can have is passed over.
    """
    last = last_receipt(connection, device.clinic_id, device.device)
    if receipt_no <= max(now + _CLOCKS_DIFFER, last.receipt_no if last else 0):
        registry.note_receipt_seen(connection, device, receipt_no)


def told_up_to(connection: sa.Connection, clinic_id: str, device: str, receipt_no: int) -> int:
    """The event that the newest receipt up to that number reached to; 0 where none of ours is known."""
    c = RECEIPT.c
    found = connection.scalar(
        sa.select(sa.func.max(c.event_no)).where(
            c.clinic_id == clinic_id, c.device == device, c.receipt_no <= receipt_no
        )
    )
    return int(found or 0)


def heard_of_revocation(connection: sa.Connection, clinic_id: str, device: str, receipt_no: int) -> bool:
    """Does the receipt with that number, the newest that the revoked device has taken in, tell that it is revoked?"""
    c = DEVICE.c
    revoked = connection.scalar(sa.select(c.event_no).where(c.clinic_id == clinic_id, c.device == device))
    return told_up_to(connection, clinic_id, device, receipt_no) >= int(revoked or 0)


def add_receipt(connection: sa.Connection, row: ReceiptRow) -> None:
    connection.execute(
        RECEIPT.insert().values(
            clinic_id=row.clinic_id,
            device=row.device,
            receipt_no=row.receipt_no,
            event_no=row.event_no,
            created_at=row.created_at,
        )
    )


def note_receipt_file(connection: sa.Connection, row: ReceiptRow, name: str, sha256: str) -> None:
    c = RECEIPT.c
    connection.execute(
        RECEIPT.update()
        .where(c.clinic_id == row.clinic_id, c.device == row.device, c.receipt_no == row.receipt_no)
        .values(file_name=name, file_sha256=sha256)
    )


def written_receipts(connection: sa.Connection, clinic_id: str, device: str) -> tuple[ReceiptRow, ...]:
    """The device's receipts that lie, or lay, as files somewhere; oldest first."""
    c = RECEIPT.c
    found = sa.select(RECEIPT).where(c.clinic_id == clinic_id, c.device == device, c.file_name.is_not(None))
    return tuple(ReceiptRow(**row) for row in connection.execute(found.order_by(c.receipt_no)).mappings())


def changed_at(connection: sa.Connection, clinic_id: str) -> int:
    """The newest event of a clinic."""
    newest = (
        connection.scalar(sa.select(sa.func.max(table.c.event_no)).where(table.c.clinic_id == clinic_id))
        for table in (LETTER, DEVICE, QUARANTINE)
    )
    return max(int(number or 0) for number in newest)


def outcomes_since(connection: sa.Connection, clinic_id: str, event_no: int) -> tuple[OutcomeRow, ...]:
    c = OUTCOME.c
    head = HEAD
    joined = OUTCOME.outerjoin(
        head,
        (head.c.clinic_id == c.clinic_id) & (head.c.record_id == c.record_id) & (head.c.kind == c.kind),
    )
    rows = connection.execute(
        sa.select(c.device, c.seq, c.kind, c.record_id, c.outcome, head.c.device, head.c.seq)
        .select_from(joined)
        .where(c.clinic_id == clinic_id, c.event_no > event_no)
        .order_by(c.event_no, c.device, c.seq)
    )
    return tuple(
        OutcomeRow(
            device=device,
            seq=seq,
            kind=kind,
            record_id=record_id,
            outcome=outcome,
            winner=None if head_device is None else f"{head_device}/{head_seq}",
        )
        for device, seq, kind, record_id, outcome, head_device, head_seq in rows
    )


def refused_since(
    connection: sa.Connection, clinic_id: str, device: str, event_no: int
) -> tuple[RefusedRow, ...]:
    """The device's forks, letters refused after they had waited, and those in quarantine; by number."""
    letter, kept = LETTER.c, QUARANTINE.c
    forks = sa.select(letter.sha256, letter.batch_no, letter.reason).where(
        letter.clinic_id == clinic_id,
        letter.device == device,
        letter.state.in_((FORK, REFUSED)),
        letter.event_no > event_no,
    )
    others = sa.select(kept.sha256, kept.batch_no, kept.reason).where(
        kept.clinic_id == clinic_id, kept.device == device, kept.event_no > event_no
    )
    rows = sorted(
        {tuple(row) for select in (forks, others) for row in connection.execute(select)}, key=_order
    )
    return tuple(RefusedRow(sha256=sha256, batch_no=no, reason=reason) for sha256, no, reason in rows)


def _order(row: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(str(value).zfill(20) for value in (row[1], row[0], row[2]))
