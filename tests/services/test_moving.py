"""People move: heads change, some go away and come back, some die. Nobody is deleted."""

from datetime import timedelta

import pytest

from tests.services.test_opening import refusal
from tests.village import TODAY
from village_doctor.domain.people import HouseholdMembership, Resident
from village_doctor.services.contracting import ContractDraft, Signing, sign_contract
from village_doctor.services.moving import come_back, go_away, move_out, record_death, set_head
from village_doctor.store import contract_store, people_store, tables

YESTERDAY = TODAY - timedelta(days=1)
TOMORROW = TODAY + timedelta(days=1)


def memberships(village, resident):
    return village.workplace.query(people_store.memberships_of_resident, resident.id)


def members_on(village, day):
    return {r.id for _, r in village.workplace.query(people_store.members_on, village.four.id, day)}


def test_the_dead_belong_to_the_household_up_to_that_day_and_their_records_stay(village, do):
    died = do(record_death, village.grandfather.id, YESTERDAY, cause="心梗", told_by="村干部")
    assert (died.died_on, died.death_cause, died.is_voided) == (YESTERDAY, "心梗", False)
    (membership,) = memberships(village, died)
    assert (membership.until_on, membership.until_reason) == (YESTERDAY, "died")
    assert died.id in members_on(village, YESTERDAY)
    assert died.id not in members_on(village, TODAY)


def test_where_the_head_died_a_new_one_is_asked_for_and_set(village, do):
    changes = village.workplace.command(record_death, village.grandfather.id, TODAY)
    assert [note.code for note in changes.notes] == ["head-gone"]
    do(set_head, village.four.id, village.grandmother.id, TODAY)
    heads = [
        m.resident_id
        for m, _ in village.workplace.query(people_store.members_on, village.four.id, TOMORROW)
        if m.is_head
    ]
    assert heads == [village.grandmother.id]


def test_a_new_head_starts_a_new_membership_and_the_old_ones_keep_their_time(village, do):
    do(set_head, village.four.id, village.grandmother.id, TODAY)
    old, new = memberships(village, village.grandmother)
    assert (old.is_head, old.until_on, old.until_reason) == (False, YESTERDAY, "head_changed")
    assert (new.is_head, new.from_on, new.until_on, new.relation) == (True, TODAY, None, "02")
    before = village.workplace.query(people_store.members_on, village.four.id, YESTERDAY)
    assert [r.id for m, r in before if m.is_head] == [village.grandfather.id]
    after = village.workplace.query(people_store.members_on, village.four.id, TODAY)
    assert [r.id for m, r in after if m.is_head] == [village.grandmother.id]
    assert members_on(village, YESTERDAY) == members_on(village, TODAY)


def test_a_stranger_is_not_made_head(village):
    given = (set_head, village.four.id, village.widow.id, TODAY)
    assert refusal(village.workplace.command, *given) == "not-a-member"


def test_with_a_death_the_place_in_a_running_contract_ends(village, do):
    signing = Signing(representative_id=village.grandfather.id, signed_on=YESTERDAY)
    contract = do(sign_contract, ContractDraft(household_id=village.four.id, years=2), signing).contract
    do(record_death, village.grandmother.id, TODAY)
    members = village.workplace.query(contract_store.members_of, contract.id)
    ended = {m.resident_id: (m.until_on, m.until_reason) for m in members if m.until_on}
    assert ended == {village.grandmother.id: (TODAY, "died")}


def test_who_moved_out_is_gone_from_that_day(village, do):
    gone = do(move_out, village.rare.id, YESTERDAY, "县城")
    assert (gone.moved_out_on, gone.moved_out_to) == (YESTERDAY, "县城")
    assert gone.is_gone_on(YESTERDAY)
    (membership,) = memberships(village, gone)
    assert (membership.until_on, membership.until_reason) == (YESTERDAY, "moved_out")


@pytest.mark.parametrize("function", [record_death, move_out, go_away])
def test_who_is_gone_does_not_go_again(village, do, function):
    do(record_death, village.rare.id, YESTERDAY)
    extra = ("work",) if function is go_away else ()
    assert refusal(village.workplace.command, function, village.rare.id, TODAY, *extra) == "person-gone"


@pytest.mark.parametrize("function", [record_death, move_out, go_away, come_back])
def test_the_future_is_refused(village, function):
    extra = ("work",) if function is go_away else ()
    assert refusal(village.workplace.command, function, village.son.id, TOMORROW, *extra) == "date-in-future"


def test_nobody_dies_before_birth(village):
    day = village.child.birth_date - timedelta(days=1)
    assert refusal(village.workplace.command, record_death, village.child.id, day) == "date-order"


def test_away_and_back_is_one_absence(village, do):
    away = do(
        go_away,
        village.rare.id,
        TODAY - timedelta(days=9),
        "school",
        place="县一中",
        expected_back_on=TOMORROW,
    )
    assert refusal(village.workplace.command, go_away, village.rare.id, TODAY, "work") == "already-away"
    assert (
        refusal(village.workplace.command, come_back, village.rare.id, TODAY - timedelta(days=10))
        == "date-order"
    )
    back = do(come_back, village.rare.id, TODAY)
    assert (back.id, back.from_on, back.until_on) == (away.id, away.from_on, TODAY)
    assert refusal(village.workplace.command, come_back, village.rare.id, TODAY) == "not-away"
    do(go_away, village.rare.id, TODAY, "work")


def test_nobody_is_expected_back_before_going(village, do):
    given = (go_away, village.rare.id, TODAY, "work")
    assert refusal(village.workplace.command, *given, expected_back_on=YESTERDAY) == "date-order"
    assert do(*given, expected_back_on=TODAY).expected_back_on == TODAY


def test_what_nobody_can_see_comes_into_no_word_about_a_move(village, do):
    away = do(go_away, village.rare.id, TODAY, "work", place="县\u202e城", phone="　")
    assert (away.place, away.phone) == ("县城", None)
    died = do(record_death, village.widow.id, TODAY, cause="脑\0卒中", place=" ", told_by="村\udcff干部")
    assert (died.death_cause, died.death_place, died.death_told_by) == ("脑卒中", None, "村干部")
    assert do(move_out, village.child.id, TODAY, "\x1b县城").moved_out_to == "县城"


def test_an_unknown_kind_of_absence_is_refused(village):
    assert refusal(village.workplace.command, go_away, village.rare.id, TODAY, "moon") == "code-unknown"


def test_a_move_changes_nobody_else(village, do):
    do(move_out, village.rare.id, TODAY)
    assert village.workplace.query(tables.get, Resident, village.widow.id) == village.widow
    assert all(m.until_on is None for m in memberships(village, village.widow))
    assert isinstance(memberships(village, village.rare)[0], HouseholdMembership)
