"""Enrolling with a township: words first, then the recovery slot, then one transaction."""

import json
import shutil
from contextlib import closing
from dataclasses import replace

import pytest

from tests.services.desk_of_township import BLOCK, TownshipDesk
from tests.services.test_opening import everyone, refusal
from tests.services.test_safekeeping import register_one, restore, sign, slot_kinds
from tests.village import NEWCOMER, VILLAGE_CODE, contents
from village_doctor.domain.clinic import Clinic
from village_doctor.domain.people import Household
from village_doctor.domain.problems import Problem
from village_doctor.domain.record_number import NumberBlock
from village_doctor.services import delivery_status, enrolling, opening, safekeeping, sending, taking_receipts
from village_doctor.services.correcting import void_record
from village_doctor.services.enrolling import look_at
from village_doctor.services.registering import register_household, set_setting
from village_doctor.store import delivery, journal, local_state
from village_doctor.sync.recovery import open_recovery_slot


@pytest.fixture
def desk():
    return TownshipDesk()


def enrol(village, desk, **changed):
    return enrolling.enrol(village.workplace, desk.invite(**changed), desk.words)


def township_of(workplace):
    return workplace.query(delivery.township)


def clinic_of(workplace):
    (clinic,) = everyone(workplace, Clinic)
    return clinic


def blocks_of(workplace):
    device = workplace.query(local_state.current_device)
    return workplace.query(local_state.number_blocks, device.id)


def recovery_slots(home):
    return [slot for slot in opening.load_slots(home).slots if slot.kind == "recovery"]


def key_for_the_township(workplace, desk):
    (slot,) = recovery_slots(workplace.home)
    return open_recovery_slot(slot.body, desk.recovery.text, workplace.database_id)


# --- looking ------------------------------------------------------------------------------------------


def test_looking_shows_whose_it_is_and_changes_nothing(village, desk):
    before = contents(village.place.home)
    shown = look_at(desk.invite())
    assert (shown.name, shown.clinic_code, shown.practice) == ("青石镇卫生院", "990301", False)
    assert " ".join(shown.words) == desk.words
    assert len(shown.words) == 6
    assert contents(village.place.home) == before


def test_other_keys_have_other_words(desk):
    assert look_at(desk.invite()).words != look_at(TownshipDesk(number=2).invite()).words
    assert look_at(desk.invite(code_id=desk.id)).words == look_at(desk.invite()).words


def test_an_invitation_with_any_byte_changed_is_refused(desk):
    data = desk.invite()
    for place in range(0, len(data), 7):
        changed = data[:place] + bytes([data[place] ^ 1]) + data[place + 1 :]
        assert refusal(look_at, changed) in {"invitation-damaged", "invitation-newer"}, place


@pytest.mark.parametrize("data", [b"", b"\n", b"{}\n{}\n", b"x" * 100_000])
def test_what_is_no_invitation_is_refused(data):
    assert refusal(look_at, data) == "invitation-damaged"


def test_an_invitation_of_a_newer_program_says_so(desk):
    data = desk.invite().replace(b'"minimum_reader":1', b'"minimum_reader":2')
    assert refusal(look_at, data.replace(b'"version":1', b'"version":2')) == "invitation-newer"


# --- enrolling ----------------------------------------------------------------------------------------


def test_enrolled_the_clinic_knows_its_township_and_its_code(village, desk):
    before = village.workplace.query(journal.count)
    shown = enrol(village, desk)
    assert shown == look_at(desk.invite())
    known = township_of(village.workplace)
    assert (known.id, known.signing_key, known.letters_recipient) == (
        desk.id,
        desk.signing.public,
        desk.letters.recipient,
    )
    assert known.device == village.workplace.query(local_state.current_device).id
    assert clinic_of(village.workplace).code == "990301"
    assert village.workplace.query(journal.count) == before + 2, "the invitation and the code"
    (entry,) = village.workplace.query(lambda c: list(journal.entries(c, "seq = ?", (before + 2,))))
    assert (entry.verb, entry.kind) == ("enrol", "clinic")
    safekeeping.check(village.workplace)


def test_the_townships_name_is_taken_over_only_where_there_is_none(village, desk):
    assert clinic_of(village.workplace).township_name == "青石镇卫生院"
    other = TownshipDesk(number=2, name="另一家卫生院")
    enrol(village, other)
    assert clinic_of(village.workplace).township_name == "青石镇卫生院"
    assert township_of(village.workplace).name == "另一家卫生院"


@pytest.mark.parametrize("between", ["", "、", " ， ", "\n"])
def test_words_may_be_typed_with_anything_between_them(village, desk, between):
    enrolling.enrol(village.workplace, desk.invite(), between.join(desk.words.split()))
    assert township_of(village.workplace) is not None


