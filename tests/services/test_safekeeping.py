"""Backups, restoring them, and the check that goes through everything."""

import random
import shutil
from contextlib import closing
from datetime import timedelta
from typing import Any

import pytest
from sqlite_utils.migrations import Migrations

from tests.services.test_opening import assert_continues, device_starts, end_of, everyone, refusal, write
from tests.village import (
    MORNING,
    OTHER_PASSWORD,
    PASSWORD,
    RARE,
    Place,
    build,
    contents,
    files_in,
)
from village_doctor.domain.changes.canonical import decode_canonical
from village_doctor.domain.contracts import Contract
from village_doctor.domain.people import Household, Phone, Resident
from village_doctor.domain.problems import Problem
from village_doctor.foundation.keyslots import SlotFile, kept_slot
from village_doctor.foundation.secrets import UnlockCode
from village_doctor.services import opening, safekeeping
from village_doctor.services.contracting import ContractDraft, Signing, sign_contract
from village_doctor.services.correcting import correct_record
from village_doctor.services.registering import HouseholdDraft, MemberDraft, register_household
from village_doctor.store import journal, migrations, search


def restore(place, backup, **given):
    """Restores with the password unless something else is said; gives what it said."""
    given = given or {"password": PASSWORD}
    return safekeeping.restore(backup, place.home, place.surroundings, **given)


def entry_count(workplace):
    return workplace.query(journal.count)


def phones(workplace):
    return {phone.number for phone in everyone(workplace, Phone)}


def header_of(backup) -> Any:
    return decode_canonical(backup.read_bytes().split(b"\n", 2)[1])


def slot_kinds(backup):
    header = header_of(backup)
    return [slot["kind"] for slot in header["slots"]["slots"]]


def register_one(workplace, name="曾小芳"):
    member = MemberDraft(name=name, sex="2", birth_date=RARE.birth_date, no_identity_reason="遗失")
    return workplace.command(register_household, HouseholdDraft(members=(member,))).value


def sign(workplace, household, head):
    draft = ContractDraft(household_id=household.id, years=1)
    return workplace.command(sign_contract, draft, Signing(representative_id=head.id)).value.contract


# --- making backups ---------------------------------------------------------------------------------


def test_a_backup_in_the_home_carries_all_slots_and_a_name_that_says_nothing(village):
    path = safekeeping.make_backup(village.workplace)
    assert path.parent == village.place.home / "backups"
    assert len(path.stem) == 32
    assert set(path.stem) <= set("0123456789abcdef")
    assert slot_kinds(path) == ["password", "unlock_code"]
    assert [p.name for p in files_in(path.parent)] == [path.name]


def test_a_copy_that_leaves_the_laptop_carries_only_unlock_code_and_recovery(village, tmp_path):
    slots_file = village.place.home / "keyslots.json"
    slots = opening.load_slots(village.place.home)
    for number, kind in enumerate(("recovery", "fingerprint")):
        kept = kept_slot(
            slot_id=village.workplace.new_id(), kind=kind, fields={"recipient": f"age1example{number}"}
        )
        slots = slots.with_slot(kept)
    slots.save(slots_file)
    stick = tmp_path / "stick"
    stick.mkdir()
    path = safekeeping.make_backup(village.workplace, stick)
    assert path.parent == stick
    assert slot_kinds(path) == ["unlock_code", "recovery"]
    assert list((village.place.home / "backups").iterdir()) == []


def test_a_copy_into_a_folder_that_is_not_there_says_so(village, tmp_path):
    assert refusal(safekeeping.make_backup, village.workplace, tmp_path / "no stick") == "backup-folder"


def test_there_is_one_backup_a_day_made_with_the_first_work(village):
    first = safekeeping.daily_backup(village.workplace)
    assert first is not None
    village.place.clock.forward(hours=5)
    assert safekeeping.daily_backup(village.workplace) is None
    village.place.clock.instant = MORNING + timedelta(hours=15)  # past midnight in China
    second = safekeeping.daily_backup(village.workplace)
    assert second not in (None, first)
    assert {p.name for p in files_in(village.place.home / "backups")} == {first.name, second.name}


def test_the_last_seven_days_are_kept(village):
    made = []
    for _ in range(10):
        path = safekeeping.daily_backup(village.workplace)
        assert path is not None
        made.append(path.name)
        village.place.clock.forward(days=1)
    assert {p.name for p in files_in(village.place.home / "backups")} == set(made[-7:])


