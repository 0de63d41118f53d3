"""The schema says what the kinds say: columns, types, keys that restrict, a journal that only grows."""

import re
from dataclasses import fields
from datetime import date, datetime
from decimal import Decimal
from types import NoneType, UnionType
from typing import get_args, get_type_hints

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.domain.changes.generated import ALL_KINDS, records_of
from tests.store.laptop import BEGINNING, HOUSEHOLD, MEMBERSHIP, Laptop, empty_store
from village_doctor.domain.changes.entry import Entry
from village_doctor.domain.kinds import KINDS
from village_doctor.store import journal, tables
from village_doctor.store.errors import DatabaseError

COLUMN_TYPES = {
    str: "TEXT",
    int: "INTEGER",
    bool: "INTEGER",
    Decimal: "INTEGER",
    date: "TEXT",
    datetime: "TEXT",
}
LOCAL_TABLES = {
    "record_head",
    "device",
    "local_state",
    "form_draft",
    "search_person",
    "search_term",
    "duty",
    "township",
    "batch",
    "batch_file",
    "chain_mark",
    "receipt",
    "receipt_line",
    "peer_device",
}


@pytest.fixture(scope="module")
def store():
    connection = empty_store()
    yield connection
    connection.close()


@pytest.fixture
def laptop():
    laptop = Laptop("a", empty_store())
    laptop.save(*BEGINNING)
    yield laptop
    laptop.connection.close()


def columns(store, table):
    """Name → (type, NOT NULL) as SQLite has them."""
    rows = store.execute(f"PRAGMA table_info({table})").fetchall()
    return {name: (type_, bool(required)) for _, name, type_, required, _, _ in rows}


def test_there_is_a_table_for_every_kind_the_journal_and_the_local_ones_and_no_other(store):
    names = {row[0] for row in store.execute("SELECT name FROM sqlite_schema WHERE type = 'table'")}
    known = {*KINDS, "journal", *LOCAL_TABLES}
    assert {name for name in names if not name.startswith(("sqlite_", "_sqlite_"))} == known


@pytest.mark.parametrize("kind", ALL_KINDS)
def test_the_columns_of_a_table_are_the_fields_of_its_kind(store, kind):
    names = [item.name for item in fields(KINDS[kind].record_class)]
    assert set(columns(store, kind)) == {*names, "created_act"}


@pytest.mark.parametrize("kind", ALL_KINDS)
def test_a_column_has_the_type_of_its_field_and_is_empty_only_where_the_field_may_be(store, kind):
    found = columns(store, kind)
    hints = get_type_hints(KINDS[kind].record_class)
    for item in fields(KINDS[kind].record_class):
        hint = hints[item.name]
        may_be_none = NoneType in get_args(hint)
        inner = next((part for part in get_args(hint) if part is not NoneType), hint)
        hint = inner if isinstance(hint, UnionType) else hint
        type_, is_required = found[item.name]
        # Lists, maps and nested values are canonical JSON text; an empty one is NULL.
        assert type_ == COLUMN_TYPES.get(hint, "TEXT"), item.name
        if may_be_none or hint not in COLUMN_TYPES:
            assert not is_required, item.name
    assert found["created_act"] == ("TEXT", True)


def test_every_table_is_strict(store):
    strict = {name: bool(is_strict) for _, name, kind, _, _, is_strict in store.execute("PRAGMA table_list")}
    ours = [*KINDS, "journal", *LOCAL_TABLES]
    assert [name for name in ours if not strict[name]] == []


def test_every_id_of_another_record_is_a_key_that_restricts(store):
    for kind in KINDS:
        keys = {row[3]: row for row in store.execute(f"PRAGMA foreign_key_list({kind})")}
        links = {item.name for item in fields(KINDS[kind].record_class) if item.name.endswith("_id")}
        assert set(keys) == links, kind
        for row in keys.values():
            assert row[2] in KINDS
            assert row[4] == "id"
            assert row[6] == "RESTRICT", f"{kind}.{row[3]}"


def test_a_row_that_others_point_to_cannot_be_deleted(laptop):
    with pytest.raises(DatabaseError, match="FOREIGN KEY"):
        laptop.connection.execute("DELETE FROM household WHERE id = ?", (HOUSEHOLD.id,))


def test_a_row_cannot_point_to_nobody(laptop):
    with pytest.raises(DatabaseError, match="FOREIGN KEY"):
        laptop.connection.execute("UPDATE household_membership SET resident_id = 'nobody'")
    with pytest.raises(DatabaseError, match="FOREIGN KEY"):
        laptop.connection.execute("UPDATE household_membership SET household_id = 'nobody'")
    assert tables.get(laptop.connection, type(MEMBERSHIP), MEMBERSHIP.id) == MEMBERSHIP


def test_a_value_of_another_type_is_refused_by_the_table(laptop):
    with pytest.raises(DatabaseError, match="INTEGER"):
        laptop.connection.execute("UPDATE household SET walking_order = 'third'")


