"""Topics of health education (健康教育), read from `resources/education/`: what a leaflet tells, with sources.

Every sentence names its source and how sure it is. A file with a mistake is refused with the file, the place
and the reason. Facts: education-topics.md.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from village_doctor.domain.data_file import Table

VERIFIED: Final = "V"
FROM_KNOWLEDGE: Final = "K"
OUR_ADVICE: Final = "D"


@dataclass(frozen=True, kw_only=True, slots=True)
class EducationLine:
    """One sentence. `mark`: V verified in `source`, K from general knowledge, D our own advice."""

    text: str
    mark: str
    source: str


@dataclass(frozen=True, kw_only=True, slots=True)
class EducationSection:
    key: str
    title: str
    lines: tuple[EducationLine, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class EducationTopic:
    """`source` is what a leaflet prints at its foot; `call_120` says when to call an ambulance."""

    code: str
    version: int
    title: str
    source: str
    sections: tuple[EducationSection, ...]
    call_120: tuple[EducationLine, ...]


def parse_education(file_name: str, data: Mapping[str, object]) -> EducationTopic:
    """The topic a file describes. Raises Problem `data-file` naming file, place and reason."""
    table = Table("data-file", file_name, "", data)
    emergency = table.table("call_120")
    topic = EducationTopic(
        code=table.key("code"),
        version=table.whole("version"),
        title=table.text("title"),
        source=table.text("source"),
        sections=tuple(_parse_section(section) for section in table.tables("sections")),
        call_120=_parse_lines(emergency),
    )
    emergency.finish()
    table.finish()
    return topic


def _parse_section(table: Table) -> EducationSection:
    section = EducationSection(key=table.key("key"), title=table.text("title"), lines=_parse_lines(table))
    table.finish()
    return section


def _parse_lines(table: Table) -> tuple[EducationLine, ...]:
    lines = []
    for line in table.tables("lines"):
        lines.append(
            EducationLine(
                text=line.text("text"),
                mark=line.choice("mark", (VERIFIED, FROM_KNOWLEDGE, OUR_ADVICE)),
                source=line.text("source"),
            )
        )
        line.finish()
    return tuple(lines)