def test_progress_is_told_and_a_stopped_backup_leaves_nothing(village):
    told = []
    safekeeping.make_backup(village.workplace, progress=lambda *step: told.append(step))
    assert told[-1][0] == "copy"
    assert told[-1][1] == told[-1][2] > 0

    def stop(stage, done, total):
        raise Problem("cancelled")

    before = contents(village.place.home / "backups")
    with pytest.raises(Problem):
        safekeeping.make_backup(village.workplace, progress=stop)
    assert contents(village.place.home / "backups") == before


# --- restoring ----------------------------------------------------------------------------------------


def test_yesterdays_backup_restored_and_written_on(village):
    """A new device, the chain continues, nothing is renumbered, and what came after the backup is merged in."""
    signed = sign(village.workplace, village.four, village.grandfather)
    backup = safekeeping.make_backup(village.workplace)
    yesterday = entry_count(village.workplace)
    village.place.clock.forward(days=1)
    after = register_one(village.workplace)
    numbers = {h.id: h.number for h in everyone(village.workplace, Household)}
    records = {r.id: r.record_number for r in everyone(village.workplace, Resident)}
    today = entry_count(village.workplace)
    end = end_of(village.workplace)
    village.workplace.close()

    restored = restore(village.place, backup)
    with closing(restored.workplace) as workplace:
        assert restored.merged == today - yesterday > 0
        assert restored.unlock_code is None
        assert_continues(workplace, end, 2)
        assert entry_count(workplace) == today + 1
        assert {h.id: h.number for h in everyone(workplace, Household)} == numbers
        assert {r.id: r.record_number for r in everyone(workplace, Resident)} == records
        assert [c.number for c in everyone(workplace, Contract)] == [signed.number] == ["2026-10001"]
        new = register_one(workplace, "单立人")
        assert after.household.number == "10004"
        assert new.household.number == "20001"
        assert new.residents[0].record_number == "99010110120120001"
        assert sign(workplace, new.household, new.residents[0]).number == "2026-20001"
        safekeeping.check(workplace)
    with closing(village.place.open()) as workplace:
        assert len(device_starts(workplace)) == 2
        safekeeping.check(workplace)


def test_what_was_merged_in_is_found_at_once(village):
    """Whether or not today's duties had been made before."""
    backup = safekeeping.make_backup(village.workplace)
    after = register_one(village.workplace)
    village.workplace.close()
    with closing(restore(village.place, backup).workplace) as workplace:
        found = workplace.query(search.find, "zxf", workplace.catalogue.pinyin)
        assert found == [after.residents[0].id]
        safekeeping.check(workplace)


def test_a_correction_after_the_backup_stands(village):
    backup = safekeeping.make_backup(village.workplace)
    village.workplace.command(correct_record, "resident", village.rare.id, {"name": "曾小芳"})
    village.workplace.close()
    with closing(restore(village.place, backup).workplace) as workplace:
        assert "曾小芳" in {r.name for r in everyone(workplace, Resident)}


def test_a_second_restore_starts_a_third_device_and_loses_nothing(village):
    backup = safekeeping.make_backup(village.workplace)
    village.workplace.close()
    with closing(restore(village.place, backup).workplace) as workplace:
        write(workplace, "19900002222")
        end = end_of(workplace)
    with closing(restore(village.place, backup).workplace) as workplace:
        assert "19900002222" in phones(workplace)
        assert [start.device_digit for start in device_starts(workplace)] == [1, 2, 3]
        assert (device_starts(workplace)[1].id, 2) == end[:2]
        assert workplace.query(journal.verify) == entry_count(workplace)
        safekeeping.check(workplace)


def test_the_files_that_were_there_are_kept(village):
    backup = safekeeping.make_backup(village.workplace)
    village.workplace.close()
    before = contents(village.place.home)
    restore(village.place, backup).workplace.close()
    (replaced,) = village.place.home.glob("replaced-*")
    kept = contents(replaced)
    assert kept["keyslots.json"] == before["keyslots.json"]
    assert kept["store.db"] == before["store.db"]
    assert not list(village.place.home.glob("restoring-*"))