@pytest.mark.parametrize("kind", ALL_KINDS)
@settings(max_examples=30)
@given(data=st.data())
def test_every_record_comes_back_from_its_row_exactly(store, kind, data):
    record = data.draw(records_of(KINDS[kind]))
    store.execute("PRAGMA foreign_keys = OFF")
    tables.upsert(store, kind, record, "act-1")
    again = tables.find(store, KINDS[kind].record_class, record.id)
    assert again == record
    assert repr(again) == repr(record)
    assert tables.created_act(store, kind, record.id) == "act-1"


@pytest.mark.parametrize("kind", ALL_KINDS)
@settings(max_examples=10)
@given(data=st.data())
def test_a_later_version_leaves_nothing_of_the_earlier_one(store, kind, data):
    store.execute("PRAGMA foreign_keys = OFF")
    for record in (data.draw(records_of(KINDS[kind])), data.draw(records_of(KINDS[kind]))):
        values = {item.name: getattr(record, item.name) for item in fields(record)}
        same = type(record)(**{**values, "id": "the same"})
        tables.upsert(store, kind, same, "act-1")
        assert tables.find(store, type(same), "the same") == same


# --- the journal -----------------------------------------------------------------------------------


def test_the_columns_of_the_journal_are_those_of_an_entry(store):
    assert list(columns(store, "journal")) == [item.name for item in fields(Entry)]
    assert [name for name, (_, required) in columns(store, "journal").items() if not required] == ["base"]


@pytest.mark.parametrize("column", [item.name for item in fields(Entry)])
def test_no_column_of_the_journal_can_be_changed(laptop, column):
    before = laptop.connection.execute("SELECT * FROM journal").fetchall()
    with pytest.raises(DatabaseError, match="append-only"):
        laptop.connection.execute(f"UPDATE journal SET {column} = {column} WHERE seq = 1")
    assert laptop.connection.execute("SELECT * FROM journal").fetchall() == before


@pytest.mark.parametrize(
    "sql",
    [
        "DELETE FROM journal",
        "DELETE FROM journal WHERE seq = 3",
        "UPDATE OR REPLACE journal SET seq = 2 WHERE seq = 1",
        "REPLACE INTO journal SELECT * FROM journal WHERE seq = 1",
        "INSERT INTO journal SELECT * FROM journal WHERE seq = 1",
        "INSERT INTO journal SELECT * FROM journal WHERE 1 ON CONFLICT (device, seq) DO UPDATE SET verb = 'x'",
    ],
)
def test_nothing_of_the_journal_can_be_deleted_or_replaced(laptop, sql):
    before = laptop.connection.execute("SELECT * FROM journal").fetchall()
    with pytest.raises(DatabaseError, match=re.compile("append-only|UNIQUE")):
        laptop.connection.execute(sql)
    assert laptop.connection.execute("SELECT * FROM journal").fetchall() == before


@pytest.mark.parametrize(
    ("column", "value"), [("seq", 0), ("seq", -1), ("digest", b"short"), ("body", "a text"), ("act", None)]
)
def test_an_entry_that_cannot_be_one_is_refused(laptop, column, value):
    first = next(journal.entries(laptop.connection, "seq = 1"))
    entry = {item.name: getattr(first, item.name) for item in fields(Entry)}
    changed = {**entry, "seq": 99, column: value}
    with pytest.raises(DatabaseError):
        laptop.connection.execute(
            f"INSERT INTO journal VALUES ({', '.join('?' * 13)})", list(changed.values())
        )


def test_at_most_one_device_of_a_copy_is_the_current_one(laptop):
    laptop.connection.execute("INSERT INTO device VALUES ('a', 1, x'00', 1)")
    with pytest.raises(DatabaseError):
        laptop.connection.execute("INSERT INTO device VALUES ('b', 2, x'00', 1)")


def test_a_clinic_is_enrolled_with_one_township_at_most(store):
    row = "('{}', 'n', zeroblob(32), 'l', 'r', 'i', x'00', '990301', 0, 'd', 'at')"
    store.execute(f"INSERT INTO township VALUES {row.format('a')}")
    with pytest.raises(DatabaseError, match="UNIQUE"):
        store.execute(f"INSERT INTO township VALUES {row.format('b')}")
    store.execute("DELETE FROM township")


@pytest.mark.parametrize(
    "changed", [{"batch_no": 0}, {"last_seq": 0}, {"state": "lost"}, {"sha256": "ab"}, {"header": None}]
)
def test_a_letter_that_cannot_be_one_is_refused(store, changed):
    row = {
        "device": "d",
        "batch_no": 1,
        "chain_device": "d",
        "first_seq": 1,
        "last_seq": 1,
        "header": b"{}",
        "recipient": "age1",
        "sha256": "0" * 64,
        "created_at": "at",
        "state": "waiting",
        **changed,
    }
    with pytest.raises(DatabaseError):
        store.execute(f"INSERT INTO batch VALUES ({', '.join('?' * len(row))})", list(row.values()))
