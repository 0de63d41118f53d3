"""Making and opening a home: passwords, the printed code, copies of the folder, one process, a clock in doubt."""

import os
import shutil
import subprocess
import sys
import time
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest

from tests.village import (
    CHEAP,
    CLINIC,
    MORNING,
    NEWCOMER,
    OTHER_PASSWORD,
    PASSWORD,
    TODAY,
    Place,
    contents,
    files_in,
)
from village_doctor.domain.clinic import Clinic, DeviceStart, Setting, Staff, Village
from village_doctor.domain.problems import Problem
from village_doctor.foundation.keyslots import PasswordSlot, SlotFile, UnlockCodeSlot, kept_slot
from village_doctor.foundation.secrets import SHIPPED_COST
from village_doctor.foundation.surroundings import Surroundings
from village_doctor.services import opening, safekeeping
from village_doctor.services.registering import ClinicDraft, add_phone, register_household
from village_doctor.store import journal, local_state
from village_doctor.store.database import connect
from village_doctor.store.tables import select

ROOT = Path(__file__).resolve().parents[2]


def refusal(function, *args, **kwargs):
    """The code and values of the Problem that is raised."""
    with pytest.raises(Problem) as caught:
        function(*args, **kwargs)
    return caught.value.code


def everyone(workplace, record_class):
    return workplace.query(lambda c: list(select(c, record_class, "1 ORDER BY id")))


def device_starts(workplace):
    """In the order in which they were made."""
    return sorted(everyone(workplace, DeviceStart), key=lambda start: start.device_digit)


def end_of(workplace):
    """Where the current device's chain ends: device, number, digest."""
    device = workplace.query(local_state.current_device)
    last = workplace.query(journal.last_of, device.id)
    return device.id, last.seq, last.digest.hex()


def register(workplace):
    return workplace.command(register_household, NEWCOMER).value


def write(workplace, number="19900001111"):
    resident = workplace.query(lambda c: c.execute("SELECT id FROM resident ORDER BY id").fetchone()[0])
    return workplace.command(add_phone, number, resident_id=resident).value


# --- a new home --------------------------------------------------------------------------------------


def test_a_new_home_has_its_clinic_village_and_owner_and_counts_from_today(place):
    made = place.create()
    with closing(made.workplace) as workplace:
        assert made.clinic.name == "石桥湾村卫生室"
        assert made.clinic.code == "000000"
        assert everyone(workplace, Clinic) == [made.clinic]
        (village,) = everyone(workplace, Village)
        assert (village.code, village.name) == (CLINIC.village_code, "石桥湾村")
        (staff,) = everyone(workplace, Staff)
        assert (staff.name, staff.role, staff.kind) == ("王守仁", "owner", "village_doctor")
        assert workplace.actor.id == staff.id
        (setting,) = everyone(workplace, Setting)
        assert (setting.id, setting.value) == ("counting_starts_on", TODAY.isoformat())
        (device,) = device_starts(workplace)
        assert (device.device_digit, device.continues_device, device.continues_seq) == (1, None, None)


def test_a_new_home_is_these_files_for_its_owner_only(place):
    place.create().workplace.close()
    names = {path.name for path in files_in(place.home)}
    assert names == {"store.db", "keyslots.json", "home.lock"}
    for path in (place.home, *place.home.rglob("*")):
        assert path.stat().st_mode & 0o077 == 0, path
    outside = {path.suffix for path in files_in(place.folder / place.computer)}
    assert outside == {".key", ".mark", ".digit"}
    for path in files_in(place.folder / place.computer):
        assert path.stat().st_mode & 0o077 == 0, path


def test_the_slots_are_one_password_and_one_unlock_code_for_the_owner(place):
    made = place.create()
    made.workplace.close()
    password, code = SlotFile.load(place.home / "keyslots.json").slots
    assert isinstance(password, PasswordSlot)
    assert isinstance(code, UnlockCodeSlot)
    assert password.staff == code.staff == made.workplace.actor.id
    assert password.cost == CHEAP


