"""Scenes of papers and the office: contracts, previews, letters, settings, what lies over any page, a practice village."""

from collections.abc import Iterator

from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from tests.gui.driving import ALT, CTRL, Driven
from tests.gui.scenes import KEY, Scene, Stage, dialog, groups_of, press_button, village
from tests.services.desk_of_township import TownshipDesk
from tests.village import Place, Village
from village_doctor.domain.problems import Problem
from village_doctor.gui.long_work import ProgressPanel
from village_doctor.gui.pages.delivery_page import DeliveryPage
from village_doctor.gui.sticks import Stick
from village_doctor.services import sampling
from village_doctor.sync.receipts import DoubtLine


def contracts(stage: Stage) -> Iterator[Scene]:
    made = village(stage.folder)
    driven = stage.window(made.place).open()
    driven.press(KEY.Key_3, ALT)
    driven.settle()
    yield "contracts", driven.window
    for name in ("contracts-ending", "contracts-third"):
        driven.press(KEY.Key_Right)
        driven.settle()
        yield name, driven.window
    driven.workroom.open_contract(made.four.id)
    driven.settle()
    yield "contract-new", driven.window
    driven.press(KEY.Key_F2)
    driven.until_shown("第 1 页，共 4 页")
    driven.settle()
    yield "preview-agreement", driven.window
    driven.press(KEY.Key_Escape)
    driven.settle()
    driven.until_shown("协议备好了，等签字，还不算签约")
    yield "contract-waiting", driven.window
    driven.type("1")
    driven.press(KEY.Key_F2)
    driven.settle()
    driven.until_shown("✓ 签了")
    yield "contract-signed", driven.window
    yield from _signed(driven, made)


def _signed(driven: Driven, made: Village) -> Iterator[Scene]:
    driven.press(KEY.Key_F3)
    driven.settle()
    yield "contract-renew", driven.window
    driven.press(KEY.Key_Escape)
    driven.settle()
    for name, text in (("contract-end", "解约"), ("contract-void", "作废")):
        press_button(driven.page, text)
        driven.settle()
        yield name, driven.window
        driven.press(KEY.Key_Escape)
    press_button(driven.page, "打印签约卡")
    driven.until_shown("第 1 页，共 1 页")
    driven.settle()
    yield "preview-cards", driven.window
    driven.workroom.open_family(made.four.id, made.grandmother.id)
    driven.settle()
    yield "family-signed", driven.window
    driven.press(KEY.Key_P, CTRL)
    driven.until(lambda: QApplication.activeModalWidget() is not None)
    yield "what-to-print", dialog()
    driven.press(KEY.Key_Escape)
    driven.settle()
    driven.type("l")
    driven.until_shown("第 1 页")
    driven.settle()
    yield "preview-leaflet", driven.window


# --- letters --------------------------------------------------------------------------------------------


def letters(stage: Stage) -> Iterator[Scene]:
    made, township = village(stage.folder), TownshipDesk()
    stick = stage.folder / "stick"
    stick.mkdir()
    invitation = stick / "石桥湾.vdinvite"
    invitation.write_bytes(township.invite())
    driven = stage.window(made.place).open()
    room = driven.workroom
    plugged: list[Stick] = []
    page = DeliveryPage(room, lambda: tuple(plugged))
    room.pages.addWidget(page)
    room.pages.__dict__["delivery"] = page  # the same page, but with sticks of the test's own
    driven.press(KEY.Key_4, ALT)
    driven.settle()
    yield "delivery-not-enrolled", driven.window
    page.enrol_panel.take_file(invitation)
    driven.until_shown("打电话对过了")
    yield "delivery-enrolling", driven.window
    press_button(page, "不一样")
    driven.settle()
    yield "delivery-words-differ", driven.window
    page.enrol_panel.take_file(invitation)
    driven.until_shown("打电话对过了")
    press_button(page, "打电话对过了")
    driven.until(lambda: page.enrol_panel.is_enrolled)
    driven.settle()
    yield "delivery-no-stick", driven.window
    plugged += [Stick(name="KINGSTON", folder=stick), Stick(name="SANDISK", folder=stage.folder)]
    page.look_for_sticks()
    driven.settle()
    yield "delivery-two-sticks", driven.window
    del plugged[1]
    page.look_for_sticks()
    driven.settle()
    driven.press(KEY.Key_F2)
    driven.until_shown("等回条")
    driven.settle()
    yield "delivery-sent", driven.window
    ids = (made.grandmother.id, made.widow.id)
    doubt = DoubtLine(code="same-id-card", kind="resident", ids=ids, since="2026-11-23T01:10:00.000Z")
    township.answer(stick, township.receipt(township.letters_in(stick)), (doubt,))
    driven.press(KEY.Key_F2)
    driven.until_shown("要核对")
    driven.settle()
    yield "delivery-to-be-checked", driven.window


