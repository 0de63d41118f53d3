"""The base of every journaled record, and how its fields are declared.

A record is a frozen value: a change makes a new version of the whole record. Nothing is deleted;
a wrong record is voided with a reason.
"""

from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Final

SCALE: Final = "scale"


@dataclass(frozen=True, kw_only=True, slots=True)
class Record:
    """`id` is a UUIDv7 made offline (a setting's id is its key, so that two devices mean the same row)."""

    id: str
    voided_at: datetime | None = None
    void_reason: str | None = None

    @property
    def is_voided(self) -> bool:
        return self.voided_at is not None


def scaled(places: int) -> Decimal | None:
    """A fraction: `Decimal` here, text in JSON, an integer of 10**-places units in a table."""
    result: Decimal | None = field(default=None, metadata={SCALE: places})
    return result


def holds(from_on: date | None, until_on: date | None, day: date) -> bool:
    """Is `day` within the period, both ends included? None is open."""
    return (from_on is None or from_on <= day) and (until_on is None or day <= until_on)
