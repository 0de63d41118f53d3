"""Reading JSON objects that strangers wrote: every field there, of its type, in its range, and no other.

A truth value is no number, a number fits into a table, an id is a UUID in lower case. What is wrong
raises EnvelopeWrong; nothing is guessed and nothing is repaired.
"""

import re
from collections.abc import Collection, Mapping
from itertools import pairwise
from typing import Final, Literal, Self

import pyrage

from village_doctor.domain.changes.canonical import NotCanonical, decode_canonical
from village_doctor.domain.changes.codec import INSTANT, instant_of
from village_doctor.domain.messages import JsonValue
from village_doctor.domain.record_number import NumberBlock

VERSION: Final = 1
LARGEST: Final = 2**63 - 1  # what a table holds
UUID: Final = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
_HEX: Final = re.compile(r"[0-9a-f]*")
_CLINIC_CODE: Final = re.compile(r"[0-9]{6}")
_SERIAL: Final = re.compile(r"[0-9]{5}")
_RECIPIENT: Final = re.compile(r"age1[02-9ac-hj-np-z]{58}")

WrongCode = Literal["damaged", "newer", "too-long", "signature", "counts"]


class EnvelopeWrong(Exception):
    """The plain text is not what this program reads. `reason` is English, for the log and for support."""

    def __init__(self, code: WrongCode, reason: str) -> None:
        super().__init__(code, reason)
        self.code: Final = code
        self.reason: Final = reason


def damaged(reason: str) -> EnvelopeWrong:
    """The exception for whatever no program wrote like that."""
    return EnvelopeWrong("damaged", reason)


def is_recipient(text: str) -> bool:
    """Is it an age X25519 recipient with the right check characters?"""
    if not _RECIPIENT.fullmatch(text):
        return False
    try:
        pyrage.x25519.Recipient.from_str(text)
    except pyrage.RecipientError:
        return False
    return True


