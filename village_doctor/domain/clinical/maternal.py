"""孕产妇健康管理: five checks in pregnancy, the visit at home after delivery, the check after 42 days (规范第三版).

By the weeks of gestation (norms-other-groups §5): before 13, 16–20, 21–24, 28–36 and 37–40; a window goes to the last day
of its last week (20 weeks and 6 days). What is abnormal is referred, and the outcome asked about within two weeks.
A high pressure in pregnancy is an emergency of the hypertension norm. The village finds early pregnancies, reminds,
joins the visit at home and follows up the referrals.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from village_doctor.domain.clinical.plain_visits import REFERRAL_WITHIN, emergency, planned, unfinished
from village_doctor.domain.clinical.visit_facts import VisitFacts
from village_doctor.domain.dates import anniversary
from village_doctor.domain.decisions import Decision, Reason
from village_doctor.domain.people import Resident
from village_doctor.domain.pregnancy import gestation_on

WEEK: Final = 7
# First and last week of each check; the first one is for the time before 13 weeks.
ANTENATAL_WEEKS: Final = ((0, 12), (16, 20), (21, 24), (28, 36), (37, 40))
POSTNATAL_DAYS: Final = 7  # within one week after the discharge
LATE_CHECK_DAYS: Final = 42

_ABNORMAL: Final = "2"


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
    if not facts.is_complete:
        return unfinished(facts)
    began_on = _began_on(facts)
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
    is_referred = facts.text("assessment") == _ABNORMAL
    if is_referred:
        reasons.append(Reason(code="antenatal_abnormal"))
        actions = ["maternal_refer", "maternal_ask_in_two_weeks", *actions]
    return planned(
        facts,
        reasons=tuple(reasons),
        actions=tuple(actions),
        next_on=next_on,
        limit_on=limit_on,
        is_referred=is_referred,
    )


def decide_postnatal(facts: VisitFacts) -> Decision:
    """The visit at home or the check after 42 days: emergency, abnormal → referral; else the 42 days, or the end."""
    found = emergency(facts, is_pregnant_or_nursing=True)
    if found is not None:
        return found
    if not facts.is_complete:
        return unfinished(facts)
    is_referred = facts.text("assessment") == _ABNORMAL
    reasons = [Reason(code="postnatal_abnormal" if is_referred else "postnatal_well")]
    actions = ["maternal_refer", "maternal_ask_in_two_weeks"] if is_referred else []
    delivered_on = facts.resident.delivered_on
    late_check_on = None if delivered_on is None else delivered_on + timedelta(days=LATE_CHECK_DAYS)
    if late_check_on is not None and late_check_on > facts.served_on:
        next_on = late_check_on
        actions.append("postnatal_42_days_next")
    else:
        next_on = facts.served_on + REFERRAL_WITHIN if is_referred else anniversary(facts.served_on, 1)
        actions.append("postnatal_finished")
    return planned(
        facts,
        reasons=tuple(reasons),
        actions=tuple(actions),
        next_on=next_on,
        limit_on=next_on,
        is_referred=is_referred,
    )


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
