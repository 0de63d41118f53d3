"""What the person at the desk is told: whose letter it is, what it waits for, what is refused, and who does not know yet."""

import resource
from datetime import date, timedelta

import pytest

from tests.township.clinics import (
    Desk,
    Laptop,
    confirmed,
    household,
    invited,
    membership,
    reasons,
    receipts_for,
    resident,
    results,
)
from village_doctor.sync.seal import MOST_SEALED
from village_doctor.township.answering import answer
from village_doctor.township.confirming import confirm, revoke
from village_doctor.township.receiving import receive
from village_doctor.township.standing import status

LABEL = "990101 村"


# --- letters ----------------------------------------------------------------------------------------------------------


def test_a_letter_is_named_by_clinic_computer_and_number(desk: Desk, office):
    laptop = invited(office, "990101")
    laptop.send().put(desk.stick)
    (found,) = receive(office, desk.stick).letters
    assert (found.clinic, found.device_no, found.batch_no) == (LABEL, None, 1)
    confirm(office, laptop.words)
    laptop.write(household(1))
    laptop.send(practice=True).put(desk.stick)
    stranger = Laptop(laptop.clinic_id, "stranger", laptop.township, is_certified=True)
    stranger.send().put(desk.stick)
    assert {
        one.result + str(one.problem): (one.clinic, one.device_no, one.batch_no)
        for one in receive(office, desk.stick).letters
    } == {
        "hadNone": (LABEL, 1, 1),
        "quarantinedletter-practice": (LABEL, 1, 2),
        "quarantinedletter-unknown-device": ("", None, 1),  # says that it is of that clinic; anybody can
    }


def test_a_letter_that_waits_for_another_computer_is_not_said_to_miss_one_of_its_own(desk: Desk, office):
    first = confirmed(office, desk)
    for order in (2, 3, 4):
        first.write(household(order))
    second = first.restored("second", now=first.now + timedelta(hours=1))
    second.send(1).put(desk.stick)
    receive(office, desk.stick)
    confirm(office, second.words, keep_old=True)
    desk.empty_stick()
    # 4 comes in a letter of the first computer
    second.send(5, 5, chain=first.device, is_act_open=True).put(desk.stick)
    second.send(6, 6, chain=first.device).put(desk.stick)
    found = receive(office, desk.stick).letters
    assert [one.result for one in found] == ["waits-other"] * 2
    assert {one.missing for one in found} == {()}
    first.send(4, 4).put(desk.stick)
    assert sorted(results(office, desk)) == ["taken"] * 3


def test_letters_behind_a_missing_one_are_said_to_miss_it_whatever_else_they_wait_for(desk: Desk, office):
    laptop = confirmed(office, desk)
    for order in range(2, 7):
        laptop.write(household(order))
    laptop.send(4, 4)  # is lost
    for seq, is_open in ((5, False), (6, True), (7, True)):
        laptop.send(seq, seq, is_act_open=is_open).put(desk.stick)
    found = receive(office, desk.stick).letters
    assert {(one.result, one.missing) for one in found} == {("waits-missing", (2,))}
    laptop.letters[1].put(desk.stick)
    assert sorted(results(office, desk)) == ["taken", "taken", "waits-act", "waits-act"]


def test_a_file_too_large_to_be_a_letter_is_not_copied(desk: Desk, office):
    path = desk.stick / f"{'0' * 32}.vdbatch"
    with path.open("wb") as file:
        file.truncate(MOST_SEALED + 1)
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (64 * 1024 * 1024, hard))
    try:
        assert reasons(office, desk) == ["letter-file-too-large"]
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    (row,) = status(office).quarantine
    assert (row.file_name, row.kept_as, row.problem.code) == (path.name, None, "letter-file-too-large")
    assert not list(office.quarantine_folder.iterdir())
    reasons(office, desk)
    assert len(status(office).quarantine) == 1


# --- quarantine -------------------------------------------------------------------------------------------------------


def test_a_refused_letter_is_no_longer_listed_when_a_good_one_with_its_number_was_taken_in(
    desk: Desk, office
):
    laptop = confirmed(office, desk)
    laptop.write(household(2))
    good = laptop.send()
    laptop.letters.pop()
    laptop.send(practice=True).put(desk.stick)
    assert reasons(office, desk) == ["letter-practice"]
    (row,) = status(office).quarantine
    assert (row.clinic, row.batch_no, row.at) == (LABEL, 2, office.now_text())
    desk.empty_stick()
    good.put(desk.stick)
    assert results(office, desk) == ["taken"]
    assert status(office).quarantine == ()
    laptop.letters.pop()
    laptop.send(practice=True, app="another").put(desk.stick)
    receive(office, desk.stick)
    assert len(status(office).quarantine) == 1, "refused after the good one"


