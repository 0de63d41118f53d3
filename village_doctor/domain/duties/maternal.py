"""What the norm owes a woman who is pregnant or has given birth (norms-other-groups §5), if she lives here.

Five checks by the weeks of gestation, due when their window begins and in time to its last day; the first is arranged
for a week that the township sets, before 13 weeks. The visit at home within a week after she came home, the check after
42 days. What belongs to a pregnancy that is over is kept for the figures and asked no more.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from village_doctor.domain.clinical.maternal import (
    LATE_CHECK_DAYS,
    POSTNATAL_DAYS,
    WEEK,
    antenatal_checks,
    postnatal_base,
)
from village_doctor.domain.decisions import Reason
from village_doctor.domain.duties.duty import Duty, Question
from village_doctor.domain.duties.evidence import EvidenceIndex
from village_doctor.domain.duties.making import counting_reason, norm_duty, owed_period
from village_doctor.domain.managed_groups import here_periods
from village_doctor.domain.people import FEMALE
from village_doctor.domain.person_facts import PersonFacts
from village_doctor.domain.pregnancy import is_pregnant_on, pregnancy_began_on

ITEM_ANTENATAL: Final = "antenatal"
ITEM_POSTNATAL: Final = "postnatal"
PROOF_ANTENATAL: Final = "antenatal_visit"
PROOF_POSTNATAL: Final = "postnatal_visit"
PROOF_42_DAYS: Final = "postnatal_42_days"


@dataclass(frozen=True, kw_only=True, slots=True)
class _Owed:
    """One thing owed: its days, and the last day on which it is still asked for. `until` None: however late it counts."""

    item: str
    what: str
    proof: str
    begins: date
    first: date
    due_on: date
    latest_on: date
    until: date | None
    asked_until: date
    reason: Reason


def duties(person: PersonFacts, question: Question, index: EvidenceIndex) -> Iterator[Duty]:
    """The checks of her last pregnancy and what follows the delivery, within history and horizon."""
    resident = person.resident
    if resident.sex != FEMALE:
        return
    began_on, delivered_on = pregnancy_began_on(resident), resident.delivered_on
    if began_on is not None:
        yield from _antenatal_duties(person, question, index, began_on)
    if delivered_on is not None:
        for owed in _after_delivery(person, question, delivered_on):
            yield from _duty(person, question, index, owed, delivered_on, None)


def _antenatal_duties(
    person: PersonFacts, question: Question, index: EvidenceIndex, began_on: date
) -> Iterator[Duty]:
    longest = question.figures.pregnancy_longest_days
    delivered_on = person.resident.delivered_on
    ends_on = began_on + timedelta(days=longest)
    if delivered_on is not None and delivered_on >= began_on:
        ends_on = min(ends_on, delivered_on - timedelta(days=1))
    if ends_on < question.history_from or began_on > question.horizon_on:
        return
    is_pregnant = is_pregnant_on(person.resident, question.on, longest_days=longest)
    for check in antenatal_checks(began_on):
        due_on = check.first
        if check.number == 1:
            weeks = min(question.figures.antenatal_first_due_week, check.until_week)
            due_on = began_on + timedelta(days=weeks * WEEK)
        values = {
            "number": str(check.number),
            "from_week": str(check.from_week),
            "until_week": str(check.until_week),
            "latest": check.latest_on.isoformat(),
        }
        owed = _Owed(
            item=ITEM_ANTENATAL,
            what=str(check.number),
            proof=PROOF_ANTENATAL,
            begins=began_on,
            first=check.first,
            due_on=due_on,
            latest_on=check.latest_on,
            until=check.latest_on,
            asked_until=ends_on if is_pregnant else began_on,
            reason=Reason(code="antenatal-first" if check.number == 1 else "antenatal-weeks", values=values),
        )
        yield from _duty(person, question, index, owed, began_on, ends_on)


def _after_delivery(person: PersonFacts, question: Question, delivered_on: date) -> Iterator[_Owed]:
    home_on = postnatal_base(person.resident) or delivered_on
    late_on = delivered_on + timedelta(days=LATE_CHECK_DAYS)
    latest_on = home_on + timedelta(days=POSTNATAL_DAYS)
    until = max(latest_on, late_on - timedelta(days=1))
    yield _Owed(
        item=ITEM_POSTNATAL,
        what=PROOF_POSTNATAL,
        proof=PROOF_POSTNATAL,
        begins=delivered_on,
        first=delivered_on,
        due_on=latest_on,
        latest_on=latest_on,
        until=until,
        asked_until=until,
        reason=Reason(
            code="postnatal-home" if home_on > delivered_on else "postnatal-from-delivery",
            values={"from": home_on.isoformat(), "latest": latest_on.isoformat()},
        ),
    )
    yield _Owed(
        item=ITEM_POSTNATAL,
        what=PROOF_42_DAYS,
        proof=PROOF_42_DAYS,
        begins=delivered_on,
        first=delivered_on,
        due_on=late_on,
        latest_on=late_on,
        until=None,
        asked_until=delivered_on + timedelta(days=question.figures.postnatal_asked_days),
        reason=Reason(
            code="postnatal-42-days",
            values={"from": delivered_on.isoformat(), "due": late_on.isoformat()},
        ),
    )


def _duty(
    person: PersonFacts,
    question: Question,
    index: EvidenceIndex,
    owed: _Owed,
    here_from: date,
    here_until: date | None,
) -> Iterator[Duty]:
    """Owed where she is here (and pregnant) to the last day of its time, or was served."""
    last_on = owed.latest_on if owed.until is None else owed.until
    if last_on < question.history_from or owed.first > question.horizon_on:
        return
    if question.is_before_counting(last_on):
        return
    is_served = index.first_in(owed.proof, owed.first, owed.until) is not None
    periods = here_periods(person, here_from, here_until)
    if owed_period(periods, owed.first, owed.latest_on, question.on, is_served=is_served) is None:
        return
    yield norm_duty(
        person,
        question,
        item=owed.item,
        what=owed.what,
        begins=owed.begins,
        proof=owed.proof,
        span_from=owed.first,
        span_until=owed.until,
        due_on=owed.due_on,
        latest_on=question.not_before_counting(owed.latest_on),
        reasons=(owed.reason, *counting_reason(question, owed.due_on)),
        is_asked=person.is_here_on(question.on) and question.on <= owed.asked_until,
        timely_until=question.not_before_counting(owed.latest_on),
    )
