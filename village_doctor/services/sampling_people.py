"""The people of a sample village with names, numbers, doors and what happens to them in the years told.

Pure: planned once from the data and chance, told by `sampling_story`. Everybody is fictive: identity numbers
begin with the prefix of no county, phones with an unassigned one.
"""

from dataclasses import dataclass, field
from datetime import date, timedelta
from random import Random
from typing import Final

from village_doctor.domain.dates import age_on
from village_doctor.domain.id_card import make_id_card_number
from village_doctor.domain.names import PinyinTable
from village_doctor.domain.people import MALE
from village_doctor.domain.sample_data import GivenNames, Place, RareName, SampleData, SampleHamlet
from village_doctor.services.sampling_families import ADULT, Body, families, share_out

HAN: Final = "01"
_PER_HAMLET: Final = 130
_PHONES: Final = 10_000
_BIRTH_PLACES: Final = 1_000


@dataclass(frozen=True, kw_only=True, slots=True)
class Away:
    """`until_on` None: not back yet. `place` as people say it."""

    from_on: date
    kind: str
    place: str
    until_on: date | None = None

    def holds_on(self, day: date) -> bool:
        return self.from_on <= day and (self.until_on is None or day < self.until_on)


@dataclass(kw_only=True, eq=False, slots=True)
class PlannedPerson:
    """`joins_on`: born or married into the village in the years told, else None (there from the beginning)."""

    name: str
    sex: str
    birth_date: date
    relation: str
    marriage: str
    other_names: tuple[str, ...] = ()
    id_card_number: str | None = None
    birth_date_told: date | None = None
    other_document: str | None = None
    no_identity_reason: str | None = None
    phone: str | None = None
    ethnicity: str = HAN
    joins_on: date | None = None
    since: date | None = None
    registered_here: bool = True
    away: tuple[Away, ...] = ()
    died_on: date | None = None
    moved_out_on: date | None = None

    def age_on(self, day: date) -> int:
        return age_on(self.birth_date, day)

    @property
    def leaves_on(self) -> date | None:
        return self.died_on or self.moved_out_on

    def is_here_on(self, day: date) -> bool:
        """Joined, and neither dead nor moved out; she may be away."""
        return (self.joins_on is None or self.joins_on <= day) and (
            self.leaves_on is None or day < self.leaves_on
        )

    def away_on(self, day: date) -> Away | None:
        return next((away for away in self.away if away.holds_on(day)), None)


@dataclass(kw_only=True, eq=False, slots=True)
class PlannedHousehold:
    """One door; the first member is the head. `home_address` without the village."""

    members: list[PlannedPerson]
    hamlet: int
    walking_order: int
    door_number: str | None
    landmark: str | None
    home_address: str
    phone: str | None = None
    phone_whose: str | None = None
    note: str | None = None


@dataclass(kw_only=True, slots=True)
class PlannedVillage:
    """`hamlets` in walking order; households in the order in which they are registered."""

    hamlets: tuple[SampleHamlet, ...]
    households: list[PlannedHousehold]


