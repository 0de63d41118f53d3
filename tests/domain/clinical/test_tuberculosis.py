"""肺结核: the first home visit, the follow-ups by supervision and phase, the end (norms-other-groups §4)."""

import re
import string
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.domain.clinical.patients import limit_on, next_on
from tests.domain.duties.people import condition, d, resident
from tests.domain.form_files import data, example, form
from tests.domain.shipped import figures
from village_doctor.domain.clinical import reasons
from village_doctor.domain.clinical.figures import parse_figure_notes
from village_doctor.domain.clinical.rules import RULES
from village_doctor.domain.clinical.sentences.tuberculosis import ACTIONS, REASONS
from village_doctor.domain.clinical.tuberculosis import (
    decide,
    decide_closing,
    decide_first_visit,
    is_intensive,
    is_week_missed,
    latest_next,
)
from village_doctor.domain.clinical.visit_facts import PastVisit, VisitFacts
from village_doctor.domain.decisions import EMERGENCY, ORDINARY, Decision
from village_doctor.domain.form_checking import check_answers

FIRST, FOLLOW_UP, CLOSING = "tuberculosis_first_visit", "tuberculosis_follow_up", "tuberculosis_closing"
DAY = "2026-05-12"
STAFF, FAMILY, SELF, OTHER = "1", "2", "3", "4"
MONTH, TEN_DAYS, TWO_WEEKS, FINISH = "2026-06-12", "2026-05-22", "2026-05-26", "2026-05-19"


def first_visit(patient_type: str) -> PastVisit:
    """The first visit's sheet: 1初治 2复治."""
    return PastVisit(
        served_on=d("2026-04-01"), form_code=FIRST, answers={"patient_type": patient_type}, measurements={}
    )


def facts(code: str, *past: PastVisit, on: str = DAY, mode: str = "home", **changes: Any) -> VisitFacts:
    """The filled example, changed; None leaves a blank."""
    answers = {**example(code).answers, **changes}
    sheet = form(code)
    checked = check_answers(sheet, {key: one for key, one in answers.items() if one is not None}, mode)
    return VisitFacts(
        form_code=code,
        disease="tuberculosis",
        served_on=d(on),
        resident=resident("1974-02-03"),
        mode=mode,
        figures=figures(),
        answers=checked.answers,
        measurements=checked.measurements,
        computed=checked.computed,
        is_complete=checked.is_complete,
        past=past,
    )


def follow_up(*past: PastVisit, on: str = DAY, mode: str = "home", **changes: Any) -> Decision:
    return decide(facts(FOLLOW_UP, *past, on=on, mode=mode, **changes))


def first(on: str = DAY, **changes: Any) -> Decision:
    return decide_first_visit(facts(FIRST, on=on, **changes))


def closing(on: str = DAY, **changes: Any) -> Decision:
    return decide_closing(facts(CLOSING, on=on, **changes))


def codes(decision: Decision) -> list[str]:
    return [reason.code for reason in decision.reasons]


def values(decision: Decision, code: str) -> dict[str, str]:
    return dict(next(reason.values or {} for reason in decision.reasons if reason.code == code))


@pytest.mark.parametrize(
    ("code", "rule"), [(FIRST, decide_first_visit), (FOLLOW_UP, decide), (CLOSING, decide_closing)]
)
def test_the_rule_is_the_one_that_the_form_names(code, rule):
    assert [RULES[name] for name in form(code).rules] == [rule]


# --- when again: by who supervises and in which phase ---


