"""How a field lies in a table row, the clinic's and the township's alike (`home.md`, journaled tables).

Fractions are scaled integers, dates and instants text, truth values 0 and 1, lists and nested values canonical JSON text.
"""

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from functools import partial
from typing import Any

from village_doctor.domain.changes.canonical import encode_canonical
from village_doctor.domain.changes.codec import FieldPlan, Shape, instant_text, to_json
from village_doctor.domain.messages import JsonValue

Writer = Callable[[Any], Any]


def flat_writer(plan: FieldPlan) -> Writer | None:
    """What turns the field's value (never None) into its column's; None where it stays as it is."""
    writers: dict[Shape, Writer] = {
        Shape.TRUTH: int,
        Shape.DATE: date.isoformat,
        Shape.INSTANT: instant_text,
        Shape.FRACTION: partial(scale, places=plan.scale),
        Shape.JSON: _json_text,
        Shape.TEXT_MAP: _json_text,
        Shape.TEXTS: lambda value: _json_text(list(value)),
        Shape.DATES: lambda value: _json_text([item.isoformat() for item in value]),
        Shape.NESTED: lambda value: _json_text(to_json(value)),
        Shape.NESTED_LIST: lambda value: _json_text([to_json(item) for item in value]),
    }
    return writers.get(plan.shape)


def scale(value: Decimal, places: int) -> int:
    """The value in units of 10**-places. Raises ValueError for more decimal places than that."""
    scaled = value.scaleb(places)
    if scaled != scaled.to_integral_value():
        raise ValueError(f"more than {places} decimal places")
    return int(scaled)


def _json_text(value: JsonValue) -> str | None:
    """Empty is absent."""
    return encode_canonical(value).decode("utf-8") if value else None
