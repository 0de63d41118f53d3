"""Generated histories of one resident: visits of all sorts, readings, referrals, absences, contracts, voided or not."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

from hypothesis import strategies as st

from tests.domain.duty_people import (
    DIABETES,
    HYPERTENSION,
    away,
    condition,
    contact,
    contract,
    follow_up,
    glucose,
    person,
    pressure,
    referral,
    resident,
    signed,
)
from village_doctor.domain.duties import PersonFacts
from village_doctor.domain.people import Absence, Resident
from village_doctor.domain.readings import Reading
from village_doctor.domain.referrals import Referral
from village_doctor.domain.visits import Visit

VOIDED = datetime(2026, 1, 1, tzinfo=UTC)
DAYS = st.dates(date(2024, 1, 1), date(2027, 6, 30))
VILLAGE_DAYS = st.dates(date(2025, 1, 1), date(2027, 6, 30))


@st.composite
def visits(draw: st.DrawFn) -> Visit:
    day = draw(DAYS)
    made = follow_up(
        str(day),
        draw(st.sampled_from(["controlled", "uncontrolled", "adverse_reaction", "complication", None])),
        disease=draw(st.sampled_from([HYPERTENSION, DIABETES])),
        mode=draw(st.sampled_from(["clinic", "home", "phone"])),
        complete=draw(st.booleans()),
        missing=draw(st.sampled_from([(), ("fasting_glucose_mmol",), ("adherence",)])),
        next_due_on=draw(st.none() | st.integers(1, 120).map(lambda days: str(day + timedelta(days=days)))),
        overrule_reason=draw(st.sampled_from([None, "住院中"])),
    )
    made = draw(
        st.sampled_from([made, made, made, contact(str(day)), contact(str(day), "home", "not_at_home")])
    )
    return replace(made, voided_at=VOIDED) if draw(st.integers(0, 9)) == 0 else made


@st.composite
def readings(draw: st.DrawFn) -> Reading:
    day = str(draw(DAYS))
    setting = draw(st.sampled_from(["clinic", "home", "self_measured", "other_institution"]))
    timing = draw(st.sampled_from(["fasting", "random"]))
    made = draw(
        st.sampled_from([pressure(day, setting=setting), glucose(day, setting=setting, timing=timing)])
    )
    return replace(made, voided_at=VOIDED) if draw(st.integers(0, 9)) == 0 else made


@st.composite
def referrals(draw: st.DrawFn) -> Referral:
    day = draw(DAYS)
    asked = draw(
        st.lists(st.tuples(st.integers(0, 40), st.sampled_from(["issued", "not_arrived"])), max_size=4)
    )
    return referral(
        str(day),
        draw(st.sampled_from(["emergency", "ordinary"])),
        state=draw(st.sampled_from(["issued", "not_arrived", "arrived", "refused"])),
        asked=tuple((str(day + timedelta(days=days)), said) for days, said in asked),
        id=f"f-{day}",
    )


@st.composite
def absences(draw: st.DrawFn) -> Absence:
    day = draw(DAYS)
    back = draw(st.none() | st.integers(1, 500).map(lambda days: str(day + timedelta(days=days))))
    return away(str(day), back)


@st.composite
def residents(draw: st.DrawFn) -> Resident:
    days = draw(st.sampled_from([None, None, None, "2026-05-20"]))
    return resident(
        draw(st.sampled_from(["1950-02-28", "1992-02-29", "1991-05-15", "2000-01-01"])),
        registered_here=draw(st.booleans()),
        lives_here_since=draw(st.sampled_from([None, "2010-01-01", "2025-11-15"])),
        died_on=days,
        moved_out_on=draw(st.sampled_from([None, None, None, "2026-02-10"])),
    )


@st.composite
def facts_with(draw: st.DrawFn) -> PersonFacts:
    """A resident with any history."""
    conditions = [condition(since=draw(st.sampled_from(["2016", "2025-05", "2026-08-20", None])))]
    if draw(st.booleans()):
        conditions.append(condition(DIABETES, until=draw(st.sampled_from([None, "2026-08-08"]))))
    deals = []
    if draw(st.booleans()):
        deals.append(
            signed(contract("2024-02-29", 2, id="k1"), until=draw(st.sampled_from([None, "2025-07-07"])))
        )
    if draw(st.booleans()):
        ended = draw(st.sampled_from([None, "2026-09-09"]))
        state = "active" if ended is None else "terminated"
        deals.append(signed(contract("2026-03-01", 1, id="k2", state=state, terminated_on=ended)))
    issued = {one.id: one for one in draw(st.lists(referrals(), max_size=2))}
    return person(
        *conditions,
        *draw(st.lists(visits(), max_size=12)),
        *draw(st.lists(readings(), max_size=6)),
        *issued.values(),
        *draw(st.lists(absences(), max_size=2)),
        *deals,
        who=draw(residents()),
    )
