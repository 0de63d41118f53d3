"""kill -9 while somebody types into the real window: at most a second is lost, nothing that said ✓, nothing is readable after.

The window runs in a process of its own (window_worker.py), as the program does; what is there afterwards is seen by the
window of the next start.
"""

import json
import random
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.faults import processes
from tests.faults.test_leaks import leaks_in, patterns
from tests.faults.window_worker import HALF_A_NUMBER, NAME_OF_NEW_HEAD, PHONE_OF_NEW_HEAD, PIN
from tests.faults.worker import here
from tests.services.test_contracting import sign
from tests.village import SAMPLES, Village, build, files_in
from village_doctor.domain.readings import Reading
from village_doctor.services import safekeeping
from village_doctor.services.locking import set_pin
from village_doctor.store.tables import select

LOST_AT_MOST = 1.0
"""Seconds of typing before a kill."""
ROUNDS = 10


@pytest.fixture
def village(tmp_path: Path) -> Village:
    made = build(here(tmp_path))
    sign(made)
    set_pin(made.workplace, PIN)
    made.workplace.close()
    return made


class Window:
    """A window that is running. `lines`: what it has said so far."""

    def __init__(self, folder: Path, session: str, **given: str) -> None:
        own = {
            name: str(folder / "user" / name.lower())
            for name in (
                "HOME",
                "XDG_STATE_HOME",
                "XDG_DATA_HOME",
                "XDG_CACHE_HOME",
                "XDG_CONFIG_HOME",
                "TMPDIR",
            )
        }
        for place in own.values():
            Path(place).mkdir(parents=True, exist_ok=True)
        self.lines: list[dict] = []
        self.process = subprocess.Popen(
            [sys.executable, "-m", "tests.faults.window_worker", str(folder), session],
            cwd=processes.ROOT,
            env=processes.environment(QT_QPA_PLATFORM="offscreen", **own, **given),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )

    def line(self) -> dict | None:
        """The next line; None at the end."""
        assert self.process.stdout is not None
        read = self.process.stdout.readline()
        if not read.endswith(b"\n"):
            return None
        self.lines.append(json.loads(read))
        return self.lines[-1]

    def until(self, key: str) -> dict:
        while (line := self.line()) is not None:
            if key in line:
                return line
        raise AssertionError(self.process.communicate()[1].decode())

    def go_on(self) -> None:
        assert self.process.stdin is not None
        self.process.stdin.write(b"\n")
        self.process.stdin.flush()

    def kill(self) -> float:
        """When it was killed; afterwards every whole line is in `lines`."""
        at = time.monotonic()
        self.process.send_signal(signal.SIGKILL)
        while self.line() is not None:
            pass
        errors = self.process.communicate()[1].decode()
        assert self.process.returncode == -signal.SIGKILL, errors
        return at


@pytest.fixture
def windows(tmp_path: Path) -> Iterator[object]:
    started: list[Window] = []

    def start(session: str, **given: str) -> Window:
        started.append(Window(tmp_path, session, **given))
        return started[-1]

    yield start
    for one in started:
        if one.process.poll() is None:
            one.process.kill()
            one.process.communicate()


def seen_next(windows) -> dict:
    """Everything that the window of the next start shows."""
    window = windows("look")
    while window.line() is not None:
        pass
    errors = window.process.communicate()[1].decode()
    assert window.process.returncode == 0, errors
    return {key: value for line in window.lines for key, value in line.items()}


def typed_before(lines: list[dict], key: str, moment: float):
    """What stood there a second before that moment."""
    return [line[key] for line in lines if key in line and line["at"] < moment - LOST_AT_MOST][-1]


# --- half typed -----------------------------------------------------------------------------------------


def test_half_a_form_is_there_whole_a_second_after_the_last_key(village, windows):
    window = windows("form")
    window.until("done")
    time.sleep(LOST_AT_MOST + 0.1)
    killed = window.kill()
    expected = typed_before(window.lines, "answers", killed)
    assert expected == [line["answers"] for line in window.lines if "answers" in line][-1]
    assert {"systolic_mmhg", "diastolic_mmhg"} <= expected.keys()
    assert len(expected) > 8, "hardly anything was typed"
    seen = seen_next(windows)
    assert "没填完：李桂英　" in seen["today"]
    assert "接着上次没填完的" in seen["form"]
    assert seen["answers"] == expected


