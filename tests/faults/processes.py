"""Starting the worker as the real program would be started, and killing it."""

import os
import subprocess
import sys
from pathlib import Path

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


def run(*words: object, **given: str) -> "subprocess.CompletedProcess[bytes]":
    return subprocess.run(
        command(*words), cwd=ROOT, env=environment(**given), capture_output=True, check=False
    )


def said(output: bytes) -> list[int]:
    """The numbers of whole "saved N" lines; a line cut by the kill was not said."""
    return [int(line.split()[1]) for line in output.decode().splitlines() if line.startswith("saved ")]
