"""The verb `void`, the same for every kind of record: found by what was typed, voided with a reason, told in a line.

Nothing is deleted; what goes with the record, and what is decided again without it, its service knows.
"""

from collections.abc import Callable
from typing import Concatenate, ParamSpec, TypeVar

from village_doctor.cli.answering import answer, json_flag
from village_doctor.cli.session import opened
from village_doctor.cli.verbs import VerbGroup, option
from village_doctor.domain.kinds import kind_of
from village_doctor.domain.records import Record
from village_doctor.foundation.texts import fill
from village_doctor.foundation.texts import text as _
from village_doctor.services.correcting import void_record
from village_doctor.services.desk import Desk
from village_doctor.services.workplace import Workplace

P = ParamSpec("P")
R = TypeVar("R", bound=Record)

Declaration = Callable[[Callable[..., None]], Callable[..., None]]


def add_void(
    group: VerbGroup,
    *words: Declaration,
    short_help: str,
    help: str,  # noqa: A002 - click's own word
    find: Callable[Concatenate[Workplace, P], R],
    named: Callable[[Workplace, R], str],
    void: Callable[[Desk, str, str], object] | None = None,
) -> None:
    """Adds `void` to the group. `words` declare what `find` is given; `named`: how the record is called in the answer;
    `void`: the verb of a kind that `void_record` leaves to its own service."""

    def run(reason: str, *args: P.args, **kwargs: P.kwargs) -> None:
        with opened(writing=True) as workplace:
            found = find(workplace, *args, **kwargs)
            if void is None:
                workplace.command(void_record, kind_of(found).name, found.id, reason)
            else:
                workplace.command(void, found.id, reason)
            told = fill(_("已作废：{what}"), {"what": named(workplace, found)})
            answer({"id": found.id, "voided": True}, [told])

    reason = option("--reason", metavar=_("原因"), required=True, help=_("一句话"))
    command: Callable[..., None] = reason(json_flag(run))
    for declare in reversed(words):  # click reads declarations from the last to the first
        command = declare(command)
    group.command("void", short_help=short_help, help=help)(command)
