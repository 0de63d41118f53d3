"""Every shipped form: it is sound, its filled example is complete, and whatever is wrong with either is refused."""

import json
from collections.abc import Mapping
from copy import deepcopy
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.domain.form_files import EXAMPLES, Example, code_lists, data, example, form, shipped
from village_doctor.domain.clinical.rules import RULES
from village_doctor.domain.code_lists import MARKS
from village_doctor.domain.form_checking import CheckedAnswers, as_answers, check_answers
from village_doctor.domain.form_filling import check_filling
from village_doctor.domain.form_parsing import parse_form
from village_doctor.domain.form_template import template
from village_doctor.domain.forms import (
    ASK,
    CARRY,
    DATE,
    DECIMAL,
    GROUP,
    MANY,
    ONE,
    PARTIAL_DATE,
    TEXT,
    WHOLE,
    YES_NO,
    Field,
)
from village_doctor.domain.packages import PROOFS, SERVICE_PROOF
from village_doctor.domain.plausibility import HEIGHT
from village_doctor.domain.problems import PROBLEM_TEXTS, Problem

FORMS = shipped()
every_form = pytest.mark.parametrize("code", FORMS)


def checked(code: str, filled: Example) -> CheckedAnswers:
    return check_answers(form(code), filled.answers, filled.mode, age=filled.age, sex=filled.sex)


def with_answers(filled: Example, **answers: Any) -> Example:
    return replace(filled, answers={**filled.answers, **answers})


def problem_of(code: str, filled: Example) -> Problem:
    with pytest.raises(Problem) as problem:
        checked(code, filled)
    text = PROBLEM_TEXTS[problem.value.code].format(**problem.value.values)
    assert form(code).title in text
    return problem.value


def hers(code: str, filled: Example) -> list[Field]:
    """The fields that may be answered for the person of the example."""
    return [
        field
        for field in form(code).fields
        if field.is_answered and field.fits_age(filled.age) and field.fits_sex(filled.sex)
    ]


# --- the form and its example ---


def test_every_form_has_its_example_and_every_example_its_form():
    assert {path.stem for path in EXAMPLES.glob("*.json")} == set(FORMS)


@every_form
def test_the_example_is_complete(code):
    filled = example(code)
    found = checked(code, filled)
    assert found.missing == ()
    if filled.mode:
        assert filled.mode in form(code).counted_modes


@every_form
def test_what_was_stored_checks_again_to_the_same(code):
    filled = example(code)
    first = checked(code, filled)
    stored = {**first.answers, **as_answers(first.measurements)}
    assert checked(code, replace(filled, answers=stored)) == first


@every_form
def test_a_score_of_required_answers_is_there_when_the_form_is_complete(code):
    filled = example(code)
    found = checked(code, filled)
    required = {field.key for field in hers(code, filled) if field.is_required}
    for field in form(code).fields:
        if field.formula is not None and set(field.formula_of) <= required | set(found.computed):
            is_known = field.key in found.computed
            assert is_known or not field.formula_of or not field.fits_age(filled.age), field.key


@every_form
def test_an_unknown_answer_is_refused(code):
    problem = problem_of(code, with_answers(example(code), shoe_size=42))
    assert (problem.code, problem.values["field"]) == ("form-field-unknown", "shoe_size")


@every_form
def test_a_code_that_no_list_has_is_refused(code):
    filled = example(code)
    for field in hers(code, filled):
        if field.type in (ONE, MANY):
            wrong = "no such code" if field.type == ONE else ["no such code"]
            problem = problem_of(code, with_answers(filled, **{field.key: wrong}))
            assert (problem.code, problem.values["label"]) == ("form-answer", field.label)


WRONG: Mapping[str, Any] = {
    TEXT: 3,
    WHOLE: "高",
    DECIMAL: "高",
    DATE: "2026-02-30",
    PARTIAL_DATE: "2016-13",
    YES_NO: "是",
    ONE: 1,
    MANY: "1",
    GROUP: "没有",
}


@every_form
def test_an_answer_of_the_wrong_type_is_refused(code):
    filled = example(code)
    for field in hers(code, filled):
        problem = problem_of(code, with_answers(filled, **{field.key: WRONG[field.type]}))
        assert (problem.code, problem.values["label"]) == ("form-answer", field.label)


@every_form
def test_each_required_answer_left_out_is_missing(code):
    filled = example(code)
    for field in hers(code, filled):
        if field.is_required:
            rest = {key: value for key, value in filled.answers.items() if key != field.key}
            assert field.key in checked(code, replace(filled, answers=rest)).missing


@every_form
def test_each_conditional_answer_of_the_example_is_needed_there(code):
    filled = example(code)
    for field in hers(code, filled):
        if field.required_when is not None and field.key in filled.answers:
            rest = {key: value for key, value in filled.answers.items() if key != field.key}
            assert checked(code, replace(filled, answers=rest)).missing == (field.key,)


