"""The set-up of build_scripts/environment.py, for real in a temporary checkout with empty lock files (no downloads)."""

import json
import os
import re
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

import environment
from environment import SetUpProblem, SystemPackage

PROGRAM = """
import os, sys
print(os.getcwd(), sys.argv[1:], sys.stdin.read())
sys.exit(len(sys.argv))
"""


@pytest.fixture(scope="module")
def checkout(tmp_path_factory) -> Path:
    """A checkout with a Chinese name and a stand-in for the program; nothing is set up in it yet."""
    root = tmp_path_factory.mktemp("run") / "村医 源码"
    shutil.copytree(
        environment.ROOT / "build_scripts",
        root / "build_scripts",
        ignore=shutil.ignore_patterns("__pycache__"),
    )
    for lock in (environment.PROGRAM_LOCK, environment.CHECKS_LOCK):
        (root / lock).write_text("# nothing\n", "utf-8")
    for package in ("village_doctor", "village_doctor/cli"):
        (root / package).mkdir()
        (root / package / "__init__.py").touch()
    for module in ("village_doctor/__main__", "village_doctor/cli/township_program"):
        (root / f"{module}.py").write_text(f"print({module!r})\n{PROGRAM}", "utf-8")
    return root


def start(root: Path, *arguments: str) -> subprocess.Popen[str]:
    command = [sys.executable, str(root / "build_scripts/run.py"), *arguments]
    return subprocess.Popen(
        command,
        cwd="/",
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        encoding="utf-8",
    )


@pytest.fixture(scope="module")
def outputs(checkout) -> list[tuple[str, str, int | None]]:
    """One start killed in the middle, then two starts at once: output, errors and exit code of each of the three."""
    killed = start(checkout, "first")
    while not (checkout / ".venv/bin").exists():
        assert killed.poll() is None
        time.sleep(0.01)
    killed.send_signal(signal.SIGKILL)
    together = [start(checkout, "find", "王"), start(checkout, "township", "status")]
    return [(*child.communicate("typed"), child.returncode) for child in (killed, *together)]


def test_a_killed_set_up_is_done_again(outputs, checkout):
    assert outputs[0][2] == -signal.SIGKILL
    assert outputs[0][0] == ""
    assert environment.is_ready(checkout, environment.PROGRAM_LOCK)
    assert [path.name for path in checkout.glob(".venv/bin/python")] == ["python"]


def test_two_at_once_set_up_only_once_and_both_start(outputs):
    assert sum("Set-up done" in errors for _, errors, _ in outputs) == 1
    assert [code for _, _, code in outputs[1:]] == [3, 2]


def test_the_program_gets_arguments_input_and_folder_and_its_output_is_alone(outputs):
    assert outputs[1][0] == "village_doctor/__main__\n/ ['find', '王'] typed\n"
    assert outputs[2][0] == "village_doctor/cli/township_program\n/ ['status'] typed\n"


def test_a_second_start_says_nothing_and_passes_the_exit_code(outputs, checkout):
    child = start(checkout, "1", "2", "3")
    assert child.communicate("") == ("village_doctor/__main__\n/ ['1', '2', '3'] \n", "")
    assert child.returncode == 4


def test_a_file_in_the_users_folder_never_takes_a_modules_place(outputs, checkout, tmp_path):
    (tmp_path / "village_doctor").mkdir()
    (tmp_path / "village_doctor/__main__.py").write_text("print('stolen')", "utf-8")
    run = [sys.executable, checkout / "build_scripts/run.py"]
    done = subprocess.run([*run, "x"], cwd=tmp_path, input="", capture_output=True, text=True, check=False)
    assert done.stdout.startswith("village_doctor/__main__\n")


def test_without_a_display_the_demonstration_runs_in_a_private_folder_that_is_named(
    outputs, checkout, tmp_path
):
    run = [sys.executable, checkout / "build_scripts/run.py"]
    settings = {**os.environ, "TMPDIR": str(tmp_path), "DISPLAY": "", "WAYLAND_DISPLAY": ""}
    done = subprocess.run(run, env=settings, input="", capture_output=True, text=True, check=False)
    (folder,) = tmp_path.iterdir()
    assert f"['demo', '--out', {str(folder)!r}]" in done.stdout
    assert str(folder) in done.stderr
    assert "no display" in done.stderr
    assert folder.stat().st_mode & 0o777 == 0o700


@pytest.fixture
def stamped(tmp_path) -> Path:
    """A checkout that looks set up for the program."""
    (tmp_path / ".venv/bin").mkdir(parents=True)
    (tmp_path / ".venv/bin/python").symlink_to(sys.executable)
    for lock in (environment.PROGRAM_LOCK, environment.CHECKS_LOCK):
        (tmp_path / lock).write_text(f"# {lock}\n", "utf-8")
    environment.write_stamp(tmp_path, [environment.PROGRAM_LOCK])
    return tmp_path


