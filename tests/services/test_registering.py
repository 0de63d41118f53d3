"""Registering: what is asked, what is refused whole, what a number looks like."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from tests.services.test_opening import everyone, refusal
from tests.village import ALONE, GRANDMOTHER, TODAY, VILLAGE_CODE, WIDOW, card, contents
from village_doctor.domain.clinic import Hamlet, Village
from village_doctor.domain.people import (
    Household,
    HouseholdMembership,
    IdentityDocument,
    Phone,
    Resident,
)
from village_doctor.domain.problems import Problem
from village_doctor.services import printing_papers
from village_doctor.services.contracting import ContractDraft, Signing, sign_contract
from village_doctor.services.correcting import void_record
from village_doctor.services.desk import Desk, verb
from village_doctor.services.registering import (
    HamletDraft,
    HouseholdDraft,
    MemberDraft,
    add_hamlet,
    add_phone,
    add_resident,
    register_household,
    set_setting,
)
from village_doctor.store import journal, people_store, tables

MAN = MemberDraft(name="曾铁柱", sex="1", birth_date=date(1970, 6, 5), no_identity_reason="遗失")
WIFE = MemberDraft(
    name="单小妹", sex="2", relation="12", birth_date=date(1972, 6, 5), no_identity_reason="遗失"
)


@pytest.fixture
def refuses(village):
    """Runs a verb that must be refused: gives the code; nothing was written."""

    def run(function, *args, **kwargs):
        before = village.workplace.query(journal.count)
        code = refusal(village.workplace.command, function, *args, **kwargs)
        assert village.workplace.query(journal.count) == before
        return code

    return run


@verb("add_hamlet")
def second_village(desk: Desk, village: Village) -> Village:
    """There is no verb for it yet; the rules know clinics with several villages."""
    return desk.save(village)


def household(*members, **given):
    return HouseholdDraft(members=members or (MAN,), **given)


def test_a_household_is_one_act_with_its_people_their_places_phones_and_conditions(village, do):
    made = do(
        register_household,
        household(
            MAN,
            replace(WIFE, phone="199 0000-5678", conditions={"diabetes": "2021-05"}),
            phone="0713-5550123",
        ),
    )
    assert made.household.number == "10004"
    assert made.household.responsible_doctor_id == village.workplace.actor.id
    memberships = village.workplace.query(people_store.memberships_of_household, made.household.id)
    assert [(m.resident_id, m.relation, m.is_head) for m in memberships] == [
        (made.residents[0].id, "02", True),
        (made.residents[1].id, "12", False),
    ]
    phones = village.workplace.query(people_store.phones_of, made.residents[1].id, made.household.id)
    assert {(p.number, p.resident_id, p.checked_on) for p in phones} == {
        ("19900005678", made.residents[1].id, TODAY),
        ("07135550123", None, TODAY),
    }
    (condition,) = village.workplace.query(people_store.conditions_of, made.residents[1].id)
    assert (condition.code, condition.since, condition.is_confirmed) == ("diabetes", "2021-05", True)


def test_numbers_run_on_and_are_unique(village, do):
    numbers, records = [], []
    for _ in range(3):
        made = do(register_household, household(MAN, WIFE))
        numbers.append(made.household.number)
        records += [resident.record_number for resident in made.residents]
    assert numbers == ["10004", "10005", "10006"]
    assert records == [f"{VILLAGE_CODE}{serial}" for serial in range(10007, 10013)]


def test_the_number_of_a_voided_household_is_never_given_again(village, do):
    made = do(register_household, household())
    do(void_record, "resident", made.residents[0].id, "登记错了")
    do(void_record, "household", made.household.id, "登记错了")
    again = do(register_household, household())
    assert (made.household.number, again.household.number) == ("10004", "10005")
    assert again.residents[0].record_number == f"{VILLAGE_CODE}10008"


def test_the_card_gives_sex_and_birth_date_where_the_form_is_empty(village):
    assert (village.grandmother.sex, village.grandmother.birth_date) == ("2", date(1956, 5, 3))
    assert village.grandmother.id_card_number == GRANDMOTHER.id_card_number
    assert village.grandmother.no_identity_reason is None


def test_a_card_that_says_something_else_is_told_and_the_form_is_kept(village):
    number = card(date(1970, 6, 6), 5)
    draft = household(replace(MAN, id_card_number=number, sex="2"))
    changes = village.workplace.command(register_household, draft)
    assert {note.code for note in changes.notes} == {"id-card-sex-differs", "id-card-birth-date-differs"}
    assert (changes.value.residents[0].sex, changes.value.residents[0].birth_date) == ("2", date(1970, 6, 5))


@pytest.mark.parametrize(
    ("draft", "code"),
    [
        (HouseholdDraft(members=()), "household-needs-head"),
        (household(WIFE), "household-needs-head"),
        (household(MAN, replace(MAN, name="曾铁牛")), "head-not-one"),
        (household(replace(MAN, name="  ")), "name-missing"),
        (household(replace(MAN, sex=None)), "sex-missing"),
        (household(replace(MAN, birth_date=None)), "birth-date-missing"),
        (household(replace(MAN, no_identity_reason=None)), "identity-missing"),
        (household(replace(MAN, birth_date=TODAY + timedelta(days=1))), "date-in-future"),
        (household(replace(MAN, sex="男")), "code-unknown"),
        (household(MAN, replace(WIFE, relation="wife")), "code-unknown"),
        (household(replace(MAN, conditions={"plague": None})), "code-unknown"),
        (household(replace(MAN, conditions={"diabetes": "2016-13"})), "date-form"),
        (household(replace(MAN, conditions={"diabetes": "2099"})), "date-in-future"),
        (household(replace(MAN, id_card_number="99010119700605001")), "id-card-length"),
        (household(replace(MAN, id_card_number="990101700605001")), "id-card-15-digits"),
        (household(replace(MAN, id_card_number="990101197006050011")), "id-card-checksum"),
        (household(replace(MAN, id_card_number=card(date(2031, 1, 1), 1))), "id-card-future"),
        (household(replace(MAN, id_card_number=GRANDMOTHER.id_card_number)), "identity-known"),
        (household(replace(MAN, phone="12ab5678")), "phone-form"),
        (household(phone="１９９０００００００１"), "phone-form"),
        (household(phone="110"), "phone-form"),
        (household(village_id="no such village"), "record-not-found"),
    ],
)
def test_what_cannot_be_right_is_refused_whole(refuses, draft, code):
    assert refuses(register_household, draft) == code


def test_the_same_card_twice_in_one_household_is_refused(refuses):
    number = card(date(1970, 6, 5), 1)
    both = household(replace(MAN, id_card_number=number), replace(WIFE, id_card_number=number))
    assert refuses(register_household, both) == "identity-known"


def test_a_known_card_names_the_person_who_has_it(village):
    draft = household(replace(MAN, id_card_number=GRANDMOTHER.id_card_number))
    with pytest.raises(Problem) as caught:
        village.workplace.command(register_household, draft)
    assert caught.value.code == "identity-known"
    assert caught.value.values == {"name": "李桂英", "resident": village.grandmother.id}


def test_another_document_is_kept_as_it_is_and_known_again(do, refuses):
    passport = IdentityDocument(kind="other", number="E12345678")
    made = do(register_household, household(replace(MAN, other_document=passport, no_identity_reason=None)))
    assert made.residents[0].identity_documents == (passport,)
    assert (
        refuses(register_household, household(replace(WIFE, relation="02", other_document=passport)))
        == "identity-known"
    )


def test_a_wrong_card_may_be_kept_as_another_document(do):
    made = do(
        register_household,
        household(replace(MAN, other_document=IdentityDocument(kind="other", number="990101197006050011"))),
    )
    assert made.residents[0].id_card_number is None


def test_a_newborn_joins_a_known_door(village, do, refuses):
    baby = MemberDraft(
        name="王小宝", relation="41", sex="1", birth_date=TODAY, no_identity_reason="新生儿", since=TODAY
    )
    made = do(add_resident, village.four.id, baby)
    (membership,) = village.workplace.query(people_store.memberships_of_resident, made.id)
    assert (membership.household_id, membership.from_on, membership.is_head) == (
        village.four.id,
        TODAY,
        False,
    )
    assert refuses(add_resident, village.four.id, replace(baby, relation="02")) == "head-not-one"
    assert refuses(add_resident, "no such door", baby) == "record-not-found"


def test_with_two_villages_it_must_be_said_which(village, do, refuses):
    second = Village(id="0190a000-0000-7000-8000-00000000aaaa", code="990101101202", name="青石村")
    do(second_village, second)
    assert refuses(register_household, household()) == "village-needed"
    made = do(register_household, household(village_id=second.id))
    assert made.residents[0].record_number == "99010110120210001"


def test_a_hamlet_has_a_number_or_a_name(do, refuses):
    assert do(add_hamlet, None, 5, None).walking_order == 5
    assert do(add_hamlet, None, None, "李家嘴").name == "李家嘴"
    assert refuses(add_hamlet, None, None, "") == "hamlet-needs-name"


def test_a_phone_belongs_to_a_person_or_to_a_door(village, do, refuses):
    assert do(add_phone, "+86 199-0000-1111", resident_id=village.rare.id).number == "+8619900001111"
    assert refuses(add_phone, "19900001111") == "phone-owner"
    both = {"resident_id": village.rare.id, "household_id": village.four.id}
    assert refuses(add_phone, "19900001111", **both) == "phone-owner"


@pytest.mark.parametrize(
    ("key", "value", "code"),
    [
        ("colour", "red", "setting-unknown"),
        ("practice", "", "setting-fixed"),
        ("counting_starts_on", "soon", "date-form"),
        ("assessment_year_starts", "13-40", "field-value"),
        ("assessment_year_starts", "", "field-value"),
        ("assessment_year_starts", "02-30", "field-value"),
    ],
)
def test_a_setting_that_would_break_the_due_list_is_refused(village, refuses, key, value, code):
    assert refuses(set_setting, key, value) == code
    village.workplace.renew_for_today()


def test_a_practice_home_stays_one(do, refuses):
    do(set_setting, "practice", "1")
    assert refuses(set_setting, "practice", "0") == "setting-fixed"


def test_a_refused_registration_leaves_the_files_as_they_were(village):
    village.workplace.write(lambda w: w.connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall())
    before = contents(village.place.home)
    assert (
        refusal(village.workplace.command, register_household, household(replace(MAN, sex="x")))
        == "code-unknown"
    )
    assert contents(village.place.home)["store.db"] == before["store.db"]


def test_nobody_else_was_touched(village):
    assert len(everyone(village.workplace, Resident)) == 6
    assert len(everyone(village.workplace, Household)) == 3
    assert len(everyone(village.workplace, HouseholdMembership)) == 6
    assert {phone.number for phone in everyone(village.workplace, Phone)} == {
        "19900002231",
        "19900007788",
        "19900003456",
    }
    assert ALONE.members == (WIDOW,)


def test_a_passport_typed_with_blanks_or_small_letters_is_the_same_passport(village):
    def with_passport(name, number):
        passport = IdentityDocument(kind="other", number=number)
        member = MemberDraft(name=name, sex="1", birth_date=date(1970, 1, 1), other_document=passport)
        return HouseholdDraft(members=(member,))

    first = village.workplace.command(register_household, with_passport("赵甲", "E9912345")).value
    assert first.residents[0].identity_documents[0].number == "E9912345"
    with pytest.raises(Problem, match="identity-known"):
        village.workplace.command(register_household, with_passport("赵乙", "e99 12345"))


# --- what comes along with a pasted text ----------------------------------------------------------------

UNSEEN = "\0\x1b\u200b\u202e\ufeff\ufe0f\U000e0100\ud83d"


def test_what_nobody_can_see_is_stored_nowhere_and_the_agreement_can_be_printed(village, do):
    man = replace(
        MAN,
        name=f"{UNSEEN}曾{UNSEEN}铁柱",
        other_names=(f"铁{UNSEEN}柱子", UNSEEN),
        id_card_number=f"{UNSEEN}{card(date(1970, 6, 5), 9)}",
        no_identity_reason=None,
    )
    passport = IdentityDocument(kind="other", number=f"E{UNSEEN}1234567")
    wife = replace(WIFE, other_document=passport, no_identity_reason=None)
    hamlet = do(add_hamlet, None, None, f"王{UNSEEN}家湾")
    made = do(
        register_household,
        household(
            man,
            wife,
            hamlet_id=hamlet.id,
            door_number=f"12{UNSEEN}号",
            landmark=UNSEEN,
            home_address=f"大樟树{UNSEEN}旁",
            registered_address=f"青石镇{UNSEEN}",
            phone=f"\u202d19900001234\u202c{UNSEEN}",
            phone_whose=f"侄子{UNSEEN}",
            note=f"有狗{UNSEEN}",
        ),
    )
    kept = made.household
    assert (made.residents[0].name, made.residents[0].other_names) == ("曾铁柱", ("铁柱子",))
    assert made.residents[1].identity_documents[0].number == "E1234567"
    assert (hamlet.name, kept.door_number, kept.landmark, kept.note) == ("王家湾", "12号", None, "有狗")
    assert (kept.home_address, kept.registered_address) == ("大樟树旁", "青石镇")
    phones = village.workplace.query(people_store.phones_by_owner, {kept.id})[kept.id]
    assert [(one.number, one.whose) for one in phones] == [("19900001234", "侄子")]
    signing = Signing(representative_id=made.residents[0].id)
    contract = do(sign_contract, ContractDraft(household_id=kept.id, years=1), signing).contract
    assert printing_papers.agreement(village.workplace, contract.id).pdf.startswith(b"%PDF")


@pytest.mark.parametrize("unseen", [UNSEEN, f" {UNSEEN}　"])
def test_a_name_or_a_reason_of_nothing_that_can_be_seen_is_missing(village, refuses, unseen):
    assert refuses(register_household, household(replace(MAN, name=unseen))) == "name-missing"
    assert (
        refuses(register_household, household(replace(MAN, no_identity_reason=unseen))) == "identity-missing"
    )
    assert refuses(add_hamlet, None, None, unseen) == "hamlet-needs-name"


def test_a_new_hamlet_comes_in_the_act_of_its_first_household_and_not_without_it(village, do):
    hamlet = HamletDraft(number=7, name=" 赵家坳 ")
    before = village.workplace.query(journal.count)
    wrong = HouseholdDraft(members=(MAN,), new_hamlet=hamlet, phone="12")
    assert refusal(village.workplace.command, register_household, wrong) == "phone-form"
    nameless = HouseholdDraft(members=(MAN,), new_hamlet=HamletDraft())
    assert refusal(village.workplace.command, register_household, nameless) == "hamlet-needs-name"
    assert village.workplace.query(journal.count) == before
    right = HouseholdDraft(members=(MAN,), new_hamlet=hamlet)
    changes = village.workplace.command(register_household, right)
    (made,) = changes.ids["hamlet"]
    found = village.workplace.query(tables.get, Hamlet, made)
    assert (found.number, found.name) == (7, "赵家坳")
    assert changes.value.household.hamlet_id == made
