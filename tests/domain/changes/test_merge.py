"""Which version stands: a question about the set of versions, never about the order in which they came."""

from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from village_doctor.domain.changes.merge import (
    ADDED,
    CONCURRENT,
    IDENTICAL,
    INVALID,
    OLDER,
    UPDATED,
    VOIDED,
    Version,
    outcome,
    standing,
)

OUTCOMES = {ADDED, UPDATED, IDENTICAL, OLDER, CONCURRENT, INVALID, VOIDED}


def version(key: str, base: str | None = None, at: int = 0, *, voided: bool = False) -> Version:
    """`key` is `device/seq`; the act is named after the version, so that `created_act` can be read off."""
    device, seq = key.split("/")
    return Version(key=key, base=base, order=(at, device, int(seq)), act=f"act of {key}", is_voided=voided)


def taken_in(versions) -> list[str]:
    """The outcomes of taking them in one after the other."""
    known: list[Version] = []
    found = []
    for one in versions:
        found.append(outcome(known, one))
        known.append(one)
    return found


# --- one device ----------------------------------------------------------------------------------


def test_a_chain_of_corrections_the_last_one_stands():
    chain = [version("a/1", at=1), version("a/2", "a/1", at=2), version("a/5", "a/2", at=9)]
    stands = standing(chain)
    assert (stands.head.key, stands.losers, stands.created_act) == ("a/5", (), "act of a/1")
    assert taken_in(chain) == [ADDED, UPDATED, UPDATED]


def test_coming_late_a_replaced_version_is_older_and_changes_nothing():
    first, second = version("a/1", at=1), version("a/2", "a/1", at=2)
    assert taken_in([second, first]) == [ADDED, OLDER]


def test_the_same_version_twice_is_identical():
    one = version("a/1", at=1)
    assert taken_in([one, one]) == [ADDED, IDENTICAL]


def test_voiding_is_told_once():
    first, gone = version("a/1", at=1), version("a/2", "a/1", at=2, voided=True)
    again = version("a/3", "a/2", at=3, voided=True)
    assert taken_in([first, gone, again]) == [ADDED, VOIDED, UPDATED]
    assert taken_in([gone]) == [VOIDED]


# --- two devices -----------------------------------------------------------------------------------


def test_the_descendant_wins_even_with_a_smaller_clock():
    """A laptop whose clock is a year slow corrects what another one wrote: she had seen it."""
    wrong, corrected = version("a/7", at=900), version("b/1", "a/7", at=5)
    assert standing([wrong, corrected]).head == corrected
    assert standing([wrong, corrected]).losers == ()
    assert taken_in([wrong, corrected]) == [ADDED, UPDATED]
    assert taken_in([corrected, wrong]) == [ADDED, OLDER]


def test_of_two_concurrent_versions_the_greater_clock_wins_and_the_other_is_kept():
    first = version("a/1", at=1)
    mine, hers = version("a/2", "a/1", at=10), version("b/1", "a/1", at=11)
    stands = standing([first, mine, hers])
    assert (stands.head, stands.losers) == (hers, (mine,))
    assert taken_in([first, mine, hers]) == [ADDED, UPDATED, CONCURRENT]
    assert taken_in([first, hers, mine]) == [ADDED, UPDATED, CONCURRENT]


def test_with_equal_clocks_the_greater_device_wins_then_the_greater_number():
    first = version("a/1", at=1)
    a, b = version("a/9", "a/1", at=5), version("b/1", "a/1", at=5)
    assert standing([first, a, b]).head == b
    same_device = [
        first,
        version("b/1", "a/1", at=5),
        version("b/10", "a/1", at=5),
        version("b/9", "a/1", at=5),
    ]
    assert standing(same_device).head.key == "b/10"


def test_a_version_made_on_the_winner_leaves_the_old_loser_a_loser():
    first, mine, hers = version("a/1", at=1), version("a/2", "a/1", at=10), version("b/1", "a/1", at=11)
    settled = version("a/3", "b/1", at=12)
    stands = standing([first, mine, hers, settled])
    assert (stands.head, stands.losers) == (settled, (mine,))
    assert outcome([first, mine, hers], settled) == UPDATED


