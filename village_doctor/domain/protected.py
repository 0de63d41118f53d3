"""What belongs to a protected group (06, 09, 10), and what is left of somebody for those who may not see it.

Who may is `permissions`; here is only what gives a group away: a disease, a mark, a form, a referral, a refusal, a package.
"""

from collections.abc import Callable
from dataclasses import replace

from village_doctor.domain.contracts import Contract, ContractMember
from village_doctor.domain.managed_groups import GROUP_OF_CONDITION
from village_doctor.domain.people import Condition
from village_doctor.domain.permissions import PROTECTED_GROUPS
from village_doctor.domain.person_facts import PersonFacts, SignedMember
from village_doctor.domain.records import Record
from village_doctor.domain.referrals import Referral
from village_doctor.domain.refusals import Refusal
from village_doctor.domain.visits import Visit

MaySee = Callable[[str], bool]


def protected_group(code: str | None) -> str | None:
    """The protected group of a disease, or of a mark, which is the group's own code; None: it is in none."""
    group = GROUP_OF_CONDITION.get(code or "", code)
    return group if group in PROTECTED_GROUPS else None


def group_of_proof(proof: str) -> str | None:
    """The same of what a record proves or somebody refuses: follow_up:tuberculosis."""
    return protected_group(proof.rpartition(":")[2])


def group_of_record(record: Record) -> str | None:
    """The protected group that this record gives away."""
    match record:
        case Condition():
            return protected_group(record.code)
        case Visit():
            return next((group for one in record.diseases if (group := protected_group(one))), None)
        case Referral():
            return protected_group(record.disease)
        case Refusal():
            return group_of_proof(record.what)
        case _:
            return None


def known_to(person: PersonFacts, may_see: MaySee) -> PersonFacts:
    """Without the diseases of protected groups that `may_see` denies, what was done and promised for them, and what of it
    she refused."""
    if all(map(may_see, PROTECTED_GROUPS)):
        return person

    def is_seen(record: Record) -> bool:
        group = group_of_record(record)
        return group is None or may_see(group)

    return replace(
        person,
        conditions=tuple(filter(is_seen, person.conditions)),
        visits=tuple(filter(is_seen, person.visits)),
        referrals=tuple(filter(is_seen, person.referrals)),
        refusals=tuple(filter(is_seen, person.refusals)),
        contracts=tuple(
            SignedMember(
                contract=contract_known_to(one.contract, may_see),
                member=member_known_to(one.member, one.contract, may_see),
            )
            for one in person.contracts
        ),
    )


def contract_known_to(contract: Contract, may_see: MaySee) -> Contract:
    """The contract without the packages of groups that `may_see` denies."""
    packages = tuple(
        one for one in contract.packages if one.group not in PROTECTED_GROUPS or may_see(one.group)
    )
    return contract if packages == contract.packages else replace(contract, packages=packages)


def member_known_to(member: ContractMember, contract: Contract, may_see: MaySee) -> ContractMember:
    """What a member signed of the whole `contract`, without those packages and groups."""
    unseen = {
        one.code for one in contract.packages if one.group in PROTECTED_GROUPS and not may_see(one.group)
    }
    return replace(
        member,
        groups=tuple(one for one in member.groups if one not in PROTECTED_GROUPS or may_see(one)),
        package_codes=tuple(one for one in member.package_codes if one not in unseen),
    )