# --- settings, and what lies over any page --------------------------------------------------------------


def settings(stage: Stage) -> Iterator[Scene]:
    driven = stage.window(village(stage.folder).place).open()
    driven.press(KEY.Key_5, ALT)
    driven.settle()
    yield "settings", driven.window
    driven.press(KEY.Key_PageDown)
    yield "settings-below", driven.window
    for name, button in (("settings-password", "换密码"), ("settings-pin", "换 PIN")):
        press_button(driven.page, button)
        driven.settle()
        driven.enter("2")
        yield name, driven.window
        driven.press(KEY.Key_Escape)
    press_button(driven.page, "换一张开锁码")
    driven.settle()
    yield "settings-code", driven.window
    press_button(driven.page, "换一张新的")
    driven.until_shown("最后一组")
    driven.settle()
    yield "settings-new-code", driven.window
    driven.enter(groups_of(driven.shown())[-1])
    driven.settle()
    yield "settings-code-changed", driven.window
    driven.press(KEY.Key_F1)
    yield "help", driven.window
    driven.press(KEY.Key_F9)
    yield "curtain", driven.window
    driven.press(KEY.Key_F9)
    driven.workroom.tell(Problem("disk-full"))
    yield "notice", driven.window
    driven.press(KEY.Key_Escape)
    driven.workroom.messages.tell_bug()
    yield "notice-of-a-bug", driven.window
    driven.press(KEY.Key_Escape)
    panel = ProgressPanel(driven.window, "正在上报")
    panel.open()
    panel.show_progress(3, 8)
    yield "progress", panel
    panel.accept()


# --- a practice village ---------------------------------------------------------------------------------


def practice(stage: Stage) -> Iterator[Scene]:
    place = Place(stage.folder)
    made = place.create()
    sampling.sample(made.workplace, residents=90, seed=7, years=2)
    made.workplace.close()
    driven = stage.window(place).open()
    yield "practice-today", driven.window
    for name in ("practice-today-clinic", "practice-today-phone"):
        driven.press(KEY.Key_Right)
        yield name, driven.window
    driven.press(KEY.Key_2, ALT)
    driven.settle()
    yield "practice-residents", driven.window
    driven.press(KEY.Key_K, CTRL)
    driven.type("l")
    driven.settle()
    yield "practice-found", driven.window
    driven.enter()
    yield "practice-family", driven.window
    driven.press(KEY.Key_B)
    driven.settle()
    driven.type("16298")
    QTest.qWait(300)
    driven.settle()
    yield "practice-reading", driven.window
    driven.press(KEY.Key_Escape)
    driven.press(KEY.Key_K, CTRL)
    driven.type("qqqxx")
    driven.settle()
    yield "practice-found-nothing", driven.window
    driven.press(KEY.Key_Escape)
    driven.press(KEY.Key_3, ALT)
    driven.settle()
    yield "practice-contracts", driven.window


def contrast(stage: Stage) -> Iterator[Scene]:
    """Two pages in black and white."""
    made = village(stage.folder)
    driven = stage.window(made.place, high_contrast=True).open()
    driven.workroom.open_family(made.four.id, made.grandmother.id)
    driven.settle()
    yield "contrast-family", driven.window
    driven.press(KEY.Key_2, ALT)
    driven.settle()
    yield "contrast-residents", driven.window
