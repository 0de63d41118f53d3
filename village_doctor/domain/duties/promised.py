"""What signed contracts promise a resident (contracts.md §3.2, §3.3 b), as signed, not as today's package files say.

What several of her packages ask for so many times a year is merged by its proof: the larger count wins, one duty a span.
What follows an age or an event is added. Nothing is promised outside the contract or the member's own dates in it; each
promise is due at its span's end and proven by evidence inside it.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from operator import attrgetter
from typing import Final

from village_doctor.domain.contracts import (
    ACTIVE,
    TERMINATED,
    Contract,
    ContractMember,
    runs_until,
)
from village_doctor.domain.decisions import Reason
from village_doctor.domain.duties.duty import CONTRACT, Duty, Question
from village_doctor.domain.duties.evidence import EvidenceIndex
from village_doctor.domain.duties.promise_events import Event, event_promises
from village_doctor.domain.duties.promise_spans import (
    MergedItem,
    Segment,
    Span,
    age_spans,
    spread_spans,
    stretches,
)
from village_doctor.domain.managed_groups import has_condition_on
from village_doctor.domain.packages import (
    AS_NEEDED,
    BY_AGE,
    PER_YEAR,
    ServiceItem,
    ServicePackage,
    Window,
)
from village_doctor.domain.permissions import PROTECTED_GROUPS
from village_doctor.domain.person_facts import PersonFacts, SignedMember

SIGNED_STATES: Final = frozenset({ACTIVE, TERMINATED})


@dataclass(frozen=True, slots=True)
class Promise:
    """One dated promise: proven by `proof` in `span`. `what` and the span's first day tell it from all others of the
    contract. `until`: the last day on which the item is promised at all. `age` or `event`: what made it due."""

    merged: MergedItem
    what: str
    proof: str
    span: Span
    until: date
    age: str | None = None
    event: Event | None = None


def promises_of(
    person: PersonFacts, contract: Contract, members: Iterable[ContractMember], index: EvidenceIndex
) -> Iterator[Promise]:
    """Every dated promise of a contract to one resident over its whole term, item by item, oldest first.

    `members`: all her rows in the contract; a change of packages ends one row and begins another.
    """
    segments: dict[str, list[Segment]] = {}
    rows = [(member_term(contract, member), member) for member in members if not member.is_voided]
    for (begins, ends), member in sorted(rows, key=lambda row: (row[0], row[1].id)):
        if begins <= ends:
            for merged in merged_items(contract, member):
                segments.setdefault(merged.what, []).append(Segment(begins, ends, merged))
    for what in sorted(segments):
        for stretch in stretches(segments[what]):
            yield from _promises_of_stretch(person, contract, stretch, index)


def _promises_of_stretch(
    person: PersonFacts, contract: Contract, stretch: Sequence[Segment], index: EvidenceIndex
) -> Iterator[Promise]:
    """The promises of one thing while it is promised without a break."""
    merged, begins, until = stretch[-1].merged, stretch[0].begins, stretch[-1].ends
    item, what, proof = merged.item, merged.what, merged.item.proof or ""
    if item.is_spread:
        for asked, span in spread_spans(contract, stretch):
            yield Promise(asked, what, proof, span, until)
    elif item.frequency == BY_AGE:
        for age, span in age_spans(person.resident.birth_date, item, begins, until):
            yield Promise(merged, what, proof, span, until, age=age)
    else:
        for event, span in event_promises(person, item, begins, until, index):
            yield Promise(merged, f"{what}:{event.name}", event.proof or proof, span, until, event=event)


def promised_duties(person: PersonFacts, question: Question, index: EvidenceIndex) -> Iterator[Duty]:
    """The promises of every contract of hers that binds in or after the history asked for, up to the horizon.

    The span in which she dies, moves out, reaches six months away, gets well of what it is for or leaves the contract is
    owed only if it was served.
    """
    for contract, members in _signed_on(person.contracts, question.on):
        if runs_until(contract) < question.history_from:
            continue
        for promise in promises_of(person, contract, members, index):
            if promise.span.first > question.horizon_on or question.is_before_counting(promise.span.latest):
                continue
            if promise.until >= question.history_from and _is_owed(person, promise, question.on, index):
                yield _duty(person, contract, promise, question.on)


def merged_items(contract: Contract, member: ContractMember) -> tuple[MergedItem, ...]:
    """What this program turns into dated duties for a member, by code: what is spread over the year is merged by its proof.

    The larger count leads. Where a protected package asks no more often than an open one, the open ones lead and its
    name stays unsaid.
    """
    asking: dict[str, list[tuple[ServicePackage, ServiceItem]]] = {}
    for package, item in member_items(contract, member):
        if item.is_expanded:
            asking.setdefault(_merging_key(package, item), []).append((package, item))
    return tuple(sorted((_merged(what, found) for what, found in asking.items()), key=attrgetter("code")))


def unexpanded_items(contract: Contract, member: ContractMember) -> tuple[ServiceItem, ...]:
    """Promised items with a frequency that this program cannot turn into dated duties, each name once, by name."""
    found: dict[str, ServiceItem] = {}
    for _, item in member_items(contract, member):
        if item.frequency != AS_NEEDED and not item.is_expanded:
            found.setdefault(item.name, item)
    return tuple(found[name] for name in sorted(found))


def member_items(contract: Contract, member: ContractMember) -> Iterator[tuple[ServicePackage, ServiceItem]]:
    """The items of the member's packages, as signed, each with its package."""
    for package in contract.packages:
        if package.code in member.package_codes:
            for item in package.items:
                yield package, item


