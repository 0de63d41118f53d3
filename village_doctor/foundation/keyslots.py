"""The slot file: the database key, wrapped once per secret that may open it.

The format, with limits and what a crash leaves behind, is `resources/formats/keyslots.md`. A slot altered
in any field does not open; kinds this version does not know are kept; parameters beyond the limits are
never computed. It holds ids, no names. Reading and writing raise OSError as it comes; which member of
staff may open what is not judged here.
"""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Final, Literal, Self

from village_doctor.foundation.atomic_file import write_whole
from village_doctor.foundation.ids import RandomBytes
from village_doctor.foundation.secrets import (
    KEY_BYTES,
    NONCE_BYTES,
    SALT_BYTES,
    TAG_BYTES,
    CostRefused,
    KdfCost,
    NotUnwrapped,
    UnlockCode,
    fresh_bytes,
    password_key,
    unwrap,
    wrap,
)

FORMAT: Final = "village-doctor/key-slots"
VERSION: Final = 1
_LONGEST_FILE: Final = 256 * 1024
_MOST_SLOTS: Final = 64
_WRAPPED_BYTES: Final = NONCE_BYTES + KEY_BYTES + TAG_BYTES
_ID: Final = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
_KIND: Final = re.compile(r"[a-z][a-z0-9_]{0,31}")
_PASSWORD_KDF: Final = "argon2id-19"
_UNLOCK_CODE_KDF: Final = "hkdf-sha256"


class SlotFileProblem(Exception):
    """The slot file cannot be used."""


