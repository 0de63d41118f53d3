"""What the reading bar says: refusals, questions, emergencies, and what a follow-up made now would decide."""

from dataclasses import dataclass

from village_doctor.domain.clinical.emergency import WARNING_ACTIONS
from village_doctor.domain.decisions import EMERGENCY, Decision, Reason
from village_doctor.domain.duties.reasons import VALUE_NAMES
from village_doctor.domain.problems import Problem
from village_doctor.foundation.texts import fill
from village_doctor.foundation.texts import text as _
from village_doctor.gui.theme import DANGER, DUE, MARKS, QUIET
from village_doctor.services import wording
from village_doctor.services.advising import ReadingAdvice
from village_doctor.services.catalogue import Catalogue
from village_doctor.services.deciding import RecordedVisit
from village_doctor.services.measuring import RecordedReading
from village_doctor.services.problem_words import problem_text

_AT_FOLLOW_UP = "health_education"  # said at the follow-up itself, not at every reading


@dataclass(frozen=True, slots=True)
class Line:
    """A sentence with the role and tone of `controls.label`."""

    text: str
    role: str = "body"
    tone: str = ""


def refusal(problem: Problem) -> list[Line]:
    return [Line(f"{MARKS[DUE]} {problem_text(problem)}", "body", DUE)]


def question(problem: Problem, *, once_more: bool) -> list[Line]:
    """A rare value; `once_more`: Enter was pressed once already."""
    values = {"readings": str(problem.values["readings"])}
    text = _("{readings}：这样的数少见，量错了没有？")
    if once_more:
        text = _("{readings}：这样的数少见，量错了没有？没错就再按一次 Enter 记下。")
    return [Line(f"{MARKS[DUE]} {fill(text, values)}", "strong", DUE)]


def emergency(decision: Decision, *, is_stored: bool) -> list[Line]:
    """What to do now, before anything else."""
    head = _("危急。已经记下，也记下了紧急转诊。") if is_stored else _("危急！")
    reasons = "".join(wording.clinical(one)[0] for one in decision.reasons)
    return [
        Line(f"{MARKS[DANGER]} {head}{reasons}", "strong", DANGER),
        *(Line(f"· {wording.action(code)[0]}") for code in decision.actions),
        *_sources([wording.clinical(one)[1] for one in decision.reasons]),
    ]


def to_read_at_once(recorded: RecordedVisit | RecordedReading) -> Decision | None:
    """What is to be read at once: an emergency, or three high days that stand referred."""
    if isinstance(recorded, RecordedReading) and recorded.emergency is not None:
        return recorded.emergency
    screening = recorded.screening
    is_referred = screening is not None and screening.referral is not None and recorded.referral is not None
    return screening if is_referred else None


def referred(decision: Decision) -> list[Line]:
    """What was stored and made a referral."""
    if decision.referral == EMERGENCY:
        return emergency(decision, is_stored=True)
    return screening(decision, is_stored=True)


def advice(found: ReadingAdvice, catalogue: Catalogue, *, may_follow_up: bool) -> list[Line]:
    """Everything the norm says to what is typed."""
    if found.refused is not None:
        return refusal(found.refused)
    told = [] if found.asked is None else question(found.asked, once_more=False)
    if found.emergency is not None:
        return [*told, *emergency(found.emergency, is_stored=False)]
    if found.warnings:
        told += warnings(found.warnings)
    if found.screening is not None:
        told += screening(found.screening, is_stored=False)
    if found.warnings:
        return told
    for disease, decision in found.if_followed_up if may_follow_up else ():
        told += _if_followed_up(disease, decision, catalogue)
    return told


def warnings(reasons: tuple[Reason, ...]) -> list[Line]:
    """What to look at, though it is no emergency."""
    said = [wording.clinical(one) for one in reasons]
    codes = dict.fromkeys(code for one in reasons if (code := WARNING_ACTIONS.get(one.code)) is not None)
    text = "".join([*(sentence for sentence, _source in said), *(wording.action(c)[0] for c in codes)])
    return [Line(f"{MARKS[DUE]} {text}", "body", DUE), *_sources([source for _sentence, source in said])]


def screening(decision: Decision, *, is_stored: bool) -> list[Line]:
    """What a pressure asks for in whom no hypertension is known; `is_stored`: and she is referred for it."""
    head = _("已经记下，也记下了转诊。") if is_stored else ""
    said = [wording.clinical(one) for one in decision.reasons]
    todo = [wording.action(code)[0] for code in decision.actions]
    text = "".join([head, *(sentence for sentence, _source in said), *todo])
    return [Line(f"{MARKS[DUE]} {text}", "body", DUE), *_sources([source for _sentence, source in said])]


def _if_followed_up(disease: str, decision: Decision, catalogue: Catalogue) -> list[Line]:
    values = {
        "disease": _(VALUE_NAMES["disease"][disease]),
        "result": catalogue.label("control_result", decision.control_result),
    }
    said = [wording.clinical(one) for one in decision.reasons]
    todo = [wording.action(code)[0] for code in decision.actions if code != _AT_FOLLOW_UP]
    sentences = "".join([*(sentence for sentence, _source in said), *todo])
    head = fill(_("如果接着做{disease}随访：{result}。"), values)
    return [Line(f"{head}{sentences}"), *_sources([source for _sentence, source in said])]


def _sources(sources: list[str]) -> list[Line]:
    named = "；".join(dict.fromkeys(one for one in sources if one))
    return [Line(fill(_("为什么：{source}"), {"source": named}), "note", QUIET)] if named else []
