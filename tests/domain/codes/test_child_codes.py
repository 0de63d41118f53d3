"""The children's sheets (norms-other-groups §2, §6): the blanks the reference names, and their options."""

import pytest

from tests.domain.codes.tables import lists_of, lists_used_in, written
from tests.domain.form_files import code_lists, form

CHECKS = ("child_check_1_to_8_months", "child_check_12_to_30_months", "child_check_3_to_6_years")


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("growth_grade", "1上 2中 3下"),
        ("normal_or_abnormal", "1未见异常 2异常"),
        ("infant_complexion", "1红润 2黄染 3其他"),
        ("complexion", "1红润 2其他"),
        ("fontanelle", "1闭合 2未闭"),
        ("development", "1通过 2未通过"),
        ("ill_between_visits", "1没有 2有"),
        (
            "child_guidance",
            "feeding科学喂养 growth生长发育 illness疾病预防 injury预防伤害 mouth口腔保健 eyes眼保健 weight预防超重和肥胖",
        ),
        (
            "child_tcm_guidance",
            "belly_and_spine摩腹、捏脊 yingxiang_zusanli按揉迎香、足三里 sishencong按揉四神聪",
        ),
    ],
)
def test_options(name, expected):
    assert written(name) == expected


def test_every_list_is_used():
    used = set().union(
        *(lists_used_in(code) for code in (*CHECKS, "newborn_visit", "child_chinese_medicine"))
    )
    assert lists_of("child_codes.toml") <= used


@pytest.mark.parametrize("code", CHECKS)
def test_the_blanks_that_section_6_names(code):
    """体重, 身长 with grades; eyes, ears, belly; 血红蛋白, 发育评估, 两次随访间患病, 转诊, 指导, 下次日期 are on every sheet."""
    keys = {field.key for field in form(code).fields}
    assert {
        "child_weight_kg", "weight_grade", "child_length_cm", "length_grade", "eyes", "ears", "belly",
        "haemoglobin_g_per_l", "development", "ill_between_visits", "referral_reason", "guidance", "next_due_on",
    } <= keys  # fmt: skip
    assert form(code).proves == ("child_visit",)


@pytest.mark.parametrize(
    ("code", "keys"),
    [
        (CHECKS[0], {"head_cm", "complexion", "skin", "fontanelle", "mouth", "chest", "limbs", "rickets_signs", "outdoor_hours_per_day"}),
        (CHECKS[1], {"complexion", "skin", "fontanelle", "teeth", "limbs", "gait", "rickets_signs", "outdoor_hours_per_day"}),
        (CHECKS[2], {"growth_assessment", "chest", "teeth"}),
    ],
)  # fmt: skip
def test_the_blanks_of_each_age(code, keys):
    assert keys <= {field.key for field in form(code).fields}


def test_what_the_others_prove_and_that_their_texts_are_not_held():
    for code in ("newborn_visit", "child_chinese_medicine"):
        assert (form(code).proves, form(code).is_local) == ((code,), True)
    assert tuple(form("newborn_visit").modes) == ("home",)


def test_a_child_is_weighed_in_hundredths_of_a_kilogram():
    """A reading has one decimal and the limits of grown people: a child's weight and length are answers of the sheet."""
    for code in (*CHECKS, "newborn_visit"):
        weight = form(code).field("child_weight_kg")
        assert weight is not None
        assert (weight.is_measured, weight.places, weight.unit) == (False, 2, "kg")


def test_the_marks_are_honest():
    """Wording of options is from knowledge; what parents are taught was verified (§2)."""
    marks = {name: code_lists()[name].mark for name in lists_of("child_codes.toml")}
    assert {name for name, mark in marks.items() if mark == "V"} == {"child_tcm_guidance"}
    assert set(marks.values()) == {"K", "V"}
