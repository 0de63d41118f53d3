"""Sending: what is in the letters, how they are cut, and what a failing folder leaves behind."""

import hashlib
import shutil
from collections import Counter
from contextlib import closing
from itertools import pairwise

import pytest

from tests.services.desk_of_township import BLOCK, TownshipDesk, chains_of
from tests.services.test_opening import device_starts, refusal, write
from tests.services.test_safekeeping import register_one, restore, tamper
from tests.village import SAMPLES, contents, files_in
from village_doctor.domain.changes.entry import GENESIS
from village_doctor.domain.problems import Problem
from village_doctor.services import enrolling, safekeeping, sending
from village_doctor.services.sending import Limits, send
from village_doctor.services.taking_receipts import receive
from village_doctor.store import delivery, journal, local_state
from village_doctor.store.migrations import NEWEST
from village_doctor.sync import courier
from village_doctor.sync.identity import enrolment_hmac
from village_doctor.sync.seal import fingerprint

SMALL = Limits(changes=7, whole_act=5)


@pytest.fixture
def desk():
    return TownshipDesk()


@pytest.fixture
def stick(tmp_path):
    folder = tmp_path / "stick"
    folder.mkdir()
    return folder


@pytest.fixture
def enrolled(village, desk):
    """The workplace of the village, enrolled."""
    enrolling.enrol(village.workplace, desk.invite(), desk.words)
    return village.workplace


def entries_of(workplace):
    return workplace.query(lambda c: tuple(journal.entries(c)))


def batches_of(workplace):
    device = workplace.query(local_state.current_device)
    return workplace.query(delivery.batches, device.id)


def letter_files(folder):
    return {path.name: path.read_bytes() for path in files_in(folder) if path.suffix == ".vdbatch"}


# --- before anything is sent --------------------------------------------------------------------------


def test_who_is_not_enrolled_sends_nothing(village, stick):
    assert refusal(send, village.workplace, stick) == "not-enrolled"
    assert contents(stick) == {}


def test_a_helper_sends_nothing(enrolled, stick):
    owner = enrolled.actor
    enrolled.actor = type(owner)(id=owner.id, name=owner.name, role="helper")
    assert refusal(send, enrolled, stick) == "not-permitted"
    enrolled.actor = owner


def test_a_folder_that_is_not_there_is_told_before_anything_is_cut(enrolled, stick):
    assert refusal(send, enrolled, stick / "no such") == "folder-missing"
    assert batches_of(enrolled) == []


# --- the first letter ---------------------------------------------------------------------------------


def test_the_first_letter_holds_the_whole_journal_and_asks_to_be_let_in(enrolled, desk, stick):
    sent = send(enrolled, stick)
    (letter,) = desk.letters_in(stick)
    total = enrolled.query(journal.count)
    assert (sent.written, sent.new, sent.already_there, sent.removed, sent.changes) == (1, 1, 0, 0, total)
    assert letter.entries == entries_of(enrolled)

    header, keys = letter.header, enrolling.device_keys(enrolled)
    device = enrolled.query(local_state.current_device).id
    assert (header.batch_no, header.previous) == (1, None)
    assert (header.device_id, header.chain_device) == (device, device)
    assert (header.signing_key, header.recipient) == (keys.signing.public, keys.identity.recipient)
    assert (header.first_seq, header.last_seq, header.digest_before) == (1, total, GENESIS)
    assert header.digest_after == letter.entries[-1].digest
    assert header.counts == Counter(entry.kind for entry in letter.entries)
    assert (header.clinic_code, header.schema, header.receipt_seen) == ("000000", NEWEST, 0)
    assert (header.knows, header.practice, header.continues) == ({}, False, None)
    assert header.recipient_fingerprint == fingerprint(desk.letters.recipient)
    assert header.enrolment is not None
    assert header.enrolment.code_id == desk.invitation().code_id
    assert header.enrolment.hmac == enrolment_hmac(
        desk.invitation().code,
        clinic_id=header.clinic_id,
        device_id=device,
        signing_key=keys.signing.public,
        recipient=keys.identity.recipient,
    )


