"""What a family's contracts say to the page of signing: which one it is about, what it carries on, how it reads in lines.

Pure functions over what the services gave; whether something may be done is not decided here.
"""

from collections.abc import Iterator
from datetime import date
from typing import Final

from village_doctor.domain.contract_rules import members_without_evidence
from village_doctor.domain.contracts import (
    ACTIVE,
    AWAITING_SIGNATURE,
    DRAFT,
    EXPIRED,
    SELF,
    Contract,
    ContractMember,
    runs_until,
    state_on,
)
from village_doctor.foundation.texts import fill
from village_doctor.foundation.texts import text as _
from village_doctor.services import wording
from village_doctor.services.viewing import ContractView, Family

UNSIGNED: Final = frozenset({DRAFT, AWAITING_SIGNATURE})


def current(family: Family, today: date) -> ContractView | None:
    """The contract there is something to do about: one that waits for a signature, a draft, else the signed one."""
    for state in (AWAITING_SIGNATURE, DRAFT, ACTIVE):
        found = next((one for one in family.contracts if state_on(one.contract, today) == state), None)
        if found is not None:
            return found
    return None


def running(family: Family, today: date) -> Contract | None:
    """The signed contract, whatever else waits."""
    signed = (one.contract for one in family.contracts if state_on(one.contract, today) == ACTIVE)
    return next(signed, None)


def run_out(family: Family, today: date) -> Contract | None:
    """The last one that has run out: a new contract carries it on."""
    ended = (one.contract for one in family.contracts if state_on(one.contract, today) == EXPIRED)
    return max(ended, key=lambda one: one.ends_on, default=None)


def taken_until(family: Family, first: date) -> dict[str, date]:
    """Who is bound by a signed contract on the day a new one is to begin, and until when."""
    return {
        view.resident.id: runs_until(signed.contract)
        for view in family.members
        for signed in view.facts.contracts
        if signed.member.until_on is None and state_on(signed.contract, first) == ACTIVE
    }


def summary(view: ContractView, today: date) -> Iterator[str]:
    """The contract in lines: term, each member with packages and evidence, doctor, fee."""
    contract = view.contract
    yield wording.contract_line(contract, today)
    lacking = {
        one.id for one in members_without_evidence(contract, view.members, max(today, contract.starts_on))
    }
    for member, resident in view.members:
        proof = "" if contract.state in UNSIGNED else _proof(member, member.id in lacking, today)
        yield f"{resident.name}　{wording.package_names(contract, member)}{proof}"
    if contract.township_doctor_name:
        yield fill(_("卫生院的家庭医生：{name}"), {"name": contract.township_doctor_name})
    if contract.fee_fen:
        yield wording.fee(contract)


def _proof(member: ContractMember, is_lacking: bool, today: date) -> str:
    if is_lacking:
        return _("　● 还没签字，也没告诉过本人")
    if member.signed_by == SELF:
        return _("　✓ 本人签了")
    if member.told_on is not None:
        return fill(_("　✓ {day}告诉过本人"), {"day": wording.day(member.told_on, today)})
    return ""
