"""严重精神障碍: every option of norms-other-groups §3.1, §3.3 and §3.4, and every blank of the two sheets."""

import pytest

from tests.domain.codes.tables import lists_of, lists_used_in, written, written_in
from tests.domain.form_files import code_lists, form
from village_doctor.domain.clinical.mental_disorder import WORST_FIRST
from village_doctor.domain.forms import RequiredWhen

FOLLOW_UP = "mental_disorder_follow_up"
SUPPLEMENT = "mental_disorder_supplement"
SYMPTOMS = "1幻觉 2交流困难 3猜疑 4喜怒无常 5行为怪异 6兴奋话多 7伤人毁物 8悲观厌世 9无故外走 10自语自笑 11孤僻懒散 12其他"
GOOD_FAIR_WORSE = "1良好 2一般 3较差"


@pytest.mark.parametrize(
    ("form_code", "field", "options"),
    [
        (FOLLOW_UP, "lost_reason", "1外出打工 2迁居他处 3走失 4连续3次未到访 5其他"),
        (FOLLOW_UP, "death_cause", "1躯体疾病 2自杀 3他杀 4意外 5精神疾病相关并发症 6其他"),
        (
            FOLLOW_UP,
            "physical_death_cause",
            "1传染病和寄生虫病 2肿瘤 3心脏病 4脑血管病 5呼吸系统疾病 6消化系统疾病 7其他疾病 8不详",
        ),
        (FOLLOW_UP, "symptoms", f"0没有症状 {SYMPTOMS}"),
        (FOLLOW_UP, "insight", "1自知力完全 2自知力不全 3自知力缺失"),
        (FOLLOW_UP, "sleep", GOOD_FAIR_WORSE),
        (FOLLOW_UP, "diet", GOOD_FAIR_WORSE),
        (FOLLOW_UP, "personal_life", GOOD_FAIR_WORSE),
        (FOLLOW_UP, "housework", GOOD_FAIR_WORSE),
        (FOLLOW_UP, "work", f"{GOOD_FAIR_WORSE} 9此项不适用"),
        (FOLLOW_UP, "learning", GOOD_FAIR_WORSE),
        (FOLLOW_UP, "social_contact", GOOD_FAIR_WORSE),
        (FOLLOW_UP, "locked_up", "1无关锁 2关锁 3关锁已解除"),
        (FOLLOW_UP, "hospital_stay", "0未住院 1目前正在住院 2曾住院，现未住院"),
        (FOLLOW_UP, "laboratory_checks", "1无 2有"),
        (FOLLOW_UP, "adherence", "1按医嘱规律用药 2间断用药 3不用药 4医嘱勿需用药"),
        (FOLLOW_UP, "adverse_reaction", "1无 2有 9此项不适用"),
        (FOLLOW_UP, "treatment_effect", "1痊愈 2好转 3无变化 4加重 9此项不适用"),
        (FOLLOW_UP, "rehabilitation", "1生活劳动能力 2职业训练 3学习能力 4社会交往 5其他"),
        (SUPPLEMENT, "town_or_country", "1城镇 2农村"),
        (SUPPLEMENT, "consent_to_management", "1同意参加管理 0不同意参加管理"),
        (SUPPLEMENT, "past_symptoms", f"0没有症状 {SYMPTOMS}"),
        (SUPPLEMENT, "past_locked_up", "1无关锁 2关锁 3关锁已解除"),
        (SUPPLEMENT, "last_treatment_effect", "1痊愈 2好转 3无变化 4加重 9此项不适用"),
        (SUPPLEMENT, "poor_or_not", "1贫困 2非贫困"),
    ],
)
def test_the_options_of_a_blank(form_code, field, options):
    assert written_in(form_code, field) == options


@pytest.mark.parametrize(
    ("name", "printed"),
    [
        ("mental_disorder_visit_mode", "1门诊 2家庭访视 3电话"),
        ("mental_disorder_class", "1不稳定 2基本稳定 3稳定"),
        ("is_referred", "1否 2是"),
        ("day_or_month", "日每日 月每月"),
        (
            "physical_death_cause",
            "①传染病和寄生虫病 ②肿瘤 ③心脏病 ④脑血管病 ⑤呼吸系统疾病 ⑥消化系统疾病 ⑦其他疾病 ⑧不详",
        ),
    ],
)
def test_what_the_sheet_prints(name, printed):
    options = code_lists()[name].options
    assert " ".join(f"{option.sheet_code}{option.label}" for option in options) == printed


def test_the_levels_of_danger():
    """§3.1: what each level is told by."""
    levels = {option.code: option.label for option in code_lists()["danger_level"].options}
    assert list(levels) == ["0", "1", "2", "3", "4", "5"]
    for level, words in {
        "0": ["没有"],
        "1": ["口头威胁", "喊叫", "没有打砸"],
        "2": ["打砸", "只在家里", "只对东西", "劝得住"],
        "3": ["明显打砸", "不分场合", "只对东西", "劝不住"],
        "4": ["不停打砸", "对东西或人", "劝不住", "自伤、自杀"],
        "5": ["管制刀具", "放火", "爆炸"],
    }.items():
        assert all(word in levels[level] for word in words), level