def test_the_stamp_counts_only_for_what_was_installed(stamped):
    assert environment.is_ready(stamped, environment.PROGRAM_LOCK)
    assert not environment.is_ready(stamped, environment.CHECKS_LOCK)


def test_a_changed_lock_file_needs_a_new_set_up(stamped):
    (stamped / environment.PROGRAM_LOCK).write_text("# other\n", "utf-8")
    assert not environment.is_ready(stamped, environment.PROGRAM_LOCK)


def test_a_moved_checkout_needs_a_new_set_up(stamped, tmp_path_factory):
    moved = stamped.rename(tmp_path_factory.mktemp("elsewhere") / "moved")
    assert not environment.is_ready(moved, environment.PROGRAM_LOCK)


def test_a_replaced_python_needs_a_new_set_up(stamped, tmp_path_factory):
    other = tmp_path_factory.mktemp("python") / "python3.99"
    other.touch()
    (stamped / ".venv/bin/python").unlink()
    (stamped / ".venv/bin/python").symlink_to(other)
    assert not environment.is_ready(stamped, environment.PROGRAM_LOCK)
    other.unlink()
    assert environment.read_stamp(stamped) == {}


@pytest.mark.parametrize("garbled", ["", "[]", '{"identity'])
def test_a_garbled_stamp_needs_a_new_set_up(stamped, garbled):
    (stamped / ".venv" / environment.STAMP).write_text(garbled, "utf-8")
    assert environment.read_stamp(stamped) == {}


@pytest.mark.parametrize(
    ("installed", "asked", "changed", "then"),
    [
        (environment.PROGRAM_LOCK, environment.CHECKS_LOCK, False, environment.CHECKS_LOCK),
        (environment.PROGRAM_LOCK, environment.PROGRAM_LOCK, True, environment.PROGRAM_LOCK),
        (environment.CHECKS_LOCK, environment.PROGRAM_LOCK, True, environment.CHECKS_LOCK),
    ],
)
def test_what_a_renewal_does(stamped, monkeypatch, installed, asked, changed, then):
    """Tools are added in place; after a change all is made anew, tools included where they were."""
    both = [environment.PROGRAM_LOCK, environment.CHECKS_LOCK]
    environment.write_stamp(stamped, both if installed == environment.CHECKS_LOCK else [installed])
    for lock in both if changed else ():
        (stamped / lock).write_text("# changed\n", "utf-8")
    commands: list[str] = []

    def record(*command: str, **_: object) -> bool:
        assert not (stamped / ".venv" / environment.STAMP).exists()
        commands.append(" ".join(map(str, command)))
        return True

    monkeypatch.setattr(environment, "run_aside", record)
    environment.prepare(asked, (), stamped)
    assert any("-m venv --clear" in command for command in commands) == changed
    (install,) = (command for command in commands if "pip install" in command)
    assert install.endswith(f"--requirement {stamped / then}")
    assert "--require-hashes" in install
    assert environment.is_ready(stamped, then)
    assert environment.is_ready(stamped, environment.PROGRAM_LOCK)


def test_a_failed_install_leaves_no_stamp_and_says_what_to_do(stamped, monkeypatch):
    (stamped / environment.PROGRAM_LOCK).write_text("# changed\n", "utf-8")
    monkeypatch.setattr(environment, "run_aside", lambda *command, **_: "install" not in command)
    with pytest.raises(SetUpProblem, match=r"(?s)检查网络.*Check the network"):
        environment.prepare(environment.PROGRAM_LOCK, (), stamped)
    assert environment.read_stamp(stamped) == {}


def test_a_python_too_old_is_told(stamped, monkeypatch, capsys):
    monkeypatch.setattr(sys, "version_info", (3, 9, 2, "final", 0))
    with pytest.raises(SetUpProblem, match=r"(?s)现在是 3\.9。.*this is 3\.9\."):
        environment.prepare(environment.CHECKS_LOCK, (), stamped)


# --- system packages ------------------------------------------------------------------------------------------------

MISSING = SystemPackage("strace", lambda: False)
PRESENT = SystemPackage("git", lambda: True)


def test_without_root_the_exact_command_is_told_and_the_exit_code_is_3(monkeypatch, capsys):
    monkeypatch.setattr(environment, "is_root", lambda: False)
    monkeypatch.setattr(environment, "is_ready", lambda *_: False)
    with pytest.raises(SystemExit) as stop:
        environment.prepare_or_exit(environment.CHECKS_LOCK, (PRESENT, MISSING))
    told = capsys.readouterr()
    assert stop.value.code == 3
    assert told.out == ""
    assert "sudo apt-get update && sudo apt-get install -y strace\n" in told.err
    assert "缺少系统软件包：strace" in told.err
    assert "System packages are missing: strace" in told.err


