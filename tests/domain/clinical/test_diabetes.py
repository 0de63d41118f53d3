"""规范（第三版）2型糖尿病患者健康管理, as a table: §2 emergency, §4 class and decision (sections of the reference page)."""

from datetime import timedelta

import pytest

from tests.domain.clinical.patients import (
    DAY,
    asked_after,
    before,
    codes,
    days_until,
    diabetic,
    limit_on,
    measured,
    past_visit,
    visit_facts,
)
from village_doctor.domain.clinical import diabetes, hypertension
from village_doctor.domain.dates import plus_months
from village_doctor.domain.decisions import Reason

SATISFIED_DAYS = (plus_months(DAY, 3) - DAY).days

# --- §4 class ---


@pytest.mark.parametrize(
    ("facts", "control_result"),
    [
        pytest.param(diabetic("6.9"), "controlled", id="§4 6.9 is satisfied"),
        pytest.param(diabetic("7.0"), "uncontrolled", id="§4 exactly 7.0 is not"),
        pytest.param(diabetic("16.6"), "uncontrolled", id="§4 16.6"),
        pytest.param(diabetic("16.7"), "uncontrolled", id="§4 an emergency has its class too"),
        pytest.param(diabetic("6.9", has_reaction=True), "adverse_reaction", id="§4 reaction"),
        pytest.param(diabetic("8.0", has_reaction=True), "adverse_reaction", id="§4 reaction over high"),
        pytest.param(diabetic("6.9", complication="new"), "complication", id="§4 new complication"),
        pytest.param(
            diabetic("8.0", complication="worse", has_reaction=True),
            "complication",
            id="§4 complication over all",
        ),
        pytest.param(
            diabetic("6.1", after_meal="12.0"), "controlled", id="§4 after a meal: never for the class"
        ),
        pytest.param(diabetic("6.9", at="152/96"), "controlled", id="§4 the pressure never decides here"),
        pytest.param(diabetic("7.0", age=80), "uncontrolled", id="§4 no other line for the old"),
    ],
)
def test_class(facts, control_result):
    assert diabetes.decide(facts, None).control_result == control_result


# --- §2 emergency ---


@pytest.mark.parametrize(
    ("facts", "reason"),
    [
        pytest.param(diabetic("16.6"), None, id="§2 E1 16.6"),
        pytest.param(diabetic("16.7"), "emergency_glucose_high", id="§2 E1 16.7"),
        pytest.param(diabetic(after_meal="16.7"), "emergency_glucose_high", id="§2 E1 any glucose counts"),
        pytest.param(diabetic(after_meal="16.6"), None, id="§2 E1 16.6 after a meal"),
        pytest.param(
            diabetic(None, after_meal="16.7", is_complete=False),
            "emergency_glucose_high",
            id="§2 E1 no fasting",
        ),
        pytest.param(diabetic("3.9"), "emergency_glucose_low", id="§2 E2 3.9"),
        pytest.param(diabetic("4.0"), None, id="§2 E2 4.0"),
        pytest.param(diabetic(after_meal="3.9"), "emergency_glucose_low", id="§2 E2 any glucose counts"),
        pytest.param(diabetic("2.5"), "emergency_glucose_low", id="§2 E2 2.5"),
        pytest.param(diabetic(at="179/109"), None, id="§2 E3 179/109"),
        pytest.param(diabetic(at="180/80"), "emergency_pressure", id="§2 E3 systolic 180"),
        pytest.param(diabetic(at="120/110"), "emergency_pressure", id="§2 E3 diastolic 110"),
        pytest.param(diabetic(has_emergency_sign=True), "emergency_sign", id="§2 E4–E12 danger sign ticked"),
        pytest.param(
            diabetic("17.0", is_face_to_face=False), "emergency_glucose_high", id="§2 E1 told by telephone"
        ),
    ],
)
def test_emergency(facts, reason):
    decision = diabetes.decide(facts, None)
    assert (decision.referral == "emergency") is (reason is not None)
    assert (codes(decision)[0] == reason) is (reason is not None)


def test_low_glucose_needs_sugar_first():
    decision = diabetes.decide(diabetic("3.2"), None)
    assert decision.actions == ("give_sugar", "refer_at_once", "ask_next_day")
    assert diabetes.decide(diabetic("17.2"), None).actions == ("refer_at_once", "ask_next_day")


