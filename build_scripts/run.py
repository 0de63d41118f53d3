"""Start Village Doctor from a checkout: `python3 build_scripts/run.py [VERB …]`, or `run.py township VERB …`.

Sets everything up on the first start (environment.py), then becomes the program: its arguments, input, output, folder and exit
code are untouched. Without arguments it opens the window; where there is none it says so and runs the demonstration.
"""

from __future__ import annotations

import os
import sys
import tempfile
from typing import TYPE_CHECKING

import environment

if TYPE_CHECKING:
    from collections.abc import Sequence


def has_display() -> bool:
    return sys.platform in ("win32", "darwin") or bool(
        os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY")
    )


def demonstration() -> list[str]:
    """The demonstration's arguments, with a new folder (mode 0700) under the user's temporary folder; says why and where."""
    folder = tempfile.mkdtemp(prefix="village-doctor-demo-")
    environment.say(
        f"这里没有图形显示，打不开窗口，改为演示卫生室的一天。所有文件留在：{folder}",
        "There is no display here, so no window can open: showing a day at the clinic instead. "
        f"Every file is left in: {folder}",
    )
    return ["demo", "--out", folder]


def program_arguments(arguments: list[str]) -> list[str]:
    """What the environment's Python is started with. `-P`: a file in the user's folder never takes a module's place."""
    if arguments[:1] == ["township"]:
        return ["-P", "-m", "village_doctor.cli.township_program", *arguments[1:]]
    if not arguments and not has_display():
        arguments = demonstration()
    return ["-P", "-m", "village_doctor", *arguments]


def packages(arguments: list[str]) -> Sequence[environment.SystemPackage]:
    """A verb works without what only a window on a display needs."""
    return environment.FOR_THE_PROGRAM if arguments or not has_display() else environment.FOR_THE_WINDOW


def main() -> None:
    arguments = sys.argv[1:]
    python = environment.prepare_or_exit(environment.PROGRAM_LOCK, packages(arguments))
    environment.hand_over(python, program_arguments(arguments))


if __name__ == "__main__":
    main()
