"""What is owed once a year: norms-hypertension §1 and norms-diabetes (yearly check-up), norms-other-groups §1, §2."""

from dataclasses import replace
from datetime import timedelta
from itertools import count

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.domain.duties.people import (
    DIABETES,
    HYPERTENSION,
    RULES,
    away,
    condition,
    d,
    duties_of,
    follow_up,
    instant,
    matched_of,
    person,
    resident,
    rules_from,
)
from village_doctor.domain.duties.calendar import AssessmentCalendar
from village_doctor.domain.duties.duty import Duty
from village_doctor.domain.duties.expanding import expand
from village_doctor.domain.duties.reasons import REASONS, say, source_of
from village_doctor.domain.person_facts import PersonFacts
from village_doctor.domain.refusals import Consent
from village_doctor.domain.visits import Visit

TODAY = "2026-11-22"
ALL = ["check_up", "constitution", "self_care"]
OLD = "1950-05-05"
_numbers = count(1)


def served(day: str, *proofs: str, next_due_on: str | None = None, hour: int = 9) -> Visit:
    """A complete sheet that proves this (the check-up if nothing is said)."""
    return Visit(
        id=f"y{next(_numbers):06}",
        resident_id="r1",
        served_on=d(day),
        recorded_at=instant(day, hour),
        mode="clinic",
        purpose="check_up",
        staff_id="s1",
        is_complete=True,
        proves=proofs or ("check_up",),
        next_due_on=d(next_due_on) if next_due_on else None,
    )


def yearly(
    facts: PersonFacts, on: str = TODAY, year: str = "2026", counting: str | None = None
) -> list[Duty]:
    """The yearly duties of that year, by what proves them."""
    found = [one for one in duties_of(facts, on, "yearly", counting) if str(one.latest_on).startswith(year)]
    return sorted(found, key=lambda duty: duty.proof)


def proofs(facts: PersonFacts, on: str = TODAY, year: str = "2026") -> list[str]:
    return [duty.proof for duty in yearly(facts, on, year)]


def check_up(facts: PersonFacts, on: str = TODAY, year: str = "2026", counting: str | None = None) -> Duty:
    return next(duty for duty in yearly(facts, on, year, counting) if duty.proof == "check_up")


def state(facts: PersonFacts, on: str = TODAY, proof: str = "check_up", year: str = "2026") -> str:
    return next(
        one.state
        for one in matched_of(facts, on, "yearly")
        if one.duty.proof == proof and str(one.duty.latest_on).startswith(year)
    )


def codes(duty: Duty) -> list[str]:
    return [reason.code for reason in duty.reasons]


# --- who owes what ---


@pytest.mark.parametrize(
    ("facts", "owed", "reasons"),
    [
        pytest.param(person(who=resident(OLD)), ALL, ["yearly-check-up-elderly"], id="§1: 65 and more"),
        pytest.param(
            person(condition(), who=resident("1976-05-05")),
            ["check_up"],
            ["yearly-check-up-disease"],
            id="norms-hypertension: 1 a year",
        ),
        pytest.param(
            person(condition(DIABETES), who=resident("1976-05-05")),
            ["check_up"],
            ["yearly-check-up-disease"],
            id="norms-diabetes: 1 a year",
        ),
        pytest.param(
            person(condition(DIABETES), condition(), who=resident(OLD)),
            ALL,
            ["yearly-check-up-elderly", "yearly-check-up-too", "yearly-check-up-too"],
            id="several groups: one check-up, a reason each",
        ),
        pytest.param(person(who=resident("1976-05-05")), [], [], id="nobody's group"),
        pytest.param(person(condition(), who=resident("1996-05-05")), [], [], id="too young to be managed"),
        pytest.param(
            person(condition(confirmed=False), who=resident("1976-05-05")), [], [], id="not confirmed"
        ),
        pytest.param(
            person(condition("stroke"), who=resident("1976-05-05")), [], [], id="a disease without a check-up"
        ),
        pytest.param(
            person(condition(), condition("hypertension", "2019"), who=resident("1976-05-05")),
            ["check_up"],
            ["yearly-check-up-disease"],
            id="recorded twice is one disease",
        ),
    ],
)
def test_who_owes_what(facts, owed, reasons):
    assert proofs(facts) == owed
    if owed:
        assert codes(check_up(facts)) == reasons


