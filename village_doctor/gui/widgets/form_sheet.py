"""A form file as a sheet on the screen: left what is asked, right what was answered last time.

One sheet for every form: sections, blanks, targets, conditions, "问过了，没变" and what is carried over all come
from the file. What is asked anew is never filled in; the answers leave in the shape that saving takes.
"""

from collections.abc import Mapping
from typing import Final

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QApplication,
    QGridLayout,
    QLabel,
    QVBoxLayout,
    QWidget,
)

from village_doctor.domain.form_formulas import computed_values
from village_doctor.domain.forms import CARRY, COMPUTED, CONFIRM, GROUP, Field, Form, RequiredWhen, Section
from village_doctor.domain.messages import JsonValue
from village_doctor.foundation.texts import fill
from village_doctor.foundation.texts import text as _
from village_doctor.gui.theme import CONTROL_HEIGHT
from village_doctor.gui.widgets.answer_words import answer_text, computed_text
from village_doctor.gui.widgets.choices import Choices
from village_doctor.gui.widgets.controls import Button, label
from village_doctor.gui.widgets.form_fields import make_editor
from village_doctor.gui.widgets.group_rows import GroupEditor
from village_doctor.gui.widgets.layouts import WrappingRow
from village_doctor.gui.widgets.sheet_parts import Blank, LastLabel, LastTime, at_height_of_a_blank, beside

UNCHANGED_KEY: Final = "F6"
_COLUMNS: Final = (3, 8, 4)  # share of name, blank, last time


