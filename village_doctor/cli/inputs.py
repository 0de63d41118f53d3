"""What the user types, turned into values: days, numbers, pressures, `key=value` words, JSON files.

Full-width digits count as digits, because the input method may be on. A word that cannot be read is wrong use;
a file that cannot be read is a Problem.
"""

import json
import re
import sys
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Final, NoReturn

import click

from village_doctor.domain.changes.codec import Shape, plan_of
from village_doctor.domain.dates import typed_day
from village_doctor.domain.messages import JsonValue
from village_doctor.domain.problems import Problem
from village_doctor.foundation.texts import fill
from village_doctor.foundation.texts import text as _
from village_doctor.services.catalogue import Catalogue

_DAY: Final = re.compile(r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?|(\d{4})(\d{2})(\d{2})")
_WHOLE: Final = re.compile(r"\d{1,4}")
_TENTHS: Final = re.compile(r"\d{1,4}(\.\d)?")
_PRESSURE: Final = re.compile(r"(\d{1,4})(?:[/／\\](\d{0,4}))?")
_MOST_INPUT: Final = 4 * 1024 * 1024
_TRUE: Final = frozenset({"true", "yes", "1", "是"})
_FALSE: Final = frozenset({"false", "no", "0", "否"})


def plain(text: str) -> str:
    """Half-width, without blanks around."""
    return unicodedata.normalize("NFKC", text).strip()


def read_day(text: str) -> date:
    """2026-11-22, 2026/11/22, 20261122 or 2026年11月22日. Raises Problem `date-form`."""
    found = _DAY.fullmatch(plain(text))
    try:
        if found is None:
            raise ValueError(text)
        year, month, number = (part for part in found.groups() if part is not None)
        return typed_day(f"{year}-{month:0>2}-{number:0>2}")
    except ValueError as error:
        raise Problem("date-form", value=text) from error


class Day(click.ParamType[date]):
    """A date."""

    name = "day"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> date:
        if isinstance(value, date):
            return value
        try:
            return read_day(str(value))
        except Problem:
            self.fail(fill(_("“{value}”不是日期，请写成 2026-05-03 这样。"), {"value": value}), param, ctx)


class Whole(click.ParamType[int]):
    """A whole number of at most four digits."""

    name = "whole"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> int:
        text = plain(str(value))
        if _WHOLE.fullmatch(text) is None:
            self.fail(fill(_("“{value}”不是整数。"), {"value": value}), param, ctx)
        return int(text)


class Tenths(click.ParamType[Decimal]):
    """A number with at most one decimal place: more are refused, never rounded."""

    name = "tenths"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> Decimal:
        text = plain(str(value))
        if _TENTHS.fullmatch(text) is None:
            self.fail(fill(_("“{value}”不是数，或者小数多于一位。"), {"value": value}), param, ctx)
        return Decimal(text)


class Coded(click.ParamType[str]):
    """One of a few codes; the Chinese word for it will do as well."""

    name = "code"

    def __init__(self, words: Mapping[str, str]) -> None:
        self._words = words

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> str:
        text = plain(str(value))
        found = next((code for code, word in self._words.items() if text in (code, _(word))), None)
        if found is None:
            known = "、".join(f"{code}（{_(word)}）" for code, word in self._words.items())
            self.fail(
                fill(_("没有“{value}”。可以写：{known}。"), {"value": value, "known": known}), param, ctx
            )
        return found


class Pressure(click.ParamType[Mapping[str, int]]):
    """152/96. A lone number is half a pressure, which the plausibility check refuses."""

    name = "pressure"

    def convert(
        self, value: object, param: click.Parameter | None, ctx: click.Context | None
    ) -> Mapping[str, int]:
        if isinstance(value, Mapping):
            return value
        found = _PRESSURE.fullmatch(plain(str(value)))
        if found is None:
            self.fail(fill(_("“{value}”不是血压，请写成 152/96 这样。"), {"value": value}), param, ctx)
        measured = {"systolic_mmhg": int(found[1])}
        if found[2]:
            measured["diastolic_mmhg"] = int(found[2])
        return measured


class File(click.ParamType[Path]):
    """A path; whether it can be read or written shows when it is."""

    name = "file"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> Path:
        return Path(str(value)).expanduser()


def named_words(text: str) -> tuple[str, str]:
    """`name=value` at the first equals sign, wide or not. Raises wrong use."""
    name, found, value = text.replace("＝", "=", 1).partition("=")
    if not found or not name.strip():
        raise click.UsageError(fill(_("“{text}”要写成 名=值。"), {"text": text}), click.get_current_context())
    return name.strip(), value.strip()


def listed_words(text: str) -> tuple[str, ...]:
    """The parts of a list typed with any comma."""
    return tuple(part.strip() for part in re.split("[,，、]", text) if part.strip())


def key_words(text: str) -> dict[str, str]:
    """`name=李桂英,sex=2,…` as a mapping; 、 may stand in a value. Raises wrong use."""
    return dict(named_words(part) for part in re.split("[,，]", text) if part.strip())


def code_meant(catalogue: Catalogue, list_name: str, text: str) -> str:
    """The code typed, or the one with that label. Raises Problem `code-unknown`."""
    word = plain(text)
    for one in catalogue.code_lists[list_name].options:
        if word == one.label:
            return one.code
    return catalogue.known_code(list_name, word)


def typed_fields(record_class: type, assignments: Iterable[str]) -> dict[str, JsonValue]:
    """`--set field=value` words as the JSON values of that record's fields; an empty value empties the field."""
    shapes = {plan.name: plan.shape for plan in plan_of(record_class)}
    return {
        name: _typed(name, value, shapes.get(name)) if value else None
        for name, value in (named_words(one) for one in assignments)
    }


def _typed(name: str, value: str, shape: Shape | None) -> JsonValue:
    if shape is Shape.INTEGER:
        if _WHOLE.fullmatch(plain(value)) is None:
            raise Problem("field-value", field=name, value=value)
        return int(plain(value))
    if shape is Shape.TRUTH:
        return truth(name, value)
    if shape is Shape.DATE:
        return read_day(value).isoformat()
    return list(listed_words(value)) if shape is Shape.TEXTS else value


def truth(name: str, value: object) -> bool:
    """Yes or no, as people type it. Raises Problem `field-value`."""
    word = plain(str(value)).lower()
    if word not in _TRUE | _FALSE:
        raise Problem("field-value", field=name, value=value)
    return word in _TRUE


def text_of(values: Mapping[str, JsonValue], key: str) -> str | None:
    """The text under that key of a JSON object; a number will do, nothing is None. Raises Problem `field-value`."""
    value = values.get(key)
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, str | int):
        raise Problem("field-value", field=key, value=value)
    return str(value).strip() or None