# --- §4 decision: the first row that matches ---

HIGH_BEFORE = before(is_high=True, shown="8.1")
REACTION_BEFORE = before(has_reaction=True)
BOTH_BEFORE = before(is_high=True, has_reaction=True, shown="8.1")

EMERGENCY = ("emergency", 14, (1, 3))
REFER = ("ordinary", 14, (7,))
AGAIN = (None, 14, ())
SATISFIED = (None, SATISFIED_DAYS, ())


@pytest.mark.parametrize(
    ("facts", "previous", "outcome", "first_reason"),
    [
        pytest.param(
            diabetic("17.0", complication="new"),
            HIGH_BEFORE,
            EMERGENCY,
            "emergency_glucose_high",
            id="§4 row 0 before all others",
        ),
        pytest.param(diabetic(complication="new"), None, REFER, "complication_new", id="§4 row 1 new"),
        pytest.param(
            diabetic("8.0", complication="worse"),
            HIGH_BEFORE,
            REFER,
            "complication_worse",
            id="§4 row 1 before 2",
        ),
        pytest.param(diabetic("7.0"), HIGH_BEFORE, REFER, "glucose_high_twice", id="§4 row 2 two in a row"),
        pytest.param(
            diabetic("8.0", has_reaction=True),
            HIGH_BEFORE,
            REFER,
            "glucose_high_twice",
            id="§4 row 2 across a reaction now",
        ),
        pytest.param(
            diabetic("8.0"), BOTH_BEFORE, REFER, "glucose_high_twice", id="§4 row 2 across a reaction then"
        ),
        pytest.param(
            diabetic("8.0", has_reaction=True, is_reaction_hard_to_control=True),
            HIGH_BEFORE,
            REFER,
            "glucose_high_twice",
            id="§4 row 2 before 3",
        ),
        pytest.param(
            diabetic("8.0", has_reaction=True, is_reaction_hard_to_control=True),
            None,
            REFER,
            "reaction_hard_to_control",
            id="§4 row 3 hard to control, before 4",
        ),
        pytest.param(
            diabetic(has_reaction=True),
            REACTION_BEFORE,
            REFER,
            "reaction_twice",
            id="§4 row 3 reaction twice, as in hypertension",
        ),
        pytest.param(diabetic("7.0"), None, AGAIN, "glucose_high_first", id="§4 row 4 no follow-up before"),
        pytest.param(
            diabetic("7.0"), before(shown="6.5"), AGAIN, "glucose_high_after_good", id="§4 row 4 good before"
        ),
        pytest.param(
            diabetic("7.0", has_reaction=True), None, AGAIN, "glucose_high_first", id="§4 row 4 before 5"
        ),
        pytest.param(
            diabetic(has_reaction=True), HIGH_BEFORE, AGAIN, "reaction_first", id="§4 row 5 first reaction"
        ),
        pytest.param(diabetic("6.9"), None, SATISFIED, "glucose_at_target", id="§4 row 6"),
        pytest.param(
            diabetic("6.9"), BOTH_BEFORE, SATISFIED, "glucose_at_target", id="§4 row 6 after a bad one"
        ),
        pytest.param(
            diabetic("6.9", refer_reasons=("sudden_onset",)),
            None,
            SATISFIED,
            "glucose_at_target",
            id="§4 has no row 1b",
        ),
    ],
)
def test_decision_table(facts, previous, outcome, first_reason):
    decision = diabetes.decide(facts, previous)
    assert (decision.referral, days_until(decision), asked_after(decision)) == outcome
    assert decision.limit_on == decision.next_on
    assert codes(decision)[0] == first_reason


@pytest.mark.parametrize(
    ("days", "referral", "first_reason"),
    [
        pytest.param(180, "ordinary", "glucose_high_twice", id="180 days apart: in a row"),
        pytest.param(181, None, "glucose_high_long_apart", id="181 days apart: the doctor decides"),
    ],
)
def test_high_twice_and_the_time_between(days, referral, first_reason):
    decision = diabetes.decide(diabetic("8.0"), before(days, is_high=True, shown="8.1"))
    assert (decision.referral, codes(decision)[0]) == (referral, first_reason)
    assert ("doctor_decides_referral" in decision.actions) is (referral is None)


