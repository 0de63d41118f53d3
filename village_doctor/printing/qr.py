"""The dark modules of a QR code as rectangles, to be drawn as vectors. Digits only, error correction Q: a quarter of the
code may be lost."""

from dataclasses import dataclass
from typing import Final

from qrcode.constants import ERROR_CORRECT_Q
from qrcode.main import QRCode
from qrcode.util import MODE_NUMBER, QRData

QUIET: Final = 4
"""The white edge that a reader needs, in modules, on every side."""


@dataclass(frozen=True, kw_only=True, slots=True)
class QrModules:
    """A code of `side` × `side` modules without its white edge. `dark` = (x, y, width, height) in modules,
    x and y from the top left; the rectangles do not overlap."""

    side: int
    dark: tuple[tuple[int, int, int, int], ...]


def qr_modules(digits: str) -> QrModules:
    """The smallest code holding the digits. ValueError if there is anything else in them, or nothing."""
    if not (digits.isascii() and digits.isdigit()):
        raise ValueError("a code holds digits only")
    code = QRCode(error_correction=ERROR_CORRECT_Q, border=0)
    code.add_data(QRData(digits.encode("ascii"), mode=MODE_NUMBER), optimize=0)
    code.make(fit=True)
    return QrModules(side=len(code.modules), dark=_merged(code.modules))


def _merged(rows: list[list[bool | None]]) -> tuple[tuple[int, int, int, int], ...]:
    """Neighbours in a row become one bar, equal bars under each other one rectangle."""
    finished: list[tuple[int, int, int, int]] = []
    growing: dict[tuple[int, int], int] = {}  # (x, width) of a bar: the row it began in
    for y, row in enumerate([*rows, []]):
        bars = set(_bars(row))
        for x, width in sorted(growing.keys() - bars):
            began = growing.pop((x, width))
            finished.append((x, began, width, y - began))
        for bar in bars:
            growing.setdefault(bar, y)
    return tuple(sorted(finished, key=lambda bar: (bar[1], bar[0])))


def _bars(row: list[bool | None]) -> list[tuple[int, int]]:
    bars = []
    x = 0
    while x < len(row):
        width = 0
        while x + width < len(row) and row[x + width]:
            width += 1
        if width:
            bars.append((x, width))
        x += width + 1
    return bars