def texts_of(values: Mapping[str, JsonValue], key: str) -> tuple[str, ...]:
    """The list under that key, or a text with the parts set apart. Raises Problem `field-value`."""
    value = values.get(key)
    if isinstance(value, Sequence) and not isinstance(value, str):
        return tuple(str(one) for one in value)
    text = text_of(values, key)
    return listed_words(text.replace(" ", "、")) if text else ()


def day_of(values: Mapping[str, JsonValue], key: str) -> date | None:
    """The day under that key. Raises Problem `field-value`, `date-form`."""
    text = text_of(values, key)
    return read_day(text) if text else None


def read_object(place: str) -> dict[str, JsonValue]:
    """The JSON object in a file, or on standard input for `-`; fractions stay texts, never floats.

    Raises Problem `input-file`.
    """
    value = read_value(place)
    if not isinstance(value, dict):
        _refuse(place, _("里面不是一个 JSON 对象"))
    return value


def read_value(place: str) -> JsonValue:
    """Any JSON value from a file or standard input. Raises Problem `input-file`."""
    try:
        if place == "-":
            data = sys.stdin.buffer.read(_MOST_INPUT + 1)
        else:
            with Path(place).expanduser().open("rb") as file:
                data = file.read(_MOST_INPUT + 1)
    except OSError:
        _refuse(place, _("没有这个文件，或者不让读"))
    if len(data) > _MOST_INPUT:
        _refuse(place, _("太大了"))
    try:
        value: JsonValue = json.loads(
            data.decode("utf-8-sig"),
            parse_float=str,
            parse_constant=_no_constant,
            object_pairs_hook=_without_doubles,
        )
    except UnicodeDecodeError:
        _refuse(place, _("不是 UTF-8 编码"))
    except (ValueError, RecursionError):
        _refuse(place, _("不是正确的 JSON"))
    return value


def _refuse(place: str, reason: str) -> NoReturn:
    raise Problem("input-file", file=_("标准输入") if place == "-" else place, reason=reason)


def _no_constant(word: str) -> NoReturn:
    raise ValueError(word)


def _without_doubles(pairs: list[tuple[str, JsonValue]]) -> dict[str, JsonValue]:
    result = dict(pairs)
    if len(result) != len(pairs):
        raise ValueError("a key is there twice")
    return result
