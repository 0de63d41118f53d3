"""Paper before it is paper: it keeps its true size on the way to the printer, and lies in no file unasked."""

import io
from dataclasses import dataclass
from datetime import date

import pypdf
import pypdfium2
import pytest
from PySide6.QtCore import Qt
from PySide6.QtPdfWidgets import QPdfView
from PySide6.QtPrintSupport import QPrinter
from pytestqt.qtbot import QtBot
from reportlab.lib.units import mm
from reportlab.pdfgen import canvas

from tests.gui.shells import over, put_up
from tests.village import Place
from village_doctor.domain.problems import Problem
from village_doctor.foundation.secrets import UnlockCode
from village_doctor.gui.pages.preview_page import PreviewPage
from village_doctor.services.printing_papers import Paper, unlock_sheet

CARD = (85.60, 53.98)


def paper(pages=1, title="家庭医生签约服务卡", *, can_be_saved=True):
    """Sheets with one black card each, 20 mm from the left and the bottom."""
    target = io.BytesIO()
    sheet = canvas.Canvas(target, pagesize=(210 * mm, 297 * mm))
    for _page in range(pages):
        sheet.rect(20 * mm, 20 * mm, CARD[0] * mm, CARD[1] * mm, stroke=0, fill=1)
        sheet.showPage()
    sheet.save()
    return Paper(title=title, pdf=target.getvalue(), can_be_saved=can_be_saved)


@pytest.fixture
def shell(tmp_path):
    workplace = Place(tmp_path).create().workplace
    with over(workplace) as made:
        yield made
    workplace.close()


@dataclass
class Bot:
    """The page, shown, and what one does with it."""

    page: PreviewPage
    qtbot: QtBot

    def print_to(self, path):
        printer = QPrinter(QPrinter.PrinterMode.HighResolution)
        printer.setOutputFormat(QPrinter.OutputFormat.PdfFormat)
        printer.setOutputFileName(str(path))
        self.page.print_to(printer)

    def wait_for_print(self):
        self.qtbot.waitUntil(lambda: not self.page.is_printing, timeout=20_000)

    def press(self, key, modifiers=Qt.KeyboardModifier.NoModifier):
        self.qtbot.keyClick(self.page.view, key, modifiers)


@pytest.fixture
def bot(shell, qtbot):
    page = PreviewPage(shell)
    qtbot.addWidget(page)
    put_up(page, qtbot)
    return Bot(page, qtbot)


def black_box(path, dpi=300):
    """Left, top, width and height of what is black on the first page, in millimetres, and the page's size."""
    document = pypdfium2.PdfDocument(path)
    image = document[0].render(scale=dpi / 72, grayscale=True).to_pil()
    left, top, right, bottom = image.point(lambda value: 255 if value < 128 else 0).getbbox()
    millimetres = [value * 25.4 / dpi for value in (left, top, right - left, bottom - top)]
    return millimetres, [value * 25.4 / dpi for value in image.size]


def test_a_card_comes_out_of_the_printer_at_its_true_size_and_place(bot, tmp_path):
    bot.page.show_paper(paper())
    bot.print_to(tmp_path / "out.pdf")
    bot.wait_for_print()
    (left, top, width, height), (across, down) = black_box(tmp_path / "out.pdf")
    assert (width, height) == pytest.approx(CARD, abs=0.15)
    assert (left, top) == pytest.approx((20, 297 - 20 - CARD[1]), abs=0.15)
    assert (across, down) == pytest.approx((210, 297), abs=0.5)
    assert "已交给打印机" in bot.page.told.text()


def test_the_window_goes_on_while_a_long_paper_is_printed_and_every_page_comes_out(bot, tmp_path):
    bot.page.show_paper(paper(pages=3))
    bot.print_to(tmp_path / "out.pdf")
    assert bot.page.is_printing
    assert "共 3 页" in bot.page.told.text()
    bot.wait_for_print()
    assert len(pypdf.PdfReader(tmp_path / "out.pdf").pages) == 3


