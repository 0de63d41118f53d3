"""The clinic itself: names, villages, hamlets, staff, and settings that hold for the whole clinic."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final

from village_doctor.domain.records import Record

CODE_BEFORE_ENROLMENT: Final = "000000"


@dataclass(frozen=True, kw_only=True, slots=True)
class Clinic(Record):
    """村卫生室. `code`: 6 digits from the township's invitation, 000000 before; the key is the id."""

    name: str
    code: str = CODE_BEFORE_ENROLMENT
    township_name: str | None = None
    county_name: str | None = None
    phone: str | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Setting(Record):
    """A setting of the whole clinic, one row per key; the id is the key."""

    value: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Village(Record):
    """行政村. `code` is the 12-digit statistical code; a clinic serves one village to several."""

    code: str
    name: str
    former_names: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class Hamlet(Record):
    """村民小组, 湾, 屯, 庄: `number` is the official group, `name` what people say."""

    village_id: str
    number: int | None = None
    name: str | None = None
    township_contact: str | None = None
    walking_order: int | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Staff(Record):
    """`kind`: village_doctor, general_practitioner, clinical, tcm, nurse, public_health, retired, hospital.

    `role` (owner, doctor, helper) is what `permissions.may` decides by.
    """

    name: str
    kind: str = "village_doctor"
    role: str = "doctor"
    licence: str | None = None
    phone: str | None = None
    from_on: date | None = None
    until_on: date | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Team(Record):
    """家庭医生团队."""

    name: str
    leader_staff_id: str
    member_staff_ids: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class DeviceStart(Record):
    """The first entry of a device's journal; the id is the device's.

    `continues_*` quote the last entry of the device whose place it takes (after a restore or in a
    copied folder); all None for the first device of a clinic.
    """

    device_digit: int
    continues_device: str | None = None
    continues_seq: int | None = None
    continues_digest: str | None = None


# Rules of which first light knows one only; other values are refused rather than ignored.
FIXED_VALUES: Final[Mapping[str, str]] = {"quarter_rule": "calendar", "contract_term_rule": "anniversary"}

# Settings with their defaults. counting_starts_on: nothing is overdue for a time before it (ISO date).
# assessment_year_starts: month and day (考核年度, contracts.md §3.3). practice: "1" marks a practice home.
SETTING_DEFAULTS: Final[Mapping[str, str]] = {
    "counting_starts_on": "",
    "assessment_year_starts": "01-01",
    "data_cut_off": "12-31",
    "quarter_rule": "calendar",
    "contract_term_rule": "anniversary",
    "practice": "",
}
