"""Two threads for one store: one writes, one reads.

A connection is used only by the thread that opened it, so that a search works during an import. Work
is handed over as a function and comes back as a future.
"""

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Generic, TypeVar

from village_doctor.store.database import Connection

T = TypeVar("T")
C = TypeVar("C")


class StoreThread(Generic[C]):
    """One thread that owns one connection (or what is built round it), from opening to closing."""

    def __init__(self, name: str, open_: Callable[[], tuple[Connection, C]]) -> None:
        """Opens on the thread itself; what `open_` raises is raised here."""
        self._pool = ThreadPoolExecutor(max_workers=1, thread_name_prefix=name)
        try:
            self._connection, self._context = self._pool.submit(open_).result()
        except BaseException:
            self._pool.shutdown()
            raise

    def submit(self, work: Callable[[C], T]) -> "Future[T]":
        """Queues `work`, in order; the future gives its value or raises what it raised."""
        return self._pool.submit(work, self._context)

    def run(self, work: Callable[[C], T]) -> T:
        """Does `work` on the thread and waits for it."""
        return self.submit(work).result()

    def close(self) -> None:
        """Finishes what is queued, closes the connection, ends the thread."""
        self._pool.submit(self._connection.close).result()
        self._pool.shutdown()
