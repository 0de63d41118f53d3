"""Deciding: what the norm says to a visit's facts, and deciding again when a fact was put right.

Everything is decided from stored records. A correction decides its visit again, and the later ones up to
the next counted follow-up, because they compared with it.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from village_doctor.domain.clinical.joining import joined
from village_doctor.domain.clinical.rules import RULES
from village_doctor.domain.clinical.visit_facts import PastVisit, VisitFacts
from village_doctor.domain.dates import age_on
from village_doctor.domain.decisions import EMERGENCY, Decision, apply_own_plan
from village_doctor.domain.follow_ups import also_measured, is_of, measurements_of, past_visits
from village_doctor.domain.form_checking import CheckedAnswers, as_answers, check_answers
from village_doctor.domain.forms import Form
from village_doctor.domain.people import Resident
from village_doctor.domain.readings import Reading
from village_doctor.domain.referrals import Referral
from village_doctor.domain.visits import Conclusion, Visit
from village_doctor.foundation.clock import date_of
from village_doctor.services.catalogue import Catalogue, figures, low_glucose_medicines
from village_doctor.services.desk import Desk
from village_doctor.services.referring import refer_by_rule
from village_doctor.services.screening import screen
from village_doctor.store import people_store, visit_store
from village_doctor.store.database import Connection


@dataclass(frozen=True, kw_only=True, slots=True)
class RecordedVisit:
    """The stored visit, its readings, what the rule said, and the referral it made. `screening`: why her pressure is referred,
    high on three days without known hypertension; None: it is not."""

    visit: Visit
    readings: tuple[Reading, ...] = ()
    screening: Decision | None = None
    referral: Referral | None = None


def with_answers(catalogue: Catalogue, visit: Visit, form: Form, checked: CheckedAnswers) -> Visit:
    """The visit with the answers of its form, and what it proves by them."""
    return replace(
        visit,
        answers=checked.answers,
        confirmed_sections=checked.confirmed_sections or visit.confirmed_sections,
        is_complete=checked.is_complete,
        missing=checked.missing,
        diseases=form.diseases,
        proves=_proven(catalogue, form, checked, visit.mode),
    )


def _proven(catalogue: Catalogue, form: Form, checked: CheckedAnswers, mode: str) -> tuple[str, ...]:
    """What the visit proves: all of its form when nothing is blank; of a form for several diseases what the finished
    sheets prove."""
    proven = form.proven_by(checked.answers, mode)
    if checked.is_complete:
        return proven
    finished = {
        proof
        for sheet in (_sheet_of(catalogue, form, disease) for disease in form.diseases)
        if sheet is not None and not _asked_by(sheet, checked.missing)
        for proof in sheet.proves
    }
    return tuple(proof for proof in proven if proof in finished)


def _sheet_of(catalogue: Catalogue, form: Form, disease: str) -> Form | None:
    """The national sheet of one disease that a form for several fills; None for a form of one disease or none."""
    if len(form.diseases) < 2:
        return None
    sheets = (catalogue.form(code) for code in form.fills)
    return next((sheet for sheet in sheets if disease in sheet.diseases), None)


def _asked_by(sheet: Form, missing: Sequence[str]) -> tuple[str, ...]:
    """Those of the blanks that this sheet has too."""
    return tuple(key for key in missing if sheet.field(key) is not None)


def _is_complete_for(catalogue: Catalogue, form: Form, disease: str, checked: CheckedAnswers) -> bool:
    """Is nothing blank that the rule of this disease needs? A lacking glucose leaves the pressure's sheet complete."""
    sheet = _sheet_of(catalogue, form, disease)
    return checked.is_complete if sheet is None else not _asked_by(sheet, checked.missing)


@dataclass(frozen=True, kw_only=True, slots=True)
class Decided:
    """What the form's rules say: joined, and of a form for several diseases each one's own, in the form's order."""

    decision: Decision
    of_disease: tuple[tuple[str, Decision], ...]


