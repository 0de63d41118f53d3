"""Rare diseases in a sample village: severe mental disorder, tuberculosis, COPD, other chronic diseases.

Each is met in every village of some size, as often as the data file says; follow-ups come when the rule asks or late.
"""

from collections.abc import Callable, Sequence
from datetime import date, timedelta
from functools import partial
from typing import Final

from village_doctor.domain.messages import JsonValue
from village_doctor.services import consenting, recording_conditions, referring
from village_doctor.services.referring import ReferralDraft
from village_doctor.services.sampling_contracts import add_package
from village_doctor.services.sampling_referrals import plan_asking
from village_doctor.services.sampling_sheets import Answers, Known, fill, is_there, usual_body, usual_pressure
from village_doctor.services.sampling_story import Story

OF_SOME_SIZE: Final = 60
_OLDER: Final = 50
_COURSE_DAYS: Final = 230
_WEEK: Final = timedelta(days=7)


def begin(story: Story, adults: Sequence[Known]) -> None:
    """Draws who has what among `adults`, who stay here all the time, and puts the first events on the agenda."""
    shares, chance = story.data.shares.programmes, story.chance("rare")
    drawn = list(adults)
    chance.shuffle(drawn)
    older = [one for one in drawn if one.person.age_on(story.start) >= _OLDER]

    def take(some: list[Known], per_1000: int, at_least: int = 1) -> list[Known]:
        number = max(at_least if len(adults) >= OF_SOME_SIZE // 2 else 0, round(len(some) * per_1000 / 1000))
        found = [one for one in some if one in drawn][:number]
        for one in found:
            drawn.remove(one)
        return found

    for one in take(older, shares.copd):
        story.at(_soon(story, one), partial(_find, one=one, code="copd", visit=_copd))
    for index, one in enumerate(take(older, shares.other_chronic)):
        story.at(_soon(story, one), partial(_find, one=one, code="other_chronic", visit=_other_chronic))
        if index == 0:
            story.at(_soon(story, one), partial(_list_as_poor, one=one))
    for index, one in enumerate(take(list(drawn), shares.mental_disorder)):
        story.at(_soon(story, one), partial(_find_mental, one=one, is_once_dangerous=index == 0))
    for index, one in enumerate(take(list(drawn), shares.tuberculosis, at_least=2)):
        _plan_tuberculosis(story, one, is_over=index % 2 == 0)
    for one in take(list(drawn), 0):
        day = story.until - timedelta(days=one.chance.randrange(3, 200))
        story.at(day, partial(_suspect_tuberculosis, one=one))


def _soon(story: Story, one: Known) -> date:
    return story.start + timedelta(days=20 + one.chance.randrange(60))


# --- COPD and others -------------------------------------------------------------------------------------------


def _find(story: Story, one: Known, code: str, visit: Callable[..., None]) -> None:
    if story.is_reachable(one.person):
        since = str(story.today.year - one.chance.randrange(1, 8))
        story.do(recording_conditions.add_condition, story.ids[one.person], code, since)
        add_package(story, one.family, one.person, code)
        story.at(story.today + timedelta(days=one.chance.randrange(3, 40)), partial(visit, one=one))


def _list_as_poor(story: Story, one: Known) -> None:
    """The norm of other chronic diseases is for households out of poverty (脱贫人口): one of these is on the list."""
    if story.is_reachable(one.person) and "05" not in story.listed.get(one.person, ()):
        year = str(story.today.year)
        story.do(
            recording_conditions.add_condition,
            story.ids[one.person],
            "05",
            year,
            source_list=f"乡村振兴局名单 {year}",
        )
        story.listed.setdefault(one.person, set()).add("05")
        add_package(story, one.family, one.person, "poverty")


def _copd(story: Story, one: Known) -> None:
    if is_there(story, one):
        fill(story, one, "copd_follow_up", {**usual_pressure(one, story), **usual_body(one, story)})
    story.at(story.today + timedelta(days=one.chance.randrange(75, 110)), partial(_copd, one=one))


def _other_chronic(story: Story, one: Known) -> None:
    if is_there(story, one):
        given: Answers = {
            **usual_pressure(one, story),
            "glucose_timing": "fasting",
            "fasting_glucose_mmol": f"{one.chance.gauss(5.5, 0.5):.1f}",
        }
        fill(story, one, "other_chronic_visit", given, "home")
    story.at(story.today + timedelta(days=one.chance.randrange(300, 380)), partial(_other_chronic, one=one))


# --- severe mental disorder ------------------------------------------------------------------------------------


def _find_mental(story: Story, one: Known, is_once_dangerous: bool) -> None:
    if not story.is_reachable(one.person):
        return
    who, since = story.ids[one.person], str(story.today.year - one.chance.randrange(2, 15))
    story.do(recording_conditions.add_condition, who, "mental_disorder", since)
    story.do(consenting.give_consent, who, "management", given_by="guardian")
    if one.happens(story.data.shares.programmes.check_up_consented):
        story.do(consenting.give_consent, who, "check_up", given_by="guardian")
    add_package(story, one.family, one.person, "mental_disorder")
    fill(story, one, "mental_disorder_supplement", {}, "home")
    story.at(
        story.today + timedelta(days=one.chance.randrange(2, 12)),
        partial(_mental, one=one, until_worst=2 if is_once_dangerous else -1),
    )


def _mental(story: Story, one: Known, until_worst: int) -> None:
    """Mostly stable; now and then half so, once in a while dangerous, and then the others are told at once.

    `until_worst`: visits until one that is dangerous whatever chance says, below 0 none.
    """
    next_on = None
    if is_there(story, one):
        shares, roll = story.data.shares.programmes, one.chance.randrange(1000)
        given: dict[str, JsonValue] = {
            "visit_result": "followed",
            "danger_level": "0",
            "symptoms_mostly_gone": True,
        }
        is_dangerous = roll < shares.mental_dangerous or until_worst == 0
        until_worst -= 1
        if is_dangerous:
            given |= {"danger_level": "3", "has_clear_symptoms": True, "symptoms": ["7"], "insight": "3"}
        elif roll < shares.mental_dangerous + shares.mental_unsettled:
            given |= {"danger_level": "1", "insight": "2", "symptoms": ["3"]}
        visit = fill(story, one, "mental_disorder_follow_up", given, "home").visit
        next_on = visit.next_due_on
        if is_dangerous:
            for told_to in ("township", "police"):
                words = "病情不稳定，危险性 3 级，请协助处理"
                story.do(consenting.notify, story.ids[one.person], told_to, words, visit_id=visit.id)
    late = timedelta(days=one.chance.choice((0, 0, 0, 2, 20)))
    story.at((next_on or story.today + 2 * _WEEK) + late, partial(_mental, one=one, until_worst=until_worst))


# --- tuberculosis ----------------------------------------------------------------------------------------------


def _plan_tuberculosis(story: Story, one: Known, *, is_over: bool) -> None:
    """One course that ends in the time told, if that is long enough, and one that still goes on."""
    span = (story.until - story.start).days
    if is_over and span > _COURSE_DAYS + 60:
        day = story.start + timedelta(days=40 + one.chance.randrange(span - _COURSE_DAYS - 50))
    else:
        day = story.until - timedelta(days=one.chance.randrange(30, 120))
    story.at(day, partial(_suspect_tuberculosis, one=one))
    story.at(day + timedelta(days=12), partial(_find_tuberculosis, one=one))


def _suspect_tuberculosis(story: Story, one: Known) -> None:
    if is_there(story, one):
        draft = ReferralDraft(
            resident_id=story.ids[one.person],
            urgency="ordinary",
            reason_text="咳嗽、咳痰两周以上，请查肺结核",
            disease="tuberculosis",
            facility=f"{story.data.place.county}疾控中心",
        )
        plan_asking(story, one.person, one.chance, story.do(referring.refer, draft).value)


def _find_tuberculosis(story: Story, one: Known) -> None:
    """The county found it and told the clinic: 72 hours for the first visit."""
    if not story.is_reachable(one.person):
        return
    since = story.today.isoformat()
    story.do(
        recording_conditions.add_condition,
        story.ids[one.person],
        "tuberculosis",
        since,
        notified_on=story.today,
    )
    add_package(story, one.family, one.person, "tuberculosis")
    first = story.today + timedelta(days=one.chance.randrange(1, 4))
    story.at(first, partial(_tuberculosis, one=one, month=0, began=story.today))


def _tuberculosis(story: Story, one: Known, month: int, began: date) -> None:
    """The first visit, a visit a month or oftener as the rule says, and the end of the course after six months."""
    next_on: date | None = story.today + 2 * _WEEK
    if is_there(story, one):
        if month == 0:
            next_on = fill(story, one, "tuberculosis_first_visit", {}, "home").visit.next_due_on
        elif month <= 6:
            given: Answers = {"treatment_month": month, "supervisor": "2"}
            next_on = fill(story, one, "tuberculosis_follow_up", given, "home").visit.next_due_on
        else:
            fill(story, one, "tuberculosis_closing", _closing(story, one))
            return
    day = max(next_on or story.today + 4 * _WEEK, story.today + timedelta(days=1))
    story.at(day, partial(_tuberculosis, one=one, month=1 + (day - began).days // 30, began=began))


def _closing(story: Story, one: Known) -> Answers:
    return {
        "stopped_on": story.today.isoformat(),
        "stop_reason": "1",
        "visits_due": 10,
        "visits_done": 9,
        "doses_due": 180,
        "doses_taken": one.chance.choice((180, 176, 158)),
        "is_record_card_collected": True,
    }
