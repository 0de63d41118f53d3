"""What forms compute: 体质指数, scores, bands, 平和质. Points and limits are invented here; the shipped ones have tests of their own."""

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from village_doctor.domain.code_lists import parse_code_lists
from village_doctor.domain.form_checking import check_answers
from village_doctor.domain.form_formulas import body_mass_index, computed_values
from village_doctor.domain.form_parsing import parse_form
from village_doctor.domain.forms import Form
from village_doctor.domain.problems import Problem

NINE = [f"score_{number}" for number in range(1, 10)]


def options(*points: int, **more: Any) -> list[dict[str, Any]]:
    return [
        {"code": str(n), "label": f"选 {n}", "points": value, **more} for n, value in enumerate(points, 1)
    ]


LISTS = parse_code_lists(
    "test.toml",
    {
        "version": 1,
        "source": "测试",
        "lists": {
            "low_to_high": {"title": "一到五", "mark": "D", "options": options(1, 2, 3, 4, 5)},
            "uneven": {"title": "不等", "mark": "D", "options": options(0, 3, 10)},
            "plain": {"title": "没有分", "mark": "D", "options": [{"code": "1", "label": "有"}]},
            "grade": {
                "title": "档",
                "mark": "D",
                "options": [
                    {"code": "low", "label": "低", "from_points": 0},
                    {"code": "high", "label": "高", "from_points": 9},
                    {"code": "middle", "label": "中", "from_points": 4},
                ],
            },
            "starts_late": {
                "title": "从二分起",
                "mark": "D",
                "options": [{"code": "a", "label": "一", "from_points": 2}],
            },
            "balanced": {
                "title": "平和质",
                "mark": "D",
                "options": [
                    {"code": "yes", "label": "是", "from_points": 17, "others_at_most": 8},
                    {"code": "nearly", "label": "基本是", "from_points": 17, "others_at_most": 10},
                    {"code": "no", "label": "否", "from_points": 0},
                ],
            },
            "no_rest": {
                "title": "没有其余",
                "mark": "D",
                "options": [{"code": "yes", "label": "是", "from_points": 0, "others_at_most": 8}],
            },
            "late_rest": {
                "title": "其余要两分",
                "mark": "D",
                "options": [{"code": "no", "label": "否", "from_points": 2}],
            },
        },
    },
)


def question(key: str, of: str = "low_to_high") -> dict[str, Any]:
    return {"key": key, "label": key, "type": "one", "class": "ask", "required": False, "options": of}


def computed(key: str, formula: str, **more: Any) -> dict[str, Any]:
    return {"key": key, "label": key, "type": "computed", "formula": formula, **more}


def form_of(*fields: dict[str, Any]) -> Form:
    return parse_form(
        "trial.toml",
        {
            "code": "trial",
            "version": 1,
            "title": "试表",
            "source": "测试",
            "mark": "D",
            "modes": {"clinic": "1"},
            "sections": [{"key": "all", "title": "全部", "fields": list(fields)}],
        },
        LISTS,
    )


# --- 体质指数 ---


@pytest.mark.parametrize(
    ("weight", "height", "bmi"),
    [
        ("60.0", "160.0", "23.4"),
        ("61.44", "160.0", "24.0"),
        ("70.3", "158.5", "28.0"),
        ("56.32", "160", "22.0"),
    ],
)
def test_body_mass_index(weight, height, bmi):
    assert body_mass_index(Decimal(weight), Decimal(height)) == Decimal(bmi)


def test_bmi_rounds_half_up():
    assert body_mass_index(Decimal("24.05"), Decimal(100)) == Decimal("24.1")


BODY = (
    {
        "key": "weight_kg",
        "label": "体重",
        "type": "decimal",
        "places": 1,
        "class": "ask",
        "measured": True,
        "required": False,
    },
    {"key": "height_cm", "label": "身高", "type": "decimal", "places": 1, "class": "carry", "measured": True},
    computed("bmi", "bmi", places=2, unit="kg/m²"),
)


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ({"weight_kg": Decimal("61.5"), "height_cm": Decimal(158)}, {"bmi": Decimal("24.64")}),
        ({"weight_kg": "61.5", "height_cm": "158"}, {"bmi": Decimal("24.64")}),
        ({"weight_kg": "61.5"}, {}),
        ({"height_cm": "158"}, {}),
        ({"weight_kg": "61.5", "height_cm": "0"}, {}),
        ({"weight_kg": "六十", "height_cm": "158"}, {}),
        ({"weight_kg": True, "height_cm": "158"}, {}),
        ({"weight_kg": None, "height_cm": "158"}, {}),
        ({"weight_kg": "NaN", "height_cm": "158"}, {}),
    ],
)
def test_bmi_of_what_stands_in_the_form(values, expected):
    assert computed_values(form_of(*BODY), values) == expected


