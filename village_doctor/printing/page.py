"""Sheets of paper: what stands where, in millimetres from the top left, y growing downwards.

Everything is recorded first. `finish` checks that every character can be printed before it draws anything,
and the same record gives the same bytes: embedded subset fonts, fixed metadata, no names in the title.
"""

import io
from collections.abc import Callable, Sequence
from functools import partial
from typing import Final

from reportlab.pdfgen.canvas import Canvas

from village_doctor.domain.problems import Problem
from village_doctor.printing import fonts
from village_doctor.printing.line_breaking import break_lines
from village_doctor.printing.qr import QUIET, qr_modules

MM: Final = 72 / 25.4
"""Points in a millimetre."""

INK: Final = 0.0
GREY: Final = 0.38
FOOTER_SIZE: Final = 9
FOOTER_ABOVE_EDGE: Final = 12.0
_SHARES: Final = {"left": 0.0, "center": 0.5, "right": 1.0}  # of the width lie before `x`

_Command = Callable[[Canvas], None]


class Sheets:
    """One document. Positions and widths are millimetres, type sizes and line widths points; the y of a text is
    the top of its line. `title` names the kind of paper ("签约服务协议书"), never a person."""

    def __init__(self, *, title: str, width_mm: float = 210, height_mm: float = 297) -> None:
        self.width_mm: Final = width_mm
        self.height_mm: Final = height_mm
        self._title: Final = title
        self._pages: Final[list[list[_Command]]] = [[]]
        self._texts: Final[dict[str, None]] = {}
        self._footer: Callable[[int, int], str] | None = None

    @property
    def page_count(self) -> int:
        return len(self._pages)

    @property
    def page(self) -> int:
        """The page now written on, from 1: always the last."""
        return len(self._pages)

    def new_page(self) -> None:
        """What follows stands on a new page; the first page is there from the start."""
        self._pages.append([])

    def text(
        self,
        x: float,
        y: float,
        text: str,
        *,
        size: float = 10.5,
        bold: bool = False,
        align: str = "left",
        grey: bool = False,
    ) -> None:
        """One line. `align` left, center or right: where of the text `x` is."""
        line = _one_line(text)
        if not line.strip(" "):
            return
        self._texts[line] = None
        left = x - _SHARES[align] * self.width_of(line, size=size, bold=bold) if align != "left" else x
        self._record(
            _draw_text, left * MM, self._up(y) - fonts.ASCENT * size, line, size=size, bold=bold, grey=grey
        )

    def paragraph(
        self,
        x: float,
        y: float,
        width: float,
        text: str,
        *,
        size: float = 10.5,
        bold: bool = False,
        leading: float = 1.5,
        align: str = "left",
        grey: bool = False,
    ) -> float:
        """Lines broken to the width, from `x` on (aligned inside the width); returns the y below the last one.
        Does not begin a new page."""
        step = size * leading / MM
        inset = (step - size / MM) / 2  # the line stands in the middle of its step
        for line in self.lines_of(width, text, size=size, bold=bold):
            at = x + _SHARES[align] * width
            self.text(at, y + inset, line, size=size, bold=bold, align=align, grey=grey)
            y += step
        return y

    def lines_of(self, width: float, text: str, *, size: float = 10.5, bold: bool = False) -> list[str]:
        """The lines that `paragraph` would write."""
        return break_lines(text, width, partial(self.width_of, size=size, bold=bold))

    def height_of(
        self, width: float, text: str, *, size: float = 10.5, bold: bool = False, leading: float = 1.5
    ) -> float:
        """The height that `paragraph` would need."""
        return len(self.lines_of(width, text, size=size, bold=bold)) * size * leading / MM

    def width_of(self, text: str, *, size: float = 10.5, bold: bool = False) -> float:
        return fonts.width(_one_line(text), size, bold=bold) / MM

    def line(
        self,
        x1: float,
        y1: float,
        x2: float,
        y2: float,
        *,
        width_pt: float = 0.5,
        grey: bool = False,
        dashed: bool = False,
    ) -> None:
        self._record(
            _draw_lines,
            [(x1 * MM, self._up(y1)), (x2 * MM, self._up(y2))],
            width_pt=width_pt,
            grey=grey,
            dashed=dashed,
        )

    def polyline(
        self, points: Sequence[tuple[float, float]], *, width_pt: float = 1, grey: bool = False
    ) -> None:
        at = [(x * MM, self._up(y)) for x, y in points]
        if len(at) >= 2:
            self._record(_draw_lines, at, width_pt=width_pt, grey=grey, dashed=False)

    def dot(self, x: float, y: float, r: float) -> None:
        """A filled circle around (x, y)."""
        self._record(_draw_dot, x * MM, self._up(y), r * MM)

    def rectangle(
        self, x: float, y: float, w: float, h: float, *, width_pt: float = 0.5, fill_grey: float | None = None
    ) -> None:
        """`fill_grey`: 0 black to 1 white, None empty. `width_pt` 0: no edge."""
        self._record(
            _draw_rectangle,
            (x * MM, self._up(y + h), w * MM, h * MM),
            width_pt=width_pt,
            fill_grey=fill_grey,
        )

    def tick_box(self, x: float, y: float, size: float, *, ticked: bool) -> None:
        """A square of `size` mm, with a tick or without; drawn, because the fonts have no such characters."""
        self.rectangle(x, y, size, size, width_pt=0.7)
        if ticked:
            tick = [(0.2, 0.52), (0.42, 0.76), (0.82, 0.2)]
            self.polyline([(x + a * size, y + b * size) for a, b in tick], width_pt=max(1.0, 0.4 * size))

    def qr(self, x: float, y: float, size: float, digits: str) -> None:
        """A QR code of digits, error correction Q. `size` is the side with the white edge of 4 modules that it
        needs: nothing else may stand inside that square."""
        code = qr_modules(digits)
        module = size / (code.side + 2 * QUIET)
        bars = [
            (
                (x + (QUIET + across) * module) * MM,
                self._up(y + (QUIET + down + high) * module),
                wide * module * MM,
                high * module * MM,
            )
            for across, down, wide, high in code.dark
        ]
        self._record(_draw_bars, bars)

    def footer(self, text_of: Callable[[int, int], str]) -> None:
        """On every page, in the middle of the lower edge: the text for (page, pages)."""
        self._footer = text_of

    def finish(self) -> bytes:
        """The PDF. Raises Problem `glyph-missing`, naming the characters, before anything is drawn."""
        footers = [self._footer_of(page) for page in range(1, self.page_count + 1)]
        missing = fonts.uncovered([*self._texts, *footers, self._title])
        if missing:
            named = "、".join(f"{character}（U+{ord(character):04X}）" for character in missing)
            raise Problem("glyph-missing", characters=named)
        with fonts.DRAWING:
            return self._draw(footers)

    def _footer_of(self, page: int) -> str:
        return "" if self._footer is None else _one_line(self._footer(page, self.page_count))

    def _draw(self, footers: Sequence[str]) -> bytes:
        target = io.BytesIO()
        canvas = Canvas(
            target,
            pagesize=(self.width_mm * MM, self.height_mm * MM),
            pageCompression=1,
            invariant=1,
            initialFontName=fonts.REGULAR,  # otherwise the library lists a Helvetica that is not embedded
            lang="zh-CN",
        )
        canvas.setTitle(self._title)
        canvas.setAuthor("")
        canvas.setSubject("")
        canvas.setCreator("village-doctor")
        canvas.setProducer("village-doctor")
        canvas.setViewerPreference("PrintScaling", "None")  # a card is a card only at its own size
        for commands, footer in zip(self._pages, footers, strict=True):
            for command in commands:
                command(canvas)
            if footer:
                left = (self.width_mm * MM - fonts.width(footer, FOOTER_SIZE)) / 2
                bottom = FOOTER_ABOVE_EDGE * MM - fonts.ASCENT * FOOTER_SIZE
                _draw_text(canvas, left, bottom, footer, size=FOOTER_SIZE, bold=False, grey=True)
            canvas.showPage()
        canvas.save()
        return target.getvalue()

    def _record(self, draw: Callable[..., None], *values: object, **options: object) -> None:
        self._pages[-1].append(lambda canvas: draw(canvas, *values, **options))

    def _up(self, y: float) -> float:
        """The library measures in points from the lower edge."""
        return (self.height_mm - y) * MM


