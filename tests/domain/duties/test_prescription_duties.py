"""续方 reminders for long prescriptions (contracts.md §5); they never postpone a follow-up."""

from datetime import UTC, date, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.domain.duties.people import away, condition, d, duties_of, follow_up, matched_of, person, resident
from tests.domain.duties.proofs import codes, dates
from village_doctor.domain.duties.duty import Duty
from village_doctor.domain.duties.evidence import EvidenceIndex
from village_doctor.domain.duties.reasons import say, say_date, source_of
from village_doctor.domain.medications import Medication

ON = "2026-11-22"
REFILL = "refill"


def drug(
    issued: str | None = "2026-09-01",
    weeks: int | None = 12,
    *,
    until: str | None = None,
    due: str | None = None,
    voided: bool = False,
    name: str = "氨氯地平",
) -> Medication:
    return Medication(
        id=f"{name}{issued}{weeks}{until}",
        resident_id="r1",
        drug=name,
        issued_on=None if issued is None else d(issued),
        weeks=weeks,
        until_on=None if until is None else d(until),
        refill_due_on=None if due is None else d(due),
        voided_at=datetime(2026, 9, 2, tzinfo=UTC) if voided else None,
    )


def refills(*records: object, on: str = ON, counting: str | None = None, **who: Any) -> list[Duty]:
    return duties_of(person(*records, who=resident(**who)), on, REFILL, counting)


@pytest.mark.parametrize(("weeks", "due"), [(4, "2026-09-29"), (8, "2026-10-27"), (12, "2026-11-24")])
def test_due_when_the_supply_is_used_up(weeks: int, due: str) -> None:
    (duty,) = refills(drug(weeks=weeks))
    assert dates(duty) == ("2026-09-02", "None", due, due)
    assert (duty.proof, codes(duty), duty.is_asked, duty.is_along) == (
        "refill:氨氯地平",
        ("refill-due",),
        True,
        False,
    )
    assert (duty.key, duty.name) == ("r1/norm/refill:氨氯地平/2026-09-01", "长期处方")
    told = dict(duty.reasons[0].values or {})
    assert told == {"drug": "氨氯地平", "issued": "2026-09-01", "weeks": str(weeks), "due": due}
    assert say("refill-due", told) == (
        f"2026年9月1日 开的氨氯地平长期处方，开了 {weeks} 周，{say_date(due)} 药就吃完了，提前提醒去续方；随访照常做。"
    )
    assert source_of(duty.reasons[0].code, duty.reasons[0].values)


def test_the_day_written_down_stands() -> None:
    assert dates(refills(drug(due="2026-11-20"))[0])[2] == "2026-11-20"
    assert dates(refills(drug(due="2026-09-01"))[0])[2] == "2026-09-02"


@pytest.mark.parametrize(
    "medicine",
    [drug(weeks=None), drug(issued=None), drug(voided=True), drug(issued="2026-11-23")],
    ids=["no weeks", "no day of issue", "voided", "issued later"],
)
def test_no_long_prescription_no_reminder(medicine: Medication) -> None:
    assert refills(medicine) == []
    assert len(refills(medicine, drug(name="二甲双胍"))) == 1


def test_issued_today_is_known_today() -> None:
    assert len(refills(drug(issued=ON))) == 1


@pytest.mark.parametrize(
    ("until", "count"),
    [("2026-11-21", 0), ("2026-11-22", 1), ("2026-12-31", 1), ("2026-10-01", 0)],
)
def test_a_medicine_that_was_stopped_is_not_renewed(until: str, count: int) -> None:
    assert len(refills(drug(until=until))) == count
    assert len(refills(drug(until=until), drug("2026-09-02", name="二甲双胍"))) == count + 1


def test_stopped_after_it_ran_out_it_was_still_to_be_renewed() -> None:
    assert len(refills(drug(weeks=4, until="2026-09-28"))) == 0
    assert len(refills(drug(weeks=4, until="2026-09-29"))) == 1


@pytest.mark.parametrize(("until", "is_asked"), [("2026-11-21", False), ("2026-11-22", True), (None, True)])
def test_what_ran_out_and_was_stopped_since_is_asked_no_more(until: str | None, is_asked: bool) -> None:
    (duty,) = refills(drug(weeks=4, until=until))
    assert duty.is_asked is is_asked
    (duty,) = refills(drug(weeks=4, until=until), drug(weeks=8))
    assert duty.is_asked


def test_two_supplies_of_one_drug_and_day_are_one_reminder_for_the_first_that_runs_out() -> None:
    (duty,) = refills(drug(weeks=12), drug(weeks=8))
    assert dates(duty)[2] == "2026-10-27"
    assert dict(duty.reasons[0].values or {})["weeks"] == "8"
    (duty,) = refills(drug(weeks=12), drug(weeks=8, until="2026-10-01"))
    assert dates(duty)[2] == "2026-11-24"


def test_each_drug_has_its_own_reminder() -> None:
    found = refills(drug(weeks=12), drug(weeks=8, name="二甲双胍"))
    assert [(one.proof, dates(one)[2]) for one in found] == [
        ("refill:二甲双胍", "2026-10-27"),
        ("refill:氨氯地平", "2026-11-24"),
    ]


