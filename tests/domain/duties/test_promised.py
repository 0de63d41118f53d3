"""What contracts promise: every frequency, every boundary, merging and changes (contracts.md §3.2, §3.3 b)."""

import random
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.domain.duties import people
from tests.domain.duties.people import (
    BASIC,
    PRESSURE,
    RULES,
    away,
    condition,
    contract,
    d,
    follow_up,
    person,
    referral,
    resident,
    rules_from,
    signed,
)
from tests.domain.duties.records import VILLAGE_DAYS, facts_with
from village_doctor.domain.decisions import Decision
from village_doctor.domain.duties.duty import Duty
from village_doctor.domain.duties.expanding import expand
from village_doctor.domain.duties.promised import member_term, merged_items, unexpanded_items
from village_doctor.domain.duties.reasons import say, source_of
from village_doctor.domain.fulfilment.matching import MatchedDuty
from village_doctor.domain.packages import ServiceItem, ServicePackage
from village_doctor.domain.people import Condition, Resident
from village_doctor.domain.person_facts import PersonFacts, SignedMember
from village_doctor.domain.visits import Conclusion, Visit

VOIDED = datetime(2026, 1, 1, tzinfo=UTC)
FOLLOW_UP = "hypertension.follow_up"


def duties_of(
    facts: PersonFacts, on: str, item: str | None = None, counting: str | None = None
) -> list[Duty]:
    """What contracts promise, without the norm's duties."""
    return [duty for duty in people.duties_of(facts, on, item, counting) if duty.source == "contract"]


def matched_of(facts: PersonFacts, on: str, item: str | None = None) -> list[MatchedDuty]:
    return [one for one in people.matched_of(facts, on, item) if one.duty.source == "contract"]


def spans(duties: list[Duty]) -> list[str]:
    return [str(duty.span_from) for duty in duties]


def dates(duties: list[Duty]) -> list[tuple[str, str]]:
    return [(str(duty.span_from), str(duty.span_until)) for duty in duties]


def item(
    code: str = "x", name: str = "做一次", *, frequency: str = "per_year", **given: object
) -> ServiceItem:
    given.setdefault("proof", "visit")
    return ServiceItem(code=code, name=name, frequency=frequency, **given)  # type: ignore[arg-type]


def package(*items: ServiceItem, code: str = "extra", group: str | None = None) -> ServicePackage:
    kind = "basic" if code == "basic" else "personal"
    return ServicePackage(code=code, name=f"{code}包", version=1, kind=kind, group=group, items=items)


def promised(
    *items: ServiceItem,
    starts: str = "2026-01-01",
    years: int = 1,
    from_on: str | None = None,
    until: str | None = None,
) -> SignedMember:
    """A contract with one package of these items."""
    return signed(
        contract(starts, years, packages=(package(*items),)),
        packages=("extra",),
        from_on=from_on,
        until=until,
    )


def rows(
    *members: tuple[tuple[str, ...], str | None, str | None], packages: tuple[ServicePackage, ...]
) -> list[SignedMember]:
    """Rows of one member in one contract: packages, first day, last day."""
    deal = contract("2026-01-01", packages=packages)
    made = [signed(deal, packages=codes, from_on=first, until=last) for codes, first, last in members]
    return [replace(one, member=replace(one.member, id=f"m{number}")) for number, one in enumerate(made)]


# --- n a year, spread over the contract year ---------------------------------------------------------------------------

PROMISES: list[tuple[str, PersonFacts, list[tuple[str, str]]]] = [
    (
        "four a year from 1 January are the quarters",
        person(signed(contract("2026-01-01"))),
        [
            ("2026-01-01", "2026-03-31"),
            ("2026-04-01", "2026-06-30"),
            ("2026-07-01", "2026-09-30"),
            ("2026-10-01", "2026-12-31"),
        ],
    ),
    (
        "a year from 29 February 2024 ends on 28 February 2025",
        person(signed(contract("2024-02-29"))),
        [
            ("2024-02-29", "2024-05-28"),
            ("2024-05-29", "2024-08-28"),
            ("2024-08-29", "2024-11-28"),
            ("2024-11-29", "2025-02-28"),
        ],
    ),
    (
        "a member who joins later is owed the running span",
        person(signed(contract("2026-01-01"), from_on="2026-08-20")),
        [("2026-08-20", "2026-09-30"), ("2026-10-01", "2026-12-31")],
    ),
    (
        "a member who left is not owed the span she left in",
        person(signed(contract("2026-01-01"), until="2026-08-20")),
        [("2026-01-01", "2026-03-31"), ("2026-04-01", "2026-06-30")],
    ),
    (
        "left on the span's last day: owed",
        person(signed(contract("2026-01-01"), until="2026-06-30")),
        [("2026-01-01", "2026-03-31"), ("2026-04-01", "2026-06-30")],
    ),
    (
        "a member for the span's last day only",
        person(signed(contract("2026-01-01"), from_on="2026-03-31", until="2026-03-31")),
        [("2026-03-31", "2026-03-31")],
    ),
    (
        "terminated from 1 July: two spans were owed",
        person(signed(contract("2026-01-01", state="terminated", terminated_on="2026-07-01"))),
        [("2026-01-01", "2026-03-31"), ("2026-04-01", "2026-06-30")],
    ),
    (
        "terminated from 30 June: only one",
        person(signed(contract("2026-01-01", state="terminated", terminated_on="2026-06-30"))),
        [("2026-01-01", "2026-03-31")],
    ),
    (
        "terminated, but served inside the cut span",
        person(
            signed(contract("2026-01-01", state="terminated", terminated_on="2026-05-01")),
            follow_up("2026-04-10"),
        ),
        [("2026-01-01", "2026-03-31"), ("2026-04-01", "2026-04-30")],
    ),
    (
        "terminated, served only on the day from which it binds no more",
        person(
            signed(contract("2026-01-01", state="terminated", terminated_on="2026-05-01")),
            follow_up("2026-05-01"),
        ),
        [("2026-01-01", "2026-03-31")],
    ),
    (
        "left on a span's first day, and served that day",
        person(signed(contract("2026-01-01"), until="2026-07-01"), follow_up("2026-07-01")),
        [("2026-01-01", "2026-03-31"), ("2026-04-01", "2026-06-30"), ("2026-07-01", "2026-07-01")],
    ),
    (
        "died in the third span",
        person(signed(contract("2026-01-01")), who=resident(died_on="2026-09-30")),
        [("2026-01-01", "2026-03-31"), ("2026-04-01", "2026-06-30")],
    ),
    (
        "six months away on 30 June",
        person(signed(contract("2026-01-01")), away("2025-12-30")),
        [("2026-01-01", "2026-03-31")],
    ),
    ("only the basic package", person(signed(contract("2026-01-01"), packages=("basic",))), []),
    ("a draft promises nothing", person(signed(contract("2026-01-01", state="draft"))), []),
    (
        "paper handed out promises nothing",
        person(signed(contract("2026-01-01", state="awaiting_signature"))),
        [],
    ),
    ("voided", person(signed(replace(contract("2026-01-01"), voided_at=VOIDED))), []),
    ("left before it began", person(signed(contract("2026-01-01"), until="2025-12-31")), []),
]


