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

from village_doctor.domain.changes.clock import milliseconds
from village_doctor.domain.disk_problems import disk_problems
from village_doctor.domain.problems import Problem
from village_doctor.sync import courier
from village_doctor.sync.courier import Fetched
from village_doctor.sync.envelope import BatchCheck, BatchHeader
from village_doctor.sync.lines import EnvelopeWrong
from village_doctor.sync.seal import MOST_SEALED, NotForUs, SealBroken, TooLarge, fingerprint, unseal
from village_doctor.township import quarantining, taking_in
from village_doctor.township.carrying import refuse_strange_journal
from village_doctor.township.inbox_store import answers, letters, registry
from village_doctor.township.inbox_store.inbox import Connection
from village_doctor.township.inbox_store.letters import LetterRow, PartWriter
from village_doctor.township.inbox_store.registry import DeviceRow
from village_doctor.township.office import Office
from village_doctor.township.quarantining import Verified
from village_doctor.township.telling import (
    QUARANTINED,
    UNREAD,
    LetterResult,
    WaitingDevice,
    as_it_stands,
    clinic_called,
    result_of,
    waiting_devices,
)

Progress = Callable[[str, int, int], None]

CHECKING: Final = "checking"
STAGE: Final = "letters"
_AT_ONCE: Final = 64  # letters that are checked before they are taken in, in the order of their numbers
_FOLDER_PROBLEMS: Final = frozenset({"folder-missing", "folder-error"})
_ENVELOPE_PROBLEMS: Final = {
    "damaged": "letter-damaged",
    "counts": "letter-damaged",
    "newer": "letter-newer",
    "too-long": "letter-too-large",
    "signature": "letter-signature",
}


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
    """Takes in every letter of the folder; the folder itself is not changed. A file that cannot be read stops no other.

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
        final = tuple(as_it_stands(connection, result) for result in results)
        taken = letters.count_taken(connection) - taken_before
        return Received(
            letters=final,
            waiting_devices=waiting_devices(connection),
            taken_later=taken - sum(result.result == letters.TAKEN for result in final),
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
        for one in _in_order(office, checked):
            results.append(_file(office, one))
            if progress is not None:
                progress(STAGE, done + len(results), total)
    finally:
        for copy in copies:
            copy.unlink(missing_ok=True)
    return results


def _in_order(office: Office, checked: Sequence[_Checked]) -> list[_Checked]:
    """A sender's letters by number; who continues another device comes after those who may be that one.

    Letters that ask with an open invitation come before the sender's others: these may carry the proof of an earlier
    one, and are kept only when the sender is known to wait.
    """
    with office.inbox.reading() as connection:
        open_codes = {one.code_id for one in registry.open_invitations(connection)}

    def place(one: _Checked) -> tuple[bool, str, str, bool, int]:
        header = one.header
        asks = header.enrolment is not None and header.enrolment.code_id in open_codes
        return header.continues is not None, header.clinic_id, header.device_id, not asks, header.batch_no

    return sorted(checked, key=place)


def _check_file(office: Office, path: Path, copies: list[Path]) -> _Checked | LetterResult:
    """First pass: nothing is kept."""
    try:
        fetched = _fetch(office, path)
    except TooLarge:
        problem = quarantining.note_unread(office, path)
        return LetterResult(file_name=path.name, result=QUARANTINED, problem=problem)
    except Problem as problem:
        if problem.code not in _FOLDER_PROBLEMS:
            raise
        # Where the folder itself has gone, this says so; otherwise it is this file only.
        courier.waiting_files(path.parent, courier.BATCH)
        unread = Problem("folder-error", folder=path.parent)
        return LetterResult(file_name=path.name, result=UNREAD, problem=unread)
    with office.inbox.reading() as connection:
        had = letters.letter_of_file(connection, fetched.sha256)
        if had is not None:
            fetched.path.unlink(missing_ok=True)
            return result_of(connection, path.name, had, is_new=False)
    copies.append(fetched.path)
    check = BatchCheck([fingerprint(identity.recipient) for identity in office.identities])
    try:
        with _letter_problems(), fetched.path.open("rb") as source:
            unseal(source, office.identities, check.feed)
            check.finish()
    except Problem as problem:
        quarantining.put(office, path.name, fetched, problem)
        return LetterResult(file_name=path.name, result=QUARANTINED, problem=problem)
    return _Checked(
        file_name=path.name, fetched=fetched, header=check.header, sha256=check.sha256, size=check.size
    )


def _fetch(office: Office, path: Path) -> Fetched:
    """Copies the file off the folder. Raises TooLarge: nothing honest is that long, a copy would only fill the disk."""
    try:
        size = path.stat().st_size
    except OSError:
        size = 0  # fetching it tells what is wrong
    if size > MOST_SEALED:
        raise TooLarge
    with disk_problems():
        return courier.fetch(path, office.home)


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
                result = result_of(connection, one.file_name, had, is_new=False)
            else:
                row = _keep(office, connection, one)
                taking_in.settle(connection, header.clinic_id)
                result = result_of(connection, one.file_name, row, is_new=True)
    except _Refused as refused:
        return _refuse(office, one, refused)
    quarantining.let_go(office, one.fetched.sha256)
    return result


def _refuse(office: Office, one: _Checked, refused: _Refused) -> LetterResult:
    sender, header = refused.sender, one.header
    verified = Verified(header=header, sha256=one.sha256, sender=sender)
    quarantining.put(office, one.file_name, one.fetched, refused.problem, verified)
    with office.inbox.reading() as connection:
        return LetterResult(
            file_name=one.file_name,
            result=QUARANTINED,
            problem=refused.problem,
            clinic=clinic_called(connection, sender.clinic_id) if sender else "",
            device_no=sender.no if sender else None,
            clinic_id=header.clinic_id,
            device_id=header.device_id,
            batch_no=header.batch_no,
        )


def _keep(office: Office, connection: Connection, one: _Checked) -> LetterRow:
    """Keeps a letter with all its parts and merges it if it is the next one. Raises _Refused."""
    header, now = one.header, office.now_text()
    try:
        sender, is_new = taking_in.identify(connection, header, practice=office.is_practice, received_at=now)
        refuse_strange_journal(connection, sender, header.chain_device, header.last_seq)
        event_no = registry.next_event(connection)
        if is_new:
            taking_in.meet(connection, sender, event_no)
        row = _row(one, event_no, now)
        _keep_parts(office, connection, one)
        state = taking_in.state_for(connection, sender, row)
        letters.add(connection, row)
        with _letter_problems():
            is_whole = taking_in.go_through(connection, row, header, merges=state == letters.TAKEN)
        state = state if is_whole else letters.FORK
        letters.set_state(connection, row, state, event_no, taking_in.REASONS.get(state))
        answers.note_seen(connection, sender, header.receipt_seen, milliseconds(office.now()))
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
