"""Who stands out: contracts.md §1 (被签约, renewal), §2 and §6 (gaps), issue text "Duties and fulfilment" (absences)."""

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from tests.domain.duties.people import (
    away,
    condition,
    contact,
    contract,
    d,
    follow_up,
    person,
    pressure,
    referral,
    refusal,
    resident,
    signed,
)
from tests.domain.form_files import data
from tests.domain.shipped import figures
from village_doctor.domain.duties.reasons import say, source_of
from village_doctor.domain.fulfilment.lists import (
    away_list,
    gaps,
    home_at_new_year,
    is_signed,
    perhaps_signed_without_knowing,
    renewals,
    signed_but_not_served,
    to_offer_again,
)
from village_doctor.domain.fulfilment.spring_festival import festival_after, parse_spring_festivals
from village_doctor.domain.given import Education, Service
from village_doctor.domain.people import Absence
from village_doctor.domain.person_facts import PersonFacts, SignedMember
from village_doctor.domain.problems import Problem
from village_doctor.domain.refusals import Refusal

VOIDED = datetime(2026, 11, 20, tzinfo=UTC)
TODAY = d("2026-11-22")
FIGURES = figures()
YOUNG = "1990-03-01"
FESTIVALS = parse_spring_festivals("spring_festival.toml", data("clinical/spring_festival.toml"))


def said(reasons: object) -> list[str]:
    """The sentences; each has a source."""
    assert isinstance(reasons, tuple)
    assert all(source_of(reason.code, reason.values) for reason in reasons)
    return [say(reason.code, reason.values) for reason in reasons]


# --- signed but not served (签而不约) -----------------------------------------------------------------------------------

SERVED: list[tuple[str, object, bool]] = [
    ("nothing", None, True),
    ("before the contract", follow_up("2026-02-28"), True),
    ("on its first day", follow_up("2026-03-01"), False),
    ("an unfinished form is a contact", follow_up("2026-11-22", complete=False), False),
    ("tomorrow", follow_up("2026-11-23"), True),
    ("a phone call", contact("2026-05-01"), False),
    ("nobody at home", contact("2026-05-01", "home", "not_at_home"), True),
    ("a reading by us", pressure("2026-05-01"), False),
    ("measured herself", pressure("2026-05-01", setting="self_measured"), True),
    ("voided", replace(follow_up("2026-05-01"), voided_at=VOIDED), True),
    ("a reading in the first hour of its first day", pressure("2026-03-01", hour=0), False),
    ("a reading before the contract", pressure("2026-02-28", hour=23), True),
    ("an act", Service(id="x", resident_id="r1", code="c", served_on=d("2026-05-01")), False),
    (
        "an act before the contract",
        Service(id="x", resident_id="r1", code="c", served_on=d("2026-02-28")),
        True,
    ),
    (
        "an act on its first day",
        Service(id="x", resident_id="r1", code="c", served_on=d("2026-03-01")),
        False,
    ),
    ("an act today", Service(id="x", resident_id="r1", code="c", served_on=d("2026-11-22")), False),
    ("an act tomorrow", Service(id="x", resident_id="r1", code="c", served_on=d("2026-11-23")), True),
    (
        "a voided act",
        Service(id="x", resident_id="r1", code="c", served_on=d("2026-05-01"), voided_at=VOIDED),
        True,
    ),
    ("a talk", Education(id="x", given_on=d("2026-05-01"), mode="talk"), False),
    ("a voided talk", Education(id="x", given_on=d("2026-05-01"), mode="talk", voided_at=VOIDED), True),
]


@pytest.mark.parametrize(("record", "is_listed"), [row[1:] for row in SERVED], ids=[row[0] for row in SERVED])
def test_signed_but_not_served(record: object, is_listed: bool) -> None:
    facts = person(signed(contract("2026-03-01")), record)
    assert [one.contract_id for one in signed_but_not_served([facts], TODAY)] == ["k1"] * is_listed


def test_a_reading_of_a_voided_visit_is_no_service() -> None:
    visit = replace(follow_up("2026-05-01"), voided_at=VOIDED)
    facts = person(signed(contract("2026-03-01")), visit, pressure("2026-05-01", visit=visit))
    assert len(signed_but_not_served([facts], TODAY)) == 1
    standing = replace(visit, voided_at=None, not_done_reason="refused")
    served = person(signed(contract("2026-03-01")), standing, pressure("2026-05-01", visit=standing))
    assert signed_but_not_served([served], TODAY) == ()


