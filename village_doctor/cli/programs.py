"""What both programs are made of: a table of verbs that are loaded when they are called, and the door every start leaves by.

Verbs are imported by name when they are called: the store, key derivation and SQLCipher take several times as long to
import as `--help` takes to print. This is the one place of the command line that imports late; a test loads every line.
"""

import contextlib
import importlib
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NamedTuple, NoReturn

import click
from click.core import ParameterSource

from village_doctor.cli.failures import run_guarded
from village_doctor.cli.invocation import Invocation
from village_doctor.cli.verbs import VerbGroup
from village_doctor.foundation.texts import text as _


class LateVerb(NamedTuple):
    """`place`: module and object. `line`: what the list of verbs says."""

    place: str
    line: str


VerbTable = Mapping[str, Mapping[str, LateVerb]]


class LateProgram(VerbGroup):
    """A program's verbs by topic. A program names itself, its table and the kind of its starts."""

    program: str
    verbs: VerbTable
    invocation: type[Invocation] = Invocation

    def list_commands(self, ctx: click.Context) -> list[str]:
        return [name for verbs in self.verbs.values() for name in verbs]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        found = next((verbs[cmd_name] for verbs in self.verbs.values() if cmd_name in verbs), None)
        return None if found is None else loaded(found)

    def topics(self) -> Mapping[str, Sequence[tuple[str, str]]]:
        """From the table alone: nothing is loaded for the list."""
        return {
            _(title): [(name, _(verb.line)) for name, verb in verbs.items()]
            for title, verbs in self.verbs.items()
        }

    def main(
        self,
        args: Sequence[str] | None = None,
        prog_name: str | None = None,
        complete_var: str | None = None,
        standalone_mode: bool = True,
        windows_expand_args: bool = True,
        obj: Invocation | None = None,
        **extra: object,
    ) -> NoReturn:
        """Runs one start and ends the process with its exit code; everything that went wrong has been told."""
        invocation = obj or self.invocation()
        _forgive_old_consoles()
        code = run_guarded(
            lambda: super(LateProgram, self).main(
                args, prog_name or self.program, standalone_mode=False, obj=invocation
            ),
            invocation,
        )
        sys.exit(code)


def loaded(verb: LateVerb) -> click.Command:
    """The command behind a line of the table."""
    module, _colon, name = verb.place.partition(":")
    command = getattr(importlib.import_module(module), name)
    assert isinstance(command, click.Command)
    return command


def choose_home(ctx: click.Context, invocation: Invocation, home: Path | None) -> None:
    """`--home` wins over the home that was handed in, and that one over the environment."""
    is_typed = ctx.get_parameter_source("home") is ParameterSource.COMMANDLINE
    if home is not None and (is_typed or invocation.home is None):
        invocation.home = home


def _forgive_old_consoles() -> None:
    """A console that lacks a character shows a question mark instead of ending the program."""
    for stream in (sys.stdout, sys.stderr):
        with contextlib.suppress(AttributeError, ValueError):
            stream.reconfigure(errors="replace")  # type: ignore[union-attr]
