"""Migrations go forward only: a copy first, one step per transaction, and a newer file is left alone."""

import pytest
from sqlite_utils.migrations import Migrations

from tests.store.laptop import BEGINNING, KEY, Laptop, everything, store_file
from village_doctor.domain.problems import Problem
from village_doctor.store import journal, migrations
from village_doctor.store.database import APPLICATION_ID, connect, in_memory, schema_version
from village_doctor.store.errors import DatabaseError


def never():
    raise AssertionError("no copy is asked for")


@pytest.fixture
def store(tmp_path):
    """A real store of format 1 with records in it, closed."""
    connection = store_file(tmp_path / "store.db")
    Laptop("a", connection).save(*BEGINNING)
    connection.close()
    return tmp_path / "store.db"


@pytest.fixture
def next_version(monkeypatch):
    """A program one version ahead: its second step is what the test makes of it."""
    released = list(migrations.MIGRATIONS._migrations)

    def with_step(step):
        ahead = Migrations("village_doctor")
        for known in released:
            ahead(name=known.name)(known.fn)
        ahead(name="0002 second light")(step)
        monkeypatch.setattr(migrations, "MIGRATIONS", ahead)
        monkeypatch.setattr(migrations, "NEWEST", 2)

    return with_step


def add_column(db):
    db.execute("ALTER TABLE household ADD COLUMN gate_code TEXT")
    db.execute("PRAGMA user_version = 2")


def half_a_step(db):
    db.execute("ALTER TABLE household ADD COLUMN gate_code TEXT")
    db.execute("UPDATE no_such_table SET x = 1")


def column_names(connection, table):
    return {row[1] for row in connection.execute(f"PRAGMA table_info({table})")}


def test_an_empty_file_gets_every_table_and_no_copy_is_made():
    connection = in_memory()
    assert migrations.migrate(connection, never) is True
    assert schema_version(connection) == migrations.NEWEST == 1
    assert connection.execute("PRAGMA application_id").fetchone() == (APPLICATION_ID,)
    assert journal.count(connection) == 0


def test_a_current_file_is_left_as_it_is(store):
    connection = connect(store, KEY)
    assert migrations.migrate(connection, never) is False


def test_the_number_of_steps_is_the_newest_version():
    assert len(migrations.MIGRATIONS._migrations) == migrations.NEWEST


def test_a_file_of_a_newer_program_is_refused_and_not_touched(store):
    connection = connect(store, KEY)
    connection.execute("PRAGMA user_version = 2")
    connection.close()
    before = store.read_bytes()
    connection = connect(store, KEY)
    with pytest.raises(Problem) as caught:
        migrations.migrate(connection, never)
    connection.close()
    assert caught.value.code == "store-newer"
    assert store.read_bytes() == before


def test_before_the_first_step_on_a_store_with_records_a_copy_is_made(store, next_version):
    next_version(add_column)
    connection = connect(store, KEY)
    seen = []
    migrations.migrate(connection, lambda: seen.append(column_names(connection, "household")))
    assert len(seen) == 1
    assert "gate_code" not in seen[0]
    assert "gate_code" in column_names(connection, "household")
    assert schema_version(connection) == 2
    assert journal.verify(connection) == 5


def test_no_step_is_done_when_the_copy_fails(store, next_version):
    next_version(add_column)
    connection = connect(store, KEY)

    def full():
        raise Problem("disk-full")

    with pytest.raises(Problem):
        migrations.migrate(connection, full)
    assert schema_version(connection) == 1
    assert "gate_code" not in column_names(connection, "household")


def test_a_step_that_fails_halfway_is_undone_and_the_old_schema_stays(store, next_version):
    next_version(half_a_step)
    connection = connect(store, KEY)
    before = everything(connection)
    with pytest.raises(DatabaseError):
        migrations.migrate(connection, lambda: None)
    assert schema_version(connection) == 1
    assert "gate_code" not in column_names(connection, "household")
    assert everything(connection) == before


def test_after_a_step_that_failed_the_next_try_succeeds(store, next_version):
    next_version(half_a_step)
    connection = connect(store, KEY)
    with pytest.raises(DatabaseError):
        migrations.migrate(connection, lambda: None)
    connection.close()
    next_version(add_column)
    connection = connect(store, KEY)
    assert migrations.migrate(connection, lambda: None) is True
    assert schema_version(connection) == 2


def test_a_step_that_was_done_is_not_done_again(store, next_version):
    next_version(add_column)
    connection = connect(store, KEY)
    migrations.migrate(connection, lambda: None)
    connection.close()
    connection = connect(store, KEY)
    assert migrations.migrate(connection, never) is False