def test_the_shipped_cost_of_a_password_is_what_surroundings_take_when_nothing_is_said():
    assert Surroundings().kdf_cost == SHIPPED_COST
    assert SHIPPED_COST.memory_kib >= 64 * 1024


def test_the_unlock_code_is_nowhere_on_the_disk(place):
    made = place.create()
    made.workplace.close()
    code = made.unlock_code
    searched = [
        code.text.encode(),
        code.text.replace("-", "").encode(),
        code.secret,
        code.secret.hex().encode(),
    ]
    for path in files_in(place.folder):
        assert not any(form in path.read_bytes() for form in searched), path


def test_a_second_home_in_the_same_folder_is_refused(place):
    place.create().workplace.close()
    before = contents(place.home)
    assert refusal(place.create) == "home-exists"
    assert contents(place.home) == before


@pytest.mark.parametrize("password", ["short", "123456789012", "1980-0514-1980", "王守仁"])
def test_a_weak_password_makes_no_home(place, password):
    draft = ClinicDraft(clinic_name="x", village_code="990101101201", village_name="x", doctor_name="x")
    assert refusal(opening.create_home, place.home, place.surroundings, password, draft) == "password-weak"
    assert not place.home.exists()


@pytest.mark.parametrize(
    ("field", "value", "code"),
    [
        ("village_code", "99010110120", "village-code"),
        ("village_code", "99010110120x", "village-code"),
        ("village_code", "９９０１０１１０１２０１", "village-code"),
        ("clinic_name", "  ", "name-missing"),
        ("doctor_name", "", "name-missing"),
        ("village_name", "", "name-missing"),
    ],
)
def test_a_refused_new_home_is_not_there_and_the_next_try_succeeds(place, field, value, code):
    values = {name: getattr(CLINIC, name) for name in CLINIC.__slots__}
    draft = ClinicDraft(**{**values, field: value})
    assert refusal(place.create, draft) == code
    assert {path.name for path in files_in(place.home)} <= {"home.lock"}
    place.create().workplace.close()
    place.open().close()


# --- passwords and the printed code -------------------------------------------------------------------


def test_the_password_opens_however_its_fours_are_typed(place):
    place.create().workplace.close()
    for typed in (
        PASSWORD,
        PASSWORD.replace("-", ""),
        PASSWORD.replace("-", " "),
        "４８２１０９３７５５１６",
    ):
        place.open(typed).close()


@pytest.mark.parametrize("password", ["", "4821-0937-5517", OTHER_PASSWORD, "4821-0937-551"])
def test_another_password_does_not_open_and_changes_nothing(place, password):
    place.create().workplace.close()
    before = contents(place.folder)
    assert refusal(place.open, password) == "password-wrong"
    assert contents(place.folder) == before


def test_a_changed_password_opens_and_the_old_one_no_longer(village):
    opening.change_password(village.workplace, OTHER_PASSWORD)
    village.workplace.close()
    assert refusal(village.place.open, PASSWORD) == "password-wrong"
    village.place.open(OTHER_PASSWORD).close()


def test_a_weak_new_password_leaves_the_old_one(village):
    assert refusal(opening.change_password, village.workplace, "123456") == "password-weak"
    village.workplace.close()
    village.place.open().close()


def test_changing_the_password_keeps_the_unlock_code(village):
    opening.change_password(village.workplace, OTHER_PASSWORD)
    village.workplace.close()
    workplace, _ = opening.reset_password(
        village.place.home, village.place.surroundings, village.unlock_code, PASSWORD
    )
    workplace.close()


def test_a_replaced_unlock_code_opens_and_the_old_paper_no_longer(village):
    fresh = opening.replace_unlock_code(village.workplace)
    village.workplace.close()
    place = village.place
    for old in (village.unlock_code,):
        assert (
            refusal(opening.reset_password, place.home, place.surroundings, old, OTHER_PASSWORD)
            == "unlock-code-wrong"
        )
    workplace, _ = opening.reset_password(place.home, place.surroundings, fresh.text, OTHER_PASSWORD)
    workplace.close()


