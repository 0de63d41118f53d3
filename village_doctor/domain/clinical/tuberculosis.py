"""肺结核患者: the first home visit, the follow-ups and the end of the treatment (规范第三版, 肺结核患者健康管理).

Verified: the first visit within 72 hours, a record at least monthly where staff supervise, the telephone within two
weeks of the end. The other intervals are `figures`. A reaction or complication is referred at once; blurred sight, jaundice
and ringing ears the same day.
"""

from dataclasses import replace
from datetime import date, timedelta
from typing import Final

from village_doctor.domain.clinical import plain_visits
from village_doctor.domain.clinical.figures import Figures
from village_doctor.domain.clinical.visit_facts import VisitFacts
from village_doctor.domain.dates import plus_months
from village_doctor.domain.decisions import (
    ASK_AFTER_EMERGENCY,
    ASK_AFTER_REFERRAL,
    EMERGENCY,
    ORDINARY,
    Decision,
    Reason,
)

FIRST_VISIT: Final = "tuberculosis_first_visit"
FIRST_VISIT_WITHIN: Final = timedelta(days=3)  # 72 hours from the notice
STAFF_MONTHS: Final = 1
PHONE_AFTER_CLOSING: Final = timedelta(days=14)

STAFF: Final = "1"
INTERMITTENT: Final = "2"
INJECTED: Final = "4"
TREATED_BEFORE: Final = "2"
PRESENT: Final = "2"  # 2有
NOT_MASTERED: Final = "2"
NO_OWN_ROOM: Final = "2"
POORLY_AIRED: Final = "3"
DOSES_OF_A_WEEK_DAILY: Final = 7

COMPLETED: Final = "1"
DIED: Final = "2"
LOST: Final = "3"
TO_RESISTANT_TREATMENT: Final = "4"
REGULAR: Final = "regular"
IRREGULAR: Final = "irregular"

# The same symptom has another number on each sheet.
_BLURRED_SIGHT: Final = {"first": "7", "later": "8"}
_RINGING_EARS: Final = {"first": "9", "later": "10"}
_LESSONS: Final = (
    "knows_record_card",
    "knows_taking_and_storing",
    "knows_course",
    "knows_harm_of_irregular_taking",
    "knows_reactions",
    "knows_sputum_checks",
    "knows_taking_when_away",
    "knows_habits",
    "knows_contact_checks",
)


def is_intensive(
    treatment_month: int | None, figures: Figures, *, treated_before: bool, injected: bool
) -> bool:
    """强化期或注射期. A month that is not known counts as intensive: nobody is seen too late for it."""
    months = (
        figures.tuberculosis_intensive_months_treated_before
        if treated_before
        else figures.tuberculosis_intensive_months
    )
    return injected or treatment_month is None or treatment_month <= months


def latest_next(served_on: date, supervisor: str | None, figures: Figures, *, intensive: bool) -> date:
    """The last day for the next follow-up: by who supervises and in which phase."""
    if supervisor == STAFF:
        return plus_months(served_on, STAFF_MONTHS)
    if intensive:
        return served_on + timedelta(days=figures.tuberculosis_family_intensive_days)
    return plus_months(served_on, figures.tuberculosis_family_continuation_months)


def is_week_missed(missed_doses: int, usage: str | None, figures: Figures) -> bool:
    """Doses of a week or more were missed; by the day where it is not known how they are taken."""
    of_a_week = (
        figures.tuberculosis_doses_of_a_week_intermittent if usage == INTERMITTENT else DOSES_OF_A_WEEK_DAILY
    )
    return missed_doses >= of_a_week


