"""The skeleton of a form, as `form show --json` gives it: every blank, what it takes and for whom it is."""

import json
from typing import Any

import pytest

from tests.domain.form_files import COMPLETE, form
from tests.domain.test_form_checking import BOTH, DIABETES, HYPERTENSION, PERSONS_FORM
from village_doctor.domain.form_checking import check_answers
from village_doctor.domain.form_template import template


def skeleton_of(code) -> Any:
    return template(form(code))


@pytest.mark.parametrize("code", BOTH)
def test_template(code):
    skeleton = skeleton_of(code)
    assert json.loads(json.dumps(skeleton, ensure_ascii=False)) == skeleton
    assert skeleton["form"] == code
    keys = [entry["key"] for entry in skeleton["fields"]]
    assert keys == list(skeleton["answers"])
    assert set(COMPLETE[code]) <= set(keys)
    assert "bmi" not in keys
    assert "signature" not in keys
    required = {entry["key"] for entry in skeleton["fields"] if entry["required"]}
    assert required == set(COMPLETE[code])


def test_a_template_entry_says_what_it_takes():
    entries = {entry["key"]: entry for entry in skeleton_of(HYPERTENSION)["fields"]}
    assert entries["symptoms"]["exclusive"] == ["1"]
    assert (entries["symptoms"]["class"], entries["medicines"]["class"]) == ("ask", "confirm")
    assert "class" not in entries["medicines"]["columns"][0]
    assert entries["symptoms"]["options"][1] == {"code": "2", "label": "头痛头晕"}
    assert entries["adverse_reaction_text"]["required_when"] == {"field": "adverse_reaction", "in": ["2"]}
    assert entries["drinking_liang_per_day"]["unit"] == "两"
    assert entries["drinking_liang_per_day"]["places"] == 1
    assert [column["key"] for column in entries["medicines"]["columns"]] == [
        "name",
        "times_per_day",
        "dose",
        "unit",
    ]
    assert entries["medicines"]["columns"][0]["required"] is True


def test_the_skeleton_itself_is_an_unfinished_form():
    found = check_answers(form(DIABETES), skeleton_of(DIABETES)["answers"], "clinic")
    assert not found.is_complete
    assert found.answers == {}


def test_the_skeleton_says_for_which_months_of_age_the_form_is():
    toddler = skeleton_of("child_check_12_to_30_months")
    assert (toddler["from_months"], toddler["until_months"]) == (12, 35)
    anybody = skeleton_of(HYPERTENSION)
    assert (anybody["from_months"], anybody["until_months"]) == (None, None)


def test_the_skeleton_says_to_whom_a_field_belongs():
    fields = template(PERSONS_FORM)["fields"]
    assert isinstance(fields, list)
    entries = {entry["key"]: entry for entry in fields if isinstance(entry, dict)}
    assert (entries["fell"]["from_age"], entries["teeth"]["until_age"], entries["breast"]["sex"]) == (
        65,
        2,
        "2",
    )
    assert not {"from_age", "until_age", "sex"} & set(entries["since"])
