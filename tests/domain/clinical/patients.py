"""Facts of one follow-up with everything in order, to be changed one thing at a time."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from village_doctor.domain.clinical.decision import Decision
from village_doctor.domain.clinical.facts import FollowUpFacts, Measured, PastFollowUp

DAY = date(2026, 11, 22)
GOOD = "128/78"


def measured(shown: str | None, *, fasting: str | None = None, after_meal: str | None = None) -> Measured:
    """`shown`: a pressure as it is written, None for not measured; `after_meal`: a random glucose."""
    systolic, diastolic = (int(part) for part in shown.split("/")) if shown else (None, None)
    return Measured(
        systolic_mmhg=systolic,
        diastolic_mmhg=diastolic,
        fasting_glucose_mmol=Decimal(fasting) if fasting else None,
        random_glucose_mmol=Decimal(after_meal) if after_meal else None,
    )


def hypertensive(shown: str | None = GOOD, *, glucose: str | None = None, **changes: Any) -> FollowUpFacts:
    """A hypertensive person of 60 at the clinic, form complete; `shown` None: pressure not measured."""
    values: dict[str, Any] = {
        "served_on": DAY,
        "age": 60,
        "measured": measured(shown, fasting=glucose),
        "has_hypertension": True,
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


def codes(decision: Decision) -> tuple[str, ...]:
    return tuple(reason.code for reason in decision.reasons)


def days_until(decision: Decision) -> int:
    return (decision.next_on - DAY).days


def asked_after(decision: Decision) -> tuple[int, ...]:
    return tuple((day - DAY).days for day in decision.ask_on)