@pytest.mark.parametrize(
    ("facts", "expected"), [row[1:] for row in PROMISES], ids=[row[0] for row in PROMISES]
)
def test_promises_are_spread_over_the_contract_year(
    facts: PersonFacts, expected: list[tuple[str, str]]
) -> None:
    on = "2025-02-28" if expected and expected[0][0] < "2025" else "2026-12-31"
    duties = duties_of(facts, on, "hypertension.follow_up")
    assert [(str(duty.span_from), str(duty.span_until)) for duty in duties] == expected
    assert all(duty.due_on == duty.span_until and duty.source == "contract" for duty in duties)


def test_three_years_from_29_february_promise_twelve_times() -> None:
    duties = duties_of(person(signed(contract("2024-02-29", 3))), "2027-02-28", "hypertension.follow_up")
    assert len(duties) == 12
    assert str(duties[3].span_until) == "2025-02-28"
    assert str(duties[4].span_from) == "2025-03-01"
    assert str(duties[-1].span_until) == "2027-02-28"


def test_a_renewal_signed_early_promises_nothing_before_it_starts() -> None:
    old = contract("2026-01-01", record_id="k1")
    new = contract("2027-01-01", record_id="k2", signed_on="2026-11-15", renews_id="k1")
    facts = person(signed(old), signed(new))
    assert {duty.contract_id for duty in duties_of(facts, "2026-11-14")} == {"k1"}
    later = [duty for duty in duties_of(facts, "2026-11-22", FOLLOW_UP) if duty.contract_id == "k2"]
    assert spans(later) == ["2027-01-01"]


def test_a_contract_promises_from_the_day_it_is_signed() -> None:
    facts = person(signed(contract("2026-11-22")))
    assert spans(duties_of(facts, "2026-11-22", FOLLOW_UP)) == ["2026-11-22", "2027-02-22"]
    assert duties_of(facts, "2026-11-21") == []


def test_an_old_contract_is_history_while_it_touches_the_previous_assessment_year() -> None:
    old, older = (
        signed(contract("2024-01-02", record_id="old")),
        signed(contract("2023-12-31", record_id="older")),
    )
    for deals in ((old, older), (older, old)):
        assert {duty.contract_id for duty in duties_of(person(*deals), "2026-11-22")} == {"old"}


def test_the_promise_stands_as_signed() -> None:
    twice = replace(PRESSURE, items=(replace(PRESSURE.items[0], times=2),))
    facts = person(signed(contract("2026-01-01", packages=(BASIC, twice))))
    duties = duties_of(facts, "2026-12-31", FOLLOW_UP)
    assert spans(duties) == ["2026-01-01", "2026-07-01"]


def test_items_that_this_program_cannot_follow_are_named_not_expanded() -> None:
    package = replace(
        BASIC,
        items=(
            item("x", "按月服务", frequency="monthly"),
            item("y", "肺功能", frequency="per_year", times=1, proof="lung_function"),
            item("z", "按月服务", frequency="monthly"),
            item("w", "咨询", frequency="as_needed", proof="nothing"),
            item("v", "随访", times=1),
        ),
    )
    deal = signed(
        contract("2026-01-01", packages=(package, replace(PRESSURE, items=()))), packages=("basic",)
    )
    assert [one.name for one in unexpanded_items(deal.contract, deal.member)] == ["按月服务", "肺功能"]
    assert {duty.item for duty in duties_of(person(deal), "2026-12-31")} == {"basic.v"}


def test_a_key_is_made_of_contract_proof_and_span() -> None:
    keys = [duty.key for duty in duties_of(person(signed(contract("2026-01-01"))), "2026-12-31", FOLLOW_UP)]
    assert keys[1] == "r1/contract/k1/follow_up:hypertension/2026-04-01"
    lungs = item(times=1, while_ill=("tuberculosis", "copd"), proof="follow_up:copd")
    (duty,) = duties_of(person(promised(lungs), condition("copd")), "2026-12-31")
    assert duty.key == "r1/contract/k1/follow_up:copd+copd+tuberculosis/2026-01-01"


def test_the_duty_of_a_promise() -> None:
    facts = person(signed(contract("2026-01-01")))
    duty = duties_of(facts, "2026-11-22", FOLLOW_UP)[-1]
    assert (duty.resident_id, duty.household_id, duty.contract_id, duty.source) == (
        "r1",
        "h1",
        "k1",
        "contract",
    )
    assert (duty.name, duty.proof, duty.group, duty.is_along) == (
        "面对面随访",
        "follow_up:hypertension",
        None,
        False,
    )
    assert (duty.due_on, duty.latest_on, duty.is_asked) == (d("2026-12-31"), d("2026-12-31"), True)
    assert [say(one.code, one.values) for one in duty.reasons] == [
        "签约答应的“面对面随访”，一年 4 次，这是 2026年10月1日 到 2026年12月31日 的那一次。"
    ]


@pytest.mark.parametrize(("on", "asked"), [("2026-12-31", True), ("2027-01-01", False)])
def test_a_promise_is_asked_to_the_contracts_last_day(on: str, asked: bool) -> None:
    duty = duties_of(person(signed(contract("2026-01-01"))), on, FOLLOW_UP)[-1]
    assert duty.is_asked is asked


def test_who_left_is_asked_no_more() -> None:
    deal = signed(contract("2026-01-01"))
    gone = person(deal, who=resident(moved_out_on="2026-08-01"))
    assert [duty.is_asked for duty in duties_of(gone, "2026-08-01", FOLLOW_UP)] == [False, False]
    assert [duty.is_asked for duty in duties_of(gone, "2026-07-31", FOLLOW_UP)] == [True] * 4


@pytest.mark.parametrize(("counting", "first"), [("2026-06-30", "2026-04-01"), ("2026-07-01", "2026-07-01")])
def test_nothing_is_promised_for_a_span_before_counting(counting: str, first: str) -> None:
    facts = person(signed(contract("2026-01-01")))
    assert spans(duties_of(facts, "2026-12-31", FOLLOW_UP, counting))[0] == first


# --- at an interval ----------------------------------------------------------------------------------------------------

