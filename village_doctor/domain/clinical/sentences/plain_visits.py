"""What every visit without a class can say: unfinished, or an emergency by the doctor's own tick."""

from collections.abc import Mapping
from typing import Final

from village_doctor.domain.clinical.sentences.sentence import OWN, Sentence, said
from village_doctor.domain.messages import N_

REASONS: Final[Mapping[str, Sentence]] = {
    "visit_unfinished": said(N_("表还没有填完，先不算做过。"), OWN),
    "visit_emergency_sign": said(N_("有危急情况，是您勾的。"), OWN),
}

ACTIONS: Final[Mapping[str, Sentence]] = {
    "visit_finish": said(N_("把没问到、没查到的补上，7 天内填完；规范的期限更早的，赶在期限前。"), OWN),
}
