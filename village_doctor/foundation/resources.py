"""Reads the shipped resource files: TOML that people edit, generated lists as TSV and JSON.

Checks only what holds for every file: it is readable, has a version and a source (always for TOML and TSV),
nothing is there twice. What the contents mean is judged by `domain`; `services/catalogue` caches.
Numbers with a fraction arrive as Decimal. Nothing outside the resources folder is ever read.
"""

import json
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path, PurePosixPath

from village_doctor.foundation.paths import resources


class ResourceProblem(Exception):
    """A shipped file is missing or wrong. `reason` is English, for whoever edits the file."""

    def __init__(self, file: str, reason: str) -> None:
        super().__init__(f"{file}: {reason}")
        self.file = file
        self.reason = reason


@dataclass(frozen=True, kw_only=True, slots=True)
class TomlResource:
    """A TOML file: `data` is everything in it, including `version` and `source`."""

    name: str
    version: str
    source: str
    data: Mapping[str, object]


@dataclass(frozen=True, kw_only=True, slots=True)
class TsvResource:
    """A table of texts. `columns` says what stands in each column; every row has that many values."""

    name: str
    version: str
    source: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class JsonResource:
    """A JSON file. `version` and `source` are the top object's texts of that name, or empty."""

    name: str
    version: str
    source: str
    data: object


def read_bytes(name: str, *, root: Path | None = None) -> bytes:
    """The bytes of the file with that name relative to the resources folder. Raises ResourceProblem."""
    path = _inside(name, root)
    try:
        return path.read_bytes()
    except OSError as error:
        raise ResourceProblem(name, f"cannot be read ({type(error).__name__})") from error


def read_text(name: str, *, root: Path | None = None) -> str:
    """The text of that file, in UTF-8. Raises ResourceProblem."""
    data = read_bytes(name, root=root)
    try:
        return data.decode("utf-8-sig")  # Windows Notepad likes to put a mark in front
    except UnicodeDecodeError as error:
        raise ResourceProblem(name, f"is not UTF-8 at byte {error.start}") from error


def resource_names(folder: str, ending: str, *, root: Path | None = None) -> tuple[str, ...]:
    """Names of the files in a resource folder with that ending (".toml"), sorted. Missing folder: none."""
    place = _inside(folder, root)
    if not place.is_dir():
        return ()
    return tuple(sorted(f"{folder}/{path.name}" for path in place.iterdir() if path.name.endswith(ending)))


def read_toml(name: str, *, root: Path | None = None) -> TomlResource:
    """A TOML file with its `version` (number ≥ 1 or text) and `source` (text). Raises ResourceProblem."""
    text = read_text(name, root=root)
    try:
        data = tomllib.loads(text, parse_float=Decimal)
    except tomllib.TOMLDecodeError as error:
        raise ResourceProblem(name, str(error)) from error
    return TomlResource(name=name, version=_version(name, data), source=_source(name, data), data=data)


def read_json(name: str, *, root: Path | None = None) -> JsonResource:
    """A JSON file; a key that is there twice, NaN and Infinity are refused. Raises ResourceProblem."""
    text = read_text(name, root=root)
    try:
        data: object = json.loads(
            text, parse_float=Decimal, parse_constant=_no_constant, object_pairs_hook=_without_doubles
        )
    except (ValueError, RecursionError) as error:
        raise ResourceProblem(name, str(error)) from error
    top: Mapping[str, object] = data if isinstance(data, dict) else {}
    return JsonResource(
        name=name,
        version=_version(name, top) if "version" in top else "",
        source=_source(name, top) if "source" in top else "",
        data=data,
    )


def read_tsv(name: str, *, root: Path | None = None) -> TsvResource:
    """A table: notes `# version`, `# source`, `# columns` with their values after a tab, then the rows.

    Values are separated by tabs and never quoted; empty lines are skipped. Raises ResourceProblem.
    """
    notes: dict[str, str] = {}
    rows: list[tuple[str, ...]] = []
    columns: tuple[str, ...] = ()
    for number, line in enumerate(read_text(name, root=root).split("\n"), 1):
        values = tuple(line.removesuffix("\r").split("\t"))
        if values[0].startswith("# "):
            notes[values[0].removeprefix("# ")] = "\t".join(values[1:])
            columns = tuple(notes.get("columns", "").split("\t")) if "columns" in notes else ()
        elif values != ("",):
            if len(values) != len(columns):
                raise ResourceProblem(
                    name, f"line {number} has {len(values)} values for {len(columns)} columns"
                )
            rows.append(values)
    return TsvResource(
        name=name,
        version=_version(name, notes),
        source=_source(name, notes),
        columns=columns,
        rows=tuple(rows),
    )


def _inside(name: str, root: Path | None) -> Path:
    relative = PurePosixPath(name)
    if not name or "\\" in name or ":" in name or relative.is_absolute() or ".." in relative.parts:
        raise ResourceProblem(name, "not a name inside the resources folder")
    return (root or resources()).joinpath(relative)


def _version(name: str, data: Mapping[str, object]) -> str:
    version = data.get("version")
    if isinstance(version, int) and not isinstance(version, bool) and version >= 1:
        return str(version)
    if isinstance(version, str) and version.strip():
        return version
    raise ResourceProblem(name, "needs a version (a number from 1, or a text)")


def _source(name: str, data: Mapping[str, object]) -> str:
    source = data.get("source")
    if isinstance(source, str) and source.strip():
        return source
    raise ResourceProblem(name, "needs a source (a text)")


def _no_constant(word: str) -> object:
    raise ValueError(f"{word} is not a number")


def _without_doubles(pairs: list[tuple[str, object]]) -> dict[str, object]:
    result = dict(pairs)
    if len(result) != len(pairs):
        raise ValueError("a key is there twice")
    return result
