"""The opened workplace as pages see it: ask, do, work; answers come back on the window's thread.

Queries run on the reader thread, verbs on the writer thread, longer work (paper, letters, backups) on a thread of its own.
What a verb touched is told to all pages; each refreshes only for the kinds that it shows.
"""

from collections.abc import Callable
from datetime import date, datetime
from typing import Concatenate, ParamSpec, TypeVar

from PySide6.QtCore import QObject, Signal

from village_doctor.gui.tasks import Failed, Tasks
from village_doctor.services.catalogue import Catalogue
from village_doctor.services.desk import Changes, Verb
from village_doctor.services.workplace import Query, Workplace

P = ParamSpec("P")
T = TypeVar("T")


class Session(QObject):
    """One opened home. `changed` tells which kinds of records a verb has touched (a frozenset of names)."""

    changed = Signal(object)

    def __init__(self, workplace: Workplace, tasks: Tasks) -> None:
        super().__init__()
        self.workplace = workplace
        self.tasks = tasks

    @property
    def today(self) -> date:
        return self.workplace.today()

    @property
    def now(self) -> datetime:
        return self.workplace.now()

    @property
    def catalogue(self) -> Catalogue:
        return self.workplace.catalogue

    def ask(
        self,
        owner: QObject,
        then: Callable[[T], None],
        function: Query[P, T],
        *args: P.args,
        **kwargs: P.kwargs,
    ) -> None:
        """A query. A Problem goes to the one door for messages; use `ask_or` to take it yourself."""
        self.tasks.follow(owner, then, self.workplace.submit_query(function, *args, **kwargs))

    def ask_or(
        self,
        owner: QObject,
        then: Callable[[T], None],
        failed: Failed,
        function: Query[P, T],
        *args: P.args,
        **kwargs: P.kwargs,
    ) -> None:
        self.tasks.follow(owner, then, self.workplace.submit_query(function, *args, **kwargs), failed)

    def do(
        self,
        owner: QObject,
        then: Callable[[Changes[T]], None],
        failed: Failed | None,
        function: Verb[P, T],
        *args: P.args,
        **kwargs: P.kwargs,
    ) -> None:
        """A verb: when `then` is called, it is on the disk."""
        future = self.workplace.submit_command(function, *args, **kwargs)

        def told(changes: Changes[T]) -> None:
            then(changes)
            self.changed.emit(changes.kinds)

        self.tasks.follow(owner, told, future, failed)

    def work(
        self,
        owner: QObject,
        then: Callable[[T], None],
        function: Callable[Concatenate[Workplace, P], T],
        *args: P.args,
        **kwargs: P.kwargs,
    ) -> None:
        """Work with the whole workplace on a thread of its own (printing, sending, status)."""
        self.tasks.start(owner, then, lambda: function(self.workplace, *args, **kwargs))

    def work_or(
        self,
        owner: QObject,
        then: Callable[[T], None],
        failed: Failed,
        function: Callable[Concatenate[Workplace, P], T],
        *args: P.args,
        **kwargs: P.kwargs,
    ) -> None:
        self.tasks.start(owner, then, lambda: function(self.workplace, *args, **kwargs), failed)