@pytest.mark.parametrize(
    ("days", "referral", "first_reason"),
    [
        pytest.param(180, "ordinary", "reaction_twice", id="180 days apart: in a row"),
        pytest.param(181, None, "reaction_long_apart", id="181 days apart: the doctor decides"),
    ],
)
def test_reaction_twice_and_the_time_between(days, referral, first_reason):
    decision = diabetes.decide(diabetic(has_reaction=True), before(days, has_reaction=True))
    assert (decision.referral, codes(decision)[0]) == (referral, first_reason)
    assert ("doctor_decides_referral" in decision.actions) is (referral is None)


@pytest.mark.parametrize("complication", ["new", "worse"])
def test_a_complication_does_not_hide_the_high_glucose_from_the_next_visit(complication):
    first = diabetes.decide(diabetic("8.0", complication=complication), None)
    assert (first.control_result, first.is_high) == ("complication", True)
    second = diabetes.decide(diabetic("8.0"), before(14, is_high=first.is_high, shown="8.0"))
    assert codes(second)[0] == "glucose_high_twice"


# --- §4 notes: only the fasting value decides ---


@pytest.mark.parametrize(
    ("facts", "reason"),
    [
        pytest.param(diabetic(None, is_complete=False), "no_fasting_glucose", id="§4 nothing measured"),
        pytest.param(
            diabetic(None, after_meal="9.8", is_complete=False),
            "no_fasting_glucose",
            id="§4 ate breakfast: 9.8",
        ),
        pytest.param(diabetic("8.0", is_face_to_face=False), "glucose_by_phone", id="§4 telephone"),
    ],
)
def test_no_fasting_glucose_no_class_fasting_again_within_a_week(facts, reason):
    decision = diabetes.decide(facts, HIGH_BEFORE)
    assert (decision.control_result, decision.referral, decision.is_high) == (None, None, None)
    assert codes(decision) == (reason,)
    assert decision.actions == ("come_back_fasting", "health_education")
    assert (days_until(decision), decision.limit_on) == (7, DAY + timedelta(days=7))


@pytest.mark.parametrize(
    ("changes", "outcome"),
    [
        pytest.param(
            {"complication": "new"}, ("ordinary", 7, 14), id="complication: referred, and fasting again"
        ),
        pytest.param({"has_reaction": True}, (None, 7, 14), id="first reaction: adjusted, and fasting again"),
        pytest.param({"has_emergency_sign": True}, ("emergency", 14, 14), id="emergency: nothing else"),
    ],
)
def test_no_fasting_glucose_does_not_hide_the_rest(changes, outcome):
    decision = diabetes.decide(diabetic(None, is_complete=False, **changes), None)
    limit_days = (limit_on(decision) - DAY).days
    assert (decision.referral, days_until(decision), limit_days) == outcome
    assert decision.control_result is None
    assert ("come_back_fasting" in decision.actions) is (decision.referral != "emergency")


def test_form_unfinished():
    decision = diabetes.decide(diabetic("6.1", is_complete=False), None)
    assert (decision.control_result, codes(decision), days_until(decision)) == (None, ("form_unfinished",), 7)


@pytest.mark.parametrize(
    ("facts", "is_advised"),
    [
        pytest.param(diabetic(at="139/89", has_hypertension=False), False, id="§4 139/89"),
        pytest.param(diabetic(at="140/80", has_hypertension=False), True, id="§4 systolic 140"),
        pytest.param(diabetic(at="130/90", has_hypertension=False), True, id="§4 diastolic 90"),
        pytest.param(diabetic(at="145/85", has_hypertension=False, age=70), True, id="§4 140 at every age"),
        pytest.param(diabetic(at="152/96"), False, id="§4 hypertension known"),
        pytest.param(diabetic(at=None, has_hypertension=False), False, id="§4 pressure not measured"),
    ],
)
def test_pressure_of_a_diabetic_opens_the_other_path(facts, is_advised):
    decision = diabetes.decide(facts, None)
    assert ("pressure_high_not_hypertensive" in codes(decision)) is is_advised
    assert ("screen_hypertension" in decision.actions) is is_advised
    assert (decision.control_result, decision.referral) == ("controlled", None)


