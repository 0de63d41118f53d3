"""The sheets of pregnancy and after (norms-other-groups §5): the blanks of the overview, and their options."""

import pytest

from tests.domain.codes.tables import lists_of, lists_used_in, written
from tests.domain.form_files import code_lists, form

FORMS = ("antenatal_visit", "postnatal_visit", "postnatal_42_days")


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("maternal_assessment", "1未见异常 2异常"),
        ("maternal_result", "1未见异常 2异常 0没有查"),
        ("blood_group", "1A型 2B型 3O型 4AB型 5不详"),
        ("negative_or_positive", "1阴性 2阳性 0没有查"),
        (
            "maternal_guidance",
            "life生活方式 food营养 mind心理 screening产前筛查和诊断 self_watch自我监护 delivery分娩准备 feeding母乳喂养",
        ),
        (
            "postnatal_guidance",
            "hygiene个人卫生 mind心理 food营养 feeding母乳喂养 newborn_care新生儿护理 contraception避孕",
        ),
        ("postnatal_recovery", "1已恢复 2未恢复"),
    ],
)
def test_options(name, expected):
    assert written(name) == expected
    assert code_lists()[name].mark == "K"


@pytest.mark.parametrize("name", ["maternal_result", "negative_or_positive"])
def test_what_was_not_done_prints_nothing(name):
    assert [one.sheet_code for one in code_lists()[name].options if one.code == "0"] == [""]


def test_every_list_is_used():
    assert lists_of("maternal_codes.toml") <= set().union(*(lists_used_in(code) for code in FORMS))


def test_the_blanks_of_the_overview():
    """§5 fields, overview [K]."""
    antenatal = {field.key for field in form("antenatal_visit").fields}
    assert {
        "gestation_weeks", "pregnancies", "deliveries", "last_menstruation_on", "expected_delivery_on",
        "past_history", "family_history", "gynaecological_history", "obstetric_history", "height_cm", "weight_kg",
        "bmi", "systolic_mmhg", "diastolic_mmhg", "heart_and_lungs", "gynaecological_exam", "blood_routine",
        "urine_routine", "blood_group", "liver_function", "kidney_function", "hepatitis_b", "syphilis", "hiv",
        "assessment", "guidance", "referral_reason", "next_due_on", "fundal_height_cm", "abdomen_cm",
        "foetal_position", "foetal_heart_per_minute", "haemoglobin_g_per_l", "urine_protein",
    } <= antenatal  # fmt: skip
    after = {field.key for field in form("postnatal_visit").fields}
    assert {"temperature_c", "systolic_mmhg", "breasts", "lochia", "womb", "wound", "mind"} <= after


@pytest.mark.parametrize(
    ("code", "modes"),
    [
        ("antenatal_visit", {"clinic", "home"}),
        ("postnatal_visit", {"home"}),
        ("postnatal_42_days", {"clinic"}),
    ],
)
def test_where_it_is_done_and_what_it_proves(code, modes):
    """§5: the postnatal visit is at home, the 42 days in the clinic."""
    assert set(form(code).modes) == set(form(code).counted_modes) == modes
    assert form(code).proves == (code,)
