"""What counts as a doubt, and what does not."""

import re
import time
from collections.abc import Sequence
from datetime import UTC, date, datetime
from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from village_doctor.domain import doubts
from village_doctor.domain.contracts import ACTIVE, DRAFT, TERMINATED
from village_doctor.domain.dates import day_in_china
from village_doctor.domain.doubts import DOUBT_TEXTS, MOST_IDS, Named, Seen, Signed, Spell

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


# --- any dates at all -----------------------------------------------------------------------------

any_days = st.dates() | st.sampled_from([date.min, date.max])
perhaps_days = st.none() | any_days
few_days = st.none() | st.dates(date(2026, 3, 1), date(2026, 3, 8))
stamps = st.sampled_from([EARLY, LATE])


def spells_of(days: st.SearchStrategy, most: int = 7) -> st.SearchStrategy[list[Spell]]:
    """Of different records; some end before they begin."""
    values = st.lists(st.tuples(days, days, stamps), max_size=most)
    return values.map(lambda found: [head(f"{n}", *value) for n, value in enumerate(found)])


parts = st.lists(
    st.builds(
        Signed,
        id=st.uuids().map(str),
        written_at=stamps,
        from_on=perhaps_days,
        until_on=perhaps_days,
        state=st.sampled_from([ACTIVE, TERMINATED, DRAFT, ""]),
        starts_on=any_days,
        ends_on=any_days,
        terminated_on=perhaps_days,
    ),
    max_size=4,
)


@given(spells_of(perhaps_days), parts)
def test_no_dates_are_too_early_or_too_late_to_be_weighed(heads, members):
    doubts.two_heads(heads)
    doubts.two_contracts(members)


@given(st.datetimes(timezones=st.just(UTC)), any_days)
def test_no_instant_is_too_early_or_too_late_to_be_weighed(instant: datetime, died_on: date):
    seen = Seen(kind="reading", id="a", day=day_in_china(instant), died_on=died_on, written_at=EARLY)
    doubts.seen_after_death("reading", [seen])


@pytest.mark.parametrize("left", [{"until_on": date.min}, {"terminated_on": date.min}], ids=["left", "ended"])
def test_who_left_before_there_was_a_day_was_never_in(left):
    first = signed("a", starts_on=date.min)
    assert doubts.two_contracts([first, signed("b", starts_on=date.min, **left)]) is None
    assert doubts.two_contracts([first, signed("b", starts_on=date.min)]) is not None


# --- very many records ----------------------------------------------------------------------------


def pair_by_pair(spells: Sequence[Spell], *, shares_a_day: bool) -> list[Spell]:
    """What overlapping means: two of them hold on the same day, or for heads from one day into the next."""
    concerned = set()
    for one, other in combinations(spells, 2):
        first = max(one.first or date.min, other.first or date.min)
        last = min(one.last or date.max, other.last or date.max)
        if (first <= last) if shares_a_day else (first < last):
            concerned |= {one, other}
    return sorted(concerned, key=lambda spell: spell.id)


@given(spells_of(few_days) | spells_of(perhaps_days))
def test_those_concerned_are_the_ones_that_overlap_pair_by_pair(spells):
    bound = [
        signed(
            one.id,
            starts_on=one.first or date.min,
            ends_on=one.last or date.max,
        )
        for one in spells
    ]
    for shares_a_day, doubt in ((False, doubts.two_heads(spells)), (True, doubts.two_contracts(bound))):
        concerned = pair_by_pair(spells, shares_a_day=shares_a_day)
        assert (doubt.ids if doubt else ()) == tuple(one.id for one in concerned)
        if doubt and not shares_a_day:
            assert doubt.since == max(one.written_at for one in concerned)


def test_twenty_thousand_heads_are_not_compared_pair_by_pair():
    """Two hundred million pairs would take minutes."""
    heads = [head(f"{number:05}") for number in range(20_000)]
    began = time.process_time()
    assert doubts.two_heads(heads) is not None
    assert time.process_time() - began < 3


def test_a_doubt_names_the_first_two_hundred_records_in_any_order():
    names = [f"{number:05}" for number in range(MOST_IDS + 5)]
    claims = [Named(id=name, written_at=EARLY) for name in names[:-1]] + [
        Named(id=names[-1], written_at=LATE)
    ]
    seen = [
        Seen(kind="visit", id=name, day=date(2026, 5, 2), died_on=date(2026, 5, 1), written_at=EARLY)
        for name in names
    ]
    expected = tuple(names[:200])
    for turn in (1, -1):
        found = [
            doubts.two_heads([head(name) for name in names][::turn]),
            doubts.two_contracts([signed(name) for name in names][::turn]),
            doubts.same_identity(claims[::turn]),
            doubts.same_number("contract", claims[::turn]),
            doubts.seen_after_death("visit", seen[::turn]),
        ]
        assert [doubt.ids for doubt in found if doubt] == [expected] * 5
        assert [doubt.since for doubt in found if doubt] == [EARLY, EARLY, LATE, LATE, EARLY]
