"""Takes letters out of a folder: copied off it still sealed, verified, kept, merged; or refused into quarantine.

Each letter is one transaction. Whatever is wrong with a letter refuses that letter only and changes nothing else; what is
wrong with the folder or with this computer's disk stops the work, and what was taken in stays.
"""

import hashlib
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from village_doctor.domain.disk_problems import disk_problems
from village_doctor.domain.problems import Problem
from village_doctor.foundation.atomic_file import whole_file
from village_doctor.sync import courier
from village_doctor.sync.courier import Fetched
from village_doctor.sync.envelope import BatchCheck, BatchHeader
from village_doctor.sync.lines import EnvelopeWrong
from village_doctor.sync.seal import NotForUs, SealBroken, TooLarge, fingerprint, unseal
from village_doctor.sync.words import device_words, load_words
from village_doctor.township import taking_in
from village_doctor.township.inbox_store import letters, registry
from village_doctor.township.inbox_store.inbox import Connection
from village_doctor.township.inbox_store.letters import LetterRow, PartWriter, QuarantineRow
from village_doctor.township.inbox_store.registry import DeviceRow
from village_doctor.township.office import Office
from village_doctor.township.taking_in import Fate

Progress = Callable[[str, int, int], None]

HAD: Final = "had"
QUARANTINED: Final = "quarantined"
CHECKING: Final = "checking"
STAGE: Final = "letters"
_AT_ONCE: Final = 64  # letters that are checked before they are taken in, in the order of their numbers
_ENVELOPE_PROBLEMS: Final = {
    "damaged": "letter-damaged",
    "counts": "letter-damaged",
    "newer": "letter-newer",
    "too-long": "letter-too-large",
    "signature": "letter-signature",
}
_PIECE: Final = 1024 * 1024


@dataclass(frozen=True, kw_only=True, slots=True)
class LetterResult:
    """What became of one file. `result`: taken, had, waits-confirm, waits-missing, waits-act, fork, quarantined.

    `problem` says why a letter was not taken in. Ids are None where the file could not be opened.
    """

    file_name: str
    result: str
    problem: Problem | None = None
    clinic_id: str | None = None
    device_id: str | None = None
    batch_no: int | None = None
    missing: tuple[int, ...] = ()
    changes: int = 0


@dataclass(frozen=True, kw_only=True, slots=True)
class WaitingDevice:
    """A device that waits to be confirmed by its six words. `label` and `clinic_code` are the township's own."""

    words: tuple[str, ...]
    clinic_id: str
    clinic_code: str
    label: str
    continues: str | None
    letters: int
    first_seen_at: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Received:
    """`taken_later`: letters that had waited since earlier days and were taken in now."""

    letters: tuple[LetterResult, ...]
    waiting_devices: tuple[WaitingDevice, ...]
    taken_later: int = 0


@dataclass(frozen=True, kw_only=True, slots=True)
class _Checked:
    """A letter whose hash and signature hold, still sealed in its copy."""

    file_name: str
    fetched: Fetched
    header: BatchHeader
    sha256: str
    size: int


def receive(office: Office, folder: Path, progress: Progress | None = None) -> Received:
    """Takes in every letter of the folder; the folder itself is not changed.

    `progress` is called between letters and may raise Problem `cancelled`. Raises Problem `folder-missing`,
    `folder-error`, `disk-full` …
    """
    files = courier.waiting_files(folder, courier.BATCH)
    results: list[LetterResult] = []
    with office.inbox.reading() as connection:
        taken_before = letters.count_taken(connection)
    for start in range(0, len(files), _AT_ONCE):
        results += _receive_some(office, files[start : start + _AT_ONCE], start, len(files), progress)
    with office.inbox.reading() as connection:
        final = tuple(_as_it_stands(connection, result) for result in results)
        taken = letters.count_taken(connection) - taken_before
        return Received(
            letters=final,
            waiting_devices=waiting_devices(connection),
            taken_later=taken - sum(result.result == letters.TAKEN for result in final),
        )


def waiting_devices(connection: Connection) -> tuple[WaitingDevice, ...]:
    """The devices that wait to be confirmed."""
    found = []
    for device in registry.waiting_devices(connection):
        clinic = registry.clinic(connection, device.clinic_id)
        invitation = registry.invitation(connection, device.code_id) if device.code_id else None
        code = clinic.code if clinic else invitation.clinic_code if invitation else ""
        label = clinic.label if clinic else invitation.label if invitation else ""
        found.append(
            WaitingDevice(
                words=words_of(device),
                clinic_id=device.clinic_id,
                clinic_code=code,
                label=label,
                continues=device.continues_device,
                letters=len(letters.numbers(connection, device.clinic_id, device.device, letters.WAITING)),
                first_seen_at=device.first_seen_at,
            )
        )
    return tuple(found)


