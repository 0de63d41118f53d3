"""Package files: resources/formats/package.md, contents from contracts.md §3.1 and §3.2."""

import copy
import re
import tomllib
from fractions import Fraction
from pathlib import Path

import pytest

from village_doctor.domain.packages import (
    PROOFS,
    ServiceItem,
    ServicePackage,
    Window,
    is_provable,
    parse_package,
)
from village_doctor.domain.problems import PROBLEM_TEXTS, Problem

FOLDER = Path(__file__).parents[2] / "resources" / "packages"
SHIPPED = {path.stem: path for path in sorted(FOLDER.glob("*.toml"))}


def read(name: str) -> dict[str, object]:
    return tomllib.loads(SHIPPED[name].read_text(encoding="utf-8"))


def shipped(name: str) -> ServicePackage:
    return parse_package(f"{name}.toml", read(name))


def test_every_package_is_there_for_its_group() -> None:
    found = {name: (shipped(name).kind, shipped(name).group) for name in SHIPPED}
    assert found == {
        "basic": ("basic", None),
        "elderly": ("personal", "01"),
        "maternal": ("personal", "02"),
        "child": ("personal", "03"),
        "disability": ("personal", "04"),
        "poverty": ("personal", "05"),
        "special_family": ("personal", "06"),
        "hypertension": ("personal", "07"),
        "diabetes": ("personal", "08"),
        "tuberculosis": ("personal", "09"),
        "mental_disorder": ("personal", "10"),
        "copd": ("personal", "12"),
    }
    assert [package.code for package in map(shipped, SHIPPED)] == list(SHIPPED)
    assert all(package.source and package.version >= 1 for package in map(shipped, SHIPPED))


PER_YEAR = [
    # contracts.md §3.1 and §3.2: package, item, times a year, proof
    ("basic", "health_assessment", 1, "health_assessment"),
    ("basic", "education_material", 1, "education:material"),
    ("basic", "health_information", 1, "education:told"),
    ("basic", "check_up", 1, "check_up"),
    ("hypertension", "follow_up", 4, "follow_up:hypertension"),
    ("hypertension", "check_up", 1, "check_up"),
    ("diabetes", "follow_up", 4, "follow_up:diabetes"),
    ("diabetes", "fasting_glucose", 4, "reading:fasting_glucose"),
    ("diabetes", "check_up", 1, "check_up"),
    ("elderly", "check_up", 1, "check_up"),
    ("elderly", "result_told", 1, "service:result_told"),
    ("elderly", "self_care", 1, "self_care"),
    ("elderly", "constitution", 1, "constitution"),
    ("elderly", "flu_vaccine", 1, "service:vaccine_reminder"),
    ("mental_disorder", "follow_up", 4, "follow_up:mental_disorder"),
    ("mental_disorder", "check_up", 1, "check_up"),
    ("copd", "follow_up", 4, "follow_up:copd"),
    ("disability", "home_visit", 1, "service:home_visit"),
    ("poverty", "chronic_follow_up", 1, "follow_up:other_chronic"),
    ("special_family", "home_visit", 1, "service:home_visit"),
    ("special_family", "mental_support", 1, "service:mental_support"),
]
BY_EVENT = [
    # package, item, event, from day, within days, proof
    ("hypertension", "again", "not_controlled:hypertension", None, 14, "follow_up:hypertension"),
    ("hypertension", "referral_outcome", "referral:hypertension", None, 14, "referral_outcome"),
    ("diabetes", "again", "not_controlled:diabetes", None, 14, "follow_up:diabetes"),
    ("diabetes", "referral_outcome", "referral:diabetes", None, 14, "referral_outcome"),
    ("maternal", "antenatal_visit", "pregnancy", None, None, "antenatal_visit"),
    ("maternal", "postnatal_visit", "discharge", None, 7, "postnatal_visit"),
    ("maternal", "postnatal_42_days", "delivery", 42, 56, "postnatal_42_days"),
    ("maternal", "referral_outcome", "referral", None, 14, "referral_outcome"),
    ("child", "newborn_visit", "discharge", None, 7, "newborn_visit"),
    ("tuberculosis", "first_visit", "diagnosis:tuberculosis", None, 3, "tuberculosis:first_visit"),
    ("tuberculosis", "referral_outcome", "referral:tuberculosis", None, 14, "referral_outcome"),
    ("mental_disorder", "again", "not_controlled:mental_disorder", None, 14, "follow_up:mental_disorder"),
    ("mental_disorder", "referral_outcome", "referral:mental_disorder", None, 14, "referral_outcome"),
    ("copd", "referral_outcome", "referral:copd", None, 14, "referral_outcome"),
    ("poverty", "referral_outcome", "referral", None, 14, "referral_outcome"),
]


