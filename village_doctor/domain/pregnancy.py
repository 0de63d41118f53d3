"""Is she pregnant, how far, does she breast-feed? Read from the dates kept with the resident; unknown stays unknown.

Gestation counts from the first day of the last menstruation; where only the expected day is known, from 280 days
before it (40 weeks, how that day is reckoned).
"""

from datetime import date, timedelta
from typing import Final

from village_doctor.domain.people import FEMALE, Resident

DAYS_TO_TERM: Final = 280


def pregnancy_began_on(resident: Resident) -> date | None:
    """The day from which gestation counts; None where neither day is known.

    The menstruation comes first, but for one before a delivery after which a new delivery is expected.
    """
    menstruation_on, expected_on = resident.last_menstruation_on, resident.expected_delivery_on
    reckoned_on = None if expected_on is None else expected_on - timedelta(days=DAYS_TO_TERM)
    delivered_on = resident.delivered_on
    if menstruation_on is None:
        return reckoned_on
    if reckoned_on is not None and delivered_on is not None and menstruation_on <= delivered_on < reckoned_on:
        return reckoned_on
    return menstruation_on


def is_pregnant_on(resident: Resident, day: date, *, longest_days: int) -> bool:
    """From the last menstruation until the day of delivery, which is one no more, and never beyond `longest_days`.

    A delivery before that menstruation belongs to an earlier pregnancy.
    """
    began_on, delivered_on = pregnancy_began_on(resident), resident.delivered_on
    if resident.sex != FEMALE or began_on is None or not began_on <= day:
        return False
    if delivered_on is not None and began_on <= delivered_on <= day:
        return False
    return (day - began_on).days <= longest_days


def gestation_on(resident: Resident, day: date, *, longest_days: int) -> tuple[int, int] | None:
    """Full weeks and further days (孕周), None where she is not pregnant as far as is known."""
    began_on = pregnancy_began_on(resident)
    if began_on is None or not is_pregnant_on(resident, day, longest_days=longest_days):
        return None
    weeks, days = divmod((day - began_on).days, 7)
    return weeks, days


def is_breast_feeding_on(resident: Resident, day: date) -> bool:
    """From the delivery to the last day kept as breast-feeding; without that last day it is not known."""
    until, delivered_on = resident.breast_feeding_until, resident.delivered_on
    if resident.sex != FEMALE or until is None:
        return False
    return (delivered_on is None or delivered_on <= day) and day <= until
