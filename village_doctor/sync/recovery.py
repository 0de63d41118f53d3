"""The recovery slot: the home's database key sealed to the township, for a clinic that lost password and paper.

The clinic writes it when it enrols; only the township's printed recovery key opens it (`keyslots.md`,
`invitation.md`). What a slot file is and how it is written is `foundation/keyslots`.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import pyrage
from pyrage import x25519

from village_doctor.domain.changes.canonical import NotCanonical, decode_canonical, encode_canonical

KIND: Final = "recovery"
_FORMAT: Final = "vd/recovery-slot"
_VERSION: Final = 1
_KEY_BYTES: Final = 32
_LONGEST_SEALED: Final = 16 * 1024


class RecoveryRefused(Exception):
    """The slot does not give the key of this database. `reason` is English, for the log."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class RecoveryNotForUs(RecoveryRefused):
    """It is sealed to somebody else's key: another township's, or an older one of this township."""


@dataclass(frozen=True, kw_only=True, slots=True)
class RecoverySlot:
    """Which township may open, the public key it is sealed to, and the sealed bytes."""

    township_id: str
    recipient: str
    sealed: bytes


def recovery_slot_fields(
    *, township_id: str, recipient: str, database_id: str, database_key: bytes
) -> dict[str, str]:
    """The fields of a new recovery slot, beside `id` and `kind`. Raises ValueError for a wrong recipient."""
    inner = encode_canonical([_FORMAT, _VERSION, database_id, database_key.hex()])
    try:
        sealed: bytes = pyrage.encrypt(inner, [x25519.Recipient.from_str(recipient)])
    except pyrage.RecipientError as error:
        raise ValueError("not an age recipient") from error
    return {"township": township_id, "recipient": recipient, "sealed": sealed.hex()}


def read_recovery_slot(fields: Mapping[str, object]) -> RecoverySlot:
    """The fields of a kept slot (its body, decoded). Raises RecoveryRefused."""
    township, recipient, sealed = (fields.get(name) for name in ("township", "recipient", "sealed"))
    if not (isinstance(township, str) and isinstance(recipient, str) and isinstance(sealed, str)):
        raise RecoveryRefused("fields")
    if len(sealed) > 2 * _LONGEST_SEALED:
        raise RecoveryRefused("too long")
    try:
        data = bytes.fromhex(sealed)
    except ValueError as error:
        raise RecoveryRefused("not hexadecimal") from error
    return RecoverySlot(township_id=township, recipient=recipient, sealed=data)


def open_recovery_slot(body: str, identity: str, database_id: str) -> bytes:
    """The database key: `body` is the kept slot's JSON, `identity` the text of the recovery key (AGE-SECRET-KEY-1…).

    Raises RecoveryNotForUs, RecoveryRefused (also for the slot of another database).
    """
    try:
        fields = json.loads(body)
    except ValueError as error:
        raise RecoveryRefused("not JSON") from error
    if not isinstance(fields, dict):
        raise RecoveryRefused("not an object")
    slot = read_recovery_slot(fields)
    try:
        inner: bytes = pyrage.decrypt(slot.sealed, [x25519.Identity.from_str(identity)])
    except (pyrage.DecryptError, pyrage.IdentityError) as error:
        raise RecoveryNotForUs("does not open") from error
    return _key_in(inner, database_id)


def _key_in(inner: bytes, database_id: str) -> bytes:
    try:
        value = decode_canonical(inner)
    except NotCanonical as error:
        raise RecoveryRefused("not canonical") from error
    if not isinstance(value, list) or len(value) != 4 or value[:2] != [_FORMAT, _VERSION]:
        raise RecoveryRefused("not a recovery slot")
    if value[2] != database_id:
        raise RecoveryRefused("another database")
    try:
        key = bytes.fromhex(value[3]) if isinstance(value[3], str) else b""
    except ValueError as error:
        raise RecoveryRefused("key") from error
    if len(key) != _KEY_BYTES:
        raise RecoveryRefused("key")
    return key
