"""The form format: the shipped forms are sound, and every mistake is refused with file, field and reason."""

from decimal import Decimal

import pytest

from tests.domain.form_files import RESOURCES, code_lists, data, form
from village_doctor.domain.code_lists import MARKS, parse_code_lists
from village_doctor.domain.decisions import (
    ADVERSE_REACTION,
    COMPLICATION,
    CONTROLLED,
    UNCONTROLLED,
)
from village_doctor.domain.form_formulas import FORMULAS
from village_doctor.domain.form_parsing import parse_form
from village_doctor.domain.forms import HEADERS, KEPT_IN, PURPOSES, RULES, SCOPES, SUBJECTS, TYPES, Paper
from village_doctor.domain.plausibility import MEASURES
from village_doctor.domain.problems import PROBLEM_TEXTS, Problem

BOTH = ["hypertension_follow_up", "diabetes_follow_up"]


@pytest.mark.parametrize("code", BOTH)
def test_the_shipped_forms_are_sound(code):
    found = form(code)
    assert (found.code, found.version, found.mark) == (code, 2, "V")
    assert found.modes == {"clinic": "1", "home": "2", "phone": "3"}
    disease = code.removesuffix("_follow_up")
    assert (found.diseases, found.rules, found.disease) == ((disease,), (disease,), disease)
    assert (found.proves, found.counted_modes) == ((f"follow_up:{disease}",), ("clinic", "home"))
    assert (found.purpose, found.subject, found.group, found.fills) == ("follow_up", "resident", None, ())
    assert not found.is_local
    assert found.paper == Paper(
        visits_per_sheet=4, layout="columns", orientation="portrait", header=("name", "record_number")
    )


# norms-hypertension §7 and norms-diabetes §6, field by field
SHEET = {
    "hypertension_follow_up": (
        "随访日期 随访方式 症状 收缩压 舒张压 体重 目标体重 体质指数 目标体质指数 心率 其他体征 日吸烟量 目标日吸烟量 "
        "日饮酒量 目标日饮酒量 每周运动次数 目标每周运动次数 每次运动时间 目标每次运动时间 摄盐情况 目标摄盐情况 心理调整 "
        "遵医行为 辅助检查 服药依从性 药物不良反应 什么不良反应 此次随访分类 药物 转诊原因 转诊机构及科别 下次随访日期 "
        "随访医生签名 其他症状"
    ),
    "diabetes_follow_up": (
        "随访日期 随访方式 症状 收缩压 舒张压 体重 目标体重 体质指数 目标体质指数 足背动脉搏动 足背动脉哪一侧 其他体征 "
        "日吸烟量 目标日吸烟量 日饮酒量 目标日饮酒量 每周运动次数 目标每周运动次数 每次运动时间 目标每次运动时间 主食 目标主食 "
        "心理调整 遵医行为 空腹血糖 糖化血红蛋白 糖化血红蛋白检查日期 其他检查 服药依从性 药物不良反应 什么不良反应 低血糖反应 "
        "此次随访分类 药物 胰岛素 转诊原因 转诊机构及科别 下次随访日期 随访医生签名 其他症状"
    ),
}


@pytest.mark.parametrize("code", BOTH)
def test_every_blank_of_the_national_sheet_is_there_and_no_other(code):
    assert {item.label for item in form(code).fields if item.on_paper} == set(SHEET[code].split())


@pytest.mark.parametrize(
    ("code", "own"),
    [
        (
            "hypertension_follow_up",
            (
                "emergency_sign emergency_signs emergency_signs_other has_fallen complication complication_text "
                "refer_reasons systolic_again_mmhg diastolic_again_mmhg height_cm reaction_hard_to_control"
            ),
        ),
        (
            "diabetes_follow_up",
            (
                "emergency_sign emergency_signs emergency_signs_other has_fallen complication complication_text "
                "systolic_again_mmhg diastolic_again_mmhg height_cm reaction_hard_to_control"
            ),
        ),
    ],
)
def test_what_the_rule_needs_beside_the_sheet_is_marked_as_ours(code, own):
    found = [item for item in form(code).fields if not item.on_paper]
    assert {item.key for item in found} == set(own.split())
    assert {item.mark for item in found} == {"D"}


