"""Checks the answers to a form and says what is still missing. `resources/formats/form.md` is the reference.

A wrong answer is refused; a missing one only makes the visit unfinished. What is asked anew at every visit is
never filled in from the visit before. Measurements leave the answers here: they are stored once, as readings.
"""

import re
import unicodedata
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Final, NoReturn

from village_doctor.domain.dates import typed_day
from village_doctor.domain.form_formulas import Computed, computed_values
from village_doctor.domain.forms import (
    CARRY,
    CONFIRM,
    DATE,
    DECIMAL,
    GROUP,
    MANY,
    ONE,
    PARTIAL_DATE,
    TEXT,
    WHOLE,
    YES_NO,
    Field,
    Form,
    RequiredWhen,
    Section,
)
from village_doctor.domain.messages import N_, JsonValue
from village_doctor.domain.names import plain_text
from village_doctor.domain.people import first_day_of
from village_doctor.domain.problems import Problem

_NUMBER: Final = re.compile(r"[0-9]{1,9}(\.[0-9]{1,9})?")
_PARTIAL_DATE: Final = re.compile(r"[0-9]{4}(-[0-9]{2}(-[0-9]{2})?)?")


@dataclass(frozen=True, kw_only=True, slots=True)
class CheckedAnswers:
    """`answers` and `measurements` as they are stored, by field key; `missing`: keys of required fields left blank.

    `confirmed_sections`: where "问过了，没变" took something over. `computed` is shown and printed, never stored.
    """

    answers: Mapping[str, JsonValue]
    measurements: Mapping[str, int | Decimal]
    missing: tuple[str, ...]
    confirmed_sections: tuple[str, ...]
    computed: Mapping[str, Computed]

    @property
    def is_complete(self) -> bool:
        return not self.missing


def check_answers(
    form: Form,
    answers: Mapping[str, JsonValue],
    mode: str,
    *,
    previous: Mapping[str, JsonValue] | None = None,
    unchanged_sections: Collection[str] = (),
    age: int | None = None,
    sex: str | None = None,
) -> CheckedAnswers:
    """The answers in their stored shape. `previous`: the last answers by field key, with the last known height.

    `age` (full years on the day) and `sex` of the person; what depends on one that is not known is never required.
    Raises Problem `form-mode`, `form-field-unknown`, `form-answer`, `form-contradiction` or `form-section`.
    """
    return _Checker(form, answers, mode, previous or {}, unchanged_sections, age, sex).check()


def as_answers(measurements: Mapping[str, int | Decimal]) -> Mapping[str, JsonValue]:
    """Measurements as they would be typed, to check a stored visit again after a correction."""
    return {key: value if isinstance(value, int) else str(value) for key, value in measurements.items()}


