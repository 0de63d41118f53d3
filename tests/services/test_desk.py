"""One verb, one transaction: who may do it, what it changed, and nothing at all when it is refused."""

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from tests.services.test_opening import refusal
from tests.village import ALONE, TODAY, pressure
from village_doctor.domain.clinic import Setting, Staff
from village_doctor.domain.problems import Problem
from village_doctor.services.contracting import ContractDraft, Signing, sign_contract
from village_doctor.services.correcting import correct_record
from village_doctor.services.desk import Desk, series, verb, verb_name
from village_doctor.services.measuring import record_reading
from village_doctor.services.registering import add_hamlet, add_phone, register_household, set_setting
from village_doctor.store import journal, search
from village_doctor.store.tables import select


def entries(workplace):
    return workplace.query(lambda c: list(journal.entries(c)))


@verb("test_two_settings")
def two_settings(desk: Desk, fail: bool) -> str:
    desk.save(Setting(id="quarter_rule", value="calendar"))
    desk.note("head-gone", name="x")
    if fail:
        raise Problem("cancelled")
    desk.save(Setting(id="data_cut_off", value="12-15"))
    return "done"


def test_a_verb_tells_what_it_changed(village):
    changes = village.workplace.command(record_reading, pressure(village.widow, 186, 112))
    (reading,) = changes.value.readings
    assert changes.kinds == {"reading", "referral"}
    assert changes.ids["reading"] == (reading.id,)
    assert changes.ids["referral"] == (changes.value.referral.id,)
    (household,) = changes.households
    assert household != village.four.id


def test_a_verb_that_changed_nothing_says_so_and_writes_nothing(village):
    before = len(entries(village.workplace))
    village.workplace.command(set_setting, "quarter_rule", "calendar")
    changes = village.workplace.command(set_setting, "quarter_rule", "calendar")
    assert changes.kinds == frozenset()
    assert len(entries(village.workplace)) == before + 1


def test_one_act_one_verb_one_actor_for_everything_it_writes(village):
    changes = village.workplace.command(register_household, replace(ALONE, members=village_members("曾小芳")))
    written = [entry for entry in entries(village.workplace) if entry.act == changes.act]
    assert [entry.kind for entry in written] == ["household", "resident", "household_membership", "phone"]
    assert {(entry.verb, entry.staff) for entry in written} == {
        ("register_household", village.workplace.actor.id)
    }


def village_members(name):
    member = replace(ALONE.members[0], name=name, id_card_number=None, sex="2", birth_date=date(1950, 1, 2))
    return (replace(member, no_identity_reason="遗失", conditions={}),)


def test_a_refused_verb_leaves_nothing_and_the_next_one_follows_without_a_gap(village):
    before = entries(village.workplace)
    assert refusal(village.workplace.command, two_settings, True) == "cancelled"
    assert entries(village.workplace) == before
    changes = village.workplace.command(two_settings, False)
    assert changes.value == "done"
    assert [note.code for note in changes.notes] == ["head-gone"]
    assert [entry.seq for entry in entries(village.workplace)] == list(range(1, len(before) + 3))


def test_the_name_of_a_verb_is_what_the_journal_keeps(village):
    assert verb_name(two_settings) == "test_two_settings"
    assert verb_name(register_household) == "register_household"


@pytest.mark.parametrize(
    ("role", "allowed", "refused"),
    [
        ("owner", (set_setting, "quarter_rule", "calendar"), None),
        ("doctor", (add_hamlet, None, 7, None), (set_setting, "quarter_rule", "x")),
        ("helper", (add_hamlet, None, 7, None), (correct_record, "hamlet", "x", {})),
        ("township", None, (add_hamlet, None, 7, None)),
        ("a role of 2031", None, (add_hamlet, None, 7, None)),
    ],
)
def test_what_a_role_may_do(village, role, allowed, refused):
    village.workplace.actor = replace(village.workplace.actor, role=role)
    before = len(entries(village.workplace))
    if refused is not None:
        assert refusal(village.workplace.command, *refused) == "not-permitted"
        assert len(entries(village.workplace)) == before
    if allowed is not None:
        village.workplace.command(*allowed)
        assert len(entries(village.workplace)) == before + 1


def test_a_helper_measures_and_does_not_sign(village):
    village.workplace.actor = replace(village.workplace.actor, role="helper")
    village.workplace.command(record_reading, pressure(village.widow, 128, 76))
    draft = ContractDraft(household_id=village.four.id, years=1)
    signing = Signing(representative_id=village.grandfather.id)
    assert refusal(village.workplace.command, sign_contract, draft, signing) == "not-permitted"


def test_today_is_the_date_in_china_whatever_the_computer_says(village):
    village.place.clock.instant = datetime(2026, 11, 23, 16, 30, tzinfo=UTC)  # half past midnight there
    assert village.workplace.today() == date(2026, 11, 24)
    assert date(2026, 11, 23) == TODAY
    value = village.workplace.command(record_reading, pressure(village.widow, 128, 76)).value
    assert value.readings[0].taken_at == datetime(2026, 11, 23, 16, 30, tzinfo=UTC)


def test_an_instant_is_kept_to_the_millisecond_and_saved_as_it_is_returned(village):
    village.place.clock.instant = datetime(2026, 11, 23, 5, 0, 0, 123999, tzinfo=UTC)
    (reading,) = village.workplace.command(record_reading, pressure(village.widow, 128, 76)).value.readings
    assert reading.taken_at.microsecond == 123000
    (stored,) = village.workplace.query(lambda c: list(select(c, type(reading), "id = ?", (reading.id,))))
    assert stored == reading


def test_acts_in_bulk_are_saved_together_or_not_at_all(village):
    before = entries(village.workplace)
    workplace = village.workplace

    def bulk(writing, fail):
        with series(writing.connection, writing.pen, workplace.catalogue) as going:
            for number in range(3):
                going.do(workplace.new_act(), add_hamlet, None, 20 + number, None)
            if fail:
                raise Problem("cancelled")

    assert refusal(workplace.write, lambda writing: bulk(writing, True)) == "cancelled"
    assert entries(workplace) == before
    workplace.write(lambda writing: bulk(writing, False))
    new = entries(workplace)[len(before) :]
    assert [entry.kind for entry in new] == ["hamlet"] * 3
    assert len({entry.act for entry in new}) == 3
    workplace.command(add_hamlet, None, 30, None)
    assert workplace.query(journal.verify) == len(before) + 4


def test_what_is_derived_is_renewed_with_the_verb(village):
    village.workplace.command(add_phone, "19900004321", resident_id=village.rare.id)
    assert village.workplace.query(search.find, "4321", village.workplace.catalogue.pinyin) == [
        village.rare.id
    ]


def test_staff_are_people_with_a_role(village):
    (staff,) = village.workplace.query(lambda c: list(select(c, Staff)))
    assert staff == village.workplace.actor
