"""孕产妇健康管理 (norms-other-groups §5): the windows by weeks, and what a visit leads to."""

import itertools
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.domain.clinical.sheets import assert_all_is_said, codes, days_later, sheet
from tests.domain.duties.people import condition, d, resident
from village_doctor.domain.clinical.maternal import (
    antenatal_checks,
    decide_antenatal,
    decide_postnatal,
    postnatal_base,
)
from village_doctor.domain.clinical.sentences.maternal import ACTIONS, REASONS
from village_doctor.domain.decisions import Decision
from village_doctor.domain.people import Resident

BEGAN = "2026-01-01"
DELIVERED = "2026-10-05"


def mother(began: str | None = BEGAN, delivered: str | None = None, home: str | None = None) -> Resident:
    return replace(
        resident("1998-05-01"),
        last_menstruation_on=None if began is None else d(began),
        delivered_on=None if delivered is None else d(delivered),
        discharged_on=None if home is None else d(home),
    )


def week(weeks: int, days: int = 0) -> str:
    return str(d(BEGAN) + timedelta(days=7 * weeks + days))


def antenatal(on: str, who: Resident | None = None, **changes) -> Decision:
    return decide_antenatal(sheet("antenatal_visit", on, who=who or mother(), **changes))


def postnatal(
    on: str, form_code: str = "postnatal_visit", who: Resident | None = None, **changes
) -> Decision:
    return decide_postnatal(sheet(form_code, on, who=who or mother(None, DELIVERED), **changes))


def test_the_five_windows():
    """§5: before 13 weeks, 16–20, 21–24, 28–36, 37–40; a window goes to the last day of its last week."""
    found = [
        (one.number, one.from_week, one.until_week, str(one.first), str(one.latest_on))
        for one in antenatal_checks(d(BEGAN))
    ]
    assert found == [
        (1, 0, 12, week(0), week(12, 6)),
        (2, 16, 20, week(16), week(20, 6)),
        (3, 21, 24, week(21), week(24, 6)),
        (4, 28, 36, week(28), week(36, 6)),
        (5, 37, 40, week(37), week(40, 6)),
    ]
    assert week(12, 6) == "2026-04-01"
    assert week(40, 6) == "2026-10-14"


@given(st.dates(date(2020, 1, 1), date(2030, 1, 1)))
def test_the_windows_never_overlap(began):
    checks = antenatal_checks(began)
    assert all(one.latest_on < following.first for one, following in itertools.pairwise(checks))
    assert all(one.first < one.latest_on for one in checks)


@pytest.mark.parametrize(
    ("on", "weeks", "next_on", "limit_on"),
    [
        (week(12, 6), "12", week(16), week(20, 6)),
        (week(13), "13", week(16), week(20, 6)),
        (week(15, 6), "15", week(16), week(20, 6)),
        (week(16), "16", week(21), week(24, 6)),
        (week(20, 6), "20", week(21), week(24, 6)),
        (week(21), "21", week(28), week(36, 6)),
        (week(27, 6), "27", week(28), week(36, 6)),
        (week(28), "28", week(37), week(40, 6)),
        (week(36, 6), "36", week(37), week(40, 6)),
    ],
)
def test_the_next_check_is_by_weeks(on, weeks, next_on, limit_on):
    decision = antenatal(on)
    assert codes(decision) == ("antenatal_weeks",)
    assert decision.reasons[0].values == {"weeks": weeks}
    assert decision.actions == ("antenatal_next_by_weeks",)
    assert (str(decision.next_on), str(decision.limit_on)) == (next_on, limit_on)
    assert (decision.referral, decision.ask_on) == (None, ())


@pytest.mark.parametrize(
    ("on", "next_on"),
    [(week(37), week(40)), (week(39), week(40)), (week(39, 3), week(40, 3)), (week(41), week(42))],
)
def test_after_the_last_window_the_delivery_is_near(on, next_on):
    decision = antenatal(on)
    assert decision.actions == ("antenatal_last_weeks",)
    assert str(decision.next_on) == str(decision.limit_on) == next_on


def test_the_weeks_on_the_sheet_stand_in_for_an_unknown_menstruation():
    decision = antenatal("2026-06-01", mother(None), gestation_weeks=18)
    assert decision.reasons[0].values == {"weeks": "18"}
    assert decision.next_on == d("2026-06-01") + timedelta(days=21)