def test_service_to_one_member_serves_the_household() -> None:
    deal = contract("2026-03-01")
    alone = person(signed(deal))
    other = person(signed(deal, resident_id="r2"), follow_up("2026-05-01"), who=resident(record_id="r2"))
    assert signed_but_not_served([alone, other], TODAY) == ()
    assert signed_but_not_served([other, alone], TODAY) == ()


@pytest.mark.parametrize(
    ("on", "count"), [("2026-02-28", 0), ("2026-03-01", 1), ("2027-02-28", 1), ("2027-03-01", 0)]
)
def test_only_running_contracts_are_listed(on: str, count: int) -> None:
    assert len(signed_but_not_served([person(signed(contract("2026-03-01")))], d(on))) == count


def test_a_contract_that_was_not_signed_by_then_is_not_listed() -> None:
    facts = person(signed(contract("2026-03-01", signed_on="2026-11-23")))
    assert signed_but_not_served([facts], TODAY) == ()
    left = person(signed(contract("2026-03-01")))
    voided = replace(left.contracts[0], member=replace(left.contracts[0].member, voided_at=VOIDED))
    assert signed_but_not_served([replace(left, contracts=(voided,))], TODAY) == ()


def test_the_oldest_first_with_members_and_a_sentence() -> None:
    people = [
        person(signed(contract("2026-11-21", record_id="k0"))),
        person(
            signed(contract("2026-03-01", record_id="k1"), resident_id="r2"), who=resident(record_id="r2")
        ),
        person(signed(contract("2026-03-01", record_id="k1"))),
    ]
    found = signed_but_not_served(people, TODAY)
    assert [(one.contract_id, one.household_id, one.resident_ids) for one in found] == [
        ("k1", "h1", ("r1", "r2")),
        ("k0", "h1", ("r1",)),
    ]
    assert said(found[1].reasons) == ["2026年11月21日 签约生效，到今天 2 天，一次服务也没有记下。"]


# --- perhaps signed without knowing (被签约) -----------------------------------------------------------------------------


def unknowing(*people: PersonFacts, known_days: tuple[date, ...] = ()) -> list[tuple[str, list[str]]]:
    found = perhaps_signed_without_knowing(people, TODAY, FIGURES, known_days)
    return [(one.resident_id, [reason.code for reason in one.reasons]) for one in found]


@pytest.mark.parametrize(
    ("member", "absence", "codes"),
    [
        (signed(contract("2026-03-01")), None, []),
        (signed(contract("2026-03-01"), signed_by=None), None, ["no-evidence"]),
        (signed(contract("2026-03-01"), signed_by="son"), None, ["no-evidence"]),
        (signed(contract("2026-03-01"), signed_by=None, told_on="2026-03-05"), None, []),
        (signed(contract("2026-03-01")), away("2026-03-01"), ["away-when-signed"]),
        (signed(contract("2026-03-01")), away("2026-03-02"), []),
        (signed(contract("2026-03-01")), away("2026-01-01", "2026-03-01"), []),
        (signed(contract("2026-03-01")), away("2026-01-01", "2026-03-02"), ["away-when-signed"]),
        (
            signed(contract("2026-03-01", signed_on="2026-02-20")),
            away("2026-01-01", "2026-02-21"),
            ["away-when-signed"],
        ),
        (signed(contract("2026-03-01", signed_on="2026-02-20")), away("2026-02-21", "2026-05-01"), []),
        (
            signed(contract("2026-03-01"), signed_by=None),
            away("2026-02-01"),
            ["no-evidence", "away-when-signed"],
        ),
        (signed(contract("2026-03-01"), signed_by="son", told_on="2026-03-05"), away("2026-02-01"), []),
        (signed(contract("2025-03-01"), signed_by=None), None, []),
        (signed(contract("2026-03-01"), signed_by=None, until="2026-11-21"), None, []),
        (signed(contract("2026-03-01"), signed_by=None, until="2026-11-22"), None, ["no-evidence"]),
        (signed(contract("2026-03-01", state="draft"), signed_by=None), None, []),
    ],
)
def test_perhaps_signed_without_knowing(
    member: SignedMember, absence: Absence | None, codes: list[str]
) -> None:
    assert unknowing(person(member, absence)) == ([("r1", codes)] if codes else [])


AWAY_THAT_DAY = away("2026-02-01", "2026-04-01")