def consent(given: str, withdrawn: str | None = None, what: str = "check_up") -> Consent:
    return Consent(
        id=f"n{next(_numbers):06}",
        resident_id="r1",
        what=what,
        given_on=d(given),
        given_by="guardian",
        withdrawn_on=d(withdrawn) if withdrawn else None,
    )


@pytest.mark.parametrize(
    ("consents", "owed"),
    [
        ((), []),
        ((consent("2020-01-01"),), ["check_up"]),
        ((consent("2020-01-01", "2026-06-01"),), []),
        ((consent("2020-01-01", what="management"),), []),
    ],
    ids=["none", "given", "withdrawn", "for something else"],
)
def test_a_mental_disorder_only_with_consent(consents, owed):
    """norms-other-groups §3: the yearly check-up with consent of guardian and/or patient. Its list is protected."""
    facts = person(condition("mental_disorder"), *consents, who=resident("1986-05-05"))
    assert proofs(facts) == owed
    for duty in yearly(facts):
        assert duty.group == "10"
        assert codes(duty) == ["yearly-check-up-consent"]


@pytest.mark.parametrize(("until", "owed"), [("2025-12-31", []), ("2026-12-31", ["check_up"])])
def test_a_mental_disorder_that_ended_before_the_year_owes_nothing_in_it(until, owed):
    records = (condition("mental_disorder", until=until), consent("2020-01-01"))
    assert proofs(person(*records, who=resident("1986-05-05"))) == owed


@pytest.mark.parametrize(("day", "owed"), [("2026-03-01", ["check_up"]), (None, [])])
def test_a_check_up_done_with_consent_stays_done_when_the_consent_is_withdrawn(day, owed):
    records = [condition("mental_disorder"), consent("2020-01-01", "2026-10-01")]
    if day is not None:
        records.append(served(day))
    assert proofs(person(*records, who=resident("1986-05-05"))) == owed


def test_a_check_up_done_with_consent_counts_before_the_65th_birthday_too():
    """It is told as owed to the old alone: the list that it came from is protected."""
    records = (condition("mental_disorder"), consent("2020-01-01"), served("2026-02-01"))
    facts = person(*records, who=resident("1961-06-15"))
    duty = check_up(facts)
    assert (state(facts), str(duty.span_from), duty.group) == ("done", "2026-01-01", None)
    assert codes(duty) == ["yearly-check-up-elderly-from-now"]


def test_who_owes_it_anyway_owes_it_openly():
    """Nobody learns from the reasons of a check-up that somebody is on the protected list."""
    facts = person(
        condition("mental_disorder"), condition(), consent("2020-01-01"), who=resident("1961-06-15")
    )
    for duty in yearly(facts):
        assert duty.group is None
        assert "yearly-check-up-consent" not in codes(duty)
    assert codes(check_up(facts)) == ["yearly-check-up-elderly-from-now", "yearly-check-up-too"]


def test_a_reason_names_its_disease():
    duty = check_up(person(condition(DIABETES), condition(), who=resident("1976-05-05")))
    assert [reason.values for reason in duty.reasons] == [
        {"first": "2026-01-01", "latest": "2026-12-31", "disease": HYPERTENSION},
        {"disease": DIABETES},
    ]


def test_the_whole_of_a_duty():
    duty = check_up(person(who=resident(OLD)))
    assert duty == Duty(
        key="r1/norm/yearly:check_up/2026-01-01",
        resident_id="r1",
        household_id="h1",
        source="norm",
        item="yearly",
        name="健康体检",
        proof="check_up",
        span_from=d("2026-01-01"),
        span_until=d("2026-12-31"),
        due_on=d("2026-12-31"),
        latest_on=d("2026-12-31"),
        reasons=duty.reasons,
        is_asked=True,
        group=None,
        is_along=False,
    )


@pytest.mark.parametrize(("born", "ending"), [(OLD, ""), ("1961-06-15", "-from-now")])
def test_each_of_the_three_has_its_own_reason(born, ending):
    assert [codes(duty) for duty in yearly(person(who=resident(born)))] == [
        [f"yearly-check-up-elderly{ending}"],
        [f"yearly-constitution{ending}"],
        [f"yearly-self-care{ending}"],
    ]


