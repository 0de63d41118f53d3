"""The township's program has no verb yet, and says so."""

import subprocess
import sys
from pathlib import Path

import pytest

from village_doctor.township.cli import run

ROOT = Path(__file__).resolve().parents[2]


def test_help_says_what_is_not_there_yet(capsys):
    assert run(["--help"]) == 0
    told = capsys.readouterr()
    assert "以后的版本" in told.out
    assert "village-doctor-township" in told.out
    assert told.err == ""


def test_version(capsys):
    assert run(["--version"]) == 0
    assert "0.1.0" in capsys.readouterr().out


@pytest.mark.parametrize("words", [[], ["receive", "x"], ["--nothing"]])
def test_there_is_nothing_to_do_yet(capsys, words):
    assert run(words) == 2
    told = capsys.readouterr()
    assert told.out == ""
    assert "还没有可用的命令" in told.err


def test_it_is_a_program_of_its_own():
    done = subprocess.run(
        [sys.executable, "-m", "village_doctor.township", "--version"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert "乡镇" in done.stdout
