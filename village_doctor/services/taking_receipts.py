"""Taking receipts in: what the township holds, what it doubts, and what this clinic's other devices wrote.

A receipt is verified whole over a copy in the home before anything of it counts; then it is taken in with all it
brings in one transaction, or not at all (`receipt.md`). `progress(stage, done, total)` may raise Problem
`cancelled`: receipts that were taken in stay taken in.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from village_doctor.domain.changes.canonical import encode_canonical
from village_doctor.domain.changes.clock import witness
from village_doctor.domain.changes.codec import instant_text
from village_doctor.domain.changes.entry import Entry
from village_doctor.domain.clinic import Clinic
from village_doctor.domain.permissions import require
from village_doctor.domain.problems import Problem
from village_doctor.services import deriving
from village_doctor.services.enrolling import device_keys, is_practice
from village_doctor.services.workplace import Workplace, Writing
from village_doctor.store import delivery, journal, local_state, tables
from village_doctor.store.database import Connection
from village_doctor.store.delivery import ChainMark, EnrolledTownship, PeerDevice, TakenReceipt
from village_doctor.store.errors import store_problems
from village_doctor.store.journal import LastEntry
from village_doctor.store.unit import transaction
from village_doctor.sync import courier
from village_doctor.sync.envelope import BatchCheck, BatchHeader, read_changes
from village_doctor.sync.identity import Certificate, CertificateRefused, DeviceKeys
from village_doctor.sync.lines import EnvelopeWrong, envelope_lines
from village_doctor.sync.receipts import (
    DoubtLine,
    Line,
    OutcomeLine,
    ReceiptHeader,
    ReceiptReader,
    RefusedLine,
)
from village_doctor.sync.seal import NotForUs, SealBroken, TooLarge, unseal

Progress = Callable[[str, int, int], None]

# Problems of one receipt; the others are told about. Anything else ends the whole call.
_OF_THE_RECEIPT: Final = frozenset(
    {
        "receipt-damaged",
        "receipt-newer",
        "receipt-contradicts",
        "fork",
        "body-newer",
        "reference-missing",
        "folder-error",
    }
)

# Why a receipt was not used although nothing is wrong with it.
OLDER: Final = "older"
OTHER_TOWNSHIP: Final = "other-township"
OTHER_CLINIC: Final = "other-clinic"
OTHER_DEVICE: Final = "other-device"
OTHER_PRACTICE: Final = "other-practice"


@dataclass(kw_only=True, slots=True)
class Taken:
    """What came of a folder of receipts. `receipts` were taken in; `ignored` are older ones or of others, with the
    reasons in `ignored_why`; `not_ours` could not be opened here; `problems` name the file and what is wrong with it.

    `delivered_changes` newly counted as delivered, `reopened` letters that wait again, `merged` entries of this
    clinic's other devices. `starts_new_device`: this copy is an older one of itself and has gone on as a new device.
    """

    receipts: int = 0
    ignored: int = 0
    not_ours: int = 0
    problems: tuple[tuple[str, Problem], ...] = ()
    ignored_why: tuple[tuple[str, str], ...] = ()
    delivered_changes: int = 0
    merged: int = 0
    reopened: int = 0
    starts_new_device: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class _Opened:
    """A receipt whose signature, counts and hashes hold; its copy lies at `path` in the home."""

    name: str
    path: Path
    header: ReceiptHeader


@dataclass(kw_only=True, slots=True)
class _Effect:
    """What taking one receipt in did."""

    ignored: str | None = None
    is_behind: bool = False
    delivered_changes: int = 0
    reopened: int = 0
    merged: int = 0
    is_unread: bool = False
    newest_at: int = 0


@store_problems()
def receive(workplace: Workplace, folder: Path, progress: Progress | None = None) -> Taken:
    """Takes in every receipt in `folder` that is for this device and newer than the last one.

    Raises Problem `not-enrolled`, `not-permitted`, `device-keys-missing`, `cancelled`, `folder-…` of the folder;
    what is wrong with one receipt is told in the result and changes nothing.
    """
    require(workplace.actor.role, "receive")
    enrolled = workplace.query(_enrolled)
    keys = device_keys(workplace)
    taken = Taken()
    copies: list[Path] = []
    try:
        opened = _open_all(workplace, folder, keys, enrolled, taken, copies, progress)
        for done, one in enumerate(opened):
            if progress is not None:
                progress("take", done, len(opened))
            _take_one(workplace, keys, one, taken)
            if taken.starts_new_device:
                break
        if progress is not None:
            progress("take", len(opened), len(opened))
    finally:
        for path in copies:
            path.unlink(missing_ok=True)
    return taken


def _enrolled(connection: Connection) -> EnrolledTownship:
    enrolled = delivery.township(connection)
    if enrolled is None:
        raise Problem("not-enrolled")
    return enrolled


def _open_all(
    workplace: Workplace,
    folder: Path,
    keys: DeviceKeys,
    enrolled: EnrolledTownship,
    taken: Taken,
    copies: list[Path],
    progress: Progress | None,
) -> list[_Opened]:
    """The receipts that open and hold, oldest first; the others are noted in `taken`."""
    opened = []
    paths = courier.waiting_files(folder, courier.RECEIPT)
    for done, path in enumerate(paths):
        if progress is not None:
            progress("read", done, len(paths))
        try:
            copies.append(courier.fetch(path, workplace.home).path)
            reader = _read_through(copies[-1], keys, enrolled)
            opened.append(_Opened(name=path.name, path=copies[-1], header=reader.header))
        except NotForUs:
            taken.not_ours += 1
        except _OtherTownship:
            _ignore(taken, path.name, OTHER_TOWNSHIP)
        except TooLarge:
            _tell(taken, path.name, Problem("receipt-damaged"))
        except Problem as problem:
            _tell(taken, path.name, problem)
    return sorted(opened, key=lambda one: one.header.receipt_no)


def _ignore(taken: Taken, name: str, reason: str) -> None:
    taken.ignored += 1
    taken.ignored_why = (*taken.ignored_why, (name, reason))


def _tell(taken: Taken, name: str, problem: Problem) -> None:
    if problem.code not in _OF_THE_RECEIPT:
        raise problem
    taken.problems = (*taken.problems, (name, problem))


class _OtherTownship(Exception):
    """Signed by a township that this clinic is not enrolled with."""


def _read_through(
    path: Path,
    keys: DeviceKeys,
    enrolled: EnrolledTownship,
    on_enclosure: Callable[[int, bytes], None] | None = None,
) -> ReceiptReader:
    """Everything about a receipt that can be verified without our journal. Raises NotForUs, Problem
    `receipt-damaged`, `receipt-newer`, and what `on_enclosure` raises."""
    reader = ReceiptReader(enrolled.signing_key, on_enclosure)
    try:
        with path.open("rb") as source:
            unseal(source, [keys.identity], reader.feed)
        reader.finish()
    except (SealBroken, TooLarge) as error:
        raise Problem("receipt-damaged") from error
    except EnvelopeWrong as error:
        if error.code == "signature" and reader.header.township_id != enrolled.id:
            raise _OtherTownship from error
        raise Problem("receipt-newer" if error.code == "newer" else "receipt-damaged") from error
    return reader


def _take_one(workplace: Workplace, keys: DeviceKeys, one: _Opened, taken: Taken) -> None:
    received_at = instant_text(workplace.now())
    try:
        effect = workplace.write(lambda writing: _Taking(workplace, writing, keys, one).run(received_at))
    except Problem as problem:
        _tell(taken, one.name, problem)
        return
    if effect.ignored is not None:
        _ignore(taken, one.name, effect.ignored)
        return
    if effect.is_behind:
        taken.starts_new_device = workplace.start_new_device_if_restored()
        return
    taken.receipts += 1
    taken.delivered_changes += effect.delivered_changes
    taken.reopened += effect.reopened
    taken.merged += effect.merged
    if effect.is_unread:
        taken.problems = (*taken.problems, (one.name, Problem("peer-unreadable")))


class _Taking:
    """One receipt at work: lives on the writer thread, inside one transaction."""

    def __init__(self, workplace: Workplace, writing: Writing, keys: DeviceKeys, one: _Opened) -> None:
        self._workplace = workplace
        self._writing = writing
        self._connection = writing.connection
        self._device = writing.pen.last.device
        self._keys = keys
        self._one = one
        self._header = one.header
        self._enrolled = _enrolled(writing.connection)
        self._certificates: dict[str, tuple[Certificate, int | None]] = {}
        self._enclosure: list[bytes] = []
        self._index = 0
        self._unread: set[str] = set()
        self._effect = _Effect()

    def run(self, received_at: str) -> _Effect:
        """Takes it in; the pen sees the others' clocks once it is saved. Raises the Problems of a receipt."""
        with transaction(self._connection):
            reason = self._ignored()
            if reason is not None:
                return _Effect(ignored=reason)
            if self._is_behind():
                local_state.mark_restored(self._connection)
                return _Effect(is_behind=True)
            self._refuse_contradiction()
            self._certificates = self._read_certificates()
            reader = _read_through(self._one.path, self._keys, self._enrolled, self._on_enclosure)
            self._merge_enclosure()
            self._refuse_contradiction()
            self._effect.is_unread = bool(self._unread)
            self._note(reader, received_at)
            if self._effect.merged:
                deriving.rebuild(self._connection, self._workplace.catalogue, self._workplace.today())
        self._see_clocks()
        return self._effect

    def _see_clocks(self) -> None:
        last = self._writing.pen.last
        at = witness(last.at, self._effect.newest_at, self._workplace.now())
        self._writing.pen.last = LastEntry(last.device, last.seq, last.digest, at)

    # --- does it fit ------------------------------------------------------------------------------------

    def _ignored(self) -> str | None:
        header, connection = self._header, self._connection
        clinic = next(tables.select(connection, Clinic, "voided_at IS NULL ORDER BY id"))
        newest = delivery.newest_receipt(connection, self._device)
        if header.township_id != self._enrolled.id:
            return OTHER_TOWNSHIP
        if header.clinic_id != clinic.id:
            return OTHER_CLINIC
        if header.practice != is_practice(connection):
            return OTHER_PRACTICE
        if header.device != self._device:
            return OTHER_DEVICE
        if newest is not None and header.receipt_no <= newest.receipt_no:
            return OLDER
        return None

    def _is_behind(self) -> bool:
        """Does the township hold more of what we wrote than we do?"""
        own = self._header.chains.get(self._device)
        letter = delivery.last_batch(self._connection, self._device)
        is_letter_known = self._header.mark_batch_no <= (letter.batch_no if letter else 0)
        return not is_letter_known or (own is not None and own.seq > self._writing.pen.last.seq)

    def _refuse_contradiction(self) -> None:
        """Raises Problem `receipt-contradicts` where the township holds other entries under our numbers."""
        for device, mark in self._header.chains.items():
            found = next(
                journal.entries(self._connection, "device = ? AND seq = ?", (device, mark.seq)), None
            )
            if found is not None and found.digest != mark.digest:
                raise Problem("receipt-contradicts", seq=mark.seq)
        number = self._header.mark_batch_no
        letter = delivery.batch(self._connection, self._device, number)
        if letter is not None and letter.sha256 != self._header.mark_sha256:
            raise Problem("receipt-contradicts", seq=letter.last_seq)

    def _read_certificates(self) -> dict[str, tuple[Certificate, int | None]]:
        """The clinic's confirmed devices, as the township signed them. Raises Problem `receipt-damaged`."""
        found = {}
        for notice in self._header.devices:
            try:
                certificate = Certificate.read(
                    notice.certificate, notice.signature, self._enrolled.signing_key
                )
            except CertificateRefused as error:
                raise Problem("receipt-damaged") from error
            if (certificate.township_id, certificate.clinic_id) != (
                self._enrolled.id,
                self._header.clinic_id,
            ):
                raise Problem("receipt-damaged")
            if certificate.device_id in found:
                raise Problem("receipt-damaged")
            found[certificate.device_id] = (certificate, notice.revoked_after)
        return found

    # --- the letters of our other devices ----------------------------------------------------------------

    def _on_enclosure(self, index: int, chunk: bytes) -> None:
        """One enclosed letter is held at a time, and merged when the next one begins."""
        if index != self._index:
            self._merge_enclosure()
            self._index = index
        self._enclosure.append(chunk)

    def _merge_enclosure(self) -> None:
        if not self._enclosure:
            return
        chunks, self._enclosure = self._enclosure, []
        try:
            entries = self._verified(chunks)
        except EnvelopeWrong as error:
            raise Problem("receipt-damaged") from error
        if entries[0].device in self._unread:
            return
        last = journal.last_of(self._connection, entries[0].device)
        # Nobody but this device goes on writing its journal; and what does not follow has a piece missing.
        is_ours = last.device == self._device and entries[-1].seq > last.seq
        if is_ours or entries[0].seq > last.seq + 1:
            raise Problem("receipt-damaged")
        if not self._take_in(entries):
            self._unread.add(entries[0].device)
            return
        new = [entry for entry in entries if entry.seq > last.seq]
        self._effect.merged += len(new)
        self._effect.newest_at = max([self._effect.newest_at, *(entry.at for entry in new)])

    def _take_in(self, entries: list[Entry]) -> bool:
        """Merges a letter whole or not at all; false where this version cannot read what it says."""
        self._connection.execute("SAVEPOINT enclosure")
        try:
            journal.take_in(self._connection, entries)
        except Problem as problem:
            if problem.code not in ("body-newer", "journal-damaged"):
                raise
            self._connection.execute("ROLLBACK TO enclosure")
            return False
        finally:
            self._connection.execute("RELEASE enclosure")
        return True

    def _verified(self, chunks: list[bytes]) -> list[Entry]:
        """The entries of an enclosed letter that one of our clinic's devices signed and was allowed to.

        Raises EnvelopeWrong, Problem `receipt-damaged`.
        """
        lines = list(envelope_lines(chunks))
        header = BatchHeader.from_bytes(lines[0])
        check = BatchCheck({header.recipient_fingerprint})
        for chunk in chunks:
            check.feed(chunk)
        check.finish()
        certificate, revoked_after = self._certificates.get(header.device_id, (None, None))
        if certificate is None or header.clinic_id != certificate.clinic_id:
            raise Problem("receipt-damaged")
        if (header.signing_key, header.recipient) != (certificate.signing_key, certificate.recipient):
            raise Problem("receipt-damaged")
        is_own = header.chain_device == header.device_id
        if is_own and revoked_after is not None and header.last_seq > revoked_after:
            raise Problem("receipt-damaged")
        return list(read_changes(header, lines[1:-1]))

    # --- noting what it says -------------------------------------------------------------------------------

    def _note(self, reader: ReceiptReader, received_at: str) -> None:
        header, connection = self._header, self._connection
        newly, again = delivery.deliver_up_to(connection, self._device, header.mark_batch_no)
        self._effect.delivered_changes = sum(letter.changes for letter in newly)
        self._effect.reopened = len(again)
        delivery.set_chain_marks(
            connection, {device: ChainMark(mark.seq, mark.digest) for device, mark in header.chains.items()}
        )
        delivery.set_peer_devices(connection, self._peers())
        delivery.set_letters_recipient(connection, header.letters_recipient)
        local_state.set_number_blocks(connection, self._device, header.number_blocks)
        delivery.add_receipt(
            connection,
            TakenReceipt(
                device=self._device,
                receipt_no=header.receipt_no,
                received_at=received_at,
                header=header.to_bytes(),
            ),
        )
        _note_lines(connection, reader.lines)

    def _peers(self) -> Iterator[PeerDevice]:
        for notice, certificate in zip(self._header.devices, self._certificates.values(), strict=True):
            yield PeerDevice(
                device=certificate[0].device_id,
                certificate=notice.certificate,
                signature=notice.signature,
                revoked_after=notice.revoked_after,
            )


def _note_lines(connection: Connection, lines: Iterable[Line]) -> None:
    """Outcomes and refusals add up; the doubts are all that are open now. A word this version does not know is kept."""
    delivery.clear_lines(connection, delivery.DOUBT)
    for number, line in enumerate(lines):
        kind, key = _place(number, line)
        delivery.add_line(connection, kind, key, encode_canonical(line.value()).decode("utf-8"))


def _place(number: int, line: Line) -> tuple[str, str]:
    match line:
        case OutcomeLine():
            return delivery.OUTCOME, f"{line.device}/{line.seq:019d}"
        case DoubtLine():
            return delivery.DOUBT, f"{number:09d}"
        case RefusedLine():
            return delivery.REFUSED, line.sha256
