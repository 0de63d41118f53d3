"""改刚才这条: what was saved last can be reopened, or taken back with a reason, until the window locks.

It is a new act that compensates, never a deletion; so it is allowed after sending too.
"""

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QVBoxLayout

from village_doctor.foundation.texts import fill
from village_doctor.foundation.texts import text as _
from village_doctor.gui.widgets.controls import Button, Field, Labelled, hide_quietly, label
from village_doctor.gui.widgets.layouts import WrappingRow


@dataclass(frozen=True, slots=True)
class LastAct:
    """`text`: what was saved. `correct` reopens it; `void` takes it back, with a reason; some acts have neither."""

    text: str
    correct: Callable[[], None] | None
    void: Callable[[str], None] | None

    @property
    def may_be_changed(self) -> bool:
        return self.correct is not None or self.void is not None


class UndoPanel(QFrame):
    """Opens over any page by Ctrl+Z. `closed`: the page's turn again."""

    closed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setProperty("kind", "bar")
        self._act: LastAct | None = None
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 12, 16, 12)
        self.text = label("", role="strong")
        column.addWidget(self.text)
        self.reason = Field(_("为什么作废"), hint=_("写一句，比如：记错人了"))
        self.reason.entered.connect(self._void)
        self.reason_row = Labelled(_("作废：原来的不会删掉，只是不算数。为什么？"), self.reason)
        column.addWidget(self.reason_row)
        row = WrappingRow()
        self.correct_button = Button(_("打开来改"), kind="primary")
        self.correct_button.clicked.connect(self._correct)
        self.void_button = Button(_("整条作废"), kind="danger")
        self.void_button.clicked.connect(self._void)
        self.close_button = Button(_("不改了"))
        self.close_button.clicked.connect(self.close_panel)
        for button in (self.correct_button, self.void_button, self.close_button):
            row.add(button)
        column.addWidget(row)
        self.hide()

    def offer(self, act: LastAct) -> None:
        self._act = act
        self.text.setText(fill(_("刚才：{what}"), {"what": act.text}))
        self.correct_button.setVisible(act.correct is not None)
        self.void_button.setVisible(act.void is not None)
        self.reason_row.hide()
        self.reason.clear()
        self.show()
        (self.correct_button if act.correct is not None else self.void_button).setFocus()

    def close_panel(self) -> None:
        hide_quietly(self)
        self.closed.emit()

    def _correct(self) -> None:
        act = self._act
        self.close_panel()
        if act is not None and act.correct is not None:
            act.correct()

    def _void(self) -> None:
        if self.reason_row.isHidden():
            self.reason_row.show()
            self.reason.setFocus()
            return
        reason = self.reason.text().strip()
        if not reason:
            self.reason_row.refuse(_("请写一句为什么，以后查得到。"))
            return
        act = self._act
        self.close_panel()
        if act is not None and act.void is not None:
            act.void(reason)
