"""The sample village: the same for the same arguments, plausible, whole when cut off, and never over somebody's data."""

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise
from pathlib import Path
from random import Random

import pytest

from tests.domain.form_files import options_of
from tests.village import Place, build
from village_doctor.domain.changes.codec import instant_of
from village_doctor.domain.clinic import Setting
from village_doctor.domain.contract_rules import ADULT_FROM_AGE
from village_doctor.domain.contracts import ACTIVE, Contract, ContractMember, state_on
from village_doctor.domain.dates import age_on
from village_doctor.domain.duties.duty import CONTRACT, NORM
from village_doctor.domain.duties.promised import member_term
from village_doctor.domain.forms import ACTIVITY, RESIDENT
from village_doctor.domain.fulfilment import matching
from village_doctor.domain.fulfilment.matching import MatchedDuty
from village_doctor.domain.given import Activity
from village_doctor.domain.id_card import check_id_card
from village_doctor.domain.key_groups import key_groups
from village_doctor.domain.kinds import KINDS
from village_doctor.domain.names import initials, readings
from village_doctor.domain.people import Absence, Condition, Household, HouseholdMembership, Phone, Resident
from village_doctor.domain.problems import Problem
from village_doctor.domain.referrals import Referral
from village_doctor.domain.visits import Visit
from village_doctor.foundation.clock import date_of
from village_doctor.services import deriving, listing, planning, safekeeping
from village_doctor.services.catalogue import Catalogue, figures
from village_doctor.services.sampling import Sampled, sample
from village_doctor.services.sampling_answers import BOTH_FORM
from village_doctor.services.sampling_courses import DIABETES, HYPERTENSION, plan_illnesses
from village_doctor.services.sampling_families import families
from village_doctor.services.sampling_people import plan_village
from village_doctor.services.workplace import Workplace
from village_doctor.store import duty_cache, facts_store, journal, search
from village_doctor.store.tables import select

UNTIL = date(2026, 11, 20)
START = date(2025, 11, 20)
CATALOGUE = Catalogue()
DATA = CATALOGUE.sample_data
PINYIN = CATALOGUE.pinyin


@dataclass(frozen=True)
class Told:
    workplace: Workplace
    sampled: Sampled
    place: Place


@contextmanager
def told(folder: Path, **given) -> Iterator[Told]:
    place = Place(folder, seed=given.pop("home_seed", 1))
    workplace = place.create().workplace
    try:
        arguments = {"residents": 90, "seed": 7, "years": 1, "until": UNTIL, **given}
        yield Told(workplace, sample(workplace, **arguments), place)
    finally:
        workplace.close()


@pytest.fixture(scope="module")
def village(tmp_path_factory) -> Iterator[Told]:
    with told(tmp_path_factory.mktemp("village")) as made:
        yield made


def all_of(village: Told, kind: type) -> list:
    return village.workplace.query(lambda connection: list(select(connection, kind, "1 ORDER BY rowid")))


def story_of(workplace: Workplace) -> list[tuple[object, ...]]:
    """Every entry after those of init, with the ids that init made called by their place."""
    entries = workplace.query(lambda connection: list(journal.entries(connection)))
    made_by_init: dict[str, str] = {}
    for entry in entries:
        if entry.verb in ("start_device", "set_up_clinic"):
            made_by_init.setdefault(entry.record_id, f"init-{len(made_by_init)}")
    found = []
    for entry in entries:
        if entry.verb in ("start_device", "set_up_clinic"):
            continue
        texts = [
            entry.act,
            entry.verb,
            entry.kind,
            entry.record_id,
            entry.wall_at,
            entry.staff,
            entry.body.decode(),
        ]
        for known, name in made_by_init.items():
            texts = [text.replace(known, name) for text in texts]
        found.append((entry.seq, *texts))
    return found


# --- the same arguments, the same village --------------------------------------------------------


def test_the_same_arguments_give_the_same_village(tmp_path):
    stories = []
    for home_seed in (1, 2):
        with told(tmp_path / str(home_seed), home_seed=home_seed, residents=40) as made:
            stories.append(story_of(made.workplace))
    assert stories[0] == stories[1]


def test_another_seed_gives_another_village(tmp_path):
    with told(tmp_path / "a", residents=20) as one, told(tmp_path / "b", residents=20, seed=8) as other:
        assert story_of(one.workplace) != story_of(other.workplace)


# --- journaled and checked like any other home -----------------------------------------------------


