"""个人基本信息表 (health-record.md §3) and the service sheets (§5), consultations (contracts.md §3.1)."""

import pytest

from tests.domain.codes.tables import lists_of, lists_used_in, written, written_in
from tests.domain.form_files import form, options_of

RELATIVES = "1无 2高血压 3糖尿病 4冠心病 5慢性阻塞性肺疾病 6恶性肿瘤 7脑卒中 8严重精神障碍 9结核病 10肝炎 11先天畸形 12其他"
# §3 by field.
BASIC = {
    "sex": "0未知的性别 1男 2女 9未说明的性别",
    "registered_here": "1户籍 2非户籍",
    "blood_type": "1A型 2B型 3O型 4AB型 5不详",
    "rh": "1阴性 2阳性 3不详",
    "education": "1研究生 2大学本科 3大学专科和专科学校 4中等专业学校 5技工学校 6高中 7初中 8小学 9文盲或半文盲 10不详",
    "occupation": (
        "0国家机关、党群组织、企业、事业单位负责人 1专业技术人员 2办事人员和有关人员 3商业、服务业人员 "
        "4农、林、牧、渔、水利业生产人员 5生产、运输设备操作人员及有关人员 6军人 7不便分类的其他从业人员 8无职业"
    ),
    "marriage": "1未婚 2已婚 3丧偶 4离婚 5未说明的婚姻状况",
    "insurances": (
        "1城镇职工基本医疗保险 2城镇居民基本医疗保险 3新型农村合作医疗 4贫困救助 5商业医疗保险 6全公费 7全自费 8其他"
    ),
    "allergies": "1无 2青霉素 3磺胺 4链霉素 5其他",
    "exposures": "1无 2化学品 3毒物 4射线",
    "past_diseases.disease": (
        "1无 2高血压 3糖尿病 4冠心病 5慢性阻塞性肺疾病 6恶性肿瘤 7脑卒中 8严重精神障碍 9结核病 10肝炎 "
        "11其他法定传染病 12职业病 13其他"
    ),
    "operations": "1无 2有",
    "injuries": "1无 2有",
    "transfusions": "1无 2有",
    "father_diseases": RELATIVES,
    "mother_diseases": RELATIVES,
    "sibling_diseases": RELATIVES,
    "child_diseases": RELATIVES,
    "hereditary": "1无 2有",
    "disabilities": "1无残疾 2视力残疾 3听力残疾 4言语残疾 5肢体残疾 6智力残疾 7精神残疾 8其他残疾",
    "kitchen_exhaust": "1无 2油烟机 3换气扇 4烟囱",
    "fuel": "1液化气 2煤 3天然气 4沼气 5柴火 6其他",
    "water": "1自来水 2经净化过滤的水 3井水 4河湖水 5塘水 6其他",
    "toilet": "1卫生厕所 2一格或二格粪池式 3马桶 4露天粪坑 5简易棚厕",
    "livestock": "1无 2单设 3室内 4室外",
}


@pytest.mark.parametrize("field", BASIC)
def test_the_codes_of_the_basic_record(field):
    assert written_in("basic_record", field) == BASIC[field]


def test_nationality_and_relation_come_from_the_standards():
    """§6.4, §6.5."""
    assert options_of(form("basic_record"), "ethnicity").name == "nationality"
    assert options_of(form("basic_record"), "relation").name == "relation"


def test_what_the_records_hold_is_only_printed():
    """Kept once, with the person or the household; the rest is answered here."""
    kept = {item.key: item.kept_in for item in form("basic_record").fields if item.kept_in is not None}
    assert {key for key, place in kept.items() if place.startswith("resident.")} == {
        *(
            "name",
            "record_number",
            "sex",
            "birth_date",
            "id_card_number",
            "phone",
            "registered_here",
            "ethnicity",
        ),
        *("blood_type", "rh", "education", "occupation", "marriage", "insurances", "allergies", "exposures"),
        *("relation", "disabilities", "disability_card"),
    }
    assert {place for place in kept.values() if place.startswith("household.")} == {
        "household.kitchen_exhaust",
        "household.fuel",
        "household.water",
        "household.toilet",
        "household.livestock",
    }


def test_nothing_of_the_basic_record_is_asked_at_every_visit():
    """ "问过了，没变" is enough for all of it."""
    assert {item.field_class for item in form("basic_record").fields} == {"confirm", None}


@pytest.mark.parametrize(
    ("code", "labels"),
    [
        ("treatment", "就诊者的主观资料 就诊者的客观资料 评估 处置计划 医生签字 接诊日期"),
        (
            "education_activity",
            (
                "活动时间 活动地点 活动形式 活动主题 组织者 主讲人 接受健康教育人员类别 接受健康教育人数 健康教育资料发放种类及数量 "
                "活动内容 活动总结评价 存档材料请附后 填表人（签字） 负责人（签字） 填表时间"
            ),
        ),
        (
            "referral_out",
            "转入单位 转入科室 接诊医生 初步印象 主要现病史（转出原因） 主要既往史 治疗经过 转诊医生（签字） 联系电话",
        ),
        (
            "referral_back",
            (
                "病案号 转回单位 接诊医生 诊断结果 住院病案号 主要检查结果 治疗经过、下一步治疗方案及康复建议 "
                "转诊医生（签字） 联系电话 日期"
            ),
        ),
    ],
)
def test_the_blanks_of_a_sheet(code, labels):
    """§5.1–§5.4."""
    assert set(labels.split()) <= {item.label for item in form(code).fields}


def test_the_lists_of_the_sheets():
    assert written_in("education_activity", "archive") == (
        "written书面材料 pictures图片材料 printed印刷材料 audiovisual影音材料 sign_in签到表 other其他材料"
    )
    assert written("record_open") == "open开放 closed不开放"
    assert lists_of("record_codes.toml") == {"activity_archive", "record_open"}


def test_the_channel_and_the_kind_of_a_consultation():
    """contracts.md §3.1."""
    assert [option.label for option in options_of(form("consultation"), "channel").options] == [
        "面对面",
        "电话",
        "社交软件",
        "家庭医生服务信息系统",
    ]
    assert [option.label for option in options_of(form("consultation"), "kinds").options] == [
        "健康评估",
        "健康指导",
        "健康宣教",
        "疾病预防",
        "就诊指导",
        "心理疏导",
    ]
    assert lists_of("consultation_codes.toml") == lists_used_in("consultation")


@pytest.mark.parametrize(
    ("code", "purpose", "proves", "modes"),
    [
        ("basic_record", "record", ("health_record",), {"clinic", "home", "phone"}),
        ("treatment", "treatment", ("treatment",), {"clinic", "home"}),
        ("consultation", "consultation", ("consultation",), {"clinic", "home", "phone", "video", "message"}),
        ("education_activity", "activity", (), set()),
        ("referral_out", "referral", (), {"clinic", "home", "phone"}),
        ("referral_back", "referral", (), {"clinic", "home", "phone"}),
    ],
)
def test_what_a_sheet_is_for(code, purpose, proves, modes):
    sheet = form(code)
    assert (sheet.purpose, sheet.proves, set(sheet.modes)) == (purpose, proves, modes)
    assert set(sheet.counted_modes) == modes
    assert (sheet.subject == "activity") == (code == "education_activity")
    assert sheet.is_local == (code == "consultation")
