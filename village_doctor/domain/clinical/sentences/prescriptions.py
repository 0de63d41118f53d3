"""What is said about a long prescription (长期处方, contracts.md §5)."""

from collections.abc import Mapping
from typing import Final

from village_doctor.domain.clinical.sentences.sentence import Sentence, said
from village_doctor.domain.messages import N_

LENGTH: Final = N_(
    "家庭医生签约（国卫基层发〔2022〕10号）长期处方：原则上 4～12 周，给病情稳定的签约慢性病患者"
)
RULES: Final = N_("长期处方管理规范（试行）2021")

REASONS: Final[Mapping[str, Sentence]] = {
    "prescription_too_short": said(N_("这次开 {weeks} 周，不到 4 周，不是长期处方。"), LENGTH),
    "prescription_too_long": said(N_("这次开 {weeks} 周，最长 12 周。"), LENGTH),
    "prescription_not_signed": said(N_("这次开 {weeks} 周，超过 {limit} 周，要病人签字。"), RULES),
    "prescription_not_controlled": said(
        N_("上次随访没有控制满意，或者病情不稳定；长期处方是给病情稳定的人的，请想好。"), LENGTH
    ),
    "prescription_never_followed_up": said(N_("还没有分过类的随访，不知道病情稳不稳定，请想好。"), LENGTH),
    "prescription_irregular": said(N_("上次随访说药没有按时按量吃，一次开这么多，请想好。"), LENGTH),
    "prescription_adherence_unknown": said(
        N_("上次随访没记药吃得规不规律，一次开这么多，请先问清。"), LENGTH
    ),
    "prescription_no_contract": said(N_("现在没有有效的签约，长期处方原则上是给签约病人的。"), LENGTH),
}
