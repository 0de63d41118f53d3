"""Which version of a record stands: one function for clinics and township alike.

The result depends only on the set of versions, never on their order of arrival (`home.md`).
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

ADDED: Final = "added"
UPDATED: Final = "updated"
IDENTICAL: Final = "identical"
OLDER: Final = "older"
CONCURRENT: Final = "concurrent"
INVALID: Final = "invalid"
VOIDED: Final = "voided"


@dataclass(frozen=True, kw_only=True, slots=True)
class Version:
    """`key` and `base` are `device/seq`; `order` is (at, device, seq)."""

    key: str
    base: str | None
    order: tuple[int, str, int]
    act: str
    is_voided: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class Standing:
    """`head` stands; `losers` are concurrent leaves, kept and shown; `created_act` is the first act."""

    head: Version
    losers: tuple[Version, ...]
    created_act: str


def standing(versions: Iterable[Version]) -> Standing:
    """The standing version of one record out of all known ones (at least one)."""
    known = {version.key: version for version in versions}
    replaced = {version.base for version in known.values()}
    # A circle of bases can only be forged; then every version counts as a leaf.
    unreplaced = [v for v in known.values() if v.key not in replaced] or list(known.values())
    leaves = sorted(unreplaced, key=lambda v: v.order)
    roots = [v for v in known.values() if v.base is None] or list(known.values())
    first = min(roots, key=lambda v: v.order)
    return Standing(head=leaves[-1], losers=tuple(leaves[:-1]), created_act=first.act)


def outcome(before: Iterable[Version], incoming: Version) -> str:
    """What taking in `incoming` means for one record, given the versions known before it."""
    known = {version.key: version for version in before}
    if incoming.key in known:
        return IDENTICAL
    if not known:
        return VOIDED if incoming.is_voided else ADDED
    old = standing(known.values())
    new = standing([*known.values(), incoming])
    if incoming.key != new.head.key:
        is_loser = any(loser.key == incoming.key for loser in new.losers)
        return CONCURRENT if is_loser else OLDER
    if not _descends(incoming, old.head.key, known):
        return CONCURRENT
    return VOIDED if incoming.is_voided and not old.head.is_voided else UPDATED


def _descends(version: Version, ancestor: str, known: dict[str, Version]) -> bool:
    seen: set[str] = set()
    base = version.base
    while base is not None and base not in seen:
        if base == ancestor:
            return True
        seen.add(base)
        parent = known.get(base)
        base = None if parent is None else parent.base
    return False
