"""Short names for records, so that the tables of duties read like the reference. All people are invented."""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from itertools import count

from tests.domain.shipped import figures
from village_doctor.domain.contracts import ACTIVE, Contract, ContractMember, contract_end
from village_doctor.domain.decisions import Decision
from village_doctor.domain.duties.calendar import AssessmentCalendar
from village_doctor.domain.duties.duty import Duty, DutyRules
from village_doctor.domain.duties.expanding import expand
from village_doctor.domain.fulfilment.matching import MatchedDuty, match
from village_doctor.domain.given import Education, Service
from village_doctor.domain.medications import Medication
from village_doctor.domain.packages import ServiceItem, ServicePackage
from village_doctor.domain.people import Absence, Condition, HouseholdMembership, Resident
from village_doctor.domain.person_facts import PersonFacts, SignedMember
from village_doctor.domain.readings import Reading
from village_doctor.domain.referrals import Referral, ReferralInquiry
from village_doctor.domain.refusals import Consent, Refusal
from village_doctor.domain.visits import FACE_TO_FACE, Visit

RULES = DutyRules(calendar=AssessmentCalendar(), figures=figures())
_numbers = count(1)

HYPERTENSION = "hypertension"
DIABETES = "diabetes"
BP_FOLLOW_UP = "follow_up:hypertension"
DM_FOLLOW_UP = "follow_up:diabetes"

BASIC = ServicePackage(
    code="basic",
    name="基本服务包",
    version=1,
    kind="basic",
    items=(
        ServiceItem(code="check_up", name="义诊或体检", frequency="per_year", times=1, proof="check_up"),
        ServiceItem(code="consultation", name="咨询指导", frequency="as_needed", proof="visit"),
    ),
)
PRESSURE = ServicePackage(
    code="hypertension",
    name="高血压服务包",
    version=1,
    kind="personal",
    group="07",
    items=(
        ServiceItem(code="follow_up", name="面对面随访", frequency="per_year", times=4, proof=BP_FOLLOW_UP),
        ServiceItem(code="check_up", name="健康体检", frequency="per_year", times=1, proof="check_up"),
    ),
)


def d(text: str) -> date:
    return date.fromisoformat(text)


def instant(day: str, hour: int = 9) -> datetime:
    """That hour in the village, as an instant in UTC."""
    return datetime.combine(d(day), time(hour), tzinfo=UTC) - timedelta(hours=8)


def resident(
    born: str = "1956-03-01",
    *,
    name: str = "甲",
    record_id: str = "r1",
    registered_here: bool = True,
    lives_here_since: str | None = None,
    died_on: str | None = None,
    moved_out_on: str | None = None,
) -> Resident:
    return Resident(
        id=record_id,
        name=name,
        sex="2",
        birth_date=d(born),
        registered_here=registered_here,
        lives_here_since=d(lives_here_since) if lives_here_since else None,
        died_on=d(died_on) if died_on else None,
        moved_out_on=d(moved_out_on) if moved_out_on else None,
    )


def condition(
    code: str = HYPERTENSION, since: str | None = "2016", until: str | None = None, confirmed: bool = True
) -> Condition:
    return Condition(
        id=f"c{next(_numbers):06}",
        resident_id="r1",
        code=code,
        since=since,
        until_on=d(until) if until else None,
        is_confirmed=confirmed,
    )


def away(from_on: str, until: str | None = None) -> Absence:
    return Absence(
        id=f"a{next(_numbers):06}",
        resident_id="r1",
        from_on=d(from_on),
        kind="work",
        until_on=d(until) if until else None,
    )


def follow_up(
    day: str,
    result: str | None = "controlled",
    *,
    disease: str = HYPERTENSION,
    mode: str = "clinic",
    complete: bool = True,
    missing: tuple[str, ...] = (),
    next_due_on: str | None = None,
    overrule_reason: str | None = None,
    decision: Decision | None = None,
    referral_id: str | None = None,
    record_id: str | None = None,
    hour: int = 9,
) -> Visit:
    return Visit(
        id=record_id or f"v{next(_numbers):06}",
        resident_id="r1",
        served_on=d(day),
        recorded_at=instant(day, hour),
        mode=mode,
        purpose="follow_up",
        staff_id="s1",
        form_code=f"{disease}_follow_up",
        form_version=1,
        diseases=(disease,),
        proves=(f"follow_up:{disease}",) if complete and mode in FACE_TO_FACE else (),
        is_complete=complete,
        missing=missing,
        control_result=result,
        decision=decision,
        next_due_on=d(next_due_on) if next_due_on else None,
        overrule_reason=overrule_reason,
        referral_id=referral_id,
    )


def contact(day: str, mode: str = "phone", not_done_reason: str | None = None) -> Visit:
    return Visit(
        id=f"v{next(_numbers):06}",
        resident_id="r1",
        served_on=d(day),
        recorded_at=instant(day),
        mode=mode,
        purpose="contact",
        staff_id="s1",
        not_done_reason=not_done_reason,
    )