def test_with_the_printed_code_a_forgotten_password_is_set_anew_and_the_used_code_replaced(village):
    village.workplace.close()
    place = village.place
    typed = village.unlock_code.lower().replace("-", " ")
    workplace, fresh = opening.reset_password(place.home, place.surroundings, typed, OTHER_PASSWORD)
    assert workplace.actor.name == "王守仁"
    workplace.close()
    place.open(OTHER_PASSWORD).close()
    assert refusal(place.open, PASSWORD) == "password-wrong"
    again = (place.home, place.surroundings)
    assert refusal(opening.reset_password, *again, village.unlock_code, PASSWORD) == "unlock-code-wrong"
    workplace, _ = opening.reset_password(*again, fresh.text, PASSWORD)
    workplace.close()


def test_a_mistyped_code_says_so_and_changes_nothing(village):
    village.workplace.close()
    place = village.place
    before = contents(place.folder)
    wrong = village.unlock_code[:-1] + ("0" if village.unlock_code[-1] != "0" else "1")
    for typed in (wrong, "", "not a code", village.unlock_code[:-5]):
        code = refusal(opening.reset_password, place.home, place.surroundings, typed, OTHER_PASSWORD)
        assert code == "unlock-code-mistyped"
    assert contents(place.folder) == before


def test_a_damaged_backup_stops_nobody_from_changing_the_password(village):
    backup = safekeeping.make_backup(village.workplace)
    backup.write_bytes(backup.read_bytes()[:-1])
    opening.change_password(village.workplace, OTHER_PASSWORD)
    village.workplace.close()
    village.place.open(OTHER_PASSWORD).close()


def test_slots_of_other_kinds_stay_when_passwords_and_codes_change(village):
    path = village.place.home / "keyslots.json"
    slots = SlotFile.load(path)
    kept = kept_slot(slot_id=village.workplace.new_id(), kind="recovery", fields={"recipient": "age1example"})
    slots.with_slot(kept).save(path)
    opening.change_password(village.workplace, OTHER_PASSWORD)
    opening.replace_unlock_code(village.workplace)
    assert kept in SlotFile.load(path).slots


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "slots-damaged"),
        (b"{}", "slots-damaged"),
        (b'{"format":"village-doctor/key-slots","version":2}', "slots-newer"),
        (b"x" * 300_000, "slots-damaged"),
    ],
)
def test_a_slot_file_that_cannot_be_used_says_so_and_stays(place, data, code):
    place.create().workplace.close()
    (place.home / "keyslots.json").write_bytes(data)
    before = contents(place.home)
    assert refusal(place.open) == code
    assert contents(place.home) == before


def test_a_folder_without_a_home_says_so(place):
    assert refusal(place.open) == "home-missing"
    place.home.mkdir()
    assert refusal(place.open) == "home-missing"
    assert list(place.home.iterdir()) == []


def test_a_home_without_its_store_says_so_and_makes_none(place):
    place.create().workplace.close()
    (place.home / "store.db").unlink()
    assert refusal(place.open) == "store-missing"
    assert not (place.home / "store.db").exists()


def test_a_store_of_a_newer_program_is_not_opened_and_not_changed(village):
    village.workplace.write(lambda writing: writing.connection.execute("PRAGMA user_version = 99"))
    village.workplace.close()
    before = (village.place.home / "store.db").read_bytes()
    assert refusal(village.place.open) == "store-newer"
    assert (village.place.home / "store.db").read_bytes() == before


def test_after_a_refusal_the_home_is_free_again(place):
    place.create().workplace.close()
    refusal(place.open, "7777-0000-1234")
    place.open().close()


# --- which device this is --------------------------------------------------------------------------------


def test_the_same_home_opened_again_goes_on_as_the_same_device(village):
    village.workplace.close()
    with closing(village.place.open()) as workplace:
        assert len(device_starts(workplace)) == 1
        write(workplace)
        assert workplace.query(journal.verify) == workplace.query(journal.count)
        assert workplace.query(journal.devices) == (device_starts(workplace)[0].id,)


