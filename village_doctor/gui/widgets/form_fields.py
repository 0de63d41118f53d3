"""The blanks of a form on the screen: one editor for each type of field that a form file can name.

An editor shows and gives back answers in the shape of the form (`resources/formats/form.md`); what they mean and
whether they are right is the business of services. `done` says that the next blank has its turn.
"""

import unicodedata
from collections.abc import Callable, Mapping
from typing import Final

from PySide6.QtCore import QEvent, QObject, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QLineEdit, QSizePolicy, QWidget

from village_doctor.domain.forms import DATE, DECIMAL, MANY, ONE, PARTIAL_DATE, TEXT, WHOLE, YES_NO
from village_doctor.domain.forms import Field as FormField
from village_doctor.domain.messages import JsonValue
from village_doctor.domain.plausibility import DIASTOLIC, PULSE, SYSTOLIC
from village_doctor.foundation.texts import text as _
from village_doctor.gui.widgets.choices import Choices
from village_doctor.gui.widgets.controls import ENTER, Field, NumberField
from village_doctor.gui.widgets.typed_date import DateField

_NEXT: Final = (*ENTER, Qt.Key.Key_Tab)
_YES, _NO = "yes", "no"
_GAP: Final = 8
_PLAIN: Final = (Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.KeypadModifier)


def is_whole_pressure(text: str) -> bool:
    """Is a pressure or a pulse complete? 152 is, 96 is, 9 and 15 are not."""
    return len(text) >= 3 or (len(text) == 2 and text[0] in "456789")


class Editor(QObject):
    """A blank. `changed`: by the user. `done`: Enter, or (True) it was full by itself. `back`: the blank before.

    `value` gives the answer as typed, None where there is none; `show_value` puts an answer there and tells nobody.
    `wanted_last`: → in an empty blank, the last answer is wanted. An Enter or Tab right after the blank got the
    focus by itself belongs to the blank before and is swallowed, so that both habits of typing do the same.
    """

    changed = Signal()
    done = Signal(bool)
    back = Signal()
    wanted_last = Signal()

    def __init__(
        self, widget: QWidget, value: Callable[[], JsonValue], show_value: Callable[[JsonValue], None]
    ) -> None:
        super().__init__(widget)
        self.widget = widget
        self.value = value
        self.show_value = show_value
        self._came_by_itself = False
        self._was_filled = False
        widget.installEventFilter(self)

    def focus(self, *, by_itself: bool = False) -> None:
        self._came_by_itself = by_itself and self.value() is None
        self.widget.setFocus(Qt.FocusReason.TabFocusReason)

    def focus_end(self) -> None:
        """Coming back by Backspace: the next one takes the last character, not the whole."""
        self.widget.setFocus(Qt.FocusReason.BacktabFocusReason)
        if isinstance(self.widget, QLineEdit):
            self.widget.end(False)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            return self._takes(event)
        if event.type() == QEvent.Type.FocusIn:
            self._was_filled = self.value() is not None
        return super().eventFilter(watched, event)

    def _takes(self, event: QKeyEvent) -> bool:
        """True: the key was for the form, not for the widget."""
        came_by_itself, self._came_by_itself = self._came_by_itself, False
        if event.modifiers() not in _PLAIN:
            return False
        key, is_blank = event.key(), self.value() is None
        if came_by_itself and is_blank and key in _NEXT:
            return True
        if key == Qt.Key.Key_Down:
            self.done.emit(False)
        elif key == Qt.Key.Key_Up or (key == Qt.Key.Key_Backspace and is_blank and self._may_go_back(event)):
            self.back.emit()
        elif key == Qt.Key.Key_Right and is_blank:
            self.wanted_last.emit()
            return self.value() is not None
        else:
            return False
        return True

    def _may_go_back(self, event: QKeyEvent) -> bool:
        """Backspace that has just emptied this blank must not go on into the one before."""
        return not self._was_filled and not event.isAutoRepeat()


def text_editor(field: FormField, line: Field | None = None) -> Editor:
    """One line of text, by input method or without."""
    line = line or Field(field.label)
    line.setMaxLength(field.max_length)
    return _line_editor(line, line.text, _text)


def number_editor(field: FormField) -> Editor:
    """Digits; moves on by itself where no further digit can follow."""
    longest = len(str(int(field.maximum))) if field.maximum is not None else 3
    line = NumberField(
        field.label,
        longest=longest,
        places=field.places if field.type == DECIMAL else 0,
        moves_on=_moves_on(field, longest),
        width=90 if field.target_of is not None else 110,
    )
    editor = _line_editor(line, line.text, _number_text)
    line.full.connect(lambda: editor.done.emit(True))
    return editor


