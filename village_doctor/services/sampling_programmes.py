"""Serving a sample village beyond pressure and glucose: lists, check-ups, long prescriptions, talks, contract changes.

Each programme puts its events on the story's agenda; the sheets are filled as ordinary ones (`sampling_sheets`) with
what makes a story of them. Not everything is done in time and not everybody wants it.
"""

from collections.abc import Mapping
from datetime import date, timedelta
from functools import partial
from random import Random
from typing import Final

from village_doctor.domain.contract_rules import ADULT_FROM_AGE
from village_doctor.domain.dates import plus_months
from village_doctor.services import (
    consenting,
    giving,
    prescribing,
    recording_conditions,
    sampling_births,
    sampling_rare,
    sampling_rounds,
)
from village_doctor.services.giving import ActivityDraft, EducationDraft
from village_doctor.services.prescribing import MedicineDraft, PrescriptionDraft
from village_doctor.services.sampling_contracts import add_package, end_membership
from village_doctor.services.sampling_courses import Illness
from village_doctor.services.sampling_people import PlannedPerson
from village_doctor.services.sampling_sheets import (
    Answers,
    Known,
    fill,
    filled,
    is_there,
    usual_body,
    usual_pressure,
)
from village_doctor.services.sampling_story import Story

_ELDERLY: Final = 65
_LISTENS_FROM: Final = 50
_WEEK: Final = timedelta(days=7)
_PACKAGE_OF_LIST: Final = {"05": "poverty", "06": "special_family"}