def test_dangerous_acts_are_counted_or_none():
    assert written("dangerous_acts").split(" ") == [
        "none无",
        "minor_trouble轻度滋事",
        "trouble肇事",
        "grave_trouble肇祸",
        "other_harm其他危害行为",
        "self_harm自伤",
        "attempted_suicide自杀未遂",
    ]
    for code in (FOLLOW_UP, SUPPLEMENT):
        for act in code_lists()["dangerous_acts"].codes[1:]:
            times = form(code).field(f"{act}_times")
            assert times is not None
            assert times.required_when == RequiredWhen(field="dangerous_acts", values=(act,))


def test_every_symptom_is_one_of_the_common_list():
    symptoms = code_lists()["symptoms"].codes
    concepts = [option.concept for option in code_lists()["mental_symptoms"].options]
    assert set(concepts) <= set(symptoms)
    assert (concepts[0], concepts[-1]) == ("no_symptoms", "other")


def test_the_classes_of_the_sheet_are_those_of_the_rule():
    assert code_lists()["mental_disorder_class"].codes == WORST_FIRST


def test_every_list_is_used():
    used = lists_used_in(FOLLOW_UP) | lists_used_in(SUPPLEMENT)
    assert lists_of("mental_disorder_codes.toml") <= used


# §3.3 and §3.4, blank by blank
BLANKS = {
    FOLLOW_UP: (
        "随访日期 本次随访形式 失访原因 死亡日期 死亡原因 死于哪种躯体疾病 危险性评估 危险行为 轻度滋事次数 肇事次数 肇祸次数 "
        "其他危害行为次数 自伤次数 自杀未遂次数 目前症状 其他症状 自知力 睡眠情况 饮食情况 个人生活料理 家务劳动 生产劳动及工作 "
        "学习能力 社会人际交往 关锁情况 住院情况 末次出院时间 实验室检查 查了什么，结果怎样 用药依从性 药物不良反应 什么不良反应 "
        "治疗效果 药物 用药指导 康复措施 其他康复措施 本次随访分类 是否转诊 转诊原因 转诊机构 转诊科室 下次随访日期 随访医生签名 "
        "患者（家属）签名"
    ),
    SUPPLEMENT: (
        "监护人姓名 与患者关系 监护人住址 监护人电话 辖区村（居）委会联系人 辖区村（居）委会电话 户别 就业情况 经济状况 知情同意 "
        "知情同意签字 签字时间 初次发病时间 既往主要症状 其他既往症状 既往关锁情况 既往门诊治疗 首次抗精神病药治疗时间 "
        "曾住精神专科医院次数 目前诊断 确诊医院 确诊日期 最近一次治疗效果 危险行为 轻度滋事次数 肇事次数 肇祸次数 其他危害行为次数 "
        "自伤次数 自杀未遂次数 专科医生意见 填表日期 医生签字"
    ),
}


@pytest.mark.parametrize("code", BLANKS)
def test_every_blank_of_the_sheet(code):
    assert sorted(item.label for item in form(code).fields if item.on_paper) == sorted(BLANKS[code].split())


def test_what_the_class_needs_beside_the_sheet_is_marked_as_ours():
    ours = {item.key: item.mark for item in form(FOLLOW_UP).fields if not item.on_paper}
    assert ours == dict.fromkeys(
        (
            "visit_result",
            "has_clear_symptoms",
            "symptoms_mostly_gone",
            "physical_disease",
            "is_reaction_severe",
        ),
        "D",
    )


# Symptoms, danger, adherence, reactions, being locked up, hospital stays: never taken over from the visit before.
ASKED = (
    "visit_result danger_level dangerous_acts symptoms has_clear_symptoms symptoms_mostly_gone insight adherence "
    "adverse_reaction is_reaction_severe locked_up hospital_stay physical_disease personal_life"
)


def test_what_tells_her_state_is_asked_every_time():
    classes = {item.key: item.field_class for item in form(FOLLOW_UP).fields}
    assert {classes[key] for key in ASKED.split()} == {"ask"}


@pytest.mark.parametrize("code", [FOLLOW_UP, SUPPLEMENT])
def test_the_sheets_are_behind_a_permission_of_their_own(code):
    assert form(code).group == "10"
    assert form(code).diseases == ("mental_disorder",)


def test_what_the_sheets_are_for():
    sheet, supplement = form(FOLLOW_UP), form(SUPPLEMENT)
    assert (sheet.purpose, sheet.rules, sheet.proves) == (
        "follow_up",
        ("mental_disorder",),
        ("follow_up:mental_disorder",),
    )
    assert (sheet.modes, sheet.counted_modes) == (
        {"clinic": "1", "home": "2", "phone": "3"},
        ("clinic", "home"),
    )
    assert (supplement.purpose, supplement.rules, supplement.proves) == ("record", (), ())