@pytest.mark.parametrize(
    ("member", "absence", "is_listed"),
    [
        (signed(contract("2026-03-01")), AWAY_THAT_DAY, True),
        (signed(contract("2025-11-22")), away("2025-11-01", "2026-01-01"), False),
        (signed(contract("2025-11-23")), away("2025-11-01", "2026-01-01"), True),
        (
            signed(contract("2026-03-01", state="terminated", terminated_on="2026-11-22")),
            AWAY_THAT_DAY,
            False,
        ),
        (
            signed(contract("2026-03-01", state="terminated", terminated_on="2026-11-23")),
            AWAY_THAT_DAY,
            True,
        ),
        (signed(replace(contract("2026-03-01"), voided_at=VOIDED)), AWAY_THAT_DAY, False),
        (signed(contract("2026-03-01", state="draft")), AWAY_THAT_DAY, False),
        (signed(contract("2026-03-01", signed_on="2026-11-22")), away("2026-11-01"), True),
        (signed(contract("2026-03-01", signed_on="2026-11-23")), away("2026-11-01"), False),
        (signed(contract("2026-03-01"), from_on="2026-11-22"), AWAY_THAT_DAY, True),
        (signed(contract("2026-03-01"), from_on="2026-11-23"), AWAY_THAT_DAY, False),
        (signed(contract("2026-03-01"), until="2026-11-22"), AWAY_THAT_DAY, True),
        (signed(contract("2026-03-01"), until="2026-11-21"), AWAY_THAT_DAY, False),
    ],
    ids=[
        "she is in it",
        "it ran out yesterday",
        "its last day",
        "terminated today",
        "terminated tomorrow",
        "voided",
        "never signed",
        "signed today",
        "not signed yet",
        "she joins today",
        "she joins tomorrow",
        "she leaves today",
        "she left yesterday",
    ],
)
def test_who_was_away_that_day_is_listed_while_the_contract_binds_her(
    member: SignedMember, absence: Absence, is_listed: bool
) -> None:
    assert unknowing(person(member, absence)) == [("r1", ["away-when-signed"])] * is_listed


@pytest.mark.parametrize(("born", "is_listed"), [("2008-03-01", True), ("2008-03-02", False)])
def test_only_adults_on_the_day_of_signing(born: str, is_listed: bool) -> None:
    facts = person(signed(contract("2026-03-01"), signed_by=None), who=resident(born))
    assert bool(unknowing(facts)) is is_listed


@pytest.mark.parametrize("gone", [{"died_on": "2026-11-22"}, {"moved_out_on": "2026-11-22"}])
def test_the_dead_and_the_moved_are_not_listed(gone: dict[str, str]) -> None:
    who = resident(**gone)  # type: ignore[arg-type]
    assert unknowing(person(signed(contract("2026-03-01"), signed_by=None), who=who)) == []
    assert unknowing(person(signed(contract("2026-03-01")), AWAY_THAT_DAY, who=who)) == []


def drive(count: int, on: str = "2026-03-01") -> list[PersonFacts]:
    return [
        person(
            signed(contract(on, record_id=f"k{number:02d}"), resident_id=f"r{number:02d}"),
            who=resident(record_id=f"r{number:02d}"),
        )
        for number in range(count)
    ]


def test_many_contracts_on_one_day_without_an_event() -> None:
    many = FIGURES.many_contracts_on_one_day
    assert unknowing(*drive(many - 1), *drive(1, "2026-04-01")) == []
    assert len(unknowing(*drive(many))) == many
    assert unknowing(*drive(many), known_days=(d("2026-03-01"),)) == []
    assert len(unknowing(*drive(many), known_days=(d("2026-03-02"),))) == many


def test_a_family_of_many_signs_one_contract() -> None:
    deal = contract("2026-03-01")
    people = [
        person(signed(deal, resident_id=f"r{number}"), who=resident(record_id=f"r{number}"))
        for number in range(FIGURES.many_contracts_on_one_day)
    ]
    assert unknowing(*people) == []


def test_each_reason_is_a_sentence() -> None:
    people = drive(FIGURES.many_contracts_on_one_day - 1)
    last = person(signed(contract("2026-03-01", record_id="k99"), signed_by=None), away("2026-02-01"))
    (found,) = [
        one
        for one in perhaps_signed_without_knowing([*people, last], TODAY, FIGURES)
        if one.contract_id == "k99"
    ]
    assert found.household_id == "h1"
    assert said(found.reasons) == [
        "成年人，没有本人签字，也没有写哪天告诉过。",
        "2026年3月1日 签约那天登记着外出（2026年2月1日 起），也没有写怎么告诉的。",
        "2026年3月1日 一天签了 10 份，那天没有集中签约活动，也没有上门名单。",
    ]


