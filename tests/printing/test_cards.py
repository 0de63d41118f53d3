"""Contract cards: as large as a bank card, read by two decoders from bad prints, nobody's business on nobody's card."""

import io
from datetime import date
from functools import cache
from itertools import pairwise
from math import pi
from random import Random
from typing import Any

import pypdf
import pytest
from PIL import Image, ImageDraw, ImageFilter

from tests.printing.paper import fonts_of, page_texts, pixels, read_by_zbar, read_by_zxing, text_of
from tests.sync.letters import KEY, id_of
from village_doctor.domain.problems import Problem
from village_doctor.printing.cards import CARD_HEIGHT, CARD_WIDTH, QR_SIDE, CardContent, cards
from village_doctor.printing.qr import qr_modules
from village_doctor.sync.cards import CardPayload, write_card

POINTS = 72 / 25.4
RESOLUTIONS = (300, 200, 150)
READERS = ("zxing", "zbar")
MODULES = 49
"""Of a card's code, without its white edge of 4 on each side."""


def code(number: int) -> str:
    return write_card(CardPayload(member_id=id_of(number), ends_on=date(2028, 11, 22)), KEY)


def content(number: int = 1, **given: Any) -> CardContent:
    values: dict[str, Any] = {
        "name": "李桂英",
        "sex": "女",
        "born": 1956,
        "number": "2026-10001",
        "starts_on": date(2026, 11, 23),
        "ends_on": date(2028, 11, 22),
        "signed": ("基本服务包", "高血压服务包"),
        "township": "青石镇卫生院",
        "clinic": "石桥湾村卫生室",
        "doctor": "王守仁",
        "phone": "19900001234",
        "code": code(number),
        **given,
    }
    return CardContent(**values)


@cache
def full_sheet() -> bytes:
    return cards([content(number) for number in range(10)])


CODES_IN_PLACE = [code(number) for number in range(10)]
CODES = sorted(CODES_IN_PLACE)


def lines_of(pdf: bytes, page: int = 0) -> list[tuple[float, float, float, float]]:
    """The straight lines of a page in mm from the upper left corner: x1, y1, x2, y2."""
    reader = pypdf.PdfReader(io.BytesIO(pdf))
    sheet = reader.pages[page]
    height = float(sheet.mediabox.height)
    contents = sheet.get_contents()
    assert contents is not None
    lines: list[tuple[float, float, float, float]] = []
    points: list[tuple[float, float]] = []
    for operands, operator in pypdf.generic.ContentStream(contents, reader).operations:
        if operator in (b"m", b"l"):
            points = [*(points if operator == b"l" else []), (float(operands[0]), float(operands[1]))]
        elif operator == b"S" and len(points) == 2:
            (x1, y1), (x2, y2) = points
            lines.append((x1 / POINTS, (height - y1) / POINTS, x2 / POINTS, (height - y2) / POINTS))
    return lines


def cuts_of(pdf: bytes, page: int = 0) -> tuple[list[float], list[float]]:
    """Where the short marks say to cut: x of the upright ones, y of the level ones, in mm."""
    short = [one for one in lines_of(pdf, page) if abs(one[2] - one[0]) + abs(one[3] - one[1]) < 10]
    across = {round(x1, 3) for x1, _y1, x2, _y2 in short if abs(x1 - x2) < 0.001}
    down = {round(y1, 3) for _x1, y1, _x2, y2 in short if abs(y1 - y2) < 0.001}
    return sorted(across), sorted(down)


def read(picture: Image.Image, reader: str, folder) -> list[str]:
    return read_by_zxing(picture) if reader == "zxing" else read_by_zbar(picture, folder)


def places() -> list[tuple[float, float]]:
    """The upper left corner of each card of a full sheet, in mm."""
    across, down = cuts_of(full_sheet())
    return [(left, top) for top in down[:-1] for left in across[:-1]]


def one_by_one(picture: Image.Image, dpi: int, reader: str, folder, count: int = 10) -> list[list[str]]:
    """What is read when one card after the other lies before the reader."""
    found = []
    for left, top in places()[:count]:
        edges = (left, top, left + CARD_WIDTH, top + CARD_HEIGHT)
        found.append(read(picture.crop([round(v * dpi / 25.4) for v in edges]), reader, folder))  # type: ignore[arg-type]
    return found


def stained(dpi: int, stain: tuple[float, float, float, float], shade: int = 128) -> Image.Image:
    """The full sheet with a stain on every code: left, top, width, height in shares of the code's side."""
    picture = pixels(full_sheet(), dpi)
    pen = ImageDraw.Draw(picture)
    side = code_side()
    x, y, wide, high = (share * side for share in stain)
    for left, top in code_places():
        edges = (left + x, top + y, left + x + wide, top + y + high)
        pen.rectangle([v * dpi / 25.4 for v in edges], fill=shade)
    return picture


def code_side() -> float:
    """In mm, less the white edge."""
    return QR_SIDE * MODULES / (MODULES + 8)


