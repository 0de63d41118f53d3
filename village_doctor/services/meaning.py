"""What a stored value means, in one word: open referrals, the emergency rule and stored decisions say it, nothing else."""

from dataclasses import dataclass
from typing import Final

from village_doctor.domain.clinical.emergency import emergency_of_reading
from village_doctor.domain.clinical.facts import Measured, whose
from village_doctor.domain.dates import day_in_china
from village_doctor.domain.decisions import CONTROLLED, EMERGENCY
from village_doctor.domain.follow_ups import measurements_of
from village_doctor.domain.person_facts import PersonFacts
from village_doctor.domain.readings import SELF_MEASURED, Reading
from village_doctor.domain.referrals import Referral
from village_doctor.foundation.texts import text as _
from village_doctor.services.catalogue import Catalogue, figures

DANGER: Final = "danger"
DUE: Final = "due"
DONE: Final = "done"
PLAIN: Final = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Verdict:
    """What a value means. `tone`: danger, due, done, or empty where nobody has said anything about it."""

    tone: str
    text: str


def verdict_of(reading: Reading, facts: PersonFacts, catalogue: Catalogue) -> Verdict:
    """An open referral speaks first, then the emergency rule, then the class of the follow-up it was taken at."""
    referral = next((one for one in facts.referrals if one.is_open and _made_by(one, reading)), None)
    if referral is not None:
        if referral.urgency == EMERGENCY:
            return Verdict(tone=DANGER, text=_("紧急转诊，问结果"))
        return Verdict(tone=DUE, text=_("转诊了，问结果"))
    taken_on = day_in_china(reading.taken_at)
    present = {one.code for one in facts.conditions if one.is_present_on(taken_on)}
    person = whose(facts.resident, present, taken_on, figures())
    measured = Measured.of(measurements_of([reading]))
    if emergency_of_reading(measured, on=taken_on, person=person, figures=figures()) is not None:
        return Verdict(tone=DANGER, text=_("危急"))
    visit = next((one for one in facts.visits if one.id == reading.visit_id and not one.is_voided), None)
    if visit is None or visit.control_result is None:
        return Verdict(tone=PLAIN, text=_("自己量的") if reading.setting == SELF_MEASURED else "")
    tone = DONE if visit.control_result == CONTROLLED else DUE
    return Verdict(tone=tone, text=catalogue.class_label(visit.form_code, visit.control_result))


def _made_by(referral: Referral, reading: Reading) -> bool:
    if referral.reading_id is not None:
        return referral.reading_id == reading.id
    return referral.visit_id is not None and referral.visit_id == reading.visit_id
