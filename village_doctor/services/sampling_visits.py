"""Serving a sample village: follow-ups of hypertension and diabetes by their forms, readings and calls between them.

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
from village_doctor.domain.decisions import UNCONTROLLED
from village_doctor.domain.messages import JsonValue
from village_doctor.domain.visits import conclusion_for
from village_doctor.services import consenting, correcting, recording_conditions, visiting
from village_doctor.services.sampling_answers import (
    BOTH_FORM,
    FORM_OF,
    answers_of,
    answers_of_both,
    is_worth_again,
    measured_again,
)
from village_doctor.services.sampling_contracts import add_package
from village_doctor.services.sampling_courses import (
    DIABETES,
    HYPERTENSION,
    Habits,
    Illness,
    Values,
    plan_habits,
    values_on,
)
from village_doctor.services.sampling_drop_ins import begin_healthy, take_reading
from village_doctor.services.sampling_families import ADULT
from village_doctor.services.sampling_people import PlannedPerson
from village_doctor.services.sampling_referrals import plan_asking
from village_doctor.services.sampling_story import Family, Story
from village_doctor.services.visiting import FollowUpDraft

_RARELY_CHANGED: Final = ("lifestyle", "medicines")
_MANAGED_FROM: Final = 35
_STOPS_PERCENT: Final = 8
_TOGETHER: Final = timedelta(days=25)
_SHORTLY: Final = 20


@dataclass(kw_only=True, eq=False, slots=True)
class Patient:
    """An ill person as the doctor knows her. `turn`: follow-up days so far; `due` by disease; `relief` by disease:
    changes of medicines; `typed`: forms typed in full once; `times_high`: in a row; `stops_on`: from then on nobody comes."""

    person: PlannedPerson
    illnesses: tuple[Illness, ...]
    habits: Habits
    chance: Random
    stops_on: date
    likes_clinic: bool
    turn: int = 0
    due: dict[str, date] = field(default_factory=dict)
    relief: dict[str, float] = field(default_factory=dict)
    times_high: int = 0

    typed: set[str] = field(default_factory=set)

    def is_seen(self) -> None:
        """The hospital has changed her medicines."""
        for disease in self.due:
            self.relief[disease] = self.relief.get(disease, 0.0) + 1.0

    def known_on(self, day: date) -> list[Illness]:
        return [item for item in self.illnesses if item.found_on is None or item.found_on <= day]


@dataclass(frozen=True, kw_only=True, slots=True)
class _Call:
    """What is measured at one call, how and when she is met."""

    values: Values
    mode: str
    served_on: date


def begin(story: Story, illnesses: Mapping[PlannedPerson, tuple[Illness, ...]]) -> None:
    """Puts the first call on every ill person on the agenda, and readings of people who drop in."""
    for family in story.families:
        for index, person in enumerate(family.plan.members):
            plan = family.plan
            chance = story.chance(f"person/{plan.hamlet}/{plan.walking_order}/{index}")
            if person in illnesses:
                _begin_patient(story, family, person, illnesses[person], chance)
            elif person.age_on(story.until) >= ADULT and not family.is_never_served:
                begin_healthy(story, person, chance)


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
            if illness.disease == HYPERTENSION and not family.is_never_served:
                _suspect(story, patient, illness.found_on)
            story.at(illness.found_on, partial(_find, patient=patient, illness=illness, family=family))
    if any(item.found_on is None for item in illnesses) and not family.is_never_served:
        joined = max(person.joins_on or story.start, story.start)
        story.at(joined + timedelta(days=16 + chance.randrange(70)), partial(_call, patient=patient))


def _suspect(story: Story, patient: Patient, found_on: date) -> None:
    """Before the diagnosis: a first high pressure by chance, then two more days within four weeks."""
    for days in (26, 17, 8):
        story.at(
            found_on - timedelta(days=days + patient.chance.randrange(4)),
            partial(_measure_high, patient=patient),
        )


def _measure_high(story: Story, patient: Patient) -> None:
    person, chance = patient.person, patient.chance
    if story.is_reachable(person) and person.away_on(story.today) is None:
        measured = {
            "systolic_mmhg": chance.randrange(142, 164),
            "diastolic_mmhg": chance.randrange(84, 99),
            "pulse_per_minute": chance.randrange(64, 90),
        }
        take_reading(story, person, measured, "clinic", chance, patient.is_seen)


def _find(story: Story, patient: Patient, illness: Illness, family: Family) -> None:
    """A new diagnosis, confirmed at the hospital."""
    if not story.is_reachable(patient.person):
        return
    story.do(recording_conditions.add_condition, story.ids[patient.person], illness.disease, illness.since)
    add_package(story, family, patient.person, illness.disease)
    if not family.is_never_served:
        day = story.today + timedelta(days=patient.chance.randrange(1, 9))
        story.at(day, partial(_call, patient=patient))


# --- one call --------------------------------------------------------------------------------------------------


def _call(story: Story, patient: Patient) -> None:
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
        if reason == "refused" and patient.due:
            _refuse_follow_ups(story, patient)
            return
        story.at(today + timedelta(days=chance.randrange(2, 12)), partial(_call, patient=patient))
        return
    if chance.randrange(100) < 3 and patient.turn:
        mode = "phone"
    _follow_up(story, patient, mode)


def _refuse_follow_ups(story: Story, patient: Patient) -> None:
    """She wants no follow-up; most change their mind within weeks, else it is offered again after three months."""
    chance, who = patient.chance, story.ids[patient.person]
    what = f"follow_up:{next(iter(patient.due))}"
    reason = chance.choice(("说没有不舒服", "说天天来烦人", "忙着收庄稼"))
    refusal = story.do(consenting.refuse, who, what, reason=reason).value
    is_withdrawn = chance.randrange(3) > 0
    day = story.today + timedelta(
        days=chance.randrange(10, 50) if is_withdrawn else chance.randrange(95, 120)
    )
    story.at(day, partial(_offer_again, patient=patient, refusal_id=refusal.id if is_withdrawn else None))


def _offer_again(story: Story, patient: Patient, refusal_id: str | None) -> None:
    if story.is_reachable(patient.person):
        if refusal_id is not None:
            story.do(consenting.withdraw_refusal, refusal_id)
        _call(story, patient)


def _follow_up(story: Story, patient: Patient, mode: str) -> None:
    """Every form that is due about now, both diseases mostly on one; a first visit also completes the person's file."""
    today, chance = story.today, patient.chance
    known = patient.known_on(today)
    turning = [item for item in known if patient.due.get(item.disease, today) <= today + _TOGETHER]
    if not turning:
        return
    if not patient.turn and not patient.due:
        _complete_file(story, patient)
    values = values_on(known, today, story.start, patient.turn, patient.relief, chance)
    served_on = today - timedelta(days=1) if chance.randrange(16) == 0 and patient.turn else today
    call = _Call(values=values, mode=mode, served_on=served_on)
    is_common = chance.randrange(1000) < story.data.shares.programmes.combined_sheet
    if len(turning) > 1 and is_common:
        _fill_both(story, patient, turning, call)
    else:
        for illness in turning:
            _fill_one(story, patient, illness, call)
    if mode != "phone":
        patient.turn += 1
    _plan_next(story, patient, was_phone=mode == "phone")


