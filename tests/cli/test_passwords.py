"""Passwords and unlock codes: where they come from, what is shown once, what is refused, what is never left behind."""

import re
from pathlib import Path

import pytest

from tests.cli.command_line import CommandLine
from tests.village import OTHER_PASSWORD, PASSWORD, files_in
from village_doctor.cli import session

INIT = (
    "init",
    *("--village-code", "990101101201", "--village-name", "石桥湾村"),
    *("--clinic-name", "石桥湾村卫生室", "--doctor-name", "王守仁"),
)
CODE = re.compile("(?:[0-9A-Z]{4}-){6}[0-9A-Z]{4}")


@pytest.fixture
def keyboard(monkeypatch):
    """Somebody sits there; CliRunner types."""
    monkeypatch.setattr(session, "can_ask", lambda: True)


# --- where the password comes from ---------------------------------------------------------------


def test_the_file_that_the_environment_names(line, monkeypatch):
    monkeypatch.setenv("VILLAGE_DOCTOR_PASSWORD_FILE", str(line.password_file))
    line.done("status", asks=True)


def test_an_empty_name_is_no_name(line, monkeypatch):
    monkeypatch.setenv("VILLAGE_DOCTOR_PASSWORD_FILE", "")
    monkeypatch.setattr(session, "can_ask", lambda: False)
    line.refused("password-missing", "status", asks=True)


@pytest.mark.parametrize(
    "content",
    [b"", b"\n", b"   \n", b"\xff\xfe\x00", None],
    ids=["empty", "line", "blank", "not utf-8", "none"],
)
def test_a_password_file_that_holds_nothing(line, content):
    line.password_file.unlink()
    if content is not None:
        line.password_file.write_bytes(content)
    said = line.refused("password-file", "status")
    assert str(line.password_file) in said.err


def test_a_password_file_may_end_as_windows_ends_lines(line):
    line.password_file.write_bytes(b"\xef\xbb\xbf" + PASSWORD.encode() + b"\r\nsomething else\r\n")
    line.done("status")


def test_a_wrong_password_opens_nothing(line):
    line.password_file.write_text("0000-1111-2222", "utf-8")
    line.refused("password-wrong", "find", "李桂英")


def test_a_missing_home_is_told_before_a_password_is_asked(nothing_yet, keyboard):
    said = nothing_yet.refused("home-missing", "due", asks=True)
    assert "密码" not in said.err


def test_a_typed_password_is_not_shown(line, keyboard):
    said = line.done("status", asks=True, typed=f"{PASSWORD}\n")
    assert PASSWORD not in said.out + said.err


def test_a_slip_at_the_keyboard_is_asked_again(line, keyboard):
    said = line.done("status", asks=True, typed=f"slip\nanother\n{PASSWORD}\n")
    assert said.err.count("密码不对") == 2
    line.refused("password-wrong", "status", asks=True, typed="a\nb\nc\n")


# --- the first day -------------------------------------------------------------------------------


def test_init_shows_the_unlock_code_once(nothing_yet):
    said = nothing_yet.done(*INIT)
    (code,) = CODE.findall(said.out)
    nothing_yet.done("status")
    for path in files_in(nothing_yet.place.folder):
        assert code.encode() not in path.read_bytes(), path
        assert code.replace("-", "").encode() not in path.read_bytes(), path
    assert not CODE.search(nothing_yet.done("status").out)


def test_init_writes_the_unlock_code_into_a_file_where_it_is_told_to(nothing_yet):
    out = nothing_yet.place.folder / "code.txt"
    said = nothing_yet.done(*INIT, "--unlock-code-out", str(out))
    assert CODE.fullmatch(out.read_text("utf-8").strip())
    assert out.stat().st_mode & 0o777 == 0o600
    assert not CODE.search(said.out + said.err)
    told = nothing_yet.refused(
        "output-file", *INIT, "--unlock-code-out", str(out), home=nothing_yet.place.folder / "b"
    )
    assert "code.txt" in told.err
    assert not (nothing_yet.place.folder / "b").exists()


