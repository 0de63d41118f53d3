"""Locking: an idle home closes, and a PIN of a few digits opens it again while this process lives.

While it is locked the store is closed and its key is only there wrapped under the PIN's key; the folder stays
ours, so that no other process takes the home. Five wrong PINs, or leaving the program, and only the password opens.
What is kept of the PIN (a salt and what Argon2id makes of it) lies inside the encrypted store and nowhere else.
"""

import json
import re
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Final

from village_doctor.domain.problems import Problem
from village_doctor.foundation import secrets
from village_doctor.foundation.folder_lock import FolderLock
from village_doctor.foundation.keyslots import Opened, PasswordSlot, UnlockCodeSlot
from village_doctor.foundation.secrets import KdfCost
from village_doctor.foundation.surroundings import Surroundings
from village_doctor.services.opening import load_slots
from village_doctor.services.workplace import Workplace, Writing
from village_doctor.store import local_state
from village_doctor.store.database import Connection
from village_doctor.store.errors import store_problems
from village_doctor.store.unit import transaction
from village_doctor.sync.slot_opening import open_slots

MOST_TRIES: Final = 5
_PIN: Final = re.compile(r"[0-9]{4,6}")
_STATE: Final = "pin/{}"


@dataclass(frozen=True, kw_only=True, slots=True)
class _PinKey:
    """What is kept of a PIN, and at which cost it was made."""

    salt: bytes
    key: bytes
    cost: KdfCost

    def to_text(self) -> str:
        return json.dumps(
            {
                "salt": self.salt.hex(),
                "key": self.key.hex(),
                "cost": [self.cost.memory_kib, self.cost.time_cost, self.cost.parallelism],
            }
        )

    @classmethod
    def from_text(cls, text: str) -> "_PinKey":
        value = json.loads(text)
        memory_kib, time_cost, parallelism = value["cost"]
        return cls(
            salt=bytes.fromhex(value["salt"]),
            key=bytes.fromhex(value["key"]),
            cost=KdfCost(memory_kib=memory_kib, time_cost=time_cost, parallelism=parallelism),
        )


@dataclass(frozen=True, kw_only=True, slots=True)
class _Wrapped:
    """The database key under the PIN's key; without the PIN nothing here opens anything."""

    salt: bytes
    cost: KdfCost
    data: bytes


def check_pin(pin: str) -> str:
    """The plain digits of a PIN that may be used. Raises Problem `pin-weak`."""
    digits = secrets.normalise_password(pin)
    steps = {(int(b) - int(a)) % 10 for a, b in pairwise(digits)} if _PIN.fullmatch(digits) else {0}
    if len(steps) == 1 and steps <= {0, 1, 9}:
        raise Problem("pin-weak")
    return digits


def set_pin(workplace: Workplace, pin: str) -> None:
    """The acting staff member's new PIN; the old one reopens nothing afterwards.

    Raises Problem `pin-weak`, `memory-short` and those of the store.
    """
    digits = check_pin(pin)
    surroundings = workplace.surroundings
    salt = secrets.fresh_bytes(secrets.SALT_BYTES, surroundings.random_bytes)
    made = _PinKey(
        salt=salt, key=_derived(digits, salt, surroundings.kdf_cost), cost=surroundings.kdf_cost
    ).to_text()

    def keep(writing: Writing) -> None:
        with transaction(writing.connection):
            local_state.set_state(writing.connection, _STATE.format(workplace.actor.id), made)

    workplace.write(keep)


def has_pin(workplace: Workplace) -> bool:
    """Has the acting staff member set a PIN?"""
    return workplace.query(_pin_text, workplace.actor.id) is not None


def lock(workplace: Workplace) -> "Locked":
    """Closes the opened home, after what is queued is written, and keeps its folder. Use the workplace no more.

    It locks even where the PIN can no longer be read: then only the password opens.
    """
    try:
        text = workplace.query(_pin_text, workplace.actor.id)
    except Problem:
        text = None
    wrapped = None
    if text is not None:
        pin_key = _PinKey.from_text(text)
        wrapped = _Wrapped(
            salt=pin_key.salt,
            cost=pin_key.cost,
            data=secrets.wrap(
                pin_key.key, workplace.key, _binding(workplace.slot), workplace.surroundings.random_bytes
            ),
        )
    home, surroundings, slot = workplace.home, workplace.surroundings, workplace.slot
    return Locked(home, surroundings, workplace.hand_over_lock(), slot, wrapped)


class Locked:
    """A home that is locked in this process. It ends by opening, or by `forget` when the program is left."""

    def __init__(
        self,
        home: Path,
        surroundings: Surroundings,
        folder_lock: FolderLock,
        slot: PasswordSlot | UnlockCodeSlot,
        wrapped: _Wrapped | None,
    ) -> None:
        """Takes over the held folder lock; made by `lock`."""
        self.home = home
        self._surroundings = surroundings
        self._folder_lock = folder_lock
        self._slot = slot
        self._wrapped = wrapped
        self._wrong = 0

    @property
    def has_pin(self) -> bool:
        """Can a PIN open it? False where none was set, and after five wrong ones."""
        return self._wrapped is not None

    @property
    def tries_left(self) -> int:
        """How many PINs may still be tried."""
        return MOST_TRIES - self._wrong if self.has_pin else 0

    @store_problems()
    def reopen(self, pin: str, *, clock_confirmed: bool = False) -> Workplace:
        """The home, opened again by the same person; this object is then done with.

        Raises Problem `pin-wrong` (with `tries_left`), `pin-spent` after the fifth, and those of opening, which
        cost no try.
        """
        if self._wrapped is None:
            raise Problem("pin-spent")
        key = _derived(pin, self._wrapped.salt, self._wrapped.cost)
        try:
            database_key = secrets.unwrap(key, self._wrapped.data, _binding(self._slot))
        except secrets.NotUnwrapped as error:
            self._wrong += 1
            if self.tries_left == 0:
                self._wrapped = None
                raise Problem("pin-spent") from error
            raise Problem("pin-wrong", tries_left=self.tries_left) from error
        return self._opened(Opened(database_key=database_key, slot=self._slot), clock_confirmed)

    @store_problems()
    def open_with_password(self, password: str, *, clock_confirmed: bool = False) -> Workplace:
        """The home, opened with a password of any of its staff; this object is then done with.

        Raises Problem `password-wrong` and those of opening; it stays locked then.
        """
        return self._opened(open_slots(load_slots(self.home), password), clock_confirmed)

    def _opened(self, opened: Opened, clock_confirmed: bool) -> Workplace:
        workplace = Workplace(
            self.home, self._surroundings, self._folder_lock, opened, clock_confirmed=clock_confirmed
        )
        self._wrapped = None
        return workplace

    def forget(self) -> None:
        """Lets the folder go: the program is left, and only the password opens the home."""
        self._wrapped = None
        self._folder_lock.release()


def password_delay(failures: int) -> float:
    """How many seconds to wait after that many wrong passwords in a row."""
    return secrets.delay_seconds(failures)


def _pin_text(connection: Connection, staff_id: str) -> str | None:
    return local_state.get_state(connection, _STATE.format(staff_id))


def _derived(pin: str, salt: bytes, cost: KdfCost) -> bytes:
    try:
        return secrets.password_key(pin, salt, cost)
    except secrets.NotEnoughMemory as error:
        raise Problem("memory-short") from error


def _binding(slot: PasswordSlot | UnlockCodeSlot) -> bytes:
    """What a wrapped key belongs to: this lock, of this store, for this person."""
    return json.dumps(["vd/idle-lock", 1, slot.database_id, slot.staff], separators=(",", ":")).encode()
