"""The clock: instants in UTC, dates of China whatever the computer says."""

from datetime import UTC, date, datetime, timedelta, timezone

import pytest

from village_doctor.foundation.clock import TIME_ZONE, NaiveInstant, SystemClock, date_of


def test_the_system_clock_gives_aware_instants_in_utc():
    before = datetime.now(UTC)  # noqa: TID251 - the clock itself is on trial
    now = SystemClock().now()
    assert now.utcoffset() == timedelta(0)
    assert timedelta(0) <= now - before < timedelta(minutes=1)


@pytest.mark.parametrize(
    ("instant", "day"),
    [
        (datetime(2026, 3, 1, 15, 59, 59, 999999, UTC), date(2026, 3, 1)),
        (datetime(2026, 3, 1, 16, 0, tzinfo=UTC), date(2026, 3, 2)),
        (datetime(2026, 12, 31, 16, 0, tzinfo=UTC), date(2027, 1, 1)),
        (datetime(2026, 3, 1, 23, 0, tzinfo=timezone(timedelta(hours=-5))), date(2026, 3, 2)),
        (datetime(2026, 3, 1, 0, 0, tzinfo=TIME_ZONE), date(2026, 3, 1)),
    ],
)
def test_a_date_begins_at_midnight_in_china(instant, day):
    assert date_of(instant) == day


def test_there_is_no_summer_time():
    # China had one until 1991; birthdays and contracts do not care.
    assert date_of(datetime(1988, 7, 1, 15, 30, tzinfo=UTC)) == date(1988, 7, 1)


def test_an_instant_without_zone_has_no_date():
    with pytest.raises(NaiveInstant):
        date_of(datetime(2026, 3, 1))  # noqa: DTZ001 - the case on trial
