"""What goes into the folder build, and what build_scripts/build.py says of it. The build itself is tried by hand."""

import ast
import os
import sys
from pathlib import Path

import pytest

import build
import environment
import freezing

LIB, PLUGINS = "PySide6/Qt/lib", "PySide6/Qt/plugins"
WHERE = {  # destination: what it asks the loader for
    "libpython3.11.so.1.0": ["libc.so.6"],
    "sqlcipher3/_sqlite3.so": ["libcrypto.so.3"],
    "libcrypto.so.3": [],
    "python3.11/lib-dynload/_sqlite3.so": ["libsqlite3.so.0"],  # another of the same name
    "libsqlite3.so.0": [],
    "PySide6/QtWidgets.abi3.so": ["libQt6Widgets.so.6"],
    f"{LIB}/libQt6Widgets.so.6": ["libQt6Gui.so.6"],
    f"{LIB}/libQt6Gui.so.6": ["libdbus-1.so.3", "libGL.so.1"],
    "libdbus-1.so.3": [],
    f"{PLUGINS}/platforms/libqxcb.so": ["libxcb-cursor.so.0"],
    "libxcb-cursor.so.0": [],
    f"{PLUGINS}/platformthemes/libqgtk3.so": ["libgtk-3.so.0"],
    "libgtk-3.so.0": ["libpango.so.0"],
    "libpango.so.0": [],
    f"{LIB}/libQt6Quick.so.6": ["libQt6Gui.so.6"],
}
EXTENSIONS = {"sqlcipher3/_sqlite3.so", "python3.11/lib-dynload/_sqlite3.so", "PySide6/QtWidgets.abi3.so"}


def entries() -> list[tuple[str, str, str]]:
    binaries = [(name, f"/from/{name}", "EXTENSION" if name in EXTENSIONS else "BINARY") for name in WHERE]
    links = [(Path(name).name, name, "SYMLINK") for name in WHERE if name.startswith(LIB)]
    return [*binaries, *links, ("resources/codes/words.tsv", "/from/words.tsv", "DATA")]


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere the loader's questions are not followed")
def test_only_what_something_kept_asks_for_is_taken_along():
    def asked_by(source: str) -> list[tuple[str, None]]:
        return [(f"/usr/lib/{name}", None) for name in WHERE[source.removeprefix("/from/")]]

    kept = {(entry[0], entry[2]) for entry in freezing.reduced(entries(), asked_by)}
    names = {name for name, _ in kept}
    assert {
        "libpython3.11.so.1.0",
        "libcrypto.so.3",
        "libsqlite3.so.0",
        "libdbus-1.so.3",
        "libxcb-cursor.so.0",
    } <= names
    assert ("libQt6Gui.so.6", "SYMLINK") in kept
    assert ("resources/codes/words.tsv", "DATA") in kept
    assert not [name for name in names if "gtk" in name or "pango" in name or "Quick" in name]
    assert len(kept) == len(entries()) - 5


@pytest.mark.parametrize(
    ("destination", "wanted"),
    [
        (f"{PLUGINS}/platforms/libqoffscreen.so", True),
        (f"{PLUGINS}/platforms/libqxcb.so", True),
        (f"{PLUGINS}/platforms/libqwayland.so", True),
        ("PySide6\\plugins\\platforms\\qwindows.dll", True),
        (f"{PLUGINS}/platforms/libqvnc.so", False),
        (f"{PLUGINS}/platforminputcontexts/libibusplatforminputcontextplugin.so", True),
        (f"{PLUGINS}/platforminputcontexts/libqtvirtualkeyboardplugin.so", False),
        (f"{PLUGINS}/printsupport/libcupsprintersupport.so", True),
        (f"{PLUGINS}/sqldrivers/libqsqlite.so", False),
        ("PySide6/Qt/translations/qtbase_zh_CN.qm", True),
        ("PySide6/Qt/translations/qtbase_de.qm", False),
        ("PySide6/QtWidgets.abi3.so", True),
        ("resources/fonts/NotoSansSC-Bold.ttf", True),
    ],
)
def test_what_is_wanted_of_qt(destination, wanted):
    assert freezing.is_wanted(destination) == wanted


