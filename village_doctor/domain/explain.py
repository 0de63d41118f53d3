"""Why is she due, or why not: the whole account of one resident, as a colleague would give it.

Managed or not and why; the last counted follow-up and its result; what is next and why; what the contract promises and how
much of it was done; which promises this program does not follow yet. Each line names its source.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from village_doctor.domain.clinical.decision import Reason
from village_doctor.domain.contracts import Contract, ContractMember
from village_doctor.domain.dates import day_in_china, plus_months
from village_doctor.domain.due import DueItem, due_items
from village_doctor.domain.duties.chronic import ITEM_QUARTER
from village_doctor.domain.duties.expanding import (
    HORIZON_MONTHS,
    AssessmentCalendar,
    expand,
    unexpanded_items,
)
from village_doctor.domain.duties.facts import (
    CONTRACT,
    FASTING,
    FOLLOW_UP_PROOFS,
    HYPERTENSION,
    MANAGED_DISEASES,
    EvidenceIndex,
    diseases_of,
    is_by_staff,
    took_place,
)
from village_doctor.domain.duties.promised import is_signed_on, member_items, member_term, promises_of
from village_doctor.domain.duties.reasons import Translate, say, source_of, untranslated
from village_doctor.domain.fulfilment.matching import DONE, DUE, OVERDUE, MatchedDuty, match
from village_doctor.domain.managed_groups import decide_managed
from village_doctor.domain.person_facts import PersonFacts
from village_doctor.domain.readings import BLOOD_PRESSURE, GLUCOSE, Reading
from village_doctor.domain.visits import FACE_TO_FACE, FOLLOW_UP, Visit


@dataclass(frozen=True, kw_only=True, slots=True)
class ExplainLine:
    """One sentence: its code and values (`duties.reasons`). Say it with `text`; "" as source: a plain fact."""

    code: str
    values: Mapping[str, str]

    def text(self, translate: Translate = untranslated) -> str:
        return say(self.code, self.values, translate)

    def source(self, translate: Translate = untranslated) -> str:
        return source_of(self.code, self.values, translate)


def explain_person(person: PersonFacts, on: date, calendar: AssessmentCalendar) -> tuple[ExplainLine, ...]:
    """The account of one resident on `on`."""
    horizon_on = max(calendar.year_of(on)[1], plus_months(on, HORIZON_MONTHS))
    matched = match(expand(person, on, calendar, horizon_on), person, on)
    if person.gone_on is not None and person.gone_on <= on:
        return (_line(decide_managed(person, HYPERTENSION, on).reason),)
    lines = [*_where_she_is(person, on)]
    lines += _norm_lines(person, on, calendar, matched)
    lines += _next_lines(matched, on, horizon_on)
    lines += _contract_lines(person, on, calendar, matched)
    return tuple(lines)


def _line(reason: Reason) -> ExplainLine:
    return ExplainLine(code=reason.code, values=reason.values or {})


def _where_she_is(person: PersonFacts, on: date) -> Iterator[ExplainLine]:
    absent = next((item for item in person.absences if item.is_away_on(on) and not item.is_long_on(on)), None)
    if absent is not None:
        yield ExplainLine(code="away-now", values={"from": absent.from_on.isoformat()})
    until = person.not_visited_until
    if until is not None and on < until:
        yield ExplainLine(code="silenced", values={"until": until.isoformat()})


def _norm_lines(
    person: PersonFacts, on: date, calendar: AssessmentCalendar, matched: Sequence[MatchedDuty]
) -> Iterator[ExplainLine]:
    """For each disease she has or had: managed or not, the last follow-up, the year's tally."""
    codes = {condition.code for condition in person.conditions if not condition.is_voided}
    known = [disease for disease in MANAGED_DISEASES if disease in codes]
    if not known:
        yield ExplainLine(code="no-disease", values={})
    index = EvidenceIndex(person, on)
    year_first, year_last = calendar.year_of(on)
    said: list[Reason] = []
    for disease in known:
        decision = decide_managed(person, disease, on)
        if decision.reason not in said:
            said.append(decision.reason)
            yield _line(decision.reason)
        follow_ups = index.follow_ups(disease)
        last = follow_ups[-1] if follow_ups else None
        if last is not None:
            yield _last_line(person, disease, last)
        elif decision.is_managed:
            yield ExplainLine(code="no-follow-up", values={"disease": disease})
        yield from _uncounted_lines(person, disease, last, on)
        quarters = [
            one
            for one in matched
            if one.duty.item == ITEM_QUARTER
            and one.duty.proof == FOLLOW_UP_PROOFS[disease]
            and year_first <= one.duty.span_from <= year_last
        ]
        if quarters:
            values = {
                "disease": disease,
                "first": year_first.isoformat(),
                "last": year_last.isoformat(),
                "owed": str(len(quarters)),
                "done": str(sum(one.state == DONE for one in quarters)),
            }
            yield ExplainLine(code="norm-tally", values=values)


def _last_line(person: PersonFacts, disease: str, visit: Visit) -> ExplainLine:
    values = {
        "disease": disease,
        "last": visit.served_on.isoformat(),
        "result": visit.control_result or "",
    }
    measured = [
        reading for reading in person.readings if reading.visit_id == visit.id and not reading.is_voided
    ]
    for reading in sorted(measured, key=lambda item: (item.taken_at, item.id), reverse=True):
        shown = _shown(reading, disease)
        if shown is not None:
            code = "last-pressure" if disease == HYPERTENSION else "last-glucose"
            return ExplainLine(code=code, values=values | shown)
    return ExplainLine(code="last-follow-up", values=values)


