"""Viewing: a family with everything known about it, and the state of the whole clinic. Pure questions."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from village_doctor.domain.changes.codec import instant_of
from village_doctor.domain.clinic import Clinic, Hamlet, Staff, Village
from village_doctor.domain.contracts import Contract, ContractMember, is_running_on
from village_doctor.domain.due import DueItem, due_items, visible
from village_doctor.domain.fulfilment.rates import Fulfilment, fulfilments
from village_doctor.domain.people import Household, HouseholdMembership, Phone, Resident
from village_doctor.domain.person_facts import PersonFacts
from village_doctor.domain.problems import Problem
from village_doctor.domain.protected import contract_known_to, known_to, member_known_to
from village_doctor.domain.readings import Reading, last_readings
from village_doctor.services import deriving
from village_doctor.services.seeing import sight_of
from village_doctor.services.workplace import Workplace
from village_doctor.store import (
    backups,
    contract_store,
    duty_cache,
    facts_store,
    journal,
    local_state,
    people_store,
    tables,
)
from village_doctor.store.database import Connection
from village_doctor.store.tables import select, select_in

SHOWN_AHEAD_DAYS: Final = 100  # to the next quarterly follow-up


@dataclass(frozen=True, kw_only=True, slots=True)
class MemberView:
    """One person of a family. `last_readings`: the newest of each kind; `due`: what she needs, most urgent first."""

    membership: HouseholdMembership
    facts: PersonFacts
    phones: tuple[Phone, ...]
    last_readings: tuple[Reading, ...]
    due: tuple[DueItem, ...]
    fulfilment: tuple[Fulfilment, ...]

    @property
    def resident(self) -> Resident:
        return self.facts.resident


@dataclass(frozen=True, kw_only=True, slots=True)
class ContractView:
    """A contract with its members and the people they are."""

    contract: Contract
    household: Household
    members: tuple[tuple[ContractMember, Resident], ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Family:
    """A household as its page shows it, on one day."""

    on: date
    household: Household
    hamlet: Hamlet | None
    phones: tuple[Phone, ...]
    members: tuple[MemberView, ...]
    contracts: tuple[ContractView, ...]

    @property
    def head(self) -> Resident | None:
        return next((one.resident for one in self.members if one.membership.is_head), None)


def family(connection: Connection, household_id: str, on: date, viewer: Staff | None = None) -> Family:
    """Who belongs to the household on `on`, with readings, contracts and what is due, as far as `viewer` may see it
    (None: all of it). Raises `record-not-found`."""
    household = tables.get(connection, Household, household_id)
    here = people_store.members_on(connection, household_id, on)
    ids = [resident.id for _, resident in here]
    may_see = sight_of(viewer, household)
    facts = {one.resident.id: known_to(one, may_see) for one in facts_store.load(connection, on, ids)}
    matched = duty_cache.matched_for(facts.values(), on, deriving.duty_rules(connection))
    due = visible(due_items(matched, on, SHOWN_AHEAD_DAYS), may_see)
    fulfilled = fulfilments(matched, on)
    members = tuple(
        MemberView(
            membership=membership,
            facts=facts[resident.id],
            phones=tuple(
                select(connection, Phone, "resident_id = ? AND voided_at IS NULL ORDER BY id", (resident.id,))
            ),
            last_readings=last_readings(facts[resident.id].readings),
            due=tuple(item for item in due if item.resident_id == resident.id),
            fulfilment=tuple(one for one in fulfilled if one.resident_id == resident.id),
        )
        for membership, resident in here
    )
    return Family(
        on=on,
        household=household,
        hamlet=tables.find(connection, Hamlet, household.hamlet_id) if household.hamlet_id else None,
        phones=tuple(
            select(connection, Phone, "household_id = ? AND voided_at IS NULL ORDER BY id", (household_id,))
        ),
        members=members,
        contracts=tuple(
            contract_view(connection, one, viewer)
            for one in contract_store.contracts_of_household(connection, household_id)
        ),
    )


def contract_view(connection: Connection, contract: Contract, viewer: Staff | None = None) -> ContractView:
    """The contract with its members in the order they were added, as far as `viewer` may see it (None: all of it)."""
    members = contract_store.members_of(connection, contract.id)
    people = {r.id: r for r in select_in(connection, Resident, "id", [m.resident_id for m in members])}
    household = tables.get(connection, Household, contract.household_id)
    may_see = sight_of(viewer, household)
    return ContractView(
        contract=contract_known_to(contract, may_see),
        household=household,
        members=tuple(
            (member_known_to(member, contract, may_see), people[member.resident_id]) for member in members
        ),
    )


@dataclass(frozen=True, kw_only=True, slots=True)
class Status:
    """The clinic at a glance. `entries`: journal entries; `last_saved_at`: when the newest one was written."""

    clinic: Clinic
    villages: tuple[Village, ...]
    doctor: Staff
    counts: Mapping[str, int]
    running_contracts: int
    device_digit: int
    entries: int
    last_saved_at: datetime | None
    last_backup_at: str | None
    settings: Mapping[str, str]

    @property
    def is_practice(self) -> bool:
        return self.settings.get("practice") == "1"


def status(workplace: Workplace) -> Status:
    """Counts, device, newest entry and newest backup of an opened home."""
    known = backups.backups_in(workplace.backups) if workplace.backups.is_dir() else []
    today = workplace.today()

    def ask(connection: Connection) -> Status:
        device = local_state.current_device(connection)
        newest = journal.newest_wall_at(connection)
        return Status(
            clinic=next(select(connection, Clinic, "voided_at IS NULL ORDER BY id")),
            villages=tuple(select(connection, Village, "voided_at IS NULL ORDER BY code")),
            doctor=workplace.actor,
            counts={
                kind: tables.count(connection, kind) for kind in ("household", "resident", "reading", "visit")
            },
            running_contracts=sum(is_running_on(one, today) for one in select(connection, Contract)),
            device_digit=device.device_digit if device else 0,
            entries=journal.count(connection),
            last_saved_at=instant_of(newest) if newest else None,
            last_backup_at=known[-1][0].made_at if known else None,
            settings=deriving.settings(connection),
        )

    return workplace.query(ask)


def person_facts(connection: Connection, resident_id: str, on: date) -> PersonFacts:
    """Everything known about one resident. Raises Problem `record-not-found`."""
    found = facts_store.load(connection, on, [resident_id])
    if not found:
        raise Problem("record-not-found", kind="resident")
    return found[0]
