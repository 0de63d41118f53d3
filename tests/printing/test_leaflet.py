"""The personal leaflet: what a villager must be able to read from it."""

import dataclasses
import io
import re
import tomllib
from datetime import date
from pathlib import Path

import pypdf
import pytest

from tests.printing.paper import dark_share, fonts_of, page_texts, pixels, text_of
from village_doctor.domain.education import parse_education
from village_doctor.domain.problems import Problem
from village_doctor.printing.leaflet import LeafletContent, LeafletTopic, leaflet

FILE = Path(__file__).parents[2] / "resources" / "education" / "blood_pressure_salt.toml"
TOPIC = parse_education(FILE.name, tomllib.loads(FILE.read_text(encoding="utf-8")))

CONTENT = LeafletContent(
    name="王𤋮𠮷",
    clinic="石桥村卫生室",
    doctor="张建国 大夫",
    phone="138 0000 1234",
    made_on=date(2026, 11, 22),
    readings=tuple(
        (date(2026, month, month + 2), 140 + 3 * month, 80 + 2 * (month % 5)) for month in range(1, 12)
    ),
    target="您的目标：低于 150/90\n65 岁及以上，国家基本公共卫生服务规范（第三版）",
    next_on=date(2026, 12, 6),
    next_what="复查血压，带上正在吃的药",
    topics=tuple(
        LeafletTopic(title=section.title, lines=tuple(line.text for line in section.lines))
        for section in TOPIC.sections
    ),
    call_120=tuple(line.text for line in TOPIC.call_120),
    source=TOPIC.source,
)


def squeezed(text: str) -> str:
    return re.sub(r"\s", "", text)


def with_other(**changes: object) -> LeafletContent:
    return dataclasses.replace(CONTENT, **changes)  # type: ignore[arg-type]


def test_it_is_one_page_and_says_everything() -> None:
    pdf = leaflet(CONTENT)
    assert len(page_texts(pdf)) == 1
    text = text_of(pdf)
    told = [CONTENT.name, CONTENT.clinic, CONTENT.doctor, CONTENT.phone, CONTENT.target, CONTENT.source]
    told += [CONTENT.next_what, "2026年12月6日", "2026年11月22日印", "什么时候打120", *CONTENT.call_120]
    told += [part for topic in CONTENT.topics for part in (topic.title, *topic.lines)]
    for part in told:
        assert squeezed(part) in text


def test_the_last_reading_stands_large_and_eight_are_drawn() -> None:
    text = text_of(leaflet(CONTENT))
    assert "173/82" in text  # November
    days = [f"{day:%m-%d}" for day, _, _ in CONTENT.readings]
    assert [day in text for day in days] == [False] * 3 + [True] * 8


def test_readings_may_come_in_any_order() -> None:
    assert leaflet(with_other(readings=CONTENT.readings[::-1])) == leaflet(CONTENT)


def sizes_of(pdf: bytes) -> dict[str, float]:
    """The type size of each piece of text."""
    found: dict[str, float] = {}

    def visit(text: str, _matrix: object, _line: object, _font: object, size: float) -> None:
        if text.strip():
            found[squeezed(text)] = size

    for page in pypdf.PdfReader(io.BytesIO(pdf)).pages:
        page.extract_text(visitor_text=visit)
    return found


def test_the_type_is_large() -> None:
    sizes = sizes_of(leaflet(CONTENT))
    for topic in CONTENT.topics:
        assert sizes[squeezed(topic.title)] >= 22
        for line in topic.lines:
            (size,) = {size for text, size in sizes.items() if text and squeezed(line).startswith(text)}
            assert size >= 16
    assert sizes["什么时候打120"] >= 22


def test_a_single_reading_has_no_curve_and_none_is_said_plainly() -> None:
    one = leaflet(with_other(readings=CONTENT.readings[-1:]))
    none = leaflet(with_other(readings=()))
    curve = (115, 38, 190, 75)
    assert dark_share(pixels(leaflet(CONTENT), 100), curve, 100) > 0.01
    assert dark_share(pixels(one, 100), curve, 100) == 0
    assert "11-13" not in text_of(one)
    assert "还没有血压记录" in text_of(none)


