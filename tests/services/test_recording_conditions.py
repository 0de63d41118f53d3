"""Recording conditions: once until it ends, with what the list says about it; what cannot be right is refused."""

from datetime import date, timedelta

import pytest

from tests.services.test_opening import everyone, refusal
from tests.village import TODAY
from village_doctor.domain.people import Condition, first_day_of
from village_doctor.services.recording_conditions import add_condition, end_condition
from village_doctor.store import journal, people_store


@pytest.fixture
def refuses(village):
    """Runs a verb that must be refused: gives the code; nothing was written."""

    def run(function, *args, **kwargs):
        before = village.workplace.query(journal.count)
        code = refusal(village.workplace.command, function, *args, **kwargs)
        assert village.workplace.query(journal.count) == before
        return code

    return run


def test_a_condition_is_registered_once_until_it_ends(village, do, refuses):
    first = do(add_condition, village.rare.id, "hypertension", "2020")
    assert refuses(add_condition, village.rare.id, "hypertension") == "condition-known"
    do(end_condition, first.id, TODAY - timedelta(days=3))
    do(add_condition, village.rare.id, "hypertension", TODAY.isoformat())
    assert len(everyone(village.workplace, Condition)) == 5
    assert refuses(add_condition, "nobody", "diabetes") == "record-not-found"


def test_a_condition_keeps_what_the_list_says_about_it(village, do):
    do(
        add_condition,
        village.rare.id,
        "04",
        "2019-05",
        grade=" 二级\u200b",
        number="４２ 号",
        source_list="　",
    )
    (kept,) = village.workplace.query(people_store.conditions_of, village.rare.id)
    assert (kept.code, kept.since, kept.is_confirmed) == ("04", "2019-05", True)
    assert (kept.grade, kept.number, kept.source_list, kept.until_on) == ("二级", "４２ 号", None, None)


@pytest.mark.parametrize(
    ("code", "since", "notified_on", "refused"),
    [
        ("plague", None, None, "code-unknown"),
        ("diabetes", "2016-13", None, "date-form"),
        ("diabetes", "0001", None, "date-form"),
        ("diabetes", "2099", None, "date-in-future"),
        ("tuberculosis", None, TODAY + timedelta(days=1), "date-in-future"),
    ],
)
def test_a_condition_that_cannot_be_right_is_refused(village, refuses, code, since, notified_on, refused):
    assert refuses(add_condition, village.rare.id, code, since, notified_on=notified_on) == refused


def test_a_condition_does_not_end_tomorrow(village, do, refuses):
    made = do(add_condition, village.rare.id, "hypertension")
    assert refuses(end_condition, made.id, TODAY + timedelta(days=1)) == "date-in-future"
    assert do(end_condition, made.id, TODAY).until_on == TODAY


@pytest.mark.parametrize("since", ["2020", "2020-05", None])
def test_a_condition_does_not_end_before_it_began_or_before_birth(village, do, refuses, since):
    made = do(add_condition, village.rare.id, "hypertension", since)
    assert refuses(end_condition, made.id, date(1900, 1, 1)) == "date-order"
    began = date(1990, 7, 1) if since is None else first_day_of(since)
    assert refuses(end_condition, made.id, began - timedelta(days=1)) == "date-order"
    assert do(end_condition, made.id, began).until_on == began
