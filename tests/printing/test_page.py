"""Sheets: what is drawn where, what is refused, what can be read back."""

import io
import re
from pathlib import Path

import pypdf
import pytest

from tests.printing.paper import (
    dark_share,
    error_correction,
    fonts_of,
    page_texts,
    pixels,
    read_by_zbar,
    read_by_zxing,
    text_of,
)
from village_doctor.domain.problems import Problem
from village_doctor.printing.flow import Flow
from village_doctor.printing.page import Sheets
from village_doctor.printing.qr import qr_modules

DIGITS = "901" + "".join(str(number * 7 % 10) for number in range(205))  # as long as a card's code


def a_page() -> Sheets:
    sheets = Sheets(title="试印")
    sheets.text(20, 20, "王𤋮秀 𠮷，血压 152/96", size=16)
    sheets.text(190, 30, "张𪻐", bold=True, align="right")
    sheets.paragraph(20, 40, 100, "每天盐不超过 5 克。" * 12, grey=True)
    sheets.footer(lambda page, pages: f"第 {page} 页 共 {pages} 页")
    return sheets


def test_text_is_read_back_with_rare_characters() -> None:
    text = text_of(a_page().finish())
    for part in ("王𤋮秀𠮷，血压152/96", "张𪻐", "每天盐不超过5克。" * 12, "第1页共1页"):
        assert part in text


def test_every_font_is_embedded_and_a_subset() -> None:
    fonts = fonts_of(a_page().finish())
    assert {name.split("+")[1] for name in fonts} == {
        "NotoSansSC-Regular",
        "NotoSansSC-Bold",
        "LXGWWenKai-Regular",
    }
    assert all(re.fullmatch(r"/[A-Z]{6}\+.*", name) for name in fonts)
    assert all(fonts.values())


def test_a_page_is_small() -> None:
    assert len(a_page().finish()) < 60_000


def test_the_same_record_gives_the_same_bytes() -> None:
    sheets = a_page()
    assert sheets.finish() == sheets.finish() == a_page().finish()


def test_nothing_but_the_kind_of_paper_is_in_the_metadata() -> None:
    reader = pypdf.PdfReader(io.BytesIO(a_page().finish()))
    assert reader.metadata is not None
    assert reader.metadata.title == "试印"
    assert not reader.metadata.author
    assert not reader.metadata.subject
    assert str(reader.root_object["/Lang"]) == "zh-CN"
    preferences = reader.root_object["/ViewerPreferences"]
    assert isinstance(preferences, pypdf.generic.DictionaryObject)
    assert str(preferences["/PrintScaling"]) == "/None"


