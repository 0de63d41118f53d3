"""A window that only writes down what a page asks of it, so that a page can be tried alone."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field

from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from village_doctor.domain.problems import Problem
from village_doctor.gui.session import Session
from village_doctor.gui.shell import Choice, Page
from village_doctor.gui.tasks import Tasks
from village_doctor.services.workplace import Workplace


@dataclass(frozen=True, slots=True)
class Asked:
    """A dialog that a page wanted. `choose(verb)` presses the button with that verb on it."""

    title: str
    text: str
    choices: tuple[Choice, ...]

    def choose(self, verb: str) -> None:
        next(one for one in self.choices if one.text == verb).act()


@dataclass(frozen=True, slots=True)
class Saved:
    """A quiet ✓ with the ways back that the page offers."""

    text: str
    correct: Callable[[], None] | None
    void: Callable[[str], None] | None


@dataclass
class RecordingShell:
    """Implements `Shell`. `calls`: name and arguments of every wish, in order; the rest sorted by what it was."""

    session: Session
    calls: list[tuple[object, ...]] = field(default_factory=list)
    saves: list[Saved] = field(default_factory=list)
    asked: list[Asked] = field(default_factory=list)
    told: list[Problem] = field(default_factory=list)
    notices: list[str] = field(default_factory=list)
    previews: list[Callable[[Workplace], object]] = field(default_factory=list)
    ran: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.session.tasks.problem.connect(self.tell)

    def go(self, rail: str) -> None:
        self.calls.append(("go", rail))

    def back(self) -> None:
        self.calls.append(("back",))

    def open_family(self, household_id: str, resident_id: str | None = None) -> None:
        self.calls.append(("open_family", household_id, resident_id))

    def open_person(self, resident_id: str) -> None:
        self.calls.append(("open_person", resident_id))

    def correct_person(self, resident_id: str) -> None:
        self.calls.append(("correct_person", resident_id))

    def open_registering(self) -> None:
        self.calls.append(("open_registering",))

    def open_adding(self, household_id: str) -> None:
        self.calls.append(("open_adding", household_id))

    def open_reading(self, resident_id: str, kind: str) -> None:
        self.calls.append(("open_reading", resident_id, kind))

    def open_form(self, resident_id: str, form_code: str, measured: dict[str, str] | None = None) -> None:
        self.calls.append(("open_form", resident_id, form_code, measured))

    def correct_visit(self, visit_id: str) -> None:
        self.calls.append(("correct_visit", visit_id))

    def open_contract(self, household_id: str) -> None:
        self.calls.append(("open_contract", household_id))

    def open_preview(self, make: Callable[[Workplace], object]) -> None:
        self.calls.append(("open_preview",))
        self.previews.append(make)

    def saved(
        self, text: str, correct: Callable[[], None] | None = None, void: Callable[[str], None] | None = None
    ) -> None:
        self.saves.append(Saved(text, correct, void))

    def notice(self, text: str) -> None:
        self.notices.append(text)

    def tell(self, problem: Problem) -> None:
        self.told.append(problem)

    def ask(self, title: str, text: str, choices: Sequence[Choice]) -> None:
        self.asked.append(Asked(title, text, tuple(choices)))

    def show_hints(self) -> None:
        self.calls.append(("show_hints",))

    def run_long(
        self,
        title: str,
        work: Callable[[Workplace, Callable[[str, int, int], None], Callable[[], bool]], object],
        then: Callable[[object], None],
        failed: Callable[[Problem], None] | None = None,
    ) -> None:
        self.ran.append(title)
        owner = self.session

        def run(workplace: Workplace) -> object:
            return work(workplace, lambda _stage, _done, _total: None, lambda: False)

        if failed is None:
            self.session.work(owner, then, run)
        else:
            self.session.work_or(owner, then, failed, run)


@contextmanager
def over(workplace: Workplace) -> Iterator[RecordingShell]:
    """A shell over an opened home, which stays open behind it."""
    tasks = Tasks()
    try:
        yield RecordingShell(Session(workplace, tasks))
    finally:
        tasks.close()


def put_up(page: QWidget, qtbot: QtBot) -> None:
    """Shows it as large as the smallest desk has room for a page, in the active window."""
    page.resize(1180, 640)
    page.show()
    page.activateWindow()
    qtbot.waitUntil(page.isActiveWindow)


def settle(page: Page, qtbot: QtBot) -> None:
    """Until every answer that the page asked for is there."""
    qtbot.waitUntil(lambda: page.session.tasks.is_idle)