def test_the_file_says_nothing_about_anybody(enrolled, stick):
    send(enrolled, stick)
    (path,) = files_in(stick)
    assert len(path.stem) == 32
    assert set(path.stem) <= set("0123456789abcdef")
    data = path.read_bytes() + path.name.encode()
    assert not any(sample.encode(code) in data for sample in SAMPLES for code in ("utf-8", "utf-16-le"))


def test_letters_follow_one_another_without_gaps(enrolled, desk, stick):
    send(enrolled, stick)
    register_one(enrolled)
    send(enrolled, stick)
    write(enrolled)
    send(enrolled, stick)
    one, two, three = desk.letters_in(stick)
    assert [letter.header.batch_no for letter in (one, two, three)] == [1, 2, 3]
    assert [two.header.previous, three.header.previous] == [one.sha256, two.sha256]
    assert two.header.first_seq == one.header.last_seq + 1
    assert two.header.digest_before == one.header.digest_after
    assert one.entries + two.entries + three.entries == entries_of(enrolled)
    assert all(letter.header.enrolment is not None for letter in (one, two, three))


# --- sending again --------------------------------------------------------------------------------------


def test_nothing_new_and_all_there_writes_nothing(enrolled, stick):
    send(enrolled, stick)
    before = contents(stick)
    sent = send(enrolled, stick)
    assert (sent.written, sent.new, sent.already_there) == (0, 0, 1)
    assert contents(stick) == before


@pytest.mark.parametrize("harm", ["gone", "cut", "altered"])
def test_a_letter_that_is_not_there_as_it_was_is_written_again(enrolled, desk, stick, harm):
    send(enrolled, stick)
    (path,) = files_in(stick)
    data = path.read_bytes()
    path.unlink()
    if harm != "gone":
        path.write_bytes(data[:-5] if harm == "cut" else data[:-1] + bytes([data[-1] ^ 1]))
    sent = send(enrolled, stick)
    assert (sent.written, sent.new, sent.already_there) == (1, 0, 0)
    (fresh,) = (one for one in files_in(stick) if one != path)
    assert desk.read(fresh).header.batch_no == 1


def test_written_again_it_is_the_same_letter_in_another_file(enrolled, desk, stick, tmp_path):
    other = tmp_path / "other stick"
    other.mkdir()
    send(enrolled, stick)
    assert send(enrolled, other).written == 1
    (one,), (two,) = desk.letters_in(stick), desk.letters_in(other)
    assert one.envelope == two.envelope
    assert one.path.name != two.path.name
    assert one.path.read_bytes() != two.path.read_bytes()
    assert [send(enrolled, folder).already_there for folder in (stick, other)] == [1, 1]


def test_what_a_crash_left_aside_in_the_folder_is_removed(enrolled, stick):
    (stick / f".aside-{'0' * 32}").write_bytes(b"half")
    (stick / "holiday.txt").write_bytes(b"not ours")
    send(enrolled, stick)
    assert [path.suffix for path in files_in(stick)].count(".vdbatch") == 1
    assert not list(stick.glob(".aside-*"))
    assert (stick / "holiday.txt").read_bytes() == b"not ours"


# --- how letters are cut ----------------------------------------------------------------------------------


def assert_a_journal(letters, entries):
    """The letters, one after the other, are exactly these entries, and each act is told to go on or has ended."""
    assert tuple(entry for letter in letters for entry in letter.entries) == entries
    for letter, following in pairwise(letters):
        assert letter.header.is_act_open == (letter.entries[-1].act == following.entries[0].act)
    assert not letters[-1].header.is_act_open


def test_acts_are_not_split_and_long_ones_are_told_to_go_on(enrolled, desk, stick):
    sent = send(enrolled, stick, limits=SMALL)
    letters = desk.letters_in(stick)
    assert sent.new == sent.written == len(letters) > 3
    assert_a_journal(letters, entries_of(enrolled))
    sizes = Counter(entry.act for entry in entries_of(enrolled))
    for letter in letters:
        assert len(letter.entries) <= SMALL.changes
        if letter.header.is_act_open:
            assert sizes[letter.entries[-1].act] > SMALL.whole_act
    assert any(letter.header.is_act_open for letter in letters)