def test_printing_can_be_stopped_and_says_that_it_is_not_all(bot, tmp_path):
    bot.page.show_paper(paper(pages=3))
    bot.print_to(tmp_path / "out.pdf")
    bot.page.stop_button.click()
    assert not bot.page.is_printing
    assert "没有打完" in bot.page.told.text()


def test_a_paper_is_made_off_the_windows_thread_and_shown_to_the_width(bot, shell, qtbot):
    bot.page.make(lambda workplace: paper(pages=2, title=workplace.home.name))
    assert bot.page.page_count == 0
    qtbot.waitUntil(lambda: shell.session.tasks.is_idle)
    assert bot.page.title.text() == "home"
    assert bot.page.count.text() == "第 1 页，共 2 页"
    assert bot.page.view.zoomMode() == QPdfView.ZoomMode.FitToWidth


def test_a_paper_that_cannot_be_made_is_told_and_leaves_nothing_to_print(bot, shell, qtbot):
    bot.page.show_paper(paper())

    def refuse(_workplace):
        raise Problem("contract-unknown", text="2026-10001")

    bot.page.make(refuse)
    qtbot.waitUntil(lambda: shell.session.tasks.is_idle)
    assert [problem.code for problem in shell.told] == ["contract-unknown"]
    assert bot.page.page_count == 0
    assert not bot.page.print_button.isEnabled()


def test_pages_turn_and_come_nearer_by_keys(bot, qtbot):
    bot.page.show_paper(paper(pages=2))
    qtbot.waitExposed(bot.page)
    bot.press(Qt.Key.Key_PageDown)
    assert bot.page.count.text() == "第 2 页，共 2 页"
    bot.press(Qt.Key.Key_PageUp)
    assert bot.page.count.text() == "第 1 页，共 2 页"
    bot.press(Qt.Key.Key_Plus, Qt.KeyboardModifier.ControlModifier)
    near = bot.page.view.zoomFactor()
    assert bot.page.view.zoomMode() == QPdfView.ZoomMode.Custom
    bot.press(Qt.Key.Key_Minus, Qt.KeyboardModifier.ControlModifier)
    assert bot.page.view.zoomFactor() < near


def test_it_is_saved_whole_where_the_doctor_says(bot, shell, qtbot, tmp_path):
    shown = paper()
    bot.page.show_paper(shown)
    bot.page.save_to(tmp_path / "纸.pdf")
    qtbot.waitUntil(lambda: shell.session.tasks.is_idle)
    assert (tmp_path / "纸.pdf").read_bytes() == shown.pdf
    assert "已存成 PDF" in bot.page.told.text()


def test_a_folder_that_is_not_there_is_told_in_plain_words(bot, shell, qtbot, tmp_path):
    bot.page.show_paper(paper())
    bot.page.save_to(tmp_path / "没有" / "纸.pdf")
    qtbot.waitUntil(lambda: shell.session.tasks.is_idle)
    assert [problem.code for problem in shell.told] == ["output-file"]


def test_the_unlock_code_cannot_be_saved(bot, shell, qtbot, tmp_path):
    bot.page.show_paper(paper(title="开锁码", can_be_saved=False))
    assert not bot.page.save_button.isVisible()
    bot.page.save_to(tmp_path / "开锁码.pdf")
    bot.press(Qt.Key.Key_S, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(lambda: shell.session.tasks.is_idle)
    assert not list(tmp_path.glob("*.pdf"))


def test_the_sheet_with_the_unlock_code_is_one_of_those(bot, shell, qtbot):
    code = UnlockCode(bytes(range(16)))
    bot.page.make(lambda _workplace: unlock_sheet(code, "石桥湾村卫生室", date(2026, 11, 23)))
    qtbot.waitUntil(lambda: bot.page.page_count == 1)
    assert bot.page.print_button.isVisible()
    assert not bot.page.save_button.isVisible()


def test_enter_on_a_computer_without_a_printer_says_what_can_be_done_instead(bot, monkeypatch):
    monkeypatch.setattr("village_doctor.gui.pages.preview_page.has_printer", lambda: False)
    bot.page.show_paper(paper())
    bot.press(Qt.Key.Key_Return)
    assert "存成 PDF" in bot.page.told.text()
    assert not bot.page.is_printing