# --- renewals: 60 days before the end -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("on", "listed"),
    [("2026-12-29", False), ("2026-12-30", True), ("2027-02-28", True), ("2027-03-01", False)],
)
def test_renewals_from_60_days_before_the_end_to_the_end(on: str, listed: bool) -> None:
    """The contract ends on 28 February 2027."""
    assert bool(renewals([person(signed(contract("2026-03-01")))], d(on))) is listed


def test_the_soonest_first_with_its_members_and_a_sentence() -> None:
    people = [
        person(signed(contract("2026-01-10", record_id="k2"))),
        person(signed(contract("2026-01-05", record_id="k1"))),
        person(
            signed(contract("2026-01-05", record_id="k1"), resident_id="r2"), who=resident(record_id="r2")
        ),
        person(
            signed(contract("2026-01-05", record_id="k1"), resident_id="r3"),
            who=resident(record_id="r3", died_on="2026-05-01"),
        ),
    ]
    found = renewals(people, d("2026-12-01"))
    assert [(one.contract_id, one.household_id, one.resident_ids) for one in found] == [
        ("k1", "h1", ("r1", "r2")),
        ("k2", "h1", ("r1",)),
    ]
    assert said(found[0].reasons) == ["2027年1月4日 到期，还有 34 天，还没有续签。"]


def test_a_signed_renewal_takes_it_off_the_list() -> None:
    old = signed(contract("2026-01-05"))
    new = signed(contract("2027-01-05", record_id="k2", signed_on="2026-11-20", renews_id="k1"))
    assert renewals([person(old, new)], d("2026-12-01")) == ()


def test_a_contract_with_nobody_left_is_not_renewed() -> None:
    facts = person(signed(contract("2026-01-05")), who=resident(died_on="2026-05-01"))
    assert renewals([facts], d("2026-12-01")) == ()


# --- gaps: unsigned people of the key groups ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("facts", "groups"),
    [
        (person(), ["01"]),
        (person(condition()), ["01", "07"]),
        (person(who=resident(YOUNG)), None),
        (person(condition(), who=resident(YOUNG)), ["07"]),
        (person(signed(contract("2026-03-01"))), None),
        (person(signed(contract("2025-03-01"))), ["01"]),
        (person(signed(contract("2026-03-01"), signed_by=None)), ["01"]),
        (person(signed(contract("2026-03-01"), until="2026-11-21")), ["01"]),
        (person(away("2026-05-22")), None),
        (person(away("2026-05-23")), ["01"]),
        (person(who=resident(died_on="2026-11-22")), None),
        (person(who=resident(moved_out_on="2026-11-22")), None),
        (person(who=resident(registered_here=False, lives_here_since="2026-05-22")), ["01"]),
        (person(who=resident(registered_here=False, lives_here_since="2026-05-23")), None),
    ],
)
def test_gaps_are_unsigned_permanent_residents_of_key_groups(
    facts: PersonFacts, groups: list[str] | None
) -> None:
    found = gaps([facts], TODAY, FIGURES)
    assert [list(one.groups) for one in found] == ([] if groups is None else [groups])
    assert is_signed(facts, TODAY) is (facts.contracts != () and groups is None)


def test_a_person_is_one_gap_and_stands_in_each_of_her_groups() -> None:
    people = [
        person(condition(), who=resident(YOUNG, record_id="r2")),
        person(condition(), who=resident(record_id="r3")),
        person(who=resident(record_id="r1")),
    ]
    found = gaps(people, TODAY, FIGURES)
    assert [one.resident_id for one in found] == ["r3", "r1", "r2"]
    assert [one.groups for one in found] == [("01", "07"), ("01",), ("07",)]


def test_gaps_in_as_many_groups_stand_by_household_those_without_one_first() -> None:
    people = [
        replace(person(who=resident(record_id="r1")), household_id="h2"),
        person(who=resident(YOUNG)),  # in no group: no gap, and no end of the list
        replace(person(who=resident(record_id="r3")), household_id=None),
        replace(person(who=resident(record_id="r2")), household_id="H1"),
    ]
    found = gaps(people, TODAY, FIGURES)
    assert [(one.household_id, one.resident_id) for one in found] == [
        (None, "r3"),
        ("H1", "r2"),
        ("h2", "r1"),
    ]


