"""Answers to a form: what is stored, what is missing, what is refused."""

import json
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.domain.form_files import COMPLETE, code_lists, form
from village_doctor.domain.form_checking import as_answers, check_answers
from village_doctor.domain.form_parsing import parse_form
from village_doctor.domain.problems import PROBLEM_TEXTS, Problem

HYPERTENSION = "hypertension_follow_up"
DIABETES = "diabetes_follow_up"
BOTH = [HYPERTENSION, DIABETES]


def checked(code=HYPERTENSION, mode="clinic", previous=None, unchanged=(), without=(), **changes):
    answers = {key: value for key, value in COMPLETE[code].items() if key not in without}
    return check_answers(
        form(code), {**answers, **changes}, mode, previous=previous, unchanged_sections=unchanged
    )


def problem_of(code=HYPERTENSION, **given):
    with pytest.raises(Problem) as problem:
        checked(code, **given)
    PROBLEM_TEXTS[problem.value.code].format(**problem.value.values)
    return problem.value


# --- complete and unfinished ---


@pytest.mark.parametrize("code", BOTH)
@pytest.mark.parametrize("mode", ["clinic", "home", "phone"])
def test_everything_required_is_answered(code, mode):
    found = checked(code, mode)
    assert (found.missing, found.is_complete, found.confirmed_sections) == ((), True, ())


@pytest.mark.parametrize(("code", "key"), [(code, key) for code in BOTH for key in COMPLETE[code]])
def test_each_required_field_alone_leaves_the_form_unfinished(code, key):
    found = checked(code, without=[key])
    assert (found.missing, found.is_complete) == ((key,), False)


@pytest.mark.parametrize(("key", "blank"), [("symptoms", []), ("adherence", ""), ("systolic_mmhg", None)])
def test_a_blank_is_missing(key, blank):
    assert checked(**{key: blank}).missing == (key,)


def test_an_empty_form_is_all_missing_and_no_mistake():
    found = check_answers(form(HYPERTENSION), {}, "phone")
    assert set(found.missing) == set(COMPLETE[HYPERTENSION])
    assert (found.answers, found.measurements, found.computed) == ({}, {}, {})


def test_no_medicine_is_an_answer():
    found = checked(medicines=[])
    assert found.is_complete
    assert found.answers["medicines"] == []


# --- measurements are readings, not answers ---


def test_measurements_leave_the_answers():
    found = checked(weight_kg="61.5", height_cm=158)
    assert found.measurements == {
        "systolic_mmhg": 138,
        "diastolic_mmhg": 86,
        "pulse_per_minute": 72,
        "weight_kg": Decimal("61.5"),
        "height_cm": Decimal("158.0"),
    }
    assert not set(found.measurements) & set(found.answers)
    assert isinstance(found.measurements["systolic_mmhg"], int)


def test_measurements_of_the_diabetes_form():
    found = checked(DIABETES, hba1c_percent="7.2", hba1c_on="2026-10-08")
    assert found.measurements["fasting_glucose_mmol"] == Decimal("6.1")
    assert found.measurements["hba1c_percent"] == Decimal("7.2")
    assert found.answers["hba1c_on"] == "2026-10-08"


def test_bmi_is_computed_and_not_stored():
    found = checked(weight_kg="61.5", height_cm="158")
    assert found.computed == {"bmi": Decimal("24.6")}
    assert "bmi" not in found.answers
    assert checked(weight_kg="61.5").computed == {}


def test_bmi_with_the_height_carried_over():
    found = checked(weight_kg="61.5", previous={"height_cm": "158.0"})
    assert found.computed == {"bmi": Decimal("24.6")}
    assert "height_cm" not in found.measurements
    assert "height_cm" not in found.answers


# --- ask, confirm, carry ---

PREVIOUS = {
    **COMPLETE[HYPERTENSION],
    "symptoms": ["2"],
    "smoking_per_day": 10,
    "weight_kg_target": "58.0",
    "smoking_per_day_target": 0,
    "height_cm": "158.0",
}
LIFESTYLE = (
    "smoking_per_day",
    "drinking_liang_per_day",
    "exercise_times_per_week",
    "exercise_minutes",
    "salt_intake",
)


