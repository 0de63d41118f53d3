"""What a quick reading proves (contracts.md §3.3): a value taken by staff, of a kind that some duty asks for."""

from dataclasses import replace
from decimal import Decimal

import pytest

from tests.domain.duties.people import glucose, pressure
from village_doctor.domain.duties.evidence import proof_of_reading
from village_doctor.domain.readings import Reading

DAY = "2026-05-01"
HBA1C = replace(
    glucose(DAY), kind="hba1c", glucose_mmol=None, glucose_timing=None, hba1c_percent=Decimal("6.8")
)
WEIGHT = replace(pressure(DAY), kind="weight", systolic_mmhg=None, diastolic_mmhg=None, weight_kg=Decimal(61))


@pytest.mark.parametrize(
    ("reading", "proof"),
    [
        (pressure(DAY), "reading:blood_pressure"),
        (glucose(DAY), "reading:fasting_glucose"),
        (HBA1C, "reading:hba1c"),
        (glucose(DAY, timing="random"), None),
        (WEIGHT, None),
        (replace(WEIGHT, glucose_timing="fasting"), None),
        (pressure(DAY, setting="self_measured"), None),
        (glucose(DAY, setting="self_measured"), None),
    ],
)
def test_a_quick_reading_proves_its_own_kind(reading: Reading, proof: str | None) -> None:
    assert proof_of_reading(reading) == proof
