"""The due list: one line a service, urgency and why (issue text "Due list and door list"), screens.md "Today"."""

import json
from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given

from tests.domain.duties.people import (
    DIABETES,
    RULES,
    away,
    condition,
    contact,
    contract,
    d,
    follow_up,
    matched_of,
    person,
    referral,
    refusal,
    resident,
    signed,
)
from tests.domain.duties.records import VILLAGE_DAYS, facts_with
from village_doctor.domain.clinic import Hamlet
from village_doctor.domain.decisions import Reason
from village_doctor.domain.due import (
    Door,
    DueItem,
    along_items,
    doors,
    due_items,
    refused_items,
    sends_out,
    visible,
)
from village_doctor.domain.duties.duty import Duty
from village_doctor.domain.duties.expanding import expand
from village_doctor.domain.duties.reasons import say, source_of
from village_doctor.domain.fulfilment.matching import MatchedDuty, match
from village_doctor.domain.people import Household
from village_doctor.domain.person_facts import PersonFacts


def asked_of(facts: PersonFacts, on: str) -> list[MatchedDuty]:
    """Follow-ups, askings and promises of follow-ups: the yearly duties have their own tables."""
    return [
        one for one in matched_of(facts, on) if one.duty.proof.startswith(("follow_up:", "referral_outcome:"))
    ]


def items_of(facts: PersonFacts, on: str = "2026-11-22", horizon_days: int = 7) -> tuple[DueItem, ...]:
    return due_items(asked_of(facts, on), d(on), horizon_days)


def thing(
    who: str = "r1",
    *,
    item: str = "quarter",
    due: str = "2026-11-17",
    until: str | None = "2026-12-31",
    source: str = "norm",
    result: str | None = None,
    reason: str | None = None,
    group: str | None = None,
    is_along: bool = False,
    is_open: bool = True,
    is_asked: bool = True,
    begins: str = "2026-01-01",
    said: tuple[str, ...] = (),
) -> MatchedDuty:
    """A duty of this year with its state, as `match` would give it."""
    duty = Duty(
        key=f"{who}/{source}/{item}/{begins}",
        resident_id=who,
        household_id="h1",
        source=source,
        item=item,
        name="某项服务",
        proof="follow_up:hypertension",
        span_from=d(begins),
        span_until=d(until) if until else None,
        due_on=d(due),
        latest_on=d(until) if until else d(due),
        contract_id="k1" if source == "contract" else None,
        reasons=tuple(Reason(code=code, values={}) for code in said),
        group=group,
        is_along=is_along,
        is_asked=is_asked,
    )
    return MatchedDuty(
        duty, "overdue", None, None, is_open, "home", not_done_reason=reason, last_result=result
    )


def codes(item: DueItem) -> list[str]:
    return [reason.code for reason in item.reasons]


# --- one line for one service ------------------------------------------------------------------------------------------


def test_norm_promise_and_return_are_one_line_with_the_earliest_date_and_all_reasons() -> None:
    facts = person(
        condition(since="2026-07"),
        signed(contract("2026-07-01", signed_on="2026-07-01")),
        follow_up("2026-07-20"),
        follow_up("2026-08-25", "uncontrolled", mode="home"),
    )
    (item,) = items_of(facts)
    assert (item.item, item.item_name, item.due_on) == (
        "follow_up:hypertension",
        "高血压随访",
        d("2026-09-08"),
    )
    assert (item.state, item.days_overdue, item.sources) == ("overdue", 75, ("norm", "contract"))
    assert codes(item) == ["again-14-days", "three-months", "late-for-norm-named", "promise"]
    assert item.latest_on == d("2026-09-08")
    assert len(item.duty_keys) == 3


def test_five_days_overdue_and_the_promise_of_the_running_span_beside_it() -> None:
    facts = person(condition(), signed(contract("2026-01-01")), follow_up("2026-08-17"))
    (item,) = items_of(facts)
    assert (item.due_on, item.days_overdue, codes(item)) == (d("2026-11-17"), 5, ["three-months", "promise"])


def test_a_line_without_an_urgent_part_waits_for_its_horizon() -> None:
    facts = person(condition(), signed(contract("2026-01-01")), follow_up("2026-09-01"))
    assert items_of(facts, "2026-11-22", 7) == ()
    (item,) = items_of(facts, "2026-11-22", 9)
    assert (item.due_on, item.state) == (d("2026-12-01"), "planned")
    assert items_of(facts, "2026-11-22", 8) == ()