def test_the_dates_kept_stand_above_the_sheet():
    assert antenatal(week(17, 2), gestation_weeks=30).reasons[0].values == {"weeks": "17"}


def test_nothing_known_is_asked_within_two_weeks():
    facts = sheet("antenatal_visit", "2026-06-01", who=mother(None))
    facts = replace(facts, answers={k: v for k, v in facts.answers.items() if k != "gestation_weeks"})
    decision = decide_antenatal(facts)
    assert codes(decision) == ("antenatal_weeks_unknown",)
    assert decision.actions == ("antenatal_ask_menstruation",)
    assert decision.next_on == decision.limit_on == d("2026-06-15")


def test_abnormal_is_referred_and_the_outcome_asked():
    """§5: refer to the superior hospital, follow the outcome within 2 weeks."""
    decision = antenatal(week(18), assessment="2", assessment_text="尿蛋白阳性")
    assert codes(decision) == ("antenatal_weeks", "antenatal_abnormal")
    assert decision.actions == ("maternal_refer", "maternal_ask_in_two_weeks", "antenatal_next_by_weeks")
    assert decision.referral == "ordinary"
    assert days_later(decision, d(week(18))) == (7,)
    assert str(decision.next_on) == week(21)


@pytest.mark.parametrize(
    ("systolic", "diastolic", "is_emergency"),
    [(139, 89, False), (140, 89, True), (139, 90, True)],
)
@pytest.mark.parametrize("who", [mother(), mother(None)], ids=["dates kept", "no dates kept"])
def test_a_high_pressure_in_pregnancy_is_an_emergency(systolic, diastolic, is_emergency, who):
    """norms-hypertension §3 E10: whatever dates are kept, the sheet itself says that she is pregnant."""
    decision = antenatal(week(18), who, systolic_mmhg=systolic, diastolic_mmhg=diastolic)
    assert (decision.referral == "emergency") is is_emergency
    assert ("emergency_pressure_pregnant" in codes(decision)) is is_emergency


def test_a_high_pressure_after_delivery_is_an_emergency_too():
    decision = postnatal("2026-10-10", systolic_mmhg=142, diastolic_mmhg=80)
    assert (decision.referral, codes(decision)) == ("emergency", ("emergency_pressure_pregnant",))


@pytest.mark.parametrize("form_code", ["antenatal_visit", "postnatal_visit", "postnatal_42_days"])
def test_the_doctors_tick_is_an_emergency(form_code):
    rule = decide_antenatal if form_code == "antenatal_visit" else decide_postnatal
    decision = rule(sheet(form_code, "2026-10-10", who=mother(None, DELIVERED), emergency_sign=True))
    assert codes(decision) == ("visit_emergency_sign",)
    assert decision.actions == ("refer_at_once", "ask_next_day")
    assert decision.referral == "emergency"
    assert days_later(decision, d("2026-10-10")) == (1, 3)
    assert decision.next_on == decision.limit_on == d("2026-10-24")


def test_the_tick_and_the_value_are_both_told():
    decision = antenatal(week(18), emergency_sign=True, systolic_mmhg=186)
    assert codes(decision)[-1] == "visit_emergency_sign"
    assert "emergency_pressure" in codes(decision)
    assert decision.actions == ("nothing_under_the_tongue", "refer_at_once", "ask_next_day")


def test_low_glucose_is_one_for_diabetics_only():
    """E2 concerns the diagnosed: the conditions of that day reach the emergency."""
    facts = replace(
        sheet("antenatal_visit", week(18), who=mother()),
        measurements={"fasting_glucose_mmol": Decimal("3.8")},
    )
    assert decide_antenatal(facts).referral is None
    assert decide_antenatal(replace(facts, conditions=(condition("diabetes"),))).referral == "emergency"


