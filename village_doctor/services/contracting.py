"""Contracting (签约): a household signs as one unit; renewing, ending, and who has really signed.

Printing makes nothing active; only a signature does. Rules and refusals are `domain.contract_rules`.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Final

from village_doctor.domain import contract_rules
from village_doctor.domain.clinic import Clinic, Staff
from village_doctor.domain.contract_rules import Candidate
from village_doctor.domain.contracts import (
    DRAFT,
    SELF,
    Contract,
    ContractMember,
    FeeShare,
    is_running_on,
)
from village_doctor.domain.decisions import Reason
from village_doctor.domain.key_groups import groups_in_order
from village_doctor.domain.names import optional_text
from village_doctor.domain.packages import ServicePackage
from village_doctor.domain.people import Household, Resident
from village_doctor.domain.person_facts import PersonFacts, SignedMember
from village_doctor.domain.problems import Problem
from village_doctor.domain.protected import known_to
from village_doctor.domain.record_number import next_contract_number
from village_doctor.services.catalogue import Catalogue, figures
from village_doctor.services.desk import Desk, verb
from village_doctor.services.seeing import sight_of
from village_doctor.store import contract_store, delivery, facts_store, people_store, tables
from village_doctor.store.database import Connection
from village_doctor.store.tables import select

REPRESENTATIVE = "representative"
WRITTEN_ANEW: Final = "改过了，重新起草"


@dataclass(frozen=True, kw_only=True, slots=True)
class Evidence:
    """How a member agreed: by her own hand, or told on a day and how, by whom she is represented."""

    signed_by_hand: bool = False
    told_on: date | None = None
    told_how: str | None = None
    signer_relation: str | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class ContractDraft:
    """`packages` by resident id; a member left out gets the suggested ones. `members` None: everybody
    who belongs to the household that day and is not gone. `payers`: who pays what of the fee, if anybody said it."""

    household_id: str
    years: int
    members: tuple[str, ...] | None = None
    packages: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    starts_on: date | None = None
    renews_id: str | None = None
    party_a: str | None = None
    township_doctor_name: str | None = None
    fee_fen: int = 0
    payers: tuple[FeeShare, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class Signing:
    """The signatures: who signed for the household, and the evidence of each member by resident id."""

    signed_on: date | None = None
    representative_id: str | None = None
    evidence: Mapping[str, Evidence] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True, slots=True)
class Contracted:
    """A contract with its members; `without_evidence`: adults who are in it and in no "signed" count."""

    contract: Contract
    members: tuple[ContractMember, ...]
    without_evidence: tuple[Resident, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class Suggestion:
    """What fits one member: key groups, and packages with why (`duties.reasons`)."""

    resident: Resident
    groups: tuple[str, ...]
    packages: tuple[tuple[ServicePackage, Reason], ...]


def suggestions(
    connection: Connection, catalogue: Catalogue, household_id: str, on: date, viewer: Staff | None = None
) -> tuple[Suggestion, ...]:
    """The packages that fit each member of the household who is not gone, as far as `viewer` may see it (None: all of
    it)."""
    here = [r.id for _, r in people_store.members_on(connection, household_id, on) if not r.is_gone_on(on)]
    may_see = sight_of(viewer, tables.get(connection, Household, household_id))
    known = {one.resident.id: known_to(one, may_see) for one in facts_store.load(connection, on, here)}
    return tuple(_suggestion(catalogue.packages, known[resident_id], on) for resident_id in here)


def _suggestion(packages: Mapping[str, ServicePackage], person: PersonFacts, on: date) -> Suggestion:
    fitting = contract_rules.suggest_packages(person, packages.values(), on, figures())
    return Suggestion(
        resident=person.resident,
        groups=groups_in_order(person, on, figures()),
        packages=tuple((packages[code], reason) for code, reason in fitting),
    )


@verb("draft_contract")
def draft_contract(desk: Desk, draft: ContractDraft) -> Contracted:
    """A draft with members and packages. Raises the Problems of `contract_rules.check_can_sign` and `check_fee`."""
    return _draft(desk, draft, draft.starts_on or desk.today, desk.today)


@verb("hand_out_contract")
def hand_out_contract(
    desk: Desk, draft: ContractDraft, draft_id: str | None = None, replaces_id: str | None = None
) -> Contract:
    """Drafts and hands out in one act. `draft_id`: the half-ticked page that it was, which is offered no more;
    `replaces_id`: the stored draft in whose place it comes, void from now on, its number not used again.

    Raises Problem `contract-state` and those of `draft_contract`; the stored draft stands then as it stood.
    """
    desk.drop_draft(draft_id)
    _put_aside(desk, replaces_id)
    made = _draft(desk, draft, draft.starts_on or desk.today, desk.today)
    return desk.save(contract_rules.offer_for_signature(made.contract))


@verb("offer_contract")
def offer_contract(desk: Desk, contract_id: str, draft_id: str | None = None) -> Contract:
    """Printed and handed out: awaiting signature. `draft_id` as `hand_out_contract`. Raises Problem `contract-state`."""
    desk.drop_draft(draft_id)
    return desk.save(contract_rules.offer_for_signature(desk.get(Contract, contract_id)))


@verb("take_back_contract")
def take_back_contract(desk: Desk, contract_id: str, draft_id: str | None = None) -> Contract:
    """Back to a draft before anybody signed. `draft_id` as `activate_contract`. Raises Problem `contract-state`."""
    desk.drop_draft(draft_id)
    return desk.save(contract_rules.take_back(desk.get(Contract, contract_id)))


@verb("activate_contract")
def activate_contract(
    desk: Desk, contract_id: str, signing: Signing, draft_id: str | None = None
) -> Contracted:
    """The signed sheet came back: active from now, with the evidence of each member. `draft_id`: what was half told of
    the signatures, which is offered no more.

    Raises Problem `contract-state` and those of signing.
    """
    desk.drop_draft(draft_id)
    contract = desk.get(Contract, contract_id)
    members = contract_store.members_of(desk.connection, contract.id)
    return _activate(desk, contract, members, signing)


@verb("sign_contract")
def sign_contract(
    desk: Desk,
    draft: ContractDraft,
    signing: Signing,
    draft_id: str | None = None,
    replaces_id: str | None = None,
) -> Contracted:
    """Drafts and signs in one act, for a sheet that was filled and signed on the spot. As `hand_out_contract`."""
    desk.drop_draft(draft_id)
    _put_aside(desk, replaces_id)
    return _sign(desk, draft, signing)


def _sign(desk: Desk, draft: ContractDraft, signing: Signing) -> Contracted:
    signed_on = signing.signed_on or desk.today
    made = _draft(
        desk,
        draft,
        draft.starts_on or signed_on,
        signed_on,
        signing.representative_id,
        has_guardian=_has_guardian(signing),
    )
    offered = desk.save(contract_rules.offer_for_signature(made.contract))
    return _activate(desk, offered, made.members, replace(signing, signed_on=signed_on))


@verb("renew_contract")
def renew_contract(
    desk: Desk, contract_id: str, years: int, signing: Signing, packages: Mapping[str, tuple[str, ...]]
) -> Contracted:
    """`sign_contract` with `renewal_of` the old one, and for the rest as the old one was signed.

    Members are all who belong to the household now, newcomers too, but for those whom another contract
    binds. Problems as `sign_contract`.
    """
    old = desk.get(Contract, contract_id)
    signed_on = signing.signed_on or desk.today
    staying = _free_members(desk, old, signed_on)
    draft = replace(renewal_of(old, signed_on), years=years, members=staying, packages=packages)
    representative = signing.representative_id or old.representative_id
    return _sign(desk, draft, replace(signing, representative_id=representative))


def renewal_of(old: Contract, on: date) -> ContractDraft:
    """What a new contract takes over from the one that it carries on: whoever writes it may change all but that.

    Signed early it starts the day after the old end.
    """
    return ContractDraft(
        household_id=old.household_id,
        years=old.years,
        starts_on=contract_rules.renewal_start(old, on),
        renews_id=old.id,
        party_a=old.party_a,
        township_doctor_name=old.township_doctor_name,
        fee_fen=old.fee_fen,
        payers=old.payers,
    )


@verb("terminate_contract")
def terminate_contract(desk: Desk, contract_id: str, on: date, code: str) -> Contract:
    """Ended with a coded reason; `on` is the first day without it. Raises Problem `termination-code` …"""
    desk.refuse_future(on)
    known = desk.catalogue.code_lists["termination"].codes
    contract = desk.get(Contract, contract_id)
    return desk.save(contract_rules.terminate(contract, on=on, code=code, known_codes=known))


@verb("void_contract")
def void_contract(desk: Desk, contract_id: str, reason: str) -> Contract:
    """Voids a contract that never was, with its members. Raises Problem `void-needs-reason`."""
    return _void(desk, desk.get(Contract, contract_id), reason)


def _put_aside(desk: Desk, contract_id: str | None) -> None:
    """Voids the stored draft that is written anew, if there is one. Raises Problem `contract-state`."""
    if contract_id is not None:
        old = desk.get(Contract, contract_id)
        contract_rules.check_is_draft(old)
        _void(desk, old, WRITTEN_ANEW)


def _void(desk: Desk, contract: Contract, reason: str) -> Contract:
    voided = desk.void(contract, reason)
    for member in contract_store.members_of(desk.connection, contract.id):
        desk.void(member, reason)
    return voided


def _draft(
    desk: Desk,
    draft: ContractDraft,
    starts_on: date,
    on: date,
    representative_id: str | None = None,
    *,
    has_guardian: bool = False,
) -> Contracted:
    desk.refuse_future(on)
    contract_rules.check_fee(draft.fee_fen, draft.payers)
    household = desk.get(Household, draft.household_id)
    here = people_store.members_on(desk.connection, household.id, on)
    chosen = draft.members
    if chosen is None:
        chosen = tuple(r.id for _, r in here if not r.is_gone_on(on))
    speaker = representative_id or next((r.id for m, r in here if m.is_head), None)
    wanted = {*chosen, *([speaker] if speaker else [])}
    people = {p.resident.id: p for p in facts_store.load(desk.connection, on, wanted)}
    if wanted - people.keys():
        raise Problem("record-not-found", kind="resident")
    packages = {
        rid: tuple(draft.packages.get(rid) or suggested_codes(desk.catalogue.packages, people[rid], on))
        for rid in chosen
    }
    ends_on = contract_rules.check_can_sign(
        household_id=household.id,
        candidates=[candidate_of(desk, people[rid], packages[rid]) for rid in chosen],
        representative=candidate_of(desk, people[speaker], ()) if speaker else None,
        packages=desk.catalogue.packages,
        years=draft.years,
        starts_on=starts_on,
        on=on,
        representative_is_guardian=has_guardian,
    )
    return _save_draft(desk, draft, starts_on, ends_on, on, [people[rid] for rid in chosen], packages)


def _new_number(desk: Desk, year: int) -> str:
    connection, digit, blocks = desk.connection, desk.device_digit, desk.number_blocks
    known = [
        *contract_store.newest_contract_number(connection, year, digit),
        *delivery.newest_contract_numbers(connection, year, blocks),
    ]
    return next_contract_number(year, known, digit, blocks)


def _save_draft(
    desk: Desk,
    draft: ContractDraft,
    starts_on: date,
    ends_on: date,
    on: date,
    people: Sequence[PersonFacts],
    packages: Mapping[str, tuple[str, ...]],
) -> Contracted:
    used = sorted({code for codes in packages.values() for code in codes})
    contract = desk.save(
        Contract(
            id=desk.new_id(),
            number=_new_number(desk, on.year),
            household_id=draft.household_id,
            party_a=draft.party_a or _party_a(desk),
            years=draft.years,
            starts_on=starts_on,
            ends_on=ends_on,
            state=DRAFT,
            provider_staff_id=desk.actor.id,
            village_doctor_id=desk.actor.id,
            township_doctor_name=draft.township_doctor_name,
            packages=tuple(desk.catalogue.package(code) for code in used),
            renews_id=draft.renews_id,
            fee_fen=draft.fee_fen,
            payers=draft.payers,
        )
    )
    members = tuple(
        desk.save(
            ContractMember(
                id=desk.new_id(),
                contract_id=contract.id,
                resident_id=person.resident.id,
                groups=groups_in_order(person, on, figures()),
                package_codes=packages[person.resident.id],
            )
        )
        for person in people
    )
    return Contracted(contract=contract, members=members)


def _free_members(desk: Desk, old: Contract, on: date) -> tuple[str, ...]:
    here = [r.id for _, r in people_store.members_on(desk.connection, old.household_id, on)]
    people = {person.resident.id: person for person in facts_store.load(desk.connection, on, here)}
    return tuple(
        resident_id
        for resident_id in here
        if not people[resident_id].resident.is_gone_on(on)
        and not any(
            signed.contract.id != old.id and is_running_on(signed.contract, on)
            for signed in people[resident_id].contracts
            if signed.member.until_on is None
        )
    )


def _has_guardian(signing: Signing) -> bool:
    """May somebody from outside the household sign? Only where it is said whose guardian or carer she is."""
    return any(evidence.signer_relation for evidence in signing.evidence.values())


def _activate(
    desk: Desk, contract: Contract, members: Sequence[ContractMember], signing: Signing
) -> Contracted:
    """Checks again on the day of signing: people may have died or signed elsewhere since the printing."""
    signed_on = signing.signed_on or desk.today
    desk.refuse_future(signed_on)
    speaker = signing.representative_id
    if speaker is None:
        raise Problem("representative-missing")
    for evidence in signing.evidence.values():
        if evidence.told_on is not None:
            desk.refuse_future(evidence.told_on)
    unknown = signing.evidence.keys() - {member.resident_id for member in members}
    if unknown:
        raise Problem("evidence-of-nobody")
    wanted = {speaker, *(member.resident_id for member in members)}
    people = {p.resident.id: p for p in facts_store.load(desk.connection, signed_on, wanted)}
    if wanted - people.keys():
        raise Problem("record-not-found", kind="resident")
    starts_on = max(contract.starts_on, signed_on)
    contract_rules.check_can_sign(
        household_id=contract.household_id,
        candidates=[candidate_of(desk, people[m.resident_id], m.package_codes) for m in members],
        representative=candidate_of(desk, people[speaker], ()),
        packages={package.code: package for package in contract.packages},
        years=contract.years,
        starts_on=starts_on,
        on=signed_on,
        representative_is_guardian=_has_guardian(signing),
        contract_id=contract.id,
    )
    active = desk.save(
        contract_rules.activate(contract, signed_on=signed_on, representative_id=speaker, starts_on=starts_on)
    )
    signed = tuple(desk.save(with_evidence(m, speaker, signing.evidence)) for m in members)
    pairs = [(member, people[member.resident_id].resident) for member in signed]
    lacking = contract_rules.members_without_evidence(active, pairs, active.starts_on)
    silent = {member.resident_id for member in lacking}
    without = tuple(resident for _, resident in pairs if resident.id in silent)
    if without:
        desk.note("without-evidence", names="、".join(resident.name for resident in without))
    return Contracted(contract=active, members=signed, without_evidence=without)


def with_evidence(
    member: ContractMember, representative_id: str | None, evidence: Mapping[str, Evidence]
) -> ContractMember:
    """How she agreed: by hand, told, or only through the representative."""
    own = evidence.get(member.resident_id, Evidence())
    by_hand = own.signed_by_hand or member.resident_id == representative_id
    return replace(
        member,
        signed_by=SELF if by_hand else REPRESENTATIVE,
        signer_relation=optional_text(own.signer_relation),
        told_on=own.told_on,
        told_how=optional_text(own.told_how),
    )


def suggested_codes(packages: Mapping[str, ServicePackage], person: PersonFacts, on: date) -> tuple[str, ...]:
    """Codes of the packages that fit a person."""
    return tuple(
        code for code, _ in contract_rules.suggest_packages(person, packages.values(), on, figures())
    )


def candidate_of(desk: Desk, person: PersonFacts, package_codes: tuple[str, ...]) -> Candidate:
    """Her with her households, contracts and chosen packages, to be checked."""
    memberships = people_store.memberships_of_resident(desk.connection, person.resident.id)
    contracts: tuple[SignedMember, ...] = person.contracts
    return Candidate(
        resident=person.resident,
        memberships=tuple(memberships),
        contracts=contracts,
        package_codes=package_codes,
    )


def _party_a(desk: Desk) -> str:
    """The township centre, which has the seal; the clinic itself until its name is known."""
    clinic = next(select(desk.connection, Clinic, "voided_at IS NULL ORDER BY id"))
    return clinic.township_name or clinic.name