def test_what_is_asked_is_never_taken_over():
    asked = [key for key in COMPLETE[HYPERTENSION] if key not in (*LIFESTYLE, "medicines")]
    found = checked(without=asked, previous=PREVIOUS, unchanged=("lifestyle", "medicines"))
    assert set(found.missing) == set(asked)
    assert found.measurements == {}


def test_without_the_confirmation_nothing_is_taken_over():
    found = checked(without=[*LIFESTYLE, "medicines"], previous=PREVIOUS)
    assert set(found.missing) == {*LIFESTYLE, "medicines"}
    assert found.confirmed_sections == ()


def test_a_confirmed_section_is_stored_as_answered():
    found = checked(without=[*LIFESTYLE, "medicines"], previous=PREVIOUS, unchanged=["lifestyle"])
    assert found.missing == ("medicines",)
    assert found.confirmed_sections == ("lifestyle",)
    assert found.answers["smoking_per_day"] == 10
    assert found.answers["drinking_liang_per_day"] == "0.5"


def test_an_answer_given_now_wins_over_the_confirmed_one():
    found = checked(without=LIFESTYLE, previous=PREVIOUS, unchanged=["lifestyle"], smoking_per_day=3)
    assert (found.answers["smoking_per_day"], found.answers["salt_intake"]) == (3, "2")
    found = checked(without=LIFESTYLE, previous=PREVIOUS, unchanged=["lifestyle"], smoking_per_day=None)
    assert found.missing == ("smoking_per_day",)


def test_nothing_before_nothing_to_confirm():
    found = checked(without=LIFESTYLE, unchanged=["lifestyle"])
    assert (found.missing, found.confirmed_sections) == (LIFESTYLE, ())


def test_medicines_are_confirmed_too():
    found = checked(without=["medicines"], previous=PREVIOUS, unchanged=["medicines"])
    assert found.answers["medicines"] == COMPLETE[HYPERTENSION]["medicines"]
    assert found.confirmed_sections == ("medicines",)
    none_before = {**PREVIOUS, "medicines": []}
    found = checked(without=["medicines"], previous=none_before, unchanged=["medicines"])
    assert (found.answers["medicines"], found.confirmed_sections) == ([], ("medicines",))


def test_targets_are_carried_over_unless_cleared():
    assert checked(previous=PREVIOUS).answers["weight_kg_target"] == "58.0"
    assert checked(previous=PREVIOUS).answers["smoking_per_day_target"] == 0
    assert checked(previous=PREVIOUS, weight_kg_target="57").answers["weight_kg_target"] == "57.0"
    assert "weight_kg_target" not in checked(previous=PREVIOUS, weight_kg_target=None).answers


def test_what_the_form_no_longer_accepts_is_left_blank():
    previous = {**PREVIOUS, "salt_intake": "9", "weight_kg_target": "many"}
    found = checked(without=LIFESTYLE, previous=previous, unchanged=["lifestyle"])
    assert found.missing == ("salt_intake",)
    assert "weight_kg_target" not in found.answers


def test_a_section_from_which_nothing_could_be_taken_is_not_confirmed():
    previous = {"medicines": "an older shape"}
    found = checked(without=["medicines"], previous=previous, unchanged=["medicines"])
    assert (found.missing, found.confirmed_sections) == (("medicines",), ())


@pytest.mark.parametrize("section", ["symptoms", "medicine_use", "nothing"])
def test_only_sections_with_confirmable_fields_can_be_confirmed(section):
    assert problem_of(previous=PREVIOUS, unchanged=[section]).code == "form-section"


# --- required_when ---


def test_a_reaction_needs_its_text_and_whether_it_can_be_controlled():
    found = checked(adverse_reaction="2")
    assert found.missing == ("adverse_reaction_text", "reaction_hard_to_control")
    found = checked(adverse_reaction="2", adverse_reaction_text="咳嗽", reaction_hard_to_control=False)
    assert found.is_complete
    assert found.answers["reaction_hard_to_control"] is False


