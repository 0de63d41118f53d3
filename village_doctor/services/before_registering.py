"""Before registering: where a household can be, and whether a document number is somebody's already. Pure questions."""

from dataclasses import dataclass
from datetime import date

from village_doctor.domain.clinic import Hamlet, Village
from village_doctor.domain.people import Household, Resident
from village_doctor.services import finding
from village_doctor.services.registering import document_number
from village_doctor.store import people_store
from village_doctor.store.database import Connection
from village_doctor.store.tables import select


@dataclass(frozen=True, kw_only=True, slots=True)
class Places:
    """The clinic's villages and hamlets, hamlets in walking order."""

    villages: tuple[Village, ...]
    hamlets: tuple[Hamlet, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class KnownPerson:
    """Who carries a number already, and the household to open; None: she belongs to none."""

    resident: Resident
    household: Household | None
    door: str


def places(connection: Connection) -> Places:
    """Where a household can be."""
    return Places(
        villages=tuple(select(connection, Village, "voided_at IS NULL ORDER BY code, id")),
        hamlets=tuple(finding.hamlets(connection)),
    )


def person_with_document(connection: Connection, number: str, on: date) -> KnownPerson | None:
    """Who carries this number already; None: nobody."""
    known = people_store.residents_with_document(connection, document_number(number))
    if not known:
        return None
    household = people_store.household_on(connection, known[0].id, on)
    return KnownPerson(resident=known[0], household=household, door=finding.door_text(connection, household))
