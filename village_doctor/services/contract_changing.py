"""Changing a signed contract: a member joins, gets other packages, leaves. What was signed before stays as it was.

On paper both sides write the change on the agreement by hand and sign it (补充协议). The dead and those who moved out
leave by `moving`.
"""

from datetime import date

from village_doctor.domain import contract_changes
from village_doctor.domain.contract_rules import Candidate, check_packages, members_without_evidence
from village_doctor.domain.contracts import Contract, ContractMember
from village_doctor.domain.duties.promised import member_term
from village_doctor.domain.key_groups import groups_in_order
from village_doctor.domain.person_facts import PersonFacts
from village_doctor.domain.problems import Problem
from village_doctor.domain.records import holds
from village_doctor.services.catalogue import figures
from village_doctor.services.contracting import Evidence, candidate_of, suggested_codes, with_evidence
from village_doctor.services.desk import Desk, verb
from village_doctor.store import contract_store, facts_store


@verb("add_member")
def add_member(
    desk: Desk,
    contract_id: str,
    resident_id: str,
    on: date,
    package_codes: tuple[str, ...] = (),
    evidence: Evidence | None = None,
) -> ContractMember:
    """She joins the running contract of her household from `on`; without `package_codes` she gets the suggested ones.

    Raises Problem `date-in-future` and those of `contract_changes.check_can_join`.
    """
    desk.refuse_future(on)
    contract = desk.get(Contract, contract_id)
    person = _person(desk, resident_id, on)
    packages = contract_changes.packages_for(contract, desk.catalogue.packages)
    codes = package_codes or suggested_codes(packages, person, on)
    contract_changes.check_can_join(contract, candidate_of(desk, person, codes), packages, on)
    _keep_packages(desk, contract, codes)
    made = ContractMember(
        id=desk.new_id(),
        contract_id=contract.id,
        resident_id=resident_id,
        groups=groups_in_order(person, on, figures()),
        package_codes=codes,
        from_on=on,
    )
    return _save_agreed(desk, contract, made, person, evidence or Evidence())


@verb("change_packages")
def change_packages(
    desk: Desk,
    contract_id: str,
    resident_id: str,
    on: date,
    package_codes: tuple[str, ...],
    evidence: Evidence | None = None,
) -> ContractMember:
    """Other packages from `on`; her row before that stays. `evidence` None: agreed as she did at the signing.

    Raises Problem `date-in-future`, `package-unknown`, `basic-package-one` and those of `contract_changes.change_packages`.
    """
    desk.refuse_future(on)
    contract = desk.get(Contract, contract_id)
    person = _person(desk, resident_id, on)
    candidate = candidate_of(desk, person, package_codes)
    check_packages(candidate, contract_changes.packages_for(contract, desk.catalogue.packages))
    member = _row_on(desk, contract, candidate, on)
    ended, begun = contract_changes.change_packages(contract, member, candidate, desk.new_id(), on)
    _keep_packages(desk, contract, package_codes)
    desk.save(ended)
    if evidence is None:
        return desk.save(begun)
    return _save_agreed(desk, contract, begun, person, evidence)


@verb("end_member")
def end_member(desk: Desk, contract_id: str, resident_id: str, on: date, code: str) -> ContractMember:
    """She leaves the contract with a coded reason (list `member_end`); `on` is the first day without her.

    Raises Problem `date-in-future`, `code-unknown` and those of `contract_changes.end_member`.
    """
    desk.refuse_future(on)
    reason = desk.catalogue.known_code("member_end", code)
    contract = desk.get(Contract, contract_id)
    candidate = candidate_of(desk, _person(desk, resident_id, on), ())
    member = _row_on(desk, contract, candidate, on)
    return desk.save(contract_changes.end_member(contract, member, candidate, on, reason))


def _person(desk: Desk, resident_id: str, on: date) -> PersonFacts:
    found = facts_store.load(desk.connection, on, [resident_id])
    if not found:
        raise Problem("record-not-found", kind="resident")
    return found[0]


def _row_on(desk: Desk, contract: Contract, candidate: Candidate, on: date) -> ContractMember:
    """Her row that holds that day, else her last one, to be refused by the rules."""
    rows = [
        row
        for row in contract_store.members_of(desk.connection, contract.id)
        if row.resident_id == candidate.resident.id
    ]
    if not rows:
        raise Problem("member-not-bound", name=candidate.resident.name, day=on, number=contract.number)
    return next((row for row in rows if holds(*member_term(contract, row), on)), rows[-1])


def _keep_packages(desk: Desk, contract: Contract, codes: tuple[str, ...]) -> None:
    changed = contract_changes.with_packages(contract, codes, desk.catalogue.packages)
    if changed is not contract:
        desk.save(changed)


def _save_agreed(
    desk: Desk, contract: Contract, member: ContractMember, person: PersonFacts, evidence: Evidence
) -> ContractMember:
    """With her evidence; an adult without any is told of, for she is in no "signed" count."""
    if evidence.told_on is not None:
        desk.refuse_future(evidence.told_on)
    saved = desk.save(with_evidence(member, contract.representative_id, {person.resident.id: evidence}))
    begins = member_term(contract, saved)[0]
    if members_without_evidence(contract, [(saved, person.resident)], begins):
        desk.note("without-evidence", names=person.resident.name)
    return saved
