"""What a resident can be found by, and how the hits are put in order.

Promises: every prefix of every term finds its resident; mixing up l/n, h/f, z/zh, c/ch, s/sh, in/ing, en/eng
or an/ang finds her too, after the exact ones. The table holds `PrefixRow`s in the order of (key, rank): a key
of one to three letters or characters is a row of its own, a longer one and every number is a range of whole
terms; so each `KeyRange` is one read of at most `ROWS_TO_READ` rows, never a sort. Nothing here knows SQL.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final, NamedTuple

from village_doctor.domain import names
from village_doctor.domain.names import PinyinTable

ROWS_TO_READ: Final = 200
HITS_TO_SHOW: Final = 20
OWN_ROW_LENGTH: Final = 3

# Smaller is better. A prefix that is not yet the whole term is worse by INCOMPLETE, so that gy shows
# 李桂英 before 高玉兰, and ly shows 李英 before 李玉兰. A given name of one character is worse than the
# beginning of a whole name: 林 and lin mean the Lins first, not everybody called 某林.
WHOLE_NAME: Final = 0
GIVEN_NAME: Final = 1
OTHER_NAME: Final = 2
OTHER_READING: Final = 3
NUMBER: Final = 4
DOOR: Final = 5
ONE_CHARACTER: Final = 6
RELATIVE: Final = 9
INCOMPLETE: Final = 4
_TIERS: Final = 16

# Folded terms live apart, under keys that nobody can type: crowds of them never push out exact ones.
FOLDED_MARK: Final = "~"
_AFTER_ONE_KEY: Final = "\x01"
_AFTER_ALL_TERMS: Final = "\U0010ffff"

_ORDER_LETTERS: Final = 8
_ORDER_BASE: Final = 27
_ORDERS: Final = _ORDER_BASE**_ORDER_LETTERS

_TYPED_SUFFIXES: Final = 4
_LETTER_FOLD: Final = str.maketrans({"l": "n", "h": "f", "v": "u"})
_NASAL: Final = re.compile("(?<=[aei])ng+")
_QUERY_READINGS: Final = 4


@dataclass(frozen=True, kw_only=True, slots=True)
class SearchablePerson:
    """Everything that finds one resident. `names`: the main one first, then those that people use.

    `door`: hamlet and door number as people say them; `relatives`: heads of her household; `is_gone`: dead
    or moved out.
    """

    names: tuple[str, ...]
    id_document_numbers: tuple[str, ...] = ()
    phones: tuple[str, ...] = ()
    record_number: str | None = None
    household_number: str | None = None
    contract_numbers: tuple[str, ...] = ()
    door: str | None = None
    relatives: tuple[str, ...] = ()
    is_gone: bool = False


class SearchTerm(NamedTuple):
    """`order`: place of the resident's name in an alphabetical list, the same for all her terms."""

    term: str
    weight: int
    folded: bool
    is_gone: bool
    order: int


class PrefixRow(NamedTuple):
    """A row of the table, beside the resident's id. `rank`: smaller is better, below 2**43."""

    key: str
    rank: int
    term: str


@dataclass(frozen=True, slots=True)
class KeyRange:
    """first <= key < before, compared by code point; read in the order of (key, rank)."""

    first: str
    before: str

    @property
    def is_one_key(self) -> bool:
        """Its rows come in order of rank: once enough people are found, only those of the same rank can matter."""
        return self.before == self.first + _AFTER_ONE_KEY


@dataclass(frozen=True, kw_only=True, slots=True)
class QueryKeys:
    """What to read for a typed text. `folded` is needed only where `exact` gave too few residents."""

    text: str
    exact: tuple[KeyRange, ...]
    folded: tuple[KeyRange, ...]


class Hit(NamedTuple):
    """A row that was read. `name_key` (`names.sort_key`) orders finer than the rank's eight letters."""

    resident_id: str
    key: str
    rank: int
    name_key: str = ""


def fold(term: str) -> str:
    """Sounds that people mix up become one. A prefix folds to a prefix, whatever syllables it cuts:
    so g after n is swallowed everywhere (林桂 lingui and 凌桂 linggui meet as ninui)."""
    flat = term.replace("zh", "z").replace("ch", "c").replace("sh", "s")
    return _NASAL.sub("n", flat).translate(_LETTER_FOLD)