def words_of(device: DeviceRow) -> tuple[str, ...]:
    """The six words that the doctor reads out."""
    return device_words(
        load_words(),
        clinic_id=device.clinic_id,
        device_id=device.device,
        signing_key=device.signing_key,
        recipient=device.recipient,
    )


# --- some letters at a time -------------------------------------------------------------------------------------------


def _receive_some(
    office: Office, files: Sequence[Path], done: int, total: int, progress: Progress | None
) -> list[LetterResult]:
    """Checks these letters and takes them in by their numbers, so that few have to wait for one another."""
    copies: list[Path] = []
    results: list[LetterResult] = []
    checked: list[_Checked] = []
    try:
        for number, path in enumerate(files):
            if progress is not None:
                progress(CHECKING, done + number, total)
            found = _check_file(office, path, copies)
            if isinstance(found, _Checked):
                checked.append(found)
            else:
                results.append(found)
        for one in sorted(checked, key=_place):
            results.append(_file(office, one))
            if progress is not None:
                progress(STAGE, done + len(results), total)
    finally:
        for copy in copies:
            copy.unlink(missing_ok=True)
    return results


def _place(one: _Checked) -> tuple[bool, str, str, int]:
    """A sender's letters by number; who continues another device comes after those who may be that one."""
    header = one.header
    return header.continues is not None, header.clinic_id, header.device_id, header.batch_no


def _check_file(office: Office, path: Path, copies: list[Path]) -> _Checked | LetterResult:
    """First pass: nothing is kept."""
    with disk_problems():
        try:
            fetched = courier.fetch(path, office.home)
        except TooLarge:
            # Nothing honest is that long; a copy of it would only fill the disk.
            return LetterResult(file_name=path.name, result=QUARANTINED, problem=Problem("letter-too-large"))
    with office.inbox.reading() as connection:
        had = letters.letter_of_file(connection, fetched.sha256)
        if had is not None:
            fetched.path.unlink(missing_ok=True)
            return _result(connection, path.name, had, is_new=False)
    copies.append(fetched.path)
    check = BatchCheck([fingerprint(identity.recipient) for identity in office.identities])
    try:
        with _letter_problems(), fetched.path.open("rb") as source:
            unseal(source, office.identities, check.feed)
            check.finish()
    except Problem as problem:
        _quarantine(office, path.name, fetched, problem)
        return LetterResult(file_name=path.name, result=QUARANTINED, problem=problem)
    return _Checked(
        file_name=path.name, fetched=fetched, header=check.header, sha256=check.sha256, size=check.size
    )


@contextmanager
def _letter_problems() -> Iterator[None]:
    """What is wrong with a letter, as the Problem that is told."""
    try:
        yield
    except NotForUs as error:
        raise Problem("letter-not-for-us") from error
    except SealBroken as error:
        raise Problem("letter-damaged") from error
    except TooLarge as error:
        raise Problem("letter-too-large") from error
    except EnvelopeWrong as error:
        raise Problem(_ENVELOPE_PROBLEMS[error.code]) from error


class _Refused(Exception):
    """A verified letter that is not kept; undoes its transaction. `sender` where it is a confirmed device's."""

    def __init__(self, problem: Problem, sender: DeviceRow | None) -> None:
        super().__init__(problem.code)
        self.problem = problem
        self.sender = sender


def _file(office: Office, one: _Checked) -> LetterResult:
    """Second pass, in one transaction."""
    header = one.header
    try:
        with office.inbox.writing() as connection:
            had = letters.find(connection, header.clinic_id, one.sha256)
            if had is not None:
                letters.note_file(connection, one.fetched.sha256, header.clinic_id, one.sha256)
                result = _result(connection, one.file_name, had, is_new=False)
            else:
                row = _keep(office, connection, one)
                taking_in.settle(connection, header.clinic_id)
                result = _result(connection, one.file_name, row, is_new=True)
    except _Refused as refused:
        sender = refused.sender
        _quarantine(office, one.file_name, one.fetched, refused.problem, one if sender else None)
        return LetterResult(
            file_name=one.file_name,
            result=QUARANTINED,
            problem=refused.problem,
            clinic_id=header.clinic_id,
            device_id=header.device_id,
            batch_no=header.batch_no,
        )
    _leave_quarantine(office, one.fetched.sha256)
    return result


def _keep(office: Office, connection: Connection, one: _Checked) -> LetterRow:
    """Keeps a letter with all its parts and merges it if it is the next one. Raises _Refused."""
    header, now = one.header, office.now_text()
    try:
        sender, is_new = taking_in.identify(connection, header, practice=office.is_practice, received_at=now)
        event_no = registry.next_event(connection)
        if is_new:
            taking_in.let_wait(connection, sender, event_no)
        row = _row(one, event_no, now)
        _keep_parts(office, connection, one)
        state = taking_in.state_for(connection, sender, row)
        letters.add(connection, row)
        with _letter_problems():
            is_whole = taking_in.go_through(connection, row, header, merges=state == letters.TAKEN)
        if state == letters.FORK or not is_whole:
            letters.set_state(connection, row, letters.FORK, event_no, "letter-fork")
        else:
            letters.set_state(connection, row, state, event_no)
        registry.note_receipt_seen(connection, sender, header.receipt_seen)
        letters.note_file(connection, one.fetched.sha256, header.clinic_id, one.sha256)
    except Problem as problem:
        if not problem.code.startswith("letter-"):
            raise
        raise _Refused(problem, _confirmed_sender(connection, header)) from problem
    return row


