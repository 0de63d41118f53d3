"""Secrets: passwords, the unlock code, keys derived from them, wrapping of keys.

Argon2id for what people choose, HKDF-SHA256 for what is random already, ChaCha20-Poly1305 to wrap; all
from argon2-cffi and cryptography, nothing home-made but the check characters on paper. Random bytes are
handed in. Nothing here is written, logged or put into an exception. Python cannot wipe memory: a key
lives until the process ends.
"""

import re
import unicodedata
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from itertools import pairwise
from typing import Final, Self

import argon2
from argon2.low_level import Type, hash_secret_raw
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from village_doctor.foundation.ids import RandomBytes

KEY_BYTES: Final = 32
SALT_BYTES: Final = 16
NONCE_BYTES: Final = 12
TAG_BYTES: Final = 16


class CostRefused(Exception):
    """Argon2id parameters beyond what this program is willing to compute."""


class NotEnoughMemory(Exception):
    """The computer could not give Argon2id its memory."""


class NotUnwrapped(Exception):
    """Wrong key, or altered bytes or associated data: which of them cannot be told."""


class RandomSourceBroken(Exception):
    """The source of random bytes gave the wrong number of bytes, or the same ones again and again."""


class Weakness(StrEnum):
    """Why a password is refused."""

    TOO_SHORT = "too-short"
    TOO_LONG = "too-long"
    DIGITS_TOO_SHORT = "digits-too-short"
    BIRTHDAY = "birthday"
    PHONE = "phone"
    RUN = "run"
    REPEATED = "repeated"
    COMMON = "common"


class WeakPassword(Exception):
    """A password that is refused, with the reason; the password itself is not in here."""

    def __init__(self, reason: Weakness) -> None:
        super().__init__(reason.value)
        self.reason = reason


# --- keys -------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True, slots=True)
class KdfCost:
    """Cost of Argon2id: KiB of memory, passes, lanes. Raises CostRefused, so an excessive one never exists."""

    memory_kib: int
    time_cost: int
    parallelism: int

    def __post_init__(self) -> None:
        if not (
            1 <= self.parallelism <= 8
            and 1 <= self.time_cost <= 20
            and 8 * self.parallelism <= self.memory_kib <= 1024 * 1024
        ):
            raise CostRefused


# 0.19 s on two cores of an AMD EPYC server; a poor laptop (two slow cores, slow memory) takes 2.5 to 3 times that.
SHIPPED_COST: Final = KdfCost(memory_kib=128 * 1024, time_cost=2, parallelism=2)


def password_key(password: str, salt: bytes, cost: KdfCost) -> bytes:
    """The 32-byte key of a password in whatever way it was typed. Raises NotEnoughMemory."""
    secret = normalise_password(password).encode("utf-8", "surrogatepass")
    try:
        return hash_secret_raw(
            secret, salt, cost.time_cost, cost.memory_kib, cost.parallelism, KEY_BYTES, Type.ID, version=0x13
        )
    except argon2.exceptions.HashingError as error:
        raise NotEnoughMemory from error


def derived_key(secret: bytes, *, salt: bytes, purpose: str) -> bytes:
    """A 32-byte key for one purpose (a domain string) from a secret that is random already."""
    return HKDF(SHA256(), KEY_BYTES, salt, purpose.encode()).derive(secret)


def fresh_bytes(count: int, random_bytes: RandomBytes) -> bytes:
    """That many random bytes. Raises RandomSourceBroken."""
    data = random_bytes(count)
    if len(data) != count:
        raise RandomSourceBroken
    return data


def new_database_key(random_bytes: RandomBytes) -> bytes:
    """The random 256-bit key of a new database."""
    return fresh_bytes(KEY_BYTES, random_bytes)


def wrap(key: bytes, secret: bytes, associated_data: bytes, random_bytes: RandomBytes) -> bytes:
    """The secret sealed under the key and bound to the associated data: nonce, ciphertext, tag."""
    nonce = fresh_bytes(NONCE_BYTES, random_bytes)
    return nonce + ChaCha20Poly1305(key).encrypt(nonce, secret, associated_data)


