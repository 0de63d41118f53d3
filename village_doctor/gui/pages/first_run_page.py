"""The first run: from nothing to an opened clinic in five plain steps, or to a practice village in one.

Nothing is on the disk before the third step; from then on there is a home, and the next start asks its password.
"""

from collections.abc import Callable
from pathlib import Path
from threading import Event
from typing import Final

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QApplication, QHBoxLayout, QVBoxLayout, QWidget

from village_doctor.domain.problems import Problem
from village_doctor.foundation.secrets import UnlockCode, generate_password
from village_doctor.foundation.surroundings import Surroundings
from village_doctor.foundation.texts import fill
from village_doctor.foundation.texts import text as _
from village_doctor.gui.messages import Messages
from village_doctor.gui.pages.enrol_panel import EnrolPanel
from village_doctor.gui.pages.first_run_steps import (
    ClinicStep,
    PeopleStep,
    PracticeStep,
    SecretsStep,
    Step,
    TownshipStep,
    UnlockCodeStep,
)
from village_doctor.gui.session import Session
from village_doctor.gui.tasks import Tasks
from village_doctor.gui.widgets.controls import ENTER, Button, label
from village_doctor.gui.widgets.layouts import PlainScroller
from village_doctor.services import beginning, opening
from village_doctor.services.beginning import Begun, Practice
from village_doctor.services.printing_papers import Paper, unlock_sheet
from village_doctor.services.workplace import Workplace

_STEPS: Final = 5


