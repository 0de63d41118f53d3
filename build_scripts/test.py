"""All checks and tests: `python3 build_scripts/test.py [ARGUMENTS FOR PYTEST …]`.

Sets everything up first (environment.py). Every check runs even when an earlier one failed, each is named as it starts, and
pytest's closing line stands at the very end. Exit code: 0 when all passed, 1 otherwise, 3 when the set-up needs the user.
"""

from __future__ import annotations

import os
import subprocess
import sys
import time
from typing import TYPE_CHECKING

import environment

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

LINT_IMPORTS = "from importlinter.cli import lint_imports_command; lint_imports_command()"
CORES = "2"


def checks(python: Path, pytest_arguments: Sequence[str]) -> list[tuple[str, list[str]]]:
    """Name and command of each check, the quick ones first."""
    run = [str(python), "-m"]
    return [
        ("format", [*run, "ruff", "format", "--check", "."]),
        ("lint", [*run, "ruff", "check", "."]),
        ("types", [*run, "mypy"]),
        ("rooms", [str(python), "-c", LINT_IMPORTS, "--no-logo"]),
        ("tests", [*run, "pytest", "-n", CORES, *pytest_arguments]),
    ]


def run_check(command: Sequence[str]) -> tuple[bool, str]:
    """Run one check in the checkout, passing its output on as it comes: whether it passed, and its last line."""
    last_line = ""
    unbuffered = {**os.environ, "PYTHONUNBUFFERED": "1"}
    with subprocess.Popen(
        command, cwd=environment.ROOT, env=unbuffered, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
    ) as child:
        assert child.stdout is not None
        for line in child.stdout:
            sys.stdout.buffer.write(line)
            sys.stdout.flush()
            last_line = line.decode("utf-8", "replace").strip() or last_line
    return child.returncode == 0, last_line


def main() -> int:
    python = environment.prepare_or_exit(environment.CHECKS_LOCK, environment.FOR_THE_CHECKS)
    outcomes = []
    closing_line = ""
    for name, command in checks(python, sys.argv[1:]):
        print(f"=== {name}", flush=True)
        started = time.monotonic()
        passed, closing_line = run_check(command)
        outcomes.append((name, passed, time.monotonic() - started))
    print("=== all checks")
    for name, passed, seconds in outcomes:
        print(f"{name:<8}{'passed' if passed else 'FAILED'}  {seconds:6.1f} s")
    print(closing_line)
    return 0 if all(passed for _, passed, _ in outcomes) else 1


if __name__ == "__main__":
    sys.exit(main())
