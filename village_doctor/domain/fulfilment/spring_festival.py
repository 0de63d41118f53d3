"""春节: the day of each year, from `resources/clinical/spring_festival.toml`; a year that is missing has no list."""

from collections.abc import Collection, Mapping
from datetime import date

from village_doctor.domain.clinical.figures import MARKS
from village_doctor.domain.data_file import Table
from village_doctor.domain.messages import N_


def parse_spring_festivals(file_name: str, data: Mapping[str, object]) -> tuple[date, ...]:
    """The days a file holds, one a year, in order. Raises Problem `data-file`."""
    table = Table("data-file", file_name, "", data)
    table.whole("version")
    table.choice("mark", MARKS)
    table.text("source")
    days = [_day(table, text) for text in table.texts("days")]
    if [day.year for day in days] != sorted({day.year for day in days}):
        table.refuse(N_("每年写一天，按年份排"), "days")
    table.finish()
    return tuple(days)


def festival_after(festivals: Collection[date], on: date) -> date | None:
    """The first 春节 on or after `on`, None where the file has none."""
    return min((day for day in festivals if day >= on), default=None)


def _day(table: Table, text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        table.refuse(N_("日期要写成 2026-02-17 这样"), text)
