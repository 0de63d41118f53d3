"""The township's program: how it starts, what it refuses."""

import subprocess
import sys
from pathlib import Path

import pytest

from tests.cli.command_line import TownshipLine
from tests.village import Place, contents

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def office(tmp_path) -> TownshipLine:
    """A township's command line on a computer without an office."""
    return TownshipLine(Place(tmp_path, "township"))


@pytest.fixture
def made(office) -> TownshipLine:
    """With an office."""
    office.done("init", "--name", "青石镇卫生院", "--recovery-out", str(office.place.folder / "recovery.txt"))
    return office


def test_it_is_a_program_of_its_own():
    done = subprocess.run(
        [sys.executable, "-m", "village_doctor.cli.township_program", "--version"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert "乡镇" in done.stdout


def test_without_a_verb_it_shows_its_verbs(office):
    said = office()
    assert (said.code, said.out) == (2, "")
    assert "export-letters-key" in said.err


@pytest.mark.parametrize(
    "words",
    [
        ("status",),
        ("receive", "."),
        ("answer", "--to", "."),
        ("confirm", "麦苗"),
        ("rebuild",),
        ("revoke", "000101", "1"),
    ],
)
def test_without_an_office_every_verb_says_so(office, words):
    office.refused("township-missing", *words)


def test_an_office_is_made_once(made):
    before = contents(made.place.home)
    made.refused("township-exists", "init", "--name", "别的卫生院")
    assert {name: data for name, data in contents(made.place.home).items() if "logs" not in name} == {
        name: data for name, data in before.items() if "logs" not in name
    }


def test_the_recovery_code_is_shown_where_no_file_is_named(office):
    told = office.json("init", "--name", "青石镇卫生院")
    assert [len(line) for line in told["recovery_code"]] == [34, 34]
    assert len(told["words"]) == 6
    assert told["words"] == office.json("status")["words"]


def test_the_recovery_code_stands_in_the_file_and_nowhere_else(made):
    first, second = (made.place.folder / "recovery.txt").read_text("utf-8").split()
    assert len(first) == len(second) == 34
    for path in made.place.home.rglob("*"):
        if path.is_file():
            assert first.encode() not in path.read_bytes()


def test_a_wrong_password(made):
    made.password_file.write_text("9999-8888-7777\n", "utf-8")
    made.refused("password-wrong", "status")


@pytest.mark.parametrize("code", ["12345", "1234567", "abcdef", "０００１０１"])
def test_a_clinic_code_has_six_digits(made, code):
    made.refused(
        "clinic-code-form",
        "invite",
        "--code",
        code,
        "--label",
        "石桥湾村卫生室",
        "--to",
        str(made.place.folder),
    )


def test_words_that_no_waiting_computer_has(made):
    made.refused("words-unknown", "confirm", "麦苗", "水桶")


def test_exporting_the_letters_key_asks_to_mean_it(made):
    out = made.place.folder / "key.txt"
    made.refused("export-not-confirmed", "export-letters-key", "--out", str(out))
    assert not out.exists()
    made.done("export-letters-key", "--out", str(out), "--i-understand")
    assert out.read_text("utf-8").startswith("AGE-SECRET-KEY-1")
    assert out.stat().st_mode & 0o077 == 0
