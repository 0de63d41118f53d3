"""Printing: an agreement, cards, a leaflet, the unlock-code sheet, each as a PDF made in memory out of the records.

Printing changes nothing: a contract becomes active by a signature only, and whoever hands a draft out says so with
`contracting.offer_contract`. A paper's title says its kind and names nobody. The functions wait for the store and for the
drawing; call them on a worker thread.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final

from village_doctor.domain.clinical.hypertension import DIASTOLIC_TARGET, SYSTOLIC_TARGET, systolic_target
from village_doctor.domain.clinical.sentences.hypertension_diabetes import HYPERTENSION_SCREENING
from village_doctor.domain.dates import age_on, day_in_china, plus_months
from village_doctor.domain.due import due_items
from village_doctor.domain.duties.evidence import HYPERTENSION, STAFF_SETTINGS
from village_doctor.domain.managed_groups import has_condition_on
from village_doctor.domain.messages import N_
from village_doctor.domain.packages import PROOF_BLOOD_PRESSURE, PROOF_DIABETES, PROOF_HYPERTENSION
from village_doctor.domain.permissions import require
from village_doctor.domain.person_facts import PersonFacts
from village_doctor.domain.problems import Problem
from village_doctor.foundation.secrets import UnlockCode
from village_doctor.foundation.texts import fill
from village_doctor.foundation.texts import text as _
from village_doctor.printing import agreement as agreement_paper
from village_doctor.printing import cards as card_paper
from village_doctor.printing import leaflet as leaflet_paper
from village_doctor.printing import unlock_sheet as unlock_paper
from village_doctor.printing.leaflet import LeafletContent, LeafletTopic
from village_doctor.printing.unlock_sheet import UnlockSheetContent
from village_doctor.services import enrolling, planning, viewing
from village_doctor.services.composing_papers import agreement_content, card_contents, clinic_of
from village_doctor.services.workplace import Workplace
from village_doctor.store.database import Connection

LEAFLET_TOPIC: Final = "blood_pressure_salt"
_READINGS_MONTHS: Final = 12
_AHEAD_DAYS: Final = 120
_TARGET_SOURCE: Final = N_("规范（第三版）高血压 §随访评估、§分类干预")
_ONLY_WITH_DISEASE: Final = frozenset({"medicine"})
# What a pressure is taken for anyway: the date on this leaflet is the nearest of these.
_PRESSURE_ITEMS: Final = frozenset({PROOF_HYPERTENSION, PROOF_BLOOD_PRESSURE, PROOF_DIABETES})


@dataclass(frozen=True, kw_only=True, slots=True)
class Paper:
    """`title`: the kind of paper, in the user's language; names nobody. `pdf`: the whole document.
    `can_be_saved`: may a copy be left in a file? Not of what opens the data."""

    title: str
    pdf: bytes
    can_be_saved: bool = True


def agreement(workplace: Workplace, contract_id: str) -> Paper:
    """The agreement of a contract, whatever its state; what is not signed says so on every page.

    Raises Problem `not-permitted`, `contract-unknown`, `device-keys-missing`, `glyph-missing`.
    """
    require(workplace.actor.role, "print_agreement")
    key = enrolling.device_keys(workplace).signing
    content = workplace.query(agreement_content, workplace.catalogue, key, contract_id, workplace.today())
    return Paper(title=_("家庭医生签约服务协议书"), pdf=agreement_paper.agreement(content))


def cards(workplace: Workplace, contract_id: str) -> Paper:
    """A card for each member of an active contract.

    Raises Problem `not-permitted`, `contract-unknown`, `cards-need-active`, `cards-nobody`, `device-keys-missing`,
    `glyph-missing`.
    """
    require(workplace.actor.role, "print_cards")
    key = enrolling.device_keys(workplace).signing
    contents = workplace.query(card_contents, key, contract_id, workplace.today())
    return Paper(title=_("家庭医生签约服务卡"), pdf=card_paper.cards(contents))


def leaflet(workplace: Workplace, resident_id: str) -> Paper:
    """Blood pressure and salt for one person, with her own numbers. Raises Problem `not-permitted`, `record-not-found`,
    `person-gone`, `glyph-missing`."""
    require(workplace.actor.role, "print_leaflet")
    content = workplace.query(_leaflet_content, workplace, resident_id, workplace.today())
    return Paper(title=_("血压和盐"), pdf=leaflet_paper.leaflet(content))


def unlock_sheet(code: UnlockCode, clinic_name: str, made_on: date) -> Paper:
    """The only paper that opens the data. It is never written to a file by this program; a printer's queue may keep it.

    Raises Problem `glyph-missing`.
    """
    content = UnlockSheetContent(clinic=clinic_name, code_text=code.text, made_on=made_on)
    return Paper(title=_("开锁码"), pdf=unlock_paper.unlock_sheet(content), can_be_saved=False)


# --- the leaflet ------------------------------------------------------------------------------------------


def _leaflet_content(
    connection: Connection, workplace: Workplace, resident_id: str, today: date
) -> LeafletContent:
    person = viewing.person_facts(connection, resident_id, today)
    if person.resident.is_voided or person.resident.is_gone_on(today):
        raise Problem("person-gone", name=person.resident.name)
    topic = workplace.catalogue.education[LEAFLET_TOPIC]
    clinic, doctor = clinic_of(connection), workplace.actor
    has_disease = has_condition_on(person, HYPERTENSION, today)
    next_on, next_what = _next(connection, resident_id, today)
    return LeafletContent(
        name=person.resident.name,
        clinic=clinic.name,
        doctor=doctor.name,
        phone=doctor.phone or clinic.phone or "",
        made_on=today,
        readings=_pressures(person, today),
        target=_target(person, today),
        next_on=next_on,
        next_what=next_what,
        topics=tuple(
            LeafletTopic(title=section.title, lines=tuple(line.text for line in section.lines))
            for section in topic.sections
            if has_disease or section.key not in _ONLY_WITH_DISEASE
        ),
        call_120=tuple(line.text for line in topic.call_120),
        source=topic.source,
    )


def _pressures(person: PersonFacts, today: date) -> tuple[tuple[date, int, int], ...]:
    """What staff measured in the last year, oldest first; of several on a day the last one."""
    first = plus_months(today, -_READINGS_MONTHS)
    found: dict[date, tuple[date, int, int]] = {}
    for reading in sorted(person.readings, key=lambda one: (one.taken_at, one.id)):
        day = day_in_china(reading.taken_at)
        if (
            reading.systolic_mmhg is not None
            and reading.diastolic_mmhg is not None
            and reading.setting in STAFF_SETTINGS
            and not reading.is_voided
            and first <= day <= today
        ):
            found[day] = (day, reading.systolic_mmhg, reading.diastolic_mmhg)
    return tuple(found.values())


def _target(person: PersonFacts, today: date) -> str:
    """The aim and, on a second line, where it comes from. Without the disease: when to tell the doctor."""
    if has_condition_on(person, HYPERTENSION, today):
        systolic = systolic_target(age_on(person.resident.birth_date, today))
        values: Mapping[str, object] = {"systolic": systolic, "diastolic": DIASTOLIC_TARGET}
        aim, source = fill(_("血压要低于 {systolic}/{diastolic}"), values), _(_TARGET_SOURCE)
    else:
        values = {"systolic": SYSTOLIC_TARGET, "diastolic": DIASTOLIC_TARGET}
        aim = fill(_("血压到了 {systolic}/{diastolic} 就告诉医生"), values)
        source = _(HYPERTENSION_SCREENING)
    return f"{aim}\n" + fill(_("依据：{source}。医生另外给您定了目标的，照医生说的。"), {"source": source})


def _next(connection: Connection, resident_id: str, today: date) -> tuple[date | None, str]:
    """When to come again and what for; what should have been done already is for today."""
    items = due_items(planning.matched_duties(connection, today, [resident_id]), today, _AHEAD_DAYS)
    wanted = [item for item in items if item.item in _PRESSURE_ITEMS]
    if not wanted:
        return None, ""
    first = min(wanted, key=lambda item: (item.due_on, item.item))
    return max(first.due_on, today), _(first.item_name)
