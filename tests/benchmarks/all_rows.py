"""Every row of the bench, as a table or as JSON; `build_scripts/bench.py` starts it."""

import argparse
import json
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

if __name__ == "__main__":  # started as a file: the checkout comes before anything installed
    sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from tests.benchmarks import delivering, paper_cards, recomputing, saving, searching, starting
from tests.benchmarks.measuring import Row
from tests.benchmarks.village import sampled_home

TOWN, VILLAGE, CLINICS, CARDS = 100_000, 1_500, 30, 1_000
LARGEST = 9_999  # the largest sample: one short of the largest clinic
GROUPS = ("start", "search", "save", "duties", "letters", "intake", "cards", "memory")


def rows(
    town: int = TOWN,
    village: int = VILLAGE,
    only: tuple[str, ...] = GROUPS,
    clinics: int = CLINICS,
    *,
    largest: int = LARGEST,
    cards: int = CARDS,
    quick: bool = False,
    say: Callable[[str], None] = lambda _: None,
) -> Iterator[Row]:
    """The rows of these groups. `quick`: the fewest rounds, to try the bench itself."""
    few = {"rounds": 7} if quick else {}
    if "start" in only:
        say(f"writing a village of {village} residents, three years, and starting the window …")
        yield from starting.start_rows(village, **few)
    if "search" in only:
        say(f"filling a town of {town} residents …")
        yield from searching.search_rows(town, **few)
    if {"save", "duties", "letters"} & set(only):
        say(f"writing a village of {village} residents, three years …")
        with sampled_home(village) as workplace:
            say("measuring …")
            if "save" in only:
                yield saving.saving_row(workplace, **few)
            if "duties" in only:
                yield recomputing.village_row(workplace, **few)
                yield recomputing.household_row(workplace, **few)
            if "letters" in only:
                yield delivering.size_row(workplace)
                yield delivering.making_row(workplace, **few)
    if "intake" in only:
        say(f"writing a village of {village} residents, one year …")
        with sampled_home(village, years=1) as workplace:
            yield from delivering.intake_rows(workplace, clinics, say=say)
    if "cards" in only:
        say(f"drawing {cards} cards …")
        yield paper_cards.cards_row(cards)
    if "memory" in only:
        say(f"writing a clinic of {largest} residents, one year, and starting the window …")
        yield starting.memory_row(largest)


def table(found: list[Row]) -> str:
    """For people: one line a row."""
    lines = [f"{'':<30}{'ours ms':>10}{'floor ms':>10}{'ratio':>8}{'budget':>8}{'spread':>8}"]
    for row in found:
        mark = "" if row.is_within else "  above budget"
        lines.append(
            f"{row.name:<30}{row.ours:>10.3f}{row.floor:>10.3f}{row.ratio:>8.3f}{row.budget:>8.3f}{row.spread:>8.2f}{mark}"
        )
    return "\n".join(lines)


def main() -> None:
    parser = argparse.ArgumentParser(prog="bench.py", description=__doc__)
    parser.add_argument("--json", action="store_true", help="only JSON on standard output")
    parser.add_argument("--residents", type=int, default=TOWN, help=f"of the searched town ({TOWN})")
    parser.add_argument("--village", type=int, default=VILLAGE, help=f"residents of the village ({VILLAGE})")
    parser.add_argument("--largest", type=int, default=LARGEST, help=f"residents for memory ({LARGEST})")
    parser.add_argument("--cards", type=int, default=CARDS, help=f"cards in one PDF ({CARDS})")
    parser.add_argument("--clinics", type=int, default=CLINICS, help=f"taken in by the township ({CLINICS})")
    parser.add_argument("--only", choices=GROUPS, action="append", help="only this group; may be repeated")
    parser.add_argument("--quick", action="store_true", help="the fewest rounds")
    given = parser.parse_args()
    began = time.monotonic()

    def say(text: str) -> None:
        print(f"{time.monotonic() - began:6.1f} s  {text}", file=sys.stderr, flush=True)

    only = tuple(given.only or GROUPS)
    sizes = {"clinics": given.clinics, "largest": given.largest, "cards": given.cards}
    found = list(rows(given.residents, given.village, only, **sizes, quick=given.quick, say=say))
    say("done")
    if given.json:
        print(json.dumps([row.as_json() for row in found], ensure_ascii=False, indent=1))
    else:
        print(table(found))


if __name__ == "__main__":
    main()
