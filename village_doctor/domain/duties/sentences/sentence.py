"""The shape of every sentence that says why something is due."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ReasonText:
    """A sentence with named placeholders and the place it rests on ("" where it only states a fact)."""

    text: str
    source: str = ""
