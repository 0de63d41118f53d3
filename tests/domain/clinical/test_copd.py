"""慢阻肺 follow-up and other chronic diseases (norms-other-groups §8, §9): settings, advice, referrals."""

from dataclasses import replace

import pytest

from tests.domain.clinical.sheets import assert_all_is_said, codes, days_later, sheet
from tests.domain.duties.people import condition, d, resident
from tests.domain.form_files import form
from tests.domain.shipped import figures
from village_doctor.domain.clinical.copd import decide, decide_other_chronic
from village_doctor.domain.clinical.sentences.copd import ACTIONS, REASONS
from village_doctor.domain.clinical.sentences.plain_visits import ACTIONS as PLAIN_ACTIONS
from village_doctor.domain.clinical.sentences.plain_visits import REASONS as PLAIN_REASONS
from village_doctor.domain.decisions import Decision

ON = "2026-05-12"


def copd(**changes) -> Decision:
    return decide(sheet("copd_follow_up", ON, **changes))


def other(conditions=(), **changes) -> Decision:
    return decide_other_chronic(
        sheet("other_chronic_visit", ON, who=resident("1960-05-01"), conditions=conditions, **changes)
    )


@pytest.mark.parametrize("level", ["stable_low_risk", "stable_high_risk"])
def test_stable_comes_again_by_the_years_count(level):
    """§8: default 4 a year, a setting."""
    decision = copd(management_level=level)
    assert decision.control_result == level
    assert codes(decision) == (f"copd_{level}",)
    assert decision.actions == ("copd_keep_plan",)
    assert decision.next_on == decision.limit_on == d("2026-08-12")
    assert (decision.referral, decision.ask_on) == (None, ())


@pytest.mark.parametrize(
    ("per_year", "next_on"),
    [
        (1, "2027-05-12"),
        (2, "2026-11-12"),
        (4, "2026-08-12"),
        (12, "2026-06-12"),
        (20, "2026-06-12"),
        (0, "2027-05-12"),
    ],
)
def test_the_count_is_the_townships(per_year, next_on):
    facts = replace(sheet("copd_follow_up", ON), figures=replace(figures(), copd_visits_per_year=per_year))
    assert str(decide(facts).next_on) == next_on


def test_an_acute_exacerbation_is_referred_and_seen_soon():
    decision = copd(management_level="acute_exacerbation")
    assert decision.control_result == "acute_exacerbation"
    assert codes(decision) == ("copd_acute_exacerbation",)
    assert decision.actions == ("copd_refer", "copd_again_soon")
    assert decision.referral == "ordinary"
    assert days_later(decision, d(ON)) == (7,)
    assert decision.next_on == decision.limit_on == d("2026-05-26")


def test_how_soon_is_a_setting():
    facts = sheet("copd_follow_up", ON, management_level="acute_exacerbation")
    facts = replace(facts, figures=replace(figures(), copd_after_exacerbation_days=5))
    assert decide(facts).next_on == d("2026-05-17")


@pytest.mark.parametrize(
    ("reaction", "reasons", "referral"),
    [
        ("1", ("copd_stable_low_risk",), None),
        ("2", ("copd_stable_low_risk", "copd_mild_reaction"), None),
        ("3", ("copd_stable_low_risk", "copd_severe_reaction"), "ordinary"),
    ],
)
def test_reactions(reaction, reasons, referral):
    decision = copd(adverse_reaction=reaction, adverse_reaction_text=None if reaction == "1" else "心慌")
    assert codes(decision) == reasons
    assert decision.referral == referral
    assert ("copd_watch_reaction" in decision.actions) is (reaction == "2")


@pytest.mark.parametrize(
    ("changes", "reason", "action"),
    [
        ({"adherence": "1"}, None, "copd_talk_about_medicine"),
        ({"adherence": "2"}, "copd_irregular", "copd_talk_about_medicine"),
        ({"adherence": "3"}, "copd_irregular", "copd_talk_about_medicine"),
        ({"adherence": "0"}, None, "copd_talk_about_medicine"),
        ({"inhaler_technique": "1"}, None, "copd_teach_inhaler"),
        ({"inhaler_technique": "2"}, "copd_inhaler", "copd_teach_inhaler"),
        ({"inhaler_technique": "3"}, "copd_inhaler", "copd_teach_inhaler"),
        ({"inhaler_technique": "0"}, None, "copd_teach_inhaler"),
        ({"smoking_per_day": 0}, None, "copd_stop_smoking"),
        ({"smoking_per_day": 1}, "copd_smokes", "copd_stop_smoking"),
        ({"vaccines": ["0"]}, "copd_no_vaccine", "copd_vaccines"),
        ({"vaccines": ["2"]}, None, "copd_vaccines"),
    ],
    ids=str,
)
def test_advice(changes, reason, action):
    decision = copd(**changes)
    assert codes(decision) == ("copd_stable_low_risk", *((reason,) if reason else ()))
    assert (action in decision.actions) is (reason is not None)