def test_one_among_several_choices():
    assert checked(symptoms=["2", "10"]).missing == ("symptoms_other",)
    assert checked(symptoms=["2", "9"]).is_complete
    assert checked(symptoms=["2", "10"], symptoms_other="耳朵嗡嗡响").is_complete


@pytest.mark.parametrize(("pulse", "missing"), [("1", ()), ("2", "side"), ("3", "side")])
def test_one_of_several_values(pulse, missing):
    expected = ("dorsalis_pedis_side",) if missing else ()
    assert checked(DIABETES, dorsalis_pedis=pulse).missing == expected
    if missing:
        assert checked(DIABETES, dorsalis_pedis=pulse, dorsalis_pedis_side="left").is_complete


def test_an_answer_against_its_condition_is_a_contradiction():
    problem = problem_of(adverse_reaction="1", adverse_reaction_text="咳嗽")
    assert problem.code == "form-contradiction"
    assert problem.values["label"] == "什么不良反应"
    assert problem.values["other_label"] == "药物不良反应"
    problem = problem_of(adverse_reaction="1", reaction_hard_to_control=True)
    assert (problem.code, problem.values["value"]) == ("form-contradiction", "是")


def test_a_plain_no_against_its_condition_is_dropped():
    assert "reaction_hard_to_control" not in checked(reaction_hard_to_control=False).answers


def test_a_condition_not_answered_yet_contradicts_nothing():
    found = checked(without=["adverse_reaction"], adverse_reaction_text="咳嗽")
    assert found.missing == ("adverse_reaction",)
    assert found.answers["adverse_reaction_text"] == "咳嗽"


# --- refused ---


@pytest.mark.parametrize("mode", ["video", "message", "pigeon"])
def test_a_mode_the_form_does_not_know(mode):
    assert problem_of(mode=mode).code == "form-mode"


@pytest.mark.parametrize("key", ["mood", "bmi", "control_result", "signature", "served_on"])
def test_a_field_that_cannot_be_answered(key):
    problem = problem_of(**{key: "1"})
    assert (problem.code, problem.values["field"]) == ("form-field-unknown", key)


WRONG = [
    ("emergency_sign", "是", "答是或否"),
    ("emergency_sign", 1, "答是或否"),
    ("symptoms", "1", "写成一列"),
    ("symptoms", 1, "写成一列"),
    ("symptoms", ["99"], "没有这个选项"),
    ("symptoms", [1], "没有这个选项"),
    ("symptoms", ["1", "2"], "不能再选别的"),
    ("complication", "old", "没有这个选项"),
    ("complication", 1, "没有这个选项"),
    ("complication", ["new"], "没有这个选项"),
    ("symptoms_other", 3, "填文字"),
    ("symptoms_other", "字" * 501, "字太多"),
    ("systolic_mmhg", "高", "填数"),
    ("systolic_mmhg", True, "填数"),
    ("systolic_mmhg", ["138"], "填数"),
    ("systolic_mmhg", -138, "填数"),
    ("systolic_mmhg", "138.5", "填整数"),
    ("systolic_mmhg", "1e3", "填数"),
    ("weight_kg", "61.55", "小数位数"),
    ("weight_kg", "NaN", "填数"),
    ("smoking_per_day", 101, "太大"),
    ("drinking_liang_per_day", "30.1", "太大"),
    ("medicines", "氨氯地平", "写成一列"),
    ("medicines", {"name": "氨氯地平"}, "写成一列"),
    ("medicines", ["氨氯地平"], "写成一列"),
    ("medicines", [{"name": "氨氯地平", "colour": "白"}], "没有这一项"),
    ("medicines", [{"dose": "5"}], "不能空着"),
    ("medicines", [{"name": " "}], "不能空着"),
    ("medicines", [{"name": "氨氯地平", "times_per_day": 0}], "太小"),
    ("medicines", [{"name": "药"}] * 13, "行数太多"),
]


