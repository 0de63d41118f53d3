"""Verbs of people: resident, phone, condition."""

from collections.abc import Mapping, Sequence
from datetime import date

import click

from village_doctor.cli import shapes
from village_doctor.cli.answering import answer, json_flag, note_lines, notes_json
from village_doctor.cli.drafts import member_draft, member_keys_help
from village_doctor.cli.inputs import Coded, Day, code_meant, key_words, typed_fields
from village_doctor.cli.session import opened
from village_doctor.cli.verbs import VerbGroup, argument, flag, household_argument, option, who_argument
from village_doctor.cli.voiding import add_void
from village_doctor.domain.changes.codec import to_json
from village_doctor.domain.messages import N_, JsonValue
from village_doctor.domain.people import FEMALE, MALE, Condition, Resident
from village_doctor.domain.problems import Problem
from village_doctor.foundation.texts import fill
from village_doctor.foundation.texts import text as _
from village_doctor.services import finding, viewing, wording
from village_doctor.services.correcting import correct_record
from village_doctor.services.desk import Note
from village_doctor.services.moving import come_back, go_away, move_out, record_death
from village_doctor.services.recording_conditions import add_condition, end_condition
from village_doctor.services.registering import add_phone, add_resident
from village_doctor.services.workplace import Workplace

_which_condition = argument("code", _("病种"), _("hypertension 高血压、diabetes 糖尿病……"))
_SEX = Coded({MALE: N_("男"), FEMALE: N_("女")})


@click.group(cls=VerbGroup, help=_("一个人：添人、更正、去世、迁出、外出、回来、作废。"))
def resident() -> None:
    """Verbs of residents."""


def found(workplace: Workplace, who: str) -> Resident:
    """The one person meant."""
    return workplace.query(finding.resident, workplace.catalogue, who, workplace.today())


def told(person: Resident, workplace: Workplace, sentence: str, notes: Sequence[Note]) -> None:
    """Says that it is saved, with whom, and what there is to note."""
    words = {"person": wording.person(person, workplace.today())}
    answer(
        {"resident": shapes.resident(person, workplace.today()), "notes": notes_json(notes)},
        [fill(sentence, words), *note_lines(notes)],
    )


@resident.command(
    "add",
    short_help=_("往一户里添人"),
    help=_("往一户里添一个人：生的、嫁来的、搬来的。--member 里可以写：\n")
    + member_keys_help()
    + _(
        "\n\n例：\n  village-doctor resident add 10001 --member name=王小宝,relation=孙子,sex=男,born=2026-10-01,no_id=新生儿"
    ),
)
@household_argument
@option("--member", "member", metavar=_("名=值,…"), required=True, help=_("这个人"))
@json_flag
def resident_add(who: str, member: str) -> None:
    """One more person behind a known door."""
    with opened(writing=True) as workplace:
        place = workplace.query(finding.household, workplace.catalogue, who, workplace.today())
        draft = member_draft(dict(key_words(member)), workplace.catalogue)
        changes = workplace.command(add_resident, place.id, draft)
        told(changes.value, workplace, _("已保存：{person}"), changes.notes)


@resident.command(
    "correct",
    short_help=_("更正登记错的"),
    help=_(
        "更正登记错的。--set 可以改别的项，空值清掉那一项。\n\n例：\n"
        "  village-doctor resident correct lgy --born 1956-05-04\n"
        "  village-doctor resident correct lgy --set other_names=桂英婶、李婶"
    ),
)
@who_argument
@option("--name", metavar=_("姓名"), help=_("姓名"))
@option("--sex", metavar=_("男|女"), type=_SEX, help=_("性别"))
@option("--born", metavar=_("日期"), type=Day(), help=_("出生日期"))
@option("--id-card", metavar=_("号码"), help=_("18 位身份证号"))
@option("--set", "assignments", metavar=_("项=值"), multiple=True, help=_("别的项"))
@json_flag
def resident_correct(
    who: str,
    name: str | None,
    sex: str | None,
    born: date | None,
    id_card: str | None,
    assignments: tuple[str, ...],
) -> None:
    """Puts fields right."""
    values = typed_fields(Resident, assignments)
    typed = {"name": name, "sex": sex, "birth_date": born.isoformat() if born else None}
    values.update({key: value for key, value in typed.items() if value is not None})
    if not values and id_card is None:
        raise click.UsageError(_("要写改哪一项。"), click.get_current_context())
    with opened(writing=True) as workplace:
        person = found(workplace, who)
        if id_card is not None:
            values["identity_documents"] = _documents_with(person, id_card)
        changes = workplace.command(correct_record, "resident", person.id, values)
        saved = changes.value
        assert isinstance(saved, Resident)
        told(saved, workplace, _("已保存：{person} 改好了。"), changes.notes)


def _documents_with(person: Resident, id_card: str) -> list[JsonValue]:
    others = [to_json(one) for one in person.identity_documents if one.kind != "id_card"]
    return [{"kind": "id_card", "number": id_card}, *others]


