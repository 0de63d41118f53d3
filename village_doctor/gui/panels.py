"""What opens below a page, over its lower end: the reading bar, a notice, the last act to be put right.

Turning the page puts them away, except an emergency that has not been read: it stays, whatever page is turned to.
"""

from functools import cached_property

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout

from village_doctor.gui.notice_bar import NoticeBar
from village_doctor.gui.reading_bar import ReadingBar
from village_doctor.gui.shell import Shell
from village_doctor.gui.undo import LastAct, UndoPanel
from village_doctor.gui.widgets.controls import hide_quietly


class Panels(QVBoxLayout):
    """One below the other, each open or not. `closed`: one was closed by hand; the page's turn again."""

    closed = Signal()

    def __init__(self, shell: Shell) -> None:
        super().__init__()
        self._shell = shell
        self.setSpacing(0)
        self.notice_bar = NoticeBar()
        self.notice_bar.button.clicked.connect(self._close_notice)
        self.undo = UndoPanel()
        self.undo.closed.connect(self.closed)
        for panel in (self.notice_bar, self.undo):
            self.addWidget(panel)

    @cached_property
    def reading_bar(self) -> ReadingBar:
        """Made when it is first opened: the first page must not wait for it."""
        bar = ReadingBar(self._shell)
        bar.hide()
        bar.closed.connect(self.closed)
        self.insertWidget(0, bar)
        return bar

    @property
    def _bar(self) -> ReadingBar | None:
        """The reading bar, if it was ever opened."""
        return self.__dict__.get("reading_bar")

    @property
    def reading_is_open(self) -> bool:
        return self._bar is not None and self._bar.isVisible()

    def open_reading(self, resident_id: str, kind: str) -> None:
        hide_quietly(self.undo)
        self.reading_bar.open(resident_id, kind)
        self.reading_bar.show()

    def hide_reading(self) -> None:
        """Unless it must be read, or is being stored."""
        if self._bar is not None and self._bar.may_be_hidden:
            hide_quietly(self._bar)

    def offer(self, act: LastAct) -> None:
        """The last act, to be put right or taken back; an emergency is read first."""
        self.hide_reading()
        if not self.reading_is_open:
            self.undo.offer(act)

    def put_away(self) -> None:
        """The page is turned."""
        self.hide_reading()
        self.notice_bar.hide()
        hide_quietly(self.undo)

    def take_focus(self) -> None:
        """Takes the keyboard where an emergency is still to be read."""
        if self.reading_is_open:
            self.reading_bar.store_button.setFocus()

    def close_one(self) -> bool:
        """Esc: True if something was open here."""
        if self.notice_bar.isVisible():
            self._close_notice()
        elif self.undo.isVisible():
            self.undo.close_panel()
        elif self.reading_is_open:
            self.reading_bar.close_bar()
        else:
            return False
        return True

    def _close_notice(self) -> None:
        had_focus = self.notice_bar.button.hasFocus()
        hide_quietly(self.notice_bar)
        if had_focus:
            self.closed.emit()
