"""Cards side by side, as many in a line as fit; lines below. Arrow keys find their way by the same order."""

from collections.abc import Sequence
from typing import Final

from PySide6.QtCore import QEvent
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QGridLayout, QWidget

_EMS_WIDE: Final = 18
_IN_A_LINE: Final = 3


class CardGrid(QWidget):
    """Columns of equal width. `step` says which card an arrow leads to."""

    def __init__(self) -> None:
        super().__init__()
        self._cards: Sequence[QWidget] = ()
        self._columns = 0
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(2, 2, 2, 2)
        self._grid.setSpacing(8)

    def show_cards(self, cards: Sequence[QWidget]) -> None:
        """Shows these in place of those before, which are deleted."""
        for old in self._cards:
            self._grid.removeWidget(old)
            old.hide()
            old.deleteLater()
        self._cards = cards
        self._place(self._columns_for(self.width()))
        for card in cards:
            card.show()  # now, so that it can take the focus

    def step(self, at: int, arrow: str) -> int:
        """The place of the card that `arrow` leads to from `at`; at the edge it stays."""
        by = {"left": -1, "right": 1, "up": -self._columns, "down": self._columns}[arrow]
        to = at + by
        if arrow == "down" and to >= len(self._cards) and at // self._columns < self._last_line():
            to = len(self._cards) - 1
        return to if 0 <= to < len(self._cards) else at

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        columns = self._columns_for(event.size().width())
        if columns != self._columns:
            self._place(columns)

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() in (QEvent.Type.FontChange, QEvent.Type.StyleChange):
            self._place(self._columns_for(self.width()))

    def _last_line(self) -> int:
        return (len(self._cards) - 1) // self._columns

    def _columns_for(self, width: int) -> int:
        em = self.fontMetrics().horizontalAdvance("中")
        return max(1, min(_IN_A_LINE, width // max(1, em * _EMS_WIDE)))

    def _place(self, columns: int) -> None:
        self._columns = columns
        for card in self._cards:
            self._grid.removeWidget(card)
        for at, card in enumerate(self._cards):
            self._grid.addWidget(card, at // columns, at % columns)
        for column in range(_IN_A_LINE):
            self._grid.setColumnStretch(column, 1 if column < columns else 0)
