"""What every rule of a form is given: the answers of one visit, who she is, and the visits before it. Pure values."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from village_doctor.domain.clinical.figures import Figures
from village_doctor.domain.clinical.medicine_names import sheet_lowers_glucose
from village_doctor.domain.dates import age_on
from village_doctor.domain.messages import JsonValue
from village_doctor.domain.people import Condition, Resident
from village_doctor.domain.visits import FACE_TO_FACE


@dataclass(frozen=True, kw_only=True, slots=True)
class PastVisit:
    """A counted visit of the same disease: complete, in a mode that counts. `control_result`: its class as recorded."""

    served_on: date
    form_code: str
    answers: Mapping[str, JsonValue]
    measurements: Mapping[str, int | Decimal]
    control_result: str | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class VisitFacts:
    """One visit by its form. `disease`: for which of the form's diseases the rule is asked ("" where it has none).

    `measurements` by their names, the values of that day that are not on the form among them; `computed` by field
    key. `conditions`: confirmed and present on that day. `past`: oldest first, all before that day.
    `medicines_that_lower_glucose`: names of medicines that may bring the glucose down too far.
    """

    form_code: str
    disease: str
    served_on: date
    resident: Resident
    mode: str
    figures: Figures
    answers: Mapping[str, JsonValue]
    measurements: Mapping[str, int | Decimal]
    computed: Mapping[str, Decimal | str]
    is_complete: bool
    conditions: tuple[Condition, ...] = ()
    past: tuple[PastVisit, ...] = ()
    medicines_that_lower_glucose: tuple[str, ...] = ()

    @property
    def age(self) -> int:
        """Full years on the day of service."""
        return age_on(self.resident.birth_date, self.served_on)

    @property
    def is_face_to_face(self) -> bool:
        return self.mode in FACE_TO_FACE

    @property
    def lowers_glucose(self) -> bool:
        """Does she, by the sheet, take something that can bring the glucose down too far?"""
        return sheet_lowers_glucose(self.answers, self.medicines_that_lower_glucose)

    def has(self, condition: str) -> bool:
        """Does she have this confirmed condition on that day?"""
        return any(item.code == condition for item in self.conditions)

    def text(self, key: str) -> str | None:
        """The answer where it is a text or one option, else None."""
        value = self.answers.get(key)
        return value if isinstance(value, str) else None

    def texts(self, key: str) -> tuple[str, ...]:
        """The options chosen; empty where nothing was answered."""
        value = self.answers.get(key)
        if not isinstance(value, list | tuple):
            return ()
        return tuple(item for item in value if isinstance(item, str))

    def flag(self, key: str) -> bool | None:
        """The yes or no, None where nothing was answered."""
        value = self.answers.get(key)
        return value if isinstance(value, bool) else None

    def number(self, key: str) -> int | Decimal | None:
        """A measured or answered number; None where there is none."""
        if key in self.measurements:
            return self.measurements[key]
        value = self.answers.get(key)
        if isinstance(value, bool) or value is None:
            return None
        if isinstance(value, int):
            return value
        return Decimal(value) if isinstance(value, str) else None
