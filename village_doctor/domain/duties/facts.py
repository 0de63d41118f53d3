"""What duties are computed from, and what a duty is.

`PersonFacts` is everything known about one resident; anything dated after the day asked for is left out, so that
a question about a past day gets that day's answer. Pure values: nothing here decides what is owed.
"""

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Final

from village_doctor.domain.clinical.decision import Reason
from village_doctor.domain.dates import anniversary, day_in_china, plus_months
from village_doctor.domain.packages import (
    PROOF_BLOOD_PRESSURE,
    PROOF_DIABETES,
    PROOF_FASTING_GLUCOSE,
    PROOF_HYPERTENSION,
    PROOF_VISIT,
)
from village_doctor.domain.person_facts import PersonFacts
from village_doctor.domain.problems import Problem
from village_doctor.domain.readings import BLOOD_PRESSURE, GLUCOSE, Reading
from village_doctor.domain.referrals import CLOSED, ISSUED, REFUSED, Referral, ReferralInquiry
from village_doctor.domain.visits import FACE_TO_FACE, FOLLOW_UP, Visit

HYPERTENSION: Final = "hypertension"
DIABETES: Final = "diabetes"
MANAGED_DISEASES: Final = (HYPERTENSION, DIABETES)

# Which diseases a form follows up. A sheet for both diseases will name two.
FOLLOW_UP_FORMS: Final[Mapping[str, tuple[str, ...]]] = {
    "hypertension_follow_up": (HYPERTENSION,),
    "diabetes_follow_up": (DIABETES,),
}
FOLLOW_UP_PROOFS: Final = {HYPERTENSION: PROOF_HYPERTENSION, DIABETES: PROOF_DIABETES}
REFERRAL_PROOF: Final = "referral_outcome:"

# Self-measured values and values of other institutions are no service of ours.
STAFF_SETTINGS: Final = frozenset({"clinic", "home"})
FASTING: Final = "fasting"

NORM: Final = "norm"
CONTRACT: Final = "contract"


@dataclass(frozen=True, kw_only=True, slots=True)
class AssessmentCalendar:
    """考核年度 of the clinic. `counting_starts_on`: nothing is overdue for a time before it.

    A year that starts on another day than 1 January has its own quarters: three months each from that day.
    """

    starts_month: int = 1
    starts_day: int = 1
    counting_starts_on: date | None = None

    @classmethod
    def from_settings(cls, settings: Mapping[str, str]) -> "AssessmentCalendar":
        """From the clinic's settings. Raises Problem `field-value` for a setting that is no date."""
        starts = settings.get("assessment_year_starts", "01-01")
        counting = settings.get("counting_starts_on", "")
        try:
            month, day = (int(part) for part in starts.split("-"))
            if day > 28:  # every year has such a day, and every quarter begins on it
                raise ValueError(starts)
            date(2001, month, day)
        except ValueError:
            raise Problem("field-value", field="assessment_year_starts", value=starts) from None
        try:
            counting_on = date.fromisoformat(counting) if counting else None
        except ValueError:
            raise Problem("field-value", field="counting_starts_on", value=counting) from None
        return cls(starts_month=month, starts_day=day, counting_starts_on=counting_on)

    def year_of(self, day: date) -> tuple[date, date]:
        """First and last day of the assessment year that holds `day`."""
        first = date(day.year, self.starts_month, self.starts_day)
        if day < first:
            first = anniversary(first, -1)
        return first, anniversary(first, 1) - timedelta(days=1)

    def history_from(self, day: date) -> date:
        """First day of the assessment year before the one that holds `day`."""
        return anniversary(self.year_of(day)[0], -1)

    def quarter_of(self, day: date) -> tuple[date, date]:
        """First and last day of the quarter of the assessment year that holds `day`."""
        return next((first, last) for first, last in self.quarters(self.year_of(day)[0], day) if day <= last)

    def quarters(self, from_on: date, until_on: date) -> Iterator[tuple[date, date]]:
        """The quarters from `from_on`, the first day of an assessment year, that begin up to `until_on`."""
        first, count = from_on, 0
        while first <= until_on:
            count += 1
            after = plus_months(from_on, 3 * count)
            yield first, after - timedelta(days=1)
            first = after


@dataclass(frozen=True, kw_only=True, slots=True)
class Question:
    """On which day, by which calendar, and how far back and ahead."""

    on: date
    calendar: AssessmentCalendar
    history_from: date
    horizon_on: date

    def is_before_counting(self, day: date) -> bool:
        counting = self.calendar.counting_starts_on
        return counting is not None and day < counting

    def not_before_counting(self, day: date) -> date:
        counting = self.calendar.counting_starts_on
        return day if counting is None else max(day, counting)


@dataclass(frozen=True, kw_only=True, slots=True)
class Duty:
    """应做: one dated thing owed to one resident.

    `proof` says what kind of record proves it; evidence counts from `span_from` to `span_until` (None: however late).
    `due_on` is the day shown, `latest_on` the last day before it is late for the norm or the agreement.
    `is_asked` False: kept for the figures only, because the person left, the disease ended or the contract is over.
    `key` is the same text whenever the same duty is computed again.
    """

    key: str
    resident_id: str
    household_id: str | None
    source: str
    item: str
    name: str
    proof: str
    span_from: date
    span_until: date | None
    due_on: date
    latest_on: date
    contract_id: str | None = None
    reasons: tuple[Reason, ...] = ()
    is_asked: bool = True


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
        if proof == PROOF_VISIT:
            return (
                Evidence(visit.served_on, "visit", visit.id)
                for visit in self.person.visits
                if took_place(visit)
            )
        if proof.startswith(REFERRAL_PROOF):
            referral_id = proof.removeprefix(REFERRAL_PROOF)
            return (
                Evidence(day, kind, record_id)
                for referral in self.person.referrals
                if referral.id == referral_id
                for day, kind, record_id in askings(referral, self.person.visits, self.on)
            )
        for disease, follow_up_proof in FOLLOW_UP_PROOFS.items():
            if proof == follow_up_proof:
                return (Evidence(visit.served_on, "visit", visit.id) for visit in self.follow_ups(disease))
        return ()

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


def diseases_of(visit: Visit) -> tuple[str, ...]:
    """The diseases whose form the visit was written on."""
    return () if visit.form_code is None else FOLLOW_UP_FORMS.get(visit.form_code, ())


def lacks_fasting_glucose(visit: Visit) -> bool:
    """A diabetes follow-up that took place and cannot be classed for want of a fasting glucose."""
    return (
        visit.purpose == FOLLOW_UP
        and DIABETES in diseases_of(visit)
        and took_place(visit)
        and not visit.is_counted_follow_up
        and (
            any(key.startswith("fasting_glucose") for key in visit.missing)
            or (visit.decision is not None and visit.decision.is_high is None)
        )
    )


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
        if visit.mode in FACE_TO_FACE and visit.is_counted_follow_up and visit.served_on <= on:
            for disease in diseases_of(visit):
                found.setdefault(disease, []).append(visit)
    for follow_ups in found.values():
        follow_ups.sort(key=lambda visit: (visit.served_on, visit.recorded_at, visit.id))
    return found
