"""What the norm owes every child of 0–6 years who lives here (norms-other-groups §2, §6): visits, checks, 中医药.

The visit at home within a week after the newborn came home (`discharged_on`, else the birth); 满月, 3, 6, 8, 12, 18, 24,
30, 36 months, 4, 5, 6 years; 中医药 at 6, 12, 18, 24, 30, 36 months. A check is due on the day the age is reached and may
be done until the day before the next one's age; what is done before the age belongs to the check before (our reading,
mark D). Blood counts are part of the check at their age. Vaccinations are no duties here: the vaccination system keeps
and calls them; the window only reminds.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from village_doctor.domain.clinical.child import (
    BLOOD_COUNT_MONTHS,
    CHINESE_MEDICINE,
    FULL_MONTH_FIRST_DAY,
    NEWBORN_DAYS,
    UNTIL_YEARS,
    AgeCheck,
    checks_of,
    home_on,
    leaves_on,
)
from village_doctor.domain.dates import anniversary
from village_doctor.domain.decisions import Reason
from village_doctor.domain.duties.duty import Duty, Question
from village_doctor.domain.duties.evidence import EvidenceIndex
from village_doctor.domain.duties.making import counting_reason, is_in_group, norm_duty, owed_period
from village_doctor.domain.managed_groups import Period, here_periods
from village_doctor.domain.person_facts import PersonFacts

ITEM_NEWBORN: Final = "newborn"
ITEM_CHECK: Final = "child_check"
ITEM_CHINESE_MEDICINE: Final = "child_chinese_medicine"
PROOF_NEWBORN: Final = "newborn_visit"
PROOF_CHECK: Final = "child_visit"
PROOF_CHINESE_MEDICINE: Final = "child_chinese_medicine"


@dataclass(frozen=True, kw_only=True, slots=True)
class _Owed:
    """One thing owed to a child: its time, its days, and why."""

    item: str
    what: str
    proof: str
    first: date
    due_on: date
    latest_on: date
    until: date
    reasons: tuple[Reason, ...]


def duties(person: PersonFacts, question: Question, index: EvidenceIndex) -> Iterator[Duty]:
    """The visits and checks of a child whose time reaches into the history or begins up to the horizon."""
    born_on = person.resident.birth_date
    if born_on > question.horizon_on or anniversary(born_on, UNTIL_YEARS) <= question.history_from:
        return
    periods = here_periods(person, born_on, leaves_on(born_on) - timedelta(days=1))
    if not periods:
        return
    for owed in (_newborn(person), *_by_age(born_on)):
        if owed.until < question.history_from or owed.first > question.horizon_on:
            continue
        yield from _duty(person, question, index, periods, owed)


def _duty(
    person: PersonFacts, question: Question, index: EvidenceIndex, periods: list[Period], owed: _Owed
) -> Iterator[Duty]:
    """Owed where the child is here to the end of its time (as far as known), or was served; asked while it can be."""
    if question.is_before_counting(owed.until):
        return
    is_served = index.first_in(owed.proof, owed.first, owed.until) is not None
    if owed_period(periods, owed.first, owed.until, question.on, is_served=is_served) is None:
        return
    yield norm_duty(
        person,
        question,
        item=owed.item,
        what=owed.what,
        begins=owed.first,
        proof=owed.proof,
        span_until=owed.until,
        due_on=owed.due_on,
        latest_on=question.not_before_counting(owed.latest_on),
        reasons=(*owed.reasons, *counting_reason(question, owed.due_on)),
        is_asked=is_in_group(periods, question.on) and question.on <= owed.until,
        timely_until=question.not_before_counting(owed.latest_on),
    )


def _newborn(person: PersonFacts) -> _Owed:
    """From the birth on; in time within a week after coming home, counted until 满月 (or that week's end)."""
    resident = person.resident
    born_on, discharged_on = resident.birth_date, resident.discharged_on
    is_from_birth = discharged_on is None or discharged_on < born_on
    came_home_on = home_on(resident)
    latest_on = came_home_on + timedelta(days=NEWBORN_DAYS)
    values = {"from": came_home_on.isoformat(), "latest": latest_on.isoformat()}
    return _Owed(
        item=ITEM_NEWBORN,
        what=PROOF_NEWBORN,
        proof=PROOF_NEWBORN,
        first=born_on,
        due_on=latest_on,
        latest_on=latest_on,
        until=max(latest_on, born_on + timedelta(days=FULL_MONTH_FIRST_DAY - 1)),
        reasons=(Reason(code="newborn-from-birth" if is_from_birth else "newborn-home", values=values),),
    )


def _by_age(born_on: date) -> Iterator[_Owed]:
    checks = checks_of(born_on)
    for check in checks:
        yield _Owed(
            item=ITEM_CHECK,
            what=check.code,
            proof=PROOF_CHECK,
            first=check.first,
            due_on=check.first,
            latest_on=check.latest_on,
            until=check.until,
            reasons=tuple(_check_reasons(check)),
        )
    for check in checks:
        if check.months in CHINESE_MEDICINE:
            yield _Owed(
                item=ITEM_CHINESE_MEDICINE,
                what=check.code,
                proof=PROOF_CHINESE_MEDICINE,
                first=check.first,
                due_on=check.first,
                latest_on=check.latest_on,
                until=check.until,
                reasons=(_aged("child-chinese-medicine", check),),
            )


def _check_reasons(check: AgeCheck) -> Iterator[Reason]:
    if check.months is not None:
        yield _aged("child-check-months", check)
    elif check.years is not None:
        yield _aged("child-check-years", check)
    else:
        yield _aged("child-check-full-month", check)
    if check.months in BLOOD_COUNT_MONTHS:
        yield Reason(code="child-blood-count")


def _aged(code: str, check: AgeCheck) -> Reason:
    values = {"first": check.first.isoformat(), "latest": check.latest_on.isoformat()}
    if check.months is not None:
        values["months"] = str(check.months)
    if check.years is not None:
        values["years"] = str(check.years)
    return Reason(code=code, values=values)