# --- scores ---

SCORED = form_of(
    question("a"), question("b"), question("c", "uneven"), computed("score", "sum", of=["a", "b", "c"], unit="分")
)  # fmt: skip
REVERSED = form_of(
    question("a"), question("c", "uneven"), computed("score", "sum", of=["a", "c"], reversed=["a", "c"])
)


@pytest.mark.parametrize(
    ("a", "b", "c", "score"), [("1", "1", "1", 2), ("5", "1", "3", 16), ("5", "5", "3", 20)]
)
def test_a_score_is_the_sum_of_the_points(a, b, c, score):
    assert computed_values(SCORED, {"a": a, "b": b, "c": c}) == {"score": Decimal(score)}


@pytest.mark.parametrize("left_out", ["a", "b", "c"])
def test_there_is_no_score_before_everything_is_answered(left_out):
    answers = {"a": "1", "b": "1", "c": "1"}
    answers.pop(left_out)
    assert computed_values(SCORED, answers) == {}


def test_an_answer_that_is_no_option_gives_no_score():
    assert computed_values(SCORED, {"a": "1", "b": "9", "c": "1"}) == {}


@pytest.mark.parametrize(
    ("a", "c", "score"),
    [("1", "1", 15), ("5", "3", 1), ("2", "2", 11), ("3", "1", 13)],
    ids=["lowest is highest", "highest is lowest", "3 of 0 to 10 is 7", "the middle stays"],
)
def test_reversed_items_count_from_the_other_end(a, c, score):
    assert computed_values(REVERSED, {"a": a, "c": c}) == {"score": Decimal(score)}


@given(st.sampled_from("12345"), st.sampled_from("123"))
def test_an_item_and_its_reverse_make_lowest_plus_highest(a, c):
    plain = computed_values(form_of(question("a"), question("c", "uneven"), computed("score", "sum", of=["a", "c"])), {"a": a, "c": c})  # fmt: skip
    other = computed_values(REVERSED, {"a": a, "c": c})
    assert Decimal(plain["score"]) + Decimal(other["score"]) == 1 + 5 + 0 + 10


# --- bands ---


@pytest.mark.parametrize(
    ("a", "c", "band"),
    [("3", "1", "low"), ("4", "1", "middle"), ("5", "2", "middle"), ("1", "3", "high"), ("5", "3", "high")],
    ids=["3 points", "4 points", "8 points", "11 points", "15 points"],
)
def test_the_highest_band_reached_stands_whatever_the_order_of_the_list(a, c, band):
    form = form_of(
        question("a"), question("c", "uneven"),
        computed("score", "sum", of=["a", "c"]), computed("grade", "band", of=["score"], options="grade"),
    )  # fmt: skip
    assert computed_values(form, {"a": a, "c": c})["grade"] == band
    assert "grade" not in computed_values(form, {"a": a})


def test_a_band_begins_exactly_at_its_first_score():
    form = form_of(
        question("a"), question("b"),
        computed("score", "sum", of=["a", "b"]), computed("grade", "band", of=["score"], options="grade"),
    )  # fmt: skip
    found = {
        score: computed_values(form, {"a": a, "b": b})["grade"]
        for score, a, b in [(3, "1", "2"), (4, "2", "2"), (8, "4", "4"), (9, "4", "5")]
    }
    assert found == {3: "low", 4: "middle", 8: "middle", 9: "high"}


def test_checking_tells_what_was_computed_and_stores_nothing_of_it():
    form = form_of(
        question("a"), computed("score", "sum", of=["a"]), computed("grade", "band", of=["score"], options="grade")
    )  # fmt: skip
    checked = check_answers(form, {"a": "4"}, "clinic")
    assert checked.computed == {"score": Decimal(4), "grade": "middle"}
    assert checked.answers == {"a": "4"}


# --- 平和质 (norms-other-groups §2): its own score and all eight others ---


def balanced(own: int, others: list[int]) -> str | None:
    fields = []
    values: dict[str, Any] = {}
    for key, score in zip(NINE, [own, *others], strict=True):
        items = [f"{key}_{number}" for number in range(4)]
        fields += [question(item) for item in items] + [computed(key, "sum", of=items)]
        whole, rest = divmod(score, len(items))
        values.update({item: str(whole + (n < rest)) for n, item in enumerate(items)})
    form = form_of(*fields, computed("result", "balanced_constitution", of=NINE, options="balanced"))
    found = computed_values(form, values)
    assert [found[key] for key in NINE] == [own, *others]
    result = found.get("result")
    assert result is None or isinstance(result, str)
    return result


