"""Behind the doors of a sample village: registering, births, weddings, deaths, moves, absences, and contracts.

Each function is an event of the story or puts some on its agenda; it knows the verbs and no table.
"""

from collections.abc import Mapping
from datetime import timedelta
from functools import partial
from random import Random
from typing import Final

from village_doctor.domain.clinic import Clinic
from village_doctor.domain.dates import plus_months
from village_doctor.domain.messages import JsonValue
from village_doctor.domain.people import MALE, RELATION_HEAD, IdentityDocument
from village_doctor.services import contracting, correcting, moving, registering
from village_doctor.services.contracting import ContractDraft, Contracted, Evidence, Signing
from village_doctor.services.registering import HouseholdDraft, MemberDraft
from village_doctor.services.sampling_courses import Illness
from village_doctor.services.sampling_families import ADULT
from village_doctor.services.sampling_people import Away, PlannedPerson
from village_doctor.services.sampling_story import Family, Story

_REGISTERING_DAYS: Final = 12
_NEVER_SERVED_PERCENT: Final = 4
_RENEWED_EARLY, _RENEWED_LATE = 62, 82
_TOLD_HOW: Final = ("电话", "当面", "微信")
# What a relation seen from the old head becomes when a son or a daughter is the new one.
_SEEN_FROM_CHILD: Final = {"12": "52", "38": "12", "51": "61", "52": "62"}


