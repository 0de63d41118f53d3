"""Verbs of contracts: a household signs as one unit, with the evidence of every adult."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from typing import Final

import click

from village_doctor.cli import pages, shapes
from village_doctor.cli.answering import answer, json_flag
from village_doctor.cli.contract_change_commands import (
    contract_add_member,
    contract_change_packages,
    contract_end_member,
)
from village_doctor.cli.contract_family import Family, answer_contract
from village_doctor.cli.inputs import Coded, Day, Whole
from village_doctor.cli.session import opened
from village_doctor.cli.verbs import VerbGroup, contract_argument, household_argument, option
from village_doctor.cli.voiding import add_void
from village_doctor.domain.contracts import Contract
from village_doctor.domain.messages import N_, JsonValue
from village_doctor.foundation.texts import fill
from village_doctor.foundation.texts import text as _
from village_doctor.services import contracting, finding, viewing, wording
from village_doctor.services.contracting import ContractDraft
from village_doctor.services.workplace import Workplace

_CODES: Final = {
    "01": N_("失访"),
    "02": N_("迁出"),
    "03": N_("死亡"),
    "04": N_("本人要求或拒绝"),
    "05": N_("改签或重签"),
    "06": N_("发票作废"),
    "99": N_("其他"),
}

_years = option("--years", metavar="1|2|3", type=Whole(), required=True, help=_("签几年"))
_packages = option(
    "--package",
    "packages",
    metavar=_("谁=包,包"),
    multiple=True,
    help=_("一个人签哪些服务包，如 李桂英=basic,hypertension；不写就用建议的"),
)
_members = option("--member", "members", metavar=_("谁"), multiple=True, help=_("谁签，不写是全家"))
_signed_on = option("--on", metavar=_("日期"), type=Day(), help=_("哪天签的，不写是今天"))
_starts = option("--starts", metavar=_("日期"), type=Day(), help=_("从哪天起，不写是签字那天"))
_representative = option("--representative", metavar=_("谁"), help=_("谁代表这家签字：户主或家里一位成年人"))
_signed = option("--signed", metavar=_("谁"), multiple=True, help=_("亲手签了字的人"))
_told = option(
    "--told",
    metavar=_("谁=日期:怎么"),
    multiple=True,
    help=_("没签字、哪天告诉过本人的，如 王德顺=2026-11-20:当面"),
)


@click.group(cls=VerbGroup, help=_("签约：建议、起草、打印待签、签字、续签、添人、换包、退出、解约。"))
def contract() -> None:
    """Verbs of contracts."""


@contract.command(
    "suggest",
    short_help=_("每个人适合签哪些"),
    help=_("每个人适合签哪些服务包，为什么。\n\n例：\n  village-doctor contract suggest lgy"),
)
@household_argument
@json_flag
def contract_suggest(who: str) -> None:
    """Packages that fit, member by member."""
    with opened() as workplace:
        today = workplace.today()
        family = Family.of(workplace, who, None)
        found = workplace.query(
            contracting.suggestions, workplace.catalogue, family.household.id, today, workplace.actor
        )
        told: list[JsonValue] = [
            {
                "resident_id": one.resident.id,
                "name": one.resident.name,
                "groups": list(one.groups),
                "packages": [
                    {"code": package.code, "name": package.name, "why": wording.duty(reason)[0]}
                    for package, reason in one.packages
                ],
            }
            for one in found
        ]
        answer(told, _suggestion_lines(found))


def _suggestion_lines(found: Iterable[contracting.Suggestion]) -> Iterator[str]:
    for one in found:
        yield one.resident.name
        for package, reason in one.packages:
            values = {"name": package.name, "code": package.code, "why": wording.duty(reason)[0]}
            yield fill(_("  {name}（{code}）：{why}"), values)


@contract.command(
    "draft",
    short_help=_("起草"),
    help=_("起草一份协议，还不算签约。\n\n例：\n  village-doctor contract draft lgy --years 2"),
)
@household_argument
@_years
@_members
@_packages
@_starts
@json_flag
def contract_draft(
    who: str, years: int, members: tuple[str, ...], packages: tuple[str, ...], starts: date | None
) -> None:
    """A draft with members and packages."""
    with opened(writing=True) as workplace:
        family = Family.of(workplace, who, None)
        draft = _draft(family, years, members, packages, starts)
        changes = workplace.command(contracting.draft_contract, draft)
        answer_contract(
            workplace, changes.value.contract.id, changes.notes, _("已保存：起草好了，还不算签约。")
        )


def _draft(
    family: Family,
    years: int,
    members: tuple[str, ...],
    packages: tuple[str, ...],
    starts: date | None,
) -> ContractDraft:
    return ContractDraft(
        household_id=family.household.id,
        years=years,
        members=tuple(family.person(one).id for one in members) if members else None,
        packages=family.packages(packages),
        starts_on=starts,
    )


@contract.command(
    "offer",
    short_help=_("打印了，拿去签"),
    help=_("打印了，拿去签：待签字，还不算签约。\n\n例：\n  village-doctor contract offer 2026-10001"),
)
@contract_argument
@json_flag
def contract_offer(which: str) -> None:
    """Handed out for signature."""
    with opened(writing=True) as workplace:
        found = workplace.query(finding.contract, which)
        changes = workplace.command(contracting.offer_contract, found.id)
        answer_contract(
            workplace, found.id, changes.notes, _("已保存：待签字。签好收回来用 contract activate。")
        )


@contract.command(
    "take-back",
    short_help=_("收回来改"),
    help=_("还没有人签字，收回来改：变回草稿。\n\n例：\n  village-doctor contract take-back 2026-10001"),
)
@contract_argument
@json_flag
def contract_take_back(which: str) -> None:
    """Back to a draft."""
    with opened(writing=True) as workplace:
        found = workplace.query(finding.contract, which)
        changes = workplace.command(contracting.take_back_contract, found.id)
        answer_contract(workplace, found.id, changes.notes, _("已保存：变回草稿。"))


@contract.command(
    "activate",
    short_help=_("签好了，收回一份"),
    help=_(
        "签好了，收回一份：从现在起有效。\n\n例：\n"
        "  village-doctor contract activate 2026-10001 --representative 李桂英 --told 王德顺=2026-11-20:当面"
    ),
)
@contract_argument
@_representative
@_signed
@_told
@_signed_on
@json_flag
def contract_activate(
    which: str, representative: str | None, signed: tuple[str, ...], told: tuple[str, ...], on: date | None
) -> None:
    """The signed sheet came back."""
    with opened(writing=True) as workplace:
        found = workplace.query(finding.contract, which)
        family = Family.of(workplace, found.household_id, on)
        signing = family.signing(on, representative, signed, told)
        changes = workplace.command(contracting.activate_contract, found.id, signing)
        answer_contract(workplace, found.id, changes.notes, _("已保存：签好了。"))


@contract.command(
    "sign",
    short_help=_("当场签好"),
    help=_(
        "当场填好、签好：起草和签字一步做完。\n\n例：\n"
        "  village-doctor contract sign lgy --years 2 --representative 李桂英 --signed 王德顺 \\\n"
        "      --told 王强=2026-11-20:电话 --package 李桂英=basic,hypertension"
    ),
)
@household_argument
@_years
@_representative
@_signed
@_told
@_members
@_packages
@_signed_on
@_starts
@json_flag
def contract_sign(
    who: str,
    years: int,
    representative: str | None,
    signed: tuple[str, ...],
    told: tuple[str, ...],
    members: tuple[str, ...],
    packages: tuple[str, ...],
    on: date | None,
    starts: date | None,
) -> None:
    """Drafts and signs in one act."""
    with opened(writing=True) as workplace:
        family = Family.of(workplace, who, on)
        draft = _draft(family, years, members, packages, starts)
        signing = family.signing(on, representative, signed, told)
        changes = workplace.command(contracting.sign_contract, draft, signing)
        answer_contract(workplace, changes.value.contract.id, changes.notes, _("已保存：签好了。"))


@contract.command(
    "renew",
    short_help=_("续签"),
    help=_(
        "续签：新的一份，指着旧的。早签的从旧的到期第二天起。\n\n例：\n"
        "  village-doctor contract renew 2026-10001 --years 2 --representative 李桂英"
    ),
)
@contract_argument
@_years
@_representative
@_signed
@_told
@_packages
@_signed_on
@json_flag
def contract_renew(
    which: str,
    years: int,
    representative: str | None,
    signed: tuple[str, ...],
    told: tuple[str, ...],
    packages: tuple[str, ...],
    on: date | None,
) -> None:
    """A new contract after the old one."""
    with opened(writing=True) as workplace:
        found = workplace.query(finding.contract, which)
        family = Family.of(workplace, found.household_id, on)
        signing = family.signing(on, representative, signed, told)
        wanted: Mapping[str, tuple[str, ...]] = family.packages(packages)
        changes = workplace.command(contracting.renew_contract, found.id, years, signing, wanted)
        answer_contract(workplace, changes.value.contract.id, changes.notes, _("已保存：续签好了。"))


@contract.command(
    "terminate",
    short_help=_("解约"),
    help=_(
        "解约，要写原因。\n\n例：\n  village-doctor contract terminate 2026-10001 --why 迁出 --on 2026-11-20"
    ),
)
@contract_argument
@option(
    "--why",
    "code",
    metavar=_("原因"),
    type=Coded(_CODES),
    required=True,
    help=_("失访、迁出、死亡、本人要求……"),
)
@option("--on", metavar=_("日期"), type=Day(), help=_("从哪天起没有了，不写是今天"))
@json_flag
def contract_terminate(which: str, code: str, on: date | None) -> None:
    """Ended with a coded reason."""
    with opened(writing=True) as workplace:
        found = workplace.query(finding.contract, which)
        changes = workplace.command(contracting.terminate_contract, found.id, on or workplace.today(), code)
        answer_contract(workplace, found.id, changes.notes, _("已保存：解约了。"))


def _contract(workplace: Workplace, which: str) -> Contract:
    return workplace.query(finding.contract, which)


add_void(
    contract,
    contract_argument,
    short_help=_("作废录错的协议"),
    help=_(
        "作废一份录错的协议（真签过的用 terminate）。\n\n例：\n  village-doctor contract void 2026-10001 --reason 录错了户"
    ),
    find=_contract,
    named=lambda _workplace, found: fill(_("协议 {number}"), {"number": found.number}),
    void=contracting.void_contract,
)


@contract.command(
    "show",
    short_help=_("看一份协议"),
    help=_(
        "看一份协议：谁签了、签了什么、有没有本人的签字。\n\n例：\n  village-doctor contract show 2026-10001"
    ),
)
@contract_argument
@json_flag
def contract_show(which: str) -> None:
    """One contract."""
    with opened() as workplace:
        found = workplace.query(finding.contract, which)
        view = workplace.query(viewing.contract_view, found, workplace.actor)
        today = workplace.today()
        answer(shapes.contract_view(view, today), pages.contract_lines(view, today))


for _verb in (contract_add_member, contract_change_packages, contract_end_member):
    contract.add_command(_verb)