@dataclass(kw_only=True, slots=True)
class _Numbers:
    """Hands out every number once."""

    data: SampleData
    chance: Random
    _used: set[tuple[date, int]] = field(default_factory=set)
    _phones: list[int] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._phones = list(range(_PHONES))
        self.chance.shuffle(self._phones)

    def id_card(self, sex: str, birth_date: date) -> str:
        while True:
            order = self.chance.randrange(_BIRTH_PLACES // 2) * 2 + (1 if sex == MALE else 0)
            if (birth_date, order) not in self._used:
                self._used.add((birth_date, order))
                return make_id_card_number(self.data.names.identity_prefix, birth_date, order)

    def phone(self) -> str | None:
        """None when the fictive range is used up."""
        return f"{self.data.names.phone_prefix}{self._phones.pop():04d}" if self._phones else None


def plan_village(
    data: SampleData, pinyin: PinyinTable, residents: int, start: date, until: date, chance: Random
) -> PlannedVillage:
    """The whole village; the same arguments give the same plan."""
    hamlets = data.place.hamlets[: max(1, min(len(data.place.hamlets), round(residents / _PER_HAMLET)))]
    bodies = families(data.shares, residents, until, chance)
    places = share_out(len(bodies), [2 + (hamlet.number * 7) % 3 for hamlet in hamlets])
    hamlet_of = [index for index, number in enumerate(places) for _ in range(number)]
    households = [
        _household(data, hamlets, index, bodies_, chance)
        for index, bodies_ in zip(hamlet_of, bodies, strict=True)
    ]
    orders: dict[int, int] = {}
    for household in households:
        household.walking_order = orders[household.hamlet] = orders.get(household.hamlet, 0) + 1
    _name_rare(households, data.names.rare_people, pinyin)
    numbers = _Numbers(data=data, chance=chance)
    for household in households:
        for person in household.members:
            _give_numbers(person, data, numbers, until)
        _give_household_phone(household, chance)
    everybody = [person for household in households for person in household.members]
    _lose_cards(everybody, data, chance, until)
    _join(households, start, until, chance)
    _let_go(households, data, start, until, chance)
    _send_away(everybody, data, start, until, chance)
    return PlannedVillage(hamlets=hamlets, households=households)


# --- doors and names ---------------------------------------------------------------------------------------


def _household(
    data: SampleData, hamlets: tuple[SampleHamlet, ...], hamlet: int, bodies: list[Body], chance: Random
) -> PlannedHousehold:
    place, here = data.place, hamlets[hamlet]
    is_majority = here.surname and chance.randrange(100) < here.majority_percent
    surname = here.surname if is_majority else _surname(data, chance)
    members: list[PlannedPerson] = []
    for body in bodies:
        own = _surname(data, chance) if body.married_in else surname
        name = _name(own, body, data.names.given, chance)
        while any(name == other.name for other in members):
            name = _name(own, body, data.names.given, chance)
        nickname = chance.choice(data.names.nicknames[body.sex]) if body.age >= 30 else ""
        members.append(
            PlannedPerson(
                name=name,
                sex=body.sex,
                birth_date=body.birth_date,
                relation=body.relation,
                marriage=body.marriage,
                other_names=(nickname,) if nickname and chance.randrange(6) == 0 else (),
            )
        )
    direction = chance.choice(place.directions)
    return PlannedHousehold(
        members=members,
        hamlet=hamlet,
        walking_order=0,
        door_number=f"{chance.randrange(1, 120)}号" if chance.randrange(100) < 35 else None,
        landmark=chance.choice(place.landmarks) if chance.randrange(100) < 60 else None,
        home_address=f"{here.name}{direction}",
        note=chance.choice(place.household_notes) if chance.randrange(100) < 15 else None,
    )


def _surname(data: SampleData, chance: Random) -> str:
    surnames = data.names.surnames
    weights = [item.weight for item in surnames]
    return chance.choices(surnames, weights)[0].name


def _name(surname: str, body: Body, given: tuple[GivenNames, ...], chance: Random) -> str:
    decade = body.birth_date.year // 10 * 10
    fitting = min(
        (item for item in given if item.sex == body.sex),
        key=lambda item: (abs(item.decade - decade), item.decade),
    )
    if chance.randrange(100) < fitting.single_percent:
        return surname + chance.choice(fitting.single)
    if chance.randrange(100) < 60:
        # The most common names come first in the file, and are met more often.
        return surname + fitting.names[int(len(fitting.names) * chance.random() ** 1.5)]
    return surname + chance.choice(fitting.first) + chance.choice(fitting.second)


def _name_rare(
    households: list[PlannedHousehold], rare_people: tuple[RareName, ...], pinyin: PinyinTable
) -> None:
    """Puts the rare names on people of their sex and time; a family takes over the surname of its own blood."""
    taken: set[int] = set()
    for rare in rare_people:
        found = _bearer(households, rare, taken)
        if found is None:
            continue
        household, person = found
        taken.add(id(household))
        surname = pinyin.surname_of(rare.name)
        for relative in household.members:
            if relative is not person and _is_blood(relative) and _is_blood(person) and surname:
                relative.name = surname + relative.name[len(pinyin.surname_of(relative.name)) :]
        person.name, person.ethnicity = rare.name, rare.ethnicity


def _bearer(
    households: list[PlannedHousehold], rare: RareName, taken: set[int]
) -> tuple[PlannedHousehold, PlannedPerson] | None:
    """Somebody of that sex whose birth is nearest to the decade, wives and people living alone first."""
    best: tuple[tuple[int, bool, int], PlannedHousehold, PlannedPerson] | None = None
    for number, household in enumerate(households):
        if id(household) in taken:
            continue
        alone = sum(_is_blood(person) for person in household.members) == 1
        for person in household.members:
            if person.sex != rare.sex:
                continue
            away = abs(person.birth_date.year // 10 * 10 - rare.decade)
            has_kin = _is_blood(person) and not alone
            if away > 10 or (has_kin and "·" in rare.name):
                continue
            place = (away, has_kin, number)
            if best is None or place < best[0]:
                best = (place, household, person)
    return None if best is None else (best[1], best[2])


def _is_blood(person: PlannedPerson) -> bool:
    """Does she bear the family's surname? Wives, daughters-in-law and the mother of the head have their own."""
    return person.relation not in ("12", "38", "52")


# --- papers and phones -------------------------------------------------------------------------------------


def _give_numbers(person: PlannedPerson, data: SampleData, numbers: _Numbers, until: date) -> None:
    chance = numbers.chance
    person.id_card_number = numbers.id_card(person.sex, person.birth_date)
    age = person.age_on(until)
    if age >= 60 and chance.randrange(100) == 0:
        # Old people keep the birthday of the lunar calendar, the card has another one.
        person.birth_date_told = person.birth_date - timedelta(days=chance.randrange(20, 45))
    if chance.randrange(1000) < data.shares.phones.of(age, person.sex):
        person.phone = numbers.phone()
    if age >= 20 and chance.randrange(100) < 2:
        person.registered_here = False


def _give_household_phone(household: PlannedHousehold, chance: Random) -> None:
    """A door where nobody has a phone is reached through a child who lives elsewhere."""
    if not any(person.phone for person in household.members):
        return
    oldest = min(household.members, key=lambda person: person.birth_date)
    younger = next((p for p in household.members if p.phone and p is not oldest), None)
    if oldest.phone is None and younger is not None and chance.randrange(2):
        household.phone = younger.phone
        household.phone_whose = "儿子" if younger.sex == MALE else "女儿"


def _lose_cards(people: list[PlannedPerson], data: SampleData, chance: Random, until: date) -> None:
    """A few have lost the card, a few old ones only know the number of 15 digits, one has a passport."""
    adults = [person for person in people if person.age_on(until) >= ADULT]
    old = [person for person in people if person.age_on(until) >= 60]
    lost = max(len(adults) > 30, round(len(people) * data.shares.lost_card / 1000))
    for person in chance.sample(adults, min(lost, len(adults))):
        person.id_card_number, person.no_identity_reason = None, "证件遗失，正在补办"
        person.birth_date_told = None
    fifteen = max(len(old) > 10, round(len(people) * data.shares.old_number / 1000))
    still = [person for person in old if person.id_card_number]
    for person in chance.sample(still, min(fifteen, len(still))):
        number = person.id_card_number or ""
        person.id_card_number, person.other_document = None, number[:6] + number[8:17]
        person.birth_date_told = None
    if len(adults) > 100:
        traveller = next(person for person in adults if person.id_card_number)
        traveller.other_document = f"EX{chance.randrange(10**7):07d}"


# --- coming and going --------------------------------------------------------------------------------------


def _join(households: list[PlannedHousehold], start: date, until: date, chance: Random) -> None:
    """Babies of these years are registered some weeks after birth; some young wives come in these years."""
    last = until - timedelta(days=1)
    for household in households:
        for person in household.members:
            if person.birth_date >= start:
                born = person.birth_date + timedelta(days=chance.randrange(5, 30))
                person.joins_on, person.since = min(born, last), person.birth_date
                person.no_identity_reason = "新生儿，还没有上户口"
                person.birth_date_told = None
        wives = [p for p in household.members if p.relation in ("12", "38") and p.age_on(until) < 32]
        has_children = any(p.age_on(until) < 12 for p in household.members)
        for wife in wives:
            if not has_children and chance.randrange(5) < 2:
                span = (last - start).days - 60
                wife.joins_on = start + timedelta(days=30 + chance.randrange(max(1, span)))
                wife.joins_on = min(wife.joins_on, last)
                wife.since = wife.joins_on


def _let_go(
    households: list[PlannedHousehold], data: SampleData, start: date, until: date, chance: Random
) -> None:
    """Deaths by age and people who move away; somebody grown-up always stays with the children."""
    everybody = [(household, p) for household in households for p in household.members]
    years = max(1, round((until - start).days / 365))
    settled = [(h, p) for h, p in everybody if p.joins_on is None]
    deaths = round(len(everybody) * data.shares.died * years / 1000)
    weights = [_mortality(p.age_on(until)) for _, p in settled]
    for household, person in _draw(settled, weights, deaths, chance):
        if _may_leave(household, person, until):
            person.died_on = _day_between(start, until, chance)
    leavers = [(h, p) for h, p in settled if p.leaves_on is None and ADULT <= p.age_on(until) < 50]
    moves = round(len(everybody) * data.shares.moved_out * years / 1000)
    for household, person in _draw(leavers, [1] * len(leavers), moves, chance):
        if _may_leave(household, person, until):
            person.moved_out_on = _day_between(start, until, chance)


def _mortality(age: int) -> int:
    return 1 if age < 40 else 4 if age < 60 else 16 if age < 70 else 45 if age < 80 else 120


def _draw(
    people: list[tuple[PlannedHousehold, PlannedPerson]], weights: list[int], number: int, chance: Random
) -> list[tuple[PlannedHousehold, PlannedPerson]]:
    """`number` different ones, the heavier the likelier."""
    keys = [chance.random() ** (1 / weight) for weight in weights]
    order = sorted(range(len(people)), key=lambda index: -keys[index])
    return [people[index] for index in order[:number]]


def _may_leave(household: PlannedHousehold, person: PlannedPerson, until: date) -> bool:
    staying = [p for p in household.members if p is not person and p.leaves_on is None and p.joins_on is None]
    if any(p.age_on(until) < ADULT for p in household.members):
        return any(p.age_on(until) >= ADULT + 5 for p in staying)
    return True


def _day_between(start: date, until: date, chance: Random) -> date:
    span = (until - start).days
    return start + timedelta(days=min(span - 2, 20 + chance.randrange(max(1, span - 25))))


def _send_away(
    people: list[PlannedPerson], data: SampleData, start: date, until: date, chance: Random
) -> None:
    """Who works, learns or lives elsewhere: most since before the story, some leave or come back in it."""
    span = (until - start).days
    for person in people:
        age = person.age_on(until)
        if person.joins_on is not None or person.leaves_on is not None or age < 1:
            continue
        kind, place = _errand(age, data.place, chance)
        if chance.randrange(1000) < data.shares.away.of(age, person.sex):
            from_on = start - timedelta(days=chance.randrange(100, 1500))
            if chance.randrange(5) == 0:
                from_on = start + timedelta(days=chance.randrange(10, max(11, span - 5)))
            from_on = max(from_on, person.birth_date + timedelta(days=60))
            until_on = None
            if chance.randrange(8) == 0:
                back = max(from_on, start) + timedelta(days=chance.randrange(60, 900))
                until_on = back if back < until else None
            person.away = (Away(from_on=from_on, kind=kind, place=place, until_on=until_on),)
        elif age >= 35 and chance.randrange(100) < 4:
            person.away = _short_errand(age, data.place, start, until, chance)


def _errand(age: int, place: Place, chance: Random) -> tuple[str, str]:
    """Why somebody of that age is away, and where."""
    if age < 16:
        return "other", _place(place, chance, "城")
    if age < 20:
        return "school", _place(place, chance, "校", "一中")
    if age < 62:
        return "work", _place(place, chance, "打工", "城")
    if age >= 75 and chance.randrange(3) == 0:
        return "care_home", _place(place, chance, "养老")
    return "with_children", _place(place, chance, "孙")


def _place(place: Place, chance: Random, *parts: str) -> str:
    fitting = [text for text in place.away_to if any(part in text for part in parts)]
    return chance.choice(fitting or place.away_to)


def _short_errand(age: int, place: Place, start: date, until: date, chance: Random) -> tuple[Away, ...]:
    """Weeks in hospital or with a child; back in time or not yet."""
    latest = (until - start).days - 5
    from_on = start + timedelta(days=chance.randrange(15, max(16, latest)))
    days = chance.randrange(12, 150)
    back = from_on + timedelta(days=days)
    is_ill = age >= 60 and chance.randrange(2) == 0
    kind, where = ("hospital", f"{place.county}人民医院") if is_ill else _errand(max(age, 62), place, chance)
    return (Away(from_on=from_on, kind=kind, place=where, until_on=back if back < until else None),)