@pytest.mark.parametrize("where", ["text", "paragraph", "footer", "title"])
def test_a_character_without_a_glyph_is_refused_and_named(
    where: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    rare = "\U00032000"
    sheets = Sheets(title=rare if where == "title" else "试印")
    if where == "text":
        sheets.text(20, 20, f"王{rare}☑")
    elif where == "paragraph":
        sheets.paragraph(20, 20, 50, f"王{rare}☑")
    elif where == "footer":
        sheets.footer(lambda page, pages: rare)
    drawn: list[object] = []
    monkeypatch.setattr("village_doctor.printing.page.Canvas", lambda *_, **__: drawn.append("a canvas"))
    with pytest.raises(Problem) as raised:
        sheets.finish()
    assert raised.value.code == "glyph-missing"
    assert f"{rare}（U+32000）" in raised.value.values["characters"]
    assert ("☑（U+2611）" in raised.value.values["characters"]) == (where in ("text", "paragraph"))
    assert not drawn


def test_places_are_millimetres_from_the_top_left() -> None:
    sheets = Sheets(title="试印", width_mm=100, height_mm=80)
    sheets.rectangle(10, 20, 30, 5, fill_grey=0)
    sheets.line(60, 50, 60, 70, width_pt=6)
    sheets.dot(80, 60, 3)
    image = pixels(sheets.finish(), 254)
    assert image.size == pytest.approx((1000, 800), abs=1)
    assert dark_share(image, (10.2, 20.2, 39.8, 24.8), 254) == 1
    assert dark_share(image, (0, 0, 100, 19.5), 254) == 0
    assert dark_share(image, (59.2, 50.2, 60.8, 69.8), 254) == 1
    assert dark_share(image, (77.2, 57.2, 82.8, 62.8), 254) == pytest.approx(0.9, abs=0.06)
    assert dark_share(image, (0, 71, 100, 80), 254) == 0


def test_y_is_the_top_of_a_line_and_x_its_left_middle_or_right() -> None:
    sheets = Sheets(title="试印", width_mm=100, height_mm=80)
    sheets.text(10, 20, "国国", size=20)
    sheets.text(50, 40, "国国", size=20, align="center")
    sheets.text(90, 60, "国国", size=20, align="right")
    image = pixels(sheets.finish(), 254)
    side = 20 * 25.4 / 72
    for left, top in ((10, 20), (50 - side, 40), (90 - 2 * side, 60)):
        assert dark_share(image, (left, top, left + 2 * side, top + side), 254) > 0.15
        assert dark_share(image, (0, top - 3, 100, top), 254) == 0
        assert dark_share(image, (0, top + side, 100, top + side + 3), 254) == 0


def test_a_line_of_a_paragraph_stands_in_the_middle_of_its_step() -> None:
    sheets = Sheets(title="试印", width_mm=100, height_mm=80)
    below = sheets.paragraph(10, 20, 80, "国国", size=20, leading=2, align="center")
    assert below == pytest.approx(20 + 2 * 20 * 25.4 / 72)
    image = pixels(sheets.finish(), 254)
    side = 20 * 25.4 / 72
    assert dark_share(image, (50 - side, 20 + side / 2, 50 + side, 20 + side * 1.5), 254) > 0.15
    assert dark_share(image, (0, 20, 100, 20 + side / 2), 254) == 0
    assert dark_share(image, (0, 20 + side * 1.5, 100, 80), 254) == 0


def test_a_paragraph_says_where_it_ends() -> None:
    sheets = Sheets(title="试印")
    text = "每天盐不超过 5 克。" * 20
    below = sheets.paragraph(20, 30, 80, text, size=12, leading=1.5)
    lines = sheets.lines_of(80, text, size=12)
    assert len(lines) > 3
    assert below - 30 == pytest.approx(sheets.height_of(80, text, size=12, leading=1.5))
    assert below - 30 == pytest.approx(len(lines) * 12 * 1.5 * 25.4 / 72)
    assert all(sheets.width_of(line, size=12) <= 80 for line in lines)


def test_ticks_are_drawn_and_empty_boxes_empty() -> None:
    sheets = Sheets(title="试印")
    sheets.tick_box(20, 20, 5, ticked=True)
    sheets.tick_box(40, 20, 5, ticked=False)
    pdf = sheets.finish()
    image = pixels(pdf, 300)
    assert dark_share(image, (20.5, 20.5, 24.5, 24.5), 300) > 0.1
    assert dark_share(image, (40.5, 20.5, 44.5, 24.5), 300) == 0
    assert dark_share(image, (39.9, 19.9, 45.1, 45.1), 300) > 0.01
    assert text_of(pdf) == ""


@pytest.mark.parametrize("dpi", [300, 200, 150])
def test_a_code_is_read_by_two_decoders(dpi: int, tmp_path: Path) -> None:
    sheets = Sheets(title="试印")
    sheets.qr(30, 40, 25, DIGITS)
    image = pixels(sheets.finish(), dpi)
    assert read_by_zxing(image) == [DIGITS]
    assert read_by_zbar(image, tmp_path) == [DIGITS]
    assert error_correction(image) == "Q"


def test_the_white_edge_belongs_to_the_code() -> None:
    sheets = Sheets(title="试印")
    sheets.qr(30, 40, 25, DIGITS)
    image = pixels(sheets.finish(), 300)
    edge = 25 / (qr_modules(DIGITS).side + 8) * 4
    assert dark_share(image, (30, 40, 55, 40 + edge - 0.1), 300) == 0
    assert dark_share(image, (30, 40, 30 + edge - 0.1, 65), 300) == 0
    assert dark_share(image, (30 + edge, 40 + edge, 30 + edge + 3, 40 + edge + 0.4), 300) > 0.9


def test_a_code_holds_digits_only_and_its_rectangles_do_not_overlap() -> None:
    for wrong in ("", "12a", "１２", "1 2"):
        with pytest.raises(ValueError):
            qr_modules(wrong)
    code = qr_modules(DIGITS)
    cells = [(x + across, y + down) for x, y, w, h in code.dark for across in range(w) for down in range(h)]
    assert len(cells) == len(set(cells))
    assert all(0 <= x < code.side and 0 <= y < code.side for x, y in cells)
    assert {(number, 0) for number in range(7)} <= set(cells)


def test_pages_and_their_numbers() -> None:
    sheets = Sheets(title="试印")
    sheets.footer(lambda page, pages: f"第 {page} 页 共 {pages} 页")
    sheets.text(20, 20, "甲")
    sheets.new_page()
    sheets.text(20, 20, "乙")
    assert (sheets.page, sheets.page_count) == (2, 2)
    texts = [re.sub(r"\s", "", text) for text in page_texts(sheets.finish())]
    assert texts == ["甲第1页共2页", "乙第2页共2页"]


def test_a_table_repeats_its_titles_and_cuts_no_row() -> None:
    sheets = Sheets(title="试印")
    flow = Flow(sheets)
    rows = [(f"第{number}行甲", f"第{number}行乙" + "说明。" * (30 + number)) for number in range(40)]
    flow.table([("项目", 50), ("说明", 120)], rows)
    texts = [re.sub(r"\s", "", text) for text in page_texts(sheets.finish())]
    assert len(texts) > 1
    assert all(text.startswith("项目说明") for text in texts)
    for number, (_name, words) in enumerate(rows):
        (at,) = [page for page, text in enumerate(texts) if f"第{number}行甲" in text]
        assert words in texts[at]


def test_a_row_taller_than_a_page_goes_on_over_pages() -> None:
    sheets = Sheets(title="试印")
    flow = Flow(sheets)
    flow.table([("", 50), ("", 120)], [("前", "短"), ("长", "很长。" * 2500)])
    pdf = sheets.finish()
    assert sheets.page_count >= 3
    assert text_of(pdf).count("很长。") == 2500


def test_a_heading_does_not_stand_alone_at_the_foot() -> None:
    for filled in range(225, 266):
        sheets = Sheets(title="试印")
        flow = Flow(sheets)
        flow.paragraph("开头")
        flow.space(filled - flow.y)
        flow.heading("一、项目", 2)
        page = sheets.page
        flow.paragraph("这是一段话。" * 30)
        assert flow.sheets.page == page or "这是一段话" in page_texts(sheets.finish())[page - 1]


def test_a_long_paragraph_leaves_no_single_line() -> None:
    for filled in range(200, 275, 2):
        sheets = Sheets(title="试印")
        flow = Flow(sheets)
        flow.paragraph("开头")
        flow.space(filled - flow.y)
        flow.paragraph("这是一段话。" * 60)
        parts = [len(text.splitlines()) for text in page_texts(sheets.finish())]
        assert 1 not in parts[1:]
        assert parts[0] != 2  # the opening and one line
