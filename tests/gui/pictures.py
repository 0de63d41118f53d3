"""Every page and every dialog of the real window, one after the other, for pictures and for the test that everything fits.

`python -m tests.gui.pictures FOLDER` (or `build_scripts/pictures.py`, which sets everything up) takes them at 1366×768 in
all three type sizes and lays them out on a contact sheet. The people in them are invented.
"""

import argparse
import os
import shutil
import sys
import tempfile
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QColor, QImage, QPainter
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

from tests.gui.driving import ALT, CTRL, Driven
from tests.post import Post
from tests.village import Place, card
from village_doctor.domain.problems import Problem
from village_doctor.gui.long_work import ProgressPanel
from village_doctor.services import sampling
from village_doctor.services.locking import set_pin

SIZES = ("small", "medium", "large")
SCREEN = QSize(1366, 768)
KEY = Qt.Key
Scene = tuple[str, QWidget]


def all_scenes(folder: Path, size: str, inner: QSize = SCREEN) -> Iterator[Scene]:
    """Name and window (or dialog) of every scene in one type size; a scene stands only until the next one is asked for."""
    for number, scenes in enumerate((first_run, village, practice)):
        place = folder / f"{size}-{number}"
        place.mkdir(parents=True)
        for name, widget in scenes(place, size, inner):
            QTest.qWait(30)
            QApplication.processEvents()
            yield name, widget


def _window(place: Place, size: str, inner: QSize) -> Driven:
    driven = Driven(place)
    driven.program.choose(size, False)  # type: ignore[arg-type]
    driven.program.window.resize(inner)
    return driven.start()


# --- the first start ------------------------------------------------------------------------------------


def first_run(folder: Path, size: str, inner: QSize) -> Iterator[Scene]:
    driven = _window(Place(folder), size, inner)
    driven.until_shown("第 1 步")
    yield "first-run-1-clinic", driven.window
    driven.enter("99010110120")
    for text in ("石桥湾村", "", "王守仁", "青石镇卫生院"):
        driven.enter(text)
    yield "first-run-1-wrong", driven.window
    driven.type("1")
    while "第 1 步" in driven.shown():
        driven.enter()
    yield "first-run-2-password", driven.window
    driven.press(KEY.Key_2)
    driven.enter()
    driven.enter("12345678")
    driven.enter("12345678")
    yield "first-run-2-weak", driven.window
    for _time in range(2):
        driven.press(KEY.Key_A, CTRL)
        driven.enter("yi-jing-bu-shi-2026")
    driven.enter("2580")
    driven.enter("2580")
    driven.until_shown("第 3 步")
    driven.until(
        lambda: driven.program._first_run is not None and driven.program._first_run.unlock_code.panel
    )
    driven.settle()
    yield "first-run-3-unlock-code", driven.window
    first_run_page = driven.program._first_run
    assert first_run_page is not None
    panel = first_run_page.unlock_code.panel
    assert panel is not None
    driven.enter(panel._code.last_group)
    driven.until_shown("第 4 步")
    driven.settle()
    yield "first-run-4-township", driven.window
    first_run_page.go_on()
    driven.settle()
    yield "first-run-5-people", driven.window
    driven.close()


# --- a small village ------------------------------------------------------------------------------------


