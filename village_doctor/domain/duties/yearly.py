"""What is owed once in an assessment year: the check-up, and for people of 65 and more self-care and constitution.

Somebody in several groups (old, hypertension, diabetes, mental disorder with consent) owes one check-up, with a reason
for each (norms-hypertension §2, norms-diabetes §2, norms-other-groups §1–§3, contracts.md §3.2). It is due at the end of
the year, or on an earlier day that was agreed at the check-up before.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from village_doctor.domain.dates import anniversary
from village_doctor.domain.decisions import Reason
from village_doctor.domain.duties.duty import Duty, Question
from village_doctor.domain.duties.evidence import MANAGED_DISEASES, EvidenceIndex, took_place
from village_doctor.domain.duties.making import is_in_group, norm_duty, owed_period
from village_doctor.domain.duties.mental_disorder import MENTAL_DISORDER, owes_check_up
from village_doctor.domain.managed_groups import (
    ELDERLY_FROM_AGE,
    GROUP_OF_CONDITION,
    Period,
    here_periods,
    managed_periods,
)
from village_doctor.domain.packages import PROOF_CHECK_UP, PROOF_CONSTITUTION, PROOF_SELF_CARE
from village_doctor.domain.person_facts import PersonFacts
from village_doctor.domain.visits import Visit

ITEM_YEARLY: Final = "yearly"

_DISEASES: Final = (*MANAGED_DISEASES, MENTAL_DISORDER)
_ELDERLY_REASONS: Final = {
    PROOF_CHECK_UP: "yearly-check-up-elderly",
    PROOF_SELF_CARE: "yearly-self-care",
    PROOF_CONSTITUTION: "yearly-constitution",
}


@dataclass(frozen=True, kw_only=True, slots=True)
class _Group:
    """Why something is owed: the stretches in which she belongs, and from when what was done counts (None: always)."""

    periods: list[Period]
    reason: str
    disease: str | None = None
    counts_from: date | None = None

    def begins(self, first: date) -> date:
        return first if self.counts_from is None else max(first, self.counts_from)


def duties(person: PersonFacts, question: Question, index: EvidenceIndex) -> Iterator[Duty]:
    """The yearly duties from the previous assessment year to the horizon."""
    turns_old_on = anniversary(person.resident.birth_date, ELDERLY_FROM_AGE)
    is_ever_old = turns_old_on <= question.calendar.year_of(question.horizon_on)[1]
    ill = [code for code in _DISEASES if any(one.code == code for one in person.conditions)]
    if not is_ever_old and not ill:
        return
    old = here_periods(person, turns_old_on, None) if is_ever_old else []
    groups = [_elderly(PROOF_CHECK_UP, old, turns_old_on)] if old else []
    groups.extend(_ill(disease, managed_periods(person, disease)) for disease in ill)
    yield from _every_year(person, question, index, PROOF_CHECK_UP, groups)
    if old:
        for proof in (PROOF_SELF_CARE, PROOF_CONSTITUTION):
            yield from _every_year(person, question, index, proof, [_elderly(proof, old, turns_old_on)])


def _elderly(proof: str, periods: list[Period], turns_old_on: date) -> _Group:
    """The sheets of the old have parts that only they have: what was done before the birthday is none of them."""
    return _Group(periods=periods, reason=_ELDERLY_REASONS[proof], counts_from=turns_old_on)


def _ill(disease: str, periods: list[Period]) -> _Group:
    code = "yearly-check-up-consent" if disease == MENTAL_DISORDER else "yearly-check-up-disease"
    return _Group(periods=periods, reason=code, disease=disease)


def _every_year(
    person: PersonFacts, question: Question, index: EvidenceIndex, proof: str, groups: Sequence[_Group]
) -> Iterator[Duty]:
    """One duty a year, however many groups owe it."""
    first = question.history_from
    while first <= question.horizon_on:
        year = question.calendar.year_of(first)
        if not question.is_before_counting(year[1]):
            owing = [group for group in groups if _is_owed(person, group, proof, year, question, index)]
            if owing:
                yield _duty(person, question, proof, year, owing)
        first = anniversary(first, 1)


def _is_owed(
    person: PersonFacts,
    group: _Group,
    proof: str,
    year: tuple[date, date],
    question: Question,
    index: EvidenceIndex,
) -> bool:
    first, latest = year
    served = index.first_in(proof, group.begins(first), latest)
    served_on = None if served is None else served.day
    if group.disease == MENTAL_DISORDER and not owes_check_up(person, first, latest, served_on):
        return False
    is_served = served is not None
    return owed_period(group.periods, first, latest, question.on, is_served=is_served) is not None


def _duty(
    person: PersonFacts, question: Question, proof: str, year: tuple[date, date], owing: Sequence[_Group]
) -> Duty:
    first, latest = year
    # Who owes it anyway owes it openly: the protected list is not told to everybody who sees the duty.
    told = [group for group in owing if group.disease != MENTAL_DISORDER] or owing
    span_from = min(group.begins(first) for group in owing)
    due_on, agreed = _due(person, question.on, proof, span_from, latest)
    return norm_duty(
        person,
        question,
        item=ITEM_YEARLY,
        what=proof,
        begins=first,
        proof=proof,
        span_from=span_from,
        span_until=latest,
        due_on=due_on,
        latest_on=latest,
        reasons=(_reason(told[0], first, latest), *map(_reason_too, told[1:]), *agreed),
        is_asked=any(is_in_group(group.periods, question.on) for group in owing),
        group=GROUP_OF_CONDITION[MENTAL_DISORDER] if told[0].disease == MENTAL_DISORDER else None,
    )


def _due(
    person: PersonFacts, on: date, proof: str, begins: date, latest: date
) -> tuple[date, tuple[Reason, ...]]:
    """The year's end, or the earlier day that was agreed at the last check-up before the span, as known on `on`."""
    if proof != PROOF_CHECK_UP:
        return latest, ()
    last_visit = max(
        (
            one
            for one in person.visits
            if proof in one.proves and took_place(one) and one.served_on < begins and one.served_on <= on
        ),
        key=_order,
        default=None,
    )
    agreed_on = None if last_visit is None else last_visit.next_due_on
    if last_visit is None or agreed_on is None or not begins <= agreed_on < latest:
        return latest, ()
    values = {"last": last_visit.served_on.isoformat(), "due": agreed_on.isoformat()}
    return agreed_on, (Reason(code="yearly-agreed-day", values=values),)


def _order(visit: Visit) -> tuple[date, datetime, str]:
    return visit.served_on, visit.recorded_at, visit.id


def _reason_too(group: _Group) -> Reason:
    """Another group that owes the same: one check-up answers all."""
    return Reason(code="yearly-check-up-too", values={"disease": group.disease or ""})


def _reason(group: _Group, first: date, latest: date) -> Reason:
    values = {"first": group.begins(first).isoformat(), "latest": latest.isoformat()}
    if group.disease is not None:
        values["disease"] = group.disease
    turns_old = group.counts_from is not None and first < group.counts_from
    return Reason(code=f"{group.reason}-from-now" if turns_old else group.reason, values=values)
