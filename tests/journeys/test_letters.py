"""From enrolling to the receipt, through both real command lines and one stick; then the laptop is lost and goes on."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.cli.command_line import CommandLine, TownshipLine
from tests.formats.test_open_batch import needs_tools
from tests.village import Place, build, files_in
from village_doctor.store.database import Connection

ROOT = Path(__file__).resolve().parents[2]
CODE = "000101"
ZEROS = "-".join(["0000"] * 7)


class Post:
    """A clinic with the small village, a township, and the stick between them."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.stick = folder / "stick"
        self.stick.mkdir()
        clinic = Place(folder)
        self.unlock_code = folder / "unlock-code.txt"
        village = build(clinic)
        self.unlock_code.write_text(village.unlock_code + "\n", "utf-8")
        village.workplace.close()
        self.clinic = CommandLine(clinic)
        self.township = TownshipLine(Place(folder, "township", "desk", 77, clinic.clock))
        self.township.done("init", "--name", "青石镇卫生院", "--recovery-out", str(folder / "recovery.txt"))

    def enrol(self) -> None:
        self.township.done("invite", "--code", CODE, "--label", "石桥湾", "--to", str(self.stick))
        (invitation,) = self.stick.glob("*.vdinvite")
        shown = self.clinic.json("enrol", str(invitation))
        assert not shown["enrolled"]
        assert shown["words"] == self.township.json("status")["words"]
        told = self.clinic.json("enrol", str(invitation), "--words", "，".join(shown["words"]))
        assert told["enrolled"]

    def send(self, line: CommandLine | None = None) -> dict:
        (line or self.clinic).place.clock.forward(minutes=5)
        return (line or self.clinic).json("send", "--to", str(self.stick))

    def arrive(self) -> list[str]:
        """The township takes the stick; results of its letters."""
        told = self.township.json("receive", str(self.stick))
        return [one["result"] for one in told["letters"]]

    def confirm(self, line: CommandLine | None = None) -> dict:
        words = (line or self.clinic).json("status")["delivery"]["device_words"]
        return self.township.json("confirm", *words)

    def answer(self, line: CommandLine | None = None) -> dict:
        """A receipt goes back and is taken in; the clinic's delivery."""
        self.township.place.clock.forward(minutes=5)
        self.township.done("answer", "--to", str(self.stick))
        return (line or self.clinic).json("receive", str(self.stick))

    def clinic_take(self, line: CommandLine) -> dict:
        return line.json("receive", str(self.stick))

    def journal(self, line: CommandLine) -> int:
        return line.json("status")["journal_entries"]

    def held(self) -> int:
        """How many changes the township holds."""
        clinics = self.township.json("status")["clinics"]
        return sum(device["changes"] for clinic in clinics for device in clinic["devices"])


@pytest.fixture
def post(tmp_path) -> Post:
    return Post(tmp_path)


def test_from_enrolling_to_delivered(post):
    post.enrol()
    sent = post.send()
    assert sent["letters_written"] == 1
    assert sent["changes"] == post.journal(post.clinic)

    # The township keeps the letter of a computer it does not know, and shows its words.
    told = post.township.json("receive", str(post.stick))
    assert [one["result"] for one in told["letters"]] == ["waits-confirm"]
    (waiting,) = told["waiting_devices"]
    assert waiting["words"] == post.clinic.json("status")["delivery"]["device_words"]
    assert post.held() == 0
    assert post.clinic.json("status")["delivery"]["delivered"] == 0

    confirmed = post.confirm()
    assert (confirmed["no"], confirmed["letters"]) == (1, 1)
    assert post.held() == sent["changes"]
    taken = post.answer()
    assert taken["receipts"] == 1
    assert taken["delivered_changes"] == sent["changes"]
    delivery = post.clinic.json("status")["delivery"]
    assert delivery["is_confirmed"]
    assert (delivery["delivered"], delivery["waiting"], delivery["doubted"]) == (sent["changes"], 0, 0)
    assert delivery["waiting_since"] is None
    assert post.clinic.json("status")["clinic"]["code"] == CODE
    post.clinic.done("check")

    # The same stick once more: nothing is counted twice.
    held = post.held()
    assert post.arrive() == ["had"]
    assert post.held() == held
    assert post.clinic.json("receive", str(post.stick))["receipts"] == 0