@pytest.fixture
def apt(tmp_path, monkeypatch) -> Path:
    """A stand-in for apt-get on PATH, for root, without package lists; returns the file that records its calls."""
    calls = tmp_path / "calls"
    (tmp_path / "bin").mkdir()
    (tmp_path / "lists").mkdir()
    script = tmp_path / "bin/apt-get"
    script.write_text(
        f'#!/bin/sh\necho "$@" >> {calls}\n'
        f"case $1 in update) touch {tmp_path}/fresh;; *) test -e {tmp_path}/fresh;; esac\n",
        "utf-8",
    )
    script.chmod(0o755)
    monkeypatch.setenv("PATH", str(script.parent), prepend=os.pathsep)
    monkeypatch.setattr(environment, "is_root", lambda: True)
    monkeypatch.setattr(environment, "APT_LISTS", tmp_path / "lists")
    return calls


def test_root_installs_what_is_missing_after_fetching_the_lists(apt, tmp_path):
    wanted = SystemPackage("strace", (tmp_path / "calls").exists)
    environment.require_system_packages((PRESENT, wanted))
    calls = apt.read_text("utf-8").splitlines()
    assert calls == ["update -q", "install -q -y --no-install-recommends strace"]


def test_stale_lists_are_fetched_again(apt, tmp_path):
    (tmp_path / "lists/mirror_Packages.lz4").touch()
    environment.install_with_apt(["strace"])
    assert [line.split()[0] for line in apt.read_text("utf-8").splitlines()] == [
        "install",
        "update",
        "install",
    ]


def test_root_is_told_when_apt_does_not_bring_it(apt):
    with pytest.raises(SetUpProblem, match="strace"):
        environment.require_system_packages((MISSING,))


def test_a_library_is_there_when_the_systems_loader_finds_it():
    assert environment.loads("libc.so.6")
    assert not environment.loads("libnowhere.so.7")


def test_what_was_seen_once_is_not_looked_for_again(stamped):
    looks: list[str] = []

    def look(name: str) -> SystemPackage:
        def is_present() -> bool:
            looks.append(name)
            return True

        return SystemPackage(name, is_present)

    one, other = look("one"), look("other")
    for wanted in ((one,), (one,), (one, other), (other,), (one, other)):
        environment.prepare(environment.PROGRAM_LOCK, wanted, stamped)
    assert looks == ["one", "one", "other"]  # the second time for a window that now needs the other too
    assert environment.packages_seen(stamped) == {"one", "other"}
    assert environment.is_ready(stamped, environment.PROGRAM_LOCK)


def test_a_package_that_is_missing_is_looked_for_again(stamped, monkeypatch):
    monkeypatch.setattr(environment, "is_root", lambda: False)
    for _ in range(2):
        with pytest.raises(SetUpProblem, match="strace"):
            environment.prepare(environment.PROGRAM_LOCK, (MISSING,), stamped)
    assert environment.packages_seen(stamped) == set()


def test_a_changed_lock_file_looks_again(stamped, monkeypatch):
    monkeypatch.setattr(environment, "is_root", lambda: False)
    environment.write_stamp(stamped, [environment.PROGRAM_LOCK], ["strace"])
    environment.prepare(environment.PROGRAM_LOCK, (MISSING,), stamped)
    (stamped / environment.PROGRAM_LOCK).write_text("# changed\n", "utf-8")
    with pytest.raises(SetUpProblem, match="strace"):
        environment.prepare(environment.PROGRAM_LOCK, (MISSING,), stamped)


def test_everything_that_a_room_of_the_set_up_needs_is_named_once():
    for packages in (environment.FOR_THE_WINDOW, environment.FOR_THE_BUILD, environment.FOR_THE_CHECKS):
        names = [package.name for package in packages]
        assert len(names) == len(set(names))
        assert {package.name for package in environment.FOR_THE_PROGRAM} < set(names)


# --- the real checkout ----------------------------------------------------------------------------------------------


def seconds(command: list[str | Path]) -> float:
    started = time.perf_counter()
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, cwd=environment.ROOT)
    return time.perf_counter() - started


def test_a_second_help_takes_at_most_two_seconds_more_than_the_programs_own():
    run: list[str | Path] = [sys.executable, environment.ROOT / "build_scripts/run.py", "--help"]
    own: list[str | Path] = [environment.venv_python(environment.ROOT), "-m", "village_doctor", "--help"]
    seconds(run)
    assert min(seconds(run) for _ in range(3)) <= min(seconds(own) for _ in range(3)) + 2


def test_the_stamp_names_the_locks_that_are_installed(stamped):
    stamp = json.loads((stamped / ".venv" / environment.STAMP).read_text("utf-8"))
    assert stamp.keys() == {environment.PROGRAM_LOCK, "identity", "packages"}
    assert re.fullmatch(r"[0-9a-f]{64}", stamp[environment.PROGRAM_LOCK])
