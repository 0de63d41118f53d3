"""Taking entries in: what stands is what the plain functions say of the whole set, at a cost that a letter may have."""

import random
import time
from collections.abc import Iterable, Iterator, Sequence
from itertools import permutations, product
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.township.clinics import Desk, Laptop, household, some_id, tables
from village_doctor.domain.changes.entry import Entry
from village_doctor.domain.changes.merge import (
    ADDED,
    CONCURRENT,
    IDENTICAL,
    OLDER,
    UPDATED,
    Version,
    outcome,
    standing,
)
from village_doctor.township.inbox_store import merging
from village_doctor.township.inbox_store.merging import CHUNK, KnownVersions
from village_doctor.township.inbox_store.schema import ENTRY
from village_doctor.township.office import Office

MIB = 1024 * 1024
MANY = 8_000
SECONDS = 3  # of this program's own time, for what took forty when every version was weighed against all


def version(key: str, base: str | None = None, at: int = 0, *, voided: bool = False) -> Version:
    device, seq = key.split("/")
    return Version(key=key, base=base, order=(at, device, int(seq)), act=f"act of {key}", is_voided=voided)


def stands_in(known: KnownVersions) -> tuple[str, str, bool]:
    return known.head, known.created_act, known.is_contested


def plainly(versions: Sequence[Version]) -> tuple[str, str, bool]:
    stands = standing(versions)
    return stands.head.key, stands.created_act, bool(stands.losers)


def assert_as_plain_functions(order: Iterable[Version]) -> None:
    """Step by step; and as well when the first ones are read from the inbox, in another order."""
    known, came = KnownVersions(), list[Version]()
    for one in order:
        loaded = KnownVersions()
        for earlier in reversed(came):
            loaded.remember(earlier)
        told = outcome(came, one)
        assert known.add(one) == told, came
        assert loaded.add(one) == told, came
        came.append(one)
        assert stands_in(known) == plainly(came), came
        assert stands_in(loaded) == plainly(came), came
        assert known.add(one) == IDENTICAL


# --- the same as the plain functions --------------------------------------------------------------


