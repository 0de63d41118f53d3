"""Does she take what can bring the glucose down too far (2型糖尿病 §2)? By the medicines kept with her and by her sheets."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from tests.domain.clinical.patients import DAY
from village_doctor.domain.clinical.medicine_names import sheet_lowers_glucose, takes_what_lowers_glucose
from village_doctor.domain.medications import Medication
from village_doctor.domain.visits import Visit

NAMES = ("格列本脲", "消渴丸")
EARLIER = DAY - timedelta(days=30)
AT = datetime(2026, 11, 22, 2, tzinfo=UTC)


def medicine(drug: str = "格列本脲片", **changes: Any) -> Medication:
    return Medication(**{"id": "m", "resident_id": "r", "drug": drug, **changes})


def visit(drug: str, on: date = DAY, form_code: str = "diabetes_follow_up", **changes: Any) -> Visit:
    listed = {"medicines": [{"name": drug}]} if drug else {}
    return Visit(
        **{
            "id": "v",
            "resident_id": "r",
            "served_on": on,
            "mode": "clinic",
            "purpose": "follow_up",
            "staff_id": "s",
            "recorded_at": AT,
            "form_code": form_code,
            "answers": listed,
            **changes,
        }
    )


@pytest.mark.parametrize(
    ("answers", "is_told"),
    [
        ({"medicines": [{"name": "二甲双胍"}, {"name": "复方消渴丸"}]}, True),
        ({"medicines": [{"name": "二甲双胍"}]}, False),
        ({"medicines": [{"dose": "5 mg"}]}, False),
        ({"insulin": [{"kind": "预混"}]}, True),
        ({"insulin": []}, False),
        ({}, False),
    ],
)
def test_by_a_sheet(answers, is_told):
    assert sheet_lowers_glucose(answers, NAMES) is is_told


@pytest.mark.parametrize(
    ("kept", "is_taken"),
    [
        pytest.param(medicine(), True, id="no day kept"),
        pytest.param(medicine("氨氯地平"), False, id="another medicine"),
        pytest.param(medicine(since_on=DAY), True, id="from that day"),
        pytest.param(medicine(since_on=DAY + timedelta(days=1)), False, id="from the next day"),
        pytest.param(medicine(until_on=DAY), True, id="to that day"),
        pytest.param(medicine(until_on=DAY - timedelta(days=1)), False, id="to the day before"),
        pytest.param(medicine(voided_at=AT, void_reason="记错"), False, id="voided"),
    ],
)
def test_by_the_medicines_kept_with_her(kept, is_taken):
    assert takes_what_lowers_glucose([kept], [], NAMES, DAY) is is_taken


@pytest.mark.parametrize(
    ("visits", "is_taken"),
    [
        pytest.param([visit("格列本脲")], True, id="that day"),
        pytest.param([visit("格列本脲", DAY + timedelta(days=1))], False, id="a later sheet"),
        pytest.param([visit("格列本脲", voided_at=AT, void_reason="记错")], False, id="voided"),
        pytest.param([visit("二甲双胍"), visit("格列本脲", EARLIER)], False, id="changed since"),
        pytest.param([visit("格列本脲"), visit("二甲双胍", EARLIER)], True, id="taken since"),
        pytest.param([visit(""), visit("格列本脲", EARLIER)], True, id="a sheet that lists nothing"),
        pytest.param(
            [visit("氨氯地平", form_code="hypertension_follow_up"), visit("格列本脲", EARLIER)],
            True,
            id="the newer sheet is another form",
        ),
        pytest.param(
            [visit("", answers={"insulin": [{"kind": "预混"}]}), visit("二甲双胍", EARLIER)],
            True,
            id="insulin alone",
        ),
        pytest.param([visit("", answers=None)], False, id="a visit without a sheet"),
    ],
)
def test_by_the_newest_sheet_of_each_form(visits, is_taken):
    assert takes_what_lowers_glucose([], visits, NAMES, DAY) is is_taken
