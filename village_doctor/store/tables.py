"""Records and table rows: one table per kind, columns named as the fields.

Fractions are scaled integers, dates and instants text, lists and nested values canonical JSON text.
"""

import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from functools import cache, partial
from typing import Any, Final, TypeVar

from village_doctor.domain.changes.codec import (
    LISTS,
    FieldPlan,
    Shape,
    plan_of,
)
from village_doctor.domain.changes.flat import flat_writer
from village_doctor.domain.kinds import KINDS, Kind
from village_doctor.domain.problems import Problem
from village_doctor.domain.records import Record
from village_doctor.store.database import Connection, Row

R = TypeVar("R", bound=Record)
_BY_CLASS: Final[dict[type, Kind]] = {kind.record_class: kind for kind in KINDS.values()}

Converter = Callable[[Any], Any]


@dataclass(frozen=True, slots=True)
class Table:
    """Prepared statements and converters of one kind."""

    kind: Kind
    columns: tuple[str, ...]
    upsert_sql: str
    select_sql: str
    writers: tuple[tuple[str, Converter | None], ...]
    readers: tuple[tuple[int, Converter], ...]
    empties: tuple[int, ...]

    def to_row(self, record: Record, created_act: str) -> list[Any]:
        row = []
        for name, write in self.writers:
            value = getattr(record, name)
            if value is not None and write is not None:
                value = write(value)
            row.append(value)
        row.append(created_act)
        return row

    def to_record(self, row: Row) -> Record:
        values = list(row)
        for index, read in self.readers:
            if values[index] is not None:
                values[index] = read(values[index])
        for index in self.empties:
            if values[index] is None:
                values[index] = ()
        return self.kind.record_class(**dict(zip(self.columns, values, strict=True)))


@cache
def table_of(kind_name: str) -> Table:
    """The table of a kind."""
    kind = KINDS[kind_name]
    plans = plan_of(kind.record_class)  # type: ignore[arg-type]
    columns = tuple(plan.name for plan in plans)
    every = (*columns, "created_act")
    updates = ", ".join(f"{name} = excluded.{name}" for name in every if name != "id")
    marks = ", ".join("?" * len(every))
    return Table(
        kind=kind,
        columns=columns,
        upsert_sql=f"INSERT INTO {kind_name} ({', '.join(every)}) VALUES ({marks}) "
        f"ON CONFLICT (id) DO UPDATE SET {updates}",
        select_sql=f"SELECT {', '.join(columns)} FROM {kind_name}",
        writers=tuple((plan.name, flat_writer(plan)) for plan in plans),
        readers=tuple((i, read) for i, plan in enumerate(plans) if (read := _reader(plan)) is not None),
        empties=tuple(i for i, plan in enumerate(plans) if plan.shape in LISTS),
    )


def prepare() -> None:
    """Works out the tables of all kinds at once, rather than each when it is first read."""
    for name in KINDS:
        table_of(name)


def _reader(plan: FieldPlan) -> Converter | None:
    nested = nested_reader(plan.nested) if plan.nested is not None else json.loads
    readers: dict[Shape, Converter] = {
        Shape.TRUTH: bool,
        Shape.DATE: date.fromisoformat,
        Shape.INSTANT: datetime.fromisoformat,
        Shape.FRACTION: partial(_unscale, places=plan.scale),
        Shape.JSON: json.loads,
        Shape.TEXT_MAP: json.loads,
        Shape.TEXTS: lambda text: tuple(json.loads(text)),
        Shape.DATES: lambda text: tuple(date.fromisoformat(item) for item in json.loads(text)),
        Shape.NESTED: lambda text: nested(json.loads(text)),
        Shape.NESTED_LIST: lambda text: tuple(map(nested, json.loads(text))),
    }
    return readers.get(plan.shape)


@cache
def nested_reader(nested_class: type) -> Converter:
    """Reads what `to_json` wrote into our own columns, without the doubts that bodies from elsewhere deserve."""
    plans = plan_of(nested_class)
    readers = {plan.name: read for plan in plans if (read := _json_reader(plan)) is not None}
    absent: dict[str, Any] = {plan.name: () for plan in plans if plan.shape in LISTS}
    absent.update((plan.name, None) for plan in plans if plan.is_nullable)

    def read_nested(data: dict[str, Any]) -> object:
        for name in readers.keys() & data.keys():
            data[name] = readers[name](data[name])
        return nested_class(**{**absent, **data})

    return read_nested


def _json_reader(plan: FieldPlan) -> Converter | None:
    """From a JSON value; None where it stays as it is."""
    nested = nested_reader(plan.nested) if plan.nested is not None else None
    readers: dict[Shape, Converter] = {
        Shape.DATE: date.fromisoformat,
        Shape.INSTANT: datetime.fromisoformat,
        Shape.FRACTION: Decimal,
        Shape.TEXTS: tuple,
        Shape.DATES: lambda items: tuple(map(date.fromisoformat, items)),
    }
    if nested is not None:
        readers[Shape.NESTED] = nested
        readers[Shape.NESTED_LIST] = lambda items: tuple(map(nested, items))
    return readers.get(plan.shape)


def _unscale(value: int, places: int) -> Decimal:
    return Decimal(value).scaleb(-places)


def upsert(connection: Connection, kind_name: str, record: Record, created_act: str) -> None:
    """Writes the row of a record; `created_act` is the act of its first version."""
    table = table_of(kind_name)
    connection.execute(table.upsert_sql, table.to_row(record, created_act))


def created_act(connection: Connection, kind_name: str, record_id: str) -> str | None:
    row = connection.execute(f"SELECT created_act FROM {kind_name} WHERE id = ?", (record_id,)).fetchone()
    return None if row is None else str(row[0])


def find(connection: Connection, record_class: type[R], record_id: str) -> R | None:
    """The record with this id, voided or not."""
    return next(select(connection, record_class, "id = ?", (record_id,)), None)


def get(connection: Connection, record_class: type[R], record_id: str) -> R:
    """The record with this id. Raises Problem `record-not-found`."""
    found = find(connection, record_class, record_id)
    if found is None:
        raise Problem("record-not-found", kind=_BY_CLASS[record_class].name)
    return found


def select(
    connection: Connection, record_class: type[R], where: str = "1", values: Sequence[Any] = ()
) -> Iterator[R]:
    """Records whose row satisfies the SQL condition `where`, voided ones included."""
    table = table_of(_BY_CLASS[record_class].name)
    for row in connection.execute(f"{table.select_sql} WHERE {where}", values):
        yield table.to_record(row)  # type: ignore[misc]


def select_in(connection: Connection, record_class: type[R], column: str, ids: Iterable[str]) -> Iterator[R]:
    """Records whose `column` is one of `ids`; any number of ids."""
    wanted = json.dumps(sorted(set(ids)))
    yield from select(connection, record_class, f"{column} IN (SELECT value FROM json_each(?))", (wanted,))


def count(connection: Connection, kind_name: str) -> int:
    """How many records of a kind are not voided."""
    row = connection.execute(f"SELECT count(*) FROM {kind_name} WHERE voided_at IS NULL").fetchone()
    return int(row[0])