@pytest.mark.parametrize(("answer", "is_told"), [("1", False), ("2", False), ("3", True), (None, False)])
def test_frequent_low_glucose_is_told(answer, is_told):
    decision = diabetes.decide(diabetic(low_glucose_reaction=answer), None)
    assert ("low_glucose_frequent" in codes(decision)) is is_told
    assert ("talk_about_low_glucose" in decision.actions) is is_told
    assert days_until(decision) == SATISFIED_DAYS


def test_low_pressure_of_a_diabetic_is_told_too():
    decision = diabetes.decide(diabetic(at="86/50"), None)
    assert codes(decision) == ("glucose_at_target", "pressure_low")
    assert days_until(decision) == 14


def test_reasons_carry_both_values():
    decision = diabetes.decide(diabetic("8.0"), HIGH_BEFORE)
    values = {"glucose": "8.0", "previous": "8.1", "previous_on": "2026-10-23", "days": "30"}
    assert decision.reasons[0] == Reason(code="glucose_high_twice", values=values)


@pytest.mark.parametrize(("adherence", "reason"), [("2", "adherence_irregular"), ("3", "adherence_none")])
def test_row_4_looks_at_adherence(adherence, reason):
    decision = diabetes.decide(diabetic("8.0", adherence=adherence), None)
    assert codes(decision) == ("glucose_high_first", reason)
    assert decision.actions[0] == "look_at_adherence"


# --- §2 the single danger signs, fever, a fast heart ---


@pytest.mark.parametrize(
    ("sign", "code"),
    [
        ("consciousness_changed", "E4"),
        ("acetone_breath", "E5"),
        ("palpitations_and_sweating", "E6"),
        ("poor_appetite_and_vomiting", "E7"),
        ("thirst_urine_and_stomach_pain", "E8"),
        ("deep_breathing_and_flushed_skin", "E9"),
        ("fast_heart_beat", "E10"),
        ("high_fever", "E11"),
        ("sudden_change", "E12"),
        ("pregnant_or_nursing", "E13"),
        ("other", "E14"),
    ],
)
def test_every_confirmed_danger_sign_is_said_by_itself(sign, code):
    answers = {"emergency_sign": True, "emergency_signs": [code]}
    decision = diabetes.decide_visit(visit_facts("diabetes", answers=answers, fasting_glucose_mmol="6.1"))
    assert (decision.referral, codes(decision)) == ("emergency", (f"emergency_sign_{sign}",))


@pytest.mark.parametrize(
    ("measurements", "reason"),
    [
        pytest.param({"temperature_c": "39.0"}, None, id="§2 E11 39.0 is not over 39"),
        pytest.param({"temperature_c": "39.1"}, "emergency_temperature", id="§2 E11 39.1"),
        pytest.param({"pulse_per_minute": 100}, None, id="§2 E10 100"),
        pytest.param({"pulse_per_minute": 140}, None, id="§2 E10 one number is no persistent tachycardia"),
    ],
)
def test_fever_is_measured_a_fast_heart_is_asked(measurements, reason):
    facts = visit_facts("diabetes", fasting_glucose_mmol="6.1", **measurements)
    decision = diabetes.decide_visit(facts)
    assert (decision.referral, codes(decision)[0]) == (
        ("emergency", reason) if reason else (None, "glucose_at_target")
    )


@pytest.mark.parametrize(
    ("answers", "pulse", "is_asked"),
    [
        pytest.param({"symptoms": ["2"]}, 72, True, id="§2 note 多饮 ~ E8"),
        pytest.param({"symptoms": ["4"]}, 72, True, id="§2 note 多尿 ~ E8"),
        pytest.param({"symptoms": ["3", "6"]}, 72, False, id="§2 note 多食、感染"),
        pytest.param({}, 100, False, id="§2 note heart rate 100"),
        pytest.param({}, 101, True, id="§2 note heart rate 101 ~ E10"),
        pytest.param({"symptoms": ["2"], "emergency_sign": False}, 101, False, id="§2 note answered no"),
    ],
)
def test_what_may_be_a_danger_sign_is_asked(answers, pulse, is_asked):
    given = {"emergency_sign": None, **answers}
    facts = visit_facts("diabetes", answers=given, fasting_glucose_mmol="6.1", pulse_per_minute=pulse)
    decision = diabetes.decide_visit(facts)
    assert ("ask_emergency_sign" in codes(decision)) is is_asked
    assert decision.referral is None


