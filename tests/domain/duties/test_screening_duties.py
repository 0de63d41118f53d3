"""筛查 (norms-hypertension §1, norms-diabetes §1): once a year, once per half-year, and after a first high pressure."""

import random
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from itertools import count
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.domain.duties.people import (
    RULES,
    away,
    condition,
    d,
    duties_of,
    follow_up,
    glucose,
    instant,
    matched_of,
    person,
    pressure,
    resident,
)
from tests.domain.duties.proofs import codes, dates, proving
from tests.domain.shipped import figures
from village_doctor.domain.duties.duty import Duty
from village_doctor.domain.duties.expanding import expand
from village_doctor.domain.duties.reasons import say, source_of
from village_doctor.domain.duties.risk_facts import KnownRisks
from village_doctor.domain.duties.screening import pressure_decision
from village_doctor.domain.people import Resident
from village_doctor.domain.person_facts import PersonFacts
from village_doctor.domain.readings import Reading

YEARLY, HALF, SUGAR, AGAIN = (
    "screening_pressure",
    "screening_pressure_at_risk",
    "screening_glucose_at_risk",
    "screening_measure_again",
)
_numbers = count(1)
ON = "2026-11-22"
# 45 in 2026: screened, too young to be at risk by age for hypertension, old enough for diabetes.
MIDDLE = resident("1981-05-01", name="乙")
# 37 in 2026: at risk by nothing but what is known of her.
YOUNG = resident("1989-05-01", name="丙")


def owed(facts: PersonFacts, item: str, on: str = ON, counting: str | None = None) -> list[Duty]:
    return duties_of(facts, on, item, counting)


def firsts(facts: PersonFacts, item: str, on: str = ON, counting: str | None = None) -> list[str]:
    return [str(one.span_from) for one in owed(facts, item, on, counting)]


def measured(day: str, kind: str, **values: str) -> Reading:
    decimals: dict[str, Any] = {key: Decimal(value) for key, value in values.items()}
    return Reading(
        id=f"{kind}{next(_numbers):06}", resident_id="r1", taken_at=instant(day), kind=kind, **decimals
    )


# --- once a year for everybody of 35 and more ---


def test_once_a_year_from_35_on() -> None:
    """§1: residents ≥35, free BP once a year; done when one is there anyway."""
    found = owed(person(who=MIDDLE), YEARLY)
    assert [dates(one) for one in found] == [
        ("2025-01-01", "2025-12-31", "2025-12-31", "2025-12-31"),
        ("2026-01-01", "2026-12-31", "2026-12-31", "2026-12-31"),
        ("2027-01-01", "2027-12-31", "2027-12-31", "2027-12-31"),
    ]
    assert {(one.proof, one.is_along, one.is_asked, one.group) for one in found} == {
        ("reading:blood_pressure", True, True, None)
    }
    assert found[1].key == "r1/norm/screening_pressure:reading:blood_pressure/2026-01-01"
    assert codes(found[1]) == ("screening-yearly",)


@pytest.mark.parametrize(
    ("born", "years"),
    [
        ("1991-12-31", ["2026-01-01", "2027-01-01"]),
        ("1992-01-01", ["2027-01-01"]),
        ("1992-02-22", ["2027-01-01"]),  # 35 on the last day of the horizon
        ("1992-02-23", []),
        ("1992-02-29", []),  # 35 on 1 March 2027
    ],
)
def test_in_the_year_in_which_she_turns_35(born: str, years: list[str]) -> None:
    assert firsts(person(who=resident(born)), YEARLY) == years


@pytest.mark.parametrize(
    ("since", "until", "on", "years"),
    [
        ("2016", None, ON, []),
        ("2026-05", None, ON, ["2025-01-01"]),
        ("2025-05", "2026-08-01", ON, ["2026-01-01", "2027-01-01"]),
        ("2026-12-31", None, "2026-12-30", ["2025-01-01", "2026-01-01"]),
        ("2026-12-31", None, "2026-12-31", ["2025-01-01"]),
    ],
)
def test_who_has_hypertension_is_followed_up_instead(
    since: str, until: str | None, on: str, years: list[str]
) -> None:
    facts = person(condition(since=since, until=until), who=MIDDLE)
    assert firsts(facts, YEARLY, on) == years


