"""Fields and choices: digits move on by themselves, an input method has no say in numbers, options answer to their number."""

import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QInputMethodEvent, QKeyEvent
from PySide6.QtWidgets import QApplication, QHBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from village_doctor.gui.widgets.choices import Choices
from village_doctor.gui.widgets.controls import (
    Button,
    Card,
    Field,
    NumberField,
    PasswordField,
    PinField,
    PlainField,
    hide_quietly,
)

_WINDOWS: list[QWidget] = []  # they live as long as their tests
NO_KEY = Qt.KeyboardModifier.NoModifier


def shown(qtbot: QtBot, *widgets: QWidget) -> QWidget:
    window = QWidget()
    row = QHBoxLayout(window)
    for widget in widgets:
        row.addWidget(widget)
    qtbot.addWidget(window)
    window.show()
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    widgets[0].setFocus()
    _WINDOWS.append(window)
    return window


def commit(field: QWidget, characters: str) -> None:
    """An input method hands over these characters."""
    event = QInputMethodEvent("", [])
    event.setCommitString(characters)
    QApplication.sendEvent(field, event)


# --- an input method in numbers, PINs and passwords -----------------------------------------------------


@pytest.mark.parametrize("make", [NumberField, PinField, PasswordField, PlainField])
def test_an_input_method_is_told_to_stay_off(qtbot: QtBot, make: type) -> None:
    field = make("x")
    qtbot.addWidget(field)
    assert field.inputMethodQuery(Qt.InputMethodQuery.ImEnabled) is False


def test_names_are_typed_with_an_input_method(qtbot: QtBot) -> None:
    field = Field("姓名")
    qtbot.addWidget(field)
    assert field.inputMethodQuery(Qt.InputMethodQuery.ImEnabled) is True
    commit(field, "李桂英")
    assert field.text() == "李桂英"


@pytest.mark.parametrize(
    ("committed", "kept"), [("１５２", "152"), ("152", "152"), ("一百五", ""), ("1５a2", "152")]
)
def test_one_that_does_not_listen_still_gives_plain_digits(qtbot: QtBot, committed: str, kept: str) -> None:
    field = NumberField("收缩压")
    qtbot.addWidget(field)
    commit(field, committed)
    assert field.text() == kept


def test_its_letters_never_stand_in_a_number(qtbot: QtBot) -> None:
    field = NumberField("收缩压")
    qtbot.addWidget(field)
    QApplication.sendEvent(field, QInputMethodEvent("b'g", []))
    assert field.text() == field.displayText() == ""


def test_full_width_keys_are_the_digits_they_mean(qtbot: QtBot) -> None:
    field = NumberField("血糖", longest=2, places=1)
    shown(qtbot, field)
    for key in "８。１":
        QApplication.sendEvent(field, QKeyEvent(QEvent.Type.KeyPress, 0, NO_KEY, key))
    assert field.text() == "8.1"


def test_letters_are_not_taken_into_a_number(qtbot: QtBot) -> None:
    field = NumberField("收缩压")
    shown(qtbot, field)
    qtbot.keyClicks(field, "1b5g2")
    assert field.text() == "152"


@pytest.mark.parametrize(
    ("typed", "taken"),
    [
        ("1..5", "1.5"), ("1.2.3", "1.23"), ("12.345", "12.34"), (".5", ".5"), ("8.", "8."), ("123456.7", "123456.7"),
    ],
)  # fmt: skip
def test_a_number_takes_one_point_and_no_more_decimals_than_it_has(
    qtbot: QtBot, typed: str, taken: str
) -> None:
    field = NumberField("费用", longest=5, places=2)
    shown(qtbot, field)
    qtbot.keyClicks(field, typed)
    assert field.text() == taken


@pytest.mark.parametrize("pasted", ["1..5", "12.345", "十二", "-3"])
def test_what_is_no_number_is_not_pasted_into_one(qtbot: QtBot, pasted: str) -> None:
    field = NumberField("费用", longest=5, places=2)
    shown(qtbot, field)
    field.setText("7")
    field.selectAll()
    QApplication.clipboard().setText(pasted)
    field.paste()
    assert field.text() == "7"


# --- moving on ------------------------------------------------------------------------------------------