class FirstRun(QWidget):
    """`finished`: an opened Workplace, with `registers` saying whether its first household comes next.

    Until then this page holds what it opened; `give_up` lets it go when the window closes in the middle.
    """

    finished = Signal(object)
    _progressed = Signal(int, int)

    def __init__(
        self,
        home: Path,
        surroundings: Surroundings,
        tasks: Tasks,
        messages: Messages,
        print_paper: Callable[[bytes, QWidget], None],
    ) -> None:
        super().__init__()
        self._home = home
        self._surroundings = surroundings
        self._tasks = tasks
        self._messages = messages
        self._print_paper = print_paper
        self._workplace: Workplace | None = None
        self._is_busy = False
        self._has_gone = False
        self._stopping = Event()
        self._practice_password = ""
        self.registers = False
        self._build()
        tasks.problem.connect(self._tell)
        tasks.bug.connect(self._tell_bug)
        self._progressed.connect(self._show_progress, Qt.ConnectionType.QueuedConnection)

        self.clinic = ClinicStep(has_practice=beginning.practice_home(home) is not None)
        self.clinic.practice_wanted.connect(self._show_practice)
        self.secrets = SecretsStep(surroundings.random_bytes)
        self.clinic.done.connect(lambda: self._show(self.secrets))
        self.secrets.done.connect(self._make_home)
        self.unlock_code = UnlockCodeStep()
        self.unlock_code.done.connect(self._show_township)
        self.township: TownshipStep | None = None
        self.people = PeopleStep()
        self.people.done.connect(self._finish)
        self.practice: PracticeStep | None = None
        self.step: Step = self.clinic
        for step in (self.clinic, self.secrets, self.unlock_code, self.people):
            self._steps.insertWidget(0, step)
            step.hide()
        self._show(self.clinic)

    def _build(self) -> None:
        self.setObjectName("page")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 24, 0, 16)
        outer.setSpacing(8)
        self.place = label("", role="note", tone="quiet")
        self.title = label("", role="heading")
        content = QWidget()
        content.setObjectName("scrolled")
        self._steps = QVBoxLayout(content)
        self._steps.setContentsMargins(0, 8, 8, 8)
        self._steps.addStretch(1)
        self.notice = label("", tone="danger")
        self.notice.hide()
        self._messages.warned.connect(self._warn)
        self._scroll = PlainScroller()
        self._scroll.setWidget(content)
        self.back_button = Button(_("上一步（Esc）"))
        self.back_button.clicked.connect(self.go_back)
        self.next_button = Button(_("继续"), kind="primary")
        self.next_button.clicked.connect(self.go_on)
        row = QHBoxLayout()
        row.addWidget(self.back_button)
        row.addStretch()
        row.addWidget(self.next_button)
        middle = QVBoxLayout()
        middle.addWidget(self.place)
        middle.addWidget(self.title)
        middle.addWidget(self._scroll, 1)
        middle.addWidget(self.notice)
        middle.addLayout(row)
        sides = QHBoxLayout()
        sides.addStretch(1)
        sides.addLayout(middle, 12)
        sides.addStretch(1)
        outer.addLayout(sides)
        application = QApplication.instance()
        if isinstance(application, QApplication):
            application.focusChanged.connect(self._keep_in_sight)

    # --- going through ----------------------------------------------------------------------------------

    def go_on(self) -> None:
        """Enter: what this step decides."""
        if not self._is_busy:
            self.step.finish()

    def go_back(self) -> None:
        """Esc: one step back; never behind the home that was made."""
        if self._is_busy:
            return
        if self.township is not None and self.step is self.township and self.township.panel.go_back():
            return
        before = self._before()
        if before is None:
            return
        if self.step is self.practice:
            self._let_go()
        self._show(before)

    def _before(self) -> Step | None:
        if self.step in (self.secrets, self.practice):
            return self.clinic
        if self.step is self.unlock_code:
            return self.secrets if self._workplace is None else None
        if self.step is self.township:
            return self.unlock_code
        return self.township if self.step is self.people else None

    def _show(self, step: Step) -> None:
        self.step.hide()
        self.step = step
        numbered: list[Step | None] = [
            self.clinic, self.secrets, self.unlock_code, self.township, self.people,
        ]  # fmt: skip
        is_numbered = step in numbered
        self.place.setText(
            fill(_("第 {number} 步，共 {steps} 步"), {"number": numbered.index(step) + 1, "steps": _STEPS})
            if is_numbered
            else _("练习")
        )
        self.title.setText(step.title)
        self.notice.hide()
        step.show()
        self._show_buttons()
        self._scroll.verticalScrollBar().setValue(0)
        self.next_button.setFocus()
        step.focus_first()

    def _tell(self, problem: Problem) -> None:
        self._messages.tell(problem)

    def _tell_bug(self) -> None:
        self._set_busy(is_busy=False)
        self._messages.tell_bug()

    def _warn(self, text: str) -> None:
        self.notice.setText(f"▲ {text}")
        self.notice.show()

    def _show_buttons(self) -> None:
        self.back_button.setVisible(self._before() is not None)
        self.next_button.setText(self.step.go_on)
        self.next_button.setAccessibleName(self.step.go_on)
        self.next_button.setProperty("kind", "primary" if self.step.is_main_thing else "plain")
        self.next_button.style().unpolish(self.next_button)
        self.next_button.style().polish(self.next_button)
        for button in (self.back_button, self.next_button):
            button.setEnabled(not self._is_busy)

    def _set_busy(self, *, is_busy: bool) -> None:
        self._is_busy = is_busy
        if is_busy:
            self.setFocus()  # a button that is switched off would hand its focus to one that acts
        self._show_buttons()

    def _keep_in_sight(self, _old: QWidget | None, new: QWidget | None) -> None:
        if new is not None and self.step.isAncestorOf(new):
            QTimer.singleShot(0, self, self._show_focus)  # when what has just been added has its place

    def _show_focus(self) -> None:
        focus = QApplication.focusWidget()
        if focus is not None and self.step.isAncestorOf(focus):
            self._scroll.ensureWidgetVisible(focus, 0, 40)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.go_back()
        elif event.key() in ENTER and not event.isAutoRepeat():
            self.go_on()
        else:
            super().keyPressEvent(event)

    # --- the home ---------------------------------------------------------------------------------------

    def _make_home(self) -> None:
        draft, (password, pin) = self.clinic.draft(), self.secrets.chosen
        self._show(self.unlock_code)
        if self._workplace is not None:
            return
        self._set_busy(is_busy=True)
        self.unlock_code.say(_("正在建卫生室，几秒钟就好……"))
        self._tasks.start(
            self,
            self._home_made,
            lambda: beginning.begin(self._home, self._surroundings, password, pin, draft),
            self._home_refused,
        )

    def _home_made(self, begun: Begun) -> None:
        if not self._hold(begun.made.workplace):
            return
        self._set_busy(is_busy=False)
        code, clinic = begun.made.unlock_code, begun.made.clinic.name
        self.unlock_code.show_code(code, lambda: self._print(code, clinic))
        if begun.pin_problem is not None:
            self._messages.tell(begun.pin_problem)

    def _home_refused(self, problem: Problem) -> None:
        self._set_busy(is_busy=False)
        self._show(self.secrets)
        self.unlock_code.say("")
        self._messages.tell(problem)

    def _print(self, code: UnlockCode, clinic: str) -> None:
        workplace = self._workplace
        if workplace is None:
            return
        today = workplace.today()

        def show(paper: Paper) -> None:
            self._print_paper(paper.pdf, self)

        self._tasks.start(self, show, lambda: unlock_sheet(code, clinic, today))

    def _show_township(self) -> None:
        if self.township is None and self._workplace is not None:
            panel = EnrolPanel(Session(self._workplace, self._tasks), self._messages)
            self.township = TownshipStep(panel)
            self.township.done.connect(lambda: self._show(self.people))
            panel.enrolled.connect(self._tell_enrolled)
            self._steps.insertWidget(0, self.township)
            panel.look()
        if self.township is not None:
            self._show(self.township)

    def _tell_enrolled(self) -> None:
        if self.township is not None:
            self.township.go_on, self.township.is_main_thing = _("继续"), True
            self._show_buttons()
            self.next_button.setFocus()

    def _finish(self) -> None:
        self.registers = self.people.registers
        self._hand_over()

    # --- practice ---------------------------------------------------------------------------------------

    def _show_practice(self) -> None:
        self._begin_practice_step(is_known=beginning.practice_home(self._home) is not None)

    def _begin_practice_step(self, *, is_known: bool) -> None:
        if self.practice is not None:
            self._show(self.clinic)
            self.practice.deleteLater()
        self._practice_password = generate_password(self._surroundings.random_bytes)
        self.practice = PracticeStep(self._practice_password, is_known=is_known)
        self.practice.done.connect(self._enter_practice)
        self.practice.new_wanted.connect(lambda: self._begin_practice_step(is_known=False))
        self.practice.stopped.connect(self._stop)
        self._steps.insertWidget(0, self.practice)
        self._show(self.practice)

    def _enter_practice(self) -> None:
        if self._workplace is not None:
            self._hand_over()
        elif self.practice is not None and self.practice.is_known:
            self._open_practice(self.practice)
        elif self.practice is not None:
            self._make_practice(self.practice)

    def _open_practice(self, step: PracticeStep) -> None:
        folder, password = beginning.practice_home(self._home), step.password_field.text()
        if folder is None:
            return
        self._set_busy(is_busy=True)
        step.say(_("正在打开……"), is_working=True)
        self._tasks.start(
            self,
            lambda workplace: self._practice_ready(Practice(workplace=workplace, is_whole=True)),
            lambda: opening.open_home(folder, self._surroundings, password),
            self._practice_refused,
        )

    def _make_practice(self, step: PracticeStep) -> None:
        password = self._practice_password
        self._stopping.clear()
        self._set_busy(is_busy=True)
        step.say(_("正在写这个村三年的事……"), is_working=True)

        def tell(stage: str, done: int, total: int) -> None:
            if stage == "story":
                self._progressed.emit(done, total)

        self._tasks.start(
            self,
            self._practice_ready,
            lambda: beginning.begin_practice(
                self._home, self._surroundings, password, tell, self._stopping.is_set
            ),
            self._practice_refused,
        )

    def _stop(self) -> None:
        self._stopping.set()
        if self.practice is not None:
            self.practice.stop_button.setEnabled(False)
            self.practice.status.setText(_("正在停下……"))

    def _show_progress(self, done: int, total: int) -> None:
        if self.practice is not None:
            self.practice.show_progress(done, total)

    def _practice_ready(self, practice: Practice) -> None:
        if not self._hold(practice.workplace):
            return
        self._set_busy(is_busy=False)
        if practice.is_whole or self.practice is None:
            self._hand_over()
            return
        self.practice.go_on = _("打开练习村")
        self.practice.say(_("停下了。停下以前写好的都在，可以打开看看；人会少一些事。"), is_working=False)
        self._show_buttons()
        self.next_button.setFocus()

    def _practice_refused(self, problem: Problem) -> None:
        self._set_busy(is_busy=False)
        if self.practice is not None:
            self.practice.refuse(problem)

    # --- what is open -----------------------------------------------------------------------------------

    def _hold(self, workplace: Workplace) -> bool:
        """Keeps what was opened, or lets it go at once where nobody waits for it any more."""
        if self._has_gone:
            workplace.close()
            return False
        self._workplace = workplace
        return True

    def _hand_over(self) -> None:
        workplace, self._workplace = self._workplace, None
        if workplace is not None:
            self._has_gone = True
            self.finished.emit(workplace)

    def give_up(self) -> None:
        """The window closes before the end: stops what is being made and lets the home go. What is saved stays."""
        self._has_gone = True
        self._stopping.set()
        self._let_go()

    def _let_go(self) -> None:
        workplace, self._workplace = self._workplace, None
        if workplace is not None:
            workplace.close()