@pytest.mark.parametrize("changes", [1, 2, 3, 11, 33])
@pytest.mark.parametrize("whole_act", [0, 1, 4, 500])
def test_whatever_the_limits_the_letters_are_the_journal(enrolled, desk, stick, changes, whole_act):
    send(enrolled, stick, limits=Limits(changes=changes, whole_act=whole_act))
    letters = desk.letters_in(stick)
    assert_a_journal(letters, entries_of(enrolled))
    sizes = Counter(entry.act for entry in entries_of(enrolled))
    longest_kept = max((size for size in sizes.values() if size <= whole_act), default=0)
    assert all(len(letter.entries) <= max(changes, longest_kept) for letter in letters)
    assert not any(letter.header.is_act_open for letter in letters if whole_act == 500)


def test_letters_are_cut_by_size_too(enrolled, desk, stick):
    send(enrolled, stick, limits=Limits(size=6_000, whole_act=0))
    letters = desk.letters_in(stick)
    assert len(letters) > 2
    assert_a_journal(letters, entries_of(enrolled))


# --- when something goes wrong ------------------------------------------------------------------------


def test_a_folder_that_fills_up_leaves_letters_that_the_next_sending_writes(
    enrolled, desk, stick, monkeypatch
):
    real, calls = courier.deliver, []

    def full_after_two(folder, name, write):
        calls.append(name)
        if len(calls) > 2:
            raise Problem("folder-full", folder=folder)
        return real(folder, name, write)

    with monkeypatch.context() as patched:
        patched.setattr(courier, "deliver", full_after_two)
        assert refusal(send, enrolled, stick, limits=SMALL) == "folder-full"
    count = len(batches_of(enrolled))
    assert len(letter_files(stick)) == 2
    sent = send(enrolled, stick)
    assert (sent.new, sent.already_there, sent.written) == (0, 2, count - 2)
    assert_a_journal(desk.letters_in(stick), entries_of(enrolled))


def test_out_of_power_between_file_and_note_the_letter_is_written_twice(enrolled, desk, stick, monkeypatch):
    def out_of_power(*_args):
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(delivery, "add_file", out_of_power)
        with pytest.raises(KeyboardInterrupt):
            send(enrolled, stick)
    assert len(letter_files(stick)) == 1
    assert send(enrolled, stick).written == 1
    one, two = desk.letters_in(stick)
    assert one.sha256 == two.sha256


def test_stopped_while_cutting_nothing_is_noted(enrolled, stick):
    def stop(stage, done, total):
        if (stage, done) == ("cut", 2):
            raise Problem("cancelled")

    assert refusal(send, enrolled, stick, stop, limits=SMALL) == "cancelled"
    assert batches_of(enrolled) == []
    assert contents(stick) == {}


def test_stopped_while_writing_the_rest_is_written_later(enrolled, desk, stick):
    told = []

    def stop(stage, done, total):
        told.append((stage, done, total))
        if (stage, done) == ("write", 2):
            raise Problem("cancelled")

    assert refusal(send, enrolled, stick, stop, limits=SMALL) == "cancelled"
    count = len(batches_of(enrolled))
    assert told[-1] == ("write", 2, count)
    assert send(enrolled, stick).written == count - 2
    assert_a_journal(desk.letters_in(stick), entries_of(enrolled))


@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE journal SET staff = 'somebody else' WHERE seq = 12",
        "UPDATE journal SET digest = zeroblob(32) WHERE seq = (SELECT max(seq) FROM journal)",
        "DELETE FROM journal WHERE seq = 12",
    ],
)
def test_a_journal_that_was_altered_since_is_not_sent(enrolled, stick, sql):
    send(enrolled, stick)
    before = contents(stick)
    for path in files_in(stick):
        path.unlink()
    tamper(enrolled, sql)
    assert refusal(send, enrolled, stick) == "journal-damaged"
    assert contents(stick) == {}
    assert before


def test_a_journal_with_a_gap_is_not_cut(enrolled, stick):
    tamper(enrolled, "DELETE FROM journal WHERE seq = 12")
    assert refusal(send, enrolled, stick) == "journal-damaged"
    assert batches_of(enrolled) == []


# --- after a receipt ----------------------------------------------------------------------------------


