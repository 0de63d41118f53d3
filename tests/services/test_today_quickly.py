"""Today reads only what its lines name; it must say what one would say who had worked out everybody's every duty."""

from datetime import timedelta

import pytest

from tests.village import PASSWORD, Place
from village_doctor.domain.due import due_items
from village_doctor.domain.readings import Reading, last_readings
from village_doctor.services import deriving, planning
from village_doctor.services.measuring import void_reading
from village_doctor.services.opening import create_home
from village_doctor.services.registering import ClinicDraft
from village_doctor.services.sampling import sample
from village_doctor.store import duty_cache, facts_store, people_store
from village_doctor.store.tables import select


@pytest.fixture(scope="module")
def sampled(tmp_path_factory):
    """The place and the opened workplace of a village with two years behind it."""
    place = Place(tmp_path_factory.mktemp("quickly"))
    draft = ClinicDraft(
        clinic_name="三湾村卫生室", village_code="990101100101", village_name="三湾村", doctor_name="周秀芳"
    )
    workplace = create_home(place.home, place.surroundings, PASSWORD, draft).workplace
    try:
        sample(workplace, residents=150, seed=11, years=2)
        yield place, workplace
    finally:
        workplace.close()


@pytest.fixture(params=[0, 20, 45, 200])
def day(sampled, request):
    """Days on which much, little and long ago is due."""
    place, workplace = sampled
    started = place.clock.instant
    place.clock.forward(days=request.param)
    workplace.renew_for_today()
    yield workplace.today()
    place.clock.instant = started


def everything(connection, on, horizon_days):
    matched = duty_cache.matched_for(facts_store.load(connection, on), on, deriving.duty_rules(connection))
    return due_items(matched, on, horizon_days)


@pytest.mark.parametrize("horizon", [0, 7, planning.LATER_DAYS])
def test_the_lines_are_those_of_everything_worked_out_anew(sampled, day, horizon):
    _, workplace = sampled
    found = workplace.query(planning.due, day, None, horizon).items
    assert found == workplace.query(everything, day, horizon)
    assert found or horizon == 0


def test_not_everything_is_read(sampled, day):
    _, workplace = sampled
    every = workplace.query(duty_cache.open_duties)
    some = workplace.query(duty_cache.open_duties, day, day)
    assert len(some) < len(every)
    assert [one for one in every if one in some] == some  # and in the same order


def test_numbers_and_last_readings_are_those_of_each_one_asked_alone(sampled, day):
    _, workplace = sampled
    newest = [reading for own in shown(workplace, day).last.values() for reading in own]
    alone = sorted(one.id for one in newest if one.visit_id is None)[:3]
    assert alone
    for reading_id in alone:
        workplace.command(void_reading, reading_id, "记错了人")
    today = shown(workplace, day)
    assert today.last

    def each(connection):
        whose = {one.resident_id: one.household_id for one in today.due.items}
        readings = [one for one in select(connection, Reading) if not one.is_voided]
        own = {who: last_readings(one for one in readings if one.resident_id == who) for who in whose}
        phones = {
            who: tuple(people_store.phones_of(connection, who, household)) for who, household in whose.items()
        }
        return {who: found for who, found in own.items() if found}, phones

    assert (today.last, today.due.phones) == workplace.query(each)
    assert any(today.due.phones.values())


def shown(workplace, day):
    return workplace.query(planning.today_list, workplace.catalogue, day)


def test_a_day_later_than_the_table_asks_the_facts(sampled, day):
    _, workplace = sampled
    tomorrow = day + timedelta(days=1)
    assert workplace.query(planning.due, tomorrow, None, 0).items == workplace.query(everything, tomorrow, 0)
