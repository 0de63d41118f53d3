"""0～6岁儿童健康管理: which check is due at which age, and what one visit leads to (规范第三版; norms-other-groups §2, §6).

满月 (28–30 days), 3, 6, 8, 12, 18, 24, 30, 36 months, then 4, 5 and 6 years. A check belongs to the time from its age to
the day before the next one's age. Months are calendar months, clamped to the month's end: born on the 31st, a child is
three months old on the 30th where the month has no 31st. Full years turn on 1 March for who was born on 29 February.
Vaccinations are only reminded of elsewhere: the vaccination system stays the record of truth.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from village_doctor.domain.clinical.plain_visits import planned, unfinished
from village_doctor.domain.clinical.visit_facts import VisitFacts
from village_doctor.domain.dates import anniversary, plus_months
from village_doctor.domain.decisions import Decision, Reason
from village_doctor.domain.people import Resident

FULL_MONTH: Final = "full_month"
FULL_MONTH_FIRST_DAY: Final = 28
FULL_MONTH_LAST_DAY: Final = 30
CHECK_MONTHS: Final = (3, 6, 8, 12, 18, 24, 30, 36)
CHECK_YEARS: Final = (4, 5, 6)
UNTIL_YEARS: Final = 7  # 0–6 years: until the day before the seventh birthday
NEWBORN_DAYS: Final = 7  # within one week after the discharge
BLOOD_COUNT_MONTHS: Final = frozenset({6, 8, 18, 30})  # 6–8 months is one count
FIRST_BLOOD_COUNT_MONTHS: Final = 6
# 中医药: at these ages, and what parents are taught.
CHINESE_MEDICINE: Final[Mapping[int, str]] = {
    6: "belly_and_spine",
    12: "belly_and_spine",
    18: "yingxiang_zusanli",
    24: "yingxiang_zusanli",
    30: "sishencong",
    36: "sishencong",
}
BLOOD_COUNT_ANSWER: Final = "haemoglobin_g_per_l"

_FINDINGS: Final = (
    "complexion",
    "skin",
    "eyes",
    "ears",
    "mouth",
    "chest",
    "belly",
    "limbs",
    "gait",
    "rickets_signs",
    "hearing_screening",
    "growth_assessment",
    "development",
)
_UNREMARKABLE: Final = "1"
_ABNORMAL: Final = "2"


@dataclass(frozen=True, kw_only=True, slots=True)
class AgeCheck:
    """One check of a child. `months` of age, or `years`; both None: 满月. From `first` to `until` it is this check's time.

    `latest_on`: the last day on which it is in time.
    """

    code: str
    first: date
    latest_on: date
    until: date
    months: int | None = None
    years: int | None = None


def checks_of(birth_date: date) -> tuple[AgeCheck, ...]:
    """Every check from 满月 to six years; their times meet without gap or overlap."""
    ages: list[tuple[str, date, int | None, int | None]] = [
        (FULL_MONTH, birth_date + timedelta(days=FULL_MONTH_FIRST_DAY), None, None),
        *((f"month_{count}", plus_months(birth_date, count), count, None) for count in CHECK_MONTHS),
        *((f"year_{count}", anniversary(birth_date, count), None, count) for count in CHECK_YEARS),
    ]
    next_firsts = [*(first for _, first, _, _ in ages[1:]), leaves_on(birth_date)]
    checks = []
    for (code, first, months, years), next_first in zip(ages, next_firsts, strict=True):
        until = next_first - timedelta(days=1)
        latest_on = birth_date + timedelta(days=FULL_MONTH_LAST_DAY) if code == FULL_MONTH else until
        checks.append(
            AgeCheck(code=code, first=first, latest_on=latest_on, until=until, months=months, years=years)
        )
    return tuple(checks)


def leaves_on(birth_date: date) -> date:
    """The first day on which the child is no more 0–6 years old."""
    return anniversary(birth_date, UNTIL_YEARS)


def check_on(birth_date: date, day: date) -> AgeCheck | None:
    """The check to whose time the day belongs; None before 满月 and from the seventh birthday."""
    return next((check for check in checks_of(birth_date) if check.first <= day <= check.until), None)


def next_check(birth_date: date, day: date) -> AgeCheck | None:
    """The first check whose age is reached after that day; None after the last."""
    return next((check for check in checks_of(birth_date) if check.first > day), None)


def decide(facts: VisitFacts) -> Decision:
    """One check: an abnormal finding is referred and asked about within two weeks; the next check is by age."""
    is_referred = facts.flag("abnormal") is True
    to_refer, refer = _referral("child_abnormal") if is_referred else ((), ())
    check = check_on(facts.resident.birth_date, facts.served_on)
    if not facts.is_complete:
        until = None if check is None else check.latest_on
        return unfinished(facts, in_time_until=until, to_refer=to_refer, actions=refer)
    reasons, actions = [_age_reason(facts), *to_refer], [*refer]
    if not is_referred and _has_finding(facts):
        reasons.append(Reason(code="child_finding"))
        actions.append("child_find_out")
    if check is not None and _lacks_blood_count(facts, check):
        reasons.append(Reason(code="child_no_blood_count"))
        actions.append("child_count_blood")
    taught = None if check is None or check.months is None else CHINESE_MEDICINE.get(check.months)
    if taught is not None:
        actions.append(f"child_teach_{taught}")
    following = next_check(facts.resident.birth_date, facts.served_on)
    return _until_next_check(facts, following, reasons, actions, is_referred=is_referred)


def decide_newborn(facts: VisitFacts) -> Decision:
    """The first visit at home: 满月 is next; a newborn at high risk is visited more often, an abnormal one referred."""
    resident = facts.resident
    is_referred = facts.flag("abnormal") is True
    to_refer, refer = _referral("newborn_abnormal") if is_referred else ((), ())
    if not facts.is_complete:
        until = home_on(resident) + timedelta(days=NEWBORN_DAYS)
        return unfinished(facts, in_time_until=until, to_refer=to_refer, actions=refer)
    reasons, actions = [*to_refer], [*refer]
    has_finding = _has_finding(facts) or facts.text("fontanelle") == _ABNORMAL
    if has_finding and not is_referred:
        reasons.append(Reason(code="child_finding"))
        actions.append("child_find_out")
    # 满月 is a check of its own: it is next as long as it is in time.
    following = next((one for one in checks_of(resident.birth_date) if one.latest_on > facts.served_on), None)
    if facts.flag("high_risk") is True:
        reasons.append(Reason(code="newborn_high_risk"))
        again_on = facts.served_on + timedelta(days=facts.figures.newborn_high_risk_again_days)
        if following is not None:
            again_on = min(again_on, following.latest_on)
        return planned(
            facts,
            reasons=tuple(reasons),
            actions=(*actions, "newborn_visit_again", "newborn_guidance"),
            next_on=again_on,
            limit_on=again_on,
            is_referred=is_referred,
        )
    if not reasons:
        reasons.append(Reason(code="newborn_well"))
    return _until_next_check(
        facts, following, reasons, [*actions, "newborn_guidance"], is_referred=is_referred
    )


def home_on(resident: Resident) -> date:
    """From which day the week of the newborn visit counts: home from hospital, else the birth."""
    born_on, discharged_on = resident.birth_date, resident.discharged_on
    return born_on if discharged_on is None else max(born_on, discharged_on)


def _referral(code: str) -> tuple[tuple[Reason, ...], tuple[str, ...]]:
    return (Reason(code=code),), ("child_refer", "child_ask_in_two_weeks")


def _has_finding(facts: VisitFacts) -> bool:
    return any(facts.text(key) not in (None, _UNREMARKABLE) for key in _FINDINGS)


def _until_next_check(
    facts: VisitFacts,
    following: AgeCheck | None,
    reasons: list[Reason],
    actions: list[str],
    *,
    is_referred: bool,
) -> Decision:
    """To the check that follows; nothing follows the last one."""
    if following is None:
        reasons.append(Reason(code="child_last_check"))
        actions.append("child_leaves")
        next_on = limit_on = None
    else:
        next_on = max(following.first, facts.served_on + timedelta(days=1))
        limit_on = following.latest_on
        actions.append("child_next_by_age")
    return planned(
        facts,
        reasons=tuple(reasons),
        actions=tuple(actions),
        next_on=next_on,
        limit_on=limit_on,
        is_referred=is_referred,
    )


def _age_reason(facts: VisitFacts) -> Reason:
    check = check_on(facts.resident.birth_date, facts.served_on)
    if check is None:
        return Reason(code="child_between_checks")
    if check.months is not None:
        return Reason(code="child_check_months", values={"months": str(check.months)})
    if check.years is not None:
        return Reason(code="child_check_years", values={"years": str(check.years)})
    return Reason(code="child_check_full_month")


def _lacks_blood_count(facts: VisitFacts, check: AgeCheck) -> bool:
    """At 6–8, 18 and 30 months; a count made at six months answers the one at eight."""
    if check.months not in BLOOD_COUNT_MONTHS or facts.number(BLOOD_COUNT_ANSWER) is not None:
        return False
    if check.months != max(month for month in BLOOD_COUNT_MONTHS if month <= 8):
        return True
    six_months_on = plus_months(facts.resident.birth_date, FIRST_BLOOD_COUNT_MONTHS)
    return not any(
        past.served_on >= six_months_on and past.answers.get(BLOOD_COUNT_ANSWER) is not None
        for past in facts.past
    )
