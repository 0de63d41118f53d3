"""Moving (人的变动): heads change, people go away and come back, die, move out. Nobody is deleted.

`draft_id`: the half-filled form that a change was, which is offered no more.
"""

from dataclasses import replace
from datetime import date

from village_doctor.domain.contracts import ContractMember, is_running_on
from village_doctor.domain.names import optional_text
from village_doctor.domain.people import RELATION_HEAD, Absence, HouseholdMembership, Resident
from village_doctor.domain.problems import Problem
from village_doctor.services.desk import Desk, verb
from village_doctor.store import contract_store, people_store
from village_doctor.store.tables import select_in


@verb("set_head")
def set_head(
    desk: Desk, household_id: str, resident_id: str, on: date, *, draft_id: str | None = None
) -> HouseholdMembership:
    """The head of household from `on`; the old head's membership goes on under a new row.

    Raises Problem `not-a-member`.
    """
    desk.drop_draft(draft_id)
    desk.refuse_future(on)
    members = people_store.members_on(desk.connection, household_id, on)
    chosen = next((m for m, _ in members if m.resident_id == resident_id), None)
    if chosen is None:
        raise Problem("not-a-member")
    for membership, _ in members:
        if membership.is_head and membership.resident_id != resident_id:
            _restart(desk, membership, on, is_head=False, relation="97")
    return _restart(desk, chosen, on, is_head=True, relation=RELATION_HEAD)


def _restart(
    desk: Desk, membership: HouseholdMembership, on: date, *, is_head: bool, relation: str
) -> HouseholdMembership:
    day_before = date.fromordinal(on.toordinal() - 1)
    desk.save(replace(membership, until_on=day_before, until_reason="head_changed"))
    return desk.save(
        replace(
            membership,
            id=desk.new_id(),
            from_on=on,
            is_head=is_head,
            relation=relation,
            reason="head_changed",
        )
    )


@verb("go_away")
def go_away(
    desk: Desk,
    resident_id: str,
    from_on: date,
    kind: str,
    *,
    expected_back_on: date | None = None,
    place: str | None = None,
    phone: str | None = None,
    draft_id: str | None = None,
) -> Absence:
    """She is away from `from_on`. Raises Problem `already-away`, `person-gone`, `date-in-future`, `date-order`."""
    desk.drop_draft(draft_id)
    desk.refuse_future(from_on)
    if expected_back_on is not None and expected_back_on < from_on:
        raise Problem("date-order")
    resident = _present(desk, resident_id, from_on)
    if any(a.until_on is None for a in people_store.absences_of(desk.connection, resident_id)):
        raise Problem("already-away", name=resident.name)
    return desk.save(
        Absence(
            id=desk.new_id(),
            resident_id=resident_id,
            from_on=from_on,
            kind=desk.catalogue.known_code("absence", kind),
            expected_back_on=expected_back_on,
            place=optional_text(place),
            phone=optional_text(phone),
        )
    )


@verb("come_back")
def come_back(desk: Desk, resident_id: str, on: date, *, draft_id: str | None = None) -> Absence:
    """She is home again from `on`. Raises Problem `not-away`, `date-order`."""
    desk.drop_draft(draft_id)
    desk.refuse_future(on)
    resident = desk.get(Resident, resident_id)
    open_absences = [a for a in people_store.absences_of(desk.connection, resident_id) if a.until_on is None]
    if not open_absences:
        raise Problem("not-away", name=resident.name)
    if on < open_absences[0].from_on:
        raise Problem("date-order")
    return desk.save(replace(open_absences[0], until_on=on))


@verb("record_death")
def record_death(
    desk: Desk,
    resident_id: str,
    died_on: date,
    *,
    cause: str | None = None,
    place: str | None = None,
    told_by: str | None = None,
    draft_id: str | None = None,
) -> Resident:
    """She died on `died_on`: membership and contract membership end that day, her records stay.

    Raises Problem `person-gone`, `date-in-future`, `date-order`.
    """
    desk.drop_draft(draft_id)
    desk.refuse_future(died_on)
    resident = _present(desk, resident_id, died_on)
    if died_on < resident.birth_date:
        raise Problem("date-order")
    saved = desk.save(
        replace(
            resident,
            died_on=died_on,
            death_cause=optional_text(cause),
            death_place=optional_text(place),
            death_told_by=optional_text(told_by),
        )
    )
    _end_memberships(desk, resident, died_on, "died")
    return saved


@verb("move_out")
def move_out(
    desk: Desk, resident_id: str, on: date, to: str | None = None, *, draft_id: str | None = None
) -> Resident:
    """She moved away for good on `on`. Raises Problem `person-gone`, `date-in-future`."""
    desk.drop_draft(draft_id)
    desk.refuse_future(on)
    resident = _present(desk, resident_id, on)
    saved = desk.save(replace(resident, moved_out_on=on, moved_out_to=optional_text(to)))
    _end_memberships(desk, resident, on, "moved_out")
    return saved


def _end_memberships(desk: Desk, resident: Resident, on: date, reason: str) -> None:
    for membership in people_store.memberships_of_resident(desk.connection, resident.id):
        if membership.until_on is not None and membership.until_on <= on:
            continue
        desk.save(replace(membership, until_on=on, until_reason=reason))
        others = people_store.members_on(desk.connection, membership.household_id, on)
        if membership.is_head and any(r.id != resident.id for _, r in others):
            desk.note("head-gone", name=resident.name)
    contracts = contract_store.contracts_of_residents(desk.connection, [resident.id])
    running = {c.id for c in contracts if is_running_on(c, on) or (c.signed_on and c.starts_on > on)}
    for member in select_in(desk.connection, ContractMember, "resident_id", [resident.id]):
        if (
            member.contract_id in running
            and not member.is_voided
            and (member.until_on is None or member.until_on > on)
        ):
            desk.save(replace(member, until_on=on, until_reason=reason))


def _present(desk: Desk, resident_id: str, day: date) -> Resident:
    resident = desk.get(Resident, resident_id)
    if resident.is_gone_on(desk.today):
        raise Problem("person-gone", name=resident.name)
    if day < resident.birth_date:
        raise Problem("date-order")
    return resident
