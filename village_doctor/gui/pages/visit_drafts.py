"""Keeps what is being typed into a form on the disk: at most half a second behind the last key.

Writing runs elsewhere, one after the other; what is older never comes after what is newer, and nothing comes back
after the draft was dropped.
"""

from collections.abc import Callable, Mapping
from threading import Lock
from typing import Final

from PySide6.QtCore import QObject, QTimer

from village_doctor.domain.messages import JsonValue
from village_doctor.gui.session import Session
from village_doctor.services import drafting
from village_doctor.services.workplace import Workplace

_PAUSE_MS: Final = 500


class DraftKeeper(QObject):
    """One draft at a time. `watch` begins with one, `touched` says that it has changed, `now` keeps it at once."""

    def __init__(
        self, parent: QObject, session: Session, body: Callable[[], Mapping[str, JsonValue]]
    ) -> None:
        super().__init__(parent)
        self._session = session
        self._body = body
        self._draft: tuple[str, str, str] | None = None
        self._is_held = False
        self._turn = 0
        self._written = 0
        self._lock = Lock()
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
        """Keeps what is not kept yet; on the disk when this returns. Raises Problem as `drafting.keep_draft`."""
        if self._draft is None or not self._timer.isActive():
            return
        self._timer.stop()
        self._turn += 1
        self._write(self._session.workplace, self._turn, self._draft, self._body())

    def hold(self) -> str | None:
        """The form is being saved: nothing of it is written any more. Gives the draft's id."""
        self._is_held = True
        self._timer.stop()
        self._turn += 1
        with self._lock:
            self._written = self._turn
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
        draft = self._draft
        self._turn += 1
        turn = self._turn
        if draft is None:
            then()
            return

        def gone(workplace: Workplace) -> None:
            with self._lock:
                self._written = turn
                drafting.drop_draft(workplace, draft[0])

        self._session.work(self, lambda _nothing: then(), gone)

    def _keep(self) -> None:
        if self._draft is None:
            return
        self._turn += 1
        turn, draft, body = self._turn, self._draft, self._body()
        self._session.work(
            self, lambda _nothing: None, lambda workplace: self._write(workplace, turn, draft, body)
        )

    def _write(
        self, workplace: Workplace, turn: int, draft: tuple[str, str, str], body: Mapping[str, JsonValue]
    ) -> None:
        with self._lock:
            if turn > self._written:
                self._written = turn
                drafting.keep_draft(workplace, *draft, body)
