"""What a resident has to show: the records that prove duties, by proof, oldest first.

Anything dated after the day asked for is left out, so that a question about a past day gets that day's answer.
"""

from bisect import bisect_left
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from itertools import chain
from typing import Final

from village_doctor.domain.dates import day_in_china
from village_doctor.domain.packages import (
    FOLLOW_UP_PROOF,
    PROOF_BLOOD_PRESSURE,
    PROOF_FASTING_GLUCOSE,
    PROOF_HBA1C,
    PROOF_LONG_PRESCRIPTION,
    PROOF_PHONE,
    PROOF_VISIT,
    SERVICE_PROOF,
)
from village_doctor.domain.person_facts import PersonFacts
from village_doctor.domain.readings import BLOOD_PRESSURE, GLUCOSE, HBA1C, Reading
from village_doctor.domain.referrals import CLOSED, ISSUED, REFUSED, Referral, ReferralInquiry
from village_doctor.domain.visits import FOLLOW_UP, PHONE, Visit, conclusion_for

HYPERTENSION: Final = "hypertension"
DIABETES: Final = "diabetes"
MANAGED_DISEASES: Final = (HYPERTENSION, DIABETES)
REFERRAL_PROOF: Final = "referral_outcome:"
REFILL_PROOF: Final = "refill:"

# Self-measured values and values of other institutions are no service of ours.
STAFF_SETTINGS: Final = frozenset({"clinic", "home"})
FASTING: Final = "fasting"


@dataclass(frozen=True, slots=True)
class Evidence:
    """A record that proves something, and its day in China."""

    day: date
    kind: str
    id: str


@dataclass(slots=True)
class EvidenceIndex:
    """What `person` has to show on `on`, by proof, oldest first; computed only for the proofs asked for."""

    person: PersonFacts
    on: date
    _days: dict[str, list[date]] = field(default_factory=dict)
    _evidence: dict[str, list[Evidence]] = field(default_factory=dict)
    _follow_ups: dict[str, list[Visit]] | None = None

    def first_in(self, proof: str, from_on: date, until_on: date | None) -> Evidence | None:
        """The earliest evidence of that kind from `from_on` to `until_on`."""
        days = self._days.get(proof)
        if days is None:
            days = self._load(proof)
        index = bisect_left(days, from_on)
        if index == len(days) or (until_on is not None and days[index] > until_on):
            return None
        return self._evidence[proof][index]

    def follow_ups(self, disease: str) -> list[Visit]:
        """Counted follow-ups of that disease up to `on`, oldest first."""
        if self._follow_ups is None:
            self._follow_ups = _follow_ups_by_disease(self.person.visits, self.on)
        return self._follow_ups.get(disease, [])

    def _load(self, proof: str) -> list[date]:
        found = sorted(
            (item for item in self._collect(proof) if item.day <= self.on),
            key=lambda item: (item.day, item.kind, item.id),
        )
        self._evidence[proof] = found
        self._days[proof] = days = [item.day for item in found]
        return days

    def _collect(self, proof: str) -> Iterable[Evidence]:
        if proof == PROOF_BLOOD_PRESSURE:
            return self._readings(BLOOD_PRESSURE, None)
        if proof == PROOF_FASTING_GLUCOSE:
            return self._readings(GLUCOSE, FASTING)
        if proof == PROOF_HBA1C:
            return self._readings(HBA1C, None)
        if proof in (PROOF_VISIT, PROOF_PHONE):
            return (
                Evidence(visit.served_on, "visit", visit.id)
                for visit in self.person.visits
                if took_place(visit) and (proof == PROOF_VISIT or visit.mode == PHONE)
            )
        if proof.startswith(REFERRAL_PROOF):
            referral_id = proof.removeprefix(REFERRAL_PROOF)
            return (
                Evidence(day, kind, record_id)
                for referral in self.person.referrals
                if referral.id == referral_id
                for day, kind, record_id in askings(referral, self.person.visits, self.on)
            )
        return chain(self._visits(proof), self._given(proof))

    def _visits(self, proof: str) -> Iterable[Evidence]:
        return (
            Evidence(visit.served_on, "visit", visit.id)
            for visit in self.person.visits
            if proof in visit.proves and took_place(visit)
        )

    def _given(self, proof: str) -> Iterable[Evidence]:
        """What is recorded without a form: services, education, long prescriptions."""
        for service in self.person.services:
            if not service.is_voided and proof == SERVICE_PROOF + service.code:
                yield Evidence(service.served_on, "service", service.id)
        for education in self.person.educations:
            if not education.is_voided and proof in education.proves:
                yield Evidence(education.given_on, "education", education.id)
        for medication in self.person.medications:
            if (
                not medication.is_voided
                and proof in (PROOF_LONG_PRESCRIPTION, REFILL_PROOF + medication.drug)
                and medication.issued_on is not None
            ):
                yield Evidence(medication.issued_on, "medication", medication.id)

    def _readings(self, kind: str, timing: str | None) -> Iterable[Evidence]:
        standing = standing_visit_ids(self.person.visits)
        return (
            Evidence(day_in_china(reading.taken_at), "reading", reading.id)
            for reading in self.person.readings
            if reading.kind == kind
            and reading.glucose_timing == timing
            and is_by_staff(reading)
            and (reading.visit_id is None or reading.visit_id in standing)
        )


