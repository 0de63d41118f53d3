"""One sentence of the account."""

from collections.abc import Mapping
from dataclasses import dataclass

from village_doctor.domain.decisions import Reason
from village_doctor.domain.duties.reasons import Translate, say, source_of, untranslated


@dataclass(frozen=True, kw_only=True, slots=True)
class ExplainLine:
    """One sentence: its code and values (`duties.reasons`). Say it with `text`; "" as source: a plain fact.

    `group`: the key group whose members not everybody may know (06, 09, 10), where the sentence gives it away.
    """

    code: str
    values: Mapping[str, str]
    group: str | None = None

    def text(self, translate: Translate = untranslated) -> str:
        return say(self.code, self.values, translate)

    def source(self, translate: Translate = untranslated) -> str:
        return source_of(self.code, self.values, translate)


def line_of(reason: Reason, group: str | None = None) -> ExplainLine:
    """A reason as a line."""
    return ExplainLine(code=reason.code, values=reason.values or {}, group=group)
