"""Between the records and the clinical rules: the facts of a visit, and the follow-ups before it.

Computed from the stored records, so that a corrected reading changes what is decided. Self-measured values and
other institutions' are no follow-up of ours and make no past one high.
"""

from collections.abc import Collection, Iterable, Mapping
from datetime import date
from decimal import Decimal
from typing import Final

from village_doctor.domain.clinical import diabetes, hypertension
from village_doctor.domain.clinical.facts import (
    DIABETES,
    HAS_REACTION,
    FollowUpFacts,
    Measured,
    PastFollowUp,
    facts_of,
)
from village_doctor.domain.dates import age_on
from village_doctor.domain.duties.facts import diseases_of, is_by_staff
from village_doctor.domain.form_checking import CheckedAnswers
from village_doctor.domain.plausibility import (
    DIASTOLIC,
    FASTING_GLUCOSE,
    MEASURES,
    RANDOM_GLUCOSE,
    SYSTOLIC,
    TWO_HOURS_GLUCOSE,
)
from village_doctor.domain.readings import BLOOD_PRESSURE, GLUCOSE, Reading
from village_doctor.domain.visits import FACE_TO_FACE, Visit

_GLUCOSES: Final = {
    "fasting": FASTING_GLUCOSE,
    "two_hours": TWO_HOURS_GLUCOSE,
    "random": RANDOM_GLUCOSE,
}
_ONE_FIELD_EACH: Final = tuple(sorted(MEASURES - {SYSTOLIC, DIASTOLIC, *_GLUCOSES.values()}))


def facts_of_follow_up(
    disease: str,
    checked: CheckedAnswers,
    *,
    served_on: date,
    birth_date: date,
    mode: str,
    conditions: Collection[str],
    also_measured: Mapping[str, int | Decimal] | None = None,
) -> FollowUpFacts:
    """The facts of one follow-up. `conditions`: codes of the confirmed conditions present on the day.

    `also_measured`: other measurements of that day that are not on the form (a glucose beside the pressure).
    """
    return facts_of(
        disease,
        checked.answers,
        {**(also_measured or {}), **checked.measurements},
        served_on=served_on,
        age=age_on(birth_date, served_on),
        is_face_to_face=mode in FACE_TO_FACE,
        is_complete=checked.is_complete,
        conditions=conditions,
    )


def past_follow_ups(
    disease: str, birth_date: date, visits: Iterable[Visit], readings: Iterable[Reading]
) -> tuple[PastFollowUp, ...]:
    """The counted follow-ups of `disease`, oldest first, each judged by the person's age on its day."""
    by_visit: dict[str, list[Reading]] = {}
    for reading in readings:
        if reading.visit_id is not None and is_by_staff(reading):
            by_visit.setdefault(reading.visit_id, []).append(reading)
    counted = [visit for visit in visits if visit.is_counted_follow_up and disease in diseases_of(visit)]
    counted.sort(key=lambda visit: (visit.served_on, visit.recorded_at, visit.id))
    return tuple(_past(disease, birth_date, visit, by_visit.get(visit.id, [])) for visit in counted)


def _past(disease: str, birth_date: date, visit: Visit, readings: list[Reading]) -> PastFollowUp:
    measured = Measured.of(measurements_of(readings))
    if disease == DIABETES:
        fasting = measured.fasting_glucose_mmol
        is_high, shown = diabetes.is_high(fasting), str(fasting)
    else:
        age = age_on(birth_date, visit.served_on)
        is_high = hypertension.is_high(age, measured.systolic_mmhg, measured.diastolic_mmhg)
        shown = measured.pressure
    return PastFollowUp(
        served_on=visit.served_on,
        is_high=is_high,
        has_reaction=(visit.answers or {}).get("adverse_reaction") == HAS_REACTION,
        shown="" if is_high is None else shown,
    )


def measurements_of(readings: Iterable[Reading]) -> Mapping[str, int | Decimal]:
    """Measurements by name, as a form has them; of several readings of a kind the last one taken stands."""
    found: dict[str, int | Decimal | None] = {}
    for reading in sorted(readings, key=lambda reading: (reading.taken_at, reading.id)):
        if reading.is_voided:
            continue
        if reading.kind == BLOOD_PRESSURE:
            found[SYSTOLIC] = reading.systolic_mmhg
            found[DIASTOLIC] = reading.diastolic_mmhg
        elif reading.kind == GLUCOSE and reading.glucose_timing in _GLUCOSES:
            found[_GLUCOSES[reading.glucose_timing]] = reading.glucose_mmol
        for name in _ONE_FIELD_EACH:
            value = getattr(reading, name)
            if value is not None:
                found[name] = value
    return {name: value for name, value in found.items() if value is not None}
