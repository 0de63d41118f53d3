"""考核年度: the clinic's assessment year, and from when its days count (contracts.md §3.3)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from village_doctor.domain.dates import anniversary
from village_doctor.domain.problems import Problem


@dataclass(frozen=True, kw_only=True, slots=True)
class AssessmentCalendar:
    """考核年度 of the clinic. `counting_starts_on`: nothing is overdue for a time before it."""

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
