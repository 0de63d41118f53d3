"""The door list, what is done along, what only some may see, and the order of the hamlets that spreads the work."""

from dataclasses import replace
from datetime import date

import pytest

from tests.services.test_opening import refusal
from tests.village import TODAY
from village_doctor.domain.clinic import Hamlet
from village_doctor.domain.permissions import PROTECTED_GROUPS
from village_doctor.services import planning
from village_doctor.services.consenting import refuse
from village_doctor.services.correcting import correct_record
from village_doctor.services.recording_conditions import add_condition
from village_doctor.services.registering import add_hamlet
from village_doctor.services.visiting import FollowUpDraft, add_follow_up
from village_doctor.store import duty_cache, facts_store
from village_doctor.store.tables import select

YEAR_END = date(2026, 12, 31)


@pytest.fixture
def today(village):
    village.workplace.renew_for_today()
    return village


def ask(village, function, *args, **kwargs):
    return village.workplace.query(function, *args, **kwargs)


def test_a_walk_is_the_same_from_the_table_and_from_everything_anew(today):
    walk = ask(today, planning.door_list, TODAY)
    today.place.clock.forward(minutes=1)
    with_horizon = ask(today, planning.door_list, TODAY, TODAY, 7)
    assert walk.doors == with_horizon.doors
    anew = ask(today, planning.door_list, TODAY.replace(day=22), TODAY)  # another day's question
    assert anew.doors == walk.doors


def test_what_is_refused_stands_apart_also_from_the_table(today, do):
    do(refuse, today.widow.id, "everything")
    walk = ask(today, planning.door_list, TODAY, YEAR_END)
    aside = [one for one in walk.doors.set_aside if one.resident_id == today.widow.id]
    assert aside
    assert all(item.resident_id != today.widow.id for door in walk.doors.doors for item in door.items)


def test_along_is_told_only_when_it_is_asked_for(today):
    assert ask(today, planning.due, TODAY).along == ()
    along = ask(today, planning.due, TODAY, with_along=True).along
    assert along
    assert all(one.is_along for one in along)


@pytest.mark.parametrize("on", [TODAY, YEAR_END])
def test_protected_lines_are_for_the_owner_and_the_responsible_doctor(today, do, on):
    do(add_condition, today.rare.id, "tuberculosis", "2026-11-20", notified_on=TODAY)
    owner = today.workplace.actor
    other = replace(owner, id="another doctor", role="doctor")
    hers = replace(owner, role="doctor")
    groups = {
        name: {one.group for one in ask(today, planning.due, TODAY, on, viewer=viewer).items}
        for name, viewer in {"all": None, "owner": owner, "responsible": hers, "other": other}.items()
    }
    assert "09" in groups["all"]
    assert groups["owner"] == groups["responsible"] == groups["all"]
    assert groups["other"] == groups["all"] - PROTECTED_GROUPS
    told = " ".join(line.text() for line in ask(today, planning.explain, today.rare.id, on, other))
    assert "肺结核" not in told
    assert "肺结核" in " ".join(
        line.text() for line in ask(today, planning.explain, today.rare.id, on, owner)
    )


def test_the_forms_of_an_activity_are_nobodys(village):
    draft = FollowUpDraft(
        resident_id=village.widow.id, form_code="education_activity", mode="home", answers={"topic": "讲座"}
    )
    assert refusal(village.workplace.command, add_follow_up, draft) == "form-of-no-person"


# --- hamlets: first follow-ups are spread by their order -------------------------------------------------


def test_only_hamlets_with_households_count_and_in_walking_order(today, do):
    (first,) = ask(today, facts_store.hamlets_in_order)
    second = do(add_hamlet, None, 1, "李家湾")
    assert ask(today, facts_store.hamlets_in_order) == (first,)
    home = ask(today, planning.find, today.workplace.catalogue, "欧阳秀兰", TODAY)[0].household
    do(correct_record, "household", home.id, {"hamlet_id": second.id})
    assert ask(today, facts_store.hamlets_in_order) == (second.id, first)
    do(correct_record, "hamlet", second.id, {"walking_order": 9})
    assert ask(today, facts_store.hamlets_in_order) == (first, second.id)
    places = {one.resident.id: one.hamlet_place for one in ask(today, facts_store.load, TODAY)}
    assert places[today.grandmother.id] == (0, 2)
    assert places[today.widow.id] == (1, 2)
    assert places[today.rare.id] is None


def test_another_order_makes_everybodys_duties_again(today, do):
    assert not ask(today, duty_cache.is_walked_otherwise)
    (hamlet,) = ask(today, lambda c: list(select(c, Hamlet)))
    before = ask(today, duty_cache.content)
    do(correct_record, "hamlet", hamlet.id, {"name": "新湾"})
    assert ask(today, duty_cache.content) == before
    second = do(add_hamlet, None, 1, "李家湾")
    home = ask(today, planning.find, today.workplace.catalogue, "欧阳秀兰", TODAY)[0].household
    do(correct_record, "household", home.id, {"hamlet_id": second.id})
    assert not ask(today, duty_cache.is_walked_otherwise)
