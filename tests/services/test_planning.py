"""Who is due and why, from the table of today and as a pure question about another day."""

from datetime import date

import pytest

from tests.village import Place, build, follow_up, pressure
from village_doctor.domain.duties.reasons import say
from village_doctor.domain.problems import Problem
from village_doctor.domain.visits import Visit
from village_doctor.services import planning, safekeeping
from village_doctor.services.contracting import ContractDraft, Signing, sign_contract
from village_doctor.services.correcting import correct_record
from village_doctor.services.measuring import ReadingDraft, record_reading, void_reading
from village_doctor.services.moving import record_death
from village_doctor.services.referring import ask_referral
from village_doctor.services.registering import set_setting
from village_doctor.services.visiting import add_follow_up, correct_reading, void_visit
from village_doctor.store import contract_store, duty_cache
from village_doctor.store.tables import get

FOLLOW_UP = "follow_up:hypertension"


@pytest.fixture
def village(tmp_path):
    """Counting starts in January, so that the year's quarters are owed."""
    made = build(Place(tmp_path))
    made.workplace.command(set_setting, "counting_starts_on", "2026-01-01")
    yield made
    made.workplace.close()


def due(village, on=None, horizon=7):
    village.workplace.renew_for_today()
    return village.workplace.query(planning.due, village.workplace.today(), on, horizon)


def items(village, resident, on=None, horizon=7):
    return [item for item in due(village, on, horizon).items if item.resident_id == resident.id]


def sentences(item):
    return [say(reason.code, reason.values) for reason in item.reasons]


def test_a_quick_reading_alone_proves_no_follow_up(village):
    """The widow's pressure was measured today; what is due to her stays due."""
    before = items(village, village.widow)
    village.workplace.command(record_reading, pressure(village.widow, 138, 82))
    assert [i.item for i in items(village, village.widow)] == [i.item for i in before]
    assert FOLLOW_UP in [i.item for i in before] or items(village, village.widow, horizon=60)


def test_a_complete_form_face_to_face_proves_it_and_voiding_undoes_it(village):
    village.workplace.command(set_setting, "counting_starts_on", "2026-10-01")
    on = date(2026, 12, 31)
    assert FOLLOW_UP in [i.item for i in items(village, village.widow, on)]
    visit = village.workplace.command(add_follow_up, follow_up(village.widow)).value.visit
    assert FOLLOW_UP not in [i.item for i in items(village, village.widow, on)]
    village.workplace.command(void_visit, visit.id, "记错了人")
    assert FOLLOW_UP in [i.item for i in items(village, village.widow, on)]


def test_by_telephone_it_is_a_contact_and_proves_nothing(village):
    on = date(2026, 12, 31)
    village.workplace.command(add_follow_up, follow_up(village.widow, mode="phone"))
    assert FOLLOW_UP in [i.item for i in items(village, village.widow, on)]


def test_uncontrolled_once_comes_again_within_14_days_and_says_why(village):
    village.workplace.command(add_follow_up, follow_up(village.widow, systolic_mmhg=156, diastolic_mmhg=88))
    (item,) = [i for i in items(village, village.widow, horizon=14) if i.item == FOLLOW_UP]
    assert item.due_on == date(2026, 12, 7)
    assert any("14 天" in text for text in sentences(item))


def test_an_emergency_reading_makes_a_referral_to_ask_about_tomorrow(village):
    recorded = village.workplace.command(record_reading, pressure(village.widow, 186, 112)).value
    assert recorded.referral is not None
    assert recorded.emergency.referral == "emergency"
    (item,) = [i for i in items(village, village.widow) if i.item.startswith("referral_outcome")]
    assert item.due_on == date(2026, 11, 24)
    village.place.clock.forward(days=1)
    village.workplace.command(ask_referral, recorded.referral.id, "not_arrived", said="没有车")
    (item,) = [i for i in items(village, village.widow) if i.item.startswith("referral_outcome")]
    assert item.due_on == date(2026, 11, 26), "asked again on day 3"
    village.place.clock.forward(days=2)
    village.workplace.command(ask_referral, recorded.referral.id, "arrived", facility="县医院")
    assert not [i for i in items(village, village.widow) if i.item.startswith("referral_outcome")]


def test_correcting_the_value_takes_the_emergency_and_its_referral_away(village):
    recorded = village.workplace.command(record_reading, pressure(village.widow, 186, 82)).value
    village.workplace.command(correct_reading, recorded.readings[0].id, {"systolic_mmhg": 136})
    assert not [i for i in items(village, village.widow) if i.item.startswith("referral_outcome")]


