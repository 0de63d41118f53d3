"""A Problem in plain words, above the status line: seen by whoever looks there, in nobody's way."""

from PySide6.QtWidgets import QFrame, QHBoxLayout

from village_doctor.foundation.texts import text as _
from village_doctor.gui import theme
from village_doctor.gui.widgets.controls import Button, label


class NoticeBar(QFrame):
    """Stays until Esc or 知道了."""

    def __init__(self) -> None:
        super().__init__()
        self.setProperty("kind", "notice")
        self.setProperty("tone", theme.DANGER)
        row = QHBoxLayout(self)
        row.setContentsMargins(16, 8, 16, 8)
        self.text = label("", tone=theme.DANGER)
        row.addWidget(self.text, 1)
        self.button = Button(_("知道了"))
        row.addWidget(self.button)
        self.hide()

    def show_text(self, text: str) -> None:
        self.text.setText(f"▲ {text}")
        self.show()