CLASSES = {
    "ask": (
        "emergency_sign symptoms complication refer_reasons systolic_mmhg diastolic_mmhg weight_kg pulse_per_minute "
        "mental_adjustment compliance_behaviour adherence adverse_reaction reaction_hard_to_control "
        "low_glucose_reaction fasting_glucose_mmol hba1c_percent dorsalis_pedis"
    ),
    "confirm": (
        "smoking_per_day drinking_liang_per_day exercise_times_per_week exercise_minutes salt_intake staple_food_g "
        "medicines insulin"
    ),
    "carry": "height_cm weight_kg_target smoking_per_day_target salt_intake_target staple_food_g_target",
}


@pytest.mark.parametrize(("field_class", "keys"), CLASSES.items())
def test_classes(field_class, keys):
    for key in keys.split():
        found = [item for code in BOTH if (item := form(code).field(key)) is not None]
        assert found, key
        assert {item.field_class for item in found} == {field_class}, key


@pytest.mark.parametrize(
    ("code", "optional"),
    [
        (
            "hypertension_follow_up",
            (
                "emergency_signs emergency_signs_other symptoms_other has_fallen complication_text refer_reasons "
                "systolic_again_mmhg diastolic_again_mmhg weight_kg other_signs auxiliary_checks "
                "adverse_reaction_text reaction_hard_to_control"
            ),
        ),
        (
            "diabetes_follow_up",
            (
                "emergency_signs emergency_signs_other symptoms_other has_fallen complication_text systolic_again_mmhg "
                "diastolic_again_mmhg weight_kg dorsalis_pedis_side other_signs hba1c_percent hba1c_on "
                "auxiliary_checks adverse_reaction_text reaction_hard_to_control insulin"
            ),
        ),
    ],
)
def test_all_but_these_is_required(code, optional):
    asked = [item for item in form(code).fields if item.field_class in ("ask", "confirm")]
    assert {item.key for item in asked if not item.is_required} == set(optional.split())
    assert not [item.key for item in form(code).fields if item.field_class == "carry" and item.is_required]


@pytest.mark.parametrize("code", BOTH)
def test_measured_fields_are_named_after_their_measure(code):
    measured = {item.key for item in form(code).fields if item.is_measured}
    assert {"systolic_mmhg", "diastolic_mmhg", "weight_kg", "height_cm"} <= measured <= MEASURES


def test_a_target_is_the_second_blank_of_its_field():
    found = form("hypertension_follow_up")
    target = found.field("weight_kg_target")
    assert target is not None
    assert (target.target_of, target.label, target.type, target.places) == (
        "weight_kg",
        "目标体重",
        "decimal",
        1,
    )
    assert (target.is_measured, target.is_required, target.field_class) == (False, False, "carry")
    bmi_target = found.field("bmi_target")
    assert bmi_target is not None
    assert (bmi_target.type, bmi_target.formula) == ("decimal", None)


def test_the_sheet_codes_of_the_class_are_the_national_ones():
    printed = {option.code: option.sheet_code for option in code_lists()["control_result"].options}
    assert printed == {CONTROLLED: "1", UNCONTROLLED: "2", ADVERSE_REACTION: "3", COMPLICATION: "4"}


def test_hard_limits_are_exact_numbers():
    item = form("hypertension_follow_up").field("drinking_liang_per_day")
    assert item is not None
    assert (item.minimum, item.maximum, item.places) == (Decimal(0), Decimal(30), 1)


def test_field_and_section_by_key():
    found = form("diabetes_follow_up")
    assert found.field("nothing") is None
    assert found.section("nothing") is None
    section = found.section("lifestyle")
    assert section is not None
    assert section.can_be_confirmed
    symptoms = found.section("symptoms")
    assert symptoms is not None
    assert not symptoms.can_be_confirmed


# --- every mistake is refused ---