@pytest.mark.parametrize(
    ("own", "others", "result"),
    [
        (17, [8] * 8, "yes"),
        (16, [8] * 8, "no"),
        (20, [4] * 8, "yes"),
        (17, [8] * 7 + [9], "nearly"),
        (17, [10] + [4] * 7, "nearly"),
        (17, [4] * 7 + [11], "no"),
        (16, [4] * 8, "no"),
    ],
)
def test_balanced_constitution(own, others, result):
    assert balanced(own, others) == result


def test_without_one_of_the_nine_scores_nothing_is_said():
    fields = [question("a")] + [computed(key, "sum", of=["a"]) for key in NINE[:-1]]
    fields += [question("b"), computed(NINE[-1], "sum", of=["b"])]
    form = form_of(*fields, computed("result", "balanced_constitution", of=NINE, options="balanced"))
    assert "result" in computed_values(form, {"a": "1", "b": "1"})
    assert "result" not in computed_values(form, {"a": "1"})


# --- a formula that cannot be computed is refused ---

SCORE = (question("a"), computed("score", "sum", of=["a"]))
NINE_SCORES = (question("a"), *(computed(key, "sum", of=["a"]) for key in NINE))
MISTAKES = [
    pytest.param([computed("bmi", "bmi", places=1)], "计算要用的测量值", "weight_kg", id="bmi without weight"),
    pytest.param([*BODY[:1], BODY[2]], "计算要用的测量值", "height_cm", id="bmi without height"),
    pytest.param([computed("score", "sum", of=["a"])], "计分的项目", "a", id="sum of nothing there"),
    pytest.param([question("a", "plain"), computed("score", "sum", of=["a"])], "没有分数", "a", id="sum without points"),
    pytest.param([*SCORE, computed("all", "sum", of=["score"])], "计分的项目", "score", id="sum of a sum"),
    pytest.param(
        [{**question("a"), "type": "many"}, computed("score", "sum", of=["a"])], "计分的项目", "a", id="sum of a many"
    ),
    pytest.param([question("a"), computed("score", "sum", of=[])], "不重复的文字", "of", id="sum of no field"),
    pytest.param([question("a"), computed("score", "sum", of=["a", "a"])], "不重复的文字", "of", id="sum twice the same"),
    pytest.param([question("a"), computed("score", "sum")], "缺少这一项", "of", id="sum without of"),
    pytest.param(
        [question("a"), question("b"), computed("score", "sum", of=["a"], reversed=["b"])],
        "反向计分", "b", id="reversed that is not counted",
    ),
    pytest.param([question("a"), computed("score", "sum", of=["a"], places=1)], "不认识这一项", "places", id="sum with places"),
    pytest.param(
        [question("a"), {**computed("score", "sum", of=["a"]), "target": {"label": "目标"}}], "没有目标值", "computed",
        id="sum with a target",
    ),
    pytest.param([*SCORE, computed("grade", "band", of=["score"])], "缺少这一项", "options", id="band without options"),
    pytest.param(
        [*SCORE, computed("grade", "band", of=["score"], options="uneven")], "没有写从几分起", "grade", id="band without bands"
    ),
    pytest.param([*SCORE, computed("grade", "band", of=["a"], options="grade")], "要看的分数", "a", id="band of an answer"),
    pytest.param(
        [question("a"), computed("grade", "band", of=["score"], options="grade"), SCORE[1]],
        "要看的分数", "score", id="band before its score",
    ),
    pytest.param(
        [*SCORE, question("b"), computed("two", "sum", of=["b"]), computed("grade", "band", of=["score", "two"], options="grade")],
        "只看一个分数", "score, two", id="band of two",
    ),
    pytest.param(
        [*SCORE, computed("grade", "band", of=["score"], options="starts_late")], "最低一档", "score", id="band that begins too high"
    ),
    pytest.param(
        [*SCORE, computed("grade", "band", of=["score"], options="grade", unit="分")], "不认识这一项", "unit", id="band with a unit"
    ),
    pytest.param(
        [*NINE_SCORES, computed("result", "balanced_constitution", of=NINE[:8], options="balanced")],
        "九个分数", "score_8", id="balanced of eight",
    ),
    pytest.param(
        [*NINE_SCORES, computed("result", "balanced_constitution", of=[*NINE[:8], "a"], options="balanced")],
        "要看的分数", "a", id="balanced of an answer",
    ),
    pytest.param(
        [*NINE_SCORES, computed("result", "balanced_constitution", of=NINE, options="no_rest")],
        "其余的都归它", "result", id="balanced without the rest",
    ),
    pytest.param(
        [*NINE_SCORES, computed("result", "balanced_constitution", of=NINE, options="late_rest")],
        "其余的都归它", "result", id="balanced whose rest begins too high",
    ),
]  # fmt: skip


