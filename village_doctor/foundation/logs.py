"""Logging to a small rotating file which carries codes and counts, never people.

The rule for callers: a fixed ASCII message, codes and counts as arguments. What breaks the rule is
masked rather than trusted: every run of four digits or more (its length stays, as the size of a
count), every character outside ASCII and whatever encodes one, long tokens. Of an exception only
types and `file:line` are kept, of a free text or an object given as an argument only that it was
there. A log that cannot be written stops nothing.
"""

import contextlib
import errno
import logging
import logging.handlers
import os
import re
import traceback
from collections.abc import Mapping
from datetime import UTC, datetime
from io import TextIOWrapper
from pathlib import Path, PurePath
from typing import Final

FILE_NAME: Final = "village-doctor.log"
_FILE_BYTES: Final = 512 * 1024
_OLD_FILES: Final = 3
_LONGEST_MESSAGE: Final = 500
_FRAMES_KEPT: Final = 12
_CAUSES_KEPT: Final = 5

_CODE: Final = re.compile(r"[A-Za-z][A-Za-z0-9_.-]{0,63}", re.ASCII)
# A digit run goes on across blanks and punctuation: 138-0013 8000 is one number.
_DIGITS: Final = re.compile(r"[0-9](?:[ .,:_/()+*-]{0,3}[0-9]){3,}[xX]?")
_ENCODED: Final = re.compile(
    r"""(?: \\u\{?[0-9a-fA-F]{1,6}\}? | \\U[0-9a-fA-F]{8} | \\x[0-9a-fA-F]{2} | \\[0-7]{3} | \\N\{[^}]*\}
          | %[0-9a-fA-F]{2} | (?:=[0-9A-F]{2}){2} | &\#x?[0-9a-fA-F]+;? )+""",
    re.VERBOSE,
)
_UUID: Final = re.compile("[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)
# Dumps, keys, base64, codes on paper.
_TOKEN: Final = re.compile(
    r"[0-9a-fA-F]{8,} | (?:[0-9A-Z]{4}-){2,}[0-9A-Z]{2,4} | [A-Za-z0-9+/=]{24,}", re.VERBOSE
)
_NOT_ASCII: Final = re.compile(r"[^\x20-\x7e]+")


def mask(text: str) -> str:
    """The text without digit runs, characters outside ASCII, encoded characters and long tokens; one line."""
    text = re.sub(r"[\t\r\n]+", " ", text)
    for pattern in (_NOT_ASCII, _ENCODED, _UUID):
        text = pattern.sub("*", text)
    text = _DIGITS.sub(lambda found: re.sub("[0-9xX]", "#", found.group()), text)
    return _TOKEN.sub("*", text)


def reduced(error: BaseException) -> str:
    """What may be kept of an exception: type and places, innermost first, then the same of its causes; no texts."""
    parts: list[str] = []
    current: BaseException | None = error
    while current is not None and len(parts) < _CAUSES_KEPT:
        name = mask(type(current).__name__)
        if isinstance(current, OSError) and current.errno is not None:
            name += f"[{errno.errorcode.get(current.errno, '?')}]"
        steps = list(traceback.walk_tb(current.__traceback__))[-_FRAMES_KEPT:]
        places = [f"{mask(PurePath(step.f_code.co_filename).name)}:{line}" for step, line in reversed(steps)]
        parts.append(" < ".join([name, *places]))
        current = current.__cause__ or (None if current.__suppress_context__ else current.__context__)
    return " because ".join(parts)


class MaskingFormatter(logging.Formatter):
    """Makes the line that reaches the file; nothing of a record gets past it unmasked. Never raises."""

    def format(self, record: logging.LogRecord) -> str:
        """Instant (UTC), level, logger, masked message, and the reduced exception if there is one."""
        at = datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds")
        head = mask(f"{record.levelname} {record.name}")
        line = f"{at} {head} {mask(_message(record)[: 4 * _LONGEST_MESSAGE])[:_LONGEST_MESSAGE]}"
        error = record.exc_info[1] if record.exc_info else None
        return line if error is None else f"{line} | {reduced(error)}"


class _LogFile(logging.handlers.RotatingFileHandler):
    """A rotating file that only its owner can read."""

    def _open(self) -> TextIOWrapper:
        descriptor = os.open(self.baseFilename, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        return os.fdopen(descriptor, "a", encoding="ascii", errors="replace")

    def handleError(self, record: logging.LogRecord) -> None:  # noqa: N802 - the name is logging's
        """Stay silent: the standard answer prints the unmasked record on standard error."""


def start_logging(folder: Path, *, level: int = logging.INFO) -> logging.Handler:
    """Log everything from `level` on, of all libraries too, into `folder`; give the handler to stop it with.

    The folder is made if it is missing. Raises OSError if the folder or the file cannot be made.
    """
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    handler = _LogFile(folder / FILE_NAME, maxBytes=_FILE_BYTES, backupCount=_OLD_FILES)
    handler.setFormatter(MaskingFormatter())
    handler.setLevel(level)
    root = logging.getLogger()
    root.addHandler(handler)
    if root.level > level or root.level == logging.NOTSET:
        root.setLevel(level)
    return handler


def stop_logging(handler: logging.Handler) -> None:
    """Close the file that `start_logging` opened. A full disk does not matter any more."""
    logging.getLogger().removeHandler(handler)
    with contextlib.suppress(OSError):
        handler.close()


def _message(record: logging.LogRecord) -> str:
    """The message with its arguments reduced. A message that is no text, or does not fit them, gives its place."""
    if not isinstance(record.msg, str):
        return _argument_text(record.msg)
    arguments: object = record.args
    try:
        if isinstance(arguments, Mapping):
            return record.msg % {str(name): _argument(value) for name, value in arguments.items()}
        if isinstance(arguments, tuple) and arguments:
            return record.msg % tuple(_argument(value) for value in arguments)
    except (TypeError, ValueError, KeyError, OverflowError):
        return f"bad-log-call {PurePath(record.pathname).name}:{record.lineno}"
    return record.msg


def _argument(value: object) -> object:
    return value if type(value) in (bool, int, float) else _argument_text(value)


def _argument_text(value: object) -> str:
    if value is None:
        return "None"
    if isinstance(value, BaseException):
        return reduced(value)
    if isinstance(value, str):
        return str.__str__(value) if _CODE.fullmatch(value) else "<text>"
    return f"<{type(value).__name__}>"