def test_both_diseases_and_a_measured_promise_are_lines_of_their_own() -> None:
    facts = person(condition(), condition(DIABETES))
    assert {item.item for item in items_of(facts)} == {"follow_up:hypertension", "follow_up:diabetes"}


def test_the_reason_said_first_belongs_to_the_day_shown() -> None:
    """Issue 4's defect: the day of the first missed quarter was shown with the reason of the running one."""
    (item,) = items_of(person(condition(since="2026")))
    assert (item.due_on, item.state, item.days_overdue) == (d("2026-03-31"), "overdue", 236)
    assert codes(item) == ["quarter-end", "missed-since", "running-now", "late-for-norm-named"]
    assert item.reasons[0].values is not None
    assert item.reasons[0].values["latest"] == "2026-03-31"
    assert item.reasons[1].values == {"count": "2"}
    assert item.reasons[2].values == {"latest": "2026-12-31"}


@pytest.mark.parametrize(("on", "missed"), [("2026-03-31", "1"), ("2026-04-01", "2")])
def test_a_span_is_missed_from_the_day_after_its_end(on: str, missed: str) -> None:
    (item,) = items_of(person(condition(since="2025-07")), on, 0)
    assert codes(item) == ["quarter-end", "missed-since", "running-now", "late-for-norm-named"]
    assert item.reasons[1].values == {"count": missed}


def test_one_missed_span_is_said_in_full() -> None:
    (item,) = items_of(person(condition(since="2026-07"), signed(contract("2026-07-01"))))
    assert codes(item) == ["quarter-end", "running-now", "late-for-norm-named", "promise", "missed-promises"]
    assert item.reasons[-1].values == {"count": "1"}


def test_the_running_promise_is_what_is_due_and_the_missed_ones_are_counted() -> None:
    """A promise whose span is over cannot be kept any more; the running one is due at its own end."""
    facts = person(signed(contract("2026-01-01")))
    assert items_of(facts, "2026-11-22", 38) == ()
    (item,) = items_of(facts, "2026-11-22", 39)
    assert (item.due_on, item.state, item.latest_on) == (d("2026-12-31"), "planned", d("2026-12-31"))
    assert (item.sources, codes(item)) == (("contract",), ["promise", "missed-promises"])
    assert item.reasons[0].values is not None
    assert item.reasons[0].values["latest"] == "2026-12-31"
    assert item.reasons[1].values == {"count": "3"}
    assert len(item.duty_keys) == 4
    assert item.item_name == "高血压随访"


@pytest.mark.parametrize(
    ("on", "due", "missed"), [("2026-03-31", "2026-03-31", 0), ("2026-04-01", "2026-06-30", 1)]
)
def test_a_promise_is_missed_from_the_day_after_its_end(on: str, due: str, missed: int) -> None:
    (item,) = items_of(person(signed(contract("2026-01-01"))), on, 100)
    assert (item.due_on, len(item.duty_keys) - 1) == (d(due), missed)
    assert codes(item) == ["promise", "missed-promises"][: 1 + missed]


@pytest.mark.parametrize(("on", "lines"), [("2026-06-30", 1), ("2026-07-01", 0)])
def test_a_promise_whose_time_is_over_asks_nothing_by_itself(on: str, lines: int) -> None:
    one = thing(source="contract", due="2026-06-30", until="2026-06-30", said=("promise",))
    assert len(due_items([one], d(on))) == lines


def test_a_missed_promise_is_counted_beside_the_norm() -> None:
    missed = thing(source="contract", due="2026-06-30", until="2026-06-30", said=("promise",))
    (item,) = due_items([missed, thing(said=("three-months",))], d("2026-11-22"))
    assert codes(item) == ["three-months", "missed-promises"]
    assert item.sources == ("norm", "contract")


def test_promises_of_an_earlier_contract_are_counted_too() -> None:
    late = thing(
        source="contract", due="2025-12-31", until="2025-12-31", begins="2025-01-01", said=("promise",)
    )
    late = replace(late, duty=replace(late.duty, contract_id="k0"))
    running = thing(source="contract", due="2026-11-25", begins="2026-01-01", said=("promise",))
    (item,) = due_items([late, running], d("2026-11-22"))
    assert (item.due_on, codes(item)) == (d("2026-11-25"), ["promise", "missed-promises"])


