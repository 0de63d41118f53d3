"""Protected groups (06, 09, 10): what belongs to one is changed and read by the owner and the doctor who answers for her.

For anybody else nothing is changed, and what is read does not even tell that something is left out.
"""

import re
from dataclasses import replace

import pytest

from tests.services.test_opening import refusal
from tests.village import NEWCOMER, TODAY, pressure
from village_doctor.cli import shapes
from village_doctor.domain.clinic import Staff
from village_doctor.domain.people import Household
from village_doctor.services import contracting, listing, planning
from village_doctor.services.consenting import refuse, withdraw_refusal
from village_doctor.services.contracting import ContractDraft, Signing, sign_contract
from village_doctor.services.correcting import correct_record, void_record
from village_doctor.services.desk import Desk, verb
from village_doctor.services.family_story import family_story
from village_doctor.services.measuring import record_reading
from village_doctor.services.recording_conditions import add_condition, end_condition
from village_doctor.services.referring import ReferralDraft, ask_referral, refer, void_referral
from village_doctor.services.registering import add_resident, register_household
from village_doctor.services.viewing import contract_view, family
from village_doctor.services.visiting import FollowUpDraft, add_follow_up, correct_reading, void_visit
from village_doctor.store import journal
from village_doctor.store.tables import select

# The words and codes by which a protected group gives itself away.
TELLING = re.compile(r"结核|精神障碍|特殊家庭|tuberculosis|mental_disorder|special_family|\b(06|09|10)\b")


@verb("add_staff")
def add_staff(desk: Desk, role: str) -> Staff:
    """No verb of the program makes anybody but the owner yet."""
    return desk.save(Staff(id=desk.new_id(), name="赵明", role=role))


@pytest.fixture
def people(village, do):
    """By name who looks or acts: the owner, the responsible doctor, another doctor, a helper."""
    owner = village.workplace.actor
    return {
        "owner": owner,
        "responsible": replace(owner, role="doctor"),
        "other": do(add_staff, "doctor"),
        "helper": do(add_staff, "helper"),
    }


@pytest.fixture
def ill(village, do):
    """The newcomer has tuberculosis and is of a special family, with one record of each kind that says so."""
    who = village.rare.id
    home = village.workplace.query(planning.find, village.workplace.catalogue, village.rare.name, TODAY)[0]
    condition = do(add_condition, who, "tuberculosis", "2026-11-20", notified_on=TODAY)
    do(add_condition, who, "06", source_list="2026年名单")
    form = FollowUpDraft(
        resident_id=who, form_code="tuberculosis_follow_up", mode="home", answers={"symptoms": ["0"]}
    )
    visit = do(add_follow_up, form).visit
    referral = do(
        refer,
        ReferralDraft(resident_id=who, urgency="ordinary", reason_text="疑似", disease="tuberculosis"),
    )
    signing = Signing(representative_id=who)
    contract = do(sign_contract, ContractDraft(household_id=home.household.id, years=1), signing).contract
    refusal_ = do(refuse, who, "follow_up:tuberculosis", refused_on=TODAY)
    return {
        "household": home.household,
        "condition": condition.id,
        "visit": visit.id,
        "referral": referral.id,
        "refusal": refusal_.id,
        "contract": contract,
    }


VERBS = {
    "end_condition": lambda ids: (end_condition, ids["condition"], TODAY),
    "correct_condition": lambda ids: (correct_record, "condition", ids["condition"], {"grade": "1"}),
    "void_condition": lambda ids: (void_record, "condition", ids["condition"], "录错了人"),
    "void_visit": lambda ids: (void_visit, ids["visit"], "录错了人"),
    "ask_referral": lambda ids: (ask_referral, ids["referral"], "arrived"),
    "void_referral": lambda ids: (void_referral, ids["referral"], "录错了人"),
    "withdraw_refusal": lambda ids: (withdraw_refusal, ids["refusal"]),
    "void_refusal": lambda ids: (void_record, "refusal", ids["refusal"], "录错了人"),
}


@pytest.mark.parametrize("verb", VERBS)
@pytest.mark.parametrize(
    ("who", "may"), [("owner", True), ("responsible", True), ("other", False), ("helper", False)]
)
def test_what_is_of_a_protected_group_is_changed_by_its_own_doctor_only(village, people, ill, verb, who, may):
    function, *given = VERBS[verb](ill)
    before = village.workplace.query(journal.count)
    village.workplace.actor = people[who]
    if may:
        village.workplace.command(function, *given)
    else:
        assert refusal(village.workplace.command, function, *given) == "not-permitted"
    assert (village.workplace.query(journal.count) > before) is may


def test_a_reading_is_of_its_visit(village, do, people, ill):
    """No form of a protected group measures anything yet; one of tomorrow may."""
    reading = do(record_reading, pressure(village.rare, 128, 80)).readings[0]
    village.workplace.actor = people["other"]
    village.workplace.command(correct_reading, reading.id, {"systolic_mmhg": 130})
    village.workplace.write(
        lambda writing: writing.connection.execute(
            "UPDATE reading SET visit_id = ? WHERE id = ?", (ill["visit"], reading.id)
        )
    )
    given = (correct_reading, reading.id, {"systolic_mmhg": 132})
    assert refusal(village.workplace.command, *given) == "not-permitted"


