"""Keeps derived tables true: search terms and dated duties, for what an act touched or for a new day.

Nothing here is journaled; everything can be made again from the records.
"""

from collections.abc import Collection, Mapping
from datetime import date
from typing import Final

from village_doctor.services.catalogue import Catalogue
from village_doctor.store import people_store, search
from village_doctor.store.database import Connection

_FOUND_BY: Final = frozenset(
    {"resident", "household", "household_membership", "phone", "contract", "contract_member", "hamlet"}
)


def renew(
    connection: Connection,
    catalogue: Catalogue,
    ids: Mapping[str, Collection[str]],
    households: Collection[str],
    today: date,
) -> None:
    """Renews what depends on the records of one act, in its own transaction."""
    if _FOUND_BY & ids.keys():
        residents = people_store.residents_ever_in(connection, households) | set(ids.get("resident", ()))
        search.renew(connection, residents, today, catalogue.pinyin)


def renew_for_new_day(connection: Connection, catalogue: Catalogue, today: date) -> None:
    """Makes the duties again if they were made for another day."""


def rebuild(connection: Connection, catalogue: Catalogue, today: date) -> None:
    """Makes everything derived again."""
    search.rebuild(connection, today, catalogue.pinyin)