@pytest.mark.parametrize(("fields", "reason", "detail"), MISTAKES)
def test_a_formula_that_cannot_be_computed_is_refused(fields, reason, detail):
    with pytest.raises(Problem) as problem:
        form_of(*fields)
    assert problem.value.code == "form-file"
    assert (
        problem.value.values["field"] == f"all {fields[-1]['key']}"
        or "grade" in problem.value.values["field"]
    )
    assert reason in problem.value.values["reason"]
    assert detail in problem.value.values["detail"]


def test_the_lowest_band_may_begin_exactly_at_the_lowest_score():
    two = (question("a"), question("b"), computed("score", "sum", of=["a", "b"]))
    form = form_of(*two, computed("grade", "band", of=["score"], options="starts_late"))
    assert computed_values(form, {"a": "1", "b": "1"})["grade"] == "a"
    nine = (question("a"), question("b"), *(computed(key, "sum", of=["a", "b"]) for key in NINE))
    form = form_of(*nine, computed("result", "balanced_constitution", of=NINE, options="late_rest"))
    assert computed_values(form, {"a": "1", "b": "1"})["result"] == "no"


# --- and so is a list whose points make no sense ---


@pytest.mark.parametrize(
    ("found", "reason"),
    [
        ([{"code": "1", "label": "一", "points": -1}], "0 或更大"),
        ([{"code": "1", "label": "一", "points": "1"}], "0 或更大"),
        ([{"code": "1", "label": "一", "points": True}], "0 或更大"),
        ([{"code": "1", "label": "一", "points": 1}, {"code": "2", "label": "二"}], "points"),
        ([{"code": "1", "label": "一", "from_points": 1}, {"code": "2", "label": "二"}], "from_points"),
        ([{"code": "1", "label": "一", "concept": "cough"}, {"code": "2", "label": "二"}], "concept"),
        ([{"code": "1", "label": "一", "from_points": 1}, {"code": "2", "label": "二", "from_points": 1}], "同一个分数"),
        ([{"code": "1", "label": "一", "others_at_most": 8}], "others_at_most"),
        ([{"code": "1", "label": "一", "concept": "cough"}, {"code": "2", "label": "二", "concept": "cough"}], "同一个症状"),
        ([{"code": "1", "label": "一", "concept": "Cough"}], "小写英文字母"),
    ],
)  # fmt: skip
def test_a_list_with_half_a_score_is_refused(found, reason):
    file = {
        "version": 1,
        "source": "测试",
        "lists": {"trial": {"title": "试", "mark": "D", "options": found}},
    }
    with pytest.raises(Problem) as problem:
        parse_code_lists("trial.toml", file)
    assert (problem.value.code, problem.value.values["file"]) == ("data-file", "trial.toml")
    assert reason in problem.value.values["reason"] + problem.value.values["detail"]


# --- 百分比 ---

SHARE = (
    {"key": "taken", "label": "实服", "type": "whole", "class": "ask"},
    {"key": "due", "label": "应服", "type": "decimal", "places": 1, "class": "ask"},
    {"key": "remark", "label": "备注", "type": "text", "class": "ask", "required": False},
)


@pytest.mark.parametrize(
    ("taken", "due", "percent"),
    [
        (178, "180", "98.89"),
        (1, "3", "33.33"),
        (2, "3", "66.67"),
        (1, "800", "0.13"),
        (5, "2.5", "200.00"),
        (0, "180", "0.00"),
    ],
)
def test_percent(taken, due, percent):
    form = form_of(*SHARE, computed("percent", "percent", of=["taken", "due"], places=2, unit="%"))
    assert str(computed_values(form, {"taken": taken, "due": due})["percent"]) == percent


@pytest.mark.parametrize("values", [{"taken": 1}, {"due": "2.0"}, {"taken": 0, "due": "0.0"}, {}])
def test_no_percent_of_nothing(values):
    form = form_of(*SHARE, computed("percent", "percent", of=["taken", "due"], places=1))
    assert computed_values(form, values) == {}


@pytest.mark.parametrize(
    "sources", [["taken"], ["taken", "due", "remark"], ["taken", "remark"], ["taken", "nothing"]]
)
def test_a_percent_is_of_two_numbers(sources):
    with pytest.raises(Problem) as problem:
        form_of(*SHARE, computed("percent", "percent", of=sources, places=1))
    assert problem.value.code == "form-file"
    assert problem.value.values["detail"] == ", ".join(sources)
