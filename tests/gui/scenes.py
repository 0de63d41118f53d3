"""What a scene is, and the scenes before the workroom: the first start, the lock screen, the forgotten password.

A scene is a name and the window (or dialog) that shows it; it stands only until the next one is asked for.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import TypeVar

from PySide6.QtCore import QSize, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication, QWidget

from tests.gui.driving import CTRL, Driven
from tests.village import PASSWORD, Place, Village, build
from village_doctor.foundation.settings_file import TypeSize
from village_doctor.gui.pages.first_run_page import FirstRun
from village_doctor.gui.pages.forgotten_page import ForgottenPage
from village_doctor.services.locking import set_pin

W = TypeVar("W", bound=QWidget)
KEY = Qt.Key
Scene = tuple[str, QWidget]
WHOLE_SCREEN = QSize(1366, 768)
# A laptop's screen without the bar of the system and the title of the window.
SMALL_SCREEN = QSize(1366, 690)


@dataclass(frozen=True, slots=True)
class Look:
    """How the window stands there."""

    size: TypeSize = "small"
    inner: QSize = SMALL_SCREEN


class Stage:
    """Where one group of scenes is played: a folder, a look, one window after the other."""

    def __init__(self, folder: Path, look: Look) -> None:
        self.folder = folder
        self.look = look
        self._shown: Driven | None = None

    def window(self, place: Place, *, high_contrast: bool = False) -> Driven:
        """The program's window over that home, in this look; the one before it is closed."""
        self.close()
        self._shown = driven = Driven(place)
        driven.program.choose(self.look.size, high_contrast)
        driven.window.resize(self.look.inner)
        return driven.start()

    def close(self) -> None:
        shown, self._shown = self._shown, None
        if shown is not None:
            shown.close()


Play = Callable[[Stage], Iterator[Scene]]


@dataclass(frozen=True, slots=True)
class Group:
    """Scenes of one home. `shows`: the widgets that one of them must really show."""

    play: Play
    shows: tuple[type[QWidget], ...]


def village(folder: Path) -> Village:
    """The small village with a PIN, closed again, on the next morning."""
    made = build(Place(folder))
    set_pin(made.workplace, "2580")
    made.workplace.close()
    made.place.clock.instant += timedelta(days=1)
    return made


def dialog() -> QWidget:
    """The dialog that is open now."""
    found = QApplication.activeModalWidget()
    assert found is not None
    return found


def press_button(root: QWidget, text: str) -> None:
    """Presses the first visible button with this text."""
    for button in root.findChildren(QAbstractButton):
        if button.isVisible() and text in button.text():
            button.click()
            return
    raise AssertionError(f"no button says “{text}”")


def part(root: QWidget, kind: type[W]) -> W:
    """The visible widget of that kind."""
    return next(one for one in root.findChildren(kind) if one.isVisible())


def groups_of(text: str) -> list[str]:
    """The groups of an unlock code that is shown."""
    return [one for one in text.split("\n") if len(one) == 4 and one.isalnum() and one.isascii()]


# --- the first start ------------------------------------------------------------------------------------


def first_run(stage: Stage) -> Iterator[Scene]:
    driven = stage.window(Place(stage.folder))
    driven.until_shown("第 1 步")
    yield "first-run-1-clinic", driven.window
    yield from _practice(driven)
    driven.enter("99010110120")
    for text in ("石桥湾村", "", "王守仁", "青石镇卫生院"):
        driven.enter(text)
    yield "first-run-1-wrong", driven.window
    driven.type("1")
    while "第 1 步" in driven.shown():
        driven.enter()
    yield "first-run-2-secrets", driven.window
    driven.type("2")
    driven.enter()
    driven.enter("12345678")
    driven.enter("12345678")
    yield "first-run-2-wrong", driven.window
    for _time in range(2):
        driven.press(KEY.Key_A, CTRL)
        driven.enter(PASSWORD)
    driven.enter("2580")
    driven.enter("2580")
    driven.until_shown("最后一组")
    driven.settle()
    groups = groups_of(driven.shown())
    yield "first-run-3-unlock-code", driven.window
    driven.enter("0000")
    yield "first-run-3-wrong", driven.window
    driven.enter(groups[-1])
    driven.until_shown("和卫生院接上头")
    driven.settle()
    yield "first-run-4-township", driven.window
    press_button(driven.window, "以后再说")
    driven.settle()
    yield "first-run-5-people", driven.window
    press_button(driven.window, "以后再说")
    driven.until(lambda: driven.program.inside is not None)
    driven.settle()
    driven.until_shown("还没有人")
    yield "today-empty", driven.window


def _practice(driven: Driven) -> Iterator[Scene]:
    press_button(driven.window, "练习村")
    yield "first-run-practice", driven.window
    step = part(driven.window, FirstRun).practice
    assert step is not None
    step.say("正在写这个村三年的事……", is_working=True)
    step.show_progress(120, 300)
    yield "first-run-practice-making", driven.window
    step.say("", is_working=False)
    driven.press(KEY.Key_Escape)


# --- the lock -------------------------------------------------------------------------------------------


def locking(stage: Stage) -> Iterator[Scene]:
    made = village(stage.folder)
    driven = stage.window(made.place)
    yield "lock-password", driven.window
    driven.enter("0000-1111-2222")
    driven.until_shown("▲")
    yield "lock-wrong", driven.window
    press_button(driven.window, "忘了密码")
    driven.until_shown("拿出信封里的开锁码")
    yield "forgotten", driven.window
    driven.enter("ABCD")
    driven.enter()
    driven.until_shown("▲")
    yield "forgotten-wrong", driven.window
    part(driven.window, ForgottenPage).code_field.setText(made.unlock_code)
    press_button(driven.window, "打开，换新密码")
    driven.until_shown("最后一组")
    driven.settle()
    yield "forgotten-new-code", driven.window
    driven.enter(groups_of(driven.shown())[-1])
    driven.until(lambda: driven.program.inside is not None)
    driven.settle()
    driven.press(KEY.Key_L, CTRL)
    driven.until_shown("请输入 PIN")
    driven.settle()
    yield "lock-pin", driven.window
    driven.enter("9999")
    driven.until_shown("▲")
    yield "lock-pin-wrong", driven.window
    made.place.clock.instant -= timedelta(days=60)
    driven.enter("2580")
    driven.until_shown("日期是对的")
    yield "lock-clock-doubtful", driven.window
    yield from _waiting(stage)


def _waiting(stage: Stage) -> Iterator[Scene]:
    """Too many wrong passwords: the lock screen counts down."""
    driven = stage.window(Place(stage.folder))
    while "秒后可以再试" not in driven.shown():
        driven.enter("0000-1111-2222")
        QTest.qWait(10)
    yield "lock-wait", driven.window