def test_equal_readings_and_a_very_high_one_are_drawn_too() -> None:
    day = date(2026, 11, 1)
    assert leaflet(with_other(readings=((day, 90, 90),) * 2))
    assert "120/80" in text_of(leaflet(with_other(readings=((day, 120, 80),) * 3)))
    assert "240/140" in text_of(leaflet(with_other(readings=((day, 120, 80), (date(2026, 11, 2), 240, 140)))))


def baselines_of(pdf: bytes) -> dict[str, float]:
    """How high above the lower edge each piece of text stands, in mm."""
    found: dict[str, float] = {}

    def visit(text: str, _matrix: object, line: list[float], _font: object, _size: float) -> None:
        if text.strip():
            found[squeezed(text)] = line[5] / 72 * 25.4

    pypdf.PdfReader(io.BytesIO(pdf)).pages[0].extract_text(visitor_text=visit)
    return found


def test_a_figure_stands_beside_the_curve_not_on_it() -> None:
    highs, lows = (151, 131, 150, 132, 133), (80, 81, 80, 82, 82)
    readings = tuple(
        (date(2026, 11, day), *both) for day, both in enumerate(zip(highs, lows, strict=True), start=1)
    )
    at = baselines_of(leaflet(with_other(readings=readings)))
    top, foot = at["151"] - 2.3, at["80"] + 5.0  # where the dots of these two are
    dot_of_131 = foot + (131 - 80) / (151 - 80) * (top - foot)
    assert at["150"] > at["131"]
    assert at["131"] < dot_of_131 - 3  # a valley: the figure hangs below
    assert at["133"] > foot + (133 - 80) / (151 - 80) * (top - foot) + 1  # level: it stands above


def test_what_is_not_known_is_left_out() -> None:
    text = text_of(leaflet(with_other(next_on=None, phone="", target="")))
    assert "下次" not in text
    assert "电话" not in text
    assert "目标" not in text


def name_size(pdf: bytes, name: str) -> float:
    """The size of the first text, which is the name or its first line."""
    text, size = next(iter(sizes_of(pdf).items()))
    assert name.startswith(text)
    return size


def test_a_long_name_and_a_long_clinic_stay_on_the_page() -> None:
    name = "阿卜杜热合曼·买买提吐尔逊·阿不都克里木"
    content = with_other(name=name, clinic="石桥镇石桥村" * 4 + "卫生室")
    pdf = leaflet(content)
    assert len(page_texts(pdf)) == 1
    assert name in text_of(pdf)
    assert name_size(pdf, name) == 22
    assert name_size(leaflet(CONTENT), "王") == 30
    assert content.clinic in text_of(pdf)
    edge = pixels(pdf, 100)
    assert dark_share(edge, (200, 0, 210, 297), 100) == 0


def test_too_much_text_goes_on_a_second_page_and_stays_large() -> None:
    content = with_other(topics=CONTENT.topics * 3)
    pdf = leaflet(content)
    assert len(page_texts(pdf)) == 2
    assert text_of(pdf).count("少吃盐") == 3
    assert text_of(pdf).count(squeezed(CONTENT.call_120[0])) == 1


@pytest.mark.parametrize("more", range(9))
def test_nothing_stands_over_the_lower_edge(more: int) -> None:
    (first, *others) = CONTENT.topics
    longer = LeafletTopic(title=first.title, lines=(*first.lines, *(["再说一句。"] * more)))
    pdf = leaflet(with_other(topics=(longer, *others)))
    last = len(page_texts(pdf))
    assert "依据：" in page_texts(pdf)[last - 1]
    for page in range(1, last + 1):
        assert dark_share(pixels(pdf, 72, page), (0, 288.5, 210, 297), 72) == 0


def test_fonts_bytes_and_refused_characters() -> None:
    pdf = leaflet(CONTENT)
    assert pdf == leaflet(CONTENT)
    assert pdf != leaflet(with_other(name="王"))
    fonts = fonts_of(pdf)
    assert fonts
    assert all(fonts.values())
    assert not any("Helvetica" in name for name in fonts)
    with pytest.raises(Problem) as raised:
        leaflet(with_other(name="王\U00032000"))
    assert raised.value.code == "glyph-missing"


def test_no_name_in_the_metadata() -> None:
    reader = pypdf.PdfReader(io.BytesIO(leaflet(CONTENT)))
    assert reader.metadata is not None
    assert reader.metadata.title == "血压和盐"
    assert not any("王" in str(value) for value in reader.metadata.values())
