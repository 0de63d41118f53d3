"""履约率: how much of what was promised was done (contracts.md §6), always named A or B, as exact fractions.

A: items done ÷ items due so far, for a member, a contract, a package or a member of staff. B: contracts with every due
item done ÷ contracts with something due. What was not done or refused stays below the line and is shown beside the
rate; the dead, the moved and those away for six months have left before (`duties`). Nothing due: no rate.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from village_doctor.domain.contracts import Contract
from village_doctor.domain.dates import day_in_china
from village_doctor.domain.fulfilment.matching import DONE, NOT_DONE, MatchedDuty
from village_doctor.domain.person_facts import PersonFacts
from village_doctor.domain.records import holds


@dataclass(frozen=True, kw_only=True, slots=True)
class ItemRate:
    """Items `due` so far, `done` of these, `ahead`: done before their day; `not_done`: how many of those due, by reason."""

    due: int
    done: int
    ahead: int
    not_done: tuple[tuple[str, int], ...]

    @property
    def rate(self) -> Fraction | None:
        """履约率 A; None while nothing is due."""
        return Fraction(self.done, self.due) if self.due else None


@dataclass(frozen=True, kw_only=True, slots=True)
class Fulfilment(ItemRate):
    """The items of one member in one contract; `next_due_on`: the next promise that waits."""

    contract_id: str
    resident_id: str
    next_due_on: date | None


@dataclass(frozen=True, kw_only=True, slots=True)
class ContractRate:
    """`contracts` that had something due so far, `fulfilled`: with all of it done; `waiting`: with nothing due yet."""

    contracts: int
    fulfilled: int
    waiting: int

    @property
    def rate(self) -> Fraction | None:
        """履约率 B; None while nothing is due in any."""
        return Fraction(self.fulfilled, self.contracts) if self.contracts else None


def fulfilments(matched: Iterable[MatchedDuty], on: date) -> tuple[Fulfilment, ...]:
    """Rate A of each member in each contract among the duties, ordered by contract and resident.

    An item counts as due on the last day of its span: a figure drawn on that day includes it.
    """
    by_member: dict[tuple[str, str], list[MatchedDuty]] = {}
    for one in matched:
        if one.duty.contract_id is not None:
            by_member.setdefault((one.duty.contract_id, one.duty.resident_id), []).append(one)
    return tuple(
        _fulfilment(contract_id, resident_id, items, on)
        for (contract_id, resident_id), items in sorted(by_member.items())
    )


def rate_of(matched: Iterable[MatchedDuty], on: date) -> ItemRate:
    """Rate A of all promised items among the duties."""
    return _item_rate([one for one in matched if one.duty.contract_id is not None], on)


def rates_by_contract(matched: Iterable[MatchedDuty], on: date) -> Mapping[str, ItemRate]:
    """Rate A of each contract, all its members together, by contract id."""
    return _rates_by(matched, on, lambda one: one.duty.contract_id)


def rates_by_package(matched: Iterable[MatchedDuty], on: date) -> Mapping[str, ItemRate]:
    """Rate A of each package, by its code: a promised item is named `package.item`."""
    return _rates_by(matched, on, lambda one: one.duty.item.partition(".")[0])


def rates_by_staff(
    matched: Iterable[MatchedDuty], contracts: Mapping[str, Contract], on: date
) -> Mapping[str, ItemRate]:
    """Rate A by who answers for the contract: its village doctor, else its provider. Contracts of nobody are left out."""
    return _rates_by(matched, on, lambda one: _answers_for(contracts.get(one.duty.contract_id or "")))


def contract_rate(matched: Iterable[MatchedDuty], on: date) -> ContractRate:
    """Rate B over the contracts among the duties. One with nothing due yet has fulfilled nothing: it is counted apart."""
    rates = rates_by_contract(matched, on).values()
    begun = [one for one in rates if one.due]
    return ContractRate(
        contracts=len(begun),
        fulfilled=sum(one.done == one.due for one in begun),
        waiting=len(rates) - len(begun),
    )


def services_by_staff(
    people: Iterable[PersonFacts], matched: Iterable[MatchedDuty], first: date, last: date
) -> Mapping[str, int]:
    """How many services that proved something each member of staff did from `first` to `last`, by staff id.

    A visit with all that was measured at it is one service, however many duties it proves; so is a talk to many. Records
    that name nobody are left out.
    """
    proofs = {
        (*one.evidence, one.done_on)
        for one in matched
        if one.evidence is not None and one.done_on is not None and holds(first, last, one.done_on)
    }
    done_by: dict[tuple[str, date | None], str] = {}
    for person in people:
        for kind, record_id, day, service_id, staff_id in _acts(person):
            if staff_id is not None and (kind, record_id, day) in proofs:
                done_by[service_id, day] = staff_id
    return dict(sorted(Counter(done_by.values()).items()))


def _acts(person: PersonFacts) -> Iterable[tuple[str, str, date | None, str, str | None]]:
    """Kind, id and day of all that can be evidence, the service it belongs to, and who did it."""
    visits = {visit.id: visit for visit in person.visits}
    for visit in person.visits:
        yield "visit", visit.id, visit.served_on, visit.id, visit.staff_id
    for service in person.services:
        yield "service", service.id, service.served_on, service.id, service.staff_id
    for education in person.educations:
        yield "education", education.id, education.given_on, education.id, education.staff_id
    for medication in person.medications:
        yield "medication", medication.id, medication.issued_on, medication.id, medication.staff_id
    for reading in person.readings:
        visit_of = visits.get(reading.visit_id or "")
        service_id, staff_id = (
            (visit_of.id, visit_of.staff_id) if visit_of else (reading.id, reading.staff_id)
        )
        yield "reading", reading.id, day_in_china(reading.taken_at), service_id, staff_id
    for referral in person.referrals:
        for inquiry in referral.inquiries:
            yield "referral", referral.id, inquiry.asked_on, referral.id, inquiry.staff_id


def _answers_for(contract: Contract | None) -> str | None:
    return None if contract is None else contract.village_doctor_id or contract.provider_staff_id


def _rates_by(
    matched: Iterable[MatchedDuty], on: date, key: Callable[[MatchedDuty], str | None]
) -> Mapping[str, ItemRate]:
    found: dict[str, list[MatchedDuty]] = {}
    for one in matched:
        if one.duty.contract_id is None:
            continue
        name = key(one)
        if name is not None:
            found.setdefault(name, []).append(one)
    return {name: _item_rate(items, on) for name, items in sorted(found.items())}


def _item_rate(items: Sequence[MatchedDuty], on: date) -> ItemRate:
    due = [one for one in items if one.duty.due_on <= on]
    done = sum(one.state == DONE for one in due)
    reasons = Counter(one.not_done_reason for one in due if one.state == NOT_DONE)
    return ItemRate(
        due=len(due),
        done=done,
        ahead=sum(one.state == DONE for one in items) - done,
        not_done=tuple(sorted((reason, count) for reason, count in reasons.items() if reason is not None)),
    )


def _fulfilment(contract_id: str, resident_id: str, items: Sequence[MatchedDuty], on: date) -> Fulfilment:
    rate = _item_rate(items, on)
    waiting = [one.duty.due_on for one in items if one.duty.due_on > on and one.state != DONE]
    return Fulfilment(
        contract_id=contract_id,
        resident_id=resident_id,
        due=rate.due,
        done=rate.done,
        ahead=rate.ahead,
        next_due_on=min(waiting, default=None),
        not_done=rate.not_done,
    )