def test_what_sends_nobody_out_never_sets_the_day_of_a_line() -> None:
    along = thing(source="contract", item="basic.x", due="2026-06-30", until="2026-06-30", is_along=True)
    norm = thing(due="2026-11-25")
    (item,) = due_items([along, norm], d("2026-11-22"))
    assert (item.due_on, item.latest_on, item.state, item.urgency) == (
        d("2026-11-25"),
        d("2026-12-31"),
        "planned",
        5,
    )
    assert (item.is_along, item.sources) == (False, ("norm", "contract"))


@pytest.mark.parametrize(
    "facts",
    [
        person(condition(), follow_up("2026-11-22")),
        person(condition(), away("2026-01-01")),
        person(condition(), who=resident(died_on="2026-11-01")),
        person(signed(contract("2025-01-01"))),
    ],
    ids=["served today", "long away", "dead", "the contract is over"],
)
def test_nothing_is_asked(facts: PersonFacts) -> None:
    assert items_of(facts) == ()


# --- urgency -----------------------------------------------------------------------------------------------------------

URGENCY: list[tuple[str, PersonFacts, int, str]] = [
    ("asking after an emergency", person(referral("2026-11-21", "emergency")), 0, "phone"),
    ("asking after a referral", person(referral("2026-11-15")), 1, "phone"),
    (
        "again within 14 days, today",
        person(condition(), follow_up("2026-11-08", "uncontrolled")),
        2,
        "clinic",
    ),
    ("again, overdue", person(condition(), follow_up("2026-11-01", "uncontrolled")), 2, "home"),
    ("overdue", person(condition(), follow_up("2026-08-17")), 3, "home"),
    ("due today", person(condition(), follow_up("2026-08-22")), 4, "clinic"),
    ("planned", person(condition(), follow_up("2026-08-25")), 5, "clinic"),
    ("asking tomorrow is only planned", person(referral("2026-11-22", "emergency")), 5, "phone"),
    ("overdue, but away", person(condition(), follow_up("2026-08-17"), away("2026-11-01")), 3, "phone"),
]


@pytest.mark.parametrize(
    ("facts", "urgency", "hint"), [row[1:] for row in URGENCY], ids=[row[0] for row in URGENCY]
)
def test_urgency_and_how_to_reach_her(facts: PersonFacts, urgency: int, hint: str) -> None:
    (item,) = items_of(facts)
    assert (item.urgency, item.mode_hint) == (urgency, hint)


def test_most_urgent_first_then_the_longest_overdue() -> None:
    people = [
        replace(facts, resident=resident(record_id=f"r{number}"), household_id=f"h{number}")
        for number, facts in enumerate(row[1] for row in reversed(URGENCY))
    ]
    on = d("2026-11-22")
    matched = [one for facts in people for one in asked_of(facts, "2026-11-22")]
    items = due_items(matched, on)
    assert [item.urgency for item in items] == [0, 1, 2, 2, 3, 3, 4, 5, 5]
    assert [item.days_overdue for item in items if item.urgency == 2] == [7, 0]
    assert due_items(reversed(matched), on) == items


# --- overdue by risk ---------------------------------------------------------------------------------------------------

BY_RISK = [
    ("unstable", "complication", 0),
    ("acute_exacerbation", "acute_exacerbation", 0),
    ("uncontrolled", "adverse_reaction", 1),
    ("basically_stable", "basically_stable", 2),
    (None, "a_later_class", 3),
    ("controlled", "stable", 4),
    ("stable_low_risk", "stable_high_risk", 4),
]


@pytest.mark.parametrize(("one", "other", "risk"), BY_RISK)
def test_the_risk_of_what_is_overdue_is_the_last_class(one: str | None, other: str, risk: int) -> None:
    for result in (one, other):
        (item,) = due_items([thing(result=result)], d("2026-11-22"))
        assert (item.urgency, item.risk) == (3, risk)


def test_overdue_the_worst_class_first_then_the_longest() -> None:
    things = [
        thing("a", due="2026-01-01", result="controlled"),
        thing("b", due="2026-11-20", result="uncontrolled"),
        thing("c", due="2026-11-01", result="uncontrolled"),
        thing("e", due="2026-11-21", result="complication"),
        thing("f", due="2026-06-01"),
    ]
    items = due_items(things, d("2026-11-22"))
    assert [item.resident_id for item in items] == ["e", "c", "b", "f", "a"]
    assert due_items(reversed(things), d("2026-11-22")) == items


