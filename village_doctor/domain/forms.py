"""Forms are data: a form is one file in `resources/forms/`, read by `form_parsing` into a `Form`.

`resources/formats/form.md` is the reference. A file with a mistake is refused as a whole; a `Form` that exists is
sound: every reference in it leads somewhere.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from village_doctor.domain.code_lists import CodeList

TEXT: Final = "text"
WHOLE: Final = "whole"
DECIMAL: Final = "decimal"
DATE: Final = "date"
PARTIAL_DATE: Final = "partial_date"
YES_NO: Final = "yes_no"
ONE: Final = "one"
MANY: Final = "many"
GROUP: Final = "group"
COMPUTED: Final = "computed"
KEPT: Final = "kept"
TYPES: Final = frozenset({TEXT, WHOLE, DECIMAL, DATE, PARTIAL_DATE, YES_NO, ONE, MANY, GROUP, COMPUTED, KEPT})
COLUMN_TYPES: Final = frozenset({TEXT, WHOLE, DECIMAL, DATE, PARTIAL_DATE, ONE})

ASK: Final = "ask"
CONFIRM: Final = "confirm"
CARRY: Final = "carry"
CLASSES: Final = frozenset({ASK, CONFIRM, CARRY})

MODES: Final = frozenset({"clinic", "home", "phone", "video", "message"})
RULES: Final = frozenset(
    {
        "hypertension",
        "diabetes",
        "mental_disorder",
        "tuberculosis_first_visit",
        "tuberculosis",
        "tuberculosis_closing",
        "self_care",
        "constitution",
        "check_up",
        "copd",
        "other_chronic",
        "child",
        "newborn",
        "antenatal",
        "postnatal",
    }
)
FOLLOW_UP: Final = "follow_up"
CHILD_VISIT: Final = "child_visit"
PURPOSES: Final = frozenset(
    {
        FOLLOW_UP,
        "first_visit",
        "closing",
        "check_up",
        "assessment",
        CHILD_VISIT,
        "antenatal",
        "postnatal",
        "treatment",
        "consultation",
        "record",
        "activity",
        "referral",
    }
)
RESIDENT: Final = "resident"
ACTIVITY: Final = "activity"
SUBJECTS: Final = frozenset({RESIDENT, ACTIVITY})
NATIONAL: Final = "national"
LOCAL: Final = "local"
SCOPES: Final = frozenset({NATIONAL, LOCAL})

COLUMNS: Final = "columns"
SHEET: Final = "sheet"
LAYOUTS: Final = frozenset({COLUMNS, SHEET})
PORTRAIT: Final = "portrait"
ORIENTATIONS: Final = frozenset({PORTRAIT, "landscape"})
HEADERS: Final = frozenset(
    {
        "name",
        "record_number",
        "sex",
        "birth_date",
        "age",
        "address",
        "phone",
        "clinic",
        "village",
        "household_number",
    }
)
HEADER: Final = ("name", "record_number")

# Where a printed value lives when it is no answer of the form: record.field, see form.md.
_KEPT_FIELDS: Final[Mapping[str, tuple[str, ...]]] = {
    "visit": (
        "served_on", "mode", "purpose", "place", "met", "note", "staff_id", "signed_by", "control_result",
        "next_due_on", "own_plan", "not_done_reason",
    ),
    "referral": (
        "is_made", "issued_on", "urgency", "direction", "reasons", "facility", "department", "contact", "findings",
        "state", "hospital_answer", "staff_id",
    ),
    "resident": (
        "name", "sex", "birth_date", "age", "id_card_number", "record_number", "phone", "registered_address",
        "home_address", "registered_here", "ethnicity", "marriage", "education", "occupation", "blood_type", "rh",
        "insurances", "allergies", "exposures", "past_history", "family_history", "disabilities", "disability_card",
        "relation", "mother", "last_menstruation_on", "expected_delivery_on", "delivered_on", "discharged_on",
        "died_on", "death_cause", "moved_out_on", "moved_out_to",
    ),
    "household": ("kitchen_exhaust", "fuel", "water", "toilet", "livestock"),
    "absence": ("kind", "from_on"),
    "condition": ("since", "notified_on", "grade"),
    "consent": ("given_on", "given_by", "relation"),
    "activity": ("held_on", "place", "staff_id"),
}  # fmt: skip
KEPT_IN: Final = frozenset(f"{record}.{name}" for record, names in _KEPT_FIELDS.items() for name in names)

TARGET_SUFFIX: Final = "_target"
LONGEST_TEXT: Final = 200
MOST_ROWS: Final = 10


@dataclass(frozen=True, kw_only=True, slots=True)
class RequiredWhen:
    """The field belongs to the visit only when `field` has one of `values`."""

    field: str
    values: tuple[str | bool, ...]

    def holds(self, answers: Mapping[str, object]) -> bool:
        """Has the field one of the values; of several options chosen, one of them?"""
        value = answers.get(self.field)
        if isinstance(value, list | tuple):
            return any(code in self.values for code in value)
        return value in self.values


@dataclass(frozen=True, kw_only=True, slots=True)
class Field:
    """One blank. `field_class` is None for computed and kept fields and for the columns of a group.

    `from_age`, `until_age` (full years, both included) and `sex` say to whom the field belongs. `formula_of` are the
    fields a computed one is made of, `formula_reversed` those that count the other way round. `merged_from` are the
    lists whose options `options` joins.
    """

    key: str
    label: str
    type: str
    field_class: str | None = None
    is_required: bool = False
    required_when: RequiredWhen | None = None
    from_age: int | None = None
    until_age: int | None = None
    sex: str | None = None
    options: CodeList | None = None
    merged_from: tuple[str, ...] = ()
    exclusive: tuple[str, ...] = ()
    unit: str | None = None
    places: int = 0
    minimum: Decimal | None = None
    maximum: Decimal | None = None
    max_length: int = LONGEST_TEXT
    is_measured: bool = False
    target_of: str | None = None
    formula: str | None = None
    formula_of: tuple[str, ...] = ()
    formula_reversed: tuple[str, ...] = ()
    kept_in: str | None = None
    columns: tuple["Field", ...] = ()
    max_rows: int = MOST_ROWS
    on_paper: bool = True
    mark: str = "V"

    @property
    def is_answered(self) -> bool:
        """May it be answered in the form? Computed and kept ones may not."""
        return self.type not in (COMPUTED, KEPT)

    def fits_age(self, age: int | None) -> bool | None:
        """Does it belong to someone of that age? None: it depends on an age that is not known."""
        if self.from_age is None and self.until_age is None:
            return True
        if age is None:
            return None
        return (self.from_age is None or age >= self.from_age) and (
            self.until_age is None or age <= self.until_age
        )

    def fits_sex(self, sex: str | None) -> bool | None:
        """Does it belong to someone of that sex? None: it depends on a sex that is not known."""
        if self.sex is None:
            return True
        return None if sex is None else sex == self.sex


@dataclass(frozen=True, kw_only=True, slots=True)
class Section:
    key: str
    title: str
    fields: tuple[Field, ...]

    @property
    def can_be_confirmed(self) -> bool:
        """May the doctor say "问过了，没变" to it?"""
        return any(item.field_class == CONFIRM for item in self.fields)


@dataclass(frozen=True, kw_only=True, slots=True)
class Paper:
    """How the sheet is printed. `layout`: columns (a visit a column) or sheet (a visit a sheet)."""

    visits_per_sheet: int = 1
    layout: str = SHEET
    orientation: str = PORTRAIT
    header: tuple[str, ...] = HEADER


@dataclass(frozen=True, kw_only=True, slots=True)
class Form:
    """A sound form. `modes`: `visit.mode` → the code printed in 随访方式; empty for an activity.

    `diseases`: whose form it is, none for everybody's. `from_months` and `until_months` (both included): the
    age of the child's checks that it is for. `rules`: what decides on the answers. `scope` local: its texts are not the
    national ones. `group`: the protected list that it needs permission for. `proves`: what a complete visit
    in one of `counted_modes` is evidence of, where `proves_when` holds. `fills`: the national sheets that this one fills.
    """

    code: str
    version: int
    title: str
    diseases: tuple[str, ...]
    from_months: int | None = None
    until_months: int | None = None
    rules: tuple[str, ...]
    purpose: str
    subject: str
    scope: str
    group: str | None
    proves: tuple[str, ...]
    proves_when: RequiredWhen | None = None
    counted_modes: tuple[str, ...]
    fills: tuple[str, ...]
    source: str
    mark: str
    modes: Mapping[str, str]
    paper: Paper
    sections: tuple[Section, ...]

    @property
    def disease(self) -> str:
        """The first disease, empty for a form of none."""
        return self.diseases[0] if self.diseases else ""

    @property
    def is_local(self) -> bool:
        return self.scope == LOCAL

    @property
    def fields(self) -> tuple[Field, ...]:
        return tuple(item for section in self.sections for item in section.fields)

    def fits_months(self, months: int | None) -> bool:
        """Is it for the child's check of that age? None: it is no check's time. A form without ages is for everybody."""
        if self.from_months is None or self.until_months is None:
            return True
        return months is not None and self.from_months <= months <= self.until_months

    def proven_by(self, answers: Mapping[str, object], mode: str) -> tuple[str, ...]:
        """What a complete visit with these answers proves, in that mode."""
        condition = self.proves_when
        is_proof = mode in self.counted_modes and (condition is None or condition.holds(answers))
        return self.proves if is_proof else ()

    def field(self, key: str) -> Field | None:
        """The field of this key, None where the form has none."""
        return next((item for item in self.fields if item.key == key), None)

    def section(self, key: str) -> Section | None:
        return next((section for section in self.sections if section.key == key), None)
