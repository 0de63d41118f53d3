"""Letters: written and read back, and everything that is not exactly a letter is refused."""

import hashlib
import json
import time
import tracemalloc
from collections.abc import Iterable
from dataclasses import replace
from functools import partial
from itertools import chain, repeat
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.domain.changes.generated import json_values
from tests.sync.letters import (
    CLINIC,
    DEVICE,
    ENTRIES,
    KEY,
    LETTERS_IDENTITY,
    OTHER_IDENTITY,
    STRANGER,
    entries_of,
    envelope_of,
    header_of,
    id_of,
    signed,
)
from village_doctor.domain.changes.canonical import MAX_BODY_BYTES, decode_canonical, encode_canonical
from village_doctor.domain.changes.entry import Entry
from village_doctor.sync.envelope import (
    BatchCheck,
    BatchHeader,
    Continues,
    EnrolmentProof,
    change_line,
    read_changes,
    write_envelope,
)
from village_doctor.sync.lines import (
    LONGEST_HEADER,
    LONGEST_LINE,
    EnvelopeReader,
    EnvelopeWrong,
    closing_line,
    envelope_lines,
)
from village_doctor.sync.seal import fingerprint

OURS = {fingerprint(LETTERS_IDENTITY.recipient)}


def check(data: bytes, size: int = 0) -> BatchCheck:
    """First pass, in pieces of that size."""
    found = BatchCheck(OURS)
    step = size or len(data) or 1
    for start in range(0, len(data), step):
        found.feed(data[start : start + step])
    found.finish()
    return found


def changes(data: bytes, header: BatchHeader | None = None) -> list[Entry]:
    """Second pass."""
    lines = list(envelope_lines([data]))[1:-1]
    return list(read_changes(header or check(data).header, lines))


def refused(data: bytes) -> str:
    """Why a letter is refused, in either pass."""
    with pytest.raises(EnvelopeWrong) as wrong:
        changes(data)
    return wrong.value.code


# --- what is right ---


def test_a_letter_is_read_as_it_was_written():
    data = envelope_of()
    found = check(data)
    assert found.header == header_of(ENTRIES)
    assert found.sha256 == hashlib.sha256(data).hexdigest()
    assert found.size == len(data)
    assert changes(data) == ENTRIES


@pytest.mark.parametrize("size", [1, 2, 3, 7, 64, 1000])
def test_it_does_not_matter_how_the_pieces_are_cut(size):
    data = envelope_of()
    assert check(data, size).sha256 == hashlib.sha256(data).hexdigest()
    pieces = (data[start : start + size] for start in range(0, len(data), size))
    assert [line + b"\n" for line in envelope_lines(pieces)] == data.splitlines(keepends=True)


texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)


@st.composite
def journals(draw: st.DrawFn) -> list[Entry]:
    bodies = draw(st.lists(st.dictionaries(texts, json_values, max_size=3), min_size=1, max_size=4))
    given: dict[str, Any] = {
        "kind": draw(texts),
        "verb": draw(texts),
        "staff": draw(texts),
        "at": draw(st.integers(0, 2**63 - 1)),
        "body_version": draw(st.integers(1, 2**63 - 1)),
        "base": draw(st.none() | st.just(f"{DEVICE}/7")),
    }
    before = draw(st.binary(min_size=32, max_size=32))
    entries = entries_of(bodies, first=draw(st.integers(2, 2**40)), before=before, **given)
    return [*entries, replace(ENTRIES[0], digest=before)]


@given(journals())
def test_any_journal_makes_the_round_trip(journal):
    *entries, start = journal
    data = envelope_of(entries, before=start.digest)
    assert changes(data) == entries
    for entry, line in zip(entries, data.splitlines()[1:], strict=False):
        assert change_line(entry) == line


@given(journals())
def test_a_line_composed_of_bytes_is_the_canonical_one(journal):
    for entry in journal:
        value: dict[str, Any] = {
            "act": entry.act,
            "at": entry.at,
            "body": decode_canonical(entry.body),
            "body_version": entry.body_version,
            "id": entry.record_id,
            "kind": entry.kind,
            "staff": entry.staff,
            "verb": entry.verb,
            "wall_at": entry.wall_at,
        } | ({} if entry.base is None else {"base": entry.base})
        assert change_line(entry) == encode_canonical(value)


