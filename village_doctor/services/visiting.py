"""Visiting: follow-ups and other contacts, and putting them right.

What a form measures is stored once, as readings of the visit; correcting one decides the visit again.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Any

from village_doctor.domain import plausibility
from village_doctor.domain.dates import age_on
from village_doctor.domain.follow_ups import measurements_of
from village_doctor.domain.form_checking import CheckedAnswers, as_answers, check_answers
from village_doctor.domain.form_formulas import Computed
from village_doctor.domain.forms import ACTIVITY, Form
from village_doctor.domain.messages import JsonValue
from village_doctor.domain.names import optional_text
from village_doctor.domain.people import Resident
from village_doctor.domain.plausibility import PULSE, SYSTOLIC
from village_doctor.domain.problems import Problem
from village_doctor.domain.readings import (
    BLOOD_PRESSURE,
    FIRST_OF_TWO,
    SELF_MEASURED,
    Reading,
    reading_values,
)
from village_doctor.domain.readings import HEIGHT as HEIGHT_READING
from village_doctor.domain.referrals import Referral
from village_doctor.domain.visits import FACE_TO_FACE, Visit
from village_doctor.foundation.clock import date_of
from village_doctor.services.catalogue import Catalogue
from village_doctor.services.deciding import (
    RecordedVisit,
    decide_again,
    decide_day_again,
    decide_next_again,
    referral_of,
    screened_visit,
    with_answers,
    with_decision,
)
from village_doctor.services.desk import Desk, verb
from village_doctor.services.measuring import (
    RecordedReading,
    day_of_service,
    instant_on,
    judge_readings,
    save_readings,
)
from village_doctor.services.referring import refer_by_rule
from village_doctor.services.screening import screen
from village_doctor.store import tables, visit_store
from village_doctor.store.database import Connection


@dataclass(frozen=True, kw_only=True, slots=True)
class FollowUpDraft:
    """Answers to a form, measured values among them. `own_next_on` with `overrule_reason`: her own plan.

    `referral_id`: the referral that this visit follows (2周内随访, norms-hypertension §5): it asks what became of it.
    """

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
    referral_id: str | None = None
    typed_from: str = "screen"


@verb("correct_reading")
def correct_reading(
    desk: Desk, reading_id: str, values: Mapping[str, int | Decimal], confirmed: tuple[str, ...] = ()
) -> RecordedVisit | RecordedReading:
    """Puts a reading right. Its visit, and the next follow-up that compared with it, are decided again;
    a referral that only the wrong value had made is voided. The values of a pressure measured again may go by the
    names of the first.

    Raises Problem as `record_reading`, `field-unknown` for a value this reading does not hold, and `not-permitted` for
    one of a form of a protected group that is not the actor's.
    """
    reading = desk.get(Reading, reading_id)
    desk.require_group_of("correct_reading", reading)
    resident = desk.get(Resident, reading.resident_id)
    before = measurements_of([replace(reading, is_repeat=False)])
    values = {FIRST_OF_TWO.get(name, name): value for name, value in values.items()}
    for name in values:
        if name not in before and (name != PULSE or reading.kind != BLOOD_PRESSURE):
            raise Problem("field-unknown", kind="reading", field=name)
    measurements = {**before, **values}
    known = [FIRST_OF_TWO.get(name, name) for name in reading.confirmed]
    kept = tuple(name for name in known if values.get(name, before.get(name)) == before.get(name))
    answered = tuple(FIRST_OF_TWO.get(name, name) for name in confirmed)
    plausibility.check(measurements, desk.catalogue.limits, (*kept, *answered))
    asked = plausibility.unusual(measurements, desk.catalogue.limits)
    if reading.is_repeat:
        again = {name: key for key, name in FIRST_OF_TWO.items()}
        asked = tuple(again.get(name, name) for name in asked)
    changes: dict[str, Any] = dict(reading_values(measurements)[0])
    corrected = desk.save(replace(reading, **changes, confirmed=asked))
    if corrected.visit_id is not None:
        return decide_again(desk, desk.get(Visit, corrected.visit_id))
    judged = judge_readings(desk, resident, (corrected,), date_of(corrected.taken_at))
    decide_day_again(desk, corrected)
    return judged


@verb("add_follow_up")
def add_follow_up(desk: Desk, draft: FollowUpDraft, draft_id: str | None = None) -> RecordedVisit:
    """A visit by its form: complete, it counts and is classed where a rule decides; unfinished, it is a contact.

    `draft_id`: the half-filled form that it was, which is offered no more.
    Raises Problem `form-…` for answers, `reading-…` for values, `next-date-too-late`, `person-gone`, and
    `not-permitted` for a form of a protected group that is not the actor's to fill in.
    """
    resident = desk.get(Resident, draft.resident_id)
    form = _form_of_a_person(desk, draft.form_code, resident)
    served_on = day_of_service(desk, resident, draft.served_on)
    checked = checked_answers(desk.connection, desk.catalogue, form, draft, served_on)
    plausibility.check(checked.measurements, desk.catalogue.limits, draft.confirmed)
    visit = Visit(
        id=desk.new_id(),
        resident_id=resident.id,
        served_on=served_on,
        recorded_at=desk.now,
        mode=draft.mode,
        purpose=form.purpose,
        staff_id=desk.actor.id,
        place=optional_text(draft.place),
        met=optional_text(draft.met),
        form_code=form.code,
        form_version=form.version,
        own_plan=optional_text(draft.own_plan),
        overrule_reason=optional_text(draft.overrule_reason),
        next_due_on=draft.own_next_on,
        referral_id=_followed_referral(desk, draft),
        typed_from=draft.typed_from,
    )
    visit = with_answers(desk.catalogue, visit, form, checked)
    visit = desk.save(with_decision(desk, visit, form, checked, resident, own_next_on=draft.own_next_on))
    setting = draft.mode if draft.mode in FACE_TO_FACE else SELF_MEASURED
    readings = save_readings(
        desk,
        checked.measurements,
        resident_id=resident.id,
        taken_at=instant_on(desk, served_on),
        setting=setting,
        confirmed=draft.confirmed,
        visit_id=visit.id,
    )
    referral = referral_of(desk, visit, form)
    decide_next_again(desk, visit, form)
    desk.drop_draft(draft_id)
    recorded = RecordedVisit(visit=visit, readings=readings, referral=referral)
    return screened_visit(desk, recorded) if SYSTOLIC in checked.measurements else recorded


def _followed_referral(desk: Desk, draft: FollowUpDraft) -> str | None:
    """The referral of hers that the visit follows. Raises Problem `record-not-found` for somebody else's."""
    if (
        draft.referral_id is not None
        and desk.get(Referral, draft.referral_id).resident_id != draft.resident_id
    ):
        raise Problem("record-not-found", kind="referral")
    return draft.referral_id


