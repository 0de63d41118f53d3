"""The one window: the lock screen first, then what lies behind it. Light until then."""

from collections.abc import Callable

from PySide6.QtCore import QSize, Signal
from PySide6.QtGui import QCloseEvent, QIcon
from PySide6.QtWidgets import QDialog, QMainWindow, QProgressBar, QStackedWidget, QWidget

from village_doctor.foundation.paths import resources
from village_doctor.foundation.texts import text as _
from village_doctor.gui.messages import Messages
from village_doctor.gui.pages.lock_page import LockPage
from village_doctor.gui.tasks import Tasks


class MainWindow(QMainWindow):
    """Shows one of: the lock page, a page of the first run, the workroom. `closing`: it is being closed."""

    closing = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setWindowTitle(_("村医助手"))
        icon = resources() / "icons" / "village-doctor.png"
        if icon.is_file():
            self.setWindowIcon(QIcon(str(icon)))
        self.setMinimumSize(QSize(1024, 640))
        self.resize(1366, 728)
        self.tasks = Tasks(self)
        self.messages = Messages(self)
        self.stack = QStackedWidget()
        self.setCentralWidget(self.stack)
        self.lock_page = LockPage()
        self.stack.addWidget(self.lock_page)

    @property
    def long_work_is_under_way(self) -> bool:
        """Nobody is locked out while a letter or a village is being made."""
        return any(bar.isVisible() for bar in self.findChildren(QProgressBar))

    def show_lock(self) -> None:
        """Only the lock page is left: whatever was behind it is gone."""
        for dialog in self.findChildren(QDialog):
            dialog.reject()
        self.stack.setCurrentWidget(self.lock_page)
        self._drop_others(self.lock_page)
        self.lock_page.field.setFocus()

    def show_inside(self, inside: QWidget, focus_first: Callable[[], None] | None = None) -> None:
        """Takes over a first-run page or the workroom, shows it and gives it the keyboard."""
        self.stack.addWidget(inside)
        self.stack.setCurrentWidget(inside)
        self._drop_others(inside)
        if focus_first is not None:
            focus_first()

    def _drop_others(self, shown: QWidget) -> None:
        for index in reversed(range(self.stack.count())):
            widget = self.stack.widget(index)
            if widget is not None and widget not in (shown, self.lock_page):
                self.stack.removeWidget(widget)
                widget.deleteLater()

    def closeEvent(self, event: QCloseEvent) -> None:
        self.closing.emit()
        super().closeEvent(event)
