"""严重精神障碍: classes, stages and dates (norms-other-groups §3.1, §3.2 with its details)."""

import re
import string
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.domain.clinical.patients import limit_on, next_on
from tests.domain.duties.people import d, resident
from tests.domain.form_files import example, form
from tests.domain.shipped import figures
from village_doctor.domain.clinical import reasons
from village_doctor.domain.clinical.mental_disorder import (
    BASICALLY_STABLE,
    STABLE,
    UNSTABLE,
    WORST_FIRST,
    Classed,
    decide,
    is_second_stage,
    latest_next,
)
from village_doctor.domain.clinical.rules import RULES
from village_doctor.domain.clinical.sentences.mental_disorder import ACTIONS, REASONS
from village_doctor.domain.clinical.visit_facts import PastVisit, VisitFacts
from village_doctor.domain.decisions import EMERGENCY, ORDINARY, Decision
from village_doctor.domain.form_checking import check_answers

FORM = form("mental_disorder_follow_up")
DAY = "2026-05-12"


def before(day: str, result: str | None) -> PastVisit:
    """A counted follow-up of that class."""
    return PastVisit(
        served_on=d(day), form_code=FORM.code, answers={}, measurements={}, control_result=result
    )


def facts(*past: PastVisit, on: str = DAY, mode: str = "home", **changes: Any) -> VisitFacts:
    """The filled example, a stable man, changed; None leaves a blank."""
    answers = {**example(FORM.code).answers, **changes}
    checked = check_answers(FORM, {key: one for key, one in answers.items() if one is not None}, mode)
    return VisitFacts(
        form_code=FORM.code,
        disease="mental_disorder",
        served_on=d(on),
        resident=resident("1985-02-03"),
        mode=mode,
        figures=figures(),
        answers=checked.answers,
        measurements={},
        computed={},
        is_complete=checked.is_complete,
        past=past,
    )


def decided(*past: PastVisit, on: str = DAY, mode: str = "home", **changes: Any) -> Decision:
    return decide(facts(*past, on=on, mode=mode, **changes))


def bare(**answers: Any) -> Decision:
    """Only these blanks were filled in."""
    checked = check_answers(FORM, answers, "home")
    return decide(
        VisitFacts(
            form_code=FORM.code,
            disease="mental_disorder",
            served_on=d(DAY),
            resident=resident("1985-02-03"),
            mode="home",
            figures=figures(),
            answers=checked.answers,
            measurements={},
            computed={},
            is_complete=checked.is_complete,
        )
    )


def codes(decision: Decision) -> list[str]:
    return [reason.code for reason in decision.reasons]


def days(decision: Decision) -> int:
    return (next_on(decision) - d(DAY)).days


Changes = dict[str, Any]
SEVERE_REACTION: Changes = {
    "adverse_reaction": "2",
    "adverse_reaction_text": "僵直",
    "is_reaction_severe": True,
}
MILD_REACTION: Changes = {
    "adverse_reaction": "2",
    "adverse_reaction_text": "口干",
    "is_reaction_severe": False,
}
CLEAR_SYMPTOMS: Changes = {"has_clear_symptoms": True, "symptoms_mostly_gone": None}
SELF_HARM: Changes = {"dangerous_acts": ["self_harm"], "self_harm_times": 1}
SUICIDE: Changes = {"dangerous_acts": ["attempted_suicide"], "attempted_suicide_times": 1}

