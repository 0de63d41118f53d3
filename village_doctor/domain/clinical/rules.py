"""The clinical rules by the name that a form file gives them."""

from collections.abc import Callable, Mapping
from typing import Final

from village_doctor.domain.clinical import diabetes, hypertension
from village_doctor.domain.clinical.decision import Decision
from village_doctor.domain.clinical.facts import FollowUpFacts, PastFollowUp

RULES: Final[Mapping[str, Callable[[FollowUpFacts, PastFollowUp | None], Decision]]] = {
    "hypertension": hypertension.decide,
    "diabetes": diabetes.decide,
}