def assert_continues(workplace, end, digit):
    """A new device: its first entry quotes where the old one's chain ended; old entries are all there."""
    start = device_starts(workplace)[-1]
    assert start.device_digit == digit
    assert (start.continues_device, start.continues_seq, start.continues_digest) == end
    first = next(workplace.query(lambda c: iter(list(journal.entries(c, "device = ?", (start.id,))))))
    assert (first.seq, first.kind, first.record_id) == (1, "device_start", start.id)
    assert workplace.query(local_state.current_device).id == start.id
    assert workplace.query(journal.verify) == workplace.query(journal.count)


def test_a_copy_of_the_folder_beside_it_is_a_new_device(village):
    end = end_of(village.workplace)
    village.workplace.close()
    copy = village.place.elsewhere("copy")
    shutil.copytree(village.place.home, copy.home)
    with closing(copy.open()) as workplace:
        assert_continues(workplace, end, 2)
        write(workplace)
        assert [number for _, number, _ in (end_of(workplace),)] == [2]
    with closing(village.place.open()) as original:
        assert len(device_starts(original)) == 1


def test_the_folder_on_another_computer_is_a_new_device_once(village):
    end = end_of(village.workplace)
    village.workplace.close()
    moved = Place(village.place.folder, "home", "another computer", 9, village.place.clock)
    with closing(moved.open()) as workplace:
        assert_continues(workplace, end, 2)
    with closing(moved.open()) as workplace:
        assert len(device_starts(workplace)) == 2


def test_without_its_machine_key_a_home_is_a_new_device(village):
    end = end_of(village.workplace)
    village.workplace.close()
    (key,) = (village.place.folder / village.place.computer).rglob("*.key")
    key.unlink()
    with closing(village.place.open()) as workplace:
        assert_continues(workplace, end, 2)


@pytest.mark.parametrize("damage", [b"", b"x" * 31, bytes(32), b"x" * 33])
def test_a_machine_key_that_is_not_the_one_counts_as_missing(village, damage):
    village.workplace.close()
    (key,) = (village.place.folder / village.place.computer).rglob("*.key")
    key.write_bytes(damage)
    with closing(village.place.open()) as workplace:
        assert len(device_starts(workplace)) == 2


def test_an_older_copy_put_back_in_the_same_place_is_a_new_device(village):
    """It would write numbers again that this device has already used."""
    end = end_of(village.workplace)
    village.workplace.close()
    shutil.copytree(village.place.home, village.place.folder / "saved")
    with closing(village.place.open()) as workplace:
        write(workplace)
    shutil.rmtree(village.place.home)
    shutil.copytree(village.place.folder / "saved", village.place.home)
    with closing(village.place.open()) as workplace:
        assert_continues(workplace, end, 2)


def test_a_copy_put_back_that_lacks_nothing_goes_on(village):
    village.workplace.close()
    shutil.copytree(village.place.home, village.place.folder / "saved")
    village.place.open().close()
    shutil.rmtree(village.place.home)
    shutil.copytree(village.place.folder / "saved", village.place.home)
    with closing(village.place.open()) as workplace:
        assert len(device_starts(workplace)) == 1


def test_a_mark_that_cannot_be_read_stops_nobody(village):
    village.workplace.close()
    (mark,) = (village.place.folder / village.place.computer).rglob("*.mark")
    for data in (b"", b"x", b"\xff\xfe", b"a b c\n"):
        mark.write_bytes(data)
        village.place.open().close()


def test_the_tenth_device_works_and_only_gives_no_new_numbers(village):
    """Nine digits; then a block from the township is needed for new households, and for nothing else."""
    place = village.place
    village.workplace.close()
    for _ in range(9):
        shutil.rmtree(place.folder / place.computer)
        place.open().close()
    with closing(place.open()) as workplace:
        assert [start.device_digit for start in device_starts(workplace)] == list(range(1, 11))
        write(workplace)
        assert refusal(workplace.command, register_household, NEWCOMER) == "too-many-devices"
        assert workplace.query(journal.verify) == workplace.query(journal.count)


