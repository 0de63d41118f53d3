"""Opening the clinic's data for one verb: whose password, which home, what is closed at the end.

The password comes from the file that the environment names or from a hidden question, never from the
command line, where a history would keep it. Nothing is asked before it is clear that there is a home to open.
"""

import contextlib
import logging
import os
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final, TypeVar

import click

from village_doctor.cli.failures import message_of, start_log
from village_doctor.cli.invocation import current
from village_doctor.domain.messages import JsonValue
from village_doctor.domain.problems import Problem
from village_doctor.foundation.atomic_file import write_whole
from village_doctor.foundation.secrets import UnlockCode, generate_password
from village_doctor.foundation.surroundings import Surroundings
from village_doctor.foundation.texts import fill
from village_doctor.foundation.texts import text as _
from village_doctor.services import opening, safekeeping
from village_doctor.services.workplace import Workplace
from village_doctor.sync import slot_opening

_MOST_TRIES: Final = 3
_MOST_BYTES: Final = 4096

T = TypeVar("T")

logger = logging.getLogger(__name__)


@contextlib.contextmanager
def opened(*, writing: bool = False) -> Iterator[Workplace]:
    """The opened home of this invocation; for a writing verb today's backup is made first, once a day."""
    invocation = current()
    home = invocation.home_folder
    opening.load_slots(home)
    start_log(invocation, home)
    workplace = with_password(
        lambda password: opening.open_home(
            home, surroundings(), password, clock_confirmed=invocation.clock_confirmed
        )
    )
    with closing(workplace):
        if writing:
            _make_daily_backup(workplace)
        yield workplace


def with_password(open_: Callable[[str], T]) -> T:
    """What `open_` gives for the password; at the keyboard a wrong one is told and asked again, twice.

    Raises Problem `password-missing`, `password-file`, `password-wrong`, and what `open_` raises.
    """
    for tries_left in reversed(range(_MOST_TRIES)):
        in_file = password_in_file()
        try:
            return open_(in_file or _asked(_("密码")))
        except Problem as problem:
            if problem.code != "password-wrong" or in_file is not None or not tries_left:
                raise
            click.echo(message_of(problem), err=True)
    raise Problem("password-missing")


@contextlib.contextmanager
def closing(workplace: Workplace) -> Iterator[None]:
    """Closes the workplace whatever happens; what was saved stays saved even where closing fails."""
    try:
        yield
    except BaseException:
        with contextlib.suppress(OSError):
            workplace.close()
        raise
    try:
        workplace.close()
    except OSError:
        logger.exception("closing failed")
        click.echo(_("记录都已保存；只是收尾的标记没有写下，请看一看磁盘是不是满了。"), err=True)


def surroundings() -> Surroundings:
    """This computer, or what was handed in."""
    return current().surroundings or Surroundings()


def _make_daily_backup(workplace: Workplace) -> None:
    """A backup that fails is told, and does not keep the doctor from recording."""
    try:
        safekeeping.daily_backup(workplace)
    except Problem as problem:
        logger.info("daily backup: %s", problem.code)
        click.echo(fill(_("今天的备份没有做成：{why}"), {"why": message_of(problem)}), err=True)


# --- passwords ----------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class NewPassword:
    """`was_generated`: to be shown once. `was_asked`: somebody sits at the keyboard."""

    text: str
    was_generated: bool = False
    was_asked: bool = False


def ask_password() -> str:
    """Raises Problem `password-file`, `password-missing`."""
    return password_in_file() or _asked(_("密码"))


def ask_new_password() -> NewPassword:
    """A password that will do, from the file or from the keyboard.

    Raises Problem `password-file`, `password-missing`, `password-weak`.
    """
    from_file = password_in_file()
    if from_file is None:
        return ask_new_password_at_keyboard()
    slot_opening.refuse_weak(from_file)
    return NewPassword(from_file)


def ask_new_password_at_keyboard() -> NewPassword:
    """Asked twice, a weak one told and asked again; left empty: twelve generated digits.

    Raises Problem `password-missing`, after three tries `password-weak`.
    """
    for tries_left in reversed(range(_MOST_TRIES)):
        first = _asked(_("新密码（直接按回车，由程序生成 12 位数字）"))
        if not first:
            generated = generate_password(surroundings().random_bytes)
            return NewPassword(generated, was_generated=True, was_asked=True)
        try:
            slot_opening.refuse_weak(first)
        except Problem as problem:
            if not tries_left:
                raise
            click.echo(message_of(problem), err=True)
            continue
        if _asked(_("再输一次")) == first:
            return NewPassword(first, was_asked=True)
        click.echo(_("两次不一样，请重新来。"), err=True)
    raise Problem("password-missing")


