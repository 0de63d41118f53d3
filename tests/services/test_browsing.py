"""Doors by hamlet as one walks past them, and the three lists of contracts."""

from datetime import timedelta

import pytest

from tests.village import TODAY
from village_doctor.domain.due import due_items
from village_doctor.domain.fulfilment.matching import DUE, OVERDUE
from village_doctor.services import before_registering
from village_doctor.services.browsing import contracts_overview, hamlets_with_counts, households_of
from village_doctor.services.contracting import (
    ContractDraft,
    Evidence,
    Signing,
    draft_contract,
    offer_contract,
    renew_contract,
    sign_contract,
    terminate_contract,
    void_contract,
)
from village_doctor.services.correcting import correct_record
from village_doctor.services.moving import move_out, record_death
from village_doctor.services.recording_conditions import add_condition
from village_doctor.services.registering import add_hamlet
from village_doctor.store import duty_cache


def ask(village, function, *args):
    return village.workplace.query(function, *args)


def change(village, sql, *values):
    """What no verb of this version writes, but another version or an import may."""
    village.workplace.write(lambda writing: writing.connection.execute(sql, values))


def signed(village, do, household_id, head_id, **given):
    draft = ContractDraft(household_id=household_id, years=1, **given)
    evidence = {head_id: Evidence(told_on=TODAY, told_how="当面")}
    return do(sign_contract, draft, Signing(representative_id=head_id, evidence=evidence)).contract


# --- hamlets -------------------------------------------------------------------------------------------------


def test_hamlets_come_in_walking_order_with_who_lives_there_and_the_rest_last(village, do):
    do(add_hamlet, None, 9, "远山", walking_order=1)
    do(add_hamlet, None, 2, "空坪")
    found = [
        (one.hamlet.name if one.hamlet else None, one.households, one.residents)
        for one in ask(village, hamlets_with_counts, TODAY)
    ]
    assert found == [("远山", 0, 0), ("空坪", 0, 0), ("王家湾", 1, 4), (None, 2, 2)]


def test_a_hamlet_without_a_walking_order_comes_by_its_number_everywhere(village, do):
    without = do(add_hamlet, None, 2, "空坪")
    do(correct_record, "hamlet", without.id, {"walking_order": None})
    listed = [one.hamlet.name for one in ask(village, hamlets_with_counts, TODAY) if one.hamlet]
    offered = [one.name for one in ask(village, before_registering.places).hamlets]
    assert listed == offered == ["空坪", "王家湾"]


def test_the_dead_and_who_moved_out_live_there_no_more(village, do):
    do(record_death, village.grandfather.id, TODAY - timedelta(days=1))
    do(move_out, village.rare.id, TODAY)
    counts = [(one.households, one.residents) for one in ask(village, hamlets_with_counts, TODAY)]
    assert counts == [(1, 3), (2, 1)]
    before = [one.residents for one in ask(village, hamlets_with_counts, TODAY - timedelta(days=5))]
    assert before == [4, 2]


# --- households ----------------------------------------------------------------------------------------------


def test_a_door_shows_its_head_its_people_what_is_due_and_until_when_it_is_signed(village, do):
    contract = signed(village, do, village.four.id, village.grandmother.id)
    (entry,) = ask(village, households_of, village.four.hamlet_id, TODAY)
    assert (entry.household, entry.head_name, entry.members) == (village.four, "王德顺", 4)
    assert entry.contract_ends_on == contract.ends_on


def test_doors_without_a_hamlet_and_without_an_order_come_by_number(village):
    found = ask(village, households_of, None, TODAY)
    assert [one.household.number for one in found] == sorted(one.household.number for one in found)
    assert {one.head_name for one in found} == {"欧阳秀兰", "𤋮㛃𠮷"}
    assert [one.contract_ends_on for one in found] == [None, None]


def test_the_walking_order_of_the_doors_stands_before_their_numbers(village, do):
    last = ask(village, households_of, None, TODAY)[-1].household
    change(village, "UPDATE household SET walking_order = 1 WHERE id = ?", last.id)
    assert ask(village, households_of, None, TODAY)[0].household.id == last.id


def test_what_is_due_at_a_door_is_what_today_shows_there(village):
    village.place.clock.forward(days=150)
    village.workplace.renew_for_today()
    on = village.workplace.today()
    lines = due_items(ask(village, duty_cache.open_duties), on, horizon_days=0)
    assert {one.state for one in lines} == {OVERDUE}
    entries = [
        *ask(village, households_of, None, on),
        *ask(village, households_of, village.four.hamlet_id, on),
    ]
    assert sum(one.due for one in entries) == len(lines)
    for entry in entries:
        own = [one for one in lines if one.household_id == entry.household.id]
        assert (entry.due, entry.overdue) == (len(own), sum(one.state == OVERDUE for one in own))


