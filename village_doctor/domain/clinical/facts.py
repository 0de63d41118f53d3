"""What the rules of hypertension and diabetes look at: the facts of one follow-up and of the one before. Pure values.

Rules work on facts, not on the class: the class shows only the most serious thing and would hide a second high
pressure (norms: 连续两次). A telephone value is told, not measured: it can be an emergency, never a class.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Final

from village_doctor.domain.clinical.figures import Figures
from village_doctor.domain.dates import age_on
from village_doctor.domain.people import FEMALE, Resident
from village_doctor.domain.pregnancy import is_breast_feeding_on, is_pregnant_on

HYPERTENSION: Final = "hypertension"
DIABETES: Final = "diabetes"

HAS_REACTION: Final = "2"
NEW_OR_WORSE: Final = frozenset({"new", "worse"})
TAKES_MEDICINE: Final = frozenset({"1", "2"})
FREQUENT_LOW_GLUCOSE: Final = "3"
HEADACHE_OR_DIZZINESS: Final = "headache_or_dizziness"


@dataclass(frozen=True, kw_only=True, slots=True)
class Measured:
    """The values that rules read; None where nothing was measured. mmHg, mmol/L, ℃.

    `systolic_again_mmhg`, `diastolic_again_mmhg`: measured again after 5–10 minutes of quiet sitting (高血压 §3).
    """

    systolic_mmhg: int | None = None
    diastolic_mmhg: int | None = None
    systolic_again_mmhg: int | None = None
    diastolic_again_mmhg: int | None = None
    fasting_glucose_mmol: Decimal | None = None
    two_hours_glucose_mmol: Decimal | None = None
    random_glucose_mmol: Decimal | None = None
    pulse_per_minute: int | None = None
    temperature_c: Decimal | None = None

    @classmethod
    def of(cls, measurements: Mapping[str, int | Decimal]) -> "Measured":
        """From measurements by their names; others are left out."""
        return cls(
            systolic_mmhg=_whole(measurements.get("systolic_mmhg")),
            diastolic_mmhg=_whole(measurements.get("diastolic_mmhg")),
            systolic_again_mmhg=_whole(measurements.get("systolic_again_mmhg")),
            diastolic_again_mmhg=_whole(measurements.get("diastolic_again_mmhg")),
            fasting_glucose_mmol=_decimal(measurements.get("fasting_glucose_mmol")),
            two_hours_glucose_mmol=_decimal(measurements.get("two_hours_glucose_mmol")),
            random_glucose_mmol=_decimal(measurements.get("random_glucose_mmol")),
            pulse_per_minute=_whole(measurements.get("pulse_per_minute")),
            temperature_c=_decimal(measurements.get("temperature_c")),
        )

    @property
    def glucoses(self) -> tuple[Decimal, ...]:
        """Every glucose measured, fasting first."""
        values = (self.fasting_glucose_mmol, self.two_hours_glucose_mmol, self.random_glucose_mmol)
        return tuple(value for value in values if value is not None)

    @property
    def is_measured_again(self) -> bool:
        return self.systolic_again_mmhg is not None and self.diastolic_again_mmhg is not None

    @property
    def deciding_pressure(self) -> tuple[int | None, int | None]:
        """What is classed: the one pressure, or the mean of the two. Half a mmHg is rounded up, to the careful side."""
        return (
            _mean(self.systolic_mmhg, self.systolic_again_mmhg),
            _mean(self.diastolic_mmhg, self.diastolic_again_mmhg),
        )

    @property
    def pressure(self) -> str:
        """The deciding pressure as it is written: 152/96."""
        return _pressure(*self.deciding_pressure)

    @property
    def first_pressure(self) -> str:
        return _pressure(self.systolic_mmhg, self.diastolic_mmhg)

    @property
    def second_pressure(self) -> str:
        return _pressure(self.systolic_again_mmhg, self.diastolic_again_mmhg)


@dataclass(frozen=True, kw_only=True, slots=True)
class Whose:
    """Whose values they are: what is confirmed of her on that day. Pregnancy and breast-feeding as far as kept.

    `may_be_pregnant`: a woman of childbearing age of whom neither is kept for that day; what is over tells nothing.
    """

    has_hypertension: bool = False
    has_diabetes: bool = False
    is_pregnant_or_nursing: bool = False
    may_be_pregnant: bool = False


def whose(resident: Resident, conditions: Collection[str], day: date, figures: Figures) -> Whose:
    """`conditions`: codes of the confirmed conditions present on that day."""
    age = age_on(resident.birth_date, day)
    is_of_age = figures.childbearing_from_age <= age <= figures.childbearing_until_age
    is_pregnant = is_pregnant_on(resident, day, longest_days=figures.pregnancy_longest_days)
    is_pregnant_or_nursing = is_pregnant or is_breast_feeding_on(resident, day)
    return Whose(
        has_hypertension=HYPERTENSION in conditions,
        has_diabetes=DIABETES in conditions,
        is_pregnant_or_nursing=is_pregnant_or_nursing,
        may_be_pregnant=resident.sex == FEMALE and is_of_age and not is_pregnant_or_nursing,
    )


@dataclass(frozen=True, kw_only=True, slots=True)
class FollowUpFacts:
    """One follow-up. `age` in full years on that day; None where nothing was answered.

    `is_complete`: nothing required is blank. `symptoms` and `emergency_signs` by concept, whatever the form's codes.
    `lowers_glucose`: takes something that can bring the glucose down too far. `asked_pregnancy_before`: a high value
    was found at an earlier follow-up, no longer ago than a pregnancy lasts, and nothing was known of her then.
    """

    served_on: date
    age: int
    measured: Measured
    figures: Figures
    whose: Whose = Whose()
    is_face_to_face: bool = True
    is_complete: bool = True
    has_emergency_sign: bool | None = None
    emergency_signs: tuple[str, ...] = ()
    symptoms: tuple[str, ...] = ()
    complication: str | None = None
    has_reaction: bool | None = None
    is_reaction_hard_to_control: bool = False
    refer_reasons: tuple[str, ...] = ()
    adherence: str | None = None
    has_fallen: bool = False
    low_glucose_reaction: str | None = None
    lowers_glucose: bool = False
    asked_pregnancy_before: bool = False

    @property
    def takes_medicine(self) -> bool:
        return self.adherence in TAKES_MEDICINE

    @property
    def is_dizzy_on_medicine(self) -> bool:
        """Dizzy or fallen while on treatment."""
        return self.takes_medicine and (self.has_fallen or HEADACHE_OR_DIZZINESS in self.symptoms)

    @property
    def has_complication(self) -> bool:
        """A new one, or an old one worse."""
        return self.complication in NEW_OR_WORSE

    @property
    def knows_deciding_answers(self) -> bool:
        """Complication and reaction were both asked."""
        return self.complication is not None and self.has_reaction is not None


@dataclass(frozen=True, kw_only=True, slots=True)
class PastFollowUp:
    """A counted follow-up of the same disease, as facts; `is_high` judged by the person's age then.

    `shown` is the value that decided, as it is written (158/92, 8.1).
    """

    served_on: date
    is_high: bool | None
    has_reaction: bool
    shown: str = ""


def previous_counted(past: Iterable[PastFollowUp], day: date) -> PastFollowUp | None:
    """The last counted follow-up strictly before `day`: a repeat on the same day never counts.

    Of several on one day the last in order stands.
    """
    found: PastFollowUp | None = None
    for item in past:
        if item.served_on < day and (found is None or found.served_on <= item.served_on):
            found = item
    return found


def _mean(first: int | None, again: int | None) -> int | None:
    if first is None or again is None:
        return again if first is None else first
    return (first + again + 1) // 2


def _whole(value: int | Decimal | None) -> int | None:
    return None if value is None else int(value)


def _decimal(value: int | Decimal | None) -> Decimal | None:
    return None if value is None else Decimal(value)


def _pressure(systolic: int | None, diastolic: int | None) -> str:
    return f"{_shown(systolic)}/{_shown(diastolic)}"


def _shown(value: int | None) -> str:
    return "—" if value is None else str(value)