def test_another_condition_is_not_made_one_of_a_protected_group(village, do, people):
    condition = do(add_condition, village.rare.id, "copd")
    village.workplace.actor = people["other"]
    values = {"code": "tuberculosis"}
    assert refusal(village.workplace.command, correct_record, "condition", condition.id, values) == (
        "not-permitted"
    )
    village.workplace.command(correct_record, "condition", condition.id, {"since": "2020"})


def test_a_refusal_of_such_a_follow_up_is_as_much_its_own_doctors(village, people):
    village.workplace.actor = people["other"]
    given = (refuse, village.rare.id, "follow_up:mental_disorder")
    assert refusal(village.workplace.command, *given) == "not-permitted"
    village.workplace.command(refuse, village.rare.id, "check_up")


def test_registering_asks_as_adding_a_condition_does(village, people):
    member = replace(NEWCOMER.members[0], relation="20", conditions={"tuberculosis": None})
    households = village.workplace.query(lambda c: list(select(c, Household)))
    home = next(one.id for one in households if one.door_number == NEWCOMER.door_number)
    for who in ("other", "helper"):
        village.workplace.actor = people[who]
        assert refusal(village.workplace.command, add_resident, home, member) == "not-permitted"
    village.workplace.command(add_resident, home, replace(member, conditions={}))
    village.workplace.actor = people["responsible"]
    village.workplace.command(add_resident, home, member)
    whole = replace(NEWCOMER, members=(replace(member, relation="02"),))
    village.workplace.actor = people["helper"]
    assert refusal(village.workplace.command, register_household, whole) == "not-permitted"


# --- what is read --------------------------------------------------------------------------------------------


def explained(village, viewer):
    lines = village.workplace.query(planning.explain, village.rare.id, TODAY, viewer)
    return " ".join(line.text() + line.source() + str(line.values) for line in lines)


def shown(village, ids, viewer):
    return str(shapes.family(village.workplace.query(family, ids["household"].id, TODAY, viewer)))


def contract_shown(village, ids, viewer):
    view = village.workplace.query(contract_view, ids["contract"], viewer)
    return str(shapes.contract_view(view, TODAY))


def suggested(village, ids, viewer):
    catalogue, home = village.workplace.catalogue, ids["household"].id
    found = village.workplace.query(contracting.suggestions, catalogue, home, TODAY, viewer)
    return str([(one.groups, [(package.code, why) for package, why in one.packages]) for one in found])


def storied(village, ids, viewer):
    catalogue, home = village.workplace.catalogue, ids["household"].id
    story = village.workplace.query(family_story, catalogue, home, TODAY, viewer)
    return str([(one.member.facts, one.member.due, one.packages) for one in story.people])


VIEWS = {
    "explain": lambda village, ids, viewer: explained(village, viewer),
    "show": shown,
    "contract show": contract_shown,
    "contract suggest": suggested,
    "the page of the family": storied,
}


@pytest.mark.parametrize("view", VIEWS)
def test_a_protected_group_is_shown_to_its_own_doctor_only(village, people, ill, view):
    told = {who: VIEWS[view](village, ill, viewer) for who, viewer in people.items()}
    everything = VIEWS[view](village, ill, None)
    assert told["owner"] == told["responsible"] == everything
    assert TELLING.search(everything)
    assert not TELLING.search(without_ids(told["other"])), told["other"]
    assert not TELLING.search(without_ids(told["helper"]))


def without_ids(text):
    """Ids and numbers hold any digits."""
    return re.sub(r"[0-9a-f]{4,}|\d+-\d+(-\d+)*", "", text)


def test_what_is_left_reads_as_if_nothing_was_left_out(village, people, do):
    """Somebody of no other group is, for others, in no programme and has nothing due."""
    who = village.rare.id
    before = village.workplace.query(planning.explain, who, TODAY, people["other"])
    do(add_condition, who, "tuberculosis", "2026-11-20", notified_on=TODAY)
    do(refuse, who, "follow_up:tuberculosis")
    assert village.workplace.query(planning.explain, who, TODAY, people["other"]) == before
    assert village.workplace.query(planning.explain, who, TODAY, people["owner"]) != before


def test_a_gap_that_is_only_of_a_protected_group_is_not_told_by_what_else_is_said_of_it(village, do, people):
    do(add_condition, village.rare.id, "tuberculosis")
    do(refuse, village.rare.id, "contract")
    do(refuse, village.widow.id, "contract")

    def listed(viewer):
        catalogue = village.workplace.catalogue
        found = village.workplace.query(listing.people_list, catalogue, "gaps", TODAY, viewer)
        return {found.residents[one].name for line in found.lines for one in line.resident_ids}

    assert village.rare.name in listed(people["owner"])
    assert village.rare.name not in listed(people["other"])
    assert village.widow.name in listed(people["other"])
