"""肺结核 (norms-other-groups §4): the first visit within 72 hours, follow-ups by who supervises and by phase, the closing.

Each visit owes the next one until the treatment is closed or the disease is recorded as ended. After the closing somebody
telephones within two weeks to ask what the designated hospital found. Who was sent to be examined is telephoned
within one week (`is_suspect`, asked by `referrals`).
"""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Final

from village_doctor.domain.clinical.figures import Figures
from village_doctor.domain.clinical.tuberculosis import (
    COMPLETED,
    FIRST_VISIT_WITHIN,
    INJECTED,
    PHONE_AFTER_CLOSING,
    STAFF,
    STAFF_MONTHS,
    TO_RESISTANT_TREATMENT,
    TREATED_BEFORE,
    is_intensive,
    is_week_missed,
    latest_next,
)
from village_doctor.domain.dates import plus_months
from village_doctor.domain.decisions import Reason
from village_doctor.domain.duties.duty import Duty, Question
from village_doctor.domain.duties.evidence import EvidenceIndex, took_place
from village_doctor.domain.duties.making import norm_duty
from village_doctor.domain.managed_groups import GROUP_OF_CONDITION, has_condition_on
from village_doctor.domain.packages import PROOF_PHONE
from village_doctor.domain.people import Condition
from village_doctor.domain.person_facts import PersonFacts
from village_doctor.domain.referrals import Referral
from village_doctor.domain.visits import FACE_TO_FACE, REFUSED, Visit

TUBERCULOSIS: Final = "tuberculosis"
GROUP: Final = GROUP_OF_CONDITION[TUBERCULOSIS]
PROOF_FIRST_VISIT: Final = "tuberculosis:first_visit"
PROOF_FOLLOW_UP: Final = "follow_up:tuberculosis"
PROOF_CLOSING: Final = "tuberculosis:closing"

ITEM_FIRST_VISIT: Final = "tuberculosis_first_visit"
ITEM_NEXT: Final = "tuberculosis_next"
ITEM_CLOSING: Final = "tuberculosis_closing"
ITEM_OUTCOME: Final = "tuberculosis_outcome"

SUSPECT_ASKED_WITHIN: Final = timedelta(days=7)
ATTEMPTS_BEFORE_REPORT: Final = 2
_DAY: Final = timedelta(days=1)


def is_suspect(person: PersonFacts, referral: Referral) -> bool:
    """Sent to be examined for tuberculosis: not diagnosed on that day."""
    return referral.disease == TUBERCULOSIS and not has_condition_on(person, TUBERCULOSIS, referral.issued_on)


def duties(person: PersonFacts, question: Question, index: EvidenceIndex) -> Iterator[Duty]:
    """Everything owed to a patient from the previous assessment year to the horizon; recorded twice, owed once."""
    conditions = [
        one
        for one in person.conditions
        if one.code == TUBERCULOSIS and one.is_confirmed and not one.is_voided
    ]
    if not conditions:
        return
    conditions.sort(key=lambda one: (one.notified_on or one.since_on or date.min, one.id))
    found: dict[str, Duty] = {}
    for condition in conditions:
        for make in (_first_visit_duties, _start_duties, _closing_duties):
            for duty in make(person, condition, question, index):
                found.setdefault(duty.key, duty)
    yield from found.values()
    yield from _next_duties(person, question, index)
    yield from _outcome_duties(person, question)


def _first_visit_duties(
    person: PersonFacts, condition: Condition, question: Question, index: EvidenceIndex
) -> Iterator[Duty]:
    """Within 72 hours of the notice; not met twice in that time: report upward."""
    told_on = condition.notified_on
    if told_on is None or told_on > question.horizon_on:
        return
    latest = told_on + FIRST_VISIT_WITHIN
    done = index.first_in(PROOF_FIRST_VISIT, told_on, None)
    if question.is_before_counting(latest) or (done is not None and told_on < question.history_from):
        return
    if done is None and not _is_ill_and_here(person, min(latest, question.on)):
        return
    values = {"day": told_on.isoformat(), "latest": latest.isoformat()}
    reasons = [Reason(code="tb-first-visit", values=values)]
    attempts = _closed_doors(person, told_on, min(latest, question.on))
    if done is None and len(attempts) >= ATTEMPTS_BEFORE_REPORT:
        count = {"count": str(len(attempts)), "last": attempts[-1].isoformat()}
        reasons.append(Reason(code="tb-not-met", values=count))
    yield norm_duty(
        person,
        question,
        item=ITEM_FIRST_VISIT,
        what=TUBERCULOSIS,
        begins=told_on,
        proof=PROOF_FIRST_VISIT,
        due_on=latest,
        latest_on=latest,
        reasons=tuple(reasons),
        is_asked=_is_ill_and_here(person, question.on),
        group=GROUP,
    )


