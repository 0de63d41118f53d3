"""The search box: letters that the input method still holds are searched as they are typed, committed characters too."""

import pytest
from PySide6.QtGui import QInputMethodEvent
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from village_doctor.gui.search_box import SearchBox


@pytest.fixture
def box(qtbot: QtBot) -> SearchBox:
    made = SearchBox()
    qtbot.addWidget(made)
    made.show()
    return made


def held(box: SearchBox, letters: str) -> None:
    """The input method shows these letters and has not decided yet."""
    QApplication.sendEvent(box, QInputMethodEvent(letters, []))


def committed(box: SearchBox, characters: str) -> None:
    event = QInputMethodEvent("", [])
    event.setCommitString(characters)
    QApplication.sendEvent(box, event)


def test_letters_typed_without_an_input_method_are_searched(box: SearchBox, qtbot: QtBot) -> None:
    told: list[str] = []
    box.searched.connect(told.append)
    qtbot.keyClicks(box, "lgy")
    assert told == ["l", "lg", "lgy"]


def test_letters_that_the_input_method_holds_are_searched_without_its_marks(box: SearchBox) -> None:
    told: list[str] = []
    box.searched.connect(told.append)
    held(box, "l")
    held(box, "l'g")
    held(box, "l'g'y")
    assert told == ["l", "lg", "lgy"]
    assert box.text() == ""


def test_characters_that_the_input_method_commits_take_the_place_of_its_letters(box: SearchBox) -> None:
    held(box, "gui'ying")
    assert box.sought == "guiying"
    committed(box, "桂英")
    assert box.sought == "桂英"


def test_held_letters_stand_where_the_cursor_is(box: SearchBox) -> None:
    box.setText("李英")
    box.setCursorPosition(1)
    held(box, "gui")
    assert box.sought == "李gui英"


def test_letters_that_are_taken_back_are_not_sought_any_more(box: SearchBox) -> None:
    held(box, "lg")
    held(box, "")
    assert box.sought == ""


def test_emptied_it_tells_nobody_and_forgets_held_letters(box: SearchBox) -> None:
    held(box, "lg")
    told: list[str] = []
    box.searched.connect(told.append)
    box.empty()
    assert (told, box.sought) == ([], "")
