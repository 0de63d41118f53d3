"""One intake in a process of its own: `intake.py FOLDER LETTERS …` says how long it took (ms) and its peak memory (MiB)."""

import re
import sys
import time
from pathlib import Path

from tests.benchmarks.village import PASSWORD, QUICK_KDF
from village_doctor.foundation.surroundings import Surroundings
from village_doctor.township import office, receiving


def main(folder: Path, letters: list[Path]) -> None:
    surroundings = Surroundings(kdf_cost=QUICK_KDF, state_folder=folder / "machine")
    found = office.open_office(folder / "township", surroundings, PASSWORD)
    began = time.perf_counter()
    for one in letters:
        results = {letter.result for letter in receiving.receive(found, one).letters}
        assert results == {"taken"}, results
    took = time.perf_counter() - began
    found.close()
    print(took * 1000, peak_mib())


def peak_mib() -> float:
    """The most memory that this process ever held; what getrusage tells begins with the peak of the one that started it."""
    found = re.search(r"VmHWM:\s+(\d+) kB", Path("/proc/self/status").read_text("ascii"))
    return int(found[1]) / 1024 if found else 0.0


if __name__ == "__main__":
    main(Path(sys.argv[1]), [Path(word) for word in sys.argv[2:]])
