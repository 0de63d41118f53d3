"""Facts from a visit, and which follow-up is the previous one."""

from datetime import date, timedelta
from decimal import Decimal

import pytest

from tests.domain.clinical.patients import DAY, before, past_visit, resident, visit_facts
from tests.domain.form_files import code_lists
from tests.domain.shipped import figures
from village_doctor.domain.clinical.emergency import OVERLAPPING, follow_up_warnings
from village_doctor.domain.clinical.emergency import SIGNS as ALL_SIGNS
from village_doctor.domain.clinical.facts import (
    HEADACHE_OR_DIZZINESS,
    Measured,
    PastFollowUp,
    Whose,
    previous_counted,
    whose,
)
from village_doctor.domain.clinical.follow_up_facts import (
    SIGNS,
    SYMPTOMS,
    follow_up_facts,
    previous_follow_up,
)

YOUNG = date(1986, 11, 22)


def facts(disease="hypertension", answers=None, **more):
    return follow_up_facts(visit_facts(disease, answers=answers, **more))


def test_facts_of_answers():
    found = facts(
        answers={
            "symptoms": ["2", "8"],
            "complication": "worse",
            "adverse_reaction": "2",
            "reaction_hard_to_control": True,
            "refer_reasons": ["sudden_onset"],
            "adherence": "2",
            "has_fallen": True,
        },
        systolic_mmhg=152,
        diastolic_mmhg=96,
        weight_kg="61.5",
    )
    assert found.measured == Measured(systolic_mmhg=152, diastolic_mmhg=96)
    assert found.measured.pressure == "152/96"
    assert (found.has_emergency_sign, found.has_complication, found.has_reaction) == (False, True, True)
    assert (found.is_reaction_hard_to_control, found.refer_reasons) == (True, ("sudden_onset",))
    assert (found.is_dizzy_on_medicine, found.takes_medicine, found.has_fallen) == (True, True, True)
    assert (found.age, found.is_face_to_face, found.is_complete, found.served_on) == (60, True, True, DAY)


def test_the_low_glucose_reaction_is_the_sheets():
    assert facts("diabetes", {"low_glucose_reaction": "3"}).low_glucose_reaction == "3"
    assert facts("diabetes").low_glucose_reaction in (None, "1")


def test_what_was_not_asked_is_not_known():
    answers = {"emergency_sign": None, "complication": None, "adverse_reaction": None, "adherence": None}
    found = facts(answers=answers)
    assert (found.has_emergency_sign, found.complication, found.has_reaction) == (None, None, None)
    assert not found.knows_deciding_answers
    assert not facts(answers={"complication": None}).knows_deciding_answers
    assert not facts(answers={"adverse_reaction": None}).knows_deciding_answers
    assert facts().knows_deciding_answers


def test_by_telephone_and_unfinished():
    found = facts(changes={"mode": "phone", "is_complete": False})
    assert (found.is_face_to_face, found.is_complete) == (False, False)


def test_symptom_2_is_thirst_on_the_diabetes_form():
    assert facts("diabetes", {"symptoms": ["2"]}).symptoms == ("drinking_much",)
    assert facts("hypertension", {"symptoms": ["2", "9"]}).symptoms == ("headache_or_dizziness", "9")
    assert facts("copd", {"symptoms": ["2"]}).symptoms == ("2",), "a sheet without such codes keeps its own"


def test_the_sheet_for_both_writes_concepts():
    """Whichever rule reads it."""
    answers = {
        "symptoms": ["headache_or_dizziness", "drinking_much"],
        "emergency_sign": True,
        "emergency_signs": ["acetone_breath", "painful_eyes"],
    }
    for disease in ("hypertension", "diabetes"):
        found = facts(disease, answers)
        assert found.symptoms == ("headache_or_dizziness", "drinking_much")
        assert found.emergency_signs == ("acetone_breath", "painful_eyes")


@pytest.mark.parametrize("disease", ["hypertension", "diabetes"])
def test_the_codes_of_the_forms_mean_what_the_lists_say(disease):
    signs = {item.code: item.concept for item in code_lists()[f"{disease}_danger_signs"].options}
    assert SIGNS[disease] == signs
    symptoms = {item.code: item.concept for item in code_lists()[f"{disease}_symptoms"].options}
    wanted = OVERLAPPING | {HEADACHE_OR_DIZZINESS}
    assert SYMPTOMS[disease] == {code: one for code, one in symptoms.items() if one in wanted}


