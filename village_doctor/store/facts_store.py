"""Reads everything that duties depend on, for some residents or for the whole village, one query a table."""

import json
from collections.abc import Callable, Collection, Iterable, Iterator
from datetime import date
from operator import attrgetter
from typing import Final, NamedTuple, TypeVar

from village_doctor.domain.contracts import Contract, ContractMember
from village_doctor.domain.given import Education, Service
from village_doctor.domain.medications import Medication
from village_doctor.domain.people import Absence, Condition, HouseholdMembership, Resident
from village_doctor.domain.person_facts import PersonFacts, SignedMember
from village_doctor.domain.readings import Reading
from village_doctor.domain.records import Record
from village_doctor.domain.referrals import Referral
from village_doctor.domain.refusals import Consent, Refusal
from village_doctor.domain.visits import Visit
from village_doctor.store.database import Connection
from village_doctor.store.people_store import HAMLETS_IN_ORDER
from village_doctor.store.tables import select, select_in

R = TypeVar("R", bound=Record)
_STANDING: Final = "voided_at IS NULL"
_RESIDENT_OF: Final[Callable[[Record], str]] = attrgetter("resident_id")
_NAMED_IN: Final = (
    "id IN (SELECT education.id FROM education, json_each(education.resident_ids) AS named "
    "WHERE named.value IN (SELECT value FROM json_each(?)))"
)


def load(
    connection: Connection, today: date, resident_ids: Collection[str] | None = None
) -> list[PersonFacts]:
    """Facts of these residents (None: everybody), by id. The household is the one of `today`, else the last."""
    loader = _Loader(connection, resident_ids)
    memberships = loader.by_resident(HouseholdMembership)
    household_of = {rid: _current(own, today) for rid, own in memberships.items()}
    doors = loader.doors(household_of.values())
    conditions = loader.by_resident(Condition)
    absences = loader.by_resident(Absence)
    visits = loader.by_resident(Visit)
    readings = loader.by_resident(Reading)
    referrals = loader.by_resident(Referral)
    medications = loader.by_resident(Medication)
    services = loader.by_resident(Service)
    refusals = loader.by_resident(Refusal)
    consents = loader.by_resident(Consent)
    educations = loader.educations()
    signed = loader.signed()
    found = []
    for resident in loader.records(Resident, "id"):
        own = resident.id
        door = doors.get(household_of.get(own, ""), _NO_DOOR)
        found.append(
            PersonFacts(
                resident=resident,
                household_id=household_of.get(own),
                conditions=tuple(conditions.get(own, ())),
                absences=tuple(absences.get(own, ())),
                visits=tuple(visits.get(own, ())),
                readings=tuple(readings.get(own, ())),
                referrals=tuple(referrals.get(own, ())),
                contracts=tuple(signed.get(own, ())),
                medications=tuple(medications.get(own, ())),
                educations=tuple(educations.get(own, ())),
                services=tuple(services.get(own, ())),
                refusals=tuple(refusals.get(own, ())),
                consents=tuple(consents.get(own, ())),
                hamlet_place=door.hamlet_place,
                not_visited_until=door.not_visited_until,
            )
        )
    return found


def hamlets_in_order(connection: Connection) -> tuple[str, ...]:
    """Ids of the hamlets that have households, as one walks through them."""
    rows = connection.execute(
        f"SELECT id FROM hamlet WHERE {_STANDING} "
        "AND EXISTS (SELECT 1 FROM household WHERE hamlet_id = hamlet.id AND household.voided_at IS NULL) "
        f"{HAMLETS_IN_ORDER}"
    )
    return tuple(row[0] for row in rows)


class _Door(NamedTuple):
    """What a household says about everybody behind its door."""

    hamlet_place: tuple[int, int] | None
    not_visited_until: date | None


_NO_DOOR: Final = _Door(None, None)


def _current(memberships: list[HouseholdMembership], today: date) -> str:
    current = [m for m in memberships if m.is_member_on(today)] or memberships
    return max(current, key=lambda m: m.id).household_id


class _Loader:
    """The same question for one household and for the whole village."""

    def __init__(self, connection: Connection, resident_ids: Collection[str] | None) -> None:
        self._connection = connection
        self._ids = resident_ids

    def records(self, record_class: type[R], column: str = "resident_id") -> Iterator[R]:
        if self._ids is None:
            return select(self._connection, record_class, f"{_STANDING} ORDER BY id")
        found = select_in(self._connection, record_class, column, self._ids)
        return (record for record in found if not record.is_voided)

    def doors(self, ids: Iterable[str]) -> dict[str, _Door]:
        order = hamlets_in_order(self._connection)
        places = {hamlet_id: (place, len(order)) for place, hamlet_id in enumerate(order)}
        where = "1" if self._ids is None else "id IN (SELECT value FROM json_each(?))"
        rows = self._connection.execute(
            f"SELECT id, hamlet_id, not_visited_until FROM household WHERE {where}",
            () if self._ids is None else (json.dumps(sorted(set(ids))),),
        )
        return {
            household_id: _Door(places.get(hamlet_id), date.fromisoformat(until) if until else None)
            for household_id, hamlet_id, until in rows
        }

    def by_resident(self, record_class: type[R]) -> dict[str, list[R]]:
        grouped: dict[str, list[R]] = {}
        for record in self.records(record_class):
            grouped.setdefault(_RESIDENT_OF(record), []).append(record)
        return grouped

    def educations(self) -> dict[str, list[Education]]:
        """By everybody whom they name."""
        wanted = None if self._ids is None else json.dumps(sorted(self._ids))
        where, values = (_STANDING, ()) if wanted is None else (f"{_STANDING} AND {_NAMED_IN}", (wanted,))
        grouped: dict[str, list[Education]] = {}
        for education in select(self._connection, Education, f"{where} ORDER BY id", values):
            for resident_id in education.resident_ids:
                grouped.setdefault(resident_id, []).append(education)
        return grouped

    def signed(self) -> dict[str, list[SignedMember]]:
        members = list(self.records(ContractMember))
        wanted = {member.contract_id for member in members}
        contracts = {c.id: c for c in select_in(self._connection, Contract, "id", wanted) if not c.is_voided}
        grouped: dict[str, list[SignedMember]] = {}
        for member in members:
            if member.contract_id in contracts:
                signed = SignedMember(contract=contracts[member.contract_id], member=member)
                grouped.setdefault(member.resident_id, []).append(signed)
        return grouped
