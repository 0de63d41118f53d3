"""From an invitation to a receipt: what comes of letters at the township's desk."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from tests.township.clinics import (
    Desk,
    Laptop,
    confirmed,
    household,
    invitation,
    invited,
    membership,
    reasons,
    receipts_for,
    resident,
    results,
    some_id,
    tables,
)
from tests.village import files_in
from village_doctor.domain.given import Service
from village_doctor.domain.problems import Problem
from village_doctor.domain.refusals import Notice
from village_doctor.sync.envelope import EnrolmentProof
from village_doctor.township.answering import answer
from village_doctor.township.confirming import confirm, revoke
from village_doctor.township.receiving import receive
from village_doctor.township.standing import status


def test_a_clinic_is_invited_sends_is_confirmed_and_answered(desk: Desk, office):
    laptop = invited(office, "990101")
    laptop.write(household(1), resident(1))
    letter = laptop.send()
    letter.put(desk.stick)

    received = receive(office, desk.stick)
    assert [one.result for one in received.letters] == ["waits-confirm"]
    (waiting,) = received.waiting_devices
    assert " ".join(waiting.words) == laptop.words
    assert "entry" not in tables(office)

    done = confirm(office, laptop.words)
    assert (done.clinic_code, done.device_no, done.letters) == ("990101", 1, 1)
    assert results(office, desk) == ["had"]

    assert answer(office, desk.stick).written == 1
    (receipt,) = receipts_for(laptop, desk.stick)
    assert (receipt.header.mark_batch_no, receipt.header.mark_sha256) == (1, letter.sha256)
    assert receipt.header.chains[laptop.device].digest == laptop.journal[-1].digest
    assert [block.first_serial for block in receipt.header.number_blocks] == ["00001"]
    assert answer(office, desk.stick).already_there == 1


def test_letters_that_come_before_their_time_wait_and_the_missing_ones_are_named(desk: Desk, office):
    laptop = confirmed(office, desk)
    sent = []
    for order in range(2, 6):
        laptop.write(household(order))
        sent.append(laptop.send())
    sent[3].put(desk.stick)
    sent[1].put(desk.stick)
    found = receive(office, desk.stick)
    assert {one.batch_no: one.missing for one in found.letters} == {3: (2,), 5: (2, 4)}
    sent[2].put(desk.stick)
    sent[0].put(desk.stick)
    again = receive(office, desk.stick)
    assert [one.result for one in again.letters] == ["taken"] * 4
    assert again.taken_later == 0
    assert len(tables(office)["current_household"]) == 5


def test_letters_that_waited_since_earlier_days_are_counted(desk: Desk, office):
    laptop = confirmed(office, desk)
    sent = []
    for order in range(2, 4):
        laptop.write(household(order))
        sent.append(laptop.send())
    sent[1].put(desk.stick)
    receive(office, desk.stick)
    desk.empty_stick()
    sent[0].put(desk.stick)
    found = receive(office, desk.stick)
    assert ([one.result for one in found.letters], found.taken_later) == (["taken"], 1)


def test_an_act_that_goes_on_is_taken_in_whole(desk: Desk, office):
    laptop = confirmed(office, desk)
    laptop.write(household(2), household(3), act=some_id("act"))
    before = len(laptop.journal)
    laptop.send(before - 1, before - 1, is_act_open=True).put(desk.stick)
    assert results(office, desk) == ["waits-act"]
    laptop.send(before, before).put(desk.stick)
    assert sorted(results(office, desk)) == ["taken", "taken"]


def test_a_copied_laptop_shows_as_a_fork_and_both_letters_are_kept(desk: Desk, office):
    laptop = confirmed(office, desk)
    copy = Laptop(laptop.clinic_id, laptop.name, laptop.township, is_certified=True)
    copy.held, copy.letters, copy.at = {laptop.device: list(laptop.journal)}, list(laptop.letters), laptop.at
    laptop.write(household(2))
    copy.write(household(3))
    laptop.send().put(desk.stick)
    assert results(office, desk) == ["taken"]
    desk.empty_stick()
    copy.send().put(desk.stick)
    assert reasons(office, desk) == ["letter-fork"]
    before = tables(office)
    assert results(office, desk) == ["fork"]
    assert tables(office) == before
    answer(office, desk.stick)
    (receipt,) = receipts_for(laptop, desk.stick)
    assert [line.value()["reason"] for line in receipt.lines] == ["letter-fork"]


def test_wrong_letters_lie_in_quarantine_and_change_nothing(desk: Desk, office):
    laptop = confirmed(office, desk)
    laptop.write(household(2))
    good = laptop.send()
    before = tables(office)
    path = good.put(desk.stick, "0" * 32)
    data = bytearray(path.read_bytes())
    data[-20] ^= 1
    path.write_bytes(data)
    (desk.stick / f"{'1' * 32}.vdbatch").write_bytes(b"not a letter")
    (desk.folder / "other").mkdir()
    other = Desk(desk.folder / "other", seed=9)
    foreign = other.create().office
    replace(good, to=foreign.letters_recipient).put(desk.stick, "2" * 32)
    foreign.close()
    stranger = Laptop(laptop.clinic_id, "stranger", laptop.township, is_certified=True)
    stranger.send().put(desk.stick, "3" * 32)
    practising = replace(good.header, practice=True)
    laptop.seal(practising, laptop.journal[-1:]).put(desk.stick, "4" * 32)

    found = {one.file_name[0]: one for one in receive(office, desk.stick).letters}
    assert {key: one.problem.code for key, one in found.items() if one.problem} == {
        "0": "letter-damaged",
        "1": "letter-damaged",
        "2": "letter-not-for-us",
        "3": "letter-unknown-device",
        "4": "letter-practice",
    }
    assert {one.result for one in found.values()} == {"quarantined"}
    assert tables(office) == before
    assert len(list(files_in(office.quarantine_folder))) == 5
    assert results(office, desk) == ["quarantined"] * 5
    assert len(status(office).quarantine) == 5
    assert not list(desk.home.glob(".aside-*"))


def test_a_letter_of_a_confirmed_device_with_a_fault_is_told_in_its_receipt(desk: Desk, office):
    laptop = confirmed(office, desk)
    laptop.write(household(2))
    laptop.seal(replace(laptop.send().header, practice=True), laptop.journal[-1:]).put(desk.stick)
    assert reasons(office, desk) == ["letter-practice"]
    answer(office, desk.stick)
    (receipt,) = receipts_for(laptop, desk.stick)
    assert [line.value()["line"] for line in receipt.lines] == ["refused"]


def test_a_code_opens_the_door_once(desk: Desk, office):
    first = invited(office, "990101", "first")
    second = Laptop(first.clinic_id, "second", first.township)
    for laptop in (first, second):
        laptop.send().put(desk.stick)
    assert results(office, desk) == ["waits-confirm", "waits-confirm"]
    confirm(office, first.words)
    with pytest.raises(Problem) as raised:
        confirm(office, second.words)
    assert raised.value.code == "words-unknown"
    late = Laptop(some_id("another clinic"), "late", first.township)
    late.send().put(desk.stick)
    assert sorted(reasons(office, desk)) == ["letter-enrolment-used", "letter-enrolment-used"]


def test_a_new_invitation_replaces_the_unused_one(desk: Desk, office):
    old = invited(office, "990101", "old")
    invitation(office, "990101")
    old.send().put(desk.stick)
    assert reasons(office, desk) == ["letter-enrolment-used"]


def test_a_laptop_whose_code_was_replaced_asks_again_with_the_new_one(desk: Desk, office):
    laptop = invited(office, "990101")
    laptop.send().put(desk.stick)
    assert results(office, desk) == ["waits-confirm"]
    laptop.enrol(invitation(office, "990101"))
    assert results(office, desk) == ["quarantined"]
    laptop.write(household(1))
    laptop.send().put(desk.stick)
    assert results(office, desk) == ["waits-confirm"] * 2
    assert confirm(office, laptop.words).letters == 2


def test_a_forged_proof_of_invitation_is_refused(desk: Desk, office):
    laptop = invited(office, "990101")
    assert laptop.township is not None
    laptop.send(enrolment=EnrolmentProof(code_id=laptop.township.code_id, hmac="00" * 32)).put(desk.stick)
    assert reasons(office, desk) == ["letter-enrolment"]


def test_a_restored_laptop_takes_the_old_ones_place(desk: Desk, office):
    old = confirmed(office, desk)
    old.write(household(2))
    new = old.restored("new", now=old.now + timedelta(hours=1))
    new.write(household(3))
    new.send(1, 4, chain=old.device).put(desk.stick)
    new.send(1).put(desk.stick)
    found = receive(office, desk.stick)
    assert [one.result for one in found.letters] == ["waits-confirm", "waits-confirm"]
    done = confirm(office, new.words)
    assert (done.device_no, done.letters, done.revoked_no, done.revoked_after) == (2, 2, 1, 4)
    assert len(tables(office)["current_household"]) == 3
    desk.empty_stick()
    old.write(household(4))
    old.send().put(desk.stick)
    assert reasons(office, desk) == ["letter-revoked"]
    answer(office, desk.stick)
    (receipt,) = receipts_for(new, desk.stick)
    assert [notice.revoked_after for notice in receipt.header.devices] == [4, None]
    assert [block.first_serial for block in receipt.header.number_blocks] == ["01000"]
    assert [enclosure.sha256 for enclosure in receipt.header.enclosures] == []


def test_two_laptops_of_a_clinic_get_each_others_letters_and_hear_of_concurrent_versions(desk: Desk, office):
    first = confirmed(office, desk)
    second = first.restored("second", now=first.now + timedelta(hours=1))
    first.write(household(1, landmark="井边"))
    second.write(household(1, landmark="桥头"))
    second.send(1).put(desk.stick)
    first.send().put(desk.stick)
    receive(office, desk.stick)
    confirm(office, second.words, keep_old=True)
    desk.empty_stick()
    answer(office, desk.stick)
    (to_first,), (to_second,) = (receipts_for(one, desk.stick) for one in (first, second))
    assert to_first.enclosures == [second.letters[0].data]
    assert to_second.enclosures == [first.letters[1].data]
    assert [line.value()["line"] for line in to_first.lines] == ["outcome", "doubt"]
    assert to_first.lines[0].value()["winner"] == f"{second.device}/2"


def test_a_lost_receipt_is_said_again_until_it_was_seen(desk: Desk, office):
    laptop = confirmed(office, desk)
    laptop.append("household", some_id("household", 9), b'{"number":7}')
    laptop.send().put(desk.stick)
    assert results(office, desk) == ["taken"]
    desk.empty_stick()
    answer(office, desk.stick)
    (first,) = receipts_for(laptop, desk.stick)
    desk.empty_stick()
    desk.clock.forward(hours=1)
    answer(office, desk.stick)
    (again,) = receipts_for(laptop, desk.stick)
    assert again.header.receipt_no > first.header.receipt_no
    assert again.lines == first.lines
    laptop.receipt_seen = again.header.receipt_no
    laptop.write(household(3))
    laptop.send().put(desk.stick)
    receive(office, desk.stick)
    done = answer(office, desk.stick)
    assert (done.written, done.removed) == (1, 1)
    (newest,) = receipts_for(laptop, desk.stick)
    assert newest.lines == []
    laptop.receipt_seen = newest.header.receipt_no


def test_a_device_is_revoked_by_hand_but_not_below_what_is_here(desk: Desk, office):
    laptop = confirmed(office, desk)
    with pytest.raises(Problem) as raised:
        revoke(office, "990101", 1, 2)
    assert raised.value.code == "revoke-too-low"
    assert revoke(office, "990101", 1).after == 3
    with pytest.raises(Problem) as raised:
        revoke(office, "990101", 1)
    assert raised.value.code == "device-unknown"
    laptop.write(household(2))
    laptop.send().put(desk.stick)
    assert reasons(office, desk) == ["letter-revoked"]


def test_doubts_and_late_parents_are_told(desk: Desk, office):
    laptop = confirmed(office, desk)
    laptop.write(resident(2, died_on=date(2026, 1, 1)), membership(1, 1, 1), membership(2, 1, 7))
    laptop.send().put(desk.stick)
    receive(office, desk.stick)
    (clinic,) = status(office).clinics
    assert [(doubt.code, len(doubt.ids)) for doubt in clinic.doubts] == [("two-heads", 2)]
    assert {(late.kind, late.field) for late in clinic.late_parents} == {
        ("household", "village_id"),
        ("household_membership", "resident_id"),
    }
    assert (clinic.taken, clinic.waiting, clinic.devices[0].entries) == (2, 0, len(laptop.journal))


def test_what_was_given_after_a_death_is_a_doubt(desk: Desk, office):
    """Not on the day itself, and not what was voided."""
    laptop = confirmed(office, desk)
    laptop.write(
        resident(1, died_on=date(2026, 5, 12)),
        *(
            Service(
                id=some_id("service", on.day),
                resident_id=some_id("resident", 1),
                code="drug_delivery",
                served_on=on,
                voided_at=laptop.now if on.day == 14 else None,
            )
            for on in (date(2026, 5, 12), date(2026, 5, 13), date(2026, 5, 14))
        ),
    )
    laptop.send().put(desk.stick)
    receive(office, desk.stick)
    (doubt,) = status(office).clinics[0].doubts
    assert (doubt.code, doubt.kind, doubt.ids) == ("seen-after-death", "service", (some_id("service", 13),))


def test_a_notice_waits_for_its_visit(desk: Desk, office):
    laptop = confirmed(office, desk)
    laptop.write(
        Notice(
            id=some_id("notice"),
            resident_id=some_id("resident", 1),
            told_to="police",
            what="持刀追人",
            told_on=date(2026, 5, 12),
            visit_id=some_id("visit", 1),
        )
    )
    laptop.send().put(desk.stick)
    receive(office, desk.stick)
    (clinic,) = status(office).clinics
    assert ("notice", "visit_id") in {(late.kind, late.field) for late in clinic.late_parents}


def test_stopping_between_letters_keeps_what_was_taken_in(desk: Desk, office):
    laptop = confirmed(office, desk)
    for order in (2, 3):
        laptop.write(household(order))
        laptop.send().put(desk.stick)
    calls = []

    def stop(stage: str, done: int, total: int) -> None:
        calls.append(done)
        if stage == "letters":
            raise Problem("cancelled")

    with pytest.raises(Problem) as raised:
        receive(office, desk.stick, stop)
    assert raised.value.code == "cancelled"
    assert len(tables(office)["current_household"]) == 2
    assert not list(desk.home.glob(".aside-*"))
    assert sorted(results(office, desk)) == ["had", "taken"]


def test_a_practice_township_takes_practice_letters_only(desk: Desk):
    office = desk.create(practice=True).office
    laptop = invited(office, "990101", practice=True)
    assert laptop.township is not None
    assert laptop.township.practice
    laptop.send().put(desk.stick)
    assert results(office, desk) == ["waits-confirm"]
    office.close()