def test_what_a_receipt_covers_is_removed_from_the_folder_and_not_sent_again(enrolled, desk, stick):
    send(enrolled, stick)
    first = desk.letters_in(stick)
    write(enrolled)
    send(enrolled, stick)
    (stick / "holiday.txt").write_bytes(b"not ours")
    desk.answer(stick, desk.receipt(first))
    assert receive(enrolled, stick).receipts == 1
    sent = send(enrolled, stick)
    assert (sent.removed, sent.written, sent.already_there, sent.changes) == (1, 0, 1, 1)
    assert [letter.header.batch_no for letter in desk.letters_in(stick)] == [2]
    assert (stick / "holiday.txt").exists()


def test_a_delivered_letter_that_somebody_changed_is_left_where_it_is(enrolled, desk, stick):
    send(enrolled, stick)
    desk.answer(stick, desk.receipt(desk.letters_in(stick)))
    receive(enrolled, stick)
    (path,) = (path for path in files_in(stick) if path.suffix == ".vdbatch")
    path.write_bytes(b"something else")
    assert send(enrolled, stick).removed == 0
    assert path.read_bytes() == b"something else"


def test_once_certified_letters_prove_nothing_any_more_and_carry_code_and_receipt(enrolled, desk, stick):
    send(enrolled, stick)
    receipt = desk.receipt(desk.letters_in(stick))
    desk.answer(stick, receipt)
    receive(enrolled, stick)
    write(enrolled)
    send(enrolled, stick)
    (letter,) = desk.letters_in(stick)
    header = letter.header
    assert (header.batch_no, header.enrolment, header.continues) == (2, None, None)
    assert (header.clinic_code, header.receipt_seen) == ("990301", receipt.receipt_no)


def test_a_letter_keeps_the_recipient_it_was_cut_for_and_later_ones_take_the_new_one(enrolled, desk, stick):
    send(enrolled, stick)
    first = desk.letters_in(stick)
    write(enrolled)
    send(enrolled, stick)
    old = fingerprint(desk.letters.recipient)
    desk.change_letters_key()
    desk.answer(stick, desk.receipt(first))
    receive(enrolled, stick)
    for path in files_in(stick):
        path.unlink()
    write(enrolled, "19900002222")
    send(enrolled, stick)
    two, three = desk.letters_in(stick)
    assert two.header.recipient_fingerprint == old
    assert three.header.recipient_fingerprint == fingerprint(desk.letters.recipient)


# --- another device's place -----------------------------------------------------------------------------


def test_put_back_from_a_backup_the_new_device_carries_what_no_receipt_covers(village, desk, stick):
    """Carried letters come first; the device that was lost sends nothing any more."""
    workplace = village.workplace
    enrolling.enrol(workplace, desk.invite(), desk.words)
    send(workplace, stick)
    covered = desk.letters_in(stick)
    desk.answer(stick, desk.receipt(covered))
    receive(workplace, stick)
    write(workplace)
    send(workplace, stick)
    write(workplace, "19900002222")
    backup = safekeeping.make_backup(workplace)
    old = workplace.query(local_state.current_device).id
    end = workplace.query(journal.last_of, old)
    old_rows = workplace.query(delivery.batches, old)
    workplace.close()

    with closing(restore(village.place, backup).workplace) as again:
        fresh = again.query(local_state.current_device).id
        write(again, "19900003333")
        for path in files_in(stick):
            path.unlink()
        sent = send(again, stick)
        carried, own = desk.letters_in(stick)
        assert sent.new == 2
        assert (carried.header.device_id, carried.header.chain_device) == (fresh, old)
        assert (carried.header.first_seq, carried.header.last_seq) == (
            covered[-1].header.last_seq + 1,
            end.seq,
        )
        assert carried.header.digest_before == covered[-1].header.digest_after
        assert carried.header.digest_after == end.digest
        assert (own.header.chain_device, own.header.first_seq, own.header.batch_no) == (fresh, 1, 2)
        for header in (carried.header, own.header):
            assert header.enrolment is None
            assert header.continues is not None
            assert (header.continues.device, header.continues.seq) == (old, end.seq)
            assert header.continues.digest == end.digest
            assert header.knows == {old: end.seq}
        assert again.query(delivery.batches, old) == old_rows
        assert send(again, stick).new == 0
        assert batches_of(again)[0].device == fresh