def _fill_one(story: Story, patient: Patient, illness: Illness, call: _Call) -> None:
    form_code = FORM_OF[illness.disease]
    answers = _answers(story, patient, illness, call, is_first=form_code not in patient.typed)
    _record(story, patient, (illness,), form_code, answers, call)


def _fill_both(story: Story, patient: Patient, turning: Sequence[Illness], call: _Call) -> None:
    forms = {disease: story.catalogue.form(code) for disease, code in FORM_OF.items()}
    is_first = BOTH_FORM not in patient.typed
    sheets = {item.disease: _answers(story, patient, item, call, is_first=is_first) for item in turning}
    _record(story, patient, turning, BOTH_FORM, answers_of_both(forms, sheets), call)


def _answers(
    story: Story, patient: Patient, illness: Illness, call: _Call, *, is_first: bool
) -> dict[str, JsonValue]:
    """What is typed for one disease; now and then an answer is forgotten, or she has had breakfast."""
    chance, disease, values = patient.chance, illness.disease, call.values
    answers = answers_of(illness, values, patient.habits, is_first=is_first, chance=chance)
    if disease == DIABETES and values.mishap is None and chance.randrange(100) < 8:
        answers.pop("fasting_glucose_mmol", None)
    elif chance.randrange(70) == 0:
        answers.pop("adherence", None)
    programmes = story.data.shares.programmes
    if (
        disease == HYPERTENSION
        and is_worth_again(values)
        and chance.randrange(1000) < programmes.measured_again
    ):
        answers |= measured_again(values, chance)
    if not is_first and patient.relief.get(disease, 0.0) and chance.randrange(4) == 0:
        answers["medicines"] = _more_medicines(story, patient, disease)
    return answers


def _record(
    story: Story,
    patient: Patient,
    turning: Sequence[Illness],
    form_code: str,
    answers: Mapping[str, JsonValue],
    call: _Call,
) -> None:
    """Saves the sheet and learns from the answer when to come again and whether the medicines help.

    What rarely changes is typed in full on the first sheet of its form, which later ones take it over from.
    """
    person, chance = patient.person, patient.chance
    recorded = story.do(
        visiting.add_follow_up,
        FollowUpDraft(
            resident_id=story.ids[person],
            form_code=form_code,
            mode=call.mode,
            answers=answers,
            served_on=call.served_on,
            unchanged_sections=_RARELY_CHANGED if form_code in patient.typed else (),
            confirmed=_unusual(story, answers),
            place=None if call.mode != "home" else "家里",
            met="本人" if person.age_on(call.served_on) < 80 or chance.randrange(3) else "本人和家属",
            typed_from="screen" if call.served_on == story.today else "walking_list",
        ),
    ).value
    patient.typed.add(form_code)
    is_high = False
    for illness in turning:
        disease = illness.disease
        conclusion = conclusion_for(recorded.visit, disease)
        patient.due[disease] = conclusion.next_due_on or story.today + timedelta(days=90)
        helped = patient.relief.get(disease, 0.0)
        if conclusion.control_result == UNCONTROLLED:
            patient.relief[disease] = helped + chance.uniform(0.5, 1.3)
            is_high = True
        else:
            # Tablets are forgotten again; who is never controlled forgets fast.
            patient.relief[disease] = helped * (0.6 if illness.course == "never_controlled" else 0.95)
    patient.times_high = patient.times_high + 1 if is_high else 0
    plan_asking(story, person, chance, recorded.referral, patient.is_seen)


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
        story.do(recording_conditions.add_condition, story.ids[person], "04")
        story.listed.setdefault(person, set()).add("04")
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
    take_reading(story, person, measured, setting, chance, patient.is_seen)


def _telephone(story: Story, patient: Patient) -> None:
    if story.is_reachable(patient.person):
        note = patient.chance.choice(("问了吃药情况，都好", "提醒来量血压", "说药快吃完了，过几天来拿"))
        story.do(visiting.add_contact, story.ids[patient.person], mode="phone", note=note)
