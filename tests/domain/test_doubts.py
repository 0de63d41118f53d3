"""What counts as a doubt, and what does not."""

import re
from datetime import date

import pytest

from village_doctor.domain import doubts
from village_doctor.domain.contracts import ACTIVE, DRAFT, TERMINATED
from village_doctor.domain.doubts import DOUBT_TEXTS, Named, Seen, Signed, Spell

EARLY, LATE = "2026-01-01T00:00:00.000Z", "2026-06-01T00:00:00.000Z"


def head(name: str, first: date | None = None, last: date | None = None, at: str = EARLY) -> Spell:
    return Spell(id=name, first=first, last=last, written_at=at)


def signed(name: str, **changed) -> Signed:
    values = {
        "from_on": None,
        "until_on": None,
        "state": ACTIVE,
        "starts_on": date(2026, 1, 1),
        "ends_on": date(2026, 12, 31),
        "terminated_on": None,
    }
    return Signed(id=name, written_at=EARLY, **{**values, **changed})


def test_two_heads_at_the_same_time():
    doubt = doubts.two_heads([head("b", at=LATE), head("a")])
    assert doubt is not None
    assert (doubt.code, doubt.kind, doubt.ids, doubt.since) == (
        "two-heads",
        "household_membership",
        ("a", "b"),
        LATE,
    )


@pytest.mark.parametrize("next_on", [date(2026, 3, 1), date(2026, 3, 2)])
def test_one_head_after_the_other_is_no_doubt(next_on):
    assert doubts.two_heads([head("a", last=date(2026, 3, 1)), head("b", first=next_on)]) is None


def test_two_contracts_that_bind_at_the_same_time():
    doubt = doubts.two_contracts([signed("a"), signed("b", starts_on=date(2026, 12, 31))])
    assert doubt is not None
    assert doubt.ids == ("a", "b")


@pytest.mark.parametrize(
    "other",
    [
        {"starts_on": date(2027, 1, 1), "ends_on": date(2027, 12, 31)},
        {"state": DRAFT},
        {"state": TERMINATED, "terminated_on": date(2026, 1, 1)},
        {"until_on": date(2026, 1, 1)},
    ],
    ids=["renewal", "draft", "terminated on its first day", "left on its first day"],
)
def test_contracts_that_do_not_meet_are_no_doubt(other):
    assert doubts.two_contracts([signed("a"), signed("b", **other)]) is None


def test_the_same_number_twice():
    records = [Named(id="a", written_at=EARLY), Named(id="b", written_at=LATE)]
    identity, number = doubts.same_identity(records), doubts.same_number("contract", records)
    assert identity is not None
    assert number is not None
    assert (identity.kind, number.kind, number.since) == ("resident", "contract", LATE)
    assert doubts.same_number("contract", records[:1] * 2) is None


def test_seen_after_the_day_of_death_but_not_on_it():
    died = date(2026, 5, 1)
    seen = [
        Seen(kind="visit", id=name, day=day, died_on=died, written_at=EARLY)
        for name, day in (("on", died), ("after", date(2026, 5, 2)))
    ]
    doubt = doubts.seen_after_death("visit", seen)
    assert doubt is not None
    assert doubt.ids == ("after",)
    assert doubts.seen_after_death("reading", seen) is None


def test_every_doubt_has_a_text_that_says_how_many_and_what_to_do():
    for text in DOUBT_TEXTS.values():
        assert re.findall(r"\{(\w+)\}", text) == ["count"]
        assert "请" in text