add_void(
    resident,
    who_argument,
    short_help=_("作废登记错的人"),
    help=_(
        "作废一份登记错的档案，如同一个人建了两份。\n\n例：\n  village-doctor resident void 99010110120110007 --reason 重复"
    ),
    find=found,
    named=lambda workplace, person: wording.person(person, workplace.today()),
)


@resident.command(
    "died",
    short_help=_("去世"),
    help=_(
        "登记去世。以前的记录都留着。\n\n例：\n  village-doctor resident died lgy --on 2026-11-20 --cause 脑卒中"
    ),
)
@who_argument
@option("--on", metavar=_("日期"), type=Day(), required=True, help=_("哪天"))
@option("--cause", metavar=_("原因"), help=_("死因"))
@option("--place", metavar=_("地点"), help=_("在哪里"))
@option("--told-by", metavar=_("谁"), help=_("谁告诉的"))
@json_flag
def resident_died(who: str, on: date, cause: str | None, place: str | None, told_by: str | None) -> None:
    """Records a death."""
    with opened(writing=True) as workplace:
        person = found(workplace, who)
        changes = workplace.command(record_death, person.id, on, cause=cause, place=place, told_by=told_by)
        told(changes.value, workplace, _("已保存：{person} 去世。"), changes.notes)


@resident.command(
    "moved-out",
    short_help=_("迁走"),
    help=_("登记迁走，不再回来。\n\n例：\n  village-doctor resident moved-out lgy --on 2026-11-01 --to 县城"),
)
@who_argument
@option("--on", metavar=_("日期"), type=Day(), required=True, help=_("哪天"))
@option("--to", "place", metavar=_("地方"), help=_("迁到哪里"))
@json_flag
def resident_moved_out(who: str, on: date, place: str | None) -> None:
    """Records moving away for good."""
    with opened(writing=True) as workplace:
        person = found(workplace, who)
        changes = workplace.command(move_out, person.id, on, place)
        told(changes.value, workplace, _("已保存：{person} 迁走。"), changes.notes)


_AWAY_KINDS: Mapping[str, str] = {
    "work": N_("务工"),
    "with_children": N_("随子女"),
    "school": N_("上学"),
    "hospital": N_("住院"),
    "care_home": N_("养老院"),
    "lost": N_("失联"),
    "other": N_("其他"),
}


@resident.command(
    "away",
    short_help=_("外出"),
    help=_(
        "登记外出。满六个月不排随访，回来重新排上。\n\n例：\n  village-doctor resident away 王强 --kind 务工 --place 苏州"
    ),
)
@who_argument
@option(
    "--kind",
    metavar=_("为什么"),
    type=Coded(_AWAY_KINDS),
    required=True,
    help=_("务工、随子女、上学、住院……"),
)
@option("--from", "from_on", metavar=_("日期"), type=Day(), help=_("哪天走的，不写是今天"))
@option("--expected-back", metavar=_("日期"), type=Day(), help=_("哪天回来"))
@option("--place", metavar=_("地方"), help=_("去了哪里"))
@option("--phone", metavar=_("号码"), help=_("在那里的电话"))
@json_flag
def resident_away(
    who: str,
    kind: str,
    from_on: date | None,
    expected_back: date | None,
    place: str | None,
    phone: str | None,
) -> None:
    """Records an absence."""
    with opened(writing=True) as workplace:
        person = found(workplace, who)
        changes = workplace.command(
            go_away,
            person.id,
            from_on or workplace.today(),
            kind,
            expected_back_on=expected_back,
            place=place,
            phone=phone,
        )
        told(person, workplace, _("已保存：{person} 外出。"), changes.notes)


@resident.command(
    "back",
    short_help=_("回来了"),
    help=_("外出的人回来了。\n\n例：\n  village-doctor resident back 王强"),
)
@who_argument
@option("--on", metavar=_("日期"), type=Day(), help=_("哪天回来的，不写是今天"))
@json_flag
def resident_back(who: str, on: date | None) -> None:
    """Ends an absence."""
    with opened(writing=True) as workplace:
        person = found(workplace, who)
        changes = workplace.command(come_back, person.id, on or workplace.today())
        told(person, workplace, _("已保存：{person} 回来了。"), changes.notes)


# --- phones -------------------------------------------------------------------------------------------


@click.group(cls=VerbGroup, help=_("电话。"))
def phone() -> None:
    """Verbs of phones."""