def test_names_and_keys_of_the_three():
    found = yearly(person(who=resident(OLD)))
    assert [duty.name for duty in found] == ["健康体检", "中医体质辨识", "生活自理能力评估"]
    assert [duty.key for duty in found] == [f"r1/norm/yearly:{proof}/2026-01-01" for proof in ALL]


# --- the year ---


@pytest.mark.parametrize(
    ("on", "years"),
    [
        ("2026-01-01", ["2025", "2026"]),
        ("2026-09-30", ["2025", "2026"]),
        ("2026-10-01", ["2025", "2026", "2027"]),
        ("2026-12-31", ["2025", "2026", "2027"]),
    ],
)
def test_from_the_year_before_to_the_horizon(on, years):
    """Three months ahead: the new year comes into sight on 1 October."""
    found = [one for one in duties_of(person(who=resident(OLD)), on, "yearly") if one.proof == "check_up"]
    assert [str(duty.latest_on)[:4] for duty in found] == years


def test_the_assessment_year_of_the_clinic():
    """contracts.md §3.3: 考核年度 is a setting."""
    rules = replace(RULES, calendar=AssessmentCalendar(starts_month=10, starts_day=1))
    found = [
        (str(duty.span_from), str(duty.span_until), str(duty.due_on))
        for duty in expand(person(who=resident(OLD)), d(TODAY), rules)
        if duty.item == "yearly" and duty.proof == "self_care"
    ]
    assert found == [
        ("2025-10-01", "2026-09-30", "2026-09-30"),
        ("2026-10-01", "2027-09-30", "2027-09-30"),
    ]


@pytest.mark.parametrize(
    ("born", "year", "span_from", "reason"),
    [
        pytest.param("1961-06-15", "2026", "2026-06-15", "-from-now", id="in the middle of the year"),
        pytest.param("1961-06-15", "2027", "2027-01-01", "", id="the year after: the whole year"),
        pytest.param("1961-01-01", "2026", "2026-01-01", "", id="on the first day"),
        pytest.param("1961-01-02", "2026", "2026-01-02", "-from-now", id="on the second day"),
        pytest.param("1961-12-31", "2026", "2026-12-31", "-from-now", id="on the last day: due that day"),
        pytest.param("1960-02-29", "2025", "2025-03-01", "-from-now", id="29 February: on 1 March"),
    ],
)
def test_the_65th_birthday(born, year, span_from, reason):
    """Owed from that day; what is done before it is no service of the elderly."""
    found = yearly(person(who=resident(born)), year=year)
    assert [duty.proof for duty in found] == ALL
    for duty in found:
        assert (str(duty.span_from), str(duty.due_on)) == (span_from, f"{year}-12-31")
        assert duty.span_until == duty.latest_on == duty.due_on
        assert duty.reasons[0].code.endswith("-from-now") == bool(reason)
        assert (duty.reasons[0].values or {})["first"] == span_from


@pytest.mark.parametrize("born", ["1962-01-01", "1962-03-31"])
def test_not_before_the_year_of_the_birthday(born):
    facts = person(who=resident(born))
    assert proofs(facts, year="2026") == []
    assert proofs(facts, year="2027") == ALL


def test_nobody_is_old_before_the_horizon():
    """The first of a later year than the one in sight."""
    assert proofs(person(who=resident("1962-01-01")), "2026-09-30", "2027") == []
    assert proofs(person(who=resident("1963-01-01")), year="2027") == []
    assert proofs(person(who=resident("1962-12-31")), year="2027") == ALL


# --- what proves it ---


@pytest.mark.parametrize(
    ("day", "is_done"),
    [("2025-12-31", False), ("2026-01-01", True), ("2026-11-22", True), ("2026-11-23", False)],
)
def test_once_in_the_year(day, is_done):
    """Nothing dated after the day asked for counts."""
    facts = person(served(day, *ALL), who=resident(OLD))
    for proof in ALL:
        assert (state(facts, proof=proof) == "done") == is_done


def test_the_last_day_of_the_year_counts_and_the_next_does_not():
    for day, found in (("2026-12-31", "done"), ("2027-01-01", "overdue")):
        assert state(person(served(day), who=resident(OLD)), "2027-01-10") == found