class FormSheet(QWidget):
    """`changed` after every key. `finished`: Enter in the last blank. `refused_section`: that one must be asked."""

    changed = Signal()
    finished = Signal()
    refused_section = Signal(str)

    def __init__(self, form: Form, *, age: int | None = None, sex: str | None = None) -> None:
        """`age` and `sex` of the person: what is for others only is not on her sheet."""
        super().__init__()
        self.setObjectName("scrolled")
        self.form = form
        self._age, self._sex = age, sex
        self.last = LastTime(answers={}, offered={})
        self.unchanged: set[str] = set()
        self.may_take_over = True
        self._is_explicit = False
        self._blanks: dict[str, Blank] = {}
        self._heads: dict[str, Button] = {}
        self._computed: dict[str, QLabel] = {}
        self.last_head = label("", role="note", tone="quiet")
        self._grid = QGridLayout()
        self._grid.setHorizontalSpacing(12)
        self._grid.setVerticalSpacing(8)
        for column, share in enumerate(_COLUMNS):
            self._grid.setColumnStretch(column, share)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 12, 24)
        outer.addLayout(self._grid)
        outer.addStretch()
        for section in form.sections:
            self._add_section(section)
        self._show_belonging()

    # --- building -----------------------------------------------------------------------------------

    def _add_section(self, section: Section) -> None:
        shown = [field for field in section.fields if self._is_shown(field)]
        if not shown:
            return
        head = WrappingRow(gap=16)
        head.add(label(_(section.title), role="strong", wraps=False))
        if section.can_be_confirmed:
            button = Button(_("问过了，没变"), kind="choice")
            button.setText(f"{_('问过了，没变')}  {UNCHANGED_KEY}")
            button.setCheckable(True)
            button.setFocusPolicy(Qt.FocusPolicy.NoFocus)
            button.clicked.connect(lambda _checked=False, key=section.key: self.toggle_unchanged(key))
            button.hide()
            head.add(button)
            self._heads[section.key] = button
        row = self._grid.rowCount()
        if not self._blanks:
            self._grid.addWidget(head, row, 0, 1, 2)
            self._grid.addWidget(self.last_head, row, 2, Qt.AlignmentFlag.AlignBottom)
        else:
            self._grid.setRowMinimumHeight(row, 12)
            self._grid.addWidget(head, row + 1, 0, 1, 3)
        for field in shown:
            if field.type == COMPUTED:
                self._add_computed(field)
            elif field.target_of is None:
                self._add_blank(section, field)

    def _is_shown(self, field: Field) -> bool:
        is_hers = field.fits_age(self._age) is not False and field.fits_sex(self._sex) is not False
        return is_hers and (field.is_answered or field.type == COMPUTED)

    def _add_blank(self, section: Section, field: Field) -> None:
        is_group = field.type == GROUP
        blank = Blank(section, field, GroupEditor(field) if is_group else make_editor(field))
        self._register(blank)
        targets = [one for one in section.fields if one.target_of == field.key]
        cell = QWidget()
        column = QVBoxLayout(cell)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(2)
        if field.unit or (targets and not isinstance(blank.editor.widget, Choices)):
            line = WrappingRow(gap=8)
            line.add(blank.editor.widget)
            if field.unit:
                line.add(beside(_(field.unit)))
            for target in targets:
                self._add_target(section, target, line)
            column.addWidget(line)
        else:
            column.addWidget(blank.editor.widget)
            for target in targets:
                line = WrappingRow(gap=8)
                self._add_target(section, target, line)
                column.addWidget(line)
        column.addWidget(blank.wrong)
        name = label(_(field.label), tone="quiet")
        name.setBuddy(blank.editor.widget)
        blank.last_label = LastLabel()
        blank.last_label.clicked.connect(lambda one=blank: self._take_over_by_mouse(one))
        row = self._grid.rowCount()
        top = Qt.AlignmentFlag.AlignTop
        name_box = at_height_of_a_blank(name)
        self._grid.addWidget(name_box, row, 0, top)
        last = at_height_of_a_blank(blank.last_label)
        if is_group:
            self._grid.addWidget(last, row, 1, 1, 2, top)
            self._grid.addWidget(cell, row + 1, 0, 1, 3)
        else:
            self._grid.addWidget(cell, row, 1, top)
            self._grid.addWidget(last, row, 2, top)
        blank.widgets = [name_box, cell, last]

    def _add_target(self, section: Section, target: Field, line: WrappingRow) -> None:
        blank = Blank(section, target, make_editor(target))
        name = beside(_("目标"))
        name.setToolTip(_(target.label))
        line.add(name)
        line.add(blank.editor.widget)
        line.add(blank.wrong)
        blank.widgets = [name, blank.editor.widget]
        self._register(blank)

    def _add_computed(self, field: Field) -> None:
        row = self._grid.rowCount()
        shown = label("", role="strong", wraps=False)
        shown.setMinimumHeight(CONTROL_HEIGHT)
        shown.setAccessibleName(_(field.label))
        self._computed[field.key] = shown
        line = WrappingRow(gap=8)
        line.add(shown)
        section = next(one for one in self.form.sections if field in one.fields)
        for target in section.fields:
            if target.target_of == field.key:
                self._add_target(section, target, line)
        self._grid.addWidget(at_height_of_a_blank(label(_(field.label), tone="quiet")), row, 0)
        self._grid.addWidget(line, row, 1, 1, 2)

    def _register(self, blank: Blank) -> None:
        self._blanks[blank.field.key] = blank
        blank.editor.changed.connect(lambda one=blank: self._typed(one))
        blank.editor.done.connect(lambda by_itself, one=blank: self._next(one, by_itself=by_itself))
        blank.editor.back.connect(lambda one=blank: self._before(one))
        blank.editor.wanted_last.connect(lambda one=blank: self._take_over(one))

    # --- filling ------------------------------------------------------------------------------------

    def show_last(self, last: LastTime) -> None:
        """The right-hand column; what is carried over stands in its blanks at once."""
        self.last = last
        self.last_head.setText(
            fill(_("上次 {day}"), {"day": last.told_on}) if last.told_on else _("上次：还没有填过")
        )
        for blank in self._blanks.values():
            value = last.of(blank.field)
            text = answer_text(blank.field, value)
            if blank.last_label is not None:
                is_offered = text and blank.field.field_class == CONFIRM and self.may_take_over
                blank.last_label.setText(f"{text} →" if is_offered else text)
            self._offer(blank, value if blank.can_take_over else None)
        for key, button in self._heads.items():
            button.setVisible(self.may_take_over and bool(self._offered_in(key)))
        self._show_belonging()
        self._show_computed()

    def _offer(self, blank: Blank, value: JsonValue) -> None:
        """What may be taken over, as the blank itself would give it back; a carried blank nobody touched shows it."""
        before, offered_before = blank.editor.value(), blank.offered
        blank.editor.show_value(value)
        blank.offered = blank.editor.value()
        is_carried = blank.field.field_class == CARRY and before == offered_before
        if not is_carried:
            blank.editor.show_value(before)

    def fill(self, values: Mapping[str, JsonValue]) -> None:
        """Puts answers into blanks; a blank without one is left as it is."""
        for key, value in values.items():
            if key in self._blanks:
                self._blanks[key].editor.show_value(value)
        self._show_belonging()
        self._show_computed()

    def fill_for_correction(self, stored: LastTime) -> None:
        """What was stored is both what stands there and what stood there; every answer is then given anew."""
        self.may_take_over = False
        self._is_explicit = True
        self.show_last(stored)
        self.fill(stored.answers)
        self.last_head.setText(_("原来填的"))

    def values(self) -> dict[str, JsonValue]:
        """Everything as it stands, blanks as None: what a draft keeps."""
        return {key: blank.editor.value() for key, blank in self._blanks.items()}

    def answers(self) -> dict[str, JsonValue]:
        """What `FollowUpDraft.answers` takes: what is taken over is left out, what was emptied on purpose is None."""
        found: dict[str, JsonValue] = {}
        for key, blank in self._blanks.items():
            value = blank.editor.value() if blank.belongs else None
            is_confirmed = blank.field.field_class == CONFIRM and blank.section.key in self.unchanged
            if self._is_explicit:
                found[key] = value
            elif blank.field.field_class == CARRY or is_confirmed:
                if value != blank.offered:
                    found[key] = value
            elif value is not None:
                found[key] = value
        return found

    # --- 问过了，没变 ---------------------------------------------------------------------------------

    def toggle_unchanged(self, key: str | None = None) -> None:
        """ "问过了，没变" for the section (the one with the focus if not given), or takes it back."""
        section_key = key or self.current_section()
        if section_key is None:
            return
        offered = self._offered_in(section_key)
        if not offered or not self.may_take_over:
            section = self.form.section(section_key)
            self.refused_section.emit("" if section is None else section.title)
            return
        if section_key in self.unchanged:
            self.unchanged.discard(section_key)
            for blank in offered:
                if blank.editor.value() == blank.offered:
                    blank.editor.show_value(None)
        else:
            self.unchanged.add(section_key)
            for blank in offered:
                if blank.editor.value() is None:
                    blank.editor.show_value(self.last.of(blank.field))
        self.show_unchanged()
        self._show_belonging()
        self.changed.emit()
        if section_key in self.unchanged:
            self._focus_blank_from(offered[0])

    def show_unchanged(self) -> None:
        for key, button in self._heads.items():
            button.setChecked(key in self.unchanged)

    def _offered_in(self, section_key: str) -> list[Blank]:
        return [
            blank
            for blank in self._blanks.values()
            if blank.section.key == section_key
            and blank.field.field_class == CONFIRM
            and blank.offered is not None
        ]

    def current_section(self) -> str | None:
        """The section with the focus."""
        focused = QApplication.focusWidget()
        for blank in self._blanks.values():
            widget = blank.editor.widget
            if focused is not None and (widget is focused or widget.isAncestorOf(focused)):
                return blank.section.key
        return None

    def _take_over(self, blank: Blank) -> None:
        if blank.field.field_class == CONFIRM and blank.offered is not None and self.may_take_over:
            blank.editor.show_value(self.last.of(blank.field))
            self._typed(blank)

    def _take_over_by_mouse(self, blank: Blank) -> None:
        if blank.editor.value() is None:
            self._take_over(blank)

    # --- walking ------------------------------------------------------------------------------------

    def focus_first(self) -> None:
        """The first required blank; where everything is there, the first blank."""
        open_ones = [one for one in self._standing() if one.editor.value() is None and one.field.is_required]
        (open_ones or self._standing())[0].editor.focus()

    def focus_on(self, key: str) -> None:
        if key in self._blanks:
            self._blanks[key].editor.focus()

    def _standing(self) -> list[Blank]:
        return [blank for blank in self._blanks.values() if blank.belongs]

    def _next(self, blank: Blank, *, by_itself: bool) -> None:
        rest = self._standing()
        rest = rest[rest.index(blank) + 1 :]
        following = next((one for one in rest if one.field.target_of is None), None)
        if following is None:
            self.finished.emit()
        else:
            following.editor.focus(by_itself=by_itself)

    def _before(self, blank: Blank) -> None:
        earlier = self._standing()
        earlier = [one for one in earlier[: earlier.index(blank)] if one.field.target_of is None]
        if earlier:
            earlier[-1].editor.focus_end()

    def _focus_blank_from(self, first: Blank) -> None:
        rest = self._standing()
        rest = [one for one in rest[rest.index(first) :] if one.field.target_of is None]
        following = next((one for one in rest if one.editor.value() is None), None)
        if following is None:
            self.finished.emit()
        else:
            following.editor.focus()

    # --- showing ------------------------------------------------------------------------------------

    def refuse(self, key: str, text: str) -> bool:
        """What is wrong, under its blank. False: there is no such blank."""
        blank = self._blanks.get(key)
        if blank is None:
            return False
        blank.wrong.setText(f"▲ {text}")
        blank.wrong.show()
        return True

    def clear_refusals(self) -> None:
        for blank in self._blanks.values():
            blank.wrong.hide()

    def has_focus_in(self, key: str) -> bool:
        blank = self._blanks.get(key)
        return blank is not None and blank.editor.widget.hasFocus()

    def key_of_label(self, text: str) -> str:
        """The blank of that name, empty if there is none."""
        return next((key for key, blank in self._blanks.items() if blank.field.label == text), "")

    def _typed(self, _blank: Blank) -> None:
        self._show_belonging()
        self._show_computed()
        self.changed.emit()

    def _show_belonging(self) -> None:
        for blank in self._blanks.values():
            condition = blank.field.required_when
            blank.belongs = condition is None or self._holds(condition)
            if condition is not None:
                for widget in blank.widgets:
                    widget.setVisible(blank.belongs)

    def _holds(self, condition: RequiredWhen) -> bool:
        asked = self._blanks.get(condition.field)
        value = asked.editor.value() if asked is not None and asked.belongs else None
        if isinstance(value, list):
            return any(code in condition.values for code in value)
        return value in condition.values

    def _show_computed(self) -> None:
        values = {key: blank.editor.value() for key, blank in self._blanks.items() if blank.belongs}
        found = computed_values(self.form, values)
        for key, shown in self._computed.items():
            field = self.form.field(key)
            value = None if field is None else found.get(key)
            shown.setText("—" if field is None or value is None else computed_text(field, value))
