"""Every form of the program on the one page for forms: it fits in three type sizes, and Enter and digits fill it in."""

from collections.abc import Iterator
from typing import Final

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from tests.domain.form_files import example, form, shipped
from tests.gui.fitting import faults, texts_of
from tests.gui.pictures import SIZES
from tests.gui.shells import RecordingShell, put_up
from tests.village import Village
from village_doctor.domain.forms import ACTIVITY, GROUP, MANY, YES_NO
from village_doctor.domain.messages import JsonValue
from village_doctor.gui import theme
from village_doctor.gui.pages.visit_page import VisitPage
from village_doctor.gui.widgets.choices import Choices
from village_doctor.gui.widgets.form_sheet import FormSheet

OF_RESIDENTS: Final = [code for code in shipped() if form(code).subject != ACTIVITY]


@pytest.fixture
def page(village: Village, shell: RecordingShell, qtbot: QtBot, qapp: QApplication) -> Iterator[VisitPage]:
    made = VisitPage(shell)
    qtbot.addWidget(made)
    put_up(made, qtbot)
    yield made
    made.leave()
    qtbot.waitUntil(lambda: shell.session.tasks.is_idle)
    theme.apply(qapp, theme.Theme())


def opened(page: VisitPage, village: Village, code: str, qtbot: QtBot) -> FormSheet:
    """The form on the page: a child's for the child, any other for the old woman."""
    is_childs = code.startswith("child_") or code == "newborn_visit"
    page.show_form((village.child if is_childs else village.widow).id, code)
    settle(page, qtbot)
    assert page.sheet is not None
    return page.sheet


def settle(page: VisitPage, qtbot: QtBot) -> None:
    qtbot.waitUntil(lambda: not page._pause.isActive() and page.session.tasks.is_idle, timeout=30_000)


def words_on(widget: QWidget) -> str:
    return "\n".join(text for _widget, text in texts_of(widget))


@pytest.mark.parametrize("code", OF_RESIDENTS)
def test_it_fits_empty_and_filled_in_in_every_type_size(
    page: VisitPage, village: Village, qtbot: QtBot, qapp: QApplication, code: str
) -> None:
    found = []
    for size in SIZES:
        theme.apply(qapp, theme.Theme(size))
        sheet = opened(page, village, code, qtbot)
        qtbot.wait(20)
        found += [f"{size}, empty: {fault}" for fault in faults(page)]
        sheet.fill(example(code).answers)
        sheet.changed.emit()
        settle(page, qtbot)
        qtbot.wait(20)
        found += [f"{size}, filled in: {fault}" for fault in faults(page)]
        assert page.height() == 640
    assert found == []


# --- by keyboard ----------------------------------------------------------------------------------------


def focus() -> QWidget:
    found = QApplication.focusWidget()
    assert found is not None
    return found


def type_text(text: str) -> None:
    """ASCII as the keyboard sends it, Chinese as an input method commits it."""
    for one in text:
        focused = focus()
        if one.isascii():
            QTest.keyClicks(focused, one)
        else:
            none = Qt.KeyboardModifier.NoModifier
            QApplication.sendEvent(focused, QKeyEvent(QKeyEvent.Type.KeyPress, 0, none, one))


def choose(choices: Choices, code: str) -> None:
    """By its digit; what comes after the tenth by the arrow and Space."""
    at = choices._codes.index(code)
    if at < 10:
        QTest.keyClicks(choices, str((at + 1) % 10))
        return
    while choices._at != at:
        QTest.keyClick(choices, Qt.Key.Key_Right)
    QTest.keyClick(choices, Qt.Key.Key_Space)


