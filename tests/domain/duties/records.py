"""Generated histories of one resident: visits of all sorts, readings, referrals, absences, contracts, voided or not."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from itertools import count

from hypothesis import strategies as st

from tests.domain.duties.people import (
    DIABETES,
    HYPERTENSION,
    away,
    condition,
    contact,
    contract,
    follow_up,
    glucose,
    instant,
    person,
    pressure,
    referral,
    resident,
    signed,
)
from village_doctor.domain.people import Absence
from village_doctor.domain.person_facts import PersonFacts
from village_doctor.domain.readings import Reading
from village_doctor.domain.referrals import Referral
from village_doctor.domain.visits import Visit

VOIDED = datetime(2026, 1, 1, tzinfo=UTC)
DAYS = st.dates(date(2024, 1, 1), date(2027, 6, 30))
VILLAGE_DAYS = st.dates(date(2025, 1, 1), date(2027, 6, 30))


# One draw chooses a whole kind of record: generating stays quick.
_VISITS = [
    *(
        follow_up("2026-01-01", result, disease=disease, mode=mode, overrule_reason=reason)
        for result in ("controlled", "uncontrolled", "adverse_reaction", "complication")
        for disease in (HYPERTENSION, DIABETES)
        for mode in ("clinic", "home")
        for reason in (None, "住院中")
    ),
    follow_up("2026-01-01", mode="phone"),
    follow_up("2026-01-01", None, complete=False, missing=("adherence",)),
    follow_up("2026-01-01", None, disease=DIABETES, complete=False, missing=("fasting_glucose_mmol",)),
    follow_up("2026-01-01", None, disease=DIABETES, mode="phone", missing=("fasting_glucose_mmol",)),
    follow_up("2026-01-01", "controlled", referral_id="f1"),
    contact("2026-01-01"),
    contact("2026-01-01", "home", "not_at_home"),
    replace(follow_up("2026-01-01"), voided_at=VOIDED),
    replace(follow_up("2026-01-01", "uncontrolled", disease=DIABETES), voided_at=VOIDED),
]
_READINGS = [
    *(pressure("2026-01-01", setting=setting) for setting in ("clinic", "home", "self_measured")),
    *(glucose("2026-01-01", setting=setting) for setting in ("clinic", "home", "other_institution")),
    glucose("2026-01-01", timing="random"),
    replace(pressure("2026-01-01"), voided_at=VOIDED),
]
_IDS = count(1)


def _visit(kind: Visit, day: date, plan: int) -> Visit:
    """Of that kind, on that day; planned again after `plan` days (0: no plan)."""
    return replace(
        kind,
        id=f"g{next(_IDS)}",
        served_on=day,
        recorded_at=instant(str(day)),
        next_due_on=day + timedelta(days=plan) if plan else None,
    )


def _reading(kind: Reading, day: date) -> Reading:
    return replace(kind, id=f"g{next(_IDS)}", taken_at=instant(str(day)))


def visits() -> st.SearchStrategy[Visit]:
    return st.builds(_visit, st.sampled_from(_VISITS), DAYS, st.integers(0, 120))


def readings() -> st.SearchStrategy[Reading]:
    return st.builds(_reading, st.sampled_from(_READINGS), DAYS)


@st.composite
def referrals(draw: st.DrawFn, record_id: str) -> Referral:
    day, asked = draw(st.tuples(DAYS, st.lists(st.integers(0, 40), max_size=3)))
    urgency, state = draw(
        st.sampled_from([(u, s) for u in ("emergency", "ordinary") for s in ("issued", "arrived", "refused")])
    )
    return referral(
        str(day),
        urgency,
        state=state,
        asked=tuple((str(day + timedelta(days=days)), "not_arrived") for days in asked),
        record_id=record_id,
    )


@st.composite
def absences(draw: st.DrawFn) -> Absence:
    day = draw(DAYS)
    back = draw(st.none() | st.integers(1, 500).map(lambda days: str(day + timedelta(days=days))))
    return away(str(day), back)


_PEOPLE = [
    resident("1950-02-28"),
    resident("1950-02-28"),
    resident("1992-02-29"),
    resident("1991-05-15"),
    resident("2000-01-01"),
    resident("1950-02-28", registered_here=False, lives_here_since="2025-11-15"),
    resident("1950-02-28", registered_here=False),
    resident("1950-02-28", died_on="2026-05-20"),
    resident("1950-02-28", moved_out_on="2026-02-10"),
]
_CONDITIONS = [
    (condition(since="2016"),),
    (condition(since="2025-05"), condition(DIABETES)),
    (condition(since=None), condition(DIABETES, until="2026-08-08")),
    (condition(since="2026-08-20"),),
    (condition(DIABETES, since="2020"),),
]
_DEALS = [
    (),
    (signed(contract("2024-02-29", 2, record_id="k1")),),
    (
        signed(contract("2024-02-29", 2, record_id="k1"), until="2025-07-07"),
        signed(contract("2026-03-01", record_id="k2")),
    ),
    (signed(contract("2026-03-01", state="terminated", terminated_on="2026-09-09")),),
    (signed(contract("2025-01-01", 3), from_on="2025-05-05"),),
]


@st.composite
def facts_with(draw: st.DrawFn) -> PersonFacts:
    """A resident with any history."""
    return person(
        *draw(st.sampled_from(_CONDITIONS)),
        *draw(st.lists(visits(), max_size=10)),
        *draw(st.lists(readings(), max_size=4)),
        *(draw(referrals(f"f{number}")) for number in range(1, 1 + draw(st.integers(0, 2)))),
        *draw(st.lists(absences(), max_size=1)),
        *draw(st.sampled_from(_DEALS)),
        who=draw(st.sampled_from(_PEOPLE)),
    )