def test_the_running_span_speaks_where_it_says_something_else() -> None:
    """Missed in summer; seen in autumn too late for it, so that the running quarter counts from that visit."""
    first = thing(due="2026-09-30", until="2026-09-30", said=("quarter-end",))
    running = thing(due="2026-12-31", until="2026-12-31", said=("three-months",), begins="2026-10-01")
    (item,) = due_items([first, running], d("2026-11-22"))
    assert codes(item) == ["quarter-end", "three-months", "late-for-norm"]


def test_what_the_running_span_only_repeats_is_its_last_day() -> None:
    last = {"last": "2026-05-01"}
    first = thing(due="2026-08-01", until="2026-09-30")
    running = thing(due="2026-10-01", until="2026-12-31", begins="2026-10-01")
    first = replace(first, duty=replace(first.duty, reasons=(Reason(code="three-months", values=last),)))
    running = replace(
        running, duty=replace(running.duty, reasons=(Reason(code="quarter-begun", values=last),))
    )
    (item,) = due_items([first, running], d("2026-11-22"))
    assert codes(item) == ["three-months", "running-now", "late-for-norm"]
    assert [one.values for one in item.reasons[1:]] == [{"latest": "2026-12-31"}, {"latest": "2026-09-30"}]


def test_the_missed_are_counted_before_the_running_one_speaks() -> None:
    spans = [("2026-01-01", "2026-03-31"), ("2026-04-01", "2026-06-30"), ("2026-07-01", "2026-12-31")]
    things = [thing(due=last, until=last, begins=first, said=("quarter-end",)) for first, last in spans]
    (item,) = due_items(things, d("2026-11-22"))
    assert codes(item) == ["quarter-end", "missed-since", "running-now", "late-for-norm"]


def test_on_one_day_the_return_speaks_before_the_quarter() -> None:
    quarter = thing(due="2026-11-17", said=("quarter-end",))
    again = thing(item="again", due="2026-11-17", said=("again-14-days",))
    promise = thing(item="hypertension.follow_up", due="2026-11-17", source="contract", said=("promise",))
    (item,) = due_items([promise, quarter, again], d("2026-11-22"))
    assert codes(item) == ["again-14-days", "quarter-end", "promise"]


@pytest.mark.parametrize(
    ("proof", "result", "risk", "code"),
    [
        ("check_up", None, 4, "urgency-overdue"),
        ("check_up", "complication", 4, "urgency-overdue"),
        ("follow_up:tuberculosis", None, 1, "urgency-overdue-strict"),
        ("antenatal_visit", None, 1, "urgency-overdue-strict"),
        ("follow_up:copd", None, 3, "urgency-overdue-unknown"),
    ],
)
def test_what_has_no_class_of_control(proof: str, result: str | None, risk: int, code: str) -> None:
    one = thing(result=result)
    (item,) = due_items([replace(one, duty=replace(one.duty, proof=proof))], d("2026-11-22"))
    assert item.urgency_reason is not None
    assert (item.risk, item.urgency_reason.code) == (risk, code)


@pytest.mark.parametrize("due", ["2026-11-22", "2026-11-23"])
def test_what_is_not_overdue_has_no_risk_order(due: str) -> None:
    (item,) = due_items([thing(due=due, result="complication")], d("2026-11-22"))
    assert item.risk == 0


WHY_URGENT: list[tuple[str, str, str | None, str, str]] = [
    ("referral_outcome_emergency", "2026-11-22", None, "urgency-emergency", "危急转诊的，排在最前面。"),
    ("referral_outcome", "2026-11-22", None, "urgency-referral", "转诊了要问清下文，排在前面。"),
    ("again", "2026-11-22", "complication", "urgency-again", "规范只给几天时间的，到日子就排在前面。"),
    (
        "tuberculosis_first_visit",
        "2026-11-22",
        None,
        "urgency-again",
        "规范只给几天时间的，到日子就排在前面。",
    ),
    ("newborn", "2026-11-22", None, "urgency-again", "规范只给几天时间的，到日子就排在前面。"),
    ("postnatal", "2026-11-22", None, "urgency-again", "规范只给几天时间的，到日子就排在前面。"),
    ("fasting_again", "2026-11-01", None, "urgency-again", "规范只给几天时间的，到日子就排在前面。"),
    ("unfinished_again", "2026-11-01", None, "urgency-again", "规范只给几天时间的，到日子就排在前面。"),
    (
        "quarter",
        "2026-11-21",
        "complication",
        "urgency-overdue-worst",
        "超期了，上次随访有并发症，比别的超期先去。",
    ),
    ("quarter", "2026-11-21", "controlled", "urgency-overdue", "超期了，超得久的先去。"),
    ("quarter", "2026-11-21", "stable_low_risk", "urgency-overdue", "超期了，超得久的先去。"),
    (
        "quarter",
        "2026-11-21",
        "acute_exacerbation",
        "urgency-overdue-worst",
        "超期了，上次随访急性加重，比别的超期先去。",
    ),
    ("quarter", "2026-11-21", None, "urgency-overdue-unknown", "超期了，还没有分过类，排在控制满意的前面。"),
    ("quarter", "2026-11-22", "complication", "urgency-due", "今天到日子，排在超期的后面。"),
    ("again", "2026-11-23", None, "urgency-planned", "还没到日子，顺路就做。"),
]


