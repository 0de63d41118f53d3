"""A signed contract changes and its history stays: contracts.md §1, §3.3, decisions.md "Contract dates"."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from tests.domain.duties.people import BASIC, PRESSURE, contract, d, membership, resident, signed
from village_doctor.domain.changes.codec import from_json, to_json
from village_doctor.domain.contract_changes import (
    change_packages,
    check_can_join,
    end_member,
    packages_for,
    with_packages,
)
from village_doctor.domain.contract_rules import Candidate
from village_doctor.domain.contracts import Contract
from village_doctor.domain.messages import JsonValue
from village_doctor.domain.packages import ServiceItem, ServicePackage
from village_doctor.domain.people import Resident
from village_doctor.domain.problems import PROBLEM_TEXTS, Problem

VOIDED = datetime(2026, 1, 1, tzinfo=UTC)
NEWER_PRESSURE = replace(PRESSURE, version=2, name="新的高血压服务包")
ELDERLY = ServicePackage(code="elderly", name="老年人服务包", version=1, kind="personal", group="01")
TODAYS = {"basic": BASIC, "hypertension": NEWER_PRESSURE, "elderly": ELDERLY}
DEAL = contract("2026-01-01")
MEMBER = signed(DEAL, packages=("basic",)).member


def candidate(*packages: str, who: Resident | None = None, **given: object) -> Candidate:
    made = Candidate(
        resident=who or resident(name="王强"),
        memberships=(membership(),),
        package_codes=packages or ("basic",),
    )
    return replace(made, **given)  # type: ignore[arg-type]


def refused(code: str, act: object, *args: object) -> dict[str, str]:
    with pytest.raises(Problem) as caught:
        act(*args)  # type: ignore[operator]
    assert caught.value.code == code
    assert "{" not in PROBLEM_TEXTS[code].format(**caught.value.values)
    return dict(caught.value.values)


# --- joining -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("on", ["2026-01-01", "2026-12-31"], ids=["on the first day", "on the last day"])
def test_one_may_join_a_running_contract(on: str) -> None:
    check_can_join(DEAL, candidate(), TODAYS, d(on))


def test_one_may_join_a_contract_that_is_signed_and_begins_later() -> None:
    later = contract("2027-01-01", signed_on="2026-11-15")
    check_can_join(later, candidate(), TODAYS, d("2026-11-15"))
    ending = signed(contract("2026-01-01", record_id="old"))
    check_can_join(later, candidate(contracts=(ending,)), TODAYS, d("2026-11-20"))
    values = refused("contract-not-open", check_can_join, later, candidate(), TODAYS, d("2026-11-14"))
    assert values == {"number": "2026-0001", "day": "2026-11-14", "state": "有效"}


CLOSED: list[tuple[str, Contract, str]] = [
    ("a draft", contract("2026-01-01", state="draft"), "草稿"),
    ("paper handed out", contract("2026-01-01", state="awaiting_signature"), "待签字"),
    ("expired the day before", contract("2025-11-22"), "到期"),
    (
        "terminated from that day",
        contract("2026-01-01", state="terminated", terminated_on="2026-11-22"),
        "已解约",
    ),
    ("voided", replace(DEAL, voided_at=VOIDED), "有效"),
]


@pytest.mark.parametrize(("deal", "state"), [row[1:] for row in CLOSED], ids=[row[0] for row in CLOSED])
def test_a_contract_that_is_not_open_changes_no_more(deal: Contract, state: str) -> None:
    day = d("2026-11-22")
    assert refused("contract-not-open", check_can_join, deal, candidate(), TODAYS, day)["state"] == state
    refused("contract-not-open", change_packages, deal, MEMBER, candidate("basic", "elderly"), "m2", day)
    refused("contract-not-open", end_member, deal, MEMBER, candidate(), day, "refused")


def test_terminated_later_it_is_open_until_then() -> None:
    deal = contract("2026-01-01", state="terminated", terminated_on="2026-11-23")
    check_can_join(deal, candidate(), TODAYS, d("2026-11-22"))


JOINING = [
    ("dead", candidate(who=resident(died_on="2026-11-22", name="王强")), "member-gone"),
    ("of another household", candidate(memberships=(membership("h2"),)), "member-not-in-household"),
    ("comes tomorrow", candidate(memberships=(membership(from_on="2026-11-23"),)), "member-not-in-household"),
    ("a member already", candidate(contracts=(signed(DEAL),)), "already-signed"),
    (
        "in another contract for one more day",
        candidate(contracts=(signed(contract("2025-11-23", record_id="other")),)),
        "already-signed",
    ),
    ("no basic package", candidate("hypertension"), "basic-package-one"),
    ("a package nobody knows", candidate("basic", "gold"), "package-unknown"),
]


@pytest.mark.parametrize(("who", "code"), [row[1:] for row in JOINING], ids=[row[0] for row in JOINING])
def test_who_cannot_join(who: Candidate, code: str) -> None:
    refused(code, check_can_join, DEAL, who, TODAYS, d("2026-11-22"))


def test_who_left_may_join_again_and_so_may_who_was_signed_elsewhere_until_yesterday() -> None:
    left = signed(DEAL, until="2026-11-21")
    elsewhere = signed(contract("2025-11-22", record_id="other"))
    check_can_join(DEAL, candidate(contracts=(left, elsewhere)), TODAYS, d("2026-11-22"))


# --- packages ----------------------------------------------------------------------------------------------------------


def test_what_was_signed_stays_as_signed_and_the_rest_is_as_it_is_today() -> None:
    known = packages_for(DEAL, TODAYS)
    assert known == {"basic": BASIC, "hypertension": PRESSURE, "elderly": ELDERLY}
    longer = with_packages(DEAL, ("hypertension", "elderly", "basic"), TODAYS)
    assert longer.packages == (BASIC, PRESSURE, ELDERLY)
    assert with_packages(DEAL, ("basic", "hypertension"), TODAYS) is DEAL


def test_a_change_ends_one_row_and_begins_another() -> None:
    ended, begun = change_packages(
        DEAL, replace(MEMBER, told_on=d("2026-01-01")), candidate("basic", "elderly"), "m2", d("2026-05-20")
    )
    assert (ended.id, ended.until_on, ended.until_reason) == (MEMBER.id, d("2026-05-19"), "packages_changed")
    assert ended.package_codes == ("basic",)
    assert (begun.id, begun.from_on, begun.until_on) == ("m2", d("2026-05-20"), None)
    assert (begun.package_codes, begun.resident_id, begun.told_on) == (
        ("basic", "elderly"),
        "r1",
        d("2026-01-01"),
    )


def test_a_change_back_to_the_same_is_none() -> None:
    both = replace(MEMBER, package_codes=("basic", "elderly"))
    values = refused(
        "nothing-to-change", change_packages, DEAL, both, candidate("elderly", "basic"), "m2", d("2026-05-20")
    )
    assert values == {"name": "王强", "what": "服务包"}


def test_the_gone_get_no_other_packages() -> None:
    gone = candidate("basic", "elderly", who=resident(moved_out_on="2026-05-20"))
    refused("member-gone", change_packages, DEAL, MEMBER, gone, "m2", d("2026-05-20"))


@pytest.mark.parametrize(
    ("member", "on"),
    [
        (replace(MEMBER, from_on=d("2026-05-21")), "2026-05-20"),
        (replace(MEMBER, until_on=d("2026-05-19")), "2026-05-20"),
        (replace(MEMBER, voided_at=VOIDED), "2026-05-20"),
    ],
    ids=["joins tomorrow", "left yesterday", "voided"],
)
def test_only_who_is_bound_that_day(member: object, on: str) -> None:
    more = candidate("basic", "elderly")
    refused("member-not-bound", change_packages, DEAL, member, more, "m2", d(on))
    values = refused("member-not-bound", end_member, DEAL, member, more, d(on), "refused")
    assert values == {"name": "王强", "day": on, "number": "2026-0001"}


# --- leaving -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("on", "last"), [("2026-05-20", "2026-05-19"), ("2026-01-01", "2025-12-31"), ("2026-12-31", "2026-12-30")]
)
def test_the_day_of_leaving_is_the_first_without_her(on: str, last: str) -> None:
    left = end_member(DEAL, MEMBER, candidate(), d(on), "refused")
    assert left == replace(MEMBER, until_on=d(last), until_reason="refused")


# --- contracts of earlier programs -------------------------------------------------------------------------------------


def test_an_item_signed_by_an_earlier_program_is_read_as_it_was() -> None:
    old: dict[str, JsonValue] = {
        "code": "follow_up",
        "frequency": "per_year",
        "name": "随访",
        "proof": "visit",
        "times": 4,
    }
    item = from_json(ServiceItem, old)
    assert item == ServiceItem(code="follow_up", name="随访", frequency="per_year", times=4, proof="visit")


def test_every_field_of_an_item_survives_the_way_to_the_township_and_back() -> None:
    item = ServiceItem(
        code="a",
        name="一",
        frequency="by_event",
        every=2,
        unit="weeks",
        ages=("4 years",),
        event="delivery",
        after_days=0,
        within_days=7,
        weeks=("0-12 weeks",),
        proof="visit",
        while_ill=("copd",),
    )
    assert from_json(ServiceItem, to_json(item)) == item
