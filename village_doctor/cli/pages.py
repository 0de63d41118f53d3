"""The family page, the due list by door, and the account of one person, as a doctor reads them on a terminal."""

from collections.abc import Iterable, Iterator
from datetime import date
from itertools import groupby
from typing import Final

from village_doctor.cli.verbs import padded
from village_doctor.domain.contract_rules import ADULT_FROM_AGE
from village_doctor.domain.contracts import SELF, Contract, ContractMember, is_running_on, state_on
from village_doctor.domain.dates import age_on
from village_doctor.domain.due import DueItem
from village_doctor.domain.due_urgency import URGENT_EMERGENCY
from village_doctor.domain.duties.reasons import say_date
from village_doctor.domain.explain.lines import ExplainLine, paragraphs
from village_doctor.domain.people import Resident
from village_doctor.domain.readings import SELF_MEASURED, Reading
from village_doctor.foundation.texts import fill
from village_doctor.foundation.texts import text as _
from village_doctor.services import wording
from village_doctor.services.catalogue import Catalogue
from village_doctor.services.planning import DueList, Found, Walk
from village_doctor.services.viewing import ContractView, Family, MemberView

_LAST_VISITS: Final = 3


# --- found people -------------------------------------------------------------------------------------


def found_lines(found: Iterable[Found], on: date) -> Iterator[str]:
    """One line a person: name, sex, age, door, number, phones."""
    for one in found:
        person = one.resident
        gone = wording.gone(person, on)
        place = wording.door(one.household, one.hamlet)
        number = fill(_("户号 {number}"), {"number": one.household.number}) if one.household else ""
        phones = wording.phones(one.phones)
        yield "  ".join(
            part
            for part in (padded(wording.person(person, on) + gone, 24), padded(place, 20), number, phones)
            if part
        ).rstrip()


# --- due ----------------------------------------------------------------------------------------------


def due_lines(due: DueList, days: int, later: DueList | None = None) -> Iterator[str]:
    """Cards by door, most urgent first. `later`: where nothing is due, what comes after these `days`."""
    title = {"day": say_date(due.on.isoformat()), "weekday": wording.weekday(due.on)}
    if not due.items:
        yield fill(_("{day} {weekday}：往后 {days} 天没有要做的。"), {**title, "days": days})
        yield from _next_one(later)
        return
    people = len({item.resident_id for item in due.items})
    values = {**title, "doors": len(due.doors), "people": people, "count": len(due.items)}
    yield fill(_("{day} {weekday}：{doors} 户，{people} 人，{count} 件事"), values)
    for door in due.doors:
        yield ""
        yield _door_title(due, door.household_id, door.items, is_silenced=door.is_silenced)
        yield from _items_by_person(due, door.items)


def along_lines(due: DueList) -> Iterator[str]:
    """What is done when one is there anyway, where it was asked for."""
    if due.along:
        yield ""
        yield fill(_("顺便就能做的：{count} 件"), {"count": len(due.along)})
    for item in due.along:
        household = due.households.get(item.household_id or "")
        hamlet = due.hamlets.get(household.hamlet_id or "") if household else None
        person = wording.person(due.residents[item.resident_id], due.on)
        yield f"  {wording.door(household, hamlet)}　{person}　{_(item.item_name)}"


# --- the door list ------------------------------------------------------------------------------------


def walk_lines(walk: Walk) -> Iterator[str]:
    """Doors in walking order by hamlet, then what is done elsewhere, then who stands apart, and why."""
    people, doors = walk.people, walk.doors
    title = {"day": say_date(doors.on.isoformat()), "weekday": wording.weekday(doors.on)}
    if not doors.doors:
        yield fill(_("{day} {weekday}：没有要上门的。"), title)
    else:
        yield fill(_("{day} {weekday}：走 {doors} 户"), {**title, "doors": len(doors.doors)})
    for door in doors.doors:
        yield ""
        yield _door_title(people, door.household_id, door.items, is_silenced=False)
        yield from _items_by_person(people, door.items)
    if doors.elsewhere:
        yield ""
        yield _("不用上门的（打电话，或等他来）：")
        yield from _items_by_person(people, doors.elsewhere)
    if doors.set_aside:
        yield ""
        yield _("这次不去的：")
    for aside in doors.set_aside:
        who = people.residents[aside.resident_id].name if aside.resident_id else ""
        household = people.households.get(aside.household_id or "")
        hamlet = people.hamlets.get(household.hamlet_id or "") if household else None
        what = "、".join(dict.fromkeys(_(item.item_name) for item in aside.items))
        values = {"door": wording.door(household, hamlet), "who": who, "what": what}
        yield fill(_("  {door} {who}：{what}。"), values) + wording.duty(aside.reason)[0]