def test_init_as_json(nothing_yet):
    told = nothing_yet.json(*INIT)
    assert CODE.fullmatch(told["unlock_code"])
    assert told["password"] is None
    assert told["home"] == str(nothing_yet.place.home)


def test_init_asks_twice_and_for_the_end_of_the_paper(nothing_yet, keyboard):
    mine = "yizhi mao duoshao"
    said = nothing_yet.done(*INIT, asks=True, typed=f"{mine}\n{mine}\n\n")
    assert CODE.search(said.out)
    assert mine not in said.out + said.err
    assert "最后一组" in said.err
    CommandLine(nothing_yet.place, mine).done("status")


def test_init_asks_again_after_a_weak_password_and_after_two_different_ones(nothing_yet, keyboard):
    mine = "yizhi mao duoshao"
    typed = f"1234567890\n{mine}\n{mine}x\n{mine}\n{mine}\n"
    said = nothing_yet.done(*INIT, asks=True, typed=typed)
    assert "挨着的一串" in said.err
    assert "两次不一样" in said.err


def test_an_empty_answer_lets_the_program_make_the_password(nothing_yet, keyboard):
    said = nothing_yet.done(*INIT, asks=True, typed="\n")
    (made,) = re.findall(r"您的密码：(\d{4}-\d{4}-\d{4})　", said.out)
    CommandLine(nothing_yet.place, made).done("status")


def test_a_weak_password_in_the_file_makes_no_home(nothing_yet):
    nothing_yet.password_file.write_text("19560503", "utf-8")
    nothing_yet.refused("password-weak", *INIT)
    assert not (nothing_yet.place.home / "keyslots.json").exists()


def test_a_second_init_changes_nothing(line):
    line.refused("home-exists", *INIT)
    line.done("find", "李桂英")


def test_the_village_may_be_named_by_its_clinic(nothing_yet):
    nothing_yet.done(*INIT[:3], *INIT[5:])
    assert nothing_yet.json("status")["villages"] == [{"code": "990101101201", "name": "石桥湾村"}]


def test_wrong_village_code(nothing_yet):
    words = [word if word != "990101101201" else "99010110120" for word in INIT]
    nothing_yet.refused("village-code", *words)


# --- changing them -------------------------------------------------------------------------------


def test_a_new_password_from_a_file(line):
    new = line.place.folder / "new.txt"
    new.write_text(OTHER_PASSWORD, "utf-8")
    line.done("password", "--new-password-file", str(new))
    line.refused("password-wrong", "status")
    CommandLine(line.place, OTHER_PASSWORD).done("status")


def test_a_weak_new_password_changes_nothing(line):
    new = line.place.folder / "new.txt"
    new.write_text("1234567890", "utf-8")
    line.refused("password-weak", "password", "--new-password-file", str(new))
    line.done("status")


def test_a_forgotten_password_is_reset_with_the_paper(nothing_yet):
    line, folder = nothing_yet, nothing_yet.place.folder
    first = folder / "code.txt"
    line.done(*INIT, "--unlock-code-out", str(first))
    line.password_file.write_text(OTHER_PASSWORD, "utf-8")
    line.refused("password-wrong", "status")
    told = line.json("reset-password", "--unlock-code-file", str(first))
    line.done("status")
    fresh = folder / "fresh.txt"
    fresh.write_text(told["unlock_code"], "utf-8")
    line.refused("unlock-code-wrong", "reset-password", "--unlock-code-file", str(first))
    line.done("reset-password", "--unlock-code-file", str(fresh))


@pytest.mark.parametrize("typed", ["ABCD", "2M6N-SVZY-WC02-F02Y-JFYP-XWBQ-V4K4"])
def test_a_mistyped_unlock_code(line, typed):
    paper = line.place.folder / "paper.txt"
    paper.write_text(typed, "utf-8")
    line.refused("unlock-code-mistyped", "reset-password", "--unlock-code-file", str(paper))


