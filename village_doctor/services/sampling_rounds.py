"""The rounds of a sample clinic: what everybody who signed is promised once a year, hamlet by hamlet.

In winter leaflets and a talk at the door, in early summer a day of free examinations (义诊), in autumn the reminder of
the influenza vaccine and the visits at home of disabled people and special families.
"""

from collections.abc import Iterator
from datetime import date, timedelta
from functools import partial
from typing import Final

from village_doctor.services import giving
from village_doctor.services.giving import EducationDraft
from village_doctor.services.sampling_people import PlannedPerson
from village_doctor.services.sampling_sheets import Known, fill, is_there, usual_body, usual_pressure
from village_doctor.services.sampling_story import Story

_ELDERLY: Final = 65
_EXAMINED_FROM: Final = 7
_LEAFLETS: Final = ("冬春季防流感", "少吃盐", "合理用药", "防跌倒")


def begin(story: Story, people: list[Known], examined_otherwise: set[PlannedPerson]) -> None:
    """Puts the rounds of every year and hamlet on the agenda. `examined_otherwise`: who has a check-up of her own."""
    for hamlet in range(len(story.village.hamlets)):
        here = [one for one in people if one.family.plan.hamlet == hamlet]
        for year in range(story.start.year, story.until.year + 1):
            later = timedelta(days=3 * hamlet)
            healthy = [one for one in here if one.person not in examined_otherwise]
            for day, event in (
                (date(year, 12, 5), partial(_winter_round, people=here)),
                (date(year, 5, 10), partial(_examine, people=healthy)),
                (date(year, 10, 8), partial(_autumn_round, people=here)),
            ):
                if day + later > story.start:
                    story.at(day + later, event)


def _signed(story: Story, people: list[Known]) -> Iterator[Known]:
    """Whoever is in a contract that has not run out."""
    for one in people:
        ends_on = one.family.contract_ends_on
        if one.person in one.family.packages and ends_on is not None and story.today <= ends_on:
            yield one


def _winter_round(story: Story, people: list[Known]) -> None:
    """A leaflet for whoever is at home, the same told to the others by telephone."""
    share, topic = story.data.shares.programmes.in_yearly_round, _LEAFLETS[story.today.year % len(_LEAFLETS)]
    signed = [one for one in _signed(story, people) if story.is_reachable(one.person) and one.happens(share)]
    at_home = tuple(story.ids[one.person] for one in signed if is_there(story, one))
    away = tuple(story.ids[one.person] for one in signed if not is_there(story, one))
    for mode, listeners in (("leaflet", at_home), ("home", at_home), ("phone", away)):
        if listeners:
            draft = EducationDraft(mode=mode, topics=(topic,), resident_ids=listeners)
            story.do(giving.give_education, draft)


def _examine(story: Story, people: list[Known]) -> None:
    for one in _signed(story, people):
        is_old_enough = one.person.age_on(story.today) >= _EXAMINED_FROM
        if (
            is_old_enough
            and is_there(story, one)
            and one.happens(story.data.shares.programmes.check_up_others)
        ):
            fill(story, one, "check_up", {**usual_pressure(one, story), **usual_body(one, story)})


def _autumn_round(story: Story, people: list[Known]) -> None:
    shares = story.data.shares.programmes
    for one in _signed(story, people):
        if not is_there(story, one):
            continue
        who, listed = story.ids[one.person], story.listed.get(one.person, set())
        if one.person.age_on(story.today) >= _ELDERLY and one.happens(shares.vaccine_reminder):
            story.do(giving.give_service, who, "vaccine_reminder", mode="phone")
        if listed & {"04", "06"} and one.happens(shares.visited_at_home):
            story.do(giving.give_service, who, "home_visit")
        if "06" in listed:
            story.do(giving.give_service, who, "mental_support")
