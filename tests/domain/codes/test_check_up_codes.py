"""健康体检表 (health-record.md §7): every group and every code, as the reference has them."""

import pytest

from tests.domain.codes.tables import lists_of, lists_used_in, written, written_in
from tests.domain.form_files import code_lists, example, field_of, form, limits, options_of, section_of
from village_doctor.domain.form_checking import check_answers
from village_doctor.domain.problems import Problem

CHECK_UP = form("check_up")

# §7 by field.
CODES = {
    "symptoms": (
        "01无症状 02头痛 03头晕 04心悸 05胸闷 06胸痛 07慢性咳嗽 08咳痰 09呼吸困难 10多饮 11多尿 12体重下降 13乏力 14关节肿痛 "
        "15视力模糊 16手脚麻木 17尿急 18尿痛 19便秘 20腹泻 21恶心呕吐 22眼花 23耳鸣 24乳房胀痛 25其他"
    ),
    "exercise_frequency": "1每天 2每周一次以上 3偶尔 4不锻炼",
    "diet_habits": "1荤素均衡 2荤食为主 3素食为主 4嗜盐 5嗜油 6嗜糖",
    "smoking_status": "1从不吸烟 2已戒烟 3吸烟",
    "drinking_frequency": "1从不 2偶尔 3经常 4每天",
    "drinking_stopped": "1未戒酒 2已戒酒",
    "drunk_last_year": "1是 2否",
    "drink_kinds": "1白酒 2啤酒 3红酒 4黄酒 5其他",
    "occupational_exposure": "1无 2有",
    "poisons.protection": "1无 2有",
    "lips": "1红润 2苍白 3发绀 4皲裂 5疱疹",
    "teeth": "1正常 2缺齿 3龋齿 4义齿",
    "throat": "1无充血 2充血 3淋巴滤泡增生",
    "hearing": "1听见 2听不清或无法听见",
    "movement": "1可顺利完成 2无法独立完成",
    "skin": "1正常 2潮红 3苍白 4发绀 5黄染 6色素沉着 7其他",
    "sclera": "1正常 2黄染 3充血 4其他",
    "lymph_nodes": "1未触及 2锁骨上 3腋窝 4其他",
    "barrel_chest": "1否 2是",
    "breath_sounds": "1正常 2异常",
    "rales": "1无 2干罗音 3湿罗音 4其他",
    "heart_rhythm": "1齐 2不齐 3绝对不齐",
    "heart_murmur": "1无 2有",
    "abdomen_tenderness": "1无 2有",
    "abdomen_mass": "1无 2有",
    "liver_enlarged": "1无 2有",
    "spleen_enlarged": "1无 2有",
    "shifting_dullness": "1无 2有",
    "leg_oedema": "1无 2单侧 3双侧不对称 4双侧对称",
    "dorsalis_pedis": "1未触及 2触及双侧对称 3触及左侧弱或消失 4触及右侧弱或消失",
    "ecg": "1正常 2异常",
    "stool_blood": "1阴性 2阳性",
    "hepatitis_b_antigen": "1阴性 2阳性",
    "chest_x_ray": "1正常 2异常",
    "chest_dr": "1正常 2异常",
    "abdomen_ultrasound": "1正常 2异常",
    "other_ultrasound": "1正常 2异常",
    "cervical_smear": "1正常 2异常",
    "cerebrovascular_disease": "1未发现 2缺血性卒中 3脑出血 4蛛网膜下腔出血 5短暂性脑缺血发作 6其他",
    "kidney_disease": "1未发现 2糖尿病肾病 3肾功能衰竭 4急性肾炎 5慢性肾炎 6其他",
    "heart_disease": "1未发现 2心肌梗死 3心绞痛 4冠状动脉血运重建 5充血性心力衰竭 6心前区疼痛 7其他",
    "vascular_disease": "1未发现 2夹层动脉瘤 3动脉闭塞性疾病 4其他",
    "eye_disease": "1未发现 2视网膜出血或渗出 3视乳头水肿 4白内障 5其他",
    "nervous_disease": "1未发现 2有",
    "other_disease": "1未发现 2有",
    "medicines.adherence": "1规律 2间断 3不服药",
    "health_evaluation": "1体检无异常 2有异常",
    "health_guidance": "1纳入慢性病患者健康管理 2建议复查 3建议转诊",
    "risk_control": "1戒烟 2健康饮酒 3饮食 4锻炼 5减体重 6建议接种疫苗 7其他",
    # norms-other-groups §1.1
    "self_rated_health": "1满意 2基本满意 3说不清楚 4不太满意 5不满意",
    "self_care_grade": "1可自理 2轻度依赖 3中度依赖 4不能自理",
    "cognition": "1粗筛阴性 2粗筛阳性",
    "mood": "1粗筛阴性 2粗筛阳性",
}


