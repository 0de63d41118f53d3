"""The one place that turns a message of the code into what the user reads.

Messages in the code are the Simplified Chinese sentences themselves, so Chinese needs no catalogue;
another language comes from `resources/locale`. Nothing is installed into builtins:
`from village_doctor.foundation.texts import text as _`. Placeholders are names in braces and only names.
"""

import gettext
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from village_doctor.foundation.paths import resources

CHINESE: Final = "zh_CN"
_DOMAIN: Final = "village_doctor"
_BRACES: Final = re.compile(r"\{\{|\}\}|\{([a-z_][a-z0-9_]*)\}|[{}]", re.ASCII)


class LanguageMissing(Exception):
    """There is no catalogue for that language."""

    def __init__(self, language: str) -> None:
        super().__init__(language)
        self.language = language


class PlaceholderProblem(Exception):
    """A text has a placeholder without a value, or braces that are no placeholder. A bug, not a user's error."""

    def __init__(self, placeholder: str) -> None:
        super().__init__(placeholder)
        self.placeholder = placeholder


class _Language:
    """The language chosen at the start of the program: the one thing here that changes."""

    translations: gettext.NullTranslations = gettext.NullTranslations()


def set_language(language: str, folder: Path | None = None) -> None:
    """From now on texts are in that language (`zh_CN`, `en`). Raises LanguageMissing, changing nothing.

    `folder` is the folder of catalogues, by default `resources/locale`.
    """
    if language == CHINESE:
        _Language.translations = gettext.NullTranslations()
        return
    try:
        _Language.translations = gettext.translation(
            _DOMAIN, localedir=folder or resources() / "locale", languages=[language]
        )
    except (OSError, UnicodeDecodeError) as error:
        raise LanguageMissing(language) from error


def text(message: str) -> str:
    """The message in the chosen language; a message the catalogue lacks stays Chinese."""
    # gettext answers the empty message with the catalogue's own header.
    return _Language.translations.gettext(message) if message else ""


def fill(message: str, values: Mapping[str, object]) -> str:
    """Translate, then put the values in place of `{name}`. Raises PlaceholderProblem.

    Safe for values typed by people: braces in them stay as they are, and a placeholder can reach
    nothing but the values given (no attributes, no indexes, no format codes). `{{` is a brace.
    """

    def replacement(found: re.Match[str]) -> str:
        whole, name = found.group(), found.group(1)
        if whole in ("{{", "}}"):
            return whole[0]
        if name is None or name not in values:
            raise PlaceholderProblem(whole)
        return str(values[name])

    return _BRACES.sub(replacement, text(message))
