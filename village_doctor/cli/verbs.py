"""Commands that speak Chinese: the help page, the messages for wrong use, and how a verb is declared.

click parses; every word that the user reads is ours and translatable. A verb has a sentence, an example and a
line for each argument and option; a person, a household and a contract are named the same way everywhere. It knows
nothing of homes, Problems or services.
"""

import contextlib
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any, Final, NoReturn, TypeVar

import click

from village_doctor.foundation.texts import fill
from village_doctor.foundation.texts import text as _

F = TypeVar("F", bound=Callable[..., object])

_WIDTH: Final = 100
_WORDS_COLUMN: Final = 26
_NOT_FIRST: Final = "，。、；：！？）】”》…,.;:!?)"


class Argument(click.Argument):
    """A positional word with a line of explanation."""

    def __init__(
        self,
        param_decls: Sequence[str],
        *,
        metavar: str,
        help: str,  # noqa: A002 - click's own word
        required: bool = True,
        nargs: int = 1,
        type: "click.ParamType[Any] | None" = None,  # noqa: A002
    ) -> None:
        super().__init__(param_decls, metavar=metavar, required=required, nargs=nargs, type=type)
        self.help: str = help


class Verb(click.Command):
    """A command that tells in Chinese what is wrong with its words. Its help ends with an example (例：)."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """As click does, but words too many are told in our own words."""
        ctx.allow_extra_args = True
        with _placed(ctx):
            rest = super().parse_args(ctx, args)
        if rest:
            raise click.UsageError(fill(_("多写了“{words}”。"), {"words": " ".join(rest)}), ctx)
        return rest

    def get_help_option(self, ctx: click.Context) -> click.Option | None:
        return _chinese_help(super().get_help_option(ctx))

    def format_help(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        formatter.write("\n".join(help_page(self, ctx)))


class VerbGroup(click.Group):
    """A word that gathers verbs: `reading add`, `reading void` …"""

    command_class = Verb

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        if not args and not self.invoke_without_command:
            raise click.UsageError(_("后面还要写做什么。"), ctx)
        with _placed(ctx):
            return super().parse_args(ctx, args)

    def list_commands(self, ctx: click.Context) -> list[str]:
        """In the order of declaration: the daily ones first."""
        return list(self.commands)

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        word = args[0]
        command = self.get_command(ctx, word)
        if command is None and not ctx.resilient_parsing:
            self._refuse(ctx, word)
        return word, command, args[1:]

    def _refuse(self, ctx: click.Context, word: str) -> NoReturn:
        if word.startswith("-"):
            raise click.NoSuchOption(word, ctx=ctx)
        known = "、".join(self.list_commands(ctx))
        raise click.UsageError(
            fill(_("没有“{word}”这个命令。可以写：{known}。"), {"word": word, "known": known}), ctx
        )

    def get_help_option(self, ctx: click.Context) -> click.Option | None:
        return _chinese_help(super().get_help_option(ctx))

    def format_help(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        formatter.write("\n".join(help_page(self, ctx)))

    def topics(self) -> Mapping[str, Sequence[tuple[str, str]]]:
        """The commands with their one line each, by topic."""
        return {_("命令"): [(name, command.short_help or "") for name, command in self.commands.items()]}


@contextlib.contextmanager
def _placed(ctx: click.Context) -> Iterator[None]:
    """An error of click's parser does not know which command it belongs to."""
    try:
        yield
    except click.UsageError as error:
        error.ctx = error.ctx or ctx
        raise


def _chinese_help(option: click.Option | None) -> click.Option | None:
    if option is not None:
        option.help = _("看这个说明")
    return option


def argument(
    name: str,
    metavar: str,
    help: str,  # noqa: A002
    *,
    required: bool = True,
    nargs: int = 1,
    type: "click.ParamType[Any] | None" = None,  # noqa: A002
) -> Callable[[F], F]:
    """Declares a positional word."""
    return click.argument(
        name, cls=Argument, metavar=metavar, help=help, required=required, nargs=nargs, type=type
    )


def option(
    *names: str,
    help: str,  # noqa: A002
    metavar: str | None = None,
    type: "click.ParamType[Any] | None" = None,  # noqa: A002
    required: bool = False,
    multiple: bool = False,
    default: object = None,
) -> Callable[[F], F]:
    """Declares an option that takes a value."""
    settings: dict[str, Any] = {} if default is None else {"default": default}
    return click.option(
        *names, help=help, metavar=metavar, type=type, required=required, multiple=multiple, **settings
    )


def flag(*names: str, help: str) -> Callable[[F], F]:  # noqa: A002
    """Declares an option without a value."""
    return click.option(*names, help=help, is_flag=True)


WHO_HELP: Final = _("名字、首字母、证件或电话后四位、档案编号")
who_argument = argument("who", _("谁"), WHO_HELP)
household_argument = argument("who", _("谁家"), _("户号，或家里一个人：名字、首字母、号码"))
contract_argument = argument("which", _("协议"), _("协议编号，如 2026-10001"))


# --- the help page ------------------------------------------------------------------------------------


