"""Answers: either a few Chinese lines, or with --json one JSON value and nothing else on standard output."""

import json
import sys
from collections.abc import Callable, Iterable
from typing import TypeVar

import click

from village_doctor.cli.invocation import Invocation, current
from village_doctor.domain.messages import JsonValue
from village_doctor.foundation.texts import text as _
from village_doctor.services import wording
from village_doctor.services.desk import Note

F = TypeVar("F", bound=Callable[..., object])


def json_flag(function: F) -> F:
    """Declares --json."""
    return click.option(
        "--json",
        is_flag=True,
        is_eager=True,
        expose_value=False,
        callback=_want_json,
        help=_("回答用 JSON（给别的程序用）"),
    )(function)


def json_input(function: F) -> F:
    """Declares --json with a file: what is recorded is read from it; alone it only asks for a JSON answer."""
    return click.option(
        "--json",
        "json_file",
        is_flag=False,
        flag_value="",
        default=None,
        metavar=_("[文件|-]"),
        callback=_want_json_with_file,
        is_eager=True,
        help=_("从这个 JSON 文件读（- 是标准输入），回答也用 JSON；后面不写文件就只是用 JSON 回答"),
    )(function)


def _want_json(ctx: click.Context, _parameter: click.Parameter, value: bool) -> None:
    if value:
        ctx.ensure_object(Invocation).wants_json = True


def _want_json_with_file(ctx: click.Context, _parameter: click.Parameter, value: str | None) -> str | None:
    if value is None:
        return None
    ctx.ensure_object(Invocation).wants_json = True
    return value or None


def answer(value: JsonValue, lines: Iterable[str]) -> None:
    """The JSON value where it was asked for, else the lines."""
    if current().wants_json:
        is_utf8 = (
            (getattr(sys.stdout, "encoding", None) or "utf-8").lower().replace("-", "").startswith("utf8")
        )
        click.echo(json.dumps(value, ensure_ascii=not is_utf8, indent=2))
        return
    for line in lines:
        click.echo(line)


def notes_json(notes: Iterable[Note]) -> list[JsonValue]:
    """What a verb had to say beside its result."""
    return [{"code": one.code, "text": wording.note(one), "values": dict(one.values)} for one in notes]


def note_lines(notes: Iterable[Note]) -> Iterable[str]:
    return (_("请注意：") + wording.note(one) for one in notes)
