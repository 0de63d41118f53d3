"""What the person at the desk is told of a letter and of a computer: by clinic and number, never by a name that means
nothing to her."""

from dataclasses import dataclass
from typing import Final

from village_doctor.domain.problems import Problem
from village_doctor.sync.words import device_words, load_words
from village_doctor.township import taking_in
from village_doctor.township.inbox_store import doubtful, letters, registry
from village_doctor.township.inbox_store.inbox import Connection
from village_doctor.township.inbox_store.letters import LetterRow
from village_doctor.township.inbox_store.registry import DeviceRow

HAD: Final = "had"
QUARANTINED: Final = "quarantined"
UNREAD: Final = "unread"


@dataclass(frozen=True, kw_only=True, slots=True)
class LetterResult:
    """What became of one file. `result`: taken, had, waits-confirm, waits-missing, waits-other, waits-act, fork,
    quarantined, unread (the folder does not give the file's bytes; nothing is kept of it).

    `problem` says why a letter was not taken in. `clinic` is the township's name for the clinic, or else the clinic's own,
    and `device_no` the computer's number; empty and None where the letter is not known to be theirs. Ids are None
    where the file could not be opened.
    """

    file_name: str
    result: str
    problem: Problem | None = None
    clinic: str = ""
    device_no: int | None = None
    clinic_id: str | None = None
    device_id: str | None = None
    batch_no: int | None = None
    missing: tuple[int, ...] = ()
    changes: int = 0


@dataclass(frozen=True, kw_only=True, slots=True)
class WaitingDevice:
    """A device that waits to be confirmed by its six words. `label` and `clinic_code` are the township's own.

    `continues`: the device whose place it takes. Confirming revokes that one: `continues_no` is its number, None where
    it has none, and `continues_last_at` when its newest letter came.
    """

    words: tuple[str, ...]
    clinic_id: str
    clinic_code: str
    label: str
    continues: str | None
    continues_no: int | None
    continues_last_at: str | None
    letters: int
    first_seen_at: str


def waiting_devices(connection: Connection) -> tuple[WaitingDevice, ...]:
    """The devices that wait to be confirmed."""
    return tuple(_waiting(connection, device) for device in registry.waiting_devices(connection))


def _waiting(connection: Connection, device: DeviceRow) -> WaitingDevice:
    clinic = registry.clinic(connection, device.clinic_id)
    invitation = registry.invitation(connection, device.code_id) if device.code_id else None
    before = device.continues_device
    earlier = registry.device(connection, device.clinic_id, before) if before else None
    return WaitingDevice(
        words=words_of(device),
        clinic_id=device.clinic_id,
        clinic_code=clinic.code if clinic else invitation.clinic_code if invitation else "",
        label=clinic.label if clinic else invitation.label if invitation else "",
        continues=before,
        continues_no=earlier.no if earlier else None,
        continues_last_at=letters.last_received_at(connection, device.clinic_id, before) if before else None,
        letters=len(letters.numbers(connection, device.clinic_id, device.device, letters.WAITING)),
        first_seen_at=device.first_seen_at,
    )


def words_of(device: DeviceRow) -> tuple[str, ...]:
    """The six words that the doctor reads out."""
    return device_words(
        load_words(),
        clinic_id=device.clinic_id,
        device_id=device.device,
        signing_key=device.signing_key,
        recipient=device.recipient,
    )


def clinic_called(connection: Connection, clinic_id: str, device: DeviceRow | None = None) -> str:
    """The clinic as people call it; that of a device which is not confirmed by its invitation."""
    clinic = registry.clinic(connection, clinic_id)
    if clinic is not None:
        return clinic.label or doubtful.clinic_name(connection, clinic_id) or ""
    invitation = registry.invitation(connection, device.code_id) if device and device.code_id else None
    return invitation.label if invitation else ""


def result_of(connection: Connection, file_name: str, row: LetterRow, *, is_new: bool) -> LetterResult:
    """What became of a letter that is kept."""
    kept = letters.find(connection, row.clinic_id, row.sha256) or row
    fate = taking_in.fate_of(connection, kept)
    is_had = fate.result == letters.TAKEN and not is_new
    is_out = fate.result in (letters.FORK, letters.REFUSED)
    result = HAD if is_had else QUARANTINED if fate.result == letters.REFUSED else fate.result
    sender = registry.device(connection, kept.clinic_id, kept.device)
    return LetterResult(
        file_name=file_name,
        result=result,
        problem=Problem(kept.reason) if is_out and kept.reason else None,
        clinic=clinic_called(connection, kept.clinic_id, sender),
        device_no=sender.no if sender else None,
        clinic_id=kept.clinic_id,
        device_id=kept.device,
        batch_no=kept.batch_no,
        missing=fate.missing,
        changes=kept.changes if result == letters.TAKEN else 0,
    )


def as_it_stands(connection: Connection, result: LetterResult) -> LetterResult:
    """A letter that waited when it came, or was kept apart, may have been freed by one that came after it."""
    if result.clinic_id is None or result.device_id is None or result.batch_no is None:
        return result
    is_apart = result.problem is not None and result.problem.code == taking_in.CODE_GONE
    if not (result.result.startswith("waits-") or is_apart):
        return result
    for state in (letters.TAKEN, letters.WAITING):
        row = letters.numbered(connection, result.clinic_id, result.device_id, result.batch_no, state)
        if row is not None:
            return result_of(connection, result.file_name, row, is_new=True)
    return result
