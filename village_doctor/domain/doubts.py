"""Doubts (要核对): facts that do not fit together. They are never refused; a person looks at them.

Given are groups of records that may disagree; what comes out depends only on them, not on their order.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import zip_longest
from typing import Final

from village_doctor.domain.contracts import ACTIVE, TERMINATED
from village_doctor.domain.messages import N_

TWO_HEADS: Final = "two-heads"
TWO_ACTIVE_CONTRACTS: Final = "two-active-contracts"
SAME_IDENTITY_NUMBER: Final = "same-identity-number"
SAME_NUMBER: Final = "same-number"
SEEN_AFTER_DEATH: Final = "seen-after-death"
CONCURRENT_VERSIONS: Final = "concurrent-versions"

MOST_IDS: Final = 200  # of one doubt: it is one line of a receipt

DOUBT_TEXTS: Final[dict[str, str]] = {
    TWO_HEADS: N_("一户在同一时间有 {count} 位户主。请核对谁是户主，改正另一位与户主的关系。"),
    TWO_ACTIVE_CONTRACTS: N_("一位居民同时在 {count} 份有效的协议里。请核对，作废或解除多签的那一份。"),
    SAME_IDENTITY_NUMBER: N_("{count} 份档案是同一个证件号。请核对是不是同一个人，多建的那份作废。"),
    SAME_NUMBER: N_("{count} 条记录编号相同。请核对，改正其中一条。"),
    SEEN_AFTER_DEATH: N_("有 {count} 条服务或读数在登记的去世日期之后。请核对去世日期，或作废记错的那条。"),
    CONCURRENT_VERSIONS: N_("有 {count} 条记录在两台电脑上都改过，彼此不知道。请看一看现在的内容对不对。"),
}


@dataclass(frozen=True, kw_only=True, slots=True, order=True)
class Doubt:
    """`ids` are the records of that kind which do not fit together, the first `MOST_IDS` of them in order; `since`:
    instant of the newest of all, as text."""

    code: str
    kind: str
    ids: tuple[str, ...]
    since: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Spell:
    """A record that holds for a time, both days in it, None open: a head's membership, a member's contract."""

    id: str
    first: date | None
    last: date | None
    written_at: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Seen:
    """A visit, reading or service of somebody of whom a day of death is known."""

    kind: str
    id: str
    day: date
    died_on: date
    written_at: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Named:
    """A record that claims a number, or one that was changed without knowing of another change."""

    id: str
    written_at: str


def two_heads(memberships: Sequence[Spell]) -> Doubt | None:
    """Heads of one household. One who goes on the day the next one comes is no doubt."""
    return _overlapping(TWO_HEADS, "household_membership", memberships, shares_a_day=False)


@dataclass(frozen=True, kw_only=True, slots=True)
class Signed:
    """A resident's part in a contract: the member's own days, and the contract's state and term."""

    id: str
    written_at: str
    from_on: date | None
    until_on: date | None
    state: str
    starts_on: date
    ends_on: date
    terminated_on: date | None

    @property
    def spell(self) -> Spell | None:
        """The days on which it binds; None where it never did. She is free on the day she left (`until_on`)."""
        if self.state not in (ACTIVE, TERMINATED):
            return None
        first = max(self.starts_on, self.from_on or self.starts_on)
        frees = [day for day in (self.until_on, self.terminated_on) if day is not None]
        if self.ends_on < first or any(day <= first for day in frees):
            return None  # also a day that has none before it
        last = min([self.ends_on, *(day - timedelta(days=1) for day in frees)])
        return Spell(id=self.id, first=first, last=last, written_at=self.written_at)


def two_contracts(members: Sequence[Signed]) -> Doubt | None:
    """A resident's parts in contracts that bind at the same time."""
    spells = [spell for member in members if (spell := member.spell) is not None]
    return _overlapping(TWO_ACTIVE_CONTRACTS, "contract_member", spells, shares_a_day=True)


def same_identity(residents: Sequence[Named]) -> Doubt | None:
    """Residents of one clinic with one identity number."""
    return _claimed(SAME_IDENTITY_NUMBER, "resident", residents)


def same_number(kind: str, records: Sequence[Named]) -> Doubt | None:
    """Records of one kind with one human number."""
    return _claimed(SAME_NUMBER, kind, records)


def seen_after_death(kind: str, seen: Iterable[Seen]) -> Doubt | None:
    """What one resident is said to have come to after the day of death."""
    late = [one for one in seen if one.kind == kind and one.day > one.died_on]
    return _doubt(SEEN_AFTER_DEATH, kind, [Named(id=one.id, written_at=one.written_at) for one in late])


def concurrent(kind: str, record: Named) -> Doubt:
    """A record with several leaves: the greatest stands, the others are kept."""
    return Doubt(code=CONCURRENT_VERSIONS, kind=kind, ids=(record.id,), since=record.written_at)


def _overlapping(code: str, kind: str, spells: Sequence[Spell], *, shares_a_day: bool) -> Doubt | None:
    """In the order of their first days: one meets an earlier one if it meets the one that lasts longest, and a later
    one if it meets the next."""
    trim = 0 if shares_a_day else 1
    spans = sorted(
        (first, last, spell.id, spell.written_at)
        for spell in spells
        if (first := (spell.first or date.min).toordinal())
        <= (last := (spell.last or date.max).toordinal() - trim)
    )
    concerned: list[Named] = []
    longest = 0
    for (first, last, name, written_at), following in zip_longest(spans, spans[1:]):
        if first <= longest or (following is not None and following[0] <= last):
            concerned.append(Named(id=name, written_at=written_at))
        longest = max(longest, last)
    return _doubt(code, kind, concerned)


def _claimed(code: str, kind: str, records: Sequence[Named]) -> Doubt | None:
    return _doubt(code, kind, records) if len({one.id for one in records}) > 1 else None


def _doubt(code: str, kind: str, records: Sequence[Named]) -> Doubt | None:
    if not records:
        return None
    return Doubt(
        code=code,
        kind=kind,
        ids=tuple(sorted({one.id for one in records})[:MOST_IDS]),
        since=max(one.written_at for one in records),
    )