def decided(
    connection: Connection,
    catalogue: Catalogue,
    form: Form,
    checked: CheckedAnswers,
    resident: Resident,
    *,
    served_on: date,
    mode: str,
) -> Decided | None:
    """What the form's rules say to the answers of that day and to the visits before; None: it has no rule."""
    if not form.rules:
        return None
    readings = visit_store.readings_of(connection, resident.id)
    visits = list(visit_store.visits_before(connection, resident.id, served_on))
    conditions = people_store.conditions_of(connection, resident.id)
    on_form = {item.key for item in form.fields if item.is_measured}
    decisions = []
    for rule, disease in zip(form.rules, _disease_of_each_rule(form), strict=True):
        facts = VisitFacts(
            form_code=form.code,
            disease=disease,
            served_on=served_on,
            resident=resident,
            mode=mode,
            figures=figures(),
            answers=checked.answers,
            measurements={**also_measured(readings, served_on, on_form), **checked.measurements},
            computed=checked.computed,
            is_complete=_is_complete_for(catalogue, form, disease, checked),
            conditions=tuple(one for one in conditions if one.is_present_on(served_on)),
            past=past_visits(disease, form.code, visits, readings, served_on),
            medicines_that_lower_glucose=low_glucose_medicines(),
        )
        decisions.append((disease, RULES[rule](facts)))
    return Decided(decision=joined([decision for _, decision in decisions]), of_disease=tuple(decisions))


def _disease_of_each_rule(form: Form) -> tuple[str, ...]:
    """A form of several diseases has a rule for each, in the same order; any other has one for its disease, if any."""
    return form.diseases if len(form.diseases) == len(form.rules) else (form.disease,) * len(form.rules)


def with_decision(
    desk: Desk,
    visit: Visit,
    form: Form,
    checked: CheckedAnswers,
    resident: Resident,
    own_next_on: date | None,
    *,
    is_again: bool = False,
) -> Visit:
    """The visit with what the rules say to its facts, and the doctor's own date where she has one.

    Decided again after a correction, an own date that the norm no longer allows gives way to the rule's.
    """
    found = decided(
        desk.connection,
        desk.catalogue,
        form,
        checked,
        resident,
        served_on=visit.served_on,
        mode=visit.mode,
    )
    if found is None:
        return visit
    decision = found.decision
    limit_on = decision.limit_on
    is_too_late = own_next_on is not None and limit_on is not None and own_next_on > limit_on
    if is_again and is_too_late and (not visit.overrule_reason or decision.referral == EMERGENCY):
        own_next_on = None
    next_on = apply_own_plan(
        decision,
        own_next_on,
        served_on=visit.served_on,
        reason=visit.overrule_reason,
        own_plan=visit.own_plan,
    )
    return replace(
        visit,
        control_result=decision.control_result,
        decision=decision,
        next_due_on=next_on,
        conclusions=_conclusions(found.of_disease, own_next_on) if len(found.of_disease) > 1 else (),
    )


def _conclusions(
    of_disease: Sequence[tuple[str, Decision]], own_next_on: date | None
) -> tuple[Conclusion, ...]:
    """Of each disease; the doctor's own day is the day for all of them."""
    return tuple(
        Conclusion(
            disease=disease,
            control_result=decision.control_result,
            decision=decision,
            next_due_on=own_next_on or decision.next_on,
        )
        for disease, decision in of_disease
    )


def past_of(connection: Connection, resident: Resident, disease: str, day: date) -> tuple[PastVisit, ...]:
    """The counted visits of the disease before the day, by whatever form, oldest first."""
    visits = list(visit_store.visits_before(connection, resident.id, day))
    return past_visits(disease, "", visits, visit_store.readings_of(connection, resident.id), day)