def fold_initials(letters: str) -> str:
    """The same for initials, where zh is 张华 and not the beginning of one syllable."""
    return letters.translate(_LETTER_FOLD)


def terms_of(person: SearchablePerson, table: PinyinTable) -> tuple[SearchTerm, ...]:
    """Every term that finds this person, each once with its best weight; the first name must not be empty."""
    found: dict[tuple[str, bool], int] = {}
    for term, weight, folded in _weighted_terms(person, table):
        if term and weight < found.get((term, folded), _TIERS):
            found[term, folded] = weight
    order = _name_order(names.sort_key(person.names[0], table))
    return tuple(
        SearchTerm(term, weight, folded, person.is_gone, order) for (term, folded), weight in found.items()
    )


def prefix_rows(terms: Iterable[SearchTerm]) -> Iterator[PrefixRow]:
    """The rows of one person: the terms' beginnings of one, two and three characters and the terms
    themselves, each key once with its best rank. Numbers have no beginnings: digits are read as a range."""
    best: dict[str, tuple[int, str]] = {}
    for term, weight, folded, is_gone, order in terms:
        length = len(term)
        complete = (is_gone * _TIERS + weight) * _ORDERS + order
        incomplete = complete + INCOMPLETE * _ORDERS
        mark = FOLDED_MARK if folded else ""
        own_rows = 0 if _is_number(term[:OWN_ROW_LENGTH]) else min(length - 1, OWN_ROW_LENGTH)
        for cut in range(1, own_rows + 1):
            _keep_better(best, mark + term[:cut], incomplete, term)
        _keep_better(best, mark + term, complete if length > 1 else incomplete, term)
    for key, (rank, term) in best.items():
        yield PrefixRow(key, rank, term)


def _keep_better(best: dict[str, tuple[int, str]], key: str, rank: int, term: str) -> None:
    known = best.get(key)
    if known is None or rank < known[0]:
        best[key] = rank, term


def query_keys(text: str, table: PinyinTable | None = None) -> QueryKeys:
    """What the doctor typed, normalised (l'g'y, LGY, full-width, with blanks), as keys to read.

    With the table, characters are looked for by their sound as well: an input method offers the wrong
    characters for a name (李贵英), or stops half-way (李gui). An empty text gives no keys.
    """
    typed = names.normalised(text)
    if not typed:
        return QueryKeys(text="", exact=(), folded=())
    spoken: tuple[str, ...] = ()
    if typed.isascii():
        if not _is_number(typed):
            spoken = (fold(typed), fold_initials(typed))
    elif table is not None and len(typed) > 1:
        spoken = tuple(fold("".join(r)) for r in names.readings(typed, table, _QUERY_READINGS))
    folded = (_range_of(key, FOLDED_MARK) for key in dict.fromkeys(spoken))
    return QueryKeys(text=typed, exact=(_range_of(typed),), folded=tuple(folded))


def rank_hits(query: QueryKeys, hits: Iterable[Hit], limit: int = HITS_TO_SHOW) -> tuple[Hit, ...]:
    """Each resident once by her best hit: exact before folded, living before gone, better term before
    worse, then by name in the order of pinyin."""
    typed = {keys.first for keys in (*query.exact, *query.folded)}
    best: dict[str, tuple[tuple[bool, int, int, int, str, str], Hit]] = {}
    for hit in hits:
        resident_id, key, rank, name_key = hit
        gone_and_tier, order = divmod(rank, _ORDERS)
        gone, tier = divmod(gone_and_tier, _TIERS)
        # A whole term read as part of a range is not complete: only its beginning was typed.
        if key not in typed:
            tier += INCOMPLETE
        place = (key[0] == FOLDED_MARK, gone, tier, order, name_key, resident_id)
        known = best.get(resident_id)
        if known is None or place < known[0]:
            best[resident_id] = place, hit
    return tuple(hit for _, hit in sorted(best.values())[:limit])


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdigit()


