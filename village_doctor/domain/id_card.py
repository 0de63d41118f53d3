"""The resident identity number (居民身份证号), GB 11643-1999.

Promises: an accepted number has 18 characters, a real birth date that is not in the future and the right
check character. The area prefix is never judged: abolished and special prefixes stay in use for life.
Sex and birth date that differ from the form are told, not refused.
"""

import re
import unicodedata
from dataclasses import dataclass
from datetime import date
from typing import Final

from village_doctor.domain.messages import N_
from village_doctor.domain.problems import Problem

LENGTH: Final = 18
OLD_LENGTH: Final = 15
_WEIGHTS: Final = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_CHECK_CHARACTERS: Final = "10X98765432"
_SEX_MALE: Final = "1"
_SEX_FEMALE: Final = "2"
_SHAPE: Final = re.compile(r"[0-9]{17}[0-9X]")
_SEPARATORS: Final = re.compile(r"[\s\-]+")


@dataclass(frozen=True, kw_only=True, slots=True)
class IdCard:
    """A checked number and what it says. `sex` is a GB/T 2261.1 code: 1 male, 2 female."""

    number: str
    birth_date: date
    sex: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Difference:
    """What the card and the form say differently about `field` (sex, birth_date): a warning, no refusal.

    The values are a sex code or an ISO date.
    """

    field: str
    on_card: str
    on_form: str


DIFFERENCE_TEXTS: Final[dict[str, str]] = {
    "sex": N_("身份证号上的性别和填写的不一样。请看一眼证件；确认没有填错，可以照样保存。"),
    "birth_date": N_(
        "身份证号上的出生日期是 {on_card}，填写的是 {on_form}。请看一眼证件；确认没有填错，可以照样保存。"
    ),
}


def check_id_card(number: str, today: date) -> IdCard:
    """The number as it is stored: half-width, without blanks or hyphens, X in upper case.

    Raises Problem `id-card-15-digits` (an old number: to be kept as another document), `id-card-length`,
    `id-card-characters`, `id-card-birth-date`, `id-card-future` or `id-card-checksum`.
    """
    text = _SEPARATORS.sub("", unicodedata.normalize("NFKC", number)).upper()
    if len(text) == OLD_LENGTH and re.fullmatch("[0-9]*", text):
        raise Problem("id-card-15-digits")
    if len(text) != LENGTH:
        raise Problem("id-card-length", length=len(text))
    if not _SHAPE.fullmatch(text):
        raise Problem("id-card-characters")
    birth_date = _birth_date_in(text)
    if birth_date > today:
        raise Problem("id-card-future", birth_date=birth_date)
    if check_character(text[:-1]) != text[-1]:
        raise Problem("id-card-checksum")
    return IdCard(number=text, birth_date=birth_date, sex=_sex_of(text))


def check_character(first_17: str) -> str:
    """The 18th character for the first 17 digits."""
    total = sum(weight * int(digit) for weight, digit in zip(_WEIGHTS, first_17, strict=True))
    return _CHECK_CHARACTERS[total % 11]


def differences(card: IdCard, sex: str | None, birth_date: date | None) -> tuple[Difference, ...]:
    """What differs from the form, to be told beside the field; what the form leaves open never differs."""
    found = []
    if sex in (_SEX_MALE, _SEX_FEMALE) and sex != card.sex:
        found.append(Difference(field="sex", on_card=card.sex, on_form=sex))
    if birth_date is not None and birth_date != card.birth_date:
        found.append(
            Difference(
                field="birth_date", on_card=card.birth_date.isoformat(), on_form=birth_date.isoformat()
            )
        )
    return tuple(found)


def masked(number: str) -> str:
    """The first six and last four characters, the birth date covered; a short number shows only its last."""
    if len(number) >= LENGTH:
        return f"{number[:6]}{'*' * (len(number) - 10)}{number[-4:]}"
    shown = min(4, len(number) // 3)
    return "*" * (len(number) - shown) + number[len(number) - shown :]


def make_id_card_number(prefix6: str, birth_date: date, order: int) -> str:
    """A number with the right check character; `order` 0–999, odd is male. For sample data and tests."""
    first_17 = f"{prefix6}{birth_date:%Y%m%d}{order:03d}"
    if not re.fullmatch("[0-9]{17}", first_17):
        raise ValueError(first_17)
    return first_17 + check_character(first_17)


def _birth_date_in(text: str) -> date:
    try:
        return date(int(text[6:10]), int(text[10:12]), int(text[12:14]))
    except ValueError:
        raise Problem("id-card-birth-date", birth_date=f"{text[6:10]}-{text[10:12]}-{text[12:14]}") from None


def _sex_of(text: str) -> str:
    return _SEX_MALE if int(text[16]) % 2 else _SEX_FEMALE
