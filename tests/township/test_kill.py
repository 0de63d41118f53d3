"""The process may die at any moment of `receive`: the next opening finds the state before a letter or after it.

A disk that may not be written: nothing is half there.
"""

import multiprocessing
import os
import random
import signal
import time
from pathlib import Path

import pytest

from tests.disks import disk, needs_root, remount
from tests.township.clinics import Desk, confirmed, household, invited, results, tables
from village_doctor.domain.problems import Problem
from village_doctor.township.confirming import confirm
from village_doctor.township.rebuilding import rebuild
from village_doctor.township.receiving import receive

KILLS = 6


def receive_in_child(folder: str) -> None:
    desk = Desk(Path(folder))
    receive(desk.open(), desk.stick)


def test_killed_while_receiving(tmp_path: Path):
    desk = Desk(tmp_path)
    office = desk.create().office
    laptop = invited(office, "990101")
    laptop.send().put(desk.stick)
    receive(office, desk.stick)
    confirm(office, laptop.words)
    office.close()
    for number in range(12):
        laptop.write(*(household(number * 40 + one) for one in range(40)))
        laptop.send().put(desk.stick)
    ends = {0, *(letter.header.last_seq for letter in laptop.letters)}
    chance = random.Random(5)
    context = multiprocessing.get_context("spawn")
    for _ in range(KILLS):
        child = context.Process(target=receive_in_child, args=(str(tmp_path),))
        child.start()
        time.sleep(chance.uniform(0.5, 1.6))
        if child.pid is not None and child.is_alive():
            os.kill(child.pid, signal.SIGKILL)
        child.join()
        child.close()
        office = desk.open()
        assert len(tables(office)["entry"]) in ends
        assert not list(desk.home.glob(".aside-*"))
        office.close()
    office = desk.open()
    receive(office, desk.stick)
    held = tables(office)
    assert len(held["entry"]) == len(laptop.journal)
    rebuild(office)
    assert tables(office) == held
    office.close()


@needs_root
def test_an_office_on_a_disk_that_may_not_be_written_takes_nothing_in(tmp_path: Path):
    with disk(tmp_path / "disk", "16m") as folder:
        desk = Desk(folder)
        office = desk.create().office
        laptop = confirmed(office, desk)
        laptop.write(household(2))
        laptop.send().put(desk.stick)
        held = tables(office)
        office.close()
        remount(folder, "ro")
        with pytest.raises(Problem) as raised:
            receive(desk.open(), desk.stick)
        assert raised.value.code == "store-read-only"
        remount(folder, "rw")
        office = desk.open()
        assert tables(office) == held
        assert results(office, desk) == ["taken"]
        office.close()