INTERVALS: list[tuple[str, SignedMember, list[tuple[str, str]]]] = [
    (
        "every 4 months from 31 January: from the start, without drifting",
        promised(item(frequency="interval", every=1, unit="months"), starts="2027-01-31", until="2027-05-30"),
        [
            ("2027-01-31", "2027-02-27"),
            ("2027-02-28", "2027-03-30"),
            ("2027-03-31", "2027-04-29"),
            ("2027-04-30", "2027-05-30"),
        ],
    ),
    (
        "from 29 February: the year ends on 28 February, the last span with it",
        promised(item(frequency="interval", every=6, unit="months"), starts="2024-02-29"),
        [("2024-02-29", "2024-08-28"), ("2024-08-29", "2025-02-27")],
    ),
    (
        "every 100 days: the fourth does not fit into the year and is not promised",
        promised(item(frequency="interval", every=100, unit="days")),
        [("2026-01-01", "2026-04-10"), ("2026-04-11", "2026-07-19"), ("2026-07-20", "2026-10-27")],
    ),
    (
        "every 13 weeks: four and a day",
        promised(item(frequency="interval", every=13, unit="weeks")),
        [
            ("2026-01-01", "2026-04-01"),
            ("2026-04-02", "2026-07-01"),
            ("2026-07-02", "2026-09-30"),
            ("2026-10-01", "2026-12-30"),
        ],
    ),
    (
        "every 365 days in a common year: the whole of it",
        promised(item(frequency="interval", every=365, unit="days")),
        [("2026-01-01", "2026-12-31")],
    ),
    ("every 366 days: never", promised(item(frequency="interval", every=366, unit="days")), []),
    (
        "who joins is owed the running span",
        promised(item(frequency="interval", every=6, unit="months"), from_on="2026-06-30"),
        [("2026-06-30", "2026-06-30"), ("2026-07-01", "2026-12-31")],
    ),
]


@pytest.mark.parametrize(
    ("deal", "expected"), [row[1:] for row in INTERVALS], ids=[row[0] for row in INTERVALS]
)
def test_fixed_spans_from_the_first_day_of_the_contract(
    deal: SignedMember, expected: list[tuple[str, str]]
) -> None:
    duties = duties_of(person(deal), str(deal.contract.ends_on), "extra.x")
    assert dates(duties) == expected
    assert all(duty.due_on == duty.span_until for duty in duties)


def test_a_span_that_begins_on_the_contracts_last_day_is_owed_only_if_served() -> None:
    deal = promised(item(frequency="interval", every=26, unit="weeks", proof="follow_up:hypertension"))
    assert dates(duties_of(person(deal), "2026-12-31"))[2:] == []
    served = person(deal, follow_up("2026-12-31"))
    assert dates(duties_of(served, "2026-12-31"))[2:] == [("2026-12-31", "2026-12-31")]


def test_a_service_never_moves_the_spans_of_an_interval() -> None:
    deal = promised(item(frequency="interval", every=2, unit="months", proof="follow_up:hypertension"))
    served = person(deal, follow_up("2026-02-28"), follow_up("2026-03-01"))
    assert dates(duties_of(served, "2026-12-31")) == dates(duties_of(person(deal), "2026-12-31"))
    assert [one.state for one in matched_of(served, "2026-12-30")][:3] == ["done", "done", "overdue"]


# --- by age ------------------------------------------------------------------------------------------------------------

AGES: list[tuple[str, str, str, list[tuple[str, str]]]] = [
    # born, age, contract of 2026: the days
    ("on day 28", "2026-03-01", "28 days", [("2026-03-29", "2026-03-29")]),
    ("from day 28 to day 30", "2026-03-01", "28-30 days", [("2026-03-29", "2026-03-31")]),
    ("while 3 months old", "2026-03-15", "3 months", [("2026-06-15", "2026-07-14")]),
    ("3 months after 30 November", "2025-11-30", "3 months", [("2026-02-28", "2026-03-29")]),
    ("while 12 to 14 months old", "2025-03-15", "12-14 months", [("2026-03-15", "2026-06-14")]),
    ("four on the contract's first day", "2022-01-01", "4 years", [("2026-01-01", "2026-12-31")]),
    ("four on the day before", "2021-12-31", "4 years", []),
    ("the window ends with the contract", "2026-11-01", "1 months", [("2026-12-01", "2026-12-31")]),
    ("the window ends a day after it", "2026-11-02", "1 months", []),
    (
        "reached on the contract's last day, for that day",
        "2026-12-03",
        "28 days",
        [("2026-12-31", "2026-12-31")],
    ),
    ("reached the day after", "2026-12-04", "28 days", []),
    ("born on 29 February, one on 1 March 2025", "2024-02-29", "2 years", []),
]


@pytest.mark.parametrize(("born", "age", "expected"), [row[1:] for row in AGES], ids=[row[0] for row in AGES])
def test_promised_at_an_age_that_is_reached_inside_the_contract(
    born: str, age: str, expected: list[tuple[str, str]]
) -> None:
    deal = promised(item(frequency="by_age", ages=(age,)))
    duties = duties_of(person(deal, who=resident(born)), "2026-12-31")
    assert dates(duties) == expected
    assert all((duty.due_on, duty.latest_on) == (duty.span_until, duty.span_until) for duty in duties)


def test_who_was_born_on_29_february_is_a_year_older_on_1_march() -> None:
    deal = promised(item(frequency="by_age", ages=("1 years",)), starts="2025-03-01", years=1)
    duties = duties_of(person(deal, who=resident("2024-02-29")), "2026-02-28")
    assert dates(duties) == [("2025-03-01", "2026-02-28")]


def test_an_age_whose_window_the_contract_cuts_is_owed_only_if_served() -> None:
    deal = promised(item(frequency="by_age", ages=("4 years",), proof="follow_up:hypertension"))
    child = resident("2022-12-31")
    assert not duties_of(person(deal, who=child), "2026-12-31")
    served = person(deal, follow_up("2026-12-31"), who=child)
    assert dates(duties_of(served, "2026-12-31")) == [("2026-12-31", "2026-12-31")]


def test_several_ages_each_once() -> None:
    deal = promised(item(frequency="by_age", ages=("3 months", "6 months", "8 months")))
    duties = duties_of(person(deal, who=resident("2026-01-10")), "2026-12-31")
    assert spans(duties) == ["2026-04-10", "2026-07-10", "2026-09-10"]
    assert duties[0].key == "r1/contract/k1/extra.x/2026-04-10"


# --- by event ----------------------------------------------------------------------------------------------------------


def after(event: str, within: int = 14, **given: object) -> SignedMember:
    return promised(item(frequency="by_event", event=event, within_days=within, **given))  # type: ignore[arg-type]


AFTER_BAD = after("not_controlled:hypertension", proof="follow_up:hypertension")


@pytest.mark.parametrize(
    ("result", "owed"),
    [
        ("controlled", False),
        ("stable", False),
        ("stable_low_risk", False),
        ("stable_high_risk", False),
        (None, False),
        ("uncontrolled", True),
        ("adverse_reaction", True),
        ("complication", True),
        ("unstable", True),
        ("acute_exacerbation", True),
        ("basically_stable", True),
    ],
)
def test_after_every_class_but_the_settled_ones(result: str | None, owed: bool) -> None:
    duties = duties_of(person(AFTER_BAD, follow_up("2026-11-08", result)), "2026-11-10")
    assert dates(duties) == ([("2026-11-09", "2026-11-22")] if owed else [])


def bad_until(limit: str | None, hour: int = 9) -> Visit:
    """Not controlled on 8 November; `limit`: the last day that the rule gave for the return."""
    decision = None
    if limit is not None:
        decision = Decision(
            control_result="basically_stable", actions=(), reasons=(), next_on=None, limit_on=d(limit)
        )
    return follow_up("2026-11-08", "basically_stable", decision=decision, hour=hour)


