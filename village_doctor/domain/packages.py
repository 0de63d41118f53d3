"""Service packages (服务包) and their items, read from `resources/packages/`, kept in a contract as signed.

What is promised is data: name, frequency and what proves it. A file with a mistake is refused with the file,
the item and the reason; the format is in `resources/formats/package.md`. Sources: contracts.md §3.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from village_doctor.domain.messages import N_
from village_doctor.domain.problems import Problem

PER_YEAR: Final = "per_year"
AS_NEEDED: Final = "as_needed"

BASIC: Final = "basic"
PERSONAL: Final = "personal"

PROOF_HYPERTENSION: Final = "follow_up:hypertension"
PROOF_DIABETES: Final = "follow_up:diabetes"
PROOF_BLOOD_PRESSURE: Final = "reading:blood_pressure"
PROOF_FASTING_GLUCOSE: Final = "reading:fasting_glucose"
PROOF_VISIT: Final = "visit"

# What a record of this program can prove. Items with another proof are kept and promised, not expanded.
PROOFS: Final = frozenset(
    {PROOF_HYPERTENSION, PROOF_DIABETES, PROOF_BLOOD_PRESSURE, PROOF_FASTING_GLUCOSE, PROOF_VISIT}
)

MAX_TIMES: Final = 52
_CODE: Final = re.compile(r"[a-z][a-z0-9_]{0,39}")
_PROOF: Final = re.compile(r"[a-z][a-z0-9_]{0,39}(:[a-z][a-z0-9_]{0,39})?")
_GROUP: Final = re.compile(r"[0-9]{2}")
_PACKAGE_KEYS: Final = frozenset(
    {"version", "source", "code", "name", "kind", "group", "price_fen", "items"}
)
_ITEM_KEYS: Final = frozenset({"code", "name", "frequency", "times", "proof", "note"})

# The reasons of a refusal; the window translates them like every other text.
REASON_MISSING: Final = N_("缺少“{key}”")
REASON_KIND_OF_VALUE: Final = N_("“{key}”的值不对")
REASON_UNKNOWN_KEY: Final = N_("不认识“{key}”")
REASON_TIMES: Final = N_("一年的次数（times）要在 1 到 {most} 之间")
REASON_TIMES_AS_NEEDED: Final = N_("按需要做的项目不写次数（times）")
REASON_NO_PROOF: Final = N_("每年做几次的项目要写明用什么证明（proof）")
REASON_TWICE: Final = N_("项目代码“{key}”出现了两次")
REASON_NO_ITEMS: Final = N_("一个项目也没有")


@dataclass(frozen=True, kw_only=True, slots=True)
class ServiceItem:
    """服务项目. `frequency`: per_year (with `times`) or as_needed. `proof`: what kind of record proves it,
    such as `follow_up:hypertension` or `reading:fasting_glucose`."""

    code: str
    name: str
    frequency: str
    times: int = 0
    proof: str | None = None
    note: str | None = None

    @property
    def is_expanded(self) -> bool:
        """Does this program turn it into dated duties?"""
        return self.frequency == PER_YEAR and self.times > 0 and self.proof in PROOFS


@dataclass(frozen=True, kw_only=True, slots=True)
class ServicePackage:
    """`kind`: basic (exactly one a member) or personal. `group`: the key group it fits (contracts.md §2)."""

    code: str
    name: str
    version: int
    kind: str
    group: str | None = None
    items: tuple[ServiceItem, ...] = ()
    price_fen: int = 0
    source: str | None = None


def parse_package(file_name: str, data: Mapping[str, object]) -> ServicePackage:
    """The package a file describes. Raises Problem `package-file` naming file, item and reason."""
    table = _Table(file_name, "-", data, _PACKAGE_KEYS)
    items: list[ServiceItem] = []
    rows = data.get("items")
    if not isinstance(rows, list) or not rows:
        raise table.refused(REASON_NO_ITEMS)
    for number, row in enumerate(rows, start=1):
        if not isinstance(row, Mapping):
            raise table.refused(REASON_KIND_OF_VALUE, "items")
        item = _parse_item(file_name, str(row.get("code") or number), row)
        if any(other.code == item.code for other in items):
            raise table.refused(REASON_TWICE, item.code)
        items.append(item)
    return ServicePackage(
        code=table.matching("code", _CODE),
        name=table.text("name"),
        version=table.number("version", least=1),
        kind=table.one_of("kind", (BASIC, PERSONAL)),
        group=table.matching("group", _GROUP) if "group" in data else None,
        items=tuple(items),
        price_fen=table.number("price_fen", least=0) if "price_fen" in data else 0,
        source=table.text("source"),
    )


def _parse_item(file_name: str, label: str, data: Mapping[str, object]) -> ServiceItem:
    table = _Table(file_name, label, data, _ITEM_KEYS)
    frequency = table.one_of("frequency", (PER_YEAR, AS_NEEDED))
    times = 0
    if frequency == PER_YEAR:
        times = table.number("times", least=1)
        if times > MAX_TIMES:
            raise table.refused(REASON_TIMES)
        if "proof" not in data:
            raise table.refused(REASON_NO_PROOF)
    elif "times" in data:
        raise table.refused(REASON_TIMES_AS_NEEDED)
    return ServiceItem(
        code=table.matching("code", _CODE),
        name=table.text("name"),
        frequency=frequency,
        times=times,
        proof=table.matching("proof", _PROOF) if "proof" in data else None,
        note=table.text("note") if "note" in data else None,
    )


class _Table:
    """One table of a package file: takes values out of it or says what is wrong, and where."""

    def __init__(self, file_name: str, item: str, data: Mapping[str, object], known: frozenset[str]) -> None:
        self.file_name = file_name
        self.item = item
        self.data = data
        for key in data:
            if key not in known:
                raise self.refused(REASON_UNKNOWN_KEY, key)

    def refused(self, reason: str, key: str = "") -> Problem:
        text = reason.format(key=key, most=MAX_TIMES)
        return Problem("package-file", file=self.file_name, item=self.item, reason=text)

    def text(self, key: str) -> str:
        value = self._value(key)
        if not isinstance(value, str) or not value.strip():
            raise self.refused(REASON_KIND_OF_VALUE, key)
        return value

    def number(self, key: str, *, least: int) -> int:
        value = self._value(key)
        if not isinstance(value, int) or isinstance(value, bool) or value < least:
            raise self.refused(REASON_TIMES if key == "times" else REASON_KIND_OF_VALUE, key)
        return value

    def one_of(self, key: str, known: tuple[str, ...]) -> str:
        value = self.text(key)
        if value not in known:
            raise self.refused(REASON_KIND_OF_VALUE, key)
        return value

    def matching(self, key: str, pattern: re.Pattern[str]) -> str:
        value = self.text(key)
        if pattern.fullmatch(value) is None:
            raise self.refused(REASON_KIND_OF_VALUE, key)
        return value

    def _value(self, key: str) -> object:
        if key not in self.data:
            raise self.refused(REASON_MISSING, key)
        return self.data[key]
