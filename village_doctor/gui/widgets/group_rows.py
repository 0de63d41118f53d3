"""Repeating rows of a form: the medicines a person takes, one row each, written without the mouse.

"None" is an answer and must be said; an empty list that nobody asked about is not. Blank rows are no rows.
"""

from collections.abc import Mapping, Sequence

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from village_doctor.domain.forms import TEXT
from village_doctor.domain.forms import Field as FormField
from village_doctor.domain.messages import JsonValue
from village_doctor.foundation.texts import fill
from village_doctor.foundation.texts import text as _
from village_doctor.gui.widgets.controls import ENTER, Button, Labelled
from village_doctor.gui.widgets.form_fields import Editor, FormChoices, ShortField, make_editor, text_editor
from village_doctor.gui.widgets.layouts import WrappingRow

_NONE, _SOME = "none", "some"
_LONG_TEXT = 40  # characters from which on a column is for names, not for doses


def _column_editor(column: FormField) -> Editor:
    """Text in a column is as wide as what is written there."""
    if column.type != TEXT:
        return make_editor(column)
    return text_editor(column, ShortField(column.label, 8 if column.max_length >= _LONG_TEXT else 3))


class GroupRow(WrappingRow):
    """One row. `finished`: Enter in its last column. `left`: Enter in a blank row. `removed`: away with it."""

    changed = Signal()
    finished = Signal()
    left = Signal()
    removed = Signal()
    back = Signal()

    def __init__(self, columns: Sequence[FormField]) -> None:
        super().__init__(gap=8)
        self.editors: dict[str, Editor] = {}
        for column in columns:
            editor = _column_editor(column)
            self.editors[column.key] = editor
            self.add(Labelled(column.label, editor.widget, unit=column.unit or ""))
            editor.changed.connect(self.changed)
            editor.done.connect(lambda by_itself, one=editor: self._next(one, by_itself=by_itself))
            editor.back.connect(lambda one=editor: self._before(one))
        self.away = Button(_("去掉这行"), kind="link")
        self.away.clicked.connect(self.removed)
        self.add(self.away)

    def cells(self) -> dict[str, JsonValue]:
        """What is written, by column; empty for a blank row."""
        values = {key: editor.value() for key, editor in self.editors.items()}
        return {key: value for key, value in values.items() if value is not None}

    def show_cells(self, cells: Mapping[str, JsonValue]) -> None:
        for key, editor in self.editors.items():
            editor.show_value(cells.get(key))

    def focus(self) -> None:
        next(iter(self.editors.values())).focus()

    def _next(self, editor: Editor, *, by_itself: bool) -> None:
        order = list(self.editors.values())
        at = order.index(editor) + 1
        if not self.cells():
            self.left.emit()
        elif at < len(order):
            order[at].focus(by_itself=by_itself)
        else:
            self.finished.emit()

    def _before(self, editor: Editor) -> None:
        order = list(self.editors.values())
        at = order.index(editor) - 1
        if at >= 0:
            order[at].focus_end()
        else:
            self.back.emit()


