"""What went wrong without anybody having foreseen it: one sentence in the window, types and places in the masked log.

Qt prints what a slot raises on standard error, with the values in it; here nothing private leaves the process.
"""

import contextlib
import logging
import sys
from pathlib import Path
from types import TracebackType

from village_doctor.foundation import logs
from village_doctor.gui.messages import Messages

logger = logging.getLogger(__name__)


class BugDoor:
    """From `__init__` to `close` every unforeseen exception of the window's thread goes through here."""

    def __init__(self, messages: Messages, folder: Path) -> None:
        """Logs into `folder`; where that cannot be written, the sentence in the window has to do."""
        self._messages = messages
        self._silence = (
            logging.NullHandler()
        )  # without any handler logging prints tracebacks on standard error
        logging.getLogger().addHandler(self._silence)
        self._log: logging.Handler | None = None
        with contextlib.suppress(OSError):
            self._log = logs.start_logging(folder)
        self._before = sys.excepthook
        sys.excepthook = self._take

    def close(self) -> None:
        sys.excepthook = self._before
        if self._log is not None:
            logs.stop_logging(self._log)
        logging.getLogger().removeHandler(self._silence)

    def _take(self, kind: type[BaseException], error: BaseException, _trace: TracebackType | None) -> None:
        if issubclass(kind, KeyboardInterrupt):
            self._before(kind, error, _trace)
            return
        logger.error("bug", exc_info=error)
        self._messages.tell_bug()
