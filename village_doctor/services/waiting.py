"""Waiting: the numbers on the rail and what the status line says, asked after every saved act.

One question on the reader thread, and a look at the backup folder. Nothing here decides; each number is the one that
its page shows when it is opened.
"""

from dataclasses import dataclass
from datetime import date, datetime

from village_doctor.domain.changes.codec import instant_of
from village_doctor.domain.clinic import Clinic
from village_doctor.domain.dates import day_in_china
from village_doctor.domain.due import how_reached
from village_doctor.domain.fulfilment.matching import HOME
from village_doctor.domain.people import Household
from village_doctor.services import browsing, delivery_status, deriving
from village_doctor.services.workplace import Workplace
from village_doctor.store import backups, contract_store, duty_cache, journal
from village_doctor.store.database import Connection
from village_doctor.store.tables import select


@dataclass(frozen=True, kw_only=True, slots=True)
class Waiting:
    """`doors_today`: doors to call at because something is due there by today (先不上门 left out). `contracts_ending`:
    within 60 days and not renewed. `changes_waiting`: what no receipt covers, the oldest of `oldest_waiting_on`.

    `last_saved_at`: when the newest change was written; `last_backup_at`: of the newest backup beside the store.
    """

    doors_today: int
    contracts_ending: int
    changes_waiting: int
    oldest_waiting_on: date | None
    last_saved_at: datetime | None
    last_backup_at: datetime | None
    is_practice: bool
    clinic_name: str
    doctor_name: str


def waiting(workplace: Workplace) -> Waiting:
    """What waits now, and when things were last saved and backed up."""
    known = backups.backups_in(workplace.backups) if workplace.backups.is_dir() else []
    last_backup_at = instant_of(known[-1][0].made_at) if known else None
    return workplace.query(_waiting, workplace.today(), workplace.actor.name, last_backup_at)


def _waiting(
    connection: Connection, today: date, doctor_name: str, last_backup_at: datetime | None
) -> Waiting:
    undelivered = delivery_status.undelivered(connection)
    newest = journal.newest_wall_at(connection)
    return Waiting(
        doors_today=_doors(connection, today),
        contracts_ending=len(browsing.terms_ending(contract_store.terms(connection), today)),
        changes_waiting=undelivered.changes,
        oldest_waiting_on=day_in_china(undelivered.oldest_at) if undelivered.oldest_at else None,
        last_saved_at=instant_of(newest) if newest else None,
        last_backup_at=last_backup_at,
        is_practice=deriving.settings(connection)["practice"] == "1",
        clinic_name=next(select(connection, Clinic, "voided_at IS NULL ORDER BY id")).name,
        doctor_name=doctor_name,
    )


def _doors(connection: Connection, today: date) -> int:
    """Households with something to do at the door, but for those that are not to be visited yet."""
    wanted = {
        line.household_id
        for line in duty_cache.lines_due(connection, today)
        if how_reached(line.proof, line.due_on, line.mode_hint, today) == HOME
    }
    silenced = select(connection, Household, "not_visited_until > ?", (today.isoformat(),))
    return len(wanted - {one.id for one in silenced})
