"""The one door for what goes wrong: a Problem in plain Chinese, wrong use, or a bug that tells nothing private.

A Problem goes to standard error, with --json as an object to standard output. Of a bug the user reads one
sentence; the masked log keeps types and places, never names, numbers or values.
"""

import contextlib
import json
import logging
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Final

import click

from village_doctor.cli.invocation import Invocation
from village_doctor.cli.verbs import usage_text
from village_doctor.domain.messages import N_
from village_doctor.domain.problems import Problem
from village_doctor.foundation import logs, paths
from village_doctor.foundation.texts import fill
from village_doctor.foundation.texts import text as _
from village_doctor.services.problem_words import problem_text

DONE: Final = 0
WRONG_USE: Final = 2
PROBLEM: Final = 3
BUG: Final = 70

logger = logging.getLogger(__name__)

# What to type next, where that is another thing on the command line than in the window.
_WHAT_TO_TYPE: Final[Mapping[str, str]] = {
    "reading-unusual": N_("（把刚才那一句后面加上 --confirmed。）"),
    "unlock-code-needed": N_("（后面加上 --with-unlock-code。）"),
    "clock-doubtful": N_("（确认：在命令最前面加上 --clock-confirmed。）"),
    "home-missing": N_("数据在别的文件夹的话，用 --home 指明。"),
    "next-date-too-late": N_("原因写在 --why 后面。"),
    "own-plan-needs-reason": N_("原因写在 --why 后面。"),
    "representative-missing": N_("代表写在 --representative 后面。"),
    "identity-missing": N_("没有身份证号的原因写成 no_id=遗失 这样。"),
    "code-unknown": "",
}


def message_of(problem: Problem) -> str:
    """The Problem as the user reads it, with what to type next."""
    return problem_text(problem) + _(_WHAT_TO_TYPE.get(problem.code, ""))


def run_guarded(work: Callable[[], object], invocation: Invocation) -> int:
    """Does the work and answers with the exit code; whatever happened has been told."""
    silence = logging.NullHandler()  # without any handler logging prints tracebacks on standard error
    logging.getLogger().addHandler(silence)
    try:
        result = work()
    except click.UsageError as error:
        click.echo(usage_text(error), err=True)
        return WRONG_USE
    except Problem as problem:
        tell_problem(problem, invocation)
        return PROBLEM
    except (click.Abort, KeyboardInterrupt, EOFError):
        tell_problem(Problem("cancelled"), invocation)
        return PROBLEM
    except BrokenPipeError:
        _close_quietly()
        return DONE
    except Exception:
        folder = start_log(invocation, invocation.home_folder)
        logger.exception("bug")
        _tell_bug(folder)
        return BUG
    else:
        return result if isinstance(result, int) else DONE
    finally:
        stop_log(invocation)
        logging.getLogger().removeHandler(silence)


def tell_problem(problem: Problem, invocation: Invocation) -> None:
    """Says what happened; the log gets the code alone."""
    logger.info("problem %s", problem.code)
    message = message_of(problem)
    if invocation.wants_json:
        told = {"problem": problem.code, "message": message, "values": dict(problem.values)}
        click.echo(json.dumps(told, ensure_ascii=False, indent=2))
    else:
        click.echo(message, err=True)


def _tell_bug(folder: Path | None) -> None:
    place = _("没能写下记录") if folder is None else str(folder / logs.FILE_NAME)
    click.echo(
        fill(
            _(
                "程序出了意外，这一步没有做完；凡是说过“已保存”的都在磁盘上，没有丢。"
                "请把这个文件交给维护程序的人（里面没有姓名和号码）：{log}"
            ),
            {"log": place},
        ),
        err=True,
    )


def start_log(invocation: Invocation, home: Path) -> Path | None:
    """Logs into the home, or beside this machine's own files while there is no home. None: it cannot be written."""
    if invocation.log is not None:
        return invocation.log_folder
    folder = home / "logs"
    if not home.is_dir():
        state = invocation.surroundings.state_folder if invocation.surroundings else paths.state_folder()
        folder = state / "logs"
    try:
        invocation.log = logs.start_logging(folder)
    except OSError:
        return None
    invocation.log_folder = folder
    return folder


def stop_log(invocation: Invocation) -> None:
    """Closes the log that `start_log` opened."""
    if invocation.log is not None:
        logs.stop_logging(invocation.log)
        invocation.log = None


def _close_quietly() -> None:
    """Whoever read our output has gone (`… | head`): nothing more is written."""
    with contextlib.suppress(OSError):
        sys.stdout.close()
