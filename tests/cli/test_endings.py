"""How a command ends: 0 done, 3 a Problem, 70 a bug; what is said where; and what the log keeps."""

import json
import logging
import subprocess
import sys
from pathlib import Path

import pytest

from tests.cli.command_line import BUG, DONE, PROBLEM
from tests.village import NAMES, NUMBERS, PHONES
from village_doctor.domain.problems import Problem
from village_doctor.services import planning

ROOT = Path(__file__).resolve().parents[2]


def logged(line) -> str:
    path = line.place.home / "logs" / "village-doctor.log"
    return path.read_text("ascii") if path.exists() else ""


def test_a_problem_is_told_on_standard_error_and_as_json(line):
    said = line("reading", "add", "李桂英", "96/152")
    assert (said.code, said.out) == (PROBLEM, "")
    assert "96/152" in said.err
    told = line("reading", "add", "李桂英", "96/152", "--json")
    assert (told.code, told.err) == (PROBLEM, "")
    assert told.json["problem"] == "pressure-swapped"
    assert told.json["values"] == {"systolic": "96", "diastolic": "152"}
    assert told.json["message"] == said.err.strip()


def test_the_log_keeps_the_code_and_nothing_else(line):
    line.refused("resident-unknown", "explain", "欧阳锋")
    line.refused("resident-ambiguous", "explain", "王")
    line.refused("identity-known", "household", "add", "--member", f"name=李桂英,id={NUMBERS[1]}")
    text = logged(line)
    assert "problem resident-unknown" in text
    assert "problem resident-ambiguous" in text
    assert "problem identity-known" in text
    assert text.isascii()
    for private in (*NAMES, *PHONES, *NUMBERS):
        assert private not in text


class Unforeseen(Exception):
    """A bug with somebody's name in it."""


@pytest.fixture
def broken(monkeypatch):
    def break_(*_given: object, **_more: object) -> None:
        raise Unforeseen("李桂英 990101195605030223 欠 19900002231")

    monkeypatch.setattr(planning, "due", break_)


@pytest.mark.parametrize("words", [("due",), ("due", "--json")])
def test_a_bug_is_one_chinese_sentence_and_a_masked_trace(line, broken, words):
    said = line(*words)
    assert (said.code, said.out) == (BUG, "")
    (told,) = said.err.splitlines()
    assert "意外" in told
    assert "没有丢" in told
    assert str(line.place.home / "logs" / "village-doctor.log") in told
    assert "Traceback" not in said.err
    text = logged(line)
    assert "Unforeseen" in text
    assert "plan_commands.py:" in text
    assert text.isascii()
    for private in ("990101195605030223", "19900002231"):
        assert private not in text


def test_a_bug_without_a_home_is_logged_beside_this_machines_files(nothing_yet, monkeypatch):
    def break_(*_given: object, **_more: object) -> None:
        raise Unforeseen

    monkeypatch.setattr("village_doctor.services.opening.create_home", break_)
    said = nothing_yet(*INIT)
    assert said.code == BUG
    log = nothing_yet.place.surroundings.state_folder / "logs" / "village-doctor.log"
    assert str(log) in said.err
    assert "Unforeseen" in log.read_text("ascii")


def test_a_bug_whose_log_cannot_be_written_leaks_no_trace(line, broken):
    log = line.place.home / "logs"
    assert not log.exists()
    log.write_text("in the way", "ascii")
    said = line("due")
    assert said.code == BUG
    assert "Traceback" not in said.err
    assert "李桂英" not in said.err


def test_nothing_is_left_of_the_logging(line):
    before = list(logging.getLogger().handlers)
    line.done("status")
    line("explain", "nobody")
    assert logging.getLogger().handlers == before


def test_breaking_off_is_a_problem_too(line, monkeypatch):
    def interrupt(*_given: object, **_more: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(planning, "due", interrupt)
    line.refused("cancelled", "due")


def test_a_reader_that_goes_away_is_no_error(line):
    environment = {"PYTHONPATH": str(ROOT), "VILLAGE_DOCTOR_PASSWORD_FILE": str(line.password_file)}
    command = f"{sys.executable} -m village_doctor form show hypertension_follow_up --json | head -1"
    done = subprocess.run(
        ["bash", "-o", "pipefail", "-c", command],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.stdout == "{\n"
    assert done.stderr == ""


def test_saved_is_said_only_after_it_is_saved(line, monkeypatch):
    """A commit that fails says nothing of saving."""

    def refuse(*_given: object, **_more: object) -> None:
        raise Problem("disk-full")

    monkeypatch.setattr("village_doctor.services.workplace.perform", refuse)
    said = line.refused("disk-full", "reading", "add", "李桂英", "138/86")
    assert "已保存" not in said.out + said.err


def test_a_failed_daily_backup_is_told_and_keeps_nobody_from_recording(line, monkeypatch):
    def refuse(*_given: object, **_more: object) -> None:
        raise Problem("disk-full")

    monkeypatch.setattr("village_doctor.services.safekeeping.make_backup", refuse)
    said = line("reading", "add", "李桂英", "138/86", "--json")
    assert said.code == DONE
    assert json.loads(said.out)["readings"][0]["systolic_mmhg"] == 138
    assert "今天的备份没有做成" in said.err


@pytest.mark.parametrize("verb", ["due", "door-list"])
def test_a_full_disk_keeps_nobody_from_reading_what_is_due(line, monkeypatch, verb):
    def refuse(*_given: object, **_more: object) -> None:
        raise Problem("disk-full")

    line.place.clock.forward(days=45)
    monkeypatch.setattr("village_doctor.store.duty_cache.rebuild", refuse)
    told = line.json(verb)
    monkeypatch.undo()
    assert "欧阳秀兰" in str(told)
    assert told == line.json(verb)


def test_a_writing_verb_makes_todays_backup_once_a_reading_one_none(line):
    backups = line.place.home / "backups"
    line.done("show", "李桂英")
    assert not list(backups.glob("*.vdbackup"))
    line.done("reading", "add", "李桂英", "138/86")
    line.done("reading", "add", "李桂英", "136/86")
    assert len(list(backups.glob("*.vdbackup"))) == 1
    line.place.clock.forward(days=1)
    line.done("reading", "add", "李桂英", "134/86")
    assert len(list(backups.glob("*.vdbackup"))) == 2


def test_a_doubtful_clock_is_asked_about_once(line):
    line.place.clock.forward(days=-3)
    said = line.refused("clock-doubtful", "due")
    assert "--clock-confirmed" in said.err
    line.done("--clock-confirmed", "due")
    line.done("due")


def test_a_home_in_use_by_another_process(line):
    workplace = line.place.open()
    code = "import sys; from village_doctor.cli.main import cli; cli.main(sys.argv[1:])"
    words = ["--home", str(line.place.home), "due", "--json"]
    try:
        done = subprocess.run(
            [sys.executable, "-c", code, *words],
            cwd=ROOT,
            env={"VILLAGE_DOCTOR_PASSWORD_FILE": str(line.password_file), "PYTHONPATH": str(ROOT)},
            capture_output=True,
            text=True,
            check=False,
        )
    finally:
        workplace.close()
    assert done.returncode == PROBLEM, done.stderr
    assert json.loads(done.stdout)["problem"] == "home-in-use"


INIT = (
    "init",
    *("--village-code", "990101101201", "--village-name", "石桥湾村"),
    *("--clinic-name", "石桥湾村卫生室", "--doctor-name", "王守仁"),
)
