"""Why a long prescription is to be renewed."""

from collections.abc import Mapping
from typing import Final

from village_doctor.domain.duties.sentences.sentence import ReasonText
from village_doctor.domain.messages import N_

REASONS: Final[Mapping[str, ReasonText]] = {
    "refill-due": ReasonText(
        N_("{issued} 开的{drug}长期处方，开了 {weeks} 周，{due} 药就吃完了，提前提醒去续方；随访照常做。"),
        N_("家庭医生签约（国卫基层发〔2022〕10号）长期处方"),
    ),
}