def member_term(contract: Contract, member: ContractMember) -> tuple[date, date]:
    """First and last day on which the contract binds for the member (first > last: never)."""
    begins = contract.starts_on if member.from_on is None else max(contract.starts_on, member.from_on)
    ends = runs_until(contract)
    return begins, ends if member.until_on is None else min(ends, member.until_on)


def is_signed_on(signed: SignedMember, day: date) -> bool:
    """Was it signed by `day`, and is it a contract that was ever in force?"""
    contract = signed.contract
    return (
        contract.state in SIGNED_STATES
        and not contract.is_voided
        and not signed.member.is_voided
        and (contract.signed_on is None or contract.signed_on <= day)
    )


def _signed_on(
    contracts: Iterable[SignedMember], on: date
) -> Iterator[tuple[Contract, Sequence[ContractMember]]]:
    """Her rows in each contract signed by that day."""
    found: dict[str, tuple[Contract, list[ContractMember]]] = {}
    for signed in contracts:
        if is_signed_on(signed, on):
            found.setdefault(signed.contract.id, (signed.contract, []))[1].append(signed.member)
    yield from found.values()


def _merging_key(package: ServicePackage, item: ServiceItem) -> str:
    """What is asked for: the same of several packages where it is spread over the year."""
    if not item.is_spread:
        return f"{package.code}.{item.code}"
    return "+".join([item.proof or "", *sorted(item.while_ill)])


def _merged(what: str, asking: Sequence[tuple[ServicePackage, ServiceItem]]) -> MergedItem:
    """The larger count leads; of equal ones an open package before a protected one, a personal one before the basic."""
    ranked = sorted(asking, key=_rank)
    package, item = ranked[0]
    group = package.group if package.group in PROTECTED_GROUPS else None
    named = [one for one, _ in ranked if group is not None or one.group not in PROTECTED_GROUPS]
    return MergedItem(
        what=what,
        code=f"{package.code}.{item.code}",
        item=item,
        packages=tuple(dict.fromkeys(one.name for one in named)),
        group=group,
        is_along=all(one.is_along for _, one in asking),
    )


def _rank(asking: tuple[ServicePackage, ServiceItem]) -> tuple[object, ...]:
    package, item = asking
    often = -item.times_a_year if item.is_spread else 0
    return often, package.group in PROTECTED_GROUPS, package.group is None, package.code, item.code


def _is_owed(person: PersonFacts, promise: Promise, on: date, index: EvidenceIndex) -> bool:
    span = promise.span
    day = min(span.latest, on)
    if span.is_whole and person.is_here_on(day) and _is_ill(person, promise.merged.item, day):
        return True
    return index.first_in(promise.proof, span.first, span.latest) is not None


def _is_ill(person: PersonFacts, item: ServiceItem, day: date) -> bool:
    """Has she one of the diseases it is promised for?"""
    return not item.while_ill or any(has_condition_on(person, code, day) for code in item.while_ill)


def _duty(person: PersonFacts, contract: Contract, promise: Promise, on: date) -> Duty:
    merged, span = promise.merged, promise.span
    reasons = [_reason(promise)]
    if len(merged.packages) > 1:
        reasons.append(Reason(code="promise-of-packages", values={"packages": "、".join(merged.packages)}))
    return Duty(
        key=f"{person.resident.id}/contract/{contract.id}/{promise.what}/{span.first}",
        resident_id=person.resident.id,
        household_id=person.household_id,
        source=CONTRACT,
        item=merged.code,
        name=merged.item.name,
        proof=promise.proof,
        span_from=span.first,
        span_until=span.latest,
        due_on=span.latest,
        latest_on=span.latest,
        contract_id=contract.id,
        reasons=tuple(reasons),
        is_asked=on <= promise.until and person.is_here_on(on) and _is_ill(person, merged.item, on),
        group=merged.group,
        is_along=merged.is_along,
    )


def _reason(promise: Promise) -> Reason:
    item, span, age, event = promise.merged.item, promise.span, promise.age, promise.event
    values = {"item": item.name, "first": span.first.isoformat(), "latest": span.latest.isoformat()}
    if age is not None:
        values["age"] = age.partition(" ")[0].replace("-", "–")
        return Reason(code=f"promise-at-{Window.of(age).unit}", values=values)
    if event is None:
        if item.frequency == PER_YEAR:
            return Reason(code="promise", values=values | {"times": str(item.times)})
        return Reason(code=f"promise-every-{item.unit}", values=values | {"every": str(item.every)})
    if event.weeks is not None:
        return Reason(code="promise-in-pregnancy", values=values | {"weeks": event.weeks.replace("-", "–")})
    return Reason(code=f"promise-after-{item.event_kind}", values=values | {"day": event.day.isoformat()})