def _uncounted_lines(
    person: PersonFacts, disease: str, last: Visit | None, on: date
) -> Iterator[ExplainLine]:
    """What happened after the last counted follow-up and is none: a quick reading, a phone call, an unfinished form."""
    after = date.min if last is None else last.served_on
    contacts = [
        visit
        for visit in person.visits
        if visit.purpose == FOLLOW_UP
        and disease in diseases_of(visit)
        and took_place(visit)
        and not visit.is_counted_follow_up
        and after <= visit.served_on <= on
    ]
    if contacts:
        visit = max(contacts, key=lambda item: (item.served_on, item.recorded_at, item.id))
        code = "only-unfinished" if visit.mode in FACE_TO_FACE else "only-by-phone"
        yield ExplainLine(code=code, values={"disease": disease, "day": visit.served_on.isoformat()})
    quick = [
        reading
        for reading in person.readings
        if reading.visit_id is None
        and is_by_staff(reading)
        and _shown(reading, disease) is not None
        and after < day_in_china(reading.taken_at) <= on
    ]
    if quick:
        reading = max(quick, key=lambda item: (item.taken_at, item.id))
        code = "only-measured-pressure" if disease == HYPERTENSION else "only-measured-glucose"
        values = {"day": day_in_china(reading.taken_at).isoformat(), "disease": disease}
        yield ExplainLine(code=code, values=values | (_shown(reading, disease) or {}))


def _shown(reading: Reading, disease: str) -> dict[str, str] | None:
    """The value that decides the disease's class, where the reading holds it."""
    if disease == HYPERTENSION:
        if reading.kind != BLOOD_PRESSURE or reading.systolic_mmhg is None or reading.diastolic_mmhg is None:
            return None
        return {"systolic": str(reading.systolic_mmhg), "diastolic": str(reading.diastolic_mmhg)}
    if reading.kind != GLUCOSE or reading.glucose_timing != FASTING or reading.glucose_mmol is None:
        return None
    return {"glucose": str(reading.glucose_mmol)}


def _next_lines(matched: Sequence[MatchedDuty], on: date, horizon_on: date) -> Iterator[ExplainLine]:
    """Everything open up to the horizon: when, and why."""
    items = due_items(matched, on, horizon_days=(horizon_on - on).days)
    if not any(item.state in (DUE, OVERDUE) for item in items):
        yield ExplainLine(code="nothing-due", values={})
    for item in items:
        yield _next_line(item)
        for reason in item.reasons:
            yield _line(reason)


def _next_line(item: DueItem) -> ExplainLine:
    values = {"item": item.item_name, "due": item.due_on.isoformat()}
    if item.state == OVERDUE:
        return ExplainLine(code="next-overdue", values=values | {"days": str(item.days_overdue)})
    return ExplainLine(code="next-due" if item.state == DUE else "next-planned", values=values)


def _contract_lines(
    person: PersonFacts, on: date, calendar: AssessmentCalendar, matched: Sequence[MatchedDuty]
) -> Iterator[ExplainLine]:
    """What each running contract promises in numbers, and what this program does not follow yet."""
    bound = []
    for signed in person.contracts:
        begins, ends = member_term(signed.contract, signed.member)
        if is_signed_on(signed, on) and begins <= ends and on <= ends:
            bound.append((begins, signed.contract, signed.member))
    running = [one for one in bound if one[0] <= on]
    if not running:
        yield ExplainLine(code="not-signed", values={})
    for begins, contract, member in sorted(bound, key=lambda one: (one[0], one[1].id)):
        if begins > on:
            yield ExplainLine(code="signed-later", values={"first": begins.isoformat()})
            continue
        yield from _tallies(contract, member, on, calendar, matched)
        names = [item.name for item in unexpanded_items(contract, member)]
        if names:
            yield ExplainLine(code="not-followed", values={"items": "、".join(names)})


def _tallies(
    contract: Contract,
    member: ContractMember,
    on: date,
    calendar: AssessmentCalendar,
    matched: Sequence[MatchedDuty],
) -> Iterator[ExplainLine]:
    begins, ends = member_term(contract, member)
    counting = calendar.counting_starts_on or date.min
    promises = [one for one in promises_of(contract, member) if one.is_whole and one.latest >= counting]
    for package_code, item in member_items(contract, member):
        if not item.is_expanded:
            continue
        code = f"{package_code}.{item.code}"
        of_item = [
            one
            for one in matched
            if one.duty.source == CONTRACT and one.duty.contract_id == contract.id and one.duty.item == code
        ]
        due = [one for one in of_item if one.duty.due_on <= on]
        ahead = sum(one.state == DONE for one in of_item if one.duty.due_on > on)
        values = {
            "item": item.name,
            "times": str(item.times),
            "first": begins.isoformat(),
            "last": ends.isoformat(),
            "promised": str(
                sum((one.package_code, one.item.code) == (package_code, item.code) for one in promises)
            ),
            "owed": str(len(due)),
            "done": str(sum(one.state == DONE for one in due)),
        }
        if ahead:
            yield ExplainLine(code="promise-tally-ahead", values=values | {"ahead": str(ahead)})
        else:
            yield ExplainLine(code="promise-tally", values=values)
