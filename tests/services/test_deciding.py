"""一张表 in the records: each disease concluded by itself, one referral, and decided again across forms."""

from datetime import timedelta
from typing import Any

import pytest

from tests.domain.form_files import example
from tests.village import COMPLETE_FORM, TODAY, follow_up
from village_doctor.domain.decisions import Decision
from village_doctor.domain.visits import Visit, conclusion_for
from village_doctor.services.advising import conclusion
from village_doctor.services.measuring import ReadingDraft, record_reading
from village_doctor.services.visiting import (
    FollowUpDraft,
    add_follow_up,
    correct_follow_up,
    correct_reading,
    void_visit,
)
from village_doctor.store import tables, visit_store

BOTH = "hypertension_diabetes_follow_up"
GOOD = {
    **COMPLETE_FORM,
    "symptoms": ["no_symptoms"],
    "dorsalis_pedis": "1",
    "staple_food_g": 300,
    "fasting_glucose_mmol": "6.1",
    "low_glucose_reaction": "1",
}


def both(resident, on=None, mode="clinic", **answers):
    merged = {name: value for name, value in {**GOOD, **answers}.items() if value is not None}
    return FollowUpDraft(resident_id=resident.id, form_code=BOTH, mode=mode, answers=merged, served_on=on)


def diabetes_alone(resident, on=None, **answers):
    merged = {**GOOD, **answers, "symptoms": ["1"]}
    for name in ("salt_intake", "pulse_per_minute"):
        merged.pop(name)
    return FollowUpDraft(
        resident_id=resident.id,
        form_code="diabetes_follow_up",
        mode="clinic",
        answers=merged,
        served_on=on,
    )


def stored(village, visit):
    return village.workplace.query(tables.get, Visit, visit.id)


def concluded(visit, disease) -> Decision:
    """The decision on a disease that this visit must have."""
    decision = conclusion_for(visit, disease).decision
    assert decision is not None
    return decision


def referrals(village, resident):
    found = village.workplace.query(visit_store.referrals_of, resident.id)
    return [one for one in found if not one.is_voided]


def ago(days):
    return TODAY - timedelta(days=days)


def test_each_disease_has_its_own_conclusion_and_the_visit_the_worst(village, do):
    visit = do(add_follow_up, both(village.widow, systolic_mmhg=152, diastolic_mmhg=96)).visit
    assert (visit.is_complete, visit.diseases) == (True, ("hypertension", "diabetes"))
    assert visit.proves == ("follow_up:hypertension", "follow_up:diabetes")
    pressure, glucose = (conclusion_for(visit, disease) for disease in visit.diseases)
    assert (pressure.control_result, glucose.control_result) == ("uncontrolled", "controlled")
    assert pressure.next_due_on == TODAY + timedelta(days=14)
    assert glucose.next_due_on is not None
    assert glucose.next_due_on > TODAY + timedelta(days=80)
    assert (visit.control_result, visit.next_due_on) == ("uncontrolled", pressure.next_due_on)
    assert (pressure.decision is not None, glucose.decision is not None) == (True, True)


def test_a_single_sheet_has_no_conclusions_of_its_own(village, do):
    visit = do(add_follow_up, follow_up(village.widow)).visit
    assert visit.conclusions == ()
    assert conclusion_for(visit, "hypertension").control_result == visit.control_result == "controlled"


def test_the_doctors_own_day_is_the_day_for_both(village, do):
    draft = both(village.widow)
    own = TODAY + timedelta(days=20)
    given = {name: getattr(draft, name) for name in draft.__slots__} | {"own_next_on": own}
    visit = do(add_follow_up, FollowUpDraft(**given)).visit
    assert visit.next_due_on == own
    assert [one.next_due_on for one in visit.conclusions] == [own, own]


def test_one_referral_for_the_visit_named_after_the_disease_that_asks(village, do):
    do(add_follow_up, both(village.widow, on=ago(30), fasting_glucose_mmol="8.0"))
    made = do(add_follow_up, both(village.widow, fasting_glucose_mmol="8.2"))
    (referral,) = referrals(village, village.widow)
    assert (referral.id, referral.disease, referral.urgency) == (made.referral.id, "diabetes", "ordinary")
    assert referral.reasons[0].code == "glucose_high_twice"


