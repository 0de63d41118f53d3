"""Finding what the doctor means by a few letters or digits: one person, one household, one contract, one hamlet.

Never guesses: several people are named with age and door, and nothing is done. A living person comes before one who
has died or moved away; whoever is meant by her own name or number comes before her relatives.
"""

import re
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from datetime import date
from typing import Final, TypeVar
from uuid import UUID

from village_doctor.domain.clinic import Hamlet
from village_doctor.domain.contracts import Contract
from village_doctor.domain.dates import age_on
from village_doctor.domain.messages import N_
from village_doctor.domain.names import PinyinTable, normalised
from village_doctor.domain.people import Household, Phone, Resident
from village_doctor.domain.problems import Problem
from village_doctor.domain.readings import BLOOD_PRESSURE, Reading
from village_doctor.domain.records import Record
from village_doctor.domain.referrals import Referral
from village_doctor.domain.search_terms import QueryKeys, SearchablePerson, prefix_rows, query_keys, terms_of
from village_doctor.domain.visits import Visit
from village_doctor.services.catalogue import Catalogue
from village_doctor.store import contract_store, people_store, search, visit_store
from village_doctor.store.database import Connection
from village_doctor.store.tables import find, get, select, select_in

R = TypeVar("R", bound=Record)
_NAMED_AT_MOST: Final = 8
_DIGITS: Final = "零一二三四五六七八九"
_HOUSEHOLD_NUMBER: Final = re.compile("[0-9]{5}")
_WITH_AGE_AND_DOOR: Final = N_("{name} {age} 岁 {door}")
_GONE_WITH_AGE_AND_DOOR: Final = N_("{name}（已故或迁走）{age} 岁 {door}")


@dataclass(frozen=True, slots=True)
class _Candidate:
    """A hit with the rows by which she herself, not her door or a relative, is found."""

    resident: Resident
    keys: frozenset[str]
    whole_terms: frozenset[str]


def resident(
    connection: Connection, catalogue: Catalogue, text: str, today: date, among: Collection[str] | None = None
) -> Resident:
    """The one resident meant: by id, by a whole number, or by a text that finds exactly one person.

    `among`: ids to look at first, such as the members of a household. Raises Problem `resident-unknown`,
    `resident-ambiguous`.
    """
    by_id = find(connection, Resident, text) if _is_id(text) else None
    if by_id is not None:
        return by_id  # a voided one too: the verb says so
    if among:
        chosen = _chosen(
            connection, list(select_in(connection, Resident, "id", among)), text, catalogue.pinyin, today
        )
        if len(chosen) == 1:
            return chosen[0]
    ids = search.find(connection, text, catalogue.pinyin)
    residents = {r.id: r for r in select_in(connection, Resident, "id", ids)}
    found = [residents[one] for one in ids]
    if not found:
        raise Problem("resident-unknown", text=text)
    meant = _chosen(connection, found, text, catalogue.pinyin, today) or found
    if len(meant) > 1:
        raise Problem("resident-ambiguous", text=text, names=_named(connection, meant, today))
    return meant[0]


def _chosen(
    connection: Connection, residents: list[Resident], text: str, table: PinyinTable, today: date
) -> list[Resident]:
    """Those who are found by something of their own, by the narrowest reading that finds anybody."""
    query = query_keys(text, table)
    candidates = [_candidate(connection, one, table) for one in residents if not one.is_voided]
    readings: Iterable[Callable[[_Candidate], bool]] = (
        lambda one: query.text in one.whole_terms,
        lambda one: _is_hit(one.keys, query, is_folded=False),
        lambda one: _is_hit(one.keys, query, is_folded=True),
    )
    for is_meant in readings:
        meant = [one.resident for one in candidates if is_meant(one)]
        living = [one for one in meant if not one.is_gone_on(today)]
        if meant:
            return living or meant
    return []


