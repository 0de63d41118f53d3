"""Putting together what stands on an agreement and on cards: texts and dates out of records, for `printing`.

What others must not read leaves this module neutral: groups 06 (计生特殊家庭), 09 (肺结核) and 10 (严重精神障碍) as a code, their
packages without a name and without items.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from village_doctor.domain.clinic import Clinic, Staff, Team, Village
from village_doctor.domain.contract_rules import ADULT_FROM_AGE, STATE_NAMES, yuan
from village_doctor.domain.contracts import (
    ACTIVE,
    AWAITING_SIGNATURE,
    DRAFT,
    EXPIRED,
    SELF,
    TERMINATED,
    Contract,
    ContractMember,
    state_on,
)
from village_doctor.domain.dates import age_on
from village_doctor.domain.duties.promised import member_term
from village_doctor.domain.duties.reasons import GROUP_NAMES
from village_doctor.domain.messages import N_
from village_doctor.domain.packages import (
    BY_AGE,
    BY_EVENT,
    INTERVAL,
    MONTHS,
    PER_YEAR,
    WEEKS,
    ServiceItem,
    ServicePackage,
)
from village_doctor.domain.people import Household, HouseholdMembership, Resident
from village_doctor.domain.permissions import PROTECTED_GROUPS
from village_doctor.domain.problems import Problem
from village_doctor.foundation.texts import fill
from village_doctor.foundation.texts import text as _
from village_doctor.printing.agreement import AgreementContent, AgreementMember, AgreementPackage
from village_doctor.printing.cards import CardContent
from village_doctor.services import finding, viewing, wording
from village_doctor.services.catalogue import Catalogue
from village_doctor.store import people_store, tables
from village_doctor.store.database import Connection
from village_doctor.sync.cards import CardPayload, write_card
from village_doctor.sync.identity import SigningKey

_MARKS: Final = {
    DRAFT: N_("草稿，签字后生效"),
    AWAITING_SIGNATURE: N_("待签字，签字后生效"),
    EXPIRED: N_("已到期"),
    TERMINATED: N_("已解约"),
}
_PAYERS: Final = {
    "insurance": N_("医保基金"),
    "public_health": N_("基本公共卫生服务经费"),
    "resident": N_("居民个人"),
    "other": N_("其他补助"),
}
_PROTECTED_PACKAGE: Final = N_("个性化服务包（代码 {group}）")


@dataclass(frozen=True, kw_only=True, slots=True)
class _Papers:
    """A contract with the people of it, the head of the household first if she is a member."""

    contract: Contract
    household: Household
    members: tuple[tuple[ContractMember, Resident], ...]
    memberships: dict[str, HouseholdMembership]
    head: Resident | None
    clinic: Clinic
    doctor: Staff | None

    def relation_of(self, resident: Resident, catalogue: Catalogue) -> str:
        membership = self.memberships.get(resident.id)
        return catalogue.label("relation", membership.relation) if membership is not None else ""


def _papers(connection: Connection, contract_id: str, today: date) -> _Papers:
    contract = finding.contract(connection, contract_id)
    view = viewing.contract_view(connection, contract)
    known = people_store.memberships_of_household(connection, contract.household_id)
    memberships = {one.resident_id: one for one in sorted(known, key=lambda one: one.is_member_on(today))}
    head_id = next((one.resident_id for one in known if one.is_head and one.is_member_on(today)), None)
    return _Papers(
        contract=contract,
        household=view.household,
        members=tuple(sorted(view.members, key=lambda pair: pair[0].resident_id != head_id)),
        memberships=memberships,
        head=tables.find(connection, Resident, head_id) if head_id is not None else None,
        clinic=clinic_of(connection),
        doctor=_staff(connection, contract.provider_staff_id or contract.village_doctor_id),
    )


def clinic_of(connection: Connection) -> Clinic:
    """This clinic."""
    return next(tables.select(connection, Clinic, "voided_at IS NULL ORDER BY id"))


def _staff(connection: Connection, staff_id: str | None) -> Staff | None:
    return tables.find(connection, Staff, staff_id) if staff_id is not None else None


# --- the agreement ----------------------------------------------------------------------------------------


def agreement_content(
    connection: Connection, catalogue: Catalogue, key: SigningKey, contract_id: str, today: date
) -> AgreementContent:
    """What the agreement of that contract says today. Raises Problem `contract-unknown`."""
    papers = _papers(connection, contract_id, today)
    contract, clinic = papers.contract, papers.clinic
    phones = people_store.phones_of(connection, papers.head.id if papers.head else "", contract.household_id)
    speaker = contract.representative_id
    representative = tables.find(connection, Resident, speaker) if speaker is not None else None
    return AgreementContent(
        number=contract.number,
        mark=_(_MARKS.get(state_on(contract, today), "")),
        party_a=contract.party_a,
        party_a_phone=(clinic.phone or "") if contract.party_a == clinic.name else "",
        clinic=clinic.name,
        provider=_provider(connection, papers),
        township_doctor=contract.township_doctor_name or "",
        clinic_phone=_phone(papers),
        head=papers.head.name if papers.head is not None else "",
        household_number=papers.household.number,
        address=_address(connection, papers.household),
        phone=wording.phones(phones),
        members=tuple(_member(papers, catalogue, *pair, today) for pair in papers.members),
        packages=tuple(
            _package(one) for one in _in_order(contract.packages, (member for member, _who in papers.members))
        ),
        starts_on=contract.starts_on,
        ends_on=contract.ends_on,
        years=contract.years,
        term=_term(contract),
        fees=tuple(_fees(contract)),
        clauses=catalogue.agreement_clauses,
        copies=contract.copies,
        code=_code(papers.members[0][0], contract, key) if papers.members else "",
        representative=representative.name if representative is not None else "",
        representative_relation=papers.relation_of(representative, catalogue)
        if representative is not None
        else "",
        signed_on=contract.signed_on,
    )


def _provider(connection: Connection, papers: _Papers) -> str:
    team_id = papers.contract.provider_team_id
    team = tables.find(connection, Team, team_id) if team_id is not None else None
    names = (papers.doctor.name if papers.doctor is not None else "", team.name if team is not None else "")
    return "，".join(name for name in names if name)


def _phone(papers: _Papers) -> str:
    """The doctor's own number first: she is whom they call."""
    return (papers.doctor.phone if papers.doctor is not None else None) or papers.clinic.phone or ""