class SlotFileDamaged(SlotFileProblem):
    """It is not what this program writes. `reason` is English, for the log and for support."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class SlotFileTooNew(SlotFileProblem):
    """A newer version of the program wrote it."""

    def __init__(self, version: int) -> None:
        super().__init__(version)
        self.version = version


class SlotTooCostly(SlotFileProblem):
    """A slot demands more memory or time than any honest one; nothing was computed."""


class SlotRefused(Exception):
    """A change that would make the slot file wrong: an id twice, an id unknown, the last way in removed."""

    def __init__(self, reason: Literal["id-twice", "id-unknown", "last-way-in", "other-database"]) -> None:
        super().__init__(reason)
        self.reason = reason


class NoSuchSlot(Exception):
    """There is no slot of that kind to open."""


class WrongPassword(Exception):
    """No password slot opens with it (or the slots were altered: that cannot be told apart)."""


class WrongUnlockCode(Exception):
    """A well-formed code, but none of this database; perhaps of an older print."""


@dataclass(frozen=True, kw_only=True, slots=True)
class PasswordSlot:
    """The database key under the password of one member of staff."""

    id: str
    database_id: str
    staff: str
    cost: KdfCost
    salt: bytes
    wrapped: bytes
    kind: Literal["password"] = "password"


@dataclass(frozen=True, kw_only=True, slots=True)
class UnlockCodeSlot:
    """The database key under the printed unlock code; `staff` is the owner it was printed for."""

    id: str
    database_id: str
    staff: str
    salt: bytes
    wrapped: bytes
    kind: Literal["unlock_code"] = "unlock_code"


@dataclass(frozen=True, kw_only=True, slots=True)
class KeptSlot:
    """A slot that is only kept: the township's `recovery`, or a kind of a newer version.

    `body` is the canonical JSON object of all fields but `id` and `kind`.
    """

    id: str
    kind: str
    body: str


Slot = PasswordSlot | UnlockCodeSlot | KeptSlot


@dataclass(frozen=True, kw_only=True, slots=True)
class Opened:
    """What opening gives: the key, and the slot that opened (its `staff` is the actor)."""

    database_key: bytes = field(repr=False)
    slot: PasswordSlot | UnlockCodeSlot


@dataclass(frozen=True, kw_only=True, slots=True)
class SlotFile:
    """All slots of one database. Never changed in place: every change gives a new one, to be saved."""

    database_id: str
    slots: tuple[Slot, ...] = ()

    @classmethod
    def load(cls, path: Path) -> Self:
        """Read the file. Raises OSError, SlotFileDamaged, SlotFileTooNew, SlotTooCostly."""
        with path.open("rb") as file:
            return cls.from_bytes(file.read(_LONGEST_FILE + 1))

    def save(self, path: Path) -> None:
        """Put it at `path`, whole and durable. Raises OSError."""
        write_whole(path, self.to_bytes())

    def to_bytes(self) -> bytes:
        """The canonical bytes, for the file and for the header of a backup.

        They were read back and compared: what could not be read again is never written (SlotFileDamaged).
        """
        data = _canonical(
            {
                "format": FORMAT,
                "version": VERSION,
                "database_id": self.database_id,
                "slots": [_written(slot) for slot in self.slots],
            }
        )
        _expect(self.from_bytes(data) == self, "would not be read back")
        return data

    @classmethod
    def from_bytes(cls, data: bytes) -> Self:
        """Read what `to_bytes` wrote. Raises SlotFileDamaged, SlotFileTooNew, SlotTooCostly."""
        top = _object(_decoded(data), "top")
        if top.get("format") != FORMAT:
            raise SlotFileDamaged("not a slot file")
        version = _whole_number(top, "version")
        if version > VERSION:
            raise SlotFileTooNew(version)
        _expect(version == VERSION, "version")
        _expect(set(top) == {"format", "version", "database_id", "slots"}, "fields at the top")
        _expect(_canonical(top) == data, "not canonical")
        database_id = _id(top, "database_id")
        listed = _list(top, "slots")
        _expect(len(listed) <= _MOST_SLOTS, "too many slots")
        slots = tuple(_read(_object(one, "slot"), database_id) for one in listed)
        _expect(len({slot.id for slot in slots}) == len(slots), "slot id twice")
        return cls(database_id=database_id, slots=slots)

    def with_slot(self, slot: Slot) -> Self:
        """With one slot more, at the end. Raises SlotRefused."""
        if any(known.id == slot.id for known in self.slots):
            raise SlotRefused("id-twice")
        return self._with((*self.slots, slot))

    def without_slot(self, slot_id: str) -> Self:
        """Without that slot. Raises SlotRefused, also if neither a password nor an unlock code would remain."""
        self._place(slot_id)
        slots = tuple(slot for slot in self.slots if slot.id != slot_id)
        if all(isinstance(slot, KeptSlot) for slot in slots):
            raise SlotRefused("last-way-in")
        return self._with(slots)

    def replaced(self, slot_id: str, slot: Slot) -> Self:
        """With `slot` (a new id, or the same) in the place of that one. Raises SlotRefused."""
        place = self._place(slot_id)
        if slot.id != slot_id and any(known.id == slot.id for known in self.slots):
            raise SlotRefused("id-twice")
        return self._with((*self.slots[:place], slot, *self.slots[place + 1 :]))

    def for_leaving(self) -> Self:
        """A copy to leave the laptop with: unlock code and recovery slots only. Raises NoSuchSlot if there is none."""
        slots = tuple(slot for slot in self.slots if slot.kind in ("unlock_code", "recovery"))
        if not slots:
            raise NoSuchSlot
        return self._with(slots)

    def _with(self, slots: tuple[Slot, ...]) -> Self:
        if any(not isinstance(slot, KeptSlot) and slot.database_id != self.database_id for slot in slots):
            raise SlotRefused("other-database")
        return replace(self, slots=slots)

    def _place(self, slot_id: str) -> int:
        for place, slot in enumerate(self.slots):
            if slot.id == slot_id:
                return place
        raise SlotRefused("id-unknown")


# --- making and opening -----------------------------------------------------------------------------------------------


def password_slot(
    *,
    slot_id: str,
    database_id: str,
    staff: str,
    password: str,
    database_key: bytes,
    cost: KdfCost,
    random_bytes: RandomBytes,
) -> PasswordSlot:
    """A new slot for a password, which was checked before. Raises NotEnoughMemory."""
    salt = fresh_bytes(SALT_BYTES, random_bytes)
    slot = PasswordSlot(
        id=slot_id, database_id=database_id, staff=staff, cost=cost, salt=salt, wrapped=b"\0" * _WRAPPED_BYTES
    )
    key = password_key(password, salt, cost)
    return replace(slot, wrapped=wrap(key, database_key, _associated_data(slot), random_bytes))


def unlock_code_slot(
    *,
    slot_id: str,
    database_id: str,
    staff: str,
    code: UnlockCode,
    database_key: bytes,
    random_bytes: RandomBytes,
) -> UnlockCodeSlot:
    """A new slot for an unlock code."""
    salt = fresh_bytes(SALT_BYTES, random_bytes)
    slot = UnlockCodeSlot(
        id=slot_id, database_id=database_id, staff=staff, salt=salt, wrapped=b"\0" * _WRAPPED_BYTES
    )
    return replace(slot, wrapped=wrap(code.key(salt), database_key, _associated_data(slot), random_bytes))


def kept_slot(*, slot_id: str, kind: str, fields: Mapping[str, object]) -> KeptSlot:
    """A slot of a kind that is only kept, such as `recovery`. Raises SlotFileDamaged if it could not be read back."""
    _expect(not {"id", "kind"} & set(fields), "kept slot")
    slot = _read(_object(_decoded(_canonical({**fields, "id": slot_id, "kind": kind})), "kept slot"), "")
    if not isinstance(slot, KeptSlot):
        raise SlotFileDamaged("kept slot")
    return slot


def open_with_password(slot_file: SlotFile, password: str, *, first: str | None = None) -> Opened:
    """Try the password on every password slot, slot `first` before the others; each costs one key derivation.

    Raises WrongPassword, NoSuchSlot, NotEnoughMemory.
    """
    slots = [slot for slot in slot_file.slots if isinstance(slot, PasswordSlot)]
    if not slots:
        raise NoSuchSlot
    for slot in sorted(slots, key=lambda slot: slot.id != first):
        opened = _tried(slot, password_key(password, slot.salt, slot.cost))
        if opened:
            return opened
    raise WrongPassword


def open_with_unlock_code(slot_file: SlotFile, code: UnlockCode) -> Opened:
    """Try the code on every unlock code slot. Raises WrongUnlockCode, NoSuchSlot."""
    slots = [slot for slot in slot_file.slots if isinstance(slot, UnlockCodeSlot)]
    if not slots:
        raise NoSuchSlot
    for slot in slots:
        opened = _tried(slot, code.key(slot.salt))
        if opened:
            return opened
    raise WrongUnlockCode


def _tried(slot: PasswordSlot | UnlockCodeSlot, key: bytes) -> Opened | None:
    try:
        return Opened(database_key=unwrap(key, slot.wrapped, _associated_data(slot)), slot=slot)
    except NotUnwrapped:
        return None


def _associated_data(slot: PasswordSlot | UnlockCodeSlot) -> bytes:
    return _canonical(
        ["vd/key-slot", VERSION, slot.database_id, slot.id, slot.staff, slot.kind, _parameters(slot)]
    )


# --- JSON -------------------------------------------------------------------------------------------------------------


def _written(slot: Slot) -> dict[str, object]:
    if isinstance(slot, KeptSlot):
        return {**_object(json.loads(slot.body), "slot"), "id": slot.id, "kind": slot.kind}
    return {
        "id": slot.id,
        "kind": slot.kind,
        "staff": slot.staff,
        "parameters": _parameters(slot),
        "wrapped": slot.wrapped.hex(),
    }


def _parameters(slot: PasswordSlot | UnlockCodeSlot) -> dict[str, object]:
    if isinstance(slot, UnlockCodeSlot):
        return {"kdf": _UNLOCK_CODE_KDF, "salt": slot.salt.hex()}
    return {
        "kdf": _PASSWORD_KDF,
        "memory_kib": slot.cost.memory_kib,
        "time_cost": slot.cost.time_cost,
        "parallelism": slot.cost.parallelism,
        "salt": slot.salt.hex(),
    }


def _read(fields: dict[str, object], database_id: str) -> Slot:
    slot_id = _id(fields, "id")
    kind = fields.get("kind")
    if not isinstance(kind, str) or not _KIND.fullmatch(kind):
        raise SlotFileDamaged("kind")
    if kind not in ("password", "unlock_code"):
        rest = {name: value for name, value in fields.items() if name not in ("id", "kind")}
        return KeptSlot(id=slot_id, kind=kind, body=_canonical(rest).decode())
    _expect(set(fields) == {"id", "kind", "staff", "parameters", "wrapped"}, "fields of a slot")
    staff = _id(fields, "staff")
    parameters = _object(fields["parameters"], "parameters")
    wrapped = _bytes(fields, "wrapped", _WRAPPED_BYTES)
    salt = _bytes(parameters, "salt", SALT_BYTES)
    if kind == "unlock_code":
        _expect(set(parameters) == {"kdf", "salt"}, "parameters")
        _expect(parameters["kdf"] == _UNLOCK_CODE_KDF, "kdf")
        return UnlockCodeSlot(id=slot_id, database_id=database_id, staff=staff, salt=salt, wrapped=wrapped)
    _expect(set(parameters) == {"kdf", "memory_kib", "time_cost", "parallelism", "salt"}, "parameters")
    _expect(parameters["kdf"] == _PASSWORD_KDF, "kdf")
    return PasswordSlot(
        id=slot_id, database_id=database_id, staff=staff, cost=_cost(parameters), salt=salt, wrapped=wrapped
    )


def _cost(parameters: dict[str, object]) -> KdfCost:
    try:
        return KdfCost(
            memory_kib=_whole_number(parameters, "memory_kib"),
            time_cost=_whole_number(parameters, "time_cost"),
            parallelism=_whole_number(parameters, "parallelism"),
        )
    except CostRefused as error:
        raise SlotTooCostly from error


def _decoded(data: bytes) -> object:
    _expect(len(data) <= _LONGEST_FILE, "too long")
    try:
        decoded: object = json.loads(
            data.decode("utf-8"),
            object_pairs_hook=_without_doubles,
            parse_float=_no_number,
            parse_constant=_no_number,
        )
    except (ValueError, RecursionError) as error:
        raise SlotFileDamaged("not JSON of the required kind") from error
    return decoded


def _canonical(value: object) -> bytes:
    try:
        return json.dumps(
            value, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False
        ).encode()
    except (UnicodeEncodeError, RecursionError) as error:
        raise SlotFileDamaged("not canonical") from error


def _without_doubles(pairs: list[tuple[str, object]]) -> dict[str, object]:
    result = dict(pairs)
    if len(result) != len(pairs):
        raise ValueError("a key is there twice")
    return result


def _no_number(text: str) -> object:
    raise ValueError(f"not a whole number: {text[:20]}")


def _expect(holds: bool, what: str) -> None:
    if not holds:
        raise SlotFileDamaged(what)


def _object(value: object, what: str) -> dict[str, object]:
    if not isinstance(value, dict):
        raise SlotFileDamaged(what)
    return value


def _list(fields: dict[str, object], name: str) -> list[object]:
    value = fields.get(name)
    if not isinstance(value, list):
        raise SlotFileDamaged(name)
    return value


def _whole_number(fields: dict[str, object], name: str) -> int:
    value = fields.get(name)
    if not isinstance(value, int) or isinstance(value, bool):
        raise SlotFileDamaged(name)
    return value


def _id(fields: dict[str, object], name: str) -> str:
    value = fields.get(name)
    if not isinstance(value, str) or not _ID.fullmatch(value):
        raise SlotFileDamaged(name)
    return value


def _bytes(fields: dict[str, object], name: str, length: int) -> bytes:
    value = fields.get(name)
    if not isinstance(value, str) or not re.fullmatch(f"[0-9a-f]{{{2 * length}}}", value):
        raise SlotFileDamaged(name)
    return bytes.fromhex(value)
