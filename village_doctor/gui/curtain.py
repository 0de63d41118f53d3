"""The curtain of F9: hides the window from whoever else looks, without locking it."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QLabel, QWidget
from shiboken6 import isValid

from village_doctor.foundation.texts import text as _


class Curtain(QLabel):
    """Hangs in `room`, before all that is `inside`. Behind it no key does anything."""

    def __init__(self, room: QWidget, inside: QWidget) -> None:
        super().__init__(_("屏幕遮住了。按 F9 回来。"), room)
        self._inside = inside
        self._focus_before: QWidget | None = None
        self.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.setObjectName("practice")
        self.hide()

    def draw_or_open(self) -> None:
        """When it opens, the focus comes back to where it was."""
        if self.isVisible():
            self._inside.setEnabled(True)
            self.hide()
            if self._focus_before is not None and isValid(self._focus_before):
                self._focus_before.setFocus()
        else:
            self._focus_before = QApplication.focusWidget()
            self._inside.setEnabled(False)
            self.show()
            self.raise_()
            self.setFocus()
