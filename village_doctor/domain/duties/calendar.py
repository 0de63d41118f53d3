"""考核年度: the clinic's assessment year, its quarters, and from when its days count (contracts.md §3.3)."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from village_doctor.domain.dates import anniversary, plus_months
from village_doctor.domain.problems import Problem


@dataclass(frozen=True, kw_only=True, slots=True)
class AssessmentCalendar:
    """考核年度 of the clinic. `counting_starts_on`: nothing is overdue for a time before it.

    A year that starts on another day than 1 January has its own quarters: three months each from that day.
    """

    starts_month: int = 1
    starts_day: int = 1
    counting_starts_on: date | None = None

    @classmethod
    def from_settings(cls, settings: Mapping[str, str]) -> "AssessmentCalendar":
        """From the clinic's settings. Raises Problem `field-value` for a setting that is no date."""
        starts = settings.get("assessment_year_starts", "01-01")
        counting = settings.get("counting_starts_on", "")
        try:
            month, day = (int(part) for part in starts.split("-"))
            if day > 28:  # every year has such a day, and every quarter begins on it
                raise ValueError(starts)
            date(2001, month, day)
        except ValueError:
            raise Problem("field-value", field="assessment_year_starts", value=starts) from None
        try:
            counting_on = date.fromisoformat(counting) if counting else None
        except ValueError:
            raise Problem("field-value", field="counting_starts_on", value=counting) from None
        return cls(starts_month=month, starts_day=day, counting_starts_on=counting_on)

    def year_of(self, day: date) -> tuple[date, date]:
        """First and last day of the assessment year that holds `day`."""
        first = date(day.year, self.starts_month, self.starts_day)
        if day < first:
            first = anniversary(first, -1)
        return first, anniversary(first, 1) - timedelta(days=1)

    def history_from(self, day: date) -> date:
        """First day of the assessment year before the one that holds `day`."""
        return anniversary(self.year_of(day)[0], -1)

    def quarter_of(self, day: date) -> tuple[date, date]:
        """First and last day of the quarter of the assessment year that holds `day`."""
        return next((first, last) for first, last in self.quarters(self.year_of(day)[0], day) if day <= last)

    def quarters(self, from_on: date, until_on: date) -> Iterator[tuple[date, date]]:
        """The quarters from `from_on`, the first day of an assessment year, that begin up to `until_on`."""
        first, count = from_on, 0
        while first <= until_on:
            count += 1
            after = plus_months(from_on, 3 * count)
            yield first, after - timedelta(days=1)
            first = after
