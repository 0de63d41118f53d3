"""Figures that the norm leaves open, that were not verified, or that a township sets: data, never code.

`resources/clinical/figures.toml` gives each its value, unit, mark and source; a file that lacks one or knows one too
many is refused. Verified figures of the norms are constants of their rules.
"""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from decimal import Decimal
from typing import Any

from village_doctor.domain.data_file import Table
from village_doctor.domain.messages import N_

MARKS = frozenset({"V", "K", "P", "D"})


@dataclass(frozen=True, kw_only=True, slots=True)
class Figures:
    """The values in use. Days, months and years are calendar days, months and years; the rest as its name says."""

    copd_visits_per_year: int
    two_in_a_row_longest_days: int
    remeasured_days: int
    remeasured_within_minutes: int
    very_low_glucose: Decimal
    low_systolic: int
    low_diastolic: int
    low_systolic_when_dizzy: int
    guideline_systolic: int
    guideline_diastolic: int
    guideline_older_from_age: int
    guideline_older_systolic: int
    guideline_older_diastolic: int
    childbearing_from_age: int
    childbearing_until_age: int
    pregnancy_systolic: int
    pregnancy_diastolic: int
    pregnancy_fasting_glucose: Decimal
    pregnancy_two_hours_glucose: Decimal
    pregnancy_random_glucose: Decimal
    pregnancy_longest_days: int
    antenatal_first_due_week: int
    antenatal_unknown_again_days: int
    postnatal_asked_days: int
    newborn_high_risk_again_days: int
    copd_after_exacerbation_days: int
    screening_recheck_days: int
    diabetes_risk_from_age: int
    diabetes_risk_bmi: Decimal
    diabetes_risk_waist_male_cm: Decimal
    diabetes_risk_waist_female_cm: Decimal
    diabetes_risk_by_family: int
    diabetes_risk_by_hypertension: int
    diabetes_risk_by_vascular_disease: int
    long_prescription_signed_above_weeks: int
    puerperium_days: int
    many_contracts_on_one_day: int
    new_year_days_before: int
    new_year_days_after: int
    mental_disorder_same_episode_days: int
    mental_disorder_second_stage_from_days: int
    mental_disorder_lost_again_days: int
    tuberculosis_intensive_months: int
    tuberculosis_intensive_months_treated_before: int
    tuberculosis_family_intensive_days: int
    tuberculosis_family_continuation_months: int
    tuberculosis_doses_of_a_week_intermittent: int
    tuberculosis_after_referral_days: int
    tuberculosis_regular_percent: int


@dataclass(frozen=True, kw_only=True, slots=True)
class FigureNote:
    """What a figure is called, its unit, how far it was checked (`form.md` §Marks) and where it stands."""

    label: str
    unit: str
    mark: str
    source: str


def parse_figures(file_name: str, data: Mapping[str, object]) -> Figures:
    """The figures of a file. Raises Problem `data-file`."""
    return Figures(**_read(file_name, data)[0])


def parse_figure_notes(file_name: str, data: Mapping[str, object]) -> Mapping[str, FigureNote]:
    """What stands beside each figure, by name. Raises Problem `data-file`."""
    return _read(file_name, data)[1]


def _read(file_name: str, data: Mapping[str, object]) -> tuple[dict[str, Any], dict[str, FigureNote]]:
    file = Table("data-file", file_name, "", data)
    file.whole("version")
    file.text("source")
    table = file.table("figures")
    wanted = {item.name: item.type for item in fields(Figures)}
    values: dict[str, Any] = {}
    notes: dict[str, FigureNote] = {}
    for name, entry in table.named_tables().items():
        if name not in wanted:
            table.refuse(N_("不认识这一项，可能是打错了"), name)
        number = entry.number("value")
        if wanted[name] is int and number != number.to_integral_value():
            entry.refuse(N_("这里要填整数"), number)
        if number < 0:
            entry.refuse(N_("太小了"), number)
        values[name] = int(number) if wanted[name] is int else Decimal(number)
        notes[name] = FigureNote(
            label=entry.text("label"),
            unit=entry.text("unit"),
            mark=entry.choice("mark", MARKS),
            source=entry.text("source"),
        )
        entry.finish()
    for name in wanted:
        if name not in values:
            table.refuse(N_("缺少这一项"), name)
    file.finish()
    return values, notes
