"""The search box, the front door of the window: searches live, on committed characters and on the input method's letters alike.

Where an input method keeps its letters in a window of its own, nothing arrives: after a while a quiet hint says so.
"""

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QInputMethodEvent, QKeyEvent
from PySide6.QtWidgets import QLineEdit

from village_doctor.foundation.texts import text as _

_SEPARATORS = str.maketrans("", "", "' ’　")


class SearchBox(QLineEdit):
    """`searched`: what to look for now, after every key. `moved`: +1 down, -1 up. `entered`, `left`: Enter, Esc."""

    searched = Signal(str)
    moved = Signal(int)
    entered = Signal()
    left = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._letters = ""
        self.setPlaceholderText(_("找人：首字母、名字、证件或电话后四位"))
        self.setAccessibleName(_("找人"))
        self.textChanged.connect(self._tell)

    @property
    def sought(self) -> str:
        """Committed text with the letters that the input method still holds in their place."""
        at = self.cursorPosition()
        whole = self.text()[:at] + self._letters + self.text()[at:]
        return whole.translate(_SEPARATORS).strip()

    def inputMethodEvent(self, event: QInputMethodEvent) -> None:
        super().inputMethodEvent(event)
        self._letters = event.preeditString()
        self._tell()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        match event.key():
            case Qt.Key.Key_Down:
                self.moved.emit(1)
            case Qt.Key.Key_Up:
                self.moved.emit(-1)
            case Qt.Key.Key_Return | Qt.Key.Key_Enter:
                self.entered.emit()
            case Qt.Key.Key_Escape:
                self.left.emit()
            case _:
                super().keyPressEvent(event)

    def empty(self) -> None:
        """Forgets what was typed, without searching for nothing."""
        self._letters = ""
        self.blockSignals(True)
        self.clear()
        self.blockSignals(False)

    def _tell(self) -> None:
        self.searched.emit(self.sought)
