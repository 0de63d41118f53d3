"""What was promised, and what made it due (contracts.md §3.2, §3.3 b)."""

from collections.abc import Mapping
from typing import Final

from village_doctor.domain.duties.sentences.sentence import ReasonText
from village_doctor.domain.messages import N_

_AGREEMENT: Final = N_("签约服务协议 服务清单")

REASONS: Final[Mapping[str, ReasonText]] = {
    "promise": ReasonText(
        N_("签约答应的“{item}”，一年 {times} 次，这是 {first} 到 {latest} 的那一次。"), _AGREEMENT
    ),
    "promise-every-days": ReasonText(
        N_("签约答应的“{item}”，每 {every} 天一次，这是 {first} 到 {latest} 的那一次。"), _AGREEMENT
    ),
    "promise-every-weeks": ReasonText(
        N_("签约答应的“{item}”，每 {every} 个星期一次，这是 {first} 到 {latest} 的那一次。"), _AGREEMENT
    ),
    "promise-every-months": ReasonText(
        N_("签约答应的“{item}”，每 {every} 个月一次，这是 {first} 到 {latest} 的那一次。"), _AGREEMENT
    ),
    "promise-at-days": ReasonText(
        N_("签约答应的“{item}”，出生满 {age} 天时做，就是 {first} 到 {latest}。"), _AGREEMENT
    ),
    "promise-at-months": ReasonText(
        N_("签约答应的“{item}”，{age} 个月大时做，就是 {first} 到 {latest}。"), _AGREEMENT
    ),
    "promise-at-years": ReasonText(
        N_("签约答应的“{item}”，{age} 岁时做，就是 {first} 到 {latest}。"), _AGREEMENT
    ),
    "promise-after-not_controlled": ReasonText(
        N_("{day} 那次随访以后，签约答应过“{item}”，最晚 {latest}。"), _AGREEMENT
    ),
    "promise-after-referral": ReasonText(N_("{day} 转诊的，签约答应过“{item}”，最晚 {latest}。"), _AGREEMENT),
    "promise-after-diagnosis": ReasonText(
        N_("{day} 确诊或接到通知，签约答应过“{item}”，最晚 {latest}。"), _AGREEMENT
    ),
    "promise-after-delivery": ReasonText(
        N_("{day} 分娩，签约答应过“{item}”，就是 {first} 到 {latest}。"), _AGREEMENT
    ),
    "promise-after-discharge": ReasonText(
        N_("{day} 出院回家，签约答应过“{item}”，最晚 {latest}。"), _AGREEMENT
    ),
    "promise-in-pregnancy": ReasonText(
        N_("怀孕 {weeks} 周时，签约答应过“{item}”，就是 {first} 到 {latest}。"), _AGREEMENT
    ),
    "promise-of-packages": ReasonText(N_("{packages}里都有这一项，做一次就行。"), _AGREEMENT),
}
