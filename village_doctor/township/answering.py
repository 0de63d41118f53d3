"""Writes the township's answers: for each device of a clinic what is held, doubted and refused, and what others wrote.

A receipt says everything since the last one that the device is known to have taken in, so a lost one loses nothing. What is in
it and in which order it is written: `receipt.md`.
"""

import logging
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from village_doctor import __version__
from village_doctor.domain.changes.clock import milliseconds
from village_doctor.domain.changes.codec import instant_text
from village_doctor.domain.problems import Problem
from village_doctor.sync import courier
from village_doctor.sync.lines import EnvelopeWrong
from village_doctor.sync.receipts import (
    ChainMark,
    DeviceNotice,
    DoubtLine,
    Enclosure,
    Line,
    OutcomeLine,
    ReceiptHeader,
    RefusedLine,
    counts_of,
    write_receipt,
)
from village_doctor.sync.seal import SealBroken, TooLarge, decompressed, seal
from village_doctor.township.inbox_store import answers, doubtful, letters, merging, registry
from village_doctor.township.inbox_store.answers import ReceiptRow
from village_doctor.township.inbox_store.inbox import Connection
from village_doctor.township.inbox_store.letters import LetterRow
from village_doctor.township.inbox_store.registry import ClinicRow, DeviceRow
from village_doctor.township.office import Office
from village_doctor.township.taking_in import MOST_TOLD, missing_before
from village_doctor.township.telling import waiting_devices

logger = logging.getLogger(__name__)
Progress = Callable[[str, int, int], None]
STAGE: Final = "receipts"
# A header has room for that many; what is left comes with the next receipt, when the first has been taken in.
_MOST_ENCLOSURES: Final = 200
# Of a receipt that no reader would take, and of kept letters that are not what they were.
_UNWRITABLE: Final = (ValueError, EnvelopeWrong, SealBroken, TooLarge)


@dataclass(frozen=True, kw_only=True, slots=True)
class Answered:
    """`written`: receipts; `already_there`: ones that lie in the folder and have nothing to add; `removed`: superseded
    ones; `enclosed`: letters of other devices inside the written ones; `waiting_devices`: computers that cannot be
    answered because nobody has confirmed them; `failed`: codes of clinics with a receipt that could not be made."""

    written: int
    already_there: int
    removed: int
    enclosed: int
    waiting_devices: int
    failed: tuple[str, ...] = ()

    @property
    def problem(self) -> Problem | None:
        """What is to be told of the clinics in `failed`."""
        return Problem("receipt-unwritable", codes="、".join(self.failed)) if self.failed else None


@dataclass(frozen=True, kw_only=True, slots=True)
class _Receipt:
    """One receipt, ready to be written."""

    row: ReceiptRow
    recipient: str
    header: ReceiptHeader
    lines: tuple[Line, ...]
    enclosed: tuple[LetterRow, ...]


def answer(
    office: Office, folder: Path, *, clinic_code: str | None = None, progress: Progress | None = None
) -> Answered:
    """Writes a receipt for every confirmed device that has something to be told, and for a revoked one until it has
    taken in a receipt that says so.

    `progress` is called between receipts and may raise Problem `cancelled`. Raises Problem `clinic-unknown`,
    `folder-missing`, `folder-full`, `folder-read-only`, `folder-differs` …
    """
    devices = _devices(office, clinic_code)
    courier.clear_leftovers(folder)
    written = there = removed = enclosed = 0
    failed: list[str] = []
    for number, (clinic, device) in enumerate(devices):
        if progress is not None:
            progress(STAGE, number, len(devices))
        if _has_nothing_new(office, device, folder):
            there += _last_is_there(office, device, folder)
            continue
        try:
            receipt = _prepare(office, clinic, device)
            _write(office, receipt, folder)
        except _UNWRITABLE:
            # One clinic must not keep the others from their answers; its next receipt says everything again.
            logger.exception("a receipt cannot be made")
            failed.append(clinic.code)
            continue
        written += 1
        enclosed += len(receipt.enclosed)
        removed += _remove_older(office, receipt.row, folder)
    return Answered(
        written=written,
        already_there=there,
        removed=removed,
        enclosed=enclosed,
        waiting_devices=_count_waiting(office, clinic_code),
        failed=tuple(dict.fromkeys(failed)),
    )


