"""Limits of readings: what cannot be right is refused, what is rare is asked about once."""

from decimal import Decimal

import pytest

from tests.domain.form_files import data, limits
from village_doctor.domain.plausibility import MEASURES, WHOLE_MEASURES, check, parse_limits, unusual
from village_doctor.domain.problems import PROBLEM_TEXTS, Problem


def pressure(shown):
    systolic, diastolic = shown.split("/")
    return {"systolic_mmhg": int(systolic), "diastolic_mmhg": int(diastolic)}


def problem_of(measurements, confirmed=()):
    try:
        check(measurements, limits(), confirmed)
    except Problem as problem:
        return problem
    return None


def code_of(measurements, confirmed=()):
    problem = problem_of(measurements, confirmed)
    return None if problem is None else problem.code


@pytest.mark.parametrize(
    ("shown", "code"),
    [
        ("152/96", None),
        ("186/112", None),
        ("96/152", "pressure-swapped"),
        ("96/96", "pressure-swapped"),
        ("97/96", None),
        ("60/250", "pressure-swapped"),
        ("86/50", "reading-unusual"),
        ("90/50", None),
        ("89/50", "reading-unusual"),
        ("90/49", "reading-unusual"),
        ("220/130", None),
        ("221/130", "reading-unusual"),
        ("220/131", "reading-unusual"),
        ("300/130", "reading-unusual"),
        ("301/130", "reading-refused"),
        ("40/30", "reading-unusual"),
        ("39/30", "reading-refused"),
        ("60/20", "reading-unusual"),
        ("60/19", "reading-refused"),
    ],
)
def test_pressure(shown, code):
    assert code_of(pressure(shown)) == code


def test_the_swapped_pressure_is_said_plainly():
    problem = problem_of(pressure("96/152"))
    text = PROBLEM_TEXTS["pressure-swapped"].format(**problem.values)
    assert text.startswith("96/152：收缩压应该比舒张压高，像是填反了。")
    assert problem_of(pressure("96/152"), ["systolic_mmhg", "diastolic_mmhg"]).code == "pressure-swapped"


@pytest.mark.parametrize(
    ("measurements", "text"),
    [
        ({"systolic_mmhg": 152}, "只有收缩压 152 mmHg，没有舒张压。"),
        ({"diastolic_mmhg": 96}, "只有舒张压 96 mmHg，没有收缩压。"),
    ],
)
def test_half_a_pressure(measurements, text):
    problem = problem_of(measurements)
    assert problem.code == "pressure-half"
    assert PROBLEM_TEXTS["pressure-half"].format(**problem.values).startswith(text)


def test_the_unusual_is_asked_once_and_kept_when_confirmed():
    problem = problem_of(pressure("86/50"))
    assert PROBLEM_TEXTS["reading-unusual"].format(**problem.values).startswith("收缩压 86 mmHg，对吗？")
    assert problem.values["measures"] == "systolic_mmhg"
    assert problem_of(pressure("86/50"), ["systolic_mmhg"]) is None


def test_all_unusual_values_are_asked_about_at_once():
    measurements = {**pressure("86/45"), "pulse_per_minute": 140}
    problem = problem_of(measurements)
    assert problem.values["measures"] == "systolic_mmhg,diastolic_mmhg,pulse_per_minute"
    assert "收缩压 86 mmHg、舒张压 45 mmHg、脉搏 140 次/分，对吗" in PROBLEM_TEXTS[problem.code].format(
        **problem.values
    )
    assert unusual(measurements, limits()) == ("systolic_mmhg", "diastolic_mmhg", "pulse_per_minute")
    assert problem_of(measurements, ["systolic_mmhg"]).values["measures"] == "diastolic_mmhg,pulse_per_minute"


def test_what_cannot_be_right_is_refused_even_when_confirmed():
    problem = problem_of({"random_glucose_mmol": Decimal("0.4")}, MEASURES)
    assert problem.code == "reading-refused"
    text = PROBLEM_TEXTS["reading-refused"].format(**problem.values)
    assert text.startswith("随机血糖 0.4 mmol/L 不可能（只能在 0.5 到 60.0 之间）")


@pytest.mark.parametrize("timing", ["fasting", "two_hours", "random"])
@pytest.mark.parametrize(
    ("value", "code"),
    [
        ("3.9", None),
        ("2.8", None),
        ("2.7", "reading-unusual"),
        ("16.7", None),
        ("25.0", None),
        ("25.1", "reading-unusual"),
        ("0.5", "reading-unusual"),
        ("0.4", "reading-refused"),
        ("60.0", "reading-unusual"),
        ("60.1", "reading-refused"),
    ],
)
def test_glucose(timing, value, code):
    assert code_of({f"{timing}_glucose_mmol": Decimal(value)}) == code


def test_nothing_measured():
    assert problem_of({}) is None


def test_an_emergency_is_not_asked_about_for_being_one():
    """180/110 and 16.7 stand inside what is usual: nothing may delay them."""
    assert code_of({**pressure("186/112"), "random_glucose_mmol": Decimal("16.7")}) is None


def test_the_shipped_limits_know_every_measure():
    assert set(limits()) == MEASURES
    assert all(limits()[name].refuse_below % 1 == 0 for name in WHOLE_MEASURES)
    assert {limit.mark for limit in limits().values()} == {"D"}


def test_what_is_asked_about_may_reach_to_what_is_refused():
    file = data("codes/plausibility.toml")
    file["measures"]["waist_cm"].update(ask_below="20.0", ask_above="200.0")
    assert parse_limits("plausibility.toml", file)["waist_cm"].ask_below == Decimal("20.0")
    file["measures"]["waist_cm"].update(ask_below="200.0")
    with pytest.raises(Problem):
        parse_limits("plausibility.toml", file)


@pytest.mark.parametrize(
    ("change", "field", "reason"),
    [
        (lambda file: file.pop("source"), "文件本身", "缺少这一项"),
        (lambda file: file["measures"].pop("spo2_percent"), "measures", "缺少这一项"),
        (lambda file: file["measures"].update(mood=file["measures"]["waist_cm"]), "measures", "没有这种读数"),
        (lambda file: file["measures"]["waist_cm"].update(colour="red"), "measures waist_cm", "不认识这一项"),
        (
            lambda file: file["measures"]["waist_cm"].update(ask_below=1.5),
            "measures waist_cm",
            "要写在引号里",
        ),
        (lambda file: file["measures"]["waist_cm"].update(ask_below="一"), "measures waist_cm", "应该是数"),
        (
            lambda file: file["measures"]["waist_cm"].update(ask_below="NaN"),
            "measures waist_cm",
            "这一项应该是数",
        ),
        (lambda file: file["measures"]["waist_cm"].update(ask_below=999), "measures waist_cm", "大小顺序"),
        (lambda file: file["measures"]["waist_cm"].update(ask_below=1), "measures waist_cm", "四个界限"),
        (lambda file: file.update(measures=3), "measures", "应该是一张表"),
    ],
)
def test_a_mistake_in_the_file_is_refused(change, field, reason):
    file = data("codes/plausibility.toml")
    change(file)
    with pytest.raises(Problem) as problem:
        parse_limits("plausibility.toml", file)
    assert problem.value.code == "data-file"
    assert problem.value.values["file"] == "plausibility.toml"
    assert problem.value.values["field"] == field
    assert reason in problem.value.values["reason"]
