"""Giving: promised acts without a form of their own, health education to people by name, and activities for many."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from village_doctor.domain.form_checking import check_answers
from village_doctor.domain.forms import ACTIVITY
from village_doctor.domain.given import Activity, Education, Service
from village_doctor.domain.messages import JsonValue
from village_doctor.domain.names import optional_text, plain_text
from village_doctor.domain.people import Resident
from village_doctor.domain.problems import Problem
from village_doctor.services.desk import Desk, verb
from village_doctor.services.measuring import day_of_service


@dataclass(frozen=True, kw_only=True, slots=True)
class EducationDraft:
    """健康教育. `copies`: how many of each kind of paper; `head_count`: listeners whom nobody wrote down by name."""

    mode: str
    topics: tuple[str, ...] = ()
    resident_ids: tuple[str, ...] = ()
    given_on: date | None = None
    head_count: int | None = None
    copies: Mapping[str, int] | None = None
    place: str | None = None
    activity_id: str | None = None
    note: str | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class ActivityDraft:
    """An activity by its form, which has no single resident."""

    form_code: str
    answers: Mapping[str, JsonValue]
    held_on: date | None = None
    place: str | None = None


@verb("give_service")
def give_service(
    desk: Desk,
    resident_id: str,
    code: str,
    *,
    served_on: date | None = None,
    mode: str = "home",
    place: str | None = None,
    note: str | None = None,
) -> Service:
    """A promised act that was done. Raises Problem `code-unknown`, `person-gone`, `date-in-future`."""
    resident = desk.get(Resident, resident_id)
    return desk.save(
        Service(
            id=desk.new_id(),
            resident_id=resident.id,
            code=desk.catalogue.known_code("service", code),
            served_on=day_of_service(desk, resident, served_on),
            mode=desk.catalogue.known_code("mode", mode),
            place=optional_text(place),
            staff_id=desk.actor.id,
            note=optional_text(note),
        )
    )


@verb("give_education")
def give_education(desk: Desk, draft: EducationDraft) -> Education:
    """Education given to everybody named, each of whom it is evidence for.

    Raises Problem `education-nobody`, `education-topic`, `field-value`, `code-unknown`, `person-gone`.
    """
    named = tuple(dict.fromkeys(draft.resident_ids))
    if not named and not draft.head_count:
        raise Problem("education-nobody")
    topics = tuple(told for topic in draft.topics if (told := plain_text(topic)))
    if not topics:
        raise Problem("education-topic")
    for name, count in {"head_count": draft.head_count or 0, **(draft.copies or {})}.items():
        if count < 0:
            raise Problem("field-value", field=name, value=count)
    given_on = draft.given_on or desk.today
    desk.refuse_future(given_on)
    for resident_id in named:
        day_of_service(desk, desk.get(Resident, resident_id), given_on)
    if draft.activity_id is not None:
        desk.get(Activity, draft.activity_id)
    return desk.save(
        Education(
            id=desk.new_id(),
            given_on=given_on,
            mode=desk.catalogue.known_code("education_mode", draft.mode),
            topics=topics,
            resident_ids=named,
            head_count=draft.head_count,
            copies=dict(draft.copies) if draft.copies else None,
            place=optional_text(draft.place),
            activity_id=draft.activity_id,
            staff_id=desk.actor.id,
            note=optional_text(draft.note),
        )
    )


@verb("record_activity")
def record_activity(desk: Desk, draft: ActivityDraft) -> Activity:
    """An activity for many; unfinished, it is kept and proves nothing. Raises Problem `form-…`, `date-in-future`."""
    form = desk.catalogue.form(draft.form_code)
    if form.subject != ACTIVITY:
        raise Problem("form-of-a-person", form=form.title)
    held_on = draft.held_on or desk.today
    desk.refuse_future(held_on)
    checked = check_answers(form, draft.answers, "")
    return desk.save(
        Activity(
            id=desk.new_id(),
            held_on=held_on,
            form_code=form.code,
            form_version=form.version,
            answers=checked.answers,
            is_complete=checked.is_complete,
            missing=checked.missing,
            place=optional_text(draft.place),
            staff_id=desk.actor.id,
        )
    )
