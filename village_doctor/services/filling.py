"""Filling: what a form needs when it is opened, asked for at once: the person, last time, a draft, what was stored.

Queries only; saving is `visiting`, keeping drafts is `drafting`.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from village_doctor.domain.follow_ups import measurements_of
from village_doctor.domain.form_checking import as_answers
from village_doctor.domain.forms import Form
from village_doctor.domain.messages import JsonValue
from village_doctor.domain.person_facts import PersonFacts
from village_doctor.domain.problems import Problem
from village_doctor.domain.visits import Visit
from village_doctor.services.advising import LastFollowUp, last_follow_up
from village_doctor.services.catalogue import Catalogue
from village_doctor.services.drafting import Draft, correction_form, draft_of, is_damaged
from village_doctor.services.measuring import check_day_of_service
from village_doctor.services.viewing import person_facts
from village_doctor.services.visiting import last_answers
from village_doctor.store import tables, visit_store
from village_doctor.store.database import Connection


@dataclass(frozen=True, kw_only=True, slots=True)
class FormToFill:
    """A form for a person. `offered`: answers by field key that "问过了，没变" and carried blanks take over.

    `is_draft_lost`: something was half typed, but it cannot be read any more.
    """

    form: Form
    person: PersonFacts
    last: LastFollowUp | None
    offered: Mapping[str, JsonValue]
    draft: Draft | None
    is_draft_lost: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class VisitToCorrect:
    """A stored follow-up. `answers` with what was measured, by field key; `confirmed`: rare values kept before.

    `draft`: what was half typed to put it right.
    """

    form: Form
    person: PersonFacts
    visit: Visit
    answers: Mapping[str, JsonValue]
    confirmed: tuple[str, ...]
    draft: Draft | None


def form_to_fill(
    connection: Connection, catalogue: Catalogue, resident_id: str, form_code: str, served_on: date
) -> FormToFill:
    """Raises Problem `form-unknown`, `record-not-found`, `person-gone`, `date-order`."""
    form = catalogue.form(form_code)
    person = person_facts(connection, resident_id, served_on)
    check_day_of_service(person.resident, served_on, served_on)
    return FormToFill(
        form=form,
        person=person,
        last=last_follow_up(connection, resident_id, form, served_on),
        offered=last_answers(connection, catalogue, resident_id, form, served_on),
        draft=draft_of(connection, resident_id, form_code),
        is_draft_lost=is_damaged(connection, resident_id, form_code),
    )


def visit_to_correct(
    connection: Connection, catalogue: Catalogue, visit_id: str, today: date
) -> VisitToCorrect:
    """Raises Problem `visit-without-form`, `already-voided`, `record-not-found`."""
    visit = tables.get(connection, Visit, visit_id)
    if visit.is_voided:
        raise Problem("already-voided")
    if visit.form_code is None:
        raise Problem("visit-without-form")
    readings = visit_store.readings_of_visit(connection, visit_id)
    return VisitToCorrect(
        form=catalogue.form(visit.form_code),
        person=person_facts(connection, visit.resident_id, today),
        visit=visit,
        answers={**(visit.answers or {}), **as_answers(measurements_of(readings))},
        confirmed=tuple(dict.fromkeys(name for one in readings for name in one.confirmed)),
        draft=draft_of(connection, visit.resident_id, correction_form(visit_id)),
    )