def test_what_is_due_just_today_is_not_late(village):
    first = min(one.duty.due_on for one in ask(village, duty_cache.open_duties) if one.duty.due_on > TODAY)
    village.place.clock.forward(days=(first - TODAY).days)
    village.workplace.renew_for_today()
    lines = due_items(ask(village, duty_cache.open_duties), first, horizon_days=0)
    assert DUE in {one.state for one in lines}
    entries = [
        *ask(village, households_of, None, first),
        *ask(village, households_of, village.four.hamlet_id, first),
    ]
    assert sum(one.due - one.overdue for one in entries) == sum(one.state == DUE for one in lines)


# --- contracts -----------------------------------------------------------------------------------------------


def test_a_village_without_contracts_lists_every_door_most_key_people_first(village):
    found = ask(village, contracts_overview, TODAY)
    assert (found.waiting, found.ending, found.running) == ((), (), 0)
    doors = [(one.head_name, one.members, one.why) for one in found.unsigned_households]
    assert doors == [
        ("王德顺", 4, "老年人 2 人，高血压患者 1 人"),
        ("欧阳秀兰", 1, "老年人 1 人，高血压患者 1 人，糖尿病患者 1 人"),
        ("𤋮㛃𠮷", 1, ""),
    ]
    assert all(one.contract is None for one in found.unsigned_households)


def test_a_door_with_more_people_in_key_groups_comes_before_one_on_the_way(village, do):
    for one in (village.grandfather, village.grandmother):
        do(move_out, one.id, TODAY)
    doors = [one.household.id for one in ask(village, contracts_overview, TODAY).unsigned_households]
    assert doors.index(village.four.id) == 1


@pytest.mark.parametrize("code", ["tuberculosis", "mental_disorder", "06"])
def test_what_others_must_not_read_is_on_no_list_and_orders_none(village, do, code):
    before = ask(village, contracts_overview, TODAY).unsigned_households
    made = do(add_condition, village.rare.id, "06", "2020")
    change(
        village, "UPDATE condition SET code = ? WHERE id = ?", code, made.id
    )  # nothing types the others in yet
    assert ask(village, contracts_overview, TODAY).unsigned_households == before


def test_drafts_and_those_handed_out_wait_and_are_not_unsigned(village, do):
    drafted = do(draft_contract, ContractDraft(household_id=village.four.id, years=1)).contract
    assert [one.contract.id for one in ask(village, contracts_overview, TODAY).waiting] == [drafted.id]
    do(offer_contract, drafted.id)
    found = ask(village, contracts_overview, TODAY)
    assert [one.contract.state for one in found.waiting] == ["awaiting_signature"]
    assert (found.waiting[0].head_name, found.waiting[0].hamlet.name) == ("王德顺", "王家湾")
    assert village.four.id not in {one.household.id for one in found.unsigned_households}
    do(void_contract, drafted.id, "写错了")
    assert ask(village, contracts_overview, TODAY).waiting == ()


def test_a_running_contract_is_counted_and_within_60_days_of_its_end_listed_until_renewed(village, do):
    contract = signed(village, do, village.four.id, village.grandmother.id)
    found = ask(village, contracts_overview, TODAY)
    assert (found.running, found.ending) == (1, ())
    near = contract.ends_on - timedelta(days=60)
    assert ask(village, contracts_overview, near - timedelta(days=1)).ending == ()
    (entry,) = ask(village, contracts_overview, near).ending
    assert entry.contract == contract
    village.place.clock.forward(days=(near - TODAY).days)
    signing = Signing(
        representative_id=village.grandmother.id,
        evidence={village.grandmother.id: Evidence(told_on=TODAY, told_how="当面")},
    )
    do(renew_contract, contract.id, 1, signing, {})
    after = ask(village, contracts_overview, near)
    assert (after.ending, after.running) == ((), 1)
    assert village.four.id not in {one.household.id for one in after.unsigned_households}


def test_after_its_end_the_household_is_unsigned_again_and_one_reads_since_when(village, do):
    contract = signed(village, do, village.four.id, village.grandmother.id)
    later = ask(village, contracts_overview, contract.ends_on + timedelta(days=1))
    (entry,) = [one for one in later.unsigned_households if one.household.id == village.four.id]
    assert entry.contract == contract
    assert entry.why.startswith("上一份到 11月22日 为止，老年人 2 人")
    assert (later.running, later.ending) == (0, ())


def test_a_terminated_contract_no_longer_runs(village, do):
    contract = signed(village, do, village.four.id, village.grandmother.id)
    do(terminate_contract, contract.id, TODAY, "01")
    found = ask(village, contracts_overview, TODAY)
    assert found.running == 0
    assert village.four.id in {one.household.id for one in found.unsigned_households}


def test_an_empty_house_is_asked_for_no_contract(village, do):
    do(move_out, village.rare.id, TODAY)
    found = ask(village, contracts_overview, TODAY).unsigned_households
    assert "𤋮㛃𠮷" not in {one.head_name for one in found}
    assert len(found) == 2
