"""Measuring: readings, and what the norm says to them at once.

A reading alone gives no class and no duty, except that an emergency value is an emergency at once.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any, Final

from village_doctor.domain import plausibility
from village_doctor.domain.clinical.emergency import (
    REFERRAL_WITHDRAWN,
    emergency_of_reading,
    warnings_of,
)
from village_doctor.domain.clinical.facts import Measured, Whose, whose
from village_doctor.domain.clinical.medicine_names import takes_what_lowers_glucose
from village_doctor.domain.decisions import Decision, Reason
from village_doctor.domain.duties.evidence import STAFF_SETTINGS, is_by_staff
from village_doctor.domain.follow_ups import first_of_two, measurements_of, quick_readings
from village_doctor.domain.medications import Medication
from village_doctor.domain.people import Resident
from village_doctor.domain.plausibility import DIASTOLIC, DIASTOLIC_AGAIN, SYSTOLIC, SYSTOLIC_AGAIN
from village_doctor.domain.problems import Problem
from village_doctor.domain.readings import BLOOD_PRESSURE, Reading, reading_values
from village_doctor.domain.referrals import Referral
from village_doctor.foundation.clock import TIME_ZONE, date_of
from village_doctor.services.catalogue import Catalogue, figures, low_glucose_medicines
from village_doctor.services.deciding import decide_day_again
from village_doctor.services.desk import Desk, verb
from village_doctor.services.referring import is_by_screening, refer_by_rule
from village_doctor.services.screening import Screened, screen, without_repetition
from village_doctor.store import tables, visit_store
from village_doctor.store.database import Connection

_NOON: Final = time(12, tzinfo=TIME_ZONE)


@dataclass(frozen=True, kw_only=True, slots=True)
class ReadingDraft:
    """`measurements` by name (systolic_mmhg …). `confirmed` names values that were asked about and kept."""

    resident_id: str
    measurements: Mapping[str, int | Decimal]
    taken_on: date | None = None
    setting: str = "clinic"
    arm: str | None = None
    posture: str | None = None
    source: str = "manual"
    confirmed: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class RecordedReading:
    """What was stored and what the norm says at once. `emergency` None: no emergency. `screening`: what the pressures of
    these days ask for in whom no hypertension is known."""

    readings: tuple[Reading, ...]
    emergency: Decision | None = None
    warnings: tuple[Reason, ...] = ()
    screening: Decision | None = None
    referral: Referral | None = None


@verb("record_reading")
def record_reading(desk: Desk, draft: ReadingDraft) -> RecordedReading:
    """Stores what was measured; no class, no follow-up. An emergency value makes a referral at once, and so does a high
    pressure on the third day in whom no hypertension is known. A pressure that
    staff take within an hour of a very high one is its second measurement: the referral stands only if that is high too.

    Raises Problem `pressure-swapped`, `reading-refused`, `reading-unusual` (repeat with `confirmed`),
    `reading-empty`, `person-gone`, `date-in-future`.
    """
    resident = desk.get(Resident, draft.resident_id)
    taken_on = day_of_service(desk, resident, draft.taken_on)
    check_measurements(draft.measurements, desk.catalogue, draft.confirmed)
    setting = desk.catalogue.known_code("reading_setting", draft.setting)
    taken_at = instant_on(desk, taken_on)
    known = visit_store.readings_on(desk.connection, resident.id, taken_on)
    first = None
    if taken_on == desk.today:
        first = measured_again(known, draft.measurements, setting=setting, at=taken_at)
    readings = save_readings(
        desk,
        draft.measurements,
        resident_id=resident.id,
        taken_at=taken_at,
        setting=setting,
        confirmed=draft.confirmed,
        arm=draft.arm,
        posture=draft.posture,
        source=draft.source,
        is_repeat=first is not None,
    )
    standing = None if first is None else _referral_by(desk, first)
    recorded = judge_readings(desk, resident, readings, taken_on, known=(*known, *readings), are_new=True)
    if standing is not None and tables.get(desk.connection, Referral, standing.id).is_voided:
        return replace(recorded, warnings=(*recorded.warnings, Reason(code=REFERRAL_WITHDRAWN)))
    return recorded


def measured_again(
    known: Iterable[Reading], measurements: Mapping[str, int | Decimal], *, setting: str, at: datetime
) -> Reading | None:
    """The very high pressure of the last hour that these values of today measure again (高血压 §3); None: they are new.

    `known`: her readings of the day.
    """
    is_pressure_alone = SYSTOLIC in measurements and SYSTOLIC_AGAIN not in measurements
    if not is_pressure_alone or setting not in STAFF_SETTINGS:
        return None
    within = timedelta(minutes=figures().remeasured_within_minutes)
    return first_of_two(known, at, within)


def beside_first(first: Reading, measurements: Mapping[str, int | Decimal]) -> Mapping[str, int | Decimal]:
    """What was measured again, by name, beside the first pressure."""
    again = {SYSTOLIC: SYSTOLIC_AGAIN, DIASTOLIC: DIASTOLIC_AGAIN}
    return {
        **measurements_of([first]),
        **{again.get(name, name): value for name, value in measurements.items()},
    }


def _referral_by(desk: Desk, reading: Reading) -> Referral | None:
    """The standing referral that this reading made."""
    known = visit_store.referrals_of(desk.connection, reading.resident_id)
    return next((one for one in known if one.reading_id == reading.id and not is_by_screening(one)), None)


def check_measurements(
    measurements: Mapping[str, int | Decimal], catalogue: Catalogue, confirmed: tuple[str, ...] = ()
) -> None:
    """Passes when these values may be kept as readings. Problems as `record_reading`."""
    if not measurements:
        raise Problem("reading-empty")
    for name in measurements.keys() - catalogue.limits.keys():
        raise Problem("field-unknown", kind="reading", field=name)
    plausibility.check(measurements, catalogue.limits, confirmed)


def judge_readings(
    desk: Desk,
    resident: Resident,
    readings: tuple[Reading, ...],
    taken_on: date,
    *,
    known: Iterable[Reading] | None = None,
    are_new: bool = False,
) -> RecordedReading:
    """What a reading without a form says at once; it is an emergency wherever it was measured. A pressure is judged
    together with the one that measured it again.

    `known`: all readings of that day, where the caller has them. `are_new`: nothing can have been referred for them before.
    """
    if known is None:
        known = visit_store.readings_on(desk.connection, resident.id, taken_on)
    person = whose(resident, desk.conditions_on(resident.id, taken_on), taken_on, figures())
    ids = {one.id for one in readings}
    groups = [
        group for group in quick_readings(known, taken_on) if not ids.isdisjoint(one.id for one in group)
    ]
    together = [one for group in groups for one in group]
    emergency, warnings = said_at_once(
        desk.connection, resident.id, measurements_of(together), person, taken_on
    )
    referral = None
    for group in groups:
        measured = Measured.of(measurements_of(group))
        decision = emergency_of_reading(measured, on=taken_on, person=person, figures=figures())
        if decision is None and are_new and ids.issuperset(one.id for one in group):
            continue
        made = refer_by_rule(
            desk, decision, resident_id=resident.id, issued_on=taken_on, reading_id=group[0].id
        )
        referral = referral or made
    screened = Screened()
    is_known_ill = (
        person.has_hypertension and taken_on == desk.today
    )  # most pressures are theirs: nothing to ask
    if not is_known_ill and any(one.systolic_mmhg is not None and is_by_staff(one) for one in readings):
        screened = screen(desk, resident, taken_on)
    screening = screened.decision if emergency is None else None
    return RecordedReading(
        readings=readings,
        emergency=emergency,
        warnings=without_repetition(warnings, screening),
        screening=screening,
        referral=referral or screened.referral,
    )


def judge_all_again(desk: Desk, resident_id: str) -> None:
    """Judges every reading without a form again, oldest first: a fact of hers that they were judged by was put right."""
    resident = desk.get(Resident, resident_id)
    alone = [one for one in visit_store.readings_of(desk.connection, resident_id) if one.visit_id is None]
    for day in sorted({date_of(one.taken_at) for one in alone}):
        judge_readings(desk, resident, tuple(one for one in alone if date_of(one.taken_at) == day), day)


def said_at_once(
    connection: Connection,
    resident_id: str,
    measurements: Mapping[str, int | Decimal],
    person: Whose,
    on: date,
) -> tuple[Decision | None, tuple[Reason, ...]]:
    """What the norm says to plain values: the emergency, if it is one, and what to look at. Nothing is stored."""
    measured = Measured.of(measurements)
    lowers_glucose = False
    if person.has_diabetes and measured.glucoses:
        medications = tables.select_in(connection, Medication, "resident_id", (resident_id,))
        visits = visit_store.visits_of(connection, resident_id)
        lowers_glucose = takes_what_lowers_glucose(medications, visits, low_glucose_medicines(), on)
    emergency = emergency_of_reading(
        measured, on=on, person=person, figures=figures(), lowers_glucose=lowers_glucose
    )
    return emergency, warnings_of(measured, person, figures())


@verb("void_reading")
def void_reading(desk: Desk, reading_id: str, reason: str) -> Reading:
    """Voids a reading and the referral it made; what was judged together with it is judged again.

    Raises Problem `reading-of-visit` for one of a form.
    """
    reading = desk.get(Reading, reading_id)
    if reading.visit_id is not None:
        raise Problem("reading-of-visit")
    day = date_of(reading.taken_at)
    known = visit_store.readings_on(desk.connection, reading.resident_id, day)
    group = next(group for group in quick_readings(known, day) if reading.id in {one.id for one in group})
    saved = desk.void(reading, reason)
    # Without the first a second is one itself, before anything looks for what it was the second of.
    left = [desk.save(replace(other, is_repeat=False)) for other in group if other.id != reading.id]
    if reading.id == group[0].id:
        refer_by_rule(desk, None, resident_id=reading.resident_id, issued_on=day, reading_id=reading.id)
    for other in left:
        judge_readings(desk, desk.get(Resident, reading.resident_id), (other,), day)
    decide_day_again(desk, saved)
    if reading.kind == BLOOD_PRESSURE:
        screen(desk, desk.get(Resident, reading.resident_id), day)
    return saved


def save_readings(
    desk: Desk,
    measurements: Mapping[str, int | Decimal],
    *,
    resident_id: str,
    taken_at: datetime,
    setting: str,
    confirmed: tuple[str, ...],
    visit_id: str | None = None,
    arm: str | None = None,
    posture: str | None = None,
    source: str = "manual",
    is_repeat: bool = False,
) -> tuple[Reading, ...]:
    """Stores a reading for each kind that was measured; `is_repeat`: the pressure is a second one after a rest."""
    saved = []
    asked = [name for name in plausibility.unusual(measurements, desk.catalogue.limits) if name in confirmed]
    for fields in reading_values(measurements):
        values: dict[str, Any] = dict(fields)
        is_pressure = "systolic_mmhg" in values
        if is_repeat and is_pressure:
            values["is_repeat"] = True
        saved.append(
            desk.save(
                Reading(
                    id=desk.new_id(),
                    resident_id=resident_id,
                    taken_at=taken_at,
                    setting=setting,
                    visit_id=visit_id,
                    arm=arm if is_pressure else None,
                    posture=posture if is_pressure else None,
                    source=source,
                    confirmed=tuple(asked),
                    staff_id=desk.actor.id,
                    **values,
                )
            )
        )
    return tuple(saved)


def day_of_service(desk: Desk, resident: Resident, day: date | None) -> date:
    """The day of service, today if not given. Raises Problem `date-in-future`, `date-order`, `person-gone`."""
    served_on = day or desk.today
    check_day_of_service(resident, served_on, desk.today)
    return served_on


def check_day_of_service(resident: Resident, served_on: date, today: date) -> None:
    """Passes when she can have been served on that day. Raises Problem `date-in-future`, `date-order`, `person-gone`."""
    if served_on > today:
        raise Problem("date-in-future", date=served_on.isoformat())
    if served_on < resident.birth_date:
        raise Problem("date-order")
    if resident.died_on is not None and served_on > resident.died_on:
        raise Problem("person-gone", name=resident.name)
    if resident.moved_out_on is not None and served_on >= resident.moved_out_on:
        raise Problem("person-gone", name=resident.name)


def instant_on(desk: Desk, day: date) -> datetime:
    """The instant of a reading: now for today, noon (UTC+8) for an earlier day."""
    return desk.now if day == desk.today else datetime.combine(day, _NOON)
