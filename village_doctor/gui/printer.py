"""Paper out of a printer at its true size: the pages of a PDF are laid on the sheet to the millimetre.

A card must come out 85.60 × 53.98 mm: the whole sheet is used, nothing is fitted to margins. Pages are drawn one after the
other on a thread of their own, so that a long paper never holds the window up. (Parts of a page are not: Qt's PDF
module scales a clipped part by a dot too little.)
"""

from collections.abc import Sequence
from typing import Final

from PySide6.QtCore import (
    QBuffer,
    QByteArray,
    QIODevice,
    QMarginsF,
    QObject,
    QPoint,
    QRect,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import QImage, QPageLayout, QPageSize, QPainter
from PySide6.QtPdf import QPdfDocument, QPdfPageRenderer
from PySide6.QtPrintSupport import QAbstractPrintDialog, QPrintDialog, QPrinter, QPrinterInfo
from PySide6.QtWidgets import QWidget

_POINTS_PER_INCH: Final = 72
_FINEST_DPI: Final = 400


class PdfInMemory(QObject):
    """A PDF that never touches the disk. `document` is ready at once."""

    def __init__(self, pdf: bytes, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._buffer = QBuffer(self)
        self._buffer.setData(QByteArray(pdf))
        self._buffer.open(QIODevice.OpenModeFlag.ReadOnly)
        self.document = QPdfDocument(self)
        self.document.load(self._buffer)


class PrintRun(QObject):
    """Prints the document on the printer. `moved`: page being printed, pages in all. `ended`: True if it all went out.

    `start` returns at once; `stop` takes back what the printer has not got yet.
    """

    moved = Signal(int, int)
    ended = Signal(bool)

    def __init__(self, document: QPdfDocument, printer: QPrinter, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._document = document
        self._printer = printer
        self._painter = QPainter()
        self._pages = _wanted_pages(document, printer)
        self._at = 0
        self._is_running = False
        self._renderer = QPdfPageRenderer(self)
        self._renderer.setRenderMode(QPdfPageRenderer.RenderMode.MultiThreaded)
        self._renderer.setDocument(document)
        self._renderer.pageRendered.connect(self._drawn)

    def start(self) -> None:
        """Takes the paper's own size, without margins, and begins."""
        self._take_size_of(self._pages[0])
        if not self._painter.begin(self._printer):
            self.ended.emit(False)
            return
        self._painter.setRenderHint(QPainter.RenderHint.LosslessImageRendering)
        self._is_running = True
        self._ask_for_page()

    def stop(self) -> None:
        """Ends a run that is under way."""
        if self._is_running:
            self._printer.abort()
            self._finish(whole=False)

    def _take_size_of(self, page: int) -> None:
        size = self._document.pagePointSize(page)
        is_wide = size.width() > size.height()
        upright = size.transposed() if is_wide else size
        paper = QPageSize(upright, QPageSize.Unit.Point, "", QPageSize.SizeMatchPolicy.FuzzyMatch)
        turned = QPageLayout.Orientation.Landscape if is_wide else QPageLayout.Orientation.Portrait
        layout = QPageLayout(paper, turned, QMarginsF())
        layout.setMode(QPageLayout.Mode.FullPageMode)
        self._printer.setPageLayout(layout)
        self._printer.setFullPage(True)

    def _ask_for_page(self) -> None:
        self.moved.emit(self._at + 1, len(self._pages))
        page = self._pages[self._at]
        dots = _size(self._document, page, *map(_drawn_dpi, self._dpi))
        self._renderer.requestPage(page, dots)

    @property
    def _dpi(self) -> tuple[int, int]:
        return self._printer.logicalDpiX(), self._printer.logicalDpiY()

    def _drawn(self, page: int, _size_asked: QSize, image: QImage) -> None:
        if not self._is_running:
            return
        place = QRect(QPoint(), _size(self._document, page, *self._dpi))
        self._painter.drawImage(place, _on_white(image))
        self._at += 1
        if self._at == len(self._pages):
            self._finish(whole=True)
            return
        self._take_size_of(self._pages[self._at])
        if self._printer.newPage():
            self._ask_for_page()
        else:
            self._finish(whole=False)

    def _finish(self, *, whole: bool) -> None:
        self._is_running = False
        is_closed = self._painter.end()
        self.ended.emit(whole and is_closed)


def new_printer() -> QPrinter:
    """The system's usual printer, at its own resolution, on the whole sheet."""
    printer = QPrinter(QPrinter.PrinterMode.HighResolution)
    printer.setFullPage(True)
    return printer


def print_dialog(
    parent: QWidget, printer: QPrinter, document: QPdfDocument, *, to_file: bool = True
) -> QPrintDialog:
    """The system's dialog for this document; `printer`, which the caller keeps, holds what was chosen."""
    dialog = QPrintDialog(printer, parent)
    dialog.setMinMax(1, max(1, document.pageCount()))
    dialog.setOption(QAbstractPrintDialog.PrintDialogOption.PrintToFile, to_file)
    dialog.setOption(QAbstractPrintDialog.PrintDialogOption.PrintPageRange, document.pageCount() > 1)
    return dialog


def has_printer() -> bool:
    """Does this computer know any printer?"""
    return bool(QPrinterInfo.availablePrinterNames())


def _wanted_pages(document: QPdfDocument, printer: QPrinter) -> Sequence[int]:
    first, last = 1, document.pageCount()
    if printer.printRange() == QPrinter.PrintRange.PageRange and printer.fromPage():
        first, last = printer.fromPage(), min(last, printer.toPage() or last)
    once = range(first - 1, last)
    copies = 1 if printer.supportsMultipleCopies() else printer.copyCount()
    return [page for _copy in range(copies) for page in once]


def _drawn_dpi(printer_dpi: int) -> int:
    """A whole part of the printer's resolution, so that the squares of a QR code stay even."""
    return printer_dpi // -(-printer_dpi // _FINEST_DPI)


def _size(document: QPdfDocument, page: int, across_dpi: int, down_dpi: int) -> QSize:
    """The page in dots at its true size."""
    points = document.pagePointSize(page)
    return QSize(
        round(points.width() / _POINTS_PER_INCH * across_dpi),
        round(points.height() / _POINTS_PER_INCH * down_dpi),
    )


def _on_white(image: QImage) -> QImage:
    """As it looks on white paper; black and grey take a quarter of the room on their way to the printer."""
    painter = QPainter(image)
    painter.setCompositionMode(QPainter.CompositionMode.CompositionMode_DestinationOver)
    painter.fillRect(image.rect(), Qt.GlobalColor.white)
    painter.end()
    wanted = QImage.Format.Format_Grayscale8 if image.allGray() else QImage.Format.Format_RGB32
    return image.convertToFormat(wanted)
