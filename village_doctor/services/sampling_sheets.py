"""Filling the sheets of a sample village: what is ordinary, by the data file; what is special, by whoever asks."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from random import Random
from typing import Final

from village_doctor.domain import plausibility
from village_doctor.domain.forms import (
    COMPUTED,
    DATE,
    DECIMAL,
    GROUP,
    KEPT,
    MANY,
    ONE,
    PARTIAL_DATE,
    WHOLE,
    YES_NO,
    Field,
    Form,
)
from village_doctor.domain.messages import JsonValue
from village_doctor.services import visiting
from village_doctor.services.deciding import RecordedVisit
from village_doctor.services.sampling_people import PlannedPerson
from village_doctor.services.sampling_referrals import plan_asking
from village_doctor.services.sampling_story import Family, Story
from village_doctor.services.visiting import FollowUpDraft

Answers = Mapping[str, JsonValue]
Ordinary = Mapping[str, Mapping[str, Sequence[JsonValue]]]
_NOTHING: Final = "无"
_GROWN_UP: Final = 18


@dataclass(kw_only=True, eq=False, slots=True)
class Known:
    """Somebody whom a programme serves, with chance of her own."""

    person: PlannedPerson
    family: Family
    chance: Random

    def happens(self, per_1000: int) -> bool:
        return self.chance.randrange(1000) < per_1000


def is_there(story: Story, one: Known) -> bool:
    """Known, here and not away today."""
    return story.is_reachable(one.person) and one.person.away_on(story.today) is None


def fill(story: Story, one: Known, form_code: str, given: Answers, mode: str = "clinic") -> RecordedVisit:
    """One complete sheet of today; a referral that its rule makes is asked about later."""
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
    plan_asking(story, one.person, one.chance, recorded.referral)
    return recorded


def filled(
    form: Form,
    ordinary: Ordinary,
    chance: Random,
    *,
    served_on: date,
    age: int | None = None,
    given: Answers,
) -> dict[str, JsonValue]:
    """Complete answers to the form: `given`, and for the rest what is ordinary."""
    usual = ordinary.get(form.code, {})
    answers: dict[str, JsonValue] = {}
    for field in form.fields:
        is_wanted = _is_wanted(field, answers, age)
        if field.key in given and (is_wanted or field.required_when is None):
            answers[field.key] = given[field.key]
        elif is_wanted:
            answers[field.key] = (
                chance.choice(usual[field.key]) if field.key in usual else _plain(field, served_on)
            )
    return answers


def usual_pressure(one: Known, story: Story, usual: int = 126) -> dict[str, JsonValue]:
    """A pressure as most people have it; children's are lower."""
    if one.person.age_on(story.today) < _GROWN_UP:
        usual = 104
    systolic = min(168, max(92, round(one.chance.gauss(usual, 10))))
    return {"systolic_mmhg": systolic, "diastolic_mmhg": round(systolic * 0.6)}


def usual_body(one: Known, story: Story) -> dict[str, JsonValue]:
    """Height, weight and waist; those of a schoolchild by her age."""
    age = one.person.age_on(story.today)
    height = one.chance.randrange(148, 174) if age >= _GROWN_UP else min(165, 78 + 6 * age)
    weight = (
        (height - 100) * one.chance.uniform(0.85, 1.2) if age >= _GROWN_UP else 8 + age * (2 + age * 0.07)
    )
    waist = one.chance.randrange(72, 98) if age >= _GROWN_UP else 48 + age
    return {"height_cm": f"{height}.0", "weight_kg": f"{weight:.1f}", "waist_cm": f"{waist}.0"}


def _is_wanted(field: Field, answers: Answers, age: int | None) -> bool:
    if field.type in (COMPUTED, KEPT) or (field.from_age or 0) > (age or 0):
        return False
    condition = field.required_when
    if condition is None:
        return field.is_required
    answer = answers.get(condition.field)
    chosen = answer if isinstance(answer, list | tuple) else (answer,)
    return any(value in condition.values for value in chosen if isinstance(value, str | bool))


def _plain(field: Field, served_on: date) -> JsonValue:
    codes = () if field.options is None else field.options.codes
    plain: Mapping[str, JsonValue] = {
        YES_NO: False,
        ONE: codes[0] if codes else "",
        MANY: [(*field.exclusive, *codes)[0]] if codes else [],
        GROUP: [],
        WHOLE: int(field.minimum or 0),
        DECIMAL: str(field.minimum or 0),
        DATE: served_on.isoformat(),
        PARTIAL_DATE: str(served_on.year - 5),
    }
    return plain.get(field.type, _NOTHING)
