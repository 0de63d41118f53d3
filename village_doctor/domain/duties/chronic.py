"""What the norm owes a resident, signed or not (contracts.md §3.3 a, norms-hypertension §2–§5, norms-diabetes §1–§4).

One counted follow-up in each quarter of the assessment year; again within 14 days after a visit that was not
controlled; fasting again after a diabetes visit without fasting glucose; asking what became of a referral.
Whether a duty exists depends only on who she is and on what happened, never on the order of the records, and
further evidence never takes away a duty that was done.
"""

from bisect import bisect_left
from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from typing import Final

from village_doctor.domain.clinical.decision import CONTROLLED, EMERGENCY, Reason
from village_doctor.domain.dates import plus_months
from village_doctor.domain.duties.facts import (
    DIABETES,
    FOLLOW_UP_PROOFS,
    MANAGED_DISEASES,
    NORM,
    REFERRAL_PROOF,
    Duty,
    EvidenceIndex,
    Question,
    askings,
    is_open_on,
    lacks_fasting_glucose,
)
from village_doctor.domain.duties.reasons import ITEM_NAMES
from village_doctor.domain.managed_groups import Period, has_condition_on, managed_periods
from village_doctor.domain.person_facts import PersonFacts
from village_doctor.domain.referrals import Referral
from village_doctor.domain.visits import Visit

QUARTER_MONTHS: Final = 3
AGAIN: Final = timedelta(days=14)
FASTING_AGAIN: Final = timedelta(days=7)
ASK_AGAIN: Final = timedelta(days=7)
NORM_ASKS_WITHIN: Final = timedelta(days=14)
ASK_DAYS_EMERGENCY: Final = (1, 3)
ASK_DAYS_ORDINARY: Final = (7,)

ITEM_QUARTER: Final = "quarter"
ITEM_AGAIN: Final = "again"
ITEM_OWN_PLAN: Final = "own_plan"
ITEM_FASTING: Final = "fasting_again"
ITEM_REFERRAL: Final = "referral_outcome"
ITEM_REFERRAL_EMERGENCY: Final = "referral_outcome_emergency"

# Worst first: several on one day are read as the most serious (norms §4).
_WORST_FIRST: Final = ("complication", "adverse_reaction", "uncontrolled")


def norm_duties(person: PersonFacts, question: Question, index: EvidenceIndex) -> Iterator[Duty]:
    """Every norm duty of one resident from the previous assessment year to the horizon."""
    codes = {condition.code for condition in person.conditions}
    for disease in MANAGED_DISEASES:
        if disease not in codes:
            continue
        follow_ups = index.follow_ups(disease)
        periods = managed_periods(person, disease)
        if periods:
            yield from _quarter_duties(person, disease, periods, follow_ups, question)
        yield from _again_duties(person, disease, follow_ups, question, index)
        yield from _own_plan_duties(person, disease, follow_ups, question)
        if disease == DIABETES:
            yield from _fasting_duties(person, question, index)
    for referral in person.referrals:
        yield from _referral_duties(person, referral, question)


def _quarter_duties(
    person: PersonFacts, disease: str, periods: list[Period], follow_ups: list[Visit], question: Question
) -> Iterator[Duty]:
    """Owed for a quarter in which she is managed to its end (or to the day asked for), or was served while managed."""
    on = question.on
    days = [visit.served_on for visit in follow_ups]
    is_asked = any(last is None or last >= on for _, last in periods)
    for first, latest in question.calendar.quarters(question.history_from, question.horizon_on):
        if question.is_before_counting(latest):
            continue
        before = bisect_left(days, first)
        is_served = before < len(days) and days[before] <= latest
        until = first if is_served else max(first, min(latest, on))
        period = next(
            (
                (begins, ends)
                for begins, ends in periods
                if begins <= latest and (ends is None or until <= ends)
            ),
            None,
        )
        if period is None:
            continue
        last_visit = follow_ups[before - 1] if before else None
        begins = max(first, period[0])
        due_on, reasons = _quarter_due(disease, begins, latest, last_visit, question)
        yield Duty(
            key=f"{person.resident.id}/norm/{ITEM_QUARTER}:{disease}/{first}",
            resident_id=person.resident.id,
            household_id=person.household_id,
            source=NORM,
            item=ITEM_QUARTER,
            name=ITEM_NAMES[FOLLOW_UP_PROOFS[disease]],
            proof=FOLLOW_UP_PROOFS[disease],
            span_from=first,
            span_until=latest,
            due_on=due_on,
            latest_on=latest,
            reasons=reasons,
            is_asked=is_asked,
        )