def _devices(office: Office, clinic_code: str | None) -> list[tuple[ClinicRow, DeviceRow]]:
    with office.inbox.reading() as connection:
        clinics = registry.clinics(connection)
        if clinic_code is not None:
            clinics = tuple(clinic for clinic in clinics if clinic.code == clinic_code)
            if not clinics:
                raise Problem("clinic-unknown", code=clinic_code)
        return [
            (clinic, device)
            for clinic in clinics
            for device in registry.devices_of(connection, clinic.clinic_id)
            if _is_answered(connection, device)
        ]


def _is_answered(connection: Connection, device: DeviceRow) -> bool:
    if device.state != registry.REVOKED:
        return device.state == registry.CONFIRMED
    return not answers.heard_of_revocation(connection, device.clinic_id, device.device, device.receipt_seen)


def _count_waiting(office: Office, clinic_code: str | None) -> int:
    with office.inbox.reading() as connection:
        waiting = waiting_devices(connection)
    return sum(clinic_code in (None, one.clinic_code) for one in waiting)


# --- is there anything to tell ----------------------------------------------------------------------------------------


def _has_nothing_new(office: Office, device: DeviceRow, folder: Path) -> bool:
    """Did the last receipt say everything, and was it taken in, or does it still lie in the folder?"""
    with office.inbox.reading() as connection:
        last = answers.last_receipt(connection, device.clinic_id, device.device)
        if last is None or answers.changed_at(connection, device.clinic_id) > last.event_no:
            return False
        if device.receipt_seen >= last.receipt_no:
            return not _enclosed(connection, device)
    return _lies_there(last, folder)


def _last_is_there(office: Office, device: DeviceRow, folder: Path) -> bool:
    with office.inbox.reading() as connection:
        last = answers.last_receipt(connection, device.clinic_id, device.device)
    return last is not None and _lies_there(last, folder)


def _lies_there(receipt: ReceiptRow, folder: Path) -> bool:
    """Is its file in the folder, unchanged?"""
    if receipt.file_name is None or receipt.file_sha256 is None:
        return False
    # One that cannot be read is written anew, and that tells what is wrong.
    return courier.lies_there(folder, receipt.file_name, receipt.file_sha256)


# --- what is in it ----------------------------------------------------------------------------------------------------


def _prepare(office: Office, clinic: ClinicRow, device: DeviceRow) -> _Receipt:
    """Notes the number and gathers what belongs in it, as of one state of the inbox."""
    now = office.now()
    with office.inbox.writing() as connection:
        last = answers.last_receipt(connection, device.clinic_id, device.device)
        row = ReceiptRow(
            clinic_id=device.clinic_id,
            device=device.device,
            receipt_no=max(milliseconds(now), last.receipt_no + 1 if last else 1, device.receipt_seen + 1),
            event_no=registry.last_event(connection),
            created_at=instant_text(now),
        )
        answers.add_receipt(connection, row)
        enclosed = _enclosed(connection, device)
        lines = tuple(_lines(connection, device))
        header = _header(office, connection, clinic, device, row, lines, enclosed)
    return _Receipt(row=row, recipient=device.recipient, header=header, lines=lines, enclosed=enclosed)


