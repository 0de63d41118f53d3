"""我另有打算: earlier is free, later than the limit needs one line of reason (hypertension §5 details)."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from tests.domain.clinical.patients import DAY, hypertensive, limit_on, next_on
from village_doctor.domain.clinical.hypertension import decide
from village_doctor.domain.clinical.joining import joined
from village_doctor.domain.decisions import apply_own_plan
from village_doctor.domain.problems import Problem

UNSATISFIED = decide(hypertensive("152/96"), None)
LOW = decide(hypertensive("86/50"), None)


def plan(decision=UNSATISFIED, own_next_on=None, reason=None, own_plan=None) -> date | None:
    return apply_own_plan(decision, own_next_on, reason, served_on=DAY, own_plan=own_plan)


def test_without_a_plan_the_rule_stands():
    assert plan() == DAY + timedelta(days=14)


@pytest.mark.parametrize("days", [1, 7, 14])
def test_up_to_the_limit_is_free(days):
    assert plan(own_next_on=DAY + timedelta(days=days)) == DAY + timedelta(days=days)


@pytest.mark.parametrize("reason", [None, "", "  "])
def test_later_needs_a_reason(reason):
    with pytest.raises(Problem) as problem:
        plan(own_next_on=DAY + timedelta(days=15), reason=reason)
    assert problem.value.code == "next-date-too-late"
    assert problem.value.values == {"own_next_on": "2026-12-07", "limit_on": "2026-12-06"}


def test_later_with_a_reason():
    assert plan(own_next_on=DAY + timedelta(days=15), reason="去女儿家住半个月") == DAY + timedelta(days=15)


def test_the_limit_is_the_norms_not_the_proposals():
    """Low pressure proposes two weeks; the norm allows three months."""
    assert plan(LOW, limit_on(LOW)) == limit_on(LOW) > next_on(LOW)
    with pytest.raises(Problem):
        plan(LOW, limit_on(LOW) + timedelta(days=1))


@pytest.mark.parametrize("days", [0, -1, -365])
def test_the_next_date_lies_after_the_visit(days):
    with pytest.raises(Problem) as problem:
        plan(own_next_on=DAY + timedelta(days=days), reason="写错了")
    assert problem.value.code == "next-date-too-early"


def test_a_plan_of_ones_own_needs_a_reason():
    with pytest.raises(Problem) as problem:
        plan(own_plan="不转诊，先调药")
    assert problem.value.code == "own-plan-needs-reason"
    assert plan(own_plan="不转诊，先调药", reason="住院刚出来") == UNSATISFIED.next_on
    assert plan(own_plan=" ") == UNSATISFIED.next_on


NOTHING = replace(UNSATISFIED, next_on=None, limit_on=None)


def test_where_nothing_follows_there_is_no_next_date():
    assert plan(NOTHING) is None


def test_where_nothing_follows_any_later_day_is_free():
    assert plan(NOTHING, own_next_on=DAY + timedelta(days=1)) == DAY + timedelta(days=1)
    assert plan(NOTHING, own_next_on=DAY + timedelta(days=900)) == DAY + timedelta(days=900)
    with pytest.raises(Problem) as problem:
        plan(NOTHING, own_next_on=DAY)
    assert problem.value.code == "next-date-too-early"


def test_of_two_diseases_the_one_that_goes_on_gives_the_day():
    both = joined([NOTHING, UNSATISFIED])
    assert (both.next_on, both.limit_on) == (UNSATISFIED.next_on, UNSATISFIED.limit_on)
    ended = joined([NOTHING, NOTHING])
    assert (ended.next_on, ended.limit_on) == (None, None)
