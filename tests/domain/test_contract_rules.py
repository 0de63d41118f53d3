"""Signing, renewing, ending: contracts.md §1, decisions.md "Contract dates" and "Signed"."""

import tomllib
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.domain.duties.people import (
    BASIC,
    DIABETES,
    PRESSURE,
    condition,
    contract,
    d,
    membership,
    person,
    resident,
    signed,
)
from tests.domain.shipped import figures
from village_doctor.domain.code_lists import parse_code_lists
from village_doctor.domain.contract_rules import (
    STATE_NAMES,
    Candidate,
    activate,
    check_can_sign,
    members_without_evidence,
    offer_for_signature,
    renewal_due,
    renewal_start,
    signed_members_on,
    suggest_packages,
    take_back,
    terminate,
)
from village_doctor.domain.contracts import Contract, ContractMember
from village_doctor.domain.duties.reasons import say
from village_doctor.domain.packages import ServicePackage
from village_doctor.domain.people import Resident
from village_doctor.domain.problems import PROBLEM_TEXTS, Problem

VOIDED = datetime(2026, 1, 1, tzinfo=UTC)
PACKAGES = {"basic": BASIC, "hypertension": PRESSURE}
CODES_FILE = Path(__file__).parents[2] / "resources" / "codes" / "termination_codes.toml"
KNOWN_CODES = ("01", "02", "03", "04", "05", "06", "99")


def candidate(
    who_id: str = "r1", *, born: str = "1956-03-01", packages: tuple[str, ...] = ("basic",), **given: object
) -> Candidate:
    who = resident(born, record_id=who_id, name=f"甲{who_id}")
    made = Candidate(resident=who, memberships=(membership(resident_id=who_id),), package_codes=packages)
    return replace(made, **given)  # type: ignore[arg-type]


def check(*candidates: Candidate, **given: object) -> object:
    options: dict[str, object] = {
        "household_id": "h1",
        "candidates": candidates,
        "representative": candidate(),
        "packages": PACKAGES,
        "years": 2,
        "starts_on": d("2026-11-22"),
        "on": d("2026-11-22"),
    }
    return check_can_sign(**(options | given))  # type: ignore[arg-type]


def test_a_household_of_four_may_sign_as_one_unit() -> None:
    people = [
        candidate("r1", packages=("basic", "hypertension")),
        candidate("r2"),
        candidate("r3"),
        candidate("r4", born="2021-05-20"),
    ]
    assert check(*people) == d("2028-11-21")


REFUSED: list[tuple[str, list[Candidate], dict[str, object], str, dict[str, str]]] = [
    ("nobody", [], {}, "contract-without-members", {}),
    ("four years", [candidate()], {"years": 4}, "contract-years", {"years": "4"}),
    ("somebody twice", [candidate(), candidate()], {}, "member-twice", {"name": "甲r1"}),
    (
        "dead",
        [candidate(resident=resident(died_on="2026-11-22", name="乙"))],
        {},
        "member-gone",
        {"name": "乙"},
    ),
    (
        "moved out",
        [candidate(resident=resident(moved_out_on="2026-11-01", name="乙"))],
        {},
        "member-gone",
        {"name": "乙"},
    ),
    (
        "of another household",
        [candidate(memberships=(membership("h2"),))],
        {},
        "member-not-in-household",
        {"name": "甲r1", "day": "2026-11-22"},
    ),
    (
        "left the household yesterday",
        [candidate(memberships=(membership(until="2026-11-21"),))],
        {},
        "member-not-in-household",
        {"name": "甲r1", "day": "2026-11-22"},
    ),
    (
        "comes tomorrow",
        [candidate(memberships=(membership(from_on="2026-11-23"),))],
        {},
        "member-not-in-household",
        {"name": "甲r1", "day": "2026-11-22"},
    ),
    (
        "in another running contract",
        [candidate(contracts=(signed(contract("2026-01-01")),))],
        {},
        "already-signed",
        {"name": "甲r1", "until": "2026-12-31"},
    ),
    (
        "in a renewal that has not begun",
        [candidate(contracts=(signed(contract("2027-01-01", signed_on="2026-11-01")),))],
        {},
        "already-signed",
        {"name": "甲r1", "until": "2027-12-31"},
    ),
    (
        "no basic package",
        [candidate(packages=("hypertension",))],
        {},
        "basic-package-one",
        {"name": "甲r1", "count": "0"},
    ),
    (
        "two basic packages",
        [candidate(packages=("basic", "basic_two"))],
        {"packages": PACKAGES | {"basic_two": replace(BASIC, code="basic_two")}},
        "basic-package-one",
        {"name": "甲r1", "count": "2"},
    ),
    (
        "a package nobody knows",
        [candidate(packages=("basic", "gold"))],
        {},
        "package-unknown",
        {"code": "gold"},
    ),
    ("nobody to sign", [candidate()], {"representative": None}, "representative-missing", {}),
    (
        "a child to sign",
        [candidate()],
        {"representative": candidate("r4", born="2008-11-23")},
        "representative-not-adult",
        {"name": "甲r4"},
    ),
    (
        "a neighbour to sign",
        [candidate()],
        {"representative": candidate("r9", memberships=(membership("h2"),))},
        "representative-not-member",
        {"name": "甲r9"},
    ),
    (
        "a dead head to sign",
        [candidate()],
        {"representative": candidate("r9", resident=resident(died_on="2020-01-01", name="乙"))},
        "member-gone",
        {"name": "乙"},
    ),
    (
        "a guardian of 17",
        [candidate()],
        {
            "representative": candidate("r9", born="2009-01-01", memberships=()),
            "representative_is_guardian": True,
        },
        "representative-not-adult",
        {"name": "甲r9"},
    ),
]


