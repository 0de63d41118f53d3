"""Between the records and the clinical rules: what was measured, by name, and the counted visits before a day.

Computed from the stored records, so that a corrected reading changes what is decided. Self-measured values and
other institutions' are no visit of ours and make no past one high.
"""

from collections.abc import Collection, Iterable, Mapping
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Final

from village_doctor.domain.clinical.emergency import is_very_high
from village_doctor.domain.clinical.visit_facts import PastVisit
from village_doctor.domain.dates import day_in_china
from village_doctor.domain.duties.evidence import is_by_staff
from village_doctor.domain.packages import FOLLOW_UP_PROOF
from village_doctor.domain.plausibility import (
    DIASTOLIC,
    DIASTOLIC_AGAIN,
    FASTING_GLUCOSE,
    MEASURES,
    RANDOM_GLUCOSE,
    SYSTOLIC,
    SYSTOLIC_AGAIN,
    TWO_HOURS_GLUCOSE,
)
from village_doctor.domain.readings import BLOOD_PRESSURE, GLUCOSE, Reading
from village_doctor.domain.visits import Visit, conclusion_for

_GLUCOSES: Final = {
    "fasting": FASTING_GLUCOSE,
    "two_hours": TWO_HOURS_GLUCOSE,
    "random": RANDOM_GLUCOSE,
}
_PRESSURES: Final = frozenset({SYSTOLIC, DIASTOLIC, SYSTOLIC_AGAIN, DIASTOLIC_AGAIN})
_ONE_FIELD_EACH: Final = tuple(sorted(MEASURES - _PRESSURES - {*_GLUCOSES.values()}))


def is_of(visit: Visit, disease: str, form_code: str) -> bool:
    """Is it a visit of that disease, by whatever form? Where there is no disease: a visit with that form."""
    return disease in visit.diseases if disease else visit.form_code == form_code


def past_visits(
    disease: str, form_code: str, visits: Iterable[Visit], readings: Iterable[Reading], before: date
) -> tuple[PastVisit, ...]:
    """The counted visits of `disease` (of that form where there is none) served before the day, oldest first.

    What counts is what proves something: complete, in a mode that counts; of a form for several diseases the finished
    sheet of this one. Of several on one day all are there, in the order in which they were recorded.
    """
    by_visit: dict[str, list[Reading]] = {}
    for reading in readings:
        if reading.visit_id is not None and is_by_staff(reading):
            by_visit.setdefault(reading.visit_id, []).append(reading)
    counted = [
        visit
        for visit in visits
        if visit.served_on < before
        and not visit.is_voided
        and _counts_for(visit, disease)
        and is_of(visit, disease, form_code)
    ]
    counted.sort(key=lambda visit: (visit.served_on, visit.recorded_at, visit.id))
    return tuple(
        PastVisit(
            served_on=visit.served_on,
            form_code=visit.form_code or "",
            answers=visit.answers or {},
            measurements=measurements_of(by_visit.get(visit.id, [])),
            control_result=conclusion_for(visit, disease).control_result,
        )
        for visit in counted
    )


def _counts_for(visit: Visit, disease: str) -> bool:
    if len(visit.diseases) > 1:
        return FOLLOW_UP_PROOF + disease in visit.proves
    return bool(visit.proves)


def also_measured(
    readings: Iterable[Reading], day: date, on_form: Collection[str]
) -> Mapping[str, int | Decimal]:
    """What staff measured on that day outside any form, but for what the form itself asks (a glucose beside the pressure).

    A second pressure belongs to its first: where the form asks for the pressure, it stays away too.
    """
    alone = [
        one
        for one in readings
        if one.visit_id is None and is_by_staff(one) and day_in_china(one.taken_at) == day
    ]
    asked = {*on_form, SYSTOLIC_AGAIN, DIASTOLIC_AGAIN} if SYSTOLIC in on_form else on_form
    return {name: value for name, value in measurements_of(alone).items() if name not in asked}


def quick_readings(readings: Iterable[Reading], day: date) -> tuple[tuple[Reading, ...], ...]:
    """What was measured on that day outside any form, in order of time: a pressure with the one that measured it again
    after a rest, everything else alone. What staff measured and what was told to them are not paired."""
    groups: list[list[Reading]] = []
    for one in sorted(readings, key=lambda reading: (reading.taken_at, reading.id)):
        if one.is_voided or one.visit_id is not None or day_in_china(one.taken_at) != day:
            continue
        first = next((group for group in reversed(groups) if _is_alike(group[0], one)), None)
        if one.is_repeat and first is not None and len(first) == 1:
            first.append(one)
        else:
            groups.append([one])
    return tuple(tuple(group) for group in groups)


def _is_alike(first: Reading, other: Reading) -> bool:
    """Two pressures, both by staff or both not."""
    return _has_pressure(first) and _has_pressure(other) and is_by_staff(first) == is_by_staff(other)


def _has_pressure(reading: Reading) -> bool:
    return reading.kind == BLOOD_PRESSURE and reading.systolic_mmhg is not None


def first_of_two(readings: Iterable[Reading], at: datetime, within: timedelta) -> Reading | None:
    """The pressure that one taken by staff at `at` measures again: the last one of that day by staff outside any form,
    very high, not measured again yet, and not longer ago than `within`."""
    pressures = [
        group
        for group in quick_readings(readings, day_in_china(at))
        if _has_pressure(group[0]) and is_by_staff(group[0])
    ]
    if not pressures or len(pressures[-1]) > 1:
        return None
    first = pressures[-1][0]
    is_soon = timedelta(0) <= at - first.taken_at <= within
    return first if is_soon and is_very_high(first.systolic_mmhg, first.diastolic_mmhg) else None


def measurements_of(readings: Iterable[Reading]) -> Mapping[str, int | Decimal]:
    """Measurements by name, as a form has them; of several readings of a kind the last one taken stands."""
    found: dict[str, int | Decimal | None] = {}
    for reading in sorted(readings, key=lambda reading: (reading.taken_at, reading.id)):
        if reading.is_voided:
            continue
        if (reading.systolic_mmhg, reading.diastolic_mmhg) != (None, None):
            systolic, diastolic = (
                (SYSTOLIC_AGAIN, DIASTOLIC_AGAIN) if reading.is_repeat else (SYSTOLIC, DIASTOLIC)
            )
            found[systolic] = reading.systolic_mmhg
            found[diastolic] = reading.diastolic_mmhg
        elif reading.kind == GLUCOSE and reading.glucose_timing in _GLUCOSES:
            found[_GLUCOSES[reading.glucose_timing]] = reading.glucose_mmol
        for name in _ONE_FIELD_EACH:
            value = getattr(reading, name)
            if value is not None:
                found[name] = value
    return {name: value for name, value in found.items() if value is not None}
