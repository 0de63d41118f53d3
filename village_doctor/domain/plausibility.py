"""Can a reading be right? Limits per measurement, from `resources/codes/plausibility.toml`, never in code.

What cannot be right is refused; what is rare is asked about once and kept when confirmed. Nothing is diagnosed
here: an emergency value is no reason to ask (that is the clinical rules' part).
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from village_doctor.domain.data_file import Table
from village_doctor.domain.messages import N_
from village_doctor.domain.problems import Problem

SYSTOLIC: Final = "systolic_mmhg"
DIASTOLIC: Final = "diastolic_mmhg"
SYSTOLIC_AGAIN: Final = "systolic_again_mmhg"
DIASTOLIC_AGAIN: Final = "diastolic_again_mmhg"
PULSE: Final = "pulse_per_minute"
WEIGHT: Final = "weight_kg"
HEIGHT: Final = "height_cm"
WAIST: Final = "waist_cm"
TEMPERATURE: Final = "temperature_c"
SPO2: Final = "spo2_percent"
FASTING_GLUCOSE: Final = "fasting_glucose_mmol"
TWO_HOURS_GLUCOSE: Final = "two_hours_glucose_mmol"
RANDOM_GLUCOSE: Final = "random_glucose_mmol"
HBA1C: Final = "hba1c_percent"

WHOLE_MEASURES: Final = frozenset({SYSTOLIC, DIASTOLIC, SYSTOLIC_AGAIN, DIASTOLIC_AGAIN, PULSE, SPO2})
MEASURES: Final = WHOLE_MEASURES | {
    WEIGHT,
    HEIGHT,
    WAIST,
    TEMPERATURE,
    FASTING_GLUCOSE,
    TWO_HOURS_GLUCOSE,
    RANDOM_GLUCOSE,
    HBA1C,
}


@dataclass(frozen=True, kw_only=True, slots=True)
class Limits:
    """Limits of one measurement in `unit`; a value that equals a limit is within it."""

    label: str
    unit: str
    refuse_below: Decimal
    refuse_above: Decimal
    ask_below: Decimal
    ask_above: Decimal
    mark: str


def parse_limits(file_name: str, data: Mapping[str, object]) -> Mapping[str, Limits]:
    """The limits of every measurement. Raises Problem `data-file`."""
    file = Table("data-file", file_name, "", data)
    file.whole("version")
    file.text("source")
    measures = file.table("measures")
    limits = {name: _limits(table) for name, table in measures.named_tables().items()}
    file.finish()
    for name in sorted(set(limits) - MEASURES):
        measures.refuse(N_("没有这种读数"), name)
    for name in sorted(MEASURES - set(limits)):
        measures.refuse(N_("缺少这一项"), name)
    return limits


def _limits(table: Table) -> Limits:
    limits = Limits(
        label=table.text("label"),
        unit=table.text("unit"),
        refuse_below=table.number("refuse_below"),
        refuse_above=table.number("refuse_above"),
        ask_below=table.number("ask_below"),
        ask_above=table.number("ask_above"),
        mark=table.text("mark"),
    )
    table.finish()
    if not limits.refuse_below <= limits.ask_below < limits.ask_above <= limits.refuse_above:
        table.refuse(N_("四个界限的大小顺序不对"))
    return limits


def check(
    measurements: Mapping[str, int | Decimal], limits: Mapping[str, Limits], confirmed: Collection[str] = ()
) -> None:
    """Passes when every value may be kept; `confirmed` names measurements asked about and kept.

    Raises Problem `pressure-half` (one of the two is missing), `pressure-swapped`, `reading-refused` (cannot be
    right) or `reading-unusual` (rare: all unusual ones at once; `measures` holds their names).
    """
    _check_pressure(measurements, limits, SYSTOLIC, DIASTOLIC)
    _check_pressure(measurements, limits, SYSTOLIC_AGAIN, DIASTOLIC_AGAIN)
    for name, value in measurements.items():
        limit = limits[name]
        if not limit.refuse_below <= value <= limit.refuse_above:
            raise Problem(
                "reading-refused",
                measure=name,
                label=limit.label,
                value=value,
                unit=limit.unit,
                lowest=limit.refuse_below,
                highest=limit.refuse_above,
            )
    asked = [name for name in unusual(measurements, limits) if name not in confirmed]
    if asked:
        raise Problem(
            "reading-unusual",
            measures=",".join(asked),
            readings="、".join(
                f"{limits[name].label} {measurements[name]} {limits[name].unit}" for name in asked
            ),
        )


def unusual(measurements: Mapping[str, int | Decimal], limits: Mapping[str, Limits]) -> tuple[str, ...]:
    """The measurements that are rare enough to be asked about."""
    return tuple(
        name
        for name, value in measurements.items()
        if not limits[name].ask_below <= value <= limits[name].ask_above
    )


def _check_pressure(
    measurements: Mapping[str, int | Decimal],
    limits: Mapping[str, Limits],
    systolic_name: str,
    diastolic_name: str,
) -> None:
    systolic, diastolic = measurements.get(systolic_name), measurements.get(diastolic_name)
    if systolic is None and diastolic is None:
        return
    if systolic is None or diastolic is None:
        given, lacking = systolic_name, diastolic_name
        if diastolic is not None:
            given, lacking = lacking, given
        raise Problem(
            "pressure-half",
            given=limits[given].label,
            value=measurements[given],
            unit=limits[given].unit,
            lacking=limits[lacking].label,
        )
    if systolic <= diastolic:
        raise Problem("pressure-swapped", systolic=systolic, diastolic=diastolic)
