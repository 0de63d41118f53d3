"""Service packages (服务包) and their items, read from `resources/packages/`, kept in a contract as signed.

What is promised is data: name, frequency and what proves it. A file with a mistake is refused with the file,
the item and the reason; the format is in `resources/formats/package.md`. Sources: contracts.md §3.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Final

from village_doctor.domain.data_file import Table
from village_doctor.domain.messages import N_

# How often: so many times a contract year, at a fixed interval from its start, at certain ages, after what the records
# show, or whenever it is needed (which makes no dated duty).
PER_YEAR: Final = "per_year"
INTERVAL: Final = "interval"
BY_AGE: Final = "by_age"
BY_EVENT: Final = "by_event"
AS_NEEDED: Final = "as_needed"
FREQUENCIES: Final = (PER_YEAR, INTERVAL, BY_AGE, BY_EVENT, AS_NEEDED)

DAYS: Final = "days"
WEEKS: Final = "weeks"
MONTHS: Final = "months"
YEARS: Final = "years"

# What the records show, and what is promised after it.
AFTER_NOT_CONTROLLED: Final = "not_controlled"
AFTER_REFERRAL: Final = "referral"
AFTER_DIAGNOSIS: Final = "diagnosis"
AFTER_DELIVERY: Final = "delivery"
AFTER_DISCHARGE: Final = "discharge"
IN_PREGNANCY: Final = "pregnancy"

BASIC: Final = "basic"
PERSONAL: Final = "personal"

PROOF_HYPERTENSION: Final = "follow_up:hypertension"
PROOF_DIABETES: Final = "follow_up:diabetes"
PROOF_BLOOD_PRESSURE: Final = "reading:blood_pressure"
PROOF_FASTING_GLUCOSE: Final = "reading:fasting_glucose"
PROOF_HBA1C: Final = "reading:hba1c"
PROOF_VISIT: Final = "visit"
PROOF_PHONE: Final = "visit:phone"
PROOF_CHECK_UP: Final = "check_up"
PROOF_SELF_CARE: Final = "self_care"
PROOF_CONSTITUTION: Final = "constitution"
PROOF_EDUCATION_MATERIAL: Final = "education:material"
PROOF_EDUCATION_TOLD: Final = "education:told"
PROOF_LONG_PRESCRIPTION: Final = "long_prescription"
FOLLOW_UP_PROOF: Final = "follow_up:"
SERVICE_PROOF: Final = "service:"
PROOF_REFERRAL_OUTCOME: Final = "referral_outcome"

# What a record of this program can prove. Items with another proof are kept and promised, not expanded.
PROOFS: Final = frozenset(
    {
        PROOF_HYPERTENSION,
        PROOF_DIABETES,
        "follow_up:mental_disorder",
        "follow_up:tuberculosis",
        "follow_up:copd",
        "follow_up:other_chronic",
        "tuberculosis:first_visit",
        "tuberculosis:closing",
        PROOF_BLOOD_PRESSURE,
        PROOF_FASTING_GLUCOSE,
        PROOF_HBA1C,
        PROOF_VISIT,
        PROOF_PHONE,
        PROOF_CHECK_UP,
        "health_assessment",
        "health_record",
        PROOF_SELF_CARE,
        PROOF_CONSTITUTION,
        "newborn_visit",
        "child_visit",
        "child_chinese_medicine",
        "antenatal_visit",
        "postnatal_visit",
        "postnatal_42_days",
        "consultation",
        "treatment",
        PROOF_EDUCATION_MATERIAL,
        PROOF_EDUCATION_TOLD,
        PROOF_LONG_PRESCRIPTION,
    }
)

MAX_TIMES: Final = 52
MAX_DAYS: Final = 366
_PROOF: Final = re.compile(r"[a-z][a-z0-9_]{0,39}(:[a-z][a-z0-9_]{0,39})?")
_GROUP: Final = re.compile(r"[0-9]{2}")
_A_YEAR: Final = {DAYS: Fraction(365), WEEKS: Fraction(365, 7), MONTHS: Fraction(12)}
_DISEASE: Final = re.compile(r"[a-z][a-z0-9_]{0,39}")
_WINDOW: Final = re.compile(r"([0-9]{1,3})(?:-([0-9]{1,3}))? (days|weeks|months|years)")
# Whether an event is always, may be, or never of one disease.
_EVENT_OF_DISEASE: Final[Mapping[str, tuple[bool, ...]]] = {
    AFTER_NOT_CONTROLLED: (True,),
    AFTER_DIAGNOSIS: (True,),
    AFTER_REFERRAL: (True, False),
    AFTER_DELIVERY: (False,),
    AFTER_DISCHARGE: (False,),
    IN_PREGNANCY: (False,),
}


def is_provable(proof: str | None) -> bool:
    """Has this program records that prove it? Services by code are a list of data (list `service`)."""
    if proof is None:
        return False
    return proof in PROOFS or proof == PROOF_REFERRAL_OUTCOME or proof.startswith(SERVICE_PROOF)


@dataclass(frozen=True, slots=True)
class Window:
    """While she is `first` to `last` days, weeks, months or years old, or pregnant: "3 months", "28-30 days"."""

    first: int
    last: int
    unit: str

    @classmethod
    def of(cls, text: str) -> "Window":
        """Raises ValueError for anything else."""
        match = _WINDOW.fullmatch(text)
        if match is None:
            raise ValueError(text)
        first, last = int(match[1]), int(match[2] or match[1])
        if last < first:
            raise ValueError(text)
        return cls(first, last, match[3])


@dataclass(frozen=True, kw_only=True, slots=True)
class ServiceItem:
    """服务项目. `frequency` with what belongs to it: per_year `times`; interval `every` so many `unit`s; by_age `ages`;
    by_event `event` from `after_days` to `within_days` after it, or in the `weeks` of a pregnancy.

    `proof`: what kind of record proves it, such as `follow_up:hypertension`. `while_ill`: promised only while she has one
    of these diseases. `is_along`: done when one is there anyway, it sends nobody to the door by itself. `condition`: when
    it is done, printed for the resident; `note`: a remark for who edits the file, never printed.
    """

    code: str
    name: str
    frequency: str
    times: int = 0
    every: int | None = None
    unit: str | None = None
    ages: tuple[str, ...] = ()
    event: str | None = None
    after_days: int | None = None
    within_days: int | None = None
    weeks: tuple[str, ...] = ()
    proof: str | None = None
    while_ill: tuple[str, ...] = ()
    is_along: bool = False
    note: str | None = None
    condition: str | None = None

    @property
    def is_expanded(self) -> bool:
        """Does this program turn it into dated duties? What a newer program wrote may be of a kind unknown here."""
        return self.is_followed and is_provable(self.proof)

    @property
    def is_followed(self) -> bool:
        match self.frequency:
            case "per_year":
                return self.times > 0
            case "interval":
                return bool(self.every) and self.unit in (DAYS, WEEKS, MONTHS)
            case "by_age":
                return bool(self.ages) and all(map(_is_window, self.ages))
            case "by_event":
                return self.event is not None and self.event_kind in _EVENT_OF_DISEASE and self._has_days
            case _:
                return False

    @property
    def is_spread(self) -> bool:
        """So often a year, evenly: what several packages ask for is merged."""
        return self.frequency in (PER_YEAR, INTERVAL)

    @property
    def times_a_year(self) -> Fraction:
        """How often a year it comes, of what is spread."""
        if self.frequency == PER_YEAR:
            return Fraction(self.times)
        return _A_YEAR[self.unit or DAYS] / (self.every or 1)

    @property
    def event_kind(self) -> str:
        return (self.event or "").partition(":")[0]

    @property
    def event_disease(self) -> str | None:
        return (self.event or "").partition(":")[2] or None

    @property
    def _has_days(self) -> bool:
        if self.event_kind == IN_PREGNANCY:
            return bool(self.weeks) and all(map(_is_window, self.weeks))
        return self.within_days is not None


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
    frequency = table.choice("frequency", FREQUENCIES)
    if frequency != AS_NEEDED and "proof" not in table:
        table.refuse(N_("有次数或日子的项目要写明用什么证明"), "proof")
    event = _event(table) if frequency == BY_EVENT else None
    has_days = frequency == BY_EVENT and event != IN_PREGNANCY
    item = ServiceItem(
        code=table.key("code"),
        name=table.text("name"),
        frequency=frequency,
        times=_times(table) if frequency == PER_YEAR else 0,
        every=_days(table, "every") if frequency == INTERVAL else None,
        unit=table.choice("unit", (DAYS, WEEKS, MONTHS)) if frequency == INTERVAL else None,
        ages=_windows(table, "ages", (DAYS, MONTHS, YEARS)) if frequency == BY_AGE else (),
        event=event,
        after_days=table.count("after_days") if has_days and "after_days" in table else None,
        within_days=_days(table, "within_days") if has_days else None,
        weeks=_windows(table, "weeks", (WEEKS,)) if event == IN_PREGNANCY else (),
        proof=_matching(table, "proof", _PROOF) if "proof" in table else None,
        while_ill=table.keys("while_ill") if frequency != AS_NEEDED and "while_ill" in table else (),
        is_along=table.flag("along", False) if frequency != AS_NEEDED else False,
        note=table.text("note") if "note" in table else None,
        condition=table.text("condition") if "condition" in table else None,
    )
    if (item.after_days or 0) > (item.within_days or 0):
        table.refuse(N_("从第几天起，不能晚于第几天以内"), f"after_days = {item.after_days}")
    if (item.proof == PROOF_REFERRAL_OUTCOME) != (
        item.event_kind == AFTER_REFERRAL
    ) and frequency != AS_NEEDED:
        table.refuse(N_("问转诊结果只能跟着转诊，转诊以后只能问结果"), f"proof = {item.proof}")
    table.finish()
    return item


def _times(table: Table) -> int:
    times = table.whole("times")
    if times > MAX_TIMES:
        table.refuse(N_("一年最多 52 次"), times)
    return times


def _days(table: Table, key: str) -> int:
    count = table.whole(key)
    if count > MAX_DAYS:
        table.refuse(N_("最多写到 366"), f"{key} = {count}")
    return count


def _event(table: Table) -> str:
    """`not_controlled:hypertension`, `referral`, `delivery` …"""
    event = table.text("event")
    kind, colon, disease = event.partition(":")
    allowed = _EVENT_OF_DISEASE.get(kind, ())
    if bool(colon) not in allowed or (colon and _DISEASE.fullmatch(disease) is None):
        table.refuse(N_("没有这种写法"), f"event = {event}")
    return event


def _windows(table: Table, key: str, units: tuple[str, ...]) -> tuple[str, ...]:
    found = table.texts(key)
    for text in found:
        if not _is_window(text) or Window.of(text).unit not in units:
            table.refuse(N_("没有这种写法"), f"{key} = {text}")
    return found


def _is_window(text: str) -> bool:
    try:
        Window.of(text)
    except ValueError:
        return False
    return True


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
