"""A version replaces a version, a wrong record is voided with a reason; history keeps all of it."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest

from tests.services.test_opening import everyone, refusal
from tests.village import GRANDMOTHER, TODAY, card, follow_up
from village_doctor.domain.people import Absence, Household, HouseholdMembership, Phone, Resident
from village_doctor.domain.readings import Reading
from village_doctor.domain.referrals import Referral
from village_doctor.domain.visits import Visit
from village_doctor.services.contracting import ContractDraft, Signing, sign_contract
from village_doctor.services.correcting import (
    CORRECTABLE,
    VOIDABLE,
    correct_facts,
    correct_record,
    void_record,
    void_registered_household,
)
from village_doctor.services.measuring import ReadingDraft, record_reading
from village_doctor.services.moving import move_out, record_death
from village_doctor.services.registering import HouseholdDraft, MemberDraft, register_household
from village_doctor.services.visiting import FollowUpDraft, add_follow_up
from village_doctor.store import contract_store, journal, people_store, tables

TOMORROW = (TODAY + timedelta(days=1)).isoformat()


@pytest.fixture
def refuses(village):
    def run(function, *args):
        before = village.workplace.query(journal.count)
        code = refusal(village.workplace.command, function, *args)
        assert village.workplace.query(journal.count) == before
        return code

    return run


def test_a_correction_is_a_new_version_and_the_old_one_stays_readable(village, do):
    do(correct_record, "resident", village.rare.id, {"name": "曾小芳", "ethnicity": "11"})
    versions = village.workplace.query(journal.history, "resident", village.rare.id)
    names = [journal.entry_record(entry).name for entry in versions]  # type: ignore[attr-defined]
    assert names == [village.rare.name, "曾小芳"]
    assert versions[1].base == versions[0].version_key


def test_none_empties_a_field(village, do):
    (phone,) = village.workplace.query(people_store.phones_of, village.widow.id, None) or [None]
    household = village.workplace.query(people_store.household_on, village.four.id, TODAY)
    assert (phone, household) == (None, None)
    assert do(correct_record, "household", village.four.id, {"door_number": None}).door_number is None


def test_nothing_changed_nothing_written(village):
    before = village.workplace.query(journal.count)
    changes = village.workplace.command(correct_record, "resident", village.rare.id, {"sex": "1"})
    assert changes.kinds == frozenset()
    assert village.workplace.query(journal.count) == before


@pytest.mark.parametrize(
    ("values", "code"),
    [
        ({"shoe_size": 43}, "field-unknown"),
        ({"id": "x"}, "field-unknown"),
        ({"voided_at": "2026-11-22T02:15:07.042Z"}, "field-unknown"),
        ({"created_act": "x"}, "field-unknown"),
        ({"birth_date": "1956-5-3"}, "field-value"),
        ({"birth_date": None}, "field-value"),
        ({"registered_here": "yes"}, "field-value"),
        ({"other_names": "桂婆婆"}, "field-value"),
        ({"birth_order": 1.5}, "field-value"),
        ({"name": "  "}, "name-missing"),
        ({"birth_date": TOMORROW}, "date-in-future"),
        ({"died_on": TOMORROW}, "date-in-future"),
        ({"moved_out_on": TOMORROW}, "date-in-future"),
        ({"lives_here_since": TOMORROW}, "date-in-future"),
        ({"died_on": TODAY.isoformat()}, "gone-by-correction"),
        ({"moved_out_on": TODAY.isoformat()}, "gone-by-correction"),
        ({"sex": "女"}, "code-unknown"),
        ({"marriage": "已婚"}, "code-unknown"),
        ({"allergies": ["1", "花粉"]}, "code-unknown"),
        ({"identity_documents": [{"kind": "id_card", "number": "990101195605030001"}]}, "id-card-checksum"),
        (
            {"identity_documents": [{"kind": "id_card", "number": GRANDMOTHER.id_card_number}]},
            "identity-known",
        ),
    ],
    ids=str,
)
def test_a_correction_that_cannot_be_right_is_refused(village, refuses, values, code):
    assert refuses(correct_record, "resident", village.rare.id, values) == code


def test_a_code_of_a_newer_program_stays_while_another_field_is_put_right(village, do, monkeypatch):
    with monkeypatch.context() as newer:
        newer.setattr(village.workplace.catalogue, "known_code", lambda _list, code: code)
        do(correct_record, "resident", village.rare.id, {"marriage": "new", "allergies": ["new"]})
    right = do(correct_record, "resident", village.rare.id, {"name": "曾小芳", "allergies": ["new", "2"]})
    assert (right.marriage, right.allergies) == ("new", ("new", "2"))


def test_another_day_of_death_moves_all_that_ended_with_it(village, do):
    """Else the promised duties would stop on the wrong day."""
    signing = Signing(representative_id=village.grandfather.id, signed_on=date(2026, 11, 1))
    contract = do(sign_contract, ContractDraft(household_id=village.four.id, years=1), signing).contract
    do(record_death, village.grandmother.id, date(2026, 11, 22))
    do(correct_record, "resident", village.grandmother.id, {"died_on": "2026-11-12"})
    (membership,) = village.workplace.query(people_store.memberships_of_resident, village.grandmother.id)
    members = village.workplace.query(contract_store.members_of, contract.id)
    (hers,) = [one for one in members if one.resident_id == village.grandmother.id]
    for ended in (membership, hers):
        assert (ended.until_on, ended.until_reason) == (date(2026, 11, 12), "died")


def test_another_day_of_departure_moves_the_membership(village, do):
    do(move_out, village.rare.id, date(2026, 11, 22), "县城")
    right = do(correct_record, "resident", village.rare.id, {"moved_out_on": "2026-11-12"})
    (membership,) = village.workplace.query(people_store.memberships_of_resident, village.rare.id)
    assert (membership.until_on, membership.until_reason) == (date(2026, 11, 12), "moved_out")
    assert right.moved_out_to == "县城"


def test_nobody_died_or_moved_before_birth(village, do, refuses):
    do(record_death, village.child.id, TODAY)
    do(move_out, village.rare.id, TODAY)
    assert refuses(correct_record, "resident", village.child.id, {"died_on": "2019-02-27"}) == "date-order"
    assert (
        refuses(correct_record, "resident", village.rare.id, {"moved_out_on": "1990-06-30"}) == "date-order"
    )


def test_who_did_not_die_after_all_died_of_nothing(village, do):
    do(record_death, village.widow.id, TODAY, cause="脑卒中", place="家里", told_by="村干部")
    right = do(correct_record, "resident", village.widow.id, {"died_on": None})
    assert (right.death_cause, right.death_place, right.death_told_by) == (None, None, None)
    do(move_out, village.rare.id, TODAY, "县城")
    assert do(correct_record, "resident", village.rare.id, {"moved_out_on": None}).moved_out_to is None


@pytest.mark.parametrize(
    ("values", "code"),
    [
        ({"expected_back_on": "2026-02-19"}, "date-order"),
        ({"until_on": "2026-02-19"}, "date-order"),
        ({"until_on": TOMORROW}, "date-in-future"),
        ({"from_on": TOMORROW}, "date-in-future"),
        ({"kind": "moon"}, "code-unknown"),
    ],
)
def test_an_absence_that_cannot_be_right_is_refused(village, refuses, values, code):
    (absence,) = everyone(village.workplace, Absence)
    assert refuses(correct_record, "absence", absence.id, values) == code


@pytest.mark.parametrize(
    ("values", "code"),
    [
        ({"since": "昨年"}, "date-form"),
        ({"since": "2099"}, "date-in-future"),
        ({"until_on": TOMORROW}, "date-in-future"),
        ({"until_on": "2015-12-31"}, "date-order"),
        ({"code": "plague"}, "code-unknown"),
    ],
)
def test_a_condition_that_cannot_be_right_is_refused(village, refuses, values, code):
    (condition,) = village.workplace.query(people_store.conditions_of, village.grandmother.id)
    assert refuses(correct_record, "condition", condition.id, values) == code


def low_glucose(village, do):
    """3.5 is an emergency for who has diabetes, and for nobody else."""
    values = {"random_glucose_mmol": Decimal("3.5")}
    return do(record_reading, ReadingDraft(resident_id=village.widow.id, measurements=values))


def diabetes(village):
    known = village.workplace.query(people_store.conditions_of, village.widow.id)
    return next(one for one in known if one.code == "diabetes")


def test_without_a_wrong_condition_a_quick_reading_is_no_emergency(village, do):
    urgent = low_glucose(village, do)
    assert urgent.referral is not None
    do(void_record, "condition", diabetes(village).id, "记错了人")
    assert village.workplace.query(tables.get, Referral, urgent.referral.id).is_voided


def test_a_condition_that_began_earlier_makes_a_quick_reading_an_emergency(village, do):
    do(correct_record, "condition", diabetes(village).id, {"is_confirmed": False})
    assert low_glucose(village, do).referral is None
    do(correct_record, "condition", diabetes(village).id, {"is_confirmed": True})
    (made,) = everyone(village.workplace, Referral)
    assert (made.resident_id, made.urgency) == (village.widow.id, "emergency")


def test_without_a_wrong_condition_a_follow_up_is_no_emergency(village, do):
    do(
        record_reading,
        ReadingDraft(resident_id=village.widow.id, measurements={"temperature_c": Decimal("39.5")}),
    )
    made = do(add_follow_up, follow_up(village.widow))
    assert made.visit.decision.referral == "emergency"
    do(void_record, "condition", diabetes(village).id, "记错了人")
    assert village.workplace.query(tables.get, Visit, made.visit.id).decision.referral is None


def test_another_sex_decides_the_follow_ups_again(village, do):
    """A high pressure of a woman of that age asks whether she is pregnant."""
    answers: dict[str, Any] = {
        "disease_name": "胃病",
        "emergency_sign": False,
        "guidance": ["diet"],
        "abnormal": False,
        "pulse_per_minute": 72,
        "systolic_mmhg": 150,
        "diastolic_mmhg": 92,
        "glucose_timing": "fasting",
        "fasting_glucose_mmol": "5.2",
    }
    draft = FollowUpDraft(
        resident_id=village.rare.id, form_code="other_chronic_visit", mode="home", answers=answers
    )
    made = do(add_follow_up, draft).visit

    def reasons():
        stored = village.workplace.query(tables.get, Visit, made.id)
        return {one.code for one in stored.decision.reasons}

    assert "other_chronic_seen" in reasons()
    assert "ask_pregnancy" not in reasons()
    do(correct_record, "resident", village.rare.id, {"sex": "2"})
    assert "ask_pregnancy" in reasons()


def test_a_condition_given_to_the_right_person_concludes_for_both(village, do):
    urgent = low_glucose(village, do)
    values = {"random_glucose_mmol": Decimal("3.5")}
    do(record_reading, ReadingDraft(resident_id=village.rare.id, measurements=values))
    do(correct_record, "condition", diabetes(village).id, {"resident_id": village.rare.id})
    assert village.workplace.query(tables.get, Referral, urgent.referral.id).is_voided
    standing = [one for one in everyone(village.workplace, Referral) if not one.is_voided]
    assert [one.resident_id for one in standing] == [village.rare.id]


def test_a_condition_of_a_voided_resident_can_still_be_voided(village, do):
    do(add_follow_up, follow_up(village.widow))
    do(void_record, "resident", village.widow.id, "登记了两次")
    (voided,) = do(void_record, "condition", diabetes(village).id, "记错了人")
    assert voided.is_voided


def test_her_own_card_is_no_double(village, do):
    documents = [{"kind": "id_card", "number": GRANDMOTHER.id_card_number}, {"kind": "other", "number": "E1"}]
    corrected = do(correct_record, "resident", village.grandmother.id, {"identity_documents": documents})
    assert len(corrected.identity_documents) == 2


def test_a_corrected_card_is_brought_into_its_form_and_differences_are_told(village):
    number = card(village.rare.birth_date + timedelta(days=1), 3)
    values = {"identity_documents": [{"kind": "id_card", "number": f"{number[:6]} {number[6:]}"}]}
    changes = village.workplace.command(correct_record, "resident", village.rare.id, values)
    assert changes.value.id_card_number == number
    assert [note.code for note in changes.notes] == ["id-card-birth-date-differs"]


@pytest.mark.parametrize(
    ("number", "stored"), [("199-0000 4444", "19900004444"), ("+8619900004444", "+8619900004444")]
)
def test_a_corrected_phone_is_written_like_a_new_one(village, do, number, stored):
    phone = everyone(village.workplace, Phone)[0]
    assert do(correct_record, "phone", phone.id, {"number": number}).number == stored


@pytest.mark.parametrize(
    ("values", "code"),
    [
        ({"number": "12ab5678"}, "phone-form"),
        ({"resident_id": None, "household_id": None}, "phone-owner"),
        ({"resident_id": "nobody", "household_id": None}, "record-not-found"),
    ],
)
def test_a_phone_that_cannot_be_one_is_refused(village, refuses, values, code):
    phone = everyone(village.workplace, Phone)[0]
    assert refuses(correct_record, "phone", phone.id, values) == code


@pytest.mark.parametrize("field", ["number", "record_number"])
def test_a_number_that_was_given_out_is_not_typed_over(village, refuses, field):
    """It stands on paper; and one that was never given could be given again to somebody else."""
    kind, record = ("household", village.four) if field == "number" else ("resident", village.rare)
    assert refuses(correct_record, kind, record.id, {field: "10009"}) == "field-unknown"


@pytest.mark.parametrize(
    "kind", ["reading", "visit", "contract", "contract_member", "referral", "setting", "device_start"]
)
def test_other_kinds_have_verbs_of_their_own(village, refuses, kind):
    records = {"reading": Reading, "visit": Visit}
    found = everyone(village.workplace, records[kind])[0].id if kind in records else "x"
    assert kind not in CORRECTABLE
    assert refuses(correct_record, kind, found, {"source": "paper"}) == "not-correctable"
    assert refuses(void_record, kind, found, "错了") == "not-correctable"


def test_an_unknown_kind_or_record_is_refused(village, refuses):
    assert refuses(correct_record, "spaceship", "x", {}) == "not-correctable"
    assert refuses(correct_record, "resident", "nobody", {"name": "x"}) == "record-not-found"


def test_a_voided_resident_leaves_her_household_with_her_reason_kept(village, do):
    voided = do(void_record, "resident", village.rare.id, " 登记了两次 ")
    assert [type(record) for record in voided] == [Resident, HouseholdMembership]
    assert {(record.void_reason, record.voided_at) for record in voided} == {
        ("登记了两次", village.workplace.now())
    }
    assert village.workplace.query(tables.get, Resident, village.rare.id).name == village.rare.name


def test_a_household_is_voided_when_nobody_belongs_to_it(village, do, refuses):
    household = village.workplace.query(people_store.household_on, village.rare.id, TODAY)
    assert refuses(void_record, "household", household.id, "登记错了") == "household-not-empty"
    do(void_record, "resident", village.rare.id, "登记错了")
    do(void_record, "household", household.id, "登记错了")
    assert village.workplace.query(tables.get, Household, household.id).is_voided


def test_voiding_needs_a_reason_and_is_done_once(village, do, refuses):
    assert refuses(void_record, "resident", village.rare.id, "  ") == "void-needs-reason"
    do(void_record, "resident", village.rare.id, "登记错了")
    assert refuses(void_record, "resident", village.rare.id, "登记错了") == "already-voided"
    assert refuses(correct_record, "resident", village.rare.id, {"name": "x"}) == "already-voided"


@pytest.mark.parametrize("kind", ["clinic", "staff", "village"])
def test_what_everything_stands_on_is_corrected_and_never_voided(village, refuses, kind):
    assert kind in CORRECTABLE - VOIDABLE
    assert refuses(void_record, kind, "x", "登记错了") == "not-correctable"


def test_a_household_registered_by_mistake_goes_with_its_people_in_one_act(village, do):
    new = MemberDraft(name="赵德海", id_card_number=card(date(1960, 8, 15), 7))
    made = do(register_household, HouseholdDraft(members=(new,)))
    gone = do(void_registered_household, made.household.id, "登记错了")
    assert gone[0].id == made.household.id
    assert all(one.void_reason == "登记错了" for one in gone)
    assert {type(one) for one in gone} == {Household, Resident, HouseholdMembership}
    assert do(register_household, HouseholdDraft(members=(new,))).residents[0].name == "赵德海"


def test_a_household_with_something_written_about_its_people_is_not_voided_whole(village, do, refuses):
    new = MemberDraft(name="赵德海", id_card_number=card(date(1960, 8, 15), 7))
    made = do(register_household, HouseholdDraft(members=(new,)))
    values = {"systolic_mmhg": 128, "diastolic_mmhg": 76}
    do(record_reading, ReadingDraft(resident_id=made.residents[0].id, measurements=values))
    assert refuses(void_registered_household, made.household.id, "登记错了") == "household-in-use"


def test_what_nobody_can_see_comes_into_no_record_by_a_correction(village, do, refuses):
    unseen = "\0\u202e\ufeff\U000e0100"
    values = {"name": f"李桂{unseen}瑛", "other_names": [f"桂{unseen}婆"]}
    right = do(correct_record, "resident", village.grandmother.id, values)
    assert (right.name, right.other_names) == ("李桂瑛", ("桂婆",))
    documents = [{"kind": "other", "number": f"E{unseen}765 4321"}]
    right = do(correct_record, "resident", village.child.id, {"identity_documents": documents})
    assert [one.number for one in right.identity_documents] == ["E7654321"]
    assert do(correct_record, "household", village.four.id, {"note": f"有狗{unseen}"}).note == "有狗"
    assert refuses(correct_record, "resident", village.grandmother.id, {"name": unseen}) == "name-missing"


# --- 改资料 in one act --------------------------------------------------------------------------------


def phones(village, resident):
    return [one.number for one in village.workplace.query(people_store.phones_of, resident.id, None)]


def test_facts_and_phone_are_put_right_in_one_act_or_not_at_all(village, do, refuses):
    right = {"name": "曾小芳"}
    assert refuses(correct_facts, village.rare.id, right, None, "12") == "phone-form"
    changes = village.workplace.command(correct_facts, village.rare.id, right, None, "199 0000 1111")
    assert (changes.value.name, phones(village, village.rare)) == ("曾小芳", ["19900001111"])
    (phone,) = changes.ids["phone"]
    assert refuses(correct_facts, village.rare.id, {"birth_date": TOMORROW}, phone, "19900002222") == (
        "date-in-future"
    )
    do(correct_facts, village.rare.id, {}, phone, "19900002222")
    assert phones(village, village.rare) == ["19900002222"]


def test_a_number_left_alone_stays_and_an_emptied_one_is_void(village, do):
    do(correct_facts, village.rare.id, {}, None, "19900001111")
    (phone,) = village.workplace.query(people_store.phones_of, village.rare.id, None)
    do(correct_facts, village.rare.id, {"ethnicity": "11"}, phone.id, None)
    assert phones(village, village.rare) == ["19900001111"]
    do(correct_facts, village.rare.id, {}, phone.id, "")
    assert phones(village, village.rare) == []
    assert village.workplace.query(tables.get, Phone, phone.id).void_reason == "这个号码不用了"
    do(correct_facts, village.rare.id, {}, None, "")
    assert phones(village, village.rare) == []