def test_each_program_starts_with_its_own_script():
    scripts = [
        (name, f"/{name}.py", "PYSOURCE") for name in ("pyi_rth_pyside6", "__main__", "township_program")
    ]
    started = {name: [one[0] for one in freezing.scripts_of(name, scripts)] for name in freezing.PROGRAMS}
    assert started == {
        "village-doctor": ["pyi_rth_pyside6", "__main__"],
        "village-doctor-township": ["pyi_rth_pyside6", "township_program"],
    }
    assert all((environment.ROOT / script).is_file() for script in freezing.PROGRAMS.values())


def test_every_library_that_is_shipped_brings_its_licence():
    named = {place.removeprefix("licences/") for _, place in freezing.licences()}
    assert {"reportlab", "qrcode", "cryptography", "sqlcipher3", "click", "pyside6-essentials"} <= named
    assert all(Path(source).is_file() for source, _ in freezing.licences())


def test_the_recipe_names_no_place_of_this_computer():
    text = (build.SCRIPTS / "village_doctor.spec").read_text("utf-8")
    ast.parse(text)
    assert str(environment.ROOT) not in text


def test_the_built_programs_borrow_nothing_from_this_computer(monkeypatch):
    lent = ("PYTHONPATH", "PYTHONHOME", "LD_LIBRARY_PATH", "VIRTUAL_ENV", "DISPLAY", "QT_QPA_PLATFORM")
    for name in lent:
        monkeypatch.setenv(name, "x")
    assert not set(lent) & build.bare_settings().keys()
    assert "PATH" in build.bare_settings()


@pytest.fixture
def built(tmp_path, monkeypatch):
    """A folder with stand-ins for the built programs: `built(name=exit code, …)`."""
    monkeypatch.setattr(build, "FOLDER", tmp_path)
    monkeypatch.setattr(environment, "prepare_or_exit", lambda lock, packages: Path(sys.executable))
    monkeypatch.setattr(build, "build", lambda python: True)

    def put(clinic: int, township: int) -> None:
        for name, code in (("village-doctor", clinic), ("village-doctor-township", township)):
            (tmp_path / name).write_text(
                f'#!/bin/sh\necho "$0 $*" >> {tmp_path}/calls\nexit {code}\n', "utf-8"
            )
            (tmp_path / name).chmod(0o755)

    return put


def test_a_build_ends_with_its_self_test_and_its_size(built, tmp_path, capfd):
    built(0, 0)
    (tmp_path / "big").write_bytes(bytes(7_000_000))
    assert build.main() == 0
    assert (tmp_path / "calls").read_text("utf-8").splitlines() == [
        f"{tmp_path}/village-doctor self-test",
        f"{tmp_path}/village-doctor-township --version",
    ]
    assert f"{tmp_path}  7 MB" in capfd.readouterr().out


@pytest.mark.parametrize("codes", [(70, 0), (0, 70)])
def test_a_program_that_is_not_well_fails_the_build(built, codes, capfd):
    built(*codes)
    assert build.main() == 1
    assert "自检没有通过" in capfd.readouterr().err


def test_a_build_that_breaks_is_not_tried(built, monkeypatch, tmp_path, capfd):
    built(0, 0)
    monkeypatch.setattr(build, "build", lambda python: False)
    assert build.main() == 1
    assert not (tmp_path / "calls").exists()
    assert "没有做成" in capfd.readouterr().err


def test_what_is_built_is_not_under_version_control():
    ignored = (environment.ROOT / ".gitignore").read_text("utf-8").split()
    assert f"/{build.DIST.name}/" in ignored
    assert build.FOLDER.parent == build.DIST
    assert os.path.commonpath([build.DIST, environment.ROOT]) == str(environment.ROOT)