def _candidate(connection: Connection, person: Resident, table: PinyinTable) -> _Candidate:
    own_phones = select(connection, Phone, "resident_id = ? AND voided_at IS NULL", (person.id,))
    own = SearchablePerson(
        names=(person.name, *person.other_names),
        id_document_numbers=tuple(document.number for document in person.identity_documents),
        phones=tuple(phone.number for phone in own_phones),
        record_number=person.record_number,
    )
    terms = terms_of(own, table)
    return _Candidate(
        person,
        frozenset(row.key for row in prefix_rows(terms)),
        frozenset(term.term for term in terms if not term.folded),
    )


def _is_hit(keys: Collection[str], query: QueryKeys, *, is_folded: bool) -> bool:
    ranges = query.folded if is_folded else query.exact
    return any(one.first <= key < one.before for one in ranges for key in keys)


def _named(connection: Connection, people: list[Resident], today: date) -> str:
    named = "、".join(_with_age_and_door(connection, person, today) for person in people[:_NAMED_AT_MOST])
    return f"{named} …" if len(people) > _NAMED_AT_MOST else named


def _with_age_and_door(connection: Connection, person: Resident, today: date) -> str:
    text = _GONE_WITH_AGE_AND_DOOR if person.is_gone_on(today) else _WITH_AGE_AND_DOOR
    place = door_text(connection, people_store.household_on(connection, person.id, today))
    return text.format(name=person.name, age=age_on(person.birth_date, today), door=place).strip()


def household_of(connection: Connection, resident_id: str, on: date) -> Household | None:
    """The household a resident belongs to on that day, else her last one."""
    return people_store.household_on(connection, resident_id, on)


def door_text(connection: Connection, household: Household | None) -> str:
    """How people say where it is: hamlet and door number, else the landmark, else the household's number."""
    if household is None:
        return ""
    hamlet = find(connection, Hamlet, household.hamlet_id) if household.hamlet_id else None
    place = " ".join(part for part in (hamlet_text(hamlet), household.door_number) if part)
    return place or household.landmark or household.number


def door_of(connection: Connection, resident_id: str, on: date) -> str:
    """Where a resident lives on that day, as people say it."""
    return door_text(connection, people_store.household_on(connection, resident_id, on))


def hamlet_text(hamlet: Hamlet | None) -> str:
    """三组 李家湾, as people say it."""
    if hamlet is None:
        return ""
    number = f"{hamlet.number}组" if hamlet.number is not None else ""
    return " ".join(part for part in (number, hamlet.name) if part)


def household(connection: Connection, catalogue: Catalogue, text: str, today: date) -> Household:
    """The household meant: by number, by id, or by somebody who lives there.

    Raises Problem `household-unknown`, `resident-ambiguous`.
    """
    number = normalised(text)
    by_number = people_store.household_by_number(connection, number)
    if by_number is not None:
        return by_number
    by_id = find(connection, Household, text) if _is_id(text) else None
    if by_id is not None and not by_id.is_voided:
        return by_id
    if _HOUSEHOLD_NUMBER.fullmatch(number):  # a door that is not there is not the tail of a record number
        raise Problem("household-unknown", text=text)
    try:
        person = resident(connection, catalogue, text, today)
    except Problem as problem:
        if problem.code != "resident-unknown":
            raise
        raise Problem("household-unknown", text=text) from problem
    place = people_store.household_on(connection, person.id, today)
    if place is None:
        raise Problem("household-unknown", text=text)
    return place


def contract(connection: Connection, text: str) -> Contract:
    """The contract of that number or id. Raises Problem `contract-unknown`."""
    found = contract_store.contract_by_number(connection, text.strip())
    if found is None and _is_id(text):
        found = find(connection, Contract, text)
    if found is None or found.is_voided:
        raise Problem("contract-unknown", text=text)
    return found


