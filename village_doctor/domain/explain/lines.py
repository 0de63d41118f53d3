"""One sentence of the account."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from village_doctor.domain.decisions import Reason
from village_doctor.domain.duties.reasons import Translate, say, source_of, untranslated


@dataclass(frozen=True, kw_only=True, slots=True)
class ExplainLine:
    """One sentence: its code and values (`duties.reasons`). Say it with `text`; "" as source: a plain fact.

    `group`: the key group whose members not everybody may know (06, 09, 10), where the sentence gives it away.
    `continues`: said in one breath with the line before.
    """

    code: str
    values: Mapping[str, str]
    group: str | None = None
    continues: bool = False

    def text(self, translate: Translate = untranslated) -> str:
        return say(self.code, self.values, translate)

    def source(self, translate: Translate = untranslated) -> str:
        return source_of(self.code, self.values, translate)


def line_of(reason: Reason, group: str | None = None, *, continues: bool = False) -> ExplainLine:
    """A reason as a line."""
    return ExplainLine(code=reason.code, values=reason.values or {}, group=group, continues=continues)


def paragraphs(lines: Iterable[ExplainLine]) -> list[list[ExplainLine]]:
    """The lines that are said in one breath together."""
    found: list[list[ExplainLine]] = []
    for line in lines:
        if line.continues and found:
            found[-1].append(line)
        else:
            found.append([line])
    return found
