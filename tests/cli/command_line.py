"""The real command line in the test's own process, on a computer of the test's own: cheap passwords, a clock that stands."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click
from click.testing import CliRunner

from tests.village import PASSWORD, Place, build
from village_doctor.cli import main, township_program
from village_doctor.cli.invocation import Invocation, TownshipInvocation

DONE, WRONG_USE, PROBLEM, BUG = 0, 2, 3, 70


@dataclass(frozen=True)
class Said:
    """What one command answered."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        """The one JSON value that is all of standard output."""
        return json.loads(self.out)


class CommandLine:
    """Types commands to the home of a place."""

    program: click.Command = main.cli
    invocation: type[Invocation] = Invocation

    def __init__(self, place: Place, password: str = PASSWORD) -> None:
        self.place = place
        self.password_file = place.folder / "password.txt"
        self.password_file.write_text(f"{password}\n", "utf-8")

    def __call__(
        self, *words: str, typed: str | None = None, home: Path | None = None, asks: bool = False
    ) -> Said:
        """Runs one command; `typed` is its standard input, `asks`: no password file, so that it asks."""
        invocation = self.invocation(
            home=home or (None if self.place.home == Path() else self.place.home),
            surroundings=self.place.surroundings,
            password_file=None if asks else self.password_file,
        )
        result = CliRunner().invoke(self.program, list(words), input=typed, obj=invocation)
        return Said(result.exit_code, result.stdout, result.stderr)

    def done(self, *words: str, **given: Any) -> Said:
        """Runs a command that must succeed."""
        said = self(*words, **given)
        assert said.code == DONE, f"{words}: {said.code}\n{said.out}\n{said.err}"
        return said

    def json(self, *words: str, **given: Any) -> Any:
        """The JSON answer of a command that must succeed; standard output holds nothing else."""
        return self.done(*words, "--json", **given).json

    def refused_once(self, code: str, *words: str, **given: Any) -> Said:
        """Runs a command once that must end in this Problem."""
        told = self(*words, "--json", **given)
        assert told.code == PROBLEM, f"{words}: {told.code}\n{told.out}\n{told.err}"
        assert told.json["problem"] == code
        return told

    def refused(self, code: str, *words: str, **given: Any) -> Said:
        """Runs a command that must end in this Problem."""
        said = self(*words, **given)
        assert said.code == PROBLEM, f"{words}: {said.code}\n{said.out}\n{said.err}"
        told = self(*words, "--json", **given)
        assert told.code == PROBLEM
        assert told.json["problem"] == code, told.out
        assert told.json["message"] in said.err.replace("\n", ""), (told.json["message"], said.err)
        assert said.out == ""
        return said


class TownshipLine(CommandLine):
    """Types commands to the township's program; the place is the office's."""

    program = township_program.cli
    invocation = TownshipInvocation


def small_village(folder: Path) -> CommandLine:
    """The small village of `tests.village`, closed."""
    place = Place(folder)
    build(place).workplace.close()
    return CommandLine(place)