def items_of(frequency: str) -> list[tuple[str, ServiceItem]]:
    return [(name, item) for name in SHIPPED for item in shipped(name).items if item.frequency == frequency]


def test_what_is_promised_how_often() -> None:
    found = [(name, item.code, item.times, item.proof) for name, item in items_of("per_year")]
    assert sorted(found) == sorted(PER_YEAR)


def test_general_promises_and_reminders_are_kept_along() -> None:
    along = {(name, item.code) for name in SHIPPED for item in shipped(name).items if item.is_along}
    basic = {"health_assessment", "education_material", "health_information", "check_up"}
    assert along == {
        *(("basic", code) for code in basic),
        ("elderly", "result_told"),
        ("elderly", "flu_vaccine"),
    }


def test_what_is_promised_after_an_event() -> None:
    found = [
        (name, item.code, item.event, item.after_days, item.within_days, item.proof)
        for name, item in items_of("by_event")
    ]
    assert sorted(found, key=str) == sorted(BY_EVENT, key=str)


def test_what_is_promised_at_an_age_in_a_pregnancy_and_at_an_interval() -> None:
    """Norms §5 (five checks), §6 (visits of children), §2 (Chinese medicine), §4 (monthly record)."""
    ages = {item.code: item.ages for _, item in items_of("by_age")}
    months = ("6 months", "12 months", "18 months", "24 months", "30 months", "36 months")
    assert ages["child_chinese_medicine"] == months
    assert ages["child_visit"] == (
        *("28-30 days", "3 months", "6 months", "8 months", "12 months", "18 months", "24 months"),
        *("30 months", "36 months", "4 years", "5 years", "6 years"),
    )
    weeks = {item.code: item.weeks for _, item in items_of("by_event") if item.weeks}
    assert weeks == {
        "antenatal_visit": ("0-12 weeks", "16-20 weeks", "21-24 weeks", "28-36 weeks", "37-40 weeks")
    }
    intervals = [
        (name, item.code, item.every, item.unit, item.while_ill) for name, item in items_of("interval")
    ]
    assert intervals == [("tuberculosis", "follow_up", 1, "months", ("tuberculosis",))]
    ill = {(name, item.code): item.while_ill for name, item in items_of("per_year") if item.while_ill}
    assert ill == {("poverty", "chronic_follow_up"): ("coronary_disease", "stroke", "other_chronic")}


def test_every_dated_item_can_be_followed() -> None:
    for name in SHIPPED:
        for item in shipped(name).items:
            assert item.is_expanded is (item.frequency != "as_needed"), (name, item.code)


def test_every_service_is_in_the_list_of_services() -> None:
    file = tomllib.loads((FOLDER.parent / "codes" / "given_codes.toml").read_text(encoding="utf-8"))
    known = {f"service:{option['code']}" for option in file["lists"]["service"]["options"]}
    proofs = {item.proof for name in SHIPPED for item in shipped(name).items if item.proof}
    assert {proof for proof in proofs if proof.startswith("service:")} <= known


def test_the_shipped_files_tell_the_resident_conditions_only() -> None:
    told = {item.condition for name in SHIPPED for item in shipped(name).items if item.condition}
    assert told == {"有条件的做", "需要的", "行动不便的", "本人或监护人同意的"}


def test_what_was_not_verified_says_so() -> None:
    noted = {(name, item.code) for name in SHIPPED for item in shipped(name).items if item.note}
    assert noted == {
        ("basic", "education_material"),
        ("basic", "health_information"),
        ("basic", "check_up"),
        ("elderly", "flu_vaccine"),
        ("maternal", "postnatal_42_days"),
        ("tuberculosis", "follow_up"),
        ("copd", "follow_up"),
        ("disability", "home_visit"),
        ("special_family", "home_visit"),
        ("special_family", "mental_support"),
    }