def test_a_preliminary_diagnosis_ends_no_screening() -> None:
    assert len(firsts(person(condition(confirmed=False), who=MIDDLE), YEARLY)) == 3


def test_a_screening_that_was_done_before_the_diagnosis_stays() -> None:
    facts = person(condition(since="2026-05"), pressure("2026-03-01", 150, 90), who=MIDDLE)
    found = {str(one.span_from): one for one in owed(facts, YEARLY)}
    assert set(found) == {"2025-01-01", "2026-01-01"}
    assert not any(one.is_asked for one in found.values())


@pytest.mark.parametrize(
    ("since", "years"), [("2026-01-01", ["2025-01-01"]), ("2026-01-02", ["2025-01-01", "2026-01-01"])]
)
def test_who_was_ill_when_the_year_began_was_not_screened_however_often_measured(
    since: str, years: list[str]
) -> None:
    assert firsts(person(condition(since=since), pressure("2026-01-01"), who=MIDDLE), YEARLY) == years


@pytest.mark.parametrize(
    ("measured_on", "years"),
    [
        ("2026-04-30", ["2025-01-01", "2026-01-01"]),
        ("2026-05-01", ["2025-01-01"]),
        ("2026-06-10", ["2025-01-01"]),
    ],
)
def test_a_follow_up_of_the_diagnosed_is_no_screening(measured_on: str, years: list[str]) -> None:
    facts = person(condition(since="2026-05-01"), pressure(measured_on), who=MIDDLE)
    assert firsts(facts, YEARLY) == years


@pytest.mark.parametrize(("on", "coming"), [("2026-09-30", []), ("2026-10-01", ["2027-01-01"])])
def test_the_coming_year_is_listed_from_three_months_before_it(on: str, coming: list[str]) -> None:
    assert firsts(person(who=MIDDLE), YEARLY, on) == ["2025-01-01", "2026-01-01", *coming]


@pytest.mark.parametrize(
    ("records", "who", "years"),
    [
        ((), replace(MIDDLE, died_on=d("2026-03-01")), ["2025-01-01"]),
        ((pressure("2026-02-28"),), replace(MIDDLE, died_on=d("2026-03-01")), ["2025-01-01", "2026-01-01"]),
        ((away("2026-01-01"),), MIDDLE, ["2025-01-01"]),
        ((), replace(MIDDLE, registered_here=False), []),
        (
            (),
            replace(MIDDLE, registered_here=False, lives_here_since=d("2025-08-01")),
            ["2026-01-01", "2027-01-01"],
        ),
    ],
    ids=["died", "died, measured before", "away", "stranger", "came in 2025"],
)
def test_only_who_lives_here(records: tuple[object, ...], who: Resident, years: list[str]) -> None:
    assert firsts(person(*records, who=who), YEARLY) == years


@pytest.mark.parametrize(
    ("reading", "state"),
    [
        (pressure("2026-01-01"), "done"),
        (pressure("2026-11-22"), "done"),
        (pressure("2025-12-31"), "planned"),
        (pressure("2026-05-01", setting="self_measured"), "planned"),
        (glucose("2026-05-01"), "planned"),
    ],
)
def test_what_proves_it(reading: Reading, state: str) -> None:
    matched = matched_of(person(reading, who=MIDDLE), ON, YEARLY)
    assert next(one.state for one in matched if str(one.duty.span_from) == "2026-01-01") == state


def test_nothing_of_a_year_that_ended_before_the_counting() -> None:
    assert firsts(person(who=MIDDLE), YEARLY, counting="2026-01-01") == ["2026-01-01", "2027-01-01"]
    assert len(firsts(person(who=MIDDLE), YEARLY, counting="2025-12-31")) == 3


# --- once per half-year for those at risk ---


