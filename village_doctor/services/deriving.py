"""Keeps derived tables true: search terms and dated duties, for what an act touched or for a new day.

Nothing here is journaled; everything can be made again from the records.
"""

from collections.abc import Collection, Iterable, Sequence
from datetime import date
from functools import partial
from typing import Final

from village_doctor.domain.clinic import SETTING_DEFAULTS, Setting
from village_doctor.domain.duties.after_reading import may_begin_something
from village_doctor.domain.duties.calendar import AssessmentCalendar
from village_doctor.domain.duties.duty import DutyRules
from village_doctor.domain.duties.evidence import proof_of_reading
from village_doctor.domain.given import Education
from village_doctor.domain.kinds import kind_of
from village_doctor.domain.people import Household, Resident
from village_doctor.domain.readings import BLOOD_PRESSURE, Reading
from village_doctor.services.catalogue import Catalogue, figures
from village_doctor.store import duty_cache, local_state, people_store, search, visit_store
from village_doctor.store.database import Connection
from village_doctor.store.tables import get, select
from village_doctor.store.unit import Saved, transaction

_FOUND_BY: Final = frozenset(
    {"resident", "household", "household_membership", "phone", "contract", "contract_member", "hamlet"}
)
_NOTHING_DERIVED: Final = frozenset(
    {"device_start", "staff", "team", "clinic", "village", "activity", "notice"}
)
# Of nobody but the people whom they name.
_OF_THEMSELVES: Final = frozenset(
    {
        "visit",
        "reading",
        "referral",
        "absence",
        "condition",
        "medication",
        "education",
        "service",
        "refusal",
        "consent",
    }
)
_WALKED: Final = frozenset({"hamlet", "household"})
_BEHIND: Final = "derived_is_behind"


def settings(connection: Connection) -> dict[str, str]:
    """The clinic's settings with their defaults."""
    found = dict(SETTING_DEFAULTS)
    for row in select(connection, Setting, "voided_at IS NULL"):
        if row.id in found:
            found[row.id] = row.value
    return found


def duty_rules(connection: Connection) -> DutyRules:
    """By what the clinic counts: its assessment calendar and the shipped figures."""
    return DutyRules(calendar=AssessmentCalendar.from_settings(settings(connection)), figures=figures())


def concerned(saved: Iterable[Saved]) -> tuple[set[str], set[str]]:
    """Ids of the residents and of the households that these records name or are, or named before: a phone that
    was written down with the wrong person no longer finds her."""
    residents, households = set[str | None](), set[str | None]()
    for record in (version for pair in saved for version in pair if version is not None):
        residents.add(record.id if isinstance(record, Resident) else getattr(record, "resident_id", None))
        residents.update(record.resident_ids if isinstance(record, Education) else ())
        households.add(record.id if isinstance(record, Household) else getattr(record, "household_id", None))
    return {one for one in residents if one is not None}, {one for one in households if one is not None}


def renew(
    connection: Connection,
    catalogue: Catalogue,
    saved: Sequence[Saved],
    households: Collection[str],
    today: date,
) -> None:
    """Renews what depends on the records of one act, in its own transaction.

    Who lives behind a door changes how all of them are found and reached; a visit or a reading concerns one.
    """
    kinds = {kind_of(record).name for record, _ in saved}
    if kinds <= _NOTHING_DERIVED:
        return
    if kinds == {"reading"} and not _answers_something(connection, saved, today):
        return
    residents, _ = concerned(saved)
    if not kinds <= _OF_THEMSELVES:
        residents |= people_store.residents_ever_in(connection, households)
    if "hamlet" in kinds:
        search.rebuild(connection, today, catalogue.pinyin)
    elif _FOUND_BY & kinds:
        search.renew(connection, residents, today, catalogue.pinyin)
    if _concerns_everybody(connection, kinds, today):
        duty_cache.rebuild(connection, today, duty_rules(connection))
    else:
        duty_cache.renew(connection, residents, today, duty_rules(connection))


def _concerns_everybody(connection: Connection, kinds: Collection[str], today: date) -> bool:
    """A setting, another order of the hamlets, and the first act after midnight: one table is of one day."""
    if "setting" in kinds or duty_cache.made_for(connection) not in (None, today):
        return True
    return not _WALKED.isdisjoint(kinds) and duty_cache.is_walked_otherwise(connection)


def _answers_something(connection: Connection, readings: Iterable[Saved], today: date) -> bool:
    """May these readings change a duty? A new one where an open duty asks to measure just that, or where screening looks
    at its value; a corrected or voided one may open again what it had answered."""
    for reading, replaced in readings:
        if replaced is not None or not isinstance(reading, Reading):
            return True
        proof = proof_of_reading(reading)
        if proof is not None and duty_cache.is_asked(connection, reading.resident_id, proof):
            return True
        resident = get(connection, Resident, reading.resident_id)
        conditions = people_store.conditions_of(connection, resident.id)
        pressures = partial(visit_store.readings_of_kind, connection, resident.id, BLOOD_PRESSURE)
        if may_begin_something(reading, resident, conditions, pressures, today, figures()):
            return True
    return False


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
            duty_cache.rebuild(connection, today, duty_rules(connection))


def rebuild(connection: Connection, catalogue: Catalogue, today: date) -> None:
    """Makes everything derived again, inside the caller's transaction."""
    search.rebuild(connection, today, catalogue.pinyin)
    duty_cache.rebuild(connection, today, duty_rules(connection))
    local_state.set_state(connection, _BEHIND, "0")
