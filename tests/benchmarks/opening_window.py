"""One start of a window in a process of its own, offscreen: `opening_window.py bare|lock|today|family HOME`.

Prints JSON: `ready` (the instant at which the first window took a key, of the clock that all processes share),
`inside` (seconds from the accepted password to Today painted and a key in the search box) and `mib` (memory held at the
end). bare: a PySide6 window with a table. lock: the program up to its lock screen. today: and on to Today. family: and on
to a search and a family's page.
"""

import json
import os
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QEventLoop, QObject, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QApplication, QMainWindow, QTableWidget, QTableWidgetItem, QWidget

if TYPE_CHECKING:
    from village_doctor.app import Application

PASSWORD = "4821-0937-5516"
_PATIENCE = 60.0


class _Painted(QObject):
    """Notices that a widget has been painted."""

    def __init__(self, widget: QWidget) -> None:
        super().__init__(widget)
        self.is_so = False
        widget.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802 - Qt's name
        self.is_so = self.is_so or event.type() == QEvent.Type.Paint
        return False


def until(claim: Callable[[], bool]) -> None:
    """Lets events run until it is so."""
    application = QApplication.instance()
    assert application is not None
    began = time.monotonic()
    while not claim():
        application.processEvents(QEventLoop.ProcessEventsFlag.AllEvents, 5)
        if time.monotonic() - began > _PATIENCE:
            raise TimeoutError
        time.sleep(0.0002)  # lets the other threads go on


def press(key: Qt.Key, letter: str = "") -> None:
    """One key to whatever has the focus."""
    for kind in (QEvent.Type.KeyPress, QEvent.Type.KeyRelease):
        target = QApplication.focusWidget()
        assert target is not None
        QApplication.sendEvent(target, QKeyEvent(kind, key, Qt.KeyboardModifier.NoModifier, letter))


def bare() -> dict[str, float]:
    """The floor."""
    application = QApplication(sys.argv[:1])
    window = QMainWindow()
    table = QTableWidget(30, 6)
    for row in range(30):
        for column in range(6):
            table.setItem(row, column, QTableWidgetItem(f"{row} {column}"))
    window.setCentralWidget(table)
    window.resize(1366, 728)
    window.show()
    table.setFocus()
    table.setCurrentCell(0, 0)
    painted = _Painted(table.viewport())
    until(lambda: painted.is_so and application.focusWidget() is table)
    press(Qt.Key.Key_Down)
    assert table.currentRow() == 1
    return {"ready": time.monotonic()}


def ours(mode: str, home: Path) -> dict[str, float]:
    """What `village-doctor` without a verb does."""
    from village_doctor import app

    program = app.Application(home)
    program.start()
    lock_page = program.window.lock_page
    painted = _Painted(lock_page.password)
    until(lambda: painted.is_so and lock_page.password.hasFocus())
    press(Qt.Key.Key_4, "4")
    assert lock_page.password.text() == "4"
    found = {"ready": time.monotonic()}
    if mode != "lock":
        found["inside"] = inside(program)
    if mode == "family":
        family(program)
    return found


def inside(program: "Application") -> float:
    loaded: list[None] = []
    program._after_loading(lambda: loaded.append(None))  # while she types
    until(lambda: bool(loaded) and program.window.tasks.is_idle)
    began = time.monotonic()
    program.window.lock_page.given.emit(PASSWORD)
    until(lambda: program.inside is not None)
    assert program.inside is not None
    workroom = program.inside.workroom
    until(lambda: bool(workroom.pages.today.doors))
    painted = _Painted(workroom.pages.today.doors[0])
    workroom.pages.today.doors[0].update()
    until(lambda: painted.is_so)
    press(Qt.Key.Key_L, "l")
    until(lambda: workroom.search.text() == "l")
    return time.monotonic() - began


def family(program: "Application") -> None:
    """One letter has been typed: the family of the first one found, everything loaded."""
    assert program.inside is not None
    workroom = program.inside.workroom
    until(lambda: program.window.tasks.is_idle and workroom.page is workroom.pages.found)
    press(Qt.Key.Key_Return)
    until(lambda: program.window.tasks.is_idle and workroom.page is workroom.pages.family)


def mib() -> float:
    """What this process holds in memory now."""
    fields = Path("/proc/self/statm").read_text("ascii").split()
    return int(fields[1]) * os.sysconf("SC_PAGE_SIZE") / 2**20


def main(mode: str, home: Path) -> None:
    found = bare() if mode == "bare" else ours(mode, home)
    print(json.dumps({**found, "mib": mib()}), flush=True)
    os._exit(0)  # the end is not measured


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]))
