"""Referring (转诊), and asking what became of it until the outcome is known."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Final

from village_doctor.domain.clinical.emergency import emergency_of_reading
from village_doctor.domain.clinical.facts import HYPERTENSION, Measured, whose
from village_doctor.domain.clinical.screening import HIGH_THREE_DAYS
from village_doctor.domain.decisions import EMERGENCY, Decision
from village_doctor.domain.follow_ups import measurements_of, quick_readings
from village_doctor.domain.names import optional_text, plain_text
from village_doctor.domain.people import Resident
from village_doctor.domain.problems import Problem
from village_doctor.domain.referrals import CLOSED, NOT_ARRIVED, REFUSED, Referral, ReferralInquiry
from village_doctor.services.catalogue import figures
from village_doctor.services.desk import Desk, verb
from village_doctor.store import visit_store

STATES = CLOSED | {NOT_ARRIVED}

# Why the program itself voids a referral; one that the doctor voided stays voided.
NO_LONGER_NEEDED: Final = "因更正或作废，不再需要"


@dataclass(frozen=True, kw_only=True, slots=True)
class ReferralDraft:
    """`urgency`: ordinary or emergency. `disease`: the suspected one, where it has a rule of its own (tuberculosis)."""

    resident_id: str
    urgency: str
    reason_text: str
    disease: str | None = None
    issued_on: date | None = None
    facility: str | None = None
    department: str | None = None
    contact: str | None = None


@verb("refer")
def refer(desk: Desk, draft: ReferralDraft) -> Referral:
    """A referral upwards with its duty to ask. Raises Problem `referral-needs-reason`, `person-gone`."""
    resident = desk.get(Resident, draft.resident_id)
    issued_on = draft.issued_on or desk.today
    desk.refuse_future(issued_on)
    if resident.is_gone_on(issued_on):
        raise Problem("person-gone", name=resident.name)
    reason_text = plain_text(draft.reason_text)
    if not reason_text:
        raise Problem("referral-needs-reason")
    return desk.save(
        Referral(
            id=desk.new_id(),
            resident_id=resident.id,
            issued_on=issued_on,
            urgency=desk.catalogue.known_code("urgency", draft.urgency),
            reason_text=reason_text,
            disease=None if draft.disease is None else desk.catalogue.known_code("condition", draft.disease),
            facility=optional_text(draft.facility),
            department=optional_text(draft.department),
            contact=optional_text(draft.contact),
            staff_id=desk.actor.id,
        )
    )


def refer_by_rule(
    desk: Desk,
    decision: Decision | None,
    *,
    resident_id: str,
    issued_on: date,
    disease: str | None = None,
    visit_id: str | None = None,
    reading_id: str | None = None,
) -> Referral | None:
    """The referral that stands after a decision of this visit or reading (None: no decision any more).

    Its own earlier referral is changed or voided with the decision, unless somebody has asked about it
    already. Another emergency of the same day joins the open referral. That of three high days has a way of its own.
    """
    known = visit_store.referrals_of(desk.connection, resident_id, with_voided=True)
    own = [one for one in known if _made_by(one, visit_id, reading_id)]
    standing = next((one for one in own if not one.is_voided), None)
    if standing is None and any(one.void_reason != NO_LONGER_NEEDED for one in own):
        return None
    if decision is None or decision.referral is None:
        if standing is not None and not standing.inquiries:
            _hand_over(desk, standing, known)
        return None
    if standing is not None:
        return _renewed(desk, standing, decision)
    if decision.referral == EMERGENCY:
        for other in known:
            if _is_joined(other, issued_on):
                return other
    return desk.save(
        Referral(
            id=desk.new_id(),
            resident_id=resident_id,
            issued_on=issued_on,
            urgency=decision.referral,
            disease=disease,
            reasons=decision.reasons,
            visit_id=visit_id,
            reading_id=reading_id,
            staff_id=desk.actor.id,
        )
    )


def refer_by_screening(
    desk: Desk, decision: Decision | None, *, resident_id: str, issued_on: date, reading_id: str | None = None
) -> Referral | None:
    """The referral that stands after what screening says to all pressures of that day (None: nothing).

    Its own of that day is changed or voided with the decision as by `refer_by_rule`. Another one joins: an emergency of the
    day, or one for three high days that is open still or was made within the time in which they are counted.
    """
    known = visit_store.referrals_of(desk.connection, resident_id, with_voided=True)
    own = [one for one in known if is_by_screening(one) and one.issued_on == issued_on]
    standing = next((one for one in own if not one.is_voided), None)
    joined = next((one for one in known if _is_joined(one, issued_on) or _covers(one, issued_on)), None)
    if decision is None or decision.referral is None or joined is not None:
        if standing is not None and not standing.inquiries:
            desk.void(standing, NO_LONGER_NEEDED)
        return None if decision is None or decision.referral is None else joined
    if standing is not None:
        return _renewed(desk, standing, decision)
    if any(one.void_reason != NO_LONGER_NEEDED for one in own):
        return None
    return desk.save(
        Referral(
            id=desk.new_id(),
            resident_id=resident_id,
            issued_on=issued_on,
            urgency=decision.referral,
            disease=HYPERTENSION,
            reasons=decision.reasons,
            reading_id=reading_id,
            staff_id=desk.actor.id,
        )
    )


def is_by_screening(referral: Referral) -> bool:
    """Made because the pressure was high on three days."""
    return any(reason.code == HIGH_THREE_DAYS for reason in referral.reasons)


def _covers(other: Referral, issued_on: date) -> bool:
    """An earlier one for three high days that answers those of `issued_on` too."""
    if other.is_voided or not is_by_screening(other) or other.issued_on >= issued_on:
        return False
    counted = timedelta(days=figures().screening_recheck_days)
    return other.is_open or other.issued_on >= issued_on - counted


def _renewed(desk: Desk, referral: Referral, decision: Decision) -> Referral:
    """The referral with the new decision. Once asked about, it only grows: more urgent, more reasons."""
    urgency, reasons = decision.referral or referral.urgency, decision.reasons
    if referral.inquiries:
        urgency = EMERGENCY if EMERGENCY in (urgency, referral.urgency) else urgency
        reasons = (*referral.reasons, *(reason for reason in reasons if reason not in referral.reasons))
    return desk.save(replace(referral, urgency=urgency, reasons=reasons))


def _is_joined(other: Referral, issued_on: date) -> bool:
    """An emergency of the same day that the rule has referred already, asked about or not."""
    is_by_rule = other.visit_id is not None or other.reading_id is not None
    return not other.is_voided and other.issued_on == issued_on and other.urgency == EMERGENCY and is_by_rule


def _hand_over(desk: Desk, referral: Referral, known: Sequence[Referral]) -> None:
    """The reason is gone: the referral goes to another emergency of that day that had joined it, or is voided."""
    day, resident_id = referral.issued_on, referral.resident_id
    if referral.urgency == EMERGENCY:
        taken = {other.visit_id for other in known if not other.is_voided}
        for visit in visit_store.visits_of(desk.connection, resident_id):
            decision = visit.decision
            is_urgent = decision is not None and decision.referral == EMERGENCY
            if decision is not None and is_urgent and visit.served_on == day and visit.id not in taken:
                desk.save(replace(referral, visit_id=visit.id, reading_id=None, reasons=decision.reasons))
                return
        resident = desk.get(Resident, resident_id)
        person = whose(resident, desk.conditions_on(resident_id, day), day, figures())
        for group in quick_readings(visit_store.readings_on(desk.connection, resident_id, day), day):
            if group[0].id == referral.reading_id:
                continue
            urgent = emergency_of_reading(
                Measured.of(measurements_of(group)), on=day, person=person, figures=figures()
            )
            if urgent is not None:
                desk.save(replace(referral, visit_id=None, reading_id=group[0].id, reasons=urgent.reasons))
                return
    desk.void(referral, NO_LONGER_NEEDED)


def _made_by(referral: Referral, visit_id: str | None, reading_id: str | None) -> bool:
    if visit_id is not None:
        return referral.visit_id == visit_id
    return reading_id is not None and referral.reading_id == reading_id and not is_by_screening(referral)


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
    draft_id: str | None = None,
) -> Referral:
    """What asking showed: arrived, in_hospital, back, not_arrived, refused. A refusal without a signature
    stays to be asked. Raises Problem `referral-state`, `referral-closed`, `date-order`, and `not-permitted` for one of a
    protected group that is not the actor's. `draft_id`: the half-filled form that it was, which is offered no more."""
    desk.drop_draft(draft_id)
    referral = desk.get(Referral, referral_id)
    desk.require_group_of("ask_referral", referral)
    on = asked_on or desk.today
    desk.refuse_future(on)
    if state not in STATES:
        raise Problem("referral-state", state=state)
    if not referral.is_open:
        raise Problem("referral-closed")
    if on < referral.issued_on:
        raise Problem("date-order")
    inquiry = ReferralInquiry(
        asked_on=on, state=state, mode=mode, said=optional_text(said), staff_id=desk.actor.id
    )
    return desk.save(
        replace(
            referral,
            state=state,
            inquiries=(*referral.inquiries, inquiry),
            facility=optional_text(facility) or referral.facility,
            refusal_signed=refusal_signed if state == REFUSED else referral.refusal_signed,
        )
    )


@verb("void_referral")
def void_referral(desk: Desk, referral_id: str, reason: str) -> Referral:
    """Voids a referral that was never meant. Raises Problem `void-needs-reason`, `already-voided`, and `not-permitted`
    for one of a protected group that is not the actor's."""
    referral = desk.get(Referral, referral_id)
    desk.require_group_of("void_referral", referral)
    return desk.void(referral, reason)
