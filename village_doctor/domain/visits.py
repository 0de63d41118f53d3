"""Visits (服务记录): any recorded contact; a follow-up is a visit with a disease form.

A visit keeps the form version it was written with. Only a complete form, face to face, counts as a
follow-up (norms-hypertension §5); an unfinished one is a contact and proves nothing.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from village_doctor.domain.decisions import Decision
from village_doctor.domain.messages import JsonValue
from village_doctor.domain.records import Record

FOLLOW_UP: Final = "follow_up"
PHONE: Final = "phone"
# A reason for which a visit was not done: she was met, and did not want it.
REFUSED: Final = "refused"
FACE_TO_FACE: Final = frozenset({"clinic", "home"})


@dataclass(frozen=True, kw_only=True, slots=True)
class Conclusion:
    """What a form of several diseases concluded for one of them; fields as in `Visit`."""

    disease: str
    control_result: str | None = None
    decision: Decision | None = None
    next_due_on: date | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Visit(Record):
    """`served_on`: date of service. `mode`: clinic, home, phone, video, message. `purpose`: follow_up …

    `answers` are keyed by field key; measured values are readings with this visit's id. `decision` is
    what the rule said; `control_result` and `next_due_on` what stands after the doctor's own plan
    (`own_plan`, `overrule_reason`); `conclusions` only where the form is for several diseases, and then the visit's
    own class is the worst and its next date the earliest. `diseases`: whose form it is. `proves`: what it proves, as
    its form said when it was complete (of a form for several diseases: what each finished part
    proves). `not_done_reason`: not_at_home, refused, in_hospital, away, died.
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
    diseases: tuple[str, ...] = ()
    proves: tuple[str, ...] = ()
    conclusions: tuple[Conclusion, ...] = ()
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


def conclusion_for(visit: Visit, disease: str) -> Conclusion:
    """What the visit concluded for that disease: its own part of a form for several, else the visit's."""
    for conclusion in visit.conclusions:
        if conclusion.disease == disease:
            return conclusion
    return Conclusion(
        disease=disease,
        control_result=visit.control_result,
        decision=visit.decision,
        next_due_on=visit.next_due_on,
    )
