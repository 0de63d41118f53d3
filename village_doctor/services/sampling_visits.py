"""Serving a sample village: follow-ups by their forms, readings between them, contacts, referrals asked about.

What is measured follows the person's course; what becomes of it is what the verbs answer: the next visit is
planned from the date they give, kept in time, late or not at all as the data file says.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from functools import partial
from random import Random
from typing import Final

from village_doctor.domain import plausibility
from village_doctor.domain.decisions import EMERGENCY, UNCONTROLLED
from village_doctor.domain.messages import JsonValue
from village_doctor.domain.referrals import ARRIVED, BACK, CLOSED, IN_HOSPITAL, NOT_ARRIVED, REFUSED, Referral
from village_doctor.services import correcting, measuring, referring, registering, visiting
from village_doctor.services.measuring import ReadingDraft
from village_doctor.services.sampling_courses import (
    DIABETES,
    FORM_OF,
    Habits,
    Illness,
    Values,
    answers_of,
    plan_habits,
    values_on,
)
from village_doctor.services.sampling_families import ADULT
from village_doctor.services.sampling_people import PlannedPerson
from village_doctor.services.sampling_story import Family, Story
from village_doctor.services.visiting import FollowUpDraft

_MANAGED_FROM: Final = 35
_STOPS_PERCENT: Final = 8
_TOGETHER: Final = timedelta(days=25)
_SHORTLY: Final = 20


@dataclass(kw_only=True, eq=False, slots=True)
class Patient:
    """An ill person as the doctor knows her. `turn`: follow-up days so far; `due` by disease; `relief` by disease:
    changes of medicines; `referred`: referrals whose asking is planned; `times_high`: in a row; `stops_on`: from then on nobody comes."""

    person: PlannedPerson
    illnesses: tuple[Illness, ...]
    habits: Habits
    chance: Random
    stops_on: date
    likes_clinic: bool
    turn: int = 0
    due: dict[str, date] = field(default_factory=dict)
    relief: dict[str, float] = field(default_factory=dict)
    referred: set[str] = field(default_factory=set)
    times_high: int = 0

    def known_on(self, day: date) -> list[Illness]:
        return [item for item in self.illnesses if item.found_on is None or item.found_on <= day]


def begin(story: Story, illnesses: Mapping[PlannedPerson, tuple[Illness, ...]]) -> None:
    """Puts the first call on every ill person on the agenda, and readings of people who drop in."""
    for family in story.families:
        for index, person in enumerate(family.plan.members):
            plan = family.plan
            chance = story.chance(f"person/{plan.hamlet}/{plan.walking_order}/{index}")
            if person in illnesses:
                _begin_patient(story, family, person, illnesses[person], chance)
            elif person.age_on(story.until) >= ADULT and not family.is_never_served:
                _begin_healthy(story, person, chance)


def _begin_patient(
    story: Story, family: Family, person: PlannedPerson, illnesses: tuple[Illness, ...], chance: Random
) -> None:
    span = (story.until - story.start).days
    stops = chance.randrange(100) < _STOPS_PERCENT
    patient = Patient(
        person=person,
        illnesses=illnesses,
        habits=plan_habits(person, story.data, story.until, chance),
        chance=chance,
        stops_on=story.until - timedelta(days=chance.randrange(60, max(61, span // 2)))
        if stops
        else story.until,
        likes_clinic=chance.randrange(100) < (45 if person.age_on(story.until) >= 75 else 65),
    )
    for illness in illnesses:
        if illness.found_on is not None:
            story.at(illness.found_on, partial(_find, patient=patient, illness=illness, family=family))
    if any(item.found_on is None for item in illnesses) and not family.is_never_served:
        joined = max(person.joins_on or story.start, story.start)
        story.at(joined + timedelta(days=16 + chance.randrange(70)), partial(_call, patient=patient))


def _begin_healthy(story: Story, person: PlannedPerson, chance: Random) -> None:
    day = story.start + timedelta(days=20)
    while day < story.until:
        if chance.randrange(100) < 13:
            drop_in = day + timedelta(days=chance.randrange(90))
            story.at(drop_in, partial(_drop_in, person=person, chance=chance))
        day += timedelta(days=91)


def _drop_in(story: Story, person: PlannedPerson, chance: Random) -> None:
    """She has her pressure taken while she is here; high ones are there that nobody knew of."""
    if not story.is_reachable(person) or person.away_on(story.today):
        return
    if chance.randrange(3) == 0:
        note = chance.choice(story.data.place.clinic_notes)
        story.do(visiting.add_contact, story.ids[person], mode="clinic", note=note)
    systolic = round(chance.gauss(124, 9)) + (24 if chance.randrange(12) == 0 else 0)
    measured = {
        "systolic_mmhg": min(176, max(96, systolic)),
        "diastolic_mmhg": min(104, max(58, round(systolic * 0.61))),
        "pulse_per_minute": min(110, max(56, round(chance.gauss(75, 8)))),
    }
    _take_reading(story, person, measured, "clinic", chance)


def _find(story: Story, patient: Patient, illness: Illness, family: Family) -> None:
    """A new diagnosis, confirmed at the hospital."""
    if not story.is_reachable(patient.person):
        return
    story.do(registering.add_condition, story.ids[patient.person], illness.disease, illness.since)
    if not family.is_never_served:
        day = story.today + timedelta(days=patient.chance.randrange(1, 9))
        story.at(day, partial(_call, patient=patient, disease=illness.disease))


# --- one call --------------------------------------------------------------------------------------------------


def _call(story: Story, patient: Patient, disease: str | None = None) -> None:
    """The day of a follow-up: she is there, or away, or not at home, or only reached by telephone."""
    person, chance, today = patient.person, patient.chance, story.today
    if not story.is_reachable(person) or today >= patient.stops_on or person.age_on(today) < _MANAGED_FROM:
        return
    away = person.away_on(today)
    if away is not None:
        if chance.randrange(3) == 0:
            story.do(
                visiting.add_contact,
                story.ids[person],
                mode="phone",
                note=f"人在外（{away.place}），电话问了情况",
            )
        back = away.until_on
        later = (
            back + timedelta(days=chance.randrange(3, 20))
            if back
            else today + timedelta(days=chance.randrange(80, 130))
        )
        story.at(later, partial(_call, patient=patient))
        return
    mode = "clinic" if patient.likes_clinic == (chance.randrange(6) > 0) else "home"
    if mode == "home" and chance.randrange(100) < 6:
        reason = "refused" if chance.randrange(10) == 0 else "not_at_home"
        story.do(visiting.add_contact, story.ids[person], mode="home", not_done_reason=reason)
        story.at(today + timedelta(days=chance.randrange(2, 12)), partial(_call, patient=patient))
        return
    if chance.randrange(100) < 3 and patient.turn:
        mode = "phone"
    _follow_up(story, patient, mode, disease)


def _follow_up(story: Story, patient: Patient, mode: str, disease: str | None) -> None:
    """Every form that is due about now; a first visit also completes the person's file."""
    today, chance = story.today, patient.chance
    known = patient.known_on(today)
    turning = [
        item
        for item in known
        if disease in (None, item.disease) or patient.due.get(item.disease, today) <= today + _TOGETHER
    ]
    turning = [item for item in turning if patient.due.get(item.disease, today) <= today + _TOGETHER]
    if not turning:
        return
    if not patient.turn and not patient.due:
        _complete_file(story, patient)
    values = values_on(known, today, story.start, patient.turn, patient.relief, chance)
    served_on = today - timedelta(days=1) if chance.randrange(16) == 0 and patient.turn else today
    for illness in turning:
        _fill_form(story, patient, illness, values, mode, served_on)
    if mode != "phone":
        patient.turn += 1
    _plan_next(story, patient, was_phone=mode == "phone")


