"""Does a test notice when a rule is changed? `python3 build_scripts/mutate.py [PART OF A MODULE NAME …]`, by hand.

Small mistakes (mutants) are put into the functions of domain/clinical, domain/duties and domain/fulfilment, one at a time, in
a copy under build/mutation; the tests of the domain run against each. Message texts are left out. Prints how many were
noticed, module by module, and every one that was not with the reason that tests/domain/survivors.toml gives for it; the
same stands in build/mutation/report.txt. A survivor without a reason ends it with exit code 1. Settings: `[tool.mutmut]`
in pyproject.toml. mutmut makes the mutants and finds out which test runs which function; mutants_in_forks runs them. Half an
hour on two cores; what an earlier run noticed in a function that is still the same is not tried again (remove build/mutation
for a run from the beginning).
"""

from __future__ import annotations

import json
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
DIFFERENCES = """
import json, pathlib, sys
from mutmut.mutation.diff_apply import get_diff_for_mutant
def path(mutant):
    return pathlib.Path(mutant.rpartition(".")[0].replace(".", "/") + ".py")
print(json.dumps({one: get_diff_for_mutant(one, path=path(one)) for one in sys.stdin.read().split()}))
"""
# mutmut makes the mutants of all modules and tries only these: they have few tests.
SMALLEST = "village_doctor.domain.clinical.self_care.*"
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
    """What is mutated and what tests it, as it is now; what mutmut found out before stays."""
    place.mkdir(parents=True, exist_ok=True)
    (place / "mutants" / "mutmut-stats.json").unlink(missing_ok=True)  # the tests may have other names now
    for name in COPIED:
        for old in (place / name, place / "mutants" / name):
            if name != "village_doctor" or old.parent == place:
                shutil.rmtree(old, ignore_errors=True)
        source = environment.ROOT / name
        if source.is_dir():
            shutil.copytree(source, place / name, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy2(source, place / name)


def mutmut(python: Path, *arguments: str) -> list[str]:
    return [str(python), "-m", "mutmut", *arguments]


def test_options() -> list[str]:
    """The tests and the options that pyproject.toml names for mutmut."""
    settings = tomllib.loads((environment.ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"][
        "mutmut"
    ]
    return [*settings["pytest_add_cli_args"], *settings["pytest_add_cli_args_test_selection"]]


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


def differences(python: Path, place: Path, mutants: Iterable[str]) -> dict[str, str]:
    """What each mutant changes, by its whole name; `mutmut show` would take a second for each."""
    told = subprocess.run(
        [str(python), "-c", DIFFERENCES], cwd=place, input="\n".join(mutants),
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    found: dict[str, str] = json.loads(told.stdout)
    return found


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
    settings = {**os.environ, "PYTHONDONTWRITEBYTECODE": "1", "QT_QPA_PLATFORM": "offscreen"}
    log = PLACE / "log.txt"
    with log.open("wb") as told:
        made = subprocess.run(
            mutmut(python, "run", "--max-children", "2", SMALLEST),
            cwd=PLACE, env=settings, stdout=told, stderr=subprocess.STDOUT, check=False,
        )  # fmt: skip
        settings |= {"MUTANTS": " ".join(sys.argv[1:]), "PYTHONPATH": str(environment.ROOT / "build_scripts")}
        settings["MUTANT_UNDER_TEST"] = ""
        run = made if made.returncode else subprocess.run(
            [str(python), "-m", "pytest", "-p", "mutants_in_forks", "-q", "-s", "--tb=no", *test_options()],
            cwd=PLACE / "mutants", env=settings, stdout=told, stderr=subprocess.STDOUT, check=False,
        )  # fmt: skip
    if run.returncode:
        print(f"it ended early (exit code {run.returncode}): see {log}")
        return 1
    results = outcomes(python, PLACE)
    stayed = [(name, mutant) for name, mutant, state in results if state not in NOTICED]
    changed = differences(python, PLACE, [f"{name}.{mutant}" for name, mutant in stayed])
    survivors = [survivor(name, mutant, changed[f"{name}.{mutant}"].splitlines()) for name, mutant in stayed]
    explained, unexplained = explanations(survivors, reasons_of(REASONS.read_text(encoding="utf-8")))
    lines = [*report(results), f"{unexplained} of {len(survivors)} survivors without a reason", *explained]
    text = "\n".join(lines)
    (PLACE / "report.txt").write_text(text + "\n", encoding="utf-8")
    print(text)
    return 1 if unexplained else 0


if __name__ == "__main__":
    sys.exit(main())