def small_form():
    """One field of each type, nothing wrong."""
    return {
        "code": "small",
        "version": 2,
        "title": "小表",
        "diseases": ["hypertension"],
        "rules": ["hypertension"],
        "source": "测试",
        "mark": "D",
        "modes": {"clinic": "1"},
        "paper": {"visits_per_sheet": 2},
        "sections": [
            {
                "key": "first",
                "title": "第一部分",
                "fields": [
                    {"key": "name", "label": "名字", "type": "text", "class": "ask", "max_length": 20},
                    {
                        "key": "count",
                        "label": "个数",
                        "type": "whole",
                        "class": "confirm",
                        "min": 0,
                        "max": 9,
                    },
                    {
                        "key": "part",
                        "label": "小数",
                        "type": "decimal",
                        "class": "ask",
                        "places": 1,
                        "max": "9.5",
                    },
                    {"key": "day", "label": "日子", "type": "date", "class": "ask", "required": False},
                    {"key": "tick", "label": "是否", "type": "yes_no", "class": "ask"},
                    {"key": "one", "label": "单选", "type": "one", "class": "ask", "options": "adherence"},
                    {
                        "key": "many",
                        "label": "多选",
                        "type": "many",
                        "class": "ask",
                        "options": "hypertension_symptoms",
                        "exclusive": ["1"],
                    },
                    {
                        "key": "other",
                        "label": "其他",
                        "type": "text",
                        "class": "ask",
                        "required_when": {"field": "many", "in": ["9", "10"]},
                    },
                ],
            },
            {
                "key": "second",
                "title": "第二部分",
                "fields": [
                    {
                        "key": "weight_kg",
                        "label": "体重",
                        "type": "decimal",
                        "places": 1,
                        "class": "ask",
                        "measured": True,
                        "target": {"label": "目标"},
                    },
                    {
                        "key": "height_cm",
                        "label": "身高",
                        "type": "decimal",
                        "places": 1,
                        "class": "carry",
                        "measured": True,
                    },
                    {"key": "bmi", "label": "体质指数", "type": "computed", "formula": "bmi", "places": 1},
                    {"key": "sign", "label": "签名", "type": "kept", "kept_in": "visit.staff_id"},
                    {
                        "key": "rows",
                        "label": "几行",
                        "type": "group",
                        "class": "confirm",
                        "max_rows": 2,
                        "fields": [
                            {"key": "name", "label": "名称", "type": "text"},
                            {"key": "times", "label": "次数", "type": "whole", "required": False},
                        ],
                    },
                ],
            },
        ],
    }


def fields_of(file):
    return {entry["key"]: entry for section in file["sections"] for entry in section["fields"]}


def test_the_small_form_is_sound():
    found = parse_form("forms/small.toml", small_form(), code_lists())
    assert (found.version, found.paper.visits_per_sheet, len(found.fields)) == (2, 2, 14)
    assert found.fields[0].mark == "D"


def test_what_the_file_does_not_say():
    file = small_form()
    del file["paper"]
    del fields_of(file)["name"]["max_length"]
    del fields_of(file)["rows"]["max_rows"]
    fields_of(file)["part"]["places"] = 3
    fields_of(file)["count"]["min"] = 9
    found = parse_form("small.toml", file, code_lists())
    by_key = {item.key: item for item in found.fields}
    assert found.paper.visits_per_sheet == 1
    assert (by_key["name"].max_length, by_key["rows"].max_rows, by_key["part"].places) == (200, 10, 3)
    assert by_key["name"].on_paper
    assert by_key["name"].is_answered
    assert not by_key["sign"].is_answered


def test_what_a_form_is_when_its_file_says_nothing_more():
    file = small_form()
    for key in ("diseases", "rules", "paper"):
        del file[key]
    found = parse_form("small.toml", file, code_lists())
    assert (found.diseases, found.disease, found.rules, found.proves, found.fills) == ((), "", (), (), ())
    assert (found.purpose, found.subject, found.scope, found.group) == (
        "follow_up",
        "resident",
        "national",
        None,
    )
    assert found.counted_modes == ("clinic",)
    assert found.paper == Paper(
        visits_per_sheet=1, layout="sheet", orientation="portrait", header=("name", "record_number")
    )


