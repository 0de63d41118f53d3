"""Readings (读数): what was measured, once, with its unit in the name.

What a form measures is stored here with the visit's id. A reading alone is not a follow-up; a
self-measured one never classes and never counts (norms-hypertension §5).
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Final

from village_doctor.domain.records import Record, scaled

BLOOD_PRESSURE: Final = "blood_pressure"
GLUCOSE: Final = "glucose"
HEIGHT: Final = "height"
HBA1C: Final = "hba1c"
SELF_MEASURED: Final = "self_measured"


@dataclass(frozen=True, kw_only=True, slots=True)
class Reading(Record):
    """`kind`: blood_pressure, glucose, weight, height, waist, temperature, spo2, hba1c.

    `setting`: clinic, home, self_measured, other_institution. `glucose_timing`: fasting, two_hours, random.
    `source`: manual, device, paper. `confirmed` lists values out of the usual that were asked and kept.
    `is_repeat`: measured again after a rest, because the first value was very high.
    """

    resident_id: str
    taken_at: datetime
    kind: str
    setting: str = "clinic"
    visit_id: str | None = None
    systolic_mmhg: int | None = None
    diastolic_mmhg: int | None = None
    pulse_per_minute: int | None = None
    arm: str | None = None
    posture: str | None = None
    glucose_mmol: Decimal | None = scaled(1)
    glucose_timing: str | None = None
    weight_kg: Decimal | None = scaled(1)
    height_cm: Decimal | None = scaled(1)
    waist_cm: Decimal | None = scaled(1)
    temperature_c: Decimal | None = scaled(1)
    spo2_percent: int | None = None
    hba1c_percent: Decimal | None = scaled(1)
    source: str = "manual"
    confirmed: tuple[str, ...] = ()
    staff_id: str | None = None
    is_repeat: bool = False


_MEASURES: Final[tuple[tuple[str, str, str | None], ...]] = (
    ("fasting_glucose_mmol", GLUCOSE, "fasting"),
    ("two_hours_glucose_mmol", GLUCOSE, "two_hours"),
    ("random_glucose_mmol", GLUCOSE, "random"),
    ("weight_kg", "weight", None),
    ("height_cm", HEIGHT, None),
    ("waist_cm", "waist", None),
    ("temperature_c", "temperature", None),
    ("spo2_percent", "spo2", None),
    ("hba1c_percent", "hba1c", None),
)


# Names of the second pressure's values, and the names of the first, which are the fields of either reading.
FIRST_OF_TWO: Final = {"systolic_again_mmhg": "systolic_mmhg", "diastolic_again_mmhg": "diastolic_mmhg"}


def reading_values(measurements: Mapping[str, int | Decimal]) -> list[dict[str, object]]:
    """The fields of one reading for each kind that was measured; pressure and pulse are one reading, a pressure taken
    again after a rest is another."""
    found: list[dict[str, object]] = []
    pressure = ("systolic_mmhg", "diastolic_mmhg", "pulse_per_minute")
    if any(name in measurements for name in pressure):
        found.append({"kind": BLOOD_PRESSURE, **{name: measurements.get(name) for name in pressure}})
    if any(name in measurements for name in FIRST_OF_TWO):
        again = {name: measurements.get(key) for key, name in FIRST_OF_TWO.items()}
        found.append({"kind": BLOOD_PRESSURE, **again, "is_repeat": True})
    for name, kind, timing in _MEASURES:
        if name in measurements:
            field_name = "glucose_mmol" if kind == GLUCOSE else name
            value = measurements[name]
            number = value if kind == "spo2" else Decimal(value).quantize(Decimal("0.1"))
            found.append({"kind": kind, field_name: number, "glucose_timing": timing})
    return found


def last_readings(readings: Iterable[Reading]) -> tuple[Reading, ...]:
    """The newest reading of each kind (glucose by when it was taken, a pulse alone apart), pressure and glucose first."""
    newest: dict[tuple[str, str | None, bool], Reading] = {}
    for reading in sorted(readings, key=lambda one: (one.taken_at, one.id)):
        is_pulse_alone = reading.pulse_per_minute is not None and reading.systolic_mmhg is None
        newest[reading.kind, reading.glucose_timing, is_pulse_alone] = reading
    order = (BLOOD_PRESSURE, GLUCOSE)
    return tuple(
        sorted(newest.values(), key=lambda one: order.index(one.kind) if one.kind in order else len(order))
    )
