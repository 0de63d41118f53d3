"""Verbs of what people do not want, what they agreed to, and what had to be told at once."""

from datetime import date

import click

from village_doctor.cli import shapes
from village_doctor.cli.answering import answer, json_flag
from village_doctor.cli.inputs import Day, code_meant
from village_doctor.cli.session import opened
from village_doctor.cli.verbs import WHO_HELP, VerbGroup, argument, flag, option, who_argument
from village_doctor.cli.voiding import add_void
from village_doctor.domain.messages import N_
from village_doctor.domain.refusals import Consent, Notice, Refusal
from village_doctor.foundation.texts import fill
from village_doctor.foundation.texts import text as _
from village_doctor.services import finding, wording
from village_doctor.services.consenting import (
    give_consent,
    notify,
    refuse,
    withdraw_consent,
    withdraw_refusal,
)
from village_doctor.services.workplace import Workplace

_which_refusal = argument("which", _("哪次"), _("这次不愿意的 id，或一个人（她最近的一次）"))
_which_consent = argument("which", _("哪次"), _("这次同意的 id，或一个人（她最近的一次）"))


# --- refusals -------------------------------------------------------------------------------------------


@click.group(cls=VerbGroup, help=_("不愿意的：记下来，三个月后再提。"))
def refusal() -> None:
    """Verbs of refusals."""


@refusal.command(
    "add",
    short_help=_("记下不愿意"),
    help=_(
        "记下一个人不愿意做什么。到再提的那天以前不催；不愿意的仍在应做的数里。\n\n例：\n"
        "  village-doctor refusal add lgy 健康体检 --reason 怕抽血\n"
        "  village-doctor refusal add 王强 签约 --again-on 2027-03-01 --signed"
    ),
)
@who_argument
@argument("what", _("什么"), _("健康体检、高血压随访、签约、什么都不要……"))
@option("--reason", metavar=_("原因"), help=_("为什么"))
@option("--witness", metavar=_("谁"), help=_("谁在场"))
@flag("--signed", help=_("本人签了字"))
@option("--again-on", metavar=_("日期"), type=Day(), help=_("哪天再提，不写是三个月后"))
@option("--on", metavar=_("日期"), type=Day(), help=_("哪天说的，不写是今天"))
@json_flag
def refusal_add(
    who: str,
    what: str,
    reason: str | None,
    witness: str | None,
    signed: bool,
    again_on: date | None,
    on: date | None,
) -> None:
    """She does not want it."""
    with opened(writing=True) as workplace:
        person = workplace.query(finding.resident, workplace.catalogue, who, workplace.today())
        saved = workplace.command(
            refuse,
            person.id,
            code_meant(workplace.catalogue, "refused", what),
            refused_on=on,
            reason=reason,
            witness=witness,
            is_signed=signed,
            offer_again_on=again_on,
        ).value
        words = {"name": person.name, **_refused_words(workplace, saved)}
        answer(shapes.record(saved), [fill(_("已保存：{name} 不愿意{what}。{again}再提。"), words)])


@refusal.command(
    "withdraw",
    short_help=_("又愿意了"),
    help=_("又愿意了：从那天起照常提。\n\n例：\n  village-doctor refusal withdraw lgy"),
)
@_which_refusal
@option("--on", metavar=_("日期"), type=Day(), help=_("哪天，不写是今天"))
@json_flag
def refusal_withdraw(which: str, on: date | None) -> None:
    """She wants it after all."""
    with opened(writing=True) as workplace:
        found = _refusal(workplace, which)
        saved = workplace.command(withdraw_refusal, found.id, on).value
        person = workplace.query(finding.resident, workplace.catalogue, saved.resident_id, workplace.today())
        words = {"name": person.name, **_refused_words(workplace, saved)}
        answer(shapes.record(saved), [fill(_("已保存：{name} {what}，{again}起照常提。"), words)])


def _refusal(workplace: Workplace, which: str) -> Refusal:
    today = workplace.today()
    return workplace.query(finding.newest_of, workplace.catalogue, Refusal, which, today, N_("不愿意的记录"))


def _refused_words(workplace: Workplace, saved: Refusal) -> dict[str, str]:
    return {
        "what": workplace.catalogue.label("refused", saved.what),
        "again": wording.day(saved.stands_until, workplace.today()),
    }


add_void(
    refusal,
    _which_refusal,
    short_help=_("作废记错的"),
    help=_("作废记错的一次不愿意。\n\n例：\n  village-doctor refusal void lgy --reason 记错了人"),
    find=_refusal,
    named=lambda workplace, found: fill(_("不愿意{what}"), _refused_words(workplace, found)),
)


# --- consents -------------------------------------------------------------------------------------------


@click.group(cls=VerbGroup, help=_("知情同意：纳入管理、健康体检。"))
def consent() -> None:
    """Verbs of consents."""