def test_a_crashed_home_is_merged_with_what_its_write_ahead_log_holds(village):
    backup = safekeeping.make_backup(village.workplace)
    write(village.workplace, "19900002222")
    crashed = village.place.elsewhere("crashed")
    shutil.copytree(village.place.home, crashed.home)
    village.workplace.close()
    with closing(restore(crashed, backup).workplace) as workplace:
        assert "19900002222" in phones(workplace)
        safekeeping.check(workplace)


def damage(path, chance):
    """Every page but the first few gets a wrong byte: what SQLCipher's page check notices."""
    data = bytearray(path.read_bytes())
    for page in range(3, len(data) // 4096):
        data[page * 4096 + chance.randrange(4000)] ^= 0x55
    path.write_bytes(data)


def test_a_damaged_store_gives_nothing_and_the_backups_state_stands(village):
    backup = safekeeping.make_backup(village.workplace)
    known = phones(village.workplace)
    write(village.workplace, "19900002222")
    village.workplace.close()
    damage(village.place.home / "store.db", random.Random(1))
    assert refusal(village.place.open) == "store-damaged"
    restored = restore(village.place, backup)
    with closing(restored.workplace) as workplace:
        assert not restored.merged
        assert phones(workplace) == known
        assert len(device_starts(workplace)) == 2
        safekeeping.check(workplace)


@pytest.mark.parametrize("seed", range(6))
def test_a_store_with_some_bad_pages_gives_what_can_be_read_in_order_or_nothing(village, seed):
    """Never something in between: what was merged follows from the chain, and everything is whole afterwards."""
    backup = safekeeping.make_backup(village.workplace)
    numbers = [f"1990000{number:04d}" for number in range(2000, 2040)]
    for number in numbers:
        write(village.workplace, number)
    village.workplace.close()
    chance = random.Random(seed)
    path = village.place.home / "store.db"
    data = bytearray(path.read_bytes())
    for page in chance.sample(range(1, len(data) // 4096), 4):
        data[page * 4096 + chance.randrange(4000)] ^= 0x55
    path.write_bytes(data)
    restored = restore(village.place, backup)
    with closing(restored.workplace) as workplace:
        found = sorted(phones(workplace) & set(numbers))
        assert found == numbers[: len(found)]
        assert len(found) == (restored.merged or 0)
        safekeeping.check(workplace)
        write(workplace, "19900009999")


def test_a_store_that_is_rubbish_gives_nothing(village):
    backup = safekeeping.make_backup(village.workplace)
    village.workplace.close()
    (village.place.home / "store.db").write_bytes(b"rubbish" * 9999)
    restored = restore(village.place, backup)
    with closing(restored.workplace) as workplace:
        assert restored.merged is None
        safekeeping.check(workplace)


def test_an_old_backup_brings_no_old_password_back_into_the_home(village):
    """It opens with what is good now, here and elsewhere. A copy that has left keeps the code it left with."""
    stick = village.place.folder / "stick"
    stick.mkdir()
    outside = safekeeping.make_backup(village.workplace, stick)
    backup = safekeeping.make_backup(village.workplace)
    opening.change_password(village.workplace, OTHER_PASSWORD)
    fresh = opening.replace_unlock_code(village.workplace).text
    village.workplace.close()
    assert_refused(village.place, backup, "password-wrong", password=PASSWORD)
    old = {"unlock_code": village.unlock_code, "new_password": PASSWORD}
    assert_refused(village.place, backup, "unlock-code-wrong", **old)
    restore(village.place, backup, password=OTHER_PASSWORD).workplace.close()
    assert refusal(village.place.open, PASSWORD) == "password-wrong"
    with closing(restore(village.place, backup, unlock_code=fresh, new_password=PASSWORD).workplace):
        pass
    place = village.place.elsewhere("copy")
    assert refusal(restore, place, backup, password="4821-0937-5517") == "password-wrong"
    restore(place, backup, password=PASSWORD).workplace.close()
    restore(village.place.elsewhere("second copy"), outside, **old).workplace.close()


def test_the_backups_slots_stand_in_for_slots_that_were_lost(village):
    backup = safekeeping.make_backup(village.workplace)
    write(village.workplace, "19900002222")
    village.workplace.close()
    (village.place.home / "keyslots.json").write_bytes(b"broken")
    with closing(restore(village.place, backup).workplace) as workplace:
        assert "19900002222" in phones(workplace)
    village.place.open().close()


def test_from_a_stick_into_an_empty_folder_on_a_new_computer_with_the_printed_code(village, tmp_path):
    stick = tmp_path / "stick"
    stick.mkdir()
    backup = safekeeping.make_backup(village.workplace, stick)
    village.workplace.close()
    place = village.place.elsewhere("new home", computer="new computer")
    assert refusal(restore, place, backup, password=PASSWORD) == "unlock-code-needed"
    given = {"unlock_code": village.unlock_code, "new_password": OTHER_PASSWORD}
    restored = restore(place, backup, **given)
    with closing(restored.workplace) as workplace:
        assert restored.merged == 0
        assert len(device_starts(workplace)) == 2
        safekeeping.check(workplace)
    place.open(OTHER_PASSWORD).close()
    assert refusal(place.open, PASSWORD) == "password-wrong"
    assert restored.unlock_code is not None
    assert restored.unlock_code.text != village.unlock_code
    again = (place.home, place.surroundings)
    assert refusal(opening.reset_password, *again, village.unlock_code, PASSWORD) == "unlock-code-wrong"
    opening.reset_password(*again, restored.unlock_code.text, PASSWORD)[0].close()


def test_restored_it_is_a_new_device_even_if_the_power_went_before_its_first_opening(village, monkeypatch):
    backup = safekeeping.make_backup(village.workplace)
    village.workplace.close()

    with monkeypatch.context() as patched:
        patched.setattr(safekeeping, "Workplace", cut)
        with pytest.raises(KeyboardInterrupt):
            restore(village.place, backup)
    with closing(village.place.open()) as workplace:
        assert len(device_starts(workplace)) == 2


def test_a_restore_cut_off_between_the_old_files_and_the_new_ones_is_undone_by_the_next(village, monkeypatch):
    backup = safekeeping.make_backup(village.workplace)
    write(village.workplace, "19900002222")
    opening.change_password(village.workplace, OTHER_PASSWORD)
    village.workplace.close()

    with monkeypatch.context() as patched:
        patched.setattr(SlotFile, "save", cut)
        patched.setattr(safekeeping, "_undo_unfinished", lambda home: None)
        with pytest.raises(KeyboardInterrupt):
            restore(village.place, backup, password=OTHER_PASSWORD)
    assert refusal(village.place.open) == "home-missing"
    with closing(restore(village.place, backup, password=OTHER_PASSWORD).workplace) as workplace:
        assert "19900002222" in phones(workplace), "entries of the old store are not forgotten"
    village.place.open(OTHER_PASSWORD).close()
    assert len(list(village.place.home.glob("replaced-*"))) == 1
    assert not list(village.place.home.glob("restoring-*"))


def cut(*args, **kwargs):
    """Stands for whatever ends the work at this point."""
    raise KeyboardInterrupt


def test_a_restore_that_fails_while_it_moves_files_puts_them_back(village, monkeypatch):
    backup = safekeeping.make_backup(village.workplace)
    village.workplace.close()
    before = contents(village.place.home)
    with monkeypatch.context() as patched:
        patched.setattr(SlotFile, "save", cut)
        with pytest.raises(KeyboardInterrupt):
            restore(village.place, backup)
    assert contents(village.place.home) == before
    village.place.open().close()


def test_a_doubtful_clock_is_asked_about_before_anything_is_moved(village):
    backup = safekeeping.make_backup(village.workplace)
    village.workplace.close()
    village.place.clock.forward(days=-3)
    before = contents(village.place.folder)
    assert refusal(restore, village.place, backup) == "clock-doubtful"
    assert contents(village.place.folder) == before
    restored = restore(village.place, backup, password=PASSWORD, clock_confirmed=True)
    with closing(restored.workplace) as workplace:
        assert len(device_starts(workplace)) == 2


# --- refused restores -----------------------------------------------------------------------------------


def assert_refused(place, backup, code, **given):
    before = contents(place.folder)
    assert refusal(restore, place, backup, **given) == code
    assert contents(place.folder) == before


def test_another_password_or_code_restores_nothing(village):
    backup = safekeeping.make_backup(village.workplace)
    village.workplace.close()
    place = village.place
    assert_refused(place, backup, "password-wrong", password=OTHER_PASSWORD)
    assert_refused(place, backup, "password-missing", clock_confirmed=True)
    mistyped = village.unlock_code.replace(
        village.unlock_code[0], "0" if village.unlock_code[0] != "0" else "1"
    )
    assert_refused(place, backup, "unlock-code-mistyped", unlock_code=mistyped, new_password=OTHER_PASSWORD)
    other = UnlockCode(bytes(16)).text
    assert_refused(place, backup, "unlock-code-wrong", unlock_code=other, new_password=OTHER_PASSWORD)
    assert_refused(place, backup, "password-weak", unlock_code=village.unlock_code, new_password="123")


def test_a_backup_of_another_clinic_is_refused(village, tmp_path):
    other = build(Place(tmp_path / "other", seed=5))
    backup = safekeeping.make_backup(other.workplace)
    other.workplace.close()
    village.workplace.close()
    assert_refused(village.place, backup, "backup-other-clinic")


def test_an_open_home_is_not_restored_over(village):
    backup = safekeeping.make_backup(village.workplace)
    assert refusal(restore, village.place, backup) == "home-in-use"
    write(village.workplace)


def test_a_file_that_is_not_there_or_not_ours_says_so(village, tmp_path):
    village.workplace.close()
    assert_refused(village.place, tmp_path / "nothing.vdbackup", "backup-missing")
    assert_refused(village.place, village.place.home / "keyslots.json", "backup-not-ours")


def test_no_flipped_or_missing_byte_of_a_backup_is_restored(village):
    backup = safekeeping.make_backup(village.workplace)
    village.workplace.close()
    data = backup.read_bytes()
    chance = random.Random(3)
    header_end = data.index(b"\n", 30)
    places = [*chance.sample(range(24, header_end), 20), *chance.sample(range(header_end, len(data)), 20)]
    for place in places:
        altered = bytearray(data)
        altered[place] ^= 1 << chance.randrange(8)
        backup.write_bytes(altered)
        assert_refused(village.place, backup, "backup-damaged")
    for length in (100, header_end, header_end + 1, len(data) // 2, len(data) - 1):
        backup.write_bytes(data[:length])
        assert_refused(village.place, backup, "backup-damaged")
    backup.write_bytes(data)
    restore(village.place, backup).workplace.close()


def test_a_refused_restore_into_an_empty_folder_leaves_no_home(village, tmp_path):
    backup = safekeeping.make_backup(village.workplace)
    village.workplace.close()
    place = village.place.elsewhere("new home")
    assert refusal(restore, place, backup, password=OTHER_PASSWORD) == "password-wrong"
    assert {path.name for path in files_in(place.home)} <= {"home.lock"}
    assert refusal(place.open) == "home-missing"


def test_a_backup_of_a_newer_program_is_refused(village, monkeypatch):
    village.workplace.write(lambda writing: writing.connection.execute("PRAGMA user_version = 2"))
    backup = safekeeping.make_backup(village.workplace)
    village.workplace.write(lambda writing: writing.connection.execute("PRAGMA user_version = 1"))
    village.workplace.close()
    assert_refused(village.place, backup, "store-newer")


def test_a_backup_whose_journal_was_changed_is_refused(village):
    """By somebody with the key: the pages are sound, the chain is not."""
    tamper(village.workplace, "UPDATE journal SET verb = 'other' WHERE seq = 9")
    backup = safekeeping.make_backup(village.workplace)
    village.workplace.close()
    assert_refused(village.place, backup, "journal-damaged")


# --- migrating makes a copy first -----------------------------------------------------------------------


def test_opening_with_a_newer_program_makes_a_backup_of_the_old_store_first(village, monkeypatch):
    village.workplace.close()
    ahead = Migrations("village_doctor")
    for known in migrations.MIGRATIONS._migrations:
        ahead(name=known.name)(known.fn)

    def second(db):
        db.execute("ALTER TABLE form_draft ADD COLUMN place TEXT")
        db.execute("PRAGMA user_version = 2")

    with monkeypatch.context() as patched:
        ahead(name="0002 second light")(second)
        patched.setattr(migrations, "MIGRATIONS", ahead)
        patched.setattr(migrations, "NEWEST", 2)
        with closing(village.place.open()) as workplace:
            write(workplace)
    (copy,) = (village.place.home / "backups").glob("*.vdbackup")
    assert header_of(copy)["schema"] == 1
    assert refusal(village.place.open) == "store-newer"
    place = village.place.elsewhere("as before")
    with closing(restore(place, copy).workplace) as workplace:
        safekeeping.check(workplace)


# --- the check --------------------------------------------------------------------------------------------


def tamper(workplace, *statements):
    """Changes the store behind the program's back, as somebody with the key could."""

    def work(writing):
        for sql in ("journal_is_append_only_update", "journal_is_append_only_delete"):
            writing.connection.execute(f"DROP TRIGGER {sql}")
        writing.connection.execute("PRAGMA foreign_keys = OFF")
        for sql in statements:
            assert writing.connection.execute(sql).rowcount > 0, sql
        writing.connection.execute("PRAGMA foreign_keys = ON")

    workplace.write(work)


def test_a_sound_home_passes_and_nothing_is_changed(village):
    village.workplace.renew_for_today()
    village.workplace.write(lambda w: w.connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall())
    before = contents(village.place.home)
    checked = safekeeping.check(village.workplace)
    assert (checked.entries, checked.concurrent) == (entry_count(village.workplace), 0)
    assert contents(village.place.home) == before


@pytest.mark.parametrize(
    ("sql", "code", "table"),
    [
        ("UPDATE resident SET name = '李桂花' WHERE name = '李桂英'", "tables-differ", "resident"),
        ("UPDATE reading SET systolic_mmhg = 128 WHERE systolic_mmhg = 152", "tables-differ", "reading"),
        ("DELETE FROM absence", "tables-differ", "absence"),
        ("UPDATE condition SET created_act = 'x'", "tables-differ", "condition"),
        ("UPDATE record_head SET seq = seq - 1 WHERE kind = 'visit'", "tables-differ", "record_head"),
        (
            "INSERT INTO setting (id, value, created_act) VALUES ('practice', '1', 'x')",
            "tables-differ",
            "setting",
        ),
        ("UPDATE journal SET body = CAST('{}' AS BLOB) WHERE seq = 12", "journal-damaged", None),
        ("UPDATE journal SET digest = zeroblob(32) WHERE seq = 12", "journal-damaged", None),
        ("UPDATE journal SET at = at + 1 WHERE seq = 12", "journal-damaged", None),
        ("UPDATE journal SET staff = 'somebody else' WHERE seq = 12", "journal-damaged", None),
        ("DELETE FROM journal WHERE seq = 12", "journal-damaged", None),
        (
            "DELETE FROM search_term WHERE key = (SELECT min(key) FROM search_term)",
            "derived-differ",
            "search_term",
        ),
        (
            "UPDATE search_term SET rank = rank + 1 WHERE key = (SELECT max(key) FROM search_term)",
            "derived-differ",
            "search_term",
        ),
        ("DELETE FROM duty WHERE key = (SELECT min(key) FROM duty)", "derived-differ", "duty"),
        (
            "UPDATE duty SET due_on = '2099-01-01' WHERE key = (SELECT min(key) FROM duty)",
            "derived-differ",
            "duty",
        ),
        ("DELETE FROM village", "store-damaged", None),
    ],
)
def test_what_was_changed_behind_the_programs_back_is_found(village, sql, code, table):
    village.workplace.renew_for_today()
    tamper(village.workplace, sql)
    with pytest.raises(Problem) as caught:
        safekeeping.check(village.workplace)
    assert caught.value.code == code
    assert caught.value.values.get("table") == table


def test_what_is_derived_can_be_made_again(village):
    village.workplace.renew_for_today()
    tamper(village.workplace, "DELETE FROM search_term", "DELETE FROM duty")
    assert refusal(safekeeping.check, village.workplace) == "derived-differ"
    safekeeping.rebuild_derived(village.workplace)
    safekeeping.check(village.workplace)


def test_an_act_after_midnight_leaves_nothing_that_differs(village):
    """The laptop stayed open overnight; what was made for yesterday is made for today with the first act."""
    village.workplace.renew_for_today()
    village.place.clock.forward(hours=16)
    sign(village.workplace, village.four, village.grandfather)
    safekeeping.check(village.workplace)


def test_a_page_damaged_on_the_disk_is_found(village):
    village.workplace.write(lambda w: w.connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall())
    path = village.place.home / "store.db"
    with path.open("r+b") as file:
        file.seek(20 * 4096 + 77)
        byte = file.read(1)
        file.seek(20 * 4096 + 77)
        file.write(bytes([byte[0] ^ 1]))
    assert refusal(safekeeping.check, village.workplace) == "store-damaged"
