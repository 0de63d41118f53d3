"""Room for the pages that a bar below may cover: a page is never squeezed, its lower end goes under the bar instead."""

from PySide6.QtCore import QEvent, QSize
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QWidget

_LOWEST = 56


class Covered(QWidget):
    """Shows `inside` from its top; as much of it as there is room for."""

    def __init__(self, inside: QWidget) -> None:
        super().__init__()
        self._inside = inside
        inside.setParent(self)

    def minimumSizeHint(self) -> QSize:
        return QSize(self._inside.minimumSizeHint().width(), _LOWEST)

    def sizeHint(self) -> QSize:
        return self._inside.sizeHint()

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.LayoutRequest:
            self.updateGeometry()
            self._place()
        return super().event(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._place()

    def _place(self) -> None:
        lowest = self._inside.minimumSizeHint().height()
        self._inside.setGeometry(0, 0, self.width(), max(self.height(), lowest))
