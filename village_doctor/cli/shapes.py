"""What --json shows of records: stable names, ISO dates, identity numbers masked unless asked for in full."""

from collections.abc import Iterable, Mapping
from datetime import date

from village_doctor.domain.changes.codec import to_json
from village_doctor.domain.clinic import Hamlet
from village_doctor.domain.contracts import Contract, ContractMember, state_on
from village_doctor.domain.dates import age_on, day_in_china
from village_doctor.domain.decisions import Decision, Reason
from village_doctor.domain.due import DueItem
from village_doctor.domain.id_card import masked
from village_doctor.domain.messages import JsonValue
from village_doctor.domain.people import Household, Phone, Resident
from village_doctor.domain.readings import Reading
from village_doctor.domain.records import Record
from village_doctor.domain.referrals import Referral
from village_doctor.domain.visits import Visit
from village_doctor.services import wording
from village_doctor.services.finding import hamlet_text
from village_doctor.services.viewing import ContractView, Family, MemberView


def resident(person: Resident, on: date, *, full: bool = False) -> dict[str, JsonValue]:
    """A person; `full` shows identity numbers whole."""
    return {
        "id": person.id,
        "name": person.name,
        "other_names": list(person.other_names),
        "sex": person.sex,
        "sex_name": wording.sex(person.sex),
        "birth_date": person.birth_date.isoformat(),
        "age": age_on(person.birth_date, on),
        "record_number": person.record_number,
        "identity_documents": [
            {"kind": one.kind, "number": one.number if full else masked(one.number)}
            for one in person.identity_documents
        ],
        "no_identity_reason": person.no_identity_reason,
        "registered_here": person.registered_here,
        "died_on": _iso(person.died_on),
        "moved_out_on": _iso(person.moved_out_on),
    }


def place(home: Household | None, group: Hamlet | None) -> dict[str, JsonValue]:
    """Where somebody lives."""
    return {
        "household_id": home.id if home else None,
        "household_number": home.number if home else None,
        "hamlet": hamlet_text(group) if group else None,
        "door": wording.door(home, group),
    }


def phones(items: Iterable[Phone]) -> list[JsonValue]:
    return [{"id": one.id, "number": one.number, "whose": one.whose} for one in items]


def record(item: Record) -> dict[str, JsonValue]:
    """Any record, field by field."""
    return _with_id(item.id, to_json(item))


def household(home: Household) -> dict[str, JsonValue]:
    return _with_id(home.id, to_json(home))


def hamlet(group: Hamlet) -> dict[str, JsonValue]:
    return _with_id(group.id, to_json(group))


def reading(item: Reading) -> dict[str, JsonValue]:
    return {**_with_id(item.id, to_json(item)), "taken_on": day_in_china(item.taken_at).isoformat()}


def visit(item: Visit) -> dict[str, JsonValue]:
    """A visit; `is_complete`, `control_result` and `next_due_on` are always there."""
    told = _with_id(item.id, {name: value for name, value in to_json(item).items() if name != "decision"})
    return {
        **told,
        "is_complete": item.is_complete,
        "is_counted": item.is_counted_follow_up,
        "missing": list(item.missing),
        "control_result": item.control_result,
        "next_due_on": _iso(item.next_due_on),
        "decision": None if item.decision is None else decision(item.decision),
    }


def referral(item: Referral | None) -> dict[str, JsonValue] | None:
    if item is None:
        return None
    told = _with_id(item.id, to_json(item))
    return {
        **told,
        "is_open": item.is_open,
        "reasons": [_sentence(*wording.clinical(one), one.code) for one in item.reasons],
    }


def decision(item: Decision) -> dict[str, JsonValue]:
    """What a rule said, in words and codes."""
    return {
        "control_result": item.control_result,
        "referral": item.referral,
        "next_on": _iso(item.next_on),
        "limit_on": _iso(item.limit_on),
        "ask_on": [one.isoformat() for one in item.ask_on],
        "reasons": reasons(item.reasons),
        "actions": [_sentence(*wording.action(code), code) for code in item.actions],
    }


def reasons(items: Iterable[Reason]) -> list[JsonValue]:
    """Clinical reasons."""
    return [_sentence(*wording.clinical(one), one.code, one.values) for one in items]


def _sentence(
    text: str, source: str, code: str, values: Mapping[str, str] | None = None
) -> dict[str, JsonValue]:
    return {"code": code, "text": text, "source": source, "values": dict(values or {})}


def due_item(
    item: DueItem, person: Resident, home: Household | None, group: Hamlet | None, on: date
) -> dict[str, JsonValue]:
    """One line of the due list with whom and where."""
    return {
        "name": person.name,
        "age": age_on(person.birth_date, on),
        "sex": person.sex,
        "record_number": person.record_number,
        **place(home, group),
        **item.as_json(),
    }


def contract(item: Contract, on: date) -> dict[str, JsonValue]:
    """A contract with its state on that day; packages by code and name."""
    told = {name: value for name, value in to_json(item).items() if name not in ("packages", "state")}
    return {
        **_with_id(item.id, told),
        "state": state_on(item, on),
        "packages": [{"code": one.code, "name": one.name, "version": one.version} for one in item.packages],
    }


def contract_member(member: ContractMember, person: Resident) -> dict[str, JsonValue]:
    return {
        "id": member.id,
        "resident_id": person.id,
        "name": person.name,
        "groups": list(member.groups),
        "packages": list(member.package_codes),
        "signed_by": member.signed_by,
        "told_on": _iso(member.told_on),
        "told_how": member.told_how,
        "has_own_evidence": member.has_own_evidence,
        "from_on": _iso(member.from_on),
        "until_on": _iso(member.until_on),
    }


def contract_view(view: ContractView, on: date) -> dict[str, JsonValue]:
    return {
        **contract(view.contract, on),
        "household_number": view.household.number,
        "members": [contract_member(member, person) for member, person in view.members],
    }


def family(view: Family, *, full: bool = False) -> dict[str, JsonValue]:
    """A whole family as its page shows it."""
    return {
        "on": view.on.isoformat(),
        "household": {**household(view.household), **place(view.household, view.hamlet)},
        "phones": phones(view.phones),
        "members": [_member(one, view.on, full=full) for one in view.members],
        "contracts": [contract_view(one, view.on) for one in view.contracts],
    }


def _member(view: MemberView, on: date, *, full: bool) -> dict[str, JsonValue]:
    facts = view.facts
    return {
        **resident(view.resident, on, full=full),
        "relation": view.membership.relation,
        "is_head": view.membership.is_head,
        "phones": phones(view.phones),
        "conditions": [_with_id(one.id, to_json(one)) for one in facts.conditions],
        "absences": [_with_id(one.id, to_json(one)) for one in facts.absences],
        "last_readings": [reading(one) for one in view.last_readings],
        "referrals": [referral(one) for one in facts.referrals if one.is_open],
        "due": [item.as_json() for item in view.due],
        "fulfilment": [
            {
                "contract_id": one.contract_id,
                "due": one.due,
                "done": one.done,
                "ahead": one.ahead,
                "next_due_on": _iso(one.next_due_on),
            }
            for one in view.fulfilment
        ],
    }


def _with_id(record_id: str, body: Mapping[str, JsonValue]) -> dict[str, JsonValue]:
    return {"id": record_id, **body}


def _iso(value: date | None) -> str | None:
    return None if value is None else value.isoformat()