# §3.2 row by row: what was found, the class, how it is referred, why, and how soon again.
TABLE: dict[str, tuple[Changes, str, str | None, list[str]]] = {
    "level 0": ({}, STABLE, None, ["mental_stable"]),
    "level 1": ({"danger_level": "1"}, BASICALLY_STABLE, None, ["danger_level_low"]),
    "level 2": ({"danger_level": "2"}, BASICALLY_STABLE, None, ["danger_level_low"]),
    "level 3": ({"danger_level": "3"}, UNSTABLE, EMERGENCY, ["danger_level_high"]),
    "level 4": ({"danger_level": "4"}, UNSTABLE, EMERGENCY, ["danger_level_high"]),
    "level 5": ({"danger_level": "5"}, UNSTABLE, EMERGENCY, ["danger_level_high"]),
    "自伤": (SELF_HARM, UNSTABLE, EMERGENCY, ["self_harm"]),
    "自杀未遂": (SUICIDE, UNSTABLE, EMERGENCY, ["attempted_suicide"]),
    "精神症状明显": (CLEAR_SYMPTOMS, UNSTABLE, ORDINARY, ["clear_symptoms"]),
    "自知力缺失": ({"insight": "3"}, UNSTABLE, ORDINARY, ["insight_absent"]),
    "severe reaction": (SEVERE_REACTION, UNSTABLE, ORDINARY, ["mental_reaction_severe"]),
    "severe physical disease": (
        {"physical_disease": "severe"},
        UNSTABLE,
        ORDINARY,
        ["physical_disease_severe"],
    ),
    "symptoms not gone": ({"symptoms_mostly_gone": False}, BASICALLY_STABLE, None, ["symptoms_remain"]),
    "自知力不全": ({"insight": "2"}, BASICALLY_STABLE, None, ["insight_partial"]),
    "个人生活料理较差": ({"personal_life": "3"}, BASICALLY_STABLE, None, ["poor_personal_life"]),
    "家务劳动较差": ({"housework": "3"}, BASICALLY_STABLE, None, ["poor_housework"]),
    "生产劳动及工作较差": ({"work": "3"}, BASICALLY_STABLE, None, ["poor_work"]),
    "学习能力较差": ({"learning": "3"}, BASICALLY_STABLE, None, ["poor_learning"]),
    "社会人际交往较差": ({"social_contact": "3"}, BASICALLY_STABLE, None, ["poor_social_contact"]),
    "physical disease not stable": (
        {"physical_disease": "unstable"},
        BASICALLY_STABLE,
        None,
        ["physical_disease_unstable"],
    ),
    "function 一般": ({"personal_life": "2", "social_contact": "2"}, STABLE, None, ["mental_stable"]),
    "physical disease stable": ({"physical_disease": "stable"}, STABLE, None, ["mental_stable"]),
    "reaction not severe": (MILD_REACTION, STABLE, None, ["mental_stable", "mental_reaction"]),
    "sleep and diet decide nothing": ({"sleep": "3", "diet": "3"}, STABLE, None, ["mental_stable"]),
}


@pytest.mark.parametrize(("changes", "result", "referral", "why"), TABLE.values(), ids=TABLE)
def test_the_class(changes, result, referral, why):
    decision = decided(**changes)
    assert (decision.control_result, decision.referral, codes(decision)) == (result, referral, why)
    months = d("2026-08-12") if result == STABLE else d("2026-05-26")
    assert (decision.next_on, decision.limit_on) == (months, months)


def test_the_rule_is_the_one_that_the_form_names():
    assert [RULES[name] for name in FORM.rules] == [decide]


@pytest.mark.parametrize("symptom", [str(number) for number in range(1, 12)])
def test_a_listed_symptom_alone_never_makes_clear_symptoms(symptom):
    """§3.2 details: "精神症状明显" is one tick of its own, never derived from the symptom list."""
    assert decided(symptoms=[symptom]).control_result == STABLE


OTHER_ACTS = pytest.mark.parametrize("act", ["minor_trouble", "trouble", "grave_trouble", "other_harm"])


@OTHER_ACTS
@pytest.mark.parametrize(
    ("level", "result", "referral"),
    [("1", BASICALLY_STABLE, None), ("2", BASICALLY_STABLE, None), ("3", UNSTABLE, EMERGENCY)],
)
def test_other_acts_are_told_by_the_level(act, level, result, referral):
    times: Changes = {f"{act}_times": 2, "danger_level": level}
    decision = decided(dangerous_acts=[act], **times)
    assert (decision.control_result, decision.referral) == (result, referral)


@OTHER_ACTS
@pytest.mark.parametrize("insight", ["1", "2"])
def test_a_dangerous_act_at_level_0_is_asked_again(act, insight):
    """§3.1: level 0 is none of the acts of 1–5; until that is settled there is no class, however stable the rest."""
    times: Changes = {f"{act}_times": 2, "danger_level": "0"}
    decision = decided(dangerous_acts=[act], insight=insight, **times)
    assert (decision.control_result, decision.referral) == (None, None)
    assert codes(decision) == ["danger_level_contradicts"]
    assert decision.actions == ("ask_danger_level",)
    assert days(decision) == 7
    assert decision.limit_on == decision.next_on