def test_the_check_passes(village):
    assert safekeeping.check(village.workplace).entries == village.workplace.query(journal.count)


def test_it_is_a_practice_home_from_the_first_act_on(village):
    settings = {setting.id: setting.value for setting in all_of(village, Setting)}
    assert settings["practice"] == "1"
    assert settings["counting_starts_on"] == START.isoformat()
    first = village.workplace.query(
        lambda connection: next(journal.entries(connection, "verb NOT IN ('start_device', 'set_up_clinic')"))
    )
    assert (first.kind, first.record_id) == ("setting", "practice")


def test_the_story_is_told_in_order_and_ends_the_day_before(village):
    entries = village.workplace.query(lambda connection: list(journal.entries(connection)))
    told_at = [
        instant_of(entry.wall_at) for entry in entries if entry.verb not in ("start_device", "set_up_clinic")
    ]
    assert told_at == sorted(told_at)
    assert date_of(told_at[0]) == START
    assert date_of(told_at[-1]) < UNTIL
    assert [entry.at for entry in entries] == sorted({entry.at for entry in entries})


def test_every_change_belongs_to_a_whole_act_of_one_verb(village):
    entries = village.workplace.query(lambda connection: list(journal.entries(connection)))
    verbs: dict[str, set[str]] = {}
    for entry in entries:
        verbs.setdefault(entry.act, set()).add(entry.verb)
    assert all(len(names) == 1 for names in verbs.values())
    assert len(verbs) == sum(village.sampled.acts.values()) + 2


def test_the_counts_are_those_of_the_tables(village):
    for kind, count in village.sampled.counts.items():
        assert count == len(all_of(village, KINDS[kind].record_class)), kind


def test_the_clock_is_trusted_at_the_next_opening(tmp_path):
    with told(tmp_path, residents=10) as made:
        place = made.place
    place.clock.forward(hours=3)
    place.open().close()


# --- the people ------------------------------------------------------------------------------------


def test_as_many_residents_as_asked_for(village):
    assert len(all_of(village, Resident)) == 90


def test_every_household_has_one_head_on_every_day(village):
    memberships = all_of(village, HouseholdMembership)
    residents = {resident.id: resident for resident in all_of(village, Resident)}
    day = START + timedelta(days=20)
    while day < UNTIL:
        for household in all_of(village, Household):
            here = [m for m in memberships if m.household_id == household.id and m.is_member_on(day)]
            heads = [m for m in here if m.is_head]
            assert len(heads) <= 1
            if not heads and any(age_on(residents[m.resident_id].birth_date, day) >= 18 for m in here):
                # The clinic hears of a death some days later, and a new head is named some days after that.
                gone = [
                    m.until_on
                    for m in memberships
                    if m.household_id == household.id and m.is_head and m.until_on
                ]
                assert any(timedelta(0) <= day - until <= timedelta(days=12) for until in gone)
        day += timedelta(days=9)


def test_nobody_is_born_after_the_story_or_older_than_a_hundred(village):
    for resident in all_of(village, Resident):
        assert resident.birth_date < UNTIL
        assert age_on(resident.birth_date, UNTIL) <= 100
        for day in (resident.died_on, resident.moved_out_on):
            assert day is None or resident.birth_date < day < UNTIL


def test_identity_numbers_are_valid_and_nobodys(village):
    numbers = [d for resident in all_of(village, Resident) for d in resident.identity_documents]
    assert len({document.number for document in numbers}) == len(numbers)
    for document in numbers:
        if document.kind == "id_card":
            assert check_id_card(document.number, UNTIL).number.startswith("99")
    for phone in all_of(village, Phone):
        assert phone.number.startswith(DATA.names.phone_prefix)


def test_everybody_is_found_by_the_initials_of_her_name(village):
    for resident in all_of(village, Resident):
        letters = initials(readings(resident.name, PINYIN, 1)[0])
        found = village.workplace.query(search.find, letters, PINYIN, 400)
        assert resident.id in found, resident.name


def test_the_first_few_are_the_best_of_all(village):
    """Reading stops when enough are found; who is shown must not depend on it."""
    texts = {resident.name[:1] for resident in all_of(village, Resident)} | set("abcdefghjklmnpqrstwxyz")
    for text in sorted(texts | {"lg", "wx", "zh", "ly"}):
        everybody = village.workplace.query(search.find, text, PINYIN, 400)
        for limit in (1, 3, 8):
            assert village.workplace.query(search.find, text, PINYIN, limit) == everybody[:limit]


