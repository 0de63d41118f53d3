"""What a complete visit proves by its form: in the modes that count, and only with the answer that the form names."""

from copy import deepcopy
from typing import Any

import pytest

from tests.domain.form_files import code_lists, data
from village_doctor.domain.form_parsing import parse_form
from village_doctor.domain.forms import Form, RequiredWhen
from village_doctor.domain.problems import Problem

FILE = data("forms/mental_disorder_follow_up.toml")
PROOF = ("follow_up:mental_disorder",)


def parsed(**changes: Any) -> Form:
    file = {**deepcopy(FILE), **changes}
    return parse_form(
        "mental_disorder_follow_up.toml", {k: v for k, v in file.items() if v is not None}, code_lists()
    )


@pytest.mark.parametrize(
    ("condition", "answers", "mode", "proves"),
    [
        ({"field": "visit_result", "equals": "followed"}, {"visit_result": "followed"}, "home", PROOF),
        ({"field": "visit_result", "equals": "followed"}, {"visit_result": "followed"}, "phone", ()),
        ({"field": "visit_result", "equals": "followed"}, {"visit_result": "lost"}, "home", ()),
        ({"field": "visit_result", "equals": "followed"}, {}, "home", ()),
        ({"field": "visit_result", "in": ["followed", "lost"]}, {"visit_result": "lost"}, "home", PROOF),
        ({"field": "symptoms", "equals": "2"}, {"symptoms": ["1", "2"]}, "home", PROOF),
        ({"field": "symptoms", "equals": "2"}, {"symptoms": ["1"]}, "home", ()),
        ({"field": "has_clear_symptoms", "equals": False}, {"has_clear_symptoms": False}, "home", PROOF),
        (None, {}, "clinic", PROOF),
        (None, {}, "phone", ()),
    ],
)
def test_what_a_visit_proves(condition, answers, mode, proves):
    assert parsed(proves_when=condition).proven_by(answers, mode) == proves


@pytest.mark.parametrize(
    "condition",
    [
        {"field": "nothing", "equals": "followed"},
        {"field": "visit_result", "equals": "nothing"},
        {"field": "visit_result", "equals": True},
        {"field": "symptoms_other", "equals": "1"},
    ],
)
def test_a_condition_that_leads_nowhere_is_refused(condition):
    with pytest.raises(Problem) as problem:
        parsed(proves_when=condition)
    assert problem.value.code == "form-file"


def test_a_condition_holds_for_one_of_its_values():
    condition = RequiredWhen(field="answer", values=("1", "2"))
    assert condition.holds({"answer": "2"})
    assert condition.holds({"answer": ("3", "1")})
    assert not condition.holds({"answer": "3"})
    assert not condition.holds({"answer": []})
    assert not condition.holds({})
