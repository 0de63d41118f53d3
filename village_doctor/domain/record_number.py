"""Human numbers: health record (健康档案编号), household, contract. Unique without a network.

A serial has five digits. The township gives a device blocks of serials, which start with 0. Before that, and
when its blocks are used up, the first digit is the device number 1–9, so two laptops never make the same one.
Promises: a serial is never used twice, gaps are never filled; whoever asks passes every serial that was ever
given, voided records included.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from village_doctor.domain.problems import Problem

VILLAGE_CODE_LENGTH: Final = 12
SERIAL_LENGTH: Final = 5
RECORD_NUMBER_LENGTH: Final = VILLAGE_CODE_LENGTH + SERIAL_LENGTH
MOST_DEVICES: Final = 9
LAST_IN_BLOCKS: Final = 9999
_IN_DEVICE: Final = 10_000
_SERIAL: Final = re.compile(r"[0-9]{5}")


@dataclass(frozen=True, kw_only=True, slots=True, order=True)
class NumberBlock:
    """Serials that the township gave to one device: `first` to `last`, both in it, within 00001–09999.

    Raises ValueError for any other: it could meet the serials of a device digit.
    """

    first: int
    last: int

    def __post_init__(self) -> None:
        if not 1 <= self.first <= self.last <= LAST_IN_BLOCKS:
            raise ValueError((self.first, self.last))

    @property
    def first_serial(self) -> str:
        return f"{self.first:05d}"

    @property
    def last_serial(self) -> str:
        return f"{self.last:05d}"


def next_serial(existing: Iterable[str], device_digit: int, blocks: Sequence[NumberBlock] = ()) -> str:
    """The serial after the greatest one that was used: of the lowest block that still has one, else of this
    device's digit, 10001, 10002 … 19999 for device 1.

    `existing` are serials; those of other devices, of other blocks and misshapen ones are passed over.
    Raises Problem `serials-exhausted` after 9,999; `too-many-devices` for a tenth device without a block.
    """
    known = [int(serial) for serial in existing if _SERIAL.fullmatch(serial)]
    for block in sorted(blocks):
        used = (number for number in known if block.first <= number <= block.last)
        following = max(used, default=block.first - 1) + 1
        if following <= block.last:
            return f"{following:05d}"
    if device_digit < 1:
        raise ValueError(device_digit)
    if device_digit > MOST_DEVICES:
        raise Problem("too-many-devices")
    first = device_digit * _IN_DEVICE
    following = max((number for number in known if number // _IN_DEVICE == device_digit), default=first) + 1
    if following >= first + _IN_DEVICE:
        raise Problem("serials-exhausted", device_digit=device_digit)
    return f"{following:05d}"


def record_number(village_code: str, serial: str) -> str:
    """17 digits: village (6 county + 3 township + 3 village) and the resident's serial.

    The village is the household's, not the clinic's. Source: health-record form, cover page.
    """
    number = village_code + serial
    if len(village_code) != VILLAGE_CODE_LENGTH or not re.fullmatch("[0-9]{17}", number):
        raise ValueError(number)
    return number


def short_record_number(number: str) -> str:
    """What every form but the first page shows: the last eight digits as village-serial, 101-10001."""
    return f"{number[-8:-5]}-{number[-5:]}"


def household_number(serial: str) -> str:
    """A household is called by its five-digit serial, unique in the clinic."""
    if not _SERIAL.fullmatch(serial):
        raise ValueError(serial)
    return serial


def contract_number(year: int, serial: str) -> str:
    """The year of signing and a serial of that year: 2024-10001."""
    if not 1000 <= year <= 9999 or not _SERIAL.fullmatch(serial):
        raise ValueError((year, serial))
    return f"{year}-{serial}"


def serial_of(number: str) -> str:
    """The serial of a record, household or contract number."""
    return number[-SERIAL_LENGTH:]


def next_record_number(
    village_code: str, existing: Iterable[str], device_digit: int, blocks: Sequence[NumberBlock] = ()
) -> str:
    """The next free record number of this village. Problems as `next_serial`."""
    serials = (serial_of(number) for number in existing if number.startswith(village_code))
    return record_number(village_code, next_serial(serials, device_digit, blocks))


def next_household_number(
    existing: Iterable[str], device_digit: int, blocks: Sequence[NumberBlock] = ()
) -> str:
    """The next free household number of the clinic. Problems as `next_serial`."""
    return household_number(next_serial(existing, device_digit, blocks))


def next_contract_number(
    year: int, existing: Iterable[str], device_digit: int, blocks: Sequence[NumberBlock] = ()
) -> str:
    """The next free contract number of this year. Problems as `next_serial`."""
    serials = (serial_of(number) for number in existing if number.startswith(f"{year}-"))
    return contract_number(year, next_serial(serials, device_digit, blocks))
