"""The classes of a follow-up (随访分类) that several rules ask about, whatever the disease."""

from typing import Final

from village_doctor.domain.clinical.copd import STABLE_HIGH_RISK, STABLE_LOW_RISK
from village_doctor.domain.clinical.mental_disorder import STABLE
from village_doctor.domain.decisions import CONTROLLED

# The patient is stable: nothing is sooner than usual.
SETTLED: Final = frozenset({CONTROLLED, STABLE, STABLE_LOW_RISK, STABLE_HIGH_RISK})
