"""The real window, offscreen: real services on a small village, no mock windows."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtGui import QFont
from PySide6.QtWidgets import QApplication

from tests.gui.shells import RecordingShell, over
from tests.village import Place, Village, build

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")


@pytest.fixture
def village(tmp_path: Path) -> Iterator[Village]:
    """Opened, on the day it was built."""
    made = build(Place(tmp_path))
    yield made
    made.workplace.close()


@pytest.fixture
def shell(village: Village, qapp: QApplication) -> Iterator[RecordingShell]:
    """For a page that is tried alone."""
    with over(village.workplace) as made:
        yield made


@pytest.fixture(autouse=True)
def _same_look() -> Iterator[None]:
    """One test's type size is not the next one's: how many cards stand side by side depends on it."""
    yield
    application = QApplication.instance()
    if isinstance(application, QApplication) and application.styleSheet():
        application.setStyleSheet("")
        application.setFont(QFont())
