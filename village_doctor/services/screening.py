"""Screening (筛查): what a pressure asks for in somebody without hypertension, and the referral after three high days.

Judged by the day from what is stored, so that a corrected or voided reading changes the days after it too. For those
who are too young, ill already or never high in that time, three small questions tell that nothing follows.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from village_doctor.domain.clinical.facts import HYPERTENSION
from village_doctor.domain.clinical.screening import SCREENED_FROM_AGE
from village_doctor.domain.dates import age_on, day_in_china
from village_doctor.domain.decisions import Decision, Reason
from village_doctor.domain.duties.screening import high_days, is_high_by_staff, pressure_decision
from village_doctor.domain.managed_groups import has_condition_on
from village_doctor.domain.people import Resident
from village_doctor.domain.person_facts import PersonFacts
from village_doctor.domain.readings import BLOOD_PRESSURE, Reading
from village_doctor.domain.referrals import Referral
from village_doctor.domain.visits import Visit
from village_doctor.services.catalogue import figures
from village_doctor.services.desk import Desk
from village_doctor.services.referring import is_by_screening, refer_by_screening
from village_doctor.store import people_store, tables, visit_store
from village_doctor.store.database import Connection

_SAID_BY_SCREENING: Final = "pressure_high_not_hypertensive"


@dataclass(frozen=True, kw_only=True, slots=True)
class Screened:
    """What the pressures up to a day ask for, and the referral that stands for it."""

    decision: Decision | None = None
    referral: Referral | None = None


def screen(desk: Desk, resident: Resident, day: date) -> Screened:
    """Screens a day on which a pressure was stored, put right or voided.

    The referral of that day, and of each later one whose three days it may belong to, is made, changed or taken back. From
    the day on which hypertension is known nothing is touched any more.
    """
    span = timedelta(days=figures().screening_recheck_days)
    until = min(day + span, desk.today)
    person = _facts(desk.connection, resident, day - span, day, until)
    if person is None:
        return Screened()
    known = visit_store.referrals_of(desk.connection, resident.id)
    referred = {one.issued_on for one in known if is_by_screening(one)}
    later = {one for one in (*high_days(person, until), *referred) if day < one <= until}
    screened = _referred(desk, person, day)
    for one in sorted(later):
        _referred(desk, person, one)
    return screened


def _referred(desk: Desk, person: PersonFacts, day: date) -> Screened:
    if has_condition_on(person, HYPERTENSION, day):
        return Screened()
    decision = pressure_decision(person, day, figures())
    high = [one for one in person.readings if is_high_by_staff(one) and day_in_china(one.taken_at) == day]
    referral = refer_by_screening(
        desk,
        decision,
        resident_id=person.resident.id,
        issued_on=day,
        reading_id=high[0].id if high else None,
    )
    return Screened(decision=decision, referral=referral)


def screening_of(
    connection: Connection, resident: Resident, day: date, typed: Iterable[Reading]
) -> Decision | None:
    """What screening would say to readings of that day that are not stored yet; None: nothing."""
    span = timedelta(days=figures().screening_recheck_days)
    person = _facts(connection, resident, day - span, day, day, tuple(typed))
    return None if person is None else pressure_decision(person, day, figures())


def _facts(
    connection: Connection,
    resident: Resident,
    first: date,
    day: date,
    until: date,
    typed: tuple[Reading, ...] = (),
) -> PersonFacts | None:
    """Her pressures from `first` to `until` and what else screening looks at; None where it looks at nothing from `day` on."""
    if age_on(resident.birth_date, until) < SCREENED_FROM_AGE:
        return None
    conditions = tuple(people_store.conditions_of(connection, resident.id))
    person = PersonFacts(resident=resident, conditions=conditions)
    if has_condition_on(person, HYPERTENSION, day) and has_condition_on(person, HYPERTENSION, until):
        return None
    known = visit_store.readings_of_kind(connection, resident.id, BLOOD_PRESSURE)
    taken = tuple(one for one in known if first <= day_in_china(one.taken_at) <= until)
    may_follow = any(is_high_by_staff(one) for one in (*taken, *typed))
    visits = {one.visit_id for one in taken if one.visit_id is not None and may_follow}
    return PersonFacts(
        resident=resident,
        conditions=conditions,
        readings=(*taken, *typed),
        visits=tuple(tables.select_in(connection, Visit, "id", visits)) if visits else (),
    )


def without_repetition(warnings: tuple[Reason, ...], decision: Decision | None) -> tuple[Reason, ...]:
    """The warnings of a pressure beside what screening says to it, which says the one of them too."""
    if decision is None:
        return warnings
    return tuple(one for one in warnings if one.code != _SAID_BY_SCREENING)
