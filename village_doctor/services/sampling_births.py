"""Children below six and mothers in a sample village: before the birth, after it, and the checks at their ages."""

from collections.abc import Sequence
from datetime import date, timedelta
from functools import partial
from typing import Final

from village_doctor.domain.dates import plus_months
from village_doctor.domain.duties.child import PROOF_CHECK
from village_doctor.domain.messages import JsonValue
from village_doctor.domain.people import FEMALE
from village_doctor.services import correcting
from village_doctor.services.sampling_contracts import add_package
from village_doctor.services.sampling_sheets import Answers, Known, fill, is_there, usual_pressure
from village_doctor.services.sampling_story import Story

_CHILD_MONTHS: Final = (1, 3, 6, 8, 12, 18, 24, 30, 36, 48, 60, 72)
_CHINESE_MEDICINE_MONTHS: Final = (6, 12, 18, 24, 30, 36)
_ANTENATAL_WEEKS: Final = (11, 18, 23, 32, 38)
_PREGNANCY_DAYS: Final = 280


def begin_child(story: Story, one: Known) -> None:
    """The visits of a child below six, and before them those of her mother."""
    shares = story.data.shares.programmes
    born = one.person.birth_date
    if born <= plus_months(story.start, -_CHILD_MONTHS[-1]):
        return
    if born > story.start:
        _begin_birth(story, one)
    for months in _CHILD_MONTHS:
        day = plus_months(born, months) + timedelta(days=one.chance.randrange(12))
        if day > story.start and one.happens(shares.child_visit):
            story.at(day, partial(_child_check, one=one, months=months))


def _begin_birth(story: Story, one: Known) -> None:
    """The mother, if she is of this family: her pregnancy, the birth, the visits after it."""
    born = one.person.birth_date
    story.at(
        max((one.person.joins_on or born) + timedelta(days=1), born + timedelta(days=9)),
        partial(_newborn, one=one),
    )
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
    expect(story, her, began)
    story.at(born + timedelta(days=1), partial(_deliver, one=her, born=born))
    story.at(born + timedelta(days=8), partial(_postnatal, one=her, form_code="postnatal_visit"))
    story.at(born + timedelta(days=43), partial(_postnatal, one=her, form_code="postnatal_42_days"))


def expect(story: Story, one: Known, began: date) -> None:
    """A pregnancy from its first day on: told some weeks later, then the five antenatal visits."""
    story.at(began + timedelta(days=56), partial(_expect, one=one, began=began))
    for week in _ANTENATAL_WEEKS:
        day = began + timedelta(days=7 * week + one.chance.randrange(6))
        if one.happens(story.data.shares.programmes.antenatal_visit):
            story.at(day, partial(_antenatal, one=one, week=week))


def begin_pregnant(story: Story, adults: Sequence[Known]) -> None:
    """Who expects a child at the end of the story."""
    chance = story.chance("expecting")
    women = [
        one
        for one in adults
        if one.person.sex == FEMALE
        and 20 <= one.person.age_on(story.until) < 44
        and all(child.age_on(story.until) >= 1 for child in one.family.plan.members)
    ]
    residents = sum(len(family.plan.members) for family in story.families)
    wanted = round(residents * story.data.shares.programmes.expecting / 1000)
    number = min(len(women), max(1, wanted))
    for one in chance.sample(women, number):
        expect(story, one, story.until - timedelta(days=chance.randrange(90, 200)))


def _expect(story: Story, one: Known, began: date) -> None:
    if story.is_reachable(one.person):
        due = began + timedelta(days=_PREGNANCY_DAYS)
        values: Answers = {"last_menstruation_on": began.isoformat(), "expected_delivery_on": due.isoformat()}
        story.do(correcting.correct_record, "resident", story.ids[one.person], values)
        add_package(story, one.family, one.person, "maternal")


def _antenatal(story: Story, one: Known, week: int) -> None:
    if is_there(story, one):
        fill(story, one, "antenatal_visit", {**usual_pressure(one, story, 112), "gestation_weeks": week})


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
    if is_there(story, one) and one.happens(story.data.shares.programmes.postnatal_visit):
        fill(
            story,
            one,
            form_code,
            usual_pressure(one, story, 114),
            "home" if form_code == "postnatal_visit" else "clinic",
        )


def _newborn(story: Story, one: Known) -> None:
    if is_there(story, one) and (story.today - one.person.birth_date).days <= 28:
        fill(story, one, "newborn_visit", {"child_weight_kg": f"{one.chance.uniform(2.8, 4.2):.2f}"}, "home")


def _child_check(story: Story, one: Known, months: int) -> None:
    if not is_there(story, one):
        return
    form_code = next(
        form.code
        for form in story.catalogue.forms.values()
        if PROOF_CHECK in form.proves and form.fits_months(months)
    )
    weight = 3.4 + 0.72 * min(months, 8) + 0.2 * max(0, months - 8)
    given: dict[str, JsonValue] = {
        "child_weight_kg": f"{weight * one.chance.uniform(0.92, 1.1):.2f}",
        "child_length_cm": f"{50 + 2.3 * min(months, 10) + 0.75 * max(0, months - 10):.1f}",
        "weight_grade": "2",
        "length_grade": "2",
        "teeth": min(20, max(0, months - 5)),
    }
    fill(story, one, form_code, given)
    if months in _CHINESE_MEDICINE_MONTHS and one.happens(
        story.data.shares.programmes.child_chinese_medicine
    ):
        fill(story, one, "child_chinese_medicine", {})