@pytest.mark.parametrize(
    ("limit", "until"),
    [
        (None, "2026-11-22"),
        ("2026-11-15", "2026-11-22"),
        ("2026-11-23", "2026-11-23"),
        ("2026-12-08", "2026-12-08"),
        ("2027-01-08", None),
    ],
    ids=["no rule", "sooner", "a day longer", "a month", "after the contract"],
)
def test_a_longer_time_that_the_norm_gives_is_the_promises_too(limit: str | None, until: str | None) -> None:
    """contracts §3.2: two weeks, one or three months, as the class says (norms-other-groups §3.2)."""
    duties = duties_of(person(AFTER_BAD, bad_until(limit)), "2026-11-10")
    assert dates(duties) == ([("2026-11-09", until)] if until else [])


def test_of_two_visits_on_one_day_the_sooner_return_is_promised() -> None:
    late, soon = bad_until("2026-12-08", 8), bad_until("2026-11-22", 10)
    for records in ((late, soon), (soon, late)):
        assert dates(duties_of(person(AFTER_BAD, *records), "2026-11-10")) == [("2026-11-09", "2026-11-22")]


EVENT_DAYS = [
    # day of the visit, owed until
    ("the day before the contract", "2025-12-31", None),
    ("its first day", "2026-01-01", "2026-01-15"),
    ("14 days before its end", "2026-12-17", "2026-12-31"),
    ("13 days before its end", "2026-12-18", None),
    ("its last day", "2026-12-31", None),
]


@pytest.mark.parametrize(
    ("day", "until"), [row[1:] for row in EVENT_DAYS], ids=[row[0] for row in EVENT_DAYS]
)
def test_what_happened_and_its_days_lie_inside_the_contract(day: str, until: str | None) -> None:
    duties = duties_of(person(AFTER_BAD, follow_up(day, "uncontrolled")), "2026-12-31")
    assert [str(duty.due_on) for duty in duties] == ([until] if until else [])


def test_within_14_days_and_not_by_the_same_visit() -> None:
    bad = follow_up("2026-11-08", "uncontrolled")
    states = {
        day: matched_of(person(AFTER_BAD, bad, follow_up(day)), "2026-12-01")[0].state
        for day in ("2026-11-08", "2026-11-09", "2026-11-22", "2026-11-23")
    }
    assert states == {
        "2026-11-08": "overdue",
        "2026-11-09": "done",
        "2026-11-22": "done",
        "2026-11-23": "overdue",
    }


def test_two_on_one_day_are_one_event_and_another_disease_is_none() -> None:
    bad = [follow_up("2026-11-08", "uncontrolled"), follow_up("2026-11-08", "complication")]
    (duty,) = duties_of(person(AFTER_BAD, *bad), "2026-11-10")
    assert duty.key == "r1/contract/k1/extra.x:2026-11-08/2026-11-09"
    later = follow_up("2026-11-10", "uncontrolled")
    assert spans(duties_of(person(AFTER_BAD, *bad, later), "2026-11-10")) == ["2026-11-09", "2026-11-11"]
    other = follow_up("2026-11-08", "uncontrolled", disease="diabetes")
    assert not duties_of(person(AFTER_BAD, other), "2026-11-10")


def test_a_form_of_several_diseases_speaks_for_each() -> None:
    both = replace(
        follow_up("2026-11-08", "uncontrolled"),
        diseases=("hypertension", "diabetes"),
        proves=("follow_up:hypertension", "follow_up:diabetes"),
        conclusions=(
            Conclusion(disease="hypertension", control_result="controlled"),
            Conclusion(disease="diabetes", control_result="uncontrolled"),
        ),
    )
    assert not duties_of(person(AFTER_BAD, both), "2026-11-10")
    sweet = after("not_controlled:diabetes", proof="follow_up:diabetes")
    assert len(duties_of(person(sweet, both), "2026-11-10")) == 1


def test_each_referral_is_asked_about() -> None:
    deal = after("referral", proof="referral_outcome")
    asked = referral("2026-11-01", state="arrived", asked=(("2026-11-08", "arrived"),), record_id="f1")
    open_one = referral("2026-11-01", record_id="f2")
    facts = person(deal, asked, open_one)
    matched = matched_of(facts, "2026-11-10")
    assert [(one.duty.proof, one.state) for one in matched] == [
        ("referral_outcome:f1", "done"),
        ("referral_outcome:f2", "planned"),
    ]
    assert {str(one.duty.span_from) for one in matched} == {"2026-11-02"}
    assert len({one.duty.key for one in matched}) == 2


def test_a_referral_of_another_disease_or_voided_or_of_tomorrow_is_no_event() -> None:
    deal = after("referral:hypertension", proof="referral_outcome")
    slip = referral("2026-11-01")

    def found(one: object) -> int:
        return len(duties_of(person(deal, one), "2026-11-10"))

    assert found(replace(slip, disease="hypertension")) == 1
    assert found(replace(slip, disease="diabetes")) == 0
    assert found(slip) == 0
    assert found(replace(slip, disease="hypertension", voided_at=VOIDED)) == 0
    assert found(replace(slip, disease="hypertension", issued_on=d("2026-11-10"))) == 1
    assert found(replace(slip, disease="hypertension", issued_on=d("2026-11-11"))) == 0


DIAGNOSES: list[tuple[str, Condition, list[tuple[str, str]]]] = [
    (
        "notified",
        replace(condition("tuberculosis", "2026"), notified_on=d("2026-05-04")),
        [("2026-05-04", "2026-05-07")],
    ),
    ("known to the day", condition("tuberculosis", "2026-05-02"), [("2026-05-02", "2026-05-05")]),
    ("known to the month only", condition("tuberculosis", "2026-05"), []),
    ("not known at all", condition("tuberculosis", None), []),
    ("not confirmed", condition("tuberculosis", "2026-05-02", confirmed=False), []),
    ("voided", replace(condition("tuberculosis", "2026-05-02"), voided_at=VOIDED), []),
    ("another disease", condition("copd", "2026-05-02"), []),
    ("told tomorrow", replace(condition("tuberculosis", "2026"), notified_on=d("2026-12-02")), []),
]


@pytest.mark.parametrize(
    ("ill", "expected"), [row[1:] for row in DIAGNOSES], ids=[row[0] for row in DIAGNOSES]
)
def test_within_three_days_after_the_diagnosis(ill: Condition, expected: list[tuple[str, str]]) -> None:
    deal = after("diagnosis:tuberculosis", 3, proof="visit")
    duties = duties_of(person(deal, ill), "2026-12-01")
    assert dates(duties) == expected
    assert [duty.key for duty in duties] == [f"r1/contract/k1/extra.x:{day}/{day}" for day, _ in expected]


def mother(**days: str) -> Resident:
    return replace(resident("1996-03-01"), **{name: d(day) for name, day in days.items()})  # type: ignore[arg-type]