def test_everything_that_a_file_can_say():
    file = small_form()
    file.update(
        diseases=["hypertension", "diabetes"],
        rules=["hypertension", "diabetes"],
        purpose="check_up",
        scope="local",
        group="10",
        proves=["check_up", "service:home_bed"],
        modes={"clinic": "1", "home": "2"},
        counted_modes=["home"],
        fills=["one_sheet", "other_sheet"],
        paper={"visits_per_sheet": 3, "layout": "sheet", "orientation": "landscape", "header": ["age"]},
    )
    found = parse_form("small.toml", file, code_lists())
    assert (found.diseases, found.disease) == (("hypertension", "diabetes"), "hypertension")
    assert (found.rules, found.purpose, found.group) == (("hypertension", "diabetes"), "check_up", "10")
    assert found.is_local
    assert (found.proves, found.counted_modes) == (("check_up", "service:home_bed"), ("home",))
    assert found.fills == ("one_sheet", "other_sheet")
    assert found.paper == Paper(visits_per_sheet=3, layout="sheet", orientation="landscape", header=("age",))


def test_several_visits_on_a_sheet_stand_in_columns():
    assert parse_form("small.toml", small_form(), code_lists()).paper.layout == "columns"


def test_an_activity_needs_no_mode_and_a_visit_does():
    file = small_form()
    del file["modes"]
    found = parse_form("small.toml", {**file, "subject": "activity"}, code_lists())
    assert (found.modes, found.counted_modes) == ({}, ())
    with pytest.raises(Problem) as problem:
        parse_form("small.toml", file, code_lists())
    assert problem.value.values["detail"] == "modes"


@pytest.mark.parametrize(
    ("changes", "age", "fits"),
    [
        ({}, 0, True),
        ({}, None, True),
        ({"from_age": 65}, 64, False),
        ({"from_age": 65}, 65, True),
        ({"from_age": 65}, None, None),
        ({"until_age": 6}, 6, True),
        ({"until_age": 6}, 7, False),
        ({"until_age": 6}, None, None),
        ({"from_age": 3, "until_age": 6}, 2, False),
        ({"from_age": 3, "until_age": 6}, 3, True),
        ({"from_age": 3, "until_age": 3}, 4, False),
        ({"from_age": 0, "until_age": 0}, 0, True),
    ],
)
def test_a_field_for_people_of_some_age(changes, age, fits):
    file = small_form()
    fields_of(file)["name"].update(changes)
    item = parse_form("small.toml", file, code_lists()).field("name")
    assert item is not None
    assert item.fits_age(age) is fits


@pytest.mark.parametrize(
    ("of", "sex", "fits"),
    [(None, None, True), (None, "9", True), ("2", "2", True), ("2", "1", False), ("1", "1", True), ("2", None, None)],
)  # fmt: skip
def test_a_field_for_one_sex(of, sex, fits):
    file = small_form()
    if of is not None:
        fields_of(file)["name"]["sex"] = of
    item = parse_form("small.toml", file, code_lists()).field("name")
    assert item is not None
    assert item.fits_sex(sex) is fits


@pytest.mark.parametrize(
    ("ages", "months", "fits"),
    [
        (None, None, True),
        (None, 5, True),
        ((3, 6), 2, False),
        ((3, 6), 3, True),
        ((3, 6), 5, True),
        ((3, 6), 6, True),
        ((3, 6), 7, False),
        ((0, 0), 0, True),
        ((0, 0), None, False),
    ],
)
def test_a_form_for_the_childs_checks_of_some_age(ages, months, fits):
    file = {**small_form(), "purpose": "child_visit"}
    if ages is not None:
        file["from_months"], file["until_months"] = ages
    assert parse_form("small.toml", file, code_lists()).fits_months(months) is fits


@pytest.mark.parametrize(
    "names", [RULES, PURPOSES, SUBJECTS - {"resident"}, SCOPES - {"national"}, HEADERS, TYPES, FORMULAS]
)
def test_the_page_of_the_format_names_everything_there_is(names):
    page = (RESOURCES / "formats" / "form.md").read_text(encoding="utf-8")
    assert [name for name in sorted(names) if f"`{name}`" not in page] == []


