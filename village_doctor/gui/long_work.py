"""Long work with a progress bar and 停下: the window stays alive, nothing half done stays where it was stopped."""

from collections.abc import Callable
from threading import Event

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QDialog, QProgressBar, QVBoxLayout, QWidget

from village_doctor.domain.problems import Problem
from village_doctor.foundation.texts import text as _
from village_doctor.gui.session import Session
from village_doctor.gui.widgets.controls import Button, label
from village_doctor.services.workplace import Workplace

Progress = Callable[[str, int, int], None]
Work = Callable[[Workplace, Progress, Callable[[], bool]], object]


class LongWork(QObject):
    """Runs one piece of long work at a time for a window."""

    _progressed = Signal(str, int, int)

    def __init__(self, window: QWidget, session: Session) -> None:
        super().__init__(window)
        self._window = window
        self._session = session
        self.panel: ProgressPanel | None = None
        self._progressed.connect(self._show, Qt.ConnectionType.QueuedConnection)

    def run(
        self, title: str, work: Work, then: Callable[[object], None], failed: Callable[[Problem], None]
    ) -> None:
        """`then` or `failed` is called after the panel is gone."""
        stopping = Event()
        self.panel = ProgressPanel(self._window, title)
        self.panel.stopped.connect(stopping.set)
        self.panel.open()

        def done(value: object) -> None:
            self._close()
            then(value)

        def broke(problem: Problem) -> None:
            self._close()
            failed(problem)

        self._session.work_or(self, done, broke, work, self._progressed.emit, stopping.is_set)

    def _show(self, stage: str, done: int, total: int) -> None:
        if self.panel is not None:
            self.panel.show_progress(done, total)

    def _close(self) -> None:
        if self.panel is not None:
            self.panel.accept()
            self.panel = None


class ProgressPanel(QDialog):
    """What is going on, how far it is, and a button that stops it."""

    stopped = Signal()

    def __init__(self, parent: QWidget, title: str) -> None:
        super().__init__(parent)
        self.setWindowTitle(_("村医助手"))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setMinimumWidth(520)
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 24, 24, 16)
        column.setSpacing(16)
        self.title = label(title, role="heading")
        column.addWidget(self.title)
        self.bar = QProgressBar()
        self.bar.setRange(0, 0)
        self.bar.setAccessibleName(title)
        column.addWidget(self.bar)
        self.button = Button(_("停下"))
        self.button.clicked.connect(self._stop)
        column.addWidget(self.button, 0, Qt.AlignmentFlag.AlignRight)

    def show_progress(self, done: int, total: int) -> None:
        self.bar.setRange(0, max(total, 0))
        self.bar.setValue(done)

    def _stop(self) -> None:
        self.button.setEnabled(False)
        self.title.setText(_("正在停下……"))
        self.stopped.emit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self._stop()
        else:
            super().keyPressEvent(event)
