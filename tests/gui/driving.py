"""The real window of a real home, driven by its keyboard: what is typed goes to whatever has the focus, as it would on a desk."""

import time
from collections.abc import Callable
from typing import TypeVar

from PySide6.QtCore import QCoreApplication, QEvent, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

from tests.village import PASSWORD, Place
from village_doctor.app import Application
from village_doctor.gui.shell import Page
from village_doctor.gui.workroom import Workroom

W = TypeVar("W", bound=QWidget)
NO_KEY = Qt.KeyboardModifier.NoModifier
CTRL = Qt.KeyboardModifier.ControlModifier
ALT = Qt.KeyboardModifier.AltModifier
SHIFT = Qt.KeyboardModifier.ShiftModifier


class Driven:
    """`keys` counts what was pressed since it was last set to 0."""

    def __init__(self, place: Place) -> None:
        self.place = place
        self.program = Application(place.home, place.surroundings)
        self.keys = 0

    # --- coming and going ---------------------------------------------------------------------------

    def start(self) -> "Driven":
        self.program.start()
        self.window.activateWindow()
        self.settle()
        return self

    def open(self, password: str = PASSWORD) -> "Driven":
        """From the lock screen to Today."""
        self.type(password)
        self.press(Qt.Key.Key_Return)
        self.until(lambda: self.program.inside is not None)
        self.settle()
        return self

    def close(self) -> None:
        """The window is closed as by its button; the home is free afterwards."""
        self.program.window.close()
        self.program.close()
        self.program.window.deleteLater()
        self.program.deleteLater()
        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)

    # --- the keyboard -------------------------------------------------------------------------------

    def press(self, key: Qt.Key, modifiers: Qt.KeyboardModifier = NO_KEY, *, times: int = 1) -> None:
        self._give_back_the_keyboard()
        for _time in range(times):
            self.keys += 1
            QTest.keyClick(self.focus, key, modifiers)
            QApplication.processEvents()

    def type(self, text: str) -> None:
        """ASCII as the keyboard sends it; Chinese as an input method commits it, character by character."""
        self._give_back_the_keyboard()
        for one in text:
            self.keys += 1
            if one.isascii():
                QTest.keyClicks(self.focus, one)
            else:
                event = QKeyEvent(QEvent.Type.KeyPress, 0, NO_KEY, one)
                QApplication.sendEvent(self.focus, event)
        QApplication.processEvents()

    def _give_back_the_keyboard(self) -> None:
        """Offscreen there is no window manager that does so when a dialog is closed."""
        if QApplication.activeWindow() is None and QApplication.activeModalWidget() is None:
            self.window.activateWindow()
            self.until(self.window.isActiveWindow)

    def enter(self, text: str = "") -> None:
        """Types and presses Enter; waits for what comes of it."""
        self.type(text)
        self.press(Qt.Key.Key_Return)
        self.settle()

    # --- what is seen -------------------------------------------------------------------------------

    @property
    def window(self) -> QWidget:
        return self.program.window

    @property
    def focus(self) -> QWidget:
        """What a key goes to: the focus, else the window itself."""
        return QApplication.focusWidget() or QApplication.activeModalWidget() or self.program.window

    @property
    def workroom(self) -> Workroom:
        assert self.program.inside is not None
        return self.program.inside.workroom

    @property
    def page(self) -> Page:
        return self.workroom.page

    @property
    def said(self) -> list[str]:
        """Everything the one door for messages has said."""
        return list(self.program.window.messages.said)

    def shown(self, root: QWidget | None = None) -> str:
        """All the text that can be read on the window now, from top to bottom."""
        from tests.gui.fitting import texts_of

        return "\n".join(text for _widget, text in texts_of(root or self.program.window))

    def settle(self, seconds: float = 20) -> None:
        """Until nothing is under way: questions answered, records saved, pages filled, pauses after typing over."""
        self.until(lambda: self.program.window.tasks.is_idle, seconds)
        for _round in range(3):
            QTest.qWait(1)
            self.until(lambda: self.program.window.tasks.is_idle, seconds)

    def until(self, claim: Callable[[], object], seconds: float = 20) -> None:
        """Raises AssertionError with what is on the window if the claim does not come true."""
        end = time.monotonic() + seconds
        while not claim():
            if time.monotonic() > end:
                raise AssertionError(f"it did not come to that; the window shows:\n{self.shown()}")
            QTest.qWait(5)

    def until_shown(self, text: str, seconds: float = 20) -> None:
        self.until(lambda: text in self.shown(), seconds)