def test_generations_are_a_mothers_age_apart():
    for seed in range(6):
        for members in families(DATA.shares, 300, UNTIL, Random(seed)):
            parents = [body for body in members if body.relation in ("02", "12")]
            youngest_parent = min(body.age for body in parents)
            for child in members:
                if child.relation[0] in "23" and child.relation not in ("28", "38"):
                    assert child.age + 14 <= max(body.age for body in parents)
                if child.relation in ("41", "42"):
                    assert child.age + 30 <= max(body.age for body in parents)
                if child.relation in ("51", "52"):
                    assert child.age >= youngest_parent + 14
            assert [body.relation for body in members].count("02") == 1
            assert members[0].relation == "02"


@pytest.mark.parametrize("residents", [1, 2, 3, 7, 40, 333, 1500])
def test_the_pyramid_is_the_censuss_whatever_the_size(residents):
    people = [
        body for members in families(DATA.shares, residents, UNTIL, Random(residents)) for body in members
    ]
    assert len(people) == residents
    if residents >= 300:
        assert 0.20 < sum(body.age >= 60 for body in people) / residents < 0.28
        assert 0.15 < sum(body.age < 15 for body in people) / residents < 0.24


def test_rare_names_are_in_every_village_of_some_size():
    for seed in range(3):
        planned = plan_village(DATA, PINYIN, 800, START, UNTIL, Random(seed))
        found = {person.name for household in planned.households for person in household.members}
        assert {rare.name for rare in DATA.names.rare_people} <= found


# --- the ill, by the data file ---------------------------------------------------------------------


@pytest.mark.parametrize("disease", ["hypertension", "diabetes"])
def test_illness_is_as_common_as_the_data_file_says(disease):
    planned = plan_village(DATA, PINYIN, 2000, START, UNTIL, Random(5))
    people = [person for household in planned.households for person in household.members]
    illnesses = plan_illnesses(people, DATA, START, UNTIL, Random(6))
    ill = {p for p, found in illnesses.items() if any(item.disease == disease for item in found)}
    wanted = sum(DATA.shares.prevalence[disease].of(p.age_on(UNTIL), p.sex) for p in people) / 1000
    wanted = wanted * DATA.shares.known[disease] / 1000
    assert abs(len(ill) - wanted) <= 2
    courses = Counter(
        item.course for found in illnesses.values() for item in found if item.disease == disease
    )
    assert set(courses) == {course.name for course in DATA.shares.courses[disease]}
    assert courses.most_common(1)[0][0] == "steady"


def test_nobody_is_ill_before_birth_or_twice(village):
    conditions = all_of(village, Condition)
    residents = {resident.id: resident for resident in all_of(village, Resident)}
    assert len({(c.resident_id, c.code) for c in conditions}) == len(conditions)
    for condition in conditions:
        assert condition.since_on is None or condition.since_on > residents[condition.resident_id].birth_date


def test_follow_ups_are_judged_by_the_norm(village):
    visits = [visit for visit in all_of(village, Visit) if visit.form_code is not None]
    assert any(visit.control_result == "controlled" for visit in visits)
    assert any(visit.control_result == "uncontrolled" for visit in visits)
    assert any(not visit.is_complete for visit in visits)
    judged = [visit for visit in visits if CATALOGUE.form(visit.form_code).rules]
    assert all(visit.decision is not None or visit.conclusions for visit in judged)
    assert all(visit.served_on < UNTIL for visit in visits)


# --- contracts -------------------------------------------------------------------------------------


def test_nobody_is_a_member_of_two_running_contracts(village):
    contracts = {contract.id: contract for contract in all_of(village, Contract)}
    terms: dict[str, list[tuple[date, date]]] = {}
    for member in all_of(village, ContractMember):
        contract = contracts[member.contract_id]
        if contract.signed_on is not None and not contract.is_voided:
            terms.setdefault(member.resident_id, []).append(member_term(contract, member))
    for spans in terms.values():
        spans.sort()
        assert all(one[1] < other[0] for one, other in pairwise(spans))


def test_who_signed_was_grown_up(village):
    residents = {resident.id: resident for resident in all_of(village, Resident)}
    for contract in all_of(village, Contract):
        if contract.representative_id is not None and contract.signed_on is not None:
            signer = residents[contract.representative_id]
            assert age_on(signer.birth_date, contract.signed_on) >= ADULT_FROM_AGE
            assert contract.state == ACTIVE or contract.terminated_on is not None