def reading(
    connection: Connection, catalogue: Catalogue, text: str, today: date, *, is_pressure: bool | None = None
) -> Reading:
    """The reading of that id, or a person's newest one. Raises Problem `nothing-to-change` and those of `resident`."""
    by_id = find(connection, Reading, text) if _is_id(text) else None
    if by_id is not None:
        return by_id
    person = resident(connection, catalogue, text, today)
    known = [
        one
        for one in visit_store.readings_of(connection, person.id)
        if is_pressure in (None, one.kind == BLOOD_PRESSURE)
    ]
    if not known:
        raise Problem("nothing-to-change", name=person.name, what=N_("读数"))
    return known[-1]


def visit(connection: Connection, catalogue: Catalogue, text: str, today: date) -> Visit:
    """The visit of that id, or a person's newest one. Raises Problem `nothing-to-change` and those of `resident`."""
    by_id = find(connection, Visit, text) if _is_id(text) else None
    if by_id is not None:
        return by_id
    person = resident(connection, catalogue, text, today)
    known = visit_store.visits_of(connection, person.id)
    if not known:
        raise Problem("nothing-to-change", name=person.name, what=N_("随访"))
    return known[-1]


def open_referral(connection: Connection, catalogue: Catalogue, text: str, today: date) -> Referral:
    """The referral of that id, or a person's newest one that is still to be asked about.

    Raises Problem `nothing-to-change` and those of `resident`.
    """
    by_id = find(connection, Referral, text) if _is_id(text) else None
    if by_id is not None:
        return by_id
    person = resident(connection, catalogue, text, today)
    known = [one for one in visit_store.referrals_of(connection, person.id) if one.is_open]
    if not known:
        raise Problem("nothing-to-change", name=person.name, what=N_("转诊"))
    return known[-1]


def newest_of(
    connection: Connection,
    catalogue: Catalogue,
    record_class: type[R],
    text: str,
    today: date,
    what: str,
    is_meant: Callable[[R], bool] = lambda _record: True,
) -> R:
    """The record of that id, or a person's newest one that is meant; `what`: its name in the Problem.

    Raises Problem `nothing-to-change` and those of `resident`.
    """
    by_id = find(connection, record_class, text) if _is_id(text) else None
    if by_id is not None:
        return by_id
    person = resident(connection, catalogue, text, today)
    where = "resident_id = ? AND voided_at IS NULL ORDER BY id"
    known = [one for one in select(connection, record_class, where, (person.id,)) if is_meant(one)]
    if not known:
        raise Problem("nothing-to-change", name=person.name, what=what)
    return known[-1]


def by_id(connection: Connection, record_class: type[R], record_id: str) -> R:
    """The record with this id. Raises Problem `record-not-found`."""
    return get(connection, record_class, record_id)


def hamlet(connection: Connection, text: str) -> Hamlet:
    """The hamlet of that number, name or id. Raises Problem `hamlet-unknown` with those there are."""
    known = hamlets(connection)
    wanted = normalised(text)
    for one in known:
        if one.number is not None and wanted in (_numeral(one.number), f"{_numeral(one.number)}组"):
            return one
        words = {
            normalised(hamlet_text(one)),
            normalised(one.name or ""),
            f"{one.number}",
            f"{one.number}组",
            one.id,
        }
        if wanted in words:
            return one
    raise Problem("hamlet-unknown", text=text, known="、".join(hamlet_text(one) for one in known) or "—")


def hamlets(connection: Connection) -> list[Hamlet]:
    """All hamlets in walking order."""
    return list(select(connection, Hamlet, f"voided_at IS NULL {people_store.HAMLETS_IN_ORDER}"))


def _numeral(number: int) -> str:
    """三, 十二, 二十: how people write the number of their group; up to 99."""
    tens, ones = divmod(number, 10)
    head = "" if not tens else "十" if tens == 1 else f"{_DIGITS[tens % 10]}十"
    return head + (_DIGITS[ones] if ones or not tens else "")


def _is_id(text: str) -> bool:
    try:
        return str(UUID(text)) == text
    except ValueError:
        return False
