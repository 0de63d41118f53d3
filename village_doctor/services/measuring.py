"""Measuring: readings, and what the norm says to them at once.

A reading alone gives no class and no duty, except that an emergency value is an emergency at once.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any, Final

from village_doctor.domain import plausibility
from village_doctor.domain.clinical.emergency import emergency_of_reading, warnings_of
from village_doctor.domain.clinical.facts import Measured, Whose, whose
from village_doctor.domain.decisions import Decision, Reason
from village_doctor.domain.follow_ups import measurements_of
from village_doctor.domain.people import Resident
from village_doctor.domain.problems import Problem
from village_doctor.domain.readings import Reading, reading_values
from village_doctor.domain.referrals import Referral
from village_doctor.foundation.clock import TIME_ZONE, date_of
from village_doctor.services.catalogue import Catalogue, figures
from village_doctor.services.desk import Desk, verb
from village_doctor.services.referring import refer_by_rule

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
    """What was stored and what the norm says at once. `emergency` None: no emergency."""

    readings: tuple[Reading, ...]
    emergency: Decision | None = None
    warnings: tuple[Reason, ...] = ()
    referral: Referral | None = None


@verb("record_reading")
def record_reading(desk: Desk, draft: ReadingDraft) -> RecordedReading:
    """Stores what was measured; no class, no follow-up. An emergency value makes a referral at once.

    Raises Problem `pressure-swapped`, `reading-refused`, `reading-unusual` (repeat with `confirmed`),
    `reading-empty`, `person-gone`, `date-in-future`.
    """
    resident = desk.get(Resident, draft.resident_id)
    taken_on = day_of_service(desk, resident, draft.taken_on)
    check_measurements(draft.measurements, desk.catalogue, draft.confirmed)
    readings = save_readings(
        desk,
        draft.measurements,
        resident_id=resident.id,
        taken_at=instant_on(desk, taken_on),
        setting=desk.catalogue.known_code("reading_setting", draft.setting),
        confirmed=draft.confirmed,
        arm=draft.arm,
        posture=draft.posture,
        source=draft.source,
    )
    return judge_readings(desk, resident, readings, taken_on, are_new=True)


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
    desk: Desk, resident: Resident, readings: tuple[Reading, ...], taken_on: date, *, are_new: bool = False
) -> RecordedReading:
    """What a reading without a form says at once; it is an emergency wherever it was measured.

    `are_new`: nothing can have been referred for them before.
    """
    person = whose(resident, desk.conditions_on(resident.id, taken_on), taken_on, figures())
    emergency, warnings = said_at_once(measurements_of(readings), person, taken_on)
    referral = None
    for reading in readings:
        decision = emergency
        if len(readings) > 1:
            if reading.is_repeat:
                continue  # decides together with the first pressure
            alone = Measured.of(measurements_of(_with_repeat(reading, readings)))
            decision = emergency_of_reading(alone, on=taken_on, person=person, figures=figures())
        if decision is None and are_new:
            continue
        made = refer_by_rule(
            desk, decision, resident_id=resident.id, issued_on=taken_on, reading_id=reading.id
        )
        referral = referral or made
    return RecordedReading(readings=readings, emergency=emergency, warnings=warnings, referral=referral)


def _with_repeat(reading: Reading, readings: tuple[Reading, ...]) -> list[Reading]:
    """The reading, and where it is a pressure the one taken again after a rest."""
    return [one for one in readings if one is reading or (one.is_repeat and one.kind == reading.kind)]


def said_at_once(
    measurements: Mapping[str, int | Decimal], person: Whose, on: date
) -> tuple[Decision | None, tuple[Reason, ...]]:
    """What the norm says to plain values: the emergency, if it is one, and what to look at. Nothing is stored."""
    measured = Measured.of(measurements)
    emergency = emergency_of_reading(measured, on=on, person=person, figures=figures())
    return emergency, warnings_of(measured, person, figures())


@verb("void_reading")
def void_reading(desk: Desk, reading_id: str, reason: str) -> Reading:
    """Voids a reading and the referral it made. Raises Problem `reading-of-visit` for one of a form."""
    reading = desk.get(Reading, reading_id)
    if reading.visit_id is not None:
        raise Problem("reading-of-visit")
    saved = desk.void(reading, reason)
    refer_by_rule(
        desk,
        None,
        resident_id=reading.resident_id,
        issued_on=date_of(reading.taken_at),
        reading_id=reading.id,
    )
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
) -> tuple[Reading, ...]:
    saved = []
    asked = [name for name in plausibility.unusual(measurements, desk.catalogue.limits) if name in confirmed]
    for fields in reading_values(measurements):
        values: dict[str, Any] = dict(fields)
        is_pressure = "systolic_mmhg" in values
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
