"""One clinic, one computer, one file must never stop or harm the others."""

from copy import deepcopy
from datetime import timedelta
from pathlib import Path

import pytest

from tests.township.clinics import (
    Desk,
    Laptop,
    confirmed,
    household,
    invited,
    reasons,
    receipts_for,
    results,
    tables,
)
from tests.village import MORNING
from village_doctor.domain.changes.clock import milliseconds
from village_doctor.domain.problems import Problem
from village_doctor.sync.envelope import Continues
from village_doctor.township.answering import answer
from village_doctor.township.confirming import confirm
from village_doctor.township.receiving import receive
from village_doctor.township.standing import status


def seen(office) -> int:
    (clinic,) = status(office).clinics
    return clinic.devices[0].receipt_seen


def two_confirmed(office, desk: Desk) -> tuple[Laptop, Laptop]:
    """Two computers of one clinic; the second took over what the first had, and both go on."""
    first = confirmed(office, desk)
    second = first.restored("second", now=first.now + timedelta(hours=1))
    second.send(1).put(desk.stick)
    receive(office, desk.stick)
    confirm(office, second.words, keep_old=True)
    desk.empty_stick()
    second.is_certified = True
    return first, second


# --- numbers and sizes ---------------------------------------------------------------------------


@pytest.mark.parametrize("ahead", [2**63 - 1 - milliseconds(MORNING), 2 * 24 * 3600 * 1000])
def test_a_receipt_number_that_nobody_can_have_given_is_passed_over(desk: Desk, office, ahead):
    laptop = confirmed(office, desk)
    laptop.receipt_seen = milliseconds(MORNING) + ahead
    laptop.write(household(2))
    laptop.send().put(desk.stick)
    assert results(office, desk) == ["taken"]
    assert seen(office) == 0
    assert answer(office, desk.stick).written == 1


def test_a_receipt_number_from_before_the_township_was_put_back_counts(desk: Desk, office):
    laptop = confirmed(office, desk)
    laptop.receipt_seen = milliseconds(office.now()) + 5
    laptop.write(household(2))
    laptop.send().put(desk.stick)
    assert results(office, desk) == ["taken"]
    assert seen(office) == laptop.receipt_seen


def test_journals_of_invented_computers_are_taken_up_to_fifty(desk: Desk, office):
    laptop = confirmed(office, desk)
    for number in range(51):
        other = Laptop(clinic_id=laptop.clinic_id, name=f"invented {number}")
        laptop.held[other.device] = other.journal
        laptop.send(chain=other.device).put(desk.stick)
    found = receive(office, desk.stick).letters
    assert [one.result for one in found] == ["taken"] * 50 + ["quarantined"]
    assert [one.problem.code for one in found if one.problem] == ["letter-chain"]
    answer(office, desk.stick)
    (receipt,) = receipts_for(laptop, desk.stick)
    assert len(receipt.header.chains) == 51


def test_a_receipt_that_cannot_be_made_stops_no_other(desk: Desk, office):
    confirmed(office, desk, "990101")
    other = confirmed(office, desk, "990102")
    with office.inbox.writing() as connection:
        connection.exec_driver_sql(
            "UPDATE device SET signature = x'00' WHERE clinic_id <> ?", (other.clinic_id,)
        )
    done = answer(office, desk.stick)
    assert (done.written, done.failed) == (1, ("990101",))
    assert done.problem is not None
    assert (done.problem.code, done.problem.values) == ("receipt-unwritable", {"codes": "990101"})
    assert len(receipts_for(other, desk.stick)) == 1
    assert not [path for path in desk.stick.iterdir() if path.name.startswith(".")]


def test_a_file_that_cannot_be_read_stops_no_other(desk: Desk, office):
    laptop = confirmed(office, desk)
    laptop.write(household(2))
    bad = desk.stick / f"{'0' * 32}.vdbatch"
    gone = desk.stick / f"{'1' * 32}.vdbatch"
    good = laptop.send().put(desk.stick)
    for path in (bad, gone):
        path.write_bytes(b"?")

    def spoil(_stage: str, _done: int, _total: int) -> None:
        if bad.is_file() and not bad.is_symlink():
            bad.unlink()
            bad.symlink_to(good)
        gone.unlink(missing_ok=True)

    found = {one.file_name: one for one in receive(office, desk.stick, spoil).letters}
    assert {name: one.result for name, one in found.items()} == {
        bad.name: "unread",
        gone.name: "unread",
        good.name: "taken",
    }
    problem = found[bad.name].problem
    assert problem is not None
    assert problem.code == "folder-error"


def test_a_folder_that_goes_away_stops_the_work(desk: Desk, office, tmp_path: Path):
    (desk.stick / f"{'0' * 32}.vdbatch").write_bytes(b"?")

    def pull_out(_stage: str, _done: int, _total: int) -> None:
        desk.stick.rename(tmp_path / "pulled out")

    with pytest.raises(Problem) as raised:
        receive(office, desk.stick, pull_out)
    assert raised.value.code == "folder-missing"


# --- whose journal -------------------------------------------------------------------------------