@pytest.mark.parametrize(
    ("form_code", "who", "on", "next_on"),
    [
        ("antenatal_visit", mother(), week(12, 5), week(12, 6)),
        ("antenatal_visit", mother(), week(12, 6), week(13, 6)),
        ("antenatal_visit", mother(), week(16), week(17)),
        ("antenatal_visit", mother(), week(20, 4), week(20, 6)),
        ("antenatal_visit", mother(), week(26), week(27)),
        ("antenatal_visit", mother(None, DELIVERED), "2026-10-10", "2026-10-17"),
        ("postnatal_visit", mother(None, DELIVERED), "2026-10-06", "2026-10-12"),
        ("postnatal_visit", mother(None, DELIVERED, "2026-10-09"), "2026-10-10", "2026-10-16"),
        ("postnatal_visit", mother(None, DELIVERED), "2026-10-12", "2026-10-19"),
        ("postnatal_visit", mother(None), "2026-10-06", "2026-10-13"),
        ("postnatal_42_days", mother(None, DELIVERED), "2026-11-12", "2026-11-16"),
        ("postnatal_42_days", mother(None, DELIVERED), "2026-11-16", "2026-11-23"),
    ],
)
def test_an_unfinished_sheet_is_finished_while_it_is_in_time(form_code, who, on, next_on):
    """§5: the windows by weeks, a week after coming home, 42 days; what is late has its week."""
    rule = decide_antenatal if form_code == "antenatal_visit" else decide_postnatal
    changes: dict[str, Any] = {"guidance": None}
    if who.last_menstruation_on is None:
        changes["gestation_weeks"] = None
    decision = rule(sheet(form_code, on, who=who, **changes))
    assert codes(decision) == ("visit_unfinished",)
    assert decision.next_on == decision.limit_on == d(next_on)


@pytest.mark.parametrize("form_code", ["antenatal_visit", "postnatal_visit", "postnatal_42_days"])
def test_a_referral_does_not_wait_for_the_rest_of_the_sheet(form_code):
    rule = decide_antenatal if form_code == "antenatal_visit" else decide_postnatal
    changes: dict[str, Any] = {"assessment": "2", "assessment_text": "出血", "guidance": None}
    decision = rule(sheet(form_code, "2026-10-13", who=mother(None, DELIVERED), **changes))
    kind = "antenatal" if form_code == "antenatal_visit" else "postnatal"
    assert codes(decision) == (f"{kind}_abnormal", "visit_unfinished")
    assert decision.actions == ("maternal_refer", "maternal_ask_in_two_weeks", "visit_finish")
    assert (decision.referral, days_later(decision, d("2026-10-13"))) == ("ordinary", (7,))


@pytest.mark.parametrize(
    ("form_code", "on", "next_on"),
    [
        ("postnatal_visit", "2026-11-02", "2026-11-16"),
        ("postnatal_visit", "2026-11-03", "2026-11-16"),
        ("postnatal_visit", "2026-11-16", "2026-11-30"),
        ("postnatal_42_days", "2026-11-10", "2026-11-24"),
    ],
)
def test_an_emergency_does_not_put_the_42_days_off(form_code, on, next_on):
    decision = postnatal(on, form_code, emergency_sign=True)
    assert decision.next_on == decision.limit_on == d(next_on)
    assert decision.referral == "emergency"


@pytest.mark.parametrize(
    ("form_code", "on", "next_on", "action"),
    [
        ("postnatal_visit", "2026-10-10", d("2026-11-16"), "postnatal_42_days_next"),
        ("postnatal_visit", "2026-11-15", d("2026-11-16"), "postnatal_42_days_next"),
        ("postnatal_visit", "2026-11-16", None, "postnatal_42_days_next"),
        ("postnatal_42_days", "2026-11-14", None, "postnatal_finished"),
        ("postnatal_42_days", "2026-11-16", None, "postnatal_finished"),
    ],
)
def test_after_the_visit_at_home_the_42_days_are_next_and_after_them_nothing(form_code, on, next_on, action):
    decision = postnatal(on, form_code)
    assert codes(decision) == ("postnatal_well",)
    assert decision.actions == (action,)
    assert (decision.next_on, decision.limit_on) == (next_on, next_on)
    assert decision.referral is None


@pytest.mark.parametrize(("on", "next_on"), [("2026-10-10", "2026-11-16"), ("2026-11-20", "2026-12-04")])
def test_abnormal_after_delivery(on, next_on):
    decision = postnatal(on, assessment="2", assessment_text="伤口红肿")
    assert codes(decision) == ("postnatal_abnormal",)
    assert decision.actions[:2] == ("maternal_refer", "maternal_ask_in_two_weeks")
    assert (decision.referral, str(decision.next_on)) == ("ordinary", next_on)
    assert days_later(decision, d(on)) == (7,)


def found(form_code: str, on: str, **changes) -> tuple[tuple[str, ...], tuple[str, ...]]:
    decision = postnatal(on, form_code, **changes) if "postnatal" in form_code else antenatal(on, **changes)
    return codes(decision), decision.actions


