"""高血压、2型糖尿病: every option of norms-hypertension §3, §7 and norms-diabetes §2, §6."""

import pytest

from tests.domain.codes.tables import lists_of, lists_used_in, written_in
from tests.domain.form_files import code_lists, data, form
from village_doctor.domain.clinical.medicine_names import parse_low_glucose_medicines
from village_doctor.domain.problems import Problem

HYPERTENSION, DIABETES, BOTH = (
    "hypertension_follow_up",
    "diabetes_follow_up",
    "hypertension_diabetes_follow_up",
)
FINE = "1良好 2一般 3差"
SHARED = {
    "mental_adjustment": FINE,
    "compliance_behaviour": FINE,
    "adherence": "1规律 2间断 3不服药 0没开药",
    "adverse_reaction": "1无 2有",
    "complication": "none没有新的，原有的没加重 new出现新的并发症 worse原有并发症加重",
    "control_result": "controlled控制满意 uncontrolled控制不满意 adverse_reaction不良反应 complication并发症",
    "mode": "clinic门诊 home家庭 phone电话",
}
OF_HYPERTENSION = {
    "salt_intake": "1轻 2中 3重",
    "refer_reasons": (
        "sudden_onset起病急 severe_symptoms症状重 suspected_secondary疑似继发性 "
        "several_medicines_fail多种药物仍不能控制"
    ),
}
OF_DIABETES = {
    "dorsalis_pedis": "1触及正常 2减弱 3消失",
    "dorsalis_pedis_side": "both双侧 left左侧 right右侧",
    "low_glucose_reaction": "1无 2偶尔 3频繁",
}
BY_CODE = {
    HYPERTENSION: {
        "symptoms": (
            "1无症状 2头痛头晕 3恶心呕吐 4眼花耳鸣 5呼吸困难 6心悸胸闷 7鼻衄出血不止 8四肢发麻 9下肢水肿 10其他"
        ),
        "emergency_signs": (
            "E2意识改变 E3剧烈头痛或头晕 E4恶心呕吐 E5视力模糊 E6眼痛 E7心悸 E8胸闷 E9喘憋不能平卧 "
            "E10妊娠期或哺乳期，血压高于正常 E11有不能处理的其他疾病"
        ),
    },
    DIABETES: {
        "symptoms": "1无症状 2多饮 3多食 4多尿 5视力模糊 6感染 7手脚麻木 8下肢浮肿 9体重明显下降 10其他",
        "emergency_signs": (
            "E4意识或行为改变 E5呼气有烂苹果样丙酮味 E6心悸、出汗 E7食欲减退、恶心、呕吐 E8多饮、多尿、腹痛 "
            "E9有深大呼吸、皮肤潮红 E10持续性心动过速（心率超过 100 次/分） E11体温超过 39 ℃ "
            "E12其他突然的异常，如视力骤降 E13妊娠期或哺乳期，血糖高于正常 E14有不能处理的其他疾病"
        ),
    },
}
TABLE = [
    *((code, field, text) for code in (HYPERTENSION, DIABETES, BOTH) for field, text in SHARED.items()),
    *((code, field, text) for code in (HYPERTENSION, BOTH) for field, text in OF_HYPERTENSION.items()),
    *((code, field, text) for code in (DIABETES, BOTH) for field, text in OF_DIABETES.items()),
    *((code, field, text) for code, fields in BY_CODE.items() for field, text in fields.items()),
]


@pytest.mark.parametrize(("form_code", "field", "options"), TABLE)
def test_the_options_of_a_blank(form_code, field, options):
    assert written_in(form_code, field) == options


def test_the_numbers_of_the_emergency_are_measured_not_ticked():
    """E1 of hypertension and E1–E3 of diabetes are values."""
    assert "E1" not in code_lists()["hypertension_danger_signs"].codes
    assert not {"E1", "E2", "E3"} & set(code_lists()["diabetes_danger_signs"].codes)


