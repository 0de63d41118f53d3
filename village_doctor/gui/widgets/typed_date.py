"""A date typed as people write it: 19560503, 1956-05-03, 1956.5.3."""

import re
from datetime import date
from typing import Final

from PySide6.QtCore import Signal

from village_doctor.domain.dates import typed_day
from village_doctor.domain.problems import Problem
from village_doctor.foundation.texts import text as _
from village_doctor.gui.widgets.controls import PlainField

_PARTS: Final = re.compile(r"(\d{4})[-./](\d{1,2})[-./](\d{1,2})|(\d{4})(\d{2})(\d{2})")
_MONTH: Final = re.compile(r"(\d{4})[-./](\d{1,2})|(\d{4})(\d{2})")
_DIGITS: Final = 8


class DateField(PlainField):
    """`full`: eight digits are there, the next field's turn. `is_partial`: a month or a year alone will do."""

    full = Signal()

    def __init__(
        self, name: str, *, day: date | None = None, is_partial: bool = False, hint: str | None = None
    ) -> None:
        super().__init__(name, allowed="0123456789-./", longest=10, hint=hint or _("如 19560503"))
        self._is_partial = is_partial
        self.set_day(day)
        self.textEdited.connect(self._tell_if_full)

    def day(self) -> date | None:
        """The date, None while nothing is typed. Raises Problem `date-form`."""
        typed = self.date_text()
        if not typed:
            return None
        try:
            return typed_day(typed)
        except ValueError as error:
            raise Problem("date-form", value=self.text().strip()) from error

    def date_text(self) -> str:
        """2026-11-20 or 2026-11, however it was typed; what is no date stays as it is, to be refused."""
        typed = self.text().strip()
        found = _PARTS.fullmatch(typed) or (_MONTH.fullmatch(typed) if self._is_partial else None)
        if found is None:
            return typed
        return "-".join(part.zfill(2) for part in found.groups() if part is not None)

    def set_day(self, day: date | None) -> None:
        self.setText("" if day is None else day.isoformat())

    def _tell_if_full(self, text: str) -> None:
        if len(text) == _DIGITS and text.isdigit():
            self.full.emit()
