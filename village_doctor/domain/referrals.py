"""Referrals (转诊) and the duty to ask what became of them, within two weeks (norms-hypertension §3, §5)."""

from dataclasses import dataclass
from datetime import date
from typing import Final

from village_doctor.domain.decisions import Reason
from village_doctor.domain.records import Record

ISSUED: Final = "issued"
ARRIVED: Final = "arrived"
NOT_ARRIVED: Final = "not_arrived"
REFUSED: Final = "refused"
IN_HOSPITAL: Final = "in_hospital"
BACK: Final = "back"
SEEN: Final = frozenset({ARRIVED, IN_HOSPITAL, BACK})
CLOSED: Final = SEEN | {REFUSED}


@dataclass(frozen=True, kw_only=True, slots=True)
class ReferralInquiry:
    """Asked on `asked_on`, by phone or visit: the state it showed and what was said."""

    asked_on: date
    state: str
    mode: str = "phone"
    said: str | None = None
    staff_id: str | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Referral(Record):
    """`direction`: up, down. `urgency`: emergency, ordinary. `disease`: whose follow-up it came from.

    `refusal_signed`: a refusal closes the duty only with a signature (norms-hypertension §5).
    """

    resident_id: str
    issued_on: date
    urgency: str
    direction: str = "up"
    disease: str | None = None
    reasons: tuple[Reason, ...] = ()
    reason_text: str | None = None
    visit_id: str | None = None
    reading_id: str | None = None
    facility: str | None = None
    department: str | None = None
    contact: str | None = None
    findings: str | None = None
    state: str = ISSUED
    inquiries: tuple[ReferralInquiry, ...] = ()
    refusal_signed: bool = False
    hospital_answer: str | None = None
    staff_id: str | None = None

    @property
    def is_open(self) -> bool:
        """Still to be asked about."""
        if self.is_voided:
            return False
        if self.state == REFUSED:
            return not self.refusal_signed
        return self.state not in CLOSED
