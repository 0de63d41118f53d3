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


@pytest.mark.parametrize(("name", "is_watched"), [("格列本脲片", True), ("二甲双胍片", False)])
def test_a_low_glucose_of_a_diabetic_is_watched_under_a_medicine_that_lowers_it(name, is_watched):
    """2型糖尿病 §2: by the medicines on the sheet itself."""
    facts = replace(
        examined(fasting_glucose_mmol="3.2", medicines=[{"name": name}]),
        conditions=(condition(DIABETES),),
        medicines_that_lower_glucose=("格列本脲",),
    )
    assert ("stay_and_observe" in decide(facts).actions) is is_watched


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


def pressure_found(**changed: Any) -> list[str]:
    """The pressures of which nobody knew, of somebody without a diagnosis."""
    decision = decide(replace(examined(**changed, **NORMAL), conditions=()))
    return [
        reason.values["pressure"]
        for reason in decision.reasons
        if reason.code == "pressure_high_not_hypertensive" and reason.values
    ]


@pytest.mark.parametrize(
    ("left", "right", "told"),
    [
        ((136, 84), (165, 102), ["165/102"]),
        ((165, 102), (136, 84), ["165/102"]),
        ((152, 84), (166, 84), ["166/84"]),
        ((152, 84), (152, 86), ["152/86"]),
        ((152, 84), (152, 84), ["152/84"]),
        ((138, 80), (130, 92), ["130/92"]),
        ((136, 84), (139, 89), []),
    ],
)
def test_both_arms_are_measured_and_the_higher_one_counts(left, right, told):
    """高血压 §9 (指南 2024)."""
    given = {"systolic_mmhg": left[0], "diastolic_mmhg": left[1]}
    given |= {"right_systolic_mmhg": right[0], "right_diastolic_mmhg": right[1]}
    assert pressure_found(**given) == told


def test_the_higher_arm_is_no_low_pressure_and_tells_of_a_pregnancy():
    """高血压 §5, §3 E10: what a value says, the right arm says too."""
    low = {"systolic_mmhg": 86, "diastolic_mmhg": 50}
    right = {"right_systolic_mmhg": 124, "right_diastolic_mmhg": 70}
    assert codes(decide(examined(**low, **right, **NORMAL))) == ["check_up_nothing_found"]
    both = {"right_systolic_mmhg": 88, "right_diastolic_mmhg": 52}
    assert codes(decide(examined(**low, **both, **NORMAL))) == ["pressure_low"]
    young = replace(examined(right_systolic_mmhg=150, **NORMAL), resident=resident("1996-02-03"))
    assert codes(decide(young)) == ["ask_pregnancy"]


@pytest.mark.parametrize(
    ("changed", "reasons", "again_on"),
    [
        ({}, ["pressure_came_down"], "2026-05-19"),
        ({"right_systolic_mmhg": 178, "right_diastolic_mmhg": 98}, ["pressure_came_down"], "2026-05-19"),
        ({"systolic_again_mmhg": None, "systolic_mmhg": 165}, [], "2027-05-12"),
    ],
)
def test_a_pressure_that_came_down_is_measured_again_within_a_week(changed, reasons, again_on):
    """高血压 §3: lower → next visit ≤ 7 days, whoever was measured."""
    given = {"systolic_mmhg": 185, "diastolic_mmhg": 105, "right_systolic_mmhg": 140}
    given |= {"systolic_again_mmhg": 165, "diastolic_again_mmhg": 95}
    decision = decide(examined(**{**given, **NORMAL, **changed}))
    assert [code for code in codes(decision) if code.startswith("pressure")] == reasons
    assert (decision.next_on, decision.limit_on) == (d(again_on), d(again_on))


def test_the_week_is_the_townships_figure():
    given = {"systolic_mmhg": 185, "systolic_again_mmhg": 165, "diastolic_again_mmhg": 95}
    facts = examined(**given, **NORMAL)
    assert decide(replace(facts, figures=replace(figures(), remeasured_days=3))).next_on == d("2026-05-15")


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


@pytest.mark.parametrize("evaluation", ["1", None])
def test_a_referral_never_says_that_nothing_was_found(evaluation):
    """健康体检表 健康指导 3 建议转诊."""
    given = {**NORMAL, "health_guidance": ["3"], "health_evaluation": evaluation}
    unfinished = ["visit_unfinished"] if evaluation is None else []
    decision = decide(examined(**given))
    assert codes(decision) == ["check_up_refer", *unfinished]
    assert decision.referral == ORDINARY
    high = replace(examined(**given, systolic_mmhg=165, diastolic_mmhg=100), conditions=())
    found = [] if unfinished else ["pressure_high_not_hypertensive"]
    assert codes(decide(high)) == ["check_up_refer", *found, *unfinished]


def test_an_evaluation_that_names_nothing_yet_gives_no_empty_reason():
    blank = {"health_evaluation": "2", "abnormal_1": None, "abnormal_2": None}
    assert codes(decide(examined(**blank, health_guidance=["3"]))) == ["check_up_refer", "visit_unfinished"]


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
    assert codes(decision) == ([reason for reason, _ in found] or ["check_up_nothing_found"])
    assert decision.actions == (*(action for _, action in found), "check_up_tell")


def test_a_disease_nobody_knew_of_is_told_by_its_value():
    measured = {"systolic_mmhg": 152, "diastolic_mmhg": 89, "fasting_glucose_mmol": "8.1"}
    decision = decide(replace(examined(**measured, **NORMAL), conditions=()))
    assert [REASONS[one.code].text.format(**(one.values or {})) for one in decision.reasons] == [
        "血压 152/89 mmHg，到了 140/90 mmHg，还没有诊断过高血压。",
        "空腹血糖 8.1 mmol/L，到了 7.0 mmol/L，还没有诊断过糖尿病。",
    ]


@pytest.mark.parametrize(("on", "again_on"), [("2026-05-12", "2027-05-12"), ("2028-02-29", "2029-03-01")])
def test_once_a_year(on, again_on):
    decision = decide(examined(on, **NORMAL))
    assert (decision.next_on, decision.limit_on) == (d(again_on), d(again_on))


def test_every_sentence_is_there():
    decisions = [
        decide(examined(health_guidance=["1", "2", "3"])),
        decide(examined(**NORMAL)),
        decide(examined(**{**NORMAL, "health_guidance": ["3"]})),
    ]
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
