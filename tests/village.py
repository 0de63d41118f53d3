"""A small village with fixed ids and dates, built through the verbs of the program; no real names, no real numbers.

Time stands still until a test moves it, chance comes from a seed, passwords cost next to nothing, and everything that
would lie in the user's own folders lies in the folder of the test.
"""

import random
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any, Final

from village_doctor.domain.id_card import make_id_card_number
from village_doctor.domain.messages import JsonValue
from village_doctor.domain.people import Household, Resident
from village_doctor.foundation.secrets import KdfCost
from village_doctor.foundation.surroundings import Surroundings
from village_doctor.services.measuring import ReadingDraft, record_reading
from village_doctor.services.moving import go_away
from village_doctor.services.opening import NewHome, create_home, open_home
from village_doctor.services.registering import (
    ClinicDraft,
    HouseholdDraft,
    MemberDraft,
    Registered,
    add_hamlet,
    register_household,
)
from village_doctor.services.visiting import FollowUpDraft, add_follow_up
from village_doctor.services.workplace import Workplace

PASSWORD: Final = "4821-0937-5516"
OTHER_PASSWORD: Final = "7350 2264 9918"
CHEAP: Final = KdfCost(memory_kib=64, time_cost=1, parallelism=1)
# Ten past nine on a Monday morning in China.
MORNING: Final = datetime(2026, 11, 23, 1, 10, tzinfo=UTC)
TODAY: Final = date(2026, 11, 23)
VILLAGE_CODE: Final = "990101101201"

CLINIC: Final = ClinicDraft(
    clinic_name="石桥湾村卫生室",
    village_code=VILLAGE_CODE,
    village_name="石桥湾村",
    doctor_name="王守仁",
    township_name="青石镇卫生院",
)

COMPLETE_FORM: Final[Mapping[str, JsonValue]] = {
    "emergency_sign": False,
    "symptoms": ["1"],
    "complication": "none",
    "systolic_mmhg": 138,
    "diastolic_mmhg": 86,
    "pulse_per_minute": 72,
    "smoking_per_day": 0,
    "drinking_liang_per_day": "0",
    "exercise_times_per_week": 3,
    "exercise_minutes": 30,
    "salt_intake": "1",
    "mental_adjustment": "1",
    "compliance_behaviour": "1",
    "adherence": "1",
    "adverse_reaction": "1",
    "medicines": [{"name": "氨氯地平", "times_per_day": 1, "dose": "5", "unit": "mg"}],
}


@dataclass
class SettableClock:
    """Tells the time that a test has set."""

    instant: datetime = MORNING

    def now(self) -> datetime:
        return self.instant

    def forward(self, **step: float) -> None:
        self.instant += timedelta(**step)


@dataclass
class Place:
    """A folder on a computer of the test's own: where the home lies, what time it is, what chance brings."""

    folder: Path
    name: str = "home"
    computer: str = "computer"
    seed: int = 1
    clock: SettableClock = field(default_factory=SettableClock)

    def __post_init__(self) -> None:
        self.home = self.folder / self.name
        self.surroundings = Surroundings(
            clock=self.clock,
            random_bytes=random.Random(self.seed).randbytes,
            kdf_cost=CHEAP,
            state_folder=self.folder / self.computer,
        )

    def create(self, draft: ClinicDraft = CLINIC) -> NewHome:
        return create_home(self.home, self.surroundings, PASSWORD, draft)

    def open(self, password: str = PASSWORD, **given: Any) -> Workplace:
        return open_home(self.home, self.surroundings, password, **given)

    def elsewhere(self, name: str, *, computer: str | None = None) -> "Place":
        """Another folder, on the same computer unless another one is named, with the same time of day."""
        return Place(self.folder, name, computer or self.computer, self.seed + 1, self.clock)


def files_in(folder: Path) -> Iterator[Path]:
    """Every file below a folder."""
    return (path for path in sorted(folder.rglob("*")) if path.is_file())


def contents(folder: Path) -> dict[str, bytes]:
    """Every file below a folder with its bytes: to say that nothing was changed."""
    return {str(path.relative_to(folder)): path.read_bytes() for path in files_in(folder)}


# --- the people ----------------------------------------------------------------------------------


def card(birth_date: date, order: int) -> str:
    return make_id_card_number("990101", birth_date, order)


