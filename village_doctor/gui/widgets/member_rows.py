"""The people being registered, row under row: a new row opens behind the last, and one number does not stand twice."""

from collections.abc import Mapping, Sequence
from functools import partial

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from village_doctor.domain.messages import JsonValue
from village_doctor.domain.problems import Problem
from village_doctor.foundation.texts import fill
from village_doctor.foundation.texts import text as _
from village_doctor.gui.session import Session
from village_doctor.gui.widgets.controls import Labelled
from village_doctor.gui.widgets.member_row import MemberRow
from village_doctor.services.registering import MemberDraft


class MemberRows(QWidget):
    """`finished`: Enter behind the last person. `rearranged`: rows came or went. `known_opened` as of a row."""

    changed = Signal()
    rearranged = Signal()
    finished = Signal()
    known_opened = Signal(object)

    def __init__(self, session: Session) -> None:
        super().__init__()
        self._session = session
        self._is_household = True
        self.rows: list[MemberRow] = []
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(8)

    def start(self, *, is_household: bool) -> None:
        """One empty row: the head of a new household, or one more person of a known one."""
        self._is_household = is_household
        self.restore([])

    def restore(self, people: Sequence[JsonValue]) -> None:
        """Puts a draft's people back in place of those that are there."""
        for row in tuple(self.rows):
            self._take_out(row)
        for person in people:
            if isinstance(person, Mapping):
                self._add().restore(person)
        if not self.rows:
            self._add()

    def body(self) -> list[JsonValue]:
        """Everybody typed so far, for a draft."""
        return [row.body() for row in self.rows if not row.is_empty]

    @property
    def is_empty(self) -> bool:
        return all(row.is_empty for row in self.rows)

    def drafts(self) -> list[MemberDraft] | None:
        """Everybody as typed, rows left empty behind the first not counted; None where something is wrong."""
        typed = [row for row in self.rows if not row.is_empty] or self.rows[:1]
        people = [row.draft() for row in typed]
        sound = [one for one in people if one is not None]
        if self._refuse_twice(typed) or len(sound) < len(typed):
            return None
        return sound

    def _refuse_twice(self, rows: Sequence[MemberRow]) -> bool:
        seen: dict[str, str] = {}
        for row in rows:
            number = row.card_number
            if number in seen:
                row.refuse(Problem("identity-known", name=seen[number], resident=""))
                return True
            if number is not None:
                seen[number] = row.name.text().strip()
        return False

    # --- rows ---------------------------------------------------------------------------------------

    def focus_first(self) -> None:
        self.rows[0].focus_first()

    def one_more(self) -> None:
        """Opens an empty row and goes there."""
        self._add().focus_first()

    def fields(self) -> list[QWidget]:
        """What Tab walks through, in this order."""
        return [field for row in self.rows for field in row.fields()]

    def parts(self) -> list[Labelled]:
        """Every field with its name and what is wrong with it."""
        return [part for row in self.rows for part in row.parts.values()]

    def _add(self) -> MemberRow:
        row = MemberRow(self._session, is_head=self._is_household and not self.rows)
        row.changed.connect(self.changed)
        row.finished.connect(partial(self._after_row, row))
        row.removed.connect(partial(self._remove, row))
        row.known_opened.connect(self.known_opened)
        row.remove.setVisible(bool(self.rows))
        self.rows.append(row)
        self._column.addWidget(row)
        self._arrange()
        return row

    def _remove(self, row: MemberRow) -> None:
        at = self.rows.index(row)
        self._take_out(row)
        self._arrange()
        self.changed.emit()
        self.rows[max(0, at - 1)].focus_first()

    def _take_out(self, row: MemberRow) -> None:
        self.rows.remove(row)
        self._column.removeWidget(row)
        row.hide()
        row.deleteLater()

    def _arrange(self) -> None:
        for number, row in enumerate(self.rows, 1):
            row.set_title(self._title_of(number))
        self.rearranged.emit()

    def _title_of(self, number: int) -> str:
        if not self._is_household:
            return _("添的人")
        return _("第 1 个人，户主") if number == 1 else fill(_("第 {number} 个人"), {"number": number})

    def _after_row(self, row: MemberRow) -> None:
        """Behind the last person an empty row opens; Enter in an empty one says that all are there."""
        at = self.rows.index(row)
        if not self._is_household or row.is_empty:
            self.finished.emit()
        elif at + 1 < len(self.rows):
            self.rows[at + 1].focus_first()
        else:
            self.one_more()
