"""Verbs of what is given without a form of one person: service, education, activity."""

from datetime import date

import click

from village_doctor.cli import shapes
from village_doctor.cli.answering import answer, json_flag, json_input
from village_doctor.cli.form_input import around_answers, form_named, given_answers, typed_answers
from village_doctor.cli.inputs import (
    Coded,
    Day,
    Whole,
    code_meant,
    day_of,
    named_words,
    plain,
    read_object,
    text_of,
)
from village_doctor.cli.session import opened
from village_doctor.cli.verbs import WHO_HELP, VerbGroup, argument, option, who_argument
from village_doctor.cli.visit_commands import MODES
from village_doctor.cli.voiding import add_void
from village_doctor.domain.given import Activity, Education, Service
from village_doctor.domain.messages import N_
from village_doctor.domain.problems import Problem
from village_doctor.foundation.texts import fill
from village_doctor.foundation.texts import text as _
from village_doctor.services import finding, wording
from village_doctor.services.giving import (
    ActivityDraft,
    EducationDraft,
    give_education,
    give_service,
    record_activity,
)
from village_doctor.services.workplace import Workplace

# --- services -------------------------------------------------------------------------------------------


@click.group(cls=VerbGroup, help=_("签约里答应的、没有专门表格的服务：送药上门、告知政策、提醒打疫苗……"))
def service() -> None:
    """Verbs of services."""


@service.command(
    "add",
    short_help=_("记一次服务"),
    help=_(
        "记一次没有专门表格的服务。\n\n例：\n"
        "  village-doctor service add lgy 送药上门\n  village-doctor service add 王强 policy_told --mode 电话"
    ),
)
@who_argument
@argument("code", _("项目"), _("送药上门、告知政策、提醒打流感疫苗……"))
@option("--mode", metavar=_("方式"), type=Coded(MODES), default="home", help=_("不写是入户"))
@option("--on", metavar=_("日期"), type=Day(), help=_("哪天，不写是今天"))
@option("--place", metavar=_("地点"), help=_("在哪里"))
@option("--note", metavar=_("备注"), help=_("一句话"))
@json_flag
def service_add(who: str, code: str, mode: str, on: date | None, place: str | None, note: str | None) -> None:
    """A promised act that was done."""
    with opened(writing=True) as workplace:
        person = workplace.query(finding.resident, workplace.catalogue, who, workplace.today())
        meant = code_meant(workplace.catalogue, "service", code)
        saved = workplace.command(
            give_service, person.id, meant, served_on=on, mode=mode, place=place, note=note
        ).value
        words = {"name": person.name, "service": _service_line(workplace, saved)}
        answer(shapes.record(saved), [fill(_("已保存：{name} {service}"), words)])


def _service(workplace: Workplace, which: str) -> Service:
    today = workplace.today()
    return workplace.query(finding.newest_of, workplace.catalogue, Service, which, today, N_("服务"))


def _service_line(workplace: Workplace, saved: Service) -> str:
    day = wording.day(saved.served_on, workplace.today())
    return f"{workplace.catalogue.label('service', saved.code)}（{day}）"


add_void(
    service,
    argument("which", _("哪次"), _("这次服务的 id，或一个人（她最近的一次）")),
    short_help=_("作废一次服务"),
    help=_("作废记错的一次服务。\n\n例：\n  village-doctor service void lgy --reason 记错了人"),
    find=_service,
    named=_service_line,
)


# --- education ------------------------------------------------------------------------------------------


@click.group(cls=VerbGroup, help=_("给一个人或几个人的健康教育：发资料、讲座、电话、入户。"))
def education() -> None:
    """Verbs of health education."""


