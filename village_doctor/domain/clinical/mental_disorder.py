"""严重精神障碍患者随访: three classes and when to come again (规范第三版, 严重精神障碍 §随访评估, §分类干预).

不稳定: level 3–5, clear symptoms, no insight, a severe reaction or physical disease. 基本稳定: level 1–2, or symptoms,
insight or social function poor. 稳定: none of these. Level 3–5 and self-harm are the same day. Level 0 beside a dangerous
act is a contradiction: it is asked again before anything is classed. "精神症状明显" is the doctor's own tick, never read
from the list of symptoms. Changing doses is not a village doctor's act.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from village_doctor.domain.clinical.figures import Figures
from village_doctor.domain.clinical.plain_visits import FINISH_WITHIN
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

UNSTABLE: Final = "unstable"
BASICALLY_STABLE: Final = "basically_stable"
STABLE: Final = "stable"
WORST_FIRST: Final = (UNSTABLE, BASICALLY_STABLE, STABLE)

TWO_WEEKS: Final = timedelta(days=14)
SECOND_STAGE_MONTHS: Final = 1
STABLE_MONTHS: Final = 3
DANGER_FROM_LEVEL: Final = 3

HAS_REACTION: Final = "2"
NOT_COMPLETE_INSIGHT: Final = "2"
NO_INSIGHT: Final = "3"
POOR: Final = "3"
LOCKED_UP: Final = "2"
IN_HOSPITAL: Final = "1"
FUNCTIONS: Final = ("personal_life", "housework", "work", "learning", "social_contact")
NO_DANGER: Final = "0"
NO_ACTS: Final = "none"
LOST: Final = "lost"
DIED: Final = "died"
_LOST_REASONS: Final = {
    "1": "lost_for_work",
    "2": "lost_moved",
    "3": "lost_missing",
    "4": "lost_three_times",
    "5": "lost_otherwise",
}
_ADHERENCE_REASONS: Final = {"2": "adherence_irregular", "3": "adherence_none"}


@dataclass(frozen=True, slots=True)
class Classed:
    """A counted follow-up: its day and its class."""

    served_on: date
    control_result: str | None


def is_second_stage(result: str | None, served_on: date, before: Classed | None, figures: Figures) -> bool:
    """基本稳定 again, at the visit that was to come two weeks later or after another month."""
    if result != BASICALLY_STABLE or before is None or before.control_result != BASICALLY_STABLE:
        return False
    days = (served_on - before.served_on).days
    first = figures.mental_disorder_second_stage_from_days
    return first <= days <= figures.mental_disorder_same_episode_days


def latest_next(result: str | None, served_on: date, before: Classed | None, figures: Figures) -> date:
    """The last day on which the norm wants her seen again. `before`: the counted follow-up before this one."""
    if result == STABLE:
        return plus_months(served_on, STABLE_MONTHS)
    if is_second_stage(result, served_on, before, figures):
        return plus_months(served_on, SECOND_STAGE_MONTHS)
    return served_on + TWO_WEEKS


def decide(facts: VisitFacts) -> Decision:
    """The decision for one visit; emergencies before anything else, and although the sheet is not finished."""
    visit_result = facts.text("visit_result")
    if visit_result == LOST:
        return _lost(facts)
    if visit_result == DIED:
        return _died(facts)
    dangers = _dangers(facts)
    unstable = (*dangers, *_signs_of_unstable(facts))
    if unstable:
        return _unstable(facts, unstable, is_danger=bool(dangers))
    lack = _lack(facts)
    if lack is not None:
        return _unfinished(facts, *lack)
    if facts.text("danger_level") == NO_DANGER and set(facts.texts("dangerous_acts")) - {NO_ACTS}:
        return _unfinished(facts, "danger_level_contradicts", "ask_danger_level")
    shaky = _signs_of_basically_stable(facts)
    return _basically_stable(facts, shaky) if shaky else _stable(facts)


# --- what was found ---


def _dangers(facts: VisitFacts) -> tuple[Reason, ...]:
    """What cannot wait until tomorrow."""
    reasons = []
    if _level(facts) >= DANGER_FROM_LEVEL:
        reasons.append(Reason(code="danger_level_high", values={"level": str(_level(facts))}))
    reasons += [
        Reason(code=act) for act in ("self_harm", "attempted_suicide") if act in facts.texts("dangerous_acts")
    ]
    return tuple(reasons)


def _signs_of_unstable(facts: VisitFacts) -> tuple[Reason, ...]:
    signs = {
        "clear_symptoms": facts.flag("has_clear_symptoms") is True,
        "insight_absent": facts.text("insight") == NO_INSIGHT,
        "mental_reaction_severe": _has_reaction(facts) and facts.flag("is_reaction_severe") is True,
        "physical_disease_severe": facts.text("physical_disease") == "severe",
    }
    return tuple(Reason(code=code) for code, is_there in signs.items() if is_there)


def _signs_of_basically_stable(facts: VisitFacts) -> tuple[Reason, ...]:
    reasons = []
    if _level(facts) > 0:
        reasons.append(Reason(code="danger_level_low", values={"level": str(_level(facts))}))
    signs = {
        "symptoms_remain": facts.flag("symptoms_mostly_gone") is False,
        "insight_partial": facts.text("insight") == NOT_COMPLETE_INSIGHT,
        **{f"poor_{name}": facts.text(name) == POOR for name in FUNCTIONS},
        "physical_disease_unstable": facts.text("physical_disease") == "unstable",
    }
    return (*reasons, *(Reason(code=code) for code, is_there in signs.items() if is_there))


def _advice(facts: VisitFacts) -> tuple[tuple[Reason, ...], tuple[str, ...]]:
    """What deserves a word whatever the class: reasons and actions."""
    reasons, actions = [], []
    adherence = _ADHERENCE_REASONS.get(facts.text("adherence") or "")
    if adherence is not None:
        reasons.append(Reason(code=adherence))
        actions.append("watch_the_medicine")
    if _has_reaction(facts) and facts.flag("is_reaction_severe") is not True:
        reasons.append(Reason(code="mental_reaction"))
        actions.append("call_for_other_dose")
    if facts.text("locked_up") == LOCKED_UP:
        reasons.append(Reason(code="locked_up_now"))
        actions.append("report_locked_up")
    return tuple(reasons), tuple(actions)


def _lack(facts: VisitFacts) -> tuple[str, str] | None:
    """What keeps the visit from being a follow-up: its reason and its action."""
    if not facts.is_face_to_face:
        return "mental_by_phone", "see_face_to_face"
    return None if facts.is_complete else ("visit_unfinished", "visit_finish")


# --- what follows ---


def _unstable(facts: VisitFacts, reasons: tuple[Reason, ...], *, is_danger: bool) -> Decision:
    """Treat and refer; the two weeks are for asking the outcome. A reason to refer stands on an unfinished sheet too."""
    limit_on = facts.served_on + TWO_WEEKS
    lack = _lack(facts)
    referral: str | None = None
    ask_after: tuple[int, ...] = ()
    actions: tuple[str, ...]
    if facts.text("hospital_stay") == IN_HOSPITAL:
        actions = ("ask_hospital",)
    elif is_danger:
        referral, ask_after = EMERGENCY, ASK_AFTER_EMERGENCY
        actions = ("do_not_leave_alone", "tell_guardian", "refer_mental_same_day", "tell_police_if_needed")
        actions += ("follow_if_not_in_hospital", "ask_next_day")
    else:
        referral, ask_after = ORDINARY, ASK_AFTER_REFERRAL
        actions = ("treat_and_refer_mental", "tell_police_if_needed", "follow_if_not_in_hospital")
    if not is_danger:
        said, done = _advice(facts)
        reasons, actions = (*reasons, *said), (*actions, *done)
    if lack is not None:
        reasons, actions = (*reasons, Reason(code=lack[0])), (*actions, lack[1])
    return Decision(
        control_result=UNSTABLE if lack is None else None,
        actions=actions,
        reasons=reasons,
        next_on=limit_on if lack is None else facts.served_on + FINISH_WITHIN,
        limit_on=limit_on,
        referral=referral,
        ask_on=tuple(facts.served_on + timedelta(days=days) for days in ask_after),
        has_reaction=_has_reaction(facts),
    )


def _basically_stable(facts: VisitFacts, reasons: tuple[Reason, ...]) -> Decision:
    before = _before(facts)
    actions: tuple[str, ...] = ("find_cause_of_unrest", "call_for_other_dose")
    if before is not None and is_second_stage(BASICALLY_STABLE, facts.served_on, before, facts.figures):
        values = {"previous_on": before.served_on.isoformat()}
        reasons = (*reasons, Reason(code="basically_stable_again", values=values))
        actions = (*actions, "ask_specialist_guidance")
    else:
        actions = (*actions, "come_again_in_two_weeks")
    return _classed(facts, BASICALLY_STABLE, reasons, actions)


def _stable(facts: VisitFacts) -> Decision:
    return _classed(facts, STABLE, (Reason(code="mental_stable"),), ("keep_hospital_plan",))


def _classed(
    facts: VisitFacts, result: str, reasons: tuple[Reason, ...], actions: tuple[str, ...]
) -> Decision:
    said, done = _advice(facts)
    limit_on = latest_next(result, facts.served_on, _before(facts), facts.figures)
    return Decision(
        control_result=result,
        actions=tuple(dict.fromkeys((*actions, *done))),
        reasons=(*reasons, *said),
        next_on=limit_on,
        limit_on=limit_on,
        has_reaction=_has_reaction(facts),
    )


def _unfinished(facts: VisitFacts, code: str, action: str) -> Decision:
    finish_on = facts.served_on + FINISH_WITHIN
    said, done = _advice(facts)
    return Decision(
        control_result=None,
        actions=(action, *done),
        reasons=(Reason(code=code), *said),
        next_on=finish_on,
        limit_on=finish_on,
        has_reaction=_has_reaction(facts),
    )


def _lost(facts: VisitFacts) -> Decision:
    again_on = facts.served_on + timedelta(days=facts.figures.mental_disorder_lost_again_days)
    reason = _LOST_REASONS.get(facts.text("lost_reason") or "", "lost_otherwise")
    return Decision(
        control_result=None,
        actions=("look_for_the_lost",),
        reasons=(Reason(code=reason),),
        next_on=again_on,
        limit_on=again_on,
    )


def _died(facts: VisitFacts) -> Decision:
    """Nothing follows."""
    return Decision(
        control_result=None,
        actions=("record_the_death",),
        reasons=(Reason(code="mental_died"),),
        next_on=None,
        limit_on=None,
    )


def _before(facts: VisitFacts) -> Classed | None:
    """The last day with a counted follow-up; several on that day are read as the worst."""
    if not facts.past:
        return None
    day = facts.past[-1].served_on
    results = {past.control_result for past in facts.past if past.served_on == day}
    return Classed(day, next((result for result in WORST_FIRST if result in results), None))


def _level(facts: VisitFacts) -> int:
    """危险性评估; 0 where it was not answered."""
    level = facts.text("danger_level")
    return 0 if level is None else int(level)


def _has_reaction(facts: VisitFacts) -> bool:
    return facts.text("adverse_reaction") == HAS_REACTION