@pytest.mark.parametrize(("kind", "due", "result", "code", "said"), WHY_URGENT)
def test_the_urgency_is_explained(kind: str, due: str, result: str | None, code: str, said: str) -> None:
    (item,) = due_items([thing(item=kind, due=due, result=result)], d("2026-11-22"))
    assert item.urgency_reason is not None
    assert item.urgency_reason.code == code
    assert say(code, item.urgency_reason.values) == said
    assert source_of(code, item.urgency_reason.values)


# --- what stood in the way ---------------------------------------------------------------------------------------------

IN_THE_WAY: list[tuple[object, str, str]] = [
    (contact("2026-11-19", "home", "not_at_home"), "not_at_home", "2026年11月19日 去过，家里没人。"),
    (contact("2026-11-19", "home", "refused"), "refused", "2026年11月19日 说不愿意做。"),
    (contact("2026-11-19", "home", "a_later_reason"), "a_later_reason", "2026年11月19日 去过，没做成。"),
    (away("2026-11-01"), "away", "外出不在家，先打电话；回来那天就该做。"),
    (replace(away("2026-11-01"), kind="hospital"), "in_hospital", "正在住院，等出院再做。"),
]


@pytest.mark.parametrize(("record", "reason", "said"), IN_THE_WAY)
def test_a_line_says_what_stood_in_the_way(record: object, reason: str, said: str) -> None:
    (item,) = items_of(person(condition(), follow_up("2026-08-17"), record))
    assert item.not_done_reason == reason
    assert item.attempted_on == (d("2026-11-19") if "2026" in said else None)
    last = item.reasons[-1]
    assert say(last.code, last.values) == said


@pytest.mark.parametrize(("on", "is_told"), [("2026-12-19", True), ("2026-12-20", False)])
def test_an_attempt_is_told_for_thirty_days(on: str, is_told: bool) -> None:
    facts = person(condition(), follow_up("2026-08-17"), contact("2026-11-19", "home", "not_at_home"))
    (item,) = items_of(facts, on)
    assert ("not-done-not_at_home" in codes(item)) is is_told
    assert item.attempted_on == d("2026-11-19")


@pytest.mark.parametrize(("on", "lines"), [("2026-12-31", 1), ("2027-01-01", 0)])
def test_what_was_refused_in_a_time_that_is_over_is_not_listed(on: str, lines: int) -> None:
    assert len(refused_items([thing(is_open=False, reason="refused")], d(on))) == lines


def test_a_refusal_is_told_as_long_as_it_stands() -> None:
    refused = thing(is_open=False, reason="refused", due="2026-11-01")
    (item,) = refused_items([replace(refused, attempted_on=d("2026-09-01"))], d("2026-11-22"))
    assert codes(item) == ["not-done-refused"]


def test_what_is_only_planned_is_not_yet_in_anybodys_way() -> None:
    (item,) = items_of(person(condition(), follow_up("2026-08-25"), away("2026-11-20")))
    assert (item.state, codes(item)) == ("planned", ["three-months"])


def test_back_home_it_is_due_that_day_and_says_so() -> None:
    (item,) = items_of(person(condition(), follow_up("2026-08-17"), away("2026-11-10", "2026-11-20")))
    assert (item.due_on, item.days_overdue, codes(item)) == (
        d("2026-11-20"),
        2,
        ["three-months", "back-again"],
    )