def test_what_is_unstable_anyway_does_not_wait_for_the_level():
    changes: Changes = {"dangerous_acts": ["grave_trouble"], "grave_trouble_times": 1, **CLEAR_SYMPTOMS}
    assert decided(**changes).control_result == UNSTABLE


# --- what to do ---


def test_danger_is_the_same_day():
    """§3.2 details: not left alone, guardian told, refer, report; asked about the next day and on day 3."""
    decision = decided(danger_level="4", adherence="3", **SELF_HARM, **CLEAR_SYMPTOMS)
    assert decision.actions == (
        "do_not_leave_alone",
        "tell_guardian",
        "refer_mental_same_day",
        "tell_police_if_needed",
        "follow_if_not_in_hospital",
        "ask_next_day",
    )
    assert decision.ask_on == (d("2026-05-13"), d("2026-05-15"))
    assert codes(decision) == ["danger_level_high", "self_harm", "clear_symptoms"]  # advice can wait
    assert decision.reasons[0].values == {"level": "4"}


def test_unstable_without_danger_is_treated_and_referred():
    decision = decided(insight="3", adherence="2")
    assert decision.actions == (
        "treat_and_refer_mental",
        "tell_police_if_needed",
        "follow_if_not_in_hospital",
        "watch_the_medicine",
    )
    assert decision.ask_on == (d("2026-05-19"),)
    assert codes(decision) == ["insight_absent", "adherence_irregular"]


def test_who_is_in_hospital_needs_no_referral():
    for changes in ({"insight": "3"}, {"danger_level": "5"}):
        decision = decided(hospital_stay="1", last_discharge_on=None, **changes)
        assert (decision.control_result, decision.referral, decision.ask_on) == (UNSTABLE, None, ())
        assert decision.actions == ("ask_hospital",)
        assert days(decision) == 14


def test_who_was_in_hospital_is_referred_like_anybody():
    assert decided(hospital_stay="2", insight="3").referral == ORDINARY


def test_basically_stable_looks_for_the_cause_and_calls_for_another_dose():
    """§3.2 details: changing doses is not a village doctor's act."""
    decision = decided(danger_level="2", insight="2")
    assert decision.actions == ("find_cause_of_unrest", "call_for_other_dose", "come_again_in_two_weeks")
    assert codes(decision) == ["danger_level_low", "insight_partial"]
    assert decision.reasons[0].values == {"level": "2"}
    assert "调药不由村里定" in ACTIONS["call_for_other_dose"].text


def test_stable_keeps_the_hospital_s_plan():
    decision = decided()
    assert decision.actions == ("keep_hospital_plan",)
    assert (decision.ask_on, decision.has_reaction) == ((), False)


@pytest.mark.parametrize(
    ("adherence", "code"),
    [("1", None), ("2", "adherence_irregular"), ("3", "adherence_none"), ("4", None)],
    ids=["规律", "间断", "不用药", "勿需"],
)
def test_medicine_not_taken_is_told_and_changes_no_class(adherence, code):
    decision = decided(adherence=adherence)
    assert codes(decision) == ["mental_stable", *([code] if code else [])]
    assert ("watch_the_medicine" in decision.actions) == (code is not None)


@pytest.mark.parametrize("changes", [MILD_REACTION, SEVERE_REACTION], ids=["mild", "severe"])
def test_a_reaction_is_a_fact_for_the_next_visit(changes):
    assert decided(**changes).has_reaction


def test_a_mild_reaction_calls_for_another_dose_once():
    assert decided(**MILD_REACTION).actions == ("keep_hospital_plan", "call_for_other_dose")
    shaky = decided(insight="2", **MILD_REACTION)
    assert shaky.actions.count("call_for_other_dose") == 1
    assert codes(shaky) == ["insight_partial", "mental_reaction"]


@pytest.mark.parametrize(("locked_up", "is_told"), [("1", False), ("2", True), ("3", False)])
def test_who_is_locked_up_is_reported(locked_up, is_told):
    decision = decided(locked_up=locked_up)
    assert ("locked_up_now" in codes(decision)) == is_told
    assert ("report_locked_up" in decision.actions) == is_told