@pytest.mark.parametrize(
    ("supervisor", "month", "dosage_form", "patient_type", "why", "next_on"),
    [
        (STAFF, 1, ["1"], "1", "supervised_by_staff", MONTH),
        (STAFF, 5, ["1"], "1", "supervised_by_staff", MONTH),
        (STAFF, 1, ["4"], "2", "supervised_by_staff", MONTH),
        (FAMILY, 1, ["1"], "1", "intensive_phase", TEN_DAYS),
        (FAMILY, 2, ["1"], "1", "intensive_phase", TEN_DAYS),
        (FAMILY, 3, ["1"], "1", "continuation_phase", MONTH),
        (FAMILY, 3, ["1"], "2", "intensive_phase", TEN_DAYS),
        (FAMILY, 4, ["1"], "2", "continuation_phase", MONTH),
        (FAMILY, 6, ["2", "4"], "1", "intensive_phase", TEN_DAYS),
        (SELF, 2, ["1"], "1", "intensive_phase", TEN_DAYS),
        (SELF, 3, ["1"], "1", "continuation_phase", MONTH),
        (OTHER, 2, ["1"], "1", "intensive_phase", TEN_DAYS),
        (OTHER, 3, ["1"], "1", "continuation_phase", MONTH),
    ],
    ids=[
        "staff, month 1",
        "staff, month 5",
        "staff, injections, treated before",
        "family, month 1",
        "family, month 2",
        "family, month 3",
        "family, month 3, treated before",
        "family, month 4, treated before",
        "family, month 6, injections",
        "self, month 2",
        "self, month 3",
        "others, month 2",
        "others, month 3",
    ],
)
def test_supervision_and_phase(supervisor, month, dosage_form, patient_type, why, next_on):
    decision = follow_up(
        first_visit(patient_type), supervisor=supervisor, treatment_month=month, dosage_form=dosage_form
    )
    assert codes(decision) == [why]
    assert decision.actions == ("carry_on_treatment",)
    assert (decision.next_on, decision.limit_on) == (d(next_on), d(next_on))
    assert (decision.control_result, decision.referral, decision.ask_on) == (None, None, ())


def test_without_the_first_sheet_nobody_was_treated_before():
    assert codes(follow_up(treatment_month=3)) == ["continuation_phase"]


def test_any_sheet_before_tells_that_she_was_treated_before():
    later = PastVisit(served_on=d("2026-05-01"), form_code=FOLLOW_UP, answers={}, measurements={})
    assert codes(follow_up(first_visit("2"), later, treatment_month=3)) == ["intensive_phase"]


def test_the_reason_tells_the_interval():
    assert values(follow_up(), "intensive_phase") == {"days": "10"}
    assert values(follow_up(treatment_month=3), "continuation_phase") == {"months": "1"}


def test_what_is_not_known_is_taken_as_the_earlier_phase():
    assert is_intensive(None, figures(), treated_before=False, injected=False)
    assert latest_next(d(DAY), None, figures(), intensive=True) == d(TEN_DAYS)
    blank = follow_up(supervisor=FAMILY, treatment_month=None, **REACTION)
    assert codes(blank) == ["tuberculosis_reaction", "visit_unfinished"]
    assert (blank.next_on, blank.limit_on) == (d(FINISH), d(TEN_DAYS))


@pytest.mark.parametrize(
    ("on", "supervisor", "month", "next_on"),
    [
        ("2026-01-31", STAFF, 1, "2026-02-28"),
        ("2028-01-31", STAFF, 1, "2028-02-29"),
        ("2026-12-31", STAFF, 1, "2027-01-31"),
        ("2026-10-31", FAMILY, 3, "2026-11-30"),
        ("2026-12-25", FAMILY, 1, "2027-01-04"),
        ("2028-02-20", FAMILY, 1, "2028-03-01"),
    ],
)
def test_ends_of_months_and_years(on, supervisor, month, next_on):
    assert follow_up(on=on, supervisor=supervisor, treatment_month=month).next_on == d(next_on)


def test_the_intervals_that_were_not_verified_are_figures():
    """§4: 10 days and the month without staff are [K]; the month with staff is [V] and stands in the rule."""
    notes = parse_figure_notes("figures.toml", data("clinical/figures.toml"))
    marks = {name: note.mark for name, note in notes.items() if name.startswith("tuberculosis_")}
    assert set(marks.values()) == {"K"}
    given = figures()
    assert (given.tuberculosis_family_intensive_days, given.tuberculosis_family_continuation_months) == (
        10,
        1,
    )
    assert (
        given.tuberculosis_intensive_months,
        given.tuberculosis_intensive_months_treated_before,
    ) == (2, 3)
    assert given.tuberculosis_after_referral_days == 14
    assert given.tuberculosis_regular_percent == 90