def test_every_sign_of_the_lists_has_its_sentence_and_no_other():
    listed = {concept for codes in SIGNS.values() for concept in codes.values()}
    assert listed == set(ALL_SIGNS)


@pytest.mark.parametrize(
    ("disease", "conditions", "expected"),
    [
        ("hypertension", (), (True, False)),
        ("hypertension", ("diabetes",), (True, True)),
        ("diabetes", (), (False, True)),
        ("diabetes", ("hypertension", "04"), (True, True)),
    ],
)
def test_known_diseases(disease, conditions, expected):
    found = facts(disease, conditions=conditions).whose
    assert (found.has_hypertension, found.has_diabetes) == expected


def test_the_disease_of_the_form_is_taken_for_granted():
    found = facts("diabetes", changes={"conditions": ()}).whose
    assert (found.has_hypertension, found.has_diabetes) == (False, True)
    assert facts("hypertension", changes={"conditions": ()}).whose.has_hypertension


def test_measured_takes_what_rules_read():
    found = Measured.of(
        {
            "systolic_mmhg": 186,
            "diastolic_mmhg": 112,
            "systolic_again_mmhg": 170,
            "diastolic_again_mmhg": 100,
            "fasting_glucose_mmol": 7,
            "two_hours_glucose_mmol": Decimal("8.8"),
            "random_glucose_mmol": Decimal("9.8"),
            "pulse_per_minute": 72,
            "temperature_c": Decimal("36.6"),
            "weight_kg": Decimal(60),
        }
    )
    assert found.glucoses == (Decimal(7), Decimal("8.8"), Decimal("9.8"))
    assert (found.first_pressure, found.second_pressure, found.pressure) == ("186/112", "170/100", "178/106")
    assert (found.pulse_per_minute, found.temperature_c) == (72, Decimal("36.6"))
    assert found.is_measured_again


def test_half_a_second_pressure_is_none():
    assert not Measured(systolic_mmhg=186, diastolic_mmhg=112, systolic_again_mmhg=170).is_measured_again
    assert not Measured(systolic_mmhg=186, diastolic_mmhg=112, diastolic_again_mmhg=70).is_measured_again
    assert Measured().pressure == "—/—"
    assert Measured(systolic_again_mmhg=150, diastolic_again_mmhg=90).deciding_pressure == (150, 90)


# --- whose values they are ---


@pytest.mark.parametrize(
    ("born", "sex", "kept", "expected"),
    [
        pytest.param(date(2011, 11, 22), "2", {}, (False, True), id="§3 E10 15 years: asked"),
        pytest.param(date(2011, 11, 23), "2", {}, (False, False), id="§3 E10 14 years"),
        pytest.param(date(1976, 11, 23), "2", {}, (False, True), id="§3 E10 49 years: asked"),
        pytest.param(date(1976, 11, 22), "2", {}, (False, False), id="§3 E10 50 years"),
        pytest.param(YOUNG, "1", {}, (False, False), id="§3 E10 a man"),
        pytest.param(
            YOUNG, "2", {"last_menstruation_on": date(2026, 9, 1)}, (True, False), id="§3 E10 pregnant"
        ),
        pytest.param(
            YOUNG,
            "2",
            {"expected_delivery_on": date(2027, 6, 1)},
            (True, False),
            id="§3 E10 expected day only",
        ),
        pytest.param(
            YOUNG, "2", {"breast_feeding_until": date(2026, 12, 1)}, (True, False), id="§3 E10 breast-feeding"
        ),
        pytest.param(
            YOUNG,
            "2",
            {"delivered_on": date(2020, 1, 1)},
            (False, True),
            id="§3 E10 an old delivery tells nothing",
        ),
        pytest.param(
            YOUNG,
            "2",
            {"delivered_on": date(2026, 11, 1)},
            (False, True),
            id="§3 E10 just delivered, breast-feeding not kept: asked",
        ),
        pytest.param(
            YOUNG,
            "2",
            {"last_menstruation_on": date(2024, 1, 1)},
            (False, True),
            id="§3 E10 a pregnancy long over",
        ),
    ],
)
def test_pregnancy_as_far_as_it_is_kept(born, sex, kept, expected):
    found = whose(resident(born, sex=sex, **kept), {"hypertension"}, DAY, figures())
    assert (found.is_pregnant_or_nursing, found.may_be_pregnant) == expected
    assert (found.has_hypertension, found.has_diabetes) == (True, False)


