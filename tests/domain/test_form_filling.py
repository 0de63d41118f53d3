"""一张表: what is entered once stands on every national sheet, symptoms by each sheet's own codes."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.domain.form_files import code_lists, data, example, form, shipped
from village_doctor.domain.code_lists import merged_by_concept
from village_doctor.domain.form_checking import as_answers, check_answers
from village_doctor.domain.form_filling import check_filling, sheet_answers
from village_doctor.domain.form_parsing import parse_form
from village_doctor.domain.problems import PROBLEM_TEXTS, Problem

SHEETS = ("hypertension_follow_up", "diabetes_follow_up")
FILLING = [code for code in shipped() if data(f"forms/{code}.toml").get("fills")]
IN_ONE = "hypertension_diabetes_follow_up"
FILE = f"{IN_ONE}.toml"
BOTH_LISTS = ["hypertension_symptoms", "diabetes_symptoms"]


def both_in_one() -> dict[str, Any]:
    """The form of both sheets, to be broken."""
    return data(f"forms/{IN_ONE}.toml")


def fields_of(file: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return {entry["key"]: entry for section in file["sections"] for entry in section["fields"]}


BOTH = form(IN_ONE)
FORMS = {code: form(code) for code in (IN_ONE, *SHEETS)}
ANSWERS = {**example(IN_ONE).answers, "symptoms": ["no_symptoms"]}
ANSWERS.pop("symptoms_other", None)


def filled(sheet: str, **answers: Any) -> dict[str, Any]:
    return dict(sheet_answers(BOTH, answers, form(sheet)))


# --- symptoms: one list on the screen ---


def test_the_merged_list_has_every_symptom_of_both_sheets_once_in_the_order_of_all_symptoms():
    field = BOTH.field("symptoms")
    assert field is not None
    assert field.options is not None
    labels = [option.label for option in field.options.options]
    assert "、".join(labels) == (
        "无症状、头痛头晕、恶心呕吐、眼花耳鸣、视力模糊、呼吸困难、心悸胸闷、鼻衄出血不止、手脚麻木（四肢发麻）、下肢水肿、"
        "多饮、多食、多尿、感染、体重明显下降、其他"
    )
    assert field.merged_from == tuple(BOTH_LISTS)


def test_merging_one_list_with_itself_is_that_list():
    lists = code_lists()
    merged = merged_by_concept("x", (lists["diabetes_symptoms"],) * 2, lists["symptoms"])
    assert {option.code for option in merged.options} == {
        option.concept for option in lists["diabetes_symptoms"].options
    }


@pytest.mark.parametrize(
    ("concepts", "hypertension", "diabetes", "text"),
    [
        (["no_symptoms"], ["1"], ["1"], None),
        (["headache_or_dizziness"], ["2"], ["10"], "头痛头晕"),
        (["drinking_much"], ["10"], ["2"], "多饮"),
        (["numb_limbs", "swollen_legs"], ["8", "9"], ["7", "8"], None),
    ],
    ids=["none", "only the first sheet knows it", "only the second", "both, with different codes"],
)
def test_symptoms_go_to_each_sheet_by_its_own_codes(concepts, hypertension, diabetes, text):
    first, second = (filled(code, symptoms=concepts) for code in SHEETS)
    assert (first["symptoms"], second["symptoms"]) == (hypertension, diabetes)
    assert first.get("symptoms_other") == (text if "10" in hypertension else None)
    assert second.get("symptoms_other") == (text if "10" in diabetes else None)


def test_what_a_sheet_does_not_know_stands_behind_its_other_before_what_was_typed():
    chosen = {"symptoms": ["numb_limbs", "drinking_much", "eating_much", "other"], "symptoms_other": "口苦"}
    first, second = (filled(code, **chosen) for code in SHEETS)
    assert (first["symptoms"], first["symptoms_other"]) == (["8", "10"], "多饮、多食、口苦")
    assert (second["symptoms"], second["symptoms_other"]) == (["2", "3", "7", "10"], "口苦")


def test_the_codes_of_a_sheet_stand_in_the_order_of_its_list():
    assert filled(SHEETS[1], symptoms=["other", "infection", "drinking_much"])["symptoms"] == ["2", "6", "10"]


# --- everything else: the same keys ---


def test_a_sheet_gets_its_own_fields_and_no_others():
    first, second = (filled(code, **ANSWERS) for code in SHEETS)
    assert "salt_intake" in first
    assert "salt_intake" not in second
    assert "fasting_glucose_mmol" in second
    assert "fasting_glucose_mmol" not in first
    assert first["systolic_mmhg"] == second["systolic_mmhg"] == ANSWERS["systolic_mmhg"]
    assert "symptoms" not in filled(SHEETS[0], adherence="1")


def test_a_list_that_is_no_symptoms_stays_as_it_was():
    assert filled(SHEETS[0], refer_reasons=["sudden_onset"]) == {"refer_reasons": ["sudden_onset"]}


def test_what_was_not_answered_stays_blank_on_the_sheets():
    assert filled(SHEETS[0]) == {}


@pytest.mark.parametrize("code", SHEETS)
def test_the_complete_form_completes_each_sheet(code):
    checked = check_answers(BOTH, ANSWERS, "home")
    assert checked.missing == ()
    stored = {**checked.answers, **as_answers(checked.measurements)}
    assert check_answers(form(code), sheet_answers(BOTH, stored, form(code)), "home").missing == ()


concepts = st.lists(
    st.sampled_from([option.code for option in BOTH.field("symptoms").options.options]),  # type: ignore[union-attr]
    min_size=1,
    unique=True,
)


@given(concepts, st.text("口苦、 ", min_size=1, max_size=200).filter(str.strip))
def test_whatever_the_symptoms_no_sheet_loses_one(chosen, typed):
    if "no_symptoms" in chosen:
        chosen = ["no_symptoms"]
    answers = {**ANSWERS, "symptoms": chosen} | ({"symptoms_other": typed} if "other" in chosen else {})
    stored = dict(check_answers(BOTH, answers, "home").answers)
    field = BOTH.field("symptoms")
    assert field is not None
    assert field.options is not None
    for code in SHEETS:
        sheet = check_answers(form(code), sheet_answers(BOTH, {**ANSWERS, **stored}, form(code)), "home")
        assert sheet.is_complete
        own = code_lists()[code.replace("follow_up", "symptoms")]
        codes = sheet.answers["symptoms"]
        assert isinstance(codes, list)
        kept = {option.concept for option in own.options if option.code in codes}
        text = str(sheet.answers.get("symptoms_other", ""))
        for concept in chosen:
            option = field.options.option(concept)
            assert option is not None
            assert concept in kept or option.label in text
        if "other" in chosen:
            assert typed.strip() in text


# --- a form that could not fill its sheets is refused ---


def changed(key: str, **changes: Any) -> Any:
    return lambda file: fields_of(file)[key].update(changes)


def without(key: str) -> Any:
    def change(file: dict[str, Any]) -> None:
        for section in file["sections"]:
            section["fields"] = [entry for entry in section["fields"] if entry["key"] != key]
        file["sections"] = [section for section in file["sections"] if section["fields"]]

    return change


def top(**changes: Any) -> Any:
    return lambda file: file.update(changes)


MISTAKES = [
    pytest.param(top(fills=["nothing"]), "fills", "没有这张要填的表", "nothing", id="no such sheet"),
    pytest.param(top(fills=[IN_ONE]), "fills", "自己又填别的表", IN_ONE, id="itself"),
    pytest.param(top(diseases=["diabetes"]), "diseases", "病种没有写上", SHEETS[0], id="disease left out"),
    pytest.param(top(proves=["follow_up:hypertension"]), "proves", "没有写上", SHEETS[1], id="proof left out"),
    pytest.param(top(modes={"clinic": "1", "video": "4"}, counted_modes=["clinic"]), "modes", "随访方式", SHEETS[0], id="another mode"),
    pytest.param(without("salt_intake"), "salt_intake", "这张表里没有", SHEETS[0], id="required field left out"),
    pytest.param(without("low_glucose_reaction"), "low_glucose_reaction", "这张表里没有", SHEETS[1], id="of the second sheet"),
    pytest.param(without("reaction_hard_to_control"), "reaction_hard_to_control", "这张表里没有", SHEETS[0], id="conditional field left out"),
    pytest.param(changed("salt_intake", options="adherence"), "salt_intake", "填法不一样", SHEETS[0], id="another list"),
    pytest.param(changed("smoking_per_day", max=200), "smoking_per_day", "填法不一样", SHEETS[0], id="another limit"),
    pytest.param(changed("drinking_liang_per_day", unit="毫升"), "drinking_liang_per_day", "填法不一样", SHEETS[0], id="another unit"),
    pytest.param(changed("complication_text", max_length=201), "complication_text", "填法不一样", SHEETS[0], id="longer text"),
    pytest.param(
        lambda file: fields_of(file)["medicines"]["fields"][0].update(max_length=61),
        "medicines", "填法不一样", SHEETS[0], id="longer text in a row",
    ),
    pytest.param(changed("salt_intake", from_age=65), "salt_intake", "填法不一样", SHEETS[0], id="for others"),
    pytest.param(changed("medicines", max_rows=20), "medicines", "填法不一样", SHEETS[0], id="more rows"),
    pytest.param(changed("adherence", required=False), "adherence", "必填的情况不一样", SHEETS[0], id="not required here"),
    pytest.param(
        changed("adverse_reaction_text", required_when={"field": "adverse_reaction", "equals": "1"}),
        "adverse_reaction_text", "必填的情况不一样", SHEETS[0], id="another condition",
    ),
    pytest.param(
        lambda file: (fields_of(file)["adverse_reaction_text"].pop("required_when"), fields_of(file)["adverse_reaction_text"].update(required=False)),
        "adverse_reaction_text", "必填的情况不一样", SHEETS[0], id="no condition",
    ),
    pytest.param(
        changed("dorsalis_pedis_side", required_when={"field": "symptoms", "equals": "other"}),
        "dorsalis_pedis_side", "必填的情况不一样", SHEETS[1], id="condition on a merged field instead",
    ),
    pytest.param(changed("symptoms", merged_options=["diabetes_symptoms"]), "symptoms", "没有要填的表用的那一张", SHEETS[0], id="list not merged"),
    pytest.param(changed("symptoms_other", max_length=490), "symptoms", "放不下", SHEETS[0], id="text too long"),
]  # fmt: skip


@pytest.mark.parametrize(("change", "field", "reason", "detail"), MISTAKES)
def test_a_form_that_cannot_fill_its_sheets_is_refused(change, field, reason, detail):
    file = both_in_one()
    change(file)
    found = parse_form(FILE, file, code_lists())
    with pytest.raises(Problem) as problem:
        check_filling(FILE, found, {**FORMS, IN_ONE: found})
    values = problem.value.values
    assert (problem.value.code, values["file"], values["field"]) == ("form-file", FILE, field)
    assert reason in values["reason"]
    assert detail in values["detail"]
    assert FILE in PROBLEM_TEXTS["form-file"].format(**values)


def test_without_a_text_behind_other_there_is_no_room_for_what_a_sheet_does_not_know():
    file = both_in_one()
    without("symptoms_other")(file)
    with pytest.raises(Problem) as problem:
        check_filling(FILE, parse_form(FILE, file, code_lists()), FORMS)
    assert "其他" in problem.value.values["reason"]


def test_the_room_behind_other_is_counted_to_the_character():
    file = both_in_one()
    names = [
        "头痛头晕",
        "恶心呕吐",
        "眼花耳鸣",
        "呼吸困难",
        "心悸胸闷",
        "鼻衄出血不止",
    ]  # unknown to diabetes
    needed = len("、".join([*names, ""]))
    fields_of(file)["symptoms_other"]["max_length"] = 500 - needed
    check_filling(FILE, parse_form(FILE, file, code_lists()), FORMS)
    fields_of(file)["symptoms_other"]["max_length"] = 500 - needed + 1
    with pytest.raises(Problem):
        check_filling(FILE, parse_form(FILE, file, code_lists()), FORMS)


def test_one_sheet_is_filled_by_a_form_that_is_no_more_than_it():
    file = both_in_one()
    file.update(fills=[SHEETS[0]], diseases=["hypertension"], proves=["follow_up:hypertension"])
    check_filling(FILE, parse_form(FILE, file, code_lists()), FORMS)


def test_a_form_that_fills_nothing_is_not_asked():
    check_filling("x.toml", form(SHEETS[0]), {})


# --- the shipped ones ---


@pytest.mark.parametrize("code", FILLING)
def test_every_shipped_form_that_fills_sheets_fills_each_completely(code):
    found, filled_in = form(code), example(code)
    check_filling(f"{code}.toml", found, {sheet: form(sheet) for sheet in found.fills})
    checked = check_answers(found, filled_in.answers, filled_in.mode, age=filled_in.age, sex=filled_in.sex)
    stored = {**checked.answers, **as_answers(checked.measurements)}
    for sheet in found.fills:
        answers = sheet_answers(found, stored, form(sheet))
        there = check_answers(form(sheet), answers, filled_in.mode, age=filled_in.age, sex=filled_in.sex)
        assert there.missing == ()