def test_what_is_written_later_waits_and_is_then_delivered(post):
    post.enrol()
    post.send()
    post.arrive()
    post.confirm()
    post.answer()
    post.clinic.done("reading", "add", "lgy", "148/92")
    delivery = post.clinic.json("status")["delivery"]
    assert delivery["waiting"] >= 1
    assert delivery["waiting_since"]
    sent = post.send()
    assert sent["letters_written"] == 1
    assert sent["letters_removed"] == 1, "the delivered letter is cleared from the stick"
    assert post.arrive() == ["taken"]
    assert post.answer()["delivered_changes"] == delivery["waiting"]
    assert post.clinic.json("status")["delivery"]["waiting"] == 0


@needs_tools
def test_a_letter_opens_with_stock_tools(post):
    """`age -d -i KEY FILE | zstd -d | head`: a letter of `send` with the key of `export-letters-key`."""
    post.enrol()
    post.send()
    (letter,) = post.stick.glob("*.vdbatch")
    key = post.folder / "key.txt"
    post.township.done("export-letters-key", "--out", str(key), "--i-understand")
    opened = subprocess.run(
        ["sh", "-c", 'age -d -i "$1" "$2" | zstd -d', "sh", key, letter], capture_output=True, check=True
    )
    header = json.loads(opened.stdout.splitlines()[0])
    assert (header["format"], header["batch_no"]) == ("village-doctor/batch", 1)
    script = ROOT / "tests" / "formats" / "open_batch.py"
    done = subprocess.run([sys.executable, script], input=opened.stdout, capture_output=True, check=False)
    assert done.returncode == 0, done.stderr
    assert int(done.stdout.split()[0]) == post.journal(post.clinic)


def test_a_lost_laptop_goes_on_from_yesterdays_backup(post):
    """Nothing that had been receipted is lost, nothing is counted twice, the old laptop's later letters are refused."""
    post.enrol()
    post.send()
    post.arrive()
    post.confirm()
    post.answer()
    post.clinic.done("reading", "add", "lgy", "144/90")  # written, not yet sent, in the backup
    yesterday = Path(post.clinic.json("backup", "--to", str(post.folder))["path"])
    post.clinic.place.clock.forward(days=1)
    post.clinic.done("reading", "add", "wds", "131/81")  # after the backup, receipted
    post.send()
    post.arrive()
    post.answer()
    receipted = post.journal(post.clinic)
    post.clinic.done("reading", "add", "wds", "129/79")  # after the backup, never receipted
    post.send()
    late_letters = {path.name: path.read_bytes() for path in post.stick.glob("*.vdbatch")}
    for path in post.stick.glob("*.vdbatch"):
        path.unlink()

    new = CommandLine(post.clinic.place.elsewhere("new-home", computer="new-computer"))
    new.done(
        *("restore", str(yesterday), "--unlock-code-file", str(post.unlock_code)),
        *("--unlock-code-out", str(post.folder / "new-code.txt")),
    )
    new.done("reading", "add", "lgy", "139/86")
    sent = post.send(new)
    assert sent["letters_written"] >= 1, "the new computer has its keys and needs no new invitation"
    assert set(post.arrive()) == {"waits-confirm"}
    confirmed = post.confirm(new)
    assert (confirmed["no"], confirmed["revoked_no"]) == (2, 1)
    taken = post.answer(new)
    assert taken["merged"] >= 1, "what was receipted after the backup comes back"
    delivery = new.json("status")["delivery"]
    assert (delivery["waiting"], delivery["is_confirmed"]) == (0, True)
    assert pressures(new, "王德顺") == [(131, 81)], "receipted after the backup; the later one never was"
    assert (139, 86) in pressures(new, "李桂英")
    new.done("check")
    # The old journal as far as it was receipted, and all of the new one: each once.
    assert post.held() == post.journal(new)
    assert post.journal(new) > receipted
    post.township.done("rebuild")
    assert post.held() == post.journal(new)

    # The old laptop turns up again: what it wrote later is told apart, not taken in.
    for name, data in late_letters.items():
        (post.stick / name).write_bytes(data)
    held = post.held()
    told = post.township.json("receive", str(post.stick))
    assert "letter-revoked" in {one["problem"] for one in told["letters"]}
    assert post.held() == held


