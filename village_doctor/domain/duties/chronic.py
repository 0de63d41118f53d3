"""Follow-ups of long diseases (contracts.md §3.3 a, norms-hypertension §2–§5, norms-diabetes §1–§4).

One counted follow-up in each quarter of the assessment year; again soon after a visit that was not controlled; on the
day agreed; fasting again after a diabetes visit without fasting glucose; again after a high value on a form that was
not finished. Other programmes follow up by the same
machinery with a `FollowUpPlan` of their own. Whether a duty exists depends only on who she is and on what happened,
never on the order of the records, and further evidence never takes away a duty that was done.
"""

from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from village_doctor.domain.dates import anniversary, plus_months
from village_doctor.domain.decisions import Reason
from village_doctor.domain.duties.calendar import AssessmentCalendar
from village_doctor.domain.duties.duty import Duty, Question
from village_doctor.domain.duties.evidence import (
    DIABETES,
    HYPERTENSION,
    EvidenceIndex,
    high_unfinished_until,
    lacks_fasting_glucose,
)
from village_doctor.domain.duties.making import is_in_group, norm_duty, owed_period
from village_doctor.domain.managed_groups import Period, has_condition_on, managed_periods
from village_doctor.domain.packages import FOLLOW_UP_PROOF
from village_doctor.domain.person_facts import PersonFacts
from village_doctor.domain.visits import Conclusion, Visit, conclusion_for

QUARTERS: Final = 4
FASTING_AGAIN: Final = timedelta(days=7)
MONTHS_OF_YEAR: Final = 12

ITEM_QUARTER: Final = "quarter"
ITEM_AGAIN: Final = "again"
ITEM_OWN_PLAN: Final = "own_plan"
ITEM_FASTING: Final = "fasting_again"
ITEM_UNFINISHED: Final = "unfinished_again"
_WHY_RETURN: Final = {ITEM_FASTING: "fasting-again", ITEM_UNFINISHED: "unfinished-again"}


@dataclass(frozen=True, kw_only=True, slots=True)
class Within:
    """How long after a visit the next one may be: calendar months, days, or both."""

    days: int = 0
    months: int = 0

    def after(self, day: date) -> date:
        return plus_months(day, self.months) + timedelta(days=self.days)


@dataclass(frozen=True, kw_only=True, slots=True)
class FollowUpPlan:
    """How a disease is followed up. `per_year`: the assessment year is cut into so many spans, one follow-up in each.

    `again`: the classes that ask for a return, worst first, and within what time; every other class asks for none.
    `again_until`: where that time also depends on the day before with a follow-up and its class, the last day for the return.
    `group`: the protected list that it belongs to.
    """

    disease: str
    again: Mapping[str, Within]
    per_year: int = QUARTERS
    group: str | None = None
    again_until: Callable[[str, date, tuple[date, str | None] | None], date] | None = None

    @property
    def proof(self) -> str:
        return FOLLOW_UP_PROOF + self.disease

    def latest_again(self, result: str, served_on: date, before: tuple[date, str | None] | None) -> date:
        """The last day for the return after a day with that class."""
        if self.again_until is not None:
            return self.again_until(result, served_on, before)
        return self.again[result].after(served_on)

    @property
    def months_between(self) -> int:
        """Whole months from one follow-up to the next."""
        return MONTHS_OF_YEAR // self.per_year


# Worst first: several on one day are read as the most serious (norms §4); each within 14 days (norms §5, §4).
_AGAIN: Final = {
    "complication": Within(days=14),
    "adverse_reaction": Within(days=14),
    "uncontrolled": Within(days=14),
}
PLANS: Final = tuple(FollowUpPlan(disease=disease, again=_AGAIN) for disease in (HYPERTENSION, DIABETES))


def duties(person: PersonFacts, question: Question, index: EvidenceIndex) -> Iterator[Duty]:
    """Follow-ups of hypertension and diabetes from the previous assessment year to the horizon."""
    codes = {condition.code for condition in person.conditions}
    for plan in PLANS:
        if plan.disease not in codes:
            continue
        yield from follow_up_duties(person, plan, question, index)
        yield from _unfinished_duties(person, plan.disease, question, index)
        if plan.disease == DIABETES:
            yield from _fasting_duties(person, question, index)


