"""Does a test notice when a rule is changed? `python3 build_scripts/mutate.py [PART OF A MODULE NAME …]`, by hand.

Small mistakes (mutants) are put into the functions of domain/clinical, domain/duties and domain/fulfilment, one at a time, in
a copy under build/mutation; the tests of the domain run against each. Message texts are left out. Prints how many were
noticed, module by module, and every one that was not with the reason that tests/domain/survivors.toml gives for it; the
same stands in build/mutation/report.txt. A survivor without a reason ends it with exit code 1. Settings: `[tool.mutmut]`
in pyproject.toml. It takes a good half hour on two cores.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tomllib
from collections import Counter
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import NamedTuple

import environment

PLACE = environment.ROOT / "build" / "mutation"
COPIED = ("village_doctor", "tests", "resources", "build_scripts", "pyproject.toml")
_RESULT = re.compile(r"\s*(?P<name>village_doctor\.\S+?)\.(?P<mutant>\w+__mutmut_\d+): (?P<state>[\w ]+)")
REASONS = environment.ROOT / "tests" / "domain" / "survivors.toml"
_FUNCTION = re.compile(r"x(?P<name>.+)__mutmut_\d+")
# A mutant that runs for ever or ends the process was noticed, too.
NOTICED = ("killed", "timeout", "segfault", "caught by type check", "suspicious")


class Survivor(NamedTuple):
    """A change that no test noticed: where, and the lines that were changed, as they were and as they became."""

    at: str
    was: str
    becomes: str


def survivor(module: str, mutant: str, shown: Iterable[str]) -> Survivor:
    """From mutmut's difference; a mutant's number means nothing after the next edit, so it is left out."""
    lines = [line for line in shown if re.match(r"[-+](?![-+])", line)]
    was, becomes = ("\n".join(line[1:].strip() for line in lines if line[0] == sign) for sign in "-+")
    match = _FUNCTION.fullmatch(mutant)
    assert match is not None, mutant
    function = match["name"].strip("ǁ").replace("ǁ", ".") if "ǁ" in mutant else match["name"][1:]
    return Survivor(f"{module.removeprefix('village_doctor.')}.{function}", was, becomes)


def reasons_of(text: str) -> dict[Survivor, str]:
    """The list of reasons: a table a function, in it a row a survivor."""
    tables: Mapping[str, list[dict[str, str]]] = tomllib.loads(text)
    return {
        Survivor(at, row["was"], row["becomes"]): row["why"] for at, rows in tables.items() for row in rows
    }


def copy_checkout(place: Path) -> None:
    """A fresh copy of what is mutated and what tests it."""
    shutil.rmtree(place, ignore_errors=True)
    place.mkdir(parents=True)
    for name in COPIED:
        source = environment.ROOT / name
        if source.is_dir():
            shutil.copytree(source, place / name, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy2(source, place / name)


def mutmut(python: Path, *arguments: str) -> list[str]:
    return [str(python), "-m", "mutmut", *arguments]


def outcomes(python: Path, place: Path) -> list[tuple[str, str, str]]:
    """Module, mutant and state of every mutant that was tried."""
    told = subprocess.run(
        mutmut(python, "results", "--all", "true"), cwd=place, capture_output=True, text=True, check=True
    )
    found = (_RESULT.fullmatch(line) for line in told.stdout.splitlines())
    return [
        (match["name"], match["mutant"], match["state"])
        for match in found
        if match is not None and match["state"] != "not checked"
    ]


def shown(python: Path, place: Path, mutant: str) -> list[str]:
    """What the mutant changes, as a difference."""
    told = subprocess.run(
        mutmut(python, "show", mutant), cwd=place, capture_output=True, text=True, check=True
    )
    return told.stdout.splitlines()


def report(results: list[tuple[str, str, str]]) -> list[str]:
    """A line for each module, then the whole, then the survivors."""
    tried = Counter(name for name, _, _ in results)
    noticed = Counter(name for name, _, state in results if state in NOTICED)
    lines = [
        f"{noticed[name]:5} of {tried[name]:5}  {noticed[name] / tried[name]:6.1%}  {name}"
        for name in sorted(tried)
    ]
    total = sum(tried.values())
    if total:
        lines.append(f"{sum(noticed.values()):5} of {total:5}  {sum(noticed.values()) / total:6.1%}  all")
    return lines


def explanations(survivors: Iterable[Survivor], reasons: Mapping[Survivor, str]) -> tuple[list[str], int]:
    """Every survivor with its reason, those without one first; and how many have none."""
    found = sorted(survivors, key=lambda one: (one in reasons, one))
    lines: list[str] = []
    for one in found:
        lines += ["", f"{one.at}: {reasons.get(one, 'NO REASON GIVEN')}"]
        lines += [f"- {line}" for line in one.was.splitlines()]
        lines += [f"+ {line}" for line in one.becomes.splitlines()]
    return lines, sum(one not in reasons for one in found)


def main() -> int:
    python = environment.prepare_or_exit(environment.CHECKS_LOCK, environment.FOR_THE_CHECKS)
    copy_checkout(PLACE)
    patterns = [f"*{part}*" for part in sys.argv[1:]]
    settings = {**os.environ, "PYTHONDONTWRITEBYTECODE": "1", "QT_QPA_PLATFORM": "offscreen"}
    log = PLACE / "log.txt"
    with log.open("wb") as told:
        run = subprocess.run(
            mutmut(python, "run", "--max-children", "2", *patterns),
            cwd=PLACE, env=settings, stdout=told, stderr=subprocess.STDOUT, check=False,
        )  # fmt: skip
    results = outcomes(python, PLACE) if (PLACE / "mutants").is_dir() else []
    if not results:
        print(f"no mutant was tried (exit code {run.returncode}): see {log}")
        return 1
    survivors = [
        survivor(name, mutant, shown(python, PLACE, f"{name}.{mutant}"))
        for name, mutant, state in results
        if state not in NOTICED
    ]
    explained, unexplained = explanations(survivors, reasons_of(REASONS.read_text(encoding="utf-8")))
    lines = [*report(results), f"{unexplained} of {len(survivors)} survivors without a reason", *explained]
    text = "\n".join(lines)
    (PLACE / "report.txt").write_text(text + "\n", encoding="utf-8")
    print(text)
    return 1 if unexplained else 0


if __name__ == "__main__":
    sys.exit(main())