def _start_duties(
    person: PersonFacts, condition: Condition, question: Question, index: EvidenceIndex
) -> Iterator[Duty]:
    """Who came into the records without a notice that counts (an older patient) is seen within a month."""
    told_on = condition.notified_on
    if told_on is not None and not question.is_before_counting(told_on + FIRST_VISIT_WITHIN):
        return
    begins = question.not_before_counting(condition.since_on or told_on or question.history_from)
    latest = plus_months(begins, STAFF_MONTHS)
    done = index.first_in(PROOF_FOLLOW_UP, begins, None)
    if begins > question.horizon_on or (done is not None and begins < question.history_from):
        return
    if done is None and not _is_ill_and_here(person, min(latest, question.on)):
        return
    yield _follow_up(
        person,
        question,
        what="start",
        begins=begins,
        span_from=begins,
        due_on=latest,
        latest_on=latest,
        reasons=(Reason(code="tb-start", values={"latest": latest.isoformat()}),),
        is_asked=_is_ill_and_here(person, question.on),
    )


def _next_duties(person: PersonFacts, question: Question, index: EvidenceIndex) -> Iterator[Duty]:
    """After each day with a visit the next one, until the closing."""
    visits = _visits_by_day(person, question.on)
    last_day = max(visits, default=None)
    for day, same in visits.items():
        if day < question.history_from and day != last_day:
            continue
        limit = min(_latest_after(person, visit, question.figures) for visit in same)
        done = index.first_in(PROOF_FOLLOW_UP, day + _DAY, None)
        closed = index.first_in(PROOF_CLOSING, day, None)
        if closed is not None and closed.day <= limit and (done is None or closed.day < done.day):
            continue
        if done is None:
            if not _is_ill_and_here(person, min(limit, question.on)):
                continue
        elif question.is_before_counting(limit) and question.is_before_counting(done.day):
            continue
        latest = question.not_before_counting(limit)
        yield _follow_up(
            person,
            question,
            what="next",
            begins=day,
            span_from=day + _DAY,
            due_on=_planned_on(same, limit),
            latest_on=latest,
            reasons=_why_next(person, same[-1], latest, question),
            is_asked=closed is None and _is_ill_and_here(person, question.on),
        )


def _closing_duties(
    person: PersonFacts, condition: Condition, question: Question, index: EvidenceIndex
) -> Iterator[Duty]:
    """结案评估 on the day on which the treatment stopped, as the disease was recorded as ended."""
    stopped_on = condition.until_on
    if stopped_on is None or not question.history_from <= stopped_on <= question.horizon_on:
        return
    if question.is_before_counting(stopped_on):
        return
    began = condition.notified_on or condition.since_on or question.history_from
    done = index.first_in(PROOF_CLOSING, min(began, stopped_on), None)
    if done is None and not person.is_here_on(min(stopped_on, question.on)):
        return
    yield norm_duty(
        person,
        question,
        item=ITEM_CLOSING,
        what=TUBERCULOSIS,
        begins=stopped_on,
        proof=PROOF_CLOSING,
        due_on=stopped_on,
        latest_on=stopped_on,
        reasons=(Reason(code="tb-closing", values={"day": stopped_on.isoformat()}),),
        span_from=min(began, stopped_on),
        is_asked=person.is_here_on(question.on),
        group=GROUP,
    )


def _outcome_duties(person: PersonFacts, question: Question) -> Iterator[Duty]:
    """By telephone within two weeks of the closing: did she go, and what did the hospital find."""
    closed = {
        visit.served_on
        for visit in person.visits
        if PROOF_CLOSING in visit.proves
        and took_place(visit)
        and (visit.answers or {}).get("stop_reason") in (COMPLETED, TO_RESISTANT_TREATMENT)
    }
    for day in sorted(closed):
        latest = day + PHONE_AFTER_CLOSING
        if not question.history_from <= day <= question.on or question.is_before_counting(latest):
            continue
        values = {"day": day.isoformat(), "latest": latest.isoformat()}
        yield norm_duty(
            person,
            question,
            item=ITEM_OUTCOME,
            what=TUBERCULOSIS,
            begins=day,
            proof=PROOF_PHONE,
            due_on=latest,
            latest_on=latest,
            reasons=(Reason(code="tb-outcome", values=values),),
            span_from=day + _DAY,
            is_asked=person.gone_on is None or question.on < person.gone_on,
            group=GROUP,
        )