@pytest.mark.parametrize(
    ("people", "given", "code", "values"), [row[1:] for row in REFUSED], ids=[row[0] for row in REFUSED]
)
def test_who_cannot_sign_is_refused_by_name(
    people: list[Candidate], given: dict[str, object], code: str, values: dict[str, str]
) -> None:
    with pytest.raises(Problem) as caught:
        check(*people, **given)
    assert (caught.value.code, caught.value.values) == (code, values)
    assert "{" not in PROBLEM_TEXTS[code].format(**caught.value.values)


ALLOWED: list[tuple[str, Candidate, dict[str, object]]] = [
    ("18 today", candidate(), {"representative": candidate("r4", born="2008-11-22")}),
    (
        "a guardian from outside",
        candidate(born="2020-01-01"),
        {"representative": candidate("r9", memberships=()), "representative_is_guardian": True},
    ),
    (
        "renewal from the day after the old end",
        candidate(contracts=(signed(contract("2026-01-01")),)),
        {"starts_on": d("2027-01-01")},
    ),
    (
        "the contract itself, checked again",
        candidate(contracts=(signed(contract("2026-11-22")),)),
        {"contract_id": "k1"},
    ),
    ("an old draft", candidate(contracts=(signed(contract("2026-01-01", state="draft")),)), {}),
    (
        "a voided contract",
        candidate(contracts=(signed(replace(contract("2026-01-01"), voided_at=VOIDED)),)),
        {},
    ),
    (
        "terminated from today",
        candidate(
            contracts=(signed(contract("2026-01-01", state="terminated", terminated_on="2026-11-22")),)
        ),
        {},
    ),
    (
        "left the other contract yesterday",
        candidate(contracts=(signed(contract("2026-01-01"), until="2026-11-21"),)),
        {},
    ),
]


@pytest.mark.parametrize(("who", "given"), [row[1:] for row in ALLOWED], ids=[row[0] for row in ALLOWED])
def test_who_may_sign(who: Candidate, given: dict[str, object]) -> None:
    assert check(who, **given) is not None


def test_terminated_from_tomorrow_is_still_signed_today() -> None:
    running = signed(contract("2026-01-01", state="terminated", terminated_on="2026-11-23"))
    with pytest.raises(Problem) as caught:
        check(candidate(contracts=(running,)))
    assert caught.value.values["until"] == "2026-11-22"


# --- suggestions -------------------------------------------------------------------------------------------------------


def test_packages_that_fit_each_person() -> None:
    elderly = ServicePackage(code="elderly", name="老年人服务包", version=1, kind="personal", group="01")
    glucose = ServicePackage(code="diabetes", name="糖尿病服务包", version=1, kind="personal", group="08")
    offered = [glucose, PRESSURE, elderly, BASIC]
    day = d("2026-11-22")

    def codes(facts: object) -> list[tuple[str, str]]:
        return [(code, reason.code) for code, reason in suggest_packages(facts, offered, day, figures())]  # type: ignore[arg-type]

    assert codes(person(condition())) == [
        ("basic", "package-for-all"),
        ("elderly", "package-for-group"),
        ("hypertension", "package-for-group"),
    ]
    young = person(condition(DIABETES), who=resident("2000-01-01"))
    assert [code for code, _ in codes(young)] == ["basic", "diabetes"]
    assert [code for code, _ in codes(person(condition(confirmed=False), who=resident("1990-01-01")))] == [
        "basic"
    ]
    reasons = dict(suggest_packages(person(condition()), offered, day, figures()))
    assert reasons["hypertension"].values == {"package": "高血压服务包", "group": "07"}
    assert say(reasons["basic"].code, reasons["basic"].values) == "每个人都要有一个基本服务包。"
    assert (
        say(reasons["hypertension"].code, reasons["hypertension"].values)
        == "是高血压患者，适合“高血压服务包”。"
    )