# --- refusals, cancelling, being cut off -----------------------------------------------------------


def test_a_home_that_is_used_is_refused(tmp_path):
    made = build(Place(tmp_path))
    before = made.workplace.query(journal.count)
    with pytest.raises(Problem) as refused:
        sample(made.workplace, residents=10, seed=1)
    assert refused.value.code == "sample-needs-fresh-home"
    assert made.workplace.query(journal.count) == before
    made.workplace.close()


def test_a_second_village_is_refused(village):
    with pytest.raises(Problem) as refused:
        sample(village.workplace, residents=10, seed=1)
    assert refused.value.code == "sample-needs-fresh-home"


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ({"residents": 0}, "sample-size"),
        ({"residents": 10_000}, "sample-size"),
        ({"years": 0}, "sample-size"),
        ({"years": 11}, "sample-size"),
        ({"until": date(2026, 11, 24)}, "date-in-future"),
    ],
)
def test_what_cannot_be_told_is_refused(tmp_path, given, code):
    workplace = Place(tmp_path).create().workplace
    with pytest.raises(Problem) as refused:
        sample(workplace, **{"residents": 10, "seed": 1, **given})
    assert refused.value.code == code
    assert workplace.query(lambda connection: len(list(select(connection, Household)))) == 0
    workplace.close()


def test_cancelled_in_the_middle_leaves_whole_acts(tmp_path, monkeypatch):
    monkeypatch.setattr("village_doctor.services.sampling_story.ACTS_A_BATCH", 25)
    place = Place(tmp_path)
    workplace = place.create().workplace
    stages: list[tuple[str, int, int]] = []
    with pytest.raises(Problem) as stopped:
        sample(
            workplace,
            residents=60,
            seed=3,
            years=1,
            until=UNTIL,
            progress=lambda *stage: stages.append(stage),
            cancelled=lambda: len(stages) >= 2,
        )
    assert stopped.value.code == "cancelled"
    assert 0 < stages[1][1] < stages[1][2]
    safekeeping.check(workplace)
    assert workplace.query(deriving.settings)["practice"] == "1"
    assert workplace.query(planning.find, workplace.catalogue, "l", workplace.today())
    workplace.close()
    place.open().close()


def test_progress_goes_on_to_the_end(tmp_path):
    stages: list[tuple[str, int, int]] = []
    with told(tmp_path, residents=15, progress=lambda *stage: stages.append(stage)):
        pass
    days = [done for stage, done, _ in stages if stage == "story"]
    assert days == sorted(days)
    assert days[-1] == (UNTIL - START).days
    assert stages[-1] == ("derive", 1, 1)


def test_cut_off_while_writing_the_next_opening_derives_what_is_missing(tmp_path, monkeypatch):
    place = Place(tmp_path)
    workplace = place.create().workplace
    monkeypatch.setattr("village_doctor.services.sampling._derive", _die)
    with pytest.raises(ZeroDivisionError):
        sample(workplace, residents=12, seed=3, years=1, until=UNTIL)
    workplace.close()
    opened = place.open()
    opened.renew_for_today()
    safekeeping.check(opened)
    assert opened.query(duty_cache.made_for) == opened.today()
    opened.close()


def _die(*_given: object) -> None:
    raise ZeroDivisionError


def test_what_a_village_of_some_size_shows(village):
    """The little things that somebody trying the program should meet."""
    states = Counter(state_on(contract, UNTIL) for contract in all_of(village, Contract))
    assert states["active"] > 5
    assert any(resident.other_names for resident in all_of(village, Resident))
    assert any(resident.died_on for resident in all_of(village, Resident))
    assert any(household.door_number is None for household in all_of(village, Household))
    assert any(referral.inquiries for referral in all_of(village, Referral))
    due = village.workplace.query(planning.due, village.workplace.today())
    assert any(item.state == "overdue" for item in due.items)


WHOLE_SEED = 12
# What the norm asks for, by the items of `domain/duties`: each programme's.
NORM_ITEMS = {
    *("quarter", "again", "fasting_again", "referral_outcome", "referral_outcome_emergency", "yearly"),
    *(
        "screening_pressure",
        "screening_pressure_at_risk",
        "screening_glucose_at_risk",
        "screening_measure_again",
    ),
    *(
        "newborn",
        "child_check",
        "child_chinese_medicine",
        "antenatal",
        "postnatal",
        "refill",
        "other_chronic",
    ),
    *("tuberculosis_first_visit", "tuberculosis_next", "tuberculosis_outcome"),
}


