"""Behind the doors of a sample village: registering, births, weddings, deaths, moves, absences.

Each function is an event of the story or puts some on its agenda; it knows the verbs and no table.
"""

from collections.abc import Mapping
from datetime import date, timedelta
from functools import partial
from random import Random
from typing import Final

from village_doctor.domain.clinic import Clinic
from village_doctor.domain.dates import plus_months
from village_doctor.domain.fulfilment.spring_festival import festival_after
from village_doctor.domain.messages import JsonValue
from village_doctor.domain.people import MALE, RELATION_HEAD, IdentityDocument
from village_doctor.services import correcting, moving, registering
from village_doctor.services.registering import HouseholdDraft, MemberDraft
from village_doctor.services.sampling_contracts import add_to_contract, plan_contract, terminate
from village_doctor.services.sampling_courses import Illness
from village_doctor.services.sampling_families import ADULT
from village_doctor.services.sampling_people import Away, PlannedPerson
from village_doctor.services.sampling_story import Family, Story

_REGISTERING_DAYS: Final = 12
# What a relation seen from the old head becomes when a son or a daughter is the new one.
_SEEN_FROM_CHILD: Final = {"12": "52", "38": "12", "51": "61", "52": "62"}


def begin(story: Story, illnesses: Mapping[PlannedPerson, tuple[Illness, ...]], clinic: Clinic) -> None:
    """Puts the first days on the agenda: the clinic, its hamlets, and every household."""
    hamlets: dict[int, str] = {}
    story.at(story.start, partial(_open_clinic, clinic=clinic, hamlets=hamlets), minute=0)
    chance = story.chance("registering")
    never_served = story.data.shares.programmes.families_never_served
    for index, family in enumerate(story.families):
        family.is_never_served = chance.randrange(1000) < never_served
        day = story.start + timedelta(days=index * _REGISTERING_DAYS // len(story.families))
        minute = 10 + (index * 37) % 540
        story.at(day, partial(_register, family=family, illnesses=illnesses, hamlets=hamlets), minute=minute)
        plan_contract(story, family, chance)
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
    chance = story.chance(f"joining/{family.plan.hamlet}/{family.plan.walking_order}")
    if chance.randrange(1000) < story.data.shares.programmes.member_added:
        day = story.today + timedelta(days=chance.randrange(2, 30))
        story.at(day, partial(add_to_contract, family=family, person=person))


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
        story.at(story.today + timedelta(days=6), partial(terminate, family=family, code=code))


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
    """She leaves; some say when they will be back, and the number where they are."""
    if not story.is_reachable(person):
        return
    chance = story.chance(f"away/{story.ids[person]}")
    is_said = away.until_on is not None and chance.randrange(2) == 0
    absence = story.do(
        moving.go_away,
        story.ids[person],
        away.from_on,
        away.kind,
        place=away.place,
        expected_back_on=away.until_on if is_said else None,
        phone=person.phone,
    ).value
    story.absences[person] = absence.id
    if away.kind == "work" and away.until_on is None:
        _plan_new_year(story, person, chance)


def _come_back(story: Story, person: PlannedPerson, away: Away) -> None:
    if story.is_reachable(person) and away.until_on is not None:
        story.do(moving.come_back, story.ids[person], away.until_on)
        story.absences.pop(person, None)


def _plan_new_year(story: Story, person: PlannedPerson, chance: Random) -> None:
    """In the last autumn the family says whether she comes home for 春节 and when."""
    festival = festival_after(story.catalogue.spring_festivals, story.until)
    if festival is not None and chance.randrange(1000) < story.data.shares.programmes.home_at_new_year:
        back_on = festival - timedelta(days=chance.randrange(2, 12))
        asked_on = story.until - timedelta(days=chance.randrange(5, 60))
        story.at(asked_on, partial(_expect_back, person=person, back_on=back_on))


def _expect_back(story: Story, person: PlannedPerson, back_on: date) -> None:
    if person in story.absences and story.is_reachable(person):
        values: dict[str, JsonValue] = {"expected_back_on": back_on.isoformat()}
        story.do(correcting.correct_record, "absence", story.absences[person], values)
