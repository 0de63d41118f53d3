"""Sending: cuts the journal into letters and writes every letter without a receipt into a folder.

Format and write order are `batch.md`: the letters are noted in one transaction first, then made again from the
journal, compared with the noted hash, sealed and written. A crash in between leaves letters that the next
`send` writes, or a whole one that is written twice. `progress(stage, done, total)` may raise Problem `cancelled`.
"""

import hashlib
import io
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from itertools import groupby
from pathlib import Path
from typing import BinaryIO, Final

from village_doctor import __version__
from village_doctor.domain.changes.codec import instant_text
from village_doctor.domain.changes.entry import GENESIS, Entry
from village_doctor.domain.clinic import CODE_BEFORE_ENROLMENT, Clinic, DeviceStart
from village_doctor.domain.permissions import require
from village_doctor.domain.problems import Problem
from village_doctor.services.enrolling import device_keys, is_confirmed, is_practice
from village_doctor.services.workplace import Workplace, Writing
from village_doctor.store import delivery, journal, local_state, tables
from village_doctor.store.database import Connection, schema_version
from village_doctor.store.delivery import Batch, BatchFile, EnrolledTownship
from village_doctor.store.errors import store_problems
from village_doctor.store.journal import Outline
from village_doctor.store.unit import transaction
from village_doctor.sync import courier
from village_doctor.sync.envelope import BatchHeader, Continues, EnrolmentProof, write_envelope
from village_doctor.sync.identity import DeviceKeys, enrolment_hmac
from village_doctor.sync.seal import fingerprint, seal

Progress = Callable[[str, int, int], None]
# What a change line holds beside the body: ids, names of the fields, clock. Letters are cut at *about* 16 MiB.
_LINE_EXTRA: Final = 512


@dataclass(frozen=True, kw_only=True, slots=True)
class Limits:
    """How letters are cut: most changes and bytes in one; an act of up to `whole_act` changes is never split."""

    changes: int = 5_000
    size: int = 16 * 1024 * 1024
    whole_act: int = 500


@dataclass(frozen=True, kw_only=True, slots=True)
class Sent:
    """What lies in the folder now. Letters: `written` by this call, `new` among all that wait, `already_there`
    unchanged, `removed` because a receipt covers them. `changes`: in all letters that wait for a receipt."""

    written: int
    new: int
    already_there: int
    removed: int
    changes: int


@dataclass
class Piece:
    """A stretch of one device's journal that goes into one letter."""

    chain_device: str
    first_seq: int
    digest_before: bytes
    last_seq: int = 0
    digest_after: bytes = GENESIS
    is_act_open: bool = False
    size: int = 0
    counts: dict[str, int] = field(default_factory=dict)

    @property
    def changes(self) -> int:
        return sum(self.counts.values())

    def add(self, entry: Outline) -> None:
        """One more change at its end."""
        self.last_seq, self.digest_after = entry.seq, entry.digest
        self.size += entry.size + _LINE_EXTRA
        self.counts[entry.kind] = self.counts.get(entry.kind, 0) + 1

    def has_room(self, changes: int, size: int, limits: Limits) -> bool:
        return self.changes + changes <= limits.changes and self.size + size <= limits.size


@store_problems()
def send(
    workplace: Workplace, folder: Path, progress: Progress | None = None, *, limits: Limits | None = None
) -> Sent:
    """Writes all letters without a receipt into `folder`, cut anew for what has been written since, and removes
    from it those that a receipt covers.

    Raises Problem `not-enrolled`, `not-permitted`, `journal-damaged`, `device-keys-missing`, `cancelled`, and
    `folder-…` of the folder.
    """
    require(workplace.actor.role, "send")
    courier.clear_leftovers(folder)  # and a folder that is not there is told before anything else
    keys = device_keys(workplace)
    fresh = workplace.write(
        lambda writing: cut_letters(
            writing, keys, instant_text(workplace.now()), limits or Limits(), progress
        )
    )
    new = len(fresh)
    waiting = workplace.query(_waiting)
    written = already_there = 0
    for done, letter in enumerate(waiting):
        if progress is not None:
            progress("write", done, len(waiting))
        if _lies_there(folder, workplace.query(delivery.files_of, letter.device, letter.batch_no)):
            already_there += 1
            continue
        sealed = fresh.pop(letter.batch_no, None) or workplace.query(sealed_again, letter, keys)
        _write_letter(workplace, letter, sealed, folder)
        written += 1
    if progress is not None:
        progress("write", len(waiting), len(waiting))
    removed = sum(
        courier.remove_if_same(folder / file.name, file.sha256)
        for file in workplace.query(delivery.files_covered)
    )
    return Sent(
        written=written,
        new=new,
        already_there=already_there,
        removed=removed,
        changes=sum(letter.changes for letter in waiting),
    )


def _waiting(connection: Connection) -> list[Batch]:
    device = local_state.current_device(connection)
    return delivery.waiting_batches(connection, device.id) if device is not None else []


