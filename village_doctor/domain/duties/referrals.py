"""Asking what became of a referral (norms-hypertension §3, §5): within two weeks, and until it is known."""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Final

from village_doctor.domain.decisions import ASK_AFTER_EMERGENCY, ASK_AFTER_REFERRAL, EMERGENCY, Reason
from village_doctor.domain.duties.duty import NORM, Duty, Question
from village_doctor.domain.duties.evidence import REFERRAL_PROOF, EvidenceIndex, askings, is_open_on
from village_doctor.domain.duties.reasons import ITEM_NAMES
from village_doctor.domain.duties.tuberculosis import SUSPECT_ASKED_WITHIN, is_suspect
from village_doctor.domain.managed_groups import GROUP_OF_CONDITION
from village_doctor.domain.permissions import PROTECTED_GROUPS
from village_doctor.domain.person_facts import PersonFacts
from village_doctor.domain.referrals import Referral

ASK_AGAIN: Final = timedelta(days=7)
NORM_ASKS_WITHIN: Final = timedelta(days=14)
ITEM_REFERRAL: Final = "referral_outcome"
ITEM_REFERRAL_EMERGENCY: Final = "referral_outcome_emergency"


def duties(person: PersonFacts, question: Question, index: EvidenceIndex) -> Iterator[Duty]:
    """The askings of all her referrals."""
    for referral in person.referrals:
        yield from _referral_duties(person, referral, question)


def _referral_duties(person: PersonFacts, referral: Referral, question: Question) -> Iterator[Duty]:
    """Each asking what became of a referral, and the next one while it is open (norms-hypertension §5).

    Emergency: the next day, day 3; ordinary: day 7; then seven days after the last asking, until she was seen or a
    refusal is signed. Day 14 is the norm's limit for knowing, which no asking moves. Referrals from before the counting are asked about too:
    danger does not wait for a figure.
    """
    asked = [day for day, _, _ in askings(referral, person.visits, question.on)]
    is_asked = person.gone_on is None or question.on < person.gone_on
    before: date | None = None
    for number, day in enumerate(asked, start=1):
        yield _asking(person, referral, question, number, before, day, is_asked)
        before = day
    if is_open_on(referral, question.on):
        yield _asking(person, referral, question, len(asked) + 1, before, None, is_asked)


def _asking(
    person: PersonFacts,
    referral: Referral,
    question: Question,
    number: int,
    before: date | None,
    asked_on: date | None,
    is_asked: bool,
) -> Duty:
    """The asking after the one on `before`; `asked_on` None: still to be done, proven by any later asking."""
    is_emergency = referral.urgency == EMERGENCY
    is_first_of_suspect = before is None and is_suspect(person, referral)
    limit = referral.issued_on + (SUSPECT_ASKED_WITHIN if is_first_of_suspect else NORM_ASKS_WITHIN)
    due_on = question.not_before_counting(_ask_on(referral, before))
    values = {"issued": referral.issued_on.isoformat(), "limit": limit.isoformat()}
    if before is None:
        code = "referral-emergency" if is_emergency else "referral-ordinary"
        code = "tb-suspect" if is_first_of_suspect and not is_emergency else code
        span_from = referral.issued_on
    else:
        code = "referral-again"
        values["asked"] = before.isoformat()
        span_from = before + timedelta(days=1)
    return Duty(
        key=f"{person.resident.id}/norm/{ITEM_REFERRAL}:{referral.id}/{number}",
        resident_id=person.resident.id,
        household_id=person.household_id,
        source=NORM,
        item=ITEM_REFERRAL_EMERGENCY if is_emergency else ITEM_REFERRAL,
        name=ITEM_NAMES[ITEM_REFERRAL],
        proof=REFERRAL_PROOF + referral.id,
        span_from=span_from,
        span_until=asked_on,
        due_on=due_on,
        latest_on=question.not_before_counting(limit),
        reasons=(Reason(code=code, values=values),),
        is_asked=is_asked,
        group=_protected_group(referral),
    )


def _protected_group(referral: Referral) -> str | None:
    """The list that needs a permission of its own, where the referral gives the disease away."""
    group = GROUP_OF_CONDITION.get(referral.disease or "")
    return group if group in PROTECTED_GROUPS else None


def _ask_on(referral: Referral, before: date | None) -> date:
    """The day of the next asking after the one on `before`."""
    days = ASK_AFTER_EMERGENCY if referral.urgency == EMERGENCY else ASK_AFTER_REFERRAL
    for day in (referral.issued_on + timedelta(days=count) for count in days):
        if before is None or before < day:
            return day
    return (before or referral.issued_on) + ASK_AGAIN
