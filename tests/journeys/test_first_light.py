"""A family from the first day to the restored backup, through the real command line: what the clinic's main job is.

Asserts what is meant, not how it is worded: codes, dates, states, and the sentences only where the words are the point.
"""

import json
import os
import subprocess
import sys
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.cli.command_line import PROBLEM, CommandLine
from tests.village import COMPLETE_FORM, TODAY, Place, files_in
from village_doctor.domain.id_card import make_id_card_number

ROOT = Path(__file__).resolve().parents[2]

GRANDMOTHER = "李桂英"
BORN = TODAY.replace(year=1956, month=5, day=3)
CARD = make_id_card_number("990101", BORN, 22)
PHONE = "19900002231"


@pytest.fixture
def line(tmp_path, monkeypatch) -> CommandLine:
    for name in ("VILLAGE_DOCTOR_HOME", "VILLAGE_DOCTOR_PASSWORD_FILE"):
        monkeypatch.delenv(name, raising=False)
    return CommandLine(Place(tmp_path))


def begin(line: CommandLine) -> Path:
    """A clinic; answers with the file that holds the unlock code."""
    paper = line.place.folder / "paper.txt"
    line.done(
        *("init", "--village-code", "990101101201", "--village-name", "石桥湾村"),
        *("--clinic-name", "石桥湾村卫生室", "--doctor-name", "王守仁", "--township-name", "青石镇卫生院"),
        *("--unlock-code-out", str(paper)),
    )
    return paper


def register(line: CommandLine) -> str:
    """A household of four with a grandmother of 70, hypertension since 2016; answers with its number."""
    members = (
        f"name={GRANDMOTHER},id={CARD},hypertension=2016,phone={PHONE}",
        "name=王德顺,relation=夫,sex=男,born=1953-01-12,no_id=遗失",
        "name=王强,relation=子,sex=男,born=1980-02-03,no_id=遗失",
        "name=王小雨,relation=孙女,sex=女,born=2021-05-20,no_id=新生儿",
    )
    told = line.json(
        *("household", "add", "--door", "12号"),
        *(word for member in members for word in ("--member", member)),
    )
    assert [one["age"] for one in told["residents"]] == [70, 73, 46, 5]
    return str(told["household"]["number"])


def sign(line: CommandLine, number: str) -> None:
    told = line.json(
        *("contract", "sign", number, "--years", "2", "--representative", GRANDMOTHER),
        *("--signed", "王德顺", "--told", f"王强={TODAY}:电话"),
    )
    assert told["state"] == "active"
    assert told["ends_on"] == "2028-11-22"
    packages = {one["name"]: one["packages"] for one in told["members"]}
    assert packages[GRANDMOTHER] == ["basic", "elderly", "hypertension"]
    assert packages["王小雨"] == ["basic", "child"]
    assert not told["notes"], "every adult has signed or was told"


def owed(line: CommandLine, **given: Any) -> list[tuple[str, str, str]]:
    """The follow-ups and askings owed to the grandmother until the end of next quarter: item, day, state."""
    found = line.json("due", "--days", "120", **given)
    return [
        (one["item"], one["due_on"], one["state"])
        for one in found
        if one["name"] == GRANDMOTHER and one["item"].startswith(("follow_up", "referral"))
    ]


def explained(line: CommandLine) -> dict[str, dict[str, str]]:
    """The account of the grandmother: values by code. Every rule names its source."""
    lines = line.json("explain", GRANDMOTHER)["lines"]
    assert all(one["text"] for one in lines)
    return {one["code"]: one["values"] for one in lines}


def followed_up(line: CommandLine) -> str:
    """How many of this year's pressure follow-ups were done, as `explain` says it."""
    lines = line.json("explain", GRANDMOTHER)["lines"]
    tallies = [one["values"] for one in lines if one["code"] == "year-tally"]
    return next(
        str(one["done"]) for one in tallies if "hypertension" in one["item"] or "高血压随访" in one["item"]
    )


