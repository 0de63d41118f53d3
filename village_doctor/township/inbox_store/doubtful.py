"""Finds in the current tables what may not fit together, and names that lead nowhere yet.

SQL only fetches candidates, by clinic; `domain/doubts` decides. Voided records take no part.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from typing import Final, TypeVar

import sqlalchemy as sa

from village_doctor.domain import doubts
from village_doctor.domain.changes.codec import instant_of
from village_doctor.domain.dates import day_in_china
from village_doctor.domain.doubts import Doubt, Named, Seen, Signed, Spell
from village_doctor.domain.links import LINKS
from village_doctor.township.inbox_store.schema import CURRENT, HEAD

_NUMBERS: Final = (("household", "number"), ("contract", "number"), ("resident", "record_number"))
_SEEN: Final = (("visit", "served_on"), ("reading", "taken_at"), ("service", "served_on"))
_NO_INSTANT: Final = "1970-01-01T00:00:00.000Z"
Row = TypeVar("Row")


@dataclass(frozen=True, kw_only=True, slots=True, order=True)
class LateParent:
    """A record whose field names one that has not come."""

    kind: str
    id: str
    field: str
    missing: str


def doubts_of(connection: sa.Connection, clinic_id: str) -> tuple[Doubt, ...]:
    """Every open doubt of a clinic, in a fixed order."""
    found: list[Doubt | None] = []
    for finder in (_heads, _contracts, _identities, _numbers, _after_death, _concurrent):
        found += finder(connection, clinic_id)
    return tuple(sorted(doubt for doubt in found if doubt is not None))


def late_parents(connection: sa.Connection, clinic_id: str) -> tuple[LateParent, ...]:
    """Every field that names a record which is not here."""
    found = []
    for kind, targets in LINKS.items():
        child = CURRENT[kind]
        for name, target in targets.items():
            parent = CURRENT[target].alias("parent")
            joined = child.outerjoin(
                parent, (parent.c.clinic_id == child.c.clinic_id) & (parent.c.id == child.c[name])
            )
            rows = connection.execute(
                sa.select(child.c.id, child.c[name].label("missing"))
                .select_from(joined)
                .where(child.c.clinic_id == clinic_id, child.c[name].is_not(None), parent.c.id.is_(None))
            )
            found += [LateParent(kind=kind, id=row.id, field=name, missing=row.missing) for row in rows]
    return tuple(sorted(found))


def clinic_name(connection: sa.Connection, clinic_id: str) -> str | None:
    """What the clinic calls itself in its own records."""
    table = CURRENT["clinic"]
    found: str | None = connection.scalar(
        sa.select(table.c.name).where(table.c.clinic_id == clinic_id, table.c.id == clinic_id)
    )
    return found


def name_of(connection: sa.Connection, clinic_id: str, kind: str, record_id: str) -> str:
    """What people call that record: its resident's name; a household by its head, its door number or its number; else its
    own name. Empty where nothing of it is known, and never a phone or identity number."""
    row = _current(connection, clinic_id, kind, record_id)
    if row is None:
        return ""
    if kind == "household":
        return _head_of(connection, clinic_id, record_id) or row["door_number"] or row["number"] or ""
    if row.get("name"):
        return str(row["name"])
    for owner in ("resident", "household"):
        if row.get(f"{owner}_id"):
            return name_of(connection, clinic_id, owner, row[f"{owner}_id"])
    return ""


def _head_of(connection: sa.Connection, clinic_id: str, household_id: str) -> str:
    """The name of the head of a household who is still that; of several, the one who came last."""
    table = CURRENT["household_membership"]
    resident_id = connection.scalar(
        sa.select(table.c.resident_id)
        .where(
            table.c.clinic_id == clinic_id,
            table.c.household_id == household_id,
            table.c.is_head == 1,
            table.c.voided_at.is_(None),
            table.c.until_on.is_(None),
        )
        .order_by(table.c.from_on.desc(), table.c.id)
        .limit(1)
    )
    return name_of(connection, clinic_id, "resident", resident_id) if resident_id else ""


def _current(connection: sa.Connection, clinic_id: str, kind: str, record_id: str) -> sa.RowMapping | None:
    table = CURRENT[kind]
    wanted = sa.select(table).where(table.c.clinic_id == clinic_id, table.c.id == record_id)
    return connection.execute(wanted).mappings().one_or_none()


# --- candidates -------------------------------------------------------------------------------------------------------


def _heads(connection: sa.Connection, clinic_id: str) -> Iterator[Doubt | None]:
    table = CURRENT["household_membership"]
    where = (table.c.clinic_id == clinic_id, table.c.is_head == 1, table.c.voided_at.is_(None))
    several = _several(table.c.household_id, *where)
    rows = connection.execute(
        sa.select(table)
        .where(*where, table.c.household_id.in_(several))
        .order_by(table.c.household_id, table.c.id)
    ).all()
    for group in _grouped(rows, lambda row: row.household_id):
        yield doubts.two_heads(
            [
                Spell(
                    id=row.id,
                    first=_day(row.from_on),
                    last=_day(row.until_on),
                    written_at=_at(row.head_wall_at),
                )
                for row in group
            ]
        )


def _contracts(connection: sa.Connection, clinic_id: str) -> Iterator[Doubt | None]:
    member, contract = CURRENT["contract_member"], CURRENT["contract"]
    where = (member.c.clinic_id == clinic_id, member.c.voided_at.is_(None))
    several = _several(member.c.resident_id, *where)
    joined = member.join(
        contract, (contract.c.clinic_id == member.c.clinic_id) & (contract.c.id == member.c.contract_id)
    )
    rows = connection.execute(
        sa.select(
            member.c.id,
            member.c.resident_id,
            member.c.from_on,
            member.c.until_on,
            member.c.head_wall_at,
            sa.func.coalesce(contract.c.state, "").label("state"),
            contract.c.starts_on,
            contract.c.ends_on,
            contract.c.terminated_on,
        )
        .select_from(joined)
        .where(*where, contract.c.voided_at.is_(None), member.c.resident_id.in_(several))
        .order_by(member.c.resident_id, member.c.id)
    ).all()
    for group in _grouped(rows, lambda row: row.resident_id):
        yield doubts.two_contracts(
            [
                Signed(
                    id=row.id,
                    written_at=_at(row.head_wall_at),
                    from_on=_day(row.from_on),
                    until_on=_day(row.until_on),
                    state=row.state,
                    starts_on=date.fromisoformat(row.starts_on),
                    ends_on=date.fromisoformat(row.ends_on),
                    terminated_on=_day(row.terminated_on),
                )
                for row in group
            ]
        )


def _identities(connection: sa.Connection, clinic_id: str) -> Iterator[Doubt | None]:
    table = CURRENT["resident"]
    document = sa.func.json_each(table.c.identity_documents).table_valued("value", name="document")
    number = sa.func.json_extract(document.c.value, "$.number")
    where = (
        table.c.clinic_id == clinic_id,
        table.c.voided_at.is_(None),
        table.c.identity_documents.is_not(None),
    )
    several = (
        sa.select(number)
        .select_from(table.join(document, sa.true()))
        .where(*where)
        .group_by(number)
        .having(sa.func.count(table.c.id.distinct()) > 1)
        .correlate(None)
    )
    rows = connection.execute(
        sa.select(number.label("number"), table.c.id, table.c.head_wall_at)
        .select_from(table.join(document, sa.true()))
        .where(*where, number.in_(several))
        .order_by(number, table.c.id)
    ).all()
    for group in _grouped(rows, lambda row: row.number):
        yield doubts.same_identity([_named(row.id, row.head_wall_at) for row in group])


def _numbers(connection: sa.Connection, clinic_id: str) -> Iterator[Doubt | None]:
    for kind, name in _NUMBERS:
        table = CURRENT[kind]
        number = table.c[name]
        where = (table.c.clinic_id == clinic_id, table.c.voided_at.is_(None), number.is_not(None))
        rows = connection.execute(
            sa.select(number.label("number"), table.c.id, table.c.head_wall_at)
            .where(*where, number.in_(_several(number, *where)))
            .order_by(number, table.c.id)
        ).all()
        for group in _grouped(rows, lambda row: row.number):
            yield doubts.same_number(kind, [_named(row.id, row.head_wall_at) for row in group])


def _after_death(connection: sa.Connection, clinic_id: str) -> Iterator[Doubt | None]:
    resident = CURRENT["resident"]
    for kind, name in _SEEN:
        table = CURRENT[kind]
        joined = table.join(
            resident, (resident.c.clinic_id == table.c.clinic_id) & (resident.c.id == table.c.resident_id)
        )
        where = [
            table.c.clinic_id == clinic_id,
            table.c.voided_at.is_(None),
            resident.c.voided_at.is_(None),
            resident.c.died_on.is_not(None),
            # An instant of the day of death in UTC may be the day after in China.
            table.c[name] >= resident.c.died_on,
        ]
        if kind == "visit":
            where.append(table.c.not_done_reason.is_(None))  # nobody was met; perhaps because she had died
        rows = connection.execute(
            sa.select(
                table.c.id,
                table.c.resident_id,
                table.c[name].label("day"),
                table.c.head_wall_at,
                resident.c.died_on,
            )
            .select_from(joined)
            .where(*where)
            .order_by(table.c.resident_id, table.c.id)
        ).all()
        for group in _grouped(rows, lambda row: row.resident_id):
            yield doubts.seen_after_death(
                kind,
                [
                    Seen(
                        kind=kind,
                        id=row.id,
                        day=_day_of(row.day),
                        died_on=date.fromisoformat(row.died_on),
                        written_at=_at(row.head_wall_at),
                    )
                    for row in group
                ],
            )


def _concurrent(connection: sa.Connection, clinic_id: str) -> Iterator[Doubt]:
    contested = sa.select(HEAD.c.kind, HEAD.c.record_id).where(
        HEAD.c.clinic_id == clinic_id, HEAD.c.is_contested == 1
    )
    for kind, record_id in connection.execute(contested).all():
        table = CURRENT[kind]
        row = connection.execute(
            sa.select(table.c.id, table.c.head_wall_at).where(
                table.c.clinic_id == clinic_id, table.c.id == record_id
            )
        ).one()
        yield doubts.concurrent(kind, _named(row.id, row.head_wall_at))


def _several(column: sa.ColumnElement[str], *where: sa.ColumnElement[bool]) -> sa.Select[str]:
    """Values that more than one record has."""
    found = sa.select(column).where(*where).group_by(column).having(sa.func.count() > 1)
    return found.correlate(None)


def _grouped(rows: Sequence[Row], key: Callable[[Row], str]) -> Iterator[list[Row]]:
    """Rows that are in order, group by group."""
    return (list(group) for _, group in groupby(rows, key))


def _named(record_id: str, wall_at: str) -> Named:
    return Named(id=record_id, written_at=_at(wall_at))


def _at(text: str) -> str:
    """The instant as it stands; one that no calendar has counts as the oldest."""
    try:
        instant_of(text)
    except ValueError:
        return _NO_INSTANT
    return text


def _day(text: str | None) -> date | None:
    return None if text is None else date.fromisoformat(text)


def _day_of(text: str) -> date:
    """The day of a date, or of an instant in China."""
    return date.fromisoformat(text) if "T" not in text else day_in_china(instant_of(text))
