"""What the norm owes a child of 0–6 years (norms-other-groups §2, §6, contracts.md §3.2 儿童包)."""

import itertools
import random
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.domain.duties.people import RULES, away, d, duties_of, matched_of, person, resident
from tests.domain.duties.proofs import codes, dates, proving
from village_doctor.domain.due import due_items
from village_doctor.domain.duties.duty import Duty
from village_doctor.domain.duties.expanding import expand
from village_doctor.domain.duties.reasons import say, source_of
from village_doctor.domain.people import Resident
from village_doctor.domain.person_facts import PersonFacts

BORN = "2025-03-15"
CHECK, NEWBORN, CHINESE = "child_check", "newborn", "child_chinese_medicine"
OURS = {CHECK, NEWBORN, CHINESE}


def child(born: str = BORN, home: str | None = None, **changes: Any) -> Resident:
    return replace(resident(born, name="小甲", **changes), discharged_on=None if home is None else d(home))


def owed(facts: PersonFacts, on: str, item: str | None = None, counting: str | None = None) -> list[Duty]:
    return [one for one in duties_of(facts, on, item, counting) if one.item in OURS]


def only(facts: PersonFacts, on: str, what: str, item: str = CHECK) -> Duty:
    return next(one for one in owed(facts, on, item) if f"/{item}:{what}/" in one.key)


# Seen from the last day of 2025 history goes back to 2024, from the day before the 7th birthday to 2031.
@pytest.mark.parametrize(
    ("on", "what", "expected"),
    [
        ("2025-12-31", "full_month", ("2025-04-12", "2025-06-14", "2025-04-12", "2025-04-14")),
        ("2025-12-31", "month_3", ("2025-06-15", "2025-09-14", "2025-06-15", "2025-09-14")),
        ("2025-12-31", "month_6", ("2025-09-15", "2025-11-14", "2025-09-15", "2025-11-14")),
        ("2025-12-31", "month_8", ("2025-11-15", "2026-03-14", "2025-11-15", "2026-03-14")),
        ("2025-12-31", "month_12", ("2026-03-15", "2026-09-14", "2026-03-15", "2026-09-14")),
        ("2026-12-31", "month_18", ("2026-09-15", "2027-03-14", "2026-09-15", "2027-03-14")),
        ("2027-12-31", "month_24", ("2027-03-15", "2027-09-14", "2027-03-15", "2027-09-14")),
        ("2027-12-31", "month_30", ("2027-09-15", "2028-03-14", "2027-09-15", "2028-03-14")),
        ("2028-12-31", "month_36", ("2028-03-15", "2029-03-14", "2028-03-15", "2029-03-14")),
        ("2029-12-31", "year_4", ("2029-03-15", "2030-03-14", "2029-03-15", "2030-03-14")),
        ("2030-12-31", "year_5", ("2030-03-15", "2031-03-14", "2030-03-15", "2031-03-14")),
        ("2031-12-31", "year_6", ("2031-03-15", "2032-03-14", "2031-03-15", "2032-03-14")),
    ],
)
def test_each_check_of_section_6(on: str, what: str, expected: tuple[str, ...]) -> None:
    """Due on the age itself, in time to the day before the next one's (满月: 28–30 days)."""
    duty = only(person(who=child()), on, what)
    assert dates(duty) == expected
    assert (duty.proof, duty.source, duty.group, duty.is_along) == ("child_visit", "norm", None, False)
    assert duty.key == f"r1/norm/child_check:{what}/{expected[0]}"
    assert duty.name == "儿童健康检查"


@pytest.mark.parametrize("months", [6, 12, 18, 24, 30, 36])
def test_chinese_medicine_has_the_time_of_the_check_at_that_age(months: int) -> None:
    on = str(d(BORN) + timedelta(days=31 * months))
    duty = only(person(who=child()), on, f"month_{months}", CHINESE)
    assert dates(duty) == dates(only(person(who=child()), on, f"month_{months}"))
    assert (duty.proof, codes(duty)) == ("child_chinese_medicine", ("child-chinese-medicine",))
    assert dict(duty.reasons[0].values or {})["months"] == str(months)


def test_no_other_age_has_chinese_medicine() -> None:
    found = {
        one.key for year in range(2025, 2033) for one in owed(person(who=child()), f"{year}-12-31", CHINESE)
    }
    assert len(found) == 6


