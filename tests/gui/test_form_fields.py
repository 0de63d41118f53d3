"""The blanks of a form: typed by keyboard, given back in the shape of the form."""

from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QInputMethodEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QScrollArea, QWidget
from pytestqt.qtbot import QtBot

from village_doctor.domain.forms import DATE, PARTIAL_DATE, Field, Form
from village_doctor.domain.messages import JsonValue
from village_doctor.gui.widgets.form_fields import is_whole_pressure, make_editor
from village_doctor.gui.widgets.form_sheet import FormSheet
from village_doctor.gui.widgets.sheet_parts import LastTime
from village_doctor.services.catalogue import Catalogue

CATALOGUE = Catalogue()
MEDICINE: dict[str, JsonValue] = {"name": "氨氯地平", "times_per_day": 1, "dose": "5", "unit": "mg"}
LAST: dict[str, JsonValue] = {
    "smoking_per_day": 5,
    "drinking_liang_per_day": "0.5",
    "exercise_times_per_week": 3,
    "exercise_minutes": 30,
    "salt_intake": "2",
    "mental_adjustment": "1",
    "adherence": "1",
    "smoking_per_day_target": 0,
    "height_cm": "158.0",
    "medicines": [MEDICINE],
}


def hypertension() -> Form:
    return CATALOGUE.form("hypertension_follow_up")


@dataclass
class Typist:
    """A sheet on the screen and somebody typing into whatever has the focus."""

    sheet: FormSheet
    finished: list[bool]

    def at(self, key: str) -> "Typist":
        self.sheet.focus_on(key)
        return self

    def types(self, text: str) -> "Typist":
        for one in text:
            QTest.keyClicks(_focused(), one)
        return self

    def says(self, text: str) -> "Typist":
        """By input method."""
        event = QInputMethodEvent()
        event.setCommitString(text)
        QApplication.sendEvent(_focused(), event)
        return self

    def presses(
        self, *keys: Qt.Key, control: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier
    ) -> "Typist":
        for key in keys:
            QTest.keyClick(_focused(), key, control)
        return self

    @property
    def name(self) -> str:
        return _focused().accessibleName()


def _focused() -> QWidget:
    found = QApplication.focusWidget()
    assert found is not None
    return found


@pytest.fixture
def typist(qtbot: QtBot) -> Iterator[Typist]:
    yield from _typist(qtbot, hypertension())


def _typist(qtbot: QtBot, form: Form) -> Iterator[Typist]:
    area = QScrollArea()
    area.setWidgetResizable(True)
    sheet = FormSheet(form)
    finished: list[bool] = []
    sheet.finished.connect(lambda: finished.append(True))
    area.setWidget(sheet)
    area.resize(740, 560)
    qtbot.addWidget(area)
    area.show()
    qtbot.waitExposed(area)
    area.activateWindow()
    qtbot.waitUntil(lambda: QApplication.activeWindow() is area)
    yield Typist(sheet, finished)


@pytest.mark.parametrize(
    ("text", "whole"),
    [("152", True), ("96", True), ("15", False), ("9", False), ("110", True), ("30", False)],
)
def test_a_pressure_is_complete_as_soon_as_no_digit_can_follow(text: str, whole: bool) -> None:
    assert is_whole_pressure(text) is whole


# --- numbers and choices ---------------------------------------------------------------------------


def test_digits_move_on_by_themselves(typist: Typist) -> None:
    typist.at("systolic_mmhg").types("15296")
    assert typist.sheet.answers() == {"systolic_mmhg": "152", "diastolic_mmhg": "96"}
    assert typist.name == "体重"


def test_an_enter_right_after_moving_on_belongs_to_the_blank_before(typist: Typist) -> None:
    """Both habits of typing do the same: with Enter behind every number, and without."""
    typist.at("systolic_mmhg").types("152").presses(Qt.Key.Key_Return).types("96").presses(Qt.Key.Key_Tab)
    assert typist.sheet.answers() == {"systolic_mmhg": "152", "diastolic_mmhg": "96"}
    assert typist.name == "体重"
    typist.presses(Qt.Key.Key_Return)
    assert typist.name == "身高"


def test_backspace_in_an_empty_blank_goes_back(typist: Typist) -> None:
    typist.at("systolic_mmhg").types("152").presses(Qt.Key.Key_Backspace, Qt.Key.Key_Backspace).types("8")
    assert typist.sheet.answers() == {"systolic_mmhg": "158"}


def test_a_choice_is_made_by_its_digit_and_moves_on(typist: Typist) -> None:
    typist.at("emergency_sign").types("1")
    assert typist.sheet.answers() == {"emergency_sign": False}
    assert typist.name == "症状"


def test_several_symptoms_by_digit_stay_until_enter_and_none_stands_alone(typist: Typist) -> None:
    typist.at("symptoms").types("24")
    assert typist.sheet.answers()["symptoms"] == ["2", "4"]
    typist.types("1")
    assert typist.sheet.answers()["symptoms"] == ["1"]
    typist.types("2")
    assert typist.sheet.answers()["symptoms"] == ["2"]
    assert typist.presses(Qt.Key.Key_Return).name == "并发症"


