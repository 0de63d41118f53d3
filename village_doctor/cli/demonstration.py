"""placeholder"""

from pathlib import Path


def show_a_day(out: Path) -> dict[str, Path]:
    return {}
