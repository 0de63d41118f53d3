"""An opened home: one thread writes, one reads, and closing says how far it came."""

import threading
from concurrent.futures import wait
from contextlib import closing

import pytest

from tests.services.test_opening import refusal
from tests.village import files_in, pressure
from village_doctor.domain.people import Resident
from village_doctor.domain.problems import Problem
from village_doctor.foundation import keyslots, machine_key
from village_doctor.services.correcting import correct_record
from village_doctor.services.measuring import record_reading
from village_doctor.services.registering import add_hamlet
from village_doctor.store import journal, search, tables


def test_when_a_command_returns_a_reader_sees_what_it_saved(village):
    village.workplace.command(correct_record, "resident", village.rare.id, {"name": "曾小芳"})
    assert village.workplace.query(tables.get, Resident, village.rare.id).name == "曾小芳"


def test_commands_are_done_one_after_the_other_from_whichever_thread_they_come(village):
    before = village.workplace.query(journal.count)
    futures: list = []

    def work(first):
        for number in range(10):
            futures.append(village.workplace.submit_command(add_hamlet, None, first + number, None))  # noqa: PERF401

    threads = [threading.Thread(target=work, args=(100 * number,)) for number in range(1, 4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    wait(futures)
    assert all(future.exception() is None for future in futures)
    assert village.workplace.query(journal.verify) == before + 30


def test_a_search_works_while_a_long_write_goes_on(village):
    started, finish = threading.Event(), threading.Event()

    def slow(writing):
        writing.connection.execute("BEGIN IMMEDIATE")
        writing.connection.execute("DELETE FROM search_term")
        started.set()
        finish.wait(10)
        writing.connection.execute("ROLLBACK")

    writing = threading.Thread(target=village.workplace.write, args=(slow,))
    writing.start()
    assert started.wait(10)
    assert village.workplace.query(search.find, "lgy", village.workplace.catalogue.pinyin) == [
        village.grandmother.id
    ]
    finish.set()
    writing.join()


def test_a_reader_cannot_write(village):
    with pytest.raises(Problem, match="store-read-only"):
        village.workplace.query(lambda c: c.execute("DELETE FROM search_term"))


def test_closing_notes_where_this_device_ended_outside_the_home(village):
    village.workplace.command(record_reading, pressure(village.widow, 128, 76))
    last = village.workplace.query(lambda c: list(journal.entries(c)))[-1]
    village.workplace.close()
    (mark,) = (
        path for path in files_in(village.place.folder / village.place.computer) if path.suffix == ".mark"
    )
    assert last.digest.hex() in mark.read_text(encoding="ascii")
    assert str(last.seq) in mark.read_text(encoding="ascii")


def test_closing_leaves_no_write_ahead_log_and_lets_the_home_go(village):
    village.workplace.close()
    assert {path.name for path in files_in(village.place.home)} == {"store.db", "keyslots.json", "home.lock"}
    village.place.open().close()


def test_where_the_mark_cannot_be_written_the_home_is_closed_all_the_same(village, monkeypatch):
    def full(*args):
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr(machine_key, "write_mark", full)
        with pytest.raises(OSError, match="No space"):
            village.workplace.close()
    with closing(village.place.open()) as workplace:
        assert workplace.query(journal.verify) > 0


def test_an_opening_that_fails_late_leaves_the_home_free(village):
    """The slot names a member of staff whom the store does not know."""
    village.workplace.close()
    path = village.place.home / "keyslots.json"
    slots = keyslots.SlotFile.load(path)
    opened = keyslots.open_with_password(slots, "482109375516")
    stranger = keyslots.password_slot(
        slot_id="0190a000-0000-7000-8000-0000000000aa",
        database_id=slots.database_id,
        staff="0190a000-0000-7000-8000-0000000000bb",
        password="stranger in town 99",
        database_key=opened.database_key,
        cost=village.place.surroundings.kdf_cost,
        random_bytes=village.place.surroundings.random_bytes,
    )
    slots.with_slot(stranger).save(path)
    assert refusal(village.place.open, "stranger in town 99") == "record-not-found"
    assert {thread.name.rpartition("_")[0] for thread in threading.enumerate()} & {
        "store-writer",
        "store-reader",
    } == set()
    village.place.open().close()
