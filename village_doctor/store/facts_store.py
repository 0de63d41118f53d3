"""Reads everything that duties depend on, for some residents or for the whole village, one query a table."""

from collections.abc import Callable, Collection, Iterable, Iterator
from datetime import date
from typing import TypeVar

from village_doctor.domain.contracts import Contract, ContractMember
from village_doctor.domain.people import Absence, Condition, Household, HouseholdMembership, Resident
from village_doctor.domain.person_facts import PersonFacts, SignedMember
from village_doctor.domain.readings import Reading
from village_doctor.domain.records import Record
from village_doctor.domain.referrals import Referral
from village_doctor.domain.visits import Visit
from village_doctor.store.database import Connection
from village_doctor.store.tables import select, select_in

R = TypeVar("R", bound=Record)
_STANDING = "voided_at IS NULL"


def load(
    connection: Connection, today: date, resident_ids: Collection[str] | None = None
) -> list[PersonFacts]:
    """Facts of these residents (None: everybody), by id. The household is the one of `today`, else the last."""
    loader = _Loader(connection, resident_ids)
    memberships = loader.by_resident(HouseholdMembership, lambda m: m.resident_id)
    household_of = {rid: _current(own, today) for rid, own in memberships.items()}
    silenced = {
        household.id: household.not_visited_until
        for household in loader.households(household_of.values())
        if household.not_visited_until is not None
    }
    conditions = loader.by_resident(Condition, lambda c: c.resident_id)
    absences = loader.by_resident(Absence, lambda a: a.resident_id)
    visits = loader.by_resident(Visit, lambda v: v.resident_id)
    readings = loader.by_resident(Reading, lambda r: r.resident_id)
    referrals = loader.by_resident(Referral, lambda r: r.resident_id)
    signed = loader.signed()
    return [
        PersonFacts(
            resident=resident,
            household_id=household_of.get(resident.id),
            conditions=tuple(conditions.get(resident.id, ())),
            absences=tuple(absences.get(resident.id, ())),
            visits=tuple(visits.get(resident.id, ())),
            readings=tuple(readings.get(resident.id, ())),
            referrals=tuple(referrals.get(resident.id, ())),
            contracts=tuple(signed.get(resident.id, ())),
            not_visited_until=silenced.get(household_of.get(resident.id) or ""),
        )
        for resident in loader.records(Resident, "id")
    ]


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

    def households(self, ids: Iterable[str]) -> Iterator[Household]:
        if self._ids is None:
            return select(self._connection, Household, "not_visited_until IS NOT NULL")
        return select_in(self._connection, Household, "id", ids)

    def by_resident(self, record_class: type[R], owner: Callable[[R], str]) -> dict[str, list[R]]:
        grouped: dict[str, list[R]] = {}
        for record in self.records(record_class):
            grouped.setdefault(owner(record), []).append(record)
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
