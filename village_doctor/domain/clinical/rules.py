"""The clinical rules by the name that a form file gives them."""

from collections.abc import Callable, Mapping
from typing import Final

from village_doctor.domain.clinical import (
    check_up,
    child,
    constitution,
    copd,
    diabetes,
    hypertension,
    maternal,
    mental_disorder,
    self_care,
    tuberculosis,
)
from village_doctor.domain.clinical.visit_facts import VisitFacts
from village_doctor.domain.decisions import Decision

RULES: Final[Mapping[str, Callable[[VisitFacts], Decision]]] = {
    "antenatal": maternal.decide_antenatal,
    "child": child.decide,
    "copd": copd.decide,
    "newborn": child.decide_newborn,
    "other_chronic": copd.decide_other_chronic,
    "postnatal": maternal.decide_postnatal,
    "check_up": check_up.decide,
    "constitution": constitution.decide,
    "diabetes": diabetes.decide_visit,
    "hypertension": hypertension.decide_visit,
    "mental_disorder": mental_disorder.decide,
    "self_care": self_care.decide,
    "tuberculosis": tuberculosis.decide,
    "tuberculosis_closing": tuberculosis.decide_closing,
    "tuberculosis_first_visit": tuberculosis.decide_first_visit,
}
