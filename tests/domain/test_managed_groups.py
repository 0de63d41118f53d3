"""Who the norm owes its duties to: norms §1 and decisions.md "Managed group"; key groups: contracts.md §2."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from tests.domain.duties.people import DIABETES, HYPERTENSION, away, condition, d, person, resident
from village_doctor.domain.duties.reasons import REASONS, say, source_of
from village_doctor.domain.managed_groups import decide_managed, groups_at, managed_periods, why_not_here
from village_doctor.domain.people import Condition
from village_doctor.domain.person_facts import PersonFacts


def test_a_grandmother_with_hypertension_since_2016_is_managed() -> None:
    decision = decide_managed(person(condition(since="2016")), HYPERTENSION, d("2026-11-22"))
    assert decision.is_managed
    assert decision.since_on == d("2016-01-01")
    assert decision.reason.code == "managed-since"
    assert decision.reason.values == {"disease": HYPERTENSION, "age": "70", "since": "2016"}


def test_of_two_records_the_earlier_beginning_is_told() -> None:
    decision = decide_managed(
        person(condition(since="2018"), condition(since="2016-05")), HYPERTENSION, d("2026-11-22")
    )
    assert decision.reason.values is not None
    assert decision.reason.values["since"] == "2016-05"


def test_since_when_is_not_needed() -> None:
    decision = decide_managed(person(condition(since=None)), HYPERTENSION, d("2026-11-22"))
    assert (decision.is_managed, decision.reason.code) == (True, "managed")


@pytest.mark.parametrize(
    ("born", "on", "managed"),
    [
        ("1991-11-23", "2026-11-22", False),
        ("1991-11-22", "2026-11-22", True),
        ("1992-02-29", "2027-02-28", False),
        ("1992-02-29", "2027-03-01", True),
    ],
)
def test_the_norm_begins_on_the_35th_birthday(born: str, on: str, managed: bool) -> None:
    facts = person(condition(since="2020"), who=resident(born))
    decision = decide_managed(facts, HYPERTENSION, d(on))
    assert decision.is_managed is managed
    assert managed or decision.reason.code == "too-young"


NOT_MANAGED: list[tuple[str, PersonFacts, str]] = [
    ("no condition", person(), "no-condition"),
    ("another disease", person(condition("copd")), "no-condition"),
    ("the other managed disease", person(condition(DIABETES)), "no-condition"),
    ("voided", person(replace(condition(), voided_at=datetime(2026, 1, 1, tzinfo=UTC))), "no-condition"),
    ("from tomorrow", person(condition(since="2026-11-23")), "no-condition"),
    ("not confirmed", person(condition(confirmed=False)), "not-confirmed"),
    ("ended yesterday", person(condition(until="2026-11-21")), "condition-ended"),
    ("died today", person(condition(), who=resident(died_on="2026-11-22")), "died"),
    ("moved out today", person(condition(), who=resident(moved_out_on="2026-11-22")), "moved-out"),
    ("away for six months today", person(condition(), away("2026-05-22")), "away-long"),
    (
        "not registered, living here for a day less than six months",
        person(condition(), who=resident(registered_here=False, lives_here_since="2026-05-23")),
        "not-yet-resident",
    ),
    (
        "not registered, nobody knows since when",
        person(condition(), who=resident(registered_here=False)),
        "residence-unknown",
    ),
]


@pytest.mark.parametrize(
    ("facts", "reason"), [row[1:] for row in NOT_MANAGED], ids=[row[0] for row in NOT_MANAGED]
)
def test_not_managed_and_why(facts: PersonFacts, reason: str) -> None:
    decision = decide_managed(facts, HYPERTENSION, d("2026-11-22"))
    assert (decision.is_managed, decision.reason.code, decision.since_on) == (False, reason, None)
    assert "{" not in say(decision.reason.code, decision.reason.values)
    assert "{" not in source_of(decision.reason.code, decision.reason.values)


STILL_MANAGED: list[tuple[str, PersonFacts]] = [
    ("ends today", person(condition(until="2026-11-22"))),
    ("dies tomorrow", person(condition(), who=resident(died_on="2026-11-23"))),
    ("away for six months less a day", person(condition(), away("2026-05-23"))),
    ("back from a long absence today", person(condition(), away("2025-05-01", "2026-11-22"))),
    (
        "not registered, living here for six months today",
        person(condition(), who=resident(registered_here=False, lives_here_since="2026-05-22")),
    ),
    ("registered, came back last week", person(condition(), who=resident(lives_here_since="2026-11-15"))),
    (
        "a voided absence",
        person(condition(), replace(away("2020-01-01"), voided_at=datetime(2026, 1, 1, tzinfo=UTC))),
    ),
    ("recorded twice, one ended", person(condition(until="2020-01-01"), condition())),
]


@pytest.mark.parametrize("facts", [row[1] for row in STILL_MANAGED], ids=[row[0] for row in STILL_MANAGED])
def test_still_managed(facts: PersonFacts) -> None:
    assert decide_managed(facts, HYPERTENSION, d("2026-11-22")).is_managed


def test_a_long_absence_cuts_the_managed_time_from_six_months_to_the_return() -> None:
    facts = person(condition(since="2016"), away("2025-08-31", "2026-04-10"))
    assert managed_periods(facts, HYPERTENSION) == [
        (d("2016-01-01"), d("2026-02-27")),
        (d("2026-04-10"), None),
    ]


def test_an_absence_shorter_than_six_months_cuts_nothing() -> None:
    facts = person(condition(since="2016"), away("2025-10-10", "2026-04-10"))
    assert managed_periods(facts, HYPERTENSION) == [(d("2016-01-01"), None)]
    longer = person(condition(since="2016"), away("2025-10-10", "2026-04-11"))
    assert managed_periods(longer, HYPERTENSION) == [
        (d("2016-01-01"), d("2026-04-09")),
        (d("2026-04-11"), None),
    ]


def test_the_same_disease_recorded_twice_is_managed_once() -> None:
    facts = person(condition(since="2018"), condition(since="2016", until="2020-05-01"))
    assert managed_periods(facts, HYPERTENSION) == [(d("2016-01-01"), None)]


def test_a_disease_that_came_back_has_two_times() -> None:
    facts = person(condition(since="2024"), condition(since="2016", until="2020-05-01"))
    assert managed_periods(facts, HYPERTENSION) == [
        (d("2016-01-01"), d("2020-05-01")),
        (d("2024-01-01"), None),
    ]


GROUPS: list[tuple[str, str, list[Condition], tuple[str, ...]]] = [
    ("nobody in particular", "1980-01-01", [], ("00",)),
    ("64 until tomorrow", "1961-11-23", [], ("00",)),
    ("65 today", "1961-11-22", [], ("01",)),
    ("born on 29 February 1960", "1960-02-29", [], ("01",)),
    ("six years old", "2019-11-23", [], ("03",)),
    ("seven today", "2019-11-22", [], ("00",)),
    ("old with both diseases", "1950-01-01", [condition(), condition(DIABETES)], ("01", "07", "08")),
    ("young with hypertension: a key group, though not managed", "2000-01-01", [condition()], ("07",)),
    ("not confirmed", "1980-01-01", [condition(confirmed=False)], ("00",)),
    ("on an imported list", "1980-01-01", [condition("04"), condition("11")], ("04", "11")),
    ("a disease that is no key group", "1980-01-01", [condition("stroke")], ("00",)),
    ("copd", "1980-01-01", [condition("copd")], ("12",)),
]


@pytest.mark.parametrize(
    ("born", "conditions", "groups"), [row[1:] for row in GROUPS], ids=[row[0] for row in GROUPS]
)
def test_key_groups(born: str, conditions: list[Condition], groups: tuple[str, ...]) -> None:
    assert groups_at(resident(born).birth_date, conditions, d("2026-11-22")) == groups


def test_every_reason_has_its_sentence() -> None:
    codes = {row[2] for row in NOT_MANAGED} | {"managed", "managed-since", "too-young"}
    assert codes <= REASONS.keys()


# --- where she lives, whatever she has ---------------------------------------------------------------------------------

NOT_HERE: list[tuple[str, PersonFacts, str | None]] = [
    ("registered here", person(), None),
    ("dies tomorrow", person(who=resident(died_on="2026-11-23")), None),
    ("died today", person(who=resident(died_on="2026-11-22")), "died"),
    ("moves tomorrow", person(who=resident(moved_out_on="2026-11-23")), None),
    ("moved today", person(who=resident(moved_out_on="2026-11-22")), "moved-out"),
    ("six months away today", person(away("2026-05-22")), "away-long"),
    ("a day less", person(away("2026-05-23")), None),
    (
        "six months here today",
        person(who=resident(registered_here=False, lives_here_since="2026-05-22")),
        None,
    ),
    (
        "a day less here",
        person(who=resident(registered_here=False, lives_here_since="2026-05-23")),
        "not-yet-resident",
    ),
    ("nobody knows since when", person(who=resident(registered_here=False)), "residence-unknown"),
    ("died before she moved", person(who=resident(died_on="2026-01-01", moved_out_on="2026-02-01")), "died"),
]


@pytest.mark.parametrize(("facts", "code"), [row[1:] for row in NOT_HERE], ids=[row[0] for row in NOT_HERE])
def test_why_somebody_is_no_permanent_resident(facts: PersonFacts, code: str | None) -> None:
    reason = why_not_here(facts, d("2026-11-22"))
    assert (None if reason is None else reason.code) == code


@pytest.mark.parametrize(
    ("disease", "code"),
    [
        ("mental_disorder", "managed-since"),
        ("tuberculosis", "managed-since"),
        ("copd", "managed-copd"),
        ("hypertension", "too-young"),
        ("diabetes", "too-young"),
    ],
)
def test_only_hypertension_and_diabetes_begin_at_35(disease: str, code: str) -> None:
    facts = person(condition(disease), who=resident("2010-01-01"))
    decision = decide_managed(facts, disease, d("2026-11-22"))
    assert (decision.reason.code, decision.is_managed) == (code, code != "too-young")