# --- the same day, and at once ---


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"symptoms": ["8"]}, ["blurred_sight"]),
        ({"has_jaundice": True}, ["jaundice"]),
        ({"symptoms": ["10"]}, ["ringing_ears"]),
        ({"emergency_sign": True}, ["visit_emergency_sign"]),
        (
            {"symptoms": ["8", "10"], "has_jaundice": True, "emergency_sign": True, "missed_doses": 9},
            ["visit_emergency_sign", "blurred_sight", "jaundice", "ringing_ears"],
        ),
    ],
    ids=["视物模糊", "黄疸", "耳鸣", "危急情况", "all"],
)
def test_signs_for_the_same_day(changes, why):
    decision = follow_up(supervisor=STAFF, **changes)
    assert (decision.referral, codes(decision)) == (EMERGENCY, why)
    assert (decision.next_on, decision.limit_on) == (d(TWO_WEEKS), d(TWO_WEEKS))
    assert decision.ask_on == (d("2026-05-13"), d("2026-05-15"))
    at_once = ["refer_at_once", "ask_next_day"] if "emergency_sign" in changes else []
    assert decision.actions == tuple(dict.fromkeys([*at_once, "refer_tuberculosis_same_day", "ask_next_day"]))


@pytest.mark.parametrize("number", ["1", "2", "3", "4", "5", "6", "7", "9"])
def test_other_symptoms_are_no_sign_for_the_same_day(number):
    assert follow_up(symptoms=[number]).referral is None


@pytest.mark.parametrize(("number", "why"), [("7", "blurred_sight"), ("9", "ringing_ears")])
def test_the_first_sheet_has_its_own_numbers(number, why):
    decision = first(symptoms=[number])
    assert (decision.referral, codes(decision)) == (EMERGENCY, [why])


@pytest.mark.parametrize("number", ["6", "8"])
def test_the_numbers_of_the_other_sheet_are_no_sign_on_the_first(number):
    assert first(symptoms=[number]).referral is None


def test_jaundice_and_emergency_at_the_first_visit():
    assert codes(first(has_jaundice=True)) == ["jaundice"]
    assert codes(first(emergency_sign=True)) == ["visit_emergency_sign"]


REACTION = {"adverse_reaction": "2", "adverse_reaction_text": "恶心"}
COMPLICATION = {"complication": "2", "complication_text": "糖尿病"}


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        (REACTION, ["tuberculosis_reaction"]),
        (COMPLICATION, ["tuberculosis_complication"]),
        ({**REACTION, **COMPLICATION}, ["tuberculosis_reaction", "tuberculosis_complication"]),
        ({**REACTION, "missed_doses": 2}, ["tuberculosis_reaction", "doses_missed"]),
    ],
    ids=["reaction", "complication", "both", "reaction and missed doses"],
)
def test_reactions_and_complications_are_referred_at_once(changes, why):
    decision = follow_up(supervisor=STAFF, **changes)
    assert (decision.referral, codes(decision)) == (ORDINARY, why)
    assert decision.actions[:2] == ("refer_tuberculosis", "ask_in_two_weeks")
    assert (decision.next_on, decision.limit_on) == (d(TWO_WEEKS), d(TWO_WEEKS))
    assert decision.ask_on == (d(FINISH),)


@pytest.mark.parametrize("changes", [REACTION, {"symptoms": ["8"]}], ids=["reaction", "blurred sight"])
def test_after_a_referral_the_phase_still_counts_where_it_is_earlier(changes):
    assert follow_up(supervisor=FAMILY, treatment_month=1, **changes).limit_on == d(TEN_DAYS)
    assert follow_up(supervisor=FAMILY, treatment_month=3, **changes).limit_on == d(TWO_WEEKS)