def _header(
    office: Office,
    connection: Connection,
    clinic: ClinicRow,
    device: DeviceRow,
    row: ReceiptRow,
    lines: tuple[Line, ...],
    enclosed: tuple[LetterRow, ...],
) -> ReceiptHeader:
    mark = letters.last_taken(connection, device.clinic_id, device.device)
    waiting = letters.numbers(connection, device.clinic_id, device.device, letters.WAITING)
    return ReceiptHeader(
        app=__version__,
        township_id=office.id,
        township_name=office.name,
        signing_key=office.signing.public,
        clinic_id=clinic.clinic_id,
        clinic_code=clinic.code,
        device=device.device,
        receipt_no=row.receipt_no,
        created_at=row.created_at,
        mark_batch_no=0 if mark is None else mark.batch_no,
        mark_sha256=None if mark is None else mark.sha256,
        chains={
            name: ChainMark(seq=end.seq, digest=end.digest)
            for name, end in merging.chain_ends(connection, clinic.clinic_id).items()
        },
        waiting=waiting[:MOST_TOLD],
        missing=missing_before(connection, device, waiting[-1]) if waiting else (),
        devices=tuple(_notices(connection, clinic.clinic_id)),
        letters_recipient=office.letters_recipient,
        number_blocks=registry.blocks_of(connection, device.device),
        counts=counts_of(lines),
        enclosures=tuple(Enclosure(sha256=letter.sha256, size=letter.size) for letter in enclosed),
        practice=office.is_practice,
    )


def _notices(connection: Connection, clinic_id: str) -> Iterator[DeviceNotice]:
    for device in registry.devices_of(connection, clinic_id):
        if device.is_trusted and device.certificate is not None and device.signature is not None:
            yield DeviceNotice(
                certificate=device.certificate,
                signature=device.signature,
                revoked_after=device.revoked_after,
            )


def _lines(connection: Connection, device: DeviceRow) -> Iterator[Line]:
    since = answers.told_up_to(connection, device.clinic_id, device.device, device.receipt_seen)
    for outcome in answers.outcomes_since(connection, device.clinic_id, since):
        yield OutcomeLine(
            device=outcome.device,
            seq=outcome.seq,
            kind=outcome.kind,
            id=outcome.record_id,
            outcome=outcome.outcome,
            winner=outcome.winner,
        )
    for doubt in doubtful.doubts_of(connection, device.clinic_id):
        yield DoubtLine(code=doubt.code, kind=doubt.kind, ids=doubt.ids, since=doubt.since)
    for refused in answers.refused_since(connection, device.clinic_id, device.device, since):
        yield RefusedLine(sha256=refused.sha256, batch_no=refused.batch_no, reason=refused.reason)


def _enclosed(connection: Connection, device: DeviceRow) -> tuple[LetterRow, ...]:
    """Other devices' letters with entries beyond what this one holds, as it said in its newest letter; none for a
    device that is revoked."""
    if device.state == registry.REVOKED:
        return ()
    newest = letters.newest_of(connection, device.clinic_id, device.device)
    knows = {} if newest is None else newest.knows
    found = letters.for_enclosing(connection, device.clinic_id, device.device)
    beyond = [letter for letter in found if letter.last_seq > knows.get(letter.chain_device, 0)]
    return tuple(beyond[:_MOST_ENCLOSURES])


# --- the file ---------------------------------------------------------------------------------------------------------


def _write(office: Office, receipt: _Receipt, folder: Path) -> None:
    name = courier.new_name(courier.RECEIPT, office.surroundings.random_bytes)
    with office.inbox.reading() as connection:
        enclosures = (
            decompressed(letters.parts(connection, letter.clinic_id, letter.sha256))
            for letter in receipt.enclosed
        )
        chunks = write_receipt(receipt.header, receipt.lines, office.signing, enclosures)
        sha256 = courier.deliver(folder, name, lambda file: seal(chunks, receipt.recipient, file))
    with office.inbox.writing() as connection:
        answers.note_receipt_file(connection, receipt.row, name, sha256)


def _remove_older(office: Office, row: ReceiptRow, folder: Path) -> int:
    """Removes from the folder the receipts that the new one replaces, where they lie there unchanged."""
    with office.inbox.reading() as connection:
        written = answers.written_receipts(connection, row.clinic_id, row.device)
    removed = 0
    for older in written:
        if older.receipt_no < row.receipt_no and older.file_name and older.file_sha256:
            removed += courier.remove_if_same(folder / older.file_name, older.file_sha256)
    return removed
