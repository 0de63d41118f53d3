"""Why the poor with another chronic disease are seen once a year."""

from collections.abc import Mapping
from typing import Final

from village_doctor.domain.duties.sentences.sentence import ReasonText
from village_doctor.domain.messages import N_

REASONS: Final[Mapping[str, ReasonText]] = {
    "other-chronic-yearly": ReasonText(
        N_("在脱贫人口或监测户名单里，有别的慢性病：每年面对面看一次，测心率、血糖、血压，最晚 {latest}。"),
        N_("建档立卡贫困人口慢病家庭医生签约服务工作方案（2018）"),
    ),
}
