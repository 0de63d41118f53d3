"""The real window in a process of its own, driven by its keyboard, until it is killed. Run by the tests beside it.

`window_worker.py FOLDER SESSION` does one of SESSIONS over the home in that folder. Each line on standard output is JSON and
has `at`, the seconds of the monotonic clock, which all processes share.
"""

import json
import os
import sys
import time
import traceback
from collections.abc import Iterator
from functools import partial
from itertools import count
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtCore import Qt
from PySide6.QtGui import QWindow
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from tests.faults.worker import here
from tests.gui.driving import ALT, CTRL, Driven
from village_doctor.domain.contracts import Contract
from village_doctor.gui.bug_door import BugDoor
from village_doctor.gui.pages.registering_page import RegisteringPage
from village_doctor.gui.pages.visit_page import VisitPage
from village_doctor.gui.widgets.choices import Choices
from village_doctor.services import printing_papers
from village_doctor.store.tables import select

KEY = Qt.Key
PIN = "2580"
TYPING_MS = 120
NAME_OF_NEW_HEAD = "赵长根"
PHONE_OF_NEW_HEAD = "19900004321"
HALF_A_NUMBER = "99010119"
ANSWERS = {
    "收缩压": "152",
    "舒张压": "96",
    "心率": "76",
    "日吸烟量": "3",
    "日饮酒量": "1",
    "每周运动次数": "4",
    "每次运动时间": "35",
}


def say(**told: object) -> None:
    """Whole lines at once: what a kill cuts off was not said."""
    line = json.dumps({"at": time.monotonic(), **told}, ensure_ascii=False)
    os.write(1, f"{line}\n".encode())


def opened(folder: Path) -> Driven:
    driven = Driven(here(folder))
    BugDoor(driven.program.window.messages, driven.place.home / "logs")
    driven.start().open()
    driven.settle()
    return driven


def wait_for_the_kill() -> None:
    """The window goes on living."""
    QApplication.exec()


# --- half typed -----------------------------------------------------------------------------------------


def answers_of(driven: Driven) -> dict[str, object]:
    assert isinstance(driven.page, VisitPage)
    assert driven.page.sheet is not None
    return dict(driven.page.sheet.answers())


def begin_form(driven: Driven) -> None:
    driven.enter("lgy")
    driven.type("f")
    driven.until_shown("做哪一种")
    driven.type("1")
    driven.until(lambda: isinstance(driven.page, VisitPage) and driven.page.sheet is not None)
    driven.settle()


def typed_answers(driven: Driven) -> Iterator[None]:
    """Types what ANSWERS has, and takes the first choice elsewhere; yields after every blank."""
    for _field in range(24):
        focus = driven.focus
        if isinstance(focus, Choices):
            driven.type("1")
        else:
            driven.type(ANSWERS.get(focus.accessibleName(), ""))
        QTest.qWait(
            TYPING_MS
        )  # a last 9 could be a card: the scanner's filter lets it through after a moment
        yield
        driven.press(KEY.Key_Return)


def form(driven: Driven) -> None:
    """Types half a form, each time saying what stands there; then waits."""
    begin_form(driven)
    for _blank in typed_answers(driven):
        say(answers=answers_of(driven))
    say(done=True)
    wait_for_the_kill()


def half_a_household(driven: Driven) -> Iterator[None]:
    """A door and the beginning of its first person; yields after every field."""
    driven.press(KEY.Key_2, ALT)
    driven.settle()
    driven.workroom.open_registering()
    driven.settle()
    for text in ("1", "18号", PHONE_OF_NEW_HEAD, "儿子", NAME_OF_NEW_HEAD, HALF_A_NUMBER):
        driven.type(text)
        QTest.qWait(
            TYPING_MS
        )  # a last 9 could be a card: the scanner's filter lets it through after a moment
        yield
        if text != HALF_A_NUMBER:
            driven.press(KEY.Key_Return)


def household_typed(driven: Driven) -> dict[str, object]:
    page = driven.page
    assert isinstance(page, RegisteringPage)
    return {"door": page.door.body(), "people": page.people.body()}


