"""筛查 owed to everybody of 35 and more (norms-hypertension §1, norms-diabetes §1), done when one is there anyway.

The pressure once a year, for those at risk once per half-year; a fasting glucose once a year for those at risk of
diabetes. Who is at risk is judged by what was known when the span began (mark D), so that a value of today makes no
span of the past overdue; from 55 on (for glucose from the township's age) the age alone is told. After a first high
pressure two more days are asked for, a third and two thirds through the time that the township sets.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from village_doctor.domain.clinical.emergency import is_pressure_diagnostic
from village_doctor.domain.clinical.facts import DIABETES, HYPERTENSION, Measured
from village_doctor.domain.clinical.figures import Figures
from village_doctor.domain.clinical.screening import (
    RISK_AGE,
    SCREENED_FROM_AGE,
    RiskFacts,
    decide_pressure,
    diabetes_risks,
    pressure_risks,
)
from village_doctor.domain.dates import age_on, anniversary, day_in_china, equal_spans
from village_doctor.domain.decisions import Decision, Reason
from village_doctor.domain.duties.duty import Duty, Question
from village_doctor.domain.duties.evidence import EvidenceIndex, is_by_staff
from village_doctor.domain.duties.making import counting_reason, is_in_group, norm_duty, owed_period
from village_doctor.domain.duties.risk_facts import KnownRisks, counted_readings
from village_doctor.domain.managed_groups import Period, has_condition_on, here_periods
from village_doctor.domain.packages import PROOF_BLOOD_PRESSURE, PROOF_FASTING_GLUCOSE
from village_doctor.domain.person_facts import PersonFacts
from village_doctor.domain.readings import BLOOD_PRESSURE, Reading

ITEM_PRESSURE: Final = "screening_pressure"
ITEM_PRESSURE_AT_RISK: Final = "screening_pressure_at_risk"
ITEM_GLUCOSE_AT_RISK: Final = "screening_glucose_at_risk"
ITEM_MEASURE_AGAIN: Final = "screening_measure_again"
HALVES: Final = 2
FURTHER_DAYS: Final = 2


@dataclass(frozen=True, kw_only=True, slots=True)
class _Screening:
    """What is measured how often. `disease`: who has it is followed up instead. `reason`: why, with the last day.

    `risks`: what puts her at risk, None where everybody is screened; `told_from_age`: from which age on the age says it.
    """

    item: str
    proof: str
    disease: str
    reason: str
    per_year: int = 1
    risks: Callable[[RiskFacts], tuple[Reason, ...]] | None = None
    told_from_age: int = 0


def duties(person: PersonFacts, question: Question, index: EvidenceIndex) -> Iterator[Duty]:
    """The screenings of one resident of 35 or more, from the previous assessment year to the horizon."""
    of_age_on = anniversary(person.resident.birth_date, SCREENED_FROM_AGE)
    if of_age_on > question.horizon_on:
        return
    periods = here_periods(person, of_age_on, None)
    if not periods:
        return
    known = KnownRisks(person, question.on)
    for screening in _screenings(question.figures):
        yield from _of(person, question, index, screening, periods, known)
    yield from _measure_again(person, question, index)


def _screenings(figures: Figures) -> tuple[_Screening, ...]:
    return (
        _Screening(
            item=ITEM_PRESSURE, proof=PROOF_BLOOD_PRESSURE, disease=HYPERTENSION, reason="screening-yearly"
        ),
        _Screening(
            item=ITEM_PRESSURE_AT_RISK,
            proof=PROOF_BLOOD_PRESSURE,
            disease=HYPERTENSION,
            reason="screening-half-year",
            per_year=HALVES,
            risks=pressure_risks,
            told_from_age=RISK_AGE,
        ),
        _Screening(
            item=ITEM_GLUCOSE_AT_RISK,
            proof=PROOF_FASTING_GLUCOSE,
            disease=DIABETES,
            reason="screening-glucose",
            risks=lambda facts: diabetes_risks(facts, figures),
            told_from_age=figures.diabetes_risk_from_age,
        ),
    )


def _of(
    person: PersonFacts,
    question: Question,
    index: EvidenceIndex,
    screening: _Screening,
    periods: list[Period],
    known: KnownRisks,
) -> Iterator[Duty]:
    """Owed where she is here and without the disease to the span's end, or was served; at risk when it began."""
    on = question.on
    is_ill = has_condition_on(person, screening.disease, on)
    for first, latest in _spans(question, screening.per_year):
        if question.is_before_counting(latest):
            continue
        found = index.first_in(screening.proof, first, latest)
        is_served = found is not None
        if owed_period(periods, first, latest, on, is_served=is_served) is None:
            continue
        known_on = max(first, min(latest, on))
        if _is_ill_instead(person, screening.disease, known_on, None if found is None else found.day):
            continue
        risks = _risks(person, screening, known, first, is_served=is_served)
        if screening.risks is not None and not risks:
            continue
        yield norm_duty(
            person,
            question,
            item=screening.item,
            what=screening.proof,
            begins=first,
            proof=screening.proof,
            span_until=latest,
            due_on=latest,
            latest_on=latest,
            reasons=(Reason(code=screening.reason, values={"latest": latest.isoformat()}), *risks),
            is_asked=is_in_group(periods, on) and not is_ill,
            is_along=True,
        )