@education.command(
    "add",
    short_help=_("记一次健康教育"),
    help=_(
        "记一次健康教育：讲了什么，给了谁。没记名字的只写人数。\n\n例：\n"
        "  village-doctor education add --to lgy --topic 血压和盐 --mode 发资料 --copies 宣传页=1\n"
        "  village-doctor education add --to lgy --to 王强 --topic 秋冬防流感 --mode 讲座 --count 30"
    ),
)
@option("--to", "people", metavar=_("谁"), multiple=True, help=WHO_HELP)
@option("--topic", "topics", metavar=_("内容"), multiple=True, required=True, help=_("讲了什么"))
@option("--mode", metavar=_("方式"), required=True, help=_("发资料、讲座、电话、消息、入户、咨询"))
@option("--count", metavar=_("人数"), type=Whole(), help=_("一共多少人"))
@option("--copies", metavar=_("资料=份数"), multiple=True, help=_("发了什么，几份"))
@option("--place", metavar=_("地点"), help=_("在哪里"))
@option("--on", metavar=_("日期"), type=Day(), help=_("哪天，不写是今天"))
@option("--note", metavar=_("备注"), help=_("一句话"))
@json_flag
def education_add(
    people: tuple[str, ...],
    topics: tuple[str, ...],
    mode: str,
    count: int | None,
    copies: tuple[str, ...],
    place: str | None,
    on: date | None,
    note: str | None,
) -> None:
    """Education given to people by name."""
    papers = {name: _copies(name, value) for name, value in (named_words(one) for one in copies)}
    with opened(writing=True) as workplace:
        catalogue, today = workplace.catalogue, workplace.today()
        named = [workplace.query(finding.resident, catalogue, one, today) for one in people]
        draft = EducationDraft(
            mode=code_meant(catalogue, "education_mode", mode),
            topics=topics,
            resident_ids=tuple(one.id for one in named),
            given_on=on,
            head_count=count,
            copies=papers or None,
            place=place,
            note=note,
        )
        saved = workplace.command(give_education, draft).value
        values = {
            "day": wording.day(saved.given_on, today),
            "mode": catalogue.label("education_mode", saved.mode),
            "topics": "、".join(saved.topics),
            "names": "、".join(one.name for one in named) or _("没有记名字"),
        }
        answer(shapes.record(saved), [fill(_("已保存：{day} {mode}：{topics}　{names}"), values)])


def _copies(name: str, value: str) -> int:
    if not plain(value).isdigit():
        raise Problem("field-value", field=name, value=value)
    return int(plain(value))


def _education(workplace: Workplace, which: str) -> Education:
    return workplace.query(finding.by_id, Education, which)


add_void(
    education,
    argument("which", "ID", _("这次健康教育的 id")),
    short_help=_("作废一次健康教育"),
    help=_(
        "作废记错的一次健康教育。\n\n例：\n"
        "  village-doctor education void 018f3c2a-0000-7000-8000-000000000001 --reason 记重了"
    ),
    find=_education,
    named=lambda _workplace, found: "、".join(found.topics),
)


# --- activities -----------------------------------------------------------------------------------------


@click.group(cls=VerbGroup, help=_("给很多人的活动：讲座、义诊，按活动的表记。"))
def activity() -> None:
    """Verbs of activities."""


@activity.command(
    "add",
    short_help=_("记一次活动"),
    help=_(
        '记一次活动。答案放在 JSON 文件里：{"answers": {…}, "on": "2026-11-20", "place": "村委会"}，或者只写答案那一层。'
        "空表用 form show 看。\n\n例：\n  village-doctor activity add --form education_activity --json 活动.json"
    ),
)
@option("--form", metavar=_("表"), default="education_activity", help=_("表的代码或名称"))
@option("--answer", "answers", metavar=_("项=值"), multiple=True, help=_("一项答案；几样用顿号隔开"))
@option("--on", metavar=_("日期"), type=Day(), help=_("哪天，不写是今天"))
@option("--place", metavar=_("地点"), help=_("在哪里"))
@json_input
def activity_add(
    form: str, answers: tuple[str, ...], on: date | None, place: str | None, json_file: str | None
) -> None:
    """An activity by its form."""
    given = read_object(json_file) if json_file else {}
    around = around_answers(given, "activity", ("form", "on", "place"))
    with opened(writing=True) as workplace:
        meant = form_named(workplace.catalogue, text_of(around, "form") or form)
        draft = ActivityDraft(
            form_code=meant.code,
            answers={**given_answers(given), **typed_answers(meant, answers)},
            held_on=on or day_of(around, "on"),
            place=place or text_of(around, "place"),
        )
        saved = workplace.command(record_activity, draft).value
        told = [fill(_("已保存：{activity}"), {"activity": _activity_line(workplace, saved)})]
        labels = [one.label for key in saved.missing if (one := meant.field(key)) is not None]
        if labels:
            told.append(fill(_("  还缺：{labels}。"), {"labels": "、".join(labels)}))
        answer(shapes.record(saved), told)


def _activity_line(workplace: Workplace, saved: Activity) -> str:
    day = wording.day(saved.held_on, workplace.today())
    return f"{day} {workplace.catalogue.form(saved.form_code).title}"


def _activity(workplace: Workplace, which: str) -> Activity:
    return workplace.query(finding.by_id, Activity, which)


add_void(
    activity,
    argument("which", "ID", _("这次活动的 id")),
    short_help=_("作废一次活动"),
    help=_(
        "作废记错的一次活动。\n\n例：\n"
        "  village-doctor activity void 018f3c2a-0000-7000-8000-000000000001 --reason 记重了"
    ),
    find=_activity,
    named=_activity_line,
)
