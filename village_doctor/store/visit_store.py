"""Queries about visits, readings and referrals."""

from typing import Final

from village_doctor.domain.readings import Reading
from village_doctor.domain.referrals import Referral
from village_doctor.domain.visits import Visit
from village_doctor.store.database import Connection
from village_doctor.store.tables import select

_STANDING: Final = "voided_at IS NULL"


def visits_of(connection: Connection, resident_id: str) -> list[Visit]:
    """Not voided, oldest service first."""
    where = f"resident_id = ? AND {_STANDING} ORDER BY served_on, id"
    return list(select(connection, Visit, where, (resident_id,)))


def readings_of(connection: Connection, resident_id: str) -> list[Reading]:
    """Not voided, oldest first."""
    where = f"resident_id = ? AND {_STANDING} ORDER BY taken_at, id"
    return list(select(connection, Reading, where, (resident_id,)))


def readings_of_visit(connection: Connection, visit_id: str) -> list[Reading]:
    where = f"visit_id = ? AND {_STANDING} ORDER BY id"
    return list(select(connection, Reading, where, (visit_id,)))


def referrals_of(connection: Connection, resident_id: str) -> list[Referral]:
    where = f"resident_id = ? AND {_STANDING} ORDER BY issued_on, id"
    return list(select(connection, Referral, where, (resident_id,)))
