"""Opens the encrypted store and says how every connection is set up.

WAL, full synchronous writes, restricting foreign keys, temporary tables in memory. A connection is
used only by the thread that opened it.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any, Final, Protocol

from sqlcipher3 import dbapi2
from sqlite_utils import Database

from village_doctor.domain.problems import Problem
from village_doctor.store.errors import store_problems

APPLICATION_ID: Final = 0x56444331
# Every page that falls out of the cache is decrypted again; a large clinic's working set fits.
_CACHE_KIB: Final = 16_384
Row = tuple[Any, ...]


class Cursor(Protocol):
    """What we use of a cursor."""

    @property
    def rowcount(self) -> int: ...

    def fetchone(self) -> Any: ...

    def fetchall(self) -> list[Row]: ...

    def __iter__(self) -> Iterator[Row]: ...


class Connection(Protocol):
    """What we use of an SQLCipher connection (the library itself is untyped)."""

    in_transaction: bool

    def execute(self, sql: str, values: Sequence[Any] = ..., /) -> Cursor: ...

    def executemany(self, sql: str, rows: Iterable[Sequence[Any]], /) -> Cursor: ...

    def backup(
        self,
        target: Any,
        *,
        pages: int = ...,
        progress: Callable[[int, int, int], None] | None = ...,
    ) -> None: ...

    def close(self) -> None: ...


def connect(path: Path, key: bytes, *, query_only: bool = False, must_exist: bool = True) -> Connection:
    """An open connection with the raw 256-bit `key`.

    Raises Problem `store-missing`, `store-damaged` (also for a wrong key: slots are checked before, so
    that a wrong password never reaches SQLCipher), `store-cannot-open`.
    """
    if must_exist and not path.is_file():
        raise Problem("store-missing")
    with store_problems():
        if not must_exist and not path.exists():
            path.touch(mode=0o600)  # the write-ahead log takes its mode from the file
        connection: Connection = dbapi2.connect(str(path), isolation_level=None, timeout=10)
        try:
            _prepare(connection, key, query_only)
        except BaseException:
            connection.close()
            raise
    return connection


def in_memory() -> Connection:
    """An empty store that never touches the disk, to replay a journal into."""
    connection: Connection = dbapi2.connect(":memory:", isolation_level=None)
    connection.execute("PRAGMA foreign_keys = ON")
    return connection


def _prepare(connection: Connection, key: bytes, query_only: bool) -> None:
    run = connection.execute
    run("PRAGMA cipher_log_level = NONE")
    run(f"PRAGMA key = \"x'{key.hex()}'\"")
    run("PRAGMA temp_store = MEMORY")
    run(f"PRAGMA cache_size = -{_CACHE_KIB}")
    run("SELECT count(*) FROM sqlite_master").fetchone()
    found = run("PRAGMA application_id").fetchone()[0]
    if found not in (0, APPLICATION_ID):
        raise Problem("store-damaged")
    if not query_only:
        run("PRAGMA journal_mode = WAL")
        run("PRAGMA synchronous = FULL")
    run("PRAGMA foreign_keys = ON")
    run("PRAGMA trusted_schema = OFF")
    if query_only:
        run("PRAGMA query_only = ON")


def wrap(connection: Connection) -> Database:
    """The connection as sqlite-utils sees it; plug-ins stay off."""
    return Database(connection, execute_plugins=False)  # type: ignore[arg-type]


def schema_version(connection: Connection) -> int:
    return int(connection.execute("PRAGMA user_version").fetchone()[0])