def _quarter_due(
    disease: str, begins: date, latest: date, last_visit: Visit | None, question: Question
) -> tuple[date, tuple[Reason, ...]]:
    """The earlier of last + 3 months, the agreed day and the quarter's end; never before the quarter or her entry begins."""
    values = {"disease": disease, "first": begins.isoformat(), "latest": latest.isoformat()}
    due_on, code = latest, "quarter-end"
    if last_visit is not None:
        served_on, agreed_on = last_visit.served_on, last_visit.next_due_on
        values["last"] = served_on.isoformat()
        three_months = plus_months(served_on, QUARTER_MONTHS)
        if three_months <= due_on:
            due_on, code = three_months, "three-months"
        if agreed_on is not None and served_on < agreed_on < due_on:
            due_on, code = agreed_on, "agreed-day"
    if due_on < begins:
        due_on, code = begins, "quarter-begun"
    values["due"] = due_on.isoformat()
    reason = Reason(code=code, values=values)
    if question.is_before_counting(due_on):
        due_on = question.not_before_counting(due_on)
        return due_on, (reason, Reason(code="counting-starts", values={"counting": due_on.isoformat()}))
    return due_on, (reason,)


def _again_duties(
    person: PersonFacts, disease: str, follow_ups: list[Visit], question: Question, index: EvidenceIndex
) -> Iterator[Duty]:
    """Again within 14 days of each day with a follow-up that was not controlled (norms §5, §4)."""
    if not follow_ups:
        return
    proof = FOLLOW_UP_PROOFS[disease]
    last_day = follow_ups[-1].served_on
    is_asked = _is_ill_and_here(person, disease, question.on)
    for served_on, visits in _by_day(follow_ups):
        if served_on < question.history_from and served_on != last_day:
            continue
        latest = served_on + AGAIN
        worst = _worst(visits)
        if worst is None or question.is_before_counting(latest):
            continue
        is_served = index.first_in(proof, served_on + timedelta(days=1), None) is not None
        if not is_served and not _is_ill_and_here(person, disease, min(latest, question.on)):
            continue
        due_on, reasons = _again_due(disease, served_on, visits, worst)
        yield Duty(
            key=f"{person.resident.id}/norm/{ITEM_AGAIN}:{disease}/{served_on}",
            resident_id=person.resident.id,
            household_id=person.household_id,
            source=NORM,
            item=ITEM_AGAIN,
            name=ITEM_NAMES[proof],
            proof=proof,
            span_from=served_on + timedelta(days=1),
            span_until=None,
            due_on=question.not_before_counting(due_on),
            latest_on=latest,
            reasons=reasons,
            is_asked=is_asked,
        )


def _again_due(
    disease: str, served_on: date, visits: list[Visit], worst: str
) -> tuple[date, tuple[Reason, ...]]:
    """Day 14 or the earlier day agreed; a later one only where the doctor overruled with a reason."""
    latest = served_on + AGAIN
    values = {
        "disease": disease,
        "last": served_on.isoformat(),
        "result": worst,
        "latest": latest.isoformat(),
    }
    reason = Reason(code="again-14-days", values=values)
    plan = visits[-1]
    if plan.overrule_reason and plan.next_due_on is not None and plan.next_due_on > latest:
        own = {"due": plan.next_due_on.isoformat(), "why": plan.overrule_reason}
        return plan.next_due_on, (reason, Reason(code="overruled", values=own))
    agreed = [visit.next_due_on for visit in visits if visit.next_due_on is not None]
    return min([latest, *(day for day in agreed if day > served_on)]), (reason,)


