"""A contract for import-linter: which rooms may import which outside package (the table is in pyproject.toml).

Keeps the windows' library in the windows, SQL in the store, the domain free of libraries, and makes a new dependency say where
it belongs. Looks at direct imports only. Standard-library modules that the table does not name are free.
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, cast

from importlinter import Contract, ContractCheck, fields, output

if TYPE_CHECKING:
    from grimp import ImportGraph


class Outsiders(Contract):
    """Options: `rooms`, a list of "package: room, room", rooms being relative to the root package."""

    type_name = "outsiders"
    rooms = fields.ListField(subfield=fields.StringField())

    def check(self, graph: ImportGraph, verbose: bool) -> ContractCheck:
        """Kept when each outside package is imported only from its rooms."""
        root = str(self.session_options["root_packages"][0])
        table = {}
        for line in cast("list[str]", self.rooms):
            package, _, rooms = line.partition(":")
            table[package.strip()] = tuple(f"{root}.{room.strip()}." for room in rooms.split(","))
        strays = []
        for outsider in sorted(module for module in graph.modules if graph.is_module_squashed(module)):
            package = outsider.split(".")[0]
            if package not in table and package in sys.stdlib_module_names:
                continue
            allowed = table.get(package, ())
            strays += [
                f"{importer} may not import {outsider}"
                for importer in sorted(graph.find_modules_that_directly_import(outsider))
                if not f"{importer}.".startswith(allowed)
            ]
        return ContractCheck(kept=not strays, metadata={"strays": strays})

    def render_broken_contract(self, check: ContractCheck) -> None:
        """Print one line per forbidden import."""
        for stray in check.metadata["strays"]:
            output.print_error(stray)
