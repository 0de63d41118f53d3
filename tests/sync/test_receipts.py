"""Receipts: round trips, and whatever is not exactly what the township signed is refused."""

import hashlib
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.sync.letters import (
    DEVICE,
    KEY,
    NOW,
    OTHER_IDENTITY,
    STRANGER,
    TOWNSHIP_KEY,
    entries_of,
    envelope_of,
    id_of,
    receipt_header,
    signed,
)
from village_doctor.domain.changes.canonical import decode_canonical, encode_canonical
from village_doctor.sync.lines import LONGEST_HEADER, EnvelopeWrong
from village_doctor.sync.receipts import (
    ChainMark,
    DoubtLine,
    Enclosure,
    Line,
    OutcomeLine,
    ReceiptHeader,
    ReceiptReader,
    RefusedLine,
    counts_of,
    write_receipt,
)

LINES: tuple[Line, ...] = (
    OutcomeLine(device=DEVICE, seq=2, kind="phone", id=id_of(2), outcome="older", winner=f"{DEVICE}/3"),
    OutcomeLine(device=DEVICE, seq=3, kind="weather", id=id_of(3), outcome="invalid", winner=None),
    OutcomeLine(device=DEVICE, seq=4, kind="setting", id="name", outcome="voided", winner=f"{DEVICE}/4"),
    DoubtLine(code="two-heads", kind="household", ids=(id_of(4), id_of(5)), since=NOW),
    RefusedLine(sha256="ab" * 32, batch_no=4, reason="fork"),
)
LETTERS = (envelope_of(entries_of([{"a": "b" * 100}] * 9)), envelope_of())
ENCLOSURES = tuple(Enclosure(sha256=hashlib.sha256(data).hexdigest(), size=len(data)) for data in LETTERS)
HEADER = receipt_header(counts=counts_of(LINES), enclosures=ENCLOSURES)


def receipt(header: ReceiptHeader = HEADER, lines=LINES, key=TOWNSHIP_KEY, enclosures=LETTERS) -> bytes:
    return b"".join(write_receipt(header, lines, key, [[data] for data in enclosures]))


def read(data: bytes, size: int = 0) -> tuple[ReceiptReader, list[bytes]]:
    """The reader, and the enclosed letters."""
    enclosed = [bytearray() for _ in range(9)]
    reader = ReceiptReader(TOWNSHIP_KEY.public, lambda index, chunk: enclosed[index].extend(chunk))
    step = size or len(data) or 1
    for start in range(0, len(data), step):
        reader.feed(data[start : start + step])
    reader.finish()
    return reader, [bytes(data) for data in enclosed if data]


def refused(data: bytes, size: int = 0) -> str:
    with pytest.raises(EnvelopeWrong) as wrong:
        read(data, size)
    return wrong.value.code


@pytest.mark.parametrize("size", [0, 1, 7, 1000])
def test_a_receipt_is_read_as_it_was_written(size):
    reader, enclosed = read(receipt(), size)
    assert reader.header == HEADER
    assert tuple(reader.lines) == LINES
    assert tuple(enclosed) == LETTERS


@pytest.mark.parametrize("size", [0, 1])
def test_a_receipt_without_lines_and_enclosures_is_one_too(size):
    reader, enclosed = read(receipt(receipt_header(), (), enclosures=()), size)
    assert (reader.lines, enclosed) == ([], [])
    assert reader.header == receipt_header()


def test_lines_are_handed_on_where_somebody_takes_them():
    taken: list[Line] = []
    reader = ReceiptReader(TOWNSHIP_KEY.public, on_line=taken.append)
    reader.feed(receipt())
    reader.finish()
    assert tuple(taken) == LINES
    assert reader.lines == []


texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=9)
ids = st.integers(0, 2**40).map(id_of)
numbers = st.integers(1, 2**63 - 1)
lines = st.lists(
    st.builds(
        OutcomeLine,
        device=ids,
        seq=numbers,
        kind=texts,
        id=ids,
        outcome=st.sampled_from(["older", "concurrent", "invalid", "voided"]),
        winner=st.none() | texts,
    )
    | st.builds(
        DoubtLine, code=texts, kind=texts, ids=st.lists(ids, max_size=3).map(tuple), since=st.just(NOW)
    )
    | st.builds(RefusedLine, sha256=st.just("cd" * 32), batch_no=numbers, reason=texts),
    max_size=5,
)


