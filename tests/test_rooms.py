"""The rooms (pyproject.toml, [tool.importlinter]): kept by the package, and a broken rule is noticed."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
LINT_IMPORTS = "from importlinter.cli import lint_imports_command; lint_imports_command()"


def lint_imports(root: Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-P", "-c", LINT_IMPORTS, "--no-logo", "--no-cache"]
    wide = {**os.environ, "COLUMNS": "200"}
    return subprocess.run(
        command, cwd=root, env=wide, capture_output=True, text=True, encoding="utf-8", check=False
    )


def test_the_package_keeps_its_rooms():
    done = lint_imports(ROOT)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.fixture
def copy(tmp_path) -> Path:
    """A copy of the package, its rules and nothing else."""
    leave = shutil.ignore_patterns("__pycache__")
    for folder in ("village_doctor", "build_scripts"):
        shutil.copytree(ROOT / folder, tmp_path / folder, ignore=leave)
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    return tmp_path


@pytest.mark.parametrize(
    ("module", "line", "rule"),
    [
        ("domain", "import os", "no clock, files, network"),
        ("domain", "from time import time", "no clock, files, network"),
        ("domain", "import click", "outside package"),
        ("domain", "import village_doctor.foundation", "Imports go down only"),
        ("foundation", "import village_doctor.domain", "Imports go down only"),
        ("foundation", "import click", "outside package"),
        ("store", "import village_doctor.services", "Imports go down only"),
        ("services", "import sqlite3", "outside package"),
        ("services", "import sqlite_utils", "outside package"),
        ("services", "import hypothesis", "outside package"),
        ("cli", "from PySide6.QtWidgets import QLabel", "outside package"),
        ("township", "import village_doctor.store", "township's desk"),
        ("township", "import sqlcipher3", "outside package"),
    ],
)
def test_a_forbidden_import_is_noticed(copy, module, line, rule):
    (copy / "village_doctor" / module / "stray.py").write_text(f"{line}\n", "utf-8")
    done = lint_imports(copy)
    broken = [text for text in done.stdout.splitlines() if text.endswith("BROKEN")]
    assert done.returncode == 1
    assert any(rule in text for text in broken), done.stdout


def test_an_undeclared_room_is_noticed(copy):
    (copy / "village_doctor/helpers.py").touch()
    done = lint_imports(copy)
    assert done.returncode == 1
    assert "helpers" in done.stdout


def test_a_circle_inside_a_room_is_noticed(copy):
    (copy / "village_doctor/store/one.py").write_text("import village_doctor.store.two\n", "utf-8")
    (copy / "village_doctor/store/two.py").write_text("import village_doctor.store.one\n", "utf-8")
    done = lint_imports(copy)
    assert done.returncode == 1
    assert "No circles inside a room BROKEN" in done.stdout
