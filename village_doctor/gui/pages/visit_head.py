"""The head of the form: whose it is, how and when she was served, and whether a draft goes on."""

from collections.abc import Mapping
from datetime import date

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout, QWidget

from village_doctor.domain.dates import typed_day
from village_doctor.domain.forms import FOLLOW_UP, Form
from village_doctor.domain.messages import JsonValue
from village_doctor.domain.people import Resident
from village_doctor.domain.visits import Visit
from village_doctor.foundation.texts import fill
from village_doctor.foundation.texts import text as _
from village_doctor.gui.widgets.controls import Button, Labelled, label
from village_doctor.gui.widgets.form_fields import FormChoices, FormDateField
from village_doctor.gui.widgets.layouts import WrappingRow
from village_doctor.services import wording
from village_doctor.services.catalogue import Catalogue

_FIRST_MODE = "clinic"


class VisitHead(QWidget):
    """`changed`: mode or day. `day_changed`: a whole date is there. `left`: Enter, the form's turn. `again`: 从头来."""

    changed = Signal()
    day_changed = Signal()
    left = Signal()
    again = Signal()

    def __init__(self, catalogue: Catalogue) -> None:
        super().__init__()
        self._catalogue = catalogue
        self._visit: Visit | None = None
        self.mode_choices: FormChoices | None = None
        self.day = FormDateField(_("随访日期"))
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(8)
        self.title = label("", role="heading")
        self._column.addWidget(self.title)
        self._row = WrappingRow(gap=16)
        self._column.addWidget(self._row)
        self.banner = QFrame()
        self.banner.setProperty("kind", "notice")
        banner = QHBoxLayout(self.banner)
        banner.setContentsMargins(16, 4, 8, 4)
        self.banner_text = label("")
        banner.addWidget(self.banner_text, 1)
        self.banner_button = Button("", kind="link")
        self.banner_button.clicked.connect(self.again)
        banner.addWidget(self.banner_button)
        self._column.addWidget(self.banner)
        self.banner.hide()
        self._day_row = Labelled(_("随访日期"), self.day, beside=True)
        self._day_row.setParent(self)
        self._day_row.hide()
        self.day.textEdited.connect(self._day_typed)
        self.day.entered.connect(self.left)

    def clear(self) -> None:
        self.title.setText("")
        self.tell_draft("", "")
        self._visit = None
        self._day_row.hide()
        self._day_row.setParent(self)  # never without a parent: Python might clear it away on another thread
        self.mode_choices = None
        self._column.removeWidget(self._row)
        self._row.hide()
        self._row.deleteLater()
        self._row = WrappingRow(gap=16)
        self._column.insertWidget(1, self._row)

    def show_visit(
        self, resident: Resident, form: Form, today: date, correcting: Visit | None = None
    ) -> None:
        """The person and the form; a correction tells mode and day, which stay."""
        self.clear()
        values = {"form": wording.form_name(form), "person": wording.person(resident, today)}
        if correcting is not None:
            self._visit = correcting
            self.title.setText(fill(_("改{form}　{person}"), values))
            served = wording.day(correcting.served_on, today)
            told = f"{served}　{self._catalogue.label('mode', correcting.mode)}"
            self._row.add(label(told, tone="quiet", wraps=False))
            return
        self.title.setText(fill(_("{form}　{person}"), values))
        options = [(code, self._catalogue.label("mode", code)) for code in form.modes]
        is_follow_up = form.purpose == FOLLOW_UP
        choices = self.mode_choices = FormChoices(_("随访方式") if is_follow_up else _("服务方式"), options)
        choices.set_values([_FIRST_MODE if _FIRST_MODE in form.modes else options[0][0]])
        choices.chosen.connect(self.changed)
        choices.settled.connect(self.left)
        choices.entered.connect(self.left)
        self._row.add(choices)
        day = _("随访日期") if is_follow_up else _("服务日期")
        self._day_row.caption.setText(day)
        self.day.setAccessibleName(day)
        self._row.add(self._day_row)
        self._day_row.show()
        self._day_row.refuse("")
        self.day.setText(today.isoformat())

    def mode(self) -> str:
        if self._visit is not None:
            return self._visit.mode
        return (self.mode_choices.value() if self.mode_choices is not None else None) or _FIRST_MODE

    def served_on(self) -> date | None:
        """The day of service; None while what is typed is no date."""
        if self._visit is not None:
            return self._visit.served_on
        try:
            return typed_day(self.day.date_text())
        except ValueError:
            return None

    def refuse_day(self) -> None:
        self._day_row.refuse(_("日期要写成 2026-11-22 这样"))
        self.day.setFocus()

    def _day_typed(self) -> None:
        self._day_row.refuse("")
        self.changed.emit()
        if self.served_on() is not None:
            self.day_changed.emit()

    # --- drafts -------------------------------------------------------------------------------------

    def tell_draft(self, text: str, verb: str) -> None:
        """One sentence with one button; an empty text takes both away."""
        self.banner_text.setText(text)
        self.banner_button.setText(verb)
        self.banner_button.setAccessibleName(verb)
        self.banner.setVisible(bool(text))

    def values(self) -> Mapping[str, JsonValue]:
        return {"mode": self.mode(), "served_on": self.day.text()}

    def restore(self, body: Mapping[str, JsonValue]) -> None:
        """As a draft kept it."""
        mode, served_on = body.get("mode"), body.get("served_on")
        if self.mode_choices is not None and isinstance(mode, str):
            self.mode_choices.set_values([mode])
        if isinstance(served_on, str):
            self.day.setText(served_on)
