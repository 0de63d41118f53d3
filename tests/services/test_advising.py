"""What is said while something is typed is what saving decides a second later."""

from contextlib import suppress
from datetime import timedelta
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.village import COMPLETE_FORM, TODAY, Place, build, follow_up, pressure
from village_doctor.domain.problems import Problem
from village_doctor.services.advising import conclusion, last_follow_up, reading_advice
from village_doctor.services.desk import do_act
from village_doctor.services.measuring import ReadingDraft, record_reading
from village_doctor.services.moving import move_out, record_death
from village_doctor.services.visiting import FollowUpDraft, add_follow_up
from village_doctor.store import journal
from village_doctor.store.unit import transaction

FORM = "hypertension_follow_up"
DIABETES_FORM = "diabetes_follow_up"


def advice(village, resident, on=TODAY, **measured):
    return village.workplace.query(reading_advice, village.workplace.catalogue, resident.id, measured, on)


def preview(village, draft):
    return village.workplace.query(conclusion, village.workplace.catalogue, draft, TODAY)


# --- a reading -----------------------------------------------------------------------------------------------


def test_nothing_typed_yet_says_only_what_was_last_time(village):
    said = advice(village, village.grandmother, on=TODAY + timedelta(days=1))
    assert said.previous == {"hypertension": "138/86　11月23日"}
    assert (said.refused, said.asked, said.emergency, said.warnings, said.if_followed_up) == (
        None,
        None,
        None,
        (),
        (),
    )


def test_a_disease_never_followed_up_has_no_last_value_and_one_she_has_not_is_not_named(village):
    assert advice(village, village.widow).previous == {"hypertension": None, "diabetes": None}
    assert advice(village, village.grandfather).previous == {}


@pytest.mark.parametrize(
    ("measured", "code"),
    [
        ({"systolic_mmhg": 96, "diastolic_mmhg": 152}, "pressure-swapped"),
        ({"systolic_mmhg": 152}, "pressure-half"),
        ({"systolic_mmhg": 1520, "diastolic_mmhg": 96}, "reading-refused"),
        ({"shoe_size": 43}, "field-unknown"),
    ],
)
def test_what_cannot_be_kept_is_refused_and_nothing_is_decided_from_it(village, measured, code):
    said = advice(village, village.grandmother, **measured)
    assert said.refused is not None
    assert said.refused.code == code
    assert (said.emergency, said.if_followed_up, said.asked) == (None, (), None)


def test_a_rare_value_is_asked_about_and_judged_all_the_same(village):
    said = advice(village, village.grandmother, systolic_mmhg=86, diastolic_mmhg=50)
    assert said.refused is None
    assert said.asked is not None
    assert said.asked.code == "reading-unusual"
    assert [disease for disease, _ in said.if_followed_up] == ["hypertension"]


def test_the_pressure_says_what_a_follow_up_would_decide(village):
    on = TODAY + timedelta(days=14)
    village.place.clock.forward(days=14)
    said = advice(village, village.grandmother, on=on, systolic_mmhg=162, diastolic_mmhg=96)
    ((disease, decision),) = said.if_followed_up
    made = village.workplace.command(
        add_follow_up, follow_up(village.grandmother, systolic_mmhg=162, diastolic_mmhg=96)
    ).value
    assert disease == "hypertension"
    assert decision.control_result == made.visit.control_result == "uncontrolled"
    assert decision.next_on == made.visit.next_due_on


def test_who_has_died_or_left_is_not_measured_any_more(village, do):
    do(record_death, village.widow.id, TODAY - timedelta(days=2))
    do(move_out, village.rare.id, TODAY - timedelta(days=2))
    for gone in (village.widow, village.rare):
        assert advice(village, gone, systolic_mmhg=150, diastolic_mmhg=90).refused.code == "person-gone"


@pytest.fixture(scope="module")
def quiet(tmp_path_factory):
    """A village for many questions; whatever is tried in it is taken back."""
    made = build(Place(tmp_path_factory.mktemp("advice")))
    made.place.clock.forward(days=20)
    yield made
    made.workplace.close()


