"""The program on a real display: an X server, a window manager, keys typed from outside, a window closed by its manager.

What the other tests of the window take from the offscreen platform comes from real tools here. Linux only: the other
systems have no display that a test may have for itself. VILLAGE_DOCTOR_PICTURES names a folder for pictures of the screen.
"""

import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.faults.worker import here
from tests.village import NAMES, PASSWORD, Village, build, contents
from village_doctor.app import NO_DISPLAY
from village_doctor.domain.problems import Problem
from village_doctor.domain.readings import Reading
from village_doctor.foundation.logs import FILE_NAME
from village_doctor.services import safekeeping
from village_doctor.store.tables import select

pytestmark = pytest.mark.skipif(
    not sys.platform.startswith("linux"), reason="an X server of the test's own needs Linux"
)
ROOT = Path(__file__).resolve().parents[2]
TITLE = "村医助手"
WAIT_SECONDS = 40
SLOW_SECONDS = 1.0  # how long a busy computer may take to begin to answer a key
OF_THIS_DESK = ("DISPLAY", "QT_QPA_PLATFORM", "WAYLAND_DISPLAY", "XAUTHORITY", "VILLAGE_DOCTOR_HOME")


def until(claim: Callable[[], object], what: str) -> None:
    end = time.monotonic() + WAIT_SECONDS
    while not claim():
        assert time.monotonic() < end, f"it did not come to that: {what}"
        time.sleep(0.05)


def environment_without_display(folder: Path) -> dict[str, str]:
    """A user of the test's own, at no display."""
    own = {"HOME": folder / "user", "XDG_RUNTIME_DIR": folder / "user" / "run"}
    for name in ("CONFIG", "CACHE", "DATA", "STATE"):
        own[f"XDG_{name}_HOME"] = folder / "user" / name.lower()
    for place in own.values():
        place.mkdir(mode=0o700, parents=True, exist_ok=True)
    inherited = {name: value for name, value in os.environ.items() if name not in OF_THIS_DESK}
    return {**inherited, **{name: str(place) for name, place in own.items()}, "LC_ALL": "C.UTF-8"}


class Display:
    """An X server with a window manager, and somebody at its keyboard."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._frame = folder / "screen" / "Xvfb_screen0"
        self._frame.parent.mkdir()
        read, write = os.pipe()
        self._server = subprocess.Popen(
            [
                "Xvfb",
                "-displayfd",
                str(write),
                "-fbdir",
                str(self._frame.parent),
                "-nolisten",
                "tcp",
                "-screen",
                "0",
                "1366x768x24",
            ],
            pass_fds=[write],
            stderr=subprocess.DEVNULL,
        )
        os.close(write)
        with os.fdopen(read) as told:
            number = told.readline().strip()
        assert number, "the X server did not start"
        self.environment = {**environment_without_display(folder), "DISPLAY": f":{number}"}
        self._manager = subprocess.Popen(
            ["openbox"], env=self.environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        until(lambda: self.run("get_num_desktops"), "a window manager")

    def close(self) -> None:
        for process in (self._manager, self._server):
            process.terminate()
            process.wait(WAIT_SECONDS)

    def run(self, *words: str) -> str:
        done = subprocess.run(
            ["xdotool", *words], env=self.environment, capture_output=True, text=True, timeout=60, check=False
        )
        return done.stdout

    # --- the keyboard -------------------------------------------------------------------------------

    def type(self, text: str) -> None:
        self.run("type", "--delay", "30", text)

    def press(self, key: str) -> None:
        self.run("key", key)

    def enter(self, text: str) -> None:
        self.type(text)
        self.press("Return")

    # --- the screen ---------------------------------------------------------------------------------

    def windows(self) -> set[str]:
        """The program's windows that a person can see."""
        return set(self.run("search", "--onlyvisible", "--name", f"^{TITLE}$").split())

    def names(self) -> str:
        """What every window is called, seen or not: any program of this user can read that."""
        found = self.run("search", "--name", ".*").split()
        return "\n".join(self.run("getwindowname", one).strip() for one in found)

    def pixels(self) -> bytes:
        return self._frame.read_bytes()

    def settle(self) -> bytes:
        """Until nothing on the screen changes; a blinking cursor is quiet for half a second."""
        time.sleep(SLOW_SECONDS)
        before, since = self.pixels(), time.monotonic()
        end = since + WAIT_SECONDS
        while time.monotonic() < since + 0.35:
            time.sleep(0.05)
            now = self.pixels()
            if now != before:
                before, since = now, time.monotonic()
            assert since < end, "the screen does not come to rest"
        return before

    def picture(self, name: str) -> None:
        """Only by hand."""
        folder = os.environ.get("VILLAGE_DOCTOR_PICTURES", "")
        if folder:
            target = str(Path(folder) / f"{name}.png")
            subprocess.run(["import", "-window", "root", target], env=self.environment, check=True)