def test_wrong_words_change_nothing(village, desk):
    words = desk.words.split()
    words[0], words[1] = words[1], words[0]
    before = contents(village.place.home)
    assert refusal(enrolling.enrol, village.workplace, desk.invite(), " ".join(words)) == "words-differ"
    assert refusal(enrolling.enrol, village.workplace, desk.invite(), "") == "words-differ"
    assert contents(village.place.home) == before


def test_only_the_owner_enrols(village, desk):
    owner = village.workplace.actor
    village.workplace.actor = replace(owner, role="doctor")
    assert refusal(enrol, village, desk) == "not-permitted"
    village.workplace.actor = owner
    assert recovery_slots(village.place.home) == []


def test_enrolled_with_one_township_is_not_enrolled_with_another(village, desk):
    enrol(village, desk)
    slots = recovery_slots(village.place.home)
    assert refusal(enrol, village, TownshipDesk(number=2)) == "enrolled-elsewhere"
    assert township_of(village.workplace).id == desk.id
    assert recovery_slots(village.place.home) == slots


def test_a_real_village_and_a_practice_township_do_not_meet(village):
    practice = TownshipDesk(practice=True)
    assert refusal(enrol, village, practice) == "practice-mismatch"
    assert recovery_slots(village.place.home) == []
    village.workplace.command(set_setting, "practice", "1")
    assert refusal(enrol, village, TownshipDesk()) == "practice-mismatch"
    assert enrol(village, practice).practice


def test_an_enrolled_clinic_does_not_become_a_practice_one(village, desk):
    enrol(village, desk)
    assert refusal(village.workplace.command, set_setting, "practice", "1") == "practice-mismatch"


# --- the recovery slot --------------------------------------------------------------------------------


def test_the_recovery_slot_gives_the_township_the_database_key(village, desk):
    enrol(village, desk)
    assert key_for_the_township(village.workplace, desk) == village.workplace.key
    (slot,) = recovery_slots(village.place.home)
    fields = json.loads(slot.body)
    assert (fields["township"], fields["recipient"]) == (desk.id, desk.recovery.recipient)


def test_the_homes_own_copies_get_the_slot_too_and_copies_outside_carry_it(village, desk, tmp_path):
    inside = safekeeping.make_backup(village.workplace)
    enrol(village, desk)
    assert slot_kinds(inside) == ["password", "unlock_code", "recovery"]
    stick = tmp_path / "stick"
    stick.mkdir()
    assert slot_kinds(safekeeping.make_backup(village.workplace, stick)) == ["unlock_code", "recovery"]


def test_enrolling_again_replaces_slot_and_code_and_writes_nothing_twice(village, desk):
    enrol(village, desk)
    before = village.workplace.query(journal.count)
    enrol(village, desk, code_id=desk.id)
    assert len(recovery_slots(village.place.home)) == 1
    assert township_of(village.workplace).code_id == desk.id
    assert village.workplace.query(journal.count) == before + 1, "something to send with the new proof"
    enrol(village, desk, code_id=desk.id)
    assert village.workplace.query(journal.count) == before + 1


def test_a_new_invitation_of_the_same_township_begins_again(village, desk, tmp_path):
    """The health centre has no memory of us: what counted as delivered is sent once more, with the new proof."""
    enrol(village, desk)
    sending.send(village.workplace, tmp_path)
    letters = desk.letters_in(tmp_path)
    desk.answer(tmp_path, desk.receipt(letters), (), (), None)
    taking_receipts.receive(village.workplace, tmp_path)
    status = delivery_status.status(village.workplace)
    assert (status.is_confirmed, status.waiting) == (True, 0)
    enrol(village, desk, code_id=desk.id)
    status = delivery_status.status(village.workplace)
    assert (status.is_confirmed, status.delivered) == (False, 0)
    for path in tmp_path.glob("*.vdbatch"):
        path.unlink()
    sending.send(village.workplace, tmp_path)
    headers = sorted((one.header for one in desk.letters_in(tmp_path)), key=lambda header: header.batch_no)
    assert [header.batch_no for header in headers] == [1, 2]
    assert [header.enrolment.code_id for header in headers] == [letters[0].header.enrolment.code_id, desk.id]


def test_an_invitation_of_another_clinic_is_refused_once_letters_were_sent(village, desk, tmp_path):
    enrol(village, desk)
    enrol(village, desk, clinic_code="990302", code_id=desk.id)
    sending.send(village.workplace, tmp_path)
    assert refusal(enrol, village, desk, clinic_code="990301") == "invitation-of-another"
    assert township_of(village.workplace).clinic_code == "990302"


