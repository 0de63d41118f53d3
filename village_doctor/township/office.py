"""The opened folder of a township health centre: its inbox, its keys, the time, new ids.

The slot file is written last, so a folder without one was never made. The private half of the recovery pair is shown
once, as two codes for the safe, and written nowhere (`township.md`).
"""

import secrets as system_secrets
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Final

from village_doctor.domain.changes.codec import instant_text
from village_doctor.domain.disk_problems import disk_problems
from village_doctor.domain.problems import Problem
from village_doctor.foundation import secrets
from village_doctor.foundation.atomic_file import remove_leftovers
from village_doctor.foundation.core_dumps import forbid_core_dumps
from village_doctor.foundation.folder_lock import FolderInUse, FolderLock
from village_doctor.foundation.ids import IdMaker
from village_doctor.foundation.keyslots import SlotFile
from village_doctor.foundation.secrets import KEY_BYTES, UnlockCode, fresh_bytes
from village_doctor.foundation.surroundings import Surroundings
from village_doctor.sync.identity import Identity, SigningKey
from village_doctor.sync.slot_opening import new_slots, open_slots, read_slots, refuse_weak
from village_doctor.sync.words import load_words, township_words
from village_doctor.township.inbox_store import registry
from village_doctor.township.inbox_store.inbox import Inbox
from village_doctor.township.inbox_store.registry import OfficeRow

INBOX_FILE: Final = "township.db"
SLOTS_FILE: Final = "keyslots.json"
QUARANTINE_FOLDER: Final = "quarantine"
REPLACED: Final = "replaced-"
_INBOX_FILES: Final = tuple(f"{INBOX_FILE}{ending}" for ending in ("", "-wal", "-shm"))
_LONGEST_NAME: Final = 100
_HALF: Final = KEY_BYTES // 2


