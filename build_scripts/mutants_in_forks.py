"""A plugin for pytest (`-p mutants_in_forks`, by build_scripts/mutate.py): every mutant runs its tests in a fork.

The tests are collected once, and each fork begins where they stand collected; a mutant costs the tests it runs and little
more. What is mutated, and which tests run which function, mutmut has written: `*.meta` beside the modules, mutmut-stats.json.
The outcome goes back into `*.meta` as mutmut's exit code. A mutant that was noticed is not tried again while its function
stays as it is; a survivor is. MUTANTS names parts of module names, none for all.
"""

from __future__ import annotations

import json
import os
import signal
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest
from mutmut.mutation.trampoline import set_mutant_under_test

AT_ONCE = 2
NOTICED, SURVIVED, NO_TESTS, TOO_LONG = 1, 0, 33, 36
# A mutant may take this many times as long as its tests did without it, and these seconds more.
SLOWER, SECONDS_MORE = 10, 20
WHOLE_SECONDS = 1800


@dataclass(slots=True)
class Mutants:
    """The mutants of one module, with the exit code of each that was tried."""

    path: Path
    meta: dict[str, dict[str, int | None]]

    @classmethod
    def read_all(cls) -> Iterator[Mutants]:
        for path in sorted(Path("village_doctor").rglob("*.meta")):
            yield cls(path, json.loads(path.read_text(encoding="utf-8")))

    @property
    def outcomes(self) -> dict[str, int | None]:
        return self.meta["exit_code_by_key"]

    def save(self) -> None:
        self.path.write_text(json.dumps(self.meta, indent=4), encoding="utf-8")


def pytest_runtestloop(session: pytest.Session) -> bool:
    """Instead of running the tests once: for each mutant, those that run its function, the quickest first."""
    stats = json.loads(Path("mutmut-stats.json").read_text(encoding="utf-8"))
    seconds: dict[str, float] = stats["duration_by_test"]
    tests_of: dict[str, list[str]] = stats["tests_by_mangled_function_name"]
    items = {item.nodeid: item for item in session.items}
    parts = os.environ.get("MUTANTS", "").split()
    running: dict[int, tuple[Mutants, str]] = {}
    if _wait_for(_start(session, "", session.items, WHOLE_SECONDS)) != SURVIVED:
        raise pytest.UsageError("the tests fail in a fork without any mutant")

    def wait_for_one() -> None:
        pid, status = os.wait()
        tried, name = running.pop(pid)
        tried.outcomes[name] = _outcome_of(status)

    for module in Mutants.read_all():
        for name, outcome in module.outcomes.items():
            is_meant = not parts or any(part in name for part in parts)
            if not is_meant or outcome not in (None, SURVIVED, NO_TESTS):
                continue
            tests = sorted(tests_of.get(name.rpartition("__mutmut_")[0], ()), key=lambda one: seconds[one])
            chosen = [items[one] for one in tests if one in items]
            if not chosen:
                module.outcomes[name] = NO_TESTS
                continue
            if len(running) == AT_ONCE:
                wait_for_one()
            limit = SECONDS_MORE + SLOWER * int(sum(seconds[one] for one in tests))
            running[_start(session, name, chosen, limit)] = (module, name)
        while running:
            wait_for_one()
        module.save()
        print(module.path.stem, flush=True)
    return True


def _start(session: pytest.Session, mutant: str, items: Sequence[pytest.Item], seconds: int) -> int:
    """The process in which these tests are run against the mutant."""
    pid = os.fork()
    if pid:
        return pid
    outcome = NOTICED
    try:
        signal.alarm(seconds)
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, 1)
        os.dup2(nowhere, 2)
        set_mutant_under_test(mutant)
        outcome = _run(session, items)
    finally:
        os._exit(outcome)


def _wait_for(pid: int) -> int:
    return _outcome_of(os.waitpid(pid, 0)[1])


def _outcome_of(status: int) -> int:
    code = os.waitstatus_to_exitcode(status)
    return TOO_LONG if code == -signal.SIGALRM else code


def _run(session: pytest.Session, items: Sequence[pytest.Item]) -> int:
    for item, following in zip(items, [*items[1:], None], strict=True):
        item.config.hook.pytest_runtest_protocol(item=item, nextitem=following)
        if session.testsfailed:
            return NOTICED
    return SURVIVED
