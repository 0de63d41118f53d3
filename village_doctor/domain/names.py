"""Names as they are taken in, and as search sees them: one spelling, and every reading in pinyin.

Promises: a name is stored as it was typed but for what nobody can see (`plain_text`), only the keys made here are
normalised; every known reading of every character is kept, the one that fits a surname first (单 as shan); a
character nobody can read stands for itself. The tables are handed in as text (`resources/codes/pinyin.tsv`,
`surnames.tsv`); no file is read here.
"""

import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import combinations
from typing import Final, Self

MOST_READINGS: Final = 16

# The dots people type between the parts of a Uyghur or Kazakh name; only · is right.
_NAME_DOTS: Final = re.compile("[·•‧∙⋅・･．.]")
# Dropped from keys: separators, punctuation, control and format characters, marks, and the accents and
# operators of a keyboard. Private-use and not yet assigned code points stay: they are rare names.
_DROPPED_CATEGORIES: Final = frozenset(
    {"Zs", "Zl", "Zp", "Pc", "Pd", "Ps", "Pe", "Pi", "Pf", "Po", "Cc", "Cf", "Mn", "Me", "Sk", "Sm", "Sc"}
)

# What comes along when a name is pasted and nobody can see: no paper can print it, no search finds it.
_UNSEEN_CATEGORIES: Final = frozenset({"Cc", "Cf", "Cs"})
_BLANK_CATEGORIES: Final = frozenset({"Zs", "Zl", "Zp"})
_UNSEEN: Final = re.compile(
    "[\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180d\u180f\u3164\uffa0\ufdd0-\ufdef"
    "\ufe00-\ufe0f\U000e0100-\U000e01ef]"
)
_WIDE_BLANK: Final = "\u3000"


def plain_text(text: str) -> str:
    """What can be read of a text, without blanks at its ends: control and format characters, halves of characters and
    variation selectors go, the ends of lines and odd blanks become blanks. Everything else stays as it was typed."""
    if text.isascii() and text.isprintable():
        return text.strip()
    return "".join(map(_seen, text)).strip()


def optional_text(text: str | None) -> str | None:
    """What can be read of the text; None where that is nothing."""
    return plain_text(text or "") or None


def _seen(character: str) -> str:
    category = unicodedata.category(character)
    if character in "\t\n\r" or (category in _BLANK_CATEGORIES and character != _WIDE_BLANK):
        return " "
    if category in _UNSEEN_CATEGORIES or _UNSEEN.match(character) or ord(character) & 0xFFFE == 0xFFFE:
        return ""
    return character


def normalised(text: str) -> str:
    """The search key of a text: NFKC, lower case, ü as v, without blanks, dots, hyphens and apostrophes."""
    folded = unicodedata.normalize("NFKC", text).casefold()
    if folded.isalnum() and "ü" not in folded:
        return folded
    return "".join(c for c in folded if unicodedata.category(c) not in _DROPPED_CATEGORIES).replace("ü", "v")


@dataclass(frozen=True, slots=True)
class PinyinTable:
    """Readings by character and by surname, without tones, ü as v, the usual one first."""

    _readings: Mapping[str, tuple[str, ...]]
    _surnames: Mapping[str, tuple[tuple[str, ...], ...]]

    @classmethod
    def parse(cls, pinyin_text: str, surnames_text: str = "") -> Self:
        """From the shipped tables. Raises ValueError for a line without its two columns."""
        by_character: dict[str, tuple[str, ...]] = {}
        for listed, characters in _rows(pinyin_text):
            shared = tuple(listed.split(","))
            for character in characters:  # half the time of dict.update with 42,000 of them
                by_character[character] = shared
        surnames = {
            surname: tuple(tuple(reading.split(" ")) for reading in listed.split(","))
            for surname, listed in _rows(surnames_text)
        }
        return cls(by_character, surnames)

    def __len__(self) -> int:
        return len(self._readings)

    def readings_of(self, character: str) -> tuple[str, ...]:
        """All readings of one character; one that is not in the table is its own reading."""
        return self._readings.get(character) or (character,)

    def surname_of(self, name: str) -> str:
        """欧阳 of 欧阳娜, 李 of 李桂英; empty for one character, a name with a dot or in letters."""
        parts = name_parts(name)
        whole = parts[0] if len(parts) == 1 else ""
        if len(whole) < 2 or whole[0] not in self._readings:
            return ""
        return whole[:2] if len(whole) > 2 and whole[:2] in self._surnames else whole[0]

    def options_of(self, name: str) -> tuple[tuple[str, ...], ...]:
        """The possible readings at each place of the normalised name, the likeliest first."""
        options = [self.readings_of(character) for character in "".join(name_parts(name))]
        surname = self.surname_of(name)
        for place, usual in enumerate(zip(*self._surnames.get(surname, ()), strict=True)):
            options[place] = tuple(dict.fromkeys(usual + options[place]))
        return tuple(options)


def name_parts(name: str) -> tuple[str, ...]:
    """The name's parts between dots, each normalised; an ordinary name is one part."""
    return tuple(key for part in _NAME_DOTS.split(name) if (key := normalised(part)))


def readings(name: str, table: PinyinTable, limit: int = MOST_READINGS) -> tuple[tuple[str, ...], ...]:
    """Readings of the whole name as syllables, at most `limit`: the likeliest first, then those that differ
    from it at one place, so that every reading of every character comes before odd combinations."""
    options = table.options_of(name)
    likeliest = tuple(option[0] for option in options)
    others = sorted((index, place) for place, option in enumerate(options) for index in range(1, len(option)))
    found = [likeliest] if likeliest else []
    for count in range(1, len(options) + 1):
        for steps in combinations(others, count):
            if len(found) >= limit:
                return tuple(found[:limit])
            if len({place for _, place in steps}) == count:
                syllables = list(likeliest)
                for index, place in steps:
                    syllables[place] = options[place][index]
                found.append(tuple(syllables))
        if count >= len(others):
            break
    return tuple(found[:limit])


def initials(syllables: tuple[str, ...]) -> str:
    """lgy for li gui ying."""
    return "".join(syllable[0] for syllable in syllables)


def sort_key(name: str, table: PinyinTable) -> str:
    """Orders names as a Chinese list does: by pinyin, syllable by syllable, then by the characters."""
    return f"{' '.join(option[0] for option in table.options_of(name))}\t{normalised(name)}"


def _rows(text: str) -> Iterator[tuple[str, str]]:
    for line in text.splitlines():
        if line and not line.startswith("#"):
            first, second = line.split("\t")
            yield first, second
