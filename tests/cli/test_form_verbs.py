"""`form list`, `form show`, `form check`: they need no home and no password, and they save nothing."""

import json

import pytest

from tests.domain.form_files import EXAMPLES, form, shipped
from village_doctor.foundation.paths import resources

HYPERTENSION = "hypertension_follow_up"


@pytest.fixture
def written(nothing_yet):
    """Writes a file beside the home that is not there yet, and gives its path."""

    def write(name: str, text: str) -> str:
        file = nothing_yet.place.folder / name
        file.write_text(text, "utf-8")
        return str(file)

    return write


def shipped_text(name: str) -> str:
    return (resources() / name).read_text("utf-8")


# --- list ---


def test_every_shipped_form_is_listed_with_its_title_and_whom_it_is_for(nothing_yet):
    told = nothing_yet.json("form", "list", asks=True)
    assert [one["code"] for one in told] == shipped()
    by_code = {one["code"]: one for one in told}
    hypertension = by_code[HYPERTENSION]
    assert hypertension["diseases"] == ["hypertension"]
    assert hypertension["scope"] == "national"
    assert hypertension["proves"] == ["follow_up:hypertension"]
    assert hypertension["fields"] == sum(one.is_answered for one in form(HYPERTENSION).fields)
    lines = nothing_yet.done("form", "list", asks=True).out.splitlines()
    assert len(lines) == len(told)
    for one, line in zip(told, lines, strict=True):
        assert line.startswith(one["code"])
        assert one["title"] in line
        assert ("本地表" in line) == (one["scope"] == "local")
    line = next(line for line in lines if line.startswith(HYPERTENSION))
    assert line.split() == [HYPERTENSION, "高血压患者随访服务记录表", "高血压"]


def test_a_form_of_no_disease_is_for_residents_and_an_activity_for_itself(nothing_yet):
    told = nothing_yet.json("form", "list", asks=True)
    lines = nothing_yet.done("form", "list", asks=True).out.splitlines()
    for one, line in zip(told, lines, strict=True):
        if one["subject"] == "activity":
            assert line.endswith("一次活动")
        elif not one["diseases"]:
            assert line.endswith("居民")


# --- show ---


@pytest.mark.parametrize(
    ("said", "code"),
    [
        ("糖尿病", "diabetes_follow_up"),
        ("高血压", HYPERTENSION),
        ("hypertension", HYPERTENSION),
        (HYPERTENSION, HYPERTENSION),
        ("2型糖尿病患者随访服务记录表", "diabetes_follow_up"),
    ],
)
def test_a_form_is_found_by_code_disease_or_title(nothing_yet, said, code):
    empty = nothing_yet.json("form", "show", said, asks=True)
    assert empty["form"] == code
    assert set(empty["answers"].values()) == {None}


@pytest.mark.parametrize("said", ["感冒", " "])
def test_an_unknown_form(nothing_yet, said):
    nothing_yet.refused("form-unknown", "form", "show", said, asks=True)


@pytest.mark.parametrize("code", shipped())
def test_every_form_can_be_shown(nothing_yet, code):
    said = nothing_yet.done("form", "show", code, asks=True).out
    found = form(code)
    assert said.startswith(f"《{found.title}》{code} 第 {found.version} 版")
    assert ("本地表" in said) == found.is_local
    for section in found.sections:
        for field in section.fields:
            if field.type != "kept":
                assert f"  {field.key} " in said
                assert field.label in said
    for sheet in found.fills:
        assert f"一次填好：《{form(sheet).title}》" in said


def test_a_shown_field_says_what_it_takes(nothing_yet):
    lines = {
        line.split()[0]: line
        for line in nothing_yet.done("form", "show", "高血压", asks=True).out.splitlines()
        if line.strip()
    }
    assert "1 无症状、2 头痛头晕" in lines["symptoms"]
    assert "可选几项" in lines["symptoms"]
    assert lines["symptoms"].endswith("必填")
    assert lines["symptoms_other"].endswith("“症状”是“其他”时必填")
    assert lines["bmi"].endswith("体质指数（kg/m²）　自动算出")
    assert "药物：name 药物名称" in lines["medicines"]
    assert lines["生活方式指导（lifestyle）"].endswith("可以“问过了，没变”")
    assert "可以“问过了，没变”" not in lines["体征（signs）"]
    assert lines["other_signs"].endswith("其他体征")


