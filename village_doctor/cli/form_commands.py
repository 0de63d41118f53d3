"""Verbs of forms: which there are, an empty one to fill in, and whether a data file or answers are right. They need no home."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Final

import click

from village_doctor.cli.answering import answer, json_flag
from village_doctor.cli.form_input import form_named, given_answers
from village_doctor.cli.inputs import Whole, read_object
from village_doctor.cli.verbs import VerbGroup, argument, option, padded
from village_doctor.domain.clinical.figures import parse_figures
from village_doctor.domain.code_lists import CodeList, parse_code_lists
from village_doctor.domain.form_checking import CheckedAnswers, as_answers, check_answers
from village_doctor.domain.form_filling import check_filling
from village_doctor.domain.form_months import check_months
from village_doctor.domain.form_parsing import parse_form
from village_doctor.domain.form_template import template
from village_doctor.domain.forms import ACTIVITY, COMPUTED, KEPT, MANY, Field, Form
from village_doctor.domain.messages import N_, JsonValue
from village_doctor.domain.plausibility import parse_limits
from village_doctor.domain.problems import Problem
from village_doctor.foundation.resources import ResourceProblem, read_toml
from village_doctor.foundation.texts import fill
from village_doctor.foundation.texts import text as _
from village_doctor.services.catalogue import Catalogue

# What a data file is, by the table that only it has.
_DATA_FILES: Final = {
    "lists": (N_("选项表"), parse_code_lists),
    "measures": (N_("读数的上下限"), parse_limits),
    "figures": (N_("规则用的数"), parse_figures),
}
_SEXES: Final = {"1": N_("男"), "2": N_("女")}


@click.group(cls=VerbGroup, help=_("随访表：有哪些、怎么填、文件对不对。不用打开数据。"))
def form() -> None:
    """Verbs of forms."""


@form.command("list", short_help=_("有哪些表"), help=_("有哪些表。\n\n例：\n  village-doctor form list"))
@json_flag
def form_list() -> None:
    """All forms."""
    catalogue = Catalogue()
    known = catalogue.forms.values()
    told: list[JsonValue] = [_summary(one) for one in known]
    answer(told, [_list_line(catalogue, one) for one in known])


def _list_line(catalogue: Catalogue, one: Form) -> str:
    title = one.title + (_("（本地表）") if one.is_local else "")
    return f"{padded(one.code, 34)}{padded(title, 46)}{_whose(catalogue, one)}"


def _whose(catalogue: Catalogue, one: Form) -> str:
    """For whom the form is."""
    if one.subject == ACTIVITY:
        return _("一次活动")
    if not one.diseases:
        return _("居民")
    return "、".join(_(catalogue.label("condition", disease)) for disease in one.diseases)


def _summary(one: Form) -> dict[str, JsonValue]:
    return {
        "code": one.code,
        "version": one.version,
        "title": one.title,
        "diseases": list(one.diseases),
        "from_months": one.from_months,
        "until_months": one.until_months,
        "purpose": one.purpose,
        "subject": one.subject,
        "scope": one.scope,
        "group": one.group,
        "proves": list(one.proves),
        "fills": list(one.fills),
        "modes": sorted(one.modes),
        "source": one.source,
        "mark": one.mark,
        "fields": sum(field.is_answered for field in one.fields),
    }


@form.command(
    "show",
    short_help=_("一张空表"),
    help=_(
        "一张空表：每一项叫什么、怎么填。--json 给出可以照着填的样子，填好 answers 交给 visit add。\n\n例：\n"
        "  village-doctor form show 高血压\n  village-doctor form show hypertension_follow_up --json > 空表.json"
    ),
)
@argument("code", _("表"), _("表的代码，或病种：高血压、糖尿病"))
@json_flag
def form_show(code: str) -> None:
    """An empty form."""
    catalogue = Catalogue()
    found = form_named(catalogue, code)
    answer(template(found), _form_lines(catalogue, found))


def _form_lines(catalogue: Catalogue, found: Form) -> Iterator[str]:
    yield fill(
        _("《{title}》{code} 第 {version} 版"),
        {"title": found.title, "code": found.code, "version": found.version},
    )
    if found.is_local:
        yield _("本地表：手头没有国家统一的表样，只记结果和得分。")
    if found.from_months is not None and found.until_months is not None:
        months = {"first": found.from_months, "last": found.until_months}
        yield fill(_("用于 {first}～{last} 月龄的儿童检查。"), months)
    for code in found.fills:
        yield fill(_("一次填好：《{title}》"), {"title": catalogue.form(code).title})
    for section in found.sections:
        fields = [field for field in section.fields if field.type != KEPT]
        if not fields:
            continue
        yield ""
        title = fill(_("{title}（{key}）"), {"title": section.title, "key": section.key})
        yield title + (_("　可以“问过了，没变”") if section.can_be_confirmed else "")
        for field in fields:
            yield f"  {padded(field.key, 32)}{_field_text(found, field)}"


def _field_text(found: Form, field: Field) -> str:
    told = field.label
    if field.unit:
        told += f"（{field.unit}）"
    if field.options is not None:
        told += "：" + "、".join(f"{one.code} {one.label}" for one in field.options.options)
    if field.type == MANY:
        told += _("　可选几项")
    if field.columns:
        told += "：" + "、".join(f"{one.key} {one.label}" for one in field.columns)
    if field.type == COMPUTED:
        told += _("　自动算出")
    return told + "".join(f"　{word}" for word in _when(found, field))


def _when(found: Form, field: Field) -> Iterator[str]:
    """For whom it is asked, and when it must be."""
    if field.from_age is not None:
        yield fill(_("{age} 岁起"), {"age": field.from_age})
    if field.until_age is not None:
        yield fill(_("到 {age} 岁"), {"age": field.until_age})
    if field.sex is not None:
        yield fill(_("只问{sex}的"), {"sex": _(_SEXES[field.sex])})
    if field.is_required:
        yield _("必填")
    if field.required_when is not None:
        asked = found.field(field.required_when.field)
        values = {
            "label": field.required_when.field if asked is None else asked.label,
            "value": "、".join(_value_text(asked, value) for value in field.required_when.values),
        }
        yield fill(_("“{label}”是“{value}”时必填"), values)


def _value_text(asked: Field | None, value: str | bool) -> str:
    if isinstance(value, bool):
        return _("是") if value else _("否")
    options: CodeList | None = None if asked is None else asked.options
    found = None if options is None else options.option(value)
    return value if found is None else found.label


@form.command(
    "check",
    short_help=_("一个表格文件、一份答案对不对"),
    help=_(
        "改过或新写的数据文件对不对：表格、选项表、读数上下限、规则用的数。不对的话说清是哪个文件、哪一项、为什么。"
        "加上 --answers，就看按这张表填的答案对不对、还缺什么；什么也不保存。\n\n例：\n"
        "  village-doctor form check 我的表.toml\n"
        "  village-doctor form check hypertension_follow_up --answers 随访.json --age 67"
    ),
)
@argument("what", _("文件|表"), _("数据文件（.toml），或表的代码"))
@option("--answers", metavar=_("文件|-"), help=_("按这张表填好的答案（JSON）"))
@option("--age", metavar=_("岁数"), type=Whole(), help=_("答的人多少周岁"))
@option("--sex", metavar=_("性别"), help=_("1 男、2 女"))
@json_flag
def form_check(what: str, answers: str | None, age: int | None, sex: str | None) -> None:
    """Whether a data file, or answers to a form, are sound. Raises Problem `input-file`, `form-…`, `data-file`."""
    catalogue = Catalogue()
    if "." in what:
        path = Path(what).expanduser()
        data = _read(path)
        kind = next((one for one in _DATA_FILES if one in data), None)
        if kind is not None:
            name, parse = _DATA_FILES[kind]
            parse(path.name, data)
            answer({"ok": True, "kind": kind}, [fill(_("没有问题：{name}"), {"name": _(name)})])
            return
        found = parse_form(path.name, data, catalogue.code_lists)
        check_filling(path.name, found, catalogue.forms)
        check_months(path.name, found, catalogue.forms)
    else:
        found = form_named(catalogue, what)
    if answers is None:
        answer({"ok": True, **_summary(found)}, [fill(_("没有问题：《{title}》"), {"title": found.title})])
    else:
        _check(found, read_object(answers), age, sex)


def _read(path: Path) -> Mapping[str, object]:
    try:
        return read_toml(path.name, root=path.absolute().parent).data
    except ResourceProblem as error:
        raise Problem("input-file", file=path, reason=error.reason) from error


def _check(found: Form, given: Mapping[str, JsonValue], age: int | None, sex: str | None) -> None:
    """Answers what is stored, what is computed and what is missing. The file may say mode, age and sex itself."""
    around = given if "answers" in given else {}
    told_mode, told_age, told_sex = (around.get(key) for key in ("mode", "age", "sex"))
    checked = check_answers(
        found,
        given_answers(given),
        told_mode if isinstance(told_mode, str) else next(iter(found.modes), ""),
        age=told_age if age is None and isinstance(told_age, int) else age,
        sex=told_sex if sex is None and isinstance(told_sex, str) else sex,
    )
    answer(
        {
            "complete": checked.is_complete,
            "missing": list(checked.missing),
            "answers": checked.answers,
            "measurements": as_answers(checked.measurements),
            "computed": {key: str(value) for key, value in checked.computed.items()},
        },
        _checked_lines(found, checked),
    )


def _checked_lines(found: Form, checked: CheckedAnswers) -> Iterator[str]:
    values: dict[str, object] = {"title": found.title}
    if checked.is_complete:
        yield fill(_("《{title}》填完了，没有问题。"), values)
    else:
        labels = [field.label for key in checked.missing if (field := found.field(key)) is not None]
        values["labels"] = "、".join(labels)
        yield fill(_("《{title}》还缺：{labels}。"), values)
    for key, value in checked.computed.items():
        field = found.field(key)
        if field is not None:
            shown = _value_text(field, value) if isinstance(value, str) else f"{value} {field.unit or ''}"
            yield f"  {field.label}：{shown.strip()}"