def test_cut_off_between_slot_and_transaction_enrolling_again_replaces_the_slot(village, desk, monkeypatch):
    with monkeypatch.context() as patched:
        patched.setattr(delivery, "set_township", out_of_power)
        with pytest.raises(KeyboardInterrupt):
            enrol(village, desk)
    (slot,) = recovery_slots(village.place.home)
    assert township_of(village.workplace) is None
    assert clinic_of(village.workplace).code == "000000"
    assert blocks_of(village.workplace) == ()
    enrol(village, desk)
    (fresh,) = recovery_slots(village.place.home)
    assert fresh.id != slot.id
    assert township_of(village.workplace) is not None


def out_of_power(*_args):
    raise KeyboardInterrupt


def test_where_the_slot_cannot_be_written_nothing_is_enrolled(village, desk, monkeypatch):
    def full(*_args):
        raise Problem("disk-full")

    with monkeypatch.context() as patched:
        patched.setattr(enrolling, "keep_slots", full)
        assert refusal(enrol, village, desk) == "disk-full"
    assert township_of(village.workplace) is None


# --- number blocks ------------------------------------------------------------------------------------


def test_human_numbers_come_from_the_block_from_now_on(village, desk):
    enrol(village, desk)
    assert blocks_of(village.workplace) == (BLOCK,)
    made = register_one(village.workplace)
    assert made.household.number == "00001"
    assert made.residents[0].record_number == f"{VILLAGE_CODE}00001"
    assert sign(village.workplace, made.household, made.residents[0]).number == "2026-00001"
    assert register_one(village.workplace, "单立人").household.number == "00002"
    safekeeping.check(village.workplace)


def test_a_voided_number_is_not_given_again(village, desk, do):
    enrol(village, desk, number_blocks=(NumberBlock(first=1, last=2),))
    made = register_one(village.workplace)
    membership = village.workplace.query(
        lambda c: c.execute(
            "SELECT id FROM household_membership WHERE household_id = ?", (made.household.id,)
        ).fetchone()[0]
    )
    for kind, record in (
        ("household_membership", membership),
        ("resident", made.residents[0].id),
        ("household", made.household.id),
    ):
        do(void_record, kind, record, "登记错了")
    assert register_one(village.workplace, "单立人").household.number == "00002"
    # The block is used up; the device digit goes on where it was.
    assert register_one(village.workplace, "万里").household.number == "10004"


def test_a_copy_on_another_computer_does_not_use_this_devices_block(village, desk):
    enrol(village, desk)
    register_one(village.workplace)
    village.workplace.close()
    copy = village.place.elsewhere("copy", computer="another computer")
    shutil.copytree(village.place.home, copy.home)
    with closing(copy.open()) as workplace:
        assert township_of(workplace) is not None
        assert blocks_of(workplace) == ()
        assert register_one(workplace, "单立人").household.number == "20001"
    with closing(village.place.open()) as workplace:
        assert register_one(workplace, "万里").household.number == "00002"


def test_put_back_from_before_enrolling_the_same_invitation_gives_no_block(village, desk):
    """The device that was lost may have used it; the next receipt brings one."""
    backup = safekeeping.make_backup(village.workplace)
    enrol(village, desk)
    register_one(village.workplace)
    village.workplace.close()
    (village.place.home / "store.db").write_bytes(b"lost" * 5000)
    with closing(restore(village.place, backup).workplace) as workplace:
        assert township_of(workplace) is None
        enrolling.enrol(workplace, desk.invite(), desk.words)
        assert blocks_of(workplace) == ()
        assert workplace.command(register_household, NEWCOMER).value.household.number == "20001"
        assert len({h.number for h in everyone(workplace, Household)}) == 4


# --- the device's own keys ------------------------------------------------------------------------------


def test_a_device_has_the_same_keys_whenever_it_is_opened_and_a_copy_has_others(village):
    keys = enrolling.device_keys(village.workplace)
    village.workplace.close()
    copy = village.place.elsewhere("copy")
    shutil.copytree(village.place.home, copy.home)
    with closing(village.place.open()) as workplace:
        assert enrolling.device_keys(workplace) == keys
    with closing(copy.open()) as workplace:
        others = enrolling.device_keys(workplace)
        assert others.signing.public != keys.signing.public
        assert others.identity.recipient != keys.identity.recipient


def test_where_the_computers_half_was_lost_meanwhile_it_says_so(village):
    for path in (village.place.folder / village.place.computer).rglob("*.key"):
        path.unlink()
    assert refusal(enrolling.device_keys, village.workplace) == "device-keys-missing"


def test_the_private_keys_are_in_no_file(village, desk):
    enrol(village, desk)
    keys = enrolling.device_keys(village.workplace)
    secret = village.workplace.device_secret()
    village.workplace.close()
    searched = [secret, secret.hex().encode(), keys.signing.seed, keys.identity.text.encode()]
    for name, data in contents(village.place.folder).items():
        assert not any(form in data for form in searched), name
    assert keys.identity.text not in repr(keys)