def test_what_she_refuses_is_no_line_but_stands_apart() -> None:
    facts = person(condition(), follow_up("2026-08-17"), refusal("follow_up:hypertension", "2026-11-18"))
    matched = asked_of(facts, "2026-11-22")
    assert due_items(matched, d("2026-11-22")) == ()
    (item,) = refused_items(matched, d("2026-11-22"))
    assert (item.item, item.not_done_reason, item.attempted_on) == (
        "follow_up:hypertension",
        "refused",
        d("2026-11-18"),
    )


def test_what_is_refused_and_not_due_yet_is_not_listed() -> None:
    facts = person(condition(), follow_up("2026-09-01"), refusal("follow_up:hypertension", "2026-11-18"))
    assert refused_items(asked_of(facts, "2026-11-22"), d("2026-11-22"), 8) == ()
    assert len(refused_items(asked_of(facts, "2026-11-22"), d("2026-11-22"), 9)) == 1


def test_what_is_not_asked_or_open_is_not_refused() -> None:
    asked = thing(is_open=False, reason="refused")
    assert len(refused_items([asked], d("2026-11-22"))) == 1
    for other in (
        thing(is_open=True, reason="refused"),
        thing(is_open=False, reason="away"),
        thing(is_open=False, reason="refused", is_asked=False),
    ):
        assert refused_items([other], d("2026-11-22")) == ()


# --- what is done along ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("on", "sends"),
    [("2026-09-30", False), ("2026-10-01", True), ("2026-12-31", True), ("2027-01-01", False)],
)
def test_what_is_done_along_has_a_line_only_in_the_last_quarter_of_its_span(on: str, sends: bool) -> None:
    one = thing(due="2026-06-30", is_along=True)
    assert sends_out(one.duty, d(on)) is sends
    assert len(due_items([one], d(on))) == sends
    assert len(along_items([one], d(on))) == (not sends)


@pytest.mark.parametrize(
    ("due", "sends"), [("2026-10-14", True), ("2026-10-15", False), ("2026-12-31", False)]
)
def test_and_only_when_its_day_has_passed(due: str, sends: bool) -> None:
    one = thing(due=due, is_along=True)
    assert len(due_items([one], d("2026-10-15"))) == sends
    assert len(along_items([one], d("2026-10-15"))) == (not sends)


def test_what_is_done_along_without_an_end_never_sends_anybody() -> None:
    assert not sends_out(thing(due="2026-01-01", is_along=True, until=None).duty, d("2026-11-22"))


def test_a_line_along_says_so() -> None:
    (item,) = along_items([thing(due="2026-06-30", is_along=True)], d("2026-08-01"))
    assert (item.is_along, item.urgency) == (True, 5)
    assert item.urgency_reason is not None
    assert item.urgency_reason.code == "urgency-along"
    assert not due_items([thing()], d("2026-11-22"))[0].is_along


def test_what_is_done_along_waits_for_its_span_and_may_not_be_closed() -> None:
    assert along_items([thing(due="2026-06-30", is_along=True)], d("2025-12-31")) == ()
    assert len(along_items([thing(due="2026-06-30", is_along=True)], d("2026-01-01"))) == 1
    assert along_items([thing(due="2026-06-30", is_along=True, is_open=False)], d("2026-08-01")) == ()


def test_the_same_promised_makes_a_line_of_its_own_when_it_falls_due() -> None:
    along = thing(due="2026-12-31", is_along=True)
    promise = thing(due="2026-11-30", item="basic.screening", source="contract")
    assert due_items([along, promise], d("2026-11-22"), 7) == ()
    assert len(along_items([along, promise], d("2026-11-22"), 7)) == 1
    (item,) = due_items([along, promise], d("2026-11-22"), 8)
    assert (item.is_along, item.sources) == (False, ("norm", "contract"))
    assert along_items([along, promise], d("2026-11-22"), 8) == ()


# --- who may see a line ------------------------------------------------------------------------------------------------


def test_protected_lines_are_for_those_who_may_see_them() -> None:
    items = due_items([thing("a"), thing("b", group="10"), thing("c", group="09")], d("2026-11-22"))
    assert [item.group for item in items] == [None, "10", "09"]
    assert [item.resident_id for item in visible(items, lambda _: True)] == ["a", "b", "c"]
    assert [item.resident_id for item in visible(items, lambda group: group == "09")] == ["a", "c"]
    assert [item.resident_id for item in visible(items, lambda _: False)] == ["a"]


