"""老年人中医药健康管理服务记录表 (tcm-33.md, norms-other-groups §2): the 33 items word for word, and what they count."""

import pytest

from tests.domain.codes.tables import lists_of, lists_used_in, written
from tests.domain.form_files import code_lists, field_of, form, options_of, section_of

FORM = form("constitution")
# tcm-33.md, number and item.
ITEMS = """
1 您精力充沛吗？（指精神头足，乐于做事）
2 您容易疲乏吗？（指体力如何，是否稍微活动一下或做一点家务劳动就感到累）
3 您容易气短，呼吸短促，接不上气吗？
4 您说话声音低弱无力吗？（指说话没有力气）
5 您感到闷闷不乐、情绪低沉吗？（指心情不愉快，情绪低落）
6 您容易精神紧张、焦虑不安吗？（指遇事是否心情紧张）
7 您因为生活状态改变而感到孤独、失落吗？
8 您容易感到害怕或受到惊吓吗？
9 您感到身体超重不轻松吗？（感觉身体沉重；BMI）
10 您眼睛干涩吗？
11 您手脚发凉吗？（不包含因周围温度低或穿的少导致的手脚发冷）
12 您胃脘部、背部或腰膝部怕冷吗？（有一处或多处怕冷）
13 您比一般人耐受不了寒冷吗？（指比别人容易害怕冬天或是夏天的冷空调、电扇等）
14 您容易患感冒吗？（指每年感冒的次数）
15 您没有感冒时也会鼻塞、流鼻涕吗？
16 您有口黏口腻，或睡眠打鼾吗？
17 您容易过敏吗？（药物、食物、气味、花粉或在季节交替、气候变化时）
18 您的皮肤容易起荨麻疹吗？（包括风团、风疹块、风疙瘩）
19 您的皮肤在不知不觉中会出现青紫瘀斑、皮下出血吗？（没有外伤的情况下青一块紫一块）
20 您的皮肤一抓就红，并出现抓痕吗？
21 您皮肤或口唇干吗？
22 您有肢体麻木或固定部位疼痛的感觉吗？
23 您面部或鼻部有油腻感或者油亮发光吗？
24 您面色或目眶晦黯，或出现褐色斑块/斑点吗？
25 您有皮肤湿疹、疮疖吗？
26 您感到口干咽燥、总想喝水吗？
27 您感到口苦或嘴里有异味吗？（指口苦或口臭）
28 您腹部肥大吗？（指腹部脂肪肥厚；腰围）
29 您吃（喝）凉的东西会感到不舒服或者怕吃（喝）凉的东西吗？
30 您有大便黏滞不爽、解不尽的感觉吗？（大便容易粘在马桶或便坑壁上）
31 您容易大便干燥吗？
32 您舌苔厚腻或有舌苔厚厚的感觉吗？（如果自我感觉不清楚可由调查员观察后填写）
33 您舌下静脉瘀紫或增粗吗？（可由调查员辅助观察后填写）
"""
NUMBERED = dict(line.split(" ", 1) for line in ITEMS.strip().splitlines())
FIXED = {"9": "constitution_overweight", "14": "constitution_colds", "28": "constitution_waist"}


@pytest.mark.parametrize("number", NUMBERED)
def test_an_item(number):
    field = field_of(FORM, f"q{int(number):02d}")
    assert field.label == f"（{number}）{NUMBERED[number]}"
    assert options_of(FORM, field.key).name == FIXED.get(number, "constitution_frequency")
    assert field.is_required
    assert field.field_class == "ask"


def test_there_are_33():
    assert [field.key for field in section_of(FORM, "items").fields] == [
        f"q{number:02d}" for number in range(1, 34)
    ]


def test_from_never_to_always():
    assert written("constitution_frequency") == (
        "1没有（根本不、从来没有） 2很少（有一点、偶尔） 3有时（有些、少数时间） 4经常（相当、多数时间） 5总是（非常、每天）"
    )


@pytest.mark.parametrize(
    ("name", "labels"),
    [
        (
            "constitution_overweight",
            (
                "1没有（BMI 不到 24） 2很少（BMI 24 到不到 25） 3有时（BMI 25 到不到 26） "
                "4经常（BMI 26 到不到 28） 5总是（BMI 28 及以上）"
            ),
        ),
        (
            "constitution_colds",
            "1没有（一年不到 2 次） 2很少（一年 2–4 次） 3有时（一年 5–6 次） 4经常（一年超过 8 次） 5总是（几乎每月）",
        ),
        (
            "constitution_waist",
            (
                "1没有（腰围不到 80 cm） 2很少（腰围 80–85 cm） 3有时（腰围 86–90 cm） "
                "4经常（腰围 91–105 cm） 5总是（腰围超过 105 cm）"
            ),
        ),
    ],
)
def test_the_items_with_fixed_measures(name, labels):
    """§2: item 9 by BMI, 14 by the colds of a year, 28 by the waist."""
    assert written(name) == labels


@pytest.mark.parametrize(
    "name", ["constitution_frequency", "constitution_overweight", "constitution_colds", "constitution_waist"]
)
def test_each_counts_1_to_5(name):
    assert [option.points for option in code_lists()[name].options] == [1, 2, 3, 4, 5]


def test_the_results():
    """§2: 是 from 11, 倾向是 from 9; 平和质 from 17 with all others up to 8, 基本是 up to 10."""
    biased = code_lists()["constitution_biased_result"].options
    assert [(one.label, one.from_points) for one in biased] == [("是", 11), ("倾向是", 9), ("否", 0)]
    balanced = code_lists()["constitution_balanced_result"]
    assert [(one.label, one.from_points, one.others_at_most) for one in balanced.options] == [
        ("是", 17, 8),
        ("基本是", 17, 10),
        ("否", 0, None),
    ]
    assert balanced.mark == "K"


def test_the_nine_types():
    labels = [option.label for option in code_lists()["constitution_type"].options]
    assert " ".join(labels) == "气虚质 阳虚质 阴虚质 痰湿质 湿热质 血瘀质 气郁质 特禀质 平和质"
    for option in code_lists()["constitution_type"].options:
        assert field_of(FORM, f"{option.code}_score").label == f"{option.label}得分"
        assert field_of(FORM, f"{option.code}_result").label == option.label


def test_the_guidance():
    assert written("constitution_guidance") == "1情志调摄 2饮食调养 3起居调摄 4运动保健 5穴位保健 6其他"


def test_every_list_is_used():
    assert lists_of("constitution_codes.toml") == lists_used_in("constitution")


def test_what_the_sheet_proves():
    assert FORM.proves == ("constitution",)
    assert FORM.counted_modes == ("clinic", "home")
    assert FORM.rules == ("constitution",)
