"""Verbs of paper: agreement, cards and leaflet into a PDF file; what a scanned card says."""

import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final

import click

from village_doctor.cli.answering import answer, json_flag
from village_doctor.cli.inputs import File, plain
from village_doctor.cli.session import opened, refuse_existing
from village_doctor.cli.verbs import VerbGroup, argument, contract_argument, flag, option, who_argument
from village_doctor.domain.dates import age_on
from village_doctor.domain.messages import JsonValue
from village_doctor.domain.problems import Problem
from village_doctor.foundation.atomic_file import write_whole
from village_doctor.foundation.texts import fill
from village_doctor.foundation.texts import text as _
from village_doctor.services import finding, printing_papers, verifying_cards, wording, wording_cards
from village_doctor.services.printing_papers import Paper
from village_doctor.services.verifying_cards import CardFound
from village_doctor.services.workplace import Workplace

_MOST_TYPED: Final = 4096

_out = option("--out", metavar=_("文件"), type=File(), required=True, help=_("写进这个 PDF 文件"))
_overwrite = flag("--overwrite", help=_("已经有这个文件，就换成新的"))


@click.group("print", cls=VerbGroup, help=_("打印：写成 PDF 文件，再用别的程序打出来。打印不改动记录。"))
def print_papers() -> None:
    """Verbs that make papers."""


def _print(out: Path, overwrite: bool, make: Callable[[Workplace], Paper]) -> None:
    """Makes the paper and puts it at `out`, whole or not at all. Raises Problem `output-file`."""
    if not overwrite or not out.is_file():
        refuse_existing(out)
    with opened() as workplace:
        paper = make(workplace)
    try:
        write_whole(out, paper.pdf)
    except OSError as error:
        raise Problem("output-file", file=out) from error
    answer(
        {"path": str(out), "size": len(paper.pdf), "title": paper.title},
        [
            fill(_("{title}写进了 {file}。"), {"title": paper.title, "file": out}),
            _("里面有个人的情况，打完请删掉这个文件。"),
        ],
    )


@print_papers.command(
    "agreement",
    short_help=_("协议书"),
    help=_(
        "一份协议的协议书。没签字的，每一页都写着“草稿”或“待签字”；打印不算签约。\n\n例：\n"
        "  village-doctor print agreement 2026-10001 --out 协议书.pdf"
    ),
)
@contract_argument
@_out
@_overwrite
@json_flag
def print_agreement(which: str, out: Path, overwrite: bool) -> None:
    """The agreement of a contract."""
    _print(out, overwrite, lambda workplace: printing_papers.agreement(workplace, which))


@print_papers.command(
    "cards",
    short_help=_("签约卡"),
    help=_(
        "有效协议的签约卡，一人一张，一页十张，照着角上的线裁开。\n\n例：\n"
        "  village-doctor print cards 2026-10001 --out 签约卡.pdf"
    ),
)
@contract_argument
@_out
@_overwrite
@json_flag
def print_cards(which: str, out: Path, overwrite: bool) -> None:
    """The cards of a contract's members."""
    _print(out, overwrite, lambda workplace: printing_papers.cards(workplace, which))


@print_papers.command(
    "leaflet",
    short_help=_("血压和盐，一人一页"),
    help=_(
        "血压和盐：大字一页，有他自己的血压、要低于多少、下次什么时候来。\n\n例：\n"
        "  village-doctor print leaflet lgy --out 宣传页.pdf"
    ),
)
@who_argument
@_out
@_overwrite
@json_flag
def print_leaflet(who: str, out: Path, overwrite: bool) -> None:
    """A leaflet for one person."""

    def make(workplace: Workplace) -> Paper:
        person = workplace.query(finding.resident, workplace.catalogue, who, workplace.today())
        return printing_papers.leaflet(workplace, person.id)

    _print(out, overwrite, make)


@click.group("card", cls=VerbGroup, help=_("签约卡。"))
def card() -> None:
    """Verbs of cards."""


@card.command(
    "verify",
    short_help=_("扫到的卡是谁的"),
    help=_(
        "扫到的签约卡：是谁的，协议还有没有效，是不是本卫生室印的。只看，不记。\n\n例：\n"
        "  village-doctor card verify 9010005549…\n  village-doctor card verify - < 扫到的.txt"
    ),
)
@argument("digits", _("数字|-"), _("卡上的 223 位数字；- 是从标准输入读"))
@json_flag
def card_verify(digits: str) -> None:
    """What a card says."""
    if digits == "-":
        digits = sys.stdin.buffer.read(_MOST_TYPED).decode("ascii", "replace")
    with opened() as workplace:
        found = verifying_cards.check_card(workplace, plain(digits))
        answer(_card_json(found, workplace), _card_lines(found, workplace))


def _card_json(found: CardFound, workplace: Workplace) -> JsonValue:
    return {
        "resident_id": found.resident.id,
        "name": found.resident.name,
        "sex": found.resident.sex,
        "age": age_on(found.resident.birth_date, workplace.today()),
        "household_id": found.household.id if found.household is not None else None,
        "contract": found.contract.number,
        "contract_state": found.contract_state,
        "ends_on": found.ends_on.isoformat(),
        "bound_until": found.bound_until.isoformat() if found.bound_until is not None else None,
        "signature": found.signature,
    }


def _card_lines(found: CardFound, workplace: Workplace) -> Iterator[str]:
    today = workplace.today()
    door = workplace.query(finding.door_text, found.household)
    yield fill(
        _("{person}　{door}"), {"person": wording.person(found.resident, today), "door": door}
    ).rstrip()
    yield wording_cards.contract_of_card(found, today)
    yield wording_cards.signature_of_card(found)
