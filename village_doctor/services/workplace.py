"""The workplace: an opened home. It hands out clock, ids and folders, and runs verbs and queries.

Verbs run on the writer thread, one transaction each; queries on the reader thread, so that a search
works during an import. Nothing below reads the time, randomness or folders from the air.
"""

import contextlib
import hashlib
import logging
import shutil
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Concatenate, Final, ParamSpec, TypeVar

from village_doctor.domain.changes.clock import is_doubtful, witness
from village_doctor.domain.changes.codec import instant_of, instant_text
from village_doctor.domain.clinic import DeviceStart, Staff
from village_doctor.domain.problems import Problem
from village_doctor.foundation import keyslots, machine_key, secrets
from village_doctor.foundation.atomic_file import remove_leftovers
from village_doctor.foundation.clock import TIME_ZONE, date_of
from village_doctor.foundation.core_dumps import forbid_core_dumps
from village_doctor.foundation.folder_lock import FolderInUse, FolderLock
from village_doctor.foundation.ids import IdMaker
from village_doctor.foundation.keyslots import SlotFile
from village_doctor.foundation.surroundings import Surroundings
from village_doctor.services import copying, deriving
from village_doctor.services.catalogue import Catalogue
from village_doctor.services.desk import Act, Changes, Verb, perform
from village_doctor.store import journal, local_state, migrations, tables
from village_doctor.store.database import Connection, connect
from village_doctor.store.journal import LastEntry
from village_doctor.store.local_state import LocalDevice
from village_doctor.store.threads import StoreThread
from village_doctor.store.unit import DevicePen, Unit, snapshot, transaction

P = ParamSpec("P")
T = TypeVar("T")

logger = logging.getLogger(__name__)

Query = Callable[Concatenate[Connection, P], T]

STORE_FILE: Final = "store.db"
SLOTS_FILE: Final = "keyslots.json"
BACKUPS_FOLDER: Final = "backups"
RESTORING: Final = "restoring-"
_TRUSTED_AT: Final = "trusted_at"
_TRUSTED_SEQ: Final = "trusted_seq"
_NOTE_TIME_EVERY: Final = timedelta(hours=1)


@dataclass
class Writing:
    """What the writer thread owns: the writing connection and the pen of this device."""

    connection: Connection
    pen: DevicePen


