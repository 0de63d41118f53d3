"""What a decision says, as a colleague would say it, and where it stands. The edges translate and fill the texts.

A decision shows its reasons, then its actions, then its dates; each is a whole sentence. Sources name the section of
the norm, or say plainly that the norm is silent.
"""

from collections.abc import Mapping
from typing import Final

from village_doctor.domain.clinical.sentences import (
    child,
    copd,
    elderly,
    hypertension_diabetes,
    maternal,
    mental_disorder,
    plain_visits,
    prescriptions,
    screening,
    tuberculosis,
)
from village_doctor.domain.clinical.sentences.sentence import Sentence

REASONS: Final[Mapping[str, Sentence]] = {
    **child.REASONS,
    **copd.REASONS,
    **maternal.REASONS,
    **plain_visits.REASONS,
    **prescriptions.REASONS,
    **screening.REASONS,
    **elderly.REASONS,
    **mental_disorder.REASONS,
    **tuberculosis.REASONS,
    **hypertension_diabetes.REASONS,
}

ACTIONS: Final[Mapping[str, Sentence]] = {
    **child.ACTIONS,
    **copd.ACTIONS,
    **maternal.ACTIONS,
    **plain_visits.ACTIONS,
    **screening.ACTIONS,
    **elderly.ACTIONS,
    **mental_disorder.ACTIONS,
    **tuberculosis.ACTIONS,
    **hypertension_diabetes.ACTIONS,
}