def decide_first_visit(facts: VisitFacts) -> Decision:
    """第一次入户随访: who supervises, what was taught, how she lives; the treatment has just begun."""
    limit_on = latest_next(facts.served_on, facts.text("supervisor"), facts.figures, intensive=True)
    urgent = _same_day(facts, "first", limit_on)
    if urgent is not None:
        return urgent
    if not facts.is_complete:
        return plain_visits.unfinished(facts, in_time_until=_first_visit_until(facts))
    reasons, actions = [_why_next(facts, intensive=True)], []
    if facts.text("supervisor") != STAFF:
        reasons.append(Reason(code="not_supervised_by_staff"))
        actions.append("train_supervisor")
    missing = sum(facts.text(lesson) == NOT_MASTERED for lesson in _LESSONS)
    if missing:
        reasons.append(Reason(code="lessons_not_mastered", values={"count": str(missing)}))
        actions.append("teach_again")
    if facts.text("own_room") == NO_OWN_ROOM or facts.text("airing") == POORLY_AIRED:
        reasons.append(Reason(code="room_not_fit"))
        actions.append("sleep_apart_and_air")
    actions += ["check_contacts", "carry_on_treatment"]
    return plain_visits.planned(
        facts, reasons=tuple(reasons), actions=tuple(actions), next_on=limit_on, limit_on=limit_on
    )


def decide(facts: VisitFacts) -> Decision:
    """随访: reactions and complications first, then missed doses, then by phase."""
    intensive = is_intensive_visit(facts)
    by_phase = latest_next(facts.served_on, facts.text("supervisor"), facts.figures, intensive=intensive)
    urgent = _same_day(facts, "later", by_phase)
    if urgent is not None:
        return urgent
    refer = _reasons_to_refer(facts)
    said, done = _advice(facts)
    rest = None if facts.is_complete else plain_visits.unfinished(facts)
    if rest is not None:
        said, done = (*said, *rest.reasons), (*done, *rest.actions)
    if refer:
        after = facts.served_on + timedelta(days=facts.figures.tuberculosis_after_referral_days)
        limit_on = min(after, by_phase)
        return Decision(
            control_result=None,
            actions=("refer_tuberculosis", "ask_in_two_weeks", *done),
            reasons=(*refer, *said),
            next_on=limit_on if rest is None else min(limit_on, facts.served_on + plain_visits.FINISH_WITHIN),
            limit_on=limit_on,
            referral=ORDINARY,
            ask_on=_days_after(facts, ASK_AFTER_REFERRAL),
            has_reaction=_has_reaction(facts),
        )
    if rest is not None:
        return replace(rest, reasons=said, actions=done)
    reasons = (*said, _why_next(facts, intensive=intensive))
    return plain_visits.planned(
        facts, reasons=reasons, actions=(*done, "carry_on_treatment"), next_on=by_phase, limit_on=by_phase
    )


def decide_closing(facts: VisitFacts) -> Decision:
    """结案评估: how much was taken over the whole course, and asking within two weeks what the hospital found."""
    if not facts.is_complete:
        return plain_visits.unfinished(facts)
    stop = facts.text("stop_reason")
    reasons = [Reason(code=f"stopped_{stop}")]
    taken, due = facts.number("doses_taken") or 0, facts.number("doses_due") or 0
    result = None
    if due:
        is_regular = taken * 100 >= due * facts.figures.tuberculosis_regular_percent
        result = REGULAR if is_regular else IRREGULAR
        values = {
            "taken": str(taken),
            "due": str(due),
            "line": str(facts.figures.tuberculosis_regular_percent),
        }
        reasons.append(Reason(code=f"taken_{result}", values=values))
    actions = [] if facts.flag("is_record_card_collected") is True else ["collect_record_card"]
    asks_hospital = stop in (COMPLETED, TO_RESISTANT_TREATMENT)
    if asks_hospital:
        actions += ["send_for_outcome", "phone_in_two_weeks"]
    else:
        actions.append("report_end_of_treatment")
    next_on = facts.served_on + PHONE_AFTER_CLOSING if asks_hospital else None
    return plain_visits.planned(
        facts,
        reasons=tuple(reasons),
        actions=tuple(actions),
        next_on=next_on,
        limit_on=next_on,
        control_result=result,
    )


