"""One process per folder, by the operating system's lock: it goes with the process, however it ends."""

from pathlib import Path

from filelock import FileLock, Timeout


class FolderInUse(Exception):
    """Another process holds the lock."""


class FolderLock:
    """Held from opening to closing, whichever threads do that. Raises FolderInUse at once when another process holds it."""

    def __init__(self, folder: Path) -> None:
        self._lock = FileLock(folder / "home.lock", mode=0o600, thread_local=False)
        try:
            self._lock.acquire(timeout=0)
        except Timeout as error:
            raise FolderInUse from error

    def release(self) -> None:
        self._lock.release()
