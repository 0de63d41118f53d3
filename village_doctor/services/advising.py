"""Advising: what the norm would say to a reading if a follow-up were made with it now. Stores nothing."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal

from village_doctor.domain.clinical.decision import Decision
from village_doctor.domain.clinical.facts import FollowUpFacts, Measured, previous_counted
from village_doctor.domain.clinical.rules import RULES
from village_doctor.domain.dates import age_on
from village_doctor.domain.duty_facts import DIABETES, HYPERTENSION
from village_doctor.domain.follow_ups import past_follow_ups
from village_doctor.domain.people import Resident
from village_doctor.domain.plausibility import DIASTOLIC, FASTING_GLUCOSE, SYSTOLIC
from village_doctor.store import people_store, tables, visit_store
from village_doctor.store.database import Connection

_DECIDES = {HYPERTENSION: (SYSTOLIC, DIASTOLIC), DIABETES: (FASTING_GLUCOSE,)}


def if_followed_up(
    connection: Connection, resident_id: str, measurements: Mapping[str, int | Decimal], on: date
) -> tuple[tuple[str, Decision], ...]:
    """For each confirmed disease whose deciding value was measured: the decision, were nothing else wrong.

    Compares only with the last counted follow-up, as a follow-up itself would.
    """
    resident = tables.get(connection, Resident, resident_id)
    conditions = {c.code for c in people_store.conditions_of(connection, resident_id) if c.is_present_on(on)}
    decisions = []
    for disease, needed in _DECIDES.items():
        if disease not in conditions or not all(name in measurements for name in needed):
            continue
        facts = FollowUpFacts(
            served_on=on,
            age=age_on(resident.birth_date, on),
            measured=Measured.of(measurements),
            has_hypertension=HYPERTENSION in conditions,
            has_diabetes=DIABETES in conditions,
            complication="none",
            has_reaction=False,
        )
        past = past_follow_ups(
            disease,
            resident.birth_date,
            visit_store.visits_of(connection, resident_id),
            visit_store.readings_of(connection, resident_id),
        )
        decisions.append((disease, RULES[disease](facts, previous_counted(past, on))))
    return tuple(decisions)