def village(folder: Path, size: str, inner: QSize) -> Iterator[Scene]:
    post = Post.enrolled(folder)
    with post.workplace() as workplace:
        set_pin(workplace, "2580")
    post.clinic.clock.instant += timedelta(days=1)
    driven = _window(post.clinic, size, inner)
    yield "lock-password", driven.window
    driven.enter("0000-1111-2222")
    driven.until_shown("▲")
    yield "lock-wrong", driven.window
    driven.program.window.lock_page.ask_password()
    driven.program._after_loading(driven.program._show_forgotten)
    driven.settle()
    yield "forgotten", driven.window
    driven.program.window.show_lock()
    driven.open()
    room = driven.workroom
    inside = driven.program.inside
    assert inside is not None
    people = {one.name: one for one in inside.workplace.query(_residents)}
    four = inside.workplace.query(_household_of, people["李桂英"].id)
    widow, grandmother = people["欧阳秀兰"], people["李桂英"]
    yield "today-quiet", driven.window

    driven.press(KEY.Key_2, ALT)
    driven.settle()
    yield "residents", driven.window
    driven.press(KEY.Key_N, CTRL)
    driven.settle()
    yield "registering-empty", driven.window
    yield from _registering(driven)
    driven.press(KEY.Key_Escape)
    driven.settle()

    room.open_family(four, grandmother.id)
    driven.settle()
    yield "family", driven.window
    driven.press(KEY.Key_E, CTRL)
    driven.settle()
    yield "family-facts", driven.window
    driven.press(KEY.Key_Escape)
    driven.press(KEY.Key_M, CTRL)
    driven.settle()
    yield "family-change", driven.window
    driven.press(KEY.Key_Escape)
    driven.settle()
    yield from _readings(driven, four, grandmother.id, widow.id)
    yield from _forms(driven, grandmother.id, widow.id)
    yield from _contracts(driven, four)
    yield from _letters(driven, post)
    driven.press(KEY.Key_5, ALT)
    driven.settle()
    yield "settings", driven.window
    driven.press(KEY.Key_F1)
    yield "help", driven.window
    driven.press(KEY.Key_F9)
    yield "curtain", driven.window
    driven.press(KEY.Key_F9)
    room.tell(Problem("disk-full"))
    yield "notice", driven.window
    driven.press(KEY.Key_Escape)
    panel = ProgressPanel(driven.window, "正在写加密的信")
    panel.open()
    panel.show_progress(3, 8)
    yield "progress", panel
    panel.accept()
    driven.press(KEY.Key_L, CTRL)
    driven.until(lambda: driven.program._locked is not None)
    driven.settle()
    yield "lock-pin", driven.window
    driven.close()


def _residents(connection: object) -> list:
    from village_doctor.domain.people import Resident
    from village_doctor.store.tables import select

    return list(select(connection, Resident))  # type: ignore[arg-type]


def _household_of(connection: object, resident_id: str) -> str:
    from village_doctor.domain.people import HouseholdMembership
    from village_doctor.store.tables import select

    found = select(connection, HouseholdMembership, "resident_id = ?", (resident_id,))  # type: ignore[arg-type]
    return next(found).household_id


def _registering(driven: Driven) -> Iterator[Scene]:
    """A first member whose number is wrong."""
    number = card(__import__("datetime").date(1961, 4, 5), 6)
    wrong = number[:-1] + ("1" if number[-1] != "1" else "2")
    for text in ("", "28号", "19900004321", "本人", "赵大山"):
        driven.enter(text)
    driven.enter(wrong)
    driven.settle()
    yield "registering-wrong-number", driven.window


def _readings(driven: Driven, household_id: str, grandmother: str, widow: str) -> Iterator[Scene]:
    room = driven.workroom
    room.open_reading(grandmother, "blood_pressure")
    driven.settle()
    driven.type("15296")
    driven.until_shown("如果接着做高血压随访")
    yield "reading", driven.window
    driven.press(KEY.Key_Escape)
    room.open_reading(grandmother, "blood_pressure")
    driven.settle()
    driven.type("96152")
    driven.settle()
    yield "reading-swapped", driven.window
    driven.press(KEY.Key_Escape)
    room.open_reading(grandmother, "blood_pressure")
    driven.settle()
    driven.type("8650")
    driven.settle()
    yield "reading-unusual", driven.window
    driven.press(KEY.Key_Escape)
    room.open_family(household_id, grandmother)
    driven.settle()
    room.open_reading(grandmother, "blood_pressure")
    driven.settle()
    driven.type("186112")
    driven.settle()
    driven.enter()
    yield "reading-emergency", driven.window
    driven.enter()
    yield "family-emergency", driven.window
    driven.press(KEY.Key_Z, CTRL)
    yield "undo", driven.window
    driven.press(KEY.Key_Escape)
    room.open_reading(widow, "glucose")
    driven.settle()
    yield "glucose", driven.window
    driven.press(KEY.Key_Escape)