def _is_ill_instead(person: PersonFacts, disease: str, on: date, screened_on: date | None) -> bool:
    """Ill at the span's end, as far as known: followed up instead, unless she was screened before it was found."""
    if not has_condition_on(person, disease, on):
        return False
    return screened_on is None or has_condition_on(person, disease, screened_on)


def _risks(
    person: PersonFacts, screening: _Screening, known: KnownRisks, first: date, *, is_served: bool
) -> tuple[Reason, ...]:
    """Why she was at risk when the span began. A span that was served stays owed to who ever was at risk before."""
    if screening.risks is None:
        return ()
    age = age_on(person.resident.birth_date, first)
    if age >= screening.told_from_age:
        return screening.risks(RiskFacts(age=age, sex=person.resident.sex))
    risks = screening.risks(known.before(first))
    return screening.risks(known.worst_before(first)) if is_served and not risks else risks


def _spans(question: Question, per_year: int) -> Iterator[tuple[date, date]]:
    year_first = question.history_from
    while year_first <= question.horizon_on:
        first, latest = question.calendar.year_of(year_first)
        for span in equal_spans(first, latest, per_year):
            if span[0] <= question.horizon_on:
                yield span
        year_first = anniversary(year_first, 1)


def _measure_again(person: PersonFacts, question: Question, index: EvidenceIndex) -> Iterator[Duty]:
    """Two more days within the time after a first high pressure; a high day within that time begins none of its own.

    What was measured stays, whichever high day it followed.
    """
    within = timedelta(days=question.figures.screening_recheck_days)
    started_on: date | None = None
    for day, is_high_at_last in sorted(high_days(person, question.on).items()):
        if age_on(person.resident.birth_date, day) < SCREENED_FROM_AGE:
            continue
        if has_condition_on(person, HYPERTENSION, day):
            continue
        is_first = is_high_at_last and (started_on is None or day > started_on + within)
        if is_first:
            started_on = day
        if day + within >= question.history_from and not question.is_before_counting(day + within):
            yield from _further_days(person, question, index, day, is_first=is_first)


def _further_days(
    person: PersonFacts, question: Question, index: EvidenceIndex, day: date, *, is_first: bool
) -> Iterator[Duty]:
    span = question.figures.screening_recheck_days
    limit = day + timedelta(days=span)
    is_owed = is_first and person.is_here_on(max(day, min(limit, question.on)))
    is_ill = has_condition_on(person, HYPERTENSION, question.on)
    begins = day + timedelta(days=1)
    for number in range(1, FURTHER_DAYS + 1):
        latest = max(limit, begins)
        found = index.first_in(PROOF_BLOOD_PRESSURE, begins, latest)
        if found is None and not is_owed:
            return
        due_on = max(begins, day + timedelta(days=span * number // (FURTHER_DAYS + 1)))
        values = {"day": day.isoformat(), "latest": latest.isoformat()}
        yield norm_duty(
            person,
            question,
            item=ITEM_MEASURE_AGAIN,
            what=str(number),
            begins=day,
            proof=PROOF_BLOOD_PRESSURE,
            span_from=begins,
            span_until=latest,
            due_on=due_on,
            latest_on=latest,
            reasons=(
                Reason(code="screening-measure-again", values=values),
                *counting_reason(question, due_on),
            ),
            is_asked=person.is_here_on(question.on) and not is_ill,
        )
        begins = (begins if found is None else found.day) + timedelta(days=1)


def high_days(person: PersonFacts, on: date) -> dict[date, bool]:
    """The days up to `on` with a pressure of 140/90 or more taken by staff; False where the last of that day was lower."""
    if not any(is_high_by_staff(one) for one in person.readings):
        return {}
    readings = [one for one in counted_readings(person) if one.kind == BLOOD_PRESSURE]
    days = {day_in_china(one.taken_at) for one in readings if _is_high(one)}
    readings.sort(key=lambda one: (one.taken_at, one.id))
    last = {day_in_china(one.taken_at): one for one in readings}
    return {day: _is_high(last[day]) for day in days if day <= on}


def pressure_decision(person: PersonFacts, on: date, figures: Figures) -> Decision | None:
    """What the pressures up to `on` ask for in somebody of 35 or more without hypertension; None: nothing."""
    if age_on(person.resident.birth_date, on) < SCREENED_FROM_AGE:
        return None
    if has_condition_on(person, HYPERTENSION, on):
        return None
    taken = KnownRisks(person, on).pressure_on(on)
    if taken is None:
        return None
    before = [day for day, is_high in high_days(person, on).items() if is_high]
    return decide_pressure(_pressure(taken), on=on, high_before=before, figures=figures)


def is_high_by_staff(reading: Reading) -> bool:
    """A pressure of 140/90 or more that staff took, as far as the reading alone tells."""
    return _is_high(reading) and is_by_staff(reading)


def _is_high(reading: Reading) -> bool:
    return reading.kind == BLOOD_PRESSURE and is_pressure_diagnostic(_pressure(reading))


def _pressure(reading: Reading) -> Measured:
    return Measured(systolic_mmhg=reading.systolic_mmhg, diastolic_mmhg=reading.diastolic_mmhg)
