"""The command line on the small village, on an empty home, and on nothing."""

import pytest

from tests.cli.command_line import CommandLine, small_village
from tests.village import Place

OUTSIDE = (
    "VILLAGE_DOCTOR_HOME",
    "VILLAGE_DOCTOR_PASSWORD_FILE",
    "VILLAGE_DOCTOR_TOWNSHIP_HOME",
    "VILLAGE_DOCTOR_TOWNSHIP_PASSWORD_FILE",
)


@pytest.fixture(autouse=True)
def no_settings_from_outside(monkeypatch):
    for name in OUTSIDE:
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def line(tmp_path) -> CommandLine:
    """A command line to the small village."""
    return small_village(tmp_path)


@pytest.fixture
def nothing_yet(tmp_path) -> CommandLine:
    """A command line on a computer without a home."""
    return CommandLine(Place(tmp_path))