def proof_of_reading(reading: Reading) -> str | None:
    """The proof that a quick reading is, None for the many that prove nothing: it answers no follow-up."""
    if not is_by_staff(reading):
        return None
    if reading.kind == BLOOD_PRESSURE:
        return PROOF_BLOOD_PRESSURE
    if reading.kind == HBA1C:
        return PROOF_HBA1C
    is_fasting = reading.kind == GLUCOSE and reading.glucose_timing == FASTING
    return PROOF_FASTING_GLUCOSE if is_fasting else None


def took_place(visit: Visit) -> bool:
    """A contact that happened, whatever its form: not voided, not a knock at a closed door."""
    return not visit.is_voided and visit.not_done_reason is None


def standing_visit_ids(visits: Iterable[Visit]) -> frozenset[str]:
    """Ids of the visits that are not voided: what was measured at a voided one proves nothing."""
    return frozenset(visit.id for visit in visits if not visit.is_voided)


def is_by_staff(reading: Reading) -> bool:
    """Measured by us: not voided, neither self-measured nor another institution's."""
    return not reading.is_voided and reading.setting in STAFF_SETTINGS


def lacks_fasting_glucose(visit: Visit) -> bool:
    """A diabetes follow-up that took place and cannot be classed for want of a fasting glucose."""
    return (
        visit.purpose == FOLLOW_UP
        and DIABETES in visit.diseases
        and took_place(visit)
        and not visit.is_counted_follow_up
        and (
            any(key.startswith("fasting_glucose") for key in visit.missing)
            or (
                (decision := conclusion_for(visit, DIABETES).decision) is not None
                and decision.is_high is None
            )
        )
    )


def high_unfinished_until(visit: Visit, disease: str) -> date | None:
    """The last day for the return after a visit above target whose form was not finished; None: it is no such visit."""
    decision = conclusion_for(visit, disease).decision
    if decision is None or not decision.is_high or FOLLOW_UP_PROOF + disease in visit.proves:
        return None
    is_follow_up = visit.purpose == FOLLOW_UP and disease in visit.diseases and took_place(visit)
    return decision.limit_on if is_follow_up else None


def askings(referral: Referral, visits: Iterable[Visit], on: date) -> list[tuple[date, str, str]]:
    """The days on which somebody asked what became of a referral: one a day, by inquiry or by a later visit."""
    if referral.is_voided:
        return []
    days: dict[date, tuple[str, str]] = {}
    for visit in visits:
        if visit.referral_id == referral.id and visit.served_on > referral.issued_on and took_place(visit):
            days[visit.served_on] = min(("visit", visit.id), days.get(visit.served_on, ("visit", visit.id)))
    for inquiry in referral.inquiries:
        if inquiry.asked_on >= referral.issued_on:
            days[inquiry.asked_on] = ("referral", referral.id)
    return [(day, *days[day]) for day in sorted(days) if day <= on]


def is_open_on(referral: Referral, on: date) -> bool:
    """Still to be asked about on `on`, as far as that was known then."""
    if referral.is_voided or referral.issued_on > on:
        return False
    if all(inquiry.asked_on <= on for inquiry in referral.inquiries):
        return referral.is_open
    known = sorted((inquiry for inquiry in referral.inquiries if inquiry.asked_on <= on), key=_asked_on)
    state = known[-1].state if known else ISSUED
    return state not in CLOSED or state == REFUSED


def _asked_on(inquiry: ReferralInquiry) -> date:
    return inquiry.asked_on


def _follow_ups_by_disease(visits: Iterable[Visit], on: date) -> dict[str, list[Visit]]:
    found: dict[str, list[Visit]] = {}
    for visit in visits:
        if visit.served_on > on or not took_place(visit):
            continue
        for proof in visit.proves:
            if proof.startswith(FOLLOW_UP_PROOF):
                found.setdefault(proof.removeprefix(FOLLOW_UP_PROOF), []).append(visit)
    for follow_ups in found.values():
        follow_ups.sort(key=lambda visit: (visit.served_on, visit.recorded_at, visit.id))
    return found