def test_a_letter_of_an_unknown_computer_is_no_longer_listed_when_it_was_taken_in_after_all(
    desk: Desk, office
):
    first = confirmed(office, desk)
    second = first.restored("second", now=first.now + timedelta(hours=1))
    third = second.restored("third", now=second.now + timedelta(hours=1))
    letter = third.send(1)
    letter.put(desk.stick, "0" * 32)
    assert reasons(office, desk) == ["letter-unknown-device"]
    assert [row.clinic for row in status(office).quarantine] == [""]
    desk.empty_stick()
    second.send(1).put(desk.stick)
    receive(office, desk.stick)
    confirm(office, second.words)
    letter.put(desk.stick, "1" * 32)  # sealed anew
    receive(office, desk.stick)
    confirm(office, third.words)
    assert status(office).quarantine == ()


# --- computers --------------------------------------------------------------------------------------------------------


def test_before_a_computer_is_replaced_it_is_said_which_one_and_when_that_wrote(desk: Desk, office):
    old = confirmed(office, desk)
    came = office.now_text()
    desk.clock.forward(days=3)
    new = old.restored("new", now=old.now + timedelta(hours=1))
    new.send(1).put(desk.stick)
    (waiting,) = receive(office, desk.stick).waiting_devices
    assert (waiting.continues, waiting.continues_no, waiting.continues_last_at) == (old.device, 1, came)
    newer = new.restored("newer", now=new.now + timedelta(hours=1))
    newer.send(1).put(desk.stick)
    waits = {one.continues: one for one in receive(office, desk.stick).waiting_devices}
    assert (waits[new.device].continues_no, waits[new.device].continues_last_at) == (None, office.now_text())


def test_a_confirmed_computer_whose_letters_still_wait_is_said_to(desk: Desk, office):
    laptop = invited(office, "990101")
    letters = []
    for order in range(5):
        laptop.write(household(order))
        letters.append(laptop.send())
    for number in (0, 2, 4):
        letters[number].put(desk.stick)
    receive(office, desk.stick)
    done = confirm(office, laptop.words)
    assert (done.letters, done.waiting, done.missing) == (1, 2, (2, 4))


def test_computers_that_cannot_be_answered_yet_are_counted(desk: Desk, office):
    confirmed(office, desk, "990102")
    invited(office, "990101").send().put(desk.stick)
    receive(office, desk.stick)
    assert answer(office, desk.stick).waiting_devices == 1
    assert answer(office, desk.stick, clinic_code="990102").waiting_devices == 0


@pytest.mark.parametrize("how", ["by a letter that is taken in", "by one that is refused"])
def test_a_revoked_computer_gets_receipts_until_it_has_taken_one_in_that_says_so(desk: Desk, office, how):
    laptop = confirmed(office, desk)
    other = laptop.restored("other", now=laptop.now + timedelta(hours=1))
    other.send(1).put(desk.stick)
    receive(office, desk.stick)
    confirm(office, other.words, keep_old=True)
    answer(office, desk.stick)
    (before,) = receipts_for(laptop, desk.stick)
    desk.empty_stick()
    laptop.receipt_seen = before.header.receipt_no
    other.is_certified = True
    other.write(household(7))
    other.send().put(desk.stick)
    receive(office, desk.stick)

    last = len(laptop.journal)
    revoke(office, "990101", 1, last + 1)
    answer(office, desk.stick)
    desk.empty_stick()
    assert answer(office, desk.stick).written == 2, "the first one was lost"
    (told,) = receipts_for(laptop, desk.stick)
    assert [notice.revoked_after for notice in told.header.devices] == [last + 1, None]
    assert (told.header.mark_batch_no, told.enclosures) == (1, [])

    desk.empty_stick()
    laptop.receipt_seen = told.header.receipt_no
    laptop.write(*(household(order) for order in ([8] if "taken" in how else [8, 9])))
    laptop.send().put(desk.stick)
    assert (reasons(office, desk) == []) is ("taken" in how)
    desk.empty_stick()
    answer(office, desk.stick)
    assert receipts_for(laptop, desk.stick) == []
    assert len(receipts_for(other, desk.stick)) == 1


# --- doubts -----------------------------------------------------------------------------------------------------------


def test_doubts_say_whose(desk: Desk, office):
    laptop = confirmed(office, desk)
    laptop.write(
        household(2, number="10001", door_number="12号"),
        resident(2, name="李秀英"),
        resident(3, name="王小宝"),
        membership(1, 1, 2),
        membership(2, 1, 3),
        membership(3, 1, 7, from_on=date(2020, 1, 1), until_on=date(2021, 1, 1)),
    )
    laptop.send().put(desk.stick)
    receive(office, desk.stick)
    (clinic,) = status(office).clinics
    named = {doubt.code: doubt.names for doubt in clinic.doubts}
    assert set(named["two-heads"]) == {"李秀英", "王小宝"}
    assert named["same-number"][1:] == ("12号",)
    assert named["same-number"][0] in ("李秀英", "王小宝")
