"""Looking back: what happened to the people behind one door, the newest first. Corrected versions do not stand in it."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Final

from village_doctor.domain.dates import day_in_china
from village_doctor.domain.decisions import EMERGENCY
from village_doctor.domain.people import Resident
from village_doctor.domain.person_facts import PersonFacts
from village_doctor.domain.readings import BLOOD_PRESSURE, GLUCOSE, Reading
from village_doctor.foundation.clock import TIME_ZONE
from village_doctor.foundation.texts import text as _
from village_doctor.services import wording
from village_doctor.services.catalogue import Catalogue
from village_doctor.services.meaning import DANGER, PLAIN, verdict_of

HISTORY_LENGTH: Final = 40
_NOON: Final = time(12, tzinfo=TIME_ZONE)


@dataclass(frozen=True, kw_only=True, slots=True)
class HistoryEntry:
    """One line of what happened; `at` and `id` (of the record) for the order. `tone` as of a verdict."""

    on: date
    at: datetime
    id: str
    resident: Resident
    text: str
    tone: str = PLAIN


def history_of(people: Iterable[PersonFacts], catalogue: Catalogue) -> tuple[HistoryEntry, ...]:
    entries = [entry for facts in people for entry in _entries(facts, catalogue)]
    return tuple(sorted(entries, key=lambda one: (one.on, one.at, one.id), reverse=True)[:HISTORY_LENGTH])


def _entries(facts: PersonFacts, catalogue: Catalogue) -> Iterator[HistoryEntry]:
    of_visit: dict[str, list[Reading]] = {}
    for reading in facts.readings:
        if reading.is_voided:
            continue
        if reading.visit_id is not None:
            of_visit.setdefault(reading.visit_id, []).append(reading)
            continue
        where = catalogue.label("reading_setting", reading.setting)
        yield HistoryEntry(
            on=day_in_china(reading.taken_at),
            at=reading.taken_at,
            id=reading.id,
            resident=facts.resident,
            text=f"{wording.reading(reading, catalogue.limits)}（{where}）",
            tone=DANGER if verdict_of(reading, facts, catalogue).tone == DANGER else PLAIN,
        )
    for visit in facts.visits:
        if not visit.is_voided:
            values = "　".join(
                wording.reading(one, catalogue.limits)
                for one in of_visit.get(visit.id, ())
                if one.kind in (BLOOD_PRESSURE, GLUCOSE)
            )
            line = wording.visit_line(visit, visit.served_on, catalogue, is_shared=True)
            told = line.removeprefix(wording.day(visit.served_on, visit.served_on)).strip()
            yield HistoryEntry(
                on=visit.served_on,
                at=visit.recorded_at,
                id=visit.id,
                resident=facts.resident,
                text=f"{told}　{values}".rstrip("　"),
            )
    yield from _referral_entries(facts)


def _referral_entries(facts: PersonFacts) -> Iterator[HistoryEntry]:
    recorded = {one.id: one.recorded_at for one in facts.visits} | {
        one.id: one.taken_at for one in facts.readings
    }
    for referral in facts.referrals:
        if referral.is_voided:
            continue
        noon = datetime.combine(referral.issued_on, _NOON)  # written by hand: nothing else says when
        made_at = recorded.get(referral.visit_id or referral.reading_id or "", noon)
        told = _("紧急转诊") if referral.urgency == EMERGENCY else _("转诊")
        place = " ".join(part for part in (referral.facility, referral.department) if part)
        state = _("还没问到结果") if referral.is_open else _("问清了")
        yield HistoryEntry(
            on=referral.issued_on,
            at=made_at,
            id=referral.id,
            resident=facts.resident,
            text=" ".join(part for part in (told, place, state) if part),
            tone=DANGER if referral.is_open and referral.urgency == EMERGENCY else PLAIN,
        )