# --- the stage of 基本稳定: two weeks, then by the class ---

STAGES = {
    "first time": ((), BASICALLY_STABLE, "2026-05-26"),
    "after a stable one": ((before("2026-04-28", STABLE),), BASICALLY_STABLE, "2026-05-26"),
    "after an unstable one": ((before("2026-04-28", UNSTABLE),), BASICALLY_STABLE, "2026-05-26"),
    "after one without a class": ((before("2026-04-28", None),), BASICALLY_STABLE, "2026-05-26"),
    "two weeks later still": ((before("2026-04-28", BASICALLY_STABLE),), BASICALLY_STABLE, "2026-06-12"),
    "two weeks later stable": ((before("2026-04-28", BASICALLY_STABLE),), STABLE, "2026-08-12"),
    "two weeks later worse": ((before("2026-04-28", BASICALLY_STABLE),), UNSTABLE, "2026-05-26"),
    "a month later still": (
        (before("2026-03-28", BASICALLY_STABLE), before("2026-04-12", BASICALLY_STABLE)),
        BASICALLY_STABLE,
        "2026-06-12",
    ),
    "two on one day are read as the worse": (
        (before("2026-04-28", UNSTABLE), before("2026-04-28", BASICALLY_STABLE)),
        BASICALLY_STABLE,
        "2026-05-26",
    ),
    "basically stable and stable on one day": (
        (before("2026-04-28", BASICALLY_STABLE), before("2026-04-28", STABLE)),
        BASICALLY_STABLE,
        "2026-06-12",
    ),
    "only the last one counts": (
        (before("2026-04-12", BASICALLY_STABLE), before("2026-04-28", UNSTABLE)),
        BASICALLY_STABLE,
        "2026-05-26",
    ),
}
FOUND = {UNSTABLE: {"insight": "3"}, BASICALLY_STABLE: {"insight": "2"}, STABLE: {}}


@pytest.mark.parametrize(("past", "result", "next_on"), STAGES.values(), ids=STAGES)
def test_the_stage_of_basically_stable(past, result, next_on):
    decision = decided(*past, **FOUND[result])
    assert (decision.control_result, decision.next_on, decision.limit_on) == (result, d(next_on), d(next_on))
    is_second = (result, next_on) == (BASICALLY_STABLE, "2026-06-12")
    assert ("basically_stable_again" in codes(decision)) is is_second
    assert ("ask_specialist_guidance" in decision.actions) is is_second
    is_first = result == BASICALLY_STABLE and not is_second
    assert ("come_again_in_two_weeks" in decision.actions) is is_first


def test_the_second_stage_asks_the_specialist():
    decision = decided(before("2026-04-28", BASICALLY_STABLE), insight="2")
    assert decision.actions == ("find_cause_of_unrest", "call_for_other_dose", "ask_specialist_guidance")
    assert decision.reasons[-1].code == "basically_stable_again"
    assert decision.reasons[-1].values == {"previous_on": "2026-04-28"}


@pytest.mark.parametrize(
    ("gap", "is_second"), [(1, False), (6, False), (7, True), (14, True), (15, True), (90, True), (91, False)]
)
def test_how_far_apart_two_make_a_stage(gap, is_second):
    """The two limits are this program's own (figures): a return after some days is still the first fortnight."""
    past = Classed(d(DAY) - timedelta(days=gap), BASICALLY_STABLE)
    assert is_second_stage(BASICALLY_STABLE, d(DAY), past, figures()) == is_second
    latest = latest_next(BASICALLY_STABLE, d(DAY), past, figures())
    assert latest == (d("2026-06-12") if is_second else d("2026-05-26"))


@pytest.mark.parametrize(
    ("served_on", "result", "past", "latest"),
    [
        ("2026-11-30", STABLE, None, "2027-02-28"),
        ("2027-11-30", STABLE, None, "2028-02-29"),
        ("2026-12-31", STABLE, None, "2027-03-31"),
        ("2026-01-31", BASICALLY_STABLE, "2026-01-17", "2026-02-28"),
        ("2028-01-31", BASICALLY_STABLE, "2028-01-17", "2028-02-29"),
        ("2026-12-20", BASICALLY_STABLE, None, "2027-01-03"),
        ("2028-02-20", UNSTABLE, None, "2028-03-05"),
        ("2026-05-12", None, None, "2026-05-26"),
    ],
)
def test_ends_of_months_and_years(served_on, result, past, latest):
    known = None if past is None else Classed(d(past), BASICALLY_STABLE)
    assert latest_next(result, d(served_on), known, figures()) == d(latest)


