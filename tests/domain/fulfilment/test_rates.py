"""履约率 A and B: contracts.md §3.2 (what stays below the line), §4 (services by person), §6 (the formulas)."""

from dataclasses import replace
from fractions import Fraction

import pytest

from tests.domain.duties.people import (
    BASIC,
    PRESSURE,
    away,
    condition,
    contact,
    contract,
    d,
    follow_up,
    glucose,
    matched_of,
    person,
    pressure,
    referral,
    refusal,
    resident,
    signed,
)
from village_doctor.domain.contracts import Contract
from village_doctor.domain.fulfilment.matching import MatchedDuty
from village_doctor.domain.fulfilment.rates import (
    ContractRate,
    contract_rate,
    fulfilments,
    rate_of,
    rates_by_contract,
    rates_by_package,
    rates_by_staff,
    services_by_staff,
)
from village_doctor.domain.given import Education, Service
from village_doctor.domain.medications import Medication
from village_doctor.domain.person_facts import PersonFacts
from village_doctor.domain.referrals import ReferralInquiry

FOLLOW_UPS = replace(PRESSURE, items=PRESSURE.items[:1])


def deal(starts: str = "2026-01-01", record_id: str = "k1", **changes: object) -> Contract:
    """Four follow-ups a year and nothing else."""
    return replace(contract(starts, packages=(BASIC, FOLLOW_UPS), record_id=record_id), **changes)  # type: ignore[arg-type]


def member(
    *records: object, starts: str = "2026-01-01", contract_id: str = "k1", who: str = "r1", **changes: object
) -> PersonFacts:
    signed_member = signed(deal(starts, contract_id, **changes), packages=("hypertension",), resident_id=who)
    return person(signed_member, *records, who=resident(record_id=who))


# --- rate A ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("visits_on", "on", "due", "done", "ahead", "rate"),
    [
        ([], "2026-03-30", 0, 0, 0, None),
        ([], "2026-03-31", 1, 0, 0, Fraction(0)),
        (["2026-02-01"], "2026-03-30", 0, 0, 1, None),
        (["2026-02-01"], "2026-03-31", 1, 1, 0, Fraction(1)),
        (["2026-02-01", "2026-02-15"], "2026-06-30", 2, 1, 0, Fraction(1, 2)),
        (["2026-02-01", "2026-07-01"], "2026-07-15", 2, 1, 1, Fraction(1, 2)),
        (["2026-02-01", "2026-04-01", "2026-07-01", "2026-10-01"], "2026-12-31", 4, 4, 0, Fraction(1)),
    ],
)
def test_rate_a_is_items_done_of_items_due_so_far(
    visits_on: list[str], on: str, due: int, done: int, ahead: int, rate: Fraction | None
) -> None:
    matched = matched_of(member(*(follow_up(day) for day in visits_on)), on)
    (figure,) = fulfilments(matched, d(on))
    assert (figure.contract_id, figure.resident_id) == ("k1", "r1")
    assert (figure.due, figure.done, figure.ahead, figure.rate) == (due, done, ahead, rate)
    whole = rate_of(matched, d(on))
    assert (whole.due, whole.done, whole.ahead, whole.rate) == (due, done, ahead, rate)


def test_the_next_promise_that_waits() -> None:
    (figure,) = fulfilments(matched_of(member(follow_up("2026-10-05")), "2026-10-10"), d("2026-10-10"))
    assert figure.next_due_on is None
    (figure,) = fulfilments(matched_of(member(), "2026-10-10"), d("2026-10-10"))
    assert figure.next_due_on == d("2026-12-31")
    (figure,) = fulfilments(matched_of(member(), "2026-12-31"), d("2026-12-31"))
    assert figure.next_due_on is None


def test_rates_are_kept_apart_by_contract_and_leave_the_norm_out() -> None:
    facts = person(
        condition(),
        signed(deal("2025-01-01", "k0"), packages=("hypertension",)),
        signed(deal(), packages=("hypertension",)),
        follow_up("2025-02-01"),
    )
    figures = fulfilments(matched_of(facts, "2026-11-22"), d("2026-11-22"))
    assert [(one.contract_id, one.due, one.done) for one in figures] == [("k0", 4, 1), ("k1", 3, 0)]


def test_members_are_in_order_of_contract_and_resident() -> None:
    matched = [
        one
        for facts in (member(who="r2"), member(), member(contract_id="k0", who="r3"))
        for one in matched_of(facts, "2026-11-22")
    ]
    figures = fulfilments(matched, d("2026-11-22"))
    assert [(one.contract_id, one.resident_id) for one in figures] == [
        ("k0", "r3"),
        ("k1", "r1"),
        ("k1", "r2"),
    ]


# --- what stays below the line ------------------------------------------------------------------------------------------

