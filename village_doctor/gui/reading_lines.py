"""Sentences one below the other, each with its role and tone, none of them ever cut: what the reading bar says."""

from PySide6.QtCore import Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QLabel, QVBoxLayout

from village_doctor.gui.reading_words import Line


class ReadingLines(QVBoxLayout):
    """`lines`: what stands there now."""

    def __init__(self) -> None:
        super().__init__()
        self.lines: list[Line] = []
        self.setSpacing(2)

    def tell(self, lines: list[Line]) -> None:
        """These instead; the same ones are left as they are."""
        if lines == self.lines:
            return
        self.lines = lines
        while (item := self.takeAt(0)) is not None:
            gone = item.widget()
            if gone is not None:
                gone.hide()
                gone.deleteLater()
        for line in lines:
            said = _WholeLabel(line.text)
            said.setProperty("role", line.role)
            said.setProperty("tone", line.tone)
            self.addWidget(said)


class _WholeLabel(QLabel):
    """A sentence that is never cut, however low the window is."""

    def __init__(self, text: str) -> None:
        super().__init__(text)
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setWordWrap(True)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.setMinimumHeight(self.heightForWidth(self.width()))