def test_the_page_of_the_format_names_every_place_where_a_value_is_kept():
    page = (RESOURCES / "formats" / "form.md").read_text(encoding="utf-8")
    rows = {
        line.split("`")[1]: line for line in page.splitlines() if line.startswith("| `") and ".` " in line
    }
    told = {
        record + word
        for record, line in rows.items()
        for word in line.partition("|")[2].partition("|")[2].split("`")[1::2]
    }
    assert told == KEPT_IN


def top(**changes):
    return lambda file: file.update(changes)


def without(key):
    return lambda file: file.pop(key)


def section(**changes):
    return lambda file: file["sections"][0].update(changes)


def field(of, **changes):
    return lambda file: fields_of(file)[of].update(changes)


def field_without(key, name):
    return lambda file: fields_of(file)[key].pop(name)


def column(**changes):
    return lambda file: fields_of(file)["rows"]["fields"][1].update(changes)


def when(**condition):
    return field("other", required_when=condition)


MISTAKES = [
    pytest.param(top(colour="red"), "文件本身", "不认识这一项", "colour", id="unknown key at the top"),
    *[
        pytest.param(without(key), "文件本身", "缺少这一项", key, id=f"without {key}")
        for key in ("code", "version", "title", "source", "mark", "modes", "sections")
    ],
    pytest.param(top(code="other"), "文件本身", "文件名和表格代码", "other", id="code is not the file's name"),
    pytest.param(top(code="Small"), "文件本身", "小写英文字母", "Small", id="code in capitals"),
    pytest.param(top(version=0), "文件本身", "整数", "version", id="version 0"),
    pytest.param(top(version=True), "文件本身", "整数", "version", id="version is true"),
    pytest.param(top(version="1"), "文件本身", "整数", "version", id="version is text"),
    pytest.param(top(title="  "), "文件本身", "不能空着", "title", id="blank title"),
    pytest.param(top(title=3), "文件本身", "应该是文字", "title", id="title is a number"),
    pytest.param(top(rules=["gout"]), "文件本身", "没有这种写法", "gout", id="unknown rule"),
    pytest.param(top(rules=[]), "文件本身", "不重复的文字", "rules", id="no rule in the list"),
    pytest.param(top(rule="hypertension"), "文件本身", "不认识这一项", "rule", id="a single rule"),
    pytest.param(top(diseases="hypertension"), "文件本身", "应该是一列", "diseases", id="diseases are text"),
    pytest.param(top(diseases=["a", "a"]), "文件本身", "不重复的文字", "diseases", id="disease twice"),
    pytest.param(top(diseases=["Gout"]), "文件本身", "小写英文字母", "Gout", id="disease in capitals"),
    pytest.param(top(fills=["One Sheet"]), "文件本身", "小写英文字母", "One Sheet", id="sheet in capitals"),
    pytest.param(top(purpose="fun"), "文件本身", "没有这种写法", "purpose = fun", id="unknown purpose"),
    pytest.param(top(subject="dog"), "文件本身", "没有这种写法", "subject = dog", id="unknown subject"),
    pytest.param(top(scope="world"), "文件本身", "没有这种写法", "scope = world", id="unknown scope"),
    pytest.param(top(group="02"), "文件本身", "没有这种写法", "group = 02", id="group that is not protected"),
    pytest.param(top(proves=["happiness"]), "文件本身", "没有这种写法", "happiness", id="unknown proof"),
    pytest.param(top(from_months=0, until_months=12), "文件本身", "只有儿童的表", "purpose = follow_up", id="months of a follow-up"),
    pytest.param(
        top(purpose="child_visit", from_months=12, until_months=11), "文件本身", "until_months 不能比", "12, 11", id="no month of age"
    ),
    pytest.param(top(purpose="child_visit", until_months=12), "文件本身", "缺少这一项", "from_months", id="months from nowhere"),
    pytest.param(top(purpose="child_visit", from_months=3), "文件本身", "缺少这一项", "until_months", id="months without end"),
    pytest.param(
        top(purpose="child_visit", from_months=True, until_months=12), "文件本身", "0 或更大", "from_months", id="months are true"
    ),
    pytest.param(top(counted_modes=["home"]), "文件本身", "没有这种写法", "home", id="counted in a mode it has not"),
    pytest.param(top(paper={"layout": "round"}), "paper", "没有这种写法", "round", id="unknown layout"),
    pytest.param(top(paper={"orientation": "round"}), "paper", "没有这种写法", "round", id="unknown orientation"),
    pytest.param(top(paper={"header": ["mood"]}), "paper", "没有这种写法", "mood", id="unknown header"),
    pytest.param(top(paper={"header": []}), "paper", "不重复的文字", "header", id="empty header"),
    pytest.param(field("name", from_age=65, until_age=64), "first name", "最小值比最大值", "", id="ages the wrong way round"),
    pytest.param(field("name", from_age=-1), "first name", "0 或更大", "from_age", id="age below nothing"),
    pytest.param(field("name", until_age=True), "first name", "0 或更大", "until_age", id="age is true"),
    pytest.param(field("name", sex="9"), "first name", "没有这种写法", "sex = 9", id="unknown sex of a field"),
    pytest.param(
        field("many", merged_options=["hypertension_symptoms"], exclusive=["no_symptoms"]), "first many", "不认识这一项", "options", id="options and merged"
    ),
    pytest.param(top(mark="X"), "文件本身", "没有这种写法", "X", id="unknown mark"),
    pytest.param(top(modes={}), "modes", "至少要有一项", "", id="no mode"),
    pytest.param(top(modes={"pigeon": "1"}), "modes", "没有这种随访方式", "pigeon", id="unknown mode"),
    pytest.param(top(modes={"clinic": "1", "home": "1"}), "modes", "写了两次", "1, 1", id="mode code twice"),
    pytest.param(top(paper={"colour": "red"}), "paper", "不认识这一项", "colour", id="unknown key of paper"),
    pytest.param(top(sections=[]), "文件本身", "至少要有一项", "sections", id="no section"),
    pytest.param(top(sections="x"), "文件本身", "应该是一列", "sections", id="sections are text"),
    pytest.param(top(sections=["x"]), "1", "应该是一张表", "", id="a section is text"),
    pytest.param(section(colour="red"), "first", "不认识这一项", "colour", id="unknown key of a section"),
    pytest.param(section(key="second"), "second", "用了两次", "second", id="section key twice"),
    pytest.param(section(title=""), "first", "不能空着", "title", id="section without title"),
    pytest.param(section(fields=[]), "first", "至少要有一项", "fields", id="section without fields"),
    pytest.param(field("name", colour="red"), "first name", "不认识这一项", "colour", id="unknown key of a field"),
    pytest.param(field("name", places=1), "first name", "不认识这一项", "places", id="key of another type"),
    pytest.param(field_without("name", "label"), "first name", "缺少这一项", "label", id="missing label"),
    pytest.param(field("name", label=" "), "first name", "不能空着", "label", id="blank label"),
    pytest.param(field_without("name", "type"), "first name", "缺少这一项", "type", id="missing type"),
    pytest.param(field("name", type="colour"), "first name", "没有这种写法", "colour", id="unknown type"),
    pytest.param(field_without("name", "class"), "first name", "缺少这一项", "class", id="missing class"),
    pytest.param(field("name", **{"class": "guess"}), "first name", "没有这种写法", "guess", id="unknown class"),
    pytest.param(field("sign", **{"class": "ask"}), "second sign", "不认识这一项", "class", id="class of a kept field"),
    pytest.param(field("count", key="name"), "first name", "用了两次", "name", id="key twice"),
    pytest.param(field("count", key="weight_kg_target"), "second weight_kg", "用了两次", "target", id="key is a target"),
    pytest.param(field("name", key="Name"), "first Name", "小写英文字母", "Name", id="key in capitals"),
    pytest.param(field("name", mark="X"), "first name", "没有这种写法", "X", id="unknown mark of a field"),
    pytest.param(field("name", on_paper="no"), "first name", "true 或 false", "on_paper", id="on_paper is text"),
    pytest.param(field("name", max_length=0), "first name", "整数", "max_length", id="max_length 0"),
    pytest.param(field("count", min=10), "first count", "最小值比最大值", "", id="min over max"),
    pytest.param(field("count", max=9.5), "first count", "引号里", "max", id="a float"),
    pytest.param(field("count", max="很多"), "first count", "应该是数", "max", id="max is no number"),
    pytest.param(field("count", max=True), "first count", "应该是数", "max", id="max is true"),
    pytest.param(field_without("part", "places"), "first part", "缺少这一项", "places", id="decimal without places"),
    pytest.param(field("part", places=4), "first part", "小数位数", "4", id="too many places"),
    pytest.param(field("one", options="moods"), "first one", "没有这张选项表", "moods", id="unknown option list"),
    pytest.param(field_without("one", "options"), "first one", "缺少这一项", "options", id="choice without options"),
    pytest.param(field("one", exclusive=["1"]), "first one", "不认识这一项", "exclusive", id="exclusive of a single choice"),
    pytest.param(field("many", exclusive=["99"]), "first many", "不在选项表里", "99", id="exclusive option unknown"),
    pytest.param(field("many", exclusive=[]), "first many", "不重复的文字", "exclusive", id="exclusive empty"),
    pytest.param(field("many", exclusive=["1", "1"]), "first many", "不重复的文字", "exclusive", id="exclusive twice"),
    pytest.param(field("many", exclusive=[1]), "first many", "不重复的文字", "exclusive", id="exclusive is a number"),
    pytest.param(field("other", required=True), "first other", "不能和 required", "", id="required and required_when"),
    pytest.param(field("other", **{"class": "carry"}), "first other", "不能和 required", "", id="carry with required_when"),
    pytest.param(field("height_cm", required=True), "second height_cm", "不能是必填", "", id="carry required"),
    pytest.param(when(field="nothing", equals="1"), "first other", "不在表里", "nothing", id="required_when: no such field"),
    pytest.param(when(field="other", equals="1"), "first other", "不在表里", "other", id="required_when: itself"),
    pytest.param(when(field="name", equals="x"), "first other", "不是选择题", "name", id="required_when: a text field"),
    pytest.param(when(field="many", equals="99"), "first other", "不是那一项的选项", "99", id="required_when: no option"),
    pytest.param(when(field="many", equals=True), "first other", "不是那一项的选项", "True", id="required_when: true of many"),
    pytest.param(when(field="tick", equals="1"), "first other", "不是那一项的选项", "1", id="required_when: text of yes_no"),
    pytest.param(when(field="many"), "first other required_when", "缺少这一项", "equals", id="required_when: no value"),
    pytest.param(when(field="many", equals=3), "first other required_when", "应该是文字", "equals", id="required_when: number"),
    pytest.param(
        when(field="many", over="1", equals="1"),
        "first other required_when",
        "不认识这一项",
        "over",
        id="required_when: another comparison",
    ),
    pytest.param(
        when(field="many", equals="1", **{"in": ["2"]}),
        "first other required_when",
        "不认识这一项",
        "equals",
        id="required_when: two conditions",
    ),
    pytest.param(field("weight_kg", key="mass_kg"), "second mass_kg", "没有这种测量值", "mass_kg", id="unknown measure"),
    pytest.param(
        lambda file: (fields_of(file)["weight_kg"].update(type="whole"), fields_of(file)["weight_kg"].pop("places")),
        "second weight_kg",
        "类型不对",
        "weight_kg",
        id="measure of the wrong type",
    ),
    pytest.param(field("weight_kg", max=200), "second weight_kg", "plausibility.toml", "", id="measure with limits"),
    pytest.param(
        field("weight_kg", **{"class": "confirm"}), "second weight_kg", "只能现问", "weight_kg", id="measure confirmed"
    ),
    pytest.param(field("weight_kg", target={}), "second weight_kg target", "缺少这一项", "label", id="target without label"),
    pytest.param(field("name", target={"label": "目标"}), "first name", "没有目标值", "text", id="target of a text"),
    pytest.param(field("bmi", formula="age"), "second bmi", "没有这种写法", "age", id="unknown formula"),
    pytest.param(
        lambda file: file["sections"][1]["fields"].pop(1), "second bmi", "不在这张表里", "height_cm", id="formula without height"
    ),
    pytest.param(
        field("height_cm", measured=False), "second bmi", "不在这张表里", "height_cm", id="formula of what is not measured"
    ),
    pytest.param(field("sign", kept_in="visit.colour"), "second sign", "没有这种写法", "visit.colour", id="unknown kept_in"),
    pytest.param(field("sign", options="moods"), "second sign", "没有这张选项表", "moods", id="kept with unknown options"),
    pytest.param(field("rows", fields=[]), "second rows", "至少要有一项", "fields", id="group without columns"),
    pytest.param(column(key="name"), "second rows name", "用了两次", "name", id="column twice"),
    pytest.param(column(type="group"), "second rows times", "没有这种写法", "group", id="group in a group"),
    pytest.param(column(type="yes_no"), "second rows times", "没有这种写法", "yes_no", id="column type not allowed"),
    pytest.param(column(**{"class": "ask"}), "second rows times", "不认识这一项", "class", id="column with a class"),
    pytest.param(column(target={"label": "目标"}), "second rows times", "不认识这一项", "target", id="column with a target"),
    pytest.param(field("rows", max_rows=0), "second rows", "整数", "max_rows", id="no rows"),
]  # fmt: skip