def help_page(command: click.Command, ctx: click.Context) -> Iterator[str]:
    """What it does, an example, its words and options, line by line."""
    yield _usage_line(command, ctx)
    yield ""
    for line in (command.help or command.short_help or "").strip().splitlines():
        yield from [line] if line.startswith(" ") else _wrapped(line, _WIDTH)
    words = [(_shown_name(item), item.help) for item in command.params if isinstance(item, Argument)]
    if words:
        yield from ("", _("要写的："))
        yield from _two_columns(words)
    if isinstance(command, VerbGroup):
        for title, lines in command.topics().items():
            yield from ("", fill(_("{title}："), {"title": title}))
            yield from _two_columns(lines)
    options = [item for item in command.get_params(ctx) if isinstance(item, click.Option) and not item.hidden]
    yield from ("", _("选项："))
    yield from _two_columns((_option_words(item), _option_help(item)) for item in options)
    yield ""


def _usage_line(command: click.Command, ctx: click.Context) -> str:
    pieces = [ctx.command_path, *(_shown_name(p) for p in command.params if isinstance(p, click.Argument))]
    if isinstance(command, click.Group):
        pieces.append(_("命令 …"))
    return fill(_("用法：{words} [选项]"), {"words": " ".join(pieces)})


def _shown_name(parameter: click.Parameter) -> str:
    name = parameter.metavar or (parameter.name or "").upper()
    if parameter.nargs != 1:
        name += " …"
    return name if parameter.required else f"[{name}]"


def _option_words(item: click.Option) -> str:
    names = "/".join([*item.opts, *item.secondary_opts])
    return names if item.is_flag or item.count else f"{names} {item.metavar or '…'}"


def _option_help(item: click.Option) -> str:
    told = item.help or ""
    if item.required:
        told = fill(_("{told}（必填）"), {"told": told})
    return fill(_("{told}（可以写几次）"), {"told": told}) if item.multiple else told


def _two_columns(rows: Iterable[tuple[str, str]]) -> Iterator[str]:
    for left, right in rows:
        head = f"  {left}"
        lines = list(_wrapped(right, _WIDTH - _WORDS_COLUMN))
        if width_of(head) >= _WORDS_COLUMN:
            yield head
        else:
            padding = " " * (_WORDS_COLUMN - width_of(head))
            yield (head + padding + (lines.pop(0) if lines else "")).rstrip()
        yield from (" " * _WORDS_COLUMN + line for line in lines)


def width_of(text: str) -> int:
    """Columns on a terminal: a Chinese character takes two."""
    return sum(2 if unicodedata.east_asian_width(one) in "WF" else 1 for one in text)


def padded(text: str, width: int) -> str:
    """The text filled up with blanks to that many columns."""
    return text + " " * max(0, width - width_of(text))


def _wrapped(text: str, width: int) -> Iterator[str]:
    """Lines of at most `width` columns; no line begins with a closing mark, no Latin word is cut."""
    line = ""
    for piece in _pieces(text):
        if line and width_of(line + piece) > width and piece[0] not in _NOT_FIRST:
            yield line.rstrip()
            line = piece.lstrip()
        else:
            line += piece
    yield line.rstrip()


def _pieces(text: str) -> Iterator[str]:
    """Single Chinese characters and blanks; runs of narrow characters together."""
    word = ""
    for one in text:
        if one == " " or unicodedata.east_asian_width(one) in "WF":
            if word:
                yield word
            word = ""
            yield one
        else:
            word += one
    if word:
        yield word


# --- wrong use ----------------------------------------------------------------------------------------


def usage_text(error: click.UsageError) -> str:
    """What is wrong with the words, how the verb is written, and where its help is."""
    lines = [_wrong(error)]
    if error.ctx is not None:
        command = error.ctx.command
        lines.append(_usage_line(command, error.ctx))
        lines.append(fill(_("看说明：{words} --help"), {"words": error.ctx.command_path}))
    return "\n".join(lines)


def _wrong(error: click.UsageError) -> str:
    if isinstance(error, click.NoSuchOption):
        return _no_such_option(error)
    if isinstance(error, click.BadOptionUsage):
        return _bad_option(error)
    if isinstance(error, click.MissingParameter):
        return fill(_("还缺 {name}。"), {"name": _name_of(error.param)})
    if isinstance(error, click.BadParameter):
        values = {"name": _name_of(error.param), "message": error.message}
        return fill(_("{name}：{message}"), values) if error.param is not None else error.message
    return error.message


def _no_such_option(error: click.NoSuchOption) -> str:
    values = {"name": error.option_name, "meant": "、".join(error.possibilities or ())}
    if error.possibilities:
        return fill(_("没有 {name} 这个选项。是不是 {meant}？"), values)
    return fill(_("没有 {name} 这个选项。"), values)


def _bad_option(error: click.BadOptionUsage) -> str:
    values: Mapping[str, object] = {"name": error.option_name}
    found = _option_named(error)
    if found is not None and found.is_flag:
        return fill(_("{name} 后面不写值。"), values)
    return fill(_("{name} 后面要写一个值。"), values)


def _option_named(error: click.BadOptionUsage) -> click.Option | None:
    if error.ctx is None:
        return None
    options = (item for item in error.ctx.command.params if isinstance(item, click.Option))
    return next((item for item in options if error.option_name in item.opts), None)


def _name_of(parameter: click.Parameter | None) -> str:
    if isinstance(parameter, click.Option):
        return _option_words(parameter)
    return "" if parameter is None else parameter.metavar or (parameter.name or "").upper()