def test_a_fresh_unlock_code_makes_the_old_paper_worthless(line):
    out = line.place.folder / "fresh.txt"
    assert not CODE.search(line.done("unlock-code", "--out", str(out)).out)
    line.done("reset-password", "--unlock-code-file", str(out))
    line.refused("unlock-code-wrong", "reset-password", "--unlock-code-file", str(out))


# --- backups and restoring -----------------------------------------------------------------------


def test_a_backup_at_home_opens_with_the_password(line):
    made = line.json("backup")
    other = line.place.folder / "restored"
    told = line.json("restore", made["path"], home=other)
    assert told["device_digit"] == 2
    assert [one["name"] for one in line.json("find", "李桂英", home=other)][:1] == ["李桂英"]
    line.done("check", home=other)


def test_a_backup_outside_opens_with_the_unlock_code_only(nothing_yet):
    line, folder = nothing_yet, nothing_yet.place.folder
    line.done(*INIT, "--unlock-code-out", str(folder / "code.txt"))
    stick = folder / "stick"
    stick.mkdir()
    made = line.json("backup", "--to", str(stick))
    other = folder / "restored"
    assert "--with-unlock-code" in line.refused("unlock-code-needed", "restore", made["path"], home=other).err
    told = line.json("restore", made["path"], "--unlock-code-file", str(folder / "code.txt"), home=other)
    assert CODE.fullmatch(told["unlock_code"])
    line.done("status", home=other)


def test_restoring_over_a_home_merges_what_came_after(line):
    made = line.json("backup")
    line.done("reading", "add", "李桂英", "144/80")
    told = line.json("restore", made["path"])
    assert told["merged"] == 1
    (pressure,) = [
        reading
        for member in line.json("show", "李桂英")["members"]
        for reading in member["last_readings"]
        if reading["kind"] == "blood_pressure" and member["name"] == "李桂英"
    ]
    assert pressure["systolic_mmhg"] == 144


@pytest.mark.parametrize(
    ("content", "code"), [(None, "backup-missing"), (b"hello", "backup-not-ours")], ids=["none", "not ours"]
)
def test_what_is_no_backup(line, content, code):
    file = line.place.folder / "x.vdbackup"
    if content is not None:
        file.write_bytes(content)
    line.refused(code, "restore", str(file))
    line.done("find", "李桂英")


def test_a_cut_backup_is_refused_and_changes_nothing(line):
    made = line.json("backup")
    file = line.place.folder / "cut.vdbackup"
    whole = (line.place.home / "backups" / made["path"].rpartition("/")[2]).read_bytes()
    file.write_bytes(whole[:-100])
    line.refused("backup-damaged", "restore", str(file))
    line.done("check")


def test_a_backup_folder_that_is_not_there(line):
    line.refused("backup-folder", "backup", "--to", str(line.place.folder / "nowhere"))


def test_check_counts_and_a_lost_slot_file_is_told(line):
    told = line.json("check")
    assert told["ok"] is True
    assert told["entries"] > 10
    (line.place.home / "keyslots.json").write_text("{}", "utf-8")
    line.refused("slots-damaged", "status")


def test_derived_tables_that_differ_are_put_right(line):
    workplace = line.place.open()
    workplace.write(lambda writing: writing.connection.execute("DELETE FROM search_term WHERE key < 'm'"))
    workplace.close()
    line.refused_once("derived-differ", "check")
    line.done("check")


def test_the_home_may_be_named_by_the_environment(line, monkeypatch):
    monkeypatch.setenv("VILLAGE_DOCTOR_HOME", str(line.place.home))
    line.place.home = Path()  # nothing is handed in
    assert line.json("status")["residents"] == 6
    line.refused("home-missing", "--home", str(line.place.folder / "nowhere"), "status")
