"""Listing: who stands out among the signed and the unsigned, who is away, and how much of what was promised was done.

Each line says whom it is about and why. What belongs to a protected group is on no list of who may not see it.
"""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final

from village_doctor.domain.clinic import Hamlet, Staff
from village_doctor.domain.contracts import Contract
from village_doctor.domain.decisions import Reason
from village_doctor.domain.fulfilment import lists, rates
from village_doctor.domain.fulfilment.rates import ContractRate, ItemRate
from village_doctor.domain.given import Activity
from village_doctor.domain.key_groups import key_groups
from village_doctor.domain.managed_groups import GROUP_OF_CONDITION
from village_doctor.domain.messages import N_
from village_doctor.domain.people import Condition, Household, Phone, Resident
from village_doctor.domain.person_facts import PersonFacts
from village_doctor.domain.protected import group_of_proof, protected_group
from village_doctor.services import deriving
from village_doctor.services.catalogue import Catalogue, figures
from village_doctor.services.seeing import sight_of
from village_doctor.store import duty_cache, facts_store, people_store
from village_doctor.store.database import Connection
from village_doctor.store.tables import select, select_in

_STANDING: Final = "voided_at IS NULL"
# Said beside why somebody is on the list; left over alone, they tell that there is a reason which is not said.
_NEVER_ALONE: Final = frozenset({"refused-contract", "signed-without-evidence"})


@dataclass(frozen=True, kw_only=True, slots=True)
class Listed:
    """One line: the door, the people it is about, and why (`duties.reasons`). `contract_id`: where it is about one."""

    household_id: str | None
    resident_ids: tuple[str, ...]
    reasons: tuple[Reason, ...]
    contract_id: str | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class People:
    """A list with the people, doors and contracts that it names. `phones` by resident or household id."""

    on: date
    lines: tuple[Listed, ...]
    residents: Mapping[str, Resident]
    households: Mapping[str, Household]
    hamlets: Mapping[str, Hamlet]
    contracts: Mapping[str, Contract]
    phones: Mapping[str, list[Phone]]


@dataclass(frozen=True, kw_only=True, slots=True)
class Rates:
    """履约率 as of a day. `items`: rate A of everything promised, `contracts`: rate B."""

    on: date
    items: ItemRate
    contracts: ContractRate
    by_contract: Mapping[str, ItemRate]
    by_package: Mapping[str, ItemRate]
    by_staff: Mapping[str, ItemRate]


# The lists by name, as people call them.
NAMES: Final[Mapping[str, str]] = {
    "unserved": N_("签了还没服务的"),
    "unaware": N_("可能不知道签了约的"),
    "renewals": N_("快到期要续签的"),
    "gaps": N_("该签还没签的重点人群"),
    "away": N_("外出满半年的"),
    "home": N_("春节可能在家的"),
    "refusals": N_("以前不愿意、可以再提的"),
    "groups": N_("人群和名单对不上的"),
}


def people_list(
    connection: Connection, catalogue: Catalogue, name: str, on: date, viewer: Staff | None = None
) -> People:
    """The list of that name on a day, as far as `viewer` may see it (None: all of it)."""
    people = facts_store.load(connection, on)
    lines = tuple(_LISTS[name](connection, catalogue, people, on))
    return _with_people(connection, on, lines, viewer)


def _unserved(
    _connection: Connection, _catalogue: Catalogue, people: list[PersonFacts], on: date
) -> Iterator[Listed]:
    for one in lists.signed_but_not_served(people, on):
        yield _of_contract(one)


def _unaware(
    connection: Connection, _catalogue: Catalogue, people: list[PersonFacts], on: date
) -> Iterator[Listed]:
    known_days = {one.held_on for one in select(connection, Activity, _STANDING)}
    for one in lists.perhaps_signed_without_knowing(people, on, figures(), known_days):
        yield Listed(
            household_id=one.household_id,
            resident_ids=(one.resident_id,),
            reasons=one.reasons,
            contract_id=one.contract_id,
        )


def _renewals(
    _connection: Connection, _catalogue: Catalogue, people: list[PersonFacts], on: date
) -> Iterator[Listed]:
    for one in lists.renewals(people, on):
        yield _of_contract(one)


def _gaps(
    _connection: Connection, _catalogue: Catalogue, people: list[PersonFacts], on: date
) -> Iterator[Listed]:
    for one in lists.gaps(people, on, figures()):
        yield _of_person(one.household_id, one.resident_id, one.reasons)


def _away(
    _connection: Connection, _catalogue: Catalogue, people: list[PersonFacts], on: date
) -> Iterator[Listed]:
    for one in lists.away_list(people, on):
        yield _of_person(one.household_id, one.resident_id, one.reasons)