@pytest.mark.parametrize("seed", range(3))
def test_a_kill_while_a_form_is_being_typed_loses_a_second_at_most(village, windows, seed):
    window = windows("form")
    window.until("answers")
    time.sleep(random.Random(seed).uniform(1.3, 2.2))
    killed = window.kill()
    assert not any("done" in line for line in window.lines), "it was not being typed any more"
    expected = typed_before(window.lines, "answers", killed)
    assert expected, "nothing was typed yet"
    seen = seen_next(windows)
    assert expected.items() <= seen["answers"].items()


def test_half_a_household_is_offered_back_with_every_field(village, windows):
    window = windows("household")
    window.until("done")
    time.sleep(LOST_AT_MOST + 0.1)
    killed = window.kill()
    door, people = (typed_before(window.lines, key, killed) for key in ("door", "people"))
    assert door["door"] == "18号"
    assert NAME_OF_NEW_HEAD in json.dumps(people, ensure_ascii=False)
    assert HALF_A_NUMBER in json.dumps(people)
    seen = seen_next(windows)
    assert "有一户登记到一半" in seen["today"]
    assert "写到一半的一户，接着写？" in seen["offered"]
    assert seen["door"] == door
    assert seen["people"] == people


# --- saved ----------------------------------------------------------------------------------------------


def test_no_reading_that_said_saved_is_lost_by_kills_at_random_moments(village, windows):
    chance, expected, start = random.Random(20261122), set(), 0
    for _round in range(ROUNDS):
        window = windows("readings", FIRST_READING=str(start))
        window.until("saved")
        time.sleep(chance.uniform(0.0, 0.6))
        window.kill()
        saved = [line for line in window.lines if "saved" in line]
        expected |= {line["saved"] for line in saved}
        start = max(line["index"] for line in saved) + 2
    workplace = here(village.place.folder).open()
    stored = workplace.query(lambda connection: list(select(connection, Reading)))
    found = {f"{one.systolic_mmhg}/{one.diastolic_mmhg}" for one in stored}
    assert expected <= found
    safekeeping.check(workplace)
    workplace.close()
    assert len(expected) > ROUNDS, "it hardly saved: the kills came too early to prove anything"


# --- readable -------------------------------------------------------------------------------------------


def test_a_session_in_the_window_leaves_nothing_readable_on_the_disk_or_in_a_title(
    village, windows, tmp_path
):
    typed = patterns([*SAMPLES, NAME_OF_NEW_HEAD, PHONE_OF_NEW_HEAD, HALF_A_NUMBER])
    window = windows("session")
    stages: list[dict] = []
    while not stages or stages[-1]["stage"] != "killed":
        stages.append(window.until("stage"))
        stage = stages[-1]["stage"]
        assert leaks_in(tmp_path) == [], stage
        assert set(stages[-1]["titles"]) <= {"村医助手", ""}, stage
        if stage != "killed":
            window.go_on()
    assert [one["stage"] for one in stages] == ["family", "paper 1", "paper 2", "paper 3", "locked", "killed"]
    window.kill()
    home = village.place.home
    assert (home / "store.db-wal").stat().st_size > 0, "the kill left the log with the reading behind"
    assert (home / "logs" / "village-doctor.log").is_file(), "the window's log was searched, too"
    assert leaks_in(tmp_path) == []
    for path in files_in(tmp_path):
        data = path.read_bytes()
        assert not any(pattern in data for pattern in typed), path.name
        assert not data.startswith(b"%PDF"), path.name


def test_the_search_looks_where_the_window_could_leave_something(tmp_path):
    """The positive control for the folders that the window is given."""
    for name in ("xdg_cache_home", "tmpdir", "xdg_state_home"):
        folder = tmp_path / "user" / name
        folder.mkdir(parents=True)
        (folder / "left-behind").write_bytes("欧阳秀兰".encode("gbk"))
        assert leaks_in(tmp_path)
        (folder / "left-behind").unlink()
        assert not leaks_in(tmp_path)
