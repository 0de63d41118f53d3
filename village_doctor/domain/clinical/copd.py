"""慢阻肺 follow-up and the yearly visit for other chronic diseases (norms-other-groups §8, §9).

The full text of the COPD norm was not found: how often, and what follows an exacerbation, are settings
(`clinical.figures`). The class is the management level as the doctor chose it; nothing is classed by numbers.
"""

from datetime import timedelta
from typing import Final

from village_doctor.domain.clinical.emergency import is_pressure_diagnostic
from village_doctor.domain.clinical.facts import Measured
from village_doctor.domain.clinical.plain_visits import emergency, planned, unfinished, warnings
from village_doctor.domain.clinical.visit_facts import VisitFacts
from village_doctor.domain.dates import MONTHS, anniversary, plus_months
from village_doctor.domain.decisions import Decision, Reason

ACUTE_EXACERBATION: Final = "acute_exacerbation"
STABLE_HIGH_RISK: Final = "stable_high_risk"
STABLE_LOW_RISK: Final = "stable_low_risk"

_SEVERE_REACTION: Final = "3"
_MILD_REACTION: Final = "2"
_IRREGULAR: Final = frozenset({"2", "3"})
_TECHNIQUE_TO_TEACH: Final = frozenset({"2", "3"})
_NO_VACCINE: Final = ("0",)


def decide(facts: VisitFacts) -> Decision:
    """One COPD follow-up: emergency, exacerbation or severe reaction → referral and soon again; else by the year's count."""
    found = emergency(facts)
    if found is not None:
        return found
    level = facts.text("management_level")
    to_refer = _reasons_to_refer(facts)
    if not facts.is_complete or level is None:
        return unfinished(facts, to_refer=to_refer, actions=("copd_refer",) if to_refer else ())
    stable = () if level == ACUTE_EXACERBATION else (Reason(code=f"copd_{level}"),)
    reasons, actions = [*stable, *to_refer], []
    if to_refer:
        limit_on = facts.served_on + timedelta(days=facts.figures.copd_after_exacerbation_days)
        actions += ["copd_refer", "copd_again_soon"]
    else:
        limit_on = plus_months(facts.served_on, max(1, MONTHS // max(1, facts.figures.copd_visits_per_year)))
        actions.append("copd_keep_plan")
    for reason, action in _advice(facts):
        reasons.append(reason)
        actions.append(action)
    return planned(
        facts,
        reasons=tuple(reasons),
        actions=tuple(actions),
        next_on=limit_on,
        limit_on=limit_on,
        is_referred=bool(to_refer),
        control_result=level,
    )


def _reasons_to_refer(facts: VisitFacts) -> tuple[Reason, ...]:
    signs = {
        "copd_acute_exacerbation": facts.text("management_level") == ACUTE_EXACERBATION,
        "copd_severe_reaction": facts.text("adverse_reaction") == _SEVERE_REACTION,
    }
    return tuple(Reason(code=code) for code, is_there in signs.items() if is_there)


def decide_other_chronic(facts: VisitFacts) -> Decision:
    """The yearly face-to-face visit: heart rate, glucose, pressure; diet, exercise, mind. A year later again."""
    found = emergency(facts)
    if found is not None:
        return found
    is_referred = facts.flag("abnormal") is True
    to_refer = (Reason(code="other_chronic_refer"),) if is_referred else ()
    refer = ("other_chronic_refer", "other_chronic_ask") if is_referred else ()
    if not facts.is_complete:
        return unfinished(facts, to_refer=to_refer, actions=refer)
    reasons, actions = [Reason(code="other_chronic_seen"), *to_refer], [*refer]
    measured = Measured.of(facts.measurements)
    warned, to_do = warnings(facts)
    is_said = any(reason.code == "pressure_high_not_hypertensive" for reason in warned)
    if is_pressure_diagnostic(measured) and not facts.has("hypertension") and not is_said:
        reasons.append(Reason(code="other_chronic_pressure_high", values={"pressure": measured.pressure}))
        actions.append("screening_measure_again")
    again_on = anniversary(facts.served_on, 1)
    return planned(
        facts,
        reasons=(*reasons, *warned),
        actions=(*actions, *to_do, "other_chronic_guidance"),
        next_on=again_on,
        limit_on=again_on,
        is_referred=is_referred,
    )


def _advice(facts: VisitFacts) -> list[tuple[Reason, str]]:
    """What is worth a word, whatever the level."""
    found = []
    if facts.text("adverse_reaction") == _MILD_REACTION:
        found.append((Reason(code="copd_mild_reaction"), "copd_watch_reaction"))
    if facts.text("adherence") in _IRREGULAR:
        found.append((Reason(code="copd_irregular"), "copd_talk_about_medicine"))
    if facts.text("inhaler_technique") in _TECHNIQUE_TO_TEACH:
        found.append((Reason(code="copd_inhaler"), "copd_teach_inhaler"))
    smoked = facts.number("smoking_per_day")
    if smoked is not None and smoked > 0:
        found.append((Reason(code="copd_smokes", values={"cigarettes": str(smoked)}), "copd_stop_smoking"))
    if facts.texts("vaccines") == _NO_VACCINE:
        found.append((Reason(code="copd_no_vaccine"), "copd_vaccines"))
    return found