@pytest.mark.parametrize(
    ("name", "code", "printed"),
    [
        ("adherence", "0", ""),
        ("control_result", "controlled", "1"),
        ("control_result", "uncontrolled", "2"),
        ("control_result", "adverse_reaction", "3"),
        ("control_result", "complication", "4"),
        ("visit_mode", "clinic", "1"),
        ("visit_mode", "home", "2"),
        ("visit_mode", "phone", "3"),
        ("salt_intake", "1", "轻"),
        ("side", "left", "左侧"),
        ("hypertension_symptoms", "2", "2"),
    ],
)
def test_what_the_paper_prints(name, code, printed):
    option = code_lists()[name].option(code)
    assert option is not None
    assert option.sheet_code == printed


@pytest.mark.parametrize(
    ("field", "first", "last"),
    [("symptoms", "no_symptoms", "other"), ("emergency_signs", "nausea_or_vomiting", "other")],
)
def test_the_sheet_for_both_offers_what_either_sheet_knows_each_once(field, first, last):
    found = form(BOTH).field(field)
    assert found is not None
    assert found.options is not None
    concepts = {
        option.concept
        for disease in ("hypertension", "diabetes")
        for option in code_lists()[
            f"{disease}_{'symptoms' if field == 'symptoms' else 'danger_signs'}"
        ].options
    }
    assert set(found.options.codes) == concepts
    assert (found.options.codes[0], found.options.codes[-1]) == (first, last)


def test_what_both_sheets_ask_is_asked_once_by_the_same_key():
    keys = [item.key for item in form(BOTH).fields]
    assert len(keys) == len(set(keys))
    singles = {item.key for code in (HYPERTENSION, DIABETES) for item in form(code).fields}
    assert set(keys) == singles


def test_the_sheet_for_both_decides_proves_and_fills_both():
    found = form(BOTH)
    assert found.diseases == found.rules == ("hypertension", "diabetes")
    assert found.proves == ("follow_up:hypertension", "follow_up:diabetes")
    assert found.fills == (HYPERTENSION, DIABETES)
    assert found.counted_modes == ("clinic", "home")
    assert not found.is_local


@pytest.mark.parametrize("code", [HYPERTENSION, DIABETES, BOTH])
def test_signs_are_named_only_when_the_doctor_says_yes(code):
    found = form(code).field("emergency_signs")
    assert found is not None
    assert found.required_when is not None
    assert (found.required_when.field, found.required_when.values) == ("emergency_sign", (True,))
    for key in ("systolic_again_mmhg", "diastolic_again_mmhg"):
        again = form(code).field(key)
        assert again is not None
        assert (again.is_measured, again.is_required, again.field_class, again.on_paper) == (
            True,
            False,
            "ask",
            False,
        )


def test_every_list_of_the_file_is_used_by_a_form():
    used = lists_used_in(HYPERTENSION) | lists_used_in(DIABETES)
    assert lists_of("follow_up_codes.toml") <= used


# --- names of medicines ---


def test_medicines_that_lower_the_glucose():
    """norms-diabetes §2: sulfonylureas, insulin, 消渴丸; the names are not verified and say so."""
    table = data("clinical/medicines.toml")
    names = parse_low_glucose_medicines("medicines.toml", table)
    assert {"格列本脲", "格列齐特", "格列吡嗪", "格列喹酮", "格列美脲", "消渴丸", "胰岛素"} <= set(names)
    assert table["low_glucose"]["mark"] == "K"


@pytest.mark.parametrize(
    ("change", "field", "detail"),
    [
        (lambda table: table["low_glucose"].pop("names"), "low_glucose", "names"),
        (lambda table: table["low_glucose"].update(mark="X"), "low_glucose", "mark = X"),
        (lambda table: table["low_glucose"].update(dose="5"), "low_glucose", "dose"),
        (lambda table: table.update(high_glucose={}), "文件本身", "high_glucose"),
    ],
)
def test_a_file_with_a_mistake_is_refused(change, field, detail):
    table = data("clinical/medicines.toml")
    change(table)
    with pytest.raises(Problem) as caught:
        parse_low_glucose_medicines("medicines.toml", table)
    assert caught.value.code == "data-file"
    told = caught.value.values
    assert (told["file"], told["field"], told["detail"]) == ("medicines.toml", field, detail)
