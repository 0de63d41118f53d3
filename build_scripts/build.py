"""A folder that runs where no Python is installed: `python3 build_scripts/build.py` makes `dist/village-doctor/`.

Sets everything up first (environment.py), builds with PyInstaller, then tries the built programs: `village-doctor self-test`
without a display and without this environment's settings. Exit code: 0 when that passed, 1 otherwise, 3 when the set-up needs
the user. What is built runs on systems at least as new as the one it was built on; the resource with a Windows program's
version is left to its installer.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from typing import TYPE_CHECKING

import environment

if TYPE_CHECKING:
    from pathlib import Path

SCRIPTS = environment.ROOT / "build_scripts"
DIST = environment.ROOT / "dist"
FOLDER = DIST / "village-doctor"
TRIALS = (("village-doctor", "self-test"), ("village-doctor-township", "--version"))
NOT_PASSED_ON = ("PYTHON", "LD_", "QT_", "VIRTUAL_ENV", "DISPLAY", "WAYLAND_DISPLAY")


def build(python: Path) -> bool:
    """Make the folder anew; true when PyInstaller succeeded."""
    with tempfile.TemporaryDirectory(prefix="village-doctor-build-") as work:
        places = ("--distpath", str(DIST), "--workpath", work)
        command = [str(python), "-m", "PyInstaller", "--noconfirm", "--log-level", "ERROR", *places]
        settings = {**os.environ, "PYTHONPATH": str(SCRIPTS), "PYTHONDONTWRITEBYTECODE": "1"}
        return (
            subprocess.run(
                [*command, str(SCRIPTS / "village_doctor.spec")], env=settings, check=False
            ).returncode
            == 0
        )


def program(name: str) -> Path:
    return FOLDER / (f"{name}.exe" if sys.platform == "win32" else name)


def bare_settings() -> dict[str, str]:
    """The environment without anything that could lend the programs this computer's Python or its display."""
    return {name: value for name, value in os.environ.items() if not name.startswith(NOT_PASSED_ON)}


def try_out() -> bool:
    """Start the built programs in another folder; true when all of them say that they are well."""
    with tempfile.TemporaryDirectory(prefix="village-doctor-build-") as elsewhere:
        for name, verb in TRIALS:
            print(f"=== {name} {verb}", flush=True)
            command = [str(program(name)), verb]
            if subprocess.run(command, cwd=elsewhere, env=bare_settings(), check=False).returncode != 0:
                return False
    return True


def size(folder: Path) -> int:
    """Bytes of all files below."""
    return sum(path.lstat().st_size for path in folder.rglob("*"))


def main() -> int:
    python = environment.prepare_or_exit(environment.CHECKS_LOCK, environment.FOR_THE_BUILD)
    started = time.monotonic()
    if not build(python):
        environment.say("没有做成，原因见上。", "The build failed, see above.")
        return 1
    took = time.monotonic() - started
    if not try_out():
        environment.say(
            f"做出来的程序自检没有通过：{FOLDER}", f"The built program failed its self-test: {FOLDER}"
        )
        return 1
    print(f"{FOLDER}  {size(FOLDER) / 1e6:.0f} MB  {took:.0f} s")
    return 0


if __name__ == "__main__":
    sys.exit(main())
