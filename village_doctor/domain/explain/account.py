"""The whole account of one resident on a day.

Where she is and what she refuses; for each programme why she is in it or not, the last counted visit and the year's tally; what
is next and why; what the contract promises and how much of it was done; where lists and records differ. Each line names
its source.
"""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace
from datetime import date

from village_doctor.domain.dates import plus_months
from village_doctor.domain.due import DueItem, along_items, due_items
from village_doctor.domain.duties.duty import DutyRules
from village_doctor.domain.duties.expanding import HORIZON_MONTHS, expand
from village_doctor.domain.explain.contracts import contract_lines
from village_doctor.domain.explain.lines import ExplainLine, line_of
from village_doctor.domain.explain.programmes import programme_lines
from village_doctor.domain.fulfilment.matching import DUE, HOSPITAL, OVERDUE, PLANNED, MatchedDuty, match
from village_doctor.domain.key_groups import key_groups
from village_doctor.domain.managed_groups import why_not_here
from village_doctor.domain.person_facts import PersonFacts
from village_doctor.domain.protected import group_of_proof, protected_group


def explain_person(
    person: PersonFacts, on: date, rules: DutyRules, lists: Collection[str] = ()
) -> tuple[ExplainLine, ...]:
    """The account of one resident on `on`. `lists`: the key groups of which a list was imported."""
    gone = why_not_here(person, on) if person.resident.is_gone_on(on) else None
    if gone is not None:
        return (line_of(gone),)
    horizon_on = max(rules.calendar.year_of(on)[1], plus_months(on, HORIZON_MONTHS))
    matched = match(expand(person, on, rules, horizon_on), person, on)
    return (
        *_where_she_is(person, on),
        *programme_lines(person, on, rules, matched),
        *_next_lines(matched, on, horizon_on),
        *contract_lines(person, on, rules, matched),
        *_group_lines(person, on, rules, lists),
    )


def _where_she_is(person: PersonFacts, on: date) -> Iterator[ExplainLine]:
    absences = [item for item in person.absences if item.is_away_on(on) and not item.is_long_on(on)]
    absent = min(absences, key=lambda item: (item.from_on, item.id), default=None)
    if absent is not None:
        code = "in-hospital-now" if absent.kind == HOSPITAL else "away-now"
        yield ExplainLine(code=code, values={"from": absent.from_on.isoformat()})
    until = person.not_visited_until
    if until is not None and on < until:
        yield ExplainLine(code="silenced", values={"until": until.isoformat()})
    for refusal in sorted(person.refusals, key=lambda item: (item.refused_on, item.what, item.id)):
        if refusal.covers(refusal.what, on):
            values = {
                "refused": refusal.refused_on.isoformat(),
                "what": refusal.what,
                "until": refusal.stands_until.isoformat(),
            }
            yield ExplainLine(code="refuses", values=values, group=group_of_proof(refusal.what))


def _next_lines(matched: Sequence[MatchedDuty], on: date, horizon_on: date) -> Iterator[ExplainLine]:
    """Everything open up to the horizon: when, and why; what is not due yet and what is only done along in one breath."""
    days = (horizon_on - on).days
    items = due_items(matched, on, days)
    if not any(item.state in (DUE, OVERDUE) for item in items):
        yield ExplainLine(code="nothing-due", values={})
    has_begun = False
    for item in sorted(items, key=lambda one: one.state == PLANNED):
        is_planned = item.state == PLANNED
        yield replace(_next_line(item), continues=is_planned and has_begun)
        has_begun = has_begun or is_planned
        for reason in item.reasons[:1] if is_planned else item.reasons:
            yield line_of(reason, item.group, continues=True)
    along = [item.item_name for item in along_items(matched, on, days)]
    if along:
        yield ExplainLine(code="done-along", values={"items": "；".join(along)})


def _next_line(item: DueItem) -> ExplainLine:
    values = {"item": item.item_name, "due": item.due_on.isoformat()}
    if item.state == OVERDUE:
        values["days"] = str(item.days_overdue)
        return ExplainLine(code="next-overdue", values=values, group=item.group)
    return ExplainLine(
        code="next-due" if item.state == DUE else "next-planned", values=values, group=item.group
    )


def _group_lines(
    person: PersonFacts, on: date, rules: DutyRules, lists: Collection[str]
) -> Iterator[ExplainLine]:
    """The groups that only lists and cards show, and where lists and records differ."""
    for group in key_groups(person, on, rules.figures, lists):
        hidden = protected_group(group.code)
        for reason in group.reasons:
            if reason.code in ("group-by-list", "group-by-card", "group-by-mark"):
                yield line_of(reason, hidden)
        if group.difference is not None:
            yield line_of(group.difference, hidden)