def test_of_somebody_of_whom_nothing_is_known():
    assert whose(resident(date(1950, 1, 1)), (), DAY, figures()) == Whose()


@pytest.mark.parametrize(
    ("past", "is_asked_before"),
    [
        ((), False),
        ((past_visit(90, systolic_mmhg=139, diastolic_mmhg=89),), False),
        ((past_visit(90, systolic_mmhg=140, diastolic_mmhg=80), past_visit(30, systolic_mmhg=120)), True),
        ((past_visit(300, systolic_mmhg=140),), True),
        ((past_visit(301, systolic_mmhg=140),), False),
    ],
)
def test_she_was_asked_when_the_first_high_value_came(past, is_asked_before):
    """高血压 §3 E10: asked once, for each time that a pregnancy can last (300 days)."""
    assert facts(born=YOUNG, past=past).asked_pregnancy_before is is_asked_before


@pytest.mark.parametrize(
    ("born", "kept", "is_asked_before"),
    [
        pytest.param(YOUNG, {}, True, id="nothing was known"),
        pytest.param(YOUNG, {"sex": "1"}, False, id="a man is never asked"),
        pytest.param(date(2011, 9, 23), {}, True, id="15 on that day"),
        pytest.param(date(2011, 9, 24), {}, False, id="14 on that day"),
        pytest.param(
            YOUNG,
            {"last_menstruation_on": date(2025, 12, 1), "delivered_on": date(2026, 9, 24)},
            False,
            id="known to be pregnant until the day after, asked again now",
        ),
        pytest.param(
            YOUNG,
            {"last_menstruation_on": date(2025, 12, 1), "delivered_on": date(2026, 9, 23)},
            True,
            id="delivered that day, breast-feeding not kept",
        ),
    ],
)
def test_she_was_asked_only_where_nothing_was_known_of_her(born, kept, is_asked_before):
    """高血压 §3 E10: 60 days ago, on 23 September, 150/80."""
    past = (past_visit(60, systolic_mmhg=150, diastolic_mmhg=80),)
    assert facts(born=born, who=kept, past=past).asked_pregnancy_before is is_asked_before


# --- the follow-up before ---


def test_the_previous_follow_up_lies_strictly_before_the_day():
    same_day = before(0, is_high=True)
    yesterday, last_month = before(1), before(30, is_high=True)
    assert previous_counted([same_day], DAY) is None
    assert previous_counted([last_month, yesterday, same_day], DAY) == yesterday
    assert previous_counted([yesterday, last_month], DAY) == yesterday
    assert previous_counted([], DAY) is None
    assert previous_counted([before(-5)], DAY) is None


@pytest.mark.parametrize(("is_high", "shown"), [(True, "152/96"), (False, "152/96"), (None, "")])
def test_a_follow_up_that_does_not_tell_shows_no_value(is_high, shown):
    found = previous_follow_up(
        visit_facts(past=(past_visit(30),)), lambda _age, _measured: (is_high, "152/96")
    )
    assert found is not None
    assert (found.is_high, found.shown) == (is_high, shown)


def test_of_two_on_one_day_the_later_recorded_stands():
    day = DAY - timedelta(days=9)
    first = PastFollowUp(served_on=day, is_high=True, has_reaction=False)
    second = PastFollowUp(served_on=day, is_high=False, has_reaction=False)
    assert previous_counted([first, second], DAY) == second


def test_a_future_one_is_not_previous():
    assert previous_counted([before(10)], date(2026, 1, 1)) is None


def test_blurred_sight_of_either_sheet_may_be_a_danger_sign():
    """高血压 §3 E5 and 2型糖尿病 §2 E12: asked until the doctor has said yes or no."""
    one = facts("diabetes", {"symptoms": ["5"], "emergency_sign": None})
    both = facts("hypertension", {"symptoms": ["blurred_sight"], "emergency_sign": None})
    for found in (one, both):
        assert "ask_emergency_sign" in {reason.code for reason in follow_up_warnings(found)}
