"""Records as rows of their current table: columns named as the fields, values written as in the clinic's store.

A body that this version cannot read gives no row; that depends on its bytes and on this version only.
"""

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from operator import attrgetter
from typing import Any, Final

from village_doctor.domain.changes.canonical import NotCanonical, decode_unproven
from village_doctor.domain.changes.codec import (
    FieldPlan,
    Shape,
    UnreadableBody,
    from_json,
    plan_of,
)
from village_doctor.domain.changes.entry import Entry
from village_doctor.domain.changes.flat import Writer, flat_writer
from village_doctor.domain.changes.upgrade import upgrade
from village_doctor.domain.kinds import KINDS
from village_doctor.domain.problems import Problem

Value = str | int | None

UNREADABLE: Final = 0
READABLE: Final = 1
VOIDED: Final = 2
_WHOLE: Final = range(-(2**63), 2**63)  # what a table holds


@dataclass(frozen=True, slots=True)
class RecordRow:
    """The fields of one readable version, in the order of its table, and whether it is voided."""

    values: tuple[Value, ...]
    is_voided: bool

    @property
    def fate(self) -> int:
        return VOIDED if self.is_voided else READABLE


def row_of(entry: Entry) -> RecordRow | None:
    """The row of the version that an entry holds; None where this version of the program cannot read it."""
    kind = KINDS.get(entry.kind)
    if kind is None or not 1 <= entry.body_version <= kind.body_version:
        return None
    try:
        body = upgrade(entry.kind, entry.body_version, entry.body)
        # That the bytes are canonical was proven when the letter was read.
        record = from_json(kind.record_class, decode_unproven(body), id=entry.record_id)
        values = list(_fields_of(entry.kind)(record))
        for index, write in _writers_of(entry.kind):
            if values[index] is not None:
                values[index] = write(values[index])
    except (NotCanonical, UnreadableBody, Problem, RecursionError):
        return None
    return RecordRow(tuple(values), record.is_voided)


@cache
def _fields_of(kind_name: str) -> Callable[[object], tuple[Any, ...]]:
    return attrgetter(*KINDS[kind_name].field_names)


@cache
def _writers_of(kind_name: str) -> tuple[tuple[int, Writer], ...]:
    plans = plan_of(KINDS[kind_name].record_class)  # type: ignore[arg-type]
    return tuple((i, write) for i, plan in enumerate(plans) if (write := _writer(plan)) is not None)


def _writer(plan: FieldPlan) -> Writer | None:
    write = flat_writer(plan)
    if write is None or plan.shape is not Shape.FRACTION:
        return write
    plain = write

    def within_a_table(value: Decimal) -> int:
        scaled: int = plain(value)
        if scaled not in _WHOLE:
            raise UnreadableBody("the number is too large")
        return scaled

    return within_a_table
