"""Contract cards (家庭医生签约服务卡): one a member, ten to an A4 sheet, each as large as a bank card.

A card names the person and what she signed, never a disease that is nobody's business: the caller hands in names that
may be read by others. Cut marks stand outside the cards and where four of them meet.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from village_doctor.foundation.texts import fill
from village_doctor.foundation.texts import text as _
from village_doctor.printing.page import MM, Sheets

CARD_WIDTH: Final = 85.60
CARD_HEIGHT: Final = 53.98
"""ISO/IEC 7810 ID-1, millimetres."""

COLUMNS: Final = 2
ROWS: Final = 5
QR_SIDE: Final = 30.0
"""With its white edge of 4 modules, millimetres; a module of a card's code (57 with the edge) is 0.526 wide."""
_SHEET: Final = (210.0, 297.0)
_LEFT: Final = (_SHEET[0] - COLUMNS * CARD_WIDTH) / 2
_TOP: Final = (_SHEET[1] - ROWS * CARD_HEIGHT) / 2
_MARK_GAP: Final = 1.5
_MARK_LENGTH: Final = 4.5
_CROSS: Final = 1.5
_MARK_PT: Final = 0.3

_PAD: Final = 4.5
_QR_EDGE: Final = 2.4
_TEXT_WIDTH: Final = CARD_WIDTH - _PAD - QR_SIDE - _QR_EDGE
_FULL_WIDTH: Final = CARD_WIDTH - 2 * _PAD
_BODY: Final = 8.5
_NAME_HEIGHT: Final = 8.2


@dataclass(frozen=True, kw_only=True, slots=True)
class CardContent:
    """What stands on one card. `born`: the year. `signed`: names of what she signed that anybody may read. `phone`: of
    clinic or doctor, may be empty. `code`: the digits of `resources/formats/card.md`."""

    name: str
    sex: str
    born: int
    number: str
    starts_on: date
    ends_on: date
    signed: tuple[str, ...]
    township: str
    clinic: str
    doctor: str
    phone: str
    code: str


