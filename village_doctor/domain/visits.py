"""Visits (服务记录): any recorded contact; a follow-up is a visit with a disease form.

A visit keeps the form version it was written with. Only a complete form, face to face, counts as a
follow-up (norms-hypertension §5); an unfinished one is a contact and proves nothing.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from village_doctor.domain.clinical.decision import Decision
from village_doctor.domain.messages import JsonValue
from village_doctor.domain.records import Record

FOLLOW_UP: Final = "follow_up"
FACE_TO_FACE: Final = frozenset({"clinic", "home"})


@dataclass(frozen=True, kw_only=True, slots=True)
class Visit(Record):
    """`served_on`: date of service. `mode`: clinic, home, phone, video, message. `purpose`: follow_up …

    `answers` are keyed by field key; measured values are readings with this visit's id. `decision` is
    what the rule said; `control_result` and `next_due_on` what stands after the doctor's own plan
    (`own_plan`, `overrule_reason`). `not_done_reason`: not_at_home, refused, in_hospital, away, died.
    """

    resident_id: str
    served_on: date
    recorded_at: datetime
    mode: str
    purpose: str
    staff_id: str
    place: str | None = None
    met: str | None = None
    form_code: str | None = None
    form_version: int | None = None
    answers: Mapping[str, JsonValue] | None = None
    confirmed_sections: tuple[str, ...] = ()
    is_complete: bool = False
    missing: tuple[str, ...] = ()
    control_result: str | None = None
    decision: Decision | None = None
    own_plan: str | None = None
    overrule_reason: str | None = None
    next_due_on: date | None = None
    referral_id: str | None = None
    not_done_reason: str | None = None
    signed_by: str | None = None
    typed_from: str = "screen"
    note: str | None = None

    @property
    def is_counted_follow_up(self) -> bool:
        """A complete form, face to face."""
        return (
            not self.is_voided
            and self.purpose == FOLLOW_UP
            and self.is_complete
            and self.mode in FACE_TO_FACE
        )
