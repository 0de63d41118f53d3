"""Where things lie."""

import sys
from pathlib import Path

import pytest

from village_doctor.foundation import paths


def test_the_checkout_has_its_resources_beside_the_package():
    assert paths.resources() == Path(__file__).resolve().parents[2] / "resources"


def test_a_wheel_has_its_resources_inside_the_package(tmp_path, monkeypatch):
    # Something called "resources" beside the installed package is somebody else's.
    (tmp_path / "site/resources").mkdir(parents=True)
    (tmp_path / "site/village_doctor/_resources").mkdir(parents=True)
    monkeypatch.setattr(paths, "__file__", str(tmp_path / "site/village_doctor/foundation/paths.py"))
    assert paths.resources() == tmp_path / "site/village_doctor/_resources"


def test_a_built_program_has_its_resources_in_its_own_folder(tmp_path, monkeypatch):
    (tmp_path / "resources").mkdir()
    monkeypatch.setattr(sys, "_MEIPASS", str(tmp_path), raising=False)
    assert paths.resources() == tmp_path / "resources"


def test_a_program_without_resources_says_so(tmp_path, monkeypatch):
    monkeypatch.setattr(sys, "_MEIPASS", str(tmp_path), raising=False)
    with pytest.raises(paths.ResourcesMissing):
        paths.resources()


def test_homes_and_the_folder_of_the_machine_lie_apart(monkeypatch, tmp_path):
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "same"))
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "same"))
    places = [paths.default_home(), paths.default_township_home(), paths.state_folder()]
    for place in places:
        assert place.is_absolute()
        assert not any(other.is_relative_to(place) for other in places if other is not place)
    assert paths.state_folder().parent != paths.default_home().parent
    assert not any(place.exists() for place in places), "asking makes nothing"