@pytest.mark.parametrize(("day", "found"), [("2026-06-14", "planned"), ("2026-06-15", "done")])
def test_from_the_65th_birthday_on(day, found):
    facts = person(served(day, *ALL), who=resident("1961-06-15"))
    assert [state(facts, proof=proof) for proof in ALL] == [found] * 3


@pytest.mark.parametrize(
    ("day", "owed"), [("2026-06-14", []), ("2026-06-15", ALL)], ids=["before the birthday", "on it"]
)
def test_who_died_is_kept_for_what_was_done_from_the_65th_birthday_on(day, owed):
    who = resident("1961-06-15", died_on="2026-08-01")
    assert proofs(person(served(day, *ALL), who=who)) == owed


@pytest.mark.parametrize(
    ("day", "owed"), [("2025-12-31", ALL), ("2026-01-01", [])], ids=["on its last day", "the day after"]
)
def test_who_was_away_at_the_end_of_a_year_is_kept_for_what_was_done_in_it(day, owed):
    facts = person(served(day, *ALL), away("2025-01-15", "2026-02-01"), who=resident(OLD))
    assert proofs(facts, year="2025") == owed
    assert proofs(facts) == ALL


def test_who_is_managed_too_is_done_by_a_check_up_before_the_birthday():
    """One check-up for all groups; the two sheets of the old are still owed."""
    facts = person(condition(), served("2026-02-01", *ALL), who=resident("1961-06-15"))
    assert str(check_up(facts).span_from) == "2026-01-01"
    assert codes(check_up(facts)) == ["yearly-check-up-elderly-from-now", "yearly-check-up-too"]
    assert [state(facts, proof=proof) for proof in ALL] == ["done", "planned", "planned"]


def test_the_check_up_that_found_the_disease_counts():
    facts = person(condition(since="2026-05-20"), served("2026-05-12"), who=resident("1976-05-05"))
    assert state(facts) == "done"


def test_each_by_its_own_sheet():
    facts = person(served("2026-03-01", "self_care"), served("2026-03-02", "constitution"), who=resident(OLD))
    assert [state(facts, proof=proof) for proof in ALL] == ["planned", "done", "done"]


@pytest.mark.parametrize(
    ("on", "found"), [("2026-12-30", "planned"), ("2026-12-31", "due"), ("2027-01-01", "overdue")]
)
def test_late_only_after_the_year(on, found):
    assert state(person(who=resident(OLD)), on) == found


# --- the day that was agreed ---


@pytest.mark.parametrize(
    ("agreed", "due"),
    [
        ("2026-01-01", "2026-01-01"),
        ("2026-03-10", "2026-03-10"),
        ("2026-12-30", "2026-12-30"),
        ("2026-12-31", "2026-12-31"),
        ("2027-02-01", "2026-12-31"),
        ("2025-12-31", "2026-12-31"),
    ],
)
def test_an_agreed_day_in_the_year_is_due_earlier(agreed, due):
    """norms-other-groups §1 part 5: the next appointment. The norm's limit stays the end of the year."""
    facts = person(served("2025-03-10", next_due_on=agreed), who=resident(OLD))
    duty = check_up(facts)
    assert (str(duty.due_on), str(duty.latest_on)) == (due, "2026-12-31")
    is_moved = due != "2026-12-31"
    assert ("yearly-agreed-day" in codes(duty)) == is_moved
    if is_moved:
        assert duty.reasons[-1].values == {"last": "2025-03-10", "due": due}


@pytest.mark.parametrize(
    ("agreed", "due"),
    [("2026-06-14", "2026-12-31"), ("2026-06-15", "2026-06-15"), ("2026-09-01", "2026-09-01")],
)
def test_a_check_up_before_the_65th_birthday_may_agree_on_a_day_from_it_on(agreed, due):
    facts = person(served("2026-02-01", next_due_on=agreed), who=resident("1961-06-15"))
    assert str(check_up(facts).due_on) == due
    managed = replace(facts, conditions=(condition(),))
    assert str(check_up(managed).due_on) == "2026-12-31"


@pytest.mark.parametrize(("on", "due"), [("2025-11-30", "2026-05-01"), ("2025-12-01", "2026-07-01")])
def test_a_question_about_a_past_day_knows_no_later_agreement(on, due):
    facts = person(
        served("2025-03-10", next_due_on="2026-05-01"),
        served("2025-12-01", next_due_on="2026-07-01"),
        who=resident(OLD),
    )
    (duty,) = [one for one in yearly(facts, on=on) if one.proof == "check_up"]
    assert str(duty.due_on) == due


