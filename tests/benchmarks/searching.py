"""One search keystroke among a town's residents, against LIKE over five columns of a plain table.

Both give the ids and names of the first twenty. `shown` and `shown_p95` are the whole of what the search box does with
them: the records, their doors and phones; its p95 is to stay below one `frame`. The town is made of planned villages,
filled in bulk: nothing is journaled. Every person stands in it several times under other numbers, so that names are as
common as in a town and the filling does not take an hour.
"""

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from random import Random
from statistics import median
from tempfile import TemporaryDirectory

from tests.benchmarks.measuring import Row, compared, p95, take_turns
from village_doctor.domain import names, search_terms
from village_doctor.domain.clinic import Hamlet, Village
from village_doctor.domain.kinds import kind_of
from village_doctor.domain.people import Household, HouseholdMembership, IdentityDocument, Phone, Resident
from village_doctor.domain.records import Record
from village_doctor.domain.search_terms import PrefixRow, SearchablePerson
from village_doctor.services import planning
from village_doctor.services.catalogue import Catalogue
from village_doctor.services.sampling_people import PlannedHousehold, PlannedPerson, plan_village
from village_doctor.store import migrations, search, tables
from village_doctor.store.database import Connection, connect, in_memory

BUDGET = 1 / 20
FRAME_MS = 1000 / 60
KEYSTROKES: dict[str, Sequence[str]] = {
    "1 letter": ("l", "w", "z", "c", "y"),
    "2 letters": ("lg", "wx", "zj", "ch", "yx"),
    "3 letters": ("lgy", "wxm", "zjg", "chy", "yxl"),
    "2 characters": ("李桂", "桂英", "建国", "子涵", "王志"),
    "4 digits": ("2231", "0815", "1957", "6402", "1101"),
    "no hit": ("qqxz", "zvw", "龘龘", "99998888777", "xyzq"),
}
_TODAY = date(2026, 11, 22)
_PLANNED_AT_ONCE = 2000
_DIFFERENT_PEOPLE = 20_000
_KEY = bytes(range(32))
_NAMES = "SELECT id, name FROM resident WHERE id IN (SELECT value FROM json_each(?))"
_LIKE = (
    "SELECT id, name FROM person WHERE name LIKE ? OR initials LIKE ? OR id_number LIKE ? OR phone LIKE ? "
    "OR record_number LIKE ? ORDER BY name LIMIT 20"
)


@dataclass
class Town:
    """Two connections to the same people: our tables, and one plain table."""

    ours: Connection
    plain: Connection
    catalogue: Catalogue


def search_rows(residents: int = 100_000, rounds: int = 25) -> list[Row]:
    """One row for each kind of keystroke; five texts of a kind take turns."""
    with _town(residents) as town:
        return [_row(town, kind, texts, residents, rounds) for kind, texts in KEYSTROKES.items()]


def _row(town: Town, kind: str, texts: Sequence[str], residents: int, rounds: int) -> Row:
    def ours(number: int) -> object:
        ids = search.find(town.ours, texts[number % len(texts)], town.catalogue.pinyin)
        return town.ours.execute(_NAMES, (json.dumps(ids),)).fetchall()

    def shown(number: int) -> object:
        return planning.find(town.ours, town.catalogue, texts[number % len(texts)], _TODAY)

    def floor(number: int) -> object:
        pattern = f"%{texts[number % len(texts)]}%"
        return town.plain.execute(_LIKE, (pattern,) * 5).fetchall()

    our_times, floor_times = take_turns(ours, floor, rounds)
    shown_times, _ = take_turns(shown, lambda _: None, rounds)
    more = {
        "residents": residents,
        "p95": p95(our_times),
        "shown": round(median(shown_times), 3),
        "shown_p95": p95(shown_times),
        "frame": round(FRAME_MS, 2),
    }
    return compared(f"search {kind}", our_times, floor_times, BUDGET, more)


# --- filling ---------------------------------------------------------------------------------------------------


@contextmanager
def _town(residents: int) -> Iterator[Town]:
    catalogue = Catalogue()
    with TemporaryDirectory(prefix="village-doctor-bench-") as folder:
        ours = connect(Path(folder) / "store.db", _KEY, must_exist=False)
        plain = connect(Path(folder) / "plain.db", _KEY, must_exist=False)
        try:
            migrations.migrate(ours, lambda: None)
            _fill(ours, plain, catalogue, residents)
            yield Town(ours, plain, catalogue)
        finally:
            ours.close()
            plain.close()


