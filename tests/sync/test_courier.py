"""Files on a stick: whole or not at all, read back, and every trouble told in words; the computer's own stay as they are."""

import errno
import hashlib
import io
import os
import resource
import subprocess
import sys
from pathlib import Path

import pytest

from tests.disks import disk, needs_root, remount
from tests.sync.letters import LETTERS_IDENTITY, envelope_of
from tests.village import contents
from village_doctor.domain.problems import Problem
from village_doctor.sync import courier
from village_doctor.sync.courier import (
    BATCH,
    RECEIPT,
    clear_leftovers,
    deliver,
    fetch,
    new_name,
    remove_if_same,
    waiting_files,
)
from village_doctor.sync.seal import TooLarge, seal

DATA = b"letter " * 100_000
ROOT = Path(__file__).resolve().parents[2]
HASH = hashlib.sha256(DATA).hexdigest()
NAME = "ab" * 16 + BATCH
ASIDE = ".aside-" + "0" * 32


@pytest.fixture
def stick(tmp_path):
    folder = tmp_path / "stick"
    folder.mkdir()
    return folder


def refused(act, *arguments) -> str:
    with pytest.raises(Problem) as problem:
        act(*arguments)
    assert problem.value.values["folder"]
    return problem.value.code


def put(file) -> None:
    for start in range(0, len(DATA), 65536):
        file.write(DATA[start : start + 65536])


def test_a_name_means_nothing():
    assert new_name(BATCH, lambda count: bytes(range(count))) == "000102030405060708090a0b0c0d0e0f.vdbatch"


def test_a_file_is_there_whole_and_its_hash_is_told(stick):
    assert deliver(stick, NAME, put) == HASH
    assert contents(stick) == {NAME: DATA}


def test_a_sealed_letter_can_be_written_straight_into_it(stick):
    recipient = LETTERS_IDENTITY.recipient
    told = deliver(stick, NAME, lambda file: seal([envelope_of()], recipient, file))
    assert hashlib.sha256((stick / NAME).read_bytes()).hexdigest() == told


def test_a_file_of_the_same_name_is_replaced(stick):
    (stick / NAME).write_bytes(b"old")
    deliver(stick, NAME, put)
    assert contents(stick) == {NAME: DATA}


def test_a_missing_folder_is_told(tmp_path):
    (tmp_path / "file").write_bytes(b"")
    for folder in (tmp_path / "missing", tmp_path / "file"):
        assert refused(deliver, folder, NAME, put) == "folder-missing"
        assert refused(clear_leftovers, folder) == "folder-missing"
        assert refused(waiting_files, folder, BATCH) == "folder-missing"
    assert refused(fetch, tmp_path / "missing" / NAME, tmp_path) == "folder-missing"
    assert contents(tmp_path) == {"file": b""}


@needs_root
def test_a_full_stick_is_told_and_nothing_is_left_on_it(stick):
    with disk(stick, "256k"):
        (stick / "photo").write_bytes(b"x" * 100_000)
        assert refused(deliver, stick, NAME, put) == "folder-full"
        assert list(contents(stick)) == ["photo"]


def test_a_stick_that_takes_no_more_is_told_also_without_root(stick):
    import signal

    old = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, hard))
    try:
        assert refused(deliver, stick, NAME, put) == "folder-full"
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
        signal.signal(signal.SIGXFSZ, old)
    assert contents(stick) == {}


def test_a_letter_that_fills_the_stick_with_its_last_bytes_is_told_too(stick):
    """age writes the last piece at its end, and keeps silent about an error there."""
    import signal

    old = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (10, hard))
    try:
        recipient = LETTERS_IDENTITY.recipient
        code = refused(deliver, stick, NAME, lambda file: seal([b"x"], recipient, file))
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
        signal.signal(signal.SIGXFSZ, old)
    assert code == "folder-full"
    assert contents(stick) == {}


@needs_root
def test_a_stick_that_is_write_protected_is_told(stick):
    with disk(stick, "1m"):
        (stick / NAME).write_bytes(DATA)
        (stick / ASIDE).write_bytes(b"")
        remount(stick, "ro")
        assert refused(deliver, stick, "other.vdbatch", put) == "folder-read-only"
        assert refused(remove_if_same, stick / NAME, HASH) == "folder-read-only"
        assert refused(clear_leftovers, stick) == "folder-read-only"
        assert [path.name for path in waiting_files(stick, BATCH)] == [NAME]
        assert fetch(stick / NAME, stick.parent).sha256 == HASH


DELIVER = """
import sys
from pathlib import Path
from village_doctor.domain.problems import Problem
from village_doctor.sync.courier import deliver
try:
    deliver(Path(sys.argv[1]), "x.vdbatch", lambda file: file.write(b"x"))
except Problem as problem:
    print(problem.code)
"""


