"""Contracts of a sample village: signed in a campaign or refused, renewed or not, changed, ended.

Everybody has the packages that fit (`contract_rules.suggest_packages`); who joins the household or falls into another
group later is mostly added to the running contract.
"""

from datetime import timedelta
from functools import partial
from random import Random
from typing import Final

from village_doctor.services import consenting, contract_changing, contracting
from village_doctor.services.contracting import ContractDraft, Contracted, Evidence, Signing
from village_doctor.services.sampling_families import ADULT
from village_doctor.services.sampling_people import PlannedPerson
from village_doctor.services.sampling_story import Family, Story

_CAMPAIGN_BEGINS: Final = timedelta(days=14)
_RENEWED_EARLY, _RENEWED_LATE = 62, 82
_TOLD_HOW: Final = ("电话", "当面", "微信")


def plan_contract(story: Story, family: Family, chance: Random) -> None:
    """Most sign in the first campaign, some later; of the others some have the sheet at home, unsigned."""
    own = story.chance(f"contract/{family.plan.hamlet}/{family.plan.walking_order}")
    first = story.start + _CAMPAIGN_BEGINS
    if chance.randrange(1000) < story.data.shares.delivery.households_signed:
        late = 420 if chance.randrange(6) == 0 else 100
        story.at(first + timedelta(days=chance.randrange(late)), partial(_sign, family=family, chance=own))
    elif own.randrange(1000) < story.data.shares.programmes.contract_refused:
        story.at(first + timedelta(days=chance.randrange(100)), partial(_refuse, family=family, chance=own))
    elif chance.randrange(100) < 22:
        day = story.until - timedelta(days=chance.randrange(3, 26))
        story.at(day, partial(_offer, family=family, is_handed_out=chance.randrange(4) > 0))


def _refuse(story: Story, family: Family, chance: Random) -> None:
    """Nobody presses them; asked again after the months that the program proposes, some sign."""
    speakers = _adults(story, family)
    if not speakers:
        return
    reason = chance.choice(("说用不着", "要和儿子商量", "怕要交钱"))
    story.do(consenting.refuse, story.ids[speakers[0]], "contract", reason=reason)
    if chance.randrange(3) == 0:
        day = story.today + timedelta(days=92 + chance.randrange(40))
        story.at(day, partial(_sign, family=family, chance=chance))


def _adults(story: Story, family: Family) -> list[PlannedPerson]:
    """Who can speak for the household, the head first."""
    adults = [p for p in family.plan.members if story.is_reachable(p) and p.age_on(story.today) >= ADULT]
    return sorted(adults, key=lambda p: (p.away_on(story.today) is not None, p is not family.head))


def _contract_draft(story: Story, family: Family, years: int) -> ContractDraft:
    return ContractDraft(
        household_id=family.id, years=years, township_doctor_name=story.data.place.township_doctor
    )


def _signing(story: Story, members: list[PlannedPerson], speaker: PlannedPerson, chance: Random) -> Signing:
    """Grown-ups sign themselves; who is away is told by telephone; a few do neither."""
    evidence: dict[str, Evidence] = {}
    without = story.data.shares.delivery.adult_without_own_signature
    for person in members:
        if person.age_on(story.today) < ADULT or person is speaker:
            continue
        if chance.randrange(1000) < without:
            continue
        if person.away_on(story.today) is None:
            evidence[story.ids[person]] = Evidence(signed_by_hand=True)
        else:
            evidence[story.ids[person]] = Evidence(told_on=story.today, told_how=chance.choice(_TOLD_HOW))
    return Signing(representative_id=story.ids[speaker], evidence=evidence)


def _sign(story: Story, family: Family, chance: Random) -> None:
    speakers = _adults(story, family)
    if not speakers or family.contract_id:
        return
    draft = _contract_draft(story, family, chance.choice((1, 1, 2, 2, 3, 3, 3)))
    if chance.randrange(5) == 0:
        made = story.do(contracting.draft_contract, draft).value
        story.do(contracting.offer_contract, made.contract.id)
        _remember_contract(story, family, made)
        day = story.today + timedelta(days=chance.randrange(2, 9))
        story.at(day, partial(_activate, family=family, chance=chance))
        return
    members = [p for p in family.plan.members if story.is_known(p)]
    signing = _signing(story, members, speakers[0], chance)
    _signed(story, family, story.do(contracting.sign_contract, draft, signing).value, chance)