def test_a_digit_that_was_used_here_is_not_used_again_even_if_the_store_forgot_it(village):
    """The second device gave out numbers on paper; then only the copy from before it was left."""
    place = village.place
    village.workplace.close()
    shutil.copytree(place.home, place.folder / "saved")
    (key,) = (place.folder / place.computer).rglob("*.key")
    key.unlink()
    with closing(place.open()) as workplace:
        assert register(workplace).household.number == "20001"
    shutil.rmtree(place.home)
    shutil.copytree(place.folder / "saved", place.home)
    key.unlink()
    with closing(place.open()) as workplace:
        assert [start.device_digit for start in device_starts(workplace)] == [1, 3]
        assert register(workplace).household.number == "30001"


def test_after_a_crash_an_older_copy_put_back_is_noticed_too(village):
    """The note of how far this device came is kept with every act, not only when the home is closed."""
    village.workplace.close()
    shutil.copytree(village.place.home, village.place.folder / "saved")
    other = start_other(village.place.folder, "write")
    assert other.stdout is not None
    assert other.stdout.readline() == "saved\n"
    other.kill()
    other.communicate()
    shutil.rmtree(village.place.home)
    shutil.copytree(village.place.folder / "saved", village.place.home)
    village.place.clock.forward(hours=1)
    with closing(village.place.open()) as workplace:
        assert len(device_starts(workplace)) == 2


# --- one process ---------------------------------------------------------------------------------------


def test_a_home_that_is_open_is_not_opened_again_in_this_process(village):
    assert refusal(village.place.open) == "home-in-use"
    write(village.workplace)


OTHER_PROCESS = """
import sys
from pathlib import Path
from tests.village import Place
from village_doctor.domain.problems import Problem
from village_doctor.services.registering import add_phone
place = Place(Path(sys.argv[1]))
place.clock.forward(hours=1)
try:
    workplace = place.open()
except Problem as problem:
    print(problem.code, flush=True)
else:
    if sys.argv[2] == "write":
        resident = workplace.query(lambda c: c.execute("SELECT id FROM resident").fetchone()[0])
        workplace.command(add_phone, "19900001111", resident_id=resident)
        print("saved", flush=True)
    else:
        print("opened", flush=True)
    sys.stdin.read()
    workplace.close()
"""


def start_other(folder, work="open"):
    return subprocess.Popen(
        [sys.executable, "-c", OTHER_PROCESS, folder, work],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )


def test_a_home_that_is_open_is_refused_to_another_process(village):
    other = start_other(village.place.folder)
    assert other.communicate()[0] == "home-in-use\n"
    write(village.workplace)


def test_the_lock_goes_with_the_process_however_it_ends(village):
    village.workplace.close()
    other = start_other(village.place.folder)
    assert other.stdout is not None
    assert other.stdout.readline() == "opened\n"
    assert refusal(village.place.open) == "home-in-use"
    other.kill()
    other.communicate()
    for _ in range(50):  # the system lets the lock go a moment after the process is gone
        try:
            village.place.open().close()
        except Problem:
            time.sleep(0.1)
        else:
            return
    pytest.fail("the lock outlived the process")


# --- the computer's clock --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("jump", "asks"),
    [
        (timedelta(0), False),
        (timedelta(hours=1), False),
        (timedelta(days=59, hours=23), False),
        (timedelta(days=60, minutes=10), True),
        (timedelta(days=900), True),
        (timedelta(hours=-1), True),
        (timedelta(days=-20_000), True),
    ],
)
def test_a_clock_that_jumped_far_or_back_is_asked_about_once(village, jump, asks):
    village.workplace.close()
    village.place.clock.instant += jump
    before = contents(village.place.home)
    if not asks:
        village.place.open().close()
        return
    with pytest.raises(Problem) as caught:
        village.place.open()
    assert caught.value.code == "clock-doubtful"
    assert caught.value.values["last"].startswith(TODAY.isoformat())
    assert contents(village.place.home) == before
    village.place.open(clock_confirmed=True).close()
    village.place.open().close()