# --- what is no follow-up ---


def test_a_sheet_that_is_not_finished_has_no_class():
    decision = decided(sleep=None, locked_up="2", **MILD_REACTION)
    assert decision.control_result is None
    assert codes(decision) == ["visit_unfinished", "mental_reaction", "locked_up_now"]
    assert decision.actions == ("visit_finish", "call_for_other_dose", "report_locked_up")
    assert (days(decision), decision.limit_on, decision.has_reaction) == (7, d("2026-05-19"), True)


def test_a_reason_to_refer_does_not_wait_for_the_rest_of_the_sheet():
    danger, ordinary = bare(danger_level="3"), bare(insight="3")
    assert (danger.control_result, danger.referral, days(danger)) == (None, EMERGENCY, 7)
    assert codes(danger) == ["danger_level_high", "visit_unfinished"]
    assert danger.actions[-1] == "visit_finish"
    assert danger.limit_on == d("2026-05-26")
    assert (ordinary.control_result, ordinary.referral) == (None, ORDINARY)


def test_nothing_answered_is_unfinished():
    assert codes(bare()) == ["visit_unfinished"]


def test_by_telephone_there_is_no_class():
    """The norm asks to examine the mental state at every visit."""
    calm, danger = decided(mode="phone"), decided(mode="phone", danger_level="3")
    assert (calm.control_result, codes(calm), calm.actions) == (
        None,
        ["mental_by_phone"],
        ("see_face_to_face",),
    )
    assert days(calm) == 7
    assert (danger.control_result, danger.referral) == (None, EMERGENCY)
    assert codes(danger) == ["danger_level_high", "mental_by_phone"]
    assert decided(mode="clinic").control_result == STABLE


@pytest.mark.parametrize(
    ("lost_reason", "code"),
    [
        ("1", "lost_for_work"),
        ("2", "lost_moved"),
        ("3", "lost_missing"),
        ("4", "lost_three_times"),
        ("5", "lost_otherwise"),
    ],
)
def test_who_is_lost_is_looked_for(lost_reason, code):
    decision = bare(visit_result="lost", lost_reason=lost_reason)
    assert (decision.control_result, codes(decision), decision.actions) == (
        None,
        [code],
        ("look_for_the_lost",),
    )
    assert (days(decision), decision.limit_on) == (14, d("2026-05-26"))


def test_why_she_is_lost_may_not_be_known_yet():
    assert codes(bare(visit_result="lost")) == ["lost_otherwise"]


def test_after_death_nothing_follows():
    decision = bare(visit_result="died", died_on="2026-05-01", death_cause="2")
    assert (decision.control_result, codes(decision), decision.actions) == (
        None,
        ["mental_died"],
        ("record_the_death",),
    )
    assert (decision.next_on, decision.limit_on, decision.referral) == (None, None, None)


@pytest.mark.parametrize(
    ("answers", "mode", "proves"),
    [
        (example(FORM.code).answers, "home", ("follow_up:mental_disorder",)),
        (example(FORM.code).answers, "clinic", ("follow_up:mental_disorder",)),
        (example(FORM.code).answers, "phone", ()),
        ({"visit_result": "lost", "lost_reason": "3"}, "home", ()),
        ({"visit_result": "died", "died_on": "2026-05-01", "death_cause": "4"}, "home", ()),
    ],
    ids=["home", "clinic", "phone", "lost", "died"],
)
def test_what_a_complete_sheet_proves(answers, mode, proves):
    checked = check_answers(FORM, answers, mode)
    assert checked.is_complete
    assert FORM.proven_by(checked.answers, mode) == proves


# --- facts that must always hold ---


