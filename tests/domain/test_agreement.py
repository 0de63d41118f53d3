"""The clauses file: what stands in it, and what is refused."""

import copy
from typing import Any

import pytest

from village_doctor.domain.agreement import parse_clauses
from village_doctor.domain.problems import Problem
from village_doctor.foundation.resources import read_toml

DATA: dict[str, Any] = dict(read_toml("agreement/clauses.toml").data)


def refusal(data):
    with pytest.raises(Problem) as caught:
        parse_clauses("clauses.toml", data)
    assert caught.value.code == "data-file"
    return caught.value.values


def test_the_shipped_clauses_say_what_an_agreement_must():
    clauses = parse_clauses("clauses.toml", DATA)
    assert [section.key for section in clauses.sections] == [
        "principles",
        "provider",
        "resident",
        "changes",
        "signing",
        "consent",
    ]
    text = "".join(clause.text for section in clauses.sections for clause in section.clauses)
    for words in ("自愿", "保密", "解约", "监护人", "续签", "同意", "120", "2 周内"):
        assert words in text
    for section in clauses.sections:
        assert all(clause.source for clause in section.clauses)


def test_a_missing_section_is_refused():
    data = copy.deepcopy(DATA)
    data["sections"] = data["sections"][:-1]
    assert refusal(data)["file"] == "clauses.toml"


def test_a_section_that_is_there_twice_is_refused():
    data = copy.deepcopy(DATA)
    data["sections"] = [*data["sections"], data["sections"][0]]
    refusal(data)


@pytest.mark.parametrize(("field", "value"), [("text", " "), ("mark", "X"), ("source", 5), ("note", "x")])
def test_a_wrong_clause_is_refused_with_its_place(field, value):
    data = copy.deepcopy(DATA)
    data["sections"][1]["clauses"][0][field] = value
    assert "provider" in refusal(data)["field"]