def _address(connection: Connection, household: Household) -> str:
    if household.home_address:
        return household.home_address
    village = tables.find(connection, Village, household.village_id)
    place = finding.door_text(connection, household)
    return " ".join(part for part in (village.name if village is not None else "", place) if part)


def _member(
    papers: _Papers, catalogue: Catalogue, member: ContractMember, resident: Resident, today: date
) -> AgreementMember:
    documents = [one.number for one in resident.identity_documents]
    is_minor = age_on(resident.birth_date, papers.contract.signed_on or today) < ADULT_FROM_AGE
    return AgreementMember(
        name=resident.name,
        sex=wording.sex(resident.sex),
        birth_date=resident.birth_date,
        relation=papers.relation_of(resident, catalogue),
        document=resident.id_card_number or next(iter(documents), _("没有证件")),
        groups="、".join(_group(code) for code in member.groups),
        packages=member.package_codes,
        signer=_signer(member, is_minor=is_minor),
        evidence=_evidence(member),
        agreed_on=_agreed_on(papers.contract, member),
    )


def _group(code: str) -> str:
    """The name of a key group; a protected one stays a number."""
    return code if code in PROTECTED_GROUPS else _(GROUP_NAMES.get(code, code))


def _signer(member: ContractMember, *, is_minor: bool) -> str:
    if member.signer_relation:
        return fill(_("监护人（{relation}）"), {"relation": member.signer_relation})
    return _("监护人，写明关系") if is_minor else _("本人")


def _evidence(member: ContractMember) -> str:
    """How she agreed; empty where nothing is recorded, and the paper still waits for her."""
    if member.signed_by == SELF:
        return _("本人签字")
    if member.told_on is not None:
        return fill(_("{how}告诉过本人"), {"how": member.told_how or ""})
    return ""


def _agreed_on(contract: Contract, member: ContractMember) -> date | None:
    return contract.signed_on if member.signed_by == SELF else member.told_on


def _in_order(packages: Iterable[ServicePackage], members: Iterable[ContractMember]) -> list[ServicePackage]:
    """The packages that somebody has, the basic one first."""
    used = {code for member in members for code in member.package_codes}
    return sorted((one for one in packages if one.code in used), key=lambda one: (one.kind, one.code))