class TakenBack(Exception):
    pass


def tried(village, function, draft):
    """What the verb answers, or the Problem it raises; nothing of it stays."""
    workplace = village.workplace

    def work(writing):
        from_before = writing.pen.last
        answer = None
        with suppress(TakenBack), transaction(writing.connection):
            try:
                act = workplace.new_act()
                answer = do_act(writing.connection, writing.pen, workplace.catalogue, act, function, draft)[
                    0
                ].value
            except Problem as problem:
                answer = problem
            raise TakenBack
        writing.pen.last = from_before
        return answer

    return workplace.write(work)


values = st.integers(min_value=30, max_value=310)
pressures = st.fixed_dictionaries(
    {}, optional={"systolic_mmhg": values, "diastolic_mmhg": values, "pulse_per_minute": values}
)
glucoses = st.decimals(min_value=0, max_value=45, places=1)
measured = st.tuples(pressures, st.fixed_dictionaries({}, optional={"fasting_glucose_mmol": glucoses})).map(
    lambda pair: {**pair[0], **pair[1]}
)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(who=st.sampled_from(["grandmother", "widow", "child", "rare"]), typed=measured.filter(bool))
def test_advice_and_recording_never_disagree(quiet, who, typed):
    resident, today = getattr(quiet, who), quiet.workplace.today()
    said = quiet.workplace.query(
        reading_advice, quiet.workplace.catalogue, resident.id, typed, today, at=quiet.workplace.now()
    )
    draft = ReadingDraft(resident_id=resident.id, measurements=typed)
    stored = tried(quiet, record_reading, draft)
    if isinstance(stored, Problem):
        told = said.refused or said.asked
        assert (told.code, told.values) == (stored.code, stored.values)
    else:
        assert (said.refused, said.asked) == (None, None)
        assert (said.emergency, said.warnings) == (stored.emergency, stored.warnings)


# --- a form --------------------------------------------------------------------------------------------------


def test_an_empty_form_says_what_is_missing_and_decides_nothing_final(village):
    shown = preview(
        village, FollowUpDraft(resident_id=village.grandmother.id, form_code=FORM, mode="home", answers={})
    )
    assert "systolic_mmhg" in shown.missing
    assert shown.refused is None
    assert shown.decision is not None
    assert shown.decision.control_result is None


def test_a_swapped_pressure_is_refused_and_a_rare_one_asked_about_with_its_conclusion(village):
    swapped = preview(village, follow_up(village.grandmother, systolic_mmhg=96, diastolic_mmhg=152))
    assert (swapped.refused.code, swapped.decision) == ("pressure-swapped", None)
    rare = preview(village, follow_up(village.grandmother, systolic_mmhg=86, diastolic_mmhg=50))
    assert (rare.refused, rare.asked.code) == (None, "reading-unusual")
    assert rare.decision is not None


def test_a_plan_of_her_own_without_a_reason_is_refused_beside_the_standing_conclusion(village):
    draft = follow_up(village.grandmother)
    given_ = {name: getattr(draft, name) for name in draft.__slots__}
    shown = preview(village, FollowUpDraft(**{**given_, "own_next_on": TODAY + timedelta(days=300)}))
    assert shown.refused.code == "next-date-too-late"
    assert shown.decision.control_result == "controlled"
    assert shown.next_on is None
    kept = {**given_, "own_next_on": TODAY + timedelta(days=9), "overrule_reason": "外出打工前再看一次"}
    assert preview(village, FollowUpDraft(**kept)).next_on == TODAY + timedelta(days=9)


def test_an_unknown_form_or_person_is_told_not_raised(village):
    draft = FollowUpDraft(resident_id="nobody", form_code=FORM, mode="home", answers={})
    assert preview(village, draft).refused.code == "record-not-found"
    draft = FollowUpDraft(resident_id=village.widow.id, form_code="nothing", mode="home", answers={})
    assert preview(village, draft).refused.code == "form-unknown"


def test_a_preview_writes_nothing(village):
    before = village.workplace.query(journal.count)
    preview(village, follow_up(village.grandmother, systolic_mmhg=190, diastolic_mmhg=120))
    assert village.workplace.query(journal.count) == before


