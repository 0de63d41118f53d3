"""The hybrid clock: it only grows, it follows wall time where wall time is sane, and nobody else can run it away."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from village_doctor.domain.changes.clock import (
    COUNTER_BITS,
    SILENT_JUMP,
    TRUSTED_AHEAD,
    is_doubtful,
    milliseconds,
    tick,
    witness,
)

NOON = datetime(2026, 11, 22, 4, 0, tzinfo=UTC)
ONE_MS = 1 << COUNTER_BITS
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
walls = st.integers(0, 41 * 10**14).map(lambda microseconds: EPOCH + timedelta(microseconds=microseconds))


def at(instant: datetime) -> int:
    return milliseconds(instant) << COUNTER_BITS


def test_its_value_is_milliseconds_times_65536_plus_a_counter():
    assert tick(0, NOON) == 1795320000000 * 65536
    assert tick(tick(0, NOON), NOON) == 1795320000000 * 65536 + 1


@given(st.lists(walls, max_size=30))
def test_whatever_the_computers_clock_does_it_only_grows(instants):
    last = 0
    for instant in instants:
        following = tick(last, instant)
        assert following > last
        assert following >= at(instant)
        last = following


@given(st.lists(walls, min_size=1, max_size=30))
def test_it_never_runs_further_ahead_than_one_step_a_change(instants):
    last = 0
    for instant in instants:
        last = tick(last, instant)
    assert last <= at(max(instants)) + len(instants)


def test_a_clock_set_back_counts_on_from_where_it_was():
    evening = tick(0, NOON)
    assert tick(evening, NOON - timedelta(days=400)) == evening + 1


def test_a_full_counter_runs_over_into_the_next_millisecond():
    assert tick(at(NOON) + ONE_MS - 1, NOON) == at(NOON) + ONE_MS


@given(walls, st.integers(0, 2**63 - 1), st.integers(0, 2**63 - 1))
def test_another_device_moves_us_forward_only_and_by_24_hours_at_most(now, ours, other):
    seen = witness(ours, other, now)
    assert seen >= ours
    assert seen in (ours, other)
    assert seen == ours or seen <= at(now + timedelta(hours=24))


def test_at_24_hours_ahead_it_is_believed_and_beyond_not():
    limit = at(NOON + TRUSTED_AHEAD)
    assert timedelta(hours=24) == TRUSTED_AHEAD
    assert witness(0, limit, NOON) == limit
    assert witness(7, limit + 1, NOON) == 7


@pytest.mark.parametrize(
    ("jump", "asks"),
    [
        (timedelta(0), False),
        (timedelta(days=1), False),
        (timedelta(days=60), False),
        (timedelta(days=60, milliseconds=1), True),
        (timedelta(days=4000), True),
        (timedelta(milliseconds=-1), True),
        (timedelta(days=-3), True),
    ],
)
def test_a_jump_forward_over_60_days_and_any_backward_one_is_asked_about(jump, asks):
    assert timedelta(days=60) == SILENT_JUMP
    assert is_doubtful(NOON, NOON + jump) is asks


@given(st.integers(0, 4 * 10**12))
def test_milliseconds_are_exact(number):
    assert milliseconds(EPOCH + timedelta(milliseconds=number, microseconds=999)) == number