def test_why_somebody_is_a_gap() -> None:
    (found,) = gaps(
        [
            person(
                condition(),
                signed(contract("2026-03-01"), signed_by=None),
                refusal("contract", "2026-10-01"),
                refusal("check_up", "2026-10-01"),
            )
        ],
        TODAY,
        FIGURES,
    )
    assert said(found.reasons) == [
        "是老年人，还没有签约。",
        "是高血压患者，还没有签约。",
        "协议里有名字，可没有本人签字，也没有告诉过，不算签约。",
        "2026年10月1日 说不愿意签，2027年1月1日 起再问。",
    ]


def test_a_refusal_that_is_over_is_no_reason() -> None:
    (found,) = gaps([person(refusal("contract", "2026-08-22"))], TODAY, FIGURES)
    assert [reason.code for reason in found.reasons] == ["not-signed-group"]


# --- away (外出名单) and home around 春节 --------------------------------------------------------------------------------


def gone(from_on: str, **known: object) -> Absence:
    return replace(away(from_on), **known)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("absence", "is_listed"),
    [
        (gone("2026-05-22"), True),
        (gone("2026-05-23"), False),
        (gone("2026-05-22", until_on=d("2026-11-22")), False),
        (gone("2026-05-22", until_on=d("2026-11-23")), True),
        (gone("2026-05-22", voided_at=VOIDED), False),
    ],
)
def test_the_away_list_begins_at_six_months_to_the_day(absence: Absence, is_listed: bool) -> None:
    assert len(away_list([person(absence)], TODAY)) == is_listed


def test_who_is_here_ends_no_list_of_those_who_are_not() -> None:
    people = [person(), person(gone("2026-05-22", phone="13000000000"), who=resident(record_id="r2"))]
    assert [one.resident_id for one in away_list(people, TODAY)] == ["r2"]
    assert [one.resident_id for one in home_at_new_year(people, TODAY, FESTIVALS, FIGURES)] == ["r2"]


def test_of_two_absences_at_a_time_the_longer_counts() -> None:
    absences = [gone("2026-11-01"), gone("2026-03-01"), gone("2026-10-01")]
    (found,) = away_list([person(*absences)], TODAY)
    assert found.from_on == d("2026-03-01")


def test_the_dead_are_not_away() -> None:
    assert away_list([person(gone("2026-01-01"), who=resident(died_on="2026-11-22"))], TODAY) == ()


def test_what_is_known_of_the_away_and_who_is_back_first() -> None:
    known = gone(
        "2026-01-31", expected_back_on=d("2027-02-01"), place="某市", phone="13000000000", kind="work"
    )
    people = [
        person(gone("2026-02-01"), who=resident(record_id="r3")),
        person(gone("2026-01-01"), who=resident(record_id="r2")),
        person(known, who=resident(record_id="r1")),
        person(gone("2026-03-01", expected_back_on=d("2026-12-01")), who=resident(record_id="r4")),
    ]
    found = away_list(people, TODAY)
    assert [one.resident_id for one in found] == ["r4", "r1", "r2", "r3"]
    one = found[1]
    assert (one.household_id, one.kind, one.from_on, one.expected_back_on, one.place, one.phone) == (
        "h1",
        "work",
        d("2026-01-31"),
        d("2027-02-01"),
        "某市",
        "13000000000",
    )
    assert said(one.reasons) == [
        "2026年1月31日 起外出，到 2026年7月31日 满六个月，不算常住。",
        "说好 2027年2月1日 回来。",
    ]
    assert said(found[2].reasons)[1] == "没写什么时候回来，打电话问一问。"


def at_new_year(absence: Absence, on: date = TODAY) -> list[list[str]]:
    found = home_at_new_year([person(absence)], on, FESTIVALS, FIGURES)
    return [said(one.reasons) for one in found]


