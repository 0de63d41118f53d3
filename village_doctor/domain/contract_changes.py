"""Changes of a signed contract: who joins, whose packages change, who leaves (contracts.md §1, §3.3).

A supplement sheet records each. History stays as it was: a member's row ends and another begins, and a package that is
added is kept as it is on that day, while those signed before stay as signed.
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, timedelta
from typing import Final

from village_doctor.domain.contract_rules import (
    STATE_NAMES,
    Candidate,
    check_free,
    check_packages,
)
from village_doctor.domain.contracts import ACTIVE, Contract, ContractMember, runs_until, state_on
from village_doctor.domain.duties.promised import member_term
from village_doctor.domain.messages import N_
from village_doctor.domain.packages import ServicePackage
from village_doctor.domain.problems import Problem

PACKAGES_CHANGED: Final = "packages_changed"
DAY: Final = timedelta(days=1)


def check_can_join(
    contract: Contract, candidate: Candidate, packages: Mapping[str, ServicePackage], on: date
) -> None:
    """May she become a member of the running contract from `on`?

    Raises Problem `contract-not-open`, `member-gone`, `member-not-in-household`, `already-signed`, `package-unknown`,
    `basic-package-one`.
    """
    _check_open(contract, on)
    resident = candidate.resident
    if resident.is_gone_on(on):
        raise Problem("member-gone", name=resident.name)
    if not candidate.is_member_of(contract.household_id, on):
        raise Problem("member-not-in-household", name=resident.name, day=on)
    check_free(candidate, max(on, contract.starts_on), runs_until(contract), None)
    check_packages(candidate, packages)


def packages_for(contract: Contract, known: Mapping[str, ServicePackage]) -> Mapping[str, ServicePackage]:
    """What a member may get: the packages as signed, and for the rest as they are today."""
    return {**known, **{package.code: package for package in contract.packages}}


def with_packages(
    contract: Contract, codes: tuple[str, ...], known: Mapping[str, ServicePackage]
) -> Contract:
    """The contract with these packages too; what it has stays as signed."""
    has = {package.code for package in contract.packages}
    added = [known[code] for code in sorted(set(codes) - has)]
    return replace(contract, packages=(*contract.packages, *added)) if added else contract


def change_packages(
    contract: Contract, member: ContractMember, candidate: Candidate, new_id: str, on: date
) -> tuple[ContractMember, ContractMember]:
    """Her row, ended the day before, and the one that begins on `on` with the candidate's packages.

    Raises Problem `contract-not-open`, `member-not-bound`, `member-gone`, `nothing-to-change`.
    """
    _check_bound(contract, member, candidate, on)
    if candidate.resident.is_gone_on(on):
        raise Problem("member-gone", name=candidate.resident.name)
    if set(candidate.package_codes) == set(member.package_codes):
        raise Problem("nothing-to-change", name=candidate.resident.name, what=N_("服务包"))
    ended = replace(member, until_on=on - DAY, until_reason=PACKAGES_CHANGED)
    return ended, replace(member, id=new_id, from_on=on, package_codes=candidate.package_codes)


def end_member(
    contract: Contract, member: ContractMember, candidate: Candidate, on: date, reason: str
) -> ContractMember:
    """She leaves the contract; `on` is the first day without her. Raises Problem `contract-not-open`, `member-not-bound`."""
    _check_bound(contract, member, candidate, on)
    return replace(member, until_on=on - DAY, until_reason=reason)


def _check_bound(contract: Contract, member: ContractMember, candidate: Candidate, on: date) -> None:
    _check_open(contract, on)
    begins, ends = member_term(contract, member)
    if member.is_voided or not begins <= on <= ends:
        raise Problem("member-not-bound", name=candidate.resident.name, day=on, number=contract.number)


def _check_open(contract: Contract, on: date) -> None:
    """Signed by that day, not ended: also one that begins later."""
    state = state_on(contract, on)
    is_signed = contract.signed_on is None or contract.signed_on <= on
    if contract.is_voided or state != ACTIVE or not is_signed:
        shown = STATE_NAMES.get(state, state)
        raise Problem("contract-not-open", number=contract.number, day=on, state=shown)
