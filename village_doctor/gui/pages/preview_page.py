"""Paper before it is paper: look at it, print it at its true size, save it as a PDF.

The PDF lives in memory only; nothing is written to the disk unless the doctor says where. Looking and printing change
no record.
"""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final

from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QKeyEvent, QKeySequence, QShortcut
from PySide6.QtPdf import QPdfDocument
from PySide6.QtPdfWidgets import QPdfView
from PySide6.QtPrintSupport import QPrinter
from PySide6.QtWidgets import QDialog, QFileDialog, QHBoxLayout

from village_doctor.domain.problems import Problem
from village_doctor.foundation.atomic_file import write_whole
from village_doctor.foundation.texts import fill
from village_doctor.foundation.texts import text as _
from village_doctor.gui.printer import PdfInMemory, PrintRun, has_printer, new_printer, print_dialog
from village_doctor.gui.shell import Hint, Page, Shell
from village_doctor.gui.widgets.controls import ENTER, Button, label
from village_doctor.gui.widgets.layouts import WrappingRow
from village_doctor.services.printing_papers import Paper
from village_doctor.services.workplace import Workplace

_STEP: Final = 1.25
_NEAREST, _FARTHEST = 4.0, 0.25
_FIT_MARGIN: Final = 32


class PreviewPage(Page):
    """One paper at a time. `show_paper` shows it, `make` makes it first, off the window's thread."""

    typing_searches = False

    def __init__(self, shell: Shell) -> None:
        super().__init__(shell)
        self._paper: Paper | None = None
        self._held: PdfInMemory | None = None
        self._run: PrintRun | None = None
        self._nothing = QPdfDocument(self)
        self.title = label("", role="heading")
        self.count = label("", tone="quiet", wraps=False)
        head = QHBoxLayout()
        head.addWidget(self.title, 1)
        head.addWidget(self.count)
        self.body.addLayout(head)
        self.print_button = Button(_("打印"), kind="primary", key="Ctrl+P")
        self.save_button = Button(_("存成 PDF"), key="Ctrl+S")
        self.stop_button = Button(_("停下"))
        row = WrappingRow()
        for button in (self.print_button, self.save_button, self.stop_button):
            row.add(button)
        self.body.addWidget(row)
        self.told = label("", role="note")
        self.body.addWidget(self.told)
        self.view = QPdfView(self)
        self.view.setAccessibleName(_("纸的样子"))
        self.view.setPageMode(QPdfView.PageMode.MultiPage)
        self.view.setZoomMode(QPdfView.ZoomMode.FitToWidth)
        self.body.addWidget(self.view, 1)
        self.print_button.clicked.connect(self.print)
        self.save_button.clicked.connect(self.ask_where_to_save)
        self.stop_button.clicked.connect(self.stop_printing)
        self.view.pageNavigator().currentPageChanged.connect(self._show_count)
        for keys, act in (
            ("PgDown", lambda: self.turn(1)),
            ("PgUp", lambda: self.turn(-1)),
            ("Ctrl++", lambda: self.zoom(_STEP)),
            ("Ctrl+=", lambda: self.zoom(_STEP)),
            ("Ctrl+-", lambda: self.zoom(1 / _STEP)),
            ("Ctrl+0", self.fit),
        ):
            shortcut = QShortcut(QKeySequence(keys), self)
            shortcut.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
            shortcut.activated.connect(act)
        self._show_buttons()

    # --- what is shown ------------------------------------------------------------------------------

    def make(self, make: Callable[[Workplace], Paper]) -> None:
        """Makes the paper on a thread of its own, then shows it. A Problem is told and nothing is shown."""
        self._forget()
        self.title.setText(_("正在排版……"))
        self.session.work_or(self, self.show_paper, self._not_made, make)

    def show_paper(self, paper: Paper) -> None:
        """Shows the paper; one that must never lie in a file can only be printed."""
        self._forget()
        self._paper = paper
        self._held = PdfInMemory(paper.pdf, self)
        self.view.setDocument(self._held.document)
        self.fit()
        self.title.setText(paper.title)
        self._show_count()
        self._show_buttons()
        self.focus_first()

    @property
    def _can_be_saved(self) -> bool:
        return self._paper is not None and self._paper.can_be_saved

    @property
    def page_count(self) -> int:
        return self._held.document.pageCount() if self._held is not None else 0

    def _forget(self) -> None:
        self.stop_printing()
        held, self._held, self._paper = self._held, None, None
        self.told.clear()
        self.title.clear()
        self._show_count()
        self._show_buttons()
        if held is not None:
            self.view.setDocument(self._nothing)
            held.deleteLater()

    def _not_made(self, problem: Problem) -> None:
        self.title.setText(_("没有排出来"))
        self.shell.tell(problem)

    def _show_count(self) -> None:
        if self.page_count == 0:
            self.count.clear()
            return
        values = {"at": self.view.pageNavigator().currentPage() + 1, "all": self.page_count}
        self.count.setText(fill(_("第 {at} 页，共 {all} 页"), values))

    def _show_buttons(self) -> None:
        is_ready = self._held is not None and self._run is None
        self.print_button.setEnabled(is_ready)
        self.save_button.setEnabled(is_ready)
        self.save_button.setVisible(self._can_be_saved)
        self.stop_button.setVisible(self._run is not None)

    # --- looking ------------------------------------------------------------------------------------

    def turn(self, pages: int) -> None:
        """To the next page or the one before."""
        navigator = self.view.pageNavigator()
        wanted = navigator.currentPage() + pages
        if 0 <= wanted < self.page_count:
            navigator.jump(wanted, QPointF(), navigator.currentZoom())

    def zoom(self, factor: float) -> None:
        """Nearer or farther; the page fits the width again with Ctrl+0."""
        if self._held is None:
            return
        at = self.view.zoomFactor()
        if self.view.zoomMode() != QPdfView.ZoomMode.Custom:
            at = self._fitting_factor()
        self.view.setZoomMode(QPdfView.ZoomMode.Custom)
        self.view.setZoomFactor(min(_NEAREST, max(_FARTHEST, at * factor)))

    def fit(self) -> None:
        """The page as wide as the window."""
        self.view.setZoomMode(QPdfView.ZoomMode.FitToWidth)

    def _fitting_factor(self) -> float:
        assert self._held is not None
        points = self._held.document.pagePointSize(0).width()
        across = points / 72 * self.view.logicalDpiX()
        return max(_FARTHEST, (self.view.viewport().width() - _FIT_MARGIN) / across) if across else 1.0

    # --- printing -----------------------------------------------------------------------------------

    def print(self) -> None:
        """Asks the system which printer, then prints without holding the window up."""
        if self._held is None or self._run is not None:
            return
        if not has_printer() and not self._can_be_saved:
            self._say(_("这台电脑还没有装打印机。这张纸不能存成文件：可以照着手抄，或装好打印机再来。"))
            return
        if not has_printer():
            self._say(_("这台电脑还没有装打印机。可以先存成 PDF（Ctrl+S），拿到有打印机的地方打。"))
            return
        printer = new_printer()
        dialog = print_dialog(self, printer, self._held.document, to_file=self._can_be_saved)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.accepted.connect(lambda: self.print_to(printer))
        QDialog.open(dialog)

    def print_to(self, printer: QPrinter) -> None:
        """Prints on that printer; the page tells how far it is and when it is done."""
        if self._held is None or self._run is not None:
            return
        self._run = PrintRun(self._held.document, printer, self)
        self._run.moved.connect(self._show_progress)
        self._run.ended.connect(self._printed)
        self._show_buttons()
        self._run.start()

    def stop_printing(self) -> None:
        """Stops a run that is under way; nothing happens if there is none."""
        if self._run is not None:
            self._run.stop()

    @property
    def is_printing(self) -> bool:
        return self._run is not None

    def _show_progress(self, page: int, pages: int) -> None:
        self._say(fill(_("正在送去打印：第 {at} 页，共 {all} 页"), {"at": page, "all": pages}))

    def _printed(self, whole: bool) -> None:
        run, self._run = self._run, None
        if run is not None:
            run.deleteLater()
        self._show_buttons()
        if whole:
            self._say(_("✓ 已交给打印机"))
        else:
            self._say(_("没有打完。纸上有的不作数，记录都没有动。看看打印机，再打一次。"))

    def _say(self, text: str) -> None:
        self.told.setText(text)

    # --- saving -------------------------------------------------------------------------------------

    def ask_where_to_save(self) -> None:
        """Opens the dialog for a file; its name is the paper's title, which names nobody."""
        if self._paper is None or not self._paper.can_be_saved:
            return
        dialog = QFileDialog(self, _("存成 PDF"))
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setNameFilter("PDF (*.pdf)")
        dialog.setDefaultSuffix("pdf")
        dialog.selectFile(f"{self._paper.title}.pdf")
        dialog.fileSelected.connect(lambda chosen: self.save_to(Path(chosen)))
        QDialog.open(dialog)

    def save_to(self, path: Path) -> None:
        """The file is there whole, or it is told why not."""
        if self._paper is None or not self._paper.can_be_saved:
            return
        pdf = self._paper.pdf
        self.session.tasks.start(
            self, lambda _none: self._say(_("✓ 已存成 PDF")), lambda: _write(path, pdf), self.shell.tell
        )

    # --- the window ---------------------------------------------------------------------------------

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in ENTER and not event.isAutoRepeat():
            self.print()
        else:
            super().keyPressEvent(event)

    def hints(self) -> Sequence[Hint]:
        return (("Enter", _("打印")), ("PgDn", _("下一页")), ("Esc", _("回去")))

    def focus_first(self) -> None:
        self.view.setFocus()


def _write(path: Path, pdf: bytes) -> None:
    """Raises Problem `output-file`."""
    try:
        write_whole(path, pdf)
    except OSError as error:
        raise Problem("output-file", file=path) from error
