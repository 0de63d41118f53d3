"""A date typed as people write it: 19560503, 1956-05-03, 1956.5.3."""

import re
from datetime import date
from typing import Final

from PySide6.QtCore import Signal

from village_doctor.domain.problems import Problem
from village_doctor.foundation.texts import text as _
from village_doctor.gui.widgets.controls import PlainField

_PARTS: Final = re.compile(r"(\d{4})[-./](\d{1,2})[-./](\d{1,2})|(\d{4})(\d{2})(\d{2})")
_DIGITS: Final = 8


class DateField(PlainField):
    """`full`: eight digits are there, the next field's turn."""

    full = Signal()

    def __init__(self, name: str, *, day: date | None = None) -> None:
        super().__init__(name, allowed="0123456789-./", longest=10, hint=_("如 19560503"))
        self.set_day(day)
        self.textEdited.connect(self._tell_if_full)

    def day(self) -> date | None:
        """The date, None while nothing is typed. Raises Problem `date-form`."""
        text = self.text().strip()
        if not text:
            return None
        found = _PARTS.fullmatch(text)
        if found is None:
            raise Problem("date-form", value=text)
        year, month, day = (int(part) for part in found.groups() if part is not None)
        try:
            return date(year, month, day)
        except ValueError as error:
            raise Problem("date-form", value=text) from error

    def set_day(self, day: date | None) -> None:
        self.setText("" if day is None else day.isoformat())

    def _tell_if_full(self, text: str) -> None:
        if len(text) == _DIGITS and text.isdigit():
            self.full.emit()
