"""Verbs of today: due, door-list, explain."""

from dataclasses import replace
from datetime import date
from typing import Final

import click

from village_doctor.cli import pages, shapes
from village_doctor.cli.answering import answer, json_flag
from village_doctor.cli.inputs import Day, Whole
from village_doctor.cli.session import opened
from village_doctor.cli.verbs import Verb, flag, option, who_argument
from village_doctor.domain.clinic import Hamlet
from village_doctor.domain.due import HORIZON_DAYS, Door, DueItem
from village_doctor.domain.messages import JsonValue
from village_doctor.foundation.texts import text as _
from village_doctor.services import finding, planning, wording
from village_doctor.services.planning import DueList, Walk

_FAR_AHEAD_DAYS: Final = 400


@click.command(
    cls=Verb,
    help=_(
        "今天该看谁：一户一张，急的在前，每件事写着为什么。--on 只是问那一天，什么也不改。"
        "顺便就能做的（35 岁以上每年量一次血压……）平时不列，--screening 一起列出来。\n\n例：\n"
        "  village-doctor due\n  village-doctor due --hamlet 三组\n  village-doctor due --on 2026-12-06 --json"
    ),
)
@option("--on", metavar=_("日期"), type=Day(), help=_("问哪一天，不写是今天"))
@option("--days", metavar=_("几天"), type=Whole(), default=HORIZON_DAYS, help=_("往后多看几天，不写是 7"))
@option("--hamlet", metavar=_("小组"), help=_("只看这个村民小组"))
@flag("--screening", help=_("把顺便就能做的也列出来"))
@json_flag
def due(on: date | None, days: int, hamlet: str | None, screening: bool) -> None:
    """Who is due, behind which door, and why."""
    with opened() as workplace:
        group = workplace.query(finding.hamlet, hamlet) if hamlet else None
        today = workplace.today()
        if on is None or on == today:
            workplace.renew_for_today()
        found = workplace.query(planning.due, today, on, days, viewer=workplace.actor, with_along=screening)
        found = found if group is None else _of_hamlet(found, group)
        later = None
        if not found.items and group is None:
            later = workplace.query(planning.due, today, on, _FAR_AHEAD_DAYS, viewer=workplace.actor)
        answer(_due_json(found), [*pages.due_lines(found, days, later), *pages.along_lines(found)])


@click.command(
    "door-list",
    cls=Verb,
    help=_(
        "今天出门走一圈：按村民小组和走路的顺序，一户一户写着门里每个人要做的，顺便能做的也写上。"
        "先不上门的、外出的、住院的、不愿意的另外列出，写着为什么。\n\n例：\n"
        "  village-doctor door-list\n  village-doctor door-list --hamlet 三组 --on 2026-12-06"
    ),
)
@option("--on", metavar=_("日期"), type=Day(), help=_("问哪一天，不写是今天"))
@option("--days", metavar=_("几天"), type=Whole(), default=HORIZON_DAYS, help=_("往后多看几天，不写是 7"))
@option("--hamlet", metavar=_("小组"), help=_("只走这个村民小组"))
@json_flag
def door_list(on: date | None, days: int, hamlet: str | None) -> None:
    """Where to knock, in walking order."""
    with opened() as workplace:
        group = workplace.query(finding.hamlet, hamlet) if hamlet else None
        today = workplace.today()
        if on is None or on == today:
            workplace.renew_for_today()
        found = workplace.query(planning.door_list, today, on, days, viewer=workplace.actor)
        found = found if group is None else _walk_of_hamlet(found, group)
        answer(_walk_json(found), pages.walk_lines(found))


def _walk_of_hamlet(found: Walk, group: Hamlet) -> Walk:
    def is_there(household_id: str | None) -> bool:
        household = found.people.households.get(household_id or "")
        return household is not None and household.hamlet_id == group.id

    walk = replace(
        found.doors,
        doors=tuple(one for one in found.doors.doors if is_there(one.household_id)),
        elsewhere=tuple(one for one in found.doors.elsewhere if is_there(one.household_id)),
        set_aside=tuple(one for one in found.doors.set_aside if is_there(one.household_id)),
    )
    return replace(found, doors=walk)


def _walk_json(found: Walk) -> JsonValue:
    people = found.people
    return {
        "on": found.doors.on.isoformat(),
        "doors": [
            {
                **_door_json(people, door.household_id),
                "items": [_item_json(people, item) for item in door.items],
            }
            for door in found.doors.doors
        ],
        "elsewhere": [_item_json(people, item) for item in found.doors.elsewhere],
        "set_aside": [
            {
                **_door_json(people, aside.household_id),
                "resident_id": aside.resident_id,
                "name": people.residents[aside.resident_id].name if aside.resident_id else None,
                "reason": dict(zip(("text", "source"), wording.duty(aside.reason), strict=True)),
                "items": [_item_json(people, item) for item in aside.items],
            }
            for aside in found.doors.set_aside
        ],
    }


def _door_json(people: DueList, household_id: str | None) -> dict[str, JsonValue]:
    home = people.households.get(household_id or "")
    group = people.hamlets.get(home.hamlet_id or "") if home else None
    return {**shapes.place(home, group), "head": people.heads.get(household_id or "")}


def _of_hamlet(found: DueList, group: Hamlet) -> DueList:
    def is_there(door: Door) -> bool:
        household = found.households.get(door.household_id or "")
        return household is not None and household.hamlet_id == group.id

    doors = tuple(door for door in found.doors if is_there(door))
    kept = {door.household_id for door in doors}
    items = tuple(item for item in found.items if item.household_id in kept)
    there = {one.id for one in found.households.values() if one.hamlet_id == group.id}
    along = tuple(item for item in found.along if item.household_id in there)
    return replace(found, items=items, along=along, doors=doors)


def _due_json(found: DueList) -> list[JsonValue]:
    return [_item_json(found, item) for item in (*found.items, *found.along)]


def _item_json(found: DueList, item: DueItem) -> JsonValue:
    home = found.households.get(item.household_id or "")
    group = found.hamlets.get(home.hamlet_id or "") if home else None
    return {
        **shapes.due_item(item, found.residents[item.resident_id], home, group, found.on),
        "head": found.heads.get(item.household_id or ""),
        "phones": shapes.phones(found.phones.get(item.resident_id, ())),
    }


@click.command(
    cls=Verb,
    help=_(
        "一个人为什么该看、或者不该看：归不归规范管，上次怎样，下次哪天，签约答应了什么，每句话都有依据。\n\n例：\n"
        "  village-doctor explain lgy\n  village-doctor explain lgy --on 2026-12-31"
    ),
)
@who_argument
@option("--on", metavar=_("日期"), type=Day(), help=_("问哪一天，不写是今天"))
@json_flag
def explain(who: str, on: date | None) -> None:
    """Why is she due, which rule, which source."""
    with opened() as workplace:
        today = workplace.today()
        person = workplace.query(finding.resident, workplace.catalogue, who, today)
        day = on or today
        lines = workplace.query(planning.explain, person.id, day, workplace.actor)
        place = workplace.query(finding.door_of, person.id, today)
        answer(
            {
                "resident": shapes.resident(person, day),
                "on": day.isoformat(),
                "lines": [
                    {
                        "code": line.code,
                        "text": line.text(_),
                        "source": line.source(_),
                        "values": dict(line.values),
                    }
                    for line in lines
                ],
            },
            pages.explain_lines(person, place, lines, day),
        )
