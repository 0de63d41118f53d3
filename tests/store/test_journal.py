"""The journal holds everything: replayed into an empty store it gives the same tables, in whatever order it came."""

import random
from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.store.laptop import (
    AT,
    BEGINNING,
    HOUSEHOLD,
    RESIDENT,
    STAFF,
    Laptop,
    empty_store,
    everything,
)
from village_doctor.domain.changes.codec import to_json
from village_doctor.domain.changes.entry import GENESIS, digest_of
from village_doctor.domain.changes.merge import ADDED, CONCURRENT, IDENTICAL, OLDER, UPDATED, VOIDED
from village_doctor.domain.clinic import DeviceStart, Hamlet, Setting
from village_doctor.domain.people import Household, Phone, Resident
from village_doctor.domain.problems import Problem
from village_doctor.store import journal, tables
from village_doctor.store.errors import DatabaseError
from village_doctor.store.journal import LastEntry


def laptop(name="a", *records, start=AT):
    made = Laptop(name, empty_store(), start)
    if records:
        made.save(*records)
    return made


def pair():
    """Two laptops that have known the same beginning, and write on apart."""
    a, b = laptop("a", *BEGINNING), laptop("b")
    b.take_in(a.entries())
    return a, b


def replayed(connection):
    target = empty_store()
    journal.replay(connection, target)
    return target


def assert_replay_gives_the_same(connection):
    assert journal.differing_table(connection, replayed(connection)) is None


# --- reading the chain -----------------------------------------------------------------------------


def test_an_untouched_journal_is_verified_entry_by_entry():
    assert journal.verify(laptop("a", *BEGINNING).connection) == 5
    assert journal.verify(empty_store()) == 0


def test_the_last_entry_of_a_device_is_where_it_goes_on():
    a = laptop("a", *BEGINNING)
    last = a.entries()[-1]
    found = journal.last_of(a.connection, "a")
    assert (found.device, found.seq, found.digest) == ("a", 5, last.digest)
    assert journal.last_of(a.connection, "b") == LastEntry("b", 0, GENESIS, 0)


def forge(connection, sql, *values):
    """Changes a stored journal behind the program's back, as somebody with the key could."""
    connection.execute("DROP TRIGGER IF EXISTS journal_is_append_only_update")
    connection.execute("DROP TRIGGER IF EXISTS journal_is_append_only_delete")
    connection.execute(sql, values)


@pytest.mark.parametrize(
    ("sql", "seq"),
    [
        ("UPDATE journal SET verb = 'other' WHERE seq = 3", 3),
        ("UPDATE journal SET body = CAST(replace(CAST(body AS TEXT), '英', '花') AS BLOB) WHERE seq = 4", 4),
        ("UPDATE journal SET digest = zeroblob(32) WHERE seq = 2", 2),
        ("UPDATE journal SET at = at + 1 WHERE seq = 1", 1),
        ("UPDATE journal SET base = 'a/1' WHERE seq = 2", 2),
        ("UPDATE journal SET device = 'b' WHERE seq = 5", 5),
        ("DELETE FROM journal WHERE seq = 2", 3),
        ("DELETE FROM journal WHERE seq = 1", 2),
    ],
)
def test_a_journal_that_was_changed_is_noticed_at_the_first_entry_that_does_not_follow(sql, seq):
    a = laptop("a", *BEGINNING)
    forge(a.connection, sql)
    with pytest.raises(Problem) as caught:
        journal.verify(a.connection)
    assert (caught.value.code, caught.value.values) == ("journal-damaged", {"seq": str(seq)})


def test_the_history_of_a_record_is_every_version_oldest_first():
    a, b = pair()
    b.now += timedelta(minutes=5)
    a.save(replace(RESIDENT, name="李桂花"))
    b.save(replace(RESIDENT, name="李贵英"))
    a.take_in(b.entries())
    history = journal.history(a.connection, "resident", RESIDENT.id)
    names = [to_json(journal.entry_record(entry))["name"] for entry in history]
    assert names == ["李桂英", "李桂花", "李贵英"]


# --- replay ------------------------------------------------------------------------------------------


def test_a_replay_gives_every_row_every_head_and_every_entry_again():
    a = laptop("a", *BEGINNING)
    a.save(replace(HOUSEHOLD, note="换了锁"), replace(RESIDENT, voided_at=AT, void_reason="登记错了"))
    again = replayed(a.connection)
    assert journal.differing_table(a.connection, again) is None
    assert everything(again) == everything(a.connection)


@pytest.mark.parametrize("kind", ["resident", "record_head", "setting"])
def test_a_table_that_differs_from_the_journal_is_named(kind):
    a = laptop("a", *BEGINNING)
    again = replayed(a.connection)
    sql = {
        "resident": "UPDATE resident SET name = '李桂花'",
        "record_head": "UPDATE record_head SET seq = 1 WHERE kind = 'resident'",
        "setting": "INSERT INTO setting (id, value, created_act) VALUES ('practice', '1', 'x')",
    }[kind]
    a.connection.execute(sql)
    assert journal.differing_table(a.connection, again) == kind
    assert journal.differing_table(again, a.connection) == kind


