"""Duties made again, for everybody and for one household, against reading the same rows as records."""

from collections.abc import Collection

from tests.benchmarks.measuring import Row, compared, p95, take_turns
from village_doctor.domain.clinic import Setting
from village_doctor.domain.contracts import Contract, ContractMember
from village_doctor.domain.given import Education, Service
from village_doctor.domain.medications import Medication
from village_doctor.domain.people import Absence, Condition, Household, HouseholdMembership, Resident
from village_doctor.domain.readings import Reading
from village_doctor.domain.referrals import Referral
from village_doctor.domain.refusals import Consent, Refusal
from village_doctor.domain.visits import Visit
from village_doctor.services import deriving
from village_doctor.services.workplace import Workplace, Writing
from village_doctor.store import duty_cache, people_store
from village_doctor.store.database import Connection
from village_doctor.store.tables import select, select_in
from village_doctor.store.unit import transaction

BUDGET = 5.0
_OF_A_PERSON = (
    HouseholdMembership,
    Condition,
    Absence,
    Visit,
    Reading,
    Referral,
    ContractMember,
    Medication,
    Service,
    Refusal,
    Consent,
)


def village_row(workplace: Workplace, rounds: int = 9) -> Row:
    """Everybody: read, expanded, matched, written and committed."""
    today = workplace.today()

    def ours(writing: Writing) -> None:
        with transaction(writing.connection):
            duty_cache.rebuild(writing.connection, today, deriving.duty_rules(writing.connection))

    def floor(connection: Connection) -> int:
        whole = (Resident, *_OF_A_PERSON, Contract, Education, Setting)
        return sum(len(list(select(connection, kind, "voided_at IS NULL"))) for kind in whole)

    our_times, floor_times = take_turns(
        lambda _: workplace.write(ours), lambda _: workplace.write(lambda w: floor(w.connection)), rounds
    )
    rows = workplace.query(floor)
    return compared("duties of the whole village", our_times, floor_times, BUDGET, {"records": rows})


def household_row(workplace: Workplace, rounds: int = 201) -> Row:
    """One household after another: the same work for the people behind one door."""
    today = workplace.today()
    behind = [sorted(p) for p in workplace.query(_doors) if p]

    def ours(number: int) -> None:
        def work(writing: Writing) -> None:
            with transaction(writing.connection):
                people = behind[number % len(behind)]
                duty_cache.renew(writing.connection, people, today, deriving.duty_rules(writing.connection))

        workplace.write(work)

    def floor(number: int) -> None:
        workplace.write(lambda writing: _read_people(writing.connection, behind[number % len(behind)]))

    our_times, floor_times = take_turns(ours, floor, rounds)
    return compared("duties of one household", our_times, floor_times, BUDGET, {"p95": p95(our_times)})


def _doors(connection: Connection) -> list[set[str]]:
    """The people behind each door with somebody ill, in a fixed order."""
    ill = {c.resident_id for c in select(connection, Condition, "voided_at IS NULL")}
    doors = [
        people_store.residents_ever_in(connection, [h.id])
        for h in select(connection, Household, "1 ORDER BY id")
    ]
    return [people for people in doors if people & ill] or doors


def _read_people(connection: Connection, people: Collection[str]) -> int:
    """The same rows as records, in a transaction of their own and nothing made of them."""
    with transaction(connection):
        found = sum(len(list(select_in(connection, kind, "resident_id", people))) for kind in _OF_A_PERSON)
        members = select_in(connection, ContractMember, "resident_id", people)
        contracts = list(select_in(connection, Contract, "id", [member.contract_id for member in members]))
        settings = list(select(connection, Setting, "voided_at IS NULL"))
        return (
            found + len(contracts) + len(settings) + len(list(select_in(connection, Resident, "id", people)))
        )
