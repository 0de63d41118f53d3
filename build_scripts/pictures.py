"""Pictures of every page and dialog in all three type sizes: `python3 build_scripts/pictures.py [FOLDER] [ARGUMENTS …]`.

Sets everything up first, then drives the real window offscreen through `tests/gui/pictures.py`. The pictures and a contact
sheet for each size go into `build/pictures`, which git ignores, or into FOLDER.
"""

from __future__ import annotations

import sys

import environment

FOLDER = environment.ROOT / "build" / "pictures"


def main() -> None:
    python = environment.prepare_or_exit(environment.CHECKS_LOCK, environment.FOR_THE_CHECKS)
    arguments = sys.argv[1:]
    if not arguments or arguments[0].startswith("-"):
        arguments = [str(FOLDER), *arguments]
    environment.hand_over(python, ["-P", "-m", "tests.gui.pictures", *arguments])


if __name__ == "__main__":
    main()
