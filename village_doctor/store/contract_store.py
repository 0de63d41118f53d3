"""Queries about contracts and their members."""

from typing import Final

from village_doctor.domain.contracts import Contract, ContractMember
from village_doctor.store.database import Connection
from village_doctor.store.tables import select, select_in

_STANDING: Final = "voided_at IS NULL"


def contracts_of_household(connection: Connection, household_id: str) -> list[Contract]:
    """Newest term first."""
    where = f"household_id = ? AND {_STANDING} ORDER BY starts_on DESC, id DESC"
    return list(select(connection, Contract, where, (household_id,)))


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
