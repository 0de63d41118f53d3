"""A household signs as one unit: what is refused, what is kept, who counts as signed (contracts.md §1)."""

from dataclasses import replace
from datetime import date

import pytest

from tests.village import CHILD, GRANDMOTHER, Place, build
from village_doctor.domain.contract_rules import signed_members_on
from village_doctor.domain.contracts import ACTIVE, AWAITING_SIGNATURE, DRAFT, TERMINATED, Contract, FeeShare
from village_doctor.domain.people import Resident
from village_doctor.domain.problems import Problem
from village_doctor.services.contracting import (
    ContractDraft,
    Evidence,
    Signing,
    activate_contract,
    draft_contract,
    hand_out_contract,
    offer_contract,
    renew_contract,
    sign_contract,
    terminate_contract,
    void_contract,
)
from village_doctor.services.moving import record_death
from village_doctor.store import contract_store
from village_doctor.store.tables import get, select


@pytest.fixture
def village(tmp_path):
    made = build(Place(tmp_path))
    yield made
    made.workplace.close()


def sign(village, years=2, **given):
    signing = Signing(
        representative_id=village.grandfather.id,
        evidence={village.grandmother.id: Evidence(told_on=date(2026, 11, 20), told_how="当面")},
    )
    draft = ContractDraft(household_id=village.four.id, years=years, **given)
    return village.workplace.command(sign_contract, draft, signing)


def refusal(village, function, *arguments):
    with pytest.raises(Problem) as caught:
        village.workplace.command(function, *arguments)
    return caught.value


def test_the_whole_household_signs_in_one_act_for_two_years_from_today(village):
    changes = sign(village)
    contract = changes.value.contract
    assert (contract.state, contract.starts_on, contract.ends_on) == (
        ACTIVE,
        date(2026, 11, 23),
        date(2028, 11, 22),
    )
    assert {m.resident_id for m in changes.value.members} == {
        village.grandfather.id,
        village.grandmother.id,
        village.son.id,
        village.child.id,
    }
    assert contract.party_a == "青石镇卫生院"
    assert contract.number == "2026-10001"
    acts = village.workplace.query(
        lambda c: {r[0] for r in c.execute("SELECT act FROM journal WHERE verb = 'sign_contract'")}
    )
    assert len(acts) == 1


def test_each_member_gets_the_packages_that_fit_and_the_contract_keeps_them_as_signed(village):
    made = sign(village).value
    by_resident = {member.resident_id: member.package_codes for member in made.members}
    assert by_resident[village.grandmother.id] == ("basic", "elderly", "hypertension")
    assert by_resident[village.child.id] == ("basic",)
    stored = village.workplace.query(get, Contract, made.contract.id)
    assert {package.code for package in stored.packages} == {"basic", "elderly", "hypertension"}
    assert stored == made.contract


def test_an_adult_without_evidence_is_in_the_contract_and_in_no_count(village):
    changes = sign(village)
    assert [resident.id for resident in changes.value.without_evidence] == [village.son.id]
    assert [note.code for note in changes.notes] == ["without-evidence"]
    people = {r.id: r for r in village.workplace.query(lambda c: list(select(c, Resident)))}
    pairs = [(member, people[member.resident_id]) for member in changes.value.members]
    counted = {m.resident_id for m in signed_members_on(changes.value.contract, pairs, date(2026, 11, 23))}
    assert counted == {village.grandfather.id, village.grandmother.id, village.child.id}


def test_who_has_a_running_contract_is_refused_by_name_and_nothing_is_written(village):
    sign(village)
    before = village.workplace.query(lambda c: c.execute("SELECT count(*) FROM journal").fetchone())
    problem = refusal(
        village,
        sign_contract,
        ContractDraft(household_id=village.four.id, years=1),
        Signing(representative_id=village.grandfather.id),
    )
    assert problem.code == "already-signed"
    assert problem.values["until"] == "2028-11-22"
    after = village.workplace.query(lambda c: c.execute("SELECT count(*) FROM journal").fetchone())
    assert after == before


