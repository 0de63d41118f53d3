"""Every symptom once: the lists of all forms mean the same symptom exactly where they say the same."""

import pytest

from tests.domain.form_files import code_lists

SYMPTOMS = code_lists()["symptoms"]
LISTS = {
    name: found
    for name, found in code_lists().items()
    if any(option.concept is not None for option in found.options)
}

# Words of a form that are not those of the joined list, and mean the same.
JOINED = {
    "没有症状": "无症状",
    "四肢发麻": "手脚麻木（四肢发麻）",
    "手脚麻木": "手脚麻木（四肢发麻）",
    "下肢浮肿": "下肢水肿",
    "体重下降": "体重明显下降",
    "视物模糊": "视力模糊",
    "咯血": "咯血或血痰",
    "意识改变": "意识或行为改变",
    "妊娠期或哺乳期，血压高于正常": "妊娠期或哺乳期，血压或血糖高于正常",
    "妊娠期或哺乳期，血糖高于正常": "妊娠期或哺乳期，血压或血糖高于正常",
    "有不能处理的其他疾病": "其他",
}


def test_the_lists_of_all_forms_are_mapped():
    assert {
        *("hypertension_symptoms", "diabetes_symptoms", "check_up_symptoms", "copd_symptoms"),
        *("mental_symptoms", "tuberculosis_first_visit_symptoms", "tuberculosis_symptoms"),
    } <= set(LISTS)


@pytest.mark.parametrize("name", sorted(LISTS))
def test_a_code_means_the_symptom_that_its_words_say(name):
    for option in LISTS[name].options:
        concept = SYMPTOMS.option(option.concept or "")
        assert concept is not None, option
        assert JOINED.get(option.label, option.label) == concept.label


def test_every_symptom_is_asked_by_some_form():
    used = {option.concept for found in LISTS.values() for option in found.options}
    assert set(SYMPTOMS.codes) == used


def test_no_symptom_stands_twice():
    labels = [option.label for option in SYMPTOMS.options]
    assert len(set(labels)) == len(labels)


def test_none_comes_first_and_other_last():
    assert (SYMPTOMS.codes[0], SYMPTOMS.codes[-1]) == ("no_symptoms", "other")
