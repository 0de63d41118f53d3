"""Verbs of today: due, explain."""

from dataclasses import replace
from datetime import date
from typing import Final

import click

from village_doctor.cli import pages, shapes
from village_doctor.cli.answering import answer, json_flag
from village_doctor.cli.inputs import Day, Whole
from village_doctor.cli.session import opened
from village_doctor.cli.verbs import Verb, argument, option
from village_doctor.domain.clinic import Hamlet
from village_doctor.domain.due import HORIZON_DAYS, Door
from village_doctor.domain.messages import JsonValue
from village_doctor.foundation.texts import text as _
from village_doctor.services import finding, planning
from village_doctor.services.planning import DueList

_FAR_AHEAD_DAYS: Final = 400


@click.command(
    cls=Verb,
    help=_(
        "今天该看谁：一户一张，急的在前，每件事写着为什么。--on 只是问那一天，什么也不改。\n\n例：\n"
        "  village-doctor due\n  village-doctor due --hamlet 三组\n  village-doctor due --on 2026-12-06 --json"
    ),
)
@option("--on", metavar=_("日期"), type=Day(), help=_("问哪一天，不写是今天"))
@option("--days", metavar=_("几天"), type=Whole(), default=HORIZON_DAYS, help=_("往后多看几天，不写是 7"))
@option("--hamlet", metavar=_("小组"), help=_("只看这个村民小组"))
@json_flag
def due(on: date | None, days: int, hamlet: str | None) -> None:
    """Who is due, behind which door, and why."""
    with opened() as workplace:
        group = workplace.query(finding.hamlet, hamlet) if hamlet else None
        today = workplace.today()
        if on is None or on == today:
            workplace.renew_for_today()
        found = workplace.query(planning.due, today, on, days)
        found = found if group is None else _of_hamlet(found, group)
        later = None
        if not found.items and group is None:
            later = workplace.query(planning.due, today, on, _FAR_AHEAD_DAYS)
        answer(_due_json(found), pages.due_lines(found, days, later))


def _of_hamlet(found: DueList, group: Hamlet) -> DueList:
    def is_there(door: Door) -> bool:
        household = found.households.get(door.household_id or "")
        return household is not None and household.hamlet_id == group.id

    doors = tuple(door for door in found.doors if is_there(door))
    kept = {door.household_id for door in doors}
    items = tuple(item for item in found.items if item.household_id in kept)
    return replace(found, items=items, doors=doors)


def _due_json(found: DueList) -> list[JsonValue]:
    told: list[JsonValue] = []
    for item in found.items:
        home = found.households.get(item.household_id or "")
        group = found.hamlets.get(home.hamlet_id or "") if home else None
        told.append(
            {
                **shapes.due_item(item, found.residents[item.resident_id], home, group, found.on),
                "head": found.heads.get(item.household_id or ""),
                "phones": shapes.phones(found.phones.get(item.resident_id, ())),
            }
        )
    return told


@click.command(
    cls=Verb,
    help=_(
        "一个人为什么该看、或者不该看：归不归规范管，上次怎样，下次哪天，签约答应了什么，每句话都有依据。\n\n例：\n"
        "  village-doctor explain lgy\n  village-doctor explain lgy --on 2026-12-31"
    ),
)
@argument("who", _("谁"), _("名字、首字母、证件或电话后四位、档案编号"))
@option("--on", metavar=_("日期"), type=Day(), help=_("问哪一天，不写是今天"))
@json_flag
def explain(who: str, on: date | None) -> None:
    """Why is she due, which rule, which source."""
    with opened() as workplace:
        today = workplace.today()
        person = workplace.query(finding.resident, workplace.catalogue, who, today)
        day = on or today
        lines = workplace.query(planning.explain, person.id, day)
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
