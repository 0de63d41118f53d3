"""Package files: resources/formats/package.md, contents from contracts.md §3.1 and §3.2."""

import copy
import tomllib
from pathlib import Path

import pytest

from village_doctor.domain.packages import (
    PROOFS,
    ServiceItem,
    ServicePackage,
    parse_package,
)
from village_doctor.domain.problems import PROBLEM_TEXTS, Problem

FOLDER = Path(__file__).parents[2] / "resources" / "packages"
SHIPPED = {path.stem: path for path in sorted(FOLDER.glob("*.toml"))}


def read(name: str) -> dict[str, object]:
    return tomllib.loads(SHIPPED[name].read_text(encoding="utf-8"))


def shipped(name: str) -> ServicePackage:
    return parse_package(f"{name}.toml", read(name))


def test_the_three_packages_are_there() -> None:
    assert {"basic", "hypertension", "diabetes"} <= SHIPPED.keys()
    assert [package.code for package in map(shipped, SHIPPED)] == list(SHIPPED)
    assert [name for name in SHIPPED if shipped(name).kind == "basic"] == ["basic"]
    assert (shipped("hypertension").group, shipped("diabetes").group) == ("07", "08")
    assert all(package.source and package.version >= 1 for package in map(shipped, SHIPPED))


PROMISED = [
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
]


def test_what_is_promised_how_often() -> None:
    found = [
        (name, item.code, item.times, item.proof)
        for name in ("basic", "hypertension", "diabetes")
        for item in shipped(name).items
        if item.frequency == "per_year"
    ]
    assert found == PROMISED


def test_the_shipped_files_tell_the_resident_conditions_only() -> None:
    told = {item.condition for name in SHIPPED for item in shipped(name).items if item.condition}
    remarked = {item.note for name in SHIPPED for item in shipped(name).items if item.note}
    assert (told, remarked) == ({"有条件的做"}, {"旧清单"})


def test_as_needed_items_promise_no_number() -> None:
    for name in SHIPPED:
        assert all(item.times == 0 for item in shipped(name).items if item.frequency == "as_needed")


@pytest.mark.parametrize(
    ("item", "expanded"),
    [
        (ServiceItem(code="a", name="一", frequency="per_year", times=1, proof="visit"), True),
        (ServiceItem(code="a", name="一", frequency="per_year", times=0, proof="visit"), False),
        (ServiceItem(code="a", name="一", frequency="per_year", times=1, proof="check_up"), False),
        (ServiceItem(code="a", name="一", frequency="per_year", times=1, proof=None), False),
        (ServiceItem(code="a", name="一", frequency="as_needed", proof="visit"), False),
        (ServiceItem(code="a", name="一", frequency="by_age", times=1, proof="visit"), False),
    ],
)
def test_what_this_program_turns_into_duties(item: ServiceItem, expanded: bool) -> None:
    assert item.is_expanded is expanded


def test_proofs_of_today() -> None:
    assert sorted(PROOFS) == [
        "follow_up:diabetes",
        "follow_up:hypertension",
        "reading:blood_pressure",
        "reading:fasting_glucose",
        "visit",
    ]


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
        ),
    )


def test_group_and_price_may_be_left_out() -> None:
    package = parse_package("x.toml", {key: GOOD[key] for key in GOOD if key not in ("group", "price_fen")})
    assert (package.group, package.price_fen) == (None, 0)
    assert parse_package("x.toml", GOOD | {"price_fen": 0}).price_fen == 0


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
