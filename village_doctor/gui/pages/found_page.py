"""What the search finds, as it is typed: one line a person, the likeliest first. Enter opens her family."""

from collections.abc import Sequence
from datetime import date
from typing import ClassVar

from PySide6.QtCore import QAbstractListModel, QModelIndex, QPersistentModelIndex, Qt, Signal
from PySide6.QtWidgets import QListView

from village_doctor.foundation.texts import fill
from village_doctor.foundation.texts import text as _
from village_doctor.gui.shell import Hint, Page, Shell
from village_doctor.gui.widgets.controls import Button, label
from village_doctor.services import planning, wording
from village_doctor.services.planning import Found


class FoundModel(QAbstractListModel):
    """The lines; `found` holds what they stand for."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[Found] = []
        self._lines: list[str] = []

    def show(self, found: list[Found], lines: list[str]) -> None:
        self.beginResetModel()
        self.found, self._lines = found, lines
        self.endResetModel()

    def rowCount(self, parent: QModelIndex | QPersistentModelIndex | None = None) -> int:
        return len(self.found)

    def data(
        self, index: QModelIndex | QPersistentModelIndex, role: int = Qt.ItemDataRole.DisplayRole
    ) -> str | None:
        return self._lines[index.row()] if role == Qt.ItemDataRole.DisplayRole else None


class FoundPage(Page):
    """Shown while the search box holds something. `chosen`: household (or "") and resident."""

    rail: ClassVar[str] = ""
    chosen = Signal(str, str)

    def __init__(self, shell: Shell) -> None:
        super().__init__(shell)
        self._asked = 0
        self._answered = 0
        self._opens_next = False
        self.model = FoundModel()
        self.list = QListView()
        self.list.setModel(self.model)
        self.list.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.setWordWrap(True)
        self.list.setResizeMode(QListView.ResizeMode.Adjust)
        self.list.clicked.connect(lambda index: self._choose(index.row()))
        self.nothing = label("", tone="quiet")
        self.body.addWidget(self.list, 1)
        self.body.addWidget(self.nothing)
        self.register_button = Button(_("没登记过？登记新的一户"), key="Ctrl+N")
        self.register_button.clicked.connect(shell.open_registering)
        self.body.addWidget(self.register_button, 0, Qt.AlignmentFlag.AlignLeft)
        self.register_button.hide()

    def hints(self) -> Sequence[Hint]:
        if not self.model.found:
            return ("Ctrl+N", _("登记新的一户")), ("Esc", _("回去"))
        return ("Enter", _("打开")), ("↑ ↓", _("选")), ("Esc", _("回去"))

    def search(self, text: str) -> None:
        """Asks for what was typed; an answer to something older is dropped."""
        self._asked += 1
        asked = self._asked
        self._opens_next = False
        self.session.ask(
            self,
            lambda found: self._show(asked, text, found),
            planning.find,
            self.session.catalogue,
            text,
            self.session.today,
        )

    def _show(self, asked: int, text: str, found: list[Found]) -> None:
        if asked != self._asked:
            return
        self._answered = asked
        today = self.session.today
        self.model.show(found, [_line(one, today) for one in found])
        self.list.setVisible(bool(found))
        self.nothing.setVisible(not found)
        self.register_button.setVisible(not found)
        self.shell.show_hints()
        self.nothing.setText(
            fill(
                _("没有找到“{text}”。可以打姓名首字母、名字、证件或电话后四位；输入法挡着时，切到英文再打。"),
                {"text": text},
            )
        )
        if found:
            self.list.setCurrentIndex(self.model.index(0))
        if self._opens_next:
            self._opens_next = False
            self.open_current()

    @property
    def resident_id(self) -> str | None:
        """The person whose line is marked."""
        row = self.list.currentIndex().row()
        return self.model.found[row].resident.id if 0 <= row < len(self.model.found) else None

    def move_by(self, step: int) -> None:
        row = max(0, min(self.model.rowCount() - 1, self.list.currentIndex().row() + step))
        self.list.setCurrentIndex(self.model.index(row))

    def open_current(self) -> None:
        """Opens the chosen line; where Enter was faster than the answer, as soon as that is there."""
        if self._answered != self._asked:
            self._opens_next = True
        else:
            self._choose(self.list.currentIndex().row())

    def _choose(self, row: int) -> None:
        if 0 <= row < len(self.model.found):
            one = self.model.found[row]
            self.chosen.emit(one.household.id if one.household is not None else "", one.resident.id)


def _line(one: Found, today: date) -> str:
    person = wording.person(one.resident, today) + wording.gone(one.resident, today)
    parts = (person, wording.door(one.household, one.hamlet), wording.phones(one.phones))
    return "　".join(part for part in parts if part)