@given(lines, st.lists(st.binary(min_size=1, max_size=40), max_size=3), st.integers(1, 400))
def test_any_receipt_makes_the_round_trip(some_lines, letters, size):
    enclosures = tuple(Enclosure(sha256=hashlib.sha256(data).hexdigest(), size=len(data)) for data in letters)
    header = receipt_header(counts=counts_of(some_lines), enclosures=enclosures)
    reader, enclosed = read(receipt(header, some_lines, enclosures=letters), size)
    assert (reader.header, reader.lines, enclosed) == (header, some_lines, letters)


def test_every_header_field_makes_the_round_trip():
    changes: tuple[dict[str, Any], ...] = (
        {"mark_batch_no": 0, "mark_sha256": None, "chains": {}, "waiting": (), "missing": (), "devices": ()},
        {"devices": (replace(HEADER.devices[0], revoked_after=0),), "number_blocks": (), "practice": False},
        {"chains": {id_of(1): ChainMark(seq=2**63 - 1, digest=bytes(32))}, "waiting": (1, 2, 9)},
    )
    for change in changes:
        header = receipt_header(**change)
        assert ReceiptHeader.from_bytes(header.to_bytes()) == header


# --- writing ---


@pytest.mark.parametrize(
    "given",
    [
        {"lines": LINES[1:]},
        {"lines": (*LINES, LINES[0])},
        {"lines": LINES[:4] + LINES[3:4]},
        {"key": STRANGER},
        {"enclosures": LETTERS[:1]},
        {"enclosures": (*LETTERS, b"x")},
        {"enclosures": LETTERS[::-1]},
        {"header": replace(HEADER, receipt_no=0)},
        {"header": replace(HEADER, device="me")},
        {"header": replace(HEADER, mark_batch_no=0)},
        {"header": replace(HEADER, waiting=(2, 1))},
        {"header": replace(HEADER, township_name="x" * LONGEST_HEADER)},
    ],
)
def test_a_receipt_that_no_reader_would_take_is_not_written(given):
    with pytest.raises(ValueError):
        receipt(**given)


# --- reading ---


@pytest.mark.parametrize("size", [0, 100])
def test_a_byte_flipped_anywhere_is_noticed(size):
    data = receipt()
    for place in range(len(data)):
        flipped = bytearray(data)
        flipped[place] ^= 1 << place % 8
        with pytest.raises(EnvelopeWrong):
            read(bytes(flipped), size)


def test_a_receipt_cut_at_any_place_is_noticed():
    data = receipt()
    for length in range(len(data)):
        with pytest.raises(EnvelopeWrong):
            read(data[:length])


@pytest.mark.parametrize("more", [b"\n", b"x", LETTERS[0]])
def test_what_follows_the_last_enclosure_is_noticed(more):
    for size in (0, 1):
        assert refused(receipt() + more, size) == "damaged"
        assert refused(receipt(receipt_header(), (), enclosures=()) + more, size) == "damaged"


def test_enclosures_in_another_order_are_noticed():
    envelope = receipt()[: -sum(map(len, LETTERS))]
    assert refused(envelope + LETTERS[1] + LETTERS[0]) == "damaged"
    assert refused(envelope) == "counts"
    assert refused(envelope + LETTERS[0]) == "counts"


def test_a_receipt_of_another_township_is_refused_before_an_enclosure_is_handed_on():
    data = receipt(replace(HEADER, signing_key=STRANGER.public), key=STRANGER)
    handed_on: list[bytes] = []
    reader = ReceiptReader(TOWNSHIP_KEY.public, lambda _, chunk: handed_on.append(chunk))
    with pytest.raises(EnvelopeWrong) as wrong:
        reader.feed(data)
    assert wrong.value.code == "signature"
    assert handed_on == []


def signed_receipt(header: dict[str, Any], lines: Any = ()) -> bytes:
    return signed(map(encode_canonical, [header, *lines]), TOWNSHIP_KEY, b"vd/receipt/1")