@st.composite
def graphs(draw, most: int = 12) -> list[Version]:
    """Forged sets too: circles, bases that never come, clocks that run backwards. In any order."""
    pool = [f"{device}/{seq}" for device in "ab" for seq in range(1, draw(st.integers(2, most // 2)) + 1)]
    keys = draw(st.lists(st.sampled_from(pool), min_size=1, max_size=most, unique=True))
    bases = st.sampled_from([None, *pool, "unknown/1"])
    return [version(key, draw(bases), draw(st.integers(0, 4)), voided=draw(st.booleans())) for key in keys]


@given(graphs())
def test_any_versions_in_any_order_stand_as_the_plain_functions_say(versions):
    assert_as_plain_functions(versions)


def test_three_versions_with_every_base_and_clock_in_every_order():
    keys = ["a/1", "b/1", "c/1"]
    for bases, clocks in product(product([None, *keys, "unknown/1"], repeat=3), permutations(range(3))):
        versions = [version(*values) for values in zip(keys, bases, clocks, strict=True)]
        for order in permutations(versions):
            assert_as_plain_functions(order)


def two_branches(length: int) -> list[Version]:
    """A long history that two laptops went on with, each without knowing of the other."""
    trunk = [version("a/1")] + [version(f"a/{n}", f"a/{n - 1}", n) for n in range(2, length)]
    mine = [version(f"a/{n}", f"a/{n - 1}", n) for n in range(length, 2 * length)]
    hers = [version("b/1", trunk[-1].key, length)]
    hers += [version(f"b/{n}", f"b/{n - 1}", length + n, voided=n % 3 == 0) for n in range(2, length)]
    return trunk + mine + hers


@pytest.mark.parametrize("seed", range(8))
def test_a_long_history_with_two_leaves_in_any_order(seed):
    versions = two_branches(15)
    random.Random(seed).shuffle(versions)
    assert_as_plain_functions(versions)


@pytest.mark.parametrize("turn", [1, -1], ids=["oldest first", "newest first"])
def test_versions_whose_base_is_not_there_yet(turn):
    versions = [version("a/1")] + [version(f"a/{n}", f"a/{n - 1}", n) for n in range(2, 30)]
    assert_as_plain_functions(versions[::turn])


def test_who_goes_on_from_a_circle_has_seen_what_stood_in_it_only():
    """No honest laptop writes a circle of bases. Of two circles, the greatest version stands."""
    circles = [
        version("a/1", "a/2", 1),
        version("a/2", "a/1", 8),
        version("b/1", "b/2", 3),
        version("b/2", "b/1", 4),
    ]
    for base in ("a/1", "a/2", "b/1", "b/2", "unknown/1", None, "c/1"):
        for at in (2, 9):
            assert_as_plain_functions([*circles, version("c/1", base, at), version("c/2", "c/1", 7)])


# --- what it costs --------------------------------------------------------------------------------


def rootless(count: int) -> Iterator[Version]:
    return (version(f"a/{n}", None, n) for n in range(1, count + 1))


def unordered(count: int) -> Iterator[Version]:
    return (version(f"a/{n}", None, n * 7919 % count) for n in range(1, count + 1))


def branches(count: int) -> Iterator[Version]:
    return iter(two_branches(count // 3))


def newest_first(count: int) -> Iterator[Version]:
    return (version(f"a/{n}", f"a/{n - 1}", n) for n in range(count, 0, -1))


def beside_a_leaf(count: int) -> Iterator[Version]:
    """Each goes on from the one that stands and falls behind the other leaves."""
    yield from (version(f"a/{n}", None, n) for n in range(1, count // 2 + 1))
    yield from (version(f"b/{n}", f"a/{n}", 0) for n in range(count // 2, 0, -1))


def own_bases(count: int) -> Iterator[Version]:
    return (version(f"a/{n}", f"a/{n}", n) for n in range(1, count + 1))


@pytest.mark.parametrize(
    "history",
    [rootless, unordered, branches, newest_first, beside_a_leaf, own_bases],
    ids=lambda f: f.__name__,
)
def test_thousands_of_versions_of_one_record_are_not_weighed_against_each_other(history):
    versions, known = list(history(MANY)), KnownVersions()
    began = time.process_time()
    told = [known.add(one) for one in versions]
    assert time.process_time() - began < SECONDS
    assert set(told) <= {ADDED, UPDATED, CONCURRENT, OLDER, "voided"}
    assert stands_in(known) == plainly(versions)


# --- chunks ---------------------------------------------------------------------------------------


def taken_in(folder: Path, laptop: Laptop, runs: Iterable[Sequence[Entry]]) -> dict[str, list[tuple]]:
    """All tables of a new office after each run of entries was taken in by one call."""
    folder.mkdir()
    office = Desk(folder).create().office
    with office.inbox.writing() as connection:
        for run in runs:
            assert merging.take_in(connection, laptop.clinic_id, run, 1) == len(run)
    found = tables(office, outcomes=True)
    office.close()
    return found


def test_entries_in_one_run_of_many_chunks_leave_what_many_runs_leave(tmp_path: Path):
    """Some records are in every chunk, some in every other one; some versions cannot be read."""
    laptop, chance = Laptop(clinic_id=some_id("clinic", "990101"), name="laptop"), random.Random(5)
    base: dict[int, str] = {}
    for number in range(3 * CHUNK + 100):
        order = chance.choice([0, 1, 2, number // CHUNK % 2 * 10 + 10, 1000 + number])
        record = household(order, landmark=f"{number}")
        entry = (
            laptop.append("household", record.id, b'{"number":7}')
            if chance.random() < 0.1
            else laptop.write(record, base=base.get(order) if chance.random() < 0.8 else "unknown/1")[0]
        )
        base[order] = entry.version_key
    journal = laptop.journal
    runs = [journal[begin : begin + 700] for begin in range(0, len(journal), 700)]
    assert taken_in(tmp_path / "one", laptop, [journal]) == taken_in(tmp_path / "many", laptop, runs)


def test_no_more_than_some_mebibytes_wait_for_their_row(office: Office):
    laptop = Laptop(clinic_id=some_id("clinic", "990101"), name="laptop")
    body = b'{"note":"%s"}' % (b"x" * (MIB - 20))
    for order in range(40):
        laptop.append("household", some_id("household", order), body)
    waiting = []

    def handed_over(connection) -> Iterator[Entry]:
        size = 0
        for entry in laptop.journal:
            size += len(entry.body)
            rows = connection.exec_driver_sql(f"SELECT COALESCE(SUM(LENGTH(body)), 0) FROM {ENTRY.name}")
            waiting.append(size - rows.scalar_one())
            yield entry

    with office.inbox.writing() as connection:
        merging.take_in(connection, laptop.clinic_id, handed_over(connection), 1)
    assert max(waiting) <= 9 * MIB