def test_the_cigarettes_are_told():
    assert copd(smoking_per_day=12).reasons[-1].values == {"cigarettes": "12"}


@pytest.mark.parametrize("key", ["management_level", "adherence", "cyanosis", "inhaler_technique"])
def test_an_unfinished_sheet_has_no_level(key):
    decision = copd(**{key: None})
    assert decision.control_result is None
    assert (codes(decision), decision.actions) == (("visit_unfinished",), ("visit_finish",))
    assert decision.next_on == d("2026-05-19")


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"management_level": "acute_exacerbation"}, "copd_acute_exacerbation"),
        ({"adverse_reaction": "3", "adverse_reaction_text": "心慌"}, "copd_severe_reaction"),
    ],
)
def test_a_referral_does_not_wait_for_the_rest_of_the_sheet(changes, reason):
    decision = copd(adherence=None, **changes)
    assert codes(decision) == (reason, "visit_unfinished")
    assert decision.actions == ("copd_refer", "visit_finish")
    assert (decision.referral, days_later(decision, d(ON))) == ("ordinary", (7,))
    assert (decision.control_result, decision.next_on) == (None, d("2026-05-19"))


def test_both_reasons_to_refer_are_told():
    decision = copd(management_level="acute_exacerbation", adverse_reaction="3", adverse_reaction_text="心慌")
    assert codes(decision) == ("copd_acute_exacerbation", "copd_severe_reaction")


def test_another_disease_is_referred_on_an_unfinished_sheet_too():
    decision = other(abnormal=True, abnormal_text="黑便", guidance=None)
    assert codes(decision) == ("other_chronic_refer", "visit_unfinished")
    assert decision.actions == ("other_chronic_refer", "other_chronic_ask", "visit_finish")
    assert decision.referral == "ordinary"


def test_an_emergency_goes_before_everything():
    for decision in (copd(emergency_sign=True), other(emergency_sign=True)):
        assert (codes(decision), decision.referral) == (("visit_emergency_sign",), "emergency")
        assert days_later(decision, d(ON)) == (1, 3)


def test_the_sheet_holds_the_fields_seen_in_practice():
    """§8 [P20], [P21]."""
    keys = {field.key for field in form("copd_follow_up").fields}
    assert {
        "symptoms", "cyanosis", "oedema", "breaths_per_minute", "pulse_per_minute", "bmi", "comorbidities",
        "smoking_per_day", "exercise_times_per_week", "exercise_minutes", "mental_adjustment",
        "compliance_behaviour", "vaccines", "spo2_percent", "fev1_litres", "fvc_litres", "fev1_fvc_percent",
        "medicines", "adherence", "adverse_reaction", "home_oxygen", "ventilator", "control_result", "next_due_on",
        "exacerbations_in_year", "admissions_in_year", "cat_score", "mmrc_grade", "gold_grade", "management_level",
        "inhaler_technique", "remark", "signature",
    } <= keys  # fmt: skip
    assert form("copd_follow_up").is_local


# --- other chronic diseases ---


def test_once_a_year_face_to_face():
    """§9 脱贫人口: heart rate, glucose, pressure; diet, exercise, mind."""
    decision = other()
    assert codes(decision) == ("other_chronic_seen",)
    assert decision.actions == ("other_chronic_guidance",)
    assert decision.next_on == decision.limit_on == d("2027-05-12")
    assert (decision.referral, decision.control_result) == (None, None)


def test_a_referral_is_asked_about():
    decision = other(abnormal=True, abnormal_text="胃痛加重")
    assert codes(decision) == ("other_chronic_seen", "other_chronic_refer")
    assert decision.actions == ("other_chronic_refer", "other_chronic_ask", "other_chronic_guidance")
    assert decision.referral == "ordinary"
    assert days_later(decision, d(ON)) == (7,)


