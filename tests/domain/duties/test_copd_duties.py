"""慢阻肺 and other chronic diseases (norms-other-groups §8, §9)."""

from dataclasses import replace
from typing import Any

import pytest

from tests.domain.duties.people import RULES, condition, d, duties_of, follow_up, matched_of, person, resident
from tests.domain.duties.proofs import codes, dates, proving
from tests.domain.shipped import figures
from village_doctor.domain.duties.copd import is_other_chronic
from village_doctor.domain.duties.duty import Duty
from village_doctor.domain.duties.expanding import expand
from village_doctor.domain.duties.reasons import say, source_of
from village_doctor.domain.person_facts import PersonFacts

ON = "2026-11-22"
OTHER = "other_chronic"


def copd(facts: PersonFacts, on: str = ON, **changes: Any) -> list[Duty]:
    rules = replace(RULES, figures=replace(figures(), **changes))
    return [one for one in expand(facts, d(on), rules) if one.proof == "follow_up:copd"]


def firsts(duties: list[Duty]) -> list[str]:
    return [str(one.span_from) for one in duties if one.span_from.year == 2026]


@pytest.mark.parametrize(
    ("per_year", "expected"),
    [
        (0, []),
        (1, ["2026-01-01"]),
        (2, ["2026-01-01", "2026-07-01"]),
        (4, ["2026-01-01", "2026-04-01", "2026-07-01", "2026-10-01"]),
        (12, [f"2026-{month:02d}-01" for month in range(1, 13)]),
        (40, [f"2026-{month:02d}-01" for month in range(1, 13)]),
    ],
)
def test_how_often_is_the_townships(per_year: int, expected: list[str]) -> None:
    """§8: not verified, default 4 a year only as D."""
    facts = person(condition("copd"))
    assert sorted(firsts(copd(facts, copd_visits_per_year=per_year))) == expected


def test_the_shipped_default_is_four_and_nobody_without_the_disease() -> None:
    assert len(firsts(copd(person(condition("copd"))))) == 4
    assert copd(person(condition("copd", confirmed=False))) == []
    assert copd(person(condition("stroke"))) == []
    assert all(one.group is None and not one.is_along for one in copd(person(condition("copd"))))


def test_at_any_age() -> None:
    assert firsts(copd(person(condition("copd"), who=resident("2000-01-01")))) != []


def test_again_soon_after_an_exacerbation() -> None:
    visit = follow_up("2026-11-01", "acute_exacerbation", disease="copd")
    (again,) = [one for one in copd(person(condition("copd"), visit)) if one.item == "again"]
    assert dates(again)[2:] == ("2026-11-15", "2026-11-15")
    (again,) = [
        one
        for one in copd(person(condition("copd"), visit), copd_after_exacerbation_days=5)
        if one.item == "again"
    ]
    assert dates(again)[2:] == ("2026-11-06", "2026-11-06")
    for reason in again.reasons:
        text = say(reason.code, reason.values)
        assert "急性加重" in text
        assert "copd" not in text + source_of(reason.code, reason.values)


@pytest.mark.parametrize("level", ["stable_low_risk", "stable_high_risk"])
def test_who_is_stable_comes_by_the_span(level: str) -> None:
    visit = follow_up("2026-11-01", level, disease="copd")
    assert not [one for one in copd(person(condition("copd"), visit)) if one.item == "again"]


# --- other chronic diseases of the poor ---


def other(*records: object, on: str = ON, counting: str | None = None, **changes: Any) -> list[Duty]:
    return duties_of(person(*records, who=resident("1966-01-01", **changes)), on, OTHER, counting)


def test_once_a_year_face_to_face() -> None:
    """§9 脱贫人口: other chronic disease ≥1 face-to-face a year."""
    found = other(condition("stroke"), condition("05"))
    assert [dates(one) for one in found] == [
        (f"{year}-01-01", f"{year}-12-31", f"{year}-12-31", f"{year}-12-31") for year in (2025, 2026, 2027)
    ]
    assert {(one.proof, codes(one), one.is_asked) for one in found} == {
        ("follow_up:other_chronic", ("other-chronic-yearly",), True)
    }
    assert found[1].key == "r1/norm/other_chronic:other_chronic/2026-01-01"
    assert "脱贫人口" in say(found[0].reasons[0].code, found[0].reasons[0].values)


