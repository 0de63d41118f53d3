"""Who lives in a sample village: people by the age pyramid, married, with children, behind one door.

Pure: the same data and the same chance give the same families. Nobody has a name or an illness yet, and
nothing is written here.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from random import Random
from typing import Final

from village_doctor.domain.dates import anniversary
from village_doctor.domain.people import FEMALE, MALE, RELATION_HEAD
from village_doctor.domain.sample_data import Shares

ADULT: Final = 18
_WIFE_FROM, _HUSBAND_FROM = 20, 22
# Share of women of an age who have a husband, in percent; the last holds for all older ones.
_MARRIED: Final = ((22, 20), (25, 45), (30, 75), (35, 90), (60, 94), (70, 84), (80, 62), (200, 30))
# Husbands are mostly a little older than their wives.
_OLDER_BY: Final = (2, 1, 3, 0, 4, 2, 1, 5, -1, 3, 6, -2, 7)
_MOTHER_AGES: Final = (25, 24, 26, 23, 27, 28, 22, 29, 30, 31, 21, 32, 33, 20, 34, 35, 36, 19, 37, 38)
_AT_HOME_UNTIL: Final = 40
_MOST_CHILDREN: Final = 3
_HEAD_UNTIL: Final = 72
_BETWEEN_GENERATIONS: Final = (18, 40)

_SON: Final = ("22", "23", "24", "25", "26")
_DAUGHTER: Final = ("32", "33", "34", "35", "36")


@dataclass(kw_only=True, eq=False, slots=True)
class Body:
    """Somebody without a name. `age` on the last day of the story; `married_in`: a wife from elsewhere."""

    sex: str
    age: int
    birth_date: date
    relation: str = RELATION_HEAD
    married_in: bool = False
    marriage: str = "1"


@dataclass(kw_only=True, eq=False, slots=True)
class Unit:
    """A couple or one adult with the children at home, and perhaps a son's couple under the same roof."""

    husband: Body | None = None
    wife: Body | None = None
    children: list[Body] = field(default_factory=list)
    grandchildren: list[Body] = field(default_factory=list)
    young: "Unit | None" = None

    @property
    def own(self) -> list[Body]:
        parents = [body for body in (self.husband, self.wife) if body is not None]
        return [*parents, *self.children, *self.grandchildren]

    @property
    def everybody(self) -> list[Body]:
        return self.own + (self.young.everybody if self.young else [])

    @property
    def mother_age(self) -> int:
        """The age that decides who can be a child: the mother's, else the father's."""
        parent = self.wife or self.husband
        assert parent is not None
        return parent.age


def families(shares: Shares, residents: int, until: date, chance: Random) -> list[list[Body]]:
    """Households with the head first; together exactly `residents` people."""
    people = list(_people(shares, residents, until, chance))
    units = _marry(people, chance)
    placed = {id(body) for unit in units for body in unit.own}
    children = [body for body in people if id(body) not in placed]
    _give_children(units, sorted(children, key=lambda body: -body.age), chance)
    _live_together(units, _wanted_households(shares, residents), max(shares.household_sizes), chance)
    households = [_household(unit) for unit in units]
    chance.shuffle(households)
    return households


def _people(shares: Shares, residents: int, until: date, chance: Random) -> Iterator[Body]:
    """Exactly as many of each age group and sex as the pyramid says, spread over its years."""
    groups = [(group, sex, group.of(sex)) for group in shares.age_pyramid.groups for sex in (MALE, FEMALE)]
    numbers = share_out(residents, [weight for _, _, weight in groups])
    for (group, sex, _), number in zip(groups, numbers, strict=True):
        years = group.last_age - group.first_age + 1
        for index in range(number):
            # The oldest group thins out: few reach the last years.
            slope = (index + chance.random()) / number
            age = group.first_age + int(years * (slope**2 if group.first_age >= 85 else slope))
            yield Body(sex=sex, age=age, birth_date=_born(age, until, chance))


def _born(age: int, until: date, chance: Random) -> date:
    """A birthday that makes her `age` the day before `until`; a baby is at least a day old."""
    last = anniversary(until, -age) - timedelta(days=2)
    first = anniversary(until, -age - 1)
    return first + timedelta(days=chance.randrange((last - first).days + 1))