@pytest.mark.parametrize(
    ("form_code", "on", "keys"),
    [
        (
            "antenatal_visit",
            week(18),
            (
                *("heart_and_lungs", "gynaecological_exam", "blood_routine", "urine_routine"),
                *("urine_protein", "liver_function", "kidney_function", "hepatitis_b", "syphilis", "hiv"),
            ),
        ),
        ("postnatal_visit", "2026-10-10", ("breasts", "lochia", "womb", "wound")),
        ("postnatal_42_days", "2026-11-16", ("breasts", "lochia", "womb", "wound", "recovery")),
    ],
)
def test_what_the_sheet_itself_calls_abnormal_is_never_called_well(form_code, on, keys):
    """§5: abnormal is referred; an assessment that says otherwise is looked at again."""
    well_reasons, well_actions = found(form_code, on)
    for key in keys:
        reasons, actions = found(form_code, on, **{key: "2"})
        assert reasons == (*(code for code in well_reasons if code != "postnatal_well"), "maternal_finding")
        assert actions == ("maternal_find_out", *well_actions)
        if key != "recovery":
            assert found(form_code, on, **{key: "0"}) == (well_reasons, well_actions)


@pytest.mark.parametrize(
    ("form_code", "on", "expected"),
    [
        ("antenatal_visit", week(18), ("antenatal_weeks", "antenatal_abnormal")),
        ("postnatal_visit", "2026-10-10", ("postnatal_abnormal",)),
    ],
)
def test_a_finding_that_is_referred_is_said_once(form_code, on, expected):
    key = "wound" if form_code == "postnatal_visit" else "hiv"
    reasons, actions = found(form_code, on, **{key: "2"}, assessment="2", assessment_text="红肿")
    assert reasons == expected
    assert "maternal_find_out" not in actions


@pytest.mark.parametrize(
    ("form_code", "on", "before", "after"),
    [
        ("antenatal_visit", week(18), ("antenatal_weeks",), ("antenatal_next_by_weeks",)),
        ("postnatal_visit", "2026-10-10", (), ("postnatal_42_days_next",)),
    ],
)
def test_a_low_pressure_is_told_to_mothers_too(form_code, on, before, after):
    """高血压 §5 low side."""
    low = found(form_code, on, systolic_mmhg=78, diastolic_mmhg=60)
    assert low == ((*before, "pressure_low"), ("talk_about_less_medicine", *after))
    assert found(form_code, on, systolic_mmhg=90, diastolic_mmhg=60) == found(form_code, on)


def test_who_is_seen_as_a_mother_is_not_asked_whether_she_is_one():
    """高血压 §3 E10: the sheet says it; a township may keep a higher line for mothers."""
    facts = sheet("postnatal_visit", "2026-10-10", who=mother(None, DELIVERED), systolic_mmhg=142)
    higher = replace(facts, figures=replace(facts.figures, pregnancy_systolic=150))
    assert codes(decide_postnatal(higher)) == ("postnatal_well",)


def test_without_a_delivery_day_the_42_days_have_no_date():
    decision = postnatal("2026-10-10", who=mother(None))
    assert (decision.actions, decision.next_on) == (("postnatal_42_days_next",), None)


@pytest.mark.parametrize(
    ("delivered", "home", "base"),
    [
        (None, None, None),
        (None, "2026-10-08", None),
        (DELIVERED, None, DELIVERED),
        (DELIVERED, "2026-10-08", "2026-10-08"),
        (DELIVERED, DELIVERED, DELIVERED),
        (DELIVERED, "2026-10-04", DELIVERED),
    ],
)
def test_the_week_counts_from_coming_home(delivered, home, base):
    assert postnatal_base(mother(None, delivered, home)) == (None if base is None else d(base))


def test_every_sentence_is_said():
    unknown = sheet("antenatal_visit", "2026-06-01", who=mother(None))
    unknown = replace(unknown, answers={**unknown.answers, "gestation_weeks": None})
    assert_all_is_said(
        [
            antenatal(week(18), assessment="2", assessment_text="贫血"),
            antenatal(week(38)),
            decide_antenatal(unknown),
            postnatal("2026-10-10"),
            postnatal("2026-10-10", assessment="2", assessment_text="发热"),
            postnatal("2026-10-10", wound="2"),
            postnatal("2026-11-16", "postnatal_42_days"),
        ],
        REASONS,
        ACTIONS,
    )
