"""0～6岁儿童健康管理 and 中医药 (norms-other-groups §2, §6): the ages, and what one visit leads to."""

import itertools
from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.domain.clinical.sheets import assert_all_is_said, codes, days_later, past, sheet
from tests.domain.duties.people import d, resident
from village_doctor.domain.clinical.child import (
    CHINESE_MEDICINE,
    AgeCheck,
    check_on,
    checks_of,
    decide,
    decide_newborn,
    leaves_on,
    next_check,
)
from village_doctor.domain.clinical.sentences.child import ACTIONS, REASONS
from village_doctor.domain.dates import age_on
from village_doctor.domain.decisions import Decision

BORN = "2024-03-15"
INFANT = "child_check_1_to_8_months"
TODDLER = "child_check_12_to_30_months"
PRESCHOOL = "child_check_3_to_6_years"


def child(born: str = BORN):
    return resident(born, name="小甲")


def checked(form_code: str, on: str, born: str = BORN, **changes) -> Decision:
    return decide(sheet(form_code, on, who=child(born), **changes))


# §6: visit, first day, last day in time, last day before the next. Born on 15 March 2024.
CALENDAR = [
    ("full_month", "2024-04-12", "2024-04-14", "2024-06-14"),
    ("month_3", "2024-06-15", "2024-09-14", "2024-09-14"),
    ("month_6", "2024-09-15", "2024-11-14", "2024-11-14"),
    ("month_8", "2024-11-15", "2025-03-14", "2025-03-14"),
    ("month_12", "2025-03-15", "2025-09-14", "2025-09-14"),
    ("month_18", "2025-09-15", "2026-03-14", "2026-03-14"),
    ("month_24", "2026-03-15", "2026-09-14", "2026-09-14"),
    ("month_30", "2026-09-15", "2027-03-14", "2027-03-14"),
    ("month_36", "2027-03-15", "2028-03-14", "2028-03-14"),
    ("year_4", "2028-03-15", "2029-03-14", "2029-03-14"),
    ("year_5", "2029-03-15", "2030-03-14", "2030-03-14"),
    ("year_6", "2030-03-15", "2031-03-14", "2031-03-14"),
]


def code_of(check: AgeCheck | None) -> str | None:
    return None if check is None else check.code


def test_the_calendar_of_section_6():
    found = [(one.code, str(one.first), str(one.latest_on), str(one.until)) for one in checks_of(d(BORN))]
    assert found == CALENDAR
    ages = [(one.months, one.years) for one in checks_of(d(BORN))]
    assert ages == [
        (None, None),
        *((months, None) for months in (3, 6, 8, 12, 18, 24, 30, 36)),
        *((None, years) for years in (4, 5, 6)),
    ]


@pytest.mark.parametrize(("code", "first", "_", "until"), CALENDAR, ids=[row[0] for row in CALENDAR])
def test_a_day_belongs_to_one_check(code, first, _, until):
    born, before, after = d(BORN), d(first) - timedelta(days=1), d(until) + timedelta(days=1)
    assert code_of(check_on(born, d(first))) == code
    assert code_of(check_on(born, d(until))) == code
    assert code_of(check_on(born, before)) != code
    assert code_of(check_on(born, after)) != code
    assert code_of(next_check(born, before)) == code
    assert code_of(next_check(born, d(first))) != code


def test_before_the_first_and_after_the_last():
    assert check_on(d(BORN), d("2024-04-11")) is None
    assert check_on(d(BORN), d("2031-03-15")) is None
    assert next_check(d(BORN), d("2030-03-15")) is None
    assert leaves_on(d(BORN)) == d("2031-03-15")


