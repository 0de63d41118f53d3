"""One intake in a process of its own: `intake.py FOLDER LETTERS …` says how long it took (ms) and its peak memory (MiB)."""

import resource
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
    print(took * 1000, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)


if __name__ == "__main__":
    main(Path(sys.argv[1]), [Path(word) for word in sys.argv[2:]])
