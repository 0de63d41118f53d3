"""Work off the window's thread comes back to it; who is gone hears nothing; a Problem and a bug find their way."""

import logging
import threading
from collections.abc import Iterator

import pytest
from PySide6.QtCore import QObject, QThread
from pytestqt.qtbot import QtBot

from village_doctor.domain.problems import Problem
from village_doctor.gui.tasks import Tasks


@pytest.fixture
def tasks(qtbot: QtBot) -> Iterator[Tasks]:
    made = Tasks()
    yield made
    made.close()


def test_an_answer_comes_on_the_windows_thread_and_the_work_is_done_elsewhere(
    tasks: Tasks, qtbot: QtBot
) -> None:
    here, owner = QThread.currentThread(), QObject()
    seen: list[object] = []
    tasks.start(owner, lambda name: seen.extend([name, QThread.currentThread()]), threading.get_ident)
    qtbot.waitUntil(lambda: tasks.is_idle)
    assert seen[0] != threading.get_ident()
    assert seen[1] is here


def test_who_is_gone_hears_nothing(tasks: Tasks, qtbot: QtBot) -> None:
    import shiboken6

    owner, going = QObject(), threading.Event()
    seen: list[object] = []
    tasks.start(owner, seen.append, lambda: going.wait(5))
    shiboken6.delete(owner)
    going.set()
    qtbot.waitUntil(lambda: tasks.is_idle)
    assert seen == []


def test_what_was_asked_dies_on_the_windows_thread(tasks: Tasks, qtbot: QtBot) -> None:
    """A callable that dies on another thread disconnects there under Qt's lock: the window would stand still (0008)."""
    died: list[int] = []

    class Asked:
        def __call__(self, *_answer: object) -> None:
            if not _answer:
                raise Problem("password-wrong")

        def __del__(self) -> None:
            died.append(threading.get_ident())

    owner = QObject()
    for _ in range(300):
        tasks.start(owner, Asked(), Asked(), Asked())
    qtbot.waitUntil(lambda: tasks.is_idle and len(died) == 900)
    assert set(died) == {threading.get_ident()}


def test_a_problem_goes_to_whoever_asked_else_to_the_one_door(tasks: Tasks, qtbot: QtBot) -> None:
    def fail() -> None:
        raise Problem("password-wrong")

    asked: list[Problem] = []
    door: list[Problem] = []
    tasks.problem.connect(door.append)
    owner = QObject()
    tasks.start(owner, lambda _none: None, fail, asked.append)
    tasks.start(owner, lambda _none: None, fail)
    qtbot.waitUntil(lambda: tasks.is_idle)
    assert [one.code for one in asked] == ["password-wrong"]
    assert [one.code for one in door] == ["password-wrong"]


def test_a_bug_is_told_and_logged_and_the_window_lives_on(
    tasks: Tasks, qtbot: QtBot, caplog: pytest.LogCaptureFixture
) -> None:
    def fail() -> None:
        raise ValueError

    told: list[bool] = []
    tasks.bug.connect(lambda: told.append(True))
    with caplog.at_level(logging.ERROR):
        tasks.start(QObject(), lambda _none: None, fail)
        qtbot.waitUntil(lambda: tasks.is_idle)
    assert told == [True]
    assert "bug" in caplog.text


def test_after_a_bug_whoever_waits_is_told_that_her_step_has_ended(
    tasks: Tasks, qtbot: QtBot, caplog: pytest.LogCaptureFixture
) -> None:
    import shiboken6

    def fail() -> None:
        going.wait(5)
        raise ValueError

    going, page, gone = threading.Event(), QObject(), QObject()
    asked: list[Problem] = []
    told: list[bool] = []
    tasks.bug.connect(lambda: told.append(True))
    with caplog.at_level(logging.ERROR):
        tasks.start(page, lambda _none: None, fail, asked.append)
        tasks.start(gone, lambda _none: None, fail, asked.append)
        shiboken6.delete(gone)
        going.set()
        qtbot.waitUntil(lambda: tasks.is_idle)
    assert [one.code for one in asked] == ["unforeseen"]
    assert told == [True]
    assert "bug" in caplog.text


def test_what_could_not_be_done_is_told_even_where_its_page_is_gone(tasks: Tasks, qtbot: QtBot) -> None:
    import shiboken6

    def fail() -> None:
        going.wait(5)
        raise Problem("disk-full")

    owner, going = QObject(), threading.Event()
    page: list[Problem] = []
    door: list[Problem] = []
    tasks.problem.connect(door.append)
    tasks.start(owner, lambda _none: None, fail, page.append)
    shiboken6.delete(owner)
    going.set()
    qtbot.waitUntil(lambda: tasks.is_idle)
    assert (page, [one.code for one in door]) == ([], ["disk-full"])