def _write_letter(workplace: Workplace, letter: Batch, sealed: bytes, folder: Path) -> None:
    name = courier.new_name(courier.BATCH, workplace.surroundings.random_bytes)

    def write(file: BinaryIO) -> None:
        file.write(sealed)

    sha256 = courier.deliver(folder, name, write)
    noted = BatchFile(
        name=name,
        device=letter.device,
        batch_no=letter.batch_no,
        sha256=sha256,
        written_at=instant_text(workplace.now()),
    )

    def note(writing: Writing) -> None:
        with transaction(writing.connection):
            delivery.add_file(writing.connection, noted)

    workplace.write(note)


def _lies_there(folder: Path, files: Iterable[BatchFile]) -> bool:
    """Does the folder still hold a file that was written for this letter, byte for byte?"""
    return any(courier.lies_there(folder, file.name, file.sha256) for file in files)


def sealed_again(connection: Connection, letter: Batch, keys: DeviceKeys) -> bytes:
    """The letter made again from the journal and sealed to whom its header names.

    Raises Problem `journal-damaged` if it does not come out as it was noted.
    """
    sealed, sha256 = _sealed(connection, BatchHeader.from_bytes(letter.header), letter.recipient, keys)
    if sha256 != letter.sha256:
        raise Problem("journal-damaged", seq=letter.first_seq)
    return sealed


def _sealed(
    connection: Connection, header: BatchHeader, recipient: str, keys: DeviceKeys
) -> tuple[bytes, str]:
    """The sealed letter of that header, and its batch hash. Raises Problem `journal-damaged`."""
    entries = _stretch(connection, header.chain_device, header.first_seq, header.last_seq)
    hashed = hashlib.sha256()
    target = io.BytesIO()

    def plain() -> Iterator[bytes]:
        for chunk in write_envelope(header, entries, keys.signing):
            hashed.update(chunk)
            yield chunk

    try:
        seal(plain(), recipient, target)
    except ValueError as error:  # the entries are not those of the header
        raise Problem("journal-damaged", seq=header.first_seq) from error
    return target.getvalue(), hashed.hexdigest()


def _stretch(connection: Connection, device: str, first: int, last: int) -> Iterator[Entry]:
    return journal.entries(connection, "device = ? AND seq BETWEEN ? AND ?", (device, first, last))


# --- cutting ------------------------------------------------------------------------------------------------


def cut_letters(
    writing: Writing, keys: DeviceKeys, created_at: str, limits: Limits, progress: Progress | None
) -> dict[int, bytes]:
    """Notes new letters for everything that is in none yet, in one transaction; the sealed letters by number.

    They are held in memory (a tenth of what they say) so that the first writing need not make them again. Carried
    ones come first: what this copy holds of other devices' journals and no receipt covers. Raises Problem
    `not-enrolled`, `journal-damaged`.
    """
    connection = writing.connection
    sealed: dict[int, bytes] = {}
    with transaction(connection):
        enrolled = delivery.township(connection)
        if enrolled is None:
            raise Problem("not-enrolled")
        device = writing.pen.last.device
        pieces = [
            piece
            for chain_device, end in _chains(connection, device)
            for first, last in _unsent(connection, device, chain_device, end)
            for piece in cut(connection, chain_device, first, last, limits)
        ]
        for done, piece in enumerate(pieces):
            if progress is not None:
                progress("cut", done, len(pieces))
            number, letter = _note_letter(connection, keys, enrolled, device, piece, created_at)
            sealed[number] = letter
    return sealed


def _chains(connection: Connection, device: str) -> Iterator[tuple[str, int]]:
    """Whose journal may be sent, and up to which number: of those whose place this device took, the oldest first,
    what it held when it did; then its own. What others go on writing they send themselves."""
    yield from reversed(list(_ancestors(connection, device)))
    yield device, journal.highest_seq(connection, device)


def _others(connection: Connection, device: str) -> list[str]:
    return [start.id for start in tables.select(connection, DeviceStart) if start.id != device]


def _unsent(connection: Connection, device: str, chain_device: str, last: int) -> Iterator[tuple[int, int]]:
    """The stretches of a journal up to `last` that are in no letter of this device and, of other devices, in no receipt."""
    mark = delivery.chain_marks(connection).get(chain_device)
    following = 1 if chain_device == device or mark is None else mark.seq + 1
    for first_sent, last_sent in delivery.ranges_sent(connection, device, chain_device):
        if first_sent > following:
            yield following, first_sent - 1
        following = max(following, last_sent + 1)
    if following <= last:
        yield following, last


