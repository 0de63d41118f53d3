"""The line at the bottom: what is saved, backed up and not yet at the township, and the page's keys. It tells the truth:
every figure is asked from the store, nothing is assumed. It changes quietly and never blinks."""

from collections.abc import Sequence
from datetime import date, datetime

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QVBoxLayout, QWidget

from village_doctor.foundation.clock import date_of
from village_doctor.foundation.texts import fill
from village_doctor.foundation.texts import text as _
from village_doctor.gui.shell import Hint
from village_doctor.gui.theme import set_tone
from village_doctor.gui.widgets.controls import label
from village_doctor.gui.widgets.layouts import WrappingRow
from village_doctor.services import wording
from village_doctor.services.waiting import Waiting

_QUIET_AFTER_MS = 12_000


class StatusLine(QWidget):
    """`say` shows one sentence for a while; `show_waiting` and `show_hints` what stands there otherwise."""

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("status")
        layout = QVBoxLayout(self)
        layout.setContentsMargins(16, 4, 16, 4)
        row = WrappingRow(gap=24, line_gap=0)
        self.said = label("", role="note", wraps=False)
        self.saved = label("", role="note", tone="quiet", wraps=False)
        self.backup = label("", role="note", tone="quiet", wraps=False)
        self.delivery = label("", role="note", tone="quiet", wraps=False)
        self.hints = label("", role="note", tone="quiet", wraps=False)
        for part in (self.said, self.saved, self.backup, self.delivery, self.hints):
            row.add(part)
        self.said.hide()
        self._row = row
        layout.addWidget(row)
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self._be_quiet)

    def say(self, text: str, tone: str = "") -> None:
        self.said.setText(text)
        set_tone(self.said, tone)
        self._show(is_said=True)
        self._timer.start(_QUIET_AFTER_MS)

    def _be_quiet(self) -> None:
        self._show(is_said=False)

    def _show(self, *, is_said: bool) -> None:
        self.said.setVisible(is_said)
        for part in (self.saved, self.backup):
            part.setVisible(not is_said)
        self._row.arrange()

    def show_waiting(self, waiting: Waiting, today: date) -> None:
        if waiting.last_saved_at is not None:
            saved = fill(_("✓ 已保存 {when}"), {"when": _when(waiting.last_saved_at, today)})
            self.saved.setText(saved)
        if waiting.last_backup_at is None:
            self.backup.setText(_("还没有备份"))
        else:
            self.backup.setText(fill(_("备份 {when}"), {"when": _when(waiting.last_backup_at, today)}))
        self.delivery.setText(_delivery(waiting, today))
        self._row.arrange()

    def show_hints(self, hints: Sequence[Hint]) -> None:
        self.hints.setText("　".join(f"{key} {what}" for key, what in hints))
        self._row.arrange()


def _when(instant: datetime, today: date) -> str:
    """10:42 today, else 11-21 10:42."""
    shown = wording.day_and_time(instant)
    is_today = date_of(instant) == today
    return shown[11:] if is_today else shown[5:]


def _delivery(waiting: Waiting, today: date) -> str:
    if not waiting.changes_waiting:
        return _("都送到卫生院了")
    count = {"count": waiting.changes_waiting}
    if waiting.oldest_waiting_on is None:
        return fill(_("{count} 条还没送到卫生院"), count)
    return fill(
        _("{count} 条还没送到卫生院，最早{day}"),
        {**count, "day": wording.day(waiting.oldest_waiting_on, today)},
    )
