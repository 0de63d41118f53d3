"""The lock screen: asks for the password or the PIN, says what was wrong, and lets a person wait where she must."""

import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QApplication, QLineEdit
from pytestqt.qtbot import QtBot

from village_doctor.gui.pages.lock_page import LockPage


@pytest.fixture
def page(qtbot: QtBot) -> LockPage:
    made = LockPage()
    qtbot.addWidget(made)
    made.show()
    made.activateWindow()
    made.ask_password()
    return made


def given(page: LockPage) -> list[str]:
    told: list[str] = []
    page.given.connect(told.append)
    return told


def test_a_password_is_typed_unseen_and_given_by_enter(page: LockPage, qtbot: QtBot) -> None:
    told = given(page)
    qtbot.keyClicks(page.password, "4821-0937-5516")
    assert page.password.echoMode() is QLineEdit.EchoMode.Password
    qtbot.keyClick(page.password, Qt.Key.Key_Return)
    assert told == ["4821-0937-5516"]


def test_nothing_typed_gives_nothing(page: LockPage, qtbot: QtBot) -> None:
    told = given(page)
    qtbot.keyClick(page.password, Qt.Key.Key_Return)
    assert told == []


@pytest.mark.parametrize("is_pin", [True, False])
def test_an_input_method_stays_off_in_both_fields(page: LockPage, is_pin: bool) -> None:
    page.ask_pin() if is_pin else page.ask_password()
    assert page.field.inputMethodQuery(Qt.InputMethodQuery.ImEnabled) is False


def test_a_pin_takes_digits_only_full_width_ones_too(page: LockPage, qtbot: QtBot) -> None:
    page.ask_pin()
    qtbot.keyClicks(page.pin, "2a5")
    eight = QKeyEvent(QEvent.Type.KeyPress, 0, Qt.KeyboardModifier.NoModifier, "８")
    QApplication.sendEvent(page.pin, eight)
    qtbot.keyClicks(page.pin, "0123")
    assert page.pin.text() == "258012"


def test_what_was_wrong_is_said_and_may_be_typed_over(page: LockPage, qtbot: QtBot) -> None:
    qtbot.keyClicks(page.password, "wrong")
    page.refuse("密码不对。")
    assert page.told.text() == "▲ 密码不对。"
    assert page.password.selectedText() == "wrong"
    qtbot.waitUntil(page.password.hasFocus)


def test_after_several_wrong_ones_she_waits_and_sees_how_long(page: LockPage, qtbot: QtBot) -> None:
    page.refuse("密码不对。", wait_seconds=1)
    assert not page.password.isEnabled()
    assert "1 秒后可以再试" in page.told.text()
    qtbot.waitUntil(page.password.isEnabled, timeout=3000)
    assert page.told.text() == "▲ 密码不对。"


def test_a_doubtful_clock_is_confirmed_by_enter(page: LockPage, qtbot: QtBot) -> None:
    qtbot.keyClicks(page.password, "4821")
    page.refuse("电脑的日期好像不对。", asks_about_clock=True)
    qtbot.waitUntil(page.clock_button.hasFocus)
    with qtbot.waitSignal(page.clock_confirmed) as confirmed:
        qtbot.keyClick(QApplication.focusWidget(), Qt.Key.Key_Return)
    assert confirmed.args == ["4821"]


def test_while_it_opens_nothing_can_be_typed(page: LockPage) -> None:
    page.set_busy(is_busy=True, text="正在打开……")
    assert not page.password.isEnabled()
    assert not page.open_button.isEnabled()


def test_while_a_person_must_wait_enter_does_not_press_what_comes_next(page: LockPage, qtbot: QtBot) -> None:
    qtbot.waitUntil(page.password.hasFocus)
    page.refuse("密码不对。", wait_seconds=3)
    assert not page.forgot_button.hasFocus()
    assert QApplication.focusWidget() is None
