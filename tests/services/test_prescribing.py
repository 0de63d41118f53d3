"""Medicines, and long prescriptions as somebody issued them (contracts.md §5): 4–12 weeks, signed above four."""

from datetime import date, timedelta
from typing import Any

import pytest

from tests.services.test_opening import refusal
from tests.village import TODAY, follow_up
from village_doctor.services.prescribing import (
    MedicineDraft,
    PrescriptionDraft,
    add_medication,
    end_medication,
    register_long_prescription,
)
from village_doctor.services.viewing import person_facts
from village_doctor.services.visiting import add_follow_up

DAY = timedelta(days=1)


@pytest.fixture
def refuses(village):
    def run(function, *args, **kwargs):
        return refusal(village.workplace.command, function, *args, **kwargs)

    return run


def medicine(resident, **given):
    return MedicineDraft(**{"resident_id": resident.id, "drug": "氨氯地平", "dose": "5mg", **given})


def prescription(resident, weeks=8, **given):
    return PrescriptionDraft(**{"medicine": medicine(resident), "weeks": weeks, "is_signed": True, **given})


def test_what_nobody_can_see_comes_into_no_word_about_a_medicine(village, do):
    given: dict[str, Any] = {
        "strength": "5mg\0",
        "dose": "5\u202emg",
        "prescriber": " ",
        "institution": "镇\udcff卫生院",
        "storage": "阴凉\x1b",
    }
    saved = do(add_medication, MedicineDraft(resident_id=village.widow.id, drug="氨氯\u200b地平 ", **given))
    assert (saved.drug, saved.strength, saved.dose, saved.prescriber, saved.institution, saved.storage) == (
        *("氨氯地平", "5mg", "5mg", None, "镇卫生院", "阴凉"),
    )


def test_a_medicine_is_hers_until_it_is_ended(village, do, refuses):
    saved = do(add_medication, medicine(village.widow, times_per_day=1, since_on=TODAY - 30 * DAY))
    assert village.workplace.query(person_facts, village.widow.id, TODAY).medications == (saved,)
    assert (saved.drug, saved.dose, saved.times_per_day, saved.weeks) == ("氨氯地平", "5mg", 1, None)
    assert refuses(end_medication, saved.id, saved.since_on - DAY) == "date-order"
    assert refuses(end_medication, saved.id, TODAY + DAY) == "date-in-future"
    assert do(end_medication, saved.id).until_on == TODAY
    assert refuses(end_medication, saved.id) == "medication-ended"


@pytest.mark.parametrize(
    ("given", "problem"),
    [
        ({"drug": "  "}, "drug-missing"),
        ({"times_per_day": 0}, "field-value"),
        ({"since_on": TODAY + DAY}, "date-in-future"),
        ({"since_on": date(1940, 1, 1)}, "date-order"),
    ],
    ids=str,
)
def test_a_medicine_that_cannot_be_is_refused(village, refuses, given, problem):
    assert refuses(add_medication, medicine(village.widow, **given)) == problem


@pytest.mark.parametrize("weeks", [4, 12])
def test_the_supply_is_used_up_after_so_many_weeks(village, do, weeks):
    issued_on = TODAY - 3 * DAY
    saved = do(register_long_prescription, prescription(village.widow, weeks, issued_on=issued_on)).medication
    assert saved.refill_due_on == issued_on + timedelta(weeks=weeks)
    assert (saved.issued_on, saved.since_on, saved.is_first, saved.is_signed) == (
        issued_on,
        issued_on,
        True,
        True,
    )


@pytest.mark.parametrize(
    ("weeks", "is_signed", "is_allowed"),
    [
        (3, True, False),
        (4, False, True),
        (5, False, False),
        (5, True, True),
        (12, True, True),
        (13, True, False),
    ],
)
def test_four_to_twelve_weeks_and_above_four_signed(village, refuses, do, weeks, is_signed, is_allowed):
    draft = prescription(village.widow, weeks, is_signed=is_signed)
    if is_allowed:
        assert do(register_long_prescription, draft).medication.weeks == weeks
    else:
        assert refuses(register_long_prescription, draft) == "prescription-refused"


def test_what_to_think_of_is_told_and_forbids_nothing(village, do):
    told = [one.code for one in do(register_long_prescription, prescription(village.widow)).warnings]
    assert told == ["prescription_never_followed_up", "prescription_no_contract"]
    do(add_follow_up, follow_up(village.widow, systolic_mmhg=128, diastolic_mmhg=78, adherence="2"))
    told = [one.code for one in do(register_long_prescription, prescription(village.widow)).warnings]
    assert told == ["prescription_irregular", "prescription_no_contract"]


def test_a_follow_up_after_the_day_of_issue_says_nothing_about_it(village, do):
    do(add_follow_up, follow_up(village.widow, systolic_mmhg=128, diastolic_mmhg=78))
    draft = prescription(village.widow, issued_on=TODAY - DAY)
    told = [one.code for one in do(register_long_prescription, draft).warnings]
    assert "prescription_never_followed_up" in told