def _answers() -> st.SearchStrategy[dict[str, Any]]:
    return st.fixed_dictionaries(
        {
            "danger_level": st.sampled_from("012345"),
            "insight": st.sampled_from("123"),
            "personal_life": st.sampled_from("123"),
            "physical_disease": st.sampled_from(["none", "stable", "unstable", "severe"]),
            "symptoms_mostly_gone": st.booleans(),
            "adherence": st.sampled_from("1234"),
            "locked_up": st.sampled_from("123"),
            "sleep": st.sampled_from(["1", None]),
        }
    )


WORSE: dict[str, Changes] = {
    "danger": {"danger_level": "5"},
    "self-harm": SELF_HARM,
    "no insight": {"insight": "3"},
    "clear symptoms": CLEAR_SYMPTOMS,
    "severe disease": {"physical_disease": "severe"},
    "severe reaction": SEVERE_REACTION,
}
_PAST = st.one_of(
    st.just(()),
    st.builds(
        lambda gap, result: (before(str(d(DAY) - timedelta(days=gap)), result),),
        st.integers(1, 120),
        st.sampled_from([None, *WORST_FIRST]),
    ),
)


@given(_answers(), _PAST)
def test_the_proposed_day_is_after_the_visit_and_never_later_than_the_norm_allows(answers, past):
    decision = decided(*past, **answers)
    assert d(DAY) < next_on(decision) <= limit_on(decision) <= d("2026-08-12")
    assert decision.control_result != UNSTABLE or decision.limit_on == d("2026-05-26")
    assert all(d(DAY) < day <= d("2026-05-26") for day in decision.ask_on)
    assert (decision.control_result is None) == (answers["sleep"] is None)
    assert decision.reasons
    assert decision.actions


@given(_answers(), _PAST, st.sampled_from(list(WORSE)))
def test_more_danger_never_comes_later_nor_is_milder(answers, past, worse):
    calm, wild = decided(*past, **answers), decided(*past, **{**answers, **WORSE[worse]})
    assert next_on(wild) <= next_on(calm)
    if calm.control_result is not None and wild.control_result is not None:
        assert WORST_FIRST.index(wild.control_result) <= WORST_FIRST.index(calm.control_result)
    assert calm.referral is None or wild.referral is not None
    assert calm.referral != EMERGENCY or wild.referral == EMERGENCY


@given(_PAST, st.sampled_from(WORST_FIRST), st.dates(date(2024, 1, 1), date(2032, 12, 31)))
def test_a_worse_class_never_comes_later(past, result, day):
    known = Classed(past[0].served_on, past[0].control_result) if past else None
    ordered = [latest_next(one, day, known, figures()) for one in WORST_FIRST]
    assert ordered == sorted(ordered)
    assert latest_next(result, day, known, figures()) > day


# --- what is said ---


def _said() -> list[Decision]:
    decisions = [decided(**changes) for changes, *_ in TABLE.values()]
    decisions += [
        decided(before("2026-04-28", BASICALLY_STABLE), insight="2", locked_up="2", adherence="3"),
        decided(hospital_stay="1", last_discharge_on=None, insight="3"),
        decided(mode="phone"),
        decided(sleep=None),
        decided(dangerous_acts=["trouble"], trouble_times=1),
        bare(visit_result="died", died_on="2026-05-01", death_cause="2"),
        *(bare(visit_result="lost", lost_reason=reason) for reason in "12345"),
    ]
    return decisions


def test_everything_that_can_be_said_is_said_and_filled():
    reason_codes: set[str] = set()
    action_codes: set[str] = set()
    for decision in _said():
        for reason in decision.reasons:
            names = {name for _, name, _, _ in string.Formatter().parse(reasons.REASONS[reason.code].text)}
            assert names - {None} <= set(reason.values or {}), reason.code
            reason_codes.add(reason.code)
        assert len(set(decision.actions)) == len(decision.actions)
        action_codes.update(decision.actions)
        assert action_codes <= set(reasons.ACTIONS)
    assert set(REASONS) <= reason_codes
    assert set(ACTIONS) <= action_codes


@pytest.mark.parametrize("code", [*REASONS, *ACTIONS])
def test_a_sentence_is_plain_chinese_with_its_source(code):
    sentence = {**REASONS, **ACTIONS}[code]
    assert sentence.text.endswith("。")
    assert re.search(r"[A-Za-z_]", re.sub(r"\{[a-z_]+\}", "", sentence.text)) is None
    assert sentence.source
