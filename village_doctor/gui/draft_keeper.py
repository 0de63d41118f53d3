"""Keeps what is being typed into a form on the disk: at most half a second behind the last key.

Everything is handed to the writer in its turn and nothing here waits for the disk: what is older never comes after what
is newer, a form that is saved takes its draft with it, and whoever asks for a draft asks `when_kept`.
"""

from collections.abc import Callable, Mapping
from concurrent.futures import Future
from typing import Final

from PySide6.QtCore import QObject, QTimer

from village_doctor.domain.messages import JsonValue
from village_doctor.domain.problems import Problem
from village_doctor.gui.session import Session
from village_doctor.services import drafting

DRAFT_KIND: Final = "form_draft"  # told by `Session.changed` when a page was left
_PAUSE_MS: Final = 500


class DraftKeeper(QObject):
    """One draft at a time. `watch` begins with one, `touched` says that it has changed, `now` keeps it at once.

    A Problem of keeping goes to the one door for messages.
    """

    def __init__(
        self, parent: QObject, session: Session, body: Callable[[], Mapping[str, JsonValue]]
    ) -> None:
        super().__init__(parent)
        self._session = session
        self._body = body
        self._draft: tuple[str, str, str] | None = None
        self._is_held = False
        self._under_way = 0
        self._waiting: list[Callable[[], None]] = []
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(_PAUSE_MS)
        self._timer.timeout.connect(self._keep)

    def watch(self, resident_id: str, form_code: str) -> None:
        """From now on this draft."""
        draft = (f"{resident_id}:{form_code}", resident_id, form_code)
        if draft != self._draft:
            self._timer.stop()
        self._is_held = False
        self._draft = draft

    def touched(self) -> None:
        """Keeps it within half a second, however fast the next key follows."""
        if self._draft is not None and not self._is_held and not self._timer.isActive():
            self._timer.start()

    def now(self) -> None:
        """Hands over what is not kept yet; pages that show drafts are told when it is on the disk."""
        if self._timer.isActive():
            self._timer.stop()
            self._keep(lambda: self._session.changed.emit(frozenset({DRAFT_KIND})))

    def when_kept(self, then: Callable[[], None]) -> None:
        """Calls `then` when what was handed over is on the disk: at once, if nothing is under way."""
        if self._under_way:
            self._waiting.append(then)
        else:
            then()

    def hold(self) -> str | None:
        """The form is being saved: kept as it stands, in case that fails, then nothing more. Gives the draft's id."""
        if self._timer.isActive():
            self._timer.stop()
            self._keep()
        self._is_held = True
        return None if self._draft is None else self._draft[0]

    def go_on(self) -> None:
        """The form could not be saved: what stands in it is kept again."""
        if self._is_held:
            self._is_held = False
            self.touched()

    def forget(self) -> None:
        """Watches nothing any more; what was kept stays."""
        self._timer.stop()
        self._draft = None

    def drop(self, then: Callable[[], None]) -> None:
        """The form is begun anew: the draft goes, and `then` is called."""
        self._timer.stop()
        if self._draft is None:
            then()
        else:
            self._follow(drafting.submit_drop(self._session.workplace, self._draft[0]), then)

    def _keep(self, then: Callable[[], None] = lambda: None) -> None:
        if self._draft is not None:
            self._follow(drafting.submit_draft(self._session.workplace, *self._draft, self._body()), then)

    def _follow(self, handed_over: "Future[None]", then: Callable[[], None]) -> None:
        self._under_way += 1

        def done(_nothing: None) -> None:
            self._ended()
            then()

        def failed(problem: Problem) -> None:
            self._session.tasks.problem.emit(problem)
            self._ended()

        self._session.tasks.follow(self, done, handed_over, failed)

    def _ended(self) -> None:
        self._under_way -= 1
        if not self._under_way:
            waiting, self._waiting = self._waiting, []
            for then in waiting:
                then()
