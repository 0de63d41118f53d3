"""Who is in a managed group (管理对象) and in which key groups (重点人群): the norm's and the agreement's groups.

The norm owes its duties to every living permanent resident of 35 or more with the confirmed disease, signed or not
(norms §1). Answers come with their reason, so that a colleague can say why, and why not. Key groups:
contracts.md §2; imported lists are conditions with the group's code.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from village_doctor.domain.dates import age_on, anniversary, plus_months
from village_doctor.domain.decisions import Reason
from village_doctor.domain.people import AWAY_MONTHS, Condition, Resident
from village_doctor.domain.person_facts import PersonFacts, long_absences
from village_doctor.domain.records import holds

MANAGED_FROM_AGE: Final = 35
# From which age on the norm manages a disease; the others at any age.
_FROM_AGE: Final = {"hypertension": MANAGED_FROM_AGE, "diabetes": MANAGED_FROM_AGE}
ELDERLY_FROM_AGE: Final = 65
SCHOOL_AGE: Final = 7

COPD: Final = "copd"
GENERAL: Final = "00"
ELDERLY: Final = "01"
CHILD: Final = "03"
GROUP_OF_CONDITION: Final = {
    "hypertension": "07",
    "diabetes": "08",
    "tuberculosis": "09",
    "mental_disorder": "10",
    "copd": "12",
}
LISTED_GROUPS: Final = frozenset(f"{number:02d}" for number in range(1, 13))

Period = tuple[date, date | None]


@dataclass(frozen=True, kw_only=True, slots=True)
class ManagedDecision:
    """Does the norm of `disease` owe her anything on that day, why, and since when without a break."""

    disease: str
    is_managed: bool
    reason: Reason
    since_on: date | None = None


def decide_managed(person: PersonFacts, disease: str, on: date) -> ManagedDecision:
    """Is the resident in the managed group of `disease` on `on`? The reason names the first thing that speaks against."""
    for first, last in managed_periods(person, disease):
        if holds(first, last, on):
            return ManagedDecision(
                disease=disease, is_managed=True, reason=_why_managed(person, disease, on), since_on=first
            )
    return ManagedDecision(disease=disease, is_managed=False, reason=_why_not(person, disease, on))


def managed_periods(person: PersonFacts, disease: str) -> list[Period]:
    """First and last day (None: open) of each stretch in the managed group, oldest first, as known today."""
    resident = person.resident
    permanent_from = _permanent_from(resident)
    if permanent_from is None:
        return []
    first = max(anniversary(resident.birth_date, _FROM_AGE.get(disease, 0)), permanent_from)
    gone = person.gone_on
    last = None if gone is None else gone - timedelta(days=1)
    periods: list[Period] = []
    for condition in person.conditions:
        if condition.code == disease and condition.is_confirmed and not condition.is_voided:
            begins = max(first, condition.since_on or date.min)
            ends = _earlier(last, condition.until_on)
            if ends is None or begins <= ends:
                periods.append((begins, ends))
    return _joined(_without_absences(person, periods)) if periods else []


def here_periods(person: PersonFacts, first: date, last: date | None) -> list[Period]:
    """The stretches between two days (None: open) in which she lives here as a permanent resident, as known today."""
    permanent_from = _permanent_from(person.resident)
    if permanent_from is None:
        return []
    gone = person.gone_on
    if gone is not None:
        last = _earlier(last, gone - timedelta(days=1))
    first = max(first, permanent_from)
    if last is not None and last < first:
        return []
    return _without_absences(person, [(first, last)])


def _without_absences(person: PersonFacts, periods: list[Period]) -> list[Period]:
    for away in long_absences(person.absences):
        periods = [rest for period in periods for rest in _without(period, away)]
    return periods


def has_condition_on(person: PersonFacts, disease: str, on: date) -> bool:
    """Confirmed, not ended, not voided, at any age."""
    return any(condition.code == disease and condition.is_present_on(on) for condition in person.conditions)


def groups_at(birth_date: date, conditions: Iterable[Condition], on: date) -> tuple[str, ...]:
    """The key-group codes of somebody born on that day, in order; 00 (general) where there is none.

    01 and 03 follow from the age, 07–10 and 12 from confirmed diseases, 04–06 and 11 from imported lists.
    """
    groups: set[str] = set()
    age = age_on(birth_date, on)
    if age >= ELDERLY_FROM_AGE:
        groups.add(ELDERLY)
    elif age < SCHOOL_AGE:
        groups.add(CHILD)
    for condition in conditions:
        group = GROUP_OF_CONDITION.get(condition.code, condition.code)
        if group in LISTED_GROUPS and condition.is_present_on(on):
            groups.add(group)
    return tuple(sorted(groups)) or (GENERAL,)


def _permanent_from(resident: Resident) -> date | None:
    """The first day as a permanent resident: registered here always, others after six months; None: unknown."""
    if resident.registered_here:
        return date.min
    if resident.lives_here_since is None:
        return None
    return plus_months(resident.lives_here_since, AWAY_MONTHS)


def _why_managed(person: PersonFacts, disease: str, on: date) -> Reason:
    present = [item for item in person.conditions if item.code == disease and item.is_present_on(on)]
    since = min((item.since for item in present if item.since is not None), default=None)
    age = str(age_on(person.resident.birth_date, on))
    if disease == COPD:
        return Reason(code="managed-copd", values={"disease": disease, "age": age})
    if since is None:
        return Reason(code="managed", values={"disease": disease, "age": age})
    return Reason(code="managed-since", values={"disease": disease, "age": age, "since": since})


def _why_not(person: PersonFacts, disease: str, on: date) -> Reason:
    resident = person.resident
    if not resident.is_gone_on(on):
        condition_reason = _why_no_condition(person, disease, on)
        if condition_reason is not None:
            return condition_reason
        of_age = anniversary(resident.birth_date, _FROM_AGE.get(disease, 0))
        if on < of_age:
            age = str(age_on(resident.birth_date, on))
            return Reason(
                code="too-young", values={"disease": disease, "age": age, "from": of_age.isoformat()}
            )
    return why_not_here(person, on) or Reason(code="residence-unknown")


def why_not_here(person: PersonFacts, on: date) -> Reason | None:
    """Why she is no permanent resident on `on`: dead, moved out, away for six months, not here for six months yet."""
    resident = person.resident
    if resident.died_on is not None and resident.died_on <= on:
        return Reason(code="died", values={"died": resident.died_on.isoformat()})
    if resident.moved_out_on is not None and resident.moved_out_on <= on:
        return Reason(code="moved-out", values={"moved": resident.moved_out_on.isoformat()})
    absent = next((away for away in person.absences if away.is_long_on(on)), None)
    if absent is not None:
        return Reason(code="away-long", values={"from": absent.from_on.isoformat()})
    permanent_from = _permanent_from(resident)
    if permanent_from is None:
        return Reason(code="residence-unknown")
    if on < permanent_from and resident.lives_here_since is not None:
        values = {"since": resident.lives_here_since.isoformat(), "from": permanent_from.isoformat()}
        return Reason(code="not-yet-resident", values=values)
    return None


def _why_no_condition(person: PersonFacts, disease: str, on: date) -> Reason | None:
    if has_condition_on(person, disease, on):
        return None
    known = [item for item in person.conditions if item.code == disease and not item.is_voided]
    ended = [item.until_on for item in known if item.until_on is not None and item.until_on < on]
    values = {"disease": disease}
    if ended:
        return Reason(code="condition-ended", values=values | {"until": max(ended).isoformat()})
    if any(not item.is_confirmed for item in known):
        return Reason(code="not-confirmed", values=values)
    return Reason(code="no-condition", values=values)


def _earlier(one: date | None, other: date | None) -> date | None:
    if one is None or other is None:
        return one or other
    return min(one, other)


def _without(period: Period, away: Period) -> Iterable[Period]:
    """What is left of a period when a stretch is taken out of it."""
    (first, last), (away_first, away_last) = period, away
    if (last is not None and last < away_first) or (away_last is not None and away_last < first):
        return [period]
    rest: list[Period] = []
    if first < away_first:
        rest.append((first, away_first - timedelta(days=1)))
    if away_last is not None and (last is None or away_last < last):
        rest.append((away_last + timedelta(days=1), last))
    return rest


def _joined(periods: list[Period]) -> list[Period]:
    """Overlapping and adjoining periods as one: the same disease recorded twice is managed once."""
    joined: list[Period] = []
    for first, last in sorted(periods, key=lambda period: (period[0], period[1] or date.max)):
        if joined:
            before_first, before_last = joined[-1]
            if before_last is None:
                break
            if first <= before_last + timedelta(days=1):
                joined[-1] = (before_first, None if last is None else max(before_last, last))
                continue
        joined.append((first, last))
    return joined