def _own_plan_duties(
    person: PersonFacts, disease: str, follow_ups: list[Visit], question: Question
) -> Iterator[Duty]:
    """The day agreed at the latest follow-up, where it was controlled and the day lies before the next quarter."""
    if not follow_ups or not _is_ill_and_here(person, disease, question.on):
        return
    visit = follow_ups[-1]
    due_on = visit.next_due_on
    if visit.control_result != CONTROLLED or due_on is None or due_on <= visit.served_on:
        return
    if due_on > question.calendar.quarter_of(visit.served_on)[1] or question.is_before_counting(due_on):
        return
    proof = FOLLOW_UP_PROOFS[disease]
    values = {"disease": disease, "last": visit.served_on.isoformat(), "due": due_on.isoformat()}
    yield Duty(
        key=f"{person.resident.id}/norm/{ITEM_OWN_PLAN}:{disease}/{visit.served_on}",
        resident_id=person.resident.id,
        household_id=person.household_id,
        source=NORM,
        item=ITEM_OWN_PLAN,
        name=ITEM_NAMES[proof],
        proof=proof,
        span_from=visit.served_on + timedelta(days=1),
        span_until=None,
        due_on=due_on,
        latest_on=plus_months(visit.served_on, QUARTER_MONTHS),
        reasons=(Reason(code="agreed-day", values=values),),
    )


def _fasting_duties(person: PersonFacts, question: Question, index: EvidenceIndex) -> Iterator[Duty]:
    """空腹再来: within 7 days of a diabetes visit without fasting glucose, by a complete follow-up (norms-diabetes §4)."""
    proof = FOLLOW_UP_PROOFS[DIABETES]
    days = sorted({visit.served_on for visit in person.visits if lacks_fasting_glucose(visit)})
    days = [day for day in days if day <= question.on]
    is_asked = _is_ill_and_here(person, DIABETES, question.on)
    for served_on in days:
        due_on = served_on + FASTING_AGAIN
        if question.is_before_counting(due_on):
            continue
        is_served = index.first_in(proof, served_on, None) is not None
        if served_on < question.history_from and (is_served or served_on != days[-1]):
            continue
        if not is_served and not _is_ill_and_here(person, DIABETES, min(due_on, question.on)):
            continue
        yield Duty(
            key=f"{person.resident.id}/norm/{ITEM_FASTING}/{served_on}",
            resident_id=person.resident.id,
            household_id=person.household_id,
            source=NORM,
            item=ITEM_FASTING,
            name=ITEM_NAMES[proof],
            proof=proof,
            span_from=served_on,
            span_until=None,
            due_on=due_on,
            latest_on=due_on,
            reasons=(Reason(code="fasting-again", values={"last": served_on.isoformat()}),),
            is_asked=is_asked,
        )


def _referral_duties(person: PersonFacts, referral: Referral, question: Question) -> Iterator[Duty]:
    """Each asking what became of a referral, and the next one while it is open (norms-hypertension §5).

    Emergency: the next day, day 3; ordinary: day 7; then seven days after the last asking, until she was seen or a
    refusal is signed. Day 14 is the norm's limit for knowing. Referrals from before the counting are asked about too:
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
    limit = referral.issued_on + NORM_ASKS_WITHIN
    due_on = question.not_before_counting(_ask_on(referral, before))
    values = {"issued": referral.issued_on.isoformat(), "limit": limit.isoformat()}
    if before is None:
        code = "referral-emergency" if is_emergency else "referral-ordinary"
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
        latest_on=max(limit, due_on),
        reasons=(Reason(code=code, values=values),),
        is_asked=is_asked,
    )


def _ask_on(referral: Referral, before: date | None) -> date:
    """The day of the next asking after the one on `before`."""
    days = ASK_DAYS_EMERGENCY if referral.urgency == EMERGENCY else ASK_DAYS_ORDINARY
    for day in (referral.issued_on + timedelta(days=count) for count in days):
        if before is None or before < day:
            return day
    return (before or referral.issued_on) + ASK_AGAIN


def _is_ill_and_here(person: PersonFacts, disease: str, on: date) -> bool:
    return has_condition_on(person, disease, on) and person.is_here_on(on)


def _by_day(visits: Iterable[Visit]) -> Iterator[tuple[date, list[Visit]]]:
    """Visits in order of their day, those of one day together."""
    day: date | None = None
    same: list[Visit] = []
    for visit in visits:
        if day is not None and visit.served_on != day:
            yield day, same
            same = []
        day = visit.served_on
        same.append(visit)
    if day is not None:
        yield day, same


def _worst(visits: Iterable[Visit]) -> str | None:
    """The most serious class of a day that asks for a return; None where all is controlled."""
    results = {visit.control_result for visit in visits} - {None, CONTROLLED}
    return next((result for result in _WORST_FIRST if result in results), None)