def date_editor(field: FormField) -> Editor:
    """A date by its digits: 20261120 is read as 2026-11-20, 201605 as 2016-05 where a month will do."""
    line = FormDateField(field.label, is_partial=field.type == PARTIAL_DATE)
    return _line_editor(line, line.date_text, _text)


def _line_editor(line: Field, typed: Callable[[], str], text_of: Callable[[JsonValue], str]) -> Editor:
    """`typed`: what stands in the line. `text_of`: how an answer stands there."""
    editor = Editor(
        line,
        value=lambda: typed().strip() or None,
        show_value=lambda value: line.setText(text_of(value)),
    )
    line.textEdited.connect(editor.changed)
    line.entered.connect(lambda: editor.done.emit(False))
    return editor


def _text(value: JsonValue) -> str:
    return value if isinstance(value, str) else ""


def _number_text(value: JsonValue) -> str:
    is_number = isinstance(value, str | int) and not isinstance(value, bool)
    return str(value) if is_number else ""


def _moves_on(field: FormField, longest: int) -> Callable[[str], bool]:
    if field.key in (SYSTOLIC, DIASTOLIC, PULSE):
        return is_whole_pressure
    if field.type == DECIMAL:
        return lambda text: len(text.partition(".")[2]) >= field.places > 0
    return lambda text: text == "0" or len(text) >= longest


class FormDateField(DateField):
    """A date in a form: as wide as a date, in every type size."""

    def __init__(self, name: str, *, is_partial: bool = False) -> None:
        hint = _("年-月，或年") if is_partial else _("年-月-日")
        super().__init__(name, is_partial=is_partial, hint=hint)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:
        return QSize(self.fontMetrics().horizontalAdvance("2026-11-22") + 40, super().sizeHint().height())


class ShortField(Field):
    """A line as wide as so many characters, in every type size."""

    def __init__(self, name: str, characters: int) -> None:
        super().__init__(name)
        self._characters = characters
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:
        width = self.fontMetrics().horizontalAdvance("国") * self._characters + 24
        return QSize(width, super().sizeHint().height())


class FormChoices(Choices):
    """Choices as a form uses them: a digit that settles the question moves on, Delete takes the answer back."""

    settled = Signal()

    def __init__(
        self,
        name: str,
        options: list[tuple[str, str]],
        *,
        several: bool = False,
        exclusive: tuple[str, ...] = (),
    ) -> None:
        super().__init__(name, options, several=several, exclusive=exclusive)
        self._is_single = not several

    def sizeHint(self) -> QSize:
        """All in one line, where there is room."""
        hints = [button.sizeHint() for button in self.buttons]
        width = sum(hint.width() + _GAP for hint in hints)
        return QSize(width + _GAP, max(hint.height() for hint in hints) + _GAP)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        typed = unicodedata.normalize("NFKC", event.text())
        if event.key() in (Qt.Key.Key_Delete, Qt.Key.Key_Backspace):
            self.set_values(())
            self.chosen.emit()
            return
        super().keyPressEvent(event)
        is_option = len(typed) == 1 and typed in "1234567890"[: len(self.buttons)]
        if self._is_single and is_option:
            self.settled.emit()


def choice_editor(field: FormField) -> Editor:
    """One of a few, several of a few, or yes and no."""
    options = [(_NO, _("没有")), (_YES, _("有"))]
    if field.options is not None:
        options = [(option.code, _(option.label)) for option in field.options.options]
    choices = FormChoices(field.label, options, several=field.type == MANY, exclusive=field.exclusive)

    def value() -> JsonValue:
        if field.type == MANY:
            return choices.values() or None
        chosen = choices.value()
        if field.type == YES_NO:
            return None if chosen is None else chosen == _YES
        return chosen

    def show_value(value: JsonValue) -> None:
        if isinstance(value, bool):
            choices.set_values([_YES if value else _NO])
        elif isinstance(value, str):
            choices.set_values([value])
        elif value is None or isinstance(value, Mapping | int):
            choices.set_values(())
        else:
            choices.set_values([str(code) for code in value])

    editor = Editor(choices, value, show_value)
    choices.chosen.connect(editor.changed)
    choices.settled.connect(lambda: editor.done.emit(True))
    choices.entered.connect(lambda: editor.done.emit(False))
    return editor


_EDITORS: Final[Mapping[str, Callable[[FormField], Editor]]] = {
    TEXT: text_editor,
    WHOLE: number_editor,
    DECIMAL: number_editor,
    DATE: date_editor,
    PARTIAL_DATE: date_editor,
    YES_NO: choice_editor,
    ONE: choice_editor,
    MANY: choice_editor,
}


def make_editor(field: FormField) -> Editor:
    """The editor of a field or a column; groups have their own (`group_rows`)."""
    return _EDITORS[field.type](field)
