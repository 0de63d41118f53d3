"""孕产妇健康管理: five checks in pregnancy, the visit at home after delivery, the check after 42 days (规范第三版).

By the weeks of gestation (norms-other-groups §5): before 13, 16–20, 21–24, 28–36 and 37–40; a window goes to the last day
of its last week (20 weeks and 6 days). What is abnormal is referred, and the outcome asked about within two weeks.
A high pressure in pregnancy is an emergency of the hypertension norm. The village finds early pregnancies, reminds,
joins the visit at home and follows up the referrals.
"""

from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Final

from village_doctor.domain.clinical.plain_visits import (
    REFERRAL_WITHIN,
    emergency,
    planned,
    unfinished,
    warnings,
)
from village_doctor.domain.clinical.visit_facts import VisitFacts
from village_doctor.domain.decisions import Decision, Reason
from village_doctor.domain.people import Resident
from village_doctor.domain.pregnancy import gestation_on

WEEK: Final = 7
# First and last week of each check; the first one is for the time before 13 weeks.
ANTENATAL_WEEKS: Final = ((0, 12), (16, 20), (21, 24), (28, 36), (37, 40))
POSTNATAL_DAYS: Final = 7  # within one week after the discharge
LATE_CHECK: Final = "postnatal_42_days"
LATE_CHECK_DAYS: Final = 42

_ABNORMAL: Final = "2"  # also 阳性, 未恢复
_FINDINGS: Final = (
    "heart_and_lungs",
    "gynaecological_exam",
    "blood_routine",
    "urine_routine",
    "urine_protein",
    "liver_function",
    "kidney_function",
    "hepatitis_b",
    "syphilis",
    "hiv",
    "breasts",
    "lochia",
    "womb",
    "wound",
    "recovery",
)


@dataclass(frozen=True, kw_only=True, slots=True)
class AntenatalCheck:
    """The `number`-th check of a pregnancy: its first and last week, and the days from which to which it is in time."""

    number: int
    from_week: int
    until_week: int
    first: date
    latest_on: date


def antenatal_checks(began_on: date) -> tuple[AntenatalCheck, ...]:
    """The five checks of the pregnancy that is counted from `began_on` (the last menstruation)."""
    return tuple(
        AntenatalCheck(
            number=number,
            from_week=from_week,
            until_week=until_week,
            first=began_on + timedelta(days=from_week * WEEK),
            latest_on=began_on + timedelta(days=until_week * WEEK + WEEK - 1),
        )
        for number, (from_week, until_week) in enumerate(ANTENATAL_WEEKS, start=1)
    )


def postnatal_base(resident: Resident) -> date | None:
    """The day from which the week of the postnatal visit counts: home from hospital, else the delivery."""
    delivered_on, discharged_on = resident.delivered_on, resident.discharged_on
    if delivered_on is None or discharged_on is None or discharged_on < delivered_on:
        return delivered_on  # an older discharge belongs to an older delivery
    return discharged_on


def decide_antenatal(facts: VisitFacts) -> Decision:
    """One check in pregnancy: emergency, then abnormal → referral; the next check by the weeks of gestation."""
    found = emergency(facts, is_pregnant_or_nursing=True)
    if found is not None:
        return found
    began_on = _began_on(facts)
    to_refer, refer = _referral(facts, "antenatal_abnormal")
    if not facts.is_complete:
        return unfinished(
            facts, in_time_until=_window_until(facts, began_on), to_refer=to_refer, actions=refer
        )
    if began_on is None:
        again_on = facts.served_on + timedelta(days=facts.figures.antenatal_unknown_again_days)
        reasons, actions = [Reason(code="antenatal_weeks_unknown")], ["antenatal_ask_menstruation"]
        next_on = limit_on = again_on
    else:
        following = next((c for c in antenatal_checks(began_on) if c.first > facts.served_on), None)
        weeks = (facts.served_on - began_on).days // WEEK
        reasons, actions = [Reason(code="antenatal_weeks", values={"weeks": str(weeks)})], []
        if following is None:
            term_on = began_on + timedelta(days=40 * WEEK)
            next_on = limit_on = max(term_on, facts.served_on + timedelta(days=WEEK))
            actions.append("antenatal_last_weeks")
        else:
            next_on, limit_on = following.first, following.latest_on
            actions.append("antenatal_next_by_weeks")
    noticed, look_again = _noticed(facts)
    return planned(
        facts,
        reasons=(*reasons, *to_refer, *noticed),
        actions=(*refer, *look_again, *actions),
        next_on=next_on,
        limit_on=limit_on,
        is_referred=bool(to_refer),
    )


