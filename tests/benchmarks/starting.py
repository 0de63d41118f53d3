"""From a double click to work: the start to the lock screen, from there to Today, and the memory it all takes.

Every start is a process of its own, offscreen; the floor is a bare PySide6 window with a table, started in turns with ours.
The home's password costs next to nothing here, so that what is measured is the program and not the key derivation.
"""

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

from tests.benchmarks.measuring import Figure, Row, compared
from tests.benchmarks.village import SEED, fresh_home
from village_doctor.services.sampling import sample

LOCK_BUDGET, TODAY_BUDGET, MEMORY_BUDGET_MIB = 1.5, 1.5, 150
_ROOT = Path(__file__).resolve().parents[2]
_MACHINE = "village-doctor-machine"


@contextmanager
def closed_home(residents: int, years: int) -> Iterator[Path]:
    """A folder with the home of such a village, closed, and with what belongs to its computer."""
    with TemporaryDirectory(prefix="village-doctor-bench-") as name:
        folder = Path(name)
        with fresh_home(folder) as workplace:
            sample(workplace, residents=residents, seed=SEED, years=years)
        (folder / "state").rename(folder / _MACHINE)
        yield folder


def start_rows(residents: int = 1500, rounds: int = 11) -> list[Row]:
    """Process start to lock screen, and password to Today."""
    with closed_home(residents, years=3) as folder:
        bare, ours = _in_turns("today", folder, rounds)
    floor = [one["ready"] for one in bare]
    more: dict[str, Figure] = {"residents": residents}
    return [
        compared("start to lock screen", [one["ready"] for one in ours], floor, LOCK_BUDGET),
        compared("password to Today", [one["inside"] for one in ours], floor, TODAY_BUDGET, more),
    ]


def memory_row(residents: int = 9_999, rounds: int = 7) -> Row:
    """Memory held with Today, a search and a family's page open. The budget is the floor and so many MiB more."""
    with closed_home(residents, years=1) as folder:
        bare, ours = _in_turns("family", folder, rounds)
    floor = [one["mib"] for one in bare]
    budget = 1 + MEMORY_BUDGET_MIB / median(floor)
    found = [one["mib"] for one in ours]
    more: dict[str, Figure] = {
        "unit": "MiB",
        "residents": residents,
        "above_floor": round(median(found) - median(floor), 1),
    }
    return compared("memory", found, floor, round(budget, 4), more)


def _in_turns(mode: str, folder: Path, rounds: int) -> tuple[list[Mapping[str, float]], ...]:
    """What each start told, ours and floor in turns; the first pair does not count."""
    found: tuple[list[Mapping[str, float]], ...] = ([], [])
    for number in range(-1, rounds):
        for kind, told in zip(("bare", mode), found, strict=True):
            one = _start(kind, folder)
            if number >= 0:
                told.append(one)
    return found


def _start(mode: str, folder: Path) -> Mapping[str, float]:
    """One start; times in milliseconds, `ready` since the process was asked for."""
    settings = {**os.environ, "XDG_STATE_HOME": str(folder), "QT_QPA_PLATFORM": "offscreen"}
    command = [sys.executable, "-m", "tests.benchmarks.opening_window", mode, str(folder / "home")]
    began = time.monotonic()
    done = subprocess.run(
        command, cwd=_ROOT, env=settings, capture_output=True, text=True, check=False, timeout=300
    )
    if done.returncode:
        raise RuntimeError(done.stderr)
    told = json.loads(done.stdout)
    told["ready"] = (told["ready"] - began) * 1000
    told["inside"] = told.get("inside", 0) * 1000
    return dict(told)
