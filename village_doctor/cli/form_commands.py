"""Verbs of forms: which there are, an empty one to fill in, and whether a form file is right. They need no home."""

from collections.abc import Iterator
from pathlib import Path

import click

from village_doctor.cli.answering import answer, json_flag
from village_doctor.cli.inputs import File
from village_doctor.cli.verbs import VerbGroup, argument, padded
from village_doctor.cli.visit_commands import form_named
from village_doctor.domain.form_checking import template
from village_doctor.domain.forms import Field, Form, parse_form
from village_doctor.domain.messages import JsonValue
from village_doctor.domain.problems import Problem
from village_doctor.foundation.resources import ResourceProblem, read_toml
from village_doctor.foundation.texts import fill
from village_doctor.foundation.texts import text as _
from village_doctor.services.catalogue import Catalogue


@click.group(cls=VerbGroup, help=_("随访表：有哪些、怎么填、文件对不对。不用打开数据。"))
def form() -> None:
    """Verbs of forms."""


@form.command("list", short_help=_("有哪些表"), help=_("有哪些表。\n\n例：\n  village-doctor form list"))
@json_flag
def form_list() -> None:
    """All forms."""
    known = Catalogue().forms.values()
    told: list[JsonValue] = [_summary(one) for one in known]
    answer(told, [f"{padded(one.code, 26)}{one.title}" for one in known])


def _summary(one: Form) -> dict[str, JsonValue]:
    return {
        "code": one.code,
        "version": one.version,
        "title": one.title,
        "disease": one.disease,
        "modes": sorted(one.modes),
        "source": one.source,
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
    found = form_named(Catalogue(), code)
    answer(template(found), _form_lines(found))


def _form_lines(found: Form) -> Iterator[str]:
    yield fill(
        _("《{title}》{code} 第 {version} 版"),
        {"title": found.title, "code": found.code, "version": found.version},
    )
    for section in found.sections:
        fields = [field for field in section.fields if field.is_answered]
        if not fields:
            continue
        yield ""
        title = fill(_("{title}（{key}）"), {"title": section.title, "key": section.key})
        yield title + (_("　可以“问过了，没变”") if section.can_be_confirmed else "")
        for field in fields:
            yield f"  {padded(field.key, 32)}{_field_text(field)}"


def _field_text(field: Field) -> str:
    told = field.label
    if field.unit:
        told += f"（{field.unit}）"
    if field.options is not None:
        told += "：" + "、".join(f"{one.code} {one.label}" for one in field.options.options)
    if field.columns:
        told += "：" + "、".join(f"{one.key} {one.label}" for one in field.columns)
    return told + (_("　必填") if field.is_required else "")


@form.command(
    "check",
    short_help=_("一个表格文件对不对"),
    help=_(
        "改过或新写的表格文件对不对；不对的话说清是哪一项。\n\n例：\n  village-doctor form check 我的表.toml"
    ),
)
@argument("file", _("文件"), _("表格文件（.toml）"), type=File())
@json_flag
def form_check(file: Path) -> None:
    """Whether a form file is sound. Raises Problem `input-file`, `form-file`."""
    try:
        data = read_toml(file.name, root=file.absolute().parent).data
    except ResourceProblem as error:
        raise Problem("input-file", file=file, reason=error.reason) from error
    found = parse_form(file.name, data, Catalogue().code_lists)
    answer({"ok": True, **_summary(found)}, [fill(_("没有问题：《{title}》"), {"title": found.title})])