# --- a village that shows everything ---------------------------------------------------------------


@pytest.fixture(scope="module")
def whole(tmp_path_factory) -> Iterator[Told]:
    """The smallest that has everybody: two years, so that courses end and contracts are renewed."""
    with told(tmp_path_factory.mktemp("whole"), residents=150, years=2, seed=WHOLE_SEED) as made:
        yield made


def test_every_form_of_a_resident_is_filled_and_complete(whole):
    filled = {visit.form_code for visit in all_of(whole, Visit) if visit.is_complete}
    written_by_hand = {"basic_record", "referral_out", "referral_back"}
    assert {
        form.code for form in CATALOGUE.forms.values() if form.subject == RESIDENT
    } - written_by_hand <= filled
    assert {activity.form_code for activity in all_of(whole, Activity)} == {
        form.code for form in CATALOGUE.forms.values() if form.subject == ACTIVITY
    }


def test_every_key_group_is_met(whole):
    people = whole.workplace.query(lambda connection: facts_store.load(connection, UNTIL))
    met = {one.code for person in people for one in key_groups(person, UNTIL, figures())}
    assert met >= {package.group for package in CATALOGUE.packages.values() if package.group}


def test_every_package_is_signed(whole):
    signed = {code for member in all_of(whole, ContractMember) for code in member.package_codes}
    assert signed == set(CATALOGUE.packages)


def test_every_norm_programme_asks_for_something_and_every_state_is_met(whole):
    matched = matched_of(whole)
    asked = {one.duty.item for one in matched if one.duty.source == NORM}
    assert asked >= NORM_ITEMS
    in_the_next_weeks = [matched, *(matched_of(whole, UNTIL + timedelta(days=days)) for days in (6, 12))]
    assert {one.state for some in in_the_next_weeks for one in some} == {
        matching.PLANNED,
        matching.DUE,
        matching.OVERDUE,
        matching.DONE,
        matching.NOT_DONE,
    }


def test_what_was_promised_is_mostly_kept_and_who_signed_in_vain_stands_out(whole):
    told_of = [one for one in matched_of(whole) if one.duty.source == CONTRACT and one.duty.latest_on < UNTIL]
    for proof in ("education:material", "education:told"):
        kept = [one.state == matching.DONE for one in told_of if one.duty.proof == proof]
        assert sum(kept) / len(kept) > 0.6, proof
    unserved = whole.workplace.query(listing.people_list, CATALOGUE, "unserved", UNTIL)
    active = [contract for contract in all_of(whole, Contract) if state_on(contract, UNTIL) == ACTIVE]
    assert 0 < len(unserved.lines) < len(active) / 4


def test_ordinary_answers_are_those_of_shipped_forms():
    for code, answers in DATA.sheets.items():
        assert all(CATALOGUE.form(code).field(key) is not None for key in answers), code


def test_both_diseases_are_mostly_on_one_sheet(whole):
    both = [visit for visit in all_of(whole, Visit) if visit.form_code == BOTH_FORM]
    assert both
    assert all({one.disease for one in visit.conclusions} == {HYPERTENSION, DIABETES} for visit in both)
    concepts = set(options_of(CATALOGUE.form(BOTH_FORM), "symptoms").codes)
    assert all(set(visit.answers["symptoms"]) <= concepts for visit in both)


def test_the_little_things_of_every_day(whole):
    verbs = whole.sampled.acts
    for verb in (
        *("refuse", "notify", "refer", "add_member", "change_packages", "give_service", "give_education"),
        *("register_long_prescription", "give_consent", "record_activity", "renew_contract", "ask_referral"),
    ):
        assert verbs[verb], verb
    assert any(one.disease == "tuberculosis" for one in all_of(whole, Referral))
    assert any(one.not_done_reason == "not_at_home" for one in all_of(whole, Visit))
    assert any(one.expected_back_on and one.expected_back_on > UNTIL for one in all_of(whole, Absence))
    assert any(
        one.expected_delivery_on and one.expected_delivery_on > UNTIL for one in all_of(whole, Resident)
    )


def matched_of(village: Told, on: date = UNTIL) -> list[MatchedDuty]:
    return village.workplace.query(planning.matched_duties, on)