def pressure(
    day: str,
    systolic: int = 132,
    diastolic: int = 80,
    *,
    setting: str = "clinic",
    visit: Visit | None = None,
    hour: int = 9,
) -> Reading:
    return Reading(
        id=f"m{next(_numbers):06}",
        resident_id="r1",
        taken_at=instant(day, hour),
        kind="blood_pressure",
        setting=setting,
        visit_id=visit.id if visit else None,
        systolic_mmhg=systolic,
        diastolic_mmhg=diastolic,
    )


def glucose(
    day: str,
    value: str = "6.2",
    *,
    timing: str = "fasting",
    setting: str = "clinic",
    visit: Visit | None = None,
) -> Reading:
    return Reading(
        id=f"m{next(_numbers):06}",
        resident_id="r1",
        taken_at=instant(day),
        kind="glucose",
        setting=setting,
        visit_id=visit.id if visit else None,
        glucose_mmol=Decimal(value),
        glucose_timing=timing,
    )


def referral(
    issued: str,
    urgency: str = "ordinary",
    *,
    state: str = "issued",
    asked: tuple[tuple[str, str], ...] = (),
    refusal_signed: bool = False,
    record_id: str = "f1",
) -> Referral:
    return Referral(
        id=record_id,
        resident_id="r1",
        issued_on=d(issued),
        urgency=urgency,
        state=state,
        inquiries=tuple(ReferralInquiry(asked_on=d(day), state=said) for day, said in asked),
        refusal_signed=refusal_signed,
    )


def refusal(what: str, refused: str, *, again: str | None = None, signed: bool = False) -> Refusal:
    return Refusal(
        id=f"n{next(_numbers):06}",
        resident_id="r1",
        what=what,
        refused_on=d(refused),
        is_signed=signed,
        offer_again_on=d(again) if again else None,
    )


def contract(
    starts: str = "2026-01-01",
    years: int = 1,
    *,
    record_id: str = "k1",
    state: str = ACTIVE,
    terminated_on: str | None = None,
    signed_on: str | None = None,
    packages: tuple[ServicePackage, ...] = (BASIC, PRESSURE),
    renews_id: str | None = None,
) -> Contract:
    return Contract(
        id=record_id,
        number="2026-0001",
        household_id="h1",
        party_a="某卫生院",
        years=years,
        starts_on=d(starts),
        ends_on=contract_end(d(starts), years),
        state=state,
        signed_on=d(signed_on or starts),
        packages=packages,
        terminated_on=d(terminated_on) if terminated_on else None,
        renews_id=renews_id,
    )


def signed(
    deal: Contract | None = None,
    *,
    packages: tuple[str, ...] = ("basic", "hypertension"),
    from_on: str | None = None,
    until: str | None = None,
    signed_by: str | None = "self",
    told_on: str | None = None,
    resident_id: str = "r1",
) -> SignedMember:
    deal = deal or contract()
    member = ContractMember(
        id=f"cm-{deal.id}-{resident_id}",
        contract_id=deal.id,
        resident_id=resident_id,
        package_codes=packages,
        from_on=d(from_on) if from_on else None,
        until_on=d(until) if until else None,
        signed_by=signed_by,
        told_on=d(told_on) if told_on else None,
    )
    return SignedMember(contract=deal, member=member)


def membership(
    household_id: str = "h1", resident_id: str = "r1", from_on: str | None = None, until: str | None = None
) -> HouseholdMembership:
    return HouseholdMembership(
        id=f"hm{next(_numbers):06}",
        household_id=household_id,
        resident_id=resident_id,
        relation="02",
        from_on=d(from_on) if from_on else None,
        until_on=d(until) if until else None,
    )


def person(
    *records: object, who: Resident | None = None, not_visited_until: str | None = None
) -> PersonFacts:
    """One resident with her records, whatever their kind."""
    return PersonFacts(
        resident=who or resident(),
        household_id="h1",
        conditions=tuple(one for one in records if isinstance(one, Condition)),
        absences=tuple(one for one in records if isinstance(one, Absence)),
        visits=tuple(one for one in records if isinstance(one, Visit)),
        readings=tuple(one for one in records if isinstance(one, Reading)),
        referrals=tuple(one for one in records if isinstance(one, Referral)),
        contracts=tuple(one for one in records if isinstance(one, SignedMember)),
        medications=tuple(one for one in records if isinstance(one, Medication)),
        educations=tuple(one for one in records if isinstance(one, Education)),
        services=tuple(one for one in records if isinstance(one, Service)),
        refusals=tuple(one for one in records if isinstance(one, Refusal)),
        consents=tuple(one for one in records if isinstance(one, Consent)),
        not_visited_until=d(not_visited_until) if not_visited_until else None,
    )


def rules_from(counting: str | None = None) -> DutyRules:
    """By the calendar year, counted from that day on (None: always)."""
    calendar = AssessmentCalendar(counting_starts_on=d(counting) if counting else None)
    return replace(RULES, calendar=calendar)


def duties_of(
    facts: PersonFacts, on: str, item: str | None = None, counting: str | None = None
) -> list[Duty]:
    return [duty for duty in expand(facts, d(on), rules_from(counting)) if item is None or duty.item == item]


def matched_of(
    facts: PersonFacts, on: str, item: str | None = None, counting: str | None = None
) -> list[MatchedDuty]:
    matched = match(expand(facts, d(on), rules_from(counting)), facts, d(on))
    return [one for one in matched if item is None or one.duty.item == item]
