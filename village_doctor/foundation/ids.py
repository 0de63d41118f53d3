"""Record ids: UUID version 7 (RFC 9562), made without a network.

Ids of one maker only ever grow, also within one millisecond and when the clock is set back, so that
they sort in the order of making. Time and random bytes are handed in. An id says when it was made
and nothing else: it is not a secret.
"""

import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Final

RandomBytes = Callable[[int], bytes]

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_TAIL_BITS: Final = 74
_TAIL_MASK: Final = (1 << _TAIL_BITS) - 1
_LAST_MILLISECOND: Final = (1 << 48) - 1


class IdMaker:
    """Makes ids. May be shared between threads."""

    def __init__(self, now: Callable[[], datetime], random_bytes: RandomBytes) -> None:
        self._now = now
        self._random_bytes = random_bytes
        self._lock = threading.Lock()
        self._millisecond = -1
        self._tail = 0

    def new(self) -> str:
        """A new id as lower-case canonical text, greater than every id made before by this maker."""
        with self._lock:
            # A clock before 1970 (dead battery, wrong year) counts as 1970.
            millisecond = max(0, (self._now() - _EPOCH) // timedelta(milliseconds=1))
            if millisecond > self._millisecond:
                self._millisecond = millisecond
                self._tail = int.from_bytes(self._random_bytes(10)) & _TAIL_MASK
            else:
                # A random step, so that neighbours cannot be guessed from one id.
                self._tail += 1 + int.from_bytes(self._random_bytes(4))
                if self._tail > _TAIL_MASK:
                    self._millisecond += 1
                    self._tail &= _TAIL_MASK
            return _text(self._millisecond & _LAST_MILLISECOND, self._tail)


def _text(millisecond: int, tail: int) -> str:
    head, rest = tail >> 62, tail & ((1 << 62) - 1)
    digits = f"{millisecond << 80 | 0x7 << 76 | head << 64 | 0b10 << 62 | rest:032x}"
    return f"{digits[:8]}-{digits[8:12]}-{digits[12:16]}-{digits[16:20]}-{digits[20:]}"
