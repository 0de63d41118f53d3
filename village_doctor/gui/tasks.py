"""Work off the window's thread: started here, its end comes back as a call on the window's thread.

A page that has been closed meanwhile hears nothing. A Problem goes to whoever asked, or, where nobody can take it any more,
to the one door for messages: something that was not saved is never kept quiet. Anything else is a bug: it goes to the log,
and as the Problem `unforeseen` the same way, so that whoever waits for the end of her step is not left waiting.

The window's thread is the last to let go of what was asked: a callable that dies elsewhere takes its connections with it
under Qt's lock, waiting for Python's, while the window holds Python's and waits for Qt's (0008).
"""

import contextlib
import logging
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TypeVar

import shiboken6
from PySide6.QtCore import QObject, Qt, Signal, Slot

from village_doctor.domain.problems import Problem

T = TypeVar("T")
Failed = Callable[[Problem], None]

logger = logging.getLogger(__name__)


class Tasks(QObject):
    """Follows what runs elsewhere. `idle` is told when nothing is under way any more."""

    idle = Signal()
    problem = Signal(object)
    bug = Signal()
    _arrived = Signal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._pool = ThreadPoolExecutor(max_workers=2, thread_name_prefix="window-work")
        self._under_way = 0
        self._arrived.connect(self._call, Qt.ConnectionType.QueuedConnection)

    @property
    def is_idle(self) -> bool:
        return self._under_way == 0

    def start(
        self, owner: QObject, then: Callable[[T], None], work: Callable[[], T], failed: Failed | None = None
    ) -> None:
        """Does `work` on a thread of its own; `then` gets its value on the window's thread."""
        held = [work]

        def do() -> T:
            return held[0]()

        self._follow(owner, then, self._pool.submit(do), failed, held)

    def follow(
        self, owner: QObject, then: Callable[[T], None], future: "Future[T]", failed: Failed | None = None
    ) -> None:
        """The same for something that another thread is already doing."""
        self._follow(owner, then, future, failed, [])

    def _follow(
        self,
        owner: QObject,
        then: Callable[[T], None],
        future: "Future[T]",
        failed: Failed | None,
        held: list[Callable[[], T]],
    ) -> None:
        """`held`: what the other thread was asked to do. It is emptied here, as is what waits for the answer."""
        self._under_way += 1

        def deliver() -> None:
            self._under_way -= 1
            try:
                self._deliver(owner, then, future, failed)
            finally:
                held.clear()
                if self.is_idle:
                    self.idle.emit()

        waiting = [deliver]
        del deliver

        def arrived(_future: "Future[T]") -> None:
            with contextlib.suppress(RuntimeError):  # the window is gone
                self._arrived.emit(waiting)

        future.add_done_callback(arrived)

    def _deliver(
        self, owner: QObject, then: Callable[[T], None], future: "Future[T]", failed: Failed | None
    ) -> None:
        hears = failed if shiboken6.isValid(owner) else None
        try:
            value = future.result()
        except Problem as problem:
            logger.info("problem %s", problem.code)
            problem.__traceback__ = None  # its frames hold what was asked
            (hears or self.problem.emit)(problem)
        except Exception as error:
            logger.error("bug", exc_info=error)
            error.__traceback__ = None
            if hears is not None:
                hears(Problem("unforeseen"))
            else:
                self.bug.emit()
        else:
            if shiboken6.isValid(owner):
                then(value)

    @Slot(object)
    def _call(self, waiting: list[Callable[[], None]]) -> None:
        waiting.pop()()

    def close(self) -> None:
        """Waits for what runs; nothing can be started afterwards."""
        self._pool.shutdown()
