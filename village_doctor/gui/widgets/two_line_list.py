"""A list of entries of two lines, the first big, the second small; fluent with thousands of them. `opened`: Enter or a click."""

from typing import Final

from PySide6.QtCore import QAbstractListModel, QModelIndex, QPersistentModelIndex, QRect, QSize, Qt, Signal
from PySide6.QtGui import QFont, QFontMetrics, QKeyEvent, QPainter
from PySide6.QtWidgets import QListView, QStyle, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from village_doctor.gui.widgets.controls import is_typed

_Index = QModelIndex | QPersistentModelIndex
_ENTER: Final = (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Right)
_NOTE: Final = Qt.ItemDataRole.UserRole
_BIG: Final = 1.25
_SMALL: Final = 0.85
_SIDE: Final = 12
_ABOVE: Final = 8
_SMALL_INK: Final = 0.75


class Lines(QAbstractListModel):
    """What stands big, and what stands small under it."""

    def __init__(self) -> None:
        super().__init__()
        self._lines: list[tuple[str, str]] = []

    def show_lines(self, lines: list[tuple[str, str]]) -> None:
        self.beginResetModel()
        self._lines = lines
        self.endResetModel()

    def rowCount(self, parent: _Index | None = None) -> int:
        return len(self._lines) if parent is None or not parent.isValid() else 0

    def data(self, index: _Index, role: int = Qt.ItemDataRole.DisplayRole) -> str | None:
        if not 0 <= index.row() < len(self._lines):
            return None
        big, small = self._lines[index.row()]
        if role == Qt.ItemDataRole.DisplayRole:
            return big
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return f"{big}　{small}"
        return small if role == _NOTE else None


class _TwoLines(QStyledItemDelegate):
    """Paints an entry; a line too long for its place ends in …"""

    def __init__(self, view: QWidget) -> None:
        super().__init__(view)
        self._view = view

    def sizeHint(self, _option: QStyleOptionViewItem, _index: _Index) -> QSize:
        heights = (QFontMetrics(self._font(scale)).height() for scale in (_BIG, _SMALL))
        return QSize(0, sum(heights) + 2 * _ABOVE)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: _Index) -> None:
        self.initStyleOption(option, index)
        place: QRect = option.rect
        option.text = ""
        style = self._view.style()
        style.drawControl(QStyle.ControlElement.CE_ItemViewItem, option, painter, self._view)
        painter.save()
        ink = self._view.palette().text().color()
        painter.setPen(ink)
        inside = place.adjusted(_SIDE, _ABOVE, -_SIDE, -_ABOVE)
        self._draw(painter, inside, str(index.data()), _BIG, Qt.AlignmentFlag.AlignTop)
        ink.setAlphaF(_SMALL_INK)
        painter.setPen(ink)
        self._draw(painter, inside, str(index.data(_NOTE) or ""), _SMALL, Qt.AlignmentFlag.AlignBottom)
        painter.restore()

    def _draw(
        self, painter: QPainter, place: QRect, text: str, scale: float, where: Qt.AlignmentFlag
    ) -> None:
        font = self._font(scale)
        painter.setFont(font)
        shown = QFontMetrics(font).elidedText(text, Qt.TextElideMode.ElideRight, place.width())
        painter.drawText(place, where | Qt.AlignmentFlag.AlignLeft, shown)

    def _font(self, scale: float) -> QFont:
        font = QFont(self._view.font())
        font.setPointSizeF(font.pointSizeF() * scale)
        font.setBold(scale > 1)
        return font


class TwoLineList(QListView):
    """`opened` with the row; `left`: the left arrow; `walked` with the row that has the mark now.

    `turns`: the list is one of several behind tabs, and ← → tell `turned` with -1 or 1 instead.
    """

    opened = Signal(int)
    left = Signal()
    walked = Signal(int)
    turned = Signal(int)

    def __init__(self, name: str, *, turns: bool = False) -> None:
        super().__init__()
        self._turns = turns
        self.setAccessibleName(name)
        self._lines = Lines()
        self.setModel(self._lines)
        self.setItemDelegate(_TwoLines(self))
        self.setUniformItemSizes(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setEditTriggers(QListView.EditTrigger.NoEditTriggers)
        self.clicked.connect(lambda index: self.opened.emit(index.row()))

    def show_lines(self, lines: list[tuple[str, str]], row: int = 0) -> None:
        """Shows these with the mark on `row`."""
        self._lines.show_lines(lines)
        if lines:
            self.setCurrentIndex(self._lines.index(max(0, min(row, len(lines) - 1))))

    @property
    def row(self) -> int:
        """The row with the mark, -1 in an empty list."""
        return self.currentIndex().row()

    def currentChanged(  # type: ignore[override]
        self, current: QModelIndex, previous: QModelIndex
    ) -> None:
        super().currentChanged(current, previous)
        if current.isValid():
            self.walked.emit(current.row())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if self._turns and event.key() in (Qt.Key.Key_Left, Qt.Key.Key_Right):
            self.turned.emit(1 if event.key() == Qt.Key.Key_Right else -1)
        elif event.key() in _ENTER:
            if self.row >= 0:
                self.opened.emit(self.row)
        elif event.key() == Qt.Key.Key_Left:
            self.left.emit()
        elif is_typed(event):
            event.ignore()
        else:
            super().keyPressEvent(event)
