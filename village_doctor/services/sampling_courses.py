"""Who in a sample village is ill with what, since when, and how it goes: the values of every follow-up.

Pure: shares by age and sex are met as exactly as whole people allow, each ill person has one course by disease
(`resources/sample/prevalence.toml`), and what is measured on a day follows from it. The norm's judgement is not
made here: the verbs make it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random
from typing import Final

from village_doctor.domain.people import FEMALE, MALE
from village_doctor.domain.sample_data import SampleData, Weighted
from village_doctor.services.sampling_families import share_out
from village_doctor.services.sampling_people import PlannedPerson

HYPERTENSION: Final = "hypertension"
DIABETES: Final = "diabetes"

_ELDERLY: Final = 65
_SEASON: Final = {11: 0.4, 12: 0.8, 1: 1.0, 2: 0.8, 3: 0.3}
_FEASTS: Final = {2: 1.0, 3: 0.8, 10: 1.0}
_MOST_RELIEF: Final = {"never_controlled": 1.8}
_COMPLICATION_PERCENT: Final = 3


@dataclass(frozen=True, kw_only=True, slots=True)
class Illness:
    """`since` as the doctor wrote it; `found_on` None: known before the story. `turn`: the follow-up (from 0) at
    which the one thing of this course happens; `complication_turn` likewise, -1 never.

    `base` and `second` are the usual values: mmHg systolic and diastolic, or mmol/L and nothing.
    """

    disease: str
    course: str
    since: str
    found_on: date | None
    base: float
    second: float
    turn: int
    reaction_turns: int = 1
    complication_turn: int = -1


@dataclass(frozen=True, kw_only=True, slots=True)
class Habits:
    """What stays the same from visit to visit."""

    height_cm: int
    weight_kg: float
    smoking: int
    drinking: int
    exercise_times: int
    staple_food_g: int
    salt: str
    medicines: Mapping[str, tuple[str, ...]]


@dataclass(frozen=True, kw_only=True, slots=True)
class Values:
    """What is measured one day, and the mishap of that day, if any."""

    systolic: int
    diastolic: int
    pulse: int
    glucose: float | None
    mishap: str | None = None
    complication: str | None = None


# --- who is ill ----------------------------------------------------------------------------------------------


def plan_illnesses(
    people: Sequence[PlannedPerson], data: SampleData, start: date, until: date, chance: Random
) -> dict[PlannedPerson, tuple[Illness, ...]]:
    """Known and confirmed illnesses of everybody who has any, by the shares of the data file."""
    diabetics = _known(people, data, DIABETES, until, chance)
    hypertensives = _known(
        people, data, HYPERTENSION, until, chance, prefer=diabetics, share=data.shares.both_conditions
    )
    found: dict[PlannedPerson, list[Illness]] = {}
    for disease, ill in ((HYPERTENSION, hypertensives), (DIABETES, diabetics)):
        courses = _courses(data.shares.courses[disease], len(ill), chance)
        for person, course in zip(ill, courses, strict=True):
            found.setdefault(person, []).append(_illness(person, disease, course, start, until, chance))
    return {person: tuple(illnesses) for person, illnesses in found.items()}


def _known(
    people: Sequence[PlannedPerson],
    data: SampleData,
    disease: str,
    until: date,
    chance: Random,
    prefer: Sequence[PlannedPerson] = (),
    share: int = 0,
) -> list[PlannedPerson]:
    """In each group of age and sex as many as the shares say; `share` per 1,000 of `prefer` come first."""
    preferred, chosen, owed = set(prefer), [], 0
    for group in data.shares.prevalence[disease].groups:
        for sex in (MALE, FEMALE):
            members = [
                p for p in people if p.sex == sex and group.first_age <= p.age_on(until) <= group.last_age
            ]
            # What rounding left over in one group is made good in the next.
            owed += len(members) * group.of(sex) * data.shares.known[disease]
            number = min(len(members), max(0, round(owed / 1_000_000)))
            owed -= number * 1_000_000
            chance.shuffle(members)
            first = [p for p in members if p in preferred]
            first = first[: min(number, round(len(first) * share / 1000))]
            others = [p for p in members if p not in preferred]
            chosen += first + others[: number - len(first)]
    return chosen


def _courses(courses: Sequence[Weighted], number: int, chance: Random) -> list[str]:
    """Each course as often as its share; rare ones are met in any village of some size."""
    numbers = share_out(number, [course.weight for course in courses])
    if number >= 4 * len(courses):
        for index, count in enumerate(numbers):
            if count == 0:
                numbers[numbers.index(max(numbers))] -= 1
                numbers[index] = 1
    found = [course.name for course, count in zip(courses, numbers, strict=True) for _ in range(count)]
    chance.shuffle(found)
    return found


def _illness(
    person: PlannedPerson, disease: str, course: str, start: date, until: date, chance: Random
) -> Illness:
    age = person.age_on(until)
    found_on, since = None, ""
    is_new = chance.randrange(100) < 14 and person.joins_on is None
    if is_new:
        found_on = start + timedelta(days=20 + chance.randrange(max(1, (until - start).days - 40)))
        since = found_on.isoformat()
    else:
        years = min(max(1, age - 32), 1 + int(22 * chance.random() ** 1.8))
        began = start.year - years
        since = str(began) if chance.randrange(3) else f"{began}-{chance.randrange(1, 13):02d}"
    base, second = _usual(disease, course, age, chance)
    turns = max(2, 4 * round((until - start).days / 365) - 1)
    return Illness(
        disease=disease,
        course=course,
        since=since,
        found_on=found_on,
        base=base,
        second=second,
        turn=chance.randrange(1, turns),
        reaction_turns=2 if chance.randrange(3) == 0 else 1,
        complication_turn=chance.randrange(1, turns) if chance.randrange(100) < _COMPLICATION_PERCENT else -1,
    )


def _usual(disease: str, course: str, age: int, chance: Random) -> tuple[float, float]:
    if disease == DIABETES:
        means = {"never_controlled": 8.4, "after_holidays": 6.1, "slowly_rising": 6.0}
        return chance.gauss(means.get(course, 6.1), 0.9 if course == "never_controlled" else 0.3), 0.0
    means = {"never_controlled": 153.0, "winter_peaks": 129.0, "slowly_rising": 126.0}
    older = 7.0 if age >= _ELDERLY and course != "never_controlled" else 0.0
    systolic = chance.gauss(means.get(course, 127.0) + older, 5.0)
    diastolic = chance.gauss(92.0 if course == "never_controlled" else 77.0, 3.5)
    return systolic, diastolic


def plan_habits(person: PlannedPerson, data: SampleData, until: date, chance: Random) -> Habits:
    """Body and ways of one ill person."""
    is_man = person.sex == MALE
    height = round(chance.gauss(165 if is_man else 154, 5))
    return Habits(
        height_cm=min(185, max(140, height)),
        weight_kg=min(105.0, max(40.0, (height - 100) * chance.gauss(1.05, 0.14))),
        smoking=chance.choice((0, 5, 10, 15, 20, 20)) if is_man and chance.randrange(2) else 0,
        drinking=chance.choice((1, 2, 2, 3)) if is_man and chance.randrange(5) < 2 else 0,
        exercise_times=chance.choice((0, 2, 3, 5, 7, 7)),
        staple_food_g=chance.choice((200, 250, 300, 300, 350, 400)),
        salt=chance.choice(("1", "2", "2", "3")),
        medicines={
            disease: tuple(chance.sample(names, min(len(names), 2 if chance.randrange(4) == 0 else 1)))
            for disease, names in sorted(data.place.medicines.items())
        },
    )


# --- how it goes ---------------------------------------------------------------------------------------------


def values_on(
    illnesses: Sequence[Illness],
    day: date,
    start: date,
    turn: int,
    relief: Mapping[str, float],
    chance: Random,
) -> Values:
    """What is measured on `day` at follow-up number `turn`. `relief` by disease: 1 for each change of medicines."""
    systolic, diastolic = chance.gauss(122.0, 7.0), chance.gauss(76.0, 5.0)
    glucose: float | None = None
    mishap = complication = None
    for illness in illnesses:
        happened = _mishap(illness, turn)
        mishap = mishap or happened
        if turn == illness.complication_turn:
            complication = illness.disease
        helped = min(relief.get(illness.disease, 0.0), _MOST_RELIEF.get(illness.course, 3.0))
        if illness.disease == DIABETES:
            glucose = _glucose(illness, day, start, helped, happened, chance)
        else:
            systolic, diastolic = _pressure(illness, day, start, helped, happened, chance)
    if mishap != "too_low":
        systolic, diastolic = max(systolic, 98.0), min(max(diastolic, 56.0), systolic - 22)
    return Values(
        systolic=round(systolic),
        diastolic=round(diastolic),
        pulse=min(104, max(54, round(chance.gauss(74, 7)))),
        glucose=glucose,
        mishap=mishap,
        complication=complication,
    )


def _mishap(illness: Illness, turn: int) -> str | None:
    if illness.course == "adverse_reaction":
        return "reaction" if illness.turn <= turn < illness.turn + illness.reaction_turns else None
    once = {"emergency_once": "emergency", "too_low_once": "too_low", "low_sugar_once": "low_sugar"}
    return once.get(illness.course) if turn == illness.turn else None


def _pressure(
    illness: Illness, day: date, start: date, helped: float, mishap: str | None, chance: Random
) -> tuple[float, float]:
    if mishap == "emergency":
        return chance.uniform(184, 208), chance.uniform(104, 120)
    if mishap == "too_low":
        return chance.uniform(82, 88), chance.uniform(51, 56)
    rise = 0.0
    if illness.course == "winter_peaks":
        rise = 22.0 * _SEASON.get(day.month, 0.0)
    elif illness.course == "slowly_rising":
        rise = 9.0 * (day - start).days / 365
    rise -= 9.0 * helped
    systolic = illness.base + rise + chance.gauss(0, 6.0)
    diastolic = illness.second + 0.45 * rise + chance.gauss(0, 3.5)
    return min(systolic, 177.0), min(diastolic, 107.0)


def _glucose(
    illness: Illness, day: date, start: date, helped: float, mishap: str | None, chance: Random
) -> float:
    if mishap == "emergency":
        return chance.uniform(17.0, 22.5)
    if mishap == "low_sugar":
        return chance.uniform(3.1, 3.8)
    value = illness.base - 0.7 * helped + chance.gauss(0, 0.45)
    if illness.course == "after_holidays":
        value += 1.9 * _FEASTS.get(day.month, 0.0)
    elif illness.course == "slowly_rising":
        value += 0.55 * (day - start).days / 365
    return min(15.5, max(4.4, value))
