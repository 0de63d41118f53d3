"""Confirms a device whose six words the doctor read out, and revokes one that is lost (`invitation.md`)."""

from dataclasses import dataclass, replace
from typing import Final

from village_doctor.domain.problems import Problem
from village_doctor.sync.envelope import BatchHeader
from village_doctor.sync.identity import Certificate
from village_doctor.sync.words import same_words
from village_doctor.township import taking_in
from village_doctor.township.inbox_store import letters, merging, registry
from village_doctor.township.inbox_store.inbox import Connection
from village_doctor.township.inbox_store.registry import ClinicRow, DeviceRow
from village_doctor.township.inviting import free_block
from village_doctor.township.office import Office
from village_doctor.township.telling import words_of

_MOST_STEPS: Final = 100  # from a device to the one it continues; a circle can only be forged


@dataclass(frozen=True, kw_only=True, slots=True)
class Confirmed:
    """`letters`: how many were taken in; `waiting`: how many of the device still wait, for `missing` or for others.

    `revoked_no`: the number of the device it replaced, if that had one.
    """

    clinic_id: str
    clinic_code: str
    label: str
    device_id: str
    device_no: int
    letters: int
    revoked_no: int | None = None
    revoked_after: int | None = None
    waiting: int = 0
    missing: tuple[int, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class Revoked:
    """Entries of the device beyond `after` are not taken in any more."""

    clinic_code: str
    device_no: int
    after: int


def confirm(office: Office, words: str, *, keep_old: bool = False) -> Confirmed:
    """Confirms the waiting device with these words, in one transaction with all that follows from it.

    `keep_old`: the device that it continues goes on as well. Raises Problem `words-unknown`, `confirm-code-gone`,
    `confirm-continues`, `confirm-old-first`.
    """
    now = office.now_text()
    with office.inbox.writing() as connection:
        waiting = registry.waiting_devices(connection)
        device = next((one for one in waiting if same_words(words, words_of(one))), None)
        if device is None:
            raise Problem("words-unknown")
        if keep_old and _continues_waiting(connection, device):
            raise Problem("confirm-old-first")
        if taking_in.contradicts(connection, device):
            raise Problem("confirm-continues")
        code_id = _code_of(connection, device)
        clinic = _clinic_of(connection, device, code_id, now)
        number = _certify(office, connection, device, clinic, now)
        _give_block(connection, clinic, device)
        taken = taking_in.settle(connection, clinic.clinic_id)
        if code_id is not None:
            taking_in.refuse_waiting(connection, code_id)
        old = None if keep_old else _revoke_continued(connection, device)
        waits = letters.numbers(connection, device.clinic_id, device.device, letters.WAITING)
        return Confirmed(
            clinic_id=clinic.clinic_id,
            clinic_code=clinic.code,
            label=clinic.label,
            device_id=device.device,
            device_no=number,
            letters=taken,
            revoked_no=old.no if old else None,
            revoked_after=old.revoked_after if old else None,
            waiting=len(waits),
            missing=taking_in.missing_before(connection, device, waits[-1]) if waits else (),
        )


def revoke(office: Office, clinic_code: str, device_no: int, after: int | None = None) -> Revoked:
    """Revokes a device from a number of its journal, or from the last one that is here.

    Raises Problem `clinic-unknown`, `device-unknown`, `revoke-too-low`.
    """
    with office.inbox.writing() as connection:
        clinic = registry.clinic_with_code(connection, clinic_code)
        if clinic is None:
            raise Problem("clinic-unknown", code=clinic_code)
        found = registry.devices_of(connection, clinic.clinic_id)
        device = next((d for d in found if d.no == device_no and d.state == registry.CONFIRMED), None)
        if device is None:
            raise Problem("device-unknown", code=clinic_code, number=device_no)
        held = merging.chain_end(connection, clinic.clinic_id, device.device).seq
        if after is not None and after < held:
            raise Problem("revoke-too-low", held=held, after=after)
        revoked = _revoke(connection, device, held if after is None else after)
        assert revoked.revoked_after is not None
        return Revoked(clinic_code=clinic_code, device_no=device_no, after=revoked.revoked_after)


def _code_of(connection: Connection, device: DeviceRow) -> str | None:
    """The code it was invited with, or the one of the waiting device whose place it took."""
    for _ in range(_MOST_STEPS):
        if device.code_id is not None:
            return device.code_id
        before = device.continues_device
        earlier = None if before is None else registry.device(connection, device.clinic_id, before)
        if earlier is None or earlier.is_trusted:
            return None
        device = earlier
    return None


def _clinic_of(connection: Connection, device: DeviceRow, code_id: str | None, now: str) -> ClinicRow:
    """The device's clinic; the first device uses the code up and makes it. Raises Problem `confirm-code-gone`."""
    clinic = registry.clinic(connection, device.clinic_id)
    if clinic is not None:
        if code_id is not None:
            raise Problem("confirm-code-gone")
        return clinic
    invitation = registry.invitation(connection, code_id) if code_id else None
    if invitation is None or invitation.state != registry.OPEN:
        raise Problem("confirm-code-gone")
    clinic = ClinicRow(clinic_id=device.clinic_id, code=invitation.clinic_code, label=invitation.label)
    registry.add_clinic(connection, clinic, now)
    registry.use_invitation(connection, invitation.code_id, device.clinic_id, device.device)
    return clinic


def _certify(office: Office, connection: Connection, device: DeviceRow, clinic: ClinicRow, now: str) -> int:
    """Gives the device its number and certificate."""
    numbers = [one.no for one in registry.devices_of(connection, clinic.clinic_id) if one.no is not None]
    number = max(numbers, default=0) + 1
    certificate = Certificate(
        township_id=office.id,
        clinic_id=clinic.clinic_id,
        clinic_code=clinic.code,
        device_id=device.device,
        device_no=number,
        signing_key=device.signing_key,
        recipient=device.recipient,
        issued_at=now,
        practice=office.is_practice,
    )
    registry.confirm_device(
        connection,
        device,
        no=number,
        certificate=certificate.body(),
        signature=certificate.sign(office.signing),
        event_no=registry.next_event(connection),
    )
    return number


def _give_block(connection: Connection, clinic: ClinicRow, device: DeviceRow) -> None:
    """The block of the invitation to the device that was invited, else the next free one.

    The home of a device that took another one's place may have that one's invitation: both would give the same
    numbers.
    """
    is_first = device.code_id is not None and not _continues_any(connection, device)
    promised = registry.promised_block(connection, device.code_id) if is_first and device.code_id else None
    block = promised or free_block(registry.blocks_taken(connection, clinic.code))
    if block is not None:
        registry.give_block(connection, clinic.code, block, device.device)


def _continues_any(connection: Connection, device: DeviceRow) -> bool:
    """Has it taken another device's place, also one that is not known here?"""
    if device.continues_device is not None:
        return True
    waiting = letters.of_device(connection, device.clinic_id, device.device, letters.WAITING)
    return any(BatchHeader.from_bytes(letter.header).continues is not None for letter in waiting)


def _continues_waiting(connection: Connection, device: DeviceRow) -> bool:
    """Is the device whose place it took still waiting to be confirmed?"""
    if device.continues_device is None:
        return False
    old = registry.device(connection, device.clinic_id, device.continues_device)
    return old is not None and old.state == registry.WAITING


def _revoke_continued(connection: Connection, device: DeviceRow) -> DeviceRow | None:
    """Revokes the device whose place this one took, from the last number that is here."""
    if device.continues_device is None:
        return None
    old = registry.device(connection, device.clinic_id, device.continues_device)
    if old is None:
        return None
    if old.state == registry.WAITING:
        taking_in.refuse_device(connection, old)
        return old
    if old.state != registry.CONFIRMED:
        return None
    held = merging.chain_end(connection, old.clinic_id, old.device).seq
    return _revoke(connection, old, held)


def _revoke(connection: Connection, device: DeviceRow, after: int) -> DeviceRow:
    registry.revoke_device(connection, device, after, registry.next_event(connection))
    revoked = replace(device, state=registry.REVOKED, revoked_after=after)
    taking_in.refuse_beyond(connection, revoked)
    return revoked