def test_as_needed_items_promise_no_number() -> None:
    assert all(item.times == 0 and not item.is_spread for _, item in items_of("as_needed"))


def made(frequency: str, **given: object) -> ServiceItem:
    return ServiceItem(code="a", name="一", frequency=frequency, **({"proof": "visit"} | given))  # type: ignore[arg-type]


FOLLOWED = [
    (made("per_year", times=1), True),
    (made("per_year", times=0), False),
    (made("per_year", times=1, proof="check_up"), True),
    (made("per_year", times=1, proof="service:nursing"), True),
    (made("per_year", times=1, proof="lung_function"), False),
    (made("per_year", times=1, proof=None), False),
    (made("as_needed"), False),
    (made("as_needed", times=1), False),
    (made("monthly", times=1), False),
    (made("interval", every=10, unit="days"), True),
    (made("interval", every=2, unit="weeks"), True),
    (made("interval", every=1, unit="months"), True),
    (made("interval", every=1, unit="years"), False),
    (made("interval", every=0, unit="days"), False),
    (made("interval", unit="days"), False),
    (made("interval", every=10), False),
    (made("by_age", ages=("3 months",)), True),
    (made("by_age", ages=("3 months", "soon")), False),
    (made("by_age", times=1), False),
    (made("by_event", event="delivery", within_days=7), True),
    (made("by_event", event="delivery"), False),
    (made("by_event", event="a_birthday", within_days=7), False),
    (made("by_event", within_days=7), False),
    (made("by_event", event="pregnancy", weeks=("0-12 weeks",)), True),
    (made("by_event", event="pregnancy", weeks=("early",)), False),
    (made("by_event", event="pregnancy", within_days=7), False),
    (made("by_event", event="referral", within_days=14, proof="referral_outcome"), True),
]


@pytest.mark.parametrize(("item", "expanded"), FOLLOWED, ids=[repr(row[0]) for row in FOLLOWED])
def test_what_this_program_turns_into_duties(item: ServiceItem, expanded: bool) -> None:
    assert item.is_expanded is expanded


@pytest.mark.parametrize(
    ("item", "times"),
    [
        (made("per_year", times=4), 4),
        (made("interval", every=1, unit="months"), 12),
        (made("interval", every=3, unit="months"), 4),
        (made("interval", every=73, unit="days"), 5),
        (made("interval", every=1, unit="weeks"), Fraction(365, 7)),
    ],
    ids=["four a year", "monthly", "every 3 months", "every 73 days", "weekly"],
)
def test_how_often_a_year(item: ServiceItem, times: Fraction) -> None:
    assert item.times_a_year == times


@pytest.mark.parametrize(
    ("text", "window"),
    [
        ("3 months", Window(3, 3, "months")),
        ("28-30 days", Window(28, 30, "days")),
        ("0-12 weeks", Window(0, 12, "weeks")),
        ("4-4 years", Window(4, 4, "years")),
    ],
)
def test_a_window(text: str, window: Window) -> None:
    assert Window.of(text) == window


@pytest.mark.parametrize(
    "text", ["3", "months", "3months", "3 month", "30-28 days", "-3 days", "3.5 months", "1000 days"]
)
def test_no_window(text: str) -> None:
    with pytest.raises(ValueError, match=re.escape(text)):
        Window.of(text)


def test_what_records_prove() -> None:
    assert {"check_up", "self_care", "visit", "education:told", "follow_up:tuberculosis"} <= PROOFS
    assert is_provable("service:anything")
    assert is_provable("referral_outcome")
    assert not is_provable("vaccination")
    assert not is_provable(None)


