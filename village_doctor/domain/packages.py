"""Service packages (服务包) and their items, read from `resources/packages/`, kept in a contract as signed.

What is promised is data: name, frequency and what proves it. A file with a mistake is refused with the file,
the item and the reason; the format is in `resources/formats/package.md`. Sources: contracts.md §3.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from village_doctor.domain.data_file import Table
from village_doctor.domain.messages import N_

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
_PROOF: Final = re.compile(r"[a-z][a-z0-9_]{0,39}(:[a-z][a-z0-9_]{0,39})?")
_GROUP: Final = re.compile(r"[0-9]{2}")


@dataclass(frozen=True, kw_only=True, slots=True)
class ServiceItem:
    """服务项目. `frequency`: per_year (with `times`) or as_needed. `proof`: what kind of record proves it,
    such as `follow_up:hypertension` or `reading:fasting_glucose`. `condition`: when it is done, printed for the
    resident; `note`: a remark for who edits the file, never printed."""

    code: str
    name: str
    frequency: str
    times: int = 0
    proof: str | None = None
    note: str | None = None
    condition: str | None = None

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
    table = Table("package-file", file_name, "", data)
    package = ServicePackage(
        code=table.key("code"),
        name=table.text("name"),
        version=table.whole("version"),
        kind=table.choice("kind", (BASIC, PERSONAL)),
        group=_matching(table, "group", _GROUP) if "group" in table else None,
        items=tuple(_parse_item(item) for item in table.tables("items")),
        price_fen=_price(table) if "price_fen" in table else 0,
        source=table.text("source"),
    )
    table.finish()
    seen: set[str] = set()
    for item in package.items:
        if item.code in seen:
            table.refuse(N_("同一个项目代码写了两次"), item.code)
        seen.add(item.code)
    return package


def _parse_item(table: Table) -> ServiceItem:
    frequency = table.choice("frequency", (PER_YEAR, AS_NEEDED))
    times = 0
    if frequency == PER_YEAR:
        times = table.whole("times")
        if times > MAX_TIMES:
            table.refuse(N_("一年最多 52 次"), times)
        if "proof" not in table:
            table.refuse(N_("每年做几次的项目要写明用什么证明"), "proof")
    elif "times" in table:
        table.refuse(N_("按需要做的项目不写次数"), "times")
    item = ServiceItem(
        code=table.key("code"),
        name=table.text("name"),
        frequency=frequency,
        times=times,
        proof=_matching(table, "proof", _PROOF) if "proof" in table else None,
        note=table.text("note") if "note" in table else None,
        condition=table.text("condition") if "condition" in table else None,
    )
    table.finish()
    return item


def _matching(table: Table, key: str, pattern: re.Pattern[str]) -> str:
    value = table.text(key)
    if pattern.fullmatch(value) is None:
        table.refuse(N_("没有这种写法"), f"{key} = {value}")
    return value


def _price(table: Table) -> int:
    value = table.number("price_fen")
    if value < 0 or value != int(value):
        table.refuse(N_("价钱以分计，是 0 或更大的整数"), value)
    return int(value)
