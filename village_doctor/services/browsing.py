"""Browsing: the clinic's doors by hamlet, as one walks past them, and how things stand with the contracts.

For who knows where people live but not how they are spelt. What is due is counted from the derived duties of today;
another day's counts are only as true as that table. Pure questions, quick for a town of 10,000.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from village_doctor.domain.clinic import Hamlet
from village_doctor.domain.contract_rules import renewal_due
from village_doctor.domain.contracts import (
    ACTIVE,
    AWAITING_SIGNATURE,
    DRAFT,
    Contract,
    is_running_on,
    runs_until,
    state_on,
)
from village_doctor.domain.due import walking_place
from village_doctor.domain.duties.reasons import GROUP_NAMES
from village_doctor.domain.managed_groups import GENERAL, groups_at
from village_doctor.domain.people import Condition, Household
from village_doctor.domain.permissions import PROTECTED_GROUPS
from village_doctor.foundation.texts import fill
from village_doctor.foundation.texts import text as _
from village_doctor.services import finding, wording
from village_doctor.store import contract_store, duty_cache, household_lists
from village_doctor.store.database import Connection
from village_doctor.store.household_lists import PersonHere
from village_doctor.store.tables import select, select_in

_STANDING: Final = "voided_at IS NULL"


# --- doors by hamlet --------------------------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True, slots=True)
class HamletEntry:
    """A hamlet with how many households and people live in it; `hamlet` None: the households without one."""

    hamlet: Hamlet | None
    households: int
    residents: int


@dataclass(frozen=True, kw_only=True, slots=True)
class HouseholdEntry:
    """One door. `members` live here today; `due` things are due by today, `overdue` of them are late.

    `contract_ends_on`: the last day of the running contract, None where none runs.
    """

    household: Household
    head_name: str | None
    members: int
    due: int
    overdue: int
    contract_ends_on: date | None


def hamlets_with_counts(connection: Connection, on: date) -> tuple[HamletEntry, ...]:
    """Every hamlet in walking order, empty ones too; the households without one come last, where there are any."""
    counts = {one.hamlet_id: one for one in household_lists.hamlet_counts(connection, on)}
    entries = []
    for hamlet in (*finding.hamlets(connection), None):
        count = counts.get(None if hamlet is None else hamlet.id)
        if hamlet is not None or count is not None:
            entries.append(
                HamletEntry(
                    hamlet=hamlet,
                    households=0 if count is None else count.households,
                    residents=0 if count is None else count.residents,
                )
            )
    return tuple(entries)


def households_of(connection: Connection, hamlet_id: str | None, on: date) -> tuple[HouseholdEntry, ...]:
    """The households of a hamlet (None: those without one) in walking order."""
    households = list(
        select(connection, Household, f"hamlet_id IS ? AND {_STANDING}", (hamlet_id,))  # IS finds NULL too
    )
    ids = [one.id for one in households]
    people = _by_household(household_lists.people_here(connection, on, ids))
    late: dict[str | None, list[bool]] = {}
    for line in duty_cache.lines_due(connection, on, ids):
        late.setdefault(line.household_id, []).append(line.due_on < on)
    ends = {
        one.household_id: runs_until(one)
        for one in contract_store.contracts_of_households(connection, ids)
        if is_running_on(one, on)
    }
    return tuple(
        HouseholdEntry(
            household=household,
            head_name=_head_of(people.get(household.id, ())),
            members=len(people.get(household.id, ())),
            due=len(late.get(household.id, ())),
            overdue=sum(late.get(household.id, ())),
            contract_ends_on=ends.get(household.id),
        )
        for household in sorted(households, key=lambda one: walking_place(one, {}))
    )


def _by_household(people: Iterable[PersonHere]) -> dict[str, list[PersonHere]]:
    found: dict[str, list[PersonHere]] = {}
    for one in people:
        found.setdefault(one.household_id, []).append(one)
    return found


def _head_of(people: Iterable[PersonHere]) -> str | None:
    return next((one.name for one in people if one.is_head), None)


# --- contracts --------------------------------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True, slots=True)
class ContractEntry:
    """A household on one of the contract lists.

    `contract`: the one that waits or ends; for a household without one its last, if it ever had one. `why`: what
    speaks for calling there (老年人 1 人，高血压患者 2 人), without the groups that others must not read.
    """

    household: Household
    hamlet: Hamlet | None
    head_name: str | None
    members: int
    contract: Contract | None
    why: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class ContractsOverview:
    """`waiting`: drafts and those handed out for signature. `ending`: within 60 days, not renewed yet, soonest first.

    `unsigned_households`: people live there and no contract runs, waits or begins; most people in key groups first.
    `running`: how many contracts run today.
    """

    waiting: tuple[ContractEntry, ...]
    ending: tuple[ContractEntry, ...]
    unsigned_households: tuple[ContractEntry, ...]
    running: int


def contracts_overview(connection: Connection, on: date) -> ContractsOverview:
    """How things stand with the contracts of the whole clinic on that day."""
    terms = contract_store.terms(connection)
    lists = _Lists(connection, on)
    waiting = [one.id for one in terms if one.state in (AWAITING_SIGNATURE, DRAFT)]
    ending = [one.id for one in terms_ending(terms, on)]
    taken = {
        one.household_id
        for one in terms
        if one.state in (AWAITING_SIGNATURE, DRAFT) or state_on(one, on) == ACTIVE
    }
    last = {one.household_id: one.id for one in terms if one.household_id not in taken}
    whole = {
        one.id: one for one in select_in(connection, Contract, "id", [*waiting, *ending, *last.values()])
    }
    unsigned = [one for one in lists.households.values() if one.id not in taken and one.id in lists.people]
    entries = [
        (lists.in_key_groups(one.id), lists.entry(one.id, whole.get(last.get(one.id, ""))))
        for one in unsigned
    ]
    entries.sort(key=lambda pair: (-pair[0], lists.place(pair[1])))
    return ContractsOverview(
        waiting=tuple(sorted(lists.entries(whole[one] for one in waiting), key=lists.place)),
        ending=tuple(
            sorted(
                lists.entries(whole[one] for one in ending),
                key=lambda one: (lists.end(one), lists.place(one)),
            )
        ),
        unsigned_households=tuple(entry for _members, entry in entries),
        running=sum(is_running_on(one, on) for one in terms),
    )


def terms_ending(terms: Sequence[Contract], on: date) -> list[Contract]:
    """Of all contracts the running ones that end within 60 days and are not renewed yet."""
    renewals: dict[str, list[Contract]] = {}
    for one in terms:
        if one.renews_id is not None:
            renewals.setdefault(one.renews_id, []).append(one)
    return [one for one in terms if renewal_due(one, on, renewals.get(one.id, ()))]


class _Lists:
    """What every list of contracts needs to know about the households, read once."""

    def __init__(self, connection: Connection, on: date) -> None:
        self._on = on
        self.households = {one.id: one for one in select(connection, Household, _STANDING)}
        self._hamlets = {one.id: one for one in select(connection, Hamlet)}
        self.people = _by_household(household_lists.people_here(connection, on))
        self._conditions: dict[str, list[Condition]] = {}
        for condition in select(connection, Condition, _STANDING):
            self._conditions.setdefault(condition.resident_id, []).append(condition)

    def entries(self, contracts: Iterable[Contract]) -> list[ContractEntry]:
        return [self.entry(one.household_id, one) for one in contracts if one.household_id in self.households]

    def entry(self, household_id: str, contract: Contract | None) -> ContractEntry:
        household, people = self.households[household_id], self.people.get(household_id, [])
        return ContractEntry(
            household=household,
            hamlet=self._hamlets.get(household.hamlet_id or ""),
            head_name=_head_of(people),
            members=len(people),
            contract=contract,
            why=self._why(people, contract),
        )

    def in_key_groups(self, household_id: str) -> int:
        """How many of those who live there are in a group that may be named."""
        return sum(bool(self._groups(one)) for one in self.people[household_id])

    def place(self, entry: ContractEntry) -> tuple[int, int, str, str]:
        return walking_place(entry.household, self._hamlets)

    def end(self, entry: ContractEntry) -> date:
        return date.max if entry.contract is None else runs_until(entry.contract)

    def _groups(self, one: PersonHere) -> Collection[str]:
        groups = groups_at(one.birth_date, self._conditions.get(one.resident_id, ()), self._on)
        return [group for group in groups if group != GENERAL and group not in PROTECTED_GROUPS]

    def _why(self, people: Iterable[PersonHere], contract: Contract | None) -> str:
        counts: dict[str, int] = {}
        for one in people:
            for group in self._groups(one):
                counts[group] = counts.get(group, 0) + 1
        told = [
            fill(_("{group} {count} 人"), {"group": _(GROUP_NAMES[group]), "count": counts[group]})
            for group in sorted(counts)
        ]
        return "，".join((*self._past(contract), *told))

    def _past(self, contract: Contract | None) -> list[str]:
        """What became of a contract that binds no longer; nothing while it does or has yet to begin."""
        if contract is None or contract.state in (DRAFT, AWAITING_SIGNATURE):
            return []
        until = runs_until(contract)
        if until >= self._on:
            return []
        return [fill(_("上一份到 {day} 为止"), {"day": wording.day(until, self._on)})]
