"""Scenes of people: residents, registering, the family with its panels, the reading bar, the follow-up forms."""

from collections.abc import Iterator
from datetime import date

from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from tests.domain.form_files import example
from tests.gui.driving import ALT, CTRL, Driven
from tests.gui.scenes import KEY, Scene, Stage, dialog, part, press_button, village
from tests.village import COMPLETE_FORM, Village, card
from village_doctor.domain.visits import Visit
from village_doctor.gui.reading_bar import READ_MS
from village_doctor.gui.widgets.conclusion_box import ConclusionBox
from village_doctor.gui.widgets.form_sheet import FormSheet
from village_doctor.store.database import Connection
from village_doctor.store.tables import select

HYPERTENSION = "hypertension_follow_up"


def registering(stage: Stage) -> Iterator[Scene]:
    driven = stage.window(village(stage.folder).place).open()
    yield "today-quiet", driven.window
    driven.press(KEY.Key_2, ALT)
    driven.settle()
    yield "residents", driven.window
    driven.press(KEY.Key_N, CTRL)
    driven.settle()
    yield "registering-empty", driven.window
    number = card(date(1961, 4, 5), 6)
    wrong = number[:-1] + ("1" if number[-1] != "1" else "2")
    driven.enter()
    for text in ("28号", "19900004321", "本人", "赵大山", wrong):
        driven.enter(text)
    driven.until_shown("▲")
    yield "registering-wrong-number", driven.window
    driven.press(KEY.Key_Escape)
    driven.settle()
    driven.press(KEY.Key_N, CTRL)
    driven.until_shown("接着写")
    driven.settle()
    yield "registering-draft", driven.window
    driven.enter()
    driven.settle()
    yield "registering-taken-up", driven.window
    driven.press(KEY.Key_Escape)
    driven.settle()
    driven.press(KEY.Key_K, CTRL)
    driven.type("w")
    driven.settle()
    yield "found", driven.window


# --- the family -----------------------------------------------------------------------------------------


def family(stage: Stage) -> Iterator[Scene]:
    made = village(stage.folder)
    driven = stage.window(made.place).open()
    room = driven.workroom
    room.open_family(made.four.id, made.grandmother.id)
    driven.settle()
    yield "family", driven.window
    for name, key in (("family-facts", KEY.Key_E), ("family-change", KEY.Key_M)):
        driven.press(key, CTRL)
        driven.settle()
        yield name, driven.window
        driven.press(KEY.Key_Escape)
        driven.settle()
    room.open_adding(made.four.id)
    driven.settle()
    yield "family-adding", driven.window
    driven.press(KEY.Key_Escape)
    driven.settle()
    room.open_family(made.four.id, made.grandmother.id)
    driven.settle()
    yield from _readings(driven, made)
    room.open_family(made.four.id, made.grandmother.id)
    driven.settle()
    driven.type("r")
    driven.settle()
    yield "family-asking", driven.window


def _readings(driven: Driven, made: Village) -> Iterator[Scene]:
    room, who = driven.workroom, made.grandmother.id
    for name, typed, told in (
        ("reading", "15296", "如果接着做"),
        ("reading-swapped", "96152", "填反"),
        ("reading-unusual", "8650", "86"),
        ("reading-emergency", "186112", "转诊"),
    ):
        room.open_reading(who, "blood_pressure")
        driven.settle()
        if name == "reading":
            yield "reading-empty", driven.window
        driven.type(typed)
        driven.settle()
        driven.until_shown(told)
        if name == "reading-unusual":
            driven.enter()
        if name == "reading-emergency":
            driven.enter()
        yield name, driven.window
        if name != "reading-emergency":
            driven.press(KEY.Key_Escape)
    driven.settle()
    QTest.qWait(READ_MS + 50)  # sooner, Enter is not taken for "I have read it"
    driven.enter()
    driven.settle()
    yield "family-emergency", driven.window
    driven.press(KEY.Key_Z, CTRL)
    yield "undo", driven.window
    press_button(driven.window, "整条作废")
    driven.enter()
    yield "undo-reason", driven.window
    driven.press(KEY.Key_Escape)
    room.open_reading(made.widow.id, "glucose")
    driven.settle()
    driven.type("133")
    driven.settle()
    yield "glucose", driven.window
    driven.press(KEY.Key_Escape)


# --- the forms ------------------------------------------------------------------------------------------


def forms(stage: Stage) -> Iterator[Scene]:
    made = village(stage.folder)
    driven = stage.window(made.place).open()
    room, who = driven.workroom, made.grandmother.id
    room.open_form(who, HYPERTENSION, {"systolic_mmhg": "152", "diastolic_mmhg": "96"})
    driven.settle()
    driven.until_shown("还没问：")
    yield "form-empty", driven.window
    driven.press(KEY.Key_F2)
    driven.until(lambda: QApplication.activeModalWidget() is not None)
    yield "form-unfinished", dialog()
    driven.press(KEY.Key_Escape)
    driven.press(KEY.Key_Escape)
    driven.settle()
    room.go("today")
    driven.settle()
    driven.until_shown("没填完")
    yield "today-drafts", driven.window
    room.open_form(who, HYPERTENSION)
    driven.until_shown("接着上次没填完的")
    yield "form-draft", driven.window
    sheet = part(driven.window, FormSheet)
    sheet.fill({**COMPLETE_FORM, "systolic_mmhg": 152, "diastolic_mmhg": 96})
    sheet.changed.emit()
    driven.until_shown("控制不满意")
    yield "form-filled", driven.window
    part(driven.window, ConclusionBox).plan_button.click()
    driven.type("20261201")
    driven.settle()
    yield "form-own-plan", driven.window
    driven.press(KEY.Key_Escape)
    room.correct_visit(_visit_of(driven, who))
    driven.settle()
    yield "form-correction", driven.window
    driven.press(KEY.Key_Escape)
    room.open_form(made.widow.id, "diabetes_follow_up")
    driven.settle()
    driven.until_shown("糖尿病随访")
    yield "form-diabetes", driven.window
    room.open_reading(made.widow.id, "glucose")
    driven.settle()
    yield "form-with-reading-bar", driven.window
    driven.press(KEY.Key_Escape)
    room.open_family(made.four.id, made.widow.id)
    room.open_person(made.widow.id)
    driven.settle()
    driven.until_shown("欧阳秀兰")
    driven.type("f")
    driven.until(lambda: QApplication.activeModalWidget() is not None)
    yield "which-form", dialog()
    driven.press(KEY.Key_Escape)
    yield from _other_forms(driven, made.widow.id)


def _other_forms(driven: Driven, who: str) -> Iterator[Scene]:
    """One sheet for two diseases, the longest form of all, and two that are summed up."""
    for name, code, told in (
        ("form-both", "hypertension_diabetes_follow_up", "糖尿病　"),
        ("form-check-up", "check_up", "明年"),
        ("form-constitution", "constitution", "明年"),
        ("form-self-care", "self_care", "明年"),
    ):
        driven.workroom.open_form(who, code)
        driven.settle()
        yield f"{name}-empty", driven.window
        sheet = part(driven.window, FormSheet)
        sheet.fill(example(code).answers)
        sheet.changed.emit()
        driven.until_shown(told)
        driven.settle()
        yield name, driven.window
        driven.press(KEY.Key_Escape)
        driven.settle()


def _visit_of(driven: Driven, resident_id: str) -> str:
    def ask(connection: Connection) -> str:
        return next(select(connection, Visit, "resident_id = ?", (resident_id,))).id

    return driven.workroom.session.workplace.query(ask)
