"""忘了密码: the printed unlock code opens the home, a new password is set, and a new unlock code replaces the used one."""

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QScrollArea, QVBoxLayout, QWidget

from village_doctor.domain.problems import Problem
from village_doctor.foundation.secrets import UnlockCode
from village_doctor.foundation.surroundings import Surroundings
from village_doctor.foundation.texts import text as _
from village_doctor.gui.messages import Messages
from village_doctor.gui.pages.secrets_panels import NewPasswordPanel, UnlockCodePanel
from village_doctor.gui.tasks import Tasks
from village_doctor.gui.widgets.controls import Button, Labelled, PlainField, label
from village_doctor.gui.widgets.layouts import WrappingRow
from village_doctor.services import opening, printing_papers, viewing
from village_doctor.services.problem_words import problem_text
from village_doctor.services.workplace import Workplace

_LETTERS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz- "


class ForgottenPage(QWidget):
    """`finished`: the opened workplace, once the new paper was proved. `left`: Esc, nothing has changed."""

    finished = Signal(object)
    left = Signal()

    def __init__(
        self,
        home: Path,
        surroundings: Surroundings,
        tasks: Tasks,
        messages: Messages,
        print_paper: Callable[[bytes, QWidget], None],
    ) -> None:
        super().__init__()
        self.setObjectName("page")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._home = home
        self._surroundings = surroundings
        self._tasks = tasks
        self._print_paper = print_paper
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        area = QScrollArea()
        area.setWidgetResizable(True)
        inside = QWidget()
        inside.setObjectName("scrolled")
        self._column = QVBoxLayout(inside)
        self._column.setContentsMargins(96, 32, 96, 16)
        self._column.setSpacing(16)
        area.setWidget(inside)
        outer.addWidget(area)

        self._column.addWidget(label(_("忘了密码"), role="heading", wraps=False))
        self._column.addWidget(
            label(
                _("拿出信封里的开锁码，照着输入。输完以后定一个新密码，再打印一张新的开锁码；旧的就作废了。")
            )
        )
        self.code_field = PlainField(_("开锁码"), allowed=_LETTERS, longest=48)
        self.code = Labelled(_("开锁码（7 组，每组 4 个；大小写、横线都不要紧）"), self.code_field)
        self._column.addWidget(self.code)
        self.password = NewPasswordPanel(surroundings.random_bytes)
        self._column.addWidget(self.password)
        row = WrappingRow()
        self.open_button = Button(_("打开，换新密码"), kind="primary")
        self.back_button = Button(_("回去"))
        row.add(self.open_button)
        row.add(self.back_button)
        self._column.addWidget(row)
        self.notice = label("", tone="danger")
        messages.warned.connect(self._warn)
        self._column.addWidget(self.notice)
        self._column.addStretch()
        self._row = row
        self.code_field.entered.connect(self.password.focus_first)
        self.password.entered.connect(self._open)
        self.open_button.clicked.connect(self._open)
        self.back_button.clicked.connect(self.left)
        self.code_field.setFocus()

    def _warn(self, text: str) -> None:
        self.notice.setText(f"▲ {text}")

    def _open(self) -> None:
        password = self.password.taken()
        if password is None:
            return
        self.open_button.setEnabled(False)
        typed = self.code_field.text()
        self._tasks.start(
            self,
            self._show_code,
            lambda: opening.reset_password(self._home, self._surroundings, typed, password),
            self._refused,
        )

    def _refused(self, problem: Problem) -> None:
        self.open_button.setEnabled(True)
        self.code.refuse(problem_text(problem))
        self.code_field.setFocus()

    def _show_code(self, opened: tuple[Workplace, UnlockCode]) -> None:
        workplace, code = opened
        for widget in (self.code, self.password, self._row):
            widget.hide()
        panel = UnlockCodePanel(code, lambda: self._print(workplace, code))
        panel.proved.connect(lambda: self.finished.emit(workplace))
        self._column.insertWidget(2, panel)
        panel.focus_first()

    def _print(self, workplace: Workplace, code: UnlockCode) -> None:
        self._tasks.start(self, lambda pdf: self._print_paper(pdf, self), lambda: _sheet(workplace, code))


def _sheet(workplace: Workplace, code: UnlockCode) -> bytes:
    clinic = viewing.status(workplace).clinic.name
    return printing_papers.unlock_sheet(code, clinic, workplace.today()).pdf
