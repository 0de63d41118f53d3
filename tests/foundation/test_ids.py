"""Ids: UUID version 7, unique and growing whatever clock and chance do."""

import threading
import time
import uuid
from datetime import UTC, datetime, timedelta
from os import urandom

from hypothesis import given
from hypothesis import strategies as st

from village_doctor.foundation.ids import IdMaker

START = datetime(2026, 3, 1, 8, 0, tzinfo=UTC)
instants = st.integers(-(10**13), 4 * 10**12).map(
    lambda ms: datetime(1970, 1, 1, tzinfo=UTC) + timedelta(milliseconds=ms)
)
chance = st.sampled_from([lambda n: b"\0" * n, lambda n: b"\xff" * n, lambda n: b"\x5a" * n, urandom])


def made_at(*moments, random_bytes=urandom):
    clock = iter(moments)
    maker = IdMaker(lambda: next(clock), random_bytes)
    return [maker.new() for _ in moments]


def test_the_example_of_rfc_9562_appendix_a6():
    at = datetime(2022, 2, 22, 19, 22, 22, tzinfo=UTC)
    tail = 0xCC3 << 62 | 0x18C4DC0C0C07398F
    assert made_at(at, random_bytes=tail.to_bytes) == ["017f22e2-79b0-7cc3-98c4-dc0c0c07398f"]


def test_ids_are_lower_case_canonical_uuids_of_version_7():
    (made,) = made_at(START)
    parsed = uuid.UUID(made)
    assert made == str(parsed)
    assert parsed.version == 7
    assert parsed.variant == uuid.RFC_4122


def test_an_id_begins_with_its_millisecond():
    (made,) = made_at(START + timedelta(microseconds=7_999))
    assert uuid.UUID(made).int >> 80 == int(START.timestamp() * 1000) + 7


@given(st.lists(instants, max_size=60), chance)
def test_ids_grow_also_within_a_millisecond_and_when_the_clock_goes_back(moments, random_bytes):
    made = made_at(*moments, random_bytes=random_bytes)
    assert made == sorted(set(made))
    assert all(uuid.UUID(one).version == 7 and uuid.UUID(one).variant == uuid.RFC_4122 for one in made)


def test_many_ids_of_one_millisecond_do_not_run_into_each_other():
    # All ones: the tail is at its end at once, and every step is as long as it can be.
    made = made_at(*[START] * 5000, random_bytes=lambda n: b"\xff" * n)
    assert made == sorted(set(made))
    first, last = (uuid.UUID(one).int >> 80 for one in (made[0], made[-1]))
    assert last == first + 1, "borrows no more than the next millisecond"


def test_two_makers_at_the_same_moment_make_different_ids():
    assert made_at(*[START] * 100) != made_at(*[START] * 100)
    assert not set(made_at(*[START] * 1000)) & set(made_at(*[START] * 1000))


def test_a_maker_can_be_shared_between_threads():
    def slow_chance(count):
        time.sleep(0.0001)  # another thread gets its turn in the middle of making
        return bytes(count)

    maker = IdMaker(lambda: START, slow_chance)
    made: list[str] = []
    threads = [
        threading.Thread(target=lambda: made.extend([maker.new() for _ in range(50)])) for _ in range(8)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(set(made)) == len(made) == 400
