"""Verbs that change a signed contract: somebody joins, gets other packages, leaves."""

from collections.abc import Callable
from datetime import date
from typing import Concatenate, Final, ParamSpec

import click

from village_doctor.cli.answering import json_flag
from village_doctor.cli.contract_family import Family, answer_contract, own_evidence
from village_doctor.cli.inputs import Coded, Day, listed_words
from village_doctor.cli.session import opened
from village_doctor.cli.verbs import Verb, argument, contract_argument, flag, option
from village_doctor.domain.messages import N_
from village_doctor.foundation.texts import text as _
from village_doctor.services import contract_changing, finding
from village_doctor.services.desk import Desk

P = ParamSpec("P")

_LEAVING: Final = {
    "lost": N_("失访"),
    "refused": N_("本人要求或拒绝"),
    "signed_elsewhere": N_("另签别的医生"),
    "other": N_("其他"),
}
_member = argument("who", _("谁"), _("这家的一个人：姓名、拼音首字母"))
_own_packages = option(
    "--package", "packages", metavar=_("包,包"), help=_("签哪些服务包，如 basic,elderly；不写就用建议的")
)
_own_hand = flag("--signed", help=_("本人亲手签了字"))
_own_told = option("--told", metavar=_("日期:怎么"), help=_("没签字、哪天告诉过本人的，如 2026-11-20:当面"))
_from_day = option("--on", metavar=_("日期"), type=Day(), help=_("从哪天起，不写是今天"))


def _change(
    which: str,
    who: str,
    on: date | None,
    sentence: str,
    verb: Callable[Concatenate[Desk, str, str, date, P], object],
    *args: P.args,
    **kwargs: P.kwargs,
) -> None:
    """Does the verb to one member of the contract from that day on, and shows the contract as it is now."""
    with opened(writing=True) as workplace:
        found = workplace.query(finding.contract, which)
        person = Family.of(workplace, found.household_id, on).person(who)
        day = on or workplace.today()
        changes = workplace.command(verb, found.id, person.id, day, *args, **kwargs)
        answer_contract(workplace, found.id, changes.notes, sentence)


@click.command(
    cls=Verb,
    name="add-member",
    short_help=_("添一个人"),
    help=_(
        "签好以后再添一个人，从那天起算；纸质协议上也要手写清楚，双方签字。\n\n例：\n"
        "  village-doctor contract add-member 2026-10001 王强 --package basic,hypertension --signed"
    ),
)
@contract_argument
@_member
@_own_packages
@_own_hand
@_own_told
@_from_day
@json_flag
def contract_add_member(
    which: str, who: str, packages: str | None, signed: bool, told: str | None, on: date | None
) -> None:
    """A member joins a running contract."""
    codes = listed_words(packages) if packages else ()
    sentence = _("已保存：添好了。请在纸质协议上写明添了谁、从哪天起，双方签字。")
    _change(which, who, on, sentence, contract_changing.add_member, codes, own_evidence(signed, told))


@click.command(
    cls=Verb,
    name="change-packages",
    short_help=_("换服务包"),
    help=_(
        "给一个人换服务包，从那天起算，以前的照旧；写上换完以后的全部服务包。纸质协议上也要手写清楚，双方签字。\n\n例：\n"
        "  village-doctor contract change-packages 2026-10001 王德顺 basic,diabetes --told 2026-11-22:当面"
    ),
)
@contract_argument
@_member
@argument("packages", _("包,包"), _("换完以后的全部服务包"))
@_own_hand
@_own_told
@_from_day
@json_flag
def contract_change_packages(
    which: str, who: str, packages: str, signed: bool, told: str | None, on: date | None
) -> None:
    """Other packages for a member."""
    evidence = own_evidence(signed, told) if signed or told else None
    sentence = _("已保存：换好了。请在纸质协议上写明换成哪些服务包、从哪天起，双方签字。")
    _change(which, who, on, sentence, contract_changing.change_packages, listed_words(packages), evidence)


@click.command(
    cls=Verb,
    name="end-member",
    short_help=_("一个人退出"),
    help=_(
        "一个人退出协议，要写原因；别人照旧。去世、迁走的记在“人”里，会自己退出。\n\n例：\n"
        "  village-doctor contract end-member 2026-10001 王强 --why 本人要求"
    ),
)
@contract_argument
@_member
@option(
    "--why",
    "code",
    metavar=_("原因"),
    type=Coded(_LEAVING),
    required=True,
    help=_("失访、本人要求、另签别的医生、其他"),
)
@option("--on", metavar=_("日期"), type=Day(), help=_("从哪天起不在了，不写是今天"))
@json_flag
def contract_end_member(which: str, who: str, code: str, on: date | None) -> None:
    """A member leaves."""
    _change(which, who, on, _("已保存：退出了。"), contract_changing.end_member, code)
