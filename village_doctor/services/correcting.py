"""Correcting and voiding records of people, households, phones … Nothing is deleted: a version replaces a
version, a wrong record is voided with a reason. Visits, readings, contracts have verbs of their own."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, Final, TypeVar

from village_doctor.domain.changes.codec import UnreadableBody, from_json, plan_of, to_json
from village_doctor.domain.clinic import Hamlet, Staff, Village
from village_doctor.domain.contracts import ContractMember
from village_doctor.domain.given import Service
from village_doctor.domain.id_card import check_id_card
from village_doctor.domain.kinds import KINDS, kind_of
from village_doctor.domain.medications import Medication
from village_doctor.domain.messages import JsonValue
from village_doctor.domain.names import plain_text
from village_doctor.domain.people import (
    Absence,
    Condition,
    Household,
    HouseholdMembership,
    Phone,
    Resident,
)
from village_doctor.domain.permissions import require
from village_doctor.domain.problems import Problem
from village_doctor.domain.readings import Reading
from village_doctor.domain.records import Record
from village_doctor.domain.referrals import Referral
from village_doctor.domain.refusals import Consent, Notice, Refusal
from village_doctor.domain.visits import Visit
from village_doctor.services.deciding import decide_all_again
from village_doctor.services.desk import Desk, verb
from village_doctor.services.measuring import judge_all_again
from village_doctor.services.recording_conditions import check_days
from village_doctor.services.registering import (
    add_phone,
    document_number,
    needed_text,
    note_differences,
    phone_digits,
    refuse_known_document,
)
from village_doctor.store import contract_store, facts_store, people_store
from village_doctor.store.tables import select_in

R = TypeVar("R", bound=Record)

NUMBER_GONE: Final = "这个号码不用了"


@verb("correct_record")
def correct_record(desk: Desk, kind: str, record_id: str, values: Mapping[str, JsonValue]) -> Record:
    """Puts right fields of a person, household, phone … record; None empties a field.

    Readings and visits have verbs of their own, because their decision depends on them; numbers that were
    given out stand on paper and stay. Raises Problem `not-correctable`, `field-unknown`, `field-value`,
    `code-unknown`, `date-order`, `gone-by-correction`, `record-not-found` for a link to nobody, those of registering,
    and `not-permitted` for a condition of a protected group that is not the actor's to see.
    """
    if kind not in CORRECTABLE:
        raise Problem("not-correctable", kind=kind)
    if kind in _OF_THE_OWNER:
        require(desk.actor.role, f"correct_{kind}")
    record = desk.get(KINDS[kind].record_class, record_id)
    if isinstance(record, Condition):
        desk.require_group_of("correct_record", record)
    changed = changed_record(record, values)
    for name in _LINKS.keys() & values.keys():
        if (linked := getattr(changed, name)) is not None:
            desk.get(_LINKS[name], linked)
    _check_codes(desk, kind, record, changed)
    if isinstance(record, Resident) and isinstance(changed, Resident):
        changed = _checked_resident(desk, record, changed)
    elif isinstance(changed, Phone):
        changed = _checked_phone(changed)
    elif isinstance(changed, Absence):
        _check_absence(desk, changed)
    elif isinstance(changed, Condition):
        check_days(desk, changed)
        desk.require_group_of("correct_record", changed)
    saved = desk.save(changed)
    if isinstance(record, Resident) and isinstance(changed, Resident):
        _follow_resident(desk, record, changed)
    elif isinstance(record, Condition) and isinstance(changed, Condition) and changed != record:
        for resident_id in dict.fromkeys((record.resident_id, changed.resident_id)):
            _conclude_again(desk, resident_id)
    return saved


def _follow_resident(desk: Desk, before: Resident, after: Resident) -> None:
    """What depends on the corrected facts: all that a death or departure had ended ends on its right day, or goes on
    when there was none; age and sex decide targets, so others decide the follow-ups again."""
    for name, reason, _ in _ENDINGS:
        day = getattr(after, name)
        if day == getattr(before, name):
            continue
        still = None if day is None else reason
        for membership in people_store.memberships_of_resident(desk.connection, after.id):
            if membership.until_reason == reason:
                desk.save(replace(membership, until_on=day, until_reason=still))
        for member in select_in(desk.connection, ContractMember, "resident_id", [after.id]):
            if not member.is_voided and member.until_reason == reason:
                desk.save(replace(member, until_on=day, until_reason=still))
    if (before.birth_date, before.sex) != (after.birth_date, after.sex):
        _conclude_again(desk, after.id)


def _conclude_again(desk: Desk, resident_id: str) -> None:
    """Decides her follow-ups and judges her readings again; nothing is concluded about a voided resident."""
    if not desk.unit.get(Resident, resident_id).is_voided:
        decide_all_again(desk, resident_id)
        judge_all_again(desk, resident_id)


# What ends a person's time here: its day, why memberships ended with it, and what was told with it.
_ENDINGS: Final = (
    ("died_on", "died", ("death_place", "death_cause", "death_told_by")),
    ("moved_out_on", "moved_out", ("moved_out_to",)),
)


_OF_THE_OWNER: Final = frozenset({"clinic", "staff"})


CORRECTABLE: Final = frozenset(
    {
        "clinic",
        "staff",
        "village",
        "hamlet",
        "household",
        "household_membership",
        "resident",
        "phone",
        "absence",
        "condition",
    }
)


_LINKS: Final[Mapping[str, type[Record]]] = {
    "village_id": Village,
    "hamlet_id": Hamlet,
    "household_id": Household,
    "stays_at_household_id": Household,
    "resident_id": Resident,
    "mother_id": Resident,
    "responsible_doctor_id": Staff,
    "first_contact_id": Staff,
}
# The option list of each coded field.
_CODED: Final[Mapping[str, Mapping[str, str]]] = {
    "resident": {
        "sex": "sex",
        "ethnicity": "nationality",
        "marriage": "marriage",
        "education": "education",
        "occupation": "occupation",
        "blood_type": "blood_type",
        "rh": "rh",
        "allergies": "allergy",
        "exposures": "exposure",
        "disabilities": "disability",
    },
    "household_membership": {"relation": "relation"},
    "absence": {"kind": "absence"},
    "condition": {"code": "condition"},
}
# Human numbers: one that was typed over could be given to somebody else.
_GIVEN_OUT: Final = frozenset({("household", "number"), ("resident", "record_number")})


def changed_record(record: R, values: Mapping[str, JsonValue]) -> R:
    """The record with some fields replaced by JSON values. Raises Problem `field-unknown`, `field-value`."""
    kind = kind_of(record)
    known = {plan.name for plan in plan_of(kind.record_class)} - {"id", "voided_at", "void_reason"}  # type: ignore[arg-type]
    for name in values:
        if name not in known or (kind.name, name) in _GIVEN_OUT:
            raise Problem("field-unknown", kind=kind.name, field=name)
    data: dict[str, JsonValue] = {
        **to_json(record),
        **{name: _readable(value) for name, value in values.items()},
    }
    try:
        kept = {name: value for name, value in data.items() if value is not None}
        changed: R = from_json(kind.record_class, kept, id=record.id)
    except (UnreadableBody, ValueError) as error:
        name = next(iter(values), "")
        raise Problem("field-value", field=name, value=values.get(name)) from error
    return changed


def _readable(value: JsonValue) -> JsonValue:
    """The value with `plain_text` in place of every text in it."""
    if isinstance(value, str):
        return plain_text(value)
    if isinstance(value, Mapping):
        return {name: _readable(one) for name, one in value.items()}
    if isinstance(value, Sequence):
        return [_readable(one) for one in value]
    return value


def _check_codes(desk: Desk, kind: str, before: Record, after: Record) -> None:
    """Raises Problem `code-unknown` for a code that comes in now; one that a newer program wrote stays."""
    for name, list_name in _CODED.get(kind, {}).items():
        known = _codes(getattr(before, name))
        for code in _codes(getattr(after, name)):
            if code not in known:
                desk.catalogue.known_code(list_name, code)


def _codes(value: str | Sequence[str] | None) -> Sequence[str]:
    return (value,) if isinstance(value, str) else value or ()


def _check_absence(desk: Desk, absence: Absence) -> None:
    for day in (absence.from_on, absence.until_on):
        if day is not None:
            desk.refuse_future(day)
    for later in (absence.expected_back_on, absence.until_on):
        if later is not None and later < absence.from_on:
            raise Problem("date-order")


def _checked_phone(phone: Phone) -> Phone:
    if (phone.resident_id is None) == (phone.household_id is None):
        raise Problem("phone-owner")
    return replace(phone, number=phone_digits(phone.number))


def _checked_resident(desk: Desk, before: Resident, resident: Resident) -> Resident:
    for day in (resident.birth_date, resident.lives_here_since, resident.died_on, resident.moved_out_on):
        if day is not None:
            desk.refuse_future(day)
    for name, _, told in _ENDINGS:
        was, gone_on = getattr(before, name), getattr(resident, name)
        if gone_on is None and was is not None:
            nothing: dict[str, Any] = dict.fromkeys(told)
            resident = replace(resident, **nothing)
        elif gone_on is not None and was is None:
            raise Problem("gone-by-correction", name=before.name)
        elif gone_on is not None and gone_on < resident.birth_date:
            raise Problem("date-order")
    checked = []
    for document in resident.identity_documents:
        number = document_number(document.number)
        if document.kind == "id_card":
            card = check_id_card(number, desk.today)
            number = card.number
            note_differences(desk, card, resident.name, resident.sex, resident.birth_date)
        refuse_known_document(desk, number, resident.id)
        checked.append(replace(document, number=number))
    return replace(resident, name=needed_text(resident.name, "name"), identity_documents=tuple(checked))


@verb("void_record")
def void_record(desk: Desk, kind: str, record_id: str, reason: str) -> tuple[Record, ...]:
    """Voids a wrong record of a person, household, phone …; with it the memberships that stand only by it.

    Nothing is deleted. Visits, readings, contracts and referrals are voided by verbs of their own.
    Raises Problem `not-correctable`, `void-needs-reason`, `already-voided`, `household-not-empty`, and `not-permitted`
    for what is of a protected group that is not the actor's to see.
    """
    if kind not in VOIDABLE:
        raise Problem("not-correctable", kind=kind)
    record = desk.get(KINDS[kind].record_class, record_id)
    if isinstance(record, Condition | Refusal):
        desk.require_group_of("void_record", record)
    memberships: list[HouseholdMembership] = []
    if isinstance(record, Household):
        if people_store.members_on(desk.connection, record.id, desk.today):
            raise Problem("household-not-empty")
        memberships = people_store.memberships_of_household(desk.connection, record.id)
    elif isinstance(record, Resident):
        memberships = people_store.memberships_of_resident(desk.connection, record.id)
    voided = tuple(desk.void(item, reason) for item in (record, *memberships))
    if isinstance(record, Condition):
        _conclude_again(desk, record.resident_id)
    return voided


@verb("correct_facts")
def correct_facts(
    desk: Desk,
    resident_id: str,
    values: Mapping[str, JsonValue],
    phone_id: str | None = None,
    number: str | None = None,
    draft_id: str | None = None,
) -> Resident:
    """Puts right a person's own facts and her phone in one act. `number`: what replaces that of `phone_id`, or is her
    first one; empty, the phone is void; None leaves it alone. `draft_id`: the half-filled form that it was.

    Raises the Problems of `correct_record` and `add_phone`.
    """
    desk.drop_draft(draft_id)
    if values:
        correct_record(desk, "resident", resident_id, values)
    if number and phone_id is not None:
        correct_record(desk, "phone", phone_id, {"number": number})
    elif number:
        add_phone(desk, number, resident_id=resident_id)
    elif number is not None and phone_id is not None:
        void_record(desk, "phone", phone_id, NUMBER_GONE)
    return desk.get(Resident, resident_id)


@verb("void_registered_household")
def void_registered_household(desk: Desk, household_id: str, reason: str) -> tuple[Record, ...]:
    """Voids a household registered by mistake, with everybody who stands in it, in one act; the household comes first.

    Raises Problem `household-in-use` where something is recorded about one of them already, `void-needs-reason`,
    `already-voided`.
    """
    household = desk.get(Household, household_id)
    memberships = people_store.memberships_of_household(desk.connection, household_id)
    people = [desk.get(Resident, one) for one in dict.fromkeys(one.resident_id for one in memberships)]
    if contract_store.contracts_of_households(desk.connection, [household_id]):
        raise Problem("household-in-use")
    for person in people:
        elsewhere = people_store.memberships_of_resident(desk.connection, person.id)
        if any(one.household_id != household_id for one in elsewhere) or _has_history(desk, person.id):
            raise Problem("household-in-use")
    return tuple(desk.void(item, reason) for item in (household, *people, *memberships))


def _has_history(desk: Desk, resident_id: str) -> bool:
    """Is anything measured, visited, given, referred, signed or refused for this person, that stands?"""
    kinds: tuple[type[Record], ...] = (
        Reading,
        Visit,
        Referral,
        ContractMember,
        Medication,
        Service,
        Refusal,
        Consent,
        Notice,
    )
    return any(desk.records_of(kind, resident_id) for kind in kinds) or bool(
        facts_store.load(desk.connection, desk.today, [resident_id])[0].educations
    )


# Of what was given, agreed to or told a wrong record is voided and written again.
_WRITTEN_AGAIN: Final = frozenset(
    {"medication", "activity", "education", "service", "refusal", "consent", "notice"}
)
VOIDABLE: Final = (CORRECTABLE - {"clinic", "staff", "village"}) | _WRITTEN_AGAIN