@phone.command(
    "add",
    short_help=_("记一个电话"),
    help=_(
        "记一个人的电话；--household 记成一家人的。\n\n例：\n  village-doctor phone add lgy 19900002231 --whose 女儿"
    ),
)
@who_argument
@argument("number", _("号码"), _("电话号码"))
@option("--whose", metavar=_("谁的"), help=_("谁接，如 女儿"))
@flag("--household", "for_household", help=_("一家人的电话"))
@json_flag
def phone_add(who: str, number: str, whose: str | None, for_household: bool) -> None:
    """A number of a person or of her household."""
    with opened(writing=True) as workplace:
        if for_household:
            place = workplace.query(finding.household, workplace.catalogue, who, workplace.today())
            changes = workplace.command(add_phone, number, household_id=place.id, whose=whose)
            owner = fill(_("户号 {number}"), {"number": place.number})
        else:
            person = found(workplace, who)
            changes = workplace.command(add_phone, number, resident_id=person.id, whose=whose)
            owner = person.name
        saved = changes.value
        answer(
            shapes.record(saved),
            [fill(_("已保存：{owner} 电话 {phone}"), {"owner": owner, "phone": wording.phones([saved])})],
        )


# --- conditions ---------------------------------------------------------------------------------------


@click.group(cls=VerbGroup, help=_("病种和人群标记。"))
def condition() -> None:
    """Verbs of conditions."""


@condition.command(
    "add",
    short_help=_("记一个确诊的病种"),
    help=_(
        "记一个确诊的病种，或一个名单上的人群标记。肺结核写上级哪天通知的：第一次入户从那天起算 72 小时。\n\n例：\n"
        "  village-doctor condition add lgy hypertension --since 2016\n"
        "  village-doctor condition add 王强 肺结核 --since 2026-11-18 --notified-on 2026-11-20\n"
        "  village-doctor condition add lgy 脱贫人口 --list 2026年乡村振兴名单 --number 0371"
    ),
)
@who_argument
@_which_condition
@option("--since", metavar=_("哪年起"), help=_("2016、2016-05 或 2016-05-03"))
@option("--notified-on", metavar=_("日期"), type=Day(), help=_("哪天得到通知（肺结核）"))
@option("--grade", metavar=_("级"), help=_("分级，如残疾等级"))
@option("--number", metavar=_("编号"), help=_("名单或证件上的编号"))
@option("--list", "source_list", metavar=_("名单"), help=_("从哪份名单来的"))
@json_flag
def condition_add(
    who: str,
    code: str,
    since: str | None,
    notified_on: date | None,
    grade: str | None,
    number: str | None,
    source_list: str | None,
) -> None:
    """A confirmed disease or group mark."""
    with opened(writing=True) as workplace:
        person = found(workplace, who)
        saved = workplace.command(
            add_condition,
            person.id,
            code_meant(workplace.catalogue, "condition", code),
            since,
            notified_on=notified_on,
            grade=grade,
            number=number,
            source_list=source_list,
        ).value
        words = {"name": person.name, "condition": wording.condition(saved, workplace.catalogue)}
        answer(shapes.record(saved), [fill(_("已保存：{name} {condition}"), words)])


@condition.command(
    "end",
    short_help=_("病种不再成立"),
    help=_(
        "病种不再成立（诊断撤销、不在名单里了）。\n\n例：\n  village-doctor condition end lgy hypertension --on 2026-11-01"
    ),
)
@who_argument
@_which_condition
@option("--on", metavar=_("日期"), type=Day(), help=_("到哪天为止，不写是今天"))
@json_flag
def condition_end(who: str, code: str, on: date | None) -> None:
    """Ends a condition."""
    with opened(writing=True) as workplace:
        person = found(workplace, who)
        known = _recorded(workplace, person, code)
        if not known or known[-1].until_on is not None:
            raise Problem("nothing-to-change", name=person.name, what=N_("病种"))
        saved = workplace.command(end_condition, known[-1].id, on or workplace.today()).value
        words = {"name": person.name, "condition": workplace.catalogue.label("condition", saved.code)}
        answer(shapes.record(saved), [fill(_("已保存：{name} 不再记着{condition}"), words)])


def _recorded(workplace: Workplace, person: Resident, code: str) -> list[Condition]:
    """Every time that this condition was recorded of her, the one that still holds last."""
    wanted = code_meant(workplace.catalogue, "condition", code)
    known = workplace.query(viewing.person_facts, person.id, workplace.today()).conditions
    return sorted(
        (one for one in known if one.code == wanted), key=lambda one: (one.until_on is None, one.id)
    )


def _last_recorded(workplace: Workplace, who: str, code: str) -> Condition:
    person = found(workplace, who)
    known = _recorded(workplace, person, code)
    if not known:
        raise Problem("nothing-to-change", name=person.name, what=N_("病种"))
    return known[-1]


add_void(
    condition,
    who_argument,
    _which_condition,
    short_help=_("作废记错的病种"),
    help=_(
        "作废记错的一个病种（记错了人、没有这个病）；和它有关的随访结论会重新算。\n\n例：\n"
        "  village-doctor condition void lgy hypertension --reason 记错了人"
    ),
    find=_last_recorded,
    named=lambda workplace, found: wording.condition(found, workplace.catalogue),
)