def test_from_55_on_the_age_alone_is_the_reason() -> None:
    found = owed(person(who=resident("1960-05-01")), HALF)
    assert [dates(one) for one in found] == [
        (first, last, last, last)
        for first, last in [
            ("2025-01-01", "2025-06-30"),
            ("2025-07-01", "2025-12-31"),
            ("2026-01-01", "2026-06-30"),
            ("2026-07-01", "2026-12-31"),
            ("2027-01-01", "2027-06-30"),
        ]
    ]
    assert all(codes(one) == ("screening-half-year", "risk-age") and one.is_along for one in found)
    assert found[0].reasons[1].values == {"age": "64"}


@pytest.mark.parametrize(
    ("born", "first"),
    [
        ("1971-01-01", "2026-01-01"),
        ("1971-01-02", "2026-07-01"),
        ("1971-07-01", "2026-07-01"),
        ("1971-07-02", "2027-01-01"),
    ],
)
def test_55_on_the_first_day_of_the_half_year(born: str, first: str) -> None:
    assert firsts(person(who=resident(born)), HALF)[0] == first


@pytest.mark.parametrize(("born", "risk"), [("1971-01-01", "risk-age"), ("1971-01-02", "risk-high-normal")])
def test_from_the_day_of_55_no_other_risk_is_named(born: str, risk: str) -> None:
    found = owed(person(pressure("2025-12-31", 130, 80), who=resident(born)), HALF)
    assert [codes(one)[1:] for one in found if str(one.span_from) == "2026-01-01"] == [(risk,)]


def test_who_has_hypertension_is_followed_up_instead_of_measured_every_half_year() -> None:
    found = owed(person(condition(since="2026-05"), who=resident("1960-05-01")), HALF)
    assert [(str(one.span_from), one.is_asked) for one in found] == [
        ("2025-01-01", False),
        ("2025-07-01", False),
    ]


# Known before 1 July 2026: at risk in the second half of 2026, not in the first.
@pytest.mark.parametrize(
    ("records", "risk"),
    [
        ((pressure("2026-06-30", 130, 80),), "risk-high-normal"),
        ((pressure("2026-06-30", 129, 85),), "risk-high-normal"),
        ((pressure("2026-06-30", 129, 84),), None),
        ((pressure("2026-07-01", 130, 80),), None),
        ((pressure("2026-06-30", 130, 80, setting="self_measured"),), None),
        ((pressure("2026-05-01", 130, 80), pressure("2026-06-01", 120, 70)), None),
        ((pressure("2026-06-01", 130, 80), pressure("2026-05-01", 120, 70)), "risk-high-normal"),
        ((measured("2026-05-01", "weight", weight_kg="60.0"), measured("2025-05-01", "height", height_cm="158.0")), "risk-weight"),
        ((measured("2026-05-01", "weight", weight_kg="59.0"), measured("2025-05-01", "height", height_cm="158.0")), None),
        ((measured("2026-05-01", "weight", weight_kg="80.0"),), None),
        ((measured("2026-05-01", "height", height_cm="150.0"),), None),
        ((measured("2026-05-01", "waist", waist_cm="85.0"),), "risk-waist"),
        ((measured("2026-05-01", "waist", waist_cm="84.9"),), None),
        ((proving("2026-05-01", salt_intake="3"),), "risk-salt"),
        ((proving("2026-05-01", salt_intake="2"),), None),
        ((proving("2026-07-01", salt_intake="3"),), None),
        ((proving("2026-05-01", diet_habits=["1", "4"]),), "risk-salt"),
        ((proving("2026-05-01", diet_habits=["1", "5"]),), None),
        ((proving("2026-04-01", salt_intake="3"), proving("2026-05-01", salt_intake="1")), None),
        ((proving("2026-05-01", salt_intake="3"), proving("2026-04-01", salt_intake="1")), "risk-salt"),
        ((proving("2026-04-01", salt_intake="3"), proving("2026-05-01", staple_food_g=300)), "risk-salt"),
        ((proving("2026-05-01", drinking_liang_per_day="2.0"),), "risk-drinking"),
        ((proving("2026-05-01", drinking_liang_per_day=2),), "risk-drinking"),
        ((proving("2026-05-01", drinking_liang_per_day="1.9"),), None),
        ((proving("2026-05-01", drinking_liang_per_day="3.0", drinking_stopped="2"),), None),
        ((proving("2026-05-01", drinking_liang_per_day="3.0", drinking_stopped="1"),), "risk-drinking"),
        ((proving("2026-04-01", drinking_liang_per_day="3.0"), proving("2026-05-01", drinking_frequency="1")), None),
        ((proving("2026-05-01", drinking_liang_per_day="3.0", drinking_frequency="4"),), "risk-drinking"),
        ((proving("2026-05-01", father_diseases=["2"]),), "risk-family"),
        ((proving("2026-05-01", mother_diseases=["3", "2"]),), "risk-family"),
        ((proving("2026-05-01", sibling_diseases=["2"]),), "risk-family"),
        ((proving("2026-05-01", child_diseases=["2"]),), "risk-family"),
        ((proving("2026-05-01", father_diseases=["3"]),), None),
        ((proving("2026-05-01", father_diseases=["2"]), proving("2026-06-01", father_diseases=["1"])), "risk-family"),
    ],
)  # fmt: skip
def test_each_factor_as_known_when_the_half_year_began(records: tuple[object, ...], risk: str | None) -> None:
    found = {str(one.span_from): one for one in owed(person(*records, who=YOUNG), HALF)}
    assert ("2026-07-01" in found) is (risk is not None)
    assert "2025-07-01" not in found
    if risk is not None:
        assert codes(found["2026-07-01"]) == ("screening-half-year", risk)


