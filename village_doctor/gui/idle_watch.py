"""Nobody at the keyboard for ten minutes: the home is to be locked. By the clock on the wall, because no timer counts while
a laptop sleeps: the first key after the lid was opened comes too late and is swallowed."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Final

from PySide6.QtCore import QEvent, QObject, QTimer, Signal
from PySide6.QtWidgets import QApplication

IDLE: Final = timedelta(minutes=10)
_LOOK_EVERY_MS: Final = 15_000
_USED: Final = frozenset(
    {
        QEvent.Type.KeyPress,
        QEvent.Type.MouseButtonPress,
        QEvent.Type.MouseMove,
        QEvent.Type.Wheel,
        QEvent.Type.InputMethod,
    }
)


class IdleWatch(QObject):
    """`expired`: it is time. Watches from `start` to `stop`."""

    expired = Signal()

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._now: Callable[[], datetime] | None = None
        self._used_at: datetime | None = None
        self._timer = QTimer(self)
        self._timer.setInterval(_LOOK_EVERY_MS)
        self._timer.timeout.connect(self.look)

    def start(self, now: Callable[[], datetime]) -> None:
        """`now` tells the time."""
        self._now = now
        self._used_at = now()
        self._timer.start()
        application = QApplication.instance()
        if application is not None:
            application.installEventFilter(self)

    def stop(self) -> None:
        self._now = None
        self._timer.stop()
        application = QApplication.instance()
        if application is not None:
            application.removeEventFilter(self)

    def look(self) -> bool:
        """Tells `expired` if it is time; True then."""
        if self._now is None or self._used_at is None or self._now() - self._used_at < IDLE:
            return False
        self.expired.emit()
        return True

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:
        if self._now is None or event.type() not in _USED:
            return False
        if self.look():
            return True
        self._used_at = self._now()
        return False