def test_the_same_letter_has_the_same_bytes_each_time():
    assert envelope_of() == envelope_of()


def test_a_long_letter_is_written_in_pieces_of_about_64_kib_and_read_with_little_memory():
    entries = entries_of([{"note": "x" * 400}] * 20_000)
    header = header_of(entries)
    sizes = [len(chunk) for chunk in write_envelope(header, entries, KEY)]
    assert max(sizes) < 128 * 1024
    assert len(sizes) < sum(sizes) / (60 * 1024)
    tracemalloc.start()
    found = BatchCheck(OURS)
    for chunk in write_envelope(header, entries, KEY):
        found.feed(chunk)
    found.finish()
    lines = envelope_lines(write_envelope(header, entries, KEY))
    next(lines)
    assert (
        sum(1 for _ in read_changes(header, (line for line in lines if b'"signature"' not in line))) == 20_000
    )
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 4 * 1024 * 1024


def test_every_header_field_makes_the_round_trip():
    for change in (
        {"enrolment": EnrolmentProof(code_id=id_of(1), hmac="ab" * 32)},
        {"continues": Continues(device=id_of(2), seq=7, digest=bytes(range(32)))},
        {
            "enrolment": EnrolmentProof(code_id=id_of(1), hmac="ab" * 32),
            "continues": Continues(device=id_of(2), seq=1, digest=bytes(32)),
        },
        {
            "batch_no": 2,
            "previous": "cd" * 32,
            "is_act_open": True,
            "practice": False,
            "knows": {id_of(3): 0},
        },
        {"chain_device": id_of(4), "receipt_seen": 2**63 - 1, "app": "二", "clinic_code": "990101"},
    ):
        header = header_of(ENTRIES, **change)
        assert BatchHeader.from_bytes(header.to_bytes()) == header


# --- writing what no reader would take is a mistake of the caller ---


@pytest.mark.parametrize(
    ("header", "entries", "key"),
    [
        (header_of(ENTRIES), ENTRIES, STRANGER),
        (header_of(ENTRIES), ENTRIES[:1], KEY),
        (header_of(ENTRIES), [*ENTRIES, replace(ENTRIES[1], seq=3)], KEY),
        (header_of(ENTRIES), ENTRIES[::-1], KEY),
        (header_of(ENTRIES), [replace(ENTRIES[0], device=id_of(1)), ENTRIES[1]], KEY),
        (header_of(ENTRIES, digest_after=bytes(32)), ENTRIES, KEY),
        (header_of(ENTRIES, counts={"household": 2}), ENTRIES, KEY),
        (header_of(ENTRIES, counts={"household": 1}), ENTRIES, KEY),
        (header_of(ENTRIES, clinic_id="here"), ENTRIES, KEY),
        (header_of(ENTRIES, app="x" * LONGEST_HEADER), ENTRIES, KEY),
    ],
)
def test_a_letter_that_no_reader_would_take_is_not_written(header, entries, key):
    with pytest.raises(ValueError):
        list(write_envelope(header, entries, key))


def test_a_line_too_long_to_be_read_is_not_written():
    entries = entries_of([{"note": "x" * LONGEST_LINE}])
    with pytest.raises(ValueError, match="too long"):
        list(write_envelope(header_of(entries), entries, KEY))


# --- bytes ---


def test_a_byte_flipped_anywhere_is_noticed():
    data = envelope_of()
    for place in range(len(data)):
        flipped = bytearray(data)
        flipped[place] ^= 1 << place % 8
        with pytest.raises(EnvelopeWrong):
            check(bytes(flipped))


def test_a_letter_cut_at_any_place_is_noticed():
    data = envelope_of()
    for length in range(len(data)):
        with pytest.raises(EnvelopeWrong):
            check(data[:length])


@pytest.mark.parametrize("more", [b"\n", b" ", b"x\n", b"{}\n", envelope_of()])
def test_what_follows_the_closing_line_is_noticed(more):
    assert refused(envelope_of() + more) in ("damaged", "counts")


def test_a_missing_last_line_feed_is_noticed():
    assert refused(envelope_of()[:-1]) == "damaged"
    with pytest.raises(EnvelopeWrong, match="no end"):
        list(envelope_lines([envelope_of()[:-1]]))