BELOW_THE_LINE: list[tuple[str, list[object], int, tuple[tuple[str, int], ...]]] = [
    ("nothing happened", [], 3, ()),
    ("nobody was at home", [contact("2026-02-01", "home", "not_at_home")], 3, (("not_at_home", 1),)),
    (
        "not at home, then refused",
        [contact("2026-02-01", "home", "not_at_home"), contact("2026-05-01", "home", "refused")],
        3,
        (("not_at_home", 1), ("refused", 1)),
    ),
    ("refused for three months", [refusal("follow_up:hypertension", "2026-06-15")], 3, (("refused", 1),)),
    ("away for a while", [away("2026-06-15", "2026-07-15")], 3, (("away", 1),)),
    ("away now", [away("2026-09-15")], 3, (("away", 1),)),
    ("an attempt and then done", [contact("2026-02-01", "home", "refused"), follow_up("2026-03-01")], 3, ()),
]


@pytest.mark.parametrize(
    ("records", "due", "not_done"),
    [row[1:] for row in BELOW_THE_LINE],
    ids=[row[0] for row in BELOW_THE_LINE],
)
def test_what_was_not_done_stays_below_the_line_and_beside_the_rate(
    records: list[object], due: int, not_done: tuple[tuple[str, int], ...]
) -> None:
    (figure,) = fulfilments(matched_of(member(*records), "2026-10-10"), d("2026-10-10"))
    assert (figure.due, figure.not_done) == (due, not_done)


@pytest.mark.parametrize(
    ("records", "who", "due"),
    [
        ((), resident(died_on="2026-06-30"), 1),
        ((), resident(died_on="2026-07-01"), 2),
        ((), resident(moved_out_on="2026-06-30"), 1),
        ((away("2025-12-31"),), resident(), 1),
        ((away("2026-01-01"),), resident(), 2),
    ],
    ids=["died on the last day", "died the day after", "moved out", "six months away", "a day less"],
)
def test_only_the_dead_the_moved_and_the_long_away_leave(
    records: tuple[object, ...], who: object, due: int
) -> None:
    facts = replace(member(*records), resident=who)  # type: ignore[arg-type]
    (figure,) = fulfilments(matched_of(facts, "2026-07-10"), d("2026-07-10"))
    assert figure.due == due


# --- by contract, package, staff ----------------------------------------------------------------------------------------


def everything(*people: PersonFacts, on: str = "2026-11-22") -> list[MatchedDuty]:
    return [one for facts in people for one in matched_of(facts, on)]


def test_a_contract_counts_all_its_members() -> None:
    matched = everything(
        member(follow_up("2026-02-01")), member(who="r2"), member(contract_id="k2", who="r3")
    )
    rates = rates_by_contract(matched, d("2026-11-22"))
    assert [(key, rate.done, rate.due) for key, rate in rates.items()] == [("k1", 1, 6), ("k2", 0, 3)]
    assert rates["k1"].rate == Fraction(1, 6)


def test_a_package_is_the_first_part_of_the_items_name() -> None:
    facts = person(signed(contract("2025-01-01")), follow_up("2025-02-01"))
    rates = rates_by_package(everything(facts), d("2026-11-22"))
    assert list(rates) == sorted(
        {one.duty.item.partition(".")[0] for one in everything(facts) if one.duty.contract_id}
    )
    assert (rates["hypertension"].done, sum(rate.done for rate in rates.values())) == (1, 1)


def test_by_who_answers_for_the_contract() -> None:
    matched = everything(
        member(follow_up("2026-02-01"), village_doctor_id="s1", provider_staff_id="s2"),
        member(contract_id="k2", who="r2", provider_staff_id="s2"),
        member(contract_id="k3", who="r3"),
    )
    contracts = {
        "k1": deal(village_doctor_id="s1", provider_staff_id="s2"),
        "k2": deal(record_id="k2", provider_staff_id="s2"),
        "k3": deal(record_id="k3"),
    }
    rates = rates_by_staff(matched, contracts, d("2026-11-22"))
    assert [(key, rate.done, rate.due) for key, rate in rates.items()] == [("s1", 1, 3), ("s2", 0, 3)]
    assert rates_by_staff(matched, {}, d("2026-11-22")) == {}


def test_norm_duties_have_no_rate() -> None:
    matched = everything(person(condition()))
    assert matched
    assert rates_by_contract(matched, d("2026-11-22")) == {}
    assert rates_by_package(matched, d("2026-11-22")) == {}
    assert rate_of(matched, d("2026-11-22")).rate is None


# --- rate B ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("first", "second", "expected", "rate"),
    [
        ([], [], ContractRate(contracts=2, fulfilled=0, waiting=0), Fraction(0)),
        (["2026-02-01"], [], ContractRate(contracts=2, fulfilled=1, waiting=0), Fraction(1, 2)),
        (["2026-02-01"], ["2026-03-31"], ContractRate(contracts=2, fulfilled=2, waiting=0), Fraction(1)),
    ],
)
def test_rate_b_is_contracts_with_all_due_items_done(
    first: list[str], second: list[str], expected: ContractRate, rate: Fraction
) -> None:
    matched = everything(
        member(*(follow_up(day) for day in first)),
        member(*(follow_up(day) for day in second), contract_id="k2", who="r2"),
        on="2026-05-01",
    )
    assert contract_rate(matched, d("2026-05-01")) == expected
    assert expected.rate == rate