@pytest.mark.parametrize(
    ("born", "code", "first", "until"),
    [
        ("2024-02-29", "month_12", "2025-02-28", "2025-08-28"),
        ("2024-02-29", "month_24", "2026-02-28", "2026-08-28"),
        ("2024-02-29", "year_4", "2028-02-29", "2029-02-28"),
        ("2024-02-29", "year_5", "2029-03-01", "2030-02-28"),
        ("2024-02-29", "year_6", "2030-03-01", "2031-02-28"),
        ("2025-08-31", "month_3", "2025-11-30", "2026-02-27"),
        ("2025-08-31", "month_6", "2026-02-28", "2026-04-29"),
        ("2025-08-31", "month_8", "2026-04-30", "2026-08-30"),
        ("2025-08-30", "month_6", "2026-02-28", "2026-04-29"),
        ("2025-08-29", "month_6", "2026-02-28", "2026-04-28"),
        ("2025-11-30", "month_3", "2026-02-28", "2026-05-29"),
        ("2025-01-31", "full_month", "2025-02-28", "2025-04-29"),
    ],
)
def test_birthdays_on_the_29th_30th_31st(born, code, first, until):
    check = next(one for one in checks_of(d(born)) if one.code == code)
    assert (str(check.first), str(check.until)) == (first, until)


@given(st.dates(date(2015, 1, 1), date(2030, 12, 31)))
def test_the_times_of_the_checks_meet_without_gap_or_overlap(born):
    checks = checks_of(born)
    assert checks[0].first == born + timedelta(days=28)
    for one, following in itertools.pairwise(checks):
        assert one.first <= one.latest_on <= one.until
        assert one.until + timedelta(days=1) == following.first
    assert checks[-1].until + timedelta(days=1) == leaves_on(born)
    assert age_on(born, checks[-1].until) == 6
    assert age_on(born, leaves_on(born)) == 7
    for check in checks:
        if check.years is not None:
            assert age_on(born, check.first) == check.years
            assert age_on(born, check.first - timedelta(days=1)) == check.years - 1


def test_chinese_medicine_at_six_ages():
    """§2: 6, 12 摩腹、捏脊; 18, 24 迎香、足三里; 30, 36 四神聪."""
    assert CHINESE_MEDICINE == {
        6: "belly_and_spine",
        12: "belly_and_spine",
        18: "yingxiang_zusanli",
        24: "yingxiang_zusanli",
        30: "sishencong",
        36: "sishencong",
    }


@pytest.mark.parametrize(
    ("form_code", "on", "reasons", "actions", "next_on", "limit_on"),
    [
        (INFANT, "2024-04-12", ("child_check_full_month",), (), "2024-06-15", "2024-09-14"),
        (INFANT, "2024-06-15", ("child_check_months",), (), "2024-09-15", "2024-11-14"),
        (
            INFANT,
            "2024-09-15",
            ("child_check_months", "child_no_blood_count"),
            ("child_count_blood", "child_teach_belly_and_spine"),
            "2024-11-15",
            "2025-03-14",
        ),
        (
            INFANT,
            "2024-11-15",
            ("child_check_months", "child_no_blood_count"),
            ("child_count_blood",),
            "2025-03-15",
            "2025-09-14",
        ),
        (
            TODDLER,
            "2025-03-15",
            ("child_check_months",),
            ("child_teach_belly_and_spine",),
            "2025-09-15",
            "2026-03-14",
        ),
        (
            TODDLER,
            "2025-09-15",
            ("child_check_months", "child_no_blood_count"),
            ("child_count_blood", "child_teach_yingxiang_zusanli"),
            "2026-03-15",
            "2026-09-14",
        ),
        (
            TODDLER,
            "2026-03-15",
            ("child_check_months",),
            ("child_teach_yingxiang_zusanli",),
            "2026-09-15",
            "2027-03-14",
        ),
        (
            TODDLER,
            "2026-09-15",
            ("child_check_months", "child_no_blood_count"),
            ("child_count_blood", "child_teach_sishencong"),
            "2027-03-15",
            "2028-03-14",
        ),
        (
            PRESCHOOL,
            "2027-03-15",
            ("child_check_months",),
            ("child_teach_sishencong",),
            "2028-03-15",
            "2029-03-14",
        ),
        (PRESCHOOL, "2028-03-15", ("child_check_years",), (), "2029-03-15", "2030-03-14"),
        (PRESCHOOL, "2029-03-15", ("child_check_years",), (), "2030-03-15", "2031-03-14"),
    ],
    ids=["满月", "3", "6", "8", "12", "18", "24", "30", "36", "4 岁", "5 岁"],
)
def test_each_age_without_a_blood_count(form_code, on, reasons, actions, next_on, limit_on):
    """§6 血常规 at 6–8, 18, 30 months; §2 中医药; the next check by age."""
    decision = checked(form_code, on, haemoglobin_g_per_l=None)
    assert codes(decision) == reasons
    assert decision.actions == (*actions, "child_next_by_age")
    assert (str(decision.next_on), str(decision.limit_on)) == (next_on, limit_on)
    assert (decision.referral, decision.ask_on, decision.control_result) == (None, (), None)