def answer(sheet: FormSheet, key: str, value: JsonValue) -> None:
    """Answers the blank that has the focus as a doctor would; rows of a group are put there."""
    field = sheet.form.field(key)
    assert field is not None
    focused = QApplication.focusWidget()
    if field.type == GROUP:
        sheet.fill({key: value})
    elif not isinstance(focused, Choices):
        type_text(str(value))
    elif field.type == YES_NO:
        choose(focused, "yes" if value else "no")
    else:
        for code in value if field.type == MANY and isinstance(value, list) else [str(value)]:
            choose(focused, str(code))


@pytest.mark.parametrize("code", OF_RESIDENTS)
def test_enter_and_digits_fill_it_in_from_the_first_blank_to_the_last(
    page: VisitPage, village: Village, qtbot: QtBot, code: str
) -> None:
    sheet = opened(page, village, code, qtbot)
    left = dict(example(code).answers)
    standing = next(iter(sheet._standing()))
    standing.editor.focus()
    for _step in range(3 * len(sheet.values())):
        focused = QApplication.focusWidget()
        blank = next(
            (
                one
                for one in sheet._standing()
                if focused is not None
                and (one.editor.widget is focused or one.editor.widget.isAncestorOf(focused))
            ),
            None,
        )
        if blank is None:
            break
        key = blank.field.key
        if key in left and blank.editor.value() is None:
            answer(sheet, key, left[key])
            left.pop(key)
            if QApplication.focusWidget() is not focused:
                continue  # it went on by itself
        QTest.keyClick(focus(), Qt.Key.Key_Return)
    for target in [one for one in sheet._standing() if one.field.target_of is not None]:
        if target.field.key in left:
            target.editor.focus()
            answer(sheet, target.field.key, left.pop(target.field.key))
    sheet.changed.emit()
    settle(page, qtbot)
    assert page._preview.refused is None
    assert page._preview.missing == ()


# --- what is concluded ----------------------------------------------------------------------------------


def box_lines(page: VisitPage, village: Village, qtbot: QtBot, code: str, **other: JsonValue) -> list[str]:
    """What stands in the conclusion box once the form is filled in."""
    sheet = opened(page, village, code, qtbot)
    sheet.fill({**example(code).answers, **other})
    sheet.changed.emit()
    settle(page, qtbot)
    return [line.text for line in page.box.lines]


def test_one_sheet_for_two_diseases_has_a_class_for_each_and_one_next_day(
    page: VisitPage, village: Village, qtbot: QtBot
) -> None:
    values: dict[str, JsonValue] = {
        "systolic_mmhg": "162",
        "diastolic_mmhg": "86",
        "fasting_glucose_mmol": "6.1",
    }
    told = box_lines(page, village, qtbot, "hypertension_diabetes_follow_up", **values)
    assert "● 高血压　控制不满意" in told
    assert "✓ 糖尿病　控制满意" in told
    assert sum(line.startswith("下次 ") for line in told) == 1
    assert page.head.title.text().startswith("高血压、糖尿病随访　欧阳秀兰")


def test_a_form_without_a_rule_has_no_next_day_and_no_plan_of_her_own(
    page: VisitPage, village: Village, qtbot: QtBot
) -> None:
    assert box_lines(page, village, qtbot, "treatment") == ["都填好了，可以保存。"]
    assert not page.box.plan_button.isVisible()
    box_lines(page, village, qtbot, "self_care")
    assert page.box.plan_button.isVisible()
    assert page.head.day.accessibleName() == "服务日期"


def test_what_was_saved_names_both_classes(
    page: VisitPage, village: Village, shell: RecordingShell, qtbot: QtBot
) -> None:
    values: dict[str, JsonValue] = {
        "systolic_mmhg": "162",
        "diastolic_mmhg": "86",
        "fasting_glucose_mmol": "6.1",
    }
    box_lines(page, village, qtbot, "hypertension_diabetes_follow_up", **values)
    page.save()
    qtbot.waitUntil(lambda: len(shell.saves) == 1)
    told = "欧阳秀兰 高血压、糖尿病随访 高血压控制不满意、糖尿病控制满意，下次 "
    assert shell.saves[-1].text.startswith(told)
