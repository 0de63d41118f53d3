"""What the norm owes in pregnancy and after delivery (norms-other-groups §5, contracts.md §3.2 孕产妇包)."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.domain.duties.people import RULES, away, d, duties_of, matched_of, person, resident
from tests.domain.duties.proofs import codes, dates, proving
from tests.domain.shipped import figures
from village_doctor.domain.duties.duty import Duty
from village_doctor.domain.duties.expanding import expand
from village_doctor.domain.duties.reasons import say, source_of
from village_doctor.domain.people import Resident
from village_doctor.domain.person_facts import PersonFacts

BEGAN = "2026-01-01"
DELIVERED = "2026-10-05"
OURS = {"antenatal", "postnatal"}


def mother(
    began: str | None = BEGAN,
    delivered: str | None = None,
    home: str | None = None,
    sex: str = "2",
    **changes: Any,
) -> Resident:
    return replace(
        resident("1998-05-01", **changes),
        sex=sex,
        last_menstruation_on=None if began is None else d(began),
        delivered_on=None if delivered is None else d(delivered),
        discharged_on=None if home is None else d(home),
    )


def owed(facts: PersonFacts, on: str, counting: str | None = None) -> list[Duty]:
    return [one for one in duties_of(facts, on, counting=counting) if one.item in OURS]


def by_number(found: list[Duty]) -> dict[str, Duty]:
    return {one.key.split(":")[1].split("/")[0]: one for one in found}


def week(weeks: int, days: int = 0) -> str:
    return str(d(BEGAN) + timedelta(days=7 * weeks + days))


def test_the_five_checks_of_section_5() -> None:
    """Before 13 weeks (arranged for week 8, a setting), 16–20, 21–24, 28–36, 37–40."""
    found = by_number(owed(person(who=mother()), week(30)))
    assert {number: dates(duty) for number, duty in found.items()} == {
        "1": (BEGAN, week(12, 6), week(8), week(12, 6)),
        "2": (week(16), week(20, 6), week(16), week(20, 6)),
        "3": (week(21), week(24, 6), week(21), week(24, 6)),
        "4": (week(28), week(36, 6), week(28), week(36, 6)),
        "5": (week(37), week(40, 6), week(37), week(40, 6)),
    }
    assert all(one.proof == "antenatal_visit" and one.is_asked for one in found.values())
    assert [codes(found[number]) for number in "12"] == [("antenatal-first",), ("antenatal-weeks",)]
    assert found["4"].key == f"r1/norm/antenatal:4/{BEGAN}"
    assert found["4"].reasons[0].values == {
        "number": "4", "from_week": "28", "until_week": "36", "latest": week(36, 6),
    }  # fmt: skip


@pytest.mark.parametrize(("first_week", "due"), [(6, week(6)), (12, week(12)), (20, week(12))])
def test_the_week_of_the_first_check_is_a_setting(first_week: int, due: str) -> None:
    rules = replace(RULES, figures=replace(figures(), antenatal_first_due_week=first_week))
    found = [one for one in expand(person(who=mother()), d(week(5)), rules) if one.item == "antenatal"]
    assert str(found[0].due_on) == due


@pytest.mark.parametrize(
    ("day", "number", "state"),
    [
        (week(0), "1", "done"),
        (week(12, 6), "1", "done"),
        (week(13), "1", "overdue"),
        (week(15, 6), "2", "overdue"),
        (week(16), "2", "done"),
        (week(20, 6), "2", "done"),
        (week(21), "2", "overdue"),
        (week(21), "3", "done"),
        (week(24, 6), "3", "done"),
        (week(25), "3", "overdue"),
        (week(27, 6), "4", "overdue"),
        (week(28), "4", "done"),
        (week(36, 6), "4", "done"),
        (week(37), "4", "overdue"),
        (week(37), "5", "done"),
        (week(40, 6), "5", "done"),
        (week(41), "5", "overdue"),
    ],
)
def test_each_boundary_of_the_weeks(day: str, number: str, state: str) -> None:
    facts = person(proving(day, "antenatal_visit"), who=mother())
    matched = {
        one.duty.key.split(":")[1].split("/")[0]: one for one in matched_of(facts, week(41), "antenatal")
    }
    assert matched[number].state == state


@pytest.mark.parametrize(
    ("on", "state"),
    [(week(15, 6), "planned"), (week(16), "due"), (week(20, 6), "due"), (week(21), "overdue")],
)
def test_any_day_of_its_weeks_will_do(on: str, state: str) -> None:
    matched = matched_of(person(who=mother()), on, "antenatal")
    assert [one.state for one in matched if ":2/" in one.duty.key] == [state]


def test_only_the_expected_day_is_known() -> None:
    who = replace(mother(None), expected_delivery_on=d(BEGAN) + timedelta(days=280))
    assert dates(owed(person(who=who), week(30))[1]) == (week(16), week(20, 6), week(16), week(20, 6))


@pytest.mark.parametrize(
    "who", [mother(sex="1"), mother(None), resident()], ids=["a man", "not pregnant", "old"]
)
def test_nobody_else(who: Resident) -> None:
    assert owed(person(who=who), week(30)) == []


def test_after_the_delivery_the_pregnancy_is_kept_for_the_figures_only() -> None:
    found = by_number(owed(person(who=mother(delivered=DELIVERED)), "2026-10-10"))
    assert {key for key, one in found.items() if not one.is_asked} == {"1", "2", "3", "4"}
    assert "5" not in found  # delivered inside the window (week 39): not owed, unless it was done


def test_a_check_done_in_the_window_of_the_delivery_stays() -> None:
    facts = person(proving(week(38), "antenatal_visit"), who=mother(delivered=DELIVERED))
    assert "5" in by_number(owed(facts, "2026-10-10"))


@pytest.mark.parametrize(("delivered", "has_fifth"), [(week(41), True), (week(40, 6), False)])
def test_a_window_is_owed_to_its_last_day(delivered: str, has_fifth: bool) -> None:
    assert ("5" in by_number(owed(person(who=mother(delivered=delivered)), week(45)))) is has_fifth


def test_a_delivery_before_this_pregnancy_ends_nothing() -> None:
    found = by_number(owed(person(who=mother(delivered="2025-12-31")), week(30)))
    assert all(found[number].is_asked for number in "12345")


def test_the_day_of_the_last_menstruation_as_delivery_ends_it() -> None:
    found = by_number(owed(person(who=mother(delivered=BEGAN)), week(5)))
    assert set("12345") & set(found) == set()


@pytest.mark.parametrize(("on", "is_asked"), [(299, True), (300, True), (301, False)])
def test_nobody_asks_beyond_the_longest_pregnancy(on: int, is_asked: bool) -> None:
    day = str(d(BEGAN) + timedelta(days=on))
    assert by_number(owed(person(who=mother()), day))["5"].is_asked is is_asked


# --- after the delivery ---


@pytest.mark.parametrize(
    ("home", "latest", "until", "code"),
    [
        (None, "2026-10-12", "2026-11-15", "postnatal-from-delivery"),
        (DELIVERED, "2026-10-12", "2026-11-15", "postnatal-from-delivery"),
        ("2026-10-06", "2026-10-13", "2026-11-15", "postnatal-home"),
        ("2026-11-08", "2026-11-15", "2026-11-15", "postnatal-home"),
        ("2026-11-09", "2026-11-16", "2026-11-16", "postnatal-home"),
        ("2026-10-04", "2026-10-12", "2026-11-15", "postnatal-from-delivery"),
    ],
)
def test_the_visit_at_home_within_a_week(home: str | None, latest: str, until: str, code: str) -> None:
    """§5: 产后访视, home, within 1 week after discharge."""
    duty = by_number(owed(person(who=mother(delivered=DELIVERED, home=home)), "2026-10-08"))[
        "postnatal_visit"
    ]
    assert dates(duty) == (DELIVERED, until, latest, latest)
    assert (duty.proof, codes(duty), duty.is_asked) == ("postnatal_visit", (code,), True)
    assert duty.key == f"r1/norm/postnatal:postnatal_visit/{DELIVERED}"


def test_the_check_after_42_days() -> None:
    duty = by_number(owed(person(who=mother(delivered=DELIVERED)), "2026-10-08"))["postnatal_42_days"]
    assert dates(duty) == (DELIVERED, "None", "2026-11-16", "2026-11-16")
    assert (duty.proof, codes(duty)) == ("postnatal_42_days", ("postnatal-42-days",))
    assert duty.key == f"r1/norm/postnatal:postnatal_42_days/{DELIVERED}"


@pytest.mark.parametrize(
    ("on", "visit", "late_check"),
    [
        ("2026-11-15", True, True),
        ("2026-11-16", False, True),
        ("2027-01-03", False, True),
        ("2027-01-04", False, False),
    ],
)
def test_how_long_they_are_asked_for(on: str, visit: bool, late_check: bool) -> None:
    """The visit until day 41, the check until day 90 (a setting)."""
    found = by_number(owed(person(who=mother(None, DELIVERED)), on))
    assert (found["postnatal_visit"].is_asked, found["postnatal_42_days"].is_asked) == (visit, late_check)


@pytest.mark.parametrize(
    ("day", "proof", "state"),
    [
        ("2026-10-05", "postnatal_visit", "done"),
        ("2026-11-15", "postnatal_visit", "done"),
        ("2026-11-16", "postnatal_visit", "overdue"),
        ("2026-11-10", "postnatal_42_days", "done"),
        ("2027-02-01", "postnatal_42_days", "done"),
        ("2026-10-04", "postnatal_42_days", "overdue"),
    ],
)
def test_what_counts_after_the_delivery(day: str, proof: str, state: str) -> None:
    facts = person(proving(day, proof), who=mother(None, DELIVERED))
    matched = next(one for one in matched_of(facts, "2027-02-02", "postnatal") if one.duty.proof == proof)
    assert matched.state == state


# --- who, history, counting ---


def test_only_who_lives_here() -> None:
    stranger = replace(mother(), registered_here=False, lives_here_since=d("2025-12-01"))
    assert set(by_number(owed(person(who=stranger), week(40)))) == {
        "3",
        "4",
        "5",
    }  # six months on 1 June: week 21
    assert owed(person(who=replace(mother(), registered_here=False)), week(30)) == []
    gone = owed(person(who=mother(moved_out_on=week(22))), week(30))
    assert set(by_number(gone)) == {"1", "2"}
    assert not any(one.is_asked for one in gone)


def test_a_long_absence_ends_what_falls_into_it() -> None:
    facts = person(away("2025-10-01"), who=mother())  # six months on 1 April 2026, the last day of week 12
    assert owed(facts, week(30)) == []
    facts = person(away("2025-10-02"), who=mother())
    found = by_number(owed(facts, week(30)))
    assert set(found) == {"1"}
    assert not found["1"].is_asked


def test_a_check_after_coming_back_is_not_the_one_that_fell_into_the_absence() -> None:
    """Away for six months from 1 May to 10 June: absent when weeks 16–20 ended, on 27 May."""
    facts = person(away("2025-11-01", "2026-06-10"), proving("2026-06-12", "antenatal_visit"), who=mother())
    states = {
        one.duty.key.split(":")[1].split("/")[0]: one.state
        for one in matched_of(facts, "2026-06-12", "antenatal")
    }
    assert "2" not in states
    assert states["3"] == "done"


@pytest.mark.parametrize(
    ("on", "expected"),
    [
        ("2027-12-31", {"1", "2", "3", "4", "postnatal_visit", "postnatal_42_days"}),
        ("2028-01-01", set()),
    ],
)
def test_history_goes_back_to_the_previous_assessment_year(on: str, expected: set[str]) -> None:
    assert set(by_number(owed(person(who=mother(delivered=DELIVERED)), on))) == expected


@pytest.mark.parametrize(("began", "has_second"), [("2026-08-08", True), ("2026-08-07", False)])
def test_a_check_whose_weeks_ended_before_the_history_is_forgotten(began: str, has_second: bool) -> None:
    """Weeks 16–20 end on 1 January 2027, where the history of 2028 begins, or on the day before."""
    assert ("2" in by_number(owed(person(who=mother(began)), "2028-05-01"))) is has_second


@pytest.mark.parametrize(("delivered", "has_fifth"), [("2027-01-02", True), ("2027-01-01", False)])
def test_a_pregnancy_that_was_over_before_the_history_is_forgotten(delivered: str, has_fifth: bool) -> None:
    """Weeks 37–40 reach from 25 December to 21 January; the check was done, and she was pregnant to the day before."""
    facts = person(proving("2026-12-26", "antenatal_visit"), who=mother("2026-04-10", delivered))
    assert ("5" in by_number(owed(facts, "2028-05-01"))) is has_fifth


@pytest.mark.parametrize(("delivered", "has_visit"), [("2026-11-21", True), ("2026-11-20", False)])
def test_a_visit_after_delivery_whose_time_ended_before_the_history_is_forgotten(
    delivered: str, has_visit: bool
) -> None:
    """Its time ends on day 41, here 1 January 2027 or the day before, long after its last day in time."""
    found = by_number(owed(person(who=mother(None, delivered)), "2028-05-01"))
    assert ("postnatal_visit" in found) is has_visit


@pytest.mark.parametrize(("counting", "has_visit"), [("2026-11-15", True), ("2026-11-16", False)])
def test_a_visit_after_delivery_is_owed_where_its_time_reaches_the_counting(
    counting: str, has_visit: bool
) -> None:
    found = by_number(owed(person(who=mother(None, DELIVERED)), "2026-11-16", counting))
    assert ("postnatal_visit" in found) is has_visit


def test_the_horizon_is_three_months() -> None:
    assert owed(person(who=mother()), "2025-09-30") == []
    assert set(by_number(owed(person(who=mother()), "2025-10-01"))) == {"1"}
    assert set(by_number(owed(person(who=mother()), BEGAN))) == {"1"}
    assert week(16) == "2026-04-23"
    assert set(by_number(owed(person(who=mother()), "2026-01-22"))) == {"1"}
    assert set(by_number(owed(person(who=mother()), "2026-01-23"))) == {"1", "2"}


def test_nothing_is_due_before_the_counting() -> None:
    found = by_number(owed(person(who=mother()), week(30), counting=week(21)))
    assert set(found) == {"3", "4", "5"}
    found = by_number(owed(person(who=mother()), week(30), counting=week(20, 6)))
    assert dates(found["2"])[2:] == (week(20, 6), week(20, 6))
    assert codes(found["2"]) == ("antenatal-weeks", "counting-starts")


def test_every_reason_is_a_sentence_with_its_source() -> None:
    for who in (mother(delivered=DELIVERED), mother(delivered=DELIVERED, home="2026-10-08"), mother()):
        for duty in owed(person(who=who), "2026-10-10"):
            for reason in duty.reasons:
                assert "{" not in say(reason.code, reason.values)
                assert source_of(reason.code, reason.values)


DAYS = st.dates(date(2025, 6, 1), date(2027, 12, 31))
PROOFS = st.sampled_from(["antenatal_visit", "postnatal_visit", "postnatal_42_days"])


@given(
    st.lists(st.tuples(DAYS, PROOFS), max_size=5),
    st.tuples(DAYS, PROOFS),
    DAYS,
    st.sampled_from([None, DELIVERED, week(33)]),
)
def test_a_served_check_stays_owed_and_done(
    visits: list[tuple[date, str]], more: tuple[date, str], on: date, delivered: str | None
) -> None:
    def done(records: list[tuple[date, str]]) -> set[str]:
        facts = person(*(proving(str(day), proof) for day, proof in records), who=mother(delivered=delivered))
        return {one.duty.key for one in matched_of(facts, str(on)) if one.state == "done"}

    assert done(visits) <= done([*visits, more])
