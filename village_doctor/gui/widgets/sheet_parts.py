"""Parts of a form's sheet: a blank with its editor and last answer, and the small words beside blanks."""

from collections.abc import Mapping
from dataclasses import dataclass

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QSizePolicy, QWidget

from village_doctor.domain.forms import CARRY, CONFIRM, Field, Section
from village_doctor.domain.messages import JsonValue
from village_doctor.gui.theme import CONTROL_HEIGHT
from village_doctor.gui.widgets.controls import label
from village_doctor.gui.widgets.form_fields import Editor


@dataclass(frozen=True, kw_only=True, slots=True)
class LastTime:
    """What the form may show and offer. `told_on`: the day as one reads it; empty where there was no visit yet.

    `answers`: of that visit, measured values among them. `offered`: what may be taken over (`visiting.last_answers`).
    """

    told_on: str = ""
    answers: Mapping[str, JsonValue]
    offered: Mapping[str, JsonValue]

    def of(self, field: Field) -> JsonValue:
        """What stands in the right-hand column beside the field."""
        known = self.offered if field.field_class in (CARRY, CONFIRM) else self.answers
        return known.get(field.key)


class LastLabel(QLabel):
    """A last answer in grey; a click on one that may be taken over takes it."""

    clicked = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setWordWrap(True)
        self.setProperty("tone", "quiet")

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self.clicked.emit()


class Blank:
    """A field on the sheet with its editor and everything that appears and disappears with it."""

    def __init__(self, section: Section, field: Field, editor: Editor) -> None:
        self.section = section
        self.field = field
        self.editor = editor
        self.last_label: LastLabel | None = None
        self.wrong = label("", role="note", tone="danger")
        self.wrong.hide()
        self.widgets: list[QWidget] = []
        self.belongs = True
        self.offered: JsonValue = None  # as the editor gave it back after it was filled with it

    @property
    def can_take_over(self) -> bool:
        return self.field.field_class in (CARRY, CONFIRM)


def beside(text: str) -> QLabel:
    """A small word in the middle of the line of a blank."""
    shown = label(text, role="note", tone="quiet", wraps=False)
    shown.setMinimumHeight(CONTROL_HEIGHT)
    return shown


def at_height_of_a_blank(shown: QLabel) -> QWidget:
    """A name beside a blank stands at the height of what is typed there, and wraps below."""
    box = QWidget()
    row = QHBoxLayout(box)
    row.setContentsMargins(0, 8, 0, 0)
    row.addWidget(shown)
    policy = QSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
    policy.setHeightForWidth(True)
    box.setSizePolicy(policy)
    return box