def test_a_shown_field_says_for_whom_it_is(nothing_yet, written):
    said = nothing_yet.done("form", "show", "check_up", asks=True).out
    elderly = [field for field in form("check_up").fields if field.from_age == 65]
    assert elderly
    for field in elderly:
        line = next(line for line in said.splitlines() if line.startswith(f"  {field.key} "))
        assert "65 岁起" in line


def test_a_form_for_children_says_for_which_age(nothing_yet):
    said = nothing_yet.done("form", "show", "child_check_12_to_30_months", asks=True).out
    assert "\n用于 12～35 月龄的儿童检查。\n" in said
    assert "月龄的儿童检查" not in nothing_yet.done("form", "show", HYPERTENSION, asks=True).out
    told = {one["code"]: one for one in nothing_yet.json("form", "list", asks=True)}
    ages = [
        told[code][key] for code in told for key in ("from_months", "until_months") if "child_check" in code
    ]
    assert ages == [12, 35, 0, 11, 36, 83]


# --- check: files ---


@pytest.mark.parametrize("code", shipped())
def test_every_shipped_form_file_is_right(nothing_yet, code):
    told = nothing_yet.json("form", "check", str(resources() / "forms" / f"{code}.toml"), asks=True)
    assert (told["ok"], told["code"]) == (True, code)


def test_a_form_file_is_checked(nothing_yet, written):
    whole = shipped_text(f"forms/{HYPERTENSION}.toml")
    file = written(f"{HYPERTENSION}.toml", whole)
    assert (
        nothing_yet.done("form", "check", file, asks=True).out == "没有问题：《高血压患者随访服务记录表》\n"
    )
    written(f"{HYPERTENSION}.toml", whole.replace('options = "adherence"', 'options = "adherance"'))
    said = nothing_yet.refused("form-file", "form", "check", file, asks=True)
    assert "medicine_use adherence" in said.err
    written(f"{HYPERTENSION}.toml", 'fills = ["nothing"]\n' + whole)
    said = nothing_yet.refused("form-file", "form", "check", file, asks=True)
    assert "没有这张要填的表" in said.err


def test_a_form_file_for_an_age_that_another_form_has_is_refused(nothing_yet, written):
    whole = shipped_text("forms/child_check_12_to_30_months.toml")
    file = written(
        "child_check_12_to_30_months.toml", whole.replace("until_months = 35", "until_months = 36")
    )
    said = nothing_yet.refused("form-file", "form", "check", file, asks=True)
    assert "也管这个月龄" in said.err


@pytest.mark.parametrize(
    ("name", "kind", "told", "right", "wrong"),
    [
        ("codes/follow_up_codes.toml", "lists", "选项表", 'title = "哪一侧"', 'titel = "哪一侧"'),
        ("codes/plausibility.toml", "measures", "读数的上下限", "refuse_below = 40", 'refuse_below = "x"'),
        ("clinical/figures.toml", "figures", "规则用的数", "\nvalue = ", "\nvalues = "),
    ],
)
def test_other_data_files_are_checked_too(nothing_yet, written, name, kind, told, right, wrong):
    whole = shipped_text(name)
    assert right in whole
    file = written("trial.toml", whole)
    assert nothing_yet.json("form", "check", file, asks=True) == {"ok": True, "kind": kind}
    assert nothing_yet.done("form", "check", file, asks=True).out == f"没有问题：{told}\n"
    written("trial.toml", whole.replace(right, wrong, 1))
    said = nothing_yet.refused("data-file", "form", "check", file, asks=True)
    assert "trial.toml" in said.err