def cut(connection: Connection, chain_device: str, first: int, last: int, limits: Limits) -> Iterator[Piece]:
    """The pieces of one stretch, in order. Raises Problem `journal-damaged` where a number is missing."""
    before = GENESIS if first == 1 else _digest_at(connection, chain_device, first - 1)
    piece = Piece(chain_device, first, before)
    expected = first
    outlines = journal.outlines(connection, chain_device, first, last)
    for _, group in groupby(outlines, key=lambda entry: entry.act):
        act = list(group)
        for entry in act:
            if entry.seq != expected:
                raise Problem("journal-damaged", seq=expected)
            expected += 1
        size = sum(entry.size + _LINE_EXTRA for entry in act)
        if piece.changes and not piece.has_room(len(act), size, limits):
            yield piece
            piece = _next(piece)
        for entry in act:
            is_long = len(act) > limits.whole_act
            if is_long and piece.changes and not piece.has_room(1, entry.size + _LINE_EXTRA, limits):
                piece.is_act_open = True
                yield piece
                piece = _next(piece)
            piece.add(entry)
    if expected <= last:
        raise Problem("journal-damaged", seq=expected)
    yield piece


def _next(piece: Piece) -> Piece:
    return Piece(piece.chain_device, piece.last_seq + 1, piece.digest_after)


def _digest_at(connection: Connection, device: str, seq: int) -> bytes:
    found = next(_stretch(connection, device, seq, seq), None)
    if found is None:
        raise Problem("journal-damaged", seq=seq)
    return found.digest


def _note_letter(
    connection: Connection,
    keys: DeviceKeys,
    enrolled: EnrolledTownship,
    device: str,
    piece: Piece,
    created_at: str,
) -> tuple[int, bytes]:
    header = _header(connection, keys, enrolled, device, piece, created_at)
    sealed, sha256 = _sealed(connection, header, enrolled.letters_recipient, keys)
    delivery.add_batch(
        connection,
        Batch(
            device=device,
            batch_no=header.batch_no,
            chain_device=piece.chain_device,
            first_seq=piece.first_seq,
            last_seq=piece.last_seq,
            header=header.to_bytes(),
            recipient=enrolled.letters_recipient,
            sha256=sha256,
            created_at=created_at,
        ),
    )
    return header.batch_no, sealed


def _header(
    connection: Connection,
    keys: DeviceKeys,
    enrolled: EnrolledTownship,
    device: str,
    piece: Piece,
    created_at: str,
) -> BatchHeader:
    clinic = next(tables.select(connection, Clinic, "voided_at IS NULL ORDER BY id"))
    previous = delivery.last_batch(connection, device)
    receipt = delivery.newest_receipt(connection, device)
    is_known = is_confirmed(connection, keys)
    has_answer = delivery.newest_receipt(connection) is not None
    return BatchHeader(
        app=__version__,
        clinic_id=clinic.id,
        clinic_code=clinic.code if has_answer else CODE_BEFORE_ENROLMENT,
        device_id=device,
        signing_key=keys.signing.public,
        recipient=keys.identity.recipient,
        batch_no=previous.batch_no + 1 if previous else 1,
        previous=previous.sha256 if previous else None,
        chain_device=piece.chain_device,
        first_seq=piece.first_seq,
        last_seq=piece.last_seq,
        digest_before=piece.digest_before,
        digest_after=piece.digest_after,
        is_act_open=piece.is_act_open,
        counts=dict(sorted(piece.counts.items())),
        schema=schema_version(connection),
        created_at=created_at,
        recipient_fingerprint=fingerprint(enrolled.letters_recipient),
        receipt_seen=receipt.receipt_no if receipt else 0,
        knows={other: journal.highest_seq(connection, other) for other in _others(connection, device)},
        practice=is_practice(connection),
        enrolment=None if is_known else _proof(enrolled, clinic, keys, device),
        continues=None if is_known else _continues(connection, device),
    )


def _proof(
    enrolled: EnrolledTownship, clinic: Clinic, keys: DeviceKeys, device: str
) -> EnrolmentProof | None:
    """Only the device that was invited itself proves it; one that took its place `continues` it."""
    if enrolled.device != device:
        return None
    hmac = enrolment_hmac(
        enrolled.code,
        clinic_id=clinic.id,
        device_id=device,
        signing_key=keys.signing.public,
        recipient=keys.identity.recipient,
    )
    return EnrolmentProof(code_id=enrolled.code_id, hmac=hmac)


def _continues(connection: Connection, device: str) -> Continues | None:
    """Whose place this device took: of those before it the newest one that the township can know of."""
    ancestors = list(_ancestors(connection, device))
    if not ancestors:
        return None
    heard_of = {*delivery.peer_devices(connection), *delivery.senders(connection)}
    named, seq = next((one for one in ancestors if one[0] in heard_of), ancestors[0])
    return Continues(device=named, seq=seq, digest=_digest_at(connection, named, seq))


def _ancestors(connection: Connection, device: str) -> Iterator[tuple[str, int]]:
    """The device whose place this one took and how far it held that one's journal; the one before that; and so on."""
    seen = {device}
    start = tables.find(connection, DeviceStart, device)
    while start is not None and start.continues_device is not None and start.continues_device not in seen:
        seen.add(start.continues_device)
        yield start.continues_device, start.continues_seq or 0
        start = tables.find(connection, DeviceStart, start.continues_device)