def _form_of_a_person(desk: Desk, form_code: str, resident: Resident) -> Form:
    form = desk.catalogue.form(form_code)
    if form.subject == ACTIVITY:
        raise Problem("form-of-no-person", form=form.title)
    desk.require_group("add_follow_up", form.group, resident.id)
    return form


def checked_answers(
    connection: Connection, catalogue: Catalogue, form: Form, draft: FollowUpDraft, served_on: date
) -> CheckedAnswers:
    """The draft's answers in their stored shape. Raises Problem `form-…`."""
    resident = tables.get(connection, Resident, draft.resident_id)
    return check_answers(
        form,
        draft.answers,
        draft.mode,
        previous=last_answers(connection, catalogue, resident.id, form, served_on),
        unchanged_sections=draft.unchanged_sections,
        age=age_on(resident.birth_date, served_on),
        sex=resident.sex,
    )


def computed_of(connection: Connection, catalogue: Catalogue, visit: Visit) -> Mapping[str, Computed]:
    """What the form of a stored visit works out from its answers and readings (BMI, scores), by field key."""
    form = catalogue.forms.get(visit.form_code or "")
    if form is None or form.version != visit.form_version:
        return {}
    resident = tables.get(connection, Resident, visit.resident_id)
    return answers_as_stored(connection, form, visit, resident).computed


def answers_as_stored(
    connection: Connection,
    form: Form,
    visit: Visit,
    resident: Resident,
    changes: Mapping[str, JsonValue] | None = None,
) -> CheckedAnswers:
    """The stored answers with what was measured, and with `changes` (None empties an answer). Raises Problem `form-…`."""
    measured = as_answers(measurements_of(visit_store.readings_of_visit(connection, visit.id)))
    merged = {**(visit.answers or {}), **measured, **(changes or {})}
    return check_answers(
        form,
        {name: value for name, value in merged.items() if value is not None},
        visit.mode,
        age=age_on(resident.birth_date, visit.served_on),
        sex=resident.sex,
    )