def test_windows_line_ends_are_noticed():
    assert refused(envelope_of().replace(b"\n", b"\r\n")) == "damaged"
    lines = envelope_of().splitlines()[:-1]
    assert refused(signed(line + b"\r" for line in lines)) == "damaged"
    assert refused(signed([lines[0], *(line + b"\r" for line in lines[1:])])) == "damaged"


@pytest.mark.parametrize("data", [b"", b"\n", b"\n\n", b"{}\n", b"{}\n{}\n", b"[]\n" * 3, b"\xff\n\xff\n"])
def test_what_is_no_letter_is_refused(data):
    assert refused(data) == "damaged"


def test_another_keys_signature_is_refused():
    lines = envelope_of().splitlines()[:-1]
    assert refused(signed(lines, STRANGER)) == "signature"
    assert refused(signed(lines, KEY, b"vd/receipt/1")) == "signature"
    data = envelope_of().splitlines(keepends=True)
    hash_ = hashlib.sha256(b"".join(data[:-1])).digest()
    assert refused(b"".join(data[:-1]) + closing_line(hash_, bytes(64)) + b"\n") == "signature"


@pytest.mark.parametrize(
    "closing",
    [
        {"sha256": "00" * 32, "signature": "00" * 64},
        {"sha256": "00" * 32},
        {"signature": "00" * 64},
        {"sha256": "00" * 32, "signature": "00" * 64, "more": 1},
        {"sha256": "00" * 31, "signature": "00" * 64},
        {"sha256": None, "signature": None},
        [],
    ],
)
def test_a_closing_line_that_is_none_is_refused(closing):
    lines = envelope_of().splitlines(keepends=True)[:-1]
    assert refused(b"".join(lines) + encode_canonical(closing) + b"\n") == "damaged"


def test_a_letter_sealed_again_to_somebody_else_is_refused():
    data = envelope_of(recipient_fingerprint=fingerprint(OTHER_IDENTITY.recipient))
    with pytest.raises(EnvelopeWrong, match="another recipient") as wrong:
        check(data)
    assert wrong.value.code == "damaged"


# --- lines without end ---