@pytest.mark.parametrize("field", CODES)
def test_the_codes_of_a_field(field):
    assert written_in("check_up", field) == CODES[field]


def test_no_field_with_options_is_left_out():
    every = {item.key for item in CHECK_UP.fields if item.options is not None}
    columns = {
        f"{item.key}.{one.key}" for item in CHECK_UP.fields for one in item.columns if one.options is not None
    }
    assert every | columns == set(CODES)


def test_every_list_of_the_file_is_on_the_sheet_but_for_the_hint():
    assert lists_of("check_up_codes.toml") - lists_used_in("check_up") == {"one_liang_of_spirits"}


def test_two_lists_of_the_foot_pulse():
    """§7: the codes here differ from those of the diabetes follow-up."""
    assert written_in("diabetes_follow_up", "dorsalis_pedis") == "1触及正常 2减弱 3消失"


def test_what_one_liang_of_spirits_is_on_this_sheet():
    """norms-hypertension: 1两白酒 = 葡萄酒4两 = 黄酒半斤 = 啤酒1瓶 = 果酒4两; the follow-up sheets count otherwise."""
    assert [option.label for option in code_lists()["one_liang_of_spirits"].options] == [
        "葡萄酒 4 两",
        "黄酒半斤",
        "啤酒 1 瓶",
        "果酒 4 两",
    ]
    assert written("drink_kind") == CODES["drink_kinds"]


@pytest.mark.parametrize(
    "field", ["symptoms", "teeth", "lymph_nodes", "rales", "cerebrovascular_disease", "eye_disease"]
)
def test_nothing_found_excludes_the_rest(field):
    assert field_of(CHECK_UP, field).exclusive == (options_of(CHECK_UP, field).codes[0],)


def test_every_symptom_is_a_known_one():
    symptoms = code_lists()["symptoms"]
    assert all(one.concept in symptoms.codes for one in options_of(CHECK_UP, "symptoms").options)


# --- the groups of §7 ---


@pytest.mark.parametrize(
    ("section", "fields"),
    [
        (
            "general",
            "temperature_c pulse_per_minute breaths_per_minute systolic_mmhg diastolic_mmhg height_cm weight_kg waist_cm",
        ),
        ("smoking", "smoking_per_day smoking_from_age smoking_until_age"),
        ("exercise", "exercise_minutes exercise_years exercise_way"),
        ("drinking", "drinking_liang_per_day drinking_until_age drinking_from_age"),
        ("occupation", "occupation_at_risk occupation_years poisons"),
        ("organs", "sight_left sight_right sight_left_corrected sight_right_corrected"),
        ("examination", "heart_rate_per_minute"),
        ("stays", "hospital_stays home_beds"),
        ("medicines", "medicines"),
        ("vaccinations", "vaccinations"),
        ("evaluation", "abnormal_1 abnormal_2 abnormal_3 abnormal_4"),
        ("guidance", "weight_goal_kg vaccine_advised"),
    ],
)
def test_the_blanks_of_a_group(section, fields):
    keys = {item.key for item in section_of(CHECK_UP, section).fields}
    assert set(fields.split()) <= keys


def test_what_is_measured_is_a_reading():
    measured = {item.key for item in CHECK_UP.fields if item.is_measured}
    assert measured == {
        *("temperature_c", "pulse_per_minute", "systolic_mmhg", "diastolic_mmhg", "height_cm", "weight_kg"),
        *("systolic_again_mmhg", "diastolic_again_mmhg", "waist_cm", "fasting_glucose_mmol", "hba1c_percent"),
    }
    assert {key: field_of(CHECK_UP, key).unit for key in measured} == {
        key: limit.unit for key, limit in limits().items() if key in measured
    }


def test_the_auxiliary_checks_are_never_required():
    """§7: all marked * on the sheet; the 2025 ones too (norms-other-groups §1)."""
    checks = section_of(CHECK_UP, "checks").fields
    assert not any(item.is_required for item in checks)
    assert {"chest_dr", "hba1c_percent"} <= {item.key for item in checks}


def test_readings_and_symptoms_are_asked_anew():
    for section in ("symptoms", "general", "elderly", "organs", "examination", "checks"):
        for item in section_of(CHECK_UP, section).fields:
            assert item.field_class in ("ask", None), item.key


# --- 65 and more (norms-other-groups §1.1) ---

ELDERLY = ("self_rated_health", "self_care_grade", "cognition", "mood")


