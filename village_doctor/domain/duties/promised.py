"""What signed contracts promise a resident (contracts.md §3.3 b): n times a contract year, spread over it, as signed.

Each span's promise is due at the span's end and proven by evidence inside it. Nothing is promised outside the contract
or the member's own dates in it. A promise stands on the package as it was signed, not on today's package file.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Final

from village_doctor.domain.clinical.decision import Reason
from village_doctor.domain.contracts import (
    ACTIVE,
    TERMINATED,
    Contract,
    ContractMember,
    contract_years,
    runs_until,
)
from village_doctor.domain.dates import equal_spans
from village_doctor.domain.duties.facts import CONTRACT, Duty, EvidenceIndex, Question
from village_doctor.domain.packages import AS_NEEDED, ServiceItem
from village_doctor.domain.person_facts import PersonFacts, SignedMember

SIGNED_STATES: Final = frozenset({ACTIVE, TERMINATED})


@dataclass(frozen=True, slots=True)
class Promise:
    """One span of one promised item. `is_whole` False: the contract or the membership ended inside the span."""

    package_code: str
    item: ServiceItem
    key_from: date
    first: date
    latest: date
    is_whole: bool


def promises_of(contract: Contract, member: ContractMember) -> Iterator[Promise]:
    """Every dated promise to one member, over the whole term, item by item, oldest first."""
    begins, ends = member_term(contract, member)
    if begins > ends:
        return
    for package_code, item in member_items(contract, member):
        if not item.is_expanded:
            continue
        for year_first, year_last in contract_years(contract):
            for first, last in equal_spans(year_first, year_last, item.times):
                if last < begins or first > ends:
                    continue
                yield Promise(package_code, item, first, max(first, begins), min(last, ends), last <= ends)


def promised_duties(person: PersonFacts, question: Question, index: EvidenceIndex) -> Iterator[Duty]:
    """The promises of every contract of hers that binds in or after the history asked for, up to the horizon.

    The span in which she dies, moves out, reaches six months away or leaves the contract is owed only if it was served.
    """
    for signed in person.contracts:
        if not is_signed_on(signed, question.on):
            continue
        contract, member = signed.contract, signed.member
        ends = member_term(contract, member)[1]
        if ends < question.history_from:
            continue
        is_asked = question.on <= ends and person.is_here_on(question.on)
        for promise in promises_of(contract, member):
            if promise.first > question.horizon_on or question.is_before_counting(promise.latest):
                continue
            proof = promise.item.proof or ""
            is_owed = promise.is_whole and person.is_here_on(min(promise.latest, question.on))
            if not is_owed and index.first_in(proof, promise.first, promise.latest) is None:
                continue
            yield _duty(person, contract, promise, is_asked)


def is_signed_on(signed: SignedMember, day: date) -> bool:
    """Was it signed by `day`, and is it a contract that was ever in force?"""
    contract = signed.contract
    return (
        contract.state in SIGNED_STATES
        and not contract.is_voided
        and not signed.member.is_voided
        and (contract.signed_on is None or contract.signed_on <= day)
    )


def member_term(contract: Contract, member: ContractMember) -> tuple[date, date]:
    """First and last day on which the contract binds for the member (first > last: never)."""
    begins = contract.starts_on if member.from_on is None else max(contract.starts_on, member.from_on)
    ends = runs_until(contract)
    return begins, ends if member.until_on is None else min(ends, member.until_on)


def member_items(contract: Contract, member: ContractMember) -> Iterator[tuple[str, ServiceItem]]:
    """The items of the member's packages, as signed, each with its package's code."""
    for package in contract.packages:
        if package.code in member.package_codes:
            for item in package.items:
                yield package.code, item


def unexpanded_items(contract: Contract, member: ContractMember) -> tuple[ServiceItem, ...]:
    """Promised items with a frequency that this program cannot yet turn into dated duties, each name once."""
    found: dict[str, ServiceItem] = {}
    for _, item in member_items(contract, member):
        if item.frequency != AS_NEEDED and not item.is_expanded:
            found.setdefault(item.name, item)
    return tuple(found.values())


def _duty(person: PersonFacts, contract: Contract, promise: Promise, is_asked: bool) -> Duty:
    item = promise.item
    code = f"{promise.package_code}.{item.code}"
    values = {
        "item": item.name,
        "times": str(item.times),
        "first": promise.first.isoformat(),
        "latest": promise.latest.isoformat(),
    }
    return Duty(
        key=f"{person.resident.id}/contract/{contract.id}/{code}/{promise.key_from}",
        resident_id=person.resident.id,
        household_id=person.household_id,
        source=CONTRACT,
        item=code,
        name=item.name,
        proof=item.proof or "",
        span_from=promise.first,
        span_until=promise.latest,
        due_on=promise.latest,
        latest_on=promise.latest,
        contract_id=contract.id,
        reasons=(Reason(code="promise", values=values),),
        is_asked=is_asked,
    )
