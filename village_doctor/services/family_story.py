"""A family as its page tells it: each person's newest values and what they mean, what is due, who is gone, what happened.

Everything is answered by one question. Meaning comes from stored decisions, open referrals and the emergency rule;
conditions of protected groups (06, 09, 10) never leave this room.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final

from village_doctor.domain.clinic import Staff
from village_doctor.domain.clinical.child import check_on
from village_doctor.domain.contracts import (
    AWAITING_SIGNATURE,
    DRAFT,
    TERMINATED,
    Contract,
    is_running_on,
    state_on,
)
from village_doctor.domain.dates import MONTHS, age_on, day_in_china
from village_doctor.domain.due import DueItem
from village_doctor.domain.duties.evidence import MANAGED_DISEASES, REFERRAL_PROOF
from village_doctor.domain.forms import ACTIVITY, FOLLOW_UP, Form
from village_doctor.domain.fulfilment.matching import PLANNED
from village_doctor.domain.managed_groups import MANAGED_FROM_AGE
from village_doctor.domain.messages import N_
from village_doctor.domain.packages import FOLLOW_UP_PROOF, PROOF_BLOOD_PRESSURE
from village_doctor.domain.people import Absence, Condition, HouseholdMembership, Resident
from village_doctor.domain.permissions import PROTECTED_GROUPS
from village_doctor.domain.person_facts import PersonFacts
from village_doctor.domain.protected import known_to, protected_group
from village_doctor.domain.readings import BLOOD_PRESSURE, GLUCOSE, SELF_MEASURED, Reading
from village_doctor.domain.visits import Visit
from village_doctor.foundation.texts import fill
from village_doctor.foundation.texts import text as _
from village_doctor.services import wording
from village_doctor.services.catalogue import Catalogue
from village_doctor.services.looking_back import HistoryEntry, history_of
from village_doctor.services.meaning import Verdict, verdict_of
from village_doctor.services.seeing import sight_of
from village_doctor.services.viewing import Family, MemberView, family
from village_doctor.store import facts_store, people_store
from village_doctor.store.database import Connection

_FASTING: Final = "fasting"
_GONE: Final = frozenset({"died", "moved_out"})
_MEDICINES: Final = "medicines"
_FREQUENCY: Final = N_("每日{times}次")


@dataclass(frozen=True, kw_only=True, slots=True)
class Newest:
    """The newest value of a kind that was measured, and what it means."""

    reading: Reading
    verdict: Verdict


@dataclass(frozen=True, kw_only=True, slots=True)
class PersonStory:
    """One card. `form_codes`: the forms that fit her now, in the order to offer them; `medicines` as of the last visit that has any.

    `conditions` without those of protected groups. `is_unmeasured_this_year`: of 35 or more, at home, and nobody has
    taken her blood pressure in this calendar year (norms: once a year for everybody of 35 or more).
    """

    member: MemberView
    pressure: Newest | None
    fasting: Newest | None
    conditions: tuple[Condition, ...]
    medicines: tuple[str, ...]
    form_codes: tuple[str, ...]
    packages: str
    away: Absence | None
    is_unmeasured_this_year: bool

    @property
    def resident(self) -> Resident:
        return self.member.resident

    @property
    def most_urgent(self) -> DueItem | None:
        """What is due now or late, the most urgent first; None: nothing yet."""
        return next((one for one in self.member.due if one.state != PLANNED), None)


@dataclass(frozen=True, kw_only=True, slots=True)
class Signed:
    """The contract that counts for the door: the running one, else what waits for a signature.

    `owed` and `done`: promised services that fell due so far and those of them that were done; `next_on`: the next one.
    """

    contract: Contract
    is_running: bool
    owed: int
    done: int
    next_on: date | None


@dataclass(frozen=True, kw_only=True, slots=True)
class FamilyStory:
    """The whole page. `people`: who lives here; `gone`: who died or moved away by that day, that very day included."""

    family: Family
    people: tuple[PersonStory, ...]
    gone: tuple[Resident, ...]
    history: tuple[HistoryEntry, ...]
    signed: Signed | None


def family_story(
    connection: Connection, catalogue: Catalogue, household_id: str, on: date, viewer: Staff | None = None
) -> FamilyStory:
    """Everything about the household on one day, as far as `viewer` may see it (None: all of it).

    Raises Problem `record-not-found`.
    """
    view = family(connection, household_id, on, viewer)
    here = [member.facts for member in view.members]
    left = _left(connection, household_id, {one.resident.id for one in here})
    may_see = sight_of(viewer, view.household)
    past = [known_to(one, may_see) for one in facts_store.load(connection, on, left)] if left else []
    return FamilyStory(
        family=view,
        people=tuple(
            _person(member, view, catalogue) for member in view.members if not member.resident.is_gone_on(on)
        ),
        gone=tuple(one.resident for one in (*past, *here) if one.resident.is_gone_on(on)),
        history=history_of([*here, *past], catalogue),
        signed=_signed(view),
    )


def _left(connection: Connection, household_id: str, here: set[str]) -> list[str]:
    memberships: list[HouseholdMembership] = people_store.memberships_of_household(connection, household_id)
    return sorted(
        {one.resident_id for one in memberships if one.until_reason in _GONE and one.resident_id not in here}
    )


def _person(member: MemberView, view: Family, catalogue: Catalogue) -> PersonStory:
    facts, on = member.facts, view.on
    pressure = next(
        (
            one
            for one in member.last_readings
            if one.kind == BLOOD_PRESSURE and one.systolic_mmhg is not None and one.diastolic_mmhg is not None
        ),
        None,
    )
    fasting = next(
        (one for one in member.last_readings if one.kind == GLUCOSE and one.glucose_timing == _FASTING), None
    )
    return PersonStory(
        member=member,
        pressure=None if pressure is None else _newest(pressure, facts, catalogue),
        fasting=None if fasting is None else _newest(fasting, facts, catalogue),
        conditions=tuple(
            one
            for one in facts.conditions
            if not one.is_voided and not is_protected(one) and (one.until_on is None or on <= one.until_on)
        ),
        medicines=_medicines(facts.visits, catalogue),
        form_codes=_form_codes(member, catalogue, on),
        packages=_packages(member, view),
        away=next((one for one in facts.absences if one.is_away_on(on)), None),
        is_unmeasured_this_year=_is_unmeasured(member, on),
    )


def has_unnamed_form(item: DueItem, catalogue: Catalogue) -> bool:
    """Is it written on a form that no shared page may name, so that the window does not offer it?"""
    return any(
        item.item in form.proves and form.group in PROTECTED_GROUPS for form in catalogue.forms.values()
    )


def is_protected(condition: Condition) -> bool:
    """A condition that no shared page may name."""
    return protected_group(condition.code) is not None


def _newest(reading: Reading, facts: PersonFacts, catalogue: Catalogue) -> Newest:
    return Newest(reading=reading, verdict=verdict_of(reading, facts, catalogue))


def _medicines(visits: Iterable[Visit], catalogue: Catalogue) -> tuple[str, ...]:
    """氨氯地平 5mg 每日1次, from the newest visit that asked about them; several diseases add up.

    Those of protected groups name the disease as well as its name does: they are left out.
    """
    newest: dict[str, Visit] = {}
    for visit in visits:
        form = catalogue.forms.get(visit.form_code or "")
        if form is not None and form.group in PROTECTED_GROUPS:
            continue
        if not visit.is_voided and visit.form_code and (visit.answers or {}).get(_MEDICINES):
            known = newest.get(visit.form_code)
            if known is None or (known.served_on, known.id) < (visit.served_on, visit.id):
                newest[visit.form_code] = visit
    told: list[str] = []
    for visit in newest.values():
        listed = (visit.answers or {}).get(_MEDICINES)
        for item in listed if isinstance(listed, list) else ():
            if isinstance(item, Mapping) and (line := _medicine(item)) not in told:
                told.append(line)
    return tuple(told)


def _medicine(item: Mapping[str, object]) -> str:
    parts = [str(item.get("name") or "")]
    if item.get("dose"):
        parts.append(f"{item['dose']}{item.get('unit') or ''}")
    if item.get("times_per_day"):
        parts.append(fill(_(_FREQUENCY), {"times": str(item["times_per_day"])}))
    return " ".join(part for part in parts if part)


def _form_codes(member: MemberView, catalogue: Catalogue, on: date) -> tuple[str, ...]:
    """Follow-ups of her diseases, one sheet for several before one for each, then what else is due, the most urgent first.

    Of the sheets for a child's checks the one of the age. Forms of protected groups are not named on a page that others may see.
    """
    present = {one.code for one in member.facts.conditions if one.is_present_on(on)}
    order = [one.item for one in member.due]
    months = _months_of_check(member.resident.birth_date, on)

    def urgency(form: Form) -> int:
        return min((order.index(proof) for proof in form.proves if proof in order), default=len(order))

    def is_hers(form: Form) -> bool:
        if form.subject == ACTIVITY or form.group in PROTECTED_GROUPS:
            return False
        if form.diseases and not present.issuperset(form.diseases):
            return False
        if not form.fits_months(months):
            return False
        is_follow_up = form.purpose == FOLLOW_UP and bool(form.diseases)
        return is_follow_up or urgency(form) < len(order)

    mine = [form for form in catalogue.forms.values() if is_hers(form)]
    mine.sort(key=lambda form: (-len(form.diseases), urgency(form), form.code))
    return tuple(form.code for form in mine)


def _months_of_check(birth_date: date, on: date) -> int | None:
    """The age of the child's check whose time it is, 满月 as 0; None: it is no check's time."""
    check = check_on(birth_date, on)
    if check is None:
        return None
    return check.months or MONTHS * (check.years or 0)


def _packages(member: MemberView, view: Family) -> str:
    for one in view.contracts:
        if is_running_on(one.contract, view.on):
            for signed, resident in one.members:
                if resident.id == member.resident.id and signed.until_on is None:
                    return wording.package_names(one.contract, signed)
    return ""


def _is_unmeasured(member: MemberView, on: date) -> bool:
    facts = member.facts
    if age_on(member.resident.birth_date, on) < MANAGED_FROM_AGE or not facts.is_here_on(on):
        return False
    if any(one.is_away_on(on) for one in facts.absences):
        return False
    asked = {*(FOLLOW_UP_PROOF + disease for disease in MANAGED_DISEASES), PROOF_BLOOD_PRESSURE}
    if any(one.item in asked and one.state != PLANNED for one in member.due):
        return False  # it is asked for already, with its own reason
    return not any(
        one.kind == BLOOD_PRESSURE
        and one.systolic_mmhg is not None
        and one.setting != SELF_MEASURED
        and day_in_china(one.taken_at).year == on.year
        for one in facts.readings
        if not one.is_voided
    )


def _signed(view: Family) -> Signed | None:
    running = next((one.contract for one in view.contracts if is_running_on(one.contract, view.on)), None)
    if running is None:
        waiting = [
            one.contract
            for one in view.contracts
            if state_on(one.contract, view.on) in (DRAFT, AWAITING_SIGNATURE)
        ]
        last = [one.contract for one in view.contracts if state_on(one.contract, view.on) != TERMINATED]
        chosen = next(iter(waiting or last), None)
        return (
            None
            if chosen is None
            else Signed(contract=chosen, is_running=False, owed=0, done=0, next_on=None)
        )
    counted = [one for member in view.members for one in member.fulfilment]
    days = [one.next_due_on for one in counted if one.next_due_on is not None]
    return Signed(
        contract=running,
        is_running=True,
        owed=sum(one.due for one in counted),
        done=sum(one.done for one in counted),
        next_on=min(days, default=None),
    )


def referral_of(item: DueItem) -> str | None:
    """The id of the referral that this line asks about; None: it asks about something else."""
    return item.item.removeprefix(REFERRAL_PROOF) if item.item.startswith(REFERRAL_PROOF) else None
