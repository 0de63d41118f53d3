"""How urgent a line of the due list is, and why: what has a day set by danger first, then what is overdue by risk.

The 14-day returns and askings of the norm and emergencies come first (issue text "Due list and door list"; the order among
them is our own). What is only planned comes last, whatever it is.
"""

from collections.abc import Mapping
from typing import Final

from village_doctor.domain.clinical.classes import SETTLED
from village_doctor.domain.clinical.copd import ACUTE_EXACERBATION
from village_doctor.domain.clinical.mental_disorder import BASICALLY_STABLE, UNSTABLE
from village_doctor.domain.decisions import ADVERSE_REACTION, COMPLICATION, UNCONTROLLED, Reason
from village_doctor.domain.duties.child import ITEM_NEWBORN
from village_doctor.domain.duties.chronic import ITEM_AGAIN, ITEM_FASTING, ITEM_UNFINISHED
from village_doctor.domain.duties.maternal import ITEM_POSTNATAL
from village_doctor.domain.duties.referrals import ITEM_REFERRAL, ITEM_REFERRAL_EMERGENCY
from village_doctor.domain.duties.tuberculosis import ITEM_FIRST_VISIT
from village_doctor.domain.packages import FOLLOW_UP_PROOF

# Smallest first.
URGENT_EMERGENCY: Final = 0
URGENT_REFERRAL: Final = 1
URGENT_AGAIN: Final = 2
URGENT_OVERDUE: Final = 3
URGENT_DUE: Final = 4
URGENT_PLANNED: Final = 5

# What the norm gives a few days only; everything else is overdue, due or planned.
URGENCY_OF_ITEM: Final[Mapping[str, int]] = {
    ITEM_REFERRAL_EMERGENCY: URGENT_EMERGENCY,
    ITEM_REFERRAL: URGENT_REFERRAL,
    ITEM_AGAIN: URGENT_AGAIN,
    ITEM_FASTING: URGENT_AGAIN,
    ITEM_UNFINISHED: URGENT_AGAIN,
    ITEM_FIRST_VISIT: URGENT_AGAIN,
    ITEM_NEWBORN: URGENT_AGAIN,
    ITEM_POSTNATAL: URGENT_AGAIN,
}

# By the class of the last counted follow-up; who was never classed comes before those under control.
_RISK: Final[Mapping[str, int]] = {
    COMPLICATION: 0,
    UNSTABLE: 0,
    ACUTE_EXACERBATION: 0,
    UNCONTROLLED: 1,
    ADVERSE_REACTION: 1,
    BASICALLY_STABLE: 2,
}
_RISK_UNKNOWN: Final = 3
_RISK_LOW: Final = 4

# Has no class of that kind, and must not wait behind those that have one.
_NEVER_CLASSED: Final[Mapping[str, int]] = {"follow_up:tuberculosis": 1, "antenatal_visit": 1}

_WHY: Final[Mapping[int, str]] = {
    URGENT_EMERGENCY: "urgency-emergency",
    URGENT_REFERRAL: "urgency-referral",
    URGENT_AGAIN: "urgency-again",
    URGENT_DUE: "urgency-due",
    URGENT_PLANNED: "urgency-planned",
}


def risk_of(proof: str, last_result: str | None) -> int:
    """Smallest first: the risk in what is overdue. What is no follow-up of a disease has the least."""
    if proof in _NEVER_CLASSED:
        return _NEVER_CLASSED[proof]
    if not proof.startswith(FOLLOW_UP_PROOF) or last_result in SETTLED:
        return _RISK_LOW
    return _RISK.get(last_result or "", _RISK_UNKNOWN)


def why_so_urgent(urgency: int, proof: str, last_result: str | None) -> Reason:
    """The sentence for the place in the list."""
    if urgency != URGENT_OVERDUE:
        return Reason(code=_WHY[urgency])
    if proof in _NEVER_CLASSED:
        return Reason(code="urgency-overdue-strict")
    risk = risk_of(proof, last_result)
    if risk == _RISK_LOW:
        return Reason(code="urgency-overdue")
    if risk == _RISK_UNKNOWN:
        return Reason(code="urgency-overdue-unknown")
    return Reason(code="urgency-overdue-worst", values={"result": last_result or ""})
