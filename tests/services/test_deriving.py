"""Search and due list are made from the records, kept true by every act, and can be made again at any time."""

from contextlib import closing
from datetime import date, timedelta

import pytest

from tests.services.test_opening import write
from tests.village import TODAY, follow_up, pressure
from village_doctor.domain.people import Phone
from village_doctor.services import deriving, safekeeping
from village_doctor.services.correcting import correct_record, void_record
from village_doctor.services.desk import series
from village_doctor.services.measuring import record_reading
from village_doctor.services.moving import go_away, record_death
from village_doctor.services.recording_conditions import end_condition
from village_doctor.services.registering import add_hamlet, add_phone, set_setting
from village_doctor.services.visiting import add_follow_up, void_visit
from village_doctor.store import duty_cache, people_store, search
from village_doctor.store.tables import select


def found(village, text):
    return set(village.workplace.query(search.find, text, village.workplace.catalogue.pinyin))


def due(village, resident):
    """What she owes, as Today reads it: (key without the person, due date, state)."""
    rows = village.workplace.query(duty_cache.content)
    return [(row[0].partition("/")[2], row[3], row[4]) for row in rows if row[2] == resident.id]


def follow_ups_due(village, resident):
    """Without what everybody of her age owes, ill or not."""
    return [key for key, _, _ in due(village, resident) if "/quarter:" in key or "/again:" in key]


@pytest.fixture
def today(village):
    village.workplace.renew_for_today()
    return village


def test_a_name_in_any_reading_a_tail_and_a_relative_find_her(village):
    her = village.grandmother.id
    for text in (
        "李桂英",
        "桂英",
        "lgy",
        "liguiying",
        "l'g'y",
        "桂婆婆",
        "2231",
        village.grandmother.id_card_number[-4:],
        "王家湾",
    ):
        assert her in found(village, text), text
    assert village.rare.id in found(village, "𤋮㛃")
    assert found(village, "不存在的人") == set()


def test_a_corrected_name_is_found_and_the_wrong_one_no_longer(village, do):
    do(correct_record, "resident", village.rare.id, {"name": "曾小芳"})
    assert found(village, "曾小芳") == found(village, "zxf") == found(village, "cxf") == {village.rare.id}
    assert found(village, "𤋮㛃") == set()


def test_a_phone_moved_to_another_person_finds_only_her(village, do):
    phone = do(add_phone, "19900004321", resident_id=village.rare.id)
    do(correct_record, "phone", phone.id, {"resident_id": village.widow.id})
    assert found(village, "4321") == {village.widow.id}


def test_a_voided_phone_finds_nobody(village, do):
    phone = do(add_phone, "19900004321", resident_id=village.rare.id)
    do(void_record, "phone", phone.id, "记错了")
    assert found(village, "4321") == set()


def test_a_renamed_hamlet_finds_everybody_in_it(village, do):
    hamlet = do(add_hamlet, None, 4, "张家屋")
    do(correct_record, "household", village.four.id, {"hamlet_id": hamlet.id})
    everybody = {village.grandfather.id, village.grandmother.id, village.son.id, village.child.id}
    assert found(village, "张家屋") == everybody
    do(correct_record, "hamlet", hamlet.id, {"name": "赵家屋"})
    assert found(village, "赵家屋") == everybody
    assert found(village, "张家屋") == set()


def test_duties_are_there_for_those_who_are_managed(today):
    assert due(today, today.grandmother)
    assert due(today, today.widow)
    assert follow_ups_due(today, today.grandmother)
    assert follow_ups_due(today, today.rare) == []
    assert due(today, today.child) == []


@pytest.mark.parametrize("what", ["death", "condition ended", "long away", "voided"])
def test_who_is_no_longer_managed_owes_nothing(today, do, what):
    widow = today.widow
    if what == "death":
        do(record_death, widow.id, TODAY - timedelta(days=1))
    elif what == "condition ended":
        for condition in today.workplace.query(people_store.conditions_of, widow.id):
            do(end_condition, condition.id, TODAY - timedelta(days=1))
    elif what == "long away":
        do(go_away, widow.id, TODAY - timedelta(days=250), "with_children")
    else:
        do(void_record, "resident", widow.id, "登记错了")
    assert follow_ups_due(today, widow) == []
    if what != "condition ended":  # she is still old, and screened again
        assert due(today, widow) == []
    safekeeping.check(today.workplace)