def test_two_emergencies_are_one_referral(village, do):
    made = do(
        add_follow_up,
        both(village.widow, systolic_mmhg=186, diastolic_mmhg=112, fasting_glucose_mmol="17.0"),
    )
    (referral,) = referrals(village, village.widow)
    assert referral.urgency == "emergency"
    codes = [reason.code for reason in made.visit.decision.reasons]
    assert codes[:2] == ["emergency_pressure", "emergency_glucose_high"]
    assert len(codes) == len(set(codes))


@pytest.mark.parametrize("first", ["both", "single"])
def test_two_in_a_row_across_the_forms(village, do, first):
    sheet = both(village.widow, on=ago(30), systolic_mmhg=152, diastolic_mmhg=96)
    single = follow_up(village.widow, on=ago(30), systolic_mmhg=152, diastolic_mmhg=96)
    now_sheet = both(village.widow, systolic_mmhg=154, diastolic_mmhg=96)
    now_single = follow_up(village.widow, systolic_mmhg=154, diastolic_mmhg=96)
    earlier, later = (sheet, now_single) if first == "both" else (single, now_sheet)
    do(add_follow_up, earlier)
    visit = do(add_follow_up, later).visit
    assert visit.decision.referral == "ordinary"
    assert visit.decision.reasons[0].code == "pressure_high_twice"


def test_a_correction_of_a_sheet_for_both_decides_the_single_sheets_after_it_again(village, do):
    sheet = do(
        add_follow_up,
        both(village.widow, on=ago(30), systolic_mmhg=152, diastolic_mmhg=96, fasting_glucose_mmol="8.0"),
    ).visit
    pressure = do(add_follow_up, follow_up(village.widow, on=ago(10), systolic_mmhg=154, diastolic_mmhg=96))
    glucose = do(add_follow_up, diabetes_alone(village.widow, on=ago(9), fasting_glucose_mmol="8.2"))
    assert (pressure.visit.decision.referral, glucose.visit.decision.referral) == ("ordinary", "ordinary")
    do(correct_follow_up, sheet.id, {"systolic_mmhg": 132, "diastolic_mmhg": 80})
    after = {name: stored(village, one.visit) for name, one in (("p", pressure), ("g", glucose))}
    assert after["p"].decision.referral is None
    assert after["g"].decision.referral == "ordinary"
    assert [one.disease for one in referrals(village, village.widow)] == ["diabetes"]


def test_a_correction_of_a_single_sheet_decides_the_sheet_for_both_again(village, do):
    single = do(add_follow_up, diabetes_alone(village.widow, on=ago(30), fasting_glucose_mmol="6.0"))
    sheet = do(add_follow_up, both(village.widow, on=ago(5), fasting_glucose_mmol="8.0")).visit
    assert concluded(sheet, "diabetes").referral is None
    reading = next(one for one in single.readings if one.kind == "glucose")
    do(correct_reading, reading.id, {"fasting_glucose_mmol": 8})
    again = stored(village, sheet)
    assert concluded(again, "diabetes").referral == "ordinary"
    assert concluded(again, "hypertension").referral is None
    assert again.decision.referral == "ordinary"
    do(void_visit, single.visit.id, "录错人")
    assert stored(village, sheet).decision.referral is None
    assert referrals(village, village.widow) == []


def test_without_fasting_glucose_diabetes_has_no_class_and_hypertension_has_its_own(village, do):
    made = do(add_follow_up, both(village.widow, fasting_glucose_mmol=None, systolic_mmhg=152))
    visit = made.visit
    assert (visit.is_complete, visit.control_result) == (False, None)
    assert visit.proves == ("follow_up:hypertension",)
    pressure, glucose = (conclusion_for(visit, disease) for disease in visit.diseases)
    assert (pressure.control_result, pressure.next_due_on) == ("uncontrolled", TODAY + timedelta(days=14))
    assert concluded(visit, "diabetes").is_high is None
    assert (glucose.control_result, glucose.next_due_on) == (None, TODAY + timedelta(days=7))
    assert visit.next_due_on == TODAY + timedelta(days=7)
    assert [reason.code for reason in concluded(visit, "hypertension").reasons] == ["pressure_high_first"]