def test_after_a_delivery_and_after_the_discharge() -> None:
    who = mother(delivered_on="2026-05-01", discharged_on="2026-05-04")
    late = after("delivery", 56, after_days=42)
    (duty,) = duties_of(person(late, who=who), "2026-12-01")
    assert dates([duty]) == [("2026-06-12", "2026-06-26")]
    assert duty.key == "r1/contract/k1/extra.x:2026-05-01/2026-06-12"
    (duty,) = duties_of(person(after("discharge", 7), who=who), "2026-12-01")
    assert dates([duty]) == [("2026-05-04", "2026-05-11")]
    assert duty.key == "r1/contract/k1/extra.x:2026-05-04/2026-05-04"
    assert not duties_of(person(late, who=who), "2026-04-30")
    assert not duties_of(person(late, after("discharge", 7), who=mother()), "2026-12-01")


def test_what_happens_on_the_contracts_last_day_is_owed_only_if_served_that_day() -> None:
    deal, who = after("discharge", 7, proof="follow_up:hypertension"), mother(discharged_on="2026-12-31")
    assert not duties_of(person(deal, who=who), "2026-12-31")
    served = person(deal, follow_up("2026-12-31"), who=who)
    assert dates(duties_of(served, "2026-12-31")) == [("2026-12-31", "2026-12-31")]


def test_what_begins_after_the_contract_is_not_promised() -> None:
    deal = after("delivery", 56, after_days=42)
    assert not duties_of(person(deal, who=mother(delivered_on="2026-11-20")), "2026-12-31")


WEEKS = ("0-12 weeks", "16-20 weeks")
PREGNANCIES: list[tuple[str, Resident, str, list[tuple[str, str]]]] = [
    (
        "by the last menstruation",
        mother(last_menstruation_on="2026-02-02"),
        "2026-12-31",
        [("2026-02-02", "2026-05-03"), ("2026-05-25", "2026-06-28")],
    ),
    (
        "by the expected day, 280 days before it",
        mother(expected_delivery_on="2026-11-09"),
        "2026-12-31",
        [("2026-02-02", "2026-05-03"), ("2026-05-25", "2026-06-28")],
    ),
    ("not known before it began", mother(last_menstruation_on="2026-02-02"), "2026-02-01", []),
    (
        "signed on the last day of the window: owed that day",
        mother(last_menstruation_on="2025-10-03"),
        "2026-12-31",
        [("2026-01-01", "2026-01-01"), ("2026-01-23", "2026-02-26")],
    ),
    (
        "signed a day later: not that one",
        mother(last_menstruation_on="2025-10-02"),
        "2026-12-31",
        [("2026-01-22", "2026-02-25")],
    ),
    (
        "delivered inside a window, not seen in it: not owed",
        mother(last_menstruation_on="2026-02-02", delivered_on="2026-06-27"),
        "2026-12-31",
        [("2026-02-02", "2026-05-03")],
    ),
    (
        "delivered on its last day: owed",
        mother(last_menstruation_on="2026-02-02", delivered_on="2026-06-28"),
        "2026-12-31",
        [("2026-02-02", "2026-05-03"), ("2026-05-25", "2026-06-28")],
    ),
    (
        "a delivery before it belongs to an earlier pregnancy",
        mother(last_menstruation_on="2026-02-02", delivered_on="2026-02-01"),
        "2026-12-31",
        [("2026-02-02", "2026-05-03"), ("2026-05-25", "2026-06-28")],
    ),
    ("nothing known", mother(), "2026-12-31", []),
]


@pytest.mark.parametrize(
    ("who", "on", "expected"), [row[1:] for row in PREGNANCIES], ids=[row[0] for row in PREGNANCIES]
)
def test_the_weeks_of_a_pregnancy(who: Resident, on: str, expected: list[tuple[str, str]]) -> None:
    deal = promised(item(frequency="by_event", event="pregnancy", weeks=WEEKS))
    duties = duties_of(person(deal, who=who), on)
    assert dates(duties) == expected
    assert len({duty.key for duty in duties}) == len(duties)


# --- while she is ill --------------------------------------------------------------------------------------------------


def test_promised_only_while_she_has_one_of_the_diseases() -> None:
    deal = promised(
        item(
            frequency="interval",
            every=3,
            unit="months",
            while_ill=("tuberculosis", "copd"),
            proof="follow_up:copd",
        )
    )

    def owed(*records: object) -> list[str]:
        return spans(duties_of(person(deal, *records), "2026-12-31", "extra.x"))

    ill = condition("tuberculosis", "2026-02-10", until="2026-09-30")
    assert owed() == []
    assert owed(ill) == ["2026-01-01", "2026-04-01", "2026-07-01"]
    assert owed(replace(ill, until_on=d("2026-09-29"))) == ["2026-01-01", "2026-04-01"]
    assert owed(replace(ill, until_on=d("2026-02-28")), follow_up("2026-03-30", disease="copd")) == [
        "2026-01-01"
    ]
    well = person(deal, replace(ill, until_on=d("2026-09-30")))
    assert [duty.is_asked for duty in duties_of(well, "2026-09-30", "extra.x")][:3] == [True] * 3
    assert [duty.is_asked for duty in duties_of(well, "2026-10-01", "extra.x")] == [False] * 3


# --- several packages --------------------------------------------------------------------------------------------------


def merged(*packages: ServicePackage) -> list[tuple[str, tuple[str, ...], str | None]]:
    deal = signed(contract("2026-01-01", packages=packages), packages=tuple(one.code for one in packages))
    return [(one.code, one.packages, one.group) for one in merged_items(deal.contract, deal.member)]


TWICE = package(item("a", times=2), code="twice", group="07")
FOUR = package(item("b", times=4), code="four", group="08")
BASIC_ONCE = package(item("c", times=1), code="basic")
MONTHLY = package(item("e", frequency="interval", every=1, unit="months"), code="monthly")
SECRET_TWICE = package(item("s", times=2), code="secret", group="10")

MERGING: list[tuple[str, list[ServicePackage], list[tuple[str, tuple[str, ...], str | None]]]] = [
    ("one alone", [TWICE], [("twice.a", ("twice包",), None)]),
    ("the larger count wins", [TWICE, FOUR], [("four.b", ("four包", "twice包"), None)]),
    (
        "a personal package before the basic one",
        [package(item("d", times=1), code="zoo", group="01"), BASIC_ONCE],
        [("zoo.d", ("zoo包", "basic包"), None)],
    ),
    ("every month is twelve a year", [FOUR, MONTHLY], [("monthly.e", ("monthly包", "four包"), None)]),
    (
        "every 91 days is more than four a year, every 92 days less",
        [
            FOUR,
            package(item("e", frequency="interval", every=92, unit="days"), code="ninety_two"),
        ],
        [("four.b", ("four包", "ninety_two包"), None)],
    ),
    (
        "every 91 days",
        [FOUR, package(item("e", frequency="interval", every=91, unit="days"), code="ninety_one")],
        [("ninety_one.e", ("ninety_one包", "four包"), None)],
    ),
    (
        "every 13 weeks",
        [FOUR, package(item("e", frequency="interval", every=13, unit="weeks"), code="weekly")],
        [("weekly.e", ("weekly包", "four包"), None)],
    ),
    (
        "a protected package that asks no more stays unsaid",
        [TWICE, SECRET_TWICE],
        [("twice.a", ("twice包",), None)],
    ),
    (
        "a protected package that asks more is a protected duty",
        [BASIC_ONCE, SECRET_TWICE],
        [("secret.s", ("secret包", "basic包"), "10")],
    ),
    (
        "another proof is another thing",
        [TWICE, package(item("b", times=2, proof="check_up"), code="four")],
        [("four.b", ("four包",), None), ("twice.a", ("twice包",), None)],
    ),
    (
        "promised while ill is another thing",
        [TWICE, package(item("b", times=2, while_ill=("copd",)), code="four")],
        [("four.b", ("four包",), None), ("twice.a", ("twice包",), None)],
    ),
    (
        "what follows an event is added",
        [
            package(item("a", frequency="by_event", event="delivery", within_days=7), code="twice"),
            package(item("b", frequency="by_event", event="delivery", within_days=7), code="four"),
        ],
        [("four.b", ("four包",), None), ("twice.a", ("twice包",), None)],
    ),
    (
        "so is what follows an age",
        [
            package(item("a", frequency="by_age", ages=("4 years",)), code="twice"),
            package(item("b", frequency="by_age", ages=("4 years",)), code="four", group="06"),
        ],
        [("four.b", ("four包",), "06"), ("twice.a", ("twice包",), None)],
    ),
    (
        "twice in one package",
        [package(item("a", times=2), item("b", times=3), code="twice")],
        [("twice.b", ("twice包",), None)],
    ),
]


