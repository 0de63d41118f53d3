"""The code on contract cards: 223 digits that find one contract member and say who made them.

The format is `resources/formats/card.md`. It holds no name and no number of a person; a signature that holds
proves who printed it, never who carries it.
"""

import hashlib
import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final
from uuid import UUID

from village_doctor.domain.problems import Problem
from village_doctor.sync.identity import SIGNATURE_BYTES, SigningKey, signature_holds

PREFIX: Final = "901"
CODE_LENGTH: Final = 223
LOOK_UP_LENGTH: Final = 45
"""So many digits from the left are enough to look the person up."""

_VERSION: Final = 1
_SIGNED_BYTES: Final = 1 + 16 + 2 + 4
_CHECK_BYTES: Final = 4
_CHECKED_BYTES: Final = _SIGNED_BYTES + SIGNATURE_BYTES
_ALL_BYTES: Final = _CHECKED_BYTES + _CHECK_BYTES
_BITS_AFTER_ID: Final = 8 * (_ALL_BYTES - 17)
_ID_MASK: Final = (1 << 128) - 1
_FIRST_DAY: Final = date(2000, 1, 1)
_LAST_DAY: Final = _FIRST_DAY + timedelta(days=0xFFFF)
_DOMAIN: Final = b"vd/card/1"
_CHECK_DOMAIN: Final = b"vd/card-check/1"
_DIGITS: Final = re.compile(r"[0-9]+")


@dataclass(frozen=True, kw_only=True, slots=True)
class CardPayload:
    """`member_id`: the contract member (UUID). `ends_on`: the contract's last day as printed, 2000 to 2179."""

    member_id: str
    ends_on: date


@dataclass(frozen=True, kw_only=True, slots=True)
class ReadCard:
    """What a card says; `signed` are the bytes that `signature` is over, `key_hint` the start of the key's hash."""

    payload: CardPayload
    key_hint: bytes
    signed: bytes
    signature: bytes


def write_card(payload: CardPayload, key: SigningKey) -> str:
    """The digits. Raises ValueError for an id that is no UUID and a day outside the range."""
    if not _FIRST_DAY <= payload.ends_on <= _LAST_DAY:
        raise ValueError(payload.ends_on)
    days = (payload.ends_on - _FIRST_DAY).days
    signed = b"".join(
        (bytes([_VERSION]), UUID(payload.member_id).bytes, days.to_bytes(2), _hint_of(key.public))
    )
    checked = signed + key.sign(_DOMAIN, hashlib.sha256(signed).digest())
    number = int.from_bytes(checked + _check_of(checked))
    return f"{PREFIX}{number:0{CODE_LENGTH - len(PREFIX)}d}"


def read_card(digits: str) -> ReadCard:
    """What the digits say, whoever signed them. Raises Problem `card-not-ours`, `card-damaged`, `card-newer`."""
    text = digits.strip()
    if _DIGITS.fullmatch(text) is None or not text.startswith(PREFIX):
        raise Problem("card-not-ours")
    number = int(text[len(PREFIX) :]) if len(text) == CODE_LENGTH else 1 << 8 * _ALL_BYTES
    if number >> 8 * _ALL_BYTES:
        raise Problem("card-damaged")
    data = number.to_bytes(_ALL_BYTES)
    checked = data[:_CHECKED_BYTES]
    if data[_CHECKED_BYTES:] != _check_of(checked):
        raise Problem("card-damaged")
    if checked[0] != _VERSION:
        raise Problem("card-newer")
    return ReadCard(
        payload=CardPayload(
            member_id=str(UUID(bytes=checked[1:17])),
            ends_on=_FIRST_DAY + timedelta(days=int.from_bytes(checked[17:19])),
        ),
        key_hint=checked[19:_SIGNED_BYTES],
        signed=checked[:_SIGNED_BYTES],
        signature=checked[_SIGNED_BYTES:],
    )


def keys_named(card: ReadCard, keys: Iterable[bytes]) -> tuple[bytes, ...]:
    """Those of the public keys that the card can have been signed with; none: it cannot be checked here."""
    return tuple(key for key in keys if _hint_of(key) == card.key_hint)


def verify(card: ReadCard, keys: Iterable[bytes]) -> bool:
    """Did the owner of one of these public keys sign it?"""
    hash_ = hashlib.sha256(card.signed).digest()
    return any(signature_holds(key, _DOMAIN, hash_, card.signature) for key in keys_named(card, keys))


def member_ids(first_digits: str) -> tuple[str, ...]:
    """The member a code begun with these digits is of: one id, at a border two, none while there are too few digits
    or where it is no card."""
    text = first_digits.strip()
    if _DIGITS.fullmatch(text) is None or not text.startswith(PREFIX):
        return ()
    if not LOOK_UP_LENGTH <= len(text) <= CODE_LENGTH:
        return ()
    step: int = 10 ** (CODE_LENGTH - len(text))
    least = int(text[len(PREFIX) :]) * step
    heads = {number >> _BITS_AFTER_ID for number in (least, least + step - 1)}
    return tuple(str(UUID(int=head & _ID_MASK)) for head in sorted(heads) if head >> 128 == _VERSION)


def _hint_of(public: bytes) -> bytes:
    return hashlib.sha256(public).digest()[:4]


def _check_of(data: bytes) -> bytes:
    return hashlib.sha256(_CHECK_DOMAIN + data).digest()[:_CHECK_BYTES]
