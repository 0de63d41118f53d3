"""健康体检 (norms-other-groups §1, health-record.md §7): Step A for everyone, what was found, what was advised, a year later."""

from dataclasses import replace
from typing import Any

import pytest

from tests.domain.duties.people import DIABETES, HYPERTENSION, condition, d, resident
from tests.domain.form_files import example, form
from tests.domain.shipped import figures
from village_doctor.domain.clinical.check_up import decide
from village_doctor.domain.clinical.reasons import ACTIONS, REASONS
from village_doctor.domain.clinical.visit_facts import VisitFacts
from village_doctor.domain.decisions import EMERGENCY, ORDINARY, Decision
from village_doctor.domain.form_checking import check_answers

FORM = form("check_up")
NORMAL: dict[str, Any] = {
    "health_evaluation": "1",
    "abnormal_1": None,
    "abnormal_2": None,
    "health_guidance": [],
}


def examined(on: str = "2026-05-12", /, **changed: Any) -> VisitFacts:
    """The filled example, of a woman of 72 with known hypertension, with these answers changed."""
    checked = check_answers(FORM, {**example("check_up").answers, **changed}, "clinic", age=72, sex="2")
    return VisitFacts(
        form_code="check_up",
        disease="",
        served_on=d(on),
        resident=resident("1954-02-03"),
        mode="clinic",
        figures=figures(),
        answers=checked.answers,
        measurements=checked.measurements,
        computed=checked.computed,
        is_complete=checked.is_complete,
        conditions=(condition(),),
    )


def codes(decision: Decision) -> list[str]:
    return [reason.code for reason in decision.reasons]


@pytest.mark.parametrize(
    ("changed", "reasons"),
    [
        ({"systolic_mmhg": 180}, ["emergency_pressure"]),
        ({"diastolic_mmhg": 110}, ["emergency_pressure"]),
        ({"right_systolic_mmhg": 180}, ["emergency_pressure"]),
        ({"right_diastolic_mmhg": 110}, ["emergency_pressure"]),
        ({"fasting_glucose_mmol": "16.7"}, ["emergency_glucose_high"]),
        ({"emergency_sign": True}, ["visit_emergency_sign"]),
        ({"systolic_mmhg": 180, "left_out": ["skin"]}, ["emergency_pressure"]),
    ],
    ids=["left ≥180", "left ≥110", "right ≥180", "right ≥110", "glucose 16.7", "ticked", "sheet unfinished"],
)
def test_an_emergency_comes_first(changed, reasons):
    left_out = changed.pop("left_out", [])
    decision = decide(examined(**changed, **dict.fromkeys(left_out)))
    assert decision.referral == EMERGENCY
    assert codes(decision) == reasons
    assert "refer_at_once" in decision.actions


@pytest.mark.parametrize(
    "changed", [{"systolic_mmhg": 179}, {"right_systolic_mmhg": 179, "right_diastolic_mmhg": 109}]
)
def test_just_below_is_none(changed):
    assert decide(examined(**changed)).referral is None


def test_the_right_arm_is_read_beside_a_left_one_that_came_down():
    """The second measurement speaks for the left arm only."""
    again = {"systolic_mmhg": 184, "systolic_again_mmhg": 150, "diastolic_again_mmhg": 84}
    assert decide(examined(**again)).referral is None
    assert decide(examined(**again, right_systolic_mmhg=182)).referral == EMERGENCY


def test_without_a_right_arm_nothing_is_made_up():
    decision = decide(examined(right_systolic_mmhg=None, right_diastolic_mmhg=None, **NORMAL))
    assert decision.referral is None
    assert codes(decision) == ["check_up_nothing_found"]


def test_an_unfinished_sheet_is_finished_within_a_week():
    decision = decide(examined(skin=None))
    assert codes(decision) == ["visit_unfinished"]
    assert decision.next_on == d("2026-05-19")


def test_nothing_found():
    decision = decide(examined(**NORMAL))
    assert codes(decision) == ["check_up_nothing_found"]
    assert decision.actions == ("check_up_tell",)
    assert decision.control_result is None


def test_what_was_found_is_said_as_written():
    decision = decide(examined())
    assert codes(decision) == ["check_up_abnormal"]
    assert decision.reasons[0].values == {"found": "白内障、窦性心动过缓"}
    all_four = decide(examined(abnormal_3="脂肪肝", abnormal_4="贫血"))
    assert all_four.reasons[0].values == {"found": "白内障、窦性心动过缓、脂肪肝、贫血"}


