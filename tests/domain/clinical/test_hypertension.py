"""规范（第三版）高血压患者健康管理, as a table: §3 emergency, §4 class, §5 decision (sections of the reference page)."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from tests.domain.clinical.patients import (
    DAY,
    asked_after,
    before,
    codes,
    days_until,
    hypertensive,
    past_visit,
    visit_facts,
)
from village_doctor.domain.clinical import hypertension
from village_doctor.domain.clinical.emergency import SIGNS
from village_doctor.domain.clinical.reasons import REASONS
from village_doctor.domain.dates import age_on, plus_months
from village_doctor.domain.decisions import Reason

SATISFIED_DAYS = (plus_months(DAY, 3) - DAY).days  # 22 November → 22 February


# --- §4 class: both below the target, the line itself is not satisfied ---


@pytest.mark.parametrize(
    ("age", "shown", "control_result"),
    [
        pytest.param(60, "139/89", "controlled", id="§4 general: 139/89 is satisfied"),
        pytest.param(60, "140/89", "uncontrolled", id="§4 general: 140 is not"),
        pytest.param(60, "139/90", "uncontrolled", id="§4 general: diastolic 90 is not"),
        pytest.param(64, "139/89", "controlled", id="§4 at 64: 139/89 is satisfied"),
        pytest.param(64, "140/89", "uncontrolled", id="§4 at 64: 140 is not"),
        pytest.param(64, "149/89", "uncontrolled", id="§4 at 64: 149 is not"),
        pytest.param(64, "150/89", "uncontrolled", id="§4 at 64: 150 is not"),
        pytest.param(65, "140/89", "controlled", id="§4 at 65: 140 is satisfied"),
        pytest.param(65, "149/89", "controlled", id="§4 at 65: 149/89 is satisfied"),
        pytest.param(65, "150/89", "uncontrolled", id="§4 at 65: 150 is not"),
        pytest.param(65, "149/90", "uncontrolled", id="§4 at 65: diastolic 90 is not"),
        pytest.param(80, "149/89", "controlled", id="§4 at 80: the norm knows no third line"),
        pytest.param(80, "150/89", "uncontrolled", id="§4 at 80: 150 is not"),
        pytest.param(60, "179/109", "uncontrolled", id="§4 179/109 is no emergency, not satisfied"),
        pytest.param(60, "180/89", "uncontrolled", id="§4 an emergency has its class too"),
        pytest.param(35, "120/80", "controlled", id="§4 at 35"),
    ],
)
def test_class_by_pressure_and_age(age, shown, control_result):
    assert hypertension.decide(hypertensive(shown, age=age), None).control_result == control_result


@pytest.mark.parametrize(
    ("birth_date", "served_on", "control_result"),
    [
        pytest.param(date(1961, 11, 23), DAY, "uncontrolled", id="§4 the day before the 65th birthday"),
        pytest.param(date(1961, 11, 22), DAY, "controlled", id="§4 on the 65th birthday"),
        pytest.param(
            date(1960, 2, 29), date(2025, 2, 28), "uncontrolled", id="§4 born 29 February, still 64"
        ),
        pytest.param(
            date(1960, 2, 29), date(2025, 3, 1), "controlled", id="§4 born 29 February, 65 on 1 March"
        ),
        pytest.param(
            date(1956, 2, 29), date(2021, 2, 28), "uncontrolled", id="§4 born 29 February 1956, still 64"
        ),
    ],
)
def test_149_is_judged_by_the_age_on_the_day(birth_date, served_on, control_result):
    facts = hypertensive("149/85", age=age_on(birth_date, served_on), served_on=served_on)
    assert hypertension.decide(facts, None).control_result == control_result


@pytest.mark.parametrize(
    ("changes", "control_result"),
    [
        pytest.param({"complication": "new"}, "complication", id="§4 new complication"),
        pytest.param({"complication": "worse"}, "complication", id="§4 old complication worse"),
        pytest.param({"has_reaction": True}, "adverse_reaction", id="§4 reaction"),
        pytest.param(
            {"has_reaction": True, "complication": "new"}, "complication", id="§4 complication over reaction"
        ),
        pytest.param({"complication": "none"}, None, id="§4 neither: the pressure decides"),
    ],
)
@pytest.mark.parametrize("shown", ["128/78", "152/96"])
def test_of_several_the_most_serious_is_the_class(shown, changes, control_result):
    by_pressure = "controlled" if shown == "128/78" else "uncontrolled"
    decision = hypertension.decide(hypertensive(shown, **changes), None)
    assert decision.control_result == (control_result or by_pressure)


# --- §3 emergency: first, at every visit ---


@pytest.mark.parametrize(
    ("facts", "is_emergency"),
    [
        pytest.param(hypertensive("179/109"), False, id="§3 E1 179/109"),
        pytest.param(hypertensive("180/80"), True, id="§3 E1 systolic 180"),
        pytest.param(hypertensive("120/110"), True, id="§3 E1 diastolic 110"),
        pytest.param(hypertensive("179/110"), True, id="§3 E1 179/110"),
        pytest.param(hypertensive("186/112"), True, id="§3 E1 both"),
        pytest.param(
            hypertensive(has_emergency_sign=True), True, id="§3 E2–E9 danger sign ticked, pressure good"
        ),
        pytest.param(hypertensive(has_emergency_sign=None), False, id="§3 tick not answered yet"),
        pytest.param(
            hypertensive(None, has_emergency_sign=True), True, id="§3 no pressure measured, sign ticked"
        ),
        pytest.param(hypertensive(glucose="16.6"), False, id="diabetes §2 E1 for everybody: 16.6"),
        pytest.param(hypertensive(glucose="16.7"), True, id="diabetes §2 E1 for everybody: 16.7"),
        pytest.param(hypertensive(glucose="3.9"), False, id="diabetes §2 E2 not without diabetes"),
        pytest.param(hypertensive(glucose="3.9", has_diabetes=True), True, id="diabetes §2 E2 with diabetes"),
        pytest.param(hypertensive("186/80", is_face_to_face=False), True, id="§3 told by telephone"),
        pytest.param(hypertensive("186/80", is_complete=False), True, id="§3 form not finished"),
    ],
)
def test_emergency(facts, is_emergency):
    decision = hypertension.decide(facts, None)
    assert (decision.referral == "emergency") is is_emergency


# --- §5 decision: the first row that matches ---

HIGH_BEFORE = before(is_high=True, shown="158/92")
REACTION_BEFORE = before(has_reaction=True)
BOTH_BEFORE = before(is_high=True, has_reaction=True, shown="158/92")

# referral, days to the next follow-up, days on which to ask about the referral, first reason
EMERGENCY = ("emergency", 14, (1, 3))
REFER = ("ordinary", 14, (7,))
AGAIN = (None, 14, ())
SATISFIED = (None, SATISFIED_DAYS, ())


@pytest.mark.parametrize(
    ("facts", "previous", "outcome", "first_reason"),
    [
        pytest.param(hypertensive("186/112"), None, EMERGENCY, "emergency_pressure", id="§5 row 0 emergency"),
        pytest.param(
            hypertensive("186/112", complication="new", refer_reasons=("severe_symptoms",)),
            HIGH_BEFORE,
            EMERGENCY,
            "emergency_pressure",
            id="§5 row 0 before all others",
        ),
        pytest.param(hypertensive(complication="new"), None, REFER, "complication_new", id="§5 row 1 new"),
        pytest.param(
            hypertensive(complication="worse"), None, REFER, "complication_worse", id="§5 row 1 worse"
        ),
        pytest.param(
            hypertensive("152/96", complication="new", refer_reasons=("sudden_onset",)),
            HIGH_BEFORE,
            REFER,
            "complication_new",
            id="§5 row 1 before 1b and 2",
        ),
        pytest.param(
            hypertensive(refer_reasons=("sudden_onset",)),
            None,
            REFER,
            "refer_sudden_onset",
            id="§5 row 1b 起病急",
        ),
        pytest.param(
            hypertensive(refer_reasons=("severe_symptoms",)),
            None,
            REFER,
            "refer_severe_symptoms",
            id="§5 row 1b 症状重",
        ),
        pytest.param(
            hypertensive(refer_reasons=("suspected_secondary",)),
            None,
            REFER,
            "refer_suspected_secondary",
            id="§5 row 1b 疑似继发性",
        ),
        pytest.param(
            hypertensive("152/96", refer_reasons=("several_medicines_fail",)),
            HIGH_BEFORE,
            REFER,
            "refer_several_medicines_fail",
            id="§5 row 1b 多种药物仍不能控制, before 2",
        ),
        pytest.param(
            hypertensive("162/96"), HIGH_BEFORE, REFER, "pressure_high_twice", id="§5 row 2 two in a row"
        ),
        pytest.param(
            hypertensive("162/96", has_reaction=True),
            HIGH_BEFORE,
            REFER,
            "pressure_high_twice",
            id="§5 row 2 across a reaction now",
        ),
        pytest.param(
            hypertensive("162/96"),
            BOTH_BEFORE,
            REFER,
            "pressure_high_twice",
            id="§5 row 2 across a reaction then",
        ),
        pytest.param(
            hypertensive("162/96", has_reaction=True),
            BOTH_BEFORE,
            REFER,
            "pressure_high_twice",
            id="§5 row 2 before 3",
        ),
        pytest.param(
            hypertensive(has_reaction=True),
            REACTION_BEFORE,
            REFER,
            "reaction_twice",
            id="§5 row 3 reaction twice",
        ),
        pytest.param(
            hypertensive(has_reaction=True, is_reaction_hard_to_control=True),
            None,
            REFER,
            "reaction_hard_to_control",
            id="§5 row 3 hard to control, first time",
        ),
        pytest.param(
            hypertensive("152/96", has_reaction=True),
            REACTION_BEFORE,
            REFER,
            "reaction_twice",
            id="§5 row 3 before 4",
        ),
        pytest.param(
            hypertensive("152/96"), None, AGAIN, "pressure_high_first", id="§5 row 4 no follow-up before"
        ),
        pytest.param(
            hypertensive("152/96"),
            before(is_high=False, shown="138/86"),
            AGAIN,
            "pressure_high_after_good",
            id="§5 row 4 good before",
        ),
        pytest.param(
            hypertensive("152/96"),
            before(is_high=None),
            AGAIN,
            "pressure_high_first",
            id="§5 row 4 unknown before",
        ),
        pytest.param(
            hypertensive("152/96", has_reaction=True),
            None,
            AGAIN,
            "pressure_high_first",
            id="§5 row 4 before 5",
        ),
        pytest.param(
            hypertensive(has_reaction=True), None, AGAIN, "reaction_first", id="§5 row 5 first reaction"
        ),
        pytest.param(
            hypertensive(has_reaction=True),
            HIGH_BEFORE,
            AGAIN,
            "reaction_first",
            id="§5 row 5 only high before",
        ),
        pytest.param(hypertensive(), None, SATISFIED, "pressure_at_target", id="§5 row 6"),
        pytest.param(
            hypertensive(), BOTH_BEFORE, SATISFIED, "pressure_at_target", id="§5 row 6 whatever came before"
        ),
    ],
)
def test_decision_table(facts, previous, outcome, first_reason):
    decision = hypertension.decide(facts, previous)
    assert (decision.referral, days_until(decision), asked_after(decision)) == outcome
    assert decision.limit_on == decision.next_on
    assert codes(decision)[0] == first_reason


def test_two_in_a_row_across_a_complication_says_both_reasons():
    decision = hypertension.decide(hypertensive("162/96", complication="worse"), HIGH_BEFORE)
    assert decision.control_result == "complication"
    assert codes(decision)[:2] == ("complication_worse", "pressure_high_twice")


def test_a_complication_does_not_hide_the_high_pressure_from_the_next_visit():
    """The class of the first visit is 4; the second visit is two in a row all the same."""
    first = hypertension.decide(hypertensive("162/96", complication="new"), None)
    assert (first.control_result, first.is_high) == ("complication", True)
    previous = before(14, is_high=first.is_high, has_reaction=first.has_reaction, shown="162/96")
    assert "pressure_high_twice" in codes(hypertension.decide(hypertensive("152/96"), previous))


def test_a_reaction_does_not_hide_the_high_pressure_from_the_next_visit():
    first = hypertension.decide(hypertensive("162/96", has_reaction=True), None)
    assert (first.control_result, first.is_high, first.has_reaction) == ("adverse_reaction", True, True)
    previous = before(14, is_high=first.is_high, has_reaction=first.has_reaction, shown="162/96")
    assert codes(hypertension.decide(hypertensive("152/96"), previous))[0] == "pressure_high_twice"


@pytest.mark.parametrize(
    ("days", "referral", "first_reason"),
    [
        pytest.param(1, "ordinary", "pressure_high_twice", id="§5 the next day"),
        pytest.param(180, "ordinary", "pressure_high_twice", id="§5 180 days apart: in a row"),
        pytest.param(181, None, "pressure_high_long_apart", id="§5 181 days apart: the doctor decides"),
    ],
)
def test_high_twice_and_the_time_between(days, referral, first_reason):
    decision = hypertension.decide(hypertensive("162/96"), before(days, is_high=True, shown="158/92"))
    assert (decision.referral, codes(decision)[0]) == (referral, first_reason)
    assert ("doctor_decides_referral" in decision.actions) is (referral is None)
    assert days_until(decision) == 14


@pytest.mark.parametrize(
    ("days", "referral", "first_reason"),
    [
        pytest.param(180, "ordinary", "reaction_twice", id="§5 180 days apart: in a row"),
        pytest.param(181, None, "reaction_long_apart", id="§5 181 days apart: the doctor decides"),
    ],
)
def test_reaction_twice_and_the_time_between(days, referral, first_reason):
    decision = hypertension.decide(hypertensive(has_reaction=True), before(days, has_reaction=True))
    assert (decision.referral, codes(decision)[0]) == (referral, first_reason)
    assert ("doctor_decides_referral" in decision.actions) is (referral is None)
    assert days_until(decision) == 14


@pytest.mark.parametrize(
    ("days", "sentence"),
    [
        pytest.param(30, "连续两次有药物不良反应（上次 2026-10-23）。", id="§5 in a row"),
        pytest.param(
            181,
            "有药物不良反应；上次随访（2026-05-25）也有，可隔了 181 天，不算连续两次。",
            id="§5 long apart",
        ),
    ],
)
def test_a_reaction_again_tells_when_the_last_one_was(days, sentence):
    decision = hypertension.decide(hypertensive(has_reaction=True), before(days, has_reaction=True))
    reason = decision.reasons[0]
    assert REASONS[reason.code].text.format(**(reason.values or {})) == sentence


@pytest.mark.parametrize(
    ("previous", "is_left_to_the_doctor"),
    [
        pytest.param(None, False, id="§5 row 4 no follow-up before"),
        pytest.param(before(30, shown="138/86"), False, id="§5 row 4 good before"),
        pytest.param(before(181, shown="138/86"), False, id="§5 row 4 good long before"),
        pytest.param(before(181, is_high=True, shown="158/92"), True, id="§5 high long before"),
    ],
)
def test_the_first_time_above_target_asks_for_no_referral(previous, is_left_to_the_doctor):
    actions = hypertension.decide(hypertensive("152/96"), previous).actions
    left = ("doctor_decides_referral",) if is_left_to_the_doctor else ()
    assert actions == ("look_at_adherence", "raise_change_or_add", *left, "health_education")


def test_hard_to_control_without_a_reaction_is_nothing():
    decision = hypertension.decide(hypertensive(is_reaction_hard_to_control=True), None)
    assert (decision.control_result, decision.referral) == ("controlled", None)


def test_reasons_carry_both_values():
    decision = hypertension.decide(hypertensive("162/96"), HIGH_BEFORE)
    assert decision.reasons[0] == Reason(
        code="pressure_high_twice",
        values={
            "pressure": "162/96",
            "target": "140/90",
            "previous": "158/92",
            "previous_on": "2026-10-23",
            "days": "30",
        },
    )
    older = hypertension.decide(hypertensive("152/96", age=70), None)
    assert (older.reasons[0].values or {})["target"] == "150/90"


@pytest.mark.parametrize(
    ("adherence", "reason"), [("2", "adherence_irregular"), ("3", "adherence_none"), ("1", None), ("0", None)]
)
@pytest.mark.parametrize("previous", [None, before(shown="138/86"), before(200, is_high=True)])
def test_row_4_looks_at_adherence(previous, adherence, reason):
    decision = hypertension.decide(hypertensive("152/96", adherence=adherence), previous)
    assert decision.actions[0] == "look_at_adherence"
    assert codes(decision)[1:] == ((reason,) if reason else ())


@pytest.mark.parametrize(
    "facts", [hypertensive(), hypertensive("152/96"), hypertensive(complication="new"), hypertensive(None)]
)
def test_row_all_health_education(facts):
    assert hypertension.decide(facts, None).actions[-1] == "health_education"


def test_an_emergency_says_nothing_beside_the_emergency():
    facts = hypertensive("185/45", symptoms=("headache_or_dizziness",), complication="new", is_complete=False)
    decision = hypertension.decide(facts, HIGH_BEFORE)
    assert decision.actions == (
        "measure_again_after_rest",
        "nothing_under_the_tongue",
        "refer_at_once",
        "ask_next_day",
    )
    assert codes(decision) == ("emergency_pressure", "complication_new", "pressure_high_twice")


def test_rows_4_and_5_together_say_both():
    decision = hypertension.decide(hypertensive("152/96", has_reaction=True), None)
    assert codes(decision) == ("pressure_high_first", "reaction_first")
    assert decision.actions == (
        "look_at_adherence",
        "raise_change_or_add",
        "adjust_medicines",
        "health_education",
    )


@pytest.mark.parametrize(
    ("served_on", "next_on"),
    [
        (date(2026, 11, 22), date(2027, 2, 22)),
        (date(2026, 11, 30), date(2027, 2, 28)),
        (date(2027, 11, 30), date(2028, 2, 29)),
    ],
)
def test_row_6_three_calendar_months(served_on, next_on):
    assert hypertension.decide(hypertensive(served_on=served_on), None).next_on == next_on


# --- no follow-up without a pressure measured face to face ---


@pytest.mark.parametrize(
    ("facts", "reason", "action"),
    [
        pytest.param(
            hypertensive(None, is_complete=False), "no_pressure", "measure_face_to_face", id="not measured"
        ),
        pytest.param(
            hypertensive("128/78", is_face_to_face=False),
            "pressure_by_phone",
            "measure_face_to_face",
            id="§2 phone does not count",
        ),
        pytest.param(
            hypertensive("162/96", is_face_to_face=False),
            "pressure_by_phone",
            "measure_face_to_face",
            id="§5 a high value told by telephone",
        ),
        pytest.param(hypertensive(is_complete=False), "form_unfinished", "finish_form", id="form unfinished"),
        pytest.param(
            hypertensive(complication=None), "form_unfinished", "finish_form", id="complication not asked"
        ),
        pytest.param(
            hypertensive(has_reaction=None), "form_unfinished", "finish_form", id="reaction not asked"
        ),
    ],
)
def test_unfinished_has_no_class_and_is_finished_within_a_week(facts, reason, action):
    decision = hypertension.decide(facts, HIGH_BEFORE)
    assert (decision.control_result, decision.referral) == (None, None)
    assert codes(decision) == (reason,)
    assert decision.actions == (action, "health_education")
    assert (days_until(decision), decision.limit_on) == (7, DAY + timedelta(days=7))


def test_a_high_pressure_on_an_unfinished_form_is_acted_on_without_a_class():
    decision = hypertension.decide(hypertensive("152/96", is_complete=False), None)
    assert (decision.control_result, decision.is_high) == (None, True)
    assert codes(decision) == ("pressure_high_first", "form_unfinished")
    assert (days_until(decision), decision.limit_on) == (7, DAY + timedelta(days=14))


@pytest.mark.parametrize(
    ("previous", "facts"),
    [
        (HIGH_BEFORE, hypertensive("162/96", is_face_to_face=False)),
        (REACTION_BEFORE, hypertensive(has_reaction=True, is_face_to_face=False)),
    ],
)
def test_what_is_told_by_telephone_never_makes_two_in_a_row(previous, facts):
    decision = hypertension.decide(facts, previous)
    assert (decision.referral, decision.is_high) == (None, None)


def test_one_value_of_two():
    """One value on or over the line is high; one below it proves nothing."""
    assert hypertension.is_high(60, 140, None) is True
    assert hypertension.is_high(60, None, 90) is True
    assert hypertension.is_high(60, 139, None) is None
    assert hypertension.is_high(60, None, 89) is None
    assert hypertension.is_high(60, None, None) is None


# --- §5 low side: advice, and again within two weeks ---


@pytest.mark.parametrize(
    ("facts", "reason"),
    [
        pytest.param(hypertensive("89/60"), "pressure_low", id="§5 low side: 89"),
        pytest.param(hypertensive("86/50"), "pressure_low", id="§5 low side: 86/50"),
        pytest.param(hypertensive("90/60"), None, id="§5 low side: 90 is not"),
        pytest.param(hypertensive("100/49"), "pressure_low", id="§5 low side: diastolic 49"),
        pytest.param(hypertensive("100/50"), None, id="§5 low side: diastolic 50 is not"),
        pytest.param(
            hypertensive("109/60", symptoms=("headache_or_dizziness",)),
            "pressure_low_and_dizzy",
            id="§5 109 and dizzy",
        ),
        pytest.param(
            hypertensive("110/60", symptoms=("headache_or_dizziness",)), None, id="§5 110 and dizzy"
        ),
        pytest.param(hypertensive("109/60"), None, id="§5 109 and not dizzy"),
        pytest.param(
            hypertensive("109/60", symptoms=("headache_or_dizziness",), adherence="2"),
            "pressure_low_and_dizzy",
            id="§5 109, dizzy, medicine now and then",
        ),
        pytest.param(
            hypertensive("109/60", symptoms=("headache_or_dizziness",), adherence="3"),
            None,
            id="§5 109, dizzy, no medicine",
        ),
        pytest.param(
            hypertensive("109/60", symptoms=("headache_or_dizziness",), adherence="0"),
            None,
            id="§5 109, dizzy, none given",
        ),
        pytest.param(
            hypertensive("89/60", symptoms=("headache_or_dizziness",)),
            "pressure_low",
            id="§5 89 and dizzy: once",
        ),
    ],
)
def test_low_side(facts, reason):
    decision = hypertension.decide(facts, None)
    assert decision.control_result == "controlled"
    assert codes(decision) == ("pressure_at_target", *((reason,) if reason else ()))
    assert ("talk_about_less_medicine" in decision.actions) is (reason is not None)
    assert ("keep_plan" in decision.actions) is (reason is None)
    assert days_until(decision) == (14 if reason else SATISFIED_DAYS)
    assert decision.limit_on == plus_months(DAY, 3)


# --- the other disease (diabetes §4 notes) ---


@pytest.mark.parametrize(
    ("facts", "is_advised"),
    [
        pytest.param(hypertensive(glucose="6.9"), False, id="6.9"),
        pytest.param(hypertensive(glucose="7.0"), True, id="7.0"),
        pytest.param(hypertensive(glucose="7.0", has_diabetes=True), False, id="7.0, diabetes known"),
    ],
)
def test_fasting_glucose_of_a_hypertensive_opens_the_other_path(facts, is_advised):
    decision = hypertension.decide(facts, None)
    assert ("glucose_high_not_diabetic" in codes(decision)) is is_advised
    assert ("screen_diabetes" in decision.actions) is is_advised
    assert (decision.control_result, decision.referral) == ("controlled", None)


def test_the_facts_are_handed_on():
    decision = hypertension.decide(hypertensive("152/96", has_reaction=True), None)
    assert (decision.is_high, decision.has_reaction) == (True, True)
    decision = hypertension.decide(hypertensive(), None)
    assert (decision.is_high, decision.has_reaction) == (False, False)


# --- §3 the single danger signs: the doctor's confirmation makes the emergency, a symptom alone never does ---


@pytest.mark.parametrize("sign", SIGNS)
def test_every_confirmed_danger_sign_is_said_by_itself(sign):
    decision = hypertension.decide(hypertensive(has_emergency_sign=True, emergency_signs=(sign,)), None)
    assert decision.referral == "emergency"
    assert codes(decision) == (f"emergency_sign_{sign}",)


def test_several_signs_are_said_in_the_order_of_the_norm_and_one_without_a_name_stands_too():
    signs = ("chest_tightness", "consciousness_changed")
    decision = hypertension.decide(hypertensive(has_emergency_sign=True, emergency_signs=signs), None)
    assert codes(decision) == ("emergency_sign_consciousness_changed", "emergency_sign_chest_tightness")
    assert codes(hypertension.decide(hypertensive(has_emergency_sign=True), None)) == ("emergency_sign",)


@pytest.mark.parametrize("answer", [False, None])
def test_signs_without_the_doctors_yes_are_none(answer):
    facts = hypertensive(has_emergency_sign=answer, emergency_signs=("painful_eyes",))
    assert hypertension.decide(facts, None).referral is None


@pytest.mark.parametrize(
    ("symptom", "answer", "is_asked"),
    [
        pytest.param("headache_or_dizziness", None, True, id="§3 note: 头痛头晕 ~ E3"),
        pytest.param("nausea_or_vomiting", None, True, id="§3 note: 恶心呕吐 ~ E4"),
        pytest.param("dim_sight_or_ringing_ears", None, True, id="§3 note: 眼花耳鸣 ~ E5"),
        pytest.param("palpitations_or_chest_tightness", None, True, id="§3 note: 心悸胸闷 ~ E7, E8"),
        pytest.param("drinking_much", None, True, id="diabetes §2 note: 多饮 ~ E8"),
        pytest.param("much_urine", None, True, id="diabetes §2 note: 多尿 ~ E8"),
        pytest.param("8", None, False, id="§3 note: 四肢发麻 overlaps with none"),
        pytest.param("headache_or_dizziness", False, False, id="§3 note: answered no, settled"),
    ],
)
def test_an_overlapping_symptom_asks_and_makes_no_emergency(symptom, answer, is_asked):
    decision = hypertension.decide(hypertensive(symptoms=(symptom,), has_emergency_sign=answer), None)
    assert decision.referral is None
    assert ("ask_emergency_sign" in codes(decision)) is is_asked
    assert ("confirm_emergency_sign" in decision.actions) is is_asked


def test_a_confirmed_sign_asks_no_more():
    facts = hypertensive(symptoms=("headache_or_dizziness",), has_emergency_sign=True)
    assert "ask_emergency_sign" not in codes(hypertension.decide(facts, None))


# --- §3 measuring: very high without a danger sign is measured again after a rest ---


@pytest.mark.parametrize(
    ("first", "again", "reason", "shown"),
    [
        pytest.param("180/90", None, "emergency_pressure", "180/90", id="§3 one reading only: it stands"),
        pytest.param("179/109", None, None, "179/109", id="§3 below the line: nothing to measure again"),
        pytest.param("186/100", "180/90", "emergency_pressure_again", "", id="§3 still 180"),
        pytest.param("186/100", "170/110", "emergency_pressure_again", "", id="§3 still 110"),
        pytest.param("186/100", "179/109", None, "183/105", id="§3 179/109: lower"),
        pytest.param("150/112", "150/109", None, "150/111", id="§3 diastolic: half a mmHg is rounded up"),
        pytest.param("183/100", "170/96", None, "177/98", id="§3 mean of 183 and 170: 176.5 is 177"),
        pytest.param("182/100", "170/96", None, "176/98", id="§3 mean of 182 and 170: 176"),
        pytest.param("150/95", "185/95", "emergency_pressure_again", "", id="§3 very high at the second"),
        pytest.param("150/95", "140/85", None, "145/90", id="§3 twice without need: the mean all the same"),
    ],
)
def test_the_second_pressure_decides_the_emergency_and_the_mean_the_class(first, again, reason, shown):
    decision = hypertension.decide(hypertensive(first, again=again), None)
    assert (decision.referral == "emergency") is (reason is not None)
    if reason is not None:
        assert codes(decision) == (reason,)
    else:
        assert codes(decision)[0] == "pressure_high_first"
        assert (decision.reasons[0].values or {})["pressure"] == shown


def test_both_pressures_are_told():
    still = hypertension.decide(hypertensive("186/112", again="182/108"), None)
    assert still.reasons[0].values == {"pressure": "186/112", "again": "182/108"}
    lower = hypertension.decide(hypertensive("186/100", again="160/96"), None)
    told = next(one for one in lower.reasons if one.code == "pressure_came_down")
    assert told.values == {"first": "186/100", "again": "160/96", "pressure": "173/98", "days": "7"}


@pytest.mark.parametrize(
    ("facts", "control_result", "days"),
    [
        pytest.param(hypertensive("186/100", again="160/96"), "uncontrolled", 7, id="§3 lower, still high"),
        pytest.param(
            hypertensive("184/86", again="110/70", age=70), "controlled", 7, id="§3 lower, good at 70"
        ),
        pytest.param(
            hypertensive("186/100", again="160/96", complication="new"), "complication", 7, id="§3 1"
        ),
        pytest.param(hypertensive("150/95", again="140/85"), "uncontrolled", 14, id="§3 never very high"),
    ],
)
def test_who_came_down_is_seen_again_within_a_week(facts, control_result, days):
    decision = hypertension.decide(facts, None)
    assert decision.control_result == control_result
    assert (days_until(decision), decision.limit_on) == (days, DAY + timedelta(days=days))
    assert ("come_back_within_a_week" in decision.actions) is (days == 7)
    assert "keep_plan" not in decision.actions


def test_two_in_a_row_goes_by_the_mean():
    decision = hypertension.decide(hypertensive("186/100", again="160/96"), HIGH_BEFORE)
    assert (decision.referral, decision.is_high, days_until(decision)) == ("ordinary", True, 7)
    assert decision.ask_on == (DAY + timedelta(days=7),)


@pytest.mark.parametrize(
    ("again", "reasons"),
    [
        (None, ("emergency_pressure", "emergency_sign_painful_eyes")),
        ("160/96", ("emergency_pressure", "emergency_sign_painful_eyes")),
        ("182/112", ("emergency_pressure_again", "emergency_sign_painful_eyes")),
    ],
)
def test_with_a_danger_sign_nobody_waits(again, reasons):
    facts = hypertensive("186/112", again=again, has_emergency_sign=True, emergency_signs=("painful_eyes",))
    decision = hypertension.decide(facts, None)
    assert codes(decision) == reasons
    assert decision.actions == ("nothing_under_the_tongue", "refer_at_once", "ask_next_day")


def test_a_sign_with_an_ordinary_pressure_says_nothing_of_the_pressure():
    facts = hypertensive("179/109", has_emergency_sign=True, emergency_signs=("painful_eyes",))
    decision = hypertension.decide(facts, None)
    assert codes(decision)[0] == "emergency_sign_painful_eyes"
    assert decision.actions == ("refer_at_once", "ask_next_day")


@pytest.mark.parametrize(
    ("facts", "is_told"),
    [
        pytest.param(hypertensive("186/112"), True, id="§3 one reading"),
        pytest.param(hypertensive("186/112", again="182/108"), False, id="§3 two readings"),
        pytest.param(hypertensive("186/112", glucose="17.0"), False, id="§3 another emergency beside"),
    ],
)
def test_first_of_all_measure_again(facts, is_told):
    actions = hypertension.decide(facts, None).actions
    assert (actions[0] == "measure_again_after_rest") is is_told
    assert "nothing_under_the_tongue" in actions


# --- §3 E10: pregnancy and breast-feeding ---


@pytest.mark.parametrize(
    ("shown", "again", "is_emergency"),
    [
        pytest.param("139/89", None, False, id="§3 E10 139/89 is normal"),
        pytest.param("140/80", None, True, id="§3 E10 systolic 140"),
        pytest.param("120/90", None, True, id="§3 E10 diastolic 90"),
        pytest.param("144/80", "134/80", False, id="§3 E10 by the mean: 139"),
        pytest.param("145/80", "134/80", True, id="§3 E10 by the mean: 140"),
    ],
)
def test_above_normal_in_pregnancy(shown, again, is_emergency):
    decision = hypertension.decide(
        hypertensive(shown, again=again, age=36, is_pregnant_or_nursing=True), None
    )
    assert (decision.referral == "emergency") is is_emergency
    if is_emergency:
        assert codes(decision)[0] == "emergency_pressure_pregnant"
        assert decision.actions == ("nothing_under_the_tongue", "refer_at_once", "ask_next_day")


@pytest.mark.parametrize(
    ("shown", "changes", "is_asked"),
    [
        pytest.param("139/89", {"may_be_pregnant": True}, False, id="§3 E10 139/89"),
        pytest.param("140/80", {"may_be_pregnant": True}, True, id="§3 E10 140"),
        pytest.param("120/90", {"may_be_pregnant": True}, True, id="§3 E10 90"),
        pytest.param("140/80", {}, False, id="§3 E10 known, or not of that age"),
        pytest.param(
            "140/80", {"may_be_pregnant": True, "asked_pregnancy_before": True}, False, id="§3 E10 asked once"
        ),
    ],
)
def test_an_unknown_pregnancy_is_asked_about_once(shown, changes, is_asked):
    decision = hypertension.decide(hypertensive(shown, age=40, **changes), None)
    assert ("ask_pregnancy" in codes(decision)) is is_asked
    assert ("confirm_pregnancy" in decision.actions) is is_asked
    assert decision.referral is None


# --- §5 low side: falls count as dizziness does ---


@pytest.mark.parametrize(
    ("fallen", "adherence", "is_told"), [(True, "1", True), (True, "3", False), (False, "1", False)]
)
def test_falls_on_treatment(fallen, adherence, is_told):
    decision = hypertension.decide(hypertensive("109/60", has_fallen=fallen, adherence=adherence), None)
    assert ("pressure_low_and_dizzy" in codes(decision)) is is_told


# --- §9 the guideline target: advice beside a satisfied class, nothing else ---


@pytest.mark.parametrize(
    ("age", "shown", "target"),
    [
        pytest.param(60, "129/79", None, id="§9 below 80 years: 129/79"),
        pytest.param(60, "130/79", "130/80", id="§9 130"),
        pytest.param(60, "129/80", "130/80", id="§9 diastolic 80"),
        pytest.param(79, "130/70", "130/80", id="§9 79 years"),
        pytest.param(80, "130/80", None, id="§9 80 years: 130/80"),
        pytest.param(80, "139/89", None, id="§9 80 years: 139/89"),
        pytest.param(80, "140/85", "140/90", id="§9 80 years: 140"),
        pytest.param(60, "140/85", None, id="§9 not satisfied: nothing is said of it"),
    ],
)
def test_the_guideline_target_is_only_told(age, shown, target):
    decision = hypertension.decide(hypertensive(shown, age=age), None)
    told = [one.values for one in decision.reasons if one.code == "guideline_target"]
    assert told == ([{"pressure": shown, "target": target}] if target else [])
    if target:
        assert (decision.control_result, decision.actions) == (
            "controlled",
            ("keep_plan", "health_education"),
        )
        assert days_until(decision) == SATISFIED_DAYS


def test_the_guideline_target_is_not_told_without_a_class():
    decision = hypertension.decide(hypertensive("135/85", is_complete=False), None)
    assert codes(decision) == ("form_unfinished",)


# --- the rule of the form: facts from the visit and the counted follow-ups before it ---


def test_the_visit_is_compared_with_the_last_counted_follow_up_by_the_age_then():
    young = past_visit(180, systolic_mmhg=145, diastolic_mmhg=85)
    now = visit_facts(systolic_mmhg=152, diastolic_mmhg=85, born=date(1961, 10, 1), past=(young,))
    assert now.age == 65
    decision = hypertension.decide_visit(now)
    assert (decision.referral, codes(decision)[0]) == ("ordinary", "pressure_high_twice")
    assert (decision.reasons[0].values or {})["previous"] == "145/85"
    older = past_visit(30, systolic_mmhg=145, diastolic_mmhg=85)
    assert hypertension.decide_visit(replace(now, past=(young, older))).referral is None


def test_the_past_is_judged_by_the_mean_too():
    came_down = past_visit(
        20, systolic_mmhg=182, diastolic_mmhg=80, systolic_again_mmhg=100, diastolic_again_mmhg=70
    )
    now = visit_facts(systolic_mmhg=152, diastolic_mmhg=85, born=date(1950, 1, 1), past=(came_down,))
    decision = hypertension.decide_visit(now)
    assert codes(decision)[0] == "pressure_high_after_good"
    assert (decision.reasons[0].values or {})["previous"] == "141/75"


def test_a_reaction_at_the_follow_up_before():
    earlier = past_visit(20, systolic_mmhg=120, diastolic_mmhg=80, answers={"adverse_reaction": "2"})
    now = visit_facts(
        systolic_mmhg=120, diastolic_mmhg=80, answers={"adverse_reaction": "2"}, past=(earlier,)
    )
    assert codes(hypertension.decide_visit(now))[0] == "reaction_twice"


def test_a_past_visit_without_a_pressure_tells_nothing():
    now = visit_facts(systolic_mmhg=152, diastolic_mmhg=96, past=(past_visit(20),))
    assert codes(hypertension.decide_visit(now))[0] == "pressure_high_first"