@consent.command(
    "add",
    short_help=_("记下同意"),
    help=_(
        "记下本人或监护人同意了什么。\n\n例：\n"
        "  village-doctor consent add 王强 纳入管理 --by 监护人 --relation 母亲 --on 2026-11-20"
    ),
)
@who_argument
@argument("what", _("什么"), _("纳入管理、健康体检"))
@option("--by", "given_by", metavar=_("谁同意"), default="self", help=_("本人（不写就是）、监护人"))
@option("--relation", metavar=_("关系"), help=_("监护人是她的什么人"))
@option("--on", metavar=_("日期"), type=Day(), help=_("哪天，不写是今天"))
@json_flag
def consent_add(who: str, what: str, given_by: str, relation: str | None, on: date | None) -> None:
    """She or her guardian agreed."""
    with opened(writing=True) as workplace:
        catalogue = workplace.catalogue
        person = workplace.query(finding.resident, catalogue, who, workplace.today())
        saved = workplace.command(
            give_consent,
            person.id,
            code_meant(catalogue, "consent", what),
            given_on=on,
            given_by=code_meant(catalogue, "consent_given_by", given_by),
            relation=relation,
        ).value
        words = {"name": person.name, **_consent_words(workplace, saved)}
        answer(shapes.record(saved), [fill(_("已保存：{name} {what}，{by}同意（{day}）"), words)])


@consent.command(
    "withdraw",
    short_help=_("撤回同意"),
    help=_("撤回同意。\n\n例：\n  village-doctor consent withdraw 王强 --on 2026-11-20"),
)
@_which_consent
@option("--on", metavar=_("日期"), type=Day(), help=_("哪天，不写是今天"))
@json_flag
def consent_withdraw(which: str, on: date | None) -> None:
    """She no longer agrees."""
    with opened(writing=True) as workplace:
        found = _consent(workplace, which)
        saved = workplace.command(withdraw_consent, found.id, on).value
        words = _consent_words(workplace, saved)
        answer(shapes.record(saved), [fill(_("已保存：{what}的同意撤回了。"), words)])


def _consent(workplace: Workplace, which: str) -> Consent:
    today = workplace.today()
    return workplace.query(finding.newest_of, workplace.catalogue, Consent, which, today, N_("同意的记录"))


def _consent_words(workplace: Workplace, saved: Consent) -> dict[str, str]:
    return {
        "what": workplace.catalogue.label("consent", saved.what),
        "by": workplace.catalogue.label("consent_given_by", saved.given_by),
        "day": wording.day(saved.given_on, workplace.today()),
    }


add_void(
    consent,
    _which_consent,
    short_help=_("作废记错的"),
    help=_("作废记错的一次同意。\n\n例：\n  village-doctor consent void 王强 --reason 记错了人"),
    find=_consent,
    named=lambda workplace, found: fill(_("{what}的同意"), _consent_words(workplace, found)),
)


# --- notices --------------------------------------------------------------------------------------------


@click.group(cls=VerbGroup, help=_("上报通知：等不到上报、马上要告诉别人的。"))
def notice() -> None:
    """Verbs of notices."""


@notice.command(
    "add",
    short_help=_("记下告诉了谁"),
    help=_(
        "记下马上告诉了谁、告诉了什么。\n\n例：\n"
        "  village-doctor notice add 王强 派出所 危险行为3级，在家砸东西 --answer 已出警"
    ),
)
@argument("who", _("谁的事"), WHO_HELP)
@argument("told_to", _("告诉谁"), _("乡镇卫生院、派出所、医院、监护人、村委会"))
@argument("what", _("什么"), _("告诉了什么，一句话"))
@option("--how", metavar=_("怎么"), default="phone", help=_("电话（不写就是）、当面、消息、书面"))
@option("--answer", "answered", metavar=_("答复"), help=_("那边怎么说"))
@option("--on", metavar=_("日期"), type=Day(), help=_("哪天，不写是今天"))
@json_flag
def notice_add(who: str, told_to: str, what: str, how: str, answered: str | None, on: date | None) -> None:
    """What could not wait."""
    with opened(writing=True) as workplace:
        catalogue = workplace.catalogue
        person = workplace.query(finding.resident, catalogue, who, workplace.today())
        saved = workplace.command(
            notify,
            person.id,
            code_meant(catalogue, "notice_to", told_to),
            what,
            told_on=on,
            how=code_meant(catalogue, "notice_how", how),
            answer=answered,
        ).value
        words = {"name": person.name, **_notice_words(workplace, saved)}
        answer(shapes.record(saved), [fill(_("已保存：{name} {day} {how}告诉{to}：{what}"), words)])


def _notice(workplace: Workplace, which: str) -> Notice:
    today = workplace.today()
    return workplace.query(finding.newest_of, workplace.catalogue, Notice, which, today, N_("上报通知"))


def _notice_words(workplace: Workplace, saved: Notice) -> dict[str, str]:
    return {
        "day": wording.day(saved.told_on, workplace.today()),
        "how": workplace.catalogue.label("notice_how", saved.how),
        "to": workplace.catalogue.label("notice_to", saved.told_to),
        "what": saved.what,
    }


add_void(
    notice,
    argument("which", _("哪次"), _("这次通知的 id，或一个人（她最近的一次）")),
    short_help=_("作废记错的"),
    help=_("作废记错的一次通知。\n\n例：\n  village-doctor notice void 王强 --reason 记错了人"),
    find=_notice,
    named=lambda workplace, found: fill(_("{day} 告诉{to}：{what}"), _notice_words(workplace, found)),
)
