"""Fulfilment (履约): what was really done to the duties, with the record that proves it, or why it was not done.

One visit can prove a norm duty and a promise at once. Only what was recorded counts: nothing voided, nothing
self-measured, no quick reading for a follow-up, nothing dated after the day asked for. The order of records does not
matter. Evidence always wins over whatever spoke against it. Norm figures use the norm's duties, fulfilment rates the
contract's.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Final

from village_doctor.domain.decisions import Reason
from village_doctor.domain.duties.duty import Duty
from village_doctor.domain.duties.evidence import REFERRAL_PROOF, EvidenceIndex, took_place
from village_doctor.domain.packages import FOLLOW_UP_PROOF
from village_doctor.domain.people import Absence
from village_doctor.domain.person_facts import PersonFacts
from village_doctor.domain.records import holds
from village_doctor.domain.refusals import Refusal
from village_doctor.domain.visits import FACE_TO_FACE, REFUSED, Visit, conclusion_for

PLANNED: Final = "planned"
DUE: Final = "due"
OVERDUE: Final = "overdue"
DONE: Final = "done"
NOT_DONE: Final = "not_done"

IN_HOSPITAL: Final = "in_hospital"
AWAY: Final = "away"
DIED: Final = "died"
HOSPITAL: Final = "hospital"

HOME: Final = "home"
CLINIC: Final = "clinic"
PHONE: Final = "phone"


@dataclass(frozen=True, slots=True)
class MatchedDuty:
    """A duty with what was done to it.

    `evidence`: kind and id of the record that proves it. `is_open`: something done today would still answer it; False
    for what is done, for what she refuses now, and for a span that was missed and followed by a later service: that stays
    overdue in the figures and asks nothing more. `mode_hint`: how she is usually reached (home, clinic, phone).
    `not_done_reason`: not_at_home, refused, in_hospital, away or died; `attempt`: kind and id of the record that says so,
    `attempted_on` the day somebody tried. `last_result`: the class of her last counted follow-up of that disease.
    """

    duty: Duty
    state: str
    done_on: date | None
    evidence: tuple[str, str] | None
    is_open: bool
    mode_hint: str
    not_done_reason: str | None = None
    attempted_on: date | None = None
    attempt: tuple[str, str] | None = None
    last_result: str | None = None


@dataclass(frozen=True, slots=True)
class _Obstacle:
    """Why a duty was not done, as far as known on the day: since when, by which record."""

    reason: str
    kind: str
    record_id: str
    attempted_on: date | None = None


def match(duties: Sequence[Duty], person: PersonFacts, on: date) -> tuple[MatchedDuty, ...]:
    """Each duty with its state on `on`, in the order given.

    A duty whose day came while she was away for a while is due on the day of return; one that she refused, on the day
    on which it is offered again. Both stay in the figures. No refusal of the rest takes the asking about a referral away.
    """
    if not duties:
        return ()
    index = EvidenceIndex(person, on)
    mode_hint = _mode_hint(person, on)
    return tuple(_match(duty, person, on, index, mode_hint) for duty in duties)


def _match(duty: Duty, person: PersonFacts, on: date, index: EvidenceIndex, mode_hint: str) -> MatchedDuty:
    last_result = _last_result(duty.proof, index)
    evidence = index.first_in(duty.proof, duty.span_from, duty.span_until)
    if evidence is not None:
        return MatchedDuty(
            duty, DONE, evidence.day, (evidence.kind, evidence.id), False, mode_hint, last_result=last_result
        )
    until = duty.span_until
    is_open = duty.is_asked and (
        until is None or on <= until or index.first_in(duty.proof, until, None) is None
    )
    refusal = _standing_refusal(duty, person, on)
    if refusal is not None and duty.due_on < refusal.stands_until:
        is_open = False
    duty = _as_due_now(duty, person, on)
    obstacle = _obstacle(duty, person, on, refusal)
    return MatchedDuty(
        duty,
        _state(duty, on, obstacle),
        None,
        None,
        is_open,
        mode_hint,
        not_done_reason=obstacle.reason if obstacle else None,
        attempted_on=obstacle.attempted_on if obstacle else None,
        attempt=(obstacle.kind, obstacle.record_id) if obstacle else None,
        last_result=last_result,
    )


def _state(duty: Duty, on: date, obstacle: _Obstacle | None) -> str:
    if on < duty.due_on:
        return PLANNED
    if obstacle is not None:
        return NOT_DONE
    return DUE if on <= duty.late_after else OVERDUE


def _as_due_now(duty: Duty, person: PersonFacts, on: date) -> Duty:
    """Shown as due on the day of return from a short absence, or on the day on which a refused thing is offered again."""
    shown_on, reasons = duty.due_on, duty.reasons
    for absence in sorted(person.absences, key=lambda one: (one.from_on, one.id)):
        back_on = absence.until_on
        if back_on is not None and back_on <= on and absence.is_away_on(shown_on):
            shown_on = back_on
            values = {"from": absence.from_on.isoformat(), "until": back_on.isoformat()}
            reasons = (*duty.reasons, Reason(code="back-again", values=values))
    refusal = _latest(one for one in person.refusals if _has_lapsed(one, duty, on))
    if refusal is not None:
        again_on = refusal.stands_until
        values = {"refused": refusal.refused_on.isoformat(), "from": again_on.isoformat()}
        shown_on, reasons = max(shown_on, again_on), (*reasons, Reason(code="offer-again", values=values))
    return duty if reasons is duty.reasons else replace(duty, due_on=shown_on, reasons=reasons)


def _standing_refusal(duty: Duty, person: PersonFacts, on: date) -> Refusal | None:
    return _latest(one for one in person.refusals if _refuses(one, duty, on))


def _refuses(refusal: Refusal, duty: Duty, day: date) -> bool:
    """What became of a referral is asked whatever else she refuses: only being seen or her signature on it ends that."""
    return not duty.proof.startswith(REFERRAL_PROOF) and refusal.covers(duty.proof, day)


def _has_lapsed(refusal: Refusal, duty: Duty, on: date) -> bool:
    """Refused before, on a day on which the duty could be done; to be offered again by now."""
    again_on = refusal.stands_until
    return (
        _refuses(refusal, duty, refusal.refused_on)
        and duty.span_from < again_on <= on
        and (duty.span_until is None or refusal.refused_on <= duty.span_until)
    )


def _latest(refusals: Iterable[Refusal]) -> Refusal | None:
    return max(refusals, key=lambda one: (one.refused_on, one.id), default=None)


def _obstacle(duty: Duty, person: PersonFacts, on: date, refusal: Refusal | None) -> _Obstacle | None:
    """What stands in the way now: death, a refusal, an absence; of a span that is over, what stood in the way then; else
    the last attempt inside the span.
    """
    resident, until = person.resident, duty.span_until
    if resident.died_on is not None and resident.died_on <= min(on, duty.due_on):
        return _Obstacle(DIED, "resident", resident.id)
    last_day = on if until is None else min(on, until)
    if refusal is None or last_day < refusal.refused_on:
        refusal = _standing_refusal(duty, person, last_day) if last_day < on else None
    if refusal is not None:
        return _Obstacle(REFUSED, "refusal", refusal.id, refusal.refused_on)
    absence = max(
        (one for one in person.absences if one.is_away_on(last_day)),
        key=lambda one: (one.from_on, one.id),
        default=None,
    )
    if absence is not None:
        return _Obstacle(_reason_of(absence), "absence", absence.id)
    visit = max(
        (one for one in person.visits if _is_attempt(one, duty, last_day)),
        key=lambda one: (one.served_on, one.recorded_at, one.id),
        default=None,
    )
    if visit is None or visit.not_done_reason is None:
        return None
    return _Obstacle(visit.not_done_reason, "visit", visit.id, visit.served_on)


def _reason_of(absence: Absence) -> str:
    return IN_HOSPITAL if absence.kind == HOSPITAL else AWAY


def _is_attempt(visit: Visit, duty: Duty, last_day: date) -> bool:
    """A visit inside the span that was not done. What was refused with a form in hand is that form's follow-up only."""
    if visit.not_done_reason is None or visit.is_voided:
        return False
    if not holds(duty.span_from, last_day, visit.served_on):
        return False
    if visit.not_done_reason != REFUSED or not visit.diseases:
        return True
    return duty.proof in {FOLLOW_UP_PROOF + disease for disease in visit.diseases}


def _last_result(proof: str, index: EvidenceIndex) -> str | None:
    if not proof.startswith(FOLLOW_UP_PROOF):
        return None
    disease = proof.removeprefix(FOLLOW_UP_PROOF)
    follow_ups = index.follow_ups(disease)
    return conclusion_for(follow_ups[-1], disease).control_result if follow_ups else None


def _mode_hint(person: PersonFacts, on: date) -> str:
    """By phone while she is away or the door is silenced; else as the last face-to-face visit; else at home."""
    if person.not_visited_until is not None and on < person.not_visited_until:
        return PHONE
    if any(absence.is_away_on(on) for absence in person.absences):
        return PHONE
    last = max(
        (
            (visit.served_on, visit.recorded_at, visit.id, visit.mode)
            for visit in person.visits
            if visit.mode in FACE_TO_FACE and visit.served_on <= on and took_place(visit)
        ),
        default=None,
    )
    return HOME if last is None else last[3]
