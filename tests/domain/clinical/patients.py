"""Facts of one follow-up with everything in order, to be changed one thing at a time."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from tests.domain.shipped import figures
from village_doctor.domain.clinical.facts import FollowUpFacts, Measured, PastFollowUp, Whose
from village_doctor.domain.clinical.visit_facts import PastVisit, VisitFacts
from village_doctor.domain.decisions import Decision
from village_doctor.domain.people import Condition, Resident

DAY = date(2026, 11, 22)
GOOD = "128/78"


def measured(
    shown: str | None,
    again: str | None = None,
    *,
    fasting: str | None = None,
    two_hours: str | None = None,
    after_meal: str | None = None,
) -> Measured:
    """`shown`: a pressure as it is written, None for not measured; `after_meal`: a random glucose."""
    systolic, diastolic = (int(part) for part in shown.split("/")) if shown else (None, None)
    systolic_again, diastolic_again = (int(part) for part in again.split("/")) if again else (None, None)
    return Measured(
        systolic_mmhg=systolic,
        diastolic_mmhg=diastolic,
        systolic_again_mmhg=systolic_again,
        diastolic_again_mmhg=diastolic_again,
        two_hours_glucose_mmol=Decimal(two_hours) if two_hours else None,
        fasting_glucose_mmol=Decimal(fasting) if fasting else None,
        random_glucose_mmol=Decimal(after_meal) if after_meal else None,
    )


_WHOSE = ("has_hypertension", "has_diabetes", "is_pregnant_or_nursing", "may_be_pregnant")


def hypertensive(
    shown: str | None = GOOD, *, again: str | None = None, glucose: str | None = None, **changes: Any
) -> FollowUpFacts:
    """A hypertensive person of 60 at the clinic, form complete; `shown` None: pressure not measured.

    `again`: the pressure after a rest.
    """
    person = {name: changes.pop(name) for name in _WHOSE if name in changes}
    values: dict[str, Any] = {
        "served_on": DAY,
        "age": 60,
        "measured": measured(shown, again, fasting=glucose),
        "whose": Whose(**{"has_hypertension": True, **person}),
        "figures": figures(),
        "has_emergency_sign": False,
        "complication": "none",
        "has_reaction": False,
        "adherence": "1",
    }
    return FollowUpFacts(**{**values, **changes})


def diabetic(
    fasting: str | None = "6.1", *, after_meal: str | None = None, at: str | None = GOOD, **changes: Any
) -> FollowUpFacts:
    """A diabetic of 60 with diagnosed hypertension; `after_meal`: random glucose."""
    values = {
        "measured": measured(at, fasting=fasting, after_meal=after_meal),
        "has_diabetes": True,
        "low_glucose_reaction": "1",
    }
    return hypertensive(**{**values, **changes})


def before(
    days: int = 30, *, is_high: bool | None = False, has_reaction: bool = False, shown: str = "—"
) -> PastFollowUp:
    """The previous counted follow-up, `days` ago."""
    return PastFollowUp(
        served_on=DAY - timedelta(days=days), is_high=is_high, has_reaction=has_reaction, shown=shown
    )


def resident(born: date = date(1966, 3, 1), **changes: Any) -> Resident:
    """A woman of 60."""
    return Resident(**{"id": "r", "name": "甲", "sex": "2", "birth_date": born, **changes})


def condition(code: str) -> Condition:
    return Condition(id=f"c-{code}", resident_id="r", code=code)


def visit_facts(
    disease: str = "hypertension",
    *,
    born: date = date(1966, 3, 1),
    answers: dict[str, Any] | None = None,
    past: tuple[PastVisit, ...] = (),
    conditions: tuple[str, ...] = (),
    who: dict[str, Any] | None = None,
    changes: dict[str, Any] | None = None,
    **measurements: Any,
) -> VisitFacts:
    """A complete visit at the clinic with nothing wrong; `measurements` by name, decimals as text."""
    given = {"emergency_sign": False, "complication": "none", "adverse_reaction": "1", "adherence": "1"}
    values: dict[str, Any] = {
        "form_code": f"{disease}_follow_up",
        "disease": disease,
        "served_on": DAY,
        "resident": resident(born, **(who or {})),
        "mode": "clinic",
        "figures": figures(),
        "answers": {**given, **(answers or {})},
        "measurements": _numbers(measurements),
        "computed": {},
        "is_complete": True,
        "conditions": tuple(condition(code) for code in (disease, *conditions)),
        "past": past,
    }
    return VisitFacts(**{**values, **(changes or {})})


def past_visit(
    days: int = 30, *, answers: dict[str, Any] | None = None, form: str = "", **measurements: Any
) -> PastVisit:
    """A counted visit `days` ago."""
    return PastVisit(
        served_on=DAY - timedelta(days=days),
        form_code=form,
        answers={"adverse_reaction": "1", **(answers or {})},
        measurements=_numbers(measurements),
    )


def _numbers(measurements: dict[str, Any]) -> dict[str, Any]:
    return {name: Decimal(value) if isinstance(value, str) else value for name, value in measurements.items()}


def codes(decision: Decision) -> tuple[str, ...]:
    return tuple(reason.code for reason in decision.reasons)


def next_on(decision: Decision) -> date:
    """The next day, of a decision after which something follows."""
    assert decision.next_on is not None
    return decision.next_on


def limit_on(decision: Decision) -> date:
    """The last day, of a decision after which something follows."""
    assert decision.limit_on is not None
    return decision.limit_on


def days_until(decision: Decision) -> int:
    return (next_on(decision) - DAY).days


def asked_after(decision: Decision) -> tuple[int, ...]:
    return tuple((day - DAY).days for day in decision.ask_on)
