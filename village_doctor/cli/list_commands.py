"""Verbs of lists: who stands out among the signed and the unsigned, who is away, and the rates of fulfilment."""

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Final

import click

from village_doctor.cli import shapes
from village_doctor.cli.answering import answer, json_flag
from village_doctor.cli.inputs import Day
from village_doctor.cli.session import opened
from village_doctor.cli.verbs import VerbGroup, option
from village_doctor.domain.decisions import Reason
from village_doctor.domain.duties.reasons import say_date
from village_doctor.domain.fulfilment.rates import ContractRate, ItemRate
from village_doctor.domain.messages import N_, JsonValue
from village_doctor.domain.people import Phone
from village_doctor.foundation.texts import fill
from village_doctor.foundation.texts import text as _
from village_doctor.services import listing, wording
from village_doctor.services.listing import Listed, People, Rates
from village_doctor.services.workplace import Workplace

_HELP: Final[Mapping[str, str]] = {
    "unserved": N_("签了约、还没有得到过一次服务的协议，签得最早的在前。"),
    "unaware": N_("可能不知道自己签了约的人：没有本人的凭据、签字那天在外面、那天签得太多。"),
    "renewals": N_("60 天里到期、还没有续签的协议。"),
    "gaps": N_("重点人群里还没有签约的人，一人一行，写着是哪几类人。"),
    "away": N_("外出满六个月、不算常住的人：去了哪里，哪天回来。"),
    "home": N_("外出的人里，春节前后可能在家的。"),
    "refusals": N_("以前不愿意、现在可以再提的事。"),
    "groups": N_("档案里的人群和拿来的名单对不上的人。"),
}


@click.group(cls=VerbGroup, help=_("名单：没服务的、不知道签约的、快到期的、没签的、外出的……和履约率。"))
def lists() -> None:
    """Verbs of lists."""


def _declare(name: str) -> None:
    @lists.command(
        name,
        short_help=_(listing.NAMES[name]),
        help=fill(_("{help}\n\n例：\n  village-doctor lists {name}"), {"help": _(_HELP[name]), "name": name}),
    )
    @option("--on", metavar=_("日期"), type=Day(), help=_("问哪一天，不写是今天"))
    @json_flag
    def show(on: date | None) -> None:
        """One list."""
        with opened() as workplace:
            day = on or workplace.today()
            found = workplace.query(listing.people_list, workplace.catalogue, name, day, workplace.actor)
            answer([_line_json(found, one) for one in found.lines], _list_lines(name, found))


for _name in listing.NAMES:
    _declare(_name)


def _list_lines(name: str, found: People) -> Iterator[str]:
    values = {
        "title": _(listing.NAMES[name]),
        "day": say_date(found.on.isoformat()),
        "count": len(found.lines),
    }
    if not found.lines:
        yield fill(_("{title}（{day}）：没有。"), values)
        return
    yield fill(_("{title}（{day}）：{count} 条"), values)
    for line in found.lines:
        household = found.households.get(line.household_id or "")
        hamlet = found.hamlets.get(household.hamlet_id or "") if household else None
        people = "、".join(wording.person(found.residents[one], found.on) for one in line.resident_ids)
        contract = found.contracts.get(line.contract_id or "")
        number = fill(_("协议 {number}"), {"number": contract.number}) if contract else ""
        phones = wording.phones(_phones(found, line))
        parts = (wording.door(household, hamlet), people, number, phones)
        yield "　".join(part for part in parts if part)
        yield from (f"    「{wording.duty(one)[0]}」" for one in line.reasons)
    yield ""
    for source in dict.fromkeys(wording.duty(one)[1] for line in found.lines for one in line.reasons):
        yield fill(_("依据：{source}"), {"source": source})


def _phones(found: People, line: Listed) -> list[Phone]:
    owners = (*line.resident_ids, line.household_id or "")
    return [phone for owner in owners for phone in found.phones.get(owner, ())]