def test_the_last_check_ends_the_calendar():
    decision = checked(PRESCHOOL, "2030-03-15")
    assert codes(decision) == ("child_check_years", "child_last_check")
    assert decision.actions == ("child_leaves",)
    assert (decision.next_on, decision.limit_on) == (None, None)


def test_after_the_calendar_nothing_follows():
    decision = checked(PRESCHOOL, "2031-03-20")
    assert codes(decision) == ("child_between_checks", "child_last_check")
    assert (decision.next_on, decision.limit_on) == (None, None)


def test_a_visit_before_the_full_month_belongs_to_no_check():
    assert codes(checked(INFANT, "2024-04-11")) == ("child_between_checks",)


def test_the_age_is_told():
    assert checked(INFANT, "2024-11-15").reasons[0].values == {"months": "8"}
    assert checked(PRESCHOOL, "2029-03-15").reasons[0].values == {"years": "5"}


@pytest.mark.parametrize(
    ("counted_on", "is_asked"), [("2024-09-14", True), ("2024-09-15", False), ("2024-11-14", False)]
)
def test_a_count_made_from_six_months_on_answers_the_one_at_eight(counted_on, is_asked):
    before = past(counted_on, INFANT, haemoglobin_g_per_l="118.0")
    decision = checked(INFANT, "2024-11-15", haemoglobin_g_per_l=None, past=(before,))
    assert ("child_count_blood" in decision.actions) is is_asked


def test_a_check_without_a_count_answers_nothing():
    before = past("2024-09-20", INFANT)
    decision = checked(INFANT, "2024-11-15", haemoglobin_g_per_l=None, past=(before,))
    assert "child_count_blood" in decision.actions


def test_a_count_at_eight_months_does_not_answer_eighteen():
    before = past("2024-11-15", INFANT, haemoglobin_g_per_l="118.0")
    decision = checked(TODDLER, "2025-09-15", haemoglobin_g_per_l=None, past=(before,))
    assert "child_count_blood" in decision.actions


def test_a_count_made_now_is_enough():
    assert "child_count_blood" not in checked(TODDLER, "2025-09-15", haemoglobin_g_per_l="120.0").actions


def test_what_is_abnormal_is_referred_and_asked_about():
    """§6 with §5's two weeks; the next check stays where the age puts it."""
    decision = checked(INFANT, "2024-06-15", abnormal=True, abnormal_text="体重不增", skin="2")
    assert codes(decision) == ("child_check_months", "child_abnormal")
    assert decision.actions[:2] == ("child_refer", "child_ask_in_two_weeks")
    assert decision.referral == "ordinary"
    assert days_later(decision, d("2024-06-15")) == (7,)
    assert decision.next_on == d("2024-09-15")