@pytest.mark.parametrize(("day", "owed_from"), [(ON, ["2027-01-01"]), ("2026-11-23", [])])
def test_what_is_known_by_today_counts_for_the_half_year_to_come(day: str, owed_from: list[str]) -> None:
    for record in (proving(day, salt_intake="3"), pressure(day, 130, 80)):
        assert firsts(person(record, who=YOUNG), HALF) == owed_from


@pytest.mark.parametrize(
    ("answers", "liang"),
    [
        ({"drinking_frequency": "1"}, Decimal(0)),
        ({"drinking_frequency": "4", "drinking_liang_per_day": "3.0", "drinking_stopped": "2"}, Decimal(0)),
        ({"drinking_frequency": "4", "drinking_liang_per_day": "0.5"}, Decimal("0.5")),
        ({"salt_intake": "1"}, None),
    ],
    ids=["never", "stopped", "a little", "not asked"],
)
def test_how_much_she_drinks_a_day(answers: dict[str, str], liang: Decimal | None) -> None:
    known = KnownRisks(person(proving("2026-05-01", **answers)), d(ON))
    assert known.before(d(ON)).drinking_liang == liang


def test_a_family_history_kept_with_her_counts_always() -> None:
    who = replace(YOUNG, family_history=("2",))
    assert len(firsts(person(who=who), HALF)) == 5
    assert firsts(person(who=replace(YOUNG, family_history=("3",))), HALF) == []


def test_a_mans_waist_has_its_own_line() -> None:
    man = replace(YOUNG, sex="1")
    assert firsts(person(measured("2026-05-01", "waist", waist_cm="89.9"), who=man), HALF) == []
    assert firsts(person(measured("2026-05-01", "waist", waist_cm="90.0"), who=man), HALF) != []


def test_voided_values_and_answers_say_nothing() -> None:
    voided = datetime(2026, 6, 1, tzinfo=UTC)
    visit = replace(proving("2026-05-01", salt_intake="3"), voided_at=voided)
    reading = replace(pressure("2026-05-01", 132, 80), voided_at=voided)
    at_voided = replace(pressure("2026-05-02", 132, 80), visit_id=visit.id)
    assert firsts(person(visit, reading, at_voided, who=YOUNG), HALF) == []