def _fill_form(
    story: Story, patient: Patient, illness: Illness, values: Values, mode: str, served_on: date
) -> None:
    person, chance, disease = patient.person, patient.chance, illness.disease
    is_first = disease not in patient.due
    age = person.age_on(served_on)
    answers = answers_of(illness, values, patient.habits, is_first=is_first, chance=chance)
    is_fasting = disease != DIABETES or values.mishap is not None or chance.randrange(100) >= 8
    if not is_fasting:
        answers.pop("fasting_glucose_mmol", None)
    elif chance.randrange(70) == 0:
        answers.pop("adherence", None)
    unchanged: tuple[str, ...] = () if is_first else ("lifestyle", "medicines")
    if not is_first and patient.relief.get(disease, 0.0) and chance.randrange(4) == 0:
        answers["medicines"] = _more_medicines(story, patient, disease)
    recorded = story.do(
        visiting.add_follow_up,
        FollowUpDraft(
            resident_id=story.ids[person],
            form_code=FORM_OF[disease],
            mode=mode,
            answers=answers,
            served_on=served_on,
            unchanged_sections=unchanged,
            confirmed=_unusual(story, answers),
            place=None if mode != "home" else "家里",
            met="本人" if age < 80 or chance.randrange(3) else "本人和家属",
            typed_from="screen" if served_on == story.today else "walking_list",
        ),
    ).value
    visit = recorded.visit
    patient.due[disease] = visit.next_due_on or story.today + timedelta(days=90)
    helped = patient.relief.get(disease, 0.0)
    if visit.control_result == UNCONTROLLED:
        patient.relief[disease] = helped + chance.uniform(0.5, 1.3)
        patient.times_high += 1
    else:
        # Tablets are forgotten again; who is never controlled forgets fast.
        patient.relief[disease] = helped * (0.6 if illness.course == "never_controlled" else 0.95)
        patient.times_high = 0
    if recorded.referral is not None:
        _plan_asking(story, patient, recorded.referral)


