"""How the store is opened: encrypted, durable, strict with keys, and said plainly when it does not open."""

import threading

import pytest
from sqlcipher3 import dbapi2

from tests.store.laptop import BEGINNING, KEY, Laptop, store_file
from village_doctor.domain.problems import Problem
from village_doctor.store.database import APPLICATION_ID, connect

OTHER_KEY = bytes(32)


@pytest.fixture
def path(tmp_path):
    connection = store_file(tmp_path / "store.db")
    Laptop("a", connection).save(*BEGINNING)
    connection.close()
    return tmp_path / "store.db"


def pragma(connection, name):
    return connection.execute(f"PRAGMA {name}").fetchone()[0]


def test_a_writing_connection_is_durable_and_keeps_references(path):
    connection = connect(path, KEY)
    assert pragma(connection, "journal_mode") == "wal"
    assert pragma(connection, "synchronous") == 2  # FULL: "saved" means on the disk
    assert pragma(connection, "foreign_keys") == 1
    assert pragma(connection, "temp_store") == 2  # MEMORY: no plaintext temporary files
    assert pragma(connection, "trusted_schema") == 0
    connection.close()


def test_a_reading_connection_reads_and_cannot_write(path):
    connection = connect(path, KEY, query_only=True)
    assert connection.execute("SELECT name FROM staff").fetchone() == ("王守仁",)
    with pytest.raises(dbapi2.OperationalError, match="readonly"):
        connection.execute("DELETE FROM search_term")
    connection.close()


def test_the_file_is_sqlcipher_4_and_begins_like_nothing_known(path):
    assert path.read_bytes()[:15] != b"SQLite format 3"
    connection = connect(path, KEY)
    assert pragma(connection, "application_id") == APPLICATION_ID == 0x56444331
    assert pragma(connection, "cipher_version").startswith("4.")
    assert pragma(connection, "cipher_page_size") == "4096"
    assert pragma(connection, "cipher_use_hmac") == "1"
    connection.close()


def test_only_its_owner_may_read_the_file_and_its_write_ahead_log(tmp_path):
    connection = store_file(tmp_path / "store.db")
    for ending in ("", "-wal", "-shm"):
        assert (tmp_path / f"store.db{ending}").stat().st_mode & 0o777 == 0o600, ending
    connection.close()


def test_another_key_does_not_open_it_and_says_nothing_on_the_terminal(path, capfd):
    with pytest.raises(Problem) as caught:
        connect(path, OTHER_KEY)
    assert caught.value.code == "store-damaged"
    assert capfd.readouterr() == ("", "")


def test_a_store_that_is_not_there_is_not_made(tmp_path):
    with pytest.raises(Problem) as caught:
        connect(tmp_path / "store.db", KEY)
    assert caught.value.code == "store-missing"
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    "data", [b"not a database at all", bytes(8192), b"SQLite format 3\x00" + bytes(4080)]
)
def test_a_file_that_is_no_store_is_called_damaged_and_left_alone(tmp_path, data):
    (tmp_path / "store.db").write_bytes(data)
    with pytest.raises(Problem) as caught:
        connect(tmp_path / "store.db", KEY)
    assert caught.value.code == "store-damaged"
    assert (tmp_path / "store.db").read_bytes() == data


def test_a_database_of_another_program_is_not_taken_for_ours(path):
    connection = connect(path, KEY)
    connection.execute("PRAGMA application_id = 7")
    connection.close()
    with pytest.raises(Problem) as caught:
        connect(path, KEY)
    assert caught.value.code == "store-damaged"


def test_a_page_changed_on_the_disk_is_noticed(path):
    connection = connect(path, KEY)
    connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    connection.close()
    data = bytearray(path.read_bytes())
    for page in range(1, len(data) // 4096):
        data[page * 4096 + 100] ^= 1
    path.write_bytes(data)
    with pytest.raises((Problem, dbapi2.DatabaseError)):
        connect(path, KEY).execute("SELECT * FROM journal").fetchall()


def test_a_connection_belongs_to_the_thread_that_opened_it(path):
    connection = connect(path, KEY)
    seen = []

    def use():
        try:
            connection.execute("SELECT 1")
        except dbapi2.ProgrammingError as error:
            seen.append(error)

    thread = threading.Thread(target=use)
    thread.start()
    thread.join()
    assert len(seen) == 1
    connection.close()
