"""Whatever doctors do, one journal tells it all: replayed it gives the same tables, on one laptop and on two."""

import shutil
import tempfile
from contextlib import contextmanager
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.services.histories import STEPS, History, close_quietly, steps
from tests.village import Place, build
from village_doctor.domain.kinds import KINDS
from village_doctor.services import deriving, safekeeping
from village_doctor.store import duty_cache, journal, migrations, search
from village_doctor.store.database import in_memory
from village_doctor.store.unit import transaction


@contextmanager
def new_village():
    """The small village in a folder of its own, for one generated history."""
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        village = build(Place(Path(folder)))
        history = History(village.place, village.workplace)
        try:
            yield history
        finally:
            close_quietly(history.workplace)


def assert_whole(workplace):
    """Replay gives every journaled table again, a rebuild every derived one. Said without `check`, then by it."""
    memory = in_memory()
    migrations.migrate(memory, lambda: None)
    entries = workplace.query(lambda c: list(journal.entries(c, order="at, device, seq")))
    journal.take_in(memory, entries)
    assert rows(memory) == workplace.query(rows)
    today = workplace.today()
    workplace.renew_for_today()
    with transaction(memory):
        deriving.rebuild(memory, workplace.catalogue, today)
    assert workplace.query(search.content) == search.content(memory)
    assert workplace.query(duty_cache.content) == duty_cache.content(memory)
    memory.close()
    assert safekeeping.check(workplace).entries == len(entries)


def rows(connection):
    tables = (*KINDS, "record_head", "journal")
    return {name: sorted(connection.execute(f"SELECT * FROM {name}").fetchall(), key=repr) for name in tables}


@settings(max_examples=50)
@given(st.lists(steps, max_size=25))
def test_a_replay_gives_every_table_again_and_a_rebuild_everything_derived(history):
    with new_village() as told:
        told.live(history)
        assert_whole(told.workplace)


@pytest.mark.parametrize("word", list(STEPS))
def test_every_step_of_a_history_can_be_done(word):
    """Otherwise the histories above would prove less than they seem to."""
    with new_village() as told:
        for one, other in [
            ("register", 0),
            ("sign", 0),
            ("reading", 1),
            ("phone", 0),
            ("refer", 1),
            ("go away", 1),
            ("medicine", 1),
            ("refuse", 1),
            ("consent", 1),
        ]:
            told.step(one, other, 1)
        before = told.done
        for number in range(64):
            told.step(word, number % 8, number // 8)
            if told.done > before:
                return
        pytest.fail(f"{word} was refused every time")


@settings(max_examples=15)
@given(st.lists(steps, max_size=8), st.lists(steps, max_size=8), st.lists(steps, max_size=8))
def test_two_laptops_merge_in_any_order_into_the_same_tables(together, here, there):
    """A folder was copied to a second laptop; both write on; then each hears from the other."""
    with new_village() as one:
        one.live(together)
        one.workplace.close()
        place = one.place.elsewhere("copy", computer="another computer")
        shutil.copytree(one.place.home, place.home)
        one.workplace = one.place.open(clock_confirmed=True)
        other = History(place, place.open(clock_confirmed=True))
        try:
            one.live(here)
            other.live(there)
            of_one, of_other = (
                told.workplace.query(lambda c: list(journal.entries(c))) for told in (one, other)
            )
            orders = [
                [*of_one, *of_other],
                [*of_other, *of_one],
                sorted(of_one + of_other, key=lambda e: e.digest),
            ]
            merged = []
            for order in orders:
                memory = in_memory()
                migrations.migrate(memory, lambda: None)
                journal.take_in(memory, order)
                assert set(journal.take_in(memory, order)) == {"identical"}
                merged.append(rows(memory))
                memory.close()
            assert merged[0] == merged[1] == merged[2]
            for told, heard in ((one, of_other), (other, of_one)):
                take_in(told.workplace, heard)
                assert told.workplace.query(rows) == merged[0]
                assert_whole(told.workplace)
        finally:
            close_quietly(other.workplace)


def take_in(workplace, entries):
    workplace.write(lambda writing: journal.take_in(writing.connection, entries))
    safekeeping.rebuild_derived(workplace)
