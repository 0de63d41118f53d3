"""Advising: what the norm says to what is being typed, before anything is stored. Questions only.

The reading bar and the conclusion box of a form ask here at every pause of the keyboard. The answers come from the
same checks and rules that saving uses, so that nothing is decided differently a second later.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Final

from village_doctor.domain import plausibility
from village_doctor.domain.clinical.facts import Measured, whose
from village_doctor.domain.clinical.rules import RULES
from village_doctor.domain.clinical.visit_facts import PastVisit, VisitFacts
from village_doctor.domain.decisions import Decision, Reason, apply_own_plan
from village_doctor.domain.duties.evidence import DIABETES, HYPERTENSION, STAFF_SETTINGS
from village_doctor.domain.follow_ups import measurements_of
from village_doctor.domain.form_checking import as_answers
from village_doctor.domain.forms import Form
from village_doctor.domain.messages import JsonValue
from village_doctor.domain.people import Resident
from village_doctor.domain.plausibility import DIASTOLIC, FASTING_GLUCOSE, SYSTOLIC
from village_doctor.domain.problems import Problem
from village_doctor.domain.readings import Reading, reading_values
from village_doctor.services import wording
from village_doctor.services.catalogue import Catalogue, figures
from village_doctor.services.deciding import decided, past_of
from village_doctor.services.measuring import (
    beside_first,
    check_day_of_service,
    check_measurements,
    measured_again,
    said_at_once,
)
from village_doctor.services.screening import screening_of, without_repetition
from village_doctor.services.visiting import FollowUpDraft, checked_answers
from village_doctor.store import people_store, tables, visit_store
from village_doctor.store.database import Connection

_DECIDES: Final = {HYPERTENSION: (SYSTOLIC, DIASTOLIC), DIABETES: (FASTING_GLUCOSE,)}
_ASKED: Final = "reading-unusual"
_CLINIC: Final = "clinic"
# No danger sign, no complication, no reaction: the answers of a follow-up at which nothing else is found.
_NOTHING_ELSE_WRONG: Final[Mapping[str, JsonValue]] = {
    "emergency_sign": False,
    "complication": "none",
    "adverse_reaction": "1",
}


# --- a reading --------------------------------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True, slots=True)
class ReadingAdvice:
    """What the reading bar says to the values typed so far.

    `refused`: the Problem that saving would raise. `asked`: rare values, to be kept only when confirmed; the rest is
    told all the same. `screening`: what the pressure asks for in whom no hypertension is known. `if_followed_up`: for
    each confirmed disease whose deciding value was measured, what a follow-up made now would decide. `previous`: for
    each confirmed disease the last counted follow-up as one reads it (148/86　8月17日), None where there is none.
    """

    refused: Problem | None = None
    asked: Problem | None = None
    emergency: Decision | None = None
    warnings: tuple[Reason, ...] = ()
    screening: Decision | None = None
    if_followed_up: tuple[tuple[str, Decision], ...] = ()
    previous: Mapping[str, str | None]


def reading_advice(
    connection: Connection,
    catalogue: Catalogue,
    resident_id: str,
    measurements: Mapping[str, int | Decimal],
    on: date,
    *,
    at: datetime | None = None,
    setting: str = _CLINIC,
) -> ReadingAdvice:
    """What `measuring.record_reading` would refuse, ask or find in these values, taken on `on`.

    `at`: the instant, None for an earlier day or where a stored reading is put right; then nothing is measured again and
    nothing screened.
    Nothing typed yet is neither refused nor asked. Raises Problem `record-not-found`.
    """
    resident = tables.get(connection, Resident, resident_id)
    previous = _last_values(connection, resident, on)
    if not measurements:
        return ReadingAdvice(previous=previous)

    def check() -> None:
        check_day_of_service(resident, on, on)
        check_measurements(measurements, catalogue)

    refused, asked = _weighed(check)
    if refused is not None:
        return ReadingAdvice(refused=refused, previous=previous)
    conditions = people_store.confirmed_on(connection, resident_id, on)
    first = None
    if at is not None:
        known = visit_store.readings_on(connection, resident_id, on)
        first = measured_again(known, measurements, setting=setting, at=at)
    judged = measurements if first is None else beside_first(first, measurements)
    person = whose(resident, conditions, on, figures())
    emergency, warnings = said_at_once(connection, resident_id, judged, person, on)
    screening = None
    if at is not None and emergency is None and SYSTOLIC in measurements and setting in STAFF_SETTINGS:
        screening = screening_of(connection, resident, on, _as_taken(resident, measurements, at, setting))
    return ReadingAdvice(
        asked=asked,
        emergency=emergency,
        warnings=without_repetition(warnings, screening),
        screening=screening,
        if_followed_up=if_followed_up(connection, resident_id, measurements, on),
        previous=previous,
    )


def _as_taken(
    resident: Resident, measurements: Mapping[str, int | Decimal], at: datetime, setting: str
) -> list[Reading]:
    """The readings that saving would make of these values."""
    return [
        Reading(id="", resident_id=resident.id, taken_at=at, setting=setting, **dict[str, Any](values))
        for values in reading_values(measurements)
    ]


def if_followed_up(
    connection: Connection, resident_id: str, measurements: Mapping[str, int | Decimal], on: date
) -> tuple[tuple[str, Decision], ...]:
    """For each confirmed disease whose deciding value was measured: the decision, were nothing else wrong.

    Compares only with the last counted follow-up, as a follow-up itself would.
    """
    resident = tables.get(connection, Resident, resident_id)
    present = tuple(
        one for one in people_store.conditions_of(connection, resident_id) if one.is_present_on(on)
    )
    decisions = []
    for disease, needed in _DECIDES.items():
        is_known = any(one.code == disease for one in present)
        if not is_known or not all(name in measurements for name in needed):
            continue
        facts = VisitFacts(
            form_code="",
            disease=disease,
            served_on=on,
            resident=resident,
            mode=_CLINIC,
            figures=figures(),
            answers=_NOTHING_ELSE_WRONG,
            measurements=measurements,
            computed={},
            is_complete=True,
            conditions=present,
            past=past_of(connection, resident, disease, on),
        )
        decisions.append((disease, RULES[disease](facts)))
    return tuple(decisions)


def _last_values(connection: Connection, resident: Resident, on: date) -> Mapping[str, str | None]:
    conditions = people_store.confirmed_on(connection, resident.id, on)
    return {
        disease: _last_value(past_of(connection, resident, disease, on), _DECIDES[disease], on)
        for disease in _DECIDES
        if disease in conditions
    }


def _last_value(past: Sequence[PastVisit], measures: tuple[str, ...], on: date) -> str | None:
    """What decided at the last counted follow-up, and its day; only the day where nothing was measured."""
    if not past:
        return None
    measured = Measured.of(past[-1].measurements)
    shown = measured.pressure if SYSTOLIC in measures else str(measured.fasting_glucose_mmol or "")
    if not any(name in past[-1].measurements for name in measures):
        shown = ""
    return f"{shown}　{wording.day(past[-1].served_on, on)}".strip("　")


def _weighed(check: Callable[[], None]) -> tuple[Problem | None, Problem | None]:
    """What the check refuses, and what it only asks about."""
    try:
        check()
    except Problem as problem:
        return (None, problem) if problem.code == _ASKED else (problem, None)
    return None, None


# --- a form -----------------------------------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True, slots=True)
class ConclusionPreview:
    """What saving the form as it stands would decide.

    `missing`: keys of required fields still blank (complete: empty). `refused`: the Problem that saving would raise;
    `asked`: rare values to be confirmed. `decision` stands also where only the doctor's own plan is refused or a
    value is asked about; `of_disease`: of a form for several diseases each one's own. `next_on`: the next date that would
    be stored.
    """

    missing: tuple[str, ...] = ()
    refused: Problem | None = None
    asked: Problem | None = None
    decision: Decision | None = None
    of_disease: tuple[tuple[str, Decision], ...] = ()
    next_on: date | None = None


def conclusion(
    connection: Connection, catalogue: Catalogue, draft: FollowUpDraft, today: date
) -> ConclusionPreview:
    """What `visiting.add_follow_up` would make of the draft. Raises nothing that it would refuse: it tells it."""
    try:
        resident = _standing_resident(connection, draft.resident_id)
        form = catalogue.form(draft.form_code)
        served_on = draft.served_on or today
        check_day_of_service(resident, served_on, today)
        checked = checked_answers(connection, catalogue, form, draft, served_on)
    except Problem as problem:
        return ConclusionPreview(refused=problem)
    refused, asked = _weighed(
        lambda: plausibility.check(checked.measurements, catalogue.limits, draft.confirmed)
    )
    if refused is not None:
        return ConclusionPreview(missing=checked.missing, refused=refused)
    found = decided(connection, catalogue, form, checked, resident, served_on=served_on, mode=draft.mode)
    decision = None if found is None else found.decision
    next_on = draft.own_next_on
    if decision is not None:
        try:
            next_on = apply_own_plan(
                decision,
                draft.own_next_on,
                served_on=served_on,
                reason=draft.overrule_reason,
                own_plan=draft.own_plan,
            )
        except Problem as problem:
            refused, next_on = problem, None
    return ConclusionPreview(
        missing=checked.missing,
        refused=refused,
        asked=asked,
        decision=decision,
        of_disease=found.of_disease if found is not None and len(found.of_disease) > 1 else (),
        next_on=next_on,
    )


def _standing_resident(connection: Connection, resident_id: str) -> Resident:
    resident = tables.get(connection, Resident, resident_id)
    if resident.is_voided:
        raise Problem("already-voided")
    return resident


@dataclass(frozen=True, kw_only=True, slots=True)
class LastFollowUp:
    """The last visit with a form: the day, and its answers with what was measured, by field key."""

    served_on: date
    answers: Mapping[str, JsonValue]


def last_follow_up(connection: Connection, resident_id: str, form: Form, before: date) -> LastFollowUp | None:
    """The last visit with this form up to and on `before`, finished or not: what the right-hand column shows."""
    visit = visit_store.last_with_form(connection, resident_id, form.code, before)
    if visit is None:
        return None
    measured = measurements_of(visit_store.readings_of_visit(connection, visit.id))
    return LastFollowUp(served_on=visit.served_on, answers={**(visit.answers or {}), **as_answers(measured)})
