"""The journaled kinds by name: what the journal, the tables, the batches and the merge go through."""

from dataclasses import dataclass, fields
from typing import Final

from village_doctor.domain.clinic import Clinic, DeviceStart, Hamlet, Setting, Staff, Team, Village
from village_doctor.domain.contracts import Contract, ContractMember
from village_doctor.domain.given import Activity, Education, Service
from village_doctor.domain.medications import Medication
from village_doctor.domain.people import (
    Absence,
    Condition,
    Household,
    HouseholdMembership,
    Phone,
    Resident,
)
from village_doctor.domain.readings import Reading
from village_doctor.domain.records import Record
from village_doctor.domain.referrals import Referral
from village_doctor.domain.refusals import Consent, Notice, Refusal
from village_doctor.domain.visits import Visit


@dataclass(frozen=True, slots=True)
class Kind:
    """`body_version` rises with a change of the body's shape; `changes.upgrade` lifts older bodies."""

    name: str
    record_class: type[Record]
    body_version: int = 1

    @property
    def field_names(self) -> tuple[str, ...]:
        return tuple(item.name for item in fields(self.record_class))


KINDS: Final[dict[str, Kind]] = {
    kind.name: kind
    for kind in (
        Kind("device_start", DeviceStart),
        Kind("setting", Setting),
        Kind("clinic", Clinic),
        Kind("staff", Staff),
        Kind("team", Team),
        Kind("village", Village),
        Kind("hamlet", Hamlet),
        Kind("household", Household),
        Kind("resident", Resident),
        Kind("household_membership", HouseholdMembership),
        Kind("phone", Phone),
        Kind("absence", Absence),
        Kind("condition", Condition),
        Kind("contract", Contract),
        Kind("contract_member", ContractMember),
        Kind("visit", Visit),
        Kind("reading", Reading),
        Kind("referral", Referral),
        Kind("medication", Medication),
        Kind("activity", Activity),
        Kind("education", Education),
        Kind("service", Service),
        Kind("refusal", Refusal),
        Kind("consent", Consent),
        Kind("notice", Notice),
    )
}

_BY_CLASS: Final[dict[type, Kind]] = {kind.record_class: kind for kind in KINDS.values()}


def kind_of(record: Record) -> Kind:
    """The kind of a record."""
    return _BY_CLASS[type(record)]