def _follow_up(
    person: PersonFacts,
    question: Question,
    *,
    what: str,
    begins: date,
    span_from: date,
    due_on: date,
    latest_on: date,
    reasons: tuple[Reason, ...],
    is_asked: bool,
) -> Duty:
    return norm_duty(
        person,
        question,
        item=ITEM_NEXT,
        what=what,
        begins=begins,
        proof=PROOF_FOLLOW_UP,
        due_on=due_on,
        latest_on=latest_on,
        reasons=reasons,
        span_from=span_from,
        is_asked=is_asked,
        group=GROUP,
    )


def _visits_by_day(person: PersonFacts, on: date) -> dict[date, list[Visit]]:
    """First visits and follow-ups that count, by their day, oldest first."""
    counted = [
        visit
        for visit in person.visits
        if took_place(visit)
        and visit.served_on <= on
        and (PROOF_FIRST_VISIT in visit.proves or PROOF_FOLLOW_UP in visit.proves)
    ]
    counted.sort(key=lambda visit: (visit.served_on, visit.recorded_at, visit.id))
    days: dict[date, list[Visit]] = {}
    for visit in counted:
        days.setdefault(visit.served_on, []).append(visit)
    return days


def _latest_after(person: PersonFacts, visit: Visit, figures: Figures) -> date:
    """The last day for the next follow-up, sooner after a referral."""
    answers = visit.answers or {}
    limit = latest_next(
        visit.served_on,
        str(answers.get("supervisor")),
        figures,
        intensive=_is_intensive(person, visit, figures),
    )
    if visit.decision is not None and visit.decision.referral is not None:
        return min(limit, visit.served_on + timedelta(days=figures.tuberculosis_after_referral_days))
    return limit


def _is_intensive(person: PersonFacts, visit: Visit, figures: Figures) -> bool:
    answers = visit.answers or {}
    month = answers.get("treatment_month")
    dosage_form = answers.get("dosage_form")
    treated_before = any(
        (one.answers or {}).get("patient_type") == TREATED_BEFORE
        for one in person.visits
        if PROOF_FIRST_VISIT in one.proves and one.served_on <= visit.served_on and took_place(one)
    )
    return is_intensive(
        month if isinstance(month, int) else None,
        figures,
        treated_before=treated_before,
        injected=isinstance(dosage_form, list | tuple) and INJECTED in dosage_form,
    )


def _planned_on(visits: list[Visit], limit: date) -> date:
    """The last day or the earlier day agreed; a later one only where the doctor overruled with a reason."""
    plan = visits[-1]
    if plan.overrule_reason and plan.next_due_on is not None and plan.next_due_on > limit:
        return plan.next_due_on
    agreed = [visit.next_due_on for visit in visits if visit.next_due_on is not None]
    return min([limit, *(day for day in agreed if day > plan.served_on)])


def _why_next(person: PersonFacts, visit: Visit, latest: date, question: Question) -> tuple[Reason, ...]:
    """Why by that day; and what has to be told upward meanwhile: a week without medicine, gone away."""
    answers = visit.answers or {}
    values = {"last": visit.served_on.isoformat(), "latest": latest.isoformat()}
    if visit.decision is not None and visit.decision.referral is not None:
        code = "tb-after-referral"
    elif answers.get("supervisor") == STAFF:
        code = "tb-by-staff"
    else:
        is_early = _is_intensive(person, visit, question.figures)
        code = "tb-intensive" if is_early else "tb-continuation"
    reasons = [Reason(code=code, values=values)]
    missed, usage = answers.get("missed_doses"), answers.get("usage")
    if isinstance(missed, int) and is_week_missed(missed, str(usage), question.figures):
        told = {"last": visit.served_on.isoformat(), "count": str(missed)}
        reasons.append(Reason(code="tb-week-missed", values=told))
    away = next((one for one in person.absences if one.is_away_on(question.on)), None)
    if away is not None:
        reasons.append(Reason(code="tb-away", values={"from": away.from_on.isoformat()}))
    return tuple(reasons)


def _closed_doors(person: PersonFacts, first: date, last: date) -> list[date]:
    """The days of the visits in that time at which nobody was met; who refuses was met."""
    return sorted(
        visit.served_on
        for visit in person.visits
        if visit.not_done_reason not in (None, REFUSED)
        and not visit.is_voided
        and visit.mode in FACE_TO_FACE
        and first <= visit.served_on <= last
    )


def _is_ill_and_here(person: PersonFacts, on: date) -> bool:
    return has_condition_on(person, TUBERCULOSIS, on) and person.is_here_on(on)