def begin(story: Story, illnesses: Mapping[PlannedPerson, tuple[Illness, ...]]) -> None:
    """Puts the first events of every programme on the agenda; a family that nobody serves is only on lists."""
    people = [
        Known(person=person, family=family, chance=story.chance(f"programme/{place}/{index}"))
        for family in story.families
        for place in [f"{family.plan.hamlet}/{family.plan.walking_order}"]
        for index, person in enumerate(family.plan.members)
    ]
    _begin_lists(story, people)
    served = [one for one in people if not one.family.is_never_served]
    adults = [
        one for one in served if _is_settled(one.person) and one.person.age_on(story.start) >= ADULT_FROM_AGE
    ]
    sampling_rare.begin(story, [one for one in adults if one.person not in illnesses])
    sampling_births.begin_pregnant(story, adults)
    examined = {one.person for one in served if one.person in illnesses or _is_old(one, story.until)}
    sampling_rounds.begin(story, served, examined)
    for one in served:
        sampling_births.begin_child(story, one)
        if one.person in examined:
            _begin_yearly(story, one)
        if one.person in illnesses:
            _begin_prescriptions(story, one, illnesses[one.person])
        if one.happens(story.data.shares.programmes.signed_elsewhere):
            day = story.until - timedelta(days=one.chance.randrange(20, 200))
            story.at(day, partial(end_membership, family=one.family, person=one.person))
    for month in range(2, (story.until - story.start).days // 30, 2):
        story.at(plus_months(story.start, month), _hold_activity)


def _is_settled(person: PlannedPerson) -> bool:
    return person.joins_on is None and person.leaves_on is None and not person.away


def _is_old(one: Known, day: date) -> bool:
    return one.person.age_on(day) >= _ELDERLY


# --- lists of other departments --------------------------------------------------------------------------------


def _begin_lists(story: Story, people: list[Known]) -> None:
    """Sent some weeks after the beginning; each has somebody in a village of some size."""
    shares, chance = story.data.shares.programmes, story.chance("lists")
    settled = [
        one for one in people if _is_settled(one.person) and one.person.age_on(story.start) >= ADULT_FROM_AGE
    ]
    chance.shuffle(settled)
    for code, per_1000, source in (
        ("05", shares.listed_poverty, "乡村振兴局名单"),
        ("11", shares.listed_monitored, "乡村振兴局名单"),
        ("06", shares.listed_special_family, "卫健委名单"),
    ):
        at_least = 2 if len(people) >= sampling_rare.OF_SOME_SIZE else 0
        number = max(at_least, round(len(people) * per_1000 / 1000))
        for one in settled[:number]:
            story.at(story.start + timedelta(days=25), partial(_list, one=one, code=code, source=source))
        del settled[:number]


def _list(story: Story, one: Known, code: str, source: str) -> None:
    if not story.is_reachable(one.person):
        return
    year, who = str(story.today.year), story.ids[one.person]
    story.do(recording_conditions.add_condition, who, code, year, source_list=f"{source} {year}")
    story.listed.setdefault(one.person, set()).add(code)
    if code in _PACKAGE_OF_LIST:
        add_package(story, one.family, one.person, _PACKAGE_OF_LIST[code])
    if code == "05" and not one.family.is_never_served:
        story.do(giving.give_service, who, "policy_told")


# --- check-ups -------------------------------------------------------------------------------------------------


def _begin_yearly(story: Story, one: Known) -> None:
    shares = story.data.shares.programmes
    for year in range(story.start.year, story.until.year + 1):
        is_old = _is_old(one, date(year, 12, 31))
        day = date(year, 4, 1) + timedelta(days=7 * one.family.plan.hamlet + one.chance.randrange(50))
        if one.happens(shares.check_up_elderly if is_old else shares.check_up_ill) and day > story.start:
            story.at(day, partial(_check_up, one=one))


def _check_up(story: Story, one: Known) -> None:
    """The yearly examination; the old are asked about themselves and their constitution on the same day."""
    if not is_there(story, one):
        return
    chance, who, shares = one.chance, story.ids[one.person], story.data.shares.programmes
    if one.happens(shares.check_up_refused):
        story.do(consenting.refuse, who, "check_up", reason="嫌麻烦，说没病")
        return
    given = {**usual_pressure(one, story, 130), **usual_body(one, story)}
    if one.happens(shares.fasting_at_check_up):
        given["fasting_glucose_mmol"] = f"{chance.gauss(5.6, 0.6):.1f}"
    fill(story, one, "check_up", given)
    if _is_old(one, story.today):
        fill(story, one, "self_care", {})
        if one.happens(shares.constitution):
            fill(story, one, "constitution", _constitution(story, chance))
    story.do(giving.give_service, who, "result_told", mode=chance.choice(("home", "phone", "clinic")))


def _constitution(story: Story, chance: Random) -> Answers:
    """Mostly little of everything; one leaning in some."""
    fields = [
        item
        for item in story.catalogue.form("constitution").fields
        if item.key[0] == "q" and item.key[1:].isdigit()
    ]
    leaning = chance.randrange(4)
    return {
        item.key: chance.choice(
            ("4", "5") if item.key == "q01" else ("1", "2", "2", "3" if leaning == 0 else "1")
        )
        for item in fields
    }


# --- medicines and education -----------------------------------------------------------------------------------


def _begin_prescriptions(story: Story, one: Known, illnesses: tuple[Illness, ...]) -> None:
    if illnesses[0].course == "steady" and one.happens(story.data.shares.programmes.long_prescription):
        day = story.start + timedelta(days=200 + one.chance.randrange(400))
        drug = one.chance.choice(story.data.place.medicines[illnesses[0].disease])
        story.at(day, partial(_prescribe, one=one, drug=drug))


def _prescribe(story: Story, one: Known, drug: str) -> None:
    """A long prescription of the township's doctor, registered here when the last follow-up was satisfactory."""
    if not is_there(story, one):
        return
    medicine = MedicineDraft(
        resident_id=story.ids[one.person],
        drug=drug,
        dose="1 片",
        times_per_day=1,
        prescriber=story.data.place.township_doctor,
        institution=story.data.place.township_health_centre,
    )
    weeks = one.chance.choice((4, 8, 12))
    draft = PrescriptionDraft(medicine=medicine, weeks=weeks, is_signed=weeks > 4)
    story.do(prescribing.register_long_prescription, draft)
    story.at(story.today + weeks * _WEEK + timedelta(days=3), partial(_prescribe, one=one, drug=drug))


def _hold_activity(story: Story) -> None:
    """A talk for whoever comes, every other month."""
    chance = story.chance(f"activity/{story.today}")
    form = story.catalogue.form("education_activity")
    answers = filled(form, story.data.sheets, chance, served_on=story.today, given={})
    activity = story.do(
        giving.record_activity,
        ActivityDraft(form_code=form.code, answers=answers, place="村委会院子"),
    ).value
    listeners = [
        person
        for family in story.families
        for person in family.plan.members
        if not family.is_never_served
        and story.is_reachable(person)
        and person.age_on(story.today) >= _LISTENS_FROM
    ]
    here = [person for person in listeners if person.away_on(story.today) is None]
    chosen = chance.sample(here, min(len(here), 12))
    if chosen:
        story.do(
            giving.give_education,
            EducationDraft(
                mode="talk",
                topics=(str(answers["topic"]),),
                resident_ids=tuple(story.ids[person] for person in chosen),
                activity_id=activity.id,
            ),
        )
