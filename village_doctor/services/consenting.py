"""Consenting: what a resident does not want, what she agreed to, and whom we had to tell at once."""

from dataclasses import replace
from datetime import date

from village_doctor.domain.names import optional_text, plain_text
from village_doctor.domain.people import Resident
from village_doctor.domain.problems import Problem
from village_doctor.domain.protected import group_of_proof
from village_doctor.domain.refusals import Consent, Notice, Refusal
from village_doctor.domain.visits import Visit
from village_doctor.services.desk import Desk, verb
from village_doctor.services.measuring import day_of_service


@verb("refuse")
def refuse(
    desk: Desk,
    resident_id: str,
    what: str,
    *,
    refused_on: date | None = None,
    reason: str | None = None,
    witness: str | None = None,
    is_signed: bool = False,
    offer_again_on: date | None = None,
) -> Refusal:
    """She does not want it; it is offered again on the day agreed, else after three months.

    Raises Problem `code-unknown`, `date-order`, `date-in-future`, `person-gone`, and `not-permitted` for what belongs to
    a protected group that is not the actor's.
    """
    resident = desk.get(Resident, resident_id)
    desk.require_group("refuse", group_of_proof(what), resident.id)
    day = day_of_service(desk, resident, refused_on)
    if offer_again_on is not None and offer_again_on <= day:
        raise Problem("date-order")
    return desk.save(
        Refusal(
            id=desk.new_id(),
            resident_id=resident.id,
            what=desk.catalogue.known_code("refused", what),
            refused_on=day,
            reason=optional_text(reason),
            witness=optional_text(witness),
            is_signed=is_signed,
            offer_again_on=offer_again_on,
            staff_id=desk.actor.id,
        )
    )


@verb("withdraw_refusal")
def withdraw_refusal(desk: Desk, refusal_id: str, on: date | None = None) -> Refusal:
    """She wants it after all: it is offered again from that day. Raises Problem `refusal-over`, `date-order`, and
    `not-permitted` as `refuse`."""
    refusal = desk.get(Refusal, refusal_id)
    desk.require_group_of("withdraw_refusal", refusal)
    day = on or desk.today
    desk.refuse_future(day)
    if day < refusal.refused_on:
        raise Problem("date-order")
    if refusal.stands_until <= day:
        raise Problem("refusal-over")
    return desk.save(replace(refusal, offer_again_on=day))


@verb("give_consent")
def give_consent(
    desk: Desk,
    resident_id: str,
    what: str,
    *,
    given_on: date | None = None,
    given_by: str = "self",
    relation: str | None = None,
) -> Consent:
    """知情同意, by herself or by her guardian. Raises Problem `consent-known`, `code-unknown`, `person-gone`."""
    resident = desk.get(Resident, resident_id)
    day = day_of_service(desk, resident, given_on)
    known = desk.catalogue.known_code("consent", what)
    if any(one.what == known and one.withdrawn_on is None for one in desk.records_of(Consent, resident.id)):
        raise Problem("consent-known", name=resident.name)
    return desk.save(
        Consent(
            id=desk.new_id(),
            resident_id=resident.id,
            what=known,
            given_on=day,
            given_by=desk.catalogue.known_code("consent_given_by", given_by),
            relation=optional_text(relation),
            staff_id=desk.actor.id,
        )
    )


@verb("withdraw_consent")
def withdraw_consent(desk: Desk, consent_id: str, on: date | None = None) -> Consent:
    """From that day on she no longer agrees. Raises Problem `consent-over`, `date-order`."""
    consent = desk.get(Consent, consent_id)
    day = on or desk.today
    desk.refuse_future(day)
    if consent.withdrawn_on is not None:
        raise Problem("consent-over")
    if day < consent.given_on:
        raise Problem("date-order")
    return desk.save(replace(consent, withdrawn_on=day))


@verb("notify")
def notify(
    desk: Desk,
    resident_id: str,
    told_to: str,
    what: str,
    *,
    told_on: date | None = None,
    how: str = "phone",
    answer: str | None = None,
    visit_id: str | None = None,
) -> Notice:
    """What could not wait for a letter. Raises Problem `notice-needs-words`, `code-unknown`, `date-order`."""
    resident = desk.get(Resident, resident_id)
    day = told_on or desk.today
    desk.refuse_future(day)
    if day < resident.birth_date:
        raise Problem("date-order")
    told = plain_text(what)
    if not told:
        raise Problem("notice-needs-words")
    if visit_id is not None and desk.get(Visit, visit_id).resident_id != resident.id:
        raise Problem("record-not-found", kind="visit")
    return desk.save(
        Notice(
            id=desk.new_id(),
            resident_id=resident.id,
            told_to=desk.catalogue.known_code("notice_to", told_to),
            what=told,
            told_on=day,
            how=desk.catalogue.known_code("notice_how", how),
            visit_id=visit_id,
            answer=optional_text(answer),
            staff_id=desk.actor.id,
        )
    )