def check(age=72, sex="2", left_out=(), **changes):
    """The filled example without these fields, then changed."""
    kept = {key: value for key, value in example("check_up").answers.items() if key not in left_out}
    return check_answers(CHECK_UP, {**kept, **changes}, "clinic", age=age, sex=sex)


@pytest.mark.parametrize(("age", "missing"), [(64, ()), (65, ELDERLY)])
def test_the_part_of_the_elderly_begins_with_65(age, missing):
    left_out = (*ELDERLY, "mmse_total", "chest_dr")
    assert check(age=age, left_out=left_out).missing == missing


@pytest.mark.parametrize("key", [*ELDERLY, "mmse_total", "chest_dr"])
def test_an_answer_for_the_elderly_is_refused_at_64(key):
    left_out = {*ELDERLY, "mmse_total", "chest_dr"} - ({key, "cognition"} if key == "mmse_total" else {key})
    with pytest.raises(Problem) as refused:
        check(age=64, left_out=left_out)
    assert refused.value.code == "form-contradiction"


@pytest.mark.parametrize(("screening", "total"), [("cognition", "mmse_total"), ("mood", "gds_total")])
def test_a_positive_screening_asks_for_the_total(screening, total):
    """§1.1: 粗筛阳性 → MMSE, GDS: the result and the score only, for the texts are not in the reference."""
    assert check(left_out=["mmse_total"], cognition="1").is_complete
    without = check(left_out=["mmse_total"], **{"cognition": "1", screening: "2"})
    assert without.missing == (total,)
    assert check(left_out=["mmse_total"], **{"cognition": "1", screening: "2", total: 0}).is_complete
    assert check(left_out=["mmse_total"], **{"cognition": "1", screening: "2", total: 30}).is_complete
    with pytest.raises(Problem):
        check(left_out=["mmse_total"], **{"cognition": "1", screening: "2", total: 31})


def test_the_smear_is_for_women():
    assert check(cervical_smear="1").answers["cervical_smear"] == "1"
    with pytest.raises(Problem):
        check(sex="1", cervical_smear="1")


# --- what depends on what ---


@pytest.mark.parametrize(
    ("answer", "missing"),
    [
        ({"exercise_frequency": "1"}, ("exercise_minutes", "exercise_years", "exercise_way")),
        ({"exercise_frequency": "3"}, ("exercise_minutes", "exercise_years", "exercise_way")),
        ({"exercise_frequency": "4"}, ()),
        ({"smoking_status": "1"}, ()),
        ({"smoking_status": "2"}, ("smoking_per_day", "smoking_from_age", "smoking_until_age")),
        ({"smoking_status": "3"}, ("smoking_per_day", "smoking_from_age")),
        ({"drinking_frequency": "1"}, ()),
        (
            {"drinking_frequency": "2"},
            (
                "drinking_liang_per_day",
                "drinking_stopped",
                "drinking_from_age",
                "drunk_last_year",
                "drink_kinds",
            ),
        ),
        ({"occupational_exposure": "1"}, ()),
        ({"occupational_exposure": "2"}, ("occupation_at_risk", "occupation_years", "poisons")),
        ({"health_evaluation": "1"}, ()),
        ({"health_evaluation": "2"}, ("abnormal_1",)),
        ({"risk_control": ["5"]}, ("weight_goal_kg",)),
        ({"risk_control": ["6", "7"]}, ("vaccine_advised", "risk_control_other")),
        ({"skin": "7"}, ("skin_other",)),
        ({"ecg": "2"}, ("ecg_text",)),
        ({"heart_disease": ["7"]}, ("heart_disease_other",)),
        ({"nervous_disease": "2"}, ("nervous_disease_text",)),
    ],
)
def test_what_an_answer_asks_for(answer, missing):
    dependent = [item.key for item in CHECK_UP.fields if item.required_when is not None]
    plain = {key: value for key, value in example("check_up").answers.items() if key not in dependent}
    nothing = {
        "symptoms": ["01"],
        "cognition": "1",
        "exercise_frequency": "4",
        "smoking_status": "1",
        "drinking_frequency": "1",
        "occupational_exposure": "1",
        "liver_enlarged": "1",
        "ecg": "1",
        "eye_disease": ["1"],
        "other_disease": "1",
        "health_evaluation": "1",
        "risk_control": [],
    }
    answers = {**plain, **nothing, "abnormal_2": None, **answer}
    assert check_answers(CHECK_UP, answers, "clinic", age=72, sex="2").missing == missing


def test_what_it_proves():
    """The grade of self-care stands here too, but its own sheet proves it."""
    assert CHECK_UP.proves == ("check_up", "health_assessment")
    assert CHECK_UP.counted_modes == ("clinic", "home")
    assert CHECK_UP.purpose == "check_up"
