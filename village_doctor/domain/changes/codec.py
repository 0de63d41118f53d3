"""Records to canonical bodies and back, by the declared types of their fields.

A body holds the whole version without the id; None and empty values are absent. Reading checks every
type, because bodies also come from other laptops.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import MISSING, dataclass, fields
from datetime import UTC, date, datetime
from decimal import Decimal, InvalidOperation
from enum import Enum
from functools import cache, partial
from types import UnionType
from typing import Any, Final, get_args, get_origin, get_type_hints

from village_doctor.domain.changes.canonical import MAX_BODY_BYTES, decode_canonical, encode_canonical
from village_doctor.domain.kinds import KINDS
from village_doctor.domain.messages import JsonValue
from village_doctor.domain.records import SCALE, Record

INSTANT: Final = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", re.ASCII)
_FRACTION: Final = re.compile(r"-?\d+(?:\.\d+)?", re.ASCII)
_WHOLE: Final = range(-(2**63), 2**63)  # what a table holds


class UnreadableBody(ValueError):
    """A body that is not a version of its kind."""


class Shape(Enum):
    TEXT = "text"
    INTEGER = "integer"
    TRUTH = "truth"
    DATE = "date"
    INSTANT = "instant"
    FRACTION = "fraction"
    JSON = "json"
    TEXT_MAP = "text map"
    TEXTS = "texts"
    DATES = "dates"
    NESTED = "nested"
    NESTED_LIST = "nested list"


@dataclass(frozen=True, slots=True)
class FieldPlan:
    """How one field is written: `scale` for fractions, `nested` for the class inside."""

    name: str
    shape: Shape
    is_required: bool
    is_nullable: bool = False
    scale: int = 0
    nested: type | None = None


@cache
def plan_of(record_class: type) -> tuple[FieldPlan, ...]:
    """The field plans of a record or nested class, in declared order."""
    hints = get_type_hints(record_class)
    plans = []
    for item in fields(record_class):
        shape, nested = _shape_of(hints[item.name])
        is_nullable = type(None) in get_args(hints[item.name])
        is_required = item.default is MISSING and item.default_factory is MISSING and not is_nullable
        scale = item.metadata.get(SCALE, 0)
        plans.append(FieldPlan(item.name, shape, is_required, is_nullable, scale, nested))
    return tuple(plans)


_SCALARS: Final = {
    str: Shape.TEXT,
    bool: Shape.TRUTH,
    int: Shape.INTEGER,
    date: Shape.DATE,
    datetime: Shape.INSTANT,
    Decimal: Shape.FRACTION,
}


def _shape_of(hint: Any) -> tuple[Shape, type | None]:
    if isinstance(hint, UnionType):
        hint = next(part for part in get_args(hint) if part is not type(None))
    origin = get_origin(hint)
    if origin is tuple:
        inner = get_args(hint)[0]
        if inner in (str, date):
            return (Shape.TEXTS if inner is str else Shape.DATES), None
        return Shape.NESTED_LIST, inner
    if origin is not None and issubclass(origin, Mapping):
        return (Shape.TEXT_MAP if get_args(hint)[1] is str else Shape.JSON), None
    if hint in _SCALARS:
        return _SCALARS[hint], None
    return Shape.NESTED, hint


def instant_text(instant: datetime) -> str:
    """UTC with milliseconds: 2026-11-22T02:15:07.042Z."""
    return f"{instant.astimezone(UTC).replace(tzinfo=None).isoformat(timespec='milliseconds')}Z"


def instant_of(text: str) -> datetime:
    """Raises ValueError for any other form."""
    if not INSTANT.fullmatch(text):
        raise ValueError(text)
    return datetime.fromisoformat(text)


def to_json(value: Any) -> dict[str, JsonValue]:
    """A record or nested value as JSON, without id, None, empty lists and empty maps.

    Raises ValueError for a fraction finer than its field.
    """
    found: dict[str, JsonValue] = {}
    for name, write in _writers_of(type(value)):  # type: ignore[arg-type]
        item = getattr(value, name)
        if item is None:
            continue
        if write is None:
            found[name] = item
        elif item or item not in ((), {}):
            found[name] = write(item)
    return found


@cache
def _writers_of(record_class: type) -> tuple[tuple[str, Callable[[Any], JsonValue] | None], ...]:
    """Name and writer of every field but the id; None where the value stays as it is."""
    return tuple((plan.name, _writer_of(plan)) for plan in plan_of(record_class) if plan.name != "id")


def _writer_of(plan: FieldPlan) -> Callable[[Any], JsonValue] | None:
    if plan.shape is Shape.FRACTION:
        return partial(_fraction_text, scale=plan.scale)
    if plan.shape in (Shape.JSON, Shape.TEXT_MAP):
        return dict
    return _WRITERS.get(plan.shape)


def _fraction_text(value: Decimal, scale: int) -> str:
    """One text for one value: all places of the scale, no exponent, no minus zero."""
    exact = value.quantize(Decimal(1).scaleb(-scale))
    if exact != value:
        raise ValueError(f"more than {scale} decimal places")
    return f"{exact or abs(exact):f}"


_WRITERS: Final[dict[Shape, Callable[[Any], JsonValue]]] = {
    Shape.DATE: date.isoformat,
    Shape.INSTANT: instant_text,
    Shape.TEXTS: list,
    Shape.DATES: lambda items: [item.isoformat() for item in items],
    Shape.NESTED: to_json,
    Shape.NESTED_LIST: lambda items: [to_json(item) for item in items],
}


def from_json(nested_class: type, data: JsonValue, **given: str) -> Any:
    """The value that `to_json` wrote. Raises UnreadableBody for unknown, missing or mistyped fields."""
    if not isinstance(data, Mapping):
        raise UnreadableBody("not an object")
    values: dict[str, Any] = dict(given)
    plans = plan_of(nested_class)
    unknown = data.keys() - ({plan.name for plan in plans} - given.keys())
    if unknown:
        raise UnreadableBody(f"unknown fields {sorted(unknown)}")
    for plan in plans:
        if plan.name in values:
            continue
        if plan.name in data:
            values[plan.name] = _read(plan, data[plan.name])
        elif plan.shape in LISTS:
            values[plan.name] = ()
        elif plan.is_nullable:
            values[plan.name] = None
        elif plan.is_required:
            raise UnreadableBody(f"{plan.name} is missing")
    return nested_class(**values)


LISTS: Final = (Shape.TEXTS, Shape.DATES, Shape.NESTED_LIST)

_JSON_TYPES: Final[dict[Shape, type | tuple[type, ...]]] = {
    Shape.INTEGER: int,
    Shape.TRUTH: bool,
    Shape.JSON: dict,
    Shape.TEXT_MAP: dict,
    Shape.TEXTS: list,
    Shape.DATES: list,
    Shape.NESTED: dict,
    Shape.NESTED_LIST: list,
}


def _read(plan: FieldPlan, value: JsonValue) -> Any:
    shape = plan.shape
    if not isinstance(value, _JSON_TYPES.get(shape, str)) or (
        shape is Shape.INTEGER and isinstance(value, bool)
    ):
        raise UnreadableBody(f"{plan.name} has the wrong type")
    if value in ([], {}):
        raise UnreadableBody(f"{plan.name} is empty and yet there")
    try:
        return _read_value(plan, value)
    except (ValueError, InvalidOperation) as error:
        raise UnreadableBody(f"{plan.name}: {type(error).__name__}") from error


def _read_value(plan: FieldPlan, value: Any) -> Any:
    match plan.shape:
        case Shape.INTEGER:
            if value not in _WHOLE:
                raise UnreadableBody(f"{plan.name} is too large")
        case Shape.TEXT_MAP:
            if not all(isinstance(item, str) for item in value.values()):
                raise UnreadableBody(f"{plan.name} is not a map of texts")
        case Shape.DATE:
            return _date(value)
        case Shape.INSTANT:
            return instant_of(value)
        case Shape.FRACTION:
            if not _FRACTION.fullmatch(value) or _fraction_text(Decimal(value), plan.scale) != value:
                raise UnreadableBody(f"{plan.name} has another scale")
            return Decimal(value)
        case Shape.TEXTS:
            if not all(isinstance(item, str) for item in value):
                raise UnreadableBody(f"{plan.name} is not a list of texts")
            return tuple(value)
        case Shape.DATES:
            return tuple(_date(item) for item in value)
        case Shape.NESTED:
            assert plan.nested is not None
            return from_json(plan.nested, value)
        case Shape.NESTED_LIST:
            assert plan.nested is not None
            return tuple(from_json(plan.nested, item) for item in value)
    return value


def _date(text: str) -> date:
    found = date.fromisoformat(text)
    if found.isoformat() != text:
        raise ValueError(text)
    return found


def encode_record(record: Record) -> bytes:
    """The canonical body of a record's version. Raises NotCanonical, or ValueError for one over 1 MiB."""
    body = encode_canonical(to_json(record))
    if len(body) > MAX_BODY_BYTES:
        raise ValueError("the body is too long")
    return body


def decode_record(kind_name: str, record_id: str, body: bytes) -> Record:
    """The record of a body in its current version. Raises NotCanonical or UnreadableBody."""
    kind = KINDS.get(kind_name)
    if kind is None:
        raise UnreadableBody(f"unknown kind {kind_name}")
    if len(body) > MAX_BODY_BYTES:
        raise UnreadableBody("the body is too long")
    record: Record = from_json(kind.record_class, decode_canonical(body), id=record_id)
    return record
