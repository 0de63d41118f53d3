"""What a verb works at: one act in an open transaction, the catalogue, and the acting staff member.

A verb is a function `verb(desk, …)`. `perform` gives it a transaction, checks that the actor may do it,
renews what is derived from the records it touched, and tells what changed.
"""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Concatenate, Final, Generic, ParamSpec, TypeVar

from village_doctor.domain.clinic import Staff
from village_doctor.domain.names import plain_text
from village_doctor.domain.people import Condition
from village_doctor.domain.permissions import require
from village_doctor.domain.problems import Problem
from village_doctor.domain.protected import group_of_record
from village_doctor.domain.readings import Reading
from village_doctor.domain.record_number import NumberBlock
from village_doctor.domain.records import Record
from village_doctor.domain.referrals import Referral
from village_doctor.domain.refusals import Refusal
from village_doctor.domain.visits import Visit
from village_doctor.services import deriving
from village_doctor.services.catalogue import Catalogue
from village_doctor.store import drafts, local_state, people_store, tables
from village_doctor.store.database import Connection
from village_doctor.store.unit import DevicePen, Unit, transaction

P = ParamSpec("P")
T = TypeVar("T")
R = TypeVar("R", bound=Record)


@dataclass(frozen=True, slots=True)
class Note:
    """Something worth saying that stopped nothing; `code` has its text in `notes.NOTE_TEXTS`."""

    code: str
    values: Mapping[str, str]


@dataclass(frozen=True, kw_only=True, slots=True)
class Changes(Generic[T]):
    """What a verb did: touched kinds with record ids, the households behind them, notes, and its value."""

    act: str
    ids: Mapping[str, tuple[str, ...]]
    households: tuple[str, ...]
    notes: tuple[Note, ...]
    value: T

    @property
    def kinds(self) -> frozenset[str]:
        return frozenset(self.ids)


@dataclass
class Desk:
    """One act at work. Lives on the writer thread, inside one transaction."""

    unit: Unit
    catalogue: Catalogue
    actor: Staff
    notes: list[Note] = field(default_factory=list)

    @property
    def connection(self) -> Connection:
        return self.unit.connection

    @property
    def today(self) -> date:
        return self.unit.today

    @property
    def now(self) -> datetime:
        return self.unit.now

    @property
    def device_digit(self) -> int:
        """The first digit of every human number that is not from a block. After the ninth device there is none left;
        such a device may open, read and write everything else."""
        return self.unit.pen.device_digit

    @property
    def number_blocks(self) -> tuple[NumberBlock, ...]:
        """The serials that the township gave to this device, and to no other."""
        return local_state.number_blocks(self.connection, self.unit.last.device)

    def conditions_on(self, resident_id: str, day: date) -> frozenset[str]:
        """Codes of confirmed conditions present on `day`."""
        return people_store.confirmed_on(self.connection, resident_id, day)

    def new_id(self) -> str:
        return self.unit.new_id()

    def save(self, record: R) -> R:
        return self.unit.save(record)

    def get(self, record_class: type[R], record_id: str) -> R:
        """A record that is not voided. Raises Problem `record-not-found` or `already-voided`."""
        record = self.unit.get(record_class, record_id)
        if record.is_voided:
            raise Problem("already-voided")
        return record

    def records_of(self, record_class: type[R], resident_id: str) -> list[R]:
        """The resident's records of that kind that are not voided, in the order in which they were made."""
        where = "resident_id = ? AND voided_at IS NULL ORDER BY id"
        return list(tables.select(self.connection, record_class, where, (resident_id,)))

    def void(self, record: R, reason: str) -> R:
        """Marks the record as voided now. Raises Problem `void-needs-reason`."""
        told = plain_text(reason)
        if not told:
            raise Problem("void-needs-reason")
        return self.save(replace(record, voided_at=self.now, void_reason=told))

    def refuse_future(self, day: date) -> None:
        """Raises Problem `date-in-future` for a day after today."""
        if day > self.today:
            raise Problem("date-in-future", date=day.isoformat())

    def require_group(self, action: str, group: str | None, resident_id: str) -> None:
        """Raises Problem `not-permitted` for what concerns a protected group, unless the actor is the owner or the doctor
        who answers for her household."""
        if group is not None:
            household = people_store.household_on(self.connection, resident_id, self.today)
            is_hers = household is not None and household.responsible_doctor_id == self.actor.id
            require(self.actor.role, action, group, is_responsible=is_hers)

    def require_group_of(self, action: str, record: Visit | Reading | Referral | Condition | Refusal) -> None:
        """The same for a record of hers that is of a protected group; a reading is of its visit's."""
        of = record
        if isinstance(record, Reading) and record.visit_id is not None:
            of = self.unit.get(Visit, record.visit_id)
        self.require_group(action, group_of_record(of), record.resident_id)

    def drop_draft(self, draft_id: str | None) -> None:
        """The half-filled form that this act makes a record of goes with it, or neither does. None: there is none."""
        if draft_id is not None:
            drafts.drop(self.connection, draft_id)

    def note(self, code: str, **values: object) -> None:
        self.notes.append(Note(code, {name: str(value) for name, value in values.items()}))


