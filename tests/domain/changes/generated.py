"""Generated records of every kind: what each field's declared type allows, and nothing the codec says about it."""

from collections.abc import Mapping
from dataclasses import MISSING, fields, is_dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from types import UnionType
from typing import Any, get_args, get_origin, get_type_hints

from hypothesis import strategies as st

from village_doctor.domain.kinds import KINDS, Kind
from village_doctor.domain.records import SCALE

ALL_KINDS = sorted(KINDS)
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)

texts = st.one_of(
    st.text(st.characters(exclude_categories=["Cs"]), max_size=20),
    st.sampled_from(
        ["", "李桂英", "𠮷野", "a'; DROP TABLE reading; --", "\x00", "null", "2016", "0.50", '{"a":1}']
    ),
)
wholes = st.integers(-(2**63), 2**63 - 1)
instants = st.integers(0, 10**13).map(lambda ms: EPOCH + timedelta(milliseconds=ms))


def maps_of(held: st.SearchStrategy, min_size: int = 0) -> st.SearchStrategy:
    """Maps in the order of their keys, so that even their `repr` is comparable."""
    return st.dictionaries(texts, held, min_size=min_size, max_size=3).map(lambda d: dict(sorted(d.items())))


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | texts,
    lambda inner: st.lists(inner, max_size=3) | maps_of(inner),
    max_leaves=8,
)


def records_of(kind: Kind) -> st.SearchStrategy:
    """Records of one kind; fields that may be left out sometimes are."""
    return values_of(kind.record_class)


def values_of(record_class: type) -> st.SearchStrategy:
    hints = get_type_hints(record_class)
    required: dict[str, st.SearchStrategy] = {}
    optional: dict[str, st.SearchStrategy] = {}
    for item in fields(record_class):
        strategy = _of_hint(hints[item.name], item.metadata.get(SCALE, 0))
        is_required = item.default is MISSING and item.default_factory is MISSING
        (required if is_required else optional)[item.name] = strategy
    return st.fixed_dictionaries(required, optional=optional).map(lambda given: record_class(**given))


def _of_hint(hint: Any, scale: int) -> st.SearchStrategy:
    if isinstance(hint, UnionType):
        inner = next(part for part in get_args(hint) if part is not type(None))
        return st.none() | _of_hint(inner, scale)
    if get_origin(hint) is tuple:
        return st.lists(_of_hint(get_args(hint)[0], scale), max_size=3).map(tuple)
    if get_origin(hint) is Mapping:
        held = texts if get_args(hint)[1] is str else json_values
        return maps_of(held, min_size=1)
    if is_dataclass(hint):
        assert isinstance(hint, type)
        return values_of(hint)
    if hint is Decimal:
        # A whole body in decimal digits; both 0.5 and 0.50 units are written as the field's own scale.
        return st.integers(-(10**12), 10**12).map(lambda number: Decimal(number).scaleb(-scale))
    return {str: texts, int: wholes, bool: st.booleans(), date: st.dates(), datetime: instants}[hint]
