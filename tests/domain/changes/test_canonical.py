"""Canonical JSON: one value has one form in bytes, and nothing else is read."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.domain.changes.generated import json_values
from village_doctor.domain.changes.canonical import NotCanonical, decode_canonical, encode_canonical


def test_keys_are_sorted_by_code_point_without_blanks_and_chinese_stays_chinese():
    value: Any = {"b": 1, "a": [True, None, "李 桂英"], "B": {}, "é": "𠮷"}
    assert encode_canonical(value) == '{"B":{},"a":[true,null,"李 桂英"],"b":1,"é":"𠮷"}'.encode()


@given(json_values)
def test_what_was_written_is_read_back_equal(value):
    assert decode_canonical(encode_canonical(value)) == value


@given(json_values)
def test_the_same_value_always_gives_the_same_bytes(value):
    shuffled = json.loads(json.dumps(value, sort_keys=False), object_pairs_hook=lambda p: dict(reversed(p)))
    assert encode_canonical(shuffled) == encode_canonical(value)


@pytest.mark.parametrize(
    "value",
    [
        1.0,
        {"a": [0.1]},
        float("nan"),
        float("inf"),
        {1: "number as key"},
        {None: "no key"},
        "\ud800",
        {"\udfff": 1},
        {"a": b"bytes"},
        {"a": {1, 2}},
        object(),
    ],
)
def test_a_value_that_has_no_canonical_form_is_refused(value):
    with pytest.raises(NotCanonical):
        encode_canonical(value)


@pytest.mark.parametrize(
    ("why", "data"),
    [
        ("a float", b'{"a":1.5}'),
        ("a float that is whole", b'{"a":1.0}'),
        ("an exponent", b'{"a":1e3}'),
        ("minus zero", b'{"a":-0}'),
        ("NaN", b'{"a":NaN}'),
        ("infinity", b'{"a":-Infinity}'),
        ("a key twice", b'{"a":1,"a":1}'),
        ("a key twice, deep inside", b'{"a":[{"b":1,"b":2}]}'),
        ("unsorted keys", b'{"b":1,"a":2}'),
        ("a blank after the colon", b'{"a": 1}'),
        ("a blank at the end", b'{"a":1} '),
        ("a line end", b'{"a":1}\n'),
        ("a byte order mark", b'\xef\xbb\xbf{"a":1}'),
        ("an escaped character", rb'{"a":"\u674e"}'),
        ("an escaped slash", rb'{"a":"\/"}'),
        ("a lone surrogate", rb'{"a":"\ud800"}'),
        ("a surrogate in UTF-8", b'{"a":"\xed\xa0\x80"}'),
        ("an overlong UTF-8 form", b'{"a":"\xc0\xaf"}'),
        ("another encoding", '{"a":"李"}'.encode("gbk")),
        ("UTF-16", '{"a":1}'.encode("utf-16")),
        ("two values", b"{}{}"),
        ("nothing", b""),
        ("half a value", b'{"a":'),
        ("single quotes", b"{'a':1}"),
        ("a number of five thousand digits", b"9" * 5000),
        ("nesting without end", b"[" * 100_000),
    ],
)
def test_bytes_that_are_not_canonical_are_refused(why, data):
    with pytest.raises(NotCanonical):
        decode_canonical(data)


@given(json_values, st.data())
def test_a_changed_byte_is_refused_or_means_something_else(value, data):
    written = encode_canonical(value)
    place = data.draw(st.integers(0, len(written) - 1))
    changed = bytearray(written)
    changed[place] ^= data.draw(st.integers(1, 255))
    try:
        read = decode_canonical(bytes(changed))
    except NotCanonical:
        return
    # Compared as bytes, because Python holds True for equal to 1.
    assert encode_canonical(read) == bytes(changed) != written