class Program:
    """Village Doctor as its user starts it, over one home."""

    def __init__(self, environment: dict[str, str], home: Path) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-P", "-m", "village_doctor"],
            env={**environment, "PYTHONPATH": str(ROOT), "VILLAGE_DOCTOR_HOME": str(home)},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        self.window = ""

    @property
    def is_running(self) -> bool:
        return self._process.poll() is None

    def ends(self) -> tuple[int, str]:
        """Its exit code, and everything that it said on the way."""
        output, errors = self._process.communicate(timeout=WAIT_SECONDS)
        return self._process.returncode, output + errors

    def kill(self) -> None:
        if self.is_running:
            self._process.send_signal(signal.SIGKILL)
            self._process.communicate()


class Desk:
    """A laptop with a clinic's home on it; programs are started there and used by keyboard."""

    def __init__(self, display: Display, village: Village) -> None:
        self.display = display
        self.village = village
        self.started: list[Program] = []

    @property
    def home(self) -> Path:
        return self.village.place.home

    def start(self) -> Program:
        """Waits until its window is there, drawn, and has the keyboard."""
        known = self.display.windows()
        program = Program(self.display.environment, self.home)
        self.started.append(program)
        until(lambda: self.display.windows() - known or not program.is_running, "a window")
        assert program.is_running, program.ends()
        (program.window,) = self.display.windows() - known
        self.activate(program)
        return program

    def activate(self, program: Program) -> None:
        self.display.run("windowactivate", "--sync", program.window)
        self.display.settle()

    def unlock(self) -> None:
        self.display.enter(PASSWORD)
        until(self.is_in_use, "an open home")
        until(lambda: list((self.home / "backups").glob("*.vdbackup")), "today's copy, after the first page")
        self.display.settle()

    def is_in_use(self) -> bool:
        try:
            here(self.village.place.folder).open("").close()
        except Problem as problem:
            return problem.code == "home-in-use"
        return False

    def measure(self, pressure: str) -> None:
        self.display.enter("lgy")
        self.display.settle()
        self.display.type("b")
        self.display.settle()
        self.display.enter(pressure)
        self.display.settle()

    def close(self, program: Program) -> None:
        """By the window manager's own key."""
        self.activate(program)
        self.display.press("alt+F4")
        assert program.ends() == (0, "")

    def pressures(self) -> list[str]:
        """What is stored, seen by the next opening."""
        workplace = here(self.village.place.folder).open()
        try:
            safekeeping.check(workplace)
            found = workplace.query(lambda connection: list(select(connection, Reading)))
        finally:
            workplace.close()
        return [
            f"{one.systolic_mmhg}/{one.diastolic_mmhg}"
            for one in found
            if one.resident_id == self.village.grandmother.id
        ]


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    for tool in ("Xvfb", "openbox", "xdotool"):
        assert shutil.which(tool), f"{tool} is missing: build_scripts/test.py sets it up"
    village = build(here(tmp_path))
    village.workplace.close()
    display = Display(tmp_path)
    made = Desk(display, village)
    yield made
    for program in made.started:
        program.kill()
    display.close()


def test_a_reading_by_keyboard_on_a_real_display_is_there_after_the_window_was_closed(desk: Desk) -> None:
    before, empty = desk.pressures(), desk.display.settle()
    program = desk.start()
    assert desk.display.settle() != empty, "nothing was drawn"
    desk.display.picture("lock")
    desk.unlock()
    desk.display.picture("today")
    desk.measure("16397")
    desk.display.picture("family")
    assert not [name for name in NAMES if name in desk.display.names()], "a title names nobody"
    assert TITLE in desk.display.names()
    desk.close(program)
    assert sorted(desk.pressures()) == sorted([*before, "163/97"])


def test_a_second_start_opens_nothing_and_disturbs_nothing(desk: Desk) -> None:
    """What it says is in tests/gui/test_start.py; here it is that the first goes on as if nothing had been."""
    first = desk.start()
    desk.unlock()
    held = _records(desk.home)
    second = desk.start()
    desk.display.enter(PASSWORD)
    until(lambda: "home-in-use" in (desk.home / "logs" / FILE_NAME).read_text("ascii"), "an answer")
    desk.display.settle()
    desk.display.picture("in-use")
    assert second.is_running
    assert _records(desk.home) == held
    desk.close(second)
    desk.activate(first)
    desk.measure("16498")
    desk.close(first)
    assert "164/98" in desk.pressures()


def _records(home: Path) -> dict[str, bytes]:
    """Without what every reader marks, and without the log, where the second start tells its own refusal."""
    return {
        name: data
        for name, data in contents(home).items()
        if not name.startswith("logs") and not name.endswith("-shm")
    }


def test_without_a_display_it_says_so_in_chinese_and_ends(tmp_path: Path) -> None:
    program = Program(environment_without_display(tmp_path), tmp_path / "home")
    code, told = program.ends()
    assert code == NO_DISPLAY == 3
    assert told.startswith("这里没有图形显示，打不开窗口。")
    assert len(told.splitlines()) == 1
    assert not (tmp_path / "home").exists()
