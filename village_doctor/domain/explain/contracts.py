"""What each running contract promises in numbers, and what this program does not follow."""

from collections.abc import Iterator, Sequence
from datetime import date

from village_doctor.domain.contracts import Contract, ContractMember
from village_doctor.domain.duties.duty import CONTRACT, DutyRules
from village_doctor.domain.duties.evidence import EvidenceIndex
from village_doctor.domain.duties.promise_spans import MergedItem
from village_doctor.domain.duties.promised import is_signed_on, member_term, promises_of, unexpanded_items
from village_doctor.domain.explain.lines import ExplainLine
from village_doctor.domain.fulfilment.matching import DONE, MatchedDuty
from village_doctor.domain.packages import PER_YEAR
from village_doctor.domain.person_facts import PersonFacts


def contract_lines(
    person: PersonFacts, on: date, rules: DutyRules, matched: Sequence[MatchedDuty]
) -> Iterator[ExplainLine]:
    """For each contract that binds on `on` what it promised and how much of it was done; and those that begin later.

    All of her rows in a contract count: a change of packages ends one and begins another.
    """
    rows: dict[str, tuple[Contract, list[ContractMember]]] = {}
    for signed in person.contracts:
        begins, ends = member_term(signed.contract, signed.member)
        if is_signed_on(signed, on) and begins <= ends:
            rows.setdefault(signed.contract.id, (signed.contract, []))[1].append(signed.member)
    bound = [
        (min(member_term(contract, member)[0] for member in members), contract, members)
        for contract, members in rows.values()
        if any(on <= member_term(contract, member)[1] for member in members)
    ]
    bound.sort(key=lambda one: (one[0], one[1].id))
    if not any(begins <= on for begins, _, _ in bound):
        yield ExplainLine(code="not-signed", values={})
    for begins, contract, members in bound:
        if begins > on:
            yield ExplainLine(code="signed-later", values={"first": begins.isoformat()})
            continue
        yield from _tallies(person, contract, members, on, rules, matched)
        names = dict.fromkeys(item.name for member in members for item in unexpanded_items(contract, member))
        if names:
            yield ExplainLine(code="not-followed", values={"items": "、".join(names)})


def _tallies(
    person: PersonFacts,
    contract: Contract,
    members: Sequence[ContractMember],
    on: date,
    rules: DutyRules,
    matched: Sequence[MatchedDuty],
) -> Iterator[ExplainLine]:
    terms = [member_term(contract, member) for member in members]
    counting = rules.calendar.counting_starts_on or date.min
    promised: dict[str, MergedItem] = {}
    for promise in promises_of(person, contract, members, EvidenceIndex(person, on)):
        if promise.span.latest >= counting:
            promised[promise.merged.code] = promise.merged
    tallies: list[ExplainLine] = []
    for code in sorted(promised):
        of_item = [
            one
            for one in matched
            if one.duty.source == CONTRACT and one.duty.contract_id == contract.id and one.duty.item == code
        ]
        tallies += _tally(promised[code], of_item, on)
    days = {"first": min(terms)[0].isoformat(), "last": max(ends for _, ends in terms).isoformat()}
    yield ExplainLine(code="promise-tallies" if tallies else "promise-nothing-yet", values=days)
    yield from tallies


def _tally(merged: MergedItem, of_item: Sequence[MatchedDuty], on: date) -> Iterator[ExplainLine]:
    """How often it was owed and done up to `on`; nothing, where neither."""
    due = [one for one in of_item if one.duty.due_on <= on]
    ahead = sum(one.state == DONE for one in of_item if one.duty.due_on > on)
    if not due and not ahead:
        return
    values = {
        "item": merged.item.name,
        "owed": str(len(due)),
        "done": str(sum(one.state == DONE for one in due)),
    }
    code = "promise-tally-dated"
    if merged.item.frequency == PER_YEAR:
        code = "promise-tally"
        values["times"] = str(merged.item.times)
    if ahead:
        code += "-ahead" if due else "-only-ahead"
        values["ahead"] = str(ahead)
    yield ExplainLine(code=code, values=values, group=merged.group, continues=True)
