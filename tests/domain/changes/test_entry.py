"""The digest chain: computed here once more, by hand, as `resources/formats/home.md` describes it."""

import hashlib
from dataclasses import fields, replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from village_doctor.domain.changes.entry import GENESIS, Entry, digest_matches, digest_of, version_key

DEVICE = "0190a000-0000-7000-8000-0000000000d0"
BODY = '{"name":"王医生","role":"owner"}'.encode()


def entry(**given_fields) -> Entry:
    values = {
        "device": DEVICE,
        "seq": 1,
        "act": "0190a000-0000-7000-8000-0000000000a1",
        "verb": "set_up_clinic",
        "at": 1795313707042 << 16,
        "wall_at": "2026-11-22T02:15:07.042Z",
        "staff": "0190a000-0000-7000-8000-0000000000b1",
        "kind": "staff",
        "record_id": "0190a000-0000-7000-8000-0000000000b1",
        "base": None,
        "body_version": 1,
        "body": BODY,
        **given_fields,
    }
    return Entry(**values, digest=digest_of(given_fields.pop("previous", GENESIS), **values))


def part(data: bytes | None) -> bytes:
    """Length-prefixed: 8 bytes, big-endian, signed; NULL is length −1 and no bytes."""
    return b"\xff" * 8 if data is None else len(data).to_bytes(8, "big") + data


def test_the_digest_is_what_home_md_says():
    by_hand = hashlib.sha256(
        part(b"vd/journal/1")
        + part(bytes(32))
        + part(b"0190a000-0000-7000-8000-0000000000d0")  # device
        + part(b"1")  # seq
        + part(b"0190a000-0000-7000-8000-0000000000a1")  # act
        + part(b"set_up_clinic")  # verb
        + part(b"117657679104704512")  # at: 1795313707042 × 65536
        + part(b"2026-11-22T02:15:07.042Z")  # wall_at
        + part(b"0190a000-0000-7000-8000-0000000000b1")  # staff
        + part(b"staff")  # kind
        + part(b"0190a000-0000-7000-8000-0000000000b1")  # record_id
        + part(None)  # base
        + part(b"1")  # body_version
        + part('{"name":"王医生","role":"owner"}'.encode())  # body, as stored
    )
    assert entry().digest == by_hand.digest()
    assert digest_matches(GENESIS, entry())


def test_the_golden_digest_of_format_1_never_changes():
    assert entry().digest.hex() == GOLDEN


GOLDEN = "b6eff1db74a6109223b1ccf553e24dfce96fe9b048f8f911b9b94a2ead68e8cc"


def test_the_chain_begins_with_32_zero_bytes():
    assert bytes(32) == GENESIS


@pytest.mark.parametrize("column", [item.name for item in fields(Entry)])
def test_a_change_in_any_column_is_noticed(column):
    values: tuple[Any, ...] = ("x", 2, b"x", None)
    for value in values:
        altered = replace(entry(), **{column: value})
        if getattr(altered, column) != getattr(entry(), column):
            if column in ("body", "digest") and not isinstance(value, bytes):
                continue
            assert not digest_matches(GENESIS, altered), (column, value)


def test_another_previous_digest_is_noticed():
    assert not digest_matches(hashlib.sha256(b"another").digest(), entry())


@given(
    st.lists(st.text(max_size=6), min_size=4, max_size=4),
    st.lists(st.text(max_size=6), min_size=4, max_size=4),
)
def test_two_entries_have_the_same_digest_only_when_every_column_is_the_same(one, other):
    """Characters that move from one column into its neighbour make another entry."""
    names = ("act", "verb", "wall_at", "staff")
    first, second = entry(**dict(zip(names, one, strict=True))), entry(**dict(zip(names, other, strict=True)))
    assert (first.digest == second.digest) is (one == other)


def test_no_base_and_an_empty_base_are_two_things():
    assert entry(base=None).digest != entry(base="").digest != entry(base="None").digest


def test_a_version_is_named_by_device_and_number():
    assert entry(seq=12).version_key == version_key(DEVICE, 12) == f"{DEVICE}/12"