def head(**change: Any) -> dict[str, Any]:
    value = decode_canonical(receipt_header().to_bytes())
    assert isinstance(value, dict)
    return {**value, **change}


def test_the_helper_of_these_tests_signs_well():
    assert read(signed_receipt(head()))[0].header == receipt_header()


@pytest.mark.parametrize("name", sorted(head()))
def test_a_header_without_one_of_its_fields_is_refused(name):
    header = head()
    del header[name]
    assert refused(signed_receipt(header)) == "damaged"


def test_newer_receipts():
    assert refused(signed_receipt(head(colour="red"))) == "damaged"
    assert refused(signed_receipt(head(version=2, minimum_reader=2))) == "newer"
    assert read(signed_receipt(head(version=2, colour="red")))[0].header == receipt_header()


@pytest.mark.parametrize(
    "change",
    [
        {"format": "village-doctor/batch"},
        {"township": {**head()["township"], "name": 1}},
        {"clinic": {"id": id_of(1)}},
        {"device": DEVICE.upper()},
        {"receipt_no": True},
        {"receipt_no": 2**63},
        {"created_at": ""},
        {"mark": {"batch_no": 1, "sha256": None}},
        {"mark": {"batch_no": 0, "sha256": "00" * 32}},
        {"chains": {"x": {"seq": 1, "digest": "00" * 32}}},
        {"chains": {DEVICE: {"seq": 0, "digest": "00" * 32}}},
        {"chains": []},
        {"waiting": [1, 1]},
        {"waiting": [True]},
        {"missing": {}},
        {"devices": [{"certificate": "x", "signature": "00" * 64, "revoked_after": None}]},
        {"devices": [{**head()["devices"][0], "revoked_after": True}]},
        {"letters_recipient": OTHER_IDENTITY.recipient[:-2] + "qq"},
        {"number_blocks": [{"first": "00002", "last": "00001"}]},
        {"number_blocks": [{"first": 1, "last": 2}]},
        {"number_blocks": [{"first": "10001", "last": "10002"}]},
        {"number_blocks": [{"first": "1", "last": "00002"}]},
        {"counts": {"doubt": -1}},
        {"enclosures": [{"sha256": "00" * 32, "size": 0}]},
        {"practice": 1},
    ],
)
def test_a_header_field_of_another_form_is_refused(change):
    assert refused(signed_receipt(head(**change))) == "damaged"


def test_lines_that_were_not_counted_are_refused():
    value = LINES[3].value()
    assert refused(signed_receipt(head(counts={"doubt": 2}), [value])) == "counts"
    assert refused(signed_receipt(head(counts={"outcome": 1}), [value])) == "counts"
    assert refused(signed_receipt(head(counts={"doubt": 1, "refused": 0}), [value, value])) == "damaged"
    assert refused(signed_receipt(head(counts={"doubt": 10**18}), [value])) == "counts"


@pytest.mark.parametrize(
    ("line", "change"),
    [
        (0, {"seq": 0}),
        (0, {"seq": True}),
        (0, {"winner": 1}),
        (0, {"more": 1}),
        (0, {"device": "x"}),
        (3, {"ids": [1]}),
        (3, {"ids": "x"}),
        (3, {"since": "2026"}),
        (4, {"batch_no": 0}),
        (4, {"sha256": ""}),
        (4, {"line": "weather"}),
        (4, {"line": None}),
    ],
)
def test_a_line_of_another_form_is_refused(line, change):
    value = LINES[line].value()
    assert isinstance(value, dict)
    counts = counts_of(LINES[line : line + 1])
    assert read(signed_receipt(head(counts=counts), [value]))
    assert refused(signed_receipt(head(counts=counts), [{**value, **change}])) == "damaged"


def test_a_header_without_end_is_refused():
    assert refused(b"x" * (LONGEST_HEADER + 1)) == "too-long"
    assert refused(b"x" * (LONGEST_HEADER + 1), 1000) == "too-long"


def test_a_letter_is_no_receipt():
    assert refused(envelope_of()) == "damaged"
    with pytest.raises(ValueError, match="not come yet"):
        _ = ReceiptReader(KEY.public).header
