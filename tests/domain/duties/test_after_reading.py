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
    assert may_begin_something(reading, born(age), conditions, ON, FIGURES) is may


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
    assert may_begin_something(reading, born(40), (), ON, FIGURES) is may


@pytest.mark.parametrize(
    ("birthday", "may"),
    [(date(1992, 2, 23), True), (date(1992, 2, 24), False)],
    ids=["in horizon", "after it"],
)
def test_who_becomes_35_within_three_months_is_looked_at(birthday, may):
    person = Resident(id="r", name="李桂英", sex="2", birth_date=birthday)
    assert may_begin_something(pressure(), person, (), ON, FIGURES) is may
