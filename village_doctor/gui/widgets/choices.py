"""A few options side by side, one or several of them to be chosen: by number, arrows and Space, or mouse."""

from collections.abc import Sequence
from typing import Final

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent
from PySide6.QtWidgets import QFrame, QPushButton

from village_doctor.gui.widgets.controls import ENTER, half_width
from village_doctor.gui.widgets.layouts import FlowLayout

_LONGEST_LINE: Final = 16  # characters in a line of an option
_MARKS: Final = "，、。；）"


class Choices(QFrame):
    """A few options to choose one of, or several: by its number, by arrows and Space, or by mouse.

    `options`: code and label. `exclusive`: codes that stand alone (无症状). `chosen` tells after every change.
    """

    chosen = Signal()
    entered = Signal()

    def __init__(
        self,
        name: str,
        options: Sequence[tuple[str, str]],
        *,
        several: bool = False,
        exclusive: Sequence[str] = (),
        numbered: bool = True,
    ) -> None:
        super().__init__()
        self.setProperty("kind", "choices")
        self.setAccessibleName(name)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._codes = [code for code, _text in options]
        self._several = several
        self._exclusive = frozenset(exclusive)
        self._at = 0
        layout = FlowLayout(self, margin=3)
        self.buttons: list[QPushButton] = []
        for number, (_code, text) in enumerate(options, 1):
            shown = f"{number % 10} {text}" if numbered and number <= 10 else text
            button = QPushButton(_in_lines(shown))
            button.setProperty("kind", "choice")
            button.setAccessibleName(text)
            button.setCheckable(True)
            button.setFocusPolicy(Qt.FocusPolicy.NoFocus)
            button.clicked.connect(lambda checked, at=number - 1: self._choose(at, wanted=checked))
            layout.addWidget(button)
            self.buttons.append(button)

    # --- values -------------------------------------------------------------------------------------

    def values(self) -> list[str]:
        """The chosen codes, in the order of the options."""
        return [code for code, button in zip(self._codes, self.buttons, strict=True) if button.isChecked()]

    def value(self) -> str | None:
        return next(iter(self.values()), None)

    def set_values(self, codes: Sequence[str]) -> None:
        """Shows these as chosen; tells nobody."""
        for code, button in zip(self._codes, self.buttons, strict=True):
            button.setChecked(code in codes)

    # --- keys and mouse -----------------------------------------------------------------------------

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key, typed = event.key(), half_width(event.text())
        if typed.isdigit() and len(typed) == 1:
            at = (int(typed) - 1) % 10
            if at < len(self.buttons):
                self._choose(at)
        elif key in (Qt.Key.Key_Right, Qt.Key.Key_Left):
            self._at = (self._at + (1 if key == Qt.Key.Key_Right else -1)) % len(self.buttons)
            self._show_place()
        elif key == Qt.Key.Key_Space:
            self._choose(self._at)
        elif key in ENTER:
            if not event.isAutoRepeat():  # a key held down answers once
                self.entered.emit()
        else:
            super().keyPressEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        chosen = [at for at, button in enumerate(self.buttons) if button.isChecked()]
        self._at = chosen[0] if chosen else 0
        self._show_place()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        for button in self.buttons:
            _underline(button, False)

    def _show_place(self) -> None:
        for at, button in enumerate(self.buttons):
            _underline(button, at == self._at)

    def _choose(self, at: int, *, wanted: bool | None = None) -> None:
        """By key (`wanted` None) a chosen option of several is taken back; the mouse says what it wants."""
        self._at = at
        if wanted is None:
            wanted = not self.buttons[at].isChecked()
        if self._several:
            self.buttons[at].setChecked(wanted)
            if wanted:
                self._clear_others(at)
        else:
            self.set_values([self._codes[at]])
        if self.hasFocus():
            self._show_place()
        self.chosen.emit()

    def _clear_others(self, at: int) -> None:
        for other, (code, button) in enumerate(zip(self._codes, self.buttons, strict=True)):
            alone = self._codes[at] in self._exclusive or code in self._exclusive
            if other != at and alone:
                button.setChecked(False)


def _in_lines(text: str) -> str:
    """A long option in lines that fit beside the name of its blank, broken behind a mark where there is one."""
    lines = []
    while len(text) > _LONGEST_LINE:
        ends = [text.rfind(mark, _LONGEST_LINE // 2, _LONGEST_LINE) + 1 for mark in _MARKS]
        end = max(ends) or _LONGEST_LINE
        lines.append(text[:end])
        text = text[end:]
    return "\n".join([*lines, text])


def _underline(button: QPushButton, on: bool) -> None:
    font = button.font()
    font.setUnderline(on)
    button.setFont(font)
