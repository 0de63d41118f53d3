"""Safekeeping: backups, restoring them, and checking that everything is whole.

A restored home goes on as a new device; what the replaced store held beyond the backup is merged in as
far as it can still be read. Nothing is deleted. `progress(stage, done, total)` may raise Problem
`cancelled`.
"""

import secrets as system_secrets
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from village_doctor.domain.changes.canonical import encode_canonical
from village_doctor.domain.changes.codec import instant_of, instant_text
from village_doctor.domain.changes.entry import Entry
from village_doctor.domain.problems import Problem
from village_doctor.foundation import keyslots
from village_doctor.foundation.clock import date_of
from village_doctor.foundation.ids import IdMaker
from village_doctor.foundation.keyslots import Opened, SlotFile
from village_doctor.foundation.secrets import UnlockCode
from village_doctor.foundation.surroundings import Surroundings
from village_doctor.services import copying, deriving, opening
from village_doctor.services.catalogue import Catalogue
from village_doctor.services.workplace import (
    BACKUPS_FOLDER,
    RESTORING,
    SLOTS_FILE,
    STORE_FILE,
    Workplace,
    prepare,
    trust_clock,
)
from village_doctor.store import backups, duty_cache, journal, local_state, migrations, search
from village_doctor.store.backups import BackupHeader
from village_doctor.store.database import Connection, connect, in_memory
from village_doctor.store.errors import DatabaseError, store_problems
from village_doctor.store.unit import transaction
from village_doctor.sync import slot_opening

Progress = Callable[[str, int, int], None]


@dataclass(frozen=True, kw_only=True, slots=True)
class Restored:
    """An opened restored home. `merged`: entries taken over from the replaced store, None if it could not be
    read. `unlock_code`: a fresh one to print, where the old one was used."""

    workplace: Workplace
    header: BackupHeader
    merged: int | None
    unlock_code: UnlockCode | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Checked:
    """What a check went through: journal entries, and records with concurrent versions kept."""

    entries: int
    concurrent: int


@store_problems()
def make_backup(workplace: Workplace, folder: Path | None = None, progress: Progress | None = None) -> Path:
    """A verified copy: into the home's own folder with all slots, or into `folder` outside with the
    unlock-code and recovery slots only. Raises Problem `backup-folder`, `disk-full`, `store-damaged`."""
    slots = opening.load_slots(workplace.home)
    target = workplace.backups if folder is None else folder
    if folder is not None:
        if not folder.is_dir():
            raise Problem("backup-folder", folder=folder)
        slots = slots.for_leaving()
    made_at = instant_text(workplace.now())
    workplace.backups.mkdir(mode=0o700, exist_ok=True)
    try:
        return workplace.write(
            lambda writing: copying.write_copy(
                writing.connection,
                workplace.key,
                slots,
                target,
                made_at,
                aside_folder=workplace.backups,
                progress=_staged(progress, "copy"),
            )
        )
    except PermissionError as error:
        raise Problem("backup-folder", folder=target) from error


def daily_backup(workplace: Workplace) -> Path | None:
    """Today's copy in the home, unless there is one; then the last seven days are kept."""
    today = workplace.today()
    known = backups.backups_in(workplace.backups) if workplace.backups.is_dir() else []
    if any(_made_on(header.made_at) == today for header, _ in known):
        return None
    path = make_backup(workplace)
    backups.prune(workplace.backups, workplace.database_id, today, _made_on)
    workplace.note_mark()
    return path


def _made_on(made_at: str) -> date:
    return date_of(instant_of(made_at))