def test_a_promise_is_owed_by_contract_year_and_the_same_visit_proves_norm_and_promise(village):
    village.workplace.command(
        sign_contract,
        ContractDraft(household_id=village.four.id, years=1),
        Signing(representative_id=village.grandfather.id),
    )
    village.workplace.command(add_follow_up, follow_up(village.grandmother))
    (fulfilment,) = [
        one
        for one in village.workplace.query(planning.fulfilment_of, date(2027, 3, 1), [village.grandmother.id])
        if one.due
    ]
    assert (fulfilment.due, fulfilment.done) == (1, 1)


def test_the_dead_are_owed_nothing(village):
    assert items(village, village.widow, date(2026, 12, 31))
    village.workplace.command(record_death, village.widow.id, date(2026, 11, 23))
    assert items(village, village.widow, date(2026, 12, 31)) == []


def test_today_reads_the_table_and_says_what_the_pure_question_says(village):
    listed = due(village)
    village.workplace.write(
        lambda writing: writing.connection.execute(
            "UPDATE local_state SET value = '2020-01-01' WHERE key = 'duties_made_for'"
        )
    )
    asked = village.workplace.query(planning.due, village.workplace.today())
    assert listed.items == asked.items
    assert listed.doors == asked.doors


def test_a_new_day_makes_the_table_again(village):
    due(village)
    village.place.clock.forward(days=40)
    due(village)
    assert village.workplace.query(duty_cache.made_for) == date(2027, 1, 2)
    safekeeping.check(village.workplace)


def test_another_day_is_a_question_that_changes_nothing(village):
    due(village)
    before = village.workplace.query(duty_cache.content)
    village.workplace.query(planning.due, village.workplace.today(), date(2027, 5, 1))
    assert village.workplace.query(duty_cache.content) == before


def test_explaining_names_the_rule_and_its_source_in_plain_chinese(village):
    lines = village.workplace.query(planning.explain, village.grandmother.id, date(2026, 11, 23))
    said = " ".join(line.text() for line in lines)
    assert "2016年起有高血压" in said
    assert "138/86 mmHg" in said
    assert any("规范" in line.source() for line in lines)


def test_a_value_that_was_asked_about_and_kept_is_not_asked_about_again(village):
    asked = ("systolic_mmhg",)
    low = pressure(village.widow, 86, 62, confirmed=asked)
    recorded = village.workplace.command(record_reading, low).value
    village.workplace.command(correct_reading, recorded.readings[0].id, {"pulse_per_minute": 70})
    with pytest.raises(Problem, match="reading-unusual"):
        village.workplace.command(correct_reading, recorded.readings[0].id, {"systolic_mmhg": 84})


def test_an_unknown_measure_is_refused_plainly(village):
    draft = ReadingDraft(resident_id=village.widow.id, measurements={"mood": 7})
    with pytest.raises(Problem, match="field-unknown"):
        village.workplace.command(record_reading, draft)


def test_two_emergency_readings_of_one_day_are_one_referral_that_outlives_the_first(village):
    first = village.workplace.command(record_reading, pressure(village.widow, 196, 100)).value
    second = village.workplace.command(record_reading, pressure(village.widow, 188, 96)).value
    assert (first.referral, second.referral) != (None, None)
    assert second.referral.id == first.referral.id
    assert [reason.code for reason in second.referral.reasons] == ["emergency_pressure_again"]
    village.workplace.command(void_reading, first.readings[0].id, "袖带没绑好")
    assert [i for i in items(village, village.widow) if i.item.startswith("referral_outcome")]
    village.workplace.command(void_reading, second.readings[0].id, "袖带没绑好")
    assert not [i for i in items(village, village.widow) if i.item.startswith("referral_outcome")]


def test_a_corrected_birth_date_decides_the_follow_ups_again(village):
    """145/80 is under 150/90 at 77 and over 140/90 at 50."""
    recorded = village.workplace.command(
        add_follow_up, follow_up(village.widow, systolic_mmhg=145, diastolic_mmhg=80)
    ).value
    assert recorded.visit.control_result == "controlled"
    village.workplace.command(correct_record, "resident", village.widow.id, {"birth_date": "1976-12-30"})
    visit = village.workplace.query(get, Visit, recorded.visit.id)
    assert visit.control_result == "uncontrolled"


def test_a_death_recorded_by_mistake_is_undone_with_what_it_had_ended(village):
    made = village.workplace.command(
        sign_contract,
        ContractDraft(household_id=village.four.id, years=1),
        Signing(representative_id=village.grandfather.id),
    ).value
    village.workplace.command(record_death, village.grandmother.id, date(2026, 11, 23))
    village.workplace.command(correct_record, "resident", village.grandmother.id, {"died_on": None})
    members = village.workplace.query(contract_store.members_of, made.contract.id)
    (hers,) = [m for m in members if m.resident_id == village.grandmother.id]
    assert (hers.until_on, hers.until_reason) == (None, None)
    assert items(village, village.grandmother, date(2027, 3, 31))