def test_a_folder_that_may_not_be_written_is_told(stick):
    """Root may write everywhere, unless it gives that up."""
    without = ["setpriv", "--bounding-set=-dac_override"] if os.geteuid() == 0 else []
    stick.chmod(0o500)
    done = subprocess.run(
        [*without, sys.executable, "-c", DELIVER, stick],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    stick.chmod(0o700)
    assert (done.stdout, done.stderr) == ("folder-read-only\n", "")
    assert list(stick.iterdir()) == []


@pytest.mark.parametrize(
    ("number", "code"),
    [
        (errno.EIO, "folder-error"),
        (errno.ENODEV, "folder-missing"),
        (errno.ENOSPC, "folder-full"),
        (errno.EROFS, "folder-read-only"),
        (errno.EINVAL, "folder-error"),
        (None, "folder-error"),
    ],
)
@pytest.mark.parametrize("step", ["fsync", "replace"])
def test_an_error_in_any_step_is_told_and_nothing_is_left(stick, monkeypatch, step, number, code):
    def fail(*_):
        raise OSError(number, "broken") if number else OSError("broken")

    monkeypatch.setattr(os, step, fail)
    assert refused(deliver, stick, NAME, put) == code
    assert contents(stick) == {}


def test_a_file_that_reads_back_differently_is_told_and_removed(stick, monkeypatch):
    rename = os.replace

    def rename_badly(source, target):
        rename(source, target)
        with open(target, "r+b") as file:  # noqa: PTH123 - what a worn stick does
            file.seek(-1, io.SEEK_END)
            file.write(b"?")

    monkeypatch.setattr(os, "replace", rename_badly)
    assert refused(deliver, stick, NAME, put) == "folder-differs"
    assert contents(stick) == {}


def test_an_error_of_our_own_disk_is_not_blamed_on_the_stick(stick):
    def fail(file):
        file.write(b"begun")
        raise error

    for error in (OSError(errno.EIO, "our own"), ValueError("a mistake")):
        with pytest.raises(type(error)) as raised:
            deliver(stick, NAME, fail)
        assert raised.value is error
    assert contents(stick) == {}


# --- leftovers ---


def test_only_what_a_crash_left_aside_is_removed(stick):
    ours = [ASIDE, ".aside-" + "0123456789abcdef" * 2]
    others = [
        ".aside-" + "0" * 31,
        ".aside-" + "0" * 33,
        ".aside-" + "G" * 32,
        "aside-" + "0" * 32,
        ASIDE + ".doc",
        NAME,
    ]
    for name in ours + others:
        (stick / name).write_bytes(b"x")
    (stick / (".aside-" + "1" * 32)).mkdir()
    (stick / (".aside-" + "2" * 32)).symlink_to(stick / NAME)
    assert clear_leftovers(stick) == 2
    assert sorted(path.name for path in stick.iterdir()) == sorted(
        [*others, ".aside-" + "1" * 32, ".aside-" + "2" * 32]
    )


# --- taking off ---


def test_waiting_files_are_those_of_that_kind_in_the_order_of_their_names(stick, tmp_path):
    for name in (
        "b.vdbatch",
        "a.vdbatch",
        "C.VDBATCH",
        "x.vdreceipt",
        "._a.vdbatch",
        ASIDE,
        "vdbatch",
        "a.vdbatch.txt",
    ):
        (stick / name).write_bytes(b"x")
    (stick / "folder.vdbatch").mkdir()
    (tmp_path / "secret").write_bytes(b"x")
    (stick / "link.vdbatch").symlink_to(tmp_path / "secret")
    os.mkfifo(stick / "pipe.vdbatch")
    assert [path.name for path in waiting_files(stick, BATCH)] == ["C.VDBATCH", "a.vdbatch", "b.vdbatch"]
    assert [path.name for path in waiting_files(stick, RECEIPT)] == ["x.vdreceipt"]


def test_a_file_is_copied_aside_and_stays_on_the_stick(stick, tmp_path):
    (stick / NAME).write_bytes(DATA)
    fetched = fetch(stick / NAME, tmp_path)
    assert (fetched.sha256, fetched.size, fetched.path.read_bytes()) == (HASH, len(DATA), DATA)
    assert courier._ASIDE.fullmatch(fetched.path.name)
    assert fetched.path.parent == tmp_path
    assert fetched.path.stat().st_mode & 0o777 == 0o600
    assert contents(stick) == {NAME: DATA}


def test_a_link_a_pipe_or_a_folder_is_not_fetched(stick, tmp_path):
    (tmp_path / "secret").write_bytes(b"x")
    (stick / "link.vdbatch").symlink_to(tmp_path / "secret")
    os.mkfifo(stick / "pipe.vdbatch")
    (stick / "folder.vdbatch").mkdir()
    aside = tmp_path / "aside"
    aside.mkdir()
    for name in ("link.vdbatch", "pipe.vdbatch", "folder.vdbatch"):
        assert refused(fetch, stick / name, aside) == "folder-error"
    assert contents(aside) == {}


def test_a_file_that_may_not_be_read_is_told_as_that_and_not_as_a_stick_that_may_not_be_written(
    stick, tmp_path, monkeypatch
):
    def fail(*_):
        raise PermissionError(errno.EACCES, "not yours")

    (stick / NAME).write_bytes(DATA)
    monkeypatch.setattr(os, "open", fail)
    assert refused(fetch, stick / NAME, tmp_path) == "folder-error"


def test_an_endless_file_is_not_copied_to_its_end(stick, tmp_path, monkeypatch):
    monkeypatch.setattr(courier, "MOST_SEALED", len(DATA) - 1)
    (stick / NAME).write_bytes(DATA)
    aside = tmp_path / "aside"
    aside.mkdir()
    with pytest.raises(TooLarge):
        fetch(stick / NAME, aside)
    assert contents(aside) == {}


def test_an_error_of_the_own_folder_passes_through(stick, tmp_path):
    (stick / NAME).write_bytes(DATA)
    with pytest.raises(FileNotFoundError):
        fetch(stick / NAME, tmp_path / "missing")


def test_a_file_is_removed_only_while_it_is_the_same(stick):
    (stick / NAME).write_bytes(DATA)
    (stick / "link.vdbatch").symlink_to(stick / NAME)
    assert not remove_if_same(stick / NAME, "00" * 32)
    assert not remove_if_same(stick / "link.vdbatch", HASH)
    assert contents(stick)[NAME] == DATA
    assert remove_if_same(stick / NAME, HASH)
    assert not remove_if_same(stick / NAME, HASH)
    assert not (stick / NAME).exists()
    assert not remove_if_same(stick / "missing" / NAME, HASH)