def _range_of(text: str, mark: str = "") -> KeyRange:
    key = mark + text
    is_one_key = len(text) <= OWN_ROW_LENGTH and not _is_number(text)
    return KeyRange(key, key + (_AFTER_ONE_KEY if is_one_key else _AFTER_ALL_TERMS))


def _weighted_terms(person: SearchablePerson, table: PinyinTable) -> Iterator[tuple[str, int, bool]]:
    main, *others = person.names
    yield from _name_terms(main, table, WHOLE_NAME, GIVEN_NAME, OTHER_READING)
    for name in others:
        yield from _name_terms(name, table, OTHER_NAME, OTHER_READING, OTHER_READING)
    for relative in person.relatives:
        yield from _spoken_terms(relative, table, RELATIVE)
    if person.door:
        yield from _spoken_terms(person.door, table, DOOR)
    for number in _numbers_of(person):
        yield number, NUMBER, False


def _name_terms(
    name: str, table: PinyinTable, whole: int, given: int, other: int
) -> Iterator[tuple[str, int, bool]]:
    parts = names.name_parts(name)
    characters = "".join(parts)
    surname_length = len(table.surname_of(name))
    yield characters, whole, False
    # Where a part of the name begins that people say alone: the given name, the second part of A·B.
    starts = {surname_length} if surname_length else {sum(map(len, parts[:i])) for i in range(1, len(parts))}
    tails = [(start, given if len(characters) - start > 1 else ONE_CHARACTER) for start in starts]
    for start, weight in tails:
        yield characters[start:], weight, False
    if surname_length:
        yield characters[-1:], ONE_CHARACTER, False
        for length in range(2, min(_TYPED_SUFFIXES, len(characters) - 1) + 1):
            yield characters[-length:], other, False
    for index, syllables in enumerate(names.readings(name, table)):
        yield from _pinyin_terms(syllables, other if index else whole)
        if surname_length:
            yield from _surname_and_initials(syllables, surname_length, other if index else whole)
        for start, weight in tails:
            yield from _pinyin_terms(syllables[start:], max(weight, other) if index else weight)


def _surname_and_initials(
    syllables: tuple[str, ...], surname_length: int, weight: int
) -> Iterator[tuple[str, int, bool]]:
    """ligy: the surname in full, then initials. Folded both as one word and part by part."""
    surname = "".join(syllables[:surname_length])
    letters = names.initials(syllables[surname_length:])
    yield surname + letters, weight, False
    yield fold(surname + letters), weight, True
    yield fold(surname) + fold_initials(letters), weight, True


def _spoken_terms(text: str, table: PinyinTable, weight: int) -> Iterator[tuple[str, int, bool]]:
    yield names.normalised(text), weight, False
    for syllables in names.readings(text, table, 1):
        yield from _pinyin_terms(syllables, weight)


def _pinyin_terms(syllables: tuple[str, ...], weight: int) -> Iterator[tuple[str, int, bool]]:
    full, letters = "".join(syllables), names.initials(syllables)
    yield full, weight, False
    yield letters, weight, False
    yield fold(full), weight, True
    yield fold_initials(letters), weight, True


def _numbers_of(person: SearchablePerson) -> Iterator[str]:
    """Whole numbers, and the tails by which people say them."""
    tails: list[tuple[str, tuple[int, ...]]] = [
        *((number, (6, 4)) for number in person.id_document_numbers),
        *((number, (4,)) for number in person.phones),
        *((number, (5,)) for number in person.contract_numbers),
        (person.record_number or "", (8, 5)),
        (person.household_number or "", ()),
    ]
    for number, lengths in tails:
        whole = names.normalised(number)
        yield whole
        yield from (whole[-length:] for length in lengths)


def _name_order(sort_key: str) -> int:
    """The first eight letters of the name's pinyin as one number; a blank before a, what is no letter last."""
    order = 0
    for letter in sort_key.partition("\t")[0][:_ORDER_LETTERS].ljust(_ORDER_LETTERS):
        order = order * _ORDER_BASE + (0 if letter == " " else min(max(ord(letter) - 96, 1), 26))
    return order
