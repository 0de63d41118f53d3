"""Deciding: what the norm says to a visit's facts, and deciding again when a fact was put right.

Everything is decided from stored records. A correction decides its visit again, and the later ones up to
the next counted follow-up, because they compared with it.
"""

from dataclasses import dataclass, replace
from datetime import date

from village_doctor.domain.clinical.decision import EMERGENCY, Decision, apply_own_plan
from village_doctor.domain.clinical.facts import PastFollowUp
from village_doctor.domain.clinical.rules import RULES
from village_doctor.domain.duties.facts import diseases_of
from village_doctor.domain.follow_ups import facts_of_follow_up, measurements_of, past_follow_ups
from village_doctor.domain.form_checking import CheckedAnswers, as_answers, check_answers
from village_doctor.domain.forms import Form
from village_doctor.domain.people import Resident
from village_doctor.domain.readings import Reading
from village_doctor.domain.referrals import Referral
from village_doctor.domain.visits import Visit
from village_doctor.services.desk import Desk
from village_doctor.services.referring import refer_by_rule
from village_doctor.store import people_store, visit_store
from village_doctor.store.database import Connection


@dataclass(frozen=True, kw_only=True, slots=True)
class RecordedVisit:
    """The stored visit, its readings, what the rule said, and the referral it made."""

    visit: Visit
    readings: tuple[Reading, ...] = ()
    referral: Referral | None = None


def with_answers(visit: Visit, checked: CheckedAnswers) -> Visit:
    return replace(
        visit,
        answers=checked.answers,
        confirmed_sections=checked.confirmed_sections or visit.confirmed_sections,
        is_complete=checked.is_complete,
        missing=checked.missing,
    )


def decided(
    connection: Connection,
    form: Form,
    checked: CheckedAnswers,
    resident: Resident,
    *,
    served_on: date,
    mode: str,
) -> Decision | None:
    """What the form's rule says to the answers of that day and to the follow-up before; None: it has no rule."""
    if form.rule is None:
        return None
    facts = facts_of_follow_up(
        form.disease,
        checked,
        served_on=served_on,
        birth_date=resident.birth_date,
        mode=mode,
        conditions=people_store.confirmed_on(connection, resident.id, served_on),
    )
    return RULES[form.rule](facts, previous_follow_up(connection, resident, form.disease, served_on))


def with_decision(
    connection: Connection,
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
    decision = decided(connection, form, checked, resident, served_on=visit.served_on, mode=visit.mode)
    if decision is None:
        return visit
    is_too_late = own_next_on is not None and own_next_on > decision.limit_on
    if is_again and is_too_late and (not visit.overrule_reason or decision.referral == EMERGENCY):
        own_next_on = None
    next_on = apply_own_plan(
        decision,
        own_next_on,
        served_on=visit.served_on,
        reason=visit.overrule_reason,
        own_plan=visit.own_plan,
    )
    return replace(visit, control_result=decision.control_result, decision=decision, next_due_on=next_on)


def previous_follow_up(
    connection: Connection, resident: Resident, disease: str, day: date
) -> PastFollowUp | None:
    """The last counted follow-up of the disease before the day; of several on one day the last in order."""
    for earlier in visit_store.visits_before(connection, resident.id, day):
        if earlier.is_counted_follow_up and disease in diseases_of(earlier):
            readings = visit_store.readings_of_visit(connection, earlier.id)
            return past_follow_ups(disease, resident.birth_date, [earlier], readings)[0]
    return None


def decide_again(desk: Desk, visit: Visit) -> RecordedVisit:
    """Decides a stored visit again from its stored facts, and the next follow-up that looked back at it."""
    form = desk.catalogue.form(visit.form_code or "")
    again = _redecided(desk, visit, form)
    referral = referral_of(desk, again, form)
    decide_next_again(desk, again, form)
    readings = tuple(visit_store.readings_of_visit(desk.connection, visit.id))
    return RecordedVisit(visit=again, readings=readings, referral=referral)


def _redecided(desk: Desk, visit: Visit, form: Form) -> Visit:
    readings = visit_store.readings_of_visit(desk.connection, visit.id)
    answers = {**(visit.answers or {}), **as_answers(measurements_of(readings))}
    checked = check_answers(form, answers, visit.mode)
    resident = desk.get(Resident, visit.resident_id)
    had_own_date = visit.decision is not None and visit.next_due_on != visit.decision.next_on
    own = visit.next_due_on if had_own_date else None
    again = replace(visit, missing=checked.missing)
    again = with_decision(desk.connection, again, form, checked, resident, own, is_again=True)
    return desk.save(replace(again, is_complete=checked.is_complete))


def decide_next_again(desk: Desk, visit: Visit, form: Form) -> None:
    """Decides later visits again up to the next counted follow-up: they compared with this one."""
    counted_on: date | None = None
    for later in visit_store.visits_after(desk.connection, visit.resident_id, form.code, visit.served_on):
        if counted_on is not None and later.served_on > counted_on:
            return
        again = _redecided(desk, later, form)
        referral_of(desk, again, form)
        if again.is_counted_follow_up:
            counted_on = again.served_on


def referral_of(desk: Desk, visit: Visit, form: Form) -> Referral | None:
    """The referral that stands after the visit's decision."""
    return refer_by_rule(
        desk,
        visit.decision,
        resident_id=visit.resident_id,
        issued_on=visit.served_on,
        disease=form.disease,
        visit_id=visit.id,
    )


def decide_all_again(desk: Desk, resident_id: str) -> None:
    """Decides every follow-up of a resident again, oldest first: a fact of hers that all depend on was put right."""
    for visit in visit_store.visits_of(desk.connection, resident_id):
        if visit.form_code is not None and visit.decision is not None:
            form = desk.catalogue.form(visit.form_code)
            referral_of(desk, _redecided(desk, visit, form), form)
