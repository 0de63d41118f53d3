"""A thousand contract cards as one PDF, against the bare libraries.

Floor: reportlab drawing the same texts in the same fonts and sizes at about the same places, nothing measured, no line
broken, no glyph looked for, and one square for each dark module of the matrices that qrcode makes of the same digits.
"""

import io
from collections.abc import Sequence
from datetime import date
from random import Random

from qrcode.constants import ERROR_CORRECT_Q
from qrcode.main import QRCode
from qrcode.util import MODE_NUMBER, QRData
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas

from tests.benchmarks.measuring import Row, compared, take_turns
from village_doctor.foundation.paths import resources
from village_doctor.printing.cards import (
    CARD_HEIGHT,
    CARD_WIDTH,
    COLUMNS,
    QR_SIDE,
    ROWS,
    CardContent,
    cards,
)
from village_doctor.printing.fonts import BOLD, REGULAR
from village_doctor.printing.page import MM
from village_doctor.services.catalogue import Catalogue
from village_doctor.services.sampling_people import plan_village
from village_doctor.sync.cards import CODE_LENGTH, PREFIX

BUDGET = 1.3
_TODAY = date(2026, 11, 22)
_BARE = {REGULAR: "bare-regular", BOLD: "bare-bold"}
_SQUARE = QR_SIDE / 57 * MM


def cards_row(count: int = 1000, rounds: int = 7) -> Row:
    """`count` cards of a planned village's people."""
    contents = _contents(count)
    for shipped, bare in _BARE.items():
        pdfmetrics.registerFont(TTFont(bare, str(resources() / "fonts" / f"{shipped}.ttf")))
    ours, floor = cards(contents), _floor(contents)
    times = take_turns(lambda _: cards(contents), lambda _: _floor(contents), rounds)
    more = {"cards": count, "bytes": len(ours), "floor_bytes": len(floor)}
    return compared(f"{count} QR cards as PDF", *times, BUDGET, more)


def _contents(count: int) -> list[CardContent]:
    catalogue, random = Catalogue(), Random("cards")
    start = _TODAY.replace(year=_TODAY.year - 3)
    planned = plan_village(catalogue.sample_data, catalogue.pinyin, count, start, _TODAY, random)
    people = [person for household in planned.households for person in household.members]
    return [
        CardContent(
            name=person.name,
            sex="女" if person.sex == "2" else "男",
            born=person.birth_date.year,
            number=f"2026-{place:06d}",
            starts_on=date(2026, 11, 22),
            ends_on=date(2028, 11, 21),
            signed=("基本公共卫生服务包", "高血压服务包")[: 1 + place % 2],
            township="青石镇卫生院",
            clinic="石桥湾村卫生室",
            doctor="王守仁",
            phone="19900002231",
            code=PREFIX + "".join(random.choices("0123456789", k=CODE_LENGTH - len(PREFIX))),
        )
        for place, person in enumerate((people * (count // len(people) + 1))[:count])
    ]


def _floor(contents: Sequence[CardContent]) -> bytes:
    target = io.BytesIO()
    canvas = Canvas(target, pagesize=(210 * MM, 297 * MM), pageCompression=1, initialFontName=_BARE[REGULAR])
    for place, content in enumerate(contents):
        row, column = divmod(place % (COLUMNS * ROWS), COLUMNS)
        if place and not row and not column:
            canvas.showPage()
        left, top = (19 + column * CARD_WIDTH) * MM, (284 - row * CARD_HEIGHT) * MM
        for x, down, size, font, text in _lines(content):
            canvas.setFont(_BARE[font], size)
            canvas.drawString(left + x * MM, top - down * MM, text)
        _squares(canvas, left + 55 * MM, top - 49.5 * MM, content.code)
    canvas.showPage()
    canvas.save()
    return target.getvalue()


def _lines(content: CardContent) -> list[tuple[float, float, float, str, str]]:
    """Millimetres from the card's corner, size, font and text."""
    return [
        (0, 7, 10.5, BOLD, "家庭医生签约服务卡"),
        (50, 7, 8.5, REGULAR, content.township),
        (0, 16, 16, BOLD, content.name),
        (55, 16, 10.5, REGULAR, f"{content.sex}　{content.born} 年生"),
        (0, 24, 8.5, REGULAR, f"协议 {content.number}"),
        (0, 28, 8.5, REGULAR, f"{content.starts_on.isoformat()} 至 {content.ends_on.isoformat()}"),
        (0, 32, 8.5, REGULAR, f"签了：{'、'.join(content.signed)}"),
        (0, 43, 8.5, REGULAR, f"医生 {content.doctor}"),
        (0, 47, 8.5, REGULAR, content.clinic),
        (0, 51, 11, BOLD, f"电话 {content.phone}"),
    ]


def _squares(canvas: Canvas, left: float, bottom: float, digits: str) -> None:
    code = QRCode(error_correction=ERROR_CORRECT_Q, border=0)
    code.add_data(QRData(digits.encode("ascii"), mode=MODE_NUMBER), optimize=0)
    code.make(fit=True)
    path = canvas.beginPath()
    for row, modules in enumerate(reversed(code.modules)):
        for column, is_dark in enumerate(modules):
            if is_dark:
                path.rect(left + column * _SQUARE, bottom + row * _SQUARE, _SQUARE, _SQUARE)
    canvas.drawPath(path, stroke=0, fill=1)