GRANDMOTHER = MemberDraft(
    name="李桂英",
    relation="12",
    id_card_number=card(date(1956, 5, 3), 2),
    other_names=("桂婆婆",),
    phone="19900002231",
    conditions={"hypertension": "2016"},
)
GRANDFATHER = MemberDraft(name="王德顺", id_card_number=card(date(1953, 1, 1), 1))
SON = MemberDraft(name="王小军", relation="20", id_card_number=card(date(1981, 9, 14), 3))
CHILD = MemberDraft(
    name="王思琪", relation="42", sex="2", birth_date=date(2019, 2, 28), no_identity_reason="遗失"
)
WIDOW = MemberDraft(
    name="欧阳秀兰",
    id_card_number=card(date(1948, 12, 30), 4),
    conditions={"hypertension": "2019-06", "diabetes": "2020"},
)
RARE = MemberDraft(name="𤋮㛃𠮷", sex="1", birth_date=date(1990, 7, 1), no_identity_reason="不详")

FOUR = HouseholdDraft(
    members=(GRANDFATHER, GRANDMOTHER, SON, CHILD),
    door_number="12号",
    home_address="石桥湾王家屋场大樟树旁",
    registered_address="青石镇石桥湾村三组十二号",
    phone="19900007788",
    phone_whose="女儿王春花",
    note="院里有狗进门先喊一声",
)
ALONE = HouseholdDraft(members=(WIDOW,), landmark="水塘坎上第二间", phone="19900003456", phone_whose="侄子")
NEWCOMER = HouseholdDraft(members=(RARE,), door_number="31号")

# What must never be found in a file in the clear. Everything is at least six bytes long in each encoding.
NAMES = ("李桂英", "王德顺", "王小军", "王思琪", "欧阳秀兰", "桂婆婆", "王守仁", "王春花", "𤋮㛃𠮷")
PHONES = ("19900002231", "19900007788", "19900003456")
NUMBERS = tuple(
    number for member in (GRANDFATHER, GRANDMOTHER, SON, WIDOW) if (number := member.id_card_number)
)
ADDRESSES = (
    "王家屋场大樟树",
    "石桥湾村三组十二号",
    "水塘坎上第二间",
    "石桥湾村卫生室",
    "院里有狗进门先喊一声",
)
SAMPLES = (*NAMES, *PHONES, *NUMBERS, *ADDRESSES)


@dataclass(frozen=True, kw_only=True)
class Village:
    """The opened village and the people in it."""

    place: Place
    workplace: Workplace
    unlock_code: str
    four: Household
    grandfather: Resident
    grandmother: Resident
    son: Resident
    child: Resident
    widow: Resident
    rare: Resident


def build(place: Place) -> Village:
    """Three households, some readings, a follow-up, somebody away: made in 14 acts, opened."""
    made = place.create()
    workplace = made.workplace
    hamlet = workplace.command(add_hamlet, None, 3, "王家湾").value
    place.clock.forward(minutes=1)
    four: Registered = workplace.command(register_household, with_hamlet(FOUR, hamlet.id)).value
    place.clock.forward(minutes=1)
    alone = workplace.command(register_household, ALONE).value
    place.clock.forward(minutes=1)
    newcomer = workplace.command(register_household, NEWCOMER).value
    grandfather, grandmother, son, child = four.residents
    place.clock.forward(minutes=1)
    workplace.command(go_away, son.id, date(2026, 2, 20), "work", place="广东东莞")
    workplace.command(record_reading, pressure(grandmother, 152, 96))
    workplace.command(record_reading, pressure(alone.residents[0], 146, 84))
    workplace.command(add_follow_up, follow_up(grandmother))
    place.clock.forward(minutes=1)
    return Village(
        place=place,
        workplace=workplace,
        unlock_code=made.unlock_code.text,
        four=four.household,
        grandfather=grandfather,
        grandmother=grandmother,
        son=son,
        child=child,
        widow=alone.residents[0],
        rare=newcomer.residents[0],
    )


def with_hamlet(draft: HouseholdDraft, hamlet_id: str) -> HouseholdDraft:
    return HouseholdDraft(
        **{**{name: getattr(draft, name) for name in draft.__slots__}, "hamlet_id": hamlet_id}
    )


def pressure(
    resident: Resident, systolic: int, diastolic: int, on: date | None = None, **given: Any
) -> ReadingDraft:
    values = {"systolic_mmhg": systolic, "diastolic_mmhg": diastolic}
    return ReadingDraft(resident_id=resident.id, measurements=values, taken_on=on, **given)


def follow_up(
    resident: Resident, on: date | None = None, mode: str = "home", **answers: Any
) -> FollowUpDraft:
    """A complete hypertension form; an answer given as None is left out."""
    merged = {name: value for name, value in {**COMPLETE_FORM, **answers}.items() if value is not None}
    return FollowUpDraft(
        resident_id=resident.id,
        form_code="hypertension_follow_up",
        mode=mode,
        answers=merged,
        served_on=on,
    )