def _one_line(text: str) -> str:
    """Blanks of other kinds, tabs and line ends become plain blanks; the wide Chinese blank stays."""
    return "".join(" " if character.isspace() and character != "\u3000" else character for character in text)


def _draw_text(
    canvas: Canvas, x: float, baseline: float, text: str, *, size: float, bold: bool, grey: bool
) -> None:
    shade = GREY if grey else INK
    writing = canvas.beginText(x, baseline)
    writing.setFillGray(shade)
    for name, piece in fonts.runs(text, bold=bold):
        # The font for rare characters has one weight: its outline is drawn along where bold is wanted.
        is_thickened = bold and name == fonts.RARE
        if is_thickened:
            canvas.setStrokeGray(shade)
            canvas.setLineWidth(size * 0.03)
            writing.setTextRenderMode(2)
        writing.setFont(name, size)
        writing.textOut(piece)
        if is_thickened:
            writing.setTextRenderMode(0)
    canvas.drawText(writing)


def _draw_lines(
    canvas: Canvas, points: Sequence[tuple[float, float]], *, width_pt: float, grey: bool, dashed: bool
) -> None:
    canvas.setStrokeGray(GREY if grey else INK)
    canvas.setLineWidth(width_pt)
    canvas.setLineJoin(1)
    canvas.setDash([3, 2] if dashed else [])
    path = canvas.beginPath()
    path.moveTo(*points[0])
    for point in points[1:]:
        path.lineTo(*point)
    canvas.drawPath(path, stroke=1, fill=0)


def _draw_dot(canvas: Canvas, x: float, y: float, radius: float) -> None:
    canvas.setFillGray(INK)
    canvas.circle(x, y, radius, stroke=0, fill=1)


def _draw_rectangle(
    canvas: Canvas, place: tuple[float, float, float, float], *, width_pt: float, fill_grey: float | None
) -> None:
    canvas.setStrokeGray(INK)
    canvas.setLineWidth(width_pt)
    canvas.setDash([])
    if fill_grey is not None:
        canvas.setFillGray(fill_grey)
    canvas.rect(*place, stroke=int(width_pt > 0), fill=int(fill_grey is not None))


def _draw_bars(canvas: Canvas, bars: Sequence[tuple[float, float, float, float]]) -> None:
    """One path, so that no hairline shows between neighbours."""
    canvas.setFillGray(INK)
    path = canvas.beginPath()
    for bar in bars:
        path.rect(*bar)
    canvas.drawPath(path, stroke=0, fill=1)