def follow_up_duties(
    person: PersonFacts, plan: FollowUpPlan, question: Question, index: EvidenceIndex
) -> Iterator[Duty]:
    """The follow-ups of one disease: by the span, again after a bad one, and on the day agreed."""
    yield from quarter_duties(person, plan, question, index, managed_periods(person, plan.disease))
    yield from again_duties(person, plan, question, index)
    yield from own_plan_duties(person, plan, question, index)


def quarter_duties(
    person: PersonFacts, plan: FollowUpPlan, question: Question, index: EvidenceIndex, periods: list[Period]
) -> Iterator[Duty]:
    """Owed for a span in which she is managed to its end (or to the day asked for), or was served while managed.

    `periods`: the stretches in which the norm owes it.
    """
    if not periods:
        return
    follow_ups = index.follow_ups(plan.disease)
    days = [visit.served_on for visit in follow_ups]
    is_asked = is_in_group(periods, question.on)
    for first, latest in _spans(plan, question.history_from, question.horizon_on):
        if question.is_before_counting(latest):
            continue
        before = bisect_left(days, first)
        is_served = before < len(days) and days[before] <= latest
        period = owed_period(periods, first, latest, question.on, is_served=is_served)
        if period is None:
            continue
        due = _SpanDue(
            plan=plan,
            begins=max(first, period[0]),
            latest=latest,
            last=follow_ups[before - 1] if before else None,
            is_served_early=is_served and question.is_before_counting(days[before]),
        )
        due_on, reasons = due.decide(person, question)
        yield norm_duty(
            person,
            question,
            item=ITEM_QUARTER,
            what=plan.disease,
            begins=first,
            proof=plan.proof,
            span_until=latest,
            due_on=due_on,
            latest_on=latest,
            reasons=reasons,
            is_asked=is_asked,
            group=plan.group,
        )


@dataclass(frozen=True, kw_only=True, slots=True)
class _SpanDue:
    """One span: from when she owes it, its last day, the follow-up before it; `is_served_early`: before the counting."""

    plan: FollowUpPlan
    begins: date
    latest: date
    last: Visit | None
    is_served_early: bool

    def decide(self, person: PersonFacts, question: Question) -> tuple[date, tuple[Reason, ...]]:
        """The earlier of last + the months between, the agreed day and the span's end; never before the span or her
        entry begins. In the span in which the counting starts, what nobody has agreed is spread by hamlet.
        """
        due_on, code, values = self._due()
        reason = Reason(code=code, values={**values, "due": due_on.isoformat()})
        counting = question.calendar.counting_starts_on
        if counting is None or self.begins > counting:
            return due_on, (reason,)
        if not self.is_served_early and (due_on < counting or self.last is None):
            due_on = _spread(person.hamlet_place, max(self.begins, counting), self.latest)
            values = {"counting": counting.isoformat(), "due": due_on.isoformat()}
            return due_on, (reason, Reason(code="first-spread", values=values))
        if due_on < counting:
            return counting, (
                reason,
                Reason(code="counting-starts", values={"counting": counting.isoformat()}),
            )
        return due_on, (reason,)

    def _due(self) -> tuple[date, str, dict[str, str]]:
        is_quarter = self.plan.per_year == QUARTERS
        values = {
            "disease": self.plan.disease,
            "first": self.begins.isoformat(),
            "latest": self.latest.isoformat(),
            "times": str(self.plan.per_year),
            "months": str(self.plan.months_between),
        }
        due_on, code = self.latest, "quarter-end" if is_quarter else "span-end"
        if self.last is not None:
            served_on = self.last.served_on
            agreed_on = conclusion_for(self.last, self.plan.disease).next_due_on
            values["last"] = served_on.isoformat()
            months_later = plus_months(served_on, self.plan.months_between)
            if months_later <= due_on:
                due_on, code = months_later, "three-months" if is_quarter else "months-between"
            if agreed_on is not None and served_on < agreed_on < due_on:
                due_on, code = agreed_on, "agreed-day"
        if due_on < self.begins:
            due_on, code = self.begins, "quarter-begun"
        return due_on, code, values