def _items_by_person(due: DueList, items: Iterable[DueItem]) -> Iterator[str]:
    """Each person with her lines; what is done along in one line after them."""
    for resident_id, lines in groupby(items, key=lambda item: item.resident_id):
        phones = wording.phones(due.phones.get(resident_id, ()))
        yield f"  {wording.person(due.residents[resident_id], due.on)}　{phones}".rstrip("　")
        along: list[str] = []
        for item in lines:
            if item.is_along:
                along.append(_(item.item_name))
                continue
            yield f"    {wording.due_item(item, due.on)}"
            yield from (f"      {wording.duty(reason)[0]}" for reason in item.reasons)
        if along:
            yield fill(_("    顺便：{items}"), {"items": "；".join(along)})


def _next_one(later: DueList | None) -> Iterator[str]:
    first = min(later.items, key=lambda item: item.due_on, default=None) if later else None
    if later is not None and first is not None:
        values = {
            "person": wording.person(later.residents[first.resident_id], later.on),
            "item": wording.due_item(first, later.on),
        }
        yield fill(_("最早的一件：{person}　{item}"), values)


def _door_title(
    due: DueList, household_id: str | None, items: Iterable[DueItem], *, is_silenced: bool
) -> str:
    household = due.households.get(household_id or "")
    hamlet = due.hamlets.get(household.hamlet_id or "") if household else None
    is_urgent = any(item.urgency == URGENT_EMERGENCY for item in items)
    mark = "▲" if is_urgent else "●"
    title = f"{mark} {wording.door(household, hamlet)}"
    head = due.heads.get(household_id or "")
    if head is not None:
        title += fill(_(" {name}家"), {"name": head})
    if household is not None:
        title += fill(_("　户号 {number}"), {"number": household.number})
    return title + (_("　先不上门") if is_silenced else "")


# --- explain ------------------------------------------------------------------------------------------


def explain_lines(person: Resident, place: str, lines: Iterable[ExplainLine], on: date) -> Iterator[str]:
    """The account of one person, what is said in one breath with its sources once."""
    values = {"person": wording.person(person, on), "place": place, "day": say_date(on.isoformat())}
    yield fill(_("{person}　{place}　（{day}）"), values)
    for said in paragraphs(lines):
        yield "  " + "".join(line.text(_) for line in said)
        sources = dict.fromkeys(source for line in said if (source := line.source(_)))
        if sources:
            yield fill(_("      依据：{source}"), {"source": "；".join(sources)})


# --- a family -----------------------------------------------------------------------------------------


def family_lines(view: Family, catalogue: Catalogue) -> Iterator[str]:
    """The page of one family: the door, the contract, then person by person."""
    head = view.head
    title = wording.door(view.household, view.hamlet)
    if head is not None:
        title = fill(_("{door} {name}家"), {"door": title, "name": head.name})
    title += fill(_("　户号 {number}"), {"number": view.household.number})
    if view.phones:
        title += fill(_("　电话 {phones}"), {"phones": wording.phones(view.phones)})
    yield title
    if view.household.note:
        yield view.household.note
    if view.household.not_visited_until is not None and view.on < view.household.not_visited_until:
        yield fill(_("先不上门，到 {day}"), {"day": wording.day(view.household.not_visited_until, view.on)})
    yield _contract_title(view)
    for member in view.members:
        yield ""
        yield from _member_lines(member, view, catalogue)


