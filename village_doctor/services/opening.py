"""Making and opening homes: key slots, passwords, unlock codes.

The unlock code is shown once and never written. A wrong password never reaches the store.
"""

import contextlib
import json
import secrets as system_secrets
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from village_doctor.domain.clinic import Clinic, Staff
from village_doctor.domain.permissions import require
from village_doctor.domain.problems import Problem
from village_doctor.foundation import keyslots, secrets
from village_doctor.foundation.folder_lock import FolderLock
from village_doctor.foundation.ids import IdMaker
from village_doctor.foundation.keyslots import Opened, PasswordSlot, SlotFile, UnlockCodeSlot
from village_doctor.foundation.secrets import UnlockCode
from village_doctor.foundation.surroundings import Surroundings
from village_doctor.services.registering import ClinicDraft, set_up_clinic
from village_doctor.services.workplace import (
    BACKUPS_FOLDER,
    SLOTS_FILE,
    STORE_FILE,
    Workplace,
    prepare,
)
from village_doctor.store import backups
from village_doctor.store.errors import store_problems
from village_doctor.sync.slot_opening import new_slots, open_slots, open_with_code, read_slots, refuse_weak

REPLACED: Final = "replaced-"
STORE_FILES: Final = tuple(f"{STORE_FILE}{ending}" for ending in ("", "-wal", "-shm"))


@dataclass(frozen=True, slots=True)
class NewHome:
    """An opened new home, and the unlock code to print: nothing else will ever show it again."""

    workplace: Workplace
    clinic: Clinic
    unlock_code: UnlockCode


@store_problems()
def create_home(home: Path, surroundings: Surroundings, password: str, draft: ClinicDraft) -> NewHome:
    """Makes a home with its clinic, first village and owner doctor; the slot file comes last.

    Raises Problem `home-exists`, `password-weak`, `village-code`, `disk-full` … What was made before a
    failure is removed; what an earlier crash left is kept in `replaced-*`.
    """
    refuse_weak(password)
    home.mkdir(mode=0o700, parents=True, exist_ok=True)
    if (home / SLOTS_FILE).exists():
        raise Problem("home-exists")
    lock = prepare(home)
    try:
        set_aside(home, STORE_FILES)
    except BaseException:
        lock.release()
        raise
    try:
        return _create(home, surroundings, lock, password, draft)
    except BaseException:
        for name in STORE_FILES:
            (home / name).unlink(missing_ok=True)
        lock.release()
        raise


def _create(
    home: Path, surroundings: Surroundings, lock: FolderLock, password: str, draft: ClinicDraft
) -> NewHome:
    ids = IdMaker(surroundings.clock.now, surroundings.random_bytes)
    key = secrets.new_database_key(surroundings.random_bytes)
    founder = Staff(id=ids.new(), name=draft.doctor_name, role="owner")
    slot_file, code = new_slots(ids, surroundings, founder.id, ids.new(), key, password)
    slot = slot_file.slots[0]
    assert isinstance(slot, PasswordSlot)
    workplace = Workplace(home, surroundings, lock, Opened(database_key=key, slot=slot), founder=founder)
    try:
        clinic = workplace.command(set_up_clinic, draft, founder.id).value
        (home / BACKUPS_FOLDER).mkdir(mode=0o700, exist_ok=True)
        slot_file.save(home / SLOTS_FILE)
    except BaseException:
        workplace.close()
        raise
    return NewHome(workplace, clinic, code)


@store_problems()
def open_home(
    home: Path, surroundings: Surroundings, password: str, *, clock_confirmed: bool = False
) -> Workplace:
    """Opens a home with a password. Raises Problem `home-missing`, `home-in-use`, `password-wrong`,
    `slots-damaged`, `store-newer`, `clock-doubtful` …"""
    slot_file = load_slots(home)
    lock = prepare(home)
    try:
        opened = open_slots(slot_file, password)
        return Workplace(home, surroundings, lock, opened, clock_confirmed=clock_confirmed)
    except BaseException:
        lock.release()
        raise


