"""The shipped fonts: which characters can be printed, with which font, and how wide they are.

Noto Sans SC prints everything it has; rare characters of names (𤋮, 𠮷) come from LXGW WenKai, which is
opened only when a text needs it. Fonts are opened once. What no shipped font has must be refused before
drawing: a PDF would silently show a crossed box.
"""

import threading
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Final

from reportlab.pdfbase import pdfmetrics, ttfonts

from village_doctor.foundation.paths import resources

REGULAR: Final = "NotoSansSC-Regular"
BOLD: Final = "NotoSansSC-Bold"
RARE: Final = "LXGWWenKai-Regular"

# Both families stand on the same line: this share of the size lies above it.
ASCENT: Final = 0.88

# The library's fonts and its writer hold one position in a file each: one drawing at a time.
DRAWING: Final = threading.RLock()


@dataclass(frozen=True, kw_only=True, slots=True)
class _Opened:
    font: ttfonts.TTFont
    characters: frozenset[str]


_OPENED: Final[dict[str, _Opened]] = {}


def uncovered(texts: Iterable[str]) -> str:
    """The characters that no shipped font has, each once and sorted; blanks and line ends do not count."""
    wanted = {character for text in texts for character in text if not character.isspace()}
    missing = wanted - _opened(REGULAR).characters
    if missing:
        missing -= _opened(RARE).characters
    return "".join(sorted(missing))


def runs(text: str, *, bold: bool = False) -> list[tuple[str, str]]:
    """The text in pieces with the font of each. A character that nobody has stays with the main font."""
    main = BOLD if bold else REGULAR
    common = _opened(main).characters
    if common.issuperset(text):
        return [(main, text)] if text else []
    rare = _opened(RARE).characters - common
    pieces = groupby(text, key=lambda character: RARE if character in rare else main)
    return [(name, "".join(characters)) for name, characters in pieces]


def width(text: str, size: float, *, bold: bool = False) -> float:
    """How wide the text is at that size (in points, as the size is)."""
    total = 0.0
    for name, piece in runs(text, bold=bold):
        total += _opened(name).font.stringWidth(piece, size)
    return total


def _opened(name: str) -> _Opened:
    found = _OPENED.get(name)
    if found is None:
        with DRAWING:
            found = _OPENED.get(name) or _open(name)
            _OPENED[name] = found
    return found


def _open(name: str) -> _Opened:
    # The library writes characters above U+FFFF wrongly into the table that makes text searchable.
    ttfonts.makeToUnicodeCMap = to_unicode
    path = resources() / "fonts" / f"{name}.ttf"
    font = ttfonts.TTFont(name, str(path), asciiReadable=False, shapable=False)
    pdfmetrics.registerFont(font)
    return _Opened(font=font, characters=frozenset(map(chr, font.face.charToGlyph)))


def to_unicode(font_name: str, subset: Sequence[int]) -> str:
    """The ToUnicode map of an embedded subset: code by code the character in UTF-16BE, at most 100 a block."""
    entries = [
        f"<{code:02X}> <{chr(character).encode('utf-16-be').hex().upper()}>"
        for code, character in enumerate(subset)
        if character
    ]
    lines = [
        "/CIDInit /ProcSet findresource begin",
        "12 dict begin",
        "begincmap",
        "/CIDSystemInfo",
        f"<< /Registry ({font_name}) /Ordering ({font_name}) /Supplement 0 >> def",
        f"/CMapName /{font_name} def",
        "/CMapType 2 def",
        "1 begincodespacerange",
        "<00> <FF>",
        "endcodespacerange",
    ]
    for first in range(0, len(entries), 100):
        block = entries[first : first + 100]
        lines += [f"{len(block)} beginbfchar", *block, "endbfchar"]
    lines += ["endcmap", "CMapName currentdict /CMap defineresource pop", "end", "end"]
    return "\n".join(lines)