GOOD: dict[str, object] = {
    "version": 2,
    "code": "home_care",
    "name": "上门服务包",
    "kind": "personal",
    "group": "04",
    "price_fen": 3000,
    "source": "本乡镇",
    "items": [
        {
            "code": "visit",
            "name": "上门",
            "frequency": "per_year",
            "times": 52,
            "proof": "visit",
            "note": "约好再去",
            "condition": "路通的时候",
        },
        {"code": "talk", "name": "咨询", "frequency": "as_needed"},
        {
            "code": "monthly",
            "name": "按月随访",
            "frequency": "interval",
            "every": 366,
            "unit": "days",
            "proof": "visit",
            "while_ill": ["tuberculosis"],
            "along": True,
        },
        {
            "code": "grow",
            "name": "体检",
            "frequency": "by_age",
            "ages": ["28-30 days", "4 years"],
            "proof": "visit",
        },
        {
            "code": "mother",
            "name": "产后",
            "frequency": "by_event",
            "event": "delivery",
            "after_days": 56,
            "within_days": 56,
            "proof": "visit",
        },
        {
            "code": "slip",
            "name": "转诊后",
            "frequency": "by_event",
            "event": "referral",
            "within_days": 14,
            "proof": "referral_outcome",
        },
        {
            "code": "pregnant",
            "name": "孕期",
            "frequency": "by_event",
            "event": "pregnancy",
            "weeks": ["0-12 weeks"],
            "proof": "visit",
        },
    ],
}


def test_a_full_package() -> None:
    assert parse_package("x.toml", GOOD) == ServicePackage(
        code="home_care",
        name="上门服务包",
        version=2,
        kind="personal",
        group="04",
        price_fen=3000,
        source="本乡镇",
        items=(
            ServiceItem(
                code="visit",
                name="上门",
                frequency="per_year",
                times=52,
                proof="visit",
                note="约好再去",
                condition="路通的时候",
            ),
            ServiceItem(code="talk", name="咨询", frequency="as_needed"),
            ServiceItem(
                code="monthly",
                name="按月随访",
                frequency="interval",
                every=366,
                unit="days",
                proof="visit",
                while_ill=("tuberculosis",),
                is_along=True,
            ),
            ServiceItem(
                code="grow", name="体检", frequency="by_age", ages=("28-30 days", "4 years"), proof="visit"
            ),
            ServiceItem(
                code="mother",
                name="产后",
                frequency="by_event",
                event="delivery",
                after_days=56,
                within_days=56,
                proof="visit",
            ),
            ServiceItem(
                code="slip",
                name="转诊后",
                frequency="by_event",
                event="referral",
                within_days=14,
                proof="referral_outcome",
            ),
            ServiceItem(
                code="pregnant",
                name="孕期",
                frequency="by_event",
                event="pregnancy",
                weeks=("0-12 weeks",),
                proof="visit",
            ),
        ),
    )


def test_group_and_price_may_be_left_out() -> None:
    package = parse_package("x.toml", {key: GOOD[key] for key in GOOD if key not in ("group", "price_fen")})
    assert (package.group, package.price_fen) == (None, 0)
    assert parse_package("x.toml", GOOD | {"price_fen": 0}).price_fen == 0


