"""Registering: the clinic, its hamlets, households and the people behind the door.

Bad input is refused whole, before anything is written. What happens to people later is `moving`, their diseases and
groups are `recording_conditions`; putting records right is `correcting`.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date

from village_doctor.domain.clinic import (
    CODE_BEFORE_ENROLMENT,
    FIXED_VALUES,
    SETTING_DEFAULTS,
    Clinic,
    Hamlet,
    Setting,
    Staff,
    Village,
)
from village_doctor.domain.dates import typed_day
from village_doctor.domain.id_card import IdCard, check_id_card, differences
from village_doctor.domain.managed_groups import GROUP_OF_CONDITION
from village_doctor.domain.names import optional_text, plain_text
from village_doctor.domain.people import (
    RELATION_HEAD,
    Household,
    HouseholdMembership,
    IdentityDocument,
    Phone,
    Resident,
)
from village_doctor.domain.problems import Problem
from village_doctor.domain.record_number import next_household_number, next_record_number
from village_doctor.services.desk import Desk, verb
from village_doctor.services.recording_conditions import new_condition
from village_doctor.store import delivery, people_store
from village_doctor.store.tables import select, select_in


@dataclass(frozen=True, kw_only=True, slots=True)
class ClinicDraft:
    """What `init` asks: `village_code` is the 12-digit statistical code."""

    clinic_name: str
    village_code: str
    village_name: str
    doctor_name: str
    township_name: str | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class MemberDraft:
    """A person to register. `id_card_number` gives sex and birth date where they are left out.

    `relation` is a GB/T 4761 code seen from the head; `since` when she came to live in this household.
    """

    name: str
    relation: str = RELATION_HEAD
    sex: str | None = None
    birth_date: date | None = None
    id_card_number: str | None = None
    other_document: IdentityDocument | None = None
    no_identity_reason: str | None = None
    other_names: tuple[str, ...] = ()
    phone: str | None = None
    since: date | None = None
    registered_here: bool = True
    lives_here_since: date | None = None
    ethnicity: str | None = None
    conditions: Mapping[str, str | None] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True, slots=True)
class HamletDraft:
    """A village group that is not there yet: its number, its name, or both."""

    number: int | None = None
    name: str | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class HouseholdDraft:
    """A household with its first members; the first one with the head's relation is the head.

    `new_hamlet`: it is the first door of a hamlet, which is made with it.
    """

    members: tuple[MemberDraft, ...]
    village_id: str | None = None
    hamlet_id: str | None = None
    new_hamlet: HamletDraft | None = None
    door_number: str | None = None
    landmark: str | None = None
    home_address: str | None = None
    registered_address: str | None = None
    walking_order: int | None = None
    phone: str | None = None
    phone_whose: str | None = None
    note: str | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Registered:
    """What registering a household made."""

    household: Household
    residents: tuple[Resident, ...]


def check_clinic(draft: ClinicDraft) -> None:
    """May a clinic begin with this? Raises Problem `village-code`, `name-missing`, in the order of the questions."""
    if len(draft.village_code) != 12 or not (draft.village_code.isascii() and draft.village_code.isdigit()):
        raise Problem("village-code", code=draft.village_code)
    needed_text(draft.village_name, "village-name")
    needed_text(draft.clinic_name, "clinic-name")
    needed_text(draft.doctor_name, "doctor-name")


@verb("set_up_clinic")
def set_up_clinic(desk: Desk, draft: ClinicDraft, staff_id: str) -> Clinic:
    """The clinic, its owner doctor and its first village. Raises the Problems of `check_clinic`."""
    check_clinic(draft)
    clinic = Clinic(
        id=desk.new_id(),
        name=needed_text(draft.clinic_name, "clinic-name"),
        code=CODE_BEFORE_ENROLMENT,
        township_name=optional_text(draft.township_name),
    )
    desk.save(Staff(id=staff_id, name=needed_text(draft.doctor_name, "doctor-name"), role="owner"))
    desk.save(clinic)
    village_name = needed_text(draft.village_name, "village-name")
    desk.save(Village(id=desk.new_id(), code=draft.village_code, name=village_name))
    desk.save(Setting(id="counting_starts_on", value=desk.today.isoformat()))
    return clinic


@verb("set_setting")
def set_setting(desk: Desk, key: str, value: str) -> Setting:
    """A setting of the whole clinic. Raises Problem `setting-unknown`, `setting-fixed`, `setting-value`; a clinic
    that is enrolled with a real township does not become a practice one: `practice-mismatch`."""
    if key not in SETTING_DEFAULTS:
        raise Problem("setting-unknown", key=key)
    if key == "practice" and value != "1":
        raise Problem("setting-fixed", key=key)
    if key == "practice" and (enrolled := delivery.township(desk.connection)) and not enrolled.practice:
        raise Problem("practice-mismatch")
    if key in FIXED_VALUES and value != FIXED_VALUES[key]:
        raise Problem("setting-value", key=key, value=value, known=FIXED_VALUES[key])
    if key == "counting_starts_on" and value:
        _date(value)
    return desk.save(Setting(id=key, value=value))


@verb("add_hamlet")
def add_hamlet(
    desk: Desk, village_id: str | None, number: int | None, name: str | None, walking_order: int | None = None
) -> Hamlet:
    """A village group (村民小组) and what people call it. Raises Problem `hamlet-needs-name`."""
    name = optional_text(name)
    if number is None and name is None:
        raise Problem("hamlet-needs-name")
    return desk.save(
        Hamlet(
            id=desk.new_id(),
            village_id=village_id or _only_village(desk).id,
            number=number,
            name=name,
            walking_order=walking_order if walking_order is not None else number,
        )
    )


@verb("register_household")
def register_household(desk: Desk, draft: HouseholdDraft, draft_id: str | None = None) -> Registered:
    """A household with its members in one act; contradicting cards are noted, wrong ones refused.

    `draft_id`: the half-filled form that it was, which is offered no more.
    Raises Problem `household-needs-head`, `head-not-one`, `hamlet-needs-name`, `id-card-…`, `identity-known`,
    `name-missing`, `birth-date-missing`, `sex-missing`, `date-in-future`.
    """
    heads = [member for member in draft.members if member.relation == RELATION_HEAD]
    if len(heads) != 1:
        raise Problem("household-needs-head" if not heads else "head-not-one")
    village = desk.get(Village, draft.village_id) if draft.village_id else _only_village(desk)
    hamlet, new = None, draft.new_hamlet
    if new is not None:
        hamlet = add_hamlet(desk, village.id, new.number, new.name)
    elif draft.hamlet_id is not None:
        hamlet = desk.get(Hamlet, draft.hamlet_id)
    household = desk.save(
        Household(
            id=desk.new_id(),
            number=_new_household_number(desk),
            village_id=village.id,
            hamlet_id=hamlet.id if hamlet is not None else None,
            door_number=optional_text(draft.door_number),
            landmark=optional_text(draft.landmark),
            home_address=optional_text(draft.home_address),
            registered_address=optional_text(draft.registered_address),
            walking_order=draft.walking_order,
            responsible_doctor_id=desk.actor.id,
            note=optional_text(draft.note),
        )
    )
    residents = tuple(_register_member(desk, household, village, member) for member in draft.members)
    if draft.phone:
        _save_phone(desk, draft.phone, household_id=household.id, whose=draft.phone_whose)
    desk.drop_draft(draft_id)
    return Registered(household=household, residents=residents)


@verb("add_resident")
def add_resident(desk: Desk, household_id: str, draft: MemberDraft, draft_id: str | None = None) -> Resident:
    """One more person behind a known door: born, married in, come back. As `register_household`."""
    household = desk.get(Household, household_id)
    if draft.relation == RELATION_HEAD and any(
        membership.is_head
        for membership, _ in people_store.members_on(desk.connection, household_id, desk.today)
    ):
        raise Problem("head-not-one")
    desk.drop_draft(draft_id)
    return _register_member(desk, household, desk.get(Village, household.village_id), draft)


def _register_member(desk: Desk, household: Household, village: Village, draft: MemberDraft) -> Resident:
    card = _checked_card(desk, draft.id_card_number, draft.name)
    if card is not None:
        note_differences(desk, card, draft.name, draft.sex, draft.birth_date)
    birth_date = draft.birth_date or (card.birth_date if card else None)
    sex = draft.sex or (card.sex if card else None)
    if birth_date is None:
        raise Problem("birth-date-missing", name=draft.name)
    if sex is None:
        raise Problem("sex-missing", name=draft.name)
    desk.refuse_future(birth_date)
    documents = [IdentityDocument(kind="id_card", number=card.number)] if card else []
    if draft.other_document is not None:
        number = document_number(draft.other_document.number)
        refuse_known_document(desk, number, None)
        documents.append(replace(draft.other_document, number=number))
    no_identity_reason = optional_text(draft.no_identity_reason)
    if not documents and no_identity_reason is None:
        raise Problem("identity-missing", name=draft.name)
    resident = desk.save(
        Resident(
            id=desk.new_id(),
            name=needed_text(draft.name, "name"),
            sex=desk.catalogue.known_code("sex", sex),
            birth_date=birth_date,
            other_names=tuple(name for one in draft.other_names if (name := plain_text(one))),
            identity_documents=tuple(documents),
            no_identity_reason=None if documents else no_identity_reason,
            registered_here=draft.registered_here,
            lives_here_since=_past(desk, draft.lives_here_since),
            ethnicity=draft.ethnicity,
            record_number=_new_record_number(desk, village.code),
        )
    )
    desk.save(
        HouseholdMembership(
            id=desk.new_id(),
            household_id=household.id,
            resident_id=resident.id,
            relation=desk.catalogue.known_code("relation", draft.relation),
            is_head=draft.relation == RELATION_HEAD,
            from_on=_past(desk, draft.since),
        )
    )
    if draft.phone:
        _save_phone(desk, draft.phone, resident_id=resident.id)
    for code, since in draft.conditions.items():
        desk.require_group("add_condition", GROUP_OF_CONDITION.get(code, code), resident.id)
        desk.save(new_condition(desk, resident.id, code, since))
    return resident


def _new_household_number(desk: Desk) -> str:
    connection, digit, blocks = desk.connection, desk.device_digit, desk.number_blocks
    known = [
        *people_store.newest_household_number(connection, digit),
        *delivery.newest_household_numbers(connection, blocks),
    ]
    return next_household_number(known, digit, blocks)


def _new_record_number(desk: Desk, village_code: str) -> str:
    connection, digit, blocks = desk.connection, desk.device_digit, desk.number_blocks
    known = [
        *people_store.newest_record_number(connection, village_code, digit),
        *delivery.newest_record_numbers(connection, village_code, blocks),
    ]
    return next_record_number(village_code, known, digit, blocks)


def note_differences(desk: Desk, card: IdCard, name: str, sex: str | None, birth_date: date | None) -> None:
    """Says what the card and the form say differently; nothing is refused for it."""
    for difference in differences(card, sex, birth_date):
        desk.note(
            f"id-card-{difference.field.replace('_', '-')}-differs",
            name=name,
            on_card=difference.on_card,
            on_form=difference.on_form,
        )


def _checked_card(desk: Desk, number: str | None, name: str) -> IdCard | None:
    if not number:
        return None
    card = check_id_card(plain_text(number), desk.today)
    refuse_known_document(desk, card.number, None)
    return card


def _past(desk: Desk, day: date | None) -> date | None:
    if day is not None:
        desk.refuse_future(day)
    return day


def document_number(text: str) -> str:
    """A document's number without blanks and in capitals: typed twice in two ways, it is the same number."""
    return "".join(plain_text(text).split()).upper()