Verb = Callable[Concatenate[Desk, P], T]
_VERB_NAMES: Final[dict[object, str]] = {}


def verb(name: str) -> Callable[[Verb[P, T]], Verb[P, T]]:
    """Names a function as a verb of the journal; the name is stored and never changes its meaning."""

    def register(function: Verb[P, T]) -> Verb[P, T]:
        _VERB_NAMES[function] = name
        return function

    return register


def verb_name(function: Callable[..., object]) -> str:
    return _VERB_NAMES[function]


@dataclass(frozen=True, slots=True)
class Act:
    """Who acts when: what a unit of work needs beside the connection."""

    id: str
    actor: Staff
    now: datetime
    today: date
    new_id: Callable[[], str]


def do_act(
    connection: Connection,
    pen: DevicePen,
    catalogue: Catalogue,
    act: Act,
    function: Verb[P, T],
    *args: P.args,
    **kwargs: P.kwargs,
) -> tuple[Changes[T], Unit]:
    """Runs one verb inside the transaction that the caller holds; derived tables are the caller's."""
    name = verb_name(function)
    require(act.actor.role, name)
    unit = Unit(
        connection=connection,
        pen=pen,
        act=act.id,
        verb=name,
        staff=act.actor.id,
        now=act.now,
        today=act.today,
        new_id=act.new_id,
        last=pen.last,
    )
    desk = Desk(unit, catalogue, act.actor)
    value = function(desk, *args, **kwargs)
    residents, households = deriving.concerned(unit.saved)
    changes = Changes(
        act=act.id,
        ids={kind: tuple(dict.fromkeys(ids)) for kind, ids in unit.touched.items()},
        households=people_store.households_of(connection, residents, households),
        notes=tuple(desk.notes),
        value=value,
    )
    return changes, unit


def perform(
    connection: Connection,
    pen: DevicePen,
    catalogue: Catalogue,
    act: Act,
    function: Verb[P, T],
    *args: P.args,
    **kwargs: P.kwargs,
) -> Changes[T]:
    """One verb, one transaction: records, journal, and the derived rows of the households it touched."""
    with transaction(connection):
        changes, unit = do_act(connection, pen, catalogue, act, function, *args, **kwargs)
        deriving.renew(connection, catalogue, unit.saved, changes.households, act.today)
    pen.last = unit.last
    return changes


class Series:
    """Several acts in one transaction, each as whole as if it stood alone."""

    def __init__(self, connection: Connection, pen: DevicePen, catalogue: Catalogue) -> None:
        self._connection = connection
        self._catalogue = catalogue
        self.pen = DevicePen(pen.last, pen.device_digit)

    def do(self, act: Act, function: Verb[P, T], *args: P.args, **kwargs: P.kwargs) -> Changes[T]:
        """One more act."""
        changes, unit = do_act(self._connection, self.pen, self._catalogue, act, function, *args, **kwargs)
        self.pen.last = unit.last
        return changes


@contextmanager
def series(connection: Connection, pen: DevicePen, catalogue: Catalogue) -> Iterator[Series]:
    """Acts in bulk: all are saved together or none. What is derived from them is noted as behind, until
    `deriving.rebuild`, or the next opening if it does not come to that."""
    with transaction(connection):
        deriving.fall_behind(connection)
        going = Series(connection, pen, catalogue)
        yield going
    pen.last = going.pen.last
