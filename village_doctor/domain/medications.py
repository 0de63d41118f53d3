"""Medicines a resident takes (用药), and long prescriptions as registered (长期处方, contracts.md §5).

A village doctor usually does not issue a long prescription: the program registers who did, for how many weeks, and
when it runs out. It never postpones a follow-up.
"""

from dataclasses import dataclass
from datetime import date

from village_doctor.domain.records import Record


@dataclass(frozen=True, kw_only=True, slots=True)
class Medication(Record):
    """`drug`: generic name; `dose` is text with its unit (5 mg). `weeks`: length of a long prescription, None: none.

    `refill_due_on`: the day the supply is used up. `is_first`: first issue (else again). `is_signed`: by the patient,
    needed above four weeks.
    """

    resident_id: str
    drug: str
    strength: str | None = None
    dose: str | None = None
    times_per_day: int | None = None
    since_on: date | None = None
    until_on: date | None = None
    prescriber: str | None = None
    institution: str | None = None
    issued_on: date | None = None
    weeks: int | None = None
    refill_due_on: date | None = None
    is_first: bool = True
    is_signed: bool = False
    storage: str | None = None
    staff_id: str | None = None

    def is_taken_on(self, day: date) -> bool:
        """As far as is kept: not voided, begun if it says when, and not ended before."""
        has_begun = self.since_on is None or self.since_on <= day
        return not self.is_voided and has_begun and (self.until_on is None or day <= self.until_on)
