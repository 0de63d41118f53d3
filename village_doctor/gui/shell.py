"""What pages and the window know of each other: `Page` is what the window shows, `Shell` what a page may ask of it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar, Protocol

from PySide6.QtCore import QObject, Qt
from PySide6.QtWidgets import QVBoxLayout, QWidget

from village_doctor.domain.problems import Problem

if TYPE_CHECKING:
    from village_doctor.gui.session import Session
    from village_doctor.services.printing_papers import Paper
    from village_doctor.services.workplace import Workplace

Hint = tuple[str, str]  # key as it stands on the keyboard, what it does


@dataclass(frozen=True, slots=True)
class Choice:
    """A button: a verb, what it does; `kind`: plain, primary or danger. The first choice has the focus.

    `is_way_back`: Esc does this one; where none is, the last.
    """

    text: str
    act: Callable[[], None]
    kind: str = "plain"
    is_way_back: bool = False


class Shell(Protocol):
    """The window as a page sees it."""

    session: "Session"

    def go(self, rail: str) -> None:
        """Shows the page behind a rail entry: today, residents, contracts, delivery, settings."""

    def back(self) -> None:
        """Goes back to the page before this one (Esc); that page is refreshed."""

    def open_family(self, household_id: str, resident_id: str | None = None) -> None:
        """Shows a family with that person's card in focus."""

    def open_person(self, resident_id: str) -> None:
        """The same from a person alone: her household is looked up."""

    def correct_person(self, resident_id: str) -> None:
        """Her family, with 改资料 open for her."""

    def open_registering(self) -> None:
        """A new household."""

    def open_adding(self, household_id: str) -> None:
        """One more person of a household that is there."""

    def open_reading(self, resident_id: str, kind: str) -> None:
        """The reading bar over this page; `kind`: blood_pressure or glucose."""

    def open_form(self, resident_id: str, form_code: str, measured: "dict[str, str] | None" = None) -> None:
        """The follow-up form; `measured`: what the reading bar already holds, by field key."""

    def correct_visit(self, visit_id: str) -> None:
        """The follow-up form with what was stored, to be put right."""

    def open_contract(self, household_id: str) -> None:
        """Signing for this household, or what is signed."""

    def open_preview(self, make: "Callable[[Workplace], Paper]") -> None:
        """Makes a paper off the window's thread and shows it: print, save as PDF."""

    def saved(
        self, text: str, correct: Callable[[], None] | None = None, void: Callable[[str], None] | None = None
    ) -> None:
        """A quiet ✓. `correct` reopens what was saved, `void` takes it back with a reason; both by Ctrl+Z until the lock.

        Taking back is an act too: it is told here, so that Ctrl+Z offers what was taken back no more.
        """

    def notice(self, text: str) -> None:
        """One quiet sentence in the status line."""

    def tell(self, problem: Problem) -> None:
        """A Problem in plain words, where it cannot stand beside its field."""

    def ask(self, title: str, text: str, choices: Sequence[Choice]) -> None:
        """A choice that only a person can make: a dialog with verbs on its buttons."""

    def show_hints(self) -> None:
        """The page's keys have changed."""

    def run_long(
        self,
        title: str,
        work: "Callable[[Workplace, Callable[[str, int, int], None], Callable[[], bool]], object]",
        then: Callable[[object], None],
        failed: Callable[[Problem], None] | None = None,
    ) -> None:
        """Long work with a progress panel and 停下: `work(workplace, progress(stage, done, total), is_cancelled)`."""


class Page(QWidget):
    """One page, one question. `kinds`: the records that it shows; it is refreshed when one of them is touched."""

    kinds: ClassVar[frozenset[str]] = frozenset()
    rail: ClassVar[str] = ""
    typing_searches: ClassVar[bool] = True

    def __init__(self, shell: Shell) -> None:
        super().__init__()
        self.shell = shell
        self.session = shell.session
        self.setObjectName("page")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.body = QVBoxLayout(self)
        self.body.setContentsMargins(24, 16, 24, 8)
        self.body.setSpacing(8)

    def refresh(self) -> None:
        """Asks again for what the page shows; keeps the focus where it is."""

    def hints(self) -> Sequence[Hint]:
        """The three keys at the bottom of the window."""
        return ()

    def focus_first(self) -> None:
        """Puts the focus where work on this page begins."""
        self.setFocus()

    def leave(self) -> None:
        """The window turns to another page or locks: what is half typed is kept as a draft."""

    def go_back(self) -> bool:
        """Esc: True if the page had something of its own to close; else the window goes back."""
        return False

    def owner(self) -> QObject:
        return self
