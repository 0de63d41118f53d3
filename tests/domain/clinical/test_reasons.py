"""Every reason and action that a rule can give has a sentence, and its values fill it."""

import ast
import importlib
import re
import string
from itertools import product
from pathlib import Path
from typing import Any

import pytest

from tests.domain.clinical.patients import DAY, before, diabetic, hypertensive, measured, visit_facts
from tests.domain.shipped import figures
from village_doctor.domain.clinical import diabetes, hypertension
from village_doctor.domain.clinical.emergency import (
    REFERRAL_WITHDRAWN,
    SIGNS,
    WARNING_ACTIONS,
    emergency_of_reading,
)
from village_doctor.domain.clinical.facts import Whose
from village_doctor.domain.clinical.reasons import ACTIONS, REASONS
from village_doctor.domain.clinical.rules import RULES
from village_doctor.domain.clinical.sentences import hypertension_diabetes
from village_doctor.domain.decisions import Decision
from village_doctor.domain.forms import RULES as FORM_RULES

SENTENCES = {**REASONS, **ACTIONS}
OURS = {**hypertension_diabetes.REASONS, **hypertension_diabetes.ACTIONS}
FOLDER = Path(__file__).parents[3] / "village_doctor/domain/clinical/sentences"


def decisions():
    """A decision for every combination that matters, and for readings."""
    previous = (
        None,
        before(shown="130/80"),
        *(before(days, is_high=True, has_reaction=True, shown="158/92") for days in (30, 200)),
    )
    changes: tuple[dict[str, Any], ...] = (
        {},
        {"complication": "new"},
        {"complication": "worse"},
        {"has_reaction": True},
        {"has_reaction": True, "is_reaction_hard_to_control": True},
        {
            "refer_reasons": (
                "sudden_onset",
                "severe_symptoms",
                "suspected_secondary",
                "several_medicines_fail",
            )
        },
        {"has_emergency_sign": True},
        {"adherence": "2"},
        {"adherence": "3"},
        {"is_complete": False},
        {"is_face_to_face": False},
        {"symptoms": ("headache_or_dizziness",)},
        {"low_glucose_reaction": "3"},
    )
    pressures = (None, "86/50", "108/70", "128/78", "152/96", "186/112")
    glucoses = (None, "2.2", "3.5", "6.1", "7.4", "17.0")
    for change, shown, glucose, earlier in product(changes, pressures, glucoses, previous):
        complete: dict[str, Any] = {"is_complete": shown is not None, **change}
        patients = (
            hypertensive(shown, glucose=glucose, **complete),
            diabetic(glucose, at=shown, has_hypertension=False, **change),
        )
        for rule, facts in zip((hypertension, diabetes), patients, strict=True):
            yield rule.decide(facts, earlier)
    for sign in SIGNS:
        yield hypertension.decide(hypertensive(has_emergency_sign=True, emergency_signs=(sign,)), None)
    second: tuple[dict[str, Any], ...] = (
        {"again": "182/112"},
        {"again": "160/90"},
        {"is_pregnant_or_nursing": True},
        {"may_be_pregnant": True},
    )
    for more in second:
        yield hypertension.decide(hypertensive("186/112", **{"glucose": "7.4", **more}), None)
        yield hypertension.decide(hypertensive("152/96", **more), None)
    yield hypertension.decide(hypertensive(symptoms=("nausea_or_vomiting",), has_emergency_sign=None), None)
    yield hypertension.decide(hypertensive("138/88"), None)
    yield diabetes.decide(diabetic("3.2", lowers_glucose=True), None)
    hot = measured("186/112", fasting="2.2")
    for reading in (hot, measured("186/112", fasting="17.0")):
        yield emergency_of_reading(reading, on=DAY, person=Whose(), figures=figures())
    fever = visit_facts("diabetes", fasting_glucose_mmol="6.1", temperature_c="39.5")
    yield diabetes.decide_visit(fever)


@pytest.fixture(scope="module")
def every_decision() -> list[Decision]:
    return list(decisions())


def placeholders(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name is not None}


def test_every_reason_and_action_is_said_and_filled(every_decision):
    said = set()
    for decision in every_decision:
        for reason in decision.reasons:
            text = REASONS[reason.code].text
            assert placeholders(text) <= set(reason.values or {}), reason.code
            said.add(reason.code)
        assert decision.actions
        assert len(set(decision.actions)) == len(decision.actions)
        said.update(ACTIONS[action].text and action for action in decision.actions)
    assert said | {REFERRAL_WITHDRAWN} == set(OURS)


def test_no_value_is_blank(every_decision):
    for decision in every_decision:
        for reason in decision.reasons:
            used = placeholders(REASONS[reason.code].text)
            assert all((reason.values or {})[name] for name in used)


@pytest.mark.parametrize("code", SENTENCES)
def test_a_sentence_is_plain_chinese_with_its_source(code):
    sentence = SENTENCES[code]
    said = re.sub(r"\{[a-z_]+\}|mmHg|mmol/L|B 超", "", sentence.text)
    assert said.endswith("。")
    assert re.search(r"[A-Za-z_]", said) is None
    assert sentence.source


def test_every_warning_has_an_action():
    assert set(WARNING_ACTIONS) <= set(REASONS)
    assert set(WARNING_ACTIONS.values()) <= set(ACTIONS)


def test_forms_name_the_rules_there_are():
    assert set(RULES) == FORM_RULES


def test_no_code_stands_in_two_programmes():
    """Each module of sentences writes its own; joined, none hides another."""
    reasons, actions = 0, 0
    for path in FOLDER.glob("*.py"):
        module = importlib.import_module(f"village_doctor.domain.clinical.sentences.{path.stem}")
        reasons += len(getattr(module, "REASONS", {}))
        actions += len(getattr(module, "ACTIONS", {}))
    assert (reasons, actions) == (len(REASONS), len(ACTIONS))


def test_texts_are_marked_for_translation():
    """Sources and sentences stand inside `N_(…)`, so that extraction finds them."""
    marked = {
        node.args[0].value
        for file in FOLDER.glob("*.py")
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Name)
        and node.func.id == "N_"
        and isinstance(node.args[0], ast.Constant)
    }
    assert {text for item in SENTENCES.values() for text in (item.text, item.source)} <= marked


@pytest.mark.parametrize("code", OURS)
def test_no_value_is_told_without_its_unit(code):
    text = OURS[code].text
    for name, unit in (
        ("pressure", " mmHg"),
        ("again", " mmHg"),
        ("first", " mmHg"),
        ("target", " mmHg"),
        ("glucose", " mmol/L"),
        ("limit", " mmol/L"),
        ("temperature", " ℃"),
        ("days", " 天"),
    ):
        for place in re.finditer(re.escape(f"{{{name}}}"), text):
            assert text[place.end() :].startswith(unit)
