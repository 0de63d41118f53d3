"""Invitations: two lines, read as they were written or not at all."""

from dataclasses import replace
from typing import Any

import pytest

from tests.sync.letters import INVITATION, KEY, OTHER_IDENTITY, TOWNSHIP_KEY, signed
from village_doctor.domain.changes.canonical import decode_canonical, encode_canonical
from village_doctor.sync.invitations import LONGEST_FILE, read, write
from village_doctor.sync.lines import EnvelopeWrong

DATA = write(INVITATION, TOWNSHIP_KEY)


def refused(data: bytes) -> str:
    with pytest.raises(EnvelopeWrong) as wrong:
        read(data)
    return wrong.value.code


def body(**change: Any) -> dict[str, Any]:
    value = decode_canonical(DATA.splitlines()[0])
    assert isinstance(value, dict)
    return {**value, **change}


def with_body(value: Any, *more: bytes) -> bytes:
    return signed([encode_canonical(value), *more], TOWNSHIP_KEY, b"vd/invitation/1")


def test_an_invitation_is_read_as_it_was_written():
    assert read(DATA) == INVITATION
    assert DATA.count(b"\n") == 2
    for change in (
        {"url": "https://example.test", "certificate_pin": "ab"},
        {"number_blocks": (), "practice": False},
    ):
        other = replace(INVITATION, **change)
        assert read(write(other, TOWNSHIP_KEY)) == other


def test_the_code_is_not_shown():
    assert repr(INVITATION.code) not in repr(INVITATION)


def test_a_byte_flipped_anywhere_or_a_cut_at_any_place_is_noticed():
    for place in range(len(DATA)):
        flipped = bytearray(DATA)
        flipped[place] ^= 1 << place % 8
        for data in (bytes(flipped), DATA[:place]):
            with pytest.raises(EnvelopeWrong):
                read(data)


def test_what_is_more_than_two_lines_is_refused():
    assert refused(DATA + b"\n") in ("damaged", "counts")
    assert refused(DATA * 2) in ("damaged", "counts")
    assert refused(with_body(body(), b"{}")) == "counts"
    assert refused(b"") == refused(b"\n") == refused(b"{}\n{}\n") == "damaged"


def test_a_long_file_is_refused():
    assert refused(DATA + b" " * LONGEST_FILE) == "too-long"


def test_a_signature_of_another_key_is_refused():
    assert refused(signed([DATA.splitlines()[0]], KEY, b"vd/invitation/1")) == "signature"
    assert refused(signed([DATA.splitlines()[0]], TOWNSHIP_KEY, b"vd/batch/1")) == "signature"


@pytest.mark.parametrize("name", sorted(body()))
def test_every_field_is_needed(name):
    value = body()
    del value[name]
    assert refused(with_body(value)) == "damaged"


def test_newer_invitations():
    assert refused(with_body(body(colour="red"))) == "damaged"
    assert refused(with_body(body(version=2, minimum_reader=2))) == "newer"
    assert read(with_body(body(version=2, colour="red"))) == INVITATION


@pytest.mark.parametrize(
    "change",
    [
        {"township": {**body()["township"], "signing_key": "00"}},
        {"clinic_code": "12345"},
        {"clinic_code": 990101},
        {"code_id": "x"},
        {"code": "00" * 15},
        {"number_blocks": [{"first": "00000", "last": "00001"}]},
        {"letters_recipient": "age1x"},
        {"recovery_recipient": OTHER_IDENTITY.text},
        {"url": 1},
        {"certificate_pin": []},
        {"practice": None},
        {"created_at": "now"},
    ],
)
def test_a_field_of_another_form_is_refused(change):
    assert refused(with_body(body(**change))) == "damaged"


@pytest.mark.parametrize(
    ("change", "key"),
    [
        ({}, KEY),
        ({"code": bytes(15)}, TOWNSHIP_KEY),
        ({"clinic_code": "0"}, TOWNSHIP_KEY),
        ({"township_name": "x" * LONGEST_FILE}, TOWNSHIP_KEY),
    ],
)
def test_what_no_reader_would_take_is_not_written(change, key):
    with pytest.raises(ValueError):
        write(replace(INVITATION, **change), key)
