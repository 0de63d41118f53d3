"""What is noted between clinic and township: one township, letters that add up, marks that may go back."""

from dataclasses import replace

import pytest

from tests.store.laptop import BEGINNING, Laptop, empty_store
from village_doctor.domain.record_number import NumberBlock
from village_doctor.store import delivery, journal, local_state
from village_doctor.store.delivery import (
    Batch,
    BatchFile,
    ChainMark,
    EnrolledTownship,
    PeerDevice,
    TakenReceipt,
)
from village_doctor.store.errors import DatabaseError
from village_doctor.store.local_state import LocalDevice

TOWNSHIP = EnrolledTownship(
    id="t",
    name="青石镇卫生院",
    signing_key=bytes(32),
    letters_recipient="age1letters",
    recovery_recipient="age1recovery",
    code_id="code",
    code=bytes(16),
    clinic_code="990301",
    practice=False,
    device="a",
    enrolled_at="2026-11-23T01:10:00.000Z",
)


@pytest.fixture
def laptop():
    laptop = Laptop("a", empty_store())
    laptop.save(*BEGINNING)
    yield laptop
    laptop.connection.close()


@pytest.fixture
def store(laptop):
    local_state.add_current_device(laptop.connection, LocalDevice("a", 1, b"wrapped"))
    return laptop.connection


def letter(number, first, last, device="a", chain=None):
    return Batch(
        device=device,
        batch_no=number,
        chain_device=chain or device,
        first_seq=first,
        last_seq=last,
        header=b"{}",
        recipient="age1letters",
        sha256=f"{number:064d}",
        created_at="2026-11-23T01:10:00.000Z",
    )


def file(number, name, device="a"):
    return BatchFile(name=name, device=device, batch_no=number, sha256="ab", written_at=f"at {name}")


def test_the_township_is_kept_as_it_was_given_and_replaced_whole(store):
    assert delivery.township(store) is None
    delivery.set_township(store, TOWNSHIP)
    assert delivery.township(store) == TOWNSHIP
    delivery.set_township(store, replace(TOWNSHIP, code_id="another", practice=True))
    assert delivery.township(store) == replace(TOWNSHIP, code_id="another", practice=True)
    delivery.set_letters_recipient(store, "age1new")
    found = delivery.township(store)
    assert found is not None
    assert found.letters_recipient == "age1new"


def test_a_letters_number_is_given_once(store):
    delivery.add_batch(store, letter(1, 1, 5))
    with pytest.raises(DatabaseError, match="UNIQUE"):
        delivery.add_batch(store, letter(1, 6, 7))
    assert delivery.batch(store, "a", 1) == letter(1, 1, 5)
    assert delivery.batch(store, "a", 2) is None
    assert delivery.last_batch(store, "b") is None


def test_the_stretches_that_were_sent_are_those_of_one_sender_and_one_journal(store):
    for one in (
        letter(1, 7, 9, chain="old"),
        letter(2, 1, 5),
        letter(3, 6, 6),
        letter(1, 1, 4, device="old"),
    ):
        delivery.add_batch(store, one)
    assert delivery.ranges_sent(store, "a", "a") == [(1, 5), (6, 6)]
    assert delivery.ranges_sent(store, "a", "old") == [(7, 9)]
    assert delivery.ranges_sent(store, "old", "old") == [(1, 4)]
    assert [one.batch_no for one in delivery.waiting_batches(store, "a")] == [1, 2, 3]


def test_a_mark_delivers_up_to_itself_and_a_lower_one_opens_again(store):
    for number in (1, 2, 3):
        delivery.add_batch(store, letter(number, number, number))
    newly, again = delivery.deliver_up_to(store, "a", 3)
    assert ([one.batch_no for one in newly], again) == ([1, 2, 3], [])
    assert delivery.waiting_batches(store, "a") == []
    newly, again = delivery.deliver_up_to(store, "a", 1)
    assert (newly, [one.batch_no for one in again]) == ([], [2, 3])
    assert [one.batch_no for one in delivery.waiting_batches(store, "a")] == [2, 3]


def test_files_of_a_letter_are_found_while_it_waits_and_when_it_is_covered(store):
    delivery.add_batch(store, letter(1, 1, 3))
    delivery.add_batch(store, letter(2, 4, 5))
    delivery.add_file(store, file(1, "one"))
    delivery.add_file(store, file(1, "two"))
    delivery.add_file(store, file(2, "three"))
    assert [one.name for one in delivery.files_of(store, "a", 1)] == ["two", "one"]
    assert delivery.files_covered(store) == []
    delivery.deliver_up_to(store, "a", 1)
    assert [one.name for one in delivery.files_covered(store)] == ["one", "two"]
    assert delivery.last_written_at(store) == "at two"