def cards(contents: Sequence[CardContent]) -> bytes:
    """The sheets as a PDF, row by row. Raises Problem `glyph-missing`, ValueError for no card at all."""
    if not contents:
        raise ValueError("no card to print")
    sheets = Sheets(title=_("家庭医生签约服务卡"), width_mm=_SHEET[0], height_mm=_SHEET[1])
    for first in range(0, len(contents), COLUMNS * ROWS):
        on_sheet = contents[first : first + COLUMNS * ROWS]
        if first:
            sheets.new_page()
        _cut_marks(sheets, rows=-(-len(on_sheet) // COLUMNS))
        for place, content in enumerate(on_sheet):
            row, column = divmod(place, COLUMNS)
            _card(sheets, _LEFT + column * CARD_WIDTH, _TOP + row * CARD_HEIGHT, content)
    return sheets.finish()


def _cut_marks(sheets: Sheets, rows: int) -> None:
    across = [_LEFT + column * CARD_WIDTH for column in range(COLUMNS + 1)]
    down = [_TOP + row * CARD_HEIGHT for row in range(rows + 1)]
    for x in across:
        for edge, outward in ((down[0], -1), (down[-1], 1)):
            start = edge + outward * _MARK_GAP
            sheets.line(x, start, x, start + outward * _MARK_LENGTH, width_pt=_MARK_PT)
    for y in down:
        for edge, outward in ((across[0], -1), (across[-1], 1)):
            start = edge + outward * _MARK_GAP
            sheets.line(start, y, start + outward * _MARK_LENGTH, y, width_pt=_MARK_PT)
    for x in across[1:-1]:
        for y in down[1:-1]:
            sheets.line(x - _CROSS, y, x + _CROSS, y, width_pt=_MARK_PT)
            sheets.line(x, y - _CROSS, x, y + _CROSS, width_pt=_MARK_PT)


def _card(sheets: Sheets, left: float, top: float, content: CardContent) -> None:
    x = left + _PAD
    _head(sheets, x, top + 3.6, content)
    _person(sheets, x, top + 11.4, content)
    y = top + 20.6
    for line in (
        fill(_("协议 {number}"), {"number": content.number}),
        fill(
            _("{first} 至 {last}"),
            {"first": content.starts_on.isoformat(), "last": content.ends_on.isoformat()},
        ),
    ):
        y = sheets.paragraph(x, y, _TEXT_WIDTH, line, size=_BODY, leading=1.4)
    signed = fill(_("签了：{names}"), {"names": _signed(sheets, content.signed, 2)})
    sheets.paragraph(x, y, _TEXT_WIDTH, signed, size=_BODY, leading=1.3)
    _doctor(sheets, x, top + CARD_HEIGHT - 13.6, content)
    sheets.qr(
        left + CARD_WIDTH - QR_SIDE - _QR_EDGE, top + CARD_HEIGHT - QR_SIDE - _QR_EDGE, QR_SIDE, content.code
    )


def _head(sheets: Sheets, x: float, y: float, content: CardContent) -> None:
    title = _("家庭医生签约服务卡")
    sheets.text(x, y, title, size=10.5, bold=True)
    room = _FULL_WIDTH - sheets.width_of(title, size=10.5, bold=True) - 2
    size = _size_that_fits(sheets, content.township, room, (8.5, 7.5, 6.5))
    sheets.text(
        x + _FULL_WIDTH, y + 0.7, _cut(sheets, content.township, room, size), size=size, align="right"
    )
    sheets.line(x, y + 5.6, x + _FULL_WIDTH, y + 5.6, width_pt=0.6)


def _person(sheets: Sheets, x: float, y: float, content: CardContent) -> None:
    about = fill(_("{sex}　{born} 年生"), {"sex": content.sex, "born": content.born})
    wide = sheets.width_of(about, size=10.5)
    room = _FULL_WIDTH - wide - 3
    for size in (16.0, 14.0, 12.0, 10.0, 8.5, 7.0):
        lines = sheets.lines_of(room, content.name, size=size, bold=True)
        height = len(lines) * size * 1.15 / MM
        if len(lines) == 1 or (height <= _NAME_HEIGHT and size <= 10.0):
            break
    else:
        size, height = 7.0, _NAME_HEIGHT
    sheets.paragraph(
        x, y + (_NAME_HEIGHT - height) / 2, room, content.name, size=size, bold=True, leading=1.15
    )
    sheets.text(x + _FULL_WIDTH, y + 2.4, about, size=10.5, align="right")


def _doctor(sheets: Sheets, x: float, y: float, content: CardContent) -> None:
    """Whom to call, at the foot: the doctor, her clinic, the number big."""
    room = _TEXT_WIDTH - 1
    for line in (fill(_("医生 {doctor}"), {"doctor": content.doctor}), content.clinic):
        size = _size_that_fits(sheets, line, room, (_BODY, 7.5, 6.5))
        sheets.text(x, y, _cut(sheets, line, room, size), size=size)
        y += 4.0
    if content.phone:
        line = fill(_("电话 {phone}"), {"phone": content.phone})
        size = _size_that_fits(sheets, line, room, (11.0, 9.5, 8.0), bold=True)
        sheets.text(x, y - 0.3, _cut(sheets, line, room, size), size=size, bold=True)


def _signed(sheets: Sheets, names: Sequence[str], lines: int) -> str:
    """As many names as there is room for, and how many more there are."""
    for shown in range(len(names), 0, -1):
        listed = "、".join(names[:shown])
        if shown < len(names):
            listed = fill(_("{names}等 {count} 项"), {"names": listed, "count": len(names)})
        whole = fill(_("签了：{names}"), {"names": listed})
        if len(sheets.lines_of(_TEXT_WIDTH, whole, size=_BODY)) <= lines:
            return listed
    return fill(_("{count} 项服务"), {"count": len(names)})


def _size_that_fits(
    sheets: Sheets, text: str, room: float, sizes: Sequence[float], *, bold: bool = False
) -> float:
    return next((size for size in sizes if sheets.width_of(text, size=size, bold=bold) <= room), sizes[-1])


def _cut(sheets: Sheets, text: str, room: float, size: float) -> str:
    """The text with … at its end where even the smallest type is too wide."""
    if sheets.width_of(text, size=size) <= room:
        return text
    while text and sheets.width_of(f"{text}…", size=size) > room:
        text = text[:-1]
    return f"{text}…"