def _contract_title(view: Family) -> str:
    running = [one.contract for one in view.contracts if is_running_on(one.contract, view.on)]
    if not running:
        waiting = [one.contract for one in view.contracts if state_on(one.contract, view.on) != "terminated"]
        return wording.contract_line(waiting[0], view.on) if waiting else _("没有签约")
    due = sum(one.due for member in view.members for one in member.fulfilment)
    done = sum(one.done for member in view.members for one in member.fulfilment)
    ahead = sum(one.ahead for member in view.members for one in member.fulfilment)
    days = [one.next_due_on for m in view.members for one in m.fulfilment if one.next_due_on is not None]
    told = wording.contract_line(running[0], view.on)
    told += fill(_("　到今天应做 {due}，做了 {done}"), {"due": due, "done": done})
    if ahead:
        told += fill(_("，提前做了 {ahead}"), {"ahead": ahead})
    if days:
        told += fill(_("　下次 {day}"), {"day": wording.day(min(days), view.on)})
    return told


def _member_lines(view: MemberView, family: Family, catalogue: Catalogue) -> Iterator[str]:
    person, on = view.resident, family.on
    relation = _("户主") if view.membership.is_head else catalogue.label("relation", view.membership.relation)
    title = f"{person.name}　{relation}　{wording.sex(person.sex)}　{wording.age(person, on)}"
    if person.other_names:
        title += fill(_("　人称 {names}"), {"names": "、".join(person.other_names)})
    if view.phones:
        title += "　" + wording.phones(view.phones)
    yield title + wording.gone(person, on)
    about = [
        *(
            wording.condition(one, catalogue)
            for one in view.facts.conditions
            if one.until_on is None or on <= one.until_on
        ),
        *(wording.away(one, on, catalogue) for one in view.facts.absences if one.is_away_on(on)),
        *_packages(family, person),
    ]
    if about:
        yield "  " + "　".join(about)
    if view.last_readings:
        yield "  " + "　".join(_reading(one, on, catalogue) for one in view.last_readings)
    for item in view.due:
        yield f"  → {wording.due_item(item, on)}"
    for visit in sorted(view.facts.visits, key=lambda one: (one.served_on, one.id), reverse=True)[
        :_LAST_VISITS
    ]:
        yield f"  {wording.visit_line(visit, on, catalogue)}"


def _reading(item: Reading, on: date, catalogue: Catalogue) -> str:
    told = f"{wording.reading(item, catalogue.limits)}（{wording.reading_day(item, on)}"
    return told + (_("，自测）") if item.setting == SELF_MEASURED else "）")


def _packages(family: Family, person: Resident) -> Iterator[str]:
    for view in family.contracts:
        if is_running_on(view.contract, family.on):
            for member, resident in view.members:
                if resident.id == person.id and member.until_on is None:
                    yield fill(_("签了：{names}"), {"names": wording.package_names(view.contract, member)})


# --- contracts ----------------------------------------------------------------------------------------


def contract_lines(view: ContractView, on: date) -> Iterator[str]:
    """The contract and its members with packages and evidence."""
    yield wording.contract_line(view.contract, on)
    for member, person in view.members:
        names = wording.package_names(view.contract, member)
        yield f"  {person.name}：{names}　{_evidence(view.contract, member, person, on)}".rstrip()


def _evidence(contract: Contract, member: ContractMember, person: Resident, on: date) -> str:
    if contract.signed_on is None:
        return ""
    if member.until_on is not None:
        return fill(_("到{day}为止"), {"day": wording.day(member.until_on, on)})
    if member.signed_by == SELF:
        return _("本人签字")
    if member.told_on is not None:
        values = {"day": wording.day(member.told_on, on), "how": member.told_how or ""}
        return fill(_("{day}{how}告诉过本人"), values)
    if age_on(person.birth_date, contract.signed_on) < ADULT_FROM_AGE:
        return _("未成年")
    return _("还没有本人签字，也没写哪天告诉过：不算已签约")
