"""Which quick readings can change what is owed, besides the duties that they prove themselves.

Only screening looks at values: norms-hypertension §1 (35 and more, at risk), norms-diabetes §1.
"""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from tests.domain.shipped import figures
from village_doctor.domain.duties.after_reading import may_begin_something
from village_doctor.domain.people import Condition, Resident
from village_doctor.domain.readings import Reading

FIGURES = figures()
ON = date(2026, 11, 23)
NOON = datetime(2026, 11, 23, 4, tzinfo=UTC)
DIABETES_RISK_AGE = FIGURES.diabetes_risk_from_age


def born(age):
    """Her birthday is today."""
    return Resident(id="r", name="李桂英", sex="2", birth_date=ON.replace(year=ON.year - age))


def pressure(systolic=128, diastolic=78, taken_at=NOON, **given):
    values = {"systolic_mmhg": systolic, "diastolic_mmhg": diastolic, **given}
    return Reading(id="x", resident_id="r", taken_at=taken_at, kind="blood_pressure", **values)


def ill(code, **given):
    return Condition(id=code, resident_id="r", code=code, since="2016", **given)


BOTH = (ill("hypertension"), ill("diabetes"))
OLD = max(55, DIABETES_RISK_AGE)


@pytest.mark.parametrize(
    ("reading", "age", "conditions", "may"),
    [
        pytest.param(pressure(), OLD, (), False, id="old enough that the age alone is told, and not high"),
        pytest.param(pressure(140, 78), OLD, (), True, id="a first high pressure"),
        pytest.param(pressure(139, 89), OLD, (), False, id="one below the line of diagnosis"),
        pytest.param(pressure(128, 90), OLD, (), True, id="a first high diastolic"),
        pytest.param(pressure(140, 78), OLD, BOTH, False, id="high in a known patient"),
        pytest.param(pressure(140, 78), OLD, (ill("diabetes"),), True, id="high in a diabetic"),
        pytest.param(pressure(), 54, (), True, id="54: a value may put her at risk"),
        pytest.param(pressure(), 40, BOTH, False, id="young, both known"),
        pytest.param(pressure(), 36, (ill("hypertension"),), True, id="young, diabetes still screened for"),
        pytest.param(
            pressure(), 36, (ill("hypertension", is_confirmed=False), BOTH[1]), True, id="unconfirmed"
        ),
        pytest.param(
            pressure(),
            36,
            (ill("hypertension", until_on=date(2027, 1, 1)), BOTH[1]),
            True,
            id="known only until a day",
        ),
        pytest.param(pressure(), 20, (), False, id="far from 35"),
        pytest.param(pressure(setting="self_measured"), 40, (), False, id="self-measured"),
        pytest.param(
            pressure(taken_at=datetime(2026, 11, 22, 4, tzinfo=UTC)), OLD, BOTH, True, id="of another day"
        ),
    ],
)
def test_a_pressure(reading, age, conditions, may):
    assert may_begin_something(reading, born(age), conditions, list, ON, FIGURES) is may


MORNING = datetime(2026, 11, 23, 1, tzinfo=UTC)
EARLIER = [
    ("high this morning", pressure(165, 100, MORNING), (), True),
    ("high this morning, diabetic", pressure(165, 100, MORNING), (ill("diabetes"),), True),
    ("high this morning, known", pressure(165, 100, MORNING), BOTH, False),
    ("on the line", pressure(140, 70, MORNING), (), True),
    ("below it", pressure(139, 89, MORNING), (), False),
    ("high yesterday", pressure(165, 100, datetime(2026, 11, 22, 1, tzinfo=UTC)), (), False),
    ("measured at home by herself", pressure(165, 100, MORNING, setting="self_measured"), (), False),
]


@pytest.mark.parametrize(
    ("earlier", "conditions", "may"), [row[1:] for row in EARLIER], ids=[row[0] for row in EARLIER]
)
def test_a_lower_pressure_takes_back_what_a_high_one_of_that_day_began(earlier, conditions, may):
    """norms-hypertension §1: three days that are high; the last pressure of a day tells whether it is one."""
    readings = [pressure(taken_at=MORNING.replace(hour=0)), earlier]
    assert may_begin_something(pressure(), born(OLD), conditions, lambda: readings, ON, FIGURES) is may


def test_earlier_pressures_are_asked_for_only_where_they_can_tell():
    def never():
        raise AssertionError

    for reading, age in ((pressure(140, 78), OLD), (pressure(), 54), (pressure(), 20)):
        may_begin_something(reading, born(age), (), never, ON, FIGURES)
    weight = Reading(id="x", resident_id="r", taken_at=NOON, kind="weight", weight_kg=Decimal("81.0"))
    assert not may_begin_something(weight, born(OLD), (), never, ON, FIGURES)


@pytest.mark.parametrize(
    ("kind", "values", "may"),
    [
        ("weight", {"weight_kg": Decimal("81.0")}, True),
        ("height", {"height_cm": Decimal("158.0")}, True),
        ("waist", {"waist_cm": Decimal("97.0")}, True),
        ("glucose", {"glucose_mmol": Decimal("7.4"), "glucose_timing": "fasting"}, False),
        ("hba1c", {"hba1c_percent": Decimal("6.9")}, False),
        ("temperature", {"temperature_c": Decimal("36.5")}, False),
        ("spo2", {"spo2_percent": 97}, False),
    ],
)
def test_of_other_kinds_only_those_that_tell_a_risk(kind, values, may):
    reading = Reading(id="x", resident_id="r", taken_at=NOON, kind=kind, **values)
    assert may_begin_something(reading, born(40), (), list, ON, FIGURES) is may


@pytest.mark.parametrize(
    ("birthday", "may"),
    [(date(1992, 2, 23), True), (date(1992, 2, 24), False)],
    ids=["in horizon", "after it"],
)
def test_who_becomes_35_within_three_months_is_looked_at(birthday, may):
    person = Resident(id="r", name="李桂英", sex="2", birth_date=birthday)
    assert may_begin_something(pressure(), person, (), list, ON, FIGURES) is may