def _activate(story: Story, family: Family, chance: Random) -> None:
    """The printed sheet comes back; one on which somebody stands who has died since is voided."""
    speakers = _adults(story, family)
    contract_id = family.contract_id
    if contract_id is None:
        return
    if not speakers or any(not story.is_known(p) for p in family.contract_members):
        story.do(contracting.void_contract, contract_id, "签字前家里情况变了，重新打印")
        family.contract_id = None
        story.at(story.today + timedelta(days=4), partial(_sign, family=family, chance=chance))
        return
    signing = _signing(story, list(family.contract_members), speakers[0], chance)
    _signed(story, family, story.do(contracting.activate_contract, contract_id, signing).value, chance)


def _signed(story: Story, family: Family, made: Contracted, chance: Random) -> None:
    """Remembers the contract and plans its renewal; a few end it before."""
    _remember_contract(story, family, made)
    family.contract_begins_on = made.contract.starts_on
    family.contract_ends_on = made.contract.ends_on
    roll = chance.randrange(100)
    ends_on = made.contract.ends_on
    if roll < _RENEWED_EARLY:
        story.at(
            ends_on - timedelta(days=chance.randrange(1, 45)), partial(_renew, family=family, chance=chance)
        )
    elif roll < _RENEWED_LATE:
        story.at(
            ends_on + timedelta(days=chance.randrange(3, 70)), partial(_renew, family=family, chance=chance)
        )
    elif roll >= 98:
        day = made.contract.starts_on + timedelta(days=chance.randrange(40, 300))
        story.at(day, partial(terminate, family=family, code="04"))


def _remember_contract(story: Story, family: Family, made: Contracted) -> None:
    person_of = {story.ids[p]: p for p in family.plan.members if p in story.ids}
    family.contract_id = made.contract.id
    family.packages = {person_of[member.resident_id]: member.package_codes for member in made.members}
    family.contract_members = tuple(family.packages)


def _renew(story: Story, family: Family, chance: Random) -> None:
    old = family.contract_id
    members = [p for p in family.contract_members if story.is_known(p)]
    speakers = [p for p in _adults(story, family) if p in members]
    if old is None or not speakers:
        return
    signing = _signing(story, members, speakers[0], chance)
    made = story.do(contracting.renew_contract, old, chance.choice((1, 2, 3, 3)), signing, {}).value
    _signed(story, family, made, chance)


def terminate(story: Story, family: Family, code: str) -> None:
    ends_on = family.contract_ends_on
    if family.contract_id is not None and ends_on is not None and story.today <= ends_on:
        story.do(contracting.terminate_contract, family.contract_id, story.today, code)
        family.contract_id, family.contract_ends_on = None, None


def _offer(story: Story, family: Family, is_handed_out: bool) -> None:
    """A sheet that nobody has signed yet: a draft, or handed out and waiting."""
    if family.contract_id is None and _adults(story, family):
        made = story.do(contracting.draft_contract, _contract_draft(story, family, 3)).value
        if is_handed_out:
            story.do(contracting.offer_contract, made.contract.id)


# --- changes of a running contract ---------------------------------------------------------------------------


def add_to_contract(story: Story, family: Family, person: PlannedPerson) -> None:
    """A baby or a young wife joins the contract of the household, with the packages that fit."""
    if not _is_running(story, family) or person in family.packages or not story.is_reachable(person):
        return
    evidence = Evidence(signed_by_hand=person.age_on(story.today) >= ADULT)
    member = story.do(
        contract_changing.add_member,
        str(family.contract_id),
        story.ids[person],
        story.today,
        evidence=evidence,
    ).value
    family.packages[person] = member.package_codes
    family.contract_members = tuple(family.packages)


def add_package(story: Story, family: Family, person: PlannedPerson, code: str) -> None:
    """She has another disease, or expects a child: from now on she has the package for it too, if there is one."""
    codes = family.packages.get(person, ())
    is_fitting = bool(codes) and code not in codes and code in story.catalogue.packages
    if not is_fitting or not _is_running(story, family) or not story.is_reachable(person):
        return
    family.packages[person] = (*codes, code)
    contract_id, resident_id = str(family.contract_id), story.ids[person]
    story.do(
        contract_changing.change_packages, contract_id, resident_id, story.today, family.packages[person]
    )


def end_membership(story: Story, family: Family, person: PlannedPerson) -> None:
    """She signed with another doctor."""
    if person in family.packages and _is_running(story, family) and story.is_reachable(person):
        contract_id, resident_id = str(family.contract_id), story.ids[person]
        story.do(contract_changing.end_member, contract_id, resident_id, story.today, "signed_elsewhere")
        del family.packages[person]
        family.contract_members = tuple(family.packages)


def _is_running(story: Story, family: Family) -> bool:
    begins, ends = family.contract_begins_on, family.contract_ends_on
    return (
        family.contract_id is not None
        and begins is not None
        and ends is not None
        and begins < story.today <= ends
    )
