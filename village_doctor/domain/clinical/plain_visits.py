"""What the visits without a class have in common: finish, refer, or agree the next day (children, mothers, other illness).

Their norms know no 随访分类. An emergency is the same for everybody, and a referral is asked about within two weeks.
"""

from dataclasses import replace
from datetime import date, timedelta
from typing import Final

from village_doctor.domain.clinical.emergency import (
    REFERRAL_DAYS,
    WARNING_ACTIONS,
    emergency_of_reading,
    warnings_of,
)
from village_doctor.domain.clinical.facts import Measured, Whose, whose
from village_doctor.domain.clinical.visit_facts import VisitFacts
from village_doctor.domain.decisions import (
    ASK_AFTER_EMERGENCY,
    ASK_AFTER_REFERRAL,
    EMERGENCY,
    ORDINARY,
    Decision,
    Reason,
)

FINISH_WITHIN: Final = timedelta(days=7)
REFERRAL_WITHIN: Final = timedelta(days=REFERRAL_DAYS)


def emergency(facts: VisitFacts, *, is_pregnant_or_nursing: bool = False) -> Decision | None:
    """Step A for whoever is seen: what was measured, or the doctor's tick 危急情况; None where it is none.

    `is_pregnant_or_nursing`: the sheet itself says so, whatever dates are kept with her.
    """
    person = person_of(facts, is_pregnant_or_nursing=is_pregnant_or_nursing)
    measured = emergency_of_reading(
        Measured.of(facts.measurements),
        on=facts.served_on,
        person=person,
        figures=facts.figures,
        lowers_glucose=facts.lowers_glucose,
    )
    if facts.flag("emergency_sign") is not True:
        return measured
    limit_on = facts.served_on + REFERRAL_WITHIN
    return Decision(
        control_result=None,
        actions=("refer_at_once", "ask_next_day") if measured is None else measured.actions,
        reasons=(*(() if measured is None else measured.reasons), Reason(code="visit_emergency_sign")),
        next_on=limit_on,
        limit_on=limit_on,
        referral=EMERGENCY,
        ask_on=_days_after(facts, ASK_AFTER_EMERGENCY),
    )


def person_of(facts: VisitFacts, *, is_pregnant_or_nursing: bool = False) -> Whose:
    """Whose values they are; what the sheet itself says of pregnancy stands before the dates kept with her."""
    codes = tuple(condition.code for condition in facts.conditions)
    person = whose(facts.resident, codes, facts.served_on, facts.figures)
    if not is_pregnant_or_nursing:
        return person
    return replace(person, is_pregnant_or_nursing=True, may_be_pregnant=False)


def warnings(
    facts: VisitFacts, *, is_pregnant_or_nursing: bool = False
) -> tuple[tuple[Reason, ...], tuple[str, ...]]:
    """What the values deserve a word about though they are no emergency, and what to do."""
    person = person_of(facts, is_pregnant_or_nursing=is_pregnant_or_nursing)
    reasons = warnings_of(Measured.of(facts.measurements), person, facts.figures)
    return reasons, tuple(WARNING_ACTIONS[reason.code] for reason in reasons)


def unfinished(
    facts: VisitFacts,
    *,
    in_time_until: date | None = None,
    to_refer: tuple[Reason, ...] = (),
    actions: tuple[str, ...] = (),
) -> Decision:
    """The sheet is not complete: finished within a week, sooner where the visit is in time only until an earlier day.

    A reason to refer stands on an unfinished sheet too, with its `actions`.
    """
    finish_on = facts.served_on + FINISH_WITHIN
    if in_time_until is not None and facts.served_on < in_time_until:
        finish_on = min(finish_on, in_time_until)
    return planned(
        facts,
        reasons=(*to_refer, Reason(code="visit_unfinished")),
        actions=(*actions, "visit_finish"),
        next_on=finish_on,
        limit_on=finish_on,
        is_referred=bool(to_refer),
    )


def planned(
    facts: VisitFacts,
    *,
    reasons: tuple[Reason, ...],
    actions: tuple[str, ...],
    next_on: date | None,
    limit_on: date | None,
    is_referred: bool = False,
    control_result: str | None = None,
) -> Decision:
    """The next day as agreed, None where nothing follows; a referral is asked about after a week, and known within two."""
    return Decision(
        control_result=control_result,
        actions=actions,
        reasons=reasons,
        next_on=next_on,
        limit_on=limit_on,
        referral=ORDINARY if is_referred else None,
        ask_on=_days_after(facts, ASK_AFTER_REFERRAL) if is_referred else (),
    )


def _days_after(facts: VisitFacts, days: tuple[int, ...]) -> tuple[date, ...]:
    return tuple(facts.served_on + timedelta(days=count) for count in days)