def code_places() -> list[tuple[float, float]]:
    """The upper left module of each code: the white edge ends 2.4 mm from the cuts at the right and below."""
    inward = 2.4 + QR_SIDE * (MODULES + 4) / (MODULES + 8)
    return [(left + CARD_WIDTH - inward, top + CARD_HEIGHT - inward) for left, top in places()]


def blotted(dpi: int, seed: int) -> Image.Image:
    """The full sheet with one round blot on every code, a tenth of it large, anywhere but on the three corner squares."""
    picture, random, side = pixels(full_sheet(), dpi), Random(seed), code_side()
    pen = ImageDraw.Draw(picture)
    radius, square = side * (0.1 / pi) ** 0.5, side * 8 / MODULES
    for left, top in code_places():
        while True:
            x, y = random.uniform(radius, side - radius), random.uniform(radius, side - radius)
            across, down = max(0.0, min(x, side - x) - square), max(0.0, min(y, side - y) - square)
            is_free_corner = x > side / 2 and y > side / 2
            if is_free_corner or across**2 + down**2 > radius**2:
                break
        edges = (left + x - radius, top + y - radius, left + x + radius, top + y + radius)
        pen.ellipse([v * dpi / 25.4 for v in edges], fill=0)
    return picture


# --- the sheet --------------------------------------------------------------------------------------------


def test_a_card_has_the_size_of_a_bank_card():
    across, down = cuts_of(full_sheet())
    assert len(across) == 3
    assert len(down) == 6
    for first, second in pairwise(across):
        assert second - first == pytest.approx(85.60, abs=0.1)
    for first, second in pairwise(down):
        assert second - first == pytest.approx(53.98, abs=0.1)
    assert across[0] >= 8
    assert across[-1] <= 210 - 8
    assert down[0] >= 8
    assert down[-1] <= 297 - 8


def test_marks_stand_outside_the_cards_and_where_four_meet():
    across, down = cuts_of(full_sheet())
    for x1, y1, x2, y2 in lines_of(full_sheet()):
        is_mark = abs(x2 - x1) + abs(y2 - y1) < 10
        inside = across[0] < (x1 + x2) / 2 < across[-1] and down[0] < (y1 + y2) / 2 < down[-1]
        if is_mark and inside:
            middle = round((x1 + x2) / 2, 2), round((y1 + y2) / 2, 2)
            assert middle[0] == pytest.approx(across[1], abs=0.05)
            assert any(middle[1] == pytest.approx(y, abs=0.05) for y in down[1:-1])


def test_ten_to_a_sheet_and_no_marks_where_there_is_no_card():
    pdf = cards([content(number) for number in range(11)])
    assert len(page_texts(pdf)) == 2
    assert len(cuts_of(pdf, 0)[1]) == 6
    assert len(cuts_of(pdf, 1)[1]) == 2


def test_there_is_no_sheet_without_a_card():
    with pytest.raises(ValueError):
        cards([])


# --- the code ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("reader", READERS)
@pytest.mark.parametrize("dpi", RESOLUTIONS)
def test_every_code_of_the_sheet_is_read(dpi, reader, tmp_path):
    assert read(pixels(full_sheet(), dpi), reader, tmp_path) == CODES


def test_a_module_is_wide_enough_for_a_cheap_printer():
    assert qr_modules(code(1)).side == MODULES
    assert QR_SIDE / (MODULES + 8) >= 0.47


@pytest.mark.parametrize("reader", READERS)
@pytest.mark.parametrize("dpi", RESOLUTIONS)
def test_every_code_of_a_sheet_out_of_focus_is_read(dpi, reader, tmp_path):
    blurred = pixels(full_sheet(), dpi).filter(ImageFilter.GaussianBlur(0.1 * dpi / 25.4))
    assert read(blurred, reader, tmp_path) == CODES


@pytest.mark.parametrize("reader", READERS)
@pytest.mark.parametrize("dpi", RESOLUTIONS)
def test_also_from_a_print_out_of_focus(dpi, reader, tmp_path):
    """Card by card, a blur of 0.12 mm, a quarter of a module: a cheap printer on soft paper, an old scanner."""
    blurred = pixels(full_sheet(), dpi).filter(ImageFilter.GaussianBlur(0.12 * dpi / 25.4))
    assert one_by_one(blurred, dpi, reader, tmp_path) == [[one] for one in CODES_IN_PLACE]


@pytest.mark.parametrize("reader", READERS)
@pytest.mark.parametrize("dpi", RESOLUTIONS)
@pytest.mark.parametrize(
    "stain",
    [
        pytest.param((0.684, 0.342, 0.317, 0.317), id="at the right"),
        pytest.param((0.342, 0.684, 0.317, 0.317), id="below"),
        pytest.param((0.684, 0.684, 0.317, 0.317), id="in the corner"),
        pytest.param((0.6, 0.0, 0.1, 1.0), id="a fold"),
        pytest.param((0.9, 0.2, 0.125, 0.8), id="a worn edge"),
    ],
)
def test_also_with_a_tenth_of_each_code_covered(dpi, reader, stain, tmp_path):
    assert stain[2] * stain[3] >= 0.0999
    found = one_by_one(stained(dpi, stain), dpi, reader, tmp_path, count=4)
    assert found == [[one] for one in CODES_IN_PLACE[:4]]