def begin(story: Story, illnesses: Mapping[PlannedPerson, tuple[Illness, ...]], clinic: Clinic) -> None:
    """Puts the first days on the agenda: the clinic, its hamlets, and every household."""
    hamlets: dict[int, str] = {}
    story.at(story.start, partial(_open_clinic, clinic=clinic, hamlets=hamlets), minute=0)
    chance = story.chance("registering")
    for index, family in enumerate(story.families):
        family.is_never_served = chance.randrange(100) < _NEVER_SERVED_PERCENT
        day = story.start + timedelta(days=index * _REGISTERING_DAYS // len(story.families))
        minute = 10 + (index * 37) % 540
        story.at(day, partial(_register, family=family, illnesses=illnesses, hamlets=hamlets), minute=minute)
        _plan_contract(story, family, chance)
        for person in family.plan.members:
            _plan_life(story, family, person, chance)


def _open_clinic(story: Story, clinic: Clinic, hamlets: dict[int, str]) -> None:
    """The practice flag comes before anything else; nothing is overdue for a time before the story."""
    place = story.data.place
    story.do(registering.set_setting, "practice", "1")
    story.do(registering.set_setting, "counting_starts_on", story.start.isoformat())
    if clinic.township_name is None:
        values: dict[str, JsonValue] = {"township_name": place.township_health_centre}
        if clinic.county_name is None:
            values["county_name"] = place.county
        story.do(correcting.correct_record, "clinic", clinic.id, values)
    for index, hamlet in enumerate(story.village.hamlets):
        hamlets[index] = story.do(registering.add_hamlet, None, hamlet.number, hamlet.name).value.id


def _register(
    story: Story,
    family: Family,
    illnesses: Mapping[PlannedPerson, tuple[Illness, ...]],
    hamlets: Mapping[int, str],
) -> None:
    plan = family.plan
    members = [person for person in plan.members if person.joins_on is None]
    changes = story.do(
        registering.register_household,
        HouseholdDraft(
            members=tuple(_draft(story, person, illnesses.get(person, ())) for person in members),
            hamlet_id=hamlets[plan.hamlet],
            door_number=plan.door_number,
            landmark=plan.landmark,
            home_address=f"{story.village_name}{plan.home_address}",
            walking_order=plan.walking_order,
            phone=plan.phone,
            phone_whose=plan.phone_whose,
            note=plan.note,
        ),
    )
    family.id, family.head = changes.value.household.id, members[0]
    for person, resident, membership in zip(
        members, changes.value.residents, changes.ids["household_membership"], strict=True
    ):
        _remember(story, family, person, resident.id, membership)


def _remember(story: Story, family: Family, person: PlannedPerson, resident: str, membership: str) -> None:
    story.ids[person] = resident
    family.memberships[person], family.relations[person] = membership, person.relation


def _draft(story: Story, person: PlannedPerson, illnesses: tuple[Illness, ...]) -> MemberDraft:
    conditions = {item.disease: item.since for item in illnesses if item.found_on is None}
    document = person.other_document
    return MemberDraft(
        name=person.name,
        relation=person.relation,
        sex=person.sex,
        birth_date=person.birth_date_told or person.birth_date,
        id_card_number=None if person.no_identity_reason else person.id_card_number,
        other_document=IdentityDocument(kind="other", number=document) if document else None,
        no_identity_reason=person.no_identity_reason,
        other_names=person.other_names,
        phone=person.phone,
        since=person.since,
        registered_here=person.registered_here,
        lives_here_since=None if person.registered_here else person.since or plus_months(story.start, -40),
        ethnicity=person.ethnicity,
        conditions=conditions,
    )


# --- what happens to people --------------------------------------------------------------------------------


def _plan_life(story: Story, family: Family, person: PlannedPerson, chance: Random) -> None:
    if person.joins_on is not None:
        joins_on = max(person.joins_on, story.start + timedelta(days=_REGISTERING_DAYS + 1))
        story.at(joins_on, partial(_join, family=family, person=person))
        if person.no_identity_reason and person.id_card_number:
            day = joins_on + timedelta(days=chance.randrange(40, 160))
            story.at(day, partial(_give_card, person=person))
    if person.leaves_on is not None:
        # The clinic hears of it some days later.
        heard_on = person.leaves_on + timedelta(days=chance.randrange(5))
        story.at(heard_on, partial(_leave, family=family, person=person))
    for away in person.away:
        first = story.start + timedelta(days=_REGISTERING_DAYS + 1)
        story.at(max(away.from_on, first), partial(_go_away, person=person, away=away))
        if away.until_on is not None:
            story.at(
                max(away.until_on, first + timedelta(days=1)), partial(_come_back, person=person, away=away)
            )


def _join(story: Story, family: Family, person: PlannedPerson) -> None:
    if family.head is None:
        return
    for later_head in family.later_heads:
        person.relation = _seen_from(later_head, person.relation, person.sex)
    changes = story.do(registering.add_resident, family.id, _draft(story, person, ()))
    _remember(story, family, person, changes.value.id, changes.ids["household_membership"][0])


def _give_card(story: Story, person: PlannedPerson) -> None:
    """A child who has been entered in the household register."""
    if story.is_known(person) and person.id_card_number:
        documents: JsonValue = [{"kind": "id_card", "number": person.id_card_number}]
        values = {"identity_documents": documents, "no_identity_reason": None}
        story.do(correcting.correct_record, "resident", story.ids[person], values)


def _leave(story: Story, family: Family, person: PlannedPerson) -> None:
    if not story.is_known(person):
        return
    if person.died_on is not None:
        story.do(moving.record_death, story.ids[person], person.died_on, told_by="家里人")
    elif person.moved_out_on is not None:
        story.do(moving.move_out, story.ids[person], person.moved_out_on, to="外地")
    story.gone.add(person)
    staying = [other for other in family.plan.members if story.is_reachable(other)]
    if family.head is person:
        family.head = None
        day = story.today + timedelta(days=3)
        story.at(day, partial(_choose_head, family=family, old=person))
    if not any(other.age_on(story.today) >= ADULT for other in staying) and family.contract_id:
        code = "03" if person.died_on else "02"
        story.at(story.today + timedelta(days=6), partial(_terminate, family=family, code=code))


def _choose_head(story: Story, family: Family, old: PlannedPerson) -> None:
    """The wife or husband, else the oldest grown-up below seventy-five; the others' relations follow."""
    adults = [p for p in family.plan.members if story.is_reachable(p) and p.age_on(story.today) >= ADULT]
    if not adults:
        return
    new = min(
        adults,
        key=lambda p: (
            family.relations[p] not in ("11", "12"),
            p.age_on(story.today) >= 75,
            p.sex != MALE,
            p.birth_date,
        ),
    )
    seen_as = family.relations[new]
    changes = story.do(moving.set_head, family.id, story.ids[new], story.today)
    family.memberships[new], family.relations[new] = changes.value.id, RELATION_HEAD
    family.head = new
    family.later_heads.append(seen_as)
    for person in family.plan.members:
        if person is not new and person is not old and story.is_known(person):
            relation = _seen_from(seen_as, family.relations[person], person.sex)
            if relation != family.relations[person]:
                family.relations[person] = relation
                values: dict[str, JsonValue] = {"relation": relation}
                story.do(
                    correcting.correct_record, "household_membership", family.memberships[person], values
                )


def _seen_from(new_head: str, relation: str, sex: str) -> str:
    """The relation seen from the new head, who was `new_head` to the old one."""
    if new_head in ("11", "12"):
        return {"51": "53", "52": "54"}.get(relation, relation)
    if new_head[0] in "23":
        if relation[0] in "23" and relation not in ("28", "38"):
            return "73" if sex == MALE else "77"
        if relation in ("41", "42"):
            return "20" if sex == MALE else "30"
        return _SEEN_FROM_CHILD.get(relation, "97")
    return "97"


def _go_away(story: Story, person: PlannedPerson, away: Away) -> None:
    if story.is_reachable(person):
        story.do(moving.go_away, story.ids[person], away.from_on, away.kind, place=away.place)


def _come_back(story: Story, person: PlannedPerson, away: Away) -> None:
    if story.is_reachable(person) and away.until_on is not None:
        story.do(moving.come_back, story.ids[person], away.until_on)


# --- contracts ---------------------------------------------------------------------------------------------


def _plan_contract(story: Story, family: Family, chance: Random) -> None:
    """Most sign in the first campaign, some later; of the others some have the sheet at home, unsigned."""
    own = story.chance(f"contract/{family.plan.hamlet}/{family.plan.walking_order}")
    first = story.start + timedelta(days=_REGISTERING_DAYS + 2)
    if chance.randrange(1000) < story.data.shares.delivery.households_signed:
        late = 420 if chance.randrange(6) == 0 else 100
        story.at(first + timedelta(days=chance.randrange(late)), partial(_sign, family=family, chance=own))
    elif chance.randrange(100) < 22:
        day = story.until - timedelta(days=chance.randrange(3, 26))
        story.at(day, partial(_offer, family=family, is_handed_out=chance.randrange(4) > 0))


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
        story.at(day, partial(_terminate, family=family, code="04"))


def _remember_contract(story: Story, family: Family, made: Contracted) -> None:
    person_of = {story.ids[p]: p for p in family.plan.members if p in story.ids}
    family.contract_id = made.contract.id
    family.contract_members = tuple(person_of[member.resident_id] for member in made.members)


def _renew(story: Story, family: Family, chance: Random) -> None:
    old = family.contract_id
    members = [p for p in family.contract_members if story.is_known(p)]
    speakers = [p for p in _adults(story, family) if p in members]
    if old is None or not speakers:
        return
    signing = _signing(story, members, speakers[0], chance)
    made = story.do(contracting.renew_contract, old, chance.choice((1, 2, 3, 3)), signing, {}).value
    _signed(story, family, made, chance)


def _terminate(story: Story, family: Family, code: str) -> None:
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