@store_problems()
def restore(
    backup: Path,
    home: Path,
    surroundings: Surroundings,
    *,
    password: str | None = None,
    unlock_code: str | None = None,
    new_password: str | None = None,
    clock_confirmed: bool = False,
    progress: Progress | None = None,
) -> Restored:
    """Puts a backup in the place of the home's store, or into an empty folder.

    Opens with a password slot of the backup, else with the unlock code and a new password. Everything is
    verified before the old files are moved into `replaced-*`. Raises Problem `backup-missing`,
    `backup-not-ours`, `backup-damaged`, `backup-other-clinic`, `unlock-code-needed`, `password-wrong`,
    `unlock-code-wrong`, `home-in-use` …
    """
    if not backup.is_file():
        raise Problem("backup-missing", file=backup)
    if new_password is not None:
        slot_opening.refuse_weak(new_password)
    home.mkdir(mode=0o700, parents=True, exist_ok=True)
    lock = prepare(home)
    work = home / f"{RESTORING}{system_secrets.token_hex(16)}"
    try:
        _undo_unfinished(home)
        work.mkdir(mode=0o700)
        header = backups.unpack(backup, work / STORE_FILE)
        slots = slot_opening.read_slots(encode_canonical(header.slots))
        _refuse_other_clinic(home, slots)
        opened = _open(_home_slots(home) or slots, password, unlock_code)
        merged = _prepare_store(work / STORE_FILE, home / STORE_FILE, opened.database_key, progress)
        _settle(work / STORE_FILE, opened.database_key, surroundings, clock_confirmed=clock_confirmed)
        slots, fresh = _slots_to_keep(home, slots, opened, surroundings, new_password)
        _swap(work, home, slots)
        if fresh is not None:
            opening.spread_slots(home, slots)
        workplace = Workplace(home, surroundings, lock, opened)
    except BaseException:
        _undo_unfinished(home)
        lock.release()
        raise
    return Restored(workplace=workplace, header=header, merged=merged, unlock_code=fresh)


def _refuse_other_clinic(home: Path, slots: SlotFile) -> None:
    present = _home_slots(home)
    if present is not None and present.database_id != slots.database_id:
        raise Problem("backup-other-clinic")


def _home_slots(home: Path) -> SlotFile | None:
    """The home's own slots where they can be read: they know which secrets are still good, so that a revoked
    one brings back nothing."""
    try:
        return SlotFile.load(home / SLOTS_FILE)
    except (OSError, keyslots.SlotFileProblem):
        return None


def _open(slots: SlotFile, password: str | None, unlock_code: str | None) -> Opened:
    if unlock_code is not None:
        return slot_opening.open_with_code(slots, unlock_code)
    if not any(slot.kind == "password" for slot in slots.slots):
        raise Problem("unlock-code-needed")
    if password is None:
        raise Problem("password-missing")
    return slot_opening.open_slots(slots, password)


def _prepare_store(restored: Path, replaced: Path, key: bytes, progress: Progress | None) -> int | None:
    """Verifies the unpacked store, merges what the replaced one has beyond it, renews what is derived."""
    connection = connect(restored, key)
    try:
        migrations.refuse_newer(connection)
        backups.check_integrity(connection)
        journal.verify(connection, _staged(progress, "verify"))
        migrations.migrate(connection, lambda: None)
        merged = _merge_newer(connection, replaced, key)
    finally:
        connection.close()
    return merged


def _settle(restored: Path, key: bytes, surroundings: Surroundings, *, clock_confirmed: bool) -> None:
    """Makes the restored store ready to take its place: a device of its own at its first opening, everything
    derived made for today. Raises Problem `clock-doubtful`, while the home is still as it was."""
    now = surroundings.clock.now()
    connection = connect(restored, key)
    try:
        trust_clock(connection, now, confirmed=clock_confirmed)
        with transaction(connection):
            local_state.mark_restored(connection)
            deriving.rebuild(connection, Catalogue(), date_of(now))
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    finally:
        connection.close()


def _undo_unfinished(home: Path) -> None:
    """Where an earlier restore was cut off between moving the old files away and writing the slots, they go back:
    what they hold beyond the backup is merged in like any other."""
    for work in home.glob(f"{RESTORING}*"):
        replaced = home / f"{opening.REPLACED}{work.name.removeprefix(RESTORING)}"
        if replaced.is_dir():
            for path in sorted(replaced.iterdir(), key=lambda path: path.name == SLOTS_FILE):
                path.replace(home / path.name)
            replaced.rmdir()
        _clear(work)


def _merge_newer(connection: Connection, replaced: Path, key: bytes) -> int | None:
    """Takes over what the replaced store's journal holds beyond the backup: how many entries (0 where there is
    no store to replace), None if it cannot be read."""
    if not replaced.is_file():
        return 0
    try:
        old = connect(replaced, key, query_only=True)
    except (Problem, DatabaseError):
        return None
    try:
        newer = [
            entry
            for device in journal.devices(old)
            for entry in _whole_acts(old, device, journal.last_of(connection, device))
        ]
        newer.sort(key=lambda entry: (entry.at, entry.device, entry.seq))
        journal.take_in(connection, newer)
        return len(newer)
    except (Problem, DatabaseError):
        return None
    finally:
        old.close()


