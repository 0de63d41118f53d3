"""What a duty is, and the question that duties answer. Pure values: nothing here decides what is owed."""

from dataclasses import dataclass
from datetime import date
from typing import Final

from village_doctor.domain.clinical.figures import Figures
from village_doctor.domain.decisions import Reason
from village_doctor.domain.duties.calendar import AssessmentCalendar

NORM: Final = "norm"
CONTRACT: Final = "contract"


@dataclass(frozen=True, kw_only=True, slots=True)
class DutyRules:
    """By what the clinic counts: its assessment year, and the figures that the township may set."""

    calendar: AssessmentCalendar
    figures: Figures


@dataclass(frozen=True, kw_only=True, slots=True)
class Question:
    """On which day, by which rules, and how far back and ahead."""

    on: date
    rules: DutyRules
    history_from: date
    horizon_on: date

    @property
    def calendar(self) -> AssessmentCalendar:
        return self.rules.calendar

    @property
    def figures(self) -> Figures:
        return self.rules.figures

    def is_before_counting(self, day: date) -> bool:
        counting = self.calendar.counting_starts_on
        return counting is not None and day < counting

    def not_before_counting(self, day: date) -> date:
        counting = self.calendar.counting_starts_on
        return day if counting is None else max(day, counting)


@dataclass(frozen=True, kw_only=True, slots=True)
class Duty:
    """应做: one dated thing owed to one resident.

    `proof` says what kind of record proves it; evidence counts from `span_from` to `span_until` (None: however late).
    `due_on` is the day shown, `latest_on` the last day before it is late for the norm or the agreement.
    `is_asked` False: kept for the figures only, because the person left, the disease ended or the contract is over.
    `group`: the key group whose list needs a permission of its own (06, 09, 10), else None. `timely_until`: the end of a window in
    which any day will do (an age, some weeks of a pregnancy); else it is late from the day after `due_on`. `is_along`: done when one is
    there anyway, it sends nobody to the door by itself. `key` is the same text whenever the same duty is computed again.
    """

    key: str
    resident_id: str
    household_id: str | None
    source: str
    item: str
    name: str
    proof: str
    span_from: date
    span_until: date | None
    due_on: date
    latest_on: date
    contract_id: str | None = None
    reasons: tuple[Reason, ...] = ()
    is_asked: bool = True
    group: str | None = None
    is_along: bool = False
    timely_until: date | None = None

    @property
    def late_after(self) -> date:
        """The last day on which it is due and not yet late."""
        return self.due_on if self.timely_until is None else max(self.due_on, self.timely_until)