def password_in_file() -> str | None:
    """The first line of the file that was handed in or that the environment names; None where there is none."""
    handed_in = current().password_file
    if handed_in is not None:
        return first_line_of(handed_in)
    name = os.environ.get(current().password_variable, "")
    return first_line_of(Path(name)) if name else None


def first_line_of(path: Path) -> str:
    """A secret's file. Raises Problem `password-file` where it cannot be read or holds nothing."""
    try:
        with path.open("rb") as file:
            line = file.read(_MOST_BYTES).decode("utf-8-sig").partition("\n")[0].strip("\r")
    except (OSError, UnicodeDecodeError) as error:
        raise Problem("password-file", file=path) from error
    if not line.strip():
        raise Problem("password-file", file=path)
    return line


def _asked(question: str) -> str:
    """A hidden answer from the keyboard, even where standard input is a file. Raises Problem `password-missing`."""
    if not can_ask():
        raise Problem("password-missing")
    try:
        answer: str = click.prompt(
            question, default="", show_default=False, hide_input=True, prompt_suffix="：", err=True
        )
    except click.Abort as error:
        raise Problem("password-missing") from error
    return answer


def ask_unlock_code(path: Path | None) -> str:
    """The unlock code from the paper, typed or in a file. Raises Problem `password-missing`, `password-file`."""
    return first_line_of(path) if path is not None else _asked(_("开锁码（7 组，每组 4 个）"))


def ask_recovery_code(path: Path | None) -> tuple[str, str]:
    """Both lines of the township's recovery paper. Raises Problem `password-missing`, `password-file`."""
    if path is None:
        return _asked(_("恢复码第一行（7 组，每组 4 个）")), _asked(_("恢复码第二行"))
    try:
        first, second = path.read_text("utf-8-sig").split("\n")[:2]
    except (OSError, ValueError) as error:
        raise Problem("password-file", file=path) from error
    return first, second


def can_ask() -> bool:
    """Is there somebody at a keyboard?"""
    if sys.stdin is not None and sys.stdin.isatty():
        return True
    try:
        with Path("/dev/tty").open("rb"):
            return True
    except OSError:
        return False


# --- secrets that are shown once ----------------------------------------------------------------------


def refuse_existing(out: Path | None) -> None:
    """Before anything is done: can the secret be written there? Raises Problem `output-file`."""
    if out is not None and (out.exists() or not out.absolute().parent.is_dir()):
        raise Problem("output-file", file=out)


def secret_lines(password: NewPassword | None, code: UnlockCode | None, out: Path | None) -> list[str]:
    """What nothing will say again; the unlock code goes into `out` where one is named. For the plain answer."""
    lines = []
    if password is not None and password.was_generated:
        lines.append(
            fill(_("您的密码：{password}　请抄下来，放在别人拿不到的地方。"), {"password": password.text})
        )
    if code is not None and out is not None and _is_written(code, out):
        lines.append(fill(_("开锁码已写进 {file}。印出来以后把这个文件删掉。"), {"file": out}))
    elif code is not None:
        lines += [
            fill(_("开锁码：{code}"), {"code": code.text}),
            _(
                "只显示这一次，程序里不留。请抄在纸上装进信封，放在家里或卫生院，不要和电脑放在一起。忘了密码，只有它能打开。"
            ),
        ]
    return lines


def secrets_json(
    password: NewPassword | None, code: UnlockCode | None, out: Path | None
) -> dict[str, JsonValue]:
    """The same for a program, after `secret_lines`: the unlock code only where it does not stand in the file."""
    is_written = out is not None and out.is_file()
    return {
        "password": password.text if password is not None and password.was_generated else None,
        "unlock_code": code.text if code is not None and not is_written else None,
        "unlock_code_out": str(out) if is_written else None,
    }


def _is_written(code: UnlockCode, out: Path) -> bool:
    try:
        write_whole(out, f"{code.text}\n".encode())
    except OSError:
        click.echo(fill(_("{file} 写不进去，开锁码改在这里给出。"), {"file": out}), err=True)
        return False
    return True


def ask_last_group_back(password: NewPassword, code: UnlockCode, out: Path | None) -> None:
    """A proof that the paper exists, where somebody sits at the keyboard and has just been shown the code."""
    if not password.was_asked or current().wants_json or (out is not None and out.is_file()):
        return
    with contextlib.suppress(click.Abort):
        for _try in range(_MOST_TRIES):
            answer: str = click.prompt(
                _("抄好了，请输入最后一组（4 个）"),
                default="",
                show_default=False,
                prompt_suffix="：",
                err=True,
            )
            if answer.strip().upper() == code.last_group:
                return
            click.echo(fill(_("不对，请对照：{code}"), {"code": code.text}), err=True)