@pytest.mark.parametrize(
    ("guidance", "actions"),
    [
        ([], ("check_up_tell",)),
        (["1"], ("check_up_manage", "check_up_tell")),
        (["2"], ("check_up_examine_again", "check_up_tell")),
        (["3"], ("refer", "ask_in_two_weeks", "check_up_tell")),
        (
            ["1", "2", "3"],
            ("check_up_manage", "check_up_examine_again", "refer", "ask_in_two_weeks", "check_up_tell"),
        ),
    ],
)
def test_what_was_advised(guidance, actions):
    """§7 健康指导: 1 纳入管理 2 复查 3 转诊."""
    decision = decide(examined(health_guidance=guidance))
    assert decision.actions == actions
    assert decision.referral == (ORDINARY if "3" in guidance else None)
    assert decision.ask_on == ((d("2026-05-19"),) if "3" in guidance else ())


@pytest.mark.parametrize(("guidance", "is_referred"), [(["3"], True), (["1", "2"], False)])
def test_a_referral_does_not_wait_for_the_rest_of_the_sheet(guidance, is_referred):
    decision = decide(examined(health_guidance=guidance, skin=None))
    assert codes(decision) == [*(["check_up_abnormal"] if is_referred else []), "visit_unfinished"]
    assert decision.actions == (*(("refer", "ask_in_two_weeks") if is_referred else ()), "visit_finish")
    assert decision.referral == (ORDINARY if is_referred else None)
    assert decision.next_on == d("2026-05-19")


@pytest.mark.parametrize(("grade", "is_at_home"), [("1", False), ("2", False), ("3", True), ("4", True)])
def test_who_needs_much_help_is_served_at_home(grade, is_at_home):
    """norms-other-groups §9: from self-care code 3 on."""
    assert ("self_care_serve_at_home" in decide(examined(self_care_grade=grade)).actions) == is_at_home


PRESSURE_FOUND = ("pressure_high_not_hypertensive", "screen_hypertension")
GLUCOSE_FOUND = ("glucose_high_not_diabetic", "screen_diabetes")


@pytest.mark.parametrize("known", [(), (HYPERTENSION,), (DIABETES,), (HYPERTENSION, DIABETES)])
@pytest.mark.parametrize(
    ("measured", "is_pressure", "is_glucose"),
    [
        ({"systolic_mmhg": 139, "diastolic_mmhg": 89, "fasting_glucose_mmol": "6.9"}, False, False),
        ({"systolic_mmhg": 140, "diastolic_mmhg": 89, "fasting_glucose_mmol": "6.9"}, True, False),
        ({"systolic_mmhg": 139, "diastolic_mmhg": 90, "fasting_glucose_mmol": "6.9"}, True, False),
        ({"systolic_mmhg": 139, "diastolic_mmhg": 89, "fasting_glucose_mmol": "7.0"}, False, True),
        ({"systolic_mmhg": 152, "diastolic_mmhg": 89, "fasting_glucose_mmol": "8.1"}, True, True),
    ],
)
def test_a_disease_nobody_knew_of(measured, is_pressure, is_glucose, known):
    """norms-other-groups §1: found at the check-up, looked into; 140/90 and 7.0, whoever has neither."""
    facts = replace(examined(**measured, **NORMAL), conditions=tuple(condition(code) for code in known))
    found = [PRESSURE_FOUND] if is_pressure and HYPERTENSION not in known else []
    found += [GLUCOSE_FOUND] if is_glucose and DIABETES not in known else []
    decision = decide(facts)
    assert codes(decision) == ["check_up_nothing_found", *(reason for reason, _ in found)]
    assert decision.actions == (*(action for _, action in found), "check_up_tell")


@pytest.mark.parametrize(("on", "again_on"), [("2026-05-12", "2027-05-12"), ("2028-02-29", "2029-03-01")])
def test_once_a_year(on, again_on):
    decision = decide(examined(on, **NORMAL))
    assert (decision.next_on, decision.limit_on) == (d(again_on), d(again_on))


def test_every_sentence_is_there():
    decisions = [decide(examined(health_guidance=["1", "2", "3"])), decide(examined(**NORMAL))]
    for decision in decisions:
        assert set(decision.actions) <= set(ACTIONS)
        for reason in decision.reasons:
            assert "{" not in REASONS[reason.code].text.format(**(reason.values or {}))
    ours = {code for code in (*REASONS, *ACTIONS) if code.startswith("check_up_")}
    assert ours == {
        code
        for decision in decisions
        for code in (*decision.actions, *codes(decision))
        if code.startswith("check_up_")
    }