EVERY: dict[str, object] = {"frequency": "interval", "times": None, "every": 10, "unit": "days"}
AGES: dict[str, object] = {"frequency": "by_age", "times": None, "ages": ["4 years"]}
EVENT: dict[str, object] = {"frequency": "by_event", "times": None, "event": "delivery", "within_days": 14}
WEEKS: dict[str, object] = {
    "frequency": "by_event",
    "times": None,
    "event": "pregnancy",
    "weeks": ["0-12 weeks"],
}
MISTAKES: list[tuple[str, dict[str, object], dict[str, object], str]] = [
    # what, changes of the package, changes of the first item, what the message names
    ("no version", {"version": None}, {}, "version"),
    ("version 0", {"version": 0}, {}, "version"),
    ("version as text", {"version": "1"}, {}, "version"),
    ("version true", {"version": True}, {}, "version"),
    ("no name", {"name": "  "}, {}, "name"),
    ("no source", {"source": None}, {}, "source"),
    ("a code that is no code", {"code": "Home Care"}, {}, "Home Care"),
    ("a kind nobody knows", {"kind": "gold"}, {}, "gold"),
    ("a group that is no group", {"group": "7"}, {}, "7"),
    ("a price below nothing", {"price_fen": -1}, {}, "-1"),
    ("half a fen", {"price_fen": "0.5"}, {}, "0.5"),
    ("no items", {"items": []}, {}, "items"),
    ("items missing", {"items": None}, {}, "items"),
    ("items as text", {"items": "many"}, {}, "items"),
    ("an item as text", {"items": ["visit"]}, {}, "1"),
    ("a key nobody knows", {"discount": 1}, {}, "discount"),
    ("an item without a name", {}, {"name": None}, "visit"),
    ("a frequency nobody knows", {}, {"frequency": "monthly"}, "monthly"),
    ("per year without times", {}, {"times": None}, "times"),
    ("53 times a year", {}, {"times": 53}, "53"),
    ("no times a year", {}, {"times": 0}, "times"),
    ("per year without proof", {}, {"proof": None}, "proof"),
    ("a proof that is no proof", {}, {"proof": "Follow up"}, "Follow up"),
    ("as needed, twice", {}, {"frequency": "as_needed"}, "times"),
    ("a proof for everything that has a day", {}, EVERY | {"proof": None}, "proof"),
    ("an interval without a number", {}, EVERY | {"every": None}, "every"),
    ("an interval without a unit", {}, EVERY | {"unit": None}, "unit"),
    ("an interval of years", {}, EVERY | {"unit": "years"}, "years"),
    ("an interval of 367 days", {}, EVERY | {"every": 367}, "367"),
    ("an interval with times", {}, EVERY | {"times": 4}, "times"),
    ("an age in weeks", {}, AGES | {"ages": ["6 weeks"]}, "6 weeks"),
    ("an age that is none", {}, AGES | {"ages": ["soon"]}, "soon"),
    ("no age", {}, AGES | {"ages": []}, "ages"),
    ("an age twice", {}, AGES | {"ages": ["4 years", "4 years"]}, "ages"),
    ("an event nobody knows", {}, EVENT | {"event": "birthday"}, "birthday"),
    ("an event without its disease", {}, EVENT | {"event": "not_controlled"}, "not_controlled"),
    ("an event with half a disease", {}, EVENT | {"event": "diagnosis:"}, "diagnosis:"),
    ("an event with a disease that has none", {}, EVENT | {"event": "delivery:copd"}, "delivery:copd"),
    ("an event without days", {}, EVENT | {"within_days": None}, "within_days"),
    ("an event within 367 days", {}, EVENT | {"within_days": 367}, "367"),
    ("from a day after the last", {}, EVENT | {"after_days": 15}, "15"),
    ("after a referral something else", {}, EVENT | {"event": "referral"}, "visit"),
    ("an outcome of no referral", {}, EVENT | {"proof": "referral_outcome"}, "referral_outcome"),
    ("an outcome of a referral by age", {}, AGES | {"proof": "referral_outcome"}, "referral_outcome"),
    ("a pregnancy without weeks", {}, WEEKS | {"weeks": None}, "weeks"),
    ("a pregnancy in months", {}, WEEKS | {"weeks": ["3 months"]}, "3 months"),
    ("a pregnancy with days", {}, WEEKS | {"within_days": 7}, "within_days"),
    ("ill of nothing", {}, {"while_ill": []}, "while_ill"),
    ("ill of what is no code", {}, {"while_ill": ["Copd"]}, "Copd"),
    (
        "as needed while ill",
        {},
        {"frequency": "as_needed", "times": None, "while_ill": ["copd"]},
        "while_ill",
    ),
    ("along or not", {}, {"along": "yes"}, "along"),
    ("as needed along", {}, {"frequency": "as_needed", "times": None, "along": True}, "along"),
    ("an item code used twice", {}, {"code": "talk"}, "talk"),
    ("an item key nobody knows", {}, {"price": 1}, "price"),
    ("an empty note", {}, {"note": ""}, "note"),
    ("an empty condition", {}, {"condition": " "}, "condition"),
]


@pytest.mark.parametrize(
    ("package", "item", "named"), [row[1:] for row in MISTAKES], ids=[row[0] for row in MISTAKES]
)
def test_a_mistake_is_refused_with_file_place_and_reason(
    package: dict[str, object], item: dict[str, object], named: str
) -> None:
    data = copy.deepcopy(GOOD)
    rows = data["items"]
    assert isinstance(rows, list)
    rows[0] = {key: value for key, value in (rows[0] | item).items() if value is not None}
    data = {key: value for key, value in (data | package).items() if value is not None}
    with pytest.raises(Problem) as caught:
        parse_package("x.toml", data)
    assert caught.value.code == "package-file"
    text = PROBLEM_TEXTS["package-file"].format(**caught.value.values)
    assert "x.toml" in text
    assert named in text
