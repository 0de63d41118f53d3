"""A full disk, a disk that cannot be written: a plain Problem, nothing lost, nothing half there, the next try works."""

import resource

import pytest

from tests.disks import disk, fill, needs_root, remount
from tests.faults.worker import here, number, saved_numbers
from tests.village import PASSWORD, build, contents
from village_doctor.domain.problems import Problem
from village_doctor.services import safekeeping
from village_doctor.services.registering import add_phone


def test_a_file_that_may_not_grow_refuses_the_next_record_and_keeps_the_earlier_ones(tmp_path):
    """The same without root: the system stops every write beyond a size, as a quota does."""
    village = build(here(tmp_path))
    workplace = village.workplace
    workplace.command(add_phone, number(0), resident_id=village.widow.id)
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    log = village.place.home / "store.db-wal"
    resource.setrlimit(resource.RLIMIT_FSIZE, (log.stat().st_size + 50_000, hard))
    try:
        kept, code = add_phones_until_refused(village)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert code in ("disk-full", "disk-error")
    assert kept <= workplace.query(saved_numbers)
    safekeeping.check(workplace)
    workplace.command(add_phone, number(999), resident_id=village.widow.id)
    workplace.close()


def add_phones_until_refused(village):
    """What was saved before the disk said no (number 0 long before), and what it said."""
    kept = {number(0)}
    for index in range(1, 200):
        try:
            village.workplace.command(add_phone, number(index), resident_id=village.widow.id)
        except Problem as problem:
            return kept, problem.code
        kept.add(number(index))
    pytest.fail("the disk was never full")


@needs_root
def test_a_full_disk_refuses_the_next_record_and_keeps_the_earlier_ones(tmp_path):
    with disk(tmp_path / "disk", "6m") as folder:
        village = build(here(folder))
        workplace = village.workplace
        workplace.command(add_phone, number(0), resident_id=village.widow.id)
        filler = fill(folder)
        kept, code = add_phones_until_refused(village)
        assert code == "disk-full"
        assert {phone for phone in workplace.query(saved_numbers) if phone.startswith("19900000")} == kept
        filler.unlink()
        workplace.command(add_phone, number(999), resident_id=village.widow.id)
        safekeeping.check(workplace)
        workplace.close()


@needs_root
def test_a_backup_that_does_not_fit_leaves_the_earlier_one_and_no_leftovers(tmp_path):
    with disk(tmp_path / "disk", "6m") as folder:
        workplace = build(here(folder)).workplace
        first = safekeeping.make_backup(workplace)
        filler = fill(folder)
        with pytest.raises(Problem) as caught:
            safekeeping.make_backup(workplace)
        assert caught.value.code == "disk-full"
        assert [path.name for path in workplace.backups.iterdir()] == [first.name]
        filler.unlink()
        safekeeping.make_backup(workplace)
        workplace.close()


@needs_root
def test_a_restore_that_does_not_fit_changes_nothing(tmp_path):
    with disk(tmp_path / "disk", "6m") as folder:
        village = build(here(folder))
        backup = safekeeping.make_backup(village.workplace)
        village.workplace.close()
        before = contents(village.place.home)
        filler = fill(folder)
        with pytest.raises(Problem) as caught:
            safekeeping.restore(backup, village.place.home, village.place.surroundings, password=PASSWORD)
        assert caught.value.code == "disk-full"
        filler.unlink()
        assert contents(village.place.home) == before
        here(folder).open().close()


def made_or_refused(place):
    """None where the home was made, else the code of the Problem."""
    try:
        place.create().workplace.close()
    except Problem as problem:
        return problem.code
    return None


@needs_root
def test_a_new_home_that_does_not_fit_is_not_there_at_all(tmp_path):
    """Whatever it is that no longer fits: the store, its log, the slots."""
    fitted = 0
    for number_, size in enumerate(range(40, 1100, 60)):
        with disk(tmp_path / f"disk-{number_}", f"{size}k") as folder:
            place = here(folder)
            code = made_or_refused(place)
            fitted += code is None
            if code is not None:
                assert code == "disk-full", size
                assert not (place.home / "keyslots.json").exists(), size
                assert not (place.home / "store.db").exists(), size
            remount(folder, "size=6m")
            if code is not None:
                place.create().workplace.close()
            place.open().close()
    assert 0 < fitted < 15


@needs_root
def test_a_disk_that_cannot_be_written_says_so_and_changes_nothing(tmp_path):
    with disk(tmp_path / "disk", "6m") as folder:
        build(here(folder)).workplace.close()
        remount(folder, "ro")
        with pytest.raises(Problem) as caught:
            here(folder).open()
        assert caught.value.code == "store-read-only"
        remount(folder, "rw")
        workplace = here(folder).open()
        safekeeping.check(workplace)
        workplace.close()