def share_out(total: int, weights: Sequence[int]) -> list[int]:
    """Whole numbers in the proportion of `weights` that sum up to `total`: the largest remainders get more."""
    whole = sum(weights)
    numbers = [total * weight // whole for weight in weights]
    order = sorted(range(len(weights)), key=lambda i: (-(total * weights[i] % whole), i))
    for index in order[: total - sum(numbers)]:
        numbers[index] += 1
    return numbers


def _marry(people: Sequence[Body], chance: Random) -> list[Unit]:
    """Couples, and the single adults who have a place of their own."""
    men: defaultdict[int, list[Body]] = defaultdict(list)
    for body in people:
        if body.sex == MALE and body.age >= _HUSBAND_FROM:
            men[body.age].append(body)
    women = [body for body in people if body.sex == FEMALE and body.age >= _WIFE_FROM]
    chance.shuffle(women)
    units, alone = [], []
    for wife in women:
        percent = next(share for below, share in _MARRIED if wife.age < below)
        husband = _husband(wife, men, chance) if chance.randrange(100) < percent else None
        if husband is None:
            alone.append(wife)
            continue
        husband.marriage = wife.marriage = "2"
        units.append(Unit(husband=husband, wife=wife))
    bachelors = [body for age in sorted(men) for body in men[age]]
    for body in (*alone, *bachelors):
        if body.age < _AT_HOME_UNTIL:
            continue
        body.marriage = "3" if body.age >= 60 and (body.sex == FEMALE or chance.randrange(2)) else "1"
        units.append(Unit(wife=body) if body.sex == FEMALE else Unit(husband=body))
    return units


def _husband(wife: Body, men: dict[int, list[Body]], chance: Random) -> Body | None:
    start = chance.randrange(4)
    for older_by in (*_OLDER_BY[start:], *_OLDER_BY[:start]):
        same_age = men.get(wife.age + older_by)
        if same_age:
            return same_age.pop()
    return None


def _give_children(units: list[Unit], children: Sequence[Body], chance: Random) -> None:
    """Unmarried people below forty live with their parents; who finds none with grandparents, else alone."""
    couples: defaultdict[int, list[Unit]] = defaultdict(list)
    for unit in units:
        if unit.husband is not None and unit.wife is not None:
            couples[unit.wife.age].append(unit)
    for child in children:
        parents = _parents(child, couples, chance)
        if parents is not None:
            parents.children.append(child)
            continue
        grandparents = [
            unit
            for unit in units
            if 42 <= unit.mother_age - child.age <= 65 and len(unit.own) < _MOST_CHILDREN
        ]
        if grandparents and child.age < 2 * ADULT:
            chance.choice(grandparents).grandchildren.append(child)
        elif child.age >= ADULT:
            units.append(Unit(wife=child) if child.sex == FEMALE else Unit(husband=child))
        else:
            oldest = max(units, key=lambda unit: (unit.mother_age, -len(unit.own)))
            oldest.grandchildren.append(child)


def _parents(child: Body, couples: dict[int, list[Unit]], chance: Random) -> Unit | None:
    """Few children before many, likely ages before unlikely ones."""
    start = chance.randrange(8)
    ages = (*_MOTHER_AGES[start:], *_MOTHER_AGES[:start])
    for most in (1, 2, _MOST_CHILDREN):
        for mother_age in ages:
            fitting = [
                unit
                for unit in couples.get(child.age + mother_age, ())
                if len(unit.children) < most
                and all(abs(other.age - child.age) > 1 for other in unit.children)
            ]
            if fitting and (most == 1 or chance.randrange(3)):
                return chance.choice(fitting)
    return None


def _wanted_households(shares: Shares, residents: int) -> int:
    sizes = shares.household_sizes
    return max(1, round(residents * sum(sizes.values()) / sum(n * share for n, share in sizes.items())))


def _live_together(units: list[Unit], wanted: int, most: int, chance: Random) -> None:
    """Old parents move in with a son's family until there are as many households as the census knows."""
    old = [unit for unit in units if unit.mother_age >= 45 and not unit.grandchildren]
    # Widows and the very old first, but chance has its say.
    old.sort(key=lambda unit: (unit.husband is not None and unit.wife is not None, -unit.mother_age))
    places = sorted(range(len(old)), key=lambda place: place + chance.randrange(len(old)))
    gone: set[int] = set()
    least, largest = _BETWEEN_GENERATIONS
    for parents in (old[place] for place in places):
        if len(units) - len(gone) <= wanted:
            break
        if id(parents) in gone:
            continue
        sons = [
            unit
            for unit in units
            if unit.husband is not None
            and unit is not parents
            and id(unit) not in gone
            and unit.young is None
            and least <= parents.mother_age - unit.husband.age <= largest
            and len(unit.own) + len(parents.own) <= most
        ]
        if sons:
            parents.young = chance.choice(sons)
            gone.add(id(parents.young))
    units[:] = [unit for unit in units if id(unit) not in gone]


def _household(unit: Unit) -> list[Body]:
    """The people of a unit with their relations, seen from the head, who comes first."""
    young = unit.young
    head = unit.husband or unit.wife
    assert head is not None
    if young is not None and young.husband is not None and (unit.husband is None or head.age >= _HEAD_UNTIL):
        return _seen_from_son(unit, young, young.husband)
    if unit.husband is not None and unit.wife is not None:
        unit.wife.relation, unit.wife.married_in = "12", True
    sons_and_daughters = list(unit.children)
    if young is not None and young.husband is not None:
        sons_and_daughters.append(young.husband)
        if young.wife is not None:
            young.wife.relation, young.wife.married_in = "38", True
        _name_grandchildren([*young.children, *young.grandchildren])
    _name_children(sons_and_daughters)
    _name_grandchildren(unit.grandchildren)
    return [head, *(body for body in unit.everybody if body is not head)]


def _seen_from_son(unit: Unit, young: Unit, head: Body) -> list[Body]:
    head.relation = RELATION_HEAD
    if young.wife is not None:
        young.wife.relation, young.wife.married_in = "12", True
    _name_children(young.children)
    _name_grandchildren(young.grandchildren)
    for parent, relation in ((unit.husband, "51"), (unit.wife, "52")):
        if parent is not None:
            parent.relation = relation
            parent.married_in = parent is unit.wife
    for sibling in unit.children:
        older = sibling.birth_date < head.birth_date
        sibling.relation = ("71" if older else "73") if sibling.sex == MALE else ("75" if older else "77")
    return [*young.own, *unit.own]


def _name_children(children: Iterable[Body]) -> None:
    """长子, 次女 …; an only child is 独生子 or 独生女."""
    by_age = sorted(children, key=lambda body: body.birth_date)
    if len(by_age) == 1:
        by_age[0].relation = "21" if by_age[0].sex == MALE else "31"
        return
    for sex, codes in ((MALE, _SON), (FEMALE, _DAUGHTER)):
        for body, code in zip((b for b in by_age if b.sex == sex), codes, strict=False):
            body.relation = code


def _name_grandchildren(children: Iterable[Body]) -> None:
    for body in children:
        body.relation = "41" if body.sex == MALE else "42"
