"""Pregnancy, gestation and breast-feeding from the dates kept with a resident (norms-hypertension §3 E10)."""

from datetime import date, timedelta

import pytest

from village_doctor.domain.people import Resident
from village_doctor.domain.pregnancy import (
    gestation_on,
    is_breast_feeding_on,
    is_pregnant_on,
    pregnancy_began_on,
)

BEGAN = date(2026, 3, 1)
DELIVERED = date(2026, 12, 5)


def woman(**kept):
    return Resident(**{"id": "r", "name": "甲", "sex": "2", "birth_date": date(1995, 5, 5), **kept})


def is_pregnant(resident, day):
    return is_pregnant_on(resident, day, longest_days=300)


@pytest.mark.parametrize(
    ("kept", "day", "expected"),
    [
        pytest.param({"last_menstruation_on": BEGAN}, date(2026, 2, 28), False, id="the day before"),
        pytest.param({"last_menstruation_on": BEGAN}, BEGAN, True, id="from the last menstruation"),
        pytest.param({"last_menstruation_on": BEGAN}, BEGAN + timedelta(days=300), True, id="300 days"),
        pytest.param({"last_menstruation_on": BEGAN}, BEGAN + timedelta(days=301), False, id="301 days"),
        pytest.param(
            {"last_menstruation_on": BEGAN, "delivered_on": DELIVERED},
            DELIVERED - timedelta(days=1),
            True,
            id="the day before delivery",
        ),
        pytest.param(
            {"last_menstruation_on": BEGAN, "delivered_on": DELIVERED}, DELIVERED, False, id="day of delivery"
        ),
        pytest.param(
            {"last_menstruation_on": BEGAN, "delivered_on": date(2024, 5, 5)},
            date(2026, 5, 5),
            True,
            id="a delivery before belongs to an earlier pregnancy",
        ),
        pytest.param(
            {"last_menstruation_on": BEGAN, "delivered_on": BEGAN},
            BEGAN,
            False,
            id="delivery on that very day",
        ),
        pytest.param({"expected_delivery_on": date(2026, 12, 6)}, BEGAN, True, id="expected day − 280"),
        pytest.param(
            {"expected_delivery_on": date(2026, 12, 6)}, date(2026, 2, 28), False, id="expected day − 281"
        ),
        pytest.param({}, BEGAN, False, id="nothing kept"),
        pytest.param({"last_menstruation_on": BEGAN, "sex": "1"}, BEGAN, False, id="a man"),
    ],
)
def test_pregnant(kept, day, expected):
    assert is_pregnant(woman(**kept), day) is expected
    assert (gestation_on(woman(**kept), day, longest_days=300) is not None) is expected


@pytest.mark.parametrize(
    ("days", "gestation"),
    [(0, (0, 0)), (6, (0, 6)), (7, (1, 0)), (90, (12, 6)), (91, (13, 0)), (280, (40, 0)), (300, (42, 6))],
)
def test_gestation_in_full_weeks_and_days(days, gestation):
    resident = woman(last_menstruation_on=BEGAN)
    assert gestation_on(resident, BEGAN + timedelta(days=days), longest_days=300) == gestation


def test_the_menstruation_comes_before_the_expected_day():
    resident = woman(last_menstruation_on=BEGAN, expected_delivery_on=date(2027, 1, 31))
    assert pregnancy_began_on(resident) == BEGAN
    assert pregnancy_began_on(woman()) is None


OLD = date(2023, 1, 1)
NEW = date(2026, 3, 1)


@pytest.mark.parametrize(
    ("delivered_on", "began_on"),
    [
        pytest.param(date(2023, 10, 8), NEW, id="delivered since: the expected day tells of a new pregnancy"),
        pytest.param(OLD, NEW, id="delivered on that very day"),
        pytest.param(date(2022, 12, 31), OLD, id="delivered before: the menstruation is the newer one"),
        pytest.param(date(2026, 2, 28), NEW, id="delivered the day before the new one began"),
        pytest.param(NEW, OLD, id="delivered from that day on: it ended this very pregnancy"),
        pytest.param(None, OLD, id="no delivery known"),
    ],
)
def test_an_old_menstruation_hides_no_new_pregnancy(delivered_on, began_on):
    """高血压 §3 E10 asks for pregnancies as kept: after a delivery the old 末次月经 tells nothing of the new one."""
    resident = woman(
        last_menstruation_on=OLD,
        expected_delivery_on=NEW + timedelta(days=280),
        delivered_on=delivered_on,
    )
    assert pregnancy_began_on(resident) == began_on
    assert is_pregnant(resident, NEW + timedelta(days=90)) is (began_on == NEW)


def test_after_a_delivery_with_nothing_expected_the_menstruation_stands():
    assert pregnancy_began_on(woman(last_menstruation_on=OLD, delivered_on=date(2023, 10, 8))) == OLD


@pytest.mark.parametrize(
    ("kept", "day", "expected"),
    [
        ({"delivered_on": DELIVERED, "breast_feeding_until": date(2027, 6, 1)}, DELIVERED, True),
        (
            {"delivered_on": DELIVERED, "breast_feeding_until": date(2027, 6, 1)},
            DELIVERED - timedelta(days=1),
            False,
        ),
        ({"delivered_on": DELIVERED, "breast_feeding_until": date(2027, 6, 1)}, date(2027, 6, 1), True),
        ({"delivered_on": DELIVERED, "breast_feeding_until": date(2027, 6, 1)}, date(2027, 6, 2), False),
        ({"breast_feeding_until": date(2027, 6, 1)}, date(2026, 1, 1), True),
        ({"delivered_on": DELIVERED}, DELIVERED, False),
        ({"breast_feeding_until": date(2027, 6, 1), "sex": "1"}, date(2027, 6, 1), False),
    ],
)
def test_breast_feeding(kept, day, expected):
    assert is_breast_feeding_on(woman(**kept), day) is expected
