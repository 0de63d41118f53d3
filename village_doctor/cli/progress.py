"""A line on standard error while something takes long, where somebody is looking."""

import contextlib
import sys
from collections.abc import Callable, Iterator
from typing import Final

import click

from village_doctor.domain.messages import N_
from village_doctor.foundation.texts import text as _

Progress = Callable[[str, int, int], None]

STAGES: Final = {
    "copy": N_("抄一份"),
    "verify": N_("核对"),
    "replay": N_("重演一遍"),
    "cut": N_("分成一封封信"),
    "write": N_("写信"),
    "read": N_("看回条"),
    "take": N_("收回条"),
    "checking": N_("核对信"),
    "letters": N_("收信"),
    "receipts": N_("写回条"),
    "rebuild": N_("重新整理"),
}


@contextlib.contextmanager
def progress_line() -> Iterator[Progress]:
    """Tells a stage and how much of it is done."""
    is_seen = sys.stderr.isatty()

    def tell(stage: str, done: int, total: int) -> None:
        if is_seen and total:
            click.echo(f"\r{_(STAGES.get(stage, stage))} {100 * done // total}%  ", nl=False, err=True)

    try:
        yield tell
    finally:
        if is_seen:
            click.echo("\r" + " " * 30 + "\r", nl=False, err=True)
