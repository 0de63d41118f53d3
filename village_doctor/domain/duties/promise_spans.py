"""When a promise falls due: the spans of each frequency, inside the contract and the member's own dates in it.

What is spread (n a year, every n days) is tiled over the contract from its first day, so that no evidence moves a span.
What follows an age, an event or the weeks of a pregnancy has its own window. A member's dates may come in several rows
of one contract, because her packages changed: the span in which they changed is owed once.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from itertools import count

from village_doctor.domain.contracts import Contract, years_between
from village_doctor.domain.dates import anniversary, equal_spans, plus_months
from village_doctor.domain.packages import (
    DAYS,
    MONTHS,
    WEEKS,
    ServiceItem,
    Window,
)

DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Span:
    """First and last day on which the promise is kept; `is_whole` False: the contract or membership ended inside it."""

    first: date
    latest: date
    is_whole: bool


@dataclass(frozen=True, slots=True)
class MergedItem:
    """What a member is promised once, though several packages may ask for it: `item` is the one that asks most.

    `what`: the same whoever asks for it. `code`: its package and item. `packages`: the names of all that ask. `group`: the
    protected key group that it would give away, else None. `is_along`: all who ask for it have it done along.
    """

    what: str
    code: str
    item: ServiceItem
    packages: tuple[str, ...]
    group: str | None
    is_along: bool


@dataclass(frozen=True, slots=True)
class Segment:
    """An item promised from one day to another."""

    begins: date
    ends: date
    merged: MergedItem


def stretches(segments: Sequence[Segment]) -> Iterator[list[Segment]]:
    """Segments by their begin, those that follow each other day by day together."""
    found: list[Segment] = []
    for segment in segments:
        if found and segment.begins > max(one.ends for one in found) + DAY:
            yield found
            found = []
        found.append(segment)
    if found:
        yield found


def spread_spans(contract: Contract, stretch: Sequence[Segment]) -> Iterator[tuple[MergedItem, Span]]:
    """The spans of what is spread. Where an item changes, the new one takes over from the later of the two running
    spans' first days: whole old spans stay, the span of the change is owed once."""
    natural = [
        _natural_spans(contract.starts_on, contract.ends_on, item.times, item.every, item.unit)
        for item in (segment.merged.item for segment in stretch)
    ]
    takes_over = stretch[0].begins
    begins = [takes_over]
    for number in range(1, len(stretch)):
        day = stretch[number].begins
        takes_over = max(takes_over, _first_of(natural[number], day), _first_of(natural[number - 1], day))
        begins.append(takes_over)
    ends = [*(day - DAY for day in begins[1:]), stretch[-1].ends]
    for segment, spans, lower, upper in zip(stretch, natural, begins, ends, strict=True):
        for first, last in spans:
            if lower <= last and first <= upper:
                yield segment.merged, Span(max(first, lower), min(last, upper), last <= upper)


def age_spans(born: date, item: ServiceItem, begins: date, ends: date) -> Iterator[tuple[str, Span]]:
    """While she is of each age, where she reaches it inside the contract."""
    for text in item.ages:
        window = Window.of(text)
        first = _later(born, window.first, window.unit)
        last = _later(born, window.last + 1, window.unit) - DAY
        if begins <= first <= ends:
            yield text, Span(first, min(last, ends), last <= ends)


def pregnancy_spans(
    began_on: date, delivered_on: date | None, item: ServiceItem, begins: date, ends: date
) -> Iterator[tuple[str, Span]]:
    """The windows of a pregnancy that touch the contract, by their weeks; it ends with the delivery."""
    if delivered_on is not None and delivered_on >= began_on:
        ends = min(ends, delivered_on)
    for text in item.weeks:
        window = Window.of(text)
        first = began_on + timedelta(weeks=window.first)
        last = began_on + timedelta(weeks=window.last + 1) - DAY
        if begins <= last and first <= ends:
            yield text, Span(max(first, begins), min(last, ends), last <= ends)


def event_span(
    day: date, item: ServiceItem, after_days: int, begins: date, ends: date, limit_on: date | None = None
) -> Span | None:
    """From so many days after the event to so many, or to `limit_on` where the norm itself gives longer; None: the event
    or the whole window lies outside the contract."""
    if not begins <= day <= ends:
        return None
    first = day + timedelta(days=after_days if item.after_days is None else item.after_days)
    last = max(day + timedelta(days=item.within_days or 0), limit_on or day)
    return Span(first, min(last, ends), last <= ends) if first <= ends else None


@lru_cache(maxsize=4096)
def _natural_spans(
    starts_on: date, ends_on: date, times: int, every: int | None, unit: str | None
) -> tuple[tuple[date, date], ...]:
    """The spans of a contract as signed, many a year or every so many units; the last of these may end after it."""
    if every is None:
        years = years_between(starts_on, ends_on)
        return tuple(span for first, last in years for span in equal_spans(first, last, times))
    return tuple(_interval_spans(starts_on, ends_on, every, unit or DAYS))


def _interval_spans(starts_on: date, ends_on: date, every: int, unit: str) -> Iterator[tuple[date, date]]:
    first = starts_on
    for number in count(1):
        if first > ends_on:
            return
        following = _later(starts_on, number * every, unit)
        yield first, following - DAY
        first = following


def _first_of(spans: Sequence[tuple[date, date]], day: date) -> date:
    """The first day of the span that holds `day`."""
    return next(first for first, last in spans if first <= day <= last)


def _later(day: date, amount: int, unit: str) -> date:
    """So many days, weeks, months or years later; who is born on 29 February is a year older on 1 March."""
    if unit == DAYS:
        return day + timedelta(days=amount)
    if unit == WEEKS:
        return day + timedelta(weeks=amount)
    return plus_months(day, amount) if unit == MONTHS else anniversary(day, amount)