def test_nobody_writes_a_colleagues_journal(desk: Desk, office):
    first, second = two_confirmed(office, desk)
    forger = deepcopy(first)
    forger.write(household(66))
    second.held[first.device] = forger.journal
    second.send(4, chain=first.device).put(desk.stick)
    assert reasons(office, desk) == ["letter-chain"]
    desk.empty_stick()
    first.write(household(2))
    first.send().put(desk.stick)
    assert results(office, desk) == ["taken"]


def test_nobody_carries_the_journal_of_a_computer_that_is_not_before_it(desk: Desk, office):
    first, second = two_confirmed(office, desk)
    second.write(household(2))
    first.learn(second)
    first.send(chain=second.device).put(desk.stick)
    assert reasons(office, desk) == ["letter-chain"]


def test_a_computer_carries_the_journal_of_one_before_it_that_is_not_known_here(desk: Desk, office):
    first = confirmed(office, desk)
    middle = first.restored("middle", now=first.now + timedelta(hours=1))
    middle.write(household(2))
    last = middle.restored("last", now=middle.now + timedelta(hours=1))
    last.continues = Continues(device=first.device, seq=3, digest=first.journal[2].digest)
    last.send(chain=middle.device).put(desk.stick)
    last.send(1).put(desk.stick)
    assert results(office, desk) == ["waits-confirm"] * 2
    assert confirm(office, last.words).letters == 2


def test_a_letter_is_not_held_up_by_one_whose_gap_it_fills(desk: Desk, office):
    old = confirmed(office, desk)
    for order in (2, 3, 4):
        old.write(household(order))
    new = old.restored("new", now=old.now + timedelta(hours=1))
    new.send(6, 6, chain=old.device).put(desk.stick)  # the township was put back: 4 and 5 had been here
    new.send(1).put(desk.stick)
    receive(office, desk.stick)
    done = confirm(office, new.words, keep_old=True)
    assert (done.letters, done.waiting, done.missing) == (1, 1, ())
    answer(office, desk.stick)
    (receipt,) = receipts_for(new, desk.stick)
    assert (receipt.header.mark_batch_no, receipt.header.waiting) == (0, (1,))
    new.send(4, 5, chain=old.device).put(desk.stick)
    assert sorted(results(office, desk)) == ["had", "taken", "taken"]
    answer(office, desk.stick)
    receipt = receipts_for(new, desk.stick)[-1]
    assert (receipt.header.mark_batch_no, receipt.header.mark_sha256) == (3, new.letters[2].sha256)
    assert len(tables(office)["current_household"]) == 4


def test_a_number_that_was_taken_in_out_of_turn_is_not_taken_in_twice(desk: Desk, office):
    old = confirmed(office, desk)
    for order in (2, 3):
        old.write(household(order))
    new = old.restored("new", now=old.now + timedelta(hours=1))
    new.send(5, 5, chain=old.device).put(desk.stick)
    new.send(1).put(desk.stick)
    receive(office, desk.stick)
    confirm(office, new.words, keep_old=True)
    desk.empty_stick()
    new.letters.pop()
    new.write(household(4))
    new.send(1).put(desk.stick)
    assert results(office, desk) == ["fork"]


# --- confirming ----------------------------------------------------------------------------------


def first_serials(laptop: Laptop, office, desk: Desk) -> list[str]:
    answer(office, desk.stick)
    return [block.first_serial for block in receipts_for(laptop, desk.stick)[-1].header.number_blocks]


def restored_while_waiting(office, desk: Desk) -> tuple[Laptop, Laptop]:
    old = invited(office, "990101")
    new = old.restored("new", now=old.now + timedelta(hours=1))
    old.send().put(desk.stick)
    new.send(1).put(desk.stick)
    assert results(office, desk) == ["waits-confirm"] * 2
    return old, new


def test_the_numbers_of_an_invitation_are_not_given_to_the_computer_after_it(desk: Desk, office):
    _old, new = restored_while_waiting(office, desk)
    confirm(office, new.words)
    assert first_serials(new, office, desk) == ["01000"]


def test_the_numbers_of_an_invitation_are_not_given_to_who_took_an_unknown_ones_place(desk: Desk, office):
    old = invited(office, "990101")
    new = old.restored("new", now=old.now + timedelta(hours=1))
    before, new.continues = new.continues, None
    proof = new._enrolment()
    new.continues = before
    new.send(1, enrolment=proof).put(desk.stick)
    assert results(office, desk) == ["waits-confirm"]
    confirm(office, new.words)
    assert first_serials(new, office, desk) == ["01000"]


def test_who_goes_on_beside_another_is_confirmed_after_it(desk: Desk, office):
    old, new = restored_while_waiting(office, desk)
    with pytest.raises(Problem) as raised:
        confirm(office, new.words, keep_old=True)
    assert raised.value.code == "confirm-old-first"
    assert confirm(office, old.words).device_no == 1
    assert confirm(office, new.words, keep_old=True).device_no == 2
    assert {device.state for device in status(office).clinics[0].devices} == {"confirmed"}
