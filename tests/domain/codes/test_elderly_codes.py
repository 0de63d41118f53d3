"""老年人生活自理能力评估 (norms-other-groups §1.1) and the elderly fields of 健康体检表."""

import pytest

from tests.domain.codes.tables import lists_of, lists_used_in, written
from tests.domain.form_files import code_lists, form


@pytest.mark.parametrize(
    ("name", "beginnings", "points"),
    [
        ("self_care_eating", ["独立完成", "需要协助", "完全需要帮助"], {"1": 0, "3": 3, "4": 5}),
        (
            "self_care_washing",
            ["独立完成", "能独立地洗头", "在协助下和适当的时间内", "完全需要帮助"],
            {"1": 0, "2": 1, "3": 3, "4": 7},
        ),
        ("self_care_dressing", ["独立完成", "需要协助", "完全需要帮助"], {"1": 0, "3": 3, "4": 5}),
        (
            "self_care_toilet",
            ["不需协助", "偶尔失禁", "经常失禁", "完全失禁"],
            {"1": 0, "2": 1, "3": 5, "4": 10},
        ),
        (
            "self_care_moving",
            ["独立完成", "借助较小的外力", "借助较大的外力", "卧床不起"],
            {"1": 0, "2": 1, "3": 5, "4": 10},
        ),
    ],
)
def test_the_choices_of_an_item(name, beginnings, points):
    options = code_lists()[name].options
    assert {option.code: option.points for option in options} == points
    assert all(option.label.startswith(said) for option, said in zip(options, beginnings, strict=True))


def test_the_grades():
    grades = code_lists()["self_care_grade"].options
    assert written("self_care_grade") == "1可自理 2轻度依赖 3中度依赖 4不能自理"
    assert {option.code: option.from_points for option in grades} == {"1": 0, "2": 4, "3": 9, "4": 19}
    results = code_lists()["self_care_result"].options
    assert [(option.label, option.sheet_code) for option in results] == [
        (option.label, option.code) for option in grades
    ]


def test_the_other_fields():
    assert written("self_rated_health") == "1满意 2基本满意 3说不清楚 4不太满意 5不满意"
    assert written("rough_screening") == "1粗筛阴性 2粗筛阳性"


def test_every_list_is_used():
    assert lists_of("elderly_codes.toml") == {
        name
        for name in lists_used_in("self_care") | lists_used_in("check_up")
        if name in lists_of("elderly_codes.toml")
    }


def test_what_the_sheet_proves():
    sheet = form("self_care")
    assert sheet.proves == ("self_care",)
    assert sheet.counted_modes == ("clinic", "home")
    assert sheet.rules == ("self_care",)