@store_problems()
def load_slots(home: Path) -> SlotFile:
    """Raises Problem `home-missing`, `slots-damaged`, `slots-newer`."""
    path = home / SLOTS_FILE
    if not path.is_file():
        raise Problem("home-missing", home=home)
    return read_slots(path.read_bytes())


@store_problems()
def change_password(workplace: Workplace, password: str) -> None:
    """The acting staff member's new password; her old one opens neither the home nor its own copies afterwards.

    Raises Problem `password-weak`. Copies that left the laptop keep the slots they were given.
    """
    refuse_weak(password)
    slot_file = load_slots(workplace.home)
    kept = [s for s in slot_file.slots if not (isinstance(s, PasswordSlot) and s.staff == workplace.actor.id)]
    surroundings = workplace.surroundings
    slot = keyslots.password_slot(
        slot_id=workplace.new_id(),
        database_id=slot_file.database_id,
        staff=workplace.actor.id,
        password=password,
        database_key=workplace.key,
        cost=surroundings.kdf_cost,
        random_bytes=surroundings.random_bytes,
    )
    keep_slots(workplace, SlotFile(database_id=slot_file.database_id, slots=(slot, *kept)))


@store_problems()
def replace_unlock_code(workplace: Workplace) -> UnlockCode:
    """A fresh unlock code in place of the old one, to be printed; the old paper opens neither the home nor its
    own copies any more, only copies that had left the laptop before. For the owner."""
    require(workplace.actor.role, "change_keys")
    slot_file = load_slots(workplace.home)
    code = UnlockCode.generate(workplace.surroundings.random_bytes)
    slot = keyslots.unlock_code_slot(
        slot_id=workplace.new_id(),
        database_id=slot_file.database_id,
        staff=workplace.actor.id,
        code=code,
        database_key=workplace.key,
        random_bytes=workplace.surroundings.random_bytes,
    )
    kept = tuple(s for s in slot_file.slots if not isinstance(s, UnlockCodeSlot))
    keep_slots(workplace, SlotFile(database_id=slot_file.database_id, slots=(*kept, slot)))
    return code


def keep_slots(workplace: Workplace, slots: SlotFile) -> None:
    """Writes the home's slot file whole, then into every copy that the home holds."""
    slots.save(workplace.slots_path)
    spread_slots(workplace.home, slots)


def spread_slots(home: Path, slots: SlotFile) -> None:
    """Writes the home's new slots into every copy it holds: a revoked secret opens none of them. A damaged backup
    is passed over: it restores nothing anyway."""
    for path in home.glob(f"{REPLACED}*/{SLOTS_FILE}"):
        slots.save(path)
    for header, path in backups.backups_in(home / BACKUPS_FOLDER):
        if header.database_id == slots.database_id:
            with contextlib.suppress(Problem):
                backups.replace_slots(path, json.loads(slots.to_bytes()))


@store_problems()
def reset_password(
    home: Path,
    surroundings: Surroundings,
    unlock_code: str,
    password: str,
    *,
    clock_confirmed: bool = False,
) -> tuple[Workplace, UnlockCode]:
    """Opens with the printed unlock code, sets a new password, and replaces the used code.

    Raises Problem `unlock-code-mistyped`, `unlock-code-wrong`, `password-weak` and those of opening.
    """
    refuse_weak(password)
    slot_file = load_slots(home)
    opened = open_with_code(slot_file, unlock_code)
    lock = prepare(home)
    try:
        workplace = Workplace(home, surroundings, lock, opened, clock_confirmed=clock_confirmed)
    except BaseException:
        lock.release()
        raise
    try:
        change_password(workplace, password)
        return workplace, replace_unlock_code(workplace)
    except BaseException:
        workplace.close()
        raise


def set_aside(home: Path, names: tuple[str, ...], token: str | None = None) -> Path | None:
    """Moves the named files, where they exist, into the folder `replaced-` + token; nothing is deleted."""
    present = [home / name for name in names if (home / name).exists()]
    if not present:
        return None
    folder = home / f"{REPLACED}{token or system_secrets.token_hex(16)}"
    folder.mkdir(mode=0o700)
    for path in present:
        path.rename(folder / path.name)
    return folder