@pytest.mark.parametrize(
    "stain",
    [
        pytest.param((0.342, 0.342, 0.317, 0.317), id="in the middle"),
        pytest.param((0.45, 0.0, 0.1, 1.0), id="a fold"),
        pytest.param((0.0, 0.5, 1.0, 0.1), id="a fold across"),
    ],
)
def test_with_the_small_squares_in_the_middle_covered_one_decoder_reads_all_of_them(stain, tmp_path):
    """zbar leans on these squares: at 200 and 150 dpi it misses some codes, and reads none as another."""
    for dpi in RESOLUTIONS:
        picture = stained(dpi, stain)
        expected = [[one] for one in CODES_IN_PLACE[:4]]
        assert one_by_one(picture, dpi, "zxing", tmp_path, count=4) == expected
        by_zbar = one_by_one(picture, dpi, "zbar", tmp_path, count=4)
        assert all(found in ([], one) for found, one in zip(by_zbar, expected, strict=True))


@pytest.mark.parametrize("dpi", RESOLUTIONS)
def test_also_with_a_blot_anywhere_but_on_the_corner_squares(dpi, tmp_path):
    """Whether a code is found at all hangs on its three corner squares: no correction makes up for them."""
    for seed in range(2):
        picture = blotted(dpi, seed)
        assert one_by_one(picture, dpi, "zxing", tmp_path) == [[one] for one in CODES_IN_PLACE]
        by_zbar = one_by_one(picture, dpi, "zbar", tmp_path)
        assert all(found in ([], [one]) for found, one in zip(by_zbar, CODES_IN_PLACE, strict=True))
        assert by_zbar.count([]) <= 1


@pytest.mark.parametrize("reader", READERS)
def test_what_cannot_be_read_is_not_read_as_something_else(reader, tmp_path):
    assert one_by_one(stained(200, (0.3, 0.3, 0.6, 0.6)), 200, reader, tmp_path, count=4) == [[]] * 4


# --- what stands on it ------------------------------------------------------------------------------------


def test_a_card_says_who_what_until_when_and_whom_to_call():
    text = text_of(cards([content()]))
    for word in (
        "家庭医生签约服务卡",
        "李桂英",
        "女",
        "1956年生",
        "2026-10001",
        "2026-11-23至2028-11-22",
        "基本服务包、高血压服务包",
        "青石镇卫生院",
        "石桥湾村卫生室",
        "王守仁",
        "19900001234",
    ):
        assert word in text


def test_a_name_with_rare_characters_can_be_read_back():
    pdf = cards([content(name="王𤋮𠮷")])
    assert "王𤋮𠮷" in text_of(pdf)
    assert all(fonts_of(pdf).values())
    assert not any("Helvetica" in name for name in fonts_of(pdf))


def test_a_character_that_no_font_has_is_refused_by_name():
    with pytest.raises(Problem) as caught:
        cards([content(name="王\U00013000")])
    assert caught.value.code == "glyph-missing"
    assert "U+13000" in caught.value.values["characters"]


@pytest.mark.parametrize(
    "name",
    ["李", "阿卜杜热西提·买买提艾力·吐尔逊江", "古丽仙·" * 8, "A very long name in Latin letters indeed"],
)
def test_a_long_name_is_whole_and_stays_on_its_card(name):
    pdf = cards([content(name=name), content(2, name="")])
    assert "".join(name.split()) in text_of(pdf)
    assert_nothing_between_the_cards(pdf)


def test_long_names_of_clinics_and_many_packages_stay_on_the_card():
    signed = tuple(f"{number}号个性化服务包" for number in range(9))
    pdf = cards(
        [content(township="某" * 60, clinic="某" * 60, doctor="某" * 40, phone="1" * 40, signed=signed)] * 4
    )
    assert "等9项" in text_of(pdf)
    assert_nothing_between_the_cards(pdf)
    assert read_by_zxing(pixels(pdf, 200)) == [code(1)] * 4


def assert_nothing_between_the_cards(pdf: bytes) -> None:
    """Two millimetres along each cut are white, but for the marks in the corners."""
    dpi = 150
    picture = pixels(pdf, dpi)
    across, down = cuts_of(pdf)
    for left, right in pairwise(across):
        for top, lower in pairwise(down):
            for box in (
                (left + 3, top + 0.3, right - 3, top + 2),
                (left + 3, lower - 1.8, right - 3, lower - 0.3),
                (left + 0.3, top + 3, left + 2, lower - 3),
                (right - 1.8, top + 3, right - 0.3, lower - 3),
            ):
                cut = picture.crop(tuple(round(v * dpi / 25.4) for v in box))  # type: ignore[arg-type]
                assert min(cut.tobytes()) > 200, box


def test_the_same_cards_are_the_same_bytes_and_the_title_names_nobody():
    assert cards([content()]) == cards([content()])
    information = pypdf.PdfReader(io.BytesIO(cards([content()]))).metadata
    assert information is not None
    assert information.title == "家庭医生签约服务卡"
    assert not any("李桂英" in str(value) for value in information.values())
