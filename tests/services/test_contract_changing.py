"""A member joins a signed contract, gets other packages, leaves; what was signed before stays (contracts.md §1)."""

from datetime import date, timedelta

import pytest

from tests.services.test_contracting import refusal, sign
from tests.village import TODAY
from village_doctor.domain.contracts import Contract
from village_doctor.services.contract_changing import add_member, change_packages, end_member
from village_doctor.services.contracting import Evidence
from village_doctor.services.moving import record_death
from village_doctor.store import contract_store
from village_doctor.store.tables import get

LATER = TODAY + timedelta(days=30)


@pytest.fixture
def contract(village):
    """Signed by the grandparents and the child on the first day; the son was left out. 30 days later."""
    members = (village.grandfather.id, village.grandmother.id, village.child.id)
    made = sign(village, members=members).value.contract
    village.place.clock.forward(days=30)
    return made


def rows(village, contract, resident):
    """Packages, first and last day, reason of each row of a member, oldest first."""
    found = [
        one
        for one in village.workplace.query(contract_store.members_of, contract.id)
        if one.resident_id == resident.id
    ]
    return [(one.package_codes, one.from_on, one.until_on, one.until_reason) for one in found]


def test_somebody_joins_from_that_day_with_evidence_of_her_own(village, contract):
    changes = village.workplace.command(
        add_member, contract.id, village.son.id, LATER, evidence=Evidence(signed_by_hand=True)
    )
    assert (changes.value.from_on, changes.value.package_codes) == (LATER, ("basic",))
    assert changes.value.has_own_evidence
    assert changes.notes == ()
    assert rows(village, contract, village.son) == [(("basic",), LATER, None, None)]
    assert village.workplace.query(get, Contract, contract.id) == contract


def test_an_adult_who_joins_without_evidence_is_told_of(village, contract):
    changes = village.workplace.command(add_member, contract.id, village.son.id, LATER)
    assert [note.code for note in changes.notes] == ["without-evidence"]


def test_a_package_that_is_added_is_kept_in_the_contract(village, contract):
    village.workplace.command(add_member, contract.id, village.son.id, LATER, ("basic", "copd"))
    kept = village.workplace.query(get, Contract, contract.id)
    assert {one.code for one in kept.packages} == {one.code for one in contract.packages} | {"copd"}
    assert [one for one in kept.packages if one.code != "copd"] == list(contract.packages)


def test_who_cannot_join_is_refused_and_nothing_is_written(village, contract):
    before = village.workplace.query(lambda c: c.execute("SELECT count(*) FROM journal").fetchone())
    add = (add_member, contract.id)
    assert refusal(village, *add, village.widow.id, LATER).code == "member-not-in-household"
    assert refusal(village, *add, village.grandmother.id, LATER).code == "already-signed"
    assert refusal(village, *add, village.son.id, LATER + timedelta(days=1)).code == "date-in-future"
    assert refusal(village, *add, village.son.id, LATER, ("gold",)).code == "package-unknown"
    assert refusal(village, *add, "nobody", LATER).code == "record-not-found"
    told = Evidence(told_on=LATER + timedelta(days=1))
    assert refusal(village, *add, village.son.id, LATER, (), told).code == "date-in-future"
    assert village.workplace.query(lambda c: c.execute("SELECT count(*) FROM journal").fetchone()) == before


def test_other_packages_begin_a_new_row_and_the_old_one_stays(village, contract):
    (old,) = rows(village, contract, village.grandmother)
    village.workplace.command(change_packages, contract.id, village.grandmother.id, LATER, ("basic", "copd"))
    assert rows(village, contract, village.grandmother) == [
        (old[0], None, LATER - timedelta(days=1), "packages_changed"),
        (("basic", "copd"), LATER, None, None),
    ]
    again = village.workplace.command(
        change_packages,
        contract.id,
        village.grandmother.id,
        LATER,
        ("basic",),
        Evidence(told_on=LATER, told_how="当\u202e面", signer_relation="\0"),
    )
    assert (again.value.told_on, again.value.told_how) == (LATER, "当面")
    assert again.value.signer_relation is None
    assert len(rows(village, contract, village.grandmother)) == 3


def test_without_new_evidence_she_agreed_as_at_the_signing(village, contract):
    begun = village.workplace.command(
        change_packages, contract.id, village.grandmother.id, LATER, ("basic", "copd")
    )
    assert (begun.value.told_on, begun.notes) == (date(2026, 11, 20), ())


def test_packages_that_cannot_be_are_refused(village, contract):
    change = (change_packages, contract.id)
    someone = village.grandmother.id
    assert refusal(village, *change, someone, LATER, ("copd",)).code == "basic-package-one"
    assert refusal(village, *change, someone, LATER, ("basic", "gold")).code == "package-unknown"
    assert refusal(village, *change, village.child.id, LATER, ("basic",)).code == "nothing-to-change"
    assert refusal(village, *change, village.son.id, LATER, ("basic",)).code == "member-not-bound"
    early = TODAY - timedelta(days=1)
    assert refusal(village, *change, someone, early, ("basic",)).code == "contract-not-open"
    tomorrow = LATER + timedelta(days=1)
    assert refusal(village, *change, someone, tomorrow, ("basic",)).code == "date-in-future"


def test_one_leaves_with_a_coded_reason_and_the_others_stay(village, contract):
    left = village.workplace.command(end_member, contract.id, village.grandmother.id, LATER, "refused").value
    assert (left.until_on, left.until_reason) == (LATER - timedelta(days=1), "refused")
    assert rows(village, contract, village.grandfather)[0][2] is None
    again = (end_member, contract.id, village.grandmother.id, LATER, "refused")
    assert refusal(village, *again).code == "member-not-bound"
    unknown = (end_member, contract.id, village.grandfather.id, LATER, "died")
    assert refusal(village, *unknown).code == "code-unknown"
    tomorrow = LATER + timedelta(days=1)
    assert (
        refusal(village, end_member, contract.id, village.child.id, tomorrow, "lost").code == "date-in-future"
    )


def test_who_left_may_join_again(village, contract):
    command = village.workplace.command
    command(end_member, contract.id, village.grandmother.id, TODAY + timedelta(days=5), "refused")
    command(add_member, contract.id, village.grandmother.id, LATER, ("basic",))
    assert [(first, last) for _, first, last, _ in rows(village, contract, village.grandmother)] == [
        (None, TODAY + timedelta(days=4)),
        (LATER, None),
    ]


def test_a_death_ends_the_row_that_runs_and_no_other(village, contract):
    command = village.workplace.command
    command(change_packages, contract.id, village.grandmother.id, LATER, ("basic", "copd"))
    village.place.clock.forward(days=5)
    died = LATER + timedelta(days=5)
    command(record_death, village.grandmother.id, died)
    assert [(last, why) for _, _, last, why in rows(village, contract, village.grandmother)] == [
        (LATER - timedelta(days=1), "packages_changed"),
        (died, "died"),
    ]
