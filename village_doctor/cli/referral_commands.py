"""Verbs of referrals: refer, and ask what became of it."""

from datetime import date
from typing import Final

import click

from village_doctor.cli import shapes
from village_doctor.cli.answering import answer, json_flag
from village_doctor.cli.inputs import Coded, Day
from village_doctor.cli.session import opened
from village_doctor.cli.verbs import VerbGroup, argument, flag, option, who_argument
from village_doctor.cli.visit_commands import MODES
from village_doctor.cli.voiding import add_void
from village_doctor.domain.decisions import EMERGENCY, ORDINARY
from village_doctor.domain.messages import N_
from village_doctor.domain.people import Resident
from village_doctor.domain.referrals import Referral
from village_doctor.foundation.texts import fill
from village_doctor.foundation.texts import text as _
from village_doctor.services import finding, wording
from village_doctor.services import referring as verbs
from village_doctor.services.referring import ReferralDraft
from village_doctor.services.workplace import Workplace

_which_referral = argument("which", _("哪次"), _("转诊的 id，或一个人（她还没问清的那一次）"))
STATES: Final = {
    "arrived": N_("已到"),
    "in_hospital": N_("住院"),
    "back": N_("已回"),
    "not_arrived": N_("没去"),
    "refused": N_("不愿去"),
}
_URGENCY: Final = {EMERGENCY: N_("紧急转诊"), ORDINARY: N_("转诊")}


@click.group(cls=VerbGroup, help=_("转诊，和问结果。"))
def refer() -> None:
    """Verbs of referrals."""


@refer.command(
    "add",
    short_help=_("转诊"),
    help=_(
        "转诊。到时候会提醒问结果，一直问到有结果。\n\n例：\n"
        "  village-doctor refer add lgy --reason 胸闷三天 --facility 县医院 --department 心内科\n"
        "  village-doctor refer add lgy --reason 说话不清 --emergency"
    ),
)
@who_argument
@option("--reason", metavar=_("原因"), required=True, help=_("为什么转"))
@flag("--emergency", help=_("紧急"))
@option("--facility", metavar=_("医院"), help=_("转到哪家医院"))
@option("--department", metavar=_("科"), help=_("哪个科"))
@option("--contact", metavar=_("联系人"), help=_("那边的联系人"))
@option("--on", metavar=_("日期"), type=Day(), help=_("哪天，不写是今天"))
@json_flag
def refer_add(
    who: str,
    reason: str,
    emergency: bool,
    facility: str | None,
    department: str | None,
    contact: str | None,
    on: date | None,
) -> None:
    """A referral upwards."""
    with opened(writing=True) as workplace:
        person = workplace.query(finding.resident, workplace.catalogue, who, workplace.today())
        draft = ReferralDraft(
            resident_id=person.id,
            urgency=EMERGENCY if emergency else ORDINARY,
            reason_text=reason,
            issued_on=on,
            facility=facility,
            department=department,
            contact=contact,
        )
        saved = workplace.command(verbs.refer, draft).value
        _answer_referral(
            workplace,
            person,
            saved,
            _("已保存：{name} {what}（{day}）{place}。两周内要问清：去没去，怎么说。"),
        )


@refer.command(
    "ask",
    short_help=_("记下问到的结果"),
    help=_(
        "记下问到的结果：已到、住院、已回、没去、不愿去。没去的还会再提醒；不愿去要签了字才算完。\n\n例：\n"
        "  village-doctor refer ask lgy 住院 --said 住心内科，观察三天\n"
        "  village-doctor refer ask lgy 不愿去 --refusal-signed"
    ),
)
@_which_referral
@argument("state", _("结果"), _("已到、住院、已回、没去、不愿去"), type=Coded(STATES))
@option("--said", metavar=_("话"), help=_("怎么说的"))
@option("--mode", metavar=_("方式"), type=Coded(MODES), default="phone", help=_("怎么问的，不写是电话"))
@option("--facility", metavar=_("医院"), help=_("在哪家医院"))
@flag("--refusal-signed", help=_("不愿去，已签字"))
@option("--on", metavar=_("日期"), type=Day(), help=_("哪天问的，不写是今天"))
@json_flag
def refer_ask(
    which: str,
    state: str,
    said: str | None,
    mode: str,
    facility: str | None,
    refusal_signed: bool,
    on: date | None,
) -> None:
    """What asking showed."""
    with opened(writing=True) as workplace:
        found = _open_referral(workplace, which)
        saved = workplace.command(
            verbs.ask_referral,
            found.id,
            state,
            asked_on=on,
            mode=mode,
            said=said,
            facility=facility,
            refusal_signed=refusal_signed,
        ).value
        told = _("已保存：{name} {what}（{day}）：{state}。问清了。")
        if saved.is_open:
            told = _("已保存：{name} {what}（{day}）：{state}。还要接着问。")
        _answer_referral(workplace, _person(workplace, saved), saved, told)


def _open_referral(workplace: Workplace, which: str) -> Referral:
    return workplace.query(finding.open_referral, workplace.catalogue, which, workplace.today())


def _person(workplace: Workplace, found: Referral) -> Resident:
    return workplace.query(finding.resident, workplace.catalogue, found.resident_id, workplace.today())


def _person_and_referral(workplace: Workplace, found: Referral) -> str:
    return fill(_("{name} {what}（{day}）"), _words(workplace, _person(workplace, found), found))


add_void(
    refer,
    _which_referral,
    short_help=_("作废记错的转诊"),
    help=_("作废记错的转诊。\n\n例：\n  village-doctor refer void lgy --reason 记错了人"),
    find=_open_referral,
    named=_person_and_referral,
    void=verbs.void_referral,
)


def _answer_referral(workplace: Workplace, person: Resident, saved: Referral, sentence: str) -> None:
    told = fill(sentence, _words(workplace, person, saved))
    answer({"name": person.name, "referral": shapes.referral(saved)}, [told])


def _words(workplace: Workplace, person: Resident, saved: Referral) -> dict[str, str]:
    place = " ".join(part for part in (saved.facility, saved.department) if part)
    return {
        "name": person.name,
        "what": _(_URGENCY.get(saved.urgency, saved.urgency)),
        "day": wording.day(saved.issued_on, workplace.today()),
        "state": _(STATES.get(saved.state, saved.state)),
        "place": f" {place}" if place else "",
    }
