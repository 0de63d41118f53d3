"""A bug is told in one sentence and kept in the masked log: types and places, no name, no number, nothing on standard error."""

import sys
from pathlib import Path

import pytest
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from village_doctor.foundation.logs import FILE_NAME
from village_doctor.gui.bug_door import BugDoor
from village_doctor.gui.messages import Messages


def fail() -> None:
    name, number = "李桂英", "990101195605030020"
    raise ValueError(f"{name} {number}")


def raised() -> ValueError:
    try:
        fail()
    except ValueError as error:
        return error
    raise AssertionError


def test_a_bug_is_told_and_logged_without_anything_private(
    tmp_path: Path, qtbot: QtBot, capfd: pytest.CaptureFixture[str]
) -> None:
    window = QWidget()
    qtbot.addWidget(window)
    messages, before = Messages(window), sys.excepthook
    door = BugDoor(messages, tmp_path / "logs")
    error = raised()
    sys.excepthook(type(error), error, error.__traceback__)
    door.close()
    assert sys.excepthook is before
    assert "程序出了意外" in messages.said[-1]
    logged = (tmp_path / "logs" / FILE_NAME).read_text("ascii")
    assert "ValueError < test_bug_door.py:" in logged
    assert "1956" not in logged
    assert capfd.readouterr() == ("", "")


def test_a_log_that_cannot_be_written_stops_nothing(tmp_path: Path, qtbot: QtBot) -> None:
    window = QWidget()
    qtbot.addWidget(window)
    (tmp_path / "logs").write_text("no folder")
    messages = Messages(window)
    door = BugDoor(messages, tmp_path / "logs")
    error = raised()
    sys.excepthook(type(error), error, error.__traceback__)
    door.close()
    assert "程序出了意外" in messages.said[-1]
