"""The recovery slot: only the township's printed key opens it, and only for the database it was made for."""

import json

import pytest

from village_doctor.foundation.keyslots import KeptSlot, SlotFile, kept_slot
from village_doctor.sync.identity import Identity
from village_doctor.sync.recovery import (
    KIND,
    RecoveryNotForUs,
    RecoveryRefused,
    open_recovery_slot,
    read_recovery_slot,
    recovery_slot_fields,
)

KEY = bytes(range(32))
DATABASE = "0190a000-0000-7000-8000-0000000000d0"
TOWNSHIP = "0190a000-0000-7000-8000-0000000000e0"
SLOT = "0190a000-0000-7000-8000-000000000001"
OURS = Identity.from_bytes(bytes([7]) * 32)
OTHER = Identity.from_bytes(bytes([8]) * 32)


def fields_for(recipient=OURS.recipient, key=KEY):
    return recovery_slot_fields(
        township_id=TOWNSHIP, recipient=recipient, database_id=DATABASE, database_key=key
    )


@pytest.fixture(scope="module")
def body():
    return json.dumps(fields_for())


def test_it_gives_the_key_and_says_whose_it_is(body):
    assert open_recovery_slot(body, OURS.text, DATABASE) == KEY
    slot = read_recovery_slot(json.loads(body))
    assert (slot.township_id, slot.recipient) == (TOWNSHIP, OURS.recipient)


def test_the_key_does_not_stand_in_it(body):
    assert KEY.hex() not in body
    assert KEY not in read_recovery_slot(json.loads(body)).sealed


def test_the_slot_file_keeps_it_as_it_is():
    fields = fields_for()
    slots = SlotFile(database_id=DATABASE, slots=(kept_slot(slot_id=SLOT, kind=KIND, fields=fields),))
    (slot,) = SlotFile.from_bytes(slots.to_bytes()).slots
    assert isinstance(slot, KeptSlot)
    assert json.loads(slot.body) == fields
    assert open_recovery_slot(slot.body, OURS.text, DATABASE) == KEY
    assert slots.for_leaving() == slots


def test_another_key_opens_nothing(body):
    with pytest.raises(RecoveryNotForUs):
        open_recovery_slot(body, OTHER.text, DATABASE)
    with pytest.raises(RecoveryNotForUs):
        open_recovery_slot(body, "AGE-SECRET-KEY-1NONSENSE", DATABASE)


def test_the_slot_of_another_database_is_refused(body):
    with pytest.raises(RecoveryRefused, match="another database"):
        open_recovery_slot(body, OURS.text, TOWNSHIP)


@pytest.mark.parametrize(
    "wrong",
    [
        "",
        "[]",
        "{}",
        '{"township":1,"recipient":"age1","sealed":"00"}',
        '{"township":"t","recipient":"age1","sealed":"xyz"}',
        json.dumps({"township": "t", "recipient": "age1", "sealed": "00" * 20_000}),
    ],
)
def test_what_is_no_recovery_slot_is_refused(wrong):
    with pytest.raises(RecoveryRefused):
        open_recovery_slot(wrong, OURS.text, DATABASE)


def test_any_byte_changed_is_refused(body):
    fields = json.loads(body)
    sealed = bytes.fromhex(fields["sealed"])
    for place in range(0, len(sealed), 5):
        changed = sealed[:place] + bytes([sealed[place] ^ 1]) + sealed[place + 1 :]
        with pytest.raises(RecoveryRefused):
            open_recovery_slot(json.dumps({**fields, "sealed": changed.hex()}), OURS.text, DATABASE)


def test_a_key_of_another_length_is_refused():
    with pytest.raises(RecoveryRefused, match="key"):
        open_recovery_slot(json.dumps(fields_for(key=b"short")), OURS.text, DATABASE)


def test_a_recipient_that_is_none_is_a_bug():
    with pytest.raises(ValueError, match="recipient"):
        fields_for(recipient="age1example")
