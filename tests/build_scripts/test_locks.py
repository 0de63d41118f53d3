"""The lock files: they work with any package index, and the checks' one holds all of the program's."""

import re
import tomllib

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

import environment

LOCKS = (environment.PROGRAM_LOCK, environment.CHECKS_LOCK)


def read_lock(name: str) -> dict[str, str]:
    """Package -> the whole entry, without comments."""
    text = (environment.ROOT / name).read_text("utf-8")
    lines = [line for line in text.splitlines() if not line.lstrip().startswith("#")]
    entries = "\n".join(lines).replace("\\\n", " ").splitlines()
    return {entry.split("==")[0]: " ".join(entry.split()) for entry in entries}


@pytest.mark.parametrize("name", LOCKS)
def test_a_lock_names_no_host_and_no_folder(name):
    text = (environment.ROOT / name).read_text("utf-8")
    assert not re.search(r"://|\s@\s|^\s*--(?!hash=)", text, re.MULTILINE)


@pytest.mark.parametrize("name", LOCKS)
def test_every_package_has_a_version_and_hashes(name):
    entries = read_lock(name)
    assert len(entries) > 10
    for package, entry in entries.items():
        assert re.fullmatch(rf"{package}==[\w.+]+( ; [^-]*)?( --hash=sha256:[0-9a-f]{{64}})+", entry), entry


def test_the_lock_of_the_checks_holds_the_programs():
    checks = read_lock(environment.CHECKS_LOCK)
    assert {package: checks.get(package) for package in read_lock(environment.PROGRAM_LOCK)} == read_lock(
        environment.PROGRAM_LOCK
    )


def test_what_pyproject_asks_for_is_locked():
    project = tomllib.loads((environment.ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    for name, wanted in (
        (environment.PROGRAM_LOCK, project["dependencies"]),
        (environment.CHECKS_LOCK, project["dependencies"] + project["optional-dependencies"]["dev"]),
    ):
        entries = read_lock(name)
        for requirement in map(Requirement, wanted):
            entry = entries[canonicalize_name(requirement.name)]
            assert requirement.specifier.contains(entry.split()[0].split("==")[1]), entry
