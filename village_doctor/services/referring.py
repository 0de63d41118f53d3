"""Referring (转诊), and asking what became of it until the outcome is known."""

from dataclasses import dataclass, replace
from datetime import date

from village_doctor.domain.clinical.decision import EMERGENCY, Decision, Reason
from village_doctor.domain.people import Resident
from village_doctor.domain.problems import Problem
from village_doctor.domain.referrals import CLOSED, NOT_ARRIVED, REFUSED, Referral, ReferralInquiry
from village_doctor.services.desk import Desk, verb
from village_doctor.services.registering import not_in_future, voided
from village_doctor.store import visit_store

STATES = CLOSED | {NOT_ARRIVED}


@dataclass(frozen=True, kw_only=True, slots=True)
class ReferralDraft:
    """`urgency`: ordinary or emergency."""

    resident_id: str
    urgency: str
    reason_text: str
    issued_on: date | None = None
    facility: str | None = None
    department: str | None = None
    contact: str | None = None


@verb("refer")
def refer(desk: Desk, draft: ReferralDraft) -> Referral:
    """A referral upwards with its duty to ask. Raises Problem `referral-needs-reason`, `person-gone`."""
    resident = desk.get(Resident, draft.resident_id)
    issued_on = draft.issued_on or desk.today
    not_in_future(desk, issued_on)
    if resident.is_gone_on(issued_on):
        raise Problem("person-gone", name=resident.name)
    if not draft.reason_text.strip():
        raise Problem("referral-needs-reason")
    return desk.save(
        Referral(
            id=desk.new_id(),
            resident_id=resident.id,
            issued_on=issued_on,
            urgency=desk.catalogue.known_code("urgency", draft.urgency),
            reason_text=draft.reason_text.strip(),
            facility=draft.facility,
            department=draft.department,
            contact=draft.contact,
            staff_id=desk.actor.id,
        )
    )


def refer_by_rule(
    desk: Desk,
    decision: Decision,
    *,
    resident_id: str,
    issued_on: date,
    disease: str | None = None,
    visit_id: str | None = None,
    reading_id: str | None = None,
) -> Referral | None:
    """The referral that a decision asks for; an emergency of the same day is referred once."""
    if decision.referral is None:
        return None
    for known in visit_store.referrals_of(desk.connection, resident_id):
        if known.issued_on == issued_on and known.is_open and known.urgency in (EMERGENCY, decision.referral):
            return known
    reasons: tuple[Reason, ...] = decision.reasons
    return desk.save(
        Referral(
            id=desk.new_id(),
            resident_id=resident_id,
            issued_on=issued_on,
            urgency=decision.referral,
            disease=disease,
            reasons=reasons,
            visit_id=visit_id,
            reading_id=reading_id,
            staff_id=desk.actor.id,
        )
    )


@verb("ask_referral")
def ask_referral(
    desk: Desk,
    referral_id: str,
    state: str,
    *,
    asked_on: date | None = None,
    mode: str = "phone",
    said: str | None = None,
    facility: str | None = None,
    refusal_signed: bool = False,
) -> Referral:
    """What asking showed: arrived, in_hospital, back, not_arrived, refused. A refusal without a signature
    stays to be asked. Raises Problem `referral-state`, `referral-closed`, `date-order`."""
    referral = desk.get(Referral, referral_id)
    on = asked_on or desk.today
    not_in_future(desk, on)
    if state not in STATES:
        raise Problem("referral-state", state=state)
    if not referral.is_open:
        raise Problem("referral-closed")
    if on < referral.issued_on:
        raise Problem("date-order")
    inquiry = ReferralInquiry(asked_on=on, state=state, mode=mode, said=said, staff_id=desk.actor.id)
    return desk.save(
        replace(
            referral,
            state=state,
            inquiries=(*referral.inquiries, inquiry),
            facility=facility or referral.facility,
            refusal_signed=refusal_signed if state == REFUSED else referral.refusal_signed,
        )
    )


@verb("void_referral")
def void_referral(desk: Desk, referral_id: str, reason: str) -> Referral:
    """Voids a referral that was never meant. Raises Problem `void-needs-reason`, `already-voided`."""
    return desk.save(voided(desk, desk.get(Referral, referral_id), reason))
