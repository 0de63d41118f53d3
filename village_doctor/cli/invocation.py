"""One start of the program: which home, whose clock, and in what shape the answer is wanted.

Light on purpose: it is made before anything heavy is imported.
"""

import logging
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

import click

from village_doctor.foundation import paths

if TYPE_CHECKING:
    from collections.abc import Callable

    from village_doctor.foundation.surroundings import Surroundings


@dataclass
class Invocation:
    """`surroundings` and `password_file` are handed in by tests and by the demonstration; None is this computer
    as it is, and the file that the environment names. Who knows windows hands in `open_window`, which shows a home until
    it is closed, and `window_check`, which raises when none can be shown."""

    home: Path | None = None
    clock_confirmed: bool = False
    wants_json: bool = False
    surroundings: "Surroundings | None" = None
    password_file: Path | None = None
    open_window: "Callable[[Path], int] | None" = None
    window_check: "Callable[[], None] | None" = None
    log: logging.Handler | None = None
    log_folder: Path | None = None

    password_variable: ClassVar[str] = "VILLAGE_DOCTOR_PASSWORD_FILE"

    @property
    def home_folder(self) -> Path:
        return self.home or paths.default_home()


@dataclass
class TownshipInvocation(Invocation):
    """One start of the township's program: another default home, another password file."""

    password_variable: ClassVar[str] = "VILLAGE_DOCTOR_TOWNSHIP_PASSWORD_FILE"

    @property
    def home_folder(self) -> Path:
        return self.home or paths.default_township_home()


def current() -> Invocation:
    """The invocation of the running command."""
    return click.get_current_context().ensure_object(Invocation)