@pytest.mark.parametrize(
    ("first", "later"),
    [
        (pressure("2026-02-01", 132, 80), pressure("2026-06-01", 120, 70)),
        (pressure("2026-02-01", 128, 86), pressure("2026-06-01", 120, 70)),
        (measured("2026-02-01", "waist", waist_cm="90.0"), measured("2026-06-01", "waist", waist_cm="80.0")),
        (proving("2026-02-01", salt_intake="3"), proving("2026-06-01", salt_intake="1")),
        (
            proving("2026-02-01", drinking_liang_per_day="4.0"),
            proving("2026-06-01", drinking_liang_per_day="0.0"),
        ),
    ],
    ids=["upper pressure", "lower pressure", "waist", "salt", "alcohol"],
)
def test_a_half_year_that_was_served_stays_owed_to_who_was_once_at_risk(first: object, later: object) -> None:
    served = pressure("2026-08-01", 118, 76)
    assert "2026-07-01" not in firsts(person(first, later, who=YOUNG), HALF)
    assert "2026-07-01" in firsts(person(first, later, served, who=YOUNG), HALF)
    assert "2026-07-01" not in firsts(person(later, served, who=YOUNG), HALF)


@pytest.mark.parametrize(("day", "is_owed"), [("2025-12-31", True), ("2026-01-01", False)])
def test_a_half_year_is_served_to_its_last_day(day: str, is_owed: bool) -> None:
    records = (pressure("2025-02-01", 132, 80), pressure("2025-06-01", 120, 70), pressure(day, 118, 76))
    assert ("2025-07-01" in firsts(person(*records, who=YOUNG), HALF)) is is_owed


def test_the_heaviest_weight_stays_too() -> None:
    height = measured("2025-01-05", "height", height_cm="158.0")
    heavy, light = (
        measured(day, "weight", weight_kg=kg) for day, kg in (("2026-02-01", "62.0"), ("2026-06-01", "55.0"))
    )
    served = pressure("2026-08-01", 118, 76)
    assert "2026-07-01" in firsts(person(height, heavy, light, served, who=YOUNG), HALF)
    assert "2026-07-01" not in firsts(person(height, light, served, who=YOUNG), HALF)


# --- glucose ---


def test_fasting_glucose_once_a_year_for_who_is_at_risk_of_diabetes() -> None:
    """norms-diabetes §1: FBG ≥1 a year."""
    found = owed(person(who=MIDDLE), SUGAR)
    assert [dates(one)[0:3] for one in found] == [
        ("2025-01-01", "2025-12-31", "2025-12-31"),
        ("2026-01-01", "2026-12-31", "2026-12-31"),
        ("2027-01-01", "2027-12-31", "2027-12-31"),
    ]
    assert {(one.proof, one.is_along, codes(one)) for one in found} == {
        ("reading:fasting_glucose", True, ("screening-glucose", "risk-sugar-age"))
    }


@pytest.mark.parametrize(("born", "first"), [("1986-01-01", "2026-01-01"), ("1986-01-02", "2027-01-01")])
def test_the_age_for_glucose_is_a_figure(born: str, first: str) -> None:
    assert firsts(person(who=resident(born)), SUGAR)[0] == first


@pytest.mark.parametrize(
    ("records", "risk"),
    [
        ((condition(since="2025-12"),), "risk-sugar-hypertension"),
        ((condition("coronary_disease", since="2025-12"),), "risk-sugar-vascular"),
        ((condition("stroke", since="2025-12"),), "risk-sugar-vascular"),
        ((condition("stroke", since="2026-02"),), None),
        ((proving("2025-12-31", mother_diseases=["3"]),), "risk-sugar-family"),
        ((measured("2025-12-31", "waist", waist_cm="85.0"),), "risk-sugar-waist"),
        ((measured("2026-01-01", "waist", waist_cm="85.0"),), None),
        ((condition("diabetes", since="2025-12"), condition("stroke", since="2025-11")), None),
    ],
)
def test_other_risks_of_diabetes(records: tuple[object, ...], risk: str | None) -> None:
    found = {str(one.span_from): one for one in owed(person(*records, who=YOUNG), SUGAR)}
    assert ("2026-01-01" in found) is (risk is not None)
    if risk is not None:
        assert codes(found["2026-01-01"]) == ("screening-glucose", risk)