@pytest.mark.parametrize(
    ("packages", "expected"), [row[1:] for row in MERGING], ids=[row[0] for row in MERGING]
)
def test_yearly_counts_are_merged_by_kind(
    packages: list[ServicePackage], expected: list[tuple[str, tuple[str, ...], str | None]]
) -> None:
    assert merged(*packages) == expected
    assert merged(*reversed(packages)) == expected


@pytest.mark.parametrize(
    ("one", "other", "is_along"), [(True, True, True), (True, False, False), (False, False, False)]
)
def test_what_is_merged_is_done_along_only_if_all_have_it_so(one: bool, other: bool, is_along: bool) -> None:
    packages = (
        package(item("a", times=2, is_along=one), code="twice"),
        package(item("b", times=4, is_along=other), code="four"),
    )
    for told in (packages, packages[::-1]):
        deal = signed(contract("2026-01-01", packages=told), packages=("twice", "four"))
        assert {duty.is_along for duty in duties_of(person(deal), "2026-12-31")} == {is_along}


def test_one_duty_a_span_that_names_every_package() -> None:
    deal = signed(contract("2026-01-01", packages=(TWICE, FOUR)), packages=("twice", "four"))
    duties = duties_of(person(deal), "2026-12-31")
    assert spans(duties) == ["2026-01-01", "2026-04-01", "2026-07-01", "2026-10-01"]
    assert {duty.item for duty in duties} == {"four.b"}
    said = [say(one.code, one.values) for one in duties[0].reasons]
    assert said == [
        "签约答应的“做一次”，一年 4 次，这是 2026年1月1日 到 2026年3月31日 的那一次。",
        "four包、twice包里都有这一项，做一次就行。",
    ]


def test_a_protected_promise_carries_its_group() -> None:
    deal = signed(contract("2026-01-01", packages=(SECRET_TWICE,)), packages=("secret",))
    assert {duty.group for duty in duties_of(person(deal), "2026-12-31")} == {"10"}


def test_packages_that_are_not_hers_promise_nothing() -> None:
    deal = signed(contract("2026-01-01", packages=(TWICE, FOUR)), packages=("twice",))
    assert [one.code for one in merged_items(deal.contract, deal.member)] == ["twice.a"]


# --- when a member's packages change -----------------------------------------------------------------------------------

MONTH = package(item("m", times=12), code="month")
YEAR = package(item("y", times=1), code="year")
OTHER = package(item("o", times=4, proof="check_up"), code="other")
ALL = (TWICE, FOUR, MONTH, YEAR, OTHER)

CHANGES: list[tuple[str, list[SignedMember], list[tuple[str, str, str]]]] = [
    (
        "the same promise goes on: nothing is doubled",
        rows((("four",), None, "2026-05-19"), (("four", "other"), "2026-05-20", None), packages=ALL),
        [
            ("four.b", "2026-01-01", "2026-03-31"),
            ("four.b", "2026-04-01", "2026-06-30"),
            ("four.b", "2026-07-01", "2026-09-30"),
            ("four.b", "2026-10-01", "2026-12-31"),
            ("other.o", "2026-05-20", "2026-06-30"),
            ("other.o", "2026-07-01", "2026-09-30"),
            ("other.o", "2026-10-01", "2026-12-31"),
        ],
    ),
    (
        "a promise ends: the span it ended in is not owed",
        rows((("four", "other"), None, "2026-05-19"), (("four",), "2026-05-20", None), packages=ALL),
        [
            ("four.b", "2026-01-01", "2026-03-31"),
            ("four.b", "2026-04-01", "2026-06-30"),
            ("four.b", "2026-07-01", "2026-09-30"),
            ("four.b", "2026-10-01", "2026-12-31"),
            ("other.o", "2026-01-01", "2026-03-31"),
        ],
    ),
    (
        "more often: from the new span that holds the day",
        rows((("four",), None, "2026-08-19"), (("month",), "2026-08-20", None), packages=ALL),
        [
            ("four.b", "2026-01-01", "2026-03-31"),
            ("four.b", "2026-04-01", "2026-06-30"),
            *(
                ("month.m", f"2026-{m:02d}-01", f"2026-{m:02d}-{last}")
                for m, last in ((8, 31), (9, 30), (10, 31), (11, 30), (12, 31))
            ),
        ],
    ),
    (
        "less often: whole old spans stay",
        rows((("month",), None, "2026-02-19"), (("year",), "2026-02-20", None), packages=ALL),
        [("month.m", "2026-01-01", "2026-01-31"), ("year.y", "2026-02-01", "2026-12-31")],
    ),
    (
        "changed where a span begins",
        rows((("four",), None, "2026-06-30"), (("twice",), "2026-07-01", None), packages=ALL),
        [
            ("four.b", "2026-01-01", "2026-03-31"),
            ("four.b", "2026-04-01", "2026-06-30"),
            ("twice.a", "2026-07-01", "2026-12-31"),
        ],
    ),
    (
        "changed on a span's last day",
        rows((("four",), None, "2026-06-29"), (("twice",), "2026-06-30", None), packages=ALL),
        [
            ("four.b", "2026-01-01", "2026-03-31"),
            ("twice.a", "2026-04-01", "2026-06-30"),
            ("twice.a", "2026-07-01", "2026-12-31"),
        ],
    ),
    (
        "changed three times in one span",
        rows(
            (("month",), None, "2026-01-31"),
            (("four",), "2026-02-01", "2026-02-10"),
            (("four", "other"), "2026-02-11", "2026-02-20"),
            (("four",), "2026-02-21", None),
            packages=ALL,
        ),
        [
            ("month.m", "2026-01-01", "2026-01-31"),
            ("four.b", "2026-02-01", "2026-03-31"),
            ("four.b", "2026-04-01", "2026-06-30"),
            ("four.b", "2026-07-01", "2026-09-30"),
            ("four.b", "2026-10-01", "2026-12-31"),
        ],
    ),
    (
        "left and joined again later: what lies between is not hers",
        rows((("four",), None, "2026-03-31"), (("four",), "2026-08-20", None), packages=ALL),
        [
            ("four.b", "2026-01-01", "2026-03-31"),
            ("four.b", "2026-08-20", "2026-09-30"),
            ("four.b", "2026-10-01", "2026-12-31"),
        ],
    ),
    (
        "two rows at once, written on two computers",
        rows((("four",), None, None), (("four", "other"), "2026-05-20", None), packages=ALL),
        [
            ("four.b", "2026-01-01", "2026-03-31"),
            ("four.b", "2026-04-01", "2026-06-30"),
            ("four.b", "2026-07-01", "2026-09-30"),
            ("four.b", "2026-10-01", "2026-12-31"),
            ("other.o", "2026-05-20", "2026-06-30"),
            ("other.o", "2026-07-01", "2026-09-30"),
            ("other.o", "2026-10-01", "2026-12-31"),
        ],
    ),
    (
        "two rows of the same days, written on two computers",
        rows((("four",), None, None), (("four", "other"), None, None), packages=ALL),
        [
            (code, first, last)
            for code in ("four.b", "other.o")
            for first, last in (
                ("2026-01-01", "2026-03-31"),
                ("2026-04-01", "2026-06-30"),
                ("2026-07-01", "2026-09-30"),
                ("2026-10-01", "2026-12-31"),
            )
        ],
    ),
    (
        "a row that never bound",
        rows((("month",), "2026-05-01", "2026-04-30"), (("year",), None, None), packages=ALL),
        [("year.y", "2026-01-01", "2026-12-31")],
    ),
]


