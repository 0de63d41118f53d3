"""慢阻肺 (norms-other-groups §8 [P20], [P21]) and other chronic diseases (§9): the lists seen in practice."""

import pytest

from tests.domain.codes.tables import lists_of, lists_used_in, written
from tests.domain.form_files import code_lists, form


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("copd_symptoms", "1无症状 2咳嗽 3咳痰 4气急 5喘憋 6呼吸困难 7咯血 8乏力 9其他"),
        (
            "copd_management_level",
            "stable_low_risk稳定期低风险 stable_high_risk稳定期高风险 acute_exacerbation急性加重期",
        ),
        ("copd_reaction", "1无 2轻微 3严重"),
        ("inhaler_technique", "1熟练 2不熟练 3未掌握 0没用吸入装置"),
        ("copd_vaccines", "0都没有打 1流感疫苗 2肺炎疫苗 3新冠疫苗"),
        ("mmrc_grade", "00 级 11 级 22 级 33 级 44 级"),
        ("gold_grade", "11 级 22 级 33 级 44 级"),
        ("chronic_guidance", "diet合理膳食 exercise适量运动 mind心理平衡"),
    ],
)
def test_options(name, expected):
    assert written(name) == expected


def test_the_levels_print_the_codes_of_the_sheet():
    options = code_lists()["copd_management_level"].options
    assert [option.sheet_code for option in options] == ["1", "2", "3"]


def test_the_symptoms_by_concept():
    assert [option.concept for option in code_lists()["copd_symptoms"].options] == [
        "no_symptoms", "cough", "phlegm", "shortness_of_breath", "wheezing", "breathlessness", "coughing_blood",
        "tiredness", "other",
    ]  # fmt: skip


def test_nothing_of_it_is_called_verified():
    marks = {name: code_lists()[name].mark for name in lists_of("copd_codes.toml")}
    assert {name for name, mark in marks.items() if mark != "P"} == {"chronic_guidance"}
    assert form("copd_follow_up").mark == "P"


def test_every_list_is_used():
    assert lists_of("copd_codes.toml") <= lists_used_in("copd_follow_up") | lists_used_in(
        "other_chronic_visit"
    )


@pytest.mark.parametrize(
    ("code", "proof"),
    [("copd_follow_up", "follow_up:copd"), ("other_chronic_visit", "follow_up:other_chronic")],
)
def test_only_face_to_face_counts(code, proof):
    assert form(code).proves == (proof,)
    assert set(form(code).modes) == {"clinic", "home", "phone"}
    assert set(form(code).counted_modes) == {"clinic", "home"}
    assert form(code).is_local
