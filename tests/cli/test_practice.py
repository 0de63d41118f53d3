"""The practice village, the program's own test, and the demonstration, each as a person would start it."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.cli.command_line import BUG, DONE, PROBLEM, CommandLine
from tests.village import Place, files_in
from village_doctor.cli.invocation import Invocation
from village_doctor.cli.main import cli
from village_doctor.foundation.paths import resources
from village_doctor.services import self_testing
from village_doctor.services.self_testing import Outcome

ROOT = Path(__file__).resolve().parents[2]
INIT = (
    "init",
    *("--village-code", "990101101201", "--village-name", "石桥湾村"),
    *("--clinic-name", "石桥湾村卫生室", "--doctor-name", "王守仁"),
)


# --- sample --------------------------------------------------------------------------------------


def test_a_practice_village(nothing_yet):
    line = nothing_yet
    line.done(*INIT)
    told = line.json("sample", "--residents", "40", "--seed", "3", "--years", "1")
    assert told["counts"]["resident"] == 40
    status = line.json("status")
    assert (status["is_practice"], status["residents"]) == (True, 40)
    line.done("check")
    assert line.json("due", "--days", "400")
    line.refused("sample-needs-fresh-home", "sample", "--residents", "40", "--seed", "3")


def test_the_same_seed_tells_the_same_village(tmp_path):
    told = []
    for name in ("a", "b"):
        (tmp_path / name).mkdir()
        line = CommandLine(Place(tmp_path / name))
        line.done(*INIT)
        line.done("sample", "--residents", "30", "--seed", "5", "--years", "1")
        told.append([(one["name"], one["birth_date"], one["door"]) for one in line.json("find", "w")])
    assert told[0] == told[1]
    assert told[0]


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (("--residents", "0", "--seed", "1"), "sample-size"),
        (("--residents", "10", "--seed", "1", "--years", "99"), "sample-size"),
        (("--residents", "10", "--seed", "1", "--until", "2030-01-01"), "date-in-future"),
    ],
)
def test_a_village_that_cannot_be(nothing_yet, words, code):
    nothing_yet.done(*INIT)
    nothing_yet.refused(code, "sample", *words)


def test_an_interrupt_stops_between_two_acts_and_leaves_everything_whole(nothing_yet):
    line = nothing_yet
    line.done(*INIT)
    environment = {
        **os.environ,
        "VILLAGE_DOCTOR_HOME": str(line.place.home),
        "VILLAGE_DOCTOR_PASSWORD_FILE": str(line.password_file),
        "XDG_STATE_HOME": str(line.place.folder / "other"),
        "PYTHONPATH": str(ROOT),
    }
    command = [sys.executable, "-m", "village_doctor", "--clock-confirmed", "sample"]
    child = subprocess.Popen(
        [*command, "--residents", "3000", "--seed", "1", "--until", "2026-11-01", "--json"],
        cwd=ROOT,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    journal = line.place.home / "store.db-wal"
    start = time.monotonic()
    while child.poll() is None and time.monotonic() - start < 120:
        if journal.exists() and journal.stat().st_size > 500_000:
            break
        time.sleep(0.1)
    child.send_signal(signal.SIGINT)
    out, err = child.communicate(timeout=120)
    assert child.returncode == PROBLEM, err
    assert json.loads(out)["problem"] == "cancelled"
    told = line.json("--clock-confirmed", "check")
    assert told["entries"] > 100


# --- self-test -----------------------------------------------------------------------------------


def test_the_program_tests_itself_without_a_home_a_question_or_a_trace(nothing_yet, monkeypatch):
    monkeypatch.setattr("tempfile.tempdir", str(nothing_yet.place.folder))
    before = {path.name for path in nothing_yet.place.folder.iterdir()}
    said = nothing_yet("self-test", asks=True)
    assert said.code == DONE, said.out
    assert said.out.count("好　") == 13
    assert said.out.endswith("都好。\n")
    assert {path.name for path in nothing_yet.place.folder.iterdir()} == before


def test_what_does_not_work_is_named_and_ends_in_70(nothing_yet, monkeypatch):
    def broken(_window_check: object) -> list[Outcome]:
        return [
            Outcome(code="resources", name="随访表都读得出", passed=True),
            Outcome(code="home", name="新建加密的数据", passed=False, trace="OSError[ENOSPC] < opening.py:1"),
        ]

    monkeypatch.setattr(self_testing, "self_test", broken)
    said = nothing_yet("self-test")
    assert said.code == BUG
    assert "不行　新建加密的数据　OSError[ENOSPC] < opening.py:1" in said.out
    told = nothing_yet("self-test", "--json")
    assert (told.code, told.json["passed"]) == (BUG, False)


def test_a_failing_check_ends_the_test_and_is_cleaned_up(monkeypatch, tmp_path):
    def lost(_name: str) -> str:
        raise OSError

    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    monkeypatch.setattr("village_doctor.services.catalogue.read_text", lost)
    outcomes = list(self_testing.self_test())
    assert [one.passed for one in outcomes] == [False]
    assert outcomes[0].trace.startswith("OSError")
    assert not list(tmp_path.iterdir())


def test_whether_a_window_shows_is_tried_by_the_check_that_is_handed_in(monkeypatch, tmp_path):
    def no_display() -> None:
        raise RuntimeError("no display")

    monkeypatch.setattr(self_testing, "_CHECKS", ())
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    shown: list[bool] = []
    assert [one.code for one in self_testing.self_test()] == ["clean-up"]
    passed = list(self_testing.self_test(lambda: shown.append(True)))
    assert shown == [True]
    assert [(one.code, one.passed) for one in passed] == [("window", True), ("clean-up", True)]
    (failed,) = self_testing.self_test(no_display)
    assert (failed.code, failed.passed) == ("window", False)
    assert failed.trace.startswith("RuntimeError")
    assert not list(tmp_path.iterdir())


def test_the_command_line_passes_the_window_check_on(monkeypatch):
    handed: list[object] = []

    def listening(window_check: object) -> list[Outcome]:
        handed.append(window_check)
        return []

    def check() -> None: ...

    monkeypatch.setattr(self_testing, "self_test", listening)
    with pytest.raises(SystemExit):
        cli.main(["self-test"], obj=Invocation(window_check=check))
    assert handed == [check]


@pytest.mark.parametrize("lost", ["NotoSansSC-Bold.ttf", "LXGWWenKai-Regular.ttf"])
def test_a_font_that_was_not_shipped_is_noticed(monkeypatch, tmp_path, lost):
    (tmp_path / "fonts").mkdir()
    for font in (resources() / "fonts").glob("*.ttf"):
        if font.name != lost:
            (tmp_path / "fonts" / font.name).symlink_to(font)
    monkeypatch.setattr("village_doctor.printing.fonts.resources", lambda: tmp_path)
    monkeypatch.setattr("village_doctor.printing.fonts._OPENED", {})
    *_, failed = self_testing.self_test()
    assert (failed.code, failed.passed) == ("fonts", False)


# --- the demonstration ---------------------------------------------------------------------------


def test_the_demonstration_refuses_a_folder_with_something_in_it(nothing_yet):
    out = nothing_yet.place.folder / "out"
    out.mkdir()
    (out / "mine.txt").write_text("mine", "utf-8")
    nothing_yet.refused("folder-not-empty", "demo", "--out", str(out))
    assert [path.name for path in out.iterdir()] == ["mine.txt"]
    nothing_yet.refused("output-file", "demo", "--out", str(out / "mine.txt"))


def test_the_demonstration_tells_a_whole_day_and_leaves_every_file(nothing_yet, monkeypatch):
    """In its own folder, whatever homes the doctor's environment names."""
    own = nothing_yet.place.folder / "the doctor's own"
    monkeypatch.setenv("VILLAGE_DOCTOR_HOME", str(own))
    monkeypatch.setenv("VILLAGE_DOCTOR_TOWNSHIP_HOME", str(own))
    out = nothing_yet.place.folder / "out"
    told = nothing_yet.json("demo", "--out", str(out))
    assert told["folder"] == str(out)
    assert not own.exists()
    monkeypatch.undo()
    for path in told["files"].values():
        assert Path(path).exists(), path
    transcript = (out / "今日演示.txt").read_text("utf-8")
    for telling in (
        "$ village-doctor init",
        "李桂英 女 70岁",
        "协议 2026-10001　有效",
        "152/96",
        "96/152：收缩压应该比舒张压高",
        "收缩压 86 mmHg，对吗？",
        "血压 86/50 mmHg，偏低",
        "没填随访表，不算随访",
        "高血压随访 控制不满意",
        "14 天内要再随访一次",
        "▲ 危急",
        "问转诊结果：今天",
        "备份做好了",
        "从现在起这是第 2 台电脑",
        "户号 20001",
        "先留着：这台电脑还没有确认",
        "42 条都已送到；要核对 0 处",
        "以前收过，一样的",
        "第 1 台电脑（已停用）　43 条变更",
        "本卫生室另外的电脑写的 1 条记录，也并进来了",
    ):
        assert telling in transcript, telling
    assert "不算随访。该做的还在" in transcript
    due = json.loads((out / "due.json").read_text("utf-8"))
    assert due[0]["item"].startswith("referral_outcome")
    assert due[0]["name"] == "李桂英"
    explained = json.loads((out / "explain.json").read_text("utf-8"))
    assert explained["resident"]["name"] == "李桂英"
    assert all(one["text"] for one in explained["lines"])
    keys = [path.name for path in files_in(out) if b"AGE-SECRET-KEY-1" in path.read_bytes()]
    assert keys == ["DEMO-letters-key.txt"]
    assert list((out / "stick").glob("*.vdbatch"))
    _goes_on(nothing_yet, out)


def _goes_on(line: CommandLine, out: Path) -> None:
    """What was left opens with what was left, is whole, and is a practice home for ever."""
    line.password_file.write_bytes((out / "password.txt").read_bytes())
    for name, digit in (("home", 1), ("home-restored", 2)):
        status = line.json("--clock-confirmed", "status", home=out / name)
        assert (status["is_practice"], status["device_digit"] > digit) == (True, True), "another computer"
        line.done("check", home=out / name)
    line.refused("setting-fixed", "setting", "practice", "", home=out / "home")
    private = (b"990101195605030223", "李桂英".encode(), b"19900002231")
    plain = {"今日演示.txt", "due.json", "explain.json"}
    for path in files_in(out):
        if path.name not in plain:
            assert not [word for word in private if word in path.read_bytes()], path
    assert out.stat().st_mode & 0o777 == 0o700