@pytest.mark.parametrize(
    ("key", "value", "reason"), WRONG, ids=[f"{key}={value!r:.20}" for key, value, _ in WRONG]
)
def test_a_wrong_answer_is_refused_with_form_field_and_reason(key, value, reason):
    problem = problem_of(**{key: value})
    assert problem.code == "form-answer"
    assert problem.values["form"] == "高血压患者随访服务记录表"
    assert problem.values["label"]
    assert reason in problem.values["reason"]


@pytest.mark.parametrize("value", ["2026-02-30", "0001-01-01", "9999-12-31", "10-08", "去年", 20261008])
def test_a_wrong_date(value):
    assert problem_of(DIABETES, hba1c_on=value).values["label"] == "糖化血红蛋白检查日期"


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("smoking_per_day", 100),
        ("smoking_per_day", 0),
        ("drinking_liang_per_day", "30.0"),
        ("symptoms_other", "字" * 500),
        ("medicines", [{"name": "药", "times_per_day": 12}] * 12),
    ],
    ids=["most", "least", "most with a fraction", "longest text", "most rows"],
)
def test_a_limit_itself_is_accepted(key, value):
    assert checked(symptoms=["10"], **{key: value}).answers[key] == value


# --- what was typed and what is stored ---


@pytest.mark.parametrize(
    ("key", "typed", "stored"),
    [
        ("symptoms", ["9", "2", "9"], ["2", "9"]),
        ("other_signs", "  双脚踝有点肿 ", "双脚踝有点肿"),
        ("drinking_liang_per_day", 1, "1.0"),
        ("drinking_liang_per_day", "0.50", "0.5"),
        ("smoking_per_day", "１０", 10),
        ("smoking_per_day", "10.0", 10),
        ("medicines", [{"name": " 氨氯地平 ", "dose": ""}], [{"name": "氨氯地平"}]),
    ],
)
def test_stored_shape(key, typed, stored):
    assert checked(**{key: typed}).answers[key] == stored


def test_full_width_digits_of_the_input_method():
    assert checked(systolic_mmhg="１３８").measurements["systolic_mmhg"] == 138


@pytest.mark.parametrize("code", BOTH)
def test_a_stored_visit_checks_again_to_the_same(code):
    first = checked(code, weight_kg="61.5", height_cm="158")
    typed_again = {**first.answers, **as_answers(first.measurements)}
    assert check_answers(form(code), typed_again, "clinic") == first


json_values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.text(max_size=5)
    | st.sampled_from(["1", "2", "new", "0.5"]),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["name", "dose"]), inner, max_size=2)
    ),
    max_leaves=5,
)


@given(st.sampled_from(BOTH), st.data())
def test_anything_typed_is_either_refused_or_stored_the_same_way_twice(code, data):
    keys = sorted(item.key for item in form(code).fields if item.is_answered)
    typed = data.draw(st.dictionaries(st.sampled_from(keys), json_values, max_size=8))
    try:
        first = check_answers(form(code), typed, "home")
    except Problem:
        return
    json.dumps(first.answers, ensure_ascii=False)
    again = check_answers(form(code), {**first.answers, **as_answers(first.measurements)}, "home")
    assert again == first


# --- what belongs only to people of some age or sex, dates people half remember, activities ---

PERSONS = {
    "code": "persons",
    "version": 1,
    "title": "各人各表",
    "source": "测试",
    "mark": "D",
    "modes": {"clinic": "1"},
    "sections": [
        {
            "key": "all",
            "title": "全部",
            "fields": [
                {"key": "fell", "label": "跌倒过", "type": "yes_no", "class": "ask", "from_age": 65},
                {
                    "key": "how",
                    "label": "怎么跌的",
                    "type": "text",
                    "class": "ask",
                    "from_age": 65,
                    "required_when": {"field": "fell", "equals": True},
                },
                {"key": "teeth", "label": "出牙", "type": "whole", "class": "ask", "until_age": 2},
                {"key": "breast", "label": "乳腺", "type": "many", "class": "ask", "sex": "2", "options": "hypertension_symptoms"},
                {"key": "since", "label": "确诊时间", "type": "partial_date", "class": "carry"},
                {"key": "habit", "label": "习惯", "type": "text", "class": "confirm", "required": False, "until_age": 64},
            ],
        }
    ],
}  # fmt: skip
PERSONS_FORM = parse_form("persons.toml", PERSONS, code_lists())