def pressures(line: CommandLine, name: str) -> list[tuple[int, int]]:
    """The blood pressures that a home holds of somebody."""

    def held(connection: Connection) -> list[tuple[int, int]]:
        rows = connection.execute(
            "SELECT systolic_mmhg, diastolic_mmhg FROM reading AS r JOIN resident AS p ON p.id = r.resident_id "
            "WHERE p.name = ? AND r.kind = 'blood_pressure' ORDER BY r.taken_at",
            (name,),
        )
        return [(row[0], row[1]) for row in rows]

    workplace = line.place.open(line.password_file.read_text("utf-8").strip())
    try:
        return workplace.query(held)
    finally:
        workplace.close()


def restored(post: Post, backup: Path, name: str, code: Path) -> CommandLine:
    """The backup on another computer; the new unlock code replaces the paper."""
    post.clinic.place.clock.forward(minutes=7)
    new = CommandLine(post.clinic.place.elsewhere(name, computer=f"computer-of-{name}"))
    fresh = post.folder / f"code-of-{name}.txt"
    new.done("restore", str(backup), "--unlock-code-file", str(code), "--unlock-code-out", str(fresh))
    return new


def test_a_backup_from_before_the_enrolment(post):
    """It knows nothing of the township; the same invitation leads back, although its code has been used."""
    early = Path(post.clinic.json("backup", "--to", str(post.folder))["path"])
    post.enrol()
    post.send()
    post.arrive()
    post.confirm()
    post.answer()
    new = restored(post, early, "new-home", post.unlock_code)
    (invitation,) = post.stick.glob("*.vdinvite")
    words = post.township.json("status")["words"]
    new.done("enrol", str(invitation), "--words", " ".join(words))
    for path in post.stick.glob("*.vdbatch"):
        path.unlink()
    post.send(new)
    assert set(post.arrive()) == {"waits-confirm"}
    assert post.confirm(new)["revoked_no"] == 1
    taken = post.answer(new)
    assert taken["problems"] == []
    assert new.json("status")["delivery"]["waiting"] == 0
    assert post.held() == post.journal(new)


def test_restored_twice_without_sending_in_between(post):
    """The township has never heard of the second computer; the third one names the first, which it knows."""
    post.enrol()
    post.send()
    post.arrive()
    post.confirm()
    post.answer()
    first = Path(post.clinic.json("backup", "--to", str(post.folder))["path"])
    second = restored(post, first, "second", post.unlock_code)
    second.done("reading", "add", "lgy", "141/88")
    backup = Path(second.json("backup", "--to", str(post.folder))["path"])
    third = restored(post, backup, "third", post.folder / "code-of-second.txt")
    third.done("reading", "add", "lgy", "137/84")
    for path in post.stick.glob("*.vdbatch"):
        path.unlink()
    post.send(third)
    assert set(post.arrive()) == {"waits-confirm"}
    assert post.confirm(third)["revoked_no"] == 1
    post.answer(third)
    assert third.json("status")["delivery"]["waiting"] == 0
    third.done("check")
    # All three journals, each change once: the second computer's own was carried by the third.
    assert post.journal(third) == third.json("status")["delivery"]["delivered"]


