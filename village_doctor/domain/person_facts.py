"""Everything known about one resident, as the rules about groups, duties and contracts look at her. Pure values."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from village_doctor.domain.contracts import Contract, ContractMember
from village_doctor.domain.dates import plus_months
from village_doctor.domain.given import Education, Service
from village_doctor.domain.medications import Medication
from village_doctor.domain.people import AWAY_MONTHS, Absence, Condition, Household, Resident
from village_doctor.domain.readings import Reading
from village_doctor.domain.referrals import Referral
from village_doctor.domain.refusals import Consent, Refusal
from village_doctor.domain.visits import Visit


@dataclass(frozen=True, kw_only=True, slots=True)
class SignedMember:
    """A contract and one of its members."""

    contract: Contract
    member: ContractMember


@dataclass(frozen=True, kw_only=True, slots=True)
class PersonFacts:
    """Everything about one resident that duties depend on, in any order.

    `hamlet_place`: the place of her hamlet among the clinic's hamlets (from 0), and how many they are.
    """

    resident: Resident
    household_id: str | None = None
    conditions: tuple[Condition, ...] = ()
    absences: tuple[Absence, ...] = ()
    visits: tuple[Visit, ...] = ()
    readings: tuple[Reading, ...] = ()
    referrals: tuple[Referral, ...] = ()
    contracts: tuple[SignedMember, ...] = ()
    medications: tuple[Medication, ...] = ()
    educations: tuple[Education, ...] = ()
    services: tuple[Service, ...] = ()
    refusals: tuple[Refusal, ...] = ()
    consents: tuple[Consent, ...] = ()
    hamlet_place: tuple[int, int] | None = None
    not_visited_until: date | None = None

    @property
    def gone_on(self) -> date | None:
        """The day of death or of moving out, whichever came first."""
        days = [day for day in (self.resident.died_on, self.resident.moved_out_on) if day is not None]
        return min(days, default=None)

    def is_here_on(self, day: date) -> bool:
        """Not dead, not moved out, not away for six months or more."""
        gone = self.gone_on
        return (gone is None or day < gone) and not any(absence.is_long_on(day) for absence in self.absences)


@dataclass(frozen=True, kw_only=True, slots=True)
class HouseholdFacts:
    """A door and the people behind it."""

    household: Household
    people: tuple[PersonFacts, ...] = ()


def long_absences(absences: Iterable[Absence]) -> list[tuple[date, date | None]]:
    """First and last day of each stretch out of the permanent-resident figures: from six months away to the return."""
    stretches: list[tuple[date, date | None]] = []
    for absence in absences:
        if absence.is_voided:
            continue
        first = plus_months(absence.from_on, AWAY_MONTHS)
        last = None if absence.until_on is None else absence.until_on - timedelta(days=1)
        if last is None or first <= last:
            stretches.append((first, last))
    return sorted(stretches, key=lambda stretch: stretch[0])
