"""SQLCipher's and the disk's errors as Problems: the one place that knows their messages and numbers.

sqlcipher3's errors are not `sqlite3.Error`. What the user cannot act on stays a bug and is raised on.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from sqlcipher3 import dbapi2

from village_doctor.domain.disk_problems import disk_problems
from village_doctor.domain.problems import Problem

DatabaseError = dbapi2.DatabaseError

_PROBLEMS: Final = (
    ("database or disk is full", "disk-full"),
    ("disk i/o error", "disk-error"),
    ("readonly database", "store-read-only"),
    ("unable to open database file", "store-cannot-open"),
    ("file is not a database", "store-damaged"),
    ("database disk image is malformed", "store-damaged"),
    ("hmac check failed", "store-damaged"),
    ("database is locked", "store-busy"),
    ("foreign key constraint failed", "reference-missing"),
)


@contextmanager
def store_problems() -> Iterator[None]:
    """Raises the Problem for a known database or operating-system error inside the block."""
    try:
        with disk_problems():
            yield
    except dbapi2.Error as error:
        text = str(error).lower()
        for part, code in _PROBLEMS:
            if part in text:
                raise Problem(code) from error
        raise
