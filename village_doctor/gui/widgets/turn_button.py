"""A small choice that is nearly always right already: one word on a button, the next word at every press."""

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent

from village_doctor.foundation.texts import fill
from village_doctor.foundation.texts import text as _
from village_doctor.gui.widgets.controls import Button


class TurnButton(Button):
    """`options`: code and word. `turned`: by key or mouse. Arrows and Space turn; Enter is left to whoever owns it."""

    turned = Signal()

    def __init__(self, name: str, options: Sequence[tuple[str, str]]) -> None:
        super().__init__("")
        self._name = name
        self._options = list(options)
        self._at = 0
        self.clicked.connect(self.turn)
        self._show_word()

    def value(self) -> str:
        return self._options[self._at][0]

    def set_value(self, code: str) -> None:
        """Shows this one; tells nobody."""
        self._at = next((at for at, one in enumerate(self._options) if one[0] == code), 0)
        self._show_word()

    def turn(self, _checked: bool = False, *, back: bool = False) -> None:
        self._at = (self._at + (-1 if back else 1)) % len(self._options)
        self._show_word()
        self.turned.emit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Right, Qt.Key.Key_Down):
            self.turn()
        elif event.key() in (Qt.Key.Key_Left, Qt.Key.Key_Up):
            self.turn(back=True)
        else:
            super().keyPressEvent(event)

    def _show_word(self) -> None:
        word = self._options[self._at][1]
        self.setText(word)
        self.setAccessibleName(fill(_("{name}：{word}"), {"name": self._name, "word": word}))
