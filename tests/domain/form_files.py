"""The shipped data files and the filled examples of forms, read for tests."""

import json
import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from village_doctor.domain.code_lists import CodeList, parse_code_lists
from village_doctor.domain.form_parsing import parse_form
from village_doctor.domain.forms import Field, Form, Section
from village_doctor.domain.plausibility import Limits, parse_limits

RESOURCES = Path(__file__).parents[2] / "resources"
EXAMPLES = Path(__file__).parent / "form_examples"


def data(name: str) -> dict[str, Any]:
    """A fresh copy of a file's data, to be changed by the test."""
    return tomllib.loads((RESOURCES / name).read_text(encoding="utf-8"))


@cache
def code_lists() -> dict[str, CodeList]:
    """All option lists that are shipped."""
    lists: dict[str, CodeList] = {}
    for path in sorted((RESOURCES / "codes").glob("*.toml")):
        if path.name != "plausibility.toml":
            lists.update(parse_code_lists(path.name, data(f"codes/{path.name}")))
    return lists


@cache
def form(code: str) -> Form:
    return parse_form(f"{code}.toml", data(f"forms/{code}.toml"), code_lists())


def field_of(of: Form, key: str) -> Field:
    """A field that must be there."""
    found = of.field(key)
    assert found is not None, key
    return found


def section_of(of: Form, key: str) -> Section:
    """A section that must be there."""
    found = of.section(key)
    assert found is not None, key
    return found


def options_of(of: Form, key: str) -> CodeList:
    """The option list of a field that must have one."""
    found = field_of(of, key).options
    assert found is not None, key
    return found


@cache
def limits() -> dict[str, Limits]:
    return dict(parse_limits("plausibility.toml", data("codes/plausibility.toml")))


@dataclass(frozen=True, kw_only=True)
class Example:
    """A form filled in completely, to be changed one thing at a time."""

    mode: str
    age: int | None
    sex: str | None
    answers: dict[str, Any]


def example(code: str) -> Example:
    """A fresh copy of the filled example of a form."""
    written = json.loads((EXAMPLES / f"{code}.json").read_text(encoding="utf-8"))
    return Example(
        mode=written["mode"] or "", age=written["age"], sex=written["sex"], answers=written["answers"]
    )


def shipped() -> list[str]:
    """The codes of all shipped forms."""
    return sorted(path.stem for path in (RESOURCES / "forms").glob("*.toml"))


COMPLETE: dict[str, dict[str, Any]] = {
    code: example(code).answers for code in ("hypertension_follow_up", "diabetes_follow_up")
}
