"""Who drops in at a sample clinic: healthy people with a cold or a question, and every reading between two sheets."""

from collections.abc import Callable, Mapping
from datetime import timedelta
from decimal import Decimal
from functools import partial
from random import Random

from village_doctor.domain import plausibility
from village_doctor.services import measuring, visiting
from village_doctor.services.measuring import ReadingDraft
from village_doctor.services.sampling_people import PlannedPerson
from village_doctor.services.sampling_referrals import plan_asking
from village_doctor.services.sampling_sheets import filled
from village_doctor.services.sampling_story import Story
from village_doctor.services.visiting import FollowUpDraft


def begin_healthy(story: Story, person: PlannedPerson, chance: Random) -> None:
    """Now and then, with a cold or on market day."""
    day = story.start + timedelta(days=20)
    while day < story.until:
        if chance.randrange(100) < 13:
            drop_in = day + timedelta(days=chance.randrange(90))
            story.at(drop_in, partial(_drop_in, person=person, chance=chance))
        day += timedelta(days=91)


def _drop_in(story: Story, person: PlannedPerson, chance: Random) -> None:
    """She comes with a cold or a question and has her pressure taken; a high one is measured on two more days."""
    if not story.is_reachable(person) or person.away_on(story.today):
        return
    if chance.randrange(3) == 0:
        story.do(visiting.add_follow_up, _treatment(story, person, chance))
    is_high = chance.randrange(12) == 0
    _measure(story, person, chance, more=24 if is_high else 0)
    if is_high:
        for day in (chance.randrange(5, 12), chance.randrange(14, 26)):
            later = story.today + timedelta(days=day)
            story.at(later, partial(_measure_later, person=person, chance=chance))


def _treatment(story: Story, person: PlannedPerson, chance: Random) -> FollowUpDraft:
    """接诊 mostly, else somebody only asks something."""
    is_asking = chance.randrange(4) == 0
    form_code = "consultation" if is_asking else "treatment"
    row = chance.randrange(len(story.data.sheets["treatment"]["subjective"]))
    given = {} if is_asking else {key: values[row] for key, values in story.data.sheets["treatment"].items()}
    form = story.catalogue.form(form_code)
    answers = filled(form, story.data.sheets, chance, served_on=story.today, given=given)
    return FollowUpDraft(resident_id=story.ids[person], form_code=form_code, mode="clinic", answers=answers)


def _measure_later(story: Story, person: PlannedPerson, chance: Random) -> None:
    if story.is_reachable(person) and person.away_on(story.today) is None:
        _measure(story, person, chance)


def _measure(story: Story, person: PlannedPerson, chance: Random, *, more: int = 0) -> None:
    systolic = round(chance.gauss(124, 9)) + more
    measured = {
        "systolic_mmhg": min(176, max(96, systolic)),
        "diastolic_mmhg": min(104, max(58, round(systolic * 0.61))),
        "pulse_per_minute": min(110, max(56, round(chance.gauss(75, 8)))),
    }
    take_reading(story, person, measured, "clinic", chance)


def take_reading(
    story: Story,
    person: PlannedPerson,
    measured: Mapping[str, int | Decimal],
    setting: str,
    chance: Random,
    seen: Callable[[], None] = lambda: None,
) -> None:
    """Writes down what was measured; a slip is voided or put right. `seen`: what follows when a hospital saw her."""
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
    else:
        plan_asking(story, person, chance, recorded.referral, seen)