def unwrap(key: bytes, wrapped: bytes, associated_data: bytes) -> bytes:
    """What `wrap` sealed. Raises NotUnwrapped."""
    try:
        return ChaCha20Poly1305(key).decrypt(wrapped[:NONCE_BYTES], wrapped[NONCE_BYTES:], associated_data)
    except (InvalidTag, ValueError) as error:
        raise NotUnwrapped from error


def delay_seconds(failures: int) -> int:
    """How long to wait after that many wrong passwords in a row: 0 for two slips, then 1, 2, 4 … 60.

    A courtesy against a curious hand on the keyboard, no defence: whoever has the file does not wait.
    """
    return 0 if failures < 3 else min(60, 1 << min(failures - 3, 6))


# --- passwords --------------------------------------------------------------------------------------------------------

_OWN_LENGTH: Final = 10
_GENERATED_DIGITS: Final = 12
_LONGEST: Final = 128
_SURPRISES_NEEDED: Final = 6
_TRIES: Final = 1000
_KEYBOARD: Final = (
    "1234567890-=",
    "qwertyuiop[]",
    "asdfghjkl;'",
    "zxcvbnm,./",
    *("1qaz", "2wsx", "3edc", "4rfv", "5tgb", "6yhn", "7ujm", "8ik,", "9ol.", "0p;/"),
)
_UNSHIFTED: Final = str.maketrans('!@#$%^&*()_+{}:"<>?', "1234567890-=[];',./")
_NEIGHBOURS: Final = frozenset(
    pair for row in _KEYBOARD for a, b in pairwise(row) for pair in (a + b, b + a)
) | {"90", "09"}
_COMMON: Final = re.compile(
    "password|passw0rd|woaini|iloveyou|letmein|welcome|administrator|wodemima"
    "|weishengshi|weishengyuan|cunyisheng|villagedoctor"
)
_WRITTEN_DATE: Final = re.compile(
    r"(?<![0-9])((?:19|20)[0-9]{2})[^0-9]{1,3}([0-9]{1,2})[^0-9]{1,3}([0-9]{1,2})"
)


def normalise_password(password: str) -> str:
    """One form for all ways to type a password.

    Full-width and other compatible characters become plain ones (NFKC); if only digits, blanks and dashes
    remain, blanks and dashes are dropped. So `4821-0937-5516` is `482109375516`.
    """
    text = unicodedata.normalize("NFKC", password)
    bare = "".join(one for one in text if not (one.isspace() or unicodedata.category(one) == "Pd"))
    return bare if bare.isascii() and bare.isdigit() else text


def check_password(password: str) -> None:
    """Accept twelve digits or more, or ten characters or more of one's own. Raises WeakPassword.

    Refused: birthdays, phone numbers and identity numbers (they hold a birthday), runs along the digits,
    the alphabet or the keyboard, repeated patterns, the words that everybody takes.
    """
    text = normalise_password(password)
    if len(text) > _LONGEST:
        raise WeakPassword(Weakness.TOO_LONG)
    if len(text) < _OWN_LENGTH:
        raise WeakPassword(Weakness.TOO_SHORT)
    lower = "".join(text.casefold().split())
    bare = "".join(one for one in lower if one.isalnum())
    runs = re.findall("[0-9]+", bare)
    if _is_repeated(lower):
        raise WeakPassword(Weakness.REPEATED)
    unshifted = lower.translate(_UNSHIFTED)
    if min(_surprises(unshifted), _surprises(bare or unshifted)) < _SURPRISES_NEEDED:
        raise WeakPassword(Weakness.RUN)
    if _has_written_date(text) or any(_has_date(run) for run in runs):
        raise WeakPassword(Weakness.BIRTHDAY)
    if any(re.search("1[3-9][0-9]{9}", run) or re.fullmatch("0[1-9][0-9]{8,10}", run) for run in runs):
        raise WeakPassword(Weakness.PHONE)
    if _COMMON.search(bare):
        raise WeakPassword(Weakness.COMMON)
    if text.isascii() and text.isdigit() and len(text) < _GENERATED_DIGITS:
        raise WeakPassword(Weakness.DIGITS_TOO_SHORT)


