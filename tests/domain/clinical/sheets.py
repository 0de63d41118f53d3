"""A visit by the filled example of its form, to be changed one thing at a time; and how the tables read a decision."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from tests.domain.duties.people import d, resident
from tests.domain.form_files import example, form
from tests.domain.shipped import figures
from village_doctor.domain.clinical.sentences.sentence import Sentence
from village_doctor.domain.clinical.visit_facts import PastVisit, VisitFacts
from village_doctor.domain.decisions import Decision
from village_doctor.domain.form_checking import check_answers
from village_doctor.domain.people import Condition, Resident


def sheet(
    form_code: str,
    on: str = "2026-05-12",
    *,
    who: Resident | None = None,
    conditions: tuple[Condition, ...] = (),
    past: tuple[PastVisit, ...] = (),
    **changes: Any,
) -> VisitFacts:
    """The example of that form, on that day; a change to None leaves the answer out."""
    filled = example(form_code)
    answers = {key: value for key, value in {**filled.answers, **changes}.items() if value is not None}
    known = form(form_code)
    checked = check_answers(known, answers, filled.mode, age=filled.age, sex=filled.sex)
    return VisitFacts(
        form_code=form_code,
        disease=known.disease,
        served_on=d(on),
        resident=who or resident(),
        mode=filled.mode,
        figures=figures(),
        answers=checked.answers,
        measurements=checked.measurements,
        computed=checked.computed,
        is_complete=checked.is_complete,
        conditions=conditions,
        past=past,
    )


def past(on: str, form_code: str, **answers: Any) -> PastVisit:
    return PastVisit(served_on=d(on), form_code=form_code, answers=answers, measurements={})


def codes(decision: Decision) -> tuple[str, ...]:
    return tuple(reason.code for reason in decision.reasons)


def days_later(decision: Decision, on: date) -> tuple[int, ...]:
    """When what became of it is asked, in days after the visit."""
    return tuple((day - on).days for day in decision.ask_on)


def assert_all_is_said(
    decisions: list[Decision], reasons: Mapping[str, Sentence], actions: Mapping[str, Sentence]
) -> None:
    """Every reason and action of a programme is given by some decision, and its values fill its sentence."""
    said: set[str] = set()
    for decision in decisions:
        said.update(decision.actions)
        for reason in decision.reasons:
            said.add(reason.code)
            if reason.code in reasons:
                assert "{" not in reasons[reason.code].text.format(**(reason.values or {}))
    assert {*reasons, *actions} <= said