def decide_again(desk: Desk, visit: Visit) -> RecordedVisit:
    """Decides a stored visit again from its stored facts, and the next follow-up that looked back at it."""
    form = desk.catalogue.form(visit.form_code or "")
    again = _redecided(desk, visit, form)
    referral = referral_of(desk, again, form)
    decide_next_again(desk, again, form)
    readings = tuple(visit_store.readings_of_visit(desk.connection, visit.id))
    return screened_visit(desk, RecordedVisit(visit=again, readings=readings, referral=referral))


def screened_visit(desk: Desk, recorded: RecordedVisit) -> RecordedVisit:
    """The stored visit after its pressure was screened: a referral for three high days beside the one it made itself."""
    visit = recorded.visit
    screened = screen(desk, desk.get(Resident, visit.resident_id), visit.served_on)
    if screened.referral is None:
        return recorded
    is_urgent = visit.decision is not None and visit.decision.referral == EMERGENCY
    return replace(
        recorded,
        screening=None if is_urgent else screened.decision,
        referral=recorded.referral or screened.referral,
    )


def _redecided(desk: Desk, visit: Visit, form: Form) -> Visit:
    """Decided again from its stored facts. What is missing is judged only by the version of the form it was written with."""
    readings = visit_store.readings_of_visit(desk.connection, visit.id)
    answers = {**(visit.answers or {}), **as_answers(measurements_of(readings))}
    resident = desk.get(Resident, visit.resident_id)
    age = age_on(resident.birth_date, visit.served_on)
    checked = check_answers(form, answers, visit.mode, age=age, sex=resident.sex)
    had_own_date = visit.decision is not None and visit.next_due_on != visit.decision.next_on
    own = visit.next_due_on if had_own_date else None
    if form.version == visit.form_version:
        visit = with_answers(desk.catalogue, visit, form, checked)
    else:
        checked = replace(checked, missing=visit.missing)
    return desk.save(with_decision(desk, visit, form, checked, resident, own, is_again=True))


def decide_next_again(desk: Desk, visit: Visit, form: Form) -> None:
    """Decides the later visits again that looked back at this one: those of its diseases, by whatever form."""
    for later in visit_store.visits_of(desk.connection, visit.resident_id):
        if later.served_on <= visit.served_on or later.form_code is None or later.decision is None:
            continue
        if any(is_of(later, disease, form.code) for disease in form.diseases or ("",)):
            later_form = desk.catalogue.form(later.form_code)
            referral_of(desk, _redecided(desk, later, later_form), later_form)


def decide_day_again(desk: Desk, reading: Reading) -> None:
    """Decides the follow-ups of that day again that looked at this reading beside their form."""
    measured = measurements_of([replace(reading, voided_at=None)])
    for visit in visit_store.visits_of(desk.connection, reading.resident_id):
        if visit.served_on != date_of(reading.taken_at) or visit.form_code is None or visit.decision is None:
            continue
        form = desk.catalogue.form(visit.form_code)
        if not measured.keys() <= {item.key for item in form.fields}:
            referral_of(desk, _redecided(desk, visit, form), form)


def referral_of(desk: Desk, visit: Visit, form: Form) -> Referral | None:
    """The one referral that stands after the visit's decision, named after the disease that asks for it."""
    decision = visit.decision
    asking = (
        one.disease
        for one in visit.conclusions
        if decision is not None and one.decision is not None and one.decision.referral == decision.referral
    )
    return refer_by_rule(
        desk,
        decision,
        resident_id=visit.resident_id,
        issued_on=visit.served_on,
        disease=next(asking, form.disease),
        visit_id=visit.id,
    )


def decide_all_again(desk: Desk, resident_id: str) -> None:
    """Decides every follow-up of a resident again, oldest first: a fact of hers that all depend on was put right."""
    for visit in visit_store.visits_of(desk.connection, resident_id):
        if visit.form_code is not None and visit.decision is not None:
            form = desk.catalogue.form(visit.form_code)
            referral_of(desk, _redecided(desk, visit, form), form)
