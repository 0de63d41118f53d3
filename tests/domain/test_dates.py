from datetime import UTC, date, datetime, timedelta, timezone
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from village_doctor.domain.dates import (
    age_on,
    anniversary,
    day_in_china,
    equal_spans,
    plus_months,
    typed_day,
)


def d(text: str) -> date:
    return date.fromisoformat(text)


@pytest.mark.parametrize("text", ["1900-01-01", "2026-11-22", "2199-12-31"])
def test_a_typed_day_of_our_times_is_a_day(text: str) -> None:
    assert typed_day(text) == d(text)


@pytest.mark.parametrize("text", ["", "2026-02-29", "0001-01-01", "1899-12-31", "2200-01-01", "9999-12-31"])
def test_a_typed_day_of_other_times_is_a_mistake(text: str) -> None:
    with pytest.raises(ValueError):
        typed_day(text)


@pytest.mark.parametrize(
    ("day", "months", "expected"),
    [
        ("2026-01-31", 1, "2026-02-28"),
        ("2024-01-31", 1, "2024-02-29"),
        ("2026-08-17", 3, "2026-11-17"),
        ("2026-11-30", 3, "2027-02-28"),
        ("2026-12-31", 6, "2027-06-30"),
        ("2024-02-29", 12, "2025-02-28"),
    ],
)
def test_months_are_calendar_months_clamped_to_the_month_end(day: str, months: int, expected: str) -> None:
    assert plus_months(d(day), months) == d(expected)


@pytest.mark.parametrize(
    ("day", "years", "expected"),
    [("2024-02-29", 1, "2025-03-01"), ("2024-02-29", 4, "2028-02-29"), ("2025-03-01", 1, "2026-03-01")],
)
def test_an_anniversary_of_29_february_is_1_march(day: str, years: int, expected: str) -> None:
    assert anniversary(d(day), years) == d(expected)


@pytest.mark.parametrize(
    ("born", "day", "age"),
    [
        ("1991-11-22", "2026-11-21", 34),
        ("1991-11-22", "2026-11-22", 35),
        ("1992-02-29", "2027-02-28", 34),
        ("1992-02-29", "2027-03-01", 35),
        ("1992-02-29", "2028-02-28", 35),
        ("1992-02-29", "2028-02-29", 36),
    ],
)
def test_ages_on_the_birthday_and_on_29_february(born: str, day: str, age: int) -> None:
    assert age_on(d(born), d(day)) == age


@pytest.mark.parametrize(
    ("instant", "day"),
    [
        (datetime(2026, 11, 21, 15, 59, 59, tzinfo=UTC), "2026-11-21"),
        (datetime(2026, 11, 21, 16, 0, tzinfo=UTC), "2026-11-22"),
    ],
)
def test_the_date_of_an_instant_is_the_one_in_the_village(instant: datetime, day: str) -> None:
    assert day_in_china(instant) == d(day)


@pytest.mark.parametrize(
    ("instant", "day"),
    [
        (datetime(9999, 12, 31, 15, 59, tzinfo=UTC), date.max),
        (datetime(9999, 12, 31, 20, 0, tzinfo=UTC), date.max),
        (datetime(9999, 12, 31, 20, 0, tzinfo=timezone(timedelta(hours=-5))), date.max),
        (datetime(1, 1, 1, tzinfo=UTC), date.min),
        (datetime(1, 1, 1, 5, 0, tzinfo=timezone(timedelta(hours=14))), date.min),
    ],
)
def test_an_instant_beyond_the_calendar_counts_as_its_last_day(instant: datetime, day: date) -> None:
    assert day_in_china(instant) == day


offsets = st.integers(-23 * 60, 23 * 60).map(lambda minutes: timezone(timedelta(minutes=minutes)))


@given(st.datetimes(timezones=offsets))
def test_every_instant_has_a_day_near_the_one_it_is_written_with(instant: datetime) -> None:
    assert abs(day_in_china(instant) - instant.date()) <= timedelta(days=2)


@pytest.mark.parametrize(
    ("first", "last", "times", "begins"),
    [
        ("2026-01-01", "2026-12-31", 4, ["2026-01-01", "2026-04-01", "2026-07-01", "2026-10-01"]),
        ("2024-02-29", "2025-02-28", 4, ["2024-02-29", "2024-05-29", "2024-08-29", "2024-11-29"]),
        ("2026-08-31", "2027-08-30", 4, ["2026-08-31", "2026-11-30", "2027-02-28", "2027-05-31"]),
        ("2026-01-01", "2026-12-31", 1, ["2026-01-01"]),
        (
            "2026-01-01",
            "2026-12-31",
            5,
            ["2026-01-01", "2026-03-15", "2026-05-27", "2026-08-08", "2026-10-20"],
        ),
        ("2026-01-01", "2026-06-30", 4, ["2026-01-01", "2026-04-01"]),
    ],
)
def test_a_year_is_cut_into_equal_spans(first: str, last: str, times: int, begins: list[str]) -> None:
    spans = equal_spans(d(first), d(last), times)
    assert [str(begin) for begin, _ in spans] == begins
    assert spans[-1][1] == d(last)


def test_no_spans_of_none() -> None:
    with pytest.raises(ValueError, match="0"):
        equal_spans(d("2026-01-01"), d("2026-12-31"), 0)


@given(st.dates(date(2000, 1, 1), date(2060, 1, 1)), st.integers(1, 52))
def test_spans_meet_without_gap_or_overlap(first: date, times: int) -> None:
    last = anniversary(first, 1) - timedelta(days=1)
    spans = equal_spans(first, last, times)
    assert len(spans) == times
    assert spans[0][0] == first
    assert spans[-1][1] == last
    for (_, ends), (begins, _) in pairwise(spans):
        assert begins == ends + timedelta(days=1)
    assert all(begins <= ends for begins, ends in spans)
