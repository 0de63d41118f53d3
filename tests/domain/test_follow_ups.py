"""From visits and readings to the visits before: what counts, and what was measured then."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from village_doctor.domain.clinical.visit_facts import PastVisit
from village_doctor.domain.follow_ups import (
    also_measured,
    first_of_two,
    measurements_of,
    past_visits,
    quick_readings,
)
from village_doctor.domain.readings import Reading, reading_values
from village_doctor.domain.visits import Conclusion, Visit

BOTH = "hypertension_diabetes_follow_up"
DAY = date(2026, 11, 22)
FORMS = {"hypertension": "hypertension_follow_up", "diabetes": "diabetes_follow_up"}


def instant(day, hour=2):
    return datetime(day.year, day.month, day.day, hour, tzinfo=UTC)


def visit(number, day, disease="hypertension", **changes):
    values = {
        "id": f"visit-{number}",
        "resident_id": "r",
        "served_on": day,
        "recorded_at": instant(day),
        "mode": "clinic",
        "purpose": "follow_up",
        "staff_id": "s",
        "form_code": FORMS[disease],
        "answers": {"adverse_reaction": "1"},
        "diseases": (disease,),
        "proves": (f"follow_up:{disease}",),
        "is_complete": True,
    }
    return Visit(**{**values, **changes})


def pressure(number, day, systolic, diastolic, **changes):
    values = {
        "id": f"reading-{number}",
        "resident_id": "r",
        "taken_at": instant(day),
        "kind": "blood_pressure",
        "visit_id": f"visit-{number}",
        "systolic_mmhg": systolic,
        "diastolic_mmhg": diastolic,
    }
    return Reading(**{**values, **changes})


def glucose(number, day, value, timing="fasting", **changes):
    values = {
        "id": f"glucose-{number}-{timing}",
        "resident_id": "r",
        "taken_at": instant(day),
        "kind": "glucose",
        "visit_id": f"visit-{number}",
        "glucose_mmol": Decimal(value),
        "glucose_timing": timing,
    }
    return Reading(**{**values, **changes})


def past(visits, readings=(), disease="hypertension", form_code="", before=DAY):
    return past_visits(disease, form_code, visits, readings, before)


def test_a_counted_visit_with_what_was_measured():
    day = DAY - timedelta(days=30)
    visits = [visit(1, day, answers={"adverse_reaction": "2"}, control_result="uncontrolled")]
    assert past(visits, [pressure(1, day, 158, 92)]) == (
        PastVisit(
            served_on=day,
            form_code="hypertension_follow_up",
            answers={"adverse_reaction": "2"},
            measurements={"systolic_mmhg": 158, "diastolic_mmhg": 92},
            control_result="uncontrolled",
        ),
    )


@pytest.mark.parametrize(
    "changes",
    [
        pytest.param({"proves": ()}, id="hypertension §5 telephone or unfinished: it proves nothing"),
        pytest.param({"diseases": ("diabetes",)}, id="the other disease's form does not count"),
        pytest.param({"served_on": DAY}, id="hypertension §5 a repeat on the same day does not count"),
        pytest.param({"served_on": DAY + timedelta(days=1)}, id="what came later is not past"),
        pytest.param(
            {"voided_at": instant(DAY), "void_reason": "录错人"}, id="a voided visit does not count"
        ),
    ],
)
def test_what_is_no_counted_visit(changes):
    day = DAY - timedelta(days=30)
    assert past([visit(1, day, **changes)], [pressure(1, day, 158, 92)]) == ()
    assert len(past([visit(1, day)])) == 1


def test_the_sheet_for_both_is_a_visit_of_each_disease():
    day = DAY - timedelta(days=30)
    sheet = visit(
        1,
        day,
        form_code=BOTH,
        diseases=("hypertension", "diabetes"),
        proves=("follow_up:hypertension", "follow_up:diabetes"),
        control_result="uncontrolled",
        conclusions=(
            Conclusion(disease="hypertension", control_result="uncontrolled"),
            Conclusion(disease="diabetes", control_result="controlled"),
        ),
    )
    single = visit(2, DAY - timedelta(days=10))
    found = past([single, sheet])
    assert [(one.form_code, one.control_result) for one in found] == [
        (BOTH, "uncontrolled"),
        ("hypertension_follow_up", None),
    ]
    assert [one.control_result for one in past([single, sheet], disease="diabetes")] == ["controlled"]


def test_where_there_is_no_disease_the_form_decides():
    visits = [
        visit(1, DAY - timedelta(days=9), form_code="self_care", diseases=(), proves=("self_care",)),
        visit(2, DAY - timedelta(days=8), form_code="constitution", diseases=(), proves=("constitution",)),
    ]
    assert [one.form_code for one in past(visits, disease="", form_code="self_care")] == ["self_care"]


@pytest.mark.parametrize(
    "changes",
    [
        {"voided_at": instant(DAY), "void_reason": "量错"},
        {"setting": "self_measured"},
        {"setting": "other_institution"},
        {"visit_id": None},
        {"visit_id": "another"},
    ],
)
def test_readings_that_are_not_ours_are_not_of_the_visit(changes):
    day = DAY - timedelta(days=30)
    (found,) = past([visit(1, day)], [pressure(1, day, 158, 92, **changes)])
    assert found.measurements == {}


def test_oldest_first_and_of_two_on_one_day_the_later_recorded_last():
    day = DAY - timedelta(days=30)
    visits = [
        visit(3, DAY - timedelta(days=1)),
        visit(2, day, recorded_at=instant(day, 8)),
        visit(1, day, recorded_at=instant(day, 2)),
        visit(0, DAY - timedelta(days=90)),
    ]
    readings = [pressure(number, one.served_on, 130 + number, 80) for number, one in enumerate(visits[::-1])]
    assert [one.measurements["systolic_mmhg"] for one in past(visits, readings)] == [130, 131, 132, 133]


def test_what_was_measured_that_day_outside_any_form():
    readings = [
        glucose(1, DAY, "6.1", visit_id=None),
        pressure(1, DAY, 150, 92, visit_id=None),
        pressure(2, DAY, 160, 92),
        glucose(2, DAY - timedelta(days=1), "9.9", "random", visit_id=None),
        glucose(3, DAY, "8.8", "two_hours", visit_id=None, setting="self_measured"),
    ]
    assert also_measured(readings, DAY, {"systolic_mmhg", "diastolic_mmhg"}) == {
        "fasting_glucose_mmol": Decimal("6.1")
    }
    assert also_measured(readings, DAY, set())["systolic_mmhg"] == 150


def test_a_second_pressure_says_nothing_about_the_pressure_of_a_form():
    """高血压 §3: keep both readings. The second one of the morning does not calm a first one of the afternoon."""
    morning = [
        pressure(1, DAY, 185, 115, visit_id=None),
        pressure(2, DAY, 150, 95, visit_id=None, is_repeat=True),
        glucose(1, DAY, "6.1", visit_id=None),
    ]
    with_pressure = {"systolic_mmhg", "diastolic_mmhg", "fasting_glucose_mmol"}
    assert also_measured(morning, DAY, with_pressure) == {}
    assert also_measured(morning, DAY, {"fasting_glucose_mmol"}) == {
        "systolic_mmhg": 185,
        "diastolic_mmhg": 115,
        "systolic_again_mmhg": 150,
        "diastolic_again_mmhg": 95,
    }


def test_a_day_is_a_day_in_the_village():
    late = glucose(1, DAY, "6.1", visit_id=None)
    evening = replace(late, taken_at=instant(DAY, 17))
    assert also_measured([evening], DAY, set()) == {}
    assert also_measured([evening], DAY + timedelta(days=1), set()) != {}


def test_the_second_pressure_is_a_reading_of_its_own_and_comes_back_under_its_name():
    measurements = {
        "systolic_mmhg": 186,
        "diastolic_mmhg": 112,
        "pulse_per_minute": 88,
        "systolic_again_mmhg": 170,
        "diastolic_again_mmhg": 100,
    }
    values: list[dict[str, Any]] = [dict(one) for one in reading_values(measurements)]
    assert [one.get("is_repeat", False) for one in values] == [False, True]
    made = [
        Reading(id=str(number), resident_id="r", taken_at=instant(DAY), **one)
        for number, one in enumerate(values)
    ]
    assert measurements_of(made) == measurements
    assert measurements_of(made[1:]) == {"systolic_again_mmhg": 170, "diastolic_again_mmhg": 100}


def test_a_later_pulse_alone_takes_no_pressure_away():
    pulse = pressure(2, DAY, None, None, taken_at=instant(DAY, 4), pulse_per_minute=72)
    assert measurements_of([pressure(1, DAY, 186, 112), pulse]) == {
        "systolic_mmhg": 186,
        "diastolic_mmhg": 112,
        "pulse_per_minute": 72,
    }


@pytest.mark.parametrize(
    ("systolic", "diastolic", "shown"),
    [(186, None, {"systolic_mmhg": 186}), (None, 112, {"diastolic_mmhg": 112})],
)
def test_half_a_pressure_is_kept_and_mixes_with_no_other(systolic, diastolic, shown):
    half = pressure(2, DAY, systolic, diastolic, taken_at=instant(DAY, 4))
    assert measurements_of([pressure(1, DAY, 150, 92), half]) == shown


def test_measurements_of_readings():
    later = Reading(
        id="w",
        resident_id="r",
        taken_at=instant(DAY, 3),
        kind="weight",
        weight_kg=Decimal("61.5"),
    )
    readings = [
        later,
        pressure(2, DAY, 140, 88, taken_at=instant(DAY, 3), pulse_per_minute=72),
        pressure(1, DAY, 150, 92),
        pressure(3, DAY, 200, 100, taken_at=instant(DAY, 4), voided_at=instant(DAY), void_reason="量错"),
        glucose(1, DAY, "6.1"),
        glucose(1, DAY, "9.8", "two_hours"),
        glucose(1, DAY, "11.0", "unheard_of"),
    ]
    assert measurements_of(readings) == {
        "systolic_mmhg": 140,
        "diastolic_mmhg": 88,
        "pulse_per_minute": 72,
        "weight_kg": Decimal("61.5"),
        "fasting_glucose_mmol": Decimal("6.1"),
        "two_hours_glucose_mmol": Decimal("9.8"),
    }


# --- measured again after a rest, outside any form ---


def quick(number, minute, systolic=186, diastolic=112, **changes):
    return pressure(
        number,
        DAY,
        systolic,
        diastolic,
        **{"visit_id": None, "taken_at": instant(DAY) + timedelta(minutes=minute), **changes},
    )


def test_a_pressure_stands_with_the_one_that_measured_it_again_and_the_rest_alone():
    first, second = quick(1, 0), quick(2, 10, 150, 96, is_repeat=True)
    told = quick(3, 5, setting="self_measured")
    weight = replace(quick(4, 6), kind="weight", systolic_mmhg=None, diastolic_mmhg=None)
    third, fourth = quick(5, 20), quick(6, 30, is_repeat=True)
    fifth = quick(7, 31, is_repeat=True)
    left_out = [
        quick(8, 1, visit_id="v"),
        quick(9, 1, voided_at=instant(DAY)),
        quick(10, 24 * 60),
    ]
    everything = [fifth, fourth, *left_out, third, weight, told, second, first]
    groups = quick_readings(everything, DAY)
    assert groups == ((first, second), (told,), (weight,), (third, fourth), (fifth,))


@pytest.mark.parametrize(
    ("readings", "expected"),
    [
        pytest.param([quick(1, 0)], "reading-1", id="very high, an hour ago"),
        pytest.param([quick(1, -1)], None, id="longer ago"),
        pytest.param([quick(1, 61)], None, id="not yet"),
        pytest.param([quick(1, 60)], "reading-1", id="at the same instant"),
        pytest.param([quick(1, 0, 180, 80)], "reading-1", id="180"),
        pytest.param([quick(1, 0, 179, 109)], None, id="179/109"),
        pytest.param([quick(1, 0, 150, 110)], "reading-1", id="110"),
        pytest.param([quick(1, 0), quick(2, 5, is_repeat=True)], None, id="measured again already"),
        pytest.param([quick(1, 0), quick(2, 5, 150, 90)], None, id="another one since"),
        pytest.param([quick(1, 0, setting="self_measured")], None, id="told, not measured"),
        pytest.param([quick(1, 0), quick(2, 5, setting="self_measured")], "reading-1", id="told in between"),
        pytest.param([quick(1, 0, setting="home")], "reading-1", id="at home"),
        pytest.param([quick(1, 0, visit_id="v")], None, id="of a form"),
        pytest.param([], None, id="nothing"),
    ],
)
def test_what_a_pressure_measures_again(readings, expected):
    at = instant(DAY) + timedelta(minutes=60)
    found = first_of_two(readings, at, timedelta(hours=1))
    assert (None if found is None else found.id) == expected


@pytest.mark.parametrize(
    ("proves", "hypertension", "diabetes"),
    [
        (("follow_up:hypertension", "follow_up:diabetes"), 1, 1),
        (("follow_up:hypertension",), 1, 0),
        (("follow_up:diabetes",), 0, 1),
        ((), 0, 0),
    ],
)
def test_of_a_sheet_for_both_only_the_finished_part_counts(proves, hypertension, diabetes):
    one = visit(
        1, DAY - timedelta(days=9), form_code=BOTH, diseases=("hypertension", "diabetes"), proves=proves
    )
    found = [len(past_visits(disease, BOTH, [one], [], DAY)) for disease in ("hypertension", "diabetes")]
    assert found == [hypertension, diabetes]
