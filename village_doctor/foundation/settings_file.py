"""How the program looks on this computer: type size and contrast, in a small TOML file outside every home.

Nothing personal and nothing of a clinic is in it. A file that is missing, damaged or of another version gives the
defaults, for what it does not say too: a window that looks plain is better than one that does not open.
"""

import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal, cast, get_args

from village_doctor.foundation.atomic_file import write_whole

TypeSize = Literal["small", "medium", "large"]
TYPE_SIZES: Final[tuple[TypeSize, ...]] = get_args(TypeSize)
FILE_NAME: Final = "settings.toml"
_LARGEST_BYTES: Final = 64 * 1024


@dataclass(frozen=True, kw_only=True, slots=True)
class ComputerSettings:
    """`type_size`: 14, 17 or 20 pt body type. `high_contrast`: black on white with a thick focus ring."""

    type_size: TypeSize = "small"
    high_contrast: bool = False


def read_settings(folder: Path) -> ComputerSettings:
    """The settings of this computer, or the defaults where the file cannot be read. Raises nothing."""
    try:
        with (folder / FILE_NAME).open("rb") as file:
            values = tomllib.loads(file.read(_LARGEST_BYTES).decode("utf-8"))
    except (OSError, ValueError, RecursionError):  # wrong TOML and wrong UTF-8 are ValueErrors
        values = {}
    size, contrast = values.get("type_size"), values.get("high_contrast")
    return ComputerSettings(
        type_size=cast("TypeSize", size) if size in TYPE_SIZES else "small",
        high_contrast=contrast is True,
    )


def write_settings(folder: Path, settings: ComputerSettings) -> None:
    """Puts the settings at their place, whole, and makes the folder where it is missing. Raises OSError."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    text = f'type_size = "{settings.type_size}"\nhigh_contrast = {str(settings.high_contrast).lower()}\n'
    write_whole(folder / FILE_NAME, text.encode("utf-8"))
