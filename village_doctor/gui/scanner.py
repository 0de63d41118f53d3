"""A scanner that types like a keyboard: card codes are recognised anywhere, by their beginning, speed and length.

Digits that begin like a card are held back for a moment; if they stop as a person's would, they go where they were
typed, so nothing that anybody types is lost. The person is looked up as soon as her part of the code is there.
"""

from typing import Final

from PySide6.QtCore import QCoreApplication, QElapsedTimer, QEvent, QObject, Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QApplication, QWidget

# A scanner types a key in 1 to 15 ms, the slowest in 30; nobody types a fourth digit within 45 ms of the third.
GAP_MS: Final = 45
# Once it is surely a scan, a hiccup of the cable is forgiven.
SCAN_GAP_MS: Final = 400
_SURE: Final = 8
_ENDS: Final = (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Tab)  # what scanners type behind a code


class Scanner(QObject):
    """An event filter of the application. `began`: enough digits to look up; `scanned`: the whole code; `broke_off`."""

    began = Signal(str)
    scanned = Signal(str)
    broke_off = Signal()

    def __init__(self, prefix: str, look_up_length: int, length: int, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._prefix = prefix
        self._look_up_length = look_up_length
        self._length = length
        self._held: list[tuple[QObject, QKeyEvent]] = []
        self._digits = ""
        self._replaying = False
        self._since_scan = QElapsedTimer()
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self._stopped)

    def forget(self) -> None:
        """Drops what is held back: the window locks, and where it was typed is gone."""
        self._timer.stop()
        self._held, self._digits = [], ""

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if self._replaying or event.type() not in (QEvent.Type.KeyPress, QEvent.Type.KeyRelease):
            return False
        if not isinstance(event, QKeyEvent) or not isinstance(watched, QWidget):
            return False
        if watched is not QApplication.focusWidget() and QApplication.focusWidget() is not None:
            return False
        if event.type() == QEvent.Type.KeyRelease:
            return bool(self._digits)
        return self._take(watched, event)

    @property
    def _is_scan(self) -> bool:
        return len(self._digits) >= _SURE

    def _take(self, watched: QObject, event: QKeyEvent) -> bool:
        typed = event.text()
        grown = self._digits + typed
        if typed.isascii() and typed.isdigit() and self._fits(grown):
            self._digits = grown
            if not self._is_scan:
                self._held.append((watched, event.clone()))
            else:
                self._held.clear()
            self._timer.start(SCAN_GAP_MS if self._is_scan else GAP_MS)
            self._tell()
            return True
        if self._is_scan or (event.key() in _ENDS and self._has_just_scanned):
            return True  # whatever a scanner sends beside digits is not for any field
        if not self._digits:
            return False
        self._replay()
        focus = QApplication.focusWidget()
        if focus is None or focus is watched:
            return False
        QCoreApplication.sendEvent(focus, event.clone())  # the held ones moved it on: this key follows
        return True

    @property
    def _has_just_scanned(self) -> bool:
        return self._since_scan.isValid() and self._since_scan.elapsed() < SCAN_GAP_MS

    def _fits(self, digits: str) -> bool:
        return len(digits) <= self._length and digits.startswith(self._prefix[: len(digits)])

    def _tell(self) -> None:
        if len(self._digits) == self._look_up_length:
            self.began.emit(self._digits)
        if len(self._digits) == self._length:
            whole, self._digits = self._digits, ""
            self._timer.stop()
            self._since_scan.start()
            self.scanned.emit(whole)

    def _stopped(self) -> None:
        if self._is_scan:
            self._digits = ""
            self.broke_off.emit()
        else:
            self._replay()

    def _replay(self) -> None:
        """A person typed these: they arrive where they were meant to."""
        self._timer.stop()
        held, self._held, self._digits = self._held, [], ""
        before = QApplication.focusWidget()
        self._replaying = True
        try:
            for watched, event in held:
                focus = QApplication.focusWidget()  # a held key may move it: the next ones follow
                target = watched if focus is None or focus is before else focus
                QCoreApplication.sendEvent(target, event)
        finally:
            self._replaying = False