class Workplace:
    """An opened home. `close` it; a process that dies leaves nothing half done."""

    def __init__(
        self,
        home: Path,
        surroundings: Surroundings,
        lock: FolderLock,
        opened: keyslots.Opened,
        *,
        clock_confirmed: bool = False,
        founder: Staff | None = None,
    ) -> None:
        """Takes over the held `lock`. `founder` makes a new store and acts in it before she is a record.

        Raises Problem `store-newer`, `clock-doubtful`, `store-damaged`, `store-missing` …
        """
        self.home = home
        self.surroundings = surroundings
        self.catalogue = Catalogue()
        self.database_id = opened.slot.database_id
        # Of this home at this place: a copy beside it on the same computer is another device.
        place = hashlib.sha256(str(home.resolve()).encode("utf-8", "surrogateescape")).hexdigest()[:16]
        self._machine_folder = surroundings.state_folder / f"home-{place}"
        forbid_core_dumps()
        self._key = opened.database_key
        self.slot = opened.slot
        self._lock = lock
        self._is_new = founder is not None
        self._ids = IdMaker(surroundings.clock.now, surroundings.random_bytes)
        self._writer = StoreThread("store-writer", lambda: self._open_writer(opened, clock_confirmed))
        try:
            self._reader = StoreThread("store-reader", self._open_reader)
        except BaseException:
            self._writer.close()
            raise
        try:
            self.actor = founder or self._reader.run(lambda c: tables.get(c, Staff, opened.slot.staff))
        except BaseException:
            self._close_threads()
            raise

    # --- time and ids -------------------------------------------------------------------------------

    def now(self) -> datetime:
        """The present instant in whole milliseconds, as everything is stored."""
        instant = self.surroundings.clock.now()
        return instant.replace(microsecond=instant.microsecond // 1000 * 1000)

    def today(self) -> date:
        """The date in UTC+8, whatever the computer's zone."""
        return date_of(self.now())

    def new_id(self) -> str:
        return self._ids.new()

    def new_act(self, now: datetime | None = None, new_id: Callable[[], str] | None = None) -> Act:
        """Who acts now; samples hand in their own time and ids."""
        instant = now or self.now()
        make = new_id or self._ids.new
        return Act(id=make(), actor=self.actor, now=instant, today=date_of(instant), new_id=make)

    # --- verbs and queries --------------------------------------------------------------------------

    def command(self, function: Verb[P, T], *args: P.args, **kwargs: P.kwargs) -> Changes[T]:
        """Does a verb and waits: when this returns, it is on the disk."""
        return self.submit_command(function, *args, **kwargs).result()

    def submit_command(self, function: Verb[P, T], *args: P.args, **kwargs: P.kwargs) -> "Future[Changes[T]]":
        """Queues a verb for the writer thread."""
        act = self.new_act()

        def work(writing: Writing) -> Changes[T]:
            changes = perform(writing.connection, writing.pen, self.catalogue, act, function, *args, **kwargs)
            self._note_lightly(writing.pen.last)
            return changes

        return self._writer.submit(work)

    def _note_lightly(self, last: LastEntry) -> None:
        """Where the note cannot be written, the act is saved all the same."""
        with contextlib.suppress(OSError):
            machine_key.note_mark(
                self._machine_folder, self.database_id, last.device, last.seq, last.digest.hex()
            )

    def write(self, work: Callable[[Writing], T]) -> T:
        """Work of the store itself on the writer thread: backups, samples, checks. Waits."""
        return self._writer.run(work)

    def submit_write(self, work: Callable[[Writing], T]) -> "Future[T]":
        """Queues work of the store itself; it comes before every verb that is queued later."""
        return self._writer.submit(work)

    def query(self, function: Query[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Asks on the reader thread and waits."""
        return self.submit_query(function, *args, **kwargs).result()

    def submit_query(self, function: Query[P, T], *args: P.args, **kwargs: P.kwargs) -> "Future[T]":
        """Queues a question for the reader thread."""

        def work(connection: Connection) -> T:
            with snapshot(connection):
                return function(connection, *args, **kwargs)

        return self._reader.submit(work)

    def renew_for_today(self) -> None:
        """Brings the derived duties up to today, if an earlier day made them; after a bulk write that was cut
        off, everything derived. A full disk keeps nobody from reading: Today is then worked out without the table."""
        try:
            self.write(
                lambda writing: deriving.renew_for_new_day(writing.connection, self.catalogue, self.today())
            )
        except Problem as problem:
            logger.info("today: %s", problem.code)

    def close(self) -> None:
        """Finishes queued work, notes how far this device has written, lets the home go."""
        try:
            self.note_mark()
        finally:
            try:
                self._close_threads()
            finally:
                self._lock.release()

    def hand_over_lock(self) -> FolderLock:
        """Closes the store and forgets the key, but keeps the folder: the lock goes to the caller, still held.

        What was queued is finished first. That the mark could not be noted keeps nothing open: it may lag behind.
        """
        try:
            with contextlib.suppress(OSError):
                self.note_mark()
        finally:
            self._close_threads()
            self._key = b""
        return self._lock

    def note_mark(self) -> None:
        """Notes outside the home how far this device has written."""
        last = self._writer.run(lambda writing: writing.pen.last)
        machine_key.write_mark(
            self._machine_folder, self.database_id, last.device, last.seq, last.digest.hex()
        )

    def _close_threads(self) -> None:
        try:
            self._reader.close()
        finally:
            self._writer.close()

    @property
    def key(self) -> bytes:
        """The database key, for copies of this store."""
        return self._key

    @property
    def slots_path(self) -> Path:
        return self.home / SLOTS_FILE

    @property
    def backups(self) -> Path:
        return self.home / BACKUPS_FOLDER

    def device_secret(self) -> bytes:
        """The 32 bytes from which this device's own keys are made; never kept, computed when they are needed.

        Raises Problem `device-keys-missing` where this computer has lost its half since the home was opened.
        """
        device = self._reader.run(local_state.current_device)
        key = machine_key.read_machine_key(self._machine_folder, self.database_id)
        if device is None or key is None:
            raise Problem("device-keys-missing")
        try:
            return machine_key.unwrap_device_secret(key, device.id, device.wrapped_secret)
        except secrets.NotUnwrapped as error:
            raise Problem("device-keys-missing") from error

    def start_new_device_if_restored(self) -> bool:
        """Goes on as a new device at once, where this copy was found to be an older one of itself: not one more act
        is written under a number that the township already holds. True if it did."""

        def work(writing: Writing) -> bool:
            if not local_state.is_restored(writing.connection):
                return False
            writing.pen = self._start_device(
                writing.connection, self.actor.id, local_state.current_device(writing.connection)
            )
            return True

        return self.write(work)

    # --- opening ------------------------------------------------------------------------------------

    def _open_reader(self) -> tuple[Connection, Connection]:
        connection = connect(self.home / STORE_FILE, self._key, query_only=True)
        return connection, connection

    def _open_writer(self, opened: keyslots.Opened, clock_confirmed: bool) -> tuple[Connection, Writing]:
        connection = connect(self.home / STORE_FILE, self._key, must_exist=not self._is_new)
        try:
            migrations.migrate(connection, lambda: self._copy_before_migrating(connection))
            trust_clock(connection, self.now(), confirmed=clock_confirmed)
            pen = self._pen(connection, opened.slot.staff)
        except BaseException:
            connection.close()
            raise
        return connection, Writing(connection, pen)

    def _copy_before_migrating(self, connection: Connection) -> None:
        self.backups.mkdir(mode=0o700, exist_ok=True)
        copying.write_copy(
            connection,
            self._key,
            SlotFile.load(self.slots_path),
            self.backups,
            instant_text(self.now()),
            aside_folder=self.backups,
        )

    def _pen(self, connection: Connection, staff_id: str) -> DevicePen:
        """The pen of the current device; a restored home, one without its machine key, or an older copy of
        this one goes on as a new device."""
        device = local_state.current_device(connection)
        is_restored = local_state.is_restored(connection)
        if device is not None and not is_restored and self._is_ours(connection, device):
            return DevicePen(
                self._in_time(connection, journal.last_of(connection, device.id)), device.device_digit
            )
        return self._start_device(connection, staff_id, device)

    def _is_ours(self, connection: Connection, device: LocalDevice) -> bool:
        key = machine_key.read_machine_key(self._machine_folder, self.database_id)
        if key is None:
            return False
        try:
            machine_key.unwrap_device_secret(key, device.id, device.wrapped_secret)
        except secrets.NotUnwrapped:
            return False
        return self._has_marked_entry(connection, device.id)

    def _has_marked_entry(self, connection: Connection, device_id: str) -> bool:
        """False when this machine remembers an entry of the device that the store lacks: an older copy."""
        mark = machine_key.read_mark(self._machine_folder, self.database_id)
        if mark is None or mark[0] != device_id:
            return True
        _, seq, digest = mark
        found = next(journal.entries(connection, "device = ? AND seq = ?", (device_id, seq)), None)
        return found is not None and found.digest.hex() == digest

    def _start_device(self, connection: Connection, staff_id: str, before: LocalDevice | None) -> DevicePen:
        used = machine_key.read_digit(self._machine_folder, self.database_id)
        digit = max(local_state.device_count(connection), used) + 1
        device_id = self._ids.new()
        key = machine_key.new_machine_key(
            self._machine_folder, self.database_id, self.surroundings.random_bytes
        )
        secret = secrets.fresh_bytes(secrets.KEY_BYTES, self.surroundings.random_bytes)
        wrapped = machine_key.wrap_device_secret(key, device_id, secret, self.surroundings.random_bytes)
        previous = journal.last_of(connection, before.id) if before is not None else None
        pen = DevicePen(self._in_time(connection, LastEntry(device_id)), digit)
        with transaction(connection):
            unit = self._unit(connection, pen, staff_id)
            unit.save(
                DeviceStart(
                    id=device_id,
                    device_digit=digit,
                    continues_device=previous.device if previous else None,
                    continues_seq=previous.seq if previous else None,
                    continues_digest=previous.digest.hex() if previous else None,
                )
            )
            local_state.add_current_device(connection, LocalDevice(device_id, digit, wrapped))
            local_state.set_state(connection, _TRUSTED_SEQ, "0")
            machine_key.write_digit(self._machine_folder, self.database_id, digit)
        pen.last = unit.last
        return pen

    def _in_time(self, connection: Connection, last: LastEntry) -> LastEntry:
        """Our clock after everything in the store; another device's that runs far ahead does not move it."""
        at = witness(last.at, journal.newest_at(connection), self.now())
        return LastEntry(last.device, last.seq, last.digest, at)

    def _unit(self, connection: Connection, pen: DevicePen, staff_id: str) -> Unit:
        return Unit(
            connection=connection,
            pen=pen,
            act=self._ids.new(),
            verb="start_device",
            staff=staff_id,
            now=self.now(),
            today=self.today(),
            new_id=self._ids.new,
            last=pen.last,
        )


def trust_clock(connection: Connection, now: datetime, *, confirmed: bool) -> None:
    """Notes `now` as trusted time. Raises Problem `clock-doubtful`, before anything is written, unless the doctor
    has said that the computer's date is right."""
    device = local_state.current_device(connection)
    last = journal.last_of(connection, device.id) if device is not None else LastEntry("")
    noted = local_state.get_state(connection, _TRUSTED_AT)
    since = int(local_state.get_state(connection, _TRUSTED_SEQ) or 0)
    newer = next(journal.entries(connection, "device = ? AND seq = ?", (last.device, last.seq)), None)
    trusted = [instant_of(noted)] if noted else []
    if newer is not None and newer.seq > since:
        trusted.append(instant_of(newer.wall_at))
    if trusted and is_doubtful(max(trusted), now) and not confirmed:
        raise Problem("clock-doubtful", now=_shown(now), last=_shown(max(trusted)))
    if not noted or confirmed or now - instant_of(noted) > _NOTE_TIME_EVERY:
        with transaction(connection):
            local_state.set_state(connection, _TRUSTED_AT, instant_text(now))
            local_state.set_state(connection, _TRUSTED_SEQ, str(last.seq))


def _shown(instant: datetime) -> str:
    """Date and time in China: a clock set back by minutes is doubtful too."""
    return f"{instant.astimezone(TIME_ZONE):%Y-%m-%d %H:%M}"


def prepare(home: Path) -> FolderLock:
    """The held lock of an existing home folder, with the leftovers of a crash removed.

    Raises Problem `home-in-use` when another process holds it.
    """
    try:
        lock = FolderLock(home)
    except FolderInUse as error:
        raise Problem("home-in-use") from error
    try:
        remove_leftovers(home)
        remove_leftovers(home / BACKUPS_FOLDER)
        if (home / SLOTS_FILE).exists():  # else a restore was cut off between the old files and the new ones
            for unfinished in home.glob(f"{RESTORING}*"):
                shutil.rmtree(unfinished)
    except BaseException:
        lock.release()
        raise
    return lock