def test_the_last_check_up_before_the_year_is_what_agreed():
    earlier = served("2025-03-10", next_due_on="2026-03-10")
    later = served("2025-09-01", next_due_on="2026-09-01")
    same_day = served("2025-09-01", next_due_on="2026-08-01", hour=8)
    assert str(check_up(person(earlier, later, same_day, who=resident(OLD))).due_on) == "2026-09-01"
    no_day = served("2025-10-01")
    assert str(check_up(person(no_day, later, who=resident(OLD))).due_on) == "2026-12-31"


@pytest.mark.parametrize(
    "other",
    [
        replace(served("2025-03-10", next_due_on="2026-03-10"), voided_at=instant("2025-03-11")),
        replace(served("2025-03-10", next_due_on="2026-03-10"), not_done_reason="refused"),
        replace(follow_up("2025-12-10", next_due_on="2026-03-10")),
        served("2026-01-01", next_due_on="2026-03-10"),
        served("2025-03-10", "self_care", "constitution", next_due_on="2026-03-10"),
    ],
    ids=["voided", "not done", "a follow-up", "of the same year", "of another sheet"],
)
def test_what_agrees_no_day(other):
    facts = person(other, who=resident(OLD))
    assert [str(duty.due_on) for duty in yearly(facts)] == ["2026-12-31"] * 3


# --- living here, gone, away ---


@pytest.mark.parametrize(
    ("who", "records", "owed"),
    [
        pytest.param(resident(OLD, died_on="2026-08-01"), (), [], id="died, not served"),
        pytest.param(
            resident(OLD, died_on="2026-08-01"), (served("2026-03-01", *ALL),), ALL, id="served, then died"
        ),
        pytest.param(resident(OLD, moved_out_on="2026-08-01"), (), [], id="moved out"),
        pytest.param(resident(OLD, registered_here=False), (), [], id="residence unknown"),
        pytest.param(
            resident(OLD, registered_here=False, lives_here_since="2026-05-01"),
            (),
            ALL,
            id="here for six months",
        ),
        pytest.param(
            resident(OLD, registered_here=False, lives_here_since="2026-07-02"),
            (),
            [],
            id="not yet this year",
        ),
        pytest.param(resident(OLD), (away("2026-01-15"),), [], id="away for six months and more"),
        pytest.param(resident(OLD), (away("2026-07-15"),), ALL, id="away for four months"),
        pytest.param(resident(OLD), (away("2025-01-15", "2026-10-01"),), ALL, id="back again"),
        pytest.param(resident(OLD, died_on="2026-05-04", moved_out_on=None), (), [], id="died before today"),
    ],
)
def test_only_who_lives_here(who, records, owed):
    assert proofs(person(*records, who=who)) == owed


def test_who_dies_before_65_never_owed_it():
    assert proofs(person(who=resident("1961-06-15", died_on="2026-06-15"))) == []
    assert proofs(person(who=resident("1961-06-15", died_on="2026-06-16")), "2026-06-15") == ALL


def test_what_is_no_more_asked_is_kept_for_the_figures():
    ended = condition(until="2026-08-31")
    facts = person(ended, served("2026-05-12"), who=resident("1976-05-05"))
    duty = check_up(facts)
    assert state(facts) == "done"
    assert not duty.is_asked
    assert check_up(replace(facts, conditions=(condition(),))).is_asked
    assert check_up(replace(facts, conditions=(ended, condition(DIABETES)))).is_asked


# --- from when it counts ---


def test_nothing_is_owed_for_a_year_before_the_counting():
    facts = person(who=resident(OLD))
    assert {str(one.span_from) for one in duties_of(facts, TODAY, "yearly", "2026-01-01")} == {
        "2026-01-01",
        "2027-01-01",
    }
    assert len(yearly(facts, year="2025", counting="2025-12-31")) == 3


def test_nothing_is_due_before_the_counting():
    facts = person(served("2025-03-10", next_due_on="2026-03-10"), who=resident(OLD))
    assert str(check_up(facts, counting="2026-07-01").due_on) == "2026-07-01"
    assert str(check_up(facts, counting="2026-03-09").due_on) == "2026-03-10"