@pytest.mark.parametrize(
    ("what", "expected"),
    [
        ("full_month", ("child-check-full-month",)),
        ("month_3", ("child-check-months",)),
        ("month_6", ("child-check-months", "child-blood-count")),
        ("month_8", ("child-check-months", "child-blood-count")),
        ("month_12", ("child-check-months",)),
        ("month_18", ("child-check-months", "child-blood-count")),
        ("month_24", ("child-check-months",)),
        ("month_30", ("child-check-months", "child-blood-count")),
        ("month_36", ("child-check-months",)),
        ("year_4", ("child-check-years",)),
    ],
)
def test_blood_counts_belong_to_their_checks(what: str, expected: tuple[str, ...]) -> None:
    """§6: 6–8, 18 and 30 months."""
    found = {
        one.key.split(":")[1].split("/")[0]: codes(one)
        for year in range(2025, 2031)
        for one in owed(person(who=child()), f"{year}-12-31", CHECK)
    }
    assert found[what] == expected


@pytest.mark.parametrize(
    ("on", "what", "sentence"),
    [
        ("2025-12-31", "month_3", "2025年6月15日 满 3 个月，要检查一次，最晚 2025年9月14日。"),
        ("2029-12-31", "year_4", "2029年3月15日 满 4 岁，要检查一次，最晚 2030年3月14日。"),
        ("2031-12-31", "year_6", "2031年3月15日 满 6 岁，要检查一次，最晚 2032年3月14日。"),
    ],
)
def test_a_check_is_told_with_the_age(on: str, what: str, sentence: str) -> None:
    (reason,) = only(person(who=child()), on, what).reasons
    assert say(reason.code, reason.values) == sentence


# --- the newborn ---


@pytest.mark.parametrize(
    ("home", "latest", "until", "code"),
    [
        (None, "2025-03-22", "2025-04-11", "newborn-from-birth"),
        ("2025-03-15", "2025-03-22", "2025-04-11", "newborn-home"),
        ("2025-03-18", "2025-03-25", "2025-04-11", "newborn-home"),
        ("2025-04-04", "2025-04-11", "2025-04-11", "newborn-home"),
        ("2025-04-05", "2025-04-12", "2025-04-12", "newborn-home"),
        ("2025-05-10", "2025-05-17", "2025-05-17", "newborn-home"),
        ("2025-03-14", "2025-03-22", "2025-04-11", "newborn-from-birth"),
    ],
)
def test_the_visit_at_home_within_a_week_after_coming_home(
    home: str | None, latest: str, until: str, code: str
) -> None:
    """§6: 新生儿家庭访视 within 1 week after discharge; without that day, after the birth."""
    (duty,) = owed(person(who=child(home=home)), "2025-03-20", NEWBORN)
    assert dates(duty) == (BORN, until, latest, latest)
    assert (codes(duty), duty.proof) == ((code,), "newborn_visit")
    assert duty.key == f"r1/norm/newborn:newborn_visit/{BORN}"


@pytest.mark.parametrize(("on", "is_asked"), [("2025-04-11", True), ("2025-04-12", False)])
def test_after_the_full_month_nobody_asks_for_the_newborn_visit(on: str, is_asked: bool) -> None:
    (duty,) = owed(person(who=child()), on, NEWBORN)
    assert duty.is_asked is is_asked


@pytest.mark.parametrize(
    ("served", "state"),
    [("2025-03-15", "done"), ("2025-04-11", "done"), ("2025-04-12", "overdue"), (None, "overdue")],
)
def test_what_counts_for_the_newborn(served: str | None, state: str) -> None:
    visits = [] if served is None else [proving(served, "newborn_visit")]
    (matched,) = matched_of(person(*visits, who=child()), "2025-05-01", NEWBORN)
    assert matched.state == state


# --- who, and from when to when ---


@pytest.mark.parametrize(
    ("day", "state"),
    [("2025-09-14", "overdue"), ("2025-09-15", "done"), ("2025-11-14", "done"), ("2025-11-15", "overdue")],
)
def test_a_check_counts_for_the_age_at_which_it_was_done(day: str, state: str) -> None:
    facts = person(proving(day, "child_visit"), who=child())
    matched = next(one for one in matched_of(facts, "2025-12-31", CHECK) if ":month_6/" in one.duty.key)
    assert matched.state == state