class GroupEditor(Editor):
    """None, or rows that grow: Enter behind the last one begins another, Ctrl+Enter anywhere."""

    def __init__(self, field: FormField) -> None:
        self._field = field
        self.body = QWidget()
        super().__init__(self.body, self._written, self._write)
        layout = QVBoxLayout(self.body)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(8)
        self.which = FormChoices(field.label, [(_NONE, _("没有")), (_SOME, _("有，写在下面"))])
        self.which.installEventFilter(self)
        self.which.chosen.connect(self._chosen)
        self.which.settled.connect(lambda: self._settled(by_itself=True))
        self.which.entered.connect(lambda: self._settled(by_itself=False))
        layout.addWidget(self.which)
        self._list = QVBoxLayout()
        self._list.setSpacing(8)
        layout.addLayout(self._list)
        self.more = Button(_("再加一行"), kind="link")
        self.more.setText(_("再加一行  Ctrl+Enter"))
        self.more.clicked.connect(self.add_row)
        layout.addWidget(self.more, alignment=Qt.AlignmentFlag.AlignLeft)
        self.rows: list[GroupRow] = []
        self._show_rows()

    # --- values -------------------------------------------------------------------------------------

    def _written(self) -> JsonValue:
        if self.which.value() == _NONE:
            return []
        return [cells for row in self.rows if (cells := row.cells())] or None

    def _write(self, value: JsonValue) -> None:
        """What is no list of rows is no answer: only an empty list says that there are none."""
        while self.rows:
            self._drop(self.rows[0])
        rows = value if isinstance(value, Sequence) and not isinstance(value, str) else None
        written = [cells for cells in rows or () if isinstance(cells, Mapping)]
        for cells in written:
            self._append().show_cells(cells)
        is_none = rows is not None and not rows
        self.which.set_values([_SOME] if written else [_NONE] if is_none else [])
        self._show_rows()

    def focus(self, *, by_itself: bool = False) -> None:
        self._came_by_itself = by_itself and self.value() is None
        self.which.setFocus(Qt.FocusReason.TabFocusReason)

    # --- rows ---------------------------------------------------------------------------------------

    def add_row(self) -> None:
        """A further row, with the focus in it; a blank last row is used again."""
        blank = next((row for row in self.rows if not row.cells()), None)
        if blank is None and len(self.rows) >= self._field.max_rows:
            self.more.setFocus()
            return
        row = blank or self._append()
        self.which.set_values([_SOME])
        self._show_rows()
        row.focus()

    def _append(self) -> GroupRow:
        row = GroupRow(self._field.columns)
        row.changed.connect(self._row_changed)
        row.finished.connect(lambda one=row: self._after(one))
        row.left.connect(lambda: self.done.emit(False))
        row.removed.connect(lambda one=row: self._remove(one))
        row.back.connect(lambda one=row: self._before(one))
        for widget in (*(editor.widget for editor in row.editors.values()), row.away):
            widget.installEventFilter(self)
        number = len(self.rows) + 1
        row.away.setAccessibleName(fill(_("去掉第 {number} 行"), {"number": number}))
        self.rows.append(row)
        self._list.addWidget(row)
        return row

    def _drop(self, row: GroupRow) -> None:
        self.rows.remove(row)
        self._list.removeWidget(row)
        row.hide()
        row.deleteLater()

    def _remove(self, row: GroupRow) -> None:
        self._drop(row)
        if not self.rows:
            self.which.set_values(())
        self._show_rows()
        (self.rows[-1].focus if self.rows else self.which.setFocus)()
        self.changed.emit()

    def _after(self, row: GroupRow) -> None:
        at = self.rows.index(row) + 1
        if at < len(self.rows):
            self.rows[at].focus()
        elif len(self.rows) < self._field.max_rows:
            self.add_row()
        else:
            self.done.emit(False)

    def _before(self, row: GroupRow) -> None:
        at = self.rows.index(row) - 1
        if at >= 0:
            self.rows[at].focus()
        else:
            self.which.setFocus()

    def _row_changed(self) -> None:
        self.which.set_values([_SOME])
        self.changed.emit()

    def _chosen(self) -> None:
        self._show_rows()
        self.changed.emit()

    def _settled(self, *, by_itself: bool) -> None:
        if self.which.value() == _SOME:
            if self.rows and self.rows[0].cells():
                self.rows[0].focus()
            else:
                self.add_row()
        else:
            self.done.emit(by_itself)

    def _show_rows(self) -> None:
        has_rows = self.which.value() == _SOME
        for row in self.rows:
            row.setVisible(has_rows)
        self.more.setVisible(has_rows and len(self.rows) < self._field.max_rows)

    # --- keys ---------------------------------------------------------------------------------------

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            if event.key() in ENTER and event.modifiers() & Qt.KeyboardModifier.ControlModifier:
                self.add_row()
                self.changed.emit()
                return True
            if watched is not self.which:
                return False
        return super().eventFilter(watched, event)