def test_files_of_the_device_before_are_covered_when_its_journal_is_held_that_far(store):
    delivery.add_batch(store, letter(1, 1, 3, device="old"))
    delivery.add_batch(store, letter(2, 4, 9, device="old"))
    delivery.add_file(store, file(1, "one", "old"))
    delivery.add_file(store, file(2, "two", "old"))
    delivery.set_chain_marks(store, {"old": ChainMark(8, bytes(32))})
    assert [one.name for one in delivery.files_covered(store)] == ["one"]


def test_a_file_belongs_to_a_letter_that_was_noted(store):
    with pytest.raises(DatabaseError, match="FOREIGN KEY"):
        delivery.add_file(store, file(1, "one"))


def test_marks_and_devices_are_replaced_whole(store):
    delivery.set_chain_marks(store, {"a": ChainMark(3, bytes(32)), "b": ChainMark(9, bytes(32))})
    delivery.set_chain_marks(store, {"a": ChainMark(2, bytes(32))})
    assert delivery.chain_marks(store) == {"a": ChainMark(2, bytes(32))}
    first, second = (
        PeerDevice(device=name, certificate=b"c", signature=b"s", revoked_after=None) for name in ("a", "b")
    )
    delivery.set_peer_devices(store, [first, second])
    delivery.set_peer_devices(store, [replace(second, revoked_after=7)])
    assert delivery.peer_devices(store) == {"b": replace(second, revoked_after=7)}


def test_the_newest_receipt_is_the_one_with_the_greatest_number(store):
    for device, number in (("a", 5), ("a", 7), ("old", 9)):
        delivery.add_receipt(
            store, TakenReceipt(device=device, receipt_no=number, received_at="at", header=b"{}")
        )
    own, any_ = delivery.newest_receipt(store, "a"), delivery.newest_receipt(store)
    assert own is not None
    assert any_ is not None
    assert (own.receipt_no, any_.receipt_no) == (7, 9)
    assert delivery.newest_receipt(store, "b") is None


def test_what_is_told_again_replaces_what_was_told(store):
    for body in ("1", "2"):
        delivery.add_line(store, delivery.OUTCOME, "a/1", body)
        delivery.add_line(store, delivery.DOUBT, body, body)
    assert delivery.lines(store, delivery.OUTCOME) == ["2"]
    assert delivery.lines(store, delivery.DOUBT) == ["1", "2"]
    delivery.clear_lines(store, delivery.DOUBT)
    assert delivery.lines(store, delivery.DOUBT) == []
    assert delivery.lines(store, delivery.OUTCOME) == ["2"]


def test_delivered_is_what_we_have_and_the_township_holds(laptop, store):
    total = journal.count(store)
    assert delivery.entries_delivered(store) == 0
    delivery.set_chain_marks(store, {"a": ChainMark(2, bytes(32)), "nobody": ChainMark(99, bytes(32))})
    assert delivery.entries_delivered(store) == 2
    delivery.set_chain_marks(store, {"a": ChainMark(total + 50, bytes(32))})
    assert delivery.entries_delivered(store) == total


def test_blocks_are_each_devices_own(store):
    blocks = (NumberBlock(first=1, last=999), NumberBlock(first=2000, last=2999))
    local_state.set_number_blocks(store, "a", reversed(blocks))
    assert local_state.number_blocks(store, "a") == blocks
    assert local_state.number_blocks(store, "b") == ()
    local_state.set_number_blocks(store, "a", blocks[:1])
    assert local_state.number_blocks(store, "a") == blocks[:1]


def test_the_greatest_number_of_each_block_is_found_voided_or_not(store):
    store.execute("PRAGMA foreign_keys = OFF")
    for number, voided in (("00001", None), ("00007", "at"), ("01005", None), ("10003", None)):
        store.execute(
            "INSERT INTO household (id, number, village_id, created_act, voided_at) VALUES (?, ?, 'v', 'x', ?)",
            (number, number, voided),
        )
    blocks = (NumberBlock(first=1, last=999), NumberBlock(first=2000, last=2999))
    assert delivery.newest_household_numbers(store, blocks) == ["00007"]
    assert delivery.newest_household_numbers(store, ()) == []