@pytest.mark.parametrize(
    ("form_code", "on", "key", "code"),
    [
        (INFANT, "2024-06-15", "complexion", "2"),
        (INFANT, "2024-06-15", "skin", "2"),
        (INFANT, "2024-06-15", "eyes", "2"),
        (INFANT, "2024-06-15", "ears", "2"),
        (INFANT, "2024-06-15", "mouth", "2"),
        (INFANT, "2024-06-15", "chest", "2"),
        (INFANT, "2024-06-15", "belly", "2"),
        (INFANT, "2024-06-15", "limbs", "2"),
        (INFANT, "2024-06-15", "rickets_signs", "2"),
        (INFANT, "2024-06-15", "hearing_screening", "2"),
        (INFANT, "2024-06-15", "development", "2"),
        (TODDLER, "2025-03-15", "gait", "2"),
        (PRESCHOOL, "2028-03-15", "growth_assessment", "2"),
    ],
)
def test_a_finding_without_a_referral_is_looked_into(form_code, on, key, code):
    decision = checked(form_code, on, **{key: code})
    assert "child_finding" in codes(decision)
    assert decision.actions[0] == "child_find_out"
    assert decision.referral is None


def test_nothing_found_says_nothing():
    assert "child_finding" not in codes(checked(INFANT, "2024-06-15"))


@pytest.mark.parametrize("rule", [decide, decide_newborn])
def test_an_unfinished_sheet_is_finished_within_a_week(rule):
    code = INFANT if rule is decide else "newborn_visit"
    decision = rule(sheet(code, "2024-06-15", who=child(), complexion=None))
    assert codes(decision) == ("visit_unfinished",)
    assert decision.actions == ("visit_finish",)
    assert decision.next_on == decision.limit_on == d("2024-06-22")


@pytest.mark.parametrize(
    ("on", "next_on"),
    [
        ("2024-04-12", "2024-04-14"),
        ("2024-04-13", "2024-04-14"),
        ("2024-04-14", "2024-04-21"),
        ("2024-06-15", "2024-06-22"),
        ("2024-09-10", "2024-09-14"),
    ],
)
def test_an_unfinished_check_is_finished_while_it_is_in_time(on, next_on):
    """§6: 满月 28–30 days; the others to the day before the next age. What is late has its week."""
    decision = checked(INFANT, on, skin=None)
    assert decision.next_on == decision.limit_on == d(next_on)


@pytest.mark.parametrize(
    ("home", "on", "next_on"),
    [
        (None, "2024-03-16", "2024-03-22"),
        (None, "2024-03-22", "2024-03-29"),
        ("2024-03-20", "2024-03-22", "2024-03-27"),
        ("2024-03-14", "2024-03-16", "2024-03-22"),
    ],
    ids=["from the birth", "late", "from the discharge", "a discharge before the birth is none"],
)
def test_an_unfinished_newborn_visit_is_finished_within_the_week_after_coming_home(home, on, next_on):
    who = replace(child(), discharged_on=None if home is None else d(home))
    decision = decide_newborn(sheet("newborn_visit", on, who=who, skin=None))
    assert codes(decision) == ("visit_unfinished",)
    assert decision.next_on == decision.limit_on == d(next_on)


@pytest.mark.parametrize(
    ("rule", "form_code", "code"),
    [(decide, INFANT, "child_abnormal"), (decide_newborn, "newborn_visit", "newborn_abnormal")],
)
def test_a_referral_does_not_wait_for_the_rest_of_the_sheet(rule, form_code, code):
    decision = rule(
        sheet(form_code, "2024-06-15", who=child(), abnormal=True, abnormal_text="发热", complexion=None)
    )
    assert codes(decision) == (code, "visit_unfinished")
    assert decision.actions == ("child_refer", "child_ask_in_two_weeks", "visit_finish")
    assert (decision.referral, days_later(decision, d("2024-06-15"))) == ("ordinary", (7,))
    assert decision.next_on == d("2024-06-22")


def newborn(on: str = "2024-03-20", **changes) -> Decision:
    return decide_newborn(sheet("newborn_visit", on, who=child(), **changes))


