"""Starting the worker as the real program would be started, and killing it."""

import multiprocessing
import os
import subprocess
import sys
from multiprocessing import forkserver
from pathlib import Path

from tests.faults import worker

ROOT = Path(__file__).resolve().parents[2]


def environment(**given: str) -> dict[str, str]:
    return {**os.environ, "PYTHONPATH": str(ROOT), "PYTHONDONTWRITEBYTECODE": "1", **given}


def command(*words: object) -> list[str]:
    return [sys.executable, "-m", "tests.faults.worker", *map(str, words)]


def start(*words: object, **given: str) -> "subprocess.Popen[bytes]":
    return subprocess.Popen(
        command(*words),
        cwd=ROOT,
        env=environment(**given),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )


# Forked from a process that has imported everything and opened nothing: as good as a new one, and twenty times faster.
_FORKS = multiprocessing.get_context("forkserver")
_FORKS.set_forkserver_preload(["tests.faults.worker"])


def get_ready() -> None:
    """Starts what forks are made from, while the temporary folder is still the usual one: its socket has a short name."""
    forkserver.ensure_running()


def cut_at(folder: Path, work: str, stop_at: int) -> int | None:
    """Does the work in a process of its own, cut off at that step; gives its exit code: 9 for the cut, 0 for done."""
    process = _FORKS.Process(target=worker.steps, args=(folder, work, stop_at))
    process.start()
    process.join()
    return process.exitcode


def killed_after(folder: Path, work: str, seconds: float) -> bool:
    """Does the work in a process of its own and kills it after so long; was it still at it?"""
    process = _FORKS.Process(target=worker.steps, args=(folder, work, -1))
    process.start()
    process.join(seconds)
    process.kill()
    process.join()
    return process.exitcode != 0


def said(output: bytes) -> list[int]:
    """The numbers of whole "saved N" lines; a line cut by the kill was not said."""
    return [int(line.split()[1]) for line in output.decode().splitlines() if line.startswith("saved ")]
