"""The card's code: 223 digits in, the same member and day out; one other digit, and it is refused or fails."""

import contextlib
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.formats.examples import card as example
from tests.sync.letters import KEY, STRANGER, id_of
from village_doctor.domain.problems import Problem
from village_doctor.sync.cards import (
    CODE_LENGTH,
    LOOK_UP_LENGTH,
    CardPayload,
    keys_named,
    member_ids,
    read_card,
    verify,
    write_card,
)
from village_doctor.sync.identity import SigningKey

PAYLOAD = CardPayload(member_id=id_of(0xAA), ends_on=date(2028, 11, 22))
DIGITS = write_card(PAYLOAD, KEY)
KEYS = (STRANGER.public, KEY.public)

payloads = st.builds(
    CardPayload,
    member_id=st.uuids().map(str),
    ends_on=st.dates(min_value=date(2000, 1, 1), max_value=date(2179, 6, 6)),
)
seeds = st.binary(min_size=32, max_size=32)


def refusal(digits):
    with pytest.raises(Problem) as caught:
        read_card(digits)
    return caught.value.code


@given(payload=payloads, seed=seeds)
def test_what_was_written_is_read_and_verified(payload, seed):
    key = SigningKey.from_seed(seed)
    digits = write_card(payload, key)
    assert len(digits) == CODE_LENGTH
    assert digits.isascii()
    assert digits.isdigit()
    assert digits.startswith("901")
    assert digits == write_card(payload, key), "the same card has the same digits"
    read = read_card(digits)
    assert read.payload == payload
    assert verify(read, [key.public])


@given(place=st.integers(0, CODE_LENGTH - 1), step=st.integers(1, 9))
def test_any_other_digit_is_refused_or_fails(place, step):
    other = str((int(DIGITS[place]) + step) % 10)
    changed = DIGITS[:place] + other + DIGITS[place + 1 :]
    is_accepted = False
    with contextlib.suppress(Problem):
        is_accepted = verify(read_card(changed), KEYS)
    assert not is_accepted


@pytest.mark.parametrize("place", range(3, CODE_LENGTH))
def test_a_misread_digit_is_told_from_a_card_of_another_device(place):
    other = "5" if DIGITS[place] != "5" else "6"
    assert refusal(DIGITS[:place] + other + DIGITS[place + 1 :]) == "card-damaged"


@pytest.mark.parametrize(
    ("digits", "code"),
    [
        ("", "card-not-ours"),
        ("lgy", "card-not-ours"),
        ("19900002231", "card-not-ours"),
        ("６９０１２３４", "card-not-ours"),
        (f"902{DIGITS[3:]}", "card-not-ours"),
        (f"{DIGITS[:-1]}x", "card-not-ours"),
        ("901", "card-damaged"),
        (DIGITS[:-1], "card-damaged"),
        (f"{DIGITS}0", "card-damaged"),
        (f"901{'9' * 220}", "card-damaged"),
        (f"901{'0' * 220}", "card-damaged"),
    ],
)
def test_what_is_no_whole_card_is_refused(digits, code):
    assert refusal(digits) == code


def test_a_line_end_after_it_does_no_harm():
    assert read_card(f" {DIGITS}\r\n") == read_card(DIGITS)


def test_a_card_of_a_later_version_is_told_as_newer(monkeypatch):
    monkeypatch.setattr("village_doctor.sync.cards._VERSION", 2)
    later = write_card(PAYLOAD, KEY)
    monkeypatch.undo()
    assert refusal(later) == "card-newer"
    assert member_ids(later) == ()


def test_an_unknown_device_is_told_from_a_forgery():
    read = read_card(write_card(PAYLOAD, STRANGER))
    assert keys_named(read, [KEY.public]) == ()
    assert not verify(read, [KEY.public])
    assert keys_named(read, KEYS) == (STRANGER.public,)
    assert verify(read, KEYS)


def test_a_signature_of_something_else_does_not_hold(monkeypatch):
    monkeypatch.setattr("village_doctor.sync.cards._DOMAIN", b"vd/other/1")
    digits = write_card(PAYLOAD, KEY)
    monkeypatch.undo()
    read = read_card(digits)
    assert keys_named(read, KEYS) == (KEY.public,)
    assert not verify(read, KEYS)


def test_a_day_outside_the_range_is_a_callers_mistake():
    for day in (date(1999, 12, 31), date(2179, 6, 6) + timedelta(days=1)):
        with pytest.raises(ValueError):
            write_card(CardPayload(member_id=id_of(1), ends_on=day), KEY)


@given(payload=payloads, length=st.integers(LOOK_UP_LENGTH, CODE_LENGTH))
def test_the_first_digits_tell_the_member(payload, length):
    found = member_ids(write_card(payload, KEY)[:length])
    assert payload.member_id in found
    assert len(found) <= 2
    if length == CODE_LENGTH:
        assert found == (payload.member_id,)


@pytest.mark.parametrize(
    "digits", ["", "901", DIGITS[: LOOK_UP_LENGTH - 1], f"{DIGITS}0", f"9x1{DIGITS[3:]}"]
)
def test_too_few_digits_tell_nobody(digits):
    assert member_ids(digits) == ()


def test_the_code_says_nothing_but_ids_and_a_date():
    """What stands on the page is all there is: nobody's name or number can be in 23 signed bytes."""
    read = read_card(DIGITS)
    assert read.signed[1:17].hex() == id_of(0xAA).replace("-", "")
    assert len(read.signed) == 23
    assert "".join(example().split()) == DIGITS
