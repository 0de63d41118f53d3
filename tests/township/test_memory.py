"""The memory that taking a letter in needs does not grow with the letter."""

import multiprocessing
import random
import re
from multiprocessing.connection import Connection
from pathlib import Path

import pytest

from tests.township.clinics import Desk, confirmed, some_id
from village_doctor.township.receiving import receive

# The shorter one, too, fills what is held at once: a chunk of entries and the pages in touch.
FEW, MANY = 1_500, 5_000
BODY = 24 * 1024
MIB = 1024 * 1024
STATUS = Path("/proc/self/status")


def peak_of_intake(folder: str, answer: Connection) -> None:
    desk = Desk(Path(folder))
    office = desk.open()
    results = [one.result for one in receive(office, desk.stick).letters]
    office.close()
    # Not ru_maxrss: that counts what the parent held before this program began.
    found = re.search(r"VmHWM:\s+(\d+) kB", STATUS.read_text())
    assert found is not None
    answer.send((results, int(found[1]) / 1024))


def intake(folder: Path) -> float:
    """Peak memory of a process of its own, in MiB."""
    context = multiprocessing.get_context("spawn")
    receiving, sending = context.Pipe(duplex=False)
    child = context.Process(target=peak_of_intake, args=(str(folder), sending))
    child.start()
    sending.close()
    results, peak = receiving.recv()
    child.join()
    assert results == ["taken"]
    return peak


@pytest.mark.skipif(not STATUS.exists(), reason="asks this system for the peak of one program")
def test_a_letter_of_a_hundred_mebibytes_needs_no_more_than_a_shorter_one(tmp_path: Path):
    chance = random.Random(3)
    peaks = {}
    for changes in (FEW, MANY):
        folder = tmp_path / str(changes)
        folder.mkdir()
        desk = Desk(folder)
        office = desk.create().office
        laptop = confirmed(office, desk)
        office.close()
        for order in range(changes):
            note = chance.randbytes(200).hex().ljust(BODY, "x")
            body = f'{{"note":"{note}","number":"{order}","village_id":"{some_id("village")}"}}'.encode()
            laptop.append("household", some_id("household", order), body)
        letter = laptop.send()
        letter.put(desk.stick)
        assert (len(letter.data) > 100 * MIB) is (changes == MANY)
        peaks[changes] = intake(folder)
    assert peaks[MANY] - peaks[FEW] < 40, peaks