def decide_postnatal(facts: VisitFacts) -> Decision:
    """The visit at home or the check after 42 days: emergency, abnormal → referral; else the 42 days, or the end."""
    is_late_check = facts.form_code == LATE_CHECK
    late_check_on = None if is_late_check else _late_check_on(facts)
    found = emergency(facts, is_pregnant_or_nursing=True)
    if found is not None:
        return _no_later_than(found, late_check_on)
    to_refer, refer = _referral(facts, "postnatal_abnormal")
    if not facts.is_complete:
        until = _late_check_on(facts) if is_late_check else _home_visit_until(facts.resident)
        return unfinished(facts, in_time_until=until, to_refer=to_refer, actions=refer)
    next_on = late_check_on
    if next_on is None and to_refer:
        next_on = facts.served_on + REFERRAL_WITHIN
    noticed, look_again = _noticed(facts)
    return planned(
        facts,
        reasons=(*to_refer, *noticed) or (Reason(code="postnatal_well"),),
        actions=(*refer, *look_again, "postnatal_finished" if is_late_check else "postnatal_42_days_next"),
        next_on=next_on,
        limit_on=next_on,
        is_referred=bool(to_refer),
    )


def _late_check_on(facts: VisitFacts) -> date | None:
    """42 days after the delivery, where that day is still to come; None where it is not or the delivery is not known."""
    delivered_on = facts.resident.delivered_on
    day = None if delivered_on is None else delivered_on + timedelta(days=LATE_CHECK_DAYS)
    return day if day is not None and day > facts.served_on else None


def _home_visit_until(resident: Resident) -> date | None:
    base = postnatal_base(resident)
    return None if base is None else base + timedelta(days=POSTNATAL_DAYS)


def _no_later_than(decision: Decision, day: date | None) -> Decision:
    if day is None or decision.next_on is None or decision.next_on <= day:
        return decision
    return replace(decision, next_on=day, limit_on=day)


def _window_until(facts: VisitFacts, began_on: date | None) -> date | None:
    """The last day of the window in which the check is; None where it is in none."""
    if began_on is None:
        return None
    day = facts.served_on
    return next(
        (one.latest_on for one in antenatal_checks(began_on) if one.first <= day <= one.latest_on), None
    )


def _referral(facts: VisitFacts, code: str) -> tuple[tuple[Reason, ...], tuple[str, ...]]:
    """Abnormal: the reason to refer and what to do; nothing where it is not."""
    if facts.text("assessment") != _ABNORMAL:
        return (), ()
    return (Reason(code=code),), ("maternal_refer", "maternal_ask_in_two_weeks")


def _noticed(facts: VisitFacts) -> tuple[tuple[Reason, ...], tuple[str, ...]]:
    """What the sheet itself calls abnormal though nothing is referred, and what the values deserve a word about."""
    reasons, actions = warnings(facts, is_pregnant_or_nursing=True)
    is_abnormal = any(facts.text(key) == _ABNORMAL for key in _FINDINGS)
    if not is_abnormal or facts.text("assessment") == _ABNORMAL:
        return reasons, actions
    return (Reason(code="maternal_finding"), *reasons), ("maternal_find_out", *actions)


def _began_on(facts: VisitFacts) -> date | None:
    """From the dates kept with her; where there are none, from the weeks on the sheet."""
    gestation = gestation_on(
        facts.resident, facts.served_on, longest_days=facts.figures.pregnancy_longest_days
    )
    if gestation is not None:
        weeks, days = gestation
        return facts.served_on - timedelta(days=weeks * WEEK + days)
    weeks_said = facts.number("gestation_weeks")
    return None if weeks_said is None else facts.served_on - timedelta(days=int(weeks_said) * WEEK)
