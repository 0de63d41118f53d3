"""Which quick readings can change what is owed: so that most of them are saved without working it all out again."""

from collections.abc import Callable, Iterable
from datetime import date
from typing import Final

from village_doctor.domain.clinical.emergency import is_pressure_diagnostic
from village_doctor.domain.clinical.facts import DIABETES, HYPERTENSION, Measured
from village_doctor.domain.clinical.figures import Figures
from village_doctor.domain.clinical.screening import RISK_AGE, SCREENED_FROM_AGE
from village_doctor.domain.dates import age_on, anniversary, day_in_china, plus_months
from village_doctor.domain.duties.evidence import is_by_staff
from village_doctor.domain.duties.expanding import HORIZON_MONTHS
from village_doctor.domain.duties.risk_facts import WAIST, WEIGHT
from village_doctor.domain.duties.screening import is_high_by_staff
from village_doctor.domain.people import Condition, Resident
from village_doctor.domain.readings import BLOOD_PRESSURE, HEIGHT, Reading

# By these values screening judges who is at risk.
_RISK_VALUES: Final = frozenset({BLOOD_PRESSURE, WEIGHT, HEIGHT, WAIST})


def may_begin_something(
    reading: Reading,
    resident: Resident,
    conditions: Iterable[Condition],
    pressures: Callable[[], Iterable[Reading]],
    on: date,
    figures: Figures,
) -> bool:
    """May a new reading of hers, saved on `on`, make or take away a duty, besides those that it proves itself?

    Only screening looks at values: at high pressures, and at what puts somebody at risk before a span begins. Neither
    matters once the disease is known, the second not from the age on at which the age alone is told. A lower pressure
    takes back what a high one of that day began: the day's last tells. `pressures`, all of hers, is asked only for that.
    """
    if reading.kind not in _RISK_VALUES or not is_by_staff(reading):
        return False
    if anniversary(resident.birth_date, SCREENED_FROM_AGE) > plus_months(on, HORIZON_MONTHS):
        return False
    if day_in_china(reading.taken_at) != on:
        return True
    known = {one.code for one in conditions if one.is_present_on(on) and one.until_on is None}
    measured = Measured(systolic_mmhg=reading.systolic_mmhg, diastolic_mmhg=reading.diastolic_mmhg)
    if HYPERTENSION not in known and is_pressure_diagnostic(measured):
        return True
    age = age_on(resident.birth_date, on)
    told_from = {HYPERTENSION: RISK_AGE, DIABETES: figures.diabetes_risk_from_age}
    if any(disease not in known and age < from_age for disease, from_age in told_from.items()):
        return True
    return (
        reading.kind == BLOOD_PRESSURE
        and HYPERTENSION not in known
        and any(is_high_by_staff(one) and day_in_china(one.taken_at) == on for one in pressures())
    )
