"""A stored answer as people read it: codes by their names, numbers with their unit, rows one after the other."""

from collections.abc import Mapping
from decimal import Decimal

from village_doctor.domain.forms import Field
from village_doctor.domain.messages import JsonValue
from village_doctor.foundation.texts import text as _


def answer_text(field: Field, value: JsonValue) -> str:
    """What stands for this answer in the column of last time; empty for none."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return _("有") if value else _("没有")
    if isinstance(value, str | int):
        if field.options is not None:
            return _option(field, str(value))
        return f"{value} {_(field.unit)}" if field.unit else str(value)
    if isinstance(value, Mapping):
        return _row(field, value)
    if not value:
        return _("没有")
    if field.columns:
        return "；".join(_row(field, one) for one in value if isinstance(one, Mapping))
    return "、".join(_option(field, str(one)) for one in value)


def computed_text(field: Field, value: Decimal | str) -> str:
    """A computed value: a number with its unit, a band by its name."""
    if isinstance(value, str):
        return _option(field, value)
    return f"{value} {_(field.unit or '')}".rstrip()


def _option(field: Field, code: str) -> str:
    """The label of a code; one that this list does not know is shown as it is."""
    options = () if field.options is None else field.options.options
    return next((_(one.label) for one in options if one.code == code), code)


def _row(field: Field, cells: Mapping[str, JsonValue]) -> str:
    """氨氯地平 每日次数 1 次 5 mg: a number in a row is told with its name."""
    told = []
    for column in field.columns:
        text = answer_text(column, cells.get(column.key))
        if text:
            told.append(f"{_(column.label)} {text}" if column.unit else text)
    return " ".join(told)
