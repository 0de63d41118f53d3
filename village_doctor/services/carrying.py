"""Carrying: what happens when a stick goes back and forth. Receipts are taken in first, then letters are put on it.

And what one wants to see of it: the letters by number with how each stands, and whom a doubt is about. Only a receipt
makes a letter delivered.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final

from village_doctor.domain.changes.codec import instant_of
from village_doctor.domain.kinds import KINDS
from village_doctor.domain.problems import Problem
from village_doctor.services.delivery_status import DeliveryStatus, DoubtShown, status
from village_doctor.services.sending import Progress, Sent, send
from village_doctor.services.taking_receipts import Taken, receive
from village_doctor.services.workplace import Workplace
from village_doctor.store import delivery, local_state, people_store, tables
from village_doctor.store.database import Connection
from village_doctor.store.errors import store_problems

DELIVERED: Final = delivery.DELIVERED
WAITING: Final = delivery.WAITING
_MOST_LETTERS: Final = 12


@dataclass(frozen=True, kw_only=True, slots=True)
class Carried:
    """What one visit of a stick did. `sent` None: only receipts were asked for. `standing`: afterwards."""

    taken: Taken
    sent: Sent | None
    standing: DeliveryStatus


@dataclass(frozen=True, kw_only=True, slots=True)
class LetterShown:
    """第 17 次上报. `state`: delivered or waiting; `written_at`: when it was last put into a folder."""

    number: int
    changes: int
    state: str
    written_at: datetime | None


@dataclass(frozen=True, kw_only=True, slots=True)
class Concerned:
    """Whose page to open: a person, or only a household, or neither where this home knows the record not."""

    resident_id: str | None = None
    household_id: str | None = None


def carry(
    workplace: Workplace, folder: Path, progress: Progress, is_cancelled: Callable[[], bool]
) -> Carried:
    """Takes in the receipts that lie in the folder, then writes the letters into it.

    Raises Problem `cancelled` where `is_cancelled` says so, and those of `receive` and `send`; what was taken in or
    written until then stays.
    """
    told = _stopping(progress, is_cancelled)
    taken = receive(workplace, folder, told)
    sent = send(workplace, folder, told)
    return Carried(taken=taken, sent=sent, standing=status(workplace))


def collect(
    workplace: Workplace, folder: Path, progress: Progress, is_cancelled: Callable[[], bool]
) -> Carried:
    """Only takes receipts in. Problems as `carry`."""
    taken = receive(workplace, folder, _stopping(progress, is_cancelled))
    return Carried(taken=taken, sent=None, standing=status(workplace))


def _stopping(progress: Progress, is_cancelled: Callable[[], bool]) -> Progress:
    def told(stage: str, done: int, total: int) -> None:
        if is_cancelled():
            raise Problem("cancelled")
        progress(stage, done, total)

    return told


@store_problems()
def letters(workplace: Workplace) -> tuple[LetterShown, ...]:
    """The newest letters of this computer, newest first."""
    return workplace.query(_letters)


def _letters(connection: Connection) -> tuple[LetterShown, ...]:
    device = local_state.current_device(connection)
    if device is None:
        return ()
    shown = []
    for letter in reversed(delivery.batches(connection, device.id)[-_MOST_LETTERS:]):
        files = delivery.files_of(connection, letter.device, letter.batch_no)
        shown.append(
            LetterShown(
                number=letter.batch_no,
                changes=letter.changes,
                state=letter.state,
                written_at=instant_of(files[0].written_at) if files else None,
            )
        )
    return tuple(shown)


def concerned(connection: Connection, doubt: DoubtShown) -> Concerned:
    """The first person or household behind a doubt."""
    for record_id in doubt.ids:
        found = _owner(connection, doubt.kind, record_id)
        if found.resident_id or found.household_id:
            return found
    return Concerned()


def _owner(connection: Connection, kind: str, record_id: str) -> Concerned:
    known = KINDS.get(kind)
    record = tables.find(connection, known.record_class, record_id) if known is not None else None
    if record is None:
        return Concerned()
    if kind == "household":
        return Concerned(household_id=record_id)
    resident_id = record_id if kind == "resident" else getattr(record, "resident_id", None)
    if isinstance(resident_id, str):
        homes = people_store.memberships_of_resident(connection, resident_id)
        household_id = next((one.household_id for one in homes if one.until_on is None), None)
        return Concerned(resident_id=resident_id, household_id=household_id)
    household_id = getattr(record, "household_id", None)
    return Concerned(household_id=household_id if isinstance(household_id, str) else None)
