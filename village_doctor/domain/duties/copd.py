"""What is owed for COPD and for other chronic diseases (norms-other-groups §8, §9).

COPD: so many follow-ups a year as the township set, spread like those of hypertension, and again soon after an
exacerbation. Other chronic diseases: whoever is on the list of 脱贫人口 (05) or 监测户 (11) and has a confirmed chronic
disease without a programme of its own is seen face to face once a year. Such a disease is any condition that is neither
a key group's number nor one of the five programmes: coronary disease, stroke, 其他慢性病.
"""

from collections.abc import Iterator
from datetime import date
from typing import Final

from village_doctor.domain.clinical.copd import ACUTE_EXACERBATION
from village_doctor.domain.dates import MONTHS, anniversary
from village_doctor.domain.decisions import Reason
from village_doctor.domain.duties.chronic import FollowUpPlan, Within, follow_up_duties
from village_doctor.domain.duties.duty import Duty, Question
from village_doctor.domain.duties.evidence import EvidenceIndex
from village_doctor.domain.duties.making import is_in_group, norm_duty, owed_period
from village_doctor.domain.managed_groups import (
    GROUP_OF_CONDITION,
    LISTED_GROUPS,
    Period,
    managed_periods,
)
from village_doctor.domain.packages import FOLLOW_UP_PROOF
from village_doctor.domain.person_facts import PersonFacts

COPD: Final = "copd"
OTHER_CHRONIC: Final = "other_chronic"
ITEM_OTHER_CHRONIC: Final = "other_chronic"
POOR_GROUPS: Final = ("05", "11")


def duties(person: PersonFacts, question: Question, index: EvidenceIndex) -> Iterator[Duty]:
    """The follow-ups of COPD, and the yearly visit of the poor with another chronic disease."""
    codes = {condition.code for condition in person.conditions}
    if COPD in codes:
        yield from _copd_duties(person, question, index)
    others = {code for code in codes if is_other_chronic(code)}
    groups = codes.intersection(POOR_GROUPS)
    if others and groups:
        yield from _yearly_duties(person, question, index, others, groups)


def is_other_chronic(code: str) -> bool:
    """A disease without a programme of its own; key groups' numbers are no diseases."""
    return code not in GROUP_OF_CONDITION and code not in LISTED_GROUPS


def _copd_duties(person: PersonFacts, question: Question, index: EvidenceIndex) -> Iterator[Duty]:
    per_year = min(question.figures.copd_visits_per_year, MONTHS)
    if per_year == 0:
        return
    soon = Within(days=question.figures.copd_after_exacerbation_days)
    plan = FollowUpPlan(disease=COPD, again={ACUTE_EXACERBATION: soon}, per_year=per_year)
    yield from follow_up_duties(person, plan, question, index)


def _yearly_duties(
    person: PersonFacts, question: Question, index: EvidenceIndex, others: set[str], groups: set[str]
) -> Iterator[Duty]:
    """Once in each assessment year to whose end (as far as known) she is here, ill and listed, or in which she was seen."""
    proof = FOLLOW_UP_PROOF + OTHER_CHRONIC
    periods = _common(
        [period for code in sorted(others) for period in managed_periods(person, code)],
        [period for code in sorted(groups) for period in managed_periods(person, code)],
    )
    first = question.history_from
    while first <= question.horizon_on:
        first, latest = question.calendar.year_of(first)
        is_served = index.first_in(proof, first, latest) is not None
        is_owed = owed_period(periods, first, latest, question.on, is_served=is_served) is not None
        if is_owed and not question.is_before_counting(latest):
            yield norm_duty(
                person,
                question,
                item=ITEM_OTHER_CHRONIC,
                what=OTHER_CHRONIC,
                begins=first,
                proof=proof,
                span_until=latest,
                due_on=latest,
                latest_on=latest,
                reasons=(Reason(code="other-chronic-yearly", values={"latest": latest.isoformat()}),),
                is_asked=is_in_group(periods, question.on),
            )
        first = anniversary(first, 1)


def _common(ill: list[Period], listed: list[Period]) -> list[Period]:
    """The stretches in which both hold."""
    common = []
    for ill_first, ill_last in ill:
        for listed_first, listed_last in listed:
            first = max(ill_first, listed_first)
            last = min(ill_last or date.max, listed_last or date.max)
            if first <= last:
                common.append((first, None if last == date.max else last))
    return common
