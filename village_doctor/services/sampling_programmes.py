"""Serving a sample village beyond pressure and glucose: check-ups, children, mothers, rare diseases, education, refusals.

Each programme puts its events on the story's agenda; the sheets are filled as ordinary ones (`sampling_sheets`) with
what makes a story of them. Not everything is done in time and not everybody wants it.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import partial
from random import Random
from typing import Final

from village_doctor.domain import plausibility
from village_doctor.domain.dates import plus_months
from village_doctor.domain.messages import JsonValue
from village_doctor.domain.people import FEMALE
from village_doctor.services import consenting, correcting, giving, prescribing, registering, visiting
from village_doctor.services.giving import ActivityDraft, EducationDraft
from village_doctor.services.prescribing import MedicineDraft, PrescriptionDraft
from village_doctor.services.sampling_courses import Illness
from village_doctor.services.sampling_people import PlannedPerson
from village_doctor.services.sampling_sheets import filled
from village_doctor.services.sampling_story import Family, Story
from village_doctor.services.visiting import FollowUpDraft

_ELDERLY: Final = 65
_WEEK: Final = timedelta(days=7)
_CHILD_MONTHS: Final = (1, 3, 6, 8, 12, 18, 24, 30, 36, 48, 60, 72)
_CHINESE_MEDICINE_MONTHS: Final = (6, 12, 18, 24, 30, 36)
_ANTENATAL_WEEKS: Final = (11, 18, 23, 32, 38)
_PREGNANCY_DAYS: Final = 280
_LISTED: Final = {"05": (45, "乡村振兴局名单"), "11": (8, "乡村振兴局名单"), "06": (2, "计生办名单")}

Answers = Mapping[str, JsonValue]


@dataclass(kw_only=True, eq=False, slots=True)
class Known:
    """Somebody whom a programme serves."""

    person: PlannedPerson
    family: Family
    chance: Random


def begin(story: Story, illnesses: Mapping[PlannedPerson, tuple[Illness, ...]]) -> None:
    """Puts the first events of every programme on the agenda."""
    for family in story.families:
        plan = family.plan
        for index, person in enumerate(plan.members):
            chance = story.chance(f"programme/{plan.hamlet}/{plan.walking_order}/{index}")
            one = Known(person=person, family=family, chance=chance)
            _list_groups(story, one)
            if family.is_never_served:
                continue
            _begin_yearly(story, one, is_ill=person in illnesses)
            _begin_rare(story, one)
            _begin_child(story, one)
            if person in illnesses:
                _begin_prescriptions(story, one, illnesses[person])
    for month in range(2, (story.until - story.start).days // 30, 2):
        story.at(plus_months(story.start, month), _hold_activity)


# --- the bricks ------------------------------------------------------------------------------------------------


def _is_there(story: Story, one: Known) -> bool:
    return story.is_reachable(one.person) and one.person.away_on(story.today) is None


def _fill(story: Story, one: Known, form_code: str, given: Answers, mode: str = "clinic") -> date | None:
    """One complete sheet of today; the next day that its rule asks for."""
    form = story.catalogue.form(form_code)
    answers = filled(
        form,
        story.data.sheets,
        one.chance,
        served_on=story.today,
        age=one.person.age_on(story.today),
        given={key: value for key, value in given.items() if form.field(key) is not None},
    )
    recorded = story.do(
        visiting.add_follow_up,
        FollowUpDraft(
            resident_id=story.ids[one.person],
            form_code=form_code,
            mode=mode if mode in form.modes else next(iter(form.modes)),
            answers=answers,
            confirmed=tuple(sorted(plausibility.MEASURES)),
        ),
    ).value
    return recorded.visit.next_due_on


def _pressure(one: Known, usual: int = 126) -> dict[str, JsonValue]:
    systolic = min(168, max(98, round(one.chance.gauss(usual, 10))))
    return {"systolic_mmhg": systolic, "diastolic_mmhg": round(systolic * 0.6)}


def _body(one: Known) -> dict[str, JsonValue]:
    height = one.chance.randrange(148, 174)
    return {
        "height_cm": f"{height}.0",
        "weight_kg": f"{(height - 100) * one.chance.uniform(0.85, 1.2):.1f}",
        "waist_cm": f"{one.chance.randrange(72, 98)}.0",
    }


# --- lists, elderly, check-ups ---------------------------------------------------------------------------------


def _list_groups(story: Story, one: Known) -> None:
    """The lists that other departments send, a few weeks after the beginning."""
    day = max(one.person.joins_on or story.start, story.start) + timedelta(days=25)
    for code, (per_1000, source) in _LISTED.items():
        if one.chance.randrange(1000) < per_1000:
            story.at(day, partial(_list_group, one=one, code=code, source=source))


def _list_group(story: Story, one: Known, code: str, source: str) -> None:
    if not story.is_reachable(one.person):
        return
    year = str(story.today.year)
    story.do(registering.add_condition, story.ids[one.person], code, year, source_list=f"{source} {year}")
    if code == "05" and not one.family.is_never_served:
        story.do(giving.give_service, story.ids[one.person], "policy_told")


def _begin_yearly(story: Story, one: Known, *, is_ill: bool) -> None:
    for year in range(story.start.year, story.until.year + 1):
        is_old = one.person.age_on(date(year, 12, 31)) >= _ELDERLY
        if not is_old and not is_ill:
            continue
        if one.chance.randrange(100) < (78 if is_old else 60):
            day = date(year, 4, 1) + timedelta(days=7 * one.family.plan.hamlet + one.chance.randrange(50))
            story.at(day, partial(_check_up, one=one)) if day > story.start else None


def _check_up(story: Story, one: Known) -> None:
    """The yearly examination; the old are asked about themselves and their constitution on the same day."""
    if not _is_there(story, one):
        return
    chance, who = one.chance, story.ids[one.person]
    if chance.randrange(100) < 3:
        story.do(consenting.refuse, who, "check_up", reason="嫌麻烦，说没病")
        return
    given = {**_pressure(one, 130), **_body(one)}
    if chance.randrange(2):
        given["fasting_glucose_mmol"] = f"{chance.gauss(5.6, 0.6):.1f}"
    _fill(story, one, "check_up", given)
    if one.person.age_on(story.today) >= _ELDERLY:
        _fill(story, one, "self_care", {})
        if chance.randrange(100) < 70:
            _fill(story, one, "constitution", _constitution(story, chance))
    story.do(giving.give_service, who, "result_told", mode=chance.choice(("home", "phone", "clinic")))
    if chance.randrange(3) == 0:
        story.do(
            giving.give_education, EducationDraft(mode="leaflet", topics=("合理膳食",), resident_ids=(who,))
        )


def _constitution(story: Story, chance: Random) -> Answers:
    """Mostly little of everything; one leaning in some."""
    fields = [item for item in story.catalogue.form("constitution").fields if item.key[0] == "q" and item.key[1:].isdigit()]
    leaning = chance.randrange(4)
    return {
        item.key: chance.choice(
            ("4", "5") if item.key == "q01" else ("1", "2", "2", "3" if leaning == 0 else "1")
        )
        for item in fields
    }


# --- rare diseases ---------------------------------------------------------------------------------------------


def _begin_rare(story: Story, one: Known) -> None:
    age = one.person.age_on(story.until)
    roll = one.chance.randrange(1000)
    day = max(one.person.joins_on or story.start, story.start) + timedelta(days=20 + one.chance.randrange(60))
    if age >= 18 and roll < 6:
        story.at(day, partial(_find_mental, one=one))
    elif age >= 18 and roll < 8:
        story.at(
            story.start + timedelta(days=one.chance.randrange(60, 700)), partial(_find_tuberculosis, one=one)
        )
    elif age >= 50 and roll < 30:
        story.at(day, partial(_find, one=one, code="copd", visit=_copd))
    elif age >= 50 and roll < 50:
        story.at(day, partial(_find, one=one, code="other_chronic", visit=_other_chronic))


def _find(story: Story, one: Known, code: str, visit: Callable[..., None]) -> None:
    if story.is_reachable(one.person):
        since = str(story.today.year - one.chance.randrange(1, 8))
        story.do(registering.add_condition, story.ids[one.person], code, since)
        story.at(story.today + timedelta(days=one.chance.randrange(3, 40)), partial(visit, one=one))


def _copd(story: Story, one: Known) -> None:
    if _is_there(story, one):
        _fill(story, one, "copd_follow_up", {**_pressure(one), **_body(one)})
    story.at(story.today + timedelta(days=one.chance.randrange(75, 110)), partial(_copd, one=one))


def _other_chronic(story: Story, one: Known) -> None:
    if _is_there(story, one):
        given = {
            **_pressure(one),
            "glucose_timing": "fasting",
            "fasting_glucose_mmol": f"{one.chance.gauss(5.5, 0.5):.1f}",
        }
        _fill(story, one, "other_chronic_visit", given, "home")
    story.at(story.today + timedelta(days=one.chance.randrange(300, 380)), partial(_other_chronic, one=one))


def _find_mental(story: Story, one: Known) -> None:
    if not story.is_reachable(one.person):
        return
    who = story.ids[one.person]
    story.do(
        registering.add_condition, who, "mental_disorder", str(story.today.year - one.chance.randrange(2, 15))
    )
    story.do(consenting.give_consent, who, "management", given_by="guardian")
    if one.chance.randrange(100) < 80:
        story.do(consenting.give_consent, who, "check_up", given_by="guardian")
    _fill(story, one, "mental_disorder_supplement", {}, "home")
    story.at(story.today + timedelta(days=one.chance.randrange(2, 12)), partial(_mental, one=one))


def _mental(story: Story, one: Known) -> None:
    """Mostly stable; now and then half so, once in a while dangerous."""
    next_on = None
    if _is_there(story, one):
        roll = one.chance.randrange(20)
        given: dict[str, JsonValue] = {
            "visit_result": "followed",
            "danger_level": "0",
            "symptoms_mostly_gone": True,
        }
        if roll == 0:
            given |= {"danger_level": "3", "has_clear_symptoms": True, "symptoms": ["7"], "insight": "3"}
        elif roll < 5:
            given |= {"danger_level": "1", "insight": "2", "symptoms": ["3"]}
        next_on = _fill(story, one, "mental_disorder_follow_up", given, "home")
    late = timedelta(days=one.chance.choice((0, 0, 0, 2, 20)))
    story.at((next_on or story.today + 2 * _WEEK) + late, partial(_mental, one=one))


def _find_tuberculosis(story: Story, one: Known) -> None:
    if not story.is_reachable(one.person):
        return
    today = story.today.isoformat()
    story.do(registering.add_condition, story.ids[one.person], "tuberculosis", today, notified_on=story.today)
    story.at(
        story.today + timedelta(days=one.chance.randrange(1, 4)), partial(_tuberculosis, one=one, month=0)
    )


def _tuberculosis(story: Story, one: Known, month: int) -> None:
    """The first visit, a visit a month or oftener as the rule says, and the end of the course."""
    next_on: date | None = story.today + 2 * _WEEK
    if _is_there(story, one):
        if month == 0:
            next_on = _fill(story, one, "tuberculosis_first_visit", {}, "home")
            month = 1
        elif month <= 6:
            given: Answers = {"treatment_month": month, "supervisor": "2"}
            next_on = _fill(story, one, "tuberculosis_follow_up", given, "home")
            month += one.chance.randrange(2) if month <= 2 else 1
        else:
            given = {
                "stopped_on": story.today.isoformat(), "stop_reason": "1", "visits_due": 10, "visits_done": 9,
                "doses_due": 180, "doses_taken": one.chance.choice((180, 176, 158)), "is_record_card_collected": True,
            }  # fmt: skip
            _fill(story, one, "tuberculosis_closing", given)
            return
    story.at(next_on or story.today + 4 * _WEEK, partial(_tuberculosis, one=one, month=month))


# --- children and mothers --------------------------------------------------------------------------------------


def _begin_child(story: Story, one: Known) -> None:
    born = one.person.birth_date
    if born <= plus_months(story.start, -72):
        return
    if born > story.start:
        _begin_birth(story, one)
    for months in _CHILD_MONTHS:
        day = plus_months(born, months) + timedelta(days=one.chance.randrange(12))
        if day > story.start and one.chance.randrange(100) < 82:
            story.at(day, partial(_child_check, one=one, months=months))


def _begin_birth(story: Story, one: Known) -> None:
    """The mother, if she is of this family: her pregnancy, the birth, the visits after it."""
    born = one.person.birth_date
    story.at(max(one.person.joins_on or born, born + timedelta(days=9)), partial(_newborn, one=one))
    mother = next(
        (
            person
            for person in one.family.plan.members
            if person.sex == FEMALE and 18 <= person.age_on(born) <= 45 and person.is_here_on(born)
        ),
        None,
    )
    if mother is None or mother.joins_on is not None:
        return
    her = Known(person=mother, family=one.family, chance=one.chance)
    began = born - timedelta(days=_PREGNANCY_DAYS)
    story.at(began + timedelta(days=56), partial(_expect, one=her, began=began))
    for week in _ANTENATAL_WEEKS:
        day = began + timedelta(days=7 * week + one.chance.randrange(6))
        if one.chance.randrange(100) < 85:
            story.at(day, partial(_antenatal, one=her, week=week))
    story.at(born + timedelta(days=1), partial(_deliver, one=her, born=born))
    story.at(born + timedelta(days=8), partial(_postnatal, one=her, form_code="postnatal_visit"))
    story.at(born + timedelta(days=43), partial(_postnatal, one=her, form_code="postnatal_42_days"))


def _expect(story: Story, one: Known, began: date) -> None:
    if story.is_reachable(one.person):
        due = began + timedelta(days=_PREGNANCY_DAYS)
        values: Answers = {"last_menstruation_on": began.isoformat(), "expected_delivery_on": due.isoformat()}
        story.do(correcting.correct_record, "resident", story.ids[one.person], values)


def _antenatal(story: Story, one: Known, week: int) -> None:
    if _is_there(story, one):
        _fill(story, one, "antenatal_visit", {**_pressure(one, 112), "gestation_weeks": week})


def _deliver(story: Story, one: Known, born: date) -> None:
    if story.is_reachable(one.person):
        home = min(born + timedelta(days=4), story.today)
        values: Answers = {
            "delivered_on": born.isoformat(),
            "discharged_on": home.isoformat(),
            "breast_feeding_until": plus_months(born, 10).isoformat(),
        }
        story.do(correcting.correct_record, "resident", story.ids[one.person], values)


def _postnatal(story: Story, one: Known, form_code: str) -> None:
    if _is_there(story, one) and one.chance.randrange(10):
        _fill(
            story, one, form_code, _pressure(one, 114), "home" if form_code == "postnatal_visit" else "clinic"
        )


def _newborn(story: Story, one: Known) -> None:
    if _is_there(story, one) and (story.today - one.person.birth_date).days <= 28:
        _fill(story, one, "newborn_visit", {"child_weight_kg": f"{one.chance.uniform(2.8, 4.2):.2f}"}, "home")


def _child_check(story: Story, one: Known, months: int) -> None:
    if not _is_there(story, one):
        return
    form_code = (
        "child_check_1_to_8_months"
        if months <= 8
        else "child_check_12_to_30_months"
        if months <= 30
        else "child_check_3_to_6_years"
    )
    weight = 3.4 + 0.72 * min(months, 8) + 0.2 * max(0, months - 8)
    given: dict[str, JsonValue] = {
        "child_weight_kg": f"{weight * one.chance.uniform(0.92, 1.1):.2f}",
        "child_length_cm": f"{50 + 2.3 * min(months, 10) + 0.75 * max(0, months - 10):.1f}",
        "weight_grade": "2",
        "length_grade": "2",
        "teeth": min(20, max(0, months - 5)),
    }
    _fill(story, one, form_code, given)
    if months in _CHINESE_MEDICINE_MONTHS and one.chance.randrange(3):
        _fill(story, one, "child_chinese_medicine", {})


# --- medicines and education -----------------------------------------------------------------------------------


def _begin_prescriptions(story: Story, one: Known, illnesses: tuple[Illness, ...]) -> None:
    if illnesses[0].course == "steady" and one.chance.randrange(100) < 25:
        day = story.start + timedelta(days=200 + one.chance.randrange(400))
        story.at(day, partial(_prescribe, one=one, disease=illnesses[0].disease))


def _prescribe(story: Story, one: Known, disease: str) -> None:
    """A long prescription of the township's doctor, registered here when the last follow-up was satisfactory."""
    if not _is_there(story, one):
        return
    drug = MedicineDraft(
        resident_id=story.ids[one.person],
        drug=one.chance.choice(story.data.place.medicines[disease]),
        dose="1 片",
        times_per_day=1,
        prescriber=story.data.place.township_doctor,
        institution=story.data.place.township_health_centre,
    )
    weeks = one.chance.choice((4, 8, 12))
    draft = PrescriptionDraft(medicine=drug, weeks=weeks, is_signed=weeks > 4)
    if weeks <= 4 or draft.is_signed:
        story.do(prescribing.register_long_prescription, draft)
    story.at(story.today + weeks * _WEEK + timedelta(days=3), partial(_prescribe, one=one, disease=disease))


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
        person for person in story.ids if story.is_reachable(person) and person.age_on(story.today) >= 50
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