def test_both_computers_go_on(post):
    """A copy on a second computer beside the first: confirmed with --keep-old, each gets what the other wrote."""
    post.enrol()
    post.send()
    post.arrive()
    post.confirm()
    post.answer()
    backup = Path(post.clinic.json("backup", "--to", str(post.folder))["path"])
    other = restored(post, backup, "other", post.unlock_code)
    other.done("reading", "add", "lgy", "141/88")
    post.clinic.done("reading", "add", "wds", "133/79")
    post.send()
    post.send(other)
    assert sorted(post.arrive()) == ["taken", "waits-confirm"]
    words = other.json("status")["delivery"]["device_words"]
    assert post.township.json("confirm", *words, "--keep-old")["revoked_no"] is None
    assert post.answer()["merged"] == 2, "the other's start and reading"
    taken = post.clinic_take(other)
    assert taken["merged"] == 1
    for line in (post.clinic, other):
        line.done("check")
        assert line.json("status")["delivery"]["waiting"] == 0
        assert post.journal(line) == post.held()
    post.clinic.done("reading", "add", "lgy", "139/82")
    post.send()
    assert "taken" in post.arrive()


def test_a_password_that_is_lost_is_opened_by_the_paper_in_the_safe(post):
    post.enrol()
    home = post.clinic.place.home
    recovery = str(post.folder / "recovery.txt")
    new_password = post.folder / "new-password.txt"
    new_password.write_text("2846-9175-3064\n", "utf-8")
    fresh = post.folder / "fresh-code.txt"
    words = ("--recovery-file", recovery, "--new-password-file", str(new_password))
    post.township.done("recover", str(home), *words, "--unlock-code-out", str(fresh))
    post.clinic.refused("password-wrong", "status")
    reopened = CommandLine(post.clinic.place, password="2846-9175-3064")
    reopened.done("check")
    assert reopened.json("status")["residents"] == 6
    fresh_lines = fresh.read_text("utf-8")
    third = ("--unlock-code-file", str(fresh), "--unlock-code-out", str(post.folder / "third.txt"))
    reopened.done("reset-password", *third)
    assert fresh_lines
    (post.folder / "recovery.txt").write_text(f"{ZEROS}\n{ZEROS}\n", "utf-8")
    post.township.refused("recovery-code-wrong", "recover", str(home), *words)


def test_both_programs_as_processes(post):
    """The same as subprocesses, as somebody types it: exit codes, files of mode 0600, nothing on standard error."""
    environment = {
        **os.environ,
        "PYTHONPATH": str(ROOT),
        "VILLAGE_DOCTOR_HOME": str(post.clinic.place.home),
        "VILLAGE_DOCTOR_PASSWORD_FILE": str(post.clinic.password_file),
        "VILLAGE_DOCTOR_TOWNSHIP_HOME": str(post.township.place.home),
        "VILLAGE_DOCTOR_TOWNSHIP_PASSWORD_FILE": str(post.township.password_file),
        "XDG_STATE_HOME": str(post.folder / "state"),
    }

    def run(module: str, *words: str) -> dict:
        done = subprocess.run(
            [sys.executable, "-m", module, *words, "--json"],
            cwd=ROOT,
            env=environment,
            capture_output=True,
            text=True,
            check=False,
        )
        assert (done.returncode, done.stderr) == (0, ""), done.stdout + done.stderr
        return json.loads(done.stdout)

    def township(*words: str) -> dict:
        return run("village_doctor.cli.township_program", *words)

    def clinic(*words: str) -> dict:
        return run("village_doctor", "--clock-confirmed", *words)

    township("invite", "--code", CODE, "--label", "石桥湾", "--to", str(post.stick))
    (invitation,) = post.stick.glob("*.vdinvite")
    clinic("enrol", str(invitation), "--words", " ".join(township("status")["words"]))
    sent = clinic("send", "--to", str(post.stick))
    # With other files of the computer's own the home has become a new device: it carries the old one's journal.
    results = [one["result"] for one in township("receive", str(post.stick))["letters"]]
    assert results == ["waits-confirm", "waits-confirm"]
    township("confirm", *clinic("status")["delivery"]["device_words"])
    township("answer", "--to", str(post.stick))
    assert clinic("receive", str(post.stick))["delivered_changes"] == sent["changes"]
    assert {path.suffix for path in files_in(post.stick)} == {".vdinvite", ".vdbatch", ".vdreceipt"}
    assert {path.stat().st_mode & 0o077 for path in files_in(post.stick)} == {0}
    assert all(
        set(path.stem) <= set("0123456789abcdef") and len(path.stem) == 32 for path in files_in(post.stick)
    )
