"""Makes resources/codes/pinyin.tsv: the readings of every Chinese character that pypinyin knows.

Run by hand after a new pypinyin (`python3 build_scripts/make_pinyin_table.py`, in the environment for
development); the program itself never imports pypinyin, which costs three starts. The same pypinyin gives
the same bytes. `--check` only tells whether the file is up to date.
"""

import argparse
import re
import sys
import unicodedata
from collections import defaultdict
from importlib.metadata import version
from pathlib import Path
from typing import Final

from pypinyin.pinyin_dict import pinyin_dict

TABLE: Final = Path(__file__).resolve().parent.parent / "resources" / "codes" / "pinyin.tsv"
FORMAT_VERSION: Final = 1
DIAERESIS: Final = "\u0308"

# Characters of living people's names that pypinyin lacks: variants of a character that it has.
MISSING: Final = {"𠮷": "吉", "𤋮": "熙"}


def plain(reading: str) -> str:
    """Without the tone, ü as v, ê as e: lǚ is lv."""
    letters = unicodedata.normalize("NFD", reading).replace(f"u{DIAERESIS}", "v")
    result = "".join(letter for letter in letters if not unicodedata.combining(letter))
    if not re.fullmatch("[a-z]+", result):
        raise ValueError(f"not a reading: {reading!r}")
    return result


def readings_of(character: str) -> tuple[str, ...]:
    """Different readings, the most common first. Empty for a character that pypinyin does not know."""
    known = pinyin_dict.get(ord(MISSING.get(character, character)), "")
    return tuple(dict.fromkeys(plain(reading) for reading in known.split(",") if reading))


def table() -> str:
    """Characters grouped by their readings: a third of the size of one line a character."""
    groups: defaultdict[tuple[str, ...], list[str]] = defaultdict(list)
    for character in sorted({*map(chr, pinyin_dict), *MISSING}):
        if readings := readings_of(character):
            groups[readings].append(character)
    characters = sum(map(len, groups.values()))
    head = (
        f"# version\t{FORMAT_VERSION}\n"
        f"# source\tpypinyin {version('pypinyin')} (MIT licence), made by build_scripts/make_pinyin_table.py\n"
        f"# columns\treadings without tones, the most common first, v for ü\tthe characters read so\n"
        f"# characters\t{characters}\n"
    )
    lines = (f"{','.join(readings)}\t{''.join(groups[readings])}\n" for readings in sorted(groups))
    return head + "".join(lines)


def main() -> int:
    """Writes the table, or with --check returns 1 when the file differs."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true", help="write nothing, only compare")
    wanted = table().encode()
    if parser.parse_args().check:
        is_current = TABLE.exists() and TABLE.read_bytes() == wanted
        print(f"{TABLE.name} is {'up to date' if is_current else 'not what pypinyin says'}")
        return 0 if is_current else 1
    TABLE.write_bytes(wanted)
    print(f"{TABLE}: {len(wanted) / 1000:.0f} kB")
    return 0


if __name__ == "__main__":
    sys.exit(main())
