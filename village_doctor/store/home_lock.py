"""One process per home, by the operating system's lock: it goes with the process, however it ends."""

from pathlib import Path

from filelock import FileLock, Timeout

from village_doctor.domain.problems import Problem


class HomeLock:
    """Held from opening to closing. Raises Problem `home-in-use` at once when another process holds it."""

    def __init__(self, home: Path) -> None:
        self._lock = FileLock(home / "home.lock", mode=0o600)
        try:
            self._lock.acquire(timeout=0)
        except Timeout as error:
            raise Problem("home-in-use") from error

    def release(self) -> None:
        self._lock.release()