def test_a_voided_visit_opens_again_what_it_had_done(today, do):
    before = due(today, today.widow)
    visit = do(add_follow_up, follow_up(today.widow)).visit
    assert due(today, today.widow) != before
    do(void_visit, visit.id, "填错了人")
    assert due(today, today.widow) == before


def test_a_lower_pressure_takes_back_the_further_days_that_a_high_one_of_that_day_began(today, do):
    """norms-hypertension §1: high on three days; the last pressure of a day tells whether it was one."""

    def further_days():
        return [key for key, _, _ in due(today, today.grandfather) if "/screening_measure_again:" in key]

    do(record_reading, pressure(today.grandfather, 165, 100))
    assert len(further_days()) == 2
    today.place.clock.forward(hours=1)
    do(record_reading, pressure(today.grandfather, 128, 78))
    assert further_days() == []
    before = today.workplace.query(duty_cache.content)
    safekeeping.rebuild_derived(today.workplace)
    assert today.workplace.query(duty_cache.content) == before


def test_a_household_not_to_be_visited_is_silent_about_it(today, do):
    until = TODAY + timedelta(days=30)
    do(correct_record, "household", today.four.id, {"not_visited_until": until.isoformat()})
    safekeeping.check(today.workplace)


def test_another_start_of_counting_changes_what_is_overdue(today, do):
    before = due(today, today.widow)
    do(set_setting, "counting_starts_on", "2026-01-01")
    assert due(today, today.widow) != before
    safekeeping.check(today.workplace)


def test_on_a_new_day_the_table_is_made_for_that_day(today):
    assert today.workplace.query(duty_cache.made_for) == TODAY
    today.place.clock.forward(days=1)
    today.workplace.renew_for_today()
    assert today.workplace.query(duty_cache.made_for) == TODAY + timedelta(days=1)
    safekeeping.check(today.workplace)


def test_the_first_act_of_a_new_day_makes_the_whole_table_for_it(today):
    """Otherwise one household would be of today and the rest of yesterday."""
    today.place.clock.forward(days=20)
    write(today.workplace)
    assert today.workplace.query(duty_cache.made_for) == TODAY + timedelta(days=20)
    safekeeping.check(today.workplace)


def test_acts_in_bulk_that_were_cut_off_are_caught_up_with_at_the_next_opening(village):
    workplace = village.workplace

    def bulk(writing):
        with series(writing.connection, writing.pen, workplace.catalogue) as going:
            going.do(workplace.new_act(), add_phone, "19900004321", resident_id=village.rare.id)

    workplace.write(bulk)
    assert found(village, "4321") == set()
    workplace.close()
    with closing(village.place.open()) as again:
        again.renew_for_today()
        assert again.query(search.find, "4321", again.catalogue.pinyin) == [village.rare.id]
        safekeeping.check(again)


def test_rebuilding_changes_nothing_that_was_true(today):
    before = [today.workplace.query(search.content), today.workplace.query(duty_cache.content)]
    safekeeping.rebuild_derived(today.workplace)
    assert [today.workplace.query(search.content), today.workplace.query(duty_cache.content)] == before


def test_settings_have_defaults_until_they_are_set(village, do):
    assert village.workplace.query(deriving.settings)["assessment_year_starts"] == "01-01"
    do(set_setting, "assessment_year_starts", "10-01")
    assert village.workplace.query(deriving.settings)["assessment_year_starts"] == "10-01"
    assert village.workplace.query(deriving.duty_rules).calendar.history_from(date(2026, 11, 23)) == date(
        2025, 10, 1
    )


def test_nothing_is_found_by_what_was_voided(village, do):
    for phone in village.workplace.query(lambda c: list(select(c, Phone))):
        do(void_record, "phone", phone.id, "旧号码")
    assert found(village, "19900007788") == set()