def _fill(ours: Connection, plain: Connection, catalogue: Catalogue, residents: int) -> None:
    plain.execute(
        "CREATE TABLE person (id TEXT PRIMARY KEY, name, initials, id_number, phone, record_number)"
    )
    rows = in_memory()
    rows.execute("CREATE TABLE term (key TEXT, rank INTEGER, person INTEGER)")
    # Searching never reads this index, and seven million rows would be sorted into it one by one.
    ours.execute("DROP INDEX search_term_person")
    for connection in (ours, plain, rows):
        connection.execute("PRAGMA journal_mode = OFF").fetchall()
        connection.execute("BEGIN IMMEDIATE")
    _insert(ours, Village(id="v", code="990101100101", name="三湾村"))
    _insert(ours, Hamlet(id="h", village_id="v", number=1, name="李家湾"))
    number = 0
    for household, copies in _households(catalogue, residents):
        for copy in range(copies):
            number = _add_household(ours, plain, rows, catalogue, household, copy, number)
    # In order: a tree filled from left to right is written once.
    terms = rows.execute("SELECT key, rank, person FROM term ORDER BY key, rank, person")
    ours.executemany("INSERT INTO search_term (key, rank, person) VALUES (?, ?, ?)", terms)
    for connection in (ours, plain, rows):
        connection.execute("COMMIT")
    rows.close()
    for connection in (ours, plain):
        connection.execute("PRAGMA journal_mode = WAL").fetchall()


def _households(catalogue: Catalogue, residents: int) -> Iterator[tuple[PlannedHousehold, int]]:
    """Planned households and how often each is there; together about `residents` people."""
    different = min(residents, _DIFFERENT_PEOPLE)
    copies = round(residents / different)
    for seed in range((different + _PLANNED_AT_ONCE - 1) // _PLANNED_AT_ONCE):
        size = min(_PLANNED_AT_ONCE, different - seed * _PLANNED_AT_ONCE)
        start = _TODAY.replace(year=_TODAY.year - 3)
        planned = plan_village(
            catalogue.sample_data, catalogue.pinyin, size, start, _TODAY, Random(f"town/{seed}")
        )
        for household in planned.households:
            yield household, copies


def _add_household(
    ours: Connection,
    plain: Connection,
    rows: Connection,
    catalogue: Catalogue,
    planned: PlannedHousehold,
    copy: int,
    number: int,
) -> int:
    """The people of one door; returns the number of the last one."""
    door = Household(id=f"door-{number}", number=f"{number:06d}", village_id="v", hamlet_id="h")
    _insert(ours, door)
    for person in planned.members:
        number += 1
        resident = _resident(person, number)
        _insert(ours, resident)
        _insert(
            ours,
            HouseholdMembership(
                id=f"m{number}",
                household_id=door.id,
                resident_id=resident.id,
                relation=person.relation,
                is_head=person is planned.members[0],
            ),
        )
        phone = f"199{number * 7919 % 10**8:08d}" if person.phone else None
        if phone:
            _insert(ours, Phone(id=f"p{number}", number=phone, resident_id=resident.id))
        searchable = SearchablePerson(
            names=(person.name, *person.other_names),
            id_document_numbers=tuple(d.number for d in resident.identity_documents),
            phones=(phone,) if phone else (),
            record_number=resident.record_number,
            household_number=door.number,
            contract_numbers=(f"2026-{number:06d}",),
            door="李家湾",
            relatives=(planned.members[0].name,) if person is not planned.members[0] else (),
        )
        key = names.sort_key(person.name, catalogue.pinyin)
        ours.execute("INSERT INTO search_person VALUES (?, ?, ?)", (number, resident.id, key))
        rows.executemany(
            "INSERT INTO term VALUES (?, ?, ?)",
            ((row.key, row.rank, number) for row in _terms(searchable, person, catalogue, copy)),
        )
        first = names.readings(person.name, catalogue.pinyin, 1)
        letters = names.initials(first[0]) if first else ""
        plain.execute(
            "INSERT INTO person VALUES (?, ?, ?, ?, ?, ?)",
            (resident.id, person.name, letters, resident.id_card_number, phone, resident.record_number),
        )
    return number


_NAME_ROWS: dict[int, tuple[PrefixRow, ...]] = {}


def _terms(
    searchable: SearchablePerson, person: PlannedPerson, catalogue: Catalogue, copy: int
) -> Iterator[PrefixRow]:
    """What the program would index; a copy's rows that come from names are those of the first."""
    if copy == 0:
        found = tuple(search_terms.prefix_rows(search_terms.terms_of(searchable, catalogue.pinyin)))
        _NAME_ROWS[id(person)] = tuple(row for row in found if not row.key[-1:].isdigit())
        yield from found
        return
    yield from _NAME_ROWS[id(person)]
    numbers_only = replace(searchable, names=("一",), door=None, relatives=())
    for row in search_terms.prefix_rows(search_terms.terms_of(numbers_only, catalogue.pinyin)):
        if row.key[-1:].isdigit():
            yield row


def _resident(person: PlannedPerson, number: int) -> Resident:
    card = person.id_card_number
    if card:
        card = f"{card[:14]}{number * 31 % 10_000:04d}"
    return Resident(
        id=f"r{number:06d}",
        name=person.name,
        sex=person.sex,
        birth_date=person.birth_date,
        other_names=person.other_names,
        identity_documents=(IdentityDocument(kind="id_card", number=card),) if card else (),
        record_number=f"990101100101{number % 100_000:05d}",
    )


def _insert(connection: Connection, record: Record) -> None:
    tables.upsert(connection, kind_of(record).name, record, "bench")
