"""The township's folder: made whole or not at all, its secrets in the database only, recovery nowhere."""

import re
import stat
from pathlib import Path

import pytest

from tests.township.clinics import Desk
from tests.village import OTHER_PASSWORD, PASSWORD, Place, files_in
from village_doctor.domain.problems import Problem
from village_doctor.foundation.keyslots import SlotFile, kept_slot
from village_doctor.foundation.secrets import UnlockCode
from village_doctor.services.opening import open_home
from village_doctor.sync.identity import Identity
from village_doctor.sync.recovery import recovery_slot_fields
from village_doctor.township.inbox_store.inbox import Inbox
from village_doctor.township.office import create_office, export_letters_key, open_office
from village_doctor.township.recovering import recover


def code_of(raised: pytest.ExceptionInfo[Problem]) -> str:
    return raised.value.code


def test_an_office_opens_again_with_its_password_only(desk: Desk):
    made = desk.create()
    name, words = made.office.name, made.office.words
    made.office.close()
    with pytest.raises(Problem) as raised:
        open_office(desk.home, desk.surroundings, OTHER_PASSWORD)
    assert code_of(raised) == "password-wrong"
    office = desk.open()
    assert (office.name, office.words) == (name, words)
    with pytest.raises(Problem) as raised:
        desk.open()
    assert code_of(raised) == "township-in-use"
    office.close()


def test_it_is_not_made_twice_and_not_found_where_there_is_none(desk: Desk, tmp_path: Path):
    desk.create().office.close()
    with pytest.raises(Problem) as raised:
        desk.create()
    assert code_of(raised) == "township-exists"
    with pytest.raises(Problem) as raised:
        open_office(tmp_path / "elsewhere", desk.surroundings, OTHER_PASSWORD)
    assert code_of(raised) == "township-missing"


def test_a_folder_whose_making_was_interrupted_is_made_again(desk: Desk):
    desk.create().office.close()
    (desk.home / "keyslots.json").unlink()
    desk.create().office.close()
    assert [path.name for path in desk.home.glob("replaced-*/township.db")] == ["township.db"]


def test_no_private_key_lies_in_any_file(desk: Desk):
    made = desk.create()
    recovery = b"".join(UnlockCode.parse(text).secret for text in made.recovery_code)
    letters_key = export_letters_key(made.office)
    identity = Identity.from_bytes(recovery)
    assert identity.recipient == made.office.recovery_recipient
    secrets = [
        recovery[:16],
        recovery[16:],
        recovery.hex().encode(),
        identity.text.encode(),
        letters_key.encode(),
        made.office.signing.seed,
        *(text.encode() for text in made.recovery_code),
    ]
    with made.office.inbox.reading() as connection:
        dump = repr(connection.exec_driver_sql("SELECT * FROM office").all()).encode()
    assert not any(
        secret in dump for secret in (recovery[:16], recovery.hex().encode(), identity.text.encode())
    )
    made.office.close()
    for path in files_in(desk.folder):
        data = path.read_bytes()
        assert not any(secret in data for secret in secrets), path.name


def test_folders_and_files_are_for_their_owner_only(desk: Desk):
    desk.create().office.close()
    for path in [desk.home, *desk.home.rglob("*")]:
        assert stat.S_IMODE(path.stat().st_mode) == (0o700 if path.is_dir() else 0o600), path.name


def test_a_newer_database_is_refused(desk: Desk):
    office = desk.create().office
    with office.inbox.writing() as connection:
        connection.exec_driver_sql("PRAGMA user_version = 2")
    office.close()
    with pytest.raises(Problem) as raised:
        desk.open()
    assert code_of(raised) == "township-newer"


def test_another_file_in_its_place_is_told_as_damage(tmp_path: Path):
    path = tmp_path / "township.db"
    path.write_bytes(b"x" * 8192)
    with pytest.raises(Problem) as raised:
        Inbox(path, bytes(32))
    assert code_of(raised) == "township-damaged"


@pytest.mark.parametrize("name", [" ", "青" * 101, "青石\udce9镇"])
def test_a_name_that_nobody_can_write_makes_nothing(desk: Desk, name: str):
    with pytest.raises(Problem) as raised:
        create_office(desk.home, desk.surroundings, PASSWORD, name)
    assert code_of(raised) == "township-name"
    assert not desk.home.exists()


def test_a_weak_password_makes_nothing(desk: Desk):
    with pytest.raises(Problem) as raised:
        create_office(desk.home, desk.surroundings, "123456", "青石镇卫生院")
    assert code_of(raised) == "password-weak"
    assert not desk.home.exists()


# --- recovery ------------------------------------------------------------------------------------


def enrolled_home(place: Place, recipient: str) -> None:
    place.create().workplace.close()
    path = place.home / "keyslots.json"
    slots = SlotFile.load(path)
    workplace = place.open()
    fields = recovery_slot_fields(
        township_id=slots.database_id,
        recipient=recipient,
        database_id=slots.database_id,
        database_key=workplace.key,
    )
    workplace.close()
    slots.with_slot(
        kept_slot(slot_id="0190a000-0000-7000-8000-0000000000ff", kind="recovery", fields=fields)
    ).save(path)


def test_the_recovery_codes_open_a_home_whose_password_is_lost(desk: Desk, tmp_path: Path):
    made = desk.create()
    made.office.close()
    place = Place(tmp_path)
    enrolled_home(place, made.office.recovery_recipient)
    before = (place.home / "keyslots.json").read_bytes()
    code = recover(place.home, place.surroundings, made.recovery_code, OTHER_PASSWORD)
    assert code.text
    (kept,) = place.home.glob(
        "replaced-*"
    )  # where the recovery slot was tampered with, these still open the home
    assert re.fullmatch("replaced-[0-9a-f]{32}", kept.name)
    assert (kept / "keyslots.json").read_bytes() == before
    assert [path.stat().st_mode & 0o777 for path in (kept, kept / "keyslots.json")] == [0o700, 0o600]
    with pytest.raises(Problem) as raised:
        place.open()
    assert code_of(raised) == "password-wrong"
    open_home(place.home, place.surroundings, OTHER_PASSWORD).close()


def test_other_codes_and_homes_without_a_township_are_refused(desk: Desk, tmp_path: Path):
    made = desk.create()
    made.office.close()
    place = Place(tmp_path)
    place.create().workplace.close()
    with pytest.raises(Problem) as raised:
        recover(place.home, place.surroundings, made.recovery_code, OTHER_PASSWORD)
    assert code_of(raised) == "recovery-slot-missing"
    with pytest.raises(Problem) as raised:
        recover(place.home, place.surroundings, ("ABCD", "EFGH"), OTHER_PASSWORD)
    assert code_of(raised) == "recovery-code-mistyped"
    other = place.elsewhere("enrolled")
    enrolled_home(other, made.office.recovery_recipient)
    swapped = (made.recovery_code[1], made.recovery_code[0])
    with pytest.raises(Problem) as raised:
        recover(other.home, other.surroundings, swapped, OTHER_PASSWORD)
    assert code_of(raised) == "recovery-code-wrong"