def test_diabetics_are_followed_up_instead() -> None:
    assert owed(person(condition("diabetes"), who=MIDDLE), SUGAR) == []


# --- after a first high pressure ---


def test_two_more_days_within_four_weeks() -> None:
    """§1: a first high value makes duties for 2 more days within 4 weeks [D]; asked, not along."""
    found = owed(person(pressure("2026-11-01", 142, 80), who=MIDDLE), AGAIN)
    assert [dates(one) for one in found] == [
        ("2026-11-02", "2026-11-29", "2026-11-10", "2026-11-29"),
        ("2026-11-03", "2026-11-29", "2026-11-19", "2026-11-29"),
    ]
    assert [one.key for one in found] == [f"r1/norm/screening_measure_again:{n}/2026-11-01" for n in (1, 2)]
    assert {(one.proof, one.is_along, one.is_asked, codes(one)) for one in found} == {
        ("reading:blood_pressure", False, True, ("screening-measure-again",))
    }


@pytest.mark.parametrize(
    ("reading", "count"),
    [
        (pressure("2026-11-01", 139, 89), 0),
        (pressure("2026-11-01", 140, 89), 2),
        (pressure("2026-11-01", 139, 90), 2),
        (pressure("2026-11-01", 150, 95, setting="home"), 2),
        (pressure("2026-11-01", 150, 95, setting="self_measured"), 0),
        (pressure("2026-11-23", 150, 95), 0),
        (pressure("2026-11-22", 150, 95), 2),
    ],
)
def test_which_reading_is_a_first_high_one(reading: Reading, count: int) -> None:
    assert len(owed(person(reading, who=MIDDLE), AGAIN)) == count


@pytest.mark.parametrize(
    ("who", "records", "count"),
    [
        (resident("1991-11-01"), (), 2),
        (resident("1991-11-02"), (), 0),
        (MIDDLE, (condition(since="2026-11-01"),), 0),
        (MIDDLE, (condition(since="2026-11-02"),), 2),
        (MIDDLE, (condition("diabetes"),), 2),
        (replace(MIDDLE, moved_out_on=d("2026-11-10")), (), 0),
    ],
    ids=["35 that day", "34", "hypertension that day", "found the day after", "diabetes", "moved out"],
)
def test_in_whom(who: Resident, records: tuple[object, ...], count: int) -> None:
    """norms-diabetes §4: a diabetic without hypertension enters this path too."""
    found = owed(person(pressure("2026-11-01", 150, 95), *records, who=who), AGAIN)
    assert len(found) == count


@pytest.mark.parametrize(
    ("who", "records"),
    [(resident("1991-11-02"), ()), (MIDDLE, (condition(since="2026-01", until="2026-11-03"),))],
    ids=["34 on the first day, 35 on the second", "hypertension that ended between them"],
)
def test_a_high_day_that_does_not_count_hides_no_later_one(
    who: Resident, records: tuple[object, ...]
) -> None:
    days = (pressure(day, 150, 95) for day in ("2026-11-01", "2026-11-05"))
    keys = [one.key.rpartition("/")[2] for one in owed(person(*days, *records, who=who), AGAIN)]
    assert keys == ["2026-11-05", "2026-11-05"]


@pytest.mark.parametrize(("moved_out", "asked"), [("2026-11-22", [False]), ("2026-11-23", [True, True])])
def test_who_moves_out_keeps_what_was_measured_again(moved_out: str, asked: list[bool]) -> None:
    who = replace(MIDDLE, moved_out_on=d(moved_out))
    facts = person(pressure("2026-11-01", 150, 95), pressure("2026-11-05", 128, 80), who=who)
    assert [one.is_asked for one in owed(facts, AGAIN)] == asked


def test_once_hypertension_is_found_nobody_measures_again() -> None:
    facts = person(pressure("2026-11-01", 150, 95), condition(since="2026-11-10"), who=MIDDLE)
    assert [one.is_asked for one in owed(facts, AGAIN)] == [False, False]