def test_a_missing_last_row_is_noticed_as_well():
    a = laptop("a", *BEGINNING)
    again = replayed(a.connection)
    again.execute("DELETE FROM household_membership")
    assert journal.differing_table(a.connection, again) == "household_membership"


def test_progress_is_told_while_a_long_journal_is_gone_through():
    a = laptop("a", *BEGINNING)
    a.save(*(Setting(id=f"key-{number}", value="x") for number in range(1100)))
    told: list[tuple[int, int]] = []
    journal.verify(a.connection, lambda done, total: told.append((done, total)))
    assert told == [(500, 1105), (1000, 1105)]


def test_a_replay_that_is_stopped_leaves_an_empty_store():
    a = laptop("a", *BEGINNING)
    a.save(*(Setting(id=f"key-{number}", value="x") for number in range(600)))
    target = empty_store()

    def stop(done, total):
        raise Problem("cancelled")

    with pytest.raises(Problem):
        journal.replay(a.connection, target, stop)
    assert journal.count(target) == 0
    assert not target.in_transaction
    assert target.execute("SELECT count(*) FROM setting").fetchone() == (0,)


# --- two laptops -------------------------------------------------------------------------------------


def test_taking_in_says_what_happened_to_each_entry():
    a, b = pair()
    b.save(replace(RESIDENT, name="李贵英"))
    b.save(Hamlet(id="hamlet-1", village_id="village-1", number=3))
    b.save(replace(HOUSEHOLD, voided_at=AT, void_reason="登记错了"))
    assert a.take_in(b.entries()) == {IDENTICAL: 5, UPDATED: 1, ADDED: 1, VOIDED: 1}
    assert a.take_in(b.entries()) == {IDENTICAL: 8}
    assert tables.get(a.connection, Resident, RESIDENT.id).name == "李贵英"
    assert tables.get(a.connection, Household, HOUSEHOLD.id).is_voided


def test_concurrent_versions_the_later_one_stands_and_the_other_is_kept_and_named():
    a, b = pair()
    b.now = AT + timedelta(minutes=5)
    a.save(replace(RESIDENT, name="李桂花"))
    b.save(replace(RESIDENT, name="李贵英"))
    theirs, ours = b.entries(), a.entries()
    assert a.take_in(theirs)[CONCURRENT] == 1
    assert b.take_in(ours)[CONCURRENT] == 1
    for one in (a, b):
        assert tables.get(one.connection, Resident, RESIDENT.id).name == "李贵英"
        assert journal.concurrent_losers(one.connection) == (("resident", RESIDENT.id, ("a/6",)),)
    assert everything(a.connection) == everything(b.connection)


def test_a_replaced_version_that_comes_late_changes_nothing():
    a, b = pair()
    b.save(replace(RESIDENT, name="李贵英"))
    b.save(replace(RESIDENT, name="李桂英"))
    first, second = (entry for entry in b.entries() if entry.device == "b")
    assert a.take_in([second]) == {CONCURRENT: 1}  # as far as anybody can know without the first
    assert a.take_in([first]) == {OLDER: 1}
    assert journal.concurrent_losers(a.connection) == ()
    assert_replay_gives_the_same(a.connection)


def test_the_same_number_with_another_digest_is_a_fork_refused_whole():
    a, b = pair()
    a.save(replace(RESIDENT, name="李桂花"))
    forged = replace(a.entries()[5], body=b'{"value":"x"}')
    values = {name: getattr(forged, name) for name in journal.COLUMNS if name != "digest"}
    forged = replace(forged, digest=digest_of(a.entries()[4].digest, **values))
    b.save(Setting(id="practice", value="1"))
    before = everything(a.connection)
    with pytest.raises(Problem) as caught:
        a.take_in([*(entry for entry in b.entries() if entry.device == "b"), forged])
    assert (caught.value.code, caught.value.values) == ("fork", {"seq": "6"})
    assert everything(a.connection) == before
    assert not a.connection.in_transaction


def test_an_entry_whose_body_is_no_record_is_refused_whole():
    a, b = pair()
    b.save(Setting(id="practice", value="1"))
    broken = replace(b.entries()[-1], body=b'{"value":7}')
    before = everything(a.connection)
    with pytest.raises(Problem) as caught:
        a.take_in([broken])
    assert caught.value.code == "journal-damaged"
    assert everything(a.connection) == before


def test_a_child_without_its_parent_is_refused_whole_and_the_store_goes_on():
    """A clinic's store keeps its references; late parents are the township's affair."""
    a, b = pair()
    b.save(Household(id="household-2", number="20001", village_id="village-1"))
    b.save(Phone(id="phone-1", number="19900002231", household_id="household-2"))
    before = everything(a.connection)
    with pytest.raises(DatabaseError, match="FOREIGN KEY"):
        a.take_in([b.entries()[-1]])
    assert everything(a.connection) == before
    assert not a.connection.in_transaction
    assert a.take_in(b.entries())[ADDED] == 2


