"""Duties (应做): everything owed to one resident, dated, from both sources (contracts.md §3.3).

`expand` is a pure function of facts and a day: what the norm owes a member of a managed group, and what her contracts
promise, from the previous assessment year to the horizon. It does not say what was done (`fulfilment` does) nor what
to show first (`due` does).
"""

from datetime import date
from typing import Final

from village_doctor.domain.dates import plus_months
from village_doctor.domain.duties.duty import Duty, DutyRules, Question
from village_doctor.domain.duties.evidence import EvidenceIndex
from village_doctor.domain.duties.norm import norm_duties
from village_doctor.domain.duties.promised import promised_duties
from village_doctor.domain.person_facts import PersonFacts

HORIZON_MONTHS: Final = 3


def expand(
    person: PersonFacts, on: date, rules: DutyRules, horizon_on: date | None = None
) -> tuple[Duty, ...]:
    """Every duty to `person` as seen on `on`, by due date, then key.

    History goes back to the first day of the previous assessment year (contracts that bind in it, from their start);
    what begins after the horizon (three months ahead if not given) is left out.
    """
    question = Question(
        on=on,
        rules=rules,
        history_from=rules.calendar.history_from(on),
        horizon_on=plus_months(on, HORIZON_MONTHS) if horizon_on is None else horizon_on,
    )
    index = EvidenceIndex(person, on)
    duties = [*norm_duties(person, question, index), *promised_duties(person, question, index)]
    duties.sort(key=lambda duty: (duty.due_on, duty.key))
    return tuple(duties)
