"""The rules of signing, renewing and ending a contract (contracts.md §1, decisions.md "Contract dates", "Signed").

Free will and one contract at a time: who cannot sign is refused by name. Printing makes nothing active; only a signature
does. An adult without evidence of her own is in the contract, in no "signed" count, and on a list.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Final

from village_doctor.domain.clinical.figures import Figures
from village_doctor.domain.contracts import (
    ACTIVE,
    AWAITING_SIGNATURE,
    DRAFT,
    EXPIRED,
    PAYERS,
    TERMINATED,
    Contract,
    ContractMember,
    FeeShare,
    contract_end,
    is_running_on,
    runs_until,
    state_on,
)
from village_doctor.domain.dates import age_on
from village_doctor.domain.decisions import Reason
from village_doctor.domain.duties.promised import is_signed_on, member_term
from village_doctor.domain.key_groups import groups_in_order
from village_doctor.domain.messages import N_
from village_doctor.domain.packages import BASIC, ServicePackage
from village_doctor.domain.people import HouseholdMembership, Resident
from village_doctor.domain.person_facts import PersonFacts, SignedMember
from village_doctor.domain.problems import Problem
from village_doctor.domain.records import holds

ADULT_FROM_AGE: Final = 18
RENEWAL_DAYS: Final = 60

STATE_NAMES: Final[Mapping[str, str]] = {
    DRAFT: N_("草稿"),
    AWAITING_SIGNATURE: N_("待签字"),
    ACTIVE: N_("有效"),
    EXPIRED: N_("到期"),
    TERMINATED: N_("已解约"),
}

_ALLOWED: Final[Mapping[str, frozenset[str]]] = {
    DRAFT: frozenset({AWAITING_SIGNATURE}),
    AWAITING_SIGNATURE: frozenset({DRAFT, ACTIVE}),
    ACTIVE: frozenset({TERMINATED}),
}


@dataclass(frozen=True, kw_only=True, slots=True)
class Candidate:
    """Somebody who is to sign or to represent: the person, her memberships, her other contracts, chosen packages."""

    resident: Resident
    memberships: tuple[HouseholdMembership, ...] = ()
    contracts: tuple[SignedMember, ...] = ()
    package_codes: tuple[str, ...] = ()

    def is_member_of(self, household_id: str, on: date) -> bool:
        return any(
            membership.household_id == household_id and membership.is_member_on(on)
            for membership in self.memberships
        )


def check_can_sign(
    *,
    household_id: str,
    candidates: Sequence[Candidate],
    representative: Candidate | None,
    packages: Mapping[str, ServicePackage],
    years: int,
    starts_on: date,
    on: date,
    representative_is_guardian: bool = False,
    contract_id: str | None = None,
) -> date:
    """The last day of the term, when the household may sign on `on`. `contract_id`: the contract being checked again.

    Raises Problem `contract-years`, `contract-without-members`, `member-twice`, `member-gone`,
    `member-not-in-household`, `already-signed`, `package-unknown`, `basic-package-one`, `representative-missing`,
    `representative-not-adult`, `representative-not-member`.
    """
    ends_on = contract_end(starts_on, years)
    if not candidates:
        raise Problem("contract-without-members")
    seen: set[str] = set()
    for candidate in candidates:
        resident = candidate.resident
        if resident.id in seen:
            raise Problem("member-twice", name=resident.name)
        seen.add(resident.id)
        if resident.is_gone_on(on):
            raise Problem("member-gone", name=resident.name)
        if not candidate.is_member_of(household_id, on):
            raise Problem("member-not-in-household", name=resident.name, day=on)
        check_free(candidate, starts_on, ends_on, contract_id)
        check_packages(candidate, packages)
    _check_representative(household_id, representative, on, representative_is_guardian)
    return ends_on


def check_fee(fee_fen: int, payers: Sequence[FeeShare]) -> None:
    """Who pays what has to make up the fee; nobody needs to say it. Raises Problem `contract-payers`, `contract-payer`."""
    known = {share.payer for share in payers if share.amount_fen > 0}.intersection(PAYERS)
    if len(known) < len(payers):
        raise Problem("contract-payer")
    total = sum(share.amount_fen for share in payers)
    if payers and total != fee_fen:
        raise Problem("contract-payers", total=yuan(total), fee=yuan(fee_fen))


def yuan(fen: int) -> str:
    """80.50"""
    return f"{Decimal(fen) / 100:.2f}"


def suggest_packages(
    person: PersonFacts, packages: Iterable[ServicePackage], on: date, figures: Figures
) -> tuple[tuple[str, Reason], ...]:
    """The packages that fit, basic first, each with why (sentences in `duties.reasons`)."""
    groups = groups_in_order(person, on, figures)
    suggested: list[tuple[str, Reason]] = []
    for package in sorted(packages, key=lambda one: (one.kind != BASIC, one.code)):
        if package.group is None or package.group in groups:
            code = "package-for-all" if package.group is None else "package-for-group"
            values = {"package": package.name, "group": package.group or ""}
            suggested.append((package.code, Reason(code=code, values=values)))
    return tuple(suggested)


def renewal_start(old: Contract, signed_on: date) -> date:
    """A renewal signed before the old contract is over starts the day after its end, else on the day of signing."""
    last = runs_until(old)
    if old.is_voided or old.state not in (ACTIVE, TERMINATED) or last < signed_on:
        return signed_on
    return last + timedelta(days=1)


def renewal_due(contract: Contract, on: date, renewals: Iterable[Contract] = ()) -> bool:
    """Running out within 60 days, and no signed renewal among `renewals` yet."""
    if not is_running_on(contract, on) or on < contract.ends_on - timedelta(days=RENEWAL_DAYS):
        return False
    return not any(
        other.renews_id == contract.id and other.state == ACTIVE and not other.is_voided for other in renewals
    )


def offer_for_signature(contract: Contract) -> Contract:
    """Printed and handed out: 待签字. Raises Problem `contract-state`."""
    return _moved(contract, AWAITING_SIGNATURE)


def take_back(contract: Contract) -> Contract:
    """Back to a draft, to be changed before anybody signed. Raises Problem `contract-state`."""
    return _moved(contract, DRAFT)


def check_is_draft(contract: Contract) -> None:
    """Nobody was given it yet: another may be written in its place. Raises Problem `contract-state`."""
    if contract.state != DRAFT:
        raise _wrong_state(contract, contract.state, DRAFT)


def activate(
    contract: Contract, *, signed_on: date, representative_id: str, starts_on: date | None = None
) -> Contract:
    """Signed by the representative: 有效, for its years from `starts_on` (the day of signing if not given).

    Raises Problem `contract-state`, `contract-years`.
    """
    signed = _moved(contract, ACTIVE)
    first = signed_on if starts_on is None else starts_on
    return replace(
        signed,
        signed_on=signed_on,
        representative_id=representative_id,
        starts_on=first,
        ends_on=contract_end(first, contract.years),
    )


def terminate(contract: Contract, *, on: date, code: str, known_codes: Collection[str]) -> Contract:
    """Ended by `code` (list `termination` of `resources/codes/termination_codes.toml`); `on` is the first day without it.

    Raises Problem `contract-state` (also for an expired one), `termination-code`, `termination-day`.
    """
    if code not in known_codes:
        raise Problem("termination-code", reason=code)
    if state_on(contract, on) == EXPIRED:
        raise _wrong_state(contract, EXPIRED, TERMINATED)
    ended = _moved(contract, TERMINATED)
    first = contract.starts_on if contract.signed_on is None else min(contract.starts_on, contract.signed_on)
    if on < first:
        raise Problem("termination-day", day=on, first=first, last=contract.ends_on)
    return replace(ended, terminated_on=on, termination_code=code)


def signed_members_on(
    contract: Contract, members: Iterable[tuple[ContractMember, Resident]], on: date
) -> tuple[ContractMember, ...]:
    """The members that count as signed on `on`: bound that day, living here, with evidence of their own if adult."""
    bound = _bound_on(contract, members, on)
    return tuple(member for member, resident in bound if _has_evidence(contract, member, resident))


def members_without_evidence(
    contract: Contract, members: Iterable[tuple[ContractMember, Resident]], on: date
) -> tuple[ContractMember, ...]:
    """The adults in the contract on `on` who neither signed nor were told: to be listed."""
    bound = _bound_on(contract, members, on)
    return tuple(member for member, resident in bound if not _has_evidence(contract, member, resident))


def check_free(candidate: Candidate, starts_on: date, ends_on: date, contract_id: str | None) -> None:
    """One contract at a time: no signed one that binds on any day of the new term."""
    for signed in candidate.contracts:
        if signed.contract.id == contract_id or not is_signed_on(signed, ends_on):
            continue
        first, last = member_term(signed.contract, signed.member)
        if first <= last and first <= ends_on and starts_on <= last:
            raise Problem("already-signed", name=candidate.resident.name, until=last)


def check_packages(candidate: Candidate, packages: Mapping[str, ServicePackage]) -> None:
    for code in candidate.package_codes:
        if code not in packages:
            raise Problem("package-unknown", code=code)
    count = sum(packages[code].kind == BASIC for code in candidate.package_codes)
    if count != 1:
        raise Problem("basic-package-one", name=candidate.resident.name, count=count)


def _check_representative(
    household_id: str, representative: Candidate | None, on: date, is_guardian: bool
) -> None:
    if representative is None:
        raise Problem("representative-missing")
    name = representative.resident.name
    if representative.resident.is_gone_on(on):
        raise Problem("member-gone", name=name)
    if not is_guardian and not representative.is_member_of(household_id, on):
        raise Problem("representative-not-member", name=name)
    if age_on(representative.resident.birth_date, on) < ADULT_FROM_AGE:
        raise Problem("representative-not-adult", name=name)


def _moved(contract: Contract, wanted: str) -> Contract:
    if contract.is_voided or wanted not in _ALLOWED.get(contract.state, frozenset()):
        raise _wrong_state(contract, contract.state, wanted)
    return replace(contract, state=wanted)


def _wrong_state(contract: Contract, state: str, wanted: str) -> Problem:
    return Problem(
        "contract-state",
        number=contract.number,
        state=STATE_NAMES.get(state, state),
        wanted=STATE_NAMES[wanted],
    )


def _bound_on(
    contract: Contract, members: Iterable[tuple[ContractMember, Resident]], on: date
) -> list[tuple[ContractMember, Resident]]:
    """Members of a running contract on `on`, each resident once, the dead and moved out left out."""
    if not is_running_on(contract, on):
        return []
    bound: dict[str, tuple[ContractMember, Resident]] = {}
    for member, resident in members:
        if not member.is_voided and holds(*member_term(contract, member), on) and not resident.is_gone_on(on):
            bound.setdefault(resident.id, (member, resident))
    return list(bound.values())


def _has_evidence(contract: Contract, member: ContractMember, resident: Resident) -> bool:
    """A child needs none; an adult on the day of signing signed by her own hand or was told on a date."""
    day = contract.signed_on or contract.starts_on
    return age_on(resident.birth_date, day) < ADULT_FROM_AGE or member.has_own_evidence