plans = st.fixed_dictionaries(
    {},
    optional={
        "own_next_on": st.integers(min_value=-3, max_value=200),
        "own_plan": st.sampled_from(["", "先复测"]),
        "overrule_reason": st.sampled_from(["", "家里有事"]),
        "served_on": st.integers(min_value=-30, max_value=2),
        "confirmed": st.just(("systolic_mmhg", "diastolic_mmhg", "pulse_per_minute")),
        "unchanged_sections": st.just(("lifestyle",)),
    },
)
changed = st.fixed_dictionaries(
    {},
    optional={
        "systolic_mmhg": st.one_of(values, st.none()),
        "diastolic_mmhg": st.one_of(values, st.none()),
        "emergency_sign": st.booleans(),
        "complication": st.sampled_from(["none", "new", "worse", "old", "?"]),
        "adverse_reaction": st.sampled_from(["1", "2", None]),
        "symptoms": st.sampled_from([["1"], ["2"], ["1", "2"], []]),
        "adherence": st.sampled_from(["1", "2", "3"]),
        "salt_intake": st.sampled_from(["1", None]),
        "nothing_like_it": st.just(1),
    },
)


@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    who=st.sampled_from(["grandmother", "widow"]),
    form=st.sampled_from([FORM, FORM, DIABETES_FORM]),
    mode=st.sampled_from(["home", "clinic", "phone"]),
    answers=changed,
    plan=plans,
)
def test_the_conclusion_while_typing_is_the_one_that_is_saved(quiet, who, form, mode, answers, plan):
    today = quiet.workplace.today()
    days = {
        name: today + timedelta(days=step)
        for name, step in plan.items()
        if name in ("own_next_on", "served_on")
    }
    merged = {name: one for name, one in {**COMPLETE_FORM, **answers}.items() if one is not None}
    if form == DIABETES_FORM:
        merged = {
            name: one
            for name, one in merged.items()
            if name in ("complication", "systolic_mmhg", "diastolic_mmhg")
        }
    draft = FollowUpDraft(
        resident_id=getattr(quiet, who).id,
        form_code=form,
        mode=mode,
        answers=merged,
        **{**plan, **days},
    )
    shown = quiet.workplace.query(conclusion, quiet.workplace.catalogue, draft, today)
    stored = tried(quiet, add_follow_up, draft)
    if isinstance(stored, Problem):
        told = [one for one in (shown.asked, shown.refused) if one is not None]
        assert (stored.code, stored.values) in [(one.code, one.values) for one in told]
        return
    assert (shown.refused, shown.asked) == (None, None)
    assert shown.decision == stored.visit.decision
    assert shown.next_on == stored.visit.next_due_on
    assert shown.missing == stored.visit.missing


# --- the right-hand column -----------------------------------------------------------------------------------


def test_the_last_follow_up_comes_with_what_was_measured(village, do):
    form = village.workplace.catalogue.form(FORM)
    last = village.workplace.query(last_follow_up, village.grandmother.id, form, TODAY)
    assert last.served_on == TODAY
    assert last.answers["systolic_mmhg"] == 138
    assert last.answers["complication"] == "none"
    assert village.workplace.query(last_follow_up, village.widow.id, form, TODAY) is None
    yesterday = TODAY - timedelta(days=1)
    assert village.workplace.query(last_follow_up, village.grandmother.id, form, yesterday) is None


def test_of_several_the_newest_stands_and_a_reading_alone_is_none(village, do):
    form = village.workplace.catalogue.form(FORM)
    village.place.clock.forward(days=30)
    do(add_follow_up, follow_up(village.grandmother, systolic_mmhg=144, weight_kg="61.5"))
    do(record_reading, pressure(village.grandmother, 170, 99))
    later = TODAY + timedelta(days=30)
    last = village.workplace.query(last_follow_up, village.grandmother.id, form, later)
    assert (last.served_on, last.answers["systolic_mmhg"]) == (later, 144)
    assert Decimal(last.answers["weight_kg"]) == Decimal("61.5")
