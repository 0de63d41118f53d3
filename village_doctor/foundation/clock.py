"""The clock: the only module of the program that asks what time it is.

Instants are aware and in UTC; dates are the dates of China (UTC+8, no summer time), whatever zone
the computer is set to. It does not judge whether the computer's clock can be trusted.
"""

from datetime import UTC, date, datetime, timedelta, timezone
from typing import Final, Protocol

TIME_ZONE: Final = timezone(timedelta(hours=8), "UTC+8")


class NaiveInstant(Exception):
    """An instant without a time zone was given: nobody can say which date it falls on."""


class Clock(Protocol):
    """What tells the time. Handed in, so that tests and the demonstration can fix it."""

    def now(self) -> datetime:
        """The present instant, aware, in UTC."""
        ...


class SystemClock:
    """The computer's own clock."""

    def now(self) -> datetime:
        """The present instant, aware, in UTC."""
        return datetime.now(UTC)


def date_of(instant: datetime) -> date:
    """The date in China at that instant. Raises NaiveInstant."""
    if instant.utcoffset() is None:
        raise NaiveInstant
    return instant.astimezone(TIME_ZONE).date()
