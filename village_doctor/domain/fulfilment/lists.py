"""Who stands out: signed and not served, perhaps signed without knowing, to be renewed, in no contract, away.

Each entry says why it is listed, in sentences (`duties.reasons`). Persons are counted once; the dead, the moved and,
but for the list of them, those away for six months are in none.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from village_doctor.domain.clinical.figures import Figures
from village_doctor.domain.contract_rules import (
    ADULT_FROM_AGE,
    members_without_evidence,
    renewal_due,
    signed_members_on,
)
from village_doctor.domain.contracts import Contract, is_running_on
from village_doctor.domain.dates import age_on, day_in_china, plus_months
from village_doctor.domain.decisions import Reason
from village_doctor.domain.duties.evidence import EvidenceIndex, is_by_staff, standing_visit_ids, took_place
from village_doctor.domain.duties.promised import is_signed_on, member_term
from village_doctor.domain.fulfilment.spring_festival import festival_after
from village_doctor.domain.key_groups import key_group_codes
from village_doctor.domain.managed_groups import here_periods
from village_doctor.domain.packages import PROOF_VISIT
from village_doctor.domain.people import AWAY_MONTHS, Absence
from village_doctor.domain.person_facts import PersonFacts, SignedMember
from village_doctor.domain.records import holds
from village_doctor.domain.referrals import SEEN, Referral
from village_doctor.domain.refusals import EVERYTHING, Refusal

WORK: Final = "work"
REFUSED_CONTRACT: Final = "contract"
REFUSED_REFERRAL: Final = "referral"


@dataclass(frozen=True, kw_only=True, slots=True)
class ListedContract:
    """A contract on a list, with the members it is about."""

    contract_id: str
    household_id: str
    resident_ids: tuple[str, ...]
    reasons: tuple[Reason, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class ListedMember:
    """A member of a contract on a list."""

    resident_id: str
    household_id: str | None
    contract_id: str
    reasons: tuple[Reason, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Gap:
    """Somebody of a key group who is not signed: once, with all groups."""

    resident_id: str
    household_id: str | None
    groups: tuple[str, ...]
    reasons: tuple[Reason, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class AwayPerson:
    """Somebody away, with what is known: since when, where, by which phone, expected when."""

    resident_id: str
    household_id: str | None
    kind: str
    from_on: date
    expected_back_on: date | None
    place: str | None
    phone: str | None
    reasons: tuple[Reason, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class OfferAgain:
    """Something refused that is to be offered again. `what`: as in `Refusal`."""

    resident_id: str
    household_id: str | None
    refusal_id: str
    what: str
    offer_on: date
    reasons: tuple[Reason, ...]


def signed_but_not_served(people: Iterable[PersonFacts], on: date) -> tuple[ListedContract, ...]:
    """签而不约: contracts running on `on` under which no member had any service since the start; the oldest first."""
    bound: dict[str, tuple[Contract, list[str]]] = {}
    served: set[str] = set()
    for person, signed in _memberships(people):
        contract = signed.contract
        if is_running_on(contract, on) and is_signed_on(signed, on):
            bound.setdefault(contract.id, (contract, []))[1].append(person.resident.id)
            if contract.id not in served and _was_served(person, contract.starts_on, on):
                served.add(contract.id)
    found = [_unserved(contract, ids, on) for key, (contract, ids) in bound.items() if key not in served]
    starts = {key: contract.starts_on for key, (contract, _) in bound.items()}
    return tuple(sorted(found, key=lambda one: (starts[one.contract_id], one.contract_id)))


def perhaps_signed_without_knowing(
    people: Iterable[PersonFacts], on: date, figures: Figures, known_days: Collection[date] = ()
) -> tuple[ListedMember, ...]:
    """可能被签约: adults in a contract running on `on` who may not know of it.

    Without evidence of their own; away on the day of signing and not told; or signed on a day with very many contracts
    that is none of `known_days`, the days with an event or a walking list behind them.
    """
    members = [
        (person, signed)
        for person, signed in _memberships(people)
        if is_running_on(signed.contract, on)
        and is_signed_on(signed, on)
        and holds(*member_term(signed.contract, signed.member), on)
        and not person.resident.is_gone_on(on)
    ]
    signed_on = {signed.contract.id: signed.contract.signed_on for _, signed in members}
    a_day = Counter(day for day in signed_on.values() if day is not None and day not in known_days)
    crowded = {day: count for day, count in a_day.items() if count >= figures.many_contracts_on_one_day}
    found = []
    for person, signed in members:
        reasons = tuple(_why_unknowing(person, signed, on, crowded))
        if reasons:
            found.append(
                ListedMember(
                    resident_id=person.resident.id,
                    household_id=person.household_id,
                    contract_id=signed.contract.id,
                    reasons=reasons,
                )
            )
    return tuple(sorted(found, key=lambda one: (one.contract_id, one.resident_id)))


def renewals(people: Iterable[PersonFacts], on: date) -> tuple[ListedContract, ...]:
    """Contracts that run out within 60 days and are not renewed yet, the soonest first."""
    contracts: dict[str, tuple[Contract, list[str]]] = {}
    for person, signed in _memberships(people):
        members = contracts.setdefault(signed.contract.id, (signed.contract, []))[1]
        if holds(*member_term(signed.contract, signed.member), on) and not person.resident.is_gone_on(on):
            members.append(person.resident.id)
    all_contracts = [contract for contract, _ in contracts.values()]
    ending = [(one, ids) for one, ids in contracts.values() if ids and renewal_due(one, on, all_contracts)]
    return tuple(
        ListedContract(
            contract_id=contract.id,
            household_id=contract.household_id,
            resident_ids=tuple(sorted(ids)),
            reasons=(_because("runs-out", until=contract.ends_on, days=(contract.ends_on - on).days),),
        )
        for contract, ids in sorted(ending, key=lambda one: (one[0].ends_on, one[0].id))
    )


def gaps(people: Iterable[PersonFacts], on: date, figures: Figures) -> tuple[Gap, ...]:
    """Permanent residents of a key group who are not signed on `on`, each once, those in most groups first."""
    found = []
    for person in people:
        groups = tuple(sorted(key_group_codes(person, on, figures)))
        if not groups or not here_periods(person, on, on) or is_signed(person, on):
            continue
        found.append(
            Gap(
                resident_id=person.resident.id,
                household_id=person.household_id,
                groups=groups,
                reasons=tuple(_why_not_signed(person, groups, on)),
            )
        )
    return tuple(sorted(found, key=lambda one: (-len(one.groups), one.household_id or "", one.resident_id)))


def is_signed(person: PersonFacts, on: date) -> bool:
    """Does she count as signed on `on`: bound by a running contract, with evidence of her own if adult?"""
    return any(
        signed_members_on(signed.contract, [(signed.member, person.resident)], on)
        for signed in person.contracts
    )


def away_list(people: Iterable[PersonFacts], on: date) -> tuple[AwayPerson, ...]:
    """外出名单: away for six months and more on `on`; who is expected back first comes first, then the longest away."""
    found = []
    for person in people:
        absence = _absence_on(person, on)
        if absence is None or not absence.is_long_on(on):
            continue
        limit = plus_months(absence.from_on, AWAY_MONTHS)
        back_on = absence.expected_back_on
        back = _because("back-unknown") if back_on is None else _because("expected-back", due=back_on)
        since = _because("away-since", **{"from": absence.from_on, "limit": limit})
        found.append(_away(person, absence, (since, back)))
    return tuple(sorted(found, key=_away_order))


def home_at_new_year(
    people: Iterable[PersonFacts], on: date, festivals: Collection[date], figures: Figures
) -> tuple[AwayPerson, ...]:
    """Who of those away on `on` may be home around 春节: the running one until its days are over, then the next.

    The rule: she said she would be back on a day from so many days before the festival to so many after it; or she is away
    for work, said no day, and left a phone number, so that one can ask. Who said another day is not listed.
    """
    festival = festival_after(festivals, on - timedelta(days=figures.new_year_days_after))
    if festival is None:
        return ()
    first = festival - timedelta(days=figures.new_year_days_before)
    last = festival + timedelta(days=figures.new_year_days_after)
    found = []
    for person in people:
        absence = _absence_on(person, on)
        if absence is None:
            continue
        back_on = absence.expected_back_on
        if back_on is not None and first <= back_on <= last:
            found.append(
                _away(person, absence, (_because("festival-expected", due=back_on, festival=festival),))
            )
        elif back_on is None and absence.kind == WORK and absence.phone:
            found.append(_away(person, absence, (_because("festival-ask", festival=festival),)))
    return tuple(sorted(found, key=_away_order))


def to_offer_again(people: Iterable[PersonFacts], on: date) -> tuple[OfferAgain, ...]:
    """What was refused, may be offered again by `on`, and was neither refused anew nor done since; the oldest first."""
    found = [
        _offer(person, refusal)
        for person in people
        if person.is_here_on(on)
        for refusal in _last_refusals(person, on)
        if refusal.stands_until <= on and not _was_accepted(person, refusal, on)
    ]
    return tuple(sorted(found, key=lambda one: (one.offer_on, one.resident_id, one.what)))


def _offer(person: PersonFacts, refusal: Refusal) -> OfferAgain:
    offer_on = refusal.stands_until
    return OfferAgain(
        resident_id=person.resident.id,
        household_id=person.household_id,
        refusal_id=refusal.id,
        what=refusal.what,
        offer_on=offer_on,
        reasons=(_because("offer-now", refused=refusal.refused_on, due=offer_on, what=refusal.what),),
    )


def _memberships(people: Iterable[PersonFacts]) -> Iterator[tuple[PersonFacts, SignedMember]]:
    for person in people:
        for signed in person.contracts:
            if not signed.member.is_voided:
                yield person, signed


def _unserved(contract: Contract, resident_ids: Sequence[str], on: date) -> ListedContract:
    first = contract.starts_on
    return ListedContract(
        contract_id=contract.id,
        household_id=contract.household_id,
        resident_ids=tuple(sorted(resident_ids)),
        reasons=(_because("signed-not-served", first=first, days=(on - first).days + 1),),
    )


def _was_served(person: PersonFacts, from_on: date, until_on: date) -> bool:
    """Any contact, act, talk or value taken by staff in that time."""
    if any(took_place(visit) and holds(from_on, until_on, visit.served_on) for visit in person.visits):
        return True
    given = [one.served_on for one in person.services if not one.is_voided]
    given += [one.given_on for one in person.educations if not one.is_voided]
    standing = standing_visit_ids(person.visits)
    given += [
        day_in_china(reading.taken_at)
        for reading in person.readings
        if is_by_staff(reading) and (reading.visit_id is None or reading.visit_id in standing)
    ]
    return any(holds(from_on, until_on, day) for day in given)


def _why_unknowing(
    person: PersonFacts, signed: SignedMember, on: date, crowded: Mapping[date, int]
) -> Iterator[Reason]:
    contract, member = signed.contract, signed.member
    day = contract.signed_on or contract.starts_on
    if age_on(person.resident.birth_date, day) < ADULT_FROM_AGE:
        return
    if members_without_evidence(contract, [(member, person.resident)], on):
        yield _because("no-evidence")
    if member.told_on is None:
        for absence in person.absences:
            if absence.is_away_on(day):
                yield _because("away-when-signed", **{"signed": day, "from": absence.from_on})
                break
    if day in crowded:
        yield _because("many-on-one-day", signed=day, count=crowded[day])


def _why_not_signed(person: PersonFacts, groups: Iterable[str], on: date) -> Iterator[Reason]:
    for group in groups:
        yield _because("not-signed-group", group=group)
    if any(
        members_without_evidence(one.contract, [(one.member, person.resident)], on)
        for one in person.contracts
    ):
        yield _because("signed-without-evidence")
    for refusal in _last_refusals(person, on):
        if refusal.what == REFUSED_CONTRACT and refusal.covers(REFUSED_CONTRACT, on):
            yield _because("refused-contract", refused=refusal.refused_on, until=refusal.stands_until)


def _absence_on(person: PersonFacts, on: date) -> Absence | None:
    """The absence that keeps her away on `on`, where she has not died or moved; of two the longer."""
    if person.resident.is_gone_on(on):
        return None
    return min(
        (one for one in person.absences if one.is_away_on(on)),
        key=lambda one: (one.from_on, one.id),
        default=None,
    )


def _away(person: PersonFacts, absence: Absence, reasons: tuple[Reason, ...]) -> AwayPerson:
    return AwayPerson(
        resident_id=person.resident.id,
        household_id=person.household_id,
        kind=absence.kind,
        from_on=absence.from_on,
        expected_back_on=absence.expected_back_on,
        place=absence.place,
        phone=absence.phone,
        reasons=reasons,
    )


def _away_order(one: AwayPerson) -> tuple[date, date, str]:
    return one.expected_back_on or date.max, one.from_on, one.resident_id


def _last_refusals(person: PersonFacts, on: date) -> list[Refusal]:
    """The newest refusal of each thing, as known on `on`."""
    newest: dict[str, Refusal] = {}
    for refusal in sorted(person.refusals, key=lambda one: (one.refused_on, one.id)):
        if not refusal.is_voided and refusal.refused_on <= on:
            newest[refusal.what] = refusal
    return [newest[what] for what in sorted(newest)]


def _was_accepted(person: PersonFacts, refusal: Refusal, on: date) -> bool:
    if refusal.what == REFUSED_CONTRACT:
        return is_signed(person, on)
    after = refusal.refused_on + timedelta(days=1)
    if refusal.what == REFUSED_REFERRAL:
        return any(_was_seen(one, after, on) for one in person.referrals)
    proof = PROOF_VISIT if refusal.what == EVERYTHING else refusal.what
    return EvidenceIndex(person, on).first_in(proof, after, on) is not None


def _was_seen(referral: Referral, from_on: date, until_on: date) -> bool:
    """Was she found in that time to have gone where she was sent?"""
    return not referral.is_voided and any(
        one.state in SEEN and holds(from_on, until_on, one.asked_on) for one in referral.inquiries
    )


def _because(code: str, **values: date | int | str) -> Reason:
    words = {name: str(value) for name, value in values.items()}  # a day as 2026-11-22
    return Reason(code=code, values=words or None)