@pytest.mark.parametrize(("deals", "expected"), [row[1:] for row in CHANGES], ids=[row[0] for row in CHANGES])
def test_the_span_of_a_change_is_owed_once(
    deals: list[SignedMember], expected: list[tuple[str, str, str]]
) -> None:
    for order in (deals, list(reversed(deals))):
        duties = duties_of(person(*order), "2026-12-31")
        found = sorted((duty.item, str(duty.span_from), str(duty.span_until)) for duty in duties)
        assert found == sorted(expected)
        assert len({duty.key for duty in duties}) == len(duties)


def test_what_was_done_before_a_change_stays_done() -> None:
    packages = (package(item("b", times=4, proof="follow_up:hypertension"), code="four"), OTHER)
    visit = follow_up("2026-04-10")
    deals = rows((("four",), None, "2026-05-19"), (("four", "other"), "2026-05-20", None), packages=packages)
    done = [one for one in matched_of(person(visit, *deals), "2026-12-31", "four.b") if one.state == "done"]
    assert [(one.duty.span_from, one.done_on) for one in done] == [(d("2026-04-01"), d("2026-04-10"))]
    ended = rows((("four",), None, "2026-05-19"), (("other",), "2026-05-20", None), packages=packages)
    kept = matched_of(person(visit, *ended), "2026-12-31", "four.b")
    assert [(str(one.duty.span_from), str(one.duty.span_until), one.state) for one in kept] == [
        ("2026-01-01", "2026-03-31", "overdue"),
        ("2026-04-01", "2026-05-19", "done"),
    ]
    assert not any(one.is_open for one in kept)


@pytest.mark.parametrize(
    ("served", "cut"), [("2026-07-31", [("2026-07-01", "2026-07-31")]), ("2026-08-01", [])]
)
def test_a_span_that_was_served_before_a_change_ends_the_day_before_the_new_one_begins(
    served: str, cut: list[tuple[str, str]]
) -> None:
    four, month = (
        package(item("b", times=times, proof="follow_up:hypertension"), code=code)
        for code, times in (("four", 4), ("month", 12))
    )
    changed = rows((("four",), None, "2026-08-19"), (("month",), "2026-08-20", None), packages=(four, month))
    duties = duties_of(person(follow_up(served), *changed), "2026-12-31")
    assert dates([one for one in duties if one.item == "four.b"])[2:] == cut
    assert spans([one for one in duties if one.item == "month.b"])[0] == "2026-08-01"


@pytest.mark.parametrize(("last", "listed"), [("2024-12-31", False), ("2025-01-01", True)])
def test_what_ended_before_the_previous_assessment_year_is_history_no_more(last: str, listed: bool) -> None:
    deal = contract("2024-01-01", 3, packages=(MONTH, OTHER))
    after_last = str(d(last) + timedelta(days=1))
    first = signed(deal, packages=("month", "other"), until=last)
    second = signed(deal, packages=("other",), from_on=after_last)
    found = duties_of(person(first, second), "2026-11-22")
    assert bool([one for one in found if one.item == "month.m"]) is listed
    assert [one for one in found if one.item == "other.o"]


def test_a_voided_row_is_none() -> None:
    deals = rows((("four",), None, None), (("month",), None, None), packages=ALL)
    voided = replace(deals[1], member=replace(deals[1].member, voided_at=VOIDED))
    assert {duty.item for duty in duties_of(person(deals[0], voided), "2026-12-31")} == {"four.b"}


def test_events_and_ages_go_on_over_a_change() -> None:
    bad = package(
        item(
            "w",
            frequency="by_event",
            event="not_controlled:hypertension",
            within_days=14,
            proof="follow_up:hypertension",
        ),
        code="bad",
    )
    deals = rows(
        (("bad",), None, "2026-05-19"), (("bad", "other"), "2026-05-20", None), packages=(bad, OTHER)
    )
    facts = person(follow_up("2026-05-10", "uncontrolled"), *deals)
    assert dates(duties_of(facts, "2026-12-31", "bad.w")) == [("2026-05-11", "2026-05-24")]
    ended = rows((("bad",), None, "2026-05-19"), (("other",), "2026-05-20", None), packages=(bad, OTHER))
    assert not duties_of(person(follow_up("2026-05-10", "uncontrolled"), *ended), "2026-12-31", "bad.w")


# --- sentences ---------------------------------------------------------------------------------------------------------