class Fields:
    """One object of which exactly `names` are the fields; a newer version's further fields are passed over."""

    __slots__ = ("_is_newer", "_values", "_where")

    def __init__(
        self, value: JsonValue, names: Collection[str], where: str, *, is_newer: bool = False
    ) -> None:
        if not isinstance(value, Mapping):
            raise damaged(f"{where} is not an object")
        if any(name not in value for name in names) or (not is_newer and len(value) != len(names)):
            raise damaged(f"{where} has not the fields of version {VERSION}")
        self._values = value
        self._where = where
        self._is_newer = is_newer

    @classmethod
    def of_head(cls, line: bytes, names: Collection[str], file_format: str) -> Self:
        """The first object of a file: its format, and whether this program knows how to read it.

        Raises EnvelopeWrong `newer` for a greater `minimum_reader`.
        """
        value = decoded(line, "header")
        if not isinstance(value, Mapping) or value.get("format") != file_format:
            raise damaged(f"not a {file_format}")
        version, minimum = value.get("version"), value.get("minimum_reader")
        if type(version) is not int or type(minimum) is not int or not 1 <= minimum <= version:
            raise damaged("version and minimum_reader are not numbers that fit")
        if minimum > VERSION:
            raise EnvelopeWrong("newer", "a newer program is needed")
        known = {"format", "version", "minimum_reader", *names}
        return cls(value, known, "header", is_newer=version > VERSION)

    def value(self, name: str) -> JsonValue:
        """The field as it stands."""
        return self._values[name]

    def inner(self, name: str, names: Collection[str]) -> "Fields":
        """The object in that field."""
        return Fields(self._values[name], names, f"{self._where}.{name}", is_newer=self._is_newer)

    def optional(self, name: str, names: Collection[str]) -> "Fields | None":
        """The object in that field, None for null."""
        return None if self._values[name] is None else self.inner(name, names)

    def inner_list(self, name: str, names: Collection[str]) -> "tuple[Fields, ...]":
        """The objects in that list."""
        where = f"{self._where}.{name}"
        return tuple(Fields(item, names, where, is_newer=self._is_newer) for item in self._list(name))

    def text(self, name: str) -> str:
        value = self._values[name]
        if type(value) is not str:
            raise self._wrong(name)
        return value

    def text_or_none(self, name: str) -> str | None:
        return None if self._values[name] is None else self.text(name)

    def number(self, name: str, least: int = 0) -> int:
        return self._number(name, self._values[name], least)

    def truth(self, name: str) -> bool:
        value = self._values[name]
        if type(value) is not bool:
            raise self._wrong(name)
        return value

    def uuid(self, name: str) -> str:
        return self._matched(name, UUID)

    def clinic_code(self, name: str) -> str:
        return self._matched(name, _CLINIC_CODE)

    def hexadecimal(self, name: str, count: int) -> str:
        """That many bytes in lower-case hexadecimal, as they stand."""
        text = self._matched(name, _HEX)
        if len(text) != 2 * count:
            raise self._wrong(name)
        return text

    def raw(self, name: str, count: int) -> bytes:
        """That many bytes."""
        return bytes.fromhex(self.hexadecimal(name, count))

    def instant(self, name: str) -> str:
        text = self._matched(name, INSTANT)
        try:
            instant_of(text)
        except ValueError as error:
            raise self._wrong(name) from error
        return text

    def recipient(self, name: str) -> str:
        text = self.text(name)
        if not is_recipient(text):
            raise self._wrong(name)
        return text

    def numbers(self, name: str) -> dict[str, int]:
        """A map of texts to numbers from 0."""
        value = self._values[name]
        if not isinstance(value, Mapping):
            raise self._wrong(name)
        return {key: self._number(name, item, 0) for key, item in value.items()}

    def number_list(self, name: str) -> tuple[int, ...]:
        """Numbers from 1 that only grow."""
        numbers = tuple(self._number(name, item, 1) for item in self._list(name))
        if any(a >= b for a, b in pairwise(numbers)):
            raise self._wrong(name)
        return numbers

    def texts(self, name: str) -> tuple[str, ...]:
        items = tuple(item for item in self._list(name) if isinstance(item, str))
        if len(items) != len(self._list(name)):
            raise self._wrong(name)
        return items

    def by_device(self, name: str, names: Collection[str]) -> "dict[str, Fields]":
        """A map of device ids to objects."""
        value = self._values[name]
        if not isinstance(value, Mapping) or not all(UUID.fullmatch(key) for key in value):
            raise self._wrong(name)
        where = f"{self._where}.{name}"
        return {key: Fields(item, names, where, is_newer=self._is_newer) for key, item in value.items()}

    def number_blocks(self, name: str) -> tuple[NumberBlock, ...]:
        """Blocks of five-digit serials."""
        blocks = []
        for item in self.inner_list(name, ("first", "last")):
            try:
                first, last = item._matched("first", _SERIAL), item._matched("last", _SERIAL)
                blocks.append(NumberBlock(first=int(first), last=int(last)))
            except ValueError as error:
                raise self._wrong(name) from error
        return tuple(blocks)

    def _matched(self, name: str, form: re.Pattern[str]) -> str:
        value = self._values[name]
        if type(value) is not str or not form.fullmatch(value):
            raise self._wrong(name)
        return value

    def _number(self, name: str, value: JsonValue, least: int) -> int:
        if type(value) is not int or not least <= value <= LARGEST:
            raise self._wrong(name)
        return value

    def _list(self, name: str) -> list[JsonValue]:
        value = self._values[name]
        if type(value) is not list:
            raise self._wrong(name)
        return value

    def _wrong(self, name: str) -> EnvelopeWrong:
        return damaged(f"{self._where}.{name} is not what it should be")


def decoded(line: bytes, where: str) -> JsonValue:
    """The value of one canonical line. Raises EnvelopeWrong."""
    try:
        return decode_canonical(line)
    except NotCanonical as error:
        raise damaged(f"{where} is not canonical") from error


def block_value(blocks: Collection[NumberBlock]) -> list[JsonValue]:
    """How number blocks are written."""
    return [{"first": block.first_serial, "last": block.last_serial} for block in blocks]