def test_what_only_the_pressure_sheet_asks_keeps_only_that_one_unfinished(village, do):
    visit = do(add_follow_up, both(village.widow, salt_intake=None)).visit
    assert (visit.missing, visit.proves) == (("salt_intake",), ("follow_up:diabetes",))
    pressure, glucose = (conclusion_for(visit, disease) for disease in visit.diseases)
    assert (pressure.control_result, glucose.control_result) == (None, "controlled")
    done = do(correct_follow_up, visit.id, {"salt_intake": "1"}).visit
    assert (done.is_complete, done.control_result) == (True, "controlled")
    assert done.proves == ("follow_up:hypertension", "follow_up:diabetes")


def test_what_both_sheets_ask_keeps_both_unfinished(village, do):
    visit = do(add_follow_up, both(village.widow, adherence=None)).visit
    assert visit.proves == ()
    assert [one.control_result for one in visit.conclusions] == [None, None]


def test_by_telephone_the_sheet_proves_nothing(village, do):
    assert do(add_follow_up, both(village.widow, mode="phone")).visit.proves == ()


def test_a_sheet_without_fasting_glucose_stands_between_two_pressures_and_not_between_two_glucoses(
    village, do
):
    do(add_follow_up, both(village.widow, on=ago(30), fasting_glucose_mmol="8.0"))
    do(add_follow_up, both(village.widow, on=ago(20), fasting_glucose_mmol=None, systolic_mmhg=152))
    visit = do(add_follow_up, both(village.widow, fasting_glucose_mmol="8.2", systolic_mmhg=154)).visit
    said = {one.disease: one.decision.reasons[0].code for one in visit.conclusions}
    assert said == {"hypertension": "pressure_high_twice", "diabetes": "glucose_high_twice"}


def test_a_referral_made_again_after_a_correction_is_the_one_that_stands(village, do):
    visit = do(add_follow_up, both(village.widow, complication="new")).visit
    for complication, count in (("none", 0), ("new", 1), ("new", 1), ("worse", 1), ("none", 0)):
        do(correct_follow_up, visit.id, {"complication": complication})
        assert len(referrals(village, village.widow)) == count


# --- the second pressure ---


def test_both_pressures_are_kept_and_the_mean_decides(village, do):
    answers: dict[str, Any] = {
        "systolic_mmhg": 186,
        "diastolic_mmhg": 100,
        "systolic_again_mmhg": 160,
        "diastolic_again_mmhg": 96,
    }
    made = do(add_follow_up, follow_up(village.grandmother, **answers))
    kept = {(one.systolic_mmhg, one.is_repeat) for one in made.readings if one.kind == "blood_pressure"}
    assert kept == {(186, False), (160, True)}
    assert made.visit.decision.referral is None
    assert made.visit.next_due_on == TODAY + timedelta(days=7)
    second = next(one for one in made.readings if one.is_repeat)
    again = do(correct_reading, second.id, {"systolic_again_mmhg": 182})
    assert again.visit.decision.referral == "emergency"
    cleared = do(
        correct_follow_up, made.visit.id, {"systolic_again_mmhg": None, "diastolic_again_mmhg": None}
    )
    assert cleared.visit.decision.reasons[0].code == "emergency_pressure"
    left = village.workplace.query(visit_store.readings_of_visit, made.visit.id)
    assert [(one.systolic_mmhg, one.is_repeat) for one in left if one.kind == "blood_pressure"] == [
        (186, False)
    ]


def test_a_glucose_measured_beside_the_form_that_day_is_looked_at(village, do):
    draft = ReadingDraft(
        resident_id=village.widow.id, measurements={"random_glucose_mmol": 18}, taken_on=TODAY
    )
    do(record_reading, draft)
    visit = do(add_follow_up, follow_up(village.widow)).visit
    assert [reason.code for reason in visit.decision.reasons] == ["emergency_glucose_high"]
    assert len(referrals(village, village.widow)) == 1


