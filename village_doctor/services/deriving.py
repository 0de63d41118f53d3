"""Keeps derived tables true: search terms and dated duties, for what an act touched or for a new day.

Nothing here is journaled; everything can be made again from the records.
"""

from collections.abc import Collection, Mapping
from datetime import date
from typing import Final

from village_doctor.domain.clinic import SETTING_DEFAULTS, Setting
from village_doctor.domain.duties import AssessmentCalendar
from village_doctor.services.catalogue import Catalogue
from village_doctor.store import duty_cache, local_state, people_store, search
from village_doctor.store.database import Connection
from village_doctor.store.tables import select
from village_doctor.store.unit import transaction

_FOUND_BY: Final = frozenset(
    {"resident", "household", "household_membership", "phone", "contract", "contract_member", "hamlet"}
)
_NOTHING_DERIVED: Final = frozenset({"device_start", "staff", "team", "clinic", "village"})
_OF_ONE_PERSON: Final = frozenset({"visit", "reading", "referral", "absence", "condition"})
_BEHIND: Final = "derived_is_behind"


def settings(connection: Connection) -> dict[str, str]:
    """The clinic's settings with their defaults."""
    found = dict(SETTING_DEFAULTS)
    found.update((row.id, row.value) for row in select(connection, Setting, "voided_at IS NULL"))
    return found


def calendar(connection: Connection) -> AssessmentCalendar:
    """The clinic's assessment calendar."""
    return AssessmentCalendar.from_settings(settings(connection))


def renew(
    connection: Connection,
    catalogue: Catalogue,
    ids: Mapping[str, Collection[str]],
    households: Collection[str],
    today: date,
) -> None:
    """Renews what depends on the records of one act, in its own transaction.

    Who lives behind a door changes how all of them are found and reached; a visit or a reading concerns one.
    """
    if ids.keys() <= _NOTHING_DERIVED:
        return
    if "setting" in ids:
        duty_cache.rebuild(connection, today, calendar(connection))
    if "hamlet" in ids:
        search.rebuild(connection, today, catalogue.pinyin)
        return
    touched = people_store.residents_behind(connection, ids)
    if not ids.keys() <= _OF_ONE_PERSON:
        touched |= people_store.residents_ever_in(connection, households)
    if _FOUND_BY & ids.keys():
        search.renew(connection, touched, today, catalogue.pinyin)
    duty_cache.renew(connection, touched, today, calendar(connection))


def fall_behind(connection: Connection) -> None:
    """Acts in bulk are coming: everything derived waits for `rebuild`, in the caller's transaction."""
    local_state.set_state(connection, _BEHIND, "1")


def renew_for_new_day(connection: Connection, catalogue: Catalogue, today: date) -> None:
    """Makes the duties again if they were made for another day, and everything if acts in bulk were cut off."""
    if local_state.get_state(connection, _BEHIND) == "1":
        with transaction(connection):
            rebuild(connection, catalogue, today)
    elif duty_cache.made_for(connection) != today:
        with transaction(connection):
            duty_cache.rebuild(connection, today, calendar(connection))


def rebuild(connection: Connection, catalogue: Catalogue, today: date) -> None:
    """Makes everything derived again, inside the caller's transaction."""
    search.rebuild(connection, today, catalogue.pinyin)
    duty_cache.rebuild(connection, today, calendar(connection))
    local_state.set_state(connection, _BEHIND, "0")
