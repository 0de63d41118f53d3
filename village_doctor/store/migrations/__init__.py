"""Forward-only migrations: a verified copy first, then one step per transaction.

A file from a newer program is refused. Steps are append-only and named; `user_version` is the number
of the newest step.
"""

from collections.abc import Callable
from typing import Final

from sqlite_utils import Database
from sqlite_utils.migrations import Migrations

from village_doctor.domain.problems import Problem
from village_doctor.store.database import APPLICATION_ID, Connection, schema_version, wrap
from village_doctor.store.errors import store_problems
from village_doctor.store.migrations import first_light, first_light_local

MIGRATIONS: Final = Migrations("village_doctor")


def _run_sql(db: Database, number: int, sql: str) -> None:
    for statement in _statements(sql):
        db.execute(statement)
    db.execute(f"PRAGMA user_version = {number}")


def _statements(sql: str) -> list[str]:
    """Splits at blank-line-free statement ends; a trigger's inner semicolon is followed by END."""
    found, current = [], ""
    for line in sql.strip().splitlines():
        current += line + "\n"
        ends = line.rstrip().endswith(";")
        if ends and (not current.startswith("CREATE TRIGGER") or line.rstrip().endswith("END;")):
            found.append(current.strip())
            current = ""
    return found


@MIGRATIONS(name="0001 first light")
def _first_light(db: Database) -> None:
    _run_sql(db, 1, first_light.SQL + first_light_local.SQL)


NEWEST: Final = 1


def refuse_newer(connection: Connection) -> None:
    """Raises Problem `store-newer` for a file that a newer program has migrated."""
    if schema_version(connection) > NEWEST:
        raise Problem("store-newer")


def migrate(connection: Connection, copy_before: Callable[[], None]) -> bool:
    """Brings the schema up to date; True when anything was done.

    `copy_before` is called before the first step on a store that already holds data. Raises Problem
    `store-newer`.
    """
    refuse_newer(connection)
    version = schema_version(connection)
    if version == NEWEST:
        return False
    with store_problems():
        if version > 0:
            copy_before()
        else:
            connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
        MIGRATIONS.apply(wrap(connection))
    return True