@pytest.mark.parametrize(
    ("absence", "is_listed"),
    [
        (gone("2026-03-01", expected_back_on=d("2027-01-21")), False),
        (gone("2026-03-01", expected_back_on=d("2027-01-22")), True),
        (gone("2026-03-01", expected_back_on=d("2027-02-21")), True),
        (gone("2026-03-01", expected_back_on=d("2027-02-22")), False),
        (gone("2026-11-20", expected_back_on=d("2027-02-01")), True),
        (gone("2026-11-23", expected_back_on=d("2027-02-01")), False),
        (gone("2026-03-01", phone="13000000000"), True),
        (gone("2026-03-01"), False),
        (gone("2026-03-01", phone="13000000000", kind="school"), False),
        (gone("2026-03-01", phone="13000000000", expected_back_on=d("2027-06-01")), False),
    ],
)
def test_who_may_be_home_around_the_festival_of_6_february_2027(absence: Absence, is_listed: bool) -> None:
    assert bool(at_new_year(absence)) is is_listed


@pytest.mark.parametrize(
    ("on", "said_of"),
    [
        ("2027-02-05", "2027年2月6日"),
        ("2027-02-06", "2027年2月6日"),
        ("2027-02-07", "2027年2月6日"),
        ("2027-02-21", "2027年2月6日"),
        ("2027-02-22", "2028年1月26日"),
    ],
)
def test_the_list_of_a_festival_runs_until_15_days_after_it(on: str, said_of: str) -> None:
    (asked,) = at_new_year(gone("2026-03-01", phone="13000000000"), d(on))
    assert asked == [f"在外务工，春节（{said_of}）前后可能回来，有电话，先打电话问。"]
    late = gone("2026-03-01", expected_back_on=d("2027-02-21"))
    assert bool(at_new_year(late, d(on))) is (said_of == "2027年2月6日")


def test_what_is_said_before_the_festival() -> None:
    assert at_new_year(gone("2026-03-01", expected_back_on=d("2027-02-01"))) == [
        ["说好 2027年2月1日 回来，正是春节（2027年2月6日）前后。"]
    ]
    assert at_new_year(gone("2026-03-01", phone="13000000000")) == [
        ["在外务工，春节（2027年2月6日）前后可能回来，有电话，先打电话问。"]
    ]


def test_who_is_back_first_is_first_before_the_festival_too() -> None:
    people = [
        person(gone("2026-03-01", phone="13000000000"), who=resident(record_id="r1")),
        person(gone("2026-04-01", expected_back_on=d("2027-02-02")), who=resident(record_id="r2")),
        person(gone("2026-04-01", expected_back_on=d("2027-02-01")), who=resident(record_id="r3")),
    ]
    found = home_at_new_year(people, TODAY, FESTIVALS, FIGURES)
    assert [one.resident_id for one in found] == ["r3", "r2", "r1"]


def test_without_a_known_festival_there_is_no_list() -> None:
    facts = [person(gone("2026-03-01", phone="13000000000"))]
    assert home_at_new_year(facts, TODAY, (), FIGURES) == ()
    assert home_at_new_year([person()], TODAY, FESTIVALS, FIGURES) == ()


def test_the_festival_itself_and_the_day_after_it() -> None:
    assert festival_after(FESTIVALS, d("2027-02-06")) == d("2027-02-06")
    assert festival_after(FESTIVALS, d("2027-02-07")) == d("2028-01-26")
    assert festival_after(FESTIVALS, d("2035-02-09")) is None


def test_the_days_of_the_festival_2025_to_2035() -> None:
    assert [str(day) for day in FESTIVALS] == [
        "2025-01-29",
        "2026-02-17",
        "2027-02-06",
        "2028-01-26",
        "2029-02-13",
        "2030-02-03",
        "2031-01-23",
        "2032-02-11",
        "2033-01-31",
        "2034-02-19",
        "2035-02-08",
    ]


@pytest.mark.parametrize(
    ("change", "reason", "detail"),
    [
        ({"days": ["2026-02-30"]}, "日期要写成 2026-02-17 这样", "2026-02-30"),
        ({"days": ["soon"]}, "日期要写成 2026-02-17 这样", "soon"),
        ({"days": ["2027-02-06", "2026-02-17"]}, "每年写一天，按年份排", "days"),
        ({"days": ["2026-02-17", "2026-02-18"]}, "每年写一天，按年份排", "days"),
        ({"mark": "X"}, "没有这种写法", "mark = X"),
        ({"source": ""}, "这一项应该是文字，不能空着", "source"),
        ({"extra": 1}, "不认识这一项，可能是打错了", "extra"),
        ({"version": 0}, "这一项应该是 1 或更大的整数", "version"),
    ],
)
def test_a_file_with_a_mistake_is_refused(change: dict[str, object], reason: str, detail: str) -> None:
    good: dict[str, object] = {"version": 1, "mark": "K", "source": "s", "days": ["2026-02-17"]}
    assert parse_spring_festivals("x.toml", good) == (d("2026-02-17"),)
    with pytest.raises(Problem) as caught:
        parse_spring_festivals("x.toml", good | change)
    assert caught.value.code == "data-file"
    assert caught.value.values == {
        "file": "x.toml",
        "field": "文件本身",
        "reason": reason,
        "detail": detail,
    }


