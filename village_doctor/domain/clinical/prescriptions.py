"""长期处方 as registered: 4–12 weeks for the stable, when it runs out, and what to think of (contracts.md §5).

A village doctor usually does not issue it: who did, and for how many weeks, is written down. It never postpones a
follow-up: nothing here moves a date of one.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from village_doctor.domain.clinical.classes import SETTLED
from village_doctor.domain.clinical.figures import Figures
from village_doctor.domain.decisions import Reason

SHORTEST_WEEKS: Final = 4
LONGEST_WEEKS: Final = 12
DAYS_OF_WEEK: Final = 7
_IRREGULAR: Final = frozenset({"2", "3"})


@dataclass(frozen=True, kw_only=True, slots=True)
class Prescribing:
    """One long prescription to be registered, and what is known of the patient.

    `last_result`: the class of the last counted follow-up, None: there was none, or its form has no class. `adherence`: as answered then.
    """

    weeks: int
    is_signed: bool
    last_result: str | None
    adherence: str | None
    has_contract: bool


def refill_due_on(issued_on: date, weeks: int) -> date:
    """The day on which the supply is used up."""
    return issued_on + timedelta(days=weeks * DAYS_OF_WEEK)


def may_register(prescribing: Prescribing, figures: Figures) -> tuple[Reason, ...]:
    """Why it is not a long prescription as the rules know it; empty: it may be registered."""
    weeks = prescribing.weeks
    found = []
    if weeks < SHORTEST_WEEKS:
        found.append(Reason(code="prescription_too_short", values={"weeks": str(weeks)}))
    if weeks > LONGEST_WEEKS:
        found.append(Reason(code="prescription_too_long", values={"weeks": str(weeks)}))
    limit = figures.long_prescription_signed_above_weeks
    if weeks > limit and not prescribing.is_signed:
        values = {"weeks": str(weeks), "limit": str(limit)}
        found.append(Reason(code="prescription_not_signed", values=values))
    return tuple(found)


def warnings(prescribing: Prescribing) -> tuple[Reason, ...]:
    """What to think of before it is registered; it forbids nothing."""
    found = []
    if prescribing.last_result is None:
        found.append(Reason(code="prescription_never_followed_up"))
    elif prescribing.last_result not in SETTLED:
        found.append(Reason(code="prescription_not_controlled"))
    if prescribing.adherence in _IRREGULAR:
        found.append(Reason(code="prescription_irregular"))
    elif prescribing.adherence is None and prescribing.last_result is not None:
        found.append(Reason(code="prescription_adherence_unknown"))
    if not prescribing.has_contract:
        found.append(Reason(code="prescription_no_contract"))
    return tuple(found)