@pytest.mark.parametrize("years", [0, 4, -1])
def test_other_terms_than_one_to_three_years_are_refused(village, years):
    draft = ContractDraft(household_id=village.four.id, years=years)
    signing = Signing(representative_id=village.grandfather.id)
    assert refusal(village, sign_contract, draft, signing).code == "contract-years"


def test_a_child_cannot_sign_for_the_household(village):
    draft = ContractDraft(household_id=village.four.id, years=1)
    assert refusal(village, sign_contract, draft, Signing(representative_id=village.child.id)).code == (
        "representative-not-adult"
    )


def test_printing_makes_nothing_active_only_the_signature_does(village):
    command = village.workplace.command
    contract = command(draft_contract, ContractDraft(household_id=village.four.id, years=1)).value.contract
    assert contract.state == DRAFT
    assert command(offer_contract, contract.id).value.state == AWAITING_SIGNATURE
    village.place.clock.forward(days=3)
    signed = command(activate_contract, contract.id, Signing(representative_id=village.grandfather.id)).value
    assert signed.contract.state == ACTIVE
    assert signed.contract.starts_on == date(2026, 11, 26), "the term runs from the signature"
    assert signed.contract.ends_on == date(2027, 11, 25)


def both_ways(village, draft, replaces_id):
    signing = Signing(representative_id=village.grandfather.id)
    return (hand_out_contract, draft, None, replaces_id), (sign_contract, draft, signing, None, replaces_id)


@pytest.mark.parametrize("way", [0, 1])
def test_in_place_of_a_stored_draft_comes_one_act_and_a_new_number(village, way):
    draft = ContractDraft(household_id=village.four.id, years=1)
    old = village.workplace.command(draft_contract, draft).value
    verb, *given = both_ways(village, replace(draft, years=3), old.contract.id)[way]
    changes = village.workplace.command(verb, *given)
    new = changes.value if way == 0 else changes.value.contract
    assert (new.years, new.state) == (3, (AWAITING_SIGNATURE, ACTIVE)[way])
    assert new.number != old.contract.number
    assert village.workplace.query(get, Contract, old.contract.id).void_reason == "改过了，重新起草"
    rows = village.workplace.query(contract_store.members_of, old.contract.id)
    assert [one for one in rows if not one.is_voided] == []


@pytest.mark.parametrize("way", [0, 1])
def test_what_is_refused_leaves_the_stored_draft_as_it_was(village, way):
    draft = ContractDraft(household_id=village.four.id, years=1)
    old = village.workplace.command(draft_contract, draft).value.contract
    assert (
        refusal(village, *both_ways(village, replace(draft, years=9), old.id)[way]).code == "contract-years"
    )
    assert village.workplace.query(get, Contract, old.id) == old


@pytest.mark.parametrize("way", [0, 1])
def test_only_a_draft_is_written_anew(village, way):
    draft = ContractDraft(household_id=village.four.id, years=1)
    old = village.workplace.command(hand_out_contract, draft).value
    assert refusal(village, *both_ways(village, draft, old.id)[way]).code == "contract-state"
    assert village.workplace.query(get, Contract, old.id) == old


def test_who_died_between_printing_and_signing_is_refused_by_name(village):
    command = village.workplace.command
    contract = command(draft_contract, ContractDraft(household_id=village.four.id, years=1)).value.contract
    command(offer_contract, contract.id)
    command(record_death, village.grandmother.id, date(2026, 11, 23))
    problem = refusal(
        village, activate_contract, contract.id, Signing(representative_id=village.grandfather.id)
    )
    assert (problem.code, problem.values["name"]) == ("member-gone", GRANDMOTHER.name)


