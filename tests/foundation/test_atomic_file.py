"""Files appear whole or not at all, whatever breaks and whenever."""

import errno
import os
import resource
import stat
import subprocess
import sys
import textwrap

import pytest

from village_doctor.foundation import atomic_file
from village_doctor.foundation.atomic_file import remove_leftovers, whole_file, write_whole

OLD, NEW = b"old" * 1000, b"new" * 5000


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "slots.json"
    write_whole(path, OLD)
    return path


def names(folder):
    return sorted(path.name for path in folder.iterdir())


def failing(error):
    def fail(*_arguments, **_names):
        raise error

    return fail


def test_a_new_file_holds_exactly_the_bytes_and_is_its_owners_alone(tmp_path):
    write_whole(tmp_path / "a", NEW)
    assert (tmp_path / "a").read_bytes() == NEW
    assert stat.S_IMODE((tmp_path / "a").stat().st_mode) == 0o600
    assert names(tmp_path) == ["a"]


def test_an_old_file_is_replaced(file):
    write_whole(file, NEW)
    assert file.read_bytes() == NEW
    assert names(file.parent) == [file.name]


def test_a_big_file_can_be_written_in_pieces(file):
    with whole_file(file) as out:
        for _ in range(100):
            out.write(NEW)
        assert file.read_bytes() == OLD, "nothing to be seen before the end"
    assert file.read_bytes() == NEW * 100


def test_the_order_is_write_sync_rename_sync_folder(file, monkeypatch):
    steps = []
    sync, rename = os.fsync, os.replace

    def syncing(descriptor):
        is_folder = stat.S_ISDIR(os.fstat(descriptor).st_mode)
        steps.append("sync folder" if is_folder else f"sync {os.fstat(descriptor).st_size} bytes")
        sync(descriptor)

    def renaming(source, target):
        steps.append("rename")
        rename(source, target)

    monkeypatch.setattr(os, "fsync", syncing)
    monkeypatch.setattr(os, "replace", renaming)
    write_whole(file, b"small enough to wait in a buffer")
    assert steps == ["sync 32 bytes", "rename", "sync folder"]


@pytest.mark.parametrize("step", ["fsync", "replace"])
@pytest.mark.parametrize(
    "error", [OSError(errno.ENOSPC, "full"), OSError(errno.EIO, "broken"), KeyboardInterrupt()]
)
def test_a_failing_step_leaves_the_old_file_and_nothing_aside(file, monkeypatch, step, error):
    monkeypatch.setattr(os, step, failing(error))
    with pytest.raises(type(error)):
        write_whole(file, NEW)
    assert file.read_bytes() == OLD
    assert names(file.parent) == [file.name]


def test_a_real_refusal_to_write_more_leaves_the_old_file_and_nothing_aside(file):
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (10_000, hard))
    try:
        with pytest.raises(OSError, match="too large") as refused:
            write_whole(file, NEW)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert refused.value.errno == errno.EFBIG
    assert file.read_bytes() == OLD
    assert names(file.parent) == [file.name]


def test_an_error_of_the_writer_is_the_error_that_is_raised(file):
    # Also when closing would fail once more, as it does on a full disk with bytes still in the buffer.
    def write_badly():
        with whole_file(file) as out:
            out.write(b"x")
            os.close(out.fileno())
            raise ValueError("mine")

    with pytest.raises(ValueError, match="mine"):
        write_badly()
    assert file.read_bytes() == OLD
    assert names(file.parent) == [file.name]


def test_a_folder_that_cannot_be_written_gives_an_error_and_no_file(tmp_path):
    with pytest.raises(FileNotFoundError):
        write_whole(tmp_path / "missing" / "a", NEW)
    (tmp_path / "a").mkdir()
    with pytest.raises(IsADirectoryError):
        write_whole(tmp_path / "a", NEW)
    assert names(tmp_path) == ["a"]


def test_if_only_syncing_the_folder_fails_the_new_file_is_there_whole(file, monkeypatch):
    monkeypatch.setattr(atomic_file, "_sync_folder", failing(OSError(errno.EIO, "broken")))
    with pytest.raises(OSError, match="broken"):
        write_whole(file, NEW)
    assert file.read_bytes() == NEW
    assert names(file.parent) == [file.name]


@pytest.mark.parametrize(
    ("dies_in", "found"), [("write", OLD), ("fsync", OLD), ("replace", OLD), ("after replace", NEW)]
)
def test_a_process_that_dies_leaves_the_old_or_the_new_file_and_at_most_an_aside_file(file, dies_in, found):
    program = textwrap.dedent(f"""
        import os, pathlib, signal
        from village_doctor.foundation.atomic_file import whole_file
        def die(*_): os.kill(os.getpid(), signal.SIGKILL)
        replace = os.replace
        if {dies_in!r} == "after replace":
            os.replace = lambda *names: (replace(*names), die())
        elif {dies_in!r} != "write":
            setattr(os, {dies_in!r}, die)
        with whole_file(pathlib.Path({str(file)!r})) as out:
            out.write({NEW!r})
            if {dies_in!r} == "write":
                die()
    """)
    died = subprocess.run(
        [sys.executable, "-c", program], check=False, cwd=atomic_file.__file__.rsplit("/", 3)[0]
    )
    assert died.returncode == -9
    assert file.read_bytes() == found
    assert remove_leftovers(file.parent) == (0 if found == NEW else 1)
    assert names(file.parent) == [file.name]


def test_clearing_away_touches_nothing_but_what_was_written_aside(tmp_path):
    keep = [
        ".aside-",
        ".aside-" + "0" * 31,
        "aside-" + "0" * 32,
        ".aside-" + "G" * 32,
        "store.db",
        ".aside-" + "0" * 33,
    ]
    for name in keep:
        (tmp_path / name).write_bytes(b"x")
    (tmp_path / (".aside-" + "1" * 32)).mkdir()
    (tmp_path / (".aside-" + "0" * 32)).write_bytes(b"x")
    assert remove_leftovers(tmp_path) == 1
    assert names(tmp_path) == sorted([*keep, ".aside-" + "1" * 32])
    assert remove_leftovers(tmp_path / "missing") == 0


def test_a_rename_that_windows_refuses_for_a_moment_is_tried_again(file, monkeypatch):
    rename = os.replace
    refusals = [PermissionError(), PermissionError()]

    def renaming(source, target):
        if refusals:
            raise refusals.pop()
        rename(source, target)

    monkeypatch.setattr(atomic_file, "_RENAME_TRIES", 3)
    monkeypatch.setattr(atomic_file, "_RENAME_PAUSE_SECONDS", 0)
    monkeypatch.setattr(os, "replace", renaming)
    write_whole(file, NEW)
    assert file.read_bytes() == NEW
    refusals.extend([PermissionError()] * 3)
    with pytest.raises(PermissionError):
        write_whole(file, OLD)
    assert file.read_bytes() == NEW
    assert names(file.parent) == [file.name]