@pytest.mark.parametrize(("change", "place", "reason", "detail"), MISTAKES)
def test_a_mistake_is_refused_with_file_field_and_reason(change, place, reason, detail):
    file = small_form()
    change(file)
    with pytest.raises(Problem) as problem:
        parse_form("small.toml", file, code_lists())
    values = problem.value.values
    assert (problem.value.code, values["file"], values["field"]) == ("form-file", "small.toml", place)
    assert reason in values["reason"]
    assert detail in values["detail"]
    assert "small.toml" in PROBLEM_TEXTS["form-file"].format(**values)


def test_a_measured_column_is_refused():
    file = small_form()
    fields_of(file)["rows"]["fields"][1].update(key="systolic_mmhg", measured=True)
    with pytest.raises(Problem) as problem:
        parse_form("small.toml", file, code_lists())
    assert "只能现问" in problem.value.values["reason"]


@pytest.mark.parametrize(
    ("change", "place", "reason"),
    [
        (lambda file: file.pop("version"), "文件本身", "缺少这一项"),
        (lambda file: file.update(colour="red"), "文件本身", "不认识这一项"),
        (lambda file: file["lists"]["side"].update(colour="red"), "lists side", "不认识这一项"),
        (lambda file: file["lists"]["side"].update(mark="X"), "lists side", "没有这种写法"),
        (lambda file: file["lists"]["side"].update(options=[]), "lists side", "至少要有一项"),
        (lambda file: file["lists"]["side"]["options"][0].pop("label"), "lists side both", "缺少这一项"),
        (lambda file: file["lists"]["side"]["options"][0].update(code="left"), "lists side left", "写了两次"),
        (
            lambda file: file["lists"]["side"]["options"][0].update(colour="red"),
            "lists side both",
            "不认识这一项",
        ),
        (
            lambda file: file["lists"]["side"]["options"][0].update(mark="X"),
            "lists side both",
            "没有这种写法",
        ),
    ],
)
def test_a_mistake_in_a_code_file_is_refused(change, place, reason):
    file = data("codes/follow_up_codes.toml")
    change(file)
    with pytest.raises(Problem) as problem:
        parse_code_lists("follow_up_codes.toml", file)
    assert (problem.value.code, problem.value.values["field"]) == ("data-file", place)
    assert reason in problem.value.values["reason"]


def test_every_code_list_names_source_and_mark():
    for found in code_lists().values():
        assert found.source
        assert found.mark in MARKS