@pytest.mark.parametrize(
    ("disease", "is_other"),
    [
        ("stroke", True),
        ("coronary_disease", True),
        ("other_chronic", True),
        ("hypertension", False),
        ("diabetes", False),
        ("copd", False),
        ("tuberculosis", False),
        ("mental_disorder", False),
        ("04", False),
        ("12", False),
    ],
)
def test_which_disease_is_another_one(disease: str, is_other: bool) -> None:
    assert is_other_chronic(disease) is is_other
    assert bool(other(condition(disease), condition("05"))) is is_other


@pytest.mark.parametrize(
    ("group", "has_any"), [("05", True), ("11", True), ("04", False), ("06", False), (None, False)]
)
def test_only_the_lists_of_the_poor(group: str | None, has_any: bool) -> None:
    listed = () if group is None else (condition(group),)
    assert bool(other(condition("stroke"), *listed)) is has_any


def test_the_list_alone_is_no_disease() -> None:
    assert other(condition("05")) == []


@pytest.mark.parametrize(
    ("stroke", "listed", "years"),
    [
        (("2026-12-31", None), ("2020", None), [2026, 2027]),
        (("2020", None), ("2026-12-31", None), [2026, 2027]),
        (("2020", "2026-11-21"), ("2020", None), [2025]),
        (("2020", "2026-11-22"), ("2020", None), [2025, 2026]),
        (("2020", None), ("2020", "2025-12-31"), [2025]),
        (("2020", None), ("2020", "2025-12-30"), []),
        (("2026", None), ("2020", "2025-12-31"), []),
        (("2026-12-31", None), ("2020", "2026-12-31"), [2026]),  # both on one single day, the year's last
        (("2026-12-31", None), ("2020", "2026-12-30"), []),
    ],
)
def test_both_must_hold(
    stroke: tuple[str, str | None], listed: tuple[str, str | None], years: list[int]
) -> None:
    found = other(condition("stroke", *stroke), condition("05", *listed))
    assert [one.span_from.year for one in found] == years


def test_a_year_in_which_she_was_seen_stays_when_she_leaves() -> None:
    left = {"moved_out_on": "2026-06-01"}
    assert [one.span_from.year for one in other(condition("stroke"), condition("05"), **left)] == [2025]
    visit = proving("2026-03-01", "follow_up:other_chronic")
    found = other(condition("stroke"), condition("05"), visit, **left)
    assert [one.span_from.year for one in found] == [2025, 2026]
    assert not any(one.is_asked for one in found)


def test_a_visit_after_the_year_does_not_make_that_year_owed() -> None:
    ended = condition("stroke", "2020", "2025-06-30")
    assert other(ended, condition("05"), proving("2026-03-01", "follow_up:other_chronic")) == []
    (year,) = other(ended, condition("05"), proving("2025-12-31", "follow_up:other_chronic"))
    assert year.span_from.year == 2025


@pytest.mark.parametrize(("on", "years"), [("2026-09-30", [2025, 2026]), ("2026-10-01", [2025, 2026, 2027])])
def test_the_next_year_is_seen_three_months_ahead(on: str, years: list[int]) -> None:
    assert [one.span_from.year for one in other(condition("stroke"), condition("05"), on=on)] == years


@pytest.mark.parametrize(
    ("day", "state"), [("2026-01-01", "done"), ("2025-12-31", "planned"), ("2026-11-22", "done")]
)
def test_what_counts(day: str, state: str) -> None:
    facts = person(condition("stroke"), condition("05"), proving(day, "follow_up:other_chronic"))
    assert matched_of(facts, ON, OTHER)[1].state == state


def test_a_year_before_the_counting_is_not_owed() -> None:
    found = other(condition("stroke"), condition("05"), counting="2026-01-01")
    assert [one.span_from.year for one in found] == [2026, 2027]
    assert len(other(condition("stroke"), condition("05"), counting="2025-12-31")) == 3