def generate_password(random_bytes: RandomBytes) -> str:
    """Twelve random digits in fours, such as `4821-0937-5516`, which `check_password` accepts: about 39.5 bits."""
    limit = 10**_GENERATED_DIGITS
    for _ in range(_TRIES):
        number = int.from_bytes(fresh_bytes(8, random_bytes))
        if number >= (1 << 64) // limit * limit:
            continue  # keeps every number equally likely
        password = _in_fours(f"{number % limit:0{_GENERATED_DIGITS}}")
        try:
            check_password(password)
        except WeakPassword:
            continue
        return password
    raise RandomSourceBroken


def _in_fours(text: str) -> str:
    return "-".join(text[start : start + 4] for start in range(0, len(text), 4))


def _surprises(text: str) -> int:
    """How many characters do not simply follow from the one before."""
    return sum(
        not (a == b or abs(ord(a) - ord(b)) == 1 or a + b in _NEIGHBOURS) for a, b in pairwise(text)
    ) + (1 if text else 0)


def _is_repeated(text: str) -> bool:
    """One pattern over and over (the last time perhaps cut short), or hardly more than two characters."""
    return len(set(text)) < 4 or any(
        text[period:] == text[:-period] for period in range(1, len(text) // 2 + 1)
    )


def _has_date(run: str) -> bool:
    """An eight-digit date anywhere in a run of digits, or nothing but six-digit ones, or an old identity number."""
    eights = (run[start : start + 8] for start in range(len(run) - 7))
    if any(_is_date(e[:4], e[4:6], e[6:]) or _is_date(e[4:], e[2:4], e[:2]) for e in eights):
        return True
    if len(run) == 15 and _is_short_date(run[6:12]):
        return True
    sixes = [run[start : start + 6] for start in range(0, len(run), 6)]
    return bool(sixes) and all(_is_short_date(six) for six in sixes)


def _is_short_date(six: str) -> bool:
    return len(six) == 6 and any(_is_date(century + six[:2], six[2:4], six[4:]) for century in ("19", "20"))


def _has_written_date(text: str) -> bool:
    return any(_is_date(*found) for found in _WRITTEN_DATE.findall(text))


def _is_date(year: str, month: str, day: str) -> bool:
    try:
        return 1900 <= date(int(year), int(month), int(day)).year <= 2099
    except ValueError:
        return False


# --- the unlock code --------------------------------------------------------------------------------------------------


class UnlockCodeProblem(Exception):
    """What was typed is no unlock code. `groups`: the groups of four, from 1, that seem wrong; may be empty."""

    def __init__(self, groups: tuple[int, ...] = ()) -> None:
        super().__init__(groups)
        self.groups = groups


class UnlockCodeLength(UnlockCodeProblem):
    """Characters are missing or too many."""


class UnlockCodeCharacter(UnlockCodeProblem):
    """A character stands in it that no unlock code has."""


class UnlockCodeMistyped(UnlockCodeProblem):
    """The check characters do not fit: one or more characters are wrong, or two changed places."""


_SECRET_BYTES: Final = 16
_DATA_LENGTH: Final = 26
_CODE_LENGTH: Final = 28
_ALPHABET: Final = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_READ_AS: Final = {character: value for value, character in enumerate(_ALPHABET)} | {"O": 0, "I": 1, "L": 1}


@dataclass(frozen=True, slots=True)
class UnlockCode:
    """128 random bits that open the database, meant for paper only. The format: `keyslots.md`."""

    secret: bytes = field(repr=False)

    @classmethod
    def generate(cls, random_bytes: RandomBytes) -> Self:
        """A new code."""
        return cls(fresh_bytes(_SECRET_BYTES, random_bytes))

    @classmethod
    def parse(cls, text: str) -> Self:
        """The code as someone typed it from paper. Raises UnlockCodeLength, …Character or …Mistyped."""
        parts = [part for part in re.split(r"[\s\W_]+", unicodedata.normalize("NFKC", text).upper()) if part]
        characters = "".join(parts)
        if len(characters) != _CODE_LENGTH:
            odd = [number for number, part in enumerate(parts, 1) if len(part) != 4]
            raise UnlockCodeLength(tuple(odd) if len(parts) == 7 and len(odd) == 1 else ())
        unknown = {place // 4 + 1 for place, character in enumerate(characters) if character not in _READ_AS}
        if unknown:
            raise UnlockCodeCharacter(tuple(sorted(unknown)))
        values = [_READ_AS[character] for character in characters]
        if _syndromes(values) != (0, 0):
            raise UnlockCodeMistyped(_suspect_groups(values))
        number = 0
        for value in values[:_DATA_LENGTH]:
            number = number << 5 | value
        if number >> 8 * _SECRET_BYTES:
            raise UnlockCodeMistyped((1,))
        return cls(number.to_bytes(_SECRET_BYTES))

    @property
    def text(self) -> str:
        """The code for paper: seven groups of four."""
        number = int.from_bytes(self.secret)
        data = [number >> 5 * place & 31 for place in reversed(range(_DATA_LENGTH))]
        return _in_fours("".join(_ALPHABET[value] for value in [*data, *_check_values(data)]))

    @property
    def last_group(self) -> str:
        """The last four characters, asked back at set-up as a proof that the paper exists."""
        return self.text[-4:]

    def key(self, salt: bytes) -> bytes:
        """The key that this code gives with a slot's salt."""
        return derived_key(self.secret, salt=salt, purpose="vd/unlock-code/1")


def _powers_of_two() -> tuple[int, ...]:
    """α⁰ … α³⁰ in GF(32) with x⁵ + x² + 1."""
    powers = [1]
    while len(powers) < 31:
        doubled = powers[-1] << 1
        powers.append(doubled ^ 0b100101 if doubled & 32 else doubled)
    return tuple(powers)


_POWERS: Final = _powers_of_two()
_LOGARITHMS: Final = {power: exponent for exponent, power in enumerate(_POWERS)}


def _times(a: int, b: int) -> int:
    return _POWERS[(_LOGARITHMS[a] + _LOGARITHMS[b]) % 31] if a and b else 0


def _divided(a: int, b: int) -> int:
    return _POWERS[(_LOGARITHMS[a] - _LOGARITHMS[b]) % 31] if a else 0


def _syndromes(values: list[int]) -> tuple[int, int]:
    """Σ cᵢ and Σ cᵢ·αⁱ: both zero for a code without an error."""
    plain = weighted = 0
    for place, value in enumerate(values):
        plain ^= value
        weighted ^= _times(value, _POWERS[place])
    return plain, weighted


def _check_values(data: list[int]) -> tuple[int, int]:
    """The two values that make both sums zero."""
    plain, weighted = _syndromes(data)
    a, b = _POWERS[_DATA_LENGTH], _POWERS[_DATA_LENGTH + 1]
    first = _divided(weighted ^ _times(plain, b), a ^ b)
    return first, plain ^ first


def _suspect_groups(values: list[int]) -> tuple[int, ...]:
    """Where the error is if it is a single one: one wrong character, or two neighbours that changed places."""
    plain, weighted = _syndromes(values)
    if plain and weighted:
        place = _LOGARITHMS[_divided(weighted, plain)]
        return (place // 4 + 1,) if place < _CODE_LENGTH else ()
    if plain:
        return ()
    groups: set[int] = set()
    for place in range(_CODE_LENGTH - 1):
        difference = values[place] ^ values[place + 1]
        if _times(difference, _POWERS[place] ^ _POWERS[place + 1]) == weighted:
            groups |= {place // 4 + 1, (place + 1) // 4 + 1}
    return tuple(sorted(groups))
