"""The clauses of the agreement (协议书) that no household changes, read from `resources/agreement/clauses.toml`.

A file with a mistake is refused with file, place and reason. What a contract itself says (who, what, how long, how
much) is not here.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from village_doctor.domain.data_file import Table
from village_doctor.domain.messages import N_

CONSENT: Final = "consent"
SIGNING: Final = "signing"
_MARKS: Final = ("V", "P", "D", "K")
_NEEDED: Final = frozenset({"principles", "provider", "resident", "changes", SIGNING, CONSENT})


@dataclass(frozen=True, kw_only=True, slots=True)
class Clause:
    """One sentence or two. `mark`: V read in its source, P seen in systems in use, D our own wording, K from memory."""

    text: str
    source: str
    mark: str


@dataclass(frozen=True, kw_only=True, slots=True)
class ClauseSection:
    """Clauses under one heading. `key`: principles, provider, resident, changes, signing, consent."""

    key: str
    title: str
    clauses: tuple[Clause, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class AgreementClauses:
    """All sections in the order of the paper."""

    version: int
    source: str
    sections: tuple[ClauseSection, ...]


def parse_clauses(file_name: str, data: Mapping[str, object]) -> AgreementClauses:
    """The clauses a file holds, each section once. Raises Problem `data-file` naming file, place and reason."""
    table = Table("data-file", file_name, "", data)
    sections = tuple(_parse_section(item) for item in table.tables("sections"))
    keys = [section.key for section in sections]
    if sorted(keys) != sorted(_NEEDED):
        table.refuse(N_("每一部分要有，而且只有一次"), "、".join(sorted(_NEEDED)))
    clauses = AgreementClauses(version=table.whole("version"), source=table.text("source"), sections=sections)
    table.finish()
    return clauses


def _parse_section(table: Table) -> ClauseSection:
    section = ClauseSection(
        key=table.choice("key", sorted(_NEEDED)),
        title=table.text("title"),
        clauses=tuple(_parse_clause(item) for item in table.tables("clauses")),
    )
    table.finish()
    return section


def _parse_clause(table: Table) -> Clause:
    clause = Clause(text=table.text("text"), source=table.text("source"), mark=table.choice("mark", _MARKS))
    table.finish()
    return clause