def test_symptom_2_is_headache_on_the_other_form_and_a_fast_heart_is_no_sign_without_diabetes():
    hypertensive = visit_facts(
        "hypertension",
        answers={"emergency_sign": None, "symptoms": ["8"]},
        systolic_mmhg=120,
        diastolic_mmhg=70,
        pulse_per_minute=120,
        temperature_c="39.5",
    )
    decision = hypertension.decide_visit(hypertensive)
    assert codes(decision) == ("pressure_at_target",)


# --- §2 E13: pregnancy and breast-feeding ---


@pytest.mark.parametrize(
    ("values", "is_emergency"),
    [
        pytest.param({"fasting": "6.0"}, False, id="§2 E13 fasting 6.0"),
        pytest.param({"fasting": "6.1"}, True, id="§2 E13 fasting 6.1"),
        pytest.param({"fasting": "5.0", "two_hours": "7.7"}, False, id="§2 E13 after two hours 7.7"),
        pytest.param({"fasting": "5.0", "two_hours": "7.8"}, True, id="§2 E13 after two hours 7.8"),
        pytest.param({"fasting": "5.0", "after_meal": "11.0"}, False, id="§2 E13 random 11.0"),
        pytest.param({"fasting": "5.0", "after_meal": "11.1"}, True, id="§2 E13 random 11.1"),
    ],
)
def test_glucose_above_normal_in_pregnancy(values, is_emergency):
    facts = diabetic(measured=measured("120/70", **values), is_pregnant_or_nursing=True, age=36)
    decision = diabetes.decide(facts, None)
    assert (decision.referral == "emergency") is is_emergency
    assert ("emergency_glucose_pregnant" in codes(decision)) is is_emergency


# --- §2 low glucose on medicine that goes on lowering it ---


@pytest.mark.parametrize(
    ("answers", "is_told"),
    [
        pytest.param({"medicines": [{"name": "格列美脲片"}]}, True, id="§2 sulfonylurea"),
        pytest.param({"medicines": [{"name": "二甲双胍"}, {"name": "消渴丸"}]}, True, id="§2 消渴丸"),
        pytest.param({"medicines": [{"name": "二甲双胍"}]}, False, id="§2 metformin alone"),
        pytest.param({"medicines": []}, False, id="§2 no medicine"),
        pytest.param({"medicines": [], "insulin": [{"kind": "甘精"}]}, True, id="§2 insulin"),
        pytest.param({"medicines": [], "insulin": []}, False, id="§2 no insulin"),
        pytest.param({"medicines": ["格列美脲"]}, False, id="§2 no row"),
    ],
)
@pytest.mark.parametrize(("fasting", "is_low"), [("3.9", True), ("4.0", False)])
def test_stay_and_be_observed(answers, is_told, fasting, is_low):
    facts = visit_facts(
        "diabetes",
        answers=answers,
        fasting_glucose_mmol=fasting,
        changes={"medicines_that_lower_glucose": ("格列美脲", "消渴丸")},
    )
    actions = diabetes.decide_visit(facts).actions
    assert ("stay_and_observe" in actions) is (is_told and is_low)
    if is_low:
        assert actions[0] == "give_sugar"


# --- the rule of the form ---


@pytest.mark.parametrize(
    ("past", "reason"),
    [
        ((), "glucose_high_first"),
        ((past_visit(30, fasting_glucose_mmol="7.0"),), "glucose_high_twice"),
        ((past_visit(30, fasting_glucose_mmol="6.9"),), "glucose_high_after_good"),
        ((past_visit(30, random_glucose_mmol="12.0"),), "glucose_high_first"),
    ],
)
def test_the_visit_is_compared_with_the_fasting_value_before(past, reason):
    decision = diabetes.decide_visit(visit_facts("diabetes", fasting_glucose_mmol="7.4", past=past))
    assert codes(decision)[0] == reason
    if len(past) == 1 and reason != "glucose_high_first":
        previous = str(past[0].measurements["fasting_glucose_mmol"])
        assert (decision.reasons[0].values or {})["previous"] == previous


def test_the_guideline_pressure_is_the_hypertension_forms_business():
    assert "guideline_target" not in codes(diabetes.decide(diabetic("6.1", at="138/88"), None))