def follow_up(line: CommandLine, **answers: Any) -> Any:
    text = json.dumps({"answers": {**COMPLETE_FORM, **answers}, "mode": "home"}, ensure_ascii=False)
    return line.done("visit", "add", GRANDMOTHER, "--form", "高血压", "--json", "-", typed=text).json


def test_a_family_from_the_first_day_to_the_restored_backup(line):
    paper = begin(line)
    number = register(line)
    sign(line, number)

    # What the norm and the agreement ask for, before anything was done.
    end_of_quarter = ("follow_up:hypertension", "2026-12-31", "planned")
    assert owed(line) == [end_of_quarter]
    account = explained(line)
    assert account["managed-since"]["age"] == "70"
    assert "no-follow-up" in account

    # A quick reading: stored, judged, and no follow-up.
    told = line.json("reading", "add", "lgy", "152/96")
    assert told["if_followed_up"]["hypertension"]["control_result"] == "uncontrolled"
    line.refused("pressure-swapped", "reading", "add", "lgy", "96/152")
    line.refused("reading-unusual", "reading", "add", "lgy", "86/50")
    kept = line.json("reading", "add", "lgy", "86/50", "--confirmed")
    assert [one["code"] for one in kept["warnings"]] == ["pressure_low"]
    assert kept["actions"], "with advice"
    assert owed(line) == [end_of_quarter], "a quick reading alone proves no follow-up"
    account = explained(line)
    assert "only-measured-pressure" in account
    assert followed_up(line) == "0"

    # The whole form: a follow-up, uncontrolled for the first time, again within 14 days.
    visit = follow_up(line, systolic_mmhg=152, diastolic_mmhg=96)["visit"]
    again_on = (TODAY + timedelta(days=14)).isoformat()
    assert (visit["is_counted"], visit["control_result"]) == (True, "uncontrolled")
    assert visit["next_due_on"] == again_on
    assert visit["decision"]["referral"] is None
    assert {one["code"] for one in visit["decision"]["reasons"]} == {"pressure_high_first"}
    assert ("follow_up:hypertension", again_on, "planned") in owed(line)
    account = explained(line)
    assert followed_up(line) == "1"
    assert account["again-14-days"]["latest"] == again_on
    assert "only-measured-pressure" not in account

    # High again at the next one: refer, and ask.
    line.place.clock.forward(days=14)
    assert ("follow_up:hypertension", again_on, "due") in owed(line)
    told = follow_up(line, systolic_mmhg=162, diastolic_mmhg=98)
    assert told["visit"]["decision"]["referral"] == "ordinary"
    assert {one["code"] for one in told["visit"]["decision"]["reasons"]} == {"pressure_high_twice"}
    assert told["referral"]["is_open"] is True
    assert any(item.startswith("referral_outcome") for item, _, _ in owed(line))

    # An emergency by a reading alone: refer at once, ask tomorrow.
    line.place.clock.forward(days=1)
    told = line.json("reading", "add", "lgy", "186/112")
    assert told["emergency"]["referral"] == "emergency"
    line.place.clock.forward(days=1)
    first = line.json("due")[0]
    assert (first["urgency"], first["state"], first["mode_hint"]) == (0, "due", "phone")
    line.done("refer", "ask", GRANDMOTHER, "住院")

    keep_safe(line, paper, number)


