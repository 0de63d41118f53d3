"""One act, one transaction: the row and its journal entry together, or neither."""

from dataclasses import replace
from datetime import timedelta

import pytest

from tests.store.laptop import (
    BEGINNING,
    HOUSEHOLD,
    KEY,
    RESIDENT,
    STAFF,
    VILLAGE,
    Laptop,
    empty_store,
    store_file,
)
from village_doctor.domain.changes.codec import decode_record
from village_doctor.domain.changes.entry import digest_matches
from village_doctor.domain.people import Household, Resident
from village_doctor.domain.problems import Problem
from village_doctor.store import journal, tables
from village_doctor.store.database import connect
from village_doctor.store.journal import LastEntry
from village_doctor.store.unit import DevicePen, OutsideTransaction, Unit


@pytest.fixture
def laptop(tmp_path):
    laptop = Laptop("a", store_file(tmp_path / "store.db"))
    yield laptop
    laptop.connection.close()


def entries(laptop):
    return list(journal.entries(laptop.connection))


def test_a_saved_record_is_a_row_and_an_entry_that_holds_the_whole_version(laptop):
    laptop.save(STAFF)
    (entry,) = entries(laptop)
    assert (entry.device, entry.seq, entry.kind, entry.record_id, entry.base) == (
        "a",
        1,
        "staff",
        "staff-1",
        None,
    )
    assert (entry.act, entry.verb, entry.staff, entry.body_version) == ("a-act-1", "test", "staff-1", 1)
    assert entry.wall_at == "2026-11-23T01:10:00.001Z"
    assert decode_record("staff", "staff-1", entry.body) == STAFF
    assert tables.get(laptop.connection, type(STAFF), "staff-1") == STAFF


def test_a_new_version_names_the_one_it_replaces_and_keeps_the_act_that_made_the_record(laptop):
    laptop.save(STAFF)
    laptop.save(replace(STAFF, name="王守义"))
    first, second = entries(laptop)
    assert (second.seq, second.base) == (2, first.version_key)
    assert tables.created_act(laptop.connection, "staff", "staff-1") == "a-act-1"
    assert tables.get(laptop.connection, type(STAFF), "staff-1").name == "王守义"


def test_a_version_that_changes_nothing_is_not_written(laptop):
    laptop.save(STAFF)
    laptop.save(STAFF)
    assert len(entries(laptop)) == 1


def test_one_act_may_write_a_record_twice(laptop):
    laptop.save(STAFF, replace(STAFF, role="doctor"))
    first, second = entries(laptop)
    assert (second.act, second.base) == (first.act, first.version_key)


def test_numbers_and_digests_run_on_without_gaps_over_acts(laptop):
    laptop.save(*BEGINNING)
    laptop.save(replace(HOUSEHOLD, note="换了锁"), replace(RESIDENT, marriage="2"))
    found = entries(laptop)
    assert [entry.seq for entry in found] == list(range(1, 8))
    previous = bytes(32)
    for entry in found:
        assert digest_matches(previous, entry)
        previous = entry.digest
    assert [entry.at for entry in found] == sorted({entry.at for entry in found})


class Interrupted(Exception):
    pass


def broken_act(laptop):
    with laptop.act() as unit:
        unit.save(replace(HOUSEHOLD, note="半截"))
        unit.save(replace(RESIDENT, name="半截"))
        raise Interrupted


def test_an_act_that_fails_leaves_neither_row_nor_entry_and_no_gap(laptop):
    laptop.save(*BEGINNING)
    before = laptop.pen.last
    with pytest.raises(Interrupted):
        broken_act(laptop)
    assert laptop.pen.last == before
    assert tables.get(laptop.connection, Household, HOUSEHOLD.id).note is None
    laptop.save(replace(RESIDENT, name="李桂花"))
    assert [entry.seq for entry in entries(laptop)] == list(range(1, 7))
    assert journal.verify(laptop.connection) == 6


def test_a_reference_to_nobody_undoes_the_whole_act(laptop):
    laptop.save(*BEGINNING)
    with pytest.raises(Problem, match="reference-missing"):
        laptop.save(replace(RESIDENT, name="李桂花"), replace(HOUSEHOLD, hamlet_id="no such hamlet"))
    assert tables.get(laptop.connection, Resident, RESIDENT.id).name == "李桂英"
    assert len(entries(laptop)) == 5


def test_a_write_outside_a_transaction_is_a_bug_and_writes_nothing(laptop):
    unit = Unit(
        connection=laptop.connection,
        pen=DevicePen(LastEntry("a"), 1),
        act="x",
        verb="x",
        staff="x",
        now=laptop.now,
        today=laptop.now.date(),
        new_id=str,
        last=LastEntry("a"),
    )
    with pytest.raises(OutsideTransaction):
        unit.save(STAFF)
    assert entries(laptop) == []


def test_what_was_committed_is_there_for_the_next_one_who_opens_the_file(laptop, tmp_path):
    laptop.save(*BEGINNING)
    other = connect(tmp_path / "store.db", KEY, query_only=True)
    assert journal.count(other) == 5
    other.close()


def test_while_somebody_else_writes_an_act_waits_and_then_says_so(laptop, tmp_path):
    laptop.save(*BEGINNING)
    other = connect(tmp_path / "store.db", KEY)
    other.execute("BEGIN IMMEDIATE")
    laptop.connection.execute("PRAGMA busy_timeout = 50")
    with pytest.raises(Problem) as caught:
        laptop.save(replace(RESIDENT, name="李桂花"))
    assert caught.value.code == "store-busy"
    other.close()
    laptop.save(replace(RESIDENT, name="李桂花"))


def test_a_version_is_later_than_the_one_it_replaces_and_our_clock_stays_ours(laptop):
    """Another laptop's clock ran a year ahead: our correction of its record wins, and leads us nowhere."""
    other = Laptop("b", empty_store(), laptop.now + timedelta(days=365))
    other.save(STAFF)
    laptop.take_in(other.entries())
    laptop.save(replace(STAFF, name="王守义"))
    laptop.save(VILLAGE)
    corrected, after, theirs = entries(laptop)
    assert (corrected.record_id, corrected.base) == (theirs.record_id, theirs.version_key)
    assert corrected.at == theirs.at + 1
    assert after.at < theirs.at


def test_a_correction_wins_over_every_concurrent_version_it_has_seen(laptop):
    """Two other laptops, both far ahead, wrote at the same time; the doctor settles it. A replay says the same."""
    laptop.save(STAFF)
    for name, days in (("b", 300), ("c", 301)):
        other = Laptop(name, empty_store(), laptop.now + timedelta(days=days))
        other.take_in([entry for entry in entries(laptop) if entry.device == "a"])
        other.save(replace(STAFF, name=f"王{name}"))
        laptop.take_in(other.entries())
    assert tables.get(laptop.connection, type(STAFF), STAFF.id).name == "王c"
    laptop.save(replace(STAFF, name="王守义"))
    again = empty_store()
    journal.replay(laptop.connection, again)
    assert tables.get(again, type(STAFF), STAFF.id).name == "王守义"
    assert journal.differing_table(laptop.connection, again) is None
