"""Which programmes of the norm she is in and why, the last counted visit of each, and the year's tally."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date, timedelta
from typing import Final

from village_doctor.domain.dates import age_on, day_in_china, plus_months
from village_doctor.domain.duties.chronic import ITEM_AGAIN, ITEM_FASTING, ITEM_OWN_PLAN, ITEM_UNFINISHED
from village_doctor.domain.duties.duty import NORM, DutyRules
from village_doctor.domain.duties.evidence import (
    DIABETES,
    FASTING,
    HYPERTENSION,
    REFERRAL_PROOF,
    EvidenceIndex,
    is_by_staff,
    took_place,
)
from village_doctor.domain.duties.reasons import VALUE_NAMES
from village_doctor.domain.duties.tuberculosis import TUBERCULOSIS
from village_doctor.domain.explain.lines import ExplainLine, line_of
from village_doctor.domain.fulfilment.matching import DONE, MatchedDuty
from village_doctor.domain.managed_groups import (
    ELDERLY_FROM_AGE,
    GROUP_OF_CONDITION,
    SCHOOL_AGE,
    decide_managed,
    why_not_here,
)
from village_doctor.domain.packages import FOLLOW_UP_PROOF
from village_doctor.domain.people import FEMALE
from village_doctor.domain.person_facts import PersonFacts
from village_doctor.domain.pregnancy import gestation_on
from village_doctor.domain.protected import protected_group
from village_doctor.domain.readings import BLOOD_PRESSURE, GLUCOSE, Reading
from village_doctor.domain.visits import FACE_TO_FACE, FOLLOW_UP, Visit, conclusion_for

# What follows from an event is no part of the year's count.
_EVENTS: Final = frozenset({ITEM_AGAIN, ITEM_OWN_PLAN, ITEM_FASTING, ITEM_UNFINISHED})
# Their forms give no class.
_NEVER_CLASSED: Final = frozenset({TUBERCULOSIS})
_MONTHS_OF_BABIES: Final = 36


def programme_lines(
    person: PersonFacts, on: date, rules: DutyRules, matched: Sequence[MatchedDuty]
) -> Iterator[ExplainLine]:
    """Each programme by age, pregnancy and disease; then the tallies of the assessment year."""
    not_here = why_not_here(person, on)
    said = list(_by_age_and_pregnancy(person, on, rules)) if not_here is None else [line_of(not_here)]
    yield from said
    codes = {condition.code for condition in person.conditions if not condition.is_voided}
    known = [disease for disease in GROUP_OF_CONDITION if disease in codes]
    index = EvidenceIndex(person, on)
    for disease in known:
        decision = decide_managed(person, disease, on)
        if decision.reason != not_here:
            yield line_of(decision.reason, protected_group(disease))
        for line in _visit_lines(person, disease, decision.is_managed, index, on):
            yield replace(line, continues=True)
    if not said and not known:
        yield ExplainLine(code="no-programme", values={})
    yield from _tallies(on, rules, matched)


def _by_age_and_pregnancy(person: PersonFacts, on: date, rules: DutyRules) -> Iterator[ExplainLine]:
    resident, figures = person.resident, rules.figures
    age = age_on(resident.birth_date, on)
    if age >= ELDERLY_FROM_AGE:
        yield ExplainLine(code="elderly", values={"age": str(age)})
    elif age < SCHOOL_AGE:
        months = _months_on(resident.birth_date, on)
        if months < _MONTHS_OF_BABIES:
            yield ExplainLine(code="child-months", values={"months": str(months)})
        else:
            yield ExplainLine(code="child-years", values={"age": str(age)})
    gestation = gestation_on(resident, on, longest_days=figures.pregnancy_longest_days)
    if gestation is not None:
        weeks, days = gestation
        yield ExplainLine(code="pregnant", values={"weeks": str(weeks), "days": str(days)})
    delivered_on = resident.delivered_on
    last = timedelta(days=figures.puerperium_days)
    if delivered_on is not None and resident.sex == FEMALE and delivered_on <= on <= delivered_on + last:
        values = {"day": delivered_on.isoformat(), "days": str((on - delivered_on).days)}
        yield ExplainLine(code="delivered", values=values)


def _months_on(birth_date: date, on: date) -> int:
    """Full months of age."""
    months = (on.year - birth_date.year) * 12 + on.month - birth_date.month
    return months if plus_months(birth_date, months) <= on else months - 1


def _visit_lines(
    person: PersonFacts, disease: str, is_managed: bool, index: EvidenceIndex, on: date
) -> Iterator[ExplainLine]:
    """The last counted follow-up, and what happened after it and is none."""
    follow_ups = index.follow_ups(disease)
    last = follow_ups[-1] if follow_ups else None
    if last is not None:
        yield _last_line(person, disease, last)
    elif is_managed:
        yield ExplainLine(code="no-follow-up", values={"disease": disease}, group=protected_group(disease))
    yield from _uncounted_lines(person, disease, last, on)


def _last_line(person: PersonFacts, disease: str, visit: Visit) -> ExplainLine:
    hidden = protected_group(disease)
    result = conclusion_for(visit, disease).control_result
    values = {"disease": disease, "last": visit.served_on.isoformat()}
    if disease in _NEVER_CLASSED or result not in (None, *VALUE_NAMES["result"]):
        return ExplainLine(code="last-unclassed", values=values, group=hidden)
    values["result"] = result or ""
    measured = [
        reading for reading in person.readings if reading.visit_id == visit.id and not reading.is_voided
    ]
    for reading in sorted(measured, key=lambda item: (item.taken_at, item.id), reverse=True):
        shown = _shown(reading, disease)
        if shown is not None:
            code = "last-pressure" if disease == HYPERTENSION else "last-glucose"
            return ExplainLine(code=code, values=values | shown, group=hidden)
    return ExplainLine(code="last-follow-up", values=values, group=hidden)


def _uncounted_lines(
    person: PersonFacts, disease: str, last: Visit | None, on: date
) -> Iterator[ExplainLine]:
    """What happened after the last counted follow-up and is none: a quick reading, a phone call, an unfinished form."""
    after = date.min if last is None else last.served_on
    contacts = [
        visit
        for visit in person.visits
        if visit.purpose == FOLLOW_UP
        and disease in visit.diseases
        and took_place(visit)
        and FOLLOW_UP_PROOF + disease not in visit.proves
        and after <= visit.served_on <= on
    ]
    if contacts:
        visit = max(contacts, key=lambda item: (item.served_on, item.recorded_at, item.id))
        code = "only-unfinished" if visit.mode in FACE_TO_FACE else "only-by-phone"
        values = {"disease": disease, "day": visit.served_on.isoformat()}
        yield ExplainLine(code=code, values=values, group=protected_group(disease))
    quick = [
        reading
        for reading in person.readings
        if reading.visit_id is None
        and is_by_staff(reading)
        and _shown(reading, disease) is not None
        and after < day_in_china(reading.taken_at) <= on
    ]
    if quick:
        reading = max(quick, key=lambda item: (item.taken_at, item.id))
        code = "only-measured-pressure" if disease == HYPERTENSION else "only-measured-glucose"
        values = {"day": day_in_china(reading.taken_at).isoformat(), "disease": disease}
        yield ExplainLine(code=code, values=values | (_shown(reading, disease) or {}))


def _shown(reading: Reading, disease: str) -> dict[str, str] | None:
    """The value that decides the disease's class, where the reading holds it."""
    if disease == HYPERTENSION:
        if reading.kind != BLOOD_PRESSURE or reading.systolic_mmhg is None or reading.diastolic_mmhg is None:
            return None
        return {"systolic": str(reading.systolic_mmhg), "diastolic": str(reading.diastolic_mmhg)}
    if disease != DIABETES or reading.kind != GLUCOSE or reading.glucose_timing != FASTING:
        return None
    return None if reading.glucose_mmol is None else {"glucose": str(reading.glucose_mmol)}


def _tallies(on: date, rules: DutyRules, matched: Sequence[MatchedDuty]) -> Iterator[ExplainLine]:
    """For each thing of the norm whose time ends in this assessment year: how often owed, how often done."""
    year_first, year_last = rules.calendar.year_of(on)
    by_proof: dict[str, list[MatchedDuty]] = {}
    for one in matched:
        duty = one.duty
        if (
            duty.source == NORM
            and duty.item not in _EVENTS
            and not duty.is_along
            and not duty.proof.startswith(REFERRAL_PROOF)
            and year_first <= duty.latest_on <= year_last
        ):
            by_proof.setdefault(duty.proof, []).append(one)
    if by_proof:
        values = {"first": year_first.isoformat(), "last": year_last.isoformat()}
        yield ExplainLine(code="year-tallies", values=values)
    for ones in by_proof.values():
        duty = ones[0].duty
        values = {
            "item": duty.name,
            "owed": str(len(ones)),
            "done": str(sum(one.state == DONE for one in ones)),
        }
        group = next((one.duty.group for one in ones if one.duty.group is not None), None)
        yield ExplainLine(code="year-tally", values=values, group=group, continues=True)