def test_a_reaction_is_a_fact_for_the_next_visit():
    assert follow_up(**REACTION).has_reaction
    assert follow_up(**REACTION, symptoms=["8"]).has_reaction
    assert not follow_up(**COMPLICATION).has_reaction
    assert not follow_up().has_reaction


# --- missed doses ---


@pytest.mark.parametrize(
    ("usage", "missed", "code"),
    [
        ("1", 0, None),
        ("1", 1, "doses_missed"),
        ("1", 6, "doses_missed"),
        ("1", 7, "doses_missed_a_week"),
        ("1", 8, "doses_missed_a_week"),
        ("2", 2, "doses_missed"),
        ("2", 3, "doses_missed_a_week"),
    ],
    ids=[
        "none",
        "one",
        "six daily",
        "seven daily",
        "eight daily",
        "two of three a week",
        "three of three a week",
    ],
)
def test_missed_doses(usage, missed, code):
    decision = follow_up(usage=usage, missed_doses=missed)
    assert codes(decision) == [*([code] if code else []), "intensive_phase"]
    assert ("find_why_missed" in decision.actions) == (code is not None)
    assert ("report_missed_week" in decision.actions) == (code == "doses_missed_a_week")
    if code:
        assert values(decision, code) == {"count": str(missed)}
    assert decision.next_on == d(TEN_DAYS)


def test_how_the_medicine_is_taken_decides_what_a_week_is():
    assert [is_week_missed(count, "1", figures()) for count in (6, 7)] == [False, True]
    assert [is_week_missed(count, "2", figures()) for count in (2, 3)] == [False, True]
    assert [is_week_missed(count, None, figures()) for count in (6, 7)] == [False, True]


def test_who_moves_away_is_reported():
    decision = follow_up(is_leaving=True)
    assert codes(decision) == ["leaving", "intensive_phase"]
    assert decision.actions == ("report_leaving", "carry_on_treatment")


# --- the first visit ---


@pytest.mark.parametrize(
    ("supervisor", "next_on", "why"),
    [
        (STAFF, MONTH, ["supervised_by_staff"]),
        (FAMILY, TEN_DAYS, ["intensive_phase", "not_supervised_by_staff"]),
        (SELF, TEN_DAYS, ["intensive_phase", "not_supervised_by_staff"]),
        (OTHER, TEN_DAYS, ["intensive_phase", "not_supervised_by_staff"]),
    ],
    ids=["doctor", "family", "self", "other"],
)
def test_who_supervises_from_the_first_visit(supervisor, next_on, why):
    decision = first(supervisor=supervisor)
    assert (codes(decision), decision.next_on, decision.limit_on) == (why, d(next_on), d(next_on))
    assert ("train_supervisor" in decision.actions) == (supervisor != STAFF)
    assert decision.actions[-2:] == ("check_contacts", "carry_on_treatment")


@pytest.mark.parametrize(
    ("changes", "code", "action"),
    [
        ({"own_room": "2"}, "room_not_fit", "sleep_apart_and_air"),
        ({"airing": "3"}, "room_not_fit", "sleep_apart_and_air"),
        ({"knows_record_card": "2"}, "lessons_not_mastered", "teach_again"),
        ({"knows_contact_checks": "2"}, "lessons_not_mastered", "teach_again"),
    ],
)
def test_what_the_first_visit_finds(changes, code, action):
    decision = first(supervisor=STAFF, **changes)
    assert codes(decision) == ["supervised_by_staff", code]
    assert decision.actions == (action, "check_contacts", "carry_on_treatment")


def test_an_airing_that_will_do_is_not_told():
    assert codes(first(supervisor=STAFF, airing="2")) == ["supervised_by_staff"]


def test_every_lesson_that_was_not_mastered_is_counted():
    lessons = [item.key for item in form(FIRST).fields if item.key.startswith("knows_")]
    decision = first(**dict.fromkeys(lessons, "2"))
    assert values(decision, "lessons_not_mastered") == {"count": "9"}
    assert values(first(knows_habits="2"), "lessons_not_mastered") == {"count": "1"}