def test_a_confirmed_clock_becomes_the_one_that_counts(village):
    """A laptop came back from repair with the year 2031; said to be right it is believed, and the way back asks."""
    village.workplace.close()
    village.place.clock.forward(days=1800)
    with closing(village.place.open(clock_confirmed=True)) as workplace:
        write(workplace)
    village.place.clock.instant = MORNING + timedelta(hours=2)
    assert refusal(village.place.open) == "clock-doubtful"
    with closing(village.place.open(clock_confirmed=True)) as workplace:
        write(workplace)
        entries = workplace.query(lambda c: list(journal.entries(c)))
        assert [entry.at for entry in entries] == sorted({entry.at for entry in entries})
        assert entries[-1].wall_at == "2026-11-23T03:10:00.000Z"
    village.place.clock.forward(hours=3)
    village.place.open().close()


def test_the_last_act_counts_as_known_time(village):
    """The doctor worked until six without closing; after a crash the computer starts at noon."""
    village.place.clock.forward(hours=8)
    write(village.workplace)
    village.workplace.close()
    village.place.clock.forward(hours=-6)
    assert refusal(village.place.open) == "clock-doubtful"


def test_a_doubtful_clock_starts_no_new_device(village):
    village.workplace.close()
    shutil.rmtree(village.place.folder / village.place.computer)
    village.place.clock.forward(days=-400)
    before = contents(village.place.home)
    assert refusal(village.place.open) == "clock-doubtful"
    assert contents(village.place.home) == before
    village.place.clock.forward(days=400)
    with closing(village.place.open()) as workplace:
        assert len(device_starts(workplace)) == 2


def test_a_new_device_trusts_the_time_of_its_own_acts(village):
    village.workplace.close()
    village.place.clock.forward(hours=2)
    village.place.open().close()  # the old device's last number is noted with the time
    shutil.rmtree(village.place.folder / village.place.computer)
    with closing(village.place.open()) as workplace:
        village.place.clock.forward(minutes=30)
        write(workplace)
    village.place.clock.forward(minutes=-20)
    assert refusal(village.place.open) == "clock-doubtful"


def test_a_forgotten_password_can_be_reset_with_a_confirmed_clock(village):
    village.workplace.close()
    village.place.clock.forward(days=400)
    given = (village.place.home, village.place.surroundings, village.unlock_code, OTHER_PASSWORD)
    assert refusal(opening.reset_password, *given) == "clock-doubtful"
    workplace, _ = opening.reset_password(*given, clock_confirmed=True)
    workplace.close()
    village.place.open(OTHER_PASSWORD).close()


# --- what a crash left -----------------------------------------------------------------------------------


def test_leftovers_of_a_crash_are_removed_at_the_next_opening(village):
    village.workplace.close()
    home = village.place.home
    (home / (".aside-" + "0" * 32)).write_bytes(b"half a slot file")
    (home / "backups" / (".aside-" + "1" * 32)).write_bytes(b"half a backup")
    (home / ("restoring-" + "2" * 32)).mkdir()
    (home / ("restoring-" + "2" * 32) / "store.db").write_bytes(b"half a store")
    village.place.open().close()
    assert {path.name for path in files_in(home)} == {"store.db", "keyslots.json", "home.lock"}


def test_what_lay_there_before_a_new_home_is_set_aside_not_deleted(place):
    """A first try was cut off before its slots: the home counts as not made, and is made again."""
    place.home.mkdir()
    (place.home / "store.db").write_bytes(b"half a store")
    place.create().workplace.close()
    (kept,) = place.home.glob("replaced-*/store.db")
    assert kept.read_bytes() == b"half a store"


def test_the_store_cannot_be_read_without_the_key(village):
    village.workplace.close()
    with pytest.raises(Problem):
        connect(village.place.home / "store.db", bytes(32))