def household(driven: Driven) -> None:
    for _field in half_a_household(driven):
        say(**household_typed(driven))
    say(done=True)
    wait_for_the_kill()


def look(driven: Driven) -> None:
    """The next start: what Today says, and what the page of its first draft holds when that is gone on with."""
    say(today=driven.shown())
    today = driven.page
    drafts = driven.workroom.pages.today.draft_cards
    if drafts:
        drafts[0].setFocus()
        driven.enter()
        driven.until(lambda: driven.page is not today)
        driven.settle()
    if isinstance(driven.page, VisitPage):
        driven.until(lambda: isinstance(driven.page, VisitPage) and driven.page.sheet is not None)
        driven.settle()
        say(form=driven.shown(), answers=answers_of(driven))
    elif isinstance(driven.page, RegisteringPage):
        offered = driven.shown()
        driven.enter()
        driven.settle()
        say(offered=offered, **household_typed(driven))
    driven.close()


# --- saving ---------------------------------------------------------------------------------------------


def _is_said(driven: Driven, pressure: str) -> bool:
    return any(text.startswith("✓") and f"血压 {pressure}" in text for text in driven.said)


def readings(driven: Driven) -> None:
    """One blood pressure after the other; says each as soon as the window says ✓."""
    driven.enter("lgy")
    for index in count(int(os.environ["FIRST_READING"])):
        driven.type("b")
        driven.settle()
        pressure = f"{110 + index % 60}/{60 + index // 60}"
        driven.type(pressure.replace("/", ""))
        driven.press(KEY.Key_Return)
        driven.until(partial(_is_said, driven, pressure))
        say(saved=pressure, index=index)
        driven.settle()


# --- a session that leaves nothing readable -----------------------------------------------------------


def titles(driven: Driven) -> list[str]:
    """What a taskbar, a screen recorder or a neighbour's window list would show."""
    windows = QApplication.topLevelWidgets()
    handles: list[QWindow] = QApplication.topLevelWindows()
    return [*(one.windowTitle() for one in windows), *(one.title() for one in handles)]


def pause(driven: Driven, stage: str) -> None:
    """Tells the test where we are; it looks at the disk and answers with a line."""
    driven.settle()
    say(stage=stage, titles=titles(driven), shown=len(driven.shown()))
    sys.stdin.readline()


def session(driven: Driven) -> None:
    workplace = driven.program.inside.workplace if driven.program.inside is not None else None
    assert workplace is not None
    contract_id = workplace.query(lambda connection: next(select(connection, Contract)).id)
    driven.enter("lgy")
    pause(driven, "family")
    grandmother = driven.workroom.pages.family.resident_id
    assert grandmother is not None
    papers = (
        partial(printing_papers.agreement, contract_id=contract_id),
        partial(printing_papers.cards, contract_id=contract_id),
        partial(printing_papers.leaflet, resident_id=grandmother),
    )
    for number, make in enumerate(papers, 1):
        driven.workroom.open_preview(make)
        driven.until_shown("第 1 页")
        pause(driven, f"paper {number}")
        driven.press(KEY.Key_Escape)
        driven.settle()
    driven.press(KEY.Key_1, ALT)
    driven.settle()
    begin_form(driven)
    for _blank in typed_answers(driven):
        pass
    for _field in half_a_household(driven):
        pass
    driven.settle()
    driven.press(KEY.Key_L, CTRL)
    driven.until(lambda: driven.program.window.lock_page.is_pin)
    pause(driven, "locked")
    driven.enter(PIN)
    driven.until(lambda: driven.program.inside is not None)
    driven.settle()
    driven.press(KEY.Key_1, ALT)  # it opened where it was locked, on the household
    driven.settle()
    driven.enter("lgy")
    driven.type("b")
    driven.settle()
    driven.enter("15296")
    driven.until(partial(_is_said, driven, "152/96"))
    pause(driven, "killed")
    wait_for_the_kill()


SESSIONS = {
    "form": form,
    "household": household,
    "look": look,
    "readings": readings,
    "session": session,
}


if __name__ == "__main__":
    try:
        SESSIONS[sys.argv[2]](opened(Path(sys.argv[1])))
    except Exception:
        traceback.print_exc()  # the window would only log it
        raise