def refuse_known_document(desk: Desk, number: str, own_id: str | None) -> None:
    """Raises Problem `identity-known` when somebody else carries this number."""
    known = [r for r in people_store.residents_with_document(desk.connection, number) if r.id != own_id]
    known += [
        resident
        for resident in select_in(desk.connection, Resident, "id", desk.unit.touched.get("resident", ()))
        if resident.id != own_id and any(d.number == number for d in resident.identity_documents)
    ]
    if known:
        raise Problem("identity-known", name=known[0].name, resident=known[0].id)


@verb("add_phone")
def add_phone(
    desk: Desk,
    number: str,
    *,
    resident_id: str | None = None,
    household_id: str | None = None,
    whose: str | None = None,
) -> Phone:
    """A phone of a person or a whole household. Raises Problem `phone-form`, `phone-owner`."""
    if (resident_id is None) == (household_id is None):
        raise Problem("phone-owner")
    if resident_id is not None:
        desk.get(Resident, resident_id)
    if household_id is not None:
        desk.get(Household, household_id)
    return _save_phone(desk, number, resident_id=resident_id, household_id=household_id, whose=whose)


def _save_phone(
    desk: Desk,
    number: str,
    resident_id: str | None = None,
    household_id: str | None = None,
    whose: str | None = None,
) -> Phone:
    return desk.save(
        Phone(
            id=desk.new_id(),
            number=phone_digits(number),
            resident_id=resident_id,
            household_id=household_id,
            whose=optional_text(whose),
            checked_on=desk.today,
        )
    )


def phone_digits(number: str) -> str:
    """The number without blanks and dashes. Raises Problem `phone-form`."""
    digits = "".join(character for character in plain_text(number) if character not in " -－　")
    if not digits.removeprefix("+").isascii() or not digits.removeprefix("+").isdigit():
        raise Problem("phone-form", number=number)
    if not 5 <= len(digits) <= 15:
        raise Problem("phone-form", number=number)
    return digits


def _only_village(desk: Desk) -> Village:
    villages = list(select(desk.connection, Village, "voided_at IS NULL ORDER BY id"))
    if len(villages) != 1:
        raise Problem("village-needed")
    return villages[0]


def needed_text(text: str, what: str) -> str:
    """What can be read of the text (`plain_text`). Raises Problem `name-missing` where that is nothing."""
    told = plain_text(text)
    if not told:
        raise Problem("name-missing", what=what)
    return told


def _date(text: str) -> date:
    try:
        return typed_day(text)
    except ValueError as error:
        raise Problem("date-form", value=text) from error
