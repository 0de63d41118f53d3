"""The catalogue over a folder of resources: what one file cannot know about the others is refused here."""

import shutil
import sys
from pathlib import Path

import pytest

from village_doctor.domain.problems import Problem
from village_doctor.foundation.paths import resources
from village_doctor.services.catalogue import Catalogue


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of the shipped code lists and forms that the catalogue reads."""
    copied = tmp_path / "resources"
    for name in ("codes", "forms"):
        shutil.copytree(resources() / name, copied / name)
    monkeypatch.setattr(sys, "_MEIPASS", str(tmp_path), raising=False)
    return copied


def test_all_shipped_forms_are_there_by_their_code(folder: Path) -> None:
    found = Catalogue().forms
    assert sorted(found) == sorted(path.stem for path in (folder / "forms").glob("*.toml"))
    assert all(code == form.code for code, form in found.items())


def test_the_same_list_in_two_files_is_refused(folder: Path) -> None:
    whole = (folder / "codes" / "termination_codes.toml").read_text("utf-8")
    (folder / "codes" / "zz_again.toml").write_text(whole, "utf-8")
    with pytest.raises(Problem) as problem:
        _ = Catalogue().code_lists
    values = problem.value.values
    assert (problem.value.code, values["file"]) == ("data-file", "codes/zz_again.toml")
    assert values["field"] == "lists termination"
    assert "已经有这张选项表" in values["reason"]


def test_a_form_that_cannot_fill_its_sheet_is_refused(folder: Path) -> None:
    (folder / "forms" / "diabetes_follow_up.toml").unlink()
    with pytest.raises(Problem) as problem:
        _ = Catalogue().forms
    values = problem.value.values
    assert (problem.value.code, values["file"]) == (
        "form-file",
        "forms/hypertension_diabetes_follow_up.toml",
    )
    assert (values["field"], values["detail"]) == ("fills", "diabetes_follow_up")


def test_two_sheets_for_one_age_of_a_child_are_refused(folder: Path) -> None:
    file = folder / "forms" / "child_check_3_to_6_years.toml"
    file.write_text(file.read_text("utf-8").replace("from_months = 36", "from_months = 35"), "utf-8")
    with pytest.raises(Problem) as problem:
        _ = Catalogue().forms
    values = problem.value.values
    assert (problem.value.code, values["file"]) == ("form-file", "forms/child_check_12_to_30_months.toml")
    assert (values["field"], values["detail"]) == ("from_months", "child_check_3_to_6_years")
