""" "Saved" means on the disk: a trace of the system calls shows a sync of the store before each "saved"."""

import shutil
import subprocess

from tests.faults import processes
from tests.faults.worker import here
from tests.village import build

SAVES = 5


def test_the_write_ahead_log_is_synced_before_each_saved(tmp_path):
    build(here(tmp_path)).workplace.close()
    strace = shutil.which("strace")
    assert strace, "strace is not installed: nothing would be proven"
    trace = tmp_path / "trace"
    calls = "trace=fsync,fdatasync,write,pwrite64"
    traced = subprocess.run(
        [
            strace,
            "-f",
            "-y",
            "-s",
            "32",
            "-e",
            calls,
            "-o",
            trace,
            *processes.command(tmp_path, 0, SAVES),
        ],
        cwd=processes.ROOT,
        env=processes.environment(),
        capture_output=True,
        check=False,
    )
    assert traced.returncode == 0, traced.stderr.decode()
    # From one "saved" to the next: the log's last write, then its sync, then the word.
    dirty, synced, saves = False, False, 0
    for line in trace.read_text(encoding="utf-8", errors="replace").splitlines():
        is_log = "store.db-wal>" in line
        if is_log and "pwrite64(" in line:
            dirty, synced = True, False
        elif is_log and ("fdatasync(" in line or "fsync(" in line):
            synced = True
        elif "saved " in line and "write(1" in line:
            assert dirty, f"nothing was written before {line}"
            assert synced, f"not synced before {line}"
            dirty, synced, saves = False, False, saves + 1
    assert saves == SAVES