def _line_json(found: People, line: Listed) -> JsonValue:
    household = found.households.get(line.household_id or "")
    hamlet = found.hamlets.get(household.hamlet_id or "") if household else None
    contract = found.contracts.get(line.contract_id or "")
    return {
        **shapes.place(household, hamlet),
        "people": [{"resident_id": one, "name": found.residents[one].name} for one in line.resident_ids],
        "contract_id": line.contract_id,
        "contract_number": contract.number if contract else None,
        "phones": shapes.phones(_phones(found, line)),
        "reasons": [_reason_json(one) for one in line.reasons],
    }


def _reason_json(reason: Reason) -> JsonValue:
    text, source = wording.duty(reason)
    return {"code": reason.code, "text": text, "source": source, "values": dict(reason.values or {})}


# --- rates ----------------------------------------------------------------------------------------------


@lists.command(
    "rates",
    short_help=_("履约率"),
    help=_(
        "到那一天为止的履约率：A 按项目（做了的 ÷ 到期的），B 按协议（到期的都做了的 ÷ 有到期的）。没做成的仍在分母里。\n\n例：\n"
        "  village-doctor lists rates\n  village-doctor lists rates --on 2026-12-31 --json"
    ),
)
@option("--on", metavar=_("日期"), type=Day(), help=_("问哪一天，不写是今天"))
@json_flag
def lists_rates(on: date | None) -> None:
    """How much of what was promised was done."""
    with opened() as workplace:
        found = workplace.query(listing.rates_on, on or workplace.today())
        answer(_rates_json(found), _rate_lines(workplace, found))


def _rate_lines(workplace: Workplace, found: Rates) -> Iterator[str]:
    yield fill(_("履约率（到 {day}）"), {"day": say_date(found.on.isoformat())})
    yield fill(_("A 按项目：{rate}"), {"rate": _items(workplace, found.items)})
    contracts = found.contracts
    values = {"done": contracts.fulfilled, "due": contracts.contracts, "percent": _percent(contracts)}
    if contracts.contracts:
        yield fill(_("B 按协议：{done} ÷ {due} 份 = {percent}%"), values)
    else:
        yield _("B 按协议：还没有到期的项目")
    for code, rate in found.by_package.items():
        package = workplace.catalogue.packages.get(code)
        name = code if package is None else wording.package_name(package)
        yield f"  {name}：{_items(workplace, rate)}"


def _items(workplace: Workplace, rate: ItemRate) -> str:
    if not rate.due:
        return _("还没有到期的项目")
    values = {"done": rate.done, "due": rate.due, "percent": _percent(rate)}
    told = fill(_("{done} ÷ {due} 项 = {percent}%"), values)
    if rate.ahead:
        told += fill(_("，提前做了 {ahead} 项"), {"ahead": rate.ahead})
    reasons = [
        fill(
            _("{why} {count} 项"),
            {"why": workplace.catalogue.label("not_done", reason), "count": count},
        )
        for reason, count in rate.not_done
    ]
    return told + (fill(_("；没做成：{reasons}"), {"reasons": "，".join(reasons)}) if reasons else "")


def _percent(rate: ItemRate | ContractRate) -> str:
    return "" if rate.rate is None else f"{float(rate.rate * 100):.1f}"


def _rates_json(found: Rates) -> JsonValue:
    return {
        "on": found.on.isoformat(),
        "items": _rate_json(found.items),
        "contracts": {
            "contracts": found.contracts.contracts,
            "fulfilled": found.contracts.fulfilled,
            "waiting": found.contracts.waiting,
            "percent": _percent(found.contracts) or None,
        },
        "by_contract": {key: _rate_json(one) for key, one in found.by_contract.items()},
        "by_package": {key: _rate_json(one) for key, one in found.by_package.items()},
        "by_staff": {key: _rate_json(one) for key, one in found.by_staff.items()},
    }


def _rate_json(rate: ItemRate) -> dict[str, JsonValue]:
    return {
        "due": rate.due,
        "done": rate.done,
        "ahead": rate.ahead,
        "percent": _percent(rate) or None,
        "not_done": dict(rate.not_done),
    }
