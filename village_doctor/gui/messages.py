"""The one door for what the window has to say: quiet by default, a dialog only where something can be lost or chosen.

What was said is kept as a short list, so that a test can read it.
"""

from collections import deque
from collections.abc import Sequence

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QKeyEvent, QKeySequence, QShortcut, QShowEvent
from PySide6.QtWidgets import QDialog, QHBoxLayout, QVBoxLayout, QWidget

from village_doctor.domain.problems import Problem
from village_doctor.foundation.texts import text as _
from village_doctor.gui.shell import Choice
from village_doctor.gui.widgets.controls import Button, label
from village_doctor.services.problem_words import problem_text

_KEPT = 50
_WIDE = 32  # characters in a line of a dialog
_SIDE_BY_SIDE = 3  # more choices than these stand below one another, each with its digit


class Messages(QObject):
    """`quiet` goes to the status line, `notice` to the bar above it. `said` holds the newest texts.
    `lock_wanted` and `cover_wanted`: Ctrl+L and F9 over a question, which is then left unanswered."""

    quiet = Signal(str, str)
    warned = Signal(str)
    lock_wanted = Signal()
    cover_wanted = Signal()

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._window = parent
        self.said: deque[str] = deque(maxlen=_KEPT)
        self.dialog: ChoiceDialog | None = None

    def say(self, text: str, tone: str = "") -> None:
        """One sentence in the status line."""
        self.said.append(text)
        self.quiet.emit(text, tone)

    def tell(self, problem: Problem) -> None:
        """A Problem: what happened, what it means for the data, what to do."""
        self.warn(problem_text(problem))

    def warn(self, text: str) -> None:
        self.said.append(text)
        self.warned.emit(text)

    def tell_bug(self) -> None:
        self.tell(Problem("unforeseen"))

    def ask(self, title: str, text: str, choices: Sequence[Choice]) -> "ChoiceDialog":
        """Opens a dialog and returns at once; Esc is the way back, or the last choice."""
        self.said.append(text)
        self.dialog = ChoiceDialog(self._window, title, text, choices)
        for key, wanted in (("Ctrl+L", self.lock_wanted), ("F9", self.cover_wanted)):
            shortcut = QShortcut(QKeySequence(key), self.dialog)
            shortcut.activated.connect(self.dialog.reject)
            shortcut.activated.connect(wanted)
        self.dialog.open()
        return self.dialog


class ChoiceDialog(QDialog):
    """A question with verbs on its buttons."""

    def __init__(self, parent: QWidget, title: str, text: str, choices: Sequence[Choice]) -> None:
        super().__init__(parent)
        self.setWindowTitle(_("村医助手"))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setMinimumWidth(_WIDE * self.fontMetrics().horizontalAdvance("字"))
        self._choices = choices
        layout = QVBoxLayout(self)
        layout.setContentsMargins(24, 24, 24, 16)
        layout.setSpacing(16)
        layout.addWidget(label(title, role="heading"))
        layout.addWidget(label(text))
        is_long = len(choices) > _SIDE_BY_SIDE
        row = QVBoxLayout() if is_long else QHBoxLayout()
        row.setSpacing(8)
        row.addStretch()
        self.buttons = [
            Button(choice.text, kind=choice.kind, key=str(at) if is_long else "")
            for at, choice in enumerate(choices, 1)
        ]
        for button, choice in zip(self.buttons, choices, strict=True):
            button.clicked.connect(lambda _checked=False, chosen=choice: self._choose(chosen))
            row.addWidget(button)
        layout.addLayout(row)
        self.buttons[0].setFocus()

    def showEvent(self, event: QShowEvent) -> None:
        """As high as its text needs in this width: a dialog does not ask wrapped labels by itself."""
        super().showEvent(event)
        layout = self.layout()
        if layout is not None:
            self.setMinimumHeight(layout.totalHeightForWidth(self.width()))

    def _choose(self, choice: Choice) -> None:
        self.accept()
        choice.act()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self._choose(next((one for one in self._choices if one.is_way_back), self._choices[-1]))
        else:
            super().keyPressEvent(event)
