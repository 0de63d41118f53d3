"""Opens a clinic's home with the township's printed recovery code, for an owner who has lost password and paper.

Needs no township's folder: the two codes are the private half of the recovery pair. Touches the clinic's slot file only:
a new password and a new unlock code for the owner; her old ones open nothing in this home any more.
The old slot file is kept aside.
"""

import secrets as system_secrets
from pathlib import Path

from village_doctor.domain.disk_problems import disk_problems
from village_doctor.domain.problems import Problem
from village_doctor.foundation import keyslots
from village_doctor.foundation.atomic_file import whole_file
from village_doctor.foundation.folder_lock import FolderInUse, FolderLock
from village_doctor.foundation.ids import IdMaker
from village_doctor.foundation.keyslots import KeptSlot, PasswordSlot, SlotFile, UnlockCodeSlot
from village_doctor.foundation.secrets import UnlockCode, UnlockCodeProblem
from village_doctor.foundation.surroundings import Surroundings
from village_doctor.sync.identity import Identity
from village_doctor.sync.recovery import KIND, RecoveryRefused, open_recovery_slot
from village_doctor.sync.slot_opening import new_slots, read_slots, refuse_weak
from village_doctor.township.office import REPLACED, SLOTS_FILE


@disk_problems()
def recover(
    clinic_home: Path, surroundings: Surroundings, recovery_code: tuple[str, str], new_password: str
) -> UnlockCode:
    """Writes the owner's new password and gives her new unlock code, to be printed.

    Raises Problem `recovery-home-missing`, `home-in-use`, `password-weak`, `recovery-code-mistyped`,
    `recovery-slot-missing`, `recovery-code-wrong`, `slots-damaged`.
    """
    refuse_weak(new_password)
    identity = _identity(recovery_code)
    refuse_missing(clinic_home)
    path = clinic_home / SLOTS_FILE
    try:
        lock = FolderLock(clinic_home)
    except FolderInUse as error:
        raise Problem("home-in-use") from error
    try:
        before = path.read_bytes()
        slots = read_slots(before)
        renewed, code = _renewed(slots, _key(slots, identity), surroundings, new_password)
        _keep(clinic_home, before)
        renewed.save(path)
    finally:
        lock.release()
    return code


def _keep(home: Path, slots: bytes) -> None:
    """Keeps the slots that are replaced: who changed the recovery slot can make it give a key that opens nothing, and
    then the old password must still be there."""
    folder = home / f"{REPLACED}{system_secrets.token_hex(16)}"
    folder.mkdir(mode=0o700)
    with whole_file(folder / SLOTS_FILE) as file:
        file.write(slots)


def refuse_missing(clinic_home: Path) -> None:
    """Raises Problem `recovery-home-missing`: to be asked before anybody types a code."""
    if not (clinic_home / SLOTS_FILE).is_file():
        raise Problem("recovery-home-missing", folder=clinic_home)


def _identity(recovery_code: tuple[str, str]) -> Identity:
    try:
        halves = [UnlockCode.parse(text).secret for text in recovery_code]
    except UnlockCodeProblem as error:
        raise Problem("recovery-code-mistyped") from error
    return Identity.from_bytes(b"".join(halves))


def _key(slots: SlotFile, identity: Identity) -> bytes:
    sealed = [slot for slot in slots.slots if isinstance(slot, KeptSlot) and slot.kind == KIND]
    if not sealed:
        raise Problem("recovery-slot-missing")
    refused: RecoveryRefused | None = None
    for slot in sealed:
        try:
            return open_recovery_slot(slot.body, identity.text, slots.database_id)
        except RecoveryRefused as error:
            refused = error
    raise Problem("recovery-code-wrong") from refused


def _renewed(
    slots: SlotFile, key: bytes, surroundings: Surroundings, password: str
) -> tuple[SlotFile, UnlockCode]:
    """The same slots with a new password and unlock code in the place of the owner's."""
    owner = next((slot.staff for slot in slots.slots if isinstance(slot, UnlockCodeSlot)), None)
    if owner is None:
        owner = next((slot.staff for slot in slots.slots if isinstance(slot, PasswordSlot)), None)
    if owner is None:
        raise Problem("slots-damaged")
    ids = IdMaker(surroundings.clock.now, surroundings.random_bytes)
    fresh, code = new_slots(ids, surroundings, owner, slots.database_id, key, password)
    kept = tuple(
        slot
        for slot in slots.slots
        if isinstance(slot, KeptSlot) or (isinstance(slot, PasswordSlot) and slot.staff != owner)
    )
    return keyslots.SlotFile(database_id=slots.database_id, slots=(*fresh.slots, *kept)), code
