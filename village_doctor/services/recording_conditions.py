"""Recording the conditions (病种、人群标记) of a resident: confirmed diseases and key groups, from when until when.

What no longer holds is ended, not deleted; putting a record right is `correcting`.
"""

from dataclasses import replace
from datetime import date

from village_doctor.domain.dates import typed_day
from village_doctor.domain.managed_groups import GROUP_OF_CONDITION
from village_doctor.domain.names import optional_text
from village_doctor.domain.people import Condition, Resident, first_day_of
from village_doctor.domain.problems import Problem
from village_doctor.services.desk import Desk, verb
from village_doctor.store import people_store


@verb("add_condition")
def add_condition(
    desk: Desk,
    resident_id: str,
    code: str,
    since: str | None = None,
    *,
    notified_on: date | None = None,
    grade: str | None = None,
    number: str | None = None,
    source_list: str | None = None,
) -> Condition:
    """A confirmed disease or a mark of a key group; `since` may be a year, `source_list`: whose list says so.

    Raises Problem `condition-known`, `date-form`, `date-in-future`, and `not-permitted` for a protected group that is
    not the actor's to see.
    """
    desk.get(Resident, resident_id)
    known = people_store.conditions_of(desk.connection, resident_id)
    if any(condition.code == code and condition.until_on is None for condition in known):
        raise Problem("condition-known")
    desk.require_group("add_condition", GROUP_OF_CONDITION.get(code, code), resident_id)
    if notified_on is not None:
        desk.refuse_future(notified_on)
    condition = new_condition(desk, resident_id, code, since)
    return desk.save(
        replace(
            condition,
            notified_on=notified_on,
            grade=optional_text(grade),
            number=optional_text(number),
            source_list=optional_text(source_list),
        )
    )


def new_condition(desk: Desk, resident_id: str, code: str, since: str | None) -> Condition:
    """A condition of that resident, not saved yet. Raises Problem `code-unknown`, `date-form`, `date-in-future`."""
    condition = Condition(
        id=desk.new_id(),
        resident_id=resident_id,
        code=desk.catalogue.known_code("condition", code),
        since=since,
    )
    check_days(desk, condition)
    return condition


def check_days(desk: Desk, condition: Condition) -> None:
    """Passes when its days can be right. Raises Problem `date-form`, `date-in-future`, `date-order`."""
    since_on = None
    if condition.since is not None:
        try:
            since_on = typed_day(first_day_of(condition.since).isoformat())
        except ValueError as error:
            raise Problem("date-form", value=condition.since) from error
    for day in (since_on, condition.until_on, condition.notified_on):
        if day is not None:
            desk.refuse_future(day)
    if since_on is not None and condition.until_on is not None and condition.until_on < since_on:
        raise Problem("date-order")


@verb("end_condition")
def end_condition(desk: Desk, condition_id: str, until_on: date) -> Condition:
    """The condition no longer holds after `until_on` (diagnosis withdrawn, group left).

    Raises Problem `date-in-future`, `date-order`, and `not-permitted` as `add_condition`.
    """
    ended = replace(desk.get(Condition, condition_id), until_on=until_on)
    desk.require_group_of("end_condition", ended)
    check_days(desk, ended)
    if until_on < desk.get(Resident, ended.resident_id).birth_date:
        raise Problem("date-order")
    return desk.save(ended)