def test_a_choice_can_be_taken_back(typist: Typist) -> None:
    typist.at("complication").types("1").at("complication").presses(Qt.Key.Key_Delete)
    assert "complication" not in typist.sheet.answers()


def test_words_come_by_input_method(typist: Typist) -> None:
    typist.at("other_signs").says("双脚有点肿")
    assert typist.sheet.answers() == {"other_signs": "双脚有点肿"}


def test_a_blank_that_does_not_belong_is_not_there(typist: Typist) -> None:
    box = next(one for one in typist.sheet.findChildren(QWidget) if one.accessibleName() == "其他症状")
    assert not box.isVisible()
    typist.at("symptoms").types("0")
    assert box.isVisible()
    typist.at("symptoms_other").says("打嗝")
    assert typist.sheet.answers() == {"symptoms": ["10"], "symptoms_other": "打嗝"}
    typist.at("symptoms").types("1")
    assert not box.isVisible()
    assert typist.sheet.answers() == {"symptoms": ["1"]}


def test_the_index_is_computed_while_typing(typist: Typist) -> None:
    typist.at("weight_kg").types("60.5")
    typist.at("height_cm").types("158.0")
    shown = next(one for one in typist.sheet.findChildren(QWidget) if one.accessibleName() == "体质指数")
    assert shown.property("text") == "24.2 kg/m²"


# --- last time ---------------------------------------------------------------------------------------


@pytest.fixture
def again(typist: Typist) -> Typist:
    typist.sheet.show_last(LastTime(told_on="8月17日", answers=LAST, offered=LAST))
    return typist


def test_what_is_asked_is_never_filled_in_and_carried_blanks_are(again: Typist) -> None:
    values = again.sheet.values()
    assert values["adherence"] is None
    assert values["smoking_per_day"] is None
    assert values["medicines"] is None
    assert values["height_cm"] == "158.0"
    assert values["smoking_per_day_target"] == "0"
    assert again.sheet.answers() == {}  # what nobody touched is left to be carried over


def test_the_arrow_takes_over_what_may_be_taken_over_and_nothing_else(again: Typist) -> None:
    again.at("exercise_minutes").presses(Qt.Key.Key_Right)
    again.at("mental_adjustment").presses(Qt.Key.Key_Right)
    again.at("adherence").presses(Qt.Key.Key_Right)
    assert again.sheet.answers() == {"exercise_minutes": "30"}


def test_nothing_changed_is_one_key_for_the_section_and_goes_on_to_what_must_be_asked(again: Typist) -> None:
    again.at("smoking_per_day")
    again.sheet.toggle_unchanged()
    assert again.sheet.unchanged == {"lifestyle"}
    assert again.sheet.values()["salt_intake"] == "2"
    assert again.sheet.answers() == {}  # taken over by the section, not typed
    assert again.name == "心理调整"


def test_a_changed_value_and_an_emptied_one_stand_against_the_section(again: Typist) -> None:
    again.at("smoking_per_day")
    again.sheet.toggle_unchanged()
    again.at("smoking_per_day").presses(Qt.Key.Key_Backspace).types("9")
    again.at("exercise_minutes").presses(Qt.Key.Key_Backspace, Qt.Key.Key_Backspace)
    assert again.sheet.answers() == {"smoking_per_day": "9", "exercise_minutes": None}


def test_nothing_changed_can_be_taken_back(again: Typist) -> None:
    again.at("smoking_per_day")
    again.sheet.toggle_unchanged()
    again.sheet.toggle_unchanged("lifestyle")
    assert again.sheet.unchanged == set()
    assert again.sheet.values()["smoking_per_day"] is None


def test_a_section_of_questions_cannot_be_called_unchanged(again: Typist) -> None:
    refused: list[str] = []
    again.sheet.refused_section.connect(refused.append)
    again.at("systolic_mmhg")
    again.sheet.toggle_unchanged()
    assert refused == ["体征"]
    assert again.sheet.unchanged == set()


def test_a_carried_blank_that_was_emptied_is_cleared_on_purpose(again: Typist) -> None:
    again.at("height_cm").presses(*[Qt.Key.Key_Backspace] * 5)
    assert again.sheet.answers() == {"height_cm": None}
    assert again.name == "身高"  # emptying a blank does not run on into the one before


def test_another_last_time_keeps_what_was_typed(again: Typist) -> None:
    again.at("height_cm").types("160.0")
    again.at("smoking_per_day").types("2")
    again.sheet.show_last(LastTime(answers={}, offered={"height_cm": "150.0", "smoking_per_day_target": 1}))
    values = again.sheet.values()
    assert (values["height_cm"], values["smoking_per_day"]) == ("160.0", "2")
    assert values["smoking_per_day_target"] == "1"  # nobody had touched it


# --- rows ----------------------------------------------------------------------------------------------


