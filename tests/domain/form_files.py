"""The shipped data files, read for tests."""

import tomllib
from functools import cache
from pathlib import Path
from typing import Any

from village_doctor.domain.forms import CodeList, Form, parse_code_lists, parse_form
from village_doctor.domain.plausibility import Limits, parse_limits

RESOURCES = Path(__file__).parents[2] / "resources"


def data(name: str) -> dict[str, Any]:
    """A fresh copy of a file's data, to be changed by the test."""
    return tomllib.loads((RESOURCES / name).read_text(encoding="utf-8"))


@cache
def code_lists() -> dict[str, CodeList]:
    return dict(parse_code_lists("follow_up_codes.toml", data("codes/follow_up_codes.toml")))


@cache
def form(code: str) -> Form:
    return parse_form(f"{code}.toml", data(f"forms/{code}.toml"), code_lists())


@cache
def limits() -> dict[str, Limits]:
    return dict(parse_limits("plausibility.toml", data("codes/plausibility.toml")))


# Everything required, answered; to be changed one thing at a time.
COMPLETE: dict[str, dict[str, Any]] = {
    "hypertension_follow_up": {
        "emergency_sign": False,
        "symptoms": ["1"],
        "complication": "none",
        "systolic_mmhg": 138,
        "diastolic_mmhg": 86,
        "pulse_per_minute": 72,
        "smoking_per_day": 0,
        "drinking_liang_per_day": "0.5",
        "exercise_times_per_week": 5,
        "exercise_minutes": 30,
        "salt_intake": "2",
        "mental_adjustment": "1",
        "compliance_behaviour": "1",
        "adherence": "1",
        "adverse_reaction": "1",
        "medicines": [{"name": "氨氯地平", "times_per_day": 1, "dose": "5", "unit": "mg"}],
    },
    "diabetes_follow_up": {
        "emergency_sign": False,
        "symptoms": ["1"],
        "complication": "none",
        "systolic_mmhg": 138,
        "diastolic_mmhg": 86,
        "dorsalis_pedis": "1",
        "smoking_per_day": 0,
        "drinking_liang_per_day": 0,
        "exercise_times_per_week": 5,
        "exercise_minutes": 30,
        "staple_food_g": 300,
        "mental_adjustment": "1",
        "compliance_behaviour": "1",
        "fasting_glucose_mmol": "6.1",
        "adherence": "1",
        "adverse_reaction": "1",
        "low_glucose_reaction": "1",
        "medicines": [],
    },
}