def test_what_the_form_itself_asks_is_not_taken_from_elsewhere(village, do):
    draft = ReadingDraft(
        resident_id=village.widow.id,
        measurements={"systolic_mmhg": 150, "diastolic_mmhg": 96},
        taken_on=TODAY,
    )
    do(record_reading, draft)
    visit = do(add_follow_up, follow_up(village.widow, systolic_mmhg=None, diastolic_mmhg=None)).visit
    assert visit.decision.is_high is None


def test_the_conclusion_while_typing_the_sheet_for_both_is_the_one_that_is_saved(village, do):
    draft = both(village.widow, systolic_mmhg=152, diastolic_mmhg=96, fasting_glucose_mmol="7.7")
    shown = village.workplace.query(conclusion, village.workplace.catalogue, draft, TODAY)
    saved = do(add_follow_up, draft).visit
    assert (shown.decision, shown.next_on, shown.missing) == (saved.decision, saved.next_due_on, ())


def test_low_glucose_on_a_sulfonylurea_is_observed(village, do):
    answers = {"fasting_glucose_mmol": "3.5", "medicines": [{"name": "格列美脲片"}]}
    visit = do(add_follow_up, diabetes_alone(village.widow, **answers)).visit
    assert visit.decision.actions[:2] == ("give_sugar", "stay_and_observe")


@pytest.mark.parametrize(("again", "is_referred"), [((160, 96), False), ((182, 96), True)])
def test_a_quick_reading_measured_again_is_judged_by_the_second(village, do, again, is_referred):
    measurements = {"systolic_mmhg": 186, "diastolic_mmhg": 100}
    measurements |= dict(zip(("systolic_again_mmhg", "diastolic_again_mmhg"), again, strict=True))
    made = do(record_reading, ReadingDraft(resident_id=village.grandmother.id, measurements=measurements))
    assert [one.is_repeat for one in made.readings] == [False, True]
    assert (made.emergency is not None, made.referral is not None) == (is_referred, is_referred)
    assert len(referrals(village, village.grandmother)) == int(is_referred)


def test_the_second_quick_pressure_calms_no_pressure_of_a_later_sheet(village, do):
    """高血压 §3: the sheet's own very high pressure was not measured again."""
    quick = {"systolic_mmhg": 185, "diastolic_mmhg": 115}
    quick |= {"systolic_again_mmhg": 150, "diastolic_again_mmhg": 95}
    assert (
        do(record_reading, ReadingDraft(resident_id=village.widow.id, measurements=quick)).emergency is None
    )
    filled = example("other_chronic_visit")
    answers = {**filled.answers, "systolic_mmhg": 186, "diastolic_mmhg": 116}
    draft = FollowUpDraft(
        resident_id=village.widow.id, form_code="other_chronic_visit", mode=filled.mode, answers=answers
    )
    visit = do(add_follow_up, draft).visit
    assert (visit.decision.referral, visit.decision.reasons[0].code) == ("emergency", "emergency_pressure")


def test_a_correction_of_a_form_keeps_its_two_pressures_apart(village, do):
    """Also one that was measured a second time and written down only now."""
    made = do(add_follow_up, follow_up(village.grandmother, systolic_mmhg=186, diastolic_mmhg=100))
    again = {"systolic_again_mmhg": 160, "diastolic_again_mmhg": 96}
    assert pressures(village, do(correct_follow_up, made.visit.id, again).visit) == {False: 186, True: 160}
    corrected = do(correct_follow_up, made.visit.id, {"systolic_mmhg": 188, "salt_intake": "2"}).visit
    assert pressures(village, corrected) == {False: 188, True: 160}


def pressures(village, visit):
    """Systolic of each pressure of a visit, by whether it was the second one."""
    readings = village.workplace.query(visit_store.readings_of_visit, visit.id)
    return {one.is_repeat: one.systolic_mmhg for one in readings if one.kind == "blood_pressure"}
