"""Filling the sheets of a sample village: what is ordinary, by the data file; what is special, by whoever asks."""

from collections.abc import Mapping, Sequence
from datetime import date
from random import Random
from typing import Final

from village_doctor.domain.forms import (
    COMPUTED,
    DATE,
    DECIMAL,
    GROUP,
    KEPT,
    MANY,
    ONE,
    PARTIAL_DATE,
    WHOLE,
    YES_NO,
    Field,
    Form,
)
from village_doctor.domain.messages import JsonValue

Ordinary = Mapping[str, Mapping[str, Sequence[JsonValue]]]
_NOTHING: Final = "无"


def filled(
    form: Form,
    ordinary: Ordinary,
    chance: Random,
    *,
    served_on: date,
    age: int | None = None,
    given: Mapping[str, JsonValue],
) -> dict[str, JsonValue]:
    """Complete answers to the form: `given`, and for the rest what is ordinary."""
    usual = ordinary.get(form.code, {})
    answers: dict[str, JsonValue] = {}
    for field in form.fields:
        is_wanted = _is_wanted(field, answers, age)
        if field.key in given and (is_wanted or field.required_when is None):
            answers[field.key] = given[field.key]
        elif is_wanted:
            answers[field.key] = (
                chance.choice(usual[field.key]) if field.key in usual else _plain(field, served_on)
            )
    return answers


def _is_wanted(field: Field, answers: Mapping[str, JsonValue], age: int | None) -> bool:
    if field.type in (COMPUTED, KEPT) or (field.from_age or 0) > (age or 0):
        return False
    condition = field.required_when
    if condition is None:
        return field.is_required
    answer = answers.get(condition.field)
    chosen = answer if isinstance(answer, list | tuple) else (answer,)
    return any(value in condition.values for value in chosen if isinstance(value, str | bool))


def _plain(field: Field, served_on: date) -> JsonValue:
    codes = () if field.options is None else field.options.codes
    plain: Mapping[str, JsonValue] = {
        YES_NO: False,
        ONE: codes[0] if codes else "",
        MANY: [(*field.exclusive, *codes)[0]] if codes else [],
        GROUP: [],
        WHOLE: int(field.minimum or 0),
        DECIMAL: str(field.minimum or 0),
        DATE: served_on.isoformat(),
        PARTIAL_DATE: str(served_on.year - 5),
    }
    return plain.get(field.type, _NOTHING)
