"""What a resident does not want, what she agreed to, and what had to be told to others at once."""

from dataclasses import dataclass
from datetime import date
from typing import Final

from village_doctor.domain.dates import plus_months
from village_doctor.domain.records import Record

OFFER_AGAIN_MONTHS: Final = 3
EVERYTHING: Final = "everything"


@dataclass(frozen=True, kw_only=True, slots=True)
class Refusal(Record):
    """拒绝. `what`: the proof of what is refused (check_up, follow_up:hypertension …), contract, referral or everything.

    Offered again on `offer_again_on`, three months later unless agreed otherwise.
    """

    resident_id: str
    what: str
    refused_on: date
    reason: str | None = None
    witness: str | None = None
    is_signed: bool = False
    offer_again_on: date | None = None
    staff_id: str | None = None

    @property
    def stands_until(self) -> date:
        """The first day on which it is offered again."""
        return self.offer_again_on or plus_months(self.refused_on, OFFER_AGAIN_MONTHS)

    def covers(self, proof: str, day: date) -> bool:
        """Does she refuse this on that day?"""
        return (
            not self.is_voided
            and self.what in (proof, EVERYTHING)
            and self.refused_on <= day < self.stands_until
        )


@dataclass(frozen=True, kw_only=True, slots=True)
class Consent(Record):
    """知情同意. `what`: management, check_up …; `given_by`: self, guardian; `relation` of the guardian."""

    resident_id: str
    what: str
    given_on: date
    given_by: str = "self"
    relation: str | None = None
    withdrawn_on: date | None = None
    staff_id: str | None = None

    def is_given_on(self, day: date) -> bool:
        withdrawn = self.withdrawn_on is not None and self.withdrawn_on <= day
        return not self.is_voided and self.given_on <= day and not withdrawn


@dataclass(frozen=True, kw_only=True, slots=True)
class Notice(Record):
    """上报通知: told at once, not with a letter. `told_to`: township, police, hospital, guardian, community."""

    resident_id: str
    told_to: str
    what: str
    told_on: date
    how: str = "phone"
    visit_id: str | None = None
    answer: str | None = None
    staff_id: str | None = None