def test_medicines_are_written_row_by_row(typist: Typist) -> None:
    typist.at("medicines").types("2").says("氨氯地平").presses(Qt.Key.Key_Return).types("1")
    typist.presses(Qt.Key.Key_Return).says("5").presses(Qt.Key.Key_Return).says("mg")
    typist.presses(Qt.Key.Key_Return).says("缬沙坦")
    assert typist.sheet.answers()["medicines"] == [
        {"name": "氨氯地平", "times_per_day": "1", "dose": "5", "unit": "mg"},
        {"name": "缬沙坦"},
    ]


def test_enter_in_a_blank_row_leaves_the_rows(typist: Typist) -> None:
    typist.at("medicines").types("2").says("氨氯地平").presses(*[Qt.Key.Key_Return] * 4)
    assert typist.name == "药物名称"
    assert typist.finished == []
    typist.presses(Qt.Key.Key_Return)
    assert typist.finished == [True]
    assert typist.sheet.answers()["medicines"] == [{"name": "氨氯地平"}]


def test_control_enter_begins_a_row_anywhere(typist: Typist) -> None:
    control = Qt.KeyboardModifier.ControlModifier
    typist.at("medicines").presses(Qt.Key.Key_Return, control=control).says("氨氯地平")
    typist.presses(Qt.Key.Key_Return, control=control).says("缬沙坦")
    assert [row["name"] for row in typist.sheet.answers()["medicines"]] == ["氨氯地平", "缬沙坦"]  # type: ignore[index, union-attr, call-overload]


def test_no_medicine_is_an_answer_and_silence_is_none(typist: Typist) -> None:
    assert "medicines" not in typist.sheet.answers()
    typist.at("medicines").types("1")
    assert typist.sheet.answers()["medicines"] == []


def test_a_row_goes_with_its_button(again: Typist) -> None:
    again.at("medicines")
    again.sheet.toggle_unchanged()
    assert again.sheet.answers() == {}
    away = next(
        one
        for one in again.sheet.findChildren(QWidget)
        if one.isVisible() and one.accessibleName() == "去掉第 1 行"
    )
    QTest.mouseClick(away, Qt.MouseButton.LeftButton)
    assert again.sheet.answers() == {"medicines": None}


# --- every form file ---------------------------------------------------------------------------------


@pytest.mark.parametrize("code", sorted(CATALOGUE.forms))
def test_every_form_file_is_a_sheet_with_a_named_blank_for_every_answer(qtbot: QtBot, code: str) -> None:
    form = CATALOGUE.form(code)
    sheet = FormSheet(form)
    qtbot.addWidget(sheet)
    assert set(sheet.values()) == {field.key for field in form.fields if field.is_answered}
    assert all(value is None for value in sheet.values().values())


def shown_beside(sheet: FormSheet, name: str) -> str:
    found = next(one for one in sheet.findChildren(QLabel) if one.accessibleName() == name)
    return found.text()


def test_a_score_and_its_band_appear_with_the_last_answer(qtbot: QtBot) -> None:
    form = CATALOGUE.form("self_care")
    total, grade = (field for field in form.fields if field.formula in ("sum", "band"))
    sheet = FormSheet(form)
    qtbot.addWidget(sheet)
    best: dict[str, JsonValue] = {
        field.key: field.options.codes[0]
        for field in form.fields
        if field.key in total.formula_of and field.options
    }
    last, answer = best.popitem()
    sheet.fill(best)
    assert (shown_beside(sheet, total.label), shown_beside(sheet, grade.label)) == ("—", "—")
    sheet.fill({last: answer})
    assert (shown_beside(sheet, total.label), shown_beside(sheet, grade.label)) == ("0 分", "可自理")


@pytest.mark.parametrize(("age", "is_there"), [(None, True), (64, False), (65, True)])
def test_a_blank_for_the_elderly_is_not_on_the_sheet_of_the_young(
    qtbot: QtBot, age: int | None, is_there: bool
) -> None:
    form = CATALOGUE.form("check_up")
    elderly = {field.key for field in form.fields if field.from_age == 65 and field.is_answered}
    assert elderly
    sheet = FormSheet(form, age=age, sex="2")
    qtbot.addWidget(sheet)
    assert (elderly <= set(sheet.values())) is is_there
    assert not elderly & set(sheet.values()) or is_there
    assert "symptoms" in sheet.values()


@pytest.mark.parametrize(
    ("typed", "date"),
    [
        ("2016", "2016"),
        ("201605", "2016-05"),
        ("2016-5", "2016-05"),
        ("20160503", "2016-05-03"),
        ("16", "16"),
    ],
)
def test_a_date_that_is_half_remembered(qtbot: QtBot, typed: str, date: str) -> None:
    editor = make_editor(Field(key="since", label="确诊时间", type=PARTIAL_DATE))
    qtbot.addWidget(editor.widget)
    QTest.keyClicks(editor.widget, typed)
    assert editor.value() == date


def test_a_whole_date_takes_no_month_alone(qtbot: QtBot) -> None:
    editor = make_editor(Field(key="on", label="检查日期", type=DATE))
    qtbot.addWidget(editor.widget)
    QTest.keyClicks(editor.widget, "201605")
    assert editor.value() == "201605"