def test_a_line_is_protected_when_any_part_of_it_is() -> None:
    (item,) = due_items([thing(item="quarter"), thing(item="x.follow_up", group="10")], d("2026-11-22"))
    assert item.group == "10"


# --- doors -------------------------------------------------------------------------------------------------------------


def household(
    own_id: str, order: int | None, hamlet: str | None = "g1", until: str | None = None
) -> Household:
    return Household(
        id=own_id,
        number=f"0{own_id}",
        village_id="x",
        hamlet_id=hamlet,
        walking_order=order,
        not_visited_until=d(until) if until else None,
    )


def item_at(household_id: str | None, urgency: int = 3, resident_id: str = "r1") -> DueItem:
    return DueItem(
        resident_id=resident_id,
        household_id=household_id,
        item="follow_up:hypertension",
        item_name="高血压随访",
        due_on=d("2026-11-17"),
        latest_on=d("2026-12-31"),
        state="overdue",
        days_overdue=5,
        urgency=urgency,
        mode_hint="home",
        sources=("norm",),
        reasons=(),
        duty_keys=("k",),
    )


def names(found: tuple[Door, ...]) -> list[str | None]:
    return [door.household_id for door in found]


def test_doors_by_urgency_then_hamlet_then_walking_order() -> None:
    households = {
        one.id: one
        for one in (
            household("a", 9),
            household("b", 2),
            household("c", 1, "g2"),
            household("e", None),
            household("u", 5),
            household("s", 1, until="2026-11-23"),
        )
    }
    hamlets = {
        "g1": Hamlet(id="g1", village_id="x", number=3, walking_order=0),
        "g2": Hamlet(id="g2", village_id="x", number=1),
    }
    items = [item_at(one) for one in ("e", "c", "a", "s", None, "b")] + [
        item_at("u", 0, "r2"),
        item_at("u", 4),
    ]
    found = doors(items, households, d("2026-11-22"), hamlets)
    assert names(found) == ["u", "b", "a", "e", "c", None, "s"]
    assert [item.urgency for item in found[0].items] == [0, 4]
    assert [door.is_silenced for door in found] == [False] * 6 + [True]
    assert names(doors(items, households, d("2026-11-23"), hamlets))[1] == "s"


def test_behind_a_door_everything_for_one_person_stands_together() -> None:
    items = [item_at("a", 4, "r1"), item_at("a", 3, "r2"), item_at("a", 0, "r1"), item_at("a", 5, "r2")]
    (door,) = doors(items, {"a": household("a", 1)}, d("2026-11-22"))
    assert [(one.resident_id, one.urgency) for one in door.items] == [
        ("r1", 0),
        ("r1", 4),
        ("r2", 3),
        ("r2", 5),
    ]


def test_doors_without_hamlets_or_known_households() -> None:
    assert names(doors([item_at("z"), item_at("a")], {"a": household("a", 1)}, d("2026-11-22"))) == ["a", "z"]


# --- as JSON -----------------------------------------------------------------------------------------------------------


def test_a_due_item_as_json() -> None:
    (item,) = items_of(person(condition(), follow_up("2026-08-17")))
    data = json.loads(json.dumps(item.as_json(), ensure_ascii=False))
    assert data["due_on"] == "2026-11-17"
    assert data["days_overdue"] == 5
    assert data["sources"] == ["norm"]
    assert data["urgency_reason"]["code"] == "urgency-overdue"
    assert (data["group"], data["not_done_reason"], data["attempted_on"]) == (None, None, None)
    assert data["is_along"] is False
    assert data["reasons"] == [
        {
            "code": "three-months",
            "text": "上次高血压随访是 2026年8月17日，到 2026年11月17日 满 3 个月，最晚 2026年12月31日。",
            "source": "规范（第三版）高血压 §随访频次",
        }
    ]


@given(facts_with(), VILLAGE_DAYS)
def test_every_due_item_has_its_reasons_said_with_a_source(facts: PersonFacts, on: date) -> None:
    items = due_items(match(expand(facts, on, RULES), facts, on), on, horizon_days=90)
    for item in items:
        assert item.reasons
        for reason in item.reasons:
            assert source_of(reason.code, reason.values)
            assert "{" not in say(reason.code, reason.values)
        assert item.state != "done"
        assert item.days_overdue == max(0, (on - item.due_on).days)
    assert len({(item.resident_id, item.item) for item in items}) == len(items)
