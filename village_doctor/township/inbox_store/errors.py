"""The database's errors as Problems: the one place of the township that knows their messages.

What the user cannot act on stays a bug and is raised on.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from sqlalchemy.exc import DBAPIError
from sqlcipher3 import dbapi2

from village_doctor.domain.disk_problems import disk_problems
from village_doctor.domain.problems import Problem

_PROBLEMS: Final = (
    ("database or disk is full", "disk-full"),
    ("disk i/o error", "disk-error"),
    ("readonly database", "store-read-only"),
    ("unable to open database file", "store-cannot-open"),
    ("file is not a database", "township-damaged"),
    ("database disk image is malformed", "township-damaged"),
    ("hmac check failed", "township-damaged"),
    ("database is locked", "store-busy"),
)


@contextmanager
def inbox_problems() -> Iterator[None]:
    """Raises the Problem for a known error of the database or the operating system inside the block."""
    try:
        with disk_problems():
            yield
    except (DBAPIError, dbapi2.Error) as error:
        text = str(error.orig if isinstance(error, DBAPIError) else error).lower()
        for part, code in _PROBLEMS:
            if part in text:
                raise Problem(code) from error
        raise