# --- dates -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("old", "signed_on", "starts"),
    [
        (contract("2026-01-01"), "2026-11-22", "2027-01-01"),
        (contract("2026-01-01"), "2026-12-31", "2027-01-01"),
        (contract("2026-01-01"), "2027-01-01", "2027-01-01"),
        (contract("2026-01-01"), "2027-02-10", "2027-02-10"),
        (contract("2024-02-29"), "2025-02-28", "2025-03-01"),
        (contract("2026-01-01", state="terminated", terminated_on="2026-11-22"), "2026-11-22", "2026-11-22"),
        (contract("2026-01-01", state="terminated", terminated_on="2026-11-23"), "2026-11-22", "2026-11-23"),
        (contract("2026-01-01", state="draft"), "2026-11-22", "2026-11-22"),
        (replace(contract("2026-01-01"), voided_at=VOIDED), "2026-11-22", "2026-11-22"),
    ],
)
def test_a_renewal_signed_early_starts_the_day_after_the_old_end(
    old: Contract, signed_on: str, starts: str
) -> None:
    assert renewal_start(old, d(signed_on)) == d(starts)


@pytest.mark.parametrize(
    ("on", "due"),
    [("2026-10-31", False), ("2026-11-01", True), ("2026-12-31", True), ("2027-01-01", False)],
)
def test_renewal_comes_up_60_days_before_the_end(on: str, due: bool) -> None:
    assert renewal_due(contract("2026-01-01"), d(on)) is due


@pytest.mark.parametrize(
    ("renewal", "due"),
    [
        (contract("2027-01-01", record_id="k2", renews_id="k1"), False),
        (contract("2027-01-01", record_id="k2", renews_id="k1", state="awaiting_signature"), True),
        (contract("2027-01-01", record_id="k2", renews_id="k0"), True),
        (replace(contract("2027-01-01", record_id="k2", renews_id="k1"), voided_at=VOIDED), True),
    ],
)
def test_what_is_already_renewed_comes_up_no_more(renewal: Contract, due: bool) -> None:
    assert renewal_due(contract("2026-01-01"), d("2026-12-01"), [renewal]) is due


def test_a_terminated_contract_is_not_renewed() -> None:
    ended = contract("2026-01-01", state="terminated", terminated_on="2026-11-22")
    assert not renewal_due(ended, d("2026-12-01"))


# --- states ------------------------------------------------------------------------------------------------------------


def test_from_draft_over_paper_to_active_to_terminated() -> None:
    draft = contract("2026-11-22", 2, state="draft")
    paper = offer_for_signature(draft)
    assert paper.state == "awaiting_signature"
    assert take_back(paper).state == "draft"
    active = activate(paper, signed_on=d("2026-11-25"), representative_id="r1")
    assert (active.state, active.signed_on, active.representative_id) == ("active", d("2026-11-25"), "r1")
    assert (active.starts_on, active.ends_on) == (d("2026-11-25"), d("2028-11-24"))
    ended = terminate(active, on=d("2027-05-01"), code="04", known_codes=KNOWN_CODES)
    assert (ended.state, ended.terminated_on, ended.termination_code) == ("terminated", d("2027-05-01"), "04")


def test_a_renewal_is_active_with_a_future_start() -> None:
    paper = contract("2026-11-22", 1, state="awaiting_signature")
    active = activate(paper, signed_on=d("2026-11-25"), representative_id="r1", starts_on=d("2027-01-01"))
    assert (active.starts_on, active.ends_on) == (d("2027-01-01"), d("2027-12-31"))


WRONG = [
    ("draft", "activate", "草稿", "有效"),
    ("active", "activate", "有效", "有效"),
    ("terminated", "activate", "已解约", "有效"),
    ("awaiting_signature", "offer", "待签字", "待签字"),
    ("active", "offer", "有效", "待签字"),
    ("active", "take_back", "有效", "草稿"),
    ("draft", "terminate", "草稿", "已解约"),
    ("awaiting_signature", "terminate", "待签字", "已解约"),
    ("terminated", "terminate", "已解约", "已解约"),
    ("of_tomorrow", "offer", "of_tomorrow", "待签字"),
]