def _whole_acts(old: Connection, device: str, after: journal.LastEntry) -> list[Entry]:
    """What can be read of a device's later entries; where the chain is cut, the act that was cut is left out."""
    found = list(journal.salvage(old, device, after))
    if found and not _ends_at(old, device, found[-1].seq):
        cut = found[-1].act
        found = [entry for entry in found if entry.act != cut]
    return found


def _ends_at(old: Connection, device: str, seq: int) -> bool:
    """Is this the device's last entry? Where the page that would tell is unreadable, it is not."""
    try:
        return journal.highest_seq(old, device) == seq
    except DatabaseError:
        return False


def _slots_to_keep(
    home: Path, slots: SlotFile, opened: Opened, surroundings: Surroundings, new_password: str | None
) -> tuple[SlotFile, UnlockCode | None]:
    """The home's own slot file where it can be read, for it knows the newest passwords; else the backup's.

    With a new password: a new password slot, and a fresh unlock code, because the old one was used.
    """
    kept = _home_slots(home) or slots
    if new_password is None:
        if not any(slot.kind == "password" for slot in kept.slots):
            raise Problem("password-missing")
        return kept, None
    ids = IdMaker(surroundings.clock.now, surroundings.random_bytes)
    fresh, code = slot_opening.new_slots(
        ids, surroundings, opened.slot.staff, kept.database_id, opened.database_key, new_password
    )
    others = tuple(
        slot
        for slot in kept.slots
        if slot.kind != "unlock_code"
        and not (isinstance(slot, keyslots.PasswordSlot) and slot.staff == opened.slot.staff)
    )
    return replace(fresh, slots=(*fresh.slots, *others)), code


def _swap(work: Path, home: Path, slots: SlotFile) -> None:
    opening.set_aside(home, (SLOTS_FILE, *opening.STORE_FILES), work.name.removeprefix(RESTORING))
    (work / STORE_FILE).rename(home / STORE_FILE)
    (home / BACKUPS_FOLDER).mkdir(mode=0o700, exist_ok=True)
    slots.save(home / SLOTS_FILE)
    _clear(work)


def _clear(work: Path) -> None:
    if work.is_dir():
        for path in work.iterdir():
            path.unlink()
        work.rmdir()


def check(workplace: Workplace, progress: Progress | None = None) -> Checked:
    """Goes through everything: pages, references, journal chains, a replay of the journal into an empty
    store, and everything derived. Changes nothing.

    Raises Problem `store-damaged`, `journal-damaged`, `tables-differ`, `derived-differ`.
    """
    connection = connect(workplace.home / STORE_FILE, workplace.key, query_only=True)
    memory = in_memory()
    try:
        connection.execute("BEGIN")
        backups.check_integrity(connection)
        count = journal.verify(connection, _staged(progress, "verify"))
        migrations.migrate(memory, lambda: None)
        journal.replay(connection, memory, _staged(progress, "replay"))
        different = journal.differing_table(connection, memory)
        if different is not None:
            raise Problem("tables-differ", table=different)
        _check_derived(connection, memory, workplace)
        return Checked(entries=count, concurrent=len(journal.concurrent_losers(connection)))
    finally:
        memory.close()
        connection.close()


def _check_derived(connection: Connection, memory: Connection, workplace: Workplace) -> None:
    made_for = duty_cache.made_for(connection)
    with transaction(memory):
        deriving.rebuild(memory, workplace.catalogue, made_for or workplace.today())
    if search.content(connection) != search.content(memory):
        raise Problem("derived-differ", table="search_term")
    if made_for is not None and duty_cache.content(connection) != duty_cache.content(memory):
        raise Problem("derived-differ", table="duty")


def rebuild_derived(workplace: Workplace) -> None:
    """Makes search terms and duties again from the records."""

    def work(connection: Connection) -> None:
        with transaction(connection):
            deriving.rebuild(connection, workplace.catalogue, workplace.today())

    workplace.write(lambda writing: work(writing.connection))


def _staged(progress: Progress | None, stage: str) -> Callable[[int, int], None] | None:
    if progress is None:
        return None
    told = progress
    return lambda done, total: told(stage, done, total)
