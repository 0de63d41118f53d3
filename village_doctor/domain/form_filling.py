"""一张表: a form that fills several national sheets at once. What is entered once stands on every sheet it fills.

The sheets are forms of their own with the same field keys. Only symptoms are written otherwise: on the screen once by
concept (`merged_options`), on each sheet by its own codes; what a sheet has no code for goes into its 其他.
"""

from collections.abc import Mapping
from typing import Final

from village_doctor.domain.code_lists import Option
from village_doctor.domain.forms import MANY, TEXT, Field, Form
from village_doctor.domain.messages import N_, JsonValue
from village_doctor.domain.problems import Problem

OTHER: Final = "other"
_BETWEEN: Final = "、"


def sheet_answers(form: Form, answers: Mapping[str, JsonValue], sheet: Form) -> Mapping[str, JsonValue]:
    """The answers of `sheet`, one of those that `form` fills: the same keys, symptoms by the sheet's own codes."""
    filled = {
        item.key: answers[item.key] for item in sheet.fields if item.is_answered and item.key in answers
    }
    for source in form.fields:
        target = sheet.field(source.key)
        if source.merged_from and target is not None:
            filled.update(_symptoms_on_sheet(form, source, answers, sheet, target))
    return filled


def _symptoms_on_sheet(
    form: Form, source: Field, answers: Mapping[str, JsonValue], sheet: Form, target: Field
) -> Mapping[str, JsonValue]:
    """Concepts as the sheet's codes; those it does not know are written out behind 其他, before what was typed."""
    chosen = answers.get(source.key)
    if not isinstance(chosen, list | tuple) or target.options is None:
        return {}
    filled: dict[str, JsonValue] = {}
    other = target.options.option_of(OTHER)
    unknown = [concept for concept in chosen if target.options.option_of(str(concept)) is None]
    filled[target.key] = [
        option.code
        for option in target.options.options
        if option.concept in chosen or (unknown and option == other)
    ]
    typed_in = text_beside(form, source.key, OTHER)
    typed = None if typed_in is None else answers.get(typed_in.key)
    written = [_label(source, str(concept)) for concept in unknown]
    written += [typed] if isinstance(typed, str) else []
    text_field = None if other is None else text_beside(sheet, target.key, other.code)
    if text_field is not None and written:
        filled[text_field.key] = _BETWEEN.join(written)
    return filled


def text_beside(form: Form, key: str, code: str) -> Field | None:
    """The text that belongs to the option `code` of the field `key` (其他: ……)."""
    for item in form.fields:
        condition = item.required_when
        if (
            condition is not None
            and item.type == TEXT
            and condition.field == key
            and code in condition.values
        ):
            return item
    return None


def _option_of(item: Field, concept: str) -> Option | None:
    return None if item.options is None else item.options.option_of(concept)


def _label(item: Field, code: str) -> str:
    option = None if item.options is None else item.options.option(code)
    return code if option is None else option.label


# --- checking that a form can fill what it says ---


def check_filling(file_name: str, form: Form, forms: Mapping[str, Form]) -> None:
    """Can `form` of that file fill every sheet that it names, of all `forms`? Raises Problem `form-file`."""
    for code in form.fills:
        sheet = forms.get(code)
        mistake = ("fills", N_("没有这张要填的表")) if sheet is None else _mistake_of_sheet(form, sheet)
        if mistake is not None:
            field, reason = mistake
            raise Problem("form-file", file=file_name, field=field, reason=reason, detail=code)


def _mistake_of_sheet(form: Form, sheet: Form) -> tuple[str, str] | None:
    if sheet.fills:
        return "fills", N_("要填的表自己又填别的表")
    if not set(sheet.diseases) <= set(form.diseases):
        return "diseases", N_("要填的表的病种没有写上")
    if not set(sheet.proves) <= set(form.proves):
        return "proves", N_("要填的表能证明的服务没有写上")
    if not set(form.modes) <= set(sheet.modes):
        return "modes", N_("要填的表不能用这种随访方式")
    for target in sheet.fields:
        source = form.field(target.key)
        if not target.is_answered:
            continue
        is_needed = target.is_required or target.required_when is not None
        if source is None and is_needed:
            return target.key, N_("要填的表里的必填项，这张表里没有")
        mistake = None if source is None else _mistake_of_field(form, source, sheet, target)
        if mistake is not None:
            return target.key, mistake
    return None


def _mistake_of_field(form: Form, source: Field, sheet: Form, target: Field) -> str | None:
    """Would every answer that `source` takes be right on the sheet?"""
    if source.merged_from:
        if target.type != MANY or target.options is None or target.options.name not in source.merged_from:
            return N_("合并的选项表里没有要填的表用的那一张")
        return _mistake_of_other(form, source, sheet, target)
    if _takes(source) != _takes(target) or source.max_length > target.max_length:
        return N_("和要填的表里的同一项填法不一样")
    is_asked_alike = source.required_when == target.required_when or _depends_on_merged(form, source, target)
    if (target.is_required and not source.is_required) or not is_asked_alike:
        return N_("和要填的表里的同一项必填的情况不一样")
    return None


def _mistake_of_other(form: Form, source: Field, sheet: Form, target: Field) -> str | None:
    """What the sheet has no code for must find room behind its 其他."""
    other = _option_of(target, OTHER)
    text = None if other is None else text_beside(sheet, target.key, other.code)
    typed = text_beside(form, source.key, OTHER)
    if text is None or typed is None or source.options is None:
        return N_("症状要有“其他”和它后面的文字")
    unknown = [option.label for option in source.options.options if _option_of(target, option.code) is None]
    if len(_BETWEEN.join([*unknown, ""])) + typed.max_length > text.max_length:
        return N_("“其他”后面的文字，要填的表里放不下")
    return None


def _depends_on_merged(form: Form, source: Field, target: Field) -> bool:
    """The text behind 其他: its condition names a concept here and a code on the sheet."""
    here, there = source.required_when, target.required_when
    if here is None or there is None or here.field != there.field:
        return False
    asked = form.field(here.field)
    return asked is not None and bool(asked.merged_from)


def _takes(item: Field) -> tuple[object, ...]:
    """Everything that decides which answers a field takes, but how long its text may be."""
    return (
        item.key,
        item.type,
        None if item.options is None else item.options.name,
        item.exclusive,
        item.unit,
        item.places,
        item.minimum,
        item.maximum,
        item.is_measured,
        item.from_age,
        item.until_age,
        item.sex,
        item.max_rows,
        tuple((_takes(column), column.is_required, column.max_length) for column in item.columns),
    )
