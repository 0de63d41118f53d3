"""规范（第三版）2型糖尿病患者健康管理, as a table: §2 emergency, §4 class and decision (sections of the reference page)."""

from datetime import timedelta

import pytest

from tests.domain.clinical.patients import DAY, asked_after, before, codes, days_until, diabetic
from village_doctor.domain.clinical import diabetes
from village_doctor.domain.clinical.decision import Reason
from village_doctor.domain.dates import plus_months

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
    limit_days = (decision.limit_on - DAY).days
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