def test_only_a_later_prescription_of_that_drug_answers_it() -> None:
    """§5: what is registered is each supply; another drug's does not last for this one."""
    facts = person(drug("2026-01-01", 4), drug("2026-01-15", 12, name="二甲双胍"))
    found = matched_of(facts, "2026-01-30", REFILL)
    assert [(one.duty.proof, str(one.duty.due_on), one.state) for one in found] == [
        ("refill:氨氯地平", "2026-01-29", "overdue"),
        ("refill:二甲双胍", "2026-04-09", "planned"),
    ]
    facts = person(drug("2026-06-01", 4), drug("2026-07-01", 4))
    assert [one.state for one in matched_of(facts, ON, REFILL)] == ["done", "overdue"]
    facts = person(drug("2026-06-01", 4), drug("2026-06-01", 8))
    assert [one.state for one in matched_of(facts, ON, REFILL)] == ["overdue"]


@pytest.mark.parametrize(("other", "is_asked"), [("2026-06-28", True), ("2026-06-29", False), (ON, False)])
def test_another_drug_after_it_ran_out_has_taken_its_place(other: str, is_asked: bool) -> None:
    facts = person(drug("2026-06-01", 4), drug(other, 12, name="硝苯地平"))
    found = {one.proof: one.is_asked for one in duties_of(facts, ON, REFILL)}
    assert found == {"refill:氨氯地平": is_asked, "refill:硝苯地平": True}


def test_a_prescription_of_any_drug_keeps_the_promise_of_one() -> None:
    index = EvidenceIndex(person(drug("2026-06-01", 4)), d(ON))
    found = [
        index.first_in(proof, d("2026-06-01"), None) for proof in ("long_prescription", "refill:氨氯地平")
    ]
    assert [one is not None and one.day for one in found] == [d("2026-06-01")] * 2
    assert index.first_in("refill:二甲双胍", d("2026-06-01"), None) is None


def test_what_was_answered_was_due_when_the_first_ran_out() -> None:
    found = refills(drug("2026-06-01", 4), drug("2026-06-01", 8), drug("2026-07-01", 4))
    assert [dates(one)[2] for one in found] == ["2026-06-29", "2026-07-29"]


def test_history() -> None:
    old, renewed = drug("2024-12-01", 4), drug("2024-12-29", 4)
    assert [one.key[-10:] for one in refills(old, renewed)] == [
        "2024-12-29"
    ]  # the first ran out on 29 December 2024
    assert [one.key[-10:] for one in refills(old)] == ["2024-12-01"]  # nobody renewed it: still asked
    first, second = drug("2024-12-04", 4), drug("2024-12-05", 4)
    assert [one.key[-10:] for one in refills(first, second)] == ["2024-12-04", "2024-12-05"]


def test_who_is_gone_or_away_renews_nothing() -> None:
    assert refills(drug(), died_on="2026-10-01") == []
    assert refills(drug(), away("2026-04-01")) == []
    back = (drug("2026-03-10", 4), drug(name="二甲双胍"), away("2025-10-01", "2026-05-01"))
    assert [one.proof for one in refills(*back)] == ["refill:二甲双胍"]
    (duty,) = refills(drug(weeks=4), died_on="2026-10-01")
    assert not duty.is_asked
    assert len(refills(drug(), drug("2026-09-20", 4), died_on="2026-10-01")) == 1  # what was renewed stays


@pytest.mark.parametrize(
    ("counting", "expected"),
    [
        ("2026-11-24", [("2026-11-24", ("refill-due",))]),
        ("2026-11-25", []),
        ("2026-09-01", [("2026-11-24", ("refill-due",))]),
    ],
)
def test_counting(counting: str, expected: list[tuple[str, tuple[str, ...]]]) -> None:
    assert [(dates(one)[2], codes(one)) for one in refills(drug(), counting=counting)] == expected


def test_a_supply_of_twelve_weeks_postpones_no_follow_up() -> None:
    """§5: a 12-week supply never postpones a follow-up."""
    records = (condition(), follow_up("2026-08-17", "uncontrolled"), follow_up("2026-10-20"))
    without = [one for one in duties_of(person(*records), ON) if one.item != REFILL]
    with_it = [one for one in duties_of(person(*records, drug("2026-10-20", 12)), ON) if one.item != REFILL]
    assert with_it == without


DRUGS = st.builds(
    lambda day, weeks, name: drug(str(day), weeks, name=name),
    st.dates(date(2025, 1, 1), date(2026, 12, 31)),
    st.sampled_from([4, 8, 12]),
    st.sampled_from(["氨氯地平", "二甲双胍"]),
)


@given(st.lists(DRUGS, max_size=5), DRUGS, st.dates(date(2025, 6, 1), date(2027, 1, 31)))
def test_a_further_prescription_never_takes_a_done_one_away(
    drugs: list[Medication], more: Medication, on: date
) -> None:
    def done(found: list[Medication]) -> set[str]:
        return {one.duty.key for one in matched_of(person(*found), str(on), REFILL) if one.state == "done"}

    assert done(drugs) <= done([*drugs, more])
    assert duties_of(person(*reversed(drugs)), str(on)) == duties_of(person(*drugs), str(on))
