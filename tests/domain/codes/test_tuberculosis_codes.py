"""肺结核: every option of norms-other-groups §4.1 and §4.2, and every blank of the sheets."""

import pytest

from tests.domain.codes.tables import lists_of, lists_used_in, written, written_in
from tests.domain.form_files import code_lists, data, form

FIRST, FOLLOW_UP, CLOSING = "tuberculosis_first_visit", "tuberculosis_follow_up", "tuberculosis_closing"
COMMON = "0没有症状 1咳嗽咳痰 2低热盗汗 3咯血或血痰 4胸痛消瘦 5恶心纳差"
SUPERVISORS = "1医生 2家属 3自服药 4其他"
DOSAGE_FORMS = "1固定剂量复合制剂 2散装药 3板式组合药 4注射剂"
LESSONS = (
    "服药记录卡的填写 服药方法及药品存放 治疗疗程 不规律服药危害 服药后不良反应及处理 治疗期间复诊查痰 外出期间如何坚持服药 "
    "生活习惯及注意事项 密切接触者检查"
)


@pytest.mark.parametrize(
    ("form_code", "field", "options"),
    [
        (FIRST, "patient_type", "1初治 2复治"),
        (FIRST, "sputum", "1阳性 2阴性 3未查痰"),
        (FIRST, "drug_resistance", "1耐药 2非耐药 3未检测"),
        (
            FIRST,
            "symptoms",
            f"{COMMON} 6头痛失眠 7视物模糊 8皮肤瘙痒、皮疹 9耳鸣、听力下降 other其他",
        ),
        (FIRST, "usage", "1每日 2间歇"),
        (FIRST, "dosage_form", DOSAGE_FORMS),
        (FIRST, "supervisor", SUPERVISORS),
        (FIRST, "own_room", "1有 2无"),
        (FIRST, "airing", "1良好 2一般 3差"),
        (FIRST, "knows_record_card", "1掌握 2未掌握"),
        (
            FOLLOW_UP,
            "symptoms",
            f"{COMMON} 6关节疼痛 7头痛失眠 8视物模糊 9皮肤瘙痒、皮疹 10耳鸣、听力下降 11其他",
        ),
        (FOLLOW_UP, "supervisor", SUPERVISORS),
        (FOLLOW_UP, "usage", "1每日 2间歇"),
        (FOLLOW_UP, "dosage_form", DOSAGE_FORMS),
        (FOLLOW_UP, "adverse_reaction", "1无 2有"),
        (FOLLOW_UP, "complication", "1无 2有"),
        (CLOSING, "stop_reason", "1完成疗程 2死亡 3丢失 4转入耐多药治疗"),
    ],
)
def test_the_options_of_a_blank(form_code, field, options):
    assert written_in(form_code, field) == options


def test_the_order_that_was_not_verified_says_so():
    """§4.2: the order of 6–10 is known, not verified."""
    marks = {
        option["code"]: option.get("mark", "V")
        for option in data("codes/tuberculosis_codes.toml")["lists"]["tuberculosis_symptoms"]["options"]
    }
    assert {code for code, mark in marks.items() if mark == "K"} == {"6", "7", "8", "9", "10"}


def test_the_modes_of_the_sheets():
    assert form(FIRST).modes == {"clinic": "1", "home": "2"}
    assert form(FOLLOW_UP).modes == {"clinic": "1", "home": "2", "phone": "3"}


def test_nine_lessons_each_mastered_or_not():
    lessons = [item for item in form(FIRST).fields if item.key.startswith("knows_")]
    assert [item.label for item in lessons] == LESSONS.split()
    assert {item.options for item in lessons} == {code_lists()["mastered"]}


@pytest.mark.parametrize("name", ["tuberculosis_first_visit_symptoms", "tuberculosis_symptoms"])
def test_every_symptom_is_one_of_the_common_list(name):
    assert {option.concept for option in code_lists()[name].options} <= set(code_lists()["symptoms"].codes)


def test_the_same_symptom_has_another_number_on_each_sheet():
    first, later = code_lists()["tuberculosis_first_visit_symptoms"], code_lists()["tuberculosis_symptoms"]
    for concept, numbers in {
        "blurred_sight": ("7", "8"),
        "ringing_ears_or_hearing_loss": ("9", "10"),
    }.items():
        found = first.option_of(concept), later.option_of(concept)
        assert tuple(option and option.code for option in found) == numbers


def test_every_list_is_used():
    used = lists_used_in(FIRST) | lists_used_in(FOLLOW_UP) | lists_used_in(CLOSING)
    assert lists_of("tuberculosis_codes.toml") <= used
    assert written("tuberculosis_result") == "regular规则服药 irregular不规则服药"


BLANKS = {
    FIRST: (
        "随访时间 随访方式 患者类型 痰菌情况 耐药情况 症状及体征 其他症状 化疗方案 用法 药品剂型 督导人员选择 单独的居室 通风情况 "
        f"吸烟 目标吸烟 饮酒 目标饮酒 取药地点 取药时间 {LESSONS} 下次随访时间 评估医生签名"
    ),
    FOLLOW_UP: (
        "随访时间 治疗月序 督导人员 随访方式 症状及体征 其他症状 吸烟 目标吸烟 饮酒 目标饮酒 化疗方案 用法 药品剂型 漏服药次数 "
        "药物不良反应 什么不良反应 并发症或合并症 什么并发症或合并症 转诊科别 转诊原因 2周内随访结果 处理意见 下次随访时间 随访医生签名"
    ),
    CLOSING: (
        "出现停止治疗时间 停止治疗原因 应访视患者次数 实际访视次数 应服药次数 实际服药次数 服药率 评估医生签名"
    ),
}


@pytest.mark.parametrize("code", BLANKS)
def test_every_blank_of_the_sheet(code):
    assert sorted(item.label for item in form(code).fields if item.on_paper) == sorted(BLANKS[code].split())


@pytest.mark.parametrize(
    ("code", "keys"),
    [
        (FIRST, "emergency_sign symptoms has_jaundice supervisor knows_record_card"),
        (
            FOLLOW_UP,
            "emergency_sign symptoms has_jaundice missed_doses adverse_reaction complication is_leaving treatment_month",
        ),
        (CLOSING, "stopped_on stop_reason doses_due doses_taken visits_due visits_done"),
    ],
)
def test_nothing_that_tells_her_state_is_taken_over_from_the_visit_before(code, keys):
    classes = {item.key: item.field_class for item in form(code).fields}
    assert {classes[key] for key in keys.split()} == {"ask"}


@pytest.mark.parametrize(
    ("code", "purpose", "proves", "counted"),
    [
        (FIRST, "first_visit", "tuberculosis:first_visit", ("clinic", "home")),
        (FOLLOW_UP, "follow_up", "follow_up:tuberculosis", ("clinic", "home", "phone")),
        (CLOSING, "closing", "tuberculosis:closing", ("clinic", "home", "phone")),
    ],
)
def test_what_the_sheets_are_for(code, purpose, proves, counted):
    sheet = form(code)
    assert (sheet.purpose, sheet.proves, sheet.counted_modes) == (purpose, (proves,), counted)
    assert (sheet.group, sheet.diseases) == ("09", ("tuberculosis",))
