"""A cursor over the pages of a document: headings, paragraphs and tables one under the other.

Begins a new page when the next thing does not fit. A heading stays with what follows it, a table repeats its
titles on each page, and a row is cut only when it is taller than a whole page.
"""

from collections.abc import Sequence
from typing import Final

from village_doctor.printing.page import MM, Sheets

HEADING_SIZES: Final = (18.0, 13.0, 11.0)
PADDING: Final = 1.4
"""Millimetres of white between a table's lines and its texts."""


class Flow:
    """Writes on `sheets` between the margins (millimetres). `y` is where the next thing begins."""

    def __init__(
        self, sheets: Sheets, *, left: float = 20, right: float = 20, top: float = 18, bottom: float = 18
    ) -> None:
        self.sheets: Final = sheets
        self.left: Final = left
        self.width: Final = sheets.width_mm - left - right
        self._top: Final = top
        self._lower: Final = sheets.height_mm - bottom
        self._y = top

    @property
    def y(self) -> float:
        return self._y

    @property
    def page_height(self) -> float:
        """The height between the margins."""
        return self._lower - self._top

    @property
    def room(self) -> float:
        """The height left on this page."""
        return self._lower - self._y

    def keep(self, height: float) -> None:
        """A new page unless that much room is left; never leaves a page empty."""
        if height > self.room + 1e-6 and self._y > self._top:
            self.new_page()

    def new_page(self) -> None:
        self.sheets.new_page()
        self._y = self._top

    def space(self, height: float) -> None:
        """White, or room for what the caller draws there (after `keep`, if it must stay together)."""
        self._y += height

    def heading(self, text: str, level: int = 1) -> None:
        """`level` 1 stands in the middle, 2 and 3 at the left; at least two lines stay with it."""
        size = HEADING_SIZES[level - 1]
        before = 0.0 if self._y == self._top else size * 0.5 / MM
        height = self.sheets.height_of(self.width, text, size=size, bold=True, leading=1.3)
        self.keep(before + height + 14)
        if self._y > self._top:
            self._y += before
        align = "center" if level == 1 else "left"
        self._y = self.sheets.paragraph(
            self.left, self._y, self.width, text, size=size, bold=True, leading=1.3, align=align
        )
        self._y += size * 0.25 / MM

    def paragraph(
        self,
        text: str,
        *,
        size: float = 10.5,
        bold: bool = False,
        leading: float = 1.5,
        align: str = "left",
        grey: bool = False,
        indent: float = 0,
        after: float = 1.5,
    ) -> None:
        """`indent` mm from the left margin, `after` mm of white below. No page begins or ends with one line of
        a longer paragraph."""
        lines = self.sheets.lines_of(self.width - indent, text, size=size, bold=bold)
        step = size * leading / MM
        while lines:
            self.keep(step * (len(lines) if len(lines) <= 3 else 2))
            count = max(1, int((self.room + 1e-6) / step))
            if count == len(lines) - 1 and count > 2:
                count -= 1
            for line in lines[:count]:
                self._y = self.sheets.paragraph(
                    self.left + indent,
                    self._y,
                    self.width - indent,
                    line,
                    size=size,
                    bold=bold,
                    leading=leading,
                    align=align,
                    grey=grey,
                )
            lines = lines[count:]
        self._y += after

    def table(
        self,
        columns: Sequence[tuple[str, float]],
        rows: Sequence[Sequence[str]],
        *,
        size: float = 9.5,
        leading: float = 1.35,
        aligns: Sequence[str] = (),
        after: float = 3,
    ) -> None:
        """`columns`: title and width in mm each; without any title no title row is written. `aligns`: left,
        center or right by column, left where none is given."""
        table = _Table(self, columns, size=size, leading=leading, aligns=aligns)
        table.begin(rows[0] if rows else ())
        for row in rows:
            table.row(row)
        self._y += after


class _Table:
    def __init__(
        self,
        flow: Flow,
        columns: Sequence[tuple[str, float]],
        *,
        size: float,
        leading: float,
        aligns: Sequence[str],
    ) -> None:
        self._flow: Final = flow
        self._titles: Final = [title for title, _ in columns]
        self._widths: Final = [width for _, width in columns]
        self._aligns: Final = [*aligns, *["left"] * (len(columns) - len(aligns))]
        self._size: Final = size
        self._leading: Final = leading
        self._step: Final = size * leading / MM

    def begin(self, first: Sequence[str]) -> None:
        """The titles; they never stand alone at the foot of a page."""
        head = self._cells(self._titles, bold=True)
        following = self._cells(first, bold=False) if first else []
        self._flow.keep(self._height(head) + (self._height(following) if following else 0))
        self._write_titles()

    def row(self, texts: Sequence[str]) -> None:
        """Whole on this page or the next; cut by lines only when no page could hold it."""
        cells = self._cells(texts, bold=False)
        if self._height(cells) > self._flow.room + 1e-6 and (
            self._fits_a_page(cells) or self._lines_that_fit() < 2
        ):
            self._next_page()
        while self._height(cells) > self._flow.room + 1e-6:
            count = max(1, self._lines_that_fit())
            self._write([lines[:count] for lines in cells], bold=False)
            cells = [lines[count:] for lines in cells]
            self._next_page()
        self._write(cells, bold=False)

    def _next_page(self) -> None:
        self._flow.new_page()
        self._write_titles()

    def _write_titles(self) -> None:
        if any(self._titles):
            self._write(self._cells(self._titles, bold=True), bold=True, fill_grey=0.92)

    def _cells(self, texts: Sequence[str], *, bold: bool) -> list[list[str]]:
        return [
            self._flow.sheets.lines_of(width - 2 * PADDING, text, size=self._size, bold=bold)
            for text, width in zip(texts, self._widths, strict=True)
        ]

    def _height(self, cells: Sequence[Sequence[str]]) -> float:
        return max((len(lines) for lines in cells), default=1) * self._step + 2 * PADDING

    def _lines_that_fit(self) -> int:
        return int((self._flow.room - 2 * PADDING + 1e-6) / self._step)

    def _fits_a_page(self, cells: Sequence[Sequence[str]]) -> bool:
        titles = self._height(self._cells(self._titles, bold=True)) if any(self._titles) else 0
        return self._height(cells) <= self._flow.page_height - titles + 1e-6

    def _write(self, cells: Sequence[Sequence[str]], *, bold: bool, fill_grey: float | None = None) -> None:
        sheets, y = self._flow.sheets, self._flow.y
        height = self._height(cells)
        x = self._flow.left
        for lines, width, align in zip(cells, self._widths, self._aligns, strict=True):
            sheets.rectangle(x, y, width, height, fill_grey=fill_grey)
            inner = y + (height - len(lines) * self._step) / 2 if bold else y + PADDING
            for line in lines:
                inner = sheets.paragraph(
                    x + PADDING,
                    inner,
                    width - 2 * PADDING,
                    line,
                    size=self._size,
                    bold=bold,
                    leading=self._leading,
                    align="center" if bold else align,
                )
            x += width
        self._flow.space(height)
