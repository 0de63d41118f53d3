"""Where Chinese text may break."""

import re

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from village_doctor.printing.line_breaking import NO_END, NO_START, break_lines


def em(text: str) -> float:
    """A measure of its own: Chinese one, Latin half."""
    return sum(0.5 if ord(character) < 0x300 else 1.0 for character in text)


BROKEN = [
    # text, width in Chinese characters, lines
    ("今天血压好", 5, ["今天血压好"]),
    ("今天血压有点高", 5, ["今天血压有", "点高"]),
    ("今天血压高，少吃盐", 5, ["今天血压", "高，少吃盐"]),  # no comma at the start
    ("少吃盐（五克）", 4, ["少吃盐", "（五克）"]),  # no opening bracket at the end
    ("他说：“好了。”就走", 4, ["他说：", "“好", "了。”就", "走"]),
    ("每天盐不超过5克就好", 7, ["每天盐不超过", "5克就好"]),
    ("每天盐不超过 5 克就好", 7.5, ["每天盐不超过", "5 克就好"]),
    ("量到 152/96 mmHg 再来", 6, ["量到", "152/96 mmHg", "再来"]),
    ("约在2026年11月22日来", 7.5, ["约在", "2026年11月22日", "来"]),
    ("约在 11 月 22 日来", 6, ["约在", "11 月 22 日", "来"]),
    ("这是第 17 次上报", 4, ["这是", "第 17 次", "上报"]),
    ("看到第 17、18 条", 4, ["看到", "第 17、", "18 条"]),
    ("体温到了37.5℃", 5, ["体温到了", "37.5℃"]),
    ("控制到≥90%为好", 5, ["控制到", "≥90%为好"]),
    ("电话138 0000 1234找他", 7, ["电话", "138 0000 1234", "找他"]),
    ("吃Amlodipine片", 5.5, ["吃", "Amlodipine", "片"]),
    ("好了——再见", 3, ["好了", "——再", "见"]),
    ("等一等……好", 4, ["等一", "等……好"]),
    ("一行\n二行\n\n四行", 9, ["一行", "二行", "", "四行"]),
    ("two words here", 5, ["two words", "here"]),
    ("Abcdefghijkl", 3, ["Abcdef", "ghijkl"]),  # longer than a line: broken where it must be
    ("。。。。。。", 2, ["。。。。。。"]),  # must not be broken at all
    ("", 5, [""]),
]


@pytest.mark.parametrize(("text", "width", "lines"), BROKEN)
def test_lines(text: str, width: float, lines: list[str]) -> None:
    assert break_lines(text, width, em) == lines


texts = st.text(
    alphabet="王血压高低的一二，。；：（）《》“”—…、0123456789年月日克%℃≥mgHABkb/.-  \n", max_size=80
)


@given(text=texts, width=st.integers(min_value=1, max_value=30))
@example(text="（（（王）））", width=2)
def test_nothing_is_lost_and_marks_stand_where_they_may(text: str, width: int) -> None:
    lines = break_lines(text, width, em)
    assert "".join(lines).replace(" ", "") == re.sub(r"[ \n]", "", text)
    places = [paragraph.strip(" ") for paragraph in text.split("\n")]
    begins = {paragraph[:1] for paragraph in places}
    ends = {paragraph[-1:] for paragraph in places}
    for line in lines:
        assert line[:1] not in NO_START or line[:1] in begins
        assert line.rstrip(" ")[-1:] not in NO_END or line[-1:] in ends


@given(text=texts.map(lambda text: text.replace("\n", "")), width=st.integers(min_value=2, max_value=30))
def test_a_line_is_wider_only_where_nothing_may_be_broken(text: str, width: int) -> None:
    for line in break_lines(text, width, em):
        for place in range(1, len(line) if em(line) > width else 0):
            before, after = line[:place].rstrip(" ")[-1:], line[place:].lstrip(" ")[:1]
            assert not before or not after or after in NO_START or before in NO_END


def test_lines_are_filled() -> None:
    assert [len(line) for line in break_lines("血" * 95, 10, em)] == [10] * 9 + [5]