def of_person(age=None, sex=None, previous=None, unchanged=(), **answers):
    return check_answers(
        PERSONS_FORM, answers, "clinic", age=age, sex=sex, previous=previous, unchanged_sections=unchanged
    )


@pytest.mark.parametrize(
    ("age", "sex", "missing"),
    [
        (64, "1", ()),
        (65, "1", ("fell",)),
        (2, "1", ("teeth",)),
        (3, "1", ()),
        (30, "2", ("breast",)),
        (70, "2", ("fell", "breast")),
        (None, None, ()),
        (70, None, ("fell",)),
        (None, "2", ("breast",)),
    ],
)
def test_only_what_belongs_to_the_person_is_missing(age, sex, missing):
    assert of_person(age, sex).missing == missing


@pytest.mark.parametrize(
    ("age", "sex", "answers", "label", "other"),
    [
        (64, "1", {"fell": True}, "跌倒过", "年龄"),
        (3, "1", {"teeth": 8}, "出牙", "年龄"),
        (30, "1", {"breast": ["2"]}, "乳腺", "性别"),
        (65, "1", {"habit": "早起"}, "习惯", "年龄"),
    ],
)
def test_what_belongs_to_others_is_a_contradiction(age, sex, answers, label, other):
    with pytest.raises(Problem) as problem:
        of_person(age, sex, **answers)
    assert problem.value.code == "form-contradiction"
    assert (problem.value.values["label"], problem.value.values["other_label"]) == (label, other)


@pytest.mark.parametrize(
    ("age", "answers"), [(65, {"fell": True, "how": "绊了一下"}), (2, {"teeth": 8}), (64, {"habit": "早起"})]
)
def test_on_the_limit_it_still_belongs(age, answers):
    assert of_person(age, "1", **answers).answers == answers


def test_a_plain_no_for_others_is_dropped():
    assert of_person(40, "1", fell=False).answers == {}
    assert of_person(40, "1", breast=[]).answers == {}


def test_who_is_not_known_may_answer_everything():
    assert of_person(fell=True, how="绊了一下", teeth=8, breast=["2"]).answers.keys() == {
        "fell",
        "how",
        "teeth",
        "breast",
    }


def test_what_only_younger_people_answer_is_no_longer_taken_over():
    found = of_person(64, "1", previous={"habit": "早起"}, unchanged=["all"])
    assert (found.answers, found.confirmed_sections) == ({"habit": "早起"}, ("all",))
    found = of_person(65, "1", previous={"habit": "早起"}, unchanged=["all"], fell=False)
    assert (found.answers, found.confirmed_sections) == ({"fell": False}, ())


@pytest.mark.parametrize(("fell", "missing"), [(True, ("how",)), (False, ())])
def test_a_condition_holds_beside_the_age(fell, missing):
    assert of_person(65, "1", fell=fell).missing == missing


@pytest.mark.parametrize("value", ["2016", "2016-05", "2016-05-03", "2024-02-29"])
def test_a_date_as_far_as_it_is_remembered(value):
    assert of_person(40, "1", since=value).answers == {"since": value}
    assert of_person(40, "1", previous={"since": value}).answers == {"since": value}


@pytest.mark.parametrize(
    "value", ["16", "2016-5", "2016-13", "2016-02-30", "2016-05-", "201605", "2016-+5", "２０１６", "十年前", 2016, ["2016"]]
)  # fmt: skip
def test_a_wrong_partial_date(value):
    with pytest.raises(Problem) as problem:
        of_person(40, "1", since=value)
    assert problem.value.values["label"] == "确诊时间"


def test_an_empty_partial_date_is_no_answer():
    assert of_person(40, "1", since="").answers == {}


def test_an_activity_has_no_mode():
    file = {key: value for key, value in PERSONS.items() if key != "modes"}
    activity = parse_form("persons.toml", {**file, "subject": "activity"}, code_lists())
    assert check_answers(activity, {}, "").missing == ()
