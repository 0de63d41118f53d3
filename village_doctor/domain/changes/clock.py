"""The hybrid logical clock: 48-bit milliseconds and a 16-bit counter as one integer.

It never runs backwards whatever the computer's clock does, and orders a change after everything its
device had seen. Trust in clocks: decisions.md "Clock".
"""

from datetime import UTC, datetime, timedelta
from typing import Final

COUNTER_BITS: Final = 16
TRUSTED_AHEAD: Final = timedelta(hours=24)
SILENT_JUMP: Final = timedelta(days=60)
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)


def milliseconds(instant: datetime) -> int:
    """Whole milliseconds since 1970 of an aware instant."""
    return (instant - _EPOCH) // timedelta(milliseconds=1)


def tick(last: int, now: datetime) -> int:
    """The next value after `last` at wall time `now`; always greater than `last`."""
    return max(last + 1, milliseconds(now) << COUNTER_BITS)


def witness(last: int, other: int, now: datetime) -> int:
    """Our value after seeing `other`; more than 24 hours ahead of trusted time it does not move us."""
    limit = milliseconds(now + TRUSTED_AHEAD) << COUNTER_BITS
    return max(last, other) if other <= limit else last


def is_doubtful(trusted: datetime, now: datetime) -> bool:
    """Must the doctor be asked whether `now` is right? Backwards, or more than 60 days forwards."""
    return now < trusted or now - trusted > SILENT_JUMP