@every_form
def test_an_empty_form_is_no_mistake_and_misses_what_is_required(code):
    filled = example(code)
    found = checked(code, replace(filled, answers={}))
    assert set(found.missing) == {field.key for field in hers(code, filled) if field.is_required}


@every_form
def test_what_belongs_to_others_is_neither_asked_nor_accepted(code):
    filled = example(code)
    own = {field.key for field in hers(code, filled)}
    found = checked(code, replace(filled, answers={}))
    assert set(found.missing) <= own
    assert set(filled.answers) <= own


@every_form
def test_the_skeleton_can_be_written_as_json_and_filled_in(code):
    skeleton = template(form(code))
    assert json.loads(json.dumps(skeleton, ensure_ascii=False)) == skeleton
    answers = skeleton["answers"]
    assert isinstance(answers, dict)
    assert set(example(code).answers) <= set(answers)


json_values = st.recursive(
    st.none() | st.booleans() | st.integers(-1, 300) | st.sampled_from(["", "1", "2", "0.5", "2016-05"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.just("name"), inner, max_size=1),
    max_leaves=4,
)


@given(st.sampled_from(FORMS), st.integers(0, 100), st.sampled_from(["1", "2"]), st.data())
def test_whatever_is_typed_is_refused_or_stored_the_same_way_twice(code, age, sex, data):
    mode = next(iter(form(code).modes), "")
    keys = [field.key for field in form(code).fields if field.is_answered]
    typed = data.draw(st.dictionaries(st.sampled_from(keys), json_values, max_size=6))
    try:
        first = check_answers(form(code), typed, mode, age=age, sex=sex)
    except Problem:
        return
    stored = {**first.answers, **as_answers(first.measurements)}
    assert check_answers(form(code), stored, mode, age=age, sex=sex) == first


# --- what every form keeps to ---


@every_form
def test_the_rules_and_proofs_it_names_exist(code):
    assert set(form(code).rules) <= set(RULES)
    assert all(proof in PROOFS or proof.startswith(SERVICE_PROOF) for proof in form(code).proves)


@every_form
def test_it_says_where_it_comes_from(code):
    assert form(code).source
    assert form(code).mark in MARKS


@every_form
def test_what_is_measured_is_asked_anew(code):
    for field in form(code).fields:
        if field.is_measured:
            assert field.field_class == ASK or (field.key, field.field_class) == (HEIGHT, CARRY), field.key


# architecture §3: never filled in from the visit before
ALWAYS_ASKED = [
    *("symptoms", "symptoms_other", "emergency_sign", "complication", "risk_level", "refer_reasons"),
    *("adherence", "adverse_reaction", "adverse_reaction_text", "reaction_hard_to_control"),
    "low_glucose_reaction",
]


@every_form
def test_symptoms_danger_signs_adherence_and_reactions_are_asked_anew(code):
    for key in ALWAYS_ASKED:
        field = form(code).field(key)
        assert field is None or field.field_class in (ASK, None), key


@every_form
def test_protected_groups_need_their_own_permission(code):
    found = form(code)
    groups = {"mental_disorder": "10", "tuberculosis": "09"}
    for disease in found.diseases:
        if disease in groups:
            assert found.group == groups[disease]


@every_form
def test_every_symptom_list_says_which_symptom_a_code_means(code):
    symptoms = set(code_lists()["symptoms"].codes)
    for field in form(code).fields:
        if field.key == "symptoms" and field.options is not None and not field.merged_from:
            assert {option.concept for option in field.options.options} <= symptoms


# --- every file broken in the same ways ---


def first_fields(file: dict[str, Any]) -> list[dict[str, Any]]:
    found = file["sections"][0]["fields"]
    assert isinstance(found, list)
    return found


def top(**changes: Any) -> Any:
    return lambda file: file.update(changes)


def months(first: Any, until: Any, purpose: str = "child_visit") -> Any:
    """For the child's checks of these months of age; None: that key is not there."""
    given = {"purpose": purpose, "from_months": first, "until_months": until}

    def change(file: dict[str, Any]) -> None:
        file.update(given)
        for key in [key for key, value in given.items() if value is None]:
            del file[key]

    return change


def more(**field: Any) -> Any:
    """One more field in the first section."""
    whole = {"key": "broken", "label": "坏的", "type": "text", "class": "ask", "required": False, **field}
    return lambda file: first_fields(file).append({key: v for key, v in whole.items() if v is not None})


def computed(**field: Any) -> Any:
    return more(**{"type": "computed", "class": None, "required": None, **field})


def again(file: dict[str, Any]) -> None:
    first_fields(file).append(deepcopy(first_fields(file)[0]))


BREAKS = [
    pytest.param(top(colour="red"), "文件本身", "不认识这一项", id="unknown key"),
    pytest.param(lambda file: file.pop("title"), "文件本身", "缺少这一项", id="no title"),
    pytest.param(lambda file: file.pop("source"), "文件本身", "缺少这一项", id="no source"),
    pytest.param(top(code="other"), "文件本身", "文件名和表格代码", id="another code"),
    pytest.param(top(rules=["astrology"]), "文件本身", "没有这种写法", id="unknown rule"),
    pytest.param(top(proves=["follow_up:gout"]), "文件本身", "没有这种写法", id="unknown proof"),
    pytest.param(top(purpose="fun"), "文件本身", "没有这种写法", id="unknown purpose"),
    pytest.param(top(subject="dog"), "文件本身", "没有这种写法", id="unknown subject"),
    pytest.param(top(scope="world"), "文件本身", "没有这种写法", id="unknown scope"),
    pytest.param(top(group="01"), "文件本身", "没有这种写法", id="unprotected group"),
    pytest.param(top(diseases=["Gout!"]), "文件本身", "小写英文字母", id="disease in capitals"),
    pytest.param(months(12, 11), "文件本身", "until_months 不能比", id="no month of age"),
    pytest.param(months(36, 12), "文件本身", "until_months 不能比", id="months the wrong way round"),
    pytest.param(months(-1, 12), "文件本身", "0 或更大", id="negative months"),
    pytest.param(months(0, "12"), "文件本身", "0 或更大", id="months are text"),
    pytest.param(months(0, None), "文件本身", "缺少这一项", id="months without end"),
    pytest.param(months(None, 12), "文件本身", "缺少这一项", id="months without beginning"),
    pytest.param(months(0, 12, purpose="check_up"), "文件本身", "只有儿童的表", id="months of a form that is no child's"),
    pytest.param(top(counted_modes=["pigeon"]), "文件本身", "没有这种写法", id="counted in no mode of the form"),
    pytest.param(top(modes={"pigeon": "1"}), "modes", "没有这种随访方式", id="unknown mode"),
    pytest.param(top(paper={"header": ["shoe_size"]}), "paper", "没有这种写法", id="unknown header"),
    pytest.param(top(paper={"layout": "circle"}), "paper", "没有这种写法", id="unknown layout"),
    pytest.param(top(paper={"orientation": "upside_down"}), "paper", "没有这种写法", id="unknown orientation"),
    pytest.param(top(sections=[]), "文件本身", "至少要有一项", id="no section"),
    pytest.param(again, None, "用了两次", id="key twice"),
    pytest.param(more(colour="red"), "broken", "不认识这一项", id="unknown key of a field"),
    pytest.param(more(label=" "), "broken", "不能空着", id="blank label"),
    pytest.param(more(type="one", options="no_such_list"), "broken", "没有这张选项表", id="unknown list"),
    pytest.param(more(type="many", merged_options=["no_such_list"]), "broken", "没有这张选项表", id="unknown merged list"),
    pytest.param(more(type="many", merged_options=["side"]), "broken", "哪个症状", id="merged list without symptoms"),
    pytest.param(
        more(required=None, required_when={"field": "nowhere", "equals": "1"}), "broken", "不在表里", id="condition to nowhere"
    ),
    pytest.param(more(type="whole", min=2, max=1), "broken", "最小值比最大值", id="min over max"),
    pytest.param(more(from_age=65, until_age=64), "broken", "最小值比最大值", id="from_age over until_age"),
    pytest.param(more(from_age=-1), "broken", "0 或更大", id="negative age"),
    pytest.param(more(sex="9"), "broken", "没有这种写法", id="unknown sex"),
    pytest.param(more(type="decimal", places=1, max=1.5), "broken", "引号里", id="a float"),
    pytest.param(computed(formula="sum", of=["nowhere"]), "broken", "计分的项目", id="score of nothing there"),
    pytest.param(computed(formula="band", of=["nowhere"], options="side"), "broken", "要看的分数", id="band of nothing there"),
    pytest.param(computed(formula="magic"), "broken", "没有这种写法", id="unknown formula"),
    pytest.param(
        more(type="kept", **{"class": None}, required=None, kept_in="visit.mood"), "broken", "没有这种写法", id="kept nowhere"
    ),
]  # fmt: skip


@every_form
@pytest.mark.parametrize(("change", "place", "reason"), BREAKS)
def test_a_broken_file_is_refused_with_file_field_and_reason(code, change, place, reason):
    file = data(f"forms/{code}.toml")
    change(file)
    with pytest.raises(Problem) as problem:
        parse_form(f"{code}.toml", file, code_lists())
    values = problem.value.values
    assert (problem.value.code, values["file"]) == ("form-file", f"{code}.toml")
    assert reason in values["reason"]
    expected = first_fields(file)[0]["key"] if place is None else place
    assert str(values["field"]).split()[-1] == expected.split()[-1]
    assert f"{code}.toml" in PROBLEM_TEXTS["form-file"].format(**values)


@every_form
def test_a_form_that_fills_a_sheet_nobody_has_is_refused(code):
    file = {**data(f"forms/{code}.toml"), "fills": ["no_such_sheet"]}
    found = parse_form(f"{code}.toml", file, code_lists())
    with pytest.raises(Problem) as problem:
        check_filling(f"{code}.toml", found, {})
    assert (problem.value.code, problem.value.values["field"]) == ("form-file", "fills")
