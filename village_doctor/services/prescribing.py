"""Prescribing: the medicines a resident takes, and long prescriptions as somebody issued them. Nothing is prescribed here."""

from dataclasses import dataclass, replace
from datetime import date

from village_doctor.domain.clinical import prescriptions
from village_doctor.domain.clinical.prescriptions import Prescribing, may_register, refill_due_on
from village_doctor.domain.contracts import is_running_on
from village_doctor.domain.decisions import Reason
from village_doctor.domain.medications import Medication
from village_doctor.domain.names import optional_text, plain_text
from village_doctor.domain.people import Resident
from village_doctor.domain.person_facts import PersonFacts
from village_doctor.domain.problems import Problem
from village_doctor.services import wording
from village_doctor.services.catalogue import figures
from village_doctor.services.desk import Desk, verb
from village_doctor.services.measuring import day_of_service
from village_doctor.store import facts_store


@dataclass(frozen=True, kw_only=True, slots=True)
class MedicineDraft:
    """`dose` is text with its unit (5 mg)."""

    resident_id: str
    drug: str
    strength: str | None = None
    dose: str | None = None
    times_per_day: int | None = None
    since_on: date | None = None
    prescriber: str | None = None
    institution: str | None = None
    storage: str | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class PrescriptionDraft:
    """A long prescription: what, for how many weeks, issued when and by whom. `is_signed`: the patient signed for it."""

    medicine: MedicineDraft
    weeks: int
    issued_on: date | None = None
    is_first: bool = True
    is_signed: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class Registered:
    """A long prescription as stored, and what to think of."""

    medication: Medication
    warnings: tuple[Reason, ...]


@verb("add_medication")
def add_medication(desk: Desk, draft: MedicineDraft) -> Medication:
    """A medicine that she takes. Raises Problem `drug-missing`, `field-value`, `date-in-future`, `person-gone`."""
    resident = desk.get(Resident, draft.resident_id)
    if draft.since_on is not None:
        day_of_service(desk, resident, draft.since_on)
    elif resident.is_gone_on(desk.today):
        raise Problem("person-gone", name=resident.name)
    return desk.save(_medication(desk, draft))


@verb("end_medication")
def end_medication(desk: Desk, medication_id: str, until_on: date | None = None) -> Medication:
    """She no longer takes it after that day. Raises Problem `medication-ended`, `date-order`, `date-in-future`."""
    medication = desk.get(Medication, medication_id)
    day = until_on or desk.today
    desk.refuse_future(day)
    if medication.until_on is not None:
        raise Problem("medication-ended")
    if medication.since_on is not None and day < medication.since_on:
        raise Problem("date-order")
    return desk.save(replace(medication, until_on=day))


@verb("register_long_prescription")
def register_long_prescription(desk: Desk, draft: PrescriptionDraft) -> Registered:
    """长期处方, with the day on which the supply is used up; it moves no follow-up.

    Raises Problem `prescription-refused` with why, and those of `add_medication`.
    """
    resident = desk.get(Resident, draft.medicine.resident_id)
    issued_on = day_of_service(desk, resident, draft.issued_on)
    prescribing = _prescribing(
        facts_store.load(desk.connection, desk.today, [resident.id])[0], draft, issued_on
    )
    refused = may_register(prescribing, figures())
    if refused:
        raise Problem("prescription-refused", why="".join(wording.clinical(one)[0] for one in refused))
    medication = desk.save(
        replace(
            _medication(desk, draft.medicine),
            since_on=draft.medicine.since_on or issued_on,
            issued_on=issued_on,
            weeks=draft.weeks,
            refill_due_on=refill_due_on(issued_on, draft.weeks),
            is_first=draft.is_first,
            is_signed=draft.is_signed,
        )
    )
    return Registered(medication=medication, warnings=prescriptions.warnings(prescribing))


def _medication(desk: Desk, draft: MedicineDraft) -> Medication:
    drug = plain_text(draft.drug)
    if not drug:
        raise Problem("drug-missing")
    if draft.times_per_day is not None and draft.times_per_day < 1:
        raise Problem("field-value", field="times_per_day", value=draft.times_per_day)
    return Medication(
        id=desk.new_id(),
        resident_id=draft.resident_id,
        drug=drug,
        strength=optional_text(draft.strength),
        dose=optional_text(draft.dose),
        times_per_day=draft.times_per_day,
        since_on=draft.since_on,
        prescriber=optional_text(draft.prescriber),
        institution=optional_text(draft.institution),
        storage=optional_text(draft.storage),
        staff_id=desk.actor.id,
    )


def _prescribing(person: PersonFacts, draft: PrescriptionDraft, issued_on: date) -> Prescribing:
    counted = [one for one in person.visits if one.is_counted_follow_up and one.served_on <= issued_on]
    last = max(counted, key=lambda one: (one.served_on, one.recorded_at, one.id), default=None)
    adherence = None if last is None else (last.answers or {}).get("adherence")
    return Prescribing(
        weeks=draft.weeks,
        is_signed=draft.is_signed,
        last_result=None if last is None else last.control_result,
        adherence=adherence if isinstance(adherence, str) else None,
        has_contract=any(
            is_running_on(one.contract, issued_on)
            and (one.member.until_on is None or issued_on <= one.member.until_on)
            for one in person.contracts
        ),
    )
