"""What goes into the folder build and what stays out; `village_doctor.spec` puts it together with PyInstaller.

PyInstaller takes along every plugin that Qt has and whatever those plugins need. Of these only what this program uses is kept:
the plugins in PLUGINS, and the shared libraries that something kept asks for.
"""

from __future__ import annotations

import importlib.metadata
import re
import sys
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING

import environment

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    Entry = tuple[str, str, str]  # PyInstaller's: where it goes, where it lies, of what type it is

# Both share one folder. The first is the window and the clinic's command line.
PROGRAMS = {
    "village-doctor": "village_doctor/__main__.py",
    "village-doctor-township": "village_doctor/cli/township_program.py",
}

# Modules that others try to import and do without.
LEFT_OUT = (
    "IPython",
    "PIL._avif",
    "PIL._imagingcms",
    "PIL._imagingft",
    "PIL._imagingtk",
    "PIL._webp",
    "PySide6.QtNetwork",
    "PySide6.QtQml",
    "PySide6.QtTest",
    "_tkinter",
    "lxml",
    "numpy",
    "pip",
    "psycopg2",
    "pydoc_data",
    "pytest",
    "setuptools",
    "tkinter",
)

# Qt's plugins by folder; a folder that is not here is left out. PNG needs none.
PLUGINS = {
    "iconengines": {"svgicon"},
    "imageformats": {"svg"},
    "platforms": {"offscreen", "xcb", "wayland", "windows", "cocoa"},
    "platforminputcontexts": {"composeplatforminputcontextplugin", "ibusplatforminputcontextplugin"},
    "printsupport": {"cupsprintersupport", "windowsprintersupport"},
    "styles": {"modernwindowsstyle", "macstyle"},
    "wayland-decoration-client": {"bradient"},
    "wayland-shell-integration": {"xdg-shell"},
}
TRANSLATIONS = {"qt_zh_CN.qm", "qtbase_zh_CN.qm"}  # the texts of Qt's own dialogs

_LICENCE = re.compile(r"(licen[cs]e|copying|notice|authors)", re.IGNORECASE)


def licences() -> list[tuple[str, str]]:
    """The licence texts of all that is in the lock file, below `licences` under its package's name.

    A package that brings none (PySide6) tells its licence and its source in METADATA.
    """
    lock = (environment.ROOT / environment.PROGRAM_LOCK).read_text("utf-8")
    found = []
    for name in sorted(set(re.findall(r"^([A-Za-z0-9._-]+)==", lock, re.MULTILINE)) - set(LEFT_OUT)):
        try:
            files = importlib.metadata.files(name) or []
        except importlib.metadata.PackageNotFoundError:  # for another system
            continue
        about = [file for file in files if any(part.endswith(".dist-info") for part in file.parts)]
        texts = [file for file in about if _LICENCE.match(file.name)]
        shown = texts or [file for file in about if file.name == "METADATA"]
        found += [(str(file.locate()), f"licences/{name}") for file in shown]
    return found


def scripts_of(program: str, scripts: Iterable[Entry]) -> list[Entry]:
    """What one program starts with: all that runs before, and of the programs' own scripts its own."""
    others = {Path(script).stem for name, script in PROGRAMS.items() if name != program}
    return [entry for entry in scripts if entry[0] not in others]


def is_wanted(destination: str) -> bool:
    """False for a plugin or a translation of Qt's that the program does without."""
    path = PurePosixPath(destination.replace("\\", "/"))
    if "PySide6" not in path.parts:
        return True
    if "translations" in path.parts:
        return path.name in TRANSLATIONS
    if "plugins" in path.parts:
        kind = path.parent.name
        return path.name.split(".")[0].removeprefix("lib").removeprefix("q") in PLUGINS.get(kind, ())
    return True


def reduced(entries: Iterable[Entry], asked_by: Callable[[str], Iterable[tuple[str, object]]]) -> list[Entry]:
    """Without unwanted plugins, and on Linux without the libraries that only those had asked for.

    `asked_by` tells for the file of a library which others it asks the loader for (PyInstaller's get_imports).
    """
    kept = [entry for entry in entries if is_wanted(entry[0])]
    if sys.platform != "linux":
        return kept
    libraries: dict[str, list[str]] = {}  # two extension modules may have one name (_sqlite3)
    for entry in kept:
        if entry[2] in ("BINARY", "EXTENSION"):
            libraries.setdefault(_name(entry), []).append(entry[1])
    reached = {_name(entry) for entry in kept if _is_opened_by_name(entry)}
    waiting = list(reached)
    while waiting:
        asked = {Path(name).name for file in libraries[waiting.pop()] for name, _ in asked_by(file)}
        new = asked & libraries.keys() - reached
        reached |= new
        waiting += new
    return [entry for entry in kept if entry[2] not in ("BINARY", "SYMLINK") or _name(entry) in reached]


def _name(entry: Entry) -> str:
    return Path(entry[0]).name


def _is_opened_by_name(entry: Entry) -> bool:
    """True for the libraries that a program opens itself: Python, its extension modules, the plugins that are kept."""
    destination, _, kind = entry
    is_plugin = "/plugins/" in destination or _name(entry).startswith("libpython")
    return kind == "EXTENSION" or (kind == "BINARY" and is_plugin)