def _forms(driven: Driven, grandmother: str, widow: str) -> Iterator[Scene]:
    room = driven.workroom
    room.open_form(grandmother, "hypertension_follow_up", {"systolic_mmhg": "152", "diastolic_mmhg": "96"})
    driven.settle()
    yield "form-hypertension", driven.window
    driven.press(KEY.Key_F2)
    driven.settle()
    dialog = QApplication.activeModalWidget()
    if dialog is not None:
        yield "form-unfinished", dialog
        driven.press(KEY.Key_Escape)
    driven.press(KEY.Key_Escape)
    driven.settle()
    room.open_form(widow, "diabetes_follow_up")
    driven.settle()
    yield "form-diabetes", driven.window
    driven.press(KEY.Key_Escape)
    driven.settle()
    room.go("today")
    driven.settle()
    yield "today-drafts", driven.window


def _contracts(driven: Driven, household_id: str) -> Iterator[Scene]:
    room = driven.workroom
    driven.press(KEY.Key_3, ALT)
    driven.settle()
    yield "contracts", driven.window
    room.open_contract(household_id)
    driven.settle()
    yield "contract-new", driven.window
    driven.press(KEY.Key_F2)
    driven.settle()
    driven.until_shown("签约服务协议")
    driven.settle()
    QTest.qWait(300)
    yield "preview-agreement", driven.window
    driven.press(KEY.Key_Escape)
    driven.settle()
    yield "contract-waiting", driven.window
    driven.press(KEY.Key_F2)
    driven.settle()
    yield "contract-evidence", driven.window


def _letters(driven: Driven, post: Post) -> Iterator[Scene]:
    driven.press(KEY.Key_4, ALT)
    driven.settle()
    yield "delivery", driven.window


# --- a practice village ---------------------------------------------------------------------------------


def practice(folder: Path, size: str, inner: QSize) -> Iterator[Scene]:
    place = Place(folder)
    made = place.create()
    sampling.sample(made.workplace, residents=150, seed=7, years=2)
    made.workplace.close()
    driven = _window(place, size, inner).open()
    yield "practice-today", driven.window
    driven.press(KEY.Key_Right)
    driven.press(KEY.Key_Right)
    yield "practice-today-phone", driven.window
    driven.press(KEY.Key_2, ALT)
    driven.settle()
    yield "practice-residents", driven.window
    driven.press(KEY.Key_K, CTRL)
    driven.type("l")
    driven.settle()
    yield "practice-found", driven.window
    driven.enter()
    yield "practice-family", driven.window
    driven.press(KEY.Key_K, CTRL)
    driven.type("qqqxx")
    driven.settle()
    yield "practice-found-nothing", driven.window
    driven.press(KEY.Key_Escape)
    driven.press(KEY.Key_3, ALT)
    driven.settle()
    yield "practice-contracts", driven.window
    driven.press(KEY.Key_4, ALT)
    driven.settle()
    yield "practice-delivery-enrol", driven.window
    driven.close()


# --- pictures -------------------------------------------------------------------------------------------


def contact_sheet(pictures: list[Path], columns: int = 5, width: int = 480) -> QImage:
    """All pictures small on one sheet, with their names."""
    height = width * SCREEN.height() // SCREEN.width()
    rows = -(-len(pictures) // columns)
    sheet = QImage(columns * (width + 12) + 12, rows * (height + 40) + 12, QImage.Format.Format_RGB32)
    sheet.fill(QColor("#dddddd"))
    painter = QPainter(sheet)
    painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
    for number, path in enumerate(pictures):
        x, y = 12 + number % columns * (width + 12), 12 + number // columns * (height + 40)
        image = QImage(str(path)).scaled(
            width, height, Qt.AspectRatioMode.KeepAspectRatio, Qt.TransformationMode.SmoothTransformation
        )
        painter.drawImage(x, y, image)
        painter.drawText(x, y + height + 20, path.stem)
    painter.end()
    return sheet


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--size", choices=SIZES, action="append")
    parser.add_argument("--only", default="", help="only scenes whose names begin so")
    given = parser.parse_args()
    work = Path(tempfile.mkdtemp(prefix="village-doctor-pictures-"))
    given.folder.mkdir(parents=True, exist_ok=True)
    try:
        for size in given.size or SIZES:
            taken = []
            for name, widget in all_scenes(work, size):
                if name.startswith(given.only):
                    path = given.folder / f"{size}-{name}.png"
                    widget.grab().save(str(path))
                    taken.append(path)
                    print(path, file=sys.stderr)
            contact_sheet(taken).save(str(given.folder / f"{size}.png"))
    finally:
        shutil.rmtree(work, ignore_errors=True)


if __name__ == "__main__":
    main()