def test_a_renewal_signed_early_starts_the_day_after_and_the_old_term_stays(village):
    old = sign(village, years=1).value.contract
    village.place.clock.forward(days=330)
    renewed = village.workplace.command(renew_contract, old.id, 3, Signing(), {}).value
    assert renewed.contract.renews_id == old.id
    assert (renewed.contract.starts_on, renewed.contract.ends_on) == (date(2027, 11, 23), date(2030, 11, 22))
    assert village.workplace.query(get, Contract, old.id) == old
    assert renewed.contract.number == "2027-10001"


def test_the_dead_are_not_renewed(village):
    old = sign(village, years=1).value.contract
    village.place.clock.forward(days=330)
    village.workplace.command(record_death, village.grandmother.id, date(2027, 6, 1))
    renewed = village.workplace.command(renew_contract, old.id, 1, Signing(), {}).value
    assert village.grandmother.id not in {member.resident_id for member in renewed.members}


def test_ending_needs_a_coded_reason_and_keeps_the_contract(village):
    contract = sign(village).value.contract
    day = date(2026, 11, 23)
    assert refusal(village, terminate_contract, contract.id, day, "42").code == "termination-code"
    ended = village.workplace.command(terminate_contract, contract.id, day, "04").value
    assert (ended.state, ended.terminated_on, ended.termination_code) == (TERMINATED, day, "04")
    sign(village)


def test_voiding_takes_the_members_along_and_deletes_nothing(village):
    contract = sign(village).value.contract
    village.workplace.command(void_contract, contract.id, "重复录入")
    assert village.workplace.query(contract_store.members_of, contract.id) == []
    assert village.workplace.query(get, Contract, contract.id).void_reason == "重复录入"
    assert sign(village).value.contract.number == "2026-10002", "a number is never used again"


def test_evidence_of_somebody_outside_is_refused(village):
    draft = ContractDraft(household_id=village.four.id, years=1)
    signing = Signing(
        representative_id=village.grandfather.id, evidence={village.widow.id: Evidence(signed_by_hand=True)}
    )
    assert refusal(village, sign_contract, draft, signing).code == "evidence-of-nobody"


def test_a_child_needs_no_evidence(village):
    made = sign(village).value
    assert CHILD.name not in {resident.name for resident in made.without_evidence}


def test_who_pays_what_has_to_make_up_the_fee(village):
    shares = (FeeShare(payer="insurance", amount_fen=6000), FeeShare(payer="resident", amount_fen=2000))
    draft = ContractDraft(household_id=village.four.id, years=1, fee_fen=8050, payers=shares)
    problem = refusal(village, draft_contract, draft)
    assert (problem.code, problem.values["total"], problem.values["fee"]) == (
        "contract-payers",
        "80.00",
        "80.50",
    )
    made = village.workplace.command(draft_contract, replace(draft, fee_fen=8000)).value.contract
    assert village.workplace.query(get, Contract, made.id).payers == shares


@pytest.mark.parametrize(
    "shares",
    [
        (FeeShare(payer="the village", amount_fen=100),),
        (FeeShare(payer="resident", amount_fen=0), FeeShare(payer="other", amount_fen=100)),
        (FeeShare(payer="resident", amount_fen=50), FeeShare(payer="resident", amount_fen=50)),
    ],
)
def test_a_payer_is_one_of_four_and_pays_something_once(village, shares):
    draft = ContractDraft(household_id=village.four.id, years=1, fee_fen=100, payers=shares)
    assert refusal(village, draft_contract, draft).code == "contract-payer"


def test_a_renewal_takes_over_doctor_fee_and_payers(village):
    shares = (FeeShare(payer="insurance", amount_fen=8000),)
    old = sign(village, years=1, fee_fen=8000, payers=shares, township_doctor_name="陈医生").value.contract
    village.place.clock.forward(days=330)
    new = village.workplace.command(renew_contract, old.id, 3, Signing(), {}).value.contract
    assert (new.years, new.fee_fen, new.payers, new.township_doctor_name) == (3, 8000, shares, "陈医生")
    assert new.representative_id == old.representative_id