def endless(piece: bytes, total: int):
    return chain([envelope_of().splitlines(keepends=True)[0]], repeat(piece, total // len(piece)))


def feed_all(reader: BatchCheck, chunks: Iterable[bytes]) -> None:
    for chunk in chunks:
        reader.feed(chunk)


@pytest.mark.parametrize(
    "take", [partial(feed_all, BatchCheck(OURS)), lambda chunks: list(envelope_lines(chunks))]
)
def test_a_line_of_a_gigabyte_is_refused_without_reading_it(take):
    taken = 0

    def counted():
        nonlocal taken
        for chunk in endless(b"x" * 8192, 1024**3):
            taken += len(chunk)
            yield chunk

    tracemalloc.start()
    begun = time.monotonic()
    with pytest.raises(EnvelopeWrong) as wrong:
        take(counted())
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert wrong.value.code == "too-long"
    assert taken < LONGEST_LINE + 32 * 1024
    assert peak < 8 * LONGEST_LINE
    assert time.monotonic() - begun < 5


def test_a_header_beyond_64_kib_is_refused_without_reading_on():
    with pytest.raises(EnvelopeWrong) as wrong:
        feed_all(BatchCheck(OURS), [b"x" * 32 * 1024] * 3)
    assert wrong.value.code == "too-long"
    whole = signed([encode_canonical({"x": "x" * LONGEST_HEADER}), *envelope_of().splitlines()[1:-1]])
    assert refused(whole) == "too-long"


@pytest.mark.parametrize(("length", "code"), [(LONGEST_LINE, "damaged"), (LONGEST_LINE + 1, "too-long")])
def test_the_longest_line_is_the_longest(length, code):
    data = signed([header_of(ENTRIES[:1]).to_bytes(), b"x" * length])
    assert refused(data) == code
    if code == "too-long":
        with pytest.raises(EnvelopeWrong, match="too long"):
            check(data)
    lines = envelope_lines([b"x" * length + b"\n"])
    if code == "damaged":
        assert len(next(lines)) == length
    else:
        with pytest.raises(EnvelopeWrong, match="too long"):
            next(lines)


def test_a_body_beyond_a_mebibyte_is_refused():
    for length, fits in ((MAX_BODY_BYTES - 8, True), (MAX_BODY_BYTES - 7, False)):
        entries = entries_of([{"a": "x" * length}])
        assert (len(entries[0].body) <= MAX_BODY_BYTES) is fits
        data = signed([header_of(entries).to_bytes(), change_line(entries[0])])
        if fits:
            assert changes(data) == entries
        else:
            assert refused(data) == "too-long"


# --- header ---


def head(**change: Any) -> dict[str, Any]:
    value = decode_canonical(header_of(ENTRIES).to_bytes())
    assert isinstance(value, dict)
    return {**value, **change}


def with_head(header: dict[str, Any]) -> bytes:
    return signed([encode_canonical(header), *envelope_of().splitlines()[1:-1]])


def test_a_header_with_a_key_twice_is_refused():
    line = header_of(ENTRIES).to_bytes()
    twice = b'{"app":"0.0.0",' + line[1:]
    assert json.loads(twice) == json.loads(line)
    assert refused(signed([twice, *envelope_of().splitlines()[1:-1]])) == "damaged"


@pytest.mark.parametrize("name", sorted(head()))
def test_a_header_without_one_of_its_fields_is_refused(name):
    header = head()
    del header[name]
    assert refused(with_head(header)) == "damaged"


@pytest.mark.parametrize("name", ["clinic", "device", "chain", "recipient"])
def test_a_header_whose_inner_fields_are_others_is_refused(name):
    wrong: tuple[Any, ...] = ({}, {**head()[name], "more": 1}, None, [], "text")
    for inner in wrong:
        assert refused(with_head(head(**{name: inner}))) == "damaged"
    for field in head()[name]:
        inner = dict(head()[name])
        del inner[field]
        assert refused(with_head(head(**{name: inner}))) == "damaged"


def test_a_further_field_is_refused_in_version_1_and_passed_over_in_version_2():
    assert refused(with_head(head(colour="red"))) == "damaged"
    newer = head(version=2, colour="red", chain={**head()["chain"], "length": 2})
    assert changes(with_head(newer)) == ENTRIES
    assert check(with_head(newer)).header == header_of(ENTRIES)
    del newer["schema"]
    assert refused(with_head(newer)) == "damaged"


def test_what_needs_a_newer_reader_is_told_apart_from_what_is_damaged():
    for version in (2, 99):
        assert refused(with_head(head(version=version, minimum_reader=2))) == "newer"
    assert (
        refused(with_head({"format": "village-doctor/batch", "version": 3, "minimum_reader": 2})) == "newer"
    )


@pytest.mark.parametrize(
    ("version", "minimum"),
    [(1, 2), (0, 0), (1, 0), (True, True), (1, True), (None, 1), ("1", "1"), (2**70, 0)],
)
def test_version_numbers_that_make_no_sense_are_refused(version, minimum):
    assert refused(with_head(head(version=version, minimum_reader=minimum))) == "damaged"


HUGE = 2**63
WRONG: dict[str, Any] = {
    "format": "village-doctor/receipt",
    "app": 1,
    "clinic": {"id": CLINIC.upper(), "code": "000000"},
    "device": {**head()["device"], "signing_key": "AB" * 32},
    "batch_no": 0,
    "previous": "00" * 32,
    "is_act_open": 0,
    "counts": [],
    "schema": -1,
    "created_at": "2026-11-22T02:15:07Z",
    "recipient": {**head()["recipient"], "kind": "receipts"},
    "receipt_seen": None,
    "knows": {"not a device": 1},
    "practice": "true",
    "enrolment": {"code_id": id_of(1), "hmac": "00"},
    "continues": {"device": id_of(1), "seq": 0, "digest": "00" * 32},
}


@pytest.mark.parametrize("name", sorted(WRONG))
def test_a_header_field_of_another_form_is_refused(name):
    assert refused(with_head(head(**{name: WRONG[name]}))) == "damaged"


@pytest.mark.parametrize("value", [True, HUGE, -1, "1", None])
@pytest.mark.parametrize("name", ["batch_no", "schema", "receipt_seen"])
def test_a_truth_value_a_huge_number_or_a_text_is_no_number(name, value):
    assert refused(with_head(head(**{name: value}))) == "damaged"


def test_neither_is_it_one_inside():
    values: tuple[Any, ...] = (True, HUGE, "1")
    for value in values:
        assert refused(with_head(head(knows={DEVICE: value}))) == "damaged"
        assert refused(with_head(head(counts={"household": value, "phone": 1}))) == "damaged"
        assert refused(with_head(head(chain={**head()["chain"], "first_seq": value}))) == "damaged"
    assert refused(with_head(head(device={**head()["device"], "recipient": "age1" + "q" * 58}))) == "damaged"


@pytest.mark.parametrize(
    "change",
    [
        {"batch_no": 2},
        {"previous": "00" * 32},
        {"chain": {**head()["chain"], "digest_before": "11" * 32}},
    ],
)
def test_header_fields_that_contradict_each_other_are_refused(change):
    assert refused(with_head(head(**change))) == "damaged"


# --- counts and numbers ---


@pytest.mark.parametrize(
    "counts",
    [
        {"household": 2},
        {"household": 1, "phone": 2},
        {"household": 1, "resident": 1},
        {"household": 1, "phone": 1, "visit": 0},
        {},
    ],
)
def test_wrong_counts_are_refused(counts):
    data = with_head(head(counts=counts))
    assert refused(data) == "counts"
    if sum(counts.values()) != 2 or 0 in counts.values():
        with pytest.raises(EnvelopeWrong):
            BatchHeader.from_bytes(data.splitlines()[0])


def test_numbers_that_do_not_fit_the_lines_are_refused():
    three = entries_of([{}], first=3, before=ENTRIES[-1].digest)
    lines = envelope_of().splitlines()[1:-1]
    longer = {"chain": {**head()["chain"], "last_seq": 3}, "counts": {"household": 2, "phone": 1}}
    assert refused(with_head(head(**longer))) == "counts"
    assert refused(signed([header_of(ENTRIES).to_bytes(), *lines, change_line(three[0])])) == "counts"
    assert refused(signed([header_of(ENTRIES).to_bytes(), lines[0]])) == "counts"
    with pytest.raises(EnvelopeWrong, match="missing"):
        check(signed([header_of(ENTRIES).to_bytes(), lines[0]]))
    header = header_of(ENTRIES)
    handed_on = read_changes(header, [*lines, b"not even looked at"])
    assert [next(handed_on), next(handed_on)] == ENTRIES
    with pytest.raises(EnvelopeWrong, match="more changes"):
        next(handed_on)
    for given_lines in (lines[:1], [*lines, change_line(three[0])], []):
        with pytest.raises(EnvelopeWrong) as wrong:
            list(read_changes(header, given_lines))
        assert wrong.value.code == "counts"


def test_a_letter_without_changes_is_refused():
    empty = head(chain={**head()["chain"], "last_seq": 0}, counts={})
    assert refused(signed([encode_canonical(empty)])) == "damaged"
    backwards = head(chain={**head()["chain"], "first_seq": 2, "last_seq": 1}, counts={})
    assert refused(signed([encode_canonical(backwards)])) == "counts"


def test_more_changes_than_told_are_refused_before_the_end_is_there():
    reader = BatchCheck(OURS)
    lines = envelope_of().splitlines(keepends=True)
    with pytest.raises(EnvelopeWrong, match="more changes"):
        reader.feed(b"".join([*lines[:-1], lines[1] * 3]))


def test_another_digest_at_the_end_is_refused():
    wrong = head(chain={**head()["chain"], "digest_after": "22" * 32})
    assert refused(with_head(wrong)) == "damaged"
    moved = head(chain={**head()["chain"], "first_seq": 2, "last_seq": 3})
    assert refused(with_head(moved)) == "damaged"


# --- changes ---


def change(**changed: Any) -> dict[str, Any]:
    value = decode_canonical(change_line(ENTRIES[1]))
    assert isinstance(value, dict)
    return {**value, **changed}


def with_line(line: bytes) -> bytes:
    return signed([header_of(ENTRIES).to_bytes(), change_line(ENTRIES[0]), line])


def refused_change(line: bytes) -> str:
    """Refused for what it is, not only because the digests come out differently."""
    with pytest.raises(EnvelopeWrong, match="change 2 ") as wrong:
        changes(with_line(line))
    return wrong.value.code


@pytest.mark.parametrize("name", sorted(change()))
def test_a_change_without_one_of_its_fields_is_refused(name):
    value = change()
    del value[name]
    if name == "base":  # may be left out; then it is a first version, and the digests are others
        assert refused(with_line(encode_canonical(value))) == "damaged"
    else:
        assert refused_change(encode_canonical(value)) == "damaged"


def test_a_change_with_a_further_field_is_refused():
    assert refused_change(encode_canonical(change(colour="red"))) == "damaged"
    swapped = change(colour="red")
    del swapped["base"]
    assert refused_change(encode_canonical(swapped)) == "damaged"


WRONG_IN_CHANGE: dict[str, tuple[Any, ...]] = {
    "act": (None, 1, "here", id_of(1).upper()),
    "at": (True, HUGE, -1, "1", None),
    "base": (None, 1, "", DEVICE, f"{DEVICE}/0", f"{DEVICE}/+1", f"{DEVICE}/", "x/1"),
    "body": (None, [], "text", 1),
    "body_version": (True, 0, HUGE, "1"),
    "id": (None, "", 1, "x" * 201),
    "kind": (None, 1, [], "x" * 201),
    "staff": (None, 1, {}),
    "verb": (None, 1, True, "x" * 201),
    "wall_at": (None, 1, "yesterday", "2026-11-22T02:15:07Z"),
}


@pytest.mark.parametrize(
    ("name", "value"), [(name, value) for name, values in WRONG_IN_CHANGE.items() for value in values]
)
def test_a_field_of_a_change_of_another_form_is_refused(name, value):
    assert refused_change(encode_canonical(change(**{name: value}))) == "damaged"


@pytest.mark.parametrize("line", [b"", b"[]", b"1", b"null", b"{}", b'"text"', b"\xff", b"[" * 100_000])
def test_a_line_that_is_no_change_is_refused(line):
    assert refused_change(line) == "damaged"


def test_a_change_that_is_not_canonical_is_refused_although_it_means_the_same():
    line = change_line(ENTRIES[1])
    value = json.loads(line)
    same = [
        line.replace(b'"at":', b'"at": '),
        line + b" ",
        b" " + line,
        json.dumps(value, separators=(",", ":"), ensure_ascii=True, sort_keys=True).encode(),
        json.dumps(dict(reversed(value.items())), separators=(",", ":"), ensure_ascii=False).encode(),
        line.replace(b'"body":{', b'"body":{"door_number":"0",'),
        b'{"act":"x",' + line[1:],
        line.replace(b'"kind":"phone"', b'"kind":"\\u0070hone"'),
        line.replace(b'"door_number":', b'"door_number" :'),
    ]
    for other in same:
        assert other != line
        assert json.loads(other) == value
        assert refused_change(other) == "damaged", other
    assert changes(with_line(line)) == ENTRIES


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b'"body_version":1', b'"body_version":1.0'),
        (b'"body_version":1', b'"body_version":1e0'),
        (b'"body_version":1', b'"body_version":-0'),
        (b'"body_version":1', b'"body_version":' + b"9" * 5000),
        ('"13号"'.encode(), b"1.5"),
        ('"13号"'.encode(), b"NaN"),
        ('"13号"'.encode(), rb'"\ud800"'),
        (b'"kind":"phone"', rb'"kind":"\ud800"'),
    ],
)
def test_what_canonical_json_does_not_know_is_refused(old, new):
    line = change_line(ENTRIES[1])
    assert old in line
    assert refused_change(line.replace(old, new)) == "damaged"


def test_an_unknown_kind_or_body_version_is_kept():
    entries = entries_of([{"anything": [1]}], kind="weather", body_version=99)
    assert changes(envelope_of(entries)) == entries


def test_the_id_of_a_setting_is_its_key():
    entries = entries_of([{"value": "1"}], kind="setting", record_id="township_name")
    assert changes(envelope_of(entries)) == entries


def test_a_check_that_has_not_begun_knows_nothing():
    found = BatchCheck(OURS)
    with pytest.raises(ValueError, match="not come yet"):
        _ = found.header
    with pytest.raises(EnvelopeWrong):
        found.finish()


def test_where_the_number_of_lines_is_known_the_rest_is_given_back():
    data, after = envelope_of(), b"more\nand more"
    for size in (1, 5, 100, len(data), len(data) + 6, 9999):
        reader = EnvelopeReader(b"vd/batch/1", lambda _: KEY.public, lambda _number, _line: None, 4)
        rest = b""
        both = data + after
        for start in range(0, len(both), size):
            rest += reader.feed(both[start : start + size])
        assert reader.is_whole
        reader.finish()
        assert rest == after
        assert reader.sha256 == hashlib.sha256(data).hexdigest()
        assert reader.size == len(data)
