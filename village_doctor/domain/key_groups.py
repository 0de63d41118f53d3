"""Key groups (重点人群) of a person: what our records say and what imported lists say, side by side (contracts.md §2).

A person may be in several groups and counts once. Where records and lists differ, both are kept and the difference is
said; nothing is corrected by itself.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from village_doctor.domain.clinical.figures import Figures
from village_doctor.domain.dates import age_on
from village_doctor.domain.decisions import Reason
from village_doctor.domain.managed_groups import (
    CHILD,
    ELDERLY,
    ELDERLY_FROM_AGE,
    GENERAL,
    GROUP_OF_CONDITION,
    LISTED_GROUPS,
    SCHOOL_AGE,
)
from village_doctor.domain.people import FEMALE
from village_doctor.domain.person_facts import PersonFacts
from village_doctor.domain.pregnancy import is_pregnant_on

MATERNAL: Final = "02"
DISABLED: Final = "04"

# Groups that records alone never show: only a list, or a mark set by hand.
ONLY_LISTED: Final = frozenset({"05", "06", "11"})


@dataclass(frozen=True, kw_only=True, slots=True)
class KeyGroup:
    """One group of one person: known from our records, named by an imported list, or both. `difference`: what to check."""

    code: str
    is_known: bool
    is_listed: bool
    reasons: tuple[Reason, ...]
    difference: Reason | None


def key_groups(
    person: PersonFacts, on: date, figures: Figures, lists: Collection[str] = ()
) -> tuple[KeyGroup, ...]:
    """Her groups on `on`, in order of their codes; none for general people.

    `lists`: the groups of which a list was imported: only there is somebody missing who is known and not listed.
    """
    known = _by_group(_known(person, on, figures))
    listed = _by_group(_listed(person, on))
    return tuple(
        KeyGroup(
            code=code,
            is_known=code in known,
            is_listed=code in listed,
            reasons=(*known.get(code, ()), *listed.get(code, ())),
            difference=_difference(code, code in known, code in listed, lists),
        )
        for code in sorted(known.keys() | listed.keys())
    )


def key_group_codes(person: PersonFacts, on: date, figures: Figures) -> frozenset[str]:
    """The codes alone, from records and lists together; empty for general people."""
    found = {code for code, _ in _known(person, on, figures)}
    return frozenset(found.union(code for code, _ in _listed(person, on)))


def groups_in_order(person: PersonFacts, on: date, figures: Figures) -> tuple[str, ...]:
    """The same in order, with 00 (general) where there is none."""
    return tuple(sorted(key_group_codes(person, on, figures))) or (GENERAL,)


def _known(person: PersonFacts, on: date, figures: Figures) -> Iterator[tuple[str, Reason]]:
    resident = person.resident
    age = age_on(resident.birth_date, on)
    if age >= ELDERLY_FROM_AGE:
        yield _because(ELDERLY, "group-by-age", age=str(age))
    if age < SCHOOL_AGE:
        yield _because(CHILD, "group-by-age", age=str(age))
    if is_pregnant_on(resident, on, longest_days=figures.pregnancy_longest_days):
        yield _because(MATERNAL, "group-by-pregnancy")
    delivered_on = resident.delivered_on
    last = timedelta(days=figures.puerperium_days)
    if delivered_on is not None and resident.sex == FEMALE and delivered_on <= on <= delivered_on + last:
        yield _because(
            MATERNAL, "group-by-delivery", day=delivered_on.isoformat(), days=str(figures.puerperium_days)
        )
    if resident.disability_card:
        yield _because(DISABLED, "group-by-card")
    for condition in person.conditions:
        if condition.source_list or not condition.is_present_on(on):
            continue
        if condition.code in GROUP_OF_CONDITION:
            yield _because(GROUP_OF_CONDITION[condition.code], "group-by-condition", disease=condition.code)
        elif condition.code in LISTED_GROUPS:
            yield _because(condition.code, "group-by-mark")


def _listed(person: PersonFacts, on: date) -> Iterator[tuple[str, Reason]]:
    for condition in person.conditions:
        group = GROUP_OF_CONDITION.get(condition.code, condition.code)
        if condition.source_list and group in LISTED_GROUPS and condition.is_present_on(on):
            yield _because(group, "group-by-list", list=condition.source_list)


def _difference(code: str, is_known: bool, is_listed: bool, lists: Collection[str]) -> Reason | None:
    if is_listed and not is_known and code not in ONLY_LISTED:
        return Reason(code="listed-not-known", values={"group": code})
    if is_known and not is_listed and code in lists:
        return Reason(code="known-not-listed", values={"group": code})
    return None


def _because(group: str, code: str, **values: str) -> tuple[str, Reason]:
    return group, Reason(code=code, values=values | {"group": group})


def _by_group(found: Iterable[tuple[str, Reason]]) -> Mapping[str, tuple[Reason, ...]]:
    """Reasons by group, each once, in an order that does not depend on the records'."""
    reasons: dict[str, list[Reason]] = {}
    for group, reason in found:
        if reason not in reasons.setdefault(group, []):
            reasons[group].append(reason)
    return {
        group: tuple(sorted(items, key=lambda item: (item.code, sorted((item.values or {}).items()))))
        for group, items in reasons.items()
    }
