"""Calendar arithmetic as the norms and agreements use it. Dates are passed in, never read."""

from calendar import monthrange
from datetime import date, datetime, timedelta, timezone
from typing import Final

CHINA: Final = timezone(timedelta(hours=8))
MONTHS: Final = 12
SHORTEST_MONTH: Final = 28
# Whoever types a day before or after these years has made a mistake; calendar arithmetic stays far from its ends.
TYPED_YEARS: Final = range(1900, 2200)


def typed_day(text: str) -> date:
    """The day that somebody typed, 2026-11-22. Raises ValueError for no day, and outside `TYPED_YEARS`."""
    day = date.fromisoformat(text)
    if day.year not in TYPED_YEARS:
        raise ValueError(text)
    return day


def plus_months(day: date, months: int) -> date:
    """Calendar months later, clamped to the month's end: 31 January + 1 month is 28 or 29 February."""
    index = day.year * 12 + day.month - 1 + months
    year, month = divmod(index, 12)
    if day.day <= SHORTEST_MONTH:
        return date(year, month + 1, day.day)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def anniversary(day: date, years: int) -> date:
    """The same day `years` later; from 29 February into a common year it is 1 March."""
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return date(day.year + years, 3, 1)


def age_on(birth_date: date, day: date) -> int:
    """Full years; born on 29 February turns n on 1 March of a common year."""
    years = day.year - birth_date.year
    return years if anniversary(birth_date, years) <= day else years - 1


def day_in_china(instant: datetime) -> date:
    """The date of an instant in UTC+8, whatever the computer's own zone; at either end of the calendar its last day."""
    try:
        return instant.astimezone(CHINA).date()
    except OverflowError:
        return date.max if instant.year == date.max.year else date.min


def equal_spans(first: date, last: date, times: int) -> tuple[tuple[date, date], ...]:
    """Cuts the year that begins on `first` into `times` equal spans and keeps what lies up to `last`.

    Spans are whole calendar months where 12 divides by `times`, so that four a year from 1 January are the
    calendar quarters; otherwise as equal as days allow. The spans meet without gap or overlap and end on `last`.
    """
    if times < 1:
        raise ValueError(times)
    if MONTHS % times == 0:
        begins = [plus_months(first, index * MONTHS // times) for index in range(times)]
    else:
        days = (anniversary(first, 1) - first).days
        begins = [first + timedelta(days=index * days // times) for index in range(times)]
    begins = [begin for begin in begins if begin <= last]
    ends = [begin - timedelta(days=1) for begin in begins[1:]]
    return tuple(zip(begins, [*ends, last], strict=True))