def _package(package: ServicePackage) -> AgreementPackage:
    price = ""
    if package.price_fen:
        price = fill(_("价钱：每年 {yuan} 元。"), {"yuan": yuan(package.price_fen)})
    if package.group in PROTECTED_GROUPS:
        return AgreementPackage(
            key=package.code,
            name=_package_name(package),
            items=(),
            price=price,
            note=_("服务的内容和次数由医生当面向本人或监护人说明。"),
        )
    return AgreementPackage(
        key=package.code,
        name=_package_name(package),
        items=tuple((_service(item), _frequency(item)) for item in package.items),
        price=price,
    )


def _package_name(package: ServicePackage) -> str:
    if package.group in PROTECTED_GROUPS:
        return fill(_PROTECTED_PACKAGE, {"group": package.group})
    return package.name


def _service(item: ServiceItem) -> str:
    if item.condition:
        return fill(_("{service}（{condition}）"), {"service": item.name, "condition": item.condition})
    return item.name


def _frequency(item: ServiceItem) -> str:
    if item.frequency == PER_YEAR:
        return fill(_("每年 {times} 次"), {"times": item.times})
    if item.frequency == INTERVAL:
        every = {MONTHS: _("每 {every} 个月一次"), WEEKS: _("每 {every} 周一次")}
        return fill(every.get(item.unit or "", _("每 {every} 天一次")), {"every": item.every})
    if item.frequency == BY_AGE:
        return fill(_("按年龄，共 {times} 次"), {"times": len(item.ages)})
    if item.frequency == BY_EVENT:
        return fill(_("按孕周，共 {times} 次"), {"times": len(item.weeks)}) if item.weeks else _("每次都做")
    return _("需要时")


def _term(contract: Contract) -> str:
    if contract.signed_on is not None:
        return ""
    return fill(_("签字晚于开始那天的，从签字那天算起，签满 {years} 年。"), {"years": contract.years})


def _fees(contract: Contract) -> Iterable[str]:
    if contract.fee_fen:
        yield fill(_("签约服务费一共 {yuan} 元。"), {"yuan": yuan(contract.fee_fen)})
    elif any(package.price_fen for package in contract.packages):
        yield _("服务包的价钱写在服务清单里。")
    else:
        yield _("本协议没有约定签约服务费，乙方不用交钱。")
    shares = [
        fill(
            _("{payer} {yuan} 元"),
            {"payer": _(_PAYERS.get(one.payer, one.payer)), "yuan": yuan(one.amount_fen)},
        )
        for one in contract.payers
    ]
    if shares:
        yield fill(_("谁来付：{shares}。"), {"shares": "，".join(shares)})
    if contract.exemption_reason:
        yield fill(_("减免：{reason}"), {"reason": contract.exemption_reason})
    if contract.receipt_number:
        yield fill(_("收据号：{number}"), {"number": contract.receipt_number})


def _code(member: ContractMember, contract: Contract, key: SigningKey) -> str:
    return write_card(CardPayload(member_id=member.id, ends_on=contract.ends_on), key)


# --- cards ------------------------------------------------------------------------------------------------


def card_contents(
    connection: Connection, key: SigningKey, contract_id: str, today: date
) -> Sequence[CardContent]:
    """A card for each member who is still in it. Raises Problem `contract-unknown`, `cards-need-active`, `cards-nobody`."""
    papers = _papers(connection, contract_id, today)
    contract = papers.contract
    state = state_on(contract, today)
    if state != ACTIVE:
        raise Problem("cards-need-active", number=contract.number, state=_(STATE_NAMES.get(state, state)))
    names = {package.code: _name_on_card(package) for package in contract.packages}
    found = [
        CardContent(
            name=resident.name,
            sex=wording.sex(resident.sex),
            born=resident.birth_date.year,
            number=contract.number,
            starts_on=contract.starts_on,
            ends_on=contract.ends_on,
            signed=tuple(dict.fromkeys(names.get(code, code) for code in member.package_codes)),
            township=contract.party_a if contract.party_a != papers.clinic.name else "",
            clinic=papers.clinic.name,
            doctor=papers.doctor.name if papers.doctor is not None else "",
            phone=_phone(papers),
            code=_code(member, contract, key),
        )
        for member, resident in papers.members
        if member_term(contract, member)[1] >= today and not resident.is_gone_on(today)
    ]
    if not found:
        raise Problem("cards-nobody", number=contract.number)
    return found


def _name_on_card(package: ServicePackage) -> str:
    """Cards are shown around: not even the code of a protected group."""
    return _("个性化服务包") if package.group in PROTECTED_GROUPS else package.name