def test_a_greater_version_that_replaced_only_the_loser_is_concurrent_to_the_winner():
    first, mine, hers = version("a/1", at=1), version("a/2", "a/1", at=10), version("b/1", "a/1", at=11)
    on_mine = version("a/3", "a/2", at=20)
    assert outcome([first, mine, hers], on_mine) == CONCURRENT
    assert standing([first, mine, hers, on_mine]).head == on_mine


def test_the_same_record_made_twice_keeps_the_act_of_the_first():
    """A clinic-wide setting has its key as id: two laptops may both make its first version."""
    one, other = version("a/4", at=8), version("b/2", at=3)
    assert standing([one, other]).created_act == "act of b/2"
    assert standing([one, other]).head == one


def test_a_version_whose_base_has_not_come_yet_stands_until_it_comes():
    late = version("b/1", "a/1", at=2)
    assert standing([late]).head == late
    assert standing([late]).created_act == "act of b/1"
    assert standing([late, version("a/1", at=1)]).created_act == "act of a/1"


# --- any set ---------------------------------------------------------------------------------------

KEYS = [f"{device}/{seq}" for device in "ab" for seq in (1, 2, 3)]


@st.composite
def sets_of_versions(draw, honest: bool = False):
    """Up to five versions of one record. Honest: a base is an earlier version and has the smaller clock."""
    keys = draw(st.lists(st.sampled_from(KEYS), min_size=1, max_size=5, unique=True))
    found: list[Version] = []
    for number, key in enumerate(keys, 1):
        bases = [v.key for v in found] if honest else [*KEYS, "unknown/1"]
        base = draw(st.sampled_from([None, *bases])) if not honest or found else None
        at = number if honest else draw(st.integers(0, 3))
        found.append(version(key, base, at, voided=draw(st.booleans())))
    return found


@given(sets_of_versions())
def test_in_every_order_the_same_version_stands(versions):
    """Forged sets too: circles, bases that do not exist, clocks that run backwards."""
    found = {standing(order) for order in permutations(versions)}
    assert len(found) == 1
    stands = found.pop()
    assert stands.head in versions
    assert stands.head not in stands.losers
    assert set(stands.losers) <= set(versions)


@given(sets_of_versions())
def test_the_one_that_stands_was_replaced_by_nobody_and_is_the_greatest_of_those(versions):
    leaves = [v for v in versions if all(other.base != v.key for other in versions)]
    stands = standing(versions)
    if leaves:
        assert {stands.head, *stands.losers} == set(leaves)
        assert stands.head.order == max(v.order for v in leaves)
    else:
        assert stands.head.order == max(v.order for v in versions)


@given(sets_of_versions(honest=True))
def test_nothing_is_lost_every_version_stands_was_replaced_or_is_kept_as_a_loser(versions):
    stands = standing(versions)
    replaced = {v.base for v in versions}
    for one in versions:
        assert one.key in replaced or one in (stands.head, *stands.losers)


@given(sets_of_versions())
def test_every_outcome_is_one_of_the_closed_set(versions):
    for order in permutations(versions):
        assert set(taken_in(order)) <= OUTCOMES


@given(sets_of_versions())
def test_the_outcome_says_what_happens_to_the_one_that_stands(versions):
    for order in permutations(versions):
        known: list[Version] = []
        for one in order:
            told = outcome(known, one)
            after = standing([*known, one])
            if told in (ADDED, UPDATED, VOIDED):
                assert after.head == one
            if told == OLDER:
                assert one != after.head
                assert one not in after.losers
            if told == CONCURRENT:
                assert one in (after.head, *after.losers)
            assert told != IDENTICAL
            assert outcome([*known, one], one) == IDENTICAL
            known.append(one)


@pytest.mark.parametrize(
    "forged",
    [
        [version("a/1", "a/1", at=1)],
        [version("a/1", "b/1", at=1), version("b/1", "a/1", at=2)],
        [version("a/1", "a/3", at=1), version("a/2", "a/1", at=2), version("a/3", "a/2", at=3)],
        [version("a/1", at=9), version("a/2", "b/1", at=1), version("b/1", "a/2", at=2)],
    ],
    ids=["its own base", "two", "three", "beside an honest one"],
)
def test_a_circle_of_bases_ends_and_gives_one_result(forged):
    assert len({standing(order) for order in permutations(forged)}) == 1
    for order in permutations(forged):
        assert set(taken_in(order)) <= OUTCOMES