def test_a_child_that_comes_before_its_parent_in_one_go_is_taken_in():
    a, b = pair()
    b.save(Household(id="household-2", number="20001", village_id="village-1"))
    b.save(Phone(id="phone-1", number="19900002231", household_id="household-2"))
    assert a.take_in(reversed(b.entries()))[ADDED] == 2


def test_salvage_takes_what_follows_and_stops_where_the_chain_breaks():
    a = laptop("a", *BEGINNING)
    assert list(journal.salvage(a.connection, "a", journal.last_of(a.connection, "a"))) == []
    after_2 = LastEntry("a", 2, a.entries()[1].digest)
    assert [entry.seq for entry in journal.salvage(a.connection, "a", after_2)] == [3, 4, 5]
    forge(a.connection, "UPDATE journal SET verb = 'other' WHERE seq = 4")
    assert [entry.seq for entry in journal.salvage(a.connection, "a", after_2)] == [3]
    assert list(journal.salvage(a.connection, "a", LastEntry("a", 2, bytes(32)))) == []


# --- any history ---------------------------------------------------------------------------------------

KEYS = ("practice", "counting_starts_on", "quarter_rule")
DAY_MS = 24 * 3_600_000


@st.composite
def steps(draw):
    """What two laptops do apart: write, set their clocks wrong, and now and then hear from each other."""
    who = draw(st.sampled_from("ab"))
    what = draw(
        st.sampled_from(["note", "name", "setting", "void", "new", "phone", "clock", "hear", "hear part"])
    )
    return who, what, draw(st.integers(0, 3))


def do(step, laptops):
    who, what, number = step
    me, other = laptops[who], laptops["b" if who == "a" else "a"]
    if what == "clock":
        # Up to half a day wrong: what is further ahead is not believed (decisions: 24 hours).
        me.now += timedelta(hours=(-11, -1, 2, 11)[number])
        me.now = max(min(me.now, AT + timedelta(hours=12)), AT - timedelta(hours=12))
    elif what == "hear":
        me.take_in(other.entries())
    elif what == "hear part":
        own = [entry for entry in other.entries() if entry.device == other.name]
        me.take_in([e for e in other.entries() if e.device == me.name] + own[: len(own) - number])
    elif what == "setting":
        me.save(Setting(id=KEYS[number % 3], value=f"{who}{me.acts}"))
    elif what == "new":
        made = Household(id=f"household-{who}-{me.acts}", number=f"{me.acts}", village_id="village-1")
        me.save(made, replace(RESIDENT, id=f"resident-{who}-{me.acts}", stays_at_household_id=made.id))
    elif what == "phone":
        me.save(Phone(id=f"phone-{number}", number=f"{who}{me.acts}", resident_id=RESIDENT.id))
    else:
        resident = tables.get(me.connection, Resident, RESIDENT.id)
        changed = {
            "note": replace(resident, death_told_by=f"{who}{me.acts}"),
            "name": replace(resident, name=f"{who}{me.acts}", voided_at=None),
            "void": replace(resident, voided_at=me.now.replace(microsecond=0), void_reason="登记错了"),
        }[what]
        me.save(changed)


@settings(max_examples=60)
@given(st.lists(steps(), max_size=14), st.randoms(use_true_random=False))
def test_two_laptops_come_to_the_same_tables_whatever_they_did_and_in_whatever_order_they_hear(
    history, chance
):
    a, b = pair()
    laptops = {"a": a, "b": b}
    for step in history:
        do(step, laptops)
    for one in laptops.values():
        assert_replay_gives_the_same(one.connection)
    together = {entry.version_key: entry for one in (a, b) for entry in one.entries()}
    shuffled = list(together.values())
    chance.shuffle(shuffled)
    c = laptop("c")
    c.take_in(shuffled)
    of_b = b.entries()
    b.take_in(a.entries())
    a.take_in(of_b)
    again = dict.fromkeys((IDENTICAL,), len(together))
    for one in (a, b, c):
        assert one.take_in(shuffled) == again
        assert journal.verify(one.connection) == len(together)
        assert_replay_gives_the_same(one.connection)
    assert everything(a.connection) == everything(b.connection) == everything(c.connection)
    for one in (a, b, c):
        one.connection.close()


def test_three_devices_in_every_order():
    """After two restores a clinic has three devices; their entries merge the same way in any order."""
    a, b = pair()
    c = laptop("c")
    c.take_in(a.entries())
    a.save(DeviceStart(id="a", device_digit=1), replace(RESIDENT, name="甲"))
    b.save(
        DeviceStart(id="b", device_digit=2), replace(RESIDENT, name="乙"), Setting(id="practice", value="b")
    )
    c.save(
        DeviceStart(id="c", device_digit=3), replace(HOUSEHOLD, note="丙"), Setting(id="practice", value="c")
    )
    every = list({entry.version_key: entry for one in (a, b, c) for entry in one.entries()}.values())
    results = []
    for seed in range(12):
        random.Random(seed).shuffle(every)
        fresh = laptop("d")
        fresh.take_in(every)
        results.append(everything(fresh.connection))
    assert all(result == results[0] for result in results)
    assert STAFF.id in repr(results[0]["staff"])