def test_one_member_not_served_and_the_contract_is_not_fulfilled() -> None:
    matched = everything(member(follow_up("2026-02-01")), member(who="r2"), on="2026-05-01")
    assert contract_rate(matched, d("2026-05-01")) == ContractRate(contracts=1, fulfilled=0, waiting=0)


def test_a_contract_with_nothing_due_yet_is_counted_apart() -> None:
    matched = everything(member(starts="2026-10-01"), on="2026-11-22")
    figure = contract_rate(matched, d("2026-11-22"))
    assert (figure, figure.rate) == (ContractRate(contracts=0, fulfilled=0, waiting=1), None)
    assert contract_rate([], d("2026-11-22")).rate is None


# --- who did it --------------------------------------------------------------------------------------------------------


def test_services_are_counted_for_whoever_did_them() -> None:
    facts = member(
        condition(),
        follow_up("2026-02-01"),
        replace(follow_up("2026-05-01"), staff_id="s2"),
        follow_up("2026-07-01"),
    )
    matched = everything(facts)
    assert services_by_staff([facts], matched, d("2026-01-01"), d("2026-12-31")) == {"s1": 2, "s2": 1}
    assert services_by_staff([facts], matched, d("2026-02-01"), d("2026-05-01")) == {"s1": 1, "s2": 1}
    assert services_by_staff([facts], matched, d("2026-02-02"), d("2026-04-30")) == {}
    assert services_by_staff([facts], [], d("2026-01-01"), d("2026-12-31")) == {}


def matched_by(kind: str, record_id: str, day: str) -> MatchedDuty:
    (one, *_) = matched_of(member(), "2026-11-22")
    return replace(one, state="done", done_on=d(day), evidence=(kind, record_id))


VISIT = replace(follow_up("2026-02-01"), id="v0", staff_id="s3")
BY_KIND: list[tuple[str, object, str, str | None]] = [
    ("visit", VISIT, "v0", "s3"),
    (
        "service",
        Service(id="x", resident_id="r1", code="c", served_on=d("2026-02-01"), staff_id="s3"),
        "x",
        "s3",
    ),
    ("education", Education(id="x", given_on=d("2026-02-01"), mode="talk", staff_id="s3"), "x", "s3"),
    (
        "medication",
        Medication(id="x", resident_id="r1", drug="某药", issued_on=d("2026-02-01"), staff_id="s3"),
        "x",
        "s3",
    ),
    ("reading", replace(pressure("2026-02-01"), id="x", staff_id="s3"), "x", "s3"),
    (
        "referral",
        replace(
            referral("2026-01-20", record_id="x"),
            inquiries=(ReferralInquiry(asked_on=d("2026-02-01"), state="arrived", staff_id="s3"),),
        ),
        "x",
        "s3",
    ),
    ("reading", replace(pressure("2026-02-01"), id="x"), "x", None),
]


@pytest.mark.parametrize(("kind", "record", "record_id", "staff"), BY_KIND)
def test_every_kind_of_evidence_knows_who_did_it(
    kind: str, record: object, record_id: str, staff: str | None
) -> None:
    matched = [matched_by(kind, record_id, "2026-02-01")]
    counted = services_by_staff([person(record)], matched, d("2026-01-01"), d("2026-12-31"))
    assert counted == ({} if staff is None else {staff: 1})


def test_one_visit_with_its_readings_is_one_service() -> None:
    facts = person(
        VISIT,
        replace(pressure("2026-02-01", visit=VISIT), id="m1", staff_id="s3"),
        replace(glucose("2026-02-01", visit=VISIT), id="m2", staff_id="s3"),
    )
    matched = [matched_by("visit", "v0", "2026-02-01")] + [
        matched_by("reading", name, "2026-02-01") for name in ("m1", "m2")
    ]
    assert services_by_staff([facts], matched, d("2026-01-01"), d("2026-12-31")) == {"s3": 1}


def test_a_talk_to_two_people_is_one_service_and_two_askings_are_two() -> None:
    talk = Education(id="x", given_on=d("2026-02-01"), mode="talk", staff_id="s3")
    matched = [matched_by("education", "x", "2026-02-01")]
    people = [person(talk), person(talk, who=resident(record_id="r2"))]
    assert services_by_staff(people, matched, d("2026-01-01"), d("2026-12-31")) == {"s3": 1}
    asked = replace(
        referral("2026-01-20"),
        inquiries=tuple(
            ReferralInquiry(asked_on=d(day), state="not_arrived", staff_id="s3")
            for day in ("2026-02-01", "2026-02-08")
        ),
    )
    both = [matched_by("referral", "f1", day) for day in ("2026-02-01", "2026-02-08")]
    assert services_by_staff([person(asked)], both, d("2026-01-01"), d("2026-12-31")) == {"s3": 2}
