"""What a clinical rule looks at: the facts of one follow-up and of the one before. Pure values.

Rules work on facts, not on the class: the class shows only the most serious thing and would hide a second high
pressure (norms: 连续两次). A telephone value is told, not measured: it can be an emergency, never a class.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Final

from village_doctor.domain.messages import JsonValue

HYPERTENSION: Final = "hypertension"
DIABETES: Final = "diabetes"

HAS_REACTION: Final = "2"
NEW_OR_WORSE: Final = frozenset({"new", "worse"})
HEADACHE_OR_DIZZINESS: Final = "2"  # 头痛头晕, of the hypertension form's symptoms
TAKES_MEDICINE: Final = frozenset({"1", "2"})
FREQUENT_LOW_GLUCOSE: Final = "3"


@dataclass(frozen=True, kw_only=True, slots=True)
class Measured:
    """The values that rules read; None where nothing was measured. mmHg and mmol/L."""

    systolic_mmhg: int | None = None
    diastolic_mmhg: int | None = None
    fasting_glucose_mmol: Decimal | None = None
    two_hours_glucose_mmol: Decimal | None = None
    random_glucose_mmol: Decimal | None = None

    @classmethod
    def of(cls, measurements: Mapping[str, int | Decimal]) -> "Measured":
        """From measurements by their names; others are left out."""
        return cls(
            systolic_mmhg=_whole(measurements.get("systolic_mmhg")),
            diastolic_mmhg=_whole(measurements.get("diastolic_mmhg")),
            fasting_glucose_mmol=_decimal(measurements.get("fasting_glucose_mmol")),
            two_hours_glucose_mmol=_decimal(measurements.get("two_hours_glucose_mmol")),
            random_glucose_mmol=_decimal(measurements.get("random_glucose_mmol")),
        )

    @property
    def glucoses(self) -> tuple[Decimal, ...]:
        """Every glucose measured, fasting first."""
        values = (self.fasting_glucose_mmol, self.two_hours_glucose_mmol, self.random_glucose_mmol)
        return tuple(value for value in values if value is not None)

    @property
    def pressure(self) -> str:
        """As it is written: 152/96."""
        return f"{_shown(self.systolic_mmhg)}/{_shown(self.diastolic_mmhg)}"


@dataclass(frozen=True, kw_only=True, slots=True)
class FollowUpFacts:
    """One follow-up. `age` in full years on that day; None where nothing was answered.

    `has_hypertension`, `has_diabetes`: diagnosed and confirmed on that day. `is_complete`: nothing required is blank.
    """

    served_on: date
    age: int
    measured: Measured
    is_face_to_face: bool = True
    is_complete: bool = True
    has_hypertension: bool = False
    has_diabetes: bool = False
    has_emergency_sign: bool | None = None
    complication: str | None = None
    has_reaction: bool | None = None
    is_reaction_hard_to_control: bool = False
    refer_reasons: tuple[str, ...] = ()
    adherence: str | None = None
    has_dizziness: bool = False
    low_glucose_reaction: str | None = None

    @property
    def takes_medicine(self) -> bool:
        return self.adherence in TAKES_MEDICINE

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


def facts_of(
    disease: str,
    answers: Mapping[str, JsonValue],
    measurements: Mapping[str, int | Decimal],
    *,
    served_on: date,
    age: int,
    is_face_to_face: bool,
    is_complete: bool,
    conditions: Collection[str],
) -> FollowUpFacts:
    """The facts in the answers to `disease`'s form. `conditions`: codes of confirmed conditions on that day."""
    reaction = answers.get("adverse_reaction")
    return FollowUpFacts(
        served_on=served_on,
        age=age,
        measured=Measured.of(measurements),
        is_face_to_face=is_face_to_face,
        is_complete=is_complete,
        has_hypertension=disease == HYPERTENSION or HYPERTENSION in conditions,
        has_diabetes=disease == DIABETES or DIABETES in conditions,
        has_emergency_sign=_flag(answers.get("emergency_sign")),
        complication=_text(answers.get("complication")),
        has_reaction=None if reaction is None else reaction == HAS_REACTION,
        is_reaction_hard_to_control=answers.get("reaction_hard_to_control") is True,
        refer_reasons=_texts(answers.get("refer_reasons")),
        adherence=_text(answers.get("adherence")),
        has_dizziness=disease == HYPERTENSION and HEADACHE_OR_DIZZINESS in _texts(answers.get("symptoms")),
        low_glucose_reaction=_text(answers.get("low_glucose_reaction")),
    )


def _whole(value: int | Decimal | None) -> int | None:
    return None if value is None else int(value)


def _decimal(value: int | Decimal | None) -> Decimal | None:
    return None if value is None else Decimal(value)


def _flag(value: JsonValue) -> bool | None:
    return value if isinstance(value, bool) else None


def _text(value: JsonValue) -> str | None:
    return value if isinstance(value, str) else None


def _texts(value: JsonValue) -> tuple[str, ...]:
    if isinstance(value, list | tuple):
        return tuple(item for item in value if isinstance(item, str))
    return ()


def _shown(value: int | None) -> str:
    return "—" if value is None else str(value)