def test_another_proof_proves_no_check() -> None:
    facts = person(proving("2025-09-20", "child_chinese_medicine"), who=child())
    states = {
        one.duty.item: one.state for one in matched_of(facts, "2025-09-20") if ":month_6/" in one.duty.key
    }
    assert states == {CHECK: "due", CHINESE: "done"}


@pytest.mark.parametrize(
    ("on", "state", "is_open"),
    [
        ("2025-09-14", "planned", True),
        ("2025-09-15", "due", True),
        ("2025-11-14", "due", True),
        ("2025-11-15", "overdue", False),
    ],
)
def test_any_day_of_the_window_will_do_and_what_is_over_is_not_asked_for(
    on: str, state: str, is_open: bool
) -> None:
    facts = person(who=child())
    matched = next(one for one in matched_of(facts, on, CHECK) if ":month_6/" in one.duty.key)
    assert (matched.state, matched.is_open) == (state, is_open)
    lines = due_items([matched], d(on), horizon_days=0)
    assert [(item.state, item.days_overdue) for item in lines] == ([("due", 0)] if state == "due" else [])


@pytest.mark.parametrize(
    ("name", "who", "records", "has_any"),
    [
        ("registered here", child(), (), True),
        ("died", child(died_on="2025-06-01"), (), False),
        ("moved out", child(moved_out_on="2025-06-01"), (), False),
        ("residence unknown", replace(child(), registered_here=False), (), False),
        ("away for six months", child(), (away("2025-03-20"),), False),
        (
            "here for six months in September",
            replace(child(), registered_here=False, lives_here_since=d(BORN)),
            (),
            True,
        ),
        (
            "not yet six months here",
            replace(child(), registered_here=False, lives_here_since=d("2025-09-20")),
            (),
            False,
        ),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_every_living_permanent_resident_child(
    name: str, who: Resident, records: tuple[object, ...], has_any: bool
) -> None:
    found = [one for one in owed(person(*records, who=who), "2025-12-10", CHECK) if ":month_8/" in one.key]
    assert bool(found) is has_any, name


def test_who_left_keeps_what_was_owed_before_for_the_figures() -> None:
    who = child(moved_out_on="2025-09-15")
    found = {one.key.split(":")[1].split("/")[0]: one for one in owed(person(who=who), "2025-12-31", CHECK)}
    assert set(found) == {"full_month", "month_3"}
    assert not any(one.is_asked for one in found.values())


def test_a_check_that_was_done_stays_owed_when_the_child_leaves_before_its_end() -> None:
    facts = person(proving("2025-09-20", "child_visit"), who=child(moved_out_on="2025-10-01"))
    assert ":month_6/" in owed(facts, "2025-12-31", CHECK)[-1].key


def test_a_check_after_coming_back_is_not_the_one_that_fell_into_the_absence() -> None:
    """Away for six months from 1 October to 10 January: absent when the time of 6 months ended."""
    facts = person(away("2025-04-01", "2026-01-10"), proving("2026-01-20", "child_visit"), who=child())
    states = {
        one.duty.key.split(":")[1].split("/")[0]: one.state for one in matched_of(facts, "2026-02-01", CHECK)
    }
    assert "month_6" not in states
    assert states["month_8"] == "done"


@pytest.mark.parametrize(
    ("on", "whats"),
    [
        ("2025-01-14", []),  # the horizon of three months ends on 14 April
        ("2024-12-14", []),
        ("2032-12-31", ["year_5", "year_6"]),
        ("2033-01-01", ["year_6"]),  # history from 2032; the time of year 6 ended on 14 March 2032
        ("2034-01-01", []),
    ],
)
def test_before_the_birth_and_after_the_seventh_birthday(on: str, whats: list[str]) -> None:
    found = [one.key.split(":")[1].split("/")[0] for one in owed(person(who=child()), on, CHECK)]
    assert found == (["full_month"] if on == "2025-01-14" else whats)


@pytest.mark.parametrize(("born", "has_it"), [("2025-01-02", True), ("2025-01-01", False)])
def test_a_check_whose_time_ended_before_the_history_is_forgotten(born: str, has_it: bool) -> None:
    """The time of 4 years ends on the day before the fifth birthday; in 2031 history begins on 1 January 2030."""
    found = owed(person(who=child(born)), "2031-06-01", CHECK)
    assert any(":year_4/" in one.key for one in found) is has_it


def test_nothing_before_the_horizon_begins() -> None:
    """What begins on the horizon's last day is seen, the day after is not."""
    assert ":full_month/" in owed(person(who=child()), "2025-01-12", CHECK)[-1].key
    assert owed(person(who=child()), "2025-01-11", CHECK) == []
    assert owed(person(who=child()), "2024-12-15", NEWBORN) != []
    assert owed(person(who=child()), "2024-12-14") == []


def test_no_grown_up_owes_a_childs_check() -> None:
    assert owed(person(who=resident("1956-03-01")), "2026-05-01") == []
    assert owed(person(who=resident("2018-12-31")), "2026-12-31") != []
    assert owed(person(who=resident("2018-01-01")), "2026-01-01") == []


def test_nothing_is_due_before_the_counting() -> None:
    found = {
        one.key.split(":")[1].split("/")[0]: one
        for one in owed(person(who=child()), "2025-12-31", CHECK, "2025-10-01")
    }
    assert set(found) == {"month_6", "month_8", "month_12"}
    assert dates(found["month_6"])[2:] == ("2025-10-01", "2025-11-14")
    assert codes(found["month_6"]) == ("child-check-months", "child-blood-count", "counting-starts")
    assert codes(found["month_8"]) == ("child-check-months", "child-blood-count")


def test_a_last_day_before_the_counting_moves_to_it() -> None:
    found = owed(person(who=child()), "2025-12-31", CHECK, "2025-05-01")[0]
    assert dates(found) == ("2025-04-12", "2025-06-14", "2025-05-01", "2025-05-01")


@pytest.mark.parametrize(("counting", "has_it"), [("2025-04-11", True), ("2025-04-12", False)])
def test_a_time_that_ended_before_the_counting_is_not_owed(counting: str, has_it: bool) -> None:
    assert bool(owed(person(who=child()), "2025-04-12", NEWBORN, counting)) is has_it


def test_every_reason_is_a_sentence_with_its_source() -> None:
    for year in range(2025, 2033):
        for who in (child(), child(home="2025-03-18")):
            for duty in owed(person(who=who), f"{year}-03-31"):
                for reason in duty.reasons:
                    text = say(reason.code, reason.values)
                    assert text.endswith("。")
                    assert "{" not in text
                    assert source_of(reason.code, reason.values)


# --- properties ---

DAYS = st.dates(date(2024, 6, 1), date(2032, 6, 1))
PROOFS = st.sampled_from(["child_visit", "newborn_visit", "child_chinese_medicine"])
VISITS = st.lists(st.tuples(DAYS, PROOFS), max_size=6)


def with_visits(born: date, visits: list[tuple[date, str]]) -> PersonFacts:
    return person(*(proving(str(day), proof) for day, proof in visits), who=child(str(born)))


@given(st.dates(date(2020, 1, 1), date(2030, 12, 31)), DAYS)
def test_the_spans_of_a_child_meet_and_never_overlap(born: date, on: date) -> None:
    duties = [one for one in expand(person(who=child(str(born))), on, RULES) if one.item == CHECK]
    for one, following in itertools.pairwise(duties):
        assert one.span_until is not None
        assert one.span_until + timedelta(days=1) == following.span_from


@given(st.dates(date(2023, 1, 1), date(2026, 12, 31)), VISITS, DAYS, st.randoms(use_true_random=False))
def test_the_order_of_the_records_does_not_matter(
    born: date, visits: list[tuple[date, str]], on: date, shuffler: random.Random
) -> None:
    facts = with_visits(born, visits)
    mixed = replace(facts, visits=tuple(shuffler.sample(facts.visits, len(facts.visits))))
    assert expand(mixed, on, RULES) == expand(facts, on, RULES)


@given(st.dates(date(2023, 1, 1), date(2026, 12, 31)), VISITS, st.tuples(DAYS, PROOFS), DAYS)
def test_a_served_check_stays_owed_and_done(
    born: date, visits: list[tuple[date, str]], more: tuple[date, str], on: date
) -> None:
    def done(records: list[tuple[date, str]]) -> set[str]:
        facts = with_visits(born, records)
        return {one.duty.key for one in matched_of(facts, str(on)) if one.state == "done"}

    assert done(visits) <= done([*visits, more])
