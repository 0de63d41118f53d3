"""Human numbers: health record (健康档案编号), household, contract. Unique without a network.

A serial has five digits. Before the township gives blocks its first digit is the device number 1–9, so two
laptops never make the same one. Promises: a serial is never used twice, gaps are never filled; whoever
asks passes every serial that was ever given, voided records included.
"""

import re
from collections.abc import Iterable
from typing import Final

from village_doctor.domain.problems import Problem

VILLAGE_CODE_LENGTH: Final = 12
SERIAL_LENGTH: Final = 5
RECORD_NUMBER_LENGTH: Final = VILLAGE_CODE_LENGTH + SERIAL_LENGTH
_LAST_IN_DEVICE: Final = 9999
_SERIAL: Final = re.compile(r"[0-9]{5}")


def next_serial(existing: Iterable[str], device_digit: int) -> str:
    """The serial after the greatest one of this device: 10001, 10002 … 19999 for device 1.

    `existing` are serials; those of other devices, of blocks and misshapen ones are passed over.
    Raises Problem `serials-exhausted` after 9,999.
    """
    if not 1 <= device_digit <= 9:
        raise ValueError(device_digit)
    first = str(device_digit)
    used = (int(serial[1:]) for serial in existing if _SERIAL.fullmatch(serial) and serial[0] == first)
    following = max(used, default=0) + 1
    if following > _LAST_IN_DEVICE:
        raise Problem("serials-exhausted", device_digit=device_digit)
    return f"{first}{following:04d}"


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


def next_record_number(village_code: str, existing: Iterable[str], device_digit: int) -> str:
    """The next free record number of this village. Raises Problem `serials-exhausted`."""
    serials = (serial_of(number) for number in existing if number.startswith(village_code))
    return record_number(village_code, next_serial(serials, device_digit))


def next_household_number(existing: Iterable[str], device_digit: int) -> str:
    """The next free household number of the clinic. Raises Problem `serials-exhausted`."""
    return household_number(next_serial(existing, device_digit))


def next_contract_number(year: int, existing: Iterable[str], device_digit: int) -> str:
    """The next free contract number of this year. Raises Problem `serials-exhausted`."""
    serials = (serial_of(number) for number in existing if number.startswith(f"{year}-"))
    return contract_number(year, next_serial(serials, device_digit))
