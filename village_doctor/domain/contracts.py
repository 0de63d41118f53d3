"""Contracts (签约): a household signs as one unit for 1–3 years. Sources: contracts.md §1, decisions.md.

Only an active contract counts; `expired` is computed. A renewal is a new contract that points to the
old one; no term is ever overwritten.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from village_doctor.domain.dates import anniversary
from village_doctor.domain.packages import ServicePackage
from village_doctor.domain.problems import Problem
from village_doctor.domain.records import Record, holds

DRAFT: Final = "draft"
AWAITING_SIGNATURE: Final = "awaiting_signature"
ACTIVE: Final = "active"
EXPIRED: Final = "expired"
TERMINATED: Final = "terminated"

SELF: Final = "self"

# Who may pay: the health insurance fund, the money for basic public health, the resident, another subsidy.
PAYERS: Final = ("insurance", "public_health", "resident", "other")


@dataclass(frozen=True, kw_only=True, slots=True)
class FeeShare:
    """`payer`: insurance, public_health, resident, other. `amount_fen`: hundredths of a yuan."""

    payer: str
    amount_fen: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Contract(Record):
    """`party_a`: the centre with the seal. `provider_*`: a person or a team. `packages`: as signed.

    `representative_id`: who signed for the household. `termination_code`: contracts.md §1 (01 … 99).
    `fee_fen`: for the whole term; `payers`: its shares, empty where nobody said who pays what.
    """

    number: str
    household_id: str
    party_a: str
    years: int
    starts_on: date
    ends_on: date
    state: str = DRAFT
    signed_on: date | None = None
    provider_staff_id: str | None = None
    provider_team_id: str | None = None
    village_doctor_id: str | None = None
    township_doctor_name: str | None = None
    representative_id: str | None = None
    packages: tuple[ServicePackage, ...] = ()
    renews_id: str | None = None
    fee_fen: int = 0
    payers: tuple[FeeShare, ...] = ()
    exemption_reason: str | None = None
    receipt_number: str | None = None
    copies: int = 2
    told_on: date | None = None
    told_how: str | None = None
    terminated_on: date | None = None
    termination_code: str | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class ContractMember(Record):
    """签约成员. Evidence of signing: `signed_by` self, or told on a day and how (contracts.md §1)."""

    contract_id: str
    resident_id: str
    groups: tuple[str, ...] = ()
    package_codes: tuple[str, ...] = ()
    from_on: date | None = None
    until_on: date | None = None
    until_reason: str | None = None
    signed_by: str | None = None
    signer_relation: str | None = None
    told_on: date | None = None
    told_how: str | None = None

    @property
    def has_own_evidence(self) -> bool:
        return self.signed_by == SELF or self.told_on is not None


def contract_end(starts_on: date, years: int) -> date:
    """The last day: the n-th anniversary less one day. Raises Problem `contract-years` outside 1–3."""
    if years not in (1, 2, 3):
        raise Problem("contract-years", years=years)
    return anniversary(starts_on, years) - timedelta(days=1)


def state_on(contract: Contract, day: date) -> str:
    """The state as it reads on `day`; an active contract past its end is expired."""
    if contract.state == ACTIVE and contract.ends_on < day:
        return EXPIRED
    if contract.state == TERMINATED and contract.terminated_on is not None and day < contract.terminated_on:
        return ACTIVE if day <= contract.ends_on else EXPIRED
    return contract.state


def is_running_on(contract: Contract, day: date) -> bool:
    """Active and inside its term: what "signed" counts."""
    return (
        not contract.is_voided
        and state_on(contract, day) == ACTIVE
        and holds(contract.starts_on, contract.ends_on, day)
    )


def runs_until(contract: Contract) -> date:
    """The last day it binds: its end, or the day before it was terminated."""
    if contract.terminated_on is None:
        return contract.ends_on
    return min(contract.ends_on, contract.terminated_on - timedelta(days=1))


def years_between(starts_on: date, ends_on: date) -> tuple[tuple[date, date], ...]:
    """First and last day of each year (of a contract) counted from the first day; the last one ends with the last day."""
    years: list[tuple[date, date]] = []
    first = starts_on
    while first <= ends_on:
        after = anniversary(starts_on, len(years) + 1)
        years.append((first, min(after - timedelta(days=1), ends_on)))
        first = after
    return tuple(years)
