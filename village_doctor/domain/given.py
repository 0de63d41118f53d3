"""What was given without a form of its own: health education, activities, and other promised acts (服务)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final

from village_doctor.domain.messages import JsonValue
from village_doctor.domain.packages import PROOF_EDUCATION_MATERIAL, PROOF_EDUCATION_TOLD
from village_doctor.domain.records import Record

LEAFLET: Final = "leaflet"
_MATERIAL: Final = frozenset({LEAFLET})
_TOLD: Final = frozenset({"talk", "phone", "message", "home", "consultation"})


@dataclass(frozen=True, kw_only=True, slots=True)
class Education(Record):
    """健康教育 to people known by name. `mode`: leaflet, talk, phone, message, home, consultation; `copies` by kind of paper.

    `head_count`: how many listened where nobody wrote the names. `activity_id`: the activity it was part of.
    """

    given_on: date
    mode: str
    topics: tuple[str, ...] = ()
    resident_ids: tuple[str, ...] = ()
    head_count: int | None = None
    copies: Mapping[str, JsonValue] | None = None
    place: str | None = None
    activity_id: str | None = None
    reading_ids: tuple[str, ...] = ()
    staff_id: str | None = None
    note: str | None = None

    @property
    def proves(self) -> tuple[str, ...]:
        """Paper handed over proves the material, a talk of any sort proves that it was told."""
        if self.mode in _MATERIAL:
            return (PROOF_EDUCATION_MATERIAL,)
        return (PROOF_EDUCATION_TOLD,) if self.mode in _TOLD else ()


@dataclass(frozen=True, kw_only=True, slots=True)
class Activity(Record):
    """健康教育活动, 义诊: an event for many, by its form (health-record.md §5.4). `answers` as in a visit."""

    held_on: date
    form_code: str
    form_version: int
    answers: Mapping[str, JsonValue] | None = None
    is_complete: bool = False
    missing: tuple[str, ...] = ()
    place: str | None = None
    staff_id: str | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Service(Record):
    """A promised act without a form of its own (送药上门, 政策告知 …). `code`: list `service` of the code files."""

    resident_id: str
    code: str
    served_on: date
    mode: str = "home"
    place: str | None = None
    staff_id: str | None = None
    note: str | None = None