class Office:
    """An opened township. `close` it; a process that dies leaves nothing half done."""

    def __init__(self, home: Path, surroundings: Surroundings, lock: FolderLock, inbox: Inbox) -> None:
        """Takes over the held `lock` and the open `inbox`."""
        self.home = home
        self.surroundings = surroundings
        self.inbox = inbox
        self._lock = lock
        self._ids = IdMaker(surroundings.clock.now, surroundings.random_bytes)
        with inbox.reading() as connection:
            self._row = registry.office(connection)
            keys = registry.letters_keys(connection)
        self.signing = SigningKey.from_seed(self._row.signing_seed)
        self.identities = tuple(Identity.from_text(text) for text in keys)

    @property
    def id(self) -> str:
        return self._row.id

    @property
    def name(self) -> str:
        return self._row.name

    @property
    def is_practice(self) -> bool:
        return self._row.is_practice

    @property
    def letters_recipient(self) -> str:
        """Where the next letters are to be sealed to."""
        return self.identities[0].recipient

    @property
    def recovery_recipient(self) -> str:
        return self._row.recovery_recipient

    @property
    def quarantine_folder(self) -> Path:
        return self.home / QUARANTINE_FOLDER

    @property
    def words(self) -> tuple[str, ...]:
        """What the township reads out before a clinic enrols."""
        return township_words(
            load_words(),
            township_id=self.id,
            signing_key=self.signing.public,
            letters_recipient=self.letters_recipient,
            recovery_recipient=self.recovery_recipient,
        )

    def now(self) -> datetime:
        """The present instant in whole milliseconds, as everything is stored."""
        instant = self.surroundings.clock.now()
        return instant.replace(microsecond=instant.microsecond // 1000 * 1000)

    def now_text(self) -> str:
        return instant_text(self.now())

    def new_id(self) -> str:
        return self._ids.new()

    def close(self) -> None:
        """Closes the inbox and lets go of the folder."""
        try:
            self.inbox.close()
        finally:
            self._lock.release()


@dataclass(frozen=True, kw_only=True, slots=True)
class NewOffice:
    """An opened new office and what is printed now and never shown again."""

    office: Office
    unlock_code: UnlockCode
    recovery_code: tuple[str, str] = field(repr=False)


@disk_problems()
def create_office(
    home: Path, surroundings: Surroundings, password: str, name: str, *, practice: bool = False
) -> NewOffice:
    """Makes the folder with its keys; the slot file comes last.

    Raises Problem `township-exists`, `township-in-use`, `township-name`, `password-weak`, `disk-full` … What was made
    before a failure is removed; what an earlier crash left is kept in `replaced-*`.
    """
    refuse_weak(password)
    if not name.strip() or not is_writable(name):
        raise Problem("township-name")
    home.mkdir(mode=0o700, parents=True, exist_ok=True)
    if (home / SLOTS_FILE).exists():
        raise Problem("township-exists")
    lock = _prepare(home)
    try:
        _set_aside(home)
        return _create(home, surroundings, lock, password, name.strip(), practice)
    except BaseException:
        lock.release()
        raise


def _create(
    home: Path, surroundings: Surroundings, lock: FolderLock, password: str, name: str, practice: bool
) -> NewOffice:
    ids = IdMaker(surroundings.clock.now, surroundings.random_bytes)
    key = secrets.new_database_key(surroundings.random_bytes)
    operator, database_id = ids.new(), ids.new()
    slot_file, code = new_slots(ids, surroundings, operator, database_id, key, password)
    recovery = fresh_bytes(KEY_BYTES, surroundings.random_bytes)
    letters = Identity.generate(surroundings.random_bytes)
    now = instant_text(surroundings.clock.now())
    row = OfficeRow(
        id=ids.new(),
        name=name,
        is_practice=practice,
        signing_seed=fresh_bytes(KEY_BYTES, surroundings.random_bytes),
        recovery_recipient=Identity.from_bytes(recovery).recipient,
        made_at=now,
    )
    try:
        inbox = Inbox(home / INBOX_FILE, key, is_new=True)
        try:
            with inbox.writing() as connection:
                registry.add_office(connection, row)
                registry.add_letters_key(connection, letters.recipient, letters.text, now)
            office = Office(home, surroundings, lock, inbox)
            slot_file.save(home / SLOTS_FILE)
        except BaseException:
            inbox.close()
            raise
    except BaseException:
        for file_name in _INBOX_FILES:
            (home / file_name).unlink(missing_ok=True)
        raise
    halves = (UnlockCode(recovery[:_HALF]).text, UnlockCode(recovery[_HALF:]).text)
    return NewOffice(office=office, unlock_code=code, recovery_code=halves)


@disk_problems()
def open_office(home: Path, surroundings: Surroundings, password: str) -> Office:
    """Opens a township's folder.

    Raises Problem `township-missing`, `township-in-use`, `password-wrong`, `slots-damaged`, `township-newer` …
    """
    path = home / SLOTS_FILE
    if not (path.is_file() and (home / INBOX_FILE).is_file()):
        raise Problem("township-missing", home=home)
    slot_file: SlotFile = read_slots(path.read_bytes())
    lock = _prepare(home)
    try:
        opened = open_slots(slot_file, password)
        inbox = Inbox(home / INBOX_FILE, opened.database_key)
        try:
            return Office(home, surroundings, lock, inbox)
        except BaseException:
            inbox.close()
            raise
    except BaseException:
        lock.release()
        raise


def is_writable(name: str) -> bool:
    """Can a file hold it, and a person read it? A command line hands on bytes that are no text at all."""
    return len(name) <= _LONGEST_NAME and not any("\ud800" <= letter <= "\udfff" for letter in name)


def export_letters_key(office: Office) -> str:
    """The private key of the letters, as age's own program reads it: `AGE-SECRET-KEY-1…`."""
    return office.identities[0].text


def _prepare(home: Path) -> FolderLock:
    """Locks the folder, clears away what a crash left, makes what belongs in it."""
    forbid_core_dumps()
    try:
        lock = FolderLock(home)
    except FolderInUse as error:
        raise Problem("township-in-use") from error
    try:
        remove_leftovers(home)
        (home / QUARANTINE_FOLDER).mkdir(mode=0o700, exist_ok=True)
        remove_leftovers(home / QUARANTINE_FOLDER)
    except BaseException:
        lock.release()
        raise
    return lock


def _set_aside(home: Path) -> None:
    """Keeps a database that an interrupted `init` left, although nothing can open it."""
    present = [home / name for name in _INBOX_FILES if (home / name).exists()]
    if present:
        folder = home / f"{REPLACED}{system_secrets.token_hex(16)}"
        folder.mkdir(mode=0o700)
        for path in present:
            path.rename(folder / path.name)
