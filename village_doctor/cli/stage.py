"""The stage of the demonstration: real command lines on real homes, a clock that is moved by hand, every word kept."""

import contextlib
import io
import json
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Final

import click

from village_doctor.cli import main, township_program
from village_doctor.cli.failures import DONE
from village_doctor.cli.invocation import Invocation, TownshipInvocation
from village_doctor.domain.messages import JsonValue
from village_doctor.foundation.atomic_file import write_whole
from village_doctor.foundation.clock import TIME_ZONE
from village_doctor.foundation.surroundings import Surroundings

_MORNING_HOUR: Final = 8
_BETWEEN_TWO: Final = timedelta(minutes=3)
_NEEDS_NO_QUOTES: Final = re.compile(r"[\w./=,:+-]+")


@dataclass
class Clock:
    """Stands still until it is moved."""

    instant: datetime

    def now(self) -> datetime:
        return self.instant

    def go_on(self) -> None:
        self.instant += _BETWEEN_TWO

    def morning_of(self, day: date) -> None:
        self.instant = datetime(day.year, day.month, day.day, _MORNING_HOUR, tzinfo=TIME_ZONE)


@dataclass
class Day:
    """Runs verbs of both programs, tells what happens, and keeps every word."""

    folder: Path
    clock: Clock
    surroundings: Surroundings
    said: list[str] = field(default_factory=list)
    on_error_stream: bool = False

    def tell(self, text: str) -> None:
        self.said.append(text)
        click.echo(text, err=self.on_error_stream)

    def title(self, text: str) -> None:
        self.tell(f"\n━━ {text}")

    def run(self, *words: str, home: str = "home", ends_with: int = DONE) -> str:
        """Types one command of the clinic's; its output is told. Another exit code than expected is a bug."""
        shown = words if home == "home" else ("--home", home, *words)
        return self._run(main.PROGRAM, words, shown, home, ends_with)

    def run_township(self, *words: str, ends_with: int = DONE) -> str:
        """Types one command of the township's."""
        return self._run(township_program.PROGRAM, words, words, "township", ends_with)

    def ask(self, program: str, *words: str, home: str) -> JsonValue:
        """The JSON answer of a command that nobody hears about."""
        code, output = self._typed(program, (*words, "--json"), home)
        _expect(code, DONE)
        answer: JsonValue = json.loads(output)
        return answer

    def save(self, name: str, *words: str) -> Path:
        """Types one command and keeps its answer in a file."""
        self.tell(f"\n$ {main.PROGRAM} {_typed_words(words)} > {name}")
        code, output = self._typed(main.PROGRAM, words, "home")
        _expect(code, DONE)
        write_whole(self.folder / name, output.encode())
        return self.folder / name

    def _run(
        self, program: str, words: Sequence[str], shown: Sequence[str], home: str, ends_with: int
    ) -> str:
        self.clock.go_on()
        self.tell(f"\n$ {program} {_typed_words(shown)}")
        code, output = self._typed(program, words, home)
        self.tell("\n".join(f"  {line}".rstrip() for line in output.rstrip("\n").splitlines()))
        _expect(code, ends_with)
        return output

    def _typed(self, program: str, words: Sequence[str], home: str) -> tuple[int, str]:
        caught = io.StringIO()
        is_clinic = program == main.PROGRAM
        invocation = (Invocation if is_clinic else TownshipInvocation)(
            home=self.folder / home,
            surroundings=self.surroundings,
            password_file=self.folder / "password.txt",
        )
        with contextlib.redirect_stdout(caught), contextlib.redirect_stderr(caught):
            try:
                (main.cli if is_clinic else township_program.cli).main(words, obj=invocation)
            except SystemExit as ended:
                return int(ended.code or 0), caught.getvalue()


def _expect(code: int, expected: int) -> None:
    if code != expected:
        raise RuntimeError("the demonstration went another way")


def _typed_words(words: Sequence[str]) -> str:
    """As people type it: quotes only where a shell needs them."""
    return " ".join(word if _NEEDS_NO_QUOTES.fullmatch(word) else f"'{word}'" for word in words)