# --- not finished ---


def test_a_sheet_that_is_not_finished():
    for decision in (follow_up(regimen=None), first(regimen=None), closing(doses_due=None)):
        assert codes(decision) == ["visit_unfinished"]
        assert decision.actions == ("visit_finish",)
        assert (decision.next_on, decision.control_result) == (d(FINISH), None)


@pytest.mark.parametrize(
    ("code", "notified", "next_on"),
    [
        ("tuberculosis", ["2026-05-11"], "2026-05-14"),
        ("tuberculosis", ["2026-05-12"], "2026-05-15"),
        ("tuberculosis", ["2025-01-02", "2026-05-10"], "2026-05-13"),
        ("tuberculosis", ["2026-05-09"], FINISH),
        ("tuberculosis", ["2026-05-13"], FINISH),
        ("tuberculosis", [None], FINISH),
        ("copd", ["2026-05-11"], FINISH),
    ],
)
def test_an_unfinished_first_visit_is_finished_within_the_72_hours(code, notified, next_on):
    """§4: within 72 h of the notice; when that is over, or no notice is known, within a week."""
    known = tuple(replace(condition(code), notified_on=None if day is None else d(day)) for day in notified)
    decision = decide_first_visit(replace(facts(FIRST, regimen=None), conditions=known))
    assert codes(decision) == ["visit_unfinished"]
    assert decision.next_on == decision.limit_on == d(next_on)


def test_what_must_be_reported_does_not_wait_for_the_rest_of_the_sheet():
    missed = follow_up(regimen=None, missed_doses=7)
    assert codes(missed) == ["doses_missed_a_week", "visit_unfinished"]
    assert missed.actions == ("find_why_missed", "report_missed_week", "visit_finish")
    referred = follow_up(regimen=None, supervisor=STAFF, **REACTION)
    assert codes(referred) == ["tuberculosis_reaction", "visit_unfinished"]
    assert (referred.referral, referred.next_on, referred.limit_on) == (ORDINARY, d(FINISH), d(TWO_WEEKS))
    assert follow_up(regimen=None, symptoms=["8"]).referral == EMERGENCY
    assert first(regimen=None, symptoms=["7"]).referral == EMERGENCY


def test_by_telephone_is_a_follow_up_as_the_sheet_has_it():
    assert follow_up(mode="phone") == follow_up(mode="home")
    checked = check_answers(form(FOLLOW_UP), example(FOLLOW_UP).answers, "phone")
    assert form(FOLLOW_UP).proven_by(checked.answers, "phone") == ("follow_up:tuberculosis",)


# --- the end ---


@pytest.mark.parametrize(
    ("stop_reason", "next_on", "actions"),
    [
        ("1", TWO_WEEKS, ("send_for_outcome", "phone_in_two_weeks")),
        ("2", None, ("report_end_of_treatment",)),
        ("3", None, ("report_end_of_treatment",)),
        ("4", TWO_WEEKS, ("send_for_outcome", "phone_in_two_weeks")),
    ],
    ids=["完成疗程", "死亡", "丢失", "转入耐多药治疗"],
)
def test_why_the_treatment_stopped(stop_reason, next_on, actions):
    """§4: send to the designated hospital for the outcome, telephone within 2 weeks; nothing follows death or loss."""
    decision = closing(stop_reason=stop_reason)
    assert codes(decision) == [f"stopped_{stop_reason}", "taken_regular"]
    day = None if next_on is None else d(next_on)
    assert (decision.actions, decision.next_on, decision.limit_on) == (actions, day, day)