def _complete_file(story: Story, patient: Patient) -> None:
    """What registering left open and the first visit asks: marriage, schooling, work."""
    person, chance = patient.person, patient.chance
    age = person.age_on(story.today)
    jobs = [job for job in story.data.place.occupations if job.first_age <= age <= job.last_age]
    schooling = ("9", "8", "8") if age >= 70 else ("8", "8", "7", "7") if age >= 50 else ("7", "7", "6", "4")
    values: dict[str, JsonValue] = {
        "marriage": person.marriage,
        "education": chance.choice(schooling),
        "occupation": chance.choices(jobs, [job.weight for job in jobs])[0].code if jobs else "8",
        "allergies": ["2"] if chance.randrange(20) == 0 else ["1"],
    }
    if chance.randrange(1000) < story.data.shares.disability.of(age, person.sex):
        values["disabilities"] = [chance.choice(("2", "3", "5", "5"))]
        story.do(registering.add_condition, story.ids[person], "04")
    story.do(correcting.correct_record, "resident", story.ids[person], values)


def _more_medicines(story: Story, patient: Patient, disease: str) -> JsonValue:
    names = story.data.place.medicines[disease]
    number = min(len(names), 1 + len(patient.habits.medicines.get(disease, ())))
    return [{"name": name, "times_per_day": 2, "dose": "1", "unit": "片"} for name in names[:number]]


def _unusual(story: Story, answers: Mapping[str, JsonValue]) -> tuple[str, ...]:
    """The values that the program asks about once; the doctor has looked and says yes."""
    measured = {key: Decimal(str(value)) for key, value in answers.items() if key in plausibility.MEASURES}
    return plausibility.unusual(measured, story.catalogue.limits)


def _plan_next(story: Story, patient: Patient, *, was_phone: bool) -> None:
    """In time, late or missed, as the data file says; a reading in between, now and then."""
    chance, today, delivery = patient.chance, story.today, story.data.shares.delivery
    due = min(patient.due.values())
    roll = chance.randrange(1000)
    is_short = (due - today).days <= _SHORTLY
    if was_phone:
        day = today + timedelta(days=chance.randrange(3, 20))
    elif patient.times_high > 2:
        # Called again and again, she comes when she comes.
        day = due + timedelta(days=chance.randrange(5, 70))
    elif roll < delivery.follow_up_on_time:
        day = due - timedelta(days=chance.randrange(0, 3 if is_short else 9))
    elif roll < delivery.follow_up_on_time + delivery.follow_up_late:
        day = due + timedelta(days=chance.randrange(3, 20 if is_short else 45))
    else:
        day = due + timedelta(days=chance.randrange(25, 75) if is_short else chance.randrange(70, 120))
    day = max(day, today + timedelta(days=1))
    story.at(day, partial(_call, patient=patient))
    if chance.randrange(1000) < delivery.reading_between_follow_ups and (day - today).days > 4:
        between = today + timedelta(days=chance.randrange(2, (day - today).days))
        story.at(between, partial(_read_between, patient=patient))
    if chance.randrange(100) < 5:
        story.at(today + timedelta(days=chance.randrange(3, 60)), partial(_telephone, patient=patient))


# --- between the follow-ups ------------------------------------------------------------------------------------


