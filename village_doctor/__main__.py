"""`python -m village_doctor`, and the command `village-doctor`: without a verb the window, with one the command line."""

import sys
from pathlib import Path
from typing import NoReturn


def main() -> NoReturn:
    """Loads one of the two, not both: the lock screen must not wait for the command line, nor `--help` for Qt."""
    if not sys.argv[1:]:
        from village_doctor.foundation import paths

        sys.exit(open_window(paths.chosen_home()))
    from village_doctor.cli.invocation import Invocation
    from village_doctor.cli.main import cli

    cli.main(obj=Invocation(open_window=open_window, window_check=check_window))


def open_window(home: Path) -> int:
    """The window over that home until it is closed; the process's exit code."""
    from village_doctor import app

    return app.open_window(home)


def check_window() -> None:
    """The self-test's look at the window. Raises where it is not drawn."""
    from village_doctor import app

    app.check_window()


if __name__ == "__main__":
    main()
