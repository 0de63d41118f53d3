"""A scanner that types like a keyboard is recognised anywhere; what a person types arrives as she typed it."""

from collections.abc import Iterator

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit
from pytestqt.qtbot import QtBot

from village_doctor.gui.scanner import GAP_MS, SCAN_GAP_MS, Scanner

CODE = "901" + "4711" * 5 + "23"


@pytest.fixture
def scanner(qtbot: QtBot, qapp: QApplication) -> Iterator[Scanner]:
    made = Scanner("901", 10, len(CODE))
    qapp.installEventFilter(made)
    yield made
    qapp.removeEventFilter(made)


@pytest.fixture
def field(qtbot: QtBot) -> QLineEdit:
    made = QLineEdit()
    qtbot.addWidget(made)
    made.show()
    made.activateWindow()
    made.setFocus()
    qtbot.waitUntil(made.hasFocus)
    return made


def heard(scanner: Scanner) -> list[tuple[str, str]]:
    told: list[tuple[str, str]] = []
    scanner.began.connect(lambda digits: told.append(("began", digits)))
    scanner.scanned.connect(lambda digits: told.append(("scanned", digits)))
    scanner.broke_off.connect(lambda: told.append(("broke off", "")))
    return told


def test_a_scan_is_told_when_the_person_is_known_and_when_it_is_whole_and_no_field_gets_a_digit(
    scanner: Scanner, field: QLineEdit, qtbot: QtBot
) -> None:
    told = heard(scanner)
    QTest.keyClicks(field, CODE)
    assert told == [("began", CODE[:10]), ("scanned", CODE)]
    assert field.text() == ""


def test_the_enter_that_a_scanner_sends_at_the_end_presses_nothing(
    scanner: Scanner, field: QLineEdit, qtbot: QtBot
) -> None:
    pressed: list[bool] = []
    field.returnPressed.connect(lambda: pressed.append(True))
    QTest.keyClicks(field, CODE)
    QTest.keyClick(field, Qt.Key.Key_Return)
    assert pressed == []


def test_a_slow_scanner_is_recognised(scanner: Scanner, field: QLineEdit) -> None:
    told = heard(scanner)
    for digit in CODE:
        QTest.keyClick(field, Qt.Key(ord(digit)), delay=15)
    assert told[-1] == ("scanned", CODE)


@pytest.mark.parametrize("typed", ["9", "90", "96", "901", "9011234", "152", "90/60"])
def test_what_a_person_types_arrives_whole(
    scanner: Scanner, field: QLineEdit, qtbot: QtBot, typed: str
) -> None:
    told = heard(scanner)
    for key in typed:
        QTest.keyClick(field, Qt.Key(ord(key)), delay=2 * GAP_MS)
    qtbot.waitUntil(lambda: field.text() == typed, timeout=1000)
    assert told == []


def test_a_fast_pair_of_digits_is_only_held_for_a_moment(
    scanner: Scanner, field: QLineEdit, qtbot: QtBot
) -> None:
    QTest.keyClicks(field, "90")
    qtbot.waitUntil(lambda: field.text() == "90", timeout=10 * GAP_MS)


def test_a_fast_key_behind_held_digits_comes_after_them(
    scanner: Scanner, field: QLineEdit, qtbot: QtBot
) -> None:
    QTest.keyClicks(field, "90a")
    qtbot.waitUntil(lambda: field.text() == "90a", timeout=10 * GAP_MS)


@pytest.mark.parametrize("typed", ["119/60", "119/90", "90/119"])
def test_fast_digits_follow_the_focus_that_the_held_ones_move(
    scanner: Scanner, field: QLineEdit, qtbot: QtBot, typed: str
) -> None:
    """The reading bar goes on by itself from a whole systolic value: its last 9 may be held when the next key comes."""
    first, second = typed.split("/")
    following = QLineEdit(field)
    following.show()
    field.textEdited.connect(lambda text: text == first and following.setFocus())
    for key in first + second:
        QTest.keyClick(QApplication.focusWidget() or field, Qt.Key(ord(key)))
    qtbot.waitUntil(lambda: (field.text(), following.text()) == (first, second), timeout=10 * GAP_MS)


def test_a_scan_that_breaks_off_is_said_and_leaves_nothing_behind(
    scanner: Scanner, field: QLineEdit, qtbot: QtBot
) -> None:
    told = heard(scanner)
    QTest.keyClicks(field, CODE[:15])
    qtbot.waitUntil(lambda: ("broke off", "") in told, timeout=4 * SCAN_GAP_MS)
    assert field.text() == ""
    QTest.keyClicks(field, CODE)
    assert told[-1] == ("scanned", CODE)