def _keep_parts(office: Office, connection: Connection, one: _Checked) -> None:
    parts = PartWriter(connection, one.header.clinic_id, one.sha256)
    seen = hashlib.sha256()
    with _letter_problems(), one.fetched.path.open("rb") as source:
        unseal(source, office.identities, seen.update, compressed_sink=parts.write)
    parts.close()
    if seen.hexdigest() != one.sha256:
        raise Problem("letter-damaged")


def _confirmed_sender(connection: Connection, header: BatchHeader) -> DeviceRow | None:
    """The device, if it is a confirmed one and signed with the keys it was confirmed with."""
    device = registry.device(connection, header.clinic_id, header.device_id)
    if device is None or not device.is_trusted or device.signing_key != header.signing_key:
        return None
    return device


def _row(one: _Checked, event_no: int, received_at: str) -> LetterRow:
    header = one.header
    return LetterRow(
        clinic_id=header.clinic_id,
        sha256=one.sha256,
        device=header.device_id,
        batch_no=header.batch_no,
        previous=header.previous,
        chain_device=header.chain_device,
        first_seq=header.first_seq,
        last_seq=header.last_seq,
        digest_before=header.digest_before,
        digest_after=header.digest_after,
        is_act_open=header.is_act_open,
        changes=header.last_seq - header.first_seq + 1,
        schema=header.schema,
        created_at=header.created_at,
        receipt_seen=header.receipt_seen,
        knows=header.knows,
        header=header.to_bytes(),
        size=one.size,
        state=letters.WAITING,
        reason=None,
        event_no=event_no,
        received_at=received_at,
    )


# --- what is told -----------------------------------------------------------------------------------------------------


def _result(connection: Connection, file_name: str, row: LetterRow, *, is_new: bool) -> LetterResult:
    kept = letters.find(connection, row.clinic_id, row.sha256) or row
    fate: Fate = taking_in.fate_of(connection, kept)
    is_had = fate.result == letters.TAKEN and not is_new
    is_out = fate.result in (letters.FORK, letters.REFUSED)
    result = HAD if is_had else QUARANTINED if fate.result == letters.REFUSED else fate.result
    return LetterResult(
        file_name=file_name,
        result=result,
        problem=Problem(kept.reason) if is_out and kept.reason else None,
        clinic_id=kept.clinic_id,
        device_id=kept.device,
        batch_no=kept.batch_no,
        missing=fate.missing,
        changes=kept.changes if result == letters.TAKEN else 0,
    )


def _as_it_stands(connection: Connection, result: LetterResult) -> LetterResult:
    """A letter that waited when it came may have been taken in by one that came after it."""
    if not result.result.startswith("waits-") or result.clinic_id is None:
        return result
    assert result.device_id is not None
    assert result.batch_no is not None
    for state in (letters.TAKEN, letters.WAITING):
        row = letters.numbered(connection, result.clinic_id, result.device_id, result.batch_no, state)
        if row is not None:
            return _result(connection, result.file_name, row, is_new=True)
    return result


# --- quarantine -------------------------------------------------------------------------------------------------------


def _quarantine(
    office: Office, file_name: str, fetched: Fetched, problem: Problem, known: _Checked | None = None
) -> None:
    """Keeps the sealed file as it came, and why it was refused."""
    target = quarantine_path(office, fetched.sha256)
    with disk_problems():
        if not target.exists():
            with fetched.path.open("rb") as source, whole_file(target) as copy:
                while piece := source.read(_PIECE):
                    copy.write(piece)
    with office.inbox.writing() as connection:
        letters.quarantine(
            connection,
            QuarantineRow(
                file_sha256=fetched.sha256,
                file_name=file_name,
                problem=problem,
                at=office.now_text(),
                event_no=registry.next_event(connection),
                clinic_id=known.header.clinic_id if known else None,
                device=known.header.device_id if known else None,
                batch_no=known.header.batch_no if known else None,
                sha256=known.sha256 if known else None,
            ),
        )


def quarantine_path(office: Office, file_sha256: str) -> Path:
    """Where a refused file lies."""
    return office.quarantine_folder / f"{file_sha256[:32]}{courier.BATCH}"


def _leave_quarantine(office: Office, file_sha256: str) -> None:
    """A letter that was refused once and is good now does not lie there any more."""
    with disk_problems():
        quarantine_path(office, file_sha256).unlink(missing_ok=True)
