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


def test_on_a_display_the_window_opens(monkeypatch, temporary_folder):
    monkeypatch.setattr(run, "has_display", lambda: True)
    assert run.program_arguments([]) == ["-P", "-m", "village_doctor"]
    assert not list(temporary_folder.iterdir())


def test_without_a_display_the_demonstration_runs_in_a_new_private_folder(
    monkeypatch, temporary_folder, capsys
):
    monkeypatch.setattr(run, "has_display", lambda: False)
    started = run.program_arguments([])
    (folder,) = temporary_folder.iterdir()
    told = capsys.readouterr()
    assert started == ["-P", "-m", "village_doctor", "demo", "--out", str(folder)]
    assert folder.stat().st_mode & 0o777 == 0o700
    assert told.out == ""
    assert "没有图形显示" in told.err
    assert "no display" in told.err
    assert str(folder) in told.err


@pytest.mark.parametrize(
    ("typed", "display", "needs_more"),
    [([], True, True), ([], False, False), (["due"], True, False), (["township", "status"], True, False)],
)
def test_only_a_window_on_a_display_needs_what_the_display_needs(monkeypatch, typed, display, needs_more):
    monkeypatch.setattr(run, "has_display", lambda: display)
    needed = {package.name for package in run.packages(typed)}
    assert {"python3-venv", "libgl1", "libglib2.0-0"} <= needed
    assert ("libxcb-cursor0" in needed) == needs_more


@pytest.mark.parametrize(
    ("settings", "display"), [({}, False), ({"DISPLAY": ""}, False), ({"WAYLAND_DISPLAY": "wayland-0"}, True)]
)
def test_a_display_is_seen_by_the_environment(monkeypatch, settings, display):
    for name in ("DISPLAY", "WAYLAND_DISPLAY"):
        monkeypatch.delenv(name, raising=False)
    for name, value in settings.items():
        monkeypatch.setenv(name, value)
    assert run.has_display() == display
