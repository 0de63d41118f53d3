"""What is loaded before the lock screen takes keys: a list. Whoever adds an import before it must add it here, on purpose.

The rest is loaded behind it while the password is typed; a doctor with an old laptop sees the lock screen at once.
"""

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest
from PySide6.QtCore import Qt

from tests.gui.driving import Driven
from tests.village import PASSWORD, Place, build, contents

ROOT = Path(__file__).resolve().parents[2]

# In a process of its own, for this one has long loaded everything. What loads the rest is held back until the list is taken.
SCRIPT = """
import json, sys, threading
from pathlib import Path
from village_doctor import app

from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QKeyEvent

may_load, load_late = threading.Event(), app._load_late
app._load_late = lambda: may_load.wait() and load_late()
program = app.Application(Path(sys.argv[1]))
program.start()
application = app.application()
application.processEvents()
page = program.window.lock_page
for digit in "4821":
    key = QKeyEvent(QEvent.Type.KeyPress, Qt.Key(ord(digit)), Qt.KeyboardModifier.NoModifier, digit)
    application.sendEvent(application.focusWidget() or program.window, key)
told = {"typed": page.password.text(), "shown": page.isVisible(), "before": sorted(sys.modules)}
may_load.set()
while not program._is_loaded:
    application.processEvents()
told["after"] = sorted(sys.modules)
program.close()
print(json.dumps(told))
"""
OURS = {
    "village_doctor",
    "village_doctor.app",
    "village_doctor.domain",
    "village_doctor.domain.messages",
    "village_doctor.domain.problems",
    "village_doctor.foundation",
    "village_doctor.foundation.atomic_file",
    "village_doctor.foundation.paths",
    "village_doctor.foundation.settings_file",
    "village_doctor.foundation.texts",
    "village_doctor.gui",
    "village_doctor.gui.collecting",
    "village_doctor.gui.idle_watch",
    "village_doctor.gui.messages",
    "village_doctor.gui.pages",
    "village_doctor.gui.pages.lock_page",
    "village_doctor.gui.shell",
    "village_doctor.gui.singletons",
    "village_doctor.gui.tasks",
    "village_doctor.gui.theme",
    "village_doctor.gui.widgets",
    "village_doctor.gui.widgets.controls",
    "village_doctor.gui.window",
    "village_doctor.services",
    "village_doctor.services.problem_words",
}
OTHERS = {"PySide6", "platformdirs", "shiboken6"}
# Shiboken's own furniture, under names of its own.
OF_SHIBOKEN = {"shibokensupport", "signature_bootstrap"}
PARTS_OF_QT = {"PySide6.QtCore", "PySide6.QtGui", "PySide6.QtWidgets"}
HEAVY = {
    "PIL",
    "PySide6.QtPdf",
    "PySide6.QtPdfWidgets",
    "PySide6.QtPrintSupport",
    "argon2",
    "backports.zstd",
    "click",
    "cryptography",
    "filelock",
    "pyrage",
    "qrcode",
    "reportlab",
    "sqlcipher3",
    "sqlite3",
    "sqlite_utils",
}
# What the window never needs, and what would double its start.
NEVER = {"PySide6.QtNetwork", "PySide6.QtQml", "numpy", "pypinyin", "sqlalchemy", "village_doctor.cli"}


@dataclass(frozen=True)
class Start:
    """The names of all modules, before the rest was loaded and after."""

    typed: str
    shown: bool
    before: frozenset[str]
    after: frozenset[str]


def start(folder: Path) -> Start:
    own = {"HOME": folder, "XDG_STATE_HOME": folder / "state", "XDG_DATA_HOME": folder / "data"}
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT, str(folder / "home")],
        cwd=ROOT,
        env={
            **os.environ,
            **{name: str(place) for name, place in own.items()},
            "QT_QPA_PLATFORM": "offscreen",
            "PYTHONDONTWRITEBYTECODE": "1",
        },
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout.splitlines()[-1])
    return Start(told["typed"], told["shown"], frozenset(told["before"]), frozenset(told["after"]))


@pytest.fixture(scope="module")
def over_a_home(tmp_path_factory: pytest.TempPathFactory) -> Start:
    folder = tmp_path_factory.mktemp("start")
    (folder / "home").mkdir()
    (folder / "home" / "keyslots.json").write_text(
        "{}", encoding="ascii"
    )  # enough to be asked for a password
    return start(folder)


def test_the_lock_screen_takes_keys_before_the_rest_is_loaded(over_a_home: Start) -> None:
    assert over_a_home.shown
    assert over_a_home.typed == "4821"


def test_no_module_of_ours_is_loaded_before_that_is_not_listed_here(over_a_home: Start) -> None:
    ours = {name for name in over_a_home.before if name.partition(".")[0] == "village_doctor"}
    assert ours == OURS


def test_no_package_of_others_is_loaded_before_that_is_not_listed_here(over_a_home: Start) -> None:
    packages = {name.partition(".")[0] for name in over_a_home.before} - sys.stdlib_module_names
    assert {name for name in packages if not name.startswith("_")} - {
        "village_doctor"
    } == OTHERS | OF_SHIBOKEN
    assert {name for name in over_a_home.before if name.startswith("PySide6.Qt")} == PARTS_OF_QT


def test_what_is_heavy_is_loaded_behind_the_lock_screen(over_a_home: Start) -> None:
    assert set() == over_a_home.before & HEAVY
    assert over_a_home.after >= HEAVY


def test_what_the_window_never_needs_is_never_loaded(over_a_home: Start) -> None:
    assert set() == over_a_home.after & NEVER


def test_the_first_start_shows_something_before_the_rest_is_loaded_too(tmp_path: Path) -> None:
    """There is no home yet: the first run comes from behind, a word stands there meanwhile."""
    first = start(tmp_path)
    assert not first.shown
    assert {name for name in first.before if name.partition(".")[0] == "village_doctor"} == OURS


def test_a_home_that_is_open_in_another_window_is_said_to_be(tmp_path: Path, qtbot: object) -> None:
    """Nothing is changed; once the other window is closed, the same password opens."""
    village = build(Place(tmp_path))
    held = contents(village.place.home)
    second = Driven(village.place).start()
    second.enter(PASSWORD)
    second.until_shown("村医助手已经在另一个窗口里打开着。")
    assert "请用那个窗口，或先关掉它。" in second.shown()
    assert contents(village.place.home) == held
    village.workplace.close()
    second.press(Qt.Key.Key_Return)
    second.until(lambda: second.program.inside is not None)
    assert second.program.window.lock_page.password.text() == "", "the password does not stay in its field"
    second.settle()
    second.close()
