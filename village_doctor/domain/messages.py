"""Texts declared where they are known, translated where they are shown.

A message in the code is the Simplified Chinese sentence with named placeholders. The domain only
declares it with `N_`; the window or the command line translates and fills it.
"""

from collections.abc import Mapping, Sequence

# What canonical JSON can hold; fractions travel as strings, never as floats.
JsonValue = str | int | bool | None | Sequence["JsonValue"] | Mapping[str, "JsonValue"]


def N_(text: str) -> str:  # noqa: N802 - gettext's conventional marker
    """Marks a text for extraction and returns it unchanged."""
    return text