def test_a_file_that_cannot_be_read(nothing_yet, written):
    nothing_yet.refused("input-file", "form", "check", written("x.toml", "[[["), asks=True)
    nothing_yet.refused("input-file", "form", "check", "/nowhere/x.toml", asks=True)


# --- check: answers ---


@pytest.mark.parametrize("code", shipped())
def test_every_filled_example_is_complete(nothing_yet, code):
    file = str(EXAMPLES / f"{code}.json")
    told = nothing_yet.json("form", "check", code, "--answers", file, asks=True)
    assert (told["complete"], told["missing"]) == (True, [])


def test_answers_are_checked_and_what_is_missing_is_named(nothing_yet, written):
    filled = json.loads((EXAMPLES / f"{HYPERTENSION}.json").read_text("utf-8"))
    answers = {**filled["answers"], "weight_kg": "61.5", "height_cm": "158"}
    file = written("answers.json", json.dumps(answers))
    said = nothing_yet.done("form", "check", HYPERTENSION, "--answers", file, asks=True).out
    assert said == "《高血压患者随访服务记录表》填完了，没有问题。\n  体质指数：24.6 kg/m²\n"
    told = nothing_yet.json("form", "check", "高血压", "--answers", file, asks=True)
    assert told["computed"] == {"bmi": "24.6"}
    assert told["measurements"]["weight_kg"] == "61.5"
    assert told["answers"]["adherence"] == "1"
    del answers["adherence"]
    file = written("answers.json", json.dumps({"mode": "phone", "answers": answers}))
    said = nothing_yet.done("form", "check", HYPERTENSION, "--answers", file, asks=True).out
    assert said.startswith("《高血压患者随访服务记录表》还缺：服药依从性。")
    assert nothing_yet.json("form", "check", HYPERTENSION, "--answers", file)["missing"] == ["adherence"]


def test_answers_on_standard_input(nothing_yet):
    said = nothing_yet.done(
        "form", "check", HYPERTENSION, "--answers", "-", "--json", typed="{}", asks=True
    ).json
    assert said["complete"] is False


def test_a_score_is_told_with_its_band(nothing_yet):
    file = str(EXAMPLES / "self_care.json")
    said = nothing_yet.done("form", "check", "self_care", "--answers", file, asks=True).out
    assert "分\n" in said
    told = nothing_yet.json("form", "check", "self_care", "--answers", file, asks=True)
    assert told["computed"]
    for key, value in told["computed"].items():
        field = form("self_care").field(key)
        assert field is not None
        option = None if field.options is None else field.options.option(value)
        assert f"  {field.label}：{value if option is None else option.label}" in said


def test_age_and_sex_decide_what_is_missing(nothing_yet, written):
    file = written("answers.json", "{}")
    elderly = {field.key for field in form("check_up").fields if field.from_age == 65 and field.is_required}
    assert elderly
    old = nothing_yet.json("form", "check", "check_up", "--answers", file, "--age", "65", asks=True)
    young = nothing_yet.json("form", "check", "check_up", "--answers", file, "--age", "64", asks=True)
    assert elderly <= set(old["missing"])
    assert not elderly & set(young["missing"])
    file = written("answers.json", '{"age": 70, "sex": "2", "answers": {}}')
    assert elderly <= set(
        nothing_yet.json("form", "check", "check_up", "--answers", file, asks=True)["missing"]
    )
    told = nothing_yet.json("form", "check", "check_up", "--answers", file, "--age", "40", asks=True)
    assert not elderly & set(told["missing"])


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ('{"shoe_size": 42}', "form-field-unknown"),
        ('{"adherence": "9"}', "form-answer"),
        ('{"mode": "video", "answers": {}}', "form-mode"),
        ('{"answers": []}', "field-value"),
        ("[]", "input-file"),
    ],
)
def test_wrong_answers_are_refused(nothing_yet, written, text, code):
    file = written("answers.json", text)
    nothing_yet.refused(code, "form", "check", HYPERTENSION, "--answers", file, asks=True)
