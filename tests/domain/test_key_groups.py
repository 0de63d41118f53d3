"""Key groups, from records and from lists side by side: contracts.md §2."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.domain.duties.people import condition, d, person, resident
from tests.domain.shipped import figures
from village_doctor.domain.duties.reasons import say, source_of
from village_doctor.domain.key_groups import KeyGroup, key_group_codes, key_groups
from village_doctor.domain.people import Condition, Resident
from village_doctor.domain.person_facts import PersonFacts

TODAY = d("2026-11-22")
FIGURES = figures()
NOBODY = resident("1980-03-01")
MOTHER = resident("1995-03-01")


def listed(code: str, name: str = "县名单") -> Condition:
    return replace(condition(code), source_list=name)


def groups(facts: PersonFacts, *lists: str) -> tuple[KeyGroup, ...]:
    return key_groups(facts, TODAY, FIGURES, lists)


KNOWN: list[tuple[str, PersonFacts, list[str]]] = [
    ("general", person(who=NOBODY), []),
    ("01 at 65", person(who=resident("1961-11-22")), ["01"]),
    ("01 a day before", person(who=resident("1961-11-23")), []),
    ("03 a day before seven", person(who=resident("2019-11-23")), ["03"]),
    ("03 at seven", person(who=resident("2019-11-22")), []),
    ("02 pregnant", person(who=replace(MOTHER, last_menstruation_on=d("2026-08-01"))), ["02"]),
    ("02 by the expected day", person(who=replace(MOTHER, expected_delivery_on=d("2027-03-01"))), ["02"]),
    ("02 day 42 after delivery", person(who=replace(MOTHER, delivered_on=d("2026-10-11"))), ["02"]),
    ("02 day 43 after delivery", person(who=replace(MOTHER, delivered_on=d("2026-10-10"))), []),
    ("02 delivered today", person(who=replace(MOTHER, delivered_on=TODAY)), ["02"]),
    ("02 delivered tomorrow", person(who=replace(MOTHER, delivered_on=d("2026-11-23"))), []),
    ("02 is for women", person(who=replace(MOTHER, sex="1", delivered_on=TODAY)), []),
    ("04 by the card", person(who=replace(NOBODY, disability_card="某号")), ["04"]),
    ("07", person(condition("hypertension"), who=NOBODY), ["07"]),
    ("08", person(condition("diabetes"), who=NOBODY), ["08"]),
    ("09", person(condition("tuberculosis"), who=NOBODY), ["09"]),
    ("10", person(condition("mental_disorder"), who=NOBODY), ["10"]),
    ("12", person(condition("copd"), who=NOBODY), ["12"]),
    ("not confirmed", person(condition(confirmed=False), who=NOBODY), []),
    ("cured", person(condition(until="2026-11-21"), who=NOBODY), []),
    ("another disease", person(condition("stroke"), who=NOBODY), []),
    ("05 marked by hand", person(condition("05"), who=NOBODY), ["05"]),
    ("a later group", person(condition("13"), who=NOBODY), []),
    (
        "three at once",
        person(condition("diabetes"), condition(), who=resident("1950-01-01")),
        ["01", "07", "08"],
    ),
]


@pytest.mark.parametrize(("facts", "codes"), [row[1:] for row in KNOWN], ids=[row[0] for row in KNOWN])
def test_groups_from_our_records(facts: PersonFacts, codes: list[str]) -> None:
    found = groups(facts)
    assert [group.code for group in found] == codes
    assert all(group.is_known and not group.is_listed and group.difference is None for group in found)
    assert key_group_codes(facts, TODAY, FIGURES) == frozenset(codes)


@pytest.mark.parametrize("code", ["04", "05", "06", "11", "01", "02", "03", "09"])
def test_groups_from_imported_lists(code: str) -> None:
    facts = person(listed(code), who=NOBODY)
    (group,) = groups(facts)
    assert (group.code, group.is_known, group.is_listed) == (code, False, True)
    assert key_group_codes(facts, TODAY, FIGURES) == {code}
    # 05, 06 and 11 are known from lists only: nothing can contradict them.
    assert (group.difference is None) is (code in {"05", "06", "11"})


def test_a_list_may_name_the_disease_or_the_group() -> None:
    for code in ("hypertension", "07"):
        (group,) = groups(person(listed(code), who=NOBODY))
        assert (group.code, group.is_known, group.is_listed) == ("07", False, True)
    assert groups(person(replace(listed("07"), until_on=d("2026-11-21")), who=NOBODY)) == ()


@pytest.mark.parametrize(
    ("records", "lists", "difference"),
    [
        ((condition(),), (), None),
        ((condition(),), ("08",), None),
        ((condition(),), ("07",), "known-not-listed"),
        ((listed("hypertension"),), ("07",), "listed-not-known"),
        ((condition(), listed("hypertension")), ("07",), None),
        ((condition("05"),), ("05",), "known-not-listed"),
        ((condition("05"), listed("05")), ("05",), None),
    ],
)
def test_differences_are_said_both_ways(
    records: tuple[Condition, ...], lists: tuple[str, ...], difference: str | None
) -> None:
    (group,) = groups(person(*records, who=NOBODY), *lists)
    assert (group.difference.code if group.difference else None) == difference
    if group.difference is not None:
        assert group.difference.values == {"group": group.code}


SAID: list[tuple[Resident, tuple[Condition, ...], list[str]]] = [
    (resident("1950-01-01"), (), ["76 岁，是老年人。"]),
    (resident("2020-11-22"), (), ["6 岁，是儿童。"]),
    (replace(MOTHER, last_menstruation_on=d("2026-08-01")), (), ["怀着孕，是孕产妇。"]),
    (
        replace(MOTHER, delivered_on=d("2026-11-01")),
        (),
        ["2026年11月1日 分娩，还在产后 42 天里，是孕产妇。"],
    ),
    (
        replace(NOBODY, disability_card="某号"),
        (listed("04"),),
        ["有残疾证，是残疾人。", "在“县名单”上，是残疾人。"],
    ),
    (NOBODY, (condition(), condition()), ["确诊了高血压，是高血压患者。"]),
    (NOBODY, (condition("11"),), ["自己登记为监测户，没有写来自哪份名单。"]),
    (
        NOBODY,
        (listed("11", "乙名单"), listed("11", "甲名单")),
        ["在“乙名单”上，是监测户。", "在“甲名单”上，是监测户。"],
    ),
]


@pytest.mark.parametrize(("who", "records", "said"), SAID)
def test_every_group_says_why(who: Resident, records: tuple[Condition, ...], said: list[str]) -> None:
    for mixed in (records, records[::-1]):
        (group,) = groups(person(*mixed, who=who))
        assert [say(reason.code, reason.values) for reason in group.reasons] == said
        assert all(source_of(reason.code, reason.values) for reason in group.reasons)


CODES = st.sampled_from(["hypertension", "diabetes", "07", "05", "04", "stroke", "mental_disorder"])


@given(st.lists(st.tuples(CODES, st.booleans()), max_size=6))
def test_each_group_is_named_once_and_is_known_or_listed(found: list[tuple[str, bool]]) -> None:
    records = [listed(code) if is_listed else condition(code) for code, is_listed in found]
    facts = person(*records)
    codes = [group.code for group in groups(facts)]
    assert codes == sorted(set(codes))
    assert frozenset(codes) == key_group_codes(facts, TODAY, FIGURES)
    for group in groups(facts):
        assert group.is_known or group.is_listed
        assert group.reasons
