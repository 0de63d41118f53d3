"""Lists and rates over the whole clinic: whom they name, and what who may not see is left out."""

from dataclasses import replace

import pytest

from tests.village import TODAY
from village_doctor.services import listing, planning
from village_doctor.services.consenting import refuse
from village_doctor.services.contracting import ContractDraft, Signing, sign_contract
from village_doctor.services.measuring import void_reading
from village_doctor.services.recording_conditions import add_condition
from village_doctor.services.viewing import person_facts

HELPER = "helper"


def people(village, name, viewer=None, on=TODAY):
    """Who is on the list, with the codes of the reasons."""
    found = village.workplace.query(listing.people_list, village.workplace.catalogue, name, on, viewer)
    return {
        found.residents[one].name: [reason.code for reason in line.reasons]
        for line in found.lines
        for one in line.resident_ids
    }


@pytest.fixture
def signed(village, do):
    signing = Signing(representative_id=village.widow.id)
    household = village.workplace.query(planning.find, village.workplace.catalogue, "欧阳秀兰", TODAY)[
        0
    ].household
    draft = ContractDraft(household_id=household.id, years=1, starts_on=TODAY)
    return do(sign_contract, draft, signing).contract


def test_who_is_signed_is_no_gap_and_who_is_not_is(village, signed):
    gaps = people(village, "gaps")
    assert "欧阳秀兰" not in gaps
    assert "李桂英" in gaps


def test_signed_and_not_served_since(village, do, signed):
    """She was measured on the day of signing: that was a service."""
    assert people(village, "unserved") == {}
    for reading in village.workplace.query(person_facts, village.widow.id, TODAY).readings:
        do(void_reading, reading.id, "量错了人")
    assert people(village, "unserved") == {"欧阳秀兰": ["signed-not-served"]}


def test_who_runs_out_within_60_days_is_to_be_renewed(village, signed):
    assert people(village, "renewals", on=TODAY) == {}
    assert people(village, "renewals", on=signed.ends_on) == {"欧阳秀兰": ["runs-out"]}


def test_who_is_away_for_six_months(village):
    assert list(people(village, "away")) == ["王小军"]


def test_what_was_refused_is_listed_when_it_may_be_offered_again(village, do):
    saved = do(refuse, village.widow.id, "check_up")
    assert people(village, "refusals") == {}
    assert people(village, "refusals", on=saved.stands_until) == {"欧阳秀兰": ["offer-now"]}


def test_a_group_that_only_a_list_names_is_a_difference(village, do):
    do(add_condition, village.rare.id, "copd", source_list="2026年名单")
    assert people(village, "groups") == {"𤋮㛃𠮷": ["listed-not-known"]}


def test_protected_groups_are_on_no_list_of_who_may_not_see_them(village, do):
    do(add_condition, village.rare.id, "tuberculosis", source_list="2026年名单")
    owner = village.workplace.actor
    helper = replace(owner, id="somebody else", role=HELPER)
    assert "𤋮㛃𠮷" in people(village, "gaps", owner)
    assert "𤋮㛃𠮷" in people(village, "groups", owner)
    assert "𤋮㛃𠮷" not in people(village, "gaps", helper)
    assert "𤋮㛃𠮷" not in people(village, "groups", helper)
    assert "李桂英" in people(village, "gaps", helper)


def test_rates_begin_with_nothing_due(village, signed):
    found = village.workplace.query(listing.rates_on, TODAY)
    assert found.items.rate is None
    assert found.contracts.rate is None
    late = village.workplace.query(listing.rates_on, signed.ends_on)
    assert late.items.due > 0
    assert (late.items.done, late.contracts.fulfilled, late.contracts.contracts) == (0, 0, 1)
    assert set(late.by_contract) == {signed.id}
    assert sum(one.due for one in late.by_package.values()) == late.items.due
