"""Households and the people behind the door. Residents are never deleted: they die, move out, go away.

Memberships are dated, so heads change and houses split without losing history.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final

from village_doctor.domain.dates import plus_months
from village_doctor.domain.messages import JsonValue
from village_doctor.domain.records import Record, holds

MALE: Final = "1"
FEMALE: Final = "2"
RELATION_HEAD: Final = "02"
AWAY_MONTHS: Final = 6


@dataclass(frozen=True, kw_only=True, slots=True)
class Household(Record):
    """户: one door. `number` is unique in the clinic and never reused; door numbers often do not exist."""

    number: str
    village_id: str
    hamlet_id: str | None = None
    landmark: str | None = None
    door_number: str | None = None
    registered_address: str | None = None
    home_address: str | None = None
    responsible_doctor_id: str | None = None
    first_contact_id: str | None = None
    helper_cadre: str | None = None
    walking_order: int | None = None
    dwelling: Mapping[str, JsonValue] | None = None
    paper_file_place: str | None = None
    note: str | None = None
    not_visited_until: date | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class HouseholdMembership(Record):
    """家庭成员关系, dated. `relation` is a GB/T 4761 code, seen from the head."""

    household_id: str
    resident_id: str
    relation: str
    is_head: bool = False
    from_on: date | None = None
    until_on: date | None = None
    reason: str | None = None
    until_reason: str | None = None

    def is_member_on(self, day: date) -> bool:
        return not self.is_voided and holds(self.from_on, self.until_on, day)


@dataclass(frozen=True, kw_only=True, slots=True)
class IdentityDocument:
    """`kind`: id_card (checked), other (passport, 15-digit number, an unreadable card …)."""

    kind: str
    number: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Insurance:
    kind: str
    number: str | None = None
    place: str | None = None
    year: int | None = None
    special_until: date | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Resident(Record):
    """居民. Codes are strings from `resources/codes`; an unknown code survives a round trip.

    `sex`: GB/T 2261.1. `ethnicity`: GB/T 3304. `registered_here` with `lives_here_since` decide who is a
    permanent resident. `record_number`: 17 digits. `discharged_on`: home from hospital, the mother after delivery, the
    newborn after birth.
    """

    name: str
    sex: str
    birth_date: date
    other_names: tuple[str, ...] = ()
    is_name_provisional: bool = False
    birth_order: int | None = None
    mother_id: str | None = None
    identity_documents: tuple[IdentityDocument, ...] = ()
    no_identity_reason: str | None = None
    registered_here: bool = True
    lives_here_since: date | None = None
    stays_at_household_id: str | None = None
    ethnicity: str | None = None
    marriage: str | None = None
    education: str | None = None
    occupation: str | None = None
    blood_type: str | None = None
    rh: str | None = None
    insurances: tuple[Insurance, ...] = ()
    allergies: tuple[str, ...] = ()
    exposures: tuple[str, ...] = ()
    past_history: tuple[str, ...] = ()
    family_history: tuple[str, ...] = ()
    disabilities: tuple[str, ...] = ()
    disability_card: str | None = None
    record_number: str | None = None
    other_system_ids: Mapping[str, JsonValue] | None = None
    last_menstruation_on: date | None = None
    expected_delivery_on: date | None = None
    delivered_on: date | None = None
    discharged_on: date | None = None
    breast_feeding_until: date | None = None
    died_on: date | None = None
    death_place: str | None = None
    death_cause: str | None = None
    death_told_by: str | None = None
    moved_out_on: date | None = None
    moved_out_to: str | None = None

    def is_gone_on(self, day: date) -> bool:
        """Dead or moved out by `day`."""
        return any(gone is not None and gone <= day for gone in (self.died_on, self.moved_out_on))

    @property
    def id_card_number(self) -> str | None:
        return next((d.number for d in self.identity_documents if d.kind == "id_card"), None)


@dataclass(frozen=True, kw_only=True, slots=True)
class Phone(Record):
    """A number of a resident or of the whole household; `whose` is how people say it (女儿, 本人)."""

    number: str
    resident_id: str | None = None
    household_id: str | None = None
    whose: str | None = None
    checked_on: date | None = None
    wrong_since: date | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Absence(Record):
    """外出. Six months and more: out of the permanent-resident figures (`is_long_on`).

    `kind`: work, with_children, school, hospital, care_home, lost.
    """

    resident_id: str
    from_on: date
    kind: str
    expected_back_on: date | None = None
    until_on: date | None = None
    place: str | None = None
    phone: str | None = None

    def is_away_on(self, day: date) -> bool:
        """`until_on` is the day of return: she is home on it."""
        return not self.is_voided and self.from_on <= day and (self.until_on is None or day < self.until_on)

    def is_long_on(self, day: date) -> bool:
        """Away on `day`, and by then for six calendar months or more (norms: 常住 means six months)."""
        return self.is_away_on(day) and plus_months(self.from_on, AWAY_MONTHS) <= day


@dataclass(frozen=True, kw_only=True, slots=True)
class Condition(Record):
    """病种、人群标记: a disease (hypertension, diabetes …) or key-group code.

    `since` may be a year, a month or a day: 2016, 2016-05, 2016-05-03. `is_confirmed` False is a
    preliminary diagnosis, which manages nobody. `notified_on`: the day the clinic was told (tuberculosis).
    """

    resident_id: str
    code: str
    since: str | None = None
    until_on: date | None = None
    is_confirmed: bool = True
    number: str | None = None
    grade: str | None = None
    source_list: str | None = None
    notified_on: date | None = None

    @property
    def since_on(self) -> date | None:
        """The first day that `since` allows."""
        return None if self.since is None else first_day_of(self.since)

    def is_present_on(self, day: date) -> bool:
        return not self.is_voided and self.is_confirmed and holds(self.since_on, self.until_on, day)


def first_day_of(partial: str) -> date:
    """First day of 2016, 2016-05 or 2016-05-03. Raises ValueError for anything else."""
    parts = [int(part) for part in partial.split("-")]
    if not 1 <= len(parts) <= 3 or len(partial) not in (4, 7, 10):
        raise ValueError(partial)
    year, month, day = (*parts, 1, 1)[:3]
    return date(year, month, day)
