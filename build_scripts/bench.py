"""How fast it is: `python3 build_scripts/bench.py [--json] [--residents N] [--village N] [--only GROUP]`.

Sets everything up first (environment.py), then measures our way against a floor in turns (tests/benchmarks). With --json
only JSON comes on standard output: a list of {name, ours, floor, ratio, budget, spread, unit, …}. A ratio above its budget is
shown and is no failure: the exit code is 0 unless the measuring itself broke.
"""

from __future__ import annotations

import sys

import environment

MEASURING = environment.ROOT / "tests" / "benchmarks" / "all_rows.py"


def main() -> None:
    python = environment.prepare_or_exit(environment.PROGRAM_LOCK, environment.FOR_THE_PROGRAM)
    environment.hand_over(python, [str(MEASURING), *sys.argv[1:]])


if __name__ == "__main__":
    main()
