"""What must hold for every patient, tried with generated facts."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from tests.domain.clinical.patients import limit_on, next_on
from tests.domain.shipped import figures
from village_doctor.domain.clinical import diabetes, hypertension
from village_doctor.domain.clinical.emergency import is_lower_again
from village_doctor.domain.clinical.facts import FollowUpFacts, Measured, PastFollowUp, Whose
from village_doctor.domain.clinical.joining import joined
from village_doctor.domain.dates import plus_months

URGENCY = {None: 0, "ordinary": 1, "emergency": 2}
SERIOUSNESS = {"controlled": 1, "uncontrolled": 2, "adverse_reaction": 3, "complication": 4}

systolic = st.none() | st.integers(40, 300)
diastolic = st.none() | st.integers(20, 200)
glucose = st.none() | st.integers(5, 600).map(lambda tenths: Decimal(tenths) / 10)

people = st.builds(
    Whose,
    has_hypertension=st.booleans(),
    has_diabetes=st.booleans(),
    is_pregnant_or_nursing=st.booleans(),
    may_be_pregnant=st.booleans(),
)
DECIDE = {"hypertension": hypertension.decide, "diabetes": diabetes.decide}


@st.composite
def facts(draw) -> FollowUpFacts:
    again = draw(st.just((None, None)) | st.tuples(st.integers(40, 300), st.integers(20, 200)))
    return FollowUpFacts(
        served_on=draw(st.dates(date(2020, 1, 1), date(2035, 12, 31))),
        age=draw(st.integers(35, 100)),
        measured=Measured(
            systolic_mmhg=draw(systolic),
            diastolic_mmhg=draw(diastolic),
            systolic_again_mmhg=again[0],
            diastolic_again_mmhg=again[1],
            fasting_glucose_mmol=draw(glucose),
            random_glucose_mmol=draw(glucose),
        ),
        is_face_to_face=draw(st.booleans()),
        is_complete=draw(st.booleans()),
        figures=figures(),
        whose=draw(people),
        has_emergency_sign=draw(st.none() | st.booleans()),
        complication=draw(st.sampled_from([None, "none", "new", "worse"])),
        has_reaction=draw(st.none() | st.booleans()),
        is_reaction_hard_to_control=draw(st.booleans()),
        refer_reasons=draw(st.sampled_from([(), ("sudden_onset",)])),
        adherence=draw(st.sampled_from([None, "0", "1", "2", "3"])),
        has_fallen=draw(st.booleans()),
        symptoms=draw(st.sampled_from([(), ("headache_or_dizziness",)])),
        lowers_glucose=draw(st.booleans()),
        low_glucose_reaction=draw(st.sampled_from([None, "1", "3"])),
    )


@st.composite
def visits(draw) -> tuple[FollowUpFacts, PastFollowUp | None]:
    now = draw(facts())
    if draw(st.booleans()):
        return now, None
    return now, PastFollowUp(
        served_on=now.served_on - timedelta(days=draw(st.integers(1, 400))),
        is_high=draw(st.none() | st.booleans()),
        has_reaction=draw(st.booleans()),
        shown="150/90",
    )


rules = st.sampled_from(sorted(DECIDE))


@given(rules, visits())
def test_dates_lie_after_the_visit_and_within_the_limit(rule, visit):
    now, previous = visit
    decision = DECIDE[rule](now, previous)
    assert now.served_on < next_on(decision) <= limit_on(decision) <= plus_months(now.served_on, 3)
    assert (decision.ask_on == ()) is (decision.referral is None)
    assert all(now.served_on < day <= limit_on(decision) for day in decision.ask_on)
    if decision.referral is not None or decision.control_result not in (None, "controlled"):
        is_soon = is_lower_again(now.measured) and decision.referral != "emergency"
        assert decision.limit_on == now.served_on + timedelta(days=7 if is_soon else 14)


@given(rules, visits(), st.integers(1, 120), st.integers(0, 120))
def test_a_higher_pressure_is_never_less_urgent_nor_better_classed(rule, visit, more, more_below):
    now, previous = visit
    values = now.measured
    if values.systolic_mmhg is None or values.diastolic_mmhg is None:
        return
    once = replace(values, systolic_again_mmhg=None, diastolic_again_mmhg=None)
    higher = replace(
        once,
        systolic_mmhg=values.systolic_mmhg + more,
        diastolic_mmhg=values.diastolic_mmhg + more_below,
    )
    now = replace(now, measured=once)
    _is_not_milder(rule, now, replace(now, measured=higher), previous)


@given(rules, visits(), st.integers(1, 300))
def test_a_higher_fasting_glucose_is_never_less_urgent_nor_better_classed(rule, visit, more):
    now, previous = visit
    fasting = now.measured.fasting_glucose_mmol
    if fasting is None or fasting <= Decimal("3.9"):
        return
    higher = replace(now.measured, fasting_glucose_mmol=fasting + Decimal(more) / 10)
    _is_not_milder(rule, now, replace(now, measured=higher), previous)


@given(rules, visits())
def test_a_reaction_a_complication_or_a_danger_sign_never_makes_it_milder(rule, visit):
    now, previous = visit
    no_reaction = replace(now, has_reaction=False, complication="none")
    reaction = replace(no_reaction, has_reaction=True)
    complication = replace(reaction, complication="new")
    _is_not_milder(rule, no_reaction, reaction, previous)
    _is_not_milder(rule, reaction, complication, previous)
    _is_not_milder(rule, now, replace(now, has_emergency_sign=True), previous)


@given(rules, visits())
def test_a_bad_follow_up_before_never_makes_it_milder(rule, visit):
    now, previous = visit
    if previous is None:
        return
    good = replace(previous, is_high=False, has_reaction=False)
    mild, grave = DECIDE[rule](now, good), DECIDE[rule](now, replace(good, is_high=True, has_reaction=True))
    assert URGENCY[grave.referral] >= URGENCY[mild.referral]
    assert grave.control_result == mild.control_result
    assert next_on(grave) <= next_on(mild)


@given(rules, visits())
def test_only_a_finished_visit_face_to_face_is_classed(rule, visit):
    now, previous = visit
    decision = DECIDE[rule](now, previous)
    can_be_classed = (
        now.is_complete
        and now.is_face_to_face
        and now.knows_deciding_answers
        and decision.is_high is not None
    )
    assert (decision.control_result is not None) is can_be_classed


def _is_not_milder(rule, now, graver, previous):
    mild, grave = DECIDE[rule](now, previous), DECIDE[rule](graver, previous)
    assert URGENCY[grave.referral] >= URGENCY[mild.referral]
    if mild.control_result is not None:
        assert grave.control_result is not None
        assert SERIOUSNESS[grave.control_result] >= SERIOUSNESS[mild.control_result]


@given(visits(), visits())
def test_a_form_of_two_diseases_is_never_milder_than_either(one, other):
    now, previous = one
    second = replace(other[0], served_on=now.served_on, measured=now.measured)
    decisions = [hypertension.decide(now, previous), diabetes.decide(second, None)]
    both = joined(decisions)
    assert joined(decisions[::-1]).next_on == both.next_on
    for single in decisions:
        assert URGENCY[both.referral] >= URGENCY[single.referral]
        assert next_on(both) <= next_on(single)
        assert limit_on(both) <= limit_on(single)
        if both.control_result is not None:
            assert single.control_result is not None
            assert SERIOUSNESS[both.control_result] >= SERIOUSNESS[single.control_result]
        if single.control_result is None:
            assert both.control_result is None
        if single.referral is not None:
            assert all(reason in both.reasons for reason in single.reasons) or both.referral == "emergency"