@verb("correct_follow_up")
def correct_follow_up(
    desk: Desk,
    visit_id: str,
    answers: Mapping[str, JsonValue],
    confirmed: tuple[str, ...] = (),
    draft_id: str | None = None,
) -> RecordedVisit:
    """Puts answers of a follow-up right (None empties one) and decides it again. Draft and Problems as `add_follow_up`."""
    visit = desk.get(Visit, visit_id)
    if visit.form_code is None:
        raise Problem("visit-without-form")
    resident = desk.get(Resident, visit.resident_id)
    form = _form_of_a_person(desk, visit.form_code, resident)
    readings = visit_store.readings_of_visit(desk.connection, visit.id)
    checked = answers_as_stored(desk.connection, form, visit, resident, answers)
    asked = tuple(dict.fromkeys((*confirmed, *(name for r in readings for name in r.confirmed))))
    plausibility.check(checked.measurements, desk.catalogue.limits, asked)
    _match_readings(desk, visit, readings, checked.measurements, asked)
    desk.drop_draft(draft_id)
    return decide_again(desk, desk.save(with_answers(desk.catalogue, visit, form, checked)))


@verb("void_visit")
def void_visit(desk: Desk, visit_id: str, reason: str) -> Visit:
    """Voids a visit with its readings and the referral it made; the next follow-up is decided again.

    Raises Problem `void-needs-reason`, `already-voided`, and `not-permitted` as `add_follow_up`.
    """
    visit = desk.get(Visit, visit_id)
    desk.require_group_of("void_visit", visit)
    saved = desk.void(visit, reason)
    for reading in visit_store.readings_of_visit(desk.connection, visit.id):
        desk.void(reading, reason)
    refer_by_rule(desk, None, resident_id=visit.resident_id, issued_on=visit.served_on, visit_id=visit.id)
    if visit.form_code is not None:
        decide_next_again(desk, visit, desk.catalogue.form(visit.form_code))
    screen(desk, desk.get(Resident, visit.resident_id), visit.served_on)
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
            served_on=day_of_service(desk, resident, served_on),
            recorded_at=desk.now,
            mode=desk.catalogue.known_code("mode", mode),
            purpose=purpose,
            staff_id=desk.actor.id,
            note=optional_text(note),
            not_done_reason=not_done_reason,
            referral_id=referral_id,
        )
    )


def last_answers(
    connection: Connection, catalogue: Catalogue, resident_id: str, form: Form, before: date
) -> Mapping[str, JsonValue]:
    """The last answers to this form, or to a sheet that fills it or that it fills, and the last known height: what a
    form may offer.
    """
    found: dict[str, JsonValue] = {}
    for reading in visit_store.readings_of_kind(connection, resident_id, HEIGHT_READING):
        if reading.height_cm is not None and date_of(reading.taken_at) <= before:
            found["height_cm"] = str(reading.height_cm)
    for answers in visit_store.answers_of(connection, resident_id, _kin(catalogue, form), before):
        found.update(answers)
    return found


def _kin(catalogue: Catalogue, form: Form) -> frozenset[str]:
    """The codes of the form, of the sheets it fills, and of the sheets that fill it."""
    filling = (one.code for one in catalogue.forms.values() if form.code in one.fills)
    return frozenset({form.code, *form.fills, *filling})


def _match_readings(
    desk: Desk,
    visit: Visit,
    readings: list[Reading],
    measurements: Mapping[str, int | Decimal],
    confirmed: tuple[str, ...],
) -> None:
    """Makes the visit's readings say what the corrected form says: changed, added, or voided."""
    wanted = {
        (str(v["kind"]), v.get("glucose_timing"), v.get("is_repeat", False)): v
        for v in reading_values(measurements)
    }
    for reading in readings:
        values = wanted.pop((reading.kind, reading.glucose_timing, reading.is_repeat), None)
        if values is None:
            desk.void(reading, "随访表更正后没有这一项")
            continue
        changes: dict[str, Any] = dict(values)
        desk.save(replace(reading, **changes))
    rest: dict[str, int | Decimal] = {}
    for values in wanted.values():
        made = Reading(id="", resident_id="", taken_at=desk.now, **dict[str, Any](values))
        rest.update(measurements_of([made]))
    save_readings(
        desk,
        rest,
        resident_id=visit.resident_id,
        taken_at=instant_on(desk, visit.served_on),
        setting=visit.mode if visit.mode in FACE_TO_FACE else SELF_MEASURED,
        confirmed=confirmed,
        visit_id=visit.id,
    )
