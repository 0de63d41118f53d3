"""A full disk, a disk that cannot be written: a plain Problem, nothing lost, nothing half there, the next try works."""

import os
import subprocess
from contextlib import contextmanager

import pytest

from tests.faults.worker import here, number, saved_numbers
from tests.village import build
from village_doctor.domain.problems import Problem
from village_doctor.services import safekeeping
from village_doctor.services.registering import add_phone

pytestmark = pytest.mark.skipif(os.geteuid() != 0, reason="mounting a small disk needs root")


@contextmanager
def disk(folder, size):
    """A real file system of that size."""
    folder.mkdir()
    subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={size}", "none", folder], check=True)
    try:
        yield folder
    finally:
        subprocess.run(["umount", "-l", folder], check=True)


def fill(folder):
    """Takes all that is left."""
    filler = folder / "filler"
    with filler.open("wb", buffering=0) as file:
        for size in (65536, 4096, 1):
            try:
                while True:
                    file.write(b"\0" * size)
            except OSError:
                continue
    return filler


def test_a_full_disk_refuses_the_next_record_and_keeps_the_earlier_ones(tmp_path):
    with disk(tmp_path / "disk", "6m") as folder:
        village = build(here(folder))
        workplace = village.workplace
        workplace.command(add_phone, number(1), resident_id=village.widow.id)
        filler = fill(folder)
        refused, code = 1, ""
        while not code:
            refused += 1
            assert refused < 200, "the disk was never full"
            try:
                workplace.command(add_phone, number(refused), resident_id=village.widow.id)
            except Problem as problem:
                code = problem.code
        assert code == "disk-full"
        kept = workplace.query(saved_numbers)
        assert {number(index) for index in range(1, refused)} <= kept
        assert number(refused) not in kept
        filler.unlink()
        workplace.command(add_phone, number(refused), resident_id=village.widow.id)
        safekeeping.check(workplace)
        workplace.close()


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


def test_a_new_home_that_does_not_fit_is_not_there_at_all(tmp_path):
    with disk(tmp_path / "disk", "300k") as folder:
        place = here(folder)
        with pytest.raises(Problem) as caught:
            place.create()
        assert caught.value.code == "disk-full"
        assert not (place.home / "keyslots.json").exists()
        assert not (place.home / "store.db").exists()
        subprocess.run(["mount", "-o", "remount,size=6m", folder], check=True)
        place.create().workplace.close()
        place.open().close()


def test_a_disk_that_cannot_be_written_says_so_and_changes_nothing(tmp_path):
    with disk(tmp_path / "disk", "6m") as folder:
        build(here(folder)).workplace.close()
        subprocess.run(["mount", "-o", "remount,ro", folder], check=True)
        with pytest.raises(Problem) as caught:
            here(folder).open()
        assert caught.value.code == "store-read-only"
        subprocess.run(["mount", "-o", "remount,rw", folder], check=True)
        workplace = here(folder).open()
        safekeeping.check(workplace)
        workplace.close()