@pytest.mark.parametrize(
    ("taken", "due", "result"),
    [
        (180, 180, "regular"),
        (162, 180, "regular"),
        (161, 180, "irregular"),
        (899, 1000, "irregular"),
        (900, 1000, "regular"),
        (0, 180, "irregular"),
        (0, 0, None),
    ],
    ids=["all", "90 %", "89.4 %", "89.9 %", "90 % of 1000", "none", "nothing was due"],
)
def test_taken_over_the_whole_course(taken, due, result):
    """规则服药: 90 % of the doses due were taken; of a share the exact one counts, not the rounded one."""
    decision = closing(doses_due=due, doses_taken=taken)
    assert decision.control_result == result
    if result:
        told = {"taken": str(taken), "due": str(due), "line": "90"}
        assert values(decision, f"taken_{result}") == told
    else:
        assert codes(decision) == ["stopped_1"]


@pytest.mark.parametrize(
    ("taken", "due", "shown"), [(178, 180, "98.9"), (1999, 2000, "100.0"), (1, 3, "33.3"), (0, 0, None)]
)
def test_the_share_on_the_sheet(taken, due, shown):
    computed = facts(CLOSING, doses_due=due, doses_taken=taken).computed
    assert (str(computed["doses_percent"]) if computed else None) == shown


def test_the_record_card_is_collected():
    assert "collect_record_card" not in closing().actions
    assert closing(is_record_card_collected=False).actions[0] == "collect_record_card"


@pytest.mark.parametrize(("on", "next_on"), [("2026-12-20", "2027-01-03"), ("2028-02-20", "2028-03-05")])
def test_two_weeks_over_the_end_of_a_year_and_of_february(on, next_on):
    assert closing(on=on).next_on == d(next_on)


# --- facts that must always hold ---


@given(
    st.dates(date(2024, 1, 1), date(2032, 12, 31)),
    st.sampled_from([STAFF, FAMILY, SELF, OTHER, None]),
    st.integers(1, 12) | st.none(),
    st.booleans(),
    st.booleans(),
)
def test_the_next_follow_up_is_never_later_than_a_month(day, supervisor, month, treated_before, injected):
    given_figures = figures()
    intensive = is_intensive(month, given_figures, treated_before=treated_before, injected=injected)
    latest = latest_next(day, supervisor, given_figures, intensive=intensive)
    assert day < latest <= day + timedelta(days=31)
    assert latest <= latest_next(day, STAFF, given_figures, intensive=intensive)
    assert latest_next(day, supervisor, given_figures, intensive=True) <= latest


WORSE: list[dict[str, Any]] = [
    {"emergency_sign": True},
    {"has_jaundice": True},
    {"symptoms": ["10"]},
    REACTION,
    COMPLICATION,
]


@given(
    st.sampled_from([STAFF, FAMILY, SELF]),
    st.integers(1, 8),
    st.integers(0, 9),
    st.booleans(),
    st.sampled_from(WORSE),
)
def test_more_danger_never_comes_later(supervisor, month, missed, is_finished, worse):
    changes = {
        "supervisor": supervisor,
        "treatment_month": month,
        "missed_doses": missed,
        "regimen": "2HRZE/4HR" if is_finished else None,
    }
    calm, wild = follow_up(**changes), follow_up(**changes, **worse)
    assert calm.referral is None
    assert wild.referral is not None
    assert d(DAY) < next_on(wild) <= limit_on(wild)
    assert d(DAY) < next_on(calm) <= limit_on(calm)
    assert not is_finished or limit_on(wild) <= limit_on(calm)
    assert all(d(DAY) < day <= d(TWO_WEEKS) for day in wild.ask_on)


# --- what is said ---


def _said() -> list[Decision]:
    return [
        *(follow_up(supervisor=who, treatment_month=month) for who in (STAFF, FAMILY) for month in (1, 3)),
        *(follow_up(**worse) for worse in WORSE),
        follow_up(symptoms=["8"]),
        follow_up(missed_doses=1),
        follow_up(missed_doses=7, is_leaving=True),
        first(own_room="2", knows_habits="2"),
        *(closing(stop_reason=reason, is_record_card_collected=False) for reason in "1234"),
        closing(doses_taken=1),
    ]


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