def act(deal: Contract, verb: str) -> Contract:
    match verb:
        case "activate":
            return activate(deal, signed_on=d("2026-11-22"), representative_id="r1")
        case "offer":
            return offer_for_signature(deal)
        case "take_back":
            return take_back(deal)
        case _:
            return terminate(deal, on=d("2026-11-22"), code="04", known_codes=KNOWN_CODES)


@pytest.mark.parametrize(("state", "verb", "is_now", "wanted"), WRONG)
def test_wrong_steps_are_refused(state: str, verb: str, is_now: str, wanted: str) -> None:
    with pytest.raises(Problem) as caught:
        act(contract("2026-01-01", state=state), verb)
    assert caught.value.code == "contract-state"
    assert caught.value.values == {"number": "2026-0001", "state": is_now, "wanted": wanted}


def test_a_voided_contract_moves_nowhere() -> None:
    with pytest.raises(Problem, match="contract-state"):
        offer_for_signature(replace(contract(state="draft"), voided_at=VOIDED))


def test_termination_needs_a_known_reason_and_a_day_inside_the_term() -> None:
    deal = contract("2026-01-01", signed_on="2025-12-20")
    with pytest.raises(Problem) as caught:
        terminate(deal, on=d("2026-05-01"), code="07", known_codes=KNOWN_CODES)
    assert (caught.value.code, caught.value.values) == ("termination-code", {"reason": "07"})
    with pytest.raises(Problem) as caught:
        terminate(deal, on=d("2025-12-19"), code="04", known_codes=KNOWN_CODES)
    assert (caught.value.code, caught.value.values["first"]) == ("termination-day", "2025-12-20")
    assert terminate(deal, on=d("2025-12-20"), code="04", known_codes=KNOWN_CODES).state == "terminated"
    assert terminate(deal, on=d("2026-12-31"), code="04", known_codes=KNOWN_CODES).state == "terminated"
    with pytest.raises(Problem) as caught:
        terminate(deal, on=d("2027-01-01"), code="04", known_codes=KNOWN_CODES)
    assert (caught.value.code, caught.value.values["state"]) == ("contract-state", STATE_NAMES["expired"])


def test_the_termination_codes_are_a_code_list() -> None:
    lists = parse_code_lists(CODES_FILE.name, tomllib.loads(CODES_FILE.read_text(encoding="utf-8")))
    assert tuple(option.code for option in lists["termination"].options) == KNOWN_CODES


# --- evidence ----------------------------------------------------------------------------------------------------------


def member(who_id: str, born: str = "1956-03-01", **given: object) -> tuple[ContractMember, Resident]:
    deal = signed(contract("2026-03-01"), resident_id=who_id, **given)  # type: ignore[arg-type]
    return deal.member, resident(born, record_id=who_id)


SIGNED_BY_HAND = member("r1")
TOLD = member("r2", signed_by="representative", told_on="2026-03-05")
NOT_TOLD = member("r3", signed_by="representative")
CHILD = member("r4", "2021-05-20", signed_by=None)
TURNED_18_LATER = member("r5", "2008-03-02", signed_by=None)
TURNED_18_THAT_DAY = member("r6", "2008-03-01", signed_by=None)
LEFT = member("r7", until="2026-11-21")
JOINS_TOMORROW = member("r8", from_on="2026-11-23")
EVERYBODY = [
    SIGNED_BY_HAND,
    TOLD,
    NOT_TOLD,
    CHILD,
    TURNED_18_LATER,
    TURNED_18_THAT_DAY,
    LEFT,
    JOINS_TOMORROW,
    (member("r9")[0], resident(record_id="r9", died_on="2026-11-22")),
    (replace(member("r10")[0], voided_at=VOIDED), resident(record_id="r10")),
    (replace(SIGNED_BY_HAND[0], id="again"), SIGNED_BY_HAND[1]),
]


def ids(members: tuple[ContractMember, ...]) -> list[str]:
    return [one.resident_id for one in members]


def test_an_adult_without_evidence_of_her_own_is_in_the_contract_and_in_no_signed_count() -> None:
    deal = contract("2026-03-01")
    assert ids(signed_members_on(deal, EVERYBODY, d("2026-11-22"))) == ["r1", "r2", "r4", "r5"]
    assert ids(members_without_evidence(deal, EVERYBODY, d("2026-11-22"))) == ["r3", "r6"]


@pytest.mark.parametrize("on", ["2026-02-28", "2027-03-01"])
def test_nobody_is_signed_outside_the_term(on: str) -> None:
    deal = contract("2026-03-01")
    assert signed_members_on(deal, EVERYBODY, d(on)) == ()
    assert members_without_evidence(deal, EVERYBODY, d(on)) == ()
