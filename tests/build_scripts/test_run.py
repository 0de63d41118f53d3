"""What build_scripts/run.py starts: the window, the demonstration in its place, or a verb."""

import tempfile
from pathlib import Path

import pytest

import run


@pytest.fixture(autouse=True)
def temporary_folder(tmp_path, monkeypatch) -> Path:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    return tmp_path


@pytest.mark.parametrize(
    ("typed", "started"),
    [
        (["due", "--json"], ["-P", "-m", "village_doctor", "due", "--json"]),
        (["--help"], ["-P", "-m", "village_doctor", "--help"]),
        (["township"], ["-P", "-m", "village_doctor.cli.township_program"]),
        (["township", "receive", "x"], ["-P", "-m", "village_doctor.cli.township_program", "receive", "x"]),
        (["find", "township"], ["-P", "-m", "village_doctor", "find", "township"]),
    ],
)
def test_verbs(typed, started, temporary_folder):
    assert run.program_arguments(typed) == started
    assert not list(temporary_folder.iterdir())


def test_with_a_window_and_a_display_the_window_opens(monkeypatch):
    monkeypatch.setattr(run, "has_window", lambda: True)
    monkeypatch.setattr(run, "has_display", lambda: True)
    assert run.program_arguments([]) == ["-P", "-m", "village_doctor"]


@pytest.mark.parametrize(
    ("window", "display", "why"),
    [
        (False, True, "no window yet"),
        (False, False, "no window yet"),
        (True, False, "no display"),
    ],
)
def test_else_the_demonstration_runs_in_a_new_private_folder(
    monkeypatch, temporary_folder, capsys, window, display, why
):
    monkeypatch.setattr(run, "has_window", lambda: window)
    monkeypatch.setattr(run, "has_display", lambda: display)
    started = run.program_arguments([])
    (folder,) = temporary_folder.iterdir()
    told = capsys.readouterr()
    assert started == ["-P", "-m", "village_doctor", "demo", "--out", str(folder)]
    assert folder.stat().st_mode & 0o777 == 0o700
    assert told.out == ""
    assert why in told.err
    assert str(folder) in told.err


@pytest.mark.parametrize(
    ("settings", "display"), [({}, False), ({"DISPLAY": ""}, False), ({"WAYLAND_DISPLAY": "wayland-0"}, True)]
)
def test_a_display_is_seen_by_the_environment(monkeypatch, settings, display):
    for name in ("DISPLAY", "WAYLAND_DISPLAY"):
        monkeypatch.delenv(name, raising=False)
    for name, value in settings.items():
        monkeypatch.setenv(name, value)
    assert run.has_display() == display