# --- refusals to offer again --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("records", "on", "is_listed"),
    [
        ([refusal("check_up", "2026-08-22")], "2026-11-21", False),
        ([refusal("check_up", "2026-08-22")], "2026-11-22", True),
        ([refusal("check_up", "2026-11-01", again="2026-11-22")], "2026-11-22", True),
        ([refusal("check_up", "2026-08-22"), refusal("check_up", "2026-11-20")], "2026-11-22", False),
        ([refusal("check_up", "2026-08-22"), refusal("check_up", "2026-11-22")], "2026-11-22", False),
        ([refusal("check_up", "2026-08-22"), refusal("check_up", "2026-11-23")], "2026-11-22", True),
        ([refusal("follow_up:hypertension", "2026-08-01"), follow_up("2026-08-01")], "2026-11-22", True),
        ([refusal("follow_up:hypertension", "2026-08-01"), follow_up("2026-08-02")], "2026-11-22", False),
        ([refusal("follow_up:hypertension", "2026-08-01"), follow_up("2026-11-23")], "2026-11-22", True),
        ([refusal("check_up", "2026-08-01"), follow_up("2026-08-02")], "2026-11-22", True),
        ([refusal("everything", "2026-08-01")], "2026-11-22", True),
        ([refusal("everything", "2026-08-01"), contact("2026-09-01")], "2026-11-22", False),
        ([refusal("contract", "2026-08-01")], "2026-11-22", True),
        ([refusal("contract", "2026-08-01"), signed(contract("2026-10-01"))], "2026-11-22", False),
        ([replace(refusal("check_up", "2026-08-22"), voided_at=VOIDED)], "2026-11-22", False),
        ([refusal("check_up", "2026-08-22"), away("2026-05-22")], "2026-11-22", False),
    ],
)
def test_what_is_to_be_offered_again(records: list[object], on: str, is_listed: bool) -> None:
    assert len(to_offer_again([person(*records)], d(on))) == is_listed


@pytest.mark.parametrize(
    ("state", "asked", "voided", "is_listed"),
    [
        ("arrived", "2026-08-02", False, False),
        ("in_hospital", "2026-09-01", False, False),
        ("back", "2026-11-22", False, False),
        ("not_arrived", "2026-09-01", False, True),
        ("refused", "2026-09-01", False, True),
        ("arrived", "2026-08-01", False, True),
        ("arrived", "2026-11-23", False, True),
        ("arrived", "2026-09-01", True, True),
    ],
)
def test_a_referral_that_she_refused_and_went_to_after_all_is_not_offered_again(
    state: str, asked: str, voided: bool, is_listed: bool
) -> None:
    slip = referral("2026-07-25", asked=(("2026-07-30", "not_arrived"), (asked, state)))
    slip = replace(slip, voided_at=VOIDED) if voided else slip
    assert len(to_offer_again([person(refusal("referral", "2026-08-01"), slip)], TODAY)) == is_listed


def test_offers_are_in_order_with_what_and_when() -> None:
    one: Refusal = refusal("everything", "2026-06-01")
    people = [
        person(refusal("check_up", "2026-08-01"), one, who=resident(record_id="r2")),
        person(refusal("check_up", "2026-08-01"), refusal("contract", "2026-08-01")),
    ]
    found = to_offer_again(people, TODAY)
    assert [(item.resident_id, item.what, str(item.offer_on)) for item in found] == [
        ("r2", "everything", "2026-09-01"),
        ("r1", "check_up", "2026-11-01"),
        ("r1", "contract", "2026-11-01"),
        ("r2", "check_up", "2026-11-01"),
    ]
    assert (found[0].refusal_id, found[0].household_id) == (one.id, "h1")
    assert said(found[0].reasons) == [
        "2026年6月1日 不愿意任何服务，到 2026年9月1日 满了约好的日子，再问一次。"
    ]
    assert said(found[1].reasons)[0].startswith("2026年8月1日 不愿意健康体检，")