def test_files_of_the_device_before_are_removed_when_its_journal_is_held_that_far(village, desk, stick):
    workplace = village.workplace
    enrolling.enrol(workplace, desk.invite(), desk.words)
    send(workplace, stick)
    old_letters = desk.letters_in(stick)
    backup = safekeeping.make_backup(workplace)
    workplace.close()
    with closing(restore(village.place, backup).workplace) as again:
        send(again, stick)
        own = [
            letter
            for letter in desk.letters_in(stick)
            if letter.header.device_id != old_letters[0].header.device_id
        ]
        desk.answer(stick, desk.receipt(own, chains=chains_of([*old_letters, *own])))
        receive(again, stick)
        assert send(again, stick).removed == len(old_letters) + len(own)
        assert letter_files(stick) == {}


def test_three_devices_are_carried_oldest_first(village, desk, stick):
    workplace = village.workplace
    enrolling.enrol(workplace, desk.invite(), desk.words)
    workplace.close()
    for number in (1, 2):
        for path in (village.place.folder / village.place.computer).rglob("*.key"):
            path.unlink()
        with closing(village.place.open()) as again:
            write(again, f"1990000222{number}")
    with closing(village.place.open()) as again:
        send(again, stick)
        letters = desk.letters_in(stick)
        starts = [start.id for start in device_starts(again)]
        assert [letter.header.chain_device for letter in letters] == starts
        assert {letter.header.device_id for letter in letters} == {starts[-1]}
        assert sum(len(letter.entries) for letter in letters) == again.query(journal.count)


def test_a_gap_in_what_the_township_holds_of_another_journal_is_carried(village, desk, stick):
    """It was put back from an older copy: what it lost lies before what this device carried itself."""
    workplace = village.workplace
    enrolling.enrol(workplace, desk.invite(), desk.words)
    send(workplace, stick, limits=SMALL)
    old_letters = desk.letters_in(stick)
    covered, half = old_letters[:-1], old_letters[: len(old_letters) // 2]
    desk.answer(stick, desk.receipt(covered))
    receive(workplace, stick)
    backup = safekeeping.make_backup(workplace)
    workplace.close()
    with closing(restore(village.place, backup).workplace) as again:
        for path in files_in(stick):
            path.unlink()
        send(again, stick)
        carried = desk.letters_in(stick)
        assert carried[0].header.first_seq == covered[-1].header.last_seq + 1
        certificate = desk.certificate(carried[0].header, number=2)
        desk.answer(
            stick,
            desk.receipt(
                carried,
                mark_batch_no=0,
                mark_sha256=None,
                chains=chains_of(half),
                devices=(desk.notice(certificate),),
                number_blocks=(BLOCK,),
            ),
        )
        assert receive(again, stick).receipts == 1
        send(again, stick)
        again_carried = [one for one in desk.letters_in(stick) if one.header.batch_no > len(carried)]
        assert [one.header.first_seq for one in again_carried] == [half[-1].header.last_seq + 1]
        assert again_carried[-1].header.last_seq == covered[-1].header.last_seq


def test_a_copied_folder_sends_under_keys_of_its_own(village, desk, stick):
    enrolling.enrol(village.workplace, desk.invite(), desk.words)
    village.workplace.close()
    copy = village.place.elsewhere("copy", computer="another computer")
    shutil.copytree(village.place.home, copy.home)
    with closing(copy.open()) as workplace:
        send(workplace, stick)
        header = desk.letters_in(stick)[-1].header
        assert header.continues is not None
        assert header.enrolment is None


def test_a_device_that_took_anothers_place_and_was_invited_itself_says_both(village, desk, stick):
    backup = safekeeping.make_backup(village.workplace)
    village.workplace.close()
    with closing(restore(village.place, backup).workplace) as workplace:
        enrolling.enrol(workplace, desk.invite(), desk.words)
        send(workplace, stick)
        first, _ = desk.letters_in(stick)
        assert first.header.enrolment is not None
        assert first.header.continues is not None
        assert first.header.continues.device == first.header.chain_device


def test_the_envelope_is_made_again_byte_for_byte(enrolled, desk, stick):
    send(enrolled, stick, limits=SMALL)
    keys = enrolling.device_keys(enrolled)
    for letter, noted in zip(desk.letters_in(stick), batches_of(enrolled), strict=True):
        assert hashlib.sha256(letter.envelope).hexdigest() == noted.sha256
        assert enrolled.query(sending.sealed_again, noted, keys) != letter.path.read_bytes()
