"""The door list: one walk in walking order, everything behind a door together (issue text "Due list and door list")."""

from dataclasses import replace

import pytest

from tests.domain.duties.people import d
from village_doctor.domain.clinic import Hamlet
from village_doctor.domain.door_list import DoorList, door_list
from village_doctor.domain.due import DueItem
from village_doctor.domain.duties.reasons import say
from village_doctor.domain.people import Household

ON = d("2026-11-22")
HAMLETS = {
    "g1": Hamlet(id="g1", village_id="x", number=2, walking_order=0),
    "g2": Hamlet(id="g2", village_id="x", number=1),
}


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


HOUSEHOLDS = {
    one.id: one
    for one in (
        household("a", 9),
        household("b", 2),
        household("c", 1, "g2"),
        household("e", None, None),
        household("s", 1, until="2026-11-23"),
        household("t", 3, until="2026-11-22"),
    )
}


def line(
    household_id: str | None = "a",
    who: str = "r1",
    *,
    mode: str = "home",
    urgency: int = 3,
    item: str = "follow_up:hypertension",
    reason: str | None = None,
    attempted: str | None = None,
    is_along: bool = False,
) -> DueItem:
    return DueItem(
        resident_id=who,
        household_id=household_id,
        item=item,
        item_name="某项服务",
        due_on=d("2026-11-17"),
        latest_on=d("2026-12-31"),
        state="overdue",
        days_overdue=5,
        urgency=urgency,
        mode_hint=mode,
        sources=("norm",),
        reasons=(),
        duty_keys=("k",),
        not_done_reason=reason,
        attempted_on=d(attempted) if attempted else None,
        is_along=is_along,
    )


def walk(*items: DueItem, along: tuple[DueItem, ...] = (), refused: tuple[DueItem, ...] = ()) -> DoorList:
    return door_list(items, along, refused, HOUSEHOLDS, HAMLETS, ON)


def names(found: DoorList) -> list[str]:
    return [door.household_id for door in found.doors]


# --- the walk ----------------------------------------------------------------------------------------------------------


def test_doors_come_in_walking_order_whatever_is_urgent() -> None:
    found = walk(*(line(one) for one in ("e", "c", "a", "z", "b", "y", "t")), line("c", "r2", urgency=0))
    assert names(found) == ["b", "t", "a", "c", "e", "y", "z"]
    assert [door.hamlet_id for door in found.doors] == ["g1", "g1", "g1", "g2", None, None, None]
    assert [door.urgency for door in found.doors] == [3, 3, 3, 0, 3, 3, 3]
    assert found.on == ON


def test_everything_behind_a_door_goes_along_person_by_person() -> None:
    """Planned within the horizon, by phone, in the clinic, and what is only done along."""
    found = walk(
        line("a", "r1"),
        line("a", "r2", mode="clinic", urgency=4),
        line("a", "r3", mode="phone", urgency=1, item="referral_outcome:f1"),
        line("a", "r1", mode="clinic", urgency=5, item="check_up"),
        along=(line("a", "r4", urgency=5, item="reading:blood_pressure", is_along=True),),
    )
    (door,) = found.doors
    assert [(one.resident_id, one.urgency) for one in door.items] == [
        ("r3", 1),
        ("r1", 3),
        ("r1", 5),
        ("r2", 4),
        ("r4", 5),
    ]
    assert found.elsewhere == ()


@pytest.mark.parametrize("mode", ["phone", "clinic"])
def test_what_is_done_elsewhere_opens_no_door(mode: str) -> None:
    item = line(mode=mode)
    found = walk(item)
    assert (found.doors, found.elsewhere) == ((), (item,))


def test_what_is_done_along_opens_no_door() -> None:
    found = walk(line("b", mode="phone"), along=(line("a", is_along=True), line("b", is_along=True)))
    assert found.doors == ()
    assert [item.household_id for item in found.elsewhere] == ["b"]


def test_somebody_without_a_door_is_not_walked_to() -> None:
    item = line(None)
    found = walk(item, line("a", urgency=4), along=(line(None, is_along=True),))
    assert names(found) == ["a"]
    assert found.elsewhere == (item,)


def test_what_is_done_elsewhere_is_in_order() -> None:
    items = [line("b", urgency=4, mode="phone"), line("a", urgency=1, mode="phone"), line(None, urgency=0)]
    assert [item.urgency for item in walk(*items).elsewhere] == [0, 1, 4]


# --- set aside, with why -----------------------------------------------------------------------------------------------


def test_a_silenced_door_is_set_aside_until_its_day() -> None:
    items = (line("s", mode="phone"), line("s", "r2", urgency=1, mode="phone"))
    found = walk(*items, along=(line("s", is_along=True),))
    (aside,) = found.set_aside
    assert (aside.household_id, aside.resident_id, [one.urgency for one in aside.items]) == (
        "s",
        None,
        [1, 3],
    )
    assert say(aside.reason.code, aside.reason.values) == "这家写着先不上门，到 2026年11月23日。"
    assert (found.doors, found.elsewhere) == ((), ())
    assert names(walk(line("t"))) == ["t"]


@pytest.mark.parametrize(
    ("reason", "said"),
    [
        ("away", "外出不在家，先打电话；回来那天就该做。"),
        ("in_hospital", "正在住院，等出院再做。"),
    ],
)
def test_who_is_away_is_set_aside_and_her_family_is_called_at(reason: str, said: str) -> None:
    found = walk(
        line("a", "r1", mode="phone", reason=reason, urgency=4),
        line("a", "r1", mode="phone", reason=reason, item="check_up"),
        line("a", "r2"),
        along=(line("a", "r1", reason=reason, is_along=True),),
    )
    assert [[one.resident_id for one in door.items] for door in found.doors] == [["r2"]]
    (aside,) = found.set_aside
    assert (aside.household_id, aside.resident_id, [one.urgency for one in aside.items]) == (
        "a",
        "r1",
        [3, 4],
    )
    assert say(aside.reason.code, aside.reason.values) == said


def test_a_referral_of_somebody_away_is_still_asked_about() -> None:
    item = line("a", mode="phone", reason="away", item="referral_outcome:f1")
    found = walk(item)
    assert (found.elsewhere, found.set_aside) == ((item,), ())


def test_who_was_not_at_home_is_called_at_again() -> None:
    assert names(walk(line("a", reason="not_at_home", attempted="2026-11-20"))) == ["a"]


def test_what_is_refused_is_set_aside_by_person_in_order() -> None:
    refused = (
        line("b", "r2", reason="refused", attempted="2026-11-02"),
        line("a", "r1", reason="refused", attempted="2026-11-01", item="check_up"),
    )
    away = line("c", "r9", mode="phone", reason="away")
    found = walk(line("a", "r1"), away, refused=refused)
    assert names(found) == ["a"]
    assert [one.resident_id for one in found.set_aside] == ["r9", "r1", "r2"]
    assert (
        say(found.set_aside[1].reason.code, found.set_aside[1].reason.values) == "2026年11月1日 说不愿意做。"
    )


def test_the_order_of_lines_does_not_matter() -> None:
    items = [
        line("a", "r1"),
        line("b", "r2", mode="phone"),
        line("s", "r3", mode="phone"),
        line("c", "r4", mode="phone", reason="away"),
        line("c", "r5"),
        replace(line("a", "r6"), due_on=d("2026-11-01")),
    ]
    assert walk(*items) == walk(*reversed(items))
