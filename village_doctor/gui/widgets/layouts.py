"""Layouts of the pages: rows that wrap where the window is narrow, and a place that scrolls downwards."""

from collections.abc import Sequence

from PySide6.QtCore import QPoint, QRect, QSize, Qt
from PySide6.QtGui import QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QLayout, QLayoutItem, QScrollArea, QSizePolicy, QWidget


class FlowLayout(QLayout):
    """Lays its items out in lines and begins a new line where one is full."""

    def __init__(
        self, parent: QWidget | None = None, *, margin: int = 0, gap: int = 8, line_gap: int | None = None
    ) -> None:
        super().__init__(parent)
        self._items: list[QLayoutItem] = []
        self._gap = gap
        self._line_gap = gap if line_gap is None else line_gap
        self.setContentsMargins(margin, margin, margin, margin)

    def addItem(self, item: QLayoutItem) -> None:
        self._items.append(item)

    def count(self) -> int:
        return len(self._items)

    def itemAt(self, index: int) -> QLayoutItem | None:
        return self._items[index] if 0 <= index < len(self._items) else None

    def takeAt(self, index: int) -> QLayoutItem | None:
        return self._items.pop(index) if 0 <= index < len(self._items) else None

    def expandingDirections(self) -> Qt.Orientation:
        return Qt.Orientation(0)

    def hasHeightForWidth(self) -> bool:
        return True

    def heightForWidth(self, width: int) -> int:
        return self._lay_out(QRect(0, 0, width, 0), moves=False)

    def setGeometry(self, rect: QRect) -> None:
        super().setGeometry(rect)
        self._lay_out(rect, moves=True)

    def sizeHint(self) -> QSize:
        return self.minimumSize()

    def minimumSize(self) -> QSize:
        size = QSize()
        for item in self._items:
            size = size.expandedTo(item.minimumSize())
        margins = self.contentsMargins()
        return size + QSize(margins.left() + margins.right(), margins.top() + margins.bottom())

    def _lay_out(self, rect: QRect, *, moves: bool) -> int:
        margins = self.contentsMargins()
        area = rect.adjusted(margins.left(), margins.top(), -margins.right(), -margins.bottom())
        x, y, high = area.x(), area.y(), 0
        line: list[tuple[QLayoutItem, QRect]] = []
        for item in self._items:
            if item.isEmpty():  # hidden
                continue
            size = item.sizeHint()
            if line and x + size.width() > area.right() + 1:
                self._settle(line, high, moves=moves)
                x, y, high, line = area.x(), y + high + self._line_gap, 0, []
            width, height = min(size.width(), area.width()), size.height()
            if width < size.width() and item.hasHeightForWidth():  # options that wrap by themselves
                height = max(height, item.heightForWidth(width))
            line.append((item, QRect(QPoint(x, y), QSize(width, height))))
            x += width + self._gap
            high = max(high, height)
        self._settle(line, high, moves=moves)
        return y + high - rect.y() + margins.bottom()

    @staticmethod
    def _settle(line: Sequence[tuple[QLayoutItem, QRect]], high: int, *, moves: bool) -> None:
        """Each in the middle of its line's height."""
        for item, place in line if moves else ():
            item.setGeometry(place.translated(0, (high - place.height()) // 2))


class WrappingRow(QWidget):
    """Widgets side by side that wrap into lines; its height follows its width."""

    def __init__(self, *, gap: int = 8, line_gap: int | None = None) -> None:
        """`gap` between two of them; `line_gap` between two lines, where that is another."""
        super().__init__()
        self._flow = FlowLayout(self, gap=gap, line_gap=line_gap)
        policy = QSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)

    def add(self, widget: QWidget) -> None:
        self._flow.addWidget(widget)

    def arrange(self) -> None:
        """Something in it has changed its size or has come and gone."""
        self._flow.invalidate()
        self.setMinimumHeight(self._flow.heightForWidth(self.width()))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.setMinimumHeight(self._flow.heightForWidth(self.width()))


class PlainScroller(QScrollArea):
    """Scrolls downwards only, and never has the focus itself."""

    def __init__(self) -> None:
        super().__init__()
        self.setWidgetResizable(True)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)


class Scroller(PlainScroller):
    """Leaves the keys to the page: there arrows walk between cards."""

    def keyPressEvent(self, event: QKeyEvent) -> None:
        event.ignore()
