"""Six Chinese words, read aloud on the phone: whoever hears the same ones holds the same keys.

66 bits of a SHA-256 over ids and keys, `resources/formats/invitation.md`. The order of the list is part of the
format.
"""

import unicodedata
from dataclasses import dataclass
from functools import cache
from typing import Final

from village_doctor.foundation.resources import ResourceProblem, read_tsv
from village_doctor.sync.identity import parts_hash

LIST: Final = "codes/words.tsv"
_COUNT: Final = 6
_BITS: Final = 11
_LIST_LENGTH: Final = 1 << _BITS
_TOWNSHIP_DOMAIN: Final = b"vd/township-words/1"
_DEVICE_DOMAIN: Final = b"vd/device-words/1"


@dataclass(frozen=True, slots=True)
class WordList:
    """2,048 different words in their fixed order. Raises ValueError for any other number."""

    words: tuple[str, ...]

    def __post_init__(self) -> None:
        if len(self.words) != _LIST_LENGTH or len(set(self.words)) != _LIST_LENGTH or "" in self.words:
            raise ValueError("a word list has 2,048 different words")

    def of_hash(self, hash_: bytes) -> tuple[str, ...]:
        """The six words of the first 66 bits, most significant first."""
        number = int.from_bytes(hash_) >> 8 * len(hash_) - _COUNT * _BITS
        places = (number >> _BITS * place & _LIST_LENGTH - 1 for place in reversed(range(_COUNT)))
        return tuple(self.words[place] for place in places)


@cache
def load_words() -> WordList:
    """The shipped list. Raises ResourceProblem."""
    try:
        return WordList(tuple(row[0] for row in read_tsv(LIST).rows))
    except ValueError as error:
        raise ResourceProblem(LIST, str(error)) from error


def township_words(
    words: WordList, *, township_id: str, signing_key: bytes, letters_recipient: str, recovery_recipient: str
) -> tuple[str, ...]:
    """What the township reads out before a clinic enrols."""
    return words.of_hash(
        parts_hash(
            _TOWNSHIP_DOMAIN,
            township_id.encode(),
            signing_key,
            letters_recipient.encode(),
            recovery_recipient.encode(),
        )
    )


def device_words(
    words: WordList, *, clinic_id: str, device_id: str, signing_key: bytes, recipient: str
) -> tuple[str, ...]:
    """What the doctor reads out before the township confirms her device."""
    return words.of_hash(
        parts_hash(_DEVICE_DOMAIN, clinic_id.encode(), device_id.encode(), signing_key, recipient.encode())
    )


def same_words(typed: str, words: tuple[str, ...]) -> bool:
    """Are these the words, in their order? Blanks and punctuation between them do not matter."""
    return _bare(typed) == _bare("".join(words))


def _bare(text: str) -> str:
    return "".join(one for one in unicodedata.normalize("NFKC", text) if one.isalnum())