def keep_safe(line: CommandLine, paper: Path, number: str) -> None:
    """Backup, check, and the backup restored on another computer as a new device that renumbers nothing."""
    line.done("check")
    stick = line.place.folder / "stick"
    stick.mkdir()
    made = line.json("backup", "--to", str(stick))
    before = line.json("show", number)
    other = CommandLine(line.place.elsewhere("restored", computer="other computer"))
    told = other.json("restore", made["path"], "--unlock-code-file", str(paper))
    assert told["device_digit"] == 2
    assert other.json("show", number) == before
    other.done("check")
    new = other.json("household", "add", "--member", "name=张志国,sex=男,born=1968-03-09,no_id=遗失")
    assert new["household"]["number"] == "20001"
    assert other.json("contract", "show", "2026-10001")["state"] == "active"
    line.done("reading", "add", "lgy", "148/86")  # the first computer goes on as before
    line.done("check")
    nothing_in_the_clear(line.place.folder)


def nothing_in_the_clear(folder: Path) -> None:
    """Names, numbers and phones in no file of either home, backup or machine folder."""
    for path in files_in(folder):
        data = path.read_bytes()
        for private in (GRANDMOTHER, CARD, PHONE, "王德顺", "石桥湾村卫生室"):
            for encoding in ("utf-8", "utf-16-le", "gbk"):
                assert private.encode(encoding) not in data, path


def test_she_dies_and_nothing_is_owed_any_more(line):
    begin(line)
    number = register(line)
    sign(line, number)
    line.place.clock.forward(days=40)
    assert [item for item, _, state in owed(line) if state == "overdue"] == ["follow_up:hypertension"]
    line.done("resident", "died", GRANDMOTHER, "--on", "2026-12-30")
    assert owed(line) == []
    assert "died" in explained(line)
    line.refused("person-gone", "reading", "add", GRANDMOTHER, "138/86")
    assert [one["name"] for one in line.json("show", number)["members"]] == ["王德顺", "王强", "王小雨"]


def test_the_real_program_in_processes_of_its_own(tmp_path):
    """One leg without anything injected: real passwords, real time, one process a command."""
    password, state = tmp_path / "password.txt", tmp_path / "state"
    password.write_text("4821-0937-5516\n", "utf-8")
    environment = {
        **os.environ,
        "VILLAGE_DOCTOR_HOME": str(tmp_path / "home"),
        "VILLAGE_DOCTOR_PASSWORD_FILE": str(password),
        "XDG_STATE_HOME": str(state),
        "PYTHONPATH": str(ROOT),
        "PYTHONWARNINGS": "error",
    }

    def run(*words: str, typed: str = "", code: int = 0) -> str:
        done = subprocess.run(
            [sys.executable, "-m", "village_doctor", *words],
            cwd=tmp_path,
            env=environment,
            input=typed,
            capture_output=True,
            text=True,
            encoding="utf-8",
            check=False,
        )
        assert done.returncode == code, f"{words}\n{done.stdout}\n{done.stderr}"
        assert "Warning" not in done.stderr
        return done.stdout if code == 0 else done.stdout + done.stderr

    run(
        *("init", "--village-code", "990101101201", "--village-name", "石桥湾村"),
        *("--clinic-name", "石桥湾村卫生室", "--doctor-name", "王守仁", "--json"),
    )
    member = f"name={GRANDMOTHER},id={CARD},hypertension=2016"
    run("household", "add", "--door", "12号", "--member", member)
    assert json.loads(run("find", "lgy", "--json"))[0]["name"] == GRANDMOTHER
    assert "96/152" in run("reading", "add", "lgy", "96/152", code=PROBLEM)
    run("reading", "add", "lgy", "152/96")
    answers = json.dumps({**COMPLETE_FORM, "systolic_mmhg": 152, "diastolic_mmhg": 96}, ensure_ascii=False)
    told = json.loads(
        run("visit", "add", "lgy", "--form", "hypertension_follow_up", "--json", "-", typed=answers)
    )
    assert told["visit"]["control_result"] == "uncontrolled"
    assert any(one["name"] == GRANDMOTHER for one in json.loads(run("due", "--days", "60", "--json")))
    assert "依据" in run("explain", "lgy")
    assert json.loads(run("backup", "--json"))["size"] > 0
    assert json.loads(run("check", "--json"))["ok"] is True