def test_a_number_that_is_complete_says_so_once(qtbot: QtBot) -> None:
    field = NumberField("收缩压")
    shown(qtbot, field)
    told: list[str] = []
    field.full.connect(lambda: told.append(field.text()))
    qtbot.keyClicks(field, "152")
    assert told == ["152"]


def test_a_number_put_right_in_its_middle_does_not_move_on(qtbot: QtBot) -> None:
    field = NumberField("收缩压")
    shown(qtbot, field)
    field.setText("12")
    field.setCursorPosition(1)
    told: list[str] = []
    field.full.connect(lambda: told.append(field.text()))
    qtbot.keyClicks(field, "5")
    assert (field.text(), told) == ("152", [])


# --- choices --------------------------------------------------------------------------------------------

SYMPTOMS = [("1", "无症状"), ("2", "头痛头晕"), ("3", "恶心呕吐")]


def test_one_of_several_is_chosen_by_its_number(qtbot: QtBot) -> None:
    choices = Choices("性别", [("1", "男"), ("2", "女")])
    shown(qtbot, choices)
    qtbot.keyClicks(choices, "2")
    assert choices.values() == ["2"]
    qtbot.keyClicks(choices, "1")
    assert choices.values() == ["1"]


def test_several_can_be_chosen_and_taken_back(qtbot: QtBot) -> None:
    choices = Choices("症状", SYMPTOMS, several=True)
    shown(qtbot, choices)
    qtbot.keyClicks(choices, "23")
    assert choices.values() == ["2", "3"]
    qtbot.keyClicks(choices, "2")
    assert choices.values() == ["3"]


def test_an_option_that_stands_alone_clears_the_others_and_is_cleared_by_them(qtbot: QtBot) -> None:
    choices = Choices("症状", SYMPTOMS, several=True, exclusive=["1"])
    shown(qtbot, choices)
    qtbot.keyClicks(choices, "231")
    assert choices.values() == ["1"]
    qtbot.keyClicks(choices, "2")
    assert choices.values() == ["2"]


def test_arrows_and_space_choose_too_and_so_does_the_mouse(qtbot: QtBot) -> None:
    choices = Choices("症状", SYMPTOMS)
    shown(qtbot, choices)
    qtbot.keyClick(choices, Qt.Key.Key_Right)
    qtbot.keyClick(choices, Qt.Key.Key_Space)
    assert choices.values() == ["2"]
    qtbot.mouseClick(choices.buttons[2], Qt.MouseButton.LeftButton)
    assert choices.values() == ["3"]


def test_a_number_that_no_option_has_changes_nothing(qtbot: QtBot) -> None:
    choices = Choices("性别", [("1", "男"), ("2", "女")])
    shown(qtbot, choices)
    qtbot.keyClicks(choices, "9")
    assert choices.values() == []


# --- cards and buttons ----------------------------------------------------------------------------------


def test_a_letter_on_a_card_is_a_command_with_ctrl_it_is_not(qtbot: QtBot) -> None:
    done: list[str] = []
    card = Card("李桂英", letters={"B": lambda: done.append("B")})
    shown(qtbot, card)
    qtbot.keyClick(card, Qt.Key.Key_B, Qt.KeyboardModifier.ControlModifier)
    assert done == []
    qtbot.keyClicks(card, "b")
    assert done == ["B"]


def test_a_buttons_key_presses_it_at_once(qtbot: QtBot) -> None:
    button, field = Button("保存", key="F2"), Field("姓名")
    shown(qtbot, field, button)
    pressed: list[bool] = []
    button.clicked.connect(lambda: pressed.append(True))
    qtbot.keyClick(field, Qt.Key.Key_F2)
    assert pressed == [True]


def test_enter_presses_the_button_that_has_the_focus(qtbot: QtBot) -> None:
    button = Button("保存")
    shown(qtbot, button)
    pressed: list[bool] = []
    button.clicked.connect(lambda: pressed.append(True))
    qtbot.keyClick(button, Qt.Key.Key_Return)
    assert pressed == [True]


def test_what_is_hidden_quietly_hands_the_keyboard_to_nobody(qtbot: QtBot) -> None:
    field, next_card = Field("收缩压"), Card("王德顺")
    shown(qtbot, field, next_card)
    qtbot.waitUntil(field.hasFocus)
    hide_quietly(field)
    qtbot.wait(20)
    assert not next_card.hasFocus()
