"""kill -9 at any moment: what was called saved is there, everything is whole, the next try succeeds."""

import random
import signal
import time

import pytest

from tests.faults import processes
from tests.faults.worker import here, number, saved_numbers
from tests.village import OTHER_PASSWORD, PASSWORD, Place, build
from village_doctor.domain.people import Resident
from village_doctor.domain.problems import Problem
from village_doctor.services import safekeeping
from village_doctor.services.registering import add_phone
from village_doctor.store.tables import select


def test_nothing_saved_is_lost_by_kills_at_random_moments(tmp_path, request):
    """Counted by `--kills` (50). The moment is anywhere: while opening, while writing, between two acts."""
    build(here(tmp_path)).workplace.close()
    chance, expected, start, latest = random.Random(20261122), set(), 0, 1.6
    kills = request.config.getoption("--kills")
    for kill in range(1, kills + 1):
        process = processes.start(tmp_path, start, 0)
        time.sleep(chance.uniform(0.2, latest))
        process.send_signal(signal.SIGKILL)
        output, errors = process.communicate()
        assert process.returncode == -signal.SIGKILL, errors.decode()
        indexes = processes.said(output)
        if not indexes:  # a busy computer gets more time, so that kills come while it writes, too
            latest = min(1.2 * latest, 12.0)
        expected |= {number(index) for index in indexes}
        start = max(indexes, default=start) + 2
        if kill % 10 == 0 or kill == kills:
            workplace = here(tmp_path).open()
            assert expected <= workplace.query(saved_numbers)
            safekeeping.check(workplace)
            workplace.close()
    assert len(expected) > kills, "the loop hardly wrote: the kills came too early to prove anything"


@pytest.mark.parametrize("work", ["init", "backup", "restore"])
def test_a_power_cut_at_every_step_leaves_the_whole_or_nothing(tmp_path, work):
    """Ends the process at the first step on the file system, the second … until the work comes through."""
    for stop_at in range(1, 200):
        folder = tmp_path / f"{stop_at:03}"
        folder.mkdir()
        _prepare(folder, work)
        ended = processes.cut_at(folder, work, stop_at)
        if ended == 0:
            assert stop_at > 3, "no step was counted"
            _holds_after(folder, work)
            return
        assert ended == 9
        _holds_after(folder, work)
    pytest.fail("the work never came to its end")


def _prepare(folder, work):
    if work == "init":
        return
    village = build(here(folder))
    village.workplace.command(add_phone, number(1), resident_id=village.widow.id)
    if work == "restore":
        (folder / "stick").mkdir()
        (folder / "unlock-code.txt").write_text(village.unlock_code, encoding="ascii")
        safekeeping.make_backup(village.workplace, folder / "stick")
        village.workplace.command(add_phone, number(2), resident_id=village.widow.id)
    village.workplace.close()


def _holds_after(folder, work):
    """What must be true after the cut: it opens or counts as not made, and the work succeeds when done again."""
    place = here(folder)
    if work == "init":
        if _refusal(place, PASSWORD) == "home-missing":
            place.create().workplace.close()
        _whole(place, PASSWORD, set())
    elif work == "backup":
        _whole(place, PASSWORD, {number(1)})
        assert processes.cut_at(folder, "backup", 0) == 0
        assert not list(place.home.rglob(".aside-*"))
    else:
        if _refusal(place, OTHER_PASSWORD) is not None:  # not yet through: it succeeds when done again
            assert _refusal(place, PASSWORD) in (None, "home-missing")
            assert processes.cut_at(folder, "restore", 0) == 0
        _whole(place, OTHER_PASSWORD, {number(1), number(2)})  # also what came after the backup


def _refusal(place: Place, password: str) -> str | None:
    """The code of the Problem that opening raises, or None."""
    try:
        place.open(password).close()
    except Problem as problem:
        return problem.code
    return None


def _whole(place: Place, password: str, numbers: set[str]):
    workplace = place.open(password)
    safekeeping.check(workplace)
    assert numbers <= workplace.query(saved_numbers)
    resident = workplace.query(lambda connection: next(select(connection, Resident), None))
    if resident is not None:
        workplace.command(add_phone, number(99), resident_id=resident.id)
    workplace.close()
