"""Opens the inbox and runs its transactions: encrypted, WAL, full synchronous writes, temporary tables in memory.

A writing transaction takes the write lock at its beginning and is one unit: all of it or nothing.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

import sqlalchemy as sa
from sqlalchemy.pool import StaticPool
from sqlcipher3 import dbapi2

from village_doctor.domain.problems import Problem
from village_doctor.township.inbox_store.errors import inbox_problems
from village_doctor.township.inbox_store.schema import METADATA

APPLICATION_ID: Final = 0x56445431
SCHEMA_VERSION: Final = 1
Connection = sa.Connection  # for the rooms above, which know no SQL library
# Every page that falls out of the cache is encrypted and decrypted again; the pages in touch of one clinic fit.
_CACHE_KIB: Final = 32_768
_CHECKPOINT_PAGES: Final = 4_000


class Inbox:
    """An open inbox. One connection, used by the thread that opened it."""

    def __init__(self, path: Path, key: bytes, *, is_new: bool = False) -> None:
        """Opens the database, or makes it with all tables.

        Raises Problem `township-damaged`, `township-newer`, `store-cannot-open` …
        """
        if not is_new and not path.is_file():
            raise Problem("township-damaged")
        with inbox_problems():
            if is_new:
                path.touch(mode=0o600)  # the write-ahead log takes its mode from the file
            self._engine = sa.create_engine(
                "sqlite://", module=dbapi2, creator=lambda: _connect(path, key), poolclass=StaticPool
            )
            sa.event.listen(self._engine, "begin", _begin)
            try:
                with self._engine.begin() as connection:
                    _check_version(connection, is_new)
            except BaseException:
                self._engine.dispose()
                raise

    @contextmanager
    def writing(self) -> Iterator[sa.Connection]:
        """One writing transaction; an exception undoes all of it."""
        with inbox_problems(), self._engine.begin() as connection:
            yield connection

    @contextmanager
    def reading(self) -> Iterator[sa.Connection]:
        """One consistent state to read from."""
        with inbox_problems(), self._engine.connect() as connection:
            reading = connection.execution_options(reading=True)
            yield reading
            reading.rollback()

    def close(self) -> None:
        self._engine.dispose()


def _connect(path: Path, key: bytes) -> dbapi2.Connection:
    connection = dbapi2.connect(str(path), isolation_level=None, timeout=10)
    try:
        run = connection.execute
        run("PRAGMA cipher_log_level = NONE")
        run(f"PRAGMA key = \"x'{key.hex()}'\"")
        run("PRAGMA temp_store = MEMORY")
        run(f"PRAGMA cache_size = -{_CACHE_KIB}")
        run("SELECT count(*) FROM sqlite_master").fetchone()
        if run("PRAGMA application_id").fetchone()[0] not in (0, APPLICATION_ID):
            raise Problem("township-damaged")
        run("PRAGMA journal_mode = WAL")
        run("PRAGMA synchronous = FULL")
        run(f"PRAGMA wal_autocheckpoint = {_CHECKPOINT_PAGES}")
        run("PRAGMA trusted_schema = OFF")
    except BaseException:
        connection.close()
        raise
    return connection


def _begin(connection: sa.Connection) -> None:
    is_reading = connection.get_execution_options().get("reading", False)
    connection.exec_driver_sql("BEGIN" if is_reading else "BEGIN IMMEDIATE")


def _check_version(connection: sa.Connection, is_new: bool) -> None:
    found = connection.exec_driver_sql("PRAGMA user_version").scalar_one()
    if found > SCHEMA_VERSION:
        raise Problem("township-newer")
    if is_new:
        METADATA.create_all(connection)
        connection.exec_driver_sql(f"PRAGMA user_version = {SCHEMA_VERSION}")
        connection.exec_driver_sql(f"PRAGMA application_id = {APPLICATION_ID}")
    elif found != SCHEMA_VERSION:
        raise Problem("township-damaged")