def _home(
    _connection: Connection, catalogue: Catalogue, people: list[PersonFacts], on: date
) -> Iterator[Listed]:
    for one in lists.home_at_new_year(people, on, catalogue.spring_festivals, figures()):
        yield _of_person(one.household_id, one.resident_id, one.reasons)


def _refusals(
    _connection: Connection, _catalogue: Catalogue, people: list[PersonFacts], on: date
) -> Iterator[Listed]:
    for one in lists.to_offer_again(people, on):
        yield _of_person(one.household_id, one.resident_id, one.reasons)


def _groups(
    connection: Connection, _catalogue: Catalogue, people: list[PersonFacts], on: date
) -> Iterator[Listed]:
    imported = {
        GROUP_OF_CONDITION.get(one.code, one.code)
        for one in select(connection, Condition, f"source_list IS NOT NULL AND {_STANDING}")
    }
    for person in people:
        if not person.is_here_on(on):
            continue
        found = key_groups(person, on, figures(), imported)
        reasons = tuple(one.difference for one in found if one.difference is not None)
        if reasons:
            yield _of_person(person.household_id, person.resident.id, reasons)


_LISTS: Final[Mapping[str, Callable[[Connection, Catalogue, list[PersonFacts], date], Iterator[Listed]]]] = {
    "unserved": _unserved,
    "unaware": _unaware,
    "renewals": _renewals,
    "gaps": _gaps,
    "away": _away,
    "home": _home,
    "refusals": _refusals,
    "groups": _groups,
}


def _of_contract(one: lists.ListedContract) -> Listed:
    return Listed(
        household_id=one.household_id,
        resident_ids=one.resident_ids,
        reasons=one.reasons,
        contract_id=one.contract_id,
    )


def _of_person(household_id: str | None, resident_id: str, reasons: tuple[Reason, ...]) -> Listed:
    return Listed(household_id=household_id, resident_ids=(resident_id,), reasons=reasons)


def _with_people(connection: Connection, on: date, lines: tuple[Listed, ...], viewer: Staff | None) -> People:
    household_ids = {one.household_id for one in lines if one.household_id is not None}
    households = {h.id: h for h in select_in(connection, Household, "id", household_ids)}
    if viewer is not None:
        lines = tuple(_seen_by(viewer, lines, households))
    hamlet_ids = {h.hamlet_id for h in households.values() if h.hamlet_id is not None}
    resident_ids = {who for one in lines for who in one.resident_ids}
    contract_ids = {one.contract_id for one in lines if one.contract_id is not None}
    return People(
        on=on,
        lines=lines,
        residents={r.id: r for r in select_in(connection, Resident, "id", resident_ids)},
        households=households,
        hamlets={h.id: h for h in select_in(connection, Hamlet, "id", hamlet_ids)},
        contracts={c.id: c for c in select_in(connection, Contract, "id", contract_ids)},
        phones=people_store.phones_by_owner(connection, {*resident_ids, *households}),
    )


def _seen_by(viewer: Staff, lines: Iterable[Listed], households: Mapping[str, Household]) -> Iterator[Listed]:
    """Without the sentences about protected groups that are not the viewer's to see, and lines that are only of them."""
    for line in lines:
        household = households.get(line.household_id or "")
        may_see = sight_of(viewer, household)
        kept = tuple(one for one in line.reasons if all(map(may_see, _groups_named(one))))
        if kept == line.reasons or any(one.code not in _NEVER_ALONE for one in kept):
            yield Listed(
                household_id=line.household_id,
                resident_ids=line.resident_ids,
                reasons=kept,
                contract_id=line.contract_id,
            )


def _groups_named(reason: Reason) -> Collection[str]:
    """The protected groups that a sentence gives away, by group, disease or service."""
    values = reason.values or {}
    named = {protected_group(values.get(name)) for name in ("group", "disease")}
    named.add(group_of_proof(values.get("what", "")))
    return [one for one in named if one is not None]


def rates_on(connection: Connection, on: date) -> Rates:
    """履约率 of everything promised in the contracts, as of a day."""
    matched = duty_cache.matched_for(facts_store.load(connection, on), on, deriving.duty_rules(connection))
    contract_ids = {one.duty.contract_id for one in matched if one.duty.contract_id is not None}
    contracts = {one.id: one for one in select_in(connection, Contract, "id", contract_ids)}
    return Rates(
        on=on,
        items=rates.rate_of(matched, on),
        contracts=rates.contract_rate(matched, on),
        by_contract=rates.rates_by_contract(matched, on),
        by_package=rates.rates_by_package(matched, on),
        by_staff=rates.rates_by_staff(matched, contracts, on),
    )