def states(*readings: Reading, on: str = ON) -> list[str]:
    return [one.state for one in matched_of(person(*readings, who=MIDDLE), on, AGAIN)]


@pytest.mark.parametrize(
    ("days", "expected"),
    [
        ((), ["overdue", "overdue"]),
        (("2026-11-01",), ["overdue", "overdue"]),
        (("2026-11-02",), ["done", "overdue"]),
        (("2026-11-05", "2026-11-05"), ["done", "overdue"]),
        (("2026-11-05", "2026-11-06"), ["done", "done"]),
        (("2026-11-28", "2026-11-29"), ["done", "done"]),
        (("2026-11-29",), ["done", "overdue"]),
        (("2026-12-01",), ["overdue", "overdue"]),
    ],
)
def test_two_different_days(days: tuple[str, ...], expected: list[str]) -> None:
    readings = [pressure(day, 128, 80, hour=hour) for hour, day in enumerate(days, start=7)]
    assert states(pressure("2026-11-01", 150, 95, hour=10), *readings, on="2026-12-05") == expected


def test_a_further_high_day_begins_no_path_of_its_own() -> None:
    keys = [
        one.key.rpartition("/")[2]
        for one in owed(person(*(pressure(f"2026-11-0{n}", 150, 95) for n in (1, 5)), who=MIDDLE), AGAIN)
    ]
    assert keys == ["2026-11-01", "2026-11-01"]


def test_what_is_measured_after_the_time_is_no_further_day() -> None:
    high = [pressure(f"2026-10-0{n}", 150, 95) for n in (1, 5)]
    found = owed(person(*high, pressure("2026-11-03", 128, 80), who=MIDDLE), AGAIN)
    assert [(one.key.rpartition("/")[2], *dates(one)[:2]) for one in found] == [
        ("2026-10-01", "2026-10-02", "2026-10-29"),
        ("2026-10-01", "2026-10-06", "2026-10-29"),
    ]


@pytest.mark.parametrize(("second", "starts"), [("2026-10-29", 1), ("2026-10-30", 2)])
def test_after_four_weeks_a_high_pressure_is_a_first_one_again(second: str, starts: int) -> None:
    facts = person(pressure("2026-10-01", 150, 95), pressure(second, 150, 95), who=MIDDLE)
    assert len({one.key.rpartition("/")[2] for one in owed(facts, AGAIN)}) == starts


def test_measured_again_on_the_same_day_and_normal_is_no_high_day() -> None:
    facts = person(pressure("2026-11-01", 150, 95), pressure("2026-11-01", 132, 84, hour=10), who=MIDDLE)
    assert owed(facts, AGAIN) == []
    facts = person(pressure("2026-11-01", 132, 84), pressure("2026-11-01", 150, 95, hour=10), who=MIDDLE)
    assert len(owed(facts, AGAIN)) == 2


def test_a_reading_of_a_voided_visit_starts_nothing() -> None:
    visit = replace(follow_up("2026-11-01"), voided_at=datetime(2026, 11, 2, tzinfo=UTC))
    assert owed(person(visit, pressure("2026-11-01", 150, 95, visit=visit), who=MIDDLE), AGAIN) == []
    standing = follow_up("2026-11-01")
    assert owed(person(standing, pressure("2026-11-01", 150, 95, visit=standing), who=MIDDLE), AGAIN) != []


@pytest.mark.parametrize(("first_high", "count"), [("2024-12-03", 0), ("2024-12-04", 2)])
def test_history(first_high: str, count: int) -> None:
    """The time of four weeks reaches into the previous assessment year, or not."""
    assert len(owed(person(pressure(first_high, 150, 95), who=MIDDLE), AGAIN)) == count


def test_counting_starts() -> None:
    facts = person(pressure("2026-11-01", 150, 95), who=MIDDLE)
    assert owed(facts, AGAIN, counting="2026-11-30") == []
    found = owed(facts, AGAIN, counting="2026-11-15")
    assert [dates(one)[2] for one in found] == ["2026-11-15", "2026-11-19"]
    assert codes(found[0]) == ("screening-measure-again", "counting-starts")
    said = say(found[0].reasons[1].code, found[0].reasons[1].values)
    assert said == "从 2026年11月15日 起才开始算，在那以前的不算超期。"


