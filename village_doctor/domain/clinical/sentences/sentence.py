"""The shape of every clinical sentence, and the source that all programmes share."""

from dataclasses import dataclass
from typing import Final

from village_doctor.domain.messages import N_

OWN: Final = N_("本软件的约定，规范没有写")


@dataclass(frozen=True, kw_only=True, slots=True)
class Sentence:
    """`text` with named placeholders, `source`: both marked for translation."""

    text: str
    source: str


def said(text: str, source: str) -> Sentence:
    """A sentence and where it stands."""
    return Sentence(text=text, source=source)
