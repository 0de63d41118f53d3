"""Verbs of doors: find, show, household, hamlet."""

from collections.abc import Iterator
from datetime import date

import click

from village_doctor.cli import pages, shapes
from village_doctor.cli.answering import answer, json_flag, json_input, note_lines, notes_json
from village_doctor.cli.drafts import household_draft, member_keys_help
from village_doctor.cli.inputs import Day, Whole, key_words, read_object, typed_fields
from village_doctor.cli.session import opened
from village_doctor.cli.verbs import Verb, VerbGroup, argument, flag, household_argument, option
from village_doctor.cli.voiding import add_void
from village_doctor.domain.messages import JsonValue
from village_doctor.domain.people import Household
from village_doctor.foundation.texts import fill
from village_doctor.foundation.texts import text as _
from village_doctor.services import finding, planning, viewing, wording
from village_doctor.services.correcting import correct_record
from village_doctor.services.desk import Changes
from village_doctor.services.moving import set_head
from village_doctor.services.registering import HouseholdDraft, Registered, add_hamlet, register_household
from village_doctor.services.workplace import Workplace


@click.command(
    cls=Verb,
    help=_(
        "找人：姓名首字母、名字、小名、证件或电话的后四位、户号、户主的名字都行。\n\n例：\n"
        "  village-doctor find lgy\n  village-doctor find 2231 --json"
    ),
)
@argument("text", _("找什么"), _("几个字母、汉字或数字"))
@option("--limit", metavar=_("几个"), type=Whole(), default=20, help=_("最多几个，不写是 20"))
@flag("--full", help=_("JSON 里身份证号不遮"))
@json_flag
def find(text: str, limit: int, full: bool) -> None:
    """Lists whom a text finds."""
    with opened() as workplace:
        today = workplace.today()
        found = workplace.query(planning.find, workplace.catalogue, text, today, limit)
        told: list[JsonValue] = [
            {
                **shapes.resident(one.resident, today, full=full),
                **shapes.place(one.household, one.hamlet),
                "phones": shapes.phones(one.phones),
            }
            for one in found
        ]
        answer(
            told,
            pages.found_lines(found, today) if found else [fill(_("没有找到“{text}”。"), {"text": text})],
        )


_SHOW_HELP = _(
    "一家人：门在哪儿、电话、签约、每个人上次的读数、该做什么。可以写户号，也可以写家里任何一个人。\n\n例：\n"
    "  village-doctor show lgy\n  village-doctor show 10001 --json"
)


@click.command(cls=Verb, help=_SHOW_HELP)
@household_argument
@option("--on", metavar=_("日期"), type=Day(), help=_("那一天的样子，不写是今天"))
@flag("--full", help=_("JSON 里身份证号不遮"))
@json_flag
def show(who: str, on: date | None, full: bool) -> None:
    """The page of a family."""
    with opened() as workplace:
        today = workplace.today()
        found = _household(workplace, who)
        view = workplace.query(viewing.family, found.id, on or today, workplace.actor)
        answer(shapes.family(view, full=full), pages.family_lines(view, workplace.catalogue))


@click.group(cls=VerbGroup, help=_("一户人家：登记、看、改、换户主。"))
def household() -> None:
    """Verbs of households."""


household.add_command(show, "show")


@household.command(
    "add",
    short_help=_("登记一户"),
    help=_(
        "登记一户和住在里面的人。每个人写一个 --member，或者整户写成一个 JSON 文件："
        '{"door": "12号", "members": [{"name": …}, …]}。\n\n'
        "--member 里可以写：\n"
    )
    + member_keys_help()
    + _(
        "\n\n例：\n  village-doctor household add --door 12号 --hamlet 三组 --phone 19900002231 --phone-whose 女儿 \\\n"
        "      --member name=李桂英,sex=女,born=1956-05-03,no_id=遗失,hypertension=2016 \\\n"
        "      --member name=王小雨,relation=孙女,sex=女,born=2021-05-20,no_id=新生儿"
    ),
)
@option("--member", "members", metavar=_("名=值,…"), multiple=True, help=_("一个人"))
@option("--hamlet", metavar=_("小组"), help=_("村民小组：组号或名字"))
@option("--door", metavar=_("门牌"), help=_("门牌，如 12号"))
@option("--landmark", metavar=_("记号"), help=_("没有门牌的，怎么认，如 老井旁"))
@option("--address", metavar=_("地址"), help=_("现住址"))
@option("--registered-address", metavar=_("地址"), help=_("户籍地址"))
@option("--walking-order", metavar=_("第几"), type=Whole(), help=_("走访的先后"))
@option("--phone", metavar=_("号码"), help=_("一家人的电话"))
@option("--phone-whose", metavar=_("谁的"), help=_("这个电话是谁的"))
@option("--note", metavar=_("备注"), help=_("一句话"))
@option("--from", "source", metavar=_("文件|-"), help=_("从这个 JSON 文件读，回答用中文"))
@json_input
def household_add(
    members: tuple[str, ...],
    hamlet: str | None,
    door: str | None,
    landmark: str | None,
    address: str | None,
    registered_address: str | None,
    walking_order: int | None,
    phone: str | None,
    phone_whose: str | None,
    note: str | None,
    source: str | None,
    json_file: str | None,
) -> None:
    """Registers a household."""
    place = json_file or source
    if bool(members) == (place is not None):
        raise click.UsageError(_("要么写 --member，要么给一个 JSON 文件。"), click.get_current_context())
    listed: list[JsonValue] = [key_words(one) for one in members]
    values: dict[str, JsonValue] = read_object(place) if place else {"members": listed}
    typed: dict[str, JsonValue] = {
        "hamlet": hamlet,
        "door": door,
        "landmark": landmark,
        "address": address,
        "registered_address": registered_address,
        "walking_order": walking_order,
        "phone": phone,
        "phone_whose": phone_whose,
        "note": note,
    }
    values.update({name: value for name, value in typed.items() if value is not None})
    with opened(writing=True) as workplace:
        changes = workplace.command(register_household, _draft(workplace, values))
        answer(_registered_json(changes, workplace), _registered_lines(changes, workplace))


