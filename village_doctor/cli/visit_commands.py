"""Verbs of visits: follow-ups by their form, other contacts, and putting them right."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final

import click

from village_doctor.cli import shapes
from village_doctor.cli.answering import answer, json_flag, json_input
from village_doctor.cli.form_input import around_answers, form_named, given_answers, typed_answers
from village_doctor.cli.inputs import Coded, Day, day_of, read_object, text_of, texts_of
from village_doctor.cli.session import opened
from village_doctor.cli.verbs import VerbGroup, argument, flag, option, who_argument
from village_doctor.cli.voiding import add_void
from village_doctor.domain.form_formulas import Computed
from village_doctor.domain.forms import Form
from village_doctor.domain.messages import N_, JsonValue
from village_doctor.domain.people import Resident
from village_doctor.domain.problems import Problem
from village_doctor.domain.visits import Visit
from village_doctor.foundation.texts import fill
from village_doctor.foundation.texts import text as _
from village_doctor.services import finding, wording
from village_doctor.services.catalogue import Catalogue
from village_doctor.services.deciding import RecordedVisit
from village_doctor.services.visiting import (
    FollowUpDraft,
    add_contact,
    add_follow_up,
    computed_of,
    correct_follow_up,
    void_visit,
)
from village_doctor.services.workplace import Workplace

_which_visit = argument("which", _("哪次"), _("这次服务的 id，或一个人（她最近的一次）"))
MODES: Final = {
    "clinic": N_("门诊"),
    "home": N_("入户"),
    "phone": N_("电话"),
    "video": N_("视频"),
    "message": N_("消息"),
}
_NOT_DONE: Final = {
    "not_at_home": N_("不在家"),
    "refused": N_("不愿意"),
    "in_hospital": N_("住院"),
    "away": N_("外出"),
    "died": N_("已故"),
}
_AROUND_KEYS: Final = frozenset(
    {
        "unchanged",
        "form",
        "mode",
        "on",
        "place",
        "met",
        "own_next_on",
        "own_plan",
        "overrule_reason",
        "confirmed",
        "referral",
    }
)


@click.group(cls=VerbGroup, help=_("随访表和别的联系：填表、更正、作废、没做成也记一笔。"))
def visit() -> None:
    """Verbs of visits."""


@dataclass(frozen=True, kw_only=True, slots=True)
class _Typed:
    """What was written on the command line; it comes before what the file says."""

    form: str | None
    mode: str | None
    on: date | None
    answers: tuple[str, ...]
    unchanged: tuple[str, ...]
    next_on: date | None
    plan: str | None
    why: str | None
    met: str | None
    place: str | None
    confirmed: bool


@visit.command(
    "add",
    short_help=_("填一份随访表"),
    help=_(
        '填一份随访表。答案放在 JSON 文件里：{"answers": {"systolic_mmhg": 152, …}, "unchanged": ["lifestyle"]}，'
        "或者只写答案那一层；也可以一项一项写 --answer。空表用 form show 看。"
        "unchanged 里的部分是“问过了，没变”，沿用上次的。没填完也存，只算联系过。\n\n例：\n"
        "  village-doctor visit add lgy --form 高血压 --from 随访.json --mode 入户\n"
        "  village-doctor visit add lgy --form hypertension_follow_up --json - < 随访.json"
    ),
)
@who_argument
@option("--form", metavar=_("表"), help=_("表的代码，或病种：高血压、糖尿病"))
@option("--from", "source", metavar=_("文件|-"), help=_("从这个 JSON 文件读，回答用中文"))
@option("--answer", "answers", metavar=_("项=值"), multiple=True, help=_("一项答案"))
@option("--unchanged", metavar=_("部分"), multiple=True, help=_("这一部分问过了，没变"))
@option("--mode", metavar=_("方式"), type=Coded(MODES), help=_("门诊（不写就是）、入户、电话……"))
@option("--on", metavar=_("日期"), type=Day(), help=_("哪天的服务，不写是今天"))
@option("--next", "next_on", metavar=_("日期"), type=Day(), help=_("您自己定的下次日期"))
@option("--plan", metavar=_("打算"), help=_("我另有打算"))
@option("--why", metavar=_("原因"), help=_("不照建议做的原因，一句话"))
@option("--met", metavar=_("谁"), help=_("见到了谁"))
@option("--place", metavar=_("地点"), help=_("在哪里"))
@flag("--confirmed", help=_("问过的数没打错，照样存"))
@json_input
def visit_add(
    who: str,
    form: str | None,
    source: str | None,
    answers: tuple[str, ...],
    unchanged: tuple[str, ...],
    mode: str | None,
    on: date | None,
    next_on: date | None,
    plan: str | None,
    why: str | None,
    met: str | None,
    place: str | None,
    confirmed: bool,
    json_file: str | None,
) -> None:
    """Stores a follow-up by its form."""
    typed = _Typed(
        form=form,
        mode=mode,
        on=on,
        answers=answers,
        unchanged=unchanged,
        next_on=next_on,
        plan=plan,
        why=why,
        met=met,
        place=place,
        confirmed=confirmed,
    )
    given = read_object(json_file or source or "") if json_file or source else {}
    if not given and not answers:
        raise click.UsageError(
            _("答案放在 --from 或 --json 后面的文件里，或者用 --answer 一项一项写。"),
            click.get_current_context(),
        )
    with opened(writing=True) as workplace:
        person = workplace.query(finding.resident, workplace.catalogue, who, workplace.today())
        draft = _draft(workplace.catalogue, person, typed, given)
        recorded = workplace.command(add_follow_up, draft).value
        _answer_visit(workplace, person, recorded)


def _draft(
    catalogue: Catalogue, person: Resident, typed: _Typed, given: Mapping[str, JsonValue]
) -> FollowUpDraft:
    """What is typed before what the file says. Raises Problem `form-…`, `field-unknown`, `field-value`."""
    around = around_answers(given, "visit", _AROUND_KEYS)
    form = form_named(catalogue, typed.form or text_of(around, "form") or "")
    sections = [*typed.unchanged, *texts_of(around, "unchanged")]
    is_confirmed = typed.confirmed or around.get("confirmed") is True
    return FollowUpDraft(
        resident_id=person.id,
        form_code=form.code,
        mode=typed.mode or text_of(around, "mode") or "clinic",
        answers={**given_answers(given), **typed_answers(form, typed.answers)},
        served_on=typed.on or day_of(around, "on"),
        unchanged_sections=tuple(_section_key(form, one) for one in sections),
        confirmed=tuple(one.key for one in form.fields if one.is_measured) if is_confirmed else (),
        place=typed.place or text_of(around, "place"),
        met=typed.met or text_of(around, "met"),
        own_next_on=typed.next_on or day_of(around, "own_next_on"),
        own_plan=typed.plan or text_of(around, "own_plan"),
        overrule_reason=typed.why or text_of(around, "overrule_reason"),
        referral_id=text_of(around, "referral"),
        typed_from="command_line",
    )


def _section_key(form: Form, text: str) -> str:
    return next((one.key for one in form.sections if text in (one.key, one.title)), text)


def _answer_visit(workplace: Workplace, person: Resident, recorded: RecordedVisit) -> None:
    answer(
        {
            "resident_id": person.id,
            "name": person.name,
            "visit": shapes.visit(recorded.visit),
            "readings": [shapes.reading(one) for one in recorded.readings],
            "screening": None if recorded.screening is None else shapes.decision(recorded.screening),
            "referral": shapes.referral(recorded.referral),
            "computed": {key: str(value) for key, value in _computed(workplace, recorded).items()},
        },
        _visit_lines(workplace, person, recorded),
    )


def _computed(workplace: Workplace, recorded: RecordedVisit) -> Mapping[str, Computed]:
    return workplace.query(computed_of, workplace.catalogue, recorded.visit)


def _visit_lines(workplace: Workplace, person: Resident, recorded: RecordedVisit) -> Iterator[str]:
    saved, today, catalogue = recorded.visit, workplace.today(), workplace.catalogue
    values = {"name": person.name, "visit": wording.visit_line(saved, today, catalogue)}
    yield fill(_("已保存：{name}　{visit}"), values)
    if recorded.readings:
        yield "  " + "，".join(wording.reading(one, catalogue.limits) for one in recorded.readings)
    form = catalogue.form(saved.form_code or "")
    results = [wording.computed(form, *one) for one in _computed(workplace, recorded).items()]
    if results:
        yield "  " + "，".join(results)
    if saved.missing:
        labels = [field.label for key in saved.missing if (field := form.field(key)) is not None]
        yield fill(_("  还缺：{labels}。补上用 visit correct。"), {"labels": "、".join(labels)})
    if saved.decision is not None:
        yield from wording.decision(saved.decision, today)
    if recorded.screening is not None:
        yield from wording.decision(recorded.screening, today)
    if saved.overrule_reason:
        yield fill(_("  您另有打算：{why}"), {"why": saved.overrule_reason})
    if recorded.referral is not None:
        yield _("  已记下转诊。问到结果用 refer ask 记。")
    if saved.next_due_on is not None:
        yield fill(_("下次：{day}"), {"day": wording.day(saved.next_due_on, today)})


@visit.command(
    "correct",
    short_help=_("更正一份随访表"),
    help=_(
        "更正一份随访表：只写要改的几项，结论和下次日期会重新算。写一个人，就是她最近的一次。\n\n例：\n"
        "  village-doctor visit correct lgy --answer systolic_mmhg=142 --answer adherence=1"
    ),
)
@_which_visit
@option("--from", "source", metavar=_("文件|-"), help=_("从这个 JSON 文件读，回答用中文"))
@option("--answer", "answers", metavar=_("项=值"), multiple=True, help=_("一项答案；空值清掉"))
@flag("--confirmed", help=_("问过的数没打错，照样存"))
@json_input
def visit_correct(
    which: str, source: str | None, answers: tuple[str, ...], confirmed: bool, json_file: str | None
) -> None:
    """Puts answers right."""
    given = read_object(json_file or source or "") if json_file or source else {}
    if not given and not answers:
        raise click.UsageError(_("要写改哪几项。"), click.get_current_context())
    with opened(writing=True) as workplace:
        found = _visit(workplace, which)
        if found.form_code is None:
            raise Problem("visit-without-form")
        form = workplace.catalogue.form(found.form_code)
        asked = tuple(one.key for one in form.fields if one.is_measured) if confirmed else ()
        changed = {**given_answers(given), **typed_answers(form, answers)}
        recorded = workplace.command(correct_follow_up, found.id, changed, asked).value
        person = workplace.query(finding.resident, workplace.catalogue, found.resident_id, workplace.today())
        _answer_visit(workplace, person, recorded)


def _visit(workplace: Workplace, which: str) -> Visit:
    return workplace.query(finding.visit, workplace.catalogue, which, workplace.today())


add_void(
    visit,
    _which_visit,
    short_help=_("作废一次随访或联系"),
    help=_(
        "作废一次记错的，连同里面的读数和它带出的转诊。\n\n例：\n  village-doctor visit void lgy --reason 记错了人"
    ),
    find=_visit,
    named=lambda workplace, found: wording.visit_line(found, workplace.today(), workplace.catalogue),
    void=void_visit,
)


@visit.command(
    "contact",
    short_help=_("记一次联系，或没做成"),
    help=_(
        "记一次没有随访表的联系，或者没做成（不在家、不愿意……）。不算随访。\n\n例：\n"
        "  village-doctor visit contact lgy --mode 入户 --not-done 不在家\n"
        "  village-doctor visit contact lgy --mode 电话 --note 药快吃完了，让她来拿"
    ),
)
@who_argument
@option("--mode", metavar=_("方式"), type=Coded(MODES), required=True, help=_("门诊、入户、电话……"))
@option(
    "--not-done", metavar=_("为什么"), type=Coded(_NOT_DONE), help=_("没做成：不在家、不愿意、住院、外出")
)
@option("--note", metavar=_("备注"), help=_("一句话"))
@option("--on", metavar=_("日期"), type=Day(), help=_("哪天，不写是今天"))
@json_flag
def visit_contact(who: str, mode: str, not_done: str | None, note: str | None, on: date | None) -> None:
    """A contact without a form."""
    with opened(writing=True) as workplace:
        person = workplace.query(finding.resident, workplace.catalogue, who, workplace.today())
        saved: Visit = workplace.command(
            add_contact, person.id, mode=mode, served_on=on, note=note, not_done_reason=not_done
        ).value
        shown = wording.visit_line(saved, workplace.today(), workplace.catalogue)
        values = {"name": person.name, "visit": shown}
        answer(shapes.visit(saved), [fill(_("已保存：{name}　{visit}"), values)])
