"""Visiting: readings and follow-ups, what the norm says to them, and putting them right.

A reading alone gives no class and no duty, except that an emergency value is an emergency at once. What
a form measures is stored once, as readings of the visit; correcting one decides the visit again, and the
next follow-up that compared with it.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any, Final

from village_doctor.domain import plausibility
from village_doctor.domain.clinical.decision import Decision, Reason, apply_own_plan
from village_doctor.domain.clinical.emergency import emergency_of_reading, warnings_of
from village_doctor.domain.clinical.facts import (
    DIABETES,
    HYPERTENSION,
    Measured,
    PastFollowUp,
)
from village_doctor.domain.clinical.rules import RULES
from village_doctor.domain.duty_facts import diseases_of
from village_doctor.domain.follow_ups import facts_of_follow_up, measurements_of, past_follow_ups
from village_doctor.domain.form_checking import CheckedAnswers, as_answers, check_answers
from village_doctor.domain.forms import Form
from village_doctor.domain.messages import JsonValue
from village_doctor.domain.people import Resident
from village_doctor.domain.problems import Problem
from village_doctor.domain.readings import HEIGHT as HEIGHT_READING
from village_doctor.domain.readings import SELF_MEASURED, Reading, reading_values
from village_doctor.domain.referrals import Referral
from village_doctor.domain.visits import FACE_TO_FACE, FOLLOW_UP, Visit
from village_doctor.foundation.clock import TIME_ZONE, date_of
from village_doctor.services.desk import Desk, verb
from village_doctor.services.referring import refer_by_rule
from village_doctor.services.registering import not_in_future, voided
from village_doctor.store import people_store, visit_store

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


@dataclass(frozen=True, kw_only=True, slots=True)
class FollowUpDraft:
    """Answers to a form, measured values among them. `own_next_on` with `overrule_reason`: her own plan."""

    resident_id: str
    form_code: str
    mode: str
    answers: Mapping[str, JsonValue]
    served_on: date | None = None
    unchanged_sections: tuple[str, ...] = ()
    confirmed: tuple[str, ...] = ()
    place: str | None = None
    met: str | None = None
    own_next_on: date | None = None
    own_plan: str | None = None
    overrule_reason: str | None = None
    typed_from: str = "screen"


@dataclass(frozen=True, kw_only=True, slots=True)
class RecordedVisit:
    """The stored visit, its readings, what the rule said, and the referral it made."""

    visit: Visit
    readings: tuple[Reading, ...] = ()
    referral: Referral | None = None


@verb("record_reading")
def record_reading(desk: Desk, draft: ReadingDraft) -> RecordedReading:
    """Stores what was measured; no class, no follow-up. An emergency value makes a referral at once.

    Raises Problem `pressure-swapped`, `reading-refused`, `reading-unusual` (repeat with `confirmed`),
    `reading-empty`, `person-gone`, `date-in-future`.
    """
    resident = desk.get(Resident, draft.resident_id)
    taken_on = _served_on(desk, resident, draft.taken_on)
    if not draft.measurements:
        raise Problem("reading-empty")
    plausibility.check(draft.measurements, desk.catalogue.limits, draft.confirmed)
    readings = _save_readings(
        desk,
        draft.measurements,
        resident_id=resident.id,
        taken_at=_instant(desk, taken_on),
        setting=desk.catalogue.known_code("reading_setting", draft.setting),
        confirmed=draft.confirmed,
        arm=draft.arm,
        posture=draft.posture,
        source=draft.source,
    )
    return _judged(desk, resident, readings, taken_on)


def _judged(
    desk: Desk, resident: Resident, readings: tuple[Reading, ...], taken_on: date
) -> RecordedReading:
    """What a reading without a form says at once; it is an emergency wherever it was measured."""
    measured = Measured.of(measurements_of(readings))
    conditions = conditions_on(desk, resident.id, taken_on)
    emergency = emergency_of_reading(measured, on=taken_on, has_diabetes=DIABETES in conditions)
    warnings = warnings_of(
        measured, has_hypertension=HYPERTENSION in conditions, has_diabetes=DIABETES in conditions
    )
    referral = None
    if emergency is not None:
        referral = refer_by_rule(
            desk,
            emergency,
            resident_id=resident.id,
            issued_on=taken_on,
            reading_id=readings[0].id,
        )
    return RecordedReading(readings=readings, emergency=emergency, warnings=warnings, referral=referral)


@verb("correct_reading")
def correct_reading(
    desk: Desk, reading_id: str, values: Mapping[str, int | Decimal], confirmed: tuple[str, ...] = ()
) -> RecordedVisit | RecordedReading:
    """Puts a reading right. Its visit, and the next follow-up that compared with it, are decided again;
    a referral that only the wrong value had made is voided.

    Raises Problem as `record_reading`, and `field-unknown` for a value this reading does not hold.
    """
    reading = desk.get(Reading, reading_id)
    resident = desk.get(Resident, reading.resident_id)
    before = measurements_of([reading])
    for name in values:
        if name not in before and name not in ("pulse_per_minute",):
            raise Problem("field-unknown", kind="reading", field=name)
    measurements = {**before, **values}
    plausibility.check(measurements, desk.catalogue.limits, confirmed)
    changes: dict[str, Any] = dict(reading_values(measurements)[0])
    corrected = desk.save(replace(reading, **changes, confirmed=tuple(confirmed)))
    if corrected.visit_id is not None:
        return _decide_again(desk, desk.get(Visit, corrected.visit_id))
    _void_referrals(desk, resident.id, lambda referral: referral.reading_id == reading.id)
    return _judged(desk, resident, (corrected,), date_of(corrected.taken_at))


@verb("void_reading")
def void_reading(desk: Desk, reading_id: str, reason: str) -> Reading:
    """Voids a reading and the referral it made. Raises Problem `reading-of-visit` for one of a form."""
    reading = desk.get(Reading, reading_id)
    if reading.visit_id is not None:
        raise Problem("reading-of-visit")
    saved = desk.save(voided(desk, reading, reason))
    _void_referrals(desk, reading.resident_id, lambda referral: referral.reading_id == reading.id)
    return saved


@verb("add_follow_up")
def add_follow_up(desk: Desk, draft: FollowUpDraft) -> RecordedVisit:
    """A follow-up by its form: complete, it counts and is classed; unfinished, it is a contact.

    Raises Problem `form-…` for answers, `reading-…` for values, `next-date-too-late`, `person-gone`.
    """
    resident = desk.get(Resident, draft.resident_id)
    form = desk.catalogue.form(draft.form_code)
    served_on = _served_on(desk, resident, draft.served_on)
    checked = check_answers(
        form,
        draft.answers,
        draft.mode,
        previous=last_answers(desk, resident.id, form, served_on),
        unchanged_sections=draft.unchanged_sections,
    )
    plausibility.check(checked.measurements, desk.catalogue.limits, draft.confirmed)
    visit = Visit(
        id=desk.new_id(),
        resident_id=resident.id,
        served_on=served_on,
        recorded_at=desk.now,
        mode=draft.mode,
        purpose=FOLLOW_UP,
        staff_id=desk.actor.id,
        place=draft.place,
        met=draft.met,
        form_code=form.code,
        form_version=form.version,
        own_plan=draft.own_plan,
        overrule_reason=draft.overrule_reason,
        next_due_on=draft.own_next_on,
        typed_from=draft.typed_from,
    )
    visit = _with_answers(visit, checked)
    visit = desk.save(_decided(desk, visit, form, checked, resident, own_next_on=draft.own_next_on))
    setting = draft.mode if draft.mode in FACE_TO_FACE else SELF_MEASURED
    readings = _save_readings(
        desk,
        checked.measurements,
        resident_id=resident.id,
        taken_at=_instant(desk, served_on),
        setting=setting,
        confirmed=draft.confirmed,
        visit_id=visit.id,
    )
    referral = _referral_of(desk, visit, form)
    _decide_next_again(desk, visit, form)
    return RecordedVisit(visit=visit, readings=readings, referral=referral)


@verb("correct_follow_up")
def correct_follow_up(
    desk: Desk,
    visit_id: str,
    answers: Mapping[str, JsonValue],
    confirmed: tuple[str, ...] = (),
) -> RecordedVisit:
    """Puts answers of a follow-up right (None empties one) and decides it again. Problems as `add_follow_up`."""
    visit = desk.get(Visit, visit_id)
    if visit.form_code is None:
        raise Problem("visit-without-form")
    form = desk.catalogue.form(visit.form_code)
    readings = visit_store.readings_of_visit(desk.connection, visit.id)
    known = {**(visit.answers or {}), **as_answers(measurements_of(readings))}
    merged = {name: value for name, value in {**known, **answers}.items() if value is not None}
    checked = check_answers(form, merged, visit.mode)
    asked = tuple(dict.fromkeys((*confirmed, *(name for r in readings for name in r.confirmed))))
    plausibility.check(checked.measurements, desk.catalogue.limits, asked)
    _match_readings(desk, visit, readings, checked.measurements, asked)
    return _decide_again(desk, desk.save(_with_answers(visit, checked)))


@verb("void_visit")
def void_visit(desk: Desk, visit_id: str, reason: str) -> Visit:
    """Voids a visit with its readings and the referral it made; the next follow-up is decided again."""
    visit = desk.get(Visit, visit_id)
    saved = desk.save(voided(desk, visit, reason))
    for reading in visit_store.readings_of_visit(desk.connection, visit.id):
        desk.save(voided(desk, reading, reason))
    _void_referrals(desk, visit.resident_id, lambda referral: referral.visit_id == visit.id)
    if visit.form_code is not None:
        _decide_next_again(desk, visit, desk.catalogue.form(visit.form_code))
    return saved


@verb("add_contact")
def add_contact(
    desk: Desk,
    resident_id: str,
    *,
    mode: str,
    purpose: str = "contact",
    served_on: date | None = None,
    note: str | None = None,
    not_done_reason: str | None = None,
    referral_id: str | None = None,
) -> Visit:
    """A contact without a form, or a knock at a closed door (`not_done_reason`). It proves no follow-up."""
    resident = desk.get(Resident, resident_id)
    if not_done_reason is not None:
        desk.catalogue.known_code("not_done", not_done_reason)
    return desk.save(
        Visit(
            id=desk.new_id(),
            resident_id=resident.id,
            served_on=_served_on(desk, resident, served_on),
            recorded_at=desk.now,
            mode=desk.catalogue.known_code("mode", mode),
            purpose=purpose,
            staff_id=desk.actor.id,
            note=note,
            not_done_reason=not_done_reason,
            referral_id=referral_id,
        )
    )


def conditions_on(desk: Desk, resident_id: str, day: date) -> frozenset[str]:
    """Codes of confirmed conditions present on `day`."""
    known = people_store.conditions_of(desk.connection, resident_id)
    return frozenset(condition.code for condition in known if condition.is_present_on(day))


def last_answers(desk: Desk, resident_id: str, form: Form, before: date) -> Mapping[str, JsonValue]:
    """The answers of the last visit with this form, and the last known height: what a form may offer."""
    found: dict[str, JsonValue] = {}
    for reading in visit_store.readings_of_kind(desk.connection, resident_id, HEIGHT_READING):
        if reading.height_cm is not None and date_of(reading.taken_at) <= before:
            found["height_cm"] = str(reading.height_cm)
    for answers in visit_store.answers_of(desk.connection, resident_id, form.code, before):
        found.update(answers)
    return found


def _with_answers(visit: Visit, checked: CheckedAnswers) -> Visit:
    return replace(
        visit,
        answers=checked.answers,
        confirmed_sections=checked.confirmed_sections or visit.confirmed_sections,
        is_complete=checked.is_complete,
        missing=checked.missing,
    )


def _decided(
    desk: Desk,
    visit: Visit,
    form: Form,
    checked: CheckedAnswers,
    resident: Resident,
    own_next_on: date | None,
    *,
    is_again: bool = False,
) -> Visit:
    """The visit with what the rule says to its facts, and the doctor's own date where she has one.

    Decided again after a correction, an own date that the norm no longer allows gives way to the rule's.
    """
    if form.rule is None:
        return visit
    facts = facts_of_follow_up(
        form.disease,
        checked,
        served_on=visit.served_on,
        birth_date=resident.birth_date,
        mode=visit.mode,
        conditions=conditions_on(desk, resident.id, visit.served_on),
    )
    decision = RULES[form.rule](facts, _previous(desk, resident, form, visit))
    if is_again and own_next_on is not None and own_next_on > decision.limit_on and not visit.overrule_reason:
        own_next_on = None
    next_on = apply_own_plan(
        decision,
        own_next_on,
        served_on=visit.served_on,
        reason=visit.overrule_reason,
        own_plan=visit.own_plan,
    )
    return replace(visit, control_result=decision.control_result, decision=decision, next_due_on=next_on)


def _previous(desk: Desk, resident: Resident, form: Form, visit: Visit) -> PastFollowUp | None:
    """The last counted follow-up of the disease before the day; of several on one day the last in order."""
    for earlier in visit_store.visits_before(desk.connection, resident.id, visit.served_on):
        if earlier.is_counted_follow_up and form.disease in diseases_of(earlier):
            readings = visit_store.readings_of_visit(desk.connection, earlier.id)
            return past_follow_ups(form.disease, resident.birth_date, [earlier], readings)[0]
    return None


def _decide_again(desk: Desk, visit: Visit) -> RecordedVisit:
    """Decides a stored visit again from its stored facts, and the next follow-up that looked back at it."""
    form = desk.catalogue.form(visit.form_code or "")
    decided = _redecided(desk, visit, form)
    referral = _referral_of(desk, decided, form)
    _decide_next_again(desk, decided, form)
    readings = tuple(visit_store.readings_of_visit(desk.connection, visit.id))
    return RecordedVisit(visit=decided, readings=readings, referral=referral)


def _redecided(desk: Desk, visit: Visit, form: Form) -> Visit:
    readings = visit_store.readings_of_visit(desk.connection, visit.id)
    answers = {**(visit.answers or {}), **as_answers(measurements_of(readings))}
    checked = check_answers(form, answers, visit.mode)
    resident = desk.get(Resident, visit.resident_id)
    had_own_date = visit.decision is not None and visit.next_due_on != visit.decision.next_on
    own = visit.next_due_on if had_own_date else None
    decided = _decided(desk, replace(visit, missing=checked.missing), form, checked, resident, own, is_again=True)
    decided = desk.save(replace(decided, is_complete=checked.is_complete))
    if decided.decision is None or decided.decision.referral is None:
        _void_referrals(desk, visit.resident_id, lambda referral: referral.visit_id == visit.id)
    return decided


def _decide_next_again(desk: Desk, visit: Visit, form: Form) -> None:
    """The next counted follow-up of the disease compared with this one: its facts have changed."""
    later = visit_store.first_visit_after(desk.connection, visit.resident_id, form.code, visit.served_on)
    if later is not None:
        decided = _redecided(desk, later, form)
        _referral_of(desk, decided, form)


def _referral_of(desk: Desk, visit: Visit, form: Form) -> Referral | None:
    if visit.decision is None:
        return None
    return refer_by_rule(
        desk,
        visit.decision,
        resident_id=visit.resident_id,
        issued_on=visit.served_on,
        disease=form.disease,
        visit_id=visit.id,
    )


def _void_referrals(desk: Desk, resident_id: str, made_by: Callable[[Referral], bool]) -> None:
    """Voids referrals that only a wrong value had made, unless somebody has already asked about them."""
    for referral in visit_store.referrals_of(desk.connection, resident_id):
        if made_by(referral) and not referral.inquiries:
            desk.save(voided(desk, referral, "因更正或作废，不再需要"))


def _save_readings(
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


def _match_readings(
    desk: Desk,
    visit: Visit,
    readings: list[Reading],
    measurements: Mapping[str, int | Decimal],
    confirmed: tuple[str, ...],
) -> None:
    """Makes the visit's readings say what the corrected form says: changed, added, or voided."""
    wanted = {(str(v["kind"]), v.get("glucose_timing")): v for v in reading_values(measurements)}
    for reading in readings:
        values = wanted.pop((reading.kind, reading.glucose_timing), None)
        if values is None:
            desk.save(voided(desk, reading, "随访表更正后没有这一项"))
            continue
        changes: dict[str, Any] = dict(values)
        desk.save(replace(reading, **changes))
    rest: dict[str, int | Decimal] = {}
    for values in wanted.values():
        made = Reading(id="", resident_id="", taken_at=desk.now, **dict[str, Any](values))
        rest.update(measurements_of([made]))
    _save_readings(
        desk,
        rest,
        resident_id=visit.resident_id,
        taken_at=_instant(desk, visit.served_on),
        setting=visit.mode if visit.mode in FACE_TO_FACE else SELF_MEASURED,
        confirmed=confirmed,
        visit_id=visit.id,
    )


def _served_on(desk: Desk, resident: Resident, day: date | None) -> date:
    """The day of service, today if not given. Raises Problem `date-in-future`, `date-order`, `person-gone`."""
    served_on = day or desk.today
    not_in_future(desk, served_on)
    if served_on < resident.birth_date:
        raise Problem("date-order")
    if resident.died_on is not None and served_on > resident.died_on:
        raise Problem("person-gone", name=resident.name)
    if resident.moved_out_on is not None and served_on >= resident.moved_out_on:
        raise Problem("person-gone", name=resident.name)
    return served_on


def _instant(desk: Desk, day: date) -> datetime:
    """The instant of a reading: now for today, noon (UTC+8) for an earlier day."""
    return desk.now if day == desk.today else datetime.combine(day, _NOON)