def _draft(workplace: Workplace, values: dict[str, JsonValue]) -> HouseholdDraft:
    named = values.get("hamlet")
    group = workplace.query(finding.hamlet, str(named)) if named else None
    return household_draft(values, workplace.catalogue, group.id if group else None)


def _registered_json(changes: Changes[Registered], workplace: Workplace) -> JsonValue:
    made = changes.value
    return {
        "household": shapes.household(made.household),
        "residents": [shapes.resident(one, workplace.today()) for one in made.residents],
        "notes": notes_json(changes.notes),
    }


def _registered_lines(changes: Changes[Registered], workplace: Workplace) -> Iterator[str]:
    made = changes.value
    values = {
        "name": made.residents[0].name,
        "number": made.household.number,
        "count": len(made.residents),
    }
    yield fill(_("已保存：{name}家，户号 {number}，{count} 人"), values)
    for one in made.residents:
        told = {"person": wording.person(one, workplace.today()), "number": one.record_number}
        yield fill(_("  {person}　档案编号 {number}"), told)
    yield from note_lines(changes.notes)


def _household(workplace: Workplace, who: str) -> Household:
    return workplace.query(finding.household, workplace.catalogue, who, workplace.today())


@household.command(
    "correct",
    short_help=_("更正一户：门牌、先不上门……"),
    help=_(
        "更正一户。空值清掉那一项。\n\n例：\n  village-doctor household correct 10001 --set door_number=13号\n"
        "  village-doctor household correct lgy --set not_visited_until=2027-03-01"
    ),
)
@household_argument
@option("--set", "assignments", metavar=_("项=值"), multiple=True, required=True, help=_("改哪一项"))
@json_flag
def household_correct(who: str, assignments: tuple[str, ...]) -> None:
    """Puts fields right."""
    with opened(writing=True) as workplace:
        found = _household(workplace, who)
        values = typed_fields(Household, assignments)
        saved = workplace.command(correct_record, "household", found.id, values).value
        assert isinstance(saved, Household)
        answer(shapes.household(saved), [fill(_("已保存：户号 {number} 改好了。"), {"number": saved.number})])


add_void(
    household,
    argument("who", _("谁家"), _("户号")),
    short_help=_("作废一户登记错的（要先没有人）"),
    help=_(
        "作废一户登记错的，里面要先没有人。\n\n例：\n  village-doctor household void 10007 --reason 重复登记"
    ),
    find=_household,
    named=lambda _workplace, found: fill(_("户号 {number}"), {"number": found.number}),
)


@household.command(
    "set-head",
    short_help=_("换户主"),
    help=_("换户主。\n\n例：\n  village-doctor household set-head 10001 王德顺 --on 2026-11-01"),
)
@household_argument
@argument("resident", _("新户主"), _("家里的哪个人"))
@option("--on", metavar=_("日期"), type=Day(), help=_("从哪天起，不写是今天"))
@json_flag
def household_set_head(who: str, resident: str, on: date | None) -> None:
    """A new head."""
    with opened(writing=True) as workplace:
        today = workplace.today()
        place = _household(workplace, who)
        members = [one.resident.id for one in workplace.query(viewing.family, place.id, today).members]
        person = workplace.query(finding.resident, workplace.catalogue, resident, today, members)
        workplace.command(set_head, place.id, person.id, on or today)
        answer(
            {"household_id": place.id, "head_id": person.id},
            [fill(_("已保存：户号 {number} 的户主是{name}"), {"number": place.number, "name": person.name})],
        )


@click.group(cls=VerbGroup, help=_("村民小组：登记、看有哪些。"))
def hamlet() -> None:
    """Verbs of hamlets."""


@hamlet.command(
    "add",
    short_help=_("登记一个小组"),
    help=_(
        "登记一个村民小组：组号、大家叫它什么，写一样也行。\n\n例：\n  village-doctor hamlet add --number 3 --name 李家湾"
    ),
)
@option("--number", metavar=_("组号"), type=Whole(), help=_("第几组"))
@option("--name", metavar=_("名字"), help=_("湾、屯、庄的名字"))
@option("--walking-order", metavar=_("第几"), type=Whole(), help=_("走访的先后，不写就按组号"))
@json_flag
def hamlet_add(number: int | None, name: str | None, walking_order: int | None) -> None:
    """Adds a hamlet to the clinic's only village."""
    with opened(writing=True) as workplace:
        saved = workplace.command(add_hamlet, None, number, name, walking_order).value
        answer(shapes.hamlet(saved), [fill(_("已保存：{hamlet}"), {"hamlet": finding.hamlet_text(saved)})])


@hamlet.command(
    "list",
    short_help=_("有哪些小组"),
    help=_("有哪些小组，按走访的先后。\n\n例：\n  village-doctor hamlet list"),
)
@json_flag
def hamlet_list() -> None:
    """All hamlets."""
    with opened() as workplace:
        known = workplace.query(finding.hamlets)
        lines = [finding.hamlet_text(one) for one in known] or [_("还没有登记小组。")]
        answer([shapes.hamlet(one) for one in known], lines)