@pytest.mark.parametrize(
    ("systolic", "diastolic", "is_told"), [(139, 89, False), (140, 89, True), (139, 90, True)]
)
def test_a_high_pressure_without_hypertension_is_looked_into(systolic, diastolic, is_told):
    decision = other(systolic_mmhg=systolic, diastolic_mmhg=diastolic)
    assert ("other_chronic_pressure_high" in codes(decision)) is is_told
    assert ("screening_measure_again" in decision.actions) is is_told
    if is_told:
        assert decision.reasons[-1].values == {"pressure": f"{systolic}/{diastolic}"}


def test_with_hypertension_it_is_the_follow_ups_matter():
    decision = other(conditions=(condition("hypertension"),), systolic_mmhg=150)
    assert codes(decision) == ("other_chronic_seen",)


def test_a_young_woman_with_a_high_pressure_is_asked_about_a_pregnancy():
    """高血压 §3 E10."""
    facts = sheet("other_chronic_visit", ON, who=resident("1996-05-01"), systolic_mmhg=150)
    assert codes(decide_other_chronic(facts))[-1] == "ask_pregnancy"
    assert "confirm_pregnancy" in decide_other_chronic(facts).actions


@pytest.mark.parametrize(
    ("known", "changes", "code", "action"),
    [
        pytest.param(
            "hypertension",
            {"fasting_glucose_mmol": "7.0"},
            "glucose_high_not_diabetic",
            "screen_diabetes",
            id="2型糖尿病 §4: a hypertensive from 7.0 on",
        ),
        pytest.param("hypertension", {"fasting_glucose_mmol": "6.9"}, None, None, id="§4: 6.9 is not"),
        pytest.param(
            "diabetes",
            {"systolic_mmhg": 140},
            "pressure_high_not_hypertensive",
            "screen_hypertension",
            id="2型糖尿病 §4: a diabetic from 140/90 on, said once",
        ),
        pytest.param(
            None,
            {"fasting_glucose_mmol": "3.9"},
            "glucose_low_not_diabetic",
            "eat_and_measure_again",
            id="2型糖尿病 §2: up to 3.9 advice",
        ),
        pytest.param(None, {"fasting_glucose_mmol": "4.0"}, None, None, id="§2: 4.0 is none"),
        pytest.param(
            None,
            {"systolic_mmhg": 89},
            "pressure_low",
            "talk_about_less_medicine",
            id="高血压 §5: below 90",
        ),
        pytest.param(None, {"systolic_mmhg": 90}, None, None, id="§5: 90 is not"),
    ],
)
def test_values_that_deserve_a_word(known, changes, code, action):
    decision = other(conditions=(condition(known),) if known else (), **changes)
    assert codes(decision) == ("other_chronic_seen", *((code,) if code else ()))
    assert decision.actions == (*((action,) if action else ()), "other_chronic_guidance")
    assert decision.next_on == d("2027-05-12")


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"systolic_mmhg": 180}, "emergency_pressure"),
        ({"fasting_glucose_mmol": "16.7"}, "emergency_glucose_high"),
        (
            {"fasting_glucose_mmol": None, "glucose_timing": "random", "random_glucose_mmol": "16.7"},
            "emergency_glucose_high",
        ),
    ],
)
def test_emergency_values(changes, reason):
    decision = other(**changes)
    assert reason in codes(decision)
    assert decision.referral == "emergency"


@pytest.mark.parametrize(
    "key", ["pulse_per_minute", "systolic_mmhg", "glucose_timing", "fasting_glucose_mmol", "guidance"]
)
def test_without_a_value_it_is_no_visit_of_the_norm(key):
    changes = {key: None}
    if key == "glucose_timing":
        changes["fasting_glucose_mmol"] = None
    assert codes(other(**changes)) == ("visit_unfinished",)


def test_every_sentence_is_said():
    worst = copd(
        management_level="stable_high_risk",
        adverse_reaction="3",
        adverse_reaction_text="心慌",
        adherence="2",
        inhaler_technique="3",
        smoking_per_day=20,
        vaccines=["0"],
    )
    said = [
        worst,
        copd(),
        copd(management_level="acute_exacerbation"),
        copd(adverse_reaction="2", adverse_reaction_text="口干"),
        copd(emergency_sign=True),
        copd(adherence=None),
        other(systolic_mmhg=146, abnormal=True, abnormal_text="查一查"),
    ]
    assert_all_is_said(said, {**REASONS, **PLAIN_REASONS}, {**ACTIONS, **PLAIN_ACTIONS})