# --- always ---

DAYS = st.dates(d("2024-06-01"), d("2027-06-30"))
SHEETS = st.builds(
    lambda day, proof: served(str(day), proof, next_due_on=str(day + timedelta(days=365))),
    DAYS,
    st.sampled_from(ALL),
)
PEOPLE = st.builds(
    lambda born, conditions, sheets: person(*conditions, *sheets, who=resident(str(born))),
    st.dates(d("1955-01-01"), d("1963-12-31")),
    st.lists(st.builds(condition, st.sampled_from([HYPERTENSION, DIABETES]), DAYS.map(str)), max_size=2),
    st.lists(SHEETS, max_size=4),
)


@given(PEOPLE, DAYS)
def test_one_a_year_within_the_year(facts, on):
    found = [duty for duty in expand(facts, on, RULES) if duty.item == "yearly"]
    assert len({(duty.proof, duty.latest_on) for duty in found}) == len(found)
    for duty in found:
        assert duty.span_from <= duty.due_on <= duty.latest_on == duty.span_until
        assert duty.reasons


@given(PEOPLE, SHEETS, DAYS)
def test_further_evidence_never_takes_a_done_duty_away(facts, sheet, on):
    def done(people):
        return {one.duty.key for one in matched_of(people, str(on), "yearly") if one.state == "done"}

    assert done(facts) <= done(replace(facts, visits=(*facts.visits, sheet)))


@given(PEOPLE, DAYS)
def test_without_evidence_nothing_is_done(facts, on):
    bare = replace(facts, visits=())
    assert all(one.state != "done" for one in matched_of(bare, str(on), "yearly"))


@pytest.mark.parametrize(
    ("code", "values", "sentence", "source"),
    [
        (
            "yearly-check-up-elderly",
            {"latest": "2026-12-31"},
            "满 65 岁的老人，每年体检一次，最晚 2026年12月31日。",
            "规范（第三版）老年人健康管理 §服务内容",
        ),
        (
            "yearly-check-up-elderly-from-now",
            {"first": "2026-06-15", "latest": "2026-12-31"},
            "2026年6月15日 满 65 岁，从那天起每年体检一次，最晚 2026年12月31日。",
            "规范（第三版）老年人健康管理 §服务内容",
        ),
        (
            "yearly-check-up-disease",
            {"disease": "hypertension", "latest": "2026-12-31"},
            "有高血压，每年体检一次，最晚 2026年12月31日。",
            "规范（第三版）高血压 §健康体检",
        ),
        (
            "yearly-check-up-too",
            {"disease": "hypertension"},
            "有高血压，也该每年体检，做一次就行。",
            "规范（第三版）高血压 §健康体检",
        ),
        (
            "yearly-check-up-consent",
            {"latest": "2026-12-31"},
            "严重精神障碍，监护人或本人同意了，每年体检一次，最晚 2026年12月31日。",
            "规范（第三版）严重精神障碍 §健康体检",
        ),
        (
            "yearly-agreed-day",
            {"last": "2025-03-10", "due": "2026-03-10"},
            "2025年3月10日 那次体检约好 2026年3月10日 再来。",
            "健康体检表",
        ),
        (
            "yearly-self-care-from-now",
            {"first": "2026-06-15", "latest": "2026-12-31"},
            "2026年6月15日 满 65 岁，从那天起每年评一次生活自理能力，最晚 2026年12月31日。",
            "规范（第三版）老年人健康管理 §服务内容",
        ),
        (
            "yearly-constitution",
            {"latest": "2026-12-31"},
            "满 65 岁的老人，每年做一次中医体质辨识，最晚 2026年12月31日。",
            "规范（第三版）老年人中医药健康管理 §服务内容",
        ),
    ],
)
def test_as_a_colleague_would_say_it(code, values, sentence, source):
    assert say(code, values) == sentence
    assert source_of(code, values) == source


def test_every_reason_has_its_sentence():
    people = [
        person(condition(), served("2025-03-10", next_due_on="2026-03-10"), who=resident(born))
        for born in (OLD, "1961-06-15")
    ]
    for facts in people:
        for duty in expand(facts, d(TODAY), rules_from()):
            for reason in duty.reasons:
                assert reason.code in REASONS
                assert "{" not in say(reason.code, reason.values)
