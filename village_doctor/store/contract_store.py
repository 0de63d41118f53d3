"""Queries about contracts and their members."""

from collections.abc import Collection
from datetime import date
from typing import Final

from village_doctor.domain.contracts import Contract, ContractMember
from village_doctor.store.database import Connection
from village_doctor.store.tables import select, select_in

_STANDING: Final = "voided_at IS NULL"


def contracts_of_household(connection: Connection, household_id: str) -> list[Contract]:
    """Newest term first."""
    where = f"household_id = ? AND {_STANDING} ORDER BY starts_on DESC, id DESC"
    return list(select(connection, Contract, where, (household_id,)))


def terms(connection: Connection) -> list[Contract]:
    """Every standing contract by the beginning of its term, without packages, fees, provider and signatures.

    Enough to ask how each stands; thousands of them are read in the time of a few hundred whole ones. Read the
    record itself before showing or changing it.
    """
    rows = connection.execute(
        "SELECT id, number, household_id, party_a, years, starts_on, ends_on, state, terminated_on, renews_id "
        f"FROM contract WHERE {_STANDING} ORDER BY starts_on, id"
    )
    return [
        Contract(
            id=row[0],
            number=row[1],
            household_id=row[2],
            party_a=row[3],
            years=row[4],
            starts_on=date.fromisoformat(row[5]),
            ends_on=date.fromisoformat(row[6]),
            state=row[7],
            terminated_on=None if row[8] is None else date.fromisoformat(row[8]),
            renews_id=row[9],
        )
        for row in rows
    ]


def contracts_of_households(connection: Connection, household_ids: Collection[str]) -> list[Contract]:
    """Contracts of any of these households, by the beginning of their term."""
    found = select_in(connection, Contract, "household_id", household_ids)
    return sorted((one for one in found if not one.is_voided), key=lambda one: (one.starts_on, one.id))


def contracts_of_residents(connection: Connection, resident_ids: list[str]) -> list[Contract]:
    """Contracts of any household that name one of these residents as a member."""
    members = select_in(connection, ContractMember, "resident_id", resident_ids)
    ids = {member.contract_id for member in members if not member.is_voided}
    return [c for c in select_in(connection, Contract, "id", ids) if not c.is_voided]


def members_of(connection: Connection, contract_id: str) -> list[ContractMember]:
    where = f"contract_id = ? AND {_STANDING} ORDER BY id"
    return list(select(connection, ContractMember, where, (contract_id,)))


def contract_by_number(connection: Connection, number: str) -> Contract | None:
    return next(select(connection, Contract, f"number = ? AND {_STANDING}", (number,)), None)


def newest_contract_number(connection: Connection, year: int, device_digit: int) -> list[str]:
    """The greatest number of a year and device digit, voided ones included: none is ever reused."""
    row = connection.execute(
        "SELECT max(number) FROM contract WHERE number GLOB ?", (f"{year}-{device_digit}*",)
    ).fetchone()
    return [] if row[0] is None else [row[0]]