def is_intensive_visit(facts: VisitFacts) -> bool:
    """Is the visit in 强化期 or 注射期? Whether she was treated before stands on the first visit's sheet."""
    month = facts.number("treatment_month")
    return is_intensive(
        None if month is None else int(month),
        facts.figures,
        treated_before=any(past.answers.get("patient_type") == TREATED_BEFORE for past in facts.past),
        injected=INJECTED in facts.texts("dosage_form"),
    )


def _first_visit_until(facts: VisitFacts) -> date | None:
    """The end of the 72 hours since the last notice up to that day; None: no notice is known."""
    told = [
        one.notified_on
        for one in facts.conditions
        if one.code == facts.disease and one.notified_on is not None and one.notified_on <= facts.served_on
    ]
    return max(told) + FIRST_VISIT_WITHIN if told else None


def _same_day(facts: VisitFacts, sheet: str, by_phase: date) -> Decision | None:
    """An emergency, or a sign that a medicine harms eyes, liver or ears; None where there is none."""
    symptoms = facts.texts("symptoms")
    signs = {
        "blurred_sight": _BLURRED_SIGHT[sheet] in symptoms,
        "jaundice": facts.flag("has_jaundice") is True,
        "ringing_ears": _RINGING_EARS[sheet] in symptoms,
    }
    reasons = tuple(Reason(code=code) for code, is_there in signs.items() if is_there)
    emergency = plain_visits.emergency(facts)
    if emergency is not None:
        reasons = (*emergency.reasons, *reasons)
    if not reasons:
        return None
    after = facts.served_on + timedelta(days=facts.figures.tuberculosis_after_referral_days)
    limit_on = min(after, by_phase)
    actions = () if emergency is None else emergency.actions
    return Decision(
        control_result=None,
        actions=tuple(dict.fromkeys((*actions, "refer_tuberculosis_same_day", "ask_next_day"))),
        reasons=reasons,
        next_on=limit_on,
        limit_on=limit_on,
        referral=EMERGENCY,
        ask_on=_days_after(facts, ASK_AFTER_EMERGENCY),
        has_reaction=_has_reaction(facts),
    )


def _reasons_to_refer(facts: VisitFacts) -> tuple[Reason, ...]:
    reasons = []
    if _has_reaction(facts):
        reasons.append(Reason(code="tuberculosis_reaction"))
    if facts.text("complication") == PRESENT:
        reasons.append(Reason(code="tuberculosis_complication"))
    return tuple(reasons)


def _advice(facts: VisitFacts) -> tuple[tuple[Reason, ...], tuple[str, ...]]:
    """Missed doses and leaving: reasons and actions."""
    reasons, actions = [], []
    missed = int(facts.number("missed_doses") or 0)
    if missed:
        is_week = is_week_missed(missed, facts.text("usage"), facts.figures)
        code = "doses_missed_a_week" if is_week else "doses_missed"
        reasons.append(Reason(code=code, values={"count": str(missed)}))
        actions.append("find_why_missed")
        if is_week:
            actions.append("report_missed_week")
    if facts.flag("is_leaving") is True:
        reasons.append(Reason(code="leaving"))
        actions.append("report_leaving")
    return tuple(reasons), tuple(actions)


def _why_next(facts: VisitFacts, *, intensive: bool) -> Reason:
    if facts.text("supervisor") == STAFF:
        return Reason(code="supervised_by_staff")
    if intensive:
        days = str(facts.figures.tuberculosis_family_intensive_days)
        return Reason(code="intensive_phase", values={"days": days})
    months = str(facts.figures.tuberculosis_family_continuation_months)
    return Reason(code="continuation_phase", values={"months": months})


def _days_after(facts: VisitFacts, days: tuple[int, ...]) -> tuple[date, ...]:
    return tuple(facts.served_on + timedelta(days=count) for count in days)


def _has_reaction(facts: VisitFacts) -> bool:
    return facts.text("adverse_reaction") == PRESENT