def test_the_time_is_a_setting() -> None:
    rules = replace(RULES, figures=replace(figures(), screening_recheck_days=14))
    facts = person(pressure("2026-11-01", 150, 95), who=MIDDLE)
    found = [one for one in expand(facts, d(ON), rules) if one.item == AGAIN]
    assert [dates(one)[1:3] for one in found] == [("2026-11-15", "2026-11-05"), ("2026-11-15", "2026-11-10")]


def decided(
    *readings: Reading, who: Resident = MIDDLE, extra: tuple[object, ...] = ()
) -> tuple[str, ...] | None:
    decision = pressure_decision(person(*readings, *extra, who=who), d(ON), figures())
    return None if decision is None else tuple(reason.code for reason in decision.reasons)


def test_what_the_readings_of_a_person_ask_for() -> None:
    today, before, earlier = (pressure(day, 150, 95) for day in (ON, "2026-11-12", "2026-11-01"))
    assert decided(today) == ("screening_high_first",)
    assert decided() is None
    assert decided(glucose(ON)) is None
    assert decided(today, before) == ("screening_high_again",)
    assert decided(earlier, today, before) == ("screening_high_three_days",)
    assert decided(before) is None
    assert decided(today, who=resident("1991-11-22")) == ("screening_high_first",)
    assert decided(today, who=resident("1991-11-23")) is None
    assert decided(today, extra=(condition(since="2016"),)) is None
    assert decided(pressure(ON, 128, 80)) is None
    assert decided(pressure(ON, 128, 80), before) == ("screening_normal_again",)
    assert decided(today, pressure("2026-11-12", 150, 95), pressure("2026-11-12", 120, 80, hour=11)) == (
        "screening_high_first",
    )
    assert decided(today, pressure("2026-11-23", 120, 80)) == ("screening_high_first",)


def test_every_reason_is_a_sentence_with_its_source() -> None:
    for duty in expand(person(pressure("2026-11-01", 150, 95), who=resident("1960-05-01")), d(ON), RULES):
        for reason in duty.reasons:
            assert "{" not in say(reason.code, reason.values)
            assert source_of(reason.code, reason.values)


# --- properties ---

DAYS = st.dates(date(2025, 1, 1), date(2027, 3, 31))
RECORDS = st.one_of(
    st.builds(
        lambda day, shown, hour: pressure(str(day), *shown, hour=hour),
        DAYS,
        st.sampled_from([(118, 76), (134, 80), (146, 80), (120, 92)]),
        st.integers(8, 16),
    ),
    st.builds(
        lambda day, cm: measured(str(day), "waist", waist_cm=cm), DAYS, st.sampled_from(["80.0", "95.0"])
    ),
    st.builds(lambda day, code: proving(str(day), salt_intake=code), DAYS, st.sampled_from(["1", "3"])),
    st.builds(lambda day: glucose(str(day)), DAYS),
)
PEOPLE = st.sampled_from([MIDDLE, YOUNG, resident("1971-08-01"), resident("1991-03-01")])


@given(st.lists(RECORDS, max_size=7), PEOPLE, DAYS, st.randoms(use_true_random=False))
def test_the_order_of_the_records_does_not_matter(
    records: list[object], who: Resident, on: date, shuffler: random.Random
) -> None:
    mixed = shuffler.sample(records, len(records))
    assert expand(person(*mixed, who=who), on, RULES) == expand(person(*records, who=who), on, RULES)


@given(st.lists(RECORDS, max_size=6), RECORDS, PEOPLE, DAYS)
def test_further_evidence_never_takes_a_done_screening_away(
    records: list[object], more: object, who: Resident, on: date
) -> None:
    def done(found: list[object]) -> set[str]:
        return {one.duty.key for one in matched_of(person(*found, who=who), str(on)) if one.state == "done"}

    assert done(records) <= done([*records, more])
