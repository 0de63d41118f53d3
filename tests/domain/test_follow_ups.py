"""From visits and readings to the follow-up before: what counts, and how it is judged."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest

from tests.domain.form_files import COMPLETE, form
from village_doctor.domain.clinical.facts import PastFollowUp, previous_counted
from village_doctor.domain.clinical.rules import RULES
from village_doctor.domain.follow_ups import facts_of_follow_up, measurements_of, past_follow_ups
from village_doctor.domain.form_checking import check_answers
from village_doctor.domain.readings import Reading
from village_doctor.domain.visits import Visit

BORN = date(1956, 11, 22)
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
    return Reading(
        id=f"glucose-{number}-{timing}",
        resident_id="r",
        taken_at=instant(day),
        kind="glucose",
        visit_id=f"visit-{number}",
        glucose_mmol=Decimal(value),
        glucose_timing=timing,
        **changes,
    )


def past(visits, readings, disease="hypertension", born=BORN):
    return past_follow_ups(disease, born, visits, readings)


def test_judged_by_the_facts_of_that_day():
    day = DAY - timedelta(days=30)
    visits = [visit(1, day, answers={"adverse_reaction": "2"})]
    assert past(visits, [pressure(1, day, 158, 92)]) == (
        PastFollowUp(served_on=day, is_high=True, has_reaction=True, shown="158/92"),
    )


@pytest.mark.parametrize(
    ("day", "is_high"),
    [
        pytest.param(date(2021, 11, 21), True, id="hypertension §5 the day before 65: 148 was high"),
        pytest.param(date(2021, 11, 22), False, id="hypertension §5 on the 65th birthday it is not"),
    ],
)
def test_judged_by_the_age_then(day, is_high):
    assert past([visit(1, day)], [pressure(1, day, 148, 86)])[0].is_high is is_high


@pytest.mark.parametrize(
    "changes",
    [
        pytest.param({"mode": "phone"}, id="hypertension §5 telephone does not count"),
        pytest.param({"mode": "video"}, id="nor video"),
        pytest.param({"is_complete": False}, id="hypertension §5 an unfinished form does not count"),
        pytest.param({"purpose": "home_care"}, id="another purpose does not count"),
        pytest.param({"form_code": "diabetes_follow_up"}, id="the other disease's form does not count"),
        pytest.param({"form_code": None}, id="no form does not count"),
        pytest.param(
            {"voided_at": instant(DAY), "void_reason": "录错人"}, id="a voided visit does not count"
        ),
    ],
)
def test_what_is_no_counted_follow_up(changes):
    day = DAY - timedelta(days=30)
    assert past([visit(1, day, **changes)], [pressure(1, day, 158, 92)]) == ()


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
def test_readings_that_are_not_ours_make_nothing_high(changes):
    day = DAY - timedelta(days=30)
    found = past([visit(1, day)], [pressure(1, day, 158, 92, **changes)])
    assert [(item.is_high, item.shown) for item in found] == [(None, "")]


def test_oldest_first_and_the_previous_is_strictly_before():
    days = [DAY, DAY - timedelta(days=90), DAY - timedelta(days=30)]
    visits = [visit(number, day) for number, day in enumerate(days)]
    readings = [pressure(number, day, 130 + number, 80) for number, day in enumerate(days)]
    found = past(visits, readings)
    assert [item.served_on for item in found] == sorted(days)
    previous = previous_counted(found, DAY)
    assert previous is not None
    assert (previous.served_on, previous.shown) == (days[2], "132/80")


def test_of_two_on_one_day_the_later_recorded_stands():
    day = DAY - timedelta(days=30)
    visits = [visit(2, day, recorded_at=instant(day, 8)), visit(1, day, recorded_at=instant(day, 2))]
    readings = [pressure(1, day, 158, 92), pressure(2, day, 138, 80)]
    previous = previous_counted(past(visits, readings), DAY)
    assert previous is not None
    assert (previous.is_high, previous.shown) == (False, "138/80")


def test_diabetes_looks_at_the_fasting_value_only():
    day = DAY - timedelta(days=30)
    visits = [visit(1, day, "diabetes")]
    readings = [glucose(1, day, "6.9"), glucose(1, day, "12.0", "random"), pressure(1, day, 158, 92)]
    found = past(visits, readings, "diabetes")
    assert [(item.is_high, item.shown) for item in found] == [(False, "6.9")]
    assert past(visits, [glucose(1, day, "7.0")], "diabetes")[0].is_high is True
    assert past(visits, [glucose(1, day, "12.0", "random")], "diabetes")[0].is_high is None


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


@pytest.mark.parametrize(("mode", "is_face_to_face"), [("clinic", True), ("home", True), ("phone", False)])
def test_from_answers_to_the_decision(mode, is_face_to_face):
    """The whole way of the grandmother of 70: 152/96 at the clinic, two in a row, referred."""
    answers = {**COMPLETE["hypertension_follow_up"], "systolic_mmhg": 152, "diastolic_mmhg": 96}
    checked = check_answers(form("hypertension_follow_up"), answers, mode)
    facts = facts_of_follow_up(
        "hypertension",
        checked,
        served_on=DAY,
        birth_date=BORN,
        mode=mode,
        conditions={"hypertension"},
        also_measured={"random_glucose_mmol": Decimal("9.8")},
    )
    assert (facts.age, facts.is_face_to_face, facts.is_complete) == (70, is_face_to_face, True)
    assert facts.measured.random_glucose_mmol == Decimal("9.8")
    day = DAY - timedelta(days=14)
    earlier = past([visit(1, day)], [pressure(1, day, 158, 92)])
    decision = RULES["hypertension"](facts, previous_counted(earlier, DAY))
    assert decision.referral == ("ordinary" if is_face_to_face else None)
    assert decision.control_result == ("uncontrolled" if is_face_to_face else None)