def _read_between(story: Story, patient: Patient) -> None:
    """She comes for her tablets and is measured; some measure at home and tell."""
    person, chance = patient.person, patient.chance
    if not story.is_reachable(person) or person.away_on(story.today):
        return
    values = values_on(patient.known_on(story.today), story.today, story.start, -1, patient.relief, chance)
    measured: dict[str, int | Decimal] = {
        "systolic_mmhg": values.systolic,
        "diastolic_mmhg": values.diastolic,
        "pulse_per_minute": values.pulse,
    }
    if values.glucose is not None and chance.randrange(2):
        kind = "fasting_glucose_mmol" if chance.randrange(2) else "two_hours_glucose_mmol"
        more = 0.0 if kind.startswith("fasting") else 1.8
        measured[kind] = Decimal(f"{values.glucose + more:.1f}")
    setting = chance.choice(("clinic", "clinic", "clinic", "home", "self_measured"))
    _take_reading(story, person, measured, setting, chance, patient)


def _take_reading(
    story: Story,
    person: PlannedPerson,
    measured: Mapping[str, int | Decimal],
    setting: str,
    chance: Random,
    patient: Patient | None = None,
) -> None:
    recorded = story.do(
        measuring.record_reading,
        ReadingDraft(
            resident_id=story.ids[person],
            measurements=measured,
            setting=setting,
            arm=chance.choice(("left", "right")),
            source="device" if setting == "self_measured" else "manual",
            confirmed=plausibility.unusual(measured, story.catalogue.limits),
        ),
    ).value
    slip = chance.randrange(200)
    if slip == 0:
        story.do(measuring.void_reading, recorded.readings[0].id, "记到别人名下了")
    elif slip == 1 and recorded.referral is None:
        corrected = {"systolic_mmhg": measured["systolic_mmhg"] + 2}
        story.do(visiting.correct_reading, recorded.readings[0].id, corrected)
    elif recorded.referral is not None and patient is not None:
        _plan_asking(story, patient, recorded.referral)


def _telephone(story: Story, patient: Patient) -> None:
    if story.is_reachable(patient.person):
        note = patient.chance.choice(("问了吃药情况，都好", "提醒来量血压", "说药快吃完了，过几天来拿"))
        story.do(visiting.add_contact, story.ids[patient.person], mode="phone", note=note)


# --- referrals -------------------------------------------------------------------------------------------------


def _plan_asking(story: Story, patient: Patient, referral: Referral) -> None:
    """Asked about the next day or within the week; now and then forgotten. Two sheets of one day make one referral."""
    chance = patient.chance
    if referral.id in patient.referred:
        return
    patient.referred.add(referral.id)
    if chance.randrange(25) == 0:
        return
    days = 1 if referral.urgency == EMERGENCY else 7 + chance.randrange(4)
    day = max(referral.issued_on, story.today) + timedelta(days=days)
    story.at(day, partial(_ask, patient=patient, referral_id=referral.id, is_emergency=days == 1))


def _ask(story: Story, patient: Patient, referral_id: str, is_emergency: bool) -> None:
    if not story.is_reachable(patient.person):
        return
    chance, place = patient.chance, story.data.place
    state = _outcome(is_emergency, chance)
    hospital = (
        f"{place.county}人民医院" if is_emergency or chance.randrange(2) else place.township_health_centre
    )
    story.do(
        referring.ask_referral,
        referral_id,
        state,
        mode=chance.choice(("phone", "phone", "home")),
        said=_SAID[state],
        facility=hospital if state in (ARRIVED, IN_HOSPITAL, BACK) else None,
        refusal_signed=state == REFUSED,
    )
    if state in (ARRIVED, IN_HOSPITAL, BACK):
        for disease in patient.due:
            patient.relief[disease] = patient.relief.get(disease, 0.0) + 1.0
    if state not in CLOSED:
        again = story.today + timedelta(days=2 if is_emergency else 7)
        story.at(again, partial(_ask, patient=patient, referral_id=referral_id, is_emergency=is_emergency))


_SAID: Final = {
    BACK: "看过了，调了药，回来接着吃",
    ARRIVED: "在镇上看了，医生让继续观察",
    IN_HOSPITAL: "住院了，家里人陪着",
    NOT_ARRIVED: "说过几天再去",
    REFUSED: "不愿意去，已签字",
}


def _outcome(is_emergency: bool, chance: Random) -> str:
    ordinary: Sequence[str] = (
        BACK,
        BACK,
        BACK,
        BACK,
        ARRIVED,
        ARRIVED,
        IN_HOSPITAL,
        NOT_ARRIVED,
        NOT_ARRIVED,
        REFUSED,
    )
    urgent: Sequence[str] = (IN_HOSPITAL, IN_HOSPITAL, IN_HOSPITAL, ARRIVED, ARRIVED, BACK, NOT_ARRIVED)
    return chance.choice(urgent if is_emergency else ordinary)