SAID = [
    (
        promised(item(frequency="interval", every=10, unit="days")),
        resident(),
        "签约答应的“做一次”，每 10 天一次，这是 2026年1月1日 到 2026年1月10日 的那一次。",
    ),
    (
        promised(item(frequency="interval", every=2, unit="weeks")),
        resident(),
        "签约答应的“做一次”，每 2 个星期一次，这是 2026年1月1日 到 2026年1月14日 的那一次。",
    ),
    (
        promised(item(frequency="interval", every=1, unit="months")),
        resident(),
        "签约答应的“做一次”，每 1 个月一次，这是 2026年1月1日 到 2026年1月31日 的那一次。",
    ),
    (
        promised(item(frequency="by_age", ages=("28-30 days",))),
        resident("2026-03-01"),
        "签约答应的“做一次”，出生满 28–30 天时做，就是 2026年3月29日 到 2026年3月31日。",
    ),
    (
        promised(item(frequency="by_age", ages=("3 months",))),
        resident("2026-03-01"),
        "签约答应的“做一次”，3 个月大时做，就是 2026年6月1日 到 2026年6月30日。",
    ),
    (
        promised(item(frequency="by_age", ages=("4 years",))),
        resident("2022-01-01"),
        "签约答应的“做一次”，4 岁时做，就是 2026年1月1日 到 2026年12月31日。",
    ),
    (
        promised(item(frequency="by_event", event="pregnancy", weeks=("16-20 weeks",))),
        mother(last_menstruation_on="2026-02-02"),
        "怀孕 16–20 周时，签约答应过“做一次”，就是 2026年5月25日 到 2026年6月28日。",
    ),
    (
        after("delivery", 56, after_days=42),
        mother(delivered_on="2026-05-01"),
        "2026年5月1日 分娩，签约答应过“做一次”，就是 2026年6月12日 到 2026年6月26日。",
    ),
    (
        after("discharge", 7),
        mother(discharged_on="2026-05-04"),
        "2026年5月4日 出院回家，签约答应过“做一次”，最晚 2026年5月11日。",
    ),
]


@pytest.mark.parametrize(("deal", "who", "sentence"), SAID, ids=[row[2] for row in SAID])
def test_a_promise_is_said_like_a_colleague_would(deal: SignedMember, who: Resident, sentence: str) -> None:
    reason = duties_of(person(deal, who=who), "2026-12-31")[0].reasons[0]
    assert say(reason.code, reason.values) == sentence
    assert source_of(reason.code, reason.values) == "签约服务协议 服务清单"


def test_what_followed_a_visit_a_referral_or_a_diagnosis_is_said_too() -> None:
    deals = [
        (AFTER_BAD, follow_up("2026-11-08", "uncontrolled")),
        (after("referral", proof="referral_outcome"), referral("2026-11-08")),
        (after("diagnosis:copd", 3), condition("copd", "2026-11-08")),
    ]
    said = []
    for deal, record in deals:
        (duty,) = duties_of(person(deal, record), "2026-11-10")
        said.append(say(duty.reasons[0].code, duty.reasons[0].values))
    assert said == [
        "2026年11月8日 那次随访以后，签约答应过“做一次”，最晚 2026年11月22日。",
        "2026年11月8日 转诊的，签约答应过“做一次”，最晚 2026年11月22日。",
        "2026年11月8日 确诊或接到通知，签约答应过“做一次”，最晚 2026年11月11日。",
    ]


# --- properties --------------------------------------------------------------------------------------------------------

_ITEMS = [
    item("a", times=1),
    item("a", times=4),
    item("a", times=5),
    item("a", frequency="interval", every=10, unit="days"),
    item("a", frequency="interval", every=2, unit="months"),
    item("a", frequency="by_age", ages=("73 years", "74 years", "900 months")),
    item("a", frequency="by_event", event="not_controlled:hypertension", within_days=14),
    item("a", frequency="by_event", event="referral", within_days=14, proof="referral_outcome"),
]
_CODES = ("one", "two", "three")


@st.composite
def deals(draw: st.DrawFn) -> list[SignedMember]:
    """One contract of up to three packages, and one to three rows of one member in it, one after the other."""
    packages = tuple(package(draw(st.sampled_from(_ITEMS)), code=code) for code in _CODES)
    deal = contract(
        str(draw(st.dates(date(2024, 1, 1), date(2026, 6, 30)))), draw(st.integers(1, 3)), packages=packages
    )
    cuts = sorted(draw(st.sets(st.integers(1, 900), max_size=2)))
    begins = [deal.starts_on, *(deal.starts_on + timedelta(days=cut) for cut in cuts)]
    ends = [*(day - timedelta(days=1) for day in begins[1:]), None]
    made = []
    for number, (first, last) in enumerate(zip(begins, ends, strict=True)):
        codes = tuple(sorted(draw(st.sets(st.sampled_from(_CODES)))))
        one = signed(deal, packages=codes, from_on=str(first), until=str(last) if last else None)
        made.append(replace(one, member=replace(one.member, id=f"m{number}")))
    return made


@given(facts_with(), deals(), VILLAGE_DAYS)
def test_promises_never_fall_outside_the_contract_or_the_members_dates(
    facts: PersonFacts, signed_rows: list[SignedMember], on: date
) -> None:
    terms = [member_term(one.contract, one.member) for one in signed_rows]
    terms = [term for term in terms if term[0] <= term[1]]
    duties = [
        one for one in expand(replace(facts, contracts=tuple(signed_rows)), on, RULES) if one.contract_id
    ]
    for duty in duties:
        assert duty.span_until is not None
        assert duty.span_from <= duty.due_on == duty.latest_on == duty.span_until
        assert min(term[0] for term in terms) <= duty.span_from
        assert duty.span_until <= max(term[1] for term in terms)


@given(facts_with(), deals(), VILLAGE_DAYS, st.randoms(use_true_random=False))
def test_the_order_of_packages_and_rows_says_nothing(
    facts: PersonFacts, signed_rows: list[SignedMember], on: date, shuffler: random.Random
) -> None:
    def mixed(one: SignedMember) -> SignedMember:
        deal, member = one.contract, one.member
        return SignedMember(
            contract=replace(deal, packages=tuple(shuffler.sample(deal.packages, len(deal.packages)))),
            member=replace(
                member, package_codes=tuple(shuffler.sample(member.package_codes, len(member.package_codes)))
            ),
        )

    shuffled = tuple(mixed(one) for one in shuffler.sample(signed_rows, len(signed_rows)))
    assert expand(replace(facts, contracts=shuffled), on, RULES) == expand(
        replace(facts, contracts=tuple(signed_rows)), on, RULES
    )


@given(deals(), VILLAGE_DAYS)
def test_spread_promises_of_one_kind_never_overlap(signed_rows: list[SignedMember], on: date) -> None:
    days = sorted(
        (duty.span_from, duty.span_until or duty.span_from)
        for duty in expand(person(*signed_rows), on, RULES)
        if duty.contract_id is not None and "/visit/" in duty.key
    )
    assert all(before[1] < after[0] for before, after in pairwise(days))


@given(st.lists(st.integers(1, 12), min_size=1, max_size=4), st.dates(date(2024, 1, 1), date(2026, 12, 31)))
def test_the_merged_count_is_the_largest(times: list[int], starts: date) -> None:
    packages = tuple(package(item("a", times=count), code=f"p{number}") for number, count in enumerate(times))
    deal = contract(str(starts), packages=packages)
    member = signed(deal, packages=tuple(one.code for one in packages))
    duties = duties_of(person(member), str(deal.ends_on))
    assert len(duties) == max(times)


@given(facts_with(), VILLAGE_DAYS, st.dates(date(2024, 1, 1), date(2027, 6, 30)))
def test_no_promise_is_due_before_counting_starts(facts: PersonFacts, on: date, counting: date) -> None:
    promises = [one for one in expand(facts, on, rules_from(str(counting))) if one.contract_id is not None]
    assert all(one.due_on >= counting for one in promises)