@pytest.mark.parametrize(
    ("key", "code"),
    [("skin", "2"), ("complexion", "2"), ("mouth", "2"), ("belly", "2"), ("fontanelle", "2")],
)
def test_a_newborn_with_a_finding_is_not_called_well(key, code):
    decision = newborn(**{key: code})
    assert codes(decision) == ("child_finding",)
    assert decision.actions == ("child_find_out", "newborn_guidance", "child_next_by_age")
    assert decision.referral is None


def test_a_finding_that_is_referred_is_said_once():
    assert codes(newborn(skin="2", abnormal=True, abnormal_text="皮疹")) == ("newborn_abnormal",)


@pytest.mark.parametrize(
    ("on", "again_on"),
    [("2024-04-07", "2024-04-14"), ("2024-04-09", "2024-04-14"), ("2024-04-14", "2024-04-21")],
)
def test_high_risk_never_puts_the_full_month_off(on, again_on):
    """§6: 满月 within 28–30 days, however often she is visited before."""
    decision = newborn(on, high_risk=True)
    assert decision.next_on == decision.limit_on == d(again_on)


@pytest.mark.parametrize(
    ("on", "next_on", "limit_on"),
    [
        ("2024-04-11", "2024-04-12", "2024-04-14"),
        ("2024-04-12", "2024-04-13", "2024-04-14"),
        ("2024-04-13", "2024-04-14", "2024-04-14"),
        ("2024-04-14", "2024-06-15", "2024-09-14"),
    ],
)
def test_a_newborn_visit_at_the_full_month_is_not_its_check(on, next_on, limit_on):
    decision = newborn(on)
    assert (str(decision.next_on), str(decision.limit_on)) == (next_on, limit_on)


@pytest.mark.parametrize(
    ("on", "reasons", "next_on"),
    [
        ("2031-03-13", ("newborn_well",), d("2031-03-14")),
        ("2031-03-14", ("newborn_well", "child_last_check"), None),
    ],
)
def test_after_the_last_check_nothing_follows_a_newborn_sheet(on, reasons, next_on):
    """As it is decided again when the birth date is corrected to another year."""
    decision = newborn(on)
    assert (codes(decision), decision.next_on) == (reasons, next_on)


def test_a_well_newborn_comes_at_the_full_month():
    decision = newborn()
    assert codes(decision) == ("newborn_well",)
    assert decision.actions == ("newborn_guidance", "child_next_by_age")
    assert (decision.next_on, decision.limit_on) == (d("2024-04-12"), d("2024-04-14"))


def test_a_newborn_at_high_risk_is_visited_more_often():
    """§6: high-risk babies more often; how often is a setting (7 days)."""
    decision = newborn(high_risk=True)
    assert codes(decision) == ("newborn_high_risk",)
    assert decision.actions == ("newborn_visit_again", "newborn_guidance")
    assert decision.next_on == decision.limit_on == d("2024-03-27")
    assert decision.referral is None


@pytest.mark.parametrize("high_risk", [True, False])
def test_an_abnormal_newborn_is_referred(high_risk):
    decision = newborn(abnormal=True, abnormal_text="黄疸深", high_risk=high_risk)
    assert "newborn_abnormal" in codes(decision)
    assert "newborn_well" not in codes(decision)
    assert decision.actions[:2] == ("child_refer", "child_ask_in_two_weeks")
    assert decision.referral == "ordinary"
    assert days_later(decision, d("2024-03-20")) == (7,)
    assert decision.next_on == d("2024-03-27" if high_risk else "2024-04-12")


def test_every_sentence_is_said():
    assert_all_is_said(
        [
            newborn(),
            newborn(high_risk=True),
            newborn(abnormal=True, abnormal_text="黄疸深"),
            checked(INFANT, "2024-04-11"),
            checked(INFANT, "2024-04-12", skin="2"),
            checked(INFANT, "2024-09-15", haemoglobin_g_per_l=None, abnormal=True, abnormal_text="贫血"),
            checked(TODDLER, "2025-09-15"),
            checked(TODDLER, "2026-09-15"),
            checked(PRESCHOOL, "2030-03-15"),
        ],
        REASONS,
        ACTIONS,
    )