class _Checker:
    """One check of one set of answers."""

    def __init__(
        self,
        form: Form,
        answers: Mapping[str, JsonValue],
        mode: str,
        previous: Mapping[str, JsonValue],
        unchanged_sections: Collection[str],
        age: int | None,
        sex: str | None,
    ) -> None:
        self._form = form
        self._typed = answers
        self._mode = mode
        self._previous = previous
        self._unchanged = frozenset(unchanged_sections)
        self._age = age
        self._sex = sex
        self._values: dict[str, JsonValue | Decimal] = {}
        self._taken_over: set[str] = set()
        self._confirmed: list[str] = []
        self._readers: Mapping[str, Callable[[Field, JsonValue], JsonValue | Decimal]] = {
            TEXT: self._text,
            WHOLE: self._whole,
            DECIMAL: self._decimal,
            DATE: self._date,
            PARTIAL_DATE: self._partial_date,
            YES_NO: self._yes_no,
            ONE: self._one,
            MANY: self._many,
            GROUP: self._group,
        }

    def check(self) -> CheckedAnswers:
        form = self._form
        if form.modes and self._mode not in form.modes:
            raise Problem("form-mode", form=form.title, mode=self._mode)
        answered = {item.key for item in form.fields if item.is_answered}
        for key in self._typed:
            if key not in answered:
                raise Problem("form-field-unknown", form=form.title, field=key)
        for key in self._unchanged:
            section = form.section(key)
            if section is None or not section.can_be_confirmed:
                title = key if section is None else section.title
                raise Problem("form-section", form=form.title, section=title)
        for section in form.sections:
            self._read_section(section)
        for item in form.fields:
            self._check_person(item)
            if item.required_when is not None:
                self._check_belonging(item, item.required_when)
        return self._checked()

    def _read_section(self, section: Section) -> None:
        confirmed = False
        for item in section.fields:
            if not item.is_answered:
                continue
            if item.key in self._typed:
                value = self._read(item, self._typed[item.key])
                if value is not None:
                    self._values[item.key] = value
            elif item.field_class == CARRY:
                self._take_over(item)
            elif item.field_class == CONFIRM and section.key in self._unchanged:
                confirmed = self._take_over(item) or confirmed
        if confirmed:
            self._confirmed.append(section.key)

    def _take_over(self, item: Field) -> bool:
        """Takes the previous value where the form still accepts it from this person."""
        if item.fits_age(self._age) is False or item.fits_sex(self._sex) is False:
            return False
        try:
            value = self._read(item, self._previous.get(item.key))
        except Problem:
            return False
        if value is None:
            return False
        self._values[item.key] = value
        self._taken_over.add(item.key)
        return True

    def _check_belonging(self, item: Field, condition: RequiredWhen) -> None:
        """An answer whose condition is answered otherwise contradicts it."""
        if condition.field in self._values and not self._holds(condition):
            other = self._form.field(condition.field)
            self._leave_out(item, condition.field if other is None else other.label)

    def _check_person(self, item: Field) -> None:
        """An answer that is for others than this person contradicts age or sex."""
        if item.fits_age(self._age) is False:
            self._leave_out(item, N_("年龄"))
        elif item.fits_sex(self._sex) is False:
            self._leave_out(item, N_("性别"))

    def _leave_out(self, item: Field, other_label: str) -> None:
        """Drops what says nothing (a plain no, nothing chosen) and what was only taken over; refuses the rest."""
        if item.key not in self._values:
            return
        value = self._values.pop(item.key)
        if item.key in self._taken_over or value is False or value == []:
            return
        raise Problem(
            "form-contradiction",
            form=self._form.title,
            label=item.label,
            value=_shown(value),
            other_label=other_label,
        )

    def _holds(self, condition: RequiredWhen) -> bool:
        return condition.holds(self._values)

    def _checked(self) -> CheckedAnswers:
        answers: dict[str, JsonValue] = {}
        measurements: dict[str, int | Decimal] = {}
        missing = []
        for item in self._form.fields:
            value = self._values.get(item.key)
            if value is None:
                if self._is_required(item):
                    missing.append(item.key)
            elif not item.is_measured:
                answers[item.key] = str(value) if isinstance(value, Decimal) else value
            elif item.key not in self._taken_over and isinstance(value, int | Decimal):
                measurements[item.key] = value
        return CheckedAnswers(
            answers=answers,
            measurements=measurements,
            missing=tuple(missing),
            confirmed_sections=tuple(self._confirmed),
            computed=computed_values(self._form, self._values),
        )

    def _is_required(self, item: Field) -> bool:
        is_hers = item.fits_age(self._age) and item.fits_sex(self._sex)
        condition = item.required_when
        return bool(is_hers) and (item.is_required or (condition is not None and self._holds(condition)))

    # --- one value: None is no answer ---

    def _read(self, item: Field, value: JsonValue) -> JsonValue | Decimal:
        if value is None:
            return None
        return self._readers[item.type](item, value)

    def _refuse(self, item: Field, value: object, reason: str) -> NoReturn:
        raise Problem(
            "form-answer", form=self._form.title, label=item.label, value=_shown(value), reason=reason
        )

    def _text(self, item: Field, value: JsonValue) -> JsonValue:
        if not isinstance(value, str):
            self._refuse(item, value, N_("这里要填文字"))
        text = plain_text(value)
        if len(text) > item.max_length:
            self._refuse(item, value, N_("字太多了"))
        return text or None

    def _number(self, item: Field, value: JsonValue) -> Decimal | None:
        """Full-width digits count as digits: the input method may be on."""
        if isinstance(value, bool) or not isinstance(value, int | str):
            self._refuse(item, value, N_("这里要填数"))
        text = unicodedata.normalize("NFKC", str(value)).strip()
        if not text:
            return None
        if _NUMBER.fullmatch(text) is None:
            self._refuse(item, value, N_("这里要填数"))
        number = Decimal(text)
        if item.minimum is not None and number < item.minimum:
            self._refuse(item, value, N_("太小了"))
        if item.maximum is not None and number > item.maximum:
            self._refuse(item, value, N_("太大了"))
        return number

    def _whole(self, item: Field, value: JsonValue) -> JsonValue:
        number = self._number(item, value)
        if number is None:
            return None
        if number != number.to_integral_value():
            self._refuse(item, value, N_("这里要填整数"))
        return int(number)

    def _decimal(self, item: Field, value: JsonValue) -> Decimal | None:
        number = self._number(item, value)
        if number is None:
            return None
        rounded = number.quantize(Decimal(1).scaleb(-item.places))
        if rounded != number:
            self._refuse(item, value, N_("小数位数太多"))
        return rounded

    def _date(self, item: Field, value: JsonValue) -> JsonValue:
        if value == "":
            return None
        try:
            return typed_day(value if isinstance(value, str) else "").isoformat()
        except ValueError:
            self._refuse(item, value, N_("日期要写成 2026-11-22 这样，而且要真有这一天"))

    def _partial_date(self, item: Field, value: JsonValue) -> JsonValue:
        """A year, a month or a day: people remember no more of long ago."""
        if value == "":
            return None
        if not isinstance(value, str) or _PARTIAL_DATE.fullmatch(value) is None or not _is_real(value):
            self._refuse(item, value, N_("日期要写成 2016、2016-05 或 2016-05-03 这样，而且要真有这一天"))
        return value

    def _yes_no(self, item: Field, value: JsonValue) -> JsonValue:
        if not isinstance(value, bool):
            self._refuse(item, value, N_("这里只能答是或否"))
        return value

    def _one(self, item: Field, value: JsonValue) -> JsonValue:
        if value == "":
            return None
        if item.options is None or not isinstance(value, str) or value not in item.options.codes:
            self._refuse(item, value, N_("没有这个选项"))
        return value

    def _many(self, item: Field, value: JsonValue) -> JsonValue:
        if isinstance(value, str) or not isinstance(value, Sequence):
            self._refuse(item, value, N_("这里可以选几项，要写成一列"))
        codes = () if item.options is None else item.options.codes
        for code in value:
            if code not in codes:
                self._refuse(item, code, N_("没有这个选项"))
        if len(set(value)) > 1 and any(code in item.exclusive for code in value):
            self._refuse(item, value, N_("选了“无”这一类的，就不能再选别的"))
        return [code for code in codes if code in value] or None

    def _group(self, item: Field, value: JsonValue) -> JsonValue:
        if isinstance(value, str) or not isinstance(value, Sequence):
            self._refuse(item, value, N_("这里要写成一列，每行一条"))
        if len(value) > item.max_rows:
            self._refuse(item, len(value), N_("行数太多"))
        return [self._row(item, row) for row in value]

    def _row(self, item: Field, row: JsonValue) -> JsonValue:
        if not isinstance(row, Mapping):
            self._refuse(item, row, N_("这里要写成一列，每行一条"))
        for key in row:
            if all(column.key != key for column in item.columns):
                self._refuse(item, key, N_("这一行里没有这一项"))
        cells: dict[str, JsonValue] = {}
        for column in item.columns:
            value = self._read(column, row.get(column.key))
            if value is not None:
                cells[column.key] = str(value) if isinstance(value, Decimal) else value
            elif column.is_required:
                self._refuse(column, "", N_("这一项不能空着"))
        return cells


def _is_real(partial: str) -> bool:
    try:
        first_day_of(partial)
    except ValueError:
        return False
    return True


def _shown(value: object) -> str:
    if isinstance(value, bool):
        return N_("是") if value else N_("否")
    if isinstance(value, Sequence) and not isinstance(value, str):
        return "、".join(str(part) for part in value)
    return str(value)