def _spread(place: tuple[int, int] | None, first: date, last: date) -> date:
    """The day of her hamlet among all: the first hamlet early, the last (or an unknown one) on the last day."""
    if place is None:
        return last
    index, count = place
    return first + timedelta(days=(last - first).days * (index + 1) // count)


def again_duties(
    person: PersonFacts, plan: FollowUpPlan, question: Question, index: EvidenceIndex
) -> Iterator[Duty]:
    """Again within the time of its class after each day with a follow-up that was not controlled (norms §5, §4)."""
    follow_ups = index.follow_ups(plan.disease)
    if not follow_ups:
        return
    last_day = follow_ups[-1].served_on
    is_asked = _is_ill_and_here(person, plan.disease, question.on)
    earlier: tuple[date, str | None] | None = None
    for served_on, visits in _by_day(follow_ups):
        conclusions = [conclusion_for(visit, plan.disease) for visit in visits]
        worst = _worst(plan, conclusions)
        before, earlier = earlier, (served_on, worst)
        if worst is None or (served_on < question.history_from and served_on != last_day):
            continue
        latest = plan.latest_again(worst, served_on, before)
        if question.is_before_counting(latest):
            continue
        is_served = index.first_in(plan.proof, served_on + timedelta(days=1), None) is not None
        if not is_served and not _is_ill_and_here(person, plan.disease, min(latest, question.on)):
            continue
        values = {"disease": plan.disease, "last": served_on.isoformat(), "result": worst}
        values["latest"] = latest.isoformat()
        due_on, reasons = _again_due(values, served_on, latest, visits[-1], conclusions)
        yield norm_duty(
            person,
            question,
            item=ITEM_AGAIN,
            what=plan.disease,
            begins=served_on,
            proof=plan.proof,
            span_from=served_on + timedelta(days=1),
            due_on=due_on,
            latest_on=latest,
            reasons=reasons,
            is_asked=is_asked,
            group=plan.group,
        )


def _again_due(
    values: Mapping[str, str], served_on: date, latest: date, visit: Visit, conclusions: list[Conclusion]
) -> tuple[date, tuple[Reason, ...]]:
    """The last day or the earlier day agreed; a later one only where the doctor overruled with a reason."""
    is_two_weeks = latest == served_on + timedelta(days=14)
    reason = Reason(code="again-14-days" if is_two_weeks else "again-within", values=values)
    planned_on = conclusions[-1].next_due_on
    if visit.overrule_reason and planned_on is not None and planned_on > latest:
        own = {"due": planned_on.isoformat(), "why": visit.overrule_reason}
        return planned_on, (reason, Reason(code="overruled", values=own))
    agreed = [one.next_due_on for one in conclusions if one.next_due_on is not None]
    return min([latest, *(day for day in agreed if day > served_on)]), (reason,)


def own_plan_duties(
    person: PersonFacts, plan: FollowUpPlan, question: Question, index: EvidenceIndex
) -> Iterator[Duty]:
    """The day agreed at the latest follow-up, where it asks for no return and the day lies before the next span."""
    follow_ups = index.follow_ups(plan.disease)
    if not follow_ups or not _is_ill_and_here(person, plan.disease, question.on):
        return
    visit = follow_ups[-1]
    conclusion = conclusion_for(visit, plan.disease)
    due_on = conclusion.next_due_on
    if conclusion.control_result is None or conclusion.control_result in plan.again:
        return
    if due_on is None or due_on <= visit.served_on or question.is_before_counting(due_on):
        return
    if due_on > _span_end(question.calendar, plan, visit.served_on):
        return
    values = {"disease": plan.disease, "last": visit.served_on.isoformat(), "due": due_on.isoformat()}
    yield norm_duty(
        person,
        question,
        item=ITEM_OWN_PLAN,
        what=plan.disease,
        begins=visit.served_on,
        proof=plan.proof,
        span_from=visit.served_on + timedelta(days=1),
        due_on=due_on,
        latest_on=plus_months(visit.served_on, plan.months_between),
        reasons=(Reason(code="agreed-day", values=values),),
        group=plan.group,
    )


def _fasting_duties(person: PersonFacts, question: Question, index: EvidenceIndex) -> Iterator[Duty]:
    """空腹再来: within 7 days of a diabetes visit without fasting glucose, by a complete follow-up (norms-diabetes §4)."""
    returns = {
        visit.served_on: (visit.served_on + FASTING_AGAIN, visit.served_on + FASTING_AGAIN)
        for visit in person.visits
        if lacks_fasting_glucose(visit)
    }
    yield from _return_duties(person, DIABETES, ITEM_FASTING, returns, question, index)


def _unfinished_duties(
    person: PersonFacts, disease: str, question: Question, index: EvidenceIndex
) -> Iterator[Duty]:
    """Again after a value above target on a form that was never finished: as soon as after one that counts (norms §5, §4)."""
    returns: dict[date, tuple[date, date]] = {}
    for visit in sorted(person.visits, key=lambda one: (one.recorded_at, one.id)):
        limit_on = high_unfinished_until(visit, disease)
        if limit_on is not None:
            agreed_on = conclusion_for(visit, disease).next_due_on
            returns[visit.served_on] = (agreed_on or limit_on, limit_on)
    yield from _return_duties(person, disease, ITEM_UNFINISHED, returns, question, index)


def _return_duties(
    person: PersonFacts,
    disease: str,
    item: str,
    returns: Mapping[date, tuple[date, date]],
    question: Question,
    index: EvidenceIndex,
) -> Iterator[Duty]:
    """After each day with a visit that was no follow-up a complete one; `returns`: the day it is due and its last day."""
    proof = FOLLOW_UP_PROOF + disease
    days = sorted(day for day in returns if day <= question.on)
    is_asked = _is_ill_and_here(person, disease, question.on)
    for served_on in days:
        due_on, latest_on = returns[served_on]
        if question.is_before_counting(latest_on):
            continue
        is_served = index.first_in(proof, served_on, None) is not None
        if served_on < question.history_from and (is_served or served_on != days[-1]):
            continue
        if not is_served and not _is_ill_and_here(person, disease, min(latest_on, question.on)):
            continue
        values = {"disease": disease, "last": served_on.isoformat(), "latest": latest_on.isoformat()}
        yield norm_duty(
            person,
            question,
            item=item,
            what=disease,
            begins=served_on,
            proof=proof,
            due_on=due_on,
            latest_on=latest_on,
            reasons=(Reason(code=_WHY_RETURN[item], values=values),),
            is_asked=is_asked,
        )


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


def _worst(plan: FollowUpPlan, conclusions: Iterable[Conclusion]) -> str | None:
    """The most serious class of a day that asks for a return; None where none does."""
    results = {one.control_result for one in conclusions}
    return next((result for result in plan.again if result in results), None)


def _spans(plan: FollowUpPlan, from_on: date, until_on: date) -> Iterator[tuple[date, date]]:
    """The spans from `from_on`, the first day of an assessment year, that begin up to `until_on`."""
    year = from_on
    while year <= until_on:
        starts = [
            plus_months(year, MONTHS_OF_YEAR * count // plan.per_year) for count in range(plan.per_year)
        ]
        for first, after in zip(starts, [*starts[1:], anniversary(year, 1)], strict=True):
            if first <= until_on:
                yield first, after - timedelta(days=1)
        year = anniversary(year, 1)


def _span_end(calendar: AssessmentCalendar, plan: FollowUpPlan, day: date) -> date:
    return next(last for _, last in _spans(plan, calendar.year_of(day)[0], day) if day <= last)
